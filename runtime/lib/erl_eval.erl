%% Evaluation of expressions. Each is compiled to BEAM code, an anonymous
%% module that is collected when nothing refers to it any more; natives do
%% that, this module keeps bindings and handlers as callers know them.
-module(erl_eval).

-export([expr/2, expr/3, expr/4, expr/5, exprs/2, exprs/3, exprs/4,
         expr_list/2, expr_list/3, expr_list/4,
         new_bindings/0, new_bindings/1, bindings/1, binding/2,
         add_binding/3, del_binding/2,
         match_clause/4, check_command/2, fun_data/1, is_constant_expr/1, partial_eval/1,
         extended_parse_exprs/1, extended_parse_term/1, eval_str/1]).
-export([eval/5, value/4]).

%%% Bindings: an orddict, or a map as the shell's are.

new_bindings() -> [].
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
%% the kind {eval, F} get a call's arguments unevaluated: those of a call that is the
%% whole expression, and those of calls in it as far as they bind no variables
%% (see unevaluated/1); of others F gets values. The shell's own, {command, F, V}, has F for commands that need it so (it says no to
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
    Expr = case is_eval(Lf) of true -> unevaluated(E); false -> E end,
    {Entry, Names} = compiled(case Ef of none -> Expr; _ -> redirect(Expr) end, Bs, Records, is_shell(Lf)),
    Args = [element(2, binding(Name, Bs)) || Name <- Names],
    apply(Entry, [handler(Lf, Bs, Ef), Bs | Args]).

is_eval({eval, _}) -> true;
is_eval({eval, _, _}) -> true;
is_eval(_) -> false.

is_shell({command, _, _}) -> true;
is_shell(_) -> false.

compiled(E, Bs, Records, Shell) ->
    try shell_eval:compile([E], [Name || {Name, _} <- bindings(Bs)], Records, Shell)
    catch
        error:{_, erl_lint, {unbound_var, V}} -> erlang:raise(error, {unbound_var, V}, []);
        error:system_limit -> erlang:raise(error, system_limit, [])
    end.

%% unevaluated changes calls of local functions so that the handler gets their arguments as they
%% are written, and the variables in them.
unevaluated({call, A, {atom, _, Name} = F, Args}) ->
    case erl_internal:bif(Name, length(Args)) orelse Name =:= record_info orelse plain_vars(Args, []) of
        Vars when is_list(Vars) ->
            Bound = lists:foldr(fun(V, T) -> {cons, A, {tuple, A, [{atom, A, V}, {var, A, V}]}, T} end, {nil, A},
                                lists:usort(Vars)),
            {call, A, {atom, A, ' eval'}, [{value, A, {Name, Args}}, Bound]};
        _ -> {call, A, F, unevaluated(Args)}
    end;
unevaluated({clause, A, Patterns, Guard, Body}) -> {clause, A, Patterns, Guard, unevaluated(Body)};
unevaluated({match, A, Pattern, E}) -> {match, A, Pattern, unevaluated(E)};
unevaluated({Kind, A, Pattern, E})
  when Kind =:= generate; Kind =:= b_generate; Kind =:= m_generate; Kind =:= generate_strict;
       Kind =:= b_generate_strict; Kind =:= m_generate_strict; Kind =:= maybe_match ->
    {Kind, A, Pattern, unevaluated(E)};
unevaluated([H | T]) -> [unevaluated(H) | unevaluated(T)];
unevaluated({value, _, _} = Value) -> Value;
unevaluated({clauses, Clauses}) -> {clauses, unevaluated(Clauses)};
unevaluated(Tuple) when is_tuple(Tuple), tuple_size(Tuple) > 2 ->
    [Kind, A | Parts] = tuple_to_list(Tuple),
    list_to_tuple([Kind, A | unevaluated(Parts)]);
unevaluated(Other) -> Other.

%% plain_vars are the variables of expressions, none if these may bind some.
plain_vars(_, none) -> none;
plain_vars({var, _, V}, Vars) -> [V | Vars];
plain_vars({value, _, _}, Vars) -> Vars;
plain_vars({Kind, _, _, _}, _) when Kind =:= match; Kind =:= 'case'; Kind =:= lc; Kind =:= bc; Kind =:= mc -> none;
plain_vars({Kind, _, _}, _) when Kind =:= 'fun'; Kind =:= 'if'; Kind =:= 'receive'; Kind =:= block; Kind =:= 'maybe' -> none;
plain_vars(Tuple, _) when is_tuple(Tuple), tuple_size(Tuple) > 3,
                          (element(1, Tuple) =:= 'try' orelse element(1, Tuple) =:= 'receive' orelse
                           element(1, Tuple) =:= named_fun orelse element(1, Tuple) =:= 'maybe') -> none;
plain_vars(Tuple, Vars) when is_tuple(Tuple) -> plain_vars(tuple_to_list(Tuple), Vars);
plain_vars([H | T], Vars) -> plain_vars(T, plain_vars(H, Vars));
plain_vars(_, Vars) -> Vars.

%% The handler of other than local functions gets every call that is no call of
%% a local function: those calls are changed to calls of a local one.
redirect({call, A, {remote, _, M, F}, Args}) -> other({tuple, A, [redirect(M), redirect(F)]}, A, Args);
redirect({call, A, {atom, _, F} = Name, Args}) ->
    case erl_internal:bif(F, length(Args)) andalso F =/= record_info of
        true -> other({tuple, A, [{atom, A, erlang}, Name]}, A, Args);
        false -> {call, A, Name, redirect(Args)}
    end;
redirect({call, A, F, Args}) -> other(redirect(F), A, Args);
redirect({op, A, Op, L, R}) when Op =/= 'andalso', Op =/= 'orelse' ->
    other({tuple, A, [{atom, A, erlang}, {atom, A, Op}]}, A, [L, R]);
redirect({op, A, Op, E}) -> other({tuple, A, [{atom, A, erlang}, {atom, A, Op}]}, A, [E]);
redirect({clause, A, Patterns, Guard, Body}) -> {clause, A, Patterns, Guard, redirect(Body)};
redirect({match, A, Pattern, E}) -> {match, A, Pattern, redirect(E)};
redirect({Kind, A, Pattern, E})
  when Kind =:= generate; Kind =:= b_generate; Kind =:= m_generate; Kind =:= generate_strict;
       Kind =:= b_generate_strict; Kind =:= m_generate_strict; Kind =:= maybe_match ->
    {Kind, A, Pattern, redirect(E)};
redirect([H | T]) -> [redirect(H) | redirect(T)];
redirect({value, _, _} = Value) -> Value;
redirect(Tuple) when is_tuple(Tuple), tuple_size(Tuple) > 2 ->
    [Kind, A | Parts] = tuple_to_list(Tuple),
    list_to_tuple([Kind, A | redirect(Parts)]);
redirect({clauses, Clauses}) -> {clauses, redirect(Clauses)};
redirect(Other) -> Other.

other(Function, A, Args) ->
    {call, A, {atom, A, ' other'},
     [{value, A, A}, Function, lists:foldr(fun(E, T) -> {cons, A, redirect(E), T} end, {nil, A}, Args)]}.

%% as_written undoes that.
as_written({call, _, {atom, _, ' other'}, [{value, _, A}, Function, List]}) ->
    call_of(as_written(Function), A, elements(List));
as_written([H | T]) -> [as_written(H) | as_written(T)];
as_written({value, _, _} = Value) -> Value;
as_written(Tuple) when is_tuple(Tuple) -> list_to_tuple(as_written(tuple_to_list(Tuple)));
as_written(Other) -> Other.

call_of({tuple, _, [{atom, _, erlang} = M, {atom, _, F} = Name]}, A, Args) ->
    try erl_internal:op_type(F, length(Args)) of
        _ -> list_to_tuple([op, A, F | Args])
    catch
        error:function_clause ->
            case erl_internal:bif(F, length(Args)) of
                true -> {call, A, Name, Args};
                false -> {call, A, {remote, A, M, Name}, Args}
            end
    end;
call_of({tuple, _, [M, F]}, A, Args) -> {call, A, {remote, A, M, F}, Args};
call_of(F, A, Args) -> {call, A, F, Args}.

elements({cons, _, H, T}) -> [as_written(H) | elements(T)];
elements({nil, _}) -> [].

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
    fun(' eval', [{Name, Args}, Vars]) ->
            {value, Value, _} = F(Name, Args, with(Vars, Bs)),
            Value;
       (Name, Args) ->
            {value, Value, _} = F(Name, [{value, 0, A} || A <- Args], Bs),
            Value
    end;
local_handler({eval, F, Extra}, Bs) ->
    fun(' eval', [{Name, Args}, Vars]) ->
            {value, Value, _} = apply(F, [Name, Args, with(Vars, Bs) | Extra]),
            Value;
       (Name, Args) ->
            {value, Value, _} = apply(F, [Name, [{value, 0, A} || A <- Args], Bs | Extra]),
            Value
    end;
local_handler({M, F}, _) -> fun(Name, Args) -> M:F(Name, Args) end;
local_handler(none, _) ->
    fun(Name, Args) -> erlang:raise(error, undef, [{?MODULE, Name, length(Args), []}]) end.

with(Vars, Bs) -> lists:foldl(fun({Name, Value}, B) -> add_binding(Name, Value, B) end, Bs, Vars).

%% handler adds the handler of other functions to that of local ones.
handler(Lf, Bs, none) -> local_handler(Lf, Bs);
handler(Lf, Bs, Ef) ->
    Local = local_handler(Lf, Bs),
    fun(' other', [Anno, Function, Args]) ->
            %% Funs of expressions call the handler themselves.
            case fun_data(Function) of
                false -> other_handler(Ef, Anno, Function, Args);
                _ -> apply(Function, Args)
            end;
       (Name, Args) -> Local(Name, Args)
    end.

other_handler({value, F}, Anno, Function, Args) when is_function(F, 3) -> F(Anno, Function, Args);
other_handler({value, F}, _, Function, Args) -> F(Function, Args);
other_handler({value, F, Extra}, _, Function, Args) -> apply(F, [Function, Args | Extra]).

%% match_clause gives the body of the first clause that matches values.
match_clause([{clause, A, Patterns, Guard, Body} | Clauses], Values, Bs, Lf) ->
    Case = {'case', A, {tuple, A, [{value, A, V} || V <- Values]},
            [{clause, A, [{tuple, A, Patterns}], Guard, [{atom, A, true}]},
             {clause, A, [{var, A, '_'}], [], [{atom, A, false}]}]},
    case expr(Case, Bs, Lf) of
        {value, true, New} -> {Body, New};
        {value, false, _} -> match_clause(Clauses, Values, Bs, Lf)
    end;
match_clause([], _, _, _) -> nomatch.

%% check_command lints expressions for unbound variables and illegal ones.
check_command(Es, Bs) ->
    case erl_lint:exprs(Es, bindings(Bs)) of
        {ok, _} -> ok;
        {error, [{_, [Error | _]} | _], _} -> {error, Error}
    end.

%% fun_data tells what a fun typed in a shell is made of.
fun_data(F) when is_function(F) ->
    case shell_eval:fun_data(F) of
        {fun_data, Bs, Clauses} -> {fun_data, Bs, as_written(Clauses)};
        {named_fun_data, Bs, Name, Clauses} -> {named_fun_data, Bs, Name, as_written(Clauses)};
        false -> false
    end;
fun_data(_) -> false.

is_constant_expr(E) ->
    try constant(E) of
        V -> is_number(V)
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
constant({Type, _, V}) when Type =:= integer; Type =:= float; Type =:= atom; Type =:= char; Type =:= string -> V;
constant({tuple, _, Es}) -> list_to_tuple([constant(E) || E <- Es]);
constant({nil, _}) -> [];
constant({cons, _, H, T}) -> [constant(H) | constant(T)].

extended_parse_exprs(Tokens) -> erl_parse:parse_exprs(Tokens).

extended_parse_term(Tokens) ->
    case extended_parse_exprs(Tokens) of
        {ok, [E]} ->
            try {ok, erl_parse:normalise(E)}
            catch _:_ -> bad_term(E)
            end;
        {ok, [E | _]} -> bad_term(E);
        {error, _} = Error -> Error
    end.

bad_term(E) -> {error, {erl_anno:location(element(2, E)), ?MODULE, "bad term"}}.

%% eval_str evaluates a text that holds one form.
eval_str(Text) when is_binary(Text) -> eval_str(unicode:characters_to_list(Text));
eval_str(Text) when is_list(Text) ->
    case erl_scan:tokens([], Text, 0) of
        {more, _} -> {error, "*** Incomplete form (missing .<cr>?)"};
        {done, {ok, Tokens, _}, Rest} ->
            case lists:all(fun(C) -> lists:member(C, " \t\n\r") end, Rest) of
                true -> eval_tokens(Tokens);
                false ->
                    {error, lists:flatten(["*** Non-white space found after end-of-form: ", Rest])}
            end
    end.

eval_tokens(Tokens) ->
    case erl_parse:parse_exprs(Tokens) of
        {ok, Es} ->
            try exprs(Es, new_bindings()) of
                {value, Value, _} -> {ok, Value}
            catch
                _:Reason -> {error, lists:flatten(io_lib:format("*** eval failed: ~tp", [Reason]))}
            end;
        {error, {_, Mod, What}} -> {error, lists:flatten(["*** ", Mod:format_error(What)])}
    end.
