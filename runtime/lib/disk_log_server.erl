%% Which disk logs are open: a process knows each log's process by the log's name,
%% and starts it when the log is first opened.
-module(disk_log_server).

-behaviour(gen_server).

-export([open/1, find/1, all/0]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

%% open(Name) -> the log's process, which may be new
open(Name) ->
    started(),
    gen_server:call(?MODULE, {open, Name}, infinity).

find(Name) ->
    case ets:whereis(?MODULE) of
        undefined -> undefined;
        Table ->
            case ets:lookup(Table, Name) of
                [{_, Pid}] -> Pid;
                [] -> undefined
            end
    end.

all() ->
    case ets:whereis(?MODULE) of
        undefined -> [];
        Table -> lists:sort([Name || {Name, _} <- ets:tab2list(Table)])
    end.

started() ->
    case whereis(?MODULE) of
        undefined ->
            case gen_server:start({local, ?MODULE}, ?MODULE, [], []) of
                {ok, _} -> ok;
                {error, {already_started, _}} -> ok
            end;
        _ -> ok
    end.

init([]) ->
    _ = ets:new(?MODULE, [named_table]),
    {ok, #{}}.

handle_call({open, Name}, _, Names) ->
    case ets:lookup(?MODULE, Name) of
        [{_, Pid}] -> {reply, Pid, Names};
        [] ->
            {Pid, Monitor} = spawn_monitor(disk_log, init, [Name]),
            ets:insert(?MODULE, {Name, Pid}),
            {reply, Pid, Names#{Monitor => Name}}
    end;
%% The log's process is about to end: who opens the log now gets a new one.
handle_call({gone, Name, Pid}, _, Names) ->
    ets:delete_object(?MODULE, {Name, Pid}),
    {reply, ok, Names}.

handle_cast(_, Names) -> {noreply, Names}.

handle_info({'DOWN', Monitor, process, Pid, _}, Names) ->
    {Name, Rest} = maps:take(Monitor, Names),
    ets:delete_object(?MODULE, {Name, Pid}),
    {noreply, Rest};
handle_info(_, Names) -> {noreply, Names}.
