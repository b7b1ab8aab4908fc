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
         tab2file/3, file2tab/1, file2tab/2, tabfile_info/1]).

foldl(F, Acc, Name) ->
    Table = soft_whereis(Name),
    ets:safe_fixtable(Table, true),
    try fold_up(F, Acc, ets:first(Table), Table)
    after ets:safe_fixtable(Table, false)
    end.

fold_up(_, Acc, '$end_of_table', _) -> Acc;
fold_up(F, Acc, Key, Table) ->
    fold_up(F, lists:foldl(F, Acc, ets:lookup(Table, Key)), ets:next(Table, Key), Table).

foldr(F, Acc, Name) ->
    Table = soft_whereis(Name),
    ets:safe_fixtable(Table, true),
    try fold_down(F, Acc, ets:last(Table), Table)
    after ets:safe_fixtable(Table, false)
    end.

fold_down(_, Acc, '$end_of_table', _) -> Acc;
fold_down(F, Acc, Key, Table) ->
    fold_down(F, lists:foldr(F, Acc, ets:lookup(Table, Key)), ets:prev(Table, Key), Table).

%% The table itself, which stays the same under another name.
soft_whereis(Name) when is_atom(Name) ->
    case ets:whereis(Name) of
        undefined -> error(badarg, [Name]);
        Table -> Table
    end;
soft_whereis(Table) -> Table.

match_spec_run(List, Compiled) -> lists:reverse(ets:match_spec_run_r(List, Compiled, [])).

test_ms(Term, Spec) ->
    case erlang:match_spec_test(Term, Spec, table) of
        {ok, Result, _, _} -> {ok, Result};
        {error, _} = Error -> Error
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
delete_all_objects(_) -> erlang:nif_error(undef).
delete_object(_, _) -> erlang:nif_error(undef).
first(_) -> erlang:nif_error(undef).
first_lookup(_) -> erlang:nif_error(undef).
give_away(_, _, _) -> erlang:nif_error(undef).
info(_) -> erlang:nif_error(undef).
info(_, _) -> erlang:nif_error(undef).
insert(_, _) -> erlang:nif_error(undef).
insert_new(_, _) -> erlang:nif_error(undef).
is_compiled_ms(_) -> erlang:nif_error(undef).
last(_) -> erlang:nif_error(undef).
last_lookup(_) -> erlang:nif_error(undef).
lookup(_, _) -> erlang:nif_error(undef).
lookup_element(_, _, _) -> erlang:nif_error(undef).
lookup_element(_, _, _, _) -> erlang:nif_error(undef).
match(_) -> erlang:nif_error(undef).
match(_, _) -> erlang:nif_error(undef).
match(_, _, _) -> erlang:nif_error(undef).
match_delete(_, _) -> erlang:nif_error(undef).
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
select_delete(_, _) -> erlang:nif_error(undef).
select_replace(_, _) -> erlang:nif_error(undef).
select_reverse(_) -> erlang:nif_error(undef).
select_reverse(_, _) -> erlang:nif_error(undef).
select_reverse(_, _, _) -> erlang:nif_error(undef).
setopts(_, _) -> erlang:nif_error(undef).
slot(_, _) -> erlang:nif_error(undef).
tab2list(_) -> erlang:nif_error(undef).
take(_, _) -> erlang:nif_error(undef).
update_counter(_, _, _) -> erlang:nif_error(undef).
update_counter(_, _, _, _) -> erlang:nif_error(undef).
update_element(_, _, _) -> erlang:nif_error(undef).
update_element(_, _, _, _) -> erlang:nif_error(undef).
whereis(_) -> erlang:nif_error(undef).
