package compile

import (
	"errors"
	"math"
	"math/big"

	"ersh/parser"
	"ersh/runtime/term"
)

// errAbstract says that a term is no abstract format.
var errAbstract = errors.New("bad abstract code")

// maxAbstractDepth limits how deep expressions from terms may nest: as deep as
// the parser lets text nest, and a chain of operators is as deep as it is long.
const maxAbstractDepth = 200_000

// ExprOf reads an expression in the abstract format.
func ExprOf(t term.Term) (parser.Expr, error) {
	r := reader{}
	e := r.expr(t)
	return e, r.err
}

// ExprsOf reads a list of expressions.
func ExprsOf(t term.Term) ([]parser.Expr, error) {
	r := reader{}
	es := r.exprs(t)
	return es, r.err
}

// reader reads abstract format; after an error everything it gives is dummy.
type reader struct {
	err    error
	depth  int
	source bool // attributes' values as source text says them
}

func (r *reader) fail() { r.err = errAbstract }

// tuple gives the tag, annotation and parts of {Tag, Anno, Parts...}.
func (r *reader) tuple(t term.Term) (tag string, a parser.Anno, parts []term.Term) {
	tup, ok := t.(*term.Tuple)
	if !ok || tup.Len() < 2 {
		r.fail()
		return "", a, nil
	}
	name, ok := tup.Elems[0].(term.Atom)
	if !ok {
		r.fail()
		return "", a, nil
	}
	return name.Name(), r.anno(tup.Elems[1]), tup.Elems[2:]
}

func (r *reader) loc(t term.Term) parser.Pos {
	n := func(t term.Term) int32 {
		i, ok := t.(term.Int)
		if !ok || i.Value() < 0 || i.Value() > math.MaxInt32 {
			r.fail()
			return 0
		}
		return int32(i.Value())
	}
	if tup, ok := t.(*term.Tuple); ok && tup.Len() == 2 {
		return parser.Pos{Line: n(tup.Elems[0]), Col: n(tup.Elems[1])}
	}
	return parser.Pos{Line: n(t)}
}

func (r *reader) anno(t term.Term) (a parser.Anno) {
	if !term.IsList(t) {
		a.Pos = r.loc(t)
		return a
	}
	items, ok := term.Slice(t)
	if !ok {
		r.fail()
	}
	for _, item := range items {
		pair, ok := item.(*term.Tuple)
		if !ok || pair.Len() != 2 {
			r.fail()
			return a
		}
		switch pair.Elems[0] {
		case anLocation:
			a.Pos = r.loc(pair.Elems[1])
		case anText:
			a.Text, _ = term.GoString(pair.Elems[1])
		case anFile:
			a.File, _ = term.GoString(pair.Elems[1])
		case anGenerated:
			a.Generated = pair.Elems[1] == term.True
		case anRecord:
			a.Record = pair.Elems[1] == term.True
		}
	}
	return a
}

func (r *reader) slice(t term.Term) []term.Term {
	elems, ok := term.Slice(t)
	if !ok {
		r.fail()
	}
	return elems
}

func readList[T any](r *reader, t term.Term, f func(term.Term) T) []T {
	elems := r.slice(t)
	if len(elems) == 0 {
		return nil
	}
	xs := make([]T, len(elems))
	for i, e := range elems {
		xs[i] = f(e)
		if r.err != nil {
			return nil
		}
	}
	return xs
}

func (r *reader) exprs(t term.Term) []parser.Expr { return readList(r, t, r.expr) }

func (r *reader) atom(t term.Term) string {
	a, ok := t.(term.Atom)
	if !ok {
		r.fail()
		return ""
	}
	return a.Name()
}

func (r *reader) small(t term.Term) int {
	i, ok := t.(term.Int)
	if !ok || i.Value() < math.MinInt32 || i.Value() > math.MaxInt32 {
		r.fail()
		return 0
	}
	return int(i.Value())
}

func (r *reader) chars(t term.Term) []rune {
	return readList(r, t, func(t term.Term) rune { return rune(r.small(t)) })
}

func (r *reader) clauses(t term.Term) []*parser.Clause {
	return readList(r, t, func(t term.Term) *parser.Clause {
		tag, a, p := r.tuple(t)
		if tag != "clause" || len(p) != 3 {
			r.fail()
			return nil
		}
		return &parser.Clause{Anno: a, Patterns: r.exprs(p[0]), Guard: readList(r, p[1], r.exprs), Body: r.exprs(p[2])}
	})
}

func (r *reader) pair(t term.Term) *parser.MapPair {
	tag, a, p := r.tuple(t)
	if tag != "map_field_assoc" && tag != "map_field_exact" || len(p) != 2 {
		r.fail()
		return nil
	}
	return &parser.MapPair{Anno: a, Exact: tag == "map_field_exact", Key: r.expr(p[0]), Value: r.expr(p[1])}
}

func (r *reader) field(t term.Term) *parser.RecordField {
	tag, a, p := r.tuple(t)
	if tag != "record_field" || len(p) != 2 {
		r.fail()
		return nil
	}
	return &parser.RecordField{Anno: a, Name: r.expr(p[0]), Value: r.expr(p[1])}
}

func (r *reader) binElem(t term.Term) *parser.BinElem {
	tag, a, p := r.tuple(t)
	if tag != "bin_element" || len(p) != 3 {
		r.fail()
		return nil
	}
	e := &parser.BinElem{Anno: a, Value: r.expr(p[0])}
	if p[1] != anDefault {
		e.Size = r.expr(p[1])
	}
	if p[2] != anDefault {
		e.Types = readList(r, p[2], func(t term.Term) parser.BinType {
			if tup, ok := t.(*term.Tuple); ok && tup.Len() == 2 {
				return parser.BinType{Name: r.atom(tup.Elems[0]), HasUnit: true, Unit: r.small(tup.Elems[1])}
			}
			return parser.BinType{Name: r.atom(t)}
		})
	}
	return e
}

// expr reads an expression. It never gives nil, so that what uses the result
// of a failed read does not trip over it.
func (r *reader) expr(t term.Term) parser.Expr {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxAbstractDepth {
		r.fail()
	}
	if r.err == nil {
		tag, a, p := r.tuple(t)
		if r.err == nil {
			if e := r.node(tag, a, p); e != nil {
				return e
			}
			r.fail()
		}
	}
	return &parser.Nil{}
}

// node reads an expression by its tag and number of parts; nil if there is
// none of that shape.
func (r *reader) node(tag string, a parser.Anno, p []term.Term) parser.Expr {
	switch len(p) {
	case 0:
		if tag == "nil" {
			return &parser.Nil{Anno: a}
		}
	case 1:
		return r.node1(tag, a, p[0])
	case 2:
		return r.node2(tag, a, p[0], p[1])
	case 3:
		return r.node3(tag, a, p[0], p[1], p[2])
	case 4:
		if tag == "try" {
			return &parser.Try{Anno: a, Body: r.exprs(p[0]), Of: r.clauses(p[1]), Catches: r.clauses(p[2]), After: r.exprs(p[3])}
		}
	}
	return nil
}

// isMislabelled reports whether a literal holds a value of another kind, as parse
// transforms make them that take a location for a line: erlc compiles the value.
func isMislabelled(tag string, p term.Term) bool {
	ok := true
	switch tag {
	case "atom":
		_, ok = p.(term.Atom)
	case "integer":
		ok = term.IsInteger(p)
	case "float":
		_, ok = p.(term.Float)
	case "char":
		_, ok = p.(term.Int)
	case "string":
		_, ok = p.(*term.Cons)
		ok = ok || p == term.EmptyList
	}
	return !ok
}

func (r *reader) node1(tag string, a parser.Anno, p term.Term) parser.Expr {
	if !r.source && isMislabelled(tag, p) {
		return r.literal(a, p)
	}
	switch tag {
	case "atom":
		return &parser.Atom{Anno: a, Name: r.atom(p)}
	case "var":
		return &parser.Var{Anno: a, Name: r.atom(p)}
	case "integer":
		n, ok := term.ToBig(p)
		if !ok {
			r.fail()
			n = new(big.Int)
		}
		return &parser.Integer{Anno: a, Value: n}
	case "float":
		f, ok := p.(term.Float)
		if !ok {
			r.fail()
		}
		return &parser.Float{Anno: a, Value: float64(f)}
	case "char":
		return &parser.Char{Anno: a, Value: rune(r.small(p))}
	case "value":
		if r.source {
			return &parser.Value{Anno: a, Term: string(term.Format(p))}
		}
		return &parser.Value{Anno: a, Term: p}
	case "text":
		if text, ok := term.GoString(p); ok && r.source {
			return &parser.Value{Anno: a, Term: text}
		}
	case "string":
		return &parser.String{Anno: a, Value: r.chars(p)}
	case "tuple":
		return &parser.Tuple{Anno: a, Elems: r.exprs(p)}
	case "map":
		return &parser.Map{Anno: a, Pairs: readList(r, p, r.pair)}
	case "bin":
		return &parser.Bin{Anno: a, Elems: readList(r, p, r.binElem)}
	case "catch":
		return &parser.Catch{Anno: a, Value: r.expr(p)}
	case "fun":
		return r.fun(a, p)
	case "block":
		return &parser.Block{Anno: a, Body: r.exprs(p)}
	case "if":
		return &parser.If{Anno: a, Clauses: r.clauses(p)}
	case "receive":
		return &parser.Receive{Anno: a, Clauses: r.clauses(p)}
	case "maybe":
		return &parser.Maybe{Anno: a, Body: r.exprs(p)}
	case "zip":
		return &parser.Zip{Anno: a, Generators: readList(r, p, func(t term.Term) *parser.Generator {
			e := r.expr(t)
			if g, ok := e.(*parser.Generator); ok {
				return g
			}
			return &parser.Generator{Anno: e.Position(), Source: e}
		})}
	}
	return nil
}

func (r *reader) fun(a parser.Anno, p term.Term) parser.Expr {
	t, ok := p.(*term.Tuple)
	if !ok || t.Len() < 2 {
		return nil
	}
	switch {
	case t.Elems[0] == anClauses && t.Len() == 2:
		return &parser.Fun{Anno: a, Clauses: r.clauses(t.Elems[1])}
	case t.Elems[0] == anFunction && t.Len() == 3:
		return &parser.FunRef{Anno: a, Name: r.atom(t.Elems[1]), Arity: r.small(t.Elems[2])}
	case t.Elems[0] == anFunction && t.Len() == 4:
		return &parser.FunRemote{Anno: a, Module: r.expr(t.Elems[1]), Name: r.expr(t.Elems[2]), Arity: r.expr(t.Elems[3])}
	}
	return nil
}

func (r *reader) node2(tag string, a parser.Anno, p, q term.Term) parser.Expr {
	switch tag {
	case "cons":
		return r.cons(a, p, q)
	case "map":
		return &parser.Map{Anno: a, Base: r.expr(p), Pairs: readList(r, q, r.pair)}
	case "map_field_assoc", "map_field_exact":
		return &parser.MapPair{Anno: a, Exact: tag == "map_field_exact", Key: r.expr(p), Value: r.expr(q)}
	case "record":
		return &parser.Record{Anno: a, Name: r.atom(p), Fields: readList(r, q, r.field)}
	case "record_index":
		return &parser.RecordIndex{Anno: a, Name: r.atom(p), Field: r.expr(q)}
	case "op":
		return &parser.UnOp{Anno: a, Op: r.atom(p), Arg: r.expr(q)}
	case "match":
		return &parser.Match{Anno: a, Pattern: r.expr(p), Value: r.expr(q)}
	case "maybe_match":
		return &parser.MaybeMatch{Anno: a, Pattern: r.expr(p), Value: r.expr(q)}
	case "remote":
		return &parser.Remote{Anno: a, Module: r.expr(p), Name: r.expr(q)}
	case "call":
		return &parser.Call{Anno: a, Fun: r.expr(p), Args: r.exprs(q)}
	case "named_fun":
		return &parser.Fun{Anno: a, Name: r.atom(p), Clauses: r.clauses(q)}
	case "case":
		return &parser.Case{Anno: a, Value: r.expr(p), Clauses: r.clauses(q)}
	case "maybe":
		tag, elseAnno, parts := r.tuple(q)
		if tag != "else" || len(parts) != 1 {
			return nil
		}
		return &parser.Maybe{Anno: a, Body: r.exprs(p), Else: r.clauses(parts[0]), ElseAnno: elseAnno}
	}
	for kind := parser.ListKind; kind <= parser.MapKind; kind++ {
		switch tag {
		case compTags[kind]:
			c := &parser.Comp{Anno: a, Kind: kind, Qualifiers: r.exprs(q)}
			if term.IsList(p) {
				if all := r.exprs(p); len(all) > 0 {
					c.Template, c.More = all[0], all[1:]
					return c
				}
				return nil
			}
			c.Template = r.expr(p)
			return c
		case generatorTags[kind], generatorTags[kind] + "_strict":
			return &parser.Generator{Anno: a, Kind: kind, Strict: tag != generatorTags[kind],
				Pattern: r.expr(p), Source: r.expr(q)}
		}
	}
	return nil
}

// cons reads a list in a loop; see abstractCons.
func (r *reader) cons(a parser.Anno, head, tail term.Term) parser.Expr {
	first := &parser.Cons{Anno: a, Head: r.expr(head)}
	for last := first; ; {
		tup, ok := tail.(*term.Tuple)
		if !ok || tup.Len() != 4 || tup.Elems[0] != term.Term(anCons) || r.err != nil {
			last.Tail = r.expr(tail)
			return first
		}
		next := &parser.Cons{Anno: r.anno(tup.Elems[1]), Head: r.expr(tup.Elems[2])}
		last.Tail, last, tail = next, next, tup.Elems[3]
	}
}

var anCons = term.A("cons")

func (r *reader) node3(tag string, a parser.Anno, p, q, s term.Term) parser.Expr {
	switch tag {
	case "record":
		return &parser.Record{Anno: a, Base: r.expr(p), Name: r.atom(q), Fields: readList(r, s, r.field)}
	case "record_field":
		return &parser.RecordAccess{Anno: a, Base: r.expr(p), Name: r.atom(q), Field: r.expr(s)}
	case "op":
		return &parser.BinOp{Anno: a, Op: r.atom(p), Left: r.expr(q), Right: r.expr(s)}
	case "receive":
		return &parser.Receive{Anno: a, Clauses: r.clauses(p), After: r.expr(q), AfterBody: r.exprs(s)}
	}
	return nil
}
