-module(e3).
-export([a/0]).
-doc "x" ++ "y".
a() -> ok.
-doc [$a, foo].
b() -> a().
-moduledoc foo.
-moduledoc {file, "zip.md"}.
