%% Arrays that grow: trees of tuples with 16 elements each, in which [] stands
%% for a subtree without entries. The leaf used last is at hand in the record
%% and written back when another one is used. The first entry is at the place
%% `zero` of the tree, so that arrays grow at both ends.
-module(array).
-export([new/0, new/1, new/2, is_array/1, size/1, sparse_size/1, default/1, fix/1, relax/1, is_fix/1,
         resize/1, resize/2, set/3, get/2, reset/2, to_list/1, sparse_to_list/1, from_list/1,
         from_list/2, to_orddict/1, sparse_to_orddict/1, from_orddict/1, from_orddict/2, map/2,
         sparse_map/2, foldl/3, sparse_foldl/3, foldr/3, sparse_foldr/3]).
-export([append/2, prepend/2, concat/1, concat/2, shift/2, slice/3, from/2, from/3, upgrade/1,
         foldl/5, foldr/5, sparse_foldl/5, sparse_foldr/5, mapfoldl/3, mapfoldl/5, mapfoldr/3,
         mapfoldr/5, sparse_mapfoldl/3, sparse_mapfoldl/5, sparse_mapfoldr/3, sparse_mapfoldr/5]).
-compile({no_auto_import, [size/1, get/2]}).

-define(LEAF, 16).

%% Whether F can be called for the entries of A from Low to High.
-define(IS_PART(Low, High, F, A),
        is_function(F, 3), is_integer(Low), Low >= 0, is_integer(High), High < element(#array.size, A),
        is_record(A, array)).

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
        N >= Size -> deep_enough(N + A#array.zero, flush(A#array{size = N}));
        true ->
            Kept = sparse_foldl(fun(I, V, L) when I < N -> [{I, V} | L]; (_, _, L) -> L end, [], A),
            (at_start(filled(lists:reverse(Kept), empty(#array{size = N, default = D}))))#array{fix = Fix}
    end;
resize(_, _) -> error(badarg).

get(I, #array{size = N, zero = Zero, cache = Cache, cache_index = C, elements = E, bits = Bits, default = D})
  when is_integer(I), I >= 0, I < N ->
    J = I + Zero,
    if
        J >= C, J < C + ?LEAF -> element(J - C + 1, Cache);
        true -> entry(J, E, Bits, D)
    end;
get(I, #array{fix = false, default = D}) when is_integer(I), I >= 0 -> D;
get(_, _) -> error(badarg).

entry(_, [], _, D) -> D;
entry(I, Leaf, 0, _) -> element(I band 15 + 1, Leaf);
entry(I, Node, Bits, D) -> entry(I, element((I bsr Bits) band 15 + 1, Node), Bits - 4, D).

set(I, Value, #array{size = N} = A) when is_integer(I), I >= 0, I < N -> put_entry(I + A#array.zero, Value, A);
set(I, Value, #array{fix = false} = A) when is_integer(I), I >= 0 -> set_last(I, Value, A);
set(_, _, _) -> error(badarg).

set_last(I, Value, #array{zero = Zero} = A) ->
    J = I + Zero,
    put_entry(J, Value, deep_enough(J + 1, A#array{size = I + 1})).

%% Here places are those of the tree.
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
        I < N -> put_entry(I + A#array.zero, D, A);
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
    #array{zero = Zero, elements = E, bits = Bits, default = D} = A = flush(A0),
    First = Zero band bnot 15,
    A#array{cache = case leaf_at(First, E, Bits) of
                        [] -> leaf(D);
                        L -> L
                    end, cache_index = First}.

map(F, #array{size = N} = A) when is_function(F, 2) -> mapped(F, [{I, get(I, A)} || I <- indices(N)], A);
map(_, _) -> error(badarg).

sparse_map(F, #array{} = A) when is_function(F, 2) -> mapped(F, sparse_to_orddict(A), A);
sparse_map(_, _) -> error(badarg).

mapped(F, Pairs, A) -> at_start(filled([{I, F(I, V)} || {I, V} <- Pairs], A)).

mapfoldl(F, Acc, #array{} = A) when is_function(F, 3) -> mapfolded(F, Acc, to_orddict(A), A);
mapfoldl(_, _, _) -> error(badarg).

mapfoldl(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) -> mapfolded(F, Acc, part(Low, High, A), A);
mapfoldl(_, _, _, _, _) -> error(badarg).

mapfoldr(F, Acc, #array{} = A) when is_function(F, 3) ->
    mapfolded(F, Acc, lists:reverse(to_orddict(A)), A);
mapfoldr(_, _, _) -> error(badarg).

mapfoldr(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) ->
    mapfolded(F, Acc, lists:reverse(part(Low, High, A)), A);
mapfoldr(_, _, _, _, _) -> error(badarg).

sparse_mapfoldl(F, Acc, #array{} = A) when is_function(F, 3) ->
    mapfolded(F, Acc, sparse_to_orddict(A), A);
sparse_mapfoldl(_, _, _) -> error(badarg).

sparse_mapfoldl(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) ->
    mapfolded(F, Acc, sparse_part(Low, High, A), A);
sparse_mapfoldl(_, _, _, _, _) -> error(badarg).

sparse_mapfoldr(F, Acc, #array{} = A) when is_function(F, 3) ->
    mapfolded(F, Acc, lists:reverse(sparse_to_orddict(A)), A);
sparse_mapfoldr(_, _, _) -> error(badarg).

sparse_mapfoldr(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) ->
    mapfolded(F, Acc, lists:reverse(sparse_part(Low, High, A)), A);
sparse_mapfoldr(_, _, _, _, _) -> error(badarg).

mapfolded(F, Acc0, Pairs, A) ->
    {New, Acc} = lists:mapfoldl(fun({I, V}, Acc1) ->
                                        {W, Acc2} = F(I, V, Acc1),
                                        {{I, W}, Acc2}
                                end, Acc0, Pairs),
    {at_start(filled(New, A)), Acc}.

%% The entries from Low to High with their places.
part(Low, High, A) -> [{I, get(I, A)} || I <- places(Low, High)].

sparse_part(Low, High, A) -> [E || {_, V} = E <- part(Low, High, A), V =/= A#array.default].

places(Low, High) when Low =< High -> lists:seq(Low, High);
places(_, _) -> [].

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

foldl(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) -> folded(F, Acc, part(Low, High, A));
foldl(_, _, _, _, _) -> error(badarg).

foldr(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) -> folded(F, Acc, lists:reverse(part(Low, High, A)));
foldr(_, _, _, _, _) -> error(badarg).

sparse_foldl(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) -> folded(F, Acc, sparse_part(Low, High, A));
sparse_foldl(_, _, _, _, _) -> error(badarg).

sparse_foldr(Low, High, F, Acc, A) when ?IS_PART(Low, High, F, A) ->
    folded(F, Acc, lists:reverse(sparse_part(Low, High, A)));
sparse_foldr(_, _, _, _, _) -> error(badarg).

folded(F, Acc, Pairs) -> lists:foldl(fun({I, V}, Acc1) -> F(I, V, Acc1) end, Acc, Pairs).

append(Value, #array{size = N} = A) -> set_last(N, Value, A);
append(_, _) -> error(badarg).

prepend(Value, #array{} = A) ->
    #array{zero = Zero} = A1 = shift(-1, A),
    put_entry(Zero, Value, A1);
prepend(_, _) -> error(badarg).

concat([#array{} = A | As]) -> lists:foldl(fun(B, C) -> concat(C, B) end, A, As);
concat(_) -> error(badarg).

%% The smaller array's entries are added to the larger one.
concat(#array{size = N, default = D, fix = Fix} = A, #array{size = M, default = D} = B) when N < M ->
    (foldr(fun(_, V, C) -> prepend(V, C) end, B, A))#array{fix = Fix};
concat(#array{} = A, #array{} = B) -> foldl(fun(_, V, C) -> append(V, C) end, A, B);
concat(_, _) -> error(badarg).

%% shift drops entries at the start, or makes room for some.
shift(0, #array{} = A) -> A;
shift(Steps, #array{size = N, zero = Zero} = A) when is_integer(Steps), Steps > 0, Steps =< N ->
    A#array{size = N - Steps, zero = Zero + Steps};
shift(Steps, #array{size = N} = A) when is_integer(Steps), Steps < 0 ->
    %% What was dropped there before is there again.
    #array{zero = Zero} = A1 = room_before(-Steps, A),
    A1#array{size = N - Steps, zero = Zero + Steps};
shift(_, _) -> error(badarg).

%% New roots, of which the old one is in the middle.
room_before(Steps, #array{zero = Zero} = A) when Steps =< Zero -> A;
room_before(Steps, #array{zero = Zero, cache_index = C, bits = Bits0, elements = E} = A) ->
    Bits = Bits0 + 4,
    Root = case E of
               [] -> [];
               _ -> setelement(9, erlang:make_tuple(16, []), E)
           end,
    Before = 8 bsl Bits,
    room_before(Steps, A#array{zero = Zero + Before, cache_index = C + Before, bits = Bits,
                               elements = Root}).

slice(Start, Length, #array{size = N, zero = Zero} = A)
  when is_integer(Start), Start >= 0, is_integer(Length), Length >= 0, Start + Length =< N ->
    A#array{size = Length, zero = Zero + Start};
slice(_, _, _) -> error(badarg).

from(F, State) -> from(F, State, undefined).

from(F, State, Default) when is_function(F, 1) -> from_list(made(F, State), Default);
from(_, _, _) -> error(badarg).

made(F, State) ->
    case F(State) of
        {Value, Next} -> [Value | made(F, Next)];
        done -> [];
        _ -> error(badarg)
    end.

upgrade(#array{} = A) -> A;
upgrade(_) -> error(badarg).
