%% Sets of sets. An unordered set is {'Set', Elements, T}: its elements as a
%% sorted list without duplicates, and the type of each; atomic and ordered sets
%% are {'OrdSet', Term, T}. Types are atoms, [T] for unordered and {T1, ...} for
%% ordered sets; the elements of an empty set without a type have type '_', which
%% fits any other.
-module(sofs).

-export([from_term/1, from_term/2, from_external/2, empty_set/0, is_type/1, set/1, set/2, from_sets/1,
         relation/1, relation/2, a_function/1, a_function/2, family/1, family/2, to_external/1, type/1,
         to_sets/1, no_elements/1, specification/2, union/2, intersection/2, difference/2, symdiff/2,
         symmetric_partition/2, product/1, product/2, constant_function/2, is_equal/2, is_subset/2,
         is_sofs_set/1, is_set/1, is_empty_set/1, is_disjoint/2]).
-export([union/1, intersection/1, canonical_relation/1]).
-export([relation_to_family/1, domain/1, range/1, field/1, relative_product/1, relative_product/2,
         relative_product1/2, converse/1, image/2, inverse_image/2, strict_relation/1, weak_relation/1,
         extension/3, is_a_function/1]).
-export([composite/2, inverse/1]).
-export([restriction/2, restriction/3, drestriction/2, drestriction/3, substitution/2, projection/2,
         partition/1, partition/2, partition/3, multiple_relative_product/2, join/4]).
-export([family_to_relation/1, family_specification/2, union_of_family/1, intersection_of_family/1,
         family_union/1, family_intersection/1, family_domain/1, family_range/1, family_field/1,
         family_union/2, family_intersection/2, family_difference/2, partition_family/2,
         family_projection/2]).
-export([family_to_digraph/1, family_to_digraph/2, digraph_to_family/1, digraph_to_family/2]).
-export([fam2rel/1, rel2fam/1]).

-define(SET(Elements, Type), {'Set', Elements, Type}).
-define(ORDSET(Term, Type), {'OrdSet', Term, Type}).
-define(ANY, '_').

-export_type([anyset/0, a_set/0, ordset/0, type/0, external_set/0, set_fun/0]).

-type anyset() :: ordset() | a_set().
-type a_set() :: {'Set', list(), term()}.
-type ordset() :: {'OrdSet', term(), term()}.
-type type() :: term().
-type external_set() :: term().
-type set_fun() :: pos_integer() | {external, fun((external_set()) -> external_set())} | fun((anyset()) -> anyset()).
-type relation() :: a_set().
-type family() :: a_set().

%%% Sets from terms.

-spec from_term(term()) -> anyset().
from_term(Term) ->
    case made(derived, Term) of
        badarg -> error(badarg);
        Made -> as_set(Made)
    end.

-spec from_term(term(), type()) -> anyset().
from_term(Term, Type) ->
    case is_type(Type) andalso made(Type, Term) of
        {_, _} = Made -> as_set(Made);
        _ -> error(badarg)
    end.

-spec from_external(external_set(), type()) -> anyset().
from_external(Term, [Type]) -> ?SET(Term, Type);
from_external(Term, Type) -> ?ORDSET(Term, Type).

-spec empty_set() -> a_set().
empty_set() -> ?SET([], ?ANY).

-spec is_type(term()) -> boolean().
is_type([?ANY]) -> true;
is_type([Type]) -> is_type(Type);
is_type(Type) when is_atom(Type) -> Type =/= ?ANY;
is_type(Type) when is_tuple(Type), Type =/= {} -> lists:all(fun is_type/1, tuple_to_list(Type));
is_type(_) -> false.

-spec set([term()]) -> a_set().
set(Terms) ->
    case is_proper(Terms) of
        true -> ?SET(lists:usort(Terms), atom);
        false -> error(badarg)
    end.

-spec set([term()], type()) -> a_set().
set(Terms, [_] = Type) ->
    case is_type(Type) andalso made(Type, Terms) of
        {Set, [T]} -> ?SET(Set, T);
        _ -> error(badarg)
    end;
set(_, _) -> error(badarg).

-spec relation([tuple()]) -> relation().
relation([]) -> ?SET([], {atom, atom});
relation([Tuple | _] = Tuples) when is_tuple(Tuple), Tuple =/= {} ->
    case made(relation_type(tuple_size(Tuple)), Tuples) of
        {Set, [T]} -> ?SET(Set, T);
        badarg -> error(badarg)
    end;
relation(_) -> error(badarg).

-spec relation([tuple()], pos_integer() | type()) -> relation().
relation(Tuples, Type0) ->
    Type = case Type0 of
               N when is_integer(N), N > 0 -> relation_type(N);
               _ -> Type0
           end,
    case is_type(Type) andalso made(Type, Tuples) of
        {Set, [T]} when is_tuple(T) -> ?SET(Set, T);
        _ -> error(badarg)
    end.

relation_type(N) -> [erlang:make_tuple(N, atom)].

-spec a_function([tuple()]) -> a_set().
a_function(Tuples) ->
    case function_of([{atom, atom}], Tuples) of
        ?SET(_, _) = F -> F;
        Reason -> error(Reason)
    end.

-spec a_function([tuple()], type()) -> a_set().
a_function(Tuples, Type) ->
    case function_of(Type, Tuples) of
        ?SET(_, _) = F -> F;
        Reason -> error(Reason)
    end.

-spec family([tuple()]) -> family().
family(Tuples) ->
    case function_of([{atom, [atom]}], Tuples) of
        ?SET(_, _) = F -> F;
        Reason -> error(Reason)
    end.

-spec family([tuple()], type()) -> family().
family(Tuples, [{_, [_]}] = Type) ->
    case function_of(Type, Tuples) of
        ?SET(_, _) = F -> F;
        Reason -> error(Reason)
    end;
family(_, _) -> error(badarg).

function_of([{_, _}] = Type, Tuples) ->
    case is_type(Type) andalso made(Type, Tuples) of
        {Set, [T]} ->
            case is_function_list(Set) of
                true -> ?SET(Set, T);
                false -> bad_function
            end;
        _ -> badarg
    end;
function_of(_, _) -> badarg.

is_function_list([{X, _} | [{Y, _} | _]]) when X == Y -> false;
is_function_list([_ | Rest]) -> is_function_list(Rest);
is_function_list([]) -> true.

is_proper(Term) -> is_list(Term) andalso is_integer(catch length(Term)).

%% made(Type, Term) -> {ExternalSet, Type} | badarg. What stands at ['_'] in Type
%% has the type that it shows.
made(derived, Term) when is_list(Term) -> made([derived], Term);
made(derived, {}) -> badarg;
made(derived, Term) when is_tuple(Term) -> made_tuple(erlang:make_tuple(tuple_size(Term), derived), Term);
made(derived, Term) -> {Term, atom};
made([?ANY], Term) -> made([derived], Term);
made([Type], Term) when is_list(Term) ->
    case is_proper(Term) of
        true when is_atom(Type), Type =/= derived -> {lists:usort(Term), [Type]};
        true -> made_elements(Type, Term, [], ?ANY);
        false -> badarg
    end;
made(Type, Term) when is_tuple(Type), is_tuple(Term), tuple_size(Type) =:= tuple_size(Term) -> made_tuple(Type, Term);
made(Type, Term) when is_atom(Type) -> {Term, Type};
made(_, _) -> badarg.

made_elements(Type, [Term | Terms], Made, T0) ->
    case made(Type, Term) of
        {Element, T1} ->
            case unified(T0, T1) of
                {ok, T} -> made_elements(Type, Terms, [Element | Made], T);
                no -> badarg
            end;
        badarg -> badarg
    end;
made_elements(Type, [], [], _) when Type =/= derived -> {[], [Type]};
made_elements(_, [], Made, T) -> {lists:usort(lists:reverse(Made)), [T]}.

made_tuple(Types, Tuple) ->
    Made = [made(Type, Term) || {Type, Term} <- lists:zip(tuple_to_list(Types), tuple_to_list(Tuple))],
    case lists:member(badarg, Made) of
        true -> badarg;
        false ->
            {Terms, Ts} = lists:unzip(Made),
            {list_to_tuple(Terms), list_to_tuple(Ts)}
    end.

%% The type that is both A and B, if there is one.
unified(A, A) -> {ok, A};
unified(?ANY, B) -> {ok, B};
unified(A, ?ANY) -> {ok, A};
unified([A], [B]) ->
    case unified(A, B) of
        {ok, T} -> {ok, [T]};
        no -> no
    end;
unified(A, B) when is_tuple(A), is_tuple(B), tuple_size(A) =:= tuple_size(B) ->
    unified_elements(tuple_to_list(A), tuple_to_list(B), []);
unified(_, _) -> no.

unified_elements([A | As], [B | Bs], Ts) ->
    case unified(A, B) of
        {ok, T} -> unified_elements(As, Bs, [T | Ts]);
        no -> no
    end;
unified_elements([], [], Ts) -> {ok, list_to_tuple(lists:reverse(Ts))}.

as_set({Set, [T]}) -> ?SET(Set, T);
as_set({Term, T}) -> ?ORDSET(Term, T).

element_as_set([T], Term) -> ?SET(Term, T);
element_as_set(T, Term) -> ?ORDSET(Term, T).

%%% Sets from sets, and what is in them.

-spec from_sets([anyset()] | tuple()) -> anyset().
from_sets(Sets) when is_list(Sets) ->
    case is_proper(Sets) andalso lists:all(fun is_sofs_set/1, Sets) of
        true ->
            case common_type(Sets, ?ANY) of
                {ok, T} -> ?SET(lists:usort([to_external(S) || S <- Sets]), T);
                no -> error(type_mismatch)
            end;
        false -> error(badarg)
    end;
from_sets(Sets) when is_tuple(Sets) ->
    List = tuple_to_list(Sets),
    case lists:all(fun is_sofs_set/1, List) of
        true -> ?ORDSET(list_to_tuple([to_external(S) || S <- List]), list_to_tuple([type(S) || S <- List]));
        false -> error(badarg)
    end;
from_sets(_) -> error(badarg).

common_type([Set | Sets], T0) ->
    case unified(T0, type(Set)) of
        {ok, T} -> common_type(Sets, T);
        no -> no
    end;
common_type([], T) -> {ok, T}.

-spec to_external(anyset()) -> external_set().
to_external(?SET(Set, _)) -> Set;
to_external(?ORDSET(Term, _)) -> Term.

-spec type(anyset()) -> type().
type(?SET(_, T)) -> [T];
type(?ORDSET(_, T)) -> T.

-spec to_sets(anyset()) -> [anyset()] | tuple().
to_sets(?SET(Set, T)) -> [element_as_set(T, E) || E <- Set];
to_sets(?ORDSET(Term, T)) when is_tuple(T) ->
    list_to_tuple([element_as_set(E, X) || {E, X} <- lists:zip(tuple_to_list(T), tuple_to_list(Term))]);
to_sets(?ORDSET(_, _)) -> error(badarg).

-spec no_elements(anyset()) -> non_neg_integer().
no_elements(?SET(Set, _)) -> length(Set);
no_elements(?ORDSET(Term, T)) when is_tuple(T) -> tuple_size(Term);
no_elements(?ORDSET(_, _)) -> error(badarg).

-spec is_sofs_set(term()) -> boolean().
is_sofs_set(?SET(_, _)) -> true;
is_sofs_set(?ORDSET(_, _)) -> true;
is_sofs_set(_) -> false.

-spec is_set(anyset()) -> boolean().
is_set(?SET(_, _)) -> true;
is_set(?ORDSET(_, _)) -> false.

-spec is_empty_set(anyset()) -> boolean().
is_empty_set(?SET(Set, _)) -> Set =:= [];
is_empty_set(?ORDSET(_, _)) -> false.

-spec is_equal(anyset(), anyset()) -> boolean().
is_equal(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, _} -> A == B;
        no -> error(type_mismatch)
    end;
is_equal(?ORDSET(A, TA), ?ORDSET(B, TB)) ->
    case unified(TA, TB) of
        {ok, _} -> A == B;
        no -> error(type_mismatch)
    end;
is_equal(A, B) ->
    case is_sofs_set(A) andalso is_sofs_set(B) of
        true -> error(type_mismatch);
        false -> error(function_clause, [A, B])
    end.

-spec is_subset(a_set(), a_set()) -> boolean().
is_subset(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, _} -> ordsets:is_subset(A, B);
        no -> error(type_mismatch)
    end.

-spec is_disjoint(a_set(), a_set()) -> boolean().
is_disjoint(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, _} -> ordsets:is_disjoint(A, B);
        no -> error(type_mismatch)
    end.

-spec specification(fun((anyset()) -> boolean()) | {external, fun((external_set()) -> boolean())}, a_set()) -> a_set().
specification(Fun, ?SET(Set, T)) ->
    Test = case Fun of
               {external, F} -> F;
               _ -> fun(X) -> Fun(element_as_set(T, X)) end
           end,
    case chosen(Test, Set, []) of
        badarg -> error(badarg);
        Chosen -> ?SET(Chosen, T)
    end.

chosen(Test, [X | Xs], Chosen) ->
    case Test(X) of
        true -> chosen(Test, Xs, [X | Chosen]);
        false -> chosen(Test, Xs, Chosen);
        _ -> badarg
    end;
chosen(_, [], Chosen) -> lists:reverse(Chosen).

%%% Two sets.

-spec union(a_set(), a_set()) -> a_set().
union(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, T} -> ?SET(ordsets:union(A, B), T);
        no -> error(type_mismatch)
    end.

-spec intersection(a_set(), a_set()) -> a_set().
intersection(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, T} -> ?SET(ordsets:intersection(A, B), T);
        no -> error(type_mismatch)
    end.

-spec difference(a_set(), a_set()) -> a_set().
difference(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, T} -> ?SET(ordsets:subtract(A, B), T);
        no -> error(type_mismatch)
    end.

-spec symdiff(a_set(), a_set()) -> a_set().
symdiff(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, T} -> ?SET(ordsets:union(ordsets:subtract(A, B), ordsets:subtract(B, A)), T);
        no -> error(type_mismatch)
    end.

-spec symmetric_partition(a_set(), a_set()) -> {a_set(), a_set(), a_set()}.
symmetric_partition(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, T} ->
            {?SET(ordsets:subtract(A, B), T), ?SET(ordsets:intersection(A, B), T), ?SET(ordsets:subtract(B, A), T)};
        no -> error(type_mismatch)
    end.

-spec product(tuple()) -> relation().
product({?SET(_, _) = A, ?SET(_, _) = B}) -> product(A, B);
product(Sets) when is_tuple(Sets) ->
    List = tuple_to_list(Sets),
    case List =/= [] andalso lists:all(fun is_sofs_set/1, List) of
        true ->
            Types = [T || ?SET(_, T) <- List],
            case lists:member(?ANY, Types) of
                true -> empty_set();
                false when length(Types) =:= length(List) ->
                    ?SET([list_to_tuple(P) || P <- products([S || ?SET(S, _) <- List])], list_to_tuple(Types));
                false -> error(badarg)
            end;
        false -> error(badarg)
    end.

products([Set | Sets]) ->
    Rest = products(Sets),
    [[X | P] || X <- Set, P <- Rest];
products([]) -> [[]].

-spec product(a_set(), a_set()) -> relation().
product(?SET(_, TA), ?SET(_, TB)) when TA =:= ?ANY; TB =:= ?ANY -> empty_set();
product(?SET(A, TA), ?SET(B, TB)) -> ?SET([{X, Y} || X <- A, Y <- B], {TA, TB}).

-spec constant_function(a_set(), anyset()) -> a_set().
constant_function(?SET(Set, T), Any) ->
    case is_sofs_set(Any) of
        true when T =:= ?ANY -> empty_set();
        true ->
            Value = to_external(Any),
            ?SET([{X, Value} || X <- Set], {T, type(Any)});
        false -> error(badarg)
    end;
constant_function(_, _) -> error(badarg).

%%% Sets of sets.

-spec union(a_set()) -> a_set().
union(?SET(_, ?ANY) = Set) -> Set;
union(?SET(Sets, [T])) -> ?SET(ordsets:union(Sets), T);
union(?SET(_, _)) -> error(badarg).

-spec intersection(a_set()) -> a_set().
intersection(?SET([], _)) -> error(badarg);
intersection(?SET(Sets, [T])) -> ?SET(ordsets:intersection(Sets), T);
intersection(?SET(_, _)) -> error(badarg).

-spec canonical_relation(a_set()) -> relation().
canonical_relation(?SET(_, ?ANY) = Set) -> Set;
canonical_relation(?SET(_, [?ANY])) -> empty_set();
canonical_relation(?SET(Sets, [T])) -> ?SET(lists:usort([{X, S} || S <- Sets, X <- S]), {T, [T]});
canonical_relation(?SET(_, _)) -> error(badarg).

%%% Binary relations.

-spec rel2fam(relation()) -> family().
rel2fam(R) -> relation_to_family(R).

-spec relation_to_family(relation()) -> family().
relation_to_family(?SET(_, ?ANY) = R) -> R;
relation_to_family(?SET(R, {A, B})) -> ?SET(grouped(R), {A, [B]});
relation_to_family(?SET(_, _)) -> error(badarg).

%% [{K, V}] in order -> [{K, Vs}].
grouped([{K, V} | R]) -> grouped(R, K, [V]);
grouped([]) -> [].

grouped([{K, V} | R], Key, Vs) when K == Key -> grouped(R, Key, [V | Vs]);
grouped(R, Key, Vs) -> [{Key, lists:reverse(Vs)} | grouped(R)].

-spec domain(relation()) -> a_set().
domain(?SET(_, ?ANY) = R) -> R;
domain(?SET(R, {A, _})) -> ?SET(lists:usort([X || {X, _} <- R]), A);
domain(?SET(_, _)) -> error(badarg).

-spec range(relation()) -> a_set().
range(?SET(_, ?ANY) = R) -> R;
range(?SET(R, {_, B})) -> ?SET(lists:usort([Y || {_, Y} <- R]), B);
range(?SET(_, _)) -> error(badarg).

-spec field(relation()) -> a_set().
field(R) -> union(domain(R), range(R)).

-spec relative_product([relation()] | tuple()) -> relation().
relative_product(Relations) when is_tuple(Relations) -> relative_product(tuple_to_list(Relations));
relative_product(Relations) when is_list(Relations) ->
    case tuple_product(Relations) of
        {error, Reason} -> error(Reason);
        R -> R
    end.

-spec relative_product(relation() | [relation()] | tuple(), relation()) -> relation().
relative_product(?SET(_, _) = A, ?SET(_, _) = B) -> relative_product1(converse(A), B);
relative_product(Relations, B) when is_tuple(Relations) -> relative_product(tuple_to_list(Relations), B);
relative_product(Relations, ?SET(_, _) = B) when is_list(Relations) ->
    case tuple_product(Relations) of
        {error, Reason} -> error(Reason);
        R -> ?SET(_, _) = relative_product(R, B)
    end.

%% {X, {Y1, ..., Yn}} for all X and Yi with X Ri Yi.
tuple_product([]) -> {error, badarg};
tuple_product(Relations) ->
    case lists:all(fun(?SET(_, {_, _})) -> true; (?SET(_, T)) -> T =:= ?ANY; (_) -> false end, Relations) of
        false -> {error, badarg};
        true ->
            case lists:any(fun(?SET(_, T)) -> T =:= ?ANY end, Relations) of
                true -> empty_set();
                false ->
                    case common_domain(Relations, ?ANY) of
                        {ok, Domain} ->
                            Pairs = lists_of_values([R || ?SET(R, _) <- Relations]),
                            ?SET(lists:usort([{X, list_to_tuple(Ys)} || {X, Ys} <- Pairs]), {Domain, list_to_tuple([B || ?SET(_, {_, B}) <- Relations])});
                        no -> {error, type_mismatch}
                    end
            end
    end.

lists_of_values([R]) -> [{X, [Y]} || {X, Y} <- R];
lists_of_values([R | Rs]) ->
    Rest = grouped(lists_of_values(Rs)),
    [{X, [Y | Ys]} || {X, Y} <- R, {ok, Yss} <- [orddict:find(X, Rest)], Ys <- Yss].

common_domain([?SET(_, {A, _}) | Relations], T0) ->
    case unified(T0, A) of
        {ok, T} -> common_domain(Relations, T);
        no -> no
    end;
common_domain([], T) -> {ok, T}.

%% {Y, Z} for all X with X A Y and X B Z.
-spec relative_product1(relation(), relation()) -> relation().
relative_product1(?SET(A, TA), ?SET(B, TB)) ->
    case {pair_type(TA), pair_type(TB)} of
        {{X1, Y}, {X2, Z}} ->
            case unified(X1, X2) of
                {ok, _} when TA =:= ?ANY; TB =:= ?ANY -> empty_set();
                {ok, _} -> ?SET(lists:usort(merged(A, B)), {Y, Z});
                no -> error(type_mismatch)
            end;
        _ -> error(badarg)
    end.

pair_type(?ANY) -> {?ANY, ?ANY};
pair_type({_, _} = T) -> T;
pair_type(_) -> no.

merged([{X, _} | A], [{Y, _} | _] = B) when X < Y -> merged(A, B);
merged([{X, _} | _] = A, [{Y, _} | B]) when X > Y -> merged(A, B);
merged([{X, Value} | A], B) -> [{Value, Z} || Z <- values(X, B)] ++ merged(A, B);
merged([], _) -> [].

values(X, [{Y, Z} | B]) when X == Y -> [Z | values(X, B)];
values(_, _) -> [].

-spec converse(relation()) -> relation().
converse(?SET(_, ?ANY) = R) -> R;
converse(?SET(R, {A, B})) -> ?SET(lists:usort([{Y, X} || {X, Y} <- R]), {B, A});
converse(?SET(_, _)) -> error(badarg).

-spec image(relation(), a_set()) -> a_set().
image(?SET(R, TR), ?SET(Set, T)) ->
    case pair_type(TR) of
        {A, B} ->
            case unified(A, T) of
                {ok, _} -> ?SET(lists:usort([Y || {_, Y} <- kept(R, Set)]), B);
                no -> error(type_mismatch)
            end;
        no -> error(badarg)
    end.

-spec inverse_image(relation(), a_set()) -> a_set().
inverse_image(?SET(R, TR), ?SET(Set, T)) ->
    case pair_type(TR) of
        {A, B} ->
            case unified(B, T) of
                {ok, _} -> ?SET(lists:usort([X || {_, X} <- kept(lists:usort([{Y, X} || {X, Y} <- R]), Set)]), A);
                no -> error(type_mismatch)
            end;
        no -> error(badarg)
    end.

%% The pairs of a list in order whose first element is in a set, and the others.
kept(R, Set) -> element(1, split(R, Set, [], [])).

split([{X, _} = P | R], [Y | _] = Set, In, Out) when X < Y -> split(R, Set, In, [P | Out]);
split([{X, _} | _] = R, [Y | Set], In, Out) when X > Y -> split(R, Set, In, Out);
split([P | R], [_ | _] = Set, In, Out) -> split(R, Set, [P | In], Out);
split(R, [], In, Out) -> {lists:reverse(In), lists:reverse(Out, R)};
split([], _, In, Out) -> {lists:reverse(In), lists:reverse(Out)}.

-spec strict_relation(relation()) -> relation().
strict_relation(?SET(_, ?ANY) = R) -> R;
strict_relation(?SET(R, {_, _} = T)) -> ?SET([P || {X, Y} = P <- R, X /= Y], T);
strict_relation(?SET(_, _)) -> error(badarg).

-spec weak_relation(relation()) -> relation().
weak_relation(?SET(_, ?ANY) = R) -> R;
weak_relation(?SET(R, {A, B})) ->
    case unified(A, B) of
        {ok, T} -> ?SET(ordsets:union(R, lists:usort([{Z, Z} || {X, Y} <- R, Z <- [X, Y]])), {T, T});
        no -> error(badarg)
    end;
weak_relation(?SET(_, _)) -> error(badarg).

-spec extension(relation(), a_set(), anyset()) -> relation().
extension(R, S, A) ->
    case {type(R), type(S), is_sofs_set(A)} of
        {[?ANY], [?ANY], true} -> R;
        {[?ANY], [TS], true} -> ?SET([], {TS, type(A)});
        {[{TX, TY}], [TS], true} ->
            case {unified(TX, TS), unified(TY, type(A))} of
                {{ok, _}, {ok, _}} when TS =:= ?ANY -> R;
                {{ok, T}, {ok, TV}} ->
                    ?SET(Pairs, _) = R,
                    ?SET(Set, _) = S,
                    Value = to_external(A),
                    New = [{X, Value} || X <- ordsets:subtract(Set, lists:usort([X || {X, _} <- Pairs]))],
                    ?SET(ordsets:union(Pairs, New), {T, TV});
                _ -> error(type_mismatch)
            end;
        _ -> error(badarg)
    end.

-spec is_a_function(relation()) -> boolean().
is_a_function(?SET(_, ?ANY)) -> true;
is_a_function(?SET(R, {_, _})) -> is_function_list(R);
is_a_function(?SET(_, _)) -> error(badarg).

%%% Functions.

-spec composite(a_set(), a_set()) -> a_set().
composite(?SET(F, TF), ?SET(G, TG)) ->
    case {pair_type(TF), pair_type(TG)} of
        {{A, B}, {C, D}} ->
            case unified(B, C) of
                no -> error(type_mismatch);
                {ok, _} ->
                    case is_function_list(F) andalso is_function_list(G) andalso composed(F, G) of
                        _ when TF =:= ?ANY; TG =:= ?ANY -> empty_set();
                        false -> error(bad_function);
                        Composite -> ?SET(Composite, {A, D})
                    end
            end;
        _ -> error(badarg)
    end.

composed(F, G) ->
    Inverse = lists:sort([{Y, X} || {X, Y} <- F]),
    case ordsets:is_subset(lists:usort([Y || {Y, _} <- Inverse]), [Y || {Y, _} <- G]) of
        true -> lists:usort(merged(Inverse, G));
        false -> false
    end.

-spec inverse(a_set()) -> a_set().
inverse(?SET(_, ?ANY) = F) -> F;
inverse(?SET(F, {A, B})) ->
    Inverse = lists:usort([{Y, X} || {X, Y} <- F]),
    case is_function_list(F) andalso is_function_list(Inverse) of
        true -> ?SET(Inverse, {B, A});
        false -> error(bad_function)
    end;
inverse(?SET(_, _)) -> error(badarg).

%%% What a function of sets says of each element.

%% images(SetFun, Elements, T) -> {[{Image, Element}] in the elements' order, ImageType} | Reason.
images(I, [], ?ANY) when is_integer(I), I > 0 -> {[], ?ANY};
images(I, Set, T) when is_integer(I), is_tuple(T), I > 0, I =< tuple_size(T) ->
    {[{element(I, X), X} || X <- Set], element(I, T)};
images(I, _, _) when is_integer(I) -> badarg;
images({external, _}, [], ?ANY) -> {[], ?ANY};
images({external, Fun}, Set, T) ->
    Type = Fun(T),
    case is_type(Type) of
        true -> {[{Fun(X), X} || X <- Set], Type};
        false -> badarg
    end;
images(Fun, Set, T) -> set_images(Fun, Set, T, [], ?ANY).

set_images(Fun, [X | Xs], T, Images, Type0) ->
    Image = Fun(element_as_set(T, X)),
    case is_sofs_set(Image) andalso unified(Type0, type(Image)) of
        {ok, Type} -> set_images(Fun, Xs, T, [{to_external(Image), X} | Images], Type);
        no -> type_mismatch;
        false -> badarg
    end;
set_images(_, [], _, Images, Type) -> {lists:reverse(Images), Type}.

-spec restriction(relation(), a_set()) -> relation().
restriction(R, Set) -> restriction(1, R, Set).

-spec restriction(set_fun(), a_set(), a_set()) -> a_set().
restriction(Fun, ?SET(A, TA), ?SET(B, TB)) ->
    case divided(Fun, A, TA, B, TB) of
        {In, _} -> ?SET(In, TA);
        Reason -> error(Reason)
    end.

-spec drestriction(relation(), a_set()) -> relation().
drestriction(R, Set) -> drestriction(1, R, Set).

-spec drestriction(set_fun(), a_set(), a_set()) -> a_set().
drestriction(Fun, ?SET(A, TA), ?SET(B, TB)) ->
    case divided(Fun, A, TA, B, TB) of
        {_, Out} -> ?SET(Out, TA);
        Reason -> error(Reason)
    end.

-spec partition(set_fun(), a_set(), a_set()) -> {a_set(), a_set()}.
partition(Fun, ?SET(A, TA), ?SET(B, TB)) ->
    case divided(Fun, A, TA, B, TB) of
        {In, Out} -> {?SET(In, TA), ?SET(Out, TA)};
        Reason -> error(Reason)
    end.

%% The elements of A whose image is in B, and the others.
divided(Fun, A, TA, B, TB) ->
    case images(Fun, A, TA) of
        Reason when is_atom(Reason) -> Reason;
        {Images, Type} ->
            case unified(Type, TB) of
                {ok, _} ->
                    {In, Out} = split(lists:sort(Images), B, [], []),
                    {lists:sort([X || {_, X} <- In]), lists:sort([X || {_, X} <- Out])};
                no -> type_mismatch
            end
    end.

-spec projection(set_fun(), a_set()) -> a_set().
projection(I, ?SET(Set, T)) when is_integer(I) ->
    case images(I, Set, T) of
        Reason when is_atom(Reason) -> error(Reason);
        {Images, Type} -> ?SET(lists:usort([Y || {Y, _} <- Images]), Type)
    end;
projection(Fun, Set) -> range(substitution(Fun, Set)).

-spec substitution(set_fun(), a_set()) -> a_set().
substitution(Fun, ?SET(Set, T)) ->
    case images(Fun, Set, T) of
        Reason when is_atom(Reason) -> error(Reason);
        {[], ?ANY} -> empty_set();
        {Images, Type} -> ?SET([{X, Y} || {Y, X} <- Images], {T, Type})
    end.

-spec partition(a_set()) -> a_set().
partition(Sets) ->
    ?SET(R, T) = canonical_relation(Sets),
    %% Elements that are in the same sets stand together.
    Classes = lists:usort([{In, X} || {X, In} <- grouped(R)]),
    ?SET(lists:usort([Class || {_, Class} <- grouped(Classes)]), case T of ?ANY -> ?ANY; {_, Class} -> Class end).

-spec partition(set_fun(), a_set()) -> a_set().
partition(Fun, ?SET(Set, T)) ->
    case images(Fun, Set, T) of
        Reason when is_atom(Reason) -> error(Reason);
        {[], ?ANY} when T =:= ?ANY -> empty_set();
        {Images, _} -> ?SET(lists:usort([Class || {_, Class} <- grouped(lists:sort(Images))]), [T])
    end.

-spec partition_family(set_fun(), a_set()) -> family().
partition_family(Fun, ?SET(Set, T)) ->
    case images(Fun, Set, T) of
        Reason when is_atom(Reason) -> error(Reason);
        {[], ?ANY} -> empty_set();
        {Images, Type} -> ?SET(grouped(lists:sort(Images)), {Type, [T]})
    end.

-spec multiple_relative_product(tuple(), relation()) -> relation().
multiple_relative_product(Relations, ?SET(S, T)) when is_tuple(Relations) ->
    List = tuple_to_list(Relations),
    case lists:all(fun(?SET(_, {_, _})) -> true; (?SET(_, TR)) -> TR =:= ?ANY; (_) -> false end, List) of
        true when T =:= ?ANY -> empty_set();
        true when is_tuple(T), tuple_size(T) =:= tuple_size(Relations) ->
            case lists:any(fun(?SET(_, TR)) -> TR =:= ?ANY end, List) of
                true -> empty_set();
                false ->
                    case unified(list_to_tuple([A || ?SET(_, {A, _}) <- List]), T) of
                        {ok, _} ->
                            Pairs = [{X, list_to_tuple(P)} || X <- S,
                                                              P <- products([[Z || {Y, Z} <- R, Y == E] || {?SET(R, _), E} <- lists:zip(List, tuple_to_list(X))])],
                            ?SET(lists:usort(Pairs), {T, list_to_tuple([B || ?SET(_, {_, B}) <- List])});
                        no -> error(type_mismatch)
                    end
            end;
        _ -> error(badarg)
    end.

-spec join(relation(), pos_integer(), relation(), pos_integer()) -> relation().
join(?SET(A, TA), I, ?SET(B, TB), J) when is_integer(I), is_integer(J), I > 0, J > 0 ->
    case has_coordinate(I, TA) andalso has_coordinate(J, TB) of
        false -> error(badarg);
        true when TA =:= ?ANY; TB =:= ?ANY -> empty_set();
        true ->
            Left = lists:sort([{element(I, X), X} || X <- A]),
            Right = lists:sort([{element(J, X), tuple_to_list(erlang:delete_element(J, X))} || X <- B]),
            Joined = [list_to_tuple(tuple_to_list(X) ++ Y) || {X, Y} <- merged(Left, Right)],
            ?SET(lists:usort(Joined), list_to_tuple(tuple_to_list(TA) ++ tuple_to_list(erlang:delete_element(J, TB))))
    end;
join(?SET(_, _), _, ?SET(_, _), _) -> error(badarg).

has_coordinate(_, ?ANY) -> true;
has_coordinate(I, T) -> is_tuple(T) andalso I =< tuple_size(T).

%%% Families.

-spec fam2rel(family()) -> relation().
fam2rel(F) -> family_to_relation(F).

-spec family_to_relation(family()) -> relation().
family_to_relation(?SET(_, ?ANY) = F) -> F;
family_to_relation(?SET(F, {A, [B]})) -> ?SET([{X, Y} || {X, Ys} <- F, Y <- Ys], {A, B});
family_to_relation(?SET(_, _)) -> error(badarg).

-spec family_specification(fun((a_set()) -> boolean()) | {external, fun((external_set()) -> boolean())}, family()) -> family().
family_specification(_, ?SET(_, ?ANY) = F) -> F;
family_specification(Fun, ?SET(F, {_, [B]} = T)) ->
    Test = case Fun of
               {external, E} -> fun({_, Ys}) -> E(Ys) end;
               _ -> fun({_, Ys}) -> Fun(?SET(Ys, B)) end
           end,
    case chosen(Test, F, []) of
        badarg -> error(badarg);
        Chosen -> ?SET(Chosen, T)
    end;
family_specification(_, ?SET(_, _)) -> error(badarg).

-spec union_of_family(family()) -> a_set().
union_of_family(?SET(_, ?ANY) = F) -> F;
union_of_family(?SET(F, {_, [B]})) -> ?SET(ordsets:union([Ys || {_, Ys} <- F]), B);
union_of_family(?SET(_, _)) -> error(badarg).

-spec intersection_of_family(family()) -> a_set().
intersection_of_family(?SET([_ | _] = F, {_, [B]})) -> ?SET(ordsets:intersection([Ys || {_, Ys} <- F]), B);
intersection_of_family(?SET(_, _)) -> error(badarg).

-spec family_union(family()) -> family().
family_union(?SET(_, ?ANY) = F) -> F;
family_union(?SET(F, {A, [[B]]})) -> ?SET([{X, ordsets:union(Yss)} || {X, Yss} <- F], {A, [B]});
family_union(?SET(_, _)) -> error(badarg).

-spec family_intersection(family()) -> family().
family_intersection(?SET(_, ?ANY) = F) -> F;
family_intersection(?SET(F, {A, [[B]]})) ->
    case lists:keymember([], 2, F) of
        true -> error(badarg);
        false -> ?SET([{X, ordsets:intersection(Yss)} || {X, Yss} <- F], {A, [B]})
    end;
family_intersection(?SET(_, _)) -> error(badarg).

-spec family_domain(family()) -> family().
family_domain(?SET(_, ?ANY) = F) -> F;
family_domain(?SET(_, {_, [?ANY]}) = F) -> F;
family_domain(?SET(F, {A, [{B, _}]})) -> ?SET([{X, lists:usort([Y || {Y, _} <- R])} || {X, R} <- F], {A, [B]});
family_domain(?SET(_, _)) -> error(badarg).

-spec family_range(family()) -> family().
family_range(?SET(_, ?ANY) = F) -> F;
family_range(?SET(_, {_, [?ANY]}) = F) -> F;
family_range(?SET(F, {A, [{_, C}]})) -> ?SET([{X, lists:usort([Z || {_, Z} <- R])} || {X, R} <- F], {A, [C]});
family_range(?SET(_, _)) -> error(badarg).

-spec family_field(family()) -> family().
family_field(F) -> family_union(family_domain(F), family_range(F)).

-spec family_union(family(), family()) -> family().
family_union(F, G) ->
    case families(F, G) of
        {ok, A, B, T} -> ?SET(orddict:merge(fun(_, X, Y) -> ordsets:union(X, Y) end, A, B), T);
        Reason -> error(Reason)
    end.

-spec family_intersection(family(), family()) -> family().
family_intersection(F, G) ->
    case families(F, G) of
        {ok, A, B, T} -> ?SET([{X, ordsets:intersection(Xs, Ys)} || {X, Xs} <- A, {ok, Ys} <- [orddict:find(X, B)]], T);
        Reason -> error(Reason)
    end.

-spec family_difference(family(), family()) -> family().
family_difference(F, G) ->
    case families(F, G) of
        {ok, A, B, T} ->
            ?SET([{X, case orddict:find(X, B) of
                          {ok, Ys} -> ordsets:subtract(Xs, Ys);
                          error -> Xs
                      end} || {X, Xs} <- A], T);
        Reason -> error(Reason)
    end.

families(?SET(A, TA), ?SET(B, TB)) ->
    case unified(TA, TB) of
        {ok, {_, [_]} = T} -> {ok, A, B, T};
        {ok, ?ANY} -> {ok, A, B, ?ANY};
        {ok, _} -> badarg;
        no -> type_mismatch
    end.

-spec family_projection(set_fun(), family()) -> family().
family_projection(_, ?SET(_, ?ANY) = F) -> F;
family_projection({external, _}, ?SET(_, _)) -> error(badarg);
family_projection(Fun, ?SET(F, {A, [_] = T})) ->
    case set_images(Fun, [Ys || {_, Ys} <- F], T, [], ?ANY) of
        {[], ?ANY} -> empty_set();
        {Images, Type} -> ?SET([{X, Y} || {{X, _}, {Y, _}} <- lists:zip(F, Images)], {A, Type});
        Reason -> error(Reason)
    end;
family_projection(_, ?SET(_, _)) -> error(badarg).

%%% Digraphs.

-spec family_to_digraph(family()) -> digraph:graph().
family_to_digraph(F) ->
    case is_family(F) of
        true -> new_digraph(F, digraph:new());
        false -> error(badarg)
    end.

-spec family_to_digraph(family(), [digraph:d_type()]) -> digraph:graph().
family_to_digraph(F, Options) ->
    case is_family(F) of
        true ->
            try digraph:new(Options) of
                G ->
                    case catch new_digraph(F, G) of
                        {error, Reason} ->
                            true = digraph:delete(G),
                            error(Reason);
                        _ -> G
                    end
            catch
                error:badarg -> error(badarg)
            end;
        false -> error(badarg)
    end.

is_family(?SET(_, {_, [_]})) -> true;
is_family(?SET(_, T)) -> T =:= ?ANY.

new_digraph(?SET(F, _), G) ->
    lists:foreach(fun({X, Ys}) ->
                          digraph:add_vertex(G, X),
                          lists:foreach(fun(Y) ->
                                                digraph:add_vertex(G, Y),
                                                case digraph:add_edge(G, X, Y) of
                                                    {error, {bad_edge, _}} -> throw({error, cyclic});
                                                    _ -> ok
                                                end
                                        end, Ys)
                  end, F),
    G.

-spec digraph_to_family(digraph:graph()) -> family().
digraph_to_family(G) ->
    try neighbours(G) of
        F -> family(F)
    catch
        _:_ -> error(badarg)
    end.

-spec digraph_to_family(digraph:graph(), type()) -> family().
digraph_to_family(G, Type) ->
    try family(neighbours(G), Type)
    catch
        _:_ -> error(badarg)
    end.

neighbours(G) -> [{V, digraph:out_neighbours(G, V)} || V <- digraph:vertices(G)].
