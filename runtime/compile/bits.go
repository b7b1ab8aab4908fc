package compile

import (
	"math/big"
	"unicode/utf8"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// segment is the type of one element of a binary, with its defaults filled in.
type segment struct {
	typ     string // integer, float, binary, utf8, utf16, utf32
	unit    int
	little  bool
	native  bool
	signed  bool
	defSize int // in units; -1: all
}

func segmentOf(e *parser.BinElem) segment {
	s := segment{typ: "integer", unit: 0}
	for _, t := range e.Types {
		switch {
		case t.HasUnit:
			s.unit = t.Unit
		case t.Name == "little":
			s.little = true
		case t.Name == "native":
			s.native = true
		case t.Name == "signed":
			s.signed = true
		case t.Name == "big", t.Name == "unsigned":
		case t.Name == "bytes":
			s.typ = "binary"
		case t.Name == "bits", t.Name == "bitstring":
			s.typ = "binary"
			if s.unit == 0 {
				s.unit = 1
			}
		default:
			s.typ = t.Name
		}
	}
	switch s.typ {
	case "integer":
		s.defSize = 8
		s.unit = max(s.unit, 1)
	case "float":
		s.defSize = 64
		s.unit = max(s.unit, 1)
	case "binary":
		s.defSize = -1
		if s.unit == 0 {
			s.unit = 8
		}
	}
	return s
}

func (s segment) isUTF() bool { return s.typ == "utf8" || s.typ == "utf16" || s.typ == "utf32" }

// flags is the instruction operand for a field's flags.
func (s segment) flags() opnd {
	n := 0
	if s.little {
		n |= 2
	}
	if s.signed {
		n |= 4
	}
	if s.native {
		n |= 16
	}
	return num(n)
}

// flagList is the flags as bs_create_bin wants them.
func (s segment) flagList() opnd {
	switch {
	case s.little:
		return cnst(term.List(term.A("little")))
	case s.native:
		return cnst(term.List(term.A("native")))
	}
	return cnst(term.EmptyList)
}

// binary lowers the construction of a binary.
func (f *fn) binary(e *parser.Bin) opnd {
	type part struct {
		seg       segment
		n         int
		val, size opnd
		bytes     []byte // not nil: constant bytes
		inString  bool
	}
	var parts []part
	literal := func(b []byte, n int) {
		if len(b) == 0 {
			return // OTP's assembler takes no empty string
		}
		if len(parts) > 0 && parts[len(parts)-1].bytes != nil {
			p := &parts[len(parts)-1]
			p.bytes = append(p.bytes, b...)
			return
		}
		parts = append(parts, part{n: n, bytes: append(make([]byte, 0, len(b)+8), b...)})
	}
	hidden := 0
	if len(e.Elems) > 0 && isAcc(e.Elems[0].Value) {
		hidden = 1
	}
	for i, el := range e.Elems {
		s := segmentOf(el)
		if str, ok := el.Value.(*parser.String); ok && el.Size == nil {
			for _, c := range str.Value {
				switch {
				case s.typ == "utf8" && c >= 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF):
					literal(utf8.AppendRune(nil, c), i+1)
				case s.typ == "integer" && s.unit == 1:
					literal([]byte{byte(c)}, i+1)
				default:
					parts = append(parts, part{seg: s, n: i + 1, val: cnst(term.Small(int64(c))), size: s.size(f, nil), inString: true})
				}
			}
			continue
		}
		if str, ok := el.Value.(*parser.String); ok {
			size := s.size(f, el.Size)
			for _, c := range str.Value {
				parts = append(parts, part{seg: s, n: i + 1, val: cnst(term.Small(int64(c))), size: size, inString: true})
			}
			continue
		}
		v := f.within(inSegment, el.Value)
		size := s.size(f, el.Size)
		if b, ok := constField(s, v, size); ok {
			literal(b, i+1)
			continue
		}
		parts = append(parts, part{seg: s, n: i + 1, val: v, size: size})
	}
	f.at(e.Anno)
	if len(parts) == 0 {
		return cnst(term.Binary(nil))
	}
	if len(parts) == 1 && parts[0].bytes != nil {
		return cnst(term.Binary(parts[0].bytes))
	}
	unit := 1
	r := f.newReg()
	bad := f.gfail
	var fields [][]opnd
	if f.m.shell != nil && bad == nil {
		bad = f.newBlock()
	}
	ops := []opnd{failTo(bad), {kind: oAlloc}, live, num(unit), def(r)}
	for i, p := range parts {
		if p.bytes != nil {
			off := len(f.m.strings)
			f.m.strings = append(f.m.strings, p.bytes...)
			ops = append(ops, cnst(term.A("string")), num(p.n), num(8), cnst(term.EmptyList), num(off), cnst(term.Small(int64(len(p.bytes)))))
			continue
		}
		typ, u := p.seg.typ, p.seg.unit
		if bad != f.gfail && p.n > hidden {
			fields = append(fields, p.seg.field(p.n-hidden, p.inString, p.val, p.size))
		}
		if typ == "binary" && i == 0 && p.size.is(aAll) && len(parts) > 1 && f.gfail == nil {
			typ = "append"
			ops[3] = num(u)
		}
		if p.seg.isUTF() {
			u = 0
		}
		ops = append(ops, cnst(term.A(typ)), num(p.n), num(u), p.seg.flagList(), p.val, p.size)
	}
	f.add(inst{op: beam.OpBsCreateBin, list: int32(len(ops) - 5), ops: ops, line: f.guardLine()})
	if bad != f.gfail {
		f.aside(bad, func() { f.badBinary(fields) })
	}
	return use(r)
}

var aAll = term.A("all")

// size lowers a segment's size.
func (s segment) size(f *fn, e parser.Expr) opnd {
	switch {
	case s.isUTF():
		return cnst(term.Undefined)
	case e != nil:
		return f.within(inSegmentSize, e)
	case s.defSize < 0:
		return cnst(aAll)
	}
	return cnst(term.Small(int64(s.defSize)))
}

// constField is the bytes of a constant integer field of whole bytes.
func constField(s segment, v, size opnd) ([]byte, bool) {
	if s.typ != "integer" || s.native || !v.isConst() || !size.isConst() {
		return nil, false
	}
	n, ok := size.t.(term.Int)
	x, isInt := term.ToBig(v.t)
	if !ok || !isInt || n.Value() < 0 || n.Value()*int64(s.unit) > 256 || n.Value()*int64(s.unit)%8 != 0 {
		return nil, false
	}
	bits := uint(n.Value()) * uint(s.unit)
	m := new(big.Int).And(x, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), bits), big.NewInt(1)))
	b := m.FillBytes(make([]byte, bits/8))
	if s.little {
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
	return b, true
}

// matchBins matches rows that all begin with a binary pattern, one by one,
// over one match context.
func (f *fn) matchBins(cols []col, rows []row, no *block) {
	v := f.reg(cols[0].val)
	ctx := f.newReg()
	f.op(beam.OpBsStartMatch3, failTo(no), v, live, def(ctx))
	pos := f.newReg()
	if len(rows) > 1 {
		f.op(beam.OpBsGetPosition, use(ctx), def(pos), live)
	}
	for i := range rows {
		r := rows[i]
		next := no
		if i < len(rows)-1 {
			next = f.newBlock()
		}
		if i > 0 {
			f.op(beam.OpBsSetPosition, use(ctx), use(pos))
		}
		parts, pats, open := f.fields(&r, r.pats[0].(*parser.Bin), use(ctx), next, true)
		if !open {
			f.op(beam.OpBsTestTail2, failTo(next), use(ctx), num(0))
		}
		r.pats = append(pats, r.pats[1:]...)
		f.match(append(parts, cols[1:]...), []row{r}, next)
		if i < len(rows)-1 {
			f.place(next)
		}
	}
}

// fields takes the fields of a binary pattern out of a match context and
// gives the columns and patterns to be matched against them. open says that
// the last field takes all that is left. With strings, constant bytes are
// compared at once.
func (f *fn) fields(r *row, p *parser.Bin, ctx opnd, no *block, strings bool) (parts []col, pats []parser.Expr, open bool) {
	mark := len(f.env)
	defer func(saved *block) { f.env, f.gfail = f.env[:mark], saved }(f.gfail)
	f.gfail = no
	f.bindSoFar(r)
	var lit []byte
	flush := func() {
		if len(lit) > 0 {
			off := len(f.m.strings)
			f.m.strings = append(f.m.strings, lit...)
			f.op(beam.OpBsMatchString, failTo(no), ctx, num(8*len(lit)), num(off))
			lit = nil
		}
	}
	field := func(s segment, size opnd, value parser.Expr, last bool) {
		v, isVar := value.(*parser.Var)
		ignore := isVar && v.Name == "_"
		d := f.newReg()
		switch {
		case s.isUTF():
			get := map[string]beam.Op{"utf8": beam.OpBsGetUtf8, "utf16": beam.OpBsGetUtf16, "utf32": beam.OpBsGetUtf32}
			f.op(get[s.typ], failTo(no), ctx, live, s.flags(), def(d))
		case s.typ == "binary" && size.is(aAll):
			open = true
			if ignore {
				if s.unit > 1 {
					// Takes the rest only to see whether it has whole units:
					// OTP 29 has no bs_test_unit of its own.
					f.op(beam.OpBsGetBinary2, failTo(no), ctx, live, size, num(s.unit), s.flags(), def(d))
				}
				return
			}
			f.op(beam.OpBsGetBinary2, failTo(no), ctx, live, size, num(s.unit), s.flags(), def(d))
		case ignore && s.typ != "float" && size.isConst():
			// OTP 29 skips only sizes in registers.
			op := beam.OpBsGetBinary2
			if n, ok := size.t.(term.Int); ok && n.Value()*int64(s.unit) <= 32 {
				op = beam.OpBsGetInteger2
			}
			f.op(op, failTo(no), ctx, live, size, num(s.unit), num(0), def(d))
			return
		case ignore && s.typ != "float":
			f.op(beam.OpBsSkipBits2, failTo(no), ctx, size, num(s.unit), s.flags())
			return
		default:
			op := beam.OpBsGetInteger2
			switch s.typ {
			case "float":
				op = beam.OpBsGetFloat2
			case "binary":
				op = beam.OpBsGetBinary2
			}
			f.op(op, failTo(no), ctx, live, size, num(s.unit), s.flags(), def(d))
		}
		parts = append(parts, col{val: use(d)})
		pats = append(pats, value)
		if isVar && !ignore && (r.fresh || !f.isBound(v.Name)) {
			f.bind(v.Name, use(d))
		}
	}
	for i, el := range p.Elems {
		s := segmentOf(el)
		last := i == len(p.Elems)-1
		if str, ok := el.Value.(*parser.String); ok {
			size := s.size(f, el.Size)
			for _, c := range str.Value {
				if strings && s.typ == "integer" && size.is(term.Small(8)) && s.unit == 1 {
					lit = append(lit, byte(c))
					continue
				}
				flush()
				field(s, size, &parser.Integer{Anno: el.Anno, Value: big.NewInt(int64(c))}, false)
			}
			continue
		}
		size := s.size(f, el.Size)
		if strings {
			if t := constPattern(el.Value); t != nil {
				if b, ok := constField(s, cnst(t), size); ok && inRange(s, t, size) {
					lit = append(lit, b...)
					continue
				}
			}
		}
		flush()
		field(s, size, el.Value, last)
	}
	flush()
	return parts, pats, open
}

// inRange reports whether an integer can be the value of an unsigned field at
// all.
func inRange(s segment, t term.Term, size opnd) bool {
	x, _ := term.ToBig(t)
	n := uint(size.t.(term.Int).Value()) * uint(s.unit)
	return !s.signed && x.Sign() >= 0 && uint(x.BitLen()) <= n
}
