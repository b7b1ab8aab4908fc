package compile

import (
	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// bifKind tells how a function of module erlang is called.
type bifKind uint8

const (
	kindBIF       bifKind = iota + 1 // bif0, bif1, bif2
	kindGC                           // gc_bif1, gc_bif2, gc_bif3
	kindGuardOnly                    // bif in guards, a call in bodies
)

var bifKinds = map[fa]bifKind{
	{"self", 0}: kindBIF, {"node", 0}: kindBIF, {"node", 1}: kindBIF, {"element", 2}: kindBIF,
	{"hd", 1}: kindBIF, {"tl", 1}: kindBIF, {"tuple_size", 1}: kindBIF, {"map_get", 2}: kindBIF,
	{"is_map_key", 2}: kindBIF, {"not", 1}: kindBIF, {"and", 2}: kindBIF, {"or", 2}: kindBIF, {"xor", 2}: kindBIF,
	{"<", 2}: kindBIF, {">", 2}: kindBIF, {"=<", 2}: kindBIF, {">=", 2}: kindBIF,
	{"==", 2}: kindBIF, {"/=", 2}: kindBIF, {"=:=", 2}: kindBIF, {"=/=", 2}: kindBIF,
	{"is_atom", 1}: kindBIF, {"is_binary", 1}: kindBIF, {"is_bitstring", 1}: kindBIF, {"is_boolean", 1}: kindBIF,
	{"is_float", 1}: kindBIF, {"is_function", 1}: kindBIF, {"is_function", 2}: kindBIF, {"is_integer", 1}: kindBIF,
	{"is_list", 1}: kindBIF, {"is_map", 1}: kindBIF, {"is_number", 1}: kindBIF, {"is_pid", 1}: kindBIF,
	{"is_port", 1}: kindBIF, {"is_reference", 1}: kindBIF, {"is_tuple", 1}: kindBIF,
	{"is_record", 1}: kindGuardOnly, {"is_record", 2}: kindGuardOnly,
	{"get", 1}: kindBIF,
	{"min", 2}: kindGuardOnly, {"max", 2}: kindGuardOnly,
	{"is_integer", 3}: kindGuardOnly, // OTP 29's; its bif3 keeps a file from being loaded in older ones
	{"length", 1}:     kindGC, {"size", 1}: kindGC, {"byte_size", 1}: kindGC, {"bit_size", 1}: kindGC,
	{"map_size", 1}: kindGC, {"abs", 1}: kindGC, {"ceil", 1}: kindGC, {"floor", 1}: kindGC, {"float", 1}: kindGC,
	{"round", 1}: kindGC, {"trunc", 1}: kindGC, {"binary_part", 2}: kindGC, {"binary_part", 3}: kindGC,
	{"+", 1}: kindGC, {"-", 1}: kindGC, {"bnot", 1}: kindGC, {"+", 2}: kindGC, {"-", 2}: kindGC, {"*", 2}: kindGC,
	{"/", 2}: kindGC, {"div", 2}: kindGC, {"rem", 2}: kindGC, {"band", 2}: kindGC, {"bor", 2}: kindGC,
	{"bxor", 2}: kindGC, {"bsl", 2}: kindGC, {"bsr", 2}: kindGC,
}

// comparisons tells the test instruction of an operator, and whether its
// operands change places.
var comparisons = map[string]struct {
	name string
	op   beam.Op
	swap bool
}{
	"==": {"==", beam.OpIsEq, false}, "/=": {"/=", beam.OpIsNe, false},
	"=:=": {"=:=", beam.OpIsEqExact, false}, "=/=": {"=/=", beam.OpIsNeExact, false},
	"<": {"<", beam.OpIsLt, false}, ">=": {">=", beam.OpIsGe, false},
	">": {">", beam.OpIsLt, true}, "=<": {"=<", beam.OpIsGe, true},
}

// typeTests are the guard BIFs that are test instructions.
var typeTests = map[string]beam.Op{
	"is_atom": beam.OpIsAtom, "is_binary": beam.OpIsBinary, "is_bitstring": beam.OpIsBitstr,
	"is_boolean": beam.OpIsBoolean, "is_float": beam.OpIsFloat, "is_function": beam.OpIsFunction,
	"is_integer": beam.OpIsInteger, "is_list": beam.OpIsList, "is_map": beam.OpIsMap, "is_number": beam.OpIsNumber,
	"is_pid": beam.OpIsPid, "is_port": beam.OpIsPort, "is_reference": beam.OpIsReference, "is_tuple": beam.OpIsTuple,
}

// erlangCall tells whether a call is one of module erlang, as written with or
// without the module's name.
func (m *mod) erlangCall(c *parser.Call) (name string, ok bool) {
	switch fun := c.Fun.(type) {
	case *parser.Atom:
		return fun.Name, m == nil || m.isAutoBIF(fun.Name, len(c.Args))
	case *parser.Remote:
		mod, ok1 := fun.Module.(*parser.Atom)
		n, ok2 := fun.Name.(*parser.Atom)
		if ok1 && ok2 && mod.Name == "erlang" {
			return n.Name, true
		}
	}
	return "", false
}

// isBool reports whether an expression, if it has a value at all, is true or
// false, by its form alone.
func isBool(e parser.Expr) bool {
	switch e := e.(type) {
	case *parser.Atom:
		return e.Name == "true" || e.Name == "false"
	case *parser.BinOp:
		if e.Op == "andalso" || e.Op == "orelse" {
			return isBool(e.Left) && isBool(e.Right)
		}
		_, ok := comparisons[e.Op]
		return ok
	case *parser.UnOp:
		return e.Op == "not" && isBool(e.Arg)
	case *parser.Call:
		if r, ok := e.Fun.(*parser.Remote); ok {
			m, ok1 := r.Module.(*parser.Atom)
			n, ok2 := r.Name.(*parser.Atom)
			return ok1 && ok2 && m.Name == "erlang" && typeTests[n.Name] != 0 && len(e.Args) == 1
		}
	}
	return false
}

// guard tests a guard and goes to no when it fails.
func (f *fn) guard(g [][]parser.Expr, no *block) {
	if len(g) == 0 {
		return
	}
	saved := f.gfail
	yes := f.newBlock()
	for i, conj := range g {
		next := no
		if i < len(g)-1 {
			next = f.newBlock()
		}
		f.gfail = next
		for _, e := range conj {
			f.cond(e, next)
		}
		if i < len(g)-1 {
			f.jump(yes)
			f.place(next)
		}
	}
	if len(g) > 1 {
		f.jump(yes)
		f.place(yes)
	}
	f.gfail = saved
}

// cond goes on if an expression is true and goes to no otherwise. Outside
// guards it is for expressions that isBool accepts.
func (f *fn) cond(e parser.Expr, no *block) {
	f.at(e.Position())
	switch e := e.(type) {
	case *parser.Atom:
		if e.Name == "true" {
			return
		}
		f.jump(no)
		return
	case *parser.BinOp:
		switch e.Op {
		case "andalso":
			f.cond(e.Left, no)
			f.cond(e.Right, no)
			return
		case "and":
			if f.gfail == no {
				f.cond(e.Left, no)
				f.cond(e.Right, no)
				return
			}
		case "orelse":
			if f.gfail != nil || isBool(e.Left) {
				yes, alt := f.newBlock(), f.newBlock()
				f.condOr(e.Left, alt)
				f.jump(yes)
				f.place(alt)
				f.cond(e.Right, no)
				f.jump(yes)
				f.place(yes)
				return
			}
		}
		if c, ok := comparisons[e.Op]; ok {
			a, b := f.within(inLeft, e.Left), f.within(inRight, e.Right)
			if c.swap {
				a, b = b, a
			}
			f.op(c.op, failTo(no), a, b)
			return
		}
	case *parser.UnOp:
		if e.Op == "not" && isBool(e.Arg) {
			alt := f.newBlock()
			f.cond(e.Arg, alt)
			f.jump(no)
			f.place(alt)
			return
		}
	case *parser.Call:
		name, ok := f.m.erlangCall(e)
		if !ok {
			break
		}
		if op := typeTests[name]; op != 0 && len(e.Args) == 1 {
			f.op(op, failTo(no), f.reg(f.within(inBIFArgs, e.Args[0])))
			return
		}
		if name == "is_record" && len(e.Args) > 1 {
			if arg, t, ok := f.recordTest(e); ok {
				v := f.reg(f.expr(arg))
				f.op(beam.OpIsTaggedTuple, failTo(no), v, num(t.size), cnst(t.name))
				return
			}
		}
		if name == "is_integer" && len(e.Args) == 3 && f.gfail == no {
			v, low, high := f.reg(f.within(inBIFArgs, e.Args[0])), f.expr(e.Args[1]), f.expr(e.Args[2])
			if isInt(low) && isInt(high) && term.Compare(low.t, high.t) <= 0 {
				f.op(beam.OpIsInteger, failTo(no), v)
				f.op(beam.OpIsGe, failTo(no), v, low)
				f.op(beam.OpIsGe, failTo(no), high, v)
				return
			}
			if isInt(low) && isInt(high) {
				f.jump(no) // OTP 29's validator knows no such range
				return
			}
			f.op(beam.OpIsEqExact, failTo(no), f.bif(name, kindGuardOnly, []opnd{v, low, high}), cnst(term.True))
			return
		}
		if name == "is_function" && len(e.Args) == 2 && f.gfail == no {
			f.op(beam.OpIsFunction2, failTo(no), f.reg(f.within(inBIFArgs, e.Args[0])), f.expr(e.Args[1]))
			return
		}
		if c, ok := comparisons[name]; ok && len(e.Args) == 2 {
			a, b := f.expr(e.Args[0]), f.expr(e.Args[1])
			if c.swap {
				a, b = b, a
			}
			f.op(c.op, failTo(no), a, b)
			return
		}
	}
	v := f.expr(e)
	f.op(beam.OpIsEqExact, failTo(no), v, cnst(term.True))
}

func isInt(o opnd) bool {
	if !o.isConst() {
		return false
	}
	_, ok := term.ToBig(o.t)
	return ok
}

// condOr is cond for the left side of an orelse in a guard: only false leads
// to the right side, what is no boolean fails the guard.
func (f *fn) condOr(e parser.Expr, alt *block) {
	if isBool(e) || f.gfail == nil || f.isTest(e) {
		f.cond(e, alt)
		return
	}
	v := f.reg(f.expr(e))
	yes := f.newBlock()
	f.end(beam.OpSelectVal, v, failTo(f.gfail), cnst(term.True), failTo(yes), cnst(term.False), failTo(alt))
	f.lastList(4)
	f.place(yes)
}

// isTest reports whether a call is a type test of module erlang.
func (f *fn) isTest(e parser.Expr) bool {
	c, ok := e.(*parser.Call)
	if !ok {
		return false
	}
	name, ok := f.m.erlangCall(c)
	return ok && typeTests[name] != 0 && len(c.Args) == 1
}
