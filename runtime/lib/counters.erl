%% Arrays of counters, in Go.
-module(counters).
-export([add/3, get/2, info/1, new/2, put/3, sub/3]).

add(_, _, _) -> erlang:nif_error(undef).
get(_, _) -> erlang:nif_error(undef).
info(_) -> erlang:nif_error(undef).
new(_, _) -> erlang:nif_error(undef).
put(_, _, _) -> erlang:nif_error(undef).
sub(_, _, _) -> erlang:nif_error(undef).
