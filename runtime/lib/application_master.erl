%% The master of a running application: the group leader of its processes. It
%% starts the application's top process, ends with it, and passes on what its
%% processes write.
-module(application_master).

-export([start_link/3, stop/1, supervisor/1, start_it/4]).

%% start_link starts Mod:start(normal, Args) under a master; Tell is called with
%% the master and ok or {error, Reason}.
start_link(Mod, Args, Tell) ->
    spawn_link(fun() -> init(Mod, Args, Tell) end).

%% stop has the master end its application; the caller, linked, sees it go.
stop(Master) -> Master ! {stop, self()}, ok.

supervisor(Master) ->
    Ref = monitor(process, Master),
    Master ! {supervisor, self(), Ref},
    receive
        {Ref, Pid} -> demonitor(Ref, [flush]), {ok, Pid};
        {'DOWN', Ref, _, _, _} -> undefined
    end.

init(Mod, Args, Tell) ->
    process_flag(trap_exit, true),
    Leader = group_leader(),
    group_leader(self(), self()),
    Starter = spawn_link(?MODULE, start_it, [self(), Mod, Args, make_ref()]),
    starting(Starter, Leader, Mod, Args, Tell).

%% The application's start runs in a process that stays, as its processes'
%% parent, until the application ends.
start_it(Master, Mod, Args, _) ->
    process_flag(trap_exit, true),
    Result = try Mod:start(normal, Args)
             catch Class:Reason:Stack -> {'EXIT', reason(Class, Reason, Stack)}
             end,
    Master ! {result, self(), Result},
    case Result of
        {ok, Pid} -> started(Master, Pid, Mod, []);
        {ok, Pid, State} -> started(Master, Pid, Mod, State);
        _ -> ok
    end.

reason(error, Reason, Stack) -> {Reason, Stack};
reason(exit, Reason, _) -> Reason;
reason(throw, Reason, Stack) -> {{nocatch, Reason}, Stack}.

%% What the application does when it stops happens here too: the master, its
%% group leader, has to serve what it writes meanwhile.
started(Master, Pid, Mod, State) ->
    link(Pid),
    receive
        {'EXIT', Pid, Reason} ->
            catch Mod:stop(State),
            exit(Reason);
        {stop, Master} ->
            NewState = prep_stop(Mod, State),
            Ref = monitor(process, Pid),
            exit(Pid, shutdown),
            receive {'DOWN', Ref, process, Pid, _} -> ok end,
            catch Mod:stop(NewState),
            exit(normal);
        {'EXIT', Master, _} ->
            exit(Pid, kill)
    end.

prep_stop(Mod, State) ->
    case erlang:function_exported(Mod, prep_stop, 1) of
        true ->
            case catch Mod:prep_stop(State) of
                {'EXIT', _} -> State;
                NewState -> NewState
            end;
        false -> State
    end.

starting(Starter, Leader, Mod, Args, Tell) ->
    receive
        {result, Starter, {ok, Pid}} when is_pid(Pid) ->
            Tell(self(), ok),
            loop(Starter, Leader, Pid);
        {result, Starter, {ok, Pid, _}} when is_pid(Pid) ->
            Tell(self(), ok),
            loop(Starter, Leader, Pid);
        {result, Starter, {error, Reason}} ->
            Tell(self(), {error, {Reason, {Mod, start, [normal, Args]}}});
        {result, Starter, Other} ->
            Tell(self(), {error, {bad_return, {{Mod, start, [normal, Args]}, Other}}});
        {'EXIT', Starter, Reason} ->
            Tell(self(), {error, {Reason, {Mod, start, [normal, Args]}}});
        {io_request, _, _, _} = Request ->
            Leader ! Request,
            starting(Starter, Leader, Mod, Args, Tell)
    end.

loop(Starter, Leader, Pid) ->
    receive
        {io_request, _, _, _} = Request ->
            Leader ! Request,
            loop(Starter, Leader, Pid);
        {supervisor, From, Ref} ->
            From ! {Ref, Pid},
            loop(Starter, Leader, Pid);
        {stop, _} ->
            Starter ! {stop, self()},
            loop(Starter, Leader, Pid);
        {'EXIT', Starter, Reason} ->
            exit(Reason);
        _ -> loop(Starter, Leader, Pid)
    end.
