%% Sockets and addresses. What is no function of this file is built in.
-module(inet).

-export([setopts/2, getopts/2, getstat/1, getstat/2, sockname/1, peername/1, socknames/1, socknames/2, peernames/1, peernames/2, port/1, send/2, close/1,
         info/1, i/0, i/1, i/2, monitor/1, cancel_monitor/1, stats/0,
         gethostname/0, getaddr/2, getaddr/3, getaddrs/2, getaddrs/3, gethostbyname/1, gethostbyname/2, gethostbyname/3,
         gethostbyaddr/1, gethostbyaddr/2, getservbyname/2, getservbyport/2,
         getifaddrs/0, getifaddrs/1, getif/0, getiflist/0, getiflist/1, ifget/2, ip/1, getfd/1, get_rc/0,
         parse_address/1, parse_address/2, parse_strict_address/1, parse_strict_address/2, parse_ipv4_address/1, parse_ipv4strict_address/1,
         parse_ipv6_address/1, parse_ipv6strict_address/1, ntoa/1,
         is_ip_address/1, is_ipv4_address/1, is_ipv6_address/1, ipv4_mapped_ipv6_address/1, format_error/1,
         tcp_close/1, udp_close/1, tcp_controlling_process/2, udp_controlling_process/2, socket_to_list/1,
         start_timer/1, timeout/1, timeout/2, stop_timer/1, options/2]).

gethostname() -> erlang:nif_error(undef).
parse_address(_) -> erlang:nif_error(undef).
parse_strict_address(_) -> erlang:nif_error(undef).
parse_ipv4_address(_) -> erlang:nif_error(undef).
parse_ipv4strict_address(_) -> erlang:nif_error(undef).
parse_ipv6_address(_) -> erlang:nif_error(undef).
parse_ipv6strict_address(_) -> erlang:nif_error(undef).
ntoa(_) -> erlang:nif_error(undef).

parse_address(Text, inet) -> parse_ipv4_address(Text);
parse_address(Text, inet6) -> parse_ipv6_address(Text).

parse_strict_address(Text, inet) -> parse_ipv4strict_address(Text);
parse_strict_address(Text, inet6) -> parse_ipv6strict_address(Text).

%% A list of options for a socket, without those that say what module is at work.
options(Options, Function) ->
    is_list(Options) orelse erlang:raise(error, function_clause, [{inet, mod, 6, []} | outer(Function)]),
    [O || O <- Options, not backend(O)].

outer(listen) -> [{gen_tcp, listen, 2, []}];
outer(connect) -> [{gen_tcp, connect1, 4, []}, {gen_tcp, connect, 4, []}];
outer(open) -> [{gen_udp, open1, 2, []}].

backend({inet_backend, _}) -> true;
backend({tcp_module, _}) -> true;
backend({udp_module, _}) -> true;
backend(_) -> false.

%% Options and facts of sockets.

setopts(S, Options) -> prim_inet:setopts(S, [O || O <- Options]).

getopts(S, Names) ->
    case prim_inet:getopts(S, Names) of
        {ok, _} = Values -> Values;
        Error -> Error
    end.

getstat(S) -> prim_inet:getstat(S, stats()).
getstat(S, What) -> prim_inet:getstat(S, What).

stats() ->
    [recv_oct, recv_cnt, recv_max, recv_avg, recv_dvi, send_oct, send_cnt, send_max, send_avg, send_pend].

sockname(S) -> prim_inet:sockname(S).
peername(S) -> prim_inet:peername(S).

socknames(S) -> listed(sockname(S)).
peernames(S) -> listed(peername(S)).

%% The association is of weight with SCTP alone.
socknames(S, _) -> socknames(S).
peernames(S, _) -> peernames(S).

listed({ok, Name}) -> {ok, [Name]};
listed(Error) -> Error.

port(S) ->
    case prim_inet:sockname(S) of
        {ok, {local, Path}} -> {ok, Path};
        {ok, {_, Port}} -> {ok, Port};
        Error -> Error
    end.

send(S, Data) -> prim_inet:send(S, Data).

close(S) -> tcp_close(S).

getfd(S) when is_port(S) -> {error, einval}.

socket_to_list(S) when is_port(S) -> erlang:port_to_list(S).

monitor(S) when is_port(S) -> erlang:monitor(port, S);
monitor(S) -> erlang:error(badarg, [S]).

cancel_monitor(Ref) -> erlang:demonitor(Ref, [info, flush]).

info(S) when is_port(S) ->
    case erlang:port_info(S) of
        undefined -> #{states => [closed]};
        Info ->
            {_, States} = prim_inet:states(S),
            {memory, Memory} = erlang:port_info(S, memory),
            {monitors, Monitors} = erlang:port_info(S, monitors),
            {ok, Counters} = getstat(S),
            #{counters => maps:from_list(Counters), input => proplists:get_value(input, Info),
              output => proplists:get_value(output, Info), links => proplists:get_value(links, Info),
              owner => proplists:get_value(connected, Info), memory => Memory, monitors => Monitors, states => States}
    end.

%% Closing, and a new owner.

tcp_close(S) when is_port(S) -> prim_inet:close(S).

udp_close(S) when is_port(S) -> prim_inet:close(S).

tcp_controlling_process(S, Pid) when is_port(S), is_pid(Pid) -> hand_over(S, Pid).

udp_controlling_process(S, Pid) when is_port(S), is_pid(Pid) -> hand_over(S, Pid).

hand_over(S, Pid) ->
    case erlang:port_info(S, connected) of
        {connected, Pid} -> ok;
        {connected, Owner} when Owner =/= self() -> {error, not_owner};
        undefined -> {error, closed};
        {connected, _} ->
            case prim_inet:getopts(S, [active]) of
                {ok, [{active, Active}]} ->
                    [prim_inet:setopts(S, [{active, false}]) || Active =/= false],
                    case forward(S, Pid) of
                        closed -> ok;
                        open ->
                            try erlang:port_connect(S, Pid) of
                                true ->
                                    unlink(S),
                                    [prim_inet:setopts(S, [{active, Active}]) || Active =/= false],
                                    ok
                            catch
                                error:Reason -> {error, Reason}
                            end
                    end;
                Error -> Error
            end
    end.

%% What has come for the former owner is the new one's.
forward(S, Pid) ->
    receive
        {Tag, S, _} = Message when Tag =:= tcp; Tag =:= http; Tag =:= tcp_error -> Pid ! Message, forward(S, Pid);
        {tcp_passive, S} = Message -> Pid ! Message, forward(S, Pid);
        {tcp_closed, S} = Message -> Pid ! Message, closed;
        {udp, S, _, _, _} = Message -> Pid ! Message, forward(S, Pid);
        {udp_passive, S} = Message -> Pid ! Message, forward(S, Pid);
        {udp_error, S, _} = Message -> Pid ! Message, forward(S, Pid)
    after 0 -> open
    end.

%% Time limits.

start_timer(infinity) -> infinity;
start_timer(Time) -> erlang:start_timer(Time, self(), inet).

timeout(infinity) -> infinity;
timeout(Timer) ->
    case erlang:read_timer(Timer) of
        false -> 0;
        Left -> Left
    end.

timeout(Time, Timer) -> min(Time, timeout(Timer)).

stop_timer(infinity) -> false;
stop_timer(Timer) ->
    case erlang:cancel_timer(Timer) of
        false -> receive {timeout, Timer, inet} -> false after 0 -> false end;
        Left -> Left
    end.

%% Names and addresses.

getaddr(Host, Family) -> first(getaddrs(Host, Family)).
getaddr(Host, Family, _Timer) -> getaddr(Host, Family).

first({ok, [Address | _]}) -> {ok, Address};
first(Error) -> Error.

getaddrs(Host, Family, _Timer) -> getaddrs(Host, Family).

getaddrs(Address, Family) when is_tuple(Address) ->
    case {is_ipv4_address(Address), is_ipv6_address(Address), Family} of
        {true, _, inet} -> {ok, [Address]};
        {true, _, inet6} -> {ok, [ipv4_mapped_ipv6_address(Address)]};
        {_, true, inet6} -> {ok, [Address]};
        {_, true, inet} -> {error, nxdomain};
        _ -> {error, einval}
    end;
getaddrs(Host, Family) when is_atom(Host) -> getaddrs(atom_to_list(Host), Family);
getaddrs(Host, Family) when is_list(Host), Family =:= inet; is_list(Host), Family =:= inet6 ->
    case io_lib:latin1_char_list(Host) orelse io_lib:char_list(Host) of
        true ->
            Parsed = case Family of
                         inet -> parse_ipv4_address(Host);
                         inet6 -> parse_ipv6_address(Host)
                     end,
            case Parsed of
                {ok, Address} -> {ok, [Address]};
                _ ->
                    case lists:member($:, Host) of
                        true -> {error, nxdomain};
                        false -> prim_inet:resolve(Host, Family)
                    end
            end;
        false -> {error, einval}
    end;
getaddrs(_, _) -> {error, einval}.

gethostbyname(Name) -> gethostbyname(Name, inet).
gethostbyname(Name, Family, _Timeout) -> gethostbyname(Name, Family).

gethostbyname(Name, Family) when is_atom(Name) -> gethostbyname(atom_to_list(Name), Family);
gethostbyname(Name, Family) ->
    case getaddrs(Name, Family) of
        {ok, Addresses} when is_tuple(Name) -> {ok, hostent(ntoa(Name), Family, Addresses)};
        {ok, Addresses} -> {ok, hostent(Name, Family, Addresses)};
        Error -> Error
    end.

hostent(Name, Family, Addresses) ->
    {hostent, Name, [], Family, case Family of inet -> 4; inet6 -> 16 end, Addresses}.

gethostbyaddr(Address, _Timeout) -> gethostbyaddr(Address).

gethostbyaddr(Address) when is_tuple(Address) ->
    case prim_inet:reverse(Address) of
        {ok, Name} ->
            Family = case tuple_size(Address) of 4 -> inet; _ -> inet6 end,
            {ok, hostent(Name, Family, [Address])};
        Error -> Error
    end;
gethostbyaddr(Address) when is_atom(Address) -> gethostbyaddr(atom_to_list(Address));
gethostbyaddr(Address) ->
    case parse_address(Address) of
        {ok, Parsed} -> gethostbyaddr(Parsed);
        Error -> Error
    end.

getservbyname(Name, Protocol) when is_atom(Name) -> prim_inet:service(Name, Protocol).

getservbyport(_Port, _Protocol) -> {error, einval}.

ip(Address) when is_tuple(Address) -> {ok, Address};
ip(Host) -> getaddr(Host, inet).

getifaddrs() -> prim_inet:interfaces().
getifaddrs(_) -> getifaddrs().

getiflist() ->
    {ok, All} = getifaddrs(),
    {ok, [Name || {Name, _} <- All]}.
getiflist(_) -> getiflist().

getif() ->
    {ok, All} = getifaddrs(),
    {ok, [{A, proplists:get_value(broadaddr, L, undefined), proplists:get_value(netmask, L)}
          || {_, L} <- All, {addr, A} <- L, tuple_size(A) =:= 4]}.

ifget(Name, Wanted) ->
    {ok, All} = getifaddrs(),
    case lists:keyfind(Name, 1, All) of
        {_, L} -> {ok, [{W, proplists:get_value(W, L)} || W <- Wanted, proplists:is_defined(W, L)]};
        false -> {error, enxio}
    end.

get_rc() -> [].

is_ip_address(Address) -> is_ipv4_address(Address) orelse is_ipv6_address(Address).

is_ipv4_address({_, _, _, _} = Address) -> within(Address, 16#FF);
is_ipv4_address(_) -> false.

is_ipv6_address({_, _, _, _, _, _, _, _} = Address) -> within(Address, 16#FFFF);
is_ipv6_address(_) -> false.

within(Address, Max) ->
    lists:all(fun(N) -> is_integer(N) andalso N >= 0 andalso N =< Max end, tuple_to_list(Address)).

-define(BYTES(A, B, C, D), (A bor B bor C bor D) band (bnot 16#FF) =:= 0).
-define(WORDS(A, B, C, D), (A bor B bor C bor D) band (bnot 16#FFFF) =:= 0).

%% Of an IPv6 address the last four bytes are taken, whatever is before them.
ipv4_mapped_ipv6_address({A, B, C, D}) when ?BYTES(A, B, C, D) -> {0, 0, 0, 0, 0, 16#FFFF, A bsl 8 + B, C bsl 8 + D};
ipv4_mapped_ipv6_address({A, B, C, D, E, F, AB, CD}) when ?WORDS(A, B, C, D), ?WORDS(E, F, AB, CD) -> {AB bsr 8, AB band 16#FF, CD bsr 8, CD band 16#FF}.

format_error(nxdomain) -> "non-existing domain";
format_error(exbadport) -> "inet_drv bad port state";
format_error(exbadseq) -> "inet_drv bad request sequence";
format_error(system_limit) -> "a system limit was hit, probably not enough ports";
format_error(Reason) -> lists:flatten(erl_posix_msg:message(Reason)).

%% A table of the node's sockets.

i() -> i(tcp), i(udp).

i(Protocol) -> i(Protocol, [port, module, recv, sent, owner, local_address, foreign_address, state, type]).

i(Protocol, Fields) ->
    Name = case Protocol of tcp -> "tcp_inet"; udp -> "udp_inet"; _ -> "sctp_inet" end,
    Sockets = [S || S <- erlang:ports(), erlang:port_info(S, name) =:= {name, Name}],
    Rows = [[title(F) || F <- Fields] | [[field(F, S, Protocol) || F <- Fields] || S <- Sockets]],
    Widths = [lists:max([length(lists:nth(N, Row)) || Row <- Rows]) || N <- lists:seq(1, length(Fields))],
    [io:format("~ts~n", [lists:append([string:pad(Cell, W) ++ " " || {Cell, W} <- lists:zip(Row, Widths)])])
     || Row <- Rows, Sockets =/= []],
    ok.

title(Field) ->
    Words = string:split(atom_to_list(Field), "_", all),
    lists:flatten(lists:join($\s, [string:titlecase(W) || W <- Words])).

field(port, S, _) ->
    {id, N} = erlang:port_info(S, id),
    integer_to_list(N);
field(module, _, tcp) -> "inet_tcp";
field(module, _, _) -> "inet_udp";
field(recv, S, _) -> counter(S, recv_oct);
field(sent, S, _) -> counter(S, send_oct);
field(owner, S, _) ->
    case erlang:port_info(S, connected) of
        {connected, Pid} -> pid_to_list(Pid);
        _ -> " "
    end;
field(local_address, S, Protocol) -> address(sockname(S), Protocol);
field(foreign_address, S, Protocol) -> address(peername(S), Protocol);
field(state, S, _) ->
    case prim_inet:states(S) of
        {stream, [listen | _]} -> "LN:O";
        {stream, [connected | _]} -> "CONNECTED(O)";
        {dgram, [connected | _]} -> "CONNECTED(O)";
        {dgram, _} -> "IDLE";
        _ -> "CLOSED"
    end;
field(type, _, tcp) -> "STREAM";
field(type, _, _) -> "DGRAM";
field(_, _, _) -> "".

counter(S, What) ->
    case getstat(S, [What]) of
        {ok, [{_, N}]} -> integer_to_list(N);
        _ -> "-"
    end.

address({ok, {local, Path}}, _) -> "local:" ++ unicode:characters_to_list(Path);
address({ok, {Address, Port}}, Protocol) ->
    Host = case lists:all(fun(N) -> N =:= 0 end, tuple_to_list(Address)) of
               true -> "*";
               false ->
                   case Address of
                       {127, 0, 0, 1} -> "localhost";
                       _ -> ntoa(Address)
                   end
           end,
    _ = Protocol,
    Host ++ ":" ++ integer_to_list(Port);
address(_, _) -> "*:*".
