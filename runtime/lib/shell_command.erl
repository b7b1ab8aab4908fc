%% What a typed line says: its tokens become expressions, or a definition; e(N), v(N)
%% and f(X), which mean something to the shell alone, become ordinary expressions.
%% Commands is the history: {N, {Expressions, Result}} of each command that is kept,
%% the newest first.
-module(shell_command).

-export([read/3, values/3, forget/2, is_command/1]).

%% read gives {ok, Expressions, Plain} for command N, {define, Form}, or {error,
%% {Location, Module, What}}. It throws {not_found, Text} where a command that is
%% named is not kept. A Plain command has nothing that values or forget replace.
read(Tokens, N, Commands) ->
    History = {N, Commands},
    case parse(Tokens) of
        {ok, Exprs} ->
            case lists:any(fun is_special/1, Tokens) of
                true -> {ok, lists:append([recall_list(E, History) || E <- Exprs]), false};
                false -> {ok, Exprs, true}
            end;
        Other -> Other
    end.

%% A command without any of these is plain: it need not be looked through for
%% what the shell replaces.
is_special({atom, _, Name}) -> Name =:= v orelse Name =:= e orelse Name =:= f;
is_special({'fun', _}) -> true;
is_special(_) -> false.

%% recall_expr replaces e(N) by command N, and the N of v(N) by the number that
%% it means: so the history shows it, and so it stays when e repeats it.
recall_list({call, _, {atom, _, e}, [Arg]}, History) ->
    {_, {Command, _}} = recall(Arg, History),
    Command;
recall_list(E, History) -> [recall_expr(E, History)].

recall_expr({call, A, {atom, _, v} = V, [Arg]}, History) ->
    {N, _} = recall(Arg, History),
    {call, A, V, [{integer, A, N}]};
recall_expr({call, _, {atom, _, e}, [Arg]}, History) ->
    case recall(Arg, History) of
        {_, {[Command], _}} -> Command;
        {_, {[C | _] = Commands, _}} -> {block, element(2, C), Commands};
        {N, _} -> throw({not_found, integer_to_list(N)})
    end;
recall_expr({string, _, _} = E, _) -> E;
recall_expr(E, History) when is_tuple(E) ->
    list_to_tuple(recall_expr(tuple_to_list(E), History));
recall_expr([E | Es], History) -> [recall_expr(E, History) | recall_expr(Es, History)];
recall_expr(E, _) -> E.

%% A line is a definition (-record, -type, -spec or a function) or expressions.
parse([{'-', _}, {atom, _, Kind} | _] = Tokens)
  when Kind =:= record; Kind =:= type; Kind =:= nominal ->
    case erl_parse:parse_form(Tokens) of
        {ok, {attribute, _, record, {_, _}} = Form} -> {define, Form};
        {ok, {attribute, _, Kind, {_, _, _}} = Form} -> {define, Form};
        {ok, {attribute, Location, _, _}} ->
            {error, {Location, erl_parse, ["bad ", atom_to_list(Kind), " declaration"]}};
        {error, _} = Error -> form_error(Error)
    end;
parse([{'-', _}, {'spec', _} | _] = Tokens) ->
    parse_definition(Tokens, fun() -> erl_parse:parse_exprs(Tokens) end);
parse([{'-', _}, {atom, _, spec} | _] = Tokens) ->
    parse_definition(Tokens, fun() -> erl_parse:parse_exprs(Tokens) end);
parse([{atom, _, Name}, {'(', _} | _] = Tokens) ->
    case erl_eval:extended_parse_exprs(Tokens) of
        {ok, Exprs} -> {ok, Exprs};
        {error, _} = Error ->
            case lists:keymember('->', 1, Tokens) andalso not is_command(Name) of
                true ->
                    case erl_parse:parse_form(Tokens) of
                        {ok, {function, _, _, _, _} = Form} -> {define, Form};
                        _ -> Error
                    end;
                false -> Error
            end
    end;
parse(Tokens) -> erl_eval:extended_parse_exprs(Tokens).

%% Errors of attributes show the token as it is written.
form_error({error, {Location, erl_parse, ["syntax error before: ", "'.'"]}}) ->
    {error, {Location, erl_parse, ["syntax error before: ", ".\n"]}};
form_error({error, {Location, erl_parse, ["syntax error before: ", [$', C | _] = Token]}})
  when C < $0; C > $9, C < $A; C > $Z, C < $a; C > $z, C < 128 ->
    {error, {Location, erl_parse, ["syntax error before: ", string:trim(Token, both, "'")]}};
form_error(Error) -> Error.

%% A command can't be defined anew, nor can a BIF.
is_command(Name) ->
    lists:any(fun(Arity) -> erl_internal:bif(Name, Arity) end, lists:seq(0, 9)) orelse lists:member(Name, [b, e, exit, f, ff, fl, h, help, history, lf, lr, lt, rd, results, rf, rl, rp, rr,
                        save_module, tf, v, catch_exception])
        orelse lists:keymember(Name, 1, shell_default:module_info(exports)).

parse_definition(Tokens, Else) ->
    case erl_parse:parse_form(Tokens) of
        {ok, Form} -> {define, Form};
        {error, _} = Error ->
            case Else() of
                {ok, Exprs} -> {ok, Exprs};
                {error, _} -> form_error(Error)
            end
    end.

%% values replaces v(N) by a variable of that name, bound while the command runs.
values({call, A, {atom, _, v}, [{integer, _, N}]}, Bs, Commands) ->
    Name = list_to_atom("v(" ++ integer_to_list(N) ++ ")"),
    Value = case lists:keyfind(N, 1, Commands) of
                {_, {_, {value, V}}} -> V;
                _ -> undefined
            end,
    {{var, A, Name}, lists:keystore(Name, 1, Bs, {Name, Value})};
values({'fun', A, {function, Name, Arity}} = E, Bs, _) ->
    {local_fun(A, Name, Arity, E), Bs};
values({string, _, _} = E, Bs, _) -> {E, Bs};
values(E0, Bs0, Commands) when is_tuple(E0) ->
    {L, Bs} = values(tuple_to_list(E0), Bs0, Commands),
    {list_to_tuple(L), Bs};
values([E0 | Es0], Bs0, Commands) ->
    {E, Bs1} = values(E0, Bs0, Commands),
    {Es, Bs} = values(Es0, Bs1, Commands),
    {[E | Es], Bs};
values(E, Bs, _) -> {E, Bs}.

%% fun f/1 is, but for BIFs, the fun of the module that commands come from. It has those that
%% were typed in as well: see shell_default:'$handle_undefined_function'/2.
local_fun(A, Name, Arity, E) ->
    case erl_internal:bif(Name, Arity) of
        true -> E;
        false -> {'fun', A, {function, {atom, A, shell_default}, {atom, A, Name}, {integer, A, Arity}}}
    end.

recall(Arg, {Current, Commands}) ->
    N = case Arg of
            {integer, _, I} -> I;
            {op, _, '-', {integer, _, I}} -> Current - I;
            _ -> throw({not_found, string:trim(erl_pp:expr(Arg))})
        end,
    case lists:keyfind(N, 1, Commands) of
        {N, Entry} -> {N, Entry};
        false -> throw({not_found, integer_to_list(N)})
    end.

%% What f(X) forgets is unbound in the whole of its expression.
forget(E0, Bs) ->
    {E, Names} = forgets(E0, []),
    {E, lists:foldl(fun erl_eval:del_binding/2, Bs, Names)}.

%% forgets replaces the variable of each f(X) by its name.
forgets({call, A, {atom, _, f} = F, [{var, _, Name}]}, Names) ->
    {{call, A, F, [{tuple, A, [{atom, A, var}, {atom, A, Name}]}]}, [Name | Names]};
forgets({string, _, _} = E, Names) -> {E, Names};
forgets([E0 | Es0], Names0) ->
    {E, Names1} = forgets(E0, Names0),
    {Es, Names} = forgets(Es0, Names1),
    {[E | Es], Names};
forgets(E0, Names0) when is_tuple(E0), element(1, E0) =/= value ->
    {L, Names} = forgets(tuple_to_list(E0), Names0),
    {list_to_tuple(L), Names};
forgets(E, Names) -> {E, Names}.
