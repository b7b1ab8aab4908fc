%% A pool of nodes for work: the master, a process with a global name, keeps them
%% in the order of their load, which a process on each node reports.
-module(pool).
-behaviour(gen_server).

-export([start/1, start/2, attach/1, stop/0, get_nodes/0, get_nodes_and_load/0, get_node/0,
         pspawn/3, pspawn_link/3, statistic_collector/0, do_spawn/4]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-define(MASTER, {global, pool_master}).

%% How often a node's load is looked at, in milliseconds.
-define(INTERVAL, 2000).

start(Name) -> start(Name, []).

%% A node on each host of .hosts.erlang joins the pool.
start(Name, Args) when is_atom(Name) ->
    _ = gen_server:start(?MASTER, ?MODULE, [], []),
    Hosts = net_adm:host_file(),
    Nodes = start_nodes(Hosts, Name, Args),
    lists:foreach(fun attach/1, Nodes),
    Nodes.

start_nodes([], _, _) -> [];
start_nodes([Host | Hosts], Name, Args) ->
    case slave:start(Host, Name, Args) of
        {ok, Node} ->
            io:format("Attached node ~w~n", [Node]),
            [Node | start_nodes(Hosts, Name, Args)];
        {error, {already_running, Node}} ->
            io:format("Attached existing node ~w~n", [Node]),
            [Node | start_nodes(Hosts, Name, Args)];
        Error ->
            io:format("~w~n", [Error]),
            start_nodes(Hosts, Name, Args)
    end.

get_nodes() -> [Node || {_, Node} <- get_nodes_and_load()].

attach(Node) -> gen_server:call(?MASTER, {attach, Node}).

get_nodes_and_load() -> gen_server:call(?MASTER, get_nodes).

get_node() -> gen_server:call(?MASTER, get_node).

pspawn(M, F, A) -> gen_server:call(?MASTER, {spawn, group_leader(), M, F, A}).

pspawn_link(M, F, A) -> spawn_link(get_node(), M, F, A).

stop() -> gen_server:call(?MASTER, stop).

do_spawn(Leader, M, F, A) ->
    group_leader(Leader, self()),
    apply(M, F, A).

%%% The master. Its state is [{Load, Node}], the least load first.

init([]) ->
    process_flag(trap_exit, true),
    spawn_link(?MODULE, statistic_collector, []),
    {ok, [{0, node()}]}.

handle_call(get_nodes, _From, Nodes) ->
    {reply, Nodes, Nodes};
handle_call(get_node, _From, [{Load, Node} | Nodes]) ->
    {reply, Node, Nodes ++ [{Load + 1, Node}]};
handle_call({attach, Node}, _From, Nodes) ->
    case lists:keymember(Node, 2, Nodes) of
        true ->
            {reply, already_attached, Nodes};
        false ->
            monitor_node(Node, true),
            spawn_link(Node, ?MODULE, statistic_collector, []),
            {reply, attached, Nodes ++ [{999999, Node}]}
    end;
handle_call({spawn, Leader, M, F, A}, _From, [{Load, Node} | Nodes]) ->
    Pid = spawn(Node, ?MODULE, do_spawn, [Leader, M, F, A]),
    {reply, Pid, Nodes ++ [{Load + 1, Node}]};
handle_call(stop, _From, Nodes) ->
    {stop, normal, stopped, Nodes}.

handle_cast(_, Nodes) -> {noreply, Nodes}.

handle_info({Node, load, Load}, Nodes) ->
    {noreply, lists:keymerge(1, [{Load, Node}], lists:keysort(1, lists:keydelete(Node, 2, Nodes)))};
handle_info({nodedown, Node}, Nodes) ->
    {noreply, lists:keydelete(Node, 2, Nodes)};
handle_info(_, Nodes) ->
    {noreply, Nodes}.

%% The pool's other nodes end with it, whoever started them.
terminate(_, Nodes) ->
    [rpc:cast(Node, erlang, halt, []) || {_, Node} <- Nodes, Node =/= node()],
    ok.

%%% On each node.

statistic_collector() -> statistic_collector(5).

%% The master's name may not be known here at once.
statistic_collector(0) -> exit(normal);
statistic_collector(N) ->
    timer:sleep(300),
    case global:whereis_name(pool_master) of
        undefined -> statistic_collector(N - 1);
        Master -> report(Master, 999999)
    end.

report(Master, Last) ->
    Load = statistics(run_queue) + 1,
    Load =:= Last orelse (Master ! {node(), load, Load}),
    timer:sleep(?INTERVAL),
    report(Master, Load).
