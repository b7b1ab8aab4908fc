%% Maps. The functions that end in erlang:nif_error/1 are implemented in Go
%% (runtime/bif/maps.go).
%%
%% An iterator is [Position|Map], Position being 0 before the first step, [Keys|Map] with the keys in
%% the order wanted, {Key, Value, Next} in between, none at the end.
-module(maps).

-compile({no_auto_import, [size/1]}).

%% The exception of a wrong argument, with the function's own arguments.
-define(fault(Reason, Args), erlang:error(Reason, Args, [{error_info, #{module => erl_stdlib_errors}}])).

-export([filter/2, filtermap/2, find/2, fold/3, foreach/2, from_keys/2,
         from_list/1, get/2, get/3, groups_from_list/2, groups_from_list/3,
         intersect/2, intersect_with/3, is_iterator_valid/1, is_key/2,
         iterator/1, iterator/2, keys/1, map/2, merge/2, merge_with/3, new/0,
         next/1, put/3, remove/2, size/1, take/2, to_list/1, update/3,
         update_with/3, update_with/4, values/1, with/2, without/2]).

%% In Go.

find(_, _) -> erlang:nif_error(undef).
from_keys(_, _) -> erlang:nif_error(undef).
from_list(_) -> erlang:nif_error(undef).
get(_, _) -> erlang:nif_error(undef).
is_key(_, _) -> erlang:nif_error(undef).
keys(_) -> erlang:nif_error(undef).
merge(_, _) -> erlang:nif_error(undef).
put(_, _, _) -> erlang:nif_error(undef).
remove(_, _) -> erlang:nif_error(undef).
take(_, _) -> erlang:nif_error(undef).
update(_, _, _) -> erlang:nif_error(undef).
values(_) -> erlang:nif_error(undef).

new() -> #{}.

size(Map) ->
    try map_size(Map)
    catch _:_ -> ?fault({badmap, Map}, [Map])
    end.

get(Key, Map, Default) ->
    case Map of
        #{Key := Value} -> Value;
        #{} -> Default;
        _ -> ?fault({badmap, Map}, [Key, Map, Default])
    end.

update_with(Key, Fun, Map) when is_function(Fun, 1) ->
    case Map of
        #{Key := Value} -> Map#{Key := Fun(Value)};
        #{} -> erlang:error({badkey, Key}, [Key, Fun, Map]);
        _ -> ?fault({badmap, Map}, [Key, Fun, Map])
    end;
update_with(Key, Fun, Map) ->
    ?fault(map_or_badarg(Map), [Key, Fun, Map]).

update_with(Key, Fun, Init, Map) when is_function(Fun, 1) ->
    case Map of
        #{Key := Value} -> Map#{Key := Fun(Value)};
        #{} -> Map#{Key => Init};
        _ -> ?fault({badmap, Map}, [Key, Fun, Init, Map])
    end;
update_with(Key, Fun, Init, Map) ->
    ?fault(map_or_badarg(Map), [Key, Fun, Init, Map]).

with(Keys, Map) when is_list(Keys), is_map(Map) ->
    from_list(with_1(Keys, Map));
with(Keys, Map) ->
    ?fault(map_or_badarg(Map), [Keys, Map]).

with_1([K | Ks], Map) ->
    case Map of
        #{K := V} -> [{K, V} | with_1(Ks, Map)];
        #{} -> with_1(Ks, Map)
    end;
with_1([], _) -> [].

without(Keys, Map) when is_list(Keys), is_map(Map) ->
    lists:foldl(fun maps:remove/2, Map, Keys);
without(Keys, Map) ->
    ?fault(map_or_badarg(Map), [Keys, Map]).

%% Folds and their kin, over maps and iterators. Over a map they are walks, implemented
%% in Go (runtime/bif/map_walk.go): Step says whether the walk stands at a pair. Of an iterator
%% Step is the pair, and there is no walk.

fold(Fun, Acc, MapOrIter) when is_function(Fun, 3) ->
    if
        is_map(MapOrIter) ->
            Walk = erts_internal:walk(MapOrIter),
            fold_1(Fun, Acc, erts_internal:walk_next(Walk), Walk);
        true ->
            case started(MapOrIter) of
                bad -> ?fault({badmap, MapOrIter}, [Fun, Acc, MapOrIter]);
                Step -> fold_1(Fun, Acc, Step, none)
            end
    end;
fold(Fun, Acc, MapOrIter) ->
    ?fault(badarg, [Fun, Acc, MapOrIter]).

fold_1(Fun, Acc0, true, Walk) ->
    Acc = Fun(erts_internal:walk_key(Walk), erts_internal:walk_value(Walk), Acc0),
    fold_1(Fun, Acc, erts_internal:walk_next(Walk), Walk);
fold_1(Fun, Acc, {K, V, Next}, none) ->
    fold_1(Fun, Fun(K, V, Acc), next(Next), none);
fold_1(_, Acc, _, _) -> Acc.

foreach(Fun, MapOrIter) when is_function(Fun, 2) ->
    if
        is_map(MapOrIter) ->
            Walk = erts_internal:walk(MapOrIter),
            foreach_1(Fun, erts_internal:walk_next(Walk), Walk);
        true ->
            case started(MapOrIter) of
                bad -> ?fault({badmap, MapOrIter}, [Fun, MapOrIter]);
                Step -> foreach_1(Fun, Step, none)
            end
    end;
foreach(Fun, MapOrIter) ->
    ?fault(badarg, [Fun, MapOrIter]).

foreach_1(Fun, true, Walk) ->
    Fun(erts_internal:walk_key(Walk), erts_internal:walk_value(Walk)),
    foreach_1(Fun, erts_internal:walk_next(Walk), Walk);
foreach_1(Fun, {K, V, Next}, none) -> Fun(K, V), foreach_1(Fun, next(Next), none);
foreach_1(_, _, _) -> ok.

map(Fun, MapOrIter) when is_function(Fun, 2) ->
    if
        is_map(MapOrIter) ->
            Walk = erts_internal:walk(MapOrIter),
            erts_internal:walk_map(map_1(Fun, erts_internal:walk_next(Walk), Walk));
        true ->
            case started(MapOrIter) of
                bad -> ?fault({badmap, MapOrIter}, [Fun, MapOrIter]);
                Step -> from_list(map_1(Fun, Step, none))
            end
    end;
map(Fun, MapOrIter) ->
    ?fault(badarg, [Fun, MapOrIter]).

map_1(Fun, true, Walk) ->
    V = Fun(erts_internal:walk_key(Walk), erts_internal:walk_value(Walk)),
    map_1(Fun, erts_internal:walk_put(Walk, V), Walk);
map_1(Fun, {K, V, Next}, none) -> [{K, Fun(K, V)} | map_1(Fun, next(Next), none)];
map_1(_, none, _) -> [];
map_1(_, false, Walk) -> Walk.

filter(Pred, MapOrIter) when is_function(Pred, 2) ->
    if
        is_map(MapOrIter) ->
            Walk = erts_internal:walk(MapOrIter),
            erts_internal:walk_map(filter_1(Pred, erts_internal:walk_next(Walk), Walk));
        true ->
            case started(MapOrIter) of
                bad -> ?fault({badmap, MapOrIter}, [Pred, MapOrIter]);
                Step -> from_list(filter_1(Pred, Step, []))
            end
    end;
filter(Pred, MapOrIter) ->
    ?fault(badarg, [Pred, MapOrIter]).

filter_1(Pred, true, Walk) ->
    case Pred(erts_internal:walk_key(Walk), erts_internal:walk_value(Walk)) of
        true -> filter_1(Pred, erts_internal:walk_keep(Walk), Walk);
        false -> filter_1(Pred, erts_internal:walk_drop(Walk), Walk)
    end;
filter_1(Pred, {K, V, Next}, Kept) ->
    case Pred(K, V) of
        true -> filter_1(Pred, next(Next), [{K, V} | Kept]);
        false -> filter_1(Pred, next(Next), Kept)
    end;
filter_1(_, _, Kept) -> Kept.

filtermap(Fun, MapOrIter) when is_function(Fun, 2) ->
    if
        is_map(MapOrIter) ->
            Walk = erts_internal:walk(MapOrIter),
            erts_internal:walk_map(filtermap_1(Fun, erts_internal:walk_next(Walk), Walk));
        true ->
            case started(MapOrIter) of
                bad -> ?fault({badmap, MapOrIter}, [Fun, MapOrIter]);
                Step -> from_list(filtermap_1(Fun, Step, []))
            end
    end;
filtermap(Fun, MapOrIter) ->
    ?fault(badarg, [Fun, MapOrIter]).

filtermap_1(Fun, true, Walk) ->
    case Fun(erts_internal:walk_key(Walk), erts_internal:walk_value(Walk)) of
        true -> filtermap_1(Fun, erts_internal:walk_keep(Walk), Walk);
        {true, V} -> filtermap_1(Fun, erts_internal:walk_put(Walk, V), Walk);
        false -> filtermap_1(Fun, erts_internal:walk_drop(Walk), Walk)
    end;
filtermap_1(Fun, {K, V, Next}, Kept) ->
    case Fun(K, V) of
        true -> filtermap_1(Fun, next(Next), [{K, V} | Kept]);
        {true, V1} -> filtermap_1(Fun, next(Next), [{K, V1} | Kept]);
        false -> filtermap_1(Fun, next(Next), Kept)
    end;
filtermap_1(_, _, Kept) -> Kept.

to_list(MapOrIter) ->
    if
        is_map(MapOrIter) -> erts_internal:map_to_list(MapOrIter);
        true ->
            case started(MapOrIter) of
                bad -> ?fault({badmap, MapOrIter}, [MapOrIter]);
                Step -> to_list_1(Step)
            end
    end.

to_list_1({K, V, Next}) -> [{K, V} | to_list_1(next(Next))];
to_list_1(none) -> [].

%% Two maps.

merge_with(Combine, Map1, Map2) when is_function(Combine, 3), is_map(Map1), is_map(Map2) ->
    case map_size(Map1) >= map_size(Map2) of
        true ->
            merge_with_1(erts_internal:map_to_list(Map2), Map1, Combine);
        false ->
            Swapped = fun(K, V1, V2) -> Combine(K, V2, V1) end,
            merge_with_1(erts_internal:map_to_list(Map1), Map2, Swapped)
    end;
merge_with(Combine, Map1, Map2) ->
    ?fault(case is_function(Combine, 3) of
               true -> maps_or_badarg(Map1, Map2);
               false -> badarg
           end, [Combine, Map1, Map2]).

merge_with_1([{K, V2} | Rest], Map, Combine) ->
    case Map of
        #{K := V1} -> merge_with_1(Rest, Map#{K := Combine(K, V1, V2)}, Combine);
        #{} -> merge_with_1(Rest, Map#{K => V2}, Combine)
    end;
merge_with_1([], Map, _) -> Map.

intersect(Map1, Map2) when is_map(Map1), is_map(Map2) ->
    case map_size(Map1) =< map_size(Map2) of
        true -> common(keys(Map1), Map1, Map2, fun(_, _, V2) -> V2 end);
        false -> common(keys(Map2), Map1, Map2, fun(_, _, V2) -> V2 end)
    end;
intersect(Map1, Map2) ->
    ?fault(maps_or_badarg(Map1, Map2), [Map1, Map2]).

intersect_with(Combine, Map1, Map2) when is_function(Combine, 3), is_map(Map1), is_map(Map2) ->
    case map_size(Map1) =< map_size(Map2) of
        true -> common(keys(Map1), Map1, Map2, Combine);
        false -> common(keys(Map2), Map1, Map2, Combine)
    end;
intersect_with(Combine, Map1, Map2) ->
    ?fault(case is_function(Combine, 3) of
               true -> maps_or_badarg(Map1, Map2);
               false -> badarg
           end, [Combine, Map1, Map2]).

common(Keys, Map1, Map2, Combine) -> from_list(common_1(Keys, Map1, Map2, Combine)).

common_1([K | Ks], Map1, Map2, Combine) ->
    case {Map1, Map2} of
        {#{K := V1}, #{K := V2}} -> [{K, Combine(K, V1, V2)} | common_1(Ks, Map1, Map2, Combine)];
        _ -> common_1(Ks, Map1, Map2, Combine)
    end;
common_1([], _, _, _) -> [].

groups_from_list(Fun, List) when is_function(Fun, 1) ->
    try lists:reverse(List) of
        Reversed -> groups(Reversed, Fun, fun(X) -> X end, #{})
    catch error:_ -> ?fault(badarg, [Fun, List])
    end;
groups_from_list(Fun, List) ->
    ?fault(badarg, [Fun, List]).

groups_from_list(Fun, ValueFun, List) when is_function(Fun, 1), is_function(ValueFun, 1) ->
    try lists:reverse(List) of
        Reversed -> groups(Reversed, Fun, ValueFun, #{})
    catch error:_ -> ?fault(badarg, [Fun, ValueFun, List])
    end;
groups_from_list(Fun, ValueFun, List) ->
    ?fault(badarg, [Fun, ValueFun, List]).

groups([X | Xs], Fun, ValueFun, Groups) ->
    K = Fun(X),
    V = ValueFun(X),
    case Groups of
        #{K := Vs} -> groups(Xs, Fun, ValueFun, Groups#{K := [V | Vs]});
        #{} -> groups(Xs, Fun, ValueFun, Groups#{K => [V]})
    end;
groups([], _, _, Groups) -> Groups.

%% Iterators.

iterator(Map) when is_map(Map) -> [0 | Map];
iterator(Map) -> ?fault({badmap, Map}, [Map]).

iterator(Map, undefined) when is_map(Map) ->
    [0 | Map];
iterator(Map, ordered) when is_map(Map) ->
    [lists:sort(fun(A, B) -> erts_internal:cmp_term(A, B) =< 0 end, keys(Map)) | Map];
iterator(Map, reversed) when is_map(Map) ->
    [lists:sort(fun(A, B) -> erts_internal:cmp_term(B, A) =< 0 end, keys(Map)) | Map];
iterator(Map, Order) when is_map(Map), is_function(Order, 2) ->
    [lists:sort(Order, keys(Map)) | Map];
iterator(Map, Order) ->
    ?fault(badarg, [Map, Order]).

next({_, _, _} = Step) -> Step;
next(none) -> none;
next([At | Map]) when is_integer(At), is_map(Map) -> erts_internal:map_next(At, Map, iterator);
next([Keys | Map]) when is_list(Keys), is_map(Map) -> steps(Keys, Map);
next(Iter) -> ?fault(badarg, [Iter]).

steps([K | Ks], Map) -> {K, map_get(K, Map), steps(Ks, Map)};
steps([], _) -> none.

is_iterator_valid(Iter) ->
    try is_valid(next(Iter))
    catch error:badarg -> false
    end.

is_valid(none) -> true;
is_valid({_, _, Next}) -> is_valid(next(Next)).

%% The first step of a map or an iterator, bad for anything else.
started(Map) when is_map(Map) -> next([0 | Map]);
started(Iter) ->
    try next(Iter)
    catch error:_ -> bad
    end.

map_or_badarg(Map) when is_map(Map) -> badarg;
map_or_badarg(Map) -> {badmap, Map}.

maps_or_badarg(Map1, Map2) when is_map(Map1) -> map_or_badarg(Map2);
maps_or_badarg(Map1, _) -> {badmap, Map1}.
