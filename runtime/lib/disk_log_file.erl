%% The files of disk logs. A file of the internal format begins with a mark and
%% whether it was closed; each item has its length and a mark before it. A wrap
%% log has files numbered from 1, one with its size (.siz), and one with the
%% number of the current file and how many items each file has (.idx).
-module(disk_log_file).

-export([open/3, close/2, item/1, items/2, scan/1, header/0, header_size/0,
         name/2, read_size/1, write_size/2, read_index/1, write_index/3]).

-define(MARK, 1, 2, 3, 4).
-define(OPENED, 6, 7, 8, 9).
-define(CLOSED, 99, 88, 77, 11).
-define(ITEM, 98, 87, 76, 65).
%% What older releases wrote before items.
-define(OLD_ITEM, 12, 33, 44, 55).

header() -> <<?MARK, ?OPENED>>.

header_size() -> 8.

name(File, Number) -> lists:concat([File, ".", Number]).

%% open(File, Mode, Format) -> {ok, Device, Size, new | closed | opened | external} | {error, Reason}
open(File, Mode, Format) ->
    Modes = case Mode of
                read_only -> [read];
                read_write -> [read, write]
            end,
    case file:open(File, [raw, binary | Modes]) of
        {ok, Device} ->
            {ok, Size} = file:position(Device, eof),
            case kind(Device, Size, Format) of
                new when Mode =:= read_write ->
                    ok = file:write(Device, header()),
                    {ok, Device, header_size(), new};
                not_a_log_file ->
                    file:close(Device),
                    {error, {not_a_log_file, File}};
                Kind ->
                    Kind =:= closed andalso Mode =:= read_write andalso file:pwrite(Device, 4, <<?OPENED>>),
                    {ok, _} = file:position(Device, eof),
                    {ok, Device, Size, Kind}
            end;
        {error, Reason} -> {error, {file_error, File, Reason}}
    end.

kind(_, _, external) -> external;
kind(_, 0, internal) -> new;
kind(Device, _, internal) ->
    case file:pread(Device, 0, header_size()) of
        {ok, <<?MARK, ?OPENED>>} -> opened;
        {ok, <<?MARK, ?CLOSED>>} -> closed;
        _ -> not_a_log_file
    end.

close(Device, internal) ->
    _ = file:pwrite(Device, 4, <<?CLOSED>>),
    file:close(Device);
close(Device, _) -> file:close(Device).

item(Bytes) -> [<<(byte_size(Bytes)):32, ?ITEM>>, Bytes].

%% items(Bin, Most) -> {[Bytes], Length of what was read, rest | bad}
items(Bin, Most) -> items(Bin, Most, [], 0).

items(Bin, 0, Items, Length) -> {lists:reverse(Items), Length, rest(Bin)};
items(Bin, Most, Items, Length) ->
    case Bin of
        <<Size:32, ?ITEM, Item:Size/binary, Rest/binary>> -> items(Rest, less(Most), [Item | Items], Length + Size + 8);
        <<Size:32, ?OLD_ITEM, Item:Size/binary, Rest/binary>> -> items(Rest, less(Most), [Item | Items], Length + Size + 8);
        _ -> {lists:reverse(Items), Length, rest(Bin)}
    end.

less(infinity) -> infinity;
less(N) -> N - 1.

rest(<<_:32, ?ITEM, _/binary>>) -> rest;
rest(<<_:32, ?OLD_ITEM, _/binary>>) -> rest;
rest(Bin) when byte_size(Bin) < 8 -> rest;
rest(_) -> bad.

%% All items of a file and how many bytes of it are none.
scan(File) ->
    {ok, <<_:8/binary, Bin/binary>>} = file:read_file(File),
    {Items, Length, _} = items(Bin, infinity),
    {Items, byte_size(Bin) - Length}.

read_size(File) ->
    case file:read_file(name(File, siz)) of
        {ok, <<2, Bytes:64, Files:32>>} -> {ok, {Bytes, Files}};
        _ -> none
    end.

write_size(File, {Bytes, Files}) -> file:write_file(name(File, siz), <<2, Bytes:64, Files:32>>).

%% {the current file, how many items the files have}
read_index(File) ->
    case file:read_file(name(File, idx)) of
        {ok, <<0:32, 0, 2, Current:32, Counts/binary>>} -> {Current, [N || <<N:64>> <= Counts]};
        _ -> none
    end.

write_index(File, Current, Counts) ->
    file:write_file(name(File, idx), [<<0:32, 0, 2, Current:32>>, [<<N:64>> || N <- Counts]]).
