%% Words for what erlc's translation of patterns finds; the compiler names this
%% module in its warnings.
-module(beam_core_to_ssa).

-export([format_error/1]).

format_error({nomatch, {shadow, Line}}) ->
    io_lib:format("this clause cannot match because a previous clause at line ~p matches the same pattern as this clause",
                  [Line]);
format_error({failed, bad_call}) -> "invalid module and/or function name; this call will always fail";
format_error({failed, bad_segment_size}) ->
    "binary construction will fail because the size of a segment is invalid".
