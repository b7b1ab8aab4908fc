%% The io server of a shell or of a node: it answers io requests from what the
%% terminal, or standard input, gives. A request is {io_request, From, ReplyAs,
%% Request} and is answered {io_reply, ReplyAs, Reply}.
-module(group).

-export([start/2, start/3, start_user/0, start_interactive/1, whereis_shell/0, report_end/2, latin1/1]).

%% buf is text that was read and not used; opts as io:getopts shows.
%% Requests that do not read, nor change what reading means.
-define(OUTPUT(Req), element(1, Req) =:= put_chars; element(1, Req) =:= get_geometry;
        Req =:= getopts; element(1, Req) =:= requests,
        element(1, hd(element(2, Req))) =:= put_chars).

%% LIGHT is how much is formatted at once.
-define(LIGHT, 1000).

%% asked: the shell has read something. active: the group may use the terminal;
%% otherwise another job has it. main: it is the terminal's first job. above:
%% what was typed so far of what is being read.
-record(g, {shell, buf = [], binary = false, encoding = unicode, echo = true,
            expand_fun = false, eof = false, asked = false, active = true, main = true, above = []}).

%% start starts a group for a shell: {M, F, A}, or {Node, M, F, A} for one on
%% another node. Its driver is user_drv, which says which group has the
%% terminal: {tty, activate} or {tty, {deactivate, From, Ref}}.
start(Drv, Shell) -> start(Drv, Shell, []).
start(Drv, Shell, Opts) ->
    spawn_link(fun() -> init(Drv, Shell, Opts) end).

%% start_user starts the node's own io server, registered as user.
start_user() ->
    Pid = spawn(fun() ->
                        register(user, self()),
                        group_leader(self(), self()),
                        process_flag(trap_exit, true),
                        loop(#g{})
                end),
    wait_registered(Pid).

wait_registered(Pid) ->
    case whereis(user) of
        Pid -> Pid;
        _ -> erlang:yield(), wait_registered(Pid)
    end.

start_interactive(Shell) ->
    case whereis(user_drv) of
        undefined -> user_drv:start(Shell);
        _ -> {error, already_started}
    end.

init(_Drv, Shell, Opts) ->
    process_flag(trap_exit, true),
    put('$ancestors', ancestors()),
    group_leader(self(), self()),
    loop(start_shell(Shell, #g{main = lists:member(main, Opts)})).

%% A group's ancestors, as erl names them to every process that is started
%% from a shell; the application controller, which starts what kernel's
%% supervisors start in erl, stands in their places.
ancestors() ->
    Kernel = whereis(application_controller),
    User = case whereis(user) of
               undefined -> Kernel;
               Pid -> Pid
           end,
    [user_drv, User, Kernel, kernel_sup, Kernel].

start_shell(Shell, G) ->
    put(shell_start, Shell),
    Pid = try case Shell of
              {Node, M, F, A} when Node =/= node() -> remote_shell(rpc:call(Node, M, F, A), Node);
              {_, M, F, A} -> shell_of(apply(M, F, A));
              {M, F, A} -> shell_of(apply(M, F, A))
              end
          catch
              _:_ -> none
          end,
    case Pid of
        none when G#g.main -> halt(1);
        none -> exit(failed);
        _ -> G#g{shell = Pid}
    end.

%% The shell over there has this group as its leader, as the call has.
remote_shell(Pid, _) when is_pid(Pid) -> shell_of(Pid);
remote_shell(_, Node) ->
    prim_tty:write(unicode:characters_to_binary(io_lib:format("Could not start a shell on ~tp~n", [Node]))),
    none.

shell_of(Pid) when is_pid(Pid) -> link(Pid), Pid;
shell_of({ok, Pid}) -> link(Pid), Pid.

%% whereis_shell is the shell that the caller's group serves; a group elsewhere is
%% asked for there.
whereis_shell() ->
    case node(group_leader()) of
        Here when Here =:= node() -> served_shell();
        There ->
            try erpc:call(There, ?MODULE, whereis_shell, [], 5000)
            catch _:_ -> undefined
            end
    end.

served_shell() ->
    case whereis(user_drv) of
        undefined -> undefined;
        Drv ->
            Ref = make_ref(),
            Drv ! {job_shell, group_leader(), self(), Ref},
            receive
                {Ref, Pid} -> Pid
            after 1000 -> undefined
            end
    end.

loop(G) ->
    receive
        {io_request, From, ReplyAs, Req} when is_pid(From) ->
            {Reply, G1} = serve(Req, G),
            From ! {io_reply, ReplyAs, Reply},
            loop(G1);
        {whereis_shell, From, Ref} ->
            From ! {Ref, G#g.shell},
            loop(G);
        {tty, interrupt} ->
            interrupt(G),
            loop(G);
        {tty, activate} -> loop(G#g{active = true});
        {tty, {deactivate, From, Ref}} ->
            From ! {Ref, inactive},
            loop(G#g{active = false});
        {tty, kill} -> killed(G);
        {tty, {expand, Id, Before}} ->
            complete(Id, Before, G),
            loop(G);
        {'EXIT', Shell, Reason} when Shell =:= G#g.shell ->
            loop(shell_ended(Reason, G));
        _ -> loop(G)
    end.

killed(#g{shell = Shell}) ->
    is_pid(Shell) andalso exit(Shell, kill),
    exit(normal).

interrupt(#g{shell = undefined}) -> ok;
interrupt(#g{shell = Shell}) -> exit(Shell, interrupt).

%% complete has a process of its own find what completes the text before the
%% cursor: by the expand_fun of io:setopts/1, or what the shell knows. A shell
%% on another node is asked there.
complete(Id, Before, #g{expand_fun = Fun, shell = Shell}) ->
    spawn(fun() ->
                  Text = lists:reverse(decode(Before)),
                  {Insert, Sections} = try expanded(Fun, Text, Shell) of
                                           {_, I, Ms} -> {I, sections(Ms)}
                                       catch
                                           _:_ -> {"", []}
                                       end,
                  prim_tty:expanded(Id, unicode:characters_to_binary(Insert), Sections)
          end).

expanded(Fun, Text, _) when is_function(Fun, 1) -> Fun(Text);
expanded(_, Text, Shell) when is_pid(Shell), node(Shell) =/= node() ->
    rpc:call(node(Shell), edlin_expand, expand, [Text], 900);
expanded(_, Text, Shell) -> edlin_expand:expand(Text, shell:names(Shell)).

%% What can follow is strings, in pairs with what ends them, or in sections: a
%% section for the terminal is its title, its layout and its lines.
sections([#{} | _] = Sections) ->
    [{unicode:characters_to_binary(Title), layout(maps:get(options, S, [])),
      [unicode:characters_to_binary(match(E)) || E <- Elems]}
     || #{title := Title, elems := Elems} = S <- Sections];
sections([]) -> [];
sections(Matches) -> [{<<>>, columns, [unicode:characters_to_binary(match(M)) || M <- Matches]}].

layout(Options) -> proplists:get_value(layout, Options, columns).

match({Text, Options}) when is_list(Options) -> Text ++ proplists:get_value(ending, Options, "");
match({Text, _}) -> Text;
match(Text) -> Text.

%% report_end says that the shell of a job has ended.
report_end(Reason, Hint) ->
    Kind = case Reason =:= die orelse Reason =:= normal of true -> <<>>; false -> <<"ERROR: ">> end,
    prim_tty:write(<<"*** ", Kind/binary, "Shell process terminated!", Hint/binary, " ***\n">>).

shell_ended(terminated, G) -> G#g{shell = undefined};
shell_ended(eof, G) -> G#g{shell = undefined};
shell_ended(Reason, G) ->
    case get(shell_start) of
        {Node, _, _, _} when Node =/= node(), not G#g.main ->
            exit(Reason); % which user_drv reports
        Shell ->
            Why = case G#g.eof of true -> <<" Read EOF">>; false -> <<>> end,
            G#g.active andalso report_end(Reason, Why),
            case Shell of
                {Node, _, _, _} when Node =/= node() -> halt(0);
                _ when not G#g.asked, G#g.main -> halt(1); % it can't even begin
                _ when not G#g.asked -> exit(Reason);
                _ -> start_shell(Shell, G#g{asked = false})
            end
    end.

%%% Requests.

%% What is large takes long to format. A process of its own does that, which an
%% interrupt ends.
make_chars(M, F, A, G) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit(try {made, apply(M, F, A)} catch _:_ -> failed end) end),
    receive
        {'DOWN', Ref, process, Pid, {made, Chars}} -> Chars;
        {'DOWN', Ref, process, Pid, Reason} -> exit(Reason);
        {tty, interrupt} ->
            exit(Pid, kill),
            demonitor(Ref, [flush]),
            interrupt(G),
            exit(interrupted)
    end.

%% weigh takes what a term holds from N, down to 0.
weigh(_, 0) -> 0;
weigh([H | T], N) -> weigh(T, weigh(H, N - 1));
weigh(T, N) when is_tuple(T), tuple_size(T) > N -> 0;
weigh(T, N) when is_tuple(T) -> weigh(tuple_to_list(T), N - 1);
weigh(M, N) when is_map(M), map_size(M) > N -> 0;
weigh(M, N) when is_map(M) -> weigh(maps:to_list(M), N - 1);
weigh(B, _) when is_bitstring(B), bit_size(B) > 1000 * ?LIGHT -> 0;
weigh(_, N) -> N - 1.

serve(Req, G = #g{active = false}) when element(1, Req) =:= put_chars -> {ok, G}; % for nobody to see
serve({put_chars, Enc, Chars}, G) -> {put_chars(Enc, Chars, G), G};
serve({put_chars, Enc, M, F, A}, G) ->
    try
        case weigh(A, ?LIGHT) of
            0 -> make_chars(M, F, A, G);
            _ -> apply(M, F, A)
        end
    of
        Chars ->
            case put_chars(Enc, Chars, G) of
                ok -> {ok, G};
                _ -> {{error, F}, G}
            end
    catch
        _:_ -> {{error, F}, G}
    end;
serve({put_chars, Chars}, G) -> {put_chars(latin1, Chars, G), G};
serve({put_chars, M, F, A}, G) -> serve({put_chars, latin1, M, F, A}, G);
serve({get_until, Enc, Prompt, M, F, Args} = Req, G) ->
    case get_until(Prompt, M, F, Args, Enc, G) of
        %% A shell elsewhere need not know that a line was dropped: it would
        %% end an evaluation that there is none of.
        {{error, interrupted}, G1} when is_pid(G1#g.shell), node(G1#g.shell) =/= node() -> serve(Req, G1);
        Result -> Result
    end;
serve({get_until, Prompt, M, F, Args}, G) -> serve({get_until, latin1, Prompt, M, F, Args}, G);
serve({get_line, Enc, Prompt}, G) -> get_line(Prompt, Enc, G);
serve({get_line, Prompt}, G) -> get_line(Prompt, latin1, G);
serve({get_chars, Enc, Prompt, N}, G) -> get_chars(Prompt, N, Enc, G);
serve({get_chars, Prompt, N}, G) -> get_chars(Prompt, N, latin1, G);
serve({get_password, _Enc}, G) -> password(G);
serve({setopts, Opts}, G) when is_list(Opts) -> set_opts(Opts, G);
serve(getopts, G) -> {get_opts(G), G};
serve({get_geometry, Item}, G) ->
    case {prim_tty:geometry(), Item} of
        {{Columns, _}, columns} -> {Columns, G};
        {{_, Rows}, rows} -> {Rows, G};
        {_, columns} -> {error, G};
        {_, rows} -> {error, G};
        _ -> {{error, enotsup}, G}
    end;
serve({requests, Reqs}, G) when is_list(Reqs) -> serve_all(Reqs, {ok, G});
serve(_, G) -> {{error, request}, G}.

serve_all([Req | Reqs], {ok, G}) -> serve_all(Reqs, serve(Req, G));
serve_all([_ | _], {{error, _}, _} = Stop) -> Stop;
serve_all([Req | Reqs], {_, G}) -> serve_all(Reqs, serve(Req, G));
serve_all([], Result) -> Result.

put_chars(Enc, Chars, #g{encoding = Out}) ->
    try unicode:characters_to_binary(Chars, Enc) of
        Text when is_binary(Text), Out =:= latin1 -> prim_tty:write(latin1(Text));
        Text when is_binary(Text) -> prim_tty:write(Text);
        _ -> {error, {put_chars, Enc, Chars}}
    catch
        _:_ -> {error, {put_chars, Enc, Chars}}
    end.

%% Bytes, and the numbers of characters that are none.
latin1(Text) -> << <<(byte_or_number(C))/binary>> || <<C/utf8>> <= Text >>.

byte_or_number(C) when C < 256 -> <<C>>;
byte_or_number(C) -> <<"\\x{", (integer_to_binary(C, 16))/binary, "}">>.

%%% Input. Each line that is read shows the prompt first.

get_until(Prompt, M, F, Args, Enc, G) ->
    until(fun(Cont, Chars) -> apply(M, F, [Cont, Chars | Args]) end, Prompt, Enc, G).

until(Step, Prompt0, Enc, G0 = #g{buf = Buf}) ->
    Prompt = prompt(Prompt0),
    G = G0#g{above = []},
    case Buf of
        [] -> until_read(Step, [], Prompt, Enc, G);
        _ ->
            G#g.active andalso prim_tty:write(<<Prompt/binary, (left(Buf, G))/binary>>),
            until_step(Step, [], Buf, Prompt, Enc, G#g{buf = []})
    end.

%% At a terminal what is left of a line stands after the next prompt, as typed.
left(Text, #g{echo = Echo}) ->
    case Echo andalso prim_tty:isatty() of
        true -> unicode:characters_to_binary(string:trim(string:trim(Text, leading, " \t"), trailing, "\n") ++ "\n");
        false -> <<>>
    end.

until_read(Step, Cont, Prompt, Enc, G) ->
    case read_line(Prompt, G) of
        {ok, Line, G1} -> until_step(Step, Cont, Line, Prompt, Enc, G1);
        {eof, G1} -> until_step(Step, Cont, eof, Prompt, Enc, G1);
        {Error, G1} -> {Error, G1#g{buf = []}}
    end.

until_step(Step, Cont, Chars, Prompt, Enc, G) ->
    try Step(Cont, Chars) of
        {done, Result, eof} -> {result(Result, Enc, G), G#g{buf = []}};
        {done, Result, Rest} -> {result(Result, Enc, G), G#g{buf = Rest}};
        {more, _} when Chars =:= eof -> {{error, terminated}, G};
        {more, Cont1} -> until_read(Step, Cont1, more_prompt(Prompt), Enc, G);
        _ -> {{error, get_until}, G}
    catch
        _:_ -> {{error, get_until}, G}
    end.

%% At a terminal a continued command shows two dots below its prompt, or what
%% shell:multiline_prompt_func/1 says.
more_prompt({more, Prompt}) -> {more, Prompt};
more_prompt(Prompt) ->
    case prim_tty:isatty() andalso string:length(Prompt) >= 3 of
        true ->
            {more, try application:get_env(stdlib, shell_multiline_prompt, default) of
                       {M, F} when is_atom(M), is_atom(F) -> prompt(M:F(Prompt));
                       Text when is_list(Text) -> prompt(Text);
                       _ -> prompt(shell:default_multiline_prompt(Prompt))
                   catch
                       _:_ -> prompt(shell:default_multiline_prompt(Prompt))
                   end};
        false -> Prompt
    end.

shown_prompt({more, Prompt}) -> Prompt;
shown_prompt(Prompt) -> Prompt.

%% Text is given as a list, or as a binary if io:setopts says so.
result(Text, Enc, #g{binary = true}) when is_list(Text) ->
    try unicode:characters_to_binary(Text, unicode, Enc) of
        Bin when is_binary(Bin) -> Bin;
        _ -> {error, {cannot_convert, unicode, Enc}}
    catch
        _:_ -> Text
    end;
result(Text, latin1, _) when is_list(Text) ->
    case lists:any(fun(C) -> is_integer(C) andalso C > 255 end, Text) of
        true -> {error, {cannot_convert, unicode, latin1}};
        false -> Text
    end;
result(Result, _, _) -> Result.

get_line(Prompt, Enc, G) ->
    until(fun line/2, Prompt, Enc, G).

line([], eof) -> {done, eof, eof};
line(Cont, eof) -> {done, Cont, eof};
line(Cont, Chars) ->
    case lists:splitwith(fun(C) -> C =/= $\n end, Chars) of
        {Line, [$\n | Rest]} -> {done, Cont ++ Line ++ "\n", Rest};
        {Line, []} -> {more, Cont ++ Line}
    end.

get_chars(Prompt, N, Enc, G) when is_integer(N), N >= 0 ->
    until(fun(Cont, Chars) -> chars(Cont, Chars, N) end, Prompt, Enc, G);
get_chars(_, _, _, G) -> {{error, get_chars}, G}.

chars([], eof, _) -> {done, eof, eof};
chars({_, Got}, eof, _) -> {done, Got, eof};
chars([], Chars, N) -> chars({N, []}, Chars, N);
chars({Need, Got}, Chars, _) ->
    case length(Chars) of
        Len when Len >= Need ->
            {New, Rest} = lists:split(Need, Chars),
            {done, Got ++ New, Rest};
        Len -> {more, {Need - Len, Got ++ Chars}}
    end.

password(G) ->
    case prim_tty:isatty() of
        true ->
            Ref = make_ref(),
            prim_tty:read_password(self(), Ref),
            case wait_line(Ref, <<>>, <<>>, G) of
                {{ok, Bytes}, G1} -> {string:trim(decode(Bytes), trailing, "\n"), G1};
                {Other, G1} -> {Other, G1}
            end;
        false -> {{error, enotsup}, G}
    end.

read_line(Prompt, G = #g{eof = true}) ->
    prim_tty:write(shown_prompt(Prompt)),
    {eof, G};
read_line(Prompt, G) ->
    case ask_line(Prompt, <<>>, G#g{asked = true}) of
        {{ok, Bytes}, G1} ->
            {ok, decode(Bytes), G1#g{above = [G1#g.above, shown_prompt(Prompt), Bytes]}};
        {eof, G1} -> {eof, G1#g{eof = not prim_tty:isatty()}};
        {Error, G1} -> {Error, G1}
    end.

%% ask_line asks the terminal, if the group has it, for a line that begins with
%% what was typed of it before.
ask_line(Prompt, Typed, G = #g{active = false}) -> wait_line(none, Prompt, Typed, G);
ask_line(Prompt, Typed, G) ->
    Ref = make_ref(),
    case G#g.echo orelse not prim_tty:isatty() of
        true -> prim_tty:read_line(self(), Ref, Prompt, Typed);
        false ->
            prim_tty:write(shown_prompt(Prompt)),
            prim_tty:read_password(self(), Ref)
    end,
    wait_line(Ref, Prompt, Typed, G).

%% While a line is waited for, others may print and ask. Ref is none while the
%% terminal is another's; Typed is what had been typed then.
wait_line(Ref, Prompt, Typed, G = #g{shell = Shell}) ->
    receive
        {tty, {line, Ref, Bytes}} -> {{ok, Bytes}, G};
        {tty, {eof, Ref}} -> {eof, G};
        {tty, {interrupted, Ref}} -> {{error, interrupted}, G};
        {tty, interrupt} -> % Ctrl-C came before the terminal knew of the request
            Ref =:= none orelse prim_tty:cancel(Ref),
            {{error, interrupted}, G};
        {tty, {switched, Ref, Now}} -> wait_line(none, Prompt, Now, G);
        {tty, activate} when Ref =:= none ->
            G#g.above =:= [] orelse prim_tty:write(iolist_to_binary(G#g.above)),
            ask_line(Prompt, Typed, G#g{active = true});
        {tty, {deactivate, From, DRef}} ->
            From ! {DRef, inactive},
            wait_line(Ref, Prompt, Typed, G#g{active = false});
        {tty, kill} -> killed(G);
        {tty, {expand, Id, Before}} ->
            complete(Id, Before, G),
            wait_line(Ref, Prompt, Typed, G);
        {whereis_shell, From, WRef} ->
            From ! {WRef, Shell},
            wait_line(Ref, Prompt, Typed, G);
        {io_request, From, ReplyAs, Req} when ?OUTPUT(Req) ->
            {Reply, G1} = serve(Req, G),
            From ! {io_reply, ReplyAs, Reply},
            wait_line(Ref, Prompt, Typed, G1);
        {'EXIT', Shell, Reason} ->
            Ref =:= none orelse prim_tty:cancel(Ref),
            self() ! {'EXIT', Shell, Reason},
            {{error, terminated}, G}
    end.

decode(Bytes) ->
    case unicode:characters_to_list(Bytes, utf8) of
        Chars when is_list(Chars) -> Chars;
        _ -> binary_to_list(Bytes)
    end.

prompt({format, Format, Args}) -> prompt(io_lib:format(Format, Args));
prompt(Prompt) when is_atom(Prompt) -> atom_to_binary(Prompt);
prompt(Prompt) ->
    try unicode:characters_to_binary(Prompt) of
        Text when is_binary(Text) -> Text;
        _ -> unicode:characters_to_binary(io_lib:format("~tp", [Prompt]))
    catch
        _:_ -> unicode:characters_to_binary(io_lib:format("~tp", [Prompt]))
    end.

%%% Options.

set_opts([Opt | Opts], G) ->
    case Opt of
        binary -> set_opts(Opts, G#g{binary = true});
        list -> set_opts(Opts, G#g{binary = false});
        {binary, B} when is_boolean(B) -> set_opts(Opts, G#g{binary = B});
        {encoding, E} when E =:= unicode; E =:= utf8 -> set_opts(Opts, G#g{encoding = unicode});
        {encoding, latin1} -> set_opts(Opts, G#g{encoding = latin1});
        {echo, B} when is_boolean(B) -> set_opts(Opts, G#g{echo = B});
        {expand_fun, F} when is_function(F, 1) -> set_opts(Opts, G#g{expand_fun = F});
        {line_history, B} when is_boolean(B) -> set_opts(Opts, G);
        {log, _} -> set_opts(Opts, G);
        _ -> {{error, enotsup}, G}
    end;
set_opts([], G) -> {ok, G}.

get_opts(G) ->
    Tty = prim_tty:isatty(),
    [{expand_fun, G#g.expand_fun}, {echo, Tty andalso G#g.echo},
     {line_history, false}, {log, none}, {binary, G#g.binary},
     {encoding, G#g.encoding}, {terminal, Tty}, {stdout, prim_tty:isatty(stdout)},
     {stderr, prim_tty:isatty(stderr)}, {stdin, Tty}].
