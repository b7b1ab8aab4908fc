%% Event managers: processes to which handlers, callback modules with a state
%% each, are added and removed; every handler gets every event.
-module(gen_event).

-export([start/0, start/1, start/2, start_link/0, start_link/1, start_link/2, start_monitor/0,
         start_monitor/1, start_monitor/2, stop/1, stop/3, notify/2, sync_notify/2,
         add_handler/3, add_sup_handler/3, delete_handler/3, swap_handler/3,
         swap_sup_handler/3, which_handlers/1, call/3, call/4, send_request/3, send_request/5,
         wait_response/2, wait_response/3, receive_response/2, receive_response/3,
         check_response/2, check_response/3, reqids_new/0, reqids_size/1, reqids_add/3,
         reqids_to_list/1, send/2]).
-export([init_it/6, init_hib/5, wake_hib/5, system_continue/3, system_terminate/4,
         system_code_change/4, system_get_state/1, system_replace_state/2, format_status/2,
         format_log/1, format_log/2, behaviour_info/1]).

%% supervised is the pid that add_sup_handler linked to, or false.
-record(handler, {module, id = false, state, supervised = false}).

behaviour_info(callbacks) ->
    [{init, 1}, {handle_event, 2}, {handle_call, 2}, {handle_info, 2}, {terminate, 2},
     {code_change, 3}, {format_status, 1}, {format_status, 2}];
behaviour_info(optional_callbacks) ->
    [{handle_info, 2}, {terminate, 2}, {code_change, 3}, {format_status, 1}, {format_status, 2}];
behaviour_info(_) -> undefined.

%% Starting and stopping.

start() -> gen:start(?MODULE, nolink, no_callback, [], []).

start(Name) when is_tuple(Name) -> gen:start(?MODULE, nolink, Name, no_callback, [], []);
start(Options) when is_list(Options) -> gen:start(?MODULE, nolink, no_callback, [], Options).

start(Name, Options) -> gen:start(?MODULE, nolink, Name, no_callback, [], Options).

start_link() -> gen:start(?MODULE, link, no_callback, [], []).

start_link(Name) when is_tuple(Name) -> gen:start(?MODULE, link, Name, no_callback, [], []);
start_link(Options) when is_list(Options) -> gen:start(?MODULE, link, no_callback, [], Options).

start_link(Name, Options) -> gen:start(?MODULE, link, Name, no_callback, [], Options).

start_monitor() -> gen:start(?MODULE, monitor, no_callback, [], []).

start_monitor(Name) when is_tuple(Name) -> gen:start(?MODULE, monitor, Name, no_callback, [], []);
start_monitor(Options) when is_list(Options) -> gen:start(?MODULE, monitor, no_callback, [], Options).

start_monitor(Name, Options) -> gen:start(?MODULE, monitor, Name, no_callback, [], Options).

stop(M) -> gen:stop(M).

stop(M, Reason, Timeout) -> gen:stop(M, Reason, Timeout).

init_it(Starter, self, Name, Mod, Args, Options) ->
    init_it(Starter, self(), Name, Mod, Args, Options);
init_it(Starter, Parent, Name0, _, _, Options) ->
    process_flag(trap_exit, true),
    Name = gen:name(Name0),
    Debug = gen:debug_options(Name, Options),
    proc_lib:init_ack(Starter, {ok, self()}),
    loop(Parent, Name, [], gen:hibernate_after(Options), Debug, false).

%% What users ask.

notify(M, Event) -> send(M, {notify, Event}).

sync_notify(M, Event) -> rpc(M, {sync_notify, Event}).

add_handler(M, Handler, Args) -> rpc(M, {add_handler, Handler, Args}).

add_sup_handler(M, Handler, Args) -> rpc(M, {add_sup_handler, Handler, Args, self()}).

delete_handler(M, Handler, Args) -> rpc(M, {delete_handler, Handler, Args}).

swap_handler(M, {H1, A1}, {H2, A2}) -> rpc(M, {swap_handler, H1, A1, H2, A2}).

swap_sup_handler(M, {H1, A1}, {H2, A2}) -> rpc(M, {swap_sup_handler, H1, A1, H2, A2, self()}).

which_handlers(M) -> rpc(M, which_handlers).

call(M, Handler, Query) -> call1(M, Handler, Query).

call(M, Handler, Query, Timeout) -> call1(M, Handler, Query, Timeout).

call1(M, Handler, Query) ->
    Cmd = {call, Handler, Query},
    try gen:call(M, self(), Cmd) of
        {ok, Reply} -> Reply
    catch
        exit:Reason -> exit({Reason, {?MODULE, call, [M, Handler, Query]}})
    end.

call1(M, Handler, Query, Timeout) ->
    Cmd = {call, Handler, Query},
    try gen:call(M, self(), Cmd, Timeout) of
        {ok, Reply} -> Reply
    catch
        exit:Reason -> exit({Reason, {?MODULE, call, [M, Handler, Query, Timeout]}})
    end.

rpc(M, Cmd) ->
    {ok, Reply} = gen:call(M, self(), Cmd, infinity),
    Reply.

send({global, Name}, Cmd) ->
    catch global:send(Name, Cmd),
    ok;
send({via, Mod, Name}, Cmd) ->
    catch Mod:send(Name, Cmd),
    ok;
send(M, Cmd) ->
    M ! Cmd,
    ok.

send_request(M, Handler, Query) -> gen:send_request(M, self(), {call, Handler, Query}).

send_request(M, Handler, Query, Label, Requests) ->
    gen:send_request(M, self(), {call, Handler, Query}, Label, Requests).

wait_response(Id, Timeout) -> answer(gen:wait_response(Id, Timeout)).
wait_response(Requests, Timeout, Delete) -> answer(gen:wait_response(Requests, Timeout, Delete)).
receive_response(Id, Timeout) -> answer(gen:receive_response(Id, Timeout)).
receive_response(Requests, Timeout, Delete) -> answer(gen:receive_response(Requests, Timeout, Delete)).
check_response(Msg, Id) -> answer(gen:check_response(Msg, Id)).
check_response(Msg, Requests, Delete) -> answer(gen:check_response(Msg, Requests, Delete)).

%% A handler's refusal is an error as the manager's end is.
answer({reply, {error, Reason}}) -> {error, Reason};
answer({{reply, {error, Reason}}, Label, Requests}) -> {{error, Reason}, Label, Requests};
answer(Answer) -> Answer.

reqids_new() -> gen:reqids_new().
reqids_size(Requests) -> gen:reqids_size(Requests).
reqids_add(Id, Label, Requests) -> gen:reqids_add(Id, Label, Requests).
reqids_to_list(Requests) -> gen:reqids_to_list(Requests).

%% The manager. After a handler asked for it, it hibernates until the next
%% message.

loop(Parent, Name, Handlers, HibernateAfter, Debug, true) ->
    proc_lib:hibernate(?MODULE, wake_hib, [Parent, Name, Handlers, HibernateAfter, Debug]);
loop(Parent, Name, Handlers, HibernateAfter, Debug, false) ->
    receive Msg -> handle_msg(Msg, Parent, Name, Handlers, HibernateAfter, Debug)
    after HibernateAfter -> loop(Parent, Name, Handlers, HibernateAfter, Debug, true)
    end.

wake_hib(Parent, Name, Handlers, HibernateAfter, Debug) ->
    receive Msg -> handle_msg(Msg, Parent, Name, Handlers, HibernateAfter, Debug) end.

init_hib(Parent, Name, Handlers, HibernateAfter, Debug) ->
    loop(Parent, Name, Handlers, HibernateAfter, Debug, true).

handle_msg({system, From, Request}, Parent, Name, Handlers, HibernateAfter, Debug) ->
    sys:handle_system_msg(Request, From, Parent, ?MODULE, Debug, {Name, Handlers, HibernateAfter});
handle_msg({'EXIT', Parent, Reason}, Parent, Name, Handlers, _, _) ->
    terminate_server(Reason, Name, Handlers);
handle_msg(Msg, Parent, Name, Handlers, HibernateAfter, Debug) ->
    Debug1 = case Debug of
                 [] -> [];
                 _ -> sys:handle_debug(Debug, fun print_event/3, Name, {in, Msg})
             end,
    {Handlers1, Hibernate} = handle(Msg, Name, Handlers),
    loop(Parent, Name, Handlers1, HibernateAfter, Debug1, Hibernate).

%% The handlers after a message, and whether to hibernate.
handle({notify, Event}, Name, Handlers) -> server_notify(Event, handle_event, Handlers, Name);
handle({_, Tag, {sync_notify, Event}}, Name, Handlers) ->
    Result = server_notify(Event, handle_event, Handlers, Name),
    reply(Tag, ok),
    Result;
handle({'EXIT', From, Reason} = Msg, Name, Handlers) ->
    case lists:any(fun(#handler{supervised = Pid}) -> Pid =:= From end, Handlers) of
        true ->
            Kept = [H || H <- Handlers,
                         H#handler.supervised =/= From orelse
                             begin
                                 do_terminate(H, {stop, Reason}, remove, Name, Msg),
                                 false
                             end],
            {Kept, false};
        false -> server_notify(Msg, handle_info, Handlers, Name)
    end;
handle({_, Tag, {call, Handler, Query}}, Name, Handlers) ->
    {Handlers1, Hibernate, Reply} = server_call(Handler, Query, Handlers, Name),
    reply(Tag, Reply),
    {Handlers1, Hibernate};
handle({_, Tag, {add_handler, Handler, Args}}, _, Handlers) ->
    added(Tag, server_add_handler(Handler, Args, Handlers));
handle({_, Tag, {add_sup_handler, Handler, Args, Parent}}, _, Handlers) ->
    link(Parent),
    case server_add_handler(Handler, Args, Handlers) of
        {Hibernate, ok, [H | Rest]} -> added(Tag, {Hibernate, ok, [H#handler{supervised = Parent} | Rest]});
        Else ->
            unlink(Parent),
            added(Tag, Else)
    end;
handle({_, Tag, {delete_handler, Handler, Args}}, Name, Handlers) ->
    case find(Handler, Handlers) of
        {Before, H, After} ->
            Reply = do_terminate(H, Args, delete, Name, normal),
            reply(Tag, Reply),
            {Before ++ After, false};
        false ->
            reply(Tag, {error, module_not_found}),
            {Handlers, false}
    end;
handle({_, Tag, {swap_handler, H1, A1, H2, A2}}, Name, Handlers) ->
    added(Tag, server_swap_handler(H1, A1, H2, A2, Handlers, undefined, Name));
handle({_, Tag, {swap_sup_handler, H1, A1, H2, A2, Parent}}, Name, Handlers) ->
    added(Tag, server_swap_handler(H1, A1, H2, A2, Handlers, Parent, Name));
handle({_, Tag, which_handlers}, _, Handlers) ->
    reply(Tag, [handler_id(H) || H <- Handlers]),
    {Handlers, false};
handle({_, Tag, get_modules}, _, Handlers) ->
    reply(Tag, lists:usort([M || #handler{module = M} <- Handlers])),
    {Handlers, false};
handle(Msg, Name, Handlers) -> server_notify(Msg, handle_info, Handlers, Name).

reply({From, Ref}, Msg) ->
    gen:reply({From, Ref}, Msg),
    ok.

added(Tag, {Hibernate, Reply, Handlers}) ->
    reply(Tag, Reply),
    {Handlers, Hibernate}.

handler_id(#handler{id = false, module = Mod}) -> Mod;
handler_id(#handler{id = Id, module = Mod}) -> {Mod, Id}.

find(Handler, Handlers) ->
    case lists:splitwith(fun(H) -> handler_id(H) =/= Handler end, Handlers) of
        {_, []} -> false;
        {Before, [H | After]} -> {Before, H, After}
    end.

new_handler({Mod, Id}) -> #handler{module = Mod, id = Id};
new_handler(Mod) -> #handler{module = Mod}.

server_add_handler(Handler, Args, Handlers) ->
    #handler{module = Mod} = New = new_handler(Handler),
    case catch Mod:init(Args) of
        {ok, State} -> {false, ok, [New#handler{state = State} | Handlers]};
        {ok, State, hibernate} -> {true, ok, [New#handler{state = State} | Handlers]};
        Other -> {false, Other, Handlers}
    end.

server_swap_handler(H1, A1, H2, A2, Handlers, Sup, Name) ->
    {Handlers1, State1, OldSup} =
        case find(H1, Handlers) of
            {Before, H, After} ->
                Told = case Sup of
                           undefined -> H#handler{supervised = false};
                           _ -> H
                       end,
                S = do_terminate(Told, A1, {swapped, H2, Sup}, Name, {swapped, H2, Sup}),
                {Before ++ After, S, H#handler.supervised};
            false -> {Handlers, error, false}
        end,
    NewSup = case Sup of
                 undefined -> OldSup;
                 _ ->
                     link(Sup),
                     Sup
             end,
    case server_add_handler(H2, {A2, State1}, Handlers1) of
        {Hibernate, ok, [H0 | Rest]} -> {Hibernate, ok, [H0#handler{supervised = NewSup} | Rest]};
        {Hibernate, What, Rest} -> {Hibernate, {error, What}, Rest}
    end.

%% Every handler gets the event; those that are done with are removed.
server_notify(_, _, [], _) -> {[], false};
server_notify(Event, F, [H | Handlers], Name) ->
    case server_update(H, F, Event, Name) of
        no -> server_notify(Event, F, Handlers, Name);
        {Again, H1} ->
            {Kept, Hibernate} = server_notify(Event, F, Handlers, Name),
            {[H1 | Kept], Hibernate orelse Again =:= hibernate}
    end.

server_update(#handler{module = Mod, state = State} = H, F, Event, Name) ->
    try Mod:F(Event, State) of
        Result -> updated(Result, H, Event, Name)
    catch
        throw:Value -> updated(Value, H, Event, Name);
        error:undef = Reason:Stack ->
            case F =:= handle_info andalso not erlang:function_exported(Mod, handle_info, 2) of
                true ->
                    logger:log(warning, #{label => {gen_event, no_handle_info}, module => Mod, message => Event},
                               #{pid => self(), gl => group_leader(), time => logger:timestamp(),
                                 domain => [otp], report_cb => fun gen_event:format_log/2,
                                 error_logger => #{tag => warning_msg, report_cb => fun gen_event:format_log/1}}),
                    {ok, H};
                false -> failed({'EXIT', {Reason, Stack}}, H, Event, Name)
            end;
        error:Reason:Stack -> failed({'EXIT', {Reason, Stack}}, H, Event, Name);
        exit:Reason -> failed({'EXIT', Reason}, H, Event, Name)
    end.

updated({ok, State}, H, _, _) -> {ok, H#handler{state = State}};
updated({ok, State, hibernate}, H, _, _) -> {hibernate, H#handler{state = State}};
updated({swap_handler, A1, State, H2, A2}, H, Event, Name) ->
    S = do_terminate(H#handler{state = State, supervised = false}, A1, {swapped, H2, H#handler.supervised}, Name, Event),
    case server_add_handler(H2, {A2, S}, []) of
        {Hibernate, ok, [New]} ->
            {case Hibernate of
                 true -> hibernate;
                 false -> ok
             end, New#handler{supervised = H#handler.supervised}};
        {_, What, _} ->
            report_terminate(H, {error, What}, H, Event, Name),
            no
    end;
updated(remove_handler, H, Event, Name) ->
    do_terminate(H, remove_handler, remove, Name, Event),
    no;
updated(Other, H, Event, Name) -> failed(Other, H, Event, Name).

failed(Result, H, Event, Name) ->
    do_terminate(H, {error, Result}, {error, Result}, Name, Event),
    no.

server_call(Handler, Query, Handlers, Name) ->
    case find(Handler, Handlers) of
        {Before, H, After} ->
            case server_call_update(H, Query, Name) of
                {no, Reply} -> {Before ++ After, false, Reply};
                {H1, Hibernate, Reply} -> {Before ++ [H1 | After], Hibernate, Reply}
            end;
        false -> {Handlers, false, {error, bad_module}}
    end.

server_call_update(#handler{module = Mod, state = State} = H, Query, Name) ->
    case catch Mod:handle_call(Query, State) of
        {ok, Reply, State1} -> {H#handler{state = State1}, false, Reply};
        {ok, Reply, State1, hibernate} -> {H#handler{state = State1}, true, Reply};
        {swap_handler, Reply, A1, State1, H2, A2} ->
            case updated({swap_handler, A1, State1, H2, A2}, H, Query, Name) of
                {ok, New} -> {New, false, Reply};
                {hibernate, New} -> {New, true, Reply};
                no -> {no, Reply}
            end;
        {remove_handler, Reply} ->
            do_terminate(H, remove_handler, remove, Name, Query),
            {no, Reply};
        Other ->
            do_terminate(H, {error, Other}, {error, Other}, Name, Query),
            {no, {error, Other}}
    end.

%% The end of a handler: its terminate is called, its supervisor told, and what
%% was no normal end reported. Gives what terminate gave.
do_terminate(#handler{module = Mod, state = State} = H, Args, How, Name, LastIn) ->
    Result = case erlang:function_exported(Mod, terminate, 2) of
                 true -> catch Mod:terminate(Args, State);
                 false -> ok
             end,
    Why = case How of
              remove -> case Args of
                            {stop, R} -> {stop, R};
                            _ -> normal
                        end;
              delete -> normal;
              {stop, R} -> R;
              {swapped, H2, Sup} -> {swapped, H2, Sup};
              {error, {'EXIT', R}} -> {'EXIT', R};
              {error, R} -> R
          end,
    case H#handler.supervised of
        false -> ok;
        Pid -> Pid ! {gen_event_EXIT, handler_id(H), Why}
    end,
    case {How, Result} of
        {{error, Reason}, _} -> report_terminate(H, {error, Reason}, State, LastIn, Name);
        {_, {'EXIT', Reason}} -> report_terminate(H, {error, {'EXIT', Reason}}, State, LastIn, Name);
        _ -> ok
    end,
    Result.

report_terminate(H, {error, Reason}, State, LastIn, Name) ->
    Why = case Reason of
              {'EXIT', R} -> R;
              R -> R
          end,
    logger:log(error, #{label => {gen_event, terminate}, handler => handler_id(H), name => Name,
                        last_message => LastIn, state => State, reason => Why},
               #{pid => self(), gl => group_leader(), time => logger:timestamp(),
                 domain => [otp], report_cb => fun gen_event:format_log/2,
                 error_logger => #{tag => error, report_cb => fun gen_event:format_log/1}}).

terminate_server(Reason, Name, Handlers) ->
    [begin
         do_terminate(H, stop, {stop, Reason}, Name, Reason),
         H#handler.supervised =:= false orelse unlink(H#handler.supervised)
     end || H <- Handlers],
    exit(Reason).

%% System messages.

system_continue(Parent, Debug, {Name, Handlers, HibernateAfter}) ->
    loop(Parent, Name, Handlers, HibernateAfter, Debug, false).

system_terminate(Reason, _, _, {Name, Handlers, _}) -> terminate_server(Reason, Name, Handlers).

system_code_change({Name, Handlers, HibernateAfter}, Mod, OldVsn, Extra) ->
    Changed = [case H of
                   #handler{module = Mod, state = State} ->
                       {ok, State1} = Mod:code_change(OldVsn, State, Extra),
                       H#handler{state = State1};
                   _ -> H
               end || H <- Handlers],
    {ok, {Name, Changed, HibernateAfter}}.

system_get_state({_, Handlers, _}) ->
    {ok, [{Mod, Id, State} || #handler{module = Mod, id = Id, state = State} <- Handlers]}.

system_replace_state(Replace, {Name, Handlers, HibernateAfter}) ->
    New = [begin
               #handler{module = Mod, id = Id, state = State} = H,
               try Replace({Mod, Id, State}) of
                   {Mod, Id, State1} -> {H#handler{state = State1}, {Mod, Id, State1}}
               catch _:_ -> {H, {Mod, Id, State}}
               end
           end || H <- Handlers],
    {Handlers1, States} = lists:unzip(New),
    {ok, States, {Name, Handlers1, HibernateAfter}}.

format_status(_, [_, State, Parent, Debug, {Name, Handlers, _}]) ->
    Header = gen:format_status_header("Status for event handler", Name),
    [{header, Header},
     {data, [{"Status", State}, {"Logged Events", sys:get_log(Debug)}, {"Parent", Parent}]},
     {items, {"Installed handlers", Handlers}}].

print_event(Device, {in, Msg}, Name) ->
    case Msg of
        {notify, Event} -> io:format(Device, "*DBG* ~tp got event ~tp~n", [Name, Event]);
        {_, _, {call, Handler, Query}} ->
            io:format(Device, "*DBG* ~tp(~tp) got call ~tp~n", [Name, Handler, Query]);
        _ -> io:format(Device, "*DBG* ~tp got ~tp~n", [Name, Msg])
    end;
print_event(Device, Event, Name) -> io:format(Device, "*DBG* ~tp dbg  ~tp~n", [Name, Event]).

format_log(#{label := {gen_event, terminate}, handler := Handler, name := Name, last_message := LastIn,
             state := State, reason := Reason}) ->
    {"** gen_event handler ~tp crashed.~n"
     "** Was installed in ~tp~n"
     "** Last event was: ~tp~n"
     "** When handler state == ~tp~n"
     "** Reason == ~tp~n",
     [Handler, Name, LastIn, State, Reason]};
format_log(#{label := {gen_event, no_handle_info}, module := Mod, message := Msg}) ->
    {"** Undefined handle_info in ~tp~n"
     "** Unhandled message: ~tp~n", [Mod, Msg]}.

format_log(#{label := {gen_event, terminate}, handler := Handler, name := Name, last_message := LastIn,
             state := State, reason := Reason}, #{single_line := true}) ->
    io_lib:format("Generic event handler ~0tp crashed. Installed: ~0tp. Last event: ~0tp. State: ~0tp. Reason: ~0tp.",
                  [Handler, Name, LastIn, State, Reason]);
format_log(Report, _) ->
    {Format, Args} = format_log(Report),
    io_lib:format(Format, Args).
