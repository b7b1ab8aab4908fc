-module(bench).
-export([fib/1, nrev/2, loop/1, mapfold/1, bin/1, pingpong/1, run/2]).

fib(N) when N < 2 -> N;
fib(N) -> fib(N-1) + fib(N-2).

nrev(0, _) -> ok;
nrev(N, L) -> rev(L), nrev(N-1, L).
rev([H|T]) -> app(rev(T), [H]);
rev([]) -> [].
app([H|T], L) -> [H|app(T, L)];
app([], L) -> L.

loop(0) -> ok;
loop(N) -> loop(N-1).

mapfold(0) -> ok;
mapfold(N) ->
    L = map(fun(X) -> X * 2 end, seq(1, 1000)),
    _ = foldl(fun(X, A) -> X + A end, 0, [X || X <- L, X rem 3 =:= 0]),
    mapfold(N-1).
map(F, [H|T]) -> [F(H)|map(F, T)];
map(_, []) -> [].
foldl(F, A, [H|T]) -> foldl(F, F(H, A), T);
foldl(_, A, []) -> A.
seq(A, B) when A > B -> [];
seq(A, B) -> [A|seq(A+1, B)].

bin(0) -> ok;
bin(N) -> B = build(1000, <<>>), 1000 = count(B, 0), bin(N-1).
build(0, B) -> B;
build(N, B) -> build(N-1, <<B/binary, N:16>>).
count(<<_:16, R/binary>>, N) -> count(R, N+1);
count(<<>>, N) -> N.

pingpong(N) ->
    Self = self(),
    P = spawn(fun() -> pong(Self, N) end),
    ping(P, N).
ping(_, 0) -> ok;
ping(P, N) -> P ! ping, receive pong -> ping(P, N-1) end.
pong(_, 0) -> ok;
pong(P, N) -> receive ping -> P ! pong, pong(P, N-1) end.

run(F, A) -> T = erlang:monotonic_time(microsecond), apply(?MODULE, F, A), erlang:monotonic_time(microsecond) - T.
