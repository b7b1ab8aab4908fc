package term

import (
	"strconv"
	"strings"
	"unicode"
)

// Format is t as ~w of io:format prints it, for logs and for debugging.
func Format(t Term) string { return string(new(Formatter).Append(nil, t)) }

// Formatter prints terms. The zero Formatter prints as ~w does.
type Formatter struct {
	// Node, when not nil, gives the first number of the text of pids, ports
	// and references of a node; without it, 0 is for nonode@nohost and the
	// index of the name's atom for others.
	Node func(name Atom, creation uint32) int
	// Display prints as erlang:display does: lists and binaries of
	// printable characters as strings, floats as C's %e.
	Display bool
}

// maxFormatDepth ends the descent into a term: "..." stands for what is below.
const maxFormatDepth = 10000

// Append appends the text of t to b.
func (f *Formatter) Append(b []byte, t Term) []byte { return f.append(b, t, maxFormatDepth) }

func (f *Formatter) append(b []byte, t Term, depth int) []byte {
	if depth == 0 {
		return append(b, "..."...)
	}
	switch t := t.(type) {
	case nil:
		return append(b, "<no term>"...)
	case Int, *Big:
		return AppendInt(b, t, 10)
	case Float:
		if f.Display {
			return strconv.AppendFloat(b, float64(t), 'e', 6, 64)
		}
		return AppendFloatShort(b, float64(t))
	case Atom:
		if f.Display && strings.Contains(t.Name(), "@") && !quotedAtom(t.Name()) {
			return append(append(append(b, '\''), t.Name()...), '\'')
		}
		return AppendAtom(b, t.Name())
	case *Pid:
		return f.appendID(b, "<", t.Node, t.Creation, uint64(t.ID), uint64(t.Serial))
	case *Port:
		return f.appendID(b, "#Port<", t.Node, t.Creation, t.ID)
	case *Ref:
		ids := make([]uint64, 0, len(t.ID))
		for i := int(t.N) - 1; i >= 0; i-- {
			ids = append(ids, uint64(t.ID[i]))
		}
		return f.appendID(b, "#Ref<", t.Node, t.Creation, ids...)
	case *Fun:
		b = append(b, "#Fun<"...)
		b = AppendAtom(b, t.Module.Name())
		b = append(b, '.')
		b = strconv.AppendUint(b, uint64(t.Index), 10)
		b = append(b, '.')
		b = strconv.AppendUint(b, uint64(t.OldUniq), 10)
		return append(b, '>')
	case *Export:
		b = append(b, "fun "...)
		b = AppendAtom(b, t.Module.Name())
		b = append(b, ':')
		b = AppendAtom(b, t.Name.Name())
		b = append(b, '/')
		return strconv.AppendInt(b, int64(t.Arity), 10)
	case Nil:
		return append(b, "[]"...)
	case *Cons:
		return f.appendList(b, t, depth)
	case *Tuple:
		b = append(b, '{')
		for i, e := range t.Elems {
			if i > 0 {
				b = append(b, ',')
			}
			b = f.append(b, e, depth-1)
		}
		return append(b, '}')
	case *Map:
		b = append(b, "#{"...)
		sep := ""
		for k, v := range t.All {
			b = append(b, sep...)
			b = f.append(b, k, depth-1)
			b = append(b, f.arrow()...)
			b = f.append(b, v, depth-1)
			sep = ","
		}
		return append(b, '}')
	case *Bits:
		return f.appendBits(b, t)
	}
	return append(b, "<internal>"...)
}

// arrow stands between key and value; erlang:display has no spaces around it.
func (f *Formatter) arrow() string {
	if f.Display {
		return "=>"
	}
	return " => "
}

func (f *Formatter) appendID(b []byte, prefix string, node Atom, creation uint32, ids ...uint64) []byte {
	n := 0
	switch {
	case f.Node != nil:
		n = f.Node(node, creation)
	case node != NoNode:
		n = node.Index()
	}
	b = append(b, prefix...)
	b = strconv.AppendInt(b, int64(n), 10)
	for _, id := range ids {
		b = append(b, '.')
		b = strconv.AppendUint(b, id, 10)
	}
	return append(b, '>')
}

func (f *Formatter) appendList(b []byte, l *Cons, depth int) []byte {
	if f.Display && printableList(l) {
		b = append(b, '"')
		var t Term = l
		for {
			c, ok := t.(*Cons)
			if !ok {
				return append(b, '"')
			}
			b = appendStringChar(b, byte(c.Head.(Int).Value()))
			t = c.Tail
		}
	}
	b = append(b, '[')
	for {
		b = f.append(b, l.Head, depth-1)
		switch t := l.Tail.(type) {
		case *Cons:
			b = append(b, ',')
			l = t
		case Nil:
			return append(b, ']')
		default:
			b = append(b, '|')
			b = f.append(b, t, depth-1)
			return append(b, ']')
		}
	}
}

// printableList reports whether a list is a string to erlang:display.
func printableList(l *Cons) bool {
	var t Term = l
	for {
		switch c := t.(type) {
		case *Cons:
			i, ok := c.Head.(Int)
			if !ok || i.Value() < 0 || i.Value() > 126 || !displayable(byte(i.Value())) {
				return false
			}
			t = c.Tail
		case Nil:
			return true
		default:
			return false
		}
	}
}

func displayable(c byte) bool { return c >= ' ' && c <= '~' || c == '\n' || c == '\t' || c == '\r' }

func appendStringChar(b []byte, c byte) []byte {
	switch c {
	case '\n':
		return append(b, `\n`...)
	case '\t':
		return append(b, `\t`...)
	case '\r':
		return append(b, `\r`...)
	case '"':
		return append(b, `\"`...)
	case '\\':
		return append(b, `\\`...)
	}
	return append(b, c)
}

func (f *Formatter) appendBits(b []byte, t *Bits) []byte {
	bytes := t.Bytes()
	b = append(b, "<<"...)
	if f.Display && t.IsBinary() && len(bytes) > 0 {
		text := true
		for _, c := range bytes {
			text = text && displayable(c)
		}
		if text {
			b = append(b, '"')
			for _, c := range bytes {
				b = appendStringChar(b, c)
			}
			return append(b, `">>`...)
		}
	}
	rest := t.Len & 7
	for i, c := range bytes {
		if i > 0 {
			b = append(b, ',')
		}
		if rest != 0 && i == len(bytes)-1 {
			b = strconv.AppendUint(b, uint64(c>>(8-rest)), 10)
			b = append(b, ':')
			b = strconv.AppendInt(b, int64(rest), 10)
			break
		}
		b = strconv.AppendUint(b, uint64(c), 10)
	}
	return append(b, ">>"...)
}

// AppendAtom appends the text of an atom as source code has it, in quotes
// where it needs them.
func AppendAtom(b []byte, name string) []byte {
	if !quotedAtom(name) {
		return append(b, name...)
	}
	b = append(b, '\'')
	for _, r := range name {
		switch {
		case r == '\'' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < ' ' || r == 0x7F:
			b = appendControl(b, r)
		case r > 0xFF || r >= 0x80 && r < 0xA0:
			if r < 0xA0 {
				b = append(b, '\\')
				b = strconv.AppendInt(b, int64(r), 8)
				break
			}
			b = append(b, `\x{`...)
			for _, c := range strconv.FormatInt(int64(r), 16) {
				b = append(b, byte(unicode.ToUpper(c)))
			}
			b = append(b, '}')
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '\'')
}

func appendControl(b []byte, r rune) []byte {
	const named = "\n\t\r\v\b\f\x1b\x7f"
	const letters = "ntrvbfed"
	for i := range named {
		if rune(named[i]) == r {
			return append(b, '\\', letters[i])
		}
	}
	b = append(b, '\\')
	return append(b, byte('0'+r>>6), byte('0'+r>>3&7), byte('0'+r&7))
}

func quotedAtom(name string) bool {
	for i, r := range name {
		lower := r >= 'a' && r <= 'z' || r >= 0xDF && r <= 0xFF && r != 0xF7
		upper := r >= 'A' && r <= 'Z' || r >= 0xC0 && r <= 0xDE && r != 0xD7
		other := upper || r >= '0' && r <= '9' || r == '_' || r == '@'
		if !lower && (i == 0 || !other) {
			return true
		}
	}
	return name == "" || reserved[name]
}

// reserved are the words that are no atoms without quotes.
var reserved = map[string]bool{
	"after": true, "and": true, "andalso": true, "band": true, "begin": true, "bnot": true, "bor": true, "bsl": true,
	"bsr": true, "bxor": true, "case": true, "catch": true, "cond": true, "div": true, "else": true, "end": true,
	"fun": true, "if": true, "let": true, "maybe": true, "not": true, "of": true, "or": true, "orelse": true,
	"receive": true, "rem": true, "try": true, "when": true, "xor": true,
}
