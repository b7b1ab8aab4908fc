%% Exceptions as the shell shows them: the reason in words, the stack with the
%% arguments of its first frame, what is wrong with each argument.
-module(erl_error).

-export([format_exception/3, format_exception/4, format_exception/6, format_exception/7,
         format_exception/8]).
-export([format_stacktrace/4, format_stacktrace/5, format_call/4, format_call/5,
         format_fun/1, format_fun/2]).

-callback format_error(Reason, StackTrace) -> ErrorDescription when
      Reason :: term(),
      StackTrace :: [tuple()],
      ErrorDescription :: #{pos_integer() => unicode:chardata(),
                            general => unicode:chardata(),
                            reason => unicode:chardata()}.

%% col: the column where the text begins; trim(M, F, A): whether a frame at the
%% stack's end is left out; pp(Term, Column): terms.
-record(opts, {col, trim, pp, enc}).

format_exception(Class, Reason, StackTrace) ->
    format_exception(Class, Reason, StackTrace, #{}).

format_exception(Class, Reason, StackTrace, Options) ->
    format_exception(maps:get(column, Options, 1), Class, Reason, StackTrace,
                     maps:get(stack_trim_fun, Options, fun(_, _, _) -> false end),
                     maps:get(format_fun, Options, fun default_pp/2), unicode).

default_pp(Term, Column) ->
    io_lib_pretty:print(Term, [{column, Column}, {line_length, 80}, {depth, 30},
                               {encoding, unicode}]).

format_exception(I, Class, Reason, StackTrace, StackFun, FormatFun) ->
    format_exception(I, Class, Reason, StackTrace, StackFun, FormatFun, latin1).

format_exception(I, Class, Reason, StackTrace, StackFun, FormatFun, Encoding) ->
    format_exception(I, Class, Reason, StackTrace, StackFun, FormatFun, Encoding, #{}).

format_exception(I, Class, Reason, StackTrace, StackFun, FormatFun, Encoding, _Options) ->
    Opts = opts(I, StackFun, FormatFun, Encoding),
    {Reason1, Stack} = stack_of(Reason, StackTrace),
    {Words, Rest, Info} = explain(Reason1, Class, Stack, Opts),
    Text = [exited(Class), Words],
    case frames(Rest, Opts, Info) of
        [] -> Text;
        Frames -> [Text, $\n, Frames]
    end.

opts(I, StackFun, FormatFun, Encoding) ->
    #opts{col = I, trim = StackFun, pp = FormatFun, enc = Encoding}.

format_stacktrace(I, StackTrace, StackFun, FormatFun) ->
    format_stacktrace(I, StackTrace, StackFun, FormatFun, latin1).

format_stacktrace(I, StackTrace, StackFun, FormatFun, Encoding) ->
    frames(StackTrace, opts(I, StackFun, FormatFun, Encoding), #{}).

format_call(I, Called, Args, FormatFun) ->
    format_call(I, Called, Args, FormatFun, latin1).

format_call(I, Called, Args, FormatFun, Encoding) ->
    call(Called, Args, I, opts(I, none, FormatFun, Encoding)).

%% A trace that is none belongs to the reason.
stack_of(Reason, Stack) ->
    case is_stack(Stack) of
        true -> {Reason, Stack};
        false -> {{Reason, Stack}, []}
    end.

is_stack([{M, F, A, L} | Stack]) when is_atom(M), is_atom(F), is_integer(A), is_list(L) ->
    is_stack(Stack);
is_stack([{M, F, As, L} | Stack]) when is_atom(M), is_atom(F), length(As) >= 0, is_list(L) ->
    is_stack(Stack);
is_stack([{M, F, A} | Stack]) when is_atom(M), is_atom(F), is_integer(A) ->
    is_stack(Stack);
is_stack([{M, F, As} | Stack]) when is_atom(M), is_atom(F), length(As) >= 0 ->
    is_stack(Stack);
is_stack(Stack) ->
    Stack =:= [].

exited(error) -> "exception error: ";
exited(exit) -> "exception exit: ";
exited(throw) -> "exception throw: ".

%%% The reason.

%% The words, the frames that remain to be shown, and what the function's own
%% module says about the arguments.
explain(Reason, Class, Stack, Opts) ->
    Info = argument_info(Reason, Stack),
    case Info of
        #{reason := Words} -> {Words, Stack, Info};
        #{} when Class =:= error ->
            case explain_error(Reason, Stack, Opts) of
                {Words, Stack} -> {Words, Stack, Info};
                {Words, Rest} -> {Words, Rest, #{}}
            end;
        #{} -> {value("", Reason, Class, Opts), Stack, Info}
    end.

explain_error(badarg, Stack, _) -> {"bad argument", Stack};
explain_error({badarg, V}, Stack, Opts) -> {value("bad argument: ", V, Opts), Stack};
explain_error(badarith, Stack, _) ->
    {"an error occurred when evaluating an arithmetic expression", Stack};
explain_error({badarity, {Fun, As}}, Stack, Opts) when is_function(Fun) ->
    {[format_fun(Fun, Opts#opts.enc), " called with ", count(length(As))], Stack};
explain_error({badfun, V}, Stack, Opts) -> {value("bad function ", V, Opts), Stack};
explain_error({badmatch, V}, Stack, Opts) ->
    {value("no match of right hand side value ", V, Opts), Stack};
explain_error({case_clause, V}, Stack, Opts) ->
    {value("no case clause matching ", V, Opts), Stack};
explain_error({else_clause, V}, Stack, Opts) ->
    {value("no else clause matching ", V, Opts), Stack};
explain_error({try_clause, V}, Stack, Opts) ->
    {value("no try clause matching ", V, Opts), Stack};
explain_error({bad_generator, V}, Stack, Opts) -> {value("bad generator ", V, Opts), Stack};
explain_error({bad_generators, V}, Stack, Opts) -> {value("bad generators: ", V, Opts), Stack};
explain_error({bad_filter, V}, Stack, Opts) -> {value("bad filter ", V, Opts), Stack};
explain_error({badmap, V}, Stack, Opts) -> {value("bad map: ", V, Opts), Stack};
explain_error({badkey, V}, Stack, Opts) -> {value("bad key: ", V, Opts), Stack};
explain_error({unbound, V}, Stack, _) -> {io_lib:fwrite("variable ~w is unbound", [V]), Stack};
explain_error(if_clause, Stack, _) ->
    {"no true branch found when evaluating an if expression", Stack};
explain_error(noproc, Stack, _) -> {"no such process or port", Stack};
explain_error(notalive, Stack, _) -> {"the node cannot be part of a distributed system", Stack};
explain_error(system_limit, Stack, _) -> {"a system limit has been reached", Stack};
explain_error(timeout_value, Stack, _) -> {"bad receive timeout value", Stack};
explain_error({argument_limit, _}, Stack, _) ->
    {"limit of number of arguments to interpreted function exceeded", Stack};
explain_error({shell_undef, F, A, _}, Stack, _) ->
    {["undefined shell command ", io_lib:fwrite("~tw/~w", [F, A])], Stack};
explain_error(undef, [Frame | Stack], Opts) ->
    {M, F, A, _} = frame(Frame),
    {["undefined function ", mfa(M, F, arity(A), Opts)], Stack};
explain_error(function_clause, [Frame | Stack] = All, Opts) ->
    case frame(Frame) of
        {M, F, As, L} when is_list(As) ->
            {no_clause("no function clause matching ", M, F, As, location(L), Opts), Stack};
        {shell, F, A, _} when Stack =:= [] ->
            {io_lib:fwrite("no function clause matching call to ~tw/~w", [F, A]), Stack};
        _ ->
            {"function_clause", All}
    end;
explain_error(Reason, Stack, Opts) ->
    {value("", Reason, Opts), Stack}.

count(0) -> "no arguments";
count(1) -> "one argument";
count(2) -> "two arguments";
count(N) -> [integer_to_list(N), " arguments"].

value(Words, V, Opts) ->
    value(Words, V, error, Opts).

%% The value goes below the words if it takes fewer lines there.
value(Words, V, Class, Opts) ->
    place(Words, Class, Opts, fun(Column) -> pp(V, Column, Opts) end).

place(Words, Class, #opts{col = I}, Print) ->
    Left = length(exited(Class)),
    Below = Print(I + Left),
    Behind = case Words of
                 "" -> Below;
                 _ -> Print(I + Left + length(Words))
             end,
    case lines(Behind) > 1 andalso lines(Below) < lines(Behind) of
        true -> [Words, $\n, indent(I + Left - 1), Below];
        false -> [Words, Behind]
    end.

no_clause(Words, M, F, As, Location, Opts = #opts{col = I}) ->
    Left = length(exited(error)),
    Behind = call({M, F}, As, I + Left + length(Words), Opts),
    case place_below(M, F, length(As), Behind, I + Left + length(Words)) of
        true ->
            [Words, $\n, indent(I + Left - 1), call({M, F}, As, I + Left, Opts), $\s, Location];
        false ->
            [Words, Behind, $\s, Location]
    end.

%% A call goes below the words where it has not enough room behind them.
place_below(erlang, F, A, Behind, Column) ->
    not is_op(F, A) andalso too_long(Behind, Column);
place_below(_, _, _, Behind, Column) ->
    too_long(Behind, Column).

%% Arguments need not end before column 80, but must begin before column 68.
too_long(Text, Column) ->
    lines(Text) > 0 orelse
        Column + io_lib:chars_length(lists:takewhile(fun(C) -> C =/= $( end, lists:flatten(Text))) >= 67.

lines(Text) -> length(string:split(Text, "\n", all)) - 1.

pp(V, Column, #opts{pp = PP}) ->
    PP(V, Column).

indent(N) ->
    lists:duplicate(max(N, 0), $\s).

%%% Functions and calls.

format_fun(Fun) ->
    format_fun(Fun, latin1).

format_fun(Fun, Encoding) when is_function(Fun) ->
    {module, M} = erlang:fun_info(Fun, module),
    {name, F} = erlang:fun_info(Fun, name),
    {arity, A} = erlang:fun_info(Fun, arity),
    case erlang:fun_info(Fun, type) of
        {type, local} when M =:= erl_eval -> io_lib:fwrite("interpreted function with arity ~w", [A]);
        _ -> mfa(M, F, A, #opts{enc = Encoding})
    end.

mfa(M, F, A, Opts) ->
    [mf(M, F, A, Opts), $/, integer_to_list(A)].

mf(erlang, F, A, Opts) ->
    case erl_internal:bif(F, A) orelse is_op(F, A) of
        true -> atom(F, Opts);
        false -> ["erlang:", atom(F, Opts)]
    end;
mf(M, F, _A, Opts) ->
    [atom(M, Opts), $:, atom(F, Opts)].

%% Operators go without quotes, save for division.
atom(A, #opts{enc = Enc}) ->
    case lists:member(A, ['+', '-', '*', '!', '++', '--', '==', '/=', '=<', '<', '>=', '>', '=:=', '=/=',
                          'div', 'rem', 'band', 'bor', 'bxor', 'bsl', 'bsr', 'bnot', 'and', 'or',
                          'xor', 'not']) of
        true -> atom_to_list(A);
        false when Enc =:= latin1 -> io_lib:write_atom_as_latin1(A);
        false -> io_lib:write_atom(A)
    end.

is_op(F, A) ->
    try erl_internal:op_type(F, A) of
        _ -> true
    catch error:_ -> false
    end.

%% A call as it would be typed, beginning at a column.
call(Fun, As, Column, Opts) when is_function(Fun) ->
    arguments(format_fun(Fun, Opts#opts.enc), As, Column, Opts);
call({erlang, F}, [A1, A2], Column, Opts) ->
    case is_op(F, 2) of
        true ->
            Left = pp(A1, Column, Opts),
            Op = [$\s, atom_to_list(F), $\s],
            [Left, Op, pp(A2, io_lib:indentation([Left, Op], Column), Opts)];
        false ->
            arguments(mf(erlang, F, 2, Opts), [A1, A2], Column, Opts)
    end;
call({erlang, F}, [A], Column, Opts) ->
    case is_op(F, 1) of
        true ->
            Op = atom_to_list(F) ++ " ",
            [Op, pp(A, Column + length(Op), Opts)];
        false ->
            arguments(mf(erlang, F, 1, Opts), [A], Column, Opts)
    end;
call({M, F}, As, Column, Opts) ->
    arguments(mf(M, F, length(As), Opts), As, Column, Opts);
call(F, As, Column, Opts) when is_atom(F) ->
    arguments(atom(F, Opts), As, Column, Opts).

arguments(Name, [], _Column, _Opts) ->
    [Name, "()"];
arguments(Name, As, Column, Opts) ->
    case io_lib:printable_list(As) of
        true ->
            [Name, $(, lists:join($,, [integer_to_list(A) || A <- As]), $)];
        false ->
            [$[ | Chars] = lists:flatten(pp(As, Column + io_lib:chars_length(Name), Opts)),
            [Name, $(, lists:droplast(Chars), $)]
    end.

%%% The stack.

frames(Stack, Opts = #opts{trim = Trim}, Info) ->
    Shown = lists:reverse(
              lists:dropwhile(fun(Frame) ->
                                      {M, F, A, _} = frame(Frame),
                                      Trim(M, F, arity(A))
                              end, lists:reverse(Stack))),
    lists:join($\n, frames(Shown, first, Opts, Info)).

frames([Frame | Frames], Place, Opts = #opts{col = I}, Info) ->
    {M, F, A, L} = frame(Frame),
    [[indent(I + 1), "in ", place_word(Place, M, F, arity(A)), mfa(M, F, arity(A), Opts),
      case A of
          _ when is_integer(A) -> [$\s, location(L)];
          _ -> [$\n, indent(I + 4), "called as ", call({M, F}, A, I + 5 + 10, Opts)]
      end,
      reasons(Info, I + 4)]
     | frames(Frames, next, Opts, #{})];
frames([], _Place, _Opts, _Info) ->
    [].

place_word(next, _, _, _) -> "call from ";
place_word(first, erlang, F, A) ->
    case is_op(F, A) of
        true -> "operator  ";
        false -> "function  "
    end;
place_word(first, _, _, _) -> "function  ".

frame({M, F, A, L}) -> {M, F, A, L};
frame({M, F, A}) -> {M, F, A, []}.

arity(A) when is_integer(A) -> A;
arity(As) -> length(As).

location(L) ->
    case {lists:keyfind(file, 1, L), lists:keyfind(line, 1, L)} of
        {{file, File}, {line, Line}} when Line > 0 ->
            io_lib:fwrite("(~ts:~w)", [File, Line]);
        _ -> ""
    end.

%%% What is wrong with the arguments.

argument_info(Reason, [{M, _F, _As, L} | _] = Stack) ->
    case lists:keyfind(error_info, 1, L) of
        {error_info, Info} when is_map(Info) ->
            Module = maps:get(module, Info, M),
            Function = maps:get(function, Info, format_error),
            try Module:Function(Reason, Stack) of
                Map when is_map(Map) -> Map;
                _ -> #{}
            catch error:_ -> #{}
            end;
        _ -> #{}
    end;
argument_info(_Reason, _Stack) ->
    #{}.

reasons(Info, Indent) ->
    [[argument(["argument ", integer_to_list(N), ": "], Text, Indent)
      || {N, Text} <- lists:sort(maps:to_list(Info)), is_integer(N)],
     [[$\n, indent(Indent), "*** ", text(Text)] || {general, Text} <- maps:to_list(Info)]].

argument(Prefix, Text, Indent) ->
    Margin = Indent + 4 + io_lib:chars_length(Prefix),
    [$\n, indent(Indent), "*** ", Prefix,
     lists:join([$\n | indent(Margin)], string:lexemes(text(Text), "\n"))].

%% Bytes that are no UTF-8 are shown as they are.
text(Text) when is_binary(Text) ->
    case unicode:characters_to_list(Text) of
        Chars when is_list(Chars) -> Chars;
        _ -> binary_to_list(Text)
    end;
text(Text) -> Text.
