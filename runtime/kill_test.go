package runtime_test

import (
	"fmt"
	"strings"
	"testing"
)

// longWork is work in one function that takes long: what it works on, V, in
// the size N, and what it does. D(N, X) is a list of 2^N elements X in N cells, made
// anew by each call.
var longWork = []struct{ name, value, work string }{
	{"==", `{D(N, x), D(N, x)}`, `element(1, V) == element(2, V)`},
	{"=:=", `{D(N, x), D(N, x)}`, `element(1, V) =:= element(2, V)`},
	{"<", `{D(N, x), D(N, x)}`, `element(1, V) < element(2, V)`},
	{"a guard", `{D(N, x), D(N, x)}`, `if element(1, V) >= element(2, V) -> a; true -> b end`},
	{"a match", `{D(N, x), D(N, x)}`, `A = element(1, V), A = element(2, V)`},
	{"max/2", `{D(N, x), D(N, x)}`, `max(element(1, V), element(2, V))`},
	{"== of maps", `{#{1 => D(N, 1)}, #{1 => D(N, 1)}}`, `element(1, V) == element(2, V)`},
	{"lists:member/2", `{D(N, x), [D(N, x)]}`, `lists:member(element(1, V), element(2, V))`},
	{"lists:keyfind/3", `{D(N, x), [{D(N, x)}]}`, `lists:keyfind(element(1, V), 1, element(2, V))`},
	{"lists:max/1", `[D(N, x), D(N, x)]`, `lists:max(V)`},
	{"lists:sort/1", `[D(N, x), D(N, x)]`, `lists:sort(V)`},
	{"phash2/1", `D(N, x)`, `erlang:phash2(V)`},
	{"external_size/1", `D(N, x)`, `erlang:external_size(V)`},
	{"iolist_size/1", `D(N, $x)`, `iolist_size(V)`},
	{"re:run/2", `binary:copy(<<"a">>, N)`, `re:run(V, "(a+)+$b", [{match_limit, 100000000}])`},
	{"unicode:characters_to_binary/1", `D(N, 1000)`, `unicode:characters_to_binary(V)`},
	{"ets:select/2", `begin T = ets:new(t, []), ets:insert(T, [{I} || I <- lists:seq(1, 1 bsl (N div 2 + 3))]), T end`,
		`ets:select(V, [{{'$1'}, lists:duplicate(1000, {is_integer, '$1'}), ['$1']}])`},
	{"an endless loop", `N`, `(fun F(X) -> F(X + 1) end)(V)`},
}

// TestKillLongWork: a process is killed in the midst of whatever it does. What
// is done before it is killed is tried again in a size that takes minutes, so that a
// machine busy with other things does not let it end.
func TestKillLongWork(t *testing.T) {
	var code strings.Builder
	code.WriteString(`
D = fun D(0, X) -> X; D(N, X) -> L = D(N - 1, X), [L, L] end,
Kill = fun(Name, Value, Work) ->
    Self = self(),
    Try = fun(N) ->
        {P, M} = spawn_monitor(fun() -> V = Value(N), Self ! {self(), begun}, Work(V), Self ! {self(), done} end),
        receive {P, begun} -> ok end,
        receive after 30 -> ok end,
        exit(P, kill),
        receive {'DOWN', M, process, P, Reason} -> ok end,
        receive {P, done} -> done after 0 -> Reason end
    end,
    io:format("~s: ~p~n", [Name, lists:foldl(fun(N, done) -> Try(N); (_, Result) -> Result end, done, [24, 32, 36])])
end,
`)
	var want strings.Builder
	for _, w := range longWork {
		fmt.Fprintf(&code, "Kill(%q, fun(N) -> %s end, fun(V) -> %s end),\n", w.name, w.value, w.work)
		fmt.Fprintf(&want, "%s: killed\n", w.name)
	}
	code.WriteString("ok")
	compareLines(t, evalOn(t, code.String()), want.String())
}

// TestMaxHeapInFunctions: a list that a function is about to make counts for
// max_heap_size.
func TestMaxHeapInFunctions(t *testing.T) {
	works := []string{
		`lists:seq(1, 1 bsl 40)`,
		`lists:seq(1, 900000)`,
		`lists:duplicate(900000, x)`,
		`lists:duplicate(1 bsl 40, x)`,
		`lists:flatten(D(40, x))`,
		`binary_to_list(binary:copy(<<1>>, 10000000))`,
		`unicode:characters_to_list(D(40, 1000))`,
		`ets:tab2list(big)`,
		`ets:select(big, [{'$1', [], ['$1']}])`,
		`[X || X <- lists:seq(1, 10000000)]`,
	}
	var code, want strings.Builder
	code.WriteString(`
D = fun D(0, X) -> X; D(N, X) -> L = D(N - 1, X), [L, L] end,
ets:new(big, [named_table]),
ets:insert(big, [{I} || I <- lists:seq(1, 200000)]),
Run = fun(Name, Work) ->
    {_, M} = spawn_opt(Work, [monitor, {max_heap_size, #{size => 200000, error_logger => false}}]),
    receive {'DOWN', M, process, _, Reason} -> io:format("~s: ~p~n", [Name, Reason]) end
end,
`)
	for _, w := range works {
		fmt.Fprintf(&code, "Run(%q, fun() -> %s end),\n", w, w)
		fmt.Fprintf(&want, "%s: killed\n", w)
	}
	code.WriteString("ok")
	compareLines(t, evalOn(t, code.String()), want.String())
}
