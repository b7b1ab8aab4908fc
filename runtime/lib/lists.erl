%% Lists. The functions that end in erlang:nif_error/1 are implemented in Go
%% (runtime/bif/lists.go). Others have erts_internal:list_* go through the plain part
%% of a list first (runtime/bif/lists_ahead.go). Helper functions such as map_1/2 bear the names that
%% stack traces of real nodes show.
-module(lists).
-compile({no_auto_import, [max/2, min/2]}).

-export([all/2, any/2, append/1, append/2, concat/1, delete/2, droplast/1,
         dropwhile/2, duplicate/2, enumerate/1, enumerate/2, enumerate/3,
         filter/2, filtermap/2, flatlength/1, flatmap/2, flatten/1, flatten/2,
         foldl/3, foldr/3, foreach/2, join/2, keydelete/3, keyfind/3, keymap/3,
         keymember/3, keymerge/3, keyreplace/4, keysearch/3, keysort/2,
         keystore/4, keytake/3, last/1, map/2, mapfoldl/3, mapfoldr/3, max/1,
         member/2, merge/1, merge/2, merge/3, merge3/3, min/1, nth/2, nthtail/2,
         partition/2, prefix/2, reverse/1, reverse/2, rkeymerge/3, rmerge/2,
         rmerge/3, rmerge3/3, rukeymerge/3, rumerge/2, rumerge/3, rumerge3/3,
         search/2, seq/2, seq/3, sort/1, sort/2, split/2, splitwith/2,
         sublist/2, sublist/3, subtract/2, suffix/2, sum/1, takewhile/2,
         ukeymerge/3, ukeysort/2, umerge/1, umerge/2, umerge/3, umerge3/3,
         uniq/1, uniq/2, unzip/1, unzip3/1, usort/1, usort/2, zf/2, zip/2,
         zip/3, zip3/3, zip3/4, zipwith/3, zipwith/4, zipwith3/4, zipwith3/5]).

%% In Go.

keyfind(_, _, _) -> erlang:nif_error(undef).
keymember(_, _, _) -> erlang:nif_error(undef).
keysearch(_, _, _) -> erlang:nif_error(undef).
member(_, _) -> erlang:nif_error(undef).
reverse(_, _) -> erlang:nif_error(undef).

%% Building and taking apart.

append(L1, L2) -> L1 ++ L2.

append([E]) -> E;
append([H | T]) -> H ++ append(T);
append([]) -> [].

subtract(L1, L2) -> L1 -- L2.

reverse([] = L) -> L;
reverse([_] = L) -> L;
reverse([A, B]) -> [B, A];
reverse([A, B | L]) -> reverse(L, [B, A]).

nth(1, [H | _]) -> H;
nth(N, [_ | _] = L) when is_integer(N), N > 1 ->
    [N1 | Rest] = erts_internal:list_skip(N - 1, L),
    nth_1(N1 + 1, Rest).

nth_1(1, [H | _]) -> H;
nth_1(N, [_ | T]) -> nth_1(N - 1, T).

nthtail(0, []) -> [];
nthtail(0, [_ | _] = L) -> L;
nthtail(1, [_ | T]) -> T;
nthtail(N, [_ | _] = L) when is_integer(N), N > 1 ->
    [N1 | Rest] = erts_internal:list_skip(N - 1, L),
    nthtail_1(N1 + 1, Rest).

nthtail_1(1, [_ | T]) -> T;
nthtail_1(N, [_ | T]) -> nthtail_1(N - 1, T).

prefix([X | P], [X | L]) -> prefix(P, L);
prefix([], L) when is_list(L) -> true;
prefix([_ | _], L) when is_list(L) -> false.

suffix(S, L) ->
    Delta = length(L) - length(S),
    Delta >= 0 andalso nthtail(Delta, L) =:= S.

droplast([_]) -> [];
droplast([H | T]) -> [H | droplast(T)].

last([E]) -> E;
last([E | T]) ->
    case erts_internal:list_last(T) of
        [Last] -> Last;
        _ -> last(E, T)
    end.

last(_, [E | T]) -> last(E, T).

seq(First, Last) when is_integer(First), is_integer(Last), First - 1 =< Last ->
    seq_steps(Last - First + 1, First, 1).

seq(First, Last, Inc)
  when is_integer(First), is_integer(Last), is_integer(Inc), Inc > 0, First - Inc =< Last;
       is_integer(First), is_integer(Last), is_integer(Inc), Inc < 0, First - Inc >= Last ->
    N = (Last - First + Inc) div Inc,
    seq_steps(N, First, Inc);
seq(Same, Same, 0) when is_integer(Same) ->
    [Same];
seq(First, Last, Inc) ->
    erlang:error(badarg, [First, Last, Inc], [{error_info, #{module => erl_stdlib_errors}}]).

seq_steps(N, First, Inc) ->
    case erts_internal:list_seq(First, Inc, N) of
        false -> seq_steps(N, Inc * (N - 1) + First, Inc, []);
        L -> L
    end.

seq_steps(0, _, _, L) -> L;
seq_steps(N, X, Inc, L) -> seq_steps(N - 1, X - Inc, Inc, [X | L]).

sum(L) ->
    [Sum | Rest] = erts_internal:list_sum(L),
    sum(Rest, Sum).

sum([H | T], Sum) -> sum(T, Sum + H);
sum([], Sum) -> Sum.

duplicate(N, X) when is_integer(N), N >= 0 -> erts_internal:list_duplicate(N, X).

min([_ | _] = L) ->
    [Min | Rest] = erts_internal:list_min(L),
    min(Rest, Min).

min([], Min) -> Min.

max([_ | _] = L) ->
    [Max | Rest] = erts_internal:list_max(L),
    max(Rest, Max).

max([], Max) -> Max.

sublist(List, 1, L) when is_list(List), is_integer(L), L >= 0 ->
    sublist(List, L);
sublist([], S, _) when is_integer(S), S >= 2 ->
    [];
sublist([_ | T], S, L) when is_integer(S), S >= 2 ->
    sublist(T, S - 1, L).

sublist(List, L) when is_integer(L), is_list(List) -> sublist_2(List, L).

sublist_2([H | T], L) when L > 0 -> [H | sublist_2(T, L - 1)];
sublist_2(_, 0) -> [];
sublist_2(List, L) when is_list(List), L > 0 -> [].

delete(X, [X | T]) -> T;
delete(X, [H | T]) -> [H | delete(X, T)];
delete(_, []) -> [].

concat(L) -> flatmap(fun thing_to_list/1, L).

thing_to_list(X) when is_integer(X) -> integer_to_list(X);
thing_to_list(X) when is_float(X) -> float_to_list(X);
thing_to_list(X) when is_atom(X) -> atom_to_list(X);
thing_to_list(X) when is_list(X) -> X.

flatten(L) when is_list(L) ->
    case erts_internal:list_flatten(L, []) of
        false -> do_flatten(L, []);
        Flat -> Flat
    end.

flatten(L, Tail) when is_list(L), is_list(Tail) ->
    case erts_internal:list_flatten(L, Tail) of
        false -> do_flatten(L, Tail);
        Flat -> Flat
    end.

%% For the error of an improper list.

do_flatten([H | T], Tail) when is_list(H) -> do_flatten(H, do_flatten(T, Tail));
do_flatten([H | T], Tail) -> [H | do_flatten(T, Tail)];
do_flatten([], Tail) -> Tail.

flatlength(L) -> flatlength(L, 0).

flatlength([H | T], N) when is_list(H) -> flatlength(H, flatlength(T, N));
flatlength([_ | T], N) -> flatlength(T, N + 1);
flatlength([], N) -> N.

join(_, []) -> [];
join(Sep, [H | T]) -> [H | join_prepend(Sep, T)].

join_prepend(_, []) -> [];
join_prepend(Sep, [H | T]) -> [Sep, H | join_prepend(Sep, T)].

split(N, L) when is_integer(N), N >= 0, is_list(L) ->
    case split(N, L, []) of
        {_, _} = Parts -> Parts;
        Fault when is_atom(Fault) -> erlang:error(badarg, [N, L])
    end;
split(N, L) ->
    erlang:error(badarg, [N, L]).

split(0, L, R) -> {reverse(R, []), L};
split(N, [H | T], R) -> split(N - 1, T, [H | R]);
split(_, [], _) -> badarg.

enumerate(L) -> enumerate(1, 1, L).

enumerate(Index, L) -> enumerate(Index, 1, L).

enumerate(Index, Step, L) when is_integer(Index), is_integer(Step) ->
    enumerate_1(Index, Step, L).

enumerate_1(Index, Step, [H | T]) -> [{Index, H} | enumerate_1(Index + Step, Step, T)];
enumerate_1(_, _, []) -> [].

uniq(L) -> uniq_1(L, #{}).

uniq_1([X | Xs], M) ->
    case is_map_key(X, M) of
        true -> uniq_1(Xs, M);
        false -> [X | uniq_1(Xs, M#{X => true})]
    end;
uniq_1([], _) -> [].

uniq(F, L) when is_function(F, 1) -> uniq_2(L, F, #{}).

uniq_2([X | Xs], F, M) ->
    Key = F(X),
    case is_map_key(Key, M) of
        true -> uniq_2(Xs, F, M);
        false -> [X | uniq_2(Xs, F, M#{Key => true})]
    end;
uniq_2([], _, _) -> [].

%% Zipping.

zip(Xs, Ys) ->
    case erts_internal:list_zip(Xs, Ys) of
        false -> zip(Xs, Ys, fail);
        L -> L
    end.

zip([X | Xs], [Y | Ys], How) -> [{X, Y} | zip(Xs, Ys, How)];
zip([], [], fail) -> [];
zip([], [], trim) -> [];
zip([], [], {pad, {_, _}}) -> [];
zip([_ | _], [], trim) -> [];
zip([], [_ | _], trim) -> [];
zip([], [_ | _] = Ys, {pad, {X, _}}) -> [{X, Y} || Y <- Ys];
zip([_ | _] = Xs, [], {pad, {_, Y}}) -> [{X, Y} || X <- Xs].

unzip(Ts) -> unzip(Ts, [], []).

unzip([{X, Y} | Ts], Xs, Ys) -> unzip(Ts, [X | Xs], [Y | Ys]);
unzip([], Xs, Ys) -> {reverse(Xs), reverse(Ys)}.

zip3(Xs, Ys, Zs) -> zip3(Xs, Ys, Zs, fail).

zip3([X | Xs], [Y | Ys], [Z | Zs], How) -> [{X, Y, Z} | zip3(Xs, Ys, Zs, How)];
zip3([], [], [], fail) -> [];
zip3([], [], [], trim) -> [];
zip3(Xs, Ys, Zs, trim) when is_list(Xs), is_list(Ys), is_list(Zs) -> [];
zip3([], [], [], {pad, {_, _, _}}) -> [];
zip3(Xs, Ys, Zs, {pad, {X, Y, Z}} = How) ->
    {A, As} = padded(Xs, X),
    {B, Bs} = padded(Ys, Y),
    {C, Cs} = padded(Zs, Z),
    [{A, B, C} | zip3(As, Bs, Cs, How)].

padded([H | T], _) -> {H, T};
padded([], Pad) -> {Pad, []}.

unzip3(Ts) -> unzip3(Ts, [], [], []).

unzip3([{X, Y, Z} | Ts], Xs, Ys, Zs) -> unzip3(Ts, [X | Xs], [Y | Ys], [Z | Zs]);
unzip3([], Xs, Ys, Zs) -> {reverse(Xs), reverse(Ys), reverse(Zs)}.

zipwith(F, Xs, Ys) -> zipwith(F, Xs, Ys, fail).

zipwith(F, [X | Xs], [Y | Ys], How) -> [F(X, Y) | zipwith(F, Xs, Ys, How)];
zipwith(F, [], [], fail) when is_function(F, 2) -> [];
zipwith(F, [], [], trim) when is_function(F, 2) -> [];
zipwith(F, [], [], {pad, {_, _}}) when is_function(F, 2) -> [];
zipwith(F, [_ | _], [], trim) when is_function(F, 2) -> [];
zipwith(F, [], [_ | _], trim) when is_function(F, 2) -> [];
zipwith(F, [], [_ | _] = Ys, {pad, {X, _}}) -> [F(X, Y) || Y <- Ys];
zipwith(F, [_ | _] = Xs, [], {pad, {_, Y}}) -> [F(X, Y) || X <- Xs].

zipwith3(F, Xs, Ys, Zs) -> zipwith3(F, Xs, Ys, Zs, fail).

zipwith3(F, [X | Xs], [Y | Ys], [Z | Zs], How) -> [F(X, Y, Z) | zipwith3(F, Xs, Ys, Zs, How)];
zipwith3(F, [], [], [], fail) when is_function(F, 3) -> [];
zipwith3(F, [], [], [], trim) when is_function(F, 3) -> [];
zipwith3(F, Xs, Ys, Zs, trim) when is_function(F, 3), is_list(Xs), is_list(Ys), is_list(Zs) -> [];
zipwith3(F, [], [], [], {pad, {_, _, _}}) when is_function(F, 3) -> [];
zipwith3(F, Xs, Ys, Zs, {pad, {X, Y, Z}} = How) ->
    {A, As} = padded(Xs, X),
    {B, Bs} = padded(Ys, Y),
    {C, Cs} = padded(Zs, Z),
    [F(A, B, C) | zipwith3(F, As, Bs, Cs, How)].

%% Lists of tuples.

keydelete(K, N, L) when is_integer(N), N > 0 -> keydelete3(K, N, L).

keydelete3(K, N, [H | T]) when element(N, H) == K -> T;
keydelete3(K, N, [H | T]) -> [H | keydelete3(K, N, T)];
keydelete3(_, _, []) -> [].

keyreplace(K, N, L, New) when is_integer(N), N > 0, is_tuple(New) -> keyreplace3(K, N, L, New).

keyreplace3(K, N, [H | T], New) when element(N, H) == K -> [New | T];
keyreplace3(K, N, [H | T], New) -> [H | keyreplace3(K, N, T, New)];
keyreplace3(_, _, [], _) -> [].

keytake(K, N, L) when is_integer(N), N > 0 -> keytake(K, N, L, []).

keytake(K, N, [H | T], L) when element(N, H) == K -> {value, H, reverse(L, T)};
keytake(K, N, [H | T], L) -> keytake(K, N, T, [H | L]);
keytake(_, _, [], _) -> false.

keystore(K, N, L, New) when is_integer(N), N > 0, is_tuple(New) -> keystore2(K, N, L, New).

keystore2(K, N, [H | T], New) when element(N, H) == K -> [New | T];
keystore2(K, N, [H | T], New) -> [H | keystore2(K, N, T, New)];
keystore2(_, _, [], New) -> [New].

keymap(F, N, [H | T]) -> [setelement(N, H, F(element(N, H))) | keymap(F, N, T)];
keymap(F, N, []) when is_integer(N), N >= 1, is_function(F, 1) -> [].

%% Functions over lists.

all(F, L) when is_function(F, 1) ->
    case L of
        [H | T] ->
            case F(H) of
                true -> all_1(F, T);
                false -> false
            end;
        [] -> true
    end.

all_1(F, [H | T]) ->
    case F(H) of
        true -> all_1(F, T);
        false -> false
    end;
all_1(_, []) -> true.

any(F, L) when is_function(F, 1) ->
    case L of
        [H | T] ->
            case F(H) of
                true -> true;
                false -> any_1(F, T)
            end;
        [] -> false
    end.

any_1(F, [H | T]) ->
    case F(H) of
        true -> true;
        false -> any_1(F, T)
    end;
any_1(_, []) -> false.

map(F, L) when is_function(F, 1) ->
    case L of
        [H | T] -> [F(H) | map_1(F, T)];
        [] -> []
    end.

map_1(F, [H | T]) -> [F(H) | map_1(F, T)];
map_1(_, []) -> [].

flatmap(F, L) when is_function(F, 1) -> flatmap_1(F, L).

flatmap_1(F, [H | T]) -> F(H) ++ flatmap_1(F, T);
flatmap_1(_, []) -> [].

foldl(F, Acc, L) when is_function(F, 2) ->
    case L of
        [H | T] -> foldl_1(F, F(H, Acc), T);
        [] -> Acc
    end.

foldl_1(F, Acc, [H | T]) -> foldl_1(F, F(H, Acc), T);
foldl_1(_, Acc, []) -> Acc.

foldr(F, Acc, L) when is_function(F, 2) -> foldr_1(F, Acc, L).

foldr_1(F, Acc, [H | T]) -> F(H, foldr_1(F, Acc, T));
foldr_1(_, Acc, []) -> Acc.

filter(Pred, L) when is_function(Pred, 1) -> [E || E <- L, Pred(E)].

partition(Pred, L) when is_function(Pred, 1) -> partition_1(Pred, L, [], []).

partition_1(Pred, [H | T], As, Bs) ->
    case Pred(H) of
        true -> partition_1(Pred, T, [H | As], Bs);
        false -> partition_1(Pred, T, As, [H | Bs])
    end;
partition_1(_, [], As, Bs) -> {reverse(As), reverse(Bs)}.

filtermap(F, L) when is_function(F, 1) -> filtermap_1(F, L).

filtermap_1(F, [H | T]) ->
    case F(H) of
        true -> [H | filtermap_1(F, T)];
        {true, Value} -> [Value | filtermap_1(F, T)];
        false -> filtermap_1(F, T)
    end;
filtermap_1(_, []) -> [].

zf(F, L) -> filtermap(F, L).

foreach(F, L) when is_function(F, 1) -> foreach_1(F, L).

foreach_1(F, [H | T]) -> F(H), foreach_1(F, T);
foreach_1(_, []) -> ok.

mapfoldl(F, Acc, L) when is_function(F, 2) -> mapfoldl_1(F, Acc, L).

mapfoldl_1(F, Acc0, [H | T]) ->
    {R, Acc1} = F(H, Acc0),
    {Rs, Acc2} = mapfoldl_1(F, Acc1, T),
    {[R | Rs], Acc2};
mapfoldl_1(_, Acc, []) -> {[], Acc}.

mapfoldr(F, Acc, L) when is_function(F, 2) -> mapfoldr_1(F, Acc, L).

mapfoldr_1(F, Acc0, [H | T]) ->
    {Rs, Acc1} = mapfoldr_1(F, Acc0, T),
    {R, Acc2} = F(H, Acc1),
    {[R | Rs], Acc2};
mapfoldr_1(_, Acc, []) -> {[], Acc}.

takewhile(Pred, L) when is_function(Pred, 1) -> takewhile_1(Pred, L).

takewhile_1(Pred, [H | T]) ->
    case Pred(H) of
        true -> [H | takewhile_1(Pred, T)];
        false -> []
    end;
takewhile_1(_, []) -> [].

dropwhile(Pred, L) when is_function(Pred, 1) -> dropwhile_1(Pred, L).

dropwhile_1(Pred, [H | T] = Rest) ->
    case Pred(H) of
        true -> dropwhile_1(Pred, T);
        false -> Rest
    end;
dropwhile_1(_, []) -> [].

search(Pred, L) when is_function(Pred, 1) -> search_1(Pred, L).

search_1(Pred, [H | T]) ->
    case Pred(H) of
        true -> {value, H};
        false -> search_1(Pred, T)
    end;
search_1(_, []) -> false.

splitwith(Pred, L) when is_function(Pred, 1) -> splitwith_1(Pred, L, []).

splitwith_1(Pred, [H | T], Taken) ->
    case Pred(H) of
        true -> splitwith_1(Pred, T, [H | Taken]);
        false -> {reverse(Taken), [H | T]}
    end;
splitwith_1(_, [], Taken) -> {reverse(Taken), []}.

%% Sorting. Where the order is the term order it is done in Go; what follows
%% in Erlang is merge sort: each list is cut in two, so that it is stable and
%% needs as few calls of the ordering function as possible. The clauses here
%% are what erl's stack traces show where the arguments are wrong.

sort(L) when length(L) >= 0 -> sorted(L).
usort(L) when length(L) >= 0 -> usorted(L).

keysort(N, L) when is_integer(N), N > 0 ->
    case L of
        [] -> [];
        [_] -> L;
        [A, B | _] ->
            _ = {element(N, A), element(N, B)},
            keysorted(N, L)
    end.
ukeysort(N, L) when is_integer(N), N > 0 ->
    case L of
        [] -> [];
        [_] -> L;
        [A, B | _] ->
            _ = {element(N, A), element(N, B)},
            ukeysorted(N, L)
    end.

sorted(_) -> erlang:nif_error(undef).
usorted(_) -> erlang:nif_error(undef).
keysorted(_, _) -> erlang:nif_error(undef).
ukeysorted(_, _) -> erlang:nif_error(undef).

sort(F, []) when is_function(F, 2) -> [];
sort(F, [_] = L) when is_function(F, 2) -> L;
sort(F, [X, Y]) ->
    case F(X, Y) of
        true -> [X, Y];
        false -> [Y, X]
    end;
sort(F, [X, Y, _ | _] = L) ->
    First = case F(X, Y) of
        true -> [X, Y];
        false -> [Y, X]
    end,
    fsort(F, length(L), L, First).

%% The first two are sorted already.
fsort(_, 2, _, First) -> First;
fsort(F, N, L, First) ->
    Half = (N + 1) bsr 1,
    fmerge(F, fsort(F, Half, L, First), fsort(F, N - Half, nthtail(Half, L)), []).

fsort(_, 1, [X | _]) -> [X];
fsort(F, 2, [X, Y | _]) ->
    case F(X, Y) of
        true -> [X, Y];
        false -> [Y, X]
    end;
fsort(F, N, L) ->
    Half = N bsr 1,
    fmerge(F, fsort(F, Half, L), fsort(F, N - Half, nthtail(Half, L)), []).

fmerge(F, [X | Xs] = As, [Y | Ys] = Bs, R) ->
    case F(X, Y) of
        true -> fmerge(F, Xs, Bs, [X | R]);
        false -> fmerge(F, As, Ys, [Y | R])
    end;
fmerge(_, [], Bs, R) -> reverse(R, Bs);
fmerge(_, As, [], R) -> reverse(R, As).

usort(F, []) when is_function(F, 2) -> [];
usort(F, [_] = L) when is_function(F, 2) -> L;
usort(F, [_, _ | _] = L) when is_function(F, 2) -> funiq(F, sort(F, L)).

%% Of neighbours that are equal, each =< the other, the first stays.
funiq(F, [X, Y | T]) ->
    case F(Y, X) of
        true -> funiq(F, [X | T]);
        false -> [X | funiq(F, [Y | T])]
    end;
funiq(_, L) -> L.

%% Merging of sorted lists. Of equal elements those of the first list come
%% first; the u functions keep the first of equals, the r functions work on
%% lists in falling order, and take equals from the second list first.

merge(Ls) -> mergel(Ls, []).

umerge(Ls) -> umergel(Ls, [], asc).

%% Merges pairs until one is left.
mergel([A, B | Ls], Merged) when is_list(A), is_list(B) -> mergel(Ls, [merge(A, B) | Merged]);
mergel([L], []) when is_list(L) -> L;
mergel([L], Merged) when is_list(L) -> mergel(reverse(Merged, [L]), []);
mergel([], []) -> [];
mergel([], Merged) -> mergel(reverse(Merged), []).

umergel([A, B | Ls], Merged, asc) when is_list(A), is_list(B) -> umergel(Ls, [umerge(A, B) | Merged], asc);
umergel([L], [], asc) when is_list(L) -> L;
umergel([L], Merged, asc) when is_list(L) -> umergel(reverse(Merged, [L]), [], asc);
umergel([], [], asc) -> [];
umergel([], Merged, asc) -> umergel(reverse(Merged), [], asc).

merge(T1, []) when is_list(T1) -> T1;
merge([], T2) when is_list(T2) -> T2;
merge([_ | _] = T1, [_ | _] = T2) -> merge_1(T1, T2, []).

merge_1([X | Xs], [Y | _] = Ys, R) when X =< Y -> merge_1(Xs, Ys, [X | R]);
merge_1([_ | _] = Xs, [Y | Ys], R) -> merge_1(Xs, Ys, [Y | R]);
merge_1([], Ys, R) -> reverse(R, Ys);
merge_1(Xs, [], R) -> reverse(R, Xs).

merge3(A, B, C) when is_list(A), is_list(B), is_list(C) -> merge(merge(A, B), C).

merge(F, L1, L2) when is_function(F, 2), is_list(L1), is_list(L2) -> fmerge(F, L1, L2, []).

umerge(T1, []) when is_list(T1) -> T1;
umerge([], T2) when is_list(T2) -> T2;
umerge([_ | _] = T1, [_ | _] = T2) -> umerge_1(T1, T2, []).

umerge_1([X | Xs], [Y | _] = Ys, R) when X < Y -> umerge_1(Xs, Ys, [X | R]);
umerge_1([X | Xs], [Y | Ys], R) when X == Y -> umerge_1(Xs, Ys, [X | R]);
umerge_1([_ | _] = Xs, [Y | Ys], R) -> umerge_1(Xs, Ys, [Y | R]);
umerge_1([], Ys, R) -> reverse(R, Ys);
umerge_1(Xs, [], R) -> reverse(R, Xs).

umerge3(A, B, C) when is_list(A), is_list(B), is_list(C) -> umerge(umerge(A, B), C).

umerge(F, L1, L2) when is_function(F, 2), is_list(L1), is_list(L2) -> fumerge(F, L1, L2, []).

fumerge(F, [X | Xs] = As, [Y | Ys] = Bs, R) ->
    case F(X, Y) of
        true ->
            case F(Y, X) of
                true -> fumerge(F, Xs, Ys, [X | R]);
                false -> fumerge(F, Xs, Bs, [X | R])
            end;
        false -> fumerge(F, As, Ys, [Y | R])
    end;
fumerge(_, [], Bs, R) -> reverse(R, Bs);
fumerge(_, As, [], R) -> reverse(R, As).

rmerge(L1, L2) when is_list(L1), is_list(L2) -> reverse(merge(reverse(L1), reverse(L2))).

rmerge3(A, B, C) when is_list(A), is_list(B), is_list(C) -> reverse(merge3(reverse(A), reverse(B), reverse(C))).

rmerge(F, L1, L2) when is_function(F, 2), is_list(L1), is_list(L2) -> reverse(merge(F, reverse(L1), reverse(L2))).

rumerge(L1, L2) when is_list(L1), is_list(L2) -> reverse(umerge(reverse(L1), reverse(L2))).

rumerge3(A, B, C) when is_list(A), is_list(B), is_list(C) -> reverse(umerge3(reverse(A), reverse(B), reverse(C))).

rumerge(F, L1, L2) when is_function(F, 2), is_list(L1), is_list(L2) -> reverse(umerge(F, reverse(L1), reverse(L2))).

keymerge(N, L1, L2) when is_integer(N), N > 0 -> keymerge_1(N, L1, L2).

keymerge_1(_, L1, []) when is_list(L1) -> L1;
keymerge_1(_, [], L2) when is_list(L2) -> L2;
keymerge_1(N, [_ | _] = L1, [Y | _] = L2) -> keymerge(N, L1, element(N, Y), L2, []).

%% KY is the key of the second list's first element.
keymerge(N, [X | Xs] = As, KY, [Y | Ys] = Bs, R) ->
    case element(N, X) =< KY of
        true -> keymerge(N, Xs, KY, Bs, [X | R]);
        false when Ys =:= [] -> reverse([Y | R], As);
        false -> keymerge(N, As, element(N, hd(Ys)), Ys, [Y | R])
    end;
keymerge(_, [], _, Bs, R) -> reverse(R, Bs).

ukeymerge(N, L1, L2) when is_integer(N), N > 0 -> ukeymerge_1(N, L1, L2).

ukeymerge_1(_, L1, []) when is_list(L1) -> L1;
ukeymerge_1(_, [], L2) when is_list(L2) -> L2;
ukeymerge_1(N, [X | _] = L1, [_ | _] = L2) -> ukeymerge(N, element(N, X), L1, L2, []).

%% KX is the key of the first list's first element.
ukeymerge(N, KX, [X | Xs] = As, [Y | Ys] = Bs, R) ->
    case element(N, Y) of
        KY when KY < KX -> ukeymerge(N, KX, As, Ys, [Y | R]);
        KY ->
            Rest = if KX == KY -> Ys; true -> Bs end,
            case Xs of
                [] -> reverse([X | R], Rest);
                [Next | _] -> ukeymerge(N, element(N, Next), Xs, Rest, [X | R])
            end
    end;
ukeymerge(_, _, As, [], R) -> reverse(R, As).

rkeymerge(N, L1, L2) when is_integer(N), N > 0 -> rkeymerge_1(N, L1, L2).

rkeymerge_1(_, L1, []) when is_list(L1) -> L1;
rkeymerge_1(_, [], L2) when is_list(L2) -> L2;
rkeymerge_1(N, [_ | _] = L1, [Y | _] = L2) ->
    _ = element(N, Y),
    reverse(keymerge(N, reverse(L1), reverse(L2))).

rukeymerge(N, L1, L2) when is_integer(N), N > 0 -> rukeymerge_1(N, L1, L2).

rukeymerge_1(_, L1, []) when is_list(L1) -> L1;
rukeymerge_1(_, [], L2) when is_list(L2) -> L2;
rukeymerge_1(N, [_ | _] = L1, [Y | _] = L2) ->
    _ = element(N, Y),
    reverse(ukeymerge(N, reverse(L1), reverse(L2))).
