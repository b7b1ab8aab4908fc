package term

import (
	"bytes"
	"math"
	"math/big"
	"strings"
)

// Identical is =:=.
func Identical(a, b Term) bool { return same(a, b, true, 0) }

// Equal is ==: as Identical, but integers and floats compare by value.
func Equal(a, b Term) bool { return same(a, b, false, 0) }

// maxDepth is how deeply nested terms are compared by recursion; what is
// deeper goes to compareDeep, which keeps a stack of its own, since Go's has a
// limit that no program may run into.
const maxDepth = 2000

func same(a, b Term, exact bool, depth int) bool {
	if a == b {
		return !exact || !zeroes(a) || sameZero(a, b)
	}
	return sameParts(a, b, exact, depth)
}

// zeroes reports whether t is 0.0 or -0.0, which Go's == takes for one; they
// differ since OTP 27.
func zeroes(t Term) bool {
	f, ok := t.(Float)
	return ok && f == 0
}

func sameZero(a, b Term) bool {
	return math.Signbit(float64(a.(Float))) == math.Signbit(float64(b.(Float)))
}

// sameParts is same for what Go's == does not find equal.
func sameParts(a, b Term, exact bool, depth int) bool {
	if depth > maxDepth {
		return compareDeep(a, b, exact) == 0
	}
	for {
		switch x := a.(type) {
		case *Cons:
			y, ok := b.(*Cons)
			if !ok || !same(x.Head, y.Head, exact, depth+1) {
				return false
			}
			if x.Tail == y.Tail {
				return true
			}
			a, b = x.Tail, y.Tail
			continue
		case *Tuple:
			y, ok := b.(*Tuple)
			if !ok || len(x.Elems) != len(y.Elems) {
				return false
			}
			for i, e := range x.Elems {
				// Most elements are such, and need no call.
				switch e := e.(type) {
				case Int:
					if f, ok := y.Elems[i].(Int); ok && e == f {
						continue
					}
				case Atom:
					if f, ok := y.Elems[i].(Atom); ok && e == f {
						continue
					}
				}
				if !same(e, y.Elems[i], exact, depth+1) {
					return false
				}
			}
			return true
		case *Map:
			y, ok := b.(*Map)
			return ok && mapsSame(x, y, exact, depth+1)
		}
		return sameLeaf(a, b, exact, depth)
	}
}

// sameLeaf is same for what is neither list, tuple nor map.
func sameLeaf(a, b Term, exact bool, depth int) bool {
	switch a.(type) {
	case Atom, Nil:
		return false // Go's == would have said so
	case Int:
		if _, ok := b.(Int); ok || exact {
			return false
		}
	case Float:
		if _, ok := b.(Float); ok || exact {
			return false
		}
	}
	return rank(a) == rank(b) && compare(a, b, exact, depth) == 0
}

// rank orders the types: number < atom < reference < fun < port < pid <
// tuple < map < nil < list < bitstring.
func rank(t Term) int {
	switch t.(type) {
	case Int, *Big, Float:
		return 0
	case Atom:
		return 1
	case *Ref:
		return 2
	case *Fun, *Export:
		return 3
	case *Port:
		return 4
	case *Pid:
		return 5
	case *Tuple:
		return 6
	case *Map:
		return 7
	case Nil:
		return 8
	case *Cons:
		return 9
	case *Bits:
		return 10
	}
	return 11
}

// Compare is the term order: negative, zero or positive as a is before, equal
// to (==) or after b.
func Compare(a, b Term) int { return compare(a, b, false, 0) }

// CompareExact is the order of map keys: as Compare, but an integer is before
// every float, so that only identical terms are 0.
func CompareExact(a, b Term) int { return compare(a, b, true, 0) }

func compare(a, b Term, exact bool, depth int) int {
	if depth > maxDepth {
		return compareDeep(a, b, exact)
	}
	for {
		if a == b {
			if _, ok := a.(Float); !ok || !exact {
				return 0
			}
		}
		if x, ok := a.(Int); ok {
			if y, ok := b.(Int); ok {
				return cmpOrdered(x.Value(), y.Value())
			}
		}
		ra, rb := rank(a), rank(b)
		if ra != rb {
			return cmpOrdered(ra, rb)
		}
		switch x := a.(type) {
		case Int, *Big, Float:
			return compareNumbers(a, b, exact)
		case Atom:
			return strings.Compare(x.Name(), b.(Atom).Name())
		case *Ref:
			return compareRefs(x, b.(*Ref))
		case *Fun, *Export:
			return compareFuns(a, b, exact, depth)
		case *Port:
			y := b.(*Port)
			if c := strings.Compare(x.Node.Name(), y.Node.Name()); c != 0 {
				return c
			}
			if c := cmpOrdered(x.Creation, y.Creation); c != 0 {
				return c
			}
			return cmpOrdered(x.ID, y.ID)
		case *Pid:
			y := b.(*Pid)
			if c := cmpOrdered(x.Serial, y.Serial); c != 0 {
				return c
			}
			if c := cmpOrdered(x.ID, y.ID); c != 0 {
				return c
			}
			if c := strings.Compare(x.Node.Name(), y.Node.Name()); c != 0 {
				return c
			}
			return cmpOrdered(x.Creation, y.Creation)
		case *Tuple:
			y := b.(*Tuple)
			if c := cmpOrdered(len(x.Elems), len(y.Elems)); c != 0 {
				return c
			}
			for i, e := range x.Elems {
				if c := compare(e, y.Elems[i], exact, depth+1); c != 0 {
					return c
				}
			}
			return 0
		case *Map:
			return compareMaps(x, b.(*Map), exact, depth)
		case *Cons:
			y := b.(*Cons)
			if c := compare(x.Head, y.Head, exact, depth+1); c != 0 {
				return c
			}
			a, b = x.Tail, y.Tail
			continue
		case *Bits:
			return compareBits(x, b.(*Bits))
		}
		return 0
	}
}

// compareDeep is compare without recursion into lists, tuples and maps.
func compareDeep(a, b Term, exact bool) int {
	type pair struct {
		a, b  Term
		exact bool
	}
	stack := []pair{{a, b, exact}}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if p.a == p.b && !zeroes(p.a) {
			continue
		}
		switch x := p.a.(type) {
		case *Cons:
			if y, ok := p.b.(*Cons); ok {
				stack = append(stack, pair{x.Tail, y.Tail, p.exact}, pair{x.Head, y.Head, p.exact})
				continue
			}
		case *Tuple:
			if y, ok := p.b.(*Tuple); ok && len(x.Elems) == len(y.Elems) {
				for i := len(x.Elems) - 1; i >= 0; i-- {
					stack = append(stack, pair{x.Elems[i], y.Elems[i], p.exact})
				}
				continue
			}
		case *Map:
			if y, ok := p.b.(*Map); ok && x.Len() == y.Len() {
				px, py := x.SortedPairs(), y.SortedPairs()
				for i := len(px) - 1; i >= 0; i-- {
					stack = append(stack, pair{px[i][1], py[i][1], p.exact})
				}
				for i := len(px) - 1; i >= 0; i-- {
					stack = append(stack, pair{px[i][0], py[i][0], true})
				}
				continue
			}
		}
		if c := compare(p.a, p.b, p.exact, 0); c != 0 {
			return c
		}
	}
	return 0
}

func cmpOrdered[T int | int64 | uint32 | uint64 | float64 | uint8](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func compareNumbers(a, b Term, exact bool) int {
	fa, aFloat := a.(Float)
	fb, bFloat := b.(Float)
	switch {
	case aFloat && bFloat:
		if c := cmpOrdered(float64(fa), float64(fb)); c != 0 || !exact {
			return c
		}
		// -0.0 is before 0.0 where they must be told apart.
		return cmpOrdered(math.Float64bits(float64(fb))>>63, math.Float64bits(float64(fa))>>63)
	case aFloat:
		if exact {
			return 1
		}
		return -compareIntFloat(b, float64(fa))
	case bFloat:
		if exact {
			return -1
		}
		return compareIntFloat(a, float64(fb))
	}
	x, _ := ToBig(a)
	y, _ := ToBig(b)
	return x.Cmp(y)
}

func compareIntFloat(i Term, f float64) int {
	const exactLimit = 1 << 53
	if v, ok := i.(Int); ok {
		if n := v.Value(); n >= -exactLimit && n <= exactLimit {
			return cmpOrdered(float64(n), f)
		}
	}
	x, _ := ToBig(i)
	var y big.Float
	y.SetFloat64(f)
	return new(big.Float).SetInt(x).Cmp(&y)
}

func compareRefs(x, y *Ref) int {
	if c := strings.Compare(x.Node.Name(), y.Node.Name()); c != 0 {
		return c
	}
	if c := cmpOrdered(x.Creation, y.Creation); c != 0 {
		return c
	}
	n := max(x.N, y.N)
	for i := int(n) - 1; i >= 0; i-- {
		if c := cmpOrdered(x.ID[i], y.ID[i]); c != 0 {
			return c
		}
	}
	return 0
}

// kept is a fun with what other nodes see of its free values: of a fun typed
// in the shell, its source too.
func (f *Fun) kept() *Fun {
	if x, ok := f.Interpreted.(interface{ External(*Fun) *Fun }); ok {
		return x.External(f)
	}
	return f
}

// compareFuns: local funs before external ones.
func compareFuns(a, b Term, exact bool, depth int) int {
	x, xLocal := a.(*Fun)
	y, yLocal := b.(*Fun)
	switch {
	case xLocal && yLocal:
		if c := strings.Compare(x.Module.Name(), y.Module.Name()); c != 0 {
			return c
		}
		if c := cmpOrdered(x.OldIndex, y.OldIndex); c != 0 {
			return c
		}
		if c := cmpOrdered(x.OldUniq, y.OldUniq); c != 0 {
			return c
		}
		if c := bytes.Compare(x.Uniq[:], y.Uniq[:]); c != 0 {
			return c
		}
		if c := cmpOrdered(x.Index, y.Index); c != 0 {
			return c
		}
		if x.Lambda != y.Lambda {
			x, y = x.kept(), y.kept()
		}
		if c := cmpOrdered(len(x.Env), len(y.Env)); c != 0 {
			return c
		}
		for i, e := range x.Env {
			if c := compare(e, y.Env[i], exact, depth+1); c != 0 {
				return c
			}
		}
		return 0
	case xLocal:
		return -1
	case yLocal:
		return 1
	}
	p, q := a.(*Export), b.(*Export)
	if c := strings.Compare(p.Module.Name(), q.Module.Name()); c != 0 {
		return c
	}
	if c := strings.Compare(p.Name.Name(), q.Name.Name()); c != 0 {
		return c
	}
	return cmpOrdered(p.Arity, q.Arity)
}

func compareBits(x, y *Bits) int {
	if x.Off == 0 && y.Off == 0 && x.Len&7 == 0 && y.Len&7 == 0 {
		return bytes.Compare(x.Data[:x.Len/8], y.Data[:y.Len/8])
	}
	n := min(x.Len, y.Len)
	if c := bytes.Compare(x.Sub(0, n).Bytes(), y.Sub(0, n).Bytes()); c != 0 {
		return c
	}
	return cmpOrdered(x.Len, y.Len)
}
