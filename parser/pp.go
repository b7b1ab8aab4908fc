package parser

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// A PrintFormat says how source is printed, as erl_pp's options do.
type PrintFormat struct {
	// Width is the longest line that is made where it can be broken, Indent how
	// far what is inside stands to the right.
	Width, Indent int
	// Unicode leaves characters beyond Latin-1 as they are; without it they are
	// escaped. With Latin1 strings of them in attributes are lists of numbers.
	Unicode, Latin1 bool
	// QuoteAtomTypes puts types that are a single atom in quotes.
	QuoteAtomTypes bool
}

// DefaultFormat is erl_pp's without options.
var DefaultFormat = PrintFormat{Width: 72, Indent: 4}

// printer makes the pieces of one form.
type printer struct {
	PrintFormat
	// attribute: the strings are values of an attribute's.
	attribute bool
}

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
	// limit is the width to keep to.
	limit int
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
	if d.ok && col+width(d.flat) <= d.limit {
		return []string{d.flat}
	}
	return d.layout(col)
}

// multi makes a piece that is flat if its flat form is given and short.
func (pr *printer) multi(flat string, ok bool, layout func(col int) []string) doc {
	if ok && width(flat) > pr.Width {
		flat, ok = "", false
	}
	if !ok {
		flat = ""
	}
	return doc{flat: flat, ok: ok, layout: layout, limit: pr.Width}
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
func (pr *printer) cat(ds ...doc) doc {
	flat, ok := "", true
	for _, d := range ds {
		if ok = ok && d.ok; !ok {
			break
		}
		flat += d.flat
	}
	return pr.multi(flat, ok, func(col int) []string {
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
func (pr *printer) bracket(opening string, list []item, closing string) doc {
	flat, ok := opening, true
	for i, it := range list {
		if ok = ok && it.doc.ok && len(flat) < 4*pr.Width; !ok {
			break
		}
		flat += it.doc.flat
		if i < len(list)-1 {
			flat += it.sep + " "
		}
	}
	return pr.multi(flat+closing, ok, func(col int) []string {
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
			} else if it.doc.leaf && leaf && at+1+width(it.doc.flat)+width(next) <= pr.Width {
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
func (pr *printer) after(head string, d doc) doc {
	return pr.multi(head+" "+d.flat, d.ok, func(col int) []string {
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
func (pr *printer) paren(d doc, own, wanted int) doc {
	if own >= wanted {
		return d
	}
	return pr.cat(text("("), d, text(")"))
}

// FormatExpr prints an expression as erl_pp:expr/1 does.
func FormatExpr(e Expr) string { return DefaultFormat.Expr(e, 0, 0) }

// Expr prints an expression that begins at a column, where one of the
// precedence prec may stand.
func (f PrintFormat) Expr(e Expr, prec, col int) string {
	return strings.Join((&printer{PrintFormat: f}).exprDoc(e, prec).place(col), "\n")
}

// FormatExprs prints expressions as erl_pp:exprs/1 does.
func FormatExprs(es []Expr) string { return DefaultFormat.Exprs(es, 0) }

// Exprs prints expressions that begin at a column.
func (f PrintFormat) Exprs(es []Expr, col int) string {
	pr := &printer{PrintFormat: f}
	if len(es) == 0 {
		return ""
	}
	ds := pr.exprDocs(es)
	if len(ds) == 1 {
		return strings.Join(ds[0].place(col), "\n")
	}
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
	if flat != "" && col+width(flat) <= pr.Width {
		return flat
	}
	return strings.Join(stack(ds, ",", col), "\n")
}

// Guard prints a guard with its when.
func (f PrintFormat) Guard(guard [][]Expr) string {
	pr := &printer{PrintFormat: f}
	g := pr.guardDoc(guard)
	if g.ok && len("when ")+width(g.flat) <= pr.Width {
		return "when " + g.flat
	}
	return strings.Join(below([]string{"when"}, pr.Indent, g.place(pr.Indent)), "\n")
}

func (pr *printer) exprDocs(es []Expr) []doc {
	ds := make([]doc, len(es))
	for i, e := range es {
		ds[i] = pr.exprDoc(e, 0)
	}
	return ds
}

// exprDoc makes the piece of an expression where one of the precedence prec
// may stand.
func (pr *printer) exprDoc(e Expr, prec int) doc {
	switch x := e.(type) {
	case *Atom:
		return leaf(pr.ppAtom(x.Name))
	case *Var:
		return leaf(x.Name)
	case *Integer:
		return leaf(x.Value.String())
	case *Float:
		return leaf(FormatFloat(x.Value))
	case *Value:
		return text(fmt.Sprint(x.Term))
	case *Char:
		return text(pr.ppEscape(charText(x.Value)))
	case *String:
		return pr.stringDoc(x.Value)
	case *Nil:
		return leaf("[]")
	case *Cons:
		return pr.consDoc(x)
	case *Tuple:
		return pr.bracket("{", items(pr.exprDocs(x.Elems)), "}")
	case *Map:
		ds := make([]doc, len(x.Pairs))
		for i, p := range x.Pairs {
			ds[i] = pr.pairDoc(p)
		}
		return pr.paren(pr.based(x.Base, "#{", items(ds), "}"), ppHash, prec)
	case *MapPair:
		return pr.pairDoc(x)
	case *Record:
		ds := make([]doc, len(x.Fields))
		for i, f := range x.Fields {
			ds[i] = pr.fieldDoc(f)
		}
		return pr.paren(pr.based(x.Base, "#"+pr.ppAtom(x.Name)+"{", items(ds), "}"), ppHash, prec)
	case *RecordIndex:
		return pr.paren(pr.cat(text("#"+pr.ppAtom(x.Name)+"."), pr.exprDoc(x.Field, ppMax)), ppHash, prec)
	case *RecordAccess:
		return pr.paren(pr.cat(pr.exprDoc(x.Base, ppRemote), text("#"+pr.ppAtom(x.Name)+"."), pr.exprDoc(x.Field, ppMax)), ppHash, prec)
	case *Bin:
		return pr.binDoc(x)
	case *BinOp:
		return pr.operatorDoc(x.Op, x.Left, x.Right, prec)
	case *Match:
		l, own, r := ppOperator("=")
		if f, ok := x.Value.(*Fun); ok && f.Name != "" && len(f.Clauses) > 1 {
			// The only fun that does not begin behind the sign.
			pattern, value := pr.exprDoc(x.Pattern, l), pr.exprDoc(f, r)
			if pattern.ok && pr.short(pattern, "=") {
				return pr.paren(pr.ppMatch(pattern, "=", value), own, prec)
			}
			return pr.paren(pr.multi("", false, func(col int) []string {
				lines := pattern.place(col)
				lines[len(lines)-1] += " ="
				return below(lines, col+pr.Indent, value.place(col+pr.Indent))
			}), own, prec)
		}
		return pr.paren(pr.ppMatch(pr.exprDoc(x.Pattern, l), "=", pr.exprDoc(x.Value, r)), own, prec)
	case *MaybeMatch:
		l, own, r := ppOperator("?=")
		return pr.paren(pr.ppMatch(pr.exprDoc(x.Pattern, l), "?=", pr.exprDoc(x.Value, r)), own, prec)
	case *UnOp:
		op := x.Op
		if len(op) > 1 {
			op += " "
		}
		return pr.paren(pr.cat(text(op), pr.exprDoc(x.Arg, ppPrefix+100)), ppPrefix, prec)
	case *Catch:
		d := pr.exprDoc(x.Value, 1)
		return pr.paren(pr.multi("catch "+d.flat, d.ok, func(col int) []string {
			return below([]string{"catch"}, col+pr.Indent, d.place(col+pr.Indent))
		}), 0, prec)
	case *Remote:
		return pr.paren(pr.cat(pr.exprDoc(x.Module, ppRemote+100), text(":"), pr.exprDoc(x.Name, ppRemote+100)), ppRemote, prec)
	case *Call:
		return pr.paren(pr.callDoc(pr.exprDoc(called(x), ppRemote), x.Args), ppHash, prec)
	case *FunRef:
		return text("fun " + pr.ppAtom(x.Name) + "/" + itoa(x.Arity))
	case *FunRemote:
		return pr.cat(text("fun "), pr.exprDoc(x.Module, ppMax), text(":"), pr.exprDoc(x.Name, ppMax), text("/"), pr.exprDoc(x.Arity, ppMax))
	case *Fun, *Block, *If, *Case, *Receive, *Try, *Maybe, *Comp:
		return pr.controlDoc(e)
	case *Generator:
		if x.Pattern == nil {
			return pr.exprDoc(x.Source, 0)
		}
		return pr.ppMatch(pr.exprDoc(x.Pattern, 0), arrow(x), pr.exprDoc(x.Source, 0))
	case *Zip:
		ds := make([]doc, len(x.Generators))
		for i, g := range x.Generators {
			ds[i] = pr.exprDoc(g, 0)
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
func (pr *printer) ppEscape(s string) string {
	if pr.Unicode {
		return s
	}
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

func (pr *printer) ppAtom(name string) string { return pr.ppEscape(QuoteAtom(name)) }

func charText(r rune) string {
	if r == ' ' {
		return "$ "
	}
	return QuoteChar(r)
}

// minString is how much of a string stands on a line however narrow.
const minString = 5

// stringDoc breaks a long string into several literals.
func (pr *printer) stringDoc(chars []rune) doc {
	if pr.attribute && pr.Latin1 && slices.Max(append(chars[:len(chars):len(chars)], 0)) > 0xFF {
		ds := make([]doc, len(chars))
		for i, r := range chars {
			ds[i] = leaf(itoa(int(r)))
		}
		return pr.bracket("[", items(ds), "]")
	}
	whole := pr.ppEscape(QuoteString(chars))
	return pr.multi(whole, true, func(col int) []string {
		var lines []string
		for rest := chars; ; {
			n, w := 0, 2
			for n < len(rest) {
				c := width(pr.ppEscape(QuoteString(rest[n:n+1]))) - 2
				if col+w+c > pr.Width && n >= minString {
					break
				}
				w += c
				n++
			}
			line := pr.ppEscape(QuoteString(rest[:n]))
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

func (pr *printer) consDoc(x *Cons) doc {
	var list []item
	var tail Expr = x
	for c, ok := tail.(*Cons); ok; c, ok = tail.(*Cons) {
		list = append(list, item{pr.exprDoc(c.Head, 0), ","})
		tail = c.Tail
	}
	if _, ok := tail.(*Nil); !ok {
		list[len(list)-1].sep = " |"
		list = append(list, item{pr.exprDoc(tail, 0), ""})
	}
	return pr.bracket("[", list, "]")
}

// based is a map or a record with what it updates before it.
func (pr *printer) based(base Expr, opening string, list []item, closing string) doc {
	d := pr.bracket(opening, list, closing)
	if base == nil {
		return d
	}
	return pr.cat(pr.exprDoc(base, ppRemote), d)
}

func (pr *printer) pairDoc(p *MapPair) doc {
	op := " =>"
	if p.Exact {
		op = " :="
	}
	key, value := pr.exprDoc(p.Key, 0), pr.exprDoc(p.Value, 0)
	return pr.multi(key.flat+op+" "+value.flat, key.ok && value.ok, func(col int) []string {
		lines := key.place(col)
		lines[len(lines)-1] += op
		return below(lines, col+pr.Indent, value.place(col+pr.Indent))
	})
}

func (pr *printer) fieldDoc(f *RecordField) doc {
	return pr.ppMatch(pr.exprDoc(f.Name, 0), "=", pr.exprDoc(f.Value, 0))
}

// short reports whether what is indented below a left side and a sign would
// stand no further to the left than beside them.
func (pr *printer) short(l doc, op string) bool {
	return width(l.flat)+len(" ")+len(op)+len(" ") <= pr.Indent
}

// ppMatch is Left = Right. A right side of several lines begins its own line,
// indented, unless the left is so short that it would stand no further to the left.
func (pr *printer) ppMatch(l doc, op string, r doc) doc {
	if l.ok && pr.short(l, op) {
		return pr.after(l.flat+" "+op, r)
	}
	return pr.multi(l.flat+" "+op+" "+r.flat, l.ok && r.ok, func(col int) []string {
		lines := l.place(col)
		lines[len(lines)-1] += " " + op
		return below(lines, col+pr.Indent, r.place(col+pr.Indent))
	})
}

func (pr *printer) operatorDoc(op string, left, right Expr, prec int) doc {
	lp, own, rp := ppOperator(op)
	l, r := pr.exprDoc(left, lp), pr.exprDoc(right, rp)
	short := op != "andalso" && op != "orelse"
	return pr.paren(pr.multi(l.flat+" "+op+" "+r.flat, l.ok && r.ok && short, func(col int) []string {
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

func (pr *printer) callDoc(f doc, args []Expr) doc {
	if f.ok {
		return pr.bracket(f.flat+"(", items(pr.exprDocs(args)), ")")
	}
	return pr.cat(f, pr.bracket("(", items(pr.exprDocs(args)), ")"))
}

func (pr *printer) binDoc(x *Bin) doc {
	if len(x.Elems) == 0 {
		return leaf("<<>>")
	}
	list := make([]item, len(x.Elems))
	flat, ok := "<<", true
	for i, el := range x.Elems {
		ds := []doc{pr.exprDoc(el.Value, ppMax)}
		if el.Size != nil {
			ds = append(ds, text(":"), pr.exprDoc(el.Size, ppMax))
		}
		for j, t := range el.Types {
			s := "/"
			if j > 0 {
				s = "-"
			}
			s += pr.ppAtom(t.Name)
			if t.HasUnit {
				s += ":" + itoa(t.Unit)
			}
			ds = append(ds, text(s))
		}
		if list[i] = (item{pr.cat(ds...), ","}); len(ds) == 1 {
			list[i].doc = ds[0]
		}
		if i > 0 {
			flat += ","
		}
		if ok = ok && list[i].doc.ok && len(flat) < 4*pr.Width; ok {
			flat += list[i].doc.flat
		}
	}
	return pr.multi(flat+">>", ok, func(col int) []string {
		if ok && col+width(flat) <= pr.Width { // ">>" need not fit
			return []string{flat + ">>"}
		}
		lines := []string{"<<"}
		blanks := 0 // that are not there, but take room for erl_pp
		for i, it := range list {
			at := endCol(lines, col) + blanks
			if i == 0 {
				lines = join(lines, it.doc.place(at))
			} else if lines[len(lines)-1] += ","; it.doc.leaf && list[i-1].doc.leaf && at+len(", ")+width(it.doc.flat)+1 <= pr.Width {
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
