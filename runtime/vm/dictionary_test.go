package vm

import (
	"math/rand/v2"
	"testing"

	"ersh/runtime/term"
)

// TestDictionary compares a dictionary, small and large by turns, with a map.
func TestDictionary(t *testing.T) {
	var d dictionary
	want := map[int]term.Term{}
	check := func(what string, k int, got term.Term) {
		t.Helper()
		if got != want[k] {
			t.Fatalf("%s %d gives %v, want %v", what, k, got, want[k])
		}
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for i := range 20000 {
		k := rnd.IntN(1 + i%1000)
		key := term.T(term.A("k"), term.Small(int64(k)))
		if rnd.IntN(2000) < i%2000 { // more and more, and then few again
			check("erase", k, d.erase(key))
			delete(want, k)
		} else {
			v := term.Small(int64(i))
			check("put", k, d.put(key, v))
			want[k] = v
		}
		got, _ := d.get(key)
		check("get", k, got)
	}
	if n := len(d.all()); n != len(want) {
		t.Errorf("%d pairs, want %d", n, len(want))
	}
}
