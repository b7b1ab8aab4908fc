package parser

import "strings"

// ppBody lays expressions out below a line, each on one of its own.
func (pr *printer) ppBody(lines []string, es []Expr, col int) []string {
	return below(lines, col, stack(pr.exprDocs(es), ",", col))
}

// guardDoc is a guard without its when.
func (pr *printer) guardDoc(guard [][]Expr) doc {
	list := make([]item, len(guard))
	for i, g := range guard {
		list[i] = item{pr.bracket("", items(pr.exprDocs(g)), ""), ";"}
	}
	if len(list) == 1 {
		return list[0].doc
	}
	return pr.bracket("", list, "")
}

// ifGuardDoc is a guard of if, of which erl_pp leaves no blanks after semicolons.
func (pr *printer) ifGuardDoc(guard [][]Expr) doc {
	d := pr.guardDoc(guard)
	if len(guard) < 2 || !d.ok {
		return d
	}
	parts := make([]string, len(guard))
	for i, g := range guard {
		parts[i] = pr.guardDoc([][]Expr{g}).flat
	}
	return pr.multi(strings.Join(parts, ";"), true, d.layout)
}

// ppHead adds a guard and an arrow to a clause's head; a guard on lines of its
// own is indented from the column when.
func (pr *printer) ppHead(head doc, guard [][]Expr, col, when int) []string {
	lines := head.place(col)
	if guard != nil {
		g := pr.guardDoc(guard)
		if at := endCol(lines, col); g.ok && len(lines) == 1 && at+len(" when ")+width(g.flat) <= pr.Width {
			lines[len(lines)-1] += " when " + g.flat
		} else if g.ok && when+pr.Indent+len("when ")+width(g.flat) <= pr.Width {
			lines = below(lines, when+pr.Indent, []string{"when " + g.flat})
		} else {
			lines = below(lines, when+pr.Indent, []string{"when"})
			lines = below(lines, when+2*pr.Indent, g.place(when+2*pr.Indent))
		}
	}
	lines[len(lines)-1] += " ->"
	return lines
}

// ppClauses adds clauses below a line.
func (pr *printer) ppClauses(lines []string, cs []*Clause, col int, head func(*Clause) doc) []string {
	for i, c := range cs {
		guard := c.Guard
		var h doc
		if head == nil { // of if: the guard is the head
			h, guard = pr.ifGuardDoc(c.Guard), nil
		} else {
			h = head(c)
		}
		lines = below(lines, col, pr.ppHead(h, guard, col, col))
		lines = pr.ppBody(lines, c.Body, col+pr.Indent)
		if i < len(cs)-1 {
			lines[len(lines)-1] += ";"
		}
	}
	return lines
}

func (pr *printer) crHead(c *Clause) doc { return pr.exprDoc(c.Patterns[0], 0) }

// tryHead is Class:Reason:Stack, without the stack where it is not named.
func (pr *printer) tryHead(c *Clause) doc {
	t, ok := c.Patterns[0].(*Tuple)
	if !ok || len(t.Elems) != 3 {
		return pr.crHead(c)
	}
	ds := []doc{pr.exprDoc(t.Elems[0], 0), text(":"), pr.exprDoc(t.Elems[1], 0)}
	if v, ok := t.Elems[2].(*Var); !ok || v.Name != "_" {
		ds = append(ds, text(":"), pr.exprDoc(t.Elems[2], 0))
	}
	return pr.cat(ds...)
}

func (pr *printer) argsDoc(name string, c *Clause) doc {
	return pr.bracket(name+"(", items(pr.exprDocs(c.Patterns)), ")")
}

// header is a word, an expression and another word: on one line, or three.
func (pr *printer) header(word string, e doc, end string, col int) []string {
	if flat := word + " " + e.flat + " " + end; e.ok && col+width(flat) <= pr.Width {
		return []string{flat}
	}
	lines := below([]string{word}, col+pr.Indent, e.place(col+pr.Indent))
	return below(lines, col, []string{end})
}

// simple is a block of one short expression on one line.
func (pr *printer) simple(word string, body []Expr, layout func(col int) []string) doc {
	flat, ok := "", len(body) == 1
	if ok {
		d := pr.exprDoc(body[0], 0)
		flat, ok = word+" "+d.flat+" end", d.ok
	}
	return pr.multi(flat, ok, layout)
}

// controlDoc makes the piece of a control structure or a comprehension.
func (pr *printer) controlDoc(e Expr) doc {
	end := func(lines []string, col int) []string { return below(lines, col, []string{"end"}) }
	switch x := e.(type) {
	case *Fun:
		return doc{layout: func(col int) []string { return pr.funLines(x, col) }}
	case *Block:
		return pr.simple("begin", x.Body, func(col int) []string {
			return end(pr.ppBody([]string{"begin"}, x.Body, col+pr.Indent), col)
		})
	case *If:
		return doc{layout: func(col int) []string {
			return end(pr.ppClauses([]string{"if"}, x.Clauses, col+pr.Indent, nil), col)
		}}
	case *Case:
		value := pr.exprDoc(x.Value, 0)
		return doc{layout: func(col int) []string {
			return end(pr.ppClauses(pr.header("case", value, "of", col), x.Clauses, col+pr.Indent, pr.crHead), col)
		}}
	case *Receive:
		return pr.receiveDoc(x)
	case *Try:
		layout := func(col int) []string { return end(pr.tryLines(x, col), col) }
		if len(x.Body) == 1 && len(x.After) == 1 && x.Of == nil && x.Catches == nil {
			body, last := pr.exprDoc(x.Body[0], 0), pr.exprDoc(x.After[0], 0)
			return pr.multi("try "+body.flat+" after "+last.flat+" end", body.ok && last.ok, layout)
		}
		return doc{layout: layout}
	case *Maybe:
		layout := func(col int) []string {
			lines := pr.ppBody([]string{"maybe"}, x.Body, col+pr.Indent)
			if x.Else != nil {
				lines = pr.ppClauses(below(lines, col, []string{"else"}), x.Else, col+pr.Indent, pr.crHead)
			}
			return end(lines, col)
		}
		if x.Else != nil {
			return doc{layout: layout}
		}
		return pr.simple("maybe", x.Body, layout)
	case *Comp:
		return doc{layout: func(col int) []string { return pr.compLines(x, col) }}
	}
	return text("")
}

func (pr *printer) funLines(x *Fun, col int) []string {
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
		head := pr.ppHead(pr.argsDoc(name, c), c.Guard, at, when)
		if i == 0 {
			lines = join([]string{first}, head)
		} else {
			lines[len(lines)-1] += ";"
			lines = below(lines, at, head)
		}
		lines = pr.ppBody(lines, c.Body, at+pr.Indent)
	}
	return below(lines, col, []string{"end"})
}

func (pr *printer) receiveDoc(x *Receive) doc {
	flat, ok := "", false
	var body doc
	if x.After != nil {
		t := pr.exprDoc(x.After, 0)
		body = pr.exprDoc(x.AfterBody[0], 0)
		ok = len(x.AfterBody) == 1 && t.ok && body.ok
		flat = t.flat + " -> " + body.flat
	}
	layout := func(col int) []string {
		lines := pr.ppClauses([]string{"receive"}, x.Clauses, col+pr.Indent, pr.crHead)
		if x.After != nil {
			lines = below(lines, col, []string{"after"})
			if ok && col+pr.Indent+width(flat) <= pr.Width {
				lines = below(lines, col+pr.Indent, []string{flat})
			} else {
				lines = below(lines, col+pr.Indent, pr.ppHead(pr.exprDoc(x.After, 0), nil, col+pr.Indent, col+pr.Indent))
				lines = pr.ppBody(lines, x.AfterBody, col+2*pr.Indent)
			}
		}
		return below(lines, col, []string{"end"})
	}
	return pr.multi("receive after "+flat+" end", ok && len(x.Clauses) == 0, layout)
}

func (pr *printer) tryLines(x *Try, col int) []string {
	var lines []string
	if x.Of != nil {
		if len(x.Body) == 1 {
			lines = pr.header("try", pr.exprDoc(x.Body[0], 0), "of", col)
		} else {
			lines = below(pr.ppBody([]string{"try"}, x.Body, col+pr.Indent), col, []string{"of"})
		}
		lines = pr.ppClauses(lines, x.Of, col+pr.Indent, pr.crHead)
	} else {
		lines = pr.ppBody([]string{"try"}, x.Body, col+pr.Indent)
	}
	if x.Catches != nil {
		lines = pr.ppClauses(below(lines, col, []string{"catch"}), x.Catches, col+pr.Indent, pr.tryHead)
	}
	if x.After != nil {
		lines = pr.ppBody(below(lines, col, []string{"after"}), x.After, col+pr.Indent)
	}
	return lines
}

// compLines prints a comprehension, which erl_pp never leaves on one line.
func (pr *printer) compLines(x *Comp, col int) []string {
	opening, closing := "[", "]"
	switch x.Kind {
	case BinKind:
		opening, closing = "<<", ">>"
	case MapKind:
		opening, closing = "#{", "}"
	}
	at := col + len(opening)
	templates := append([]Expr{x.Template}, x.More...)
	lines := below([]string{opening + " "}, at, stack(pr.exprDocs(templates), ",", at))
	lines[len(lines)-1] += " ||"
	lines = pr.ppBody(lines, x.Qualifiers, at+pr.Indent)
	return below(lines, col, []string{closing})
}

// FormatFunction prints a function as erl_pp:form/1 does.
func FormatFunction(f *Function) string { return DefaultFormat.Form(f) }

func (pr *printer) function(f *Function) string {
	var lines []string
	for i, c := range f.Clauses {
		head := pr.ppHead(pr.argsDoc(pr.ppAtom(f.Name), c), c.Guard, 0, 0)
		if i > 0 {
			lines[len(lines)-1] += ";"
		}
		lines = append(lines, head...)
		lines = pr.ppBody(lines, c.Body, pr.Indent)
	}
	return strings.Join(lines, "\n") + ".\n"
}
