%% Records as the tuples that they are. Code is generated from records
%% directly; this is for who wants to see or use the expanded forms.
-module(erl_expand_records).

-export([module/2]).

module(Forms, _Opts) ->
    {New, _} = lists:mapfoldl(fun form/2, #{}, Forms),
    New.

form({attribute, _, record, {Name, Fields}} = Form, Records) ->
    {Form, Records#{Name => [field(F) || F <- Fields]}};
form({function, A, Name, Arity, Clauses}, Records) ->
    {{function, A, Name, Arity, expand(Clauses, Records)}, Records};
form(Form, Records) -> {Form, Records}.

field({typed_record_field, F, _}) -> field(F);
field({record_field, A, {atom, _, Name}}) -> {Name, {atom, A, undefined}};
field({record_field, _, {atom, _, Name}, Default}) -> {Name, Default}.

expand({clause, A, Head, Guard, Body}, Rs) ->
    {clause, A, pattern(Head, Rs), guard(Guard, Rs), expand(Body, Rs)};
expand({match, A, P, E}, Rs) -> {match, A, pattern(P, Rs), expand(E, Rs)};
expand({Kind, A, P, E}, Rs)
  when Kind =:= generate; Kind =:= b_generate; Kind =:= m_generate; Kind =:= generate_strict;
       Kind =:= b_generate_strict; Kind =:= m_generate_strict; Kind =:= maybe_match ->
    {Kind, A, pattern(P, Rs), expand(E, Rs)};
expand({record, A, Name, Fields}, Rs) ->
    Rest = [V || {record_field, _, {var, _, '_'}, V} <- Fields],
    Values = [given(F, Fields, hd(Rest ++ [Default])) || {F, Default} <- map_get(Name, Rs)],
    {tuple, A, [{atom, A, Name} | expand(Values, Rs)]};
expand({record, A, E, _, []}, Rs) -> expand({block, A, [E]}, Rs);
expand({record, A, E, Name, Updates}, Rs) ->
    %% Values first, then the record is looked at, then changed.
    {Vars, Matches} = lists:unzip([{{F, variable(N, A)}, {match, A, variable(N, A), expand(V, Rs)}}
                                   || {{record_field, _, {atom, _, F}, V}, N} <- number(Updates)]),
    Definition = map_get(Name, Rs),
    Old = [variable(length(Updates) + I, A) || {_, I} <- number(Definition)],
    Pattern = {tuple, A, [{atom, A, Name} | [case lists:keymember(F, 1, Vars) of
                                                 true -> {var, A, '_'};
                                                 false -> V
                                             end || {{F, _}, V} <- lists:zip(Definition, Old)]]},
    New = {tuple, A, [{atom, A, Name} | [case lists:keyfind(F, 1, Vars) of
                                             {_, Var} -> Var;
                                             false -> V
                                         end || {{F, _}, V} <- lists:zip(Definition, Old)]]},
    {block, A, Matches ++ [{'case', A, expand(E, Rs), [{clause, A, [Pattern], [], [New]}, bad_record(A)]}]};
expand({record_field, A, E, Name, {atom, _, F}}, Rs) ->
    Value = variable(1, A),
    Pattern = {tuple, A, [{atom, A, Name} | [case N of F -> Value; _ -> {var, A, '_'} end
                                             || {N, _} <- map_get(Name, Rs)]]},
    {'case', A, expand(E, Rs), [{clause, A, [Pattern], [], [Value]}, bad_record(A)]};
expand({record_index, A, Name, {atom, _, F}}, Rs) -> {integer, A, index(Name, F, Rs)};
expand({call, A, {atom, _, record_info}, [{atom, _, Kind}, {atom, _, Name}]}, Rs) ->
    Fields = [F || {F, _} <- map_get(Name, Rs)],
    case Kind of
        size -> {integer, A, length(Fields) + 1};
        fields -> lists:foldr(fun(F, T) -> {cons, A, {atom, A, F}, T} end, {nil, A}, Fields)
    end;
expand({call, A, {atom, A1, F}, [E, {atom, _, Name}]}, Rs)
  when is_map_key(Name, Rs), (F =:= is_record orelse F =:= record) ->
    {call, A, {atom, A1, is_record}, [expand(E, Rs), {atom, A, Name}, size(A, Name, Rs)]};
expand([H | T], Rs) -> [expand(H, Rs) | expand(T, Rs)];
expand({value, _, _} = Value, _) -> Value;
expand(Tuple, Rs) when is_tuple(Tuple) -> list_to_tuple(expand(tuple_to_list(Tuple), Rs));
expand(Other, _) -> Other.

number(List) -> lists:zip(List, lists:seq(1, length(List))).

variable(N, A) -> {var, A, list_to_atom("rec" ++ integer_to_list(N))}.

bad_record(A) ->
    V = variable(0, A),
    {clause, A, [V], [], [{call, A, {remote, A, {atom, A, erlang}, {atom, A, error}},
                           [{tuple, A, [{atom, A, badrecord}, V]}]}]}.

size(A, Name, Rs) -> {integer, A, length(map_get(Name, Rs)) + 1}.

index(Name, F, Rs) -> index(F, map_get(Name, Rs), 2, Name).

index(F, [{F, _} | _], N, _) -> N;
index(F, [_ | Fields], N, Name) -> index(F, Fields, N + 1, Name).

given(F, Fields, Otherwise) ->
    case [V || {record_field, _, {atom, _, Name}, V} <- Fields, Name =:= F] of
        [V | _] -> V;
        [] -> Otherwise
    end.

pattern({record, A, Name, Fields}, Rs) ->
    Rest = hd([V || {record_field, _, {var, _, '_'}, V} <- Fields] ++ [{var, A, '_'}]),
    {tuple, A, [{atom, A, Name} | pattern([given(F, Fields, Rest) || {F, _} <- map_get(Name, Rs)], Rs)]};
pattern({record_index, A, Name, {atom, _, F}}, Rs) -> {integer, A, index(Name, F, Rs)};
pattern([H | T], Rs) -> [pattern(H, Rs) | pattern(T, Rs)];
pattern(Tuple, Rs) when is_tuple(Tuple) -> list_to_tuple(pattern(tuple_to_list(Tuple), Rs));
pattern(Other, _) -> Other.

guard({record_field, A, E, Name, {atom, _, F}}, Rs) ->
    %% A guard fails where the record is another.
    V = guard(E, Rs),
    {op, A, 'andalso', {call, A, {atom, A, is_record}, [V, {atom, A, Name}, size(A, Name, Rs)]},
     {call, A, {atom, A, element}, [{integer, A, index(Name, F, Rs)}, V]}};
guard({call, A, {atom, A1, F}, [E, {atom, _, Name}]}, Rs)
  when is_map_key(Name, Rs), (F =:= is_record orelse F =:= record) ->
    {call, A, {atom, A1, is_record}, [guard(E, Rs), {atom, A, Name}, size(A, Name, Rs)]};
guard({record, A, Name, Fields}, Rs) ->
    Rest = [V || {record_field, _, {var, _, '_'}, V} <- Fields],
    {tuple, A, [{atom, A, Name} | guard([given(F, Fields, hd(Rest ++ [D])) || {F, D} <- map_get(Name, Rs)], Rs)]};
guard({record_index, A, Name, {atom, _, F}}, Rs) -> {integer, A, index(Name, F, Rs)};
guard([H | T], Rs) -> [guard(H, Rs) | guard(T, Rs)];
guard(Tuple, Rs) when is_tuple(Tuple) -> list_to_tuple(guard(tuple_to_list(Tuple), Rs));
guard(Other, _) -> Other.
