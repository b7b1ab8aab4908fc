package term

import "sync/atomic"

// Bits is a bitstring: Len bits of Data, the first being bit Off (0 the most
// significant) of Data[0]. Off is below 8. A binary has Len%8 == 0; its Off
// may still be other than 0 when it was matched out of the middle of another.
// Data may be shared with other bitstrings and is never written below the
// length of any of them.
type Bits struct {
	Data []byte
	Off  int
	Len  int // in bits
	// Grow, when not nil, lets one appender extend Data in place; see
	// Append in the interpreter's binary construction.
	Grow *Growth
}

// Growth is a buffer that binaries with a common beginning share. Whoever moves
// Used on from the end of a binary, by CompareAndSwap, owns the bits between and
// may extend that binary in place.
type Growth struct {
	Buf  []byte
	Used atomic.Int64 // in bits
}

func (*Bits) isTerm() {}

// Binary makes a binary of b, which the caller gives away.
func Binary(b []byte) *Bits { return &Bits{Data: b, Len: 8 * len(b)} }

// BinaryString makes a binary of s's bytes.
func BinaryString(s string) *Bits { return Binary([]byte(s)) }

// IsBinary reports whether b has whole bytes only.
func (b *Bits) IsBinary() bool { return b.Len&7 == 0 }

// ByteSize is the size in bytes, rounded up.
func (b *Bits) ByteSize() int { return (b.Len + 7) / 8 }

// Bytes gives the bits as bytes, the last one filled up with zero bits. The
// result may be shared and must not be changed.
func (b *Bits) Bytes() []byte {
	n := (b.Len + 7) / 8
	if b.Off == 0 && b.Len&7 == 0 {
		return b.Data[:n:n]
	}
	out := make([]byte, n)
	CopyBits(out, 0, b.Data, b.Off, b.Len)
	return out
}

// ToBytes gives the bytes of a binary term.
func ToBytes(t Term) ([]byte, bool) {
	if b, ok := t.(*Bits); ok && b.IsBinary() {
		return b.Bytes(), true
	}
	return nil, false
}

// Sub is the part of b from bit off on, n bits long. It shares b's data.
func (b *Bits) Sub(off, n int) *Bits {
	off += b.Off
	return &Bits{Data: b.Data[off>>3 : (off+n+7)>>3], Off: off & 7, Len: n}
}

// CopyBits copies n bits from bit soff of src to bit doff of dst. Other bits
// of dst keep their values.
func CopyBits(dst []byte, doff int, src []byte, soff, n int) {
	dst, doff = dst[doff>>3:], doff&7
	src, soff = src[soff>>3:], soff&7
	if doff == 0 && soff == 0 {
		k := n >> 3
		copy(dst[:k], src[:k])
		if r := uint(n & 7); r != 0 {
			m := byte(0xFF) << (8 - r)
			dst[k] = dst[k]&^m | src[k]&m
		}
		return
	}
	for n > 0 {
		// Up to eight bits at a time: read them left-aligned, write them.
		k := min(8, n)
		v := src[0] << soff
		if soff+k > 8 {
			v |= src[1] >> (8 - soff)
		}
		m := byte(0xFF) << (8 - k)
		v &= m
		dst[0] = dst[0]&^(m>>doff) | v>>doff
		if doff+k > 8 {
			dst[1] = dst[1]&^(m<<(8-doff)) | v<<(8-doff)
		}
		n -= k
		src, dst = src[1:], dst[1:]
	}
}
