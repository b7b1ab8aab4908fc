package bif_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/beam"
	"ersh/runtime/bif"
	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// otpFiles gives the .beam files of a release's library.
func otpFiles(t *testing.T, r otp.Release, lib string) []string {
	t.Helper()
	dir := filepath.Join(r.Root, r.Eval(t, `io:put_chars(code:lib_dir(`+lib+`))`))
	files, _ := filepath.Glob(filepath.Join(dir, "ebin", "*.beam"))
	if len(files) == 0 {
		t.Fatalf("OTP %d: no %s in %s", r.Version, lib, dir)
	}
	return files
}

// TestLoadOTP loads every module of all applications of each release.
func TestLoadOTP(t *testing.T) {
	for _, version := range []int{25, 27, 29} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			r := otp.Need(t, version)
			files, _ := filepath.Glob(filepath.Join(r.Root, r.Eval(t, `io:put_chars(code:lib_dir())`), "*", "ebin", "*.beam"))
			if len(files) < 500 {
				t.Fatalf("only %d modules", len(files))
			}
			v := vm.New(vm.Config{BIFs: bif.Table()})
			defer v.Stop()
			for _, path := range files {
				file, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				m, err := beam.Read(file)
				if err == nil {
					_, err = v.Prepare(m)
				}
				if err != nil {
					t.Errorf("%s: %v", filepath.Base(path), err)
				}
			}
			t.Logf("%d modules", len(files))
		})
	}
}

// otpCalls are calls of OTP's own library modules, which run here and in erl
// to the same result.
var otpCalls = []string{
	`lists:sort([3,1,2,{a},b,1.5])`,
	`lists:map(fun erlang:abs/1, [-1,2,-3])`,
	`lists:foldl(fun erlang:max/2, 0, [1,5,3])`,
	`lists:seq(1,20)`, `lists:keysort(2, [{a,3},{b,1},{c,2}])`, `lists:usort([c,a,b,a])`,
	`lists:zip([1,2,3],[a,b,c])`, `lists:flatten([1,[2,[3,[]]],4])`, `lists:nthtail(2,[a,b,c])`,
	`lists:sort(dict:to_list(dict:from_list([{a,1},{b,2},{c,3}])))`,
	`gb_trees:to_list(gb_trees:from_orddict([{a,1},{b,2}]))`, `gb_sets:to_list(gb_sets:from_list([3,2,1]))`,
	`orddict:store(a,1,[{b,2}])`, `sets:size(sets:from_list([1,2,3,2]))`, `queue:to_list(queue:in(x,queue:new()))`,
	`array:to_list(array:from_list([1,2,3]))`, `proplists:get_value(a,[{a,7}])`,
	`string:uppercase("hello")`, `string:split("a,b,c", ",", all)`, `string:trim("  x ")`, `string:length("åäö")`,
	`io_lib:format("~p", [lists:seq(1,60)])`,
	`erl_scan:string("foo(X, Y) -> X + Y * 2.")`,
	`erl_parse:parse_form(element(2, erl_scan:string("f(X) when X > 1 -> {X, [a|b], #r{a=1}, <<1:8>>}; f(_) -> ok.")))`,
	`erl_parse:parse_exprs(element(2, erl_scan:string("case X of {ok, Y} -> Y; _ -> fun(Z) -> Z end end.")))`,
	`erl_lint:module([{attribute,{1,1},module,m},{function,{2,1},f,0,[{clause,{2,1},[],[],[{var,{2,5},'X'}]}]}])`,
	`erl_pp:expr({op,1,'+',{integer,1,1},{var,1,'X'}})`,
	`erl_eval:expr({op,1,'+',{integer,1,1},{integer,1,41}}, [])`,
	`base64:encode(<<"hello world">>)`, `base64:decode(<<"aGVsbG8=">>)`,
	`calendar:day_of_the_week(2024,2,29)`, `calendar:gregorian_seconds_to_datetime(63876543210)`,
	`digraph_utils:module_info(module)`, `filename:join(["a","b","c.erl"])`, `filename:extension("x.erl")`,
	`rand:seed_s(exsss, {1,2,3})`, `uri_string:parse("http://user@host:80/p?q#f")`,
	`unicode_util:gc("e" ++ [769])`, `erl_anno:new(5)`, `lists:reverse(lists:seq(1,1000))`,
	`random_calls:results(1)`, `random_calls:results(20)`,
}

// standIns are what OTP's modules ask of a running node.
var standIns = []vm.BIF{
	{Module: "os", Name: "getenv", Arity: 1, Fn: func(*vm.Process, []term.Term) (term.Term, error) { return term.False, nil }},
	{Module: "code", Name: "ensure_modules_loaded", Arity: 1, Fn: func(*vm.Process, []term.Term) (term.Term, error) { return term.Ok, nil }},
	{Module: "erlang", Name: "phash", Arity: 2, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		n, _ := term.ToInt64(args[1])
		return term.MakeInt(1 + int64(term.Phash2(args[0]))%n), nil
	}},
	{Module: "erlang", Name: "++", Arity: 2, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		l, ok := term.Slice(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		return term.ListTail(l, args[1]), nil
	}},
}

// TestRunOTP runs calls of OTP's library modules on this VM and compares the
// results with those of the release itself.
func TestRunOTP(t *testing.T) {
	for _, version := range []int{25, 29} {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			r := otp.Need(t, version)
			outside, inside := r.TempDir(t)
			var src strings.Builder
			src.WriteString("-module(otp_calls).\n-export([results/0, compare/1]).\n")
			src.WriteString("results() -> [out(F) || F <- calls()].\n" +
				"out(F) -> try F() of X -> {ok, X} catch C:R:S -> {C, R, S} end.\n" +
				"compare(File) -> {ok, B} = file:read_file(File), put(n, 0), lists:zipwith(fun(O, R) -> put(n, get(n) + 1),\n" +
				"  differ(O, R) end, binary_to_term(B), results()), ok.\n" +
				"differ({ok, [_ | _] = O}, {ok, R}) when length(O) =:= length(R) -> lists:zipwith(fun differ/2, O, R);\n" +
				"differ(O, R) -> O =:= R orelse io:format(\"~p~n  erl:  ~0P~n  ersh: ~0P~n\", [get(n), R, 60, O, 60]).\n" +
				"calls() -> [\n")
			for i, c := range otpCalls {
				if i > 0 {
					src.WriteString(",\n")
				}
				fmt.Fprintf(&src, "fun() -> %s end", c)
			}
			src.WriteString("].\n")
			if err := os.WriteFile(filepath.Join(outside, "otp_calls.erl"), []byte(src.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			compile := []string{"-o", inside, inside + "/otp_calls.erl"}
			for _, name := range []string{"random_calls.erl", "random_parse.erl"} {
				src, err := os.ReadFile(filepath.Join("..", "testdata", name))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(outside, name), src, 0o600); err != nil {
					t.Fatal(err)
				}
				compile = append(compile, inside+"/"+name)
			}
			if out, err := r.Command(t.Context(), "erlc", compile...).CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			library := fstest.MapFS{}
			files, _ := filepath.Glob(filepath.Join(outside, "*.beam"))
			for _, lib := range []string{"stdlib", "kernel", "compiler"} {
				files = append(files, otpFiles(t, r, lib)...)
			}
			for _, path := range files {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				library[filepath.Base(path)] = &fstest.MapFile{Data: data}
			}
			delete(library, "error_handler.beam")
			result := make(chan term.Term, 1)
			v := vm.New(vm.Config{BIFs: slices.Concat(standIns, bif.Table(), bif.Init(bif.Arguments{})), Library: library, OnPanic: func(text string, stack []byte) { t.Errorf("%s\n%s", text, stack) }})
			defer v.Stop()
			n := v.SpawnNative("test", func(n *vm.Native) term.Term {
				msg, _ := n.Receive()
				result <- msg
				return nil
			})
			m, err := beam.Read(runnerModule(t, r, outside, inside))
			if err != nil {
				t.Fatal(err)
			}
			if err := v.LoadModule(m); err != nil {
				t.Fatal(err)
			}
			v.Spawn(term.A("otp_runner"), term.A("run"), []term.Term{n})
			var res term.Term
			select {
			case res = <-result:
			case <-time.After(time.Minute):
				t.Fatal("no answer")
			}
			b, err := etf.Encode(res)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(outside, "ours"), b, 0o600); err != nil {
				t.Fatal(err)
			}
			if out := r.Eval(t, `code:add_patha("`+inside+`"), otp_calls:compare("`+inside+`/ours")`); out != "" {
				t.Error(out)
			}
		})
	}
}

func runnerModule(t *testing.T, r otp.Release, outside, inside string) []byte {
	src := "-module(otp_runner).\n-export([run/1]).\nrun(P) -> P ! otp_calls:results().\n"
	if err := os.WriteFile(filepath.Join(outside, "otp_runner.erl"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := r.Command(t.Context(), "erlc", "-o", inside, inside+"/otp_runner.erl").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(outside, "otp_runner.beam"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
