package vm

import (
	"math"
	"math/big"
	"math/bits"
	"unicode/utf8"

	"ersh/runtime/term"
)

// maxBits is the greatest size of a bitstring that instructions make: what
// the reference's limit of an unsigned 64-bit number of bits comes to on a
// machine's memory is not far from it.
const maxBits = 1 << 38

// segment is a segment of bs_create_bin.
type segment struct {
	kind  segKind
	flags int
	unit  int
	n     int // the number that errors tell
	src   opnd
	size  opnd
	str   []byte
	whole bool // size all
	// owned: nobody else has the binary appended to. BEAM extends it where it
	// is, and OTP 29's compiler counts on that: it goes on with the old register.
	owned bool
	bits  int // the size of a number of fixed size
}

type segKind uint8

const (
	segInteger segKind = iota
	segFloat
	segBinary
	segString
	segUTF8
	segUTF16
	segUTF32
	segAppend
)

var segKinds = map[string]segKind{
	"integer": segInteger, "float": segFloat, "binary": segBinary, "string": segString, "utf8": segUTF8,
	"utf16": segUTF16, "utf32": segUTF32, "append": segAppend, "private_append": segAppend,
}

// segNames are the types as error reasons name them.
var segNames = [...]term.Atom{
	segInteger: term.A("integer"), segFloat: term.A("float"), segBinary: term.A("binary"), segString: term.A("string"),
	segUTF8: term.A("utf8"), segUTF16: term.A("utf16"), segUTF32: term.A("utf32"), segAppend: term.A("binary"),
}

var (
	aType     = term.A("type")
	aUnit     = term.A("unit")
	aShort    = term.A("short")
	aInvalid  = term.A("invalid")
	aNoFloat  = term.A("no_float")
	aFunction = term.A("function")
	aBsFail   = term.A("format_bs_fail")
)

// bitsError is the failure of a segment; the explanation of the error has it
// as its cause.
func (m *machine) bitsError(ip *instr, reason term.Term, s *segment, what term.Atom, v term.Term) *instr {
	if ip.to != nil {
		return ip.to
	}
	cause := term.T(term.Small(int64(s.n)), segNames[s.kind], what, v)
	m.exc = &raised{class: ClassError, reason: reason, trace: &rawTrace{
		info: term.MapOf(aCause, cause, aFunction, aBsFail, aModule, aErtsErrors)}}
	return nil
}

// slowCreateBin makes a bitstring of the segments in ext.segs: first the sizes
// of all, then the contents, so that errors come in the reference's order.
func slowCreateBin(m *machine, ip *instr) *instr {
	segs := ip.ext.segs
	var few [16]int
	sizes := few[:0]
	total := 0
	for i := range segs {
		s := &segs[i]
		n := 0
		switch s.kind {
		case segString:
			n = 8 * len(s.str)
		case segUTF8, segUTF16, segUTF32:
			r, ok := m.get(ip, s.src).(term.Int)
			if !ok || !isChar(r.Value()) {
				return m.bitsError(ip, Badarg.Reason, s, aType, m.get(ip, s.src))
			}
			n = 8 * utfLen(s.kind, rune(r.Value()))
		default:
			if s.whole {
				b, ok := bitsOf(m.get(ip, s.src))
				if !ok {
					return m.bitsError(ip, Badarg.Reason, s, aType, m.get(ip, s.src))
				}
				n = b.Len
				break
			}
			size := m.get(ip, s.size)
			v, ok := size.(term.Int)
			if !ok {
				if b, big := size.(*term.Big); big && b.V.Sign() > 0 {
					return m.bitsError(ip, SystemLimit.Reason, s, aSize, size)
				}
				return m.bitsError(ip, Badarg.Reason, s, aSize, size)
			}
			if v.Value() < 0 {
				return m.bitsError(ip, Badarg.Reason, s, aSize, size)
			}
			if hi, lo := bits.Mul64(uint64(v.Value()), uint64(s.unit)); hi != 0 || lo > maxBits {
				return m.bitsError(ip, SystemLimit.Reason, s, aSize, size)
			} else {
				n = int(lo)
			}
		}
		if total += n; total > maxBits {
			return m.bitsError(ip, SystemLimit.Reason, s, aSize, term.MakeInt(int64(n)))
		}
		sizes = append(sizes, n)
	}

	// What is appended to may get a buffer of twice the size.
	if total > largeAllocation && !m.p.Room(int64(total/4)) {
		return m.bitsError(ip, SystemLimit.Reason, &segs[0], aSize, term.MakeInt(int64(total)))
	}
	var out *term.Bits
	pos := 0
	if len(segs) > 0 && segs[0].kind == segAppend {
		s := &segs[0]
		b, ok := bitsOf(m.get(ip, s.src))
		if !ok {
			return m.bitsError(ip, Badarg.Reason, s, aType, m.get(ip, s.src))
		}
		if sizes[0] > b.Len {
			return m.bitsError(ip, Badarg.Reason, s, aShort, b)
		}
		if s.whole && s.unit > 1 && b.Len%s.unit != 0 {
			return m.bitsError(ip, Badarg.Reason, s, aUnit, b)
		}
		if sizes[0] == b.Len {
			out = appendable(b, total)
			pos = b.Len
			segs, sizes = segs[1:], sizes[1:]
		}
	}
	if out == nil {
		out = &term.Bits{Data: make([]byte, (total+7)/8), Len: total}
	}
	for i := range segs {
		n := sizes[i]
		if next := m.putSegment(ip, &segs[i], out.Data, pos, n); next != ip {
			return next
		}
		pos += n
	}
	if all := ip.ext.segs; len(all) > 0 && all[0].owned {
		// OTP 29's compiler drops the result of a loop that appends and goes on
		// with what the loop was given, which on real nodes has grown.
		if b, ok := m.get(ip, all[0].src).(*term.Bits); ok && b.Grow != nil {
			*b = *out
			out = b
		} else {
			m.set(all[0].src, out)
		}
	}
	m.set(ip.a, out)
	m.p.reds -= total >> 13
	return ip.next()
}

// appendBytes is slowCreateBin for what is appended most: numbers of fixed sizes and
// strings, n bits in all; false means that it is none of that after all.
func (m *machine) appendBytes(ip *instr) bool {
	segs := ip.ext.segs
	s := &segs[0]
	b, ok := (*m.xr(s.src)).(*term.Bits)
	if !ok || s.unit > 1 && b.Len%s.unit != 0 {
		return false
	}
	for i := range segs[1:] {
		if s := &segs[1+i]; s.kind == segInteger {
			if _, ok := m.get(ip, s.src).(term.Int); !ok {
				return false
			}
		}
	}
	pos, total := b.Len, b.Len+int(ip.n)
	need := (total + 7) / 8
	out := b // nobody else has it
	if !s.owned || b.Grow == nil {
		out = m.bits.bitstring(b.Grow)
	}
	if g := b.Grow; claim(b, total) {
		out.Data, out.Len, out.Grow = g.Buf[:need], total, g
	} else {
		*out = *appendable(b, total)
		m.p.reds -= total >> 13
	}
	for i := range segs[1:] {
		s := &segs[1+i]
		if s.kind == segString {
			putBytes(out.Data, pos, s.str)
			pos += 8 * len(s.str)
			continue
		}
		v, _ := m.get(ip, s.src).(term.Int)
		putUint(out.Data, pos, s.bits, uint64(v.Value()))
		pos += s.bits
	}
	if s.owned {
		*m.xr(s.src) = out
	}
	*m.xr(ip.a) = out
	return true
}

// bitstring gives one to fill in, for a buffer that others of its block share:
// one alone may keep the block from being collected, and with it the buffer of any.
func (s *spareBits) bitstring(g *term.Growth) *term.Bits {
	if s.growth != g || g == nil {
		s.growth, s.made, s.next = g, nil, 1
	}
	if len(s.made) == 0 {
		s.made = make([]term.Bits, s.next)
		s.next = min(2*s.next, 16)
	}
	b := &s.made[0]
	s.made = s.made[1:]
	return b
}

// appendable gives a bitstring of total bits that begins with b, the rest to
// be filled in: in place where nobody else has done so before, else with room
// for more.
func appendable(b *term.Bits, total int) *term.Bits {
	need := (total + 7) / 8
	if g := b.Grow; claim(b, total) {
		return &term.Bits{Data: g.Buf[:need], Len: total, Grow: g}
	}
	g := &term.Growth{Buf: make([]byte, max(2*need, 64))}
	term.CopyBits(g.Buf, 0, b.Data, b.Off, b.Len)
	g.Used.Store(int64(total))
	return &term.Bits{Data: g.Buf[:need], Len: total, Grow: g}
}

// claim takes the bits from b's end to total in its buffer for the caller.
// Where b ends within a byte, that byte is written while others may read b: a
// byte is written whole and keeps b's bits, so they see what they saw.
func claim(b *term.Bits, total int) bool {
	g := b.Grow
	return g != nil && b.Off == 0 && (b.Len&7 == 0 || !raceDetector) && total <= 8*len(g.Buf) &&
		g.Used.CompareAndSwap(int64(b.Len), int64(total))
}

func slowInitWritable(m *machine, ip *instr) *instr {
	n, _ := m.x[0].(term.Int)
	size := int64(256)
	if n != (term.Int{}) && n.Value() > 0 && n.Value() < 1<<24 {
		size = n.Value()
	}
	m.x[0] = &term.Bits{Grow: &term.Growth{Buf: make([]byte, size)}}
	return ip.next()
}

// putSegment writes one segment of n bits at pos of buf; ip means that all
// went well, anything else is where to go on.
func (m *machine) putSegment(ip *instr, s *segment, buf []byte, pos, n int) *instr {
	switch s.kind {
	case segString:
		putBytes(buf, pos, s.str)
		return ip
	}
	v := m.get(ip, s.src)
	switch s.kind {
	case segInteger:
		if !putInteger(buf, pos, n, v, s.flags&(flagLittle|flagNative) != 0) {
			return m.bitsError(ip, Badarg.Reason, s, aType, v)
		}
	case segFloat:
		if n != 16 && n != 32 && n != 64 {
			switch v.(type) {
			case term.Int, *term.Big, term.Float:
				return m.bitsError(ip, Badarg.Reason, s, aInvalid, term.Small(int64(n)))
			}
		}
		f, ok := toFloat(v)
		if !ok {
			if _, big := v.(*term.Big); big {
				return m.bitsError(ip, Badarg.Reason, s, aNoFloat, v)
			}
			return m.bitsError(ip, Badarg.Reason, s, aType, v)
		}
		var w uint64
		switch n {
		case 16:
			w = uint64(toHalf(f))
		case 32:
			w = uint64(math.Float32bits(float32(f)))
		default:
			w = math.Float64bits(f)
		}
		if s.flags&(flagLittle|flagNative) != 0 {
			w = bits.ReverseBytes64(w) >> (64 - n)
		}
		putUint(buf, pos, n, w)
	case segBinary, segAppend:
		b, ok := bitsOf(v)
		if !ok {
			return m.bitsError(ip, Badarg.Reason, s, aType, v)
		}
		if b.Len < n {
			return m.bitsError(ip, Badarg.Reason, s, aShort, v)
		}
		if s.whole && s.unit > 1 && n%s.unit != 0 {
			return m.bitsError(ip, Badarg.Reason, s, aUnit, v)
		}
		term.CopyBits(buf, pos, b.Data, b.Off, n)
	default:
		r := rune(v.(term.Int).Value())
		putBytes(buf, pos, encodeUTF(s.kind, r, s.flags&(flagLittle|flagNative) != 0))
	}
	return ip
}

func putBytes(buf []byte, pos int, b []byte) {
	if pos&7 == 0 {
		copy(buf[pos>>3:], b)
		return
	}
	term.CopyBits(buf, pos, b, 0, 8*len(b))
}

// putUint writes the low n bits of v, at most 64.
func putUint(buf []byte, pos, n int, v uint64) {
	if pos&7 == 0 && n&7 == 0 {
		b := buf[pos>>3 : (pos+n)>>3]
		for i := len(b) - 1; i >= 0; i-- {
			b[i] = byte(v)
			v >>= 8
		}
		return
	}
	if n == 0 {
		return
	}
	var b [8]byte
	v <<= 64 - n
	for i := range b {
		b[i] = byte(v >> (56 - 8*i))
	}
	term.CopyBits(buf, pos, b[:], 0, n)
}

// putInteger writes the low n bits of an integer's two's complement.
func putInteger(buf []byte, pos, n int, v term.Term, little bool) bool {
	switch i := v.(type) {
	case term.Int:
		if n <= 64 && (!little || n <= 8) {
			putUint(buf, pos, n, uint64(i.Value()))
			return true
		}
	case *term.Big:
	default:
		return false
	}
	w, _ := term.ToBig(v)
	// The low n bits, most significant byte first.
	size := (n + 7) / 8
	b := make([]byte, size)
	if w.Sign() >= 0 && w.BitLen() <= 8*size {
		w.FillBytes(b)
	} else {
		mod := new(big.Int).Lsh(big.NewInt(1), uint(8*size))
		new(big.Int).And(w, mod.Sub(mod, big.NewInt(1))).FillBytes(b)
	}
	if little {
		for i, j := 0, size-1; i < j; i, j = i+1, j-1 {
			b[i], b[j] = b[j], b[i]
		}
		// The last byte has the n&7 most significant bits, left-aligned.
		if r := n & 7; r != 0 {
			b[size-1] <<= 8 - r
		}
		term.CopyBits(buf, pos, b, 0, n)
		return true
	}
	term.CopyBits(buf, pos, b, 8*size-n, n)
	return true
}

func utfLen(kind segKind, r rune) int {
	switch kind {
	case segUTF8:
		return utf8.RuneLen(r)
	case segUTF16:
		if r >= 0x10000 {
			return 4
		}
		return 2
	}
	return 4
}

func encodeUTF(kind segKind, r rune, little bool) []byte {
	var b []byte
	switch kind {
	case segUTF8:
		return utf8.AppendRune(nil, r)
	case segUTF16:
		if r >= 0x10000 {
			hi, lo := 0xD800+(r-0x10000)>>10, 0xDC00+(r-0x10000)&0x3FF
			b = []byte{byte(hi >> 8), byte(hi), byte(lo >> 8), byte(lo)}
		} else {
			b = []byte{byte(r >> 8), byte(r)}
		}
		if little {
			for i := 0; i < len(b); i += 2 {
				b[i], b[i+1] = b[i+1], b[i]
			}
		}
		return b
	}
	b = []byte{byte(r >> 24), byte(r >> 16), byte(r >> 8), byte(r)}
	if little {
		b[0], b[1], b[2], b[3] = b[3], b[2], b[1], b[0]
	}
	return b
}

// toHalf rounds to a 16-bit float, ties to even; what is too large becomes
// infinity.
func toHalf(f float64) uint16 {
	var sign uint16
	if math.Signbit(f) {
		sign, f = 0x8000, -f
	}
	if f == 0 {
		return sign
	}
	_, exp := math.Frexp(f) // f is in [2^(exp-1), 2^exp)
	exp = max(exp-1, -14)
	frac := math.RoundToEven(math.Ldexp(f, 10-exp))
	if frac >= 2048 {
		frac, exp = frac/2, exp+1
	}
	switch {
	case exp > 15:
		return sign | 0x7C00
	case frac < 1024:
		return sign | uint16(frac)
	}
	return sign | uint16(exp+15)<<10 | uint16(frac)&0x3FF
}
