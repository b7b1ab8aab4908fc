package parser

import "strings"

// ppBody lays expressions out below a line, each on one of its own.
func ppBody(lines []string, es []Expr, col int) []string {
	return below(lines, col, stack(exprDocs(es), ",", col))
}

// guardDoc is a guard without its when.
func guardDoc(guard [][]Expr) doc {
	list := make([]item, len(guard))
	for i, g := range guard {
		list[i] = item{bracket("", items(exprDocs(g)), ""), ";"}
	}
	if len(list) == 1 {
		return list[0].doc
	}
	return bracket("", list, "")
}

// ifGuardDoc is a guard of if, of which erl_pp leaves no blanks after semicolons.
func ifGuardDoc(guard [][]Expr) doc {
	d := guardDoc(guard)
	if len(guard) < 2 || !d.ok {
		return d
	}
	parts := make([]string, len(guard))
	for i, g := range guard {
		parts[i] = guardDoc([][]Expr{g}).flat
	}
	return multi(strings.Join(parts, ";"), true, d.layout)
}

// ppHead adds a guard and an arrow to a clause's head; a guard on lines of its
// own is indented from the column when.
func ppHead(head doc, guard [][]Expr, col, when int) []string {
	lines := head.place(col)
	if guard != nil {
		g := guardDoc(guard)
		if at := endCol(lines, col); g.ok && len(lines) == 1 && at+len(" when ")+width(g.flat) <= lineWidth {
			lines[len(lines)-1] += " when " + g.flat
		} else if g.ok && when+4+len("when ")+width(g.flat) <= lineWidth {
			lines = below(lines, when+4, []string{"when " + g.flat})
		} else {
			lines = below(lines, when+4, []string{"when"})
			lines = below(lines, when+8, g.place(when+8))
		}
	}
	lines[len(lines)-1] += " ->"
	return lines
}

// ppClauses adds clauses below a line.
func ppClauses(lines []string, cs []*Clause, col int, head func(*Clause) doc) []string {
	for i, c := range cs {
		guard := c.Guard
		var h doc
		if head == nil { // of if: the guard is the head
			h, guard = ifGuardDoc(c.Guard), nil
		} else {
			h = head(c)
		}
		lines = below(lines, col, ppHead(h, guard, col, col))
		lines = ppBody(lines, c.Body, col+4)
		if i < len(cs)-1 {
			lines[len(lines)-1] += ";"
		}
	}
	return lines
}

func crHead(c *Clause) doc { return exprDoc(c.Patterns[0], 0) }

// tryHead is Class:Reason:Stack, without the stack where it is not named.
func tryHead(c *Clause) doc {
	t, ok := c.Patterns[0].(*Tuple)
	if !ok || len(t.Elems) != 3 {
		return crHead(c)
	}
	ds := []doc{exprDoc(t.Elems[0], 0), text(":"), exprDoc(t.Elems[1], 0)}
	if v, ok := t.Elems[2].(*Var); !ok || v.Name != "_" {
		ds = append(ds, text(":"), exprDoc(t.Elems[2], 0))
	}
	return cat(ds...)
}

func argsDoc(name string, c *Clause) doc {
	return bracket(name+"(", items(exprDocs(c.Patterns)), ")")
}

// header is a word, an expression and another word: on one line, or three.
func header(word string, e doc, end string, col int) []string {
	if flat := word + " " + e.flat + " " + end; e.ok && col+width(flat) <= lineWidth {
		return []string{flat}
	}
	lines := below([]string{word}, col+4, e.place(col+4))
	return below(lines, col, []string{end})
}

// simple is a block of one short expression on one line.
func simple(word string, body []Expr, layout func(col int) []string) doc {
	flat, ok := "", len(body) == 1
	if ok {
		d := exprDoc(body[0], 0)
		flat, ok = word+" "+d.flat+" end", d.ok
	}
	return multi(flat, ok, layout)
}

// controlDoc makes the piece of a control structure or a comprehension.
func controlDoc(e Expr) doc {
	end := func(lines []string, col int) []string { return below(lines, col, []string{"end"}) }
	switch x := e.(type) {
	case *Fun:
		return doc{layout: func(col int) []string { return funLines(x, col) }}
	case *Block:
		return simple("begin", x.Body, func(col int) []string {
			return end(ppBody([]string{"begin"}, x.Body, col+4), col)
		})
	case *If:
		return doc{layout: func(col int) []string {
			return end(ppClauses([]string{"if"}, x.Clauses, col+4, nil), col)
		}}
	case *Case:
		value := exprDoc(x.Value, 0)
		return doc{layout: func(col int) []string {
			return end(ppClauses(header("case", value, "of", col), x.Clauses, col+4, crHead), col)
		}}
	case *Receive:
		return receiveDoc(x)
	case *Try:
		layout := func(col int) []string { return end(tryLines(x, col), col) }
		if len(x.Body) == 1 && len(x.After) == 1 && x.Of == nil && x.Catches == nil {
			body, last := exprDoc(x.Body[0], 0), exprDoc(x.After[0], 0)
			return multi("try "+body.flat+" after "+last.flat+" end", body.ok && last.ok, layout)
		}
		return doc{layout: layout}
	case *Maybe:
		layout := func(col int) []string {
			lines := ppBody([]string{"maybe"}, x.Body, col+4)
			if x.Else != nil {
				lines = ppClauses(below(lines, col, []string{"else"}), x.Else, col+4, crHead)
			}
			return end(lines, col)
		}
		if x.Else != nil {
			return doc{layout: layout}
		}
		return simple("maybe", x.Body, layout)
	case *Comp:
		return doc{layout: func(col int) []string { return compLines(x, col) }}
	}
	return text("")
}

func funLines(x *Fun, col int) []string {
	name, first := "", "fun"
	at := col + len(first)
	when := at
	if x.Name != "" {
		name, first = x.Name, "fun "
		at++
		when = at + len(name)
	}
	var lines []string
	for i, c := range x.Clauses {
		head := ppHead(argsDoc(name, c), c.Guard, at, when)
		if i == 0 {
			lines = join([]string{first}, head)
		} else {
			lines[len(lines)-1] += ";"
			lines = below(lines, at, head)
		}
		lines = ppBody(lines, c.Body, at+4)
	}
	return below(lines, col, []string{"end"})
}

func receiveDoc(x *Receive) doc {
	flat, ok := "", false
	var body doc
	if x.After != nil {
		t := exprDoc(x.After, 0)
		body = exprDoc(x.AfterBody[0], 0)
		ok = len(x.AfterBody) == 1 && t.ok && body.ok
		flat = t.flat + " -> " + body.flat
	}
	layout := func(col int) []string {
		lines := ppClauses([]string{"receive"}, x.Clauses, col+4, crHead)
		if x.After != nil {
			lines = below(lines, col, []string{"after"})
			if ok && col+4+width(flat) <= lineWidth {
				lines = below(lines, col+4, []string{flat})
			} else {
				lines = below(lines, col+4, ppHead(exprDoc(x.After, 0), nil, col+4, col+4))
				lines = ppBody(lines, x.AfterBody, col+8)
			}
		}
		return below(lines, col, []string{"end"})
	}
	return multi("receive after "+flat+" end", ok && len(x.Clauses) == 0, layout)
}

func tryLines(x *Try, col int) []string {
	var lines []string
	if x.Of != nil {
		if len(x.Body) == 1 {
			lines = header("try", exprDoc(x.Body[0], 0), "of", col)
		} else {
			lines = below(ppBody([]string{"try"}, x.Body, col+4), col, []string{"of"})
		}
		lines = ppClauses(lines, x.Of, col+4, crHead)
	} else {
		lines = ppBody([]string{"try"}, x.Body, col+4)
	}
	if x.Catches != nil {
		lines = ppClauses(below(lines, col, []string{"catch"}), x.Catches, col+4, tryHead)
	}
	if x.After != nil {
		lines = ppBody(below(lines, col, []string{"after"}), x.After, col+4)
	}
	return lines
}

// compLines prints a comprehension, which erl_pp never leaves on one line.
func compLines(x *Comp, col int) []string {
	opening, closing := "[", "]"
	switch x.Kind {
	case BinKind:
		opening, closing = "<<", ">>"
	case MapKind:
		opening, closing = "#{", "}"
	}
	at := col + len(opening)
	templates := append([]Expr{x.Template}, x.More...)
	lines := below([]string{opening + " "}, at, stack(exprDocs(templates), ",", at))
	lines[len(lines)-1] += " ||"
	lines = ppBody(lines, x.Qualifiers, at+4)
	return below(lines, col, []string{closing})
}

// FormatFunction prints a function as erl_pp:form/1 does.
func FormatFunction(f *Function) string {
	var lines []string
	for i, c := range f.Clauses {
		head := ppHead(argsDoc(ppAtom(f.Name), c), c.Guard, 0, 0)
		if i > 0 {
			lines[len(lines)-1] += ";"
		}
		lines = append(lines, head...)
		lines = ppBody(lines, c.Body, 4)
	}
	return strings.Join(lines, "\n") + ".\n"
}
