package term

import (
	"math"
	"testing"
)

// TestPacked: what the interpreter reckons with packed integers is what it would be
// with their values, and a term that is no small integer never makes one.
func TestPacked(t *testing.T) {
	values := []int64{MinSmall, MinSmall + 1, -1 << 32, -12345, -1, 0, 1, 2, 77, 1 << 31, MaxSmall - 1, MaxSmall}
	others := []Term{nil, EmptyList, A("atom"), Float(0), Float(2.5), &Cons{Head: Small(1), Tail: EmptyList}, &Tuple{},
		String("text"), MakeInt(MaxSmall + 1), MakeInt(math.MinInt64), Bool(true)}
	result := func(what string, v, w int64, p Packed, want int64) {
		t.Helper()
		if p.IsInt() != (want >= MinSmall && want <= MaxSmall) || p.IsInt() && p.Int().Value() != want {
			t.Errorf("%d %s %d: is an Int: %v, want %d", v, what, w, p.IsInt(), want)
		}
	}
	for _, v := range values {
		a := Term(Small(v))
		p := Pack(&a)
		place := Term(Small(v / 2))
		if p.Into(&place); place != a {
			t.Errorf("%d stored is %v", v, place)
		}
		if !IsSmall(v) || !p.IsInt() || p.Int() != Small(v) || Small(v).Value() != v || !p.Is(Pack(&a)) {
			t.Errorf("%d is no Int", v)
		}
		for _, n := range []int32{-MaxStep, -1, 0, 1, MaxStep} {
			result("plus", v, int64(n), p.Plus(n), v+int64(n))
			if s := p.Plus(n); s.IsStep() != s.IsInt() {
				t.Errorf("%d plus %d: is a step: %v, an Int: %v", v, n, s.IsStep(), s.IsInt())
			}
		}
		for _, w := range values {
			b := Term(Small(w))
			q := Pack(&b)
			result("+", v, w, p.Add(q), v+w)
			result("-", v, w, p.Sub(q), v-w)
			if !p.Ints(q) || p.Less(q) != (v < w) || p.Is(q) != (v == w) {
				t.Errorf("the order of %d and %d", v, w)
			}
			if d := p.From(q); v >= w && d != uint64(v-w) || v < w && d < 1<<60 {
				t.Errorf("%d from %d is %d", v, w, d)
			}
		}
		for _, o := range others {
			q := Pack(&o)
			if q.Add(p).IsInt() || p.Add(q).IsInt() || p.Ints(q) || q.Ints(p) || q.Is(p) || q.From(p) < 1<<60 {
				t.Errorf("%v passes for an Int beside %d", o, v)
			}
		}
	}
	for _, o := range others {
		q := Pack(&o)
		if q.IsInt() || q.Plus(MaxStep).IsStep() || o != nil && q.Plus(-MaxStep).IsStep() {
			t.Errorf("%v passes for an Int", o)
		}
		for _, u := range others {
			if r := Pack(&u); q.Add(r).IsInt() || q.Ints(r) {
				t.Errorf("%v and %v pass for Ints", o, u)
			}
		}
	}
	for _, v := range []int64{MinSmall - 1, MaxSmall + 1, math.MinInt64, math.MaxInt64} {
		if IsSmall(v) {
			t.Errorf("%d passes for small", v)
		}
	}
}
