package bif

import (
	"strings"
	"unicode/utf8"

	"ersh/runtime/term"
)

// fileName is the name of a file as Erlang code gives it: a string, an atom, a
// binary, or a list of those. ok is false for other terms, and for names with a
// zero character inside.
func fileName(t term.Term) (name string, ok bool) {
	if b, isBinary := term.ToBytes(t); isBinary {
		name, ok = string(b), true
	} else {
		name, ok = deepText(t)
	}
	return name, ok && !strings.ContainsRune(name, 0)
}

// deepText is the text of an atom or of a list of characters, atoms and such
// lists.
func deepText(t term.Term) (string, bool) {
	var b strings.Builder
	todo := []term.Term{t}
	for len(todo) > 0 {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		switch t := t.(type) {
		case term.Atom:
			b.WriteString(t.Name())
		case term.Int:
			c := t.Value()
			if c < 0 || c > utf8.MaxRune || c >= 0xD800 && c < 0xE000 {
				return "", false
			}
			b.WriteRune(rune(c))
		case *term.Cons:
			todo = append(todo, t.Tail, t.Head)
		case term.Nil:
		default:
			return "", false
		}
	}
	_, isInt := t.(term.Int)
	return b.String(), !isInt
}

// nameTerm is a name that the operating system gave: a string, or a binary
// where it is no UTF-8.
func nameTerm(s string) term.Term {
	if !utf8.ValidString(s) {
		return term.BinaryString(s)
	}
	return term.String(s)
}
