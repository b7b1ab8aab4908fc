package parser

import (
	"os"
	"strings"
	"testing"
)

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

func dumpForms(fs []Form) string {
	return strings.Join(mapForms(fs), "  ")
}

func mapForms(fs []Form) []string {
	var out []string
	for _, f := range fs {
		switch x := f.(type) {
		case *ErrorForm:
			out = append(out, "{error,{"+dumpPos(x.Err.Pos)+","+x.Err.Module+","+dumpDesc(x.Err.Desc)+"}} | "+strings.ReplaceAll(x.Err.Text, "\n", " "))
		case *WarningForm:
			out = append(out, "{warning,{"+dumpPos(x.Err.Pos)+","+x.Err.Module+","+dumpDesc(x.Err.Desc)+"}} | "+strings.ReplaceAll(x.Err.Text, "\n", " "))
		default:
			out = append(out, dumpForm(f))
		}
	}
	return out
}

func TestPreprocessLikeErl(t *testing.T) {
	want := oracle(t, "epp", eppCases)
	for i, c := range eppCases {
		parts := strings.Split(c, "\x02")
		files := map[string]string{}
		for _, p := range parts[1:] {
			name, text, _ := strings.Cut(p, "\n")
			files[name] = text
		}
		opts := EppOptions{Name: "x.erl", Open: func(name string) ([]byte, error) {
			text, ok := files[name]
			if !ok {
				return nil, os.ErrNotExist
			}
			return []byte(text), nil
		}, Macros: []Macro{
			{"GIVEN", []Token{{Kind: KindInteger, Value: "42"}}},
			{"FLAG", []Token{{Kind: KindAtom, Value: "true"}}},
		}}
		if got := dumpForms(Preprocess([]byte(parts[0]), opts)); got != want[i] {
			t.Errorf("%q:\n got %s\nwant %s", c, got, want[i])
		}
	}
}

func TestTokensLikeErl(t *testing.T) {
	cases := []string{"a", "a.", "a. ", "a.\nb. c", "'a", "\"abc", "1 $", "\"\"\"\na", "% x", "", "a \"\\xg\" b. c", "37#1. b", "37#1 b", "a.%", "\"\"", "1", "1. ", "a- ", "a-", "a=:", "a=:b. ", "~s", "~s\"a\"", "~s\"a\" . ", "1.5 . ", "1.", "1.5", "1.5e", "16#", "16#f. ", "$\\", "a ..", "a .. b. ", "x:y(). \n\n"}
	for mode, eof := range map[string]bool{"tokens": false, "tokens_eof": true} {
		want := oracle(t, mode, cases)
		for i, c := range cases {
			whole, bytewise := "", ""
			for _, out := range []*string{&whole, &bytewise} {
				f := NewFormScanner(Pos{1, 1}, ScanOptions{})
				var toks []Token
				status := ScanMore
				var err *Error
				fed := 0
				for status == ScanMore && fed < len(c) {
					n := len(c)
					if out == &bytewise {
						n = fed + 1
					}
					f.Feed(c[fed:n])
					fed = n
					toks, status, err = f.Next()
				}
				if status == ScanMore && eof {
					f.Close()
					toks, status, err = f.Next()
				}
				rest := charList([]rune(f.Rest() + c[fed:]))
				if eof && f.s.eof {
					rest = "eof"
				}
				switch status {
				case ScanMore:
					*out = "more"
				case ScanEOF:
					*out = "{done,{eof," + dumpPos(f.Pos()) + "},eof}"
				case ScanFailed:
					*out = "{done,{error,{" + dumpPos(err.Pos) + ",erl_scan," + dumpDesc(err.Desc) + "}," + dumpPos(f.Pos()) + "}," + rest + "}"
				default:
					*out = "{done," + dumpScan(toks, f.Pos(), nil) + "," + rest + "}"
				}
			}
			if whole != want[i] {
				t.Errorf("%s %q:\n got %s\nwant %s", mode, c, whole, want[i])
			}
			if bytewise != want[i] {
				t.Errorf("%s %q byte by byte:\n got %s\nwant %s", mode, c, bytewise, want[i])
			}
		}
	}
}

func TestTermsLikeErl(t *testing.T) {
	cases := []string{"a.", "a+b.", "{a,[b|c]}.", "#{a=>b}.", "X.", "f(x).", "-1.", "a,b.", "a", "fun a:b/1.", "<<1,2>>.", "a/1.", "\"a\".", "", ".", "- - 1.", "{a,X}.", "#r{}.", "fun f/1."}
	want := oracle(t, "term", cases)
	for i, c := range cases {
		toks, _, err := Scan(c, Pos{1, 1}, ScanOptions{})
		got := ""
		if err == nil {
			var e Expr
			if e, err = ParseTerm(toks); err == nil {
				got = dumpTerm(e)
			}
		}
		if err != nil {
			got = dumpError(err)
		}
		if got != want[i] {
			t.Errorf("%q:\n got %s\nwant %s", c, got, want[i])
		}
	}
}
