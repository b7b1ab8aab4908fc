package vm

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/etf"
	"ersh/runtime/term"
)

// compareScript reads what this VM made of M:results() and prints where real
// Erlang differs.
const compareScript = `
    code:add_patha("%s"),
    {ok, B} = file:read_file("%s"),
    Ours = binary_to_term(B),
    Real = %s:results(),
    [io:format("~p~n  erl:  ~0p~n  ersh: ~0p~n", [N, R, O])
        || {N, R, O} <- lists:zip3(lists:seq(1, length(Real)), Real, Ours), R =/= O],
    io:format("compared ~p~n", [length(Real)])`

// TestAgainstErl runs the cases of testdata's modules here and in erl and
// compares the outcomes, stack traces included.
func TestAgainstErl(t *testing.T) {
	for _, version := range []int{25, 27, 29} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			r := otp.Need(t, version)
			v := newTestVM(t, version)
			outside, inside := compiled(t, r)
			v.loadFile(t, filepath.Join(r.Root, r.Eval(t, `io:put_chars(code:which(lists))`)))
			for _, mod := range []string{"basics", "traces", "segments"} {
				res := v.call(t, mod, "results")
				if res.Elems[0] != term.A("value") {
					t.Errorf("%s: %s", mod, show(res))
					continue
				}
				b, err := etf.Encode(res.Elems[1])
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(outside, mod+".etf"), b, 0o600); err != nil {
					t.Fatal(err)
				}
				out := r.Eval(t, fmt.Sprintf(compareScript, inside, inside+"/"+mod+".etf", mod))
				if !strings.HasPrefix(out, "compared") {
					t.Errorf("%s:\n%s", mod, out)
				}
			}
		})
	}
}
