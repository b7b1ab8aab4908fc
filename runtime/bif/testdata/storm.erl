%% A storm of links, monitors and exits. Observers link with and monitor every
%% worker while the workers link with each other and end or kill each other;
%% every observer must hear of every worker's end once by each.
-module(storm).
-export([run/3]).

run(To, Workers, Observers) ->
    S = self(),
    Ps = spawn_many(Workers, fun() -> worker() end, []),
    Os = spawn_many(Observers, fun() -> observer(S, Ps) end, []),
    ready(Os),
    T = list_to_tuple(Ps),
    send_all(Ps, {peers, T}),
    receive after 50 -> ok end,
    send_all(Ps, stop),
    To ! {storm, collect(Os)}.

spawn_many(0, _, Ps) -> Ps;
spawn_many(N, F, Ps) -> spawn_many(N - 1, F, [spawn(F) | Ps]).
send_all([], _) -> ok;
send_all([P | Ps], M) -> P ! M, send_all(Ps, M).
ready([]) -> ok;
ready([O | Os]) -> receive {ready, O} -> ready(Os) end.
collect([]) -> [];
collect([O | Os]) -> receive {result, O, R} -> [R | collect(Os)] after 10000 -> [timeout | collect(Os)] end.

random(N) -> erlang:phash2({self(), erlang:unique_integer()}, N).

worker() ->
    process_flag(trap_exit, random(2) =:= 0),
    receive {peers, T} -> act(T, 20) end.

act(_, 0) -> receive stop -> ok end;
act(T, N) ->
    P = element(random(tuple_size(T)) + 1, T),
    case random(12) of
        0 -> exit(P, kill);
        1 -> exit(random_reason);
        2 -> exit(P, shoved);
        3 -> exit(P, normal);
        4 -> catch unlink(P);
        5 -> R = monitor(process, P), demonitor(R);
        6 -> monitor(process, P);
        7 -> erlang:yield();
        8 -> catch link(P), unlink(P);
        _ -> catch link(P)
    end,
    act(T, N - 1).

observer(S, Ps) ->
    process_flag(trap_exit, true),
    Rs = watch(Ps, 0),
    S ! {ready, self()},
    Downs = downs(Rs),
    Exits = exits(Ps),
    S ! {result, self(), {Downs, Exits, receive X -> {extra, X} after 100 -> none end}}.

watch([], _) -> [];
watch([P | Ps], N) ->
    link(P),
    case N rem 3 of 0 -> unlink(P), link(P); _ -> ok end,
    R0 = monitor(process, P),
    R = case N rem 5 of 0 -> demonitor(R0, [flush]), monitor(process, P); _ -> R0 end,
    [{P, R} | watch(Ps, N + 1)].

downs([]) -> ok;
downs([{P, R} | Rs]) -> receive {'DOWN', R, process, P, _} -> downs(Rs) after 5000 -> no_down end.
exits([]) -> ok;
exits([P | Ps]) -> receive {'EXIT', P, _} -> exits(Ps) after 5000 -> no_exit end.
