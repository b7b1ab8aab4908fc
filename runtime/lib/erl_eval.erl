%% Evaluation of expressions. Each is compiled to BEAM code, an anonymous
%% module that is collected when nothing refers to it any more; natives do
%% that, this module keeps bindings and handlers as callers know them.
-module(erl_eval).

-export([expr/2, expr/3, expr/4, expr/5, exprs/2, exprs/3, exprs/4,
         expr_list/2, expr_list/3, expr_list/4,
         new_bindings/0, new_bindings/1, bindings/1, binding/2,
         add_binding/3, del_binding/2,
         check_command/2, fun_data/1, is_constant_expr/1, partial_eval/1,
         extended_parse_exprs/1, extended_parse_term/1, eval_str/1]).
-export([eval/5, value/4]).

%%% Bindings: a map, as erl has them; an orddict is taken too.

new_bindings() -> #{}.
new_bindings(Bs) when is_map(Bs) -> #{};
new_bindings(Bs) when is_list(Bs) -> [].

bindings(Bs) when is_map(Bs) -> maps:to_list(Bs);
bindings(Bs) when is_list(Bs) -> Bs.

binding(Name, Bs) when is_map(Bs) ->
    case Bs of
        #{Name := Value} -> {value, Value};
        #{} -> unbound
    end;
binding(Name, Bs) when is_list(Bs) ->
    case lists:keyfind(Name, 1, Bs) of
        {_, Value} -> {value, Value};
        false -> unbound
    end.

add_binding(Name, Value, Bs) when is_map(Bs) -> Bs#{Name => Value};
add_binding(Name, Value, Bs) when is_list(Bs) -> orddict:store(Name, Value, Bs).

del_binding(Name, Bs) when is_map(Bs) -> maps:remove(Name, Bs);
del_binding(Name, Bs) when is_list(Bs) -> orddict:erase(Name, Bs).

%%% Expressions.

exprs(Es, Bs) -> exprs(Es, Bs, none, none).
exprs(Es, Bs, Lf) -> exprs(Es, Bs, Lf, none).
exprs([E], Bs, Lf, Ef) -> expr(E, Bs, Lf, Ef);
exprs([E | Es], Bs0, Lf, Ef) ->
    {value, _, Bs} = expr(E, Bs0, Lf, Ef),
    exprs(Es, Bs, Lf, Ef).

expr(E, Bs) -> expr(E, Bs, none, none).
expr(E, Bs, Lf) -> expr(E, Bs, Lf, none).
expr(E, Bs, Lf, Ef) -> eval(E, Bs, [], Lf, Ef).
expr(E, Bs, Lf, Ef, value) ->
    {value, Value, _} = expr(E, Bs, Lf, Ef),
    Value;
expr(E, Bs, Lf, Ef, none) -> expr(E, Bs, Lf, Ef).

expr_list(Es, Bs) -> expr_list(Es, Bs, none, none).
expr_list(Es, Bs, Lf) -> expr_list(Es, Bs, Lf, none).
expr_list(Es, Bs0, Lf, Ef) ->
    {Values, Bs} = lists:foldl(fun(E, {Vs, B0}) ->
                                       {value, V, B} = expr(E, Bs0, Lf, Ef),
                                       {[V | Vs], merge(B, B0)}
                               end, {[], Bs0}, Es),
    {lists:reverse(Values), Bs}.

merge(New, Old) ->
    lists:foldl(fun({Name, Value}, Bs) ->
                        case binding(Name, Bs) of
                            unbound -> add_binding(Name, Value, Bs);
                            {value, V} when V =:= Value -> Bs;
                            {value, V} -> erlang:raise(error, {badmatch, V}, [{?MODULE, merge_bindings, 4, []}])
                        end
                end, Old, bindings(New)).

%% eval evaluates one expression with the given record definitions. Handlers of
%% the kind {eval, F} get a call's arguments unevaluated; that can be told of a
%% call that is the whole expression, while in code F gets values. The shell's
%% own, {command, F, V}, has F for commands that need it so (it says no to
%% others) and V for values.
eval({value, _, Value}, Bs, _, _, _) -> {value, Value, Bs};
eval({call, _, {atom, _, Name}, Args} = E, Bs, Records, {eval, F} = Lf, Ef) ->
    case erl_internal:bif(Name, length(Args)) orelse Name =:= record_info of
        true -> run(E, Bs, Records, Lf, Ef);
        false -> F(Name, Args, Bs)
    end;
eval({call, _, {atom, _, Name}, Args} = E, Bs, Records, {command, F, _} = Lf, Ef) ->
    case erl_internal:bif(Name, length(Args)) orelse F(Name, Args, Bs) of
        {value, _, _} = Result -> Result;
        _ -> run(E, Bs, Records, Lf, Ef)
    end;
eval(E, Bs, Records, Lf, Ef) -> run(E, Bs, Records, Lf, Ef).

%% The call is the last one: code of the shell brings its frames along.
run(E, Bs, Records, Lf, Ef) ->
    {Entry, Names} = shell_eval:compile([E], [Name || {Name, _} <- bindings(Bs)],
                                        Records, Ef =/= none),
    Args = [element(2, binding(Name, Bs)) || Name <- Names],
    apply(Entry, [local_handler(Lf, Bs), Bs | handlers(Ef, Args)]).

%% value is what compiled code ends with. A variable that only other branches
%% bind has no value.
value(Value, Bs, Names, Values) -> {value, Value, add_all(Names, Values, Bs)}.

add_all([_ | Names], [' unbound' | Values], Bs) -> add_all(Names, Values, Bs);
add_all([Name | Names], [Value | Values], Bs) ->
    add_all(Names, Values, add_binding(Name, Value, Bs));
add_all([], [], Bs) -> Bs.

%% Handlers as compiled code calls them: with the function and a list of values.
local_handler({command, _, F}, _) -> F;
local_handler({value, F}, _) -> F;
local_handler({value, F, Extra}, _) ->
    fun(Name, Args) -> apply(F, [Name, Args | Extra]) end;
local_handler({eval, F}, Bs) ->
    fun(Name, Args) ->
            {value, Value, _} = F(Name, [{value, 0, A} || A <- Args], Bs),
            Value
    end;
local_handler({eval, F, Extra}, Bs) ->
    fun(Name, Args) ->
            {value, Value, _} = apply(F, [Name, [{value, 0, A} || A <- Args], Bs | Extra]),
            Value
    end;
local_handler({M, F}, _) -> fun(Name, Args) -> M:F(Name, Args) end;
local_handler(none, _) ->
    fun(Name, Args) -> erlang:raise(error, undef, [{?MODULE, Name, Args, []}]) end.

handlers(none, Args) -> Args;
handlers({value, F}, Args) -> [F | Args];
handlers({value, F, Extra}, Args) ->
    [fun(Func, As) -> apply(F, [Func, As | Extra]) end | Args].

%% check_command lints expressions for unbound variables and illegal ones.
check_command(Es, Bs) ->
    case shell_eval:check(Es, Bs, []) of
        ok -> {[], []};
        {error, Error} -> {[{"nofile", [Error]}], []}
    end.

%% fun_data tells what a fun typed in a shell is made of.
fun_data(F) when is_function(F) -> shell_eval:fun_data(F);
fun_data(_) -> false.

is_constant_expr(E) ->
    try erl_parse:normalise(E) of
        _ -> true
    catch
        _:_ -> false
    end.

%% partial_eval evaluates arithmetic on literals.
partial_eval(E) ->
    Anno = element(2, E),
    try constant(E) of
        V when is_integer(V) -> {integer, Anno, V};
        V when is_float(V) -> {float, Anno, V};
        V when is_atom(V) -> {atom, Anno, V};
        _ -> E
    catch
        _:_ -> E
    end.

constant({op, _, Op, A, B}) -> erlang:Op(constant(A), constant(B));
constant({op, _, Op, A}) -> erlang:Op(constant(A));
constant({Type, _, V}) when Type =:= integer; Type =:= float; Type =:= atom; Type =:= string -> V;
constant({tuple, _, Es}) -> list_to_tuple([constant(E) || E <- Es]);
constant({nil, _}) -> [];
constant({cons, _, H, T}) -> [constant(H) | constant(T)].

extended_parse_exprs(Tokens) -> erl_parse:parse_exprs(Tokens).

extended_parse_term(Tokens) ->
    case extended_parse_exprs(Tokens) of
        {ok, [E]} ->
            try {ok, erl_parse:normalise(E)}
            catch _:_ -> {error, {0, ?MODULE, "bad term"}}
            end;
        {ok, [_ | _]} -> {error, {0, ?MODULE, "bad term"}};
        {error, _} = Error -> Error
    end.

eval_str(Text) when is_binary(Text) -> eval_str(unicode:characters_to_list(Text));
eval_str(Text) when is_list(Text) ->
    case erl_scan:string(Text, 0) of
        {ok, Tokens, _} ->
            case erl_parse:parse_exprs(Tokens) of
                {ok, Es} ->
                    {value, Value, _} = exprs(Es, new_bindings()),
                    {ok, lists:flatten(io_lib:format("~tp", [Value]))};
                {error, {_, Mod, What}} ->
                    {error, lists:flatten(Mod:format_error(What))}
            end;
        {error, {_, Mod, What}, _} ->
            {error, lists:flatten(Mod:format_error(What))}
    end.
