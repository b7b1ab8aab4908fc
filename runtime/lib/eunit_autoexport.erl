%% The parse transform of eunit.hrl: exports the functions whose names end in
%% _test, _test_ or _exported_, and adds and exports test/0.
-module(eunit_autoexport).

-export([parse_transform/2]).

parse_transform(Forms, _Opts) ->
    Tests = [FA || {function, _, Name, 0, _} <- Forms, FA <- [{Name, 0}], is_test(atom_to_list(Name))],
    Own = lists:any(fun({function, _, test, 0, _}) -> true; (_) -> false end, Forms),
    Module = hd([M || {attribute, _, module, M} <- Forms] ++ [undefined]),
    rewrite(Forms, Module, Tests, Own).

is_test(Name) -> lists:any(fun(S) -> lists:suffix(S, Name) end, ["_test", "_test_", "_exported_"]).

rewrite([{attribute, A, module, _} = Form | Forms], M, Tests, Own) ->
    [Form, {attribute, A, export, Tests ++ [{test, 0} || not Own]} | rewrite(Forms, M, Tests, Own)];
rewrite([{eof, _} | _] = End, M, _Tests, false) ->
    A = erl_anno:new(0),
    Call = {call, A, {remote, A, {atom, A, eunit}, {atom, A, test}}, [{atom, A, M}]},
    [{function, A, test, 0, [{clause, A, [], [], [Call]}]} | End];
rewrite([Form | Forms], M, Tests, Own) -> [Form | rewrite(Forms, M, Tests, Own)];
rewrite([], _M, _Tests, _Own) -> [].
