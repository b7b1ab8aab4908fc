%% Mathematical functions, in Go.
-module(math).
-export([pi/0, tau/0]).

pi() -> erlang:nif_error(undef).
tau() -> erlang:nif_error(undef).
