package vm

import (
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// instr translates one generic instruction.
func (l *loader) instr(op beam.Op, a []beam.Arg) {
	switch op {
	case beam.OpLabel:
		l.fail("a label")
	case beam.OpFuncInfo:
		l.funcInfo(a)
	case beam.OpIntCodeEnd, beam.OpTestHeap, beam.OpFclearerror, beam.OpFcheckerror, beam.OpNifStart,
		beam.OpBsNeedBuf, beam.OpExecutableLine, beam.OpDebugLine:
	case beam.OpLine:
		n := l.num(a[0])
		if l.lazy == nil && n >= max(len(l.mod.lines), 1) {
			l.fail("line %d", n)
		}
		if n >= 1<<(32-frameBits) {
			l.fail("too many lines")
		}
		l.line = uint32(n)
	case beam.OpOnLoad:
		l.onLoad = len(l.code)

	case beam.OpCall:
		l.emit(instr{op: opCall, n: int32(l.arity(a[0]))}, l.function(a[1]))
	case beam.OpCallOnly:
		l.emit(instr{op: opCallOnly, n: int32(l.arity(a[0]))}, l.function(a[1]))
	case beam.OpCallLast:
		l.emit(instr{op: opCallLast, a: l.taken(a[2]), n: int32(l.arity(a[0]))}, l.function(a[1]))
	case beam.OpCallExt:
		l.callExt(a, opCallExt, 0)
	case beam.OpCallExtOnly:
		l.callExt(a, opCallExtOnly, 0)
	case beam.OpCallExtLast:
		l.callExt(a, opCallExtLast, l.taken(a[2]))
	case beam.OpApply:
		l.emit(instr{op: opApply, n: int32(l.arity(a[0]))}, 0)
	case beam.OpApplyLast:
		l.emit(instr{op: opApplyLast, n: int32(l.arity(a[0])), a: l.taken(a[1])}, 0)
	case beam.OpCallFun:
		n := l.arity(a[0])
		l.emit(instr{op: opCallFun, n: int32(n), a: xOpnd(n), ext: &ext{}}, 0)
	case beam.OpCallFun2:
		e := &ext{}
		o := l.src(a[2], &e.lits)
		in := instr{op: opCallFun, n: int32(l.arity(a[1])), a: o, ext: e}
		if !o.isX() {
			in.op = opCallFunS
		}
		l.emit(in, 0)
	case beam.OpMakeFun3, beam.OpMakeFun2:
		l.makeFun(op, a)

	case beam.OpAllocate, beam.OpAllocateZero:
		l.emit(instr{op: opAllocate, n: int32(l.taken(a[0]))}, 0)
	case beam.OpAllocateHeap, beam.OpAllocateHeapZero:
		l.emit(instr{op: opAllocate, n: int32(l.taken(a[0]))}, 0)
	case beam.OpDeallocate:
		l.emit(instr{op: opDeallocate, n: int32(l.taken(a[0]))}, 0)
	case beam.OpTrim:
		l.emit(instr{op: opTrim, n: int32(l.num(a[0]) * termSize)}, 0)
	case beam.OpInit:
		l.emit(instr{op: opInitY, a: l.yreg(a[0])}, 0)
	case beam.OpInitYregs:
		for _, y := range l.list(a[0]) {
			l.emit(instr{op: opInitY, a: l.yreg(y)}, 0)
		}
	case beam.OpReturn:
		l.emit(instr{op: opReturn}, 0)
	case beam.OpJump:
		l.emit(instr{op: opJump}, l.target(a[0]))

	case beam.OpMove, beam.OpPutLiteral:
		if op == beam.OpPutLiteral {
			l.fail("obsolete")
			return
		}
		l.move(a[0], l.dst(a[1]))
	case beam.OpSwap:
		x, y := l.dst(a[0]), l.dst(a[1])
		switch {
		case x.isX() && y.isX():
			l.emit(instr{op: opSwapXX, a: x, b: y}, 0)
		case x.isX():
			l.emit(instr{op: opSwapXY, a: x, b: y.onlyY()}, 0)
		case y.isX():
			l.emit(instr{op: opSwapXY, a: y, b: x.onlyY()}, 0)
		default:
			l.slow(slowSwap, instr{a: x, b: y}, 0, nil)
		}

	case beam.OpIsLt, beam.OpIsGe, beam.OpIsEq, beam.OpIsNe, beam.OpIsEqExact, beam.OpIsNeExact:
		l.comparison(op, a)
	case beam.OpIsInteger, beam.OpIsFloat, beam.OpIsNumber, beam.OpIsAtom, beam.OpIsPid, beam.OpIsReference,
		beam.OpIsPort, beam.OpIsNil, beam.OpIsBinary, beam.OpIsBitstr, beam.OpIsBoolean, beam.OpIsList,
		beam.OpIsNonemptyList, beam.OpIsTuple, beam.OpIsMap, beam.OpIsFunction:
		l.typeTest(op, a)
	case beam.OpIsFunction2:
		e := &ext{}
		e.args = []opnd{l.src(a[1], &e.lits), l.src(a[2], &e.lits)}
		l.slow(slowIsFunction2, instr{ext: e}, l.failure(a[0]), nil, e.args...)
	case beam.OpTestArity:
		l.tupleTest(opTestArityX, a[0], a[1], l.num(a[2]), nil)
	case beam.OpIsTaggedTuple:
		l.tupleTest(opTaggedTupleX, a[0], a[1], l.num(a[2]), l.atom(a[3]))
	case beam.OpSelectVal:
		l.selectVal(a)
	case beam.OpSelectTupleArity:
		l.selectArity(a)

	case beam.OpGetList:
		l.getList(a)
	case beam.OpGetHd, beam.OpGetTl:
		e := &ext{}
		o := opGetHd
		if op == beam.OpGetTl {
			o = opGetTl
		}
		in := instr{op: o, a: l.src(a[0], &e.lits), b: l.dst(a[1]), ext: e}
		if in.a.isX() && in.b.isX() {
			if in.op = opGetHdXX; o == opGetTl {
				in.op = opGetTlXX
			}
		}
		l.emit(in, 0)
	case beam.OpGetTupleElement:
		e := &ext{}
		in := instr{op: opGetElemS, a: l.src(a[0], &e.lits), n: int32(l.num(a[1])), b: l.dst(a[2]), ext: e}
		if in.a.isX() && in.b.isX() {
			in.op, in.ext = opGetElemXX, nil
		} else if in.a.isX() {
			in.op, in.ext, in.b = opGetElemXY, nil, in.b.onlyY()
		}
		l.emit(in, 0)
	case beam.OpSetTupleElement:
		e := &ext{}
		args := []opnd{l.src(a[0], &e.lits), l.dst(a[1])}
		l.slow(slowSetElement, instr{n: int32(l.num(a[2])), ext: e}, 0, nil, args...)
	case beam.OpPutList:
		l.putList(a)
	case beam.OpPutTuple2:
		e := &ext{}
		dst := l.dst(a[0])
		for _, x := range l.list(a[1]) {
			e.args = append(e.args, l.src(x, &e.lits))
		}
		l.emit(instr{op: opPutTuple2, a: dst, n: int32(len(e.args)), ext: e}, 0)
	case beam.OpUpdateRecord:
		l.updateRecord(a)

	case beam.OpBif0, beam.OpBif1, beam.OpBif2, beam.OpBif3, beam.OpGcBif1, beam.OpGcBif2, beam.OpGcBif3:
		l.guard(op, a)
	case beam.OpFadd, beam.OpFsub, beam.OpFmul, beam.OpFdiv:
		call := map[beam.Op]func(*machine, *instr) *instr{beam.OpFadd: slowFadd, beam.OpFsub: slowFsub,
			beam.OpFmul: slowFmul, beam.OpFdiv: slowFdiv}[op]
		l.slow(call, instr{a: l.freg(a[1]), b: l.freg(a[2]), c: l.freg(a[3])}, l.failure(a[0]), nil)
	case beam.OpFnegate:
		l.slow(slowFnegate, instr{a: l.freg(a[1]), b: l.freg(a[2])}, l.failure(a[0]), nil)
	case beam.OpFmove:
		if a[1].Kind == beam.KindFR {
			e := &ext{}
			l.slow(slowFload, instr{a: l.src(a[0], &e.lits), b: l.freg(a[1]), ext: e}, 0, nil)
		} else {
			l.slow(slowFstore, instr{a: l.freg(a[0]), b: l.dst(a[1])}, 0, nil)
		}
	case beam.OpFconv:
		e := &ext{}
		l.slow(slowFconv, instr{a: l.src(a[0], &e.lits), b: l.freg(a[1]), ext: e}, 0, nil)

	case beam.OpTry, beam.OpCatch:
		o := opTry
		if op == beam.OpCatch {
			o = opCatch
		}
		l.emit(instr{op: o, a: l.yreg(a[0]), ext: &ext{}}, l.target(a[1]))
	case beam.OpTryEnd:
		l.emit(instr{op: opTryEnd, a: l.yreg(a[0])}, 0)
	case beam.OpTryCase:
		l.emit(instr{op: opTryCase, a: l.yreg(a[0])}, 0)
	case beam.OpCatchEnd:
		l.emit(instr{op: opCatchEnd, a: l.yreg(a[0])}, 0)
	case beam.OpBadmatch, beam.OpCaseEnd, beam.OpTryCaseEnd, beam.OpBadrecord:
		e := &ext{}
		o := map[beam.Op]opcode{beam.OpBadmatch: opBadmatch, beam.OpCaseEnd: opCaseEnd,
			beam.OpTryCaseEnd: opTryCaseEnd, beam.OpBadrecord: opBadrecord}[op]
		l.emit(instr{op: o, a: l.src(a[0], &e.lits), ext: e}, 0)
	case beam.OpIfEnd:
		l.emit(instr{op: opIfEnd}, 0)
	case beam.OpRaise:
		e := &ext{}
		l.emit(instr{op: opRaise, a: l.src(a[0], &e.lits), b: l.src(a[1], &e.lits), ext: e}, 0)
	case beam.OpRawRaise:
		l.emit(instr{op: opRawRaise}, 0)
	case beam.OpBuildStacktrace:
		l.slow(slowBuildStacktrace, instr{}, 0, nil)

	case beam.OpSend:
		l.emit(instr{op: opSend}, 0)
	case beam.OpRemoveMessage:
		l.emit(instr{op: opRemoveMessage}, 0)
	case beam.OpTimeout:
		l.emit(instr{op: opTimeout}, 0)
	case beam.OpLoopRec:
		l.emit(instr{op: opLoopRec, a: l.dst(a[1])}, l.target(a[0]))
	case beam.OpLoopRecEnd:
		l.emit(instr{op: opLoopRecEnd}, l.target(a[0]))
	case beam.OpWait:
		l.emit(instr{op: opWait}, l.target(a[0]))
	case beam.OpWaitTimeout:
		e := &ext{}
		l.emit(instr{op: opWaitTimeout, a: l.src(a[1], &e.lits), ext: e}, l.target(a[0]))
	case beam.OpRecvMarkerBind:
		l.slow(slowMarkerBind, instr{a: l.dst(a[0]), b: l.dst(a[1])}, 0, nil)
	case beam.OpRecvMarkerClear:
		l.slow(slowMarkerClear, instr{a: l.dst(a[0])}, 0, nil)
	case beam.OpRecvMarkerReserve:
		l.slow(slowMarkerReserve, instr{a: l.dst(a[0])}, 0, nil)
	case beam.OpRecvMarkerUse:
		l.slow(slowMarkerUse, instr{a: l.dst(a[0])}, 0, nil)
	case beam.OpRecvMark, beam.OpRecvSet:
		// The markers of OTP 23 and older only save time.

	case beam.OpPutMapAssoc, beam.OpPutMapExact:
		e := &ext{}
		args := []opnd{l.src(a[1], &e.lits)}
		list := l.list(a[4])
		if len(list)%2 != 0 {
			l.fail("odd list")
		}
		for _, x := range list {
			args = append(args, l.src(x, &e.lits))
		}
		call := slowPutMapAssoc
		if op == beam.OpPutMapExact {
			call = slowPutMapExact
		}
		l.slow(call, instr{a: l.dst(a[2]), ext: e}, l.failure(a[0]), nil, args...)
	case beam.OpHasMapFields:
		e := &ext{}
		args := []opnd{l.src(a[1], &e.lits)}
		for _, x := range l.list(a[2]) {
			args = append(args, l.src(x, &e.lits))
		}
		l.slow(slowHasMapFields, instr{ext: e}, l.target(a[0]), nil, args...)
	case beam.OpGetMapElements:
		e := &ext{}
		args := []opnd{l.src(a[1], &e.lits)}
		list := l.list(a[2])
		if len(list)%2 != 0 {
			l.fail("odd list")
			return
		}
		for i := 0; i < len(list); i += 2 {
			args = append(args, l.src(list[i], &e.lits), l.dst(list[i+1]))
		}
		l.slow(slowGetMapElements, instr{ext: e}, l.target(a[0]), nil, args...)

	case beam.OpIsAnyNativeRecord, beam.OpIsNativeRecord, beam.OpIsRecordAccessible:
		// There are no native records here, so nothing is one.
		l.emit(instr{op: opJump}, l.target(a[0]))

	default:
		if !l.bits(op, a) {
			l.fail("not an instruction of OTP 25 to 29 that this loader takes")
		}
	}
}

// taken is how much of the stack the frame takes whose number of y registers is given.
// Where nothing returns it need not be that of the frame, but it must fit.
func (l *loader) taken(a beam.Arg) opnd {
	n := l.num(a)
	if n > numY {
		l.fail("frame of %d", n)
		return 0
	}
	return opnd((n + 1) * termSize)
}

// function is the label of a function of the module.
func (l *loader) function(a beam.Arg) int {
	n := l.label(a)
	if !l.inside(n) {
		if l.lazy == nil || n == 0 {
			l.fail("no function")
			return 0
		}
		return n
	}
	return l.labelAt(place{l.verifier.at[n-l.first], 0})
}

func (l *loader) placeLabel(label int) {
	entry := l.fn != nil && len(l.code) > 0 && l.code[len(l.code)-1].op == opFuncInfo
	if entry && l.entered == len(l.code) {
		// Where a function begins with a loop, the loop's begin is not the
		// function's, which may be traced.
		l.emit(instr{op: opJump}, label)
		entry = false
	}
	l.labels[label-l.first] = len(l.code)
	l.barrier = len(l.code)
	if entry {
		l.entered = len(l.code)
		f := l.fn
		if b := l.vm.bif(f.mod.name, f.name, f.arity); b != nil {
			l.emit(instr{op: opBifBody, n: int32(f.arity), ext: &ext{exp: b}}, 0)
		}
	}
}

func (l *loader) funcInfo(a []beam.Arg) {
	mod, name, arity := l.atom(a[0]), l.atom(a[1]), l.arity(a[2])
	if mod != l.m.Name {
		l.fail("module %s", mod.Name())
	}
	if l.lazy == nil && !l.copying {
		l.fn = &function{mod: l.mod, name: name, arity: arity}
		l.mod.funcList = append(l.mod.funcList, funcKey{name, arity})
	}
	l.barrier = len(l.code)
	l.emit(instr{op: opFuncInfo, ext: &ext{fun: l.fn}}, 0)
	l.barrier = len(l.code)
}

func (l *loader) callExt(a []beam.Arg, op opcode, dealloc opnd) {
	if l.noReturn(a[1]) {
		op = opCallExt
	}
	imp := l.imported(a[1])
	if n := l.arity(a[0]); n != imp.Arity {
		l.fail("arity %d of %s:%s/%d", n, imp.Module.Name(), imp.Name.Name(), imp.Arity)
	}
	exp := l.vm.export(imp.Module, imp.Name, imp.Arity)
	in := instr{op: op, n: int32(imp.Arity), a: dealloc, ext: &ext{exp: exp}}
	if exp.bif != nil {
		in.op = opBif
		in.c = opnd(op - opCallExt)
	} else if exp.apply {
		in.c = opnd(op - opCallExt)
		in.op = opApplyBody2
		if imp.Arity == 3 {
			in.op = opApplyBody3
		}
	}
	l.emit(in, 0)
}

func (l *loader) makeFun(op beam.Op, a []beam.Arg) {
	i := l.num(a[0])
	if i >= len(l.mod.lambdas) {
		l.fail("fun %d", i)
		return
	}
	lambda := l.mod.lambdas[i]
	if l.lazy != nil {
		lambda = l.lazy.lambda(i)
	}
	e := &ext{lambda: lambda}
	dst := opnd(0)
	if op == beam.OpMakeFun3 {
		dst = l.dst(a[1])
		for _, x := range l.list(a[2]) {
			e.args = append(e.args, l.src(x, &e.lits))
		}
	} else {
		for i := range lambda.NumFree {
			e.args = append(e.args, xOpnd(i))
		}
	}
	if len(e.args) != lambda.NumFree {
		l.fail("fun %d has %d free variables", i, lambda.NumFree)
	}
	if len(e.args) == 0 {
		// A fun without free variables is made once.
		l.move(beam.Arg{Kind: beam.KindLiteral, Term: &term.Fun{Lambda: lambda}}, dst)
		return
	}
	l.emit(instr{op: opMakeFun, a: dst, ext: e}, 0)
}

func (l *loader) move(a beam.Arg, dst opnd) {
	in := instr{b: dst}
	if dst.isY() {
		in.b = dst.onlyY()
	}
	if src, ok := l.reg(a); ok {
		in.a = src
		if src.isY() {
			in.a = src.onlyY()
		}
		switch {
		case src == dst:
			return
		case src.isX() && dst.isX():
			in.op = opMoveXX
		case src.isX():
			in.op = opMoveXY
		case dst.isX():
			in.op = opMoveYX
		default:
			in.op = opMoveYY
		}
	} else if v, ok := l.literal(untyped(a)); ok {
		in.v = v
		in.op = opMoveLX
		if dst.isY() {
			in.op = opMoveLY
		}
	} else {
		l.fail("bad source operand")
	}
	l.emit(in, 0)
}

func (l *loader) comparison(op beam.Op, args []beam.Arg) {
	e := &ext{}
	a, b := l.src(args[1], &e.lits), l.src(args[2], &e.lits)
	in := instr{a: a, b: b, ext: e}
	value := func(o opnd) term.Term {
		if o.isLit() {
			return e.lits[o&opndBits]
		}
		return nil
	}
	va, vb := value(a), value(b)
	switch op {
	case beam.OpIsLt, beam.OpIsGe:
		general, xx, xi, ix := opIsLt, opIsLtXX, opIsLtXI, opIsLtIX
		if op == beam.OpIsGe {
			general, xx, xi, ix = opIsGe, opIsGeXX, opIsGeXI, opIsGeIX
		}
		in.op = general
		if a.isX() && b.isX() {
			in.op = xx
		} else if n, ok := smallInt32(vb); ok && a.isX() {
			in.op, in.n, in.v = xi, n, vb
		} else if n, ok := smallInt32(va); ok && b.isX() {
			in.op, in.n, in.v = ix, n, va
		}
	case beam.OpIsEq, beam.OpIsNe:
		in.op = opIsEq
		if op == beam.OpIsNe {
			in.op = opIsNe
		}
	default:
		in.op = opIsEqExact
		xl, yl := opIsEqXL, opIsEqYL
		if op == beam.OpIsNeExact {
			in.op = opIsNeExact
			xl, yl = opIsNeXL, opIsNeYL
		}
		if va != nil && vb == nil {
			in.a, in.b, va, vb = in.b, in.a, vb, va
		}
		if vb != nil && simple(vb) && !in.a.isLit() {
			in.v = vb
			if in.a.isX() {
				in.op = xl
				xi, xa := opIsEqXI, opIsEqXA
				if xl == opIsNeXL {
					xi, xa = opIsNeXI, opIsNeXA
				}
				if n, ok := smallInt32(vb); ok {
					in.op, in.n = xi, n
				} else if _, ok := vb.(term.Atom); ok {
					in.op = xa
				} else if _, ok := vb.(term.Nil); ok && xl == opIsEqXL {
					in.op = opIsNilX
				} else if xl == opIsEqXL {
					in.op = opIsEqExact
				}
			} else {
				in.op, in.a = yl, in.a.onlyY()
			}
		}
	}
	l.emit(in, l.target(args[0]))
}

var typeTests = map[beam.Op]opcode{
	beam.OpIsInteger: opIsInteger, beam.OpIsFloat: opIsFloat, beam.OpIsNumber: opIsNumber, beam.OpIsAtom: opIsAtom,
	beam.OpIsPid: opIsPid, beam.OpIsReference: opIsReference, beam.OpIsPort: opIsPort, beam.OpIsNil: opIsNil,
	beam.OpIsBinary: opIsBinary, beam.OpIsBitstr: opIsBitstr, beam.OpIsBoolean: opIsBoolean, beam.OpIsList: opIsList,
	beam.OpIsNonemptyList: opIsNonemptyList, beam.OpIsTuple: opIsTuple, beam.OpIsMap: opIsMap,
	beam.OpIsFunction: opIsFunction,
}

func (l *loader) typeTest(op beam.Op, a []beam.Arg) {
	e := &ext{}
	in := instr{op: typeTests[op], a: l.src(a[1], &e.lits), ext: e}
	if in.a.isX() {
		in.ext = nil
		switch in.op {
		case opIsNil:
			in.op = opIsNilX
		case opIsList:
			in.op = opIsListX
		case opIsNonemptyList:
			in.op = opIsNonemptyListX
		case opIsTuple:
			in.op = opIsTupleX
		case opIsInteger:
			in.op = opIsIntegerX
		case opIsAtom:
			in.op = opIsAtomX
		case opIsMap:
			in.op = opIsMapX
		case opIsBinary:
			in.op = opIsBinaryX
		default:
			in.ext = e
		}
	}
	l.emit(in, l.target(a[0]))
}

// tupleTest is a test for a tuple of n elements; tag, when not nil, is its
// first one.
func (l *loader) tupleTest(op opcode, fail, src beam.Arg, n int, tag term.Term) {
	e := &ext{}
	in := instr{op: op, a: l.src(src, &e.lits), n: int32(n), v: tag, ext: e}
	if !in.a.isX() {
		in.op = opTupleS
		if tag != nil {
			in.op = opTaggedTuple
		}
	}
	l.emit(in, l.target(fail))
}

func (l *loader) getList(a []beam.Arg) {
	e := &ext{}
	src := l.src(a[0], &e.lits)
	h, t := l.dst(a[1]), l.dst(a[2])
	in := instr{op: opGetList, a: src, b: h, c: t, ext: e}
	if src.isX() && t.isX() {
		if h.isX() {
			in.op = opGetListXXX
		} else {
			in.op, in.b = opGetListXYX, h.onlyY()
		}
	} else if src.isX() && h.isY() {
		in.op, in.b, in.c = opGetListXYY, h.onlyY(), t.onlyY()
	} else if src.isX() && h.isX() {
		in.op, in.c = opGetListXXY, t.onlyY()
	}
	l.emit(in, 0)
}

func (l *loader) putList(a []beam.Arg) {
	e := &ext{}
	in := instr{op: opPutList, a: l.src(a[0], &e.lits), b: l.src(a[1], &e.lits), c: l.dst(a[2]), ext: e}
	if in.c.isX() {
		switch {
		case in.a.isX() && in.b.isX():
			in.op = opPutListXXX
		case in.a.isY() && in.b.isX():
			in.op, in.a = opPutListYXX, in.a.onlyY()
		case in.a.isY() && in.b.isY():
			in.op, in.a, in.b = opPutListYYX, in.a.onlyY(), in.b.onlyY()
		case in.a.isX() && in.b.isLit():
			in.op, in.v = opPutListXLX, e.lits[in.b&opndBits]
		case in.a.isY() && in.b.isLit():
			in.op, in.a, in.v = opPutListYLX, in.a.onlyY(), e.lits[in.b&opndBits]
		}
	}
	l.emit(in, 0)
}

func (l *loader) updateRecord(a []beam.Arg) {
	e := &ext{}
	size := l.num(a[1])
	args := []opnd{l.src(a[2], &e.lits)}
	list := l.list(a[4])
	if len(list)%2 != 0 {
		l.fail("odd list")
		return
	}
	for i := 0; i < len(list); i += 2 {
		n := list[i].N
		if list[i].Kind != beam.KindU || n < 1 || n > int64(size) || n > 1<<14 {
			l.fail("element %d", n)
			return
		}
		args = append(args, opnd(n), l.src(list[i+1], &e.lits))
	}
	l.slow(slowUpdateRecord, instr{a: l.dst(a[3]), n: int32(size), ext: e}, 0, nil, args...)
}

// guard is a call of a guard BIF or an operator.
func (l *loader) guard(op beam.Op, a []beam.Arg) {
	fail := 0
	if op != beam.OpBif0 {
		fail = l.failure(a[0])
		a = a[1:]
		if op == beam.OpGcBif1 || op == beam.OpGcBif2 || op == beam.OpGcBif3 {
			a = a[1:]
		}
	}
	imp := l.imported(a[0])
	args, dst := a[1:len(a)-1], l.dst(a[len(a)-1])
	if imp.Arity != len(args) {
		l.fail("arity of %s", imp.Name.Name())
		return
	}
	exp := l.vm.export(imp.Module, imp.Name, imp.Arity)
	e := &ext{exp: exp}
	for _, x := range args {
		e.args = append(e.args, l.src(x, &e.lits))
	}
	if imp.Module == aErlang {
		if g := guards[guardKey{imp.Name.Name(), imp.Arity}]; g != nil {
			e.guard = g
		}
	}
	if e.guard == nil {
		if exp.own == nil {
			l.fail("%s:%s/%d is no guard BIF", imp.Module.Name(), imp.Name.Name(), imp.Arity)
			return
		}
		fn := exp.own
		n := imp.Arity
		e.guard = func(p *Process, x, y, z term.Term) (term.Term, error) {
			return fn(p, append([]term.Term(nil), []term.Term{x, y, z}[:n]...))
		}
	}
	in := instr{op: opGuard1, c: dst, ext: e}
	switch len(args) {
	case 1:
		in.a = e.args[0]
	case 2:
		in.op = opGuard2
		in.a, in.b = e.args[0], e.args[1]
		if imp.Module == aErlang {
			l.arith(imp.Name.Name(), &in)
		}
	case 3:
		in.op = opGuard3
	case 0:
		in.op = opGuard3
	}
	l.emit(in, fail)
}
