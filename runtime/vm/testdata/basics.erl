-module(basics).
-compile([export_all, nowarn_export_all]).
-record(r,{a,b,c}).
fib(N) when N < 2 -> N;
fib(N) -> fib(N-1)+fib(N-2).
nrev([H|T]) -> app(nrev(T),[H]);
nrev([]) -> [].
app([H|T],L) -> [H|app(T,L)];
app([],L) -> L.
loop(0)->ok; loop(N)->loop(N-1).
t(F) -> try F() of X -> X catch throw:E -> E; error:R:S -> {R,S} after erlang:display(x) end.
c(F) -> catch F().
b(<<A:8,B:16/little,R/binary>>) -> {A,B,R}; b(<<A/utf8,_/bits>>)->A; b(<<X:7,S:X/binary,F/float>>) -> {S,F}.
bc(A,B) -> <<A:8,B/binary,(f(A)):16/little,"abc",A/utf8, A/float>>.
bl(B) -> << <<(X+1)>> || <<X>> <= B >>.
ba([H|T],Acc) -> ba(T,<<Acc/binary,H>>); ba([],Acc)->Acc.
f(X) -> X*2 band 15.
m(#{a:=A,b:=B}=M) -> M#{c=>A,b:=B+1}; m(M) -> #{x=>M}.
fl(A,B) when is_float(A),is_float(B) -> A*B+1.0/A-2.
rec() -> receive {a,X} -> X; b -> 2 after 100 -> to end.
call(P) -> R=make_ref(), P ! {R,1}, receive {R,A} -> A end.
ur(R) -> R#r{a=1,c=2}.
lc(L) -> [X+1 || X <- L, X > 2].
ap(M,F,A) -> apply(M,F,A).
ap2(M,F,A) -> M:F(A).
sel(X) -> case X of a->1;b->2;c->3;1->4;{}->5;{a}->6;{b,_}->7;{c,_,_} -> 8 end.
