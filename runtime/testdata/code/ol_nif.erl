-module(ol_nif).
-on_load(init/0).
-export([f/0]).
-nifs([f/0]).
init() -> R = erlang:load_nif("/nowhere/nolib", 0), io:format("~p~n",[R]), ok.
f() -> erlang:nif_error(not_loaded).
