%% Words for what erlc's translation to Core Erlang finds; the compiler names
%% this module in its warnings.
-module(v3_core).

-export([format_error/1]).

format_error({nomatch, pattern}) -> "pattern cannot possibly match";
format_error({failed, bad_binary}) -> "binary construction will fail because of a type mismatch";
format_error({map_key_repeated, Key}) when is_atom(Key) ->
    io_lib:format("key '~ts' will be overridden in expression", [Key]);
format_error({map_key_repeated, Key}) ->
    io_lib:format("key ~p will be overridden in expression", [Key]).
