-module(traces).
-compile([export_all,nowarn_export_all]).
f(0) -> a+1;
f(N) -> 1 + f(N-1).
g(N) -> X = f(N), {X}.
b() -> atom_to_list(1).
b2() -> X = atom_to_list(1), {X}.
h(F) -> F(1).
fc(1) -> 2.
fc1() -> fc(3), ok.
e() -> erlang:error(foo).
e2() -> erlang:error(foo,[a,b]).
u() -> nomod:foo(1,2).
u2() -> X=nomod:foo(1,2), {X}.
u3() -> ?MODULE:nofun(1).
el(X) -> element(3,X).
ap(M,F,A) -> apply(M,F,A).
ex() -> exit(normal).
th() -> throw(x).
bm(X) -> {a,Y} = X, Y.
cs(X) -> case X of 1 -> 2 end.
if_(X) -> if X > 1 -> 1 end.
tr(X) -> try X of 1 -> 2 catch throw:_ -> 3 end.
lm() -> lists:map(fun(X) -> X + a end, [1,2,3]).
bc(X) -> <<X:8>>.
bc2(X) -> <<X/binary>>.
bc3(X) -> <<1:X>>.
mp(X) -> X#{a:=1}.
mp2(X) -> X#{a=>1}.
mm(X) -> map_get(a,X).
rr() -> try a+b() catch C:R:S -> erlang:raise(C,R,S) end.
rt() -> try a+b() catch error:undef -> ok end.
al() -> lists:foldl(1,2,3).
fn() -> (hd([foo]))(1).
fa() -> (fun(X)->X end)(1,2).
len(X) -> length(X).
bsl_(X) -> 1 bsl X.
self_(X) -> X ! foo.
lk() -> link(foo).
apf(F,A) -> apply(F,A).
tail(0,_,_) -> hd([]);
tail(N,F,X) -> is_atom(X) andalso F(N-1,F,X).
tail2(N) -> {ok,N}, L = fun L(0,_) -> hd([]); L(I,X) -> is_list(X), L(I-1,X) end, L(N,[N]).
%% Each case's outcome, the stack down to this module's own frames.
results() -> [outcome(F) || F <- cases()].

outcome(F) ->
    try F() of X -> {value, plain(X)}
    catch C:R:S -> {C, plain(R), plain(cut(S))}
    end.

cut([{?MODULE, outcome, 1, _} = F | _]) -> [F];
cut([F | T]) -> [F | cut(T)];
cut([]) -> [].

plain(F) when is_function(F) -> 'fun';
plain([H | T]) -> [plain(H) | plain(T)];
plain(T) when is_tuple(T) -> list_to_tuple(plain(tuple_to_list(T)));
plain(T) -> T.

cases() -> [

 fun()->f(0) end, fun()->f(3) end, fun()->g(12) end, fun()->b() end, fun b2/0, fun()->h(1) end, fun()->h(fun()->1 end) end, fun()->fc(3) end, fun fc1/0,
 fun e/0, fun e2/0, fun u/0, fun u2/0, fun u3/0, fun()->el({1}) end, fun()->ap(erlang,atom_to_list,[1]) end, fun()->ap(foo,bar,baz) end, fun()->ap(1,bar,[]) end, fun() -> ap(?MODULE,fc,[9]) end, fun ex/0, fun th/0,
 fun()->bm(1) end, fun()->cs(3) end, fun()->if_(0) end, fun()->tr(2) end, fun lm/0, fun()->bc(a) end, fun()->bc2(a) end, fun()->bc3(-1) end, fun()->mp(#{}) end, fun()->mp(a) end, fun()->mp2(a) end, fun()->mm(#{}) end, fun()->mm(1) end, fun rr/0, fun al/0,
 fun fn/0, fun fa/0, fun()->len(a) end, fun()->len([1|2]) end, fun()->bsl_(a) end,fun()->bsl_(1 bsl 70) end,fun()->self_(foo) end,fun()->self_(1.0) end, fun lk/0, fun()->apf(1,[2]) end, fun()->apf(fun fc/1,[2]) end, fun()->apf(fun fc/1,2) end,
 fun()->tail(3,fun tail/3,a) end, fun()->tail(100000,fun ?MODULE:tail/3,a) end, fun()->tail2(100000) end, fun()->tail(3,b,a) end, fun()->tail(3,fun fc/1,a) end, fun()->tail(3,fun nomod:x/3,a) end].
