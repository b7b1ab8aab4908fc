%% Loops over binaries, whose argument may or may not be passed on as a match
%% context, and binaries made piece by piece.
-module(loops).
-export([main/0]).

main() ->
    Inputs = [<<>>, <<1>>, <<1, 2, 3>>, <<1, 2, "ab", 3, 4, "ab">>, <<1, 2, "ab", 3>>, <<5:3>>, <<1, 5:3>>, <<"h\303\251llo"/utf8>>,
              <<255, 254>>, <<0:80>>, binary:copy(<<1, 2, "ab">>, 3000), binary:copy(<<7>>, 9001), a, [], <<0, 0, 0, 200, 1, 0>>],
    [{N, I, catch_all(F, B)} || {N, F} <- tests(), {I, B} <- lists:zip(lists:seq(1, length(Inputs)), Inputs)].

catch_all(F, B) ->
    try short(F(B))
    catch C:R:S -> [{_, Name, Args, _} | _] = S, {C, R, [{Name, short(Args)} || hd(atom_to_list(Name)) =/= $-]}
    end.

short(B) when is_bitstring(B), bit_size(B) > 200 -> {bit_size(B), erlang:phash2(B)};
short(L) when is_list(L) -> try length(L) of N when N > 30 -> {N, erlang:phash2(L)}; _ -> [short(X) || X <- L] catch error:_ -> L end;
short(T) when is_tuple(T) -> list_to_tuple(short(tuple_to_list(T)));
short(X) -> X.

tests() ->
    [{count, fun(B) -> count(B, 0) end}, {sum, fun sum/1}, {sum2, fun(B) -> sum(B, 0) end}, {second, fun(B) -> second(0, B) end},
     {guarded, fun(B) -> guarded(B, 0) end}, {kept, fun(B) -> kept(B, 0) end}, {returned, fun(B) -> returned(B, 0) end},
     {sized, fun(B) -> sized(B, 0) end}, {twice, fun(B) -> twice(B, 0) end}, {swap, fun(B) -> swap(B, B, []) end},
     {chars, fun(B) -> chars(B, []) end}, {bits, fun(B) -> bits(B, 0) end}, {listed, fun(B) -> listed(B, []) end},
     {framed, fun(B) -> framed(B, []) end}, {other, fun(B) -> other(B, 0) end}, {tried, fun(B) -> tried(B, 0) end},
     {literal, fun(B) -> literal(B, 0) end}, {both, fun(B) -> both(B, B, 0) end}, {fields, fun(B) -> fields(B, []) end},
     {comp, fun(B) -> << <<(X + 1):16>> || <<X:16>> <= B >> end}, {lcomp, fun(B) -> [X || <<X:3>> <= B, X > 2] end},
     {nested, fun(B) -> << <<X, Y>> || <<X, _:560>> <= B, X < 3, <<Y:4, _:12>> <= B >> end},
     {mixed, fun(B) -> [{X, Y} || <<X>> <= B, X > 250, Y <- [1, 2]] end},
     {build, fun(B) -> build(byte_size(B), <<>>) end}, {odd, fun(B) -> odd(bit_size(B), <<>>) end},
     {words, fun(B) -> words(byte_size(B) band 15, <<1:4>>) end}, {shared, fun(B) -> shared(B) end}, {parts, fun parts/1},
     {wrong, fun(B) -> wrong(byte_size(B), <<>>) end}].

count(<<_:16, "ab", R/binary>>, N) -> count(R, N + 1);
count(<<>>, N) -> N.

sum(<<X, R/binary>>) -> X + sum(R);
sum(<<>>) -> 0.

sum(<<X, R/binary>>, S) -> sum(R, S + X);
sum(<<>>, S) -> S.

second(N, <<X:5, R/bits>>) -> second(N + X, R);
second(N, _) -> N.

guarded(<<X, R/binary>>, N) when X > 100 -> guarded(R, N + 1);
guarded(<<X, Y, R/binary>>, N) when X < Y -> guarded(R, {N, Y});
guarded(<<X:8, R/binary>>, N) -> guarded(R, [X | N]).

kept(<<X, R/binary>> = B, N) when byte_size(B) > 2 -> kept(R, N + X);
kept(_, N) -> N.

returned(<<0, R/binary>>, N) -> returned(R, N + 1);
returned(B, N) -> {B, N}.

sized(<<N, _:N/binary, R/binary>>, A) -> sized(R, A + N);
sized(<<N, R/bits>>, A) -> sized(R, A - N);
sized(B, A) -> {size(B), A}.

twice(<<X, R/binary>>, N) when N < 5 -> case R of <<Y, _/binary>> when Y > X -> twice(R, N + 1); _ -> twice(R, N) end;
twice(B, N) -> {B, N}.

swap(<<X, A/binary>>, B, L) -> swap(B, A, [X | L]);
swap(<<>>, B, L) -> {B, L}.

chars(<<C/utf8, R/binary>>, L) -> chars(R, [C | L]);
chars(<<C, R/binary>>, L) -> chars(R, [{C} | L]);
chars(<<>>, L) -> lists:reverse(L).

bits(<<1:1, R/bitstring>>, N) -> bits(R, N + 1);
bits(<<0:1, R/bitstring>>, N) -> bits(R, N);
bits(<<>>, N) -> N.

listed(<<X, R/binary>>, L) -> listed(R, [R, X | L]);
listed(<<>>, L) -> length(L).

framed(<<X, R/binary>>, L) ->
    Y = erlang:phash2(id(X)),
    framed(R, [Y | L]);
framed(<<>>, L) -> erlang:phash2(L).

other(<<1, R/binary>>, N) -> sum(R, N);
other(<<_, R/binary>>, N) -> other(R, N + 1);
other(R, _) -> id(R).

tried(<<X, R/binary>>, N) ->
    Y = try 10 div X catch error:_ -> 0 end,
    tried(R, N + Y);
tried(<<>>, N) -> N.

literal(<<"ab", R/binary>>, N) -> literal(R, N + 1);
literal(<<"a", R/binary>>, N) -> literal(R, N + 2);
literal(<<200, 1, R/binary>>, N) -> literal(R, N + 3);
literal(<<_, R/binary>>, N) -> literal(R, N).

both(<<X, A/binary>>, <<Y, B/binary>>, N) -> both(A, B, N + X * Y);
both(<<>>, <<>>, N) -> N.

fields(<<A:4, B:4/signed, C:16/little, D:24, R/binary>>, L) -> fields(R, [A, B, C, D | L]);
fields(<<F:32/float, R/binary>>, L) -> fields(R, [F | L]);
fields(<<_, R/binary>>, L) -> fields(R, L);
fields(<<>>, L) -> L.

build(0, B) -> B;
build(N, B) -> build(N - 1, <<B/binary, N:16, "ab", (-N):24, (N * N):56>>).

odd(0, B) -> B;
odd(N, B) -> odd(N - 1, <<B/bitstring, N:3, 1:1, (N + 1):5>>).

words(0, B) -> B;
words(N, B) -> words(N - 1, <<B/bitstring, "x", (1 bsl 70 + N):64, (N bsl 59):64>>).

shared(B) when is_binary(B) ->
    C = <<B/binary, 1>>,
    D = <<C/binary, 2:8>>,
    E = <<C/binary, 3:16>>,
    {D, E, <<D/binary, 4>>, <<E/binary, 5>>, C};
shared(_) -> no.

parts(B) ->
    C = <<B/bits, 1:3>>,
    D = <<C/bits, 2:2>>,
    E = <<C/bits, 3:7>>,
    F = <<D/bits, 7:3>>,
    {C, D, E, F, <<E/bits, 1:1>>, <<F/bits, -1:70>>, <<C/bits, "abc">>, E}.

wrong(0, B) -> <<B/binary, a:8>>;
wrong(N, B) -> wrong(N - 1, <<B/binary, N:8>>).

id(X) -> X.
