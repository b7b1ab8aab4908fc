package compile

import (
	"slices"

	"ersh/parser"
)

// number gives the funs and comprehensions of a function's clauses the numbers
// that their names have: the order in which erlc makes names is not the one in
// which they are lowered. What is built of parts is numbered from its last part
// to its first, and a fun after those inside it.
func (f *fn) number(cs []*parser.Clause) {
	n := numbering{of: map[parser.Expr]int{}}
	n.clauses(cs)
	f.numbers, f.funs = n.of, n.next
}

// take is the number of a fun or a comprehension: a new one if its code is
// lowered again.
func (f *fn) take(e parser.Expr) int {
	root := f.root
	if n, ok := root.numbers[e]; ok {
		delete(root.numbers, e)
		return n
	}
	root.funs++
	return root.funs - 1
}

type numbering struct {
	of   map[parser.Expr]int
	next int
}

func (n *numbering) add(e parser.Expr) {
	n.of[e] = n.next
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
			if _, ok := x.Fun.(*parser.Atom); !ok {
				n.expr(x.Fun)
			}
			n.backward(x.Args)
		case *parser.Bin:
			for _, el := range slices.Backward(x.Elems) {
				n.expr(el.Value)
			}
		case *parser.Record:
			n.expr(x.Base)
			for _, field := range slices.Backward(x.Fields) {
				n.expr(field.Value)
			}
		case *parser.Fun:
			n.clauses(x.Clauses)
			n.add(x)
		case *parser.Comp:
			n.add(x)
			n.list(x.Qualifiers)
			n.list(x.More)
			n.expr(x.Template)
		default:
			return true
		}
		return false
	})
}
