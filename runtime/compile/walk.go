package compile

import "ersh/parser"

// walk calls visit for e and, where that returns true, for all expressions
// inside it, also those of patterns, guards and funs.
func walk(e parser.Expr, visit func(parser.Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	list := func(es []parser.Expr) {
		for _, x := range es {
			walk(x, visit)
		}
	}
	clauses := func(cs []*parser.Clause) {
		for _, c := range cs {
			list(c.Patterns)
			for _, g := range c.Guard {
				list(g)
			}
			list(c.Body)
		}
	}
	switch e := e.(type) {
	case *parser.Cons:
		var t parser.Expr = e
		for {
			c, ok := t.(*parser.Cons)
			if !ok {
				break
			}
			walk(c.Head, visit)
			t = c.Tail
		}
		walk(t, visit)
	case *parser.Tuple:
		list(e.Elems)
	case *parser.Map:
		walk(e.Base, visit)
		for _, p := range e.Pairs {
			walk(p, visit)
		}
	case *parser.MapPair:
		walk(e.Key, visit)
		walk(e.Value, visit)
	case *parser.Record:
		walk(e.Base, visit)
		for _, f := range e.Fields {
			walk(f.Value, visit)
		}
	case *parser.RecordAccess:
		walk(e.Base, visit)
	case *parser.Bin:
		for _, el := range e.Elems {
			walk(el.Value, visit)
			walk(el.Size, visit)
		}
	case *parser.BinOp:
		walk(e.Left, visit)
		walk(e.Right, visit)
	case *parser.UnOp:
		walk(e.Arg, visit)
	case *parser.Match:
		walk(e.Pattern, visit)
		walk(e.Value, visit)
	case *parser.MaybeMatch:
		walk(e.Pattern, visit)
		walk(e.Value, visit)
	case *parser.Catch:
		walk(e.Value, visit)
	case *parser.Remote:
		walk(e.Module, visit)
		walk(e.Name, visit)
	case *parser.Call:
		walk(e.Fun, visit)
		list(e.Args)
	case *parser.FunRemote:
		walk(e.Module, visit)
		walk(e.Name, visit)
		walk(e.Arity, visit)
	case *parser.Fun:
		clauses(e.Clauses)
	case *parser.Block:
		list(e.Body)
	case *parser.If:
		clauses(e.Clauses)
	case *parser.Case:
		walk(e.Value, visit)
		clauses(e.Clauses)
	case *parser.Receive:
		clauses(e.Clauses)
		walk(e.After, visit)
		list(e.AfterBody)
	case *parser.Try:
		list(e.Body)
		clauses(e.Of)
		clauses(e.Catches)
		list(e.After)
	case *parser.Maybe:
		list(e.Body)
		clauses(e.Else)
	case *parser.Comp:
		walk(e.Template, visit)
		list(e.More)
		list(e.Qualifiers)
	case *parser.Generator:
		walk(e.Pattern, visit)
		walk(e.Source, visit)
	case *parser.Zip:
		for _, g := range e.Generators {
			walk(g, visit)
		}
	}
}
