package bif

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// inProcess runs fn as a process of a fresh VM.
func inProcess(t *testing.T, fn func(p *vm.Process)) {
	t.Helper()
	m := vm.New(vm.Config{BIFs: Table(), Schedulers: 1})
	defer m.Stop()
	done := make(chan any)
	m.SpawnNative("test", func(n *vm.Native) term.Term {
		defer func() { done <- recover() }()
		fn(n.Process())
		return nil
	})
	if v := <-done; v != nil {
		t.Fatal(v)
	}
}

func lookup(module, name string, arity int) vm.Func {
	for _, b := range Table() {
		if b.Module == module && b.Name == name && b.Arity == arity {
			return b.Fn
		}
	}
	return nil
}

// differs holds the rows in which ersh differs from erl on purpose.
var differs = map[string]bool{}

// replay calls the functions of recorded rows and compares what they give
// with what real Erlang gave.
func replay(t *testing.T, file string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	recorded, _, err := etf.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := term.Slice(recorded)
	if len(rows) == 0 {
		t.Fatal("no rows")
	}
	inProcess(t, func(p *vm.Process) {
		for _, r := range rows {
			row := r.(*term.Tuple).Elems
			m, f := row[0].(term.Atom).Name(), row[1].(term.Atom).Name()
			args, _ := term.Slice(row[2])
			call := fmt.Sprintf("%s:%s(%s)", m, f, show(args...))
			fn := lookup(m, f, len(args))
			if fn == nil {
				t.Errorf("%s: no such function", call)
				continue
			}
			if differs[call] {
				continue
			}
			if got := outcome(fn(p, args)); !term.Identical(got, row[3]) {
				t.Errorf("%s\n got %s\nwant %s", call, show(got), show(row[3]))
			}
		}
	})
}

// outcome is what a function gave in the form of the recorded rows.
func outcome(v term.Term, err error) term.Term {
	if err == nil {
		return term.T(term.Ok, v)
	}
	e, ok := err.(*vm.Exception)
	if !ok {
		return term.T(term.A("go_error"), term.String(err.Error()), aNone)
	}
	cause := e.Cause
	if cause == nil {
		cause = aNone
	}
	return term.T(e.Class.Atom(), e.Reason, cause)
}

func show(ts ...term.Term) string {
	s := ""
	for i, t := range ts {
		if i > 0 {
			s += ", "
		}
		s += term.Format(t)
	}
	if len(s) > 300 {
		s = s[:300] + "..."
	}
	return s
}

func TestRecorded(t *testing.T) { replay(t, filepath.Join("testdata", "erlang.etf")) }

// TestLive records anew with a real OTP 29.
func TestLive(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	src, err := os.ReadFile(filepath.Join("testdata", "record.erl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, "record.erl"), src, 0o644); err != nil {
		t.Fatal(err)
	}
	r.Eval(t, fmt.Sprintf(`file:set_cwd(%q), {ok, _} = c:c(record), record:main(["erlang.etf"])`, inside))
	replay(t, filepath.Join(outside, "erlang.etf"))
}
