package term

// Comparisons that give up: most terms that are compared are small, or differ
// early, and the few others are worth some preparation (vm.Process.Identical).

// brief is how many parts are looked at.
const brief = 64

// SameBriefly is Identical, or Equal if exact is false; sure is false if that
// would take long to know.
func SameBriefly(a, b Term, exact bool) (yes, sure bool) {
	yes, left := sameWithin(a, b, exact, brief)
	return yes, left >= 0
}

// CompareBriefly is Compare; sure is false if that would take long.
func CompareBriefly(a, b Term) (c int, sure bool) {
	c, left := compareWithin(a, b, brief)
	return c, left >= 0
}

// briefBytes is the length of bitstrings that are compared in passing.
const briefBytes = 1 << 14

func isLong(t Term) bool {
	switch t := t.(type) {
	case *Bits:
		return t.Len > 8*briefBytes
	case *Map:
		return t.root != nil
	case *Fun:
		return len(t.Env) > 0
	}
	return false
}

// sameWithin looks at n parts at most, and says how many are left: less than 0 if it
// does not know.
func sameWithin(a, b Term, exact bool, n int) (bool, int) {
	if a == b {
		return !exact || !zeroes(a) || sameZero(a, b), n
	}
	switch x := a.(type) {
	case Atom, Nil:
		return false, n
	case *Cons:
		y, ok := b.(*Cons)
		for ok {
			if x.Head != y.Head || zeroes(x.Head) {
				var yes bool
				if yes, n = sameWithin(x.Head, y.Head, exact, n); !yes || n < 0 {
					return false, n
				}
			}
			if x.Tail == y.Tail {
				return true, n
			}
			if n--; n < 0 {
				return false, n
			}
			next, more := x.Tail.(*Cons)
			if !more {
				return sameWithin(x.Tail, y.Tail, exact, n)
			}
			x = next
			y, ok = y.Tail.(*Cons)
		}
		return false, n
	case *Tuple:
		y, ok := b.(*Tuple)
		if !ok || len(x.Elems) != len(y.Elems) {
			return false, n
		}
		return sameAllWithin(x.Elems, y.Elems, exact, n)
	case *Map:
		y, ok := b.(*Map)
		if !ok || x.Len() != y.Len() {
			return false, n
		}
		if isLong(x) {
			return false, -1
		}
		yes, n := sameAllWithin(x.keys, y.keys, true, n)
		if !yes || n < 0 {
			return false, n
		}
		return sameAllWithin(x.values, y.values, exact, n)
	}
	if isLong(a) && rank(a) == rank(b) {
		return false, -1
	}
	return sameLeaf(a, b, exact, 0), n
}

func sameAllWithin(a, b []Term, exact bool, n int) (bool, int) {
	for i, e := range a {
		if e == b[i] && !zeroes(e) {
			continue
		}
		if n--; n < 0 {
			return false, n
		}
		var yes bool
		if yes, n = sameWithin(e, b[i], exact, n); !yes || n < 0 {
			return false, n
		}
	}
	return true, n
}

// compareWithin is for Compare what sameWithin is for Identical.
func compareWithin(a, b Term, n int) (int, int) {
	for {
		if a == b {
			return 0, n
		}
		if n--; n < 0 {
			return 0, n
		}
		switch x := a.(type) {
		case *Cons:
			if y, ok := b.(*Cons); ok {
				var c int
				if c, n = compareWithin(x.Head, y.Head, n); c != 0 || n < 0 {
					return c, n
				}
				a, b = x.Tail, y.Tail
				continue
			}
		case *Tuple:
			if y, ok := b.(*Tuple); ok && len(x.Elems) == len(y.Elems) {
				var c int
				for i, e := range x.Elems {
					if c, n = compareWithin(e, y.Elems[i], n); c != 0 || n < 0 {
						return c, n
					}
				}
				return 0, n
			}
		case *Map:
			if y, ok := b.(*Map); ok && x.Len() == y.Len() {
				return 0, -1
			}
		default:
			if isLong(a) && rank(a) == rank(b) {
				return 0, -1
			}
		}
		return compare(a, b, false, 0), n
	}
}
