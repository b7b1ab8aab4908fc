%% Records what real Erlang gives for a sequence of calls of ets: a list of
%% {Function, Args, Result}, see record.erl. All tables are named, since the
%% record holds names only. Lists that are results are sorted, since the order
%% of a hash table's objects is nobody's business; continuations are left out.
%%
%%     erlc ets_record.erl && erl -noshell -run ets_record main ets.etf
-module(ets_record).
-export([main/1]).

main([File]) ->
    Rows = [{F, A, result(F, A)} || {F, A} <- calls()],
    ok = file:write_file(File, term_to_binary(Rows, [compressed])),
    halt().

result(F, A) ->
    try
        {ok, norm(apply(ets, F, A))}
    catch
        C:E:S -> {C, E, cause(S)}
    end.

norm(L) when is_list(L) -> lists:sort(L);
norm({L, T}) when is_list(L), is_tuple(T) -> {lists:sort(L), more};
norm({L, T}) when is_list(L) -> {lists:sort(L), T};
norm(R) when is_reference(R) -> ref;
norm(T) -> T.

cause([{_, _, _, Info} | _]) ->
    case proplists:get_value(error_info, Info) of
        #{cause := Cause} -> Cause;
        _ -> none
    end.

calls() ->
    [{new, [s, [named_table]]}, {new, [o, [named_table, ordered_set, public]]}, {new, [b, [named_table, bag]]},
     {new, [d, [named_table, duplicate_bag, {keypos, 2}]]}, {new, [s, [named_table]]}, {new, [1, []]}, {new, [x, [foo]]}, {new, [x, foo]},
     {new, [x, [{keypos, 0}]]}, {new, [x, [{heir, a, b}]]}, {new, [x, [{heir, none}, {write_concurrency, auto}, compressed, {read_concurrency, true}]]}]
    ++ [{insert, [T, {K, V}]} || T <- [s, o, b, d], {K, V} <- [{a, 1}, {b, 2}, {a, 3}, {1, x}, {1.0, y}, {"k", #{a => 1}}, {a, 1}]]
    ++ [{F, [T, X]} || F <- [insert, insert_new], T <- [s, d, nope, 5], X <- [a, {}, {a}, [], [{q, 1}, {r, 2}], [{q, 1} | x], [{q, 1}, z], {{t}, {u}}]]
    ++ [{F, [T, K]} || F <- [lookup, member], T <- [s, o, b, d, nope, 5], K <- [a, b, 1, 1.0, "k", zz]]
    ++ [{lookup_element, [T, K, P]} || T <- [s, o, b, nope], K <- [a, 1, zz], P <- [0, 1, 2, 3, x]]
    ++ [{lookup_element, [s, K, P, def]} || K <- [a, zz], P <- [0, 1, 3, x]]
    ++ [{F, [T]} || F <- [first, last, first_lookup, last_lookup], T <- [o, nope]]
    ++ [{F, [o, K]} || F <- [next, prev, next_lookup, prev_lookup], K <- [1, 1.5, a, {z}, "k", ""]]
    ++ [{next, [s, nokey]}, {slot, [o, 0]}, {slot, [o, 100]}, {slot, [o, x]}, {tab2list, [s]}, {tab2list, [o]}, {tab2list, [b]}, {tab2list, [d]}]
    ++ [{info, [T, I]} || T <- [s, o, d, nope, 5], I <- [size, type, keypos, protection, name, named_table, heir, foo, fixed, compressed, node, safe_fixed]]
    ++ [{insert, [s, {c, 5, 7}]}]
    ++ [{update_counter, [T, K, Op]} || T <- [s, b, nope], K <- [c, a, zz],
        Op <- [1, -1, {2, 3}, {3, -10, 0, 0}, {2, 5, 3, 0}, [{2, 1}, {3, 1}], [], {1, 1}, {9, 1}, x, {2, x}, [x], {2, 1 bsl 70}, {2, -(1 bsl 70)}]]
    ++ [{update_counter, [s, K, Op, D]} || K <- [c, n1, n2], Op <- [1, {2, 3}, {3, 1}], D <- [{x, 10}, {x, q}, {x}, x]]
    ++ [{update_element, [s, K, Op]} || K <- [c, zz], Op <- [{2, v}, {1, v}, {9, v}, [{2, 1}, {3, z}], x, []]]
    ++ [{update_element, [s, e1, {2, v}, {k, 1}]}]
    ++ [{F, [T, Spec]} || F <- [select, select_count], T <- [s, o, b, d, nope], Spec <- specs()]
    ++ [{select, [o, Spec, N]} || Spec <- specs(), N <- [1, 2, 100, 0, x]]
    ++ [{select_reverse, [o, Spec]} || Spec <- specs()]
    ++ [{F, [T, P]} || F <- [match, match_object], T <- [s, o, b],
        P <- ['_', '$1', {'$1', '$2'}, {'_', 2}, {a, '$1'}, {'$1', '$1'}, {'$2', '$1'}, {'_', #{a => '$1'}}, {'_', '_', '_'}, {1, '$1'}, {[$k | '_'], '_'}, {"k", '$0'}]]
    ++ [{select, ['$end_of_table']}, {select, [foo]}, {match, [foo]}, {is_compiled_ms, [x]}, {match_spec_compile, [foo]}, {match_spec_compile, [[{'_', [], [true]}]]},
        {select_delete, [s, [{{n1, '_'}, [], [true]}]]}, {select_delete, [s, [{{'$1', '$2'}, [{is_integer, '$2'}], [{'>', '$2', 1}]}]]}, {tab2list, [s]},
        {select_replace, [s, [{{'$1', '$2'}, [], [{{'$1', {const, zz}}}]}]]}, {tab2list, [s]},
        {select_replace, [o, [{{'$1', '$2'}, [{is_atom, '$1'}], [{{'$2', {const, zz}}}]}]]}, {select_replace, [b, [{'_', [], ['$_']}]]},
        {match_delete, [o, {a, '_'}]}, {tab2list, [o]}, {delete_object, [b, {a, 1}]}, {delete_object, [b, x]}, {delete_object, [d, {x}]}, {take, [b, a]}, {tab2list, [b]},
        {delete, [s, b]}, {delete, [s, nokey]}, {delete, [nope, x]}, {rename, [o, s]}, {rename, [o, o2]}, {whereis, [o]}, {whereis, [o2]}, {whereis, [5]},
        {info, [o2, name]}, {setopts, [s, foo]}, {setopts, [s, [{heir, none}]]}, {give_away, [s, self, x]}, {safe_fixtable, [s, true]}, {info, [s, fixed]},
        {delete, [s, "k"]}, {safe_fixtable, [s, false]}, {info, [s, fixed]}, {safe_fixtable, [s, x]}, {delete_all_objects, [s]}, {info, [s, size]}, {first, [s]}, {delete, [s]}, {delete, [s]},
        {lookup, [s, x]}].

specs() ->
    [[{'_', [], ['$_']}], [{'$1', [], ['$1']}], [{'$1', [], ['$2']}], [{'$1', [foo], ['$1']}], foo, [], [foo], [{'_', [], []}],
     [{{'$1', '$2'}, [{'>', '$2', 1}], [{{'$2', '$1'}}]}], [{{'$1', '$2'}, [], [{element, 5, '$_'}]}], [{{'$1', '$2'}, [], [[]]}],
     [{{'$2', '$1'}, [], ['$$']}], [{{'$1', '$2'}, [{foo, 1}], ['$_']}], [{{'$1', '$2'}, [{is_atom, '$1'}, {is_integer, '$2'}], [['$1' | '$2']]}],
     [{{'$1', '$2'}, [{'andalso', {is_integer, '$2'}, {'>', '$2', 1}}], [true]}], [{{'$1', '$2'}, [{'orelse', {is_map, '$2'}, {hd, '$1'}}], [true]}],
     [{{a, '$1'}, [], ['$1']}, {{b, '$1'}, [], [{{b, '$1'}}]}], [{{'$1', '$2'}, [], [#{k => '$1'}]}], [{{'$1', #{a => '$2'}}, [], ['$2']}],
     [{{'$1', '$2'}, [], [{const, '$1'}]}], [{{'$1', '_'}, [{'not', {is_atom, '$1'}}], ['$1']}], [{{'$1', '$2'}, [{'and', true, {'or', false, true}}], [{'+', '$2', 1}]}],
     [{{'$1', '$2'}, [{'=:=', '$1', 1}], ['$2']}], [{{'$1', '$2'}, [{'==', '$1', 1}], ['$2']}], [{{'$1', '$2'}, [], [{{}}]}], [{{'$1', '$2'}, [], [{}]}],
     [{{'$1', '$2'}, [], [{node}]}], [{{'$1', '$2'}, [], [{'=/=', '$1', {const, a}}]}], [{{'$1', '$2'}, [{tuple_size, '$_'}], [x]}],
     [{{'$1', '$2'}, [{is_map_key, a, '$2'}], [{map_get, a, '$2'}]}], [{{'$1', '$2'}, [{is_record, '$_', a, 2}], ['$2']}], [{{'_', '$1000'}, [], ['$1000']}], [{{'$01', '_'}, [], [x]}]].
