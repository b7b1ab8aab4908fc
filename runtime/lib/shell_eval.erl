%% The shell's way into the compiler: expressions with the records that the
%% shell knows.
-module(shell_eval).

-export([check/3, check_names/3, expr/5, compile/4, fun_data/1, format_error/1]).

%% check lints a command; Bs are its bindings.
check(Es, Bs, Records) -> check_names(Es, [Name || {Name, _} <- erl_eval:bindings(Bs)], Records).

expr(E, Bs, Records, Lf, Ef) -> erl_eval:eval(E, Bs, Records, Lf, Ef).

%% compile gives {Entry, ArgumentNames}: Entry is a fun that takes the handlers,
%% the bindings and the values of ArgumentNames and returns {value, Value,
%% Bindings}.
compile(_Es, _Names, _Records, _NonLocal) -> erlang:nif_error(undef).

fun_data(_Fun) -> erlang:nif_error(undef).

%% What is wrong with a command is told in words already.
format_error(Text) -> Text.

check_names(_Es, _Names, _Records) -> erlang:nif_error(undef).
