%% The shell: a server process that reads commands from its group leader and
%% keeps what survives an exception (bindings, process dictionary, history,
%% records, functions), and an evaluator process that runs them and dies with
%% their exceptions.
-module(shell).

-export([start/0, start/1, start/2, server/1, server/2, whereis/0, names/1, ask/2,
         start_interactive/0, start_interactive/1,
         history/1, results/1, catch_exception/1, strings/1, hints/1,
         prompt_func/1, multiline_prompt_func/1, default_multiline_prompt/1, inverted_space_prompt/1,
         prompt_width/1, prompt_width/2, get_function/2, local_func/0,
         start_restricted/1, stop_restricted/0, local_allowed/3, non_local_allowed/3, local_func/1, apply_fun/3]).

-define(HISTORY, 20).
-define(RESULTS, 20).
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
    Hint = case NoCtrlG of
               true -> " (type help(). for help)\n";
               _ -> " (press Ctrl+G to abort, type help(). for help)\n"
           end,
    io:put_chars(case get_env(shell_session_slogan) of
                     {ok, Slogan} when is_list(Slogan) -> [Slogan, Hint];
                     {ok, Slogan} when is_function(Slogan, 0) -> [Slogan(), Hint];
                     {ok, Other} -> io_lib:fwrite("Warning! The slogan \"~p\" could not be printed.\n", [Other]);
                     undefined -> [restricted(), "Eshell V", erlang:system_info(version), Hint]
                 end),
    case missing_restriction() of
        none -> ok;
        {What, Reason} ->
            io:fwrite("Warning! Restricted shell module ~w not found: ~tp.\n"
                      "Only the commands q() and init:stop() will be allowed!\n", [What, Reason])
    end.

restricted() ->
    case get_env(restricted_shell) of
        {ok, Mod} when is_atom(Mod) -> "Restricted ";
        _ -> ""
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
            shell_print:complain("~ts: ~ts", [shell_print:location(Location), Mod:format_error(What)]),
            skip_line(),
            loop(Sh);
        {error, What} ->
            shell_print:complain("~tp", [What]),
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
            shell_print:exit_report(Reason, Sh#sh.tab),
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
                shell_print:report("** ", Class, Reason, Stack, Tab),
                bad_prompt({Mod, Func}, N)
            end;
        default -> default_prompt(N);
        Other -> bad_prompt(Other, N)
    end.

bad_prompt(Func, N) ->
    shell_print:complain("Bad prompt function: ~tp", [Func]),
    default_prompt(N).

default_prompt(N) ->
    case is_alive() of
        true -> io_lib:fwrite("(~ts)~w> ", [node(), N]);
        false -> io_lib:fwrite("~w> ", [N])
    end.

%%% Commands.

command(Tokens, Sh) ->
    try shell_command:read(Tokens, Sh#sh.n, Sh#sh.commands) of
        {ok, Exprs, Plain} -> evaluate(Exprs, Plain, Sh);
        {define, Form} ->
            N = Sh#sh.n,
            Sh#sh{n = N + 1, commands = keep(N, {[], shell_local:define(Form, Sh#sh.tab)}, Sh)};
        {error, {Location, Mod, What}} ->
            shell_print:complain("~ts: ~ts", [shell_print:location(Location), Mod:format_error(What)]),
            ersh_hint:syntax_error(Tokens),
            Sh
    catch
        throw:{not_found, N} ->
            shell_print:complain("~ts: command not found", [N]),
            Sh;
        error:Reason ->
            %% The reading of a command must not end the shell.
            shell_print:complain("command not understood: ~0tP", [Reason, 9]),
            Sh
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
            shell_print:complain("there are too many processes for a command to run", []),
            Sh0;
        Sh -> evaluate(Command, Plain, Sh)
    end;
evaluate(Command, Plain, Sh = #sh{n = N, bs = Bs0, eval = Eval}) ->
    {Exprs, Values} = case Plain of
                          true -> {Command, []};
                          false -> shell_command:values(Command, [], Sh#sh.commands)
                      end,
    Bs = lists:foldl(fun({Name, V}, B) -> erl_eval:add_binding(Name, V, B) end,
                     Bs0, Values),
    Eval ! {eval, self(), {Exprs, Plain}, Bs, get_env(shell_catch_exception, false), restriction()},
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
            {{value, {'EXIT', Reason}}, Sh#sh{dict = failed(Reason, Dict, Sh#sh.dict)}};
        {result, Eval, {exception, Class, Reason, Stack, Dict}} ->
            receive {'EXIT', Eval, _} -> ok end,
            shell_print:report("** ", Class, Reason, Stack, Sh#sh.tab),
            ersh_hint:exception(Class, Reason, Stack),
            {{value, {'EXIT', exit_reason(Class, Reason, Stack)}},
             start_eval(Sh#sh{dict = died(Reason, Dict, Sh#sh.dict)})};
        {'EXIT', Eval, Reason} ->
            shell_print:exit_report(Reason, Sh#sh.tab),
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

exit_reason(exit, normal, _) -> normal;
exit_reason(throw, Reason, Stack) -> {{nocatch, Reason}, Stack};
exit_reason(_, Reason, Stack) -> {Reason, Stack}.

%% failed is the process dictionary after a command whose exception was caught: what the
%% module of a restricted shell noted is forgotten, unless it is what it refused.
failed(Reason, Dict, Old) ->
    case is_refusal(Reason) of
        true -> Dict;
        false -> note(proplists:get_value(restricted_shell_state, Old, []), Dict)
    end.

%% died is that after a command whose exception has ended the evaluator: as it was before,
%% save for what the module of a restricted shell noted when it refused.
died(Reason, Dict, Old) ->
    case is_refusal(Reason) of
        true -> note(proplists:get_value(restricted_shell_state, Dict, []), Old);
        false -> Old
    end.

is_refusal({restricted_shell_disallowed, _}) -> true;
is_refusal({{restricted_shell_disallowed, _}, _}) -> true;
is_refusal(_) -> false.

%% note changes what a restricted shell's module has noted, if there is one.
note(State, Dict) -> lists:keyreplace(restricted_shell_state, 1, Dict, {restricted_shell_state, State}).

%%% The evaluator. Its frames are at the end of each stack trace that a command
%%% catches; -file gives them the lines that erl's have.

start_eval(Sh = #sh{dict = Dict, tab = Tab}) ->
    Server = self(),
    Ancestors = [Server | ancestors()],
    Eval = fun() ->
                   put_all(Dict),
                   put('$ancestors', Ancestors),
                   eval_loop(Server, Tab, shell_local:handler(Tab, Server), ready)
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

-file("shell.erl", 907).
eval_loop(Server, Tab, Lf, Ready) ->
    receive
        {eval, Server, Command, Bs, Catch, none} ->
            eval_exprs(Command, Bs, Lf, none, Catch, Server, Tab),
            eval_loop(Server, Tab, Lf, Ready);
        {eval, Server, Command, Bs, Catch, Mod} ->
            restricted_eval_loop(Server, Tab, Lf, {Command, Bs, Catch}, Mod)
    end.
-file("shell.erl", 915).
restricted_eval_loop(Server, Tab, Lf, {Command, Bs, Catch}, Mod) ->
    put(restricted_expr_state, []),
    RestrictedLf = shell_local:restricted(Lf, Mod),
    Ef = {value, fun(Func, Args) -> foreign(Func, Args, Mod) end},
    eval_exprs(Command, Bs, RestrictedLf, Ef, Catch, Server, Tab),
    eval_loop(Server, Tab, Lf, ready).

-file("shell.erl", 923).
eval_exprs({Exprs, Plain}, Bs0, Lf, Ef, Catch, Server, Tab) ->
    try
        {V, Bs} = exprs(Exprs, Plain, Bs0, Lf, Ef, shell_local:records(Tab), Tab),
        Server ! {result, self(), {value, V, Bs, get()}}
    catch
        throw:{?MODULE, unsound, {Location, Mod, {What, _} = Error}}:_ ->
            shell_print:complain("~ts: ~ts", [shell_print:location(Location), Mod:format_error(Error)]),
            Server ! {result, self(), {unsound, What, get()}};
        Class:Reason:Stack when Catch ->
            shell_print:report("* ", Class, Reason, Stack, Tab),
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
-file("shell.erl", 960).
exprs([E0 | Es], Plain, Bs0, Lf, Ef, Records, Tab) ->
    {E, Bs1} = case Plain of
                   true -> {E0, Bs0};
                   false -> shell_command:forget(E0, Bs0)
               end,
    case shell_eval:check([E], Bs1, Records) of
        ok -> ok;
        {error, Error} -> throw({?MODULE, unsound, Error})
    end,
    {value, V, Bs} = shell_eval:expr(E, Bs1, Records, Lf, Ef),
    case Es of
        [] ->
            io:put_chars([shell_print:value(V, 1, Tab), $\n]),
            {V, Bs};
        _ -> exprs(Es, Plain, Bs, Lf, Ef, shell_local:records(Tab), Tab)
    end.

%%% A restricted shell asks a module of what it may call: restriction is that module, and
%%% this one takes the place of a module that is not there.

restriction() ->
    case get_env(restricted_shell) of
        {ok, Mod} ->
            case missing_restriction() of
                none -> Mod;
                _ -> ?MODULE
            end;
        undefined -> none
    end.

missing_restriction() ->
    case get_env(restricted_shell) of
        {ok, Mod} when is_atom(Mod) ->
            case code:ensure_loaded(Mod) of
                {module, _} -> none;
                {error, Reason} -> {Mod, Reason}
            end;
        {ok, Other} -> {Other, not_an_atom};
        undefined -> none
    end.

local_allowed(q, [], State) -> {true, State};
local_allowed(_, _, State) -> {false, State}.

non_local_allowed({init, stop}, [], State) -> {true, State};
non_local_allowed(_, _, State) -> {false, State}.

%% What apply is to call is what is asked about; funs typed in ask themselves.
foreign({erlang, apply}, [M, F, Args], Mod) when is_list(Args) -> foreign({M, F}, Args, Mod);
foreign({erlang, apply}, [_, _, _] = Args, _) -> apply(erlang, apply, Args);
foreign({erlang, apply}, [F, Args], Mod) when is_function(F), is_list(Args) ->
    case erl_eval:fun_data(F) of
        false -> foreign(F, Args, Mod);
        _ -> apply(F, Args)
    end;
foreign(Func, Args, Mod) -> non_local_allowed(Mod, Func, Args, shell_local:restricted_state()).

-file("shell.erl", 1129).
non_local_allowed(Mod, Func, Args, State) ->
    case Mod:non_local_allowed(Func, Args, State) of
        {true, {_, _} = New} ->
            shell_local:keep_state(New),
            apply_fun(Func, Args, Mod);
        {{redirect, Func1, Args1}, {_, _} = New} ->
            shell_local:keep_state(New),
            apply_fun(Func1, Args1, Mod);
        {false, {_, _} = New} ->
            shell_local:keep_state(New), exit({restricted_shell_disallowed, {Func, Args}});





        Other ->
            {_, [_ | Stack]} = process_info(self(), current_stacktrace),
            erlang:raise(exit, {restricted_shell_bad_return, Other}, [{Mod, non_local_allowed, 3, []} | Stack])
    end.

%% The frame under which erl shows what a command calls.
apply_fun({M, F}, Args, _) -> apply(M, F, Args);
apply_fun(Fun, Args, _) -> apply(Fun, Args).

request(exit, #sh{eval = Eval}) ->
    end_eval(Eval),
    exit(normal);
request(history, Sh = #sh{commands = Commands, tab = Tab}) ->
    %% The command that asks is not shown yet.
    Kept = lists:sublist(tl(Commands), get_env(shell_history_length, ?HISTORY)),
    {{write, [history_entry(C, Tab) || C <- lists:reverse(Kept)]}, Sh};
request({function, Name, Arity}, Sh = #sh{tab = Tab}) ->
    {{ok, shell_local:function(Name, Arity, Tab)}, Sh};
request({value, N}, Sh = #sh{n = Current, commands = Commands}) ->
    I = if N < 0 -> Current + N; true -> N end,
    case lists:keyfind(I, 1, Commands) of
        {_, {_, {value, V}}} -> {{ok, V}, Sh};
        _ -> {{raise, {not_found, I}}, Sh}
    end;
request(names, Sh = #sh{bs = Bs, tab = Tab}) ->
    {{ok, #{variables => [V || {V, _} <- erl_eval:bindings(Bs), hd(atom_to_list(V)) =/= $v],
            records => [{R, [shell_print:field_name(F) || F <- Fields]}
                        || {{record, R}, {attribute, _, record, {_, Fields}}} <- ets:tab2list(Tab)],
            maps => [{V, [K || K <- maps:keys(M), is_atom(K)]} || {V, M} <- erl_eval:bindings(Bs), is_map(M)],
            functions => [{F, A} || {{function, F, A}, _, _} <- ets:tab2list(Tab)]}}, Sh};
request(_, Sh) -> {{raise, badarg}, Sh}.

%% names are those that a shell knows, for completion.
names(Shell) when is_pid(Shell) -> ask(Shell, names);
names(_) -> #{}.

%% ask has the server do what needs its state.
ask(Server, Req) ->
    Ref = make_ref(),
    Server ! {shell_req, self(), Ref, Req},
    receive
        {Ref, {ok, Answer}} -> Answer;
        {Ref, {write, Text}} -> io:put_chars(Text), ok;
        {Ref, {raise, Reason}} -> error(Reason)
    end.

history_entry({N, {Exprs, Result}}, Tab) ->
    Head = io_lib:fwrite("~w: ", [N]),
    [Head, erl_pp:exprs(Exprs, length(lists:flatten(Head)), none), $\n,
     case Result of
         {value, V} -> ["-> ", shell_print:value(V, 4, Tab), $\n];
         none -> []
     end].

%%% Settings.

-file("shell.erl", 2065).
history(N) when is_integer(N), N >= 0 -> set(shell_history_length, N, ?HISTORY).
-file("shell.erl", 2075).
results(N) when is_integer(N), N >= 0 -> set(shell_saved_results, N, ?RESULTS).
catch_exception(B) -> set(shell_catch_exception, B, false).
strings(B) -> set(shell_strings, B, true).
hints(B) -> set(shell_hints, B, true).
prompt_func(Func) -> set(shell_prompt_func, Func, default).

multiline_prompt_func(Func) -> set(shell_multiline_prompt, Func, default).

%% The prompts of the lines that a command goes on in, below a prompt of its first.
default_multiline_prompt(Prompt) -> lists:duplicate(max(0, prompt_width(Prompt) - 3), $\s) ++ ".. ".
inverted_space_prompt(Prompt) -> "\e[7m" ++ lists:duplicate(max(0, prompt_width(Prompt) - 1), $\s) ++ "\e[27m ".

%% How many columns a prompt takes.
prompt_width(Text) -> prompt_width(Text, shell_print:encoding()).
prompt_width(Text, Encoding) -> shell_print:prompt_width(Text, Encoding).

-file("shell.erl", 202).
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
    erase(restricted_shell_state),
    erase(restricted_expr_state),
    exit(restricted_shell_stopped).

set(Key, Value, Default) ->
    Old = get_env(Key, Default),
    application:set_env(stdlib, Key, Value),
    Old.

%% The fun of a function that was typed at the prompt of the caller's shell, if it was.
get_function(Name, Arity) ->
    case awaiting() of
        Server when is_pid(Server), Server =/= self() -> ask(Server, {function, Name, Arity});
        _ -> undefined
    end.

%% An evaluator's shell waits for it; others are of the shell that their group serves.
awaiting() ->
    {parent, Parent} = process_info(self(), parent),
    case is_pid(Parent) andalso node(Parent) =:= node() andalso process_info(Parent, current_function) of
        {current_function, {?MODULE, await, 2}} -> Parent;
        _ -> group:whereis_shell()
    end.

%% The names of the shell's own commands.
local_func() ->
    [v, h, b, f, fd, ff, fl, lf, lr, lt, rd, rf, rl, rp, rr, tf, save_module, history, results, catch_exception].

local_func(Name) -> lists:member(Name, local_func()).
