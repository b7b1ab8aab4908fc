%% Zipped generators, relaxed and strict, with what each gives.
-module(zip_calls).
-export([main/0]).

outcome(F) -> try F() catch C:R -> {C, R} end.

bits_strict(A, B) -> [V || <<V:4>> <:= A && $a <- B].
bits(A, B) -> [V || <<V:4>> <= A && $a <- B].
bytes(A, B) -> [V || <<V:8>> <= A && $a <:- B].
first_strict(A, B) -> [V || {V, 1} <:- A && a <- B].
second_strict(A, B) -> [V || {V, 1} <- A && a <:- B].
relaxed(A, B) -> [V || {V, 1} <- A && a <- B].
strict(A, B) -> [V || {V, 1} <:- A && a <:- B].
filtered(A, B) -> [{V, W} || {V, 1} <:- A && W <- B, W =/= a].
to_map(A, B) -> #{V => 1 || {V, 1} <:- A && a <- B}.
to_bytes(A, B) -> << <<V>> || {V, 1} <- A && a <:- B >>.
three(A, B, C) -> [V || {V, 1} <- A && a <:- B && 1 <- C].
three_first(A, B, C) -> [V || {V, 1} <:- A && a <- B && 1 <:- C].
three_last(A, B, C) -> [V || {V, 1} <- A && a <- B && 1 <:- C].

main() ->
    Binaries = [<<1, 2>>, <<>>, <<1>>, <<1, 2, 3, 4>>],
    Texts = [[], [1], [$a], [$a, $a], [1, 2], [$a, $a, $a, $a], [1, 2, 3]],
    Pairs = [[], [{2, 1}], [{2, 2}], [{2, 1}, {3, 1}], [{2, 2}, {3, 1}], [{1, 1}, 2]],
    Atoms = [[], [a], [b], [a, a], [a, b], [b, a]],
    Ints = [[], [1], [2], [1, 1], [1, 2], [2, 2]],
    [io:format("~w ~w ~w ~0p~n", [N, A, B, outcome(fun() -> F(A, B) end)])
     || {N, F} <- [{1, fun bits_strict/2}, {2, fun bits/2}, {3, fun bytes/2}], A <- Binaries, B <- Texts],
    [io:format("~w ~w ~w ~0p~n", [N, A, B, outcome(fun() -> F(A, B) end)])
     || {N, F} <- [{4, fun first_strict/2}, {5, fun second_strict/2}, {6, fun relaxed/2}, {7, fun strict/2},
                   {8, fun filtered/2}, {9, fun to_map/2}, {10, fun to_bytes/2}], A <- Pairs, B <- Atoms],
    [io:format("~w ~w ~w ~w ~0p~n", [N, A, B, C, outcome(fun() -> F(A, B, C) end)])
     || {N, F} <- [{11, fun three/3}, {12, fun three_first/3}, {13, fun three_last/3}], A <- Pairs, B <- Atoms, C <- Ints],
    ok.
