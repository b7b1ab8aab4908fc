package compile

import (
	"slices"

	"ersh/parser"
)

// patterns checks the patterns of a head: what they bind is new in s, and what was bound they compare with.
func (l *linter) patterns(ps []parser.Expr, s *scope) {
	old, fresh := l.head(ps, s, "")
	s.setAll(old)
	s.setAll(fresh)
}

// head checks the patterns of a head and gives what they make of variables of s, and what they bind. With
// shadow set all their variables are new, whatever s says.
func (l *linter) head(ps []parser.Expr, s *scope, shadow string) (old, fresh named) {
	return l.headBeside(ps, s, shadow, nil)
}

// headBeside is head for a generator beside others, which bind what is shadowed already.
func (l *linter) headBeside(ps []parser.Expr, s *scope, shadow string, shadowed named) (old, fresh named) {
	p := &patternCheck{l: l, s: s, shadow: shadow, shadowed: shadowed, fresh: newScope(nil),
		count: map[string][]parser.Anno{}, again: map[string]int{}}
	for _, e := range ps {
		p.pattern(e)
	}
	p.done()
	return p.old, p.fresh.vars
}

type patternCheck struct {
	l      *linter
	s      *scope // what is known outside
	shadow string
	fresh  *scope // bound by this pattern
	old    named  // variables that were not bound for sure
	count  map[string][]parser.Anno
	again  map[string]int // how often a variable stands in the pattern; those in one binary count as one
	order  []string
	// shadowed are variables that other generators beside this one bind.
	shadowed named
	binary   map[string]parser.Anno // where they stand first in the binary pattern at hand
	early    []string               // used in sizes or keys though nothing has bound them yet
}

func (p *patternCheck) done() {
	for _, name := range p.early {
		v := p.fresh.vars[name]
		switch {
		case v == nil:
		case p.shadow == "":
			v.use()
		case p.s.get(name) == nil: // told twice
			p.l.bindings = append(p.l.bindings, v.binds...)
		}
	}
	for _, name := range p.order {
		if p.again[name] > 0 && name[0] == '_' && !p.l.shell {
			for _, a := range p.count[name] {
				p.l.warnTwice(name, a)
			}
		}
	}
}

func (p *patternCheck) variable(e *parser.Var) {
	if e.Name == "_" {
		return
	}
	if v := p.fresh.get(e.Name); v != nil {
		v.use()
		if first, ok := p.binary[e.Name]; ok {
			p.alreadyBound(e)
			p.count[e.Name] = slices.DeleteFunc(p.count[e.Name], func(a parser.Anno) bool { return a == first })
			return
		}
		p.again[e.Name]++
		p.count[e.Name] = append(p.count[e.Name], e.Anno)
		return
	}
	if p.shadow == "" {
		if v := p.s.get(e.Name); v != nil {
			if told := p.l.matchedVar(e.Name, v, e.Anno); told != nil {
				p.old = p.old.beside(named{e.Name: told})
			}
			if v.state == varBound {
				p.alreadyBound(e)
			}
			return
		}
	} else {
		if p.shadowed[e.Name] == nil {
			p.l.shadowed(e.Name, e.Anno, p.s, p.shadow)
		}
	}
	p.l.bind(p.fresh, e.Name, e.Anno)
	p.order = append(p.order, e.Name)
	p.count[e.Name] = []parser.Anno{e.Anno}
}

func (p *patternCheck) alreadyBound(e *parser.Var) {
	if e.Name[0] == '_' && !p.l.shell {
		p.l.warn("underscore_match", e.Anno, desc("match_underscore_var", e.Name),
			"variable '%s' is already bound. If you mean to ignore this\nvalue, use '_' or a different underscore-prefixed name", e.Name)
	}
}

// noteUnbound notes the variables that a size or key needs too early: they
// are not unused, too, when the pattern binds them later.
func (p *patternCheck) noteUnbound(e parser.Expr, s *scope) {
	walk(e, func(x parser.Expr) bool {
		if v, isVar := x.(*parser.Var); isVar && s.get(v.Name) == nil {
			p.early = append(p.early, v.Name)
		}
		return true
	})
}

// key checks a key or a size in a pattern, which sees s.
func (p *patternCheck) key(s *scope, e parser.Expr, check func(parser.Expr, *scope)) {
	inside := newScope(s)
	check(e, inside)
	p.old = p.old.beside(inside.result())
}

func (p *patternCheck) illegal(a parser.Anno) {
	p.l.error(a, "illegal_pattern", "illegal pattern")
}

func (p *patternCheck) pattern(e parser.Expr) {
	switch e := e.(type) {
	case *parser.Var:
		p.variable(e)
	case *parser.Float:
		p.l.zero(e)
	case *parser.Atom, *parser.Integer, *parser.Char, *parser.String, *parser.Nil:
	case *parser.Cons:
		var rest parser.Expr = e
		for {
			c, ok := rest.(*parser.Cons)
			if !ok {
				break
			}
			p.pattern(c.Head)
			rest = c.Tail
		}
		p.pattern(rest)
	case *parser.Tuple:
		for _, x := range e.Elems {
			p.pattern(x)
		}
	case *parser.MapPair:
		p.pattern(e.Key)
		p.pattern(e.Value)
	case *parser.Map:
		if e.Base != nil {
			p.illegal(e.Anno)
			return
		}
		for _, pair := range e.Pairs {
			if !pair.Exact {
				p.l.error(pair.Anno, "illegal_map_assoc_in_pattern", "illegal pattern, did you mean to use `:=`?")
				continue
			}
			p.noteUnbound(pair.Key, p.s)
			p.key(p.s, pair.Key, p.l.guardExpr)
			p.pattern(pair.Value)
		}
	case *parser.Record:
		p.record(e)
	case *parser.RecordIndex:
		p.l.recordIndex(e.Name, e.Field, e.Anno)
	case *parser.Bin:
		p.bin(e)
	case *parser.Match:
		if hasConstructor(e.Pattern) && hasConstructor(e.Value) && !p.l.shell {
			p.l.warn("match_alias_pats", e.Anno, "match_alias_pats", "a pattern `P1=P2` where both sides are constructors\nmay yield an error in a future version of Erlang/OTP.\nNote that a pattern such as `{a,B}={Y,Z} -> ...` can always be\nwritten in a unified form `{a=Y,B=Z} -> ...`.\nCompile directive 'nowarn_match_alias_pats' can be used to suppress\nwarnings in selected modules.")
		}
		p.pattern(e.Pattern)
		p.pattern(e.Value)
	case *parser.BinOp:
		switch {
		case e.Op == "++":
			if at, ok := prefix(e.Left, e.Anno); ok {
				p.pattern(e.Right)
			} else {
				p.illegal(at)
			}
		case isArithmetic(e) && constPattern(e) != nil:
		default:
			p.illegal(e.Anno)
		}
	case *parser.UnOp:
		if !isArithmetic(e) {
			p.illegal(e.Anno)
		}
	default:
		p.illegal(e.Position())
	}
}

// prefix reports whether an expression may stand before ++ in a pattern: a
// literal string. If not it says where it goes wrong: after the last element that is a character, or at the operator.
func prefix(e parser.Expr, at parser.Anno) (parser.Anno, bool) {
	switch e := e.(type) {
	case *parser.String, *parser.Nil:
		return at, true
	case *parser.Cons:
		switch e.Head.(type) {
		case *parser.Char, *parser.Integer:
			return prefix(e.Tail, e.Anno)
		}
	}
	return at, false
}

// isArithmetic reports whether an expression is one of literal numbers only.
func isArithmetic(e parser.Expr) bool {
	switch e := e.(type) {
	case *parser.Integer, *parser.Float, *parser.Char:
		return true
	case *parser.UnOp:
		return (e.Op == "+" || e.Op == "-" || e.Op == "bnot") && isArithmetic(e.Arg)
	case *parser.BinOp:
		switch e.Op {
		case "+", "-", "*", "/", "div", "rem", "band", "bor", "bxor", "bsl", "bsr":
			return isArithmetic(e.Left) && isArithmetic(e.Right)
		}
	}
	return false
}

// zero warns of a literal 0.0 that something is matched with.
func (l *linter) zero(e parser.Expr) {
	if f, ok := e.(*parser.Float); ok && f.Value == 0 && !l.shell {
		l.warn("match_float_zero", f.Anno, "match_float_zero", "matching on the float 0.0 will no longer also match -0.0 in OTP 27.\nIf you specifically intend to match 0.0 alone, write +0.0 instead.")
	}
}

func (l *linter) zeroOperand(e *parser.BinOp) {
	if e.Op == "=:=" || e.Op == "=/=" {
		l.zeroIn(e.Left)
		l.zeroIn(e.Right)
	}
}

// zeroIn warns of the zeros in lists and tuples.
func (l *linter) zeroIn(e parser.Expr) {
	switch e := e.(type) {
	case *parser.Cons:
		for _, x := range consElems(e) {
			l.zeroIn(x)
		}
	case *parser.Tuple:
		for _, x := range e.Elems {
			l.zeroIn(x)
		}
	default:
		l.zero(e)
	}
}

// hasConstructor reports whether a pattern is more than variables that stand for one another.
func hasConstructor(p parser.Expr) bool {
	switch p := p.(type) {
	case *parser.Var:
		return false
	case *parser.Match:
		return hasConstructor(p.Pattern) || hasConstructor(p.Value)
	}
	return true
}
