-module(d4).
-moduledoc #{format => "text/asciidoc"}.
-moduledoc #{foo => bar}.
-export([a/1]).
-doc "x.".
-spec a(integer()) -> ok; (atom()) -> no.
a(Foo) -> Foo.
