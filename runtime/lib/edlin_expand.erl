%% Completion of what stands before the cursor: modules and their functions,
%% variables, records, shell commands, names of nodes and other atoms.
-module(edlin_expand).

-export([expand/1, expand/2]).

%% expand takes the text before the cursor, reversed, and gives {yes, Insert,
%% Matches} or {no, [], []}. What the shell knows may be given: #{variables,
%% records, functions}, lists of atoms and, for functions, of {Name, Arity}.
expand(Before) -> expand(Before, #{}).

expand(Before, Known) ->
    try words(token(Before), Known) of
        {Prefix, Words} -> choose(Prefix, lists:usort(Words))
    catch
        _:_ -> {no, [], []}
    end.

%% choose gives what all words that begin with the prefix have in common, and
%% the words if that is nothing new. A word is {Text, End}: End follows it if
%% it is the only one.
choose(Prefix, Words) ->
    case [W || {Text, _} = W <- Words, lists:prefix(Prefix, Text)] of
        [] -> {no, [], []};
        [{Text, End}] ->
            case lists:nthtail(length(Prefix), Text) ++ End of
                [] -> {no, [], []};
                Insert -> {yes, Insert, []}
            end;
        [{First, _} | _] = Found ->
            {Last, _} = lists:last(Found),
            case lists:nthtail(length(Prefix), common(First, Last)) of
                [] -> {yes, [], [Text ++ End || {Text, End} <- Found]};
                Insert -> {yes, Insert, []}
            end
    end.

common([C | As], [C | Bs]) -> [C | common(As, Bs)];
common(_, _) -> [].

%% token says what is being typed.
token(Before) ->
    case quoted(lists:reverse(Before)) of
        {atom, Text} -> {quoted, Text};
        string -> none;
        none ->
            {Word, Rest} = lists:splitwith(fun is_word/1, Before),
            in_context(lists:reverse(Word), Rest)
    end.

in_context(Word, [$: | Rest]) ->
    case atom_before(Rest) of
        "" -> none;
        Mod -> {function, Mod, Word}
    end;
in_context(Word, [$# | _]) -> {record, Word};
in_context(Word, [$? | _]) -> {macro, Word};
in_context([], _) -> none;
in_context([C | _] = Word, Rest) when C >= $A, C =< $Z; C =:= $_ ->
    case Rest of
        [$. | _] -> none;
        _ -> {variable, Word}
    end;
in_context([C | _], _) when C >= $0, C =< $9 -> none;
in_context(Word, _) -> {atom, Word}.

is_word(C) when C >= $a, C =< $z; C >= $A, C =< $Z; C >= $0, C =< $9 -> true;
is_word(C) -> C =:= $_ orelse C =:= $@ orelse C > 127.

%% The atom whose reversed text a list begins with.
atom_before([$' | Rest]) ->
    {Name, _} = lists:splitwith(fun(C) -> C =/= $' end, Rest),
    lists:reverse(Name);
atom_before(Rest) ->
    {Word, _} = lists:splitwith(fun is_word/1, Rest),
    case lists:reverse(Word) of
        [C | _] = Name when C >= $a, C =< $z -> Name;
        _ -> ""
    end.

%% quoted says whether text ends within a quoted atom, or a string.
quoted([$$, $\\, _ | Text]) -> quoted(Text);
quoted([$$, _ | Text]) -> quoted(Text);
quoted([$' | Text]) -> within($', Text, []);
quoted([$" | Text]) -> within($", Text, []);
quoted([$% | Text]) ->
    case lists:dropwhile(fun(C) -> C =/= $\n end, Text) of
        [] -> string;
        Rest -> quoted(Rest)
    end;
quoted([_ | Text]) -> quoted(Text);
quoted([]) -> none.

within(Q, [$\\, C | Text], Acc) -> within(Q, Text, [C | Acc]);
within(Q, [Q | Text], _) -> quoted(Text);
within(Q, [C | Text], Acc) -> within(Q, Text, [C | Acc]);
within($', [], Acc) -> {atom, lists:reverse(Acc)};
within(_, [], _) -> string.

%%% The words that there are.

words(none, _) -> {"", []};
words({macro, Prefix}, _) -> {Prefix, []};
words({function, Mod, Prefix}, _) ->
    {Prefix, [function(F) || {F, _} <- exports(list_to_existing_atom(Mod)), visible(F)]};
words({record, Prefix}, Known) ->
    {Prefix, [{name(R), "{"} || R <- maps:get(records, Known, [])]};
words({variable, Prefix}, Known) ->
    {Prefix, [{atom_to_list(V), ""} || V <- maps:get(variables, Known, [])]};
words({quoted, Prefix}, _) ->
    {Prefix, [{atom_to_list(A), "'"} || A <- nodes_known() ++ modules() ++ registered()]};
words({atom, Prefix}, Known) ->
    {Prefix,
     [function(F) || {F, _} <- maps:get(functions, Known, [])]
     ++ [function(F) || {F, _} <- shell_default:module_info(exports), visible(F)]
     ++ [function(F) || F <- [b, e, exit, f, ff, fl, h, history, lf, lr, lt, rd, records, results, rf,
                              rl, rp, rr, tf, v, catch_exception, help]]
     ++ [function(F) || {F, A} <- exports(erlang), erl_internal:bif(F, A)]
     ++ [{name(M), ":"} || M <- modules(), lists:prefix(Prefix, atom_to_list(M))]
     ++ [{name(N), ""} || N <- nodes_known() ++ registered(), lists:prefix(Prefix, atom_to_list(N))]}.

%% A module may be in Erlang, in Go, or both.
exports(Mod) ->
    case code:ensure_loaded(Mod) of
        {module, Mod} -> Mod:module_info(exports) ++ code:natives(Mod);
        {error, _} -> code:natives(Mod)
    end.

function(F) -> {name(F), "("}.

name(A) -> lists:flatten(io_lib:write_atom(A)).

visible(module_info) -> true;
visible(F) ->
    %% Names of what the compiler made, and operators, are of no use.
    case atom_to_list(F) of
        [C | _] when C >= $a, C =< $z -> true;
        _ -> false
    end.

modules() -> [list_to_atom(M) || {M, _, _} <- code:all_available()] ++ code:natives().

nodes_known() -> [N || N <- [node() | nodes(known)], N =/= nonode@nohost].
