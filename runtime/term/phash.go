package term

import "math"

// The portable hash, erlang:phash2: Bob Jenkins' lookup2 over a term's parts,
// the same on every node and in every release since it came.

// phashUnit is the golden ratio; multiples of it keep types apart.
const phashUnit = 0x9E3779B9

func jenkins(a, b, c uint32) (uint32, uint32, uint32) {
	a = (a - b - c) ^ c>>13
	b = (b - c - a) ^ a<<8
	c = (c - a - b) ^ b>>13
	a = (a - b - c) ^ c>>12
	b = (b - c - a) ^ a<<16
	c = (c - a - b) ^ b>>5
	a = (a - b - c) ^ c>>3
	b = (b - c - a) ^ a<<10
	c = (c - a - b) ^ b>>15
	return a, b, c
}

// phash2 adds two words to the hash h; kind is the type's multiple of
// phashUnit.
func phash2(h, x, y, kind uint32) uint32 {
	k := kind * phashUnit & math.MaxUint32
	_, _, h = jenkins(k+x, k+y, h)
	return h
}

func phashInt(h uint32, v int64) uint32 {
	switch {
	case v >= -1<<27 && v < 1<<27:
		if v < 0 {
			h = phash2(h, uint32(-v), 0, 1)
		}
		return phash2(h, uint32(v), 0, 1)
	case v < 0:
		return phash2(h, uint32(uint64(-v)), uint32(uint64(-v)>>32), 10)
	}
	return phash2(h, uint32(v), uint32(v>>32), 11)
}

func phashBlock(b []byte, h uint32) uint32 {
	word := func(b []byte) uint32 {
		return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	}
	size := uint32(len(b))
	x, y, c := uint32(phashUnit), uint32(phashUnit), h
	for len(b) >= 12 {
		x, y, c = jenkins(x+word(b), y+word(b[4:]), c+word(b[8:]))
		b = b[12:]
	}
	// The last bytes; the lowest of the third word is taken by the length.
	var last [12]byte
	copy(last[:], b)
	copy(last[9:], last[8:11])
	last[8] = 0
	_, _, c = jenkins(x+word(last[:]), y+word(last[4:]), c+size+word(last[8:]))
	return c
}

// atomPhash is the hash of an atom's name: the PJW hash of its characters,
// those above Latin-1 taken byte by byte.
func atomPhash(name string) uint32 {
	h := uint32(0)
	for i := 0; i < len(name); i++ {
		v := name[i]
		if i+1 < len(name) && v&0xFE == 0xC2 && name[i+1]&0xC0 == 0x80 {
			v = v<<6 | name[i+1]&0x3F
			i++
		}
		h = h<<4 + uint32(v)
		if g := h & 0xF0000000; g != 0 {
			h ^= g >> 24
			h ^= g
		}
	}
	return h
}

// What phash2's stack holds besides terms.
type phashMark struct {
	Opaque
	tail        bool // after a map's last pair, else after each pair
	hash, pairs uint32
}

var phashPair = &phashMark{}

// Phash2 is the full 32-bit value of erlang:phash2.
func Phash2(t Term) uint32 {
	var hash, pairs uint32
	var stack []Term
	for {
	next:
		switch x := t.(type) {
		case Int:
			hash = phashInt(hash, x.Value())
		case Atom:
			if hash == 0 {
				hash = x.e.phash
			} else {
				hash = phash2(hash, x.e.phash, 0, 3)
			}
		case Nil:
			if hash == 0 {
				hash = 3468870702
			} else {
				hash = phash2(hash, 2, 0, 2)
			}
		case *Cons:
			// Bytes at the beginning count four at a time.
			n, sum := 0, uint32(0)
			for {
				c, ok := x.Head.(Int)
				if !ok || uint64(c.Value()) > 255 {
					if n > 0 {
						hash = phash2(hash, sum, 0, 4)
					}
					stack = append(stack, x.Tail)
					t = x.Head
					goto next
				}
				sum = sum<<8 + uint32(c.Value())
				if n++; n == 4 {
					hash = phash2(hash, sum, 0, 4)
					n, sum = 0, 0
				}
				tail, ok := x.Tail.(*Cons)
				if !ok {
					break
				}
				x = tail
			}
			if n > 0 {
				hash = phash2(hash, sum, 0, 4)
			}
			t = x.Tail
			goto next
		case *Tuple:
			hash = phash2(hash, uint32(len(x.Elems)), 0, 9)
			for i := len(x.Elems) - 1; i >= 0; i-- {
				stack = append(stack, x.Elems[i])
			}
		case *Map:
			hash = phash2(hash, uint32(x.Len()), 0, 16)
			if x.Len() > 0 {
				stack = append(stack, &phashMark{tail: true, hash: hash, pairs: pairs})
				hash, pairs = 0, 0
				x.All(func(k, v Term) bool {
					stack = append(stack, phashPair, v, k)
					return true
				})
			}
		case *phashMark:
			if x.tail {
				hash = phash2(x.hash, pairs, 0, 19)
				pairs = x.pairs
			} else {
				pairs ^= hash
				hash = 0
			}
		case *Export:
			hash = phash2(hash, uint32(x.Arity), x.Module.e.phash, 1)
			hash = phash2(hash, x.Name.e.phash, 0, 14)
		case *Fun:
			hash = phash2(hash, uint32(len(x.Env)), x.Module.e.phash, 1)
			hash = phash2(hash, x.OldIndex, x.OldUniq, 1)
			for i := len(x.Env) - 1; i >= 0; i-- {
				stack = append(stack, x.Env[i])
			}
		case *Bits:
			start := uint32(13*phashUnit&math.MaxUint32) + hash
			switch b, rest := x.Bytes(), x.Len&7; {
			case x.Len == 0:
				hash = start
			case rest == 0:
				hash = phashBlock(b, start)
			default:
				n := len(b) - 1
				hash = phash2(phashBlock(b[:n], start), uint32(rest), uint32(b[n])>>(8-rest), 15)
			}
		case *Big:
			kind := uint32(11)
			if x.V.Sign() < 0 {
				kind = 10
			}
			for _, w := range x.V.Bits() {
				hash = phash2(hash, uint32(w), uint32(uint64(w)>>32), kind)
			}
		case Float:
			f := math.Float64bits(float64(x) + 0) // -0.0 counts as 0.0
			hash = phash2(hash, uint32(f>>32), uint32(f), 12)
		case *Pid:
			hash = phash2(hash, x.ID, 0, 5)
		case *Port:
			hash = phash2(hash, uint32(x.ID), 0, 6)
		case *Ref:
			hash = phash2(hash, x.ID[0], 0, 7)
		}
		if len(stack) == 0 {
			return hash
		}
		t = stack[len(stack)-1]
		stack = stack[:len(stack)-1]
	}
}
