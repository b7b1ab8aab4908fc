%% Streams over IP or local sockets, with addresses already known.
-module(inet_tcp).

-export([listen/2, connect/4, accept/1, accept/2, send/2, recv/2, recv/3, close/1, shutdown/2, getserv/1,
         getaddr/1, getaddr/2, getaddrs/1, getaddrs/2, controlling_process/2, unrecv/2]).

listen(Port, Options) ->
    case prim_inet:listen(Port, Options) of
        {error, badarg} -> exit(badarg);
        Result -> Result
    end.

connect(Address, Port, Options, Timeout)
  when is_integer(Port), Port >= 0, Port =< 65535, Timeout =:= infinity;
       is_integer(Port), Port >= 0, Port =< 65535, is_integer(Timeout), Timeout >= 0 ->
    prim_inet:connect(Address, Port, Options, Timeout).

accept(Listening) -> accept(Listening, infinity).
accept(Listening, Timeout) -> prim_inet:accept0(Listening, Timeout).

send(S, Data) -> prim_inet:send(S, Data).
recv(S, Length) -> prim_inet:recv(S, Length).
recv(S, Length, Timeout) -> prim_inet:recv(S, Length, Timeout).
unrecv(S, Data) -> prim_inet:unrecv(S, Data).
close(S) -> inet:tcp_close(S).
shutdown(S, How) -> prim_inet:shutdown(S, How).

getserv(Port) when is_integer(Port) -> {ok, Port};
getserv(Name) when is_atom(Name) -> inet:getservbyname(Name, tcp).

getaddr(Address) -> inet:getaddr(Address, inet).
getaddr(Address, _) -> inet:getaddr(Address, inet).
getaddrs(Address) -> inet:getaddrs(Address, inet).
getaddrs(Address, _) -> inet:getaddrs(Address, inet).

controlling_process(S, Pid) -> inet:tcp_controlling_process(S, Pid).
