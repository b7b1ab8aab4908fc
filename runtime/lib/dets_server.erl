%% Which tables on disk are open, and by whom. The table dets_registry has
%% {Name, Pid, Ets, File} of each; the users of a table are the server's to
%% know, one entry each time a process has opened it.
-module(dets_server).
-behaviour(gen_server).

-export([open/2, close/1, all/0, name/1, table/1, users/1]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(REGISTRY, dets_registry).

-record(state, {users = #{}}). % by name: [{Pid, Monitor}]

open(Name, Options) -> call({open, Name, Options, self()}).

close(Name) -> call({close, Name, self()}).

users(Name) -> call({users, Name}).

all() -> [Name || {Name, _, _, _} <- registry('_')].

name(Pid) ->
    case registry({'_', Pid, '_', '_'}) of
        [{Name, _, _, _}] -> {ok, Name};
        [] -> undefined
    end.

table(Name) ->
    try ets:lookup(?REGISTRY, Name) of
        [{_, Pid, Ets, _}] -> {Pid, Ets};
        [] -> none
    catch error:badarg -> none
    end.

registry(Pattern) ->
    try ets:match_object(?REGISTRY, Pattern)
    catch error:badarg -> []
    end.

%% The server is started by the first one who opens a table.
call(Request) ->
    case whereis(dets) of
        undefined -> _ = gen_server:start({local, dets}, ?MODULE, [], []);
        _ -> ok
    end,
    gen_server:call(dets, Request, infinity).

init([]) ->
    process_flag(trap_exit, true),
    ?REGISTRY = ets:new(?REGISTRY, [named_table, protected]),
    {ok, #state{}}.

handle_call({open, Name, #{file := File} = Options, Pid}, _, State) ->
    case {ets:lookup(?REGISTRY, Name), ets:match_object(?REGISTRY, {'_', '_', '_', filename:absname(File)})} of
        {[{_, Table, _, _}], [_]} ->
            case dets_table:call(Table, {compatible, Options}) of
                true -> {reply, {ok, Name}, used(Name, Pid, State)};
                false -> {reply, {error, incompatible_arguments}, State}
            end;
        {[], []} ->
            case dets_table:start_link(Name, Options) of
                {ok, Table, Ets} ->
                    ets:insert(?REGISTRY, {Name, Table, Ets, filename:absname(File)}),
                    {reply, {ok, Name}, used(Name, Pid, State)};
                Error -> {reply, Error, State}
            end;
        _ -> {reply, {error, incompatible_arguments}, State}
    end;
handle_call({close, Name, Pid}, _, #state{users = All} = State) ->
    case lists:keytake(Pid, 1, maps:get(Name, All, [])) of
        {value, {_, Monitor}, Others} ->
            demonitor(Monitor, [flush]),
            {Answer, State1} = left(Name, Others, State),
            {reply, Answer, State1};
        false -> {reply, {error, not_owner}, State}
    end;
handle_call({users, Name}, _, #state{users = All} = State) ->
    {reply, [Pid || {Pid, _} <- maps:get(Name, All, [])], State}.

handle_cast(_, State) -> {noreply, State}.

%% A process that ends has closed what it had open; a table's process ends
%% before its time by a failure only.
handle_info({'DOWN', Monitor, process, _, _}, #state{users = All} = State) ->
    {noreply, maps:fold(fun(Name, Users, State1) ->
                                case lists:keytake(Monitor, 2, Users) of
                                    {value, _, Others} -> element(2, left(Name, Others, State1));
                                    false -> State1
                                end
                        end, State, All)};
handle_info({'EXIT', Table, _}, State) ->
    {noreply, lists:foldl(fun({Name, _, _, _}, State1) -> forgotten(Name, State1) end, State,
                          ets:match_object(?REGISTRY, {'_', Table, '_', '_'}))};
handle_info(_, State) -> {noreply, State}.

used(Name, Pid, #state{users = All} = State) ->
    Users = maps:get(Name, All, []),
    State#state{users = All#{Name => Users ++ [{Pid, monitor(process, Pid)}]}}.

left(Name, [], State) ->
    [{_, Table, _, _}] = ets:lookup(?REGISTRY, Name),
    ets:delete(?REGISTRY, Name),
    {dets_table:call(Table, close), forgotten(Name, State)};
left(Name, Others, #state{users = All} = State) -> {ok, State#state{users = All#{Name := Others}}}.

forgotten(Name, #state{users = All} = State) ->
    ets:delete(?REGISTRY, Name),
    _ = [demonitor(Monitor, [flush]) || {_, Monitor} <- maps:get(Name, All, [])],
    State#state{users = maps:remove(Name, All)}.
