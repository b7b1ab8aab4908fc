package term

import "math"

// WalkIOList hands the bytes and bitstrings of an iolist over in order; ok is
// false if it has anything else in it, or onBits says so.
func WalkIOList(t Term, onByte func(byte), onBits func(*Bits) bool) (ok bool) {
	var rest []Term
	for {
		switch l := t.(type) {
		case *Cons:
			switch h := l.Head.(type) {
			case Int:
				v := h.Value()
				if v < 0 || v > math.MaxUint8 {
					return false
				}
				onByte(byte(v))
			case *Bits:
				if !onBits(h) {
					return false
				}
			case *Cons:
				rest = append(rest, l.Tail)
				t = h
				continue
			case Nil:
			default:
				return false
			}
			t = l.Tail
			if _, isInt := t.(Int); isInt {
				return false
			}
			continue
		case Nil:
		case *Bits:
			if !onBits(l) {
				return false
			}
		default:
			return false
		}
		if len(rest) == 0 {
			return true
		}
		t = rest[len(rest)-1]
		rest = rest[:len(rest)-1]
	}
}

// IOSize is how many bytes an iolist has; ok is false if t is none.
func IOSize(t Term) (n int, ok bool) {
	ok = WalkIOList(t, func(byte) { n++ }, func(b *Bits) bool {
		n += b.Len / 8
		return b.IsBinary()
	})
	return n, ok
}

// AppendIOData appends the bytes of what is known to be an iolist.
func AppendIOData(b []byte, t Term) []byte {
	WalkIOList(t, func(c byte) { b = append(b, c) }, func(bits *Bits) bool {
		b = append(b, bits.Bytes()...)
		return true
	})
	return b
}

// IOData gives the bytes of an iolist, which are not to be changed.
func IOData(t Term) ([]byte, bool) {
	if b, ok := t.(*Bits); ok && b.IsBinary() {
		return b.Bytes(), true
	}
	n, ok := IOSize(t)
	if !ok {
		return nil, false
	}
	return AppendIOData(make([]byte, 0, n), t), true
}
