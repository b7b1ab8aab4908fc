-module(ol_ok).
-on_load(init/0).
-export([f/0]).
init() -> persistent_term:put(ol,1), ok.
f() -> persistent_term:get(ol).
