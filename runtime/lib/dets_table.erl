%% The process of a table on disk: it alone changes the ets table that holds
%% the objects, and it writes each change to the table's file.
%%
%% The file begins with ?MAGIC. Then come records, <<Size:32, CRC:32, Term:Size/binary>>
%% with a term in the external format: {table, Type, KeyPosition} first, and then
%% changes in their order. What is cut short at the end, or does not have its
%% checksum, is dropped when the file is opened. When a table is closed whose
%% file is much longer than its objects need, the file is written anew.
-module(dets_table).

-export([start_link/2, call/2, options/1, kind/1, init/3]).

-define(MAGIC, "ersh dets 1\n").

%% The table, what it was opened with, the ets table, the file, its end, the
%% number of objects written to it, and whether all of it is on disk.
-record(t, {name, options, ets, device, size = 0, written = 0, synced = true, fixed = #{}}).

options(File) ->
    #{file => File, type => set, keypos => 1, access => read_write, auto_save => 180000,
      ram_file => false, repair => true, create => false}.

%% kind tells what a file is: ours, erl's, other, or {error, Reason}.
kind(File) ->
    case file:open(File, [read, raw, binary]) of
        {ok, Device} ->
            Begin = file:read(Device, 20),
            ok = file:close(Device),
            case Begin of
                {ok, <<?MAGIC, _/binary>>} -> ours;
                %% A cookie is where erl keeps it.
                {ok, <<_:32, 16#0abcdef:32, _/binary>>} -> erl;
                {ok, _} -> other;
                eof -> other;
                Error -> Error
            end;
        Error -> Error
    end.

start_link(Name, Options) -> proc_lib:start_link(?MODULE, init, [self(), Name, Options]).

%% call asks a table's process; badarg where it has ended.
call(Pid, Request) ->
    Monitor = monitor(process, Pid, [{alias, reply_demonitor}]),
    Pid ! {Monitor, Request},
    receive
        {Monitor, Answer} -> Answer;
        {'DOWN', Monitor, _, _, _} -> badarg
    end.

init(Server, Name, Options) ->
    process_flag(trap_exit, true),
    case opened(Name, Options) of
        {ok, #t{ets = Ets} = T} ->
            proc_lib:init_ack(Server, {ok, self(), Ets}),
            loop(T);
        Error -> proc_lib:init_fail(Server, Error, {exit, normal})
    end.

%%% The file.

opened(Name, #{file := File, create := Create, access := Access} = Options) ->
    case kind(File) of
        ours -> read(Name, Options);
        {error, enoent} when Create, Access =:= read_write -> created(Name, Options);
        {error, Reason} -> {error, {file_error, File, Reason}};
        _ -> {error, {not_a_dets_file, File}}
    end.

created(Name, #{file := File, type := Type, keypos := KeyPos} = Options) ->
    case file:open(File, [read, write, raw, binary]) of
        {ok, Device} ->
            Header = header(Type, KeyPos),
            ok = file:write(Device, Header),
            {ok, #t{name = Name, options = Options, ets = table(Type, KeyPos), device = Device,
                    size = iolist_size(Header)}};
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

%% A bag keeps the order in which objects came, as a set of them does not.
table(Type, KeyPos) -> ets:new(dets, [Type, protected, {keypos, KeyPos}, {read_concurrency, true}]).

header(Type, KeyPos) -> [?MAGIC | record({table, Type, KeyPos})].

record(Term) ->
    Bin = term_to_binary(Term),
    [<<(byte_size(Bin)):32, (erlang:crc32(Bin)):32>>, Bin].

read(Name, #{file := File, access := Access} = Options) ->
    case file:open(File, [read, raw, binary | [write || Access =:= read_write]]) of
        {ok, Device} ->
            {ok, _} = file:position(Device, length(?MAGIC)),
            case next_record(Device) of
                {{table, Type, KeyPos}, Size} ->
                    case fits(Type, KeyPos, Options) of
                        true ->
                            T0 = #t{name = Name, options = Options#{type := Type, keypos := KeyPos},
                                    ets = table(Type, KeyPos), device = Device},
                            T = replay(T0#t{size = length(?MAGIC) + Size}),
                            %% What is written next follows what is whole.
                            {ok, _} = file:position(Device, T#t.size),
                            _ = Access =:= read_write andalso file:truncate(Device),
                            {ok, T};
                        Mismatch ->
                            ok = file:close(Device),
                            {error, {Mismatch, File}}
                    end;
                _ ->
                    ok = file:close(Device),
                    {error, {bad_object_header, File}}
            end;
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

fits(_, _, #{create := false}) -> true;
fits(Type, KeyPos, #{type := Type, keypos := KeyPos}) -> true;
fits(Type, _, #{type := Type}) -> keypos_mismatch;
fits(_, _, _) -> type_mismatch.

replay(#t{device = Device, size = Size, written = N} = T) ->
    case next_record(Device) of
        {Change, More} ->
            apply_change(Change, T#t.ets),
            replay(T#t{size = Size + More, written = N + weight(Change)});
        none -> T
    end.

next_record(Device) ->
    case file:read(Device, 8) of
        {ok, <<Size:32, Sum:32>>} ->
            case file:read(Device, Size) of
                {ok, <<Bin:Size/binary>>} ->
                    case erlang:crc32(Bin) of
                        Sum -> {binary_to_term(Bin), Size + 8};
                        _ -> none
                    end;
                _ -> none
            end;
        _ -> none
    end.

weight({insert, Objects}) -> length(Objects);
weight(_) -> 1.

%%% The process.

loop(#t{options = #{auto_save := Time}} = T) ->
    Timeout = case T#t.synced of
                  true -> infinity;
                  false -> Time
              end,
    receive
        {Monitor, close} ->
            closed(T),
            Monitor ! {Monitor, ok};
        {Monitor, Request} when is_reference(Monitor) ->
            {Answer, T1} = handle(Request, T),
            Monitor ! {Monitor, Answer},
            loop(T1);
        {'EXIT', _, _} -> closed(T);
        _ -> loop(T)
    after Timeout -> loop(synced(T))
    end.

handle({insert, Objects}, #t{options = #{keypos := KeyPos}} = T) ->
    case are_objects(Objects, KeyPos) of
        true -> change({insert, Objects}, ok, T);
        false -> {badarg, T}
    end;
handle({insert_new, Objects}, #t{ets = Ets, options = #{keypos := KeyPos}} = T) ->
    case are_objects(Objects, KeyPos) of
        true ->
            case lists:any(fun(O) -> ets:member(Ets, element(KeyPos, O)) end, Objects) of
                true -> {false, T};
                false -> change({insert, Objects}, true, T)
            end;
        false -> {badarg, T}
    end;
handle({update_counter, Key, Increment}, #t{ets = Ets, options = #{type := Type}} = T) ->
    case {Type, writable(T)} of
        {set, true} ->
            try ets:update_counter(Ets, Key, Increment) of
                N -> {N, written({insert, ets:lookup(Ets, Key)}, T)}
            catch error:badarg -> {badarg, T}
            end;
        {set, Error} -> {Error, T};
        _ -> {badarg, T}
    end;
handle({select_delete, Spec}, #t{ets = Ets} = T) ->
    try ets:select(Ets, [{Pattern, Guards, [{{lists:last([false | Body]), '$_'}}]}
                         || {Pattern, Guards, Body} <- Spec]) of
        Found ->
            Objects = [O || {true, O} <- Found],
            change({delete_objects, Objects}, length(Objects), T)
    catch error:_ -> {badarg, T}
    end;
handle(sync, T) -> {ok, synced(T)};
handle(info, T) -> {facts(T), T};
handle({compatible, New}, #t{options = Old} = T) ->
    Keys = [type, keypos, access, ram_file],
    Same = maps:get(create, New) =:= false orelse maps:with(Keys, New) =:= maps:with(Keys, Old),
    {Same andalso filename:absname(maps:get(file, New)) =:= filename:absname(maps:get(file, Old)), T};
handle({fix, Pid, true}, #t{fixed = Fixed} = T) ->
    ets:safe_fixtable(T#t.ets, true),
    {ok, T#t{fixed = maps:update_with(Pid, fun(N) -> N + 1 end, 1, Fixed)}};
handle({fix, Pid, false}, #t{fixed = Fixed} = T) ->
    case Fixed of
        #{Pid := N} ->
            ets:safe_fixtable(T#t.ets, false),
            {ok, T#t{fixed = if
                                 N > 1 -> Fixed#{Pid := N - 1};
                                 true -> maps:remove(Pid, Fixed)
                             end}};
        _ -> {ok, T}
    end;
handle(Change, T) -> change(Change, ok, T).

are_objects(Objects, KeyPos) ->
    is_list(Objects) andalso lists:all(fun(O) -> is_tuple(O) andalso tuple_size(O) >= KeyPos end, Objects).

change(Change, Answer, T) ->
    case writable(T) of
        true ->
            apply_change(Change, T#t.ets),
            {Answer, written(Change, T)};
        Error -> {Error, T}
    end.

writable(#t{options = #{access := read, file := File}}) -> {error, {access_mode, File}};
writable(_) -> true.

apply_change({insert, Objects}, Ets) ->
    case ets:info(Ets, type) of
        bag -> %% an object that is there already becomes its key's last one
            lists:foreach(fun(O) ->
                                  ets:delete_object(Ets, O),
                                  ets:insert(Ets, O)
                          end, Objects);
        _ -> ets:insert(Ets, Objects)
    end;
apply_change({delete, Keys}, Ets) -> lists:foreach(fun(Key) -> ets:delete(Ets, Key) end, Keys);
apply_change({delete_objects, Objects}, Ets) ->
    lists:foreach(fun(O) -> ets:delete_object(Ets, O) end, Objects);
apply_change(clear, Ets) -> ets:delete_all_objects(Ets).

written(Change, #t{device = Device, size = Size, written = N} = T) ->
    Record = record(Change),
    ok = file:write(Device, Record),
    T#t{size = Size + iolist_size(Record), written = N + weight(Change), synced = false}.

synced(#t{synced = true} = T) -> T;
synced(#t{device = Device} = T) ->
    ok = file:sync(Device),
    T#t{synced = true}.

%% The file is written anew in another one, which then takes its name.
closed(#t{device = Device, ets = Ets, written = N, options = #{access := read_write} = Options} = T) ->
    case N > 2 * ets:info(Ets, size) + 100 of
        true ->
            #{file := File, type := Type, keypos := KeyPos} = Options,
            New = File ++ ".TMP",
            {ok, Copy} = file:open(New, [write, raw, binary]),
            ok = file:write(Copy, header(Type, KeyPos)),
            copied(Copy, ets:select(Ets, [{'_', [], ['$_']}], 1000)),
            ok = file:sync(Copy),
            ok = file:close(Copy),
            ok = file:close(Device),
            ok = file:rename(New, File);
        false ->
            synced(T),
            ok = file:close(Device)
    end;
closed(#t{device = Device}) -> file:close(Device).

copied(_, '$end_of_table') -> ok;
copied(Copy, {Objects, More}) ->
    ok = file:write(Copy, record({insert, Objects})),
    copied(Copy, ets:select(More)).

facts(#t{ets = Ets, size = Size, fixed = Fixed, options = Options}) ->
    #{file := File, type := Type, keypos := KeyPos, access := Access, auto_save := Auto, ram_file := Ram} = Options,
    Keys = case Type of
               set -> ets:info(Ets, size);
               _ -> length(lists:usort(ets:select(Ets, [{'$1', [], [{element, KeyPos, '$1'}]}])))
           end,
    #{type => Type, keypos => KeyPos, size => ets:info(Ets, size), no_objects => ets:info(Ets, size),
      file_size => Size, filename => File, memory => ets:info(Ets, memory), access => Access,
      auto_save => Auto, hash => phash2, no_keys => Keys, no_slots => {256, 256, 33554432},
      ram_file => Ram, version => 9,
      safe_fixed => case map_size(Fixed) of
                        0 -> false;
                        _ -> {erlang:timestamp(), maps:to_list(Fixed)}
                    end,
      safe_fixed_monotonic_time => case map_size(Fixed) of
                                       0 -> false;
                                       _ -> {erlang:monotonic_time(), maps:to_list(Fixed)}
                                   end}.
