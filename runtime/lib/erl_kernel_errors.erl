%% What is wrong with the arguments of the functions of os, code and trace.
-module(erl_kernel_errors).

-export([format_error/2]).

%% Numbers of arguments with what is wrong with each.
format_error(Reason, [Frame | _]) ->
    bad_arguments:explained(Reason, Frame, fun explain/5, fun kinds/3, fun otherwise/4).

explain(trace, _, _, _, {blamed, Blamed}) -> Blamed;
explain(os, cmd, [_, Opts], _, _) when not is_map(Opts) -> [{2, <<"not a map">>}];
explain(os, set_signal, As, _, badopt) ->
    bad_arguments:by_kinds([atom, "invalid signal handling option"], As);
explain(_, _, _, _, _) -> by_kind.

otherwise(_, _, _, _) -> [].

%% What each argument has to be, by kind; a text says what is wrong with it
%% whatever it is.
kinds(code, get_coverage, 2) -> ["must be one of: function, line, or cover_line_id", any];
kinds(code, get_coverage_mode, 1) -> [{atom, "the atom does not refer to a loaded module"}];
kinds(code, get_debug_info, 1) -> [{atom, "the atom does not refer to a loaded module"}];
kinds(code, reset_coverage, 1) -> [{atom, "the atom does not refer to a loaded module"}];
kinds(code, set_coverage_mode, 1) -> [{atom, "must be one of: none, function, function_counters, line, or line_counters"}];
kinds(os, cmd, 1) -> ["not a list of characters"];
kinds(os, cmd, 2) -> ["not a list of characters", any];
kinds(os, getenv, 1) -> [environment_chars];
kinds(os, getenv, 2) -> [environment_chars, any];
kinds(os, perf_counter, 1) -> ["invalid time unit"];
kinds(os, putenv, 2) -> [environment_chars, environment_chars];
kinds(os, set_signal, 2) -> [{atom, "invalid signal name"}, any];
kinds(os, system_time, 1) -> ["invalid time unit"];
kinds(os, unsetenv, 1) -> [environment_chars];
kinds(_, _, _) -> [].
