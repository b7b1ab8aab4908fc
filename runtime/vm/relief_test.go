package vm

import (
	"testing"
	"time"

	"ersh/runtime/term"
)

// TestLongFunction: a function in Go that does not come back keeps neither the
// other processes of its only worker from running, nor its own from being
// killed.
func TestLongFunction(t *testing.T) {
	began, hold, noted := make(chan bool), make(chan bool), make(chan term.Term, 10)
	block := func(*Process, []term.Term) (term.Term, error) {
		began <- true
		<-hold
		return term.Ok, nil
	}
	v := New(Config{Schedulers: 1, BIFs: []BIF{
		{"go", "short", 0, block},
		{"go", "long", 0, Long(block)},
		{"go", "step", 0, Long(func(p *Process, args []term.Term) (term.Term, error) {
			return nil, &Step{Next: func(p *Process) (term.Term, error) { return block(p, nil) }}
		})},
		{"go", "note", 1, func(_ *Process, a []term.Term) (term.Term, error) { noted <- a[0]; return a[0], nil }},
	}})
	defer v.Stop()
	start := func(name string, args ...term.Term) *term.Pid {
		return v.Spawn(term.A("go"), term.A(name), args)
	}
	others := func(n int64) {
		t.Helper()
		start("note", term.Small(n))
		select {
		case <-noted:
		case <-time.After(time.Minute):
			t.Fatal("the others do not run")
		}
	}
	for i, name := range []string{"long", "step", "short"} {
		pid := start(name)
		<-began
		others(int64(i))
		if name != "short" {
			down := watch(v, pid)
			v.lookup(pid).postSignal(&Exit{From: pid, To: pid, Reason: term.A("kill")}, nil)
			if msg := next(t, down); msg.Elems[0] == term.Term(term.A("EXIT")) {
				next(t, down)
			}
			if p := v.lookup(pid); p != nil {
				t.Fatalf("%s: it lives on", name)
			}
		}
		hold <- true
		others(10)
	}
}
