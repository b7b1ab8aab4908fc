-module(markers).
-export([main/0]).
%% Receives on references made just before, behind messages that stay.
call(P, Q, T) ->
  R = erlang:monitor(process, P),
  P ! {R, self(), Q},
  receive {R, X} -> demonitor(R, [flush]), X; {'DOWN', R, _, _, Y} -> {down, Y} after T -> demonitor(R, [flush]), timeout end.
twice() ->
  R = make_ref(), S = self() ! {R, 1}, self() ! {R, 2}, self() ! R,
  {S =:= {R, 1}, receive {R, A} -> A end, receive {_, B} = M when element(1, M) =:= R -> B end, receive R -> it end}.
other() -> R = make_ref(), self() ! other, receive R -> ref; other -> other end.
late(N) -> R = make_ref(), self() ! {R, N}, M = {R, N}, [receive {R, X} -> {X, element(2, M)} after 0 -> none end || _ <- [1, 2]].
before() -> R = make_ref(), self() ! R, put(r, R), Q = make_ref(), self() ! {Q, x}, {receive {Q, Y} -> Y end, receive R -> first end}.
branch(B) -> R = case B of true -> make_ref(); false -> x end, self() ! R, receive R -> got end.
try_(P) -> try R = monitor(process, P), receive {'DOWN', R, process, _, W} -> W after infinity -> never end catch error:E -> E end.
request() -> I = spawn_request(fun() -> ok end, [{reply, yes}]), receive {spawn_reply, I, ok, _} -> spawned; {spawn_reply, I, error, E} -> E end.
alias_(P) -> R = monitor(process, P, [{alias, reply_demonitor}]), P ! {R, R, 5}, receive {R, X} -> X; {'DOWN', R, _, _, Y} -> {down, Y} end.
nested() -> F = fun() -> R = make_ref(), G = fun() -> receive {R, X} -> X end end, self() ! {R, 7}, G() end, F().
keep() -> R = make_ref(), self() ! {R, 1}, receive {R, R} -> no; {R, 1 = A} when A > 0 -> {A, is_reference(R)} end.
bad(T) -> R = make_ref(), try receive R -> x after T -> y end catch error:E -> {E, begin self() ! R, receive R -> ok end end} end.
server() -> receive {R, P, Q} -> P ! {R, {Q, Q}}, server(); stop -> ok end.
main() ->
  [self() ! {old, N} || N <- lists:seq(1, 100)],
  P = spawn(fun server/0),
  Gone = spawn(fun() -> ok end),
  io:format("~p~n", [[call(P, N, 5000) || N <- lists:seq(1, 30)]]),
  io:format("~p~n", [[call(Gone, q, 5000), call(spawn(fun() -> receive x -> ok end end), q, 1)]]),
  io:format("~p~n", [[twice(), other(), late(4), before(), branch(true), branch(false), try_(Gone), try_(x), try_(1), request(), nested(), keep(), bad(-1), bad(0)]]),
  io:format("~p~n", [alias_(spawn(fun() -> receive {R, R, N} -> R ! {R, N + 1} end end))]),
  P ! stop,
  {messages, L} = process_info(self(), messages),
  io:format("~p~n", [{length(L), lists:all(fun({old, _}) -> true; (_) -> false end, L)}]).
