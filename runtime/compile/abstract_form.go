package compile

import (
	"ersh/parser"
	"ersh/runtime/term"
)

// AbstractForm gives a form in the abstract format.
func AbstractForm(f parser.Form) term.Term {
	switch x := f.(type) {
	case *parser.Function:
		return node("function", x.Anno, atomTerm(x.Name), term.Small(int64(x.Arity)), abstractClauses(x.Clauses))
	case *parser.Attribute:
		return node("attribute", x.Anno, atomTerm(x.Name), attributeValue(x))
	case *parser.RecordDef:
		return node("attribute", x.Anno, anRecord, term.T(atomTerm(x.Name), listOf(x.Fields, abstractFieldDef)))
	case *parser.TypeDef:
		params := listOf(x.Params, func(v *parser.Var) term.Term { return abstractExpr(v) })
		return node("attribute", x.Anno, atomTerm(x.Kind), term.T(atomTerm(x.Name), abstractType(x.Type), params))
	case *parser.Spec:
		var id term.Term = term.T(atomTerm(x.Name), term.Small(int64(x.Arity)))
		if x.Module != "" {
			id = term.T(atomTerm(x.Module), atomTerm(x.Name), term.Small(int64(x.Arity)))
		}
		return node("attribute", x.Anno, atomTerm(x.Kind), term.T(id, listOf(x.Types, abstractType)))
	case *parser.EOF:
		return term.T(atomTerm("eof"), annoTerm(x.Anno))
	case *parser.ErrorForm:
		return term.T(term.ErrorAtom, errorInfo(x.Err))
	case *parser.WarningForm:
		return term.T(atomTerm("warning"), errorInfo(x.Err))
	}
	return term.Undefined
}

// errorInfo is {Location, Module, Descriptor}.
func errorInfo(e *parser.Error) term.Term {
	return term.T(locTerm(e.Pos), term.A(e.Module), DescTerm(e.Desc))
}

func abstractFieldDef(f *parser.FieldDef) term.Term {
	field := node("record_field", f.Anno, abstractExpr(f.Name))
	if f.Default != nil {
		field = node("record_field", f.Anno, abstractExpr(f.Name), abstractExpr(f.Default))
	}
	if f.Type != nil {
		return term.T(atomTerm("typed_record_field"), field, abstractType(f.Type))
	}
	return field
}

// attributeValue is the term that an attribute's arguments stand for.
func attributeValue(a *parser.Attribute) term.Term {
	switch {
	case a.Name == "import" && len(a.Args) == 2, a.Name == "file" && len(a.Args) == 2,
		a.Name == "module" && len(a.Args) == 2:
		return term.T(ValueOf(a.Args[0]), ValueOf(a.Args[1]))
	case len(a.Args) == 1:
		return ValueOf(a.Args[0])
	case len(a.Args) == 0:
		return term.EmptyList
	}
	return listOf(a.Args, ValueOf)
}

// ValueOf is the term that an expression made of literals stands for;
// Name/Arity is a pair.
func ValueOf(e parser.Expr) term.Term {
	switch x := e.(type) {
	case *parser.Atom:
		return atomTerm(x.Name)
	case *parser.Integer:
		return term.MakeBig(x.Value)
	case *parser.Float:
		return term.Float(x.Value)
	case *parser.Char:
		return term.Small(int64(x.Value))
	case *parser.String:
		return charsTerm(x.Value)
	case *parser.Nil:
		return term.EmptyList
	case *parser.Value:
		if t, ok := x.Term.(term.Term); ok {
			return t
		}
	case *parser.Cons:
		var elems []term.Term
		var rest parser.Expr = x
		for {
			c, ok := rest.(*parser.Cons)
			if !ok {
				return term.ListTail(elems, ValueOf(rest))
			}
			elems = append(elems, ValueOf(c.Head))
			rest = c.Tail
		}
	case *parser.Tuple:
		t := term.NewTuple(len(x.Elems))
		for i, e := range x.Elems {
			t.Elems[i] = ValueOf(e)
		}
		return t
	case *parser.Map:
		m := term.EmptyMap
		for _, p := range x.Pairs {
			v := ValueOf(p.Value)
			if call, ok := p.Value.(*parser.Call); ok { // equiv of -doc
				v = abstractExpr(call)
			}
			m = m.Put(ValueOf(p.Key), v)
		}
		return m
	case *parser.BinOp:
		return term.T(ValueOf(x.Left), ValueOf(x.Right))
	case *parser.UnOp:
		v := ValueOf(x.Arg)
		if x.Op == "-" {
			if n, err := term.Neg(v); err == nil {
				return n
			}
		}
		return v
	case *parser.Bin:
		return binValue(x)
	case *parser.FunRemote:
		m, ok1 := ValueOf(x.Module).(term.Atom)
		f, ok2 := ValueOf(x.Name).(term.Atom)
		a, ok3 := ValueOf(x.Arity).(term.Int)
		if ok1 && ok2 && ok3 {
			return &term.Export{Module: m, Name: f, Arity: int(a.Value())}
		}
	}
	return term.Undefined
}

// binValue is a binary of bytes and strings without sizes or types.
func binValue(b *parser.Bin) term.Term {
	var bytes []byte
	for _, e := range b.Elems {
		utf8 := len(e.Types) == 1 && e.Types[0].Name == "utf8"
		switch v := e.Value.(type) {
		case *parser.Integer:
			bytes = append(bytes, byte(v.Value.Int64()))
		case *parser.Char:
			bytes = append(bytes, byte(v.Value))
		case *parser.String:
			for _, r := range v.Value {
				if utf8 {
					bytes = append(bytes, string(r)...)
				} else {
					bytes = append(bytes, byte(r))
				}
			}
		}
	}
	return term.Binary(bytes)
}

func abstractType(t parser.Type) term.Term {
	types := func(ts ...parser.Type) term.Term { return listOf(ts, abstractType) }
	typ := func(a parser.Anno, name string, args term.Term) term.Term {
		return node("type", a, atomTerm(name), args)
	}
	switch x := t.(type) {
	case *parser.TypeAnno:
		return node("ann_type", x.Anno, term.List(abstractExpr(x.Var), abstractType(x.Type)))
	case *parser.TypeLit:
		return abstractExpr(x.Value)
	case *parser.TypeOp:
		if x.Left == nil {
			return node("op", x.Anno, atomTerm(x.Op), abstractType(x.Right))
		}
		return node("op", x.Anno, atomTerm(x.Op), abstractType(x.Left), abstractType(x.Right))
	case *parser.TypeVar:
		return node("var", x.Anno, atomTerm(x.Name))
	case *parser.TypeCall:
		args := types(x.Args...)
		if x.Any {
			args = anAny
		}
		if x.User {
			return node("user_type", x.Anno, atomTerm(x.Name), args)
		}
		return typ(x.Anno, x.Name, args)
	case *parser.TypeRemote:
		return node("remote_type", x.Anno, term.List(abstractExpr(x.Module), abstractExpr(x.Name), types(x.Args...)))
	case *parser.TypeMap:
		return typ(x.Anno, "map", listOf(x.Pairs, func(p *parser.TypeMapPair) term.Term {
			name := "map_field_assoc"
			if p.Exact {
				name = "map_field_exact"
			}
			return typ(p.Anno, name, types(p.Key, p.Value))
		}))
	case *parser.TypeRecord:
		parts := []term.Term{abstractExpr(x.Name)}
		for _, f := range x.Fields {
			parts = append(parts, typ(f.Anno, "field_type", term.List(abstractExpr(f.Name), abstractType(f.Type))))
		}
		return typ(x.Anno, "record", term.List(parts...))
	case *parser.TypeBin:
		return typ(x.Anno, "binary", types(x.M, x.N))
	case *parser.FunType:
		args := typ(x.ArgsAnno, "product", types(x.Args...))
		if x.AnyArgs {
			args = node("type", x.ArgsAnno, anAny)
		}
		return typ(x.Anno, "fun", term.List(args, abstractType(x.Result)))
	case *parser.BoundedFunType:
		return typ(x.Anno, "bounded_fun", term.List(abstractType(x.Fun), listOf(x.Constraints, func(c *parser.Constraint) term.Term {
			return typ(c.Anno, "constraint", term.List(node("atom", c.Anno, atomTerm("is_subtype")), types(c.Var, c.Type)))
		})))
	}
	return term.Undefined
}
