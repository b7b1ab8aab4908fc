package bif

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

func TestStorm(t *testing.T) {
	outside, _ := compileErl(t, otp.Need(t, 25), "storm")
	v := vmWith(t, filepath.Join(outside, "storm.beam"))
	for range 3 {
		got := term.Format(ask(t, v, time.Minute, "storm", "run", term.Small(400), term.Small(10)))
		if want := "{storm,[" + strings.Repeat("{ok,ok,none},", 9) + "{ok,ok,none}]}"; got != want {
			t.Errorf("got %s", got)
		}
	}
	// Workers that linked and trap exits may still be on their way out.
	time.Sleep(50 * time.Millisecond)
	if n := v.ProcessCount(); n > 0 {
		t.Errorf("%d processes are left over", n)
	}
}
