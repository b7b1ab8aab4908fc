%% Nodes that another node starts and that end with it. The new node calls
%% slave_start/1, which reports to a waiting process of the master and watches
%% the master from then on.
-module(slave).

-export([start/1, start/2, start/3, start/5, start_link/1, start_link/2, start_link/3, stop/1,
         pseudo/1, pseudo/2, relay/1, slave_start/1]).

%% How long a node may take to start.
-define(TIMEOUT, 32000).

start(Host) -> start(Host, own_name()).

start(Host, Name) -> start(Host, Name, []).

start(Host, Name, Args) -> start(Host, Name, Args, no_link, default).

start_link(Host) -> start_link(Host, own_name()).

start_link(Host, Name) -> start_link(Host, Name, []).

start_link(Host, Name, Args) -> start(Host, Name, Args, self(), default).

own_name() -> hd(string:split(atom_to_list(node()), "@")).

%% {ok, Node}, {error, timeout | no_rsh | {already_running, Node}}. The node ends
%% with the process that it is linked to.
start(Host0, Name, Args, Link, Program) ->
    is_alive() orelse exit(not_alive),
    Host = lists:concat([Host0]),
    Node = list_to_atom(lists:concat([Name, "@", Host])),
    case net_adm:ping(Node) of
        pong ->
            {error, {already_running, Node}};
        pang ->
            Self = self(),
            Waiter = spawn(fun() -> wait(Self, Host, Node, Args, Link, Program) end),
            receive
                {Waiter, Result} -> Result
            end
    end.

wait(Starter, Host, Node, Args, Link, Program) ->
    Name = register_waiter(0),
    case command(Host, Node, Name, Args, Program) of
        {ok, Command} ->
            _ = open_port({spawn, Command}, [stream]),
            receive
                {Slave, slave_started} -> started(Starter, Node, Link, Slave)
            after ?TIMEOUT ->
                stop(Node), % which may have started and be unable to say so
                Starter ! {self(), {error, timeout}}
            end;
        Error ->
            Starter ! {self(), Error}
    end.

register_waiter(N) ->
    Name = list_to_atom(lists:concat([slave_waiter_, N])),
    try register(Name, self()) of
        true -> Name
    catch
        error:badarg -> register_waiter(N + 1)
    end.

started(Starter, Node, no_link, _Slave) ->
    Starter ! {self(), {ok, Node}};
started(Starter, Node, Link, Slave) ->
    process_flag(trap_exit, true),
    link(Link),
    Starter ! {self(), {ok, Node}},
    end_with(Link, Slave).

%% The link goes one way: Link does not end with the node.
end_with(Link, Slave) ->
    receive
        {'EXIT', Link, _} -> exit(Slave, kill_me);
        {'EXIT', _, _} -> end_with(Link, Slave)
    end.

command(Host, Node, Waiter, Args, Program) ->
    [_, Own] = string:split(atom_to_list(node()), "@"),
    Local = Host =:= Own,
    Words = [program(Program, Local), "-detached", "-noinput", "-master", node(),
             case net_kernel:longnames() of true -> "-name"; _ -> "-sname" end, Node,
             "-s", ?MODULE, slave_start, node(), Waiter, Args],
    Text = lists:flatten(lists:join(" ", [lists:concat([W]) || W <- Words])),
    case Local of
        true -> {ok, Text};
        false -> through_shell(Host, Text)
    end.

program(default, true) -> "'" ++ init:program() ++ "'";
program(default, false) ->
    {ok, [[Name]]} = init:get_argument(progname),
    Name;
program(Program, _) -> Program.

%% Another host is reached with the program that -rsh names.
through_shell(Host, Text) ->
    Rsh = case init:get_argument(rsh) of
              {ok, [[Program]]} -> Program;
              _ -> "ssh"
          end,
    case os:find_executable(Rsh) of
        false -> {error, no_rsh};
        Path -> {ok, lists:concat([Path, " ", Host, " ", Text])}
    end.

stop(Node) ->
    _ = rpc:call(Node, erlang, halt, []),
    ok.

%%% On the new node.

slave_start([Master, Waiter]) ->
    spawn(fun() ->
                  process_flag(trap_exit, true),
                  monitor_node(Master, true),
                  {Waiter, Master} ! {self(), slave_started},
                  watch(Master)
          end).

watch(Master) ->
    receive
        {nodedown, Master} -> halt();
        {'EXIT', _, _} -> halt();
        _ -> watch(Master)
    end.

%%% Names whose messages go to the processes of the same names on the master.

pseudo([Master | Names]) -> pseudo(Master, Names).

pseudo(_, []) -> ok;
pseudo(Master, [Name | Names]) ->
    whereis(Name) =:= undefined andalso
        register(Name, spawn(?MODULE, relay, [rpc:call(Master, erlang, whereis, [Name])])),
    pseudo(Master, Names).

relay({badrpc, Reason}) ->
    error_logger:error_msg(" ** exiting relay server ~w :~w  **~n", [self(), Reason]),
    exit(Reason);
relay(undefined) ->
    error_logger:error_msg(" ** exiting relay server ~w  **~n", [self()]),
    exit(undefined);
relay(To) ->
    receive Message -> To ! Message end,
    relay(To).
