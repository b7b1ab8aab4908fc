%% A name server: a process that keeps what it is told in its dictionary.
-module(kvs).
-export([start/0, store/2, lookup/1]).
start() -> register(kvs, spawn(fun() -> loop() end)).
store(Key, Value) -> ask({store, Key, Value}).
lookup(Key) -> ask({lookup, Key}).
ask(Query) ->
    kvs ! {self(), Query},
    receive
        {kvs, Reply} -> Reply
    end.
loop() ->
    receive
        {From, {store, Key, Value}} ->
            put(Key, {ok, Value}),
            From ! {kvs, true},
            loop();
        {From, {lookup, Key}} ->
            From ! {kvs, get(Key)},
            loop()
    end.
