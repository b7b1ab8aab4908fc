%% The classic programs over sockets: servers that say at which port they are,
%% and clients that print what they get.
-module(net_programs).
-export([serve/0, ask/1]).

serve() ->
    Ports = [{N, start(N)} || N <- [echo, parallel, once, chat, http, rpc, fac, line]],
    io:format("~w.~n", [Ports]),
    receive stop -> ok end.

start(fac) ->
    Me = self(),
    spawn_link(fun() ->
        {ok, U} = gen_udp:open(0, [binary, {ip, {127,0,0,1}}]),
        Me ! {port, inet:port(U)}, fac_loop(U) end),
    receive {port, {ok, P}} -> P end;
start(Name) ->
    Me = self(),
    spawn_link(fun() ->
        {ok, L} = gen_tcp:listen(0, [{ip, {127,0,0,1}}, {reuseaddr, true} | options(Name)]),
        Me ! {port, inet:port(L)},
        case Name of
            echo -> sequential(L);
            chat -> chat(L);
            _ -> parallel(L, Name)
        end end),
    receive {port, {ok, P}} -> P end.

options(echo) -> [{active, false}];
options(parallel) -> [binary, {active, true}];
options(once) -> [binary, {active, once}, {packet, 2}];
options(chat) -> [list, {packet, line}, {active, true}];
options(line) -> [list, {packet, line}, {active, false}];
options(http) -> [binary, {packet, http}, {active, false}];
options(rpc) -> [binary, {packet, 4}, {active, false}].

sequential(L) ->
    {ok, S} = gen_tcp:accept(L),
    echo(S),
    sequential(L).

echo(S) ->
    case gen_tcp:recv(S, 0) of
        {ok, D} -> gen_tcp:send(S, D), echo(S);
        {error, closed} -> gen_tcp:close(S)
    end.

parallel(L, Name) ->
    {ok, S} = gen_tcp:accept(L),
    Pid = spawn(fun() -> receive go -> handle(Name, S) end end),
    ok = gen_tcp:controlling_process(S, Pid),
    Pid ! go,
    parallel(L, Name).

handle(parallel, S) ->
    receive
        {tcp, S, D} -> gen_tcp:send(S, D), handle(parallel, S);
        {tcp_closed, S} -> ok
    end;
handle(once, S) ->
    receive
        {tcp, S, D} ->
            gen_tcp:send(S, [<<"you said: ">>, D]),
            inet:setopts(S, [{active, once}]),
            handle(once, S);
        {tcp_closed, S} -> ok
    end;
handle(line, S) ->
    case gen_tcp:recv(S, 0) of
        {ok, "quit\r\n"} -> gen_tcp:send(S, "bye\r\n"), gen_tcp:close(S);
        {ok, Line} -> gen_tcp:send(S, string:uppercase(Line)), handle(line, S);
        {error, _} -> ok
    end;
handle(rpc, S) ->
    case gen_tcp:recv(S, 0) of
        {ok, B} ->
            {M, F, A} = binary_to_term(B),
            gen_tcp:send(S, term_to_binary(try apply(M, F, A) catch _:E -> {failed, E} end)),
            handle(rpc, S);
        {error, closed} -> ok
    end;
handle(http, S) ->
    {ok, {http_request, Method, {abs_path, Path}, _}} = gen_tcp:recv(S, 0),
    Headers = headers(S),
    inet:setopts(S, [{packet, raw}]),
    Body = case lists:keyfind('Content-Length', 1, Headers) of
               {_, N} -> {ok, B} = gen_tcp:recv(S, list_to_integer(N)), B;
               false -> <<>>
           end,
    Text = iolist_to_binary(io_lib:format("~w ~s ~p ~p", [Method, Path, proplists:get_value('Host', Headers) =/= undefined, Body])),
    gen_tcp:send(S, ["HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ", integer_to_list(byte_size(Text)), "\r\n\r\n", Text]),
    gen_tcp:close(S).

headers(S) ->
    case gen_tcp:recv(S, 0) of
        {ok, {http_header, _, Name, _, Value}} -> [{Name, Value} | headers(S)];
        {ok, http_eoh} -> []
    end.

chat(L) ->
    Room = spawn_link(fun() -> room([]) end),
    chat(L, Room).
chat(L, Room) ->
    {ok, S} = gen_tcp:accept(L),
    Pid = spawn(fun() -> receive go -> member(S, Room) end end),
    ok = gen_tcp:controlling_process(S, Pid),
    Room ! {join, Pid}, Pid ! go,
    chat(L, Room).
room(Members) ->
    receive
        {join, P} -> monitor(process, P), room(Members ++ [P]);
        {say, P, Line} -> [M ! {said, Line} || M <- Members, M =/= P], room(Members);
        {'DOWN', _, _, P, _} -> room(Members -- [P])
    end.
member(S, Room) ->
    receive
        {tcp, S, Line} -> Room ! {say, self(), Line}, member(S, Room);
        {said, Line} -> gen_tcp:send(S, Line), member(S, Room);
        {tcp_closed, S} -> ok
    end.

fac_loop(U) ->
    receive
        {udp, U, Host, Port, B} ->
            gen_udp:send(U, Host, Port, term_to_binary({fac, fac(binary_to_term(B))})),
            fac_loop(U)
    end.
fac(0) -> 1;
fac(N) -> N * fac(N - 1).

ask(Ports) -> [begin R = try client(N, P) catch C:E -> {C, E} end, io:format("~w: ~p~n", [N, R]) end || {N, P} <- Ports], ok.

-define(H, {127,0,0,1}).
client(echo, P) ->
    [begin
         {ok, S} = gen_tcp:connect(?H, P, [{active, false}]),
         ok = gen_tcp:send(S, T), {ok, R} = gen_tcp:recv(S, length(T)), gen_tcp:close(S), R
     end || T <- ["hello", "world"]];
client(parallel, P) ->
    Ss = [begin {ok, S} = gen_tcp:connect("127.0.0.1", P, [binary, {active, false}]), S end || _ <- lists:seq(1, 20)],
    Big = binary:copy(<<"0123456789">>, 20000),
    [ok = gen_tcp:send(S, <<I>>) || {I, S} <- lists:zip(lists:seq(1, 20), Ss)],
    Rs = [gen_tcp:recv(S, 1) || S <- lists:reverse(Ss)],
    spawn_link(fun() -> gen_tcp:send(hd(Ss), Big) end),
    {ok, B} = gen_tcp:recv(hd(Ss), byte_size(Big)),
    [gen_tcp:close(S) || S <- Ss],
    {Rs, B =:= Big};
client(once, P) ->
    {ok, S} = gen_tcp:connect(?H, P, [list, {packet, 2}]),
    [gen_tcp:send(S, T) || T <- ["a", "b", lists:duplicate(1000, $c)]],
    R = [receive {tcp, S, D} -> {length(D), lists:sublist(D, 12)} after 2000 -> none end || _ <- [1,2,3]],
    gen_tcp:close(S), R;
client(line, P) ->
    {ok, S} = gen_tcp:connect(?H, P, [list, {packet, line}]),
    gen_tcp:send(S, "one\r\ntw"), gen_tcp:send(S, "o\r\nquit\r\n"),
    collect(S);
client(chat, P) ->
    [A, B, C] = [begin {ok, S} = gen_tcp:connect(?H, P, [{packet, line}]), S end || _ <- [1,2,3]],
    timer:sleep(100),
    gen_tcp:send(A, "hi all\n"),
    R = [receive {tcp, S, L} -> L after 2000 -> none end || S <- [B, C]],
    gen_tcp:close(B), timer:sleep(100),
    gen_tcp:send(C, "and you?\n"),
    [R, receive {tcp, A, L} -> L after 2000 -> none end, receive {tcp, A, M} -> M after 50 -> quiet end];
client(http, P) ->
    [request(P, ["GET /x?y HTTP/1.1\r\nHost: localhost\r\n\r\n"]),
     request(P, ["POST /form HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello"])];
client(rpc, P) ->
    {ok, S} = gen_tcp:connect(?H, P, [binary, {packet, 4}, {active, false}]),
    [begin
         ok = gen_tcp:send(S, term_to_binary(Call)),
         {ok, R} = gen_tcp:recv(S, 0, 5000),
         binary_to_term(R)
     end || Call <- [{lists, reverse, [[1,2,3]]}, {erlang, '+', [1, a]}, {lists, sum, [lists:seq(1, 10000)]},
                     {maps, from_list, [[{a, 1.5}, {"b", <<1:3>>}]]}]];
client(fac, P) ->
    {ok, U} = gen_udp:open(0, [binary]),
    R = [begin
             ok = gen_udp:send(U, ?H, P, term_to_binary(N)),
             receive {udp, U, ?H, P, B} -> binary_to_term(B) after 2000 -> none end
         end || N <- [0, 10, 30]],
    gen_udp:close(U), R.

collect(S) ->
    receive {tcp, S, D} -> [D | collect(S)]; {tcp_closed, S} -> [closed] after 2000 -> [timeout] end.

request(P, Text) ->
    {ok, S} = gen_tcp:connect(?H, P, [{packet, http_bin}, {active, once}]),
    gen_tcp:send(S, Text),
    reply(S, []).
reply(S, Seen) ->
    receive
        {http, S, http_eoh} -> inet:setopts(S, [{packet, raw}, {active, true}]), {lists:reverse(Seen), iolist_to_binary(collect_all(S))};
        {http, S, X} -> inet:setopts(S, [{active, once}]), reply(S, [X | Seen])
    after 2000 -> timeout end.
collect_all(S) ->
    receive {tcp, S, D} -> [D | collect_all(S)]; {tcp_closed, S} -> [] after 2000 -> [<<"timeout">>] end.
