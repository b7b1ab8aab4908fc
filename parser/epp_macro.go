package parser

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// function is the name and arity that ?FUNCTION_NAME and ?FUNCTION_ARITY of a
// form stand for.
type function struct {
	name  string
	arity int
	ok    bool
}

// expand replaces the macros in a form.
func (e *epp) expand(toks []Token) ([]Token, *Error) {
	found := false
	for i := range toks {
		if toks[i].Kind == KindQuestion {
			found = true
			break
		}
	}
	if !found {
		return toks, nil
	}
	var out []Token
	fun := function{}
	budget := maxFormTokens
	rest := toks
	for len(rest) > 0 {
		t := rest[0]
		if t.Kind != KindQuestion {
			out = append(out, t)
			rest = rest[1:]
			continue
		}
		body, after, err := e.call(rest, func() function {
			if !fun.ok {
				fun = headOf(out, rest)
			}
			return fun
		})
		if err != nil {
			return nil, err
		}
		if budget -= len(body) + 1; budget < 0 {
			return nil, eppError(t.Pos, []any{"expansion", "too_large"})
		}
		if len(body) == 0 {
			rest = after
			continue
		}
		rest = append(body[:len(body):len(body)], after...)
		if budget -= len(after) / 64; budget < 0 {
			return nil, eppError(t.Pos, []any{"expansion", "too_large"})
		}
	}
	return out, nil
}

func eppError(p Pos, desc any) *Error {
	return &Error{Pos: p, Module: "epp", Desc: desc, Text: eppErrorText(desc)}
}

// call expands the macro call that toks begins with; it gives the tokens in
// its place and those after it.
func (e *epp) call(toks []Token, fun func() function) (body, after []Token, err *Error) {
	if len(toks) < 2 || !isMacroName(toks[1]) {
		t := toks[0]
		shown := "eof"
		if len(toks) > 1 {
			t = toks[1]
			shown = t.Category()
			if t.Kind == KindDot {
				shown = "dot"
			} else if t.HasSymbol() {
				shown = tokenText(t)
			} else {
				shown = QuoteAtom(shown)
			}
		}
		return nil, nil, eppError(t.Pos, []any{"call", DescChars{Chars("?"), shown}})
	}
	name := toks[1]
	after = toks[2:]
	defs := e.macros[name.Value]
	if name.Value == "MODULE" || name.Value == "MODULE_STRING" || name.Value == "BASE_MODULE" || name.Value == "BASE_MODULE_STRING" {
		if e.module == "" {
			defs = nil
		}
	}
	if m := defs[noArgs]; m != nil && len(defs) == 1 {
		return e.constant(name, m, after, fun)
	}
	if len(after) == 0 || after[0].Kind != KindLParen {
		if len(defs) == 0 {
			return nil, nil, eppError(name.Pos, []any{"undefined", name.Value, "none"})
		}
		if m := defs[noArgs]; m != nil {
			return e.constant(name, m, after, fun)
		}
		return nil, nil, eppError(name.Pos, []any{"mismatch", name.Value})
	}
	args, after, ok := macroArgs(after[1:])
	if !ok {
		return nil, nil, eppError(name.Pos, []any{"arg_error", name.Value})
	}
	if len(defs) == 0 {
		return nil, nil, eppError(name.Pos, []any{"undefined", name.Value, len(args)})
	}
	m := defs[len(args)]
	if m == nil {
		return nil, nil, eppError(name.Pos, []any{"mismatch", name.Value})
	}
	if m.predefined {
		return e.featureTest(name, args[0]), after, nil
	}
	if e.circular(macroUse{name.Value, len(args)}) {
		return nil, nil, eppError(name.Pos, []any{"circular", name.Value, len(args)})
	}
	return substitute(m, args, name), after, nil
}

// constant expands a macro without arguments.
func (e *epp) constant(name Token, m *macro, after []Token, fun func() function) ([]Token, []Token, *Error) {
	if m.predefined {
		t := Token{Pos: name.Pos}
		switch name.Value {
		case "FILE":
			t.Kind, t.Value = KindString, e.top().name
		case "LINE":
			t.Kind, t.Value = KindInteger, itoa(int(name.Pos.Line))
		case "MODULE", "BASE_MODULE":
			t.Kind, t.Value = KindAtom, e.module
		case "MODULE_STRING", "BASE_MODULE_STRING":
			t.Kind, t.Value = KindString, e.module
		case "MACHINE":
			t.Kind, t.Value = KindAtom, "BEAM"
		case "BEAM":
			t.Kind, t.Value = KindAtom, "true"
		case "OTP_RELEASE":
			t.Kind, t.Value = KindInteger, "29"
		default:
			f := fun()
			if !f.ok {
				return nil, nil, eppError(name.Pos, []any{"illegal_function", name.Value})
			}
			if t.Kind, t.Value = KindAtom, f.name; name.Value == "FUNCTION_ARITY" {
				t.Kind, t.Value = KindInteger, itoa(f.arity)
			}
		}
		return []Token{t}, after, nil
	}
	if e.circular(macroUse{name.Value, noArgs}) {
		return nil, nil, eppError(name.Pos, []any{"circular", name.Value, "none"})
	}
	return substitute(m, nil, name), after, nil
}

// substitute makes a macro's body with its arguments put in. Tokens of the
// body are where the call is, or, after an argument, where that ended.
func substitute(m *macro, args [][]Token, at Token) []Token {
	out := make([]Token, 0, len(m.body))
	arg := func(t Token) int {
		if t.Kind == KindVar {
			for i, p := range m.params {
				if p == t.Value {
					return i
				}
			}
		}
		return -1
	}
	for i := 0; i < len(m.body); i++ {
		t := m.body[i]
		if t.Kind == KindQuestion && i+2 < len(m.body) && m.body[i+1].Kind == KindQuestion && m.body[i+2].Kind == KindVar {
			i += 2
			if a := arg(m.body[i]); a >= 0 {
				out = append(out, Token{Kind: KindString, Pos: at.Pos, Text: at.Text, Value: stringify(args[a])})
				continue
			}
			t = m.body[i]
		}
		if a := arg(t); a >= 0 {
			out = append(out, args[a]...)
			if n := len(args[a]); n > 0 {
				at = args[a][n-1]
			}
			continue
		}
		t.Pos, t.Text = at.Pos, at.Text
		out = append(out, t)
	}
	return out
}

// stringify writes tokens with a blank between each two.
func stringify(toks []Token) string {
	var buf []byte
	for i, t := range toks {
		if i > 0 {
			buf = append(buf, ' ')
		}
		switch {
		case t.Kind == KindSigilSuffix && t.Value == "":
			buf = append(buf, "[]"...)
		case t.HasSymbol():
			buf = append(buf, tokenText(Token{Kind: t.Kind, Value: t.Value})...)
		default:
			buf = append(buf, t.Category()...)
		}
	}
	return string(buf)
}

// closers are the tokens that end what others begin.
var closers = map[Kind]Kind{
	KindLParen: KindRParen, KindLBracket: KindRBracket, KindLBrace: KindRBrace, KindBinOpen: KindBinClose,
	KindBegin: KindEnd, KindIf: KindEnd, KindCase: KindEnd, KindReceive: KindEnd, KindTry: KindEnd,
	KindMaybe: KindEnd, KindCond: KindEnd,
}

// macroArgs reads the arguments of a macro call up to its closing bracket.
func macroArgs(toks []Token) (args [][]Token, after []Token, ok bool) {
	if len(toks) > 0 && toks[0].Kind == KindRParen {
		return nil, toks[1:], true
	}
	var open []Kind
	start := 0
	for i, t := range toks {
		if len(open) == 0 && (t.Kind == KindComma || t.Kind == KindRParen) {
			if i == start {
				return nil, nil, false
			}
			args = append(args, toks[start:i:i])
			start = i + 1
			if t.Kind == KindRParen {
				return args, toks[start:], true
			}
			continue
		}
		if c, opens := closers[t.Kind]; opens {
			open = append(open, c)
			continue
		}
		switch t.Kind {
		case KindFun:
			if i+1 < len(toks) && (toks[i+1].Kind == KindLParen ||
				toks[i+1].Kind == KindVar && i+2 < len(toks) && toks[i+2].Kind == KindLParen) {
				open = append(open, KindEnd)
			}
		case KindRParen, KindRBracket, KindRBrace, KindBinClose, KindEnd:
			if len(open) == 0 || open[len(open)-1] != t.Kind {
				return nil, nil, false
			}
			open = open[:len(open)-1]
		}
	}
	return nil, nil, false
}

// macroUses lists the macros that a body calls.
func macroUses(body []Token) []macroUse {
	var uses []macroUse
	for i := 0; i+1 < len(body); i++ {
		if body[i].Kind != KindQuestion || !isMacroName(body[i+1]) {
			continue
		}
		u := macroUse{body[i+1].Value, noArgs}
		if i+2 < len(body) && body[i+2].Kind == KindLParen {
			if args, _, ok := macroArgs(body[i+3:]); ok {
				u.arity = len(args)
			}
		}
		uses = append(uses, u)
	}
	return uses
}

// circular says whether a macro's expansion would come back to it, or to any
// other macro twice.
func (e *epp) circular(start macroUse) bool {
	const (
		open = 1
		done = 2
	)
	state := map[macroUse]int{}
	var visit func(u macroUse) bool
	visit = func(u macroUse) bool {
		defs := e.macros[u.name]
		m := defs[u.arity]
		if m == nil {
			u.arity = noArgs
			if m = defs[noArgs]; m == nil {
				return false
			}
		}
		switch state[u] {
		case open:
			return true
		case done:
			return false
		}
		state[u] = open
		for _, next := range m.uses {
			if visit(next) {
				return true
			}
		}
		state[u] = done
		return false
	}
	return visit(start)
}

// headOf finds the function that a form defines: the last clause head at the
// form's own level before the macro call.
func headOf(before, rest []Token) function {
	toks := append(before[:len(before):len(before)], rest...)
	if len(toks) < 2 || toks[0].Kind != KindAtom || toks[1].Kind != KindLParen {
		return function{}
	}
	args, _, ok := macroArgs(toks[2:])
	if !ok {
		return function{}
	}
	return function{toks[0].Value, len(args), true}
}

// featureTest makes the tokens of ?FEATURE_AVAILABLE(F) and ?FEATURE_ENABLED(F):
// F == feature orelse ...
func (e *epp) featureTest(name Token, arg []Token) []Token {
	var list []string
	for _, f := range features29 {
		if name.Value == "FEATURE_AVAILABLE" || e.features[f] && f != "maybe_expr" {
			list = append(list, f)
		}
	}
	if len(list) == 0 {
		return []Token{{Kind: KindAtom, Pos: name.Pos, Value: "false"}}
	}
	out := []Token{{Kind: KindLParen, Pos: name.Pos}}
	pos := lastTokenPos(arg)
	for i, f := range list {
		if i > 0 {
			out = append(out, Token{Kind: KindOrelse, Pos: pos})
		}
		out = append(out, arg...)
		out = append(out, Token{Kind: KindEqEq, Pos: pos}, Token{Kind: KindAtom, Pos: pos, Value: f})
	}
	return append(out, Token{Kind: KindRParen, Pos: pos})
}

// MacroDef is a macro as it was defined; Params is nil for one without an
// argument list.
type MacroDef struct {
	Name   string
	Params []string
	Body   []Token
}

// Macros are the macros defined at the end of the file, predefined ones aside,
// by name and arity.
func (p *Preprocessed) Macros() []MacroDef {
	var defs []MacroDef
	for name, arities := range p.macros {
		for _, m := range arities {
			if !m.predefined {
				defs = append(defs, MacroDef{name, m.params, m.body})
			}
		}
	}
	slices.SortFunc(defs, func(a, b MacroDef) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), len(a.Params)-len(b.Params))
	})
	return defs
}
