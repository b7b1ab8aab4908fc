package bif

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/beam"
	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// compileErl compiles testdata/NAME.erl with a release's erlc and gives the
// folder as the test and as the release see it.
func compileErl(t testing.TB, r otp.Release, name string) (outside, inside string) {
	t.Helper()
	outside, inside = r.TempDir(t)
	source, err := os.ReadFile(filepath.Join("testdata", name+".erl"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, name+".erl"), source, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := r.Command(context.Background(), "erlc", "-o", inside, filepath.Join(inside, name+".erl"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return outside, inside
}

// vmWith makes a VM with this package's functions and the modules loaded.
func vmWith(t testing.TB, paths ...string) *vm.VM {
	t.Helper()
	v := vm.New(vm.Config{BIFs: Table(), OnPanic: func(text string, stack []byte) { t.Errorf("%s\n%s", text, stack) }})
	t.Cleanup(v.Stop)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		m, err := beam.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.LoadModule(m); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// ask runs m:f(Self, args...) in v, where Self is a process that hands its
// first message over.
func ask(t testing.TB, v *vm.VM, timeout time.Duration, m, f string, args ...term.Term) term.Term {
	t.Helper()
	answer := make(chan term.Term, 1)
	to := v.SpawnNative("ask", func(n *vm.Native) term.Term {
		if msg, ok := n.Receive(); ok {
			answer <- msg
		}
		return nil
	})
	v.Spawn(term.A(m), term.A(f), append([]term.Term{to}, args...))
	select {
	case msg := <-answer:
		return msg
	case <-time.After(timeout):
		t.Errorf("%s:%s(%s): no answer", m, f, term.Format(term.List(args...)))
	}
	return term.Undefined
}

// TestProcesses runs testdata/procs.erl here and in erl, and compares.
func TestProcesses(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := compileErl(t, r, "procs")
	r.Eval(t, fmt.Sprintf(`code:add_path(%q), logger:set_primary_config(level, none),
		procs:run(self()), receive {results, L} -> file:write_file(%q, term_to_binary(L)) end`, inside, inside+"/results"))
	data, err := os.ReadFile(filepath.Join(outside, "results"))
	if err != nil {
		t.Fatal(err)
	}
	want, _, err := etf.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	v := vmWith(t, filepath.Join(outside, "procs.beam"))
	list, _ := term.Slice(want)
	if len(list) == 0 {
		t.Fatal("erl gave no results")
	}
	for _, e := range list {
		name, want := e.(*term.Tuple).Elems[0], e.(*term.Tuple).Elems[1]
		got := ask(t, v, 2*time.Minute, "procs", "one", name)
		if !term.Identical(got, want) {
			t.Errorf("%s:\n got %s\nwant %s", term.Format(name), term.Format(got), term.Format(want))
		}
	}
}
