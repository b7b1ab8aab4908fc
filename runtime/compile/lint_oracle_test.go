package compile_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
)

// lintDriver compiles the modules of a folder with erlc and prints what it
// says of each, in the format of testdata/lint.txt.
const lintDriver = `
Print = fun(Kind, Files) -> [[io:format("~s ~p:~p\t~s\t~0tp\t~ts~n",
    [Kind, L, C, M, D, lists:join("\\n", string:split(M:format_error(D), "\n", all))]) || {{L, C}, M, D} <- Es] || {_, Es} <- Files] end,
io:setopts([{encoding, utf8}]),
lists:foreach(fun(F) -> io:format("### ~ts~n", [filename:basename(F)]),
    case compile:file(F, [return, nowarn_export_all, binary]) of
        {ok, _, _, W} -> Print("W", W);
        {error, E, W} -> Print("E", E), Print("W", W)
    end end, lists:sort(filelib:wildcard("%s/c*.erl")))`

// TestLintOracle holds testdata/lint.txt to what erlc of OTP 29 says today.
func TestLintOracle(t *testing.T) {
	release := otp.Need(t, 29)
	outside, inside := release.TempDir(t)
	if err := os.Chmod(outside, 0o755); err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for i, c := range lintCases(t) {
		exports, src := "-compile(export_all).", c.src
		if local, ok := strings.CutPrefix(src, "%local "); ok {
			exports, src = "", local
		}
		name := fmt.Sprintf("c%04d.erl", i)
		if err := os.WriteFile(filepath.Join(outside, name), []byte("-module(m).\n"+exports+"\n"+src+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "### %s\n", name)
		for _, line := range c.want {
			want.WriteString(line + "\n")
		}
	}
	got := strings.Split(release.Eval(t, fmt.Sprintf(lintDriver, inside)), "\n")
	for i, line := range strings.Split(want.String(), "\n") {
		if i >= len(got) || got[i] != line {
			t.Fatalf("line %d: recorded %s\n erlc says %s", i+1, line, strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""))
		}
	}
}
