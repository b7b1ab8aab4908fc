%% Names and locks for a whole cluster.
%%
%% Each node keeps all names, and monitors the processes behind them. The nodes
%% of this kind find each other through the name ersh_global, which others do
%% not have: with those no names are shared.
-module(global).
-behaviour(gen_server).

-export([start/0, start_link/0, stop/0, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2,
         code_change/3]).
-export([register_name/2, register_name/3, re_register_name/2, re_register_name/3, unregister_name/1,
         whereis_name/1, registered_names/0, send/2, set_lock/1, set_lock/2, set_lock/3, del_lock/1, del_lock/2,
         trans/2, trans/3, trans/4, sync/0, sync/1, disconnect/0, info/0,
         random_exit_name/3, random_notify_name/3, notify_all_name/3]).

-define(SERVER, global_name_server).
-define(DOOR, ersh_global).

start() -> gen_server:start({local, ?SERVER}, ?MODULE, [], []).
start_link() -> gen_server:start_link({local, ?SERVER}, ?MODULE, [], []).
stop() -> gen_server:call(?SERVER, stop, infinity).

%% Names.

register_name(Name, Pid) -> register_name(Name, Pid, fun random_exit_name/3).

register_name(Name, Pid, Method) when is_pid(Pid), is_function(Method, 3); is_pid(Pid), tuple_size(Method) =:= 2 ->
    exclusively(fun(Nodes) ->
                        case whereis_name(Name) of
                            undefined -> spread(Nodes, {enter, Name, Pid, Method});
                            _ -> no
                        end
                end);
register_name(Name, Pid, Method) -> error(badarg, [Name, Pid, Method]).

re_register_name(Name, Pid) -> re_register_name(Name, Pid, fun random_exit_name/3).

re_register_name(Name, Pid, Method) when is_pid(Pid) ->
    exclusively(fun(Nodes) -> spread(Nodes, {enter, Name, Pid, Method}) end).

unregister_name(Name) ->
    case whereis_name(Name) of
        undefined -> ok;
        _ ->
            exclusively(fun(Nodes) -> spread(Nodes, {remove, Name}) end),
            ok
    end.

%% A name is changed by one process at a time in the whole cluster.
exclusively(Fun) ->
    Nodes = members(),
    case trans({?MODULE, self()}, fun() -> Fun(Nodes) end, Nodes, infinity) of
        aborted -> no;
        Result -> Result
    end.

spread(Nodes, Change) ->
    gen_server:multi_call(Nodes, ?DOOR, Change),
    yes.

whereis_name(Name) -> gen_server:call(?SERVER, {whereis, Name}, infinity).

registered_names() -> gen_server:call(?SERVER, names, infinity).

send(Name, Message) ->
    case whereis_name(Name) of
        Pid when is_pid(Pid) ->
            Pid ! Message,
            Pid;
        undefined -> exit({badarg, {Name, Message}})
    end.

%% Who stays when one name stood for two processes.

random_exit_name(Name, Pid1, Pid2) ->
    {Loser, Winner} = choose(Pid1, Pid2),
    error_logger:info_msg("global: Name conflict terminating ~tw~n", [{Name, Loser}]),
    exit(Loser, kill),
    Winner.

random_notify_name(Name, Pid1, Pid2) ->
    {Loser, Winner} = choose(Pid1, Pid2),
    Loser ! {global_name_conflict, Name},
    Winner.

notify_all_name(Name, Pid1, Pid2) ->
    Pid1 ! {global_name_conflict, Name, Pid2},
    Pid2 ! {global_name_conflict, Name, Pid1},
    none.

choose(Pid1, Pid2) ->
    case erlang:phash2({Pid1, Pid2, make_ref()}, 2) of
        0 -> {Pid1, Pid2};
        1 -> {Pid2, Pid1}
    end.

%% Locks.

set_lock(Id) -> set_lock(Id, members(), infinity).
set_lock(Id, Nodes) -> set_lock(Id, Nodes, infinity).

set_lock({_, _} = Id, Nodes, Retries)
  when is_list(Nodes), Retries =:= infinity; is_list(Nodes), is_integer(Retries), Retries >= 0 ->
    set_lock(Id, sharing(Nodes), Retries, 1);
set_lock(Id, Nodes, Retries) -> error(badarg, [Id, Nodes, Retries]).

%% The lock is taken in the same order everywhere, so that of two that want it
%% one gets it at the first node already.
set_lock(Id, Nodes, Retries, Times) ->
    case take(Id, lists:sort(Nodes), []) of
        true -> true;
        false when Retries =:= 0 -> false;
        false ->
            timer:sleep(erlang:phash2(make_ref(), min(2000, Times * 20)) + 1),
            set_lock(Id, Nodes, case Retries of infinity -> infinity; _ -> Retries - 1 end, Times + 1)
    end.

take(_, [], _) -> true;
take(Id, [N | Nodes], Taken) ->
    case catch gen_server:call({?DOOR, N}, {lock, Id, self()}, infinity) of
        false ->
            del_lock(Id, Taken),
            false;
        true -> take(Id, Nodes, [N | Taken]);
        {'EXIT', _} -> take(Id, Nodes, Taken)
    end.

del_lock(Id) -> del_lock(Id, members()).

del_lock({_, _} = Id, Nodes) ->
    gen_server:multi_call(sharing(Nodes), ?DOOR, {unlock, Id, self()}),
    true.

trans(Id, Fun) -> trans(Id, Fun, members(), infinity).
trans(Id, Fun, Nodes) -> trans(Id, Fun, Nodes, infinity).

trans(Id, Fun, Nodes, Retries) ->
    case set_lock(Id, Nodes, Retries) of
        true ->
            try Fun()
            after del_lock(Id, Nodes)
            end;
        false -> aborted
    end.

sync() ->
    _ = members(),
    ok.

sync(_) -> sync().

disconnect() ->
    Nodes = nodes(),
    lists:foreach(fun erlang:disconnect_node/1, Nodes),
    Nodes.

info() -> gen_server:call(?SERVER, info, infinity).

%% The nodes that share names with this one, itself among them.
members() -> gen_server:call(?SERVER, members, infinity).

sharing(Nodes) ->
    Members = members(),
    [N || N <- Nodes, lists:member(N, Members)].

%% The server: names are #{Name => {Pid, Method, Monitor}}, locks are
%% #{Resource => {Requester, [{Pid, Monitor}]}}.

init([]) ->
    process_flag(trap_exit, true),
    Server = self(),
    Door = spawn_link(fun() -> door(Server) end),
    register(?DOOR, Door),
    ok = net_kernel:monitor_nodes(true),
    [greet(N, #{}) || N <- nodes()],
    {ok, #{names => #{}, locks => #{}, members => []}}.

%% What comes for ersh_global is for the server.
door(Server) ->
    receive Message -> Server ! Message end,
    door(Server).

greet(Node, Names) ->
    erlang:send({?DOOR, Node}, {hello, node(), [{N, P, M} || {N, {P, M, _}} <- maps:to_list(Names)]}, [noconnect]).

handle_call({whereis, Name}, _, #{names := Names} = S) ->
    {reply, case Names of
                #{Name := {Pid, _, _}} -> Pid;
                #{} -> undefined
            end, S};
handle_call(names, _, #{names := Names} = S) -> {reply, maps:keys(Names), S};
handle_call(members, _, #{members := Members} = S) -> {reply, [node() | Members], S};
handle_call(info, _, S) -> {reply, S, S};
handle_call({enter, Name, Pid, Method}, _, S) -> {reply, yes, enter(Name, Pid, Method, remove(Name, S))};
handle_call({remove, Name}, _, S) -> {reply, ok, remove(Name, S)};
handle_call({lock, {Resource, Requester}, Pid}, _, #{locks := Locks} = S) ->
    case Locks of
        #{Resource := {Requester, Pids}} ->
            {reply, true, S#{locks := Locks#{Resource := {Requester, [{Pid, monitor(process, Pid)} | Pids]}}}};
        #{Resource := _} -> {reply, false, S};
        #{} -> {reply, true, S#{locks := Locks#{Resource => {Requester, [{Pid, monitor(process, Pid)}]}}}}
    end;
handle_call({unlock, {Resource, Requester}, Pid}, _, #{locks := Locks} = S) ->
    case Locks of
        #{Resource := {Requester, Pids}} -> {reply, true, release(Resource, Requester, Pid, Pids, S)};
        #{} -> {reply, true, S}
    end;
handle_call(stop, _, S) -> {stop, normal, stopped, S};
handle_call(_, _, S) -> {noreply, S}.

release(Resource, Requester, Pid, Pids, #{locks := Locks} = S) ->
    case lists:keytake(Pid, 1, Pids) of
        {value, {_, Ref}, []} ->
            demonitor(Ref, [flush]),
            S#{locks := maps:remove(Resource, Locks)};
        {value, {_, Ref}, Rest} ->
            demonitor(Ref, [flush]),
            S#{locks := Locks#{Resource := {Requester, Rest}}};
        false -> S
    end.

enter(Name, Pid, Method, #{names := Names} = S) ->
    S#{names := Names#{Name => {Pid, Method, monitor(process, Pid)}}}.

remove(Name, #{names := Names} = S) ->
    case maps:take(Name, Names) of
        {{_, _, Ref}, Rest} ->
            demonitor(Ref, [flush]),
            S#{names := Rest};
        error -> S
    end.

handle_cast(_, S) -> {noreply, S}.

handle_info({hello, Node, Theirs}, #{members := Members} = S) when is_atom(Node), is_list(Theirs) ->
    S1 = case lists:member(Node, Members) of
             true -> S;
             false ->
                 greet(Node, map_get(names, S)),
                 S#{members := Members ++ [Node]}
         end,
    {noreply, lists:foldl(fun({Name, Pid, Method}, Acc) when is_pid(Pid) -> merge(Name, Pid, Method, Node, Acc);
                             (_, Acc) -> Acc
                          end, S1, Theirs)};
handle_info({nodeup, Node}, #{names := Names} = S) when Node =/= node() ->
    greet(Node, Names),
    {noreply, S};
handle_info({nodedown, Node}, #{members := Members} = S) ->
    {noreply, S#{members := lists:delete(Node, Members)}};
handle_info({'DOWN', Ref, process, Pid, _}, #{names := Names, locks := Locks} = S) ->
    Names1 = maps:filter(fun(_, {_, _, R}) -> R =/= Ref end, Names),
    S1 = S#{names := Names1},
    {noreply, maps:fold(fun(Resource, {Requester, Pids}, Acc) ->
                                case lists:keymember(Ref, 2, Pids) of
                                    true -> release(Resource, Requester, Pid, Pids, Acc);
                                    false -> Acc
                                end
                        end, S1, Locks)};
handle_info({resolved, Name, Pid, Method}, S) when is_pid(Pid) ->
    {noreply, enter(Name, Pid, Method, remove(Name, S))};
handle_info({resolved, Name, _, _}, S) -> {noreply, remove(Name, S)};
handle_info(_, S) -> {noreply, S}.

%% Of two nodes with different processes of one name the one that is first in
%% order decides, in a process of its own, as the method may take its time.
merge(Name, Pid, Method, Node, #{names := Names} = S) ->
    case Names of
        #{Name := {Pid, _, _}} -> S;
        #{Name := {Own, _, _}} when node() < Node ->
            Server = self(),
            spawn(fun() ->
                          Winner = case Method of
                                       {M, F} -> catch M:F(Name, Own, Pid);
                                       _ -> catch Method(Name, Own, Pid)
                                   end,
                          Server ! {resolved, Name, Winner, Method},
                          {?DOOR, Node} ! {resolved, Name, Winner, Method}
                  end),
            S;
        #{Name := _} -> S;
        #{} -> enter(Name, Pid, Method, S)
    end.

terminate(_, _) -> ok.

code_change(_, S, _) -> {ok, S}.
