-module(e1).
-export([a/0,b/0]).
-doc "a".
-doc "b".
a() -> ok.
-doc foo.
b() -> ok.
-doc "last".
