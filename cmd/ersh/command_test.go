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
		{"hangs", "check -timeout=1s", "1> timer:sleep(infinity).\nok\n2> 1.\n1\n", 1, "no prompt came within 1s; the node was ended\n"},
		{"no prompts", "check", "1 + 1.\n", 2, "there are no prompts in it"},
		{"help of check", "check --help", "x", 0, "Usage: ersh check"},
		{"no such flag", "run -x", "1.\n", 2, "flag provided but not defined: -x"},
		{"a script", "escript", "#!\n%%! -foo bar\nmain(As) -> io:format(\"~p ~p~n\", [length(As), init:get_argument(foo)]).\n", 0,
			"0 {ok,[[\"bar\"]]}\n"},
		{"a script that fails", "escript", "#!\nmain(_) -> f(0).\nf(X) -> 1 / X.\n", 127,
			"escript: exception error: an error occurred when evaluating an arithmetic expression\n  in function  session__escript"},
		{"a script's mistake", "escript", "#!\nmain(_) -> f(.\n", 127,
			"FILE:2:14: syntax error before: '.'\nescript: There were compilation errors.\n"},
		{"a script's variable", "escript", "#!\nmain(_) -> X.\n", 127, "FILE:2:12: variable 'X' is unbound\n%    2| main(_) -> X."},
		{"a script that halts", "escript", "#!\n-mode(compile).\nmain(_) -> halt(7).\n", 7, ""},
		{"an empty script", "escript", "#!", 127, "escript: Premature end of file reached\n"},
		{"a script of a module", "escript", "#!\n-module(m).\n-export([main/1]).\nmain(_) -> io:put_chars(?MODULE_STRING).\n", 0, "m"},
		{"no script", "escript", "", 1, "escript: Failed to open file: FILE\n"},
		{"a directory for a script", "escript " + t.TempDir(), "x", 127, "escript: illegal operation on a directory: '"},
		{"no file", "check", "", 2, "no such file"},
		{"unknown", "chekc", "", 2, `no command "chekc"`},
	} {
		file := filepath.Join(t.TempDir(), "session")
		if c.text != "" {
			if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(ersh, append(strings.Fields(c.command), file)...)
		out, _ := cmd.CombinedOutput()
		text := strings.ReplaceAll(string(out), file, "FILE")
		if cmd.ProcessState.ExitCode() != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s: status %d, want %d, and %q in\n%s", c.name, cmd.ProcessState.ExitCode(), c.status, c.want, text)
		}
	}
}

// TestUpdate has check write what is printed into a transcript, and leave the
// rest of it alone.
func TestUpdate(t *testing.T) {
	const before = "Text.\n\n```erlang\n1> self().\n<0.1.0>\n2> 1 +\n2> 1.\n3\n```\n\n```erl\n3> x.\n\n4> y.\ny\n```\n"
	const after = "Text.\n\n```erlang\n1> self().\n<0.1.0>\n2> 1 +\n2> 1.\n2\n```\n\n```erl\n3> x.\nx\n\n4> y.\ny\n```\n"
	file := filepath.Join(t.TempDir(), "session.md")
	if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(ersh, "check", "-update", file).CombinedOutput()
	text, _ := os.ReadFile(file)
	if err != nil || string(text) != after || !strings.Contains(string(out), "2 updated") {
		t.Errorf("%v\n%s\n%s", err, out, text)
	}
}

// TestFlags runs nodes with flags of erl's.
func TestFlags(t *testing.T) {
	dir := t.TempDir()
	args := filepath.Join(dir, "args")
	if err := os.WriteFile(args, []byte("-noshell # a comment\n-eval 'io:format(\"in a file\"), halt().'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "foo-1.0", "ebin"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		env    string
		args   []string
		status int
		want   string
	}{
		{"ERL_FLAGS=-foo f -noshell", []string{"-foo", "c", "-eval", `io:format("~p", [init:get_argument(foo)]), halt().`}, 0,
			`{ok,[["c"],["f"]]}`},
		{"ERL_AFLAGS=-noshell -foo 'a b'", []string{"-foo", "c", "-eval", `io:format("~p", [init:get_argument(foo)]), halt().`}, 0,
			`{ok,[["a b"],["c"]]}`},
		{"ERL_LIBS=" + dir, []string{"-noshell", "-eval", `io:format("~s", [lists:last(code:get_path())]), halt().`}, 0, "foo-1.0"},
		{"", []string{"-args_file", args}, 0, "in a file"},
		{"", []string{"-args_file", args + "x"}, 1, "failed to open arguments file"},
		{"", []string{"-boot", "nosuch", "-noshell", "-s", "erlang", "halt"}, 1, "{'cannot get bootfile','nosuch.boot'}"},
		{"", []string{"-boot", "start_clean", "-noshell", "-s", "erlang", "halt"}, 0, ""},
		{"", []string{"+S", "x"}, 1, "bad amount of schedulers x"},
		{"", []string{"+P", "5"}, 1, "bad number of processes 5"},
		{"", []string{"+Z"}, 1, "unknown flag +Z"},
		{"", []string{"+V"}, 0, "emulator version"},
		{"", []string{"-noshell", "-sname"}, 1, "Missing argument(s) for '-sname'.\nUsage: ersh "},
		{"", []string{"-env", "NAME"}, 1, "Missing argument(s) for '-env'."},
		{"", []string{"-start_epmd", "x"}, 1, "Expected boolean argument for '-start_epmd'."},
		{"", []string{"+A"}, 1, "Missing argument(s) for '+A'."},
		{"", []string{"+C", "foo"}, 1, "Invalid time warp mode: foo"},
		{"", []string{"-foo", "+bar"}, 1, "unknown flag +bar"},
		{"", []string{"+hxyz", "1"}, 1, "bad heap size xyz"},
		{"", []string{"+S", "2:3"}, 1, "bad amount of schedulers online 3 (total amount of schedulers 2)"},
		{"", []string{"+fnuw", "+pc", "unicode", "+sbwt", "none", "+MBas", "aobf", "-noshell", "-eval",
			`io:format("~p", [{io:printable_range(), init:get_arguments() =/= []}]), halt().`}, 0, "{unicode,true}"},
		{"", []string{"-noshell", "-connect_all", "false", "-eval", `io:format("~p", [application:get_env(kernel, connect_all)]), halt().`}, 0, "{ok,false}"},
		{"", []string{"-noshell", "-pa", dir, dir + "/foo-1.0", "-eval", `io:format("~p", [hd(code:get_path()) =:= "` + dir + `/foo-1.0"]), halt().`}, 0, "true"},
		{"", []string{"-noshell", "-s", "erlang", "throw", "x"}, 1, "{throw,[x],[{init,start_it,1,[]}"},
		{"", []string{"-a", "b", "-noinput", "c", "-eval", `io:format("~0p", [lists:nthtail(4, init:get_arguments())]), halt().`}, 0, `[{a,["b"]},{noshell,[]},{noinput,["c"]}]`},
		{"", []string{"-stdlib", "shell_slogan", `"one"`, "shell_session_slogan", `"two"`}, 0, "one\ntwo (press Ctrl+G"},
	} {
		cmd := exec.Command(ersh, c.args...)
		cmd.Env = append(os.Environ(), c.env)
		out, _ := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != c.status || !strings.Contains(string(out), c.want) {
			t.Errorf("%s %v: status %d, want %d, and %q in\n%s", c.env, c.args, cmd.ProcessState.ExitCode(), c.status, c.want, out)
		}
	}
}
