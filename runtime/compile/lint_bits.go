package compile

import (
	"slices"

	"ersh/parser"
	"ersh/runtime/term"
)

// bin checks the construction of a binary.
func (l *linter) bin(e *parser.Bin, s *scope) {
	var parts []parser.Expr
	for _, el := range e.Elems {
		l.segment(el, false)
		parts = append(parts, el.Value)
		if el.Size != nil {
			parts = append(parts, el.Size)
		}
	}
	l.partsExported(s, l.each(s, l.expr, false, parts), "binary", e.Pos)
}

// segmentType is what the types of a segment say.
type segmentType struct {
	typ, sign, endian string
	unit              int
}

func (t *segmentType) utf() bool {
	return t.typ == "utf8" || t.typ == "utf16" || t.typ == "utf32"
}

func (t *segmentType) binary() bool { return t.typ == "binary" || t.typ == "bitstring" }

// segment checks the type specifiers of a segment.
func (l *linter) segment(el *parser.BinElem, pattern bool) (segmentType, bool) {
	var t segmentType
	set := func(slot *string, value, what string) bool {
		if *slot != "" && *slot != value {
			l.error(el.Anno, desc("bittype_mismatch", value, *slot, parser.Chars(what)),
				"conflict in %s specification for bit field: '%s' and '%s'", what, value, *slot)
			return false
		}
		*slot = value
		return true
	}
	_, literal := el.Value.(*parser.String)
	utf := slices.ContainsFunc(el.Types, func(t parser.BinType) bool { return t.Name == "utf8" || t.Name == "utf16" || t.Name == "utf32" })
	if pattern && literal && (el.Size != nil || len(el.Types) > 0 && !utf) {
		l.error(el.Anno, "typed_literal_string", "a literal string in a binary pattern must not have a type or a size")
		return t, false
	}
	for _, x := range el.Types {
		ok := false
		switch {
		case x.HasUnit && x.Name == "unit" && x.Unit >= 1 && x.Unit <= 256:
			if t.unit != 0 && t.unit != x.Unit {
				l.error(el.Anno, desc("bittype_mismatch", x.Unit, t.unit, parser.Chars("unit")),
					"conflict in unit specification for bit field: '%d' and '%d'", x.Unit, t.unit)
				return t, false
			}
			t.unit, ok = x.Unit, true
		case x.HasUnit:
			l.error(el.Anno, desc("undefined_bittype", desc(x.Name, x.Unit)), "bit type {%s,%d} undefined", parser.QuoteAtom(x.Name), x.Unit)
			return t, false
		default:
			switch x.Name {
			case "integer", "float", "binary", "bitstring", "utf8", "utf16", "utf32":
				ok = set(&t.typ, x.Name, "type")
			case "bytes":
				ok = set(&t.typ, "binary", "type")
			case "bits":
				ok = set(&t.typ, "bitstring", "type")
			case "signed", "unsigned":
				ok = set(&t.sign, x.Name, "sign")
			case "big", "little", "native":
				ok = set(&t.endian, x.Name, "endianness")
			default:
				l.error(el.Anno, desc("undefined_bittype", x.Name), "bit type %s undefined", parser.QuoteAtom(x.Name))
			}
		}
		if !ok {
			return t, false
		}
	}
	switch {
	case t.utf() && (el.Size != nil || t.unit != 0):
		l.error(el.Anno, "utf_bittype_size_or_unit", "neither size nor unit must be given for segments of type utf8/utf16/utf32")
		return t, false
	case !pattern && isAll(el.Size) && !t.binary():
		l.error(el.Anno, "illegal_bitsize", "illegal bit size")
		return t, false
	case t.unit != 0 && el.Size == nil && !t.binary():
		l.error(el.Anno, "bittype_unit", "a bit unit size must not be specified unless a size is specified too")
		return t, false
	case t.typ == "float" && el.Size != nil:
		if n, ok := el.Size.(*parser.Integer); ok && n.Value.IsInt64() {
			switch bits := n.Value.Int64() * int64(max(t.unit, 1)); bits {
			case 16, 32, 64:
			default:
				l.warn("bad_bitsize", el.Anno, desc("bad_bitsize", parser.Chars("float")), "bad float bit size")
			}
		}
	}
	return t, true
}

func literalText(e parser.Expr) bool {
	_, ok := e.(*parser.String)
	return ok
}

// isAll reports whether a size is the atom all, which stands for the rest in a segment's abstract form.
func isAll(size parser.Expr) bool {
	a, ok := size.(*parser.Atom)
	return ok && a.Name == "all"
}

// bin is a binary pattern. A size may use what earlier segments have bound.
func (p *patternCheck) bin(e *parser.Bin) {
	l := p.l
	inside := newScope(p.s)
	p.binary = map[string]parser.Anno{}
	defer func() { p.binary = nil }()
	var unsized *parser.BinElem // the one before, if it takes all that is left
	for i, el := range e.Elems {
		last := i+1 == len(e.Elems)
		t, ok := l.segment(el, true)
		told := ok || !literalText(el.Value)
		if unsized != nil && told {
			l.error(unsized.Anno, "unsized_binary_not_at_end", "a binary field without size is only allowed at the end of a binary pattern")
		}
		if told {
			unsized = nil
		}
		if el.Size != nil && (ok || !literalText(el.Value)) {
			_, isText := el.Size.(*parser.String)
			if v, ok := constTerm(el.Size); ok && !term.IsInteger(v) && !isText && !l.shell {
				l.warn("non_integer_bitsize", el.Size.Position(), "non_integer_bitsize",
					"a size expression in a pattern evaluates to a non-integer value;\nthis pattern cannot possibly match")
			}
			p.noteUnbound(el.Size, inside)
			p.key(inside, el.Size, l.segmentSize)
		}
		p.segmentValue(el.Value)
		if v, isVar := el.Value.(*parser.Var); isVar {
			if bound := p.fresh.get(v.Name); bound != nil {
				if _, again := p.binary[v.Name]; !again {
					p.binary[v.Name] = v.Anno
				}
				inside.set(v.Name, bound)
			}
		}
		if ok && t.binary() && el.Size == nil {
			switch {
			case !last:
				unsized = el
			case l.binGenerator:
				l.error(el.Anno, "unsized_binary_in_bin_gen_pattern", "binary fields without size are not allowed in patterns of bit string generators")
			}
		}
	}
}

// segmentSize checks the size of a segment in a pattern, a guard expression
// with words of its own for what it may not call.
func (l *linter) segmentSize(e parser.Expr, s *scope) {
	if c, ok := e.(*parser.Call); ok {
		if _, known := l.guardBIF(c); !known {
			name, local := c.Fun.(*parser.Atom)
			if local && (l.defined[fa{name.Name, len(c.Args)}] != nil || l.imports[fa{name.Name, len(c.Args)}] != "") {
				k := fa{name.Name, len(c.Args)}
				l.error(c.Anno, desc("illegal_bitsize_local_call", k.desc()), "call to local/imported function %s is illegal\nin a size expression for a binary segment", k)
			} else {
				l.error(c.Anno, "illegal_bitsize", "illegal bit size")
			}
			return
		}
	}
	l.guardExpr(e, s)
}

// segmentValue: a segment matches a variable or a plain literal only.
func (p *patternCheck) segmentValue(e parser.Expr) {
	switch e := e.(type) {
	case *parser.Var:
		p.variable(e)
	case *parser.Integer, *parser.Float, *parser.Char, *parser.String, *parser.Atom:
	default:
		if !isArithmetic(e) {
			p.illegal(e.Position())
		}
	}
}
