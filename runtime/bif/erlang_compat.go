package bif

import (
	"encoding/binary"

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

// decodePacket is decode_packet(Type, Bin, Options) for the types that split a
// stream into packets by a length in front, or lines.
func decodePacket(_ *vm.Process, args []term.Term) (term.Term, error) {
	data, ok := binaryBytes(args[1])
	options, ok2 := term.Slice(args[2])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	size, lineLength, delimiter := 0, 0, byte('\n')
	for _, o := range options {
		t, ok := o.(*term.Tuple)
		if !ok || len(t.Elems) != 2 {
			return nil, vm.Badarg
		}
		n, ok := smallInt(t.Elems[1], 0, 1<<31)
		if !ok {
			return nil, vm.Badarg
		}
		switch t.Elems[0] {
		case term.A("packet_size"):
			size = int(n)
		case term.A("line_length"):
			lineLength = int(n)
		case term.A("line_delimiter"):
			delimiter = byte(n)
		default:
			return nil, vm.Badarg
		}
	}
	packet := func(head, n int) (term.Term, error) {
		switch {
		case size > 0 && n > size:
			return term.T(term.ErrorAtom, term.A("invalid")), nil
		case head+n > len(data):
			return term.T(term.A("more"), term.Small(int64(head+n))), nil
		}
		return term.T(term.Ok, term.Binary(data[head:head+n]), term.Binary(data[head+n:])), nil
	}
	more := term.T(term.A("more"), term.Undefined)
	switch args[0] {
	case term.A("raw"), term.Small(0):
		if len(data) == 0 {
			return more, nil
		}
		return packet(0, len(data))
	case term.Small(1), term.Small(2), term.Small(4):
		n, _ := smallInt(args[0], 1, 4)
		head := int(n)
		if len(data) < head {
			return more, nil
		}
		var length [4]byte
		copy(length[4-head:], data)
		return packet(head, int(binary.BigEndian.Uint32(length[:])))
	case term.A("line"):
		for i, c := range data {
			switch {
			case lineLength > 0 && i+1 == lineLength, c == delimiter:
				return term.T(term.Ok, term.Binary(data[:i+1]), term.Binary(data[i+1:])), nil
			}
		}
		return more, nil
	}
	return nil, vm.Badarg
}
