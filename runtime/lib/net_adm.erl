%% Which nodes there are, and whether one can be reached.
-module(net_adm).

-export([ping/1, ping_list/1, names/0, names/1, localhost/0, dns_hostname/1, host_file/0,
         world/0, world/1, world_list/1, world_list/2]).

ping(Node) when is_atom(Node) ->
    case catch gen:call({net_kernel, Node}, '$gen_call', {is_auth, node()}, infinity) of
        {ok, yes} -> pong;
        _ ->
            erlang:disconnect_node(Node),
            pang
    end.

ping_list(Nodes) when is_list(Nodes) ->
    ok = net_kernel:monitor_nodes(true),
    [net_kernel:connect_node(N) || N <- Nodes],
    Up = [N || N <- Nodes, lists:member(N, [node() | nodes()])],
    ok = net_kernel:monitor_nodes(false),
    Up.

names() -> erl_epmd:names().

names(Host) -> erl_epmd:names(Host).

localhost() -> ersh_dist:hostname(true).

dns_hostname(Host) ->
    case inet:gethostbyname(Host) of
        {ok, Entry} -> {ok, element(2, Entry)};
        {error, _} -> {error, Host}
    end.

%% The hosts of the cluster, as the file .hosts.erlang lists them: one term, an
%% atom, a line.
host_file() ->
    Home = case init:get_argument(home) of
               {ok, [[Dir]]} -> [Dir];
               _ -> []
           end,
    case file:path_consult(["."] ++ Home ++ [code:root_dir()], ".hosts.erlang") of
        {ok, Hosts, _} -> Hosts;
        Error -> Error
    end.

world() -> world(silent).

world(Verbose) ->
    case host_file() of
        {error, _} = Error -> exit(Error);
        Hosts -> expand(Hosts, Verbose)
    end.

world_list(Hosts) when is_list(Hosts) -> world_list(Hosts, silent).

world_list(Hosts, Verbose) when is_list(Hosts) -> expand(Hosts, Verbose).

expand([Host | Hosts], Verbose) -> ping_host(Host, Verbose) ++ expand(Hosts, Verbose);
expand([], _) -> [].

ping_host(Host, Verbose) when is_atom(Host) ->
    case names(Host) of
        {ok, Names} ->
            Nodes = [list_to_atom(N ++ "@" ++ atom_to_list(Host)) || {N, _} <- Names],
            [N || N <- Nodes, reached(N, Verbose)];
        {error, Reason} ->
            [io:format("Names from ~w: failed with ~w~n", [Host, Reason]) || Verbose =:= verbose],
            []
    end.

reached(Node, Verbose) ->
    [io:format("Pinging ~w -> ", [Node]) || Verbose =:= verbose],
    Result = ping(Node),
    [io:format("~p~n", [Result]) || Verbose =:= verbose],
    Result =:= pong.
