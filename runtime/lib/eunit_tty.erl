%% Prints what eunit_proc reports: failures, or with verbose every test; at the
%% end how many there were.
-module(eunit_tty).

-export([start/1, finish/1]).

-define(RULE, "=======================================================\n").

-record(t, {verbose, quiet, depth, indent = 0, passed = 0, failed = 0, skipped = 0, cancelled = false, begun = []}).

start(Options) ->
    T = #t{verbose = proplists:get_bool(verbose, Options), quiet = proplists:get_bool(no_tty, Options),
           depth = proplists:get_value(print_depth, Options, 20)},
    spawn(fun() ->
              T#t.verbose andalso print("======================== EUnit ========================\n", [], T),
              listen(T)
          end).

%% The outcome, when all is printed.
finish(Tty) ->
    Monitor = monitor(process, Tty),
    Tty ! {finish, self()},
    receive
        {Tty, Outcome} -> demonitor(Monitor, [flush]), Outcome;
        {'DOWN', Monitor, process, _, Reason} -> {error, Reason}
    end.

listen(T) ->
    receive
        {finish, From} -> summary(T), From ! {self(), outcome(T)};
        Report -> listen(report(Report, T))
    end.

outcome(#t{failed = 0, skipped = 0, cancelled = false}) -> ok;
outcome(_) -> error.

report({group_begin, Title}, T) when Title =:= none; not T#t.verbose -> T#t{begun = [tests(T) | T#t.begun]};
report({group_begin, Title}, T) ->
    line(Title ++ "\n", T),
    T#t{indent = T#t.indent + 1, begun = [tests(T) | T#t.begun]};
report({group_end, Title, _}, T) when Title =:= none; not T#t.verbose -> T#t{begun = tl(T#t.begun)};
report({group_end, _, Ms}, #t{begun = [Before | Begun]} = T) ->
    tests(T) > Before andalso line(io_lib:format("[done in ~.3f s]\n", [Ms / 1000]), T),
    T#t{indent = max(0, T#t.indent - 1), begun = Begun};
report({test_begin, Test}, T) ->
    line(name(Test), T),
    put(running, Test),
    T;
report({test_end, _, {ok, _}, _, Ms}, T) ->
    T#t.verbose andalso print(case Ms of 0 -> "ok\n"; _ -> io_lib:format("[~.3f s] ok\n", [Ms / 1000]) end, [], T),
    T#t{passed = T#t.passed + 1};
report({test_end, Test, {error, Error}, Output, _}, T) ->
    unlisted(Test, T),
    print("*failed*\n~ts  output:<<\"~ts\">>\n\n", [exception(Error, T), Output], T),
    T#t{failed = T#t.failed + 1};
report({test_end, Test, {skipped, Why}, _, _}, T) ->
    unlisted(Test, T),
    print("*did not run*\n::~ts", [missing(Why)], T),
    T#t{skipped = T#t.skipped + 1};
report({test_cancel, skipped}, T) ->
    unlisted(get(running), T),
    print("*skipped*\n", [], T),
    T#t{cancelled = true};
report({test_cancel, {timeout, Stack}}, T) ->
    unlisted(get(running), T),
    print("*timed out*\n~ts", [stack(Stack)], T),
    T#t{cancelled = true};
report({group_cancel, Title0, Why}, T) ->
    Title = case Title0 of none -> "undefined"; _ -> Title0 end,
    In = lists:duplicate(2 * T#t.indent, $\s),
    print("~ts~ts\n~ts", [In, Title, cancelled(Why, In, T)], T),
    T#t{indent = max(0, T#t.indent - 1), cancelled = true}.

tests(T) -> T#t.passed + T#t.failed + T#t.skipped.

%%% What is printed.

print(_, _, #t{quiet = true}) -> ok;
print(Format, As, _) -> io:format(Format, As).

%% Only verbose lists what goes well.
line(Text, #t{verbose = true} = T) -> print("~ts~ts", [lists:duplicate(2 * T#t.indent, $\s), Text], T);
line(_, _) -> ok.

unlisted(_, #t{verbose = true}) -> ok;
unlisted(Test, T) -> print("~ts", [name(Test)], T).

name(#{module := M, name := F} = Test) ->
    [io_lib:format("~ts:", [M]),
     case Test of #{line := L} -> integer_to_list(L) ++ ":"; _ -> "" end,
     io_lib:format(" ~ts", [F]),
     case Test of #{title := Title} -> [" (", Title, ")"]; _ -> "" end,
     "..."].

cancelled(blame, _, _) -> "";
cancelled({timeout, Stack}, In, _) -> [In, "*timed out*\n", stack(Stack)];
cancelled({exit, Reason}, In, T) -> [In, io_lib:format("*unexpected termination of test process*\n::~tP\n\n", [Reason, T#t.depth])];
cancelled({abort, Why}, In, T) ->
    {What, Text} = abort(Why, T),
    [In, "*** ", What, " ***\n**", Text, "\n\n"].

abort({bad_test, Test}, T) -> {"bad test descriptor", io_lib:format("~tP", [Test, T#t.depth])};
abort({bad_result, Who, {M, F, A}, Result}, T) ->
    {io_lib:format("result from ~w ~w:~tw/~w is not a test", [Who, M, F, A]), io_lib:format("~tP", [Result, T#t.depth])};
abort({generator_failed, {M, F, A}, Error}, T) ->
    {io_lib:format("test generator ~w:~tw/~w failed", [M, F, A]), exception(Error, T)};
abort({setup_failed, Error}, T) -> {"context setup failed", exception(Error, T)};
abort({cleanup_failed, Error}, T) -> {"context cleanup failed", exception(Error, T)};
abort({instantiation_failed, Error}, T) -> {"instantiation of subtests failed", exception(Error, T)};
abort({module_not_found, M}, _) -> {"test module not found", io_lib:format("~tw", [M])};
abort({no_such_function, {M, F, A}}, _) -> {"no such function", io_lib:format("~w:~tw/~w", [M, F, A])};
abort({application_not_found, A}, _) -> {"application not found", io_lib:format("~tw", [A])};
abort({file_error, File, Reason}, _) -> {"error reading file", [file:format_error(Reason), ": ", File]}.

missing({module_not_found, M}) -> io_lib:format("missing module: ~tw\n", [M]);
missing({no_such_function, {M, F, A}}) -> io_lib:format("no such function: ~w:~tw/~w\n", [M, F, A]).

exception({Class, Reason, Stack}, T) ->
    [stack(Stack), io_lib:format("**~w:", [Class]), io_lib:format("~tP\n", [Reason, T#t.depth])].

stack([]) -> "";
stack([Top | Below]) -> [frame("in function", Top) | [frame("in call from", F) || F <- Below]].

frame(Where, {F, As, Place}) when is_function(F) -> frame(Where, {erlang, apply, [F, As], Place});
frame(Where, {M, F, As, Place}) ->
    Arity = if is_list(As) -> length(As); true -> As end,
    [io_lib:format("~s ~w:~tw/~w", [Where, M, F, Arity]),
     case {proplists:get_value(file, Place), proplists:get_value(line, Place)} of
         {File, Line} when File =/= undefined, Line =/= undefined -> io_lib:format(" (~ts, line ~w)", [File, Line]);
         _ -> ""
     end,
     "\n",
     if is_list(As) -> io_lib:format("  called as ~ts\n", [called(M, F, As)]); true -> "" end].

called(erlang, Op, [A, B]) when Op =:= '+'; Op =:= '-'; Op =:= '*'; Op =:= '/'; Op =:= 'div'; Op =:= 'rem' ->
    io_lib:format("~tP ~ts ~tP", [A, 15, Op, B, 15]);
called(_, F, As) -> io_lib:format("~tw(~ts)", [F, lists:join(",", [io_lib:format("~tP", [A, 15]) || A <- As])]).

summary(#t{passed = 0, failed = 0, skipped = 0, cancelled = false} = T) ->
    print("  There were no tests to run.\n", [], T);
summary(T) ->
    Good = outcome(T) =:= ok,
    (T#t.verbose orelse not Good) andalso print(?RULE, [], T),
    case {Good, T#t.passed} of
        {true, 1} -> print("  Test passed.\n", [], T);
        {true, 2} -> print("  2 tests passed.\n", [], T);
        {true, N} -> print("  All ~w tests passed.\n", [N], T);
        {false, N} ->
            print("  Failed: ~w.  Skipped: ~w.  Passed: ~w.\n", [T#t.failed, T#t.skipped, N], T),
            T#t.cancelled andalso print("One or more tests were cancelled.\n", [], T)
    end.
