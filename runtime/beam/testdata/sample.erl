-module(sample).
-export([fib/1, kind/1, match/1, build/2, adder/1, wait/1, area/2, big/0, upd/1, handle/1]).
-vsn("1.0").

fib(N) when N < 2 -> N;
fib(N) -> fib(N - 1) + fib(N - 2).

kind(X) when is_atom(X) -> atom;
kind({point, X, Y}) -> {X, Y};
kind(#{key := V, [] := _}) -> V;
kind([H | T]) -> {H, T};
kind("text") -> other;
kind(1) -> one;
kind(123456789012345678901234567890) -> many;
kind(_) -> <<"none"/utf8>>.

match(<<A:4, B:12/little-signed, F:64/float, C/utf8, "lit", Rest/bitstring>>) -> {A, B, F, C, Rest};
match(<<Len, Data:Len/binary, Tail/binary>>) -> {Data, Tail}.

build(X, Y) -> <<X:16, "abc", Y/binary, 3.5/float, X/utf8, -1:12345>>.

adder(N) -> fun(M) -> N + M end.

wait(Pid) ->
    Ref = make_ref(),
    Pid ! {self(), Ref},
    receive
        {Ref, Answer} -> Answer
    after 1000 -> timeout
    end.

area(R, H) when is_float(R), is_float(H) -> 3.14159 * R * R + 2.0 * R / H.

big() -> [{-123456789012345678901234567890, 70000, -70000, -1, 2047, 2048}, #{a => 1.5}, fun lists:map/2].

upd(M) -> M#{a => 1, b => self()}.

handle(F) ->
    try F() of
        {ok, V} -> V;
        _ -> catch error(F)
    catch
        throw:T:Stack -> {T, Stack};
        _:_ -> erlang:raise(exit, gone, [])
    after
        put(done, true)
    end.
