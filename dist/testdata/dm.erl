%% What two nodes do with each other: every test runs on one against the other,
%% where this module is loaded too.
-module(dm).
-compile([export_all, nowarn_export_all]).

all(N) -> [{T, run(T, N)} || T <- tests()].

tests() ->
    [ping, names, rpc4, rpc5, rpc_error, rpc_undef, rpc_timeout, erpc_call, erpc_throw, erpc_exit, erpc_fun,
     erpc_multicall, named_send, pid_send, big_message, deep_term, terms, many_messages, order,
     spawn_mfa, spawn_link_exit, spawn_monitor_result, spawn_opt_both, spawn_badopt, link_exit, unlink_keeps,
     monitor_normal, monitor_noproc, monitor_name, monitor_name_noproc, demonitor_quiet, exit2_kill, exit2_normal,
     trap_exit_signal, alias_send, alias_gone, gl_output, gl_set, gen_server_call, rex_call, rex_cast, nl_module,
     self_node, fun_remote, refs_equal, unknown_node, send_nosuspend, process_info_remote, is_alive_pid,
     rpc_cast, rpc_async, rpc_multicall, spawn_request_reply, spawn_fun, large_list, external_fun,
     rpc_throw, rpc_exit, rpc_badarg, rpc_nb_yield, rpc_block, rpc_abcast, rpc_server_call, rpc_nodedown,
     erpc_error, erpc_undef, erpc_timeout, erpc_noconnection, erpc_signal, erpc_cast, erpc_request, erpc_requests,
     erpc_multicast, link_noproc, link_nonode, link_both_ways, monitor_nonode, monitor_alias, demonitor_info,
     spawn_nonode, spawn_request_badopt, spawn_request_nonode, spawn_request_none, spawn_request_abandon,
     spawn_opt_info, exit2_trapped_kill, priority_alias, send_noconnect, unlink_race, connection_counted].

run(T, N) ->
    Me = self(),
    {P, R} = spawn_monitor(fun() -> Me ! {self(), dm:T(N)} end),
    receive
        {P, V} -> demonitor(R, [flush]), V;
        {'DOWN', R, _, _, Why} -> {crashed, Why}
    after 8000 -> exit(P, kill), timeout
    end.

ok(X, X) -> ok;
ok(X, Y) -> {expected, X, got, Y}.

recv() -> receive X -> X after 3000 -> nothing end.
quiet() -> receive X -> {unexpected, X} after 50 -> ok end.

ping(N) -> ok(pong, net_adm:ping(N)).
names(N) ->
    {ok, L} = net_adm:names(),
    [A, _] = string:split(atom_to_list(N), "@"),
    ok(true, lists:keymember(A, 1, L)).
rpc4(N) -> ok(N, rpc:call(N, erlang, node, [])).
rpc5(N) -> ok(3, rpc:call(N, erlang, '+', [1, 2], 2000)).
rpc_error(N) ->
    case rpc:call(N, erlang, error, [foo]) of
        {badrpc, {'EXIT', {foo, [{erlang, error, [foo], _} | _]}}} -> ok;
        X -> X
    end.
rpc_undef(N) ->
    case rpc:call(N, nomod, nofun, [1]) of
        {badrpc, {'EXIT', {undef, [{nomod, nofun, [1], _} | _]}}} -> ok;
        X -> X
    end.
rpc_timeout(N) -> ok({badrpc, timeout}, rpc:call(N, timer, sleep, [1000], 50)).
erpc_call(N) -> ok([3, 2, 1], erpc:call(N, lists, reverse, [[1, 2, 3]])).
erpc_throw(N) -> ok(x, try erpc:call(N, erlang, throw, [x]) catch throw:R -> R end).
erpc_exit(N) -> ok({exception, x}, try erpc:call(N, erlang, exit, [x]) catch exit:R -> R end).
erpc_fun(N) -> X = 7, ok({7, N}, erpc:call(N, fun() -> {X, node()} end)).
erpc_multicall(N) -> ok([{ok, N}, {ok, node()}], erpc:multicall([N, node()], erlang, node, [])).
named_send(N) ->
    P = spawn(N, dm, echo_named, [dm_echo, self()]),
    ready = recv(),
    {dm_echo, N} ! {self(), hello},
    ok({P, hello}, recv()).
echo_named(Name, To) -> register(Name, self()), To ! ready, echo().
echo() -> receive {From, X} -> From ! {self(), X}, echo() after 5000 -> ok end.
pid_send(N) -> P = spawn(N, dm, echo, []), P ! {self(), [1, {2}, "x"]}, ok({P, [1, {2}, "x"]}, recv()).
big_message(N) ->
    P = spawn(N, dm, echo, []),
    B = binary:copy(<<1, 2, 3, 4, 5, 6, 7>>, 500000),
    P ! {self(), {B, list, B}},
    ok({P, {B, list, B}}, recv()).
large_list(N) ->
    P = spawn(N, dm, echo, []),
    L = [{I, integer_to_list(I), list_to_atom("atom" ++ integer_to_list(I))} || I <- lists:seq(1, 20000)],
    P ! {self(), L},
    ok({P, L}, recv()).
deep_term(N) ->
    P = spawn(N, dm, echo, []),
    T = lists:foldl(fun(I, A) -> {I, A} end, [], lists:seq(1, 30000)),
    P ! {self(), T},
    ok({P, T}, recv()).
terms(N) ->
    P = spawn(N, dm, echo, []),
    T = [1, -1, 1 bsl 70, -(1 bsl 70), 1.5, -0.0, atom, 'Ärger', '日本', "str", [a | b], {}, #{a => 1, {b} => [2]},
         <<1:3>>, <<"bin">>, fun lists:map/2, self(), make_ref(), [], "", lists:seq(1, 300), true, '',
         maps:from_list([{I, I} || I <- lists:seq(1, 100)]), list_to_atom(lists:duplicate(255, $x)),
         list_to_atom(lists:duplicate(200, 16#65e5))],
    P ! {self(), T},
    ok({P, T}, recv()).
many_messages(N) ->
    P = spawn(N, dm, count, [self(), 0]),
    [P ! {self(), I} || I <- lists:seq(1, 20000)],
    P ! done,
    ok({count, 20000}, recv()).
count(To, K) -> receive done -> To ! {count, K}; _ -> count(To, K + 1) end.
order(N) ->
    P = spawn(N, dm, collect, [self(), 2000, []]),
    [P ! I || I <- lists:seq(1, 2000)],
    ok(lists:seq(1, 2000), recv()).
collect(To, 0, Acc) -> To ! lists:reverse(Acc);
collect(To, K, Acc) -> receive I -> collect(To, K - 1, [I | Acc]) end.
spawn_mfa(N) -> spawn(N, erlang, send, [self(), hi]), ok(hi, recv()).
spawn_fun(N) -> Me = self(), spawn(N, fun() -> Me ! {hi, node()} end), ok({hi, N}, recv()).
spawn_link_exit(N) ->
    process_flag(trap_exit, true),
    P = spawn_link(N, erlang, exit, [bye]),
    ok({'EXIT', P, bye}, recv()).
spawn_monitor_result(N) ->
    {P, R} = erlang:spawn_monitor(N, erlang, exit, [{r, [1, 2]}]),
    ok({'DOWN', R, process, P, {r, [1, 2]}}, recv()).
spawn_opt_both(N) ->
    process_flag(trap_exit, true),
    {P, R} = erlang:spawn_opt(N, erlang, exit, [x], [link, monitor, {priority, high}]),
    ok(lists:sort([{'EXIT', P, x}, {'DOWN', R, process, P, x}]), lists:sort([recv(), recv()])).
spawn_badopt(N) -> ok(badarg, try spawn_opt(N, erlang, node, [], [nonsense]) catch error:R -> R end).
spawn_request_reply(N) ->
    R = erlang:spawn_request(N, erlang, exit, [z], [monitor, {reply_tag, tag}]),
    {tag, R, ok, P} = recv(),
    ok({'DOWN', R, process, P, z}, recv()).
link_exit(N) ->
    process_flag(trap_exit, true),
    P = spawn(N, dm, echo, []),
    link(P),
    exit(P, boom),
    ok({'EXIT', P, boom}, recv()).
unlink_keeps(N) ->
    process_flag(trap_exit, true),
    P = spawn(N, dm, echo, []),
    link(P),
    unlink(P),
    exit(P, boom),
    quiet().
monitor_normal(N) ->
    P = spawn(N, dm, once, []),
    R = monitor(process, P),
    P ! go,
    ok({'DOWN', R, process, P, normal}, recv()).
once() -> receive go -> ok end.
monitor_noproc(N) ->
    P = spawn(N, dm, once, []),
    R0 = monitor(process, P), P ! go, {'DOWN', R0, _, _, _} = recv(),
    R = monitor(process, P),
    ok({'DOWN', R, process, P, noproc}, recv()).
monitor_name(N) ->
    P = spawn(N, dm, echo_named, [dm_mon, self()]), ready = recv(),
    R = monitor(process, {dm_mon, N}),
    exit(P, kill),
    ok({'DOWN', R, process, {dm_mon, N}, killed}, recv()).
monitor_name_noproc(N) ->
    R = monitor(process, {no_such_name, N}),
    ok({'DOWN', R, process, {no_such_name, N}, noproc}, recv()).
demonitor_quiet(N) ->
    P = spawn(N, dm, echo, []),
    R = monitor(process, P),
    demonitor(R, [flush]),
    exit(P, kill),
    quiet().
exit2_kill(N) ->
    P = spawn(N, dm, echo, []), R = monitor(process, P),
    exit(P, kill),
    ok({'DOWN', R, process, P, killed}, recv()).
exit2_normal(N) ->
    P = spawn(N, dm, echo, []), R = monitor(process, P),
    exit(P, normal), P ! {self(), still}, {P, still} = recv(),
    exit(P, shutdown),
    ok({'DOWN', R, process, P, shutdown}, recv()).
trap_exit_signal(N) ->
    P = spawn(N, dm, trapper, [self()]), ready = recv(),
    exit(P, hello),
    ok({got, {'EXIT', self(), hello}}, recv()).
trapper(To) -> process_flag(trap_exit, true), To ! ready, receive X -> To ! {got, X} end.
alias_send(N) ->
    A = alias(),
    spawn(N, erlang, send, [A, via_alias]),
    ok(via_alias, recv()).
alias_gone(N) ->
    A = alias(), unalias(A),
    spawn(N, erlang, send, [A, via_alias]),
    quiet().
gl_output(N) ->
    Me = self(),
    Gl = spawn(fun() -> gl(Me) end),
    group_leader(Gl, self()),
    spawn(N, io, format, ["out ~p", [N]]),
    ok({out, iolist_to_binary(io_lib:format("out ~p", [N]))}, recv()).
gl_set(N) ->
    P = spawn(N, ?MODULE, gl_told, [self()]),
    group_leader(self(), P),
    P ! tell,
    ok({leader, self()}, recv()).
gl_told(To) -> receive tell -> To ! {leader, group_leader()} end.
gl(To) ->
    receive
        {io_request, From, As, Req} ->
            Chars = case Req of
                {put_chars, _, M, F, A} -> apply(M, F, A);
                {put_chars, _, C} -> C
            end,
            To ! {out, unicode:characters_to_binary(Chars)},
            From ! {io_reply, As, ok},
            gl(To)
    end.
gen_server_call(N) -> ok({badrpc, {'EXIT', x}}, case gen_server:call({rex, N}, {call, erlang, exit, [x], group_leader()}) of {badrpc, {'EXIT', x}} = R -> R; R -> R end).
rex_call(N) -> {rex, N} ! {self(), {call, erlang, node, [], group_leader()}}, ok({rex, N}, recv()).
rex_cast(N) -> rpc:eval_everywhere([N], erlang, send, [self(), cast]), ok(cast, recv()).
nl_module(N) ->
    {_, B, F} = code:get_object_code(lists),
    _ = {B, F},
    ok(true, is_list(rpc:call(N, lists, module_info, [exports]))).
self_node(N) -> P = spawn(N, dm, echo, []), ok(N, node(P)).
fun_remote(N) -> F = rpc:call(N, dm, make_fun, [5]), ok(8, F(3)).
make_fun(X) -> fun(Y) -> X + Y end.
refs_equal(N) -> R = make_ref(), P = spawn(N, dm, echo, []), P ! {self(), R}, {P, R2} = recv(), ok(R, R2).
unknown_node(N) -> [_, H] = string:split(atom_to_list(N), "@"), ok(pang, net_adm:ping(list_to_atom("nosuch@" ++ H))).
send_nosuspend(N) -> P = spawn(N, dm, echo, []), ok = erlang:send(P, {self(), x}, [nosuspend]), ok({P, x}, recv()).
process_info_remote(N) -> P = spawn(N, dm, echo, []), ok(badarg, try process_info(P) catch error:R -> R end).
is_alive_pid(N) -> P = spawn(N, dm, echo, []), ok(true, rpc:call(N, erlang, is_process_alive, [P])).
rpc_cast(N) -> true = rpc:cast(N, erlang, send, [self(), c]), ok(c, recv()).
rpc_async(N) -> K = rpc:async_call(N, erlang, node, []), ok(N, rpc:yield(K)).
rpc_multicall(N) -> ok({[N, node()], []}, rpc:multicall([N, node()], erlang, node, [])).
external_fun(N) -> ok(N, erpc:call(N, fun erlang:node/0)).

rpc_throw(N) -> ok(x, rpc:call(N, erlang, throw, [x])).
rpc_exit(N) -> ok({badrpc, {'EXIT', x}}, rpc:call(N, erlang, exit, [x])).
rpc_badarg(N) ->
    case rpc:call(N, erlang, abs, [a]) of
        {badrpc, {'EXIT', {badarg, [{erlang, abs, [a], _} | _]}}} -> ok;
        X -> X
    end.
rpc_nb_yield(N) ->
    K = rpc:async_call(N, timer, sleep, [100]),
    timeout = rpc:nb_yield(K),
    ok({value, ok}, rpc:nb_yield(K, 3000)).
rpc_block(N) -> ok([N, {badrpc, {'EXIT', x}}], [rpc:block_call(N, erlang, node, []), rpc:block_call(N, erlang, exit, [x])]).
rpc_abcast(N) ->
    P = spawn(N, dm, echo_named, [dm_abcast, self()]), ready = recv(),
    abcast = rpc:abcast([N], dm_abcast, {self(), a}),
    {P, a} = recv(),
    ok({[N], []}, rpc:sbcast([N], dm_abcast, {self(), b})).
rpc_server_call(N) ->
    spawn(N, dm, server, [dm_server, self()]), ready = recv(),
    ok({answer, q}, rpc:server_call(N, dm_server, reply_of, q)).
server(Name, To) ->
    register(Name, self()), To ! ready,
    receive {From, q} -> From ! {reply_of, node(), {answer, q}} end.
rpc_nodedown(N) -> ok({badrpc, nodedown}, rpc:call(nosuch(N), erlang, node, [])).
nosuch(N) -> [_, H] = string:split(atom_to_list(N), "@"), list_to_atom("nosuch@" ++ H).

erpc_error(N) ->
    try erpc:call(N, erlang, error, [foo])
    catch error:{exception, foo, [{erlang, error, [foo], _} | _]} -> ok end.
erpc_undef(N) ->
    try erpc:call(N, nomod, nofun, [1, 2])
    catch error:{exception, undef, [{nomod, nofun, [1, 2], _} | _]} -> ok end.
erpc_timeout(N) -> try erpc:call(N, timer, sleep, [1000], 50) catch error:{erpc, timeout} -> ok end.
erpc_noconnection(N) -> try erpc:call(nosuch(N), erlang, node, []) catch error:{erpc, noconnection} -> ok end.
erpc_signal(N) -> try erpc:call(N, dm, kill_self, []) catch exit:{signal, killed} -> ok end.
kill_self() -> exit(self(), kill), receive after infinity -> ok end.
erpc_cast(N) -> ok = erpc:cast(N, erlang, send, [self(), c]), ok(c, recv()).
erpc_request(N) ->
    R = erpc:send_request(N, erlang, node, []),
    {response, N} = erpc:wait_response(R, 3000),
    R2 = erpc:send_request(N, erlang, throw, [t]),
    try erpc:receive_response(R2, 3000) catch throw:t -> ok end.
erpc_requests(N) ->
    C0 = erpc:send_request(N, erlang, '+', [1, 2], three, erpc:reqids_new()),
    {3, three, C} = erpc:receive_response(C0, 3000, true),
    C1 = erpc:send_request(N, erlang, '+', [1, 2], three, C),
    {{response, 3}, three, C1a} = erpc:wait_response(C1, 3000, true),
    C2 = erpc:send_request(N, erlang, exit, [x], four, C1a),
    {exception, x} = try erpc:receive_response(C2, 3000, true) catch exit:{R, four, C3} -> 0 = erpc:reqids_size(C3), R end,
    ok(0, erpc:reqids_size(C)).
erpc_multicast(N) -> ok = erpc:multicast([N, N], erlang, send, [self(), m]), m = recv(), ok(m, recv()).

dead(N) -> {P, R} = spawn_monitor(N, erlang, node, []), receive {'DOWN', R, _, _, _} -> P end.
link_noproc(N) ->
    process_flag(trap_exit, true),
    P = dead(N), link(P),
    ok({'EXIT', P, noproc}, recv()).
link_nonode(N) ->
    process_flag(trap_exit, true),
    P = spawn_link(nosuch(N), erlang, node, []),
    ok({'EXIT', P, noconnection}, recv()).
link_both_ways(N) ->
    process_flag(trap_exit, true),
    P = spawn_link(N, dm, linked, [self()]), ready = recv(),
    Q = spawn(fun() -> link(P), receive after infinity -> ok end end),
    timer:sleep(50),
    exit(Q, why),
    ok({'EXIT', P, {told, Q, why}}, recv()).
linked(To) -> process_flag(trap_exit, true), To ! ready, receive {'EXIT', Q, Why} -> exit({told, Q, Why}) end.
monitor_nonode(N) ->
    Node = nosuch(N), R = monitor(process, {name, Node}),
    ok({'DOWN', R, process, {name, Node}, noconnection}, recv()).
monitor_alias(N) ->
    P = spawn(N, dm, answer_once, []),
    R = monitor(process, P, [{alias, reply_demonitor}]),
    P ! {R, 1},
    {answer, 1} = recv(),
    quiet().
answer_once() -> receive {To, X} -> To ! {answer, X}, To ! {answer, again} end.
demonitor_info(N) ->
    P = spawn(N, dm, echo, []), R = monitor(process, P),
    true = demonitor(R, [info]),
    ok(false, demonitor(R, [info])).
spawn_nonode(N) ->
    P = spawn(nosuch(N), erlang, node, []), R = monitor(process, P),
    {'DOWN', R, process, P, Why} = recv(),
    ok(true, lists:member(Why, [noproc, noconnection])).
spawn_request_badopt(N) ->
    R = erlang:spawn_request(N, erlang, node, [], [monitor, nonsense]),
    ok({spawn_reply, R, error, badopt}, recv()).
spawn_request_nonode(N) ->
    R = erlang:spawn_request(nosuch(N), erlang, node, [], [link]),
    ok({spawn_reply, R, error, noconnection}, recv()).
spawn_request_none(N) ->
    erlang:spawn_request(N, erlang, send, [self(), up], [{reply, error_only}]),
    up = recv(), quiet().
spawn_request_abandon(N) ->
    R = erlang:spawn_request(N, erlang, node, [], []),
    true = erlang:spawn_request_abandon(R),
    false = erlang:spawn_request_abandon(R),
    quiet().
spawn_opt_info(N) ->
    P = spawn_opt(N, dm, echo, [], [{priority, high}, {message_queue_data, off_heap}]),
    ok([{priority, high}, {message_queue_data, off_heap}],
       rpc:call(N, erlang, process_info, [P, [priority, message_queue_data]])).
exit2_trapped_kill(N) ->
    P = spawn(N, dm, trapper, [self()]), ready = recv(), R = monitor(process, P),
    exit(P, kill),
    ok({'DOWN', R, process, P, killed}, recv()).
%% Messages with priority arrive at least; they have been there since OTP 28.
priority_alias(N) ->
    case lists:min([release(node()), release(N)]) >= 28 of
        true ->
            spawn(N, dm, priority, [self()]),
            {alias, A} = recv(),
            erlang:send(A, first, [priority]),
            ok({got, first}, recv());
        false -> ok
    end.
release(N) -> list_to_integer(rpc:call(N, erlang, system_info, [otp_release])).
priority(To) -> To ! {alias, alias([priority])}, receive X -> To ! {got, X} end.
send_noconnect(N) ->
    noconnect = erlang:send({x, nosuch(N)}, hi, [noconnect]),
    noconnect = erlang:send({x, nosuch(N)}, hi, [noconnect, nosuspend]),
    ok(ok, erlang:send({x, N}, hi, [noconnect])).
%% Links set and taken back in masses leave nothing.
unlink_race(N) ->
    process_flag(trap_exit, true),
    P = spawn(N, dm, echo, []),
    [begin link(P), unlink(P) end || _ <- lists:seq(1, 200)],
    P ! {self(), x}, {P, x} = recv(),
    {links, []} = rpc:call(N, erlang, process_info, [P, links]),
    ok({links, []}, process_info(self(), links)).
connection_counted(N) ->
    case release(node()) >= 25 andalso erlang:function_exported(erlang, nodes, 2) of
        true ->
            [{N, #{connection_id := I, node_type := _}}] =
                [X || {M, _} = X <- erlang:nodes(connected, #{connection_id => true, node_type => true}), M =:= N],
            ok(true, is_integer(I));
        false -> ok
    end.
