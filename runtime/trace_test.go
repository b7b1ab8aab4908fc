package runtime_test

import (
	"strings"
	"testing"
)

// tracing has many processes call functions, of modules and in Go, while traces
// of these go on and off, traced processes are killed and tracers end. In the end
// nothing is traced, and every process has counted as far as it should.
const tracing = `
Loop = fun Loop(0, Acc) -> Acc; Loop(N, Acc) -> Loop(N - 1, lists:sum([1, Acc, abs(-1) - 1])) end,
Patterns = [{lists, sum, 1}, {erlang, abs, 1}, {lists, '_', '_'}],
Round = fun(I) ->
    Workers = [spawn_monitor(fun() -> exit({done, Loop(2000, 0)}) end) || _ <- lists:seq(1, 8)],
    Victims = [spawn_monitor(fun() -> Loop(100000000, 0) end) || _ <- lists:seq(1, 2)],
    Tracer = spawn(fun T() -> receive stop -> ok; _ -> T() end end),
    [catch erlang:trace(P, true, [call, return_to, {tracer, Tracer}]) || {P, _} <- Workers ++ Victims],
    [begin
         Flags = lists:nth(1 + K rem 3, [[local], [global], [local, call_count]]),
         erlang:trace_pattern(MFA, [{'_', [], [{return_trace}]}], Flags),
         erlang:yield(),
         erlang:trace_pattern(MFA, false, Flags)
     end || K <- lists:seq(1, 20), MFA <- Patterns],
    [exit(P, kill) || {P, _} <- Victims],
    case I rem 2 of 0 -> exit(Tracer, kill); 1 -> Tracer ! stop end,
    [receive {'DOWN', R, _, _, Reason} -> Reason end || {_, R} <- Workers ++ Victims]
end,
Ends = [Round(I) || I <- lists:seq(1, 5)],
erlang:trace_pattern({'_', '_', '_'}, false, [local]),
erlang:trace_pattern({'_', '_', '_'}, false, [global]),
io:format("~w", [{[length([1 || {done, 2000} <- E]) || E <- Ends], [length([1 || killed <- E]) || E <- Ends], erlang:trace_info({lists, sum, 1}, all)}])
`

// TestTracing changes code while others run it.
func TestTracing(t *testing.T) {
	const want = "{[8,8,8,8,8],[2,2,2,2,2],{all,false}}"
	if got := evalOn(t, strings.TrimSpace(tracing)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
