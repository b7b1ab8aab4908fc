%% Cookies: who may connect with this node.
-module(auth).

-export([start/0, start_link/0, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).
-export([is_auth/1, cookie/0, cookie/1, node_cookie/1, node_cookie/2, get_cookie/0, get_cookie/1,
         set_cookie/1, set_cookie/2, sync_cookie/0, print/3]).

start() -> gen_server:start({local, auth}, auth, [], []).
start_link() -> gen_server:start_link({local, auth}, auth, [], []).

is_auth(Node) ->
    case net_adm:ping(Node) of
        pong -> yes;
        pang -> no
    end.

cookie() -> get_cookie().
cookie([Cookie]) -> set_cookie(Cookie);
cookie(Cookie) -> set_cookie(Cookie).

node_cookie([Node, Cookie]) -> node_cookie(Node, Cookie).
node_cookie(Node, Cookie) -> set_cookie(Node, Cookie).

get_cookie() -> ersh_dist:cookie('').

get_cookie(Node) when Node =:= node() -> get_cookie();
get_cookie(Node) when is_atom(Node) -> ersh_dist:cookie(Node);
get_cookie(_) -> get_cookie().

set_cookie(Cookie) -> set_cookie(node(), Cookie).

set_cookie(Node, _) when node() =:= nonode@nohost, Node =:= nonode@nohost ->
    erlang:error(distribution_not_started);
set_cookie(Node, Cookie) when Node =:= node() -> ersh_dist:set_cookie('', Cookie);
set_cookie(Node, Cookie) -> ersh_dist:set_cookie(Node, Cookie).

sync_cookie() -> true.

print(Node, Format, Args) ->
    (catch gen_server:cast({auth, Node}, {print, Format, Args})).

%% The server: what other nodes ask of the process named auth.

init([]) ->
    process_flag(trap_exit, true),
    case init:get_argument(setcookie) of
        {ok, [[Cookie]]} -> init_setcookie('', Cookie, []);
        {ok, [[Node, Cookie]]} -> init_setcookie(list_to_atom(Node), Cookie, [own]);
        _ -> init_no_setcookie()
    end,
    {ok, []}.

%% -setcookie says the node's own, or that for another node.
init_setcookie(Node, Text, Missing) ->
    Cookie = list_to_atom(Text),
    ersh_dist:set_cookie(Node, Cookie),
    [init_no_setcookie() || own <- Missing].

init_no_setcookie() ->
    case ersh_dist:read_cookie() of
        ok -> ok;
        {too_long, Text} ->
            Cookie = list_to_atom(Text),
            ersh_dist:set_cookie('', Cookie);
        {error, Reason} ->
            error_logger:error_msg(Reason, []),
            error(Reason)
    end.

handle_call({get_cookie, Node}, {From, _}, State) when node(From) =:= node() ->
    {reply, get_cookie(Node), State};
handle_call({set_cookie, Node, Cookie}, {From, _}, State) when node(From) =:= node() ->
    {reply, set_cookie(Node, Cookie), State};
handle_call(sync_cookie, {From, _}, State) when node(From) =:= node() ->
    {reply, true, State};
handle_call(echo, _, State) -> {reply, hello, State};
handle_call(_, _, State) -> {noreply, State}.

handle_cast({print, What, Args}, State) ->
    error_logger:error_msg(What, Args),
    {noreply, State};
handle_cast(_, State) -> {noreply, State}.

handle_info(_, State) -> {noreply, State}.

terminate(_, _) -> ok.

code_change(_, State, _) -> {ok, State}.
