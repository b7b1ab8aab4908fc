%% The operating system. What is no function of this file is built in.
-module(os).

-export([type/0, version/0, cmd/1, cmd/2, find_executable/1, find_executable/2, set_signal/2,
         env/0, getenv/0, getenv/1, getenv/2, putenv/2, unsetenv/1, getpid/0,
         perf_counter/0, perf_counter/1, system_time/0, system_time/1, timestamp/0, run_command/2]).

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
run_command(_Command, _Max) -> erlang:nif_error(undef).

%% Signals of the operating system stay with the program.
set_signal(Signal, Option) when is_atom(Signal), is_atom(Option) -> ok.

cmd(Command) -> cmd(Command, #{}).

cmd(Command, Opts) when is_map(Opts) ->
    Text = case is_atom(Command) of
               true -> atom_to_list(Command);
               false -> lists:flatten(Command)
           end,
    Max = maps:get(max_size, Opts, infinity),
    Out = run_command(unicode:characters_to_binary(Text), Max),
    case unicode:characters_to_list(Out) of
        Chars when is_list(Chars) -> Chars;
        _ -> binary_to_list(Out)
    end.

find_executable(Name) ->
    find_executable(Name, getenv("PATH", "")).

find_executable(Name, Path) ->
    Extensions = case type() of
                     {win32, _} -> ["", ".exe", ".com", ".cmd", ".bat"];
                     _ -> [""]
                 end,
    case filename:pathtype(Name) of
        relative ->
            Dirs = string:split(Path, path_separator(), all),
            first([filename:join(case D of "" -> "."; _ -> D end, Name ++ E) || D <- Dirs, E <- Extensions]);
        _ ->
            first([Name ++ E || E <- Extensions])
    end.

path_separator() ->
    case type() of
        {win32, _} -> ";";
        _ -> ":"
    end.

first([File | T]) ->
    case file:read_file_info(File) of
        {ok, Info} ->
            %% type is the third element of the record, mode the eighth
            case element(3, Info) =:= regular andalso (element(8, Info) band 8#111 =/= 0 orelse element(1, type()) =:= win32) of
                true -> filename:absname(File);
                false -> first(T)
            end;
        _ ->
            first(T)
    end;
first([]) ->
    false.
