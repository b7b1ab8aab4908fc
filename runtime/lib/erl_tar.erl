%% Tar archives (POSIX ustar, read with GNU's long names and pax headers),
%% compressed by gzip or not. An archive is made in memory, and written when it
%% is closed.
-module(erl_tar).

-export([create/2, create/3, extract/1, extract/2, table/1, table/2, t/1, tt/1, open/2, add/3, add/4, close/1,
         init/3, format_error/1]).

-record(file_info, {size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}).

-define(BLOCK, 512).
%% Archives end at a multiple of this size.
-define(RECORD, 10240).

create(Name, Files) -> create(Name, Files, []).

create(Name, Files, Options) ->
    case open(Name, [write | [O || O <- Options, O =:= compressed]]) of
        {ok, Tar} ->
            case added(Files, Tar, Options) of
                ok -> close(Tar);
                Error ->
                    ets:delete(table_of(Tar)),
                    Error
            end;
        Error -> Error
    end.

added([{Name, Bin} | Files], Tar, Options) when is_binary(Bin) ->
    added(Files, add(Tar, Bin, Name, Options), Tar, Options);
added([{Name, File} | Files], Tar, Options) -> added(Files, add(Tar, File, Name, Options), Tar, Options);
added([File | Files], Tar, Options) -> added(Files, add(Tar, File, File, Options), Tar, Options);
added([], _, _) -> ok.

added(Files, ok, Tar, Options) -> added(Files, Tar, Options);
added(_, Error, _, _) -> Error.

%% What is open is {tar, Table}; the table has the parts of the archive in
%% their order, and where it goes.
open(Name, Modes) ->
    case lists:member(write, Modes) of
        true ->
            case file:open(Name, [write, raw, binary]) of
                {ok, Device} ->
                    Table = ets:new(erl_tar, [ordered_set, public]),
                    ets:insert(Table, {0, Device, lists:member(compressed, Modes)}),
                    {ok, {tar, Table}};
                {error, Reason} -> {error, {Name, Reason}}
            end;
        false -> {error, einval}
    end.

init(_, _, _) -> error(notsup).

table_of({tar, Table}) -> Table.

add(Tar, File, Options) -> add(Tar, File, File, Options).

add(Tar, Bin, Name, Options) when is_binary(Bin) ->
    noted(Name, Options),
    Now = os:system_time(second),
    Info = #file_info{size = byte_size(Bin), type = regular, mode = 8#644, mtime = Now, uid = 0, gid = 0},
    put_entry(Tar, entry(chars(Name), Info, "", Bin));
add(Tar, File, Name, Options) ->
    Read = case lists:member(dereference, Options) of
               true -> file:read_file_info(File, [{time, posix}]);
               false -> file:read_link_info(File, [{time, posix}])
           end,
    case Read of
        {ok, #file_info{type = directory} = Info} ->
            noted(Name, Options),
            put_entry(Tar, entry(chars(Name) ++ "/", Info#file_info{size = 0}, "", <<>>)),
            {ok, Names} = file:list_dir(File),
            added([{filename:join(Name, N), filename:join(File, N)} || N <- Names], Tar, Options);
        {ok, #file_info{type = symlink} = Info} ->
            noted(Name, Options),
            {ok, Target} = file:read_link(File),
            put_entry(Tar, entry(chars(Name), Info#file_info{size = 0}, Target, <<>>));
        {ok, #file_info{type = regular} = Info} ->
            noted(Name, Options),
            case file:read_file(File) of
                {ok, Bin} -> put_entry(Tar, entry(chars(Name), Info#file_info{size = byte_size(Bin)}, "", Bin));
                {error, Reason} -> {error, {File, Reason}}
            end;
        {ok, #file_info{type = Type}} -> {error, {bad_file_type, File, Type}};
        {error, Reason} -> {error, {File, Reason}}
    end.

noted(Name, Options) -> lists:member(verbose, Options) andalso io:format("a ~ts~n", [Name]).

put_entry({tar, Table}, Entry) ->
    ets:insert(Table, {ets:info(Table, size), Entry}),
    ok.

close({tar, Table}) ->
    [{0, Device, Compressed} | Entries] = ets:tab2list(Table),
    ets:delete(Table),
    Data = iolist_to_binary([[Entry || {_, Entry} <- Entries], <<0:(2 * ?BLOCK * 8)>>]),
    All = <<Data/binary, 0:(padding(byte_size(Data), ?RECORD) * 8)>>,
    Written = file:write(Device, case Compressed of
                                     true -> zlib:gzip(All);
                                     false -> All
                                 end),
    Closed = file:close(Device),
    case Written of
        ok -> Closed;
        Error -> Error
    end;
close(_) -> {error, einval}.

chars(Name) when is_binary(Name) -> unicode:characters_to_list(Name);
chars(Name) -> lists:flatten(Name).

padding(Size, Unit) -> (Unit - Size rem Unit) rem Unit.

%%% Entries.

entry(Name, Info, Target, Data) ->
    Bytes = unicode:characters_to_binary(Name),
    Link = unicode:characters_to_binary(Target),
    [case split(Bytes) of
         {Prefix, Short} -> header(Prefix, Short, Info, Link);
         too_long ->
             %% GNU's way: the name is an entry's contents, before its own.
             Long = #file_info{size = byte_size(Bytes) + 1, type = long_name, mode = 0, mtime = 0, uid = 0, gid = 0},
             [header(<<>>, <<"././@LongLink">>, Long, <<>>), contents(<<Bytes/binary, 0>>),
              header(<<>>, binary:part(Bytes, 0, 100), Info, Link)]
     end, contents(Data)].

contents(Data) -> [Data, <<0:(padding(byte_size(Data), ?BLOCK) * 8)>>].

%% A name of more than 100 bytes is cut at a slash.
split(Name) when byte_size(Name) =< 100 -> {<<>>, Name};
split(Name) ->
    Slashes = [P || {P, _} <- binary:matches(Name, <<"/">>), P =< 155, byte_size(Name) - P - 1 =< 100,
                    P + 1 < byte_size(Name)],
    case Slashes of
        [P | _] -> {binary:part(Name, 0, P), binary:part(Name, P + 1, byte_size(Name) - P - 1)};
        [] -> too_long
    end.

header(Prefix, Name, #file_info{size = Size, mode = Mode, mtime = Time, type = Type, uid = Uid, gid = Gid}, Link) ->
    Start = <<(text(Name, 100))/binary, (octal(Mode band 8#7777, 8))/binary, (octal(Uid, 8))/binary,
              (octal(Gid, 8))/binary, (octal(Size, 12))/binary, (octal(Time, 12))/binary>>,
    End = <<(kind(Type)), (text(Link, 100))/binary, "ustar", 0, "00", 0:(64 * 8), (octal(0, 8))/binary,
            (octal(0, 8))/binary, (text(Prefix, 155))/binary, 0:(12 * 8)>>,
    Sum = checksum(<<Start/binary, "        ", End/binary>>),
    Check = iolist_to_binary([io_lib:format("~6.8.0b", [Sum]), 0, $\s]),
    <<Start/binary, Check/binary, End/binary>>.

kind(directory) -> $5;
kind(symlink) -> $2;
kind(long_name) -> $L;
kind(_) -> $0.

text(Bytes, Size) when byte_size(Bytes) =< Size -> <<Bytes/binary, 0:((Size - byte_size(Bytes)) * 8)>>;
text(Bytes, Size) -> binary:part(Bytes, 0, Size).

octal(N, Size) -> iolist_to_binary([string:pad(integer_to_list(N, 8), Size - 1, leading, $0), 0]).

checksum(Header) -> lists:sum(binary_to_list(Header)).

%%% Reading: a list of {Name, #file_info{}, LinkTarget, Data}.

entries(Name, Options) ->
    Read = case Name of
               {binary, Bin} -> {ok, iolist_to_binary(Bin)};
               {file, Device} -> file:read(Device, 1 bsl 30);
               _ -> file:read_file(Name)
           end,
    case Read of
        {ok, Data} ->
            Plain = case Data of
                        <<31, 139, _/binary>> ->
                            case lists:member(compressed, Options) of
                                true -> try zlib:gunzip(Data) catch error:_ -> <<>> end;
                                false -> Data
                            end;
                        _ -> Data
                    end,
            try {ok, parsed(Plain, #{})}
            catch throw:{error, _} = Error -> Error
            end;
        eof -> {error, eof};
        {error, Reason} -> {error, {Name, Reason}}
    end.

parsed(<<0:(?BLOCK * 8), _/binary>>, _) -> [];
parsed(<<Header:?BLOCK/binary, Rest/binary>>, Over) ->
    {Kind, Name0, Info, Link0} = read_header(Header),
    Size = case Over of
               #{"size" := Text} -> list_to_integer(Text);
               _ -> Info#file_info.size
           end,
    Pad = padding(Size, ?BLOCK),
    case Rest of
        <<Data:Size/binary, _:Pad/binary, More/binary>> ->
            Name = maps:get("path", Over, Name0),
            Link = maps:get("linkpath", Over, Link0),
            case Kind of
                $L -> parsed(More, Over#{"path" => until_zero(Data)});
                $K -> parsed(More, Over#{"linkpath" => until_zero(Data)});
                $x -> parsed(More, pax(Data, Over));
                $g -> parsed(More, Over);
                _ -> [{Name, Info#file_info{size = Size}, Link, Data} | parsed(More, #{})]
            end;
        _ -> throw({error, eof})
    end;
parsed(_, _) -> throw({error, eof}).

read_header(<<Name:100/binary, Mode:8/binary, Uid:8/binary, Gid:8/binary, Size:12/binary, Time:12/binary,
              Sum:8/binary, Kind, Link:100/binary, Magic:6/binary, _:2/binary, _:80/binary,
              Prefix:155/binary, _/binary>> = Header) ->
    <<Before:148/binary, _:8/binary, After/binary>> = Header,
    number(Sum) =:= checksum(<<Before/binary, "        ", After/binary>>)
        orelse throw({error, invalid_tar_checksum}),
    Whole = case {Magic, until_zero(Prefix)} of
                {<<"ustar", 0>>, [_ | _] = P} -> P ++ "/" ++ until_zero(Name);
                _ -> until_zero(Name)
            end,
    Type = case Kind of
               $5 -> directory;
               $2 -> symlink;
               $1 -> link;
               _ -> regular
           end,
    {Kind, Whole, #file_info{size = number(Size), type = Type, mode = number(Mode), mtime = number(Time),
                             uid = number(Uid), gid = number(Gid)}, until_zero(Link)}.

until_zero(Bytes) ->
    [Text | _] = binary:split(Bytes, <<0>>),
    case unicode:characters_to_list(Text) of
        Chars when is_list(Chars) -> Chars;
        _ -> binary_to_list(Text)
    end.

%% Octal digits, or a binary number after a first bit that is set.
number(<<1:1, N:95>>) -> N;
number(<<1:1, N:63>>) -> N;
number(Field) ->
    case [C || <<C>> <= Field, C >= $0, C =< $7] of
        [] -> 0;
        Digits -> list_to_integer(Digits, 8)
    end.

%% Lines of a pax header are LENGTH KEY=VALUE.
pax(<<>>, Over) -> Over;
pax(Data, Over) ->
    case binary:split(Data, <<" ">>) of
        [Length, _] ->
            N = try binary_to_integer(Length) catch error:_ -> throw({error, bad_header}) end,
            case Data of
                <<Line:N/binary, Rest/binary>> when N > byte_size(Length) + 1 ->
                    [_, KeyValue] = binary:split(Line, <<" ">>),
                    case binary:split(KeyValue, <<"=">>) of
                        [Key, Value] ->
                            pax(Rest, Over#{binary_to_list(Key) => string:trim(until_zero(Value), trailing, "\n")});
                        _ -> throw({error, bad_header})
                    end;
                _ -> throw({error, bad_header})
            end;
        _ -> throw({error, bad_header})
    end.

table(Name) -> table(Name, []).

table(Name, Options) ->
    case entries(Name, Options) of
        {ok, Entries} ->
            {ok, case lists:member(verbose, Options) of
                     true -> [{N, T, S, calendar:system_time_to_local_time(Time, second), M, U, G}
                              || {N, #file_info{type = T, size = S, mtime = Time, mode = M, uid = U, gid = G}, _, _}
                                     <- Entries];
                     false -> [N || {N, #file_info{type = T}, _, _} <- Entries, T =/= directory]
                 end};
        Error -> Error
    end.

t(Name) -> shown(table(Name), fun(N) -> io:format("~ts~n", [N]) end).

tt(Name) ->
    shown(table(Name, [verbose]),
          fun({N, Type, Size, {{Y, Mo, D}, {H, Mi, _}}, Mode, Uid, Gid}) ->
                  Month = element(Mo, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}),
                  io:format("~s~s ~4w/~-4w ~7w ~s ~2w ~2..0w:~2..0w ~w ~ts~n",
                            [case Type of directory -> "d"; symlink -> "l"; _ -> "-" end, permissions(Mode), Uid, Gid,
                             Size, Month, D, H, Mi, Y, N])
          end).

shown({ok, Rows}, Show) -> lists:foreach(Show, Rows);
shown(Error, _) -> Error.

permissions(Mode) ->
    [case Mode band (1 bsl Bit) of
         0 -> $-;
         _ -> lists:nth(3 - Bit rem 3, "rwx")
     end || Bit <- lists:seq(8, 0, -1)].

extract(Name) -> extract(Name, []).

extract(Name, Options) ->
    case entries(Name, Options) of
        {ok, Entries} ->
            Wanted = case lists:keyfind(files, 1, Options) of
                         {files, Files} -> [E || E <- Entries, lists:member(element(1, E), Files)];
                         false -> Entries
                     end,
            case lists:member(memory, Options) of
                true -> {ok, [{N, Data} || {N, #file_info{type = regular}, _, Data} <- Wanted]};
                false -> unpacked(Wanted, proplists:get_value(cwd, Options, "."), Options)
            end;
        Error -> Error
    end.

unpacked([], _, _) -> ok;
unpacked([{Name, Info, Link, Data} | Entries], Dir, Options) ->
    case filelib:safe_relative_path(Name, Dir) of
        unsafe -> {error, {Name, unsafe_path}};
        Safe ->
            File = filename:join(Dir, Safe),
            lists:member(verbose, Options) andalso io:format("x ~ts~n", [Name]),
            case unpack(Info, File, Dir, Link, Data, Options) of
                ok -> unpacked(Entries, Dir, Options);
                {error, Reason} -> {error, {Name, Reason}}
            end
    end.

unpack(#file_info{type = directory}, File, _, _, _, _) -> filelib:ensure_path(File);
unpack(#file_info{type = symlink}, File, Dir, Link, _, _) ->
    case filelib:safe_relative_path(filename:join(filename:dirname(File), Link), Dir) of
        unsafe -> {error, unsafe_symlink};
        _ ->
            _ = filelib:ensure_dir(File),
            _ = file:delete(File),
            file:make_symlink(Link, File)
    end;
unpack(#file_info{mode = Mode, mtime = Time}, File, _, _, Data, Options) ->
    Old = filelib:is_file(File),
    case Old andalso lists:member(keep_old_files, Options) of
        true -> ok;
        false ->
            _ = filelib:ensure_dir(File),
            case file:write_file(File, Data) of
                ok -> file:write_file_info(File, #file_info{mode = Mode, mtime = Time}, [{time, posix}]);
                Error -> Error
            end
    end.

format_error({Name, Reason}) when is_atom(Reason) -> lists:flatten(io_lib:format("~ts: ~ts", [Name, format_error(Reason)]));
format_error(bad_header) -> "Unrecognized tar header format";
format_error(invalid_tar_checksum) -> "Checksum failed";
format_error(eof) -> "Unexpected end of file";
format_error(unsafe_path) -> "The path points above the current working directory";
format_error(unsafe_symlink) -> "The symlink points above the current working directory";
format_error(Reason) when is_atom(Reason) -> file:format_error(Reason);
format_error(Other) -> lists:flatten(io_lib:format("~tp", [Other])).
