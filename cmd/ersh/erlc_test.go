package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
)

// erlcFiles are what the commands of TestErlc find in their directory.
var erlcFiles = map[string]string{
	"ew.erl": "-module(ew).\n-export([f/1]).\nf(X) -> Y = 1.\n",
	"ee.erl": "-module(ee).\n-export([f/1]).\nf(X) -> Z.\n",
	"en.erl": "-module(enx).\n-export([f/0]).\nf() -> ok.\n",
	"ei.erl": "-module(ei).\n-include(\"a.hrl\").\n-include(\"missing.hrl\").\n-export([f/0]).\nf() -> ?A.\n",
	"ca.erl": "-module(ca).\n-feature(compr_assign, enable).\n-record(r, {a = 1}).\n-export([f/1]).\nf(L) -> [Y || X <- L, {_, Y} = X, #r{} = Y].\n",
	"as.erl": "-module(as).\n-export([f/1]).\n-include_lib(\"stdlib/include/assert.hrl\").\nf(X) -> ?assert(X == 1), ?assertNot(X == 1), ?assert(true), " +
		"?assertNot(true), ?assertEqual(1, X), ?assertMatch({_, 1}, {X, 2}).\n",
	"a.hrl": "-define(A, 1).\n",
	"t.erl": `-module(t).
-export([parse_transform/2, parse_transform_info/0, format_error/1]).
format_error(X) -> io_lib:format("t says ~p", [X]).
parse_transform_info() -> #{error_location => line}.
parse_transform(F, Opts) ->
    case proplists:get_value(mode, Opts) of
        warn -> {warning, F, [{"u.erl", [{3, ?MODULE, w}]}]};
        err -> {error, [{"u.erl", [{4, ?MODULE, e}, {{4, 1}, ?MODULE, e2}]}], [{"u.erl", [{3, ?MODULE, w}]}]};
        undef -> F ++ [{function, 1, g, 0, [{clause, 1, [], [], [{call, 2, {atom, 2, nope}, []}]}]}];
        opts -> io:format("~p~n~p~n", [F, Opts]), F
    end.
`,
	"u.erl": "-module(u).\n-export([f/1]).\n-compile([{parse_transform, t}, debug_info]).\nf(X) -> X.\n",
	"v.erl": "-module(v).\n-compile({parse_transform, none_such}).\n",
	"l.erl": "%% coding: latin-1\n-module(l).\nf() -> \"\xe9\", Z\xe9.\n",
	"s.erl": "-module(s).\nf( -> ok.\ng() -> ok\nh() -> $a.\n-foo.\n",
}

// erlcCommands are arguments of erlc that ersh erlc answers as erlc does: with
// the same output, exit status and files. What erlc answered is in testdata/erlc.txt;
// the lines that begin with ! are asked of erlc in each run of the tests.
const erlcCommands = `ew.erl
-W0 ew.erl
-W2 ew.erl
-Wall ew.erl
-Wfoo ew.erl
-Werror ew.erl
-v ew.erl
ee.erl
!ew.erl ee.erl
ee.erl ew.erl
en.erl
!s.erl
l.erl
nofile.erl
nofile
foo.xyz
foo.hrl
-o nodir ew.erl
-o x.beam ew.erl
-o x.beam ew.erl ee.erl
-o x.beam
-o sub ew.erl
!-P -o sub ew.erl
-b beam ew.erl
-z ew.erl
-help
+foo( ew.erl
+nowarn_unused_vars ew.erl
+brief ew.erl
+{error_location,line} ew.erl
-M ew.erl
-M ei.erl
!-M -MG -MP ei.erl
-MG -MF x.d -MT foo ew.erl
-MD ew.erl
-MMD ew.erl
-MQ a$b -M ew.erl
-Dfoo ew.erl
-Dfoo=1+ ew.erl
-Dfoo={a,"b"} ew.erl
-D ew.erl
-I
ei.erl
-list-features
-describe-feature maybe_expr
-describe-feature nope
-enable-feature maybe_expr ew.erl
-enable-feature foo ew.erl
-o
./ew.erl
t.erl
-pa $PWD +{mode,warn} u.erl
!-pa $PWD +{mode,err} u.erl
-pa $PWD +{mode,undef} u.erl
!-pa $PWD -DA -DB=2 -I inc -v +{mode,opts} u.erl
-pa $PWD +{parse_transform,t} +{mode,warn} ew.erl
v.erl
-Werror -W0 ew.erl
ew.erl -W0
ew.erl +debug_info
-smp ew.erl
-no-server ew.erl
+basic_validation ew.erl
+to_pp ew.erl
+dabstr -o sub ew.erl
+dexp ew.erl
-E ew.erl
-E -P -S ee.erl
+no_error_module_mismatch en.erl
+return ew.erl
ca.erl
-P -o sub ca.erl
as.erl
-enable-feature all ew.erl
-disable-feature all ca.erl
-describe-feature compr_assign`

// erlcScript runs commands and shows what they leave.
func erlcScript(dir, program string, live bool) string {
	script := fmt.Sprintf("cd %s\nrun() { %s \"$@\"; echo \"status $?\"; }\n", dir, program)
	for line := range strings.Lines(erlcCommands) {
		line, chosen := strings.CutPrefix(line, "!")
		if live && !chosen {
			continue
		}
		words := strings.Fields(line)
		for i, w := range words {
			if w != "$PWD" {
				words[i] = "'" + w + "'"
			}
		}
		script += "echo '$ '" + strings.Join(words, " ") + "; run " + strings.Join(words, " ") + "\n"
	}
	return script + "ls . sub; cat *.Pbeam x.d; cat sub/ew.P sub/ca.P sub/ew.abstr ew.expand ew.E\n"
}

func erlcDir(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for file, text := range erlcFiles {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func runErsh(t *testing.T, live bool) string {
	dir := filepath.Join(t.TempDir(), "real")
	erlcDir(t, dir)
	out, _ := exec.Command("sh", "-c", erlcScript(dir, ersh+" erlc", live)).CombinedOutput()
	return strings.ReplaceAll(string(out), dir, "DIR")
}

func runErlc(t *testing.T, live bool) string {
	release := otp.Need(t, 29)
	outside, inside := release.TempDir(t)
	erlcDir(t, outside+"/real")
	cmd := release.Command(t.Context(), "sh", "-c", erlcScript(inside+"/real", "erlc", live))
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, _ := cmd.CombinedOutput()
	return strings.ReplaceAll(string(out), inside+"/real", "DIR")
}

func sameOutput(t *testing.T, ersh, erlc string) {
	t.Helper()
	got, want := strings.Split(ersh, "\n"), strings.Split(erlc, "\n")
	command := ""
	for i, w := range want {
		if strings.HasPrefix(w, "$ ") {
			command = w
		}
		if i >= len(got) || got[i] != w {
			t.Fatalf("%s\nline %d\n ersh: %s\n erlc: %s", command, i+1, strings.Join(got[min(i, len(got)):min(i+4, len(got))], "\n       "),
				strings.Join(want[i:min(i+4, len(want))], "\n       "))
		}
	}
}

// TestErlc compares ersh erlc with what erlc answered; ERSH_RECORD=1 asks erlc
// again and records it.
func TestErlc(t *testing.T) {
	if os.Getenv("ERSH_RECORD") != "" {
		if err := os.WriteFile("testdata/erlc.txt", []byte(runErlc(t, false)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/erlc.txt")
	if err != nil {
		t.Fatal(err)
	}
	sameOutput(t, runErsh(t, false), string(want))
}

// TestErlcLive compares a few commands with a real erlc.
func TestErlcLive(t *testing.T) { sameOutput(t, runErsh(t, true), runErlc(t, true)) }
