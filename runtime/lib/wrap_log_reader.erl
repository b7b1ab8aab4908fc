%% Reads wrap logs of the internal format file by file, without the log's process.
-module(wrap_log_reader).

-export([open/1, open/2, chunk/1, chunk/2, close/1]).

-record(wrap_reader, {device, at, file, number, last}).

-type continuation() :: #wrap_reader{}.

-define(CHUNK, 65536).

-spec open(string() | atom()) -> {ok, continuation()} | {error, term()}.
open(File) ->
    case disk_log_file:read_index(File) of
        none -> {error, {index_file_not_found, File}};
        {Current, Counts} ->
            %% The file after the current one is the oldest, if it is there.
            First = case Current < length(Counts) of
                        true -> Current + 1;
                        false -> 1
                    end,
            open(File, First, Current)
    end.

-spec open(string() | atom(), pos_integer()) -> {ok, continuation()} | {error, term()}.
open(File, Number) -> open(File, Number, Number).

open(File, Number, Last) ->
    Name = disk_log_file:name(File, Number),
    case filelib:is_file(Name) andalso disk_log_file:open(Name, read_only, internal) of
        false -> {error, {file_not_found, Name}};
        {ok, Device, _, _} ->
            {ok, #wrap_reader{device = Device, at = disk_log_file:header_size(), file = File, number = Number, last = Last}};
        {error, Reason} -> {error, Reason}
    end.

-spec chunk(continuation()) -> {continuation(), [term()]} | {continuation(), [term()], non_neg_integer()}
              | {continuation(), eof} | {error, term()}.
chunk(Reader) -> chunk(Reader, infinity).

-spec chunk(continuation(), pos_integer() | infinity) -> {continuation(), [term()]}
              | {continuation(), [term()], non_neg_integer()} | {continuation(), eof} | {error, term()}.
chunk(#wrap_reader{device = Device, at = At} = Reader, Most) -> chunk(Reader, Most, file:pread(Device, At, ?CHUNK), ?CHUNK).

chunk(Reader, _, eof, _) -> next(Reader);
chunk(#wrap_reader{device = Device, at = At} = Reader, Most, {ok, Bin}, Asked) ->
    case disk_log_file:items(Bin, Most) of
        {[], _, bad} -> {Reader#wrap_reader{at = At + byte_size(Bin)}, [], byte_size(Bin)};
        {[], _, rest} when byte_size(Bin) < Asked -> next(Reader);
        {[], _, rest} -> chunk(Reader, Most, file:pread(Device, At, 2 * Asked), 2 * Asked);
        {Items, Length, _} -> {Reader#wrap_reader{at = At + Length}, [binary_to_term(I) || I <- Items]}
    end;
chunk(#wrap_reader{file = File, number = Number}, _, {error, Reason}, _) ->
    {error, {file_error, disk_log_file:name(File, Number), Reason}}.

next(#wrap_reader{number = Last, last = Last} = Reader) -> {Reader, eof};
next(#wrap_reader{device = Device, file = File, number = Number, last = Last}) ->
    file:close(Device),
    case open(File, Number + 1, Last) of
        {ok, Next} -> chunk(Next);
        {error, {file_not_found, _}} ->
            case open(File, 1, Last) of
                {ok, Next} -> chunk(Next);
                Error -> Error
            end;
        Error -> Error
    end.

-spec close(continuation()) -> ok | {error, term()}.
close(#wrap_reader{device = Device}) -> file:close(Device).
