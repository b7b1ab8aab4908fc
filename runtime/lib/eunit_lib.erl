%% Programs of the operating system run by tests.
-module(eunit_lib).

-export([command/1, command/2]).

%% The exit status of a program and what it wrote, with the ends of lines of Unix.
-spec command(string()) -> {integer(), string()}.
command(Cmd) -> command(Cmd, "").

-spec command(string(), file:filename()) -> {integer(), string()}.
command(Cmd, "") -> command(Cmd, [], []);
command(Cmd, Dir) -> command(Cmd, [{cd, Dir}], []).

command(Cmd, Options, Acc) ->
    Port = open_port({spawn, Cmd}, Options ++ [stream, exit_status, use_stdio, stderr_to_stdout, in, eof]),
    output(Port, Acc).

output(Port, Acc) ->
    receive
        {Port, {data, Data}} -> output(Port, [Acc | Data]);
        {Port, eof} ->
            receive
                {Port, {exit_status, Status}} ->
                    Port ! {self(), close},
                    receive {Port, closed} -> ok end,
                    {Status, unix_lines(lists:flatten(Acc))}
            end
    end.

unix_lines("\r\n" ++ Rest) -> [$\n | unix_lines(Rest)];
unix_lines([C | Rest]) -> [C | unix_lines(Rest)];
unix_lines([]) -> [].
