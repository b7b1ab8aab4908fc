%% The node as a part of a cluster. The connections are made by the natives in
%% ersh_dist; the process here answers what other nodes ask of net_kernel, and
%% remembers how the node was started.
-module(net_kernel).
-behaviour(gen_server).

-export([start_from_arguments/0, remote_name/1, start/1, start/2, start_link/1, stop/0, init/1, handle_call/3, handle_cast/2, handle_info/2,
         terminate/2, code_change/3]).
-export([allow/1, allowed/0, connect_node/1, hidden_connect_node/1, passive_cnct/1, disconnect/1,
         async_disconnect/1, get_net_ticktime/0, set_net_ticktime/1, set_net_ticktime/2, get_state/0,
         longnames/0, nodename/0, node_info/1, node_info/2, nodes_info/0, connecttime/0, epmd_module/0,
         monitor_nodes/1, monitor_nodes/2, i/0, i/1, verbose/1, publish_on_node/1, getopts/2, setopts/2,
         kernel_apply/3]).

-define(TICK, 60).

%% Starting and stopping.

start([Name]) -> start([Name, longnames]);
start([Name, Domain]) -> start([Name, Domain, 15000]);
start([Name, Domain, TickTime]) ->
    start(Name, #{name_domain => Domain, net_ticktime => TickTime * 4 div 1000, net_tickintensity => 4}).

start(Name, Options) when is_atom(Name), is_map(Options) ->
    case maps:to_list(maps:filter(fun(K, V) -> not is_option(K, V) end, Options)) of
        [] -> ok;
        [{Key, Value} | _] -> error({invalid_option, Key, Value}, [Name, Options])
    end,
    case whereis(net_kernel) of
        undefined ->
            Result = erl_distribution:start(Options#{name => Name, supervisor => net_sup_dynamic, clean_halt => false}),
            [start_others() || {ok, _} <- [Result]],
            Result;
        Pid ->
            %% As erl does it names the supervisor, where the process has one.
            {error, {already_started, hd([Sup || Sup <- [whereis(net_sup)], Sup =/= undefined] ++ [Pid])}}
    end;
start(Name, Options) when is_map(Options) -> error(invalid_name, [Name, Options]);
start(Name, Options) -> error(invalid_options, [Name, Options]).

is_option(name_domain, D) -> D =:= shortnames orelse D =:= longnames;
is_option(net_ticktime, T) -> is_integer(T) andalso T > 0;
is_option(net_tickintensity, T) -> is_integer(T) andalso T >= 4 andalso T =< 1000;
is_option(dist_listen, B) -> is_boolean(B);
is_option(hidden, B) -> is_boolean(B);
is_option(_, _) -> false.

%% start_from_arguments/0 is what the flags -sname, -name and -remsh begin. Where
%% the node can't be what they say, nothing can be done with it.
start_from_arguments() -> start_named(name_argument()).

%% A flag with more or less than one word: the node goes on without a name,
%% and says so twice, as erl does.
start_named({invalid, Flag, Words}) ->
    [error_logger:error_msg("Invalid -~ts given to erl, ~ts", [Flag, lists:join(" ", Words)]) || _ <- [1, 2]],
    ok;
start_named({Name, Domain}) ->
    start_auth(),
    start_others(),
    Remsh = init:get_argument(remsh),
    Options = #{name => Name, name_domain => Domain,
                hidden => init:get_argument(hidden) =/= error orelse Name =:= undefined,
                dist_listen => init:get_argument(dist_listen) =/= {ok, [["false"]]},
                start_epmd => init:get_argument(start_epmd) =/= {ok, [["false"]]}},
    case start_link(Options) of
        {ok, _} -> ok;
        {error, {Kind, Text}} -> give_up(Kind, Name, Domain, Text)
    end,
    case Remsh of
        {ok, [[Node1 | _] | _]} ->
            Remote = remote_name(Node1),
            case passive_cnct(Remote) of
                true -> ok;
                _ ->
                    complain(io_lib:format("Could not connect to ~p", [Node1])),
                    ersh_hint:unreachable(Remote),
                    erlang:halt(1)
            end;
        _ -> ok
    end.

%% What stands in the way of the cookie is reported by nobody else.
start_auth() ->
    #{level := Level} = logger:get_primary_config(),
    logger:set_primary_config(level, none),
    case auth:start() of
        {ok, _} -> logger:set_primary_config(level, Level);
        {error, {Reason, Stack}} ->
            Slogan = net_failure:auth(Reason, Stack),
            ersh_hint:not_started(cookie, '', Reason),
            halt(Slogan)
    end.

%% As in erl, one line is enough where the name is one and can't be had.
give_up(name, Name, Domain, {Text, Stack}) ->
    case many_parts(Name) of
        true ->
            complain(message(name, Name, Text)),
            ersh_hint:not_started(name, Name, Text),
            halt(1);
        false ->
            Slogan = net_failure:net_kernel(Name, Domain, Text, Stack),
            ersh_hint:not_started(name, Name, Text),
            halt(Slogan)
    end;
give_up(Kind, Name, _, Text) ->
    complain(message(Kind, Name, Text)),
    ersh_hint:not_started(Kind, Name, Text),
    halt(1).

%% The processes that other nodes expect. Not linked: who starts them has ended
%% soon.
start_others() ->
    [begin
         case M:start() of
             {ok, _} -> ok;
             {error, {already_started, _}} -> ok
         end
     end || M <- [erl_epmd, rpc, global, global_group]],
    ok.

name_argument() ->
    case {init:get_argument(sname), init:get_argument(name)} of
        {{ok, [[Name] | _]}, _} -> {list_to_atom(Name), shortnames};
        {{ok, [Words | _]}, _} -> {invalid, sname, Words};
        {_, {ok, [[Name] | _]}} -> {list_to_atom(Name), longnames};
        {_, {ok, [Words | _]}} -> {invalid, name, Words};
        {_, _} -> {undefined, shortnames}
    end.

%% remote_name is the node that -remsh names: without a host, one of this host.
remote_name(Node) ->
    case lists:member($@, Node) of
        true -> list_to_atom(Node);
        false -> list_to_atom(Node ++ "@" ++ ersh_dist:hostname(false))
    end.

complain(Text) ->
    %% standard_error may not be there yet.
    io:put_chars(case whereis(standard_error) of undefined -> user; _ -> standard_error end, [Text, "\n"]).

%% start_link/1 is what a supervisor calls, or, without one, the node's own start: a
%% map of what the flags say.
start_link(#{name := Name, supervisor := _} = Options) ->
    case gen_server:start_link({local, net_kernel}, ?MODULE, {Name, Options, dynamic}, []) of
        {error, _} -> {error, {'EXIT', nodistribution}};
        Started -> Started
    end;
start_link(#{name := ''} = Options) -> start_link(Options#{name := '@'});
start_link(#{name := Name} = Options) -> gen_server:start({local, net_kernel}, ?MODULE, {Name, Options, static}, []).

message(duplicate_name, Name, _) ->
    io_lib:format("Protocol 'inet_tcp': the name ~ts seems to be in use by another Erlang node",
                  [full_name(Name)]);
message(register, _, Text) -> ["Protocol 'inet_tcp': register/listen error: ", Text];
message(name, Name, Text) ->
    case many_parts(Name) of
        true -> ["Protocol 'inet_tcp': invalid node name: ", atom_to_list(Name)];
        false -> Text
    end;
message(_, _, Text) -> Text.

many_parts(Name) -> length(string:split(atom_to_list(Name), "@", all)) > 2.

full_name(Name) ->
    case lists:member($@, atom_to_list(Name)) of
        true -> atom_to_list(Name);
        false -> atom_to_list(Name) ++ "@" ++ ersh_dist:hostname(false)
    end.

stop() ->
    case whereis(net_kernel) of
        undefined -> {error, not_found};
        _ ->
            case get_state() of
                #{started := static} -> {error, not_allowed};
                _ -> erl_distribution:stop()
            end
    end.

init({Name, Options, How}) ->
    process_flag(trap_exit, true),
    process_flag(priority, max),
    case whereis(init) of
        undefined -> ok;
        Init -> group_leader(Init, self())
    end,
    Domain = maps:get(name_domain, Options, longnames),
    put(longnames, Domain =:= longnames),
    Tick = maps:get(net_ticktime, Options, env(net_ticktime, ?TICK)),
    case ersh_dist:start(
           clean(#{name => Name,
                   longnames => Domain =:= longnames,
                   hidden => maps:get(hidden, Options, undefined),
                   listen => maps:get(dist_listen, Options, undefined),
                   start_epmd => maps:get(start_epmd, Options, undefined),
                   tick => Tick,
                   intensity => maps:get(net_tickintensity, Options, env(net_tickintensity, undefined)),
                   setup => env(net_setuptime, undefined),
                   port => epmd_port(),
                   listen_min => env(inet_dist_listen_min, undefined),
                   listen_max => env(inet_dist_listen_max, undefined),
                   interface => interface(env(inet_dist_use_interface, undefined)),
                   connect_options => env(inet_dist_connect_options, undefined),
                   visible_to => visible_to(full_name(Name)),
                   listen_options => env(inet_dist_listen_options, undefined),
                   auto_connect => env(dist_auto_connect, undefined)})) of
        ok ->
            {ok, #{name => Name, domain => Domain, how => How, tick => Tick}};
        {error, Kind, Text} when How =:= dynamic ->
            error_logger:info_msg("~ts~n", [message(Kind, Name, Text)]),
            {stop, {error, badarg}};
        {error, name, Text} ->
            {current_stacktrace, Stack} = process_info(self(), current_stacktrace),
            {error, {name, {Text, lists:dropwhile(fun(Frame) -> element(3, Frame) =/= 6 end, Stack)}}};
        {error, Kind, Text} ->
            {error, {Kind, Text}}
    end.

%% A node of a hidden group shows itself to the group only.
visible_to(Name) ->
    case env(global_groups, undefined) of
        undefined -> undefined;
        _ -> global_group:visible_to(list_to_atom(Name))
    end.

%% The port at which all nodes listen where there are no port mappers.
epmd_port() ->
    case init:get_argument(erl_epmd_port) of
        {ok, [[Port | _] | _]} -> list_to_integer(Port);
        _ -> undefined
    end.

clean(Map) -> maps:filter(fun(_, V) -> V =/= undefined end, Map).

interface(Address) when tuple_size(Address) =:= 4 ->
    lists:flatten(lists:join($., [integer_to_list(X) || X <- tuple_to_list(Address)]));
interface(Address) when tuple_size(Address) =:= 8 ->
    lists:flatten(lists:join($:, [integer_to_list(X, 16) || X <- tuple_to_list(Address)]));
interface(Other) -> Other.

env(Key, Default) ->
    try application:get_env(kernel, Key) of
        {ok, Value} -> Value;
        undefined -> Default
    catch _:_ -> Default
    end.

%% Connecting.

connect_node(Node) when Node =:= node() -> true;
connect_node(Node) when is_atom(Node) ->
    Result = connect(Node),
    Result =:= true orelse ersh_hint:unreachable(Node),
    Result;
connect_node(Node) -> error(function_clause, [Node]).

hidden_connect_node(Node) when Node =:= node() -> true;
hidden_connect_node(Node) when is_atom(Node) ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> ersh_dist:hidden_connect(Node)
    end;
hidden_connect_node(Node) -> error(function_clause, [Node]).

passive_cnct(Node) -> Node =:= node() orelse connect(Node).

connect(Node) ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> ersh_dist:connect(Node)
    end.

disconnect(Node) when is_atom(Node) -> erlang:disconnect_node(Node).

async_disconnect(Node) ->
    spawn(fun() -> disconnect(Node) end),
    true.

allow(Nodes) ->
    case is_list(Nodes) andalso lists:all(fun is_atom/1, Nodes) of
        true -> request({allow, Nodes});
        false -> error
    end.

allowed() -> request(allowed).

publish_on_node(_) -> ok.

%% Who wants to know of nodes that come and go.

monitor_nodes(Flag) -> monitor_nodes(Flag, none).

monitor_nodes(Flag, []) when is_boolean(Flag) -> monitor_nodes(Flag, none);
monitor_nodes(Flag, none) when is_boolean(Flag) ->
    ersh_dist:monitor_nodes(Flag, {bare, undefined, false, false});
monitor_nodes(Flag, Options) when is_boolean(Flag), is_list(Options) ->
    try lists:foldl(fun list_option/2, #{}, Options) of
        Map -> ersh_dist:monitor_nodes(Flag, subscription(list, Map))
    catch throw:Error -> {error, Error}
    end;
monitor_nodes(Flag, Options) when is_boolean(Flag), is_map(Options) ->
    try maps:foreach(fun map_option/2, Options) of
        _ -> ersh_dist:monitor_nodes(Flag, subscription(map, Options))
    catch throw:Error -> {error, Error}
    end;
monitor_nodes(Flag, Options) when is_boolean(Flag) -> {error, {invalid_options, Options}};
monitor_nodes(_, _) -> error.

subscription(Form, Options) ->
    {Form, maps:get(node_type, Options, undefined), maps:get(nodedown_reason, Options, false),
     maps:get(connection_id, Options, false)}.

list_option(nodedown_reason, Map) -> Map#{nodedown_reason => true};
list_option(connection_id, Map) -> Map#{connection_id => true};
list_option({node_type, Type}, Map) when Type =:= visible; Type =:= hidden; Type =:= all ->
    case Map of
        #{node_type := Other} when Other =/= Type -> throw({option_value_mismatch, [{node_type, Type}, {node_type, Other}]});
        _ -> Map#{node_type => Type}
    end;
list_option({node_type, Type}, _) -> throw({bad_option_value, {node_type, Type}});
list_option(Option, _) -> throw({unknown_options, [Option]}).

map_option(node_type, Type) when Type =:= visible; Type =:= hidden; Type =:= all -> ok;
map_option(nodedown_reason, B) when is_boolean(B) -> ok;
map_option(connection_id, B) when is_boolean(B) -> ok;
map_option(Key, Value) when Key =:= node_type; Key =:= nodedown_reason; Key =:= connection_id ->
    throw({bad_option_value, #{Key => Value}});
map_option(Key, Value) -> throw({unknown_options, #{Key => Value}}).

%% What is known.

get_state() ->
    case whereis(net_kernel) of
        undefined -> #{started => no};
        _ ->
            #{name := Name, domain := Domain, how := How} = request(state),
            State = #{started => How, name_domain => Domain,
                      name_type => case Name of undefined -> dynamic; _ -> static end},
            case node() of
                nonode@nohost -> State#{name => undefined};
                Node -> State#{name => Node}
            end
    end.

nodename() ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> node()
    end.

longnames() ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> request(longnames)
    end.

connecttime() -> env(net_setuptime, 7) * 1000.

epmd_module() -> erl_epmd.

get_net_ticktime() ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> request(ticktime)
    end.

set_net_ticktime(Time) -> set_net_ticktime(Time, 60).

set_net_ticktime(Time, Period) when is_integer(Time), Time > 0, is_integer(Period), Period >= 0 ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> request({set_ticktime, Time, Period})
    end;
set_net_ticktime(Time, Period) -> error(function_clause, [Time, Period]).

node_info(Node) ->
    case ersh_dist:info(Node) of
        false -> {error, bad_node};
        {State, Type, In, Out, Address} ->
            {ok, [{owner, whereis(net_kernel)}, {state, State}, {address, Address},
                  {type, Type}, {in, In}, {out, Out}]}
    end.

node_info(Node, Key) ->
    case node_info(Node) of
        {ok, Info} ->
            case lists:keyfind(Key, 1, Info) of
                {_, Value} -> {ok, Value};
                false -> {error, invalid_key}
            end;
        Error -> Error
    end.

nodes_info() ->
    {ok, [{N, Info} || N <- nodes(connected), {ok, Info} <- [node_info(N)]]}.

i() -> [i(N) || N <- nodes(connected)], ok.

i(Node) ->
    case node_info(Node) of
        {ok, Info} -> io:format("~p~n", [{Node, Info}]);
        Error -> Error
    end.

verbose(_) -> 0.

getopts(Node, Names) when is_atom(Node), is_list(Names) ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> ersh_dist:getopts(Node, Names)
    end;
getopts(Node, Names) -> error(function_clause, [Node, Names]).

setopts(Node, Options) when is_atom(Node), is_list(Options) ->
    case whereis(net_kernel) of
        undefined -> ignored;
        _ -> ersh_dist:setopts(Node, Options)
    end;
setopts(Node, Options) -> error(function_clause, [Node, Options]).

kernel_apply(M, F, A) -> apply(M, F, A).

request(Request) -> gen_server:call(net_kernel, Request, infinity).

%% What is asked of the process, by this node and by others.

handle_call({is_auth, _Node}, _, State) -> {reply, yes, State};
handle_call({connect, _Type, Node}, From, State) when is_atom(Node) ->
    spawn(fun() -> gen_server:reply(From, Node =:= node() orelse ersh_dist:connect(Node)) end),
    {noreply, State};
handle_call({disconnect, Node}, From, State) when is_atom(Node) ->
    spawn(fun() -> gen_server:reply(From, ersh_dist:disconnect(Node)) end),
    {noreply, State};
handle_call(state, _, State) -> {reply, State, State};
handle_call(longnames, _, #{domain := Domain} = State) -> {reply, Domain =:= longnames, State};
handle_call(ticktime, _, #{changing := Time} = State) -> {reply, {ongoing_change_to, Time}, State};
handle_call(ticktime, _, #{tick := Time} = State) -> {reply, Time, State};
handle_call({new_ticktime, Time, Period}, From, State) ->
    handle_call({set_ticktime, Time div 1000, Period div 1000}, From, State);
handle_call({set_ticktime, _, _}, _, #{changing := Time} = State) ->
    {reply, {ongoing_change_to, Time}, State};
handle_call({set_ticktime, Time, _}, _, #{tick := Time} = State) -> {reply, unchanged, State};
handle_call({set_ticktime, Time, Period}, _, State) ->
    erlang:send_after(Period * 1000, self(), {ticktime, Time}),
    {reply, change_initiated, State#{changing => Time}};
handle_call({allow, Nodes}, _, State) ->
    ok = ersh_dist:allow(Nodes),
    {reply, ok, State#{allowed => maps:get(allowed, State, []) ++ Nodes}};
handle_call(allowed, _, State) -> {reply, {ok, maps:get(allowed, State, [])}, State};
%% As nodes of old releases spawn.
handle_call({spawn, M, F, A, Gleader}, {From, _}, State) when is_pid(From) ->
    {reply, spawn(spawning(M, F, A, Gleader)), State};
handle_call({spawn_link, M, F, A, Gleader}, {From, _}, State) when is_pid(From) ->
    {reply, spawn(linking(From, spawning(M, F, A, Gleader))), State};
handle_call({spawn_opt, M, F, A, Options, _Link, _From, Gleader}, _, State) when is_list(Options) ->
    {reply, catch spawn_opt(spawning(M, F, A, Gleader), Options), State};
handle_call(_, _, State) -> {noreply, State}.

spawning(M, F, A, Gleader) ->
    fun() ->
            is_pid(Gleader) andalso group_leader(Gleader, self()),
            apply(M, F, A)
    end.

linking(From, Fun) ->
    fun() ->
            link(From),
            Fun()
    end.

handle_cast(_, State) -> {noreply, State}.

handle_info({ticktime, Time}, State) ->
    ersh_dist:set_tick(Time),
    {noreply, maps:remove(changing, State#{tick => Time})};
%% What a process of another node may send instead of a call.
handle_info({From, registered_send, To, Message}, State) when is_pid(From), is_atom(To) ->
    catch To ! Message,
    {noreply, State};
handle_info(_, State) -> {noreply, State}.

terminate(_, _) ->
    ersh_dist:stop(),
    ok.

code_change(_, State, _) -> {ok, State}.
