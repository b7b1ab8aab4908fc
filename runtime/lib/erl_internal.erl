%% What the language knows of the module erlang: the functions that need no
%% module name, those allowed in guards, the operators.
-module(erl_internal).

-export([bif/2, bif/3, guard_bif/2, type_test/2, new_type_test/2, old_type_test/2, is_type/2]).
-export([arith_op/2, bool_op/2, comp_op/2, list_op/2, send_op/2, op_type/2]).
-export([add_predefined_functions/1]).

%%% Functions imported without being asked for.

bif(M, F, A) ->
    M =:= erlang andalso bif(F, A).

bif(abs, 1) -> true;
bif(alias, 0) -> true;
bif(alias, 1) -> true;
bif(apply, 2) -> true;
bif(apply, 3) -> true;
bif(atom_to_binary, 1) -> true;
bif(atom_to_binary, 2) -> true;
bif(atom_to_list, 1) -> true;
bif(binary_part, 2) -> true;
bif(binary_part, 3) -> true;
bif(binary_to_atom, 1) -> true;
bif(binary_to_atom, 2) -> true;
bif(binary_to_existing_atom, 1) -> true;
bif(binary_to_existing_atom, 2) -> true;
bif(binary_to_float, 1) -> true;
bif(binary_to_integer, 1) -> true;
bif(binary_to_integer, 2) -> true;
bif(binary_to_list, 1) -> true;
bif(binary_to_list, 3) -> true;
bif(binary_to_term, 1) -> true;
bif(binary_to_term, 2) -> true;
bif(bit_size, 1) -> true;
bif(bitstring_to_list, 1) -> true;
bif(byte_size, 1) -> true;
bif(ceil, 1) -> true;
bif(check_old_code, 1) -> true;
bif(check_process_code, 2) -> true;
bif(check_process_code, 3) -> true;
bif(date, 0) -> true;
bif(delete_module, 1) -> true;
bif(demonitor, 1) -> true;
bif(demonitor, 2) -> true;
bif(disconnect_node, 1) -> true;
bif(element, 2) -> true;
bif(erase, 0) -> true;
bif(erase, 1) -> true;
bif(error, 1) -> true;
bif(error, 2) -> true;
bif(error, 3) -> true;
bif(exit, 1) -> true;
bif(exit, 2) -> true;
bif(exit, 3) -> true;
bif(exit_signal, 2) -> true;
bif(exit_signal, 3) -> true;
bif(float, 1) -> true;
bif(float_to_binary, 1) -> true;
bif(float_to_binary, 2) -> true;
bif(float_to_list, 1) -> true;
bif(float_to_list, 2) -> true;
bif(floor, 1) -> true;
bif(garbage_collect, 0) -> true;
bif(garbage_collect, 1) -> true;
bif(garbage_collect, 2) -> true;
bif(get, 0) -> true;
bif(get, 1) -> true;
bif(get_keys, 0) -> true;
bif(get_keys, 1) -> true;
bif(group_leader, 0) -> true;
bif(group_leader, 2) -> true;
bif(halt, 0) -> true;
bif(halt, 1) -> true;
bif(halt, 2) -> true;
bif(hd, 1) -> true;
bif(integer_to_binary, 1) -> true;
bif(integer_to_binary, 2) -> true;
bif(integer_to_list, 1) -> true;
bif(integer_to_list, 2) -> true;
bif(iolist_size, 1) -> true;
bif(iolist_to_binary, 1) -> true;
bif(is_alive, 0) -> true;
bif(is_atom, 1) -> true;
bif(is_binary, 1) -> true;
bif(is_bitstring, 1) -> true;
bif(is_boolean, 1) -> true;
bif(is_float, 1) -> true;
bif(is_function, 1) -> true;
bif(is_function, 2) -> true;
bif(is_integer, 1) -> true;
bif(is_integer, 3) -> true;
bif(is_list, 1) -> true;
bif(is_map, 1) -> true;
bif(is_map_key, 2) -> true;
bif(is_number, 1) -> true;
bif(is_pid, 1) -> true;
bif(is_port, 1) -> true;
bif(is_process_alive, 1) -> true;
bif(is_record, 1) -> true;
bif(is_record, 2) -> true;
bif(is_record, 3) -> true;
bif(is_reference, 1) -> true;
bif(is_tuple, 1) -> true;
bif(length, 1) -> true;
bif(link, 1) -> true;
bif(link, 2) -> true;
bif(list_to_atom, 1) -> true;
bif(list_to_binary, 1) -> true;
bif(list_to_bitstring, 1) -> true;
bif(list_to_existing_atom, 1) -> true;
bif(list_to_float, 1) -> true;
bif(list_to_integer, 1) -> true;
bif(list_to_integer, 2) -> true;
bif(list_to_pid, 1) -> true;
bif(list_to_port, 1) -> true;
bif(list_to_ref, 1) -> true;
bif(list_to_tuple, 1) -> true;
bif(load_module, 2) -> true;
bif(make_ref, 0) -> true;
bif(map_get, 2) -> true;
bif(map_size, 1) -> true;
bif(max, 2) -> true;
bif(min, 2) -> true;
bif(module_loaded, 1) -> true;
bif(monitor, 2) -> true;
bif(monitor, 3) -> true;
bif(monitor_node, 2) -> true;
bif(node, 0) -> true;
bif(node, 1) -> true;
bif(nodes, 0) -> true;
bif(nodes, 1) -> true;
bif(nodes, 2) -> true;
bif(now, 0) -> true;
bif(open_port, 2) -> true;
bif(pid_to_list, 1) -> true;
bif(port_close, 1) -> true;
bif(port_command, 2) -> true;
bif(port_command, 3) -> true;
bif(port_connect, 2) -> true;
bif(port_control, 3) -> true;
bif(port_to_list, 1) -> true;
bif(pre_loaded, 0) -> true;
bif(process_flag, 2) -> true;
bif(process_flag, 3) -> true;
bif(process_info, 1) -> true;
bif(process_info, 2) -> true;
bif(processes, 0) -> true;
bif(purge_module, 1) -> true;
bif(put, 2) -> true;
bif(ref_to_list, 1) -> true;
bif(register, 2) -> true;
bif(registered, 0) -> true;
bif(round, 1) -> true;
bif(self, 0) -> true;
bif(setelement, 3) -> true;
bif(size, 1) -> true;
bif(spawn, 1) -> true;
bif(spawn, 2) -> true;
bif(spawn, 3) -> true;
bif(spawn, 4) -> true;
bif(spawn_link, 1) -> true;
bif(spawn_link, 2) -> true;
bif(spawn_link, 3) -> true;
bif(spawn_link, 4) -> true;
bif(spawn_monitor, 1) -> true;
bif(spawn_monitor, 2) -> true;
bif(spawn_monitor, 3) -> true;
bif(spawn_monitor, 4) -> true;
bif(spawn_opt, 2) -> true;
bif(spawn_opt, 3) -> true;
bif(spawn_opt, 4) -> true;
bif(spawn_opt, 5) -> true;
bif(spawn_request, 1) -> true;
bif(spawn_request, 2) -> true;
bif(spawn_request, 3) -> true;
bif(spawn_request, 4) -> true;
bif(spawn_request, 5) -> true;
bif(spawn_request_abandon, 1) -> true;
bif(split_binary, 2) -> true;
bif(statistics, 1) -> true;
bif(term_to_binary, 1) -> true;
bif(term_to_binary, 2) -> true;
bif(term_to_iovec, 1) -> true;
bif(term_to_iovec, 2) -> true;
bif(throw, 1) -> true;
bif(time, 0) -> true;
bif(tl, 1) -> true;
bif(trunc, 1) -> true;
bif(tuple_size, 1) -> true;
bif(tuple_to_list, 1) -> true;
bif(unalias, 1) -> true;
bif(unlink, 1) -> true;
bif(unregister, 1) -> true;
bif(whereis, 1) -> true;
bif(F, A) when is_atom(F), is_integer(A) -> false.

%%% Functions allowed in guards.

guard_bif(abs, 1) -> true;
guard_bif(binary_part, 2) -> true;
guard_bif(binary_part, 3) -> true;
guard_bif(bit_size, 1) -> true;
guard_bif(byte_size, 1) -> true;
guard_bif(ceil, 1) -> true;
guard_bif(element, 2) -> true;
guard_bif(float, 1) -> true;
guard_bif(floor, 1) -> true;
guard_bif(hd, 1) -> true;
guard_bif(is_atom, 1) -> true;
guard_bif(is_binary, 1) -> true;
guard_bif(is_bitstring, 1) -> true;
guard_bif(is_boolean, 1) -> true;
guard_bif(is_float, 1) -> true;
guard_bif(is_function, 1) -> true;
guard_bif(is_function, 2) -> true;
guard_bif(is_integer, 1) -> true;
guard_bif(is_integer, 3) -> true;
guard_bif(is_list, 1) -> true;
guard_bif(is_map, 1) -> true;
guard_bif(is_map_key, 2) -> true;
guard_bif(is_number, 1) -> true;
guard_bif(is_pid, 1) -> true;
guard_bif(is_port, 1) -> true;
guard_bif(is_record, 1) -> true;
guard_bif(is_record, 2) -> true;
guard_bif(is_record, 3) -> true;
guard_bif(is_reference, 1) -> true;
guard_bif(is_tuple, 1) -> true;
guard_bif(length, 1) -> true;
guard_bif(map_get, 2) -> true;
guard_bif(map_size, 1) -> true;
guard_bif(max, 2) -> true;
guard_bif(min, 2) -> true;
guard_bif(node, 0) -> true;
guard_bif(node, 1) -> true;
guard_bif(round, 1) -> true;
guard_bif(self, 0) -> true;
guard_bif(size, 1) -> true;
guard_bif(tl, 1) -> true;
guard_bif(trunc, 1) -> true;
guard_bif(tuple_size, 1) -> true;
guard_bif(F, A) when is_atom(F), is_integer(A) -> false.

type_test(F, A) ->
    new_type_test(F, A) orelse old_type_test(F, A).

new_type_test(is_integer, 1) -> true;
new_type_test(is_float, 1) -> true;
new_type_test(is_number, 1) -> true;
new_type_test(is_atom, 1) -> true;
new_type_test(is_list, 1) -> true;
new_type_test(is_tuple, 1) -> true;
new_type_test(is_pid, 1) -> true;
new_type_test(is_reference, 1) -> true;
new_type_test(is_port, 1) -> true;
new_type_test(is_binary, 1) -> true;
new_type_test(is_bitstring, 1) -> true;
new_type_test(is_function, 1) -> true;
new_type_test(is_function, 2) -> true;
new_type_test(is_record, 1) -> true;
new_type_test(is_record, 2) -> true;
new_type_test(is_record, 3) -> true;
new_type_test(is_boolean, 1) -> true;
new_type_test(is_map, 1) -> true;
new_type_test(F, A) when is_atom(F), is_integer(A) -> false.

old_type_test(integer, 1) -> true;
old_type_test(float, 1) -> true;
old_type_test(number, 1) -> true;
old_type_test(atom, 1) -> true;
old_type_test(list, 1) -> true;
old_type_test(tuple, 1) -> true;
old_type_test(pid, 1) -> true;
old_type_test(reference, 1) -> true;
old_type_test(port, 1) -> true;
old_type_test(binary, 1) -> true;
old_type_test(function, 1) -> true;
old_type_test(record, 2) -> true;
old_type_test(F, A) when is_atom(F), is_integer(A) -> false.

%% is_type tells the types that need no module name.
is_type(Name, 0) ->
    lists:member(Name, [any, arity, atom, binary, bitstring, bool, boolean, byte, char, dynamic, float, function,
                        identifier, integer, iodata, iolist, list, map, maybe_improper_list, mfa, module,
                        neg_integer, nil, no_return, node, non_neg_integer, none, nonempty_binary,
                        nonempty_bitstring, nonempty_list, nonempty_maybe_improper_list, nonempty_string, number,
                        pid, port, pos_integer, record, reference, string, term, timeout, tuple]);
is_type(Name, 1) -> lists:member(Name, [list, nonempty_list]);
is_type(Name, 2) ->
    lists:member(Name, [maybe_improper_list, nonempty_improper_list, nonempty_maybe_improper_list]);
is_type(_, _) -> false.

%%% Operators.

arith_op('+', 1) -> true;
arith_op('-', 1) -> true;
arith_op('*', 2) -> true;
arith_op('/', 2) -> true;
arith_op('+', 2) -> true;
arith_op('-', 2) -> true;
arith_op('bnot', 1) -> true;
arith_op('div', 2) -> true;
arith_op('rem', 2) -> true;
arith_op('band', 2) -> true;
arith_op('bor', 2) -> true;
arith_op('bxor', 2) -> true;
arith_op('bsl', 2) -> true;
arith_op('bsr', 2) -> true;
arith_op(F, A) when is_atom(F), is_integer(A) -> false.

bool_op('not', 1) -> true;
bool_op('and', 2) -> true;
bool_op('or', 2) -> true;
bool_op('xor', 2) -> true;
bool_op(F, A) when is_atom(F), is_integer(A) -> false.

comp_op('==', 2) -> true;
comp_op('/=', 2) -> true;
comp_op('=<', 2) -> true;
comp_op('<', 2) -> true;
comp_op('>=', 2) -> true;
comp_op('>', 2) -> true;
comp_op('=:=', 2) -> true;
comp_op('=/=', 2) -> true;
comp_op(F, A) when is_atom(F), is_integer(A) -> false.

list_op('++', 2) -> true;
list_op('--', 2) -> true;
list_op(F, A) when is_atom(F), is_integer(A) -> false.

send_op('!', 2) -> true;
send_op(F, A) when is_atom(F), is_integer(A) -> false.

op_type(Op, A) ->
    case [T || {T, true} <- [{arith, arith_op(Op, A)}, {bool, bool_op(Op, A)}, {comp, comp_op(Op, A)},
                             {list, list_op(Op, A)}, {send, send_op(Op, A)}]] of
        [Type] -> Type;
        [] -> error(function_clause, [Op, A])
    end.

%% Forms with the functions that every module has.
add_predefined_functions(Forms) ->
    Names = [{module_info, 0}, {module_info, 1}],
    Forms ++ [{attribute, 0, export, Names} | [predefined(F, A, module(Forms)) || {F, A} <- Names]].

module(Forms) ->
    case [M || {attribute, _, module, M} <- Forms] of
        [{M, _} | _] -> M;
        [M | _] -> M;
        [] -> nil
    end.

predefined(F, 0, M) ->
    {function, 0, F, 0, [{clause, 0, [], [], [call([{atom, 0, M}])]}]};
predefined(F, 1, M) ->
    X = {var, 0, 'X'},
    {function, 0, F, 1, [{clause, 0, [X], [], [call([{atom, 0, M}, X])]}]}.

call(Args) ->
    {call, 0, {remote, 0, {atom, 0, erlang}, {atom, 0, get_module_info}}, Args}.
