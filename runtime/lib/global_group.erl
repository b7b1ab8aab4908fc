%% Groups of nodes with names of their own, as the kernel parameter global_groups
%% defines them. Who asks for a name of another group asks one of its nodes; the
%% server knows the groups, and which nodes of the own one are there.
-module(global_group).
-behaviour(gen_server).

-export([start/0, start_link/0, stop/0, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).
-export([global_groups/0, own_nodes/0, info/0, sync/0, monitor_nodes/1, registered_names/1, whereis_name/1, whereis_name/2,
         send/2, send/3, member/1, participant/1, publish/2, group_configured/0, get_own_nodes/0,
         get_own_nodes_with_errors/0]).
-export([visible_to/1]).

%% own and others are {Name, hidden | normal, Nodes}; peers says of each other
%% node of the own group synced, no_contact or sync_error.
-record(state, {own = none, others = [], peers = [], watchers = []}).

start() -> gen_server:start({local, ?MODULE}, ?MODULE, [], []).
start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
stop() -> request(stop).

%% What is known.

global_groups() -> request(global_groups).
own_nodes() -> request(own_nodes).
info() -> request(info).
sync() -> request(sync).

monitor_nodes(Flag) when is_boolean(Flag) -> request({monitor_nodes, Flag, self()});
monitor_nodes(_) -> {error, not_boolean}.

%% These are asked of the configuration, also where no server runs.

group_configured() -> own(configured()) =/= none.

get_own_nodes() ->
    case own(configured()) of
        {_, _, Nodes} -> Nodes;
        none -> []
    end.

get_own_nodes_with_errors() ->
    case own(configured()) of
        {_, _, Nodes} -> {ok, lists:sort(Nodes)};
        none -> {ok, all}
    end.

member(Node) -> lists:member(Node, get_own_nodes()).
participant(Node) -> not group_configured() orelse member(Node).

%% publish says whether this node shows itself to another one as a visible node,
%% which a hidden group does for its members only.
publish(hidden, Node) -> member(Node);
publish(_, Node) ->
    case own(configured()) of
        {_, hidden, Nodes} -> lists:member(Node, Nodes);
        _ -> true
    end.

%% visible_to is what publish says, for a node of that name that is to be started.
visible_to(Name) ->
    case own(configured(), Name) of
        {_, hidden, Nodes} -> Nodes;
        _ -> all
    end.

%% Names.

registered_names({node, Node}) -> with_server(fun(_) -> names(Node) end);
registered_names({group, Group}) ->
    with_server(fun(State) -> ask(nodes_of(Group, State), [], fun names/1) end);
registered_names(Other) -> request({registered_names, Other}).

whereis_name(Name) ->
    with_server(
      fun(#state{others = Others} = State) ->
              case global:whereis_name(Name) of
                  undefined -> first([fun() -> find(nodes_of(G, State), Name) end || {G, _, _} <- Others]);
                  Pid -> Pid
              end
      end).

whereis_name({node, Node}, Name) -> with_server(fun(_) -> find([Node], Name) end);
whereis_name({group, Group}, Name) -> with_server(fun(State) -> find(nodes_of(Group, State), Name) end);
whereis_name(Where, Name) -> request({whereis_name, Where, Name}).

send(Name, Message) -> pass_on(whereis_name(Name), Name, Message).

send({Kind, _} = Where, Name, Message) when Kind =:= node; Kind =:= group ->
    pass_on(whereis_name(Where, Name), Name, Message);
send(Where, Name, Message) -> request({send, Where, Name, Message}).

pass_on(Pid, _, Message) when is_pid(Pid) ->
    Pid ! Message,
    Pid;
pass_on(undefined, Name, Message) -> {badarg, {Name, Message}};
pass_on(Error, _, _) -> Error.

first([]) -> undefined;
first([Try | Tries]) ->
    case Try() of
        undefined -> first(Tries);
        Pid -> Pid
    end.

nodes_of(Group, #state{own = Own, others = Others}) ->
    case lists:keyfind(Group, 1, [Own || Own =/= none] ++ Others) of
        {_, _, Nodes} -> Nodes;
        false -> []
    end.

find(Nodes, Name) ->
    ask(Nodes, undefined,
        fun(Node) when Node =:= node(), Node =:= nonode@nohost -> undefined;
           (Node) -> rpc:call(Node, global, whereis_name, [Name])
        end).

names(Node) when is_atom(Node) ->
    case rpc:call(Node, global, registered_names, []) of
        Names when is_list(Names) -> Names;
        _ -> []
    end;
names(_) -> [].

%% The first of some nodes that is there answers; this one, if it is among them.
ask(Nodes, Default, Ask) ->
    Here = [N || N <- Nodes, N =:= node()],
    ask_each(Here ++ (Nodes -- Here), Default, Ask).

ask_each([], Default, _) -> Default;
ask_each([Node | Nodes], Default, Ask) ->
    case Node =:= node() orelse is_atom(Node) andalso net_adm:ping(Node) =:= pong of
        true ->
            case Ask(Node) of
                {badrpc, _} -> ask_each(Nodes, Default, Ask);
                Answer -> Answer
            end;
        false -> ask_each(Nodes, Default, Ask)
    end.

with_server(Fun) ->
    case request(state) of
        #state{} = State -> Fun(State);
        Error -> Error
    end.

%% A node that has no groups starts its server when it is asked for the first time.
request(Request) ->
    whereis(?MODULE) =/= undefined orelse start(),
    try gen_server:call(?MODULE, Request, infinity)
    catch exit:{noproc, _} -> {error, global_group_not_runnig}
    end.

%% The configuration.

configured() ->
    case application:get_env(kernel, global_groups) of
        {ok, Groups} when is_list(Groups) -> [group(G) || G <- Groups];
        _ -> []
    end.

group({Name, Nodes}) -> {Name, normal, Nodes};
group({Name, Kind, Nodes}) -> {Name, Kind, Nodes}.

own(Groups) -> own(Groups, node()).

own(Groups, Node) ->
    case [G || {_, _, Nodes} = G <- Groups, lists:member(Node, Nodes)] of
        [Own | _] -> Own;
        [] -> none
    end.

%% The server.

init([]) ->
    net_kernel:monitor_nodes(true),
    {ok, contact(configure(#state{}))}.

configure(State) ->
    Groups = configured(),
    case own(Groups) of
        none -> State#state{own = none, others = [], peers = []};
        {Name, _, Nodes} = Own ->
            State#state{own = Own, others = lists:keydelete(Name, 1, Groups),
                        peers = [{N, no_contact} || N <- Nodes, N =/= node()]}
    end.

%% Whether a node agrees about the groups is found out by others than the server,
%% which is asked the same by the node.
contact(#state{peers = Peers} = State) ->
    [check(Node, State) || {Node, _} <- Peers],
    State.

check(Node, State) ->
    Server = self(),
    Mine = global_groups(State),
    spawn(fun() ->
                  Server ! {checked, Node,
                            case rpc:call(Node, ?MODULE, global_groups, []) of
                                Mine -> synced;
                                {badrpc, nodedown} -> no_contact;
                                _ -> sync_error
                            end}
          end).

handle_call(state, _, State) -> {reply, State, State};
handle_call(global_groups, _, State) -> {reply, global_groups(State), State};
handle_call(own_nodes, _, #state{own = {_, _, Nodes}} = State) -> {reply, Nodes, State};
handle_call(own_nodes, _, State) -> {reply, [node() | nodes()], State};
handle_call(info, _, State) -> {reply, info(State), State};
handle_call(sync, _, State) -> {reply, ok, contact(configure(State))};
handle_call({monitor_nodes, true, Pid}, _, #state{watchers = Watchers} = State) ->
    {reply, ok, State#state{watchers = [{Pid, monitor(process, Pid)} | Watchers]}};
handle_call({monitor_nodes, false, Pid}, _, #state{watchers = Watchers} = State) ->
    case lists:keytake(Pid, 1, Watchers) of
        {value, {_, Ref}, Rest} ->
            demonitor(Ref, [flush]),
            {reply, ok, State#state{watchers = Rest}};
        false -> {reply, ok, State}
    end;
handle_call(Call, _, State) -> {reply, {illegal_message, Call}, State}.

global_groups(#state{own = none}) -> undefined;
global_groups(#state{own = {Name, _, _}, others = Others}) -> {Name, [N || {N, _, _} <- Others]}.

info(#state{own = Own, others = Others, peers = Peers, watchers = Watchers}) ->
    {State, Name, Nodes} = case Own of
                               none -> {no_conf, [], []};
                               {N, _, Ns} -> {synced, N, Ns}
                           end,
    [{state, State}, {own_group_name, Name}, {own_group_nodes, Nodes}]
        ++ [{Key, [N || {N, W} <- Peers, W =:= What]}
            || {Key, What} <- [{synced_nodes, synced}, {sync_error, sync_error}, {no_contact, no_contact}]]
        ++ [{other_groups, [{N, Ns} || {N, _, Ns} <- Others]}, {monitoring, [P || {P, _} <- Watchers]}].

%% What real nodes ask for.
handle_cast({registered_names, Pid}, State) ->
    Pid ! {registered_names_res, global:registered_names()},
    {noreply, State};
handle_cast({find_name, Pid, Name}, State) ->
    Pid ! {find_name_res, global:whereis_name(Name)},
    {noreply, State};
handle_cast(_, State) -> {noreply, State}.

handle_info({checked, Node, What}, #state{peers = Peers} = State) ->
    [error_logger:error_msg("global_group: Could not synchronize with node ~p~n"
                            "because global_groups parameter were not in agreement.~n", [Node]) || What =:= sync_error],
    {noreply, State#state{peers = lists:keyreplace(Node, 1, Peers, {Node, What})}};
handle_info({nodeup, Node} = Event, #state{peers = Peers} = State) ->
    [check(Node, State) || lists:keymember(Node, 1, Peers)],
    tell(Event, State),
    {noreply, State};
handle_info({nodedown, Node} = Event, #state{peers = Peers} = State) ->
    tell(Event, State),
    {noreply, State#state{peers = lists:keyreplace(Node, 1, Peers, {Node, no_contact})}};
handle_info({'DOWN', Ref, process, _, _}, #state{watchers = Watchers} = State) ->
    {noreply, State#state{watchers = lists:keydelete(Ref, 2, Watchers)}};
handle_info(_, State) -> {noreply, State}.

%% Those who watch are told of the own group's nodes.
tell({_, Node} = Event, #state{own = Own, peers = Peers, watchers = Watchers}) ->
    [Pid ! Event || Own =:= none orelse lists:keymember(Node, 1, Peers), {Pid, _} <- Watchers],
    ok.

terminate(_, _) -> ok.

code_change(_, State, _) -> {ok, State}.
