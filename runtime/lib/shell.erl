%% The shell: a server process that reads commands from its group leader and
%% keeps what survives an exception (bindings, process dictionary, history,
%% records, functions), and an evaluator process that runs them and dies with
%% their exceptions.
-module(shell).

-export([start/0, start/1, start/2, server/1, server/2, whereis/0, names/1,
         start_interactive/0, start_interactive/1,
         history/1, results/1, catch_exception/1, strings/1, hints/1, prompt_func/1,
         prompt_width/1, prompt_width/2,
         start_restricted/1, stop_restricted/0, local_func/1, apply_fun/3]).

-define(HISTORY, 20).
-define(RESULTS, 20).
-define(DEPTH, 30).
-define(LINE_CHARS, 60).
-define(PATIENCE, 5000).

%% What a shell knows. Tab holds records, functions and types typed in.
-record(sh, {n = 1, bs = #{}, dict = [], commands = [],
             eval, tab}).

start() -> start(false, false).
start(NoCtrlG) -> start(NoCtrlG, false).
start(NoCtrlG, StartSync) ->
    Ancestors = [self() | ancestors()],
    spawn(fun() ->
                  put('$ancestors', Ancestors),
                  server(NoCtrlG, StartSync)
          end).

ancestors() ->
    case get('$ancestors') of
        As when is_list(As) -> As;
        _ -> []
    end.

start_interactive() -> start_interactive({shell, start, []}).
start_interactive(Shell) -> group:start_interactive(Shell).

%% The evaluator of the current job, as erl says it: the pid that self()
%% shows at the prompt.
whereis() ->
    case group:whereis_shell() of
        undefined -> undefined;
        Pid when Pid =:= self() -> self();
        Pid ->
            Ref = monitor(process, Pid),
            Pid ! {shell_whereis, self(), Ref},
            receive
                {Ref, Eval} -> demonitor(Ref, [flush]), Eval;
                {'DOWN', Ref, _, _, _} -> undefined
            end
    end.

server(NoCtrlG, StartSync) ->
    case StartSync of
        true -> init:wait_until_started();
        false -> ok
    end,
    server(NoCtrlG).

server(NoCtrlG) ->
    process_flag(trap_exit, true),
    banner(NoCtrlG),
    Tab = ets:new(shell_definitions, [public, ordered_set]),
    loop(start_eval(#sh{tab = Tab})).

banner(NoCtrlG) ->
    Version = erlang:system_info(version),
    case {get_env(shell_slogan), NoCtrlG} of
        {{ok, Slogan}, _} when is_list(Slogan) -> io:put_chars([Slogan, $\n]);
        {_, true} -> io:fwrite("Eshell V~s (type help(). for help)~n", [Version]);
        {_, _} ->
            io:fwrite("Eshell V~s (press Ctrl+G to abort, type help(). for help)~n",
                      [Version])
    end.

get_env(Key) ->
    try application:get_env(stdlib, Key)
    catch error:_ -> undefined
    end.

get_env(Key, Default) ->
    case get_env(Key) of
        {ok, Value} -> Value;
        undefined -> Default
    end.

%%% Reading.

loop(Sh0) ->
    {Read, Sh} = read(Sh0),
    case Read of
        {ok, Tokens} -> loop(command(Tokens, Sh));
        {error, {Location, Mod, What}} ->
            complain("~ts: ~ts", [location(Location), Mod:format_error(What)]),
            skip_line(),
            loop(Sh);
        {error, What} ->
            complain("~tp", [What]),
            loop(Sh);
        ignore -> loop(Sh);
        interrupted -> loop(Sh);
        eof -> terminate(Sh);
        {gone, Reason} -> exit(Reason)
    end.

%% After text that is no Erlang at all nothing says where the command ends: the
%% rest of the line goes with it, unseen.
skip_line() ->
    Opts = io:getopts(),
    Echo = [{echo, E} || {echo, E} <- Opts],
    Echo =:= [] orelse io:setopts([{echo, false}]),
    _ = io:get_line(''),
    Echo =:= [] orelse io:setopts(Echo).

%% A shell that serves another node's terminal ends quietly: there they say so.
terminate(Sh) ->
    end_eval(Sh#sh.eval),
    case node(group_leader()) =:= node() of
        true ->
            receive after 1 -> ok end, % what was just spawned may fail yet
            logger_server:sync(), % and no report gets lost
            io:fwrite("*** Terminating erlang (~w)~n", [node()]),
            halt(0);
        false -> exit(normal)
    end.

complain(Format, Args) -> io:fwrite("* " ++ Format ++ "~n", Args).

location({Line, Column}) -> io_lib:fwrite("~w:~w", [Line, Column]);
location(Line) -> io_lib:fwrite("~w", [Line]).

%% A reader process of its own waits for input, so that the death of an idle
%% evaluator is seen at once. Where no further process can be, the shell must
%% still be there for whoever wants to end some.
read(Sh) ->
    Prompt = prompt(Sh),
    try spawn_link(fun() -> exit({read, read_tokens(Prompt)}) end) of
        Reader -> read_wait(Reader, Sh)
    catch
        error:system_limit -> {read_tokens(Prompt), Sh}
    end.

read_wait(Reader, Sh = #sh{eval = Eval}) ->
    receive
        {'EXIT', Reader, {read, Read}} -> {Read, Sh};
        {'EXIT', Reader, Reason} -> {{gone, Reason}, Sh};
        {'EXIT', Eval, Reason} ->
            report_exit(Reason, Sh),
            read_wait(Reader, start_eval(Sh));
        {'EXIT', _, Reason} when Reason =:= die; Reason =:= kill; Reason =:= terminated ->
            end_eval(Eval),
            exit(Reason);
        {'EXIT', _, interrupt} ->
            exit(Reader, kill),
            {interrupted, Sh};
        {shell_whereis, From, Ref} ->
            From ! {Ref, Eval},
            read_wait(Reader, Sh);
        {shell_req, From, Ref, Req} ->
            {Reply, Sh1} = request(Req, Sh),
            From ! {Ref, Reply},
            read_wait(Reader, Sh1);
        _ -> read_wait(Reader, Sh)
    end.

read_tokens(Prompt) ->
    case io:request(group_leader(),
                    {get_until, unicode, Prompt, erl_scan, tokens, [{1, 1}, []]}) of
        {ok, Tokens, _} -> {ok, Tokens};
        {eof, _} -> eof;
        {error, {Location, Mod, What}, _} -> {error, {Location, Mod, What}};
        {error, terminated} -> {gone, terminated};
        {error, interrupted} -> interrupted;
        {error, What, _} -> {error, What};
        {error, What} -> {error, What};
        eof -> eof
    end.

prompt(#sh{n = N, tab = Tab}) ->
    case get_env(shell_prompt_func, default) of
        {Mod, Func} ->
            try Mod:Func([{history, N}])
            catch Class:Reason:Stack ->
                report("** ", Class, Reason, Stack, Tab),
                complain("Bad prompt function: ~tp", [{Mod, Func}]),
                default_prompt(N)
            end;
        _ -> default_prompt(N)
    end.

default_prompt(N) ->
    case is_alive() of
        true -> io_lib:fwrite("(~ts)~w> ", [node(), N]);
        false -> io_lib:fwrite("~w> ", [N])
    end.

%%% Commands.

command(Tokens, Sh) ->
    try read_command(Tokens, Sh) of
        {ok, Exprs, Plain} -> evaluate(Exprs, Plain, Sh);
        {define, Form} -> define(Form, Sh);
        {error, {Location, Mod, What}} ->
            complain("~ts: ~ts", [location(Location), Mod:format_error(What)]),
            ersh_hint:syntax_error(Tokens),
            Sh
    catch
        throw:{not_found, N} ->
            complain("~ts: command not found", [N]),
            Sh;
        error:Reason ->
            %% The reading of a command must not end the shell.
            complain("command not understood: ~0tP", [Reason, 9]),
            Sh
    end.

%% A line is a definition (-record, -type, -spec or a function) or expressions.
parse([{'-', _}, {atom, _, Kind} | _] = Tokens)
  when Kind =:= record; Kind =:= type; Kind =:= nominal ->
    case erl_parse:parse_form(Tokens) of
        {ok, {attribute, _, record, {_, _}} = Form} -> {define, Form};
        {ok, {attribute, _, Kind, {_, _, _}} = Form} -> {define, Form};
        {ok, {attribute, Location, _, _}} ->
            {error, {Location, erl_parse, ["bad ", atom_to_list(Kind), " declaration"]}};
        {error, _} = Error -> form_error(Error)
    end;
parse([{'-', _}, {'spec', _} | _] = Tokens) ->
    parse_definition(Tokens, fun() -> erl_parse:parse_exprs(Tokens) end);
parse([{'-', _}, {atom, _, spec} | _] = Tokens) ->
    parse_definition(Tokens, fun() -> erl_parse:parse_exprs(Tokens) end);
parse([{atom, _, Name}, {'(', _} | _] = Tokens) ->
    case erl_eval:extended_parse_exprs(Tokens) of
        {ok, Exprs} -> {ok, Exprs};
        {error, _} = Error ->
            case lists:keymember('->', 1, Tokens) andalso not is_command(Name) of
                true ->
                    case erl_parse:parse_form(Tokens) of
                        {ok, {function, _, _, _, _} = Form} -> {define, Form};
                        _ -> Error
                    end;
                false -> Error
            end
    end;
parse(Tokens) -> erl_eval:extended_parse_exprs(Tokens).

%% Errors of attributes show the token as it is written.
form_error({error, {Location, erl_parse, ["syntax error before: ", "'.'"]}}) ->
    {error, {Location, erl_parse, ["syntax error before: ", ".\n"]}};
form_error({error, {Location, erl_parse, ["syntax error before: ", [$', C | _] = Token]}})
  when C < $0; C > $9, C < $A; C > $Z, C < $a; C > $z, C < 128 ->
    {error, {Location, erl_parse, ["syntax error before: ", string:trim(Token, both, "'")]}};
form_error(Error) -> Error.

%% A command can't be defined anew, nor can a BIF.
is_command(Name) ->
    lists:any(fun(Arity) -> erl_internal:bif(Name, Arity) end, lists:seq(0, 9)) orelse lists:member(Name, [b, e, exit, f, ff, fl, h, help, history, lf, lr, lt, rd, results, rf, rl, rp, rr,
                        save_module, tf, v, catch_exception])
        orelse lists:keymember(Name, 1, shell_default:module_info(exports)).

parse_definition(Tokens, Else) ->
    case erl_parse:parse_form(Tokens) of
        {ok, Form} -> {define, Form};
        {error, _} = Error ->
            case Else() of
                {ok, Exprs} -> {ok, Exprs};
                {error, _} -> form_error(Error)
            end
    end.

%% define keeps what a definition at the prompt says.
define(Form, Sh = #sh{n = N, tab = Tab}) ->
    Value = case Form of
                {function, A, Name, Arity, Clauses} ->
                    Fun = {'fun', A, {clauses, Clauses}},
                    Records = records(Tab),
                    case shell_eval:check([Fun], #{}, Records) of
                        ok ->
                            {value, F, _} = shell_eval:expr(Fun, #{}, Records,
                                                            function_handler(Tab, self()), none),
                            ets:insert(Tab, {{function, Name, Arity}, Form, F}),
                            {value, ok};
                        {error, {{Line, Column}, Mod, What}} ->
                            %% erl counts a line more.
                            complain("~ts: ~ts", [location({Line + 1, Column}), Mod:format_error(What)]),
                            none
                    end;
                {attribute, _, record, {Name, _}} -> ets:insert(Tab, {{record, Name}, Form}), {value, ok};
                {attribute, _, spec, {NA, _}} -> ets:insert(Tab, {{spec, NA}, Form}), {value, ok};
                {attribute, _, _, {Name, _, Args}} ->
                    ets:insert(Tab, {{type, Name, length(Args)}, Form}),
                    {value, ok}
            end,
    Value =:= {value, ok} andalso io:put_chars("ok\n"),
    Sh#sh{n = N + 1, commands = keep(N, {[], Value}, Sh)}.

read_command(Tokens, Sh) ->
    case parse(Tokens) of
        {ok, Exprs} ->
            case lists:any(fun is_special/1, Tokens) of
                true -> {ok, lists:append([recall_list(E, Sh) || E <- Exprs]), false};
                false -> {ok, Exprs, true}
            end;
        Other -> Other
    end.

%% A command without any of these is plain: it need not be looked through for
%% what the shell replaces.
is_special({atom, _, Name}) -> Name =:= v orelse Name =:= e orelse Name =:= f;
is_special({'fun', _}) -> true;
is_special(_) -> false.

%% recall_expr replaces e(N) by command N, and the N of v(N) by the number that
%% it means: so the history shows it, and so it stays when e repeats it.
recall_list({call, _, {atom, _, e}, [Arg]}, Sh) ->
    {_, {Command, _}} = recall(Arg, Sh),
    Command;
recall_list(E, Sh) -> [recall_expr(E, Sh)].

recall_expr({call, A, {atom, _, v} = V, [Arg]}, Sh) ->
    {N, _} = recall(Arg, Sh),
    {call, A, V, [{integer, A, N}]};
recall_expr({call, _, {atom, _, e}, [Arg]}, Sh) ->
    case recall(Arg, Sh) of
        {_, {[Command], _}} -> Command;
        {_, {[C | _] = Commands, _}} -> {block, element(2, C), Commands};
        {N, _} -> throw({not_found, integer_to_list(N)})
    end;
recall_expr({string, _, _} = E, _) -> E;
recall_expr(E, Sh) when is_tuple(E) ->
    list_to_tuple(recall_expr(tuple_to_list(E), Sh));
recall_expr([E | Es], Sh) -> [recall_expr(E, Sh) | recall_expr(Es, Sh)];
recall_expr(E, _) -> E.

%% values replaces v(N) by a variable of that name, bound while the command runs.
values({call, A, {atom, _, v}, [{integer, _, N}]}, Bs, Sh) ->
    Name = list_to_atom("v(" ++ integer_to_list(N) ++ ")"),
    Value = case lists:keyfind(N, 1, Sh#sh.commands) of
                {_, {_, {value, V}}} -> V;
                _ -> undefined
            end,
    {{var, A, Name}, lists:keystore(Name, 1, Bs, {Name, Value})};
values({'fun', A, {function, Name, Arity}} = E, Bs, Sh) ->
    {local_fun(A, Name, Arity, E, Sh), Bs};
values({string, _, _} = E, Bs, _) -> {E, Bs};
values(E0, Bs0, Sh) when is_tuple(E0) ->
    {L, Bs} = values(tuple_to_list(E0), Bs0, Sh),
    {list_to_tuple(L), Bs};
values([E0 | Es0], Bs0, Sh) ->
    {E, Bs1} = values(E0, Bs0, Sh),
    {Es, Bs} = values(Es0, Bs1, Sh),
    {[E | Es], Bs};
values(E, Bs, _) -> {E, Bs}.

%% fun f/1 of a function typed in becomes a fun that calls it, and of any other
%% the fun of the module that commands come from.
local_fun(A, Name, Arity, E, #sh{tab = Tab}) ->
    case erl_internal:bif(Name, Arity) of
        true -> E;
        false ->
            case ets:member(Tab, {function, Name, Arity}) of
                true ->
                    Vars = [{var, A, list_to_atom("_A" ++ integer_to_list(I))}
                            || I <- lists:seq(1, Arity)],
                    {'fun', A, {clauses, [{clause, A, Vars, [], [{call, A, {atom, A, Name}, Vars}]}]}};
                false ->
                    {'fun', A, {function, {atom, A, shell_default}, {atom, A, Name}, {integer, A, Arity}}}
            end
    end.

recall(Arg, #sh{n = Current, commands = Commands}) ->
    N = case Arg of
            {integer, _, I} -> I;
            {op, _, '-', {integer, _, I}} -> Current - I;
            _ -> throw({not_found, string:trim(erl_pp:expr(Arg))})
        end,
    case lists:keyfind(N, 1, Commands) of
        {N, Entry} -> {N, Entry};
        false -> throw({not_found, integer_to_list(N)})
    end.

%% keep adds a command with its result to the history and drops old ones.
keep(N, Entry, #sh{commands = Commands}) ->
    History = get_env(shell_history_length, ?HISTORY),
    Results = get_env(shell_saved_results, ?RESULTS),
    trim([{N, Entry} | Commands], History, Results).

trim(_, 0, _) -> [];
trim([], _, _) -> [];
trim([{N, {Exprs, _}} | Cs], H, 0) -> [{N, {Exprs, none}} | trim(Cs, H - 1, 0)];
trim([C | Cs], H, R) -> [C | trim(Cs, H - 1, R - 1)].

evaluate(Command, Plain, Sh0 = #sh{eval = none}) ->
    case start_eval(Sh0) of
        #sh{eval = none} ->
            complain("there are too many processes for a command to run", []),
            Sh0;
        Sh -> evaluate(Command, Plain, Sh)
    end;
evaluate(Command, Plain, Sh = #sh{n = N, bs = Bs0, eval = Eval}) ->
    {Exprs, Values} = case Plain of
                          true -> {Command, []};
                          false -> values(Command, [], Sh)
                      end,
    Bs = lists:foldl(fun({Name, V}, B) -> erl_eval:add_binding(Name, V, B) end,
                     Bs0, Values),
    Eval ! {eval, self(), Exprs, Plain, Bs, get_env(shell_catch_exception, false)},
    Sh1 = Sh#sh{commands = [{N, {Command, none}} | Sh#sh.commands]},
    {Result, Sh2} = await(Sh1, ?PATIENCE),
    Forget = fun({Name, _}, B) -> erl_eval:del_binding(Name, B) end,
    Sh2#sh{n = N + 1, commands = keep(N, {Command, Result}, Sh2#sh{commands = tl(Sh2#sh.commands)}),
           bs = lists:foldl(Forget, Sh2#sh.bs, Values)}.

%% await waits for the evaluator's answer and serves its requests. When that takes
%% longer than Patience, it says once how to interrupt.
await(Sh = #sh{eval = Eval}, Patience) ->
    receive
        {result, Eval, {value, V, Bs, Dict}} ->
            {{value, V}, Sh#sh{bs = Bs, dict = Dict}};
        {result, Eval, {unsound, What, Dict}} ->
            {{value, {'EXIT', What}}, Sh#sh{dict = Dict}};
        {result, Eval, {caught, Reason, Dict}} ->
            {{value, {'EXIT', Reason}}, Sh#sh{dict = Dict}};
        {result, Eval, {exception, Class, Reason, Stack, Dict}} ->
            receive {'EXIT', Eval, _} -> ok end,
            report("** ", Class, Reason, Stack, Sh#sh.tab),
            ersh_hint:exception(Class, Reason, Stack),
            {{value, {'EXIT', exit_reason(Class, Reason, Stack)}}, start_eval(Sh#sh{dict = Dict})};
        {'EXIT', Eval, Reason} ->
            report_exit(Reason, Sh),
            {{value, {'EXIT', Reason}}, start_eval(Sh)};
        {shell_req, From, Ref, Req} ->
            {Reply, Sh1} = request(Req, Sh),
            From ! {Ref, Reply},
            await(Sh1, Patience);
        {shell_whereis, From, Ref} ->
            From ! {Ref, Eval},
            await(Sh, Patience);
        {'EXIT', _, interrupt} ->
            end_eval(Eval),
            await(Sh, Patience);
        {'EXIT', _, Reason} when Reason =:= die; Reason =:= kill; Reason =:= terminated ->
            end_eval(Eval),
            exit(Reason);
        {'EXIT', _, _} -> await(Sh, Patience)
    after Patience ->
        get_env(shell_hints, true) =:= true
            andalso io:put_chars("Command is taking a long time, type Ctrl+G, then enter 'i' to interrupt\n"),
        await(Sh, infinity)
    end.

exit_reason(error, Reason, Stack) -> {Reason, Stack};
exit_reason(exit, Reason, _) -> Reason;
exit_reason(throw, Reason, Stack) -> {{nocatch, Reason}, Stack}.

report_exit({Reason, Stack}, Sh) when is_list(Stack) ->
    case lists:all(fun is_frame/1, Stack) of
        true -> report("** ", exit, Reason, Stack, Sh#sh.tab);
        false -> report("** ", exit, {Reason, Stack}, [], Sh#sh.tab)
    end;
report_exit(Reason, Sh) -> report("** ", exit, Reason, [], Sh#sh.tab).

is_frame({M, F, A, I}) when is_atom(M), is_atom(F), is_list(I) -> is_list(A) orelse is_integer(A);
is_frame(_) -> false.

report(Tag, Class, Reason, Stack, Tab) ->
    Column = length(Tag) + 1,
    Hidden = fun(M, _F, _A) -> M =:= erl_eval orelse M =:= ?MODULE end,
    Print = fun({?MODULE, words, Words}, _) -> Words;
               (Term, I) -> pretty(Term, I, Tab)
            end,
    Text = erl_error:format_exception(Column, Class, restriction_words(Class, Reason, Tab), Stack, Hidden, Print,
                                      encoding()),
    io:put_chars([Tag, Text, $\n]).

%% What a restricted shell has to say is an exit's reason.
restriction_words(exit, restricted_shell_started, _) -> {?MODULE, words, "restricted shell starts now"};
restriction_words(exit, restricted_shell_stopped, _) -> {?MODULE, words, "restricted shell stopped"};
restriction_words(exit, {restricted_shell_bad_return, Value}, Tab) ->
    {?MODULE, words, ["restricted shell module returned bad value ", pretty(Value, 44, Tab)]};
restriction_words(exit, {restricted_shell_disallowed, {Func, Args}}, Tab) ->
    Name = case Func of
               {M, F} -> io_lib:fwrite("~tw:~tw", [M, F]);
               _ -> pretty(Func, 39, Tab)
           end,
    {?MODULE, words, ["restricted shell does not allow ", Name, "(",
                      lists:join(",", [pretty(A, 39, Tab) || A <- Args]), ")"]};
restriction_words(_, Reason, _) -> Reason.

encoding() ->
    case lists:keyfind(encoding, 1, io:getopts()) of
        {encoding, latin1} -> latin1;
        _ -> unicode
    end.

%% pretty formats a value as the shell shows it.
pretty(Term, Column, Tab) ->
    Width = case io:columns() of
                {ok, Columns} -> Columns;
                _ -> 80
            end,
    io_lib_pretty:print(Term, [{column, Column}, {line_length, Width},
                               {depth, ?DEPTH}, {line_max_chars, ?LINE_CHARS},
                               {strings, get_env(shell_strings, true) =/= false},
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

records(Tab) -> [Form || {{record, _}, Form} <- ets:tab2list(Tab)].

%%% The evaluator.

start_eval(Sh = #sh{dict = Dict, tab = Tab}) ->
    Server = self(),
    Ancestors = [Server | ancestors()],
    Eval = fun() ->
                   put_all(Dict),
                   put('$ancestors', Ancestors),
                   eval_loop(Server, Tab, local_handler(Tab, Server), ready)
           end,
    try spawn_link(Eval) of
        Pid -> Sh#sh{eval = Pid}
    catch
        error:system_limit -> Sh#sh{eval = none} % until the next command
    end.

end_eval(none) -> true;
end_eval(Eval) -> exit(Eval, kill).

put_all(Dict) ->
    erase(),
    lists:foreach(fun({K, V}) -> put(K, V) end, Dict).

eval_loop(Server, Tab, Lf, Ready) ->
    receive
        {eval, Server, Exprs, Plain, Bs, Catch} ->
            eval_exprs({Exprs, Plain}, Bs, Lf, restriction(), Catch, Server, Tab),
            eval_loop(Server, Tab, Lf, Ready)
    end.

eval_exprs({Exprs, Plain}, Bs0, Lf, Ef, Catch, Server, Tab) ->
    try
        {V, Bs} = exprs(Exprs, Plain, Bs0, Lf, Ef, records(Tab), Tab),
        Server ! {result, self(), {value, V, Bs, get()}}
    catch
        throw:{?MODULE, unsound, {Location, Mod, {What, _} = Error}}:_ ->
            complain("~ts: ~ts", [location(Location), Mod:format_error(Error)]),
            Server ! {result, self(), {unsound, What, get()}};
        Class:Reason:Stack when Catch ->
            report("* ", Class, Reason, Stack, Tab),
            Server ! {result, self(), {caught, exit_reason(Class, Reason, Stack), get()}};
        Class:Reason:Stack ->
            Server ! {result, self(), {exception, Class, Reason, Stack, get()}},
            %% What is linked to the evaluator ends with it.
            exit(case Class of
                     exit when Reason =:= normal -> normal;
                     exit -> {Reason, Stack};
                     _ -> exit_reason(Class, Reason, Stack)
                 end)
    end.

%% Each expression is checked when its turn comes: records may be defined by one
%% and used by the next, and what was bound may be forgotten.
exprs([E0 | Es], Plain, Bs0, Lf, Ef, Records, Tab) ->
    {E, Bs1} = case Plain of
                   true -> {E0, Bs0};
                   false -> forget(E0, Bs0)
               end,
    case shell_eval:check([E], Bs1, Records) of
        ok -> ok;
        {error, Error} -> throw({?MODULE, unsound, Error})
    end,
    {value, V, Bs} = shell_eval:expr(E, Bs1, Records, Lf, Ef),
    case Es of
        [] ->
            io:put_chars([pretty(V, 1, Tab), $\n]),
            {V, Bs};
        _ -> exprs(Es, Plain, Bs, Lf, Ef, records(Tab), Tab)
    end.

%% What f(X) forgets is unbound in the whole of its expression.
forget(E0, Bs) ->
    {E, Names} = forgets(E0, []),
    {E, lists:foldl(fun erl_eval:del_binding/2, Bs, Names)}.

%% forgets replaces the variable of each f(X) by its name.
forgets({call, A, {atom, _, f} = F, [{var, _, Name}]}, Names) ->
    {{call, A, F, [{tuple, A, [{atom, A, var}, {atom, A, Name}]}]}, [Name | Names]};
forgets({string, _, _} = E, Names) -> {E, Names};
forgets([E0 | Es0], Names0) ->
    {E, Names1} = forgets(E0, Names0),
    {Es, Names} = forgets(Es0, Names1),
    {[E | Es], Names};
forgets(E0, Names0) when is_tuple(E0), element(1, E0) =/= value ->
    {L, Names} = forgets(tuple_to_list(E0), Names0),
    {list_to_tuple(L), Names};
forgets(E, Names) -> {E, Names}.

restriction() ->
    case get_env(restricted_shell) of
        {ok, Mod} when is_atom(Mod) -> {value, fun(Func, Args) -> non_local_allowed(Mod, Func, Args, []) end};
        _ -> none
    end.

non_local_allowed(Mod, Func, Args, State) ->
    case Mod:non_local_allowed(Func, Args, State) of
        {true, _} -> apply_fun(Func, Args, Mod);
        {{redirect, New, NewArgs}, _} -> apply_fun(New, NewArgs, Mod);
        {false, _} -> exit({restricted_shell_disallowed, {Func, Args}});
        Other ->
            erlang:raise(exit, {restricted_shell_bad_return, Other}, [{Mod, non_local_allowed, 3, []}])
    end.

%% The frame under which erl shows what a command calls.
apply_fun({M, F}, Args, _) -> apply(M, F, Args);
apply_fun(Fun, Args, _) -> apply(Fun, Args).

%%% Functions called without a module.

local_handler(Tab, Server) ->
    {command, fun(Name, Args, Bs) -> local(Name, Args, Bs, Tab, Server) end,
     fun(Name, Args) -> local_value(Name, Args, Tab, Server) end}.

%% The handler within functions typed at the prompt: what they call may be
%% defined later.
function_handler(Tab, Server) ->
    {command, fun(_, _, _) -> no end,
     fun(Name, Args) ->
             Arity = length(Args),
             case ets:member(Tab, {function, Name, Arity}) orelse not undefined_function(Name, Arity) of
                 true -> local_value(Name, Args, Tab, Server);
                 false -> erlang:raise(error, undef, [{shell_default, Name, Args, []}])
             end
     end}.

undefined_function(Name, Arity) ->
    not is_command(Name) andalso first_exporting([user_default, shell_default], Name, Arity) =:= none.

%% Commands that take their argument as written; no is for all others.
local(f, [], _, _, _) -> {value, ok, #{}};
local(f, [{tuple, _, [{atom, _, var}, {atom, _, _}]}], Bs, _, _) -> {value, ok, Bs};
local(f, [{value, _, {var, _}}], Bs, _, _) -> {value, ok, Bs};
local(f, [_], _, _, _) -> no_clause(f, 1);
local(b, [], Bs, Tab, _) ->
    list_bindings(erl_eval:bindings(Bs), Tab),
    {value, ok, Bs};
local(rd, [{atom, _, Name}, Def], Bs, Tab, _) -> {value, define_record(Name, Def, Tab), Bs};
local(rd, [{string, _, Def}], Bs, Tab, _) -> {value, define_record(Def, Tab), Bs};
local(rd, [_], _, _, _) -> no_clause(rd, 1);
local(rd, [_, _], _, _, _) -> no_clause(rd, 2);
local(_, _, _, _, _) -> no.

local_value(Name, Args, Tab, Server) when Name =:= f; Name =:= b; Name =:= rd ->
    case local(Name, [{value, 0, A} || A <- Args], #{}, Tab, Server) of
        {value, Value, _} -> Value;
        no -> call(Name, Args, Tab, Server)
    end;
local_value(Name, Args, Tab, Server) -> call(Name, Args, Tab, Server).

call(h, [], _, Server) -> ask(Server, history);
call(v, [N], _, Server) when is_integer(N) -> ask(Server, {value, N});
call(exit, [], _, Server) -> ask(Server, exit);
call(history, [N], _, _) when is_integer(N), N >= 0 -> history(N);
call(history, [_], _, _) -> no_clause(history, 1);
call(results, [N], _, _) when is_integer(N), N >= 0 -> results(N);
call(results, [_], _, _) -> no_clause(results, 1);
call(catch_exception, [B], _, _) when is_boolean(B) -> catch_exception(B);
call(catch_exception, [_], _, _) -> no_clause(catch_exception, 1);
call(help, [], _, _) ->
    shell_help:commands(),
    case erlang:function_exported(user_default, help, 0) of
        true -> user_default:help();
        false -> shell_default:help()
    end;
call(rf, [], Tab, _) -> forget_records('_', Tab), [];
call(rf, [Names], Tab, _) -> forget_records(Names, Tab);
call(rl, [], Tab, _) -> list_records(records(Tab));
call(rl, [Names], Tab, _) ->
    list_records([Form || {attribute, _, record, {Name, _}} = Form <- records(Tab), named(Name, Names)]);
call(rp, [Term], Tab, _) ->
    io:put_chars([io_lib_pretty:print(Term, [{column, 1}, {line_length, 80}, {depth, -1},
                                             {line_max_chars, ?LINE_CHARS},
                                             {strings, get_env(shell_strings, true) =/= false},
                                             {record_print_fun, record_print_fun(Tab)},
                                             {encoding, encoding()}]), $\n]);
call(rr, [File], Tab, _) -> shell_records:read(File, '_', [], Tab);
call(rr, [File, Names], Tab, _) -> shell_records:read(File, Names, [], Tab);
call(rr, [File, Names, Opts], Tab, _) -> shell_records:read(File, Names, Opts, Tab);
call(lf, [], Tab, _) -> list_functions(functions(Tab));
call(lt, [], Tab, _) -> list_forms([F || {{type, _, _}, F} <- ets:tab2list(Tab)]);
call(lr, [], Tab, _) -> list_forms(records(Tab));
call(ff, [], Tab, _) ->
    ets:match_delete(Tab, {{function, '_', '_'}, '_', '_'}),
    ets:match_delete(Tab, {{spec, '_'}, '_'}),
    ok;
call(ff, [Name, Arity], Tab, _) ->
    ets:delete(Tab, {function, Name, Arity}),
    ets:delete(Tab, {spec, {Name, Arity}}),
    ok;
call(tf, [], Tab, _) -> ets:match_delete(Tab, {{type, '_', '_'}, '_'}), ok;
call(tf, [Name], Tab, _) -> ets:match_delete(Tab, {{type, Name, '_'}, '_'}), ok;
call(fl, [], Tab, _) -> ets:delete_all_objects(Tab), ok;
call(save_module, [Path], Tab, _) -> save_module(Path, Tab);
call(Name, Args, Tab, _) ->
    Arity = length(Args),
    case ets:lookup(Tab, {function, Name, Arity}) of
        [{_, _, Fun}] -> apply(Fun, Args);
        [] ->
            case first_exporting([user_default, shell_default], Name, Arity) of
                {ok, Mod} -> apply(Mod, Name, Args);
                none ->
                    shell_undef(Name, Arity)
            end
    end.

%% The reason that erl_error words as an undefined shell command, in the frames
%% that it has in erl.
shell_undef(Name, Arity) ->
    try error(undef)
    catch
        error:undef:Stack ->
            {Here, Callers} = case Stack of
                                  [H, {erl_eval, do_apply, _, _} | Cs] -> {H, Cs};
                                  [H | Cs] -> {H, Cs}
                              end,
            Asked = {erl_eval, local_func, 8, [{file, "erl_eval.erl"}, {line, 949}]},
            erlang:raise(error, {shell_undef, Name, Arity, []},
                         lists:sublist([Here, Asked | Callers], 8))
    end.

first_exporting([Mod | Mods], Name, Arity) ->
    case code:ensure_loaded(Mod) =:= {module, Mod}
        andalso erlang:function_exported(Mod, Name, Arity) of
        true -> {ok, Mod};
        false -> first_exporting(Mods, Name, Arity)
    end;
first_exporting([], _, _) -> none.

no_clause(Name, Arity) ->
    erlang:raise(error, function_clause, [{?MODULE, Name, Arity, []}]).

%% ask has the server do what needs its state.
ask(Server, Req) ->
    Ref = make_ref(),
    Server ! {shell_req, self(), Ref, Req},
    receive
        {Ref, {ok, Answer}} -> Answer;
        {Ref, {write, Text}} -> io:put_chars(Text), ok;
        {Ref, {raise, Reason}} -> error(Reason)
    end.

request(exit, #sh{eval = Eval}) ->
    end_eval(Eval),
    exit(normal);
request(history, Sh = #sh{commands = Commands, tab = Tab}) ->
    %% The command that asks is not shown yet.
    Kept = lists:sublist(tl(Commands), get_env(shell_history_length, ?HISTORY)),
    {{write, [history_entry(C, Tab) || C <- lists:reverse(Kept)]}, Sh};
request({value, N}, Sh = #sh{n = Current, commands = Commands}) ->
    I = if N < 0 -> Current + N; true -> N end,
    case lists:keyfind(I, 1, Commands) of
        {_, {_, {value, V}}} -> {{ok, V}, Sh};
        _ -> {{raise, {not_found, I}}, Sh}
    end;
request(names, Sh = #sh{bs = Bs, tab = Tab}) ->
    {{ok, #{variables => [V || {V, _} <- erl_eval:bindings(Bs), hd(atom_to_list(V)) =/= $v],
            records => [{R, [field_name(F) || F <- Fields]}
                        || {{record, R}, {attribute, _, record, {_, Fields}}} <- ets:tab2list(Tab)],
            maps => [{V, [K || K <- maps:keys(M), is_atom(K)]} || {V, M} <- erl_eval:bindings(Bs), is_map(M)],
            functions => [{F, A} || {{function, F, A}, _, _} <- ets:tab2list(Tab)]}}, Sh};
request(exit, Sh) ->
    end_eval(Sh#sh.eval),
    exit(die);
request(_, Sh) -> {{raise, badarg}, Sh}.

%% names are those that a shell knows, for completion.
names(Shell) when is_pid(Shell) -> ask(Shell, names);
names(_) -> #{}.

history_entry({N, {Exprs, Result}}, Tab) ->
    Head = io_lib:fwrite("~w: ", [N]),
    [Head, erl_pp:exprs(Exprs, length(lists:flatten(Head)), none), $\n,
     case Result of
         {value, V} -> ["-> ", pretty(V, 4, Tab), $\n];
         none -> []
     end].

list_bindings(Bindings, Tab) ->
    lists:foreach(fun(B) -> list_binding(B, Tab) end, lists:sort(Bindings)).

list_binding({Name, Value}, Tab) ->
    case hd(atom_to_list(Name)) of
        $v -> ok;
        _ ->
            Text = case erl_eval:fun_data(Value) of
                       {fun_data, _, Clauses} ->
                           match_text(Name, {'fun', 0, {clauses, Clauses}});
                       {named_fun_data, _, FunName, Clauses} ->
                           match_text(Name, {named_fun, 0, FunName, Clauses});
                       false ->
                           Head = [binary_to_list(atom_to_binary(Name)), " = "],
                           [Head, pretty(Value, length(lists:flatten(Head)) + 1, Tab)]
                   end,
            io:put_chars([Text, $\n])
    end.

match_text(Name, Fun) -> erl_pp:expr({match, 0, {var, 0, Name}, Fun}).

%%% Records and definitions.

define_record(Name, Def, Tab) ->
    Text = lists:flatten(["-record(", io_lib:write_atom(Name), ",", erl_pp:expr(Def), ")."]),
    define_record_text(Text, Name, Tab).

define_record(Def, Tab) -> define_record_text("-record(" ++ Def ++ ").", undefined, Tab).

define_record_text(Text, _, Tab) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    case erl_parse:parse_form(Tokens) of
        {ok, {attribute, _, record, {Name, _}} = Form} ->
            ets:insert(Tab, {{record, Name}, Form}),
            Name;
        {error, {_, Mod, What}} ->
            exit(lists:flatten(Mod:format_error(What)))
    end.

forget_records(Names, Tab) ->
    [ets:delete(Tab, {record, Name})
     || {attribute, _, record, {Name, _}} <- records(Tab), named(Name, Names)],
    ok.

named(_, '_') -> true;
named(Name, Name) -> true;
named(Name, Names) when is_list(Names) -> lists:member(Name, Names);
named(_, _) -> false.

list_records(Forms) ->
    lists:foreach(fun(Form) -> io:put_chars(erl_pp:attribute(Form)) end, Forms),
    ok.

%% functions gives the functions typed in, each after its spec.
functions(Tab) ->
    lists:append([[Spec || {_, Spec} <- ets:lookup(Tab, {spec, {Name, Arity}})] ++ [Form]
                  || {{function, Name, Arity}, Form, _} <- ets:tab2list(Tab)]).

list_functions([]) -> io:put_chars("\n\n");
list_functions(Forms) ->
    io:put_chars([case F of
                      {function, _, _, _, _} -> [erl_pp:form(F), "\n"];
                      _ -> erl_pp:form(F)
                  end || F <- Forms]),
    ok.

list_forms(Forms) ->
    io:put_chars([lists:join("\n", [erl_pp:form(F) || F <- Forms]), "\n"]),
    ok.

save_module(Path, Tab) ->
    Name = list_to_atom(filename:basename(Path, ".erl")),
    Types = [F || {{type, _, _}, F} <- ets:tab2list(Tab)],
    Exports = [{N, A} || {{function, N, A}, _, _} <- ets:tab2list(Tab)],
    Forms = [{attribute, 1, module, Name}, {attribute, 1, export, Exports}]
        ++ Types ++ records(Tab) ++ functions(Tab),
    Text = lists:join("\n", [erl_pp:form(F) || F <- Forms]),
    case file:write_file(Path, unicode:characters_to_binary(Text)) of
        ok -> c:c(Path);
        Error -> Error
    end.

%%% Settings.

history(N) when is_integer(N), N >= 0 -> set(shell_history_length, N, ?HISTORY).
results(N) when is_integer(N), N >= 0 -> set(shell_saved_results, N, ?RESULTS).
catch_exception(B) when is_boolean(B) -> set(shell_catch_exception, B, false).
strings(B) -> set(shell_strings, B, true).
hints(B) -> set(shell_hints, B, true).
prompt_func(Func) -> set(shell_prompt_func, Func, default).

%% How many columns a prompt takes.
prompt_width(Text) -> prompt_width(Text, encoding()).
prompt_width(Text, _Encoding) ->
    Plain = re:replace(unicode:characters_to_binary(Text), "\\e\\[[0-9;?]*[a-zA-Z]", "", [global, unicode]),
    lists:sum([width(C) || C <- unicode:characters_to_list(Plain)]).

width(C) when C >= 16#1100, C =< 16#115F; C >= 16#2E80, C =< 16#A4CF; C >= 16#AC00, C =< 16#D7A3;
              C >= 16#F900, C =< 16#FAFF; C >= 16#FE30, C =< 16#FE6F; C >= 16#FF00, C =< 16#FF60;
              C >= 16#FFE0, C =< 16#FFE6; C >= 16#1F300, C =< 16#1FAFF; C >= 16#20000, C =< 16#3FFFD -> 2;
width(C) when C >= 16#300, C =< 16#36F; C >= 16#200B, C =< 16#200F; C >= 16#FE00, C =< 16#FE0F -> 0;
width(_) -> 1.

start_restricted(Mod) when is_atom(Mod) ->
    case code:ensure_loaded(Mod) of
        {module, Mod} ->
            application:set_env(stdlib, restricted_shell, Mod),
            exit(restricted_shell_started);
        {error, Reason} = Error ->
            _ = error_logger:error_report(io_lib:fwrite("Restricted shell module ~w not found: ~tp~n", [Mod, Reason])),
            logger_server:sync(),
            Error
    end.

stop_restricted() ->
    application:unset_env(stdlib, restricted_shell),
    exit(restricted_shell_stopped).

set(Key, Value, Default) ->
    Old = get_env(Key, Default),
    application:set_env(stdlib, Key, Value),
    Old.

%% The fun of a function that was typed at this shell's prompt.
local_func(Fun) -> Fun.
