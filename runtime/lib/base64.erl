%% Base64 (RFC 4648), in the standard and the URL alphabet.
-module(base64).
-export([encode/1, encode/2, decode/1, decode/2, mime_decode/1, mime_decode/2,
         encode_to_string/1, encode_to_string/2, decode_to_string/1, decode_to_string/2,
         mime_decode_to_string/1, mime_decode_to_string/2, format_error/2]).

encode(Data) -> encode(Data, #{}).

encode(Data, Options) when is_binary(Data); is_list(Data) ->
    {Mode, Padding} = options(Options, [Data, Options]),
    Alphabet = alphabet(Mode),
    encode_binary(bytes(Data), Alphabet, Padding, <<>>).

%% A list is of bytes: nothing in it is a list or a binary.
bytes(Data) when is_binary(Data) -> Data;
bytes(Data) -> << <<(C bsr 0)>> || C <- Data >>.

encode_binary(<<A:6, B:6, C:6, D:6, Rest/binary>>, Alphabet, Padding, Acc) ->
    encode_binary(Rest, Alphabet, Padding,
                  <<Acc/binary, (element(A + 1, Alphabet)), (element(B + 1, Alphabet)),
                    (element(C + 1, Alphabet)), (element(D + 1, Alphabet))>>);
encode_binary(<<A:6, B:6, C:4>>, Alphabet, Padding, Acc) ->
    Coded = <<Acc/binary, (element(A + 1, Alphabet)), (element(B + 1, Alphabet)), (element(C bsl 2 + 1, Alphabet))>>,
    padded(Coded, <<"=">>, Padding);
encode_binary(<<A:6, B:2>>, Alphabet, Padding, Acc) ->
    Coded = <<Acc/binary, (element(A + 1, Alphabet)), (element(B bsl 4 + 1, Alphabet))>>,
    padded(Coded, <<"==">>, Padding);
encode_binary(<<>>, _, _, Acc) -> Acc.

padded(Coded, Pad, true) -> <<Coded/binary, Pad/binary>>;
padded(Coded, _, false) -> Coded.

encode_to_string(Data) -> binary_to_list(encode(Data)).
encode_to_string(Data, Options) -> binary_to_list(encode(Data, Options)).
decode_to_string(Text) -> binary_to_list(decode(Text)).
decode_to_string(Text, Options) -> binary_to_list(decode(Text, Options)).
mime_decode_to_string(Text) -> binary_to_list(mime_decode(Text)).
mime_decode_to_string(Text, Options) -> binary_to_list(mime_decode(Text, Options)).

decode(Text) -> decode(Text, #{}).

%% White space is passed over; everything else must be of the alphabet.
decode(Text, Options) when is_binary(Text); is_list(Text) ->
    {Mode, Padding} = options(Options, [Text, Options]),
    decode_text(bytes(Text), Mode, Padding, strict, <<>>).

mime_decode(Text) -> mime_decode(Text, #{}).

mime_decode(Text, Options) when is_binary(Text); is_list(Text) ->
    {Mode, Padding} = options(Options, [Text, Options]),
    decode_text(bytes(Text), Mode, Padding, mime, <<>>).

%% Bits come six at a time; Acc is a bitstring of them.
decode_text(<<C, Rest/binary>>, Mode, Padding, How, Acc) ->
    case value(C, Mode) of
        V when is_integer(V) -> decode_text(Rest, Mode, Padding, How, <<Acc/bitstring, V:6>>);
        space -> decode_text(Rest, Mode, Padding, How, Acc);
        pad -> decode_pad(Rest, Mode, Padding, How, Acc);
        bad when How =:= mime -> decode_text(Rest, Mode, Padding, How, Acc);
        bad -> error(badarg)
    end;
decode_text(<<>>, _, Padding, _, Acc) ->
    case bit_size(Acc) rem 24 of
        0 -> Acc;
        6 -> error(missing_padding);
        _ when Padding -> error(missing_padding);
        18 -> whole(Acc, 2);
        12 -> whole(Acc, 4)
    end.

decode_pad(Rest, Mode, _, How, Acc) ->
    case {bit_size(Acc) rem 24, How} of
        {18, _} ->
            after_pad(Rest, Mode, How),
            whole(Acc, 2);
        {12, _} ->
            after_first_pad(Rest, Mode, How),
            whole(Acc, 4);
        {_, mime} -> decode_text(Rest, Mode, true, How, Acc);
        _ -> error(badarg)
    end.

after_first_pad(<<C, Rest/binary>>, Mode, How) ->
    case value(C, Mode) of
        pad -> after_pad(Rest, Mode, How);
        space -> after_first_pad(Rest, Mode, How);
        _ when How =:= mime -> after_first_pad(Rest, Mode, How);
        _ -> error(badarg)
    end;
after_first_pad(<<>>, _, _) -> error(missing_padding).

after_pad(<<C, Rest/binary>>, Mode, How) ->
    case value(C, Mode) of
        space -> after_pad(Rest, Mode, How);
        _ when How =:= mime -> ok;
        _ -> error(badarg)
    end;
after_pad(<<>>, _, _) -> ok.

%% Without the bits that only fill up.
whole(Acc, Fill) ->
    Size = bit_size(Acc) - Fill,
    <<Bin:Size/bitstring, _/bitstring>> = Acc,
    Bin.

value(C, _) when C >= $A, C =< $Z -> C - $A;
value(C, _) when C >= $a, C =< $z -> C - $a + 26;
value(C, _) when C >= $0, C =< $9 -> C - $0 + 52;
value($+, standard) -> 62;
value($/, standard) -> 63;
value($-, urlsafe) -> 62;
value($_, urlsafe) -> 63;
value($=, _) -> pad;
value(C, _) when C =:= $\s; C =:= $\t; C =:= $\r; C =:= $\n -> space;
value(_, _) -> bad.

options(Options, Args) when is_map(Options) ->
    Mode = maps:get(mode, Options, standard),
    Padding = maps:get(padding, Options, true),
    case lists:member(Mode, [standard, urlsafe]) andalso is_boolean(Padding) of
        true -> {Mode, Padding};
        false -> error(badarg, Args)
    end.

alphabet(standard) -> list_to_tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
alphabet(urlsafe) -> list_to_tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_").

format_error(missing_padding, _) -> #{general => <<"data to decode is missing final = padding characters, if this is intended, use the `padding => false` option">>};
format_error(_, _) -> #{}.
