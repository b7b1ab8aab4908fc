%% Unit tests. eunit:test/1,2 takes a test set as eunit's documentation describes
%% it: eunit_data makes items of it, eunit_proc runs them in processes of their
%% own, and eunit_tty prints what they report.
-module(eunit).

-export([test/1, test/2]).

test(Tests) -> test(Tests, []).

test(Tests, Options) ->
    _ = proplists:get_all_values(report, Options),
    Tty = eunit_tty:start(Options),
    eunit_proc:run(eunit_data:root(Tests, Options), fun(R) -> Tty ! R, ok end, Options),
    eunit_tty:finish(Tty).
