package compile

import "ersh/parser"

func (l *linter) guard(g [][]parser.Expr, s *scope) {
	for _, conj := range g {
		for _, e := range conj {
			l.guardTest(e, s)
		}
	}
}

// guardParts checks the parts of a guard expression, none of which sees what another names.
func (l *linter) guardParts(s *scope, es ...parser.Expr) {
	s.setAll(l.each(s, l.guardExpr, true, es))
}

// guardTest checks one test of a guard: only there may the tests of old stand.
func (l *linter) guardTest(e parser.Expr, s *scope) {
	if c, ok := e.(*parser.Call); ok && l.isOldTypeTest(c) {
		l.oldTypeTest(c, s)
		return
	}
	l.guardExpr(e, s)
}

// isOldTypeTest reports whether a call is one of the type tests of old.
func (l *linter) isOldTypeTest(c *parser.Call) bool {
	a, local := c.Fun.(*parser.Atom)
	return local && oldTypeTests[fa{a.Name, len(c.Args)}]
}

// knownLocally reports whether a name without a module is that of a function of the module, or imported.
func (l *linter) knownLocally(k fa) bool { return l.defined[k] != nil || l.imports[k] != "" }

func (l *linter) oldTypeTest(e *parser.Call, s *scope) {
	k := fa{e.Fun.(*parser.Atom).Name, len(e.Args)}
	l.guardParts(s, e.Args...)
	if l.knownLocally(k) {
		l.error(e.Fun.Position(), desc("illegal_guard_local_call", k.desc()), "call to local/imported function %s is illegal in guard", k)
	}
	if k.name == "record" {
		if r, isAtom := e.Args[1].(*parser.Atom); isAtom {
			l.recordKnown(r.Name, r.Anno)
		} else {
			l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
		}
	}
	l.warn("obsolete_guard", e.Anno, desc("obsolete_guard", k.desc()),
		"%s as a type test is obsolete and will be\nremoved in OTP 30; use is_%s instead.", k, k)
}

// isGuardIn reports whether a filter may be taken as a guard, so that its
// records and variables are checked as such.
func (l *linter) isGuardIn(e parser.Expr) bool {
	if c, ok := e.(*parser.Call); ok && l.isOldTypeTest(c) {
		return true
	}
	ok := true
	walk(e, func(x parser.Expr) bool {
		switch x := x.(type) {
		case *parser.Record:
			ok = ok && x.Base == nil
		case *parser.Match, *parser.Fun, *parser.Comp, *parser.Case, *parser.If, *parser.Receive, *parser.Try, *parser.Maybe,
			*parser.Block, *parser.Catch, *parser.FunRef, *parser.FunRemote, *parser.MaybeMatch:
			ok = false
		case *parser.BinOp:
			ok = ok && guardOps[x.Op]
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
	return name, guardBIFs[fa{name, len(c.Args)}]
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
		l.guardParts(s, consElems(e)...)
	case *parser.Tuple:
		l.guardParts(s, e.Elems...)
	case *parser.Map:
		parts := l.mapParts(e)
		if e.Base != nil {
			parts = append(parts, e.Base)
		}
		l.guardParts(s, parts...)
	case *parser.Record:
		if e.Base != nil {
			l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
			return
		}
		values, _ := l.recordValues(e)
		l.guardParts(s, values...)
	case *parser.RecordIndex:
		l.recordIndex(e.Name, e.Field, e.Anno)
	case *parser.RecordAccess:
		l.recordIndex(e.Name, e.Field, e.Anno)
		l.guardExpr(e.Base, s)
	case *parser.Bin:
		var parts []parser.Expr
		for _, el := range e.Elems {
			parts = append(parts, el.Value, el.Size)
			l.segment(el, false)
		}
		l.guardParts(s, parts...)
	case *parser.BinOp:
		l.boolOperator(e)
		l.guardParts(s, e.Left, e.Right)
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
		l.guardParts(s, e.Args...)
		if a, local := e.Fun.(*parser.Atom); local && (l.defined[k] != nil || l.imports[k] != "") {
			l.error(a.Anno, desc("illegal_guard_local_call", k.desc()), "call to local/imported function %s is illegal in guard", k)
		} else {
			l.error(e.Anno, "illegal_guard_expr", "illegal guard expression")
		}
		return
	}
	if k.name == "is_record" && k.arity >= 2 {
		l.guardParts(s, e.Args...)
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
		l.guardParts(s, e.Args...)
	}
}
