package term

import "sort"

// FlatMax is how many pairs a map holds in key order; larger ones are trees
// ordered by hash, as BEAM's are, and print in that order.
const FlatMax = 32

// Map is an immutable map. Iteration order is that of erl's maps:to_list.
type Map struct {
	keys, values []Term // sorted by mapKeyOrder
}

func (*Map) isTerm() {}

// EmptyMap is #{}.
var EmptyMap = &Map{}

// mapKeyOrder is the key order of small maps since OTP 26: atoms by their
// index, everything else by CompareExact.
func mapKeyOrder(a, b Term) int {
	if x, ok := a.(Atom); ok {
		if y, ok := b.(Atom); ok {
			return cmpOrdered(x.Index(), y.Index())
		}
	}
	return CompareExact(a, b)
}

// Len is the number of pairs.
func (m *Map) Len() int { return len(m.keys) }

func (m *Map) find(k Term) (int, bool) {
	i := sort.Search(len(m.keys), func(i int) bool { return mapKeyOrder(m.keys[i], k) >= 0 })
	return i, i < len(m.keys) && Identical(m.keys[i], k)
}

// Get gives the value of a key.
func (m *Map) Get(k Term) (Term, bool) {
	if i, ok := m.find(k); ok {
		return m.values[i], true
	}
	return nil, false
}

// Put gives m with k bound to v.
func (m *Map) Put(k, v Term) *Map {
	i, ok := m.find(k)
	if ok {
		values := append([]Term(nil), m.values...)
		values[i] = v
		return &Map{m.keys, values}
	}
	n := len(m.keys)
	keys, values := make([]Term, n+1), make([]Term, n+1)
	copy(keys, m.keys[:i])
	copy(values, m.values[:i])
	keys[i], values[i] = k, v
	copy(keys[i+1:], m.keys[i:])
	copy(values[i+1:], m.values[i:])
	return &Map{keys, values}
}

// Remove gives m without k, and m itself if it has no k.
func (m *Map) Remove(k Term) *Map {
	i, ok := m.find(k)
	if !ok {
		return m
	}
	keys := append(append([]Term(nil), m.keys[:i]...), m.keys[i+1:]...)
	values := append(append([]Term(nil), m.values[:i]...), m.values[i+1:]...)
	return &Map{keys, values}
}

// All calls yield for each pair, in erl's order, until it returns false; it
// is an iter.Seq2.
func (m *Map) All(yield func(k, v Term) bool) {
	for i, k := range m.keys {
		if !yield(k, m.values[i]) {
			return
		}
	}
}

// MapOf makes a map of alternating keys and values; later ones win.
func MapOf(kvs ...Term) *Map {
	m := EmptyMap
	for i := 0; i+1 < len(kvs); i += 2 {
		m = m.Put(kvs[i], kvs[i+1])
	}
	return m
}

func mapsIdentical(x, y *Map) bool {
	if x.Len() != y.Len() {
		return false
	}
	for k, v := range x.All {
		w, ok := y.Get(k)
		if !ok || !Identical(v, w) {
			return false
		}
	}
	return true
}

// compareMaps: by size, then keys in CompareExact order, then values in the
// order of their keys.
func compareMaps(x, y *Map, exact bool) int {
	if c := cmpOrdered(x.Len(), y.Len()); c != 0 {
		return c
	}
	kx, ky := x.sortedKeys(), y.sortedKeys()
	for i := range kx {
		if c := CompareExact(kx[i], ky[i]); c != 0 {
			return c
		}
	}
	for _, k := range kx {
		v, _ := x.Get(k)
		w, _ := y.Get(k)
		if c := compare(v, w, exact); c != 0 {
			return c
		}
	}
	return 0
}

func (m *Map) sortedKeys() []Term {
	keys := append([]Term(nil), m.keys...)
	sort.Slice(keys, func(i, j int) bool { return CompareExact(keys[i], keys[j]) < 0 })
	return keys
}
