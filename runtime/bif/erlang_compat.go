package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangCompat holds functions of module erlang, and of modules below it, that
// library code calls and people hardly do: other names of functions, and
// switches of an emulator that ersh has not got.
var erlangCompat = []vm.BIF{
	erl("append", 2, operator("++")),
	erl("subtract", 2, operator("--")),
	erl("fun_info_mfa", 1, func(_ *vm.Process, args []term.Term) (term.Term, error) {
		switch f := args[0].(type) {
		case *term.Fun:
			return term.T(f.Module, f.Name, term.Small(int64(f.Arity))), nil
		case *term.Export:
			return term.T(f.Module, f.Name, term.Small(int64(f.Arity))), nil
		}
		return nil, vm.Badarg
	}),
	erl("match_spec_test", 3, matchSpecTest),
	erl("prepare_loading", 2, prepareLoading),
	erl("decode_packet", 3, decodePacket),
	erl("garbage_collect_message_area", 0, always(term.False)),
	{Module: "erts_debug", Name: "same", Arity: 2, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		return term.Bool(args[0] == args[1]), nil
	}},
	{Module: "erts_debug", Name: "copy_shared", Arity: 1, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		return args[0], nil
	}},
}

func always(v term.Term) vm.Func {
	return func(*vm.Process, []term.Term) (term.Term, error) { return v, nil }
}

// operator is the function of a list operator.
func operator(name string) vm.Func {
	for _, b := range listOperators {
		if b.Name == name {
			return b.Fn
		}
	}
	panic("no operator " + name)
}

// matchSpecTest is match_spec_test(Term, Spec, table).
func matchSpecTest(p *vm.Process, args []term.Term) (term.Term, error) {
	tuple, ok := args[0].(*term.Tuple)
	if !ok || args[2] != term.A("table") {
		return nil, vm.Badarg
	}
	if _, ok := term.Slice(args[1]); !ok {
		return nil, vm.Badarg
	}
	spec, ok := compileSpec(args[1], 1)
	if !ok {
		return nil, vm.Badarg
	}
	result, ok := spec.run(&matchEnv{p: p}, tuple)
	if !ok {
		result = term.False
	}
	return term.T(term.Ok, result, term.EmptyList, term.EmptyList), nil
}
