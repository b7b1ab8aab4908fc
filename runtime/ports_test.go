package runtime_test

import (
	"bufio"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime"
	"ersh/runtime/bif"
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

// TestNetPrograms has the classic servers and their clients meet, on ersh and on
// OTP 29 in turn: the clients print the same.
func TestNetPrograms(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	install(t, r, outside, inside, "testdata/net_programs.erl")
	path := fmt.Sprintf(`code:add_patha(%q), `, inside)
	pa := bif.Flag{Name: "pa", Values: []string{outside}}
	onERL := func(ports string) string { return r.Eval(t, path+`net_programs:ask(`+ports+`)`) }
	onErsh := func(ports string) string { return evalOn(t, `net_programs:ask(`+ports+`)`, pa) }

	cmd := r.Command(t.Context(), "erl", "-noinput", "-eval", path+`net_programs:serve().`)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	ports := strings.TrimSuffix(strings.TrimSpace(line), ".")
	want := onERL(ports)
	compareLines(t, onErsh(ports), want)

	var served lockedBuffer
	node := runtime.New(runtime.Config{
		Arguments: bif.Arguments{Mode: "noinput", Flags: []bif.Flag{pa}, Run: []bif.Flag{{Name: "eval", Values: []string{`net_programs:serve()`}}}},
		Terminal:  bif.NoTerminal{Out: &served},
		Halt:      func(int, func()) {},
	})
	defer node.Stop()
	node.Boot()
	for range 1000 {
		if strings.Contains(served.String(), "].") {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	ports = strings.TrimSuffix(strings.TrimSpace(served.String()), ".")
	compareLines(t, onERL(ports), want)
	compareLines(t, onErsh(ports), want)
}
