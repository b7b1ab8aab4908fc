%% What processes do with other nodes. Each test gets the other node's name.
-module(distprocs).
-compile([export_all, nowarn_export_all]).

one(To, F, Node) ->
    {P, R} = spawn_monitor(fun() -> exit({result, t(F, Node)}) end),
    receive {'DOWN', R, process, P, {result, V}} -> To ! V; {'DOWN', R, process, P, V} -> To ! {down, V} end.

t(spawn, N) -> P = spawn(N, distprocs, say, [self(), hello]), {got(), node(P) =:= N};
t(spawn_fun, N) -> S = self(), spawn(N, fun() -> S ! {node(), from} end), got() =:= {N, from};
t(spawn_link, N) -> process_flag(trap_exit, true), P = spawn_link(N, erlang, exit, [bye]), receive {'EXIT', P, R} -> R after 1000 -> none end;
t(spawn_monitor, N) -> {P, R} = spawn_monitor(N, erlang, exit, [bye]), receive {'DOWN', R, process, P, W} -> W after 1000 -> none end;
t(spawn_opt, N) -> {P, R} = spawn_opt(N, erlang, exit, [bye], [{monitor, [{tag, mine}]}]), receive {mine, R, process, P, W} -> W after 1000 -> none end;
t(spawn_request, N) -> R = spawn_request(N, erlang, exit, [bye], [monitor, {reply_tag, t}]),
    receive {t, R, ok, P} -> receive {'DOWN', R, process, P, W} -> W after 1000 -> none end end;
t(spawn_bad, N) -> R = spawn_request(N, erlang, exit, [bye], [{priority, foo}]), receive {spawn_reply, R, error, X} -> X after 1000 -> none end;
t(link, N) -> process_flag(trap_exit, true), P = spawn(N, distprocs, wait, []), link(P), P ! {exit, why}, receive {'EXIT', P, R} -> R after 1000 -> none end;
t(link_back, N) -> {P, R} = spawn_monitor(fun() -> Q = spawn(N, distprocs, wait, []), link(Q), Q ! {exit, why}, receive never -> ok end end),
    receive {'DOWN', R, process, P, W} -> W after 1000 -> none end;
t(link_dead, N) -> process_flag(trap_exit, true), P = dead(N), link(P), receive {'EXIT', P, R} -> R after 1000 -> none end;
t(unlink, N) -> process_flag(trap_exit, true), P = spawn_link(N, distprocs, wait, []), unlink(P), P ! {exit, why}, got(50);
t(unlink_link, N) -> process_flag(trap_exit, true), P = spawn_link(N, distprocs, wait, []), unlink(P), link(P), unlink(P), link(P), P ! {exit, why},
    receive {'EXIT', P, R} -> R after 1000 -> none end;
t(monitor, N) -> P = spawn(N, distprocs, wait, []), R = monitor(process, P), P ! {exit, why}, receive {'DOWN', R, process, P, W} -> W after 1000 -> none end;
t(monitor_dead, N) -> P = dead(N), R = monitor(process, P), receive {'DOWN', R, process, P, W} -> W after 1000 -> none end;
t(monitor_name, N) -> P = spawn(N, distprocs, named, [distname]), receive after 50 -> ok end, R = monitor(process, {distname, N}), {distname, N} ! {exit, why},
    receive {'DOWN', R, process, {distname, N}, W} -> {is_pid(P), W} after 1000 -> none end;
t(monitor_noname, N) -> R = monitor(process, {nosuchname, N}), receive {'DOWN', R, process, {nosuchname, N}, W} -> W after 1000 -> none end;
t(demonitor, N) -> P = spawn(N, distprocs, wait, []), R = monitor(process, P), demonitor(R), P ! {exit, why}, got(50);
t(exit, N) -> {P, R} = spawn_monitor(N, distprocs, wait, []), exit(P, because), receive {'DOWN', R, process, P, W} -> W after 1000 -> none end;
t(kill, N) -> {P, R} = spawn_monitor(N, distprocs, wait, []), exit(P, kill), receive {'DOWN', R, process, P, W} -> W after 1000 -> none end;
t(alias, N) -> A = alias([reply]), spawn(N, distprocs, say, [A, one]), X = got(), spawn(N, distprocs, say, [A, two]), {X, got(50)};
t(monitor_alias, N) -> P = spawn(N, distprocs, wait, []), R = monitor(process, P, [{alias, reply_demonitor}]), P ! {say, R, hi}, X = got(), P ! {exit, why}, {X, got(50)};
t(group_leader, N) -> S = self(), group_leader(S, S), spawn(N, distprocs, leader, [S]), got() =:= S;
t(set_leader, N) -> P = spawn(N, distprocs, wait, []), group_leader(self(), P), P ! {leader, self()}, got() =:= self();
t(order, N) -> process_flag(trap_exit, true), P = spawn_link(N, distprocs, count, [self(), 1000]), {in_order(1, 1000), receive {'EXIT', P, R} -> R after 1000 -> none end};
t(nosuch, _) -> process_flag(trap_exit, true), P = spawn_link('none@nowhere', erlang, exit, [bye]), receive {'EXIT', P, R} -> {node(P) =:= node(), R} after 1000 -> none end;
t(nosuch_monitor, _) -> R = monitor(process, {x, 'none@nowhere'}), receive {'DOWN', R, process, {x, 'none@nowhere'}, W} -> W after 1000 -> none end;
t(nosuch_request, _) -> R = spawn_request('none@nowhere', erlang, exit, [bye], []), receive {spawn_reply, R, error, W} -> W after 1000 -> none end;
t(monitor_node, _) -> monitor_node('none@nowhere', true), got();
t(nodes, N) -> {nodes() =:= [N], node(), is_alive(), lists_member(N, nodes(known))};
t(down, N) -> %% the test takes the connection down when it gets a message
    process_flag(trap_exit, true), P = spawn_link(N, distprocs, wait, []), Q = spawn(N, distprocs, wait, []), R = monitor(process, Q), monitor_node(N, true),
    go ! down,
    {receive {'EXIT', P, A} -> A after 1000 -> none end, receive {'DOWN', R, process, Q, B} -> B after 1000 -> none end, receive {nodedown, N} -> nodedown after 1000 -> none end, got(50)}.

lists_member(X, [X | _]) -> true; lists_member(X, [_ | T]) -> lists_member(X, T); lists_member(_, []) -> false.
in_order(N, M) when N > M -> true;
in_order(N, M) -> receive N -> in_order(N + 1, M); {n, _} -> false after 1000 -> {missing, N} end.
count(S, N) -> count(S, 1, N).
count(_, N, M) when N > M -> exit(done);
count(S, N, M) -> S ! N, count(S, N + 1, M).
got() -> got(1000).
got(T) -> receive X -> X after T -> none end.
say(To, X) -> To ! X.
leader(To) -> To ! group_leader().
named(Name) -> register(Name, self()), wait().
wait() -> receive {exit, R} -> exit(R); {say, To, X} -> To ! X, wait(); {leader, To} -> To ! group_leader(), wait() end.
dead(N) -> {P, R} = spawn_monitor(N, erlang, exit, [x]), receive {'DOWN', R, _, _, _} -> P end.
