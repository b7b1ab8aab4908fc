package compile

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ersh/parser"
	"ersh/runtime/beam"
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

// What a trace shows for an instruction of the shell is what erl 29 shows.
func TestShellFrames(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"foo:bar().", "do_apply/7:1048"},
		{"[foo:bar()].", "do_apply/7:1048 expr/6:441"},
		{"{1, foo:bar()}.", "do_apply/7:1048 expr_list/7:1664 expr_list/5:1660 expr/6:451"},
		{"catch foo:bar().", "do_apply/7:1048 expr/6:780"},
		{"begin foo:bar(), 1 end.", "do_apply/7:1048 exprs/6:276"},
		{"fun() -> foo:bar() end.", ""},
		{"fun() -> [foo:bar()] end.", "do_apply/7:1048 expr/6:441"},
	} {
		code, err := shellLine(t, c.src)
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		var got []string
		for _, frames := range code.Module.Frames {
			var shown []string
			for _, f := range frames {
				if f.Kind != beam.OnRaise {
					shown = append(shown, fmt.Sprintf("%s/%d:%d", f.Name.Name(), f.Arity, f.Line))
				}
			}
			got = append(got, strings.Join(shown, " "))
		}
		if !slices.Contains(got, c.want) {
			t.Errorf("%s: shows %q, want %q", c.src, got, c.want)
		}
	}
}
