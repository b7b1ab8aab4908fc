package parser

import (
	"fmt"
	"strings"
)

// FormatForm prints a form as erl_pp:form/1 does.
func FormatForm(f Form) string {
	switch x := f.(type) {
	case *Function:
		return FormatFunction(x)
	case *Attribute:
		return formText(attributeDoc(x))
	case *RecordDef:
		return formText(recordDefDoc(x))
	case *TypeDef:
		return formText(typeDefDoc(x))
	case *Spec:
		return formText(specDoc(x))
	}
	return "\n"
}

func formText(d doc) string { return strings.Join(d.place(0), "\n") + ".\n" }

// attributeDoc is any attribute that has no node of its own.
func attributeDoc(a *Attribute) doc {
	open := text("-" + ppAtom(a.Name) + "(")
	switch a.Name {
	case "export", "export_type", "optional_callbacks":
		if d, ok := nameArityDoc(a.Args); ok {
			return cat(open, d, text(")"))
		}
	case "import":
		if len(a.Args) == 2 {
			if d, ok := nameArityDoc(a.Args[1:]); ok {
				return bracket(open.flat, []item{{exprDoc(a.Args[0], 0), ","}, {d, ""}}, ")")
			}
		}
	}
	return bracket("-"+ppAtom(a.Name)+"(", items(exprDocs(a.Args)), ")")
}

// nameArityDoc is a list [f/1,g/2], which has no blanks on one line.
func nameArityDoc(args []Expr) (doc, bool) {
	if len(args) != 1 {
		return doc{}, false
	}
	var names []string
	list := args[0]
	for {
		c, ok := list.(*Cons)
		if !ok {
			break
		}
		name, arity, ok := NameAndArity(c.Head)
		if !ok {
			return doc{}, false
		}
		names = append(names, ppAtom(name)+"/"+arity)
		list = c.Tail
	}
	if _, ok := list.(*Nil); !ok {
		return doc{}, false
	}
	return multi("["+strings.Join(names, ",")+"]", true, func(col int) []string {
		lines := []string{"["}
		for i, n := range names {
			if i == 0 {
				lines[0] += n
			} else {
				lines[len(lines)-1] += ","
				lines = below(lines, col+1, []string{n})
			}
		}
		lines[len(lines)-1] += "]"
		return lines
	}), true
}

// NameAndArity reads f/1, also as a tuple {f,1}.
func NameAndArity(e Expr) (name, arity string, ok bool) {
	var left, right Expr
	switch x := e.(type) {
	case *BinOp:
		left, right = x.Left, x.Right
		ok = x.Op == "/"
	case *Tuple:
		if len(x.Elems) == 2 {
			left, right, ok = x.Elems[0], x.Elems[1], true
		}
	}
	a, ok1 := left.(*Atom)
	n, ok2 := right.(*Integer)
	if !ok || !ok1 || !ok2 {
		return "", "", false
	}
	return a.Name, n.Value.String(), true
}

func recordDefDoc(d *RecordDef) doc {
	fields := make([]doc, len(d.Fields))
	for i, f := range d.Fields {
		switch {
		case f.Default == nil && f.Type == nil:
			fields[i] = exprDoc(f.Name, 0)
		case f.Default == nil:
			fields[i] = typedDoc(exprDoc(f.Name, 0), f.Type)
		case f.Type == nil:
			fields[i] = ppMatch(exprDoc(f.Name, 0), "=", exprDoc(f.Default, 0))
		default:
			fields[i] = ppMatch(exprDoc(f.Name, 0), "=", typedDoc(exprDoc(f.Default, 0), f.Type))
		}
	}
	return cat(text("-record("+ppAtom(d.Name)+","), bracket("{", items(fields), "}"), text(")"))
}

// typedDoc is X :: Type.
func typedDoc(x doc, t Type) doc { return operandDoc(x, "::", typeDoc(t, 0)) }

// operandDoc is a left side, a sign, and a right side that goes to a line of
// its own where both are too wide for one.
func operandDoc(l doc, sign string, r doc) doc {
	return multi(l.flat+" "+sign+" "+r.flat, l.ok && r.ok, func(col int) []string {
		lines := l.place(col)
		lines[len(lines)-1] += " " + sign
		return below(lines, col+4, r.place(col+4))
	})
}

func typeDefDoc(d *TypeDef) doc {
	params := make([]doc, len(d.Params))
	for i, p := range d.Params {
		params[i] = exprDoc(p, 0)
	}
	kind := "-" + d.Kind + " "
	head := bracket(kind+ppAtom(d.Name)+"(", items(params), ")")
	t := typeDoc(d.Type, 0)
	return multi(head.flat+" :: "+t.flat, head.ok && t.ok, func(col int) []string {
		lines := head.place(col)
		lines[len(lines)-1] += " ::"
		return below(lines, len(kind)+4, t.place(len(kind)+4))
	})
}

func specDoc(s *Spec) doc {
	head := "-" + s.Kind + " "
	if s.Module != "" {
		head += ppAtom(s.Module) + ":"
	}
	head += ppAtom(s.Name)
	at := width(head)
	return doc{layout: func(int) []string {
		lines := []string{head}
		for i, t := range s.Types {
			if i > 0 {
				lines[len(lines)-1] += ";"
				lines = append(lines, indent(at))
			}
			lines = join(lines, signatureDoc(t).place(at))
		}
		return lines
	}}
}

// signatureDoc is (Args) -> Result with its constraints.
func signatureDoc(t Type) doc {
	f, ok := t.(*FunType)
	if ok {
		return arrowDoc(f)
	}
	b := t.(*BoundedFunType)
	sig := arrowDoc(b.Fun)
	list := make([]doc, len(b.Constraints))
	for i, c := range b.Constraints {
		list[i] = typedDoc(typeDoc(c.Var, 0), c.Type)
	}
	when := bracket("", items(list), "")
	return multi(sig.flat+" when "+when.flat, sig.ok && when.ok, func(col int) []string {
		lines := sig.place(col)
		if when.ok && col+4+len("when ")+width(when.flat) <= lineWidth {
			return below(lines, col+4, []string{"when " + when.flat})
		}
		lines = below(lines, col+4, []string{"when"})
		if when.ok && col+8+width(when.flat) <= lineWidth {
			return below(lines, col+8, []string{when.flat})
		}
		return below(lines, col+8, stack(list, ",", col+8))
	})
}

func arrowDoc(f *FunType) doc {
	args := text("(...)")
	if !f.AnyArgs {
		args = bracket("(", items(typeDocs(f.Args)), ")")
	}
	r := typeDoc(f.Result, 0)
	return multi(args.flat+" -> "+r.flat, args.ok && r.ok, func(col int) []string {
		lines := args.place(col)
		lines[len(lines)-1] += " ->"
		return below(lines, col+4, r.place(col+4))
	})
}

func typeDocs(ts []Type) []doc {
	ds := make([]doc, len(ts))
	for i, t := range ts {
		ds[i] = typeDoc(t, 0)
	}
	return ds
}

// ppAnnotation and ppUnion are the precedences of X :: T and A | B in types.
const (
	ppAnnotation = 50
	ppUnion      = 100
	ppRange      = 200
)

// typeDoc makes the piece of a type where one of the precedence prec may stand.
func typeDoc(t Type, prec int) doc {
	switch x := t.(type) {
	case *TypeAnno:
		return paren(typedDoc(exprDoc(x.Var, 0), x.Type), ppAnnotation, prec)
	case *TypeLit:
		return exprDoc(x.Value, prec)
	case *TypeVar:
		return leaf(x.Name)
	case *TypeOp:
		if x.Left == nil {
			op := x.Op
			if len(op) > 1 {
				op += " "
			}
			return paren(cat(text(op), typeDoc(x.Right, ppPrefix+100)), ppPrefix, prec)
		}
		lp, own, rp := ppOperator(x.Op)
		l, r := typeDoc(x.Left, lp), typeDoc(x.Right, rp)
		return paren(multi(l.flat+" "+x.Op+" "+r.flat, l.ok && r.ok, func(col int) []string {
			lines := below(l.place(col), col, []string{x.Op})
			return below(lines, col, r.place(col))
		}), own, prec)
	case *TypeRemote:
		return bracket(ppAtom(x.Module.Name)+":"+ppAtom(x.Name.Name)+"(", items(typeDocs(x.Args)), ")")
	case *TypeMap:
		list := make([]doc, len(x.Pairs))
		for i, p := range x.Pairs {
			sign := "=>"
			if p.Exact {
				sign = ":="
			}
			list[i] = operandDoc(typeDoc(p.Key, 0), sign, typeDoc(p.Value, 0))
		}
		return bracket("#{", items(list), "}")
	case *TypeRecord:
		list := make([]doc, len(x.Fields))
		for i, f := range x.Fields {
			list[i] = typedDoc(exprDoc(f.Name, 0), f.Type)
		}
		return bracket("#"+ppAtom(x.Name.Name)+"{", items(list), "}")
	case *TypeBin:
		return binTypeDoc(x)
	case *FunType:
		return cat(text("fun("), arrowDoc(x), text(")"))
	case *BoundedFunType:
		return signatureDoc(x)
	case *TypeCall:
		return typeCallDoc(x, prec)
	}
	return text(fmt.Sprint(t))
}

func typeCallDoc(x *TypeCall, prec int) doc {
	if !x.User {
		switch {
		case x.Name == "union" && len(x.Args) > 0:
			list := make([]item, len(x.Args))
			for i, t := range x.Args {
				list[i] = item{typeDoc(t, ppUnion), " |"}
			}
			return paren(bracket("", list, ""), ppUnion, prec)
		case x.Name == "range" && len(x.Args) == 2:
			return cat(typeDoc(x.Args[0], 0), text(".."), typeDoc(x.Args[1], 0))
		case x.Name == "nil" && len(x.Args) == 0:
			return leaf("[]")
		case x.Name == "list" && len(x.Args) == 1:
			return bracket("[", items(typeDocs(x.Args)), "]")
		case x.Name == "nonempty_list" && len(x.Args) == 1:
			return bracket("[", items(append(typeDocs(x.Args), text("..."))), "]")
		case x.Name == "tuple" && !x.Any:
			return bracket("{", items(typeDocs(x.Args)), "}")
		}
	}
	name := ppAtom(x.Name)
	if x.Name == "fun" && !x.User {
		name = "fun"
	}
	return bracket(name+"(", items(typeDocs(x.Args)), ")")
}

// binTypeDoc is <<_:M, _:_*N>> without the parts that are 0.
func binTypeDoc(x *TypeBin) doc {
	var parts []doc
	if !isZero(x.M) {
		parts = append(parts, cat(text("_:"), typeDoc(x.M, ppMax)))
	}
	if !isZero(x.N) {
		parts = append(parts, cat(text("_:_*"), typeDoc(x.N, ppMax)))
	}
	return bracket("<<", items(parts), ">>")
}

func isZero(t Type) bool {
	l, ok := t.(*TypeLit)
	if !ok {
		return false
	}
	n, ok := l.Value.(*Integer)
	return ok && n.Value.Sign() == 0
}
