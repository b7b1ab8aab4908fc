package compile

import (
	"strings"
	"testing"

	"ersh/parser"
)

func shellLine(t testing.TB, src string, bound ...string) (*ShellCode, error) {
	t.Helper()
	es, err := parser.Exprs(src, parser.Pos{Line: 1, Col: 1})
	if err != nil {
		t.Fatal(err)
	}
	return Shell(es, ShellOptions{Bound: bound})
}

func TestShellBindings(t *testing.T) {
	for _, c := range []struct{ src, bound, args, news string }{
		{"1+1.", "", "", ""},
		{"X = 1.", "", "", "X"},
		{"{X, Y} = {1, Z}.", "Z", "Z", "X Y"},
		{"F = fun(A) -> A + B end.", "B C", "B", "F"},
		{"case X of a -> Y = 1; b -> Y = 2 end.", "X", "X", "Y"},
		{"fun F(0) -> 1; F(N) -> N * F(N-1) end.", "", "", ""},
		{"[X || X <- L].", "L X", "L", ""},
		{"f(X), g().", "X", "X", ""},
	} {
		code, err := shellLine(t, c.src, strings.Fields(c.bound)...)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		if got := strings.Join(code.Args, " "); got != c.args {
			t.Errorf("%s: takes %q, want %q", c.src, got, c.args)
		}
		if got := strings.Join(code.News, " "); got != c.news {
			t.Errorf("%s: binds %q, want %q", c.src, got, c.news)
		}
	}
}

func TestShellUnbound(t *testing.T) {
	_, err := shellLine(t, "1 + X.")
	d, ok := err.(*Diagnostic)
	if !ok || d.Text != "variable 'X' is unbound" || d.Pos.Col != 5 {
		t.Errorf("got %v", err)
	}
}

func BenchmarkShell(b *testing.B) {
	for b.Loop() {
		if _, err := shellLine(b, "F = fun(A) -> lists:map(fun(B) -> A + B end, [1,2,3]) end, F(X).",
			"X"); err != nil {
			b.Fatal(err)
		}
	}
}
