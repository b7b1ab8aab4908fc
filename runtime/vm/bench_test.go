package vm

import (
	"path/filepath"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// BenchmarkVM runs testdata/bench.erl; the same calls in erl are what the
// figures compare with.
func BenchmarkVM(b *testing.B) {
	v := newTestVM(b, 25, BIF{"erlang", "spawn", 1, func(p *Process, args []term.Term) (term.Term, error) {
		return p.vm.Spawn(aErlang, aApply, []term.Term{args[0], term.EmptyList}), nil
	}})
	dir, _ := compiled(b, otp.Need(b, 25))
	v.loadFile(b, filepath.Join(dir, "bench.beam"))
	n := term.MakeInt
	list := make([]term.Term, 500)
	for i := range list {
		list[i] = n(int64(i))
	}
	for _, c := range []struct {
		name string
		f    string
		args []term.Term
	}{
		{"fib30", "fib", []term.Term{n(30)}},
		{"nrev", "nrev", []term.Term{n(100), term.List(list...)}},
		{"loop", "loop", []term.Term{n(10_000_000)}},
		{"mapfold", "mapfold", []term.Term{n(1000)}},
		{"bin", "bin", []term.Term{n(1000)}},
		{"pingpong", "pingpong", []term.Term{n(100_000)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				v.value(b, "bench", c.f, c.args...)
			}
		})
	}
}
