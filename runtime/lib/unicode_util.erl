%% Characters of text one at a time: code points, grapheme clusters (what a
%% reader calls a character) and their upper and lower case. Text is
%% unicode:chardata(), taken apart from the front: [Character | Rest].
-module(unicode_util).
-export([cp/1, gc/1, nfc/1, nfd/1, nfkc/1, nfkd/1, whitespace/0, is_whitespace/1,
         uppercase/1, lowercase/1, titlecase/1, casefold/1, spec_version/0]).

%% The next code point and the rest.
cp([C | _] = L) when is_integer(C), C >= 0, C =< 16#10FFFF -> L;
cp([Text]) -> cp(Text);
cp([Text | Rest]) -> cpl(Text, Rest);
cp([]) -> [];
cp(<<C/utf8, Rest/binary>>) -> [C | Rest];
cp(<<>>) -> [];
cp(<<Bad/binary>>) -> {error, Bad}.

cpl(Text, Rest) when is_list(Text); is_binary(Text) ->
    case cp(Text) of
        [] -> cp(Rest);
        [C] -> [C | rest(Rest)];
        [C | More] when is_list(More) -> [C | More ++ Rest];
        [C | More] -> [C, More | Rest];
        {error, Bad} -> {error, [Bad | Rest]}
    end.

%% What is left of a list with one binary is the binary.
rest([Text]) when is_binary(Text) -> Text;
rest(Rest) -> Rest.

%% The next grapheme cluster, an integer where it is one code point and else a
%% list, and the rest.
gc([A, B | _] = L) when A < 256, B < 256, A =/= $\r, A >= 0, B >= 0, is_integer(A), is_integer(B) -> L;
gc(<<A, B, _/binary>> = Bin) when A < 128, B < 128, A =/= $\r ->
    <<_, Rest/binary>> = Bin,
    [A | Rest];
gc(Text) ->
    case cp(Text) of
        [C] -> [C];
        [_ | _] = L -> gc_1(L, []);
        Else -> Else
    end.

%% L is at a cluster's code point; Cs are the cluster's so far, reversed. Where
%% its end is, is a matter of the code points since the cluster began.
gc_1([C | Rest], Cs0) ->
    Cs = [C | Cs0],
    case cp(Rest) of
        [Next | _] = L ->
            case gc_break(Cs, Next) of
                true -> gc_end(Cs, rest(Rest));
                false -> gc_1(L, Cs)
            end;
        _ -> gc_end(Cs, Rest)
    end.

gc_end([C], Rest) -> [C | Rest];
gc_end(Cs, Rest) -> [lists:reverse(Cs) | Rest].

%% Whether a cluster ends between the code points Cs (the last one first) and
%% the code point Next.
gc_break(_, _) -> erlang:nif_error(undef).

%% Normal forms, a cluster at a time.
nfc(Text) -> normal(Text, fun unicode:characters_to_nfc_list/1).
nfd(Text) -> normal(Text, fun unicode:characters_to_nfd_list/1).
nfkc(Text) -> normal(Text, fun unicode:characters_to_nfkc_list/1).
nfkd(Text) -> normal(Text, fun unicode:characters_to_nfkd_list/1).

normal(Text, Form) ->
    case gc(Text) of
        [C | Rest] when is_integer(C), C < 128 -> [C | Rest];
        [C | Rest] ->
            case Form([C]) of
                [One] -> [One | Rest];
                More -> [More | Rest]
            end;
        Else -> Else
    end.

whitespace() -> ["\r\n", $\t, $\n, 11, 12, $\r, $\s, 133, 8206, 8207, 8232, 8233].

is_whitespace(C) -> lists:member(C, whitespace()).

uppercase(Text) -> convert(cp(Text), upper).
lowercase(Text) -> convert(cp(Text), lower).
titlecase(Text) -> convert(cp(Text), title).
casefold(Text) -> convert(cp(Text), fold).

convert([C | Rest], Case) ->
    case case_of(Case, C) of
        [One] -> [One | Rest];
        More -> [More | Rest]
    end;
convert(Else, _) -> Else.

%% The code points of C in upper, lower, title or fold.
case_of(_, _) -> erlang:nif_error(undef).

spec_version() -> {16, 0}.
