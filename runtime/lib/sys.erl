%% System messages: what every behaviour's process answers besides its own work.
-module(sys).

-export([suspend/1, suspend/2, resume/1, resume/2, get_status/1, get_status/2,
         get_state/1, get_state/2, replace_state/2, replace_state/3,
         change_code/4, change_code/5, terminate/2, terminate/3, trace/2, trace/3,
         log/2, log/3, log_to_file/2, log_to_file/3, statistics/2, statistics/3,
         no_debug/1, no_debug/2, install/2, install/3, remove/2, remove/3]).
-export([handle_system_msg/6, handle_system_msg/7, handle_debug/4, debug_options/1,
         get_log/1, get_debug/3, print_log/1, suspend_loop_hib/6]).
-export([behaviour_info/1]).

behaviour_info(callbacks) ->
    [{system_continue, 3}, {system_terminate, 4}, {system_code_change, 4},
     {system_get_state, 1}, {system_replace_state, 2}];
behaviour_info(optional_callbacks) ->
    [{system_code_change, 4}, {system_get_state, 1}, {system_replace_state, 2}];
behaviour_info(_) -> undefined.

%% Requests.

suspend(Name) -> send_system_msg(Name, suspend).
suspend(Name, Timeout) -> send_system_msg(Name, suspend, Timeout).

resume(Name) -> send_system_msg(Name, resume).
resume(Name, Timeout) -> send_system_msg(Name, resume, Timeout).

get_status(Name) -> send_system_msg(Name, get_status).
get_status(Name, Timeout) -> send_system_msg(Name, get_status, Timeout).

get_state(Name) -> state(send_system_msg(Name, get_state), Name).
get_state(Name, Timeout) -> state(send_system_msg(Name, get_state, Timeout), Name).

replace_state(Name, Fun) ->
    case send_system_msg(Name, {replace_state, Fun}) of
        {ok, State} -> State;
        {error, Reason} -> error(Reason)
    end.

replace_state(Name, Fun, Timeout) ->
    case send_system_msg(Name, {replace_state, Fun}, Timeout) of
        {ok, State} -> State;
        {error, Reason} -> error(Reason)
    end.

state({ok, State}, _) -> State;
state({error, Reason}, _) -> error(Reason).

change_code(Name, Mod, Vsn, Extra) -> send_system_msg(Name, {change_code, Mod, Vsn, Extra}).
change_code(Name, Mod, Vsn, Extra, Timeout) -> send_system_msg(Name, {change_code, Mod, Vsn, Extra}, Timeout).

terminate(Name, Reason) -> send_system_msg(Name, {terminate, Reason}).
terminate(Name, Reason, Timeout) -> send_system_msg(Name, {terminate, Reason}, Timeout).

trace(Name, Flag) -> send_system_msg(Name, {debug, {trace, Flag}}).
trace(Name, Flag, Timeout) -> send_system_msg(Name, {debug, {trace, Flag}}, Timeout).

log(Name, Flag) -> send_system_msg(Name, {debug, {log, Flag}}).
log(Name, Flag, Timeout) -> send_system_msg(Name, {debug, {log, Flag}}, Timeout).

log_to_file(Name, File) -> send_system_msg(Name, {debug, {log_to_file, File}}).
log_to_file(Name, File, Timeout) -> send_system_msg(Name, {debug, {log_to_file, File}}, Timeout).

statistics(Name, Flag) -> send_system_msg(Name, {debug, {statistics, Flag}}).
statistics(Name, Flag, Timeout) -> send_system_msg(Name, {debug, {statistics, Flag}}, Timeout).

no_debug(Name) -> send_system_msg(Name, {debug, no_debug}).
no_debug(Name, Timeout) -> send_system_msg(Name, {debug, no_debug}, Timeout).

install(Name, Func) -> send_system_msg(Name, {debug, {install, Func}}).
install(Name, Func, Timeout) -> send_system_msg(Name, {debug, {install, Func}}, Timeout).

remove(Name, Func) -> send_system_msg(Name, {debug, {remove, Func}}).
remove(Name, Func, Timeout) -> send_system_msg(Name, {debug, {remove, Func}}, Timeout).

send_system_msg(Name, Request) ->
    try gen:call(Name, system, Request) of
        {ok, Reply} -> Reply
    catch exit:Reason -> exit({Reason, mfa(Name, Request)})
    end.

send_system_msg(Name, Request, Timeout) ->
    try gen:call(Name, system, Request, Timeout) of
        {ok, Reply} -> Reply
    catch exit:Reason -> exit({Reason, mfa(Name, Request, Timeout)})
    end.

mfa(Name, {debug, {Func, Arg}}) -> {sys, Func, [Name, Arg]};
mfa(Name, {change_code, Mod, Vsn, Extra}) -> {sys, change_code, [Name, Mod, Vsn, Extra]};
mfa(Name, {terminate, Reason}) -> {sys, terminate, [Name, Reason]};
mfa(Name, Request) -> {sys, Request, [Name]}.

mfa(Name, Request, Timeout) ->
    {M, F, A} = mfa(Name, Request),
    {M, F, A ++ [Timeout]}.

%% The process's side.

handle_system_msg(Request, From, Parent, Mod, Debug, Misc) ->
    handle_system_msg(running, Request, From, Parent, Mod, Debug, Misc, false).

handle_system_msg(Request, From, Parent, Mod, Debug, Misc, Hib) ->
    handle_system_msg(running, Request, From, Parent, Mod, Debug, Misc, Hib).

handle_system_msg(SysState, Request, From, Parent, Mod, Debug, Misc, Hib) ->
    case do_cmd(SysState, Request, Parent, Mod, Debug, Misc) of
        {suspended, Reply, Debug1, Misc1} ->
            gen:reply(From, Reply),
            suspend_loop(suspended, Parent, Mod, Debug1, Misc1, Hib);
        {running, Reply, Debug1, Misc1} ->
            gen:reply(From, Reply),
            Mod:system_continue(Parent, Debug1, Misc1);
        {{terminating, Reason}, Reply, Debug1, Misc1} ->
            gen:reply(From, Reply),
            Mod:system_terminate(Reason, Parent, Debug1, Misc1)
    end.

suspend_loop(SysState, Parent, Mod, Debug, Misc, Hib) ->
    receive
        {system, From, Request} ->
            handle_system_msg(SysState, Request, From, Parent, Mod, Debug, Misc, Hib);
        {'EXIT', Parent, Reason} ->
            Mod:system_terminate(Reason, Parent, Debug, Misc)
    end.

suspend_loop_hib(SysState, Parent, Mod, Debug, Misc, Hib) ->
    suspend_loop(SysState, Parent, Mod, Debug, Misc, Hib).

do_cmd(_, suspend, _, _, Debug, Misc) -> {suspended, ok, Debug, Misc};
do_cmd(_, resume, _, _, Debug, Misc) -> {running, ok, Debug, Misc};
do_cmd(SysState, get_state, _, Mod, Debug, Misc) ->
    {SysState, do_get_state(Mod, Misc), Debug, Misc};
do_cmd(SysState, {replace_state, Fun}, _, Mod, Debug, Misc) ->
    {Reply, Misc1} = do_replace_state(Fun, Mod, Misc),
    {SysState, Reply, Debug, Misc1};
do_cmd(SysState, get_status, Parent, Mod, Debug, Misc) ->
    Data = [get(), SysState, Parent, Debug, Misc],
    Status = case erlang:function_exported(Mod, format_status, 2) of
                 true ->
                     try Mod:format_status(normal, Data)
                     catch _:_ -> Data
                     end;
                 false -> Data
             end,
    {SysState, {status, self(), {module, Mod}, status_data(Status, Data)}, Debug, Misc};
do_cmd(SysState, {debug, What}, _, _, Debug, Misc) ->
    {Reply, Debug1} = debug_cmd(What, Debug),
    {SysState, Reply, Debug1, Misc};
do_cmd(_, {terminate, Reason}, _, _, Debug, Misc) ->
    {{terminating, Reason}, ok, Debug, Misc};
do_cmd(suspended, {change_code, Module, Vsn, Extra}, _, Mod, Debug, Misc) ->
    case catch Mod:system_code_change(Misc, Module, Vsn, Extra) of
        {ok, Misc1} -> {suspended, ok, Debug, Misc1};
        Else -> {suspended, {error, Else}, Debug, Misc}
    end;
do_cmd(SysState, Other, _, _, Debug, Misc) ->
    {SysState, {error, {unknown_system_msg, Other}}, Debug, Misc}.

%% format_status gives what takes the place of the last element, Misc.
status_data(Data, Data) -> Data;
status_data(Formatted, [PDict, SysState, Parent, Debug, _]) -> [PDict, SysState, Parent, Debug, Formatted].

do_get_state(Mod, Misc) ->
    case erlang:function_exported(Mod, system_get_state, 1) of
        true ->
            try Mod:system_get_state(Misc)
            catch Class:Reason -> {error, {callback_failed, {Mod, system_get_state}, {Class, Reason}}}
            end;
        false -> {ok, Misc}
    end.

do_replace_state(Fun, Mod, Misc) ->
    case erlang:function_exported(Mod, system_replace_state, 2) of
        true ->
            try Mod:system_replace_state(Fun, Misc) of
                {ok, State, Misc1} -> {{ok, State}, Misc1}
            catch Class:Reason -> {{error, {callback_failed, {Mod, system_replace_state}, {Class, Reason}}}, Misc}
            end;
        false ->
            try Fun(Misc) of
                Misc1 -> {{ok, Misc1}, Misc1}
            catch Class:Reason -> {{error, {callback_failed, Fun, {Class, Reason}}}, Misc}
            end
    end.

%% Debugging: a list of {trace, true}, {log, Log}, {statistics, S},
%% {log_to_file, Fd} and, of installed functions, {Func, State} and
%% {Id, {Func, State}}; the newest is first.

debug_cmd({trace, true}, Debug) -> {ok, set(trace, true, Debug)};
debug_cmd({trace, false}, Debug) -> {ok, unset(trace, Debug)};
debug_cmd({log, true}, Debug) -> {ok, start_log(10, Debug)};
debug_cmd({log, {true, N}}, Debug) when is_integer(N), N > 0 -> {ok, start_log(N, Debug)};
debug_cmd({log, false}, Debug) -> {ok, unset(log, Debug)};
debug_cmd({log, print}, Debug) -> print_log(Debug), {ok, Debug};
debug_cmd({log, get}, Debug) -> {{ok, get_log(Debug)}, Debug};
debug_cmd({log_to_file, false}, Debug) -> {ok, close_log_file(Debug)};
debug_cmd({log_to_file, Name}, Debug) ->
    Debug1 = close_log_file(Debug),
    case file:open(Name, [write, {encoding, utf8}]) of
        {ok, Fd} -> {ok, set(log_to_file, Fd, Debug1)};
        _ -> {{error, open_file}, Debug1}
    end;
debug_cmd({statistics, true}, Debug) -> {ok, set(statistics, init_stat(), Debug)};
debug_cmd({statistics, false}, Debug) -> {ok, unset(statistics, Debug)};
debug_cmd({statistics, get}, Debug) -> {{ok, get_stat(get_debug(statistics, Debug, []))}, Debug};
debug_cmd(no_debug, Debug) -> _ = close_log_file(Debug), {ok, []};
debug_cmd({install, {Func, State}}, Debug) -> {ok, set(Func, State, Debug)};
debug_cmd({install, {Id, Func, State}}, Debug) -> {ok, set(Id, {Func, State}, Debug)};
debug_cmd({remove, Id}, Debug) -> {ok, unset(Id, Debug)};
debug_cmd(_, Debug) -> {unknown_debug, Debug}.

set(Key, Value, Debug) ->
    case lists:keymember(Key, 1, Debug) of
        true -> lists:keyreplace(Key, 1, Debug, {Key, Value});
        false -> [{Key, Value} | Debug]
    end.

unset(Key, Debug) -> lists:keydelete(Key, 1, Debug).

%% A log that is there already keeps its length.
start_log(N, Debug) ->
    case lists:keymember(log, 1, Debug) of
        true -> Debug;
        false -> set(log, [N], Debug)
    end.

close_log_file(Debug) ->
    case lists:keyfind(log_to_file, 1, Debug) of
        {log_to_file, Fd} -> _ = file:close(Fd), unset(log_to_file, Debug);
        false -> Debug
    end.

init_stat() -> {erlang:localtime(), process_info(self(), reductions), 0, 0}.

get_stat({Start, {reductions, R0}, In, Out}) ->
    {reductions, R} = process_info(self(), reductions),
    [{start_time, Start}, {current_time, erlang:localtime()}, {reductions, R - R0},
     {messages_in, In}, {messages_out, Out}];
get_stat(_) -> no_statistics.

handle_debug([{trace, true} = D | Rest], Print, State, Event) ->
    Print(standard_io, Event, State),
    [D | handle_debug(Rest, Print, State, Event)];
handle_debug([{log, Log} | Rest], Print, State, Event) ->
    [{log, logged({Event, State, Print}, Log)} | handle_debug(Rest, Print, State, Event)];
handle_debug([{log_to_file, Fd} = D | Rest], Print, State, Event) ->
    Print(Fd, Event, State),
    [D | handle_debug(Rest, Print, State, Event)];
handle_debug([{statistics, {Start, R0, In, Out}} | Rest], Print, State, Event) ->
    Counted = case Event of
                  {in, _} -> {Start, R0, In + 1, Out};
                  {in, _, _} -> {Start, R0, In + 1, Out};
                  {out, _, _} -> {Start, R0, In, Out + 1};
                  {out, _, _, _} -> {Start, R0, In, Out + 1};
                  _ -> {Start, R0, In, Out}
              end,
    [{statistics, Counted} | handle_debug(Rest, Print, State, Event)];
handle_debug([{Id, {Func, FuncState}} | Rest], Print, State, Event) when is_function(Func) ->
    case catch Func(FuncState, Event, State) of
        done -> handle_debug(Rest, Print, State, Event);
        {'EXIT', _} -> handle_debug(Rest, Print, State, Event);
        New -> [{Id, {Func, New}} | handle_debug(Rest, Print, State, Event)]
    end;
handle_debug([{Func, FuncState} | Rest], Print, State, Event) ->
    case catch Func(FuncState, Event, State) of
        done -> handle_debug(Rest, Print, State, Event);
        {'EXIT', _} -> handle_debug(Rest, Print, State, Event);
        New -> [{Func, New} | handle_debug(Rest, Print, State, Event)]
    end;
handle_debug([], _, _, _) -> [].

get_debug(Key, Debug, Default) ->
    case lists:keyfind(Key, 1, Debug) of
        {Key, Value} -> Value;
        false -> Default
    end.

get_log(Debug) -> [Event || {Event, _, _} <- log_entries(Debug)].

print_log(Debug) ->
    lists:foreach(fun({Event, State, Print}) -> Print(standard_io, Event, State) end, log_entries(Debug)).

%% A log that is not full is [Room | Entries], the newest first; one that is full
%% [New | Old], New with the newest first, Old with the oldest.
logged(Entry, [1 | Entries]) -> [[Entry | Entries]];
logged(Entry, [Room | Entries]) when is_integer(Room) -> [Room - 1, Entry | Entries];
logged(Entry, [New]) -> [[] | tl(lists:reverse([Entry | New]))];
logged(Entry, [New, _ | Old]) -> [[Entry | New] | Old].

log_entries(Debug) ->
    case get_debug(log, Debug, [0]) of
        [Room | Entries] when is_integer(Room) -> lists:reverse(Entries);
        [New | Old] -> Old ++ lists:reverse(New)
    end.

debug_options(Options) -> debug_options(Options, []).

debug_options([trace | T], Debug) -> debug_options(T, set(trace, true, Debug));
debug_options([log | T], Debug) -> debug_options(T, start_log(10, Debug));
debug_options([{log, N} | T], Debug) when is_integer(N), N > 0 -> debug_options(T, start_log(N, Debug));
debug_options([statistics | T], Debug) -> debug_options(T, set(statistics, init_stat(), Debug));
debug_options([{log_to_file, Name} | T], Debug) ->
    case file:open(Name, [write, {encoding, utf8}]) of
        {ok, Fd} -> debug_options(T, set(log_to_file, Fd, Debug));
        _ -> debug_options(T, Debug)
    end;
debug_options([{install, {Func, State}} | T], Debug) -> debug_options(T, set(Func, State, Debug));
debug_options([{install, {Id, Func, State}} | T], Debug) -> debug_options(T, set(Id, {Func, State}, Debug));
debug_options([_ | T], Debug) -> debug_options(T, Debug);
debug_options([], Debug) -> Debug.
