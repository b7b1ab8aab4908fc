package compile

import (
	"strings"

	"ersh/parser"
)

// asked says what becomes of the value of an expression.
type asked uint8

const (
	used    asked = iota
	ignored       // it stands before others in a body
	unread        // it is bound to a variable that nothing reads
	part          // it is in a term that is ignored, or bound by way of one: building it needs no warning
)

// within says what becomes of the operands of an expression that is left out
// when its value is not asked for.
func (a asked) within() asked {
	if a == used {
		return used
	}
	return part
}

// idle finds the expressions whose values end in variables that nothing reads.
// A variable that is read only where something is built that is not asked for
// counts as unread, so the clause is gone through until nothing more is found.
type idle struct {
	u *unreachable
	// read and named are the places where variables are bound that are read, and those
	// that stand in what is left out.
	read, named map[*parser.Var]bool
	bound       []*parser.Var
	found       map[parser.Expr]asked
	// unread and spoken are the places that the round before found to be unread, and named.
	unread, spoken map[*parser.Var]bool
	// after has a place for each expression with clauses: it is read if a variable that the clauses
	// bind is read after them. exports are the expressions of which that was so the round before.
	after   map[parser.Expr]*parser.Var
	exports map[parser.Expr]bool
}

// idleIn gives the expressions in a function's clause that are evaluated for
// their effects alone since nothing reads the variables they are bound to, and those with
// clauses that bind variables which are read after them.
func (u *unreachable) idleIn(c *parser.Clause) (idles map[parser.Expr]asked, exports map[parser.Expr]bool) {
	d := &idle{u: u, unread: map[*parser.Var]bool{}, after: map[parser.Expr]*parser.Var{}}
	for {
		d.spoken = d.named
		d.read, d.named, d.bound, d.found = map[*parser.Var]bool{}, map[*parser.Var]bool{}, nil, map[parser.Expr]asked{}
		d.clause(c, &places{}, used)
		unread := map[*parser.Var]bool{}
		for _, v := range d.bound {
			if !d.read[v] {
				unread[v] = true
			}
		}
		exports := map[parser.Expr]bool{}
		for e, v := range d.after {
			if d.read[v] {
				exports[e] = true
			}
		}
		if len(unread) == len(d.unread) && len(d.named) == len(d.spoken) && len(exports) == len(d.exports) {
			return d.found, exports
		}
		d.unread, d.exports = unread, exports
	}
}

// places says where the variables that are known at some point were bound.
type places struct {
	up   *places
	vars map[string][]*parser.Var
}

func (s *places) get(name string) []*parser.Var {
	for ; s != nil; s = s.up {
		if vs := s.vars[name]; vs != nil {
			return vs
		}
	}
	return nil
}

func (s *places) add(name string, vs ...*parser.Var) {
	if s.vars == nil {
		s.vars = map[string][]*parser.Var{}
	}
	s.vars[name] = append(s.vars[name], vs...)
}

func (d *idle) variable(name string, s *places, a asked) {
	for _, v := range s.get(name) {
		if a == used {
			d.read[v] = true
		} else {
			d.named[v] = true
		}
	}
}

// bind notes the variables of a pattern; those that are bound are read.
func (d *idle) bind(p parser.Expr, s *places) {
	walk(p, func(e parser.Expr) bool {
		if v, ok := e.(*parser.Var); ok && v.Name != "_" {
			if s.get(v.Name) != nil {
				d.variable(v.Name, s, used)
			} else {
				s.add(v.Name, v)
				d.bound = append(d.bound, v)
			}
		}
		return true
	})
}

func (d *idle) body(es []parser.Expr, s *places, a asked) {
	for i, e := range es {
		if i+1 < len(es) {
			d.expr(e, s, ignored)
		} else {
			d.expr(e, s, a)
		}
	}
}

func (d *idle) clause(c *parser.Clause, s *places, a asked) {
	for _, p := range c.Patterns {
		d.bind(p, s)
	}
	for _, conj := range c.Guard {
		d.each(conj, s, used)
	}
	d.body(c.Body, s, a)
}

// clauses goes through the clauses of e, which export what they bind. Erlc makes a tuple of a
// value and what is exported, of which nothing is left out.
func (d *idle) clauses(e parser.Expr, cs []*parser.Clause, s *places, a asked) {
	if d.exports[e] {
		a = used
	}
	after := d.after[e]
	if after == nil {
		after = &parser.Var{}
		d.after[e] = after
	}
	insides := make([]*places, len(cs))
	for i, c := range cs {
		insides[i] = &places{up: s}
		d.clause(c, insides[i], a)
	}
	for _, inside := range insides {
		for name, vs := range inside.vars {
			s.add(name, vs...)
			s.add(name, after)
		}
	}
}

func (d *idle) each(es []parser.Expr, s *places, a asked) {
	for _, e := range es {
		d.expr(e, s, a)
	}
}

func (d *idle) expr(e parser.Expr, s *places, a asked) {
	switch e := e.(type) {
	case *parser.Var:
		d.variable(e.Name, s, a)
	case *parser.Cons:
		d.expr(e.Head, s, a.within())
		d.expr(e.Tail, s, a.within())
	case *parser.Tuple:
		d.each(e.Elems, s, a.within())
	case *parser.Map:
		d.expr(e.Base, s, used)
		for _, p := range e.Pairs {
			d.expr(p.Key, s, used)
			d.expr(p.Value, s, used)
		}
	case *parser.Record:
		in := a.within()
		if e.Base != nil {
			in = used
			d.expr(e.Base, s, used)
		}
		for _, f := range e.Fields {
			d.expr(f.Value, s, in)
		}
	case *parser.RecordAccess:
		d.expr(e.Base, s, used)
	case *parser.Bin:
		for _, el := range e.Elems {
			d.expr(el.Value, s, used)
			d.expr(el.Size, s, used)
		}
	case *parser.BinOp:
		switch {
		case e.Op == "andalso" || e.Op == "orelse":
			d.expr(e.Left, s, used)
			d.expr(e.Right, s, a)
		case noEffect[fa{e.Op, 2}] || builds(e):
			d.expr(e.Left, s, a.within())
			d.expr(e.Right, s, a.within())
		default:
			d.expr(e.Left, s, used)
			d.expr(e.Right, s, used)
		}
	case *parser.UnOp:
		d.expr(e.Arg, s, used)
	case *parser.Match:
		d.match(e, s, a)
	case *parser.MaybeMatch:
		d.expr(e.Value, s, used)
		d.bind(e.Pattern, s)
	case *parser.Catch:
		d.expr(e.Value, s, used)
	case *parser.Call:
		d.call(e, s, a)
	case *parser.FunRemote:
		d.each([]parser.Expr{e.Module, e.Name, e.Arity}, s, used)
	case *parser.Fun:
		d.fun(e, s, a)
	case *parser.Block:
		d.body(e.Body, s, a)
	case *parser.If:
		d.clauses(e, e.Clauses, s, a)
	case *parser.Case:
		if len(e.Clauses) == 1 || len(e.Clauses[0].Guard) == 0 && isVar(e.Clauses[0].Patterns[0]) {
			d.against(e.Clauses[0].Patterns, e.Value, s, part)
		} else {
			d.expr(e.Value, s, used)
		}
		d.clauses(e, e.Clauses, s, a)
	case *parser.Receive:
		d.clauses(e, e.Clauses, s, a)
		if e.After != nil {
			d.expr(e.After, s, used)
			d.body(e.AfterBody, s, a)
		}
	case *parser.Try:
		d.body(e.Body, s, used)
		d.clauses(e, e.Of, s, used)
		d.clauses(e, e.Catches, s, used)
		d.body(e.After, s, used)
	case *parser.Maybe:
		d.body(e.Body, s, used)
		d.clauses(e, e.Else, s, used)
	case *parser.Comp:
		d.comprehension(e, s, a)
	}
}

func (d *idle) call(e *parser.Call, s *places, a asked) {
	in := used
	if k, ok := d.u.ofErlang(e); ok && noEffect[k] {
		in = a.within()
	}
	if r, ok := e.Fun.(*parser.Remote); ok {
		d.expr(r.Module, s, used)
		d.expr(r.Name, s, used)
	} else {
		d.expr(e.Fun, s, used)
	}
	d.each(e.Args, s, in)
}

func (d *idle) fun(e *parser.Fun, s *places, a asked) {
	if a != used {
		walk(e, func(x parser.Expr) bool {
			if v, ok := x.(*parser.Var); ok {
				d.variable(v.Name, s, a)
			}
			return true
		})
		return
	}
	for _, c := range e.Clauses {
		inside := &places{up: s}
		if e.Name != "" {
			inside.add(e.Name, &parser.Var{})
		}
		d.shadow(c.Patterns, inside)
		d.clause(c, inside, used)
	}
}

// shadow makes variables of patterns new ones, whatever they were outside.
func (d *idle) shadow(ps []parser.Expr, s *places) {
	for _, p := range ps {
		walk(p, func(e parser.Expr) bool {
			if v, ok := e.(*parser.Var); ok && v.Name != "_" && s.vars[v.Name] == nil {
				s.add(v.Name, v)
			}
			return true
		})
	}
}

func (d *idle) comprehension(e *parser.Comp, s *places, a asked) {
	inside := &places{up: s}
	generator := func(g *parser.Generator) {
		if x := onlyElement(g); x != nil {
			d.against([]parser.Expr{g.Pattern}, x, inside, part)
		} else {
			d.expr(g.Source, inside, used)
		}
		if g.Pattern != nil {
			inside = &places{up: inside}
			d.shadow([]parser.Expr{g.Pattern}, inside)
			if v, ok := g.Pattern.(*parser.Var); ok {
				d.bound = append(d.bound, v)
			} else {
				d.bind(g.Pattern, inside) // sizes and keys are read
			}
		}
	}
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *parser.Generator:
			generator(q)
		case *parser.Zip:
			for _, g := range q.Generators {
				generator(g)
			}
		default:
			d.expr(q, inside, used)
		}
	}
	if e.Kind != parser.ListKind {
		a = used
	}
	for _, t := range append([]parser.Expr{e.Template}, e.More...) {
		if p, ok := t.(*parser.MapPair); ok {
			d.expr(p.Key, inside, used)
			d.expr(p.Value, inside, used)
			continue
		}
		d.expr(t, inside, a)
	}
}

// onlyElement is X of a generator P <- [X], which is as good as P = X.
func onlyElement(g *parser.Generator) parser.Expr {
	c, ok := g.Source.(*parser.Cons)
	if !ok || g.Kind != parser.ListKind || !isVar(g.Pattern) {
		return nil
	}
	if _, ok := c.Tail.(*parser.Nil); !ok {
		return nil
	}
	return c.Head
}

// match goes through P1 = P2 = ... = Value.
func (d *idle) match(e *parser.Match, s *places, a asked) {
	patterns := []parser.Expr{e.Pattern}
	value := e.Value
	for {
		m, ok := value.(*parser.Match)
		if !ok {
			break
		}
		patterns = append(patterns, m.Pattern)
		value = m.Value
	}
	how := unread
	if len(patterns) > 1 {
		how = part
	}
	if a == used {
		d.expr(value, s, used)
	} else {
		d.against(patterns, value, s, how)
	}
	for i := len(patterns) - 1; i >= 0; i-- {
		d.bind(patterns[i], s)
	}
}

// against goes through a value that is matched with patterns. How says what
// it is if nothing reads their variables: unread for those of Pattern = Value.
func (d *idle) against(patterns []parser.Expr, value parser.Expr, s *places, how asked) {
	var rest []parser.Expr
	silent, named := false, false
	for _, p := range patterns {
		v, ok := p.(*parser.Var)
		switch {
		case ok && strings.HasPrefix(v.Name, "_"):
			silent = silent || how == unread // the programmer said so
		case ok && d.unread[v]:
			named = named || d.spoken[v]
		default:
			rest = append(rest, p)
		}
	}
	if len(rest) == 0 {
		switch _, isFun := value.(*parser.Fun); {
		case isFun:
			how = unread
		case named && how == unread:
			how = part
		}
		if silent {
			how = part
		} else {
			d.found[value] = how
		}
		d.expr(value, s, how)
		return
	}
	switch e := value.(type) {
	case *parser.Tuple:
		if parts, ok := columns(rest, func(p parser.Expr) ([]parser.Expr, bool) {
			t, ok := p.(*parser.Tuple)
			if !ok || len(t.Elems) != len(e.Elems) {
				return nil, false
			}
			return t.Elems, true
		}); ok {
			for i, x := range e.Elems {
				d.against(parts[i], x, s, part)
			}
			return
		}
	case *parser.Cons:
		if parts, ok := columns(rest, func(p parser.Expr) ([]parser.Expr, bool) {
			c, ok := p.(*parser.Cons)
			if !ok {
				return nil, false
			}
			return []parser.Expr{c.Head, c.Tail}, true
		}); ok {
			d.against(parts[0], e.Head, s, part)
			d.against(parts[1], e.Tail, s, part)
			return
		}
	case *parser.Record:
		if parts, ok := columns(rest, func(p parser.Expr) ([]parser.Expr, bool) {
			r, ok := p.(*parser.Record)
			if !ok || r.Name != e.Name || e.Base != nil {
				return nil, false
			}
			return fieldPatterns(e, r), true
		}); ok {
			for i, f := range e.Fields {
				d.against(parts[i], f.Value, s, part)
			}
			return
		}
	case *parser.Block:
		last := len(e.Body) - 1
		for _, x := range e.Body[:last] {
			d.expr(x, s, ignored)
		}
		d.against(patterns, e.Body[last], s, how)
		return
	}
	d.expr(value, s, used)
}

// columns are the parts of patterns that meet the same part of a value.
func columns(patterns []parser.Expr, parts func(parser.Expr) ([]parser.Expr, bool)) ([][]parser.Expr, bool) {
	var all [][]parser.Expr
	for _, p := range patterns {
		ps, ok := parts(p)
		if !ok {
			return nil, false
		}
		if all == nil {
			all = make([][]parser.Expr, len(ps))
		}
		for i, x := range ps {
			all[i] = append(all[i], x)
		}
	}
	return all, true
}

// fieldPatterns are the patterns of p for the fields of e; a field that p
// does not name may be anything.
func fieldPatterns(e, p *parser.Record) []parser.Expr {
	ps := make([]parser.Expr, len(e.Fields))
	for i, f := range e.Fields {
		ps[i] = &parser.Var{Anno: f.Anno, Name: "_"}
		for _, g := range p.Fields {
			if sameField(f, g) {
				ps[i] = g.Value
			}
		}
	}
	return ps
}

func sameField(f, g *parser.RecordField) bool {
	return f.Name != nil && g.Name != nil && parser.FormatExpr(f.Name) == parser.FormatExpr(g.Name)
}

func isVar(e parser.Expr) bool { _, ok := e.(*parser.Var); return ok }

// builds reports whether an operator makes a list of one whose elements are
// given.
func builds(e *parser.BinOp) bool {
	if e.Op != "++" {
		return false
	}
	switch e.Left.(type) {
	case *parser.String, *parser.Cons:
		return true
	}
	return false
}

// folds reports whether an expression is a constant to erlc, so that nothing
// is lost if it is not used.
func (u *unreachable) folds(e parser.Expr) bool {
	all := func(es ...parser.Expr) bool {
		for _, x := range es {
			if !u.folds(x) {
				return false
			}
		}
		return true
	}
	switch e := e.(type) {
	case *parser.Var:
		_, ok := u.consts[e.Name]
		return ok
	case *parser.Tuple:
		return all(e.Elems...)
	case *parser.Cons:
		return all(e.Head, e.Tail)
	case *parser.UnOp:
		return all(e.Arg)
	case *parser.BinOp:
		return e.Op != "!" && all(e.Left, e.Right)
	case *parser.Record:
		for _, f := range e.Fields {
			if !u.folds(f.Value) {
				return false
			}
		}
		return e.Base == nil
	case *parser.FunRemote:
		return all(e.Module, e.Name, e.Arity)
	case *parser.Call:
		r, ok := e.Fun.(*parser.Remote)
		if !ok || len(e.Args) > 0 {
			return false
		}
		m, ok1 := r.Module.(*parser.Atom)
		f, ok2 := r.Name.(*parser.Atom)
		return ok1 && ok2 && (m.Name == "math" && f.Name == "pi" || m.Name == "maps" && f.Name == "new")
	}
	_, ok := constant(e)
	return ok
}
