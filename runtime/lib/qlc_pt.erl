%% The translation of qlc:q(ListComprehension) in modules and at the prompt. The
%% comprehension becomes {qlc_lc, fun() -> {qlc, Steps, Template, Text} end,
%% undefined}, where variables that it binds are passed on in a list, the one
%% bound last first:
%%
%%   {generate, Once, fun(Bound) -> Source, fun(Element, Bound) -> Bound1 | false}
%%   {filter, fun(Bound) -> Bound1 | false}
%%   Template is fun(Bound) -> Answer
%%
%% Once says that the source is the same for all that is bound. Text holds
%% the parts as they are shown: {Template, [{Pattern, Source} | Filter]}.
-module(qlc_pt).

-export([parse_transform/2, expression/1]).

parse_transform(Forms, _Options) -> [form(Form, Forms) || Form <- Forms].

form({function, _, _, _, _} = Form, Forms) -> walk(Form, Forms);
form(Form, _) -> Form.

%% expression translates what is typed at the prompt.
expression(E) -> walk(E, []).

walk({call, A, {remote, _, {atom, _, qlc}, {atom, _, q}} = Q, [{lc, _, _, _} = LC | Options]}, Forms)
  when length(Options) =< 1 ->
    {call, A, Q, [translated(LC, Forms) | walk(Options, Forms)]};
walk(T, Forms) when is_tuple(T) -> list_to_tuple(walk(tuple_to_list(T), Forms));
walk([E | Es], Forms) -> [walk(E, Forms) | walk(Es, Forms)];
walk(Other, _) -> Other.

translated({lc, A0, Template, Qualifiers}, Forms) ->
    A = erl_anno:set_generated(true, A0),
    {Steps, Texts, Bound} = steps(Qualifiers, [], A, Forms),
    Body = tuple([{atom, A, qlc}, list(Steps, A),
                  function([pattern(Bound, [Template], A)], walk(Template, Forms), A),
                  tuple([{string, A, text(Template)}, list(Texts, A)], A)], A),
    tuple([{atom, A, qlc_lc}, {'fun', A, {clauses, [{clause, A, [], [], [Body]}]}}, {atom, A, undefined}], A).

steps([], Bound, _, _) -> {[], [], Bound};
steps([{Generate, _, Pattern, Source} | Qs], Bound, A, Forms)
  when Generate =:= generate; Generate =:= generate_strict ->
    New = variables(Pattern),
    Once = [V || V <- used(Source), lists:member(V, Bound)] =:= [],
    Match = clauses([{[Pattern, {var, A, '__Bound__'}], [], bound(New, {var, A, '__Bound__'}, A)},
                     {[{var, A, '_'}, {var, A, '_'}], [], {atom, A, false}}], A),
    Step = tuple([{atom, A, generate}, {atom, A, Once},
                  function([case Once of
                                true -> {var, A, '_'};
                                false -> pattern(Bound, [Source], A)
                            end], walk(Source, Forms), A), Match], A),
    {Steps, Texts, All} = steps(Qs, New ++ Bound, A, Forms),
    {[Step | Steps], [tuple([{string, A, text(Pattern)}, {string, A, text(Source)}], A) | Texts], All};
steps([Filter | Qs], Bound, A, Forms) ->
    New = assigned(Filter) -- Bound,
    Before = {match, A, {var, A, '__Bound__'}, pattern(Bound, [Filter], A)},
    Test = case New =:= [] andalso erl_lint:is_guard_test(Filter, Forms) of
               true ->
                   clauses([{[Before], [[Filter]], {var, A, '__Bound__'}},
                            {[{var, A, '_'}], [], {atom, A, false}}], A);
               false ->
                   Value = {match, A, {var, A, '__Filter__'}, walk(Filter, Forms)},
                   Case = {'case', A, {var, A, '__Filter__'},
                           [{clause, A, [{atom, A, true}], [], [bound(New, {var, A, '__Bound__'}, A)]},
                            {clause, A, [{atom, A, false}], [], [{atom, A, false}]},
                            {clause, A, [{var, A, '_'}], [],
                             [{call, A, {remote, A, {atom, A, erlang}, {atom, A, error}},
                               [tuple([{atom, A, bad_filter}, {var, A, '__Filter__'}], A)]}]}]},
                   {'fun', A, {clauses, [{clause, A, [Before], [], [Value, Case]}]}}
           end,
    {Steps, Texts, All} = steps(Qs, New ++ Bound, A, Forms),
    {[tuple([{atom, A, filter}, Test], A) | Steps], [{string, A, text(Filter)} | Texts], All}.

function(Patterns, Body, A) -> clauses([{Patterns, [], Body}], A).

clauses(Clauses, A) ->
    {'fun', A, {clauses, [{clause, A, Patterns, Guards, [Body]} || {Patterns, Guards, Body} <- Clauses]}}.

%% The list of what is bound, with names for what Parts use. A name that was
%% bound twice is the last one's.
pattern(Bound, Parts, A) -> pattern(Bound, used(Parts), [], A).

pattern([], _, _, A) -> {var, A, '_'};
pattern([V | Bound], Used, Seen, A) ->
    Name = case lists:member(V, Used) andalso not lists:member(V, Seen) of
               true -> V;
               false -> '_'
           end,
    {cons, A, {var, A, Name}, pattern(Bound, Used, [V | Seen], A)}.

bound(New, Rest, A) -> lists:foldr(fun(V, T) -> {cons, A, {var, A, V}, T} end, Rest, New).

tuple(Es, A) -> {tuple, A, Es}.

list(Es, A) -> lists:foldr(fun(E, T) -> {cons, A, E, T} end, {nil, A}, Es).

%% The variables of a pattern; those in the size of a part of a binary are
%% bound before.
variables(Pattern) -> lists:usort(used(Pattern)).

used({var, _, '_'}) -> [];
used({var, _, V}) -> [V];
used(T) when is_tuple(T) -> used(tuple_to_list(T));
used([E | Es]) -> used(E) ++ used(Es);
used(_) -> [].

%% The variables that a filter binds.
assigned({match, _, P, E}) -> variables(P) ++ assigned(E);
assigned({block, _, Es}) -> lists:append([assigned(E) || E <- Es]);
assigned({op, _, _, E1, E2}) -> assigned(E1) ++ assigned(E2);
assigned(_) -> [].

text(E) -> lists:flatten(erl_pp:expr(E)).
