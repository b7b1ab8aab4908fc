package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// ersh is the program, built for the tests.
var ersh string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ersh")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	ersh = filepath.Join(dir, "ersh")
	if runtime.GOOS == "windows" {
		ersh += ".exe"
	}
	if out, err := exec.Command("go", "build", "-o", ersh, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v\n%s", err, out)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

func TestCheckSessions(t *testing.T) {
	out, err := exec.Command(ersh, "check", filepath.Join("..", "..", "docs", "sessions.md")).CombinedOutput()
	if err != nil || !strings.Contains(string(out), " 0 different") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestCommands runs sub-commands on files made of text.
func TestCommands(t *testing.T) {
	for _, c := range []struct {
		name    string
		command string
		text    string
		status  int
		want    string // a part of the output
	}{
		{"right", "check", "1> 1+1.\n2\n", 0, "1 commands: 1 as expected, 0 different"},
		{"wrong", "check", "1> 1+1.\n3\n", 1, "FILE:1: 1> 1+1.\n  - 3\n  + 2\n"},
		{"elsewhere", "check", "(a@far.example.net)1> 1.\n1\n", 0, "1 not run"},
		{"ends", "check", "1> halt().\n2> 1.\n1\n", 1, "the node has ended"},
		{"run commands", "run", "X = 1.\nX +\n1.\n", 0, "1> X = 1.\n1\n2> X +\n2> 1.\n2\n"},
		{"run a transcript", "run", "1> a.\nb\n", 0, "1> a.\na\n"},
		{"no file", "check", "", 2, "no such file"},
		{"unknown", "chekc", "", 2, `no command "chekc"`},
	} {
		file := filepath.Join(t.TempDir(), "session")
		if c.text != "" {
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(ersh, c.command, file)
		out, _ := cmd.CombinedOutput()
		text := strings.ReplaceAll(string(out), file, "FILE")
		if cmd.ProcessState.ExitCode() != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s: status %d, want %d, and %q in\n%s", c.name, cmd.ProcessState.ExitCode(), c.status, c.want, text)
		}
	}
}
