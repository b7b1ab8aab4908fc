%% Dictionaries: hash tables that grow and shrink by one slot at a time (linear
%% hashing), of segments with 16 slots each. A bucket is a list of [Key|Value].
%% The tables also serve sets of version 1, whose buckets have the elements.
-module(dict).
-export([new/0, is_key/2, to_list/1, from_list/1, size/1, is_empty/1, fetch/2, find/2,
         fetch_keys/1, erase/2, take/2, store/3, append/3, append_list/3, update/3, update/4,
         update_counter/3, fold/3, map/2, filter/2, merge/3]).
-export([table/1, table_bucket/2, table_put/4, table_fold/3]).
-compile({no_auto_import, [size/1]}).

-define(SEGMENT, 16).
-define(EXPAND, 5).
-define(CONTRACT, 3).
-define(EMPTY, {[], [], [], [], [], [], [], [], [], [], [], [], [], [], [], []}).

%% n slots are in use of maxn; those from n on are still in the slots bso
%% before them.
-record(dict, {size = 0, n = ?SEGMENT, maxn = ?SEGMENT, bso = ?SEGMENT div 2,
               exp_size = ?SEGMENT * ?EXPAND, con_size = ?SEGMENT * ?CONTRACT,
               empty = ?EMPTY, segs = {?EMPTY}}).

new() -> #dict{}.

is_key(Key, D) ->
    Slot = get_slot(D, Key),
    find_key(Key, bucket(D, Slot)).

find_key(K, [[K | _] | _]) -> true;
find_key(K, [_ | Bucket]) -> find_key(K, Bucket);
find_key(_, []) -> false.

to_list(D) -> fold(fun(Key, Value, L) -> [{Key, Value} | L] end, [], D).

from_list(L) -> lists:foldl(fun({K, V}, D) -> store(K, V, D) end, new(), L).

size(#dict{size = N}) when is_integer(N), N >= 0 -> N.

is_empty(#dict{size = N}) -> N =:= 0.

fetch(Key, D) ->
    Slot = get_slot(D, Key),
    case value(Key, bucket(D, Slot)) of
        {ok, Value} -> Value;
        error -> error(badarg, [Key, D])
    end.

value(K, [[K | V] | _]) -> {ok, V};
value(K, [_ | Bucket]) -> value(K, Bucket);
value(_, []) -> error.

find(Key, D) ->
    Slot = get_slot(D, Key),
    value(Key, bucket(D, Slot)).

fetch_keys(D) -> fold(fun(Key, _, Keys) -> [Key | Keys] end, [], D).

erase(Key, D) ->
    Slot = get_slot(D, Key),
    case erased(Key, bucket(D, Slot)) of
        error -> D;
        {_, Bucket} -> shrunk(put_bucket(D, Slot, Bucket))
    end.

take(Key, D) ->
    Slot = get_slot(D, Key),
    case erased(Key, bucket(D, Slot)) of
        error -> error;
        {Value, Bucket} -> {Value, shrunk(put_bucket(D, Slot, Bucket))}
    end.

erased(K, [[K | V] | Bucket]) -> {V, Bucket};
erased(K, [E | Bucket]) ->
    case erased(K, Bucket) of
        error -> error;
        {V, Bucket1} -> {V, [E | Bucket1]}
    end;
erased(_, []) -> error.

store(Key, Value, D) ->
    Slot = get_slot(D, Key),
    {D1, New} = on_bucket(fun(Bucket) -> store_bkt(Key, Value, Bucket) end, D, Slot),
    grown(D1, New, dict).

%% Change gives the new bucket and how many keys were added; so does this, with
%% the whole table.
on_bucket(Change, D, Slot) ->
    {Bucket, New} = Change(bucket(D, Slot)),
    {put_bucket(D, Slot, Bucket), New}.

store_bkt(K, V, [[K | _] | Bucket]) -> {[[K | V] | Bucket], 0};
store_bkt(K, V, [E | Bucket]) ->
    {Bucket1, New} = store_bkt(K, V, Bucket),
    {[E | Bucket1], New};
store_bkt(K, V, []) -> {[[K | V]], 1}.

append(Key, X, D) ->
    Slot = get_slot(D, Key),
    {D1, New} = on_bucket(fun(Bucket) -> append_bkt(Key, [X], Bucket) end, D, Slot),
    grown(D1, New, dict).

append_list(Key, L, D) ->
    Slot = get_slot(D, Key),
    {D1, New} = on_bucket(fun(Bucket) -> append_bkt(Key, L, Bucket) end, D, Slot),
    grown(D1, New, dict).

append_bkt(K, L, [[K | V] | Bucket]) -> {[[K | V ++ L] | Bucket], 0};
append_bkt(K, L, [E | Bucket]) ->
    {Bucket1, New} = append_bkt(K, L, Bucket),
    {[E | Bucket1], New};
append_bkt(K, L, []) -> {[[K | L]], 1}.

update(Key, F, D) ->
    case find(Key, D) of
        {ok, Value} -> store(Key, F(Value), D);
        error -> error(badarg, [Key, F, D])
    end.

update(Key, F, Initial, D) when is_function(F, 1) ->
    case find(Key, D) of
        {ok, Value} -> store(Key, F(Value), D);
        error -> store(Key, Initial, D)
    end.

update_counter(Key, Increment, D) when is_number(Increment) ->
    case find(Key, D) of
        {ok, Value} -> store(Key, Value + Increment, D);
        error -> store(Key, Increment, D)
    end.

fold(F, Acc, #dict{} = D) when is_function(F, 3) -> table_fold(fun([K | V], A) -> F(K, V, A) end, Acc, D);
fold(_, _, D) when not is_record(D, dict) -> error({badrecord, D}).

map(F, #dict{segs = Segs} = D) when is_function(F, 2) ->
    D#dict{segs = map_slots(fun(Bucket) -> [[K | F(K, V)] || [K | V] <- Bucket] end, Segs)};
map(_, D) when not is_record(D, dict) -> error({badrecord, D}).

filter(F, #dict{} = D) when is_function(F, 2) ->
    Segs = map_slots(fun(Bucket) -> [E || [K | V] = E <- Bucket, F(K, V)] end, D#dict.segs),
    Kept = D#dict{segs = Segs},
    Size = table_fold(fun(_, N) -> N + 1 end, 0, Kept),
    contracted(Kept#dict{size = Size}, D#dict.size - Size);
filter(_, D) when not is_record(D, dict) -> error({badrecord, D}).

map_slots(F, Segs) ->
    list_to_tuple([list_to_tuple([F(Bucket) || Bucket <- tuple_to_list(Seg)]) || Seg <- tuple_to_list(Segs)]).

merge(F, D1, D2) when D1#dict.size < D2#dict.size ->
    fold(fun(K, V1, D) -> update(K, fun(V2) -> F(K, V1, V2) end, V1, D) end, D2, D1);
merge(F, D1, D2) ->
    fold(fun(K, V2, D) -> update(K, fun(V1) -> F(K, V1, V2) end, V2, D) end, D1, D2).

%% Tables.

%% An empty table whose record has the name Tag.
table(Tag) -> setelement(1, new(), Tag).

table_bucket(Key, T) ->
    D = setelement(1, T, dict),
    bucket(D, get_slot(D, Key)).

%% A new bucket for Key, which has By elements more.
table_put(Key, Bucket, By, T) ->
    D0 = setelement(1, T, dict),
    D1 = put_bucket(D0, get_slot(D0, Key), Bucket),
    D = case By of
            1 -> grown(D1, 1, element(1, T));
            -1 -> shrunk(D1)
        end,
    setelement(1, D, element(1, T)).

table_fold(F, Acc, T) -> fold_segs(F, Acc, element(9, T), tuple_size(element(9, T))).

fold_segs(_, Acc, _, 0) -> Acc;
fold_segs(F, Acc, Segs, I) ->
    Seg = element(I, Segs),
    fold_segs(F, fold_seg(F, Acc, Seg, tuple_size(Seg)), Segs, I - 1).

fold_seg(_, Acc, _, 0) -> Acc;
fold_seg(F, Acc, Seg, I) -> fold_seg(F, lists:foldl(F, Acc, element(I, Seg)), Seg, I - 1).

get_slot(#dict{} = D, Key) ->
    case erlang:phash(Key, D#dict.maxn) of
        Slot when Slot > D#dict.n -> Slot - D#dict.bso;
        Slot -> Slot
    end;
get_slot(D, _) -> error({badrecord, D}).

bucket(#dict{segs = Segs}, Slot) -> seg_bucket(Segs, Slot).

seg_bucket(Segs, Slot) ->
    element((Slot - 1) rem ?SEGMENT + 1, element((Slot - 1) div ?SEGMENT + 1, Segs)).

put_bucket(#dict{segs = Segs} = D, Slot, Bucket) -> D#dict{segs = put_seg_bucket(Segs, Slot, Bucket)}.

put_seg_bucket(Segs, Slot, Bucket) ->
    At = (Slot - 1) div ?SEGMENT + 1,
    setelement(At, Segs, setelement((Slot - 1) rem ?SEGMENT + 1, element(At, Segs), Bucket)).

grown(D, 0, _) -> D;
grown(#dict{size = Size, exp_size = Exp} = D, New, _) when Size + New =< Exp -> D#dict{size = Size + New};
grown(D0, New, Kind) ->
    D = case D0#dict.n =:= D0#dict.maxn of
            true -> doubled(D0);
            false -> D0
        end,
    %% The new slot takes its keys from the slot that had them so far.
    N = D#dict.n + 1,
    Slot = N - D#dict.bso,
    {Stay, Go} = lists:partition(fun(E) -> erlang:phash(key(Kind, E), D#dict.maxn) =:= Slot end,
                                 seg_bucket(D#dict.segs, Slot)),
    Segs = put_seg_bucket(put_seg_bucket(D#dict.segs, Slot, Stay), N, Go),
    D#dict{size = D#dict.size + New, n = N, exp_size = N * ?EXPAND, con_size = N * ?CONTRACT, segs = Segs}.

%% In a bucket of a set the elements are themselves the keys.
key(dict, [K | _]) -> K;
key(set, K) -> K.

doubled(#dict{maxn = Max, empty = Empty, segs = Segs} = D) ->
    More = [Empty || _ <- lists:seq(1, tuple_size(Segs))],
    D#dict{maxn = 2 * Max, bso = Max, segs = list_to_tuple(tuple_to_list(Segs) ++ More)}.

shrunk(#dict{size = Size} = D) -> contracted(D#dict{size = Size - 1}, 1).

contracted(D, 0) -> D;
contracted(#dict{size = Size, con_size = Con, n = N} = D, _) when Size < Con, N > ?SEGMENT ->
    Slot = N - D#dict.bso,
    Joined = seg_bucket(D#dict.segs, Slot) ++ seg_bucket(D#dict.segs, N),
    Segs = put_seg_bucket(put_seg_bucket(D#dict.segs, Slot, Joined), N, []),
    N1 = N - 1,
    D1 = D#dict{n = N1, exp_size = N1 * ?EXPAND, con_size = N1 * ?CONTRACT, segs = Segs},
    case N1 =:= D1#dict.bso of
        true -> halved(D1);
        false -> D1
    end;
contracted(D, _) -> D.

halved(#dict{maxn = Max, bso = Bso, segs = Segs} = D) ->
    {Half, _} = lists:split(tuple_size(Segs) div 2, tuple_to_list(Segs)),
    D#dict{maxn = Max div 2, bso = Bso div 2, segs = list_to_tuple(Half)}.
