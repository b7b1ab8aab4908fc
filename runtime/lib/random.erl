%% The random numbers of old programs: Wichmann and Hill's algorithm AS183,
%% three linear congruential generators whose fractions are added. rand has
%% taken their place.
-module(random).
-export([seed/0, seed/1, seed/3, seed0/0, uniform/0, uniform/1, uniform_s/1, uniform_s/2]).

-define(P1, 30269).
-define(P2, 30307).
-define(P3, 30323).

%% The seed of a process that has set none.
seed0() -> {3172, 9814, 20125}.

seed() -> start(seed0()).

seed({A, B, C}) -> seed(A, B, C).

%% A generator at 0 would stay there, hence 1 at least.
seed(A, B, C) ->
    start({abs(A) rem (?P1 - 1) + 1,
           abs(B) rem (?P2 - 1) + 1,
           abs(C) rem (?P3 - 1) + 1}).

start(Seed) ->
    case put(random_seed, Seed) of
        undefined -> seed0();
        Before -> Before
    end.

uniform() ->
    {A, B, C} = case get(random_seed) of
                    undefined -> seed0();
                    Seed -> Seed
                end,
    {V, Next} = uniform_s({A, B, C}),
    put(random_seed, Next),
    V.

uniform(N) when is_integer(N), N >= 1 ->
    V = uniform(),
    trunc(V * N) + 1.

uniform_s({A, B, C}) ->
    A1 = A * 171 rem ?P1,
    B1 = B * 172 rem ?P2,
    C1 = C * 170 rem ?P3,
    Sum = A1 / ?P1 + B1 / ?P2 + C1 / ?P3,
    {Sum - trunc(Sum), {A1, B1, C1}}.

uniform_s(N, Seed) when is_integer(N), N >= 1 ->
    {V, Next} = uniform_s(Seed),
    {trunc(V * N) + 1, Next}.
