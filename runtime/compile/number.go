package compile

import (
	"slices"

	"ersh/parser"
)

// number gives the funs and generators of a function's clauses the numbers
// that their names have: the order in which erlc makes names is not the one in
// which they are lowered. What is built of parts is numbered from its last part
// to its first, a fun after those inside it, and a comprehension's generators
// after all that its qualifiers hold and before its template.
func (f *fn) number(cs []*parser.Clause) {
	n := numbering{m: f.m, of: map[parser.Expr][]int{}}
	n.clauses(cs)
	f.numbers = n.of
}

// take is the number of a fun or a generator, also when its code is lowered
// again. One that stands for several fields of a record has several, the last
// for the first field.
func (f *fn) take(e parser.Expr) int {
	ns := f.root.numbers[e]
	if len(ns) == 0 {
		return 0
	}
	if len(ns) > 1 {
		f.root.numbers[e] = ns[:len(ns)-1]
	}
	return ns[len(ns)-1]
}

type numbering struct {
	m    *mod
	of   map[parser.Expr][]int
	next int
}

func (n *numbering) add(e parser.Expr) {
	n.of[e] = append(n.of[e], n.next)
	n.next++
}

func (n *numbering) clauses(cs []*parser.Clause) {
	for _, c := range cs {
		n.list(c.Body)
	}
}

func (n *numbering) list(es []parser.Expr) {
	for _, e := range es {
		n.expr(e)
	}
}

func (n *numbering) backward(es []parser.Expr) {
	for _, e := range slices.Backward(es) {
		n.expr(e)
	}
}

func (n *numbering) expr(e parser.Expr) {
	walk(e, func(x parser.Expr) bool {
		switch x := x.(type) {
		case *parser.Cons:
			var heads []parser.Expr
			var tail parser.Expr = x
			for {
				c, ok := tail.(*parser.Cons)
				if !ok {
					break
				}
				heads = append(heads, c.Head)
				tail = c.Tail
			}
			n.expr(tail)
			n.backward(heads)
		case *parser.Tuple:
			n.backward(x.Elems)
		case *parser.BinOp:
			if x.Op == "andalso" || x.Op == "orelse" {
				return true
			}
			n.expr(x.Right)
			n.expr(x.Left)
		case *parser.Call:
			switch fun := x.Fun.(type) {
			case *parser.Atom:
				n.backward(x.Args)
			case *parser.Remote:
				n.backward(append([]parser.Expr{fun.Module, fun.Name}, x.Args...))
			default:
				n.expr(x.Fun)
				n.backward(x.Args)
			}
		case *parser.Bin:
			for _, el := range slices.Backward(x.Elems) {
				n.expr(el.Value)
				n.expr(el.Size)
			}
		case *parser.Record:
			if x.Base == nil {
				n.backward(n.m.made(x))
				break
			}
			for _, field := range x.Fields {
				n.expr(field.Value)
			}
			n.expr(x.Base)
		case *parser.Receive:
			n.expr(x.After)
			n.list(x.AfterBody)
			n.clauses(x.Clauses)
		case *parser.Maybe:
			n.maybe(x.Body)
			n.clauses(x.Else)
		case *parser.Fun:
			n.clauses(x.Clauses)
			n.add(x)
		case *parser.Comp:
			n.comp(x)
		default:
			return true
		}
		return false
	})
}

func (n *numbering) comp(x *parser.Comp) {
	for _, q := range x.Qualifiers {
		switch q := q.(type) {
		case *parser.Generator:
			n.expr(q.Source)
		case *parser.Zip:
			for _, g := range q.Generators {
				n.expr(g.Source)
			}
		default:
			n.expr(q)
		}
	}
	for _, q := range x.Qualifiers {
		if isGenerator(q) {
			n.add(q)
		}
	}
	for _, e := range slices.Backward(append([]parser.Expr{x.Template}, x.More...)) {
		if p, ok := e.(*parser.MapPair); ok {
			n.expr(p.Value)
			n.expr(p.Key)
			continue
		}
		n.expr(e)
	}
}

// maybe numbers the body of a maybe: what a ?= gives comes after all that
// follows it.
func (n *numbering) maybe(es []parser.Expr) {
	for i, e := range es {
		if m, ok := e.(*parser.MaybeMatch); ok {
			n.maybe(es[i+1:])
			n.expr(m.Value)
			return
		}
		n.expr(e)
	}
}
