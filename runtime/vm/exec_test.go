package vm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// compiled gives the folder with testdata's modules compiled by a release's
// erlc, as the test sees it and as the release does.
func compiled(t testing.TB, r otp.Release) (outside, inside string) {
	t.Helper()
	compiling.Lock()
	defer compiling.Unlock()
	if dirs, ok := compiledDirs[r.Version]; ok {
		return dirs[0], dirs[1]
	}
	outside, err := os.MkdirTemp(filepath.Join(r.Root, "/tmp"), "ersh-vm")
	if err != nil {
		t.Fatal(err)
	}
	inside = strings.TrimPrefix(outside, r.Root)
	files, _ := filepath.Glob("testdata/*.erl")
	args := []string{"-o", inside}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(outside, filepath.Base(f)), text, 0o600)
		args = append(args, inside+"/"+filepath.Base(f))
	}
	if out, err := r.Command(t.Context(), "erlc", args...).CombinedOutput(); err != nil {
		t.Fatalf("erlc: %v\n%s", err, out)
	}
	compiledDirs[r.Version] = [2]string{outside, inside}
	return outside, inside
}

var (
	compiling    sync.Mutex
	compiledDirs = map[int][2]string{}
)

func TestMain(m *testing.M) {
	code := m.Run()
	for _, dirs := range compiledDirs {
		os.RemoveAll(dirs[0])
	}
	os.Exit(code)
}

type reports struct {
	mu sync.Mutex
	m  map[int64]chan term.Term
	n  int64
}

type testVM struct {
	*VM
	r *reports
}

// newTestVM makes a VM with the modules of testdata loaded, as a release's
// erlc compiles them.
func newTestVM(t testing.TB, release int, bifs ...BIF) *testVM {
	t.Helper()
	dir, _ := compiled(t, otp.Need(t, release))
	r := &reports{m: make(map[int64]chan term.Term)}
	bifs = append(bifs, BIF{"ersh_test", "report", 2, func(p *Process, args []term.Term) (term.Term, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		id, _ := term.ToInt64(args[0])
		r.m[id] <- args[1]
		return term.Ok, nil
	}})
	bifs = append(bifs, testBIFs...)
	v := &testVM{New(Config{BIFs: bifs, OnPanic: func(text string, stack []byte) { t.Errorf("panic: %s\n%s", text, stack) }}), r}
	t.Cleanup(v.Stop)
	for _, name := range []string{"ersh_run", "basics", "traces", "segments"} {
		v.loadFile(t, filepath.Join(dir, name+".beam"))
	}
	return v
}

func (v *testVM) loadFile(t testing.TB, path string) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := beam.Read(file)
	if err != nil {
		t.Fatal(path, err)
	}
	if err := v.LoadModule(m); err != nil {
		t.Fatal(path, err)
	}
}

// call runs m:f(args...) in a process of its own: {value, V} or {Class,
// Reason, Stack}.
func (v *testVM) call(t testing.TB, m, f string, args ...term.Term) *term.Tuple {
	t.Helper()
	c := make(chan term.Term, 1)
	v.r.mu.Lock()
	v.r.n++
	id := v.r.n
	v.r.m[id] = c
	v.r.mu.Unlock()
	v.Spawn(term.A("ersh_run"), term.A("run"), []term.Term{term.MakeInt(id), term.A(m), term.A(f), term.List(args...)})
	select {
	case r := <-c:
		return r.(*term.Tuple)
	case <-time.After(2 * time.Minute):
		t.Fatalf("%s:%s: no answer", m, f)
	}
	return nil
}

func (v *testVM) value(t testing.TB, m, f string, args ...term.Term) term.Term {
	t.Helper()
	r := v.call(t, m, f, args...)
	if r.Elems[0] != term.A("value") {
		t.Fatalf("%s:%s: %s", m, f, show(r))
	}
	return r.Elems[1]
}

// testBIFs are stand-ins for what package bif has.
var testBIFs = []BIF{
	{"erlang", "error", 1, func(_ *Process, a []term.Term) (term.Term, error) {
		return nil, &Exception{Class: ClassError, Reason: a[0], NoFrame: true}
	}},
	{"erlang", "error", 2, func(_ *Process, a []term.Term) (term.Term, error) {
		return nil, &Exception{Class: ClassError, Reason: a[0], NoFrame: true, Args: a[1]}
	}},
	{"erlang", "exit", 1, func(_ *Process, a []term.Term) (term.Term, error) {
		return nil, &Exception{Class: ClassExit, Reason: a[0], NoFrame: true}
	}},
	{"erlang", "throw", 1, func(_ *Process, a []term.Term) (term.Term, error) {
		return nil, &Exception{Class: ClassThrow, Reason: a[0], NoFrame: true}
	}},
	{"erlang", "raise", 3, func(_ *Process, a []term.Term) (term.Term, error) {
		return nil, &Exception{Class: map[term.Term]Class{term.ErrorAtom: ClassError, term.ExitAtom: ClassExit, term.ThrowAtom: ClassThrow}[a[0]],
			Reason: a[1], Trace: a[2]}
	}},
	{"erlang", "list_to_tuple", 1, func(_ *Process, a []term.Term) (term.Term, error) {
		l, _ := term.Slice(a[0])
		return term.T(l...), nil
	}},
	{"erlang", "tuple_to_list", 1, func(_ *Process, a []term.Term) (term.Term, error) {
		return term.List(a[0].(*term.Tuple).Elems...), nil
	}},
	{"erlang", "link", 1, func(_ *Process, a []term.Term) (term.Term, error) { return nil, Badarg }},
	{"erlang", "make_ref", 0, func(p *Process, a []term.Term) (term.Term, error) { return p.vm.MakeRef(), nil }},
	{"erlang", "atom_to_list", 1, func(_ *Process, a []term.Term) (term.Term, error) {
		if x, ok := a[0].(term.Atom); ok {
			return term.String(x.Name()), nil
		}
		return nil, Badarg
	}},
}

func TestFib(t *testing.T) {
	v := newTestVM(t, 25)
	for range 3 {
		start := time.Now()
		if r := v.value(t, "basics", "fib", term.MakeInt(30)); r != term.MakeInt(832040) {
			t.Errorf("fib(30) = %v", show(r))
		}
		t.Log(time.Since(start))
	}
}

func show(t term.Term) string { return fmt.Sprint(t) }
