%% The process that installs modules and deletes them, one at a time. While an
%% on_load function runs, what asks for its module waits.
-module(code_server).

-export([start_link/0, call/1]).

start_link() ->
    {ok, spawn_link(fun() -> register(?MODULE, self()), loop(#{}) end)}.

%% Requests of the server itself, and of a node that begins, are done on the spot.
call(Request) ->
    case whereis(?MODULE) of
        Server when is_pid(Server), Server =/= self() ->
            Ref = erlang:monitor(process, Server),
            Server ! {?MODULE, {self(), Ref}, Request},
            receive
                {Ref, Answer} -> erlang:demonitor(Ref, [flush]), Answer;
                {'DOWN', Ref, process, _, Reason} -> exit(Reason)
            end;
        _ -> do(Request)
    end.

%% Loading is what the server knows of on_load functions that run: by module,
%% the process, its monitor, and the requests that wait.
loop(Loading) ->
    receive
        {?MODULE, From, Request} -> loop(handle(Request, From, Loading));
        {'DOWN', Ref, process, Pid, Result} -> loop(finished(Pid, Ref, Result, Loading));
        _ -> loop(Loading)
    end.

handle(Request, {Pid, _} = From, Loading) ->
    case Loading of
        #{element(2, Request) := {Pid, _, _, _, _}} ->
            reply(From, {error, on_load_failure}),
            Loading;
        #{element(2, Request) := {Loader, Ref, File, First, Waiting}} ->
            Loading#{element(2, Request) := {Loader, Ref, File, First, [{From, Request} | Waiting]}};
        #{} ->
            case do(Request) of
                {on_load, Mod, File} ->
                    {Loader, Ref} = schedule_on_load(Mod, File, From, Loading),
                    Loading#{Mod => {Loader, Ref, File, From, []}};
                Answer ->
                    reply(From, Answer),
                    Loading
            end
    end.

reply({Pid, Ref}, Answer) -> Pid ! {Ref, Answer}.

schedule_on_load(Mod, _File, _From, _Loading) ->
    spawn_monitor(fun() -> exit({?MODULE, erlang:call_on_load_function(Mod)}) end).

finished(Pid, Ref, Result, Loading) ->
    case [{Mod, Entry} || {Mod, {P, R, _, _, _} = Entry} <- maps:to_list(Loading), P =:= Pid, R =:= Ref] of
        [{Mod, {_, _, File, From, Waiting}}] ->
            Answer = on_load_result(Mod, File, Result),
            reply(From, Answer),
            lists:foldr(fun({F, Request}, L) when element(1, Request) =:= ensure -> reply(F, Answer), L;
                           ({F, Request}, L) -> handle(Request, F, L)
                        end, maps:remove(Mod, Loading), Waiting);
        [] -> Loading
    end.

report(Mod, Result) ->
    Returned = case Result of
                   {?MODULE, Value} -> Value;
                   Crash -> Crash
               end,
    error_logger:warning_msg("The on_load function for module ~s returned:~n~P\n", [Mod, Returned, 10]).

do({ensure, Mod, File, Code}) ->
    case erlang:module_loaded(Mod) of
        true -> {module, Mod};
        false when File =:= none -> {error, nofile};
        false -> load(Mod, File, Code)
    end;
do({binary, Mod, File, Code}) ->
    %% A binary replaces what is old, and is read first.
    case code:sticks(Mod) andalso not is_library_file(File) of
        true ->
            case erts_internal:prepare_loading(Mod, Code) of
                {error, _} = Error -> Error;
                _ ->
                    do({purge, Mod}),
                    code:sticky(Mod)
            end;
        false ->
            do({purge, Mod}),
            load(Mod, File, Code)
    end;
do({load, Mod, File, Code}) ->
    case code:sticks(Mod) andalso not is_library_file(File) of
        true -> code:sticky(Mod);
        false ->
            case load(Mod, File, Code) of
                {error, not_purged} = Error ->
                    error_logger:error_msg("Loading of ~ts failed: ~p\n", [File, not_purged]),
                    Error;
                Result -> Result
            end
    end;
do({finish, Prepared}) -> finish(Prepared);
do({delete, Mod}) ->
    try erlang:delete_module(Mod) of
        true -> code:forget_file(Mod), true;
        undefined -> false
    catch error:badarg -> false
    end;
do({purge, Mod}) ->
    case erlang:check_old_code(Mod) of
        false -> false;
        true ->
            Killed = [kill(P) || P <- processes(), P =/= self(), erlang:check_process_code(P, Mod) =:= true],
            erlang:purge_module(Mod),
            Killed =/= []
    end;
do({soft_purge, Mod}) ->
    case erlang:check_old_code(Mod) of
        false -> true;
        true ->
            case lists:any(fun(P) -> P =/= self() andalso erlang:check_process_code(P, Mod) =:= true end, processes()) of
                true -> false;
                false -> erlang:purge_module(Mod)
            end
    end.

is_library_file("/ersh/lib" ++ _) -> true;
is_library_file(_) -> false.

load(Mod, File, Code) ->
    case erlang:load_module(Mod, Code) of
        {module, Mod} ->
            code:set_file(Mod, File),
            {module, Mod};
        {error, on_load} -> on_load(Mod, File, whereis(?MODULE));
        {error, _} = Error -> Error
    end.

%% The server does not wait for an on_load function; who loads on the spot does.
on_load(Mod, File, Server) when Server =:= self() -> {on_load, Mod, File};
on_load(Mod, File, _) ->
    {Pid, Ref} = schedule_on_load(Mod, File, none, none),
    receive
        {'DOWN', Ref, process, Pid, Result} -> on_load_result(Mod, File, Result)
    end.

on_load_result(Mod, File, Result) ->
    Ok = Result =:= {?MODULE, ok},
    erlang:finish_after_on_load(Mod, Ok),
    case Ok of
        true ->
            code:set_file(Mod, File),
            {module, Mod};
        false ->
            report(Mod, Result),
            {error, on_load_failure}
    end.

kill(P) ->
    Ref = erlang:monitor(process, P),
    exit(P, kill),
    receive {'DOWN', Ref, process, P, _} -> P end.

finish(Prepared) ->
    case [{Mod, sticky_directory} || {Mod, _, _} <- Prepared, code:sticks(Mod)] of
        [] ->
            case erlang:finish_loading([Code || {_, _, Code} <- Prepared]) of
                ok ->
                    [code:set_file(Mod, File) || {Mod, File, _} <- Prepared],
                    ok;
                {not_purged, Mods} -> {error, [{Mod, not_purged} || Mod <- Mods]}
            end;
        Sticky -> {error, Sticky}
    end.
