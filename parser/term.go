package parser

import "strings"

// ParseTerm parses one term, which a dot must end, as erl_parse:parse_term/1
// does: an expression that is made of literals only.
func ParseTerm(toks []Token) (Expr, *Error) {
	es, err := ParseExprs(toks)
	if err != nil {
		return nil, err
	}
	if len(es) > 1 {
		return nil, plainError(firstPos(es[1]), "bad term")
	}
	if !isMapTerm(es[0]) {
		return nil, plainError(firstPos(es[0]), "bad term")
	}
	return es[0], nil
}

// termDesc is the term that an expression of literals denotes, in the shapes
// of an Error's Desc.
func termDesc(e Expr) any {
	switch x := e.(type) {
	case *Atom:
		return x.Name
	case *Integer:
		return x.Value
	case *Float:
		return x.Value
	case *Char:
		return x.Value
	case *String:
		return Chars(string(x.Value))
	case *Cons:
		list := DescList{termDesc(x.Head)}
		for next, ok := x.Tail.(*Cons); ok; next, ok = next.Tail.(*Cons) {
			list = append(list, termDesc(next.Head))
		}
		return list
	case *Nil:
		return DescList{}
	case *Tuple:
		t := make([]any, len(x.Elems))
		for i, el := range x.Elems {
			t[i] = termDesc(el)
		}
		return t
	}
	return e
}

// formatTerm writes the term that an expression of literals denotes on one
// line, as ~tp does.
func formatTerm(e Expr) string {
	list := func(es []Expr) string {
		parts := make([]string, len(es))
		for i, el := range es {
			parts[i] = formatTerm(el)
		}
		return strings.Join(parts, ",")
	}
	switch x := e.(type) {
	case *Atom:
		return QuoteAtom(x.Name)
	case *Integer:
		return x.Value.String()
	case *Float:
		return FormatFloat(x.Value)
	case *Char:
		return itoa(int(x.Value))
	case *String:
		return QuoteString(x.Value)
	case *Nil:
		return "[]"
	case *Cons:
		var b strings.Builder
		b.WriteString("[" + formatTerm(x.Head))
		for {
			next, ok := x.Tail.(*Cons)
			if !ok {
				break
			}
			b.WriteString("," + formatTerm(next.Head))
			x = next
		}
		if _, ok := x.Tail.(*Nil); !ok {
			b.WriteString("|" + formatTerm(x.Tail))
		}
		return b.String() + "]"
	case *Tuple:
		return "{" + list(x.Elems) + "}"
	case *Map:
		parts := make([]string, len(x.Pairs))
		for i, p := range x.Pairs {
			parts[i] = formatTerm(p.Key) + " => " + formatTerm(p.Value)
		}
		return "#{" + strings.Join(parts, ",") + "}"
	}
	return FormatExpr(e)
}
