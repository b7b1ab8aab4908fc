package bif

import (
	"bytes"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// What the modules string and unicode_util ask for on hot paths, and what the
// tables of Unicode are needed for.
var stringBIFs = []vm.BIF{
	{Module: "string", Name: "count", Arity: 1, Fn: stringCount},
	{Module: "string", Name: "search", Arity: 3, Fn: stringSearch},
	{Module: "string", Name: "change", Arity: 2, Fn: changeCase},
	{Module: "unicode_util", Name: "gc_break", Arity: 2, Fn: clusterBreak},
	{Module: "unicode_util", Name: "case_of", Arity: 2, Fn: caseOf},
}

var (
	aBadarg   = term.A("badarg")
	aSlow     = term.A("slow")
	aLeading  = term.A("leading")
	aTrailing = term.A("trailing")
	aUpper    = term.A("upper")
	aLower    = term.A("lower")
	aTitle    = term.A("title")
	aFold     = term.A("fold")
)

// plainText gives the text of a binary in UTF-8 or of a list of characters;
// ok is false for everything else.
func plainText(t term.Term) (text []byte, ok bool) {
	switch x := t.(type) {
	case *term.Bits:
		if !x.IsBinary() || !utf8.Valid(x.Bytes()) {
			return nil, false
		}
		return x.Bytes(), true
	case *term.Cons, term.Nil:
		for {
			c, isCons := t.(*term.Cons)
			if !isCons {
				_, ok = t.(term.Nil)
				return text, ok
			}
			v, isInt := c.Head.(term.Int)
			if !isInt || v.Value() < 0 || v.Value() > utf8.MaxRune || !validRune(rune(v.Value())) {
				return nil, false
			}
			text = utf8.AppendRune(text, rune(v.Value()))
			t = c.Tail
		}
	}
	return nil, false
}

func stringCount(p *vm.Process, args []term.Term) (term.Term, error) {
	text, ok := plainText(args[0])
	if !ok {
		return aSlow, nil
	}
	charge(p, len(text))
	// ASCII but for \r\n has a cluster for each byte.
	for i, c := range text {
		if c >= utf8.RuneSelf || c == '\r' {
			n := i
			if i > 0 {
				n, i = n-1, i-1 // the next character may go with the one before
			}
			return term.MakeInt(int64(n + clusters(text[i:]))), nil
		}
	}
	return term.MakeInt(int64(len(text))), nil
}

func clusters(text []byte) (n int) {
	for state := -1; len(text) > 0; n++ {
		_, text, _, state = uniseg.FirstGraphemeCluster(text, state)
	}
	return n
}

// stringSearch gives the places of a pattern, of code points, in a plain list
// or a binary as {At, Length}, in the text's elements or bytes.
func stringSearch(p *vm.Process, args []term.Term) (term.Term, error) {
	text, ok := plainText(args[0])
	if !ok {
		return term.T(term.ErrorAtom, args[0]), nil
	}
	pattern, ok := plainText(args[1])
	if !ok || len(pattern) == 0 {
		return nil, vm.Badarg
	}
	_, binary := args[0].(*term.Bits)
	charge(p, len(text))
	var found []term.Term
	place := placer{binary: binary, text: text}
	for from := 0; ; {
		i := indexCluster(text[from:], pattern)
		if i < 0 {
			break
		}
		at := from + i
		from = at + len(pattern)
		if args[2] == term.Term(aTrailing) {
			found = found[:0]
		}
		found = append(found, term.T(place.at(at), place.length(pattern)))
		if args[2] == term.Term(aLeading) {
			break
		}
		if args[2] == term.Term(aTrailing) {
			_, size := utf8.DecodeRune(text[at:])
			from = at + size // the last match may overlap with this one
		}
	}
	return term.List(found...), nil
}

// placer turns byte offsets, which must not go down, into elements.
type placer struct {
	binary        bool
	text          []byte
	offset, elems int
}

func (p *placer) at(offset int) term.Term {
	if p.binary {
		return term.MakeInt(int64(offset))
	}
	p.elems += utf8.RuneCount(p.text[p.offset:offset])
	p.offset = offset
	return term.MakeInt(int64(p.elems))
}

func (p *placer) length(pattern []byte) term.Term {
	if p.binary {
		return term.MakeInt(int64(len(pattern)))
	}
	return term.MakeInt(int64(utf8.RuneCount(pattern)))
}

func isCluster(text []byte, end int) bool {
	if end >= len(text) {
		return true
	}
	last, size := utf8.DecodeLastRune(text[:end])
	next, _ := utf8.DecodeRune(text[end:])
	if last < utf8.RuneSelf && next < utf8.RuneSelf {
		return last != '\r' || next != '\n'
	}
	cluster, _, _, _ := uniseg.FirstGraphemeCluster(text[end-size:], -1)
	return len(cluster) == size
}

// indexCluster is the first place of pattern in text where it ends with a
// cluster, -1 if there is none.
func indexCluster(text, pattern []byte) int {
	for from := 0; ; {
		i := bytes.Index(text[from:], pattern)
		if i < 0 {
			return -1
		}
		at := from + i
		if isCluster(text, at+len(pattern)) {
			return at
		}
		_, size := utf8.DecodeRune(text[at:])
		from = at + size
	}
}

// clusterBreak says whether a cluster of the code points args[0], the last one
// first, ends before the code point args[1].
func clusterBreak(_ *vm.Process, args []term.Term) (term.Term, error) {
	elems, ok := term.Slice(args[0])
	next, isInt := args[1].(term.Int)
	if !ok || !isInt || len(elems) == 0 {
		return term.True, nil
	}
	var text []byte
	for i := len(elems) - 1; i >= 0; i-- {
		c, ok := elems[i].(term.Int)
		if !ok {
			return term.True, nil
		}
		text = utf8.AppendRune(text, rune(c.Value()))
	}
	before := len(text)
	text = utf8.AppendRune(text, rune(next.Value()))
	cluster, _, _, _ := uniseg.FirstGraphemeCluster(text, -1)
	return term.Bool(len(cluster) <= before), nil
}

// caser changes the case of one code point.
func caser(c cases.Caser, r rune) []byte { return c.Bytes(utf8.AppendRune(nil, r)) }

// casers have no state; that of titles has, and is made for each use.
var casers = map[term.Atom]cases.Caser{
	aUpper: cases.Upper(language.Und),
	aLower: cases.Lower(language.Und, cases.HandleFinalSigma(false)),
	aFold:  cases.Fold(),
}

func caseOf(_ *vm.Process, args []term.Term) (term.Term, error) {
	which, ok := args[0].(term.Atom)
	c, isInt := args[1].(term.Int)
	if !ok || !isInt {
		return nil, vm.Badarg
	}
	r := rune(c.Value())
	if !validRune(r) {
		return term.List(c), nil
	}
	if which == aTitle {
		return term.String(string(caser(cases.Title(language.Und), r))), nil
	}
	return term.String(string(caser(casers[which], r))), nil
}

// changeCase changes the case args[0] of the text args[1]; what is no text is
// {badarg, Bad}.
func changeCase(p *vm.Process, args []term.Term) (term.Term, error) {
	which, _ := args[0].(term.Atom)
	c, ok := casers[which]
	if !ok {
		return nil, vm.Badarg
	}
	lo, hi, shift := byte('A'), byte('Z'), 'a'-'A'
	if which == aUpper {
		lo, hi, shift = 'a', 'z', 'A'-'a'
	}
	var list bool
	switch args[1].(type) {
	case *term.Cons, term.Nil:
		list = true
	case *term.Bits:
	default:
		return term.T(aBadarg, args[1]), nil
	}
	var out []byte
	state, rest, err := characters(args[1], encUTF8, false, func(r rune) bool {
		switch {
		case r >= utf8.RuneSelf:
			out = append(out, caser(c, r)...)
		case byte(r) >= lo && byte(r) <= hi:
			out = append(out, byte(r+shift))
		default:
			out = append(out, byte(r))
		}
		return true
	})
	switch {
	case err != nil:
		return term.T(aBadarg, args[1]), nil
	case state != charsDone:
		return term.T(aBadarg, rest), nil
	}
	charge(p, len(out))
	if list {
		return term.String(string(out)), nil
	}
	return term.Binary(out), nil
}
