%% Records what real Erlang gives for calls of its built-in functions, right and
%% wrong ones: a list of {Module, Function, Args, Result} in the external term
%% format, with Result {ok, Value} or {Class, Reason, Cause}.
%%
%%     erlc record.erl && erl -noshell -run record main erlang.etf
-module(record).
-export([main/1]).

main([File]) ->
    Rows = [{M, F, A, result(M, F, A)} || {M, F, As} <- calls(), A <- As],
    ok = file:write_file(File, term_to_binary(Rows, [compressed])),
    halt().

result(M, F, A) ->
    try
        {ok, apply(M, F, A)}
    catch
        C:E:S -> {C, E, cause(S)}
    end.

cause([{_, _, _, Info} | _]) ->
    case proplists:get_value(error_info, Info) of
        #{cause := Cause} -> Cause;
        _ -> none
    end;
cause(_) ->
    none.

e(F, As) -> {erlang, F, As}.

floats() ->
    [0.0, -0.0, 0.1, 1.5, 2.5, 0.5, 1.005, 123.456, 99.995, 1.0e22, 1.0e-7, 9007199254740993.0, 123456789.123456789,
     0.045, 4503599627370497.5, 1.0e15, 0.999999, 5.0e-324, 1.7976931348623157e308].

big() -> 1 bsl 70.

wrong() -> [a, -1, 0, 1, 1.5, big(), [], [a], {a}, <<>>, <<1:3>>, #{}, fun lists:map/2].

one(F) -> e(F, [[X] || X <- wrong()]).
two(F) -> e(F, [[X, Y] || X <- wrong(), Y <- wrong()]).

calls() ->
    Ones = [abs, atom_to_binary, atom_to_list, binary_to_atom, binary_to_existing_atom, binary_to_float, binary_to_integer,
            binary_to_list, bit_size, bitstring_to_list, byte_size, ceil, crc32, adler32, md5, float, float_to_binary,
            float_to_list, floor, hd, integer_to_binary, integer_to_list, iolist_size, iolist_to_binary, iolist_to_iovec,
            is_atom, is_binary, is_bitstring, is_boolean, is_float, is_function, is_integer, is_list, is_map, is_number,
            is_pid, is_port, is_reference, is_tuple, length, list_to_atom, list_to_binary, list_to_bitstring,
            list_to_existing_atom, list_to_float, list_to_integer, list_to_pid, list_to_port, list_to_ref, list_to_tuple,
            map_size, 'not', '+', '-', 'bnot', phash2, pid_to_list, port_to_list, ref_to_list, round, size, term_to_binary,
            term_to_iovec, external_size, tl, trunc, tuple_size, tuple_to_list, universaltime_to_posixtime, md5_final, exit, throw, error,
            nif_error, binary_to_term, bump_reductions],
    Twos = ['+', '-', '*', '/', 'div', 'rem', 'band', 'bor', 'bxor', 'bsr', '==', '/=', '=:=', '=/=', '<', '=<',
            '>', '>=', 'and', 'or', 'xor', min, max, element, append_element, binary_part, crc32, adler32, delete_element,
            integer_to_list, integer_to_binary, list_to_integer, binary_to_integer, is_function, is_map_key, map_get,
            is_record, phash2, split_binary, binary_to_atom, atom_to_binary, float_to_list, float_to_binary, binary_to_term,
            md5_update, localtime_to_universaltime, error],
    [one(F) || F <- Ones] ++ [two(F) || F <- Twos] ++
        [e('+', [[1 bsl 59 - 1, 1], [big(), -big()], [1, 0.5], [1.7e308, 1.7e308]]),
         e('-', [[-(1 bsl 59), 1], [big(), big()]]),
         e('*', [[1 bsl 40, 1 bsl 40], [big(), big()], [1.0e200, 1.0e200]]),
         e('/', [[1, 2], [4, 2], [1, 0], [1, 0.0], [big(), 3]]),
         e('div', [[-7, 2], [7, -2], [big(), 7], [1, 0]]),
         e('rem', [[-7, 2], [7, -2], [big(), 7], [1, 0]]),
         e('bsl', [[1, 70], [1, -1], [-1, 70], [1, a], [1.0, 1], [0, big()], [1, 1 bsl 40], [a, b]]),
         e('bsr', [[1 bsl 70, 69], [-1, 70], [1, -3]]),
         e(list_to_atom, [["a"], [[1024]], [[55296]], [lists:duplicate(255, $a)], [lists:duplicate(256, $a)], [["a" | b]]]),
         e(list_to_existing_atom, [["a"], ["no such atom xyz"]]),
         e(binary_to_atom, [[<<"ab">>], [<<255>>], [<<255>>, latin1], [binary:copy(<<"a">>, 256)], [<<"a">>, unicode], [<<"a">>, foo]]),
         e(binary_to_existing_atom, [[<<"ok">>], [<<"no such atom xyz">>], [<<"ok">>, utf8]]),
         e(atom_to_binary, [['å'], ['å', latin1], ['Ѐ', latin1], ['Ѐ', utf8], [a, foo]]),
         e(atom_to_list, [['Ѐb']]),
         e(list_to_integer, [["12"], ["+12"], ["-"], ["1a"], ["zz", 36], ["12", 1], [[]], ["1_0"], ["-FF", 16],
                             ["123456789012345678901234567890"], ["12", 37], [[$1, 1024]]]),
         e(binary_to_integer, [[<<"12">>], [<<"x">>], [<<"12">>, 40], [<<"-ff">>, 16]]),
         e(integer_to_list, [[255, 16], [-255, 36], [big(), 2], [1, 37], [-(1 bsl 59)]]),
         e(list_to_float, [[S] || S <- ["1.0", "1", "1.0e5", "1e5", "+1.0", "-1.0E-3", "1.e1", ".5", "1.0e400", "1.0e-400", " 1.0", "1.0 "]]),
         e(binary_to_float, [[<<"1.0">>], [<<"1">>]]),
         e(float_to_list, [[F] || F <- floats()] ++ [[F, [short]] || F <- floats()] ++
             [[F, [{decimals, D} | C]] || F <- floats(), D <- [0, 1, 2, 4, 10, 15, 20, 253], C <- [[], [compact]]] ++
             [[F, [{scientific, D}]] || F <- floats(), D <- [0, 1, 3, 20, 100, 249]] ++
             [[0.1, [{decimals, 254}]], [0.1, [{scientific, 250}]], [0.1, [foo]], [0.1, [compact]], [0.1, foo],
              [1.0, [{decimals, 5}, {scientific, 3}]], [1.0, [{scientific, 3}, short]], [1.0, [short, {decimals, 3}]],
              [1.0e250, [{decimals, 3}]], [1.0e251, [{decimals, 3}]], [-1.0e250, [{decimals, 3}]]]),
         e(round, [[2.5], [-2.5], [1.0e30], [0.49999999999999994]]), e(trunc, [[-2.5], [1.0e30]]), e(floor, [[-2.5]]), e(ceil, [[-2.5]]),
         e(float, [[1], [big()], [1 bsl 1024]]), e(abs, [[-(1 bsl 59)], [-big()], [-0.0]]),
         e(iolist_to_binary, [[[1, <<2>>, [[3]] | <<4>>]], [[1 | 2]], [[256]], ["abc"], [[<<1:3>>]]]),
         e(list_to_binary, [[[1, <<2>> | <<4>>]], [[1 | 2]], [<<1>>]]),
         e(list_to_bitstring, [[[<<1:3>>, 1, <<1:5>>]], [[<<1:3>>]], [<<1:3>>]]),
         e(iolist_size, [[[1, <<2>>, "abc"]], [[1 | 2]]]),
         e(iolist_to_iovec, [[["ab", <<1>>]], [<<1>>]]),
         e(binary_to_list, [[<<1, 2, 3>>, A, B] || A <- [0, 1, 2, 3, 4, a], B <- [0, 1, 2, 3, 4, a]]),
         e(bitstring_to_list, [[<<1, 2:3>>]]),
         e(split_binary, [[<<1, 2, 3>>, N] || N <- [-1, 0, 1, 3, 4, a]] ++ [[<<1, 2:3>>, 1]]),
         e(binary_part, [[<<1, 2, 3>>, {A, B}] || A <- [-1, 0, 1, 3, 4, a], B <- [-4, -1, 0, 1, 3, a]]),
         e(binary_part, [[<<1, 2, 3>>, A, B] || A <- [-1, 0, 1, 3, 4, a], B <- [-4, -1, 0, 1, 3, a]]),
         e(element, [[N, {a, b}] || N <- [-1, 0, 1, 2, 3, a, 1.0, big()]]),
         e(setelement, [[N, T, c] || N <- [-1, 0, 1, 2, 3, a, big()], T <- [{a, b}, {}, x]]),
         e(insert_element, [[N, T, c] || N <- [-1, 0, 1, 2, 3, 4, a], T <- [{a, b}, {}, x]]),
         e(delete_element, [[N, T] || N <- [-1, 0, 1, 2, 3, a], T <- [{a, b}, {}, x]]),
         e(make_tuple, [[0, a], [3, a], [-1, a], [a, a], [2, a, [{1, x}]], [2, a, [{3, x}]], [2, a, [foo]], [2, a, foo], [2, a, [{1, x} | y]]]),
         e(list_to_tuple, [[[a, b]], [[a | b]]]), e(length, [[[a, b]], [[a | b]]]),
         e(is_record, [[{a}, a], [{a}, b], [{}, a], [{a}, b, 1], [{a}, a, b], [{a}, 1], [{a}, a, 1], [{a}, a, 2], [{a}, a, a], [a, a, 1], [{a}, a, 1.0]]),
         e(is_integer, [[X, L, H] || X <- [a, 1, 2, big()], L <- [a, 0, 2, -big()], H <- [a, 1.0, 3, big()]]),
         e(is_function, [[fun lists:map/2, N] || N <- [2, 1, -1, big(), a]]),
         e(map_get, [[a, #{a => 1}]]), e(is_map_key, [[a, #{a => 1}]]),
         e(term_to_binary, [[T, O] || T <- [a, 'å', 1.5, lists:duplicate(1000, a), #{a => 2, 1 => 3, 2.0 => x}],
                                      O <- [[], [{minor_version, 0}], [{minor_version, 1}], [{minor_version, 2}], [{minor_version, 3}],
                                            [deterministic], [foo], foo, [{compressed, 10}], [{compressed, 0}]]]),
         e(external_size, [[T] || T <- [1, 300, big(), 1.5, <<1, 2>>, "abc", [a, b], #{a => 1}]] ++ [[a, [{minor_version, 0}]], [1.5, [{minor_version, 0}]]]),
         e(binary_to_term, [[term_to_binary({a, 1})], [<<131, 97, 1, 2>>], [<<131, 97, 1, 2>>, [used]], [<<131, 97, 1>>, [foo]], [<<131, 97, 1>>, a],
                            [<<131, 119, 12, "nosuchatomzz">>, [safe]], [<<131, 97, 1, 2>>, [used, safe]],
                            [term_to_binary(lists:duplicate(1000, a), [compressed]), [used]]]),
         e(crc32, [["abc"], [1, "abc"], [16#FFFFFFFF, [<<"abc">>, "d"]], [1 bsl 32, "a"]]),
         e(adler32, [["abc"], [1, "abc"], [16#FFFFFFFF, "abc"], [77777777, binary:copy(<<"xyz">>, 10000)]]),
         e(crc32_combine, [[1, 2, 3], [a, 2, 3], [1, 2, 0], [1, 2, 100000], [1, 2, -1], [1 bsl 32, 1, 1]]),
         e(adler32_combine, [[1, 2, 3], [a, 2, 3], [77777, 88888, 12345678], [1, 2, -1]]),
         e(md5, [["abc"]]), e(md5_init, [[]]), e(md5_update, [[erlang:md5_init(), "abc"], [erlang:md5_init(), lists:duplicate(70, a)]]),
         e(md5_final, [[erlang:md5_update(erlang:md5_update(erlang:md5_init(), "abc"), lists:duplicate(70, $a))]]),
         e(phash2, [[X, 1000] || X <- [a, 1, big(), {a, b}, "abc", 1.5]] ++ [[a, 1 bsl 32], [a, (1 bsl 32) + 1], [a, 0]]),
         e(unique_integer, [[foo], [[foo]], [[positive | x]]]),
         e(system_time, [[foo], [0], [-1]]), e(monotonic_time, [[foo], [1.0]]), e(time_offset, [[foo]]),
         e(convert_time_unit, [[1, a, second], [1000, millisecond, second], [-1, millisecond, second], [a, second, second], [1, second, native],
                               [1, 1000, 7], [5, seconds, milli_seconds], [-1500, millisecond, second], [1, perf_counter, nanosecond], [big(), nanosecond, second],
                               [1, second, 0]]),
         e(universaltime_to_posixtime, [[{{2020, 1, 1}, {0, 0, 0}}], [{{1969, 12, 31}, {23, 59, 59}}], [{{2020, 2, 30}, {0, 0, 0}}], [{{2020, 1, 1}, {24, 0, 0}}]]),
         e(posixtime_to_universaltime, [[0], [a], [-1], [1577836800]]),
         e(localtime_to_universaltime, [[a], [{{2020, 13, 1}, {0, 0, 0}}], [{{2020, 1, 1}, {0, 0, 0}}, foo]]),
         e(universaltime_to_localtime, [[a], [{{2020, 13, 1}, {0, 0, 0}}]]),
         e(raise, [[a, b, []], [error, b, c], [error, b, [x]], [error, b, [{m, f, 1, x}]], [error, b, []], [exit, b, [{m, f, 1, []}]]]),
         e(error, [[a, [b]], [a, none], [a, [b], [{error_info, #{}}]]]),
         e(list_to_pid, [[S] || S <- ["<0.1", "<1.2.3>x", "<0.1.0>x", "<0.99999999999.0>", "<0.1>", "<0.-1.0>", "<0. 1.0>"]]),
         e(list_to_ref, [[S] || S <- ["#Ref<0.1>", "x", "#Ref<0.1.2.3"]]), e(list_to_port, [["x"], ["#Port<0>"]]),
         e(make_fun, [[a, b, -1], [a, b, 300], [a, b, 2], [1, b, 2]]),
         e(garbage_collect, [[a], [a, b]]), e(statistics, [[foo], [1]]), e(memory, [[foo], [[foo]], [1]]), e(system_info, [[foo], [{a, b}], [1]]),
         e(system_info, [[I] || I <- [otp_release, version, wordsize, {wordsize, internal}, process_limit, atom_limit, port_limit, ets_limit, compat_rel,
                                      driver_version, nif_version, machine, threads, smp_support, debug_compiled, dynamic_trace, heap_type, kernel_poll,
                                      fullsweep_after, min_heap_size, min_bin_vheap_size, max_heap_size, garbage_collection, build_type, emu_type,
                                      dist_buf_busy_limit, modified_timing_level, scheduler_bind_type, start_time, end_time, multi_scheduling]]),
         {atomics, new, [[0, []], [1, [{signed, foo}]], [a, []], [1, a], [-1, []]]},
         {atomics, get, [[a, 1], [make_ref(), 1]]}, {atomics, info, [[a]]},
         {counters, new, [[1, [foo]], [1, foo], [0, []]]}, {counters, get, [[a, 1], [{atomics, a}, 1]]},
         {persistent_term, get, [["no such key"], ["no such key", b]]}, {persistent_term, erase, [["no such key"]]}].
