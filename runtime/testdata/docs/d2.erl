-module(d2).
-export([a/0,f/1,g/2,h/1,i/1,j/3,k/1,l/0]).
-export_type([e/0]).
-deprecated([{a,0,"use b"},{f,1}]).
-type priv() :: x.
-doc "e".
-opaque e() :: priv().
-doc "private".
p() -> ok.
a() -> p().
-doc "f(A)\n\nHas a signature.".
f(X) -> X.
g(1, X) -> X;
g(Y, Z) -> {Y,Z}.
h({X}) -> X; 
h(Y) -> Y.
i(_X) -> 1.
-doc {file, "docs/x.md"}.
j(_, A, "x") -> A.
-doc #{foo => bar, baz => "str", author => <<"me">>}.
k({Y}) -> Y.
-doc "l".
-spec l() -> priv().
l() -> x.
