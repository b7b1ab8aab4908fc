%% General balanced trees (Arne Andersson): {Size, Tree}, where Tree is nil or
%% {Key, Value, Smaller, Bigger}. No balance is kept in the nodes; when an
%% insertion goes deeper than the size allows, the lowest subtree that is out
%% of balance is rebuilt. Deletions never rebuild.
-module(gb_trees).

-compile({no_auto_import, [size/1]}).

-export([empty/0, is_empty/1, size/1, lookup/2, get/2, insert/3, update/3,
         enter/3, delete/2, delete_any/2, balance/1, is_defined/2, keys/1,
         values/1, to_list/1, from_list/1, from_orddict/1, smallest/1,
         largest/1, smaller/2, larger/2, take/2, take_any/2, take_smallest/1,
         take_largest/1, iterator/1, iterator/2, iterator_from/2,
         iterator_from/3, next/1, map/2]).

%% A tree of S nodes may be about 2*log2(S) deep: the square of the size is
%% halved on the way down, and a leaf reached with 0 left is too deep.
-define(pow(S), S * S).

empty() -> {0, nil}.

is_empty({0, nil}) -> true;
is_empty(_) -> false.

size({Size, _}) when is_integer(Size), Size >= 0 -> Size.

lookup(Key, {_, T}) -> lookup_1(Key, T).

lookup_1(Key, {K, _, Smaller, _}) when Key < K -> lookup_1(Key, Smaller);
lookup_1(Key, {K, _, _, Bigger}) when Key > K -> lookup_1(Key, Bigger);
lookup_1(_, {_, Value, _, _}) -> {value, Value};
lookup_1(_, nil) -> none.

is_defined(Key, {_, T}) -> is_defined_1(Key, T).

is_defined_1(Key, {K, _, Smaller, _}) when Key < K -> is_defined_1(Key, Smaller);
is_defined_1(Key, {K, _, _, Bigger}) when Key > K -> is_defined_1(Key, Bigger);
is_defined_1(_, {_, _, _, _}) -> true;
is_defined_1(_, nil) -> false.

get(Key, {_, T}) -> get_1(Key, T).

get_1(Key, {K, _, Smaller, _}) when Key < K -> get_1(Key, Smaller);
get_1(Key, {K, _, _, Bigger}) when Key > K -> get_1(Key, Bigger);
get_1(_, {_, Value, _, _}) -> Value.

update(Key, Value, {S, T}) -> {S, update_1(Key, Value, T)}.

update_1(Key, Value, {K, V, Smaller, Bigger}) when Key < K -> {K, V, update_1(Key, Value, Smaller), Bigger};
update_1(Key, Value, {K, V, Smaller, Bigger}) when Key > K -> {K, V, Smaller, update_1(Key, Value, Bigger)};
update_1(Key, Value, {_, _, Smaller, Bigger}) -> {Key, Value, Smaller, Bigger}.

insert(Key, Value, {S, T}) when is_integer(S) ->
    S1 = S + 1,
    {S1, insert_1(Key, Value, T, ?pow(S1))}.

%% Gives the new tree or, on the way up from a leaf that was too deep,
%% {Tree, Height, Size}.
insert_1(Key, Value, {K, V, Smaller, Bigger}, S) when Key < K ->
    case insert_1(Key, Value, Smaller, S div 2) of
        {T, H, SS} -> grown({K, V, T, Bigger}, H, SS, Bigger);
        T -> {K, V, T, Bigger}
    end;
insert_1(Key, Value, {K, V, Smaller, Bigger}, S) when Key > K ->
    case insert_1(Key, Value, Bigger, S div 2) of
        {T, H, SB} -> grown({K, V, Smaller, T}, H, SB, Smaller);
        T -> {K, V, Smaller, T}
    end;
insert_1(Key, Value, nil, 0) -> {{Key, Value, nil, nil}, 1, 1};
insert_1(Key, Value, nil, _) -> {Key, Value, nil, nil};
insert_1(Key, _, _, _) -> error({key_exists, Key}).

grown(T, H1, S1, Other) ->
    {H2, S2} = count(Other),
    H = max(H1, H2) bsl 1,
    SS = S1 + S2 + 1,
    case H > ?pow(SS) of
        true -> balance(T, SS);
        false -> {T, H, SS}
    end.

%% {2^Height, Size}
count({_, _, nil, nil}) -> {1, 1};
count({_, _, Smaller, Bigger}) ->
    {H1, S1} = count(Smaller),
    {H2, S2} = count(Bigger),
    {max(H1, H2) bsl 1, S1 + S2 + 1};
count(nil) -> {1, 0}.

enter(Key, Value, T) ->
    case is_defined(Key, T) of
        true -> update(Key, Value, T);
        false -> insert(Key, Value, T)
    end.

balance({S, T}) -> {S, balance(T, S)}.

balance(T, S) -> balance_list(to_list_1(T, []), S).

balance_list(L, S) ->
    {T, []} = build(L, S),
    T.

%% The first S pairs of L as a tree as flat as can be, and the rest of L.
build(L, S) when S > 1 ->
    Sm = S - 1,
    S2 = Sm div 2,
    S1 = Sm - S2,
    {T1, [{K, V} | L1]} = build(L, S1),
    {T2, L2} = build(L1, S2),
    {{K, V, T1, T2}, L2};
build([{K, V} | L], 1) -> {{K, V, nil, nil}, L};
build(L, 0) -> {nil, L}.

from_orddict(L) ->
    S = length(L),
    {S, balance_list(L, S)}.

from_list(L) -> from_orddict(orddict:from_list(L)).

delete_any(Key, T) ->
    case is_defined(Key, T) of
        true -> delete(Key, T);
        false -> T
    end.

delete(Key, {S, T}) when is_integer(S), S >= 0 -> {S - 1, delete_1(Key, T)}.

delete_1(Key, {K, V, Smaller, Bigger}) when Key < K -> {K, V, delete_1(Key, Smaller), Bigger};
delete_1(Key, {K, V, Smaller, Bigger}) when Key > K -> {K, V, Smaller, delete_1(Key, Bigger)};
delete_1(_, {_, _, Smaller, Bigger}) -> joined(Smaller, Bigger).

joined(Smaller, nil) -> Smaller;
joined(nil, Bigger) -> Bigger;
joined(Smaller, Bigger) ->
    {K, V, Bigger1} = take_smallest1(Bigger),
    {K, V, Smaller, Bigger1}.

take(Key, {S, T}) when is_integer(S), S >= 0 ->
    {Value, T1} = take_1(Key, T),
    {Value, {S - 1, T1}}.

take_1(Key, {K, V, Smaller, Bigger}) when Key < K ->
    {Value, T} = take_1(Key, Smaller),
    {Value, {K, V, T, Bigger}};
take_1(Key, {K, V, Smaller, Bigger}) when Key > K ->
    {Value, T} = take_1(Key, Bigger),
    {Value, {K, V, Smaller, T}};
take_1(_, {_, Value, Smaller, Bigger}) -> {Value, joined(Smaller, Bigger)}.

take_any(Key, T) ->
    case is_defined(Key, T) of
        true -> take(Key, T);
        false -> error
    end.

take_smallest({S, T}) when is_integer(S), S >= 0 ->
    {K, V, T1} = take_smallest1(T),
    {K, V, {S - 1, T1}}.

take_smallest1({K, V, nil, Bigger}) -> {K, V, Bigger};
take_smallest1({K, V, Smaller, Bigger}) ->
    {K1, V1, Smaller1} = take_smallest1(Smaller),
    {K1, V1, {K, V, Smaller1, Bigger}}.

take_largest({S, T}) when is_integer(S), S >= 0 ->
    {K, V, T1} = take_largest1(T),
    {K, V, {S - 1, T1}}.

take_largest1({K, V, Smaller, nil}) -> {K, V, Smaller};
take_largest1({K, V, Smaller, Bigger}) ->
    {K1, V1, Bigger1} = take_largest1(Bigger),
    {K1, V1, {K, V, Smaller, Bigger1}}.

smallest({_, T}) -> smallest_1(T).

smallest_1({K, V, nil, _}) -> {K, V};
smallest_1({_, _, Smaller, _}) -> smallest_1(Smaller).

largest({_, T}) -> largest_1(T).

largest_1({K, V, _, nil}) -> {K, V};
largest_1({_, _, _, Bigger}) -> largest_1(Bigger).

smaller(Key, {_, T}) -> smaller_1(Key, T, none).

smaller_1(_, nil, Found) -> Found;
smaller_1(Key, {K, _, Smaller, _}, Found) when Key =< K -> smaller_1(Key, Smaller, Found);
smaller_1(Key, {K, V, _, Bigger}, _) -> smaller_1(Key, Bigger, {K, V}).

larger(Key, {_, T}) -> larger_1(Key, T, none).

larger_1(_, nil, Found) -> Found;
larger_1(Key, {K, _, _, Bigger}, Found) when Key >= K -> larger_1(Key, Bigger, Found);
larger_1(Key, {K, V, Smaller, _}, _) -> larger_1(Key, Smaller, {K, V}).

to_list({_, T}) -> to_list_1(T, []).

to_list_1({K, V, Smaller, Bigger}, L) -> to_list_1(Smaller, [{K, V} | to_list_1(Bigger, L)]);
to_list_1(nil, L) -> L.

keys({_, T}) -> keys_1(T, []).

keys_1({K, _, Smaller, Bigger}, L) -> keys_1(Smaller, [K | keys_1(Bigger, L)]);
keys_1(nil, L) -> L.

values({_, T}) -> values_1(T, []).

values_1({_, V, Smaller, Bigger}, L) -> values_1(Smaller, [V | values_1(Bigger, L)]);
values_1(nil, L) -> L.

map(F, {S, T}) when is_function(F, 2) -> {S, map_1(F, T)}.

map_1(_, nil) -> nil;
map_1(F, {K, V, Smaller, Bigger}) -> {K, F(K, V), map_1(F, Smaller), map_1(F, Bigger)}.

%% An iterator is {Order, Stack}: the subtrees still to be visited, the next
%% one on top.
iterator(T) -> iterator(T, ordered).

iterator({_, T}, ordered) -> {ordered, left(T, [])};
iterator({_, T}, reversed) -> {reversed, right(T, [])}.

left({_, _, nil, _} = T, Stack) -> [T | Stack];
left({_, _, Smaller, _} = T, Stack) -> left(Smaller, [T | Stack]);
left(nil, Stack) -> Stack.

right({_, _, _, nil} = T, Stack) -> [T | Stack];
right({_, _, _, Bigger} = T, Stack) -> right(Bigger, [T | Stack]);
right(nil, Stack) -> Stack.

iterator_from(Key, T) -> iterator_from(Key, T, ordered).

iterator_from(Key, {_, T}, ordered) -> {ordered, from(Key, T, [])};
iterator_from(Key, {_, T}, reversed) -> {reversed, back_from(Key, T, [])}.

from(Key, {K, _, _, Bigger}, Stack) when K < Key -> from(Key, Bigger, Stack);
from(_, {_, _, nil, _} = T, Stack) -> [T | Stack];
from(Key, {K, _, Smaller, _} = T, Stack) when K > Key -> from(Key, Smaller, [T | Stack]);
from(_, {_, _, _, _} = T, Stack) -> [T | Stack];
from(_, nil, Stack) -> Stack.

back_from(Key, {K, _, Smaller, _}, Stack) when K > Key -> back_from(Key, Smaller, Stack);
back_from(_, {_, _, _, nil} = T, Stack) -> [T | Stack];
back_from(Key, {K, _, _, Bigger} = T, Stack) when K < Key -> back_from(Key, Bigger, [T | Stack]);
back_from(_, {_, _, _, _} = T, Stack) -> [T | Stack];
back_from(_, nil, Stack) -> Stack.

next({ordered, [{K, V, _, Bigger} | Stack]}) -> {K, V, {ordered, left(Bigger, Stack)}};
next({reversed, [{K, V, Smaller, _} | Stack]}) -> {K, V, {reversed, right(Smaller, Stack)}};
next({_, []}) -> none.
