%% What is wrong with the arguments of the functions of lists, maps, ets, re,
%% unicode, binary, math and io.
-module(erl_stdlib_errors).

-export([format_error/2]).

%% Numbers of arguments with what is wrong with each.
format_error(Reason, [Frame | _]) ->
    bad_arguments:explained(Reason, Frame, fun explain/5, fun kinds/3, fun otherwise/4).

%% Causes that the function names.
explain(io, F, As, _, Cause) -> device(F, As, Cause);
explain(ets, F, As, _, id) ->
    table(F, As, <<"the table identifier does not refer to an existing ETS table">>);
explain(ets, F, As, _, access) ->
    table(F, As, <<"the table identifier refers to an ETS table with insufficient access rights">>);
explain(ets, F, [Ref | _] = As, _, type) when is_reference(Ref) ->
    table(F, As, <<"not a valid table identifier">>);
explain(ets, F, As, _, type) ->
    table(F, As, <<"not an atom or a table identifier">>);
explain(ets, F, As, _, badkey) ->
    [_, _ | Kinds] = kinds(ets, F, length(As)) ++ [any, any],
    [{2, <<"not a key that exists in the table">>} |
     [{N + 2, T} || {N, T} <- bad_arguments:by_kinds([checkable(K) || K <- Kinds], lists:nthtail(2, As))]];
explain(ets, new, _, _, already_exists) -> [{1, <<"table name already exists">>}];
explain(ets, give_away, _, _, owner) ->
    [{2, <<"the process is already the owner of the table">>}];
explain(binary, join, [List, Separator], _, _) ->
    case bad_arguments:by_kinds([binary_only], [Separator]) of
        [{1, Text}] -> [{2, Text}];
        [] when is_list(List) -> [{1, <<"not a list of binaries">>}];
        [] -> [{1, <<"not a list">>}]
    end;
explain(binary, replace, [Bin, Pattern, With, Options], _, _) ->
    case bad_arguments:by_kinds([binary_only, pattern, replacement], [Bin, Pattern, With]) of
        [] -> by_kind;
        Found ->
            Found ++ [{4, Text} || not lists:keymember(3, 1, Found),
                                   {1, Text} <- bad_arguments:by_kinds([replace_options], [Options])]
    end;
explain(re, F, As, _, badopt) ->
    N = length(As),
    bad_arguments:by_kinds(lists:sublist(kinds(re, F, N), N - 1) ++ ["invalid options"], As);
explain(_, _, _, _, _) -> by_kind.

%% What is wrong with the table, and with the other arguments.
table(F, As, Text) ->
    Kinds = case kinds(ets, F, length(As)) of
                [] -> [];
                [_ | Others] -> [checkable(K) || K <- Others]
            end,
    [{1, Text} | [{N + 1, T} || {N, T} <- bad_arguments:by_kinds(Kinds, tl(As))]].

%% Without the words that fit only when the table is there.
checkable({Kind, Text}) when is_list(Text) -> Kind;
checkable(Text) when is_list(Text) -> any;
checkable(Kind) -> Kind.

%% Every argument is of its kind, but they do not fit each other.
otherwise(binary, part, [Bin, Pos, _], _) ->
    [{if Pos > byte_size(Bin) -> 2; true -> 3 end, <<"out of range">>}];
otherwise(binary, F, [_, _], _) when F =:= part; F =:= bin_to_list -> [{2, <<"out of range">>}];
otherwise(binary, F, [_], _) when F =:= first; F =:= last ->
    [{1, <<"a zero-sized binary is not allowed">>}];
otherwise(binary, F, [_, _, _ | _] = As, _)
  when F =:= match; F =:= matches; F =:= split; F =:= replace ->
    [{length(As), <<"invalid options">>}];
otherwise(lists, seq, [First, Last, _], _) when First > Last ->
    [{3, <<"not a negative increment">>}];
otherwise(lists, seq, [_, _, _], _) ->
    [{3, <<"not a positive increment">>}];
otherwise(ets, new, [_, _], _) -> [{2, <<"invalid options">>}];
otherwise(re, F, [_, Regexp | _], _) when F =:= run; F =:= replace; F =:= split ->
    regexp(2, Regexp);
otherwise(re, compile, [Regexp | _], _) -> regexp(1, Regexp);
otherwise(_, _, _, _) -> [].

regexp(N, Regexp) ->
    try re:compile(Regexp) of
        {error, {Text, At}} ->
            [{N, io_lib:format("could not parse regular expression~n~ts on character ~w",
                               [Text, At])}];
        _ -> []
    catch error:_ -> []
    end.

%% What a device said, or why it could not be asked.
device(put_chars, [_], _) -> [];
device(put_chars, [_, Chars] = As, Cause) ->
    case bad_arguments:by_kinds([chardata], [Chars]) of
        [{1, Text}] -> [{2, Text}];
        [] -> of_device(put_chars, As, Cause)
    end;
device(F, As, Cause) -> of_device(F, As, Cause).

of_device(_, As, {io, Why}) ->
    Text = case Why of
               terminated -> <<"the device has terminated">>;
               calling_self -> <<"the device is not allowed to be the current process">>;
               arguments -> <<"the device does not exist">>
           end,
    [{1, Text} || is_device(As)] ++ [{general, Text} || not is_device(As)];
of_device(F, As, {device, _}) when F =:= format; F =:= fwrite ->
    {N, Format, Args} = case As of
                            [Fm] -> {1, Fm, []};
                            [Fm, Ar] -> {1, Fm, Ar};
                            [_, Fm, Ar] -> {2, Fm, Ar}
                        end,
    format_problem(N, Format, Args);
of_device(_, _, {device, Why}) -> unknown(Why);
of_device(_, _, _) -> [].

unknown(no_translation) ->
    [{general, <<"device failed to transcode string from unicode to latin1">>}];
unknown(Why) ->
    [{general, io_lib:format("unknown error: ~tw", [Why])}].

%% The first argument names a device.
is_device([A]) -> is_pid(A) orelse is_atom(A) andalso whereis(A) =/= undefined;
is_device([A, _]) -> is_pid(A) orelse is_atom(A);
is_device([_, _, _]) -> true;
is_device(_) -> false.

format_problem(N, Format, Args) ->
    case is_format(Format) of
        false -> [{N, <<"not a valid format string">>}];
        true when not is_list(Args) -> [{N + 1, <<"not a list">>}];
        true when length(Args) >= 0 ->
            case controls(format_chars(Format)) of
                {bad, Text} -> [{N, ["format string invalid (", Text, ")"]}];
                Types when length(Types) =/= length(Args) ->
                    [{N, <<"wrong number of arguments">>}];
                Types ->
                    case wrong_types(Types, Args, 1) of
                        [] -> [{N, <<"failed to format string">>}];
                        Wrong -> [{N + 1, lists:join("\n", Wrong)}]
                    end
            end;
        true -> []
    end.

is_format(Format) when is_atom(Format); is_binary(Format) -> true;
is_format(Format) -> io_lib:char_list(Format).

format_chars(Format) when is_atom(Format) -> atom_to_list(Format);
format_chars(Format) when is_binary(Format) -> unicode:characters_to_list(Format);
format_chars(Format) -> Format.

%% The types of arguments that a format asks for.
controls([$~ | Cs]) -> control(Cs, []);
controls([_ | Cs]) -> controls(Cs);
controls([]) -> [].

control([$* | Cs], Types) -> control(Cs, [integer | Types]);
control([C | Cs], Types) when C >= $0, C =< $9; C =:= $-; C =:= $.; C =:= $t; C =:= $l; C =:= $k ->
    case C =:= $. andalso pad(Cs) of
        {Rest, More} -> control(Rest, More ++ Types);
        false -> control(Cs, Types)
    end;
control([$K | Cs], Types) -> control(Cs, [any | Types]);
control([C | Cs], Types) ->
    case asks(C) of
        none -> {bad, [<<"invalid control ~">>, C]};
        Asked ->
            case controls(Cs) of
                {bad, _} = Bad -> Bad;
                More -> lists:reverse(Types, Asked ++ More)
            end
    end;
control([], _) ->
    {bad, <<"truncated">>}.

pad([$., $* | Cs]) -> {Cs, [any]};
pad([$., _ | Cs]) -> {Cs, []};
pad(_) -> false.

asks(C) when C =:= $~; C =:= $n -> [];
asks($c) -> [integer];
asks(C) when C =:= $f; C =:= $e; C =:= $g -> [float];
asks($s) -> [string];
asks(C) when C =:= $w; C =:= $p; C =:= $i -> [any];
asks(C) when C =:= $W; C =:= $P -> [any, integer];
asks(C) when C =:= $b; C =:= $B; C =:= $#; C =:= $+ -> [integer];
asks(C) when C =:= $x; C =:= $X -> [integer, string];
asks(_) -> none.

wrong_types([T | Ts], [A | As], N) ->
    case of_type(T, A) of
        true -> wrong_types(Ts, As, N + 1);
        false ->
            [io_lib:format("element ~w must be of type ~w", [N, T]) | wrong_types(Ts, As, N + 1)]
    end;
wrong_types(_, _, _) ->
    [].

of_type(any, _) -> true;
of_type(integer, A) -> is_integer(A);
of_type(float, A) -> is_float(A);
of_type(string, A) when is_atom(A) -> true;
of_type(string, A) -> bad_arguments:by_kinds([chardata], [A]) =:= [].


%% What each argument has to be, by kind; a text says what is wrong with it
%% whatever it is.
kinds(binary, at, 2) -> [binary_only, non_negative];
kinds(binary, bin_to_list, 1) -> [binary_only];
kinds(binary, bin_to_list, 2) -> [binary_only, range];
kinds(binary, bin_to_list, 3) -> [binary_only, non_negative, integer];
kinds(binary, compile_pattern, 1) -> ["not a valid pattern"];
kinds(binary, copy, 1) -> [binary_only];
kinds(binary, copy, 2) -> [binary_only, non_negative];
kinds(binary, decode_hex, 1) -> [hex];
kinds(binary, decode_unsigned, 1) -> [binary_only];
kinds(binary, decode_unsigned, 2) -> [binary_only, endianness];
kinds(binary, encode_hex, 1) -> [binary_only];
kinds(binary, encode_hex, 2) -> [binary_only, hex_case];
kinds(binary, encode_unsigned, 1) -> [non_negative];
kinds(binary, encode_unsigned, 2) -> [non_negative, endianness];
kinds(binary, first, 1) -> [binary_only];
kinds(binary, join, 2) -> [list, binary_only];
kinds(binary, last, 1) -> [binary_only];
kinds(binary, list_to_bin, 1) -> ["not an iodata term"];
kinds(binary, longest_common_prefix, 1) -> ["not a flat list of binaries"];
kinds(binary, longest_common_suffix, 1) -> ["not a flat list of binaries"];
kinds(binary, match, 2) -> [binary_only, pattern];
kinds(binary, match, 3) -> [binary_only, pattern, any];
kinds(binary, matches, 2) -> [binary_only, pattern];
kinds(binary, matches, 3) -> [binary_only, pattern, any];
kinds(binary, part, 2) -> [binary_only, range];
kinds(binary, part, 3) -> [binary_only, non_negative, integer];
kinds(binary, referenced_byte_size, 1) -> [binary_only];
kinds(binary, replace, 3) -> [binary_only, pattern, replacement];
kinds(binary, replace, 4) -> [binary_only, pattern, replacement, replace_options];
kinds(binary, split, 2) -> [binary_only, pattern];
kinds(binary, split, 3) -> [binary_only, pattern, any];
kinds(ets, delete_object, 2) -> [any, full_tuple];
kinds(ets, give_away, 3) -> [any, {pid, "the pid refers to a terminated process"}, any];
kinds(ets, info, 2) -> [any, "not a valid info item"];
kinds(ets, insert, 2) -> [any, objects];
kinds(ets, insert_new, 2) -> [any, objects];
kinds(ets, internal_select_delete, 2) -> [any, "not a valid match specification"];
kinds(ets, lookup_element, 3) -> [any, any, {positive, "position is greater than the size of the object"}];
kinds(ets, lookup_element, 4) -> [any, any, {positive, "position is greater than the size of the object"}, any];
kinds(ets, match, 1) -> ["invalid continuation"];
kinds(ets, match, 3) -> [any, any, positive];
kinds(ets, match_object, 1) -> ["invalid continuation"];
kinds(ets, match_object, 3) -> [any, any, positive];
kinds(ets, match_spec_compile, 1) -> ["not a valid match specification"];
kinds(ets, new, 2) -> [atom, list];
kinds(ets, next, 2) -> [any, "not a key that exists in the table"];
kinds(ets, next_lookup, 2) -> [any, "not a key that exists in the table"];
kinds(ets, prev, 2) -> [any, "not a key that exists in the table"];
kinds(ets, prev_lookup, 2) -> [any, "not a key that exists in the table"];
kinds(ets, rename, 2) -> [any, {table_name, "table name already exists"}];
kinds(ets, safe_fixtable, 2) -> [any, "not a boolean value"];
kinds(ets, select, 1) -> ["invalid continuation"];
kinds(ets, select, 2) -> [any, "not a valid match specification"];
kinds(ets, select, 3) -> [any, match_spec, positive];
kinds(ets, select_count, 2) -> [any, "not a valid match specification"];
kinds(ets, select_replace, 2) -> [any, "not a valid match specification"];
kinds(ets, select_reverse, 1) -> ["invalid continuation"];
kinds(ets, select_reverse, 2) -> [any, "not a valid match specification"];
kinds(ets, select_reverse, 3) -> [any, match_spec, positive];
kinds(ets, setopts, 2) -> [any, "invalid options"];
kinds(ets, slot, 2) -> [any, "out of range"];
kinds(ets, update_counter, 3) -> [any, any, update_operation];
kinds(ets, update_counter, 4) -> [any, any, update_operation, full_tuple];
kinds(ets, update_element, 3) -> [any, any, element_specification];
kinds(ets, update_element, 4) -> [any, any, any, full_tuple];
kinds(ets, whereis, 1) -> ["invalid table name (must be an atom)"];
kinds(lists, keyfind, 3) -> [any, positive, list];
kinds(lists, keymember, 3) -> [any, positive, list];
kinds(lists, keysearch, 3) -> [any, positive, list];
kinds(lists, member, 2) -> [any, list];
kinds(lists, reverse, 2) -> [list, any];
kinds(lists, seq, 3) -> [integer, integer, integer];
kinds(maps, filter, 2) -> [{function, 2}, map_or_iterator];
kinds(maps, filtermap, 2) -> [{function, 2}, map_or_iterator];
kinds(maps, find, 2) -> [any, "not a map"];
kinds(maps, fold, 3) -> [{function, 3}, any, map_or_iterator];
kinds(maps, foreach, 2) -> [{function, 2}, map_or_iterator];
kinds(maps, from_keys, 2) -> [list, any];
kinds(maps, from_list, 1) -> [list];
kinds(maps, get, 2) -> [key, map];
kinds(maps, get, 3) -> [any, "not a map", any];
kinds(maps, groups_from_list, 2) -> [{function, 1}, list];
kinds(maps, groups_from_list, 3) -> [{function, 1}, {function, 1}, list];
kinds(maps, intersect, 2) -> [map, map];
kinds(maps, intersect_with, 3) -> [{function, 3}, map, map];
kinds(maps, is_key, 2) -> [any, "not a map"];
kinds(maps, iterator, 1) -> [map];
kinds(maps, iterator, 2) -> [map, order];
kinds(maps, keys, 1) -> ["not a map"];
kinds(maps, map, 2) -> [{function, 2}, map_or_iterator];
kinds(maps, merge, 2) -> [map, map];
kinds(maps, merge_with, 3) -> [{function, 3}, map, map];
kinds(maps, next, 1) -> ["not a valid iterator"];
kinds(maps, put, 3) -> [any, any, "not a map"];
kinds(maps, remove, 2) -> [any, "not a map"];
kinds(maps, size, 1) -> ["not a map"];
kinds(maps, take, 2) -> [any, "not a map"];
kinds(maps, to_list, 1) -> ["not a map or an iterator"];
kinds(maps, update, 3) -> [key, any, map];
kinds(maps, update_with, 3) -> [any, {function, 1}, map];
kinds(maps, update_with, 4) -> [any, {function, 1}, any, map];
kinds(maps, values, 1) -> ["not a map"];
kinds(maps, with, 2) -> [list, map];
kinds(maps, without, 2) -> [list, map];
kinds(math, acos, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, acosh, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, asin, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, asinh, 1) -> [number];
kinds(math, atan, 1) -> [number];
kinds(math, atan2, 2) -> [number, number];
kinds(math, atanh, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, ceil, 1) -> [number];
kinds(math, cos, 1) -> [number];
kinds(math, cosh, 1) -> [number];
kinds(math, erf, 1) -> [number];
kinds(math, erfc, 1) -> [number];
kinds(math, exp, 1) -> [number];
kinds(math, floor, 1) -> [number];
kinds(math, fmod, 2) -> [number, divisor];
kinds(math, log, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, log10, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, log2, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, pow, 2) -> [number, number];
kinds(math, sin, 1) -> [number];
kinds(math, sinh, 1) -> [number];
kinds(math, sqrt, 1) -> [{number, "is outside the domain for this function"}];
kinds(math, tan, 1) -> [number];
kinds(math, tanh, 1) -> [number];
kinds(re, compile, 1) -> ["not an iodata term"];
kinds(re, compile, 2) -> [iodata, any];
kinds(re, import, 1) -> ["not an exported regular expression"];
kinds(re, inspect, 2) -> ["not a compiled regular expression", "not a valid item"];
kinds(re, replace, 3) -> [iodata, regexp, re_replacement];
kinds(re, replace, 4) -> [iodata, regexp, re_replacement, any];
kinds(re, run, 2) -> [iodata, regexp];
kinds(re, run, 3) -> [iodata, regexp, any];
kinds(re, split, 2) -> [iodata, regexp];
kinds(re, split, 3) -> [iodata, regexp, any];
kinds(unicode, category, 1) -> ["not a valid character"];
kinds(unicode, characters_to_binary, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_binary, 2) -> [chardata, unicode_encoding];
kinds(unicode, characters_to_binary, 3) -> [chardata, unicode_encoding, unicode_encoding];
kinds(unicode, characters_to_list, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_list, 2) -> [chardata, unicode_encoding];
kinds(unicode, characters_to_nfc_binary, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_nfc_list, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_nfd_binary, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_nfd_list, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_nfkc_binary, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_nfkc_list, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_nfkd_binary, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, characters_to_nfkd_list, 1) -> ["not valid character data (an iodata term)"];
kinds(unicode, is_id_continue, 1) -> ["not a valid character"];
kinds(unicode, is_id_start, 1) -> ["not a valid character"];
kinds(unicode, is_whitespace, 1) -> ["not a valid character"];
kinds(_, _, _) -> [].
