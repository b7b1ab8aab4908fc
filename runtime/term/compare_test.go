package term

import (
	"runtime/debug"
	"testing"
)

// nest wraps t in n layers.
func nest(n int, t Term, wrap func(Term) Term) Term {
	for range n {
		t = wrap(t)
	}
	return t
}

// TestDeep compares terms nested so deeply that recursion would need more
// stack than Go gives.
func TestDeep(t *testing.T) {
	const n = 50000
	defer debug.SetMaxStack(debug.SetMaxStack(4 << 20))
	for _, c := range []struct {
		name string
		wrap func(Term) Term
	}{
		{"tuples", func(t Term) Term { return T(t) }},
		{"lists", func(t Term) Term { return List(t) }},
		{"maps", func(t Term) Term { return MapOf(True, t) }},
		{"mixed", func(t Term) Term { return T(Small(1), List(MapOf(Small(2), t))) }},
	} {
		one, same, two := nest(n, Small(1), c.wrap), nest(n, Small(1), c.wrap), nest(n, Small(2), c.wrap)
		if !Identical(one, same) || !Equal(one, same) || Identical(one, two) || Compare(one, two) != -1 || Compare(two, one) != 1 {
			t.Errorf("%s: %v %v %v %d %d", c.name, Identical(one, same), Equal(one, same), Identical(one, two), Compare(one, two), Compare(two, one))
		}
		if Hash(one) != Hash(same) || Phash2(one) != Phash2(same) {
			t.Errorf("%s: hashes", c.name)
		}
	}
	if float := nest(n, Float(1), func(t Term) Term { return T(t) }); Identical(nest(n, Small(1), func(t Term) Term { return T(t) }), float) {
		t.Error("1 and 1.0 are identical far down")
	}
}
