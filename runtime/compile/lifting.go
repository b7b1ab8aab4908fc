package compile

import (
	"fmt"
	"slices"

	"ersh/parser"
	"ersh/runtime/term"
)

// lifting gives the functions of generators and named funs the second number
// of their names, from the outside in and in the order in which erlc turns the
// function's code into that of the machine: clauses as they are matched.
type lifting struct {
	m    *mod
	root *fn
	next int
}

// lifts are the functions that generators and funs of a function have become,
// in the order in which they were lowered: the code of one may stand twice.
type lifts map[parser.Expr][]*fn

// nameLifted ends the names of what has been lifted out of a function.
func (f *fn) nameLifted(cs []*parser.Clause) {
	l := lifting{m: f.m, root: f}
	l.clauses(cs)
	for e := range f.lifts {
		for len(f.lifts[e]) > 0 {
			l.add(e)
		}
	}
}

// add counts e, and names its function, or the next one of it.
func (l *lifting) add(e parser.Expr) {
	if gs := l.root.lifts[e]; len(gs) > 0 {
		gs[0].setName(fmt.Sprintf("%s-%d", gs[0].kind, l.next))
		l.root.lifts[e] = gs[1:]
	}
	l.next++
}

// refusal counts a fun for which there are arguments that none of its clauses
// matches. If it has free variables, whose values are arguments of its function,
// too, a function of the number's says so with the fun's arguments alone.
func (l *lifting) refusal(e *parser.Fun) {
	gs := l.root.funs[e]
	delete(l.root.funs, e)
	if len(gs) == 0 || !gs[0].mayRefuse() {
		return
	}
	if g := gs[0]; len(g.captures) > 0 {
		g.refuse(fmt.Sprintf("-%s/%d-inlined-%d-", l.root.name.name, l.root.name.arity, l.next), len(e.Clauses[0].Patterns))
	}
	l.next++
}

func (l *lifting) list(es []parser.Expr) {
	for _, e := range es {
		l.expr(e)
	}
}

func (l *lifting) clauses(cs []*parser.Clause) {
	rows := make([]leaf, len(cs))
	for i, c := range cs {
		rows[i] = leaf{c, c.Patterns}
	}
	l.leaves(rows)
}

func (l *lifting) expr(e parser.Expr) {
	walk(e, func(x parser.Expr) bool {
		switch x := x.(type) {
		case *parser.BinOp:
			if c, ok := x.Left.(*parser.Comp); ok && x.Op == "++" && c.Kind == parser.ListKind {
				l.expr(x.Right)
				l.expr(c)
				return false
			}
			return true
		case *parser.Record:
			if x.Base == nil {
				l.list(l.m.made(x))
				return false
			}
			for _, field := range x.Fields {
				l.expr(field.Value)
			}
			l.expr(x.Base)
		case *parser.Match:
			l.expr(x.Value)
		case *parser.MaybeMatch:
			l.expr(x.Value)
		case *parser.Fun:
			if callsItself(x.Clauses, x.Name) {
				l.add(x)
			}
			l.refusal(x)
			l.clauses(x.Clauses)
		case *parser.If:
			l.clauses(x.Clauses)
		case *parser.Case:
			l.expr(x.Value)
			l.clauses(x.Clauses)
		case *parser.Receive:
			l.expr(x.After)
			l.list(x.AfterBody)
			l.clauses(x.Clauses)
		case *parser.Maybe:
			l.list(x.Body)
			l.clauses(x.Else)
		case *parser.Try:
			l.list(x.Body)
			l.clauses(x.Of)
			rows := make([]leaf, len(x.Catches))
			for i, c := range x.Catches {
				rows[i] = leaf{c, c.Patterns[0].(*parser.Tuple).Elems}
			}
			l.leaves(rows)
			l.list(x.After)
			l.list(x.After)
		case *parser.Comp:
			l.comp(x, x.Qualifiers)
		default:
			return true
		}
		return false
	})
}

// comp numbers the rest of a comprehension: a generator's function with all
// that is in it, then what the generator runs through.
func (l *lifting) comp(e *parser.Comp, qs []parser.Expr) {
	if len(qs) == 0 {
		for _, x := range append([]parser.Expr{e.Template}, e.More...) {
			if p, ok := x.(*parser.MapPair); ok {
				l.expr(p.Value)
				l.expr(p.Key)
				continue
			}
			l.expr(x)
		}
		return
	}
	switch q := qs[0].(type) {
	case *parser.Generator:
		first := e.Kind == parser.BinKind && q == firstGenerator(e)
		if first || e.Kind != parser.BinKind && singleton(q) != nil {
			l.expr(q.Source)
		}
		if e.Kind != parser.BinKind && singleton(q) != nil {
			l.comp(e, qs[1:])
			return
		}
		l.add(q)
		l.comp(e, qs[1:])
		if !first {
			l.expr(q.Source)
		}
	case *parser.Zip:
		l.add(q)
		l.comp(e, qs[1:])
		for _, g := range q.Generators {
			l.expr(g.Source)
		}
	default:
		l.expr(q)
		l.comp(e, qs[1:])
	}
}

// leaf is a clause with the patterns that are still to be matched.
type leaf struct {
	clause *parser.Clause
	pats   []parser.Expr
}

// shape is what a pattern says of its value at first sight; the zero shape
// stands for a variable. Values of one type are told apart by the rest.
type shape struct {
	kind  shapeKind
	arity int
	value term.Term
}

type shapeKind int

// The kinds of values, in the order in which they are told apart.
const (
	anyShape shapeKind = iota
	binShape
	consShape
	tupleShape
	mapShape
	atomShape
	floatShape
	intShape
	nilShape
)

// leaves numbers the bodies of clauses. Clauses in a row whose first patterns
// are all variables, or none of which is one, are matched together, the last
// such row first; of those that are no variables, type by type and value by
// value.
func (l *lifting) leaves(rows []leaf) {
	if len(rows) == 0 {
		return
	}
	if len(rows[0].pats) == 0 {
		for _, r := range rows {
			l.list(r.clause.Body)
		}
		return
	}
	var parts [][]leaf
	var shapes [][]shape
	for i := range rows {
		s, sub := l.shape(rows[i].pats[0])
		r := leaf{rows[i].clause, append(sub, rows[i].pats[1:]...)}
		if n := len(parts); n > 0 && (s.kind == anyShape) == (shapes[n-1][0].kind == anyShape) {
			parts[n-1], shapes[n-1] = append(parts[n-1], r), append(shapes[n-1], s)
			continue
		}
		parts, shapes = append(parts, []leaf{r}), append(shapes, []shape{s})
	}
	for i, part := range slices.Backward(parts) {
		var seen []shape
		groups := map[shape][]leaf{}
		for j, r := range part {
			s := shapes[i][j]
			if groups[s] == nil {
				seen = append(seen, s)
			}
			groups[s] = append(groups[s], r)
		}
		slices.SortStableFunc(seen, func(a, b shape) int { return int(a.kind) - int(b.kind) })
		for _, s := range seen {
			l.leaves(groups[s])
		}
	}
}

// shape is a pattern's shape, and the patterns that it is made of.
func (l *lifting) shape(p parser.Expr) (shape, []parser.Expr) {
	switch p := p.(type) {
	case *parser.Match:
		if s, sub := l.shape(p.Pattern); s.kind != anyShape {
			return s, sub
		}
		return l.shape(p.Value)
	case *parser.Atom:
		return shape{kind: atomShape, value: literal(p)}, nil
	case *parser.Integer:
		if p.Value.IsInt64() {
			return shape{kind: intShape, value: literal(p)}, nil
		}
	case *parser.Char:
		return shape{kind: intShape, value: literal(p)}, nil
	case *parser.Float:
		return shape{kind: floatShape, value: literal(p)}, nil
	case *parser.Nil:
		return shape{kind: nilShape}, nil
	case *parser.String:
		if len(p.Value) == 0 {
			return shape{kind: nilShape}, nil
		}
		return shape{kind: consShape}, []parser.Expr{&parser.Char{Anno: p.Anno, Value: p.Value[0]}, &parser.String{Anno: p.Anno, Value: p.Value[1:]}}
	case *parser.Cons:
		return shape{kind: consShape}, []parser.Expr{p.Head, p.Tail}
	case *parser.Tuple:
		return shape{kind: tupleShape, arity: len(p.Elems)}, slices.Clone(p.Elems)
	case *parser.Record:
		if d := l.m.records[p.Name]; d != nil {
			return l.shape(recordTuple(d, p))
		}
	case *parser.Map:
		return shape{kind: mapShape}, nil
	case *parser.Bin:
		return shape{kind: binShape}, nil
	}
	return shape{}, nil
}
