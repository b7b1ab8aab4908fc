%% Double-ended queues: {Rear, Front}, the rear reversed. A queue of two or
%% more elements has some on either side, so that both ends are at hand.
-module(queue).
-export([new/0, is_queue/1, is_empty/1, len/1, to_list/1, from_list/1, member/2,
         in/2, in_r/2, out/1, out_r/1, get/1, get_r/1, peek/1, peek_r/1, drop/1, drop_r/1,
         reverse/1, join/2, split/2, filter/2, filtermap/2, fold/3, any/2, all/2,
         delete/2, delete_r/2, delete_with/2, delete_with_r/2,
         cons/2, head/1, tail/1, snoc/2, last/1, daeh/1, liat/1, lait/1, init/1]).
-compile({no_auto_import, [get/1]}).

new() -> {[], []}.

is_queue({R, F}) when is_list(R), is_list(F) -> true;
is_queue(_) -> false.

is_empty({[], []}) -> true;
is_empty({In, Out}) when is_list(In), is_list(Out) -> false;
is_empty(Q) -> error(badarg, [Q]).

len({R, F}) when is_list(R), is_list(F) -> length(R) + length(F);
len(Q) -> error(badarg, [Q]).

to_list({In, Out}) when is_list(In), is_list(Out) -> Out ++ lists:reverse(In, []);
to_list(Q) -> error(badarg, [Q]).

from_list(L) when is_list(L) -> front(L);
from_list(L) -> error(badarg, [L]).

member(X, {R, F}) when is_list(R), is_list(F) -> lists:member(X, R) orelse lists:member(X, F);
member(X, Q) -> error(badarg, [X, Q]).

in(X, {[_] = In, []}) -> {[X], In};
in(X, {In, Out}) when is_list(In), is_list(Out) -> {[X | In], Out};
in(X, Q) -> error(badarg, [X, Q]).

in_r(X, {[], [_] = F}) -> {F, [X]};
in_r(X, {R, F}) when is_list(R), is_list(F) -> {R, [X | F]};
in_r(X, Q) -> error(badarg, [X, Q]).

out({[], []} = Q) -> {empty, Q};
out({[V], []}) -> {{value, V}, {[], []}};
out({[Y | In], []}) ->
    [V | Out] = lists:reverse(In, []),
    {{value, V}, {[Y], Out}};
out({In, [V]}) when is_list(In) -> {{value, V}, rear(In)};
out({In, [V | Out]}) when is_list(In) -> {{value, V}, {In, Out}};
out(Q) -> error(badarg, [Q]).

out_r({[], []} = Q) -> {empty, Q};
out_r({[], [V]}) -> {{value, V}, {[], []}};
out_r({[], [Y | Out]}) ->
    [V | In] = lists:reverse(Out, []),
    {{value, V}, {In, [Y]}};
out_r({[V], Out}) when is_list(Out) -> {{value, V}, front(Out)};
out_r({[V | In], Out}) when is_list(Out) -> {{value, V}, {In, Out}};
out_r(Q) -> error(badarg, [Q]).

get({[], []} = Q) -> error(empty, [Q]);
get({R, F}) when is_list(R), is_list(F) -> first(R, F);
get(Q) -> error(badarg, [Q]).

get_r({[], []} = Q) -> error(empty, [Q]);
get_r({R, F}) when is_list(R), is_list(F) -> first(F, R);
get_r(Q) -> error(badarg, [Q]).

%% The first of a queue from the side that begins with B.
first(_, [H | _]) -> H;
first([H], []) -> H;
first([_ | A], []) -> lists:last(A).

peek({[], []}) -> empty;
peek({R, F}) when is_list(R), is_list(F) -> {value, first(R, F)};
peek(Q) -> error(badarg, [Q]).

peek_r({[], []}) -> empty;
peek_r({R, F}) when is_list(R), is_list(F) -> {value, first(F, R)};
peek_r(Q) -> error(badarg, [Q]).

drop({[], []} = Q) -> error(empty, [Q]);
drop({R, F} = Q) when is_list(R), is_list(F) -> element(2, out(Q));
drop(Q) -> error(badarg, [Q]).

drop_r({[], []} = Q) -> error(empty, [Q]);
drop_r({R, F} = Q) when is_list(R), is_list(F) -> element(2, out_r(Q));
drop_r(Q) -> error(badarg, [Q]).

reverse({R, F}) when is_list(R), is_list(F) -> {F, R};
reverse(Q) -> error(badarg, [Q]).

join({R, F} = Q, {[], []}) when is_list(R), is_list(F) -> Q;
join({[], []}, {R, F} = Q) when is_list(R), is_list(F) -> Q;
join({R1, F1}, {R2, F2}) when is_list(R1), is_list(F1), is_list(R2), is_list(F2) ->
    {R2, F1 ++ lists:reverse(R1, F2)};
join(Q1, Q2) -> error(badarg, [Q1, Q2]).

split(0, {R, F} = Q) when is_list(R), is_list(F) -> {{[], []}, Q};
split(N, {R, F} = Q) when is_integer(N), N >= 1, is_list(R), is_list(F) ->
    case length(F) of
        LF when N < LF ->
            {F1, F2} = lists:split(N, F),
            [X | F3] = F1,
            {{lists:reverse(F3), [X]}, balanced(R, F2)};
        LF ->
            case N - LF of
                0 -> {front(F), rear(R)};
                More when More =< length(R) ->
                    case lists:split(length(R) - More, R) of
                        {[], R1} -> {balanced(R1, F), {[], []}};
                        {[X | R2], R1} -> {balanced(R1, F), {[X], lists:reverse(R2)}}
                    end;
                _ -> error(badarg, [N, Q])
            end
    end;
split(N, Q) -> error(badarg, [N, Q]).

filter(Fun, {R, F}) when is_function(Fun, 1), is_list(R), is_list(F) ->
    balanced(filter_rear(Fun, R), filter_front(Fun, F));
filter(Fun, Q) -> error(badarg, [Fun, Q]).

filter_front(_, []) -> [];
filter_front(Fun, [X | F]) ->
    case Fun(X) of
        true -> [X | filter_front(Fun, F)];
        false -> filter_front(Fun, F);
        L when is_list(L) -> L ++ filter_front(Fun, F)
    end.

filter_rear(_, []) -> [];
filter_rear(Fun, [X | R0]) ->
    R = filter_rear(Fun, R0),
    case Fun(X) of
        true -> [X | R];
        false -> R;
        L when is_list(L) -> lists:reverse(L, R)
    end.

filtermap(Fun, {R, F}) when is_function(Fun, 1), is_list(R), is_list(F) ->
    Front = lists:filtermap(Fun, F),
    balanced(filtermap_rear(Fun, R), Front);
filtermap(Fun, Q) -> error(badarg, [Fun, Q]).

filtermap_rear(_, []) -> [];
filtermap_rear(Fun, [X | R0]) ->
    R = filtermap_rear(Fun, R0),
    case Fun(X) of
        true -> [X | R];
        {true, Y} -> [Y | R];
        false -> R
    end.

fold(Fun, Acc, {R, F}) when is_function(Fun, 2), is_list(R), is_list(F) ->
    lists:foldr(Fun, lists:foldl(Fun, Acc, F), R);
fold(Fun, Acc, Q) -> error(badarg, [Fun, Acc, Q]).

any(Pred, {R, F}) when is_function(Pred, 1), is_list(R), is_list(F) ->
    lists:any(Pred, F) orelse lists:any(Pred, R);
any(Pred, Q) -> error(badarg, [Pred, Q]).

all(Pred, {R, F}) when is_function(Pred, 1), is_list(R), is_list(F) ->
    lists:all(Pred, F) andalso lists:all(Pred, R);
all(Pred, Q) -> error(badarg, [Pred, Q]).

delete(X, {R0, F0} = Q) when is_list(R0), is_list(F0) ->
    case delete_front(fun(Y) -> Y =:= X end, F0) of
        false ->
            case delete_rear(fun(Y) -> Y =:= X end, R0) of
                false -> Q;
                R -> balanced(R, F0)
            end;
        F -> balanced(R0, F)
    end;
delete(X, Q) -> error(badarg, [X, Q]).

delete_r(X, {R, F}) when is_list(R), is_list(F) -> reverse(delete(X, {F, R}));
delete_r(X, Q) -> error(badarg, [X, Q]).

delete_with(Pred, {R0, F0} = Q) when is_function(Pred, 1), is_list(R0), is_list(F0) ->
    case delete_front(Pred, F0) of
        false ->
            case delete_rear(Pred, R0) of
                false -> Q;
                R -> balanced(R, F0)
            end;
        F -> balanced(R0, F)
    end;
delete_with(Pred, Q) -> error(badarg, [Pred, Q]).

delete_with_r(Pred, {R, F}) when is_function(Pred, 1), is_list(R), is_list(F) ->
    reverse(delete_with(Pred, {F, R}));
delete_with_r(Pred, Q) -> error(badarg, [Pred, Q]).

delete_front(_, []) -> false;
delete_front(Pred, [X | L]) ->
    case Pred(X) of
        true -> L;
        _ ->
            case delete_front(Pred, L) of
                false -> false;
                L1 -> [X | L1]
            end
    end.

delete_rear(_, []) -> false;
delete_rear(Pred, [X | L]) ->
    case delete_rear(Pred, L) of
        false ->
            case Pred(X) of
                true -> L;
                _ -> false
            end;
        L1 -> [X | L1]
    end.

%% Okasaki's names.
cons(X, Q) -> in_r(X, Q).

head({[], []} = Q) -> error(empty, [Q]);
head({R, F}) when is_list(R), is_list(F) -> first(R, F);
head(Q) -> error(badarg, [Q]).

tail(Q) -> drop(Q).
snoc(Q, X) -> in(X, Q).
daeh(Q) -> get_r(Q).
last(Q) -> get_r(Q).
liat(Q) -> drop_r(Q).
lait(Q) -> drop_r(Q).
init(Q) -> drop_r(Q).

%% Both sides in use where there are two elements.
balanced(R, []) -> rear(R);
balanced([], F) -> front(F);
balanced(R, F) -> {R, F}.

%% A queue whose elements are all in front, or all in the rear.
front([]) -> {[], []};
front([_] = L) -> {L, []};
front([X, Y]) -> {[Y], [X]};
front(L) ->
    {F, R} = lists:split(length(L) div 2, L),
    {lists:reverse(R), F}.

rear([]) -> {[], []};
rear([_] = L) -> {[], L};
rear([Y, X]) -> {[Y], [X]};
rear(L) ->
    {R, F} = lists:split(length(L) div 2, L),
    {R, lists:reverse(F)}.
