%% Timers. What send_after and erlang:send_after can do alone is done so; the
%% rest is the work of the registered process timer_server, started at the
%% first need: it keeps a map of references to {once, Timer, MFA, Monitor} and
%% {interval, ...} entries.
-module(timer).

-export([start/0, start_link/0, apply_after/2, apply_after/3, apply_after/4,
         send_after/2, send_after/3, exit_after/2, exit_after/3, kill_after/1,
         kill_after/2, apply_interval/2, apply_interval/3, apply_interval/4,
         apply_repeatedly/2, apply_repeatedly/3, apply_repeatedly/4,
         send_interval/2, send_interval/3, cancel/1, sleep/1, tc/1, tc/2, tc/3,
         tc/4, now_diff/2, seconds/1, minutes/1, hours/1, hms/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).

-define(is_time(T), is_integer(T), T >= 0).

%% Sleeping and measuring.

%% A receive waits 2^32 - 1 milliseconds at most.
sleep(T) when is_integer(T), T > 16#FFFFFFFF ->
    receive after 16#FFFFFFFF -> sleep(T - 16#FFFFFFFF) end;
sleep(T) -> receive after T -> ok end.

tc(F) -> tc(F, microsecond).

tc(F, A) when is_list(A) -> tc(F, A, microsecond);
tc(F, Unit) ->
    T1 = erlang:monotonic_time(),
    Value = F(),
    T2 = erlang:monotonic_time(),
    {erlang:convert_time_unit(T2 - T1, native, Unit), Value}.

tc(F, A, Unit) when is_function(F), is_atom(Unit); is_function(F), is_integer(Unit) ->
    T1 = erlang:monotonic_time(),
    Value = apply(F, A),
    T2 = erlang:monotonic_time(),
    {erlang:convert_time_unit(T2 - T1, native, Unit), Value};
tc(M, F, A) ->
    tc(M, F, A, microsecond).

tc(M, F, A, Unit) ->
    T1 = erlang:monotonic_time(),
    Value = apply(M, F, A),
    T2 = erlang:monotonic_time(),
    {erlang:convert_time_unit(T2 - T1, native, Unit), Value}.

%% Microseconds between two results of erlang:timestamp/0.
now_diff({A2, B2, C2}, {A1, B1, C1}) -> ((A2 - A1) * 1000000 + B2 - B1) * 1000000 + C2 - C1.

seconds(S) -> 1000 * S.
minutes(M) -> 60000 * M.
hours(H) -> 3600000 * H.
hms(H, M, S) -> hours(H) + minutes(M) + seconds(S).

%% One-shot timers.

send_after(Time, Message) -> send_after(Time, self(), Message).

send_after(0, Dest, Message) when is_pid(Dest); is_atom(Dest) ->
    Dest ! Message,
    {ok, {instant, make_ref()}};
send_after(0, {Name, Node} = Dest, Message) when is_atom(Name), is_atom(Node) ->
    Dest ! Message,
    {ok, {instant, make_ref()}};
send_after(Time, Pid, Message) when ?is_time(Time), is_pid(Pid), node(Pid) =:= node() ->
    {ok, {send_local, erlang:send_after(Time, Pid, Message)}};
send_after(Time, Name, Message) when is_atom(Name) ->
    once(Time, {send, Name, Message});
send_after(Time, Dest, Message) when is_pid(Dest) ->
    once(Time, {send, Dest, Message});
send_after(Time, {Name, Node} = Dest, Message) when is_atom(Name), is_atom(Node) ->
    once(Time, {send, Dest, Message});
send_after(_, _, _) -> {error, badarg}.

once(Time, Work) when ?is_time(Time) -> request({once, Time, Work});
once(_, _) -> {error, badarg}.

exit_after(Time, Reason) -> exit_after(Time, self(), Reason).

exit_after(Time, Dest, Reason) -> apply_after(Time, fun exit_dest/2, [Dest, Reason]).

kill_after(Time) -> exit_after(Time, self(), kill).

kill_after(Time, Dest) -> exit_after(Time, Dest, kill).

exit_dest(Name, Reason) when is_atom(Name) ->
    case whereis(Name) of
        undefined -> ok;
        Pid -> exit(Pid, Reason)
    end;
exit_dest(Pid, Reason) -> exit(Pid, Reason).

apply_after(Time, F) -> apply_after(Time, F, []).

apply_after(0, F, A) when is_function(F, length(A)) ->
    _ = spawn(fun() -> apply(F, A) end),
    {ok, {instant, make_ref()}};
apply_after(Time, F, A) when ?is_time(Time), is_function(F, length(A)) ->
    request({once, Time, {F, A}});
apply_after(_, _, _) -> {error, badarg}.

apply_after(0, M, F, A) when is_atom(M), is_atom(F), is_list(A) ->
    _ = spawn(fun() -> apply(M, F, A) end),
    {ok, {instant, make_ref()}};
apply_after(Time, M, F, A) when ?is_time(Time), is_atom(M), is_atom(F), is_list(A) ->
    request({once, Time, {M, F, A}});
apply_after(_, _, _, _) -> {error, badarg}.

%% Intervals. An interval ends with the process that asked for it, as far as
%% there is one to watch.

send_interval(Time, Message) -> send_interval(Time, self(), Message).

send_interval(Time, Pid, Message) when ?is_time(Time), is_pid(Pid) ->
    request({interval, Time, Pid, {send, Pid, Message}});
send_interval(Time, Name, Message) when ?is_time(Time), is_atom(Name) ->
    case whereis(Name) of
        Pid when is_pid(Pid) -> request({interval, Time, Pid, {send, Name, Message}});
        _ -> {error, badarg}
    end;
send_interval(Time, {Name, Node} = Dest, Message) when ?is_time(Time), is_atom(Name), is_atom(Node) ->
    request({interval, Time, Dest, {send, Dest, Message}});
send_interval(_, _, _) -> {error, badarg}.

send_quietly(Dest, Message) ->
    try Dest ! Message
    catch error:_ -> ok
    end.

apply_interval(Time, F) -> apply_interval(Time, F, []).

apply_interval(Time, F, A) when ?is_time(Time), is_function(F, length(A)) ->
    request({interval, Time, self(), {F, A}});
apply_interval(_, _, _) -> {error, badarg}.

apply_interval(Time, M, F, A) when ?is_time(Time), is_atom(M), is_atom(F), is_list(A) ->
    request({interval, Time, self(), {M, F, A}});
apply_interval(_, _, _, _) -> {error, badarg}.

%% As an interval, but the next application waits for the end of the last.

apply_repeatedly(Time, F) -> apply_repeatedly(Time, F, []).

apply_repeatedly(Time, F, A) when ?is_time(Time), is_function(F, length(A)) ->
    request({repeated, Time, self(), {F, A}});
apply_repeatedly(_, _, _) -> {error, badarg}.

apply_repeatedly(Time, M, F, A) when ?is_time(Time), is_atom(M), is_atom(F), is_list(A) ->
    request({repeated, Time, self(), {M, F, A}});
apply_repeatedly(_, _, _, _) -> {error, badarg}.

cancel({send_local, Ref}) when is_reference(Ref) ->
    _ = erlang:cancel_timer(Ref),
    {ok, cancel};
cancel({instant, Ref}) when is_reference(Ref) ->
    {ok, cancel};
cancel({Kind, Ref}) when is_reference(Ref), Kind =:= once; is_reference(Ref), Kind =:= interval ->
    request({cancel, Ref});
cancel(_) -> {error, badarg}.

%% The server.

start() ->
    {ok, _} = started(),
    ok.

start_link() -> gen_server:start_link({local, timer_server}, ?MODULE, [], []).

started() ->
    case whereis(timer_server) of
        undefined ->
            case gen_server:start({local, timer_server}, ?MODULE, [], []) of
                {ok, Pid} -> {ok, Pid};
                {error, {already_started, Pid}} -> {ok, Pid}
            end;
        Pid -> {ok, Pid}
    end.

request(Request) ->
    {ok, Server} = started(),
    gen_server:call(Server, Request, infinity).

init([]) -> {ok, #{}}.

handle_call({once, Time, Work}, _, Timers) ->
    Timer = erlang:start_timer(Time, self(), Work),
    {reply, {ok, {once, Timer}}, Timers#{Timer => {once, Timer}}};
handle_call({interval, Time, Owner, Work}, _, Timers) ->
    start_interval(interval, Time, Owner, Work, Timers);
handle_call({repeated, Time, Owner, Work}, _, Timers) ->
    start_interval(repeated, Time, Owner, Work, Timers);
handle_call({cancel, Ref}, _, Timers) ->
    {reply, {ok, cancel}, stop_timer(Ref, Timers)};
handle_call(_, _, Timers) ->
    {noreply, Timers}.

start_interval(Kind, Time, Owner, Work, Timers) ->
    Ref = erlang:monitor(process, Owner),
    First = erlang:monotonic_time(millisecond) + Time,
    Timer = erlang:start_timer(First, self(), {again, Ref}, [{abs, true}]),
    {reply, {ok, {interval, Ref}}, Timers#{Ref => {Kind, Timer, First, Time, Work}}}.

handle_cast(_, Timers) -> {noreply, Timers}.

handle_info({timeout, Timer, {again, Ref}}, Timers) ->
    case Timers of
        #{Ref := {interval, Timer, At, Time, Work}} ->
            run(Work),
            {noreply, Timers#{Ref := next_at(interval, At + Time, Time, Work, Ref)}};
        #{Ref := {repeated, Timer, At, Time, Work}} ->
            {_, Mon} = spawn_monitor(fun() -> do(Work) end),
            {noreply, Timers#{Mon => {running, Ref}, Ref := {repeated, none, At, Time, Work}}};
        #{} ->
            {noreply, Timers}
    end;
handle_info({timeout, Timer, Work}, Timers) ->
    case Timers of
        #{Timer := _} ->
            run(Work),
            {noreply, maps:remove(Timer, Timers)};
        #{} ->
            {noreply, Timers}
    end;
handle_info({'DOWN', Ref, process, _, _}, Timers) ->
    case Timers of
        #{Ref := {running, Repeated}} ->
            Rest = maps:remove(Ref, Timers),
            case Rest of
                #{Repeated := {repeated, none, At, Time, Work}} ->
                    Next = max(At + Time, erlang:monotonic_time(millisecond)),
                    {noreply, Rest#{Repeated := next_at(repeated, Next, Time, Work, Repeated)}};
                #{} ->
                    {noreply, Rest}
            end;
        #{} ->
            {noreply, stop_timer(Ref, Timers)}
    end;
handle_info(_, Timers) ->
    {noreply, Timers}.

next_at(Kind, At, Time, Work, Ref) ->
    {Kind, erlang:start_timer(At, self(), {again, Ref}, [{abs, true}]), At, Time, Work}.

stop_timer(Ref, Timers) ->
    case Timers of
        #{Ref := {once, Timer}} ->
            _ = erlang:cancel_timer(Timer),
            maps:remove(Ref, Timers);
        #{Ref := {_, Timer, _, _, _}} ->
            erlang:demonitor(Ref, [flush]),
            _ = is_reference(Timer) andalso erlang:cancel_timer(Timer),
            maps:remove(Ref, Timers);
        #{} ->
            Timers
    end.

%% Sending is done here, so that messages keep their order; all else in a
%% process of its own.
run({send, Dest, Message}) -> send_quietly(Dest, Message);
run(Work) -> spawn(fun() -> do(Work) end).

do({F, A}) -> apply(F, A);
do({M, F, A}) -> apply(M, F, A).

terminate(_, _) -> ok.

code_change(_, Timers, _) -> {ok, Timers}.
