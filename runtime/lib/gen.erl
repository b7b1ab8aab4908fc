%% What the behaviours share: starting, calling, asynchronous requests, names.
%%
%% A call monitors the server with an alias that the reply or the DOWN message
%% takes away, and sends {Label, {self(), [alias|Monitor]}, Request}; the
%% answer is {[alias|Monitor], Reply}. An alias keeps late answers out of the
%% caller's mailbox.
-module(gen).

-export([client_line/1]).
-export([start/5, start/6, init_it/6, init_it/7, call/3, call/4, reply/2,
         send_request/3, send_request/5, wait_response/2, wait_response/3,
         receive_response/2, receive_response/3, check_response/2,
         check_response/3, reqids_new/0, reqids_size/1, reqids_add/3,
         reqids_to_list/1, stop/1, stop/3, name/1, unregister_name/1,
         get_proc_name/1, get_parent/0, debug_options/2, hibernate_after/1,
         format_status_header/2, format_status/4]).

%% Starting.

start(GenMod, LinkP, Name, Mod, Args, Options) ->
    case where(Name) of
        undefined -> do_spawn(GenMod, LinkP, Name, Mod, Args, Options);
        Pid -> {error, {already_started, Pid}}
    end.

start(GenMod, LinkP, Mod, Args, Options) ->
    do_spawn(GenMod, LinkP, Mod, Args, Options).

do_spawn(GenMod, link, Mod, Args, Options) ->
    proc_lib:start_link(gen, init_it, [GenMod, self(), self(), Mod, Args, Options],
                        timeout(Options), spawn_opts(Options));
do_spawn(GenMod, monitor, Mod, Args, Options) ->
    monitored(proc_lib:start_monitor(gen, init_it, [GenMod, self(), self(), Mod, Args, Options],
                                     timeout(Options), spawn_opts(Options)));
do_spawn(GenMod, _, Mod, Args, Options) ->
    proc_lib:start(gen, init_it, [GenMod, self(), 'self', Mod, Args, Options],
                   timeout(Options), spawn_opts(Options)).

do_spawn(GenMod, link, Name, Mod, Args, Options) ->
    proc_lib:start_link(gen, init_it, [GenMod, self(), self(), Name, Mod, Args, Options],
                        timeout(Options), spawn_opts(Options));
do_spawn(GenMod, monitor, Name, Mod, Args, Options) ->
    monitored(proc_lib:start_monitor(gen, init_it, [GenMod, self(), self(), Name, Mod, Args, Options],
                                     timeout(Options), spawn_opts(Options)));
do_spawn(GenMod, _, Name, Mod, Args, Options) ->
    proc_lib:start(gen, init_it, [GenMod, self(), 'self', Name, Mod, Args, Options],
                   timeout(Options), spawn_opts(Options)).

%% The monitor is part of what was started; failure to start leaves none.
monitored({{ok, Pid}, Ref}) -> {ok, {Pid, Ref}};
monitored({Else, Ref}) ->
    erlang:demonitor(Ref, [flush]),
    Else.

init_it(GenMod, Starter, Parent, Mod, Args, Options) ->
    GenMod:init_it(Starter, Parent, self(), Mod, Args, Options).

init_it(GenMod, Starter, Parent, Name, Mod, Args, Options) ->
    case register_name(Name) of
        true ->
            GenMod:init_it(Starter, Parent, Name, Mod, Args, Options);
        {false, Pid} ->
            proc_lib:init_fail(Starter, {error, {already_started, Pid}}, {exit, normal})
    end.

timeout(Options) ->
    case lists:keyfind(timeout, 1, Options) of
        {_, Time} -> Time;
        false -> infinity
    end.

spawn_opts(Options) ->
    case lists:keyfind(spawn_opt, 1, Options) of
        {_, Opts} -> Opts;
        false -> []
    end.

hibernate_after(Options) ->
    case lists:keyfind(hibernate_after, 1, Options) of
        {_, Time} -> Time;
        false -> infinity
    end.

debug_options(Name, Options) ->
    case lists:keyfind(debug, 1, Options) of
        {_, Debug} ->
            try sys:debug_options(Debug)
            catch _:_ ->
                    error_logger:format("~tp: ignoring erroneous debug options - ~tp~n", [Name, Debug]),
                    []
            end;
        false -> []
    end.

%% Names.

where({global, Name}) -> global:whereis_name(Name);
where({via, Module, Name}) -> Module:whereis_name(Name);
where({local, Name}) -> whereis(Name).

register_name({local, Name} = LN) ->
    try register(Name, self())
    catch error:_ -> {false, where(LN)}
    end;
register_name({global, Name} = GN) ->
    case global:register_name(Name, self()) of
        yes -> true;
        no -> {false, where(GN)}
    end;
register_name({via, Module, Name} = GN) ->
    case Module:register_name(Name, self()) of
        yes -> true;
        no -> {false, where(GN)}
    end.

name({local, Name}) -> Name;
name({global, Name}) -> Name;
name({via, _, Name}) -> Name;
name(Pid) when is_pid(Pid) -> Pid.

unregister_name({local, Name}) ->
    try unregister(Name) of
        _ -> ok
    catch _:_ -> ok
    end;
unregister_name({global, Name}) ->
    _ = global:unregister_name(Name),
    ok;
unregister_name({via, Module, Name}) ->
    _ = Module:unregister_name(Name),
    ok;
unregister_name(Pid) when is_pid(Pid) ->
    Pid.

get_proc_name(Pid) when is_pid(Pid) -> Pid;
get_proc_name({local, Name}) ->
    case process_info(self(), registered_name) of
        {registered_name, Name} -> Name;
        {registered_name, _} -> exit(process_not_registered);
        [] -> exit(process_not_registered)
    end;
get_proc_name({global, Name}) ->
    case global:whereis_name(Name) of
        Pid when Pid =:= self() -> Name;
        _ -> exit(process_not_registered_globally)
    end;
get_proc_name({via, Module, Name}) ->
    case Module:whereis_name(Name) of
        Pid when Pid =:= self() -> Name;
        _ -> exit({process_not_registered_via, Module})
    end.

get_parent() ->
    case get('$ancestors') of
        [Parent | _] when is_pid(Parent) -> Parent;
        [Parent | _] when is_atom(Parent) -> name_to_pid(Parent);
        _ -> exit(process_was_not_started_by_proc_lib)
    end.

name_to_pid(Name) ->
    case whereis(Name) of
        undefined ->
            case global:whereis_name(Name) of
                undefined -> exit(could_not_find_registered_name);
                Pid -> Pid
            end;
        Pid -> Pid
    end.

%% Calling.

call(Process, Label, Request) -> call(Process, Label, Request, 5000).

call(Process, Label, Request, Timeout)
  when is_pid(Process), Timeout =:= infinity;
       is_pid(Process), is_integer(Timeout), Timeout >= 0 ->
    do_call(Process, Label, Request, Timeout);
call(Process, Label, Request, Timeout)
  when Timeout =:= infinity; is_integer(Timeout), Timeout >= 0 ->
    %% A name is asked without do_for_proc: no frame of it is to be seen.
    case is_atom(Process) andalso whereis(Process) of
        Pid when is_pid(Pid) -> do_call(Pid, Label, Request, Timeout);
        _ -> do_for_proc(Process, fun(Pid) -> do_call(Pid, Label, Request, Timeout) end)
    end.

do_call(Process, _, _, _) when Process =:= self() ->
    exit(calling_self);
do_call(Process, Label, Request, infinity) ->
    %% There are no late answers.
    Mref = erlang:monitor(process, Process),
    erlang:send(Process, {Label, {self(), Mref}, Request}, [noconnect]),
    receive
        {Mref, Reply} ->
            erlang:demonitor(Mref, [flush]),
            {ok, Reply};
        {'DOWN', Mref, _, _, Reason} ->
            exit(case Reason of
                     noconnection -> unreachable(Process);
                     _ -> Reason
                 end)
    end;
do_call(Process, Label, Request, Timeout) ->
    Mref = erlang:monitor(process, Process, [{alias, demonitor}]),
    Tag = [alias | Mref],
    erlang:send(Process, {Label, {self(), Tag}, Request}, [noconnect]),
    receive
        {[alias | Mref], Reply} ->
            erlang:demonitor(Mref, [flush]),
            {ok, Reply};
        {'DOWN', Mref, _, _, noconnection} ->
            exit(unreachable(Process));
        {'DOWN', Mref, _, _, Reason} ->
            exit(Reason)
    after Timeout ->
            erlang:demonitor(Mref, [flush]),
            receive
                {[alias | Mref], Reply} -> {ok, Reply}
            after 0 -> exit(timeout)
            end
    end.

unreachable(Process) ->
    Node = node_of(Process),
    ersh_hint:unreachable(Node),
    {nodedown, Node}.

node_of(Process) when is_pid(Process) -> node(Process);
node_of({_, Node}) -> Node;
node_of(_) -> node().

%% Applies Fun to the pid, name, or {Name, Node} that Process stands for.
do_for_proc(Pid, Fun) when is_pid(Pid) -> Fun(Pid);
do_for_proc(Name, Fun) when is_atom(Name) ->
    case whereis(Name) of
        Pid when is_pid(Pid) -> Fun(Pid);
        undefined -> exit(noproc)
    end;
do_for_proc(Process, Fun)
  when tuple_size(Process) =:= 2, element(1, Process) =:= global;
       tuple_size(Process) =:= 3, element(1, Process) =:= via ->
    case where(Process) of
        Pid when is_pid(Pid) ->
            Node = node(Pid),
            try Fun(Pid)
            catch exit:{nodedown, Node} -> exit(noproc)
            end;
        undefined -> exit(noproc)
    end;
do_for_proc({Name, Node}, Fun) when is_atom(Name), Node =:= node() ->
    do_for_proc(Name, Fun);
do_for_proc({_, Node} = Process, Fun) when is_atom(Node) ->
    if
        node() =:= nonode@nohost ->
            ersh_hint:unreachable(Node),
            exit({nodedown, Node});
        true -> Fun(Process)
    end.

reply({_, [alias | Alias] = Tag}, Reply) when is_reference(Alias) ->
    Alias ! {Tag, Reply},
    ok;
reply({_, [[alias | Alias] | _] = Tag}, Reply) when is_reference(Alias) ->
    Alias ! {Tag, Reply},
    ok;
reply({To, Tag}, Reply) ->
    try To ! {Tag, Reply} of
        _ -> ok
    catch _:_ -> ok
    end.

%% Asynchronous requests. A request id is a monitor's reference; a collection
%% maps request ids to labels.

send_request(Process, Tag, Request) when is_pid(Process) ->
    do_send_request(Process, Tag, Request);
send_request(Process, Tag, Request) ->
    try do_for_proc(Process, fun(P) -> do_send_request(P, Tag, Request) end)
    catch exit:Reason ->
            %% Answered as if the process had been monitored and was gone.
            Mref = make_ref(),
            self() ! {'DOWN', Mref, process, Process, Reason},
            Mref
    end.

send_request(Process, Tag, Request, Label, Requests) when is_map(Requests) ->
    Requests#{send_request(Process, Tag, Request) => Label};
send_request(_, _, _, _, _) ->
    error(badarg).

do_send_request(Process, Tag, Request) ->
    Mref = erlang:monitor(process, Process, [{alias, demonitor}]),
    _ = erlang:send(Process, {Tag, {self(), [alias | Mref]}, Request}, [noconnect]),
    Mref.

wait_response(Mref, Timeout) when is_reference(Mref) ->
    receive
        {[alias | Mref], Reply} ->
            erlang:demonitor(Mref, [flush]),
            {reply, Reply};
        {'DOWN', Mref, _, Object, Reason} ->
            {error, {Reason, Object}}
    after to_timeout(Timeout) ->
            timeout
    end.

receive_response(Mref, Timeout) when is_reference(Mref) ->
    receive
        {[alias | Mref], Reply} ->
            erlang:demonitor(Mref, [flush]),
            {reply, Reply};
        {'DOWN', Mref, _, Object, Reason} ->
            {error, {Reason, Object}}
    after to_timeout(Timeout) ->
            erlang:demonitor(Mref, [flush]),
            receive
                {[alias | Mref], Reply} -> {reply, Reply}
            after 0 -> timeout
            end
    end.

check_response(Msg, Mref) when is_reference(Mref) ->
    case Msg of
        {[alias | Mref], Reply} ->
            erlang:demonitor(Mref, [flush]),
            {reply, Reply};
        {'DOWN', Mref, _, Object, Reason} ->
            {error, {Reason, Object}};
        _ -> no_reply
    end.

wait_response(Requests, Timeout, Delete) when map_size(Requests) =:= 0 ->
    _ = {Timeout, Delete},
    no_request;
wait_response(Requests, Timeout, Delete) ->
    case receive_any(Requests, to_timeout(Timeout)) of
        timeout -> timeout;
        Got -> labelled(Got, Requests, Delete)
    end.

receive_response(Requests, Timeout, Delete) when map_size(Requests) =:= 0 ->
    _ = {Timeout, Delete},
    no_request;
receive_response(Requests, Timeout, Delete) ->
    case receive_any(Requests, to_timeout(Timeout)) of
        timeout ->
            maps:foreach(fun(Mref, _) -> erlang:demonitor(Mref, [flush]) end, Requests),
            case receive_any(Requests, 0) of
                timeout -> timeout;
                Got -> labelled(Got, Requests, Delete)
            end;
        Got -> labelled(Got, Requests, Delete)
    end.

receive_any(Requests, Timeout) ->
    receive
        {[alias | Mref], Reply} when is_map_key(Mref, Requests) ->
            erlang:demonitor(Mref, [flush]),
            {Mref, {reply, Reply}};
        {'DOWN', Mref, _, Object, Reason} when is_map_key(Mref, Requests) ->
            {Mref, {error, {Reason, Object}}}
    after Timeout -> timeout
    end.

check_response(Msg, Requests, Delete) when is_map(Requests) ->
    case Msg of
        _ when map_size(Requests) =:= 0 -> no_request;
        {[alias | Mref], Reply} when is_map_key(Mref, Requests) ->
            erlang:demonitor(Mref, [flush]),
            labelled({Mref, {reply, Reply}}, Requests, Delete);
        {'DOWN', Mref, _, Object, Reason} when is_map_key(Mref, Requests) ->
            labelled({Mref, {error, {Reason, Object}}}, Requests, Delete);
        _ -> no_reply
    end.

labelled({Mref, Answer}, Requests, true) -> {Answer, map_get(Mref, Requests), maps:remove(Mref, Requests)};
labelled({Mref, Answer}, Requests, false) -> {Answer, map_get(Mref, Requests), Requests}.

to_timeout({abs, At}) -> max(0, At - erlang:monotonic_time(millisecond));
to_timeout(Timeout) -> Timeout.

reqids_new() -> #{}.

reqids_size(Requests) when is_map(Requests) -> map_size(Requests);
reqids_size(_) -> error(badarg).

reqids_add(Mref, Label, Requests) when is_reference(Mref), is_map(Requests), not is_map_key(Mref, Requests) ->
    Requests#{Mref => Label};
reqids_add(_, _, _) -> error(badarg).

reqids_to_list(Requests) when is_map(Requests) -> maps:to_list(Requests);
reqids_to_list(_) -> error(badarg).

%% Stopping.

stop(Process) -> stop(Process, normal, infinity).

stop(Process, Reason, Timeout) when Timeout =:= infinity; is_integer(Timeout), Timeout >= 0 ->
    do_for_proc(Process, fun(Pid) -> proc_lib:stop(Pid, Reason, Timeout) end).

%% sys:get_status.

format_status_header(Title, Pid) when is_pid(Pid) -> lists:concat([Title, " ", pid_to_list(Pid)]);
format_status_header(Title, Name) when is_atom(Name) -> lists:concat([Title, " ", Name]);
format_status_header(Title, Name) -> {Title, Name}.

format_status(Mod, Opt, Status, Args) ->
    case {erlang:function_exported(Mod, format_status, 1), erlang:function_exported(Mod, format_status, 2)} of
        {true, _} ->
            try Mod:format_status(Status) of
                #{} = Formatted -> maps:merge(Status, Formatted)
            catch
                throw:#{} = Formatted -> maps:merge(Status, Formatted);
                _:_ -> Status#{'EXIT' => "Mod:format_status/1 crashed"}
            end;
        {false, true} when is_list(Args) ->
            try Status#{'$status' => Mod:format_status(Opt, Args)}
            catch
                throw:Result -> Status#{'$status' => Result};
                _:_ -> Status#{'EXIT' => atom_to_list(Mod) ++ ":format_status/2 crashed"}
            end;
        _ -> Status
    end.

%% Who asked, in a report on one line.
client_line(undefined) -> {"", []};
client_line({Pid, dead}) -> {" Client ~0tp is dead.", [Pid]};
client_line({Pid, remote}) -> {" Client ~0tp is remote on node ~0tp.", [Pid, node(Pid)]};
client_line({_, {Name, Stack}}) -> {" Client ~0tp stacktrace: ~0tp.", [Name, lists:sublist(Stack, 4)]}.
