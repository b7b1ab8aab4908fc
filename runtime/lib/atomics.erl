%% Arrays of atomic integers, in Go.
-module(atomics).
-export([add/3, add_get/3, compare_exchange/4, exchange/3, get/2, info/1, new/2, put/3,
         sub/3, sub_get/3]).

add(_, _, _) -> erlang:nif_error(undef).
add_get(_, _, _) -> erlang:nif_error(undef).
compare_exchange(_, _, _, _) -> erlang:nif_error(undef).
exchange(_, _, _) -> erlang:nif_error(undef).
get(_, _) -> erlang:nif_error(undef).
info(_) -> erlang:nif_error(undef).
new(_, _) -> erlang:nif_error(undef).
put(_, _, _) -> erlang:nif_error(undef).
sub(_, _, _) -> erlang:nif_error(undef).
sub_get(_, _, _) -> erlang:nif_error(undef).
