%% The node's first process: it starts the others, does what the command line
%% says, and stops the node.
-module(init).

-export([boot/0, mode/0, banner/0, get_arguments/0, get_argument/1, get_plain_arguments/0,
         get_status/0, stop/0, stop/1, restart/0, restart/1, reboot/0,
         script_id/0, script_name/0, notify_when_started/1,
         wait_until_started/0, ensure_loaded/1, fetch_loaded/0,
         archive_extension/0, objfile_extension/0, code_path_choice/0]).

-define(ERROR_STATUS, 1).

boot() ->
    register(init, self()),
    process_flag(trap_exit, true),
    put(status, starting),
    Mode = mode(),
    Mode =:= shell andalso prim_tty:write(<<(banner())/binary, "\n\n">>),
    {Boot, Ref} = spawn_monitor(fun() -> boot(Mode) end),
    loop([], {Boot, Ref}).

%% What runs once is done beside init, which answers meanwhile.
boot(Mode) ->
    User = group:start_user(),
    group_leader(User, self()),
    code_path(),
    logger_server:start(),
    {ok, _} = application_controller:start(),
    start_kernel(),
    run(instructions()),
    Mode =:= shell andalso start_shell().

code_path() ->
    [code:add_pathsa(lists:reverse([absolute(D) || D <- Dirs])) || {pa, Dirs} <- get_arguments()],
    [code:add_pathsz([absolute(D) || D <- Dirs]) || {pz, Dirs} <- get_arguments()],
    ok.

absolute(Dir) -> filename:absname(Dir).

%% The processes that a node has from its beginning.
start_kernel() ->
    [set_env(App, KVs) || {App, KVs} <- get_arguments(), length(KVs) >= 2,
                          App =/= pa, App =/= pz, App =/= eval, App =/= s, App =/= run],
    case get_argument(sname) =:= error andalso get_argument(name) =:= error
        andalso get_argument(remsh) =:= error of
        true -> ok;
        false -> net_kernel:start_from_arguments()
    end.

%% -kernel logger_level debug sets an application's environment.
set_env(App, [Key, Value | KVs]) ->
    try application:set_env(App, list_to_atom(Key), parse_term(Value))
    catch _:_ -> ok
    end,
    set_env(App, KVs);
set_env(_, _) -> ok.

parse_term(Text) ->
    {ok, Tokens, _} = erl_scan:string(Text ++ "."),
    {ok, Term} = erl_parse:parse_term(Tokens),
    Term.

start_shell() ->
    case get_argument(remsh) of
        {ok, [[Node | _] | _]} -> group:start_interactive({list_to_atom(Node), shell, start, []});
        _ -> group:start_interactive({shell, start, []})
    end.

%% instructions are the -eval, -s and -run flags, in their order.
instructions() ->
    lists:append([case Flag of
                      {eval, Texts} -> [{eval, T} || T <- Texts];
                      {s, [M | FA]} -> [{apply, M, FA, fun list_to_atom/1}];
                      {run, [M | FA]} -> [{apply, M, FA, fun(S) -> S end}];
                      _ -> []
                  end || Flag <- get_arguments()]).

run([{eval, Text} | Is]) -> eval(Text), run(Is);
run([{apply, M, [], _} | Is]) -> apply(list_to_atom(M), start, []), run(Is);
run([{apply, M, [F], _} | Is]) -> apply(list_to_atom(M), list_to_atom(F), []), run(Is);
run([{apply, M, [F | Args], Convert} | Is]) ->
    apply(list_to_atom(M), list_to_atom(F), [[Convert(A) || A <- Args]]),
    run(Is);
run([]) -> ok.

eval(Text) ->
    try
        {ok, Tokens, _} = scan(Text),
        {ok, Exprs} = parse(Tokens),
        erl_eval:exprs(Exprs, erl_eval:new_bindings())
    catch
        Class:Reason:Stack ->
            io:put_chars(user, ["Error! Failed to eval: ", Text, "\n\n"]),
            erlang:raise(Class, Reason, Stack)
    end.

scan(Text) ->
    case erl_scan:string(Text) of
        {ok, Tokens, End} ->
            %% The last dot may be left out.
            case Tokens =/= [] andalso lists:last(Tokens) of
                {dot, _} -> {ok, Tokens, End};
                _ -> {ok, Tokens ++ [{dot, End}], End}
            end;
        {error, Error, _} -> error({syntax, Error})
    end.

parse(Tokens) ->
    case erl_parse:parse_exprs(Tokens) of
        {ok, Exprs} -> {ok, Exprs};
        {error, Error} -> error({syntax, Error})
    end.

%%% Requests.

loop(Waiting, Boot = {BootPid, BootRef}) ->
    receive
        {'DOWN', BootRef, process, BootPid, normal} ->
            put(status, started),
            [From ! {Ref, started} || {From, Ref} <- Waiting],
            loop([], {none, none});
        {'DOWN', BootRef, process, BootPid, Reason} ->
            crash(Reason);
        {request, From, Ref, status} ->
            From ! {Ref, {get(status), get(status)}},
            loop(Waiting, Boot);
        {request, From, Ref, started} ->
            case get(status) of
                started -> From ! {Ref, started}, loop(Waiting, Boot);
                _ -> loop([{From, Ref} | Waiting], Boot)
            end;
        {stop, Status} ->
            shutdown(),
            halt(Status);
        _ -> loop(Waiting, Boot)
    end.

crash(Reason) ->
    Text = try io_lib:format("Runtime terminating during boot (~0tp)~n", [Reason])
           catch _:_ -> "Runtime terminating during boot\n"
           end,
    prim_tty:write(unicode:characters_to_binary(Text)),
    halt(?ERROR_STATUS).

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
    end.

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
banner() -> erlang:nif_error(undef).
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
