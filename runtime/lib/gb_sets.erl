%% General balanced trees (Arne Andersson) as sets: {Size, Tree}, where Tree is
%% nil or {Element, Smaller, Bigger}; see gb_trees.
-module(gb_sets).

-compile({no_auto_import, [size/1]}).

-export([empty/0, new/0, is_empty/1, size/1, is_equal/2, singleton/1, is_member/2, is_element/2,
         insert/2, add/2, add_element/2, from_list/1, from_ordset/1, to_list/1, balance/1,
         delete/2, delete_any/2, del_element/2, take_smallest/1, take_largest/1, smallest/1,
         largest/1, smaller/2, larger/2, iterator/1, iterator/2, iterator_from/2,
         iterator_from/3, next/1, union/2, union/1, intersection/2, intersection/1,
         is_disjoint/2, difference/2, subtract/2, is_subset/2, is_set/1, filter/2, map/2,
         filtermap/2, fold/3]).

%% A tree of S nodes may be about 2*log2(S) deep: the square of the size is
%% halved on the way down, and a leaf reached with 0 left is too deep.
-define(pow(S), S * S).

empty() -> {0, nil}.

new() -> empty().

is_empty({0, nil}) -> true;
is_empty(_) -> false.

size({Size, _}) when is_integer(Size), Size >= 0 -> Size.

is_equal({Size, S1}, {Size, S2}) when is_integer(Size) ->
    to_list_1(S1, []) == to_list_1(S2, []);
is_equal({_, _}, {_, _}) -> false.

singleton(X) -> {1, {X, nil, nil}}.

is_element(X, S) -> is_member(X, S).

is_member(X, {_, T}) -> is_member_1(X, T).

is_member_1(X, {Y, Smaller, _}) when X < Y -> is_member_1(X, Smaller);
is_member_1(X, {Y, _, Bigger}) when X > Y -> is_member_1(X, Bigger);
is_member_1(_, {_, _, _}) -> true;
is_member_1(_, nil) -> false.

insert(X, {S, T}) when is_integer(S), S >= 0 ->
    S1 = S + 1,
    {S1, insert_1(X, T, ?pow(S1))}.

%% Gives the new tree or, on the way up from a leaf that was too deep,
%% {Tree, {Height, Size}}.
insert_1(X, {Y, Smaller, Bigger}, S) when X < Y ->
    case insert_1(X, Smaller, S div 2) of
        {T, {H, SS}} -> grown({Y, T, Bigger}, H, SS, Bigger);
        T -> {Y, T, Bigger}
    end;
insert_1(X, {Y, Smaller, Bigger}, S) when X > Y ->
    case insert_1(X, Bigger, S div 2) of
        {T, {H, SB}} -> grown({Y, Smaller, T}, H, SB, Smaller);
        T -> {Y, Smaller, T}
    end;
insert_1(X, nil, 0) -> {{X, nil, nil}, {1, 1}};
insert_1(X, nil, _) -> {X, nil, nil};
insert_1(X, _, _) -> error({key_exists, X}).

grown(T, H1, S1, Other) ->
    {H2, S2} = count(Other),
    H = max(H1, H2) bsl 1,
    SS = S1 + S2 + 1,
    case H > ?pow(SS) of
        true -> balance(T, SS);
        false -> {T, {H, SS}}
    end.

%% {2^Height, Size}
count({_, nil, nil}) -> {1, 1};
count({_, Smaller, Bigger}) ->
    {H1, S1} = count(Smaller),
    {H2, S2} = count(Bigger),
    {max(H1, H2) bsl 1, S1 + S2 + 1};
count(nil) -> {1, 0}.

add_element(X, S) -> add(X, S).

add(X, S) ->
    case is_member(X, S) of
        true -> S;
        false -> insert(X, S)
    end.

balance({S, T}) -> {S, balance(T, S)}.

balance(T, S) -> balance_list(to_list_1(T, []), S).

balance_list(L, S) ->
    {T, []} = build(L, S),
    T.

%% The first S elements of L as a tree as flat as can be, and the rest of L.
build(L, S) when S > 1 ->
    Sm = S - 1,
    S2 = Sm div 2,
    S1 = Sm - S2,
    {T1, [X | L1]} = build(L, S1),
    {T2, L2} = build(L1, S2),
    {{X, T1, T2}, L2};
build([X | L], 1) -> {{X, nil, nil}, L};
build(L, 0) -> {nil, L}.

from_list(L) -> from_ordset(ordsets:from_list(L)).

from_ordset(L) ->
    S = length(L),
    {S, balance_list(L, S)}.

%% The results of set operations lean to the other side.
from_result(L) ->
    S = length(L),
    {T, []} = build_result(L, S),
    {S, T}.

build_result(L, S) when S > 1 ->
    Sm = S - 1,
    S1 = Sm div 2,
    {T1, [X | L1]} = build_result(L, S1),
    {T2, L2} = build_result(L1, Sm - S1),
    {{X, T1, T2}, L2};
build_result([X | L], 1) -> {{X, nil, nil}, L};
build_result(L, 0) -> {nil, L}.

del_element(X, S) -> delete_any(X, S).

delete_any(X, S) ->
    case is_member(X, S) of
        true -> delete(X, S);
        false -> S
    end.

delete(X, {S, T}) -> {S - 1, delete_1(X, T)}.

delete_1(X, {Y, Smaller, Bigger}) when X < Y -> {Y, delete_1(X, Smaller), Bigger};
delete_1(X, {Y, Smaller, Bigger}) when X > Y -> {Y, Smaller, delete_1(X, Bigger)};
delete_1(_, {_, Smaller, Bigger}) -> joined(Smaller, Bigger).

joined(Smaller, nil) -> Smaller;
joined(nil, Bigger) -> Bigger;
joined(Smaller, Bigger) ->
    {X, Bigger1} = take_smallest1(Bigger),
    {X, Smaller, Bigger1}.

take_smallest({S, T}) ->
    {X, T1} = take_smallest1(T),
    {X, {S - 1, T1}}.

take_smallest1({X, nil, Bigger}) -> {X, Bigger};
take_smallest1({X, Smaller, Bigger}) ->
    {Y, Smaller1} = take_smallest1(Smaller),
    {Y, {X, Smaller1, Bigger}}.

take_largest({S, T}) ->
    {X, T1} = take_largest1(T),
    {X, {S - 1, T1}}.

take_largest1({X, Smaller, nil}) -> {X, Smaller};
take_largest1({X, Smaller, Bigger}) ->
    {Y, Bigger1} = take_largest1(Bigger),
    {Y, {X, Smaller, Bigger1}}.

smallest({_, T}) -> smallest_1(T).

smallest_1({X, nil, _}) -> X;
smallest_1({_, Smaller, _}) -> smallest_1(Smaller).

largest({_, T}) -> largest_1(T).

largest_1({X, _, nil}) -> X;
largest_1({_, _, Bigger}) -> largest_1(Bigger).

smaller(X, {_, T}) -> smaller_1(X, T, none).

smaller_1(_, nil, Found) -> Found;
smaller_1(X, {Y, Smaller, _}, Found) when X =< Y -> smaller_1(X, Smaller, Found);
smaller_1(X, {Y, _, Bigger}, _) -> smaller_1(X, Bigger, {found, Y}).

larger(X, {_, T}) -> larger_1(X, T, none).

larger_1(_, nil, Found) -> Found;
larger_1(X, {Y, _, Bigger}, Found) when X >= Y -> larger_1(X, Bigger, Found);
larger_1(X, {Y, Smaller, _}, _) -> larger_1(X, Smaller, {found, Y}).

to_list({_, T}) -> to_list_1(T, []).

to_list_1({X, Smaller, Bigger}, L) -> to_list_1(Smaller, [X | to_list_1(Bigger, L)]);
to_list_1(nil, L) -> L.

%% An iterator is {Order, Stack}: the subtrees still to be visited, the next
%% one on top.
iterator(S) -> iterator(S, ordered).

iterator({_, T}, ordered) -> {ordered, left(T, [])};
iterator({_, T}, reversed) -> {reversed, right(T, [])}.

left({_, nil, _} = T, Stack) -> [T | Stack];
left({_, Smaller, _} = T, Stack) -> left(Smaller, [T | Stack]);
left(nil, Stack) -> Stack.

right({_, _, nil} = T, Stack) -> [T | Stack];
right({_, _, Bigger} = T, Stack) -> right(Bigger, [T | Stack]);
right(nil, Stack) -> Stack.

iterator_from(X, S) -> iterator_from(X, S, ordered).

iterator_from(X, {_, T}, ordered) -> {ordered, from(X, T, [])};
iterator_from(X, {_, T}, reversed) -> {reversed, back_from(X, T, [])}.

from(X, {Y, _, Bigger}, Stack) when Y < X -> from(X, Bigger, Stack);
from(_, {_, nil, _} = T, Stack) -> [T | Stack];
from(X, {Y, Smaller, _} = T, Stack) when Y > X -> from(X, Smaller, [T | Stack]);
from(_, {_, _, _} = T, Stack) -> [T | Stack];
from(_, nil, Stack) -> Stack.

back_from(X, {Y, Smaller, _}, Stack) when Y > X -> back_from(X, Smaller, Stack);
back_from(_, {_, _, nil} = T, Stack) -> [T | Stack];
back_from(X, {Y, _, Bigger} = T, Stack) when Y < X -> back_from(X, Bigger, [T | Stack]);
back_from(_, {_, _, _} = T, Stack) -> [T | Stack];
back_from(_, nil, Stack) -> Stack.

next({ordered, [{X, _, Bigger} | Stack]}) -> {X, {ordered, left(Bigger, Stack)}};
next({reversed, [{X, Smaller, _} | Stack]}) -> {X, {reversed, right(Smaller, Stack)}};
next({_, []}) -> none.

%% Sets of very different sizes are joined element by element, others as lists.
union({N1, T1} = S1, {N2, T2} = S2) when is_integer(N1), is_integer(N2) ->
    case N2 >= 10 andalso N2 >= N1 * round(1.46 * math:log(N2)) of
        _ when N2 < N1 -> union(S2, S1);
        true -> lists:foldl(fun add/2, S2, to_list_1(T1, []));
        false ->
            L = ordsets:union(to_list_1(T1, []), to_list_1(T2, [])),
            {Tree, []} = right_heavy(L, length(L)),
            {length(L), Tree}
    end.

%% A balanced tree of the first N elements, and the others. Of an odd number below
%% a node the greater half is on the right.
right_heavy(L, 0) -> {nil, L};
right_heavy(L, N) ->
    {Smaller, [X | Rest]} = right_heavy(L, (N - 1) div 2),
    {Bigger, Others} = right_heavy(Rest, N div 2),
    {{X, Smaller, Bigger}, Others}.

union([S | Ss]) -> lists:foldl(fun(A, B) -> union(B, A) end, S, Ss);
union([]) -> empty().

intersection({_, T1}, {_, T2}) -> from_result(ordsets:intersection(to_list_1(T1, []), to_list_1(T2, []))).

intersection([S | Ss]) -> lists:foldl(fun(A, B) -> intersection(B, A) end, S, Ss).

is_disjoint({_, T1}, {_, T2}) -> ordsets:is_disjoint(to_list_1(T1, []), to_list_1(T2, [])).

subtract(S1, S2) -> difference(S1, S2).

difference({N1, T1}, {N2, T2}) when is_integer(N1), N1 >= 0, is_integer(N2), N2 >= 0 ->
    L = ordsets:subtract(to_list_1(T1, []), to_list_1(T2, [])),
    {Tree, []} = right_heavy(L, length(L)),
    {length(L), Tree}.

is_subset({_, T1}, {_, T2}) -> ordsets:is_subset(to_list_1(T1, []), to_list_1(T2, [])).

is_set({0, nil}) -> true;
is_set({N, {_, _, _}}) when is_integer(N), N >= 0 -> true;
is_set(_) -> false.

filter(F, S) when is_function(F, 1) -> from_ordset([X || X <- to_list(S), F(X)]).

map(F, {_, T}) when is_function(F, 1) -> from_list([F(X) || X <- to_list_1(T, [])]).

filtermap(F, {_, T}) when is_function(F, 1) -> from_list(lists:filtermap(F, to_list_1(T, []))).

fold(F, A, {_, T}) when is_function(F, 2) -> fold_1(F, A, T).

fold_1(F, Acc0, {X, Smaller, Bigger}) ->
    Acc = F(X, fold_1(F, Acc0, Smaller)),
    fold_1(F, Acc, Bigger);
fold_1(_, Acc, nil) -> Acc.
