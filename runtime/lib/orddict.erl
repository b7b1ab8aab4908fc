%% Dictionaries as lists of {Key, Value} in key order. Keys compare by ==.
-module(orddict).

-export([append/3, append_list/3, erase/2, fetch/2, fetch_keys/1, filter/2,
         find/2, fold/3, from_list/1, is_empty/1, is_key/2, map/2, merge/3,
         new/0, size/1, store/3, take/2, to_list/1, update/3, update/4,
         update_counter/3]).

new() -> [].

is_key(Key, [{K, _} | _]) when Key < K -> false;
is_key(Key, [{K, _} | Rest]) when Key > K -> is_key(Key, Rest);
is_key(_, [{_, _} | _]) -> true;
is_key(_, []) -> false.

to_list(Dict) -> Dict.

from_list([]) -> [];
from_list([{_, _}] = Dict) -> Dict;
from_list(Pairs) -> lists:ukeysort(1, lists:reverse(Pairs)).

size(Dict) -> length(Dict).

is_empty([]) -> true;
is_empty([_ | _]) -> false.

fetch(Key, [{K, _} | Rest]) when Key > K -> fetch(Key, Rest);
fetch(Key, [{K, Value} | _]) when Key == K -> Value.

find(Key, [{K, _} | _]) when Key < K -> error;
find(Key, [{K, _} | Rest]) when Key > K -> find(Key, Rest);
find(_, [{_, Value} | _]) -> {ok, Value};
find(_, []) -> error.

fetch_keys([{K, _} | Rest]) -> [K | fetch_keys(Rest)];
fetch_keys([]) -> [].

erase(Key, [{K, _} = E | Rest]) when Key < K -> [E | Rest];
erase(Key, [{K, _} = E | Rest]) when Key > K -> [E | erase(Key, Rest)];
erase(_, [{_, _} | Rest]) -> Rest;
erase(_, []) -> [].

take(Key, Dict) -> take_1(Key, Dict, []).

take_1(Key, [{K, _} | _], _) when Key < K -> error;
take_1(Key, [{K, _} = E | Rest], Seen) when Key > K -> take_1(Key, Rest, [E | Seen]);
take_1(_, [{_, Value} | Rest], Seen) -> {Value, lists:reverse(Seen, Rest)};
take_1(_, [], _) -> error.

store(Key, New, [{K, _} | _] = Dict) when Key < K -> [{Key, New} | Dict];
store(Key, New, [{K, _} = E | Rest]) when Key > K -> [E | store(Key, New, Rest)];
store(Key, New, [{_, _} | Rest]) -> [{Key, New} | Rest];
store(Key, New, []) -> [{Key, New}].

append(Key, New, [{K, _} | _] = Dict) when Key < K -> [{Key, [New]} | Dict];
append(Key, New, [{K, _} = E | Rest]) when Key > K -> [E | append(Key, New, Rest)];
append(Key, New, [{_, Old} | Rest]) -> [{Key, Old ++ [New]} | Rest];
append(Key, New, []) -> [{Key, [New]}].

append_list(Key, News, [{K, _} | _] = Dict) when Key < K -> [{Key, News} | Dict];
append_list(Key, News, [{K, _} = E | Rest]) when Key > K -> [E | append_list(Key, News, Rest)];
append_list(Key, News, [{_, Old} | Rest]) -> [{Key, Old ++ News} | Rest];
append_list(Key, News, []) -> [{Key, News}].

update(Key, Fun, [{K, _} = E | Rest]) when Key > K -> [E | update(Key, Fun, Rest)];
update(Key, Fun, [{K, Value} | Rest]) when Key == K -> [{Key, Fun(Value)} | Rest].

update(Key, _, Init, [{K, _} | _] = Dict) when Key < K -> [{Key, Init} | Dict];
update(Key, Fun, Init, [{K, _} = E | Rest]) when Key > K -> [E | update(Key, Fun, Init, Rest)];
update(Key, Fun, _, [{_, Value} | Rest]) -> [{Key, Fun(Value)} | Rest];
update(Key, _, Init, []) -> [{Key, Init}].

update_counter(Key, Incr, [{K, _} | _] = Dict) when Key < K -> [{Key, Incr} | Dict];
update_counter(Key, Incr, [{K, _} = E | Rest]) when Key > K -> [E | update_counter(Key, Incr, Rest)];
update_counter(Key, Incr, [{_, Value} | Rest]) -> [{Key, Value + Incr} | Rest];
update_counter(Key, Incr, []) -> [{Key, Incr}].

fold(Fun, Acc, [{K, V} | Rest]) -> fold(Fun, Fun(K, V, Acc), Rest);
fold(Fun, Acc, []) when is_function(Fun, 3) -> Acc.

map(Fun, [{K, V} | Rest]) -> [{K, Fun(K, V)} | map(Fun, Rest)];
map(Fun, []) when is_function(Fun, 2) -> [].

filter(Pred, [{K, V} = E | Rest]) ->
    case Pred(K, V) of
        true -> [E | filter(Pred, Rest)];
        false -> filter(Pred, Rest)
    end;
filter(Pred, []) when is_function(Pred, 2) -> [].

merge(Fun, [{K1, _} = E1 | D1], [{K2, _} = E2 | D2]) when K1 < K2 -> [E1 | merge(Fun, D1, [E2 | D2])];
merge(Fun, [{K1, _} = E1 | D1], [{K2, _} = E2 | D2]) when K1 > K2 -> [E2 | merge(Fun, [E1 | D1], D2)];
merge(Fun, [{K, V1} | D1], [{_, V2} | D2]) -> [{K, Fun(K, V1, V2)} | merge(Fun, D1, D2)];
merge(Fun, [], D2) when is_function(Fun, 3) -> D2;
merge(Fun, D1, []) when is_function(Fun, 3) -> D1.
