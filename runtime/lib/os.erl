%% The operating system. What is no function of this file is built in.
-module(os).

-export([type/0, version/0, cmd/1, cmd/2, find_executable/1, find_executable/2, set_signal/2,
         env/0, getenv/0, getenv/1, getenv/2, putenv/2, unsetenv/1, getpid/0,
         perf_counter/0, perf_counter/1, system_time/0, system_time/1, timestamp/0, internal_init_cmd_shell/0]).

-define(badarg(Args, Info), erlang:error(badarg, Args, [{error_info, Info#{module => erl_kernel_errors}}])).

type() -> erlang:nif_error(undef).
version() -> erlang:nif_error(undef).
env() -> erlang:nif_error(undef).
getenv() -> erlang:nif_error(undef).
getenv(_Name) -> erlang:nif_error(undef).
getenv(_Name, _Default) -> erlang:nif_error(undef).
putenv(_Name, _Value) -> erlang:nif_error(undef).
unsetenv(_Name) -> erlang:nif_error(undef).
getpid() -> erlang:nif_error(undef).
perf_counter() -> erlang:nif_error(undef).
perf_counter(_Unit) -> erlang:nif_error(undef).
system_time() -> erlang:nif_error(undef).
system_time(_Unit) -> erlang:nif_error(undef).
timestamp() -> erlang:nif_error(undef).

%% Signals of the operating system stay with the program.
set_signal(Signal, Option) ->
    case lists:member(Signal, [sighup, sigquit, sigabrt, sigalrm, sigterm, sigusr1, sigusr2, sigchld,
                               sigstop, sigtstp, sigcont, sigwinch, siginfo]) of
        true when Option =:= default; Option =:= handle; Option =:= ignore -> ok;
        true -> ?badarg([Signal, Option], #{cause => badopt});
        false -> ?badarg([Signal, Option], #{})
    end.

internal_init_cmd_shell() -> ok.

%% A command is read by a shell that is told to report its end by a character
%% that commands don't print, and its status: what the command leaves running
%% may keep the output open.
-define(END, 4).

cmd(Command) ->
    try checked(Command) of
        Text -> run(Text, #{})
    catch
        throw:bad -> ?badarg([Command], #{})
    end.

cmd(Command, Opts) ->
    try is_map(Opts) orelse throw(bad), checked(Command) of
        Text ->
            case run(Text, Opts) of
                {failed, Output, Status} -> erlang:error({command_failed, Output, Status});
                Output -> Output
            end
    catch
        throw:bad -> ?badarg([Command, Opts], #{})
    end.

checked(Command) when is_atom(Command) -> checked(atom_to_list(Command));
checked(Command) when is_list(Command) ->
    case catch lists:flatten(Command) of
        Text when is_list(Text) ->
            lists:all(fun(C) -> is_integer(C) andalso C > 0 end, Text) orelse throw(bad),
            case unicode:characters_to_binary(Text) of
                Bytes when is_binary(Bytes) -> Bytes;
                _ -> throw(bad)
            end;
        _ -> throw(bad)
    end;
checked(_) -> throw(bad).

run(Command, Opts) ->
    Port = start(type(), Command),
    Ref = erlang:monitor(port, Port),
    {Bytes, Status} = collect(Port, Ref, maps:get(max_size, Opts, infinity), <<>>),
    catch port_close(Port),
    erlang:demonitor(Ref, [flush]),
    unlink(Port),
    receive {'EXIT', Port, _} -> ok after 0 -> ok end,
    forget(Port),
    Output = case unicode:characters_to_list(Bytes) of
                 Chars when is_list(Chars) -> Chars;
                 _ -> binary_to_list(Bytes)
             end,
    case maps:get(exception_on_failure, Opts, false) of
        true when Status =/= 0 -> {failed, Output, Status};
        _ -> Output
    end.

start({win32, _}, Command) ->
    open_port({spawn, "cmd /q /c " ++ unicode:characters_to_list(Command)},
              [in, stream, binary, stderr_to_stdout, hide, exit_status]);
start(_, Command) ->
    Port = open_port({spawn_executable, "/bin/sh"},
                     [{args, ["-s", "unix:cmd"]}, stream, binary, stderr_to_stdout, hide, exit_status]),
    true = port_command(Port, ["(", Command, "\n) </dev/null; printf '\\4%d\\n' $?\n"]),
    Port.

%% What is printed before the end, and the status.
collect(Port, Ref, Max, Seen) ->
    receive
        {Port, {data, Bytes}} ->
            Output = <<Seen/binary, Bytes/binary>>,
            case binary:split(Output, <<?END>>) of
                [Before, Rest] -> {first(Max, Before), status(Port, Ref, Rest)};
                [_] when byte_size(Output) >= Max -> {first(Max, Output), 0};
                [_] -> collect(Port, Ref, Max, Output)
            end;
        {Port, {exit_status, Status}} -> {first(Max, Seen), Status};
        {'DOWN', Ref, port, _, _} -> {first(Max, Seen), 0}
    end.

status(Port, Ref, Digits) ->
    case string:to_integer(Digits) of
        {N, <<"\n", _/binary>>} -> N;
        _ ->
            receive
                {Port, {data, Bytes}} -> status(Port, Ref, <<Digits/binary, Bytes/binary>>);
                {Port, {exit_status, Status}} -> Status;
                {'DOWN', Ref, port, _, _} -> 0
            end
    end.

first(Max, Bytes) when byte_size(Bytes) > Max -> binary:part(Bytes, 0, Max);
first(_, Bytes) -> Bytes.

forget(Port) ->
    receive {Port, _} -> forget(Port) after 0 -> ok end.

find_executable(Name) ->
    find_executable(Name, getenv("PATH", "")).

find_executable(Name, Path) when is_atom(Name) -> find_executable(atom_to_list(Name), Path);
find_executable(Name, Path) ->
    Extensions = case type() of
                     {win32, _} -> ["", ".exe", ".com", ".cmd", ".bat"];
                     _ -> [""]
                 end,
    case filename:pathtype(Name) of
        relative ->
            Dirs = string:split(Path, path_separator(), all),
            executable([filename:join(case D of "" -> "."; _ -> D end, Name ++ E) || D <- Dirs, E <- Extensions]);
        _ ->
            executable([Name ++ E || E <- Extensions])
    end.

path_separator() ->
    case type() of
        {win32, _} -> ";";
        _ -> ":"
    end.

executable([File | T]) ->
    case file:read_file_info(File) of
        {ok, Info} ->
            %% type is the third element of the record, mode the eighth
            case element(3, Info) =:= regular andalso (element(8, Info) band 8#111 =/= 0 orelse element(1, type()) =:= win32) of
                true -> filename:absname(File);
                false -> executable(T)
            end;
        _ ->
            executable(T)
    end;
executable([]) ->
    false.
