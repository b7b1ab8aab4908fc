%% Work for the scheduler: messages to and fro, a ring, a crowd.
-module(procbench).
-export([run/2, main/1]).

run(To, What) ->
    T0 = erlang:monotonic_time(microsecond),
    R = w(What),
    To ! {R, erlang:monotonic_time(microsecond) - T0}.

main([What]) -> run(self(), What), receive {R, T} -> io:format("~p: ~p ~p us~n", [What, R, T]) end.

w(pingpong) -> P = spawn(fun echo/0), pp(P, 300000);
w(ring) ->
    P = chain(999, self()), lap(P, 300);
w(crowd) ->
    S = self(), Ps = crowd(1000000, S, []), all(Ps), gather(1000000);
w(crowd_link) ->
    process_flag(trap_exit, true),
    S = self(), Ps = crowd_link(100000, S, []), all(Ps), gather_exits(100000);
w(timers) -> timers(100000), gather(100000);
w(calls) -> P = spawn(fun server/0), calls(P, 300000);
w(fanin) -> S = self(), [spawn(fun() -> burst(S, 10000) end) || _ <- [1,2,3,4,5,6,7,8]], gather(80000);
w(spawns) -> spawns(300000).

echo() -> receive {F, X} -> F ! X, echo() end.
pp(_, 0) -> ok;
pp(P, N) -> P ! {self(), N}, receive N -> pp(P, N - 1) end.

chain(0, Next) -> Next;
chain(N, Next) -> chain(N - 1, spawn(fun() -> hop(Next) end)).
hop(Next) -> receive stop -> Next ! stop; N -> Next ! N, hop(Next) end.
lap(P, 0) -> P ! stop, receive stop -> ok end;
lap(P, N) -> P ! N, receive N -> lap(P, N - 1) end.

crowd(0, _, Ps) -> Ps;
crowd(N, S, Ps) -> crowd(N - 1, S, [spawn(fun() -> receive go -> S ! x end end) | Ps]).
crowd_link(0, _, Ps) -> Ps;
crowd_link(N, S, Ps) -> crowd_link(N - 1, S, [spawn_link(fun() -> receive go -> ok end end) | Ps]).
all([]) -> ok;
all([P | Ps]) -> P ! go, all(Ps).
gather(0) -> ok;
gather(N) -> receive x -> gather(N - 1) end.
gather_exits(0) -> ok;
gather_exits(N) -> receive {'EXIT', _, normal} -> gather_exits(N - 1) end.
timers(0) -> ok;
timers(N) -> erlang:send_after(N rem 100, self(), x), timers(N - 1).
server() -> receive {call, {P, R}, M} -> P ! {R, M}, server() end.
calls(_, 0) -> ok;
calls(P, N) ->
    R = monitor(process, P), P ! {call, {self(), R}, N},
    receive {R, N} -> demonitor(R, [flush]), calls(P, N - 1) after 5000 -> timeout end.
burst(_, 0) -> ok;
burst(S, N) -> S ! x, burst(S, N - 1).
spawns(0) -> ok;
spawns(N) -> S = self(), spawn(fun() -> S ! x end), receive x -> spawns(N - 1) end.
