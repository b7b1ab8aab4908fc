%% Compares the printing modules of the library, compiled under names with the
%% prefix e_, with the release's own on random terms, formats and exceptions.
%% main/1 prints the differences; nothing where there are none.
-module(print_oracle).
-export([main/1]).

main(N) ->
    rand:seed(exsss, {1, 2, N}),
    [compare(What) || What <- [write, print, width, depth, format], _ <- lists:seq(1, N)],
    [exception(C, R, S) || {C, R} <- reasons(), S <- stacks()],
    ok.

compare(What) ->
    {M, F, Args} = call(What),
    Ours = list_to_atom("e_" ++ atom_to_list(M)),
    same({M, F, Args}, text(M, F, Args), text(Ours, F, Args)).

same(_, X, X) -> ok;
same(Call, Real, Ours) -> io:format("~0tp~nerl:~n~0tp~nours:~n~0tp~n", [Call, Real, Ours]).

text(M, F, Args) ->
    try unicode:characters_to_list(apply(M, F, Args))
    catch C:R -> {C, R}
    end.

exception(C, R, S) ->
    Args = [C, R, S, #{}],
    same(Args, text(erl_error, format_exception, Args), text(e_erl_error, format_exception, Args)).

reasons() ->
    [{error, R} || R <- [badarg, badarith, {badmatch, lists:seq(1, 60)}, {case_clause, "x"}, undef,
                         function_clause, {badarity, {fun lists:map/2, [1]}}, {badkey, k}, foo,
                         {badfun, x}, if_clause, system_limit, noproc, {badmap, [1]}]]
        ++ [{exit, {noproc, {gen_server, call, [x, lists:seq(1, 40)]}}}, {throw, {a, "b"}}].

stacks() ->
    [[], [{m, f, 1, []}],
     [{m, f, 2, [{file, "m.erl"}, {line, 4}]}, {n, g, 3, []}],
     [{m, f, [lists:seq(1, 40), "abc", #{a => b}], [{file, "m.erl"}, {line, 4}]}],
     [{erlang, '+', [1, {a, lists:seq(1, 50)}], []}, {'Foo', bar, 1, []}],
     [{erlang, atom_to_list, [1], [{error_info, #{module => erl_erts_errors}}]}],
     [{erl_eval, '-inside-an-interpreted-fun-', [a, b], []}]].

call(write) ->
    {io_lib, write, [term(4), [{depth, pick([-1, 0, 1, 2, 3, 6])}, {encoding, encoding()}]]};
call(print) ->
    {io_lib_pretty, print, [term(4), [{column, pick([1, 5, 60])}, {encoding, encoding()},
                                      {strings, pick([true, false])},
                                      {record_print_fun, fun fields/2}]]};
call(width) ->
    {io_lib_pretty, print, [term(5), [{column, pick([1, 20])},
                                      {line_length, pick([0, 10, 30, 50, 80, 120])},
                                      {line_max_chars, pick([-1, 10, 30, 60])},
                                      {record_print_fun, fun fields/2}]]};
call(depth) ->
    {io_lib_pretty, print, [term(5), [{depth, pick([0, 1, 2, 3, 5, 8, 20])},
                                      {line_length, pick([30, 80])}, {encoding, encoding()},
                                      {record_print_fun, fun fields/2}]]};
call(format) ->
    Specs = [spec() || _ <- lists:seq(1, pick([1, 2, 3]))],
    {io_lib, format, [lists:append([F || {F, _} <- Specs]), lists:append([A || {_, A} <- Specs])]}.

spec() ->
    C = pick("pwPWscefgbBxX#+in~z"),
    Precision = pick(["", "", ".1", ".5", ".10", ".16", ".21", ".36"]),
    Pad = case Precision of "" -> pick(["", "..x"]); _ -> pick(["", ".0"]) end,
    {pick(["", "abc ", "\n", "\t"]) ++ "~" ++ pick(["", "", "5", "-5", "12", "-12", "0"])
     ++ Precision ++ Pad ++ pick(["", "", "t", "l", "k"]) ++ [C], args(C)}.

args(C) when C =:= $p; C =:= $w -> [term(2)];
args(C) when C =:= $P; C =:= $W -> [term(3), rand:uniform(12)];
args($s) -> [pick([string(), binary(), atom(), [string(), binary()], 1])];
args($c) -> [pick([65, 1200])];
args(C) when C =:= $x; C =:= $X -> [number(), pick(["0x", abc, 1])];
args($i) -> [1];
args(C) when C =:= $n; C =:= $~; C =:= $z -> [];
args(_) -> [number()].

fields(rec, 3) -> [alpha, b_field, 'Gamma'];
fields(ok, 0) -> [];
fields(_, _) -> no.

pick(L) -> lists:nth(rand:uniform(length(L)), L).

encoding() -> pick([latin1, unicode, utf8]).

term(0) -> pick([number(), string(), binary(), [], {}, #{}, atom()]);
term(D) ->
    Terms = fun(Max) -> [term(D - 1) || _ <- lists:seq(1, rand:uniform(Max))] end,
    case rand:uniform(11) of
        1 -> number();
        2 -> string();
        3 -> binary();
        4 -> atom();
        5 -> Terms(8);
        6 -> [term(D - 1) | term(D - 1)];
        7 -> list_to_tuple(Terms(6));
        8 -> list_to_tuple([atom() | Terms(6)]);
        9 -> maps:from_list([{number(), T} || T <- Terms(6)]);
        10 -> [number() || _ <- lists:seq(1, rand:uniform(30))];
        11 -> {rec, term(D - 1), term(D - 1), term(D - 1)}
    end.

atom() ->
    pick([a, ok, 'Foo bar', aVeryLongAtomNameIndeed, 'after', rec, list_to_atom([1024])]).

string() ->
    pick(["", lists:duplicate(rand:uniform(90), $x), "ab\n\"\\\e\0", [229, 246], [1024], [8, 127],
          [96 + rand:uniform(26) || _ <- lists:seq(1, rand:uniform(20))]]).

binary() ->
    pick([<<>>, <<5:3>>, <<1, 2, 3, 7:5>>, rand:bytes(rand:uniform(50)), <<"some text">>,
          unicode:characters_to_binary([pick([97, 98, 229, 1024, 1]) || _ <- lists:seq(1, 9)])]).

number() ->
    pick([rand:uniform(1 bsl 70), -rand:uniform(1000), rand:uniform(10) / 7,
          math:exp(rand:uniform(200) - 100), float(rand:uniform(100)), rand:uniform(100)]).
