package parser

// form makes the node of an attribute and checks its arguments as erl_parse
// does when it builds attributes.
func (a *attribute) form() (Form, *Error) {
	name := a.name.Name
	switch {
	case name == "record":
		return a.recordDef()
	case a.typ != nil:
		return a.typeDef()
	case a.fields != nil:
		return nil, plainError(a.name.Pos, "bad attribute")
	}
	plain := &Attribute{Anno: a.name.Anno, Name: name, Args: a.args}
	first := firstPos(a.args[0])
	last := firstPos(a.args[len(a.args)-1])
	badDecl := func(p Pos) *Error {
		return charsError(p, Chars("bad "), name, Chars(" declaration"))
	}
	switch name {
	case "module":
		if _, ok := a.args[0].(*Atom); !ok {
			return nil, badDecl(first)
		}
		if len(a.args) > 1 {
			return nil, plainError(firstPos(a.args[1]), "bad variable list")
		}
		return plain, nil
	case "export":
		if len(a.args) != 1 {
			return nil, badDecl(last)
		}
		return plain, nameArities(a.args[0])
	case "import":
		if _, ok := a.args[0].(*Atom); !ok || len(a.args) != 2 {
			return nil, badDecl(last)
		}
		return plain, nameArities(a.args[1])
	case "file":
		if len(a.args) == 2 {
			_, isString := a.args[0].(*String)
			_, isInt := a.args[1].(*Integer)
			if isString && isInt {
				return plain, nil
			}
		}
		return nil, badDecl(first)
	case "doc", "moduledoc":
		if len(a.args) != 1 || !isDoc(a.args[0]) {
			return nil, charsError(first, Chars("bad "), "doc", Chars(" declaration"))
		}
		if m, ok := a.args[0].(*Map); ok {
			if !isDocMap(m, name) {
				return nil, plainError(first, "bad attribute")
			}
			return plain, nil
		}
	case "import_record":
		if len(a.args) == 2 && isTerm(a.args[0]) && isTerm(a.args[1]) {
			return plain, nil
		}
	}
	if len(a.args) != 1 {
		return nil, plainError(firstPos(a.args[1]), "bad attribute")
	}
	if !isTerm(a.args[0]) {
		return nil, plainError(first, "bad attribute")
	}
	return plain, nil
}

// isDoc says whether a documentation attribute may have an argument of that
// kind: text, metadata, a file, or a word that hides.
func isDoc(e Expr) bool {
	switch x := e.(type) {
	case *String, *Bin, *Map:
		return true
	case *Atom:
		return x.Name == "true" || x.Name == "false" || x.Name == "hidden"
	case *Tuple:
		if len(x.Elems) == 2 {
			kind, _ := x.Elems[0].(*Atom)
			_, text := x.Elems[1].(*String)
			return kind != nil && kind.Name == "file" && text
		}
	}
	return false
}

// isDocMap checks metadata, where equiv may be a call.
func isDocMap(m *Map, name string) bool {
	if m.Base != nil {
		return false
	}
	for _, p := range m.Pairs {
		key, _ := p.Key.(*Atom)
		_, call := p.Value.(*Call)
		equiv := name == "doc" && key != nil && key.Name == "equiv" && call
		if p.Exact || !isMapTerm(p.Key) || !isTerm(p.Value) && !equiv {
			return false
		}
	}
	return true
}

// nameArities checks a list of Name/Arity.
func nameArities(list Expr) *Error {
	for {
		switch x := list.(type) {
		case *Nil:
			return nil
		case *Cons:
			op, ok := x.Head.(*BinOp)
			if !ok || op.Op != "/" {
				return plainError(x.Pos, "bad Name/Arity")
			}
			if _, ok := op.Left.(*Atom); !ok {
				return plainError(firstPos(op.Left), "bad function name")
			}
			if _, ok := op.Right.(*Integer); !ok {
				return plainError(firstPos(op.Right), "bad function arity")
			}
			list = x.Tail
		default:
			return plainError(firstPos(list), "bad Name/Arity")
		}
	}
}

// isTerm says whether an expression denotes a constant term, with Name/Arity
// standing for a pair.
func isTerm(e Expr) bool {
	switch x := e.(type) {
	case *Atom, *Integer, *Float, *Char, *String, *Nil:
		return true
	case *Cons:
		for {
			if !isTerm(x.Head) {
				return false
			}
			next, ok := x.Tail.(*Cons)
			if !ok {
				return isTerm(x.Tail)
			}
			x = next
		}
	case *Tuple:
		for _, el := range x.Elems {
			if !isTerm(el) {
				return false
			}
		}
		return true
	case *Map:
		if x.Base != nil {
			return false
		}
		for _, p := range x.Pairs {
			if p.Exact || !isMapTerm(p.Key) || !isMapTerm(p.Value) {
				return false
			}
		}
		return true
	case *Bin:
		for _, el := range x.Elems {
			if !isBitTerm(el) {
				return false
			}
		}
		return true
	case *FunRemote:
		_, m := x.Module.(*Atom)
		_, f := x.Name.(*Atom)
		_, a := x.Arity.(*Integer)
		return m && f && a
	case *UnOp:
		if x.Op != "-" && x.Op != "+" {
			return false
		}
		switch x.Arg.(type) {
		case *Integer, *Float, *Char:
			return true
		}
	case *BinOp:
		_, f := x.Left.(*Atom)
		_, a := x.Right.(*Integer)
		return x.Op == "/" && f && a
	}
	return false
}

// isMapTerm is isTerm for a key or a value of a map, where Name/Arity may not
// stand.
func isMapTerm(e Expr) bool {
	_, op := e.(*BinOp)
	return !op && isTerm(e)
}

// isBitTerm says whether a segment can be built when the attribute is read.
func isBitTerm(el *BinElem) bool {
	if el.Size != nil {
		if _, ok := el.Size.(*Integer); !ok {
			return false
		}
	}
	kind := "integer"
	for _, t := range el.Types {
		switch t.Name {
		case "float", "binary", "bytes", "bits", "bitstring", "utf8", "utf16", "utf32":
			kind = t.Name
		}
	}
	switch x := el.Value.(type) {
	case *Integer, *Char, *String:
		return kind != "binary" && kind != "bytes" && kind != "bits" && kind != "bitstring"
	case *Float:
		return kind == "float"
	case *Bin:
		return kind != "integer" && kind != "float" && isTerm(x)
	case *UnOp:
		return isTerm(x) && (kind == "integer" || kind == "float")
	}
	return false
}

// recordDef makes -record(Name, {Fields}).
func (a *attribute) recordDef() (Form, *Error) {
	name := a.args[0].(*Atom)
	fields := a.fields
	if fields == nil {
		t, ok := a.args[len(a.args)-1].(*Tuple)
		if !ok || len(a.args) != 2 {
			return nil, plainError(firstPos(a.args[1]), "bad record declaration")
		}
		for _, e := range t.Elems {
			fields = append(fields, &typedField{expr: e})
		}
	}
	def := &RecordDef{Anno: a.name.Anno, Name: name.Name}
	for _, f := range fields {
		field := &FieldDef{Type: f.typ}
		switch x := f.expr.(type) {
		case *Atom:
			field.Anno, field.Name = x.Anno, x
		case *Match:
			if field.Name, _ = x.Pattern.(*Atom); field.Name != nil {
				field.Anno, field.Default = field.Name.Anno, x.Value
			}
		}
		if field.Name == nil {
			return nil, plainError(firstPos(f.expr), "bad record field")
		}
		def.Fields = append(def.Fields, field)
	}
	return def, nil
}

// typeDef makes -type, -opaque and -nominal.
func (a *attribute) typeDef() (Form, *Error) {
	kind := a.name.Name
	if kind != "type" && kind != "opaque" && kind != "nominal" {
		return nil, plainError(a.name.Pos, "bad attribute")
	}
	call, ok := a.args[0].(*Call)
	var name *Atom
	if ok {
		name, _ = call.Fun.(*Atom)
	}
	if name == nil {
		return nil, charsError(a.name.Pos, Chars("bad "), kind, Chars(" declaration"))
	}
	def := &TypeDef{Anno: a.name.Anno, Kind: kind, Name: name.Name, Type: a.typ}
	for _, arg := range call.Args {
		v, ok := arg.(*Var)
		if !ok || v.Name == "_" {
			return nil, plainError(firstPos(arg), "bad type variable")
		}
		def.Params = append(def.Params, v)
	}
	return def, nil
}
