%% The work that ersh and erl do in turn. Each function returns when its work
%% is done; main/1 prints how many microseconds that took.
-module(bench).
-export([main/1, main/2, sink/2, echo/0]).

main(Work) -> report(fun() -> work(Work) end).

main(Work, Node) ->
    pong = net_adm:ping(Node),
    report(fun() -> remote(Work, Node) end).

%% The best of three runs: what the machine does besides only adds.
report(F) ->
    Times = [begin
                 T0 = erlang:monotonic_time(microsecond),
                 F(),
                 erlang:monotonic_time(microsecond) - T0
             end || _ <- [1, 2, 3]],
    io:format("RESULT ~p~n", [lists:min(Times)]).

work(fib) -> 832040 = fib(30);
work(nrev) -> nrev_times(2000, lists:seq(1, 300));
work(loop) -> 0 = loop(10000000);
work(fold) -> fold(200);
work(maps) -> maps_work(20);
work(binaries) -> binaries(20);
work(strings) -> strings(200);
work(sort) -> sort(1000000);
work(lists) -> lists_work(1000000);
work(mapmod) -> mapmod(1000000);
work(pingpong) -> pingpong(300000);
work(ring) -> ring(1000, 300);
work(kvs) -> kvs_work(100000);
work(processes) -> processes(1000000).

fib(0) -> 0;
fib(1) -> 1;
fib(N) -> fib(N - 1) + fib(N - 2).

nrev_times(0, _) -> ok;
nrev_times(N, L) -> nrev(L), nrev_times(N - 1, L).

nrev([]) -> [];
nrev([H | T]) -> app(nrev(T), [H]).

app([], L) -> L;
app([H | T], L) -> [H | app(T, L)].

loop(0) -> 0;
loop(N) -> loop(N - 1).

fold(0) -> ok;
fold(N) ->
    L = [X * 2 || X <- lists:seq(1, 10000), X rem 3 =/= 0],
    _ = lists:foldl(fun(X, Acc) -> X + Acc end, 0, L),
    _ = lists:map(fun(X) -> {X, X + 1} end, L),
    _ = lists:filter(fun(X) -> X band 1 =:= 0 end, L),
    fold(N - 1).

maps_work(0) -> ok;
maps_work(N) ->
    M = fill(10000, #{}),
    _ = look(10000, M, 0),
    small(10000, #{x => 0, y => 0, z => 0}),
    maps_work(N - 1).

fill(0, M) -> M;
fill(N, M) -> fill(N - 1, M#{{k, N} => N}).

look(0, _, Acc) -> Acc;
look(N, M, Acc) ->
    K = {k, N},
    #{K := V} = M,
    look(N - 1, M, Acc + V).

small(0, M) -> M;
small(N, #{x := X} = M) -> small(N - 1, M#{x := X + 1, y := N}).

binaries(0) -> ok;
binaries(N) ->
    B = build(20000, <<>>),
    20000 = count(B, 0),
    _ = << <<(X + 1):16>> || <<X:16>> <= B >>,
    binaries(N - 1).

build(0, B) -> B;
build(N, B) -> build(N - 1, <<B/binary, N:16, "ab">>).

count(<<_:16, "ab", R/binary>>, N) -> count(R, N + 1);
count(<<>>, N) -> N.

strings(0) -> ok;
strings(N) ->
    S = "the quick brown fox jumps over the lazy dog, again and again",
    _ = string:uppercase(S),
    Ts = string:lexemes(lists:flatten(lists:duplicate(20, S)), " ,"),
    _ = lists:flatten(lists:join("-", Ts)),
    _ = [list_to_integer(integer_to_list(I)) || I <- lists:seq(1, 1000)],
    _ = lists:flatten(io_lib:format("~p ~s ~w", [Ts, S, lists:seq(1, 50)])),
    strings(N - 1).

random_list(N) -> random_list(N, 12345, []).
random_list(0, _, L) -> L;
random_list(N, S, L) ->
    S1 = (S * 1103515245 + 12345) band 16#7fffffff,
    random_list(N - 1, S1, [S1 | L]).

sort(N) ->
    L = random_list(N),
    _ = lists:sort(L),
    _ = lists:usort(L),
    _ = lists:keysort(1, [{X} || X <- L]),
    ok.

lists_work(N) ->
    L = lists:seq(1, N),
    R = lists:reverse(L),
    _ = lists:sum(R),
    _ = lists:member(0, L),
    _ = lists:append(L, R),
    _ = lists:nth(N, L),
    _ = lists:zip(L, R),
    _ = lists:max(L),
    _ = lists:partition(fun(X) -> X > 1000 end, L),
    _ = lists:last(L),
    _ = length(L),
    ok.

mapmod(N) ->
    M = maps:from_list([{I, I} || I <- lists:seq(1, N)]),
    _ = maps:keys(M),
    _ = maps:values(M),
    _ = maps:to_list(M),
    _ = maps:map(fun(_, V) -> V + 1 end, M),
    _ = maps:fold(fun(_, V, A) -> V + A end, 0, M),
    _ = maps:filter(fun(K, _) -> K band 1 =:= 0 end, M),
    _ = maps:merge(M, M),
    ok.

pingpong(N) ->
    Me = self(),
    P = spawn(fun() -> pong(Me) end),
    ping(N, P),
    P ! stop,
    ok.

ping(0, _) -> ok;
ping(N, P) -> P ! ping, receive pong -> ping(N - 1, P) end.

pong(Me) -> receive ping -> Me ! pong, pong(Me); stop -> ok end.

ring(Procs, Rounds) ->
    Me = self(),
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> forward(Next) end) end, Me, lists:seq(1, Procs)),
    rounds(Rounds, First),
    First ! stop,
    receive stop -> ok end.

rounds(0, _) -> ok;
rounds(N, First) -> First ! token, receive token -> rounds(N - 1, First) end.

forward(Next) -> receive stop -> Next ! stop; M -> Next ! M, forward(Next) end.

kvs_work(N) ->
    case whereis(kvs) of
        undefined -> kvs:start();
        _ -> ok
    end,
    kvs_loop(N).

kvs_loop(0) -> ok;
kvs_loop(N) ->
    kvs:store({key, N band 255}, N),
    {ok, N} = kvs:lookup({key, N band 255}),
    kvs_loop(N - 1).

processes(N) ->
    Me = self(),
    Ps = start(N, Me, []),
    lists:foreach(fun(P) -> P ! {Me, go} end, Ps),
    gather(N).

start(0, _, Ps) -> Ps;
start(N, Me, Ps) -> start(N - 1, Me, [spawn(fun() -> receive {Me, go} -> Me ! done end end) | Ps]).

gather(0) -> ok;
gather(N) -> receive done -> gather(N - 1) end.

remote(rpc, Node) -> rpc_loop(5000, Node);
remote(small, Node) -> stream(200000, hello, Node);
remote(large, Node) -> stream(500, binary:copy(<<"x">>, 1000000), Node);
remote(echo, Node) ->
    P = spawn(Node, bench, echo, []),
    echo_loop(10000, P).

rpc_loop(0, _) -> ok;
rpc_loop(N, Node) -> Node = rpc:call(Node, erlang, node, []), rpc_loop(N - 1, Node).

stream(N, Msg, Node) ->
    P = spawn(Node, bench, sink, [self(), N]),
    send(N, P, Msg),
    receive {P, done} -> ok end.

send(0, _, _) -> ok;
send(N, P, Msg) -> P ! Msg, send(N - 1, P, Msg).

sink(From, 0) -> From ! {self(), done};
sink(From, N) -> receive _ -> sink(From, N - 1) end.

echo_loop(0, _) -> ok;
echo_loop(N, P) -> P ! {self(), N}, receive {P, N} -> echo_loop(N - 1, P) end.

echo() -> receive {From, X} -> From ! {self(), X}, echo() end.
