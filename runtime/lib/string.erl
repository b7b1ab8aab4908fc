%% Text: unicode:chardata() by grapheme clusters, as most functions take it;
%% and the older ones for plain lists of characters, at the end.
%%
%% What is hot for plain lists and binaries is in Go: count/1, search/3 and
%% the upper and lower case of whole texts.
-module(string).
-export([is_empty/1, length/1, to_graphemes/1, reverse/1, equal/2, equal/3, equal/4, slice/2, slice/3,
         pad/2, pad/3, pad/4, trim/1, trim/2, trim/3, chomp/1, take/2, take/3, take/4,
         uppercase/1, lowercase/1, titlecase/1, casefold/1, prefix/2, to_integer/1, to_float/1,
         lexemes/2, nth_lexeme/3, split/2, split/3, replace/3, replace/4, find/2, find/3,
         jaro_similarity/2, next_codepoint/1, next_grapheme/1]).
-export([list_to_integer/1, list_to_float/1]).
-export([len/1, concat/2, chr/2, rchr/2, str/2, rstr/2, span/2, cspan/2, substr/2, substr/3,
         tokens/2, join/2, chars/2, chars/3, copies/2, words/1, words/2, strip/1, strip/2, strip/3,
         sub_word/2, sub_word/3, left/2, left/3, right/2, right/3, centre/2, centre/3,
         sub_string/2, sub_string/3, to_upper/1, to_lower/1]).
-compile({no_auto_import, [length/1]}).

-define(SPACE, ["\r\n", $\t, $\n, 11, 12, $\r, $\s, 133, 8206, 8207, 8232, 8233]).

is_empty([]) -> true;
is_empty(<<>>) -> true;
is_empty([L | R]) -> is_empty(L) andalso is_empty(R);
is_empty(_) -> false.

length(Text) ->
    case count(Text) of
        slow -> length_1(Text, 0);
        N -> N
    end.

%% The number of clusters of a plain list or binary; the atom slow for
%% everything else.
count(_) -> erlang:nif_error(undef).

%% A number at the beginning of a list of characters, and what follows it.
list_to_integer(_) -> erlang:nif_error(undef).
list_to_float(_) -> erlang:nif_error(undef).

length_1(Text, N) ->
    case unicode_util:gc(Text) of
        [_ | Rest] -> length_1(Rest, N + 1);
        [] -> N;
        {error, Bad} -> error({badarg, Bad})
    end.

to_graphemes(Text) ->
    case unicode_util:gc(Text) of
        [C | Rest] -> [C | to_graphemes(Rest)];
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end.

reverse(Text) -> reverse_1(Text, []).

reverse_1(Text, Acc) ->
    case unicode_util:gc(Text) of
        [C | Rest] -> reverse_1(Rest, [C | Acc]);
        [] -> Acc;
        {error, Bad} -> error({badarg, Bad})
    end.

equal(A, B) when is_binary(A), is_binary(B) -> A =:= B;
equal(A, B) -> equal_1(A, B).

equal(A, B, false) -> equal(A, B);
equal(A, B, true) -> equal_nocase(A, B).

equal(A, B, Fold, none) -> equal(A, B, Fold);
equal(A, B, false, Form) -> equal_norm(A, B, Form);
equal(A, B, true, Form) -> equal_norm(casefold(A), casefold(B), Form).

equal_1([A | As], [B | Bs]) when is_integer(A), is_integer(B) -> A =:= B andalso equal_1(As, Bs);
equal_1(A0, B0) ->
    case {unicode_util:cp(A0), unicode_util:cp(B0)} of
        {[C | A], [C | B]} -> equal_1(A, B);
        {[_ | _], [_ | _]} -> false;
        {[], []} -> true;
        {[], _} -> false;
        {_, []} -> false;
        {{error, Bad}, _} -> error({badarg, Bad});
        {_, {error, Bad}} -> error({badarg, Bad})
    end.

equal_nocase(A, B) -> casefold(to_list(A)) =:= casefold(to_list(B)).

equal_norm(A, B, nfc) -> unicode:characters_to_nfc_list(A) =:= unicode:characters_to_nfc_list(B);
equal_norm(A, B, nfd) -> unicode:characters_to_nfd_list(A) =:= unicode:characters_to_nfd_list(B);
equal_norm(A, B, nfkc) -> unicode:characters_to_nfkc_list(A) =:= unicode:characters_to_nfkc_list(B);
equal_norm(A, B, nfkd) -> unicode:characters_to_nfkd_list(A) =:= unicode:characters_to_nfkd_list(B).

slice(Text, N) when is_integer(N), N >= 0 ->
    case slice_l(Text, N) of
        [] when is_binary(Text) -> <<>>;
        Rest -> Rest
    end.

slice(Text, N, infinity) -> slice(Text, N);
slice(Text, N, Len) when is_integer(N), N >= 0, is_integer(Len), Len > 0 ->
    case slice_l(Text, N) of
        Rest when is_binary(Rest), is_binary(Text) -> first_of_binary(Rest, Len);
        [] when is_binary(Text) -> <<>>;
        Rest -> first(Rest, Len)
    end;
slice(Text, _, 0) ->
    case is_binary(Text) of
        true -> <<>>;
        false -> []
    end.

slice_l(Text, 0) -> Text;
slice_l(Text, N) ->
    case unicode_util:gc(Text) of
        [_ | Rest] -> slice_l(Rest, N - 1);
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end.

first(_, 0) -> [];
first(Text, N) ->
    case unicode_util:gc(Text) of
        [C | Rest] -> append(C, first(Rest, N - 1));
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end.

first_of_binary(Bin, N) -> binary_part(Bin, 0, byte_size(Bin) - byte_size(skip(Bin, N))).

skip(Bin, 0) -> Bin;
skip(Bin, N) ->
    case unicode_util:gc(Bin) of
        [_ | Rest] -> skip(Rest, N - 1);
        [] -> <<>>;
        {error, Bad} -> error({badarg, Bad})
    end.

%% A cluster in front of text.
append(C, Text) when is_integer(C) -> [C | Text];
append([C], Text) -> [C | Text];
append([C | Cs], Text) -> [C | append(Cs, Text)].

pad(Text, Len) -> pad(Text, Len, trailing, $\s).
pad(Text, Len, Where) -> pad(Text, Len, Where, $\s).

pad(Text, Len, leading, C) when is_integer(Len) ->
    N = length(Text),
    [lists:duplicate(max(0, Len - N), C), Text];
pad(Text, Len, trailing, C) when is_integer(Len) ->
    N = length(Text),
    [Text | lists:duplicate(max(0, Len - N), C)];
pad(Text, Len, both, C) when is_integer(Len) ->
    Size = max(0, Len - length(Text)),
    Before = lists:duplicate(Size div 2, C),
    case Size rem 2 of
        0 -> [Before, Text, Before];
        1 -> [Before, Text, Before | [C]]
    end.

trim(Text) -> trim(Text, both, ?SPACE).
trim(Text, Where) -> trim(Text, Where, ?SPACE).

trim(Text, _, []) -> Text;
trim(Text, leading, Cs) when is_list(Cs) -> trim_l(Text, Cs);
trim(Text, trailing, Cs) when is_list(Cs) -> trim_t(Text, 0, Cs);
trim(Text, both, Cs) when is_list(Cs) -> trim_t(trim_l(Text, Cs), 0, Cs).

trim_l(Text, Cs) when is_list(Text) ->
    case unicode_util:gc(Text) of
        [C | Rest] ->
            case lists:member(C, Cs) of
                true when is_binary(Rest) -> trim_l(Rest, Cs);
                true -> trim_l(Rest, Cs);
                false -> append(C, Rest)
            end;
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end;
trim_l(Bin, Cs) when is_binary(Bin) ->
    case unicode_util:gc(Bin) of
        [C | Rest] ->
            case lists:member(C, Cs) of
                true -> trim_l(rest_binary(Rest), Cs);
                false -> Bin
            end;
        [] -> <<>>;
        {error, Bad} -> error({badarg, Bad})
    end.

rest_binary([]) -> <<>>;
rest_binary(Bin) -> Bin.

trim_t(Text, _, Cs) when is_list(Text) -> trim_list(Text, Cs);
trim_t(Bin, 0, Cs) when is_binary(Bin) -> binary_part(Bin, 0, kept(Bin, 0, 0, Cs)).

%% Body recursive: what is before separators at the end is kept as it is.
trim_list(Text, Cs) ->
    case unicode_util:gc(Text) of
        [C | Rest] when is_binary(Rest) ->
            case trim_t(Rest, 0, Cs) of
                <<>> -> trim_last(C, [], Cs);
                Kept -> append(C, Kept)
            end;
        [C | Rest] -> trim_last(C, trim_list(Rest, Cs), Cs);
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end.

trim_last(C, [], Cs) ->
    case lists:member(C, Cs) of
        true -> [];
        false -> append(C, [])
    end;
trim_last(C, Kept, _) -> append(C, Kept).

%% How many bytes are in front of the separators at the end.
kept(Bin, At, Kept, Cs) ->
    case unicode_util:gc(Bin) of
        [C | Rest0] ->
            Rest = rest_binary(Rest0),
            Next = At + byte_size(Bin) - byte_size(Rest),
            case lists:member(C, Cs) of
                true -> kept(Rest, Next, Kept, Cs);
                false -> kept(Rest, Next, Next, Cs)
            end;
        [] -> Kept;
        {error, Bad} -> error({badarg, Bad})
    end.

chomp(Text) -> trim_t(Text, 0, ["\r\n", $\n]).

take(Text, Cs) -> take(Text, Cs, false, leading).
take(Text, Cs, Complement) -> take(Text, Cs, Complement, leading).

take(Text, Cs, Complement, leading) when is_boolean(Complement) ->
    case is_binary(Text) of
        true ->
            N = taken(Text, 0, Cs, not Complement),
            <<Taken:N/binary, Rest/binary>> = Text,
            {Taken, Rest};
        false -> take_l(Text, Cs, not Complement, [])
    end;
take(Text, Cs, Complement, trailing) when is_boolean(Complement) ->
    case is_binary(Text) of
        true ->
            N = untaken(Text, 0, 0, Cs, not Complement),
            <<Rest:N/binary, Taken/binary>> = Text,
            {Rest, Taken};
        false ->
            Clusters = lists:reverse(to_graphemes(Text)),
            {Taken, Rest} = lists:splitwith(fun(C) -> lists:member(C, Cs) =/= Complement end, Clusters),
            {flat_reverse(Rest), flat_reverse(Taken)}
    end.

take_l(Text, Cs, Wanted, Acc) ->
    case unicode_util:gc(Text) of
        [C | Rest] ->
            case lists:member(C, Cs) of
                Wanted -> take_l(Rest, Cs, Wanted, [C | Acc]);
                _ -> {flat_reverse(Acc), append(C, Rest)}
            end;
        [] -> {flat_reverse(Acc), []};
        {error, Bad} -> error({badarg, Bad})
    end.

flat_reverse(Clusters) -> lists:foldl(fun append/2, [], Clusters).

taken(Bin, N, Cs, Wanted) ->
    case unicode_util:gc(Bin) of
        [C | Rest0] ->
            Rest = rest_binary(Rest0),
            case lists:member(C, Cs) of
                Wanted -> taken(Rest, N + byte_size(Bin) - byte_size(Rest), Cs, Wanted);
                _ -> N
            end;
        [] -> N;
        {error, Bad} -> error({badarg, Bad})
    end.

untaken(Bin, At, N, Cs, Wanted) ->
    case unicode_util:gc(Bin) of
        [C | Rest0] ->
            Rest = rest_binary(Rest0),
            Next = At + byte_size(Bin) - byte_size(Rest),
            case lists:member(C, Cs) of
                Wanted -> untaken(Rest, Next, N, Cs, Wanted);
                _ -> untaken(Rest, Next, Next, Cs, Wanted)
            end;
        [] -> N;
        {error, Bad} -> error({badarg, Bad})
    end.

%% A list that is no text fails as it is gone through.
uppercase(Text) ->
    case change(upper, Text) of
        {badarg, _} when is_list(Text) -> [_ | _] = uppercase_list(Text, false);
        {badarg, Bad} -> error({badarg, Bad});
        Changed -> Changed
    end.

uppercase_list(Text, Changed) ->
    case unicode_util:uppercase(Text) of
        [C | Rest] -> [C | uppercase_list(Rest, Changed)];
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end.

lowercase(Text) ->
    case change(lower, Text) of
        {badarg, _} when is_list(Text) -> [_ | _] = lowercase_list(Text, false);
        {badarg, Bad} -> error({badarg, Bad});
        Changed -> Changed
    end.

lowercase_list(Text, Changed) ->
    case unicode_util:lowercase(Text) of
        [C | Rest] -> [C | lowercase_list(Rest, Changed)];
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end.

casefold(Text) ->
    case change(fold, Text) of
        {badarg, _} when is_list(Text) -> [_ | _] = casefold_list(Text, false);
        {badarg, Bad} -> error({badarg, Bad});
        Changed -> Changed
    end.

casefold_list(Text, Changed) ->
    case unicode_util:casefold(Text) of
        [C | Rest] -> [C | casefold_list(Rest, Changed)];
        [] -> [];
        {error, Bad} -> error({badarg, Bad})
    end.

%% Text in upper, lower or fold; {badarg, Bad} if it is none.
change(_, _) -> erlang:nif_error(undef).

titlecase(Bin) when is_binary(Bin) ->
    case unicode_util:titlecase(Bin) of
        [] -> <<>>;
        {error, Bad} -> error({badarg, Bad});
        [C | Rest] -> <<(unicode:characters_to_binary([C]))/binary, (rest_binary(Rest))/binary>>
    end;
titlecase(Text) when is_list(Text) ->
    case unicode_util:titlecase(Text) of
        [] -> [];
        {error, Bad} -> error({badarg, Bad});
        [C | Rest] -> append(C, Rest)
    end.

prefix(Text, Prefix0) ->
    Prefix = unicode:characters_to_list(Prefix0),
    case prefix_1(Text, Prefix) of
        [] when is_binary(Text) -> <<>>;
        Rest -> Rest
    end.

prefix_1(Text, []) -> Text;
prefix_1(Text, [P]) ->
    case unicode_util:gc(Text) of
        [P | Rest] -> Rest;
        [_ | _] -> nomatch;
        [] -> nomatch;
        {error, Bad} -> error({badarg, Bad})
    end;
prefix_1(Text, [P | Ps]) ->
    case unicode_util:cp(Text) of
        [P | Rest] -> prefix_1(Rest, Ps);
        [_ | _] -> nomatch;
        [] -> nomatch;
        {error, Bad} -> error({badarg, Bad})
    end.

%% Numbers at the front of text: {Number, Rest}.

to_integer(Text) ->
    try sign(Text) of
        {Sign, Rest0} ->
            case digits(Rest0, []) of
                {[], _} -> {error, no_integer};
                {Digits, Rest} -> {erlang:list_to_integer(Sign ++ Digits), as(Text, Rest)}
            end
    catch
        _:_ -> {error, badarg}
    end.

to_float(Text) ->
    try
        {Sign, Rest0} = sign(Text),
        {Whole, Rest1} = digits(Rest0, []),
        case next(Rest1) of
            [Point | Rest2] when Whole =/= [], Point =:= $. orelse Point =:= $, ->
                case digits(Rest2, []) of
                    {[], _} -> {error, no_float};
                    {Fraction, Rest3} ->
                        {Exponent, Rest} = exponent(Rest3),
                        try erlang:list_to_float(Sign ++ Whole ++ "." ++ Fraction ++ Exponent) of
                            F -> {F, as(Text, Rest)}
                        catch
                            error:_ -> {error, no_float}
                        end
                end;
            _ -> {error, no_float}
        end
    catch
        _:_ -> {error, badarg}
    end.

sign(Text) ->
    case next(Text) of
        [$- | Rest] -> {"-", Rest};
        [$+ | Rest] -> {"", Rest};
        _ -> {"", Text}
    end.

digits(Text, Acc) ->
    case next(Text) of
        [C | Rest] when C >= $0, C =< $9 -> digits(Rest, [C | Acc]);
        _ -> {lists:reverse(Acc), Text}
    end.

exponent(Text) ->
    case next(Text) of
        [E | Rest0] when E =:= $e; E =:= $E ->
            {Sign, Rest1} = sign(Rest0),
            case digits(Rest1, []) of
                {[], _} -> {"", Text};
                {Digits, Rest} -> {"e" ++ Sign ++ Digits, Rest}
            end;
        _ -> {"", Text}
    end.

next(Text) ->
    case unicode_util:cp(Text) of
        {error, Bad} -> error({badarg, Bad});
        Else -> Else
    end.

%% What is left of a binary is one.
as(Text, []) when is_binary(Text) -> <<>>;
as(_, Rest) -> Rest.

lexemes([], _) -> [];
lexemes(Text, []) -> [Text];
lexemes(Text, Separators) when is_list(Separators) ->
    case is_binary(Text) of
        true -> lexemes_b(Text, Separators, []);
        false ->
            [Lexemes | Rest] = plain_lexemes(Text, Separators),
            lexemes_m(Rest, {Separators, Separators, undefined}, Lexemes)
    end.

%% [Lexemes | Rest]: those at the front of the text, the last one first, as far as
%% it is a list of Latin-1 characters.
plain_lexemes(_, _) -> erlang:nif_error(undef).

lexemes_m(Text, {Seps, _, _} = S, Acc) when is_list(Text) ->
    case unicode_util:gc(Text) of
        [C | Rest] when is_binary(Rest) -> lexemes_m(append(C, to_list(Rest)), S, Acc);
        [C | Rest0] ->
            case lists:member(C, Seps) of
                true -> lexemes_m(Rest0, S, Acc);
                false ->
                    {Lexeme, Rest} = lexeme(append(C, Rest0), Seps, []),
                    lexemes_m(Rest, S, [Lexeme | Acc])
            end;
        [] -> lists:reverse(Acc);
        {error, Bad} -> error({badarg, Bad})
    end.

lexeme(Text, Seps, Acc) ->
    case unicode_util:gc(Text) of
        [C | Rest] ->
            case lists:member(C, Seps) of
                true -> {lists:reverse(Acc), as_list(Rest)};
                false when is_integer(C) -> lexeme(Rest, Seps, [C | Acc]);
                false -> lexeme(Rest, Seps, lists:reverse(C, Acc))
            end;
        [] -> {lists:reverse(Acc), []};
        {error, Bad} -> error({badarg, Bad})
    end.

as_list(Bin) when is_binary(Bin) -> [Bin];
as_list(L) -> L.

lexemes_b(Bin, Seps, Acc) ->
    Skip = taken(Bin, 0, Seps, true),
    <<_:Skip/binary, Rest/binary>> = Bin,
    case taken(Rest, 0, Seps, false) of
        0 -> lists:reverse(Acc);
        N ->
            <<Lexeme:N/binary, More/binary>> = Rest,
            lexemes_b(More, Seps, [Lexeme | Acc])
    end.

nth_lexeme(Text, 1, []) -> Text;
nth_lexeme(Text, N, Separators) when is_list(Separators), is_integer(N), N > 0 ->
    case lexemes(Text, Separators) of
        Ls when erlang:length(Ls) >= N -> lists:nth(N, Ls);
        _ when is_binary(Text) -> <<>>;
        _ -> []
    end.

split(Text, Pattern) -> split(Text, Pattern, leading).

split(Text, Pattern0, Where) ->
    case is_empty(Pattern0) of
        true -> [Text];
        false ->
            Pattern = unicode:characters_to_list(Pattern0),
            [_ | _] = split_1(plain(Text), Pattern, Where, 0, [], [])
    end.

split_1(Text, Pattern, Where, _, _, _) when is_binary(Text); is_list(Text) ->
    Which = case Where of
                leading -> leading;
                trailing -> trailing;
                all -> all;
                _ -> error({case_clause, Where})
            end,
    case search(Text, Pattern, Which) of
        {error, Bad} -> error({badarg, Bad});
        Found -> pieces(Found, Text, 0)
    end;
split_1(Text, Pattern, _, _, _, _) -> {bin_search_str_1(Text, 0, Pattern, [])}.

bin_search_str_1(Text, _, _, _) -> <<_/binary>> = Text.

%% Found are the places of the pattern, {At, Length} from the text's start.
pieces([], Text, _) -> [Text];
pieces([{At, N} | Found], Text, From) when is_binary(Text) ->
    Len = At - From,
    <<Piece:Len/binary, _:N/binary, Rest/binary>> = Text,
    [Piece | pieces(Found, Rest, At + N)];
pieces([{At, N} | Found], Text, From) ->
    {Piece, Rest} = lists:split(At - From, Text),
    [Piece | pieces(Found, lists:nthtail(N, Rest), At + N)].

%% The places of Pattern, a list of code points, in a plain list or a binary:
%% those that begin and end with clusters. {error, Bad} if it is no text.
search(_, _, _) -> erlang:nif_error(undef).

%% Plain lists and binaries as they are, other text as a list.
plain(Text) when is_list(Text) ->
    case is_plain(Text) of
        true -> Text;
        false -> to_list(Text)
    end;
plain(Text) -> Text.

is_plain([C | Cs]) when is_integer(C) -> is_plain(Cs);
is_plain(Rest) -> Rest =:= [].

to_list(Text) ->
    case unicode:characters_to_list(Text) of
        L when is_list(L) -> L;
        {_, _, Bad} -> error({badarg, Bad})
    end.

replace(Text, Pattern, By) -> lists:join(By, split(Text, Pattern)).
replace(Text, Pattern, By, Where) -> lists:join(By, split(Text, Pattern, Where)).

find(Text, Pattern) -> find(Text, Pattern, leading).

find(Text, Pattern0, Where) ->
    case is_empty(Pattern0) of
        true -> Text;
        false ->
            Pattern = unicode:characters_to_list(Pattern0),
            case Where of
                leading -> find_l(plain(Text), Pattern);
                trailing -> find_r(plain(Text), Pattern, nomatch);
                _ -> error(function_clause, [Text, Pattern0, Where])
            end
    end.

find_l(Text, Pattern) when is_binary(Text); is_list(Text) -> found(search(Text, Pattern, leading), Text);
find_l(Text, Pattern) -> {bin_search_str_1(Text, 0, Pattern, [])}.

find_r(Text, Pattern, _) when is_binary(Text); is_list(Text) -> found(search(Text, Pattern, trailing), Text);
find_r(Text, Pattern, _) -> {bin_search_str_1(Text, 0, Pattern, [])}.

found([], _) -> nomatch;
found([{At, _}], Text) when is_binary(Text) -> binary_part(Text, At, byte_size(Text) - At);
found([{At, _}], Text) -> lists:nthtail(At, Text);
found({error, Bad}, _) -> error({badarg, Bad}).

next_codepoint(Text) -> unicode_util:cp(Text).
next_grapheme(Text) -> unicode_util:gc(Text).

%% The Jaro similarity: the share of clusters that match within half the longer
%% text's length of each other, less half of those out of order.
jaro_similarity(A0, B0) ->
    {A, LenA} = str_to_gcl_and_length(A0),
    {B, LenB} = str_to_gcl_and_length(B0),
    case {LenA, LenB} of
        {0, 0} -> 1.0;
        {0, _} -> 0.0;
        {_, 0} -> 0.0;
        _ ->
            Window = max(LenA, LenB) div 2,
            {MatchedA, Used} = matches(A, list_to_tuple(B), 0, Window, LenB, #{}, []),
            case Used of
                _ when map_size(Used) =:= 0 -> 0.0;
                _ ->
                    MatchedB = [C || {I, C} <- lists:enumerate(0, B), is_map_key(I, Used)],
                    Moved = erlang:length([x || {X, Y} <- lists:zip(MatchedA, MatchedB), X =/= Y]) / 2,
                    M = map_size(Used),
                    (M / LenA + M / LenB + (M - Moved) / M) / 3
            end
    end.

str_to_gcl_and_length(Text) -> gcl(unicode_util:gc(Text), [], 0).

gcl([C | Rest], Acc, N) -> gcl(unicode_util:gc(Rest), [C | Acc], N + 1);
gcl([], Acc, N) -> {lists:reverse(Acc), N};
gcl({error, Bad}, _, _) -> error({badarg, Bad}).

matches([], _, _, _, _, Used, Acc) -> {lists:reverse(Acc), Used};
matches([C | Cs], B, I, Window, Len, Used, Acc) ->
    case first_match(C, B, max(0, I - Window + 1), min(Len - 1, I + Window - 1), Used) of
        none -> matches(Cs, B, I + 1, Window, Len, Used, Acc);
        J -> matches(Cs, B, I + 1, Window, Len, Used#{J => []}, [C | Acc])
    end.

first_match(_, _, J, Last, _) when J > Last -> none;
first_match(C, B, J, Last, Used) ->
    case element(J + 1, B) =:= C andalso not is_map_key(J, Used) of
        true -> J;
        false -> first_match(C, B, J + 1, Last, Used)
    end.

%% The older functions.

len(S) -> erlang:length(S).

concat(A, B) -> A ++ B.

chr(S, C) when is_integer(C) -> chr(S, C, 1).

chr([C | _], C, I) -> I;
chr([_ | Cs], C, I) -> chr(Cs, C, I + 1);
chr([], _, _) -> 0.

rchr(S, C) when is_integer(C) -> rchr(S, C, 1, 0).

rchr([C | Cs], C, I, _) -> rchr(Cs, C, I + 1, I);
rchr([_ | Cs], C, I, L) -> rchr(Cs, C, I + 1, L);
rchr([], _, _, L) -> L.

str(S, Sub) when is_list(Sub) -> str(S, Sub, 1).

str([C | S], [C | Sub], I) ->
    case l_prefix(Sub, S) of
        true -> I;
        false -> str(S, [C | Sub], I + 1)
    end;
str([_ | S], Sub, I) -> str(S, Sub, I + 1);
str([], _, _) -> 0.

rstr(S, Sub) when is_list(Sub) -> rstr(S, Sub, 1, 0).

rstr([C | S], [C | Sub], I, L) ->
    case l_prefix(Sub, S) of
        true -> rstr(S, [C | Sub], I + 1, I);
        false -> rstr(S, [C | Sub], I + 1, L)
    end;
rstr([_ | S], Sub, I, L) -> rstr(S, Sub, I + 1, L);
rstr([], _, _, L) -> L.

l_prefix([C | Pre], [C | S]) -> l_prefix(Pre, S);
l_prefix([], S) when is_list(S) -> true;
l_prefix(Pre, S) when is_list(Pre), is_list(S) -> false.

span(S, Cs) when is_list(Cs) -> span(S, Cs, 0).

span([C | S], Cs, I) ->
    case lists:member(C, Cs) of
        true -> span(S, Cs, I + 1);
        false -> I
    end;
span([], _, I) -> I.

cspan(S, Cs) when is_list(Cs) -> cspan(S, Cs, 0).

cspan([C | S], Cs, I) ->
    case lists:member(C, Cs) of
        true -> I;
        false -> cspan(S, Cs, I + 1)
    end;
cspan([], _, I) -> I.

substr(S, 1) when is_list(S) -> S;
substr(S, From) when is_integer(From), From > 1 -> substr2(S, From).

substr2(S, 1) when is_list(S) -> S;
substr2([_ | S], From) -> substr2(S, From - 1).

substr(S, From, Len) when is_integer(From), From >= 1, is_integer(Len), Len >= 0 ->
    substr1(substr2(S, From), Len).

substr1([C | S], Len) when Len > 0 -> [C | substr1(S, Len - 1)];
substr1(S, _) when is_list(S) -> [].

tokens(S, Seps) ->
    case Seps of
        [] ->
            case S of
                [] -> [];
                [_ | _] -> [S]
            end;
        [_ | _] -> tokens_1(lists:reverse(S), Seps, [])
    end.

tokens_1([C | S], Seps, Tokens) ->
    case lists:member(C, Seps) of
        true -> tokens_1(S, Seps, Tokens);
        false -> tokens_2(S, Seps, Tokens, [C])
    end;
tokens_1([], _, Tokens) -> Tokens.

tokens_2([C | S], Seps, Tokens, Token) ->
    case lists:member(C, Seps) of
        true -> tokens_1(S, Seps, [Token | Tokens]);
        false -> tokens_2(S, Seps, Tokens, [C | Token])
    end;
tokens_2([], _, Tokens, Token) -> [Token | Tokens].

join([], Sep) when is_list(Sep) -> [];
join([H | T], Sep) -> H ++ lists:append([Sep ++ X || X <- T]).

chars(C, N) -> chars(C, N, []).

chars(C, N, Tail) when is_integer(N), N > 0 -> chars(C, N - 1, [C | Tail]);
chars(C, 0, Tail) when is_integer(C) -> Tail.

copies(S, N) when is_list(S), is_integer(N), N >= 0 -> copies(S, N, []).

copies(_, 0, R) -> R;
copies(S, N, R) -> copies(S, N - 1, S ++ R).

words(S) -> words(S, $\s).

words(S, C) when is_integer(C) -> w_count(strip(S, both, C), C, 0).

w_count([], _, N) -> N + 1;
w_count([H | T], H, N) -> w_count(strip(T, left, H), H, N + 1);
w_count([_ | T], C, N) -> w_count(T, C, N).

sub_word(S, I) -> sub_word(S, I, $\s).

sub_word(S, I, C) when is_integer(I), is_integer(C) -> s_word(strip(S, left, C), I, C, 1, []).

s_word([], _, _, _, Word) -> lists:reverse(Word);
s_word([C | _], I, C, I, Word) -> lists:reverse(Word);
s_word([H | T], I, C, I, Word) -> s_word(T, I, C, I, [H | Word]);
s_word([C | T], I, C, At, Word) when At < I -> s_word(strip(T, left, C), I, C, At + 1, Word);
s_word([_ | T], I, C, At, Word) when At < I -> s_word(T, I, C, At, Word).

strip(S) -> strip(S, both).

strip(S, left) -> strip_left(S, $\s);
strip(S, right) -> strip_right(S, $\s);
strip(S, both) -> strip_right(strip_left(S, $\s), $\s).

strip(S, right, C) -> strip_right(S, C);
strip(S, left, C) -> strip_left(S, C);
strip(S, both, C) -> strip_right(strip_left(S, C), C).

strip_left([C | S], C) -> strip_left(S, C);
strip_left([_ | _] = S, C) when is_integer(C) -> S;
strip_left([], C) when is_integer(C) -> [].

strip_right([C | S], C) ->
    case strip_right(S, C) of
        [] -> [];
        T -> [C | T]
    end;
strip_right([H | S], C) -> [H | strip_right(S, C)];
strip_right([], C) when is_integer(C) -> [].

left(S, Len) when is_integer(Len) -> left(S, Len, $\s).

left(S, Len, C) when is_integer(Len), is_integer(C) ->
    N = erlang:length(S),
    if
        N > Len -> substr(S, 1, Len);
        N < Len -> S ++ chars(C, Len - N);
        true -> S
    end.

right(S, Len) when is_integer(Len) -> right(S, Len, $\s).

right(S, Len, C) when is_integer(Len), is_integer(C) ->
    N = erlang:length(S),
    if
        N > Len -> substr(S, N - Len + 1);
        N < Len -> chars(C, Len - N, S);
        true -> S
    end.

centre(S, Len) when is_integer(Len) -> centre(S, Len, $\s).

centre(S, 0, C) when is_list(S), is_integer(C) -> [];
centre(S, Len, C) when is_integer(Len), is_integer(C) ->
    N = erlang:length(S),
    if
        N > Len -> substr(S, (N - Len) div 2 + 1, Len);
        N < Len ->
            Before = (Len - N) div 2,
            chars(C, Before, S ++ chars(C, Len - N - Before));
        true -> S
    end.

sub_string(S, From) -> substr(S, From).
sub_string(S, From, To) when is_list(S), is_integer(From), is_integer(To) -> substr(S, From, To - From + 1).

%% Of Latin-1; other characters stay.
to_upper(S) when is_list(S) -> [upper_char(C) || C <- S];
to_upper(C) when is_integer(C) -> upper_char(C).

to_lower(S) when is_list(S) -> [lower_char(C) || C <- S];
to_lower(C) when is_integer(C) -> lower_char(C).

upper_char(C) when is_integer(C), $a =< C, C =< $z -> C - 32;
upper_char(C) when is_integer(C), 16#E0 =< C, C =< 16#F6 -> C - 32;
upper_char(C) when is_integer(C), 16#F8 =< C, C =< 16#FE -> C - 32;
upper_char(C) -> C.

lower_char(C) when is_integer(C), $A =< C, C =< $Z -> C + 32;
lower_char(C) when is_integer(C), 16#C0 =< C, C =< 16#D6 -> C + 32;
lower_char(C) when is_integer(C), 16#D8 =< C, C =< 16#DE -> C + 32;
lower_char(C) -> C.
