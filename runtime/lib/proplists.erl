%% Property lists: lists of {Key, Value, ...} tuples and of atoms, an atom
%% standing for {Atom, true}. Other elements are let be.
-module(proplists).

-export([append_values/2, compact/1, delete/2, expand/2, from_map/1,
         get_all_values/2, get_bool/2, get_keys/1, get_value/2, get_value/3,
         is_defined/2, lookup/2, lookup_all/2, normalize/2, property/1,
         property/2, split/2, substitute_aliases/2, substitute_negations/2,
         to_map/1, to_map/2, unfold/1]).

property({Key, true}) when is_atom(Key) -> Key;
property(Property) -> Property.

property(Key, true) when is_atom(Key) -> Key;
property(Key, Value) -> {Key, Value}.

unfold([P | Ps]) when is_atom(P) -> [{P, true} | unfold(Ps)];
unfold([P | Ps]) -> [P | unfold(Ps)];
unfold([]) -> [].

compact(Ps) -> [property(P) || P <- Ps].

lookup(Key, [P | Ps]) ->
    if
        is_atom(P), P =:= Key -> {Key, true};
        tuple_size(P) >= 1, element(1, P) =:= Key -> P;
        true -> lookup(Key, Ps)
    end;
lookup(_, []) -> none.

lookup_all(Key, [P | Ps]) ->
    if
        is_atom(P), P =:= Key -> [{Key, true} | lookup_all(Key, Ps)];
        tuple_size(P) >= 1, element(1, P) =:= Key -> [P | lookup_all(Key, Ps)];
        true -> lookup_all(Key, Ps)
    end;
lookup_all(_, []) -> [].

is_defined(Key, [P | Ps]) ->
    if
        is_atom(P), P =:= Key -> true;
        tuple_size(P) >= 1, element(1, P) =:= Key -> true;
        true -> is_defined(Key, Ps)
    end;
is_defined(_, []) -> false.

get_value(Key, Ps) -> get_value(Key, Ps, undefined).

%% The first entry of the key decides, also one of another size than two,
%% which has no value.
get_value(Key, [P | Ps], Default) ->
    if
        is_atom(P), P =:= Key -> true;
        tuple_size(P) >= 1, element(1, P) =:= Key ->
            case P of
                {_, Value} -> Value;
                _ -> Default
            end;
        true -> get_value(Key, Ps, Default)
    end;
get_value(_, [], Default) -> Default.

get_all_values(Key, [P | Ps]) ->
    if
        is_atom(P), P =:= Key -> [true | get_all_values(Key, Ps)];
        tuple_size(P) >= 1, element(1, P) =:= Key ->
            case P of
                {_, Value} -> [Value | get_all_values(Key, Ps)];
                _ -> get_all_values(Key, Ps)
            end;
        true -> get_all_values(Key, Ps)
    end;
get_all_values(_, []) -> [].

append_values(Key, [P | Ps]) ->
    if
        is_atom(P), P =:= Key -> [true | append_values(Key, Ps)];
        tuple_size(P) >= 1, element(1, P) =:= Key ->
            case P of
                {_, Value} when is_list(Value) -> Value ++ append_values(Key, Ps);
                {_, Value} -> [Value | append_values(Key, Ps)];
                _ -> append_values(Key, Ps)
            end;
        true -> append_values(Key, Ps)
    end;
append_values(_, []) -> [].

get_bool(Key, [P | Ps]) ->
    if
        is_atom(P), P =:= Key -> true;
        tuple_size(P) >= 1, element(1, P) =:= Key -> P =:= {Key, true};
        true -> get_bool(Key, Ps)
    end;
get_bool(_, []) -> false.

get_keys(Ps) -> sets:to_list(get_keys(Ps, sets:new())).

get_keys([P | Ps], Keys) ->
    if
        is_atom(P) -> get_keys(Ps, sets:add_element(P, Keys));
        tuple_size(P) >= 1 -> get_keys(Ps, sets:add_element(element(1, P), Keys));
        true -> get_keys(Ps, Keys)
    end;
get_keys([], Keys) -> Keys.

delete(Key, [P | Ps]) ->
    if
        is_atom(P), P =:= Key -> delete(Key, Ps);
        tuple_size(P) >= 1, element(1, P) =:= Key -> delete(Key, Ps);
        true -> [P | delete(Key, Ps)]
    end;
delete(_, []) -> [].

substitute_aliases(Aliases, Ps) ->
    [rename(Aliases, P) || P <- Ps].

rename([{Alias, Key} | Rest], P) ->
    if
        is_atom(P), P =:= Alias -> property(Key, true);
        tuple_size(P) >= 1, element(1, P) =:= Alias -> property(setelement(1, P, Key));
        true -> rename(Rest, P)
    end;
rename([], P) -> P.

substitute_negations(Negations, Ps) ->
    [negate(Negations, P) || P <- Ps].

negate([{Negation, Key} | Rest], P) ->
    if
        is_atom(P), P =:= Negation -> property(Key, false);
        tuple_size(P) >= 1, element(1, P) =:= Negation ->
            case P of
                {_, true} -> property(Key, false);
                {_, false} -> property(Key, true);
                _ -> property(Key, true)
            end;
        true -> negate(Rest, P)
    end;
negate([], P) -> P.

%% Each expansion replaces its property wherever that occurs as the first entry
%% of its key; expansions are not expanded again.
expand(Expansions, Ps) ->
    expand_all(Expansions, Ps).

expand_all([{P0, Expansion} | Rest], Ps) ->
    P = property(P0),
    Key = case P of
              _ when is_atom(P) -> P;
              _ -> element(1, P)
          end,
    expand_all(Rest, mark(Key, P, Expansion, Ps));
expand_all([], Ps) ->
    lists:flatmap(fun({'$expansion', Es}) -> Es; (P) -> [P] end, Ps).

mark(Key, P, Expansion, [Q | Qs]) ->
    QKey = if
               is_atom(Q) -> {ok, Q};
               tuple_size(Q) >= 1, element(1, Q) =/= '$expansion' -> {ok, element(1, Q)};
               true -> none
           end,
    case QKey of
        {ok, Key} ->
            case property(Q) of
                P -> [{'$expansion', Expansion} | delete(Key, Qs)];
                _ -> [Q | Qs]
            end;
        _ -> [Q | mark(Key, P, Expansion, Qs)]
    end;
mark(_, _, _, []) -> [].

normalize(Ps, [{aliases, Aliases} | Stages]) -> normalize(substitute_aliases(Aliases, Ps), Stages);
normalize(Ps, [{negations, Negations} | Stages]) -> normalize(substitute_negations(Negations, Ps), Stages);
normalize(Ps, [{expand, Expansions} | Stages]) -> normalize(expand(Expansions, Ps), Stages);
normalize(Ps, []) -> compact(Ps).

split(Ps, Keys) ->
    Empty = maps:from_list([{K, []} || K <- Keys]),
    {Found, Rest} = split(Ps, Empty, []),
    {[lists:reverse(map_get(K, Found)) || K <- Keys], lists:reverse(Rest)}.

split([P | Ps], Found, Rest) ->
    Key = if
              is_atom(P) -> {ok, P};
              tuple_size(P) >= 1 -> {ok, element(1, P)};
              true -> none
          end,
    case Key of
        {ok, K} when is_map_key(K, Found) -> split(Ps, Found#{K := [P | map_get(K, Found)]}, Rest);
        _ -> split(Ps, Found, [P | Rest])
    end;
split([], Found, Rest) -> {Found, Rest}.

to_map(Ps) -> to_map_1(lists:reverse(Ps), #{}).

to_map(Ps, Stages) -> to_map(normalize(Ps, Stages)).

%% Taken from the end, so that the first entry of a key wins.
to_map_1([{K, V} | Ps], Map) -> to_map_1(Ps, Map#{K => V});
to_map_1([P | Ps], Map) when is_atom(P) -> to_map_1(Ps, Map#{P => true});
to_map_1([P | Ps], Map) when tuple_size(P) >= 1 -> to_map_1(Ps, maps:remove(element(1, P), Map));
to_map_1([_ | Ps], Map) -> to_map_1(Ps, Map);
to_map_1([], Map) -> Map.

from_map(Map) -> maps:to_list(Map).
