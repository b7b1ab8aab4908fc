package parser

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// The functions here write values as ~tw writes the terms they stand for, to
// compare them with what erl says.

func charList(chars []rune) string {
	parts := make([]string, len(chars))
	for i, r := range chars {
		parts[i] = strconv.Itoa(int(r))
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func dumpDesc(desc any) string {
	switch d := desc.(type) {
	case string:
		return QuoteAtom(d)
	case Chars:
		return charList([]rune(string(d)))
	case []any:
		parts := make([]string, len(d))
		for i, e := range d {
			parts[i] = dumpDesc(e)
		}
		return "{" + strings.Join(parts, ",") + "}"
	case DescList:
		parts := make([]string, len(d))
		for i, e := range d {
			parts[i] = dumpDesc(e)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case DescChars:
		parts := make([]string, len(d))
		for i, e := range d {
			if c, ok := e.(Chars); ok {
				parts[i] = strings.Trim(charList([]rune(string(c))), "[]")
			} else {
				parts[i] = charList([]rune(fmt.Sprint(e)))
			}
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *big.Int:
		return d.String()
	}
	return fmt.Sprint(desc)
}

func dumpPos(p Pos) string {
	if p.Col == 0 {
		return strconv.Itoa(int(p.Line))
	}
	return fmt.Sprintf("{%d,%d}", p.Line, p.Col)
}

func dumpError(e *Error) string {
	return fmt.Sprintf("error %s %s %s | %s", dumpPos(e.Pos), e.Module, dumpDesc(e.Desc), strings.ReplaceAll(e.Text, "\n", " "))
}

func dumpToken(t Token) string {
	anno := dumpPos(t.Pos)
	if t.Text != "" {
		anno = "[{text," + charList([]rune(t.Text)) + "},{location," + anno + "}]"
	}
	if !t.HasSymbol() {
		return "{" + QuoteAtom(t.Category()) + "," + anno + "}"
	}
	var sym string
	switch t.Kind {
	case KindInteger:
		sym = t.Int().String()
	case KindFloat:
		sym = FormatFloat(t.Float())
	case KindChar:
		sym = strconv.Itoa(int(t.Char()))
	case KindString, KindSigilSuffix, KindWhiteSpace, KindComment:
		sym = charList(t.Chars())
	default:
		sym = QuoteAtom(t.Value)
	}
	return "{" + t.Category() + "," + anno + "," + sym + "}"
}

func dumpScan(toks []Token, end Pos, err *Error) string {
	if err != nil {
		return dumpError(err)
	}
	parts := make([]string, len(toks))
	for i, t := range toks {
		parts[i] = dumpToken(t)
	}
	return "{ok,[" + strings.Join(parts, ",") + "]," + dumpPos(end) + "}"
}

func dumpList[T any](xs []T, f func(T) string) string {
	parts := make([]string, len(xs))
	for i, x := range xs {
		parts[i] = f(x)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

func dumpExprs(es []Expr) string { return dumpList(es, dumpExpr) }

func dumpClause(c *Clause) string {
	return "{clause," + dumpPos(c.Pos) + "," + dumpExprs(c.Patterns) + "," + dumpList(c.Guard, dumpExprs) + "," + dumpExprs(c.Body) + "}"
}

func dumpClauses(cs []*Clause) string { return dumpList(cs, dumpClause) }

func dumpPair(p *MapPair) string {
	name := "map_field_assoc"
	if p.Exact {
		name = "map_field_exact"
	}
	return "{" + name + "," + dumpPos(p.Pos) + "," + dumpExpr(p.Key) + "," + dumpExpr(p.Value) + "}"
}

func dumpFields(fs []*RecordField) string {
	return dumpList(fs, func(f *RecordField) string {
		return "{record_field," + dumpPos(f.Pos) + "," + dumpExpr(f.Name) + "," + dumpExpr(f.Value) + "}"
	})
}

func dumpBinElem(e *BinElem) string {
	size, types := "default", "default"
	if e.Size != nil {
		size = dumpExpr(e.Size)
	}
	if e.Types != nil {
		types = dumpList(e.Types, func(t BinType) string {
			if t.HasUnit {
				return "{" + QuoteAtom(t.Name) + "," + strconv.Itoa(t.Unit) + "}"
			}
			return QuoteAtom(t.Name)
		})
	}
	return "{bin_element," + dumpPos(e.Pos) + "," + dumpExpr(e.Value) + "," + size + "," + types + "}"
}

// dumpExpr writes an expression in the abstract format.
func dumpExpr(e Expr) string {
	tup := func(name string, parts ...string) string {
		return "{" + strings.Join(append([]string{name, dumpPos(e.Position().Pos)}, parts...), ",") + "}"
	}
	switch x := e.(type) {
	case *Atom:
		return tup("atom", QuoteAtom(x.Name))
	case *Var:
		return tup("var", quoteAlways(x.Name))
	case *Integer:
		return tup("integer", x.Value.String())
	case *Float:
		return tup("float", FormatFloat(x.Value))
	case *Char:
		return tup("char", strconv.Itoa(int(x.Value)))
	case *String:
		return tup("string", charList(x.Value))
	case *Nil:
		return tup("nil")
	case *Cons:
		return tup("cons", dumpExpr(x.Head), dumpExpr(x.Tail))
	case *Tuple:
		return tup("tuple", dumpExprs(x.Elems))
	case *Map:
		if x.Base != nil {
			return tup("map", dumpExpr(x.Base), dumpList(x.Pairs, dumpPair))
		}
		return tup("map", dumpList(x.Pairs, dumpPair))
	case *MapPair:
		return dumpPair(x)
	case *Record:
		if x.Base != nil {
			return tup("record", dumpExpr(x.Base), QuoteAtom(x.Name), dumpFields(x.Fields))
		}
		return tup("record", QuoteAtom(x.Name), dumpFields(x.Fields))
	case *RecordIndex:
		return tup("record_index", QuoteAtom(x.Name), dumpExpr(x.Field))
	case *RecordAccess:
		return tup("record_field", dumpExpr(x.Base), QuoteAtom(x.Name), dumpExpr(x.Field))
	case *Bin:
		return tup("bin", dumpList(x.Elems, dumpBinElem))
	case *BinOp:
		return tup("op", QuoteAtom(x.Op), dumpExpr(x.Left), dumpExpr(x.Right))
	case *UnOp:
		return tup("op", QuoteAtom(x.Op), dumpExpr(x.Arg))
	case *Match:
		return tup("match", dumpExpr(x.Pattern), dumpExpr(x.Value))
	case *MaybeMatch:
		return tup("maybe_match", dumpExpr(x.Pattern), dumpExpr(x.Value))
	case *Catch:
		return tup("'catch'", dumpExpr(x.Value))
	case *Remote:
		return tup("remote", dumpExpr(x.Module), dumpExpr(x.Name))
	case *Call:
		return tup("call", dumpExpr(x.Fun), dumpExprs(x.Args))
	case *FunRef:
		return tup("'fun'", "{function,"+QuoteAtom(x.Name)+","+strconv.Itoa(x.Arity)+"}")
	case *FunRemote:
		return tup("'fun'", "{function,"+dumpExpr(x.Module)+","+dumpExpr(x.Name)+","+dumpExpr(x.Arity)+"}")
	case *Fun:
		if x.Name != "" {
			return tup("named_fun", quoteAlways(x.Name), dumpClauses(x.Clauses))
		}
		return tup("'fun'", "{clauses,"+dumpClauses(x.Clauses)+"}")
	case *Block:
		return tup("block", dumpExprs(x.Body))
	case *If:
		return tup("'if'", dumpClauses(x.Clauses))
	case *Case:
		return tup("'case'", dumpExpr(x.Value), dumpClauses(x.Clauses))
	case *Receive:
		if x.After != nil {
			return tup("'receive'", dumpClauses(x.Clauses), dumpExpr(x.After), dumpExprs(x.AfterBody))
		}
		return tup("'receive'", dumpClauses(x.Clauses))
	case *Try:
		return tup("'try'", dumpExprs(x.Body), dumpClauses(x.Of), dumpClauses(x.Catches), dumpExprs(x.After))
	case *Maybe:
		if x.Else != nil {
			return tup("'maybe'", dumpExprs(x.Body), "{'else',"+dumpPos(x.ElseAnno.Pos)+","+dumpClauses(x.Else)+"}")
		}
		return tup("'maybe'", dumpExprs(x.Body))
	case *Comp:
		template := dumpExpr(x.Template)
		if x.More != nil {
			template = dumpExprs(append([]Expr{x.Template}, x.More...))
		}
		return tup([]string{"lc", "bc", "mc"}[x.Kind], template, dumpExprs(x.Qualifiers))
	case *Generator:
		if x.Pattern == nil {
			return dumpExpr(x.Source)
		}
		name := []string{"generate", "b_generate", "m_generate"}[x.Kind]
		if x.Strict {
			name += "_strict"
		}
		return tup(name, dumpExpr(x.Pattern), dumpExpr(x.Source))
	case *Zip:
		return tup("zip", dumpList(x.Generators, func(g *Generator) string { return dumpExpr(g) }))
	}
	return fmt.Sprintf("?%T", e)
}

func dumpTypes(ts []Type) string { return dumpList(ts, dumpType) }

// dumpType writes a type in the abstract format.
func dumpType(t Type) string {
	pos := dumpPos(t.Position().Pos)
	tup := func(name string, parts ...string) string {
		return "{" + strings.Join(append([]string{name, pos}, parts...), ",") + "}"
	}
	switch x := t.(type) {
	case *TypeAnno:
		return tup("ann_type", "["+dumpExpr(x.Var)+","+dumpType(x.Type)+"]")
	case *TypeLit:
		return dumpExpr(x.Value)
	case *TypeOp:
		if x.Left == nil {
			return tup("op", QuoteAtom(x.Op), dumpType(x.Right))
		}
		return tup("op", QuoteAtom(x.Op), dumpType(x.Left), dumpType(x.Right))
	case *TypeVar:
		return tup("var", quoteAlways(x.Name))
	case *TypeCall:
		name := "type"
		if x.User {
			name = "user_type"
		}
		args := dumpTypes(x.Args)
		if x.Any {
			args = "any"
		}
		return tup(name, QuoteAtom(x.Name), args)
	case *TypeRemote:
		return tup("remote_type", "["+dumpExpr(x.Module)+","+dumpExpr(x.Name)+","+dumpTypes(x.Args)+"]")
	case *TypeMap:
		return tup("type", "map", dumpList(x.Pairs, func(p *TypeMapPair) string {
			name := "map_field_assoc"
			if p.Exact {
				name = "map_field_exact"
			}
			return "{type," + dumpPos(p.Pos) + "," + name + "," + dumpTypes([]Type{p.Key, p.Value}) + "}"
		}))
	case *TypeRecord:
		parts := []string{dumpExpr(x.Name)}
		for _, f := range x.Fields {
			parts = append(parts, "{type,"+dumpPos(f.Pos)+",field_type,["+dumpExpr(f.Name)+","+dumpType(f.Type)+"]}")
		}
		return tup("type", "record", "["+strings.Join(parts, ",")+"]")
	case *TypeBin:
		return tup("type", "binary", dumpTypes([]Type{x.M, x.N}))
	case *FunType:
		args := "{type," + dumpPos(x.ArgsAnno.Pos) + ",product," + dumpTypes(x.Args) + "}"
		if x.AnyArgs {
			args = "{type," + dumpPos(x.ArgsAnno.Pos) + ",any}"
		}
		return tup("type", "'fun'", "["+args+","+dumpType(x.Result)+"]")
	case *BoundedFunType:
		return tup("type", "bounded_fun", "["+dumpType(x.Fun)+","+dumpList(x.Constraints, func(c *Constraint) string {
			p := dumpPos(c.Pos)
			return "{type," + p + ",constraint,[{atom," + p + ",is_subtype}," + dumpTypes([]Type{c.Var, c.Type}) + "]}"
		})+"]")
	}
	return fmt.Sprintf("?%T", t)
}

// dumpTerm writes the term that the argument of an attribute denotes.
func dumpTerm(e Expr) string {
	terms := func(es []Expr) string { return dumpList(es, dumpTerm) }
	switch x := e.(type) {
	case *Atom:
		return QuoteAtom(x.Name)
	case *Integer:
		return x.Value.String()
	case *Float:
		return FormatFloat(x.Value)
	case *Char:
		return strconv.Itoa(int(x.Value))
	case *String:
		return charList(x.Value)
	case *Nil:
		return "[]"
	case *Cons:
		s := "[" + dumpTerm(x.Head)
		for {
			next, ok := x.Tail.(*Cons)
			if !ok {
				break
			}
			s += "," + dumpTerm(next.Head)
			x = next
		}
		if _, ok := x.Tail.(*Nil); !ok {
			s += "|" + dumpTerm(x.Tail)
		}
		return s + "]"
	case *Tuple:
		return "{" + strings.TrimSuffix(strings.TrimPrefix(terms(x.Elems), "["), "]") + "}"
	case *Map:
		s := "#{"
		for i, p := range x.Pairs {
			if i > 0 {
				s += ","
			}
			s += dumpTerm(p.Key) + " => " + dumpTerm(p.Value)
		}
		return s + "}"
	case *BinOp:
		return "{" + dumpTerm(x.Left) + "," + dumpTerm(x.Right) + "}"
	case *UnOp:
		return strings.TrimPrefix(x.Op, "+") + dumpTerm(x.Arg)
	case *FunRemote:
		return "fun " + dumpTerm(x.Module) + ":" + dumpTerm(x.Name) + "/" + dumpTerm(x.Arity)
	case *Bin:
		s := ""
		for _, el := range x.Elems {
			s += strings.Trim(dumpTerm(el.Value), "[]") + ","
		}
		return "<<" + strings.TrimSuffix(s, ",") + ">>"
	}
	return fmt.Sprintf("?%T", e)
}

func dumpForm(f Form) string {
	pos := dumpPos(f.Position().Pos)
	switch x := f.(type) {
	case *Function:
		return "{function," + pos + "," + QuoteAtom(x.Name) + "," + strconv.Itoa(x.Arity) + "," + dumpClauses(x.Clauses) + "}"
	case *Attribute:
		if x.Generated {
			pos = "[{generated,true},{location," + pos + "}]"
		}
		value := dumpTerm(x.Args[0])
		if len(x.Args) > 1 {
			value = "{" + strings.TrimSuffix(strings.TrimPrefix(dumpList(x.Args, dumpTerm), "["), "]") + "}"
		}
		return "{attribute," + pos + "," + QuoteAtom(x.Name) + "," + value + "}"
	case *RecordDef:
		return "{attribute," + pos + ",record,{" + QuoteAtom(x.Name) + "," + dumpList(x.Fields, func(f *FieldDef) string {
			s := "{record_field," + dumpPos(f.Pos) + "," + dumpExpr(f.Name)
			if f.Default != nil {
				s += "," + dumpExpr(f.Default)
			}
			s += "}"
			if f.Type != nil {
				s = "{typed_record_field," + s + "," + dumpType(f.Type) + "}"
			}
			return s
		}) + "}}"
	case *TypeDef:
		return "{attribute," + pos + "," + x.Kind + ",{" + QuoteAtom(x.Name) + "," + dumpType(x.Type) + "," +
			dumpList(x.Params, func(v *Var) string { return dumpExpr(v) }) + "}}"
	case *Spec:
		name := QuoteAtom(x.Name) + "," + strconv.Itoa(x.Arity)
		if x.Module != "" {
			name = QuoteAtom(x.Module) + "," + name
		}
		return "{attribute," + pos + "," + x.Kind + ",{{" + name + "}," + dumpTypes(x.Types) + "}}"
	}
	if _, ok := f.(*EOF); ok {
		return "{eof," + pos + "}"
	}
	return fmt.Sprintf("?%T", f)
}
