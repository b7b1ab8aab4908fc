package parser

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// lineWidth is the longest line that erl_pp makes where it can break it.
const lineWidth = 72

// doc is a piece of printed source: on one line where it may stand so and is
// short enough, otherwise laid out over several from a column on. The first
// line of a layout has no indentation, the others have theirs.
type doc struct {
	flat   string
	ok     bool
	layout func(col int) []string
	// leaf marks an atom, a variable, a number or []: several of them may share
	// a line of a list that is broken.
	leaf bool
}

func width(s string) int { return utf8.RuneCountInString(s) }

func text(s string) doc {
	return doc{flat: s, ok: true, layout: func(int) []string { return []string{s} }}
}

func leaf(s string) doc {
	d := text(s)
	d.leaf = true
	return d
}

// place lays a piece out at a column. What follows it on the line counts for
// nothing, as in erl_pp.
func (d doc) place(col int) []string {
	if d.ok && col+width(d.flat) <= lineWidth {
		return []string{d.flat}
	}
	return d.layout(col)
}

// multi makes a piece that is flat if its flat form is given and short.
func multi(flat string, ok bool, layout func(col int) []string) doc {
	if ok && width(flat) > lineWidth {
		flat, ok = "", false
	}
	if !ok {
		flat = ""
	}
	return doc{flat: flat, ok: ok, layout: layout}
}

// endCol is the column after the last line of a layout that began at col.
func endCol(lines []string, col int) int {
	last := width(lines[len(lines)-1])
	if len(lines) == 1 {
		return col + last
	}
	return last
}

// join appends the layout b, which begins where a ends.
func join(a, b []string) []string {
	out := append(a[:len(a):len(a)], b[1:]...)
	out[len(a)-1] += b[0]
	return out
}

func indent(col int) string { return strings.Repeat(" ", col) }

// below appends the layout b on a line of its own at a column.
func below(a []string, col int, b []string) []string {
	out := append(a, indent(col)+b[0])
	return append(out, b[1:]...)
}

// cat puts pieces side by side.
func cat(ds ...doc) doc {
	flat, ok := "", true
	for _, d := range ds {
		if ok = ok && d.ok; !ok {
			break
		}
		flat += d.flat
	}
	return multi(flat, ok, func(col int) []string {
		lines := []string{""}
		for _, d := range ds {
			at := endCol(lines, col)
			lines = join(lines, d.place(at))
		}
		return lines
	})
}

// item is a piece of a bracketed list and what stands before the next.
type item struct {
	doc doc
	sep string
}

func items(ds []doc) []item {
	out := make([]item, len(ds))
	for i, d := range ds {
		out[i] = item{d, ","}
	}
	return out
}

// bracket puts pieces into brackets, on one line or several: then as many
// leaves on a line as there is room for, and everything else on its own.
func bracket(opening string, list []item, closing string) doc {
	flat, ok := opening, true
	for i, it := range list {
		if ok = ok && it.doc.ok && len(flat) < 4*lineWidth; !ok {
			break
		}
		flat += it.doc.flat
		if i < len(list)-1 {
			flat += it.sep + " "
		}
	}
	return multi(flat+closing, ok, func(col int) []string {
		lines := []string{opening}
		inner := col + width(opening)
		leaf := false
		for i, it := range list {
			at, next := endCol(lines, col), it.sep
			if i == len(list)-1 {
				next = closing
			}
			if i == 0 {
				lines = join(lines, it.doc.place(at))
			} else if it.doc.leaf && leaf && at+1+width(it.doc.flat)+width(next) <= lineWidth {
				lines = join(lines, []string{" " + it.doc.flat})
			} else {
				lines = below(lines, inner, it.doc.place(inner))
			}
			leaf = it.doc.leaf
			if i < len(list)-1 {
				lines[len(lines)-1] += it.sep
			}
		}
		lines[len(lines)-1] += closing
		return lines
	})
}

// stack puts pieces below each other, with a separator after all but the last.
func stack(ds []doc, sep string, col int) []string {
	lines := ds[0].place(col)
	for _, d := range ds[1:] {
		lines[len(lines)-1] += sep
		lines = below(lines, col, d.place(col))
	}
	return lines
}

// after puts a piece after a text and a blank.
func after(head string, d doc) doc {
	return multi(head+" "+d.flat, d.ok, func(col int) []string {
		return join([]string{head + " "}, d.place(col+width(head)+1))
	})
}

// Precedences of erl_pp beside those of the binary operators.
const (
	ppPrefix = 600
	ppHash   = 700
	ppRemote = 800
	ppMax    = 1000
)

// ppOperator gives the precedences of an operator's left side, itself and its
// right side.
func ppOperator(op string) (int, int, int) {
	switch op {
	case "?=":
		return 100, 100, 100
	case "=", "!":
		return 150, 100, 100
	case "orelse":
		return 160, 150, 150
	case "andalso":
		return 200, 160, 160
	case "++", "--":
		return 400, 300, 300
	}
	switch operators[kindsByName[op]].prec {
	case precComp:
		return 300, 200, 300
	case precMult:
		return 500, 500, 600
	}
	return 400, 400, 500
}

// paren puts a piece in parentheses where its precedence asks for it.
func paren(d doc, own, wanted int) doc {
	if own >= wanted {
		return d
	}
	return cat(text("("), d, text(")"))
}

// FormatExpr prints an expression as erl_pp:expr/1 does.
func FormatExpr(e Expr) string { return strings.Join(exprDoc(e, 0).place(0), "\n") }

// FormatExprs prints expressions as erl_pp:exprs/1 does.
func FormatExprs(es []Expr) string {
	if len(es) == 0 {
		return ""
	}
	ds := exprDocs(es)
	flat := ""
	for i, d := range ds {
		if !d.ok {
			flat = ""
			break
		}
		if i > 0 {
			flat += ", "
		}
		flat += d.flat
	}
	if flat != "" && width(flat) <= lineWidth {
		return flat
	}
	return strings.Join(stack(ds, ",", 0), "\n")
}

func exprDocs(es []Expr) []doc {
	ds := make([]doc, len(es))
	for i, e := range es {
		ds[i] = exprDoc(e, 0)
	}
	return ds
}

// exprDoc makes the piece of an expression where one of the precedence prec
// may stand.
func exprDoc(e Expr, prec int) doc {
	switch x := e.(type) {
	case *Atom:
		return leaf(ppAtom(x.Name))
	case *Var:
		return leaf(x.Name)
	case *Integer:
		return leaf(x.Value.String())
	case *Float:
		return leaf(FormatFloat(x.Value))
	case *Value:
		return text(fmt.Sprint(x.Term))
	case *Char:
		return text(ppEscape(charText(x.Value)))
	case *String:
		return stringDoc(x.Value)
	case *Nil:
		return leaf("[]")
	case *Cons:
		return consDoc(x)
	case *Tuple:
		return bracket("{", items(exprDocs(x.Elems)), "}")
	case *Map:
		ds := make([]doc, len(x.Pairs))
		for i, p := range x.Pairs {
			ds[i] = pairDoc(p)
		}
		return paren(based(x.Base, "#{", items(ds), "}"), ppHash, prec)
	case *MapPair:
		return pairDoc(x)
	case *Record:
		ds := make([]doc, len(x.Fields))
		for i, f := range x.Fields {
			ds[i] = fieldDoc(f)
		}
		return paren(based(x.Base, "#"+ppAtom(x.Name)+"{", items(ds), "}"), ppHash, prec)
	case *RecordIndex:
		return paren(cat(text("#"+ppAtom(x.Name)+"."), exprDoc(x.Field, ppMax)), ppHash, prec)
	case *RecordAccess:
		return paren(cat(exprDoc(x.Base, ppRemote), text("#"+ppAtom(x.Name)+"."), exprDoc(x.Field, ppMax)), ppHash, prec)
	case *Bin:
		return binDoc(x)
	case *BinOp:
		return operatorDoc(x.Op, x.Left, x.Right, prec)
	case *Match:
		l, own, r := ppOperator("=")
		if f, ok := x.Value.(*Fun); ok && f.Name != "" && len(f.Clauses) > 1 {
			// The only fun that does not begin behind the sign.
			pattern, value := exprDoc(x.Pattern, l), exprDoc(f, r)
			if pattern.ok && len(pattern.flat) == 1 {
				return paren(ppMatch(pattern, "=", value), own, prec)
			}
			return paren(multi("", false, func(col int) []string {
				lines := pattern.place(col)
				lines[len(lines)-1] += " ="
				return below(lines, col+4, value.place(col+4))
			}), own, prec)
		}
		return paren(ppMatch(exprDoc(x.Pattern, l), "=", exprDoc(x.Value, r)), own, prec)
	case *MaybeMatch:
		l, own, r := ppOperator("?=")
		return paren(ppMatch(exprDoc(x.Pattern, l), "?=", exprDoc(x.Value, r)), own, prec)
	case *UnOp:
		op := x.Op
		if len(op) > 1 {
			op += " "
		}
		return paren(cat(text(op), exprDoc(x.Arg, ppPrefix+100)), ppPrefix, prec)
	case *Catch:
		d := exprDoc(x.Value, 1)
		return paren(multi("catch "+d.flat, d.ok, func(col int) []string {
			return below([]string{"catch"}, col+4, d.place(col+4))
		}), 0, prec)
	case *Remote:
		return paren(cat(exprDoc(x.Module, ppRemote+100), text(":"), exprDoc(x.Name, ppRemote+100)), ppRemote, prec)
	case *Call:
		return paren(callDoc(exprDoc(called(x), ppRemote), x.Args), ppHash, prec)
	case *FunRef:
		return text("fun " + ppAtom(x.Name) + "/" + itoa(x.Arity))
	case *FunRemote:
		return cat(text("fun "), exprDoc(x.Module, ppMax), text(":"), exprDoc(x.Name, ppMax), text("/"), exprDoc(x.Arity, ppMax))
	case *Fun, *Block, *If, *Case, *Receive, *Try, *Maybe, *Comp:
		return controlDoc(e)
	case *Generator:
		if x.Pattern == nil {
			return exprDoc(x.Source, 0)
		}
		return ppMatch(exprDoc(x.Pattern, 0), arrow(x), exprDoc(x.Source, 0))
	case *Zip:
		ds := make([]doc, len(x.Generators))
		for i, g := range x.Generators {
			ds[i] = exprDoc(g, 0)
		}
		return doc{layout: func(col int) []string { return stack(ds, "&&", col) }}
	}
	return text("")
}

func arrow(g *Generator) string {
	switch {
	case g.Kind == BinKind && g.Strict:
		return "<:="
	case g.Kind == BinKind:
		return "<="
	case g.Strict:
		return "<:-"
	}
	return "<-"
}

// ppEscape writes characters beyond Latin-1 as erl_pp does.
func ppEscape(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0xC4 {
			var b strings.Builder
			for _, r := range s {
				if r > 0xFF {
					b.WriteString(`\x{` + strings.ToUpper(hex(r)) + "}")
				} else {
					b.WriteRune(r)
				}
			}
			return b.String()
		}
	}
	return s
}

func hex(r rune) string {
	const digits = "0123456789abcdef"
	if r < 16 {
		return digits[r : r+1]
	}
	return hex(r>>4) + digits[r&15:r&15+1]
}

func ppAtom(name string) string { return ppEscape(QuoteAtom(name)) }

func charText(r rune) string {
	if r == ' ' {
		return "$ "
	}
	return QuoteChar(r)
}

// minString is how much of a string stands on a line however narrow.
const minString = 5

// stringDoc breaks a long string into several literals.
func stringDoc(chars []rune) doc {
	whole := ppEscape(QuoteString(chars))
	return multi(whole, true, func(col int) []string {
		var lines []string
		for rest := chars; ; {
			n, w := 0, 2
			for n < len(rest) {
				c := width(ppEscape(QuoteString(rest[n:n+1]))) - 2
				if col+w+c > lineWidth && n >= minString {
					break
				}
				w += c
				n++
			}
			line := ppEscape(QuoteString(rest[:n]))
			if len(lines) > 0 {
				line = indent(col) + line
			}
			lines = append(lines, line)
			if rest = rest[n:]; len(rest) == 0 {
				return lines
			}
		}
	})
}

func consDoc(x *Cons) doc {
	var list []item
	var tail Expr = x
	for c, ok := tail.(*Cons); ok; c, ok = tail.(*Cons) {
		list = append(list, item{exprDoc(c.Head, 0), ","})
		tail = c.Tail
	}
	if _, ok := tail.(*Nil); !ok {
		list[len(list)-1].sep = " |"
		list = append(list, item{exprDoc(tail, 0), ""})
	}
	return bracket("[", list, "]")
}

// based is a map or a record with what it updates before it.
func based(base Expr, opening string, list []item, closing string) doc {
	d := bracket(opening, list, closing)
	if base == nil {
		return d
	}
	return cat(exprDoc(base, ppRemote), d)
}

func pairDoc(p *MapPair) doc {
	op := " =>"
	if p.Exact {
		op = " :="
	}
	key, value := exprDoc(p.Key, 0), exprDoc(p.Value, 0)
	return multi(key.flat+op+" "+value.flat, key.ok && value.ok, func(col int) []string {
		lines := key.place(col)
		lines[len(lines)-1] += op
		return below(lines, col+4, value.place(col+4))
	})
}

func fieldDoc(f *RecordField) doc { return ppMatch(exprDoc(f.Name, 0), "=", exprDoc(f.Value, 0)) }

// ppMatch is Left = Right. A right side of several lines begins its own line,
// indented by 4, unless it would stand there no further to the left.
func ppMatch(l doc, op string, r doc) doc {
	if l.ok && len(l.flat)+len(op) <= 2 {
		return after(l.flat+" "+op, r)
	}
	return multi(l.flat+" "+op+" "+r.flat, l.ok && r.ok, func(col int) []string {
		lines := l.place(col)
		lines[len(lines)-1] += " " + op
		return below(lines, col+4, r.place(col+4))
	})
}

func operatorDoc(op string, left, right Expr, prec int) doc {
	lp, own, rp := ppOperator(op)
	l, r := exprDoc(left, lp), exprDoc(right, rp)
	short := op != "andalso" && op != "orelse"
	return paren(multi(l.flat+" "+op+" "+r.flat, l.ok && r.ok && short, func(col int) []string {
		lines := below(l.place(col), col, []string{op})
		return below(lines, col, r.place(col))
	}), own, prec)
}

// called is the function of a call, without "erlang:" where that may be left out.
func called(x *Call) Expr {
	if r, ok := x.Fun.(*Remote); ok {
		m, ok1 := r.Module.(*Atom)
		f, ok2 := r.Name.(*Atom)
		if ok1 && ok2 && m.Name == "erlang" && AutoImported(f.Name, len(x.Args)) {
			return f
		}
	}
	return x.Fun
}

func callDoc(f doc, args []Expr) doc {
	if f.ok {
		return bracket(f.flat+"(", items(exprDocs(args)), ")")
	}
	return cat(f, bracket("(", items(exprDocs(args)), ")"))
}

func binDoc(x *Bin) doc {
	if len(x.Elems) == 0 {
		return leaf("<<>>")
	}
	list := make([]item, len(x.Elems))
	flat, ok := "<<", true
	for i, el := range x.Elems {
		ds := []doc{exprDoc(el.Value, ppMax)}
		if el.Size != nil {
			ds = append(ds, text(":"), exprDoc(el.Size, ppMax))
		}
		for j, t := range el.Types {
			s := "/"
			if j > 0 {
				s = "-"
			}
			s += ppAtom(t.Name)
			if t.HasUnit {
				s += ":" + itoa(t.Unit)
			}
			ds = append(ds, text(s))
		}
		if list[i] = (item{cat(ds...), ","}); len(ds) == 1 {
			list[i].doc = ds[0]
		}
		if i > 0 {
			flat += ","
		}
		if ok = ok && list[i].doc.ok && len(flat) < 4*lineWidth; ok {
			flat += list[i].doc.flat
		}
	}
	return multi(flat+">>", ok, func(col int) []string {
		if ok && col+width(flat) <= lineWidth { // ">>" need not fit
			return []string{flat + ">>"}
		}
		lines := []string{"<<"}
		blanks := 0 // that are not there, but take room for erl_pp
		for i, it := range list {
			at := endCol(lines, col) + blanks
			if i == 0 {
				lines = join(lines, it.doc.place(at))
			} else if lines[len(lines)-1] += ","; it.doc.leaf && list[i-1].doc.leaf && at+len(", ")+width(it.doc.flat)+1 <= lineWidth {
				lines = join(lines, []string{it.doc.flat})
				blanks++
			} else {
				blanks = 0
				lines = below(lines, col+2, it.doc.place(col+2))
			}
		}
		lines[len(lines)-1] += ">>"
		return lines
	})
}
