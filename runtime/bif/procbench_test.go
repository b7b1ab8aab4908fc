package bif

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// TestCrowds runs testdata/procbench.erl, the scheduler's heavy work, and logs
// the times (erl -noshell -run procbench main WHAT gives erl's).
func TestCrowds(t *testing.T) {
	if testing.Short() {
		t.Skip("long")
	}
	outside, _ := compileErl(t, otp.Need(t, 25), "procbench")
	v := vmWith(t, filepath.Join(outside, "procbench.beam"))
	before := v.ProcessCount()
	for _, what := range []string{"pingpong", "ring", "calls", "spawns", "fanin", "timers", "crowd_link", "crowd"} {
		start := time.Now()
		got, _ := ask(t, v, 10*time.Minute, "procbench", "run", term.A(what)).(*term.Tuple)
		if got == nil || got.Elems[0] != term.Ok {
			t.Errorf("%s: no result", what)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		t.Logf("%-10s %v, %d MB from the system", what, time.Since(start).Round(time.Millisecond), m.Sys>>20)
	}
	for deadline := time.Now().Add(2 * time.Minute); v.ProcessCount() > before+3; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d processes are left over", v.ProcessCount())
		}
	}
}
