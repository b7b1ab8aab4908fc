-module(dd).
-moduledoc """
Module doc.

More text.
""".
-moduledoc #{since => "1.0"}.
-export([a/0,b/1,c/2,d/0,e/1]).
-export_type([t/0,u/1]).
-doc "cb doc".
-callback cb(A :: term()) -> ok.
-callback cb2(term()) -> ok.
-doc "The type t.".
-type t() :: integer().
-doc false.
-type u(A) :: [A].
-doc "Does a.".
-doc #{since => "1.1"}.
-spec a() -> ok.
a() -> ok.
-doc hidden.
b(X) -> X.
-doc """
Does c.

## Examples

```erlang
1> dd:c(1,2).
3
```

- item one
- item `two`
""".
-doc #{equiv => a/0, deprecated => "use a/0"}.
-spec c(X :: integer(), Y) -> integer() when Y :: integer().
c(X, Y) -> X + Y.
d() -> ok.
-doc #{equiv => c(A, 2)}.
e({A,_}=B) -> A.
