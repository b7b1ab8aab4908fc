-module(errors).
-export([main/0]).
-record(r, {a, b}).
st(F) -> try F() of V -> {value, V} catch C:R:S -> {C, R, [fr(X) || X <- S, element(1, X) =:= errors]} end.
fr({M, F, A, L}) -> {M, F, if is_list(A) -> length(A); true -> A end, proplists:get_value(line, L)}.
a(X) ->
  Y = X + 1,
  b(Y),
  ok.
b(Y) when is_integer(Y) ->
  c(Y) + 1.
c(3) -> 3;
c(4) -> erlang:error(four);
c(5) -> hd(d([]));
c(6) -> {ok, _} = d(6);
c(7) -> case d(7) of x -> 1 end;
c(8) -> if 8 > 9 -> x end;
c(9) -> (d(9))#r.a;
c(10) -> F = d(10), F(1);
c(11) -> nomod:nofun(1);
c(12) -> #{a := 1} = d(12);
c(13) -> (d(13))#{a => 1};
c(14) -> [X || X <- d(14)];
c(15) -> << <<X>> || <<X>> <= d(15) >>;
c(16) -> throw(t);
c(17) -> exit(e);
c(18) -> <<(d(18)):8>>;
c(19) -> try d(19) of x -> 1 catch throw:_ -> 2 end;
c(20) -> d(20) andalso true;
c(21) -> atom_to_list(d(21));
c(22) -> [X || X <- [1,2], d(22)];
c(23) -> fun(A) -> A end(1, 2);
c(24) -> lists:map(fun(Q) -> Q + a end, [1]).
d(N) -> put(d, N), d1(N).
d1(N) -> N.
tr(N) ->
  try
    try N of
      1 -> throw(one);
      2 -> error(two);
      3 -> exit(three);
      4 -> four
    catch
      throw:one -> {caught, one};
      error:two when N > 5 -> never
    after
      put(inner, N)
    end
  catch
    error:E -> {outer, E, get(inner)};
    exit:E -> {outer_exit, E, get(inner)}
  after
    put(outer, N)
  end.
ct(N) -> X = (catch c(N)), Y = (catch {ok, N}), case X of {'EXIT', {R, _}} -> {R, Y}; O -> {O, Y} end.
nest(L) -> try [try 10 div X catch error:badarith -> zero end || X <- L] catch _:_ -> bad end.
exp(X) -> case X of 1 -> A = a, B = b; _ -> {A, B} = {X, X} end, self() ! A, receive A -> {A, B} after 10 -> none end.
bin(<<L:16, D:L/binary, R/binary>>) -> {D, R}; bin(<<"ab", X/utf8, _/bits>>) -> X; bin(<<X:3, Y:5/signed, Z/float>>) -> {X,Y,Z};
bin(<<X:16/little-signed, 0:4, R/bits>>) -> {X, R}; bin(<<>>) -> empty; bin(B) when bit_size(B) rem 8 =/= 0 -> odd; bin(_) -> no.
enc(L) -> << <<(byte_size(B)):16, B/binary>> || B <- L >>.
g(X, Y) when X > Y; X =:= a, Y =:= b -> 1; g(X, Y) when (X == 1 orelse hd(Y) == 1) and is_list(Y) -> 2;
g(X, _) when not is_atom(X), tuple_size(X) =:= 2 orelse X -> 3; g(X, Y) when element(1, X) =:= Y -> 4; g(_, _) -> 5.
mm(M) -> #{a := {X, Y}, [1] := Z} = M, {X, Y, Z}.
same({X, X}, [X|_]) -> same; same({X, Y} = T, L = [_|_]) -> {X, Y, T, L}; same(_, _) -> no.
many(A,B,C,D,E,F) -> io_lib:format("~w", [{F,E,D,C,B,A}]), swap(B, A, D, C, F, E).
swap(A,B,C,D,E,F) -> {A,B,C,D,E,F}.
deep(0, Acc) -> Acc; deep(N, Acc) -> deep(N-1, [fun(X) -> {X, N, length(Acc)} end | Acc]).
never() when false andalso (map_get(a, #{}) > 3) -> never.
p(X) -> put(order, [X | get(order)]), #r{a = 1, b = 2}.
order(1) -> (p(1))#r{a = p(2)};
order(2) -> (p(1))#r{b = p(2), a = p(3)};
order(3) -> (#r{a = p(1)})#r{b = p(2)}.
main() ->
  io:format("~p~n", [st(fun() -> never() end)]),
  io:format("~p~n", [[begin put(order, []), {order(N), get(order)} end || N <- [1, 2, 3]]]),
  [io:format("~p ~p~n", [N, st(fun() -> a(N-1) end)]) || N <- lists:seq(2, 25), N =/= 15, N =/= 16, N =/= 23],
  io:format("~p~n", [st(fun() -> a(x) end)]),
  [io:format("~p~n", [ct(N)]) || N <- lists:seq(3, 24), N =/= 6, N =/= 12, N =/= 23],
  io:format("~p~n", [[catch tr(N) || N <- [1,2,3,4]]]),
  io:format("~p~n", [[nest([1,0,3]), nest(x), exp(1), exp(2), exp({a,b})]]),
  io:format("~p~n", [[bin(B) || B <- [<<0,1,7,9>>, <<"ab", 955/utf8, 1>>, <<5:3, 30:5, 1.5/float>>, <<255,255,1:4,1:1>>, <<1,128,0:4,3:5>>, <<>>, <<1:3>>, <<1>>]]]),
  io:format("~p~n", [enc([<<"a">>, <<"bcd">>])]),
  io:format("~p~n", [[g(2,1), g(a,b), g(1,[2]), g(0,[1]), g({1,2},3), g({x},x), g(0,[]), g(q,z)]]),
  io:format("~p~n", [[mm(#{a => {1,2}, [1] => 3}), same({1,1},[1]), same({1,2},[3]), same(x,y), many(1,2,3,4,5,6)]]),
  io:format("~p~n", [[F(x) || F <- deep(3, [])]]).
