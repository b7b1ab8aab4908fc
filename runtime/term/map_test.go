package term

import (
	"math/rand"
	"testing"
)

// TestMapAgainstModel makes maps by random steps and compares them with a Go
// map after each.
func TestMapAgainstModel(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for round := range 40 {
		span := []int64{20, 60, 200, 2000}[round%4]
		m, model := EmptyMap, make(map[Int]Int)
		for range 3000 {
			k, v := Small(r.Int63n(span)), Small(r.Int63())
			if r.Intn(5) < 2 {
				m = m.Remove(k)
				delete(model, k)
			} else {
				m = m.Put(k, v)
				model[k] = v
			}
			if m.Len() != len(model) {
				t.Fatalf("%d pairs, want %d", m.Len(), len(model))
			}
			if (m.root != nil) != (m.Len() > FlatMax) {
				t.Fatalf("a map of %d pairs has the wrong form", m.Len())
			}
		}
		var b MapBuilder
		for k, v := range model {
			if got, ok := m.Get(k); !ok || got != v {
				t.Fatalf("get %d: %v %v", k.Value(), got, ok)
			}
			b.Put(k, EmptyList)
			b.Put(k, v)
		}
		if _, ok := m.Get(Small(span)); ok {
			t.Fatal("a key that is not there")
		}
		built := b.Map()
		if !Identical(m, built) || Compare(m, built) != 0 || Hash(m) != Hash(built) {
			t.Fatalf("maps of %d pairs made in two ways differ", m.Len())
		}
		if other := built.Put(Small(0), True); Identical(m, other) || Compare(m, other) == 0 {
			t.Fatal("different maps are identical")
		}
		seen := 0
		for k, v := range m.All {
			if model[k.(Int)] != v {
				t.Fatalf("pair %v %v", k, v)
			}
			seen++
		}
		if seen != len(model) {
			t.Fatalf("%d pairs seen of %d", seen, len(model))
		}
		checkFrom(t, m)
		checkWalk(t, m, r)
	}
}

func checkFrom(t *testing.T, m *Map) {
	var all, parts []Term
	for k := range m.All {
		all = append(all, k)
	}
	for cursor := uint64(0); ; {
		cursor = m.From(cursor, 7, func(k, v Term) { parts = append(parts, k) })
		if cursor == 0 {
			break
		}
	}
	if !Identical(List(all...), List(parts...)) {
		t.Fatalf("%d pairs in parts, %d at once", len(parts), len(all))
	}
}

// checkWalk goes over m and makes maps of a part of its pairs, which must be of
// the one shape that such maps have.
func checkWalk(t *testing.T, m *Map, r *rand.Rand) {
	var it MapIter
	it.Start(m)
	for k, v := range m.All {
		if gotK, gotV, ok := it.Next(); !ok || gotK != k || gotV != v {
			t.Fatalf("pair %v %v, want %v %v", gotK, gotV, k, v)
		}
	}
	if _, _, ok := it.Next(); ok {
		t.Fatal("a pair too many")
	}
	for _, kept := range []int{0, 1, 50, 99, 100} {
		var want MapBuilder
		values, dropped := make([]Term, 0, m.Len()), 0
		for k := range m.All {
			if r.Intn(100) < kept {
				want.Put(k, True)
				values = append(values, True)
			} else {
				values = append(values, nil)
				dropped++
			}
		}
		got, want1 := m.WithValues(values, dropped), want.Map()
		if !Identical(got, want1) || (got.root != nil) != (want1.root != nil) {
			t.Fatalf("%d of %d pairs kept: %d pairs", kept, m.Len(), got.Len())
		}
	}
}

// TestMapCollisions: keys of one hash live in one map.
func TestMapCollisions(t *testing.T) {
	// Beyond maxHashDepth terms don't count in the hash.
	deep := func(i int64) Term {
		t := MakeInt(i)
		for range maxHashDepth + 2 {
			t = T(t)
		}
		return t
	}
	if Hash(deep(1)) != Hash(deep(2)) {
		t.Fatal("no collision")
	}
	m := EmptyMap
	for i := range int64(100) {
		m = m.Put(deep(i), MakeInt(i))
	}
	var b MapBuilder
	for i := range int64(100) {
		b.Put(deep(99-i), MakeInt(99-i))
	}
	if !Identical(m, b.Map()) || m.Len() != 100 {
		t.Fatal("maps differ")
	}
	checkFrom(t, m)
	for i := range int64(100) {
		if v, ok := m.Get(deep(i)); !ok || v != MakeInt(i) {
			t.Fatalf("%d: %v", i, v)
		}
		m = m.Remove(deep(i))
	}
	if m != EmptyMap {
		t.Fatal("not empty")
	}
}

func TestSmallMapOrder(t *testing.T) {
	a, b := A("map test first"), A("a map test second")
	m := MapOf(b, True, Float(2), True, Small(3), True, a, True, T(), True, Small(-1), True)
	want := List(Small(-1), Small(3), Float(2), a, b, T())
	var keys []Term
	for k := range m.All {
		keys = append(keys, k)
	}
	if !Identical(List(keys...), want) {
		t.Errorf("%v", keys)
	}
	for _, k := range keys {
		if _, ok := m.Get(k); !ok {
			t.Errorf("no %v", k)
		}
	}
	for _, k := range []Term{Small(0), Small(4), Float(3), True, EmptyList} {
		if _, ok := m.Get(k); ok {
			t.Errorf("%v", k)
		}
	}
}

func BenchmarkMapPut(b *testing.B) {
	m := EmptyMap
	for i := range b.N {
		m = m.Put(Small(int64(i)), True)
	}
}

func BenchmarkMapBuild1M(b *testing.B) {
	for range b.N {
		var mb MapBuilder
		for i := range int64(1000000) {
			mb.Put(Small(i), True)
		}
		mb.Map()
	}
}

func BenchmarkMapGet1M(b *testing.B) {
	var mb MapBuilder
	for i := range int64(1000000) {
		mb.Put(Small(i), True)
	}
	m := mb.Map()
	b.ResetTimer()
	for i := range b.N {
		m.Get(Small(int64(i) * 7919 % 1000000))
	}
}

func BenchmarkSmallMapGet(b *testing.B) {
	m := MapOf(A("m1"), True, A("m2"), True, A("m3"), True, A("m4"), True, A("m5"), True)
	k := A("m5")
	for range b.N {
		m.Get(k)
	}
}
