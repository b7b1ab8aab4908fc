package term

import (
	"math"
	"math/bits"
)

// Hash is the hash that large maps and tables use. Identical terms have the
// same; it is the same in every run, so that large maps print alike.
func Hash(t Term) uint64 {
	switch t := t.(type) {
	case Int:
		return hashOrder(fmix64(uint64(t.Value())<<4 | 0xF))
	case Nil:
		return hashOrder(fmix64(0x3B))
	case Atom:
		return t.e.treeHash()
	}
	return mix(hashDeep(hashDeepSeed, t, 0))
}

// SlotHash is the hash that erl's process dictionaries go by: the value of a
// small integer and the number of an atom; for terms of other types it is ours.
func SlotHash(t Term) uint64 {
	switch t := t.(type) {
	case Int:
		return uint64(t.Value())
	case Atom:
		return uint64(t.e.number())
	}
	return Hash(t)
}

// fmix64 is the end of MurmurHash3, which real nodes since OTP 27 hash small
// integers and [] by.
func fmix64(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// Seeds that keep values of different types apart.
const (
	hashDeepSeed = 0x9E3779B97F4A7C15
	hashAtom     = 0xC2B2AE3D27D4EB4F
	hashBits     = 0x165667B19E3779F9
	hashFloat    = 0x27D4EB2F165667C5
	hashTuple    = 0x85EBCA77C2B2AE63
	hashNil      = 0xA0761D6478BD642F
	hashCons     = 0xE7037ED1A0B428DB
	hashMap      = 0x8EBC6AF09C88C6E3
	hashIdent    = 0x589965CC75374CC3
)

// maxHashDepth is how deeply nested parts of a term count in its hash.
const maxHashDepth = 32

func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^hashDeepSeed, hashAtom)
	x = hi ^ lo
	hi, lo = bits.Mul64(x^hashBits, hashCons)
	return hi ^ lo
}

// join adds v to the hash h.
func join(h, v uint64) uint64 {
	hi, lo := bits.Mul64(h^hashTuple, v^hashMap)
	return hi ^ lo + bits.RotateLeft64(h, 23)
}

func hashBytes[T string | []byte](h uint64, b T) uint64 {
	h = join(h, uint64(len(b)))
	for len(b) >= 8 {
		h = join(h, uint64(b[0])|uint64(b[1])<<8|uint64(b[2])<<16|uint64(b[3])<<24|
			uint64(b[4])<<32|uint64(b[5])<<40|uint64(b[6])<<48|uint64(b[7])<<56)
		b = b[8:]
	}
	if len(b) > 0 {
		v := uint64(0)
		for i := 0; i < len(b); i++ {
			v = v<<8 | uint64(b[i])
		}
		h = join(h, v)
	}
	return mix(h)
}

func hashDeep(h uint64, t Term, depth int) uint64 {
	if depth > maxHashDepth {
		return h
	}
	for {
		switch x := t.(type) {
		case Int:
			return join(h, uint64(x.Value()))
		case Atom:
			return join(h, x.e.hash)
		case Float:
			return join(h, math.Float64bits(float64(x))^hashFloat)
		case Nil:
			return join(h, hashNil)
		case *Cons:
			// A list's elements count in one go, however long it is.
			h = hashDeep(join(h, hashCons), x.Head, depth+1)
			t = x.Tail
			continue
		case *Tuple:
			h = join(h, hashTuple+uint64(len(x.Elems)))
			for _, e := range x.Elems {
				switch e := e.(type) {
				case Int:
					h = join(h, uint64(e.Value()))
				case Atom:
					h = join(h, e.e.hash)
				default:
					h = hashDeep(h, e, depth+1)
				}
			}
			return h
		case *Big:
			h = join(h, uint64(x.V.Sign())^hashFloat)
			for _, w := range x.V.Bits() {
				h = join(h, uint64(w))
			}
			return h
		case *Bits:
			return hashBytes(join(h, uint64(x.Len)^hashBits), x.Bytes())
		case *Map:
			// Pairs count in no order.
			sum := uint64(0)
			x.All(func(k, v Term) bool {
				sum += mix(hashDeep(hashDeep(hashMap, k, depth+1), v, depth+1))
				return true
			})
			return join(join(h, hashMap+uint64(x.Len())), sum)
		case *Pid:
			return join(join(h, uint64(x.ID)<<32|uint64(x.Serial)), hashIdent)
		case *Port:
			return join(join(h, x.ID), hashIdent+1)
		case *Ref:
			return join(join(h, uint64(x.ID[0])<<32|uint64(x.ID[1])), hashIdent+2)
		case *Export:
			return join(join(join(h, x.Module.e.hash), x.Name.e.hash), uint64(x.Arity)^hashIdent)
		case *Fun:
			h = join(join(h, x.Module.e.hash), uint64(x.OldIndex)<<32|uint64(x.OldUniq))
			for _, e := range x.Env {
				h = hashDeep(h, e, depth+1)
			}
			return h
		}
		return h
	}
}
