%% Files: by name, raw (a #file_descriptor{} over a handle of prim_file) or as
%% an I/O device (a process, see file_io_server).
-module(file).

-export([format_error/1, native_name_encoding/0, get_cwd/0, get_cwd/1, set_cwd/1,
         delete/1, delete/2, rename/2, make_dir/1, del_dir/1, del_dir_r/1, list_dir/1, list_dir_all/1,
         read_file_info/1, read_file_info/2, read_link_info/1, read_link_info/2, write_file_info/2, write_file_info/3,
         make_link/2, make_symlink/2, read_link/1, read_link_all/1, altname/1,
         read_file/1, read_file/2, write_file/2, write_file/3, raw_read_file_info/1, raw_write_file_info/2,
         open/2, close/1, advise/4, allocate/3, read/2, write/2, pread/2, pread/3, pwrite/2, pwrite/3, read_line/1,
         position/2, truncate/1, datasync/1, sync/1, copy/2, copy/3, sendfile/2,
         consult/1, path_consult/2, eval/1, eval/2, path_eval/2, path_eval/3,
         script/1, script/2, path_script/2, path_script/3, path_open/3,
         change_mode/2, change_owner/2, change_owner/3, change_group/2, change_time/2, change_time/3,
         pid2name/1]).

-record(file_descriptor, {module, data}).
-record(file_info, {size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}).

%% --- errors ---------------------------------------------------------------

format_error({_Line, ?MODULE, undefined_script}) ->
    "no value returned from script";
format_error({Line, ?MODULE, {Class, Reason, Stacktrace}}) ->
    io_lib:format("~w: evaluation failed with reason ~w:~w and stacktrace ~w", [Line, Class, Reason, Stacktrace]);
format_error({Line, ?MODULE, {Reason, Stacktrace}}) ->
    io_lib:format("~w: evaluation failed with reason ~w and stacktrace ~w", [Line, Reason, Stacktrace]);
format_error({Line, Module, Reason}) ->
    io_lib:format("~w: ~ts", [Line, Module:format_error(Reason)]);
format_error(badarg) ->
    "bad argument";
format_error(system_limit) ->
    "a system limit was hit, probably not enough ports";
format_error(terminated) ->
    "the file server process is terminated";
format_error(Posix) ->
    erl_posix_msg:message(Posix).

%% --- by name --------------------------------------------------------------

native_name_encoding() -> utf8.

get_cwd() -> prim_file:get_cwd().

get_cwd(Drive) when is_list(Drive) ->
    case os:type() of
        {win32, _} -> get_cwd();
        _ -> {error, enotsup}
    end;
get_cwd(_) ->
    {error, badarg}.

set_cwd(Dir) -> prim_file:set_cwd(Dir).

delete(Name) -> prim_file:delete(Name).
delete(Name, Opts) when is_list(Opts) -> prim_file:delete(Name).

rename(From, To) -> prim_file:rename(From, To).
make_dir(Name) -> prim_file:make_dir(Name).
del_dir(Name) -> prim_file:del_dir(Name).

del_dir_r(Name) ->
    case read_link_info(Name) of
        {ok, #file_info{type = directory}} ->
            case list_dir_all(Name) of
                {ok, Names} -> lists:foreach(fun(N) -> del_dir_r(filename:join(Name, N)) end, Names);
                {error, _} -> ok
            end,
            del_dir(Name);
        {ok, _} ->
            delete(Name);
        {error, _} = Error ->
            Error
    end.

list_dir(Name) -> prim_file:list_dir(Name).
list_dir_all(Name) -> prim_file:list_dir_all(Name).

read_file_info(Name) -> read_file_info(Name, []).
read_file_info(#file_descriptor{module = prim_file, data = #{handle := H}}, Opts) ->
    prim_file:read_handle_info(H, time_type(Opts));
read_file_info(Name, Opts) -> prim_file:read_file_info(Name, time_type(Opts)).

read_link_info(Name) -> read_link_info(Name, []).
read_link_info(Name, Opts) -> prim_file:read_link_info(Name, time_type(Opts)).

raw_read_file_info(Name) -> read_file_info(Name).

write_file_info(Name, Info) -> write_file_info(Name, Info, []).
write_file_info(Name, #file_info{} = Info, Opts) -> prim_file:write_file_info(Name, Info, time_type(Opts));
write_file_info(_, _, _) -> {error, badarg}.

raw_write_file_info(Name, Info) -> write_file_info(Name, Info).

time_type(Opts) -> proplists:get_value(time, Opts, local).

make_link(Old, New) -> prim_file:make_link(Old, New).
make_symlink(Old, New) -> prim_file:make_symlink(Old, New).
read_link(Name) -> prim_file:read_link(Name).
read_link_all(Name) -> prim_file:read_link_all(Name).
altname(_) -> {error, enotsup}.

read_file(Name) -> prim_file:read_file(Name).
read_file(Name, Opts) when is_list(Opts) -> prim_file:read_file(Name);
read_file(_, _) -> {error, badarg}.

write_file(Name, Bytes) -> prim_file:write_file(Name, Bytes).

write_file(Name, Bytes, Modes) when is_list(Modes) ->
    Encoding = proplists:get_value(encoding, Modes, latin1),
    case encode(Bytes, Encoding) of
        {ok, Data} ->
            case open(Name, [raw, write | lists:delete(raw, lists:delete(write, Modes))]) of
                {ok, F} ->
                    case write(F, Data) of
                        ok -> close(F);
                        Error -> close(F), Error
                    end;
                Error ->
                    Error
            end;
        error ->
            {error, badarg}
    end;
write_file(_, _, _) ->
    {error, badarg}.

encode(Data, latin1) ->
    try {ok, iolist_to_binary(Data)} catch error:badarg -> error end;
encode(Data, Encoding) ->
    case unicode:characters_to_binary(Data, unicode, Encoding) of
        B when is_binary(B) -> {ok, B};
        _ -> error
    end.

change_mode(Name, Mode) when is_integer(Mode) -> write_file_info(Name, #file_info{mode = Mode}).
change_owner(Name, Uid) when is_integer(Uid) -> write_file_info(Name, #file_info{uid = Uid}).
change_owner(Name, Uid, Gid) when is_integer(Uid), is_integer(Gid) ->
    write_file_info(Name, #file_info{uid = Uid, gid = Gid}).
change_group(Name, Gid) when is_integer(Gid) -> write_file_info(Name, #file_info{gid = Gid}).
change_time(Name, {{_, _, _}, {_, _, _}} = Time) -> write_file_info(Name, #file_info{atime = Time, mtime = Time}).
change_time(Name, {{_, _, _}, {_, _, _}} = Atime, {{_, _, _}, {_, _, _}} = Mtime) ->
    write_file_info(Name, #file_info{atime = Atime, mtime = Mtime}).

%% --- open files -----------------------------------------------------------

open(Item, Modes) when is_list(Modes) ->
    case check_modes(Modes) of
        error ->
            {error, badarg};
        ok ->
            case lists:member(raw, Modes) of
                true ->
                    case prim_file:open_handle(Item, Modes) of
                        {ok, Handle} ->
                            Data = #{handle => Handle, binary => lists:member(binary, Modes)},
                            {ok, #file_descriptor{module = prim_file, data = Data}};
                        Error ->
                            Error
                    end;
                false ->
                    file_io_server:start(self(), Item, Modes)
            end
    end;
open(Item, Mode) when is_atom(Mode) ->
    case lists:member(Mode, [read, write, read_write, binary, character]) of
        true when Mode =:= read_write -> open(Item, [read, write]);
        true when Mode =:= character -> open(Item, [read]);
        true -> open(Item, [Mode]);
        false -> {error, badarg}
    end;
open(_, _) ->
    {error, badarg}.

check_modes([M | T]) when is_atom(M) -> check_modes(T);
check_modes([{read_ahead, N} | T]) when is_integer(N), N >= 0 -> check_modes(T);
check_modes([{delayed_write, N, D} | T]) when is_integer(N), N >= 0, is_integer(D), D >= 0 -> check_modes(T);
check_modes([{encoding, E} | T]) ->
    case E of
        latin1 -> check_modes(T);
        unicode -> check_modes(T);
        utf8 -> check_modes(T);
        {U, B} when U =:= utf16 orelse U =:= utf32, B =:= big orelse B =:= little -> check_modes(T);
        _ when E =:= utf16; E =:= utf32 -> check_modes(T);
        _ -> error
    end;
check_modes([]) -> ok;
check_modes(_) -> error.

close(File) when is_pid(File) ->
    case request(File, close) of
        {error, terminated} -> ok;
        Other -> Other
    end;
close(#file_descriptor{module = prim_file, data = #{handle := H}}) -> prim_file:close_handle(H);
close(_) -> {error, badarg}.

read(File, Size) when is_pid(File) orelse is_atom(File), is_integer(Size), Size >= 0 ->
    io_result(io_request(File, {get_chars, latin1, '', Size}));
read(#file_descriptor{module = prim_file, data = #{handle := H} = D}, Size) when is_integer(Size), Size >= 0 ->
    shape(prim_file:read(H, Size), D);
read(_, _) ->
    {error, badarg}.

read_line(File) when is_pid(File); is_atom(File) ->
    io_result(io_request(File, {get_line, latin1, ''}));
read_line(#file_descriptor{module = prim_file, data = #{handle := H} = D}) ->
    shape(prim_file:read_line(H), D);
read_line(_) ->
    {error, badarg}.

io_result(Data) when is_list(Data); is_binary(Data) -> {ok, Data};
io_result(Other) -> Other.

write(File, Bytes) when is_pid(File); is_atom(File) ->
    case make_binary(Bytes) of
        {ok, Bin} -> io_request(File, {put_chars, latin1, Bin});
        Error -> Error
    end;
write(#file_descriptor{module = prim_file, data = #{handle := H}}, Bytes) ->
    prim_file:write(H, Bytes);
write(_, _) ->
    {error, badarg}.

make_binary(Bin) when is_binary(Bin) -> {ok, Bin};
make_binary(Bytes) ->
    try {ok, iolist_to_binary(Bytes)} catch error:Reason -> {error, Reason} end.

%% What a raw file gives is a list unless it was opened with binary.
shape({ok, Bin}, #{binary := false}) -> {ok, binary_to_list(Bin)};
shape(Other, _) -> Other.

pread(File, L) when is_list(L) ->
    pread_list(File, L, []);
pread(_, _) ->
    {error, badarg}.

pread_list(_, [], Acc) ->
    {ok, lists:reverse(Acc)};
pread_list(File, [{At, N} | T], Acc) ->
    case pread(File, At, N) of
        {ok, Data} -> pread_list(File, T, [Data | Acc]);
        eof -> pread_list(File, T, [eof | Acc]);
        Error -> Error
    end;
pread_list(_, _, _) ->
    {error, badarg}.

pread(File, At, N) when is_pid(File), is_integer(N), N >= 0 -> request(File, {pread, At, N});
pread(#file_descriptor{module = prim_file, data = #{handle := H} = D}, At, N) when is_integer(N), N >= 0 ->
    case offset(H, At) of
        {ok, O} -> shape(prim_file:pread(H, O, N), D);
        Error -> Error
    end;
pread(_, _, _) ->
    {error, badarg}.

pwrite(File, L) when is_list(L) -> pwrite_list(File, L, 0);
pwrite(_, _) -> {error, badarg}.

pwrite_list(_, [], _) ->
    ok;
pwrite_list(File, [{At, Bytes} | T], N) ->
    case pwrite(File, At, Bytes) of
        ok -> pwrite_list(File, T, N + 1);
        {error, Reason} -> {error, {N, Reason}}
    end;
pwrite_list(_, _, _) ->
    {error, badarg}.

pwrite(File, At, Bytes) when is_pid(File) -> request(File, {pwrite, At, Bytes});
pwrite(#file_descriptor{module = prim_file, data = #{handle := H}}, At, Bytes) ->
    case offset(H, At) of
        {ok, O} -> prim_file:pwrite(H, O, Bytes);
        Error -> Error
    end;
pwrite(_, _, _) ->
    {error, badarg}.

%% A place in a file as a number of bytes from its start.
offset(_, At) when is_integer(At) -> {ok, At};
offset(_, bof) -> {ok, 0};
offset(_, {bof, N}) when is_integer(N) -> {ok, N};
offset(H, At) -> prim_file:position(H, At).

position(File, At) when is_pid(File) -> request(File, {position, At});
position(#file_descriptor{module = prim_file, data = #{handle := H}}, At) -> prim_file:position(H, At);
position(_, _) -> {error, badarg}.

truncate(File) when is_pid(File) -> request(File, truncate);
truncate(#file_descriptor{module = prim_file, data = #{handle := H}}) -> prim_file:truncate(H);
truncate(_) -> {error, badarg}.

sync(File) when is_pid(File) -> request(File, sync);
sync(#file_descriptor{module = prim_file, data = #{handle := H}}) -> prim_file:sync(H);
sync(_) -> {error, badarg}.

datasync(File) -> sync(File).

advise(_File, _Offset, _Length, _Advice) -> ok.
allocate(_File, _Offset, _Length) -> {error, enotsup}.
sendfile(_Name, _Socket) -> {error, enotsup}.
pid2name(_) -> undefined.

%% A request of the I/O protocol, and one for files only.
io_request(File, Request) ->
    call(File, io_request, io_reply, Request).

request(File, Request) ->
    call(File, file_request, file_reply, Request).

call(File, Tag, ReplyTag, Request) when is_pid(File) ->
    Ref = erlang:monitor(process, File),
    File ! {Tag, self(), Ref, Request},
    receive
        {ReplyTag, Ref, Reply} ->
            erlang:demonitor(Ref, [flush]),
            Reply;
        {'DOWN', Ref, _, _, _} ->
            {error, terminated}
    end;
call(Name, Tag, ReplyTag, Request) ->
    case whereis(Name) of
        undefined -> {error, arguments};
        Pid -> call(Pid, Tag, ReplyTag, Request)
    end.

%% --- copying --------------------------------------------------------------

-define(COPY_CHUNK, 65536).

copy(From, To) -> copy(From, To, infinity).

copy(From, To, Max) when Max =:= infinity; is_integer(Max), Max >= 0 ->
    case open_end(From, [read, binary]) of
        {ok, In, CloseIn} ->
            Result =
                case open_end(To, [write, binary]) of
                    {ok, Out, CloseOut} ->
                        R = copy_loop(In, Out, Max, 0),
                        CloseOut(),
                        R;
                    Error ->
                        Error
                end,
            CloseIn(),
            Result;
        Error ->
            Error
    end;
copy(_, _, _) ->
    {error, badarg}.

open_end(File, _) when is_pid(File); is_record(File, file_descriptor) ->
    {ok, File, fun() -> ok end};
open_end({Name, Modes}, Own) when is_list(Modes) ->
    open_new(Name, Own ++ Modes);
open_end(Name, Own) ->
    open_new(Name, Own).

open_new(Name, Modes) ->
    case open(Name, [raw | lists:delete(raw, Modes)]) of
        {ok, F} -> {ok, F, fun() -> close(F) end};
        Error -> Error
    end.

copy_loop(_, _, 0, Sum) ->
    {ok, Sum};
copy_loop(In, Out, Max, Sum) ->
    case read(In, min(Max, ?COPY_CHUNK)) of
        {ok, Data} ->
            N = iolist_size(Data),
            case write(Out, Data) of
                ok when Max =:= infinity -> copy_loop(In, Out, Max, Sum + N);
                ok -> copy_loop(In, Out, Max - N, Sum + N);
                Error -> Error
            end;
        eof ->
            {ok, Sum};
        Error ->
            Error
    end.

%% --- files of terms and expressions ---------------------------------------

consult(Name) ->
    case open(Name, [read, {encoding, utf8}]) of
        {ok, F} ->
            R = consult_stream(F),
            _ = close(F),
            R;
        Error ->
            Error
    end.

path_consult(Path, Name) ->
    case path_open(Path, Name, [read]) of
        {ok, F, Full} ->
            utf8(F),
            R = consult_stream(F),
            _ = close(F),
            with_path(R, Full);
        Error ->
            Error
    end.

consult_stream(F) -> consult_stream(F, 1, []).

consult_stream(F, Line, Acc) ->
    case io:read(F, '', Line) of
        {ok, Term, Next} -> consult_stream(F, Next, [Term | Acc]);
        {error, Error, _} -> {error, Error};
        {eof, _} -> {ok, lists:reverse(Acc)}
    end.

%% These four open files and evaluate them alike, each for itself: stack traces
%% of what they evaluate show them, and nothing between.

eval(Name) -> eval(Name, erl_eval:new_bindings()).

eval(Name, Bindings) ->
    case open(Name, [read, {encoding, utf8}]) of
        {ok, F} ->
            R = eval_stream(F, ignore, Bindings),
            _ = close(F),
            R;
        Error ->
            Error
    end.

path_eval(Path, Name) -> path_eval(Path, Name, erl_eval:new_bindings()).

path_eval(Path, Name, Bindings) ->
    case path_open(Path, Name, [read]) of
        {ok, F, Full} ->
            utf8(F),
            R = eval_stream(F, ignore, Bindings),
            _ = close(F),
            with_path(R, Full);
        Error ->
            Error
    end.

script(Name) -> script(Name, erl_eval:new_bindings()).

script(Name, Bindings) ->
    case open(Name, [read, {encoding, utf8}]) of
        {ok, F} ->
            R = eval_stream(F, return, Bindings),
            _ = close(F),
            R;
        Error ->
            Error
    end.

path_script(Path, Name) -> path_script(Path, Name, erl_eval:new_bindings()).

path_script(Path, Name, Bindings) ->
    case path_open(Path, Name, [read]) of
        {ok, F, Full} ->
            utf8(F),
            R = eval_stream(F, return, Bindings),
            _ = close(F),
            with_path(R, Full);
        Error ->
            Error
    end.

utf8(F) -> ok = io:setopts(F, [{encoding, utf8}]).

%% What the functions with a path give: the file's name too, if all went well.
with_path(ok, Full) -> {ok, Full};
with_path({ok, Value}, Full) -> {ok, Value, Full};
with_path(Error, _) -> Error.

%% Evaluates the expressions of a file, whether earlier ones failed or not; the first
%% error is the result, else the last value if that is asked for.
eval_stream(F, Mode, Bindings) ->
    eval_stream2(io:parse_erl_exprs(F, '', 1), F, Mode, {ok}, [], Bindings).

eval_stream2({ok, Exprs, Next}, F, Mode, Last, Errors, Bindings) ->
    {NewLast, NewErrors, NewBindings} =
        try erl_eval:exprs(Exprs, Bindings) of
            {value, V, New} -> {{ok, V}, Errors, New}
        catch
            Class:Reason:Stack ->
                {Last, [{Next, ?MODULE, {Class, Reason, Stack}} | Errors], Bindings}
        end,
    eval_stream2(io:parse_erl_exprs(F, '', Next), F, Mode, NewLast, NewErrors, NewBindings);
eval_stream2({error, Error, Next}, F, Mode, _Last, Errors, Bindings) ->
    eval_stream2(io:parse_erl_exprs(F, '', Next), F, Mode, {ok}, [Error | Errors], Bindings);
eval_stream2({eof, Line}, _, Mode, Last, [], _) ->
    case {Mode, Last} of
        {ignore, _} -> ok;
        {return, {ok, Value}} -> {ok, Value};
        {return, {ok}} -> {error, {Line, ?MODULE, undefined_script}}
    end;
eval_stream2({eof, _}, _, _, _, Errors, _) ->
    {error, lists:last(Errors)}.

path_open(Path, Name, Modes) ->
    case check_name(Name) of
        true ->
            case filename:pathtype(Name) of
                relative -> path_open_first(Path, Name, Modes, enoent);
                _ -> path_open_full(Name, Modes)
            end;
        false ->
            {error, badarg}
    end.

check_name(Name) ->
    try is_list(filename:flatten(Name)) orelse is_binary(Name) catch error:_ -> false end.

path_open_full(Name, Modes) ->
    case open(Name, Modes) of
        {ok, F} -> {ok, F, Name};
        Error -> Error
    end.

path_open_first([Dir | T], Name, Modes, LastError) ->
    Full = case Dir of
               "." -> Name;
               _ -> filename:join(Dir, Name)
           end,
    case path_open_full(Full, Modes) of
        {error, Reason} when Reason =:= enoent; Reason =:= enotdir ->
            path_open_first(T, Name, Modes, LastError);
        Other -> Other
    end;
path_open_first([], _, _, LastError) ->
    {error, LastError}.
