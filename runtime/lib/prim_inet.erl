%% Sockets: what is no function of this file is built in.
-module(prim_inet).

-export([accept0/2, address/2, close/1, connect/4, connect_udp/3, counters/1, do_recv/3, do_shutdown/2, get/2,
         getopts/2, getstat/2, interfaces/0, listen/2, open_udp/2, peername/1, recv/2, recv/3, recv0/3, resolve/2, reverse/1,
         send/2, sendto/4, service/2, set/2, setopts/2, shutdown/2, sockname/1, states/1, unrecv/2]).

accept0(_Socket, _Timeout) -> erlang:nif_error(undef).
address(_Socket, _Which) -> erlang:nif_error(undef).
close(_Socket) -> erlang:nif_error(undef).
connect(_Address, _Port, _Options, _Timeout) -> erlang:nif_error(undef).
connect_udp(_Socket, _Address, _Port) -> erlang:nif_error(undef).
counters(_Socket) -> erlang:nif_error(undef).
do_recv(_Socket, _Length, _Timeout) -> erlang:nif_error(undef).
do_shutdown(_Socket, _How) -> erlang:nif_error(undef).
get(_Socket, _Names) -> erlang:nif_error(undef).
interfaces() -> erlang:nif_error(undef).
listen(_Port, _Options) -> erlang:nif_error(undef).
open_udp(_Port, _Options) -> erlang:nif_error(undef).
resolve(_Name, _Family) -> erlang:nif_error(undef).
reverse(_Address) -> erlang:nif_error(undef).
send(_Socket, _Data) -> erlang:nif_error(undef).
sendto(_Socket, _Address, _Port, _Data) -> erlang:nif_error(undef).
service(_Name, _Protocol) -> erlang:nif_error(undef).
set(_Socket, _Options) -> erlang:nif_error(undef).
states(_Socket) -> erlang:nif_error(undef).
unrecv(_Socket, _Data) -> erlang:nif_error(undef).

recv(S, Length) -> recv0(S, Length, infinity).
recv(S, Length, Timeout) -> recv0(S, Length, Timeout).

recv0(S, Length, Timeout) when is_port(S), is_integer(Length), Length >= 0 -> do_recv(S, Length, Timeout).

shutdown(S, read) when is_port(S) -> do_shutdown(S, 0);
shutdown(S, write) when is_port(S) -> do_shutdown(S, 1);
shutdown(S, read_write) when is_port(S) -> do_shutdown(S, 2).

setopts(S, Options) when is_port(S) -> set(S, Options).

getopts(S, Names) when is_port(S), is_list(Names) -> get(S, Names).

sockname(S) when is_port(S) -> address(S, 0).
peername(S) when is_port(S) -> address(S, 1).

getstat(S, What) when is_port(S) ->
    case counters(S) of
        {error, _} = Error -> Error;
        All ->
            case [{W, proplists:get_value(W, All)} || W <- What] of
                Values ->
                    case lists:keymember(undefined, 2, Values) of
                        true -> {error, einval};
                        false -> {ok, Values}
                    end
            end
    end.
