%% What the shell prints: values, exceptions, and complaints about commands. Tab
%% is the shell's table of definitions: records are shown by their fields.
-module(shell_print).

-export([complain/2, location/1, report/5, exit_report/2, value/3, whole/2, encoding/0, field_name/1, prompt_width/2]).

-define(DEPTH, 30).
-define(LINE_CHARS, 60).
-define(UNBROKEN, 80).

complain(Format, Args) -> io:fwrite("* " ++ Format ++ "~n", Args).

location({Line, Column}) -> io_lib:fwrite("~w:~w", [Line, Column]);
location(Line) -> io_lib:fwrite("~w", [Line]).


%% exit_report shows why an evaluator ended.
exit_report({Reason, Stack}, Tab) when is_list(Stack) ->
    case lists:all(fun is_frame/1, Stack) of
        true -> report("** ", exit, Reason, Stack, Tab);
        false -> report("** ", exit, {Reason, Stack}, [], Tab)
    end;
exit_report(Reason, Tab) -> report("** ", exit, Reason, [], Tab).

is_frame({M, F, A, I}) when is_atom(M), is_atom(F), is_list(I) -> is_list(A) orelse is_integer(A);
is_frame(_) -> false.

report(Tag, Class, Reason, Stack, Tab) ->
    Column = length(Tag) + 1,
    Hidden = fun(M, _F, _A) -> lists:member(M, [erl_eval, shell, shell_local, shell_records, ?MODULE]) end,
    Print = fun({?MODULE, Words, Rest}, I) -> place(Words, Rest, I);
               (Term, I) -> value(Term, I, Tab)
            end,
    Text = erl_error:format_exception(Column, Class, restriction_words(Class, Reason, Tab), Stack, Hidden, Print,
                                      encoding()),
    io:put_chars([Tag, Text, $\n]).

%% What a restricted shell has to say is an exit's reason: words, and what makes the rest of
%% them in a column.
restriction_words(exit, restricted_shell_started, _) -> words("restricted shell starts now");
restriction_words(exit, restricted_shell_stopped, _) -> words("restricted shell stopped");
restriction_words(exit, {restricted_shell_bad_return, Value}, Tab) ->
    {?MODULE, "restricted shell module returned bad value ", fun(I) -> value(Value, I, Tab) end};
restriction_words(exit, {restricted_shell_disallowed, {Func, Args}}, Tab) ->
    Print = fun(Term, I) -> value(Term, I, Tab) end,
    {?MODULE, "restricted shell does not allow ",
     fun(I) -> erl_error:format_call(I, Func, Args, Print, encoding()) end};
restriction_words(_, Reason, _) -> Reason.

words(Words) -> {?MODULE, Words, fun(_) -> "" end}.

%% The rest goes below the words if it takes fewer lines there.
place(Words, Rest, I) ->
    Behind = Rest(I + length(Words)),
    Below = Rest(I),
    case lines(Behind) > lines(Below) of
        true -> [Words, $\n, lists:duplicate(I - 1, $\s), Below];
        false -> [Words, Behind]
    end.

lines(Text) -> length([C || C <- lists:flatten(Text), C =:= $\n]).

%% An io server that works out a prompt can't be asked.
encoding() ->
    case group_leader() =/= self() andalso lists:keyfind(encoding, 1, io:getopts()) of
        {encoding, latin1} -> latin1;
        _ -> unicode
    end.

%% value formats a value as the shell shows it.
value(Term, Column, Tab) ->
    Width = case io:columns() of
                {ok, Columns} -> Columns;
                _ -> 80
            end,
    format(Term, Column, Width, ?DEPTH, Tab).

%% whole formats a value in its full depth, as rp does.
whole(Term, Tab) -> format(Term, 1, ?UNBROKEN, -1, Tab).

format(Term, Column, Width, Depth, Tab) ->
    io_lib_pretty:print(Term, [{column, Column}, {line_length, Width}, {depth, Depth}, {line_max_chars, ?LINE_CHARS},
                               {strings, application:get_env(stdlib, shell_strings, true) =/= false},
                               {record_print_fun, record_print_fun(Tab)},
                               {encoding, encoding()}]).

record_print_fun(Tab) ->
    fun(Name, Arity) ->
            try ets:lookup(Tab, {record, Name}) of
                [{_, {attribute, _, record, {_, Fields}}}] when length(Fields) =:= Arity ->
                    [field_name(F) || F <- Fields];
                _ -> no
            catch
                _:_ -> no
            end
    end.

field_name({typed_record_field, F, _}) -> field_name(F);
field_name({record_field, _, {atom, _, Name}}) -> Name;
field_name({record_field, _, {atom, _, Name}, _}) -> Name.

%% How many columns a prompt takes.
prompt_width(Text, Encoding) ->
    Plain = re:replace(unicode:characters_to_binary(Text), "\\e\\[[0-9;?]*[a-zA-Z]", "", [global, unicode]),
    lists:sum([case Encoding of
                   latin1 when C > 255 -> length(io_lib:write_char_as_latin1(C)) - 1; % \x{...}
                   _ -> width(C)
               end || C <- unicode:characters_to_list(Plain)]).

width(C) when C >= 16#1100, C =< 16#115F; C >= 16#2E80, C =< 16#A4CF; C >= 16#AC00, C =< 16#D7A3;
              C >= 16#F900, C =< 16#FAFF; C >= 16#FE30, C =< 16#FE6F; C >= 16#FF00, C =< 16#FF60;
              C >= 16#FFE0, C =< 16#FFE6; C >= 16#1F300, C =< 16#1FAFF; C >= 16#20000, C =< 16#3FFFD -> 2;
width(C) when C >= 16#300, C =< 16#36F; C >= 16#200B, C =< 16#200F; C >= 16#FE00, C =< 16#FE0F -> 0;
width(_) -> 1.
