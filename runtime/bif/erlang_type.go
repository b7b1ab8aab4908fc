package bif

import (
	"math"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Type tests, as functions.
var erlangType = []vm.BIF{
	typeTest("is_atom", func(t term.Term) bool { _, ok := t.(term.Atom); return ok }),
	typeTest("is_binary", func(t term.Term) bool { b, ok := t.(*term.Bits); return ok && b.IsBinary() }),
	typeTest("is_bitstring", func(t term.Term) bool { _, ok := t.(*term.Bits); return ok }),
	typeTest("is_boolean", func(t term.Term) bool { return t == term.True || t == term.False }),
	typeTest("is_float", func(t term.Term) bool { _, ok := t.(term.Float); return ok }),
	typeTest("is_integer", term.IsInteger),
	typeTest("is_list", term.IsList),
	typeTest("is_map", func(t term.Term) bool { _, ok := t.(*term.Map); return ok }),
	typeTest("is_number", isNumber),
	typeTest("is_pid", isPid),
	typeTest("is_port", isPort),
	typeTest("is_reference", isRef),
	typeTest("is_tuple", func(t term.Term) bool { _, ok := t.(*term.Tuple); return ok }),
	typeTest("is_function", isFun),
	erl("is_function", 2, isFunction2),
	erl("is_integer", 3, isInteger3),
	erl("is_record", 1, isRecord1),
	erl("is_record", 2, isRecord2),
	erl("is_record", 3, isRecord3),
}

func typeTest(name string, test func(term.Term) bool) vm.BIF {
	return erl(name, 1, func(_ *vm.Process, args []term.Term) (term.Term, error) {
		return term.Bool(test(args[0])), nil
	})
}

func isNumber(t term.Term) bool {
	_, isFloat := t.(term.Float)
	return isFloat || term.IsInteger(t)
}

// arity is that of a fun.
func arity(t term.Term) (int, bool) {
	switch f := t.(type) {
	case *term.Fun:
		return f.Arity, true
	case *term.Export:
		return f.Arity, true
	}
	return 0, false
}

func isFunction2(_ *vm.Process, args []term.Term) (term.Term, error) {
	if b, ok := args[1].(*term.Big); ok && b.V.Sign() > 0 {
		return term.False, nil
	}
	n, ok := smallInt(args[1], 0, math.MaxInt64)
	if !ok {
		return nil, vm.Badarg
	}
	a, ok := arity(args[0])
	return term.Bool(ok && int64(a) == n), nil
}

// isInteger3 is is_integer(Term, Low, High).
func isInteger3(_ *vm.Process, args []term.Term) (term.Term, error) {
	if !term.IsInteger(args[1]) || !term.IsInteger(args[2]) {
		return nil, vm.Badarg
	}
	return term.Bool(term.IsInteger(args[0]) &&
		term.Compare(args[1], args[0]) <= 0 && term.Compare(args[0], args[2]) <= 0), nil
}

// isRecord1 asks for a native record, of which there are none here.
func isRecord1(*vm.Process, []term.Term) (term.Term, error) { return term.False, nil }

func isRecord2(_ *vm.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[1].(term.Atom); !ok {
		return nil, vm.Badarg
	}
	t, ok := args[0].(*term.Tuple)
	return term.Bool(ok && t.Len() > 0 && t.Elems[0] == args[1]), nil
}

// isRecord3 is is_record(Term, Tag, Size), and is_record(Term, Module, Name)
// for native records, of which there are none here.
func isRecord3(p *vm.Process, args []term.Term) (term.Term, error) {
	_, isTag := args[1].(term.Atom)
	if _, isName := args[2].(term.Atom); isTag && isName {
		return term.False, nil
	}
	if !term.IsInteger(args[2]) {
		return nil, vm.Badarg
	}
	v, err := isRecord2(p, args[:2])
	if v == term.True {
		n, ok := natural(args[2])
		v = term.Bool(ok && n == args[0].(*term.Tuple).Len())
	}
	return v, err
}
