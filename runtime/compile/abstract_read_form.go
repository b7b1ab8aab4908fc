package compile

import (
	"math/big"

	"ersh/parser"
	"ersh/runtime/term"
)

// FormsOf reads the forms of a module in the abstract format.
func FormsOf(t term.Term) ([]parser.Form, error) {
	r := reader{}
	forms := readList(&r, t, r.form)
	return forms, r.err
}

// FormOf reads one form.
func FormOf(t term.Term) (parser.Form, error) {
	r := reader{}
	f := r.form(t)
	return f, r.err
}

// SourceExprsOf reads expressions that are to be printed: of those, {text, A,
// Chars} stands for itself.
func SourceExprsOf(t term.Term) ([]parser.Expr, error) {
	r := reader{source: true}
	es := r.exprs(t)
	return es, r.err
}

// SourceExprOf reads one such expression.
func SourceExprOf(t term.Term) (parser.Expr, error) {
	r := reader{source: true}
	e := r.expr(t)
	return e, r.err
}

// SourceGuardOf reads a guard that is to be printed.
func SourceGuardOf(t term.Term) ([][]parser.Expr, error) {
	r := reader{source: true}
	guard := readList(&r, t, r.exprs)
	return guard, r.err
}

// SourceFormOf reads a form that is to be printed: the values of attributes are
// made of what source text can say, as far as it can.
func SourceFormOf(t term.Term) (parser.Form, error) {
	r := reader{source: true}
	f := r.form(t)
	return f, r.err
}

// form reads a form. It never gives nil.
func (r *reader) form(t term.Term) parser.Form {
	if tup, ok := t.(*term.Tuple); ok && tup.Len() == 2 {
		switch tup.Elems[0] {
		case term.Term(term.ErrorAtom):
			e := r.errorInfo(tup.Elems[1])
			return &parser.ErrorForm{Anno: parser.Anno{Pos: e.Pos}, Err: e}
		case term.Term(anWarning):
			e := r.errorInfo(tup.Elems[1])
			return &parser.WarningForm{Anno: parser.Anno{Pos: e.Pos}, Err: e}
		}
	}
	tag, a, p := r.tuple(t)
	switch {
	case r.err != nil:
	case tag == "eof" && len(p) == 0:
		return &parser.EOF{Anno: a}
	case tag == "function" && len(p) == 3:
		return &parser.Function{Anno: a, Name: r.atom(p[0]), Arity: r.small(p[1]), Clauses: r.clauses(p[2])}
	case tag == "attribute" && len(p) == 2:
		return r.attribute(a, r.atom(p[0]), p[1])
	default:
		r.fail()
	}
	return &parser.EOF{}
}

var anWarning = term.A("warning")

// errorInfo reads {Location, Module, Descriptor}; the descriptor stays a term.
func (r *reader) errorInfo(t term.Term) *parser.Error {
	info, ok := t.(*term.Tuple)
	if !ok || info.Len() != 3 {
		r.fail()
		return &parser.Error{}
	}
	return &parser.Error{Pos: r.loc(info.Elems[0]), Module: r.atom(info.Elems[1]), Desc: info.Elems[2]}
}

func (r *reader) attribute(a parser.Anno, name string, value term.Term) parser.Form {
	pair, _ := value.(*term.Tuple)
	if pair != nil && pair.Len() != 2 {
		pair = nil
	}
	switch name {
	case "record":
		if pair != nil {
			return &parser.RecordDef{Anno: a, Name: r.atom(pair.Elems[0]), Fields: readList(r, pair.Elems[1], r.fieldDef)}
		}
	case "type", "opaque", "nominal":
		if def, ok := value.(*term.Tuple); ok && def.Len() == 3 {
			return &parser.TypeDef{Anno: a, Kind: name, Name: r.atom(def.Elems[0]), Type: r.typ(def.Elems[1]),
				Params: readList(r, def.Elems[2], func(t term.Term) *parser.Var {
					v, ok := r.expr(t).(*parser.Var)
					if !ok {
						r.fail()
						v = &parser.Var{}
					}
					return v
				})}
		}
	case "spec", "callback":
		if pair != nil {
			return r.spec(a, name, pair)
		}
	case "import", "file":
		if pair != nil {
			return &parser.Attribute{Anno: a, Name: name, Args: []parser.Expr{r.literal(a, pair.Elems[0]), r.literal(a, pair.Elems[1])}}
		}
	}
	return &parser.Attribute{Anno: a, Name: name, Args: []parser.Expr{r.literal(a, value)}}
}

func (r *reader) spec(a parser.Anno, kind string, pair *term.Tuple) parser.Form {
	s := &parser.Spec{Anno: a, Kind: kind, Types: readList(r, pair.Elems[1], r.typ)}
	id, ok := pair.Elems[0].(*term.Tuple)
	switch {
	case ok && id.Len() == 2:
		s.Name, s.Arity = r.atom(id.Elems[0]), r.small(id.Elems[1])
	case ok && id.Len() == 3:
		s.Module, s.Name, s.Arity = r.atom(id.Elems[0]), r.atom(id.Elems[1]), r.small(id.Elems[2])
	default:
		r.fail()
	}
	for _, t := range s.Types {
		switch t := t.(type) {
		case *parser.FunType:
		case *parser.BoundedFunType:
			if t.Fun == nil {
				r.fail()
			}
		default:
			r.fail()
		}
	}
	return s
}

// literal is the expression that denotes an attribute's value.
func (r *reader) literal(a parser.Anno, t term.Term) parser.Expr {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxAbstractDepth {
		r.fail()
		return &parser.Nil{Anno: a}
	}
	switch t := t.(type) {
	case term.Atom:
		return &parser.Atom{Anno: a, Name: t.Name()}
	case term.Int, *term.Big:
		n, _ := term.ToBig(t)
		return &parser.Integer{Anno: a, Value: n}
	case term.Float:
		return &parser.Float{Anno: a, Value: float64(t)}
	case *term.Tuple:
		x := &parser.Tuple{Anno: a}
		for _, e := range t.Elems {
			x.Elems = append(x.Elems, r.literal(a, e))
		}
		return x
	case *term.Cons:
		if s, ok := term.GoString(t); ok {
			return &parser.String{Anno: a, Value: []rune(s)}
		}
		x := &parser.Cons{Anno: a}
		for last := x; ; {
			last.Head = r.literal(a, t.Head)
			next, ok := t.Tail.(*term.Cons)
			if !ok {
				last.Tail = r.literal(a, t.Tail)
				return x
			}
			cell := &parser.Cons{Anno: a}
			last.Tail, last, t = cell, cell, next
		}
	}
	switch t := t.(type) {
	case *term.Map:
		x := &parser.Map{Anno: a}
		for k, v := range t.All {
			x.Pairs = append(x.Pairs, &parser.MapPair{Anno: a, Key: r.literal(a, k), Value: r.literal(a, v)})
		}
		return x
	case *term.Export:
		return &parser.FunRemote{Anno: a, Module: &parser.Atom{Anno: a, Name: t.Module.Name()},
			Name: &parser.Atom{Anno: a, Name: t.Name.Name()}, Arity: &parser.Integer{Anno: a, Value: big.NewInt(int64(t.Arity))}}
	case *term.Bits:
		if r.source {
			return bitsExpr(a, t)
		}
	}
	if t == term.EmptyList {
		return &parser.Nil{Anno: a}
	}
	return &parser.Value{Anno: a, Term: t}
}

// bitsExpr is the expression of a bit string, byte by byte.
func bitsExpr(a parser.Anno, b *term.Bits) parser.Expr {
	x := &parser.Bin{Anno: a}
	for i, c := range b.Sub(0, b.Len).Bytes() {
		e := &parser.BinElem{Anno: a}
		if n := b.Len - 8*i; n < 8 {
			c >>= 8 - n
			e.Size = &parser.Integer{Anno: a, Value: big.NewInt(int64(n))}
		}
		e.Value = &parser.Integer{Anno: a, Value: big.NewInt(int64(c))}
		x.Elems = append(x.Elems, e)
	}
	return x
}

// RecordOf reads a record definition, {attribute,A,record,{Name,Fields}}.
func RecordOf(t term.Term) (*parser.RecordDef, error) {
	r := reader{}
	tag, a, p := r.tuple(t)
	if r.err != nil || tag != "attribute" || len(p) != 2 || p[0] != term.Term(anRecord) {
		return nil, errAbstract
	}
	def, ok := p[1].(*term.Tuple)
	if !ok || def.Len() != 2 {
		return nil, errAbstract
	}
	d := &parser.RecordDef{Anno: a, Name: r.atom(def.Elems[0]), Fields: readList(&r, def.Elems[1], r.fieldDef)}
	return d, r.err
}

func (r *reader) fieldDef(t term.Term) *parser.FieldDef {
	var typ parser.Type
	if tup, ok := t.(*term.Tuple); ok && tup.Len() == 3 && tup.Elems[0] == term.Term(anTypedField) {
		t = tup.Elems[1]
		typ = r.typ(tup.Elems[2])
	}
	tag, a, p := r.tuple(t)
	if tag != "record_field" || len(p) < 1 || len(p) > 2 {
		r.fail()
		return nil
	}
	name, ok := r.expr(p[0]).(*parser.Atom)
	if !ok {
		r.fail()
		return nil
	}
	f := &parser.FieldDef{Anno: a, Name: name, Type: typ}
	if len(p) == 2 {
		f.Default = r.expr(p[1])
	}
	return f
}

var anTypedField = term.A("typed_record_field")

// FunctionOf reads a function, {function,A,Name,Arity,Clauses}.
func FunctionOf(t term.Term) (*parser.Function, error) {
	r := reader{}
	tag, a, p := r.tuple(t)
	if r.err != nil || tag != "function" || len(p) != 3 {
		return nil, errAbstract
	}
	f := &parser.Function{Anno: a, Name: r.atom(p[0]), Arity: r.small(p[1]), Clauses: r.clauses(p[2])}
	return f, r.err
}

// typ reads a type. It never gives nil.
func (r *reader) typ(t term.Term) parser.Type {
	r.depth++
	defer func() { r.depth-- }()
	if r.depth > maxAbstractDepth {
		r.fail()
	}
	if r.err == nil {
		tag, a, p := r.tuple(t)
		if r.err == nil {
			if x := r.typeNode(t, tag, a, p); x != nil {
				return x
			}
			r.fail()
		}
	}
	return &parser.TypeLit{Value: &parser.Nil{}}
}

func (r *reader) types(t term.Term) []parser.Type { return readList(r, t, r.typ) }

func (r *reader) typeNode(t term.Term, tag string, a parser.Anno, p []term.Term) parser.Type {
	switch {
	case len(p) == 1:
		switch tag {
		case "atom", "integer", "char":
			return &parser.TypeLit{Anno: a, Value: r.expr(t)}
		case "var":
			return &parser.TypeVar{Anno: a, Name: r.atom(p[0])}
		case "ann_type":
			if two := r.slice(p[0]); len(two) == 2 {
				if v, ok := r.expr(two[0]).(*parser.Var); ok {
					return &parser.TypeAnno{Anno: a, Var: v, Type: r.typ(two[1])}
				}
			}
		case "paren_type":
			if one := r.slice(p[0]); len(one) == 1 {
				return r.typ(one[0])
			}
		case "remote_type":
			if three := r.slice(p[0]); len(three) == 3 {
				m, ok1 := r.expr(three[0]).(*parser.Atom)
				n, ok2 := r.expr(three[1]).(*parser.Atom)
				if ok1 && ok2 {
					return &parser.TypeRemote{Anno: a, Module: m, Name: n, Args: r.types(three[2])}
				}
			}
		}
	case tag == "op" && len(p) == 3:
		return &parser.TypeOp{Anno: a, Op: r.atom(p[0]), Left: r.typ(p[1]), Right: r.typ(p[2])}
	case tag == "op" && len(p) == 2:
		return &parser.TypeOp{Anno: a, Op: r.atom(p[0]), Right: r.typ(p[1])}
	case tag == "user_type" && len(p) == 2:
		return &parser.TypeCall{Anno: a, User: true, Name: r.atom(p[0]), Args: r.types(p[1])}
	case tag == "type" && len(p) == 2:
		return r.typeCall(a, r.atom(p[0]), p[1])
	}
	return nil
}

func (r *reader) typeCall(a parser.Anno, name string, args term.Term) parser.Type {
	if args == term.Term(anAny) {
		return &parser.TypeCall{Anno: a, Name: name, Any: true}
	}
	elems := r.slice(args)
	switch name {
	case "map":
		return &parser.TypeMap{Anno: a, Pairs: readList(r, args, r.typePair)}
	case "record":
		if len(elems) == 0 {
			break
		}
		rec := &parser.TypeRecord{Anno: a}
		rec.Name, _ = r.expr(elems[0]).(*parser.Atom)
		if rec.Name == nil {
			return nil
		}
		for _, e := range elems[1:] {
			if f := r.typeField(e); f != nil {
				rec.Fields = append(rec.Fields, f)
			}
		}
		return rec
	case "binary":
		if len(elems) == 2 {
			return &parser.TypeBin{Anno: a, M: r.typ(elems[0]), N: r.typ(elems[1])}
		}
	case "fun":
		if len(elems) == 2 {
			return r.funType(a, elems[0], elems[1])
		}
	case "bounded_fun":
		if len(elems) == 2 {
			b := &parser.BoundedFunType{Anno: a, Constraints: readList(r, elems[1], r.constraint)}
			b.Fun, _ = r.typ(elems[0]).(*parser.FunType)
			return b
		}
	}
	return &parser.TypeCall{Anno: a, Name: name, Args: r.types(args)}
}

func (r *reader) funType(a parser.Anno, args, result term.Term) parser.Type {
	tag, argsAnno, p := r.tuple(args)
	f := &parser.FunType{Anno: a, ArgsAnno: argsAnno}
	switch {
	case tag == "type" && len(p) == 1 && p[0] == term.Term(anAny):
		f.AnyArgs = true
	case tag == "type" && len(p) == 2 && p[0] == term.Term(anProduct):
		f.Args = r.types(p[1])
	default:
		r.fail()
	}
	f.Result = r.typ(result)
	return f
}

var anProduct = term.A("product")

func (r *reader) typePair(t term.Term) *parser.TypeMapPair {
	tag, a, p := r.tuple(t)
	if tag == "type" && len(p) == 2 {
		name := r.atom(p[0])
		if kv := r.types(p[1]); len(kv) == 2 && (name == "map_field_assoc" || name == "map_field_exact") {
			return &parser.TypeMapPair{Anno: a, Exact: name == "map_field_exact", Key: kv[0], Value: kv[1]}
		}
	}
	r.fail()
	return &parser.TypeMapPair{}
}

func (r *reader) typeField(t term.Term) *parser.TypeField {
	tag, a, p := r.tuple(t)
	if tag == "type" && len(p) == 2 && r.atom(p[0]) == "field_type" {
		if two := r.slice(p[1]); len(two) == 2 {
			if name, ok := r.expr(two[0]).(*parser.Atom); ok {
				return &parser.TypeField{Anno: a, Name: name, Type: r.typ(two[1])}
			}
		}
	}
	r.fail()
	return nil
}

func (r *reader) constraint(t term.Term) *parser.Constraint {
	tag, a, p := r.tuple(t)
	if tag == "type" && len(p) == 2 && r.atom(p[0]) == "constraint" {
		if two := r.slice(p[1]); len(two) == 2 {
			if ts := r.types(two[1]); len(ts) == 2 {
				return &parser.Constraint{Anno: a, Var: ts[0], Type: ts[1]}
			}
		}
	}
	r.fail()
	return &parser.Constraint{}
}
