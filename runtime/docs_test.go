package runtime_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime"
	"ersh/runtime/bif"
)

// docsDriver compiles the modules of testdata/docs in the directory DOCS_DIR
// and shows what becomes of their documentation.
const docsDriver = `io:setopts([{encoding,unicode}]), {ok, Old} = file:get_cwd(), ok = file:set_cwd(os:getenv("DOCS_DIR")),
[begin
    Result = compile:file(File, [binary, return]),
    io:format("== ~s ~0p~n", [File, setelement(3, Result, x)]),
    case Result of
        {ok, _, Beam, _} ->
            {ok, {_, [{_, Chunk}]}} = beam_lib:chunks(Beam, ["Docs"], [allow_missing_chunks]),
            case is_binary(Chunk) of
                true ->
                    Docs = binary_to_term(Chunk),
                    io:format("~0kp~n", [Docs]),
                    Mod = element(2, Result),
                    [io:format("~ts", [shell_docs:render(Mod, Docs, #{ansi => Ansi, columns => 80})]) || Ansi <- [true, false]],
                    [io:format("~ts", [shell_docs:render(Mod, F, A, Docs, #{ansi => Ansi, columns => 80})])
                     || {{function, F, A}, _, _, _, _} <- element(7, Docs), Ansi <- [true, false]],
                    [io:format("~ts", [shell_docs:render_type(Mod, F, Docs, #{ansi => false, columns => 80})])
                     || {{type, F, _}, _, _, _, _} <- element(7, Docs)];
                false -> io:format("~p~n", [Chunk])
            end;
        _ -> ok
    end
 end || File <- lists:sort(filelib:wildcard("*.erl"))], file:set_cwd(Old), halt()`

// TestDocs compares the documentation chunks of modules with those that OTP 29
// makes.
func TestDocs(t *testing.T) {
	release := otp.Need(t, 29)
	outside, inside := release.TempDir(t)
	if out, err := exec.Command("cp", "-r", "testdata/docs/.", outside).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := release.Command(t.Context(), "erl", "-noshell", "-eval", docsDriver+".")
	cmd.Env = append(os.Environ(), "DOCS_DIR="+inside)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := strings.ReplaceAll(string(out), inside, "DIR")
	dir, err := filepath.Abs("testdata/docs")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DOCS_DIR", dir)
	compareLines(t, strings.ReplaceAll(runNode(t, docsDriver+"."), dir, "DIR"), want)
}

// runNode evaluates code in a node of ersh and gives what it printed.
func runNode(t *testing.T, code string) string {
	t.Helper()
	var out lockedBuffer
	halted := make(chan struct{}, 8)
	node := runtime.New(runtime.Config{
		Arguments: bif.Arguments{Mode: "noinput", Run: []bif.Flag{{Name: "eval", Values: []string{code}}}},
		Terminal:  bif.NoTerminal{Out: &out},
		Halt:      func(int, func()) { halted <- struct{}{} },
	})
	defer node.Stop()
	node.Boot()
	select {
	case <-halted:
	case <-time.After(time.Minute):
		t.Fatalf("does not halt\n%s", out.String())
	}
	return out.String()
}
