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
    loop(unicode).

loop(Encoding) ->
    receive
        {io_request, From, ReplyAs, Request} when is_pid(From) ->
            {Reply, New} = serve(Request, Encoding),
            From ! {io_reply, ReplyAs, Reply},
            loop(New);
        _ -> loop(Encoding)
    end.

serve({put_chars, Enc, M, F, A}, E) ->
    try apply(M, F, A) of
        Chars -> serve({put_chars, Enc, Chars}, E)
    catch
        _:_ -> {{error, F}, E}
    end;
serve({put_chars, Enc, Chars}, E) -> {put_chars(Enc, Chars), E};
serve({put_chars, M, F, A}, E) -> serve({put_chars, latin1, M, F, A}, E);
serve({put_chars, Chars}, E) -> {put_chars(latin1, Chars), E};
serve({requests, Requests}, E) when is_list(Requests) ->
    lists:foldl(fun(Request, {ok, Enc}) -> serve(Request, Enc);
                   (_, Failed) -> Failed
                end, {ok, E}, Requests);
serve(getopts, E) -> {[{encoding, E}], E};
serve({setopts, [{encoding, E}]}, _) when E =:= unicode; E =:= latin1 -> {ok, E};
serve({setopts, [{encoding, utf8}]}, _) -> {ok, unicode};
serve(_, E) -> {{error, enotsup}, E}.

put_chars(Encoding, Chars) ->
    try unicode:characters_to_binary(Chars, Encoding) of
        Text when is_binary(Text) -> prim_tty:write_error(Text);
        _ -> {error, put_chars}
    catch
        _:_ -> {error, put_chars}
    end.
