package compile_test

import (
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"

	"ersh/parser"
	"ersh/runtime/bif"
	"ersh/runtime/compile"
	"ersh/runtime/term"
)

// lintCase is a module and what erlc of OTP 29 says of it. testdata/lint.txt
// holds them: "### source", then one line a diagnostic: E or W with position,
// reporting module, descriptor, text. Sources that begin with %local export
// nothing, all others everything.
type lintCase struct {
	src  string
	want []string
}

func lintCases(t *testing.T) []lintCase {
	data, err := os.ReadFile("testdata/lint.txt")
	if err != nil {
		t.Fatal(err)
	}
	var cases []lintCase
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		if src, ok := strings.CutPrefix(line, "### "); ok {
			cases = append(cases, lintCase{src: src})
			continue
		}
		c := &cases[len(cases)-1]
		c.want = append(c.want, line)
	}
	return cases
}

func TestLint(t *testing.T) {
	for _, c := range lintCases(t) {
		exports, src := "-compile([export_all,nowarn_export_all]).", c.src
		if local, ok := strings.CutPrefix(src, "%local "); ok {
			exports, src = "", local
		}
		text := "-module(m).\n" + exports + "\n" + src + "\n"
		forms := parser.Preprocess([]byte(text), parser.EppOptions{Name: "m.erl"})
		_, diagnostics := compile.Forms(forms, compile.Options{Evaluate: bif.Evaluate})
		var got []string
		for _, d := range diagnostics {
			kind := "E"
			if d.Warning {
				kind = "W"
			}
			got = append(got, fmt.Sprintf("%s %d:%d\t%s\t%s\t%s", kind, d.Pos.Line, d.Pos.Col, d.Module, descText(d.Desc), strings.ReplaceAll(d.Text, "\n", "\\n")))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s\n got  %s\n want %s", c.src, strings.Join(got, "\n      "), strings.Join(c.want, "\n      "))
		}
	}
}

// descText is a descriptor as ~0tp prints it.
func descText(d any) string {
	var parts []string
	list := func(elems []any) string {
		for _, e := range elems {
			parts = append(parts, descText(e))
		}
		return strings.Join(parts, ",")
	}
	switch d := d.(type) {
	case string:
		return parser.QuoteAtom(d)
	case parser.Chars:
		if d == "" {
			return "[]"
		}
		return parser.QuoteString([]rune(string(d)))
	case []any:
		return "{" + list(d) + "}"
	case parser.DescList:
		return "[" + list(d) + "]"
	case term.Term:
		if text, ok := term.GoString(d); ok && text != "" {
			return parser.QuoteString([]rune(text))
		}
		return string(term.Format(d))
	case *big.Int:
		return d.String()
	case parser.DescChars:
		for _, e := range d {
			if c, ok := e.(parser.Chars); ok {
				for _, r := range string(c) {
					parts = append(parts, fmt.Sprint(int(r)))
				}
			} else {
				parts = append(parts, parser.QuoteString([]rune(fmt.Sprint(e))))
			}
		}
		return "[" + strings.Join(parts, ",") + "]"
	}
	return fmt.Sprint(d)
}
