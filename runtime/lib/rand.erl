%% Random numbers: generators of the Xorshift and Xoroshiro families with a
%% state that is kept in the process dictionary or passed along. The same seed
%% gives the same numbers as in Erlang/OTP.
%%
%% A state is {Handler, AlgorithmState}. The handler is a map: its next makes
%% a number of `bits' bits (or from 0 to `max', in the old plug-in format) and
%% a new algorithm state; all else is made of such numbers.
-module(rand).
-export([seed/1, seed/2, seed_s/1, seed_s/2, export_seed/0, export_seed_s/1, uniform/0, uniform/1,
         uniform_s/1, uniform_s/2, uniform_real/0, uniform_real_s/1, jump/0, jump/1, normal/0,
         normal/2, normal_s/1, normal_s/3, bytes/1, bytes_s/2, shuffle/1, shuffle_s/2, exsp_next/1,
         exsp_jump/1, exro928_seed/1, exro928_next/1, exro928_next_state/1, exro928_jump_2pow512/1,
         exro928_jump_2pow20/1, mwc59/1, mwc59_value32/1, mwc59_value/1, mwc59_float/1,
         mwc59_seed/0, mwc59_seed/1, splitmix64_next/1, seed58/2]).

-define(DICT, rand_seed).
-define(MASK58, 16#3FFFFFFFFFFFFFF).
-define(MASK64, 16#FFFFFFFFFFFFFFFF).
-define(TWO_POW_MINUS53, 1.11022302462515656540e-16).
-define(ROTL58(X, K), ((((X) band (?MASK58 bsr (K))) bsl (K)) bor ((X) bsr (58 - (K))))).

seed(Seed) -> keep(seed_s(Seed)).

seed(Alg, Seed) -> keep(seed_s(Alg, Seed)).

keep(State) ->
    put(?DICT, State),
    State.

seed_s({#{}, _} = State) -> State;
seed_s({Alg, AlgState}) when is_atom(Alg) ->
    {Handler, _} = mk_alg(Alg),
    {Handler, AlgState};
seed_s(Alg) ->
    seed_s(Alg, {erlang:phash2([{node(), self()}]), erlang:system_time(), erlang:unique_integer()}).

seed_s(default, Seed) -> seed_s(exsss, Seed);
seed_s(Alg, Seed) ->
    {Handler, SeedFun} = mk_alg(Alg),
    {Handler, SeedFun(Seed)}.

mk_alg(exsss) ->
    {#{type => exsss, bits => 58, next => fun exsss_next/1,
       uniform => fun uniform_of_bits/1, uniform_n => fun uniform_of_bits/2,
       jump => fun exsp_jump_s/1},
     fun exsss_seed/1};
mk_alg(exro928ss) ->
    {#{type => exro928ss, bits => 58, next => fun exro928ss_next/1,
       uniform => fun uniform_of_bits/1, uniform_n => fun uniform_of_bits/2,
       jump => fun exro928_jump_s/1},
     fun exro928_seed/1};
mk_alg(exrop) ->
    {#{type => exrop, bits => 58, weak_low_bits => 1, next => fun exrop_next/1,
       uniform => fun uniform_of_bits/1, uniform_n => fun uniform_of_bits/2,
       jump => fun exrop_jump_s/1},
     fun exrop_seed/1};
mk_alg(exs1024s) ->
    {#{type => exs1024s, bits => 64, weak_low_bits => 3, next => fun exs1024_next/1,
       jump => fun exs1024_jump_s/1},
     fun exs1024_seed/1};
mk_alg(exsp) ->
    {#{type => exsp, bits => 58, weak_low_bits => 1, next => fun exsp_next/1,
       uniform => fun uniform_of_bits/1, uniform_n => fun uniform_of_bits/2,
       jump => fun exsp_jump_s/1},
     fun exsplus_seed/1};
mk_alg(exs64) ->
    {#{type => exs64, max => ?MASK64, next => fun exs64_next/1}, fun exs64_seed/1};
mk_alg(exsplus) ->
    {#{type => exsplus, max => ?MASK58, next => fun exsp_next/1, jump => fun exsp_jump_s/1},
     fun exsplus_seed/1};
mk_alg(exs1024) ->
    {#{type => exs1024, max => ?MASK64, next => fun exs1024_next/1, jump => fun exs1024_jump_s/1},
     fun exs1024_seed/1};
mk_alg(dummy) ->
    {#{type => dummy, bits => 58, next => fun dummy_next/1, uniform => fun dummy_uniform/1,
       uniform_n => fun dummy_uniform/2}, fun dummy_seed/1}.

%% The seeds: a list is the state itself; an integer or three are spread out
%% over the state by another generator.

exsss_seed(L) when is_list(L) -> pair(seed_nz(2, L, 58, false));
exsss_seed(X) when is_integer(X) -> pair(seed58(2, X band ?MASK64));
exsss_seed({A1, A2, A3}) ->
    {_, X1} = seed58(A1),
    {S1, X2} = seed58((A2 bxor X1) band ?MASK64),
    {S2, _} = seed58((A3 bxor X2) band ?MASK64),
    [S1 | S2].

exsplus_seed(L) when is_list(L) -> pair(seed_nz(2, L, 58, false));
exsplus_seed(X) when is_integer(X) -> pair(seed58(2, X band ?MASK64));
exsplus_seed({A1, A2, A3}) ->
    {_, [_ | S1]} = exsp_next([(A1 * 4294967197 + 1) band ?MASK58 | (A2 * 4294967231 + 1) band ?MASK58]),
    {_, State} = exsp_next([(A3 * 4294967279 + 1) band ?MASK58 | S1]),
    State.

exrop_seed(L) when is_list(L) -> pair(seed_nz(2, L, 58, false));
exrop_seed(X) when is_integer(X) -> pair(seed58(2, X band ?MASK64));
exrop_seed({A1, A2, A3}) ->
    {_, [_ | S1]} = exrop_next([(A1 * 4294967197 + 1) band ?MASK58 | (A2 * 4294967231 + 1) band ?MASK58]),
    {_, State} = exrop_next([(A3 * 4294967279 + 1) band ?MASK58 | S1]),
    State.

exs64_seed(L) when is_list(L) ->
    [S] = seed_nz(1, L, 64, false),
    S;
exs64_seed(X) when is_integer(X) ->
    [S] = seed64(1, X band ?MASK64),
    S;
exs64_seed({A1, A2, A3}) ->
    {V1, _} = exs64_next((A1 band 16#FFFFFFFF) * 4294967197 + 1),
    {V2, _} = exs64_next((A2 band 16#FFFFFFFF) * 4294967231 + 1),
    {V3, _} = exs64_next((A3 band 16#FFFFFFFF) * 4294967279 + 1),
    (V1 * V2 * V3) rem (?MASK64 - 1) + 1.

exs1024_seed(L) when is_list(L) -> {seed_nz(16, L, 64, false), []};
exs1024_seed(X) when is_integer(X) -> {seed64(16, X band ?MASK64), []};
exs1024_seed({A1, A2, A3}) ->
    M21 = 16#1FFFFF,
    B1 = (((A1 band M21) + 1) * 2097131) band M21,
    B2 = (((A2 band M21) + 1) * 2097133) band M21,
    B3 = (((A3 band M21) + 1) * 2097143) band M21,
    {lists:reverse(exs64_numbers(16, (B1 bsl 43) bor (B2 bsl 22) bor (B3 bsl 1) bor 1)), []}.

exs64_numbers(0, _) -> [];
exs64_numbers(N, S) ->
    {V, S1} = exs64_next(S),
    [V | exs64_numbers(N - 1, S1)].

exro928_seed(L) when is_list(L) -> {seed_nz(16, L, 58, false), []};
exro928_seed(X) when is_integer(X) -> {seed58(16, X band ?MASK64), []};
exro928_seed({A1, A2, A3}) ->
    {S0, X0} = seed58(A1),
    {S1, X1} = seed58((A2 bxor X0) band ?MASK64),
    {S2, X2} = seed58((A3 bxor X1) band ?MASK64),
    {[S0, S1, S2 | seed58(13, X2)], []}.

dummy_seed([X]) when is_integer(X) -> X band ?MASK58;
dummy_seed([]) -> erlang:error(zero_seed);
dummy_seed([X | _]) when is_integer(X) -> erlang:error(too_many_seed_integers);
dummy_seed([_ | _]) -> erlang:error(non_integer_seed);
dummy_seed(X) when is_integer(X) ->
    {S, _} = seed58(X band ?MASK64),
    S;
dummy_seed({A1, A2, A3}) ->
    {_, X1} = splitmix64_next(A1),
    {_, X2} = splitmix64_next((A2 bxor X1) band ?MASK64),
    {S, _} = splitmix64_next((A3 bxor X2) band ?MASK64),
    S band ?MASK58.

pair([S0, S1]) -> [S0 | S1].

%% N numbers of a list, filled up with 0, not all of them 0.
seed_nz(_, [], _, false) -> erlang:error(zero_seed);
seed_nz(0, [], _, true) -> [];
seed_nz(0, [_ | _], _, _) -> erlang:error(too_many_seed_integers);
seed_nz(N, [], Bits, NonZero) -> [0 | seed_nz(N - 1, [], Bits, NonZero)];
seed_nz(N, [S | Ss], Bits, NonZero) when is_integer(S) ->
    V = S band (1 bsl Bits - 1),
    [V | seed_nz(N - 1, Ss, Bits, NonZero orelse V =/= 0)];
seed_nz(_, [_ | _], _, _) -> erlang:error(non_integer_seed).

%% Numbers of 58 bits, none of them 0.
seed58(0, _) -> [];
seed58(N, X) ->
    {Z, X1} = seed58(X),
    [Z | seed58(N - 1, X1)].

seed58(X0) ->
    {Z0, X} = splitmix64_next(X0),
    case Z0 band ?MASK58 of
        0 -> seed58(X);
        Z -> {Z, X}
    end.

seed64(0, _) -> [];
seed64(N, X0) ->
    case splitmix64_next(X0) of
        {0, X} -> seed64(N, X);
        {Z, X} -> [Z | seed64(N - 1, X)]
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

% Xoroshiro116+.
exrop_next([S0 | S1]) ->
    X = S0 bxor S1,
    {(S0 + S1) band ?MASK58,
     [?ROTL58(S0, 24) bxor X bxor ((X band (?MASK58 bsr 2)) bsl 2) | ?ROTL58(X, 35)]}.

% Xorshift64*.
exs64_next(S) ->
    X1 = S bxor (S bsr 12),
    X2 = X1 bxor ((X1 bsl 25) band ?MASK64),
    X = X2 bxor (X2 bsr 27),
    {(X * 2685821657736338717) band ?MASK64, X}.

% Xorshift1024*. Its 16 words, and those of Xoroshiro928**, are a ring: a
% list from the current word on and the reversed list of those before it.
exs1024_next({[S0, S1 | Ss], Rs}) ->
    X = S1 bxor ((S1 bsl 31) band ?MASK64),
    N = X bxor S0 bxor (X bsr 11) bxor (S0 bsr 30),
    {(N * 1181783497276652981) band ?MASK64, {[N | Ss], [S0 | Rs]}};
exs1024_next({[S], Rs}) -> exs1024_next({[S | lists:reverse(Rs)], []}).

% Xoroshiro928**.
exro928ss_next({[S15, S0 | Ss], Rs}) ->
    V0 = (S0 * 5) band ?MASK58,
    V = (?ROTL58(V0, 7) * 9) band ?MASK58,
    {V, exro928_state(S15, S0, Ss, Rs)};
exro928ss_next({[S], Rs}) -> exro928ss_next({[S | lists:reverse(Rs)], []}).

exro928_next({[S15, S0 | Ss], Rs}) -> {{S15, S0}, exro928_state(S15, S0, Ss, Rs)};
exro928_next({[S], Rs}) -> exro928_next({[S | lists:reverse(Rs)], []}).

exro928_next_state(State) ->
    {_, State1} = exro928_next(State),
    State1.

exro928_state(S15, S0, Ss, Rs) ->
    X = S15 bxor S0,
    New = ?ROTL58(S0, 44) bxor X bxor ((X band (?MASK58 bsr 9)) bsl 9),
    {[?ROTL58(X, 45) | Ss], [New | Rs]}.

% For measurements: not random.
dummy_next(R) -> {R, R bxor ?MASK58}.

dummy_uniform({H, R}) -> {0.5, {H, R bxor ?MASK58}}.

dummy_uniform(_, {H, R}) -> {1, {H, R bxor ?MASK58}}.

% Jumps. A step is a linear map of the bits of the state, so 2^K steps are the
% sum of those among the first ones whose bit is set in x^(2^K) modulo the
% map's characteristic polynomial.

-define(EXSP_JUMP, 16#D174A83E17DE2302F8EA6BC32C797).
-define(EXROP_JUMP, 16#9863200F83FCD4A11293241FCB12A).
-define(EXS1024_JUMP, 16#284600E3F30E38C3B99181F2D8F685CA047F7684E9FC949D0B5FC64563B3E2A87910C41D10A1E6A5691548C86C1BD5405EE975283D71C93BC4CB815590989B13AAC17D8EFA43CAB83659132BB12FEA70DC2D9891FE68C0222FFEEB0A48316F404489AFFCE4F31A1E5B34A39F070B5837A3C65B8776F9685584242F96ECA9C41D).
-define(EXRO928_JUMP512, 16#B10773CBE19F5FC1A1504ACD83F240C6007E76CEBCB3B7C4CC049C536E62A33CC2323831B45A3A8A3CEF3CC0F02F778573CF0F0A0657E19F00D4B3584DDD98EE4BE41E015AC26D5D20F9B49FA81B0090567FD9F0B83FE51A1EB3BE1910A1DE1D7D6813D2BA05381FDFD1490244085302F77130CA).
-define(EXRO928_JUMP20, 16#CB3D181CA30BEBC15FEFCC78FF45EF33C82F3D48A480C5878C3549BD5BDEB1A5A90F2E6B06DF2EB1FEAF0FB690627C014098F4B6DC4D3AF15F8A4DFDC081A7BF148531FB8EBC73C700B8B091AF699C306D8E75664A426866BFAD3C77DA90F4A806C17E9E644807A56270CF78BDB966A3DAF905E6).

jump() -> keep(jump(state())).

jump({#{jump := Jump}, _} = State) -> Jump(State);
jump({#{}, _}) -> erlang:error(not_implemented).

exsp_jump_s({H, S}) -> {H, exsp_jump(S)}.

exsp_jump(S) -> pair(jump_sum(?EXSP_JUMP, S, fun exsp_next/1, fun words2/1, [0, 0])).

exrop_jump_s({H, S}) ->
    {H, pair(jump_sum(?EXROP_JUMP, S, fun exrop_next/1, fun words2/1, [0, 0]))}.

words2([S0 | S1]) -> [S0, S1].

exs1024_jump_s({H, {Ss, _} = S}) ->
    {Sum, []} = jump16(?EXS1024_JUMP, S, fun exs1024_next/1),
    {Ss1, Rs1} = lists:split(length(Ss), Sum),
    {H, {Ss1, lists:reverse(Rs1)}}.

exro928_jump_s({H, S}) -> {H, exro928_jump_2pow512(S)}.

exro928_jump_2pow512(S) -> jump16(?EXRO928_JUMP512, S, fun exro928_next/1).

exro928_jump_2pow20(S) -> jump16(?EXRO928_JUMP20, S, fun exro928_next/1).

jump16(Poly, S, Next) ->
    {jump_sum(Poly, S, Next, fun({Ss, Rs}) -> Ss ++ lists:reverse(Rs) end,
              lists:duplicate(16, 0)), []}.

jump_sum(0, _, _, _, Sum) -> Sum;
jump_sum(Poly, S, Next, Words, Sum) ->
    Sum1 = case Poly band 1 of
               1 -> lists:zipwith(fun(A, B) -> A bxor B end, Sum, Words(S));
               0 -> Sum
           end,
    {_, S1} = Next(S),
    jump_sum(Poly bsr 1, S1, Next, Words, Sum1).

% The numbers that are made of a generator's.

next({#{next := Next} = H, S}) ->
    {V, S1} = Next(S),
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

uniform_s({#{uniform := Uniform}, _} = State) -> Uniform(State);
uniform_s({#{bits := _}, _} = State) -> uniform_of_bits(State);
uniform_s({#{max := Max}, _} = State) ->
    {V, State1} = next(State),
    {V / (Max + 1), State1}.

%% Without bias: numbers past the last whole multiple of N are not used.
uniform_s(N, {#{uniform_n := UniformN}, _} = State) when is_integer(N), N >= 1 -> UniformN(N, State);
uniform_s(N, {#{bits := _}, _} = State) when is_integer(N), N >= 1 -> uniform_of_bits(N, State);
uniform_s(N, {#{max := Max}, _} = State) when is_integer(N), N >= 1 ->
    {V, State1} = next(State),
    if
        N =< Max -> {V rem N + 1, State1};
        true -> {trunc(V / (Max + 1) * N) + 1, State1}
    end.

uniform_of_bits({#{bits := Bits}, _} = State) ->
    {V, State1} = next(State),
    {(V bsr (Bits - 53)) * ?TWO_POW_MINUS53, State1}.

uniform_of_bits(N, {#{bits := Bits}, _} = State) when is_integer(N), N >= 1, N =< 1 bsl Bits ->
    {V, State1} = next(State),
    if
        V < N -> {V + 1, State1};
        true ->
            I = V rem N,
            if
                V - I =< (1 bsl Bits) - N -> {I + 1, State1};
                true -> uniform_of_bits(N, State1)
            end
    end;
uniform_of_bits(N, {#{bits := Bits} = H, _} = State) when is_integer(N), N >= 1 ->
    {V, State1} = next(State),
    Weak = maps:get(weak_low_bits, H, 0),
    Shift = Bits - Weak,
    {V1, Bits1, State2} = wide(N, V, Shift, bnot (1 bsl Weak - 1), Bits, State1),
    case N band (N - 1) of
        0 -> {(V1 band (N - 1)) + 1, State2};
        _ ->
            I = V1 rem N,
            if
                V1 - I =< (1 bsl Bits1) - N -> {I + 1, State2};
                true -> uniform_of_bits(N, State2)
            end
    end.

wide(N, V, _, _, Bits, State) when N =< 1 bsl Bits -> {V, Bits, State};
wide(N, V, Shift, Mask, Bits, State) ->
    {V1, State1} = next(State),
    wide(N, ((V band Mask) bsl Shift) bor V1, Shift, Mask, Bits + Shift, State1).

%% All the precision that a float has near 0: the exponent comes from the
%% leading zeros of the random bits.
uniform_real() -> kept(uniform_real_s(state())).

uniform_real_s(State) ->
    {M, State1} = next56(State),
    if
        M >= 1 bsl 55 -> {(M bsr 3) * ?TWO_POW_MINUS53, State1};
        M >= 1 bsl 54 -> {(M bsr 2) * math:pow(2.0, -54), State1};
        M >= 1 bsl 53 -> {(M bsr 1) * math:pow(2.0, -55), State1};
        M >= 1 bsl 52 -> {M * math:pow(2.0, -56), State1};
        true -> uniform_real(State1, M, 56)
    end.

uniform_real(State, M, Bits) when Bits < 1000 ->
    {V, State1} = next56_more(State),
    M1 = (M bsl 56) bor V,
    if
        M1 < 1 bsl 52 -> uniform_real(State1, M1, Bits + 56);
        true -> {float53(M1, Bits + 56), State1}
    end;
uniform_real(State, _, _) -> {0.0, State}.

float53(M, Bits) when M >= 1 bsl 53 -> float53(M bsr 1, Bits - 1);
float53(M, Bits) -> M * math:pow(2.0, -Bits).

%% In the old format the further numbers are taken whole, as OTP does.
next56_more({#{bits := _}, _} = State) -> next56(State);
next56_more(State) -> next(State).

%% The 56 highest bits of a number, or in the old format its 56 lowest.
next56({#{bits := Bits}, _} = State) ->
    {V, State1} = next(State),
    {V bsr (Bits - 56), State1};
next56({#{max := _}, _} = State) ->
    {V, State1} = next(State),
    {V band (1 bsl 56 - 1), State1}.

%% The normal distribution, by Marsaglia and Tsang's ziggurat of 256 layers:
%% the tables are at the end. A number's 51 high bits are the place in the
%% layer, the bit below them its sign, and the low eight of them the layer.
normal() -> kept(normal_s(state())).

normal(Mean, Variance) -> kept(normal_s(Mean, Variance, state())).

normal_s(State) ->
    {Sign, R, State1} = next52(State),
    Layer = R band 255 + 1,
    {K, W} = element(Layer, layers()),
    X = R * W,
    if
        R < K, Sign =:= 0 -> {X, State1};
        R < K -> {-X, State1};
        true -> normal_edge(Layer, Sign, X, State1)
    end.

normal_s(Mean, Variance, State) when Variance >= 0 ->
    {X, State1} = normal_s(State),
    {Mean + math:sqrt(Variance) * X, State1}.

next52({#{bits := Bits}, _} = State) ->
    {V, State1} = next(State),
    {(V bsr (Bits - 52)) band 1, V bsr (Bits - 51), State1};
next52({#{max := _}, _} = State) ->
    {V, State1} = next(State),
    {(V bsr 51) band 1, V band (1 bsl 51 - 1), State1}.

-define(ZIGGURAT_R, 3.654152885361009).

%% The tail, and the layers' ends where the curve goes through.
normal_edge(1, Sign, _, State) ->
    {U1, State1} = uniform_s(State),
    X = -1 / ?ZIGGURAT_R * math:log(U1),
    {U2, State2} = uniform_s(State1),
    Y = -math:log(U2),
    if
        Y + Y > X * X, Sign =:= 0 -> {?ZIGGURAT_R + X, State2};
        Y + Y > X * X -> {-?ZIGGURAT_R - X, State2};
        true -> normal_edge(1, Sign, X, State2)
    end;
normal_edge(Layer, Sign, X, State) ->
    Low = element(Layer, heights()),
    High = element(Layer - 1, heights()),
    {U, State1} = uniform_s(State),
    case (High - Low) * U + Low < math:exp(-0.5 * X * X) of
        true when Sign =:= 0 -> {X, State1};
        true -> {-X, State1};
        false -> normal_s(State1)
    end.

%% Seven bytes of a number, its highest; the last ones are from its low seven.
bytes(N) -> kept(bytes_s(N, state())).

bytes_s(N, State) when is_integer(N), N >= 0 -> bytes_s(N, State, <<>>).

bytes_s(N, {H, _} = State, Acc) when N > 7 ->
    {V, State1} = next(State),
    bytes_s(N - 7, State1, <<Acc/binary, (V bsr (maps:get(bits, H, 58) - 56)):56>>);
bytes_s(N, State, Acc) ->
    {V, State1} = next(State),
    {<<Acc/binary, (V bsr (56 - N * 8)):(N * 8)>>, State1}.

shuffle(L) -> kept(shuffle_s(L, state())).

%% Elements are dealt out to four heaps by two random bits each, and so are the
%% heaps, until they are small. What remains of a generator's number when more bits
%% are needed than it has left is not used.
shuffle_s(L, State) when is_list(L) ->
    {Shuffled, {_, _, State1}} = shuffled(L, [], {0, 0, State}),
    {Shuffled, State1}.

shuffled([], Done, Bits) -> {Done, Bits};
shuffled([X], Done, Bits) -> {[X | Done], Bits};
shuffled([X, Y], Done, Bits0) ->
    case random_bits(1, Bits0) of
        {0, Bits} -> {[Y, X | Done], Bits};
        {1, Bits} -> {[X, Y | Done], Bits}
    end;
shuffled([X, Y, Z] = L, Done, Bits0) ->
    case random_bits(3, Bits0) of
        {0, Bits} -> {[Z, Y, X | Done], Bits};
        {1, Bits} -> {[Y, Z, X | Done], Bits};
        {2, Bits} -> {[Z, X, Y | Done], Bits};
        {3, Bits} -> {[X, Z, Y | Done], Bits};
        {4, Bits} -> {[Y, X, Z | Done], Bits};
        {5, Bits} -> {[X, Y, Z | Done], Bits};
        {_, Bits} -> shuffled(L, Done, Bits)
    end;
shuffled(L, Done, Bits) -> dealt(L, [], [], [], [], Done, Bits).

dealt([X | L], A, B, C, D, Done, Bits0) ->
    case random_bits(2, Bits0) of
        {0, Bits} -> dealt(L, [X | A], B, C, D, Done, Bits);
        {1, Bits} -> dealt(L, A, [X | B], C, D, Done, Bits);
        {2, Bits} -> dealt(L, A, B, [X | C], D, Done, Bits);
        {3, Bits} -> dealt(L, A, B, C, [X | D], Done, Bits)
    end;
dealt([], A, B, C, D, Done, Bits) ->
    lists:foldl(fun(Heap, {Done0, Bits0}) -> shuffled(Heap, Done0, Bits0) end, {Done, Bits}, [A, B, C, D]).

random_bits(N, {V, Left, State}) when Left >= N -> {V band (1 bsl N - 1), {V bsr N, Left - N, State}};
random_bits(N, {_, _, {#{bits := Count} = H, _} = State}) ->
    {V, State1} = next(State),
    Weak = maps:get(weak_low_bits, H, 0),
    random_bits(N, {V bsr Weak, min(Count - Weak, 58), State1});
random_bits(N, {_, _, State}) ->
    {V, State1} = uniform_s(1 bsl 58, State),
    random_bits(N, {V - 1, 58, State1}).

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

mwc59_seed() ->
    {A1, A2, A3} = {erlang:phash2([{node(), self()}]), erlang:system_time(), erlang:unique_integer()},
    {_, X1} = splitmix64_next(A1 band ?MASK64),
    {_, X2} = splitmix64_next((A2 bxor X1) band ?MASK64),
    {X3, _} = splitmix64_next((A3 bxor X2) band ?MASK64),
    X3 bsr 6 + 1.

%% The seed's bits are mixed by MurmurHash's last steps, on 58 bits.
mwc59_seed(S) when is_integer(S), 0 =< S, S =< ?MASK58 ->
    X1 = ((S bxor (S bsr 29)) * 16#351afd7ed558ccd) band ?MASK58,
    X2 = ((X1 bxor (X1 bsr 29)) * 16#0ceb9fe1a85ec53) band ?MASK58,
    (X2 bxor (X2 bsr 29)) + 1.

%% Of each layer: how far the rectangle inside the curve goes, of 2^51, and the
%% layer's width by 2^51.
layers() ->
    {{2104047571236786, 1.736725412160263e-15}, {0, 9.558660351455634e-17},
     {1693657211986779, 1.2708704834810623e-16}, {1919380038271139, 1.4909740962495474e-16},
     {2015384402196342, 1.6658733631586268e-16}, {2068365869448127, 1.8136120810119029e-16},
     {2101878624052572, 1.9429720153135588e-16}, {2124958784102997, 2.0589500628482093e-16},
     {2141808670795147, 2.1646860576895422e-16}, {2154644611568301, 2.2622940392218116e-16},
     {2164744887587275, 2.353271891404589e-16}, {2172897953696594, 2.438723455742877e-16},
     {2179616279372365, 2.5194879829274225e-16}, {2185247251868649, 2.5962199772528103e-16},
     {2190034623107822, 2.6694407473648285e-16}, {2194154434521197, 2.7395729685142446e-16},
     {2197736978774660, 2.8069646002484804e-16}, {2200880740891961, 2.871905890411393e-16},
     {2203661538010620, 2.9346417484728883e-16}, {2206138681109101, 2.9953809336782113e-16},
     {2208359231806599, 3.054303000719244e-16}, {2210361007258210, 3.111563633892157e-16},
     {2212174742388539, 3.1672988018581815e-16}, {2213825672704646, 3.2216280350549905e-16},
     {2215334711002614, 3.274657040793975e-16}, {2216719334487595, 3.326479811684171e-16},
     {2217994262139172, 3.377180341735323e-16}, {2219171977965032, 3.4268340353119356e-16},
     {2220263139538712, 3.475508873172976e-16}, {2221276900117330, 3.523266384600203e-16},
     {2222221164932930, 3.5701624633953494e-16}, {2223102796829069, 3.616248057159834e-16},
     {2223927782546658, 3.661569752965354e-16}, {2224701368170060, 3.7061702777236077e-16},
     {2225428170204312, 3.75008892787478e-16}, {2226112267248242, 3.7933619401549554e-16},
     {2226757276105256, 3.836022812967728e-16}, {2227366415328399, 3.8781025861250247e-16},
     {2227942558554684, 3.919630085325768e-16}, {2228488279492521, 3.9606321366256378e-16},
     {2229005890047222, 4.001133755254669e-16}, {2229497472775193, 4.041158312414333e-16},
     {2229964908627060, 4.080727683096045e-16}, {2230409900758597, 4.119862377480744e-16},
     {2230833995044585, 4.1585816580828064e-16}, {2231238597816133, 4.1969036444740733e-16},
     {2231624991250191, 4.234845407152071e-16}, {2231994346765928, 4.272423051889976e-16},
     {2232347736722750, 4.309651795716294e-16}, {2232686144665934, 4.346546035512876e-16},
     {2233010474325959, 4.383119410085457e-16}, {2233321557544881, 4.4193848564470665e-16},
     {2233620161276071, 4.455354660957914e-16}, {2233906993781271, 4.491040505882875e-16},
     {2234182710130335, 4.52645351185714e-16}, {2234447917093496, 4.561604276690038e-16},
     {2234703177503020, 4.596502910884941e-16}, {2234949014150181, 4.631159070208165e-16},
     {2235185913274316, 4.665581985600875e-16}, {2235414327692884, 4.699780490694195e-16},
     {2235634679614920, 4.733763047158324e-16}, {2235847363174595, 4.767537768090853e-16},
     {2236052746716837, 4.8011124396270155e-16}, {2236251174862869, 4.834494540935008e-16},
     {2236442970379967, 4.867691262742209e-16}, {2236628435876762, 4.900709524522994e-16},
     {2236807855342765, 4.933555990465414e-16}, {2236981495548562, 4.966237084322178e-16},
     {2237149607321147, 4.998759003240909e-16}, {2237312426707209, 5.031127730659319e-16},
     {2237470176035652, 5.0633490483427195e-16}, {2237623064889403, 5.095428547633892e-16},
     {2237771290995388, 5.127371639978797e-16}, {2237915041040597, 5.159183566785736e-16},
     {2238054491421305, 5.190869408670343e-16}, {2238189808931712, 5.222434094134042e-16},
     {2238321151397660, 5.253882407719454e-16}, {2238448668260432, 5.285218997682382e-16},
     {2238572501115169, 5.316448383216618e-16}, {2238692784207942, 5.34757496126473e-16},
     {2238809644895133, 5.378603012945235e-16}, {2238923204068402, 5.409536709623993e-16},
     {2239033576548190, 5.440380118655467e-16}, {2239140871448443, 5.471137208817361e-16},
     {2239245192514958, 5.501811855460336e-16}, {2239346638439541, 5.532407845392784e-16},
     {2239445303151952, 5.56292888151909e-16}, {2239541276091442, 5.593378587248462e-16},
     {2239634642459498, 5.623760510690043e-16}, {2239725483455293, 5.65407812864896e-16},
     {2239813876495186, 5.684334850436814e-16}, {2239899895417494, 5.714534021509204e-16},
     {2239983610673676, 5.744678926941961e-16}, {2240065089506935, 5.774772794756965e-16},
     {2240144396119183, 5.804818799107686e-16}, {2240221591827230, 5.834820063333892e-16},
     {2240296735208969, 5.864779662894365e-16}, {2240369882240293, 5.894700628185872e-16},
     {2240441086423386, 5.924585947256134e-16}, {2240510398907004, 5.95443856841806e-16},
     {2240577868599305, 5.984261402772028e-16}, {2240643542273726, 6.014057326642664e-16},
     {2240707464668391, 6.043829183936125e-16}, {2240769678579486, 6.073579788423606e-16},
     {2240830224948980, 6.103311925956439e-16}, {2240889142947082, 6.133028356617911e-16},
     {2240946470049769, 6.162731816816596e-16}, {2241002242111691, 6.192425021325847e-16},
     {2241056493434746, 6.222110665273788e-16}, {2241109256832602, 6.251791426088e-16},
     {2241160563691400, 6.281469965398895e-16}, {2241210444026879, 6.311148930905604e-16},
     {2241258926538122, 6.34083095820806e-16}, {2241306038658137, 6.370518672608815e-16},
     {2241351806601435, 6.400214690888025e-16}, {2241396255408788, 6.429921623054896e-16},
     {2241439408989313, 6.459642074078832e-16}, {2241481290160038, 6.489378645603397e-16},
     {2241521920683062, 6.519133937646159e-16}, {2241561321300462, 6.548910550287415e-16},
     {2241599511767028, 6.578711085350741e-16}, {2241636510880960, 6.608538148078259e-16},
     {2241672336512612, 6.638394348803506e-16}, {2241707005631362, 6.668282304624746e-16},
     {2241740534330713, 6.698204641081558e-16}, {2241772937851689, 6.728163993837531e-16},
     {2241804230604585, 6.758163010371901e-16}, {2241834426189161, 6.78820435168298e-16},
     {2241863537413311, 6.818290694006254e-16}, {2241891576310281, 6.848424730550038e-16},
     {2241918554154466, 6.878609173251664e-16}, {2241944481475843, 6.908846754557169e-16},
     {2241969368073071, 6.939140229227569e-16}, {2241993223025298, 6.969492376174829e-16},
     {2242016054702685, 6.999906000330764e-16}, {2242037870775710, 7.030383934552151e-16},
     {2242058678223225, 7.060929041565482e-16}, {2242078483339331, 7.091544215954873e-16},
     {2242097291739040, 7.122232386196779e-16}, {2242115108362774, 7.152996516745303e-16},
     {2242131937479672, 7.183839610172063e-16}, {2242147782689725, 7.214764709364707e-16},
     {2242162646924736, 7.245774899788387e-16}, {2242176532448092, 7.276873311814693e-16},
     {2242189440853337, 7.308063123122743e-16}, {2242201373061537, 7.339347561177405e-16},
     {2242212329317416, 7.370729905789831e-16}, {2242222309184237, 7.4022134917658e-16},
     {2242231311537397, 7.433801711647648e-16}, {2242239334556717, 7.465498018555889e-16},
     {2242246375717369, 7.497305929136979e-16}, {2242252431779415, 7.529229026624058e-16},
     {2242257498775893, 7.561270964017922e-16}, {2242261571999416, 7.5934354673958895e-16},
     {2242264645987196, 7.625726339356756e-16}, {2242266714504453, 7.658147462610487e-16},
     {2242267770526109, 7.690702803721919e-16}, {2242267806216711, 7.723396417018299e-16},
     {2242266812908462, 7.756232448671174e-16}, {2242264781077289, 7.789215140963852e-16},
     {2242261700316818, 7.822348836756411e-16}, {2242257559310145, 7.855637984161084e-16},
     {2242252345799276, 7.889087141441755e-16}, {2242246046552082, 7.922700982152271e-16},
     {2242238647326615, 7.956484300529366e-16}, {2242230132832625, 7.99044201715713e-16},
     {2242220486690076, 8.024579184921259e-16}, {2242209691384458, 8.058900995272657e-16},
     {2242197728218684, 8.093412784821501e-16}, {2242184577261310, 8.128120042284501e-16},
     {2242170217290819, 8.163028415809877e-16}, {2242154625735679, 8.198143720706533e-16},
     {2242137778609839, 8.23347194760605e-16}, {2242119650443327, 8.26901927108847e-16},
     {2242100214207556, 8.304792058805374e-16}, {2242079441234906, 8.340796881136629e-16},
     {2242057301132135, 8.377040521420222e-16}, {2242033761687079, 8.413529986798028e-16},
     {2242008788768107, 8.450272519724097e-16}, {2241982346215682, 8.487275610186155e-16},
     {2241954395725356, 8.524547008695596e-16}, {2241924896721443, 8.562094740106233e-16},
     {2241893806220517, 8.599927118327665e-16}, {2241861078683830, 8.638052762005259e-16},
     {2241826665857598, 8.676480611245582e-16}, {2241790516600041, 8.715219945473698e-16},
     {2241752576693881, 8.754280402517175e-16}, {2241712788642916, 8.793671999021043e-16},
     {2241671091451078, 8.833405152308408e-16}, {2241627420382235, 8.873490703813135e-16},
     {2241581706698773, 8.913939944224086e-16}, {2241533877376767, 8.954764640495068e-16},
     {2241483854795281, 8.9959770648911e-16}, {2241431556397035, 9.037590026260118e-16},
     {2241376894317345, 9.079616903740068e-16}, {2241319774977817, 9.122071683134846e-16},
     {2241260098640860, 9.164968996219135e-16}, {2241197758920538, 9.208324163262308e-16},
     {2241132642244704, 9.252153239095693e-16}, {2241064627262652, 9.296473063086417e-16},
     {2240993584191742, 9.341301313425265e-16}, {2240919374095536, 9.38665656618666e-16},
     {2240841848084890, 9.432558359676707e-16}, {2240760846432232, 9.479027264651738e-16},
     {2240676197587784, 9.526084961066279e-16}, {2240587717084782, 9.57375432209745e-16},
     {2240495206318753, 9.622059506294838e-16}, {2240398451183567, 9.671026058823054e-16},
     {2240297220544165, 9.720681022901626e-16}, {2240191264522612, 9.771053062707209e-16},
     {2240080312570155, 9.822172599190541e-16}, {2239964071293331, 9.874071960480671e-16},
     {2239842221996530, 9.926785548807976e-16}, {2239714417896699, 9.980350026183645e-16},
     {2239580280957725, 1.003480452143618e-15}, {2239439398282193, 1.0090190861637457e-15},
     {2239291317986196, 1.0146553831467086e-15}, {2239135544468203, 1.0203941464683124e-15},
     {2238971532964979, 1.0262405372613567e-15}, {2238798683265269, 1.0322001115486456e-15},
     {2238616332424351, 1.03827886235154e-15}, {2238423746288095, 1.044483267600047e-15},
     {2238220109591890, 1.0508203448355195e-15}, {2238004514345216, 1.057297713900989e-15},
     {2237775946143212, 1.06392366906768e-15}, {2237533267957822, 1.0707072623632994e-15},
     {2237275200846753, 1.0776584002668106e-15}, {2237000300869952, 1.0847879564403425e-15},
     {2236706931309099, 1.0921079038149563e-15}, {2236393229029147, 1.0996314701785628e-15},
     {2236057063479501, 1.1073733224935752e-15}, {2235695986373246, 1.1153497865853155e-15},
     {2235307169458859, 1.1235791107110833e-15}, {2234887326941578, 1.1320817840164846e-15},
     {2234432617919447, 1.140880924258278e-15}, {2233938522519765, 1.1500027537839792e-15},
     {2233399683022677, 1.159477189144919e-15}, {2232809697779198, 1.169338578691096e-15},
     {2232160850599817, 1.17962663529558e-15}, {2231443750584641, 1.190387629928289e-15},
     {2230646845562170, 1.2016759392543819e-15}, {2229755753817986, 1.2135560818666897e-15},
     {2228752329126533, 1.2261054417450561e-15}, {2227613325162504, 1.2394179789163251e-15},
     {2226308442121174, 1.2536093926602567e-15}, {2224797391720399, 1.268824481425501e-15},
     {2223025347823832, 1.2852479319096109e-15}, {2220915633329809, 1.3031206634689985e-15},
     {2218357446087030, 1.3227655770195326e-15}, {2215184158448668, 1.3446300925011171e-15},
     {2211132412537369, 1.3693606835128518e-15}, {2205758503851065, 1.397943667277524e-15},
     {2198248265654987, 1.4319989869661328e-15}, {2186916352102141, 1.4744848603597596e-15},
     {2167562552481814, 1.5317872741611144e-15}, {2125549880839716, 1.6227698675312968e-15}}.

%% The curve's height at each layer's width.
heights() ->
    {1.0, 0.9771017012676713, 0.9598790918001063, 0.9451989534422993,
     0.9320600759592301, 0.9199915050393467, 0.9087264400521305, 0.8980959218983431,
     0.887984660755833, 0.8783096558089171, 0.8690086880368567, 0.8600336211963312,
     0.8513462584586777, 0.842915653112204, 0.8347162929868832, 0.826726833946221,
     0.818929191603702, 0.8113078743126559, 0.8038494831709639, 0.7965423304229586,
     0.7893761435660241, 0.7823418326548021, 0.7754313049811867, 0.7686373157984858,
     0.7619533468367949, 0.7553735065070958, 0.7488924472191565, 0.7425052963401507,
     0.7362075981268623, 0.7299952645614758, 0.7238645334686298, 0.7178119326307216,
     0.7118342488782481, 0.7059285013327539, 0.7000919181365113, 0.6943219161261164,
     0.6886160830046714, 0.6829721616449944, 0.6773880362187731, 0.6718617198970818,
     0.6663913439087499, 0.6609751477766629, 0.655611470579697, 0.6502987431108165,
     0.6450354808208221, 0.6398202774530563, 0.6346517992876233, 0.6295287799248364,
     0.6244500155470262, 0.6194143606058341, 0.6144207238889136, 0.6094680649257731,
     0.6045553906974674, 0.5996817526191249, 0.594846243767987, 0.5900479963328256,
     0.5852861792633709, 0.5805599961007905, 0.5758686829723533, 0.5712115067352528,
     0.566587763256164, 0.561996775814524, 0.5574378936187656, 0.552910490425832,
     0.5484139632552655, 0.5439477311900258, 0.5395112342569517, 0.5351039323804572,
     0.5307253044036616, 0.526374847171684, 0.5220520746723215, 0.5177565172297559,
     0.5134877207473266, 0.5092452459957476, 0.5050286679434679, 0.5008375751261485,
     0.4966715690524894, 0.4925302636438682, 0.48841328470545764, 0.48432026942668294,
     0.4802508659090465, 0.47620473271950553, 0.4721815384677298, 0.46818096140569326,
     0.464202689048174, 0.46024641781284253, 0.45631185267871616, 0.4523987068618483,
     0.4485067015072028, 0.4446355653957392, 0.4407850346658038, 0.4369548525479854,
     0.43314476911265215, 0.4293545410294413, 0.42558393133802186, 0.4218327092294958,
     0.418100649837848, 0.41438753404089096, 0.41069314827018805, 0.4070172843294732,
     0.40335973922111434, 0.39972031498019706, 0.39609881851583223, 0.3924950614593154,
     0.3889088600187886, 0.3853400348400771, 0.38178841087339344, 0.37825381724561896,
     0.3747360871378909, 0.3712350576682393, 0.3677505697790323, 0.3642824681290038,
     0.3608306009896478, 0.3573948201457803, 0.3539749808000766, 0.35057094148140594,
     0.34718256395679353, 0.3438097131468506, 0.3404522570445217, 0.33711006663700593,
     0.3337830158307183, 0.3304709813791634, 0.32717384281360135, 0.3238914823763911,
     0.32062378495690536, 0.3173706380299135, 0.3141319315963371, 0.31090755812628634,
     0.30769741250429195, 0.3045013919766498, 0.30131939610080294, 0.29815132669668537,
     0.2949970877999617, 0.29185658561709504, 0.28872972848218276, 0.2856164268155016,
     0.28251659308370747, 0.2794301417616378, 0.2763569892956681, 0.2732970540685769,
     0.27025025636587524, 0.26721651834356114, 0.2641957639972608, 0.2611879191327209,
     0.25819291133761896, 0.2552106699546617, 0.25224112605594196, 0.24928421241852827,
     0.24633986350126366, 0.24340801542275015, 0.24048860594050042, 0.23758157443123798,
     0.23468686187232993, 0.2318044108243386, 0.22893416541468026, 0.22607607132238022,
     0.22323007576391746, 0.22039612748015197, 0.21757417672433116, 0.2147641752511736,
     0.21196607630703018, 0.20917983462112502, 0.20640540639788074, 0.20364274931033488,
     0.2008918224946566, 0.19815258654577514, 0.19542500351413428, 0.19270903690358915,
     0.19000465167046499, 0.18731181422380028, 0.18463049242679927, 0.18196065559952257,
     0.17930227452284767, 0.176655321443735, 0.17401977008183878, 0.17139559563750595,
     0.1687827748012115, 0.16618128576448207, 0.16359110823236572, 0.1610122234375111,
     0.1584446141559243, 0.15588826472447923, 0.15334316106026286, 0.1508092906818457,
     0.14828664273257455, 0.14577520800599406, 0.14327497897351343, 0.1407859498144447,
     0.13830811644855073, 0.13584147657125373, 0.13338602969166913, 0.13094177717364433,
     0.12850872227999954, 0.12608687022018586, 0.12367622820159656, 0.12127680548479022,
     0.11888861344290999, 0.11651166562561081, 0.11414597782783836, 0.111791568163838,
     0.10944845714681165, 0.10711666777468365, 0.1047962256224869, 0.1024871589419351,
     0.10018949876880982, 0.0979032790388623, 0.09562853671300883, 0.09336531191269087,
     0.09111364806637363, 0.0888735920682758, 0.08664519445055796, 0.08442850957035337,
     0.08222359581320286, 0.08003051581466306, 0.07784933670209605, 0.07568013035892708,
     0.07352297371398127, 0.07137794905889037, 0.06924514439700677, 0.0671246538277885,
     0.06501657797124286, 0.06292102443775813, 0.060838108349539864, 0.058767952920933765,
     0.0567106901062029, 0.05466646132488892, 0.05263541827679218, 0.05061772386094777,
     0.04861355321586853, 0.04662309490193037, 0.04464655225129445, 0.04268414491647444,
     0.04073611065594093, 0.03880270740452612, 0.03688421568856729, 0.034980941461716084,
     0.03309321945857852, 0.03122141719192025, 0.029365939758133317, 0.027527235669603085,
     0.025705804008548896, 0.023902203305795882, 0.022117062707308868, 0.02035109623004452,
     0.018605121275724647, 0.01688008315254317, 0.015177088307935327, 0.01349745060173988,
     0.01184275785790789, 0.010214971439701471, 0.008616582769398732, 0.007050875471373227,
     0.005522403299250998, 0.0040379725933630305, 0.002609072746102163, 0.0012602859304985975}.
