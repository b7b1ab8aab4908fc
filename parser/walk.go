package parser

// firstPos is the position of the leftmost token of an expression, brackets
// aside.
func firstPos(e Expr) Pos {
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
				return x.Pos
			}
			e = x.Base
		case *Record:
			if x.Base == nil {
				return x.Pos
			}
			e = x.Base
		default:
			return e.Position().Pos
		}
	}
}

// lastPos is the last position that any node of a pattern has.
func lastPos(e Expr) Pos {
	last := e.Position().Pos
	Walk(e, func(n Node) bool {
		if p := n.Position().Pos; p.Line > last.Line || p.Line == last.Line && p.Col > last.Col {
			last = p
		}
		return true
	})
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
