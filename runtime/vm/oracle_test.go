package vm

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ersh/runtime/etf"
	"ersh/runtime/term"
)

// compareScript reads what this VM made of M:results() and prints where real
// Erlang differs.
const compareScript = `
    {ok, B} = file:read_file("%s"),
    Ours = binary_to_term(B),
    Real = %s:results(),
    [io:format("~p~n  erl:  ~0p~n  ersh: ~0p~n", [N, R, O])
        || {N, R, O} <- lists:zip3(lists:seq(1, length(Real)), Real, Ours), R =/= O],
    io:format("compared ~p~n", [length(Real)]),
    halt().`

// TestAgainstErl runs the cases of testdata's modules here and in erl and
// compares the outcomes, stack traces included.
func TestAgainstErl(t *testing.T) {
	v := newTestVM(t)
	dir, _ := compiled()
	out, err := exec.Command("erl", "-noshell", "-eval", `io:put_chars(code:which(lists)), halt().`).Output()
	if err != nil {
		t.Fatal(err)
	}
	v.loadFile(t, string(out))
	for _, mod := range []string{"basics", "traces", "segments"} {
		r := v.call(t, mod, "results")
		if r.Elems[0] != term.A("value") {
			t.Errorf("%s: %s", mod, show(r))
			continue
		}
		b, err := etf.Encode(r.Elems[1])
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), mod)
		os.WriteFile(file, b, 0o600)
		out, err := exec.Command("erl", "-noshell", "-pa", dir, "-eval", fmt.Sprintf(compareScript, file, mod)).CombinedOutput()
		if err != nil || !strings.HasPrefix(string(out), "compared") {
			t.Errorf("%s: %v\n%s", mod, err, out)
		}
	}
}
