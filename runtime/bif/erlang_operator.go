package bif

import (
	"errors"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Operators, as functions. '++', '--' and what else works on whole lists is in
// lists.go.
var erlangOperator = []vm.BIF{
	binaryOp("+", term.Add),
	binaryOp("-", term.Sub),
	binaryOp("*", term.Mul),
	binaryOp("/", term.Div),
	binaryOp("div", term.IntDiv),
	binaryOp("rem", term.Rem),
	binaryOp("band", term.Band),
	binaryOp("bor", term.Bor),
	binaryOp("bxor", term.Bxor),
	binaryOp("bsl", term.Bsl),
	binaryOp("bsr", term.Bsr),
	erl("+", 1, unaryPlus),
	unaryOp("-", term.Neg),
	unaryOp("bnot", term.Bnot),
	comparison("==", (*vm.Process).Equal),
	comparison("/=", func(p *vm.Process, a, b term.Term) bool { return !p.Equal(a, b) }),
	comparison("=:=", (*vm.Process).Identical),
	comparison("=/=", func(p *vm.Process, a, b term.Term) bool { return !p.Identical(a, b) }),
	comparison("<", func(p *vm.Process, a, b term.Term) bool { return p.Compare(a, b) < 0 }),
	comparison("=<", func(p *vm.Process, a, b term.Term) bool { return p.Compare(a, b) <= 0 }),
	comparison(">", func(p *vm.Process, a, b term.Term) bool { return p.Compare(a, b) > 0 }),
	comparison(">=", func(p *vm.Process, a, b term.Term) bool { return p.Compare(a, b) >= 0 }),
	boolOp("and", func(a, b bool) bool { return a && b }),
	boolOp("or", func(a, b bool) bool { return a || b }),
	boolOp("xor", func(a, b bool) bool { return a != b }),
	erl("not", 1, not),
	erl("min", 2, minimum),
	erl("max", 2, maximum),
}

// arith is the exception of an error of the arithmetic.
func arith(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, term.ErrSystemLimit):
		return vm.SystemLimit
	}
	return vm.Badarith
}

func binaryOp(name string, op func(a, b term.Term) (term.Term, error)) vm.BIF {
	return erl(name, 2, func(_ *vm.Process, args []term.Term) (term.Term, error) {
		v, err := op(args[0], args[1])
		return v, arith(err)
	})
}

func unaryOp(name string, op func(a term.Term) (term.Term, error)) vm.BIF {
	return erl(name, 1, func(_ *vm.Process, args []term.Term) (term.Term, error) {
		v, err := op(args[0])
		return v, arith(err)
	})
}

func unaryPlus(_ *vm.Process, args []term.Term) (term.Term, error) {
	if !isNumber(args[0]) {
		return nil, vm.Badarith
	}
	return args[0], nil
}

func comparison(name string, test func(p *vm.Process, a, b term.Term) bool) vm.BIF {
	return erl(name, 2, func(p *vm.Process, args []term.Term) (term.Term, error) {
		return term.Bool(test(p, args[0], args[1])), nil
	})
}

func boolOp(name string, op func(a, b bool) bool) vm.BIF {
	return erl(name, 2, func(_ *vm.Process, args []term.Term) (term.Term, error) {
		a, ok := boolean(args[0])
		b, ok1 := boolean(args[1])
		if !ok || !ok1 {
			return nil, vm.Badarg
		}
		return term.Bool(op(a, b)), nil
	})
}

func boolean(t term.Term) (v, ok bool) {
	return t == term.True, t == term.True || t == term.False
}

func not(_ *vm.Process, args []term.Term) (term.Term, error) {
	v, ok := boolean(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return term.Bool(!v), nil
}

func minimum(p *vm.Process, args []term.Term) (term.Term, error) {
	if p.Compare(args[0], args[1]) <= 0 {
		return args[0], nil
	}
	return args[1], nil
}

func maximum(p *vm.Process, args []term.Term) (term.Term, error) {
	if p.Compare(args[0], args[1]) >= 0 {
		return args[0], nil
	}
	return args[1], nil
}
