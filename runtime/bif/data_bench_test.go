package bif

import (
	"errors"
	"math/rand"
	"testing"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// BenchmarkMillion calls functions on a million elements.
func BenchmarkMillion(b *testing.B) {
	r := rand.New(rand.NewSource(1))
	const n = 1000000
	ints, pairs, floats := make([]term.Term, n), make([]term.Term, n), make([]term.Term, n)
	for i := range n {
		ints[i] = term.Small(r.Int63n(1 << 40))
		pairs[i] = term.T(ints[i], term.Small(int64(i)))
		floats[i] = term.T(term.A("x"), term.Float(r.Float64()))
	}
	il, pl, fl := term.List(ints...), term.List(pairs...), term.List(floats...)
	var mb term.MapBuilder
	for i := range n {
		mb.Put(ints[i], term.True)
	}
	m := mb.Map()
	for _, c := range []struct {
		m, f string
		args []term.Term
	}{
		{"lists", "sort", []term.Term{il}},
		{"lists", "sort", []term.Term{fl}},
		{"lists", "keysort", []term.Term{term.Small(1), pl}},
		{"lists", "reverse", []term.Term{il, term.EmptyList}},
		{"lists", "member", []term.Term{term.A("no"), il}},
		{"lists", "keyfind", []term.Term{term.A("no"), term.Small(1), pl}},
		{"maps", "from_list", []term.Term{pl}},
		{"erts_internal", "map_to_list", []term.Term{m}},
		{"maps", "keys", []term.Term{m}},
		{"maps", "merge", []term.Term{m, m}},
	} {
		b.Run(c.f, func(b *testing.B) {
			machine := vm.New(vm.Config{BIFs: Table(), Schedulers: 1})
			defer machine.Stop()
			done := make(chan bool)
			machine.SpawnNative("bench", func(nat *vm.Native) term.Term {
				defer close(done)
				fn := lookup(c.m, c.f, len(c.args))
				for range b.N {
					_, err := fn(nat.Process(), c.args)
					var step *vm.Step
					for errors.As(err, &step) {
						_, err = step.Next(nat.Process())
					}
				}
				return nil
			})
			<-done
		})
	}
}
