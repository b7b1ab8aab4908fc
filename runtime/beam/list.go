package beam

import (
	"bytes"
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"ersh/runtime/term"
)

// List writes a module as assembler text in the style of erlc -S, which a
// real erlc takes in turn.
func List(m *Module) []byte {
	l := lister{m: m}
	l.printf("{module, %s}.  %%%% version = 0\n\n{exports, [", term.Format(m.Name))
	exports := slices.SortedFunc(slices.Values(m.Exports), func(a, b Function) int {
		return cmp.Or(term.Compare(a.Name, b.Name), a.Arity-b.Arity)
	})
	for i, f := range exports {
		if i > 0 {
			l.printf(",")
		}
		l.printf("{%s,%d}", term.Format(f.Name), f.Arity)
	}
	l.printf("]}.\n\n{attributes, %s}.\n\n{labels, %d}.\n", term.Format(written(m)), m.NumLabels)
	for i := range m.Code {
		l.instr(i)
	}
	return l.Bytes()
}

// written is the attributes that the source has: not a vsn that is the code's
// checksum.
func written(m *Module) term.Term {
	made := term.T(term.A("vsn"), term.List(term.MakeBig(new(big.Int).SetBytes(m.MD5[:]))))
	list, _ := term.Slice(m.Attributes)
	return term.List(slices.DeleteFunc(list, func(t term.Term) bool { return term.Equal(t, made) })...)
}

type lister struct {
	bytes.Buffer
	m *Module
}

func (l *lister) printf(format string, args ...any) { fmt.Fprintf(l, format, args...) }

// instr writes the instruction at i of the code.
func (l *lister) instr(i int) {
	in := &l.m.Code[i]
	a := in.Args
	switch in.Op {
	case OpIntCodeEnd:
		return
	case OpLabel:
		// A function begins with: label, line, func_info, label.
		for j := i + 1; j < len(l.m.Code) && j <= i+2; j++ {
			if f := &l.m.Code[j]; f.Op == OpFuncInfo && j+1 < len(l.m.Code) {
				l.printf("\n\n{function, %s, %d, %d}.\n", term.Format(f.Args[1].Term), f.Args[2].N, l.m.Code[j+1].Args[0].N)
				break
			}
		}
		l.printf("  {label,%d}.\n", a[0].N)
		return
	}
	l.printf("    ")
	switch in.Op {
	case OpLine:
		l.line(a[0].N)
	case OpCall, OpCallLast, OpCallOnly:
		l.tuple(in.Op.String(), a)
	case OpCallExt, OpCallExtLast, OpCallExtOnly:
		f := l.imported(a[1].N)
		l.printf("{%s,%d,{extfunc,%s,%s,%d}", in.Op, a[0].N, term.Format(f.Module), term.Format(f.Name), f.Arity)
		if len(a) > 2 {
			l.printf(",%d", a[2].N)
		}
		l.printf("}")
	case OpBif0:
		l.bif("bif", Arg{Kind: KindLabel}, nil, a[0], nil, a[1])
	case OpBif1, OpBif2, OpBif3:
		n := len(a) - 1
		l.bif("bif", a[0], nil, a[1], a[2:n], a[n])
	case OpGcBif1, OpGcBif2, OpGcBif3:
		n := len(a) - 1
		l.bif("gc_bif", a[0], &a[1], a[2], a[3:n], a[n])
	case OpRaise:
		l.printf("{bif,raise,{f,0},")
		l.args(a)
		l.printf(",{x,0}}")
	case OpMakeFun3:
		f := l.lambda(a[0].N)
		l.printf("{make_fun3,{f,%d},%d,0,", f.Label, f.Index)
		l.arg(a[1])
		l.printf(",")
		l.arg(a[2])
		l.printf("}")
	case OpBsGetInteger2, OpBsGetFloat2, OpBsGetBinary2:
		l.test(in.Op, a[0], &a[2], []Arg{a[1], a[3], a[4]}, &a[5], &a[6])
	case OpBsGetUtf8, OpBsGetUtf16, OpBsGetUtf32:
		l.test(in.Op, a[0], &a[2], a[1:2], &a[3], &a[4])
	case OpBsStartMatch3:
		l.test(in.Op, a[0], &a[2], a[1:2], nil, &a[3])
	case OpBsSkipBits2, OpBsSkipUtf8, OpBsSkipUtf16, OpBsSkipUtf32:
		n := len(a) - 1
		l.test(in.Op, a[0], nil, a[1:n], &a[n], nil)
	case OpBsMatchString:
		l.printf("{test,bs_match_string,")
		l.arg(a[0])
		l.printf(",[")
		l.arg(a[1])
		l.printf(",%d,{string,%s}]}", a[2].N, l.bytesAt(a[3].N, a[2].N/8))
	case OpHasMapFields:
		l.printf("{test,has_map_fields,")
		l.join(a)
		l.printf("}")
	case OpBsCreateBin:
		l.createBin(a)
	case OpBsMatch:
		l.printf("{bs_match,")
		l.join(a[:2])
		l.printf(",{commands,[...]}}")
	case OpCallFun2:
		l.tuple("call_fun2", a)
	default:
		switch {
		case isTest(in.Op):
			l.test(in.Op, a[0], nil, a[1:], nil, nil)
		case len(a) == 0:
			l.printf("%s", in.Op)
		default:
			l.tuple(atomOf(in.Op), a)
		}
	}
	l.printf(".\n")
}

// isTest reports whether an instruction is a test with plain operands.
func isTest(op Op) bool {
	switch op {
	case OpIsMap, OpIsTaggedTuple, OpIsBitstr, OpIsBoolean, OpIsFunction, OpIsFunction2, OpBsTestUnit, OpBsTestTail2:
		return true
	}
	return op >= OpIsLt && op <= OpTestArity
}

// atomOf is an instruction's name as an atom's text.
func atomOf(op Op) string {
	switch op {
	case OpCatch, OpTry:
		return "'" + op.String() + "'"
	}
	return op.String()
}

func (l *lister) tuple(name string, args []Arg) {
	l.printf("{%s,", name)
	l.join(args)
	l.printf("}")
}

func (l *lister) join(args []Arg) {
	for i := range args {
		if i > 0 {
			l.printf(",")
		}
		l.arg(args[i])
	}
}

func (l *lister) args(args []Arg) {
	l.printf("[")
	l.join(args)
	l.printf("]")
}

func (l *lister) test(op Op, fail Arg, live *Arg, args []Arg, flags, dst *Arg) {
	l.printf("{test,%s,", op)
	l.arg(fail)
	if live != nil {
		l.printf(",%d", live.N)
	}
	l.printf(",[")
	l.join(args)
	if flags != nil {
		l.printf(",{field_flags,[")
		sep := ""
		for _, f := range []struct {
			bit  int64
			name string
		}{{2, "little"}, {4, "signed"}, {16, "native"}} {
			if flags.N&f.bit != 0 {
				l.printf("%s%s", sep, f.name)
				sep = ","
			}
		}
		l.printf("]}")
	}
	l.printf("]")
	if dst != nil {
		l.printf(",")
		l.arg(*dst)
	}
	l.printf("}")
}

func (l *lister) bif(kind string, fail Arg, live *Arg, imp Arg, args []Arg, dst Arg) {
	l.printf("{%s,%s,", kind, term.Format(l.imported(imp.N).Name))
	l.arg(fail)
	if live != nil {
		l.printf(",%d", live.N)
	}
	l.printf(",")
	l.args(args)
	l.printf(",")
	l.arg(dst)
	l.printf("}")
}

func (l *lister) createBin(a []Arg) {
	l.printf("{bs_create_bin,")
	l.join(a[:5])
	l.printf(",{list,[")
	segs := a[5].List
	for i := 0; i+5 < len(segs); i += 6 {
		if i > 0 {
			l.printf(",")
		}
		s := segs[i : i+6]
		if isAtom(s[0], "string") {
			l.join(s[:4])
			l.printf(",{string,%s},", l.bytesAt(s[4].N, s[5].N))
			l.arg(s[5])
			continue
		}
		l.join(s)
	}
	l.printf("]}}")
}

func isAtom(a Arg, name string) bool {
	t, ok := a.Term.(term.Atom)
	return ok && t.Name() == name
}

// bytesAt shows a part of the string table.
func (l *lister) bytesAt(off, n int64) string {
	if off < 0 || n < 0 || off+n > int64(len(l.m.Strings)) {
		return "<<>>"
	}
	return term.Format(term.Binary(l.m.Strings[off : off+n]))
}

func (l *lister) imported(i int64) Import {
	if i < 0 || i >= int64(len(l.m.Imports)) {
		return Import{}
	}
	return l.m.Imports[i]
}

func (l *lister) lambda(i int64) Lambda {
	if i < 0 || i >= int64(len(l.m.Lambdas)) {
		return Lambda{}
	}
	return l.m.Lambdas[i]
}

func (l *lister) line(i int64) {
	if i <= 0 || i >= int64(len(l.m.Lines)) {
		l.printf("{line,[]}")
		return
	}
	p := l.m.Lines[i]
	file := ""
	if p.File >= 0 && p.File < len(l.m.Files) {
		file = l.m.Files[p.File]
	}
	l.printf("{line,[{location,%q,%d}]}", file, p.Line)
}

func (l *lister) arg(a Arg) {
	switch a.Kind {
	case KindU:
		l.printf("%d", a.N)
	case KindI:
		if a.Term != nil {
			l.printf("{integer,%s}", term.Format(a.Term))
		} else {
			l.printf("{integer,%d}", a.N)
		}
	case KindAtom:
		l.printf("{atom,%s}", term.Format(a.Term))
	case KindX:
		l.printf("{x,%d}", a.N)
	case KindY:
		l.printf("{y,%d}", a.N)
	case KindFR:
		l.printf("{fr,%d}", a.N)
	case KindLabel:
		l.printf("{f,%d}", a.N)
	case KindNil:
		l.printf("nil")
	case KindLiteral:
		t := a.Term
		if t == nil && a.N >= 0 && a.N < int64(len(l.m.Literals)) {
			t = l.m.Literals[a.N]
		}
		l.printf("{literal,%s}", term.Format(t))
	case KindList:
		l.printf("{list,")
		l.args(a.List)
		l.printf("}")
	case KindAlloc:
		l.printf("{alloc,[")
		kinds := [...]string{"words", "floats", "funs"}
		for i := 0; i+1 < len(a.List); i += 2 {
			if i > 0 {
				l.printf(",")
			}
			l.printf("{%s,%d}", kinds[min(max(a.List[i].N, 0), 2)], a.List[i+1].N)
		}
		l.printf("]}")
	case KindTyped:
		l.printf("{tr,")
		l.arg(a.List[0])
		l.printf(",%d}", a.N)
	}
}
