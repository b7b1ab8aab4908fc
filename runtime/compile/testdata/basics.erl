-module(basics).
-export([main/0,fib/1,nrev/1,k/1,fn/1,fact/1,lc/1,t/1,ta/1,c/1,cs/1,rec/1,i/1,ru/1,s/1,bb/2,mp/2,try1/2]).
-record(r, {a, b=2, c}).
fib(N) when N < 2 -> N;
fib(N) -> fib(N-1) + fib(N-2).
app([H|T], L) -> [H|app(T, L)];
app([], L) -> L.
nrev([H|T]) -> app(nrev(T), [H]);
nrev([]) -> [].
k(a) -> 1; k(b) -> 2; k({x,Y}) when Y > 3 -> {big,Y}; k({x,Y}) -> {small,Y}; k({y,A,A}) -> {same,A};
k([1,2|T]) -> {l,T}; k("abc" ++ T) -> {abc,T}; k(1.5) -> f; k(12) -> twelve; k(#{a := X, b := Y}) -> {m,X,Y};
k(#r{a=1,b=B}) -> {r,B}; k(<<1,N,R:N/binary,_/bits>>) -> {bin,R}; k(<<A:4,B:4,"xy">>) -> {A,B}.
fn(X) -> F = fun(Y) -> G = fun(Z) -> X+Y+Z end, G(10) end, F(100).
fact(N) -> F = fun Fa(0) -> 1; Fa(M) -> M * Fa(M-1) end, F(N).
lc(L) -> {[X*2 || X <- L, X > 1], [{X,Y} || X <- L, Y <- L, X < Y], << <<X:16>> || X <- L >>, [B || <<B>> <= <<1,2,3>>]}.
t(F) -> try F() of {ok, X} -> {got, X}; Y when is_integer(Y) -> {int, Y} catch throw:T -> {thrown, T}; error:E:S -> {E, is_list(S)}; exit:{a,Q} -> Q end.
ta(F) -> try F() after put(after_ran, yes) end.
c(F) -> X = (catch F()), {c, X}.
cs(X) -> case X of {ok, V} -> Z = V; error -> Z = none end, {Z, 3}.
rec(P) -> P ! {self(), hi}, receive {P, M} -> M; Other when Other =/= foo -> {o, Other} after 500 -> timeout end.
ru(R) -> R2 = R#r{c=5}, {R2, R2#r.b, #r.c}.
i(X) -> if X > 3, X < 10 -> mid; X =:= 100; X =:= 200 -> hund; is_atom(X) orelse is_list(X) -> al; true -> other end.
s(X) -> X == 1 andalso true orelse X == 2.
bb(A, B) -> <<A:16/little, "hey", B/binary, A/utf8, 2.5:32/float, 5:4, 1:4>>.
mp(M, K) -> M#{K => 1, z => 2}.
try1(F, A) -> try apply(F, A) catch C:R -> {C, R} end.
main() ->
  Self = self(),
  Echo = spawn(fun() -> receive {P, hi} -> P ! {self(), hello} end end),
  R = [fib(15), nrev([1,2,3,4]), [try1(fun k/1, [X]) || X <- [a, b, {x,4},{x,1},{y,1,1},{y,1,2},[1,2,3],"abcd",1.5,12,#{a=>1,b=>2},{r,1,7,8},<<1,2,3,4,5>>,<<16#12,"xy">>, zzz]],
   fn(1), fact(10), lc([1,2,3]), [t(fun() -> {ok,1} end), t(fun() -> 5 end), t(fun() -> throw(x) end), t(fun() -> error(x) end), t(fun() -> exit({a,b}) end), try1(fun t/1, [fun() -> bad end])],
   ta(fun() -> 1 end), get(after_ran), try1(fun ta/1, [fun() -> 1 + a end]), c(fun() -> throw(y) end), element(1, c(fun() -> 1 / 0 end)),
   ru(#r{a=1}), try1(fun ru/1, [x]), [s(X) || X <- [1,2,3]], bb(258, <<"q">>), maps:to_list(mp(#{}, z)), try1(fun mp/2, [x, y]), try1(fun bb/2, [a, b]), (fun erlang:abs/1)(-3), lists:map(fun k/1, [a,b])],
  io:format("~p~n", [R]).
