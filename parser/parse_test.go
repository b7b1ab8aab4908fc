package parser

import "testing"

func dumpParsed(es []Expr, err *Error) string {
	if err != nil {
		return dumpError(err)
	}
	return dumpExprs(es)
}

func TestExprsLikeErl(t *testing.T) {
	want := oracle(t, "exprs", exprCases)
	for i, c := range exprCases {
		if got := dumpParsed(Exprs(c, Pos{1, 1})); got != want[i] {
			t.Errorf("%q:\n got %s\nwant %s", c, got, want[i])
		}
	}
}

func TestFormsLikeErl(t *testing.T) {
	want := oracle(t, "form", formCases)
	for i, c := range formCases {
		got := ""
		if f, err := FormOf(c, Pos{1, 1}); err != nil {
			got = dumpError(err)
		} else {
			got = dumpForm(f)
		}
		if got != want[i] {
			t.Errorf("%q:\n got %s\nwant %s", c, got, want[i])
		}
	}
}
