%% What a module of tests includes: the assert macros, the macros that make test
%% objects of them, macros for debugging, and the parse transform that exports the
%% tests and adds test/0. Compiled with NOTEST (and not TEST) a module exports nothing.
-ifndef(EUNIT_HRL).
-define(EUNIT_HRL, true).

-ifdef(TEST).
-undef(NOTEST).
-endif.
-ifndef(NOTEST).
-ifndef(EUNIT).
-define(EUNIT, true).
-endif.
-ifndef(TEST).
-define(TEST, true).
-endif.
-ifndef(EUNIT_NOAUTO).
-compile({parse_transform, eunit_autoexport}).
-endif.
-endif.

-include_lib("stdlib/include/assert.hrl").

-ifndef(LET).
-define(LET(X, Y, Z), ((fun (X) -> (Z) end)(Y))).
-endif.
-ifndef(IF).
-define(IF(B, T, F), (case (B) of true -> (T); false -> (F) end)).
-endif.
-ifndef(UNLESS).
-define(UNLESS(B, F), ?IF(B, ok, F)).
-endif.
-ifndef(MATCHES).
-define(MATCHES(P, E), (case (E) of P -> true; _ -> false end)).
-endif.

-define(_test(Expr), {?LINE, fun () -> (Expr) end}).
-define(_assert(Expr), ?_test(?assert(Expr))).
-define(_assert(Expr, Comment), ?_test(?assert(Expr, Comment))).
-define(_assertNot(Expr), ?_test(?assertNot(Expr))).
-define(_assertNot(Expr, Comment), ?_test(?assertNot(Expr, Comment))).
-define(_assertEqual(Expect, Expr), ?_test(?assertEqual(Expect, Expr))).
-define(_assertEqual(Expect, Expr, Comment), ?_test(?assertEqual(Expect, Expr, Comment))).
-define(_assertNotEqual(Unexpected, Expr), ?_test(?assertNotEqual(Unexpected, Expr))).
-define(_assertNotEqual(Unexpected, Expr, Comment), ?_test(?assertNotEqual(Unexpected, Expr, Comment))).
-define(_assertMatch(Guard, Expr), ?_test(?assertMatch(Guard, Expr))).
-define(_assertMatch(Guard, Expr, Comment), ?_test(?assertMatch(Guard, Expr, Comment))).
-define(_assertNotMatch(Guard, Expr), ?_test(?assertNotMatch(Guard, Expr))).
-define(_assertNotMatch(Guard, Expr, Comment), ?_test(?assertNotMatch(Guard, Expr, Comment))).
-define(_assertException(Class, Term, Expr), ?_test(?assertException(Class, Term, Expr))).
-define(_assertException(Class, Term, Expr, Comment), ?_test(?assertException(Class, Term, Expr, Comment))).
-define(_assertNotException(Class, Term, Expr), ?_test(?assertNotException(Class, Term, Expr))).
-define(_assertNotException(Class, Term, Expr, Comment), ?_test(?assertNotException(Class, Term, Expr, Comment))).
-define(_assertError(Term, Expr), ?_test(?assertError(Term, Expr))).
-define(_assertError(Term, Expr, Comment), ?_test(?assertError(Term, Expr, Comment))).
-define(_assertExit(Term, Expr), ?_test(?assertExit(Term, Expr))).
-define(_assertExit(Term, Expr, Comment), ?_test(?assertExit(Term, Expr, Comment))).
-define(_assertThrow(Term, Expr), ?_test(?assertThrow(Term, Expr))).
-define(_assertThrow(Term, Expr, Comment), ?_test(?assertThrow(Term, Expr, Comment))).

%% Programs of the operating system.
-define(_cmd_(Cmd), (eunit_lib:command(Cmd))).
-define(cmdStatus(N, Cmd),
    begin
    ((fun () ->
        case ?_cmd_(Cmd) of
            {(N), Out__} -> Out__;
            {N__, _} -> erlang:error({command_failed, [{module, ?MODULE}, {line, ?LINE},
                       {command, (Cmd)}, {expected_status, (N)}, {status, N__}]})
        end
      end)())
    end).
-define(cmd(Cmd), ?cmdStatus(0, Cmd)).
-define(_cmdStatus(N, Cmd), ?_test(?cmdStatus(N, Cmd))).
-define(_cmd(Cmd), ?_test(?cmd(Cmd))).
-ifdef(NOASSERT).
-define(assertCmdStatus(N, Cmd), ok).
-define(assertCmdOutput(T, Cmd), ok).
-else.
-define(assertCmdStatus(N, Cmd),
    begin
    ((fun () ->
        case ?_cmd_(Cmd) of
            {(N), _} -> ok;
            {N__, _} -> erlang:error({assertCmd_failed, [{module, ?MODULE}, {line, ?LINE},
                       {command, (Cmd)}, {expected_status, (N)}, {status, N__}]})
        end
      end)())
    end).
-define(assertCmdOutput(T, Cmd),
    begin
    ((fun () ->
        case ?_cmd_(Cmd) of
            {_, (T)} -> ok;
            {_, T__} -> erlang:error({assertCmdOutput_failed, [{module, ?MODULE}, {line, ?LINE},
                       {command, (Cmd)}, {expected_output, (T)}, {output, T__}]})
        end
      end)())
    end).
-endif.
-define(assertCmd(Cmd), ?assertCmdStatus(0, Cmd)).
-define(_assertCmdStatus(N, Cmd), ?_test(?assertCmdStatus(N, Cmd))).
-define(_assertCmd(Cmd), ?_test(?assertCmd(Cmd))).
-define(_assertCmdOutput(T, Cmd), ?_test(?assertCmdOutput(T, Cmd))).

%% Debugging: to the node's own output, which no test captures.
-ifdef(NODEBUG).
-define(debugMsg(S), ok).
-define(debugHere, ok).
-define(debugFmt(S, As), ok).
-define(debugVal(E), (E)).
-define(debugVal(E, D), (E)).
-define(debugTime(S, E), (E)).
-else.
-define(debugMsg(S),
    begin io:fwrite(user, "~ts:~w:~w: ~ts\n", [?FILE, ?LINE, self(), S]), ok end).
-define(debugHere, (?debugMsg("<-"))).
-define(debugFmt(S, As), (?debugMsg(io_lib:format((S), (As))))).
-define(debugVal(E), ?debugVal(E, 15)).
-define(debugVal(E, D),
    begin
    ((fun (V__) -> ?debugFmt("~ts = ~tP", [(??E), V__, D]), V__ end)(E))
    end).
-define(debugTime(S, E),
    begin
    ((fun () ->
        {T__, V__} = timer:tc(fun () -> (E) end),
        ?debugFmt("~ts: ~.3f s", [(S), T__ / 1000000]),
        V__
      end)())
    end).
-endif.

-endif.
