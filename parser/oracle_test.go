package parser

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// oracle asks a real OTP 29 what it says about each case. Set ERSH_OTP29 to
// the command that starts its erl where erl on PATH is an older one.
func oracle(t testing.TB, mode string, cases []string) []string {
	t.Helper()
	command := strings.Fields(os.Getenv("ERSH_OTP29"))
	if len(command) == 0 {
		command = []string{"erl"}
	}
	if out, err := exec.Command(command[0], append(command[1:], "-noshell", "-eval",
		`io:put_chars(erlang:system_info(otp_release)),halt().`)...).Output(); err != nil || string(out) != "29" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("needs erl of OTP 29: %v %s", err, out)
		}
		t.Skip("needs erl of OTP 29")
	}
	dir, err := os.MkdirTemp(os.Getenv("ERSH_OTP29_ROOT")+os.TempDir(), "oracle")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	src, err := os.ReadFile("testdata/oracle.erl")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"oracle.erl": src, "cases": []byte(strings.Join(cases, "\x00"))} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	inside := strings.TrimPrefix(dir, os.Getenv("ERSH_OTP29_ROOT"))
	eval := `ok = file:set_cwd("` + inside + `"), {ok,_} = compile:file(oracle), oracle:main(` + mode + `,"cases").`
	var stderr bytes.Buffer
	cmd := exec.Command(command[0], append(command[1:], "-noshell", "-pa", inside, "-eval", eval)...)
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
