%% Streams: TCP, and local sockets.
-module(gen_tcp).

-export([connect/2, connect/3, connect/4, listen/2, accept/1, accept/2, shutdown/2, close/1, send/2, recv/2, recv/3,
         unrecv/2, controlling_process/2, fdopen/2]).

listen(Port, Options0) ->
    Options = inet:options(Options0, ?FUNCTION_NAME),
    case service(Port) of
        {ok, Number} -> inet_tcp:listen(Number, Options);
        {error, einval} -> exit(badarg);
        {error, Reason} -> {error, Reason}
    end.

service(Port) when is_integer(Port) -> {ok, Port};
service(Name) when is_atom(Name) ->
    case inet:getservbyname(Name, tcp) of
        {ok, Port} -> {ok, Port};
        _ -> {error, einval}
    end;
service(_) -> {error, einval}.

connect(SockAddr, Options) -> connect(SockAddr, Options, infinity).

connect(#{family := Family} = SockAddr, Options, Timeout) ->
    case SockAddr of
        #{family := local, path := Path} -> connect({local, Path}, 0, Options, Timeout);
        #{addr := Address, port := Port} -> connect(Address, Port, [Family || Family =:= inet6] ++ Options, Timeout)
    end;
connect(Address, Port, Options) when is_tuple(Address); is_list(Address); is_atom(Address) ->
    connect(Address, Port, Options, infinity).

connect(Address, Port, Options0, Timeout) ->
    Deadline = inet:start_timer(Timeout),
    case (catch connect1(Address, Port, Options0, Deadline)) of
        {ok, S} -> {ok, S};
        {error, einval} -> exit(badarg);
        {error, badarg} -> exit(badarg);
        {'EXIT', Reason} -> exit(Reason);
        Error -> Error
    end.

connect1(Address, Port, Options0, Deadline) ->
    Options = inet:options(Options0, connect),
    Family = case lists:member(inet6, Options) of
                 true -> inet6;
                 false -> family(Address)
             end,
    case addresses(Address, Family) of
        {ok, Addresses} ->
            case inet_tcp:getserv(Port) of
                {ok, Number} -> try_connect(Addresses, Number, Options, Deadline, {error, einval});
                Error -> Error
            end;
        Error -> Error
    end.

family(Address) when tuple_size(Address) =:= 8 -> inet6;
family(_) -> inet.

addresses(Address, _) when is_tuple(Address) -> {ok, [Address]};
addresses(Address, Family) -> inet:getaddrs(Address, Family).

try_connect([Address | Rest], Port, Options, Deadline, _) ->
    case inet_tcp:connect(Address, Port, Options, inet:timeout(Deadline)) of
        {ok, S} -> {ok, S};
        {error, einval} -> {error, einval};
        {error, badarg} -> exit(badarg);
        {error, timeout} -> {error, timeout};
        Error -> try_connect(Rest, Port, Options, Deadline, Error)
    end;
try_connect([], _, _, _, Error) -> Error.

accept(S) when is_port(S) -> inet_tcp:accept(S, infinity).
accept(S, Timeout) when is_port(S) ->
    (Timeout =:= infinity orelse is_integer(Timeout) andalso Timeout >= 0) orelse
        erlang:raise(error, function_clause, [{prim_inet, accept0, [S, self(), Timeout], []}, {inet_tcp, accept, 2, []}]),
    inet_tcp:accept(S, Timeout).

shutdown(S, How) when is_port(S) -> inet_tcp:shutdown(S, How).

close(S) -> inet:tcp_close(S).

send(S, Data) when is_port(S) -> prim_inet:send(S, Data).

recv(S, Length) when is_port(S) -> prim_inet:recv(S, Length).
recv(S, Length, Timeout) when is_port(S) -> prim_inet:recv(S, Length, Timeout).

unrecv(S, Data) when is_port(S) -> prim_inet:unrecv(S, Data).

controlling_process(S, Pid) when is_port(S) -> inet:tcp_controlling_process(S, Pid).

fdopen(_Fd, _Options) -> {error, enotsup}.
