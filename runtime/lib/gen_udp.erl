%% Datagrams: UDP, and local sockets.
-module(gen_udp).

-export([open/1, open/2, close/1, send/2, send/3, send/4, send/5, recv/2, recv/3, connect/2, connect/3,
         controlling_process/2, fdopen/2]).

open(Port) -> open(Port, []).

open(Port, Options) -> open1(Port, Options).

open1(Port, Options0) ->
    Options = inet:options(Options0, open),
    {ok, Number} = case Port of
                       _ when is_integer(Port) -> {ok, Port};
                       _ -> inet_udp:getserv(Port)
                   end,
    inet_udp:open(Number, Options).

close(S) -> inet:udp_close(S).

send(S, Data) when is_port(S) -> prim_inet:send(S, Data).

send(S, {Address, Port}, Data) when is_port(S), is_integer(Port) -> send(S, Address, Port, Data);
send(S, #{} = To, Data) when is_port(S) ->
    case To of
        #{family := local, path := Path} -> send(S, {local, Path}, 0, Data);
        #{addr := Address, port := Port} -> send(S, Address, Port, Data)
    end.

send(S, To, AncData, Data) when is_port(S), is_list(AncData), is_tuple(To), tuple_size(To) =:= 2, element(1, To) =/= local ->
    send(S, To, Data);
send(S, Address, Port, Data) when is_port(S) ->
    case target(S, Address) of
        {ok, To} ->
            case inet_udp:getserv(Port) of
                {ok, Number} -> inet_udp:send(S, To, Number, Data);
                Error -> Error
            end;
        Error -> Error
    end.

send(S, Address, Port, _AncData, Data) when is_port(S) -> send(S, Address, Port, Data).

target(_, {local, _} = Address) -> {ok, Address};
target(S, Address) ->
    Family = case prim_inet:sockname(S) of
                 {ok, {Own, _}} when tuple_size(Own) =:= 8 -> inet6;
                 {ok, _} -> inet;
                 _ -> closed
             end,
    case Family of
        closed -> {error, closed};
        _ -> inet:getaddr(Address, Family)
    end.

recv(S, Length) when is_port(S), is_integer(Length) -> prim_inet:recv(S, Length).
recv(S, Length, Timeout) when is_port(S), is_integer(Length) -> prim_inet:recv(S, Length, Timeout).

connect(S, #{} = To) when is_port(S) ->
    case To of
        #{family := local, path := Path} -> connect(S, {local, Path}, 0);
        #{addr := Address, port := Port} -> connect(S, Address, Port)
    end.

connect(S, Address, Port) when is_port(S) ->
    case target(S, Address) of
        {ok, To} -> inet_udp:connect(S, To, Port);
        Error -> Error
    end.

controlling_process(S, Pid) -> inet:udp_controlling_process(S, Pid).

fdopen(_Fd, _Options) -> {error, enotsup}.
