%% The processes that run tests. Each test set that is to have a process of its
%% own gets two: a worker, in which the tests run, and its supervisor, which is
%% the worker's group leader (so that a test's output is with its report),
%% passes reports on, and ends a worker whose time is up.
%%
%% A report is {group_begin, Title}, {group_end, Title, Ms}, {test_begin, Test},
%% {test_end, Test, Result, Output, Ms}, {test_cancel, Why}, or
%% {group_cancel, Title, Why}. The lines of what stack traces show are erl's.
-module(eunit_proc).

-export([run/3]).

-define(TEST_TIMEOUT, 5000).

%% What a worker knows.
-record(w, {supervisor, scale}).

%% Runs a group in a process of its own and gives its reports to Report.
run(Group, Report, Options) ->
    Scale = proplists:get_value(scale_timeouts, Options, 1),
    relay(start(Group, Scale), Report).

start(Group, Scale) ->
    Parent = self(),
    Tag = make_ref(),
    {_, Monitor} = spawn_monitor(fun() -> supervise(Parent, Tag, Group, Scale) end),
    {Tag, Monitor}.

relay({Tag, Monitor} = Child, Report) ->
    receive
        {Tag, R} -> Report(R), relay(Child, Report);
        {'DOWN', Monitor, process, _, _} -> ok
    end.

%%% The supervisor.

-record(s, {up, title, worker, monitor, parent, running = none, output = []}).

supervise(Parent, Tag, Group, Scale) ->
    Self = self(),
    {Worker, Monitor} =
        spawn_monitor(fun() -> group_leader(Self, self()), worker(Group, #w{supervisor = Self, scale = Scale}) end),
    supervisor(#s{up = fun(R) -> Parent ! {Tag, R} end, title = maps:get(title, Group, none), worker = Worker,
                  monitor = Monitor, parent = monitor(process, Parent)}).

supervisor(#s{up = Up, worker = Worker, monitor = Monitor, parent = Parent} = S) ->
    receive
        {Worker, {test_begin, Test} = R} -> Up(R), supervisor(S#s{running = Test, output = []});
        {Worker, {test_end, Test, Result, Ms}} ->
            Up({test_end, Test, Result, lists:reverse(S#s.output), Ms}),
            supervisor(S#s{running = none});
        {Worker, R} -> Up(R), supervisor(S);
        {timeout, _, Who} -> timed_out(Who, S);
        {io_request, From, As, Request} ->
            {Reply, Chars} = io_request(Request, []),
            From ! {io_reply, As, Reply},
            supervisor(S#s{output = [Chars | S#s.output]});
        {'DOWN', Monitor, process, _, normal} -> ok;
        {'DOWN', Monitor, process, _, Reason} ->
            skip(S),
            Up({group_cancel, S#s.title, {exit, Reason}});
        {'DOWN', Parent, process, _, _} -> exit(Worker, kill)
    end.

timed_out(Who, #s{up = Up, worker = Worker, monitor = Monitor} = S) ->
    Stack = case process_info(Worker, current_stacktrace) of
                {_, Frames} -> Frames;
                undefined -> []
            end,
    exit(Worker, kill),
    receive {'DOWN', Monitor, process, _, _} -> ok end,
    case Who of
        test -> Up({test_cancel, {timeout, Stack}});
        {group, Title} -> skip(S), Up({group_cancel, Title, {timeout, Stack}})
    end,
    Up({group_cancel, S#s.title, blame}).

skip(#s{running = none}) -> ok;
skip(#s{up = Up}) -> Up({test_cancel, skipped}).

%% What a test prints is kept; there is nothing for it to read.
io_request({put_chars, Encoding, Chars}, Out) ->
    case unicode:characters_to_list(Chars, Encoding) of
        Text when is_list(Text) -> {ok, [Out, Text]};
        _ -> {{error, put_chars}, Out}
    end;
io_request({put_chars, Encoding, M, F, As}, Out) ->
    try io_request({put_chars, Encoding, apply(M, F, As)}, Out)
    catch _:_ -> {{error, F}, Out}
    end;
io_request({put_chars, Chars}, Out) -> io_request({put_chars, latin1, Chars}, Out);
io_request({put_chars, M, F, As}, Out) -> io_request({put_chars, latin1, M, F, As}, Out);
io_request({requests, Requests}, Out) ->
    lists:foldl(fun(R, {ok, O}) -> io_request(R, O); (_, Failed) -> Failed end, {ok, Out}, Requests);
io_request({setopts, _}, Out) -> {ok, Out};
io_request(getopts, Out) -> {[], Out};
io_request({get_geometry, _}, Out) -> {{error, enotsup}, Out};
io_request(Request, Out) when is_tuple(Request) ->
    case atom_to_list(element(1, Request)) of
        "get_" ++ _ -> {eof, Out};
        _ -> {{error, request}, Out}
    end;
io_request(_, Out) -> {{error, request}, Out}.

%%% The worker.

report(R, #w{supervisor = S}) -> S ! {self(), R}, ok.

worker(Group, W) -> guarded(Group, W).

%% Runs a group here, and reports what stops it.
guarded(Group, W) ->
    try
        case Group of
            #{context := {Setup, Cleanup, Instantiate}} ->
                eunit_test:context(Setup, Cleanup, Instantiate, fun(T) -> run_group(Group#{tests := T}, W) end);
            _ -> run_group(Group, W)
        end
    catch
        throw:{eunit_abort, Why} -> report({group_cancel, maps:get(title, Group, none), {abort, Why}}, W)
    end.

-file("eunit_proc.erl", 592).
run_group(#{timeout := Timeout} = Group, W) ->
    Title = maps:get(title, Group, none),
    report({group_begin, Title}, W),
    Start = erlang:monotonic_time(millisecond),
    with_timeout(
      {Timeout, {group, Title}}, fun() -> tests(Group, W) end, W),
    report({group_end, Title, erlang:monotonic_time(millisecond) - Start}, W).

-file("eunit_proc.erl", 369).
with_timeout({infinity, _}, F, _W) ->
    {done, Result} =
        {done, F()},
    Result;
with_timeout({Timeout, Who}, F, #w{supervisor = S, scale = Scale}) ->
    Timer = erlang:start_timer(round(Timeout * Scale), S, Who),






    Result = F(),
    erlang:cancel_timer(Timer),
    Result.

tests(#{order := inorder} = Group, W) -> tests_inorder(eunit_data:iter(Group), 0, W);
tests(#{order := Most} = Group, W) -> tests_inparallel(eunit_data:iter(Group), Most, W);
tests(Group, W) -> tests_inorder(eunit_data:iter(Group), 0, W).

-file("eunit_proc.erl", 478).
tests_inorder(Iter, N, W) ->
    case
        get_next_item(Iter) of
        {Item, Rest} ->
            handle_item(Item, W),
            tests_inorder(Rest, N + 1, W);
        none -> ok
    end.

-file("eunit_proc.erl", 514).
get_next_item(Iter) ->
    Next =
        eunit_data:iter_next(Iter),
    Next.

%% All of them at once, or some, each in its process; reports come in order.
tests_inparallel(Iter, Most, W) -> parallel(items(Iter), Most, [], W).

items(Iter) ->
    case get_next_item(Iter) of
        none -> [];
        {Item, Rest} -> [Item | items(Rest)]
    end.

parallel([Item | Items], Most, Running, W) when length(Running) < Most ->
    Group = case Item of
                {group, G} -> G#{spawn => false};
                {test, _} -> #{tests => {eunit_item, Item}, timeout => infinity}
            end,
    parallel(Items, Most, Running ++ [start(Group, W#w.scale)], W);
parallel(Items, Most, [Child | Running], W) ->
    relay(Child, fun(R) -> report(R, W) end),
    parallel(Items, Most, Running, W);
parallel([], _, [], _) -> ok.

handle_item({test, Test}, W) -> handle_test(Test, W);
handle_item({group, #{spawn := true} = Group}, W) ->
    relay(start(Group, W#w.scale), fun(R) -> report(R, W) end);
handle_item({group, Group}, W) -> guarded(Group, W).

-file("eunit_proc.erl", 536).
handle_test(Test, W) ->
    report({test_begin, Test}, W),
    Timeout = maps:get(timeout, Test, ?TEST_TIMEOUT),
    Start = erlang:monotonic_time(millisecond),
    Result = with_timeout({Timeout, test}, fun() -> run_test(Test) end, W),
    report({test_end, Test, Result, erlang:monotonic_time(millisecond) - Start}, W).

-file("eunit_proc.erl", 555).
run_test(#{call := F}) ->
    Result =
        eunit_test:run_testfun(F),
    Result.
