%% Calls of library functions with random arguments, the same in every run, and
%% what they give.
-module(random_calls).
-export([main/1, results/1]).

main(Seed) ->
    [io:format("~0tp~n", [R]) || R <- results(Seed, rows() ++ node_rows())],
    ok.

results(Seed) -> results(Seed, rows()).

results(Seed, Rows) ->
    put(seed, Seed),
    [row(Row) || Row <- Rows, _ <- lists:seq(1, 12)].

row({M, F, Kinds}) ->
    Args = [value(K) || K <- Kinds],
    {M, F, [shown(A) || A <- Args], outcome(M, F, Args)}.

%% How deep a text is nested does not count.
outcome(io_lib, format, Args) ->
    try lists:flatten(io_lib:format(hd(Args), lists:last(Args)))
    catch C:R -> {C, R}
    end;
%% A map's order is the node's own.
outcome(M, F, Args) when {M, F} =:= {maps, fold}; {M, F} =:= {proplists, get_keys} ->
    lists:sort(apply(M, F, Args));
outcome(M, F, Args) ->
    try shown(apply(M, F, Args))
    catch C:R -> {C, shown(R)}
    end.

shown(F) when is_function(F) -> 'fun';
shown([H | T]) -> [shown(H) | shown(T)];
shown(T) when is_tuple(T) -> list_to_tuple(shown(tuple_to_list(T)));
shown(M) when is_map(M) -> {map, lists:sort([{shown(K), shown(V)} || {K, V} <- maps:to_list(M)])};
shown(T) -> T.

random(N) ->
    S = (get(seed) * 1103515245 + 12345) band 16#7fffffff,
    put(seed, S),
    (S bsr 8) rem N.

pick(L) -> lists:nth(1 + random(length(L)), L).

list(K) -> [value(K) || _ <- lists:seq(1, random(7))].

value(int) -> random(9) - 2;
value(nat) -> random(6);
value(pos) -> 1 + random(5);
value(atom) -> pick([a, b, c, d]);
value(float) -> (random(200) - 100) / 8;
value(term) -> value(pick([int, int, atom, float, nil, pair, string]));
value(nil) -> [];
value(pair) -> {value(atom), value(int)};
value(string) -> list(char);
value(text) -> [value(char) || _ <- lists:seq(1, 12)];
value(char) -> pick("ab c,;xyzABC1\n\t" ++ [229, 233, 8364]);
value(ascii) -> [pick("abc ,.;xyz/?=&%AB1") || _ <- lists:seq(1, random(14))];
value(binary) -> list_to_binary([random(256) || _ <- lists:seq(1, random(8))]);
value(bytes) -> list_to_binary(value(ascii));
value(encoded) -> base64:encode(value(binary));
value(bits) -> <<(random(64)):(random(7))>>;
value(list) -> list(pick([int, atom, term, pair]));
value(ints) -> list(int);
value(nats) -> list(nat);
value(atoms) -> list(atom);
value(pairs) -> list(pair);
value(lists) -> [value(ints) || _ <- lists:seq(1, random(4))];
value(sorted) -> lists:sort(value(ints));
value(usorted) -> lists:usort(value(ints));
value(dpairs) -> lists:ukeysort(1, value(pairs));
value(map) -> maps:from_list(value(pairs));
value(pred) -> pick([fun is_atom/1, fun(X) -> X > 1 end, fun(_) -> true end]);
value(pred2) -> pick([fun(A, B) -> A =< B end, fun(A, B) -> A > B end]);
value(kpred) -> fun(K, V) -> K > b orelse V > 2 end;
value(fun1) -> pick([fun(X) -> {X} end, fun(X) -> X end]);
value(add1) -> fun(X) -> X + 1 end;
value(fold) -> fun(X, Acc) -> [X | Acc] end;
value(fold3) -> fun(K, V, Acc) -> [{K, V} | Acc] end;
value(merge3) -> fun(_, A, B) -> {A, B} end;
value(map2) -> fun(K, V) -> {K, V} end;
value(sum2) -> fun(X, Acc) -> {X, [X | Acc]} end;
value(dict) -> dict:from_list(value(pairs));
value(tree) -> gb_trees:from_orddict(value(dpairs));
value(gbset) -> gb_sets:from_list(value(ints));
value(set) -> sets:from_list(value(ints));
value(queue) -> queue:from_list(value(ints));
value(array) -> array:from_list(value(ints));
value(date) -> {1990 + random(60), 1 + random(12), 1 + random(28)};
value(baddate) -> {1990 + random(60), random(14), random(33)};
value(datetime) -> {value(date), {random(24), random(60), random(60)}};
value(seconds) -> 63000000000 + random(1 bsl 22) * 100;
value(days) -> 700000 + random(50000);
value(format) -> pick(["~p", "~w", "~tp", "~20p", "~10w", "~-10w|", "~s", "~ts", "~b", "~.16b", "~c", "~e", "~f", "~g", "~5.2f", "~i", "~x", "~P", "~n"]);
value(args) -> [value(pick([term, int, string, float, list]))];
value(column) -> 10 + random(60);
value(source) -> pick(["foo(X, Y) -> X + Y * 2.", "[1,2|T] = \"abc\" ++ $a.", "#{a => 1, b := <<1:8>>}.", "'hello world' 16#ff 1.5e3 ?", "case X of {ok, _} -> 1 end.",
    "fun(A) when A > 1 -> A end.", "\"unterminated", "if true -> ok; 1 == 2 -> no end.", "a b c.", "1 +.", "{#r{a = 1}, X#r.b}.", "try f() catch _:E:S -> {E, S} after ok end.", "<<X:4/little-signed, Y/binary>>.",
    "[X || X <- L, X > 1].", "<< <<X>> || <<X>> <= B >>.", "begin A = 1, B end.", "not (A andalso B) orelse -1 band 3."]);
value(path) -> pick(["a/b/c.erl", "/a//b/", "a", "", "../x", "/", "a.b.c", "./q", "a/.", "/usr/lib/x.beam"]);
value(uri) -> pick(["http://user{latin1_char_list, [list]}host:80/p/a?q=1&r=%20#f", "urn:a:b", "//h/p", "?q", "a/../b", "http://[::1]/x", "http://h:x/", "%zz", "mailto:a{latin1_char_list, [list]}b.c", "HTTP://ExAmple.com:80/%7ea/./b/../c"]);
value(relation) -> sofs:relation(value(pairs));
value(sofset) -> sofs:set(value(atoms));
value(trim) -> pick([leading, trailing, both]);
value(dir) -> pick([leading, trailing]);
value(Kind) -> Kind.

rows() ->
    [{lists, F, Ks} || {F, Ks} <-
        [{sort, [list]}, {usort, [list]}, {sort, [pred2, ints]}, {merge, [sorted, sorted]}, {umerge, [usorted, usorted]},
         {reverse, [list]}, {append, [lists]}, {flatten, [lists]}, {flatlength, [lists]}, {nth, [nat, list]}, {nthtail, [nat, list]}, {last, [list]},
         {delete, [int, list]}, {subtract, [ints, ints]}, {member, [int, list]}, {max, [list]}, {min, [list]}, {sum, [ints]},
         {seq, [int, int]}, {seq, [int, int, pos]}, {sublist, [list, nat]}, {sublist, [list, nat, nat]}, {split, [nat, list]}, {splitwith, [pred, list]},
         {takewhile, [pred, list]}, {dropwhile, [pred, list]}, {droplast, [list]}, {duplicate, [nat, term]}, {prefix, [ints, ints]}, {suffix, [ints, ints]},
         {keyfind, [atom, 1, pairs]}, {keydelete, [atom, 1, pairs]}, {keyreplace, [atom, 1, pairs, pair]}, {keystore, [atom, 1, pairs, pair]}, {keytake, [atom, 1, pairs]},
         {keysort, [2, pairs]}, {ukeysort, [2, pairs]}, {keymerge, [1, dpairs, dpairs]}, {ukeymerge, [1, dpairs, dpairs]}, {keymap, [add1, 2, pairs]}, {keymember, [atom, 1, pairs]}, {keysearch, [int, 2, pairs]},
         {map, [fun1, list]}, {filter, [pred, list]}, {filtermap, [pred, list]}, {partition, [pred, list]}, {foldl, [fold, [], list]}, {foldr, [fold, [], list]},
         {mapfoldl, [sum2, [], list]}, {mapfoldr, [sum2, [], list]}, {all, [pred, list]}, {any, [pred, list]}, {search, [pred, list]}, {zip, [list, list]}, {zip3, [list, list, list]},
         {zip, [list, list, trim]}, {unzip, [pairs]}, {zipwith, [pred2, ints, ints]}, {concat, [ints]}, {join, [x, list]}, {enumerate, [list]}, {enumerate, [nat, list]}, {uniq, [list]}, {flatmap, [fun1, ints]}]] ++
    [{maps, F, Ks} || {F, Ks} <-
        [{from_list, [pairs]}, {get, [atom, map]}, {get, [atom, map, none]}, {find, [atom, map]}, {put, [atom, int, map]}, {update, [atom, int, map]}, {remove, [atom, map]}, {take, [atom, map]},
         {merge, [map, map]}, {merge_with, [merge3, map, map]}, {intersect, [map, map]}, {intersect_with, [merge3, map, map]}, {with, [atoms, map]}, {without, [atoms, map]}, {filter, [kpred, map]}, {map, [map2, map]},
         {fold, [fold3, [], map]}, {groups_from_list, [fun1, ints]}, {update_with, [atom, add1, map]}, {update_with, [atom, add1, 7, map]}, {from_keys, [atoms, x]}, {partition, [kpred, map]}]] ++
    [{orddict, F, Ks} || {F, Ks} <- [{from_list, [pairs]}, {store, [atom, int, dpairs]}, {fetch, [atom, dpairs]}, {find, [atom, dpairs]}, {erase, [atom, dpairs]}, {take, [atom, dpairs]}, {update_counter, [atom, int, dpairs]}, {merge, [merge3, dpairs, dpairs]}, {filter, [kpred, dpairs]}]] ++
    [{ordsets, F, Ks} || {F, Ks} <- [{from_list, [list]}, {union, [usorted, usorted]}, {intersection, [usorted, usorted]}, {subtract, [usorted, usorted]}, {is_subset, [usorted, usorted]}, {is_disjoint, [usorted, usorted]}, {add_element, [int, usorted]}, {del_element, [int, usorted]}]] ++
    [{gb_trees, F, Ks} || {F, Ks} <- [{insert, [atom, int, tree]}, {enter, [atom, int, tree]}, {get, [atom, tree]}, {lookup, [atom, tree]}, {delete, [atom, tree]}, {delete_any, [atom, tree]}, {take, [atom, tree]}, {smallest, [tree]}, {largest, [tree]}, {take_smallest, [tree]}, {take_largest, [tree]}, {balance, [tree]}, {to_list, [tree]}, {keys, [tree]}, {map, [map2, tree]}, {smaller, [atom, tree]}, {larger, [atom, tree]}]] ++
    [{gb_sets, F, Ks} || {F, Ks} <- [{from_list, [ints]}, {add, [int, gbset]}, {insert, [int, gbset]}, {delete, [int, gbset]}, {delete_any, [int, gbset]}, {union, [gbset, gbset]}, {intersection, [gbset, gbset]}, {subtract, [gbset, gbset]}, {is_subset, [gbset, gbset]}, {take_smallest, [gbset]}, {balance, [gbset]}, {filter, [pred, gbset]}, {map, [add1, gbset]}, {smaller, [int, gbset]}, {larger, [int, gbset]}]] ++
    [{sets, F, Ks} || {F, Ks} <- [{is_element, [int, set]}, {size, [set]}, {is_subset, [set, set]}, {is_disjoint, [set, set]}]] ++
    [{queue, F, Ks} || {F, Ks} <- [{in, [int, queue]}, {in_r, [int, queue]}, {out, [queue]}, {out_r, [queue]}, {get, [queue]}, {drop, [queue]}, {split, [nat, queue]}, {join, [queue, queue]}, {reverse, [queue]}, {filter, [pred, queue]}, {member, [int, queue]}, {delete, [int, queue]}, {len, [queue]}, {filtermap, [pred, queue]}]] ++
    [{proplists, F, Ks} || {F, Ks} <- [{get_value, [atom, list]}, {lookup, [atom, pairs]}, {get_all_values, [atom, pairs]}, {delete, [atom, list]}, {compact, [pairs]}, {unfold, [atoms]}, {to_map, [pairs]}, {get_keys, [pairs]}, {split, [pairs, [a, b]]}]] ++
    [{string, F, Ks} || {F, Ks} <-
        [{length, [text]}, {reverse, [text]}, {slice, [text, nat, nat]}, {pad, [string, 9]}, {pad, [string, 9, trim, $*]}, {trim, [text]}, {trim, [text, trim, "ab "]}, {chomp, [text]}, {take, [text, "abc"]}, {take, [text, "abc", true, dir]},
         {uppercase, [text]}, {lowercase, [text]}, {titlecase, [text]}, {casefold, [text]}, {prefix, [text, string]}, {split, [text, " "]}, {split, [text, ",", trailing]}, {split, [text, "a", all]}, {replace, [text, "a", "XY", all]}, {lexemes, [text, " ,"]}, {find, [text, "a", dir]}, {nth_lexeme, [text, pos, " ,"]},
         {to_integer, [ascii]}, {to_float, [ascii]}, {equal, [string, string, true]}, {is_empty, [string]}, {to_graphemes, [text]}, {next_codepoint, [string]}, {join, [lists, ","]}, {jaro_similarity, [ascii, ascii]},
         {uppercase, [bytes]}, {split, [bytes, ";", all]}, {trim, [bytes]}, {lexemes, [bytes, "abc"]}, {pad, [bytes, 7, leading]}]] ++
    [{io_lib, F, Ks} || {F, Ks} <- [{format, [format, args]}, {write, [term]}, {write_string, [string]}, {print, [list]}, {print, [term, 1, column, 10]}, {write_atom, [atom]}, {write, [list, [{depth, 5}]]}, {char_list, [list]}, {latin1_char_list, [string]}]] ++
    [{erl_scan, string, [source]}, {random_parse, exprs, [source]}, {random_parse, form, [source]}, {random_parse, pretty, [source]}] ++
    [{base64, F, Ks} || {F, Ks} <- [{encode, [binary]}, {decode, [encoded]}, {mime_decode, [encoded]}, {encode_to_string, [binary]}]] ++
    [{binary, F, Ks} || {F, Ks} <- [{split, [bytes, <<"a">>]}, {split, [bytes, <<",">>, [global, trim]]}, {matches, [bytes, <<"b">>]}, {part, [bytes, nat, int]}, {replace, [bytes, <<"a">>, <<"zz">>, [global]]}, {longest_common_prefix, [[<<"ab">>, <<"ac">>]]}, {decode_unsigned, [binary]}, {encode_unsigned, [nat]}, {copy, [bytes, nat]}, {at, [bytes, nat]}, {encode_hex, [binary]}, {last, [binary]}, {bin_to_list, [binary]}]] ++
    [{calendar, F, Ks} || {F, Ks} <- [{day_of_the_week, [date]}, {iso_week_number, [date]}, {is_leap_year, [2000]}, {valid_date, [baddate]}, {date_to_gregorian_days, [date]}, {gregorian_days_to_date, [days]}, {gregorian_seconds_to_datetime, [seconds]}, {datetime_to_gregorian_seconds, [datetime]}, {seconds_to_daystime, [seconds]}, {time_difference, [datetime, datetime]}, {last_day_of_the_month, [2001, pos]}, {system_time_to_rfc3339, [seconds, [{offset, "Z"}]]}]] ++
    [{filename, F, Ks} || {F, Ks} <- [{basename, [path]}, {basename, [path, ".erl"]}, {dirname, [path]}, {extension, [path]}, {rootname, [path]}, {join, [path, path]}, {split, [path]}, {pathtype, [path]}, {nativename, [path]}, {flatten, [path]}]].

%% What asks the node's processes.
node_rows() -> [{filelib, safe_relative_path, [path, "/tmp"]}, {io_lib, printable_list, [string]}].
