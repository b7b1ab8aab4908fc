%% Logs on disk: halt logs in one file, and wrap logs in files of limited size
%% that are used in turn. Each open log has a process, which does what others ask
%% of it in order; those who opened the log as owners are linked to it.
-module(disk_log).

-export([open/1, close/1, log/2, log_terms/2, blog/2, blog_terms/2, alog/2, alog_terms/2, balog/2, balog_terms/2,
         sync/1, truncate/1, truncate/2, btruncate/2, reopen/2, reopen/3, breopen/3, inc_wrap_file/1, next_file/1,
         change_size/2, change_header/2, change_notify/3, block/1, block/2, unblock/1, info/1, all/0, pid2name/1,
         chunk/2, chunk/3, bchunk/2, bchunk/3, chunk_step/3, chunk_info/1, format_error/1]).
-export([init/1]).

-record(continuation, {pid, at, rest = []}).

%% A wrap log's counts are the items of each file; its file is that with the
%% number `current`.
-record(log, {name, file, type = halt, format = internal, size = infinity, mode = read_write, head = none, quiet = false,
              device, bytes = 0, items = 0, written = 0, owners = [], users = 0, status = ok, full = false,
              current = 1, counts = [], in_current = 0, overflows = 0, new_overflows = 0, blocked = none, waiting = []}).

-type log() :: term().
-type continuation() :: #continuation{}.

-define(CHUNK, 65536).

%%% Requests.

-spec open([tuple()]) -> {ok, log()} | {repaired, log(), {recovered, integer()}, {badbytes, integer()}} | {error, term()}.
open(Options) ->
    case options(Options) of
        {error, _} = Error -> Error;
        #{name := Name} = Known -> opened(Name, Known)
    end.

opened(Name, Known) ->
    case ask(disk_log_server:open(Name), {open, Known}) of
        gone -> opened(Name, Known);
        Answer -> Answer
    end.

options(Options) when is_list(Options) ->
    case lists:foldl(fun option/2, #{linkto => self()}, Options) of
        {error, _} = Error -> Error;
        #{name := _, type := wrap, mode := read_only} = Known -> named(Known);
        #{name := _, type := wrap} = Known -> sized(named(Known));
        #{name := _} = Known -> named(Known);
        _ -> {error, {badarg, name}}
    end;
options(Other) -> {error, {badarg, Other}}.

named(#{file := _} = Known) -> Known;
named(#{name := Name} = Known) when is_atom(Name) -> Known#{default_file => lists:concat([Name, ".LOG"])};
named(#{name := Name} = Known) ->
    case is_list(Name) andalso io_lib:printable_unicode_list(Name) of
        true -> Known#{default_file => Name ++ ".LOG"};
        false -> {error, {badarg, file}}
    end.

sized(#{size := _} = Known) -> Known;
sized(#{name := Name} = Known) ->
    File = maps:get(file, Known, maps:get(default_file, Known, "")),
    case disk_log_server:find(Name) =/= undefined orelse disk_log_file:read_size(File) of
        none -> {error, {badarg, size}};
        _ -> Known
    end;
sized(Error) -> Error.

option(_, {error, _} = Error) -> Error;
option({Key, Value} = Option, Known) ->
    Valid = case Key of
                name -> true;
                file -> is_list(Value) orelse is_atom(Value);
                linkto -> is_pid(Value) orelse Value =:= none;
                repair -> is_boolean(Value) orelse Value =:= truncate;
                type -> Value =:= halt orelse Value =:= wrap;
                format -> Value =:= internal orelse Value =:= external;
                size -> is_size(Value);
                notify -> is_boolean(Value);
                head -> true;
                head_func -> is_tuple(Value) andalso tuple_size(Value) =:= 3;
                mode -> Value =:= read_only orelse Value =:= read_write;
                quiet -> is_boolean(Value);
                distributed -> true;
                _ -> false
            end,
    case Valid of
        true when Key =:= file, is_atom(Value) -> Known#{file => atom_to_list(Value)};
        true when Key =:= head, Value =:= none -> Known;
        true when Key =:= head -> Known#{head => {head, Value}};
        true when Key =:= head_func -> Known#{head => {head_func, Value}};
        true -> Known#{Key => Value};
        false -> {error, {badarg, [Option]}}
    end;
option(Option, _) -> {error, {badarg, [Option]}}.

is_size(infinity) -> true;
is_size({Bytes, Files}) -> is_integer(Bytes) andalso Bytes > 0 andalso is_integer(Files) andalso Files > 0;
is_size(Bytes) -> is_integer(Bytes) andalso Bytes > 0.

-spec close(log()) -> ok | {error, term()}.
close(Log) -> request(Log, close).

-spec log(log(), term()) -> ok | {error, term()}.
log(Log, Term) -> request(Log, {log, internal, [term_to_binary(Term)]}).

-spec log_terms(log(), [term()]) -> ok | {error, term()}.
log_terms(Log, Terms) -> request(Log, {log, internal, [term_to_binary(T) || T <- Terms]}).

-spec blog(log(), iodata()) -> ok | {error, term()}.
blog(Log, Bytes) -> request(Log, {log, external, [iolist_to_binary(Bytes)]}).

-spec blog_terms(log(), [iodata()]) -> ok | {error, term()}.
blog_terms(Log, List) -> request(Log, {log, external, [iolist_to_binary(B) || B <- List]}).

-spec alog(log(), term()) -> ok | {error, term()}.
alog(Log, Term) -> notify(Log, {alog, internal, [term_to_binary(Term)]}).

-spec alog_terms(log(), [term()]) -> ok | {error, term()}.
alog_terms(Log, Terms) -> notify(Log, {alog, internal, [term_to_binary(T) || T <- Terms]}).

-spec balog(log(), iodata()) -> ok | {error, term()}.
balog(Log, Bytes) -> notify(Log, {alog, external, [iolist_to_binary(Bytes)]}).

-spec balog_terms(log(), [iodata()]) -> ok | {error, term()}.
balog_terms(Log, List) -> notify(Log, {alog, external, [iolist_to_binary(B) || B <- List]}).

-spec sync(log()) -> ok | {error, term()}.
sync(Log) -> request(Log, sync).

-spec truncate(log()) -> ok | {error, term()}.
truncate(Log) -> request(Log, {truncate, default, truncate}).

-spec truncate(log(), term()) -> ok | {error, term()}.
truncate(Log, Head) -> request(Log, {truncate, {bytes, term_to_binary(Head)}, truncate}).

-spec btruncate(log(), iodata()) -> ok | {error, term()}.
btruncate(Log, Head) -> request(Log, {truncate, {bytes, iolist_to_binary(Head)}, btruncate}).

-spec reopen(log(), file:filename()) -> ok | {error, term()}.
reopen(Log, File) -> request(Log, {reopen, File, default}).

-spec reopen(log(), file:filename(), term()) -> ok | {error, term()}.
reopen(Log, File, Head) -> request(Log, {reopen, File, {bytes, term_to_binary(Head)}}).

-spec breopen(log(), file:filename(), iodata()) -> ok | {error, term()}.
breopen(Log, File, Head) -> request(Log, {reopen, File, {bytes, iolist_to_binary(Head)}}).

-spec inc_wrap_file(log()) -> ok | {error, term()}.
inc_wrap_file(Log) -> request(Log, next_file).

-spec next_file(log()) -> ok | {error, term()}.
next_file(Log) -> request(Log, next_file).

-spec change_size(log(), term()) -> ok | {error, term()}.
change_size(Log, Size) ->
    case is_size(Size) of
        true -> request(Log, {change_size, Size});
        false -> {error, {badarg, size}}
    end.

-spec change_header(log(), {head, term()} | {head_func, mfa()}) -> ok | {error, term()}.
change_header(Log, {Key, _} = Head) when Key =:= head; Key =:= head_func -> request(Log, {change_header, Head});
change_header(_, _) -> {error, {badarg, head}}.

-spec change_notify(log(), pid(), boolean()) -> ok | {error, term()}.
change_notify(Log, Owner, Notify) when is_boolean(Notify) -> request(Log, {change_notify, Owner, Notify});
change_notify(_, _, _) -> {error, {badarg, notify}}.

-spec block(log()) -> ok | {error, term()}.
block(Log) -> block(Log, true).

-spec block(log(), boolean()) -> ok | {error, term()}.
block(Log, Queue) when is_boolean(Queue) -> request(Log, {block, Queue}).

-spec unblock(log()) -> ok | {error, term()}.
unblock(Log) -> request(Log, unblock).

-spec info(log()) -> [{atom(), term()}] | {error, {no_such_log, log()} | no_such_log}.
info(Log) -> request(Log, info).

-spec all() -> [log()].
all() -> disk_log_server:all().

-spec pid2name(pid()) -> {ok, log()} | undefined.
pid2name(Pid) ->
    case [Name || Name <- all(), disk_log_server:find(Name) =:= Pid] of
        [Name] -> {ok, Name};
        [] -> undefined
    end.

-spec chunk(log(), start | continuation()) -> {continuation(), [term()]} | {continuation(), [term()], integer()}
              | eof | {error, term()}.
chunk(Log, From) -> chunk(Log, From, infinity).

-spec chunk(log(), start | continuation(), pos_integer() | infinity) ->
          {continuation(), [term()]} | {continuation(), [term()], integer()} | eof | {error, term()}.
chunk(Log, From, Most) ->
    case bchunk(Log, From, Most) of
        {error, _} = Error -> Error;
        {Next, Items} -> {Next, [binary_to_term(I) || I <- Items]};
        {Next, Items, Bad} -> {Next, [binary_to_term(I) || I <- Items], Bad};
        Other -> Other
    end.

-spec bchunk(log(), start | continuation()) -> {continuation(), [binary()]} | {continuation(), [binary()], integer()}
              | eof | {error, term()}.
bchunk(Log, From) -> bchunk(Log, From, infinity).

-spec bchunk(log(), start | continuation(), pos_integer() | infinity) ->
          {continuation(), [binary()]} | {continuation(), [binary()], integer()} | eof | {error, term()}.
bchunk(Log, start, Most) -> request(Log, {chunk, start, Most});
bchunk(_, #continuation{pid = Pid} = From, Most) -> answer(ask(Pid, {chunk, From, Most}));
bchunk(_, From, _) -> {error, {badarg, From}}.

-spec chunk_step(log(), start | continuation(), integer()) -> {ok, continuation()} | {error, term()}.
chunk_step(Log, start, Step) -> request(Log, {chunk_step, start, Step});
chunk_step(_, #continuation{pid = Pid} = From, Step) -> answer(ask(Pid, {chunk_step, From, Step}));
chunk_step(_, From, _) -> {error, {badarg, From}}.

-spec chunk_info(continuation()) -> [{node, node()}] | {error, term()}.
chunk_info(#continuation{pid = Pid}) -> [{node, node(Pid)}];
chunk_info(From) -> {error, {no_continuation, From}}.

request(Log, Request) ->
    case disk_log_server:find(Log) of
        undefined -> {error, no_such_log};
        Pid -> answer(ask(Pid, Request))
    end.

answer(gone) -> {error, no_such_log};
answer(Answer) -> Answer.

notify(Log, Request) ->
    case disk_log_server:find(Log) of
        undefined -> {error, no_such_log};
        Pid ->
            Pid ! {?MODULE, Request},
            ok
    end.

ask(Pid, Request) ->
    Monitor = erlang:monitor(process, Pid),
    Pid ! {?MODULE, self(), Monitor, Request},
    receive
        {Monitor, Answer} ->
            erlang:demonitor(Monitor, [flush]),
            Answer;
        {'DOWN', Monitor, process, Pid, Reason} when Reason =:= normal; Reason =:= noproc -> gone;
        {'DOWN', Monitor, process, Pid, Reason} -> {error, {disk_log_died, Reason}}
    end.

%%% The log's process.

init(Name) ->
    process_flag(trap_exit, true),
    loop(#log{name = Name}).

loop(Log) ->
    receive
        {?MODULE, From, Ref, Request} -> told(From, Ref, Request, Log);
        {?MODULE, {alog, Format, Items}} -> loop(logged_later(Format, Items, Log));
        {'EXIT', Pid, _} -> left(without_owner(Pid, Log));
        {'DOWN', _, process, Pid, _} when element(1, Log#log.blocked) =:= Pid -> loop(unblocked(Log));
        _ -> loop(Log)
    end.

told(From, Ref, Request, Log) ->
    case handle(Request, From, Log) of
        {reply, Answer, New} ->
            From ! {Ref, Answer},
            loop(New);
        {left, Answer, New} -> left(New, fun() -> From ! {Ref, Answer} end);
        wait -> loop(Log#log{waiting = [{From, Ref, Request} | Log#log.waiting]})
    end.

left(Log) -> left(Log, fun() -> ok end).

left(#log{owners = [], users = 0} = Log, Then) ->
    closed(Log),
    gen_server:call(disk_log_server, {gone, Log#log.name, self()}, infinity),
    Then();
left(Log, Then) ->
    Then(),
    loop(Log).

closed(#log{device = undefined}) -> ok;
closed(#log{device = Device, format = Format, mode = read_write} = Log) ->
    disk_log_file:close(Device, Format),
    Log#log.type =:= wrap andalso index_written(Log);
closed(#log{device = Device}) -> file:close(Device).

index_written(#log{file = File, current = Current} = Log) ->
    disk_log_file:write_index(File, Current, [N || {_, N} <- lists:sort((counted(Log))#log.counts)]).

%% Counts, those of the current file among them.
counted(#log{current = Current, counts = Counts, in_current = N} = Log) ->
    Log#log{counts = lists:keystore(Current, 1, Counts, {Current, N})}.

unblocked(#log{waiting = Waiting} = Log) ->
    lists:foreach(fun({From, Ref, Request}) -> self() ! {?MODULE, From, Ref, Request};
                     (Later) -> self() ! Later
                  end, lists:reverse(Waiting)),
    Log#log{blocked = none, waiting = []}.

handle({open, Known}, From, #log{device = undefined} = Log) ->
    case first_opened(Known, Log) of
        {Answer, New} when element(1, Answer) =/= error -> {reply, Answer, with_user(Known, From, New)};
        {Error, _} -> {left, Error, Log}
    end;
handle({open, Known}, From, Log) ->
    case mismatch(Known, Log) of
        none -> {reply, {ok, Log#log.name}, with_user(Known, From, Log)};
        Reason -> {reply, {error, Reason}, Log}
    end;
handle(_, _, #log{device = undefined} = Log) -> {left, {error, no_such_log}, Log};
handle(info, _, Log) -> {reply, information(Log), Log#log{new_overflows = 0}};
handle(close, From, #log{owners = Owners, users = Users} = Log) ->
    case lists:keymember(From, 1, Owners) of
        true ->
            unlink(From),
            {left, ok, without_owner(From, Log)};
        false when Users > 0 -> {left, ok, Log#log{users = Users - 1}};
        false -> {reply, {error, {not_owner, From}}, Log}
    end;
handle({change_notify, Owner, Notify}, _, #log{owners = Owners} = Log) ->
    case lists:keymember(Owner, 1, Owners) of
        true -> {reply, ok, Log#log{owners = lists:keyreplace(Owner, 1, Owners, {Owner, Notify})}};
        false -> {reply, {error, {not_owner, Owner}}, Log}
    end;
handle(unblock, From, #log{blocked = {From, _, Monitor}} = Log) ->
    erlang:demonitor(Monitor, [flush]),
    {reply, ok, unblocked(Log)};
handle(unblock, _, #log{blocked = none, name = Name} = Log) -> {reply, {error, {not_blocked, Name}}, Log};
handle(unblock, _, #log{name = Name} = Log) -> {reply, {error, {not_blocked_by_pid, Name}}, Log};
handle(Request, From, #log{blocked = {By, Queue, _}, name = Name} = Log)
  when From =/= By; element(1, Request) =:= log; element(1, Request) =:= block ->
    case Queue andalso From =/= By of
        true -> wait;
        false -> {reply, {error, {blocked_log, Name}}, Log}
    end;
handle({block, Queue}, From, Log) -> {reply, ok, Log#log{blocked = {From, Queue, erlang:monitor(process, From)}}};
handle({chunk, _, _}, _, #log{format = external, name = Name} = Log) -> {reply, {error, {format_external, Name}}, Log};
handle({chunk, From, Most}, _, Log) -> {reply, read(From, Most, Log), Log};
handle({chunk_step, From, Step}, _, #log{type = wrap, format = internal} = Log) -> {reply, step(From, Step, Log), Log};
handle({chunk_step, _, _}, _, #log{name = Name} = Log) -> {reply, {error, {not_internal_wrap, Name}}, Log};
handle(sync, _, #log{device = Device} = Log) -> {reply, file:sync(Device), Log};
handle(_, _, #log{mode = read_only, name = Name} = Log) -> {reply, {error, {read_only_mode, Name}}, Log};
handle({log, internal, _}, _, #log{format = external, name = Name} = Log) -> {reply, {error, {format_external, Name}}, Log};
handle({log, _, Items}, _, Log) ->
    {Answer, New} = logged(Items, Log),
    {reply, Answer, New};
handle({truncate, {bytes, _}, truncate}, _, #log{format = external, name = Name} = Log) ->
    {reply, {error, {format_external, Name}}, Log};
handle({truncate, Head, _}, _, Log) ->
    Lost = all_items(Log),
    New = truncated(Head, Log),
    inform({truncated, Lost}, New),
    {reply, ok, status(ok, New)};
handle({reopen, File, Head}, _, #log{file = Old, name = Name} = Log) ->
    case filename:absname(File) =:= filename:absname(Old) of
        true -> {reply, {error, {same_file_name, Name}}, Log};
        false ->
            Lost = all_items(Log),
            closed(Log),
            lists:foreach(fun({From, To}) -> file:rename(From, To) end, renamed(Old, File, Log)),
            {ok, New} = fresh(Head, Log),
            inform({truncated, Lost}, New),
            {reply, ok, New}
    end;
handle(next_file, _, #log{type = halt, name = Name} = Log) -> {reply, {error, {halt_log, Name}}, Log};
handle(next_file, _, Log) -> {reply, ok, wrapped(Log)};
handle({change_size, Size}, _, #log{type = halt, bytes = Bytes, name = Name} = Log) ->
    if
        Size =:= infinity; is_integer(Size), Size >= Bytes -> {reply, ok, Log#log{size = Size, full = false}};
        is_integer(Size) -> {reply, {error, {new_size_too_small, Name, Bytes}}, Log};
        true -> {reply, {error, {badarg, size}}, Log}
    end;
handle({change_size, {_, Files} = Size}, _, #log{file = File, current = Current, counts = Counts} = Log) ->
    disk_log_file:write_size(File, Size),
    %% Files beyond the new number are of no use, save the current one.
    Extra = [N || {N, _} <- Counts, N > Files, N =/= Current],
    lists:foreach(fun(N) -> file:delete(disk_log_file:name(File, N)) end, Extra),
    {reply, ok, Log#log{size = Size, counts = [C || {N, _} = C <- Counts, not lists:member(N, Extra)]}};
handle({change_size, _}, _, Log) -> {reply, {error, {badarg, size}}, Log};
handle({change_header, Head}, _, Log) -> {reply, ok, Log#log{head = Head}}.

%%% Opening.

first_opened(Known, #log{name = Name} = Log0) ->
    File = maps:get(file, Known, maps:get(default_file, Known, "")),
    Log1 = Log0#log{file = File, type = maps:get(type, Known, halt), format = maps:get(format, Known, internal),
                    mode = maps:get(mode, Known, read_write), head = maps:get(head, Known, none),
                    quiet = maps:get(quiet, Known, false), size = maps:get(size, Known, infinity)},
    Repair = maps:get(repair, Known, true),
    case Log1 of
        #log{type = halt} -> opened_file(File, Repair, Log1);
        #log{type = wrap, size = Size} ->
            Sized = case {Size, disk_log_file:read_size(File)} of
                        {infinity, {ok, Old}} -> Log1#log{size = Old};
                        _ -> Log1
                    end,
            case Sized of
                #log{size = infinity} -> {{error, {badarg, size}}, Log0};
                #log{mode = read_write, size = Limits} ->
                    case disk_log_file:write_size(File, Limits) of
                        ok -> opened_wrap(File, Repair, Sized);
                        {error, Reason} -> {{error, {file_error, disk_log_file:name(File, siz), Reason}}, Log0}
                    end;
                _ -> opened_wrap(File, Repair, Sized)
            end;
        _ -> {{error, {badarg, Name}}, Log0}
    end.

opened_wrap(File, Repair, Log) ->
    {Current, Counts} = case disk_log_file:read_index(File) of
                            none -> {1, []};
                            {N, Known} -> {N, [C || {I, _} = C <- lists:enumerate(Known), filelib:is_file(disk_log_file:name(File, I))]}
                        end,
    case opened_file(disk_log_file:name(File, Current), Repair, Log#log{current = Current}) of
        {Answer, New} when element(1, Answer) =/= error ->
            {Answer, New#log{counts = lists:keydelete(Current, 1, Counts), in_current = New#log.items}};
        Failed -> Failed
    end.

opened_file(File, Repair, #log{name = Name, mode = Mode, format = Format} = Log) ->
    case disk_log_file:open(File, Mode, Format) of
        {ok, Device, _, opened} when Mode =:= read_write, Repair =:= false ->
            file:close(Device),
            {{error, {need_repair, File}}, Log};
        {ok, Device, _, opened} when Mode =:= read_write, Repair =:= true ->
            file:close(Device),
            repaired(File, Log);
        {ok, Device, _, Kind} when Repair =:= truncate, Kind =/= new, Mode =:= read_write ->
            file:close(Device),
            ok = file:write_file(File, <<>>),
            opened_file(File, true, Log);
        {ok, Device, Size, Kind} when Kind =:= new; Kind =:= external, Size =:= 0 ->
            {{ok, Name}, headed(default, Log#log{device = Device, bytes = Size})};
        {ok, Device, Size, external} -> {{ok, Name}, Log#log{device = Device, bytes = Size}};
        {ok, Device, Size, _} ->
            {Items, _} = disk_log_file:scan(File),
            {{ok, Name}, Log#log{device = Device, bytes = Size, items = length(Items)}};
        {error, _} = Error -> {Error, Log}
    end.

repaired(File, #log{name = Name, quiet = Quiet} = Log) ->
    Quiet orelse error_logger:info_msg("disk_log: repairing ~tp ...\n", [File]),
    {Items, Bad} = disk_log_file:scan(File),
    Temporary = File ++ ".TMP",
    ok = file:write_file(Temporary, [disk_log_file:header() | [disk_log_file:item(I) || I <- Items]]),
    ok = file:rename(Temporary, File),
    {ok, Device, Size, _} = disk_log_file:open(File, read_write, internal),
    {{repaired, Name, {recovered, length(Items)}, {badbytes, Bad}},
     Log#log{device = Device, bytes = Size, items = length(Items)}}.

with_user(#{linkto := none}, _, #log{users = Users} = Log) -> Log#log{users = Users + 1};
with_user(#{linkto := Pid} = Known, _, #log{owners = Owners} = Log) ->
    case lists:keymember(Pid, 1, Owners) of
        true -> Log;
        false ->
            link(Pid),
            Log#log{owners = Owners ++ [{Pid, maps:get(notify, Known, false)}]}
    end.

without_owner(Pid, #log{owners = Owners} = Log) -> Log#log{owners = lists:keydelete(Pid, 1, Owners)}.

mismatch(Known, #log{name = Name} = Log) ->
    Differs = fun(Key, Current) ->
                      case Known of
                          #{Key := Current} -> false;
                          #{Key := _} -> true;
                          _ -> false
                      end
              end,
    Checks = [{type, Log#log.type}, {format, Log#log.format}, {mode, Log#log.mode}, {head, Log#log.head}],
    case [{arg_mismatch, Key, Current, map_get(Key, Known)} || {Key, Current} <- Checks, Differs(Key, Current)] of
        _ when is_map_key(file, Known), map_get(file, Known) =/= Log#log.file -> {name_already_open, Name};
        [First | _] -> First;
        [] ->
            case {Log#log.type, Known} of
                {wrap, #{size := Size}} when Size =/= infinity, Size =/= Log#log.size ->
                    {size_mismatch, Log#log.size, Size};
                _ -> none
            end
    end.

%%% Writing.

%% The head of a new file is written.
headed(default, #log{head = none} = Log) -> Log;
headed(default, #log{head = Head} = Log) -> headed({bytes, head_bytes(Head, Log)}, Log);
headed({bytes, Bytes}, #log{device = Device, format = Format, bytes = Size, items = Items} = Log) ->
    Data = framed(Bytes, Format),
    ok = file:write(Device, Data),
    Log#log{bytes = Size + iolist_size(Data), items = Items + 1, written = Log#log.written + 1,
            in_current = Log#log.in_current + 1}.

head_bytes({head_func, {Module, Function, Arguments}}, Log) ->
    {ok, Head} = apply(Module, Function, Arguments),
    head_bytes({head, Head}, Log);
head_bytes({head, Head}, #log{format = internal}) -> term_to_binary(Head);
head_bytes({head, Head}, _) -> iolist_to_binary(Head).

framed(Bytes, internal) -> disk_log_file:item(Bytes);
framed(Bytes, external) -> Bytes.

logged_later(_, Items, #log{mode = read_only} = Log) ->
    inform({read_only, Items}, Log),
    Log;
logged_later(Format, Items, #log{blocked = {_, Queue, _}, waiting = Waiting} = Log) ->
    case Queue of
        true -> Log#log{waiting = [{?MODULE, {alog, Format, Items}} | Waiting]};
        false ->
            inform({blocked_log, Items}, Log),
            Log
    end;
logged_later(internal, Items, #log{format = external} = Log) ->
    inform({format_external, Items}, Log),
    Log;
logged_later(_, Items, Log) -> element(2, logged(Items, Log)).

logged(Items, #log{type = halt, size = Size, bytes = Bytes, name = Name, format = Format} = Log) ->
    Data = [framed(I, Format) || I <- Items],
    case is_integer(Size) andalso Bytes + iolist_size(Data) > Size of
        true ->
            Log#log.full orelse inform(full, Log),
            Error = {error, {full, Name}},
            {Error, status(Error, Log#log{full = true})};
        false -> written(Data, length(Items), Log)
    end;
logged([], Log) -> {ok, Log};
logged([Item | Items], #log{size = {Most, _}, bytes = Bytes, format = Format, in_current = N, head = Head} = Log) ->
    Data = framed(Item, Format),
    Heads = case Head of
                none -> 0;
                _ -> 1
            end,
    Ready = case Bytes + iolist_size(Data) > Most andalso N > Heads of
                true -> wrapped(Log);
                false -> Log
            end,
    case written(Data, 1, Ready) of
        {ok, New} -> logged(Items, New);
        Failed -> Failed
    end.

written(Data, Count, #log{device = Device, bytes = Bytes, items = Items, written = Written, in_current = N} = Log) ->
    case file:write(Device, Data) of
        ok ->
            {ok, status(ok, Log#log{bytes = Bytes + iolist_size(Data), items = Items + Count, written = Written + Count,
                                    in_current = N + Count})};
        {error, Reason} ->
            Error = {error, {file_error, Log#log.file, Reason}},
            {Error, status(Error, Log)}
    end.

status(Status, #log{status = Status} = Log) -> Log;
status(Status, Log) ->
    inform({error_status, Status}, Log),
    Log#log{status = Status}.

inform(What, #log{owners = Owners, name = Name}) ->
    lists:foreach(fun({Pid, true}) -> Pid ! {disk_log, node(), Name, What};
                     (_) -> ok
                  end, Owners).

%% The next file, empty, is the current one.
wrapped(#log{device = Device, format = Format, current = Current, size = {_, Files}, file = File, counts = Counts} = Log0) ->
    disk_log_file:close(Device, Format),
    #log{counts = Full} = counted(Log0),
    Next = case Current >= Files of
               true -> 1;
               false -> Current + 1
           end,
    Lost = proplists:get_value(Next, Counts, 0),
    Log = Log0#log{current = Next, counts = lists:keydelete(Next, 1, Full), in_current = 0,
                   overflows = Log0#log.overflows + 1, new_overflows = Log0#log.new_overflows + 1},
    New = emptied(disk_log_file:name(File, Next), default, Log),
    index_written(New),
    inform({wrap, Lost}, New),
    New.

emptied(File, Head, #log{format = Format} = Log) ->
    ok = file:write_file(File, <<>>),
    {ok, Device, Size, _} = disk_log_file:open(File, read_write, Format),
    headed(Head, Log#log{device = Device, bytes = Size}).

truncated(Head, #log{device = Device} = Log) ->
    file:close(Device),
    {ok, New} = fresh(Head, Log),
    New.

fresh(Head, #log{type = halt, file = File} = Log) ->
    {ok, emptied(File, Head, Log#log{items = 0, full = false, written = 0})};
fresh(Head, #log{type = wrap, file = File, counts = Counts} = Log) ->
    lists:foreach(fun({N, _}) -> file:delete(disk_log_file:name(File, N)) end, Counts ++ [{Log#log.current, 0}]),
    New = emptied(disk_log_file:name(File, 1), Head, Log#log{items = 0, written = 0, current = 1, counts = [], in_current = 0}),
    index_written(New),
    disk_log_file:write_size(File, New#log.size),
    {ok, New}.

renamed(Old, New, #log{type = halt}) -> [{Old, New}];
renamed(Old, New, #log{type = wrap} = Log) ->
    [{disk_log_file:name(Old, N), disk_log_file:name(New, N)} || N <- [idx, siz | [N || {N, _} <- (counted(Log))#log.counts]]].

all_items(#log{type = halt, written = Written}) -> Written;
all_items(#log{type = wrap} = Log) -> lists:sum([N || {_, N} <- (counted(Log))#log.counts]).

information(#log{type = Type, owners = Owners, users = Users, status = Status, head = Head} = Log) ->
    Common = [{name, Log#log.name}, {file, Log#log.file}, {type, Type}, {format, Log#log.format}, {size, Log#log.size},
              {items, case Type of halt -> Log#log.items; wrap -> all_items(Log) end},
              {owners, Owners}, {users, Users},
              {head, case Head of {head, _} -> head_bytes(Head, Log); {head_func, F} -> F; none -> none end},
              {mode, Log#log.mode}, {status, Status}, {node, node()}],
    Common ++ case Type of
                  halt -> [{full, Log#log.full}, {no_written_items, Log#log.written}];
                  wrap -> [{no_current_bytes, Log#log.bytes}, {no_current_items, Log#log.in_current},
                           {no_items, all_items(Log)}, {no_written_items, Log#log.written},
                           {current_file, Log#log.current}, {no_overflows, {Log#log.overflows, Log#log.new_overflows}}]
              end.

%%% Reading. A position is one in the file, without its header; in a wrap log
%%% it comes with the file's number.

read(start, Most, #log{type = halt} = Log) -> read(#continuation{at = 0}, Most, Log);
read(start, Most, Log) -> read(#continuation{at = {oldest(Log), 0}}, Most, Log);
read(#continuation{at = {Number, At}}, Most, #log{type = wrap, file = File, current = Current} = Log) ->
    case read_file(disk_log_file:name(File, Number), At, Most, Log) of
        eof when Number =:= Current -> eof;
        eof -> read(#continuation{at = {following(Number, Log), 0}}, Most, Log);
        {Next, Items} -> {#continuation{pid = self(), at = {Number, Next}}, Items};
        {Next, Items, Bad} -> {#continuation{pid = self(), at = {Number, Next}}, Items, Bad};
        Error -> Error
    end;
read(#continuation{at = At}, Most, #log{file = File} = Log) when is_integer(At) ->
    case read_file(File, At, Most, Log) of
        {Next, Items} -> {#continuation{pid = self(), at = Next}, Items};
        {Next, Items, Bad} -> {#continuation{pid = self(), at = Next}, Items, Bad};
        Other -> Other
    end;
read(From, _, _) -> {error, {no_continuation, From}}.

read_file(File, At, Most, Log) ->
    case file:open(File, [read, raw, binary]) of
        {ok, Device} ->
            try read_device(Device, At, Most, ?CHUNK, Log)
            after
                file:close(Device)
            end;
        {error, enoent} -> eof;
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

read_device(Device, At, Most, Count, #log{mode = Mode, file = File} = Log) ->
    case file:pread(Device, At + disk_log_file:header_size(), Count) of
        eof -> eof;
        {ok, Bin} ->
            case disk_log_file:items(Bin, Most) of
                {[], _, bad} when Mode =:= read_only -> {At + byte_size(Bin), [], byte_size(Bin)};
                {[], _, bad} -> {error, {corrupt_log_file, File}};
                {[], _, rest} when byte_size(Bin) < Count -> eof;
                {[], _, rest} -> read_device(Device, At, Most, 2 * Count, Log);
                {Items, Length, _} -> {At + Length, Items}
            end;
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

oldest(#log{current = Current, counts = Counts}) ->
    case lists:sort([N || {N, _} <- Counts, N > Current]) of
        [Oldest | _] -> Oldest;
        [] -> lists:min([Current | [N || {N, _} <- Counts]])
    end.

following(Number, Log) ->
    Numbers = [N || {N, _} <- lists:sort((counted(Log))#log.counts)],
    case [N || N <- Numbers, N > Number] of
        [Next | _] -> Next;
        [] -> hd(Numbers)
    end.

step(start, Step, Log) -> step(#continuation{at = {oldest(Log), 0}}, Step, Log);
step(#continuation{at = {Number, _}}, Step, #log{file = File, size = {_, Files}}) ->
    To = (Number - 1 + Step) rem Files + 1,
    case To > 0 andalso filelib:is_file(disk_log_file:name(File, To)) of
        true -> {ok, #continuation{pid = self(), at = {To, 0}}};
        false -> {error, end_of_log}
    end;
step(From, _, _) -> {error, {no_continuation, From}}.

%%% Errors in words.

-spec format_error(term()) -> io_lib:chars().
format_error({error, Reason}) -> format_error(Reason);
format_error(no_such_log) -> "There is no disk log with the given name\n";
format_error({badarg, Arg}) -> io_lib:format("The argument ~tp is missing, not recognized or not wellformed\n", [Arg]);
format_error({need_repair, Log}) ->
    io_lib:format("The disk log file ~tp has not been closed properly and needs repair\n", [lists:concat([Log])]);
format_error({not_a_log_file, File}) -> io_lib:format("The file ~tp is not a wrap log file\n", [File]);
format_error({full, Log}) -> io_lib:format("The halt log ~tp is full\n", [Log]);
format_error({read_only_mode, Log}) ->
    io_lib:format("The disk log ~tp has been opened read-only, but the requested operation needs read-write access\n", [Log]);
format_error({arg_mismatch, Option, Current, Value}) ->
    io_lib:format("The value ~tp of the disk log option ~tp does not match the current value ~tp\n", [Value, Option, Current]);
format_error({file_error, File, Reason}) -> io_lib:format("~tp: ~tp\n", [File, file:format_error(Reason)]);
format_error({blocked_log, Log}) ->
    io_lib:format("The blocked disk log ~tp does not queue requests, or the log has been blocked by the calling process\n", [Log]);
format_error({format_external, Log}) ->
    io_lib:format("The requested operation can only be applied on internally formatted disk logs, but ~tp is externally formatted\n",
                  [Log]);
format_error({size_mismatch, Current, New}) ->
    io_lib:format("The given size ~tp does not match the size ~tp found on the disk log size file\n", [New, Current]);
format_error(Reason) -> io_lib:format("~tp\n", [Reason]).
