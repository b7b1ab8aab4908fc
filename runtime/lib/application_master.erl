%% The master of a running application: the group leader of its processes. It
%% starts the application's top process, ends with it, and passes on what its
%% processes write.
-module(application_master).

-export([start_link/4, stop/1, supervisor/1, init/3, start_it/4]).

%% start_link starts App by Mod:start(normal, Args) under a master; Tell is called with
%% the master and ok or {error, Reason}.
start_link(App, Mod, Args, Tell) -> proc_lib:spawn_link(?MODULE, init, [App, {Mod, Args}, Tell]).

%% stop has the master end its application; the caller, linked, sees it go.
stop(Master) -> Master ! {stop, self()}, ok.

supervisor(Master) ->
    Ref = monitor(process, Master),
    Master ! {supervisor, self(), Ref},
    receive
        {Ref, Pid} -> demonitor(Ref, [flush]), {ok, Pid};
        {'DOWN', Ref, _, _, _} -> undefined
    end.

init(App, {Mod, Args}, Tell) ->
    process_flag(trap_exit, true),
    Leader = group_leader(),
    group_leader(self(), self()),
    Starter = spawn_link(?MODULE, start_it, [self(), App, Mod, Args]),
    case starting(Starter, Leader) of
        {ok, Pid} ->
            Tell(self(), ok),
            main_loop(Pid, {Starter, Leader});
        Failed ->
            Reason = case Failed of
                         {error, Why} -> {Why, {Mod, start, [normal, Args]}};
                         {other, Result} -> {bad_return, {{Mod, start, [normal, Args]}, Result}}
                     end,
            Tell(self(), {error, Reason}),
            exit(Reason)
    end.

starting(Starter, Leader) ->
    receive
        {result, Starter, {ok, Pid}} when is_pid(Pid) -> {ok, Pid};
        {result, Starter, {ok, Pid, _}} when is_pid(Pid) -> {ok, Pid};
        {result, Starter, {error, Reason}} -> {error, Reason};
        {result, Starter, Other} -> {other, Other};
        {'EXIT', Starter, Reason} -> {error, Reason};
        {io_request, _, _, _} = Request ->
            Leader ! Request,
            starting(Starter, Leader)
    end.

main_loop(Pid, {Starter, Leader} = Those) ->
    receive
        {io_request, _, _, _} = Request ->
            Leader ! Request,
            main_loop(Pid, Those);
        {supervisor, From, Ref} ->
            From ! {Ref, Pid},
            main_loop(Pid, Those);
        {stop, _} ->
            Starter ! {stop, self()},
            main_loop(Pid, Those);
        {'EXIT', Starter, Reason} ->
            terminate(Reason, Those);
        _ -> main_loop(Pid, Those)
    end.

terminate(Reason, _) -> exit(Reason).

%% The application's start runs in a process that stays, as its processes' parent,
%% until the application ends.
start_it(Master, App, Mod, Args) ->
    process_flag(trap_exit, true),
    start_it_old(Master, App, Mod, Args).

start_it_old(Master, App, Mod, Args) ->
    Result = try Mod:start(normal, Args)
             catch Class:Reason:Stack -> {'EXIT', reason(Class, Reason, Stack)}
             end,
    Master ! {result, self(), Result},
    case Result of
        {ok, Pid} when is_pid(Pid) -> started(Master, App, Pid, Mod, []);
        {ok, Pid, State} when is_pid(Pid) -> started(Master, App, Pid, Mod, State);
        _ -> ok
    end.

reason(error, Reason, Stack) -> {Reason, Stack};
reason(exit, Reason, _) -> Reason;
reason(throw, Reason, Stack) -> {{nocatch, Reason}, Stack}.

started(Master, App, Pid, Mod, State) ->
    link(Pid),
    loop_it(Master, App, Pid, {Mod, State}).

%% What the application does when it stops happens here too: the master, its group
%% leader, has to serve what it writes meanwhile.
loop_it(Master, App, Pid, {Mod, _} = Application) ->
    receive
        {'EXIT', Pid, Reason} ->
            stopped(Mod, prep_stop(App, Application)),
            exit(Reason);
        {stop, Master} ->
            NewState = prep_stop(App, Application),
            Ref = monitor(process, Pid),
            exit(Pid, shutdown),
            receive {'DOWN', Ref, process, Pid, _} -> ok end,
            stopped(Mod, NewState),
            exit(normal);
        {'EXIT', Master, Reason} ->
            _ = prep_stop(App, Application),
            exit(Pid, Reason)
    end.

stopped(Mod, State) -> catch Mod:stop(State).

prep_stop(App, {Mod, State}) ->
    case erlang:function_exported(Mod, prep_stop, 1) of
        true ->
            case catch Mod:prep_stop(State) of
                {'EXIT', Reason} ->
                    error_logger:error_report([{application_master, shutdown_error}, {App, {prep_stop, [State]}},
                                               {error_info, Reason}]),
                    State;
                NewState -> NewState
            end;
        false -> State
    end.
