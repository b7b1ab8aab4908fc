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

var aTraceAtom = term.A("trace")

// matchSpecTest is match_spec_test(Term, Spec, Type).
func matchSpecTest(p *vm.Process, args []term.Term) (term.Term, error) {
	_, isList := term.Slice(args[0])
	trace := args[2] == aTraceAtom
	if args[2] != term.A("table") && !trace || trace && !isList {
		return nil, vm.Badarg
	}
	if errors := lintSpec(p, args[1], trace); errors != nil {
		rows := make([]term.Term, len(errors))
		for i, text := range errors {
			rows[i] = term.T(term.ErrorAtom, term.String(text))
		}
		return term.T(term.ErrorAtom, term.List(rows...)), nil
	}
	if trace {
		return traceSpecTest(p, args[0], args[1])
	}
	spec, ok := compileSpec(args[1], 1)
	if !ok {
		return nil, vm.Badarg
	}
	result, ok := spec.run(&matchEnv{p: p}, args[0])
	if !ok {
		result = term.False
	}
	return term.T(term.Ok, result, term.EmptyList, term.EmptyList), nil
}
