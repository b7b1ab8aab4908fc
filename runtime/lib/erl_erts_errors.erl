%% What is wrong with the arguments of the functions of erlang, atomics, counters
%% and persistent_term.
-module(erl_erts_errors).

-export([format_error/2, format_bs_fail/2]).

%% Numbers of arguments with what is wrong with each.
format_error(Reason, [Frame | _]) ->
    bad_arguments:explained(Reason, Frame, fun explain/5, fun kinds/3, fun otherwise/4).

%% Causes that the runtime names.
explain(_, _, _, system_limit, _) -> [];
explain(erlang, process_flag, [_, _], _, badopt) -> [{1, <<"invalid process flag">>}];
explain(erlang, system_flag, [_, _], _, badopt) -> [{1, <<"invalid system flag">>}];
explain(erlang, spawn_opt, As, _, badopt) -> options(erlang, spawn_opt, As, "invalid spawn option");
explain(erlang, monitor, _, _, badtype) -> [{1, <<"invalid monitor type">>}];
explain(erlang, open_port, As, _, badopt) ->
    bad_arguments:by_kinds([tuple, {list, "invalid option in list"}], As);
explain(erlang, open_port, _, Reason, _) when Reason =/= badarg -> [{1, <<"invalid port name">>}];
explain(erlang, decode_packet, As, _, Cause) ->
    %% Of an invalid type the options are blamed as well.
    List = case bad_arguments:by_kinds([packet_type], As) of
               [] when Cause =/= badopt -> list;
               _ -> {list, "invalid option in list"}
           end,
    bad_arguments:by_kinds([packet_type, binary, List], As);
explain(erlang, process_display, _, _, badopt) -> [{2, <<"invalid value">>}];
explain(erlang, F, [Time, To, _, Options], _, badopt) when F =:= send_after; F =:= start_timer ->
    %% The third argument is blamed for the fourth.
    bad_arguments:by_kinds([non_negative, pid_or_atom, {list, "invalid option in list"}],
                           [Time, To, Options]);
%% The options are looked at before anything else.
explain(erlang, F, As, _, badopt) when F =:= exit; F =:= exit_signal; F =:= send; F =:= link ->
    [{length(As), Text} || {1, Text} <- bad_arguments:by_kinds([{list, "invalid option in list"}], [lists:last(As)])];
explain(erlang, trace, [_, On, _], _, _) when not is_boolean(On) -> [{2, <<"not a boolean ('true' or 'false')">>}];
explain(erlang, trace, As, _, badopt) -> bad_arguments:by_kinds([any, boolean, {list, "invalid option in list"}], As);
explain(erlang, trace_info, _, _, badopt) -> [{2, <<"invalid trace item">>}];
explain(erlang, trace_pattern, As, _, badopt) -> bad_arguments:by_kinds([any, any, {list, "invalid option in list"}], As);
explain(erlang, match_spec_test, [Args, _, trace], _, _) -> bad_arguments:by_kinds([list], [Args]);
explain(erlang, trace_pattern, _, _, match_spec) -> [{2, <<"invalid match specification">>}];
explain(M, F, As, _, badopt) -> options(M, F, As, "invalid option in list");
explain(erlang, port_info, [Port, _], _, _) -> bad_arguments:by_kinds([port_or_name], [Port]);
explain(erlang, register, _, _, registered_name) ->
    [{2, <<"this process or port already has a name">>}];
explain(erlang, register, _, _, notalive) ->
    [{2, <<"the pid does not refer to an existing process">>}];
explain(erlang, register, [Name, Pid], _, none)
  when is_atom(Name), Name =/= undefined, is_pid(Pid) ->
    [{1, <<"name is in use">>}];
explain(erlang, F, As, _, time) when F =:= send_after; F =:= start_timer ->
    bad_arguments:by_kinds([{non_negative, "exceeds the maximum supported time value"},
                            pid_or_atom], As);
explain(_, _, _, _, _) -> by_kind.

%% The last argument is the list of options.
options(M, F, As, Text) ->
    N = length(As),
    Kinds = case kinds(M, F, N) of
                [] -> lists:duplicate(N - 1, any);
                Known -> lists:sublist(Known, N - 1)
            end,
    bad_arguments:by_kinds(Kinds ++ [{list, Text}], As).

%% Every argument is of its kind, but they do not fit each other.
otherwise(erlang, F, [_ | _], _)
  when F =:= element; F =:= setelement; F =:= delete_element; F =:= insert_element ->
    [{1, <<"out of range">>}];
otherwise(erlang, binary_part, [Bin, Pos, _], _) ->
    if
        Pos > byte_size(Bin) -> [{2, <<"out of range">>}];
        true -> [{3, <<"out of range">>}]
    end;
otherwise(erlang, binary_part, [_, _], _) -> [{2, <<"out of range">>}];
otherwise(erlang, split_binary, _, _) -> [{2, <<"out of range">>}];
otherwise(erlang, binary_to_list, [_, Start, Stop], _) when Start > Stop ->
    [{2, <<"start position greater than stop position">>}];
otherwise(erlang, binary_to_list, [Bin, Start, _], _) ->
    [{if Start > byte_size(Bin) -> 2; true -> 3 end, <<"out of range">>}];
otherwise(erlang, atom_to_binary, [_, _], _) ->
    [{1, <<"contains a character not expressible in latin1">>}];
otherwise(erlang, binary_to_atom, [_, _], _) -> [{1, <<"invalid UTF8 encoding">>}];
otherwise(erlang, binary_to_existing_atom, [_, _], _) -> [{1, <<"not an already existing atom">>}];
otherwise(erlang, F, [_, _], _) when F =:= list_to_integer; F =:= binary_to_integer ->
    [{1, <<"not a textual representation of an integer">>}];
otherwise(erlang, F, [_, _], _) when F =:= float_to_list; F =:= float_to_binary ->
    [{2, <<"invalid option in list">>}];
otherwise(erlang, F, [_, _], _) when F =:= cancel_timer; F =:= read_timer; F =:= demonitor ->
    [{2, <<"invalid option in list">>}];
otherwise(erlang, binary_to_term, [_, _], _) ->
    [{1, <<"invalid or unsafe external representation of a term">>}];
otherwise(erlang, make_tuple, [_, _, _], _) -> [{3, <<"invalid option in list">>}];
otherwise(erlang, process_info, [_, _], _) -> [{2, <<"invalid item or item list">>}];
otherwise(erlang, fun_info, [_, _], _) -> [{2, <<"invalid item">>}];
otherwise(erlang, monitor, [_, _ | _], _) -> [{2, <<"not a pid">>}];
otherwise(M, _, [_, _ | _], _) when M =:= atomics; M =:= counters -> [{2, <<"out of range">>}];
otherwise(_, _, _, _) -> [].

%% A segment that could not be put into a binary.
format_bs_fail(Reason, [{_, _, _, Info} | _]) ->
    ErrorInfo = proplists:get_value(error_info, Info, #{}),
    case maps:get(cause, ErrorInfo, none) of
        {Segment0, Type, Why, Value} ->
            Segment = maps:get(override_segment_position, ErrorInfo, Segment0),
            #{general => iolist_to_binary(
                           io_lib:format("segment ~p of type '~ts': ~ts",
                                         [Segment, Type, segment(Reason, Type, Why, Value)])),
              reason => <<"construction of binary failed">>};
        _ -> #{}
    end.

segment(system_limit, _, size, Value) ->
    ["the size ", term(Value), " is too large"];
segment(badarg, _, size, Value) ->
    ["expected a non-negative integer as size but got: ", term(Value)];
segment(badarg, _, unit, Value) ->
    ["the size of the value ", term(Value), " is not a multiple of the unit for the segment"];
segment(badarg, _, short, Value) ->
    ["the value ", term(Value), " is shorter than the size of the segment"];
segment(badarg, _, no_float, Value) ->
    ["the value ", term(Value), " is outside the range expressible as a float"];
segment(badarg, float, invalid, Value) ->
    ["expected one of the supported sizes 16, 32, or 64 but got: ", term(Value)];
segment(badarg, _, invalid, Value) ->
    ["expected a valid code point but got: ", term(Value)];
segment(_, Type, _, Value) ->
    ["expected ", expected(Type), " but got: ", term(Value)].

expected(binary) -> "a binary";
expected(float) -> "a float or an integer";
expected(integer) -> "an integer";
expected(Type) -> ["a non-negative integer encodable as ", atom_to_list(Type)].

%% Of long numbers and binaries only the ends are shown; characters are bytes, of which
%% those that happen to be UTF-8 are shown as such.
term(Value) when is_integer(Value) ->
    case integer_to_list(Value) of
        Text when length(Text) < 48 -> Text;
        Text -> [lists:sublist(Text, 12), "...", lists:nthtail(length(Text) - 12, Text)]
    end;
term(Value) when is_bitstring(Value), byte_size(Value) > 15 ->
    Middle = byte_size(Value) - 10,
    <<First:8/binary, _:Middle/binary, Last/bits>> = Value,
    ["<<", elements(First), "...,", elements(Last), ">>"];
term(Value) ->
    io_lib:format("~P", [Value, 20]).

elements(Bits) -> lists:droplast(lists:droplast(lists:nthtail(2, lists:flatten(io_lib:format("~w", [Bits]))))).

%% What each argument has to be, by kind; a text says what is wrong with it
%% whatever it is.
kinds(atomics, add, 3) -> ["invalid atomics reference", positive, integer];
kinds(atomics, add_get, 3) -> ["invalid atomics reference", positive, integer];
kinds(atomics, compare_exchange, 4) -> ["invalid atomics reference", positive, integer, integer];
kinds(atomics, exchange, 3) -> ["invalid atomics reference", positive, integer];
kinds(atomics, get, 2) -> ["invalid atomics reference", positive];
kinds(atomics, info, 1) -> ["invalid atomics reference"];
kinds(atomics, new, 2) -> [positive, any];
kinds(atomics, put, 3) -> ["invalid atomics reference", positive, integer];
kinds(atomics, sub, 3) -> ["invalid atomics reference", positive, integer];
kinds(atomics, sub_get, 3) -> ["invalid atomics reference", positive, integer];
kinds(counters, add, 3) -> ["invalid atomics reference", positive, integer];
kinds(counters, get, 2) -> ["invalid atomics reference", positive];
kinds(counters, info, 1) -> ["invalid atomics reference"];
kinds(counters, new, 2) -> [positive, any];
kinds(counters, put, 3) -> ["invalid atomics reference", positive, integer];
kinds(counters, sub, 3) -> ["invalid atomics reference", positive, integer];
kinds(erlang, abs, 1) -> ["not a number"];
kinds(erlang, adler32, 1) -> ["not an iodata term"];
kinds(erlang, adler32, 2) -> [unsigned32, iodata];
kinds(erlang, adler32_combine, 3) -> [unsigned32, unsigned32, non_negative];
kinds(erlang, alias, 1) -> [{list, "invalid option in list"}];
kinds(erlang, append, 2) -> ["not a list", any];
kinds(erlang, append_element, 2) -> ["not a tuple", any];
kinds(erlang, apply, 3) -> [atom, atom, list];
kinds(erlang, atom_to_binary, 1) -> ["not an atom"];
kinds(erlang, atom_to_binary, 2) -> [atom, encoding];
kinds(erlang, atom_to_list, 1) -> ["not an atom"];
kinds(erlang, binary_part, 2) -> [binary, range];
kinds(erlang, binary_part, 3) -> [binary, non_negative, integer];
kinds(erlang, binary_to_atom, 1) -> [utf8_or_existing_atom];
kinds(erlang, binary_to_atom, 2) -> [binary, encoding_name];
kinds(erlang, binary_to_existing_atom, 1) -> [utf8_or_existing_atom];
kinds(erlang, binary_to_existing_atom, 2) -> [binary, encoding_name];
kinds(erlang, binary_to_float, 1) -> [{binary, "not a textual representation of a float"}];
kinds(erlang, binary_to_integer, 1) -> [{binary, "not a textual representation of an integer"}];
kinds(erlang, binary_to_integer, 2) -> [binary, base];
kinds(erlang, binary_to_list, 1) -> ["not a binary"];
kinds(erlang, binary_to_list, 3) -> [binary, positive, positive];
kinds(erlang, binary_to_term, 1) -> [{binary, "invalid external representation of a term"}];
kinds(erlang, binary_to_term, 2) -> [binary, any];
kinds(erlang, bit_size, 1) -> ["not a bitstring"];
kinds(erlang, bitstring_to_list, 1) -> ["not a bitstring"];
kinds(erlang, bump_reductions, 1) -> [non_negative];
kinds(erlang, byte_size, 1) -> ["not a bitstring"];
kinds(erlang, cancel_timer, 1) -> ["not a reference"];
kinds(erlang, cancel_timer, 2) -> [reference, list];
kinds(erlang, ceil, 1) -> ["not a number"];
kinds(erlang, check_old_code, 1) -> ["not an atom"];
kinds(erlang, check_process_code, 2) -> [pid, atom];
kinds(erlang, check_process_code, 3) -> [pid, atom, check_options];
kinds(erlang, convert_time_unit, 3) -> [integer, time_unit, time_unit];
kinds(erlang, crc32, 1) -> ["not an iodata term"];
kinds(erlang, crc32, 2) -> [unsigned32, iodata];
kinds(erlang, crc32_combine, 3) -> [unsigned32, unsigned32, non_negative];
kinds(erlang, decode_packet, 3) -> [packet_type, binary, list];
kinds(erlang, delete_element, 2) -> [positive, tuple];
kinds(erlang, delete_module, 1) -> ["not an atom"];
kinds(erlang, demonitor, 1) -> ["not a reference"];
kinds(erlang, demonitor, 2) -> [reference, list];
kinds(erlang, display_string, 1) -> ["not a list of characters"];
kinds(erlang, display_string, 2) -> ["not a valid device type", any];
kinds(erlang, element, 2) -> [positive, tuple];
kinds(erlang, exit, 2) -> ["invalid destination", any];
kinds(erlang, exit, 3) -> ["invalid destination", any, any];
kinds(erlang, exit_signal, 2) -> ["invalid destination", any];
kinds(erlang, exit_signal, 3) -> ["invalid destination", any, any];
kinds(erlang, external_size, 2) -> [any, {list, "invalid option in list"}];
kinds(erlang, float, 1) -> ["not a number"];
kinds(erlang, float_to_binary, 1) -> ["not a float"];
kinds(erlang, float_to_binary, 2) -> [float, list];
kinds(erlang, float_to_list, 1) -> ["not a float"];
kinds(erlang, float_to_list, 2) -> [float, list];
kinds(erlang, floor, 1) -> ["not a number"];
kinds(erlang, fun_info, 1) -> ["not a fun"];
kinds(erlang, fun_info, 2) -> [function, any];
kinds(erlang, fun_info_mfa, 1) -> ["not a fun"];
kinds(erlang, fun_to_list, 1) -> ["not a fun"];
kinds(erlang, function_exported, 3) -> [atom, atom, non_negative];
kinds(erlang, garbage_collect, 1) -> [pid];
kinds(erlang, garbage_collect, 2) -> [pid, collect_options];
kinds(erlang, get_cookie, 1) -> [atom];
kinds(erlang, group_leader, 2) -> [pid, pid];
kinds(erlang, halt, 1) -> ["invalid status"];
kinds(erlang, halt, 2) -> [any, {list, "invalid option in list"}];
kinds(erlang, hd, 1) -> ["not a nonempty list"];
kinds(erlang, hibernate, 3) -> [atom, atom, list];
kinds(erlang, insert_element, 3) -> [positive, tuple, any];
kinds(erlang, integer_to_binary, 1) -> ["not an integer"];
kinds(erlang, integer_to_binary, 2) -> [integer, base];
kinds(erlang, integer_to_list, 1) -> ["not an integer"];
kinds(erlang, integer_to_list, 2) -> [integer, base];
kinds(erlang, iolist_size, 1) -> ["not an iodata term"];
kinds(erlang, iolist_to_binary, 1) -> ["not an iodata term"];
kinds(erlang, iolist_to_iovec, 1) -> ["not an iodata term"];
kinds(erlang, is_builtin, 3) -> [atom, atom, non_negative];
kinds(erlang, is_function, 2) -> [any, {integer, "out of range"}];
kinds(erlang, is_integer, 3) -> ["not an integer", any, any];
kinds(erlang, is_map_key, 2) -> [any, "not a map"];
kinds(erlang, is_process_alive, 1) -> [pid];
kinds(erlang, is_record, 2) -> ["not an atom", any];
kinds(erlang, is_record, 3) -> [any, atom, integer];
kinds(erlang, length, 1) -> ["not a list"];
kinds(erlang, link, 1) -> [existing_pid];
kinds(erlang, link, 2) -> [existing_pid, any];
kinds(erlang, list_to_atom, 1) -> [{list, "not a list of characters"}];
kinds(erlang, list_to_binary, 1) -> ["not an iolist term"];
kinds(erlang, list_to_bitstring, 1) -> ["not a bitstring list"];
kinds(erlang, list_to_existing_atom, 1) -> [existing_atom];
kinds(erlang, list_to_float, 1) -> [{proper_list, "not a textual representation of a float"}];
kinds(erlang, list_to_integer, 1) -> [{proper_list, "not a textual representation of an integer"}];
kinds(erlang, list_to_integer, 2) -> [list, base];
kinds(erlang, list_to_pid, 1) -> [{proper_list, "not a textual representation of a pid"}];
kinds(erlang, list_to_port, 1) -> [{proper_list, "not a textual representation of a port"}];
kinds(erlang, list_to_ref, 1) -> [{proper_list, "not a textual representation of a reference"}];
kinds(erlang, list_to_tuple, 1) -> ["not a list"];
kinds(erlang, load_module, 2) -> [atom, binary];
kinds(erlang, load_nif, 2) -> ["not a valid path name", any];
kinds(erlang, localtime_to_universaltime, 1) -> ["not a valid local time"];
kinds(erlang, localtime_to_universaltime, 2) -> ["not a valid local time", daylight_saving];
kinds(erlang, make_fun, 3) -> [atom, atom, non_negative];
kinds(erlang, make_tuple, 2) -> ["out of range", any];
kinds(erlang, make_tuple, 3) -> [non_negative, any, list];
kinds(erlang, map_get, 2) -> [key, map];
kinds(erlang, map_size, 1) -> ["not a map"];
kinds(erlang, match_spec_test, 3) -> [any, any, "invalid type for match spec"];
kinds(erlang, md5, 1) -> ["not an iodata term"];
kinds(erlang, md5_final, 1) -> [{binary, "invalid MD5 context"}];
kinds(erlang, md5_update, 2) -> [{binary, "invalid MD5 context"}, iodata];
kinds(erlang, memory, 1) -> [memory_type];
kinds(erlang, module_loaded, 1) -> ["not an atom"];
kinds(erlang, monitor_node, 2) -> [atom, boolean];
kinds(erlang, monitor_node, 3) -> [atom, boolean, list];
kinds(erlang, monotonic_time, 1) -> ["invalid time unit"];
kinds(erlang, node, 1) -> ["not a pid"];
kinds(erlang, nodes, 1) -> [node_type];
kinds(erlang, nodes, 2) -> [node_type, node_options];
kinds(erlang, phash, 2) -> [any, positive];
kinds(erlang, phash2, 2) -> [any, positive];
kinds(erlang, pid_to_list, 1) -> ["not a pid"];
kinds(erlang, port_call, 3) -> [port_or_name, unsigned32, any];
kinds(erlang, port_close, 1) -> [port_or_name];
kinds(erlang, port_command, 2) -> [port_or_name, iodata];
kinds(erlang, port_command, 3) -> [port_or_name, iodata, any];
kinds(erlang, port_connect, 2) -> [port_or_name, pid];
kinds(erlang, port_control, 3) -> [port_or_name, unsigned32, iodata];
kinds(erlang, port_info, 1) -> [port_or_name];
kinds(erlang, port_info, 2) -> [port_or_name, "invalid option in list"];
kinds(erlang, port_to_list, 1) -> ["not a port"];
kinds(erlang, posixtime_to_universaltime, 1) -> ["not an integer"];
kinds(erlang, prepare_loading, 2) -> [atom, binary];
kinds(erlang, process_display, 2) -> [{pid, "the pid does not refer to an existing process"}, any];
kinds(erlang, process_flag, 2) -> [any, "invalid value for this process flag"];
kinds(erlang, process_flag, 3) -> [pid, "invalid process flag", any];
kinds(erlang, process_info, 1) -> [pid];
kinds(erlang, process_info, 2) -> [pid, any];
kinds(erlang, processes_next, 1) -> ["invalid processes iterator"];
kinds(erlang, purge_module, 1) -> [atom];
kinds(erlang, read_timer, 1) -> ["not a reference"];
kinds(erlang, read_timer, 2) -> [reference, list];
kinds(erlang, ref_to_list, 1) -> ["not a reference"];
kinds(erlang, register, 2) -> [name, pid_or_port];
kinds(erlang, resume_process, 1) -> [{pid, "process is not suspended or is not alive"}];
kinds(erlang, round, 1) -> ["not a number"];
kinds(erlang, send, 2) -> ["invalid destination", any];
kinds(erlang, send, 3) -> ["invalid destination", any, any];
kinds(erlang, send_after, 3) -> [non_negative, pid_or_atom, any];
kinds(erlang, send_after, 4) -> [non_negative, pid_or_atom, any, any];
kinds(erlang, send_nosuspend, 2) -> ["invalid destination", any];
kinds(erlang, send_nosuspend, 3) -> ["invalid destination", any, any];
kinds(erlang, set_cookie, 1) -> [atom];
kinds(erlang, set_cookie, 2) -> [atom, atom];
kinds(erlang, setelement, 3) -> [positive, tuple, any];
kinds(erlang, size, 1) -> ["not tuple or binary"];
kinds(erlang, spawn, 1) -> ["not a fun"];
kinds(erlang, spawn, 2) -> [atom, function];
kinds(erlang, spawn, 3) -> [atom, atom, list];
kinds(erlang, spawn, 4) -> [atom, atom, atom, list];
kinds(erlang, spawn_link, 1) -> ["not a fun"];
kinds(erlang, spawn_link, 2) -> [atom, function];
kinds(erlang, spawn_link, 3) -> [atom, atom, list];
kinds(erlang, spawn_link, 4) -> [atom, atom, atom, list];
kinds(erlang, spawn_monitor, 1) -> ["not a fun"];
kinds(erlang, spawn_monitor, 2) -> [atom, function];
kinds(erlang, spawn_monitor, 3) -> [atom, atom, list];
kinds(erlang, spawn_monitor, 4) -> [atom, atom, atom, list];
kinds(erlang, spawn_opt, 2) -> [function, any];
kinds(erlang, spawn_opt, 3) -> [atom, function, any];
kinds(erlang, spawn_opt, 4) -> [atom, atom, list, any];
kinds(erlang, spawn_opt, 5) -> [atom, atom, atom, list, any];
kinds(erlang, spawn_request, 1) -> ["not a fun"];
kinds(erlang, spawn_request, 2) -> [function_or_atom, any];
kinds(erlang, spawn_request, 3) -> [atom, function_or_atom_2, list];
kinds(erlang, spawn_request, 4) -> [atom, atom, list, any];
kinds(erlang, spawn_request, 5) -> [atom, atom, atom, list, any];
kinds(erlang, spawn_request_abandon, 1) -> ["not a reference"];
kinds(erlang, split_binary, 2) -> [binary, non_negative];
kinds(erlang, start_timer, 3) -> [non_negative, pid_or_atom, any];
kinds(erlang, start_timer, 4) -> [non_negative, pid_or_atom, any, any];
kinds(erlang, statistics, 1) -> ["invalid statistics item"];
kinds(erlang, subtract, 2) -> [list, list];
kinds(erlang, suspend_process, 1) -> [{pid, "the pid refers to the current process"}];
kinds(erlang, suspend_process, 2) -> [{pid, "the pid refers to the current process"}, any];
kinds(erlang, system_flag, 2) -> [any, "invalid value for this system flag"];
kinds(erlang, system_info, 1) -> ["invalid system info item"];
kinds(erlang, system_monitor, 1) -> ["invalid system monitor item"];
kinds(erlang, system_monitor, 2) -> [pid, list];
kinds(erlang, system_time, 1) -> ["invalid time unit"];
kinds(erlang, term_to_binary, 2) -> [any, {list, "invalid option in list"}];
kinds(erlang, term_to_iovec, 2) -> [any, {list, "invalid option in list"}];
kinds(erlang, time_offset, 1) -> ["invalid time unit"];
kinds(erlang, tl, 1) -> ["not a nonempty list"];
kinds(erlang, trace, 3) -> ["invalid spec for pid or port", boolean, any];
kinds(erlang, trace_delivered, 1) -> [local_pid_or_all];
kinds(erlang, trace_info, 2) -> ["not a valid tracee specification", any];
kinds(erlang, trace_pattern, 2) -> ["invalid MFA specification", any];
kinds(erlang, trace_pattern, 3) -> ["invalid MFA specification", any, any];
kinds(erlang, trunc, 1) -> ["not a number"];
kinds(erlang, tuple_size, 1) -> ["not a tuple"];
kinds(erlang, tuple_to_list, 1) -> ["not a tuple"];
kinds(erlang, unalias, 1) -> ["not a reference"];
kinds(erlang, unique_integer, 1) -> [{list, "invalid modifier"}];
kinds(erlang, universaltime_to_localtime, 1) -> ["not a valid universal time"];
kinds(erlang, universaltime_to_posixtime, 1) -> ["not a valid universal time"];
kinds(erlang, unlink, 1) -> ["not a pid"];
kinds(erlang, unregister, 1) -> ["not a pid"];
kinds(erlang, whereis, 1) -> ["not an atom"];
kinds(persistent_term, get, 1) -> ["no persistent term stored with this key"];
kinds(_, _, _) -> [].
