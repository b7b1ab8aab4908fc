%% Calls of test functions. The stack traces that users read go through here,
%% so the lines are those that erl's have.
-module(eunit_test).

-export([run_testfun/1, mf_wrapper/2, context/4, prune/1]).

%% {ok, Value}, {error, {Class, Reason, Stack}}, or {skipped, Why} of a function
%% that isn't there.
-file("eunit_test.erl", 80).
run_testfun(F) ->
    try
        F()
    of
        Value -> {ok, Value}
    catch
        throw:{?MODULE, Why} -> {skipped, Why};
        Class:Reason:Stack -> {error, {Class, Reason, Stack}}
    end.

%% A test of a function by name, which may be missing.
-file("eunit_test.erl", 282).
mf_wrapper(M, F) ->
    fun() ->
        try
            M:F()
        catch
            error:undef:Stack -> undef(M, F, Stack)
        end
    end.

undef(M, F, [{M, F, [], _} | _]) ->
    case code:ensure_loaded(M) of
        {module, M} -> throw({?MODULE, {no_such_function, {M, F, 0}}});
        _ -> throw({?MODULE, {module_not_found, M}})
    end;
undef(M, F, Stack) -> erlang:raise(error, undef, prune(Stack) ++ [{M, F, 0, []}]).

%% Setup, the tests made of its value, cleanup.
context(Setup, Cleanup, Instantiate, Run) ->
    Value = step(setup_failed, fun() -> Setup() end),
    try Run(Instantiate(Value))
    after
        step(cleanup_failed, fun() -> Cleanup(Value) end)
    end.

step(What, F) ->
    try F()
    catch Class:Reason:Stack -> throw({eunit_abort, {What, {Class, Reason, prune(Stack)}}})
    end.

%% A stack without the calls from eunit.
prune(Stack) ->
    lists:takewhile(fun(Frame) -> not lists:member(element(1, Frame), [?MODULE, eunit_data, eunit_proc]) end, Stack).
