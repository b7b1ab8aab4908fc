package bif

import (
	"unicode"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// What kind of character a code point is, as Go's tables have it.
var unicodeCategoryBIFs = []vm.BIF{
	{Module: "unicode", Name: "category", Arity: 1, Fn: unicodeCategory},
	characterTest("is_whitespace", isPatternSpace),
	characterTest("is_id_start", isIDStart),
	characterTest("is_id_continue", func(r rune) bool {
		return isIDStart(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
	}),
}

func isIDStart(r rune) bool { return unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start) }

func isPatternSpace(r rune) bool { return unicode.Is(unicode.White_Space, r) }

func characterTest(name string, test func(rune) bool) vm.BIF {
	return vm.BIF{Module: "unicode", Name: name, Arity: 1, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		r, ok := smallInt(args[0], 0, unicode.MaxRune)
		if !ok {
			return nil, vm.Badarg
		}
		return term.Bool(test(rune(r))), nil
	}}
}

// The general categories by the names that Unicode gives them.
var categoryNames = [...]struct {
	table       *unicode.RangeTable
	major, kind term.Atom
}{
	{unicode.Ll, term.A("letter"), term.A("lowercase")},
	{unicode.Lu, term.A("letter"), term.A("uppercase")},
	{unicode.Lt, term.A("letter"), term.A("titlecase")},
	{unicode.Lm, term.A("letter"), term.A("modifier")},
	{unicode.Lo, term.A("letter"), term.A("other")},
	{unicode.Mn, term.A("mark"), term.A("non_spacing")},
	{unicode.Mc, term.A("mark"), term.A("spacing_combining")},
	{unicode.Me, term.A("mark"), term.A("enclosing")},
	{unicode.Nd, term.A("number"), term.A("decimal")},
	{unicode.Nl, term.A("number"), term.A("letter")},
	{unicode.No, term.A("number"), term.A("other")},
	{unicode.Pc, term.A("punctuation"), term.A("connector")},
	{unicode.Pd, term.A("punctuation"), term.A("dash")},
	{unicode.Ps, term.A("punctuation"), term.A("open")},
	{unicode.Pe, term.A("punctuation"), term.A("close")},
	{unicode.Pi, term.A("punctuation"), term.A("initial")},
	{unicode.Pf, term.A("punctuation"), term.A("final")},
	{unicode.Po, term.A("punctuation"), term.A("other")},
	{unicode.Zs, term.A("separator"), term.A("space")},
	{unicode.Zl, term.A("separator"), term.A("line")},
	{unicode.Zp, term.A("separator"), term.A("paragraph")},
	{unicode.Sm, term.A("symbol"), term.A("math")},
	{unicode.Sc, term.A("symbol"), term.A("currency")},
	{unicode.Sk, term.A("symbol"), term.A("modifier")},
	{unicode.So, term.A("symbol"), term.A("other")},
	{unicode.Cc, term.A("other"), term.A("control")},
	{unicode.Cf, term.A("other"), term.A("format")},
	{unicode.Cs, term.A("other"), term.A("surrogate")},
	{unicode.Co, term.A("other"), term.A("private")},
}

var notAssigned = term.T(term.A("other"), term.A("not_assigned"))

func unicodeCategory(_ *vm.Process, args []term.Term) (term.Term, error) {
	r, ok := smallInt(args[0], 0, unicode.MaxRune)
	if !ok {
		return nil, vm.Badarg
	}
	for _, c := range categoryNames {
		if unicode.Is(c.table, rune(r)) {
			return term.T(c.major, c.kind), nil
		}
	}
	return notAssigned, nil
}
