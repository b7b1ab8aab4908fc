-module(mistyped).
-export([main/0, other/1]).

-spec main() -> ok.
main() ->
    tooled:area({square, "four"}).

other(L) ->
    atom_to_list(tooled:count(L, 0)).
