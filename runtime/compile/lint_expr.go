package compile

import (
	"maps"

	"ersh/parser"
)

func (l *linter) exprs(es []parser.Expr, s *scope) {
	for _, e := range es {
		l.expr(e, s)
	}
}

// sideBySide checks expressions none of which sees what another binds.
func (l *linter) sideBySide(s *scope, es ...parser.Expr) { l.parts(s, "", parser.Pos{}, es...) }

// parts is sideBySide for the parts of what stands at a place.
func (l *linter) parts(s *scope, what string, at parser.Pos, es ...parser.Expr) {
	var sides []*scope
	for _, e := range es {
		if e == nil {
			continue
		}
		side := newScope(s)
		l.expr(e, side)
		if side.vars != nil {
			sides = append(sides, side)
		}
	}
	s.merge(sides, what, at)
}

// match checks Pattern = Value. What the value exports stays so when the pattern uses it.
func (l *linter) match(pattern, value parser.Expr, s *scope) {
	inside := newScope(s)
	l.expr(value, inside)
	for name, v := range inside.vars {
		s.set(name, v)
	}
	l.pattern(pattern, s, s, "")
	for name, v := range inside.vars {
		if v.exported != "" {
			s.set(name, v)
		}
	}
}

func (l *linter) expr(e parser.Expr, s *scope) {
	switch e := e.(type) {
	case *parser.Var:
		l.useVar(e.Name, e.Anno, s)
	case *parser.Cons:
		// Along the list, not down it: lists are long.
		var es []parser.Expr
		var rest parser.Expr = e
		for {
			c, ok := rest.(*parser.Cons)
			if !ok {
				break
			}
			es, rest = append(es, c.Head), c.Tail
		}
		l.parts(s, "list", e.Pos, append(es, rest)...)
	case *parser.Tuple:
		l.parts(s, "tuple", e.Pos, e.Elems...)
	case *parser.Map:
		l.mapExpr(e, s)
	case *parser.Record:
		l.recordExpr(e, s)
	case *parser.RecordIndex:
		l.recordIndex(e.Name, e.Field, e.Anno)
	case *parser.RecordAccess:
		l.recordIndex(e.Name, e.Field, e.Anno)
		l.expr(e.Base, s)
	case *parser.Bin:
		l.bin(e, s)
	case *parser.BinOp:
		switch e.Op {
		case "andalso", "orelse":
			l.parts(s, e.Op, e.Pos, e.Left)
			right := newScope(s)
			l.expr(e.Right, right)
			s.unsafe(right, e.Op, e.Pos)
		default:
			l.parts(s, e.Op, e.Pos, e.Left, e.Right)
			l.zeroOperand(e)
			l.boolOperator(e)
		}
	case *parser.UnOp:
		l.parts(s, e.Op, e.Pos, e.Arg)
	case *parser.Match:
		l.match(e.Pattern, e.Value, s)
	case *parser.MaybeMatch:
		l.match(e.Pattern, e.Value, s)
	case *parser.Catch:
		if !l.shell {
			l.warn("deprecated_catch", e.Anno, "deprecated_catch", "'catch ...' is deprecated; please use 'try ... catch ... end' instead.\nCompile directive 'nowarn_deprecated_catch' can be used to suppress\nwarnings in selected modules.")
		}
		part := newScope(s)
		l.expr(e.Value, part)
		s.unsafe(part, "catch", e.Pos)
	case *parser.Call:
		l.call(e, s)
	case *parser.FunRef:
		if k := (fa{e.Name, e.Arity}); l.imports[k] != "" && l.defined[k] == nil {
			l.error(e.Anno, desc("fun_import", k.desc()), "creating a fun from imported name %s is not allowed", k)
			return
		}
		l.callTo(fa{e.Name, e.Arity}, e.Anno)
	case *parser.FunRemote:
		m, ok1 := e.Module.(*parser.Atom)
		f, ok2 := e.Name.(*parser.Atom)
		if n, ok3 := e.Arity.(*parser.Integer); ok1 && ok2 && ok3 && m.Name == l.mod && n.Value.IsInt64() {
			l.ownRemote(fa{f.Name, int(n.Value.Int64())}, e.Anno)
		}
		l.sideBySide(s, e.Module, e.Name, e.Arity)
	case *parser.Fun:
		l.fun(e, s)
	case *parser.Block:
		inside := newScope(s)
		l.exprs(e.Body, inside)
		s.block(inside, e.Pos)
	case *parser.If:
		l.branches(e.Clauses, s, "if", e.Pos)
	case *parser.Case:
		l.expr(e.Value, s)
		l.branches(e.Clauses, s, "case", e.Pos)
	case *parser.Receive:
		l.receive(e, s)
	case *parser.Try:
		l.try(e, s)
	case *parser.Maybe:
		body := newScope(s)
		l.exprs(e.Body, body)
		s.unsafe(body, "maybe", e.Pos)
		for _, c := range e.Else {
			branch := newScope(s)
			l.clause(c, branch, "")
			s.unsafe(branch, "else", e.ElseAnno.Pos)
		}
	case *parser.Comp:
		l.comprehension(e, s)
	case *parser.Remote:
		l.error(e.Module.Position(), "illegal_expr", "illegal expression")
	}
}

func (l *linter) mapExpr(e *parser.Map, s *scope) {
	var parts []parser.Expr
	for _, p := range e.Pairs {
		if e.Base == nil && p.Exact {
			l.error(p.Anno, "illegal_map_construction", "only association operators '=>' are allowed in map construction")
			continue
		}
		parts = append(parts, p.Key, p.Value)
	}
	if e.Base != nil {
		l.updated(e.Base, e.Anno)
		parts = append([]parser.Expr{e.Base}, parts...)
	}
	l.parts(s, "map", e.Pos, parts...)
}

// updated warns of an update of what has just been built.
func (l *linter) updated(base parser.Expr, a parser.Anno) {
	literal := false
	switch b := base.(type) {
	case *parser.Map:
		literal = b.Base == nil
	case *parser.Record:
		literal = b.Base == nil
	}
	if literal && !l.shell {
		l.warn("update_literal", a, "update_literal", "expression updates a literal")
	}
}

// boolOperator warns of operators that evaluate both sides, where asked for.
func (l *linter) boolOperator(e *parser.BinOp) {
	if l.on["obsolete_bool_op"] && (e.Op == "and" || e.Op == "or") {
		instead := map[string]string{"and": "'andalso'", "or": "'orelse'"}[e.Op]
		l.warn("obsolete_bool_op", e.Anno, desc("obsolete_bool_op", parser.Chars("'"+e.Op+"'"), parser.Chars(instead)),
			"'%s' is deprecated; use the short circuiting %s instead.\n"+
				"The '%s' operator, which always evaluates both sides, could be\n"+
				"removed in a future version of Erlang/OTP.\n"+
				"Note that the 'and' and 'or' operators have unexpected precedence, so\n"+
				"that e.g. `X > 3 or is_tuple(X)` parses as `X > (3 or is_tuple(X))`.\n"+
				"Compile directive 'nowarn_obsolete_bool_op' can be used to suppress\nwarnings in selected modules.",
			e.Op, instead, e.Op)
	}
}

// branches checks the clauses of a case, if or receive.
func (l *linter) branches(cs []*parser.Clause, s *scope, what string, at parser.Pos) []*scope {
	scopes := make([]*scope, len(cs))
	for i, c := range cs {
		scopes[i] = newScope(s)
		l.clause(c, scopes[i], "")
	}
	s.join(scopes, what, at)
	return scopes
}

// clause checks one clause in its scope. With shadow set all variables of its
// patterns are new, whatever the scope above says.
func (l *linter) clause(c *parser.Clause, s *scope, shadow string) {
	l.patterns(c.Patterns, s, s, shadow)
	l.guard(c.Guard, s)
	l.exprs(c.Body, s)
}

func (l *linter) receive(e *parser.Receive, s *scope) {
	if e.After == nil {
		l.branches(e.Clauses, s, "receive", e.Pos)
		return
	}
	scopes := make([]*scope, 0, len(e.Clauses)+1)
	for _, c := range e.Clauses {
		b := newScope(s)
		l.clause(c, b, "")
		scopes = append(scopes, b)
	}
	l.expr(e.After, s)
	after := newScope(s)
	l.exprs(e.AfterBody, after)
	s.join(append(scopes, after), "receive", e.Pos)
}

func (l *linter) try(e *parser.Try, s *scope) {
	all := newScope(s) // what may have been bound anywhere, unsafe
	body := newScope(s)
	l.exprs(e.Body, body)
	all.unsafe(body, "try", e.Pos)
	for _, c := range e.Of {
		b := newScope(body)
		l.clause(c, b, "")
		all.unsafe(b, "try", e.Pos)
	}
	outside := newScope(s)
	outside.unsafe(body, "try", e.Pos)
	for _, c := range e.Catches {
		b := newScope(outside)
		l.catchClause(c, b)
		all.unsafe(b, "try", e.Pos)
	}
	after := newScope(all)
	l.exprs(e.After, after)
	all.unsafe(after, "try", e.Pos)
	s.unsafe(all, "try", e.Pos)
}

// catchClause: the pattern is the tuple {Class, Reason, Stack}. Stack must be a
// new variable that no guard looks at.
func (l *linter) catchClause(c *parser.Clause, s *scope) {
	stack := ""
	if len(c.Patterns) == 1 {
		if t, ok := c.Patterns[0].(*parser.Tuple); ok && len(t.Elems) == 3 {
			if v, ok := t.Elems[2].(*parser.Var); ok && v.Name != "_" {
				stack = v.Name
				if old := s.get(stack); old != nil {
					l.error(v.Anno, desc("stacktrace_bound", stack), "stacktrace variable '%s' must not be previously bound", stack)
				}
			}
		}
	}
	l.patterns(c.Patterns, s, s, "")
	if stack != "" {
		for _, conj := range c.Guard {
			for _, g := range conj {
				walk(g, func(e parser.Expr) bool {
					if v, ok := e.(*parser.Var); ok && v.Name == stack {
						l.error(v.Anno, desc("stacktrace_guard", stack), "stacktrace variable '%s' must not be used in a guard", stack)
					}
					return true
				})
			}
		}
	}
	l.guard(c.Guard, s)
	l.exprs(c.Body, s)
}

func (l *linter) fun(e *parser.Fun, s *scope) {
	inside := newScope(s)
	if e.Name != "" && e.Name != "_" {
		if v := s.get(e.Name); v != nil {
			v.use()
		}
		l.shadowed(e.Name, e.Anno, s, "'named fun'")
		l.bind(inside, e.Name, e.Anno)
	}
	for _, c := range e.Clauses {
		l.clause(c, newScope(inside), "'fun'")
	}
}

func (l *linter) shadowed(name string, a parser.Anno, s *scope, what string) {
	if v := s.get(name); v != nil && v.state == varBound && !l.shell {
		plain := what
		if plain[0] == '\'' {
			plain = plain[1 : len(plain)-1]
		}
		l.warn("shadow_vars", a, desc("shadowed_var", name, plain), "variable '%s' shadowed in %s", name, what)
	}
}

func (l *linter) comprehension(e *parser.Comp, s *scope) {
	inside := newScope(s)
	generator := func(g *parser.Generator, source, target *scope) {
		if g.Pattern == nil {
			l.error(g.Source.Position(), "illegal_zip_generator", "only generators are allowed in a zip generator.")
			return
		}
		l.expr(g.Source, newScope(source))
		l.binGenerator = g.Kind == parser.BinKind
		l.patterns([]parser.Expr{g.Pattern}, source, target, "generate")
		l.binGenerator = false
	}
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *parser.Generator:
			target := newScope(inside)
			generator(q, inside, target)
			inside = target
		case *parser.Zip:
			target := newScope(inside)
			for _, g := range q.Generators {
				before := maps.Clone(target.vars)
				generator(g, inside, target)
				for name, v := range target.vars {
					if old := before[name]; old != nil && old != v { // the two are compared
						old.use()
						v.use()
					}
				}
			}
			inside = target
		case *parser.Match:
			l.error(q.Anno, "compr_assign", "matches using '=' are not allowed in comprehension qualifiers\nunless the experimental 'compr_assign' language feature is enabled.\nWith 'compr_assign' enabled, a match 'P = E' will behave as a\nstrict generator 'P <:- [E]'.\"")
		default:
			if l.isGuardIn(q) {
				l.guardExpr(q, inside)
			} else {
				l.expr(q, inside)
			}
		}
	}
	for _, t := range append([]parser.Expr{e.Template}, e.More...) {
		if p, ok := t.(*parser.MapPair); ok {
			if p.Exact {
				l.error(p.Anno, "illegal_map_exact_in_comprehension", "illegal map association, did you mean to use `=>`?")
			}
			l.sideBySide(inside, p.Key, p.Value)
		} else {
			l.expr(t, newScope(inside))
		}
	}
}

// Patterns.

// patterns checks the patterns of one head. Variables found in scope s are
// compared with; new ones are bound in target.
func (l *linter) patterns(ps []parser.Expr, s, target *scope, shadow string) {
	p := &patternCheck{l: l, s: s, shadow: shadow, fresh: newScope(nil), count: map[string][]parser.Anno{}}
	for _, e := range ps {
		p.pattern(e)
	}
	p.done(target)
}

func (l *linter) pattern(e parser.Expr, s, target *scope, shadow string) {
	l.patterns([]parser.Expr{e}, s, target, shadow)
}

type patternCheck struct {
	l      *linter
	s      *scope // what is known outside
	shadow string
	fresh  *scope // bound by this pattern
	count  map[string][]parser.Anno
	order  []string
	early  []string // used in sizes or keys though nothing has bound them yet
}

func (p *patternCheck) done(target *scope) {
	for _, name := range p.early {
		if v := p.fresh.vars[name]; v != nil {
			v.use()
		}
	}
	for _, name := range p.order {
		if v := p.fresh.vars[name]; v != nil {
			target.set(name, v)
		}
		if as := p.count[name]; len(as) > 1 && name[0] == '_' && !p.l.shell {
			for _, a := range as {
				p.l.warn("underscore_match", a, desc("match_underscore_var_pat", name),
					"variable '%s' is bound multiple times in this pattern.\nIf you mean to ignore this value, use '_' or\na different underscore-prefixed name", name)
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
		p.count[e.Name] = append(p.count[e.Name], e.Anno)
		return
	}
	if p.shadow == "" {
		if v := p.s.get(e.Name); v != nil {
			p.l.matchedVar(e.Name, v, e.Anno, p.s)
			if e.Name[0] == '_' && !p.l.shell {
				p.l.warn("underscore_match", e.Anno, desc("match_underscore_var", e.Name),
					"variable '%s' is already bound. If you mean to ignore this\nvalue, use '_' or a different underscore-prefixed name", e.Name)
			}
			return
		}
	} else {
		p.l.shadowed(e.Name, e.Anno, p.s, p.shadow)
	}
	p.l.bind(p.fresh, e.Name, e.Anno)
	p.order = append(p.order, e.Name)
	p.count[e.Name] = []parser.Anno{e.Anno}
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
			p.l.guardExpr(pair.Key, p.s)
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
		case e.Op == "++" && isPrefix(e.Left):
			p.pattern(e.Right)
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

// isPrefix reports whether an expression may stand before ++ in a pattern: a
// literal string.
func isPrefix(e parser.Expr) bool {
	switch e := e.(type) {
	case *parser.String, *parser.Nil:
		return true
	case *parser.Cons:
		switch e.Head.(type) {
		case *parser.Char, *parser.Integer:
			return isPrefix(e.Tail)
		}
	case *parser.BinOp:
		return e.Op == "++" && isPrefix(e.Left) && isPrefix(e.Right)
	}
	return false
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
		l.zero(e.Left)
		l.zero(e.Right)
	}
}

// Guards.

func (l *linter) guard(g [][]parser.Expr, s *scope) {
	for _, conj := range g {
		for _, e := range conj {
			l.guardExpr(e, s)
		}
	}
}

// isGuardIn reports whether a filter may be taken as a guard, so that its
// records and variables are checked as such.
func (l *linter) isGuardIn(e parser.Expr) bool {
	ok := true
	walk(e, func(x parser.Expr) bool {
		switch x := x.(type) {
		case *parser.Match, *parser.Fun, *parser.Comp, *parser.Case, *parser.If, *parser.Receive, *parser.Try, *parser.Maybe,
			*parser.Block, *parser.Catch, *parser.FunRef, *parser.FunRemote, *parser.MaybeMatch:
			ok = false
		case *parser.Call:
			name, isBIF := l.guardBIF(x)
			ok = ok && isBIF && name != ""
		}
		return ok
	})
	return ok
}

// guardBIF gives the name of the function that a call in a guard calls.
func (l *linter) guardBIF(c *parser.Call) (string, bool) {
	name := ""
	switch f := c.Fun.(type) {
	case *parser.Atom:
		k := fa{f.Name, len(c.Args)}
		if l.defined[k] != nil && !autoBIF(k) || l.imports[k] != "" && l.imports[k] != "erlang" {
			return f.Name, false
		}
		if l.defined[k] != nil && !l.noAuto[k] && !l.noAutos {
			return f.Name, false
		}
		name = f.Name
	case *parser.Remote:
		m, ok1 := f.Module.(*parser.Atom)
		n, ok2 := f.Name.(*parser.Atom)
		if !ok1 || !ok2 || m.Name != "erlang" {
			return "", false
		}
		name = n.Name
		if guardOps[name] && (len(c.Args) == 1 || len(c.Args) == 2) {
			return name, true
		}
	default:
		return "", false
	}
	k := fa{name, len(c.Args)}
	_, local := c.Fun.(*parser.Atom)
	return name, guardBIFs[k] || local && oldTypeTests[k]
}

// oldTypeTests are the guard tests of old: integer(X) for is_integer(X).
var oldTypeTests = map[fa]bool{
	{"atom", 1}: true, {"binary", 1}: true, {"float", 1}: true, {"function", 1}: true, {"integer", 1}: true,
	{"list", 1}: true, {"number", 1}: true, {"pid", 1}: true, {"port", 1}: true, {"reference", 1}: true,
	{"tuple", 1}: true, {"record", 2}: true,
}

func (l *linter) guardExpr(e parser.Expr, s *scope) {
	switch e := e.(type) {
	case *parser.Var:
		l.useVar(e.Name, e.Anno, s)
	case *parser.Atom, *parser.Integer, *parser.Float, *parser.Char, *parser.String, *parser.Nil:
	case *parser.Cons:
		var rest parser.Expr = e
		for {
			c, ok := rest.(*parser.Cons)
			if !ok {
				break
			}
			l.guardExpr(c.Head, s)
			rest = c.Tail
		}
		l.guardExpr(rest, s)
	case *parser.Tuple:
		for _, x := range e.Elems {
			l.guardExpr(x, s)
		}
	case *parser.Map:
		if e.Base != nil {
			l.guardExpr(e.Base, s)
		}
		for _, p := range e.Pairs {
			if e.Base == nil && p.Exact {
				l.error(p.Anno, "illegal_map_construction", "only association operators '=>' are allowed in map construction")
				continue
			}
			l.guardExpr(p.Key, s)
			l.guardExpr(p.Value, s)
		}
	case *parser.Record:
		if e.Base != nil {
			l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
			return
		}
		l.recordFields(e, func(x parser.Expr) { l.guardExpr(x, s) })
	case *parser.RecordIndex:
		l.recordIndex(e.Name, e.Field, e.Anno)
	case *parser.RecordAccess:
		l.recordIndex(e.Name, e.Field, e.Anno)
		l.guardExpr(e.Base, s)
	case *parser.Bin:
		for _, el := range e.Elems {
			l.guardExpr(el.Value, s)
			if el.Size != nil {
				l.guardExpr(el.Size, s)
			}
			l.segment(el, false)
		}
	case *parser.BinOp:
		l.boolOperator(e)
		l.guardExpr(e.Left, s)
		l.guardExpr(e.Right, s)
		if !guardOps[e.Op] {
			l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
			return
		}
		l.zeroOperand(e)
	case *parser.UnOp:
		l.guardExpr(e.Arg, s)
	case *parser.Call:
		l.guardCall(e, s)
	default:
		l.error(e.Position(), "illegal_guard_expr", "illegal guard expression")
	}
}

func (l *linter) guardCall(e *parser.Call, s *scope) {
	name, ok := l.guardBIF(e)
	k := fa{name, len(e.Args)}
	if !ok {
		if r, remote := e.Fun.(*parser.Remote); remote {
			m, isAtom := r.Module.(*parser.Atom)
			if !isAtom || m.Name != "erlang" {
				l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
				return
			}
		}
		for _, x := range e.Args {
			l.guardExpr(x, s)
		}
		if a, local := e.Fun.(*parser.Atom); local && (l.defined[k] != nil || l.imports[k] != "") {
			l.error(a.Anno, desc("illegal_guard_local_call", k.desc()), "call to local/imported function %s is illegal in guard", k)
		} else {
			l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
		}
		return
	}
	if k.name == "is_record" && k.arity >= 2 || k.name == "record" {
		for _, x := range e.Args {
			l.guardExpr(x, s)
		}
		r, isAtom := e.Args[1].(*parser.Atom)
		_, isVar := e.Args[len(e.Args)-1].(*parser.Var)
		_, negative := e.Args[len(e.Args)-1].(*parser.UnOp)
		switch {
		case !isAtom, k.arity == 3 && (isVar || negative):
			l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
		case k.arity == 2:
			l.recordKnown(r.Name, r.Anno)
		}
	} else {
		for _, x := range e.Args {
			l.guardExpr(x, s)
		}
	}
	if _, local := e.Fun.(*parser.Atom); local && oldTypeTests[k] && !guardBIFs[k] {
		l.warn("obsolete_guard", e.Anno, desc("obsolete_guard", k.desc()),
			"%s as a type test is obsolete and will be\nremoved in OTP 30; use is_%s instead.", k, k)
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
