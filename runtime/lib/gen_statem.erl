%% State machines: a process with a state and data; a callback for each event
%% gives the next state and actions. Events may be postponed until the state
%% changes, inserted before all others, and made by time-outs.
-module(gen_statem).

-export([start/3, start/4, start_link/3, start_link/4, start_monitor/3, start_monitor/4, stop/1,
         stop/3, cast/2, call/2, call/3, send_request/2, send_request/4, wait_response/1,
         wait_response/2, wait_response/3, receive_response/1, receive_response/2,
         receive_response/3, check_response/2, check_response/3, reqids_new/0, reqids_size/1,
         reqids_add/3, reqids_to_list/1, reply/1, reply/2, enter_loop/4, enter_loop/5,
         enter_loop/6]).
-export([init_it/6, system_continue/3, system_terminate/4, system_code_change/4,
         system_get_state/1, system_replace_state/2, format_status/2, wakeup/2, format_log/1,
         format_log/2, behaviour_info/1]).

%% Events are {Type, Content}. timers maps a kind of time-out to {Timer, Content};
%% expired has those that were asked for with time 0, in order. A machine takes
%% its next event from queue, then from expired, then from its mailbox.
-record(machine, {parent, name, modules, mode, enter, state, data, queue = [], postponed = [],
                  timers = #{}, expired = [], hibernate_after = infinity, hibernate = false}).

%% What the actions of one callback come to.
-record(todo, {postpone = false, hibernate = false, inserted = [],
               sent = [], timers = []}). % what debugging tells, the last one first

behaviour_info(callbacks) ->
    [{init, 1}, {callback_mode, 0}, {state_name, 3}, {handle_event, 4}, {terminate, 3},
     {code_change, 4}, {format_status, 1}, {format_status, 2}];
behaviour_info(optional_callbacks) ->
    [{format_status, 1}, {format_status, 2}, {terminate, 3}, {code_change, 4}, {state_name, 3},
     {handle_event, 4}];
behaviour_info(_) -> undefined.

%% Starting and stopping.

start(Mod, Args, Options) when is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, nolink, Mod, Args, Options).

start(Name, Mod, Args, Options) when is_tuple(Name), is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, nolink, Name, Mod, Args, Options).

start_link(Mod, Args, Options) when is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, link, Mod, Args, Options).

start_link(Name, Mod, Args, Options) when is_tuple(Name), is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, link, Name, Mod, Args, Options).

start_monitor(Mod, Args, Options) when is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, monitor, Mod, Args, Options).

start_monitor(Name, Mod, Args, Options) when is_tuple(Name), is_atom(Mod), is_list(Options) ->
    gen:start(?MODULE, monitor, Name, Mod, Args, Options).

stop(Server) -> gen:stop(Server).

stop(Server, Reason, Timeout) -> gen:stop(Server, Reason, Timeout).

%% Calling.

cast({global, Name}, Msg) ->
    catch global:send(Name, {'$gen_cast', Msg}),
    ok;
cast({via, Mod, Name}, Msg) ->
    catch Mod:send(Name, {'$gen_cast', Msg}),
    ok;
cast(Server, Msg) when is_pid(Server); is_atom(Server); tuple_size(Server) =:= 2 ->
    catch erlang:send(Server, {'$gen_cast', Msg}, [noconnect]) =:= noconnect andalso
        spawn(erlang, send, [Server, {'$gen_cast', Msg}]),
    ok.

call(Server, Request) -> call(Server, Request, infinity).

call(Server, Request, Timeout) ->
    Time = case Timeout of
               {clean_timeout, T} -> T;
               {dirty_timeout, T} -> T;
               T -> T
           end,
    try gen:call(Server, '$gen_call', Request, Time) of
        {ok, Reply} -> Reply
    catch
        Class:Reason:Stack ->
            erlang:raise(Class, {Reason, {?MODULE, call, [Server, Request, Timeout]}}, Stack)
    end.

send_request(Server, Request) -> gen:send_request(Server, '$gen_call', Request).

send_request(Server, Request, Label, Requests) ->
    gen:send_request(Server, '$gen_call', Request, Label, Requests).

wait_response(Id) -> gen:wait_response(Id, infinity).
wait_response(Id, Timeout) -> gen:wait_response(Id, Timeout).
wait_response(Requests, Timeout, Delete) -> gen:wait_response(Requests, Timeout, Delete).
receive_response(Id) -> gen:receive_response(Id, infinity).
receive_response(Id, Timeout) -> gen:receive_response(Id, Timeout).
receive_response(Requests, Timeout, Delete) -> gen:receive_response(Requests, Timeout, Delete).
check_response(Msg, Id) -> gen:check_response(Msg, Id).
check_response(Msg, Requests, Delete) -> gen:check_response(Msg, Requests, Delete).
reqids_new() -> gen:reqids_new().
reqids_size(Requests) -> gen:reqids_size(Requests).
reqids_add(Id, Label, Requests) -> gen:reqids_add(Id, Label, Requests).
reqids_to_list(Requests) -> gen:reqids_to_list(Requests).

reply({reply, From, Reply}) -> reply(From, Reply);
reply(Replies) when is_list(Replies) -> lists:foreach(fun reply/1, Replies).

reply(From, Reply) -> gen:reply(From, Reply).

%% Becoming a state machine.

enter_loop(Mod, Options, State, Data) -> enter_loop(Mod, Options, State, Data, self(), []).

enter_loop(Mod, Options, State, Data, Server)
  when is_pid(Server); element(1, Server) =:= local; element(1, Server) =:= global; element(1, Server) =:= via ->
    enter_loop(Mod, Options, State, Data, Server, []);
enter_loop(Mod, Options, State, Data, Actions) -> enter_loop(Mod, Options, State, Data, self(), Actions).

enter_loop(Mod, Options, State, Data, Server, Actions) ->
    Name = gen:get_proc_name(Server),
    M = #machine{parent = gen:get_parent(), name = Name, modules = [Mod], state = State, data = Data,
                 hibernate_after = gen:hibernate_after(Options)},
    enter(with_mode(M), Actions, gen:debug_options(Name, Options)).

init_it(Starter, self, Name, Mod, Args, Options) ->
    init_it(Starter, self(), Name, Mod, Args, Options);
init_it(Starter, Parent, Server, Mod, Args, Options) ->
    Name = gen:name(Server),
    Debug = gen:debug_options(Name, Options),
    M = #machine{parent = Parent, name = Name, modules = [Mod],
                 hibernate_after = gen:hibernate_after(Options)},
    try Mod:init(Args) of
        Result -> init_result(Starter, Server, M, Result, Debug)
    catch
        throw:Result -> init_result(Starter, Server, M, Result, Debug);
        Class:Reason:Stack ->
            gen:unregister_name(Server),
            init_failed(Starter, M, Class, Reason, Stack, Debug)
    end.

init_result(Starter, Server, M, Result, Debug) ->
    case Result of
        {ok, State, Data} -> init_ok(Starter, Server, M#machine{state = State, data = Data}, [], Debug);
        {ok, State, Data, Actions} ->
            init_ok(Starter, Server, M#machine{state = State, data = Data}, Actions, Debug);
        {stop, Reason} ->
            gen:unregister_name(Server),
            proc_lib:init_fail(Starter, {error, Reason}, {exit, Reason, trace(init_result, 8, 3360)});
        {error, _} ->
            gen:unregister_name(Server),
            proc_lib:init_fail(Starter, Result, {exit, normal});
        ignore ->
            gen:unregister_name(Server),
            proc_lib:init_fail(Starter, ignore, {exit, normal});
        _ ->
            gen:unregister_name(Server),
            Reason = {bad_return_from_init, Result},
            report(error, Reason, trace(init_result, 8, 3374), [], M, Debug),
            proc_lib:init_fail(Starter, {error, Reason}, {exit, Reason, trace(init_result, 8, 3377)})
    end.

init_ok(Starter, Server, M, Actions, Debug) ->
    try with_mode(M) of
        M1 ->
            proc_lib:init_ack(Starter, {ok, self()}),
            enter(M1, Actions, Debug)
    catch
        Class:Reason:Stack ->
            gen:unregister_name(Server),
            init_failed(Starter, M, Class, Reason, Stack, Debug)
    end.

init_failed(Starter, M, Class, Reason, Stack, Debug) ->
    report(Class, Reason, Stack, [], M, Debug),
    proc_lib:init_fail(Starter, {error, Reason}, {Class, Reason, Stack}).

with_mode(#machine{modules = [Mod | _]} = M) ->
    Result = try Mod:callback_mode()
             catch throw:Value -> Value
             end,
    Modes = case is_list(Result) of
                true -> Result;
                false -> [Result]
            end,
    case {lists:usort(Modes -- [state_enter]), lists:member(state_enter, Modes)} of
        {[Mode], Enter} when Mode =:= state_functions; Mode =:= handle_event_function ->
            M#machine{mode = Mode, enter = Enter};
        _ -> error({bad_return_from_callback_mode, Result})
    end.

%% The first state is entered as after a change from itself.
enter(M, Actions, Debug) ->
    Event = {internal, init_state},
    Debug0 = case M#machine.enter of
                 true -> debug(Debug, M, {enter, M#machine.state});
                 false -> Debug
             end,
    {Todo, M1} = loop_actions_list(listed(Actions), #todo{}, M, Event, true, Debug0),
    {M2, Debug1} = enter_call(M1, M1, Event,
                              debug_actions(Todo, M1, {consume, Event, M#machine.state, M#machine.state}, Debug0)),
    loop(inserted(Todo, M2#machine{hibernate = Todo#todo.hibernate}), Debug1).

listed(Actions) when is_list(Actions) -> Actions;
listed(Action) -> [Action].

%% The loop.

loop(#machine{queue = [Event | Queue]} = M, Debug) ->
    loop_event(Event, M#machine{queue = Queue}, Debug);
loop(#machine{expired = [{Type, Content} | Expired]} = M, Debug) ->
    loop_event({Type, Content}, M#machine{expired = Expired}, Debug);
loop(#machine{hibernate = true} = M, Debug) ->
    proc_lib:hibernate(?MODULE, wakeup, [M#machine{hibernate = false}, Debug]);
loop(#machine{hibernate_after = HibernateAfter} = M, Debug) ->
    receive Msg -> handle_msg(Msg, M, Debug)
    after HibernateAfter -> proc_lib:hibernate(?MODULE, wakeup, [M, Debug])
    end.

wakeup(M, Debug) -> receive Msg -> handle_msg(Msg, M, Debug) end.

handle_msg({'$gen_call', From, Msg}, M, Debug) -> loop_event({{call, From}, Msg}, M, Debug);
handle_msg({'$gen_cast', Msg}, M, Debug) -> loop_event({cast, Msg}, M, Debug);
handle_msg({timeout, Ref, Type} = Msg, #machine{timers = Timers} = M, Debug) ->
    case Timers of
        #{Type := {Ref, Content}} ->
            loop_event({Type, Content}, M#machine{timers = maps:remove(Type, Timers)}, Debug);
        _ -> loop_event({info, Msg}, M, Debug)
    end;
handle_msg({system, From, Request}, M, Debug) ->
    sys:handle_system_msg(Request, From, M#machine.parent, ?MODULE, Debug, M);
handle_msg({'EXIT', Parent, Reason} = Msg, #machine{parent = Parent} = M, Debug) ->
    terminate(exit, Reason, trace(loop_receive, 3, 3557), [{info, Msg}], M, Debug);
handle_msg(Msg, M, Debug) -> loop_event({info, Msg}, M, Debug).

%% Any event ends the wait for another one.
loop_event({Type, _} = Event, M0, Debug0) ->
    M = case Type of
            timeout -> M0;
            _ -> cancel(timeout, M0)
        end,
    Debug = debug(Debug0, M, {in, Event, M#machine.state}),
    loop_state_callback(Event, M, Debug).

loop_state_callback({Type, Content} = Event, #machine{modules = [Mod | _], state = State, data = Data} = M, Debug) ->
    try
        case M#machine.mode of
            state_functions -> Mod:State(Type, Content, Data);
            handle_event_function -> Mod:handle_event(Type, Content, State, Data)
        end
    of
        Result -> loop_state_callback_result(Result, Event, M, Debug)
    catch
        throw:Result -> loop_state_callback_result(Result, Event, M, Debug);
        Class:Reason:Stack ->
            terminate(Class, Reason, callback_trace(callback_line(M#machine.mode), Stack), [Event], M, Debug)
    end.

loop_state_callback_result(Result, Event, #machine{state = State, data = Data} = M, Debug) ->
    case Result of
        {next_state, Next, Data1} -> transition(Next, Data1, Next =/= State, [], Event, M, Debug);
        {next_state, Next, Data1, Actions} -> transition(Next, Data1, Next =/= State, Actions, Event, M, Debug);
        {keep_state, Data1} -> transition(State, Data1, false, [], Event, M, Debug);
        {keep_state, Data1, Actions} -> transition(State, Data1, false, Actions, Event, M, Debug);
        keep_state_and_data -> transition(State, Data, false, [], Event, M, Debug);
        {keep_state_and_data, Actions} -> transition(State, Data, false, Actions, Event, M, Debug);
        {repeat_state, Data1} -> transition(State, Data1, repeat, [], Event, M, Debug);
        {repeat_state, Data1, Actions} -> transition(State, Data1, repeat, Actions, Event, M, Debug);
        repeat_state_and_data -> transition(State, Data, repeat, [], Event, M, Debug);
        {repeat_state_and_data, Actions} -> transition(State, Data, repeat, Actions, Event, M, Debug);
        _ -> stopped(Result, Event, M, Debug)
    end.

%% A callback's result that ends the state machine.
stopped(Result, Event, M, Debug) ->
    Trace = fun(Line) -> trace(loop_state_callback_result, 11, Line) end,
    case Result of
        stop -> terminate(exit, normal, Trace(3856), [Event], M, Debug);
        {stop, Reason} -> terminate(exit, Reason, Trace(3863), [Event], M, Debug);
        {stop, Reason, Data} -> terminate(exit, Reason, Trace(3870), [Event], M#machine{data = Data}, Debug);
        {stop_and_reply, Reason, Replies} ->
            reply_then_terminate(Reason, Replies, Trace(3878), [Event], M, Debug);
        {stop_and_reply, Reason, Replies, Data} ->
            reply_then_terminate(Reason, Replies, Trace(3885), [Event], M#machine{data = Data}, Debug);
        _ -> terminate(error, {bad_return_from_state_function, Result}, Trace(3895), [Event], M, Debug)
    end.

reply_then_terminate(Reason, Replies, Stack, Events, M, Debug) ->
    Bad = [R || R <- listed(Replies),
                case R of
                    {reply, From, Reply} ->
                        gen:reply(From, Reply),
                        false;
                    _ -> true
                end],
    case Bad of
        [] -> terminate(exit, Reason, Stack, Events, M, Debug);
        [B | _] ->
            terminate(error, {bad_reply_action_from_state_function, B}, trace(do_reply_then_terminate, 8, 4909),
                      Events, M, Debug)
    end.

%% To the next state. Changed is true, false, or repeat for a state that is
%% entered again.
transition(Next, Data, Changed, Actions, Event, #machine{state = State} = M0, Debug) ->
    M1 = case Changed of
             true -> cancel(state_timeout, M0#machine{state = Next, data = Data});
             _ -> M0#machine{data = Data}
         end,
    {Todo, M2} = loop_actions_list(listed(Actions), #todo{}, M1, Event, M1#machine.enter, Debug),
    Debug1 = debug_actions(Todo, M2, case Todo#todo.postpone of
                                         true -> {postpone, Event, State, Next};
                                         false -> {consume, Event, State, Next}
                                     end, Debug),
    M3 = case Todo#todo.postpone of
             true -> M2#machine{postponed = [Event | M2#machine.postponed]};
             false -> M2
         end,
    M4 = case Changed of
             false -> M3;
             _ -> M3#machine{queue = lists:reverse(M3#machine.postponed, M3#machine.queue), postponed = []}
         end,
    {M5, Debug2} = case Changed of
                       false -> {M4, Debug1};
                       _ -> enter_call(M4, M0, Event, Debug1)
                   end,
    loop(inserted(Todo, M5#machine{hibernate = Todo#todo.hibernate orelse
                                       (Changed =/= false andalso M5#machine.hibernate)}), Debug2).

inserted(#todo{inserted = Events}, #machine{queue = Queue} = M) ->
    M1 = M#machine{queue = lists:reverse(Events, Queue)},
    %% Events in the queue come before a time-out that waits for none.
    case M1#machine.queue of
        [] -> M1;
        [_ | _] -> M1#machine{expired = [E || {T, _} = E <- M1#machine.expired, T =/= timeout]}
    end.

%% The state enter call, whose actions may neither postpone nor insert events. Before is
%% the machine in the state that is left, and what is reported when the call fails.
enter_call(#machine{enter = false} = M, _, _, Debug) -> {M#machine{hibernate = false}, Debug};
enter_call(#machine{modules = [Mod | _], state = State, data = Data} = M, Before, Event, Debug) ->
    Old = Before#machine.state,
    Result = try
                 case M#machine.mode of
                     state_functions -> Mod:State(enter, Old, Data);
                     handle_event_function -> Mod:handle_event(enter, Old, State, Data)
                 end
             catch
                 throw:Value -> Value;
                 Class:Reason:Stack ->
                     terminate(Class, Reason, callback_trace(callback_line(M#machine.mode), Stack), [Event], Before, Debug)
             end,
    Entered = fun(Data1, Actions) ->
                      {Todo, M1} = loop_actions_list(listed(Actions), #todo{}, M#machine{data = Data1}, Event, enter, Debug),
                      {M1#machine{hibernate = Todo#todo.hibernate}, Debug}
              end,
    Again = fun(Data1, Actions) ->
                    {M1, Debug1} = Entered(Data1, Actions),
                    enter_call(M1, M, Event, Debug1)
            end,
    case Result of
        {next_state, State, Data1} -> Entered(Data1, []);
        {next_state, State, Data1, Actions} -> Entered(Data1, Actions);
        {keep_state, Data1} -> Entered(Data1, []);
        {keep_state, Data1, Actions} -> Entered(Data1, Actions);
        keep_state_and_data -> Entered(Data, []);
        {keep_state_and_data, Actions} -> Entered(Data, Actions);
        {repeat_state, Data1} -> Again(Data1, []);
        {repeat_state, Data1, Actions} -> Again(Data1, Actions);
        repeat_state_and_data -> Again(Data, []);
        {repeat_state_and_data, Actions} -> Again(Data, Actions);
        _ -> stopped(Result, Event, M, Debug)
    end.

%% Actions. Where is enter for those of a state enter call.
loop_actions_list([], Todo, M, _, _, _) -> {Todo, M};
loop_actions_list([Action | Actions], Todo, M, Event, Where, Debug) ->
    case action(Action, Todo, M, Where) of
        {Todo1, M1} -> loop_actions_list(Actions, Todo1, M1, Event, Where, Debug);
        bad when Where =:= enter ->
            terminate(error, {bad_state_enter_action_from_state_function, Action}, trace(loop_actions_list, 12, 3983),
                      [Event], M, Debug);
        bad ->
            terminate(error, {bad_action_from_state_function, Action}, bad_action_trace(Action), [Event], M, Debug)
    end.

bad_action_trace({next_event, _, _}) -> trace(loop_actions_next_event_bad, 9, 4295);
bad_action_trace(Action) when tuple_size(Action) > 2 -> trace(loop_actions_list, 13, 4166); % a time-out
bad_action_trace(_) -> trace(loop_actions_list, 13, 4214).

action({reply, From, Reply}, Todo, M, _) ->
    gen:reply(From, Reply),
    {Todo#todo{sent = [{out, Reply, From} | Todo#todo.sent]}, M};
action(postpone, Todo, M, Where) when Where =/= enter -> {Todo#todo{postpone = true}, M};
action({postpone, Is}, Todo, M, Where) when Where =/= enter, is_boolean(Is) -> {Todo#todo{postpone = Is}, M};
action(hibernate, Todo, M, _) -> {Todo#todo{hibernate = true}, M};
action({hibernate, Is}, Todo, M, _) when is_boolean(Is) -> {Todo#todo{hibernate = Is}, M};
action({next_event, Type, Content}, Todo, M, Where) when Where =/= enter ->
    case is_event_type(Type) of
        true -> {Todo#todo{inserted = [{Type, Content} | Todo#todo.inserted]}, M};
        false -> bad
    end;
action({change_callback_module, Mod}, Todo, #machine{modules = [_ | Mods]} = M, _) when is_atom(Mod) ->
    {Todo, with_mode(M#machine{modules = [Mod | Mods]})};
action({push_callback_module, Mod}, Todo, #machine{modules = Mods} = M, _) when is_atom(Mod) ->
    {Todo, with_mode(M#machine{modules = [Mod | Mods]})};
action(pop_callback_module, Todo, #machine{modules = [_ | [_ | _] = Mods]} = M, _) ->
    {Todo, with_mode(M#machine{modules = Mods})};
action({timeout, Time, Content}, Todo, M, _) -> timeout_action(timeout, Time, Content, [], Todo, M);
action({state_timeout, Time, Content}, Todo, M, _) -> timeout_action(state_timeout, Time, Content, [], Todo, M);
action({{timeout, _} = Type, Time, Content}, Todo, M, _) -> timeout_action(Type, Time, Content, [], Todo, M);
action({timeout, Time, Content, Options}, Todo, M, _) -> timeout_action(timeout, Time, Content, Options, Todo, M);
action({state_timeout, Time, Content, Options}, Todo, M, _) ->
    timeout_action(state_timeout, Time, Content, Options, Todo, M);
action({{timeout, _} = Type, Time, Content, Options}, Todo, M, _) ->
    timeout_action(Type, Time, Content, Options, Todo, M);
action({timeout, cancel}, Todo, M, _) -> {Todo, cancel(timeout, M)};
action({state_timeout, cancel}, Todo, M, _) -> {Todo, cancel(state_timeout, M)};
action({{timeout, _} = Type, cancel}, Todo, M, _) -> {Todo, cancel(Type, M)};
action(Time, Todo, M, _) when Time =:= infinity; is_integer(Time), Time >= 0 ->
    timeout_action(timeout, Time, Time, [], Todo, M);
action(_, _, _, _) -> bad.

is_event_type({call, {_, _}}) -> true;
is_event_type({timeout, _}) -> true;
is_event_type(Type) -> lists:member(Type, [cast, info, internal, timeout, state_timeout]).

timeout_action(Type, update, Content, _, Todo, #machine{timers = Timers, expired = Expired} = M) ->
    case Timers of
        #{Type := {Ref, _}} -> {Todo, M#machine{timers = Timers#{Type := {Ref, Content}}}};
        _ ->
            case lists:keymember(Type, 1, Expired) of
                true -> {Todo, M#machine{expired = lists:keyreplace(Type, 1, Expired, {Type, Content})}};
                false -> {Todo, M#machine{expired = Expired ++ [{Type, Content}]}}
            end
    end;
timeout_action(Type, infinity, _, _, Todo, M) -> {Todo, cancel(Type, M)};
timeout_action(Type, Time, Content, Options, Todo, M0) when is_integer(Time) ->
    M = cancel(Type, M0),
    case lists:member({abs, true}, listed(Options)) of
        false when Time =:= 0 -> {Todo, M#machine{expired = M#machine.expired ++ [{Type, Content}]}};
        false when Time < 0 -> bad;
        Abs ->
            Ref = erlang:start_timer(Time, self(), Type, [{abs, Abs}]),
            Started = {start_timer, {Type, Time, Content, Options}, M#machine.state},
            {Todo#todo{timers = [Started | Todo#todo.timers]},
             M#machine{timers = (M#machine.timers)#{Type => {Ref, Content}}}}
    end;
timeout_action(_, _, _, _, _, _) -> bad.

cancel(Type, #machine{timers = Timers, expired = Expired} = M) ->
    case Timers of
        #{Type := {Ref, _}} ->
            %% A timer that has just expired left a message.
            case erlang:cancel_timer(Ref) of
                false -> receive {timeout, Ref, Type} -> ok after 0 -> ok end;
                _ -> ok
            end,
            M#machine{timers = maps:remove(Type, Timers)};
        _ when Expired =:= [] -> M;
        _ -> M#machine{expired = lists:keydelete(Type, 1, Expired)}
    end.

%% The end.

terminate(Class, Reason, Stack, Events, #machine{modules = [Mod | _], state = State, data = Data} = M, Debug) ->
    case erlang:function_exported(Mod, terminate, 3) of
        true ->
            try Mod:terminate(Reason, State, Data)
            catch
                throw:_ -> ok;
                C:R:S0 ->
                    S = lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, S0)
                        ++ [frame(terminate, 7, 4919) | callers(S0)],
                    report(C, R, S, Events, M, Debug),
                    erlang:raise(C, R, S)
            end;
        false -> ok
    end,
    case {Class, Reason} of
        {exit, normal} -> ok;
        {exit, shutdown} -> ok;
        {exit, {shutdown, _}} -> ok;
        _ -> report(Class, Reason, Stack, Events, M, Debug)
    end,
    case Stack of
        [] -> erlang:Class(Reason);
        _ -> erlang:raise(Class, Reason, Stack)
    end.

%% The stacks that are reported: people know the state machine's own frames by erl's
%% functions and lines. What called the loop is below them.
trace(Function, Arity, Line) ->
    {current_stacktrace, Stack} = process_info(self(), current_stacktrace),
    [frame(Function, Arity, Line) | callers(Stack)].

%% callback_trace is that of an exception in a callback, which is called on Line.
callback_trace(Line, Stack) ->
    lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack)
        ++ [frame(loop_state_callback, 11, Line) | callers(Stack)].

callers(Stack) ->
    lists:dropwhile(fun(Frame) -> element(1, Frame) =:= ?MODULE end,
                    lists:dropwhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack)).

frame(Function, Arity, Line) -> {?MODULE, Function, Arity, [{file, "gen_statem.erl"}, {line, Line}]}.

callback_line(state_functions) -> 3741;
callback_line(handle_event_function) -> 3743.

%% System messages.

system_continue(Parent, Debug, M) -> loop(M#machine{parent = Parent}, Debug).

system_terminate(Reason, Parent, Debug, M) ->
    terminate(exit, Reason, trace(system_terminate, 4, 3394), [], M#machine{parent = Parent}, Debug).

system_code_change(#machine{modules = [Mod | _], state = State, data = Data} = M, _, OldVsn, Extra) ->
    case catch Mod:code_change(OldVsn, State, Data, Extra) of
        {ok, State1, Data1} -> {ok, with_mode(M#machine{state = State1, data = Data1})};
        Error -> Error
    end.

system_get_state(#machine{state = State, data = Data}) -> {ok, {State, Data}}.

system_replace_state(Replace, #machine{state = State, data = Data} = M) ->
    {State1, Data1} = Result = Replace({State, Data}),
    {ok, Result, M#machine{state = State1, data = Data1}}.

format_status(_, [_, SysState, Parent, Debug, #machine{name = Name, modules = Mods} = M]) ->
    [{header, gen:format_status_header("Status for state machine", Name)},
     {data, [{"Status", SysState}, {"Parent", Parent}, {"Modules", Mods}, {"Time-outs", timeouts(M)},
             {"Logged Events", sys:get_log(Debug)}, {"Postponed", lists:reverse(M#machine.postponed)}]},
     {data, [{"State", {M#machine.state, M#machine.data}}]}].

timeouts(#machine{timers = Timers, expired = Expired}) ->
    All = [{Type, Content} || {Type, {_, Content}} <- maps:to_list(Timers)] ++ Expired,
    {length(All), All}.

%% What an event's actions did is told around what became of the event.
debug_actions(_, _, _, []) -> [];
debug_actions(#todo{sent = Sent, timers = Timers}, M, Event, Debug) ->
    lists:foldl(fun(E, D) -> debug(D, M, E) end, Debug, lists:reverse(Sent, [Event | lists:reverse(Timers)])).

debug([], _, _) -> [];
debug(Debug, #machine{name = Name}, Event) -> sys:handle_debug(Debug, fun print_event/3, Name, Event).

print_event(Device, {in, Event, State}, Name) ->
    io:format(Device, "*DBG* ~tp receive ~ts in state ~tp~n", [Name, event_text(Event), State]);
print_event(Device, {out, Reply, {Pid, _}}, Name) ->
    io:format(Device, "*DBG* ~tp send ~tp to ~tw~n", [Name, Reply, Pid]);
print_event(Device, {enter, State}, Name) ->
    io:format(Device, "*DBG* ~tp enter ~tp in state ~tp~n", [Name, Name, State]);
print_event(Device, {start_timer, Action, State}, Name) ->
    io:format(Device, "*DBG* ~tp start_timer ~tp in state ~tp~n", [Name, Action, State]);
print_event(Device, {What, Event, State, State}, Name) ->
    io:format(Device, "*DBG* ~tp ~tw ~ts in state ~tp~n", [Name, What, event_text(Event), State]);
print_event(Device, {What, Event, State, Next}, Name) ->
    io:format(Device, "*DBG* ~tp ~tw ~ts in state ~tp => ~tp~n", [Name, What, event_text(Event), State, Next]);
print_event(Device, Event, Name) ->
    io:format(Device, "*DBG* ~tp ~tp~n", [Name, Event]).

event_text({{call, {Pid, _}}, Request}) -> io_lib:format("call ~tp from ~tw", [Request, Pid]);
event_text({Type, Content}) -> io_lib:format("~tw ~tp", [Type, Content]).

%% Reports.

report(Class, Reason, Stack, Events, #machine{name = Name, modules = Mods, mode = Mode} = M, Debug) ->
    CallbackMode = case M#machine.enter of
                       true -> [Mode, state_enter];
                       _ when Mode =:= undefined -> state_functions; % not asked for yet
                       _ -> Mode
                   end,
    logger:log(error, #{label => {gen_statem, terminate}, name => Name, queue => Events ++ M#machine.queue,
                        postponed => lists:reverse(M#machine.postponed), modules => Mods,
                        callback_mode => CallbackMode, state => {M#machine.state, M#machine.data},
                        timeouts => timeouts(M), log => sys:get_log(Debug), reason => {Class, Reason, Stack},
                        client_info => client(Events)},
               #{pid => self(), gl => group_leader(), time => logger:timestamp(),
                 domain => [otp], report_cb => fun gen_statem:format_log/2,
                 error_logger => #{tag => error, report_cb => fun gen_statem:format_log/1}}).

client([{{call, {Pid, _}}, _} | _]) when node(Pid) =:= node() ->
    case process_info(Pid, [current_stacktrace, registered_name]) of
        undefined -> {Pid, dead};
        [{_, Stack}, {_, []}] -> {Pid, {Pid, Stack}};
        [{_, Stack}, {_, Name}] -> {Pid, {Name, Stack}}
    end;
client([{{call, {Pid, _}}, _} | _]) -> {Pid, remote};
client(_) -> undefined.

format_log(#{label := {gen_statem, terminate}, name := Name, queue := Queue, postponed := Postponed,
             modules := Mods, callback_mode := Mode, state := State, timeouts := {N, Timeouts},
             log := Log, reason := Failure, client_info := Client}) ->
    {Class, Reason, Stack} = shown_failure(Failure),
    Parts = [{"** State machine ~tp terminating~n", [Name]},
             case Queue of
                 [] -> none;
                 [Last | _] -> {"** Last event = ~tp~n", [Last]}
             end,
             {"** When server state  = ~tp~n", [State]},
             {"** Reason for termination = ~w:~tp~n", [Class, Reason]},
             {"** Callback modules = ~tp~n", [Mods]},
             {"** Callback mode = ~tp~n", [Mode]},
             case Queue of
                 [_, _ | _] -> {"** Queued = ~tp~n", [tl(Queue)]};
                 _ -> none
             end,
             case Postponed of
                 [] -> none;
                 _ -> {"** Postponed = ~tp~n", [Postponed]}
             end,
             case Stack of
                 [] -> none;
                 _ -> {"** Stacktrace =~n**  ~tp~n", [Stack]}
             end,
             case N of
                 0 -> none;
                 _ -> {"** Time-outs: ~tp~n", [{N, Timeouts}]}
             end,
             case Log of
                 [] -> none;
                 _ -> {"** Log =~n**  ~tp~n", [Log]}
             end,
             case Client of
                 undefined -> none;
                 {Pid, dead} -> {"** Client ~tp is dead~n", [Pid]};
                 {Pid, remote} -> {"** Client ~tp is remote on node ~tp~n", [Pid, node(Pid)]};
                 {_, {Who, ClientStack}} -> {"** Client ~tp stacktrace~n** ~tp~n", [Who, ClientStack]}
             end],
    {Formats, Args} = lists:unzip([P || P <- Parts, P =/= none]),
    {lists:append(Formats), lists:append(Args)}.

%% What is undefined is said, in place of its frame.
shown_failure({error, undef, [{M, F, A, _} | Stack]} = Failure) ->
    Arity = if is_list(A) -> length(A); true -> A end,
    case code:is_loaded(M) of
        false -> {error, {'module could not be loaded', M}, Stack};
        _ ->
            case erlang:function_exported(M, F, Arity) of
                true -> Failure;
                false -> {error, {'function not exported', {M, F, Arity}}, Stack}
            end
    end;
shown_failure(Failure) -> Failure.

format_log(Report, #{single_line := true}) ->
    {Format, Args} = line_text(Report),
    io_lib:format(Format, Args);
format_log(Report, _) ->
    {Format, Args} = format_log(Report),
    io_lib:format(Format, Args).

line_text(#{label := {gen_statem, terminate}, name := Name, queue := Queue, postponed := Postponed,
            state := State, log := Log, reason := Failure, client_info := Client}) ->
    {_, Reason, Stack} = shown_failure(Failure),
    Parts = [{"State machine ~0tp terminating.", [Name]},
             {" Reason: ~0tp.", [Reason]},
             {" Stack: ~0tp.", [Stack]},
             case Queue of
                 [] -> none;
                 [Last | _] -> {" Last event: ~0tp.", [Last]}
             end,
             {" State: ~0tp.", [State]},
             case Queue of
                 [_, _ | _] -> {" Queued: ~0tp.", [tl(Queue)]};
                 _ -> none
             end,
             case Postponed of
                 [] -> none;
                 _ -> {" Postponed: ~0tp.", [Postponed]}
             end,
             case Log of
                 [] -> none;
                 _ -> {" Log: ~0tp.", [Log]}
             end,
             gen:client_line(Client)],
    {Formats, Args} = lists:unzip([P || P <- Parts, P =/= none]),
    {lists:append(Formats), lists:append(Args)}.
