-module(d1).
-export([a/0]).
a() -> ok.
