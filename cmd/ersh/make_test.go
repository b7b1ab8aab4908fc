package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestMakeFlags: -compile and -make compile, say what is wrong as erlc does,
// and end the node with what came of it.
func TestMakeFlags(t *testing.T) {
	const bad = "bad.erl:3:8: variable 'Y' is unbound\n%    3| f() -> Y.\n%     |        ^\n\n"
	for _, c := range []struct {
		emakefile string
		args      []string
		exit      int
		out       string
	}{
		{"", []string{"-make"}, 1, "Recompile: bad\n" + bad},
		{"good.\n", []string{"-make", "-noshell"}, 0, "Recompile: good\n"},
		{"{[good, bad], [debug_info]}.\n", []string{"-make"}, 1, "Recompile: good\nRecompile: bad\n" + bad},
		{"{good\n", []string{"-make"}, 1, "make: Trouble reading 'Emakefile':\n{1,erl_parse,[\"syntax error before: \",[]]}\n"},
		{"", []string{"-compile", "good"}, 0, ""},
		{"", []string{"-compile", "good", "bad", "good"}, 1, bad},
		{"", []string{"-compile"}, 1, "Error: no files to compile\n"},
		{"", []string{"-compile", "good", "-make"}, 0, ""},
	} {
		dir := t.TempDir()
		write := func(name, text string) {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		write("good.erl", "-module(good).\n-export([f/0]).\nf() -> ok.\n")
		write("bad.erl", "-module(bad).\n-export([f/0]).\nf() -> Y.\n")
		if c.emakefile != "" {
			write("Emakefile", c.emakefile)
		}
		cmd := exec.Command(ersh, c.args...)
		cmd.Dir = dir
		out, _ := cmd.Output()
		if exit := cmd.ProcessState.ExitCode(); exit != c.exit || string(out) != c.out {
			t.Errorf("%q %v: exit %d, %q; want %d, %q", c.emakefile, c.args, exit, out, c.exit, c.out)
		}
	}
}
