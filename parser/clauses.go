package parser

// guard parses an optional when-part.
func (p *climber) guard() [][]Expr {
	if !p.accept(KindWhen) {
		return nil
	}
	return p.guards()
}

// guards parses conjunctions with semicolons between them.
func (p *climber) guards() [][]Expr {
	gs := [][]Expr{p.exprs()}
	for p.accept(KindSemi) {
		gs = append(gs, p.exprs())
	}
	return gs
}

// body parses -> and the expressions of a clause.
func (p *climber) body() []Expr {
	p.expect(KindArrow)
	return p.exprs()
}

// clauses parses clauses with semicolons between them.
func (p *climber) clauses(one func() *Clause) []*Clause {
	cs := []*Clause{one()}
	for p.accept(KindSemi) {
		cs = append(cs, one())
	}
	return cs
}

// crClause parses a clause of case, receive, of and else.
func (p *climber) crClause() *Clause {
	e := p.expr()
	c := &Clause{Anno: firstAnno(e), Patterns: []Expr{e}}
	c.Guard = p.guard()
	c.Body = p.body()
	return c
}

func (p *climber) ifClause() *Clause {
	g := p.guards()
	return &Clause{Anno: firstAnno(g[0][0]), Guard: g, Body: p.body()}
}

func (p *climber) ifExpr() Expr {
	a := tokenAnno(p.next())
	cs := p.clauses(p.ifClause)
	p.expect(KindEnd)
	return &If{a, cs}
}

func (p *climber) caseExpr() Expr {
	a := tokenAnno(p.next())
	e := p.expr()
	p.expect(KindOf)
	cs := p.clauses(p.crClause)
	p.expect(KindEnd)
	return &Case{a, e, cs}
}

func (p *climber) receiveExpr() Expr {
	r := &Receive{Anno: tokenAnno(p.next())}
	if p.kind() != KindAfter {
		r.Clauses = p.clauses(p.crClause)
	}
	if p.accept(KindAfter) {
		r.After = p.expr()
		r.AfterBody = p.body()
	}
	p.expect(KindEnd)
	return r
}

func (p *climber) tryExpr() Expr {
	t := &Try{Anno: tokenAnno(p.next()), Body: p.exprs()}
	if p.accept(KindOf) {
		t.Of = p.clauses(p.crClause)
	}
	if p.kind() != KindCatch && p.kind() != KindAfter {
		p.unexpected()
	}
	if p.accept(KindCatch) {
		t.Catches = p.clauses(p.tryClause)
	}
	if p.accept(KindAfter) {
		t.After = p.exprs()
	}
	p.expect(KindEnd)
	return t
}

// tryClause parses Class:Pattern:Stack, of which only the pattern must stand.
func (p *climber) tryClause() *Clause {
	k := p.kind()
	class := p.pattern()
	pos := firstAnno(class)
	reason := class
	var stack Expr
	_, isAtom := class.(*Atom)
	_, isVar := class.(*Var)
	if (k == KindAtom && isAtom || k == KindVar && isVar) && p.accept(KindColon) {
		reason = p.pattern()
		if p.accept(KindColon) {
			t := p.expect(KindVar)
			stack = &Var{tokenAnno(t), t.Value}
		}
	} else {
		class = &Atom{pos, "throw"}
	}
	if stack == nil {
		stack = &Var{lastAnno(reason), "_"}
	}
	c := &Clause{Anno: pos, Patterns: []Expr{&Tuple{pos, []Expr{class, reason, stack}}}}
	c.Guard = p.guard()
	c.Body = p.body()
	return c
}

func (p *climber) maybeExpr() Expr {
	m := &Maybe{Anno: tokenAnno(p.next())}
	for {
		e := p.expr()
		if t := p.lex.Peek(); p.kind() == KindMaybeMatch {
			p.next()
			e = &MaybeMatch{tokenAnno(t), e, p.expr()}
		}
		m.Body = append(m.Body, e)
		if !p.accept(KindComma) {
			break
		}
	}
	if t := p.lex.Peek(); p.accept(KindElse) {
		m.ElseAnno = tokenAnno(t)
		m.Else = p.clauses(p.crClause)
	}
	p.expect(KindEnd)
	return m
}

// funExpr parses fun F/A, fun M:F/A, and funs with clauses.
func (p *climber) funExpr() Expr {
	a := tokenAnno(p.next())
	switch p.kind() {
	case KindLParen:
		return p.funClauses(a)
	case KindAtom, KindVar:
		t := p.next()
		isVar := Kind(t.Type) == KindVar
		switch {
		case p.kind() == KindColon:
			p.next()
			return p.funRemote(a, nameExpr(t.Value, isVar, tokenAnno(t)))
		case isVar && p.kind() == KindLParen:
			return p.namedFun(a, t.Value, tokenAnno(t))
		case !isVar && p.kind() == KindSlash:
			p.next()
			return &FunRef{a, t.Value, p.small()}
		}
	}
	p.unexpected()
	return nil
}

func nameExpr(name string, isVar bool, a Anno) Expr {
	if isVar {
		return &Var{a, name}
	}
	return &Atom{a, name}
}

func (p *climber) funRemote(a Anno, mod Expr) Expr {
	f := &FunRemote{Anno: a, Module: mod}
	switch t := p.lex.Peek(); p.kind() {
	case KindAtom, KindVar:
		p.next()
		f.Name = nameExpr(t.Value, Kind(t.Type) == KindVar, tokenAnno(t))
	default:
		p.unexpected()
	}
	p.expect(KindSlash)
	switch t := p.lex.Peek(); p.kind() {
	case KindInteger:
		f.Arity = p.integer()
	case KindVar:
		p.next()
		f.Arity = &Var{tokenAnno(t), t.Value}
	default:
		p.unexpected()
	}
	return f
}

// patterns parses the arguments of a clause's head.
func (p *climber) patterns() []Expr {
	p.expect(KindLParen)
	if p.accept(KindRParen) {
		return nil
	}
	ps := []Expr{p.pattern()}
	for p.accept(KindComma) {
		ps = append(ps, p.pattern())
	}
	p.expect(KindRParen)
	return ps
}

// clauseRest parses a clause after its name, if it has one.
func (p *climber) clauseRest(a Anno) *Clause {
	c := &Clause{Anno: a, Patterns: p.patterns()}
	c.Guard = p.guard()
	c.Body = p.body()
	return c
}

func (p *climber) funClauses(a Anno) Expr {
	first := p.clauseRest(tokenAnno(p.lex.Peek()))
	return p.moreFunClauses(a, "", first)
}

func (p *climber) namedFun(a Anno, name string, nameAnno Anno) Expr {
	return p.moreFunClauses(a, name, p.clauseRest(nameAnno))
}

// moreFunClauses parses the clauses after the first. All are parsed before any
// is compared with the first, since a syntax error goes before a mismatch.
func (p *climber) moreFunClauses(a Anno, name string, first *Clause) Expr {
	f := &Fun{Anno: a, Name: name, Clauses: []*Clause{first}}
	names := []string{name}
	for p.accept(KindSemi) {
		t := p.lex.Peek()
		n := ""
		if p.kind() == KindVar {
			n = p.next().Value
		}
		f.Clauses = append(f.Clauses, p.clauseRest(tokenAnno(t)))
		names = append(names, n)
	}
	p.expect(KindEnd)
	shown := func(n string) string {
		if n == "" {
			return "fun"
		}
		return n
	}
	for i, c := range f.Clauses[1:] {
		n := names[i+1]
		if n != name || len(c.Patterns) != len(first.Patterns) {
			p.fail(headMismatch(c.Pos, shown(name), len(first.Patterns), shown(n), len(c.Patterns)))
		}
	}
	return f
}
