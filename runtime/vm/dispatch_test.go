package vm

import (
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestDispatch: what Go's compiler makes of going from one instruction of the
// interpreter to the next is as short as loop's comment says. A change that makes it
// longer costs all that runs in the interpreter up to a half more time, and nothing else shows it.
func TestDispatch(t *testing.T) {
	const most = 3
	if runtime.GOARCH != "amd64" || raceDetector || testing.CoverMode() != "" {
		t.Skip("for the code of a plain build for amd64")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip(err)
	}
	out, err := exec.Command("go", "list", "-export", "-f", "{{.Export}}", ".").Output()
	if err != nil {
		t.Fatal("go list: ", err)
	}
	out, err = exec.Command("go", "tool", "objdump", "-s", `vm\.\(\*machine\)\.loop$`, strings.TrimSpace(string(out))).Output()
	if err != nil {
		t.Fatal("go tool objdump: ", err)
	}
	// One line an instruction: its place in the source, address, bytes and text.
	line := regexp.MustCompile(`(?m)^\s+\S+\s+(0x[0-9a-f]+)\s+[0-9a-f]+\s+(.*\S)\s*$`)
	jumps := make(map[string]int)
	code := line.FindAllStringSubmatch(string(out), -1)
	for _, in := range code {
		if to, ok := strings.CutPrefix(in[2], "JMP 0x"); ok {
			jumps["0x"+to]++
		}
	}
	dispatch := ""
	for to, n := range jumps {
		if n > jumps[dispatch] {
			dispatch = to
		}
	}
	if len(code) < 1000 || jumps[dispatch] < 50 {
		t.Fatalf("of %d instructions no more than %d are jumps to one place", len(code), jumps[dispatch])
	}
	i := 0
	for code[i][1] != dispatch {
		i++
	}
	n := 1
	for !strings.Contains(code[i+n-1][2], "*8)") || !strings.HasPrefix(code[i+n-1][2], "JMP ") {
		n++
	}
	if n > most {
		t.Errorf("dispatch takes %d machine instructions, at most %d are wanted:", n, most)
		for _, in := range code[i : i+n] {
			t.Log(in[2])
		}
	}
}
