%% Arrays that grow: trees of tuples with 16 elements each, in which [] stands
%% for a subtree without entries. The leaf used last is at hand in the record
%% and written back when another one is used.
-module(array).
-export([new/0, new/1, new/2, is_array/1, size/1, sparse_size/1, default/1, fix/1, relax/1, is_fix/1,
         resize/1, resize/2, set/3, get/2, reset/2, to_list/1, sparse_to_list/1, from_list/1,
         from_list/2, to_orddict/1, sparse_to_orddict/1, from_orddict/1, from_orddict/2, map/2,
         sparse_map/2, foldl/3, sparse_foldl/3, foldr/3, sparse_foldr/3]).
-compile({no_auto_import, [size/1, get/2]}).

-define(LEAF, 16).

-record(array, {size = 0, zero = 0, fix = false, default, cache, cache_index = 0, elements = [], bits = 0}).

new() -> new([]).

new(Options) -> new_1(Options).

new(Size, Options) when is_integer(Size), Size >= 0 ->
    new_1([{size, Size} | listed(Options)]);
new(_, _) -> error(badarg).

listed(Options) when is_list(Options) -> Options;
listed(Option) -> [Option].

new_1(Options) ->
    try lists:foldl(fun option/2, #array{}, listed(Options)) of
        A -> empty(A)
    catch throw:badarg -> error(badarg)
    end.

option(N, A) when is_integer(N), N >= 0 -> A#array{size = N, fix = true};
option({size, N}, A) when is_integer(N), N >= 0 -> A#array{size = N, fix = true};
option(fixed, A) -> A#array{fix = true};
option({fixed, Fix}, A) when is_boolean(Fix) -> A#array{fix = Fix};
option({default, D}, A) -> A#array{default = D};
option(_, _) -> throw(badarg).

empty(#array{default = D} = A) ->
    A#array{cache = leaf(D), cache_index = 0, elements = [], bits = bits(A#array.size)}.

leaf(D) -> erlang:make_tuple(?LEAF, D).

%% The position of the digit that the root of a tree for N entries goes by.
bits(N) -> bits(N, 0).

bits(N, Bits) when N =< 1 bsl (Bits + 4) -> Bits;
bits(N, Bits) -> bits(N, Bits + 4).

is_array(#array{size = N}) when is_integer(N) -> true;
is_array(_) -> false.

size(#array{size = N}) -> N;
size(_) -> error(badarg).

default(#array{default = D}) -> D;
default(_) -> error(badarg).

fix(#array{} = A) -> A#array{fix = true}.

relax(#array{} = A) -> A#array{fix = false}.

is_fix(#array{fix = true}) -> true;
is_fix(#array{}) -> false.

sparse_size(A) ->
    case sparse_foldr(fun(I, _, none) -> I; (_, _, I) -> I end, none, A) of
        none -> 0;
        I -> I + 1
    end.

resize(A) -> resize(sparse_size(A), A).

resize(N, #array{size = Size, default = D, fix = Fix} = A) when is_integer(N), N >= 0 ->
    if
        N >= Size -> deep_enough(N, flush(A#array{size = N}));
        true ->
            Kept = sparse_foldl(fun(I, V, L) when I < N -> [{I, V} | L]; (_, _, L) -> L end, [], A),
            (at_start(filled(lists:reverse(Kept), empty(#array{size = N, default = D}))))#array{fix = Fix}
    end;
resize(_, _) -> error(badarg).

get(I, #array{size = N, cache = Cache, cache_index = C, elements = E, bits = Bits, default = D})
  when is_integer(I), I >= 0, I < N ->
    if
        I >= C, I < C + ?LEAF -> element(I - C + 1, Cache);
        true -> entry(I, E, Bits, D)
    end;
get(I, #array{fix = false, default = D}) when is_integer(I), I >= 0 -> D;
get(_, _) -> error(badarg).

entry(_, [], _, D) -> D;
entry(I, Leaf, 0, _) -> element(I band 15 + 1, Leaf);
entry(I, Node, Bits, D) -> entry(I, element((I bsr Bits) band 15 + 1, Node), Bits - 4, D).

set(I, Value, #array{size = N} = A) when is_integer(I), I >= 0, I < N -> put_entry(I, Value, A);
set(I, Value, #array{fix = false} = A) when is_integer(I), I >= 0 ->
    put_entry(I, Value, deep_enough(I + 1, A#array{size = I + 1}));
set(_, _, _) -> error(badarg).

put_entry(I, Value, #array{cache = Cache, cache_index = C} = A) when I >= C, I < C + ?LEAF ->
    A#array{cache = setelement(I - C + 1, Cache, Value)};
put_entry(I, Value, A0) ->
    #array{elements = E, bits = Bits, default = D} = A = flush(A0),
    C = I band bnot 15,
    Leaf = case leaf_at(C, E, Bits) of
               [] -> leaf(D);
               L -> L
           end,
    A#array{cache = setelement(I - C + 1, Leaf, Value), cache_index = C}.

leaf_at(_, [], _) -> [];
leaf_at(_, Leaf, 0) -> Leaf;
leaf_at(I, Node, Bits) -> leaf_at(I, element((I bsr Bits) band 15 + 1, Node), Bits - 4).

%% The leaf at hand is written back.
flush(#array{cache = Cache, cache_index = C, elements = E, bits = Bits} = A) ->
    A#array{elements = put_leaf(C, Cache, E, Bits)}.

put_leaf(_, Leaf, _, 0) -> Leaf;
put_leaf(I, Leaf, [], Bits) -> put_leaf(I, Leaf, erlang:make_tuple(16, []), Bits);
put_leaf(I, Leaf, Node, Bits) ->
    At = (I bsr Bits) band 15 + 1,
    setelement(At, Node, put_leaf(I, Leaf, element(At, Node), Bits - 4)).

%% New roots until there is room for N entries.
deep_enough(N, #array{bits = Bits, elements = E} = A) ->
    case N =< 1 bsl (Bits + 4) of
        true -> A;
        false ->
            Root = case E of
                       [] -> [];
                       _ -> setelement(1, erlang:make_tuple(16, []), E)
                   end,
            deep_enough(N, A#array{bits = Bits + 4, elements = Root})
    end.

reset(I, #array{size = N, fix = Fix, default = D} = A) when is_integer(I), I >= 0 ->
    if
        I < N -> put_entry(I, D, A);
        Fix -> error(badarg);
        true -> A
    end;
reset(_, _) -> error(badarg).

to_list(#array{} = A) -> foldr(fun(_, V, L) -> [V | L] end, [], A);
to_list(_) -> error(badarg).

sparse_to_list(#array{} = A) -> sparse_foldr(fun(_, V, L) -> [V | L] end, [], A);
sparse_to_list(_) -> error(badarg).

to_orddict(#array{} = A) -> foldr(fun(I, V, L) -> [{I, V} | L] end, [], A);
to_orddict(_) -> error(badarg).

sparse_to_orddict(#array{} = A) -> sparse_foldr(fun(I, V, L) -> [{I, V} | L] end, [], A);
sparse_to_orddict(_) -> error(badarg).

from_list(L) -> from_list(L, undefined).

from_list(L, D) when is_list(L) ->
    at_start(filled(lists:enumerate(0, L), empty(#array{default = D})));
from_list(_, _) -> error(badarg).

from_orddict(L) -> from_orddict(L, undefined).

from_orddict(L, D) when is_list(L) -> at_start(filled(L, empty(#array{default = D})));
from_orddict(_, _) -> error(badarg).

filled(Pairs, A) -> lists:foldl(fun({I, V}, B) -> set(I, V, B) end, A, Pairs).

%% The first leaf is at hand after an array was made from a list.
at_start(#array{size = 0} = A) -> A;
at_start(A0) ->
    #array{elements = E, bits = Bits, default = D} = A = flush(A0),
    A#array{cache = case leaf_at(0, E, Bits) of
                        [] -> leaf(D);
                        L -> L
                    end, cache_index = 0}.

map(F, #array{size = N} = A) when is_function(F, 2) -> mapped(F, [{I, get(I, A)} || I <- indices(N)], A);
map(_, _) -> error(badarg).

sparse_map(F, #array{} = A) when is_function(F, 2) -> mapped(F, sparse_to_orddict(A), A);
sparse_map(_, _) -> error(badarg).

mapped(F, Pairs, A) -> at_start(filled([{I, F(I, V)} || {I, V} <- Pairs], A)).

indices(N) -> lists:seq(0, N - 1).

foldl(F, Acc, #array{size = N} = A) when is_function(F, 3) -> up(F, Acc, A, 0, N);
foldl(_, _, _) -> error(badarg).

up(_, Acc, _, N, N) -> Acc;
up(F, Acc, A, I, N) -> up(F, F(I, get(I, A), Acc), A, I + 1, N).

foldr(F, Acc, #array{size = N} = A) when is_function(F, 3) -> down(F, Acc, A, N - 1);
foldr(_, _, _) -> error(badarg).

down(_, Acc, _, -1) -> Acc;
down(F, Acc, A, I) -> down(F, F(I, get(I, A), Acc), A, I - 1).

sparse_foldl(F, Acc, #array{default = D} = A) when is_function(F, 3) ->
    foldl(fun(_, V, X) when V =:= D -> X; (I, V, X) -> F(I, V, X) end, Acc, A);
sparse_foldl(_, _, _) -> error(badarg).

sparse_foldr(F, Acc, #array{default = D} = A) when is_function(F, 3) ->
    foldr(fun(_, V, X) when V =:= D -> X; (I, V, X) -> F(I, V, X) end, Acc, A);
sparse_foldr(_, _, _) -> error(badarg).
