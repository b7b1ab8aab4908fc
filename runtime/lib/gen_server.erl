%% Servers: one process, one callback module, calls, casts and messages in the
%% order they come.
-module(gen_server).

-export([start/3, start/4, start_link/3, start_link/4, start_monitor/3,
         start_monitor/4, stop/1, stop/3, call/2, call/3, cast/2, reply/2,
         abcast/2, abcast/3, multi_call/2, multi_call/3, multi_call/4,
         send_request/2, send_request/4, wait_response/2, wait_response/3,
         receive_response/2, receive_response/3, check_response/2,
         check_response/3, reqids_new/0, reqids_size/1, reqids_add/3,
         reqids_to_list/1, enter_loop/3, enter_loop/4, enter_loop/5]).
-export([init_it/6, system_continue/3, system_terminate/4, system_code_change/4,
         system_get_state/1, system_replace_state/2, format_status/2,
         format_log/1, format_log/2]).
-export([behaviour_info/1]).

%% What stays the same while the server runs.
-record(server, {parent, name, mod, hibernate_after}).

%% What a callback may ask for next, besides infinity.
-define(is_action(A),
        (is_integer(A) andalso A >= 0 orelse A =:= infinity orelse A =:= hibernate
         orelse element(1, A) =:= continue andalso tuple_size(A) =:= 2
         orelse (element(1, A) =:= timeout orelse element(1, A) =:= hibernate)
                andalso tuple_size(A) =:= 3
                andalso (is_integer(element(2, A)) andalso element(2, A) >= 0 orelse element(2, A) =:= infinity))).

behaviour_info(callbacks) ->
    [{init, 1}, {handle_call, 3}, {handle_cast, 2}, {handle_info, 2}, {handle_continue, 2},
     {terminate, 2}, {code_change, 3}, {format_status, 1}, {format_status, 2}];
behaviour_info(optional_callbacks) ->
    [{handle_info, 2}, {handle_continue, 2}, {terminate, 2}, {code_change, 3},
     {format_status, 1}, {format_status, 2}];
behaviour_info(_) -> undefined.

%% Starting and stopping.

start(Mod, Args, Options) when is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, nolink, Mod, Args, Options).

start(ServerName, Mod, Args, Options) when is_tuple(ServerName), is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, nolink, checked_name(ServerName), Mod, Args, Options).

start_link(Mod, Args, Options) when is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, link, Mod, Args, Options).

start_link(ServerName, Mod, Args, Options) when is_tuple(ServerName), is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, link, checked_name(ServerName), Mod, Args, Options).

start_monitor(Mod, Args, Options) when is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, monitor, Mod, Args, Options).

start_monitor(ServerName, Mod, Args, Options) when is_tuple(ServerName), is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, monitor, checked_name(ServerName), Mod, Args, Options).

checked_name({local, Name} = N) when is_atom(Name) -> N;
checked_name({global, _} = N) -> N;
checked_name({via, Module, _} = N) when is_atom(Module) -> N;
checked_name(N) -> error(badarg, [N]).

stop(Server) -> gen:stop(Server).

stop(Server, Reason, Timeout) -> gen:stop(Server, Reason, Timeout).

%% Calling.

call(Server, Request) ->
    case catch gen:call(Server, '$gen_call', Request) of
        {ok, Reply} -> Reply;
        {'EXIT', Reason} -> exit({Reason, {?MODULE, call, [Server, Request]}})
    end.

call(Server, Request, Timeout) ->
    case catch gen:call(Server, '$gen_call', Request, Timeout) of
        {ok, Reply} -> Reply;
        {'EXIT', Reason} -> exit({Reason, {?MODULE, call, [Server, Request, Timeout]}})
    end.

reply(Client, Reply) -> gen:reply(Client, Reply).

cast({global, Name}, Request) ->
    catch global:send(Name, {'$gen_cast', Request}),
    ok;
cast({via, Module, Name}, Request) ->
    catch Module:send(Name, {'$gen_cast', Request}),
    ok;
cast({Name, Node} = Dest, Request) when is_atom(Name), is_atom(Node) ->
    do_cast(Dest, Request);
cast(Dest, Request) when is_atom(Dest); is_pid(Dest) ->
    do_cast(Dest, Request).

do_cast(Dest, Request) ->
    catch erlang:send(Dest, {'$gen_cast', Request}, [noconnect]) =:= noconnect andalso
        spawn(erlang, send, [Dest, {'$gen_cast', Request}]),
    ok.

abcast(Name, Request) when is_atom(Name) -> abcast([node() | nodes()], Name, Request).

abcast(Nodes, Name, Request) when is_list(Nodes), is_atom(Name) ->
    lists:foreach(fun(Node) when is_atom(Node) -> do_cast({Name, Node}, Request) end, Nodes),
    abcast.

multi_call(Name, Request) when is_atom(Name) -> multi_call([node() | nodes()], Name, Request, infinity).

multi_call(Nodes, Name, Request) when is_list(Nodes), is_atom(Name) ->
    multi_call(Nodes, Name, Request, infinity).

multi_call(Nodes, Name, Request, Timeout)
  when is_list(Nodes), is_atom(Name), Timeout =:= infinity;
       is_list(Nodes), is_atom(Name), is_integer(Timeout), Timeout >= 0 ->
    Deadline = case Timeout of
                   infinity -> infinity;
                   _ -> {abs, erlang:monotonic_time(millisecond) + Timeout}
               end,
    Requests = [{Node, gen:send_request({Name, Node}, '$gen_call', Request)} || Node <- Nodes],
    Answers = [{Node, gen:receive_response(Id, Deadline)} || {Node, Id} <- Requests],
    {[{Node, Reply} || {Node, {reply, Reply}} <- Answers],
     [Node || {Node, Answer} <- Answers, not is_reply(Answer)]}.

is_reply({reply, _}) -> true;
is_reply(_) -> false.

send_request(Server, Request) -> gen:send_request(Server, '$gen_call', Request).

send_request(Server, Request, Label, Requests) ->
    try gen:send_request(Server, '$gen_call', Request, Label, Requests)
    catch error:badarg -> error(badarg, [Server, Request, Label, Requests])
    end.

wait_response(Id, Timeout) -> gen:wait_response(Id, Timeout).
wait_response(Requests, Timeout, Delete) -> gen:wait_response(Requests, Timeout, Delete).
receive_response(Id, Timeout) -> gen:receive_response(Id, Timeout).
receive_response(Requests, Timeout, Delete) -> gen:receive_response(Requests, Timeout, Delete).
check_response(Msg, Id) -> gen:check_response(Msg, Id).
check_response(Msg, Requests, Delete) -> gen:check_response(Msg, Requests, Delete).
reqids_new() -> gen:reqids_new().
reqids_size(Requests) -> gen:reqids_size(Requests).
reqids_add(Id, Label, Requests) -> gen:reqids_add(Id, Label, Requests).
reqids_to_list(Requests) -> gen:reqids_to_list(Requests).

%% Becoming a server.

enter_loop(Mod, Options, State) when is_atom(Mod), is_list(Options) ->
    enter_loop(Mod, Options, State, self(), infinity).

enter_loop(Mod, Options, State, ServerName = {Scope, _})
  when is_atom(Mod), is_list(Options), Scope =:= local;
       is_atom(Mod), is_list(Options), Scope =:= global ->
    enter_loop(Mod, Options, State, ServerName, infinity);
enter_loop(Mod, Options, State, ServerName = {via, _, _}) when is_atom(Mod), is_list(Options) ->
    enter_loop(Mod, Options, State, ServerName, infinity);
enter_loop(Mod, Options, State, TimeoutOrAction) when is_atom(Mod), is_list(Options) ->
    enter_loop(Mod, Options, State, self(), TimeoutOrAction).

enter_loop(Mod, Options, State, ServerName, TimeoutOrAction) when is_atom(Mod), is_list(Options) ->
    Server = #server{parent = gen:get_parent(), name = gen:get_proc_name(ServerName), mod = Mod,
                     hibernate_after = gen:hibernate_after(Options)},
    loop(Server, State, TimeoutOrAction, Server#server.hibernate_after, gen:debug_options(Server#server.name, Options)).

init_it(Starter, self, Name, Mod, Args, Options) ->
    init_it(Starter, self(), Name, Mod, Args, Options);
init_it(Starter, Parent, Name0, Mod, Args, Options) ->
    Name = gen:name(Name0),
    Debug = gen:debug_options(Name, Options),
    Server = #server{parent = Parent, name = Name, mod = Mod,
                     hibernate_after = gen:hibernate_after(Options)},
    case init_it(Mod, Args) of
        {ok, {ok, State}} ->
            proc_lib:init_ack(Starter, {ok, self()}),
            loop(Server, State, infinity, Server#server.hibernate_after, Debug);
        {ok, {ok, State, TimeoutOrAction}} when ?is_action(TimeoutOrAction) ->
            proc_lib:init_ack(Starter, {ok, self()}),
            loop(Server, State, TimeoutOrAction, Server#server.hibernate_after, Debug);
        {ok, {stop, Reason}} ->
            gen:unregister_name(Name0),
            proc_lib:init_fail(Starter, {error, Reason}, {exit, Reason, trace()});
        {ok, {error, _} = Error} ->
            gen:unregister_name(Name0),
            proc_lib:init_fail(Starter, Error, {exit, normal});
        {ok, ignore} ->
            gen:unregister_name(Name0),
            proc_lib:init_fail(Starter, ignore, {exit, normal});
        {ok, Else} ->
            gen:unregister_name(Name0),
            Reason = {bad_return_value, Else},
            proc_lib:init_fail(Starter, {error, Reason}, {exit, Reason, trace()});
        {'EXIT', Class, Reason, Stack} ->
            gen:unregister_name(Name0),
            Why = case Class of
                      error -> {Reason, Stack};
                      exit -> Reason
                  end,
            proc_lib:init_fail(Starter, {error, Why}, {Class, Reason, Stack})
    end.

init_it(Mod, Args) ->
    try {ok, Mod:init(Args)}
    catch
        throw:Value -> {ok, Value};
        Class:Reason:Stack -> {'EXIT', Class, Reason, Stack}
    end.

%% The loop. The last thing a callback asked for is infinity, a timeout,
%% hibernate or {continue, Term}.

loop(Server, State, {continue, Continue} = Msg, _, Debug) ->
    #server{mod = Mod} = Server,
    Reply = try_handle_continue(Mod, Continue, State),
    case Debug of
        [] -> handle_common_reply(Reply, Msg, undefined, Server, State);
        _ ->
            Debug1 = sys:handle_debug(Debug, fun print_event/3, Server#server.name, Msg),
            handle_common_reply(Reply, Msg, undefined, Server, State, Debug1)
    end;
loop(Server, State, hibernate, HibernateAfter, Debug) ->
    loop_hibernate(Server, State, HibernateAfter, Debug);
loop(Server, State, infinity, HibernateAfter, Debug) ->
    receive
        Msg -> decode_msg(Msg, Server, State, infinity, Debug)
    after HibernateAfter ->
            loop_hibernate(Server, State, HibernateAfter, Debug)
    end;
loop(Server, State, {hibernate, Time, Msg}, HibernateAfter, Debug) ->
    garbage_collect(),
    loop(Server, State, {timeout, Time, Msg}, HibernateAfter, Debug);
loop(Server, State, {timeout, Time, AtTimeout} = Action, _, Debug) ->
    Msg = receive Input -> Input after Time -> AtTimeout end,
    decode_msg(Msg, Server, State, Action, Debug);
loop(Server, State, Time, _, Debug) when is_integer(Time), Time >= 0 ->
    Msg = receive Input -> Input after Time -> timeout end,
    decode_msg(Msg, Server, State, Time, Debug);
loop(Server, State, Bad, _, Debug) ->
    terminate(exit, {bad_return_value, Bad}, [], Bad, undefined, Server, State, Debug).

loop_hibernate(Server, State, _HibernateAfter, Debug) ->
    erlang:hibernate(),
    receive Msg -> decode_msg(Msg, Server, State, hibernate, Debug) end.

decode_msg({system, From, Request}, Server, State, Time, Debug) ->
    sys:handle_system_msg(Request, From, Server#server.parent, ?MODULE, Debug, {Server, State, Time});
decode_msg({'EXIT', Parent, Reason} = Msg, #server{parent = Parent} = Server, State, _, Debug) ->
    terminate(exit, Reason, [], Msg, undefined, Server, State, Debug);
decode_msg(Msg, Server, State, _, []) ->
    handle_msg(Msg, Server, State);
decode_msg(Msg, Server, State, _, Debug) ->
    Debug1 = sys:handle_debug(Debug, fun print_event/3, Server#server.name, {in, Msg}),
    handle_msg(Msg, Server, State, Debug1).

%% The callbacks, in frames of their own as stack traces of real nodes show.

try_handle_continue(Mod, Continue, State) ->
    try {ok, Mod:handle_continue(Continue, State)}
    catch
        throw:Value -> {ok, Value};
        Class:Reason:Stack -> {'EXIT', Class, Reason, Stack}
    end.

try_handle_info(Mod, Msg, State) ->
    try {ok, Mod:handle_info(Msg, State)}
    catch
        throw:Value -> {ok, Value};
        error:undef = Reason:Stack ->
            case erlang:function_exported(Mod, handle_info, 2) of
                false ->
                    logger:log(warning,
                               #{label => {gen_server, no_handle_info}, module => Mod, message => Msg},
                               #{pid => self(), gl => group_leader(), time => logger:timestamp(),
                                 domain => [otp], report_cb => fun gen_server:format_log/2,
                                 error_logger => #{tag => warning_msg, report_cb => fun gen_server:format_log/1}}),
                    {ok, {noreply, State}};
                true ->
                    {'EXIT', error, Reason, Stack}
            end;
        Class:Reason:Stack -> {'EXIT', Class, Reason, Stack}
    end.

try_handle_cast(Mod, Msg, State) ->
    try {ok, Mod:handle_cast(Msg, State)}
    catch
        throw:Value -> {ok, Value};
        Class:Reason:Stack -> {'EXIT', Class, Reason, Stack}
    end.

try_handle_call(Mod, Msg, From, State) ->
    try {ok, Mod:handle_call(Msg, From, State)}
    catch
        throw:Value -> {ok, Value};
        Class:Reason:Stack -> {'EXIT', Class, Reason, Stack}
    end.

try_terminate(Mod, Reason, State) ->
    case erlang:function_exported(Mod, terminate, 2) of
        true ->
            try {ok, Mod:terminate(Reason, State)}
            catch
                throw:Value -> {ok, Value};
                Class:Why:Stack -> {'EXIT', Class, Why, Stack}
            end;
        false -> {ok, ok}
    end.

handle_msg({'$gen_call', From, Msg}, #server{mod = Mod} = Server, State) ->
    case try_handle_call(Mod, Msg, From, State) of
        {ok, {reply, Reply, State1}} ->
            gen:reply(From, Reply),
            loop(Server, State1, infinity, Server#server.hibernate_after, []);
        {ok, {reply, Reply, State1, TimeoutOrAction}} when ?is_action(TimeoutOrAction) ->
            gen:reply(From, Reply),
            loop(Server, State1, TimeoutOrAction, Server#server.hibernate_after, []);
        {ok, {stop, Reason, Reply, State1}} ->
            try terminate(exit, Reason, [], Msg, From, Server, State1, [])
            after gen:reply(From, Reply)
            end;
        Other ->
            handle_common_reply(Other, Msg, From, Server, State)
    end;
handle_msg({'$gen_cast', Cast} = Msg, #server{mod = Mod} = Server, State) ->
    handle_common_reply(try_handle_cast(Mod, Cast, State), Msg, undefined, Server, State);
handle_msg(Msg, #server{mod = Mod} = Server, State) ->
    handle_common_reply(try_handle_info(Mod, Msg, State), Msg, undefined, Server, State).

handle_msg({'$gen_call', From, Msg}, #server{mod = Mod, name = Name} = Server, State, Debug) ->
    case try_handle_call(Mod, Msg, From, State) of
        {ok, {reply, Reply, State1}} ->
            Debug1 = reply(Name, From, Reply, State1, Debug),
            loop(Server, State1, infinity, Server#server.hibernate_after, Debug1);
        {ok, {reply, Reply, State1, TimeoutOrAction}} when ?is_action(TimeoutOrAction) ->
            Debug1 = reply(Name, From, Reply, State1, Debug),
            loop(Server, State1, TimeoutOrAction, Server#server.hibernate_after, Debug1);
        {ok, {stop, Reason, Reply, State1}} ->
            try terminate(exit, Reason, [], Msg, From, Server, State1, Debug)
            after _ = reply(Name, From, Reply, State1, Debug)
            end;
        Other ->
            handle_common_reply(Other, Msg, From, Server, State, Debug)
    end;
handle_msg({'$gen_cast', Cast} = Msg, #server{mod = Mod} = Server, State, Debug) ->
    handle_common_reply(try_handle_cast(Mod, Cast, State), Msg, undefined, Server, State, Debug);
handle_msg(Msg, #server{mod = Mod} = Server, State, Debug) ->
    handle_common_reply(try_handle_info(Mod, Msg, State), Msg, undefined, Server, State, Debug).

reply(Name, From, Reply, State, Debug) ->
    gen:reply(From, Reply),
    sys:handle_debug(Debug, fun print_event/3, Name, {out, Reply, From, State}).

handle_common_reply(Reply, Msg, From, Server, State) ->
    case Reply of
        {ok, {noreply, State1}} ->
            loop(Server, State1, infinity, Server#server.hibernate_after, []);
        {ok, {noreply, State1, TimeoutOrAction}} when ?is_action(TimeoutOrAction) ->
            loop(Server, State1, TimeoutOrAction, Server#server.hibernate_after, []);
        {ok, {stop, Reason, State1}} ->
            Stack = caller_trace(),
            terminate(exit, Reason, Stack, Msg, From, Server, State1, []);
        {'EXIT', Class, Reason, Stack} ->
            terminate(Class, Reason, Stack, Msg, From, Server, State, []);
        {ok, Bad} ->
            Stack = caller_trace(),
            terminate(exit, {bad_return_value, Bad}, Stack, Msg, From, Server, State, [])
    end.

handle_common_reply(Reply, Msg, From, #server{name = Name} = Server, State, Debug) ->
    case Reply of
        {ok, {noreply, State1}} ->
            Debug1 = sys:handle_debug(Debug, fun print_event/3, Name, {noreply, State1}),
            loop(Server, State1, infinity, Server#server.hibernate_after, Debug1);
        {ok, {noreply, State1, TimeoutOrAction}} when ?is_action(TimeoutOrAction) ->
            Debug1 = sys:handle_debug(Debug, fun print_event/3, Name, {noreply, State1}),
            loop(Server, State1, TimeoutOrAction, Server#server.hibernate_after, Debug1);
        {ok, {stop, Reason, State1}} ->
            Stack = caller_trace(),
            terminate(exit, Reason, Stack, Msg, From, Server, State1, Debug);
        {'EXIT', Class, Reason, Stack} ->
            terminate(Class, Reason, Stack, Msg, From, Server, State, Debug);
        {ok, Bad} ->
            Stack = caller_trace(),
            terminate(exit, {bad_return_value, Bad}, Stack, Msg, From, Server, State, Debug)
    end.

%% The stack as the function that calls this sees it.
caller_trace() ->
    {current_stacktrace, [_ | Stack]} = process_info(self(), current_stacktrace),
    case Stack of
        [{?MODULE, caller_trace, _, _} | Rest] -> Rest;
        _ -> Stack
    end.

%% System messages.

system_continue(Parent, Debug, {Server, State, Time}) ->
    loop(Server#server{parent = Parent}, State, Time, Server#server.hibernate_after, Debug).

system_terminate(Reason, Parent, Debug, {Server, State, _}) ->
    terminate(exit, Reason, trace(), [], undefined, Server#server{parent = Parent}, State, Debug).

%% The stack as the function that calls this sees it.
trace() ->
    {current_stacktrace, [_ | Stack]} = process_info(self(), current_stacktrace),
    Stack.

system_code_change({#server{mod = Mod} = Server, State, Time}, _, OldVsn, Extra) ->
    case catch Mod:code_change(OldVsn, State, Extra) of
        {ok, State1} -> {ok, {Server, State1, Time}};
        Else -> Else
    end.

system_get_state({_, State, _}) -> {ok, State}.

system_replace_state(Replace, {Server, State, Time}) ->
    State1 = Replace(State),
    {ok, State1, {Server, State1, Time}}.

print_event(Device, Event, Name) ->
    case Event of
        {in, {'$gen_call', {From, _}, Call}} ->
            io:format(Device, "*DBG* ~tp got call ~tp from ~tw~n", [Name, Call, From]);
        {in, {'$gen_cast', Cast}} ->
            io:format(Device, "*DBG* ~tp got cast ~tp~n", [Name, Cast]);
        {in, Msg} ->
            io:format(Device, "*DBG* ~tp got ~tp~n", [Name, Msg]);
        {out, Msg, {To, _}, State} ->
            io:format(Device, "*DBG* ~tp sent ~tp to ~tw, new state ~tp~n", [Name, Msg, To, State]);
        {noreply, State} ->
            io:format(Device, "*DBG* ~tp new state ~tp~n", [Name, State]);
        _ ->
            io:format(Device, "*DBG* ~tp dbg  ~tp~n", [Name, Event])
    end.

%% Ending.

terminate(Class, Reason, Stack, Msg, From, #server{mod = Mod, name = Name}, State, Debug) ->
    Reason1 = case Class of
                  error -> {Reason, Stack};
                  throw -> {{nocatch, Reason}, Stack};
                  exit -> Reason
              end,
    case try_terminate(Mod, Reason1, State) of
        {ok, _} ->
            report(Class, Reason, Stack, Name, From, Msg, Mod, State, Debug),
            case Stack of
                [] -> erlang:Class(Reason);
                _ -> erlang:raise(Class, Reason, Stack)
            end;
        {'EXIT', C, R, S} ->
            error_info(report_reason(C, R, S), Name, From, Msg, Mod, State, Debug),
            erlang:raise(C, R, S)
    end.

report(exit, normal, _, _, _, _, _, _, _) -> ok;
report(exit, shutdown, _, _, _, _, _, _, _) -> ok;
report(exit, {shutdown, _}, _, _, _, _, _, _, _) -> ok;
report(exit, Reason, Stack, Name, From, Msg, Mod, State, Debug) ->
    %% An exit asked for by {stop, Reason, State} has no trace of interest.
    Shown = case Stack of
                [{?MODULE, _, _, _} | _] -> Reason;
                [] -> Reason;
                _ -> {Reason, Stack}
            end,
    error_info(Shown, Name, From, Msg, Mod, State, Debug);
report(Class, Reason, Stack, Name, From, Msg, Mod, State, Debug) ->
    error_info(report_reason(Class, Reason, Stack), Name, From, Msg, Mod, State, Debug).

report_reason(throw, Reason, Stack) -> {{nocatch, Reason}, Stack};
report_reason(_, Reason, Stack) -> {Reason, Stack}.

error_info(_, application_controller, _, _, _, _, _) -> ok;
error_info(Reason, Name, From, Msg, Mod, State, Debug) ->
    Log = sys:get_log(Debug),
    Status = gen:format_status(Mod, terminate,
                               #{reason => Reason, state => State, message => Msg, log => Log},
                               [get(), State]),
    Shown = case Status of
                #{'EXIT' := Exit} -> Exit;
                #{'$status' := S} -> S;
                #{state := S} -> S
            end,
    logger:log(error,
               #{label => {gen_server, terminate}, name => Name, last_message => maps:get(message, Status),
                 state => Shown, log => maps:get(log, Status), reason => maps:get(reason, Status),
                 client_info => client_stacktrace(From), process_label => proc_lib:get_label(self())},
               #{pid => self(), gl => group_leader(), time => logger:timestamp(),
                 mfa => {gen_server, error_info, 8}, domain => [otp],
                 report_cb => fun gen_server:format_log/2,
                 error_logger => #{tag => error, report_cb => fun gen_server:format_log/1}}),
    ok.

client_stacktrace(undefined) -> undefined;
client_stacktrace({From, _}) -> client_stacktrace(From);
client_stacktrace(From) when is_pid(From), node(From) =:= node() ->
    case process_info(From, [current_stacktrace, registered_name]) of
        undefined -> {From, dead};
        [{current_stacktrace, Stack}, {registered_name, []}] -> {From, {From, Stack}};
        [{current_stacktrace, Stack}, {registered_name, Name}] -> {From, {Name, Stack}}
    end;
client_stacktrace(From) when is_pid(From) -> {From, remote};
client_stacktrace(_) -> undefined.

%% Texts of log events.

format_log(Report) ->
    {Format, Args} = log_text(Report),
    {Format, Args}.

format_log(Report, Extra) ->
    {Format, Args} = case Extra of
                         #{single_line := true} -> line_text(Report);
                         _ -> log_text(Report)
                     end,
    Limited = case maps:get(depth, Extra, unlimited) of
                  unlimited -> Args;
                  Depth -> [io_lib:limit_term(A, Depth) || A <- Args]
              end,
    io_lib:format(Format, Limited).

log_text(#{label := {gen_server, terminate}, name := Name, last_message := Msg, state := State, log := Log,
           reason := Reason, client_info := Client} = Report) ->
    {ReasonFormat, ReasonArgs} = {"** ~tp~n", [shown_reason(Reason)]},
    {LabelFormat, LabelArgs} = case maps:get(process_label, Report, undefined) of
                                   undefined -> {"", []};
                                   Label -> {"** Process Label == ~tp~n", [Label]}
                               end,
    {ClientFormat, ClientArgs} = client_text(Client),
    {LogFormat, LogArgs} = case Log of
                               [] -> {"", []};
                               _ -> {"** Log ==~n" ++ lists:append(["** ~tp~n" || _ <- Log]), Log}
                           end,
    {"** Generic server ~tp terminating \n" ++ LabelFormat ++
         "** Last message in was ~tp~n"
         "** When Server state == ~tp~n"
         "** Reason for termination ==~n" ++ ReasonFormat ++ LogFormat ++ ClientFormat,
     [Name] ++ LabelArgs ++ [Msg, State] ++ ReasonArgs ++ LogArgs ++ ClientArgs};
log_text(#{label := {gen_server, no_handle_info}, module := Mod, message := Msg}) ->
    {"** Undefined handle_info in ~tp~n** Unhandled message: ~tp~n", [Mod, Msg]}.

line_text(#{label := {gen_server, terminate}, name := Name, last_message := Msg, state := State, log := Log,
            reason := Reason, client_info := Client} = Report) ->
    {LabelFormat, LabelArgs} = case maps:get(process_label, Report, undefined) of
                                   undefined -> {"", []};
                                   Label -> {" Label: ~0tp.", [Label]}
                               end,
    {LogFormat, LogArgs} = case Log of
                               [] -> {"", []};
                               _ -> {" Log: ~0tp.", [Log]}
                           end,
    {ClientFormat, ClientArgs} = gen:client_line(Client),
    {"Generic server ~0tp terminating." ++ LabelFormat ++ " Reason: ~0tp. Last message: ~0tp. State: ~0tp."
         ++ LogFormat ++ ClientFormat,
     [Name] ++ LabelArgs ++ [shown_reason(Reason), Msg, State] ++ LogArgs ++ ClientArgs};
line_text(#{label := {gen_server, no_handle_info}, module := Mod, message := Msg}) ->
    {"Undefined handle_info in ~0tp. Unhandled message: ~0tp.", [Mod, Msg]}.

shown_reason({undef, [{M, F, A, Location} | Frames]} = Reason) ->
    case code:is_loaded(M) of
        false -> {'module could not be loaded', [{M, F, A, Location} | Frames]};
        _ when is_list(A) ->
            case erlang:function_exported(M, F, length(A)) of
                true -> Reason;
                false -> {'function not exported', [{M, F, A, Location} | Frames]}
            end;
        _ -> Reason
    end;
shown_reason(Reason) -> Reason.

client_text(undefined) -> {"", []};
client_text({Pid, dead}) -> {"** Client ~tp is dead~n", [Pid]};
client_text({Pid, remote}) -> {"** Client ~tp is remote on node ~tp~n", [Pid, node(Pid)]};
client_text({_, {Name, Stack}}) -> {"** Client ~tp stacktrace~n** ~tp~n", [Name, Stack]}.

%% sys:get_status.

format_status(Opt, [PDict, SysState, Parent, Debug, {#server{name = Name, mod = Mod}, State, _}]) ->
    Header = gen:format_status_header("Status for generic server", Name),
    Status = gen:format_status(Mod, Opt, #{state => State, log => sys:get_log(Debug)}, [PDict, State]),
    Specific = case Status of
                   #{'EXIT' := Exit} -> [{data, [{"State", Exit}]}];
                   #{'$status' := S} when is_list(S) -> S;
                   #{'$status' := S} -> [S];
                   #{state := S} -> [{data, [{"State", S}]}]
               end,
    [{header, Header},
     {data, [{"Status", SysState}, {"Parent", Parent}, {"Logged events", maps:get(log, Status)}]} | Specific].
