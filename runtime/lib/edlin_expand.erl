%% Completion of what stands before the cursor: modules and their functions,
%% variables, records and their fields, keys of maps, shell commands, file
%% names in strings, names of nodes.
-module(edlin_expand).

-export([expand/1, expand/2]).

%% expand takes the text before the cursor, reversed, and gives {yes, Insert,
%% Sections} or {no, [], Sections}: a section is #{title, elems, options} with
%% elements {Text, [{ending, End}]}, and no is for sections that nothing can be
%% inserted of. What the shell knows may be given: #{variables, records, maps,
%% functions}, lists of atoms, of {Name, Fields} or {Name, Keys} and, for
%% functions, of {Name, Arity}.
expand(Before) -> expand(Before, #{}).

expand(Before, Known) ->
    try choose(words(token(Before), Known))
    catch
        _:_ -> {no, [], []}
    end.

%% choose gives what all words that begin with the prefix have in common, or
%% all that there are. A word is {Text, End}: End follows it if it is the only
%% one.
choose({arguments, Lines}) -> {no, [], [section({"typespecs", [{L, ""} || L <- Lines]}, lines)]};
choose({Prefix, Sections0}) ->
    Sections = [{Title, Words} || {Title, Words0} <- Sections0,
                                  Words <- [matching(Prefix, Words0)], Words =/= []],
    case lists:usort([Text || {_, Words} <- Sections, {Text, _} <- Words]) of
        [] -> {no, [], []};
        [Text] ->
            [{_, [{_, End} | _]} | _] = Sections,
            case {lists:nthtail(length(Prefix), Text) ++ End, Sections} of
                {[], _} -> {no, [], []};
                {Insert, [_]} -> {yes, Insert, []};
                {Insert, _} -> several(lists:nthtail(length(Prefix), Text), Insert, Sections)
            end;
        [First | _] = Texts ->
            Insert = lists:nthtail(length(Prefix), common(First, lists:last(Texts))),
            several(Insert, Insert, Sections)
    end.

several([], _, Sections) -> {yes, [], [section(S, columns) || S <- Sections]};
several(Insert, _, Sections) -> {yes, Insert, [section(S, columns) || S <- Sections]}.

matching(Prefix, Words) -> lists:usort([W || {Text, _} = W <- Words, lists:prefix(Prefix, Text)]).

section({Title, Words}, Layout) ->
    #{title => Title, elems => [{Text, [{ending, End}]} || {Text, End} <- Words], options => [{layout, Layout}]}.

common([C | As], [C | Bs]) -> [C | common(As, Bs)];
common(_, _) -> [].

%% token says what is being typed.
token(Before) ->
    case quoted(lists:reverse(Before)) of
        {atom, Text} -> {quoted, Text};
        {string, Text} -> {file, Text};
        comment -> none;
        none ->
            {Word, Rest} = lists:splitwith(fun is_word/1, Before),
            in_context(lists:reverse(Word), Rest)
    end.

in_context(Word, [$/ | Rest]) ->
    {Name, Rest1} = lists:splitwith(fun is_word/1, Rest),
    case Rest1 of
        [$: | Rest2] when Name =/= [] -> {arity, atom_before(Rest2), lists:reverse(Name), Word};
        _ -> in_expression(Word, [$/ | Rest])
    end;
in_context(Word, [$: | Rest]) ->
    {_, Rest1} = lists:splitwith(fun(C) -> is_word(C) orelse C =:= $' end, Rest),
    case {atom_before(Rest), Rest1} of
        {_, [$: | _]} -> none;
        {"", _} -> none;
        {Mod, _} -> {function, Mod, Word, is_fun(Rest1)}
    end;
in_context(Word, [$# | _]) -> {record, Word};
in_context(Word, [$? | _]) -> {macro, Word};
in_context(Word, [$. | Rest]) ->
    {Name, Rest1} = lists:splitwith(fun is_word/1, Rest),
    case Rest1 of
        [$# | _] when Name =/= [] -> {fields, Word, lists:reverse(Name)};
        _ -> none
    end;
in_context(Word, Rest) -> in_expression(Word, Rest).

in_expression([C | _], _) when C >= $0, C =< $9 -> none;
in_expression([C | _] = Word, _) when C >= $A, C =< $Z; C =:= $_ -> {variable, Word};
in_expression(Word, Rest) ->
    case opener(Rest, 0) of
        {${, Commas, Outer} ->
            {Name, Outer1} = lists:splitwith(fun is_word/1, Outer),
            case {lists:reverse(Name), Outer1, begins(Rest)} of
                {"", [$# | Var], true} -> {keys, Word, variable_before(Var)};
                {Record, [$# | _], true} when Word =:= [] -> {fields, Word, Record};
                {Record, [$# | _], true} -> {atom, Word, {fields, Record}};
                _ when Word =:= [] -> none;
                _ -> {atom, Word, Commas}
            end;
        {$(, Commas, Outer} -> in_call(Word, Rest, Commas, Outer);
        _ when Word =:= [] -> none;
        _ -> {atom, Word, is_fun(Rest)}
    end.

in_call(Word, Rest, Commas, Outer) ->
    {Name0, Outer1} = lists:splitwith(fun is_word/1, Outer),
    Mod = case Outer1 of
              [$: | More] -> atom_before(More);
              _ -> ""
          end,
    case {lists:reverse(Name0), Mod} of
        {"h", ""} when Commas =:= 0 -> {module, Word};
        {"h", ""} when Commas =:= 1 ->
            [_, C | _] = lists:dropwhile(fun(C) -> C =/= $, end, Rest),
            C >= $a andalso
                {documented, atom_before(tl(lists:dropwhile(fun(D) -> D =/= $, end, Rest))), Word};
        {Name, _} when Word =:= [], Name =/= [] -> begins(Rest) andalso {arguments, Mod, Name, Commas};
        _ when Word =:= [] -> none;
        _ -> {atom, Word, is_fun(Rest)}
    end.

%% begins says whether an argument or element begins after the reversed text.
begins(Rest) ->
    case lists:dropwhile(fun(C) -> C =< $\s end, Rest) of
        [C | _] -> lists:member(C, "({,[");
        [] -> false
    end.

%% is_fun says whether reversed text ends with the word fun.
is_fun(Rest) ->
    case lists:dropwhile(fun(C) -> C =< $\s end, Rest) of
        [$n, $u, $f] when hd(Rest) =< $\s -> true;
        [$n, $u, $f, C | _] when hd(Rest) =< $\s -> not is_word(C);
        _ -> false
    end.

%% opener is the bracket that is not closed in the reversed text, with the
%% commas after it and the text before it.
opener([Q | Rest], Commas) when Q =:= $"; Q =:= $' ->
    case lists:dropwhile(fun(C) -> C =/= Q end, Rest) of
        [_ | Rest1] -> opener(Rest1, Commas);
        [] -> none
    end;
opener([C | Rest], Commas) when C =:= $); C =:= $}; C =:= $] ->
    case opener(Rest, 0) of
        {_, _, Rest1} -> opener(Rest1, Commas);
        none -> none
    end;
opener([C | Rest], Commas) when C =:= $(; C =:= ${; C =:= $[ -> {C, Commas, Rest};
opener([$, | Rest], Commas) -> opener(Rest, Commas + 1);
opener([_ | Rest], Commas) -> opener(Rest, Commas);
opener([], _) -> none.

is_word(C) when C >= $a, C =< $z; C >= $A, C =< $Z; C >= $0, C =< $9 -> true;
is_word(C) -> C =:= $_ orelse C =:= $@ orelse C > 127.

%% The atom whose reversed text a list begins with.
atom_before([C | Rest]) when C =< $\s -> atom_before(Rest);
atom_before([$' | Rest]) ->
    {Name, _} = lists:splitwith(fun(C) -> C =/= $' end, Rest),
    lists:reverse(Name);
atom_before(Rest) ->
    {Word, _} = lists:splitwith(fun is_word/1, Rest),
    case lists:reverse(Word) of
        [C | _] = Name when C >= $a, C =< $z -> Name;
        _ -> ""
    end.

variable_before(Rest) ->
    {Word, _} = lists:splitwith(fun is_word/1, Rest),
    lists:reverse(Word).

%% quoted says whether text ends within a quoted atom, a string or a comment.
quoted([$$, $\\, _ | Text]) -> quoted(Text);
quoted([$$, _ | Text]) -> quoted(Text);
quoted([$' | Text]) -> within($', Text, []);
quoted([$" | Text]) -> within($", Text, []);
quoted([$% | Text]) ->
    case lists:dropwhile(fun(C) -> C =/= $\n end, Text) of
        [] -> comment;
        Rest -> quoted(Rest)
    end;
quoted([_ | Text]) -> quoted(Text);
quoted([]) -> none.

within(Q, [$\\, C | Text], Acc) -> within(Q, Text, [C | Acc]);
within(Q, [Q | Text], _) -> quoted(Text);
within(Q, [C | Text], Acc) -> within(Q, Text, [C | Acc]);
within($', [], Acc) -> {atom, lists:reverse(Acc)};
within(_, [], Acc) -> {string, lists:reverse(Acc)}.

%%% The words that there are.

words({arity, Mod, Name, Prefix}, _) ->
    {Prefix, [{"", [{integer_to_list(A), ""} || {F, A} <- exports(list_to_existing_atom(Mod)),
                                                atom_to_list(F) =:= Name]}]};
words({function, Mod, Prefix, IsFun}, _) ->
    End = case IsFun of true -> "/"; false -> "(" end,
    {Prefix, [{"Functions", [{name(F), End} || {F, _} <- exports(list_to_existing_atom(Mod)), visible(F)]}]};
words({documented, Mod, Prefix}, _) ->
    {Prefix, [{"Functions", [{name(F), ","} || {F, _} <- exports(list_to_existing_atom(Mod)), visible(F)]}]};
words({module, Prefix}, _) when Prefix =/= [] -> {Prefix, [{"modules", [{name(M), ", "} || M <- modules()]}]};
words({record, Prefix}, Known) ->
    {Prefix, [{"records", [{name(R), "{"} || {R, _} <- maps:get(records, Known, [])]}]};
words({fields, Prefix, Record}, Known) -> {Prefix, [fields(Record, Known)]};
words({keys, Prefix, Var}, Known) ->
    Keys = [K || {V, Ks} <- maps:get(maps, Known, []), atom_to_list(V) =:= Var, K <- Ks],
    {Prefix, [{"", [{name(K), "=>"} || K <- Keys]}]};
words({variable, Prefix}, Known) ->
    {Prefix, [{"bindings", [{atom_to_list(V), ""} || V <- maps:get(variables, Known, [])]}]};
words({quoted, Prefix}, _) ->
    {Prefix, [{"nodes", [{atom_to_list(N), "'"} || N <- nodes_known()]},
              {"modules", [{atom_to_list(M), "':"} || Prefix =/= [], M <- modules()]}]};
words({file, Prefix}, _) ->
    %% Only the last part of a name is completed.
    Base = lists:reverse(lists:takewhile(fun(C) -> C =/= $/ end, lists:reverse(Prefix))),
    Dir = lists:sublist(Prefix, length(Prefix) - length(Base)),
    {ok, Names} = file:list_dir(case Dir of "" -> "."; _ -> Dir end),
    {Base, [{"", [{N, case filelib:is_dir(Dir ++ N) of true -> "/"; false -> "" end} || N <- Names]}]};
words({arguments, Mod, Name, Typed}, Known) ->
    {arguments, [lists:concat([M, ":", name(F), "/", A])
                 || {M, F, A} <- called(Mod, Name, Known), A > Typed]};
words({atom, Prefix, Context}, Known) ->
    End = case Context of true -> "/"; _ -> "(" end,
    {Prefix,
     [{"bifs", [{name(F), End} || {F, A} <- exports(erlang), erl_internal:bif(F, A)]},
      {"commands", [{name(F), End} || F <- commands()]}]
     ++ [fields(Record, Known) || {fields, Record} <- [Context]]
     ++ [{"functions", [{name(F), End} || {F, _} <- maps:get(functions, Known, [])]},
         {"keywords", [{K, ""} || K <- ["begin", "case", "catch", "fun", "if", "maybe", "receive", "try"]]},
         {"modules", [{name(M), ":"} || M <- modules(), lists:prefix(Prefix, atom_to_list(M))]},
         {"nodes", [{name(N), ""} || N <- nodes_known(), lists:prefix(Prefix, atom_to_list(N))]}]}.

fields(Record, Known) ->
    {"fields", [{name(F), "="} || {R, Fs} <- maps:get(records, Known, []), atom_to_list(R) =:= Record, F <- Fs]}.

called("", Name, Known) ->
    [{shell, F, A} || {F, A} <- maps:get(functions, Known, []), atom_to_list(F) =:= Name]
        ++ [{erlang, F, A} || {F, A} <- exports(erlang), atom_to_list(F) =:= Name, erl_internal:bif(F, A)]
        ++ [{shell_default, F, A} || {F, A} <- exports(shell_default), atom_to_list(F) =:= Name];
called(Mod, Name, _) ->
    M = list_to_existing_atom(Mod),
    [{M, F, A} || {F, A} <- lists:usort(exports(M)), atom_to_list(F) =:= Name].

commands() ->
    [F || {F, _} <- shell_default:module_info(exports), visible(F)]
        ++ [b, e, exit, f, ff, fl, h, history, lf, lr, lt, rd, records, results, rf,
            rl, rp, rr, tf, v, catch_exception, help].

%% A module may be in Erlang, in Go, or both.
exports(Mod) ->
    case code:ensure_loaded(Mod) of
        {module, Mod} -> Mod:module_info(exports) ++ code:natives(Mod);
        {error, _} -> code:natives(Mod)
    end.

name(A) -> lists:flatten(io_lib:write_atom(A)).

visible(module_info) -> false;
visible(F) ->
    %% Names of what the compiler made, and operators, are of no use.
    case atom_to_list(F) of
        [C | _] when C >= $a, C =< $z -> true;
        _ -> false
    end.

modules() -> [list_to_atom(M) || {M, _, _} <- code:all_available()] ++ code:natives().

nodes_known() -> [N || N <- [node() | nodes(known)], N =/= nonode@nohost].
