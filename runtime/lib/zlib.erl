%% Compression. Whole binaries are a native's work; a stream keeps what came in
%% so far, and gives what it can.
-module(zlib).

-export([open/0, close/1, set_controlling_process/2,
         deflateInit/1, deflateInit/2, deflateInit/6, deflateReset/1, deflateParams/3,
         deflate/2, deflate/3, deflateEnd/1,
         inflateInit/1, inflateInit/2, inflateInit/3, inflateReset/1,
         inflate/2, inflate/3, safeInflate/2, inflateEnd/1,
         compress/1, uncompress/1, zip/1, unzip/1, gzip/1, gunzip/1]).
-export([compress/3, decompress/2, state/1, set_state/2]).

-define(MAX_WBITS, 15).

compress(_Data, _Level, _WindowBits) -> erlang:nif_error(undef).
decompress(_Data, _WindowBits) -> erlang:nif_error(undef).
open() -> erlang:nif_error(undef).
state(_Z) -> erlang:nif_error(undef).
set_state(_Z, _State) -> erlang:nif_error(undef).

%%% Whole binaries.

compress(Data) -> compress(bytes(Data), -1, ?MAX_WBITS).
zip(Data) -> compress(bytes(Data), -1, -?MAX_WBITS).
gzip(Data) -> compress(bytes(Data), -1, ?MAX_WBITS + 16).

uncompress(Data) ->
    try bytes(Data) of
        Bin ->
            case byte_size(Bin) >= 8 andalso decompress(Bin, ?MAX_WBITS) of
                {done, Out, _} -> Out;
                _ -> error(data_error)
            end
    catch
        error:badarg -> error(badarg)
    end.

unzip(Data) -> whole(decompress(bytes(Data), -?MAX_WBITS)).
gunzip(Data) -> gunzip(bytes(Data), []).

%% Members of a gzip file follow each other.
gunzip(Bin, Out0) ->
    case decompress(Bin, ?MAX_WBITS + 16) of
        {done, Out, <<31, 139, _/binary>> = Rest} -> gunzip(Rest, [Out | Out0]);
        {done, Out, _} -> iolist_to_binary(lists:reverse(Out0, [Out]));
        Failed -> whole(Failed)
    end.

whole({done, Out, _}) -> Out;
whole(_) -> error(data_error).

bytes(Data) -> iolist_to_binary(Data).

%%% Streams. The state is {Owner, Mode} where Mode is none or a tuple that
%%% begins with deflate or inflate.

mode(Z) ->
    case state(Z) of
        undefined -> none;
        {Owner, Mode} when Owner =:= self() -> Mode;
        {closed, _} -> error(badarg);
        _ -> error(not_on_controlling_process)
    end.

set_mode(Z, Mode) -> set_state(Z, {self(), Mode}).

close(Z) ->
    mode(Z),
    set_state(Z, {closed, none}).

set_controlling_process(Z, Pid) when is_pid(Pid) ->
    Mode = mode(Z),
    set_state(Z, {Pid, Mode}),
    ok.

deflateInit(Z) -> deflateInit(Z, default).
deflateInit(Z, Level) -> deflateInit(Z, Level, deflated, ?MAX_WBITS, 8, default).

deflateInit(Z, Level, deflated, WindowBits, _MemLevel, _Strategy) ->
    case mode(Z) of
        none -> set_mode(Z, {deflate, level(Level), WindowBits, []});
        _ -> error(already_initialized)
    end.

level(none) -> 0;
level(best_speed) -> 1;
level(best_compression) -> 9;
level(default) -> -1;
level(Level) when is_integer(Level), Level >= -1, Level =< 9 -> Level;
level(_) -> error(badarg).

deflateReset(Z) ->
    {deflate, Level, Bits, _} = deflating(Z),
    set_mode(Z, {deflate, Level, Bits, []}).

deflateParams(Z, Level, _Strategy) ->
    {deflate, _, Bits, Data} = deflating(Z),
    set_mode(Z, {deflate, level(Level), Bits, Data}).

deflating(Z) ->
    case mode(Z) of
        Mode when element(1, Mode) =:= deflate -> Mode;
        _ -> error(not_initialized)
    end.

deflate(Z, Data) -> deflate(Z, Data, none).

%% What is compressed comes when the stream ends.
deflate(Z, Data, Flush) when Flush =:= none; Flush =:= sync; Flush =:= full; Flush =:= finish ->
    {deflate, Level, Bits, Before} = deflating(Z),
    All = [Before | bytes(Data)],
    case Flush of
        finish ->
            set_mode(Z, {deflate, Level, Bits, []}),
            [compress(iolist_to_binary(All), Level, Bits)];
        _ ->
            set_mode(Z, {deflate, Level, Bits, All}),
            []
    end;
deflate(_, _, _) -> error(badarg).

deflateEnd(Z) ->
    {deflate, _, _, Data} = deflating(Z),
    set_mode(Z, none),
    case Data of
        [] -> ok;
        _ -> error(data_error)
    end.

inflateInit(Z) -> inflateInit(Z, ?MAX_WBITS).
inflateInit(Z, WindowBits) -> inflateInit(Z, WindowBits, cut).

inflateInit(Z, WindowBits, _AtEnd) ->
    case mode(Z) of
        none -> set_mode(Z, {inflate, WindowBits, <<>>, 0, false});
        _ -> error(already_initialized)
    end.

inflateReset(Z) ->
    {inflate, Bits, _, _, _} = inflating(Z),
    set_mode(Z, {inflate, Bits, <<>>, 0, false}).

inflating(Z) ->
    case mode(Z) of
        Mode when element(1, Mode) =:= inflate -> Mode;
        _ -> error(not_initialized)
    end.

inflate(Z, Data) -> inflate(Z, Data, []).

%% Given is how much of the output was handed out before.
inflate(Z, Data, _Options) ->
    case inflating(Z) of
        {inflate, Bits, Before, Given, false} ->
            All = <<Before/binary, (bytes(Data))/binary>>,
            {Out, Ended} = case All of
                               <<>> -> {<<>>, false};
                               _ ->
                                   case decompress(All, Bits) of
                                       {done, O, _} -> {O, true};
                                       {more, O} -> {O, false};
                                       data_error -> error(data_error)
                                   end
                           end,
            set_mode(Z, {inflate, Bits, All, byte_size(Out), Ended}),
            case Out of
                <<_:Given/binary>> -> [];
                <<_:Given/binary, New/binary>> -> [New]
            end;
        _ -> []
    end.

safeInflate(Z, Data) -> {finished, inflate(Z, Data)}.

inflateEnd(Z) ->
    {inflate, _, _, _, Ended} = inflating(Z),
    set_mode(Z, none),
    case Ended of
        true -> ok;
        false -> error(data_error)
    end.
