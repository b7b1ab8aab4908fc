package bif

import (
	"math/big"
	"strconv"
	"unicode/utf8"

	"ersh/parser"
	"ersh/runtime/compile"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Tokens and errors of package parser as erl_scan and erl_parse show them.

var (
	aLocation = term.A("location")
	aText     = term.A("text")
)

// locationTerm is {Line, Column}, or Line where the column isn't known.
func locationTerm(p parser.Pos) term.Term {
	if p.Col == 0 {
		return term.Small(int64(p.Line))
	}
	return term.T(term.Small(int64(p.Line)), term.Small(int64(p.Col)))
}

// locationOf reads a location; ok is false for anything else.
func locationOf(t term.Term) (parser.Pos, bool) {
	const most = 1<<31 - 1
	switch l := t.(type) {
	case term.Int:
		n, ok := smallInt(l, 0, most)
		return parser.Pos{Line: int32(n)}, ok
	case *term.Tuple:
		if l.Len() != 2 {
			return parser.Pos{}, false
		}
		line, ok1 := smallInt(l.Elems[0], 0, most)
		col, ok2 := smallInt(l.Elems[1], 1, most)
		return parser.Pos{Line: int32(line), Col: int32(col)}, ok1 && ok2
	}
	return parser.Pos{}, false
}

// annoTerm is erl_anno's form of a position and, where kept, the token's text.
func annoTerm(p parser.Pos, text string, keep bool) term.Term {
	if !keep {
		return locationTerm(p)
	}
	return term.List(term.T(aText, term.String(text)), term.T(aLocation, locationTerm(p)))
}

// annoOf reads an annotation of any of erl_anno's forms.
func annoOf(t term.Term) (parser.Anno, bool) {
	if pos, ok := locationOf(t); ok {
		return parser.Anno{Pos: pos}, true
	}
	items, ok := term.Slice(t)
	if !ok {
		return parser.Anno{}, false
	}
	var a parser.Anno
	for _, item := range items {
		pair, ok := item.(*term.Tuple)
		if !ok || pair.Len() != 2 {
			return parser.Anno{}, false
		}
		switch pair.Elems[0] {
		case aLocation:
			if a.Pos, ok = locationOf(pair.Elems[1]); !ok {
				return parser.Anno{}, false
			}
		case aText:
			a.Text, _ = term.GoString(pair.Elems[1])
		}
	}
	return a, true
}

// tokenTerm is a token in erl_scan's shape.
func tokenTerm(t parser.Token, text bool) (term.Term, error) {
	if t.Kind == parser.KindSigilSuffix && t.Value == "" {
		text = false // as erl_scan has it
	}
	anno := annoTerm(t.Pos, t.Text, text)
	category, err := term.NewAtom(t.Category())
	if err != nil {
		return nil, err
	}
	if !t.HasSymbol() {
		return term.T(category, anno), nil
	}
	var symbol term.Term
	switch t.Kind {
	case parser.KindAtom, parser.KindVar, parser.KindSigilPrefix:
		a, err := term.NewAtom(t.Value)
		if err != nil {
			return nil, err
		}
		symbol = a
	case parser.KindInteger:
		symbol = bigTerm(t.Int())
	case parser.KindFloat:
		symbol = term.Float(t.Float())
	case parser.KindChar:
		symbol = term.Small(int64(t.Char()))
	case parser.KindString:
		chars := t.Chars()
		elems := make([]term.Term, len(chars))
		for i, c := range chars {
			elems[i] = term.Small(int64(c))
		}
		symbol = term.List(elems...)
	default:
		symbol = term.String(t.Value)
	}
	return term.T(category, anno, symbol), nil
}

func bigTerm(n *big.Int) term.Term { return term.MakeBig(n) }

// tokenOf reads a token of erl_scan's shape.
func tokenOf(t term.Term) (parser.Token, bool) {
	tuple, ok := t.(*term.Tuple)
	if !ok || tuple.Len() < 2 || tuple.Len() > 3 {
		return parser.Token{}, false
	}
	category, ok := tuple.Elems[0].(term.Atom)
	if !ok {
		return parser.Token{}, false
	}
	anno, ok := annoOf(tuple.Elems[1])
	if !ok {
		return parser.Token{}, false
	}
	value := ""
	if tuple.Len() == 3 {
		if value, ok = symbolText(category.Name(), tuple.Elems[2]); !ok {
			return parser.Token{}, false
		}
	}
	return parser.MakeToken(category.Name(), value, anno)
}

func symbolText(category string, t term.Term) (string, bool) {
	switch s := t.(type) {
	case term.Atom:
		return s.Name(), true
	case term.Int:
		if category == "char" {
			c, ok := smallInt(s, 0, utf8.MaxRune)
			return string(rune(c)), ok
		}
		return strconv.FormatInt(s.Value(), 10), true
	case *term.Big:
		return string(term.AppendInt(nil, s, 10)), true
	case term.Float:
		return parser.FormatFloat(float64(s)), true
	}
	return term.GoString(t)
}

// tokensOf reads a list of tokens.
func tokensOf(t term.Term) ([]parser.Token, bool) {
	elems, ok := term.Slice(t)
	if !ok {
		return nil, false
	}
	toks := make([]parser.Token, len(elems))
	for i, e := range elems {
		if toks[i], ok = tokenOf(e); !ok {
			return nil, false
		}
	}
	return toks, true
}

// errorTerm is {Location, Module, Descriptor}.
func errorTerm(e *parser.Error) term.Term {
	return term.T(locationTerm(e.Pos), term.A(e.Module), compile.DescTerm(e.Desc))
}

// erlScan is the natives of the module erl_scan.
var erlScan = []vm.BIF{
	{Module: "erl_scan", Name: "string_native", Arity: 3, Fn: scanString},
	{Module: "erl_scan", Name: "tokens_native", Arity: 4, Fn: scanTokens},
	{Module: "erl_scan", Name: "continuation_location_native", Arity: 1, Fn: continuationLocation},
	{Module: "erl_scan", Name: "reserved_word", Arity: 1, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		w, ok := args[0].(term.Atom)
		return term.Bool(ok && parser.ReservedWord(w.Name())), nil
	}},
}

var (
	aReturn    = term.A("return")
	aReturnWS  = term.A("return_white_spaces")
	aReturnCom = term.A("return_comments")
	aMore      = term.A("more")
	aDone      = term.A("done")
)

// scanOptions reads erl_scan's options; an option may stand alone.
func scanOptions(t term.Term) (o parser.ScanOptions, ok bool) {
	list, ok := term.Slice(t)
	if !ok {
		list = []term.Term{t}
	}
	for _, opt := range list {
		switch opt {
		case aText:
			o.Text = true
		case aReturn:
			o.WhiteSpace, o.Comments = true, true
		case aReturnWS:
			o.WhiteSpace = true
		case aReturnCom:
			o.Comments = true
		}
	}
	return o, true
}

func tokenList(toks []parser.Token, text bool) (term.Term, error) {
	elems := make([]term.Term, len(toks))
	for i, t := range toks {
		var err error
		if elems[i], err = tokenTerm(t, text); err != nil {
			return nil, vm.SystemLimit
		}
	}
	return term.List(elems...), nil
}

func scanString(p *vm.Process, args []term.Term) (term.Term, error) {
	text, ok := term.GoString(args[0])
	start, ok1 := locationOf(args[1])
	opts, ok2 := scanOptions(args[2])
	if !ok || !ok1 || !ok2 {
		return nil, vm.Badarg
	}
	charge(p, len(text))
	toks, end, err := parser.Scan(text, start, opts)
	if err != nil {
		return term.T(term.ErrorAtom, errorTerm(err), locationTerm(end)), nil
	}
	list, fail := tokenList(toks, opts.Text)
	if fail != nil {
		return nil, fail
	}
	return term.T(term.Ok, list, locationTerm(end)), nil
}

// formScan is what a continuation of tokens/4 holds.
type formScan struct {
	s    *parser.FormScanner
	opts parser.ScanOptions
}

// scanTokens is erl_scan:tokens_native/4. The continuation is a reference to a
// scanner that stands where the text so far ends; it is good for one use.
func scanTokens(p *vm.Process, args []term.Term) (term.Term, error) {
	var f *formScan
	if ref, ok := args[0].(*term.Ref); ok {
		if f, ok = ref.Resource.(*formScan); !ok {
			return nil, vm.Badarg
		}
	} else {
		start, ok1 := locationOf(args[2])
		opts, ok2 := scanOptions(args[3])
		if args[0] != term.EmptyList || !ok1 || !ok2 {
			return nil, vm.Badarg
		}
		f = &formScan{parser.NewFormScanner(start, opts), opts}
	}
	eof := args[1] == term.Term(aEOF)
	if eof {
		f.s.Close()
	} else {
		text, ok := term.GoString(args[1])
		if !ok {
			return nil, vm.Badarg
		}
		charge(p, len(text))
		f.s.Feed(text)
	}
	toks, status, err := f.s.Next()
	var rest term.Term = aEOF
	if !eof {
		rest = term.String(f.s.Rest())
	}
	end := locationTerm(f.s.Pos())
	switch status {
	case parser.ScanMore:
		ref := p.VM().MakeRef()
		ref.Resource = f
		return term.T(aMore, ref), nil
	case parser.ScanEOF:
		if !eof {
			ref := p.VM().MakeRef()
			ref.Resource = f
			return term.T(aMore, ref), nil
		}
		return term.T(aDone, term.T(aEOF, end), rest), nil
	case parser.ScanFailed:
		return term.T(aDone, term.T(term.ErrorAtom, errorTerm(err), end), rest), nil
	}
	list, fail := tokenList(toks, f.opts.Text)
	if fail != nil {
		return nil, fail
	}
	return term.T(aDone, term.T(term.Ok, list, end), rest), nil
}

// continuationLocation is erl_scan:continuation_location_native/1: where the text that
// no token was made of begins.
func continuationLocation(p *vm.Process, args []term.Term) (term.Term, error) {
	if ref, ok := args[0].(*term.Ref); ok {
		if f, ok := ref.Resource.(*formScan); ok {
			return locationTerm(f.s.Pos()), nil
		}
	}
	return nil, vm.Badarg
}
