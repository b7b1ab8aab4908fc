package compile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ersh/internal/otp"
	"ersh/internal/randerl"
	"ersh/parser"
	"ersh/runtime/etf"
	"ersh/runtime/term"
)

// formsDriver has OTP 29 write, of modules of its own: their forms as their
// .beam files hold them, and the text that erl_pp makes of each; and, of all
// texts: the forms that epp gives, with columns and without, and those of
// tokens that keep their text.
const formsDriver = `
-module(driver).
-export([main/0]).
main() ->
    [begin
         {ok, {M, [{_, {raw_abstract_v1, Forms}}]}} = beam_lib:chunks(B, [abstract_code]),
         write(atom_to_list(M) ++ ".abstract", Forms),
         write(atom_to_list(M) ++ ".printed", [{F, unicode:characters_to_binary(erl_pp:form(F))} || F <- Forms]),
         App =:= stdlib andalso
             file:write_file("printed_" ++ atom_to_list(M) ++ ".erl",
                             unicode:characters_to_binary(["%% coding: utf-8\n", [erl_pp:form(F) || F <- Forms]]))
     end || App <- [stdlib, compiler], B <- filelib:wildcard(code:lib_dir(App) ++ "/ebin/[a-f]*.beam")],
    [begin
         {ok, Forms} = epp:parse_file(F, [{location, {1, 1}}]),
         write(F ++ ".forms", Forms),
         case F of
             "printed_" ++ _ ->
                 {ok, Text} = file:read_file(F),
                 {ok, Ts, _} = erl_scan:string(unicode:characters_to_list(Text), {1, 1}, [text]),
                 write(F ++ ".texts", parse(Ts));
             _ ->
                 {ok, Lines} = epp:parse_file(F, []),
                 write(F ++ ".lines", Lines)
         end
     end || F <- lists:sort(filelib:wildcard("*.erl"))].
write(File, Term) -> ok = file:write_file(File, term_to_binary(Term)).
parse([]) -> [];
parse(Ts) ->
    {Form, [Dot | Rest]} = lists:splitwith(fun(T) -> element(1, T) =/= dot end, Ts),
    [case erl_parse:parse_form(Form ++ [Dot]) of {ok, F} -> F; {error, E} -> {error, E} end | parse(Rest)].
`

// oddForms are files of what the others don't have.
var oddForms = map[string]string{
	"quoted.erl": `-module(quoted).
-define(ID(X), X).
-define(M, 'maybe').
-define(TWO(X), {X, 'maybe', ?ID(X), ?ID('else'), ??X}).
f() -> ['maybe', 'else', 'end', "maybe", 'may\x62e', 'Maybe', ?M, ?ID(?ID('maybe')), ?TWO('maybe')].
'maybe'(X) -> maybe 1 end, fun 'maybe'/1, 'maybe'(2), 'maybe':a(), 'maybe' = X, #{'maybe' => 1}, <<'maybe'>>.
k() -> try a catch error:'maybe' -> b; {'maybe', x} -> c end, 'maybe'#r.a, 'maybe' + 2, [x, 'maybe' | y].
-type a() :: 'maybe' | b.
-spec f('maybe') -> a.
-record('maybe', {'maybe' = 'maybe' :: 'maybe'}).
`,
	"files.erl": `-module(files).
-file("foo.erl", 10).
f() -> ?FILE.
-file("foo/" "bar" ".erl",
      2).
-file(?FILE ".x", ?LINE).
g() -> {?FILE, ?LINE}.
-file("../q1.erl", 'a').
-file("q1.erl").
-file("q1.erl", 1, 2).
-file("q1.erl", -1).
-include("quo" "ted.hrl").
m() -> ?LINE.
`,
	"quoted.hrl": "-define(A, 1).\n-record(a, {}).\n",
}

// TestFormsLikeErl parses the library, random programs and modules of OTP's,
// printed from their abstract code: forms are what epp and erl_parse of OTP 29
// give, to each annotation, lose nothing when they are read back, and are
// printed as erl_pp does.
func TestFormsLikeErl(t *testing.T) {
	release := otp.Need(t, 29)
	outside, inside := release.TempDir(t)
	write := func(name string, src []byte) {
		if err := os.WriteFile(filepath.Join(outside, name), src, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"../lib", "testdata", "../testdata", "../../kvs"} {
		files, _ := filepath.Glob(dir + "/*.erl")
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			write(filepath.Base(file), src)
		}
	}
	if err := os.CopyFS(outside, os.DirFS("../testdata/docs")); err != nil {
		t.Fatal(err)
	}
	for i := range uint64(20) {
		name := fmt.Sprintf("random%d", i)
		write(name+".erl", []byte(randerl.Module(name, i, true)))
	}
	for name, src := range oddForms {
		write(name, []byte(src))
	}
	write("driver.erl", []byte(formsDriver))
	if out := release.Eval(t, fmt.Sprintf("file:set_cwd(%q), {ok, M} = compile:file(driver), M:main()", inside)); out != "" {
		t.Fatal(out)
	}
	results := map[string]int{}
	printed, _ := filepath.Glob(outside + "/*.printed")
	for _, file := range printed {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pairs, _, err := etf.Decode(data)
		if err != nil {
			t.Fatal(file, err)
		}
		results[".printed"]++
		elems, _ := term.Slice(pairs)
		for _, pair := range elems {
			form, err := SourceFormOf(pair.(*term.Tuple).Elems[0])
			if err != nil {
				t.Fatal(file, err)
			}
			text, _ := term.ToBytes(pair.(*term.Tuple).Elems[1])
			if got := parser.FormatForm(form); got != string(text) {
				t.Errorf("%s printed:\n%s\nwant\n%s", filepath.Base(file), got, text)
			}
		}
	}
	files, _ := filepath.Glob(outside + "/*")
	for _, file := range files {
		kind := filepath.Ext(file)
		if kind == ".erl" || filepath.Ext(strings.TrimSuffix(file, kind)) != ".erl" && kind != ".abstract" {
			continue
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, _, err := etf.Decode(data)
		if err != nil {
			t.Fatal(file, err)
		}
		results[kind]++
		name := filepath.Base(file)
		if forms, err := FormsOf(want); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if d := difference(listOf(forms, AbstractForm), want); d != "" {
			t.Errorf("%s read and written: %s", name, d)
		}
		if kind == ".abstract" {
			continue
		}
		source := strings.TrimSuffix(name, kind)
		src, err := os.ReadFile(filepath.Join(outside, source))
		if err != nil {
			t.Fatal(err)
		}
		epp := parser.EppOptions{Name: source, Source: source, Start: parser.At(1, 1).Pos,
			Open: func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(outside, name)) }}
		var got []parser.Form
		switch kind {
		case ".texts":
			got = formsWithText(t, string(src))
		case ".lines":
			epp.Start.Col = 0
			fallthrough
		default:
			got = parser.Preprocess(src, epp)
		}
		if d := difference(listOf(got, AbstractForm), want); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	t.Log(results)
	if len(results) != 5 || results[".forms"] < 200 || results[".texts"] < 30 {
		t.Error("OTP wrote too little")
	}
}

// formsWithText parses forms of which every token keeps its text.
func formsWithText(t *testing.T, src string) []parser.Form {
	toks, _, scanErr := parser.Scan(src, parser.Pos{Line: 1, Col: 1}, parser.ScanOptions{Text: true})
	if scanErr != nil {
		t.Fatal(scanErr)
	}
	var forms []parser.Form
	start := 0
	for i, tok := range toks {
		if tok.Kind != parser.KindDot {
			continue
		}
		form, err := parser.ParseForm(toks[start : i+1])
		if err != nil {
			form = &parser.ErrorForm{Err: err}
		}
		forms = append(forms, form)
		start = i + 1
	}
	return forms
}

// difference shows the first place where two terms differ.
func difference(got, want term.Term) string {
	if term.Equal(got, want) {
		return ""
	}
	parts := func(t term.Term) []term.Term {
		if tuple, ok := t.(*term.Tuple); ok {
			return tuple.Elems
		}
		elems, _ := term.Slice(t)
		return elems
	}
	g, w := parts(got), parts(want)
	for i := range min(len(g), len(w)) {
		if d := difference(g[i], w[i]); d != "" && (len(g) == len(w) || i+1 < min(len(g), len(w))) {
			return d
		}
	}
	return fmt.Sprintf("\n got %.400s\nwant %.400s", term.Format(got), term.Format(want))
}
