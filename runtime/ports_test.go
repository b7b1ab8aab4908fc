package runtime_test

import (
	"path/filepath"
	"testing"
)

// Cases of ports and sockets, each evaluated in a process of its own. Pids,
// ports and references are shown by their kind; Get gives the next message, All
// those that come within a while, Until those up to one with that in it. A
// case's value is followed by the messages left over, if there are any.
var ioCases = []string{"testdata/ports.txt", "testdata/os.txt", "testdata/sockets.txt"}

const ioEvaluator = "testdata/evaluate_io.erl.txt"

func TestIO(t *testing.T) {
	for _, cases := range ioCases {
		t.Run(filepath.Base(cases), func(t *testing.T) { testCases(t, ioEvaluator, cases) })
	}
}

// TestIOLive compares the recorded results with those of a real OTP 29.
func TestIOLive(t *testing.T) { testCasesLive(t, ioEvaluator, ioCases) }
