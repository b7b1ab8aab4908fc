-module(lp).
-export([start/0,loop/0,v/0,other/1]).
-vsn(7).
start() -> spawn(fun loop/0).
v() -> 1.
other(X) -> X.
loop() -> receive up -> ?MODULE:loop(); {v,P} -> P ! v(), loop(); {in,P} -> P!ok, receive x -> ok end, loop() end.
