package compile

import "ersh/parser"

// asTuple gives the tuple that a record is, in an expression or a pattern; nil if it is
// not known.
func (u *unreachable) asTuple(e *parser.Record, pattern bool) *parser.Tuple {
	def := u.records[e.Name]
	if def == nil || e.Base != nil {
		return nil
	}
	t := &parser.Tuple{Anno: e.Anno, Elems: []parser.Expr{&parser.Atom{Anno: e.Anno, Name: e.Name}}}
	for _, f := range def.Fields {
		var value parser.Expr
		for _, given := range e.Fields {
			name, ok := given.Name.(*parser.Atom)
			if ok && name.Name == f.Name.Name || !ok && value == nil {
				value = given.Value
			}
		}
		switch {
		case value != nil:
		case pattern:
			value = &parser.Var{Anno: e.Anno, Name: "_"}
		case f.Default != nil:
			value = f.Default
		default:
			value = &parser.Atom{Anno: e.Anno, Name: "undefined"}
		}
		t.Elems = append(t.Elems, value)
	}
	return t
}

// plain is a pattern with tuples in the place of records.
func (u *unreachable) plain(p parser.Expr) parser.Expr {
	has := false
	walk(p, func(e parser.Expr) bool {
		_, ok := e.(*parser.Record)
		has = has || ok
		return !has
	})
	if !has {
		return p
	}
	switch p := p.(type) {
	case *parser.Record:
		if t := u.asTuple(p, true); t != nil {
			return u.plain(&parser.Tuple{Anno: p.Anno, Elems: t.Elems})
		}
	case *parser.Tuple:
		q := &parser.Tuple{Anno: p.Anno}
		for _, e := range p.Elems {
			q.Elems = append(q.Elems, u.plain(e))
		}
		return q
	case *parser.Cons:
		return &parser.Cons{Anno: p.Anno, Head: u.plain(p.Head), Tail: u.plain(p.Tail)}
	case *parser.Match:
		q := *p
		q.Pattern, q.Value = u.plain(p.Pattern), u.plain(p.Value)
		return &q
	}
	return p
}

// plainClauses are clauses with plain patterns.
func (u *unreachable) plainClauses(cs []*parser.Clause) []*parser.Clause {
	out := make([]*parser.Clause, len(cs))
	for i, c := range cs {
		d := *c
		d.Patterns = make([]parser.Expr, len(c.Patterns))
		for i, p := range c.Patterns {
			d.Patterns[i] = u.plain(p)
		}
		out[i] = &d
	}
	return out
}

// field gives what a record's field is known to be; nil if nothing is.
func (u *unreachable) field(e *parser.RecordAccess) parser.Expr {
	elems := elements(u.shaped(e.Base))
	def := u.records[e.Name]
	name, ok := e.Field.(*parser.Atom)
	if def == nil || !ok || len(elems) != len(def.Fields)+1 {
		return nil
	}
	if tag, ok := elems[0].(*parser.Atom); ok && tag.Name != e.Name {
		return nil
	}
	for i, f := range def.Fields {
		if f.Name.Name == name.Name {
			return elems[i+1]
		}
	}
	return nil
}
