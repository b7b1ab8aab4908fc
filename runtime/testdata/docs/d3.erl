-module(d3).
-moduledoc hidden.
-export([a/0]).
-doc "a".
a() -> ok.
