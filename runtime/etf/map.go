package etf

import (
	"sort"
	"strconv"

	"ersh/runtime/term"
)

// makeMap makes a map of alternating keys and values; ok is false if a key
// comes twice.
func makeMap(kvs []term.Term) (m *term.Map, ok bool) {
	var b term.MapBuilder
	b.Grow(len(kvs) / 2)
	for i := 0; i < len(kvs); i += 2 {
		b.Put(kvs[i], kvs[i+1])
	}
	m = b.Map()
	return m, 2*m.Len() == len(kvs)
}

// sortPairs orders alternating keys and values by key.
func sortPairs(kvs []term.Term) {
	sort.Sort(byKey(kvs))
}

type byKey []term.Term

func (p byKey) Len() int           { return len(p) / 2 }
func (p byKey) Less(i, j int) bool { return term.CompareExact(p[2*i], p[2*j]) < 0 }
func (p byKey) Swap(i, j int) {
	p[2*i], p[2*j] = p[2*j], p[2*i]
	p[2*i+1], p[2*j+1] = p[2*j+1], p[2*i+1]
}

// appendE20 is C's %.20e, which has two digits of exponent at least, as Go's.
func appendE20(b []byte, f float64) []byte { return strconv.AppendFloat(b, f, 'e', 20, 64) }
