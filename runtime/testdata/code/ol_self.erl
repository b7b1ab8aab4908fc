-module(ol_self).
-on_load(init/0).
-export([f/0]).
init() -> io:format("self ~0p~n",[try ?MODULE:f() catch C:R -> {C,R} end]), ok.
f() -> 1.
