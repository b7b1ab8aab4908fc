package compile

import (
	"ersh/parser"
	"ersh/runtime/term"
)

// The abstract format: syntax trees as the Erlang terms that erl_parse gives.
// This file writes it, abstract_read.go reads it.

// Abstract gives an expression in the abstract format.
func Abstract(e parser.Expr) term.Term { return abstractExpr(e) }

// AbstractList gives a list of expressions.
func AbstractList(es []parser.Expr) term.Term { return abstractList(es) }

// atomTerm makes an atom of source text; the scanner has checked its length,
// and where the atom table is full there is nothing better than an empty one.
func atomTerm(name string) term.Term {
	a, err := term.NewAtom(name)
	if err != nil {
		return term.Undefined
	}
	return a
}

// locTerm is {Line, Column}, or Line where the column isn't known.
func locTerm(p parser.Pos) term.Term {
	if p.Col == 0 {
		return term.Small(int64(p.Line))
	}
	return term.T(term.Small(int64(p.Line)), term.Small(int64(p.Col)))
}

var (
	anText      = term.A("text")
	anLocation  = term.A("location")
	anGenerated = term.A("generated")
	anRecord    = term.A("record")
	anFile      = term.A("file")
	anDefault   = term.A("default")
	anAny       = term.A("any")
	anClauses   = term.A("clauses")
	anFunction  = term.A("function")
)

// annoTerm is an annotation in erl_anno's form.
func annoTerm(a parser.Anno) term.Term {
	if a.Text == "" && !a.Generated && !a.Record && a.File == "" {
		return locTerm(a.Pos)
	}
	var items []term.Term
	if a.Generated {
		items = append(items, term.T(anGenerated, term.True))
	}
	if a.Record {
		items = append(items, term.T(anRecord, term.True))
	}
	if a.File != "" {
		items = append(items, term.T(anFile, term.String(a.File)))
	}
	if a.Text != "" {
		items = append(items, term.T(anText, term.String(a.Text)))
	}
	items = append(items, term.T(anLocation, locTerm(a.Pos)))
	return term.List(items...)
}

// node makes {Tag, Anno, Parts...}.
func node(tag string, a parser.Anno, parts ...term.Term) term.Term {
	t := term.NewTuple(2 + len(parts))
	t.Elems[0], t.Elems[1] = atomTerm(tag), annoTerm(a)
	copy(t.Elems[2:], parts)
	return t
}

func listOf[T any](xs []T, f func(T) term.Term) term.Term {
	elems := make([]term.Term, len(xs))
	for i, x := range xs {
		elems[i] = f(x)
	}
	return term.List(elems...)
}

func abstractList(es []parser.Expr) term.Term { return listOf(es, abstractExpr) }

func abstractClause(c *parser.Clause) term.Term {
	return node("clause", c.Anno, abstractList(c.Patterns), listOf(c.Guard, abstractList), abstractList(c.Body))
}

func abstractClauses(cs []*parser.Clause) term.Term { return listOf(cs, abstractClause) }

func abstractPair(p *parser.MapPair) term.Term {
	tag := "map_field_assoc"
	if p.Exact {
		tag = "map_field_exact"
	}
	return node(tag, p.Anno, abstractExpr(p.Key), abstractExpr(p.Value))
}

func abstractField(f *parser.RecordField) term.Term {
	return node("record_field", f.Anno, abstractExpr(f.Name), abstractExpr(f.Value))
}

func abstractBinElem(e *parser.BinElem) term.Term {
	var size, types term.Term = anDefault, anDefault
	if e.Size != nil {
		size = abstractExpr(e.Size)
	}
	if e.Types != nil {
		types = listOf(e.Types, func(t parser.BinType) term.Term {
			if t.HasUnit {
				return term.T(atomTerm(t.Name), term.Small(int64(t.Unit)))
			}
			return atomTerm(t.Name)
		})
	}
	return node("bin_element", e.Anno, abstractExpr(e.Value), size, types)
}

func charsTerm(rs []rune) term.Term {
	return listOf(rs, func(r rune) term.Term { return term.Small(int64(r)) })
}

var (
	compTags      = []string{"lc", "bc", "mc"}
	generatorTags = []string{"generate", "b_generate", "m_generate"}
)

func abstractExpr(e parser.Expr) term.Term {
	switch x := e.(type) {
	case *parser.Atom:
		return node("atom", x.Anno, atomTerm(x.Name))
	case *parser.Var:
		return node("var", x.Anno, atomTerm(x.Name))
	case *parser.Integer:
		return node("integer", x.Anno, term.MakeBig(x.Value))
	case *parser.Float:
		return node("float", x.Anno, term.Float(x.Value))
	case *parser.Char:
		return node("char", x.Anno, term.Small(int64(x.Value)))
	case *parser.String:
		return node("string", x.Anno, charsTerm(x.Value))
	case *parser.Nil:
		return node("nil", x.Anno)
	case *parser.Value:
		t, _ := x.Term.(term.Term)
		return node("value", x.Anno, t)
	case *parser.Cons:
		return abstractCons(x)
	case *parser.Tuple:
		return node("tuple", x.Anno, abstractList(x.Elems))
	case *parser.Map:
		if x.Base != nil {
			return node("map", x.Anno, abstractExpr(x.Base), listOf(x.Pairs, abstractPair))
		}
		return node("map", x.Anno, listOf(x.Pairs, abstractPair))
	case *parser.MapPair:
		return abstractPair(x)
	case *parser.Record:
		if x.Base != nil {
			return node("record", x.Anno, abstractExpr(x.Base), atomTerm(x.Name), listOf(x.Fields, abstractField))
		}
		return node("record", x.Anno, atomTerm(x.Name), listOf(x.Fields, abstractField))
	case *parser.RecordIndex:
		return node("record_index", x.Anno, atomTerm(x.Name), abstractExpr(x.Field))
	case *parser.RecordAccess:
		return node("record_field", x.Anno, abstractExpr(x.Base), atomTerm(x.Name), abstractExpr(x.Field))
	case *parser.Bin:
		return node("bin", x.Anno, listOf(x.Elems, abstractBinElem))
	case *parser.BinOp:
		return node("op", x.Anno, atomTerm(x.Op), abstractExpr(x.Left), abstractExpr(x.Right))
	case *parser.UnOp:
		return node("op", x.Anno, atomTerm(x.Op), abstractExpr(x.Arg))
	case *parser.Match:
		return node("match", x.Anno, abstractExpr(x.Pattern), abstractExpr(x.Value))
	case *parser.MaybeMatch:
		return node("maybe_match", x.Anno, abstractExpr(x.Pattern), abstractExpr(x.Value))
	case *parser.Catch:
		return node("catch", x.Anno, abstractExpr(x.Value))
	case *parser.Remote:
		return node("remote", x.Anno, abstractExpr(x.Module), abstractExpr(x.Name))
	case *parser.Call:
		return node("call", x.Anno, abstractExpr(x.Fun), abstractList(x.Args))
	case *parser.FunRef:
		return node("fun", x.Anno, term.T(anFunction, atomTerm(x.Name), term.Small(int64(x.Arity))))
	case *parser.FunRemote:
		return node("fun", x.Anno, term.T(anFunction, abstractExpr(x.Module), abstractExpr(x.Name), abstractExpr(x.Arity)))
	case *parser.Fun:
		if x.Name != "" {
			return node("named_fun", x.Anno, atomTerm(x.Name), abstractClauses(x.Clauses))
		}
		return node("fun", x.Anno, term.T(anClauses, abstractClauses(x.Clauses)))
	}
	return abstractControl(e)
}

// abstractCons writes a list's cells in a loop: long literals must not nest
// calls.
func abstractCons(c *parser.Cons) term.Term {
	var cells []*parser.Cons
	var tail parser.Expr = c
	for {
		cell, ok := tail.(*parser.Cons)
		if !ok {
			break
		}
		cells = append(cells, cell)
		tail = cell.Tail
	}
	t := abstractExpr(tail)
	for i := len(cells) - 1; i >= 0; i-- {
		t = node("cons", cells[i].Anno, abstractExpr(cells[i].Head), t)
	}
	return t
}

func abstractControl(e parser.Expr) term.Term {
	switch x := e.(type) {
	case *parser.Block:
		return node("block", x.Anno, abstractList(x.Body))
	case *parser.If:
		return node("if", x.Anno, abstractClauses(x.Clauses))
	case *parser.Case:
		return node("case", x.Anno, abstractExpr(x.Value), abstractClauses(x.Clauses))
	case *parser.Receive:
		if x.After != nil {
			return node("receive", x.Anno, abstractClauses(x.Clauses), abstractExpr(x.After), abstractList(x.AfterBody))
		}
		return node("receive", x.Anno, abstractClauses(x.Clauses))
	case *parser.Try:
		return node("try", x.Anno, abstractList(x.Body), abstractClauses(x.Of), abstractClauses(x.Catches), abstractList(x.After))
	case *parser.Maybe:
		if x.Else != nil {
			return node("maybe", x.Anno, abstractList(x.Body), node("else", x.ElseAnno, abstractClauses(x.Else)))
		}
		return node("maybe", x.Anno, abstractList(x.Body))
	case *parser.Comp:
		template := abstractExpr(x.Template)
		if x.More != nil {
			template = abstractList(append([]parser.Expr{x.Template}, x.More...))
		}
		return node(compTags[x.Kind], x.Anno, template, abstractList(x.Qualifiers))
	case *parser.Generator:
		if x.Pattern == nil {
			return abstractExpr(x.Source)
		}
		tag := generatorTags[x.Kind]
		if x.Strict {
			tag += "_strict"
		}
		return node(tag, x.Anno, abstractExpr(x.Pattern), abstractExpr(x.Source))
	case *parser.Zip:
		return node("zip", x.Anno, listOf(x.Generators, func(g *parser.Generator) term.Term { return abstractExpr(g) }))
	}
	return term.Undefined
}
