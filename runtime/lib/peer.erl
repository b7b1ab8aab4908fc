%% Further nodes on this machine, each controlled by a process here: it starts
%% the node as a program, knows when it is up, calls functions there, and ends it.
%% Without a connection of its own the node is reached by distribution. With one
%% (standard_io, or TCP) terms go over it; on standard output they stand in lines
%% between what the node prints otherwise.
-module(peer).

-behaviour(gen_server).

-export([start/0, start/1, start_link/0, start_link/1, stop/1, random_name/0, random_name/1, get_state/1,
         call/4, call/5, cast/4, send/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
%% What the node at the other end runs.
-export([serve/0, serve/1]).

-export_type([start_options/0]).

-type start_options() :: #{name => atom() | string(), longnames => boolean(), host => string(),
                           peer_down => stop | continue | crash, connection => standard_io | 0..65535 | {term(), 0..65535},
                           exec => file:name() | {file:name(), [string()]}, detached => boolean(), args => [string()],
                           post_process_args => fun(([string()]) -> [string()]), env => [{string(), string()}],
                           wait_boot => timeout() | false | {pid(), term()},
                           shutdown => close | halt | {halt, timeout()} | timeout()}.

-define(BOOT, 15000).
-define(SHUTDOWN, 5000).
-define(CALL, 5000).
%% How often a node that starts is looked for.
-define(POLL, 50).
%% What begins a term on standard output; a line end ends it.
-define(MARK, <<1, "peer ">>).

-record(peer, {options, node, wire = none, port = none, socket = none, listener = none, state = booting, boot = none,
               calls = #{}, last = 0, left = <<>>}).

%%% For those who start peers.

-spec start() -> {ok, pid()} | {ok, pid(), node()} | {error, term()}.
start() -> start(#{name => random_name()}).

-spec start(start_options()) -> {ok, pid()} | {ok, pid(), node()} | {error, term()}.
start(Options) -> start_it(Options, start).

-spec start_link() -> {ok, pid()} | {ok, pid(), node()} | {error, term()}.
start_link() -> start_link(#{name => random_name()}).

-spec start_link(start_options()) -> {ok, pid()} | {ok, pid(), node()} | {error, term()}.
start_link(Options) -> start_it(Options, start_link).

start_it(Options, How) ->
    verify_args(Options),
    case gen_server:How(?MODULE, Options, []) of
        {ok, Pid} ->
            case maps:get(wait_boot, Options, ?BOOT) of
                false -> {ok, Pid};
                {_, _} -> {ok, Pid};
                Timeout ->
                    try gen_server:call(Pid, boot, Timeout) of
                        {ok, Node} -> {ok, Pid, Node};
                        {error, Reason} -> exit(Reason)
                    catch
                        exit:{timeout, _} ->
                            unlink(Pid),
                            exit(Pid, kill),
                            exit(timeout)
                    end
            end;
        Error -> Error
    end.

verify_args(Options) ->
    is_map_key(connection, Options) orelse is_alive() orelse error(not_alive),
    ok.

-spec stop(pid()) -> ok.
stop(Peer) -> gen_server:stop(Peer, normal, infinity).

-spec random_name() -> string().
random_name() -> random_name(?MODULE).

-spec random_name(string() | atom()) -> string().
random_name(Prefix) -> lists:concat([Prefix, "-", erlang:unique_integer([positive]), "-", os:getpid()]).

-spec get_state(pid()) -> booting | running | {down, term()}.
get_state(Peer) -> gen_server:call(Peer, get_state).

-spec call(pid(), module(), atom(), [term()]) -> term().
call(Peer, Module, Function, Args) -> call(Peer, Module, Function, Args, ?CALL).

-spec call(pid(), module(), atom(), [term()], timeout()) -> term().
call(Peer, Module, Function, Args, Timeout) ->
    case gen_server:call(Peer, {call, Module, Function, Args}, Timeout) of
        {ok, Result} -> Result;
        noconnection -> error(noconnection);
        {Class, Reason} -> erlang:raise(Class, Reason, [])
    end.

-spec cast(pid(), module(), atom(), [term()]) -> ok.
cast(Peer, Module, Function, Args) -> gen_server:cast(Peer, {cast, Module, Function, Args}).

-spec send(pid(), pid() | atom(), term()) -> ok.
send(Peer, To, Message) -> gen_server:cast(Peer, {send, To, Message}).

%%% The controlling process.

init(Options) ->
    process_flag(trap_exit, true),
    Listening = listening(Options, #peer{options = Options}),
    {Exec, Before} = executable(Options),
    Args0 = Before ++ names(Options) ++ wire_args(Listening) ++ maps:get(args, Options, []),
    Args = case Options of
               #{post_process_args := Fun} -> Fun(Args0);
               _ -> Args0
           end,
    Port = open_port({spawn_executable, Exec},
                     [{args, Args}, {env, maps:get(env, Options, [])}, hide, binary, exit_status]
                     ++ [stderr_to_stdout || Listening#peer.wire =/= standard_io]),
    case Listening#peer.wire of
        none -> erlang:send_after(?POLL, self(), poll);
        _ -> ok
    end,
    {ok, Listening#peer{port = Port, node = node_name(Options)}}.

listening(#{connection := standard_io}, Peer) -> Peer#peer{wire = standard_io};
listening(#{connection := {Ip, Port}}, Peer) -> listening(Ip, Port, Peer);
listening(#{connection := Port}, Peer) when is_integer(Port) -> listening({127, 0, 0, 1}, Port, Peer);
listening(#{connection := Other}, _) -> exit({invalid_connection, Other});
listening(_, Peer) -> Peer.

listening(Ip, Port, Peer) ->
    {ok, Listener} = gen_tcp:listen(Port, [binary, {ip, Ip}, {packet, 4}, {active, false}, {reuseaddr, true}]),
    Control = self(),
    %% A process of its own waits for the node.
    spawn_link(fun() ->
                       {ok, Socket} = gen_tcp:accept(Listener),
                       ok = gen_tcp:controlling_process(Socket, Control),
                       Control ! {connected, Socket}
               end),
    Peer#peer{wire = tcp, listener = Listener}.

executable(#{exec := {Exec, Args}}) -> {Exec, Args};
executable(#{exec := Exec}) -> {Exec, []};
executable(_) -> {init:program(), []}.

full_name(#{name := Name, host := Host}) -> lists:concat([Name, "@", Host]);
full_name(#{name := Name}) -> lists:concat([Name]);
full_name(#{host := Host}) ->
    [Name | _] = string:split(atom_to_list(node()), "@"),
    Name ++ "@" ++ Host;
full_name(_) -> none.

names(Options) ->
    case full_name(Options) of
        none -> [];
        Name ->
            Long = maps:get(longnames, Options, is_alive() andalso net_kernel:longnames() =:= true),
            [case Long of true -> "-name"; false -> "-sname" end, Name]
                ++ lists:append([["-setcookie", atom_to_list(erlang:get_cookie())] || is_alive()])
    end.

node_name(Options) ->
    case full_name(Options) of
        none -> nonode@nohost;
        Name ->
            case lists:member($@, Name) orelse not is_alive() of
                true -> list_to_atom(Name);
                false ->
                    [_, Host] = string:split(atom_to_list(node()), "@"),
                    list_to_atom(Name ++ "@" ++ Host)
            end
    end.

wire_args(#peer{wire = none}) -> ["-noinput"];
wire_args(#peer{wire = standard_io}) -> ["-noshell", "-s", "peer", "serve"];
wire_args(#peer{wire = tcp, listener = Listener}) ->
    {ok, {Ip, Port}} = inet:sockname(Listener),
    ["-noinput", "-s", "peer", "serve", inet:ntoa(Ip), integer_to_list(Port)].

handle_call(get_state, _, #peer{state = State} = Peer) -> {reply, State, Peer};
handle_call(boot, From, #peer{state = booting} = Peer) -> {noreply, Peer#peer{boot = From}};
handle_call(boot, _, #peer{state = running, node = Node} = Peer) -> {reply, {ok, Node}, Peer};
handle_call(boot, _, #peer{state = {down, Reason}} = Peer) -> {reply, {error, {boot_failed, Reason}}, Peer};
handle_call({call, _, _, _}, _, #peer{wire = none} = Peer) -> {reply, noconnection, Peer};
handle_call({call, Module, Function, Args}, From, #peer{calls = Calls, last = Last, state = running} = Peer) ->
    tell({call, Last, Module, Function, Args}, Peer),
    {noreply, Peer#peer{calls = Calls#{Last => From}, last = Last + 1}};
handle_call({call, _, _, _}, _, Peer) -> {reply, noconnection, Peer}.

handle_cast(Request, #peer{state = running, wire = Wire} = Peer) when Wire =/= none ->
    tell(Request, Peer),
    {noreply, Peer};
handle_cast(_, Peer) -> {noreply, Peer}.

handle_info({Port, {data, Bin}}, #peer{port = Port, wire = standard_io, left = Left} = Peer) ->
    {Told, Rest} = taken(<<Left/binary, Bin/binary>>, []),
    {noreply, lists:foldl(fun heard/2, Peer#peer{left = Rest}, Told)};
handle_info({Port, {data, Bin}}, #peer{port = Port} = Peer) ->
    shown(Bin),
    {noreply, Peer};
handle_info({connected, Socket}, #peer{wire = tcp} = Peer) ->
    ok = inet:setopts(Socket, [{active, true}]),
    {noreply, Peer#peer{socket = Socket}};
handle_info({tcp, Socket, Bin}, #peer{socket = Socket} = Peer) -> {noreply, heard(binary_to_term(Bin), Peer)};
handle_info({tcp_closed, Socket}, #peer{socket = Socket} = Peer) -> down(tcp_closed, Peer);
handle_info({Port, {exit_status, Status}}, #peer{port = Port} = Peer) -> down({exit_status, Status}, Peer#peer{port = none});
handle_info(poll, #peer{state = booting, node = Node} = Peer) ->
    case net_kernel:connect_node(Node) of
        true ->
            monitor_node(Node, true),
            guard(Node),
            {noreply, running(Node, Peer)};
        _ ->
            erlang:send_after(?POLL, self(), poll),
            {noreply, Peer}
    end;
handle_info({nodedown, Node}, #peer{node = Node} = Peer) -> down(noconnection, Peer);
handle_info({'EXIT', Pid, Reason}, Peer) when is_pid(Pid), Reason =/= normal -> {stop, Reason, Peer};
handle_info(_, Peer) -> {noreply, Peer}.

%% The node ends itself when the process that controls it is gone. It may be one
%% without this module's `serve`.
guard(Node) ->
    {ok, Tokens, _} = erl_scan:string("Ref = erlang:monitor(process, Control), "
                                      "receive {'DOWN', Ref, process, Control, _} -> erlang:halt() end."),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    spawn(Node, erl_eval, exprs, [Expressions, [{'Control', self()}]]).

running(Node, #peer{options = Options, boot = Boot} = Peer) ->
    case Options of
        #{wait_boot := {Pid, Tag}} -> Pid ! {Tag, {started, Node, self()}};
        _ when Boot =/= none -> gen_server:reply(Boot, {ok, Node});
        _ -> ok
    end,
    Peer#peer{state = running, node = Node, boot = none}.

heard({started, Node}, Peer) -> running(Node, Peer);
heard({reply, Number, Result}, #peer{calls = Calls} = Peer) ->
    case maps:take(Number, Calls) of
        {From, Rest} ->
            gen_server:reply(From, Result),
            Peer#peer{calls = Rest};
        error -> Peer
    end.

down(_, #peer{state = {down, _}} = Peer) -> {noreply, Peer};
down(Reason, #peer{state = booting, boot = Boot} = Peer) when Boot =/= none ->
    gen_server:reply(Boot, {error, {boot_failed, Reason}}),
    {stop, normal, Peer#peer{state = {down, Reason}}};
down(Reason, #peer{options = Options} = Peer) ->
    New = Peer#peer{state = {down, Reason}},
    case maps:get(peer_down, Options, stop) of
        continue ->
            maps:foreach(fun(_, From) -> gen_server:reply(From, noconnection) end, Peer#peer.calls),
            {noreply, New#peer{calls = #{}}};
        stop -> {stop, normal, New};
        crash -> {stop, Reason, New}
    end.

terminate(_, #peer{state = {down, _}}) -> ok;
terminate(_, #peer{options = Options, node = Node, wire = Wire} = Peer) ->
    {Way, Timeout} = case maps:get(shutdown, Options, halt) of
                         halt -> {halt, ?SHUTDOWN};
                         {halt, Time} -> {halt, Time};
                         close -> {close, 0};
                         Time -> {stop, Time}
                     end,
    case {Way, Wire} of
        {close, _} -> ok;
        {halt, none} -> erpc:cast(Node, erlang, halt, []);
        {stop, none} -> erpc:cast(Node, init, stop, []);
        {halt, _} -> tell({cast, erlang, halt, []}, Peer);
        {stop, _} -> tell({cast, init, stop, []}, Peer)
    end,
    ended(Way, Timeout, Peer).

ended(close, _, Peer) -> closed(Peer);
ended(_, Timeout, #peer{port = Port, node = Node} = Peer) ->
    receive
        {Port, {exit_status, _}} -> ok
    after Timeout -> closed(Peer)
    end,
    is_alive() andalso Node =/= nonode@nohost andalso erlang:disconnect_node(Node),
    ok.

closed(#peer{port = Port, socket = Socket}) ->
    Socket =/= none andalso gen_tcp:close(Socket),
    catch port_close(Port),
    ok.

tell(Term, #peer{wire = standard_io, port = Port}) -> port_command(Port, [base64:encode(term_to_binary(Term)), $\n]);
tell(Term, #peer{wire = tcp, socket = Socket}) -> gen_tcp:send(Socket, term_to_binary(Term)).

%% Terms out of what a node printed; the rest is shown. The end may be the beginning of a mark.
taken(Bin, Told) ->
    case binary:split(Bin, ?MARK) of
        [Text, Marked] ->
            case binary:split(Marked, <<"\n">>) of
                [Encoded, Rest] ->
                    shown(Text),
                    taken(Rest, [binary_to_term(base64:decode(string:trim(Encoded))) | Told]);
                [_] ->
                    shown(Text),
                    {lists:reverse(Told), <<(?MARK)/binary, Marked/binary>>}
            end;
        [Text] ->
            Kept = lists:max([N || N <- lists:seq(0, min(byte_size(Text), byte_size(?MARK) - 1)),
                                   binary:part(Text, byte_size(Text), -N) =:= binary:part(?MARK, 0, N)]),
            shown(binary:part(Text, 0, byte_size(Text) - Kept)),
            {lists:reverse(Told), binary:part(Text, byte_size(Text), -Kept)}
    end.

shown(<<>>) -> ok;
shown(Text) ->
    case unicode:characters_to_list(Text) of
        Chars when is_list(Chars) -> io:put_chars(Chars);
        _ -> io:put_chars(binary_to_list(Text))
    end.

%%% The other end.

serve() ->
    spawn(fun() ->
                  say({started, node()}),
                  hear()
          end).

serve([Ip, Port]) ->
    spawn(fun() ->
                  {ok, Address} = inet:parse_address(atom_to_list(Ip)),
                  {ok, Socket} = gen_tcp:connect(Address, list_to_integer(atom_to_list(Port)), [binary, {packet, 4}, {active, true}]),
                  gen_tcp:send(Socket, term_to_binary({started, node()})),
                  hear(Socket)
          end).

say(Term) -> io:put_chars(user, [?MARK, base64:encode(term_to_binary(Term)), $\n]).

hear() ->
    case io:get_line(user, '') of
        Line when is_list(Line); is_binary(Line) ->
            do(binary_to_term(base64:decode(string:trim(Line))), fun say/1),
            hear();
        _ -> erlang:halt()
    end.

hear(Socket) ->
    receive
        {tcp, Socket, Bin} ->
            do(binary_to_term(Bin), fun(Term) -> gen_tcp:send(Socket, term_to_binary(Term)) end),
            hear(Socket);
        {tcp_closed, Socket} -> erlang:halt()
    end.

do({call, Number, Module, Function, Args}, Say) ->
    spawn(fun() ->
                  Say({reply, Number, try {ok, apply(Module, Function, Args)} catch Class:Reason -> {Class, Reason} end})
          end);
do({cast, Module, Function, Args}, _) -> spawn(Module, Function, Args);
do({send, To, Message}, _) -> catch To ! Message.
