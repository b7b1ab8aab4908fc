%% Names and locks for a whole cluster, as Erlang/OTP's nodes keep them.
%%
%% Each node has all names, in the table global_names, and monitors the
%% processes behind them. A name is changed at every node by its registrar, which
%% holds the lock `global' at every node while it does so.
%%
%% A node that comes up is joined: the two tell each other who their lockers
%% (global_locker) are; these take the lock `global' at all nodes of both sides;
%% each server then sends its names (exchange), decides conflicts in a process of
%% its own, sends what it decided (resolved), and tells its side of the new names
%% and nodes (new_nodes). Nodes that hear of each other this way connect, and say
%% so (in_sync). A message of one join carries the tag that its receiver made.
-module(global).
-behaviour(gen_server).

-export([start/0, start_link/0, stop/0, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2,
         code_change/3]).
-export([register_name/2, register_name/3, re_register_name/2, re_register_name/3, unregister_name/1,
         whereis_name/1, registered_names/0, send/2, set_lock/1, set_lock/2, set_lock/3, del_lock/1, del_lock/2,
         trans/2, trans/3, trans/4, sync/0, sync/1, disconnect/0, info/0,
         random_exit_name/3, random_notify_name/3, notify_all_name/3]).

-define(SERVER, global_name_server).
-define(TABLE, global_names).
%% The names of each process.
-define(PIDS, global_pid_names).
-define(VSN, 8).

start() -> gen_server:start({local, ?SERVER}, ?MODULE, [], []).
start_link() -> gen_server:start_link({local, ?SERVER}, ?MODULE, [], []).
stop() -> gen_server:call(?SERVER, stop, infinity).

%% Names.

register_name(Name, Pid) when is_pid(Pid) -> register_name(Name, Pid, fun ?MODULE:random_exit_name/3).

register_name(Name, Pid, Method0) when is_pid(Pid) ->
    Method = allow_tuple_fun(Method0),
    change(fun(Nodes) ->
                   case whereis_name(Name) =:= undefined andalso may_have(Name, Pid) of
                       true ->
                           gen_server:multi_call(Nodes, ?SERVER, {register, Name, Pid, Method}),
                           yes;
                       false -> no
                   end
           end).

re_register_name(Name, Pid) when is_pid(Pid) -> re_register_name(Name, Pid, fun ?MODULE:random_exit_name/3).

re_register_name(Name, Pid, Method0) when is_pid(Pid) ->
    Method = allow_tuple_fun(Method0),
    change(fun(Nodes) ->
                   gen_server:multi_call(Nodes, ?SERVER, {register, Name, Pid, Method}),
                   yes
           end).

unregister_name(Name) ->
    case whereis_name(Name) of
        undefined -> ok;
        _ ->
            change(fun(Nodes) ->
                           gen_server:multi_call(Nodes, ?SERVER, {unregister, Name}),
                           ok
                   end)
    end.

allow_tuple_fun({M, F}) when is_atom(M), is_atom(F) -> fun M:F/3;
allow_tuple_fun(Fun) when is_function(Fun, 3) -> Fun.

%% A process has one name, unless the kernel parameter says otherwise.
may_have(Name, Pid) ->
    case ets:lookup(?PIDS, Pid) of
        [] -> true;
        Others ->
            case application:get_env(kernel, global_multi_name_action) of
                {ok, allow} -> true;
                _ ->
                    error_logger:error_msg("global: ~w registered under several names: ~tw\n",
                                           [Pid, [Name | [N || {_, N} <- Others]]]),
                    false
            end
    end.

change(Fun) -> ask({registrar, Fun}).

%% A node without a name has no server until somebody asks.
ask(Request) ->
    running(),
    gen_server:call(?SERVER, Request, infinity).

running() -> whereis(?SERVER) =/= undefined orelse start().

whereis_name(Name) ->
    running(),
    case ets:lookup(?TABLE, Name) of
        [{_, Pid, _, _}] when node(Pid) =/= node() -> Pid;
        [{_, Pid, _, _}] ->
            case is_process_alive(Pid) of
                true -> Pid;
                false -> undefined
            end;
        [] -> undefined
    end.

registered_names() ->
    running(),
    [Name || {Name, _, _, _} <- ets:tab2list(?TABLE)].

send(Name, Message) ->
    case whereis_name(Name) of
        Pid when is_pid(Pid) ->
            Pid ! Message,
            Pid;
        undefined -> exit({badarg, {Name, Message}})
    end.

%% Who stays when one name stood for two processes.

random_exit_name(Name, Pid1, Pid2) ->
    {Winner, Loser} = choose(Pid1, Pid2),
    logger:info("global: Name conflict terminating ~tw\n", [{Name, Loser}]),
    exit(Loser, kill),
    Winner.

random_notify_name(Name, Pid1, Pid2) ->
    {Winner, Loser} = choose(Pid1, Pid2),
    Loser ! {global_name_conflict, Name},
    Winner.

notify_all_name(Name, Pid1, Pid2) ->
    Pid1 ! {global_name_conflict, Name, Pid2},
    Pid2 ! {global_name_conflict, Name, Pid1},
    none.

choose(Pid1, Pid2) when node(Pid1) < node(Pid2) -> {Pid1, Pid2};
choose(Pid1, Pid2) -> {Pid2, Pid1}.

%% Locks.

set_lock(Id) -> set_lock(Id, everywhere(), infinity, 1).

set_lock(Id, Nodes) -> set_lock(Id, Nodes, infinity, 1).

set_lock(Id, Nodes, Retries) when is_integer(Retries), Retries >= 0 -> set_lock(Id, Nodes, Retries, 1);
set_lock(Id, Nodes, infinity) -> set_lock(Id, Nodes, infinity, 1).

set_lock({_, _} = Id, Nodes, Retries, Times) ->
    _ = lists:member(node(), Nodes),
    case global_locker:lock(Id, Nodes) of
        true -> true;
        false when Retries =:= 0 -> false;
        false ->
            global_locker:random_sleep(Times),
            set_lock(Id, Nodes, case Retries of infinity -> infinity; _ -> Retries - 1 end, Times + 1)
    end.

del_lock(Id) -> del_lock(Id, everywhere()).

del_lock({_, _} = Id, Nodes) when is_list(Nodes) -> global_locker:unlock(Id, Nodes).

trans(Id, Fun) -> trans(Id, Fun, everywhere(), infinity).
trans(Id, Fun, Nodes) -> trans(Id, Fun, Nodes, infinity).

trans(Id, Fun, Nodes, Retries) ->
    case set_lock(Id, Nodes, Retries) of
        true ->
            try Fun()
            after del_lock(Id, Nodes)
            end;
        false -> aborted
    end.

everywhere() -> [node() | ask(get_known)].

%% Where there are groups of nodes, names are those of the own group.
shares_names(Node) ->
    application:get_env(kernel, global_groups) =:= undefined orelse global_group:participant(Node).

%% sync/0,1 wait until the names of all connected nodes are here.

sync() -> sync(nodes()).

sync(Nodes) -> ask({sync, [N || N <- nodes(), lists:member(N, Nodes)]}).

disconnect() -> ask(disconnect).

info() -> ask(info).

%% The server.

%% A join of another node: its locker and tag as it said them, the tag made
%% here; then, as they come about, the lock, the names of the other node, the
%% process that resolves conflicts, what it came to, and what the other came to.
-record(join, {mine, his, locker, lock, names, resolver, ops, resolved}).

%% known are the nodes that names are shared with, synced those of them that have
%% said so. lost has the lost connections that were told of lately.
-record(state, {connect_all, prevent, known = [], synced = [], joins = #{}, early = #{}, ids = #{},
                locker, registrar, locks = #{}, syncers = [], lost = #{}, incarnation}).

init([]) ->
    process_flag(trap_exit, true),
    ets:new(?TABLE, [named_table, set, protected, {read_concurrency, true}]),
    ets:new(?PIDS, [named_table, bag, protected]),
    ConnectAll = init:get_argument(connect_all) =/= {ok, [["false"]]}
        andalso application:get_env(kernel, connect_all) =/= {ok, false},
    S = #state{connect_all = ConnectAll,
               prevent = ConnectAll andalso
                   application:get_env(kernel, prevent_overlapping_partitions) =/= {ok, false},
               registrar = spawn_link(fun() -> global_locker:registrar(?SERVER) end),
               incarnation = rand:uniform(1 bsl 60)},
    ok = net_kernel:monitor_nodes(true, #{connection_id => true}),
    {ok, lists:foldl(fun(N, Acc) -> node_up(N, 0, Acc) end, S, nodes())}.

handle_call(get_known, _, S) -> {reply, S#state.known, S};
handle_call(get_synced, _, S) -> {reply, S#state.synced, S};
handle_call(get_protocol_version, _, S) -> {reply, ?VSN, S};
handle_call({registrar, Fun}, From, S) ->
    S#state.registrar ! {change, Fun, From},
    {noreply, S};
handle_call({register, Name, Pid, Method}, _, S) when is_pid(Pid) ->
    insert(Name, Pid, Method),
    {reply, yes, S};
handle_call({unregister, Name}, _, S) ->
    delete(Name),
    {reply, ok, S};
handle_call({set_lock, {Resource, Requester}}, {Pid, _}, S) ->
    {Reply, Locks} = take(Resource, Requester, Pid, S#state.locks),
    {reply, Reply, S#state{locks = Locks}};
handle_call({del_lock, {Resource, Requester}}, {Pid, _}, S) ->
    {reply, true, S#state{locks = release(Resource, Requester, Pid, S#state.locks)}};
handle_call({sync, Nodes}, From, S) when is_list(Nodes) ->
    {noreply, answer_syncers(S#state{syncers = [{From, Nodes} | S#state.syncers]})};
handle_call(disconnect, _, S) ->
    Nodes = S#state.known,
    S1 = lists:foldl(fun forget/2, S, Nodes),
    lists:foreach(fun net_kernel:async_disconnect/1, Nodes),
    {reply, Nodes, S1};
handle_call(info, _, S) ->
    Ids = [{{connection_id, N}, Id} || {N, Id} <- maps:to_list(S#state.ids)],
    Known = maps:from_list([{N, ?VSN} || N <- S#state.known] ++ Ids),
    {reply, {state, {conf, S#state.connect_all, S#state.prevent}, Known, S#state.synced,
             [{N, J#join.mine, J#join.resolver} || {N, J} <- maps:to_list(S#state.joins)],
             [F || {F, _} <- S#state.syncers], node(), S#state.locker, S#state.registrar, no_trace, false}, S};
handle_call(stop, _, S) -> {stop, normal, stopped, S};
handle_call(_, _, S) -> {noreply, S}.

%% What another node's server, and here the locker and the resolver, say of a
%% join. What makes no sense is passed over, whoever sent it.

handle_cast(Message, S) ->
    try said(Message, S)
    catch error:_ -> {noreply, S}
    end.

said({init_connect, {_, _}, Node, {locker, _, _, _}} = Message, S) when is_atom(Node) ->
    {noreply, introduced(Node, Message, S)};
said({lock_set, Pid, IsSet, Known, Mine}, S) ->
    S#state.locker ! {lock_set, Pid, IsSet, Known, Mine},
    {noreply, S};
said({lock_is_set, Node, Mine, Lock}, S) ->
    {noreply, on_join(Node, Mine, S,
                      fun(J) ->
                              to(Node, {exchange, node(), names(), [], J#join.his}),
                              resolve(Node, J#join{lock = Lock})
                      end)};
said({exchange, Node, Names, _External, Mine}, S) when is_list(Names) ->
    {noreply, on_join(Node, Mine, S, fun(J) -> resolve(Node, J#join{names = Names}) end)};
said({exchange_ops, Node, Mine, Ops, Resolved}, S) ->
    Known = [{N, ?VSN} || N <- S#state.known],
    {noreply, joined(Node, on_join(Node, Mine, S,
                                   fun(J) ->
                                           to(Node, {resolved, node(), Resolved, Known, unused, [], J#join.his}),
                                           J#join{ops = Ops}
                                   end))};
said({resolved, Node, Resolved, Known, _, _External, Mine}, S) when is_list(Resolved), is_list(Known) ->
    {noreply, joined(Node, on_join(Node, Mine, S, fun(J) -> J#join{resolved = {Resolved, Known}} end))};
said({new_nodes, Node, Ops, _External, Nodes, _Extra}, S) when is_list(Ops), is_list(Nodes) ->
    case lists:member(Node, S#state.known) of
        true ->
            lists:foreach(fun perform/1, Ops),
            {noreply, meet([N || {N, _} <- Nodes, is_atom(N)], S)};
        false -> {noreply, S}
    end;
said({in_sync, Node, _}, S) ->
    %% It may know this node before this node knows it.
    {noreply, case lists:member(Node, nodes()) of
                  true -> synced(Node, S);
                  false -> S
              end};
said(_, S) -> {noreply, S}.

handle_info({nodeup, Node, #{connection_id := Id}}, S) when Node =/= node() ->
    {noreply, case shares_names(Node) of
                  true -> node_up(Node, Id, S);
                  false -> S
              end};
handle_info({nodedown, Node, #{connection_id := _}}, S) ->
    S1 = S#state{ids = maps:remove(Node, S#state.ids), early = maps:remove(Node, S#state.early)},
    {noreply, lost(Node, S1)};
handle_info({not_met, Node}, S) -> {noreply, lost(Node, S)};
handle_info({lost_connection, A, Incarnation, Op, B}, S) when S#state.prevent, is_integer(Op) ->
    {noreply, lost_between(A, Incarnation, Op, B, S)};
handle_info({remove_connection, Node}, S) ->
    case lists:member(Node, S#state.known) of
        true ->
            net_kernel:async_disconnect(Node),
            warn("'global' at node ~p disconnected node ~p in order to prevent overlapping partitions", Node),
            {noreply, forget(Node, S)};
        false -> {noreply, S}
    end;
handle_info({'DOWN', Ref, process, Pid, _}, S) ->
    [delete(Name) || {_, Name} <- ets:lookup(?PIDS, Pid), ets:lookup_element(?TABLE, Name, 4) =:= Ref],
    {noreply, S#state{locks = died(Ref, S#state.locks)}};
handle_info({'EXIT', Pid, Reason}, S) when Pid =:= S#state.locker; Pid =:= S#state.registrar ->
    {stop, Reason, S};
handle_info(_, S) -> {noreply, S}.

terminate(_, _) -> ok.

code_change(_, S, _) -> {ok, S}.

%% Nothing that is said between servers is worth a new connection.
to(Node, Message) -> tell(Node, {'$gen_cast', Message}).

tell(Node, Message) -> erlang:send({?SERVER, Node}, Message, [noconnect]).

warn(Format, Node) -> logger:warning(Format, [node(), Node]).

%% Joining.

node_up(Node, Id, #state{ids = Ids, joins = Joins} = S0) ->
    S = with_locker(S0#state{ids = Ids#{Node => Id}}),
    case S#state.connect_all andalso not lists:member(Node, S#state.known) of
        true ->
            Mine = erlang:unique_integer([monotonic]),
            Known = maps:from_list([{N, ?VSN} || N <- S#state.known]
                                   ++ [{{connection_id, N}, I} || {N, I} <- maps:to_list(S#state.ids)]),
            to(Node, {init_connect, {?VSN, Mine}, node(), {locker, no_longer_a_pid, Known, S#state.locker}}),
            S1 = S#state{joins = Joins#{Node => #join{mine = Mine}}},
            case maps:take(Node, S1#state.early) of
                {Message, Early} -> introduced(Node, Message, S1#state{early = Early});
                error -> S1
            end;
        false -> S
    end.

%% The locker's pid is a part of locks that both nodes make, and so has to be in the
%% same order to the other's for both: a process that is older than the node's
%% name has not that name in its pid.
with_locker(#state{locker = Locker} = S) when is_pid(Locker), node(Locker) =:= node() -> S;
with_locker(#state{locker = Locker} = S) when is_pid(Locker) ->
    unlink(Locker),
    exit(Locker, kill),
    with_locker(S#state{locker = undefined});
with_locker(S) -> S#state{locker = spawn_link(fun() -> global_locker:locker(?SERVER) end)}.

introduced(Node, {_, {_, His}, _, {_, _, _, Locker}} = Message, #state{joins = Joins, early = Early} = S) ->
    case Joins of
        #{Node := #join{mine = Mine} = J} when is_pid(Locker) ->
            S#state.locker ! {join, Node, Locker, Mine, His},
            tell(Node, {init_connect_ack, node(), His, Mine}),
            S#state{joins = Joins#{Node := J#join{his = His, locker = Locker}}};
        #{} ->
            %% It may come before word of the connection has.
            case S#state.connect_all andalso lists:member(Node, nodes()) andalso not lists:member(Node, S#state.known) of
                true -> S#state{early = Early#{Node => Message}};
                false -> S
            end
    end.

on_join(Node, Mine, #state{joins = Joins} = S, Fun) ->
    case Joins of
        #{Node := #join{mine = Mine} = J} -> S#state{joins = Joins#{Node := Fun(J)}};
        #{} -> S
    end.

%% When the lock is held and the other's names are here.
resolve(Node, #join{lock = Lock, names = Names, resolver = undefined, mine = Mine} = J)
  when Lock =/= undefined, Names =/= undefined ->
    Server = self(),
    J#join{resolver = spawn(fun() ->
                                    {Ops, Resolved} = decide(Node, Names),
                                    gen_server:cast(Server, {exchange_ops, Node, Mine, Ops, Resolved})
                            end)};
resolve(_, J) -> J.

%% What is to be done here, and what the other node is to do. Conflicts are
%% decided by the node that comes first in order.
decide(Node, Names) ->
    lists:foldl(
      fun({Name, Pid, _} = Entry, {Ops, Resolved} = Acc) when is_pid(Pid) ->
              case ets:lookup(?TABLE, Name) of
                  [] -> {[{insert, Entry} | Ops], Resolved};
                  [{_, Pid, _, _}] -> Acc;
                  [{_, Own, Method, _}] when node() < Node ->
                      case catch Method(Name, Pid, Own) of
                          Own -> {Ops, [{insert, {Name, Own, Method}} | Resolved]};
                          Pid -> {[{insert, Entry} | Ops], Resolved};
                          {'EXIT', _} -> {[{insert, Entry} | Ops], Resolved};
                          _ -> {[{delete, Name} | Ops], [{delete, Name} | Resolved]}
                      end;
                  [_] -> Acc
              end;
         (_, Acc) -> Acc
      end, {[], []}, Names).

%% When both have decided.
joined(Node, #state{joins = Joins, known = Known} = S) ->
    case Joins of
        #{Node := #join{ops = Ops, resolved = {Resolved, His}, mine = Mine, lock = Lock}} when Ops =/= undefined ->
            All = Ops ++ Resolved,
            lists:foreach(fun perform/1, All),
            New = [{N, V} || {N, V} <- [{Node, ?VSN} | His], is_atom(N), N =/= node(), not lists:member(N, Known)],
            Tell = fun() ->
                           [to(N, {new_nodes, node(), All, [], New, [{vsn, ?VSN}, {lock, Lock}]}) || N <- Known],
                           ok
                   end,
            S#state.locker ! {leave, Node, Mine, Tell},
            S1 = S#state{known = [Node | Known], joins = maps:remove(Node, Joins)},
            meet([N || {N, _} <- New], synced(Node, S1));
        #{} -> S
    end.

perform({insert, {Name, Pid, Method}}) when is_pid(Pid) -> insert(Name, Pid, Method);
perform({delete, Name}) -> delete(Name);
perform(_) -> ok.

%% Nodes that others share names with are met: known at once, connected by a
%% process for each.
meet(Nodes, S) ->
    lists:foldl(
      fun(N, #state{known = Known} = Acc) ->
              case N =:= node() orelse lists:member(N, Known) of
                  true -> Acc;
                  false ->
                      Server = self(),
                      spawn(fun() -> make_acquaintance(N, Server) end),
                      Acc1 = leave(N, Acc),
                      Acc1#state{known = [N | Known]}
              end
      end, S, Nodes).

make_acquaintance(Node, Server) ->
    case net_kernel:passive_cnct(Node) orelse net_kernel:passive_cnct(Node) of
        true -> to(Node, {in_sync, node(), true});
        _ ->
            warn_failed(Node),
            Server ! {not_met, Node}
    end.

warn_failed(Node) -> logger:warning("'global' at ~p failed to connect to ~p", [node(), Node]).

synced(Node, #state{synced = Synced} = S) ->
    answer_syncers(S#state{synced = [Node | lists:delete(Node, Synced)]}).

answer_syncers(#state{syncers = Syncers, synced = Synced} = S) ->
    Here = nodes(),
    Waiting = lists:filter(fun({From, Nodes}) ->
                                   case [N || N <- Nodes -- Synced, lists:member(N, Here)] of
                                       [] ->
                                           gen_server:reply(From, ok),
                                           false;
                                       _ -> true
                                   end
                           end, Syncers),
    S#state{syncers = Waiting}.

%% leave ends a join that does not come to its end.
leave(Node, #state{joins = Joins} = S) ->
    case maps:take(Node, Joins) of
        {#join{mine = Mine, resolver = Resolver}, Rest} ->
            is_pid(Resolver) andalso exit(Resolver, kill),
            S#state.locker ! {leave, Node, Mine, fun() -> ok end},
            S#state{joins = Rest};
        error -> S
    end.

forget(Node, S0) ->
    S = leave(Node, S0),
    answer_syncers(S#state{known = lists:delete(Node, S#state.known), synced = lists:delete(Node, S#state.synced)}).

%% Partitions that overlap are prevented so: who loses a connection tells the
%% others, who then give up the one that was lost.

lost(Node, #state{known = Known} = S0) ->
    Was = lists:member(Node, Known),
    S = forget(Node, S0),
    case Was andalso S#state.prevent of
        true ->
            Op = erlang:unique_integer([monotonic]),
            Message = {lost_connection, node(), S#state.incarnation, Op, Node},
            [tell(N, Message) || N <- S#state.known],
            note({node(), S#state.incarnation, Node}, Op, S);
        false -> S
    end.

lost_between(A, Incarnation, Op, B, #state{lost = Lost} = S) ->
    Key = {A, Incarnation, B},
    case Lost of
        #{Key := {Last, _}} when Op =< Last -> S;
        #{} ->
            [tell(N, {lost_connection, A, Incarnation, Op, B}) || N <- S#state.known, N =/= A],
            S1 = note(Key, Op, S),
            Gone = case node() of
                       B -> A;
                       _ -> B
                   end,
            case lists:member(Gone, S1#state.known) of
                true ->
                    tell(Gone, {remove_connection, node()}),
                    warn("'global' at node ~p requested disconnect from node ~p in order to prevent overlapping "
                         "partitions", Gone),
                    forget(Gone, S1);
                false -> S1
            end
    end.

%% note remembers for a quarter of an hour, which no message is under way for.
note(Key, Op, #state{lost = Lost} = S) ->
    Now = erlang:monotonic_time(second),
    Recent = maps:filter(fun(_, {_, At}) -> Now - At < 900 end, Lost),
    S#state{lost = case map_size(Recent) of
                       N when N < 10_000 -> Recent#{Key => {Op, Now}};
                       _ -> #{Key => {Op, Now}}
                   end}.

%% The table of names.

names() -> [{Name, Pid, Method} || {Name, Pid, Method, _} <- ets:tab2list(?TABLE)].

insert(Name, Pid, Method) ->
    case ets:lookup(?TABLE, Name) of
        [{_, Pid, _, Ref}] -> ets:insert(?TABLE, {Name, Pid, portable(Method), Ref});
        _ ->
            delete(Name),
            ets:insert(?PIDS, {Pid, Name}),
            ets:insert(?TABLE, {Name, Pid, portable(Method), monitor(process, Pid)})
    end.

delete(Name) ->
    case ets:take(?TABLE, Name) of
        [{_, Pid, _, Ref}] ->
            ets:delete_object(?PIDS, {Pid, Name}),
            demonitor(Ref, [flush]);
        [] -> true
    end.

%% What other nodes take when nothing is said is a local fun of their module
%% global, which can be called by nobody else.
portable(Method) when is_function(Method, 3) ->
    case {erlang:fun_info(Method, module), erlang:fun_info(Method, type)} of
        {{module, ?MODULE}, {type, local}} -> fun ?MODULE:random_exit_name/3;
        _ -> Method
    end;
portable(Method) -> allow_tuple_fun(Method).

%% Locks are #{Resource => {Requester, [{Pid, Monitor}]}}: all processes that ask
%% for the same requester share a lock.

take(Resource, Requester, Pid, Locks) ->
    case Locks of
        #{Resource := {Requester, Pids}} ->
            case lists:keymember(Pid, 1, Pids) of
                true -> {true, Locks};
                false -> {true, Locks#{Resource := {Requester, [{Pid, monitor(process, Pid)} | Pids]}}}
            end;
        #{Resource := _} -> {false, Locks};
        #{} -> {true, Locks#{Resource => {Requester, [{Pid, monitor(process, Pid)}]}}}
    end.

release(Resource, Requester, Pid, Locks) ->
    case Locks of
        #{Resource := {Requester, Pids}} ->
            case lists:keytake(Pid, 1, Pids) of
                {value, {_, Ref}, Rest} ->
                    demonitor(Ref, [flush]),
                    keep(Resource, Requester, Rest, Locks);
                false -> Locks
            end;
        #{} -> Locks
    end.

keep(Resource, _, [], Locks) -> maps:remove(Resource, Locks);
keep(Resource, Requester, Pids, Locks) -> Locks#{Resource := {Requester, Pids}}.

died(Ref, Locks) ->
    maps:fold(fun(Resource, {Requester, Pids}, Acc) ->
                      case lists:keytake(Ref, 2, Pids) of
                          {value, _, Rest} -> keep(Resource, Requester, Rest, Acc);
                          false -> Acc
                      end
              end, Locks, Locks).
