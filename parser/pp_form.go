package parser

import (
	"fmt"
	"strings"
)

// FormatForm prints a form as erl_pp:form/1 does.
func FormatForm(f Form) string { return DefaultFormat.Form(f) }

// Form prints a form.
func (f PrintFormat) Form(form Form) string {
	pr := &printer{PrintFormat: f}
	switch x := form.(type) {
	case *Function:
		return pr.function(x)
	case *Attribute:
		return formText(pr.attributeDoc(x))
	case *RecordDef:
		return formText(pr.recordDefDoc(x))
	case *TypeDef:
		return formText(pr.typeDefDoc(x))
	case *Spec:
		return formText(pr.specDoc(x))
	}
	return "\n"
}

func formText(d doc) string { return strings.Join(d.place(0), "\n") + ".\n" }

// attributeDoc is any attribute that has no node of its own.
func (pr *printer) attributeDoc(a *Attribute) doc {
	open := text("-" + pr.ppAtom(a.Name) + "(")
	switch a.Name {
	case "export", "export_type", "optional_callbacks":
		if d, ok := pr.nameArityDoc(a.Args); ok {
			return pr.cat(open, d, text(")"))
		}
	case "import":
		if len(a.Args) == 2 {
			if d, ok := pr.nameArityDoc(a.Args[1:]); ok {
				return pr.bracket(open.flat, []item{{pr.exprDoc(a.Args[0], 0), ","}, {d, ""}}, ")")
			}
		}
	}
	pr.attribute = true
	return pr.bracket("-"+pr.ppAtom(a.Name)+"(", items(pr.exprDocs(a.Args)), ")")
}

// nameArityDoc is a list [f/1,g/2], which has no blanks on one line.
func (pr *printer) nameArityDoc(args []Expr) (doc, bool) {
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
		names = append(names, pr.ppAtom(name)+"/"+arity)
		list = c.Tail
	}
	if _, ok := list.(*Nil); !ok {
		return doc{}, false
	}
	return pr.multi("["+strings.Join(names, ",")+"]", true, func(col int) []string {
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

func (pr *printer) recordDefDoc(d *RecordDef) doc {
	fields := make([]doc, len(d.Fields))
	for i, f := range d.Fields {
		switch {
		case f.Default == nil && f.Type == nil:
			fields[i] = pr.exprDoc(f.Name, 0)
		case f.Default == nil:
			fields[i] = pr.typedDoc(pr.exprDoc(f.Name, 0), f.Type)
		case f.Type == nil:
			fields[i] = pr.ppMatch(pr.exprDoc(f.Name, 0), "=", pr.exprDoc(f.Default, 0))
		default:
			fields[i] = pr.ppMatch(pr.exprDoc(f.Name, 0), "=", pr.typedDoc(pr.exprDoc(f.Default, 0), f.Type))
		}
	}
	return pr.cat(text("-record("+pr.ppAtom(d.Name)+","), pr.bracket("{", items(fields), "}"), text(")"))
}

// typedDoc is X :: Type.
func (pr *printer) typedDoc(x doc, t Type) doc { return pr.operandDoc(x, "::", pr.typeDoc(t, 0)) }

// operandDoc is a left side, a sign, and a right side that goes to a line of
// its own where both are too wide for one.
func (pr *printer) operandDoc(l doc, sign string, r doc) doc {
	if l.ok && pr.short(l, sign) {
		return pr.after(l.flat+" "+sign, r)
	}
	return pr.multi(l.flat+" "+sign+" "+r.flat, l.ok && r.ok, func(col int) []string {
		lines := l.place(col)
		lines[len(lines)-1] += " " + sign
		return below(lines, col+pr.Indent, r.place(col+pr.Indent))
	})
}

func (pr *printer) typeDefDoc(d *TypeDef) doc {
	params := make([]doc, len(d.Params))
	for i, p := range d.Params {
		params[i] = pr.exprDoc(p, 0)
	}
	kind := "-" + d.Kind + " "
	head := pr.bracket(kind+pr.ppAtom(d.Name)+"(", items(params), ")")
	t := pr.typeDoc(d.Type, 0)
	if head.ok && width(head.flat)-len(kind)+len(" :: ") <= pr.Indent {
		return pr.after(head.flat+" ::", t)
	}
	return pr.multi(head.flat+" :: "+t.flat, head.ok && t.ok, func(col int) []string {
		lines := head.place(col)
		lines[len(lines)-1] += " ::"
		return below(lines, len(kind)+pr.Indent, t.place(len(kind)+pr.Indent))
	})
}

func (pr *printer) specDoc(s *Spec) doc {
	head := "-" + s.Kind + " "
	if s.Module != "" {
		head += pr.ppAtom(s.Module) + ":"
	}
	head += pr.ppAtom(s.Name)
	at := width(head)
	return doc{layout: func(int) []string {
		lines := []string{head}
		for i, t := range s.Types {
			if i > 0 {
				lines[len(lines)-1] += ";"
				lines = append(lines, indent(at))
			}
			lines = join(lines, pr.signatureDoc(t).place(at))
		}
		return lines
	}}
}

// signatureDoc is (Args) -> Result with its constraints.
func (pr *printer) signatureDoc(t Type) doc {
	f, ok := t.(*FunType)
	if ok {
		return pr.arrowDoc(f)
	}
	b := t.(*BoundedFunType)
	sig := pr.arrowDoc(b.Fun)
	list := make([]doc, len(b.Constraints))
	for i, c := range b.Constraints {
		list[i] = pr.typedDoc(pr.typeDoc(c.Var, 0), c.Type)
	}
	when := pr.bracket("", items(list), "")
	return pr.multi(sig.flat+" when "+when.flat, sig.ok && when.ok, func(col int) []string {
		lines := sig.place(col)
		if when.ok && col+pr.Indent+len("when ")+width(when.flat) <= pr.Width {
			return below(lines, col+pr.Indent, []string{"when " + when.flat})
		}
		lines = below(lines, col+pr.Indent, []string{"when"})
		if when.ok && col+2*pr.Indent+width(when.flat) <= pr.Width {
			return below(lines, col+2*pr.Indent, []string{when.flat})
		}
		return below(lines, col+2*pr.Indent, stack(list, ",", col+2*pr.Indent))
	})
}

func (pr *printer) arrowDoc(f *FunType) doc {
	args := text("(...)")
	if !f.AnyArgs {
		args = pr.bracket("(", items(pr.typeDocs(f.Args)), ")")
	}
	r := pr.typeDoc(f.Result, 0)
	return pr.multi(args.flat+" -> "+r.flat, args.ok && r.ok, func(col int) []string {
		lines := args.place(col)
		lines[len(lines)-1] += " ->"
		return below(lines, col+pr.Indent, r.place(col+pr.Indent))
	})
}

func (pr *printer) typeDocs(ts []Type) []doc {
	ds := make([]doc, len(ts))
	for i, t := range ts {
		ds[i] = pr.typeDoc(t, 0)
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
func (pr *printer) typeDoc(t Type, prec int) doc {
	switch x := t.(type) {
	case *TypeAnno:
		return pr.paren(pr.typedDoc(pr.exprDoc(x.Var, 0), x.Type), ppAnnotation, prec)
	case *TypeLit:
		if a, ok := x.Value.(*Atom); ok && pr.QuoteAtomTypes {
			if name := pr.ppAtom(a.Name); name[0] != '\'' {
				return leaf("'" + name + "'")
			}
		}
		return pr.exprDoc(x.Value, prec)
	case *TypeVar:
		return leaf(x.Name)
	case *TypeOp:
		if x.Left == nil {
			op := x.Op
			if len(op) > 1 {
				op += " "
			}
			return pr.paren(pr.cat(text(op), pr.typeDoc(x.Right, ppPrefix+100)), ppPrefix, prec)
		}
		lp, own, rp := ppOperator(x.Op)
		l, r := pr.typeDoc(x.Left, lp), pr.typeDoc(x.Right, rp)
		return pr.paren(pr.multi(l.flat+" "+x.Op+" "+r.flat, l.ok && r.ok, func(col int) []string {
			lines := below(l.place(col), col, []string{x.Op})
			return below(lines, col, r.place(col))
		}), own, prec)
	case *TypeRemote:
		return pr.bracket(pr.ppAtom(x.Module.Name)+":"+pr.ppAtom(x.Name.Name)+"(", items(pr.typeDocs(x.Args)), ")")
	case *TypeMap:
		list := make([]doc, len(x.Pairs))
		for i, p := range x.Pairs {
			sign := "=>"
			if p.Exact {
				sign = ":="
			}
			list[i] = pr.operandDoc(pr.typeDoc(p.Key, 0), sign, pr.typeDoc(p.Value, 0))
		}
		return pr.bracket("#{", items(list), "}")
	case *TypeRecord:
		list := make([]doc, len(x.Fields))
		for i, f := range x.Fields {
			list[i] = pr.typedDoc(pr.exprDoc(f.Name, 0), f.Type)
		}
		return pr.bracket("#"+pr.ppAtom(x.Name.Name)+"{", items(list), "}")
	case *TypeBin:
		return pr.binTypeDoc(x)
	case *FunType:
		return pr.cat(text("fun("), pr.arrowDoc(x), text(")"))
	case *BoundedFunType:
		return pr.signatureDoc(x)
	case *TypeCall:
		return pr.typeCallDoc(x, prec)
	}
	return text(fmt.Sprint(t))
}

func (pr *printer) typeCallDoc(x *TypeCall, prec int) doc {
	if !x.User {
		switch {
		case x.Name == "union" && len(x.Args) > 0:
			list := make([]item, len(x.Args))
			for i, t := range x.Args {
				list[i] = item{pr.typeDoc(t, ppUnion), " |"}
			}
			return pr.paren(pr.bracket("", list, ""), ppUnion, prec)
		case x.Name == "range" && len(x.Args) == 2:
			return pr.cat(pr.typeDoc(x.Args[0], 0), text(".."), pr.typeDoc(x.Args[1], 0))
		case x.Name == "nil" && len(x.Args) == 0:
			return leaf("[]")
		case x.Name == "list" && len(x.Args) == 1:
			return pr.bracket("[", items(pr.typeDocs(x.Args)), "]")
		case x.Name == "nonempty_list" && len(x.Args) == 1:
			return pr.bracket("[", items(append(pr.typeDocs(x.Args), text("..."))), "]")
		case x.Name == "tuple" && !x.Any:
			return pr.bracket("{", items(pr.typeDocs(x.Args)), "}")
		}
	}
	name := pr.ppAtom(x.Name)
	if x.Name == "fun" && !x.User {
		name = "fun"
	}
	return pr.bracket(name+"(", items(pr.typeDocs(x.Args)), ")")
}

// binTypeDoc is <<_:M, _:_*N>> without the parts that are 0.
func (pr *printer) binTypeDoc(x *TypeBin) doc {
	var parts []doc
	if !isZero(x.M) {
		parts = append(parts, pr.cat(text("_:"), pr.typeDoc(x.M, ppMax)))
	}
	if !isZero(x.N) {
		parts = append(parts, pr.cat(text("_:_*"), pr.typeDoc(x.N, ppMax)))
	}
	return pr.bracket("<<", items(parts), ">>")
}

func isZero(t Type) bool {
	l, ok := t.(*TypeLit)
	if !ok {
		return false
	}
	n, ok := l.Value.(*Integer)
	return ok && n.Value.Sign() == 0
}
