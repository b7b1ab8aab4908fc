package runtime

import (
	"slices"
	"testing"
)

func TestExpand(t *testing.T) {
	n := New(Config{})
	defer n.Stop()
	if len(n.modules()) == 0 {
		t.Fatal("the library is not built: go generate ./runtime/lib")
	}
	for _, c := range []struct{ before, name, match string }{
		{"lists:rev", "rev", "erse("},
		{"X = lists:ma", "ma", "p("},
		{"foo(list", "list", "s:"},
	} {
		x := n.Expand(c.before)
		if x.Insert != c.name || !slices.Contains(x.Matches, c.match) {
			t.Errorf("%q: %q %q, want %q among them", c.before, x.Insert, x.Matches, c.match)
		}
	}
	if x := n.Expand("Lis"); len(x.Matches) != 0 {
		t.Errorf("variable: %q", x.Matches)
	}
}
