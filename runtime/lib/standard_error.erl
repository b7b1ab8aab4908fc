%% The io server standard_error: what is written to it goes to the program's
%% standard error; nothing can be read from it.
-module(standard_error).

-export([start/0, start_link/0]).

start() -> {ok, spawn(fun init/0)}.
start_link() -> {ok, spawn_link(fun init/0)}.

init() ->
    register(?MODULE, self()),
    process_flag(trap_exit, true),
    group_leader(self(), self()),
    loop(#{encoding => unicode, onlcr => prim_tty:isatty(stderr), log => none}).

loop(Opts) ->
    receive
        {io_request, From, ReplyAs, Request} when is_pid(From) ->
            {Reply, New} = serve(Request, Opts),
            From ! {io_reply, ReplyAs, Reply},
            loop(New);
        _ -> loop(Opts)
    end.

serve({put_chars, Enc, Chars}, Opts) -> {put_chars(Enc, Chars, Opts), Opts};
serve({put_chars, Enc, M, F, A}, Opts) ->
    try apply(M, F, A) of
        Chars -> {put_chars(Enc, Chars, Opts), Opts}
    catch
        _:_ -> {{error, put_chars}, Opts}
    end;
serve({put_chars, Chars}, Opts) -> {put_chars(latin1, Chars, Opts), Opts};
serve({put_chars, M, F, A}, Opts) -> serve({put_chars, latin1, M, F, A}, Opts);
serve({get_geometry, _}, Opts) -> {{error, enotsup}, Opts};
serve({requests, Requests}, Opts) when is_list(Requests) ->
    lists:foldl(fun(_, {{error, _}, _} = Failed) -> Failed;
                   (Request, {_, New}) -> serve(Request, New)
                end, {ok, Opts}, Requests);
serve(getopts, #{encoding := Enc, onlcr := Onlcr, log := Log} = Opts) ->
    {[{encoding, Enc}, {onlcr, Onlcr}, {log, Log}, {terminal, Onlcr}], Opts};
serve({setopts, List}, Opts) when is_list(List) ->
    case set(List, Opts) of
        error -> {{error, enotsup}, Opts};
        New -> {ok, New}
    end;
serve(Request, Opts) -> {{error, {request, Request}}, Opts}.

set([{encoding, utf8} | T], Opts) -> set(T, Opts#{encoding := unicode});
set([{encoding, E} | T], Opts) when E =:= unicode; E =:= latin1 -> set(T, Opts#{encoding := E});
set([{onlcr, B} | T], Opts) when is_boolean(B) -> set(T, Opts#{onlcr := B});
set([{log, Log} | T], Opts) -> set(T, Opts#{log := Log});
set([], Opts) -> Opts;
set(_, _) -> error.

put_chars(From, Chars, #{encoding := To, onlcr := Onlcr}) ->
    try unicode:characters_to_binary(Chars, From) of
        Text when is_binary(Text) ->
            %% A terminal's line ends are the terminal's business.
            Lines = case Onlcr andalso not prim_tty:isatty(stderr) of
                        true -> binary:replace(Text, <<"\n">>, <<"\r\n">>, [global]);
                        false -> Text
                    end,
            prim_tty:write_error(case To of latin1 -> group:latin1(Lines); unicode -> Lines end);
        _ -> {error, put_chars}
    catch
        _:_ -> {error, put_chars}
    end.
