%% An open file as an I/O device: a process that answers the I/O protocol and
%% the requests of the module file, and ends with its owner.
-module(file_io_server).

-export([start/3]).

%% buf holds bytes read from the file that nobody has got yet.
-record(state, {handle, owner, mref, buf = <<>>, binary, encoding}).

-define(CHUNK, 8192).
-define(PIECE, 128).

start(Owner, Name, Modes) ->
    Ref = make_ref(),
    Self = self(),
    {Pid, MRef} = erlang:spawn_opt(fun() -> init(Self, Ref, Owner, Name, Modes) end, [link, monitor]),
    receive
        {Ref, Result} ->
            erlang:demonitor(MRef, [flush]),
            case Result of
                ok -> {ok, Pid};
                Error -> unlink(Pid), Error
            end;
        {'DOWN', MRef, _, _, Reason} ->
            {error, Reason}
    end.

init(Starter, Ref, Owner, Name, Modes) ->
    case prim_file:open_handle(Name, Modes) of
        {ok, Handle} ->
            MRef = erlang:monitor(process, Owner),
            Starter ! {Ref, ok},
            Encoding = encoding(proplists:get_value(encoding, Modes, latin1)),
            loop(#state{handle = Handle, owner = Owner, mref = MRef,
                        binary = lists:member(binary, Modes), encoding = Encoding});
        Error ->
            Starter ! {Ref, Error}
    end.

encoding(utf8) -> unicode;
encoding(utf16) -> {utf16, big};
encoding(utf32) -> {utf32, big};
encoding(E) -> E.

loop(#state{mref = MRef} = S) ->
    receive
        {io_request, From, ReplyAs, Request} when is_pid(From) ->
            case io(Request, S) of
                {ok, Reply, New} ->
                    From ! {io_reply, ReplyAs, Reply},
                    loop(New);
                {error, Reply, New} ->
                    From ! {io_reply, ReplyAs, Reply},
                    loop(New);
                {stop, Reply} ->
                    From ! {io_reply, ReplyAs, Reply},
                    prim_file:close_handle(S#state.handle)
            end;
        {file_request, From, ReplyAs, close} when is_pid(From) ->
            From ! {file_reply, ReplyAs, prim_file:close_handle(S#state.handle)};
        {file_request, From, ReplyAs, Request} when is_pid(From) ->
            {Reply, New} = file(Request, S),
            From ! {file_reply, ReplyAs, Reply},
            loop(New);
        {'DOWN', MRef, _, _, _} ->
            prim_file:close_handle(S#state.handle);
        _ ->
            loop(S)
    end.

%% --- requests of the module file ------------------------------------------

file({position, At}, S) ->
    position(At, S);
file({pread, At, N}, S) ->
    with_offset(At, S, fun(O, #state{handle = H} = S1) ->
        case prim_file:pread(H, O, N) of
            {ok, Bin} when not S1#state.binary -> {ok, binary_to_list(Bin)};
            Other -> Other
        end
    end);
file({pwrite, At, Bytes}, S) ->
    with_offset(At, S, fun(O, #state{handle = H}) -> prim_file:pwrite(H, O, Bytes) end);
file(truncate, S) ->
    {_, S1} = position({cur, 0}, S),
    {prim_file:truncate(S1#state.handle), S1};
file(sync, #state{handle = H} = S) ->
    {prim_file:sync(H), S};
file(_, S) ->
    {{error, badarg}, S}.

%% The file itself is ahead of the reader by what is in the buffer.
position(At, #state{handle = H, buf = Buf} = S) ->
    Place = case At of
                cur -> {cur, -byte_size(Buf)};
                {cur, N} when is_integer(N) -> {cur, N - byte_size(Buf)};
                _ -> At
            end,
    case prim_file:position(H, Place) of
        {ok, _} = Ok -> {Ok, S#state{buf = <<>>}};
        Error -> {Error, S}
    end.

with_offset(At, S, Fun) when is_integer(At) ->
    {Fun(At, S), S};
with_offset(At, S, Fun) ->
    case position(At, S) of
        {{ok, O}, S1} -> {Fun(O, S1), S1};
        {Error, S1} -> {Error, S1}
    end.

%% --- the I/O protocol -----------------------------------------------------

io({put_chars, Enc, Chars}, S) -> put_chars(Enc, Chars, S);
io({put_chars, Enc, M, F, A}, S) ->
    try apply(M, F, A) of
        Chars -> put_chars(Enc, Chars, S)
    catch
        _:_ -> {error, {error, F}, S}
    end;
io({get_chars, Enc, _Prompt, N}, S) when is_integer(N), N >= 0 -> get_chars(Enc, N, S);
io({get_chars, _Enc, _Prompt, _N}, S) -> {error, {error, get_chars}, S};
io({get_line, Enc, _Prompt}, S) -> get_line(Enc, S);
io({get_until, Enc, _Prompt, M, F, Args}, S) -> get_until(Enc, M, F, Args, [], S);
io(getopts, #state{binary = B, encoding = E} = S) -> {ok, [{binary, B}, {encoding, E}], S};
io({setopts, Opts}, S) when is_list(Opts) -> setopts(Opts, S);
io({requests, Requests}, S) when is_list(Requests) -> requests(Requests, ok, S);
%% Requests without an encoding are from old times.
io({put_chars, Chars}, S) -> io({put_chars, latin1, Chars}, S);
io({put_chars, M, F, A}, S) -> io({put_chars, latin1, M, F, A}, S);
io({get_chars, Prompt, N}, S) -> io({get_chars, latin1, Prompt, N}, S);
io({get_line, Prompt}, S) -> io({get_line, latin1, Prompt}, S);
io({get_until, Prompt, M, F, A}, S) -> io({get_until, latin1, Prompt, M, F, A}, S);
io(Request, S) -> {error, {error, {request, Request}}, S}.

requests([R | T], _, S) ->
    case io(R, S) of
        {ok, Reply, S1} -> requests(T, Reply, S1);
        Other -> Other
    end;
requests([], Reply, S) ->
    {ok, Reply, S}.

setopts([binary | T], S) -> setopts(T, S#state{binary = true});
setopts([list | T], S) -> setopts(T, S#state{binary = false});
setopts([{binary, B} | T], S) when is_boolean(B) -> setopts(T, S#state{binary = B});
setopts([{encoding, E} | T], S) -> setopts(T, S#state{encoding = encoding(E)});
setopts([], S) -> {ok, ok, S};
setopts(_, S) -> {error, {error, enotsup}, S}.

put_chars(Enc, Chars, #state{handle = H, encoding = Own} = S0) ->
    {_, S} = case S0#state.buf of
                 <<>> -> {ok, S0};
                 _ -> position(cur, S0)
             end,
    case recode(Chars, Enc, Own) of
        {ok, Bytes} ->
            case prim_file:write(H, Bytes) of
                ok -> {ok, ok, S};
                Error -> {stop, Error}
            end;
        no_translation ->
            {stop, {error, {no_translation, Enc, Own}}};
        badarg ->
            {error, {error, {put_chars, Enc, Chars}}, S}
    end.

recode(Bytes, latin1, latin1) when is_binary(Bytes) ->
    {ok, Bytes};
recode(Chars, Enc, Own) ->
    try unicode:characters_to_binary(Chars, Enc, Own) of
        Bytes when is_binary(Bytes) -> {ok, Bytes};
        _ -> no_translation
    catch
        error:_ -> badarg
    end.

get_chars(Enc, N, #state{buf = Buf} = S) ->
    case take(N, Buf, S#state.encoding) of
        {Taken, Rest} ->
            give(Taken, Enc, S#state{buf = Rest});
        more ->
            case fill(max(N, ?CHUNK), S) of
                {ok, S1} -> get_chars(Enc, N, S1);
                eof when Buf =:= <<>> -> {ok, eof, S};
                eof -> give(Buf, Enc, S#state{buf = <<>>});
                Error -> {stop, Error}
            end
    end.

%% Splits N characters off a buffer.
take(N, Buf, latin1) ->
    case Buf of
        <<Taken:N/binary, Rest/binary>> -> {Taken, Rest};
        _ -> more
    end;
take(N, Buf, Encoding) ->
    take_size(N, Buf, Encoding, 0).

take_size(0, Buf, _, Size) ->
    <<Taken:Size/binary, Rest/binary>> = Buf,
    {Taken, Rest};
take_size(N, Buf, Encoding, Size) ->
    case width(Buf, Size, Encoding) of
        more -> more;
        W -> take_size(N - 1, Buf, Encoding, Size + W)
    end.

%% How many bytes the character at a place has; one for what is none.
width(Buf, At, unicode) ->
    case Buf of
        <<_:At/binary, C, _/binary>> ->
            W = if C < 16#80 -> 1; C < 16#E0 -> 2; C < 16#F0 -> 3; true -> 4 end,
            if byte_size(Buf) >= At + W -> W; true -> more end;
        _ -> more
    end;
width(Buf, At, {utf16, Endian}) ->
    case Buf of
        <<_:At/binary, A, B, _/binary>> ->
            Hi = case Endian of big -> A; little -> B end,
            W = if Hi >= 16#D8, Hi < 16#DC -> 4; true -> 2 end,
            if byte_size(Buf) >= At + W -> W; true -> more end;
        _ -> more
    end;
width(Buf, At, {utf32, _}) ->
    if byte_size(Buf) >= At + 4 -> 4; true -> more end.

fill(N, #state{handle = H, buf = Buf} = S) ->
    case prim_file:read(H, N) of
        {ok, Bytes} when Buf =:= <<>> -> {ok, S#state{buf = Bytes}};
        {ok, Bytes} -> {ok, S#state{buf = <<Buf/binary, Bytes/binary>>}};
        Other -> Other
    end.

%% Answers bytes of the file in the encoding asked for.
give(Bytes, latin1, #state{encoding = latin1, binary = true} = S) ->
    {ok, Bytes, S};
give(Bytes, Enc, #state{encoding = Own, binary = Binary} = S) ->
    case unicode:characters_to_list(Bytes, Own) of
        Chars when is_list(Chars), not Binary ->
            case Enc =:= latin1 andalso lists:any(fun(C) -> C > 255 end, Chars) of
                true -> {stop, {error, {no_translation, Own, latin1}}};
                false -> {ok, Chars, S}
            end;
        Chars when is_list(Chars) ->
            case unicode:characters_to_binary(Chars, unicode, Enc) of
                Out when is_binary(Out) -> {ok, Out, S};
                _ -> {stop, {error, {no_translation, Own, latin1}}}
            end;
        _ ->
            {stop, {error, invalid_unicode}}
    end.

get_line(Enc, S) ->
    get_line(Enc, 0, S).

get_line(Enc, Searched, #state{buf = Buf, encoding = Own} = S) ->
    case line_end(Buf, Searched, Own) of
        {Line, Rest} ->
            give_line(Line, Enc, S#state{buf = Rest});
        Next ->
            case fill(?CHUNK, S) of
                {ok, S1} -> get_line(Enc, Next, S1);
                eof when Buf =:= <<>> -> {ok, eof, S};
                eof -> give_line(Buf, Enc, S#state{buf = <<>>});
                Error -> {stop, Error}
            end
    end.

give_line(Line, Enc, #state{encoding = Own} = S) ->
    case give(Line, Enc, S) of
        {stop, {error, invalid_unicode}} -> {stop, {error, {no_translation, Own, Enc}}};
        Answer -> Answer
    end.

%% The first line with a single newline at its end, and what follows; or where
%% to go on searching.
line_end(Buf, From, Encoding) when Encoding =:= latin1; Encoding =:= unicode ->
    case binary:match(Buf, <<"\n">>, [{scope, {From, byte_size(Buf) - From}}]) of
        {At, 1} ->
            <<Line:At/binary, _, Rest/binary>> = Buf,
            Last = At - 1,
            case Line of
                <<Front:Last/binary, $\r>> -> {<<Front/binary, $\n>>, Rest};
                _ -> {<<Line/binary, $\n>>, Rest}
            end;
        nomatch ->
            byte_size(Buf)
    end;
line_end(Buf, From, Encoding) ->
    case width(Buf, From, Encoding) of
        more ->
            From;
        W ->
            <<Before:From/binary, Char:W/binary, Rest/binary>> = Buf,
            case unicode:characters_to_list(Char, Encoding) of
                [$\n] -> {<<Before/binary, Char/binary>>, Rest};
                _ -> line_end(Buf, From + W, Encoding)
            end
    end.

%% Gives M:F a piece after the other until it says that it is done.
get_until(Enc, M, F, Args, Cont, S) ->
    case piece(S) of
        {Chars, S1} ->
            try apply(M, F, [Cont, Chars | Args]) of
                {done, Result, eof} ->
                    {ok, Result, S1#state{buf = <<>>}};
                {done, Result, Rest} ->
                    {ok, Result, push_back(Rest, S1)};
                {more, Cont1} ->
                    get_until(Enc, M, F, Args, Cont1, S1)
            catch
                _:_ -> {stop, {error, F}}
            end;
        invalid ->
            {stop, invalid(M, F, Cont)};
        Error ->
            {stop, Error}
    end.

%% The next characters, as many as are valid of a piece.
piece(#state{buf = <<>>} = S) ->
    case fill(?CHUNK, S) of
        {ok, S1} -> piece(S1);
        eof -> {eof, S};
        Error -> Error
    end;
piece(#state{buf = Buf, encoding = Own} = S) ->
    Size = min(?PIECE, byte_size(Buf)),
    <<Piece:Size/binary, After/binary>> = Buf,
    case unicode:characters_to_list(Piece, Own) of
        {_, [], Rest} when After =:= <<>>, byte_size(Rest) < 4 ->
            case fill(?CHUNK, S) of
                {ok, S1} -> piece(S1);
                eof -> invalid;
                Error -> Error
            end;
        {_, [], _} -> invalid;
        {_, Chars, Rest} -> {Chars, S#state{buf = <<Rest/binary, After/binary>>}};
        Chars -> {Chars, S#state{buf = After}}
    end.

%% The scanner's callers are told where.
invalid(erl_scan, tokens, Cont) when Cont =/= [] ->
    Location = erl_scan:continuation_location(Cont),
    {error, {Location, ?MODULE, invalid_unicode}, Location};
invalid(_, F, _) -> {error, F}.

push_back([], S) ->
    S;
push_back(Chars, #state{buf = Buf, encoding = Own} = S) ->
    Bytes = unicode:characters_to_binary(Chars, unicode, Own),
    S#state{buf = <<Bytes/binary, Buf/binary>>}.
