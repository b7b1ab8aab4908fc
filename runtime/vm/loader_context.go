package vm

import "ersh/runtime/beam"

// A loop over a binary takes a match context for its argument, and the rest of
// the binary as the next argument, each time round. Where nobody else sees the
// rest, the loader has the context itself passed on, of which it is the position: no
// bitstring and no context is made then, which were the two allocations of each
// step. OTP's compiler arranges the same in the code that it emits.
//
// It is done for tail calls of a function to itself. The rest must go nowhere
// but into that call, and the function must do nothing with the argument but start a
// match of it, or fail in its function_clause, which makes a bitstring of it
// again (see functionClause).

// passContexts finds the instructions that take the rest of a binary for such
// a call.
func (l *loader) passContexts(code []beam.Instr) {
	entry, begin := 0, 0
	accepts := make(map[int]bool) // the arguments of the current function looked at
	for i := range code {
		switch in := &code[i]; in.Op {
		case beam.OpFuncInfo:
			clear(accepts)
			begin, entry = i, 0
			if i+1 < len(code) && code[i+1].Op == beam.OpLabel {
				entry = int(code[i+1].Args[0].N)
			}
		case beam.OpCallOnly, beam.OpCallLast:
			if entry != 0 && l.label(in.Args[1]) == entry {
				l.passContext(code, begin+2, i, l.arity(in.Args[0]), accepts)
			}
		}
	}
}

// passContext looks at the call at an instruction, of the function whose code
// begins at another one.
func (l *loader) passContext(code []beam.Instr, begin, call, arity int, accepts map[int]bool) {
	from := call - 1
	for ; from > begin && takesRest(&code[from]) == nil; from-- {
		if _, ok := straight(&code[from]); !ok {
			return
		}
	}
	rest := takesRest(&code[from])
	if rest == nil || rest.Kind != beam.KindX || l.verifier.frames[from] == unreached {
		return
	}
	context := code[from].Args[0]
	if code[from].Op == beam.OpBsGetBinary2 {
		context = code[from].Args[1]
	}
	holds := map[int64]bool{rest.N: true} // the registers with the rest
	gone := context.N == rest.N
	for i := from + 1; i < call; i++ {
		in := &code[i]
		if in.Op == beam.OpMove && in.Args[0].Kind == beam.KindX && holds[in.Args[0].N] {
			if in.Args[1].Kind != beam.KindX {
				return
			}
			holds[in.Args[1].N] = true
			continue
		}
		dst, _ := straight(in)
		for j := range in.Args {
			if a := &in.Args[j]; a != dst && mentions(a, func(n int64) bool { return holds[n] || n == context.N && !gone }) {
				return
			}
		}
		if dst != nil && dst.Kind == beam.KindX {
			delete(holds, dst.N)
			gone = gone || dst.N == context.N
		}
	}
	arg, n := 0, 0
	for r := range arity {
		if holds[int64(r)] {
			arg = r
			n++
		} else if !gone && int64(r) == context.N {
			return
		}
	}
	if n != 1 {
		return
	}
	ok, known := accepts[arg]
	if !known {
		ok = l.onlyMatched(code, begin, int64(arg), make(map[int]bool))
		accepts[arg] = ok
	}
	if ok {
		if l.passes == nil {
			l.passes = make(map[int]bool)
		}
		l.passes[from] = true
	}
}

// takesRest gives the register that an instruction puts the rest of a binary
// into, nil if it is none that does so.
func takesRest(in *beam.Instr) *beam.Arg {
	switch {
	case in.Op == beam.OpBsGetTail && in.Args[0].Kind == beam.KindX:
		return &in.Args[1]
	case in.Op == beam.OpBsGetBinary2 && in.Args[1].Kind == beam.KindX && in.Args[3].Term == aAll &&
		in.Args[3].Kind == beam.KindAtom && in.Args[4].Kind == beam.KindU && (in.Args[4].N == 1 || in.Args[4].N == 8):
		return &in.Args[6]
	}
	return nil
}

// straight gives the destination of an instruction that goes on behind itself
// or raises an exception, if it has one.
func straight(in *beam.Instr) (dst *beam.Arg, ok bool) {
	a := in.Args
	fails := func(i int) bool { return a[i].Kind != beam.KindLabel || a[i].N != 0 }
	switch in.Op {
	case beam.OpLine, beam.OpTestHeap, beam.OpDeallocate, beam.OpExecutableLine, beam.OpDebugLine:
		return nil, true
	case beam.OpBif0, beam.OpMove, beam.OpGetTupleElement, beam.OpPutList, beam.OpGetHd, beam.OpGetTl:
		return &a[len(a)-1], true
	case beam.OpPutTuple2:
		return &a[0], true
	case beam.OpBif1, beam.OpBif2, beam.OpGcBif1, beam.OpGcBif2, beam.OpGcBif3:
		return &a[len(a)-1], !fails(0)
	case beam.OpBsCreateBin:
		return &a[4], !fails(0)
	}
	return nil, false
}

// mentions reports whether an operand is, or holds, an x register that is asked for.
func mentions(a *beam.Arg, asked func(n int64) bool) bool {
	if a.Kind == beam.KindX {
		return asked(a.N)
	}
	for i := range a.List {
		if mentions(&a.List[i], asked) {
			return true
		}
	}
	return false
}

// onlyMatched reports whether code from an instruction on does nothing with
// the value in x register r but start to match it.
func (l *loader) onlyMatched(code []beam.Instr, i int, r int64, seen map[int]bool) bool {
	for {
		if seen[i] {
			return true
		}
		if i >= len(code) || l.verifier.frames[i] == unreached {
			return false
		}
		seen[i] = true
		in := &code[i]
		a := in.Args
		var dst *beam.Arg
		falls := true
		switch in.Op {
		case beam.OpFuncInfo:
			return true
		case beam.OpBsStartMatch3, beam.OpBsStartMatch4:
			src := &a[1]
			if in.Op == beam.OpBsStartMatch4 {
				src = &a[2]
			}
			if src.Kind == beam.KindX && src.N == r {
				a = nil // it does not fail where a context is passed
			}
			dst = &in.Args[3]
		case beam.OpLabel, beam.OpAllocate, beam.OpAllocateHeap, beam.OpBsTestTail2, beam.OpBsTestUnit, beam.OpBsMatchString,
			beam.OpBsSkipBits2, beam.OpBsSetPosition, beam.OpIsEqExact, beam.OpIsNeExact, beam.OpIsLt, beam.OpIsGe, beam.OpIsEq, beam.OpIsNe,
			beam.OpIsInteger, beam.OpIsAtom, beam.OpIsNil, beam.OpIsNonemptyList, beam.OpIsTuple, beam.OpIsTaggedTuple, beam.OpTestArity,
			beam.OpIsBinary, beam.OpIsMap, beam.OpIsList, beam.OpIsBitstr, beam.OpTrim, beam.OpInitYregs:
			// They write no x register.
		case beam.OpBsGetPosition, beam.OpBsGetTail:
			dst = &a[1]
		case beam.OpBsGetInteger2, beam.OpBsGetBinary2, beam.OpBsGetFloat2:
			dst = &a[6]
		case beam.OpBsGetUtf8:
			dst = &a[4]
		case beam.OpSelectVal, beam.OpJump, beam.OpBadmatch, beam.OpCaseEnd, beam.OpIfEnd:
			falls = false
		case beam.OpReturn:
			return r != 0
		case beam.OpCall, beam.OpCallExt, beam.OpCallOnly, beam.OpCallLast, beam.OpCallExtOnly, beam.OpCallExtLast:
			// What is no argument is lost.
			return a[0].N <= r
		case beam.OpBif1, beam.OpBif2, beam.OpGcBif1, beam.OpGcBif2, beam.OpGcBif3, beam.OpBsCreateBin:
			if dst = &a[len(a)-1]; in.Op == beam.OpBsCreateBin {
				dst = &a[4]
			}
		default:
			var ok bool
			if dst, ok = straight(in); !ok {
				return false
			}
		}
		for j := range a {
			if &a[j] != dst && mentions(&a[j], func(n int64) bool { return n == r }) {
				return false
			}
		}
		if !l.onlyMatchedAt(code, a, r, seen) {
			return false
		}
		if !falls || dst != nil && dst.Kind == beam.KindX && dst.N == r {
			return true
		}
		i++
	}
}

// onlyMatchedAt is onlyMatched for the labels among operands.
func (l *loader) onlyMatchedAt(code []beam.Instr, args []beam.Arg, r int64, seen map[int]bool) bool {
	for i := range args {
		switch a := &args[i]; {
		case a.Kind == beam.KindLabel && a.N != 0:
			if !l.inside(int(a.N)) || !l.onlyMatched(code, l.verifier.at[int(a.N)-l.first], r, seen) {
				return false
			}
		case a.Kind == beam.KindList:
			if !l.onlyMatchedAt(code, a.List, r, seen) {
				return false
			}
		}
	}
	return true
}
