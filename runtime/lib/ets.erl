%% Tables; what is not here is in Go.
-module(ets).
-export([all/0, delete/1, delete/2, delete_all_objects/1, delete_object/2, first/1,
         first_lookup/1, give_away/3, info/1, info/2, insert/2, insert_new/2,
         is_compiled_ms/1, last/1, last_lookup/1, lookup/2, lookup_element/3,
         lookup_element/4, match/1, match/2, match/3, match_delete/2, match_object/1,
         match_object/2, match_object/3, match_spec_compile/1, match_spec_run_r/3, member/2,
         new/2, next/2, next_lookup/2, prev/2, prev_lookup/2, rename/2,
         repair_continuation/2, safe_fixtable/2, select/1, select/2, select/3,
         select_count/2, select_delete/2, select_replace/2, select_reverse/1,
         select_reverse/2, select_reverse/3, setopts/2, slot/2, tab2list/1, take/2,
         update_counter/3, update_counter/4, update_element/3, update_element/4, whereis/1,
         foldl/3, foldr/3, match_spec_run/2, test_ms/2, fun2ms/1, init_table/2, tab2file/2,
         tab2file/3, file2tab/1, file2tab/2, tabfile_info/1, i/0, i/1, i/2, i/3, to_dets/2, from_dets/2,
         table/1, table/2]).

foldl(F, Acc, Name) ->
    Table = soft_whereis(Name),
    ets:safe_fixtable(Table, true),
    try do_foldl(F, Acc, ets:first(Table), Table)
    after ets:safe_fixtable(Table, false)
    end.

do_foldl(_, Acc, '$end_of_table', _) -> Acc;
do_foldl(F, Acc, Key, Table) ->
    do_foldl(F, lists:foldl(F, Acc, ets:lookup(Table, Key)), ets:next(Table, Key), Table).

foldr(F, Acc, Name) ->
    Table = soft_whereis(Name),
    ets:safe_fixtable(Table, true),
    try do_foldr(F, Acc, ets:last(Table), Table)
    after ets:safe_fixtable(Table, false)
    end.

do_foldr(_, Acc, '$end_of_table', _) -> Acc;
do_foldr(F, Acc, Key, Table) ->
    do_foldr(F, lists:foldr(F, Acc, ets:lookup(Table, Key)), ets:prev(Table, Key), Table).

%% The table itself, which stays the same under another name.
soft_whereis(Name) when is_atom(Name) ->
    case ets:whereis(Name) of
        undefined ->
            erlang:error(badarg, [Name], [{error_info, #{cause => id, module => erl_stdlib_errors}}]);
        Table -> Table
    end;
soft_whereis(Table) -> Table.

delete_all_objects(Table) -> ets:internal_delete_all(Table, undefined), true.

match_delete(Table, Pattern) -> ets:select_delete(Table, [{Pattern, [], [true]}]), true.

select_delete(Table, [{'_', [], [true]}]) -> ets:internal_delete_all(Table, undefined);
select_delete(Table, Spec) -> ets:internal_select_delete(Table, Spec).

match_spec_run(List, Compiled) -> lists:reverse(ets:match_spec_run_r(List, Compiled, [])).

%% What is wrong with the specification goes before what is wrong with the term.
test_ms(_, Spec) when not is_list(Spec); Spec =:= [] ->
    {error, [{error, "Match programs are not in a list."}]};
test_ms(Term, Spec) ->
    case erlang:match_spec_test(Term, Spec, table) of
        {ok, Result, _, _} -> {ok, Result};
        Error -> Error
    end.

%% Only a parse transform can translate a fun in a module.
%% fun2ms translates funs typed in the shell; those of modules are translated
%% by the parse transform ms_transform.
fun2ms(Fun) when is_function(Fun) ->
    case erl_eval:fun_data(Fun) of
        {fun_data, Bindings, Clauses} ->
            case ms_transform:transform_from_shell(ets, Clauses, Bindings) of
                {error, _, _} -> {error, transform_error};
                Spec -> Spec
            end;
        _ ->
            exit({badarg, {?MODULE, fun2ms, [function, called, with, real, 'fun', should, be, transformed,
                                             with, parse_transform, 'or', called, with, a, 'fun',
                                             generated, in, the, shell]}})
    end.

init_table(Table, Init) ->
    ets:delete_all_objects(Table),
    init_continue(Init(read), Table).

init_continue(end_of_input, _) -> true;
init_continue({Objects, Init}, Table) ->
    ets:insert(Table, Objects),
    init_continue(Init(read), Table).

tab2file(Table, File) -> tab2file(Table, File, []).

%% A file of a table is its description and objects in the external format.
tab2file(Table, File, Options) when is_list(Options) ->
    case ets:info(Table) of
        undefined -> {error, badtab};
        Info ->
            About = [I || {K, _} = I <- Info, lists:member(K, [name, type, protection, keypos, named_table, size])],
            file:write_file(File, term_to_binary({ersh_table, 1, About, ets:tab2list(Table)}))
    end.

file2tab(File) -> file2tab(File, []).

file2tab(File, Options) when is_list(Options) ->
    case read_table(File) of
        {ok, About, Objects} ->
            Get = fun(K) -> proplists:get_value(K, About) end,
            Named = [named_table || Get(named_table) =:= true],
            try ets:new(Get(name), [Get(type), Get(protection), {keypos, Get(keypos)} | Named]) of
                Table ->
                    ets:insert(Table, Objects),
                    {ok, Table}
            catch error:badarg -> {error, cannot_create_table}
            end;
        Error -> Error
    end.

read_table(File) ->
    case file:read_file(File) of
        {ok, Bin} ->
            try binary_to_term(Bin) of
                {ersh_table, 1, About, Objects} -> {ok, About, Objects};
                _ -> {error, badfile}
            catch error:_ -> {error, badfile}
            end;
        {error, Reason} -> {error, {read_error, {file_error, File, Reason}}}
    end.

tabfile_info(File) ->
    case read_table(File) of
        {ok, About, _} -> {ok, About};
        Error -> Error
    end.

%% In Go.

all() -> erlang:nif_error(undef).
delete(_) -> erlang:nif_error(undef).
delete(_, _) -> erlang:nif_error(undef).
delete_object(_, _) -> erlang:nif_error(undef).
first(_) -> erlang:nif_error(undef).
first_lookup(_) -> erlang:nif_error(undef).
give_away(_, _, _) -> erlang:nif_error(undef).
info(_) -> erlang:nif_error(undef).
info(_, _) -> erlang:nif_error(undef).
insert(_, _) -> erlang:nif_error(undef).
insert_new(_, _) -> erlang:nif_error(undef).
internal_delete_all(_, _) -> erlang:nif_error(undef).
internal_select_delete(_, _) -> erlang:nif_error(undef).
is_compiled_ms(_) -> erlang:nif_error(undef).
last(_) -> erlang:nif_error(undef).
last_lookup(_) -> erlang:nif_error(undef).
lookup(_, _) -> erlang:nif_error(undef).
lookup_element(_, _, _) -> erlang:nif_error(undef).
lookup_element(_, _, _, _) -> erlang:nif_error(undef).
match(_) -> erlang:nif_error(undef).
match(_, _) -> erlang:nif_error(undef).
match(_, _, _) -> erlang:nif_error(undef).
match_object(_) -> erlang:nif_error(undef).
match_object(_, _) -> erlang:nif_error(undef).
match_object(_, _, _) -> erlang:nif_error(undef).
match_spec_compile(_) -> erlang:nif_error(undef).
match_spec_run_r(_, _, _) -> erlang:nif_error(undef).
member(_, _) -> erlang:nif_error(undef).
new(_, _) -> erlang:nif_error(undef).
next(_, _) -> erlang:nif_error(undef).
next_lookup(_, _) -> erlang:nif_error(undef).
prev(_, _) -> erlang:nif_error(undef).
prev_lookup(_, _) -> erlang:nif_error(undef).
rename(_, _) -> erlang:nif_error(undef).
repair_continuation(_, _) -> erlang:nif_error(undef).
safe_fixtable(_, _) -> erlang:nif_error(undef).
select(_) -> erlang:nif_error(undef).
select(_, _) -> erlang:nif_error(undef).
select(_, _, _) -> erlang:nif_error(undef).
select_count(_, _) -> erlang:nif_error(undef).
select_replace(_, _) -> erlang:nif_error(undef).
select_reverse(_) -> erlang:nif_error(undef).
select_reverse(_, _) -> erlang:nif_error(undef).
select_reverse(_, _, _) -> erlang:nif_error(undef).
setopts(_, _) -> erlang:nif_error(undef).
slot(_, _) -> erlang:nif_error(undef).
tab2list(Table) -> ets:match_object(Table, '_').
take(_, _) -> erlang:nif_error(undef).
update_counter(_, _, _) -> erlang:nif_error(undef).
update_counter(_, _, _, _) -> erlang:nif_error(undef).
update_element(_, _, _) -> erlang:nif_error(undef).
update_element(_, _, _, _) -> erlang:nif_error(undef).
whereis(_) -> erlang:nif_error(undef).

%%% Tables and other kinds of them.

to_dets(Table, Dets) ->
    case dets:from_ets(Dets, Table) of
        ok -> Dets;
        Error -> error(Error, [Table, Dets])
    end.

from_dets(Table, Dets) ->
    case dets:to_ets(Dets, Table) of
        {error, _} = Error -> error(Error, [Table, Dets]);
        _ -> true
    end.

%% A table as what a query reads from.
table(Table) -> table(Table, []).

table(Name, Options) ->
    Table = soft_whereis(Name),
    Traverse = proplists:get_value(traverse, Options, select),
    Limit = proplists:get_value(n_objects, Options, 100),
    qlc:table(traversal(Traverse, Table, Limit),
              [{pre_fun, fun(_) -> ets:safe_fixtable(Table, true) end},
               {post_fun, fun() -> ets:safe_fixtable(Table, false) end},
               {info_fun, fun(Item) -> table_info(Table, Item) end},
               {lookup_fun, fun(Position, Keys) -> looked_up(Table, Position, Keys) end},
               {key_equality, case ets:info(Table, type) of
                                  ordered_set -> '==';
                                  _ -> '=:='
                              end},
               {format_fun, fun(_) -> {ets, table, [Name | [Options || Options =/= []]]} end}]).

traversal(select, Table, Limit) -> fun(Spec) -> selected(Table, ets:select(Table, Spec, Limit)) end;
traversal({select, Spec}, Table, Limit) -> fun() -> selected(Table, ets:select(Table, Spec, Limit)) end;
traversal(first_next, Table, _) -> fun() -> keyed(Table, ets:first(Table), fun ets:next/2) end;
traversal(last_prev, Table, _) -> fun() -> keyed(Table, ets:last(Table), fun ets:prev/2) end.

selected(_, '$end_of_table') -> [];
selected(Table, {Objects, More}) -> Objects ++ fun() -> selected(Table, ets:select(More)) end.

keyed(_, '$end_of_table', _) -> [];
keyed(Table, Key, Next) ->
    ets:lookup(Table, Key) ++ fun() -> keyed(Table, Next(Table, Key), Next) end.

looked_up(Table, Position, Keys) ->
    Position = ets:info(Table, keypos),
    lists:append([ets:lookup(Table, Key) || Key <- Keys]).

table_info(Table, num_of_objects) -> ets:info(Table, size);
table_info(Table, keypos) -> ets:info(Table, keypos);
table_info(Table, is_unique_objects) -> ets:info(Table, type) =/= duplicate_bag;
table_info(Table, is_sorted_key) -> ets:info(Table, type) =:= ordered_set;
table_info(_, _) -> undefined.

%%% Tables on the screen.

i() ->
    row("id", "name", "type", "size", "mem", "owner"),
    io:format(" ~s~n", [lists:duplicate(76, $-)]),
    lists:foreach(fun row/1, lists:sort(ets:all())),
    ok.

row(Table) ->
    case ets:info(Table) of
        undefined -> ok;
        Info ->
            [Name, Type, Size, Memory, Owner] =
                [proplists:get_value(K, Info) || K <- [name, type, size, memory, owner]],
            row(text(Table), text(Name), text(Type), text(Size), text(Memory), owner(Owner))
    end.

owner(Pid) ->
    case process_info(Pid, registered_name) of
        {_, Name} when is_atom(Name) -> text(Name);
        _ -> text(Pid)
    end.

row(Id, Name, Type, Size, Memory, Owner) ->
    io:format(" ~ts ~ts ~ts ~ts ~ts ~ts~n",
              [padded(Id, 15), padded(Name, 17), padded(Type, 5), padded(Size, 6), padded(Memory, 8), Owner]).

text(Term) -> lists:flatten(io_lib:format("~tp", [Term])).

padded(Text, Width) when length(Text) < Width -> string:pad(Text, Width);
padded(Text, _) -> Text.

i(Table) -> i(Table, 40).
i(Table, Height) -> i(Table, Height, 80).

%% Objects a page at a time, each on a line.
i(Name, Height, Width) ->
    Table = soft_whereis(Name),
    shown(ets:tab2list(Table), 1, 1, {Table, ets:tab2list(Table), Height, Width}).

%% Objects from number N on, at a row of the page. View is the table, the
%% objects to choose from, and how much fits.
shown(Objects, N, Row, {_, _, Height, _} = View) when Row >= Height, Objects =/= [] ->
    page("(c)ontinue (q)uit (p)Digits (k)ill /Regexp -->", fun() -> shown(Objects, N, 1, View) end, View);
shown([Object | Objects], N, Row, {_, _, _, Width} = View) ->
    Text = text_of(Object),
    case length(Text) > Width - 8 of
        true -> io:format("<~-4w> ~ts  ...~n", [N, lists:sublist(Text, max(Width - 13, 0))]);
        false -> io:format("<~-4w> ~ts~n", [N, Text])
    end,
    shown(Objects, N + 1, Row + 1, View);
shown([], N, _, View) ->
    page("EOT  (q)uit (p)Digits (k)ill /Regexp -->", fun() -> shown([], N, 1, View) end, View).

text_of(Object) -> lists:flatten(io_lib:format("~0tp", [Object])).

page(Prompt, Continue, {Table, Objects, Height, Width} = View) ->
    Again = fun() -> page(Prompt, Continue, View) end,
    case io:get_line(Prompt) of
        "c" ++ _ -> Continue();
        "q" ++ _ -> ok;
        "k" ++ _ ->
            ets:delete(Table),
            ok;
        "p" ++ Digits ->
            case string:to_integer(Digits) of
                {N, _} when is_integer(N), N > 0, N =< length(Objects) -> io:format("~tp~n", [lists:nth(N, Objects)]);
                {N, _} when is_integer(N) -> ok;
                _ -> io:format("Bad digits~n")
            end,
            Again();
        "/" ++ Regexp ->
            case re:compile(string:trim(Regexp, trailing, "\n"), [unicode]) of
                {ok, Compiled} ->
                    Found = [O || O <- ets:tab2list(Table),
                                  re:run(text_of(O), Compiled, [{capture, none}]) =:= match],
                    shown(Found, 1, 1, {Table, Found, Height, Width});
                {error, Reason} ->
                    io:format("~tp~n", [Reason]),
                    Again()
            end;
        Line when is_list(Line) -> Again();
        _ -> ok
    end.
