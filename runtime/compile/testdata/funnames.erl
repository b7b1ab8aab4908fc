-module(funnames).
-export([main/0]).
-record(r, {a, b}).
%% The names of funs and comprehensions, by the order in which they are numbered.
n(F) -> element(2, erlang:fun_info(F, name)).
a(X) -> [n(fun() -> {a, X} end), n(fun() -> {b, X} end) | [n(fun() -> {c, X} end)]].
b(X) -> {{n(fun() -> {a, X} end), n(fun() -> {b, X} end)}, id(n(fun() -> {c, X} end), n(fun() -> {d, X} end))}.
c(X) -> A = fun() -> {a, X} end, B = fun() -> {b, X} end, [n(A)] ++ [n(B)] ++ [n(fun() -> {c, X} end)].
d(X) -> #{a => n(fun() -> {a, X} end), b => n(fun() -> {b, X} end)}.
e(X) -> case n(fun() -> {a, X} end) of z -> fun() -> {b, X} end; Q -> [Q, n(fun() -> {c, X} end)] end.
f(X) -> [{n(fun() -> {a, X, Y} end), n(fun() -> {b, X, Y} end)} || Y <- [1], is_function(hd([fun() -> {c, X} end]))].
g(X) -> #r{a = n(fun() -> {a, X} end), b = n(fun() -> {b, X} end)}.
h(X) -> {(fun() -> n(fun() -> {a, X} end) end)(), (fun() -> X end)(), n(fun() -> {b, X} end)}.
i(X) -> [(fun() -> Y = X, {Y, [Z || Z <- [Y]]} end)(), (fun() -> Y = {X}, Y end)(), [Y || Y <- [X]]].
id(A, B) -> {A, B}.
main() -> [io:format("~p~n", [F(1)]) || F <- [fun a/1, fun b/1, fun c/1, fun d/1, fun e/1, fun f/1, fun g/1, fun h/1, fun i/1]].
