%% Records what real Erlang gives for the functions of lists, maps, math,
%% binary and unicode that are built in, as record.erl does for erlang:
%%
%%     erlc data.erl && erl -noshell -run data main data.etf
-module(data).
-export([main/1]).

main([File]) ->
    Rows = [{M, F, A, result(M, F, A)} || {M, F, As} <- calls(), A <- As],
    ok = file:write_file(File, term_to_binary(Rows, [compressed])),
    halt().

result(M, F, A) ->
    try
        {ok, apply(M, F, A)}
    catch
        C:E:_ -> {C, E, none}
    end.

wrong() -> [a, -1, 0, 1, 1.5, 1 bsl 2000, [], [a], [a | b], {a}, <<>>, <<1:3>>, #{}, #{a => 1}].

one(M, F) -> {M, F, [[X] || X <- wrong()]}.
two(M, F) -> {M, F, [[X, Y] || X <- wrong(), Y <- wrong()]}.
three(M, F) -> {M, F, [[X, Y, Z] || X <- [1, a, {1, 2}, []], Y <- [0, 1, 2, a], Z <- wrong()]}.

large(N) -> [(I * I * I * 7919 - 5000000 * I) rem (1 bsl (10 + I rem 50)) || I <- lists:seq(1, N)].

calls() ->
    Mixed = [3, 1, 2.0, 2, a, "x", {b}, {a}, 1.0, <<"s">>, #{}, [], 1],
    Pairs = [{2, a}, {1, b}, {2, c}, {1.0, d}, {1, b}, {0, z}],
    Big = maps:from_list([{I, I * I} || I <- lists:seq(1, 100)]),
    lists:flatten([
        two(lists, member), three(lists, keyfind), three(lists, keymember), three(lists, keysearch),
        {lists, member, [[X, Mixed] || X <- [1, 1.0, 4, "x", {a}, {c}, #{}]]},
        {lists, keyfind, [[X, N, [x | Pairs]] || X <- [1, 1.0, 0, b, z], N <- [1, 2, 3]]},
        {lists, keysearch, [[X, 1, Pairs] || X <- [1, 7]]},
        {lists, reverse, [[X, Y] || X <- [[], [1], [1, 2, 3], a, [1 | 2]], Y <- [[], [x], t]]},
        [{lists, F, [[[]], [Mixed], [[3, 1, 2, 1]], [[b, a]], [Mixed ++ Mixed], [a]]} || F <- [sort, usort]],
        [{lists, F, [[1, []], [1, Pairs], [2, Pairs], [0, Pairs], [a, Pairs], [1, a]]} || F <- [keysort, ukeysort]],
        two(maps, get), two(maps, find), two(maps, is_key), two(maps, remove), two(maps, take),
        three(maps, put), three(maps, update), two(maps, merge), one(maps, keys), one(maps, values),
        one(maps, from_list), two(maps, from_keys),
        {maps, from_list, [[[{b, 1}, {a, 2}, {b, 3}]], [[{1, a}, {1.0, b}]], [[{a, 1} | {b, 2}]], [[{I rem 50, I} || I <- lists:seq(1, 200)]]]},
        {maps, merge, [[#{a => 1, b => 2}, #{b => 3, c => 4}], [Big, #{3 => x, y => z}], [#{3 => x, y => z}, Big], [Big, Big]]},
        %% Large maps are ordered by the hashes of their keys, which are known for small integers and [].
        [{maps, F, [[maps:from_list([{K, -K} || K <- large(N)])] || N <- [33, 100, 2000]]} || F <- [keys, values]],
        {maps, keys, [[maps:from_keys([[] | large(50)], x)]]},
        {maps, get, [[50, Big], [101, Big], [1.0, Big]]},
        {maps, remove, [[50, Big], [101, Big]]},
        {maps, take, [[50, Big], [101, Big]]},
        {maps, update, [[50, x, Big], [101, x, Big]]},
        {maps, from_keys, [[[a, b, a], 1]]},
        [{math, F, [[X] || X <- [0, 1, -1, 0.5, 2, 1.0e308, -0.0, 1 bsl 2000, a, [] | [I / 7 || I <- lists:seq(-20, 20)]]]}
         || F <- [sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, exp, log, log2, log10, sqrt, ceil, floor, erf, erfc]],
        [{math, F, [[X, Y] || X <- [0, 1, -1, 0.5, 2, 1.0e308, a], Y <- [0, 1, -1, 0.5, 3, 1.0e308, a]]} || F <- [pow, atan2, fmod]],
        {math, pi, [[]]}, {math, tau, [[]]},
        [one(binary, F) || F <- [first, last, copy, bin_to_list, list_to_bin, decode_unsigned, encode_unsigned, encode_hex, decode_hex,
                                 longest_common_prefix, longest_common_suffix]],
        [two(binary, F) || F <- [at, part, copy, bin_to_list, match, matches, split]],
        {binary, at, [[<<1, 2>>, I] || I <- [0, 1, 2, -1]]},
        {binary, part, [[<<1, 2, 3>>, {A, L}] || A <- [0, 1, 3, 4, -1], L <- [0, 1, -1, 3, -3]]},
        {binary, part, [[<<1, 2, 3>>, A, L] || A <- [0, 1, 3, 4, -1], L <- [0, 1, -1, 3, -3]]},
        {binary, bin_to_list, [[<<1, 2, 3>>], [<<1, 2, 3>>, {3, -2}], [<<1, 2, 3>>, 1, 1]]},
        {binary, copy, [[<<1, 2>>, 3], [<<>>, 5], [<<1>>, 0]]},
        {binary, decode_unsigned, [[<<1, 2>>], [<<1, 2>>, big], [<<1, 2>>, little], [<<1>>, x], [<<0:80, 5>>]]},
        {binary, encode_unsigned, [[258], [258, big], [258, little], [1 bsl 80], [1, x]]},
        {binary, encode_hex, [[<<171, 1>>], [<<171, 1>>, lowercase], [<<171, 1>>, uppercase], [<<1>>, x]]},
        {binary, decode_hex, [[<<"AbcD">>], [<<"a">>], [<<"xy">>]]},
        {binary, longest_common_prefix, [[[<<"abc">>, <<"abd">>]], [[<<"a">>]], [[<<"a">>, <<"">>]]]},
        {binary, longest_common_suffix, [[[<<"abc">>, <<"xbc">>]], [[<<"a">>]], [[<<"a">>, <<"">>]]]},
        [{binary, F, [[S, P] || S <- [<<"abcabcd">>, <<"">>, <<"b">>, <<"aab">>], P <- [<<"b">>, <<"bc">>, [<<"c">>, <<"bc">>, <<"bca">>], [<<"a">>, <<>>], <<>>, [x]]]}
         || F <- [match, matches, split]],
        [{binary, F, [[<<"abcabcd">>, <<"b">>, [{scope, {A, L}}]] || A <- [0, 2, 7, 8], L <- [0, 3, 5, 7, -2]]} || F <- [match, matches, split]],
        {binary, split, [[S, P, O] || S <- [<<",a,,b,">>, <<"">>, <<",">>, <<"x">>], P <- [<<",">>, [<<",">>, <<",,">>]],
                                      O <- [[], [global], [trim], [trim_all], [global, trim], [global, trim_all], [x], x]]},
        [{unicode, F, [[X] || X <- texts()]} || F <- [characters_to_list, characters_to_binary]],
        [{unicode, F, [[X] || X <- texts() -- [[97, 16#D800, 98], [[97, <<206>>], 98, [99]], [[97, <<206>>], [<<177>>, 99]]]]} || F <- [characters_to_nfc_list, characters_to_nfd_list,
            characters_to_nfkc_binary, characters_to_nfkd_binary]],
        [{unicode, F, [[X, E] || X <- texts(), E <- [unicode, utf8, latin1, x]]} || F <- [characters_to_list]],
        {unicode, characters_to_list, [[X, E] || E <- [utf16, {utf16, little}, {utf16, big}, utf32, {utf32, little}],
            X <- ["abc", <<97, 0, 98, 0>>, <<97, 0, 98>>, <<0, 97, 216, 0>>, <<0, 97, 220, 0, 0, 98>>,
                  <<0, 0, 0, 97>>, <<97, 0, 0, 0>>]]},
        {unicode, characters_to_binary, [[X, E, O] || X <- texts() -- [[<<206>>, <<177, 98>>], [97, -1], [<<228>>, 960], [[97, <<206>>], 98, [99]], [[97, <<206>>], [<<177>>, 99]]], E <- [unicode, latin1], O <- [utf8, latin1, utf16, {utf32, little}]]}]).

texts() ->
    ["abc", [960, 228], <<"abc">>, <<206, 177>>, [<<206>>, <<177, 98>>], <<97, 206>>, <<97, 255, 98>>, [97, <<255>>, 98], [97, 16#D800, 98],
     [97, 16#110000], [97, -1], [97, foo], a, [97 | <<98>>], [97 | 98], <<97, 0, 98, 0>>, <<97, 0, 98>>, <<0, 97, 216, 0>>,
     <<0, 97, 220, 0, 0, 98>>, <<228>>, [<<228>>, 960], <<0, 0, 0, 97, 0, 17, 0, 0>>, [66000], <<1:4>>, [[97, <<206>>], 98, [99]],
     [[97, <<206>>], [<<177>>, 99]], [97, <<206>>, <<>>], "a" ++ [776], [97, [1114112 | <<"x">>], 98], [], <<>>, [[[]]],
     [16#FB01, 16#212B, 16#AC00, 16#1E9B, 16#323]].
