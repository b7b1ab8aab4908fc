%% Processes that know their ancestors, start in step with their starter, and
%% report a crash.
-module(proc_lib).

-export([spawn/1, spawn_link/1, spawn/2, spawn_link/2, spawn/3, spawn_link/3,
         spawn/4, spawn_link/4, spawn_opt/2, spawn_opt/3, spawn_opt/4,
         spawn_opt/5, start/3, start/4, start/5, start_link/3, start_link/4,
         start_link/5, start_monitor/3, start_monitor/4, start_monitor/5,
         hibernate/3, init_ack/1, init_ack/2, init_fail/2, init_fail/3,
         init_p/3, init_p/5, format/1, format/2, format/3, report_cb/2,
         initial_call/1, translate_initial_call/1, stop/1, stop/3, wake_up/3,
         set_label/1, get_label/1]).

%% Spawning.

spawn(F) when is_function(F) ->
    erlang:spawn(proc_lib, init_p, [get_my_name(), get_ancestors(), F]).

spawn_link(F) when is_function(F) ->
    erlang:spawn_link(proc_lib, init_p, [get_my_name(), get_ancestors(), F]).

spawn(Node, F) when is_function(F) ->
    erlang:spawn(Node, proc_lib, init_p, [get_my_name(), get_ancestors(), F]).

spawn_link(Node, F) when is_function(F) ->
    erlang:spawn_link(Node, proc_lib, init_p, [get_my_name(), get_ancestors(), F]).

spawn(M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn(proc_lib, init_p, [get_my_name(), get_ancestors(), M, F, A]).

spawn_link(M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_link(proc_lib, init_p, [get_my_name(), get_ancestors(), M, F, A]).

spawn(Node, M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn(Node, proc_lib, init_p, [get_my_name(), get_ancestors(), M, F, A]).

spawn_link(Node, M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_link(Node, proc_lib, init_p, [get_my_name(), get_ancestors(), M, F, A]).

spawn_opt(F, Opts) when is_function(F) ->
    erlang:spawn_opt(proc_lib, init_p, [get_my_name(), get_ancestors(), F], Opts).

spawn_opt(Node, F, Opts) when is_function(F) ->
    erlang:spawn_opt(Node, proc_lib, init_p, [get_my_name(), get_ancestors(), F], Opts).

spawn_opt(M, F, A, Opts) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_opt(proc_lib, init_p, [get_my_name(), get_ancestors(), M, F, A], Opts).

spawn_opt(Node, M, F, A, Opts) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:spawn_opt(Node, proc_lib, init_p, [get_my_name(), get_ancestors(), M, F, A], Opts).

get_my_name() ->
    case process_info(self(), registered_name) of
        {registered_name, Name} -> Name;
        _ -> self()
    end.

get_ancestors() ->
    case get('$ancestors') of
        As when is_list(As) -> As;
        _ -> []
    end.

%% The first function of every process started here.

init_p(Parent, Ancestors, Fun) when is_function(Fun) ->
    {module, Mod} = erlang:fun_info(Fun, module),
    {name, Name} = erlang:fun_info(Fun, name),
    {arity, Arity} = erlang:fun_info(Fun, arity),
    put('$initial_call', {Mod, Name, Arity}),
    put('$ancestors', [Parent | Ancestors]),
    try Fun()
    catch Class:Reason:Stack -> exit_p(Class, Reason, Stack)
    end.

init_p(Parent, Ancestors, M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    put('$initial_call', trans_init(M, F, A)),
    put('$ancestors', [Parent | Ancestors]),
    init_p_do_apply(M, F, A).

init_p_do_apply(M, F, A) ->
    try apply(M, F, A)
    catch Class:Reason:Stack -> exit_p(Class, Reason, Stack)
    end.

wake_up(M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    try apply(M, F, A)
    catch Class:Reason:Stack -> exit_p(Class, Reason, Stack)
    end.

hibernate(M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    erlang:hibernate(proc_lib, wake_up, [M, F, A]).

exit_p(Class, Reason, Stack) ->
    case get('$initial_call') of
        {M, F, A} when is_atom(M), is_atom(F), is_integer(A) ->
            MFA = {M, F, dummy_args(A, [])},
            crash_report(Class, Reason, MFA, Stack),
            erlang:raise(exit, exit_reason(Class, Reason, Stack), Stack);
        _ ->
            crash_report(Class, Reason, [], Stack),
            erlang:raise(exit, exit_reason(Class, Reason, Stack), Stack)
    end.

exit_reason(error, Reason, Stack) -> {Reason, Stack};
exit_reason(exit, Reason, _) -> Reason;
exit_reason(throw, Reason, Stack) -> {{nocatch, Reason}, Stack}.

dummy_args(0, As) -> As;
dummy_args(N, As) -> dummy_args(N - 1, [list_to_atom("Argument__" ++ integer_to_list(N)) | As]).

%% Starting in step: the starter waits until the new process has called
%% init_ack or init_fail, or has ended.

start(M, F, A) -> start(M, F, A, infinity).

start(M, F, A, Timeout) -> start(M, F, A, Timeout, []).

start(M, F, A, Timeout, Opts) when is_atom(M), is_atom(F), is_list(A) ->
    case lists:any(fun(O) -> O =:= monitor orelse element_is(O, monitor) end, Opts) of
        true -> error(badarg, [M, F, A, Timeout, Opts]);
        false -> sync_start(?MODULE:spawn_opt(M, F, A, [monitor | Opts]), Timeout)
    end.

element_is(T, Name) -> is_tuple(T) andalso tuple_size(T) > 0 andalso element(1, T) =:= Name.

start_link(M, F, A) -> start_link(M, F, A, infinity).

start_link(M, F, A, Timeout) -> start_link(M, F, A, Timeout, []).

start_link(M, F, A, Timeout, Opts) when is_atom(M), is_atom(F), is_list(A) ->
    sync_start_link(?MODULE:spawn_opt(M, F, A, [monitor, link | Opts]), Timeout).

start_monitor(M, F, A) -> start_monitor(M, F, A, infinity).

start_monitor(M, F, A, Timeout) -> start_monitor(M, F, A, Timeout, []).

start_monitor(M, F, A, Timeout, Opts) when is_atom(M), is_atom(F), is_list(A) ->
    sync_start_monitor(?MODULE:spawn_opt(M, F, A, [monitor | Opts]), Timeout).

sync_start({Pid, Ref}, Timeout) ->
    receive
        {ack, Pid, Return} ->
            erlang:demonitor(Ref, [flush]),
            Return;
        {nack, Pid, Return} ->
            receive {'DOWN', Ref, process, Pid, _} -> Return end;
        {'DOWN', Ref, process, Pid, Reason} ->
            {error, Reason}
    after Timeout ->
            kill_flush(Pid, Ref),
            {error, timeout}
    end.

sync_start_link({Pid, Ref}, Timeout) ->
    receive
        {ack, Pid, Return} ->
            erlang:demonitor(Ref, [flush]),
            Return;
        {nack, Pid, Return} ->
            receive {'DOWN', Ref, process, Pid, _} -> ok end,
            flush_exit(Pid),
            Return;
        {'DOWN', Ref, process, Pid, Reason} ->
            %% A starter that traps exits gets the exit message as well.
            case process_info(self(), trap_exit) of
                {trap_exit, true} -> receive {'EXIT', Pid, _} = Exit -> self() ! Exit after 0 -> ok end;
                _ -> ok
            end,
            {error, Reason}
    after Timeout ->
            unlink(Pid),
            kill_flush(Pid, Ref),
            flush_exit(Pid),
            {error, timeout}
    end.

sync_start_monitor({Pid, Ref}, Timeout) ->
    receive
        {ack, Pid, Return} -> {Return, Ref};
        {nack, Pid, Return} -> {Return, Ref};
        {'DOWN', Ref, process, Pid, Reason} = Down ->
            self() ! Down,
            {{error, Reason}, Ref}
    after Timeout ->
            exit(Pid, kill),
            {{error, timeout}, Ref}
    end.

kill_flush(Pid, Ref) ->
    exit(Pid, kill),
    receive {'DOWN', Ref, process, Pid, _} -> ok end.

flush_exit(Pid) ->
    unlink(Pid),
    receive {'EXIT', Pid, _} -> ok after 0 -> ok end.

init_ack(Parent, Return) ->
    Parent ! {ack, self(), Return},
    ok.

init_ack(Return) ->
    [Parent | _] = get('$ancestors'),
    init_ack(Parent, Return).

init_fail(_, _, {Class, Reason, Stack}) when Class =/= error, Class =/= exit, Class =/= throw ->
    error(badarg, [Class, Reason, Stack]);
init_fail(Parent, Return, {Class, Reason, Stack}) ->
    Parent ! {nack, self(), Return},
    erlang:raise(Class, Reason, Stack);
init_fail(Parent, Return, {Class, Reason}) ->
    Parent ! {nack, self(), Return},
    erlang:Class(Reason). % a last call: the caller is on top of the stack

init_fail(Return, Exception) ->
    [Parent | _] = get('$ancestors'),
    init_fail(Parent, Return, Exception).

%% Who a process is.

initial_call(Process) ->
    case raw_initial_call(Process) of
        {M, F, A} -> {M, F, dummy_args(A, [])};
        false -> false
    end.

translate_initial_call(Process) ->
    case raw_initial_call(Process) of
        {_, _, _} = MFA -> MFA;
        false -> {proc_lib, init_p, 5}
    end.

raw_initial_call({X, Y, Z}) when is_integer(X), is_integer(Y), is_integer(Z) ->
    raw_initial_call(c:pid(X, Y, Z));
raw_initial_call(Pid) when is_pid(Pid) ->
    case dictionary(Pid, '$initial_call') of
        {M, F, A} -> {M, F, A};
        _ -> false
    end;
raw_initial_call(Info) when is_list(Info) ->
    case lists:keyfind(dictionary, 1, Info) of
        {dictionary, Dict} ->
            case lists:keyfind('$initial_call', 1, Dict) of
                {_, {M, F, A}} -> {M, F, A};
                _ -> false
            end;
        _ -> false
    end.

dictionary(Pid, Key) when Pid =:= self() -> get(Key);
dictionary(Pid, Key) ->
    try process_info(Pid, dictionary) of
        {dictionary, Dict} ->
            case lists:keyfind(Key, 1, Dict) of
                {_, Value} -> Value;
                false -> undefined
            end;
        _ -> undefined
    catch error:_ -> undefined
    end.

%% gen:init_it and its like stand for the callback module's init.
trans_init(gen, init_it, [_, _, _, supervisor, {_, Module, _}, _]) -> {supervisor, Module, 1};
trans_init(gen, init_it, [_, _, _, _, supervisor, {_, Module, _}, _]) -> {supervisor, Module, 1};
trans_init(gen, init_it, [_, _, _, supervisor_bridge, [Module | _], _]) -> {supervisor_bridge, Module, 1};
trans_init(gen, init_it, [_, _, _, _, supervisor_bridge, [Module | _], _]) -> {supervisor_bridge, Module, 1};
trans_init(gen, init_it, [gen_event | _]) -> {gen_event, init_it, 6};
trans_init(gen, init_it, [_, _, _, Module, _, _]) when is_atom(Module) -> {Module, init, 1};
trans_init(gen, init_it, [_, _, _, _, Module | _]) when is_atom(Module) -> {Module, init, 1};
trans_init(M, F, A) -> {M, F, length(A)}.

set_label(Label) ->
    put('$process_label', Label),
    ok.

get_label(Pid) -> dictionary(Pid, '$process_label').

%% Stopping by a system message.

stop(Process) -> stop(Process, normal, infinity).

stop(Process, Reason, Timeout) ->
    {Pid, Mref} = erlang:spawn_monitor(fun() -> do_stop(Process, Reason) end),
    receive
        {'DOWN', Mref, _, _, Reason} -> ok;
        {'DOWN', Mref, _, _, {noproc, {sys, terminate, _}}} -> exit(noproc);
        {'DOWN', Mref, _, _, CrashReason} -> exit(CrashReason)
    after Timeout ->
            exit(Pid, kill),
            receive {'DOWN', Mref, _, _, _} -> exit(timeout) end
    end.

do_stop(Process, Reason) ->
    Mref = erlang:monitor(process, Process),
    ok = sys:terminate(Process, Reason, infinity),
    receive {'DOWN', Mref, _, _, ExitReason} -> exit(ExitReason) end.

%% Crash reports.

crash_report(exit, normal, _, _) -> ok;
crash_report(exit, shutdown, _, _) -> ok;
crash_report(exit, {shutdown, _}, _, _) -> ok;
crash_report(Class, Reason, StartF, Stack) ->
    Report = #{label => {proc_lib, crash},
               report => [my_info(Class, Reason, StartF, Stack), linked_info(self())]},
    logger:log(error, Report,
               #{pid => self(), gl => group_leader(), time => logger:timestamp(),
                 mfa => {proc_lib, crash_report, 4},
                 domain => [otp, sasl], report_cb => fun proc_lib:report_cb/2,
                 logger_formatter => #{title => "CRASH REPORT"},
                 error_logger => #{tag => error_report, type => crash_report}}).

my_info(Class, Reason, [], Stack) ->
    my_info_1(Class, Reason, Stack);
my_info(Class, Reason, StartF, Stack) ->
    [{initial_call, StartF} | my_info_1(Class, Reason, Stack)].

my_info_1(Class, Reason, Stack) ->
    [{pid, self()},
     item(registered_name),
     {process_label, get('$process_label')}] ++
        [{error_info, {Class, Reason, Stack}},
         {ancestors, get_ancestors()},
         item(message_queue_len),
         item(messages),
         item(links),
         {dictionary, cleaned_dictionary()},
         item(trap_exit),
         item(status),
         item(heap_size),
         item(stack_size),
         item(reductions)].

item(Key) ->
    case process_info(self(), Key) of
        [] -> {Key, []};
        Item -> Item
    end.

cleaned_dictionary() ->
    [E || {K, _} = E <- get(), K =/= '$ancestors', K =/= '$initial_call', K =/= '$process_label'].

%% The linked processes that do not trap exits will end as well.
linked_info(Pid) ->
    {links, Links} = process_info(Pid, links),
    neighbours(Links, [Pid]).

neighbours([P | Ps], Seen) when is_pid(P), node(P) =:= node() ->
    case lists:member(P, Seen) of
        true -> neighbours(Ps, Seen);
        false ->
            case neighbour(P) of
                none -> neighbours(Ps, [P | Seen]);
                Info -> [{neighbour, Info} | neighbours(Ps, [P | Seen])]
            end
    end;
neighbours([_ | Ps], Seen) -> neighbours(Ps, Seen);
neighbours([], _) -> [].

neighbour(Pid) ->
    Keys = [registered_name, initial_call, current_function, message_queue_len, links, trap_exit,
            status, heap_size, stack_size, reductions, current_stacktrace, dictionary],
    case process_info(Pid, Keys) of
        undefined -> none;
        Info ->
            case lists:keyfind(trap_exit, 1, Info) of
                {_, true} -> none;
                _ ->
                    Get = fun(K) -> lists:keyfind(K, 1, Info) end,
                    {dictionary, Dict} = Get(dictionary),
                    Ancestors = proplists:get_value('$ancestors', Dict, []),
                    Initial = case initial_call(Info) of
                                  false -> Get(initial_call);
                                  MFA -> {initial_call, MFA}
                              end,
                    [{pid, Pid}, Get(registered_name), Initial,
                     Get(current_function), {ancestors, Ancestors}, Get(message_queue_len),
                     Get(links), Get(trap_exit), Get(status), Get(heap_size), Get(stack_size),
                     Get(reductions), Get(current_stacktrace)]
            end
    end.

report_cb(#{label := {proc_lib, crash}, report := [Own, Linked]}, #{single_line := true} = Extra) ->
    Depth = maps:get(depth, Extra, unlimited),
    Neighbours = [[" neighbour: ", items(Info, Depth)] || {neighbour, Info} <- Linked],
    unicode:characters_to_list(["crasher: ", items(Own, Depth), "; neighbours:", Neighbours]);
report_cb(#{label := {proc_lib, crash}, report := Report}, Extra) ->
    Depth = maps:get(depth, Extra, unlimited),
    format(Report, unicode, Depth).

format(Report) -> format(Report, latin1).

format(Report, Encoding) -> format(Report, Encoding, unlimited).

format([Own, Linked], Encoding, Depth) ->
    Text = ["  crasher:\n", [own(Item, "    ", Encoding, Depth) || Item <- Own],
            "  neighbours:\n", [neighbour_text(Info, Encoding, Depth) || {neighbour, Info} <- Linked]],
    unicode:characters_to_list(Text).

%% A report's items on one line.
items(Items, Depth) -> lists:join(", ", [item_text(Item, Depth) || Item <- Items, Item =/= {process_label, undefined}]).

item_text({initial_call, {_, _, Args} = MFA}, _) when is_list(Args) -> ["initial call: ", mfa(MFA)];
item_text({error_info, {Class, Reason, Stack}}, Depth) ->
    io_lib:format("~w: ~0tp", [Class, limit({Reason, Stack}, Depth)]);
item_text({Tag, Value}, Depth) -> io_lib:format("~w: ~0tp", [Tag, limit(Value, Depth)]).

own({process_label, undefined}, _, _, _) -> "";
own({initial_call, {_, _, Args} = MFA}, Indent, _, _) when is_list(Args) -> [Indent, "initial call: ", mfa(MFA), $\n];
own({error_info, {Class, Reason, Stack}}, Indent, Encoding, Depth) ->
    %% The exception as the shell words it, without leading dots and without
    %% the frames that every process started here ends with.
    Skip = fun(M, _, _) -> M =:= erl_eval orelse M =:= ?MODULE end,
    Print = fun(T, N) -> io_lib:format(case Encoding of latin1 -> "~." ++ integer_to_list(N) ++ "p";
                                            _ -> "~." ++ integer_to_list(N) ++ "tp" end, [limit(T, Depth)]) end,
    Text = erl_error:format_exception(1 + length(Indent), Class, Reason, Stack, Skip, Print, Encoding),
    [Indent, Text, $\n];
own({Tag, Value}, Indent, Encoding, Depth) ->
    Name = io_lib:format("~s~w: ", [Indent, Tag]),
    [Name, term_text(Value, Encoding, Depth), $\n].

neighbour_text(Info, Encoding, Depth) ->
    ["    neighbour:\n", [own(Item, "      ", Encoding, Depth) || Item <- Info]].

%% Whatever its item's name, a long term is laid out as from column 18.
term_text(Value, Encoding, Depth) ->
    Format = case Encoding of latin1 -> "~80.18p"; _ -> "~80.18tp" end,
    io_lib:format(Format, [limit(Value, Depth)]).

limit(Value, unlimited) -> Value;
limit(Value, Depth) -> io_lib:limit_term(Value, Depth).

mfa({M, F, Args}) when is_list(Args) -> mfa({M, F, length(Args)});
mfa({M, F, Arity}) -> io_lib:format("~tw:~tw/~w", [M, F, Arity]);
mfa(Other) -> io_lib:format("~tp", [Other]).
