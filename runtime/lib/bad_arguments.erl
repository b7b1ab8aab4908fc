%% What an argument has to be: kinds, and the words for one that is not.
-module(bad_arguments).

-export([by_kinds/2, explained/5]).

%% The numbers of the arguments that are not of their kind, with the words.
by_kinds(Kinds, Args) ->
    by_kinds(Kinds, Args, 1, Args).

by_kinds([Kind | Kinds], [A | As], N, All) ->
    case check(Kind, A, All) of
        ok -> by_kinds(Kinds, As, N + 1, All);
        Text -> [{N, unicode:characters_to_binary(Text)} | by_kinds(Kinds, As, N + 1, All)]
    end;
by_kinds(_, _, _, _) ->
    [].

%% ok, or the words.
check(any, _, _) -> ok;
check(Text, _, _) when is_list(Text) -> Text;
check({Kind, Text}, A, All) when is_list(Text) ->
    case check(Kind, A, All) of
        ok -> Text;
        Other -> Other
    end;
check({function, N}, A, _) ->
    case is_function(A, N) of
        true -> ok;
        false -> ["not a fun that takes ", lists:nth(N, ["one argument", "two arguments",
                                                         "three arguments"])]
    end;
check(key, Key, All) ->
    Map = lists:last(All),
    case is_map(Map) andalso not is_map_key(Key, Map) of
        true -> "not present in map";
        false -> ok
    end;
check(Kind, A, _) ->
    check(Kind, A).

check(atom, A) when is_atom(A) -> ok;
check(atom, _) -> "not an atom";
check(name, undefined) -> "'undefined' is not a valid name";
check(name, A) -> check(atom, A);
check(table_name, A) when is_atom(A) -> ok;
check(table_name, _) -> "invalid table name (must be an atom)";
check(boolean, A) when is_boolean(A) -> ok;
check(boolean, _) -> "not a boolean ('true' or 'false')";
check(binary, A) when is_binary(A) -> ok;
check(binary, _) -> "not a binary";
check(binary_only, A) when is_binary(A) -> ok;
check(binary_only, A) when is_bitstring(A) -> "is a bitstring (expected a binary)";
check(binary_only, _) -> "not a binary";
check(hex, A) when is_binary(A), byte_size(A) rem 2 =:= 1 ->
    "must contain an even number of bytes";
check(hex, A) when is_binary(A) -> "must only contain hex digits 0-9, A-F, and a-f";
check(hex, A) -> check(binary_only, A);
check(pattern, A) when is_binary(A), A =/= <<>> -> ok;
check(pattern, {bm, _}) -> ok;
check(pattern, {ac, _}) -> ok;
check(pattern, [_ | _] = A) ->
    case proper(A) andalso lists:all(fun(B) -> is_binary(B) andalso B =/= <<>> end, A) of
        true -> ok;
        false -> "not a valid pattern"
    end;
check(pattern, _) -> "not a valid pattern";
check(replacement, A) when is_binary(A); is_function(A, 1) -> ok;
check(replacement, _) -> "not a valid replacement";
check(re_replacement, A) when is_function(A, 1) -> ok;
check(re_replacement, A) ->
    case is_iodata(A) of
        true -> ok;
        false -> "not a valid replacement"
    end;
check(regexp, {re_pattern, _, _, _, _}) -> ok;
check(regexp, A) ->
    case is_iodata(A) of
        true -> ok;
        false -> "neither an iodata term nor a compiled regular expression"
    end;
check(iodata, A) ->
    case is_iodata(A) of
        true -> ok;
        false -> "not an iodata term"
    end;
check(chardata, A) ->
    try unicode:characters_to_binary(A) of
        {error, _, _} -> "not valid character data (an iodata term)";
        _ -> ok
    catch error:_ -> "not valid character data (an iodata term)"
    end;
check(unicode_encoding, A) ->
    case lists:member(A, [latin1, unicode, utf8, utf16, utf32, {utf16, big}, {utf16, little},
                          {utf32, big}, {utf32, little}]) of
        true -> ok;
        false -> "not a valid encoding"
    end;
check(encoding, A) when A =:= latin1; A =:= utf8; A =:= unicode -> ok;
check(encoding, _) -> "is an invalid encoding option";
check(encoding_name, A) when A =:= latin1; A =:= utf8; A =:= unicode -> ok;
check(encoding_name, _) -> "not one of the atoms: latin1, utf8, or unicode";
check(endianness, A) when A =:= big; A =:= little -> ok;
check(endianness, _) -> "must be 'big' or 'little'";
check(hex_case, A) when A =:= uppercase; A =:= lowercase -> ok;
check(hex_case, _) -> "not 'uppercase' or 'lowercase'";
check(order, A) when A =:= undefined; A =:= ordered; A =:= reversed; is_function(A, 2) -> ok;
check(order, _) -> "not 'undefined', 'ordered', 'reversed', or a fun that takes two arguments";
check(float, A) when is_float(A) -> ok;
check(float, _) -> "not a float";
check(number, A) when is_number(A) -> ok;
check(number, _) -> "not a number";
check(divisor, A) when A == 0 -> "is outside the domain for this function";
check(divisor, A) -> check(number, A);
check(integer, A) when is_integer(A) -> ok;
check(integer, _) -> "not an integer";
check(non_negative, A) when is_integer(A), A < 0 -> "out of range";
check(non_negative, A) -> check(integer, A);
check(positive, A) when is_integer(A), A < 1 -> "out of range";
check(positive, A) -> check(integer, A);
check(unsigned32, A) when is_integer(A), A < 0; is_integer(A), A > 16#FFFFFFFF -> "out of range";
check(unsigned32, A) -> check(integer, A);
check(base, A) when is_integer(A), A >= 2, A =< 36 -> ok;
check(base, _) -> "not an integer in the range 2 through 36";
check(range, {P, L}) when is_integer(P), is_integer(L) -> ok;
check(range, _) -> "not a valid {Pos,Length} tuple";
check(function, A) when is_function(A) -> ok;
check(function, _) -> "not a fun";
check(function_or_atom, A) when is_function(A); is_atom(A) -> ok;
check(function_or_atom, _) -> "not a fun or an atom";
check(function_or_atom_2, A) when is_function(A); is_atom(A) -> ok;
check(function_or_atom_2, _) -> "not an atom";
check(list, A) when is_list(A) ->
    case proper(A) of
        true -> ok;
        false -> "not a proper list"
    end;
check(list, _) -> "not a list";
check(proper_list, A) ->
    case is_list(A) andalso proper(A) of
        true -> ok;
        false -> "not a list"
    end;
check(existing_atom, A) ->
    case check(list, A) of
        ok ->
            case io_lib:char_list(A) of
                true -> "not an already existing atom";
                false -> "not a list of characters"
            end;
        Text -> Text
    end;
check(environment_chars, A) ->
    case check(list, A) of
        ok ->
            case lists:all(fun is_integer/1, lists:flatten(A)) of
                true ->
                    case io_lib:deep_char_list(A) of
                        true -> ok;
                        false -> "invalid characters"
                    end;
                false -> "not a list of characters"
            end;
        Text -> Text
    end;
check(map, A) when is_map(A) -> ok;
check(map, _) -> "not a map";
check(map_or_iterator, A) when is_map(A) -> ok;
check(map_or_iterator, A) ->
    case maps:is_iterator_valid(A) of
        true -> ok;
        false -> "not a map or an iterator"
    end;
check(pid, A) when is_pid(A) -> ok;
check(pid, _) -> "not a pid";
check(pid_or_port, A) when is_pid(A); is_port(A) -> ok;
check(pid_or_port, _) -> "not a pid or port";
check(pid_or_atom, A) when is_pid(A); is_atom(A) -> ok;
check(pid_or_atom, _) -> "not a pid or an atom";
check(existing_pid, A) when is_pid(A); is_port(A) ->
    "the pid does not refer to an existing process";
check(existing_pid, _) -> "not a pid or a port";
check(local_pid_or_all, A) when is_pid(A) -> "not a local pid";
check(local_pid_or_all, all) -> ok;
check(local_pid_or_all, _) -> "not a pid or 'all'";
check(port_or_name, A) when is_port(A); is_atom(A) -> ok;
check(port_or_name, _) -> "not a port";
check(reference, A) when is_reference(A) -> ok;
check(reference, _) -> "not a reference";
check(tuple, A) when is_tuple(A) -> ok;
check(tuple, _) -> "not a tuple";
check(full_tuple, {}) -> "is an empty tuple";
check(full_tuple, A) -> check(tuple, A);
check(objects, A) when is_list(A) ->
    case proper(A) andalso lists:all(fun(T) -> is_tuple(T) andalso T =/= {} end, A) of
        true -> ok;
        false -> "not a non-empty tuple or a list of non-empty tuples"
    end;
check(objects, A) -> check(full_tuple, A);
check(update_operation, A) when is_integer(A) -> ok;
check(update_operation, {P, I}) when is_integer(P), is_integer(I) -> ok;
check(update_operation, {P, I, L, V}) when is_integer(P), is_integer(I), is_integer(L), is_integer(V) -> ok;
check(update_operation, A) when is_list(A) ->
    case proper(A) andalso lists:all(fun(O) -> not is_list(O) andalso check(update_operation, O) =:= ok end, A) of
        true -> ok;
        false -> "not a valid update operation"
    end;
check(update_operation, _) -> "not a valid update operation";
check(element_specification, {P, _}) when is_integer(P) -> ok;
check(element_specification, [{P, _} | Es]) when is_integer(P) ->
    check(element_specification, Es);
check(element_specification, []) -> ok;
check(element_specification, _) -> "is not a valid element specification";
check(memory_type, A) when is_atom(A) -> "invalid memory type option";
check(memory_type, A) ->
    case is_list(A) andalso proper(A) of
        true -> "invalid option in list";
        false -> "not an atom or a list of atoms"
    end;
check(time_unit, A) when is_integer(A), A > 0 -> ok;
check(time_unit, A) ->
    case lists:member(A, [second, millisecond, microsecond, nanosecond, native, perf_counter,
                          seconds, milli_seconds, micro_seconds, nano_seconds]) of
        true -> ok;
        false -> "invalid time unit"
    end;
check(match_spec, A) ->
    try ets:match_spec_compile(A) of
        _ -> ok
    catch error:badarg -> "not a valid match specification"
    end;
check(utf8_or_existing_atom, A) when is_binary(A) ->
    case unicode:characters_to_binary(A) of
        A -> "not an already existing atom";
        _ -> "invalid UTF8 encoding"
    end;
check(utf8_or_existing_atom, _) -> "not a binary";
check(packet_type, A) when A =:= 0; A =:= 1; A =:= 2; A =:= 4 -> ok;
check(packet_type, A) ->
    one_of(A, [raw, asn1, cdr, sunrm, fcgi, tpkt, line, http, httph, http_bin, httph_bin, ssl_tls],
           "invalid packet type");
check(daylight_saving, A) -> one_of(A, [true, false, undefined], "not 'true', 'false', or 'undefined'");
check(replace_options, A) ->
    case is_list(A) andalso proper(A) andalso lists:all(fun is_replace_option/1, A) of
        true -> ok;
        false -> "invalid options"
    end;
check(node_options, A) when is_map(A) ->
    case maps:size(maps:without([connection_id, node_type], A)) =:= 0
             andalso lists:all(fun is_boolean/1, maps:values(A)) of
        true -> ok;
        false -> "invalid options in map"
    end;
check(node_options, _) -> "not a map";
check(check_options, A) -> options(A, [{allow_gc, true}, {allow_gc, false}]);
check(collect_options, A) -> options(A, [{type, major}, {type, minor}]);
check(node_type, []) -> ok;
check(node_type, A) when is_atom(A) -> "not a valid node type";
check(node_type, A) when is_list(A) -> "not a list of valid node types";
check(node_type, _) -> "not a valid node type or list of valid node types".

one_of(A, Known, Text) ->
    case lists:member(A, Known) of
        true -> ok;
        false -> Text
    end.

is_replace_option(global) -> true;
is_replace_option({scope, {P, L}}) -> is_integer(P) andalso is_integer(L);
is_replace_option({insert_replaced, At}) ->
    is_integer(At) orelse is_list(At) andalso lists:all(fun is_integer/1, At);
is_replace_option(_) -> false.

%% Options of a request that may be asynchronous.
options([], _) -> ok;
options([{async, _} | Rest], Known) -> options(Rest, Known);
options([Option | Rest], Known) ->
    case lists:member(Option, Known) of
        true -> options(Rest, Known);
        false -> "invalid option in list"
    end;
options(_, _) -> "invalid option in list".

proper(L) ->
    try length(L) of
        _ -> true
    catch error:badarg -> false
    end.

is_iodata(A) ->
    try iolist_size(A) of
        _ -> true
    catch error:badarg -> false
    end.

%% explained is the map that format_error/2 of a module of explanations gives. Explain
%% lists what is wrong where the runtime names the cause; it says by_kind for what
%% Kinds knows of each argument, and Otherwise is for what has the right kinds.
explained(Reason, {M, F, As, Info}, Explain, Kinds, Otherwise) ->
    Cause = maps:get(cause, proplists:get_value(error_info, Info, #{}), none),
    Listed = case Explain(M, F, As, Reason, Cause) of
                 by_kind ->
                     case by_kinds(Kinds(M, F, length(As)), As) of
                         [] -> Otherwise(M, F, As, Cause);
                         Found -> Found
                     end;
                 L -> L
             end,
    maps:from_list([{N, Text} || {N, Text} <- Listed]).
