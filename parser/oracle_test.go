package parser

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
)

// oracle asks a real OTP 29 what it says about each case.
func oracle(t testing.TB, mode string, cases []string) []string {
	t.Helper()
	release := otp.Need(t, 29)
	dir, inside := release.TempDir(t)
	src, err := os.ReadFile("testdata/oracle.erl")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"oracle.erl": src, "cases": []byte(strings.Join(cases, "\x00"))} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	eval := `ok = file:set_cwd("` + inside + `"), {ok,_} = compile:file(oracle), oracle:main(` + mode + `,"cases").`
	var stderr bytes.Buffer
	cmd := release.Command(t.Context(), "erl", "-noshell", "-pa", inside, "-eval", eval)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s%s", err, out, stderr.Bytes())
	}
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if len(lines) != len(cases) {
		t.Fatalf("%d cases, %d answers: %s", len(cases), len(lines), stderr.Bytes())
	}
	return lines
}
