%% The end of a node that can't be what its flags say: erl's kernel gives up, before there is a logger,
%% and what its processes and supervisors report is written as it is. The functions
%% give the slogan to end with.
-module(net_failure).

-export([auth/2, net_kernel/4]).

%% auth/2: the process that knows the cookie has not started, for Reason with Stack.
auth(Reason, Stack) ->
    %% What is said of a cookie is text.
    is_list(Reason) andalso report("", [{args, []}, {label, {error_logger, error_msg}}, {format, Reason}]),
    Exit = {Reason, Stack},
    crash(auth, 1, {error, Reason, Stack}, [net_sup, kernel_sup, self()], "[]", []),
    child_failed(net_sup, Exit, auth, text([]), 2000, worker),
    kernel_failed({shutdown, {failed_to_start_child, auth, Exit}}, Stack).

%% net_kernel/4: the node can't have the name.
net_kernel(Name, Domain, Text, Stack) ->
    report("", [{args, []}, {label, {error_logger, info_msg}}, {format, Text ++ "\n"}]),
    crash(net_kernel, 1, {exit, {error, badarg}, Stack}, [net_sup, kernel_sup, self()],
          text([{longnames, Domain =:= longnames}]), []),
    Exit = {'EXIT', nodistribution},
    Options = ["[#{name=>", text(Name), ",supervisor=>net_sup,name_domain=>", text(Domain), ",clean_halt=>true}]"],
    child_failed(net_sup, Exit, net_kernel, Options, 2000, worker),
    kernel_failed({shutdown, {failed_to_start_child, net_kernel, Exit}}, Stack).

child_failed(Supervisor, Reason, Id, Arguments, Shutdown, Type) ->
    Module = case Id of net_sup -> erl_distribution; _ -> Id end,
    Offender = ["[{pid,undefined},{id,", text(Id), "},{mfargs,{", text(Module), ",start_link,", Arguments,
                "}},{restart_type,permanent},{significant,false},{shutdown,", text(Shutdown),
                "},{child_type,", text(Type), "}]"],
    report("supervisor_report", [{supervisor, {local, Supervisor}}, {errorContext, start_error},
                                 {reason, Reason}, {offender, {text, Offender}}]).

kernel_failed(Reason, Stack) ->
    child_failed(kernel_sup, Reason, net_sup, text([]), infinity, supervisor),
    Exit = {{shutdown, {failed_to_start_child, net_sup, Reason}}, {kernel, start, [normal, []]}},
    Frames = [{application_master, init, 3, [{file, "application_master.erl"}, {line, 147}]}, lists:last(Stack)],
    crash(application_master, 3, {exit, Exit, Frames}, [application_controller, whereis(init)],
          "[]", [{'EXIT', self(), normal}]),
    report("std_info", [{application, kernel}, {exited, Exit}, {type, permanent}]),
    lists:flatten(["Kernel pid terminated (application_controller) (",
                   text(lists:flatten(io_lib:format("~0tp", [{application_start_failure, kernel, Exit}]))), $)]).

crash(Module, Arity, Error, Ancestors, Dictionary, Messages) ->
    Arguments = ["Argument__" ++ integer_to_list(N) || N <- lists:seq(1, Arity)],
    Info = process_info(self(), [heap_size, stack_size, reductions]),
    report("crash_report",
           [{initial_call, {Module, init, [list_to_atom(A) || A <- Arguments]}},
            {pid, self()}, {registered_name, []}, {process_label, undefined}, {error_info, Error},
            {ancestors, Ancestors}, {message_queue_len, length(Messages)}, {messages, Messages},
            {links, [whereis(init)]}, {dictionary, {text, Dictionary}}, {trap_exit, true}, {status, running} | Info]).

report(Type, Facts) ->
    {{Y, Mo, D}, {H, Mi, S}} = calendar:local_time(),
    Micro = erlang:system_time(microsecond) rem 1000000,
    write(io_lib:format("~w-~2..0w-~2..0w ~2..0w:~2..0w:~2..0w.~6..0w ~ts~n",
                        [Y, Mo, D, H, Mi, S, Micro, [string:pad(Type, 20) || Type =/= ""]])),
    [write(["    ", atom_to_list(Key), ": ", fact(Value), "\r\n"]) || {Key, Value} <- Facts].

write(Text) -> prim_tty:write(unicode:characters_to_binary(Text)).

fact({text, Text}) -> Text;
fact(Value) -> text(Value).

text(Term) -> lists:flatten(init:slogan_text(Term)).
