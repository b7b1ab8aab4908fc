package vm

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// TestDeepRecursion makes ten million frames.
func TestDeepRecursion(t *testing.T) {
	v := newTestVM(t, 25)
	if r := v.value(t, "basics", "deepsum", term.MakeInt(10_000_000)); r != term.MakeInt(10_000_000) {
		t.Error(show(r))
	}
}

// TestProcessSize spawns many processes that wait for a message.
func TestProcessSize(t *testing.T) {
	v := newTestVM(t, 25)
	const n = 100_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range n {
		v.Spawn(term.A("basics"), term.A("call"), []term.Term{term.A("nobody")})
		v.Spawn(term.A("basics"), term.A("wait"), nil)
	}
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline) && v.ProcessCount() > n; {
		time.Sleep(10 * time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if size := (after.HeapAlloc - before.HeapAlloc) / n; size > 2600 {
		t.Errorf("a waiting process takes %d bytes", size)
	} else {
		t.Logf("%d bytes a process", size)
	}
}

// TestNewCode loads a module again and again: calls go to the newest version,
// funs keep theirs.
func TestNewCode(t *testing.T) {
	v := newTestVM(t, 25)
	dir, _ := compiled(t, otp.Need(t, 25))
	file, err := os.ReadFile(filepath.Join(dir, "basics.beam"))
	if err != nil {
		t.Fatal(err)
	}
	load := func() error {
		m, err := beam.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		return v.LoadModule(m)
	}
	name := term.A("basics")
	if err := load(); err != nil {
		t.Fatal(err)
	}
	if err := load(); err != ErrNotPurged {
		t.Errorf("third version: %v", err)
	}
	if !v.PurgeModule(name) || v.PurgeModule(name) {
		t.Error("purge")
	}
	if ok, err := v.DeleteModule(name); !ok || err != nil {
		t.Error("delete", ok, err)
	}
	if r := v.call(t, "basics", "f", term.MakeInt(3)); r.Elems[0] != term.ErrorAtom || r.Elems[1] != term.Term(term.A("undef")) {
		t.Error(show(r))
	}
	if err := load(); err != nil {
		t.Fatal(err)
	}
	if r := v.value(t, "basics", "f", term.MakeInt(3)); r != term.MakeInt(6) {
		t.Error(show(r))
	}
}
