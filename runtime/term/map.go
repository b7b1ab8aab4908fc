package term

import "slices"

// FlatMax is how many pairs a map holds in key order; larger ones are trees
// ordered by hash (hamt.go), as BEAM's are, and print in that order.
const FlatMax = 32

// Map is an immutable map. Iteration order is that of erl's maps:to_list for
// maps of up to FlatMax pairs.
type Map struct {
	keys, values []Term // sorted by KeyOrder; unused when root is set
	root         *hnode
	count        int // pairs under root
}

func (*Map) isTerm() {}

// EmptyMap is #{}.
var EmptyMap = &Map{}

// KeyOrder is the key order of small maps since OTP 26: atoms by their
// age, everything else by CompareExact.
func KeyOrder(a, b Term) int {
	if x, ok := a.(Atom); ok {
		if y, ok := b.(Atom); ok {
			return cmpOrdered(x.e.order(), y.e.order())
		}
	}
	return CompareExact(a, b)
}

// Len is the number of pairs.
func (m *Map) Len() int {
	if m.root != nil {
		return m.count
	}
	return len(m.keys)
}

// find searches a small map: where k is, or where it would be.
func (m *Map) find(k Term) (int, bool) {
	switch x := k.(type) {
	case Atom:
		// Atoms are behind numbers and in the order of their age.
		age := x.e.order()
		for i, e := range m.keys {
			if y, ok := e.(Atom); ok {
				if y == x {
					return i, true
				}
				if y.e.order() > age {
					return i, false
				}
			} else if rank(e) > 1 {
				return i, false
			}
		}
		return len(m.keys), false
	case Int:
		for i, e := range m.keys {
			y, ok := e.(Int)
			if !ok {
				if big, isBig := e.(*Big); isBig && big.V.Sign() < 0 {
					continue
				}
				return i, false
			}
			if y == x {
				return i, true
			}
			if y.Value() > x.Value() {
				return i, false
			}
		}
		return len(m.keys), false
	}
	lo, hi := 0, len(m.keys)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		switch c := KeyOrder(m.keys[mid], k); {
		case c == 0:
			return mid, true
		case c < 0:
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return lo, false
}

// Get gives the value of a key.
func (m *Map) Get(k Term) (Term, bool) {
	if m.root != nil {
		return m.root.get(k)
	}
	if i, ok := m.find(k); ok {
		return m.values[i], true
	}
	return nil, false
}

// Put gives m with k bound to v.
func (m *Map) Put(k, v Term) *Map {
	if m.root != nil {
		root, added := m.root.put(Hash(k), hashTop, k, v)
		if added {
			return &Map{root: root, count: m.count + 1}
		}
		return &Map{root: root, count: m.count}
	}
	i, ok := m.find(k)
	n := len(m.keys)
	if ok {
		values := make([]Term, n)
		copy(values, m.values)
		values[i] = v
		return &Map{keys: m.keys, values: values}
	}
	if n == FlatMax {
		var b MapBuilder
		b.keys = append(append(make([]Term, 0, n+1), m.keys...), k)
		b.values = append(append(make([]Term, 0, n+1), m.values...), v)
		return b.Map()
	}
	both := make([]Term, 2*n+2)
	keys, values := both[:n+1:n+1], both[n+1:]
	copy(keys, m.keys[:i])
	copy(values, m.values[:i])
	keys[i], values[i] = k, v
	copy(keys[i+1:], m.keys[i:])
	copy(values[i+1:], m.values[i:])
	return &Map{keys: keys, values: values}
}

// Remove gives m without k, and m itself if it has no k.
func (m *Map) Remove(k Term) *Map {
	if m.root != nil {
		root, ok := m.root.remove(Hash(k), hashTop, k)
		if !ok {
			return m
		}
		if m.count-1 > FlatMax {
			return &Map{root: root, count: m.count - 1}
		}
		var b MapBuilder
		root.walk(hashTop, 0, func(k, v Term) bool { b.Put(k, v); return true })
		return b.Map()
	}
	i, ok := m.find(k)
	if !ok {
		return m
	}
	if len(m.keys) == 1 {
		return EmptyMap
	}
	keys := append(append([]Term(nil), m.keys[:i]...), m.keys[i+1:]...)
	values := append(append([]Term(nil), m.values[:i]...), m.values[i+1:]...)
	return &Map{keys: keys, values: values}
}

// All calls yield for each pair, in the map's order, until it returns false;
// it is an iter.Seq2.
func (m *Map) All(yield func(k, v Term) bool) {
	if m.root != nil {
		m.root.walk(hashTop, 0, yield)
		return
	}
	for i, k := range m.keys {
		if !yield(k, m.values[i]) {
			return
		}
	}
}

// From calls yield as All does but starts at a cursor: 0 for the beginning,
// otherwise what From returned. It takes at least n pairs if there are so
// many, and returns the cursor for the rest, or 0 at the end.
func (m *Map) From(cursor uint64, n int, yield func(k, v Term)) (next uint64) {
	if m.root == nil {
		i := int(min(cursor, uint64(len(m.keys))))
		end := min(i+n, len(m.keys))
		for ; i < end; i++ {
			yield(m.keys[i], m.values[i])
		}
		if end == len(m.keys) {
			return 0
		}
		return uint64(end)
	}
	last := uint64(0)
	m.root.walk(hashTop, cursor, func(k, v Term) bool {
		// Pairs of one hash are never parted, so that the hash can be the
		// cursor.
		if n <= 0 {
			if h := Hash(k); h != last {
				next = h
				return false
			}
		}
		if n--; n == 0 {
			last = Hash(k)
		}
		yield(k, v)
		return true
	})
	return next
}

// MapOf makes a map of alternating keys and values; later ones win.
func MapOf(kvs ...Term) *Map {
	var b MapBuilder
	for i := 0; i+1 < len(kvs); i += 2 {
		b.Put(kvs[i], kvs[i+1])
	}
	return b.Map()
}

// MapBuilder makes a map of many pairs at once. The zero value is ready.
type MapBuilder struct{ keys, values []Term }

// Grow makes room for n more pairs.
func (b *MapBuilder) Grow(n int) {
	b.keys = append(make([]Term, 0, len(b.keys)+n), b.keys...)
	b.values = append(make([]Term, 0, len(b.values)+n), b.values...)
}

// Put adds a pair; of pairs with one key the last wins.
func (b *MapBuilder) Put(k, v Term) {
	b.keys, b.values = append(b.keys, k), append(b.values, v)
}

// Map is the map of the pairs put so far; the builder is empty afterwards.
func (b *MapBuilder) Map() *Map {
	keys, values := b.keys, b.values
	b.keys, b.values = nil, nil
	switch {
	case len(keys) == 0:
		return EmptyMap
	case len(keys) <= FlatMax:
		return flatMap(keys, values)
	}
	root, count := buildTree(keys, values)
	if count > FlatMax {
		return &Map{root: root, count: count}
	}
	keys, values = keys[:0], values[:0]
	root.walk(hashTop, 0, func(k, v Term) bool {
		keys, values = append(keys, k), append(values, v)
		return true
	})
	return flatMap(keys, values)
}

// flatMap sorts few pairs by insertion; the slices become the map's.
func flatMap(keys, values []Term) *Map {
	m := &Map{}
	for i, k := range keys {
		v, n := values[i], len(m.keys)
		at := n
		if n > 0 && KeyOrder(keys[n-1], k) >= 0 {
			var found bool
			if at, found = m.find(k); found {
				values[at] = v
				continue
			}
		}
		copy(keys[at+1:n+1], keys[at:n])
		copy(values[at+1:n+1], values[at:n])
		keys[at], values[at] = k, v
		m.keys, m.values = keys[:n+1], values[:n+1]
	}
	clear(keys[len(m.keys):])
	clear(values[len(m.values):])
	return m
}

// mapsSame: keys are always compared exactly.
func mapsSame(x, y *Map, exact bool, depth int) bool {
	if x.Len() != y.Len() {
		return false
	}
	if x.root != nil {
		return x.root.same(y.root, exact, depth)
	}
	for i, k := range x.keys {
		if !same(k, y.keys[i], true, depth) || !same(x.values[i], y.values[i], exact, depth) {
			return false
		}
	}
	return true
}

// compareMaps: by size, then keys in CompareExact order, then values in the
// order of their keys.
func compareMaps(x, y *Map, exact bool, depth int) int {
	if c := cmpOrdered(x.Len(), y.Len()); c != 0 {
		return c
	}
	px, py := x.SortedPairs(), y.SortedPairs()
	for i := range px {
		if c := compare(px[i][0], py[i][0], true, depth+1); c != 0 {
			return c
		}
	}
	for i := range px {
		if c := compare(px[i][1], py[i][1], exact, depth+1); c != 0 {
			return c
		}
	}
	return 0
}

// SortedPairs gives all pairs in the order CompareExact of their keys.
func (m *Map) SortedPairs() [][2]Term {
	pairs := make([][2]Term, 0, m.Len())
	m.All(func(k, v Term) bool {
		pairs = append(pairs, [2]Term{k, v})
		return true
	})
	slices.SortFunc(pairs, func(a, b [2]Term) int { return CompareExact(a[0], b[0]) })
	return pairs
}
