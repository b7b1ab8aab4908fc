package compile

import (
	"math/big"
	"strconv"

	"ersh/parser"
	"ersh/runtime/term"
)

// DescTerm turns an error's descriptor into the term that it stands for.
func DescTerm(d any) term.Term {
	switch d := d.(type) {
	case string:
		a, err := term.NewAtom(d)
		if err != nil {
			return term.String(d)
		}
		return a
	case parser.Chars:
		return term.String(string(d))
	case parser.DescChars:
		var elems []term.Term
		for _, e := range d {
			if c, ok := e.(parser.Chars); ok {
				for _, r := range string(c) {
					elems = append(elems, term.Small(int64(r)))
				}
				continue
			}
			elems = append(elems, digitsTerm(e))
		}
		return term.List(elems...)
	case parser.DescList:
		elems := make([]term.Term, len(d))
		for i, e := range d {
			elems[i] = DescTerm(e)
		}
		return term.List(elems...)
	case []any:
		t := term.NewTuple(len(d))
		for i, e := range d {
			t.Elems[i] = DescTerm(e)
		}
		return t
	case *big.Int:
		return term.MakeBig(d)
	case int:
		return term.Small(int64(d))
	case rune:
		return term.Small(int64(d))
	case term.Term:
		return d
	}
	return term.Undefined
}

// digitsTerm is a number's digits as the list that ~p makes of it.
func digitsTerm(d any) term.Term {
	switch d := d.(type) {
	case int:
		return term.String(strconv.Itoa(d))
	case *big.Int:
		return term.String(d.String())
	case string:
		return term.String(d)
	}
	return DescTerm(d)
}
