-module(ol_crash).
-on_load(init/0).
-export([f/0]).
init() -> error(boom).
f() -> 1.
