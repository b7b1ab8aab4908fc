package vm

import (
	"testing"

	"ersh/runtime/term"
)

func TestSizer(t *testing.T) {
	ints := func(n int) term.Term {
		l := term.EmptyList
		for range n {
			l = &term.Cons{Head: term.Small(1), Tail: l}
		}
		return l
	}
	shared := term.Term(term.EmptyList)
	for range 100 {
		shared = &term.Cons{Head: shared, Tail: shared}
	}
	large := term.Binary(make([]byte, 1000))
	for _, c := range []struct {
		name         string
		t            term.Term
		words, bytes int64
	}{
		{"nothing", term.EmptyList, 0, 0},
		{"a list", ints(1000), 2000, 32000},
		{"2^100 leaves", shared, 200, 3200},
		{"a tuple", term.T(term.True, ints(2)), 3 + 4, 56 + 64},
		{"a float", term.Float(1), 2, 8},
		{"a binary twice", term.T(large, large), 3 + 6, 56 + 48 + 1000},
		{"a map", term.MapOf(term.True, ints(1)), 5 + 2, 96 + 32},
	} {
		var s Sizer
		s.Add(c.t)
		if s.Words != c.words || s.Bytes != c.bytes {
			t.Errorf("%s: %d words, %d bytes; want %d, %d", c.name, s.Words, s.Bytes, c.words, c.bytes)
		}
	}
	limited := Sizer{Limit: 100}
	limited.Add(ints(1000))
	if !limited.Full() || limited.Words > 110 {
		t.Errorf("a limit of 100 words: %d words", limited.Words)
	}
	for words, want := range map[int64]int64{0: 233, 233: 233, 234: 376, 1000: 1598, 300000: 318187} {
		if got := heapStep(words, 0); got != want {
			t.Errorf("a heap of %d words is one of %d, want %d", words, got, want)
		}
	}
}
