%% The assert macros, for eunit and for any other module. With NOASSERT they are
%% all ok. Each evaluates its arguments in a fun, so that no variable gets out.
-ifndef(ASSERT_HRL).
-define(ASSERT_HRL, true).

-ifdef(NOASSERT).
-define(assert(Expr), ok).
-define(assert(Expr, Comment), ok).
-define(assertNot(Expr), ok).
-define(assertNot(Expr, Comment), ok).
-define(assertEqual(Expect, Expr), ok).
-define(assertEqual(Expect, Expr, Comment), ok).
-define(assertNotEqual(Unexpected, Expr), ok).
-define(assertNotEqual(Unexpected, Expr, Comment), ok).
-define(assertMatch(Guard, Expr), ok).
-define(assertMatch(Guard, Expr, Comment), ok).
-define(assertNotMatch(Guard, Expr), ok).
-define(assertNotMatch(Guard, Expr, Comment), ok).
-define(assertException(Class, Term, Expr), ok).
-define(assertException(Class, Term, Expr, Comment), ok).
-define(assertNotException(Class, Term, Expr), ok).
-define(assertNotException(Class, Term, Expr, Comment), ok).
-else.
-define(assert(Expr),
    begin
    ((fun () ->
        case (Expr) of
            true -> ok;
            V__ -> erlang:error({assert, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)}, {expected, true}, case V__ of false -> {value, V__}; _ -> {not_boolean, V__} end]})
        end
      end)())
    end).
-define(assert(Expr, Comment),
    begin
    ((fun () ->
        case (Expr) of
            true -> ok;
            V__ -> erlang:error({assert, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)}, {expected, true}, case V__ of false -> {value, V__}; _ -> {not_boolean, V__} end]})
        end
      end)())
    end).
-define(assertNot(Expr),
    begin
    ((fun () ->
        case (Expr) of
            false -> ok;
            V__ -> erlang:error({assert, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)}, {expected, false}, case V__ of true -> {value, V__}; _ -> {not_boolean, V__} end]})
        end
      end)())
    end).
-define(assertNot(Expr, Comment),
    begin
    ((fun () ->
        case (Expr) of
            false -> ok;
            V__ -> erlang:error({assert, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)}, {expected, false}, case V__ of true -> {value, V__}; _ -> {not_boolean, V__} end]})
        end
      end)())
    end).
-define(assertEqual(Expect, Expr),
    begin
    ((fun () ->
        X__ = (Expect),
        case (Expr) of
            X__ -> ok;
            V__ -> erlang:error({assertEqual, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)}, {expected, X__}, {value, V__}]})
        end
      end)())
    end).
-define(assertEqual(Expect, Expr, Comment),
    begin
    ((fun () ->
        X__ = (Expect),
        case (Expr) of
            X__ -> ok;
            V__ -> erlang:error({assertEqual, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)}, {expected, X__}, {value, V__}]})
        end
      end)())
    end).
-define(assertNotEqual(Unexpected, Expr),
    begin
    ((fun () ->
        X__ = (Unexpected),
        case (Expr) of
            X__ -> erlang:error({assertNotEqual, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)}, {value, X__}]});
            _ -> ok
        end
      end)())
    end).
-define(assertNotEqual(Unexpected, Expr, Comment),
    begin
    ((fun () ->
        X__ = (Unexpected),
        case (Expr) of
            X__ -> erlang:error({assertNotEqual, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)}, {value, X__}]});
            _ -> ok
        end
      end)())
    end).
-define(assertMatch(Guard, Expr),
    begin
    ((fun () ->
        case (Expr) of
            Guard -> ok;
            V__ -> erlang:error({assertMatch, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)}, {pattern, (??Guard)}, {value, V__}]})
        end
      end)())
    end).
-define(assertMatch(Guard, Expr, Comment),
    begin
    ((fun () ->
        case (Expr) of
            Guard -> ok;
            V__ -> erlang:error({assertMatch, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)}, {pattern, (??Guard)}, {value, V__}]})
        end
      end)())
    end).
-define(assertNotMatch(Guard, Expr),
    begin
    ((fun () ->
        V__ = (Expr),
        case V__ of
            Guard -> erlang:error({assertNotMatch, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)}, {pattern, (??Guard)}, {value, V__}]});
            _ -> ok
        end
      end)())
    end).
-define(assertNotMatch(Guard, Expr, Comment),
    begin
    ((fun () ->
        V__ = (Expr),
        case V__ of
            Guard -> erlang:error({assertNotMatch, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)}, {pattern, (??Guard)}, {value, V__}]});
            _ -> ok
        end
      end)())
    end).
-define(assertException(Class, Term, Expr),
    begin
    ((fun () ->
        try (Expr) of
            V__ -> erlang:error({assertException, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)},
                       {pattern, "{ " ++ (??Class) ++ " , " ++ (??Term) ++ " , [...] }"},
                       {unexpected_success, V__}]})
        catch
            Class:Term -> ok;
            C__:T__:S__ -> erlang:error({assertException, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)},
                       {pattern, "{ " ++ (??Class) ++ " , " ++ (??Term) ++ " , [...] }"},
                       {unexpected_exception, {C__, T__, S__}}]})
        end
      end)())
    end).
-define(assertException(Class, Term, Expr, Comment),
    begin
    ((fun () ->
        try (Expr) of
            V__ -> erlang:error({assertException, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)},
                       {pattern, "{ " ++ (??Class) ++ " , " ++ (??Term) ++ " , [...] }"},
                       {unexpected_success, V__}]})
        catch
            Class:Term -> ok;
            C__:T__:S__ -> erlang:error({assertException, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)},
                       {pattern, "{ " ++ (??Class) ++ " , " ++ (??Term) ++ " , [...] }"},
                       {unexpected_exception, {C__, T__, S__}}]})
        end
      end)())
    end).
-define(assertNotException(Class, Term, Expr),
    begin
    ((fun () ->
        try (Expr) of
            _ -> ok
        catch
            C__:T__:S__ ->
                case C__ of
                    Class ->
                        case T__ of
                            Term -> erlang:error({assertNotException, [{module, ?MODULE}, {line, ?LINE},
                       {expression, (??Expr)},
                       {pattern, "{ " ++ (??Class) ++ " , " ++ (??Term) ++ " , [...] }"},
                       {unexpected_exception, {C__, T__, S__}}]});
                            _ -> ok
                        end;
                    _ -> ok
                end
        end
      end)())
    end).
-define(assertNotException(Class, Term, Expr, Comment),
    begin
    ((fun () ->
        try (Expr) of
            _ -> ok
        catch
            C__:T__:S__ ->
                case C__ of
                    Class ->
                        case T__ of
                            Term -> erlang:error({assertNotException, [{module, ?MODULE}, {line, ?LINE}, {comment, (Comment)},
                       {expression, (??Expr)},
                       {pattern, "{ " ++ (??Class) ++ " , " ++ (??Term) ++ " , [...] }"},
                       {unexpected_exception, {C__, T__, S__}}]});
                            _ -> ok
                        end;
                    _ -> ok
                end
        end
      end)())
    end).
-endif.

-define(assertError(Term, Expr), ?assertException(error, Term, Expr)).
-define(assertError(Term, Expr, Comment), ?assertException(error, Term, Expr, Comment)).
-define(assertExit(Term, Expr), ?assertException(exit, Term, Expr)).
-define(assertExit(Term, Expr, Comment), ?assertException(exit, Term, Expr, Comment)).
-define(assertThrow(Term, Expr), ?assertException(throw, Term, Expr)).
-define(assertThrow(Term, Expr, Comment), ?assertException(throw, Term, Expr, Comment)).

-endif.
