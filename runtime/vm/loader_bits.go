package vm

import (
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// shortcut gives op where a and b are x registers, else opSlow.
func shortcut(op opcode, a, b opnd) opcode {
	if a.isX() && b.isX() {
		return op
	}
	return opSlow
}

// bits translates the instructions on bitstrings; false means op is none.
func (l *loader) bits(op beam.Op, a []beam.Arg) bool {
	e := &ext{}
	if l.passes[l.here.at] && !l.copying {
		e.fun = l.fn
		if op == beam.OpBsGetTail {
			l.slow(slowGetTail, instr{op: opBsPass, a: l.dst(a[0]), b: l.dst(a[1]), ext: e}, 0, nil)
		} else {
			l.slow(slowGetBinary, instr{op: opBsPass, a: l.dst(a[1]), n: int32(l.num(a[4])), b: l.dst(a[6]), ext: e},
				l.target(a[0]), nil, l.src(a[3], &e.lits))
		}
		return true
	}
	switch op {
	case beam.OpBsStartMatch3:
		src, dst := l.src(a[1], &e.lits), l.dst(a[3])
		e.fun = l.fn
		l.slow(slowStartMatch, instr{op: shortcut(opBsStart, src, dst), a: src, b: dst, ext: e}, l.failure(a[0]), nil)
	case beam.OpBsStartMatch4:
		fail := 0
		if a[0].Kind == beam.KindLabel {
			fail = l.failure(a[0])
		} else {
			l.atom(a[0])
		}
		src, dst := l.src(a[2], &e.lits), l.dst(a[3])
		e.fun = l.fn
		l.slow(slowStartMatch, instr{op: shortcut(opBsStart, src, dst), a: src, b: dst, ext: e}, fail, nil)
	case beam.OpBsGetPosition:
		c, pos := l.dst(a[0]), l.dst(a[1])
		l.slow(slowGetPosition, instr{op: shortcut(opBsPosition, c, pos), a: c, b: pos}, 0, nil)
	case beam.OpBsSetPosition:
		c, pos := l.dst(a[0]), l.dst(a[1])
		l.slow(slowSetPosition, instr{op: shortcut(opBsReset, c, pos), a: c, b: pos}, 0, nil)
	case beam.OpBsGetTail:
		l.slow(slowGetTail, instr{a: l.dst(a[0]), b: l.dst(a[1])}, 0, nil)

	case beam.OpBsGetInteger2, beam.OpBsGetFloat2, beam.OpBsGetBinary2:
		call := map[beam.Op]func(*machine, *instr) *instr{beam.OpBsGetInteger2: slowGetInteger,
			beam.OpBsGetFloat2: slowGetFloat, beam.OpBsGetBinary2: slowGetBinary}[op]
		in := instr{a: l.dst(a[1]), n: int32(l.num(a[4])), c: opnd(l.num(a[5]) & 31), b: l.dst(a[6]), ext: e}
		size := l.src(a[3], &e.lits)
		if n, ok := l.bytesToRead(op, size, e, in); ok {
			in.op, in.n = shortcut(opBsBytes, in.a, in.b), n
			e.lits[0] = term.Small(1)
		}
		l.slow(call, in, l.target(a[0]), nil, size)
	case beam.OpBsSkipBits2:
		l.slow(slowSkipBits, instr{a: l.dst(a[1]), n: int32(l.num(a[3])), ext: e}, l.target(a[0]), nil, l.src(a[2], &e.lits))
	case beam.OpBsTestTail2:
		c := l.dst(a[1])
		l.slow(slowTestTail, instr{op: shortcut(opBsTestTail, c, c), a: c, n: int32(l.num(a[2]))}, l.target(a[0]), nil)
	case beam.OpBsTestUnit:
		in := instr{a: l.dst(a[1]), n: int32(l.num(a[2]))}
		if in.n == 8 {
			in.op = shortcut(opBsTestUnit8, in.a, in.a)
		}
		l.slow(slowTestUnit, in, l.target(a[0]), nil)
	case beam.OpBsMatchString:
		n := l.num(a[2])
		b := l.strings(a[3], (n+7)/8)
		in := instr{a: l.dst(a[1]), n: int32(n), v: &term.Bits{Data: b, Len: n}}
		if n%8 == 0 && n <= 128 {
			in.op = shortcut(opBsString, in.a, in.a)
		}
		l.slow(slowMatchString, in, l.target(a[0]), nil)
	case beam.OpBsGetUtf8, beam.OpBsGetUtf16, beam.OpBsGetUtf32:
		l.slow(slowGetUTF, instr{a: l.dst(a[1]), b: l.dst(a[4]), n: utfBits(op)}, l.target(a[0]), nil, l.little(a[3]))
	case beam.OpBsSkipUtf8, beam.OpBsSkipUtf16, beam.OpBsSkipUtf32:
		l.slow(slowGetUTF, instr{a: l.dst(a[1]), c: 1, n: utfBits(op)}, l.target(a[0]), nil, l.little(a[3]))
	case beam.OpBsMatch:
		e.matches = l.matches(l.list(a[2]))
		l.slow(slowMatch, instr{a: l.dst(a[1]), ext: e}, l.target(a[0]), nil)

	case beam.OpBsCreateBin:
		l.createBin(a)
	case beam.OpBsInitWritable:
		l.slow(slowInitWritable, instr{}, 0, nil)
	default:
		return false
	}
	return true
}

// bytesToRead gives the number of bits of a segment that is a few bytes read as an
// unsigned number, the first one the most significant.
func (l *loader) bytesToRead(op beam.Op, size opnd, e *ext, in instr) (int32, bool) {
	if op != beam.OpBsGetInteger2 || !size.isLit() || in.c&^flagAligned != 0 || in.n < 1 || in.n > 64 {
		return 0, false
	}
	n, ok := smallInt32(e.lits[0])
	if !ok || n < 0 || n > 56 || n*in.n > 56 || n*in.n%8 != 0 {
		return 0, false
	}
	return n * in.n, true
}

func utfBits(op beam.Op) int32 {
	switch op {
	case beam.OpBsGetUtf8, beam.OpBsSkipUtf8:
		return 8
	case beam.OpBsGetUtf16, beam.OpBsSkipUtf16:
		return 16
	}
	return 32
}

// little gives 1 if a segment's flags say so.
func (l *loader) little(a beam.Arg) opnd {
	if l.num(a)&(flagLittle|flagNative) != 0 {
		return 1
	}
	return 0
}

// strings gives n bytes of the string table.
func (l *loader) strings(a beam.Arg, n int) []byte {
	off := l.num(a)
	if off > len(l.m.Strings) || n > len(l.m.Strings)-off {
		l.fail("string of %d bytes at %d", n, off)
		return make([]byte, n&0xFFFF)
	}
	return l.m.Strings[off : off+n]
}

// flags gives a segment's flags, a list of atoms or [].
func (l *loader) flags(a beam.Arg) int {
	v, ok := l.literal(a)
	list, ok2 := term.Slice(v)
	if !ok || !ok2 {
		l.fail("bad flags")
		return 0
	}
	n := 0
	for _, f := range list {
		switch f {
		case aLittle:
			n |= flagLittle
		case aSigned:
			n |= flagSigned
		case aNative:
			n |= flagNative
		}
	}
	return n
}

var (
	aLittle = term.A("little")
	aSigned = term.A("signed")
)

var aPrivateAppend = term.A("private_append")

func (l *loader) createBin(a []beam.Arg) {
	e := &ext{}
	list := l.list(a[5])
	if len(list)%6 != 0 {
		l.fail("bad list")
		return
	}
	for ; len(list) > 0; list = list[6:] {
		kind, ok := segKinds[l.atom(list[0]).Name()]
		if !ok {
			l.fail("segment of type %s", l.atom(list[0]).Name())
			return
		}
		s := segment{kind: kind, n: l.num(list[1]), unit: l.num(list[2]), flags: l.flags(list[3])}
		if kind == segAppend && len(e.segs) > 0 {
			s.kind = segBinary
		}
		if s.kind == segString {
			size, _ := l.literal(list[5])
			n, ok := term.ToInt64(size)
			if !ok || n < 0 || n > int64(len(l.m.Strings)) {
				l.fail("bad string")
				return
			}
			s.str = l.strings(list[4], int(n))
		} else {
			s.src = l.src(list[4], &e.lits)
			s.owned = s.kind == segAppend && l.atom(list[0]) == aPrivateAppend && !s.src.isLit()
			if list[5].Kind == beam.KindAtom {
				s.whole = list[5].Term == aAll
			}
			s.size = l.src(list[5], &e.lits)
		}
		e.segs = append(e.segs, s)
	}
	in := instr{a: l.dst(a[4]), ext: e}
	if n := appendedBits(e); n > 0 && n < 1<<20 {
		in.op, in.n = shortcut(opBsAppend, e.segs[0].src, in.a), int32(n)
	}
	l.slow(slowCreateBin, in, l.failure(a[0]), nil)
}

// matches translates the commands of bs_match.
func (l *loader) matches(list []beam.Arg) (cmds []matchCmd) {
	for len(list) > 0 && l.err == nil {
		name := l.atom(list[0]).Name()
		n := map[string]int{"ensure_at_least": 3, "ensure_exactly": 2, "integer": 6, "binary": 6, "get_tail": 4,
			"skip": 2, "=:=": 4}[name]
		if n == 0 || n > len(list) {
			l.fail("command %s", name)
			return nil
		}
		x := list[:n]
		list = list[n:]
		var c matchCmd
		switch name {
		case "ensure_at_least":
			c = matchCmd{kind: matchAtLeast, n: l.num(x[1]), unit: l.num(x[2])}
		case "ensure_exactly":
			c = matchCmd{kind: matchExactly, n: l.num(x[1])}
		case "integer", "binary":
			c = matchCmd{kind: matchInteger, flags: l.flags(x[2]), n: l.bitCount(x[3], x[4]), dst: l.dst(x[5])}
			if name == "binary" {
				c.kind = matchBinary
			}
		case "get_tail":
			c = matchCmd{kind: matchTail, unit: l.num(x[2]), dst: l.dst(x[3])}
		case "skip":
			c = matchCmd{kind: matchSkip, n: l.num(x[1])}
		case "=:=":
			c = matchCmd{kind: matchEqual, n: l.num(x[2])}
			v, ok := l.literal(x[3])
			if !ok && x[3].Kind == beam.KindU {
				v, ok = term.MakeInt(x[3].N), true
			}
			if u, fits := term.ToUint64(v); ok && fits && c.n <= 64 {
				c.v = u
			} else if i, fits := term.ToInt64(v); ok && fits && c.n <= 64 && c.n > 0 {
				c.v = uint64(i) & (1<<(c.n-1)<<1 - 1)
			} else if ok && term.IsInteger(v) {
				c.big = v
			} else {
				l.fail("bad value")
			}
		}
		cmds = append(cmds, c)
	}
	return cmds
}

// bitCount is size times unit.
func (l *loader) bitCount(size, unit beam.Arg) int {
	v, _ := l.literal(size)
	n, ok := term.ToInt64(v)
	if size.Kind == beam.KindU {
		n, ok = size.N, true
	}
	u := int64(l.num(unit))
	if !ok || n < 0 || u > 256 || n > maxBits {
		l.fail("bad size")
		return 0
	}
	return int(n * u)
}

// appendedBits is how many bits a bs_create_bin appends to a binary where they
// are numbers of fixed sizes and strings; 0 if it does anything else.
func appendedBits(e *ext) int {
	if len(e.segs) < 2 || e.segs[0].kind != segAppend || !e.segs[0].whole || !e.segs[0].src.isX() {
		return 0
	}
	total := 0
	for i := range e.segs[1:] {
		s := &e.segs[1+i]
		switch {
		case s.kind == segString:
			total += 8 * len(s.str)
		case s.kind == segInteger && s.size.isLit() && s.flags&(flagLittle|flagNative) == 0:
			n, ok := smallInt32(e.lits[s.size&opndBits])
			if !ok || n < 0 || n > 64 || int(n)*s.unit > 64 {
				return 0
			}
			s.bits = int(n) * s.unit
			total += s.bits
		default:
			return 0
		}
	}
	return total
}
