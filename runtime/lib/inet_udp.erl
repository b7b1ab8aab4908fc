%% Datagrams, with addresses already known.
-module(inet_udp).

-export([open/1, open/2, send/2, send/4, recv/2, recv/3, connect/3, close/1, getserv/1, controlling_process/2]).

open(Port) -> open(Port, []).
open(Port, Options) ->
    case prim_inet:open_udp(Port, Options) of
        {error, badarg} -> exit(badarg);
        Result -> Result
    end.

send(S, Data) -> prim_inet:send(S, Data).
send(S, Address, Port, Data) when is_integer(Port), Port >= 0, Port =< 65535 ->
    prim_inet:sendto(S, Address, Port, Data).

recv(S, Length) -> prim_inet:recv(S, Length).
recv(S, Length, Timeout) -> prim_inet:recv(S, Length, Timeout).

connect(S, Address, Port) when is_integer(Port), Port >= 0, Port =< 65535 -> prim_inet:connect_udp(S, Address, Port).

close(S) -> inet:udp_close(S).

getserv(Port) when is_integer(Port) -> {ok, Port};
getserv(Name) when is_atom(Name) -> inet:getservbyname(Name, udp).

controlling_process(S, Pid) -> inet:udp_controlling_process(S, Pid).
