%% What random programs have found, in the language of OTP 29.
-module(found29).
-compile([export_all, nowarn_export_all]).

main() ->
    [{F, catch ?MODULE:F()} || {F, 0} <- lists:sort(?MODULE:module_info(exports)), F =/= main, F =/= module_info].

filters() -> [<< <<X>> || X := _ <- M, (M#{b => 1})#{a := X} >> || M <- [#{}, #{1 => 2}, #{a => 7}]].

%% Of zipped generators, a strict one only minds what is its own.
zipped() -> [{A, B, zip(A, B)} || A <- lists(), B <- lists()].

lists() -> [[{1}, {2}], [a, {2}], [{1}, b], [], [{1}], [a]].

zip(A, B) ->
    [try F() catch _:R -> R end || F <-
        [fun() -> [{X, Y} || {X} <:- A && {Y} <- B] end,
         fun() -> [{X, Y} || X <:- A && {Y} <- B] end,
         fun() -> [{X, Y} || {X} <- A && {Y} <:- B] end,
         fun() -> [{X, Y} || X <- A && {Y} <:- B] end,
         fun() -> [{X, Y, Z} || {X} <- A && {Y} <:- B && Z <- A] end,
         fun() -> [{X, Y, Z} || {X} <:- A && {Y} <- B && Z <:- A] end,
         fun() -> [{X, Y, Z} || Z <:- A && X <:- A && {Y} <- B] end,
         fun() -> [{X, Y} || {X} <:- A && {Y} <:- B] end,
         fun() -> #{X => Y || {X} <:- A && {Y} <- B} end]].

%% is_integer/3 is a guard.
ranges() -> [F(X, L, H) || F <- [fun range/3, fun fixed/3, fun no/3], X <- [1, 3, 6, a, 1.0, 1 bsl 70], L <- [1, 7], H <- [5, a, 1.0, 1 bsl 80]].

range(X, L, H) when is_integer(X, L, H) -> in;
range(X, _, _) when not is_integer(X, 2, 4), is_integer(X) -> beside;
range(_, _, _) -> out.

fixed(X, _, H) when is_integer(X, 1, 5); is_integer(H, 6, 1 bsl 81) =:= true -> in;
fixed(_, _, _) -> out.

no(X, L, _) when is_integer(X, L, a) -> in;
no(_, _, _) -> out.

%% Of several keys that a map has not got, the first in its order is told.
missing() -> [try M#{"a" := 1, {1} := 1, <<2>> := 1, K := 2, K + 1 := 2} catch _:R -> R end || M <- [#{}, #{{1} => 0}], K <- [7, 1 bsl 70]].

%% What erlc makes of it extends a binary where it is.
grown() -> [try << <<X:16, (<<1.5:16/float, 255>>)/bitstring>> || _ <- L && <<X/utf8>> <= B >> catch _:R -> R end || L <- [[], [a], [a, b], x], B <- [<<>>, <<1>>, <<1, 2>>, <<1:16/little, 2:16>>, <<255>>]].

%% Zipped with a strict generator whose pattern is no literal, one whose pattern is a literal is strict.
literals() ->
    [try F(A, B) catch _:R -> R end || B <- [[p, q], [{1}, 7]], A <- [[x, y], [7, {1}]], F <-
        [fun(X, Y) -> [1 || false <- X && _ <:- Y] end, fun(X, Y) -> << <<1>> || 7 <- X && _ <:- Y >> end, fun(X, Y) -> [1 || {_} <- X && _ <:- Y] end,
         fun(X, Y) -> [1 || {1} <- X && _ <:- Y] end, fun(X, Y) -> [1 || _ <:- X && 7 <- Y] end, fun(X, Y) -> [1 || 7 <- X && _ <- Y] end,
         fun(X, Y) -> [Z || 7 <- X && _ <:- Y && Z <- X] end, fun(X, Y) -> [1 || {_} <- X && 7 <- X && _ <:- Y] end, fun(X, Y) -> [1 || #{} <- X && _ <:- Y] end, fun(X, Y) -> [1 || 7 <- X && p <:- Y] end, fun(X, Y) -> [1 || {V, 1} <- X && 7 <- X && p <:- Y, V] end,
         fun(X, Y) -> [Z || <<Z>> <= <<1, 2>> && x <- X && _ <:- Y] end, fun(X, Y) -> [Z || {_} <- X && <<Z:5, _:1/binary>> <:= <<1, 2, 3, 4:2>> && _ <- Y] end]].

%% What erlc makes of it drops what the inner loop gives: its binary has grown where it is.
dropped() -> [try << <<X:16, (<<"abc">>)/bitstring>> || <<X:4>> <= B && _ <- L, _ := _ <- M >> catch _:R -> R end || B <- [<<>>, <<"abc">>, <<1:4>>], L <- [[], [a], x], M <- [#{}, #{a => 1, b => 2}, 7]].
