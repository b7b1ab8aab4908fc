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
results() -> [out(F) || F <- [
  fun() -> nrev([1,2,3,4,5]) end, fun() -> loop(100000) end, fun() -> c(fun() -> exit(a) end) end,
  fun() -> c(fun() -> throw(a) end) end, fun() -> element(1, c(fun() -> hd([]) end)) end,
  fun() -> tt(fun() -> throw(b) end) end, fun() -> tt(fun() -> ok end) end,
  fun() -> b(<<1,2,0,9,9>>) end, fun() -> b(<<16#C3,16#A9>>) end, fun() -> b(<<1:7,$a,1.5/float>>) end,
  fun() -> b(<<255>>) end,
  fun() -> bc(77, <<"hello">>) end, fun() -> bl(<<1,2,255>>) end, fun() -> ba(lists(300), <<>>) end,
  fun() -> ba("abc", <<"x">>) end, fun() -> m(#{a=>1,b=>2}) end, fun() -> m(#{}) end, fun() -> m(7) end,
  fun() -> fl(2.0, 3.5) end, fun() -> fl(0.0, 1.0) end, fun() -> fl(1.0e308, 1.0e308) end, fun() -> rec() end,
  fun() -> self() ! junk, self() ! {a, 5}, rec() end, fun() -> call(self()) end,
  fun() -> ur(#r{a=x, b=y, c=z}) end, fun() -> ur(5) end, fun() -> lc([1,2,3,4,a]) end, fun() -> lc([1|2]) end,
  fun() -> ap(erlang, '+', [1,2]) end, fun() -> ap2(?MODULE, f, 7) end,
  fun() -> [sel(X) || X <- [a,b,c,1,{},{a},{b,1},{c,1,1}]] end, fun() -> sel(nope) end,
  fun() -> [big(X) || X <- [1,5,9,10,11,12,100,a,1.0]] end, fun() -> [str(X) || X <- [a,b,c,d,e,f,g,h,i,j,k]] end,
  fun() -> [ints(S, B) || S <- [1,7,8,9,16,24,31,32,63,64,65,100], B <- [<<1,2,3,4,5,6,7,8,9,10,11,12,13,14,200,250>>, <<255:8,0:120>>, <<-1:128>>, <<1:3,-77:125>>]] end,
  fun() -> [wints(S, V) || S <- [0,1,7,8,9,16,24,31,32,63,64,65,100], V <- [0,1,-1,77,-77,1 bsl 62,-(1 bsl 62),1 bsl 90,-(1 bsl 90)]] end,
  fun() -> [floats(F) || F <- [0.0,1.0,-2.5,1.0e10,3.14,65504.0,1.0e-7,5.9e-8]] end,
  fun() -> [utf(C) || C <- [0,127,128,16#7FF,16#800,16#FFFF,16#10000,16#10FFFF]] end,
  fun() -> [arith(A,B) || A <- [0,1,-7,1 bsl 58,-(1 bsl 59),1 bsl 70,1.5], B <- [0,1,3,-2,1 bsl 59,1 bsl 65,2.5,a]] end,
  fun() -> cmp([1,1.0,a,b,{},{1},[],[1],#{},#{a=>1},<<>>,<<1>>,2]) end, fun() -> cmp([0,0.0]) end,  fun() -> cmp([-0.0,0]) end,
  fun() -> counter(10, 0) end, fun() -> deep(1000) end, fun() -> clos(3) end, fun() -> after_([]) end, fun() -> nested() end,
  fun() -> bool(true, false) end, fun() -> strm(<<"hello world">>) end, fun() -> tl_([1,2,3]) end,
  fun() -> mapc(#{a=>1,b=>2}) end, fun() -> upd(#{a=>1}) end, fun() -> partial(<<1,2,3,4>>) end,
  fun() -> [cmpi(X) || X <- [6,7,8,-7,7.0,6.5,a,[],{},<<>>,1 bsl 70,-(1 bsl 70)]] end,
  fun() -> cmpmax([16#7ffffffe,16#7fffffff,16#80000000,-16#80000000,-16#80000001,1.0,b]) end,
  fun() -> split(fun(X) -> X > 3 end, [5,1,a,3,4,2.5], [], []) end, fun() -> split(fun(X) -> X end, [true,x], [], []) end
 ]].
out(F) -> try F() of X -> {ok, X} catch C:R -> {C, R} end.
lists(0) -> []; lists(N) -> [N rem 256 | lists(N-1)].
tt(F) -> put_(try F() of X -> {v, X} catch throw:E -> {t, E} after ok end).
put_(X) -> X.
big(X) -> case X of 1->a;2->b;3->c;4->d;5->e;6->f;7->g;8->h;9->i;10->j;11->k;a->l;_->other end.
str(X) -> case X of a->1;b->2;c->3;d->4;e->5;f->6;g->7;h->8;i->9;j->10;_->x end.
ints(S, B) ->
  <<A:S,_/bits>> = B, <<A1:S/signed,_/bits>> = B, <<A2:S/little,_/bits>> = B, <<A3:S/little-signed,_/bits>> = B,
  <<_:3,A4:S,_/bits>> = B, <<_:5,A5:S/little-signed,_/bits>> = B, {A,A1,A2,A3,A4,A5}.
wints(S, V) -> {<<V:S>>, <<V:S/little>>, <<1:3,V:S,1:1>>, <<1:5,V:S/little,3:2>>}.
floats(F) -> B = <<F/float>>, L = <<F:64/little-float>>, S = <<F:32/float>>, H = <<F:16/float>>,
  <<X/float>> = B, <<Y/little-float>> = L, <<Z:32/float>> = S, <<W:16/float>> = H, {B,L,S,H,X,Y,Z,W}.
utf(C) -> A = <<C/utf8>>, B = <<C/utf16>>, D = <<C/utf32>>, E = <<C/utf16-little>>, G = <<C/utf32-little>>,
  <<A1/utf8>> = A, <<B1/utf16>> = B, <<D1/utf32>> = D, <<E1/utf16-little>> = E, <<G1/utf32-little>> = G,
  {A,B,D,E,G,A1,B1,D1,E1,G1}.
arith(A, B) -> [(catch1(F)) || F <- [fun() -> A+B end, fun() -> A-B end, fun() -> A*B end, fun() -> A div B end,
  fun() -> A rem B end, fun() -> A band B end, fun() -> A bor B end, fun() -> A bxor B end, fun() -> A bsr (B band 63) end,
  fun() -> A bsl (B band 63) end, fun() -> -A end, fun() -> bnot A end, fun() -> A/B end, fun() -> abs(A) end, fun() -> trunc(A) end]].
catch1(F) -> try F() catch error:E -> E end.
cmp(L) -> [{A<B,A>B,A=<B,A>=B,A==B,A/=B,A=:=B,A=/=B,max(A,B),min(A,B)} || A <- L, B <- L].
cmpi(X) -> {[X<7,X>7,X=<7,X>=7,X==7,X/=7,X=:=7,X=/=7,7<X,7>X,7=<X,7>=X,7==X,7/=X,7=:=X,7=/=X,X == 7.0,X =:= 7.0],
  [F(X) || F <- [fun(A) -> A < 7 end, fun(A) -> A > 7 end, fun(A) -> 7 =< A end, fun(A) -> 7 >= A end, fun(A) -> A == 7 end,
  fun(A) -> A =/= 7 end]]}.
cmpmax(L) -> [{X < 16#7fffffff, X > 16#7fffffff, X =< 16#7fffffff, X =< -16#80000000, X > -16#80000000, X =:= 16#7fffffff} || X <- L].
split(P, [H|T], As, Bs) -> case P(H) of true -> split(P, T, [H|As], Bs); false -> split(P, T, As, [H|Bs]) end;
split(_, [], As, Bs) -> {As, Bs}.
counter(0, A) -> A; counter(N, A) -> counter(N-1, A+N).
deep(0) -> 0; deep(N) -> 1 + deep(N-1).
clos(N) -> F = fun(X) -> X + N end, G = fun H(0) -> N; H(K) -> H(K-1) end, {F(1), G(5), (fun f/1)(4), (fun ?MODULE:f/1)(5)}.
after_(L) -> receive X -> X after length(L) -> none end.
nested() -> try try error(a) after put_(1) end catch error:a:S -> is_list(S) end.
bool(A, B) -> {A and B, A or B, A xor B, not A, A andalso B, is_boolean(A)}.
strm(<<"hello ", R/binary>>) -> R.
tl_([_|T]) -> {T, tl(T), hd(T), length(T)}.
mapc(M) -> {maps_get(M), is_map_key(a, M), map_size(M)}.
maps_get(#{a := X, b := Y}) -> {X, Y}.
upd(M) -> {M#{a := 2}, M#{b => 3, c => 4}, catch1(fun() -> M#{zz := 1} end)}.
partial(<<A:4, B/bits>>) -> <<C:4, D/bits>> = B, {A, B, C, D, bit_size(B), byte_size(B)}.
deepsum(N) -> deepsum(N, []).
deepsum(N, L) -> length(down(N, L)).
down(0, L) -> L;
down(N, L) -> [N | down(N-1, L)].
wait() -> receive never -> ok end.
