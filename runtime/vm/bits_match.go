package vm

import (
	"bytes"
	"math"
	"math/big"
	"unicode/utf8"

	"ersh/runtime/term"
)

// matchContext is a bitstring being matched; it lives in registers only.
// Positions are in bits from the start of data.
type matchContext struct {
	term.Opaque
	data     []byte
	pos, end int
	// A context that takes the place of the rest of a binary as an argument of
	// owner begins at start; see passContexts.
	start int
	owner *function
}

// spareBits are bitstrings and match contexts that are allocated together. A
// loop over a binary takes a context and the rest of the binary each time
// round; one allocation for up to eight of them takes a seventh off such loops.
// All of one block refer to the same buffer, which one of them alone would keep
// from being collected as well; and the block is let go of at the end of the turn.
type spareBits struct {
	end   *byte // the last byte of the buffer that the blocks are for
	size  int
	tails []term.Bits
	ctxs  []matchContext
	// made are bitstrings for appendBytes, which share a buffer as well.
	made   []term.Bits
	growth *term.Growth
	next   int
}

// use prepares for a buffer with another end: the first of its bitstrings is
// allocated alone.
func (s *spareBits) use(data []byte) {
	if end := &data[len(data)-1]; s.end != end {
		s.end, s.size, s.tails, s.ctxs = end, 1, nil, nil
	}
}

func (s *spareBits) grow() int {
	n := s.size
	s.size = min(2*n, 16)
	return (n + 1) / 2
}

func (s *spareBits) context(b *term.Bits) *matchContext {
	if len(b.Data) == 0 {
		return &matchContext{pos: b.Off, end: b.Off + b.Len}
	}
	s.use(b.Data)
	if len(s.ctxs) == 0 {
		s.ctxs = make([]matchContext, s.grow())
	}
	c := &s.ctxs[0]
	s.ctxs = s.ctxs[1:]
	c.data, c.pos, c.end = b.Data, b.Off, b.Off+b.Len
	return c
}

// tail is what is left to match of c.
func (s *spareBits) tail(c *matchContext) *term.Bits {
	n := c.end - c.pos
	data := c.data[c.pos>>3 : (c.end+7)>>3]
	if len(data) == 0 {
		return &term.Bits{Off: c.pos & 7}
	}
	s.use(data)
	if len(s.tails) == 0 {
		s.tails = make([]term.Bits, s.grow())
	}
	b := &s.tails[0]
	s.tails = s.tails[1:]
	b.Data, b.Off, b.Len = data, c.pos&7, n
	return b
}

// rest is what is left to match.
func (c *matchContext) rest() *term.Bits { return c.sub(c.pos, c.end-c.pos) }

func (c *matchContext) sub(pos, n int) *term.Bits {
	return &term.Bits{Data: c.data[pos>>3 : (pos+n+7)>>3], Off: pos & 7, Len: n}
}

// Flags of segments, as in the instructions' operands.
const (
	flagAligned = 1 // of old compilers; of no meaning
	flagLittle  = 2
	flagSigned  = 4
	flagNative  = 16
)

// uint reads n bits, at most 64, the first one the most significant.
func (c *matchContext) uint(pos, n int) uint64 {
	var v uint64
	if pos&7 == 0 && n&7 == 0 {
		for _, b := range c.data[pos>>3 : (pos+n)>>3] {
			v = v<<8 | uint64(b)
		}
		return v
	}
	for n > 0 {
		off := pos & 7
		k := min(8-off, n)
		b := uint64(c.data[pos>>3]) >> (8 - off - k) & (1<<k - 1)
		v = v<<k | b
		pos += k
		n -= k
	}
	return v
}

// integer reads n bits as an integer; they are there.
func (c *matchContext) integer(pos, n int, flags int) term.Term {
	little := flags&(flagLittle|flagNative) != 0
	if n <= 64 && (!little || n <= 8) {
		v := c.uint(pos, n)
		if flags&flagSigned != 0 {
			if n == 0 {
				return term.Small(0)
			}
			return term.MakeInt(int64(v<<(64-n)) >> (64 - n))
		}
		return term.MakeUint(v)
	}
	b := append([]byte(nil), c.sub(pos, n).Bytes()...)
	if little {
		// Whole bytes from the least significant on; the last ones' bits
		// are the most significant.
		if r := n & 7; r != 0 {
			b[len(b)-1] >>= 8 - r
		}
		for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
	}
	v := new(big.Int).SetBytes(b)
	if !little && n&7 != 0 {
		v.Rsh(v, uint(8-n&7))
	}
	if flags&flagSigned != 0 && n > 0 && v.Bit(n-1) == 1 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(n)))
	}
	return term.MakeBig(v)
}

// float reads n bits as a float; ok is false for no number or a bad size.
func (c *matchContext) float(pos, n int, flags int) (term.Term, bool) {
	var v uint64
	if n != 16 && n != 32 && n != 64 {
		return nil, false
	}
	v = c.uint(pos, n)
	if flags&(flagLittle|flagNative) != 0 {
		var w uint64
		for i := 0; i < n; i += 8 {
			w = w<<8 | v>>i&0xFF
		}
		v = w
	}
	var f float64
	switch n {
	case 16:
		f = fromHalf(uint16(v))
	case 32:
		f = float64(math.Float32frombits(uint32(v)))
	default:
		f = math.Float64frombits(v)
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, false
	}
	return term.Float(f), true
}

// fromHalf gives the value of a 16-bit float.
func fromHalf(h uint16) float64 {
	exp, frac := int(h>>10&0x1F), float64(h&0x3FF)
	var f float64
	switch exp {
	case 0:
		f = math.Ldexp(frac, -24)
	case 31:
		return math.Inf(1)
	default:
		f = math.Ldexp(1024+frac, exp-25)
	}
	if h&0x8000 != 0 {
		f = -f
	}
	return f
}

// context is the match context in an operand.
func (m *machine) context(ip *instr, o opnd) *matchContext {
	c, ok := m.get(ip, o).(*matchContext)
	if !ok {
		panic("vm: no match context")
	}
	return c
}

func slowStartMatch(m *machine, ip *instr) *instr {
	switch b := m.get(ip, ip.a).(type) {
	case *term.Bits:
		m.set(ip.b, m.bits.context(b))
	case *matchContext:
		if b.owner == ip.ext.fun && b.owner != nil {
			b.pos = b.start
		} else {
			b.owner = nil
		}
		m.set(ip.b, b)
	default:
		if ip.to == nil {
			return m.throwError(Badarg.Reason)
		}
		return ip.to
	}
	return ip.next()
}

func slowGetPosition(m *machine, ip *instr) *instr {
	m.set(ip.b, term.Small(int64(m.context(ip, ip.a).pos)))
	return ip.next()
}

func slowSetPosition(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	n, ok := m.get(ip, ip.b).(term.Int)
	if !ok || n.Value() < 0 || n.Value() > int64(c.end) {
		panic("vm: bad match position")
	}
	c.pos = int(n.Value())
	return ip.next()
}

func slowGetTail(m *machine, ip *instr) *instr {
	m.set(ip.b, m.bits.tail(m.context(ip, ip.a)))
	return ip.next()
}

// segmentSize is the size in bits of a segment that is matched: size operand
// times unit; ok is false where the match fails.
func (m *machine) segmentSize(ip *instr, o opnd, c *matchContext) (int, bool) {
	left := c.end - c.pos
	v, ok := m.get(ip, o).(term.Int)
	if !ok {
		return 0, false
	}
	n := v.Value()
	if n < 0 || ip.n > 0 && n > int64(left) || ip.n > 256 && n > int64(left)/int64(ip.n) {
		return 0, false
	}
	bits := int(n) * int(ip.n) // no bitstring has 2^50 bits
	return bits, bits <= left
}

// Operands of the four below: a context, b destination, n unit, c flags,
// ext.args[0] size.

func slowGetInteger(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	n, ok := m.segmentSize(ip, ip.ext.args[0], c)
	if !ok {
		return ip.to
	}
	v := c.integer(c.pos, n, int(ip.c))
	c.pos += n
	m.set(ip.b, v)
	return ip.next()
}

func slowGetFloat(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	n, ok := m.segmentSize(ip, ip.ext.args[0], c)
	if !ok {
		return ip.to
	}
	v, ok := c.float(c.pos, n, int(ip.c))
	if !ok {
		return ip.to
	}
	c.pos += n
	m.set(ip.b, v)
	return ip.next()
}

var aAll = term.A("all")

func slowGetBinary(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	n := c.end - c.pos
	if m.get(ip, ip.ext.args[0]) == aAll {
		if ip.n > 1 && n%int(ip.n) != 0 {
			return ip.to
		}
	} else {
		var ok bool
		if n, ok = m.segmentSize(ip, ip.ext.args[0], c); !ok {
			return ip.to
		}
	}
	v := c.sub(c.pos, n)
	c.pos += n
	m.set(ip.b, v)
	return ip.next()
}

func slowSkipBits(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	if m.get(ip, ip.ext.args[0]) == aAll {
		if ip.n > 1 && (c.end-c.pos)%int(ip.n) != 0 {
			return ip.to
		}
		c.pos = c.end
		return ip.next()
	}
	n, ok := m.segmentSize(ip, ip.ext.args[0], c)
	if !ok {
		return ip.to
	}
	c.pos += n
	return ip.next()
}

func slowTestTail(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	if c.end-c.pos != int(ip.n) {
		return ip.to
	}
	return ip.next()
}

func slowTestUnit(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	if ip.n > 1 && (c.end-c.pos)%int(ip.n) != 0 {
		return ip.to
	}
	return ip.next()
}

// slowMatchString: n bits of the string in v come next.
func slowMatchString(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	n := int(ip.n)
	if c.end-c.pos < n {
		return ip.to
	}
	want := ip.v.(*term.Bits)
	if c.pos&7 == 0 && n&7 == 0 {
		if !bytes.Equal(c.data[c.pos>>3:(c.pos+n)>>3], want.Data) {
			return ip.to
		}
	} else if term.Compare(c.sub(c.pos, n), want) != 0 {
		return ip.to
	}
	c.pos += n
	return ip.next()
}

// UTF. n is the encoding: 8, 16 or 32; b the destination, unless c says that
// the character is skipped.

func slowGetUTF(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	r, n, ok := c.char(int(ip.n), ip.ext.args[0] != 0)
	if !ok {
		return ip.to
	}
	c.pos += n
	if ip.c == 0 {
		m.set(ip.b, term.Small(int64(r)))
	}
	return ip.next()
}

// char decodes a character of UTF-8, 16 or 32 and gives its size in bits.
func (c *matchContext) char(encoding int, little bool) (rune, int, bool) {
	left := c.end - c.pos
	unit := func(at, n int) uint64 {
		v := c.uint(at, n)
		if little {
			var w uint64
			for i := 0; i < n; i += 8 {
				w = w<<8 | v>>i&0xFF
			}
			return w
		}
		return v
	}
	switch encoding {
	case 8:
		var b [4]byte
		k := min(4, left/8)
		for i := range k {
			b[i] = byte(c.uint(c.pos+8*i, 8))
		}
		r, n := utf8.DecodeRune(b[:k])
		if r == utf8.RuneError && n <= 1 {
			return 0, 0, false
		}
		return r, 8 * n, true
	case 16:
		if left < 16 {
			return 0, 0, false
		}
		hi := rune(unit(c.pos, 16))
		switch {
		case hi < 0xD800 || hi >= 0xE000:
			return hi, 16, true
		case hi >= 0xDC00 || left < 32:
			return 0, 0, false
		}
		lo := rune(unit(c.pos+16, 16))
		if lo < 0xDC00 || lo >= 0xE000 {
			return 0, 0, false
		}
		return (hi-0xD800)<<10 + lo - 0xDC00 + 0x10000, 32, true
	default:
		if left < 32 {
			return 0, 0, false
		}
		v := unit(c.pos, 32)
		if !isChar(int64(v)) {
			return 0, 0, false
		}
		return rune(v), 32, true
	}
}

// isChar reports whether v is a Unicode scalar value.
func isChar(v int64) bool { return v >= 0 && v < 0xD800 || v >= 0xE000 && v <= 0x10FFFF }

// matchCmd is a command of bs_match.
type matchCmd struct {
	kind  matchKind
	flags int
	n     int // size in bits
	unit  int
	dst   opnd
	v     uint64    // the value of equal
	big   term.Term // the value of equal above 64 bits
}

type matchKind uint8

const (
	matchAtLeast matchKind = iota
	matchExactly
	matchInteger
	matchBinary
	matchTail
	matchSkip
	matchEqual
)

func slowMatch(m *machine, ip *instr) *instr {
	c := m.context(ip, ip.a)
	pos := c.pos
	for i := range ip.ext.matches {
		cmd := &ip.ext.matches[i]
		left := c.end - pos
		if cmd.n > left {
			return ip.to
		}
		switch cmd.kind {
		case matchAtLeast:
			if cmd.unit > 1 && (left-cmd.n)%cmd.unit != 0 {
				return ip.to
			}
		case matchExactly:
			if left != cmd.n {
				return ip.to
			}
		case matchInteger:
			m.set(cmd.dst, c.integer(pos, cmd.n, cmd.flags))
			pos += cmd.n
		case matchBinary:
			m.set(cmd.dst, c.sub(pos, cmd.n))
			pos += cmd.n
		case matchTail:
			if cmd.unit > 1 && left%cmd.unit != 0 {
				return ip.to
			}
			m.set(cmd.dst, c.sub(pos, left))
			pos = c.end
		case matchSkip:
			pos += cmd.n
		case matchEqual:
			if cmd.big != nil {
				if !term.Identical(c.integer(pos, cmd.n, 0), cmd.big) {
					return ip.to
				}
			} else if c.uint(pos, cmd.n) != cmd.v {
				return ip.to
			}
			pos += cmd.n
		}
	}
	c.pos = pos
	return ip.next()
}
