%% JSON: terms to text and back. A decoder reads a binary from left to right
%% with what is open on a stack of its own, so that it can stop where the input
%% ends and go on when more comes.
-module(json).

-export([encode/1, encode/2, encode_value/2, encode_atom/2, encode_integer/1, encode_float/1,
         encode_list/2, encode_map/2, encode_map_checked/2,
         encode_key_value_list/2, encode_key_value_list_checked/2,
         encode_binary/1, encode_binary_escape_all/1,
         format/1, format/2, format/3, format_value/3,
         format_key_value_list/3, format_key_value_list_checked/3,
         decode/1, decode/3, decode_start/3, decode_continue/2]).

%%% Encoding.

encode(Term) -> encode(Term, fun do_encode/2).

encode(Term, Encoder) when is_function(Encoder, 2) -> Encoder(Term, Encoder).

encode_value(Value, Encode) -> do_encode(Value, Encode).

do_encode(Value, Encode) when is_atom(Value) -> encode_atom(Value, Encode);
do_encode(Value, _) when is_binary(Value) -> encode_binary(Value);
do_encode(Value, _) when is_integer(Value) -> encode_integer(Value);
do_encode(Value, _) when is_float(Value) -> encode_float(Value);
do_encode(Value, Encode) when is_list(Value) -> do_encode_list(Value, Encode);
do_encode(Value, Encode) when is_map(Value) -> do_encode_map(Value, Encode);
do_encode(Other, _) -> error({unsupported_type, Other}).

encode_atom(null, _) -> <<"null">>;
encode_atom(true, _) -> <<"true">>;
encode_atom(false, _) -> <<"false">>;
encode_atom(Other, Encode) -> Encode(atom_to_binary(Other), Encode).

encode_integer(Integer) -> integer_to_binary(Integer).

encode_float(Float) -> float_to_binary(Float, [short]).

encode_list(List, Encode) when is_list(List) -> do_encode_list(List, Encode).

do_encode_list([], _) -> <<"[]">>;
do_encode_list([First | Rest], Encode) when is_function(Encode, 2) ->
    [$[, Encode(First, Encode) | list_loop(Rest, Encode)].

list_loop([], _) -> [$]];
list_loop([Elem | Rest], Encode) -> [$,, Encode(Elem, Encode) | list_loop(Rest, Encode)].

encode_map(Map, Encode) when is_map(Map) -> do_encode_map(Map, Encode).

do_encode_map(Map, Encode) when is_function(Encode, 2) ->
    members([[$,, key(Key, Encode), $: | Encode(Value, Encode)] || {Key, Value} <- maps:to_list(Map)]).

encode_map_checked(Map, Encode) -> encode_key_value_list_checked(maps:to_list(Map), Encode).

encode_key_value_list(List, Encode) when is_function(Encode, 2) ->
    members([[$,, key(Key, Encode), $: | Encode(Value, Encode)] || {Key, Value} <- List]).

encode_key_value_list_checked(List, Encode) -> do_encode_checked(List, Encode).

do_encode_checked(List, Encode) when is_function(Encode, 2) -> members(do_encode_checked(List, Encode, #{})).

do_encode_checked([{Key, Value} | Rest], Encode, Seen) ->
    Text = iolist_to_binary(key(Key, Encode)),
    case is_map_key(Text, Seen) of
        true -> error({duplicate_key, Key});
        false -> [[$,, Text, $: | Encode(Value, Encode)] | do_encode_checked(Rest, Encode, Seen#{Text => true})]
    end;
do_encode_checked([], _, _) -> [].

members([]) -> <<"{}">>;
members([[_Comma | First] | Rest]) -> [${, First, Rest, $}].

key(Key, Encode) when is_binary(Key) -> Encode(Key, Encode);
key(Key, Encode) when is_atom(Key) -> Encode(atom_to_binary(Key), Encode);
key(Key, _) when is_integer(Key) -> [$", encode_integer(Key), $"];
key(Key, _) when is_float(Key) -> [$", encode_float(Key), $"].

encode_binary(Bin) when is_binary(Bin) -> escape(Bin, Bin, 0, 0, [], fun plain/1).

encode_binary_escape_all(Bin) when is_binary(Bin) -> escape(Bin, Bin, 0, 0, [], fun ascii/1).

plain(_) -> true.
ascii(C) -> C < 128.

%% Length bytes from Start on are plain, what stands before is in Done.
escape(<<C/utf8, Rest/binary>>, Bin, Start, Length, Done, Plain) ->
    Size = byte_size(Bin) - byte_size(Rest) - Start - Length,
    case special(C) of
        false ->
            case Plain(C) of
                true -> escape(Rest, Bin, Start, Length + Size, Done, Plain);
                false -> escape(Rest, Bin, Start + Length + Size, 0, escaped(Bin, Start, Length, Done, unicode(C)), Plain)
            end;
        Escape -> escape(Rest, Bin, Start + Length + Size, 0, escaped(Bin, Start, Length, Done, Escape), Plain)
    end;
escape(<<>>, Bin, 0, _, [], _) -> [$", Bin, $"];
escape(<<>>, _, _, 0, Done, _) -> [Done, $"];
escape(<<>>, Bin, Start, Length, Done, _) -> [Done, binary_part(Bin, Start, Length), $"];
escape(Rest, Bin, _, _, _, _) ->
    case is_start(Rest) of
        true -> unexpected_utf8(Bin, byte_size(Bin) - byte_size(Rest));
        false -> invalid_byte(Bin, byte_size(Bin) - byte_size(Rest))
    end.

escaped(_, _, 0, [], Escape) -> ["\"" | Escape];
escaped(_, _, 0, Done, Escape) -> [Done | Escape];
escaped(Bin, Start, Length, [], Escape) -> ["\"", binary_part(Bin, Start, Length) | Escape];
escaped(Bin, Start, Length, Done, Escape) -> [Done, binary_part(Bin, Start, Length) | Escape].

special($") -> <<"\\\"">>;
special($\\) -> <<"\\\\">>;
special($\b) -> <<"\\b">>;
special($\f) -> <<"\\f">>;
special($\n) -> <<"\\n">>;
special($\r) -> <<"\\r">>;
special($\t) -> <<"\\t">>;
special(C) when C < 32 -> unicode(C);
special(_) -> false.

unicode(C) when C < 16#10000 -> iolist_to_binary(["\\u", hex(C)]);
unicode(C) ->
    High = 16#D800 + ((C - 16#10000) bsr 10),
    Low = 16#DC00 + (C - 16#10000) band 16#3FF,
    iolist_to_binary(["\\u", hex(High), "\\u", hex(Low)]).

hex(N) -> string:pad(integer_to_list(N, 16), 4, leading, $0).

%% is_start tells whether a binary is the beginning of a character of several
%% bytes.
is_start(<<2#110:3, _:5>>) -> true;
is_start(<<2#1110:4, _:4>>) -> true;
is_start(<<2#1110:4, _:4, 2#10:2, _:6>>) -> true;
is_start(<<2#11110:5, _:3>>) -> true;
is_start(<<2#11110:5, _:3, 2#10:2, _:6>>) -> true;
is_start(<<2#11110:5, _:3, 2#10:2, _:6, 2#10:2, _:6>>) -> true;
is_start(_) -> false.

%%% Formatting: one line where it fits, else one line a member or element.

format(Term) -> format(Term, #{}).

format(Term, Options) when is_map(Options) ->
    format(Term, fun(Value, Encode, State) -> format_value(Value, Encode, State) end, Options);
format(Term, Encoder) when is_function(Encoder, 3) -> format(Term, Encoder, #{}).

format(Term, Encoder, Options) when is_function(Encoder, 3), is_map(Options) ->
    State = maps:merge(#{level => 0, col => 0, indent => 2, max => 100}, Options),
    [Encoder(Term, Encoder, State), $\n].

format_value(Value, Encode, State) when is_list(Value) -> format_list(Value, Encode, State);
format_value(Value, Encode, State) when is_map(Value) ->
    format_key_value_list(maps:to_list(Value), Encode, State);
format_value(Value, Encode, State) -> do_encode(Value, fun(V, _) -> formatted(Value, V, Encode, State) end).

%% An atom comes back as a binary.
formatted(_, Text, _, _) when is_binary(Text) -> encode_binary(Text);
formatted(_, Other, Encode, State) -> Encode(Other, Encode, State).

%% What the first element is says how all are laid out.
format_list([], _, _) -> <<"[]">>;
format_list([First | _] = List, Encode, #{level := Level, col := Col} = State0) ->
    State = State0#{level := Level + 1},
    case is_list(First) orelse is_map(First) orelse is_binary(First) of
        false -> filled([Encode(E, Encode, State) || E <- List], Col, State);
        true ->
            Indent = indent(State),
            [Text | Texts] = [Encode(E, Encode, State#{col := byte_size(Indent) - 1}) || E <- List],
            [$[, Indent, Text, [[$,, Indent, T] || T <- Texts], indent(State0), $]]
    end.

%% filled goes on with a line until it is full.
filled([First | Rest], Col, #{max := Max} = State) ->
    [$[, First, filled(Rest, Col + 2 + iolist_size(First), Max, indent(State)), $]].

filled([Text | Rest], Col, Max, Indent) when Col > Max ->
    [[$,, Indent | Text] | filled(Rest, byte_size(Indent) + iolist_size(Text), Max, Indent)];
filled([Text | Rest], Col, Max, Indent) ->
    [[$, | Text] | filled(Rest, Col + 1 + iolist_size(Text), Max, Indent)];
filled([], _, _, _) -> [].

format_key_value_list([], _, _) -> <<"{}">>;
format_key_value_list([{K, V}], Encode, #{level := Level, col := Col, max := Max} = State0)
  when not is_map(V), not is_list(V); V =:= #{}; V =:= [] ->
    State = State0#{level := Level + 1},
    Member = member(K, V, Encode, State#{col := Col + 2}),
    case Col + 4 + iolist_size(Member) > Max of
        true -> members_in_lines([{K, V}], Encode, State0);
        false -> ["{ ", Member, " }"]
    end;
format_key_value_list(List, Encode, State) -> members_in_lines(List, Encode, State).

format_key_value_list_checked(List, Encode, State) ->
    lists:foldl(fun({Key, _}, Seen) ->
                        Text = iolist_to_binary(key_text(Key, Encode, State)),
                        is_map_key(Text, Seen) andalso error({duplicate_key, Key}),
                        Seen#{Text => true}
                end, #{}, List),
    format_key_value_list(List, Encode, State).

members_in_lines(List, Encode, #{level := Level} = State0) ->
    State = State0#{level := Level + 1},
    Indent = indent(State),
    Col = byte_size(Indent) - 1,
    [First | Rest] = [member(K, V, Encode, State#{col := Col}) || {K, V} <- List],
    [${, Indent, First, [[$,, Indent | M] || M <- Rest], indent(State0), $}].

member(Key, Value, Encode, #{col := Col} = State) ->
    Text = key_text(Key, Encode, State),
    [Text, ": " | Encode(Value, Encode, State#{col := Col + 2 + iolist_size(Text)})].

key_text(Key, Encode, State) when is_binary(Key) -> Encode(Key, Encode, State);
key_text(Key, Encode, State) when is_atom(Key) -> Encode(atom_to_binary(Key), Encode, State);
key_text(Key, _, _) when is_integer(Key) -> [$", encode_integer(Key), $"];
key_text(Key, _, _) when is_float(Key) -> [$", encode_float(Key), $"].

indent(#{level := Level, indent := Indent}) ->
    iolist_to_binary([$\n, lists:duplicate(Level * Indent, $\s)]).

%%% Decoding.

%% The decoders, all of them known; undefined stands for the usual one.
-record(decoders, {array_start, array_push, array_finish = fun(Acc, Old) -> {lists:reverse(Acc), Old} end,
                   object_start, object_push, object_finish = fun(Acc, Old) -> {maps:from_list(Acc), Old} end,
                   float, integer, string, null = null}).

decode(Bin) when is_binary(Bin) ->
    case start(Bin, ok, decoders(#{})) of
        {continue, State} ->
            case at_end(State) of
                unexpected_end -> error(unexpected_end);
                {Result, _, <<>>} -> Result
            end;
        {Result, _, Rest} ->
            case skip(Rest) of
                <<>> -> Result;
                _ -> invalid_byte(Rest, 0)
            end
    end.

decode(Bin, Acc, Decoders) when is_binary(Bin) ->
    case start(Bin, Acc, decoders(Decoders)) of
        {continue, State} ->
            case at_end(State) of
                unexpected_end -> error(unexpected_end);
                Result -> Result
            end;
        Result -> Result
    end.

decode_start(Bin, Acc, Decoders) when is_binary(Bin) -> start(Bin, Acc, decoders(Decoders)).

decode_continue(end_of_input, State) ->
    case at_end(State) of
        unexpected_end -> error(unexpected_end);
        Result -> Result
    end;
decode_continue(More, State) when is_binary(More) -> State(More).

at_end(State) ->
    case State(end_of_input) of
        {continue, _} -> unexpected_end;
        Result -> Result
    end.

decoders(Map) ->
    Fields = record_info(fields, decoders),
    lists:foldl(fun({Name, Fun}, D) -> setelement(position(Name, Fields, 2), D, Fun) end,
                #decoders{}, maps:to_list(maps:with(Fields, Map))).

position(Name, [Name | _], N) -> N;
position(Name, [_ | Fields], N) -> position(Name, Fields, N + 1).

start(Bin, Acc, D) -> value(Bin, Bin, Acc, [], D).

%% more stops until there is more input; Again goes on with all from Rest on.
more(Rest, Again) ->
    {continue, fun(end_of_input) -> unexpected_end;
                  (More) -> Again(<<Rest/binary, More/binary>>)
               end}.

skip(<<C, Rest/binary>>) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r -> skip(Rest);
skip(Rest) -> Rest.

%% Bin is what is left of O, which errors count their position in.
value(<<C, Rest/binary>>, O, Acc, Stack, D) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r ->
    value(Rest, O, Acc, Stack, D);
value(<<$", Rest/binary>>, O, Acc, Stack, D) -> string(Rest, O, Rest, 0, [], Acc, [string | Stack], D);
value(<<$[, Rest/binary>>, O, Acc, Stack, D) ->
    first_element(Rest, O, started(D#decoders.array_start, Acc), [Acc | Stack], D);
value(<<${, Rest/binary>>, O, Acc, Stack, D) ->
    first_key(Rest, O, started(D#decoders.object_start, Acc), [Acc | Stack], D);
value(<<"true", Rest/binary>>, O, Acc, Stack, D) -> done(true, Rest, O, Acc, Stack, D);
value(<<"false", Rest/binary>>, O, Acc, Stack, D) -> done(false, Rest, O, Acc, Stack, D);
value(<<"null", Rest/binary>>, O, Acc, Stack, D) -> done(D#decoders.null, Rest, O, Acc, Stack, D);
value(<<C, _/binary>> = Bin, O, Acc, Stack, D) when C =:= $-; C >= $0, C =< $9 -> number(Bin, O, Acc, Stack, D);
value(<<>>, _, Acc, Stack, D) -> more(<<>>, fun(B) -> value(B, B, Acc, Stack, D) end);
value(<<C, _/binary>> = Bin, O, Acc, Stack, D) when C =:= $t; C =:= $f; C =:= $n ->
    Word = case C of $t -> <<"true">>; $f -> <<"false">>; $n -> <<"null">> end,
    case byte_size(Bin) =< byte_size(Word) of
        true -> more(Bin, fun(B) -> value(B, B, Acc, Stack, D) end);
        false -> invalid_byte(O, byte_size(O) - byte_size(Bin) + 1)
    end;
value(Bin, O, _, _, _) -> invalid_byte(O, byte_size(O) - byte_size(Bin)).

started(undefined, _) -> [];
started(Start, Acc) -> Start(Acc).

%% done has a whole value, and what is open says what follows it.
done(Value, Rest, _, Acc, [], _) -> {Value, Acc, Rest};
done(Value, Rest, O, Acc, [key | Stack], D) -> colon(Rest, O, Acc, [Value | Stack], D);
done(Value, Rest, O, Acc, [object, Key | Stack], D) ->
    Pushed = case D#decoders.object_push of
                 undefined -> [{Key, Value} | Acc];
                 Push -> Push(Key, Value, Acc)
             end,
    after_member(Rest, O, Pushed, Stack, D);
done(Value, Rest, O, Acc, [array | Stack], D) ->
    Pushed = case D#decoders.array_push of
                 undefined -> [Value | Acc];
                 Push -> Push(Value, Acc)
             end,
    after_element(Rest, O, Pushed, Stack, D).

first_element(<<C, Rest/binary>>, O, Acc, Stack, D) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r ->
    first_element(Rest, O, Acc, Stack, D);
first_element(<<$], Rest/binary>>, O, Acc, Stack, D) -> array_end(Rest, O, Acc, Stack, D);
first_element(<<>>, _, Acc, Stack, D) -> more(<<>>, fun(B) -> first_element(B, B, Acc, Stack, D) end);
first_element(Bin, O, Acc, Stack, D) -> value(Bin, O, Acc, [array | Stack], D).

after_element(<<C, Rest/binary>>, O, Acc, Stack, D) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r ->
    after_element(Rest, O, Acc, Stack, D);
after_element(<<$,, Rest/binary>>, O, Acc, Stack, D) -> value(Rest, O, Acc, [array | Stack], D);
after_element(<<$], Rest/binary>>, O, Acc, Stack, D) -> array_end(Rest, O, Acc, Stack, D);
after_element(<<>>, _, Acc, Stack, D) -> more(<<>>, fun(B) -> after_element(B, B, Acc, Stack, D) end);
after_element(Bin, O, _, _, _) -> invalid_byte(O, byte_size(O) - byte_size(Bin)).

array_end(Rest, O, Acc, [Old | Stack], D) ->
    {Value, Next} = (D#decoders.array_finish)(Acc, Old),
    done(Value, Rest, O, Next, Stack, D).

first_key(<<C, Rest/binary>>, O, Acc, Stack, D) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r ->
    first_key(Rest, O, Acc, Stack, D);
first_key(<<$}, Rest/binary>>, O, Acc, Stack, D) -> object_end(Rest, O, Acc, Stack, D);
first_key(<<>>, _, Acc, Stack, D) -> more(<<>>, fun(B) -> first_key(B, B, Acc, Stack, D) end);
first_key(Bin, O, Acc, Stack, D) -> key(Bin, O, Acc, Stack, D).

key(<<C, Rest/binary>>, O, Acc, Stack, D) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r ->
    key(Rest, O, Acc, Stack, D);
key(<<$", Rest/binary>>, O, Acc, Stack, D) -> string(Rest, O, Rest, 0, [], Acc, [string, key | Stack], D);
key(<<>>, _, Acc, Stack, D) -> more(<<>>, fun(B) -> key(B, B, Acc, Stack, D) end);
key(Bin, O, _, _, _) -> invalid_byte(O, byte_size(O) - byte_size(Bin)).

colon(<<C, Rest/binary>>, O, Acc, Stack, D) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r ->
    colon(Rest, O, Acc, Stack, D);
colon(<<$:, Rest/binary>>, O, Acc, Stack, D) -> value(Rest, O, Acc, [object | Stack], D);
colon(<<>>, _, Acc, Stack, D) -> more(<<>>, fun(B) -> colon(B, B, Acc, Stack, D) end);
colon(Bin, O, _, _, _) -> invalid_byte(O, byte_size(O) - byte_size(Bin)).

after_member(<<C, Rest/binary>>, O, Acc, Stack, D) when C =:= $\s; C =:= $\t; C =:= $\n; C =:= $\r ->
    after_member(Rest, O, Acc, Stack, D);
after_member(<<$,, Rest/binary>>, O, Acc, Stack, D) -> key(Rest, O, Acc, Stack, D);
after_member(<<$}, Rest/binary>>, O, Acc, Stack, D) -> object_end(Rest, O, Acc, Stack, D);
after_member(<<>>, _, Acc, Stack, D) -> more(<<>>, fun(B) -> after_member(B, B, Acc, Stack, D) end);
after_member(Bin, O, _, _, _) -> invalid_byte(O, byte_size(O) - byte_size(Bin)).

object_end(Rest, O, Acc, [Old | Stack], D) ->
    {Value, Next} = (D#decoders.object_finish)(Acc, Old),
    done(Value, Rest, O, Next, Stack, D).

%% A string: From is where its text goes on after the last escape, of which
%% Length bytes were read; Done is what came before.
string(<<$", Rest/binary>>, O, From, Length, Done, Acc, [string | Stack], D) ->
    Part = binary_part(From, 0, Length),
    Text = case Done of
               [] -> Part;
               _ -> iolist_to_binary([Done, Part])
           end,
    Value = case D#decoders.string of
                undefined -> binary:copy(Text);
                Fun -> Fun(Text)
            end,
    done(Value, Rest, O, Acc, Stack, D);
string(<<$\\, Rest/binary>> = Bin, O, From, Length, Done, Acc, Stack, D) ->
    Before = [Done, binary_part(From, 0, Length)],
    case Rest of
        <<$u, _/binary>> -> unicode_escape(Bin, O, Before, Acc, Stack, D);
        <<C, After/binary>> ->
            case unescaped(C) of
                error -> invalid_byte(O, byte_size(O) - byte_size(Rest));
                Char -> string(After, O, After, 0, [Before | Char], Acc, Stack, D)
            end;
        <<>> -> more(Bin, fun(B) -> string(B, B, B, 0, Before, Acc, Stack, D) end)
    end;
string(<<C, Rest/binary>>, O, From, Length, Done, Acc, Stack, D) when C >= 32, C < 128 ->
    string(Rest, O, From, Length + 1, Done, Acc, Stack, D);
string(<<C/utf8, Rest/binary>> = Bin, O, From, Length, Done, Acc, Stack, D) when C >= 32 ->
    string(Rest, O, From, Length + byte_size(Bin) - byte_size(Rest), Done, Acc, Stack, D);
string(Bin, O, From, Length, Done, Acc, Stack, D) ->
    case Bin =:= <<>> orelse is_start(Bin) of
        true ->
            Before = [Done, binary_part(From, 0, Length)],
            more(Bin, fun(B) -> string(B, B, B, 0, Before, Acc, Stack, D) end);
        false -> invalid_byte(O, byte_size(O) - byte_size(Bin) + valid_bytes(Bin))
    end.

%% How many bytes of a bad character are right.
valid_bytes(<<2#1110:4, _:4, 2#10:2, _:6, _/binary>>) -> 2;
valid_bytes(<<2#11110:5, _:3, 2#10:2, _:6, 2#10:2, _:6, _/binary>>) -> 3;
valid_bytes(<<2#11110:5, _:3, 2#10:2, _:6, _/binary>>) -> 2;
valid_bytes(<<C, _, _/binary>>) when C >= 16#C2, C =< 16#F4 -> 1;
valid_bytes(_) -> 0.

unescaped($b) -> "\b";
unescaped($f) -> "\f";
unescaped($n) -> "\n";
unescaped($r) -> "\r";
unescaped($t) -> "\t";
unescaped(C) when C =:= $"; C =:= $\\; C =:= $/ -> [C];
unescaped(_) -> error.

unicode_escape(<<"\\u", Hex:4/binary, Rest/binary>> = Bin, O, Before, Acc, Stack, D) ->
    case {code_unit(Hex), Rest} of
        {error, _} -> unexpected_sequence(binary_part(Bin, 0, 6), byte_size(O) - byte_size(Bin));
        {High, <<"\\u", Hex2:4/binary, After/binary>>} when High >= 16#D800, High < 16#DC00 ->
            case code_unit(Hex2) of
                Low when is_integer(Low), Low >= 16#DC00, Low < 16#E000 ->
                    C = 16#10000 + ((High band 16#3FF) bsl 10) + (Low band 16#3FF),
                    string(After, O, After, 0, [Before | <<C/utf8>>], Acc, Stack, D);
                _ -> unexpected_sequence(binary_part(Bin, 0, 12), byte_size(O) - byte_size(Bin))
            end;
        {High, _} when High >= 16#D800, High < 16#DC00 ->
            case byte_size(Rest) < 6 of
                true -> more(Bin, fun(B) -> unicode_escape(B, B, Before, Acc, Stack, D) end);
                false -> unexpected_sequence(binary_part(Bin, 0, 12), byte_size(O) - byte_size(Bin))
            end;
        {Low, _} when Low >= 16#DC00, Low < 16#E000 -> unexpected_sequence(binary_part(Bin, 0, 6), byte_size(O) - byte_size(Bin));
        {C, _} -> string(Rest, O, Rest, 0, [Before | <<C/utf8>>], Acc, Stack, D)
    end;
unicode_escape(Bin, _, Before, Acc, Stack, D) ->
    more(Bin, fun(B) -> unicode_escape(B, B, Before, Acc, Stack, D) end).

code_unit(Hex) ->
    case lists:all(fun(C) -> C >= $0 andalso C =< $9 orelse C >= $a andalso C =< $f
                                 orelse C >= $A andalso C =< $F end, binary_to_list(Hex)) of
        true -> binary_to_integer(Hex, 16);
        false -> error
    end.

%% A number ends where something else begins, or the input.
number(Bin, O, Acc, Stack, D) ->
    {State, Length} = number_length(Bin, sign, 0),
    <<Text:Length/binary, Rest/binary>> = Bin,
    case Rest of
        <<>> ->
            {continue, fun(end_of_input) when State =:= zero; State =:= int; State =:= frac; State =:= exp ->
                               done(number_value(Text, State, D), Rest, O, Acc, Stack, D);
                          (end_of_input) -> unexpected_end;
                          (More) ->
                               B = <<Bin/binary, More/binary>>,
                               number(B, B, Acc, Stack, D)
                       end};
        _ when State =:= zero; State =:= int; State =:= frac; State =:= exp ->
            done(number_value(Text, State, D), Rest, O, Acc, Stack, D);
        _ -> invalid_byte(O, byte_size(O) - byte_size(Rest))
    end.

number_length(<<C, Rest/binary>>, State, N) ->
    case number_state(State, C) of
        stop -> {State, N};
        Next -> number_length(Rest, Next, N + 1)
    end;
number_length(<<>>, State, N) -> {State, N}.

number_state(sign, $-) -> minus;
number_state(S, $0) when S =:= sign; S =:= minus -> zero;
number_state(S, C) when S =:= sign orelse S =:= minus orelse S =:= int, C >= $0, C =< $9 -> int;
number_state(S, $.) when S =:= zero; S =:= int -> point;
number_state(S, C) when S =:= point orelse S =:= frac, C >= $0, C =< $9 -> frac;
number_state(S, C) when S =:= zero orelse S =:= int orelse S =:= frac, C =:= $e orelse C =:= $E -> e;
number_state(e, C) when C =:= $+; C =:= $- -> e_sign;
number_state(S, C) when S =:= e orelse S =:= e_sign orelse S =:= exp, C >= $0, C =< $9 -> exp;
number_state(_, _) -> stop.

number_value(Text, State, #decoders{integer = Integer}) when State =:= zero; State =:= int ->
    case Integer of
        undefined -> binary_to_integer(Text);
        _ -> Integer(Text)
    end;
number_value(Text0, _, #decoders{float = Float}) ->
    Text = with_point(Text0),
    case Float of
        undefined ->
            try binary_to_float(Text)
            catch error:badarg -> unexpected_sequence(Text, 0)
            end;
        _ -> Float(Text)
    end.

%% An exponent may follow an integer, for which Erlang has no notation.
with_point(Text) ->
    case binary:match(Text, <<".">>) of
        nomatch ->
            [Whole, Exponent] = binary:split(Text, [<<"e">>, <<"E">>]),
            <<Whole/binary, ".0e", Exponent/binary>>;
        _ -> Text
    end.

%%% Errors tell where they are.

invalid_byte(Bin, Position) ->
    error({invalid_byte, binary:at(Bin, Position)}, none, position(Position)).

unexpected_sequence(Sequence, Position) ->
    error({unexpected_sequence, Sequence}, none, position(Position)).

unexpected_utf8(_Bin, _Position) -> error(unexpected_end).

position(Position) -> [{error_info, #{cause => #{position => Position}, module => erl_stdlib_errors}}].
