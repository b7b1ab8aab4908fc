-module(e2).
-export([a/0,b/0,c/0]).
-export_type([t/0]).
-moduledoc "x".
-moduledoc "y".
-doc 1.
a() -> ok.
-doc #{a => b}.
-doc #{a => c}.
b() -> ok.
-doc {file,"nope.md"}.
c() -> ok.
-doc "t".
-record(r,{}).
-type t() :: hid().
-doc hidden.
-type hid() :: x.
