package term

import (
	"encoding/binary"
	"math"
	"slices"
)

// The primes of the hash.
const (
	phashAtom    = 268440163
	phashInteger = 268439161
	phashPlus    = 268435459
	phashMinus   = 268436141
	phashFloat   = 268437017
	phashCons    = 268437511
	phashTuple   = 268439627
	phashPid     = 268438633
	phashFun     = 268440479
	phashExport  = 268440577
	phashBits    = 268440581
	phashMap     = 268440593
	phashMapPlus = 268440611
)

// Phash is the hash of erlang:phash/2 before it is brought into its range. It
// is no good hash, but dict and version 1 of sets order their elements by it.
// It goes through nested terms with a stack of its own.
func Phash(t Term) uint32 {
	h := uint32(0)
	bytes := func(b []byte, prime uint32) {
		for _, c := range b {
			h = h*prime + uint32(c)
		}
	}
	number := func(n, prime, after uint32) {
		bytes(binary.LittleEndian.AppendUint32(nil, n), prime)
		h *= after
	}
	integer := func(words []byte, negative bool) {
		bytes(words, phashInteger)
		if negative {
			h *= phashMinus
		} else {
			h *= phashPlus
		}
	}
	type step struct {
		t   Term
		mul uint32 // for a step without a term: h = h*mul + add
		add uint32
	}
	steps := []step{{t: t}}
	for len(steps) > 0 {
		s := steps[len(steps)-1]
		steps = steps[:len(steps)-1]
		if s.t == nil {
			h = h*s.mul + s.add
			continue
		}
		switch x := s.t.(type) {
		case Nil:
			h = h*phashPlus + 1
		case Atom:
			h = h*phashAtom + atomPhash(x.Name())
		case Int:
			v := x.Value()
			u := uint64(max(v, -v))
			words := binary.LittleEndian.AppendUint64(nil, u)
			if u <= math.MaxUint32 {
				words = words[:4]
			}
			integer(words, v < 0)
		case *Big:
			words := x.V.Bytes()
			slices.Reverse(words)
			for len(words)%4 != 0 {
				words = append(words, 0)
			}
			integer(words, x.V.Sign() < 0)
		case Float:
			u := math.Float64bits(float64(x) + 0) // -0.0 as 0.0
			h = h*phashFloat + (uint32(u>>32) ^ uint32(u))
		case *Bits:
			b, whole := x.Bytes(), x.Len/8
			bytes(b[:whole], phashAtom)
			if rest := x.Len % 8; rest > 0 {
				h = (h*phashAtom+uint32(b[whole]>>(8-rest)))*phashBits + uint32(rest)
			}
			h = h*phashMinus + uint32(whole)
		case *Tuple:
			steps = append(steps, step{mul: phashTuple, add: uint32(len(x.Elems))})
			for i := len(x.Elems) - 1; i >= 0; i-- {
				steps = append(steps, step{t: x.Elems[i]})
			}
		case *Cons:
			for {
				c, ok := s.t.(*Cons)
				if !ok {
					break
				}
				v, ok := c.Head.(Int)
				if !ok || v.Value() < 0 || v.Value() > 255 {
					break
				}
				h = h*phashInteger + uint32(v.Value())
				s.t = c.Tail
			}
			c, ok := s.t.(*Cons)
			if !ok {
				steps = append(steps, step{mul: phashCons}, step{t: s.t})
				continue
			}
			if _, more := c.Tail.(*Cons); !more {
				steps = append(steps, step{mul: phashCons})
			}
			steps = append(steps, step{t: c.Tail}, step{t: c.Head})
		case *Export:
			h = h*phashExport + uint32(x.Arity)
			h = h*phashAtom + atomPhash(x.Module.Name())
			h = h*phashAtom + atomPhash(x.Name.Name())
		case *Fun:
			h = h*phashFun + uint32(len(x.Env))
			h = h*phashAtom + atomPhash(x.Module.Name())
			h = h*phashInteger + x.OldIndex
			h = h*phashInteger + x.OldUniq
			for _, e := range slices.Backward(x.Env) {
				steps = append(steps, step{t: e})
			}
		case *Pid:
			number(x.ID, phashPid, phashFloat)
		case *Port:
			number(uint32(x.ID), phashTuple, phashFun)
		case *Ref:
			number(x.ID[0], phashTuple, phashFun)
		default: // a map
			h = h*phashMap + phashMapPlus + uint32(Phash2(x))
		}
	}
	return h
}
