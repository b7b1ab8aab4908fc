%% Tables on disk. Each open table is kept in an ets table by a process of its
%% own (dets_table), which also writes every change to the table's file; those
%% who read do so from the ets table. Who has which table open is kept by the
%% process `dets` (dets_server).
-module(dets).

-export([all/0, bchunk/2, close/1, delete/2, delete_all_objects/1, delete_object/2, first/1, foldl/3,
         foldr/3, from_ets/2, info/1, info/2, init_table/2, init_table/3, insert/2, insert_new/2,
         is_compatible_bchunk_format/2, is_dets_file/1, lookup/2, match/1, match/2, match/3,
         match_delete/2, match_object/1, match_object/2, match_object/3, member/2, next/2, open_file/1,
         open_file/2, pid2name/1, repair_continuation/2, safe_fixtable/2, select/1, select/2, select/3,
         select_delete/2, slot/2, sync/1, table/1, table/2, to_ets/2, traverse/2, update_counter/3,
         where/2]).

%%% Open and close.

open_file(File) ->
    case file:read_file_info(File) of
        {ok, _} -> dets_server:open(make_ref(), dets_table:options(File));
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

open_file(Table, Options) when is_list(Options) ->
    Defaults = (dets_table:options(file_name(Table)))#{create => true},
    case options(Options, Defaults) of
        badarg -> error(badarg, [Table, Options]);
        All -> dets_server:open(Table, All)
    end;
open_file(Table, Option) -> open_file(Table, [Option]).

file_name(Table) when is_atom(Table) -> atom_to_list(Table);
file_name(Table) -> Table.

options([{Key, Value} | Options], All) ->
    case option(Key, Value) of
        true -> options(Options, All#{Key => Value});
        {true, Name} -> options(Options, All#{Key => Name});
        false -> badarg
    end;
options([], #{file := File} = All) when is_list(File) -> All;
options(_, _) -> badarg.

option(file, Name) when is_list(Name); is_atom(Name) -> {true, file_name(Name)};
option(file, Name) when is_binary(Name) -> {true, unicode:characters_to_list(Name)};
option(type, Type) -> lists:member(Type, [set, bag, duplicate_bag]);
option(keypos, N) -> is_integer(N) andalso N > 0;
option(access, Access) -> Access =:= read orelse Access =:= read_write;
option(auto_save, infinity) -> true;
option(auto_save, N) -> is_integer(N) andalso N > 0;
option(ram_file, Bool) -> is_boolean(Bool);
option(repair, Repair) -> is_boolean(Repair) orelse Repair =:= force;
option(Slots, N) when Slots =:= min_no_slots; Slots =:= max_no_slots; Slots =:= estimated_no_objects ->
    N =:= default orelse is_integer(N) andalso N >= 0;
option(version, V) -> V =:= 9 orelse V =:= default;
option(delayed_write, _) -> true;
option(debug, Bool) -> is_boolean(Bool);
option(_, _) -> false.

close(Table) -> dets_server:close(Table).

all() -> dets_server:all().

pid2name(Pid) -> dets_server:name(Pid).

is_dets_file(File) ->
    case dets_table:kind(File) of
        {error, Reason} -> {error, {file_error, File, Reason}};
        Kind -> Kind =/= other
    end.

%%% Changes.

insert(Table, Object) ->
    case changed(Table, {insert, listed(Object)}) of
        badarg -> error(badarg, [Table, Object]);
        Answer -> Answer
    end.

insert_new(Table, Object) ->
    case changed(Table, {insert_new, listed(Object)}) of
        badarg -> error(badarg, [Table, Object]);
        Answer -> Answer
    end.

listed(Objects) when is_list(Objects) -> Objects;
listed(Object) -> [Object].

delete(Table, Key) ->
    case changed(Table, {delete, [Key]}) of
        badarg -> error(badarg, [Table, Key]);
        Answer -> Answer
    end.

delete_object(Table, Object) ->
    case changed(Table, {delete_objects, [Object]}) of
        badarg -> error(badarg, [Table, Object]);
        Answer -> Answer
    end.

delete_all_objects(Table) ->
    case changed(Table, clear) of
        badarg -> error(badarg, [Table]);
        Answer -> Answer
    end.

update_counter(Table, Key, Increment) ->
    case changed(Table, {update_counter, Key, Increment}) of
        badarg -> error(badarg, [Table, Key, Increment]);
        Answer -> Answer
    end.

match_delete(Table, Pattern) ->
    case changed(Table, {select_delete, [{Pattern, [], [true]}]}) of
        badarg -> error(badarg, [Table, Pattern]);
        N when is_integer(N) -> ok;
        Error -> Error
    end.

select_delete(Table, Spec) ->
    case changed(Table, {select_delete, Spec}) of
        badarg -> error(badarg, [Table, Spec]);
        Answer -> Answer
    end.

sync(Table) ->
    case changed(Table, sync) of
        badarg -> error(badarg, [Table]);
        Answer -> Answer
    end.

changed(Table, Change) ->
    case dets_server:table(Table) of
        {Pid, _} -> dets_table:call(Pid, Change);
        none -> badarg
    end.

init_table(Table, Init) -> init_table(Table, Init, []).

init_table(Table, Init, Options) ->
    case is_function(Init, 1) andalso is_list(Options) andalso changed(Table, clear) of
        ok ->
            try filled(Table, Init(read))
            after catch Init(close)
            end;
        {error, _} = Error -> Error;
        _ -> error(badarg, [Table, Init, Options])
    end.

filled(_, end_of_input) -> ok;
filled(Table, {Objects, Next}) when is_function(Next, 1) ->
    case insert(Table, Objects) of
        ok -> filled(Table, Next(read));
        Error -> Error
    end;
filled(_, Other) -> error({badarg, Other}).

from_ets(Table, Ets) ->
    case changed(Table, clear) of
        ok ->
            ets:safe_fixtable(Ets, true),
            try copied(Table, ets:select(Ets, [{'_', [], ['$_']}], 500))
            after ets:safe_fixtable(Ets, false)
            end;
        badarg -> error(badarg, [Table, Ets]);
        Error -> Error
    end.

copied(_, '$end_of_table') -> ok;
copied(Table, {Objects, More}) ->
    case insert(Table, Objects) of
        ok -> copied(Table, ets:select(More));
        Error -> Error
    end.

to_ets(Table, Ets) ->
    case objects(Table) of
        badarg -> error(badarg, [Table, Ets]);
        Objects ->
            case ets:info(Ets, keypos) of
                undefined -> error(badarg, [Table, Ets]);
                _ ->
                    ets:insert(Ets, Objects),
                    Ets
            end
    end.

%%% Reading. Each gives badarg where there is no such table, or the arguments
%%% are bad.

read(Table, Fun) ->
    case dets_server:table(Table) of
        {_, Ets} ->
            try Fun(Ets)
            catch error:badarg -> badarg
            end;
        none -> badarg
    end.

objects(Table) -> read(Table, fun ets:tab2list/1).

lookup(Table, Key) ->
    case read(Table, fun(Ets) -> ets:lookup(Ets, Key) end) of
        badarg -> error(badarg, [Table, Key]);
        Objects -> Objects
    end.

member(Table, Key) ->
    case read(Table, fun(Ets) -> ets:member(Ets, Key) end) of
        badarg -> error(badarg, [Table, Key]);
        Is -> Is
    end.

first(Table) ->
    case read(Table, fun(Ets) -> ets:first(Ets) end) of
        badarg -> error(badarg, [Table]);
        Key -> Key
    end.

next(Table, Key) ->
    case read(Table, fun(Ets) ->
                             case ets:member(Ets, Key) of
                                 true -> ets:next(Ets, Key);
                                 false -> ets:first(Ets)
                             end
                     end) of
        badarg -> error(badarg, [Table, Key]);
        Next -> Next
    end.

slot(Table, Slot) ->
    case read(Table, fun(Ets) -> ets:slot(Ets, Slot) end) of
        badarg -> error(badarg, [Table, Slot]);
        Objects -> Objects
    end.

foldl(Fun, Acc, Table) ->
    case objects(Table) of
        badarg -> error(badarg, [Fun, Acc, Table]);
        Objects -> lists:foldl(Fun, Acc, Objects)
    end.

foldr(Fun, Acc, Table) ->
    case objects(Table) of
        badarg -> error(badarg, [Fun, Acc, Table]);
        Objects -> lists:foldl(Fun, Acc, Objects)
    end.

traverse(Table, Fun) ->
    case objects(Table) of
        badarg -> error(badarg, [Table, Fun]);
        Objects -> traverse(Objects, Fun, [])
    end.

traverse([Object | Objects], Fun, Acc) ->
    case Fun(Object) of
        continue -> traverse(Objects, Fun, Acc);
        {continue, Value} -> traverse(Objects, Fun, [Value | Acc]);
        {done, Value} -> [Value | Acc];
        Error -> Error
    end;
traverse([], _, Acc) -> Acc.

match(Table, Pattern) ->
    case read(Table, fun(Ets) -> ets:match(Ets, Pattern) end) of
        badarg -> error(badarg, [Table, Pattern]);
        Found -> Found
    end.

match_object(Table, Pattern) ->
    case read(Table, fun(Ets) -> ets:match_object(Ets, Pattern) end) of
        badarg -> error(badarg, [Table, Pattern]);
        Found -> Found
    end.

select(Table, Spec) ->
    case read(Table, fun(Ets) -> ets:select(Ets, Spec) end) of
        badarg -> error(badarg, [Table, Spec]);
        Found -> Found
    end.

match(Table, Pattern, N) ->
    case read(Table, fun(Ets) -> continued(match, ets:match(Ets, Pattern, limit(N))) end) of
        badarg -> error(badarg, [Table, Pattern, N]);
        Found -> Found
    end.

match_object(Table, Pattern, N) ->
    case read(Table, fun(Ets) -> continued(object, ets:match_object(Ets, Pattern, limit(N))) end) of
        badarg -> error(badarg, [Table, Pattern, N]);
        Found -> Found
    end.

select(Table, Spec, N) ->
    case read(Table, fun(Ets) -> continued(select, ets:select(Ets, Spec, limit(N))) end) of
        badarg -> error(badarg, [Table, Spec, N]);
        Found -> Found
    end.

limit(default) -> 100;
limit(N) -> N.

%% A continuation is {dets_cont, What, that of ets}.
continued(What, {Found, More}) -> {Found, {dets_cont, What, More}};
continued(_, '$end_of_table') -> '$end_of_table'.

match({dets_cont, match, More}) -> continued(match, ets:match(More));
match(Other) -> error(badarg, [Other]).

match_object({dets_cont, object, More}) -> continued(object, ets:match_object(More));
match_object(Other) -> error(badarg, [Other]).

select({dets_cont, select, More}) -> continued(select, ets:select(More));
select(Other) -> error(badarg, [Other]).

repair_continuation({dets_cont, What, More}, Spec) ->
    {dets_cont, What, ets:repair_continuation(More, Spec)};
repair_continuation(Continuation, Spec) -> error(badarg, [Continuation, Spec]).

%% What reads sees a table as it was in any case.
safe_fixtable(Table, Fix) when is_boolean(Fix) ->
    case changed(Table, {fix, self(), Fix}) of
        badarg -> error(badarg, [Table, Fix]);
        _ -> ok
    end;
safe_fixtable(Table, Fix) -> error(badarg, [Table, Fix]).

%% There are no places of objects in the file, nor chunks of it to copy.
where(Table, Object) -> error(notsup, [Table, Object]).
bchunk(Table, Continuation) -> error(notsup, [Table, Continuation]).
is_compatible_bchunk_format(_Table, _Format) -> false.

%%% Questions.

info(Table) ->
    case dets_server:table(Table) of
        {Pid, _} ->
            case dets_table:call(Pid, info) of
                #{} = Info -> [{Item, maps:get(Item, Info)} || Item <- [type, keypos, size, file_size, filename]];
                _ -> undefined
            end;
        none -> undefined
    end.

info(Table, owner) ->
    case dets_server:table(Table) of
        {Pid, _} -> Pid;
        none -> undefined
    end;
info(Table, users) ->
    case dets_server:table(Table) of
        {_, _} -> dets_server:users(Table);
        none -> undefined
    end;
info(Table, Item) ->
    case dets_server:table(Table) of
        {Pid, _} ->
            case dets_table:call(Pid, info) of
                #{Item := Value} -> Value;
                _ -> undefined
            end;
        none -> undefined
    end.

%%% A table as what a query reads from.

table(Table) -> table(Table, []).

table(Table, Options) ->
    Traverse = case proplists:get_value(traverse, Options, select) of
                   select -> fun(Spec) -> select(Table, Spec) end;
                   {select, Spec} -> fun() -> select(Table, Spec) end;
                   first_next -> fun() -> keyed(Table, first(Table)) end
               end,
    qlc:table(Traverse,
              [{info_fun, fun(num_of_objects) -> info(Table, size);
                             (keypos) -> info(Table, keypos);
                             (is_unique_objects) -> info(Table, type) =/= duplicate_bag;
                             (_) -> undefined
                          end},
               {lookup_fun, fun(Position, Keys) ->
                                    Position = info(Table, keypos),
                                    lists:append([lookup(Table, Key) || Key <- Keys])
                            end},
               {key_equality, '=:='},
               {format_fun, fun(_) -> {dets, table, [Table | [Options || Options =/= []]]} end}]).

keyed(_, '$end_of_table') -> [];
keyed(Table, Key) -> lookup(Table, Key) ++ fun() -> keyed(Table, next(Table, Key)) end.
