package runtime_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime"
	"ersh/runtime/bif"
)

// Each file of cases has an expression and what it gives in OTP 29 on each
// line: calls of the library, and of the modules of the front end. New ones are
// recorded by an erl of OTP 29: STDLIB_CASES names a file of expressions, a tab
// after each, and erl -noinput -eval with the evaluator's code prints the lines.
var stdlibCases = []string{"testdata/stdlib.txt", "testdata/front.txt", "testdata/library.txt", "testdata/odd.txt",
	"testdata/sofs.txt", "testdata/argparse.txt", "testdata/zip.txt", "testdata/io_ansi.txt", "testdata/math.txt"}

// evaluator is Erlang code that evaluates the cases of the file named by
// STDLIB_CASES and prints them anew.
const evaluator = "testdata/evaluate.erl.txt"

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func compareLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.Split(strings.TrimSpace(got), "\n"), strings.Split(strings.TrimSpace(want), "\n")
	for i := range w {
		switch {
		case i >= len(g):
			t.Fatalf("ends before: %s", w[i])
		case g[i] != w[i]:
			t.Errorf("got  %s\nwant %s", g[i], w[i])
		}
	}
}

// TestLintTexts holds the library's words for what the compiler finds to those
// that erlc of OTP 29 used, in the cases that the compiler's own are held to.
func TestLintTexts(t *testing.T) {
	data, err := os.ReadFile("compile/testdata/lint.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases strings.Builder
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		parts := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "### ") || len(parts) != 4 || seen[parts[2]] || strings.ContainsFunc(line, func(r rune) bool { return r == '#' || r > 127 }) {
			continue
		}
		seen[parts[2]] = true
		fmt.Fprintf(&cases, `lists:flatten(lists:join("\\n", string:split(%s:format_error(%s), "\n", all))) =:= %q.`+"\t{ok,true}\n", parts[1], parts[2], parts[3])
	}
	if len(seen) < 200 {
		t.Fatalf("only %d cases", len(seen))
	}
	file := filepath.Join(t.TempDir(), "cases")
	if err := os.WriteFile(file, []byte(cases.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	testCases(t, evaluator, file)
}

// TestStdlib compares results and exceptions of library calls with OTP 29's.
func TestStdlib(t *testing.T) {
	for _, cases := range stdlibCases {
		t.Run(filepath.Base(cases), func(t *testing.T) { testCases(t, evaluator, cases) })
	}
}

// testCases evaluates a file of cases by the Erlang code of another file and
// compares what that prints with the file.
func testCases(t *testing.T, evaluator, file string) {
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile(evaluator)
	if err != nil {
		t.Fatal(err)
	}
	cases, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("STDLIB_CASES", cases)
	var out lockedBuffer
	halted := make(chan struct{})
	var once sync.Once
	node := runtime.New(runtime.Config{
		Arguments: bif.Arguments{Mode: "noinput", Run: []bif.Flag{{Name: "eval", Values: []string{string(code)}}}},
		Terminal:  bif.NoTerminal{Out: &out},
		Halt:      func(int, func()) { once.Do(func() { close(halted) }) },
	})
	defer node.Stop()
	node.Boot()
	select {
	case <-halted:
	case <-time.After(time.Minute):
		t.Fatal("does not halt")
	}
	compareLines(t, out.String(), string(want))
}

// TestStdlibLive compares the recorded results with those of a real OTP 29.
func TestStdlibLive(t *testing.T) { testCasesLive(t, evaluator, stdlibCases) }

func testCasesLive(t *testing.T, evaluator string, files []string) {
	r := otp.Need(t, 29)
	var want []byte
	for _, file := range files {
		cases, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, cases...)
	}
	code, err := os.ReadFile(evaluator)
	if err != nil {
		t.Fatal(err)
	}
	outside, inside := r.TempDir(t)
	if err := os.WriteFile(filepath.Join(outside, "cases.txt"), want, 0o644); err != nil {
		t.Fatal(err)
	}
	set := `os:putenv("STDLIB_CASES", "` + inside + `/cases.txt"), `
	compareLines(t, r.Eval(t, set+strings.TrimSuffix(strings.TrimSpace(string(code)), ".")), string(want))
}
