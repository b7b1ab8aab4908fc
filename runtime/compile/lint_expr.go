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
	l.partsExported(s, l.each(s, l.expr, true, es), what, at)
}

func (l *linter) partsExported(s *scope, all named, what string, at parser.Pos) {
	if what != "" {
		all = all.exported(s, exportSubexpr, what, at)
	}
	s.setAll(all)
}

// each checks expressions none of which sees what another names; compared says that it counts
// as a use of a variable when two of them bind it.
func (l *linter) each(s *scope, check func(parser.Expr, *scope), compared bool, es []parser.Expr) named {
	var all named
	side := newScope(s)
	for _, e := range es {
		if e == nil {
			continue
		}
		check(e, side)
		if side.vars != nil {
			these := side.result()
			if compared {
				l.boundTwice(these, all, s)
			}
			if compared {
				all = these.beside(all)
			} else {
				all = all.beside(these)
			}
			side = newScope(s)
		}
	}
	return all
}

// boundTwice notes the variables that are bound after s in two expressions neither of which sees the other: they are compared.
func (l *linter) boundTwice(vs, ws named, s *scope) {
	for name, v := range vs {
		w := ws[name]
		if w == nil || v == w {
			continue
		}
		if name[0] == '_' && !l.shell && s.get(name) == nil {
			for _, b := range v.with(w).binds {
				if !b.used {
					l.warnTwice(name, b.anno)
				}
			}
		}
		v.use()
		w.use()
	}
}

func (l *linter) warnTwice(name string, a parser.Anno) {
	l.warn("underscore_match", a, desc("match_underscore_var_pat", name),
		"variable '%s' is bound multiple times in this pattern.\nIf you mean to ignore this value, use '_' or\na different underscore-prefixed name", name)
}

// match checks Pattern = Value. What the value exports stays so when the pattern uses it.
func (l *linter) match(pattern, value parser.Expr, s *scope) {
	inside := newScope(s)
	l.expr(value, inside)
	old, fresh := l.head([]parser.Expr{pattern}, inside, "")
	s.setAll(inside.result().beside(old))
	s.setAll(fresh)
}

func (l *linter) expr(e parser.Expr, s *scope) {
	switch e := e.(type) {
	case *parser.Var:
		l.useVar(e.Name, e.Anno, s)
	case *parser.Cons:
		l.parts(s, "list", e.Pos, consElems(e)...)
	case *parser.Tuple:
		l.parts(s, "tuple", e.Pos, e.Elems...)
	case *parser.Map:
		l.mapExpr(e, s)
	case *parser.Record:
		l.recordExpr(e, s)
	case *parser.RecordIndex:
		l.recordIndex(e.Name, e.Field, e.Anno)
	case *parser.RecordAccess:
		l.expr(e.Base, s)
		l.recordIndex(e.Name, e.Field, e.Anno)
	case *parser.Bin:
		l.bin(e, s)
	case *parser.BinOp:
		switch e.Op {
		case "andalso", "orelse":
			left := newScope(s)
			l.parts(left, e.Op, e.Pos, e.Left)
			right := newScope(left)
			l.expr(e.Right, right)
			s.setAll(left.result().beside(right.result().unsafe(left, e.Op, e.Pos)))
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
		s.setAll(part.result().unsafe(s, "catch", e.Pos))
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
		s.setAll(inside.result().exported(s, exportVars, "begin", e.Pos))
	case *parser.If:
		s.setAll(s.join(l.branches(e.Clauses, s), "if", e.Pos))
	case *parser.Case:
		value := newScope(s)
		l.expr(e.Value, value)
		s.setAll(value.result().beside(value.join(l.branches(e.Clauses, value), "case", e.Pos)))
	case *parser.Receive:
		l.receive(e, s)
	case *parser.Try:
		l.try(e, s)
	case *parser.Maybe:
		l.maybe(e, s)
	case *parser.Comp:
		l.comprehension(e, s)
	case *parser.Remote:
		l.error(e.Module.Position(), "illegal_expr", "illegal expression")
	}
}

// consElems gives the elements and the tail of a list: what goes over them goes along the list
// and not down it, for lists are long.
func consElems(e *parser.Cons) []parser.Expr {
	var es []parser.Expr
	var rest parser.Expr = e
	for {
		c, ok := rest.(*parser.Cons)
		if !ok {
			return append(es, rest)
		}
		es, rest = append(es, c.Head), c.Tail
	}
}

func (l *linter) mapExpr(e *parser.Map, s *scope) {
	// A pair's key and value are side by side; of the pairs, the first that names a variable says what it is.
	all := newScope(s)
	if e.Base != nil {
		l.updated(e.Base, e.Anno)
		all.setAll(l.each(s, l.expr, false, []parser.Expr{e.Base}))
	}
	parts := l.mapParts(e)
	for i := 0; i < len(parts); i += 2 {
		pair := l.each(s, l.expr, true, parts[i:i+2])
		pair.shareUse(all.vars)
		all.setAll(pair)
	}
	l.partsExported(s, all.result(), "map", e.Pos)
}

// mapParts gives the expressions that a map is made of.
func (l *linter) mapParts(e *parser.Map) []parser.Expr {
	var parts []parser.Expr
	for _, p := range e.Pairs {
		if e.Base == nil && p.Exact {
			l.error(p.Anno, "illegal_map_construction", "only association operators '=>' are allowed in map construction")
		}
		parts = append(parts, p.Key, p.Value)
	}
	return parts
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

// branches checks the clauses of a case, if or receive, each of which sees s.
func (l *linter) branches(cs []*parser.Clause, s *scope) []named {
	out := make([]named, len(cs))
	for i, c := range cs {
		inside := newScope(s)
		l.clause(c, inside)
		out[i] = inside.result()
	}
	return out
}

// clause checks one clause in its scope.
func (l *linter) clause(c *parser.Clause, s *scope) {
	l.patterns(c.Patterns, s)
	l.guard(c.Guard, s)
	l.exprs(c.Body, s)
}

func (l *linter) receive(e *parser.Receive, s *scope) {
	if e.After == nil {
		s.setAll(s.join(l.branches(e.Clauses, s), "receive", e.Pos))
		return
	}
	// What the time binds is not known in the clauses, nor in what follows it.
	timeout := newScope(s)
	l.expr(e.After, timeout)
	after := newScope(s)
	l.exprs(e.AfterBody, after)
	inAfter := after.result()
	s.setAll(s.join(append(l.branches(e.Clauses, s), inAfter), "receive", e.Pos).beside(inAfter).beside(timeout.result()))
}

func (l *linter) try(e *parser.Try, s *scope) {
	body := newScope(s)
	l.exprs(e.Body, body)
	done := newScope(s)
	done.setAll(body.result())
	branches := l.branches(e.Of, done)
	all := body.result().unsafe(s, "try", e.Pos)
	outside := newScope(s)
	outside.setAll(all)
	for _, c := range e.Catches {
		b := newScope(outside)
		l.catchClause(c, b)
		branches = append(branches, b.result())
	}
	all = all.beside(done.join(branches, "try", e.Pos).unsafe(s, "try", e.Pos))
	outside = newScope(s)
	outside.setAll(all)
	after := newScope(outside)
	l.exprs(e.After, after)
	s.setAll(all.beside(after.result().unsafe(s, "try", e.Pos)))
}

func (l *linter) maybe(e *parser.Maybe, s *scope) {
	body := newScope(s)
	l.exprs(e.Body, body)
	all := body.result().fresh(s)
	if len(e.Else) == 0 {
		all = all.unfinished("maybe", e.Pos)
	} else {
		outside := newScope(s)
		outside.setAll(all.unsafe(s, "maybe", e.Pos))
		all = all.unfinished("maybe", e.Pos)
		branches := l.branches(e.Else, outside)
		all = all.beside(outside.join(branches, "else", e.ElseAnno.Pos).fresh(s).unfinished("else", e.ElseAnno.Pos))
	}
	s.setAll(all)
	// All that was known before stays what it was, and counts as named.
	for up := s; up != nil; up = up.up {
		for name, v := range up.vars {
			if s.get(name) == v {
				s.set(name, v)
			}
		}
	}
}

// catchClause: the pattern is the tuple {Class, Reason, Stack}. Stack must be a
// new variable that no guard looks at.
func (l *linter) catchClause(c *parser.Clause, s *scope) {
	stack := ""
	if len(c.Patterns) == 1 {
		if t, ok := c.Patterns[0].(*parser.Tuple); ok && len(t.Elems) == 3 {
			if v, ok := t.Elems[2].(*parser.Var); ok && v.Name != "_" {
				stack = v.Name
				bound := s.get(stack) != nil
				for _, p := range t.Elems[:2] {
					walk(p, func(e parser.Expr) bool {
						other, ok := e.(*parser.Var)
						bound = bound || ok && other.Name == stack
						return true
					})
				}
				if bound {
					l.error(v.Anno, desc("stacktrace_bound", stack), "stacktrace variable '%s' must not be previously bound", stack)
				}
			}
		}
	}
	l.patterns(c.Patterns, s)
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
	var self *variable
	if e.Name != "" && e.Name != "_" {
		l.shadowed(e.Name, e.Anno, s, "'named fun'")
		self = l.bind(inside, e.Name, e.Anno)
	}
	var all named
	unsure := s.unsure()
	before := usesOf(unsure)
	told := map[string]int{}
	for _, c := range e.Clauses {
		own := newScope(inside)
		old, fresh := l.head(c.Patterns, inside, "'fun'")
		own.setAll(old)
		own.setAll(fresh)
		l.guard(c.Guard, own)
		l.exprs(c.Body, own)
		left := own.result().old(s)
		delete(left, e.Name)
		maps.DeleteFunc(left, func(name string, _ *variable) bool { return fresh[name] != nil })
		all = all.beside(left)
		for name := range left {
			told[name]++
		}
	}
	for name := range unsure {
		if told[name] == len(e.Clauses) {
			delete(unsure, name)
		} else {
			delete(all, name) // and stays what it was
		}
	}
	before.restore(all)
	all = all.beside(unsure.exportedToo())
	if outer := s.get(e.Name); outer != nil && self != nil && self.used() { // the one by the other's name
		outer.use()
		s.set(e.Name, &variable{binds: outer.binds})
		delete(all, e.Name)
	}
	s.setAll(all)
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
	before := usesOf(s.unsure())
	inside := newScope(s)
	bound := map[*scope]named{} // by patterns
	again := map[string]bool{}  // those that hide one of the comprehension's own, which are told twice when they are unused
	generators := func(gs []*parser.Generator, source *scope) *scope {
		own := newScope(source)
		for _, g := range gs {
			if g.Pattern == nil {
				l.error(g.Source.Position(), "illegal_zip_generator", "only generators are allowed in a zip generator.")
				continue
			}
			l.expr(g.Source, own)
		}
		for name, v := range own.result() {
			if source.get(name) != nil { // what is new is forgotten
				source.set(name, v)
			}
		}
		target := newScope(source)
		all := named{}
		for _, g := range gs {
			if g.Pattern == nil {
				continue
			}
			l.binGenerator = g.Kind == parser.BinKind
			old, fresh := l.headBeside([]parser.Expr{g.Pattern}, source, "generate", all)
			l.binGenerator = false
			target.setAll(old)
			l.boundTwice(fresh, all, newScope(nil))
			all = all.beside(fresh)
		}
		target.setAll(all)
		bound[target] = all
		for name := range all {
			again[name] = source.get(name) != nil && s.get(name) == nil
		}
		return target
	}
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *parser.Generator:
			inside = generators([]*parser.Generator{q}, inside)
		case *parser.Zip:
			inside = generators(q.Generators, inside)
		case *parser.Match:
			l.expr(q, inside)
			l.error(q.Anno, "compr_assign", "matches using '=' are not allowed in comprehension qualifiers\nunless the experimental 'compr_assign' language feature is enabled.\nWith 'compr_assign' enabled, a match 'P = E' will behave as a\nstrict generator 'P <:- [E]'.\"")
		default:
			if l.isGuardIn(q) {
				l.guardTest(q, inside)
			} else {
				l.expr(q, inside)
			}
		}
	}
	template := newScope(inside)
	var parts []parser.Expr
	for _, t := range append([]parser.Expr{e.Template}, e.More...) {
		if p, ok := t.(*parser.MapPair); ok {
			if p.Exact {
				l.error(p.Anno, "illegal_map_exact_in_comprehension", "illegal map association, did you mean to use `=>`?")
			}
			parts = append(parts, p.Key, p.Value)
		} else {
			parts = append(parts, t)
		}
	}
	l.sideBySide(template, parts...)
	for name, twice := range again {
		if twice {
			l.bindings = append(l.bindings, inside.get(name).binds...)
		}
	}
	all := named{}
	for at := template; at != s; at = at.up {
		maps.DeleteFunc(all, func(name string, _ *variable) bool { return bound[at][name] != nil })
		for name, v := range at.vars {
			if bound[at][name] == nil && all[name] == nil {
				all[name] = v
			}
		}
	}
	seen := all.old(s)
	before.restore(seen)
	for name, v := range s.unsure().exportedToo() {
		if seen[name] == nil {
			s.set(name, v)
		}
	}
	s.setAll(seen)
}
