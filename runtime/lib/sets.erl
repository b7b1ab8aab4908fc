%% Sets without order: maps whose values are []. Sets of version 1, as older
%% nodes have them, are hash tables in a record; see dict.
-module(sets).
-export([new/0, new/1, from_list/1, from_list/2, is_set/1, size/1, is_empty/1, is_equal/2,
         to_list/1, is_element/2, add_element/2, del_element/2, union/2, union/1,
         intersection/2, intersection/1, is_disjoint/2, subtract/2, is_subset/2,
         fold/3, filter/2, map/2, filtermap/2]).
-compile({no_auto_import, [size/1]}).

-define(is_table(S), is_tuple(S), element(1, S) =:= set).

new() -> #{}.

new([{version, 1}]) -> dict:table(set);
new(Options) ->
    case proplists:get_value(version, Options, 2) of
        1 -> dict:table(set);
        2 -> new()
    end.

from_list(L) -> maps:from_keys(L, []).

from_list(L, Options) ->
    case proplists:get_value(version, Options, 2) of
        1 -> lists:foldl(fun add_element/2, new(Options), L);
        2 -> from_list(L)
    end.

is_set(S) when is_map(S) -> true;
is_set(S) when ?is_table(S), tuple_size(S) =:= 9 -> true;
is_set(_) -> false.

size(S) when is_map(S) -> map_size(S);
size(S) when ?is_table(S) -> element(2, S).

is_empty(S) when is_map(S) -> map_size(S) =:= 0;
is_empty(S) when ?is_table(S) -> element(2, S) =:= 0.

is_equal(S1, S2) when is_map(S1), is_map(S2) -> S1 =:= S2;
is_equal(S1, S2) -> size(S1) =:= size(S2) andalso is_subset(S1, S2).

to_list(S) when is_map(S) -> maps:keys(S);
to_list(S) when ?is_table(S) -> dict:table_fold(fun(X, L) -> [X | L] end, [], S).

is_element(X, S) when is_map(S) -> is_map_key(X, S);
is_element(X, S) when ?is_table(S) -> lists:member(X, dict:table_bucket(X, S)).

add_element(X, S) when is_map(S) -> S#{X => []};
add_element(X, S) when ?is_table(S) ->
    Bucket = dict:table_bucket(X, S),
    case lists:member(X, Bucket) of
        true -> S;
        false -> dict:table_put(X, [X | Bucket], 1, S)
    end.

del_element(X, S) when is_map(S) -> maps:remove(X, S);
del_element(X, S) when ?is_table(S) ->
    Bucket = dict:table_bucket(X, S),
    case lists:member(X, Bucket) of
        true -> dict:table_put(X, lists:delete(X, Bucket), -1, S);
        false -> S
    end.

union(S1, S2) when is_map(S1), is_map(S2) -> maps:merge(S1, S2);
union(S1, S2) ->
    case size(S1) < size(S2) of
        true -> fold(fun add_element/2, S2, S1);
        false -> fold(fun add_element/2, S1, S2)
    end.

union([S1, S2 | Ss]) -> union([union(S1, S2) | Ss]);
union([S]) -> S;
union([]) -> new().

intersection(S1, S2) ->
    case size(S1) < size(S2) of
        true -> filter(fun(X) -> is_element(X, S2) end, S1);
        false -> filter(fun(X) -> is_element(X, S1) end, S2)
    end.

intersection([S1, S2 | Ss]) -> intersection([intersection(S1, S2) | Ss]);
intersection([S]) -> S.

is_disjoint(S1, S2) ->
    case size(S1) < size(S2) of
        true -> fold(fun(X, Is) -> Is andalso not is_element(X, S2) end, true, S1);
        false -> fold(fun(X, Is) -> Is andalso not is_element(X, S1) end, true, S2)
    end.

subtract(S1, S2) -> filter(fun(X) -> not is_element(X, S2) end, S1).

is_subset(S1, S2) ->
    size(S1) =< size(S2) andalso fold(fun(X, Is) -> Is andalso is_element(X, S2) end, true, S1).

fold(F, Acc, S) when is_function(F, 2), is_map(S) -> lists:foldl(F, Acc, maps:keys(S));
fold(F, Acc, S) when is_function(F, 2), ?is_table(S) -> dict:table_fold(F, Acc, S).

filter(F, S) when is_function(F, 1), is_map(S) -> maps:from_keys([X || X <- maps:keys(S), F(X)], []);
filter(F, S) when is_function(F, 1), ?is_table(S) ->
    fold(fun(X, Kept) ->
                 case F(X) of
                     true -> Kept;
                     false -> del_element(X, Kept)
                 end
         end, S, S).

map(F, S) when is_function(F, 1) -> like(S, [F(X) || X <- to_list(S)]).

filtermap(F, S) when is_function(F, 1) -> like(S, lists:filtermap(F, to_list(S))).

%% A set of the version of S.
like(S, L) when is_map(S) -> from_list(L);
like(_, L) -> from_list(L, [{version, 1}]).
