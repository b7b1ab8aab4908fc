package compile

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"ersh/parser"
	"ersh/runtime/beam"
)

// formsOf parses a source file that needs no preprocessing.
func formsOf(t testing.TB, file string) []parser.Form {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	toks, _, serr := parser.Scan(string(src), parser.Pos{Line: 1, Col: 1}, parser.ScanOptions{})
	if serr != nil {
		t.Fatal(serr)
	}
	var forms []parser.Form
	start := 0
	for i, tok := range toks {
		if tok.Kind == parser.KindDot {
			form, err := parser.ParseForm(toks[start : i+1])
			if err != nil {
				t.Fatalf("%s:%d: %v", file, err.Pos.Line, err)
			}
			forms = append(forms, form)
			start = i + 1
		}
	}
	return forms
}

// compileFile compiles a file of testdata to dir.
func compileFile(t testing.TB, file, dir string) {
	t.Helper()
	m, errs := Forms(formsOf(t, file), Options{Source: filepath.Base(file)})
	for _, e := range errs {
		if !e.Warning {
			t.Error(e)
		}
	}
	if m == nil {
		t.FailNow()
	}
	data, err := beam.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	name := m.Name.Name() + ".beam"
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestRunsLikeErlc runs each module of testdata on a real erl, compiled by us
// and by erlc: both print the same.
func TestRunsLikeErlc(t *testing.T) {
	if _, err := exec.LookPath("erlc"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("erlc is not installed")
		}
		t.Skip("erlc is not installed")
	}
	files, _ := filepath.Glob("testdata/*.erl")
	for _, file := range files {
		mod := filepath.Base(file[:len(file)-len(".erl")])
		t.Run(mod, func(t *testing.T) {
			t.Parallel()
			ours, theirs := t.TempDir(), t.TempDir()
			compileFile(t, file, ours)
			if out, err := exec.Command("erlc", "-W0", "-o", theirs, file).CombinedOutput(); err != nil {
				t.Fatalf("erlc: %v\n%s", err, out)
			}
			run := func(dir string) []byte {
				cmd := exec.Command("timeout", "-s", "KILL", "30", "erl", "-noshell", "-noinput", "-pa", dir, "-eval", mod+":main(), halt().")
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Errorf("erl: %v", err)
				}
				return out
			}
			got, want := run(ours), run(theirs)
			if !bytes.Equal(got, want) {
				t.Errorf("ours:\n%s\nerlc's:\n%s", got, want)
			}
		})
	}
}
