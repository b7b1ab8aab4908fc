%% What nodes are on a host, and at which ports.
-module(erl_epmd).

-export([start/0, start_link/0, stop/0, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2,
         code_change/3]).
-export([names/0, names/1, port_please/2, port_please/3, address_please/3, listen_port_please/2,
         register_node/2, register_node/3, open/0, open/1, open/2]).

start() -> gen_server:start({local, erl_epmd}, ?MODULE, [], []).
start_link() -> gen_server:start_link({local, erl_epmd}, ?MODULE, [], []).
stop() -> gen_server:call(?MODULE, stop, infinity).

names() ->
    names(ersh_dist:hostname(false)).

names(Host) when is_atom(Host) -> names(atom_to_list(Host));
names({_, _, _, _} = Address) -> names(address(Address));
names({_, _, _, _, _, _, _, _} = Address) -> names(address(Address));
names(Host) when not is_number(Host) -> ersh_dist:epmd_names(Host).

port_please(Node, Host) -> port_please(Node, Host, infinity).

port_please(Node, Host, Timeout) when is_atom(Node) -> port_please(atom_to_list(Node), Host, Timeout);
port_please(Node, Host, Timeout) when is_atom(Host) -> port_please(Node, atom_to_list(Host), Timeout);
port_please(Node, Host, Timeout) when is_tuple(Host) -> port_please(Node, address(Host), Timeout);
port_please(Node, Host, _Timeout) ->
    case init:get_argument(erl_epmd_port) of
        {ok, [[Port | _] | _]} -> {port, list_to_integer(Port), 5};
        _ ->
            case ersh_dist:epmd_lookup(Node, Host) of
                {error, nxdomain} -> noport;
                Port -> Port
            end
    end.

address_please(_Name, Host, Family) -> inet:getaddr(Host, Family).

listen_port_please(_Name, _Host) ->
    case init:get_argument(erl_epmd_port) of
        {ok, [[Port | _] | _]} -> {ok, list_to_integer(Port)};
        _ -> {ok, 0}
    end.

%% The node itself is registered by the distribution when it starts.
register_node(Name, Port) -> register_node(Name, Port, inet).
register_node(_, _, _) -> {error, already_registered}.

open() -> {error, address}.
open(_) -> {error, address}.
open(_, _) -> {error, address}.

address({A, B, C, D}) -> lists:flatten(lists:join($., [integer_to_list(X) || X <- [A, B, C, D]]));
address(Address) -> lists:flatten(lists:join($:, [integer_to_list(X, 16) || X <- tuple_to_list(Address)])).

init([]) -> {ok, []}.

handle_call(stop, _, State) -> {stop, shutdown, ok, State};
handle_call(_, _, State) -> {reply, {error, badarg}, State}.

handle_cast(_, State) -> {noreply, State}.
handle_info(_, State) -> {noreply, State}.
terminate(_, _) -> ok.
code_change(_, State, _) -> {ok, State}.
