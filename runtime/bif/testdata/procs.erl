%% Processes as real Erlang has them. Every exported t_ function gives a term
%% without pids, references and times, to be compared with what erl gives.
-module(procs).
-compile([export_all, nowarn_export_all, nowarn_deprecated_catch]).

all() -> [F || {F, 0} <- module_info(exports), is_test(atom_to_list(F))].

is_test("t_" ++ _) -> true;
is_test(_) -> false.

%% run(To): runs every test in a process of its own and sends {results, List}.
run(To) -> To ! {results, results(all())}.

%% one(To, F): the same for one test.
one(To, F) -> [{_, V}] = results([F]), To ! V.

results([]) -> [];
results([F | Fs]) ->
    {P, R} = spawn_monitor(fun() -> exit({result, catch procs:F()}) end),
    receive
        {'DOWN', R, process, P, {result, V}} -> [{F, V} | results(Fs)];
        {'DOWN', R, process, P, Other} -> [{F, {down, Other}} | results(Fs)]
    after 10000 ->
        exit(P, kill), [{F, timeout} | results(Fs)]
    end.

recv() -> receive X -> X after 2000 -> nothing end.
none() -> receive X -> X after 30 -> none end.

t_send() -> self() ! a, self() ! b, {recv(), recv(), none()}.
t_selective() ->
    self() ! 1, self() ! 2, self() ! 3,
    A = receive 3 -> three end, B = receive 2 -> two end, C = receive X -> X end, {A, B, C, none()}.
t_after0() -> receive x -> y after 0 -> timeout end.
t_after_late() -> S = self(), spawn(fun() -> receive after 20 -> S ! late end end),
    A = receive late -> early after 5 -> timeout end, {A, recv()}.
t_after_again() -> [receive x -> x after 3 -> t end || _ <- [1, 2, 3]].
t_exit_normal() -> {P, R} = spawn_monitor(fun() -> ok end), receive {'DOWN', R, process, P, W} -> W end.
t_exit_reason() -> {P, R} = spawn_monitor(fun() -> exit(foo) end), receive {'DOWN', R, process, P, W} -> W end.
t_exit_throw() ->
    {P, R} = spawn_monitor(fun() -> throw(foo) end),
    receive {'DOWN', R, process, P, {W, [_ | _]}} -> W end.
t_exit_undef() ->
    {P, R} = spawn_monitor(procs, nosuch, [1]),
    receive {'DOWN', R, process, P, {W, [{M, F, A, _} | _]}} -> {W, M, F, A} end.
t_link_kills() ->
    {P, R} = spawn_monitor(fun() -> spawn_link(fun() -> exit(boom) end), receive never -> ok end end),
    receive {'DOWN', R, process, P, W} -> W end.
t_link_normal() ->
    {P, R} = spawn_monitor(fun() -> spawn_link(fun() -> ok end), receive never -> ok after 50 -> exit(survived) end end),
    receive {'DOWN', R, process, P, W} -> W end.
t_trap() -> process_flag(trap_exit, true), P = spawn_link(fun() -> exit(x) end),
    receive {'EXIT', P, R} -> R end.
t_trap_normal() -> process_flag(trap_exit, true), P = spawn_link(fun() -> ok end),
    receive {'EXIT', P, R} -> R end.
t_kill() -> {P, R} = spawn_monitor(fun() -> process_flag(trap_exit, true), loop() end),
    exit(P, kill), receive {'DOWN', R, process, P, W} -> W end.
loop() -> receive stop -> ok; {F, A} -> F ! {self(), A}, loop() end.
t_killed_linked() -> process_flag(trap_exit, true), P = spawn_link(fun() -> loop() end), exit(P, kill),
    receive {'EXIT', P, R} -> R end.
t_link_kill_reason() -> %% kill as a link's reason is no kill
    process_flag(trap_exit, true),
    P = spawn_link(fun() -> process_flag(trap_exit, true), spawn_link(fun() -> exit(kill) end), receive {'EXIT', _, W} -> exit({got, W}) end end),
    receive {'EXIT', P, R} -> R end.
t_link_kill_untrapped() ->
    {P, R} = spawn_monitor(fun() -> spawn_link(fun() -> exit(kill) end), loop() end),
    receive {'DOWN', R, process, P, W} -> W end.
t_exit_normal_other() -> {P, R} = spawn_monitor(fun() -> receive after 50 -> exit(lives) end end),
    exit(P, normal), receive {'DOWN', R, process, P, W} -> W end.
t_exit_normal_self() -> {P, R} = spawn_monitor(fun() -> exit(self(), normal), exit(lives) end),
    receive {'DOWN', R, process, P, W} -> W end.
t_exit_self() -> {P, R} = spawn_monitor(fun() -> exit(self(), foo), exit(lives) end),
    receive {'DOWN', R, process, P, W} -> W end.
t_exit_self_trap() -> process_flag(trap_exit, true), S = self(), exit(S, foo), receive {'EXIT', S, R} -> R end.
t_exit_self_kill() -> {P, R} = spawn_monitor(fun() -> process_flag(trap_exit, true), exit(self(), kill), exit(lives) end),
    receive {'DOWN', R, process, P, W} -> W end.
dead() -> {P, R} = spawn_monitor(fun() -> ok end), receive {'DOWN', R, _, _, _} -> P end.
t_link_dead() -> catch_(fun() -> link(dead()) end).
t_link_dead_trap() -> process_flag(trap_exit, true), P = dead(), X = link(P), {X, receive {'EXIT', P, R} -> R end}.
t_unlink() -> {P, R} = spawn_monitor(fun() -> C = spawn_link(fun() -> receive go -> exit(bad) end end), unlink(C), C ! go,
       receive after 30 -> exit(lives) end end),
    receive {'DOWN', R, process, P, W} -> W end.
t_unlink_flush() -> process_flag(trap_exit, true), P = spawn_link(fun() -> receive go -> exit(x) end end),
    unlink(P), P ! go, none().
t_unlink_link() -> process_flag(trap_exit, true), P = spawn_link(fun() -> loop() end),
    unlink(P), link(P), unlink(P), link(P), P ! stop, receive {'EXIT', P, R} -> R end.
t_link_self() -> {link(self()), process_info(self(), links)}.
t_link_twice() -> P = spawn(fun loop/0), link(P), link(P), {links, L} = process_info(self(), links), unlink(P), length(L).
t_monitor_dead() -> P = dead(), R = monitor(process, P), receive {'DOWN', R, process, P, W} -> W end.
t_monitor_name() -> R = monitor(process, no_such_name), receive {'DOWN', R, process, O, W} -> {O =:= {no_such_name, node()}, W} end.
t_monitor_registered() -> P = spawn(fun loop/0), register(mon_reg, P), R = monitor(process, mon_reg), P ! stop,
    receive {'DOWN', R, process, O, W} -> {O =:= {mon_reg, node()}, W} end.
t_monitor_self() -> R = monitor(process, self()), {is_reference(R), demonitor(R), none()}.
t_demonitor() -> P = spawn(fun loop/0), R = monitor(process, P), X = demonitor(R), exit(P, kill), {X, none()}.
t_demonitor_flush() -> P = dead(), R = monitor(process, P), receive after 10 -> ok end, {demonitor(R, [flush]), none()}.
t_demonitor_info() -> P = dead(), R = monitor(process, P), receive after 10 -> ok end,
    {demonitor(R, [flush, info]), demonitor(R, [info]), demonitor(make_ref(), [info])}.
t_demonitor_info2() -> P = spawn(fun loop/0), R = monitor(process, P), X = demonitor(R, [info]), exit(P, kill), X.
t_monitor_tag() -> P = spawn(fun loop/0), R = monitor(process, P, [{tag, mine}]), P ! stop,
    receive {mine, R, process, P, W} -> W end.
t_monitor_many() -> P = spawn(fun loop/0), Rs = [monitor(process, P) || _ <- [1, 2, 3, 4]], P ! stop,
    [receive {'DOWN', R, process, P, W} -> W end || R <- Rs].
t_monitor_bad() -> [catch_(fun() -> monitor(T, X) end) || {T, X} <- [{process, {a, b, c}}, {foo, self()}, {process, 1}, {port, 1}]].
t_monitor_port() -> R = monitor(port, no_such_port), receive {'DOWN', R, port, O, W} -> {O =:= {no_such_port, node()}, W} after 100 -> none end.
catch_(F) -> try F() catch C:R:_ -> {C, R} end.
t_alias() -> A = alias(), A ! hi, X = recv(), Y = unalias(A), A ! ho, {X, Y, none(), unalias(A)}.
t_alias_reply() -> A = alias([reply]), A ! one, A ! two, {recv(), none(), unalias(A)}.
t_monitor_alias() -> S = self(), P = spawn(fun() -> receive {A, M} -> A ! {reply, M}, S ! sent end end),
    R = monitor(process, P, [{alias, reply_demonitor}]), P ! {R, x}, R ! again,
    {receive {reply, X} -> X; again -> again end, receive sent -> get_all() end}.
get_all() -> receive X -> [X | get_all()] after 60 -> [] end.
t_monitor_alias_demonitor() -> P = spawn(fun loop/0), R = monitor(process, P, [{alias, demonitor}]), R ! a, demonitor(R), R ! b, get_all().
t_monitor_alias_explicit() -> P = spawn(fun loop/0), R = monitor(process, P, [{alias, explicit_unalias}]), R ! a, demonitor(R), R ! b, unalias(R), R ! c, get_all().
t_alias_other() -> A = alias(), spawn(fun() -> A ! from_other end), recv().
t_alias_dead() -> S = self(), {P, R} = spawn_monitor(fun() -> S ! {alias, alias()} end), A = receive {alias, X} -> X end,
    receive {'DOWN', R, process, P, _} -> ok end, A ! x.
t_register() -> P = spawn(fun loop/0), [register(reg_a, P), whereis(reg_a) =:= P, catch_(fun() -> register(reg_a, self()) end),
    catch_(fun() -> register(reg_b, P) end), unregister(reg_a), whereis(reg_a), catch_(fun() -> unregister(reg_a) end)].
t_register_bad() -> [catch_(fun() -> register(N, P) end) || {N, P} <- [{undefined, self()}, {1, self()}, {a, b}, {a, dead()}]].
t_register_exit() -> P = spawn(fun loop/0), register(reg_c, P), R = monitor(process, P), exit(P, kill),
    receive {'DOWN', R, _, _, _} -> whereis(reg_c) end.
t_register_send() -> register(reg_d, self()), reg_d ! x, {reg_d, node()} ! y, {recv(), recv()}.
t_send_bad() -> [catch_(fun() -> X ! m end) || X <- [no_such, {no_such, node()}, 1, {a, 1}, "x", {a, b, c}]].
t_send3() -> [catch_(fun() -> erlang:send(D, m, O) end) || {D, O} <- [{self(), []}, {self(), [noconnect]}, {self(), [nosuspend, noconnect]},
    {self(), [foo]}, {no_such, []}, {{x, 'nosuch@nohost'}, [noconnect]}]].
t_registered() -> register(reg_e, self()), lists_member(reg_e, registered()).
t_dict() -> [put(a, 1), put(a, 2), get(a), get(b), put({x, 1}, y), get({x, 1}), erase(a), get(a), get(), get_keys(y), erase(), get()].
t_dict_many() -> [put(N, N * N) || N <- ints(1, 100)], [erase(N) || N <- ints(1, 90)], [put({N}, N) || N <- ints(1, 20)],
    {length(get()), get(95), get(5), get({7}), length(get_keys())}.
ints(A, B) when A > B -> []; ints(A, B) -> [A | ints(A + 1, B)].
t_flag() -> [process_flag(trap_exit, true), process_flag(trap_exit, false), process_flag(priority, high), process_flag(priority, normal),
    process_flag(error_handler, foo), process_flag(error_handler, error_handler), process_flag(min_heap_size, 100), process_flag(fullsweep_after, 10),
    process_flag(fullsweep_after, 65535), process_flag(max_heap_size, 0), process_flag(message_queue_data, off_heap), process_flag(message_queue_data, on_heap),
    process_flag(sensitive, true), process_flag(save_calls, 0), process_flag(async_dist, false)].
t_max_heap() -> [max_heap_end(fun() -> grow([]) end, S) || S <- [10000, #{size => 10000, kill => true}]].
t_max_heap_within() -> max_heap_end(fun() -> receive go -> length(ints(1, 1000)) end end, 100000).
max_heap_end(F, S) -> Max = case S of #{} -> S; _ -> #{size => S} end,
    {P, R} = spawn_opt(F, [monitor, {max_heap_size, Max#{error_logger => false}}]),
    [P ! ints(1, 100) || _ <- ints(1, 100)], P ! go, receive {'DOWN', R, process, P, X} -> X end.
grow(L) -> grow([1 | L]).
t_flag_bad() -> [catch_(fun() -> process_flag(F, V) end) || {F, V} <- [{trap_exit, 1}, {priority, foo}, {foo, bar}, {1, 2}, {min_heap_size, -1}, {max_heap_size, 10}, {message_queue_data, x}, {save_calls, -1}]].
t_info_self() -> [process_info(self(), I) || I <- [registered_name, message_queue_len, messages, links, monitors, trap_exit, error_handler, priority, dictionary, {dictionary, foo}, status,
    message_queue_data, max_heap_size, fullsweep_after, min_heap_size, min_bin_vheap_size, suspending, binary, async_dist, sequential_trace_token, last_calls, trace]].
t_info_other() -> P = spawn(fun() -> process_flag(trap_exit, true), put(k, v), register(info_other, self()), receive go -> ok end end),
    P ! a, P ! b, receive after 20 -> ok end,
    X = process_info(P, [registered_name, message_queue_len, messages, trap_exit, dictionary, {dictionary, k}, {dictionary, z}, status, initial_call, current_function]),
    exit(P, kill), X.
t_info_keys() -> P = spawn(fun loop/0), receive after 10 -> ok end, X = [K || {K, _} <- process_info(P)], exit(P, kill), X.
t_info_dead() -> P = dead(), {process_info(P), process_info(P, status), process_info(P, [status, links])}.
t_info_bad() -> [catch_(fun() -> process_info(P, I) end) || {P, I} <- [{self(), foo}, {x, status}, {self(), [foo]}, {self(), [status | x]}, {self(), 1}]].
t_info_spawned() -> P = spawn(procs, loop, []), receive after 10 -> ok end, X = process_info(P, [initial_call, current_function, reductions]), exit(P, kill),
    [{_, A}, {_, B}, {_, C}] = X, {A, B, is_integer(C) andalso C > 0}.
t_alive() -> P = spawn(fun loop/0), A = is_process_alive(P), exit(P, kill), {A, is_process_alive(P), is_process_alive(self()), catch_(fun() -> is_process_alive(x) end)}.
t_group_leader() -> GL = group_leader(), P = spawn(fun loop/0), X = process_info(P, group_leader) =:= {group_leader, GL},
    true = group_leader(self(), P), Y = process_info(P, group_leader) =:= {group_leader, self()}, exit(P, kill), {X, Y}.
t_group_leader_inherit() -> group_leader(self(), self()), S = self(), spawn(fun() -> S ! {gl, group_leader() =:= S} end), recv().
t_spawn_opt() -> process_flag(trap_exit, true), {P, R} = spawn_opt(fun() -> exit(x) end, [link, monitor, {priority, low}, {min_heap_size, 500}, {fullsweep_after, 0}]),
    {receive {'EXIT', P, A} -> A end, receive {'DOWN', R, process, P, B} -> B end}.
t_spawn_opt_tag() -> {P, R} = spawn_opt(fun() -> exit(x) end, [{monitor, [{tag, t}]}]), receive {t, R, process, P, A} -> A end.
t_spawn_opt_bad() -> [catch_(fun() -> spawn_opt(fun() -> ok end, O) end) || O <- [[foo], [link | x], x, [{priority, foo}], [{min_heap_size, -1}], [{monitor, [x]}], [{reply, yes}]]].
t_spawn_bad() -> [catch_(F) || F <- [fun() -> spawn(x) end, fun() -> spawn(1, 2, 3) end, fun() -> spawn(a, b, c) end, fun() -> spawn_link(a, 1, []) end]].
t_spawn_request() -> R = spawn_request(fun() -> exit(x) end, [monitor]), receive {spawn_reply, R, ok, P} -> receive {'DOWN', R, process, P, X} -> X end end.
t_spawn_request_tag() -> R = spawn_request(procs, dead, [], [{reply_tag, tag}]), receive {tag, R, ok, P} -> is_pid(P) end.
t_spawn_request_bad() -> R = spawn_request(procs, dead, [], [foo]), receive {spawn_reply, R, error, X} -> X end.
t_spawn_request_no() -> spawn_request(procs, dead, [], [{reply, no}]), spawn_request(procs, dead, [], [{reply, error_only}]), none().
t_spawn_request_badarg() -> [catch_(F) || F <- [fun() -> spawn_request(a, b, c, d) end, fun() -> spawn_request(fun() -> ok end, x) end, fun() -> spawn_request(1) end]].
t_spawn_request_abandon() -> [spawn_request_abandon(make_ref()), catch_(fun() -> spawn_request_abandon(x) end)].
t_timer() -> erlang:send_after(10, self(), x), R = erlang:start_timer(20, self(), y), {recv(), receive {timeout, R, M} -> M end}.
t_timer_order() -> [erlang:send_after(T * 10, self(), T) || T <- [3, 1, 2]], [recv(), recv(), recv()].
t_timer_cancel() -> R = erlang:send_after(10000, self(), x), T = erlang:read_timer(R), L = erlang:cancel_timer(R),
    {is_integer(T) andalso T > 9000, is_integer(L) andalso L > 9000, erlang:cancel_timer(R), erlang:read_timer(R), none()}.
t_timer_async() -> R = erlang:send_after(10000, self(), x), A = erlang:cancel_timer(R, [{async, true}]),
    B = receive {cancel_timer, R, L} -> is_integer(L) end, C = erlang:cancel_timer(R, [{info, false}]), D = erlang:cancel_timer(R, [{async, true}]),
    {A, B, C, D, receive {cancel_timer, R, Z} -> Z end}.
t_timer_name() -> register(timer_name, self()), erlang:send_after(5, timer_name, x), erlang:send_after(5, no_such_name_, x), {recv(), none()}.
t_timer_bad() -> [catch_(fun() -> erlang:send_after(T, D, x) end) || {T, D} <- [{-1, self()}, {x, self()}, {1, {a, b}}, {1, 2}, {1.0, self()}]].
t_timer_bad2() -> [catch_(F) || F <- [fun() -> erlang:cancel_timer(x) end, fun() -> erlang:cancel_timer(make_ref(), [x]) end, fun() -> erlang:read_timer(1) end, fun() -> erlang:start_timer(1, self(), x, [foo]) end]].
t_timer_dead() -> P = dead(), R = erlang:send_after(1000, P, x), erlang:read_timer(R).
t_timer_dead2() -> P = spawn(fun loop/0), R = erlang:send_after(10000, P, x), M = monitor(process, P), exit(P, kill),
    receive {'DOWN', M, _, _, _} -> ok end, receive after 10 -> ok end, erlang:read_timer(R).
t_timer_abs() -> erlang:send_after(erlang:monotonic_time(millisecond) + 10, self(), x, [{abs, true}]), recv().
t_suspend() -> P = spawn(fun loop/0), erlang:suspend_process(P), P ! {self(), 1}, A = none(), {status, S} = process_info(P, status),
    erlang:resume_process(P), B = receive {P, X} -> X after 1000 -> none end, exit(P, kill), {A, S, B}.
t_suspend_count() -> P = spawn(fun loop/0), erlang:suspend_process(P), erlang:suspend_process(P), erlang:resume_process(P), P ! {self(), 1}, A = none(),
    X = erlang:suspend_process(P, [unless_suspending]), erlang:resume_process(P), B = receive {P, Y} -> Y after 1000 -> none end,
    C = catch_(fun() -> erlang:resume_process(P) end), exit(P, kill), {A, X, B, C}.
t_suspend_dies() -> P = spawn(fun loop/0), {Q, R} = spawn_monitor(fun() -> erlang:suspend_process(P) end), receive {'DOWN', R, process, Q, _} -> ok end,
    P ! {self(), 1}, receive {P, X} -> X after 1000 -> none end.
t_suspend_bad() -> [catch_(fun() -> erlang:suspend_process(P) end) || P <- [self(), x]].
t_hibernate() -> P = spawn(fun() -> erlang:hibernate(procs, loop, []) end), P ! {self(), 1}, receive {P, X} -> X after 1000 -> none end.
t_hibernate_bad() -> catch_(fun() -> erlang:hibernate(a, b, c) end).
t_kill_busy() -> {P, R} = spawn_monitor(fun busy/0), receive after 5 -> ok end, exit(P, kill), receive {'DOWN', R, process, P, W} -> W after 1000 -> no end.
busy() -> busy().
t_info_busy() -> P = spawn(fun busy/0), receive after 5 -> ok end, {status, S} = process_info(P, status), exit(P, kill), lists_member(S, [running, runnable]).
lists_member(_, []) -> false; lists_member(X, [X | _]) -> true; lists_member(X, [_ | T]) -> lists_member(X, T).
t_order() -> S = self(), P = spawn_link(fun() -> [S ! N || N <- ints(1, 1000)] end), R = collect(1000), unlink(P), R =:= ints(1, 1000).
collect(0) -> []; collect(N) -> receive X -> [X | collect(N - 1)] end.
t_order_exit() -> S = self(), process_flag(trap_exit, true), P = spawn_link(fun() -> S ! 1, S ! 2, exit(x) end), [recv(), recv(), case recv() of {'EXIT', P, x} -> exit end].
t_order_down() -> S = self(), {P, R} = spawn_monitor(fun() -> S ! 1, exit(S, foo), S ! 2 end), process_flag(trap_exit, true),
    X = receive 1 -> 1 end, {X, is_pid(P), is_reference(R)}.
t_cascade() -> process_flag(trap_exit, true), P = spawn_link(fun() -> chain(200) end), P ! stop, receive {'EXIT', P, R} -> R after 2000 -> no end.
chain(0) -> receive after 20 -> exit(bottom) end; chain(N) -> spawn_link(fun() -> chain(N - 1) end), receive never -> ok end.
t_nodes() -> {node(), nodes(), nodes(this), nodes(connected), is_alive(), node(self()) =:= node(), catch_(fun() -> node(x) end), catch_(fun() -> nodes(foo) end)}.
t_monitor_node() -> catch_(fun() -> monitor_node('nosuch@nohost', true) end).
t_foreign_link() -> Pid = foreign(), process_flag(trap_exit, true), link(Pid), receive {'EXIT', Pid, R} -> R after 1000 -> none end.
foreign() -> binary_to_term(<<131,88,119,13,"nosuch@nohost",0,0,0,50,0,0,0,0,0,0,0,7>>).
t_foreign_monitor() -> Pid = foreign(), M = monitor(process, Pid),
    {receive {'DOWN', M, process, Pid, R} -> R after 1000 -> none end, catch_(fun() -> monitor(process, {foo, 'nosuch@nohost'}) end)}.
t_foreign_send() -> foreign() ! x, {foo, 'nosuch@nohost'} ! x.
t_foreign_exit() -> exit(foreign(), foo).
t_foreign_info() -> catch_(fun() -> process_info(foreign()) end).
t_foreign_alive() -> catch_(fun() -> is_process_alive(foreign()) end).
t_processes() -> P = spawn(fun loop/0), A = lists_member(P, processes()), exit(P, kill), receive after 10 -> ok end, {A, lists_member(P, processes())}.
t_yield() -> erlang:yield().
t_recv_ref() -> S = self(), [S ! N || N <- ints(1, 50)], R = make_ref(), S ! {R, ok}, X = receive {R, Y} -> Y end, {X, length(get_all())}.
t_process_flag3() -> [catch_(fun() -> process_flag(self(), F, 0) end) || F <- [save_calls, foo]].
