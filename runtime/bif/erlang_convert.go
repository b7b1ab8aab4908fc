package bif

import (
	"errors"
	"unicode/utf8"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Conversions between atoms, strings, binaries, bitstrings and iolists.
var erlangConvert = []vm.BIF{
	erl("atom_to_list", 1, atomToList),
	erl("atom_to_binary", 1, atomToBinary),
	erl("atom_to_binary", 2, atomToBinary),
	erl("list_to_atom", 1, listToAtom),
	erl("list_to_existing_atom", 1, listToExistingAtom),
	erl("binary_to_atom", 1, binaryToAtom),
	erl("binary_to_atom", 2, binaryToAtom),
	erl("binary_to_existing_atom", 1, binaryToExistingAtom),
	erl("binary_to_existing_atom", 2, binaryToExistingAtom),
	erl("list_to_binary", 1, listToBinary),
	erl("iolist_to_binary", 1, iolistToBinary),
	erl("iolist_size", 1, iolistSize),
	erl("iolist_to_iovec", 1, iolistToIovec),
	erl("list_to_bitstring", 1, listToBitstring),
	erl("binary_to_list", 1, binaryToList),
	erl("binary_to_list", 3, binaryToListPart),
	erl("bitstring_to_list", 1, bitstringToList),
}

var (
	aLatin1  = term.A("latin1")
	aUTF8    = term.A("utf8")
	aUnicode = term.A("unicode")
)

func atomToList(_ *vm.Process, args []term.Term) (term.Term, error) {
	a, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	return term.String(a.Name()), nil
}

// atomEncoding looks at the encoding that may be args' second element; wide
// is false for latin1.
func atomEncoding(args []term.Term) (wide, ok bool) {
	if len(args) < 2 {
		return true, true
	}
	switch args[1] {
	case aUTF8, aUnicode:
		return true, true
	case aLatin1:
		return false, true
	}
	return false, false
}

func atomToBinary(_ *vm.Process, args []term.Term) (term.Term, error) {
	a, ok := args[0].(term.Atom)
	wide, known := atomEncoding(args)
	if !ok || !known {
		return nil, vm.Badarg
	}
	if wide {
		return term.BinaryString(a.Name()), nil
	}
	b, ok := latin1(a.Name())
	if !ok {
		return nil, vm.Badarg
	}
	return term.Binary(b), nil
}

func newAtom(name string) (term.Term, error) {
	a, err := term.NewAtom(name)
	switch {
	case err == nil:
		return a, nil
	case errors.Is(err, term.ErrAtomLength), errors.Is(err, term.ErrAtomLimit):
		return nil, vm.SystemLimit
	}
	return nil, vm.Badarg
}

func listToAtom(_ *vm.Process, args []term.Term) (term.Term, error) {
	s, ok := term.GoString(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return newAtom(s)
}

func listToExistingAtom(_ *vm.Process, args []term.Term) (term.Term, error) {
	if s, ok := term.GoString(args[0]); ok {
		if a, ok := term.LookupAtom(s); ok {
			return a, nil
		}
	}
	return nil, vm.Badarg
}

// atomText is the text that the arguments of binary_to_atom mean.
func atomText(args []term.Term) (string, bool) {
	b, ok := term.ToBytes(args[0])
	wide, known := atomEncoding(args)
	if !ok || !known {
		return "", false
	}
	if !wide {
		return fromLatin1(b), true
	}
	return string(b), utf8.Valid(b)
}

func binaryToAtom(_ *vm.Process, args []term.Term) (term.Term, error) {
	s, ok := atomText(args)
	if !ok {
		return nil, vm.Badarg
	}
	return newAtom(s)
}

func binaryToExistingAtom(_ *vm.Process, args []term.Term) (term.Term, error) {
	if s, ok := atomText(args); ok {
		if a, ok := term.LookupAtom(s); ok {
			return a, nil
		}
	}
	return nil, vm.Badarg
}

func listToBinary(p *vm.Process, args []term.Term) (term.Term, error) {
	if !term.IsList(args[0]) {
		return nil, vm.Badarg
	}
	return iolistToBinary(p, args)
}

func iolistToBinary(p *vm.Process, args []term.Term) (term.Term, error) {
	if b, ok := args[0].(*term.Bits); ok && b.IsBinary() {
		return b, nil
	}
	b, ok := ioData(p, args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return term.Binary(b), nil
}

func iolistSize(_ *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := term.IOSize(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(int64(n)), nil
}

// iovecMin is the size from which a binary is a piece of its own in the
// result of iolist_to_iovec.
const iovecMin = 256

func iolistToIovec(_ *vm.Process, args []term.Term) (term.Term, error) {
	var pieces []term.Term
	var small []byte
	flush := func() {
		if len(small) > 0 {
			pieces = append(pieces, term.Binary(small))
			small = nil
		}
	}
	ok := term.WalkIOList(args[0], func(c byte) { small = append(small, c) }, func(b *term.Bits) bool {
		if b.Len >= 8*iovecMin {
			flush()
			pieces = append(pieces, b)
		} else {
			small = append(small, b.Bytes()...)
		}
		return b.IsBinary()
	})
	if !ok {
		return nil, vm.Badarg
	}
	flush()
	return term.List(pieces...), nil
}

func listToBitstring(p *vm.Process, args []term.Term) (term.Term, error) {
	if !term.IsList(args[0]) {
		return nil, vm.Badarg
	}
	n := 0
	ok := term.WalkIOList(args[0], func(byte) { n += 8 }, func(b *term.Bits) bool {
		n += b.Len
		return true
	})
	if !ok {
		return nil, vm.Badarg
	}
	if !p.Room(int64(n) / 8) {
		return nil, vm.SystemLimit
	}
	out := &term.Bits{Data: make([]byte, (n+7)/8), Len: n}
	at := 0
	term.WalkIOList(args[0], func(c byte) {
		term.CopyBits(out.Data, at, []byte{c}, 0, 8)
		at += 8
	}, func(b *term.Bits) bool {
		if b.Len > 0 {
			term.CopyBits(out.Data, at, b.Data, b.Off, b.Len)
		}
		at += b.Len
		return true
	})
	return out, nil
}

func binaryToList(p *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := term.ToBytes(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return byteList(p, b)
}

// byteList is a list of bytes.
func byteList(p *vm.Process, b []byte) (term.Term, error) {
	if !p.HeapRoom(cellWords * int64(len(b))) {
		return nil, vm.SystemLimit
	}
	return term.ByteList(b), nil
}

func binaryToListPart(p *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := term.ToBytes(args[0])
	from, ok1 := natural(args[1])
	to, ok2 := natural(args[2])
	if !ok || !ok1 || !ok2 || from < 1 || to < from || to > len(b) {
		return nil, vm.Badarg
	}
	return byteList(p, b[from-1:to])
}

func bitstringToList(p *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := args[0].(*term.Bits)
	if !ok {
		return nil, vm.Badarg
	}
	whole := b.Len / 8
	if !p.HeapRoom(cellWords * int64(whole)) {
		return nil, vm.SystemLimit
	}
	bytes := b.Bytes()
	elems := make([]term.Term, whole, whole+1)
	for i := range elems {
		elems[i] = term.Small(int64(bytes[i]))
	}
	if r := b.Len & 7; r != 0 {
		elems = append(elems, b.Sub(8*whole, r))
	}
	return term.List(elems...), nil
}
