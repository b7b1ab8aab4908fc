package vm

import (
	"testing"
	"time"

	"ersh/runtime/term"
)

// TestGoFunctions calls functions in Go that come back in each of the ways a
// Func may.
func TestGoFunctions(t *testing.T) {
	row := func(name string, fn Func) BIF { return BIF{"go", name, 1, fn} }
	steps := 0
	v := newTestVM(t, 25,
		row("value", func(_ *Process, a []term.Term) (term.Term, error) { return a[0], nil }),
		row("tail", func(_ *Process, a []term.Term) (term.Term, error) {
			return nil, &TailCall{term.A("basics"), term.A("f"), a}
		}),
		row("apply", func(_ *Process, a []term.Term) (term.Term, error) {
			return nil, &TailApply{&term.Export{Module: term.A("basics"), Name: term.A("f"), Arity: 1}, a}
		}),
		row("step", func(_ *Process, a []term.Term) (term.Term, error) {
			var next func(*Process) (term.Term, error)
			next = func(*Process) (term.Term, error) {
				if steps++; steps == 5 {
					return a[0], nil
				}
				return nil, &Step{Reductions: 10000, Next: next}
			}
			return nil, &Step{Next: next}
		}),
		row("async", func(p *Process, a []term.Term) (term.Term, error) {
			return nil, p.Async(func() (term.Term, error) { time.Sleep(time.Millisecond); return a[0], nil })
		}),
		row("asyncerror", func(p *Process, a []term.Term) (term.Term, error) {
			return nil, p.Async(func() (term.Term, error) { return nil, Badarg })
		}),
		row("badarity", func(_ *Process, a []term.Term) (term.Term, error) {
			return nil, &TailApply{&term.Export{Module: term.A("basics"), Name: term.A("f"), Arity: 2}, a}
		}),
	)
	three := term.MakeInt(3)
	for name, want := range map[string]term.Term{"value": three, "tail": term.MakeInt(6), "apply": term.MakeInt(6),
		"step": three, "async": three} {
		if got := v.value(t, "go", name, three); got != want {
			t.Errorf("%s: %s", name, show(got))
		}
	}
	for name, want := range map[string]string{"asyncerror": "badarg"} {
		if r := v.call(t, "go", name, three); r.Elems[0] != term.ErrorAtom || r.Elems[1] != term.Term(term.A(want)) {
			t.Errorf("%s: %s", name, show(r))
		}
	}
	if r := v.call(t, "go", "badarity", three); r.Elems[0] != term.ErrorAtom || r.Elems[1].(*term.Tuple).Elems[0] != aBadarity {
		t.Errorf("badarity: %s", show(r))
	}
}

// TestGoPanic: a Go panic ends the process that ran into it and no more.
func TestGoPanic(t *testing.T) {
	told := make(chan string, 1)
	v := New(Config{OnPanic: func(text string, _ []byte) { told <- text }, BIFs: []BIF{{"go", "panic", 0,
		func(*Process, []term.Term) (term.Term, error) { panic("ouch") }}}})
	defer v.Stop()
	v.Spawn(term.A("go"), term.A("panic"), nil)
	select {
	case text := <-told:
		if text != "ouch" {
			t.Error(text)
		}
	case <-time.After(2 * time.Minute):
		t.Fatal("nothing was told")
	}
	for range 100 {
		if v.ProcessCount() == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d processes left", v.ProcessCount())
}
