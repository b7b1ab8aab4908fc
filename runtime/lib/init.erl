%% The node's first process: it starts the others, does what the command line
%% says, and stops the node.
-module(init).

-export([boot/0, slogan_text/1, mode/0, banner/0, printable_range/0, get_arguments/0, get_argument/1, get_plain_arguments/0,
         get_status/0, stop/0, stop/1, restart/0, restart/1, reboot/0,
         script_id/0, script_name/0, notify_when_started/1,
         wait_until_started/0, ensure_loaded/1, fetch_loaded/0,
         program/0, archive_extension/0, objfile_extension/0, code_path_choice/0]).

boot() ->
    register(init, self()),
    process_flag(trap_exit, true),
    put(status, starting),
    Mode = mode(),
    {Boot, Ref} = spawn_monitor(fun() -> boot(Mode) end),
    loop([], {Boot, Ref}).

%% What runs once is done beside init, which answers meanwhile.
boot(Mode) ->
    check_boot(get_argument(boot)),
    User = group:start_user(),
    standard_error:start(),
    group_leader(User, self()),
    code_path(),
    logger_server:start(),
    configure(),
    init ! watch,
    start_kernel(),
    master_flag(),
    compile_flag(),
    make_flag(),
    Mode =:= shell andalso prim_tty:write(slogan()),
    c:erlangrc([home(), filename:basedir(user_config, "erlang")]),
    Mode =:= shell andalso start_shell(),
    process_flag(trap_exit, true),
    start_em(instructions()).

%% -master is the node that started this one as its slave, and shows its output.
master_flag() ->
    case get_argument(master) of
        {ok, [[Master]]} ->
            unregister(user),
            slave:pseudo(list_to_atom(Master), [user]);
        _ -> ok
    end.

%% -compile compiles files, -make what the directory's Emakefile names. Either ends the node.
compile_flag() ->
    case [Files || {compile, Files} <- get_arguments()] of
        [] -> ok;
        [[] | _] ->
            io:put_chars("Error: no files to compile\n"),
            ended(false);
        [Files | _] ->
            ended(lists:all(fun(F) -> compile:file(F, [report_errors, report_warnings]) =/= error end, Files))
    end.

make_flag() ->
    case get_argument(make) of
        {ok, _} -> ended(make:all() =:= up_to_date);
        error -> ok
    end.

ended(true) -> halt(0);
ended(false) -> halt(1).

%% What a terminal begins with.
slogan() ->
    case application:get_env(stdlib, shell_slogan) of
        {ok, Text} when is_list(Text) -> unicode:characters_to_binary([Text, $\n]);
        {ok, Fun} when is_function(Fun, 0) -> unicode:characters_to_binary([Fun(), $\n]);
        _ -> <<(banner())/binary, "\n\n">>
    end.

home() ->
    case get_argument(home) of
        {ok, [[Home] | _]} -> Home;
        _ -> "."
    end.

%% What a boot script starts is here always the same; those that an installed
%% system has are taken, any other must exist.
check_boot({ok, [[] | _]}) ->
    stop_boot("Runtime terminating during boot ({function_clause,[{init,b2s,[true],[]},{init,do_boot,3,[]}]})");
check_boot({ok, [[Name | _] | _]}) ->
    Known = ["start", "start_clean", "start_sasl", "no_dot_erlang"],
    lists:member(filename:basename(Name), Known) orelse filelib:is_regular(Name ++ ".boot")
        orelse stop_boot(io_lib:format("Runtime terminating during boot ({'cannot get bootfile',~tw})",
                                       [list_to_atom(Name ++ ".boot")]));
check_boot(_) -> ok.

code_path() ->
    code:start_link(),
    [code:use_release(Dir) || {otp, Dirs} <- get_arguments(), Dir <- Dirs],
    [code:add_pathsa(Dirs) || {pa, Dirs} <- get_arguments()],
    [code:add_pathsz(Dirs) || {pz, Dirs} <- get_arguments()],
    [code:add_pathz(Dir) || Dir <- erl_libs()],
    ok.

%% ERL_LIBS names directories of applications.
erl_libs() ->
    case os:getenv("ERL_LIBS") of
        false -> [];
        Libs ->
            Separator = case os:type() of {win32, _} -> ";"; _ -> ":" end,
            [Dir || Lib <- string:lexemes(Libs, Separator), Dir <- lists:sort(filelib:wildcard(Lib ++ "/*/ebin"))]
    end.

%% Applications take their environment from the command line and the files
%% that it names.
configure() ->
    case application_controller:start(get_arguments()) of
        {ok, _} -> ok;
        {error, Reason} ->
            stop_boot(io_lib:format("Could not start kernel pid (application_controller) (~0tp)",
                                    [lists:flatten(Reason)]))
    end,
    case application:get_env(kernel, logger_level, notice) of
        notice -> ok;
        Level -> logger:set_primary_config(level, Level)
    end.

%% The processes that a node has from its beginning.
start_kernel() ->
    get_argument(otp) =:= error orelse kernel:start_safe_supervisor(),
    case get_argument(sname) =:= error andalso get_argument(name) =:= error
        andalso remote() =:= none of
        true -> ok;
        false -> net_kernel:start_from_arguments()
    end.

start_shell() ->
    case remote() of
        none -> group:start_interactive({shell, start, []});
        Node -> group:start_interactive({net_kernel:remote_name(Node), shell, start, []})
    end.

%% The node whose shell the terminal is for.
remote() ->
    case get_argument(remsh) of
        {ok, [[Node | _] | _]} -> Node;
        _ -> none
    end.

%%% What the command line says is to be run: the -eval, -s and -run flags in
%%% their order. The first that fails ends the node.

start_em([{eval, Texts} | Is]) ->
    Text = lists:append(Texts),
    start_it(fun() -> start_it(Text) end,
             fun(_) -> ["Error! Failed to eval: ", Text, "

"] end),
    start_em(Is);
start_em([{_, []} | Is]) -> start_em(Is);
start_em([{Kind, [M]} | Is]) -> start_em([{Kind, [M, "start"]} | Is]);
start_em([{Kind, [M0, F0 | Args0]} | Is]) ->
    {M, F} = {list_to_atom(M0), list_to_atom(F0)},
    Args = case {Args0, Kind} of
               {[], _} -> [];
               {_, s} -> [[list_to_atom(A) || A <- Args0]];
               {_, run} -> [Args0]
           end,
    start_it(fun() -> start_it(M, F, Args) end, fun(What) -> failure(M, F, Args, What) end),
    start_em(Is);
start_em([]) -> ok.

start_it(M, F, Args) ->
    case code:ensure_loaded(M) of
        {module, M} -> apply(M, F, Args);
        {error, _} -> throw({?MODULE, not_found})
    end.

start_it(Run, Failure) ->
    try Run()
    catch
        throw:{?MODULE, not_found}:_ ->
            terminate(Failure(not_found), {undef, frames([])});
        throw:Reason:Stack -> terminate(Failure({throw, Reason, Stack}), {{nocatch, Reason}, frames(Stack)});
        exit:Reason:Stack -> terminate(Failure({exit, Reason, Stack}), Reason);
        error:Reason:Stack -> terminate(Failure({error, Reason, Stack}), {Reason, frames(Stack)})
    end.

%% The frames of the program, on top of those that init is known for.
frames(Stack) ->
    [Frame || Frame <- Stack, element(1, Frame) =/= ?MODULE]
        ++ [{?MODULE, start_it, 1, []}, {?MODULE, start_em, 1, []}, {?MODULE, do_boot, 3, []}].

failure(M, _, _, not_found) ->
    ["Error! Failed to load module '", atom_to_list(M), "' because it cannot be found.\n"
     "Make sure that the module name is correct and that its .beam file\n"
     "is in the code path.\n\n"];
failure(M, F, Args, {error, undef, [{M, F, As, _} | _]}) when length(Args) =:= length(As) ->
    ["Error! ", atom_to_list(M), $:, atom_to_list(F), $/, integer_to_list(length(Args)),
     " is not exported.\n\n"];
failure(_, _, _, {Class, Reason, Stack}) -> {display, {Class, Reason, frames(Stack)}}.

terminate({display, Failure}, Reason) ->
    erlang:display(Failure),
    end_boot(Reason);
terminate(Failure, Reason) ->
    prim_tty:write_error(unicode:characters_to_binary(string:replace(Failure, "\n", "\r\n", all))),
    end_boot(Reason).

end_boot(Reason) ->
    stop_boot(["Runtime terminating during boot (", text(Reason), $)]).

stop_boot(Slogan) ->
    halt(lists:flatten(unicode:characters_to_list(Slogan))),
    timer:sleep(infinity).

%% Evaluates the text of -eval, in erl's frame.
start_it(Text) ->
    {ok, Tokens, _} = erl_scan:string(with_dot(Text)),
    {ok, Exprs} = erl_parse:parse_exprs(Tokens),
    {value, Value, _} = erl_eval:exprs(Exprs, erl_eval:new_bindings()),
    Value.

%% The last dot may be left out.
with_dot(Text) ->
    case string:trim(Text, trailing) of
        "" -> ".";
        Trimmed ->
            case lists:last(Trimmed) of
                $. -> Text;
                _ -> Text ++ "."
            end
    end.

text(Term) -> slogan_text(Term).

%%% Requests.

loop(Waiting, Boot = {BootPid, BootRef}) ->
    receive
        {'DOWN', BootRef, process, BootPid, normal} ->
            put(status, started),
            [From ! {Ref, started} || {From, Ref} <- Waiting],
            loop([], {none, none});
        {'DOWN', BootRef, process, BootPid, Reason} ->
            crash(Reason);
        watch ->
            monitor(process, application_controller),
            loop(Waiting, Boot);
        {request, From, Ref, status} ->
            From ! {Ref, {get(status), started}},
            loop(Waiting, Boot);
        {request, From, Ref, started} ->
            case get(status) of
                started -> From ! {Ref, started}, loop(Waiting, Boot);
                _ -> loop([{From, Ref} | Waiting], Boot)
            end;
        {stop, Status} ->
            shutdown(),
            halt(Status);
        {signal, sigterm} ->
            error_logger:info_msg("SIGTERM received - shutting down~n"),
            stop(),
            loop(Waiting, Boot);
        {signal, sigquit} ->
            halt();
        {signal, sigusr1} ->
            halt("Received SIGUSR1");
        {'DOWN', _, process, {application_controller, _}, Reason} ->
            halt(lists:flatten(["Kernel pid terminated (application_controller) (", text(Reason), $)]));
        _ -> loop(Waiting, Boot)
    end.

crash(Reason) ->
    halt(lists:flatten(["Runtime terminating during boot (", text(Reason), $)])).

%% Applications that were started get their stop.
shutdown() ->
    case whereis(application_controller) of
        undefined -> ok;
        _ -> catch [application:stop(App) || {App, _, _} <- application:which_applications(),
                                             App =/= kernel, App =/= stdlib]
    end,
    case is_alive() of
        true -> catch net_kernel:stop();
        false -> ok
    end,
    logger_server:sync(),
    ok.

request(What) ->
    Ref = make_ref(),
    init ! {request, self(), Ref, What},
    receive {Ref, Answer} -> Answer end.

get_status() -> request(status).
wait_until_started() -> request(started), ok.

notify_when_started(Pid) ->
    spawn(fun() -> request(started), Pid ! {init, started} end),
    ok.

stop() -> stop(0).
stop(Status) when is_integer(Status), Status >= 0; is_list(Status) ->
    init ! {stop, Status},
    ok;
stop(_) -> error(badarg).

restart() -> error(notsup).
restart(_) -> error(notsup).
reboot() -> stop().

%%% Arguments.

mode() -> erlang:nif_error(undef).
%% A term as the VM itself prints it.
slogan_text(_Term) -> erlang:nif_error(undef).
%% instructions are the flags -eval, -s and -run with their values.
instructions() -> erlang:nif_error(undef).
banner() -> erlang:nif_error(undef).
%% What the flag +pc says that ~p takes for printable.
printable_range() -> erlang:nif_error(undef).
%% The file that runs, for who starts a further node.
program() ->
    case file:read_link("/proc/self/exe") of
        {ok, Program} -> Program;
        {error, _} ->
            {ok, [[Dir]]} = get_argument(bindir),
            {ok, [[Name]]} = get_argument(progname),
            filename:join(Dir, Name)
    end.

get_arguments() -> erlang:nif_error(undef).
get_plain_arguments() -> erlang:nif_error(undef).

get_argument(Flag) ->
    case [Values || {F, Values} <- get_arguments(), F =:= Flag] of
        [] -> error;
        Found -> {ok, Found}
    end.

script_id() -> {"Erlang/OTP", erlang:system_info(otp_release)}.
script_name() -> "ersh".
ensure_loaded(Mod) -> code:ensure_loaded(Mod).
fetch_loaded() -> code:all_loaded().
archive_extension() -> ".ez".
objfile_extension() -> ".beam".
code_path_choice() -> strict.
