%% Words for what is wrong with a module's documentation; the compiler names
%% this module in its warnings.
-module(beam_doc).

-export([format_error/1]).

format_error({hidden_type_used_in_exported_fun, {F, A}}) ->
    io_lib:format("hidden type '~tp/~p' used in exported function", [F, A]);
format_error({hidden_callback, {F, A}}) -> io_lib:format("hidden callback '~tp/~p' used", [F, A]);
format_error({invalid_metadata, What}) ->
    io_lib:format("~tp should be a unicode string, that is unicode:chardata/0", [What]);
format_error(missing_moduledoc) -> "missing -moduledoc".
