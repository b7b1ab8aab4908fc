package repl

import (
	"slices"
	"strings"
	"testing"
)

func TestComplete(t *testing.T) {
	for _, c := range []struct {
		text string
		want bool
	}{
		{"1+1.", true}, {"1+1", false}, {"f(", false}, {"", true}, {"1.5", false}, {"1.5.", true},
		{`"a. b"`, false}, {`"a. b".`, true}, {`"a`, false}, {"'a. b'.", true}, {"$..", true}, {"$.", false},
		{"$\".", true}, {"% a.", false}, {"% a.\n1.", true}, {"1. % b", true}, {"a.b", false},
		{"\"\"\"\na. \n\"\"\".", true}, {"\"\"\"\na. \n", false}, {`"\". "`, false}, {`"\\".`, true},
	} {
		if got := complete(c.text); got != c.want {
			t.Errorf("complete(%q) = %v", c.text, got)
		}
	}
}

// TestSteps compares steps, each as node|prompt|input|output.
func TestSteps(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"plain", "a.txt", "Eshell\n1> 1+1.\n2\n2> X.\n* unbound\n\n", []string{"|1>|1+1.|2", "|2>|X.|* unbound"}},
		{"nodes", "a.txt", "(a@HOST)1> x.\nx\n(b@h.x)12> y.\n", []string{"a@HOST|(a@HOST)1>|x.|x", "b@h.x|(b@h.x)12>|y.|"}},
		{"continued", "a.txt", "1> f(\n   a).\nok\n2> g(\n2> b).\n.\n3> h(\n.. c).\n",
			[]string{"|1>|f(\\   a).|ok", "|2>|g(\\b).|.", "|3>|h(\\c).|"}},
		{"never complete", "a.txt", "1> \"abc\n2> ok.\nok\n", []string{"|1>|\"abc|", "|2>|ok.|ok"}},
		{"markdown", "a.md", "1> no.\n```erlang\n1> a.\na\n```\ntext\n```\n2> no.\n```\n~~~erlang\n2> b.\n~~~\n",
			[]string{"|1>|a.|a", "|2>|b.|"}},
		{"other blocks", "a.md", "```erlang\n-module(a).\n```\n", nil},
	} {
		var got []string
		for _, s := range steps(c.file, c.text) {
			got = append(got, strings.Join([]string{s.node, s.prompt, strings.Join(s.input, "\\"),
				strings.Join(s.output, "\\")}, "|"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		want, got string
		same      bool
	}{
		{"<0.1.0>", "<12.345.6>", true},
		{"#Ref<0.1.2.3>", "#Ref<0.1.2.4>", true},
		{"#Fun<erl_eval.42.1>", "#Fun<erl_eval.17.2>", true},
		{"#Fun<a.42.1>", "#Fun<b.42.1>", false},
		{"[gandalf@HOST]", "[gandalf@box]", true},
		{"[gandalf@HOST]", "[gandalf@'box']", false},
		{"{{2025,1,2},{3,4,5}}", "{{2026,11,23},{13,4,5}}", true},
		{"(a.erl, line 7)", "(a.erl:7)", true},
		{"(a.erl:7)", "(a.erl:8)", false},
		{"a\n...\nb", "a\nx\ny\nb", true},
		{"a\n...", "a", true},
		{"a\n...\nb", "a\nx", false},
		{"a", "a\nb", false},
		{"a  \n\n", "a", true},
	} {
		want := byShape(strings.Split(c.want, "\n"), "box")
		got := byShape(strings.Split(c.got, "\n"), "box")
		if matches(want, got) != c.same {
			t.Errorf("%q, %q: want %v", c.want, c.got, c.same)
		}
	}
}

func TestDiff(t *testing.T) {
	got := strings.Join(diff([]string{"a", "b", "c"}, []string{"a", "x", "c", "d"}), "|")
	if want := "  a|- b|+ x|  c|+ d"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
