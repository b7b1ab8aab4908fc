%% The text based tracer: a server that holds a trace session, and the process
%% that is told of what happens and prints it.
-module(dbg).

-export([start/0, start/1, stop/0, stop_clear/0, tracer/0, tracer/2, get_tracer/0, get_tracer/1, p/1, p/2, c/3, c/4,
         i/0, tp/2, tp/3, tp/4, tpl/2, tpl/3, tpl/4, tpe/2, ctp/0, ctp/1, ctp/2, ctp/3, ctpl/0, ctpl/1, ctpl/2,
         ctpl/3, ctpg/0, ctpg/1, ctpg/2, ctpg/3, ctpe/1, ltp/0, dtp/0, dtp/1, wtp/1, rtp/1, n/1, cn/1, ln/0,
         trace_port/2, trace_client/2, trace_client/3, flush_trace_port/0, stop_trace_client/1, fun2ms/1,
         dhandler/2, h/0, h/1]).

-record(s, {session = none, tracer = none, patterns = #{}}).

%%% The server.

start() -> start(no_tracer).

%% start(Start) starts it with the tracer that a fun makes.
start(Tracer) ->
    case whereis(?MODULE) of
        undefined ->
            Parent = self(),
            {Pid, Ref} = spawn_monitor(fun() -> init(Parent, Tracer) end),
            receive
                {?MODULE, Pid, Reply} -> demonitor(Ref, [flush]), Reply;
                {'DOWN', Ref, process, Pid, Reason} -> {error, Reason}
            end;
        _ when Tracer =:= no_tracer -> {ok, whereis(?MODULE)};
        _ -> req({tracer, Tracer})
    end.

init(Parent, Start) ->
    process_flag(trap_exit, true),
    case catch register(?MODULE, self()) of
        true -> ok;
        _ -> exit(already_started)
    end,
    {Reply, State} = add_tracer(Start, #s{}),
    Parent ! {?MODULE, self(), Reply},
    loop(State).

add_tracer(no_tracer, State) -> {{ok, self()}, State};
add_tracer(Start, #s{tracer = none} = State) ->
    Tracer = Start(),
    {{ok, self()}, State#s{tracer = Tracer, session = trace:session_create(?MODULE, Tracer, [])}};
add_tracer(_, State) -> {{error, already_started}, State}.

req(Request) ->
    {ok, _} = start(),
    Server = whereis(?MODULE),
    Ref = monitor(process, Server),
    Server ! {self(), Request},
    receive
        {?MODULE, Reply} -> demonitor(Ref, [flush]), Reply;
        {'DOWN', Ref, process, Server, Reason} -> {error, Reason}
    end.

loop(State) ->
    receive
        {From, stop} ->
            stopped(State),
            From ! {?MODULE, ok};
        {'EXIT', Pid, Reason} when Pid =:= State#s.tracer ->
            io:format(user, "** dbg got EXIT - terminating: ~p~n", [Reason]),
            stopped(State#s{tracer = none});
        {From, Request} when is_pid(From) ->
            {Reply, New} = try handle(Request, State)
                           catch C:R:S -> {{error, {C, R, S}}, State}
                           end,
            From ! {?MODULE, Reply},
            loop(New);
        _ -> loop(State)
    end.

stopped(#s{session = Session, tracer = Tracer}) ->
    Session =:= none orelse trace:session_destroy(Session),
    is_pid(Tracer) andalso begin
                               unlink(Tracer),
                               Ref = monitor(process, Tracer),
                               Tracer ! {?MODULE, stop},
                               receive {'DOWN', Ref, process, Tracer, _} -> ok end
                           end.

handle({tracer, Start}, State) -> add_tracer(Start, State);
handle(stop_tracer, State) ->
    stopped(State),
    {ok, State#s{session = none, tracer = none}};
handle(get_tracer, #s{tracer = none} = State) -> {{error, {no_tracer_on_node, node()}}, State};
handle(get_tracer, #s{tracer = Tracer} = State) -> {{ok, Tracer}, State};
handle({p, _, _}, #s{session = none} = State) -> {{error, {no_tracer_on_node, node()}}, State};
handle({p, Who, Flags}, #s{session = Session} = State) -> {{ok, [trace_process(Session, Who, Flags)]}, State};
handle({pattern, Kind, MFA, Spec, Options}, State) -> pattern(Kind, MFA, Spec, Options, State);
handle(session, State) -> {State#s.session, State};
handle(patterns, State) -> {State#s.patterns, State};
handle({patterns, Patterns}, State) -> {ok, State#s{patterns = Patterns}};
handle({save, Spec}, State) ->
    {_, Patterns} = save(Spec, State#s.patterns),
    {ok, State#s{patterns = Patterns}}.

stop() ->
    case whereis(?MODULE) of
        undefined -> ok;
        _ -> req(stop)
    end.

stop_clear() -> stop().

%%% Tracers.

tracer() -> tracer(process, {fun dhandler/2, user}).

tracer(process, {Handler, Data}) when is_function(Handler, 2) ->
    start(fun() -> spawn_link(fun() -> tracing(Handler, Data) end) end);
tracer(file, Name) ->
    start(fun() ->
                  spawn_link(fun() ->
                                     {ok, File} = file:open(Name, [write, {encoding, utf8}]),
                                     tracing(fun dhandler/2, File)
                             end)
          end);
tracer(port, Start) when is_function(Start, 0) -> start(Start).

tracing(Handler, Data) ->
    receive
        {?MODULE, stop} -> tracing_ends(Handler, Data);
        Event -> tracing(Handler, handled(Handler, Event, Data))
    end.

%% What has been told is printed before the end.
tracing_ends(Handler, Data) ->
    receive
        Event -> tracing_ends(Handler, handled(Handler, Event, Data))
    after 0 -> ok
    end.

handled(Handler, Event, Data) when is_tuple(Event), tuple_size(Event) >= 2 ->
    case element(1, Event) of
        Tag when Tag =:= trace; Tag =:= trace_ts; Tag =:= seq_trace; Tag =:= drop -> Handler(Event, Data);
        _ -> Data
    end;
handled(_, _, Data) -> Data.

get_tracer() -> req(get_tracer).
get_tracer(Node) when Node =:= node() -> get_tracer();
get_tracer(Node) -> {error, {no_tracer_on_node, Node}}.

%% A trace port is a process that writes what it is told to a file, each event
%% behind a byte 0 and its size.
trace_port(file, Name) ->
    fun() ->
            Parent = self(),
            Writer = spawn_link(fun() ->
                                        Opened = file:open(Name, [write, raw, binary]),
                                        Parent ! {self(), element(1, Opened)},
                                        writing(Opened)
                                end),
            receive {Writer, _} -> Writer end
    end.

writing({ok, File}) ->
    tracing(fun(Event, F) ->
                    Bin = term_to_binary(Event),
                    ok = file:write(F, [0, <<(byte_size(Bin)):32>>, Bin]),
                    F
            end, File);
writing({error, Reason}) -> exit(Reason).

flush_trace_port() -> ok.

trace_client(file, Name) -> trace_client(file, Name, {fun dhandler/2, user}).

trace_client(file, Name, {Handler, Data}) ->
    spawn(fun() ->
                  {ok, File} = file:open(Name, [read, raw, binary, read_ahead]),
                  reading(File, Handler, Data)
          end).

reading(File, Handler, Data) ->
    case file:read(File, 5) of
        {ok, <<0, Size:32>>} ->
            {ok, Bin} = file:read(File, Size),
            reading(File, Handler, Handler(binary_to_term(Bin), Data));
        {ok, <<1, N:32>>} -> reading(File, Handler, Handler({drop, N}, Data));
        eof ->
            Handler(end_of_trace, Data),
            file:close(File)
    end.

stop_trace_client(Pid) when is_pid(Pid) -> exit(Pid, abnormal).

%%% Processes.

p(Item) -> p(Item, [m]).

p(Item, Flags) when is_atom(Flags) -> p(Item, [Flags]);
p(Item, Flags0) ->
    case flags(Flags0) of
        {error, Bad} -> {error, {bad_flags, Bad}};
        Flags ->
            case who(Item) of
                bad -> {error, {badpid, Item}};
                Who -> req({p, Who, Flags})
            end
    end.

flags(Flags) ->
    try lists:append([flag(F) || F <- proper(Flags)]) of
        Known ->
            case [F || F <- Known, is_tuple(F), element(1, F) =:= bad] of
                [] -> Known;
                Bad -> {error, [F || {bad, F} <- Bad]}
            end
    catch
        throw:{improper, Tail} -> {error, Tail}
    end.

proper([F | Fs]) -> [F | proper(Fs)];
proper([]) -> [];
proper(Tail) -> throw({improper, Tail}).

flag(s) -> [send];
flag(r) -> ['receive'];
flag(m) -> [send, 'receive'];
flag(c) -> [call];
flag(p) -> [procs];
flag(sos) -> [set_on_spawn];
flag(sol) -> [set_on_link];
flag(sofs) -> [set_on_first_spawn];
flag(sofl) -> [set_on_first_link];
flag(F) when F =:= all; F =:= clear; F =:= send; F =:= 'receive'; F =:= call; F =:= procs; F =:= ports; F =:= silent;
             F =:= garbage_collection; F =:= running; F =:= exiting; F =:= running_procs; F =:= running_ports;
             F =:= set_on_spawn; F =:= set_on_first_spawn; F =:= set_on_link; F =:= set_on_first_link;
             F =:= timestamp; F =:= monotonic_timestamp; F =:= strict_monotonic_timestamp; F =:= cpu_timestamp;
             F =:= arity; F =:= return_to -> [F];
flag(F) -> [{bad, F}].

who(Item) when is_pid(Item); is_port(Item); is_atom(Item) -> Item;
who(N) when is_integer(N) -> who({0, N, 0});
who({X, Y, Z}) when is_integer(X), is_integer(Y), is_integer(Z) ->
    list_to_pid(lists:concat(["<", X, ".", Y, ".", Z, ">"]));
who([$< | _] = Text) -> list_to_pid(Text);
who(_) -> bad.

trace_process(Session, Who, Flags) ->
    try trace_flags(Session, named(Who), Flags) of
        N -> {matched, node(), N}
    catch
        error:_ -> {matched, node(), 0, {no_proc, Who}}
    end.

named(Name) when is_atom(Name), Name =/= all, Name =/= new, Name =/= existing, Name =/= processes, Name =/= ports,
                 Name =/= existing_processes, Name =/= existing_ports, Name =/= new_processes, Name =/= new_ports ->
    true = is_pid(Pid = whereis(Name)),
    Pid;
named(Who) -> Who.

trace_flags(Session, Who, Flags) ->
    case lists:member(clear, Flags) of
        true -> trace:process(Session, Who, false, [all]);
        false -> trace:process(Session, Who, true, Flags)
    end.

%% c(M, F, A) calls a function in a process of its own that is traced.
c(M, F, A) -> c(M, F, A, all).

c(M, F, A, Flags) when is_atom(Flags) -> c(M, F, A, [Flags]);
c(M, F, A, Flags0) ->
    case flags(Flags0) of
        {error, Bad} -> {error, {bad_flags, Bad}};
        Flags ->
            Tracer = tracer(),
            Session = req(session),
            {Pid, Ref} = spawn_monitor(fun() ->
                                               trace_flags(Session, self(), Flags),
                                               Value = apply(M, F, A),
                                               trace_flags(Session, self(), [clear]),
                                               exit({?MODULE, ok, Value})
                                       end),
            Result = receive
                         {'DOWN', Ref, process, Pid, {?MODULE, ok, Value}} -> Value;
                         {'DOWN', Ref, process, Pid, Reason} -> {error, Reason}
                     end,
            element(1, Tracer) =:= ok andalso req(stop_tracer),
            Result
    end.

%% i() shows what is traced.
i() ->
    case req(session) of
        none -> ok;
        Session ->
            io:format("~nNode ~w:~nPid          Initial call          Trace ~n", [node()]),
            lists:foreach(fun(Pid) -> show(Pid, trace:info(Session, Pid, flags)) end, lists:reverse(processes()))
    end.

show(Pid, {flags, [_ | _] = Flags}) ->
    case process_info(Pid, initial_call) of
        {initial_call, Call} ->
            io:format("~-12w ~-21s ~s~n", [Pid, io_lib:format("~w", [Call]), lists:join(" | ", [short(F) || F <- Flags])]);
        undefined -> ok
    end;
show(_, _) -> ok.

short(send) -> "s";
short('receive') -> "r";
short(call) -> "c";
short(procs) -> "p";
short(set_on_spawn) -> "sos";
short(set_on_first_spawn) -> "sofs";
short(set_on_link) -> "sol";
short(set_on_first_link) -> "sofl";
short(Flag) -> atom_to_list(Flag).

%%% Patterns of functions and messages.

tp(Module, Spec) when is_atom(Module) -> tp({Module, '_', '_'}, Spec);
tp({_, _, _} = MFA, Spec) -> set(function, MFA, Spec, []).
tp(Module, Function, Spec) -> tp({Module, Function, '_'}, Spec).
tp(Module, Function, Arity, Spec) -> tp({Module, Function, Arity}, Spec).

tpl(Module, Spec) when is_atom(Module) -> tpl({Module, '_', '_'}, Spec);
tpl({_, _, _} = MFA, Spec) -> set(function, MFA, Spec, [local]).
tpl(Module, Function, Spec) -> tpl({Module, Function, '_'}, Spec).
tpl(Module, Function, Arity, Spec) -> tpl({Module, Function, Arity}, Spec).

tpe(Event, Spec) when Event =:= send; Event =:= 'receive' -> set(event, Event, Spec, []).

ctp() -> ctp({'_', '_', '_'}).
ctp(Module) when is_atom(Module) -> ctp({Module, '_', '_'});
ctp({_, _, _} = MFA) -> clear(MFA, [[], [local]]).
ctp(Module, Function) -> ctp({Module, Function, '_'}).
ctp(Module, Function, Arity) -> ctp({Module, Function, Arity}).

ctpl() -> ctpl({'_', '_', '_'}).
ctpl(Module) when is_atom(Module) -> ctpl({Module, '_', '_'});
ctpl({_, _, _} = MFA) -> clear(MFA, [[local]]).
ctpl(Module, Function) -> ctpl({Module, Function, '_'}).
ctpl(Module, Function, Arity) -> ctpl({Module, Function, Arity}).

ctpg() -> ctpg({'_', '_', '_'}).
ctpg(Module) when is_atom(Module) -> ctpg({Module, '_', '_'});
ctpg({_, _, _} = MFA) -> clear(MFA, [[]]).
ctpg(Module, Function) -> ctpg({Module, Function, '_'}).
ctpg(Module, Function, Arity) -> ctpg({Module, Function, Arity}).

ctpe(Event) when Event =:= send; Event =:= 'receive' -> req({pattern, event, Event, {use, true}, []}).

clear(MFA, Kinds) ->
    lists:foldl(fun(Options, _) -> req({pattern, function, MFA, {use, false}, Options}) end, ok, Kinds).

set(Kind, MFA, Spec, Options) ->
    load(element(1, {element(1, target(MFA))})),
    req({pattern, Kind, MFA, Spec, Options}).

target({_, _, _} = MFA) -> MFA;
target(Event) -> {'_', Event, '_'}.

%% The caller loads the module: it is none's that is not there.
load('_') -> ok;
load(Module) ->
    try Module:module_info() of
        _ -> ok
    catch
        _:_ -> ok
    end.

%% pattern sets a pattern on the node. What is no name of a pattern is kept under a number.
pattern(Kind, MFA, {use, Spec}, Options, State) -> {{ok, apply_pattern(Kind, MFA, Spec, Options, State)}, State};
pattern(Kind, MFA, [], Options, State) -> {{ok, apply_pattern(Kind, MFA, [], Options, State)}, State};
pattern(Kind, MFA, Spec, Options, State) when is_list(Spec) ->
    case lint(Spec) of
        ok ->
            {Id, Patterns} = save(Spec, State#s.patterns),
            {{ok, apply_pattern(Kind, MFA, Spec, Options, State) ++ [{saved, Id}]}, State#s{patterns = Patterns}};
        Error -> {Error, State}
    end;
pattern(Kind, MFA, Name, Options, State) ->
    case lookup(Name, State#s.patterns) of
        {Id, Spec} -> {{ok, apply_pattern(Kind, MFA, Spec, Options, State) ++ [{saved, Id}]}, State};
        none -> {{error, unknown_pattern}, State}
    end.

apply_pattern(_, _, _, _, #s{session = none}) -> [];
apply_pattern(Kind, MFA, Spec, Options, #s{session = Session}) ->
    try set_pattern(Kind, Session, MFA, Spec, Options) of
        N -> [{matched, node(), N}]
    catch
        Class:Reason:Stack -> [{matched, node(), 0, {badrpc, {reason(Class), {Reason, Stack}}}}]
    end.

reason(error) -> 'EXIT';
reason(Class) -> Class.

set_pattern(function, Session, MFA, Spec, Options) -> trace:function(Session, MFA, Spec, Options);
set_pattern(event, Session, send, Spec, _) -> trace:send(Session, Spec, []);
set_pattern(event, Session, 'receive', Spec, _) -> trace:recv(Session, Spec, []).

lint(Spec) ->
    case erlang:match_spec_test([], Spec, trace) of
        {ok, _, _, _} -> ok;
        Error -> Error
    end.

%%% Saved patterns.

built_in() ->
    [{c, [{'_', [], [{message, {caller_line}}]}]}, {caller_exception_trace, cx}, {caller_trace, c},
     {cx, [{'_', [], [{exception_trace}, {message, {caller_line}}]}]}, {exception_trace, x},
     {x, [{'_', [], [{exception_trace}]}]}].

lookup(Name, Patterns) when is_map_key(Name, Patterns) -> {Name, map_get(Name, Patterns)};
lookup(Name, Patterns) ->
    case lists:keyfind(Name, 1, built_in()) of
        {_, Alias} when is_atom(Alias) -> lookup(Alias, Patterns);
        {_, Spec} -> {Name, Spec};
        false -> none
    end.

save(Spec, Patterns) ->
    case [Id || {Id, S} <- built_in() ++ maps:to_list(Patterns), S =:= Spec] of
        [Id | _] -> {Id, Patterns};
        [] ->
            Id = lists:max([0 | maps:keys(Patterns)]) + 1,
            {Id, Patterns#{Id => Spec}}
    end.

ltp() ->
    lists:foreach(fun({Id, Spec}) -> io:format("~p: ~tp~n", [Id, Spec]) end,
                  lists:keysort(1, maps:to_list(req(patterns))) ++ built_in()).

dtp() -> req({patterns, #{}}).
dtp(Id) -> req({patterns, maps:remove(Id, req(patterns))}).

wtp(Name) ->
    case file:open(Name, [write, {encoding, utf8}]) of
        {ok, File} ->
            io:format(File, "%% ~s~n", ["coding: utf-8"]),
            [io:format(File, "~tp.~n", [Spec])
             || {_, Spec} <- lists:keysort(1, maps:to_list(req(patterns))) ++ built_in(), is_list(Spec)],
            ok = file:close(File);
        {error, Reason} -> {error, {open_error, Reason}}
    end.

rtp(Name) ->
    case file:consult(Name) of
        {ok, Specs} ->
            case [Error || Spec <- Specs, Error <- [lint(Spec)], Error =/= ok] of
                [] -> lists:foreach(fun(Spec) -> req({save, Spec}) end, Specs);
                [Error | _] -> Error
            end;
        {error, Reason} -> {error, {read_error, Reason}}
    end.

%%% Nodes.

n(Node) when Node =:= node() -> {error, cant_add_local_node};
n(Node) ->
    case net_kernel:connect_node(Node) of
        true -> {error, {cant_trace, Node}};
        _ -> {error, {nodedown, Node}}
    end.

cn(_Node) -> ok.

ln() -> io:format("~p~n", [node()]).

%%% Match specifications from funs.

fun2ms(Fun) when is_function(Fun) ->
    case erl_eval:fun_data(Fun) of
        {fun_data, Bindings, Clauses} ->
            case ms_transform:transform_from_shell(?MODULE, Clauses, Bindings) of
                {error, [{_, [{_, M, Code} | _]} | _], _} ->
                    io:format("Error: ~ts~n", [M:format_error(Code)]),
                    {error, transform_error};
                Spec -> Spec
            end;
        _ ->
            exit({badarg, {?MODULE, fun2ms, [function, called, with, real, 'fun', should, be, transformed,
                                             with, parse_transform, 'or', called, with, a, 'fun',
                                             generated, in, the, shell]}})
    end.

%%% What is printed.

%% dhandler(Event, Out) prints an event; Out is a device, or what the last call gave.
dhandler(end_of_trace, Out) -> Out;
dhandler(Event, Out) when element(1, Event) =:= trace, tuple_size(Event) >= 3 ->
    print(erlang:delete_element(1, Event), "", opened(Out));
dhandler(Event, Out) when element(1, Event) =:= trace_ts, tuple_size(Event) >= 4 ->
    Size = tuple_size(Event),
    print(erlang:delete_element(1, erlang:delete_element(Size, Event)), element(Size, Event), opened(Out));
dhandler({drop, N}, Out) ->
    {Device, _} = To = opened(Out),
    io:format(Device, "*** Dropped ~p messages.~n", [N]),
    To;
dhandler({seq_trace, Label, Info}, Out) -> sequential(Label, Info, "", opened(Out));
dhandler({seq_trace, Label, Info, Time}, Out) ->
    sequential(Label, Info, io_lib:format(" ~p", [Time]), opened(Out));
dhandler(_, Out) -> Out.

%% Devices that take Unicode have t's in the formats.
opened({_, Modifier} = Out) when is_list(Modifier) -> Out;
opened(Device) ->
    case io:getopts(Device) of
        Options when is_list(Options) ->
            case proplists:get_value(encoding, Options, latin1) of
                latin1 -> {Device, ""};
                _ -> {Device, "t"}
            end;
        _ -> {Device, ""}
    end.

print(Event, Time, {Device, M} = Out) ->
    {Format, Args} = event(Event, M),
    {Suffix, More} = case Time of
                         "" -> {"", []};
                         _ -> {" (Timestamp: ~p)", [Time]}
                     end,
    io:format(Device, "(~p) " ++ Format ++ Suffix ++ "~n", [element(1, Event) | Args] ++ More),
    Out.

event({_, 'receive', Msg}, M) -> {"<< ~" ++ M ++ "p", [Msg]};
event({_, send, Msg, To}, M) -> {"~p ! ~" ++ M ++ "p", [To, Msg]};
event({_, call, MFA}, M) -> {"call ~" ++ M ++ "s", [call(MFA, M)]};
event({_, call, MFA, Extra}, M) -> {"call ~" ++ M ++ "s (~" ++ M ++ "p)", [call(MFA, M), Extra]};
event({_, call, MFA, _, _}, M) -> {"call ~" ++ M ++ "s", [call(MFA, M)]};
event({_, return_from, MFA, Value}, M) -> {"returned from ~" ++ M ++ "s -> ~" ++ M ++ "p", [call(MFA, M), Value]};
event({_, return_to, undefined}, _) -> {"returning to undefined", []};
event({_, return_to, MFA}, M) -> {"returning to ~" ++ M ++ "s", [call(MFA, M)]};
event({_, spawn, Pid, MFA}, M) -> {"spawn ~p as ~" ++ M ++ "s", [Pid, call(MFA, M)]};
event(Event, M) ->
    [_, What | Rest] = tuple_to_list(Event),
    {"~w" ++ lists:append([" ~" ++ M ++ "p" || _ <- Rest]), [What | Rest]}.

call({Module, Function, Args}, M) when is_list(Args) ->
    F = "~" ++ M ++ "p",
    [io_lib:format(F ++ ":" ++ F ++ "(", [Module, Function]), lists:join(",", [io_lib:format(F, [A]) || A <- Args]), ")"];
call({Module, Function, Arity}, M) ->
    F = "~" ++ M ++ "p",
    io_lib:format(F ++ ":" ++ F ++ "/~p", [Module, Function, Arity]);
call(Other, M) -> io_lib:format("~" ++ M ++ "p", [Other]).

sequential(Label, Info, Time, {Device, M} = Out) ->
    P = "~" ++ M ++ "p",
    case Info of
        {send, Serial, From, To, Msg} ->
            io:format(Device, "SeqTrace~s [~p]: (~p) ~p ! " ++ P ++ " [Serial: ~p]~n", [Time, Label, From, To, Msg, Serial]);
        {'receive', Serial, From, To, Msg} ->
            io:format(Device, "SeqTrace~s [~p]: (~p) << " ++ P ++ " [Serial: ~p, From: ~p]~n",
                      [Time, Label, To, Msg, Serial, From]);
        {print, Serial, From, _, What} ->
            io:format(Device, "SeqTrace~s [~p]: -> " ++ P ++ " [Serial: ~p, From: ~p]~n", [Time, Label, What, Serial, From]);
        _ -> io:format(Device, "SeqTrace~s [~p]: " ++ P ++ "~n", [Time, Label, Info])
    end,
    Out.

%%% Help.

h() ->
    lines(["The following help items are available:",
           "   p, c",
           "       - Set trace flags for processes",
           "   tp, tpl, ctp, ctpl, ctpg, ltp, dtp, wtp, rtp",
           "       - Manipulate trace patterns for functions",
           "   n, cn, ln",
           "       - Add/remove traced nodes",
           "   tracer, trace_port, trace_client, get_tracer, stop, stop_clear",
           "       - Manipulate tracer process/port",
           "   i",
           "       - Info",
           "",
           "call dbg:h(Item) for brief help a brief description,",
           "of one of the items above."]).

h(Item) -> lines(help_text(Item)).

lines(Lines) -> io:format("~s~n", [lists:join("\n", Lines)]).

help_text(p) ->
    ["p(Item) -> {ok, MatchDesc} | {error, term()}",
     " - Traces messages to and from Item.",
     "p(Item, Flags) -> {ok, MatchDesc} | {error, term()}",
     " - Traces Item according to Flags.",
     "   Flags can be one of s, r, m, c, p, sos, sol, sofs,",
     "   sofl, all, clear, or any flag accepted by erlang:trace/3"];
help_text(c) ->
    ["c(Mod, Name, Args)",
     " - Evaluates apply(Mod, Name, Args) with all trace flags set.",
     "c(Mod, Name, Args, Flags)",
     "  - Evaluates apply(Mod, Name, Args) with Flags trace flags set."];
help_text(tp) ->
    ["tp(Module,MatchSpec)",
     " - Same as tp({Module, '_', '_'}, MatchSpec)",
     "tp(Module,Function,MatchSpec)",
     " - Same as tp({Module, Function, '_'}, MatchSpec)",
     "tp(Module, Function, Arity, MatchSpec)",
     " - Same as tp({Module, Function, Arity}, MatchSpec)",
     "tp({Module, Function, Arity}, MatchSpec) -> {ok, MatchDesc} | {error, term()}",
     " - Set pattern for traced global function calls."];
help_text(tpl) ->
    ["tpl(Module,MatchSpec)",
     " - Same as tpl({Module, '_', '_'}, MatchSpec)",
     "tpl(Module,Function,MatchSpec)",
     " - Same as tpl({Module, Function, '_'}, MatchSpec)",
     "tpl(Module, Function, Arity, MatchSpec)",
     " - Same as tpl({Module, Function, Arity}, MatchSpec)",
     "tpl({Module, Function, Arity}, MatchSpec) -> {ok, MatchDesc} | {error, term()}",
     " - Set pattern for traced local (as well as global) function calls."];
help_text(ctp) ->
    ["ctp()",
     " - Same as ctp({'_', '_', '_'})",
     "ctp(Module)",
     " - Same as ctp({Module, '_', '_'})",
     "ctp(Module, Function)",
     " - Same as ctp({Module, Function, '_'})",
     "ctp(Module, Function, Arity)",
     " - Same as ctp({Module, Function, Arity})",
     "ctp({Module, Function, Arity}) -> {ok, MatchDesc} | {error, term()}",
     " - Clear call trace pattern for the specified functions"];
help_text(ctpl) ->
    ["ctpl()",
     " - Same as ctpl({'_', '_', '_'})",
     "ctpl(Module)",
     " - Same as ctpl({Module, '_', '_'})",
     "ctpl(Module, Function)",
     " - Same as ctpl({Module, Function, '_'})",
     "ctpl(Module, Function, Arity)",
     " - Same as ctpl({Module, Function, Arity})",
     "ctpl({Module, Function, Arity}) -> {ok, MatchDesc} | {error, term()}",
     " - Clear local call trace pattern for the specified functions"];
help_text(ctpg) ->
    ["ctpg()",
     " - Same as ctpg({'_', '_', '_'})",
     "ctpg(Module)",
     " - Same as ctpg({Module, '_', '_'})",
     "ctpg(Module, Function)",
     " - Same as ctpg({Module, Function, '_'})",
     "ctpg(Module, Function, Arity)",
     " - Same as ctpg({Module, Function, Arity})",
     "ctpg({Module, Function, Arity}) -> {ok, MatchDesc} | {error, term()}",
     " - Clear global call trace pattern for the specified functions"];
help_text(ltp) ->
    ["ltp() -> ok",
     " - Lists saved and built-in match specifications on the console."];
help_text(dtp) ->
    ["dtp() -> ok",
     " - Deletes all saved match specifications.",
     "dtp(N) -> ok",
     " - Deletes a specific saved match_spec."];
help_text(wtp) ->
    ["wtp(Name) -> ok | {error, IOError}",
     " - Writes all saved match specifications to a file"];
help_text(rtp) ->
    ["rtp(Name) -> ok | {error, Error}",
     " - Read saved match specifications from file."];
help_text(n) ->
    ["n(Nodename) -> {ok, Nodename} | {error, Reason}",
     " - Starts a tracer server on the given node."];
help_text(cn) ->
    ["cn(Nodename) -> ok",
     "  - Clears a node from the list of traced nodes."];
help_text(ln) ->
    ["ln() -> ok",
     " - Shows the list of traced nodes on the console."];
help_text(tracer) ->
    ["tracer() -> {ok, pid()} | {error, already_started}",
     " - Starts a tracer server that handles trace messages.",
     "tracer(Type, Data) -> {ok, pid()} | {error, Error}",
     " - Starts a tracer server with additional parameters"];
help_text(trace_port) ->
    ["trace_port(Type, Parameters) -> fun()",
     " - Creates and returns a trace port generating fun"];
help_text(trace_client) ->
    ["trace_client(Type, Parameters) -> pid()",
     " - Starts a trace client that reads messages created by a trace port driver",
     "trace_client(Type, Parameters, HandlerSpec) -> pid()",
     " - Starts a trace client that reads messages created by a trace port driver,",
     "   with a user defined handler"];
help_text(get_tracer) ->
    ["get_tracer() -> {ok, Tracer}",
     "  - Returns the process or port to which all trace messages are sent.",
     "get_tracer(Node) -> {ok, Tracer}",
     "  - Returns the process or port to which all trace messages are sent."];
help_text(stop) ->
    ["stop() -> ok",
     "  - Stops the dbg server and the tracing of all processes.",
     "    Does not clear any trace patterns."];
help_text(stop_clear) ->
    [" stop_clear() -> ok",
     "  - Deprecated. Stops the dbg server and the tracing of all processes,",
     "    and clears all trace patterns."];
help_text(i) ->
    ["i() -> ok",
     "  - Displays information about all traced processes."].
