%% Zip archives: made of files and binaries, listed and extracted. An archive is
%% read where its directory says, so what other programs wrote is read as well;
%% there are no archives of more than 4 GB and none with passwords.
-module(zip).

-export([zip/2, zip/3, create/2, create/3, unzip/1, unzip/2, extract/1, extract/2, list_dir/1, list_dir/2,
         table/1, table/2, t/1, tt/1, foldl/3]).
-export([zip_open/1, zip_open/2, zip_get/1, zip_get/2, zip_get_crc32/2, zip_list_dir/1, zip_close/1]).

-record(file_info, {size, type, access, atime, mtime, ctime, mode, links, major_device, minor_device, inode, uid, gid}).
-record(zip_file, {name, info, comment, offset, comp_size}).
-record(zip_comment, {comment}).

%% An entry of the directory of an archive that is read.
-record(entry, {file :: #zip_file{}, method, crc}).

-type create_option() :: memory | cooked | verbose | {comment, string()} | {cwd, file:filename()}
                       | {compress, term()} | {uncompress, term()} | {extra, [extra()]}.
-type extra() :: extended_timestamp | uid_gid.

-define(LOCAL, 16#04034b50).
-define(CENTRAL, 16#02014b50).
-define(END, 16#06054b50).
-define(END_SIZE, 22).
-define(STORED, 0).
-define(DEFLATED, 8).
-define(MADE_BY_UNIX, (3 bsl 8 + 61)).
-define(UTF8, 16#800).
-define(TIMES, 16#5455).
-define(IDS, 16#7875).
%% What is compressed already.
-define(UNCOMPRESSED, [".Z", ".zip", ".zoo", ".arc", ".lzh", ".arj"]).

%%% Making archives.

-spec create(file:name(), [term()]) -> {ok, term()} | {error, term()}.
create(Name, Files) -> zip(Name, Files).

-spec create(file:name(), [term()], [create_option()]) -> {ok, term()} | {error, term()}.
create(Name, Files, Options) -> zip(Name, Files, Options).

-spec zip(file:name(), [term()]) -> {ok, term()} | {error, term()}.
zip(Name, Files) -> zip(Name, Files, []).

-spec zip(file:name(), [term()], [create_option()]) -> {ok, term()} | {error, term()}.
zip(Name, Files, Options) ->
    caught(fun() ->
                   Defaults = #{memory => false, verbose => false, comment => "", cwd => "", compress => all,
                                uncompress => ?UNCOMPRESSED, extra => [extended_timestamp, uid_gid]},
                   make(Name, Files, options(Options, Defaults, fun create_option/2))
           end).

caught(Fun) ->
    try Fun()
    catch
        throw:Reason -> {error, Reason};
        error:Reason:Stack -> {error, {'EXIT', {Reason, Stack}}}
    end.

options(List, Defaults, Known) -> lists:foldl(Known, Defaults, List).

create_option(memory, All) -> All#{memory => true};
create_option(cooked, All) -> All;
create_option(verbose, All) -> All#{verbose => true};
create_option({comment, Comment}, All) -> All#{comment => Comment};
create_option({cwd, Dir}, All) -> All#{cwd => Dir};
create_option({extra, Extra}, All) when is_list(Extra) -> All#{extra => Extra};
create_option({Key, What} = Option, All) when Key =:= compress; Key =:= uncompress ->
    case {What, map_get(Key, All)} of
        {all, _} -> All#{Key => all};
        {{add, Extensions}, Old} when is_list(Old) -> All#{Key => Old ++ Extensions};
        {{add, Extensions}, all} -> All#{Key => Extensions};
        {{del, Extensions}, Old} when is_list(Old) -> All#{Key => Old -- Extensions};
        {{del, _}, all} -> All;
        {_, _} when is_list(What) -> All#{Key => What};
        _ -> throw({bad_option, Option})
    end;
create_option(Option, _) -> throw({bad_option, Option}).

make(Name, Files, Options) ->
    is_name(Name) andalso is_list(Files) orelse throw(einval),
    case Options of
        #{memory := true} ->
            {Parts, Size, Directory} = parts(Files, Options, fun(Part, Parts) -> [Parts | Part] end, []),
            {ok, {Name, iolist_to_binary([Parts, directory(Directory, Size, Options)])}};
        _ ->
            _ = filelib:ensure_dir(Name),
            case file:open(Name, [raw, binary, write]) of
                {ok, Device} ->
                    try
                        {ok, Size, Directory} = parts(Files, Options, fun(Part, ok) -> written(Device, Part) end, ok),
                        ok = written(Device, directory(Directory, Size, Options)),
                        {ok, Name}
                    catch
                        Class:Reason:Stack ->
                            %% Half an archive is none.
                            _ = file:delete(Name),
                            erlang:raise(Class, Reason, Stack)
                    after
                        file:close(Device)
                    end;
                {error, Reason} -> throw(Reason)
            end
    end.

written(Device, Data) ->
    case file:write(Device, Data) of
        ok -> ok;
        {error, Reason} -> throw(Reason)
    end.

is_name([_ | _] = Name) -> lists:all(fun is_integer/1, Name);
is_name(_) -> false.

in("", Name) -> Name;
in(Dir, Name) -> filename:join(Dir, Name).

%% The local parts of all files, as Write takes them one after the other.
parts(Files, Options, Write, To) -> parts(Files, Options, Write, To, 0, []).

parts([File | Files], Options, Write, To, At, Directory) ->
    case given(File, Options) of
        {Name, #file_info{type = directory} = Info, {directory, Names}} ->
            {Local, Central} = part(Name ++ "/", Info#file_info{size = 0}, <<>>, At, Options),
            parts(Names ++ Files, Options, Write, Write(Local, To), At + iolist_size(Local), [Central | Directory]);
        {Name, Info, Data} ->
            {Local, Central} = part(Name, Info, Data, At, Options),
            parts(Files, Options, Write, Write(Local, To), At + iolist_size(Local), [Central | Directory])
    end;
parts([], _, _, To, At, Directory) -> {To, At, lists:reverse(Directory)}.

given({Name, Data}, Options) when is_binary(Data) ->
    Now = os:system_time(second),
    given({Name, Data, #file_info{type = regular, mtime = Now, atime = Now, mode = 8#644, uid = 0, gid = 0}}, Options);
given({Name, Data, #file_info{} = Info}, _) when is_binary(Data) ->
    is_name(Name) orelse throw(einval),
    {Name, Info#file_info{size = byte_size(Data)}, Data};
given(Name, #{cwd := Dir}) ->
    is_name(Name) orelse throw(einval),
    Path = in(Dir, Name),
    case file:read_file_info(Path, [{time, posix}]) of
        {ok, #file_info{type = directory} = Info} ->
            {ok, Names} = file:list_dir(Path),
            {string:trim(Name, trailing, "/"), Info, {directory, [filename:join(Name, N) || N <- lists:sort(Names)]}};
        {ok, Info} ->
            case file:read_file(Path) of
                {ok, Data} -> {Name, Info, Data};
                {error, Reason} -> throw({Path, Reason})
            end;
        {error, Reason} -> throw({Path, {{file, file_info, [Path, [{time, posix}]]}, Reason}})
    end.

part(Name, #file_info{size = Size} = Info, Data, At, #{extra := Extra} = Options) ->
    maps:get(verbose, Options) andalso io:format("adding: ~tp~n", [Name]),
    {Method, Packed} = packed(Name, Data, Options),
    {NameFlag, NameBytes} = encoded(Name),
    Seconds = seconds(Info#file_info.mtime),
    {Date, Time} = dos(Seconds),
    Version = case Method of
                  ?DEFLATED -> 20;
                  ?STORED when Info#file_info.type =:= directory -> 20;
                  ?STORED -> 10
              end,
    Common = <<Version:16/little, NameFlag:16/little, Method:16/little, Time:16/little, Date:16/little,
               (erlang:crc32(Data)):32/little, (byte_size(Packed)):32/little, Size:32/little,
               (byte_size(NameBytes)):16/little>>,
    Ids = ids(Info, Extra),
    LocalExtra = <<(times(Info, Extra, local))/binary, Ids/binary>>,
    CentralExtra = <<(times(Info, Extra, central))/binary, Ids/binary>>,
    Mode = (Info#file_info.mode band 8#777) bsl 16,
    {[<<?LOCAL:32/little>>, Common, <<(byte_size(LocalExtra)):16/little>>, NameBytes, LocalExtra, Packed],
     [<<?CENTRAL:32/little, ?MADE_BY_UNIX:16/little>>, Common,
      <<(byte_size(CentralExtra)):16/little, 0:16, 0:16, 0:16, Mode:32/little, At:32/little>>, NameBytes, CentralExtra]}.

packed(Name, Data, Options) ->
    Extension = filename:extension(Name),
    Wanted = matches(Extension, maps:get(compress, Options)) andalso not matches(Extension, maps:get(uncompress, Options)),
    case Wanted andalso Data =/= <<>> andalso zlib:zip(Data) of
        Deflated when is_binary(Deflated), byte_size(Deflated) < byte_size(Data) -> {?DEFLATED, Deflated};
        _ -> {?STORED, Data}
    end.

matches(_, all) -> true;
matches(Extension, Extensions) -> lists:member(Extension, Extensions).

encoded(Text) ->
    case lists:any(fun(Char) -> Char > 127 end, Text) of
        true -> {?UTF8, unicode:characters_to_binary(Text)};
        false -> {0, list_to_binary(Text)}
    end.

times(#file_info{mtime = M, atime = A}, Extra, Where) ->
    case {lists:member(extended_timestamp, Extra), Where} of
        {true, local} -> <<?TIMES:16/little, 9:16/little, 3, (seconds(M)):32/little, (seconds(A)):32/little>>;
        {true, central} -> <<?TIMES:16/little, 5:16/little, 1, (seconds(M)):32/little>>;
        {false, _} -> <<>>
    end.

ids(#file_info{uid = Uid, gid = Gid}, Extra) ->
    case lists:member(uid_gid, Extra) of
        true -> <<?IDS:16/little, 11:16/little, 1, 4, Uid:32/little, 4, Gid:32/little>>;
        false -> <<>>
    end.

seconds(undefined) -> 0;
seconds(Seconds) when is_integer(Seconds) -> Seconds;
seconds(Local) -> erlang:universaltime_to_posixtime(erlang:localtime_to_universaltime(Local)).

local(Seconds) -> erlang:universaltime_to_localtime(erlang:posixtime_to_universaltime(Seconds)).

dos(Seconds) ->
    {{Year, Month, Day}, {Hour, Minute, Second}} = local(Seconds),
    <<Date:16>> = <<(max(Year - 1980, 0)):7, Month:4, Day:5>>,
    <<Time:16>> = <<Hour:5, Minute:6, (Second div 2):5>>,
    {Date, Time}.

directory(Entries, At, #{comment := Comment}) ->
    {_, Bytes} = encoded(Comment),
    Count = length(Entries),
    [Entries, <<?END:32/little, 0:16, 0:16, Count:16/little, Count:16/little, (iolist_size(Entries)):32/little,
                At:32/little, (byte_size(Bytes)):16/little>>, Bytes].

%%% Reading archives.

-spec extract(file:name() | binary()) -> {ok, [term()]} | {error, term()}.
extract(Archive) -> unzip(Archive).

-spec extract(file:name() | binary(), [term()]) -> {ok, [term()]} | {error, term()}.
extract(Archive, Options) -> unzip(Archive, Options).

-spec unzip(file:name() | binary()) -> {ok, [term()]} | {error, term()}.
unzip(Archive) -> unzip(Archive, []).

-spec unzip(file:name() | binary(), [term()]) -> {ok, [term()]} | {error, term()}.
unzip(Archive, Options) ->
    caught(fun() ->
                   Known = read_options(Options),
                   with(Archive, Known,
                        fun(Source, _, Entries) ->
                                {ok, lists:append([got(Entry, Source, Known) || Entry <- Entries, is_wanted(Entry, Known)])}
                        end)
           end).

read_options(Options) ->
    Defaults = #{memory => false, verbose => false, cwd => "", keep => false, directories => true, files => all,
                 filter => fun(_) -> true end, extra => [extended_timestamp]},
    options(Options, Defaults, fun read_option/2).

read_option(memory, All) -> All#{memory => true};
read_option(cooked, All) -> All;
read_option(verbose, All) -> All#{verbose => true};
read_option(keep_old_files, All) -> All#{keep => true};
read_option(skip_directories, All) -> All#{directories => false};
read_option({cwd, Dir}, All) -> All#{cwd => Dir};
read_option({file_list, Names}, All) -> All#{files => Names};
read_option({file_filter, Fun}, All) when is_function(Fun, 1) -> All#{filter => Fun};
read_option({extra, Extra}, All) when is_list(Extra) -> All#{extra => Extra};
read_option(Option, _) -> throw({bad_option, Option}).

is_wanted(#entry{file = #zip_file{name = Name} = File}, Options) ->
    #{files := Names, filter := Filter, directories := Directories} = Options,
    (Names =:= all orelse lists:member(Name, Names)) andalso Filter(File) andalso
        (Directories orelse lists:last(Name) =/= $/).

with(Archive, Options, Fun) ->
    Source = opened(Archive),
    try
        {Comment, Entries} = entries(Source, Options),
        Fun(Source, Comment, Entries)
    after
        closed(Source)
    end.

opened(Bin) when is_binary(Bin) -> Bin;
opened(Name) ->
    is_name(Name) orelse throw(einval),
    case file:open(Name, [raw, binary, read]) of
        {ok, Device} -> {device, Device};
        {error, Reason} -> throw(Reason)
    end.

closed({device, Device}) -> file:close(Device);
closed(_) -> ok.

size_of({device, Device}) ->
    {ok, Size} = file:position(Device, eof),
    Size;
size_of(Bin) -> byte_size(Bin).

at({device, Device}, At, Count) ->
    case file:pread(Device, At, Count) of
        {ok, Bin} -> Bin;
        eof -> <<>>;
        {error, Reason} -> throw(Reason)
    end;
at(Bin, At, Count) when At =< byte_size(Bin) -> binary:part(Bin, At, min(Count, byte_size(Bin) - At));
at(_, _, _) -> <<>>.

%% The directory is found by its end, which an archive's comment follows.
entries(Source, #{extra := Extra}) ->
    Size = size_of(Source),
    Length = min(Size, ?END_SIZE + 16#ffff),
    case ended(at(Source, Size - Length, Length), Length - ?END_SIZE) of
        {Count, Bytes, At, Comment} ->
            {decoded(Comment), entries(Count, at(Source, At, Bytes), Extra)};
        none -> throw(bad_eocd)
    end.

ended(_, At) when At < 0 -> none;
ended(Tail, At) ->
    case Tail of
        <<_:At/binary, ?END:32/little, _:32, _:16, Count:16/little, Bytes:32/little, Offset:32/little,
          Length:16/little, Comment:Length/binary>> -> {Count, Bytes, Offset, Comment};
        _ -> ended(Tail, At - 1)
    end.

entries(0, _, _) -> [];
entries(N, <<?CENTRAL:32/little, By:16/little, _:16, Flags:16/little, Method:16/little, Time:16/little, Date:16/little,
             Crc:32/little, Packed:32/little, Size:32/little, NameSize:16/little, ExtraSize:16/little,
             CommentSize:16/little, _:32, Attributes:32/little, Offset:32/little, Bytes:NameSize/binary,
             Fields:ExtraSize/binary, Comment:CommentSize/binary, Rest/binary>>, Extra) ->
    Name = case Flags band ?UTF8 of
               0 -> binary_to_list(Bytes);
               _ -> decoded(Bytes)
           end,
    Info = #file_info{size = Size, type = case Bytes =/= <<>> andalso lists:last(Name) of $/ -> directory; _ -> regular end,
                      access = read_write, mode = mode(By, Attributes, Name), links = 1, major_device = 0,
                      minor_device = 0, inode = 0, uid = 0, gid = 0, mtime = from_dos(Date, Time)},
    Told = told(Fields, Extra, Info),
    File = #zip_file{name = Name, info = Told#file_info{atime = Told#file_info.mtime}, comment = decoded(Comment),
                     offset = Offset, comp_size = Packed},
    [#entry{file = File, method = Method, crc = Crc} | entries(N - 1, Rest, Extra)];
entries(_, _, _) -> throw(bad_central_directory).

mode(By, Attributes, _) when By bsr 8 =:= 3 -> (Attributes bsr 16) band 8#777;
mode(_, _, Name) -> case lists:suffix("/", Name) of true -> 8#755; false -> 8#644 end.

told(<<?TIMES:16/little, Size:16/little, Field:Size/binary, Rest/binary>>, Extra, Info) ->
    case {Field, lists:member(extended_timestamp, Extra)} of
        {<<_:7, 1:1, M:32/little, _/binary>>, true} -> told(Rest, Extra, Info#file_info{mtime = local(M)});
        _ -> told(Rest, Extra, Info)
    end;
told(<<?IDS:16/little, Size:16/little, Field:Size/binary, Rest/binary>>, Extra, Info) ->
    case {Field, lists:member(uid_gid, Extra)} of
        {<<1, U, Uid:U/little-unit:8, G, Gid:G/little-unit:8, _/binary>>, true} ->
            told(Rest, Extra, Info#file_info{uid = Uid, gid = Gid});
        _ -> told(Rest, Extra, Info)
    end;
told(<<_:16, Size:16/little, _:Size/binary, Rest/binary>>, Extra, Info) -> told(Rest, Extra, Info);
told(_, _, Info) -> Info.

from_dos(Date, Time) ->
    <<Year:7, Month:4, Day:5>> = <<Date:16>>,
    <<Hour:5, Minute:6, Second:5>> = <<Time:16>>,
    {{Year + 1980, max(Month, 1), max(Day, 1)}, {Hour, Minute, Second * 2}}.

decoded(Bytes) ->
    case unicode:characters_to_list(Bytes) of
        Text when is_list(Text) -> Text;
        _ -> binary_to_list(Bytes)
    end.

%% What an entry holds. Its local part is read for its length only: what it
%% says of sizes may be said after the data.
data(#entry{file = #zip_file{name = Name, offset = Offset, comp_size = Size}, method = Method, crc = Crc}, Source) ->
    case at(Source, Offset, 30) of
        <<?LOCAL:32/little, _:22/binary, NameSize:16/little, ExtraSize:16/little>> ->
            Packed = at(Source, Offset + 30 + NameSize + ExtraSize, Size),
            Data = case Method of
                       ?STORED -> Packed;
                       ?DEFLATED -> zlib:unzip(Packed);
                       _ -> throw({bad_file_header, {bad_compression_method, Method}})
                   end,
            case erlang:crc32(Data) of
                Crc -> Data;
                _ -> throw({Name, bad_crc})
            end;
        _ -> throw({bad_local_file_header, Name})
    end.

got(#entry{file = #zip_file{name = Name0, info = Info}} = Entry, Source, Options) ->
    #{memory := Memory, cwd := Dir, keep := Keep, verbose := Verbose} = Options,
    Name = safe(Name0),
    Path = case lists:suffix("/", Name) of
               true when Dir =/= "" -> in(Dir, Name) ++ "/";
               _ -> in(Dir, Name)
           end,
    case Keep andalso filelib:is_file(Path) of
        true -> [];
        false ->
            Verbose andalso io:format("extracting: ~tp~n", [Name]),
            Data = data(Entry, Source),
            case Memory of
                true -> [{Path, Data}];
                false -> extracted(Path, Info, Data)
            end
    end.

extracted(Path, #file_info{type = directory}, _) ->
    ok = filelib:ensure_dir(Path),
    [Path];
extracted(Path, #file_info{mtime = Modified, atime = Accessed, mode = Mode}, Data) ->
    ok = filelib:ensure_dir(Path),
    case file:write_file(Path, Data) of
        ok ->
            _ = file:write_file_info(Path, #file_info{mtime = Modified, atime = Accessed, mode = Mode}),
            [Path];
        {error, Reason} -> throw({Path, Reason})
    end.

%% A name in an archive must not lead out of the directory.
safe("/" ++ Rest = Name) ->
    Relative = string:trim(Rest, leading, "/"),
    error_logger:format("Illegal absolute path: ~ts, converting to ~ts~n", [Name, Relative]),
    safe(Relative);
safe(Name) ->
    case filelib:safe_relative_path(Name, "") of
        unsafe ->
            error_logger:format("Illegal path: ~ts, extracting in ./~n", [Name]),
            filename:basename(Name);
        _ -> Name
    end.

-spec foldl(Fun, Acc, Archive) -> {ok, Acc} | {error, term()} when
      Fun :: fun((string(), fun(() -> term()), fun(() -> binary()), Acc) -> Acc), Acc :: term(),
      Archive :: file:name() | {file:name(), binary()} | binary().
foldl(Fun, Acc, {_, Bin}) when is_binary(Bin) -> foldl(Fun, Acc, Bin);
foldl(Fun, Acc0, Archive) when is_function(Fun, 4), is_list(Archive) orelse is_binary(Archive) ->
    try opened(Archive) of
        Source ->
            try entries(Source, read_options([])) of
                {_, Entries} ->
                    {ok, lists:foldl(fun(#entry{file = #zip_file{name = Name, info = Info}} = Entry, Acc) ->
                                             Fun(Name, fun() -> Info end, fun() -> data(Entry, Source) end, Acc)
                                     end, Acc0, Entries)}
            after
                closed(Source)
            end
    catch
        throw:Reason when Reason =:= enoent; Reason =:= einval; Reason =:= bad_eocd; Reason =:= bad_central_directory ->
            {error, Reason}
    end;
foldl(_, _, _) -> {error, einval}.

%%% Lists.

-spec table(file:name() | binary()) -> {ok, [term()]} | {error, term()}.
table(Archive) -> list_dir(Archive).

-spec table(file:name() | binary(), [term()]) -> {ok, [term()]} | {error, term()}.
table(Archive, Options) -> list_dir(Archive, Options).

-spec list_dir(file:name() | binary()) -> {ok, [term()]} | {error, term()}.
list_dir(Archive) -> list_dir(Archive, []).

-spec list_dir(file:name() | binary(), [term()]) -> {ok, [term()]} | {error, term()}.
list_dir(Archive, Options) ->
    caught(fun() ->
                   Known = read_options(Options),
                   with(Archive, Known, fun(_, Comment, Entries) ->
                                                {ok, listed(Comment, [E || E <- Entries, is_wanted(E, Known)])}
                                        end)
           end).

listed(Comment, Entries) -> [#zip_comment{comment = Comment} | [File || #entry{file = File} <- Entries]].

-spec t(file:name() | binary() | pid()) -> ok | {error, term()}.
t(Archive) -> shown(Archive, fun(#zip_file{name = Name}) -> io:format("~ts~n", [Name]) end).

-spec tt(file:name() | binary() | pid()) -> ok | {error, term()}.
tt(Archive) ->
    shown(Archive,
          fun(#zip_file{name = Name, comment = Comment, comp_size = Packed, info = #file_info{size = Size, mtime = Time}}) ->
                  {{Year, Month, Day}, {Hour, Minute, _}} = Time,
                  MonthName = element(Month, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}),
                  Part = case Size of
                             0 -> 0;
                             _ -> 100 * Packed div Size
                         end,
                  io:format("~10w ~s ~2w ~2..0w:~2..0w ~4w ~10w ~3w% ~ts ~ts~n",
                            [Size, MonthName, Day, Hour, Minute, Year, Packed, Part, Name, Comment])
          end).

shown(Handle, Show) when is_pid(Handle) -> shown_list(zip_list_dir(Handle), Show);
shown(Archive, Show) -> shown_list(list_dir(Archive), Show).

shown_list({ok, [#zip_comment{comment = Comment} | Files]}, Show) ->
    Comment =/= "" andalso io:format("Archive comment: ~ts~n", [Comment]),
    lists:foreach(Show, Files);
shown_list(Error, _) -> Error.

%%% Open archives. A process holds each, until it is closed or its owner is gone.

-spec zip_open(file:name() | binary()) -> {ok, pid()} | {error, term()}.
zip_open(Archive) -> zip_open(Archive, []).

-spec zip_open(file:name() | binary(), [term()]) -> {ok, pid()} | {error, term()}.
zip_open(Archive, Options) ->
    Owner = self(),
    {Pid, Monitor} = spawn_monitor(fun() -> serve(Owner, Archive, Options) end),
    receive
        {Pid, opened} ->
            erlang:demonitor(Monitor, [flush]),
            {ok, Pid};
        {Pid, {error, _} = Error} ->
            erlang:demonitor(Monitor, [flush]),
            Error;
        {'DOWN', Monitor, process, Pid, Reason} -> {error, Reason}
    end.

serve(Owner, Archive, Options) ->
    Monitor = erlang:monitor(process, Owner),
    Result = caught(fun() ->
                            Known = read_options(Options),
                            with(Archive, Known, fun(Source, Comment, Entries) ->
                                                         Owner ! {self(), opened},
                                                         serve_open(Monitor, Source, Comment, Entries, Known)
                                                 end)
                    end),
    Result =:= closed orelse (Owner ! {self(), Result}).

serve_open(Monitor, Source, Comment, Entries, Options) ->
    receive
        {From, Ref, close} ->
            From ! {Ref, ok},
            closed;
        {From, Ref, Request} ->
            From ! {Ref, caught(fun() -> served(Request, Source, Comment, Entries, Options) end)},
            serve_open(Monitor, Source, Comment, Entries, Options);
        {'DOWN', Monitor, process, _, _} -> closed
    end.

served(list_dir, _, Comment, Entries, _) -> {ok, listed(Comment, Entries)};
served(get, Source, _, Entries, Options) -> {ok, lists:append([got(E, Source, Options) || E <- Entries])};
served({get, Name}, Source, _, Entries, Options) ->
    [Got] = got(found(Name, Entries), Source, Options),
    {ok, Got};
served({crc32, Name}, _, _, Entries, _) -> {ok, (found(Name, Entries))#entry.crc}.

found(Name, Entries) ->
    case [E || #entry{file = #zip_file{name = N}} = E <- Entries, N =:= Name] of
        [Entry | _] -> Entry;
        [] -> throw(file_not_found)
    end.

ask(Handle, Request) when is_pid(Handle) ->
    Monitor = erlang:monitor(process, Handle),
    Handle ! {self(), Monitor, Request},
    receive
        {Monitor, Answer} ->
            erlang:demonitor(Monitor, [flush]),
            Answer;
        {'DOWN', Monitor, process, _, _} -> {error, einval}
    end.

-spec zip_list_dir(pid()) -> {ok, [term()]} | {error, term()}.
zip_list_dir(Handle) -> ask(Handle, list_dir).

-spec zip_get(pid()) -> {ok, [term()]} | {error, term()}.
zip_get(Handle) -> ask(Handle, get).

-spec zip_get(string(), pid()) -> {ok, term()} | {error, term()}.
zip_get(Name, Handle) -> ask(Handle, {get, Name}).

-spec zip_get_crc32(string(), pid()) -> {ok, non_neg_integer()} | {error, term()}.
zip_get_crc32(Name, Handle) -> ask(Handle, {crc32, Name}).

-spec zip_close(pid()) -> ok | {error, einval}.
zip_close(Handle) -> ask(Handle, close).
