package bif

import (
	"math"
	"unicode/utf8"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erl makes a row of the module erlang.
func erl(name string, arity int, fn vm.Func) vm.BIF {
	return vm.BIF{Module: "erlang", Name: name, Arity: arity, Fn: fn}
}

var aBadopt = term.A("badopt")

// smallInt is an argument that must be an integer between lo and hi.
func smallInt(t term.Term, lo, hi int64) (int64, bool) {
	i, ok := t.(term.Int)
	if !ok {
		return 0, false
	}
	v := i.Value()
	return v, v >= lo && v <= hi
}

// natural is an argument that must be an integer of 0 at least.
func natural(t term.Term) (int, bool) {
	v, ok := smallInt(t, 0, math.MaxInt)
	return int(v), ok
}

// byteText gives the characters of a string whose characters are all bytes.
func byteText(t term.Term) ([]byte, bool) { return appendByteText(nil, t) }

func appendByteText(b []byte, t term.Term) ([]byte, bool) {
	for {
		switch l := t.(type) {
		case *term.Cons:
			c, ok := smallInt(l.Head, 0, math.MaxUint8)
			if !ok {
				return nil, false
			}
			b = append(b, byte(c))
			t = l.Tail
		case term.Nil:
			return b, true
		default:
			return nil, false
		}
	}
}

// ioData gives the bytes of an iolist, unless there is no room for them. It
// keeps its own stack, so that lists nested deeply are no danger.
func ioData(p *vm.Process, t term.Term) ([]byte, bool) {
	n, ok := term.IOSize(t)
	if !ok || !p.Room(int64(n)) {
		return nil, false
	}
	return term.AppendIOData(make([]byte, 0, n), t), true
}

// latin1 gives text as bytes of one character each.
func latin1(s string) ([]byte, bool) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xFF {
			return nil, false
		}
		b = append(b, byte(r))
	}
	return b, true
}

// fromLatin1 is the text of bytes of one character each.
func fromLatin1(b []byte) string {
	s := make([]byte, 0, len(b))
	for _, c := range b {
		s = utf8.AppendRune(s, rune(c))
	}
	return string(s)
}
