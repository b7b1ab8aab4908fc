%% Random numbers: generators of the Xorshift family with a state that is kept
%% in the process dictionary or passed along.
-module(rand).
-export([seed/1, seed/2, seed_s/1, seed_s/2, export_seed/0, export_seed_s/1, uniform/0, uniform/1,
         uniform_s/1, uniform_s/2, uniform_real/0, uniform_real_s/1, normal/0, normal/2,
         normal_s/1, normal_s/3, bytes/1, bytes_s/2, shuffle/1, shuffle_s/2, exsp_next/1,
         mwc59/1, mwc59_value32/1, mwc59_value/1, mwc59_float/1, splitmix64_next/1, seed58/2]).

-define(DICT, rand_seed).
-define(MASK58, 16#3FFFFFFFFFFFFFF).
-define(MASK64, 16#FFFFFFFFFFFFFFFF).
-define(TWO_POW_MINUS53, 1.11022302462515656540e-16).
-define(IS_ALG(A), (A =:= exsss orelse A =:= exsp orelse A =:= exsplus)).

%% The state is {Handler, AlgorithmState}; a handler tells the generator.

seed({#{type := Type}, _} = State) when ?IS_ALG(Type) -> keep(State);
seed({Alg, _} = Exported) when ?IS_ALG(Alg) -> keep(seed_s(Exported));
seed(Alg) -> keep(seed_s(Alg)).

seed(Alg, Seed) -> keep(seed_s(Alg, Seed)).

keep(State) ->
    put(?DICT, State),
    State.

seed_s({#{type := Type}, _} = State) when ?IS_ALG(Type) -> State;
seed_s({Alg, AlgState}) when ?IS_ALG(Alg) -> {mk_alg(Alg), AlgState};
seed_s(Alg) ->
    seed_s(Alg, {erlang:phash2([{node(), self()}]), erlang:system_time(), erlang:unique_integer()}).

seed_s(default, Seed) -> seed_s(exsss, Seed);
seed_s(Alg, Seed) ->
    Handler = mk_alg(Alg),
    {Handler, alg_seed(Alg, Seed)}.

mk_alg(exsss) ->
    #{type => exsss, bits => 58, next => fun exsss_next/1};
mk_alg(exsp) ->
    #{type => exsp, bits => 58, weak_low_bits => 1, next => fun exsp_next/1};
mk_alg(exsplus) ->
    #{type => exsplus, max => ?MASK58, next => fun exsp_next/1}.

alg_seed(_, [S0 | S1]) when is_integer(S1) -> [S0 band ?MASK58 | S1 band ?MASK58];
alg_seed(_, Seed) when is_list(Seed) ->
    [S0, S1] = [S band ?MASK58 || S <- Seed],
    [S0 | S1];
alg_seed(_, Seed) when is_integer(Seed) ->
    {[S0, S1], _} = seed58(2, Seed band ?MASK64),
    [S0 | S1];
alg_seed(exsss, {A1, A2, A3}) ->
    {_, X1} = seed58(A1 band ?MASK64),
    {S0, X2} = seed58((A2 bxor X1) band ?MASK64),
    {S1, _} = seed58((A3 bxor X2) band ?MASK64),
    [S0 | S1];
alg_seed(_, {A1, A2, A3}) ->
    {_, [_ | S1]} = exsp_next([(A1 * 4294967197 + 1) band ?MASK58 | (A2 * 4294967231 + 1) band ?MASK58]),
    {_, State} = exsp_next([(A3 * 4294967279 + 1) band ?MASK58 | S1]),
    State.

%% Numbers of 58 bits, none of them 0.
seed58(0, X) -> {[], X};
seed58(N, X) ->
    {Z, X1} = seed58(X),
    {Zs, X2} = seed58(N - 1, X1),
    {[Z | Zs], X2}.

seed58(X0) ->
    {Z0, X} = splitmix64_next(X0),
    case Z0 band ?MASK58 of
        0 -> seed58(X);
        Z -> {Z, X}
    end.

splitmix64_next(X0) ->
    X = (X0 + 16#9e3779b97f4a7c15) band ?MASK64,
    Z1 = ((X bxor (X bsr 30)) * 16#bf58476d1ce4e5b9) band ?MASK64,
    Z2 = ((Z1 bxor (Z1 bsr 27)) * 16#94d049bb133111eb) band ?MASK64,
    {(Z2 bxor (Z2 bsr 31)) band ?MASK64, X}.

%% Xorshift116: the value is the sum of the states, or one of them scrambled.
exsp_next([S1 | S0]) ->
    New = xorshift(S1, S0),
    {(S0 + New) band ?MASK58, [S0 | New]}.

exsss_next([S1 | S0]) ->
    V0 = (S0 + ((S0 band (?MASK58 bsr 2)) bsl 2)) band ?MASK58,
    V1 = ((V0 band (?MASK58 bsr 7)) bsl 7) bor (V0 bsr 51),
    V = (V1 + ((V1 band (?MASK58 bsr 3)) bsl 3)) band ?MASK58,
    {V, [S0 | xorshift(S1, S0)]}.

xorshift(S1, S0) ->
    X = S1 bxor ((S1 band (?MASK58 bsr 24)) bsl 24),
    X bxor S0 bxor (X bsr 11) bxor (S0 bsr 41).

next({#{type := exsss} = H, S}) ->
    {V, S1} = exsss_next(S),
    {V, {H, S1}};
next({H, S}) ->
    {V, S1} = exsp_next(S),
    {V, {H, S1}}.

state() ->
    case get(?DICT) of
        undefined -> seed_s(default);
        State -> State
    end.

kept({X, State}) ->
    put(?DICT, State),
    X.

export_seed() ->
    case get(?DICT) of
        {#{type := Alg}, S} -> {Alg, S};
        _ -> undefined
    end.

export_seed_s({#{type := Alg}, S}) -> {Alg, S}.

uniform() -> kept(uniform_s(state())).

uniform(N) -> kept(uniform_s(N, state())).

uniform_s({#{type := exsplus}, _} = State) ->
    {V, State1} = next(State),
    {V / (?MASK58 + 1), State1};
uniform_s({#{type := _}, _} = State) ->
    {V, State1} = next(State),
    {(V bsr 5) * ?TWO_POW_MINUS53, State1}.

%% Without bias: numbers past the last whole multiple of N are not used.
uniform_s(N, {#{type := _}, _} = State) when is_integer(N), N >= 1, N =< ?MASK58 + 1 ->
    {V, State1} = next(State),
    if
        V < N -> {V + 1, State1};
        true ->
            I = V rem N,
            if
                V - I =< ?MASK58 + 1 - N -> {I + 1, State1};
                true -> uniform_s(N, State1)
            end
    end;
uniform_s(N, {#{type := _} = H, _} = State) when is_integer(N), N >= 1 ->
    {V, State1} = next(State),
    Weak = maps:get(weak_low_bits, H, 0),
    {V1, Bits, State2} = wide(N, V, 58 - Weak, bnot (1 bsl Weak - 1), 58 - Weak, State1),
    case N band (N - 1) of
        0 -> {(V1 band (N - 1)) + 1, State2};
        _ ->
            I = V1 rem N,
            if
                V1 - I =< (1 bsl Bits) - N -> {I + 1, State2};
                true -> uniform_s(N, State2)
            end
    end.

wide(N, V, _, _, Bits, State) when N =< 1 bsl Bits -> {V, Bits, State};
wide(N, V, Shift, Mask, Bits, State) ->
    {V1, State1} = next(State),
    wide(N, ((V band Mask) bsl Shift) bor V1, Shift, Mask, Bits + Shift, State1).

%% All the precision that a float has near 0: the exponent comes from the
%% leading zeros of the random bits.
uniform_real() -> kept(uniform_real_s(state())).

uniform_real_s({#{type := _}, _} = State) ->
    {V1, State1} = next(State),
    M1 = V1 bsr 2,
    if
        M1 >= 1 bsl 55 -> {(M1 bsr 3) * ?TWO_POW_MINUS53, State1};
        M1 >= 1 bsl 54 -> {(M1 bsr 2) * math:pow(2.0, -54), State1};
        M1 >= 1 bsl 53 -> {(M1 bsr 1) * math:pow(2.0, -55), State1};
        M1 >= 1 bsl 52 -> {M1 * math:pow(2.0, -56), State1};
        true -> uniform_real(State1, M1, 56)
    end.

uniform_real(State, M, Bits) when Bits < 1000 ->
    {V, State1} = next(State),
    M1 = (M bsl 56) bor (V bsr 2),
    case M1 of
        0 -> uniform_real(State1, 0, Bits + 56);
        _ -> {M1 / (1 bsl (Bits + 56)), State1}
    end;
uniform_real(State, _, _) -> {0.0, State}.

%% The normal distribution, by Box and Muller.
normal() -> kept(normal_s(state())).

normal(Mean, Variance) -> Mean + math:sqrt(Variance) * normal().

normal_s(State) ->
    {U, State1} = uniform_real_s(State),
    {V, State2} = uniform_s(State1),
    {math:sqrt(-2.0 * math:log(max(U, 1.0e-300))) * math:cos(2 * math:pi() * V), State2}.

normal_s(Mean, Variance, State) when Variance >= 0 ->
    {X, State1} = normal_s(State),
    {Mean + math:sqrt(Variance) * X, State1}.

%% Seven bytes of a number, its highest; the last ones are from its low seven.
bytes(N) -> kept(bytes_s(N, state())).

bytes_s(N, {#{type := _}, _} = State) when is_integer(N), N >= 0 -> bytes_s(N, State, <<>>).

bytes_s(N, State, Acc) when N > 7 ->
    {V, State1} = next(State),
    bytes_s(N - 7, State1, <<Acc/binary, (V bsr 2):56>>);
bytes_s(0, State, Acc) -> {Acc, State};
bytes_s(N, State, Acc) ->
    {V, State1} = next(State),
    {<<Acc/binary, (V bsr (56 - N * 8)):(N * 8)>>, State1}.

shuffle(L) -> kept(shuffle_s(L, state())).

shuffle_s(L, State) when is_list(L) ->
    {Keyed, State1} = lists:mapfoldl(fun(X, S) ->
                                             {V, S1} = next(S),
                                             {{V, X}, S1}
                                     end, State, L),
    {[X || {_, X} <- lists:keysort(1, Keyed)], State1}.

%% A multiply-with-carry generator for those who look after themselves.
mwc59(CX) when is_integer(CX), 1 =< CX, CX < (16#7fa6502 bsl 32) - 1 ->
    C = CX bsr 32,
    X = CX band 16#FFFFFFFF,
    16#7fa6502 * X + C.

mwc59_value32(CX) ->
    X = CX band 16#FFFFFFFF,
    X bxor ((X bsl 8) band 16#FFFFFFFF).

mwc59_value(CX) ->
    X = CX bxor ((CX bsl 4) band ((1 bsl 59) - 1)),
    X bxor ((X bsl 27) band ((1 bsl 59) - 1)).

mwc59_float(CX) -> (mwc59_value(CX) band ((1 bsl 53) - 1)) * ?TWO_POW_MINUS53.
