package parser

// conditional says whether a token after a dash begins a condition's directive.
func conditional(t Token) (string, bool) {
	switch t.Kind {
	case KindIf:
		return "if", true
	case KindElse:
		return "else", true
	case KindAtom:
		switch t.Value {
		case "ifdef", "ifndef", "elif", "endif", "if", "else":
			return t.Value, true
		}
	}
	return "", false
}

// condition handles -ifdef and its kin. While a part is skipped, only the
// nesting counts.
func (e *epp) condition(src *source, d string, toks []Token) {
	at, rest := toks[1].Pos, toks[2:]
	n := len(src.conds)
	skipping := src.skipping()
	outer := n > 1 && (&source{conds: src.conds[:n-1]}).skipping()
	switch d {
	case "ifdef", "ifndef":
		c := cond{directive: d, skip: true, done: skipping}
		if !skipping {
			name, p, ok := macroNameArg(rest)
			if ok {
				c.skip = e.defined(name) != (d == "ifdef")
			} else {
				e.bad(p, d)
			}
			c.done = !c.skip
		}
		src.conds = append(src.conds, c)
	case "if":
		c := cond{directive: d, skip: true, done: skipping}
		if !skipping {
			c.skip = !e.test(at, d, rest)
			c.done = !c.skip
		}
		src.conds = append(src.conds, c)
	case "elif":
		if n == 0 {
			e.fail(at, []any{"illegal", Chars("unbalanced"), "elif"})
			return
		}
		c := &src.conds[n-1]
		switch {
		case outer:
		case c.elsed:
			e.fail(at, "elif_after_else")
		case c.done:
			c.skip = true
		default:
			c.skip = !e.test(at, d, rest)
			c.done = !c.skip
		}
		c.directive = "elif"
	case "else":
		if p, ok := want(rest, KindDot); !ok && !skipping {
			e.bad(p, "else")
			return
		}
		if n == 0 {
			e.fail(at, []any{"illegal", Chars("unbalanced"), "else"})
			return
		}
		c := &src.conds[n-1]
		if c.elsed {
			e.fail(at, []any{"illegal", Chars("repeated"), "else"})
			return
		}
		c.elsed, c.directive = true, "else"
		c.skip, c.done = c.done, true
	case "endif":
		if p, ok := want(rest, KindDot); !ok && !skipping {
			e.bad(p, "endif")
			return
		}
		if n == 0 {
			e.fail(at, []any{"illegal", Chars("unbalanced"), "endif"})
			return
		}
		src.conds = src.conds[:n-1]
	}
}

func (e *epp) defined(name string) bool {
	defs := e.macros[name]
	if len(defs) == 0 {
		return false
	}
	switch name {
	case "MODULE", "MODULE_STRING", "BASE_MODULE", "BASE_MODULE_STRING":
		return e.module != ""
	}
	return true
}

// test evaluates the condition of -if or -elif.
func (e *epp) test(at Pos, d string, rest []Token) bool {
	if len(rest) == 1 { // the dot alone
		e.bad(rest[0].Pos, d)
		return false
	}
	toks, err := e.expand(e.replaceDefined(rest))
	if err != nil {
		e.failWith(err)
		return false
	}
	exprs, err := ParseExprs(toks)
	if err != nil {
		e.failWith(err)
		return false
	}
	if len(exprs) != 1 || !isGuard(exprs[0]) {
		e.bad(at, d)
		return false
	}
	v, ok := evalGuard(exprs[0])
	return ok && v == atomValue("true")
}

// replaceDefined puts true or false for defined(Macro).
func (e *epp) replaceDefined(toks []Token) []Token {
	var out []Token
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		if t.Kind == KindAtom && t.Value == "defined" && i+3 < len(toks) && toks[i+1].Kind == KindLParen &&
			isMacroName(toks[i+2]) && toks[i+3].Kind == KindRParen {
			v := "false"
			if e.defined(toks[i+2].Value) {
				v = "true"
			}
			out = append(out, Token{Kind: KindAtom, Pos: t.Pos, Value: v})
			i += 3
			continue
		}
		out = append(out, t)
	}
	return out
}
