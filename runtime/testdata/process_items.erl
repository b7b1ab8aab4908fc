%% What a node tells of processes and of itself, and the flags of both: main/0
%% prints it with what varies taken out.
-module(process_items).
-compile([export_all,nowarn_export_all]).
items() -> [async_dist, backtrace, binary, catchlevel, current_function, current_location, current_stacktrace, dictionary, {dictionary, k}, error_handler, fullsweep_after, garbage_collection, garbage_collection_info, group_leader, heap_size, initial_call, label, links, last_calls, memory, message_queue_len, messages, min_heap_size, min_bin_vheap_size, max_heap_size, monitored_by, monitors, message_queue_data, parent, priority, priority_messages, reductions, registered_name, sequential_trace_token, stack_size, status, suspending, total_heap_size, trace, magic_ref, heap_type, undefined_item, 17, {dictionary}, "x"].
%% replace variable things by their type
n(P) when is_pid(P) -> pid; n(R) when is_reference(R) -> ref; n(B) when is_binary(B), byte_size(B) > 20 -> bin;
n({K, I}) when is_integer(I), (K =:= heap_size orelse K =:= total_heap_size orelse K =:= stack_size orelse K =:= memory orelse K =:= reductions) -> {K, int};
n({garbage_collection_info, L}) -> {gci, [{K, int} || {K, _} <- L]};
n({backtrace, B}) -> {backtrace, is_binary(B)};
n({minor_gcs, N}) -> {minor_gcs, is_integer(N)};
n({binary, L}) -> {binary, is_list(L)};
n({current_stacktrace, L}) -> {current_stacktrace, [{M, F, A} || {M, F, A, _} <- L, M =/= erl_eval, M =/= init]};
n({monitored_by, L}) -> {monitored_by, [pid || _ <- L, length(L) > 1]};
n({current_location, {M,F,A,L}}) -> {current_location, {M,F,A,[K || {K,_} <- L]}};
n({links, L}) -> {links, length(L)};
%% the order of its atoms differs between two starts of erl
n({dictionary, L}) when is_list(L) -> {dictionary, lists:sort([{K, n(V)} || {K, V} <- L])};
n(L) when is_list(L) -> try [n(X) || X <- L] catch _:_ -> L end;
n(T) when is_tuple(T) -> list_to_tuple([n(X) || X <- tuple_to_list(T)]);
n(M) when is_map(M) -> maps:map(fun(_, V) -> n(V) end, M);
n(X) -> X.
t(F) -> try n(F()) catch C:R -> {C, R} end.
show(Name, P) ->
   [io:format("~s ~0p: ~0p~n", [Name, I, t(fun() -> process_info(P, I) end)]) || I <- items()],
   io:format("~s list: ~0p~n", [Name, t(fun() -> process_info(P, [status, message_queue_len, status, {dictionary,k}, {dictionary,zz}, registered_name]) end)]),
   io:format("~s all: ~0p~n", [Name, t(fun() -> [K || {K,_} <- process_info(P)] end)]),
   io:format("~s badlist: ~0p ~0p ~0p~n", [Name, t(fun() -> process_info(P, [status, foo]) end), t(fun() -> process_info(P, [status|foo]) end), t(fun() -> process_info(P, []) end)]).
init(_) -> {ok, 1}.
handle_call(_, _, S) -> {reply, ok, S}.
handle_info(hib, S) -> {noreply, S, hibernate}; handle_info(_, S) -> {noreply, S}.

main() ->
  W = spawn(fun() -> put(k, v), receive never -> ok end end),
  timer:sleep(20), show("waiting", W),
  H = spawn(fun() -> put(k, v), proc_lib:set_label(lab), register(hib, self()), erlang:hibernate(?MODULE, wake, [1,2]) end), timer:sleep(20), show("hibernating", H),
  H0 = spawn(fun() -> put(k, v), erlang:hibernate() end), timer:sleep(20), show("hibernating0", H0),
  {ok, G} = gen_server:start(?MODULE, [], []), timer:sleep(20), show("gen_server", G),
  G ! hib, timer:sleep(20), show("gs_hib", G),
  S = spawn_opt(fun() -> process_flag(trap_exit, true), loop() end, [link, {priority, low}, {fullsweep_after, 7}, {min_heap_size, 1000}, {min_bin_vheap_size, 50000}, {message_queue_data, off_heap}, {max_heap_size, #{size => 1000000, kill => false}}]),
  timer:sleep(20), erlang:suspend_process(S), S ! a, S ! b, timer:sleep(20), show("suspended", S),
  erlang:resume_process(S), unlink(S), exit(S, kill),
  self() ! m1, self() ! m2, put(k, kk), monitor(process, W),
  show("self", self()), receive m1 -> ok end, receive m2 -> ok end,
  exit(W, kill), timer:sleep(10), show("dead", W),
  
  show("atom", foo), show("port", hd(erlang:ports() ++ [nop])),
  show("remote", binary_to_term(<<131,88,119,5,"a@b.c",0,0,0,1,0,0,0,0,0,0,0,1>>)),
  flags().
loop() -> loop().
wake(_, _) -> ok.
f(Name, F) -> io:format("~s: ~0p~n", [Name, t(F)]).
flags() ->
  [f(io_lib:format("process_flag ~0p ~0p", [K, V]), fun() -> process_flag(K, V) end) || {K, Vs} <- [
    {trap_exit, [true, false, x, 1]}, {priority, [high, max, low, normal, foo, 1]}, {save_calls, [10, 0, 10000, 10001, -1, x]}, {monitor_nodes, [7]},
    {async_dist, [true, false, 7]}, {message_queue_data, [off_heap, on_heap, mixed, 1]}, {fullsweep_after, [0, 65535, 10, -1, x, 1 bsl 64]}, {min_heap_size, [1000, 233, 0, -1, x, 1 bsl 64]},
    {min_bin_vheap_size, [1000, 46422, 0, -1, x]}, {max_heap_size, [0, 1, 100000, #{}, #{size => 0}, #{size => 100, kill => false, error_logger => false}, #{size => 0, kill => x}, #{foo => 1}, -1, x, #{size => 0, kill => true, error_logger => true, include_shared_binaries => true}, #{size => 0, kill => true, error_logger => true, include_shared_binaries => false}]},
    {error_handler, [foo, error_handler, 1]}, {sensitive, [true, false, 1]}, {foo, [1]}, {1, [1]}, {scheduler, [1, 0, 99]}, {label, [x]}], V <- Vs],
  P = spawn(fun() -> receive never -> ok end end),
  [f(io_lib:format("process_flag/3 ~0p ~0p", [K, V]), fun() -> process_flag(P, K, V) end) || {K, V} <- [{save_calls, 10}, {save_calls, 0}, {save_calls, 99999}, {trap_exit, true}, {priority, high}, {foo, 1}]],
  process_flag(P, save_calls, 3), f("last_calls", fun() -> process_info(P, last_calls) end),
  exit(P, kill), timer:sleep(10), f("process_flag/3 dead", fun() -> process_flag(P, save_calls, 10) end),
  f("process_flag/3 badpid", fun() -> process_flag(foo, save_calls, 10) end),
  f("process_flag/3 self", fun() -> process_flag(self(), save_calls, 10) end), process_flag(self(), save_calls, 0),
  [f(io_lib:format("system_flag ~0p ~0p", [K, V]), fun() -> erlang:system_flag(K, V) end) || {K, Vs} <- [
    {backtrace_depth, [8, 20, 0, 8, -1, x, 1024, 1025, 8]}, {dirty_cpu_schedulers_online, [1, 2, 0, 99, x]}, {erts_alloc, [{binary_alloc, mbcgs, 1}, foo]},
    {fullsweep_after, [65535, 10, -1, x, 65535]}, {microstate_accounting, [true, false, reset, x]}, {min_heap_size, [233, 1000, 233, -1, x]}, {min_bin_vheap_size, [46422, 1000, 46422, -1, x]},
    {max_heap_size, [0, #{}, #{size => 0}, #{size => 0, kill => false}, #{size => 0, kill => true}, -1, x]}, {multi_scheduling, [block, unblock, block_normal, unblock_normal, foo]}, 
    {schedulers_online, [1, 2, 0, 99, x]}, {system_logger, [logger, undefined, foo, 1, logger]}, {trace_control_word, [5, 0, -1, x]}, {time_offset, [finalize, foo]}, {outstanding_system_requests_limit, [1000, 0, x, 134217727, 134217728]}, {scheduling_statistics, [enable]}, {display_items, [10]}, {foo, [1]}, {1, [1]}], V <- Vs],
  [f(io_lib:format("system_info ~0p", [I]), fun() -> ty(erlang:system_info(I)) end) || I <- sys_items()],
  [f(io_lib:format("statistics ~0p", [I]), fun() -> ty(erlang:statistics(I)) end) || I <- [active_tasks, active_tasks_all, context_switches, exact_reductions, garbage_collection, io, microstate_accounting, reductions, run_queue, run_queue_lengths, run_queue_lengths_all, runtime, scheduler_wall_time, scheduler_wall_time_all, total_active_tasks, total_active_tasks_all, total_run_queue_lengths, total_run_queue_lengths_all, wall_clock, run_queues, foo, 1]],
  [f(io_lib:format("memory ~0p", [I]), fun() -> ty(erlang:memory(I)) end) || I <- [total, processes, processes_used, system, atom, atom_used, binary, code, ets, maximum, foo, 1, [total, atom], [total, foo], [], [total | x]]],
  f("memory", fun() -> [K || {K, _} <- erlang:memory()] end),
  wt().
wt() ->
  f("swt on", fun() -> erlang:system_flag(scheduler_wall_time, true) end), f("swt", fun() -> [erlang:element(1, X) || X <- lists:sort(erlang:statistics(scheduler_wall_time))] end), f("swt off", fun() -> erlang:system_flag(scheduler_wall_time, false) end),
  f("swt bad", fun() -> erlang:system_flag(scheduler_wall_time, 1) end),
  f("swt", fun() -> erlang:statistics(scheduler_wall_time) end).
ty(I) when is_integer(I) -> int; ty(F) when is_float(F) -> float; ty(A) when is_atom(A) -> A; ty(B) when is_binary(B) -> bin; ty(P) when is_pid(P) -> pid; ty(R) when is_reference(R) -> ref;
ty([]) -> [];
ty(L) when is_list(L) -> case io_lib:printable_unicode_list(L) of true -> string; false -> try lists:usort([ty(X) || X <- L]) catch _:_ -> improper end end;
ty(T) when is_tuple(T) -> case tuple_to_list(T) of [A | R] when is_atom(A) -> list_to_tuple([A | [ty(X) || X <- R]]); R -> list_to_tuple([ty(X) || X <- R]) end;
ty(M) when is_map(M) -> maps:map(fun(_, V) -> ty(V) end, M);
ty(F) when is_function(F) -> function.
sys_items() -> [cpu_topology, {cpu_topology, defined}, {cpu_topology, detected}, {cpu_topology, used}, {cpu_topology, foo}, fullsweep_after, garbage_collection, heap_sizes, heap_type, max_heap_size, message_queue_data, min_heap_size, min_bin_vheap_size, procs, system_logger,
  atom_count, atom_limit, ets_count, ets_limit, port_count, port_limit, process_count, process_limit, end_time, os_monotonic_time_source, os_system_time_source, start_time, time_correction, time_offset, time_warp_mode, tolerant_timeofday, dirty_cpu_schedulers, dirty_cpu_schedulers_online, dirty_io_schedulers, multi_scheduling, multi_scheduling_blockers, normal_multi_scheduling_blockers, otp_release, port_parallelism, scheduler_bind_type, scheduler_bindings, scheduler_id, schedulers, smp_support, threads, thread_pool_size, async_dist, creation, delayed_node_table_gc, dist, dist_buf_busy_limit, dist_ctrl, 
  debug_compiled, driver_version, dynamic_trace, dynamic_trace_probes, emu_type, info, kernel_poll, loaded, machine, modified_timing_level, nif_version, outstanding_system_requests_limit, system_architecture, system_version, trace_control_word, version, {wordsize, internal}, {wordsize, external}, wordsize, build_type, build_flavor, compat_rel, elib_malloc, eager_check_io, ets_realloc_moves, internal_cpu_topology, print_ethread_info, release, sequential_tracer, start_time, update_cpu_info, scheduler_bind_type, process_limit, context_reductions, logical_processors, logical_processors_available, logical_processors_online, schedulers_online, schedulers_state, schedulers_total, taints, halt_flush_timeout, foo, 1, {foo}, {wordsize, foo}, "x", dirty_schedulers, nodename, halt, hipe_architecture, overview, static_drivers, threads_dirty, endian, literal_area, constant_pool_support, instruction_counts, lock_checking, lock_counting, beam_jump_table, backtrace_depth, process_display, supports_trace_flags, system_logger, async_threads, dist_opts].
