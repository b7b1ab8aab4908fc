-module(ersh_run).
-export([run/4]).

%% Calls M:F(A...) and hands what came of it to the test.
run(Id, M, F, A) ->
    R = try {value, apply(M, F, A)}
        catch C:E:S -> {C, E, S}
        end,
    ersh_test:report(Id, R).
