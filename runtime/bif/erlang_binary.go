package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Parts and sizes of binaries.
var erlangBinary = []vm.BIF{
	erl("split_binary", 2, splitBinary),
	erl("binary_part", 2, binaryPart2),
	erl("binary_part", 3, binaryPart3),
	erl("bit_size", 1, bitSize),
	erl("byte_size", 1, byteSize),
}

func splitBinary(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].(*term.Bits)
	n, ok1 := natural(args[1])
	if !ok || !ok1 || n > b.Len/8 {
		return nil, vm.Badarg
	}
	return term.T(b.Sub(0, 8*n), b.Sub(8*n, b.Len-8*n)), nil
}

func binaryPart2(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[1].(*term.Tuple)
	if !ok || t.Len() != 2 {
		return nil, vm.Badarg
	}
	return binaryPart(args[0], t.Elems[0], t.Elems[1])
}

func binaryPart3(_ *vm.Process, args []term.Term) (term.Term, error) {
	return binaryPart(args[0], args[1], args[2])
}

// binaryPart takes a negative length as what ends at the position.
func binaryPart(bin, pos, length term.Term) (term.Term, error) {
	b, ok := bin.(*term.Bits)
	if !ok || !b.IsBinary() {
		return nil, vm.Badarg
	}
	size := int64(b.Len / 8)
	at, ok := smallInt(pos, 0, size)
	n, ok1 := smallInt(length, -size, size)
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	if n < 0 {
		at, n = at+n, -n
	}
	if at < 0 || at+n > size {
		return nil, vm.Badarg
	}
	return b.Sub(int(8*at), int(8*n)), nil
}

func bitSize(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].(*term.Bits)
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(int64(b.Len)), nil
}

func byteSize(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].(*term.Bits)
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(int64(b.ByteSize())), nil
}
