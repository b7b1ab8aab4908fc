package bif

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var unicodeBIFs = []vm.BIF{
	{Module: "unicode", Name: "characters_to_list", Arity: 1, Fn: charactersToList},
	{Module: "unicode", Name: "characters_to_list", Arity: 2, Fn: charactersToList},
	{Module: "unicode", Name: "characters_to_binary", Arity: 1, Fn: charactersToBinary},
	{Module: "unicode", Name: "characters_to_binary", Arity: 2, Fn: charactersToBinary},
	{Module: "unicode", Name: "characters_to_binary", Arity: 3, Fn: charactersToBinary},
	{Module: "unicode", Name: "bin_is_7bit", Arity: 1, Fn: binIs7bit},
	normalizer("characters_to_nfc_list", norm.NFC, true),
	normalizer("characters_to_nfd_list", norm.NFD, true),
	normalizer("characters_to_nfkc_list", norm.NFKC, true),
	normalizer("characters_to_nfkd_list", norm.NFKD, true),
	normalizer("characters_to_nfc_binary", norm.NFC, false),
	normalizer("characters_to_nfd_binary", norm.NFD, false),
	normalizer("characters_to_nfkc_binary", norm.NFKC, false),
	normalizer("characters_to_nfkd_binary", norm.NFKD, false),
}

var (
	aUTF16      = term.A("utf16")
	aUTF32      = term.A("utf32")
	aIncomplete = term.A("incomplete")
)

// charEncoding is how characters are written in binaries.
type charEncoding struct {
	// decode reads a character. n is its size in bytes, 0 if b is only the
	// beginning of one, negative if b does not begin with one.
	decode func(b []byte) (r rune, n int)
	// encode appends a character; ok is false if it has no form.
	encode func(b []byte, r rune) (out []byte, ok bool)
	// max is the greatest integer that is a character.
	max rune
}

func validRune(r rune) bool { return r >= 0 && r < 0xD800 || r > 0xDFFF && r <= utf8.MaxRune }

var (
	encLatin1 = &charEncoding{
		decode: func(b []byte) (rune, int) { return rune(b[0]), 1 },
		encode: func(b []byte, r rune) ([]byte, bool) { return append(b, byte(r)), r <= 0xFF },
		max:    0xFF,
	}
	encUTF8 = &charEncoding{
		decode: func(b []byte) (rune, int) {
			if r, n := utf8.DecodeRune(b); r != utf8.RuneError || n == 3 {
				return r, n
			}
			if !utf8.FullRune(b) {
				return 0, 0
			}
			return 0, -1
		},
		encode: func(b []byte, r rune) ([]byte, bool) { return utf8.AppendRune(b, r), true },
		max:    utf8.MaxRune,
	}
	// encWholeUTF8 is UTF-8 whose characters don't go on from one binary to
	// the next.
	encWholeUTF8 = &charEncoding{
		decode: func(b []byte) (rune, int) {
			if r, n := encUTF8.decode(b); n != 0 {
				return r, n
			}
			return 0, -1
		},
		encode: encUTF8.encode,
		max:    utf8.MaxRune,
	}
)

func encUTF16(order binary.ByteOrder) *charEncoding {
	return &charEncoding{
		decode: func(b []byte) (rune, int) {
			if len(b) < 2 {
				return 0, 0
			}
			r := rune(order.Uint16(b))
			switch {
			case !utf16.IsSurrogate(r):
				return r, 2
			case r >= 0xDC00:
				return 0, -1
			case len(b) < 4:
				return 0, 0
			}
			if r = utf16.DecodeRune(r, rune(order.Uint16(b[2:]))); r == utf8.RuneError {
				return 0, -1
			}
			return r, 4
		},
		encode: func(b []byte, r rune) ([]byte, bool) {
			var w [4]byte
			if r < 0x10000 {
				order.PutUint16(w[:], uint16(r))
				return append(b, w[:2]...), true
			}
			hi, lo := utf16.EncodeRune(r)
			order.PutUint16(w[:], uint16(hi))
			order.PutUint16(w[2:], uint16(lo))
			return append(b, w[:]...), true
		},
		max: utf8.MaxRune,
	}
}

func encUTF32(order binary.ByteOrder) *charEncoding {
	return &charEncoding{
		decode: func(b []byte) (rune, int) {
			if len(b) < 4 {
				// Bytes that can't become a character are no beginning.
				var w [4]byte
				copy(w[:], b)
				if order.Uint32(w[:]) > utf8.MaxRune {
					return 0, -1
				}
				return 0, 0
			}
			if v := order.Uint32(b); v <= utf8.MaxRune && validRune(rune(v)) {
				return rune(v), 4
			}
			return 0, -1
		},
		encode: func(b []byte, r rune) ([]byte, bool) {
			var w [4]byte
			order.PutUint32(w[:], uint32(r))
			return append(b, w[:]...), true
		},
		max: utf8.MaxRune,
	}
}

var (
	encUTF16BE = encUTF16(binary.BigEndian)
	encUTF16LE = encUTF16(binary.LittleEndian)
	encUTF32BE = encUTF32(binary.BigEndian)
	encUTF32LE = encUTF32(binary.LittleEndian)
)

func encodingArg(t term.Term) (*charEncoding, error) {
	big := true
	if tuple, ok := t.(*term.Tuple); ok && len(tuple.Elems) == 2 {
		if t = tuple.Elems[0]; t != term.Term(aUTF16) && t != term.Term(aUTF32) {
			return nil, vm.Badarg
		}
		switch tuple.Elems[1] {
		case aBig:
		case aLittle:
			big = false
		default:
			return nil, vm.Badarg
		}
	}
	switch {
	case t == term.Term(aUnicode) || t == term.Term(aUTF8):
		return encUTF8, nil
	case t == term.Term(aLatin1):
		return encLatin1, nil
	case t == term.Term(aUTF16) && big:
		return encUTF16BE, nil
	case t == term.Term(aUTF16):
		return encUTF16LE, nil
	case t == term.Term(aUTF32) && big:
		return encUTF32BE, nil
	case t == term.Term(aUTF32):
		return encUTF32LE, nil
	}
	return nil, vm.Badarg
}

// charState is how reading characters ended.
type charState uint8

const (
	charsDone charState = iota
	charsError
	charsIncomplete
)

// characters reads nested lists of characters and binaries in the encoding
// in. put takes the characters and says whether it could. rest is what is
// left where it doesn't end well; an integer that is in error is in a list of
// its own there if it could not be put, or wrap is set.
func characters(t term.Term, in *charEncoding, wrap bool, put func(r rune) bool) (state charState, rest term.Term, err error) {
	var (
		tails   []term.Term // of the lists around t
		partial []byte      // the beginning of a character, which the next binary must go on with
	)
	// left is what is left from t on.
	left := func(t term.Term) term.Term {
		for i := len(tails) - 1; i >= 0; i-- {
			t = &term.Cons{Head: t, Tail: tails[i]}
		}
		if len(partial) > 0 {
			t = term.List(term.Binary(partial), t)
		}
		return t
	}
	// readBinary reads a binary: bad is the rest of it that is in error, nil if
	// none.
	readBinary := func(b []byte) (bad []byte) {
		if len(partial) > 0 {
			b = append(partial[:len(partial):len(partial)], b...)
			partial = nil
		}
		for len(b) > 0 {
			r, n := in.decode(b)
			if n == 0 {
				partial = b
				return nil
			}
			if n < 0 || !put(r) {
				return b
			}
			b = b[n:]
		}
		return nil
	}
	for {
		switch x := t.(type) {
		case *term.Bits:
			if !x.IsBinary() {
				return 0, nil, vm.Badarg
			}
			if bad := readBinary(x.Bytes()); bad != nil {
				return charsError, left(term.Binary(bad)), nil
			}
			t = term.EmptyList
		case term.Nil:
			if len(tails) == 0 {
				if len(partial) > 0 {
					return charsIncomplete, term.Binary(partial), nil
				}
				return charsDone, nil, nil
			}
			t = tails[len(tails)-1]
			tails = tails[:len(tails)-1]
		case *term.Cons:
			switch h := x.Head.(type) {
			case term.Int:
				v := h.Value()
				if len(partial) > 0 {
					return charsError, left(x), nil
				}
				bad := v < 0 || v > int64(in.max) || !validRune(rune(v))
				if bad && !wrap {
					return charsError, left(x), nil
				}
				if bad || !put(rune(v)) {
					return charsError, left(&term.Cons{Head: term.List(h), Tail: x.Tail}), nil
				}
			case *term.Bits:
				if !h.IsBinary() {
					return 0, nil, vm.Badarg
				}
				if bad := readBinary(h.Bytes()); bad != nil {
					return charsError, left(&term.Cons{Head: term.Binary(bad), Tail: x.Tail}), nil
				}
			case *term.Cons, term.Nil:
				tails = append(tails, x.Tail)
				t = h
				continue
			case *term.Big:
				return charsError, left(x), nil
			default:
				return 0, nil, vm.Badarg
			}
			t = x.Tail
			if _, ok := t.(term.Int); ok {
				return 0, nil, vm.Badarg
			}
		default:
			return 0, nil, vm.Badarg
		}
	}
}

// charsResult is done, or {error | incomplete, done, rest}.
func charsResult(state charState, done, rest term.Term) term.Term {
	switch state {
	case charsError:
		return term.T(term.ErrorAtom, done, rest)
	case charsIncomplete:
		return term.T(aIncomplete, done, rest)
	}
	return done
}

func charactersToList(p *vm.Process, args []term.Term) (term.Term, error) {
	in := encUTF8
	if len(args) > 1 {
		var err error
		if in, err = encodingArg(args[1]); err != nil {
			return nil, err
		}
	}
	var list term.ListBuilder
	n := 0
	state, rest, err := characters(args[0], in, false, func(r rune) bool {
		list.Append(term.Small(int64(r)))
		n++
		// Room is asked for now and then, as the list grows.
		return n&(1<<20-1) != 0 || p.HeapRoom(cellWords*int64(n))
	})
	charge(p, n)
	if err != nil {
		return nil, err
	}
	return charsResult(state, list.List(term.EmptyList), rest), nil
}

func charactersToBinary(p *vm.Process, args []term.Term) (term.Term, error) {
	in, out := encUTF8, encUTF8
	var err error
	if len(args) > 1 {
		if in, err = encodingArg(args[1]); err != nil {
			return nil, err
		}
	}
	if len(args) > 2 {
		if out, err = encodingArg(args[2]); err != nil {
			return nil, err
		}
	}
	if b, ok := args[0].(*term.Bits); ok && in == encUTF8 && out == encUTF8 && b.IsBinary() && utf8.Valid(b.Bytes()) {
		charge(p, b.Len/64)
		return b, nil
	}
	var bytes []byte
	state, rest, err := characters(args[0], in, out != encUTF8, func(r rune) bool {
		if n := len(bytes); n > 0 && n == cap(bytes) && !p.Room(2*int64(n)) {
			return false
		}
		longer, ok := out.encode(bytes, r)
		if ok {
			bytes = longer
		}
		return ok
	})
	charge(p, len(bytes))
	if err != nil {
		return nil, err
	}
	return charsResult(state, term.Binary(bytes), rest), nil
}

func binIs7bit(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := term.ToBytes(args[0])
	if !ok {
		return term.False, nil
	}
	for _, c := range b {
		if c > 0x7F {
			return term.False, nil
		}
	}
	return term.True, nil
}

func normalizer(name string, form norm.Form, list bool) vm.BIF {
	result := func(s []byte) term.Term {
		if list {
			return term.String(string(s))
		}
		return term.Binary(s)
	}
	return vm.BIF{Module: "unicode", Name: name, Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		var text []byte
		state, rest, err := characters(args[0], encWholeUTF8, false, func(r rune) bool {
			text = utf8.AppendRune(text, r)
			return true
		})
		charge(p, len(text))
		if err != nil {
			return nil, err
		}
		if state == charsError {
			// Integers that are no characters are worse than such binaries.
			t := rest
			for c, ok := t.(*term.Cons); ok; c, ok = t.(*term.Cons) {
				t = c.Head
			}
			if term.IsInteger(t) {
				return nil, vm.Badarg
			}
		}
		return charsResult(state, result(form.Bytes(text)), rest), nil
	}}
}
