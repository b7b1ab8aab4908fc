package dist_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// text evaluates one expression and gives its value as erl prints it.
func (n *testNode) text(t testing.TB, code string) string {
	t.Helper()
	v := n.evalTerm(t, `unicode:characters_to_binary(io_lib:format("~0tp", [`+code+`])).`)
	b, ok := v.(*term.Bits)
	if !ok {
		t.Fatalf("%s: %s", code, term.Format(v))
	}
	return string(b.Data)
}

// TestCalls has a real node and one of this project's evaluate each line of
// testdata/rpc.txt, in which N is a real node, Bad one that is not there, Self the node
// itself, and Here the nodes that there are. What comes of it is to be the
// same, exceptions and the function that raises them included.
func TestCalls(t *testing.T) {
	lines, err := os.ReadFile("testdata/rpc.txt")
	if err != nil {
		t.Fatal(err)
	}
	r := otp.Need(t, 29)
	called := r.StartPeer(t, "callee", nil, "-setcookie", "secret")
	caller := r.StartPeer(t, "caller", nil, "-setcookie", "secret", "-connect_all", "false")
	n := startNode(t, "caller2")
	host := called.Name[strings.Index(called.Name, "@"):]
	call := fmt.Sprintf("('%s', 'nobody%s', node(), ['%s', node()])", called.Name, host, called.Name)
	same := regexp.MustCompile(`#Ref<[^>]*>|#Fun<[^>]*>|<\d+\.\d+\.\d+>|\{line,\d+\}|caller2?@[^,\]})]*`)
	for _, line := range strings.Split(strings.TrimSpace(string(lines)), "\n") {
		// The stack is that of the library; what evaluates the line differs.
		code := `(fun(N, Bad, Self, Here) -> _ = {N, Bad, Self, Here}, try ` + line + ` of V -> {value, V} catch C:R:S ->
			{C, R, [{M, F, A} || {M, F, A, _} <- lists:sublist(S, 1), M =/= erl_eval, M =/= shell]} end end)` + call
		code = strings.Join(strings.Fields(code), " ")
		want := same.ReplaceAllString(caller.Eval(t, code+"."), "…")
		if got := same.ReplaceAllString(n.text(t, code), "…"); got != want {
			t.Errorf("%s\nis  %s\nerl %s", line, got, want)
		}
		caller.Eval(t, "(fun F() -> receive _ -> F() after 0 -> ok end end)().")
	}
}
