%% The jobs of the terminal: each is a group with its shell, and one of them is
%% connected to the terminal. Ctrl-G gives the menu that switches between them.
-module(user_drv).

-export([start/1]).

%% A job that was never connected to has no group yet.
-record(job, {n, shell, group}).
%% current is the number of a job, or none.
-record(drv, {jobs = [], last = 0, current = none}).

%% start starts the terminal's first job.
start(Shell) ->
    spawn(fun() ->
                  register(user_drv, self()),
                  process_flag(trap_exit, true),
                  prim_tty:own(),
                  Group = group:start(self(), Shell, [main]),
                  loop(#drv{jobs = [#job{n = 1, shell = shown(Shell), group = Group}], last = 1, current = 1})
          end),
    ok.

%% erl starts its first shell with an argument.
shown({shell, start, []}) -> {shell, start, [init]};
shown(Shell) -> Shell.

loop(D) ->
    receive
        {tty, switch} -> loop(menu("\nUser switch command (enter 'h' for help)", D));
        {tty, interrupt} ->
            send(D#drv.current, {tty, interrupt}, D),
            loop(D);
        {tty, {expand, Id, _}} = Request ->
            send(D#drv.current, Request, D) orelse prim_tty:expanded(Id, <<>>, []),
            loop(D);
        {'EXIT', Group, Reason} ->
            case lists:keyfind(Group, #job.group, D#drv.jobs) of
                #job{n = N} when N =:= D#drv.current ->
                    group:report_end(Reason, <<" (^G to start new job)">>),
                    loop(remove(N, D));
                #job{n = N} -> loop(remove(N, D));
                false -> loop(D)
            end;
        Other -> loop(other(Other, D))
    end.

%% Whoever asks for the shell that a group serves has it from that group.
other({job_shell, Group, From, Ref}, D) ->
    case lists:keymember(Group, #job.group, D#drv.jobs) of
        true -> Group ! {whereis_shell, From, Ref};
        false -> From ! {Ref, undefined}
    end,
    D;
other(_, D) -> D.

send(N, Message, D) ->
    case job(N, D) of
        #job{group = Group} when is_pid(Group) -> Group ! Message, true;
        _ -> false
    end.

job(N, D) -> lists:keyfind(N, #job.n, D#drv.jobs).

remove(N, D = #drv{jobs = Jobs, current = Current}) ->
    D#drv{jobs = lists:keydelete(N, #job.n, Jobs),
          current = case N of Current -> none; _ -> Current end}.

%%% The menu.

%% menu shows text and asks for a command, until one of them leaves the menu.
menu(Text, D) ->
    Ref = make_ref(),
    prim_tty:read_menu(self(), Ref, unicode:characters_to_binary([Text, "\n --> "])),
    case answer(Ref, D) of
        {{line, Line}, D1} ->
            Words = string:lexemes(unicode:characters_to_list(Line), " \t\r\n"),
            case command(Words, D1) of
                {leave, D2} -> leave(D2);
                {"", D2} -> menu("", D2);
                {Message, D2} -> menu(["\n", Message], D2)
            end;
        {interrupted, D1} -> menu("", D1);
        {eof, D1} ->
            case connect(D1#drv.current, D1) of
                {leave, D2} -> leave(D2);
                {_, D2} -> halt(0), D2
            end
    end.

answer(Ref, D) ->
    receive
        {tty, {line, Ref, Line}} -> {{line, Line}, D};
        {tty, {interrupted, Ref}} -> {interrupted, D};
        {tty, {eof, Ref}} -> {eof, D};
        {tty, {expand, Id, _}} ->
            prim_tty:expanded(Id, <<>>, []),
            answer(Ref, D);
        {tty, switch} -> answer(Ref, D);
        {'EXIT', Group, _} ->
            case lists:keyfind(Group, #job.group, D#drv.jobs) of
                #job{n = N} -> answer(Ref, remove(N, D));
                false -> answer(Ref, D)
            end;
        Other -> answer(Ref, other(Other, D))
    end.

%% leave ends the menu: the terminal is the current job's again.
leave(D = #drv{jobs = Jobs, current = N}) ->
    prim_tty:leave_menu(),
    case job(N, D) of
        #job{group = undefined, shell = Shell} = Job ->
            Started = Job#job{group = group:start(self(), Shell, [])},
            D#drv{jobs = lists:keystore(N, #job.n, Jobs, Started)};
        #job{group = Group} ->
            Group ! {tty, activate},
            D
    end.

%% command does what was typed and gives what is to be said, or leave.
command([], D) -> {"", D};
command(["c"], D) -> connect(D#drv.current, D);
command(["c", N], D) -> connect(number(N), D);
command(["i"], D) -> interrupt(D#drv.current, D);
command(["i", N], D) -> interrupt(number(N), D);
command(["k"], D) -> kill(D#drv.current, D);
command(["k", N], D) -> kill(number(N), D);
command(["j"], D) -> {list(D), D};
command(["s"], D) -> new({shell, start, []}, D);
command(["s", Shell], D) -> new({name(Shell), start, []}, D);
command(["r"], D) -> remote(node(), shell, D);
command(["r", Node], D) -> remote(name(Node), shell, D);
command(["r", Node, Shell], D) -> remote(name(Node), name(Shell), D);
command(["q"], D) -> halt(0), {"", D};
command([H], D) when H =:= "h"; H =:= "?" -> {help(), D};
command(_, D) -> {"Unknown command", D}.

number(Text) ->
    case string:to_integer(Text) of
        {N, ""} -> N;
        _ -> none
    end.

name(Text) -> list_to_atom(string:trim(Text, both, "'")).

help() ->
    "  c [nn]            - connect to job\n"
    "  i [nn]            - interrupt job\n"
    "  k [nn]            - kill job\n"
    "  j                 - list all jobs\n"
    "  s [shell]         - start local shell\n"
    "  r [node [shell]]  - start remote shell\n"
    "  q                 - quit erlang\n"
    "  ? | h             - this message".

list(#drv{jobs = Jobs, current = Current}) ->
    lists:join("\n", [io_lib:format("~4w~c ~w", [N, case N of Current -> $*; _ -> $\s end, Shell])
                      || #job{n = N, shell = Shell} <- lists:keysort(#job.n, Jobs)]).

connect(N, D) ->
    case job(N, D) of
        false -> {"Unknown job", D};
        _ when N =:= D#drv.current -> {leave, D};
        _ -> {leave, current(N, D)}
    end.

%% current makes another job the current one; the one before keeps still.
current(N, D = #drv{current = Old}) ->
    case job(Old, D) of
        #job{group = Group} when is_pid(Group) ->
            Ref = monitor(process, Group),
            Group ! {tty, {deactivate, self(), Ref}},
            receive
                {Ref, inactive} -> demonitor(Ref, [flush]);
                {'DOWN', Ref, _, _, _} -> ok
            after 1000 -> demonitor(Ref, [flush]) % it does what it was asked before
            end;
        _ -> ok
    end,
    D#drv{current = N}.

interrupt(N, D) ->
    case job(N, D) of
        false -> {"Unknown job", D};
        _ ->
            send(N, {tty, interrupt}, D),
            {io_lib:format("Interrupted job ~p, enter 'c' to resume.", [N]), D}
    end.

kill(N, D) ->
    case job(N, D) of
        false -> {"Unknown job", D};
        #job{group = Group} ->
            is_pid(Group) andalso begin unlink(Group), Group ! {tty, kill} end,
            {"", remove(N, D)}
    end.

new(Shell, D = #drv{jobs = Jobs, last = Last}) ->
    N = Last + 1,
    {"", current(N, D#drv{jobs = [#job{n = N, shell = Shell} | Jobs], last = N})}.

remote(_, _, D) when node() =:= nonode@nohost -> {"Node is not alive", D};
remote(Node, Shell, D) ->
    case net_kernel:connect_node(Node) of
        true when Node =:= node() -> new({Shell, start, []}, D);
        true -> new({Node, Shell, start, []}, D);
        _ -> {io_lib:format("Could not connect to node ~p", [Node]), D}
    end.
