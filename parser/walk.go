package parser

import "cmp"

// firstAnno is the annotation of the leftmost token of an expression, brackets
// aside. Where only lines are known it is the last one of that line.
func firstAnno(e Expr) Anno {
	first := leftmost(e).Position()
	if first.Col == 0 {
		Walk(e, func(n Node) bool {
			if a := n.Position(); a.Line == first.Line {
				first = a
			}
			return true
		})
	}
	return first
}

func leftmost(e Expr) Expr {
	for {
		switch x := e.(type) {
		case *BinOp:
			e = x.Left
		case *RecordAccess:
			e = x.Base
		case *Remote:
			e = x.Module
		case *Map:
			if x.Base == nil {
				return e
			}
			e = x.Base
		case *Record:
			if x.Base == nil {
				return e
			}
			e = x.Base
		default:
			return e
		}
	}
}

// firstPos is its position.
func firstPos(e Expr) Pos { return firstAnno(e).Pos }

// lastAnno is the last annotation, in the order of terms, that any node of a
// pattern has: the one furthest down, but where texts were kept they decide,
// and its position is where its text ends.
func lastAnno(e Expr) Anno {
	last := e.Position()
	Walk(e, func(n Node) bool {
		a := n.Position()
		if cmp.Or(cmp.Compare(a.Text, last.Text), cmp.Compare(a.Line, last.Line), cmp.Compare(a.Col, last.Col)) > 0 {
			last = a
		}
		return true
	})
	for _, r := range last.Text {
		if r == '\n' {
			last.Line, last.Col = last.Line+1, min(last.Col, 1)
		} else if last.Col > 0 {
			last.Col++
		}
	}
	return last
}

// Walk calls f for a node and, where f returns true, for the nodes below it,
// in source order.
func Walk(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	one := func(e Expr) {
		if e != nil {
			Walk(e, f)
		}
	}
	many := func(es []Expr) {
		for _, e := range es {
			Walk(e, f)
		}
	}
	clauses := func(cs []*Clause) {
		for _, c := range cs {
			Walk(c, f)
		}
	}
	switch x := n.(type) {
	case *Cons:
		// A list is as deep as it is long: go along it, not down.
		for {
			Walk(x.Head, f)
			next, ok := x.Tail.(*Cons)
			if !ok {
				break
			}
			if !f(next) {
				return
			}
			x = next
		}
		one(x.Tail)
	case *Tuple:
		many(x.Elems)
	case *Map:
		one(x.Base)
		for _, p := range x.Pairs {
			Walk(p, f)
		}
	case *MapPair:
		one(x.Key)
		one(x.Value)
	case *Record:
		one(x.Base)
		for _, p := range x.Fields {
			Walk(p, f)
		}
	case *RecordField:
		one(x.Name)
		one(x.Value)
	case *RecordIndex:
		one(x.Field)
	case *RecordAccess:
		one(x.Base)
		one(x.Field)
	case *Bin:
		for _, el := range x.Elems {
			Walk(el, f)
		}
	case *BinElem:
		one(x.Value)
		one(x.Size)
	case *BinOp:
		one(x.Left)
		one(x.Right)
	case *UnOp:
		one(x.Arg)
	case *Match:
		one(x.Pattern)
		one(x.Value)
	case *MaybeMatch:
		one(x.Pattern)
		one(x.Value)
	case *Catch:
		one(x.Value)
	case *Remote:
		one(x.Module)
		one(x.Name)
	case *Call:
		one(x.Fun)
		many(x.Args)
	case *FunRemote:
		one(x.Module)
		one(x.Name)
		one(x.Arity)
	case *Fun:
		clauses(x.Clauses)
	case *Block:
		many(x.Body)
	case *If:
		clauses(x.Clauses)
	case *Case:
		one(x.Value)
		clauses(x.Clauses)
	case *Receive:
		clauses(x.Clauses)
		one(x.After)
		many(x.AfterBody)
	case *Try:
		many(x.Body)
		clauses(x.Of)
		clauses(x.Catches)
		many(x.After)
	case *Maybe:
		many(x.Body)
		clauses(x.Else)
	case *Clause:
		many(x.Patterns)
		for _, g := range x.Guard {
			many(g)
		}
		many(x.Body)
	case *Comp:
		one(x.Template)
		many(x.More)
		many(x.Qualifiers)
	case *Generator:
		one(x.Pattern)
		one(x.Source)
	case *Zip:
		for _, g := range x.Generators {
			Walk(g, f)
		}
	case *Function:
		clauses(x.Clauses)
	}
}
