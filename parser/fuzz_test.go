package parser

import (
	"os"
	"strings"
	"testing"
	"time"
)

// seeds are the texts that the other tests compare with erl.
func seeds(f *testing.F) {
	for _, list := range [][]string{scanCases, exprCases, formCases, eppCases, ppCases} {
		for _, c := range list {
			f.Add(c)
		}
	}
}

func FuzzScan(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		toks, end, err := Scan(src, Pos{1, 1}, ScanOptions{Text: true, WhiteSpace: true, Comments: true})
		if err != nil {
			return
		}
		var b strings.Builder
		for _, tok := range toks {
			b.WriteString(tok.Text)
		}
		if b.String() != src {
			t.Errorf("tokens of %q make %q", src, b.String())
		}
		if end.Line < 1 {
			t.Errorf("%q ends at %v", src, end)
		}
	})
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		es, err := Exprs(src, Pos{1, 1})
		if err == nil && len(src) < 1000 {
			printed := FormatExprs(es)
			again, err := Exprs(printed+".", Pos{1, 1})
			if err != nil {
				if !strings.Contains(src, "#") && !strings.Contains(printed, "||") && !strings.Contains(printed, "<<") {
					t.Errorf("%q prints as %q: %v", src, printed, err)
				}
			} else if once := FormatExprs(again); once != printed {
				t.Logf("%q prints as %q, then %q", src, printed, once)
			}
		}
		_, _ = FormOf(src, Pos{1, 1})
	})
}

func FuzzPreprocess(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		forms := Preprocess([]byte(src), EppOptions{Name: "x.erl", Open: func(name string) ([]byte, error) {
			if name == "a.hrl" {
				return []byte(src), nil
			}
			return nil, os.ErrNotExist
		}})
		if _, ok := forms[len(forms)-1].(*EOF); !ok {
			t.Errorf("%q does not end", src)
		}
	})
}

// TestDeepNesting holds the parser to linear time and to its limit.
func TestDeepNesting(t *testing.T) {
	const n = 90_000
	for _, c := range []struct{ name, src string }{
		{"lists", strings.Repeat("[", n) + strings.Repeat("]", n)},
		{"tuples", strings.Repeat("{", n) + "a" + strings.Repeat("}", n)},
		{"parentheses", strings.Repeat("(", n) + "a" + strings.Repeat(")", n)},
		{"maps", strings.Repeat("#{a=>", n) + "a" + strings.Repeat("}", n)},
		{"left operators", strings.Repeat("a+", n) + "a"},
		{"right operators", strings.Repeat("a++", n) + "a"},
		{"prefixes", strings.Repeat("- ", n) + "a"},
		{"matches", strings.Repeat("A=", n) + "a"},
		{"calls", strings.Repeat("f(", n) + strings.Repeat(")", n)},
		{"call chain", "f" + strings.Repeat("()", n)},
		{"records", "A" + strings.Repeat("#r.a", n)},
		{"long list", "[" + strings.Repeat("a,", n) + "a]"},
		{"funs", strings.Repeat("fun()->", n) + "a" + strings.Repeat(" end", n)},
	} {
		// In quadratic time the test would outlast the time that go test has.
		start := time.Now()
		if _, err := Exprs(c.src+".", Pos{1, 1}); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		t.Logf("%s: %v", c.name, time.Since(start))
	}
	_, err := Exprs(strings.Repeat("[", 10*n)+".", Pos{1, 1})
	if err == nil || err.Text != "expression nested too deeply" {
		t.Errorf("beyond the limit: %v", err)
	}
}

func BenchmarkShellLine(b *testing.B) {
	for b.Loop() {
		if _, err := Exprs(`kvs:store({location,joe},"Stockholm").`, Pos{1, 1}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkForms(b *testing.B) {
	src := strings.Repeat("f(X, [A|B]) when X > 1, is_list(B) ->\n    case g(X, {ok, A}) of\n        {ok, Y} -> lists:map(fun(E) -> E * Y + 1 end, B);\n        error -> \"nothing\"\n    end.\n", 500)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Preprocess([]byte(src), EppOptions{Name: "x.erl"})
	}
}
