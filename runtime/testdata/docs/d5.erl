-module(d5).
-moduledoc "m".
-export([q/1,r/2,s/1,t/1,u/2,v/0,w/1]).
-export_type([ok/0]).
-type unref() :: x.
-type hid2() :: y.
-doc "documented private".
-type priv2() :: x.
-doc hidden.
-type hid() :: x.
-type viafun() :: unref2().
-type unref2() :: z.
-type ok() :: #{a := hid2()}.
-spec q(Foo :: integer()) -> hid().
q(1) -> x.
-spec r(A, B) -> ok when A :: x, B :: viafun().
r(1, _) -> ok.
-spec s(A :: x) -> ok; (B :: y) -> ok.
s(x) -> ok;
s(y) -> ok.
-doc "t(Bar)\nmore".
t(1) -> 1.
-doc #{equiv => u(1, {A, "x"})}.
u(A, B) -> {A,B}.
-doc "v() -> ok.\n\nFoo.".
v() -> ok.
-doc "   indented\n  text  \n".
-doc #{group => "G", tags => [a]}.
w(_) -> ok.
