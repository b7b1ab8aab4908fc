%% Process groups. A scope is a server of that name on each node, and a table of
%% the same name, {Group, Members, LocalMembers}; the servers tell each other what
%% their own processes join and leave.
%%
%% Servers find each other when nodes connect (discover), and answer with all
%% groups of theirs (sync). What is sent here is the older of the two forms that
%% there are, which OTP 25 to 29 take: a server of OTP 25 does not survive the
%% newer one's greeting.
-module(pg).
-behaviour(gen_server).

-export([start/1, start_link/0, start_link/1, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2,
         code_change/3]).
-export([join/2, join/3, leave/2, leave/3, monitor_scope/0, monitor_scope/1, monitor/1, monitor/2, demonitor/1,
         demonitor/2, get_members/1, get_members/2, get_local_members/1, get_local_members/2, which_groups/0,
         which_groups/1, which_local_groups/0, which_local_groups/1]).

-define(DEFAULT, ?MODULE).

start(Scope) when is_atom(Scope) -> gen_server:start({local, Scope}, ?MODULE, [Scope], []).

start_link() -> start_link(?DEFAULT).

start_link(Scope) when is_atom(Scope) -> gen_server:start_link({local, Scope}, ?MODULE, [Scope], []).

join(Group, Pids) -> join(?DEFAULT, Group, Pids).

join(Scope, Group, Pid) when is_pid(Pid) -> join(Scope, Group, [Pid]);
join(Scope, Group, Pids) when is_list(Pids) ->
    ensure_local(Pids),
    gen_server:call(Scope, {update, [{Group, Pids, []}]}, infinity).

leave(Group, Pids) -> leave(?DEFAULT, Group, Pids).

leave(Scope, Group, Pid) when is_pid(Pid) -> leave(Scope, Group, [Pid]);
leave(Scope, Group, Pids) when is_list(Pids) ->
    ensure_local(Pids),
    Members = ets:lookup_element(Scope, Group, 2, []),
    case lists:any(fun(P) -> lists:member(P, Members) end, Pids) of
        true -> gen_server:call(Scope, {update, [{Group, [], Pids}]}, infinity);
        false -> not_joined
    end.

ensure_local(Pids) ->
    lists:foreach(fun(Pid) when is_pid(Pid), node(Pid) =:= node() -> ok;
                     (Bad) -> error({nolocal, Bad})
                  end, Pids).

%% Who monitors gets {Ref, join | leave, Group, Pids}.

monitor_scope() -> monitor_scope(?DEFAULT).

monitor_scope(Scope) -> gen_server:call(Scope, {subscribe, scope}, infinity).

monitor(Group) -> ?MODULE:monitor(?DEFAULT, Group).

monitor(Scope, Group) -> gen_server:call(Scope, {subscribe, {group, Group}}, infinity).

demonitor(Ref) -> pg:demonitor(?DEFAULT, Ref).

demonitor(Scope, Ref) ->
    Result = gen_server:call(Scope, {unsubscribe, Ref}, infinity),
    flush(Ref),
    Result.

flush(Ref) ->
    receive
        {Ref, Change, _, _} when Change =:= join; Change =:= leave -> flush(Ref)
    after 0 -> ok
    end.

get_members(Group) -> get_members(?DEFAULT, Group).

get_members(Scope, Group) -> element_of(Scope, Group, 2).

get_local_members(Group) -> get_local_members(?DEFAULT, Group).

get_local_members(Scope, Group) -> element_of(Scope, Group, 3).

element_of(Scope, Group, I) ->
    try ets:lookup_element(Scope, Group, I)
    catch error:badarg -> []
    end.

which_groups() -> which_groups(?DEFAULT).

which_groups(Scope) when is_atom(Scope) -> [G || [G] <- ets:match(Scope, {'$1', '_', '_'})].

which_local_groups() -> which_local_groups(?DEFAULT).

which_local_groups(Scope) when is_atom(Scope) ->
    [G || [G, Local] <- ets:match(Scope, {'$1', '_', '$2'}), Local =/= []].

%% The server.

%% own are #{Pid => {Monitor, [Group]}}, peers #{Server => {Monitor, #{Group => [Pid]}}},
%% monitors #{Ref => {Subscriber, scope | {group, Group}}}.
-record(state, {scope, own = #{}, peers = #{}, monitors = #{}}).

init([Scope]) ->
    ok = net_kernel:monitor_nodes(true),
    ets:new(Scope, [set, protected, named_table, {read_concurrency, true}]),
    [discover(N, Scope) || N <- nodes()],
    {ok, #state{scope = Scope}}.

discover(Node, Scope) -> erlang:send({Scope, Node}, {discover, self()}, [noconnect]).

handle_call({update, Updates}, _, S) ->
    {reply, ok, lists:foldl(fun({Group, Joining, Leaving}, Acc) ->
                                    remove(Group, Leaving, add(Group, Joining, Acc))
                            end, S, Updates)};
handle_call({subscribe, What}, {Pid, _}, #state{monitors = Monitors} = S) ->
    Ref = erlang:monitor(process, Pid),
    Members = case What of
                  scope -> maps:from_list([{G, All} || {G, All, _} <- ets:tab2list(S#state.scope)]);
                  {group, Group} -> get_members(S#state.scope, Group)
              end,
    {reply, {Ref, Members}, S#state{monitors = Monitors#{Ref => {Pid, What}}}};
handle_call({unsubscribe, Ref}, _, #state{monitors = Monitors} = S) ->
    is_map_key(Ref, Monitors) andalso erlang:demonitor(Ref, [flush]),
    {reply, ok, S#state{monitors = maps:remove(Ref, Monitors)}};
handle_call(_, _, S) -> {noreply, S}.

add(_, [], S) -> S;
add(Group, Pids, S) ->
    Own = lists:foldl(fun(Pid, Acc) ->
                              {Ref, Groups} = case Acc of
                                                  #{Pid := Known} -> Known;
                                                  #{} -> {erlang:monitor(process, Pid), []}
                                              end,
                              Acc#{Pid => {Ref, [Group | Groups]}}
                      end, S#state.own, Pids),
    {All, Local} = members(Group, S),
    ets:insert(S#state.scope, {Group, Pids ++ All, Pids ++ Local}),
    changed(join, Group, Pids, S),
    to_peers({join, self(), Group, Pids}, S),
    S#state{own = Own}.

remove(_, [], S) -> S;
remove(Group, Pids, S) ->
    {Own, Left} = lists:foldl(fun(Pid, {Acc, Left} = Same) ->
                                      case Acc of
                                          #{Pid := {Ref, Groups}} ->
                                              case lists:delete(Group, Groups) of
                                                  Groups -> Same;
                                                  [] ->
                                                      erlang:demonitor(Ref, [flush]),
                                                      {maps:remove(Pid, Acc), [Pid | Left]};
                                                  Rest -> {Acc#{Pid := {Ref, Rest}}, [Pid | Left]}
                                              end;
                                          #{} -> Same
                                      end
                              end, {S#state.own, []}, Pids),
    {All, Local} = members(Group, S),
    store(Group, All -- Left, Local -- Left, S),
    changed(leave, Group, Pids, S),
    to_peers({leave, self(), Pids, [Group]}, S),
    S#state{own = Own}.

members(Group, #state{scope = Scope}) ->
    case ets:lookup(Scope, Group) of
        [{_, All, Local}] -> {All, Local};
        [] -> {[], []}
    end.

store(Group, [], [], #state{scope = Scope}) -> ets:delete(Scope, Group);
store(Group, All, Local, #state{scope = Scope}) -> ets:insert(Scope, {Group, All, Local}).

changed(_, _, [], _) -> ok;
changed(Change, Group, Pids, #state{monitors = Monitors}) ->
    maps:foreach(fun(Ref, {Pid, What}) when What =:= scope; What =:= {group, Group} ->
                         Pid ! {Ref, Change, Group, Pids};
                    (_, _) -> ok
                 end, Monitors).

to_peers(Message, #state{peers = Peers}) ->
    maps:foreach(fun(Peer, _) -> erlang:send(Peer, Message, [noconnect]) end, Peers).

%% What other servers say. Both forms of it are understood; what makes no sense
%% is passed over.

handle_cast(Message, S) ->
    try said(Message, S)
    catch error:_ -> {noreply, S}
    end.

said({sync, Peer, Groups}, S) when is_pid(Peer), is_list(Groups) ->
    {noreply, synced(Peer, maps:from_list([G || {_, Pids} = G <- Groups, is_list(Pids)]), S)};
said({local_data, Peer, _Version, Groups}, S) when is_pid(Peer), is_map(Groups) ->
    {noreply, synced(Peer, Groups, S)};
said({join, Peer, Group, Pids}, S) -> {noreply, theirs(Peer, [{Group, pids(Pids), []}], S)};
said({leave, Peer, Pids, Groups}, S) when is_list(Groups) ->
    {noreply, theirs(Peer, [{G, [], pids(Pids)} || G <- Groups], S)};
said({update, Peer, Updates}, S) when is_list(Updates) ->
    {noreply, theirs(Peer, [U || {_, J, L} = U <- Updates, is_list(J), is_list(L)], S)};
said({discover, Peer}, S) when is_pid(Peer) -> {noreply, discovered(Peer, S)};
said({discover, Peer, _Version}, S) when is_pid(Peer) -> {noreply, discovered(Peer, S)};
said(_, S) -> {noreply, S}.

handle_info({'DOWN', Ref, process, Pid, _}, #state{own = Own, peers = Peers, monitors = Monitors} = S) ->
    case {Own, Peers, Monitors} of
        {_, _, #{Ref := _}} -> {noreply, S#state{monitors = maps:remove(Ref, Monitors)}};
        {#{Pid := {Ref, Groups}}, _, _} ->
            lists:foreach(fun(Group) ->
                                  {All, Local} = members(Group, S),
                                  store(Group, lists:delete(Pid, All), lists:delete(Pid, Local), S),
                                  changed(leave, Group, [Pid], S)
                          end, Groups),
            to_peers({leave, self(), Pid, Groups}, S),
            {noreply, S#state{own = maps:remove(Pid, Own)}};
        {_, #{Pid := {Ref, Groups}}, _} ->
            maps:foreach(fun(Group, Pids) -> update_view(Group, [], Pids, S) end, Groups),
            {noreply, S#state{peers = maps:remove(Pid, Peers)}};
        _ -> {noreply, S}
    end;
handle_info({nodeup, Node}, S) when Node =/= node() ->
    discover(Node, S#state.scope),
    {noreply, S};
handle_info(Message, S) -> handle_cast(Message, S).

terminate(_, _) -> ok.

code_change(_, S, _) -> {ok, S}.

discovered(Peer, #state{peers = Peers} = S) when node(Peer) =/= node() ->
    Own = [{G, Local} || {G, _, Local} <- ets:tab2list(S#state.scope), Local =/= []],
    erlang:send(Peer, {'$gen_cast', {sync, self(), Own}}, [noconnect]),
    case is_map_key(Peer, Peers) of
        true -> S;
        false ->
            erlang:send(Peer, {discover, self()}, [noconnect]),
            S#state{peers = Peers#{Peer => {erlang:monitor(process, Peer), #{}}}}
    end;
discovered(_, S) -> S.

synced(Peer, Groups, #state{peers = Peers} = S) when node(Peer) =/= node() ->
    {Ref, Old} = case Peers of
                     #{Peer := Known} -> Known;
                     #{} -> {erlang:monitor(process, Peer), #{}}
                 end,
    New = maps:map(fun(_, Pids) -> pids(Pids) end, Groups),
    maps:foreach(fun(Group, Pids) ->
                         Had = maps:get(Group, Old, []),
                         update_view(Group, Pids -- Had, Had -- Pids, S)
                 end, New),
    maps:foreach(fun(Group, Pids) -> is_map_key(Group, New) orelse update_view(Group, [], Pids, S) end, Old),
    S#state{peers = Peers#{Peer => {Ref, New}}};
synced(_, _, S) -> S.

%% theirs applies what a known server tells of its processes.
theirs(Peer, Updates, #state{peers = Peers} = S) ->
    case Peers of
        #{Peer := {Ref, Groups}} ->
            Groups1 = lists:foldl(fun({Group, Joining0, Leaving0}, Acc) ->
                                          Had = maps:get(Group, Acc, []),
                                          Joining = pids(Joining0),
                                          Leaving = case Had of
                                                        [] -> [];
                                                        _ -> pids(Leaving0)
                                                    end,
                                          update_view(Group, Joining, Leaving, S),
                                          case Joining ++ (Had -- Leaving) of
                                              [] -> maps:remove(Group, Acc);
                                              Now -> Acc#{Group => Now}
                                          end
                                  end, Groups, Updates),
            S#state{peers = Peers#{Peer := {Ref, Groups1}}};
        #{} -> S
    end.

update_view(Group, Joining, Leaving, S) ->
    {All, Local} = members(Group, S),
    store(Group, Joining ++ (All -- Leaving), Local, S),
    changed(join, Group, Joining, S),
    changed(leave, Group, Leaving, S).

pids(Pid) when is_pid(Pid) -> [Pid];
pids(Pids) when is_list(Pids) -> [P || P <- Pids, is_pid(P)];
pids(_) -> [].
