%% The shell's way into the compiler: expressions with the records that the
%% shell knows.
-module(shell_eval).

-export([check/3, check_names/3, expr/5, compile/4, fun_data/1, format_error/1, apply_foreign/2]).

%% check lints a command; Bs are its bindings.
check(Es, Bs, Records) -> check_names(Es, [Name || {Name, _} <- erl_eval:bindings(Bs)], Records).

expr(E, Bs, Records, Lf, Ef) -> erl_eval:eval(qlc_pt:expression(E), Bs, Records, Lf, Ef).

%% compile gives {Entry, ArgumentNames}: Entry is a fun that takes the handlers,
%% the bindings and the values of ArgumentNames and returns {value, Value,
%% Bindings}. Stack traces are a shell's or, if Shell is false, those of plain
%% erl_eval.
compile(_Es, _Names, _Records, _Shell) -> erlang:nif_error(undef).

fun_data(_Fun) -> erlang:nif_error(undef).

%% What is wrong with a command comes with the words for it.
format_error({_, Text}) -> Text.

check_names(_Es, _Names, _Records) -> erlang:nif_error(undef).

%% A fun that was typed in the shell of another node keeps what erl_eval there
%% knows of it: its clauses and bindings.
apply_foreign(Fun, Args) ->
    Clauses = fun(Anno, Cs) -> {'fun', Anno, {clauses, Cs}} end,
    {Expr, Bindings} =
        case erlang:fun_info(Fun, env) of
            {env, [{Anno, Bs, _, _, _, Cs}]} -> {Clauses(Anno, Cs), Bs};
            {env, [{Anno, Bs, _, _, _, Cs, Name}]} -> {{named_fun, Anno, Name, Cs}, Bs};
            _ -> erlang:raise(error, {badfun, Fun}, [])
        end,
    {value, Here, _} = erl_eval:expr(Expr, Bindings),
    apply(Here, Args).
