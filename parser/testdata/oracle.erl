%% What OTP's own scanner, parser, preprocessor and printer say about the
%% cases in a file: UTF-8 text, cases separated by a zero byte. One line of
%% output a case. Started by oracle_test.go.
-module(oracle).
-export([main/2]).

main(Mode, File) ->
    {ok, Bin} = file:read_file(File),
    io:setopts([{encoding, unicode}]),
    [io:format("~ts~n", [one(Mode, unicode:characters_to_list(B))])
     || B <- binary:split(Bin, <<0>>, [global])],
    halt().

one(Mode, Text) ->
    try show(run(Mode, Text))
    catch C:R -> io_lib:format("~tw", [{crash, C, R}]) end.

show({error, {L, M, D}}) ->
    io_lib:format("error ~tw ~w ~tw | ~ts", [L, M, D, no_newline(M:format_error(D))]);
show({forms, Fs}) -> lists:join("  ", [show_form(F) || F <- Fs]);
show({text, T}) -> io_lib:format("~tw", [lists:flatten(T)]);
show(T) -> io_lib:format("~tw", [T]).

show_form({K, {L, M, D}}) when K =:= error; K =:= warning, is_atom(M) ->
    io_lib:format("{~w,{~tw,~w,~tw}} | ~ts", [K, L, M, D, no_newline(M:format_error(D))]);
show_form(F) -> io_lib:format("~tw", [F]).

no_newline(T) -> [case C of $\n -> $\s; _ -> C end || C <- lists:flatten(T)].

run(scan, T) -> scan(erl_scan:string(T, {1,1}, []));
run(scan_text, T) -> scan(erl_scan:string(T, {1,1}, [text, return]));
run(tokens, T) ->
    case erl_scan:tokens([], T, {1,1}) of
        {done, R, Rest} -> {done, R, Rest};
        {more, _} -> more
    end;
run(exprs, T) -> parse(T, fun erl_parse:parse_exprs/1);
run(term, T) -> parse(T, fun erl_parse:parse_term/1);
run(form, T) -> parse(T, fun erl_parse:parse_form/1);
run(tokens_eof, T) ->
    case erl_scan:tokens([], T, {1,1}) of
        {done, R, Rest} -> {done, R, Rest};
        {more, C} -> erl_scan:tokens(C, eof, {1,1})
    end;
run(epp, T) ->
    %% The main file, then others: a 2, the name, a newline and the text.
    [Main | Others] = string:split(T, [2], all),
    Write = fun(Name, Text) -> ok = file:write_file(Name, unicode:characters_to_binary(Text)) end,
    Write("x.erl", Main),
    [begin [Name, Text] = string:split(O, "\n"), Write(Name, Text) end || O <- Others],
    {ok, Forms} = epp:parse_file("x.erl", [{location, {1,1}}, {macros, [{'GIVEN', 42}, 'FLAG']}]),
    [file:delete(hd(string:split(O, "\n"))) || O <- Others],
    {forms, Forms};
run(pp, T) ->
    case parse(T, fun erl_parse:parse_exprs/1) of
        {error, _} = E -> E;
        Es -> {text, erl_pp:exprs(Es)}
    end;
run(pp_form, T) ->
    case parse(T, fun erl_parse:parse_form/1) of
        {error, _} = E -> E;
        F -> {text, erl_pp:form(F)}
    end.

scan({ok, Ts, End}) -> {ok, Ts, End};
scan({error, E, _}) -> {error, E}.

parse(T, F) ->
    case erl_scan:string(T, {1,1}, []) of
        {error, E, _} -> {error, E};
        {ok, Ts, _} ->
            case F(Ts) of
                {ok, R} -> R;
                {error, E} -> {error, E}
            end
    end.
