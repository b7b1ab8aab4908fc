%% The io protocol, the client's side: requests to an io server, which is the
%% group leader where no device is named.
-module(io).

-export([put_chars/1, put_chars/2, nl/0, nl/1, write/1, write/2, fwrite/1, fwrite/2, fwrite/3,
         format/1, format/2, format/3]).
-export([get_chars/2, get_chars/3, get_line/1, get_line/2, get_password/0, get_password/1,
         fread/2, fread/3, read/1, read/2, read/3, read/4]).
-export([scan_erl_exprs/1, scan_erl_exprs/2, scan_erl_exprs/3, scan_erl_exprs/4,
         scan_erl_form/1, scan_erl_form/2, scan_erl_form/3, scan_erl_form/4,
         parse_erl_exprs/1, parse_erl_exprs/2, parse_erl_exprs/3, parse_erl_exprs/4,
         parse_erl_form/1, parse_erl_form/2, parse_erl_form/3, parse_erl_form/4]).
-export([columns/0, columns/1, rows/0, rows/1, getopts/0, getopts/1, setopts/1, setopts/2,
         printable_range/0]).
-export([request/1, request/2, requests/1, requests/2]).

-type device() :: atom() | pid().
-type prompt() :: atom() | unicode:chardata().
-type format() :: atom() | string() | binary().
-type server_no_data() :: {error, term()} | eof.
-export_type([device/0, prompt/0, format/0, server_no_data/0]).

%%% Output. What goes wrong is an exception of the function that was called.

put_chars(Chars) ->
    Tag = make_ref(),
    done(request(group_leader(), {put_chars, unicode, Chars}, Tag), Tag, [Chars], put_chars).

put_chars(Device, Chars) ->
    Tag = make_ref(),
    done(request(Device, {put_chars, unicode, Chars}, Tag), Tag, [Device, Chars], put_chars).

nl() ->
    Tag = make_ref(),
    done(request(group_leader(), nl, Tag), Tag, [], nl).

nl(Device) ->
    Tag = make_ref(),
    done(request(Device, nl, Tag), Tag, [Device], nl).

write(Term) ->
    Tag = make_ref(),
    done(request(group_leader(), {write, Term}, Tag), Tag, [Term], write).

write(Device, Term) ->
    Tag = make_ref(),
    done(request(Device, {write, Term}, Tag), Tag, [Device, Term], write).

fwrite(Format) ->
    Tag = make_ref(),
    done(request(group_leader(), {format, Format, []}, Tag), Tag, [Format], fwrite).

fwrite(Format, Args) ->
    Tag = make_ref(),
    done(request(group_leader(), {format, Format, Args}, Tag), Tag, [Format, Args], fwrite).

fwrite(Device, Format, Args) ->
    Tag = make_ref(),
    done(request(Device, {format, Format, Args}, Tag), Tag, [Device, Format, Args], fwrite).

format(Format) ->
    Tag = make_ref(),
    done(request(group_leader(), {format, Format, []}, Tag), Tag, [Format], format).

format(Format, Args) ->
    Tag = make_ref(),
    done(request(group_leader(), {format, Format, Args}, Tag), Tag, [Format, Args], format).

format(Device, Format, Args) ->
    Tag = make_ref(),
    done(request(Device, {format, Format, Args}, Tag), Tag, [Device, Format, Args], format).

%% The answer is checked here so that the exception's frame is the caller's
%% function with its arguments, and has the line that erl shows: of the tag for
%% what was found out here, of the device's answer otherwise.
done({Tag, Reason}, Tag, Args, Name) ->
    fail(Reason, {io, Reason}, 200, Args, Name);
done({error, Reason}, _Tag, Args, Name) ->
    fail(Reason, {device, Reason}, 205, Args, Name);
done(Answer, _Tag, _Args, _Name) ->
    Answer.

fail(Reason, Cause, Line, Args, Name) ->
    {current_stacktrace, Frames} = process_info(self(), current_stacktrace),
    Callers = lists:dropwhile(fun({M, _, _, _}) -> M =:= ?MODULE orelse M =:= erlang end, Frames),
    Info = [{file, "io.erl"}, {line, Line},
            {error_info, #{cause => Cause, module => erl_stdlib_errors}}],
    erlang:raise(error, class(Reason), [{?MODULE, Name, Args, Info} | Callers]).

class(terminated) -> terminated;
class(calling_self) -> calling_self;
class({no_translation, _, _}) -> no_translation;
class(_) -> badarg.

%%% Input.

get_chars(Prompt, N) ->
    get_chars(group_leader(), Prompt, N).

get_chars(Device, Prompt, N) when is_integer(N), N >= 0 ->
    request(Device, {get_chars, unicode, Prompt, N}).

get_line(Prompt) ->
    get_line(group_leader(), Prompt).

get_line(Device, Prompt) ->
    request(Device, {get_line, unicode, Prompt}).

get_password() ->
    get_password(group_leader()).

get_password(Device) ->
    request(Device, {get_password, unicode}).

fread(Prompt, Format) ->
    fread(group_leader(), Prompt, Format).

fread(Device, Prompt, Format) ->
    request(Device, {fread, Prompt, Format}).

read(Prompt) ->
    read(group_leader(), Prompt).

read(Device, Prompt) ->
    case request(Device, {get_until, unicode, Prompt, erl_scan, tokens, [1]}) of
        {ok, Tokens, _End} -> erl_parse:parse_term(Tokens);
        {error, Error, _End} -> {error, Error};
        {eof, _End} -> eof;
        Other -> Other
    end.

read(Device, Prompt, Start) ->
    read(Device, Prompt, Start, []).

read(Device, Prompt, Start, Options) ->
    parsed(tokens(Device, Prompt, Start, Options), fun erl_parse:parse_term/1).

scan_erl_exprs(Prompt) ->
    scan_erl_exprs(group_leader(), Prompt).

scan_erl_exprs(Device, Prompt) ->
    scan_erl_exprs(Device, Prompt, 1).

scan_erl_exprs(Device, Prompt, Start) ->
    scan_erl_exprs(Device, Prompt, Start, []).

scan_erl_exprs(Device, Prompt, Start, Options) ->
    tokens(Device, Prompt, Start, Options).

scan_erl_form(Prompt) ->
    scan_erl_form(group_leader(), Prompt).

scan_erl_form(Device, Prompt) ->
    scan_erl_form(Device, Prompt, 1).

scan_erl_form(Device, Prompt, Start) ->
    scan_erl_form(Device, Prompt, Start, []).

scan_erl_form(Device, Prompt, Start, Options) ->
    tokens(Device, Prompt, Start, Options).

parse_erl_exprs(Prompt) ->
    parse_erl_exprs(group_leader(), Prompt).

parse_erl_exprs(Device, Prompt) ->
    parse_erl_exprs(Device, Prompt, 1).

parse_erl_exprs(Device, Prompt, Start) ->
    parse_erl_exprs(Device, Prompt, Start, []).

parse_erl_exprs(Device, Prompt, Start, Options) ->
    parsed(tokens(Device, Prompt, Start, Options), fun erl_parse:parse_exprs/1).

parse_erl_form(Prompt) ->
    parse_erl_form(group_leader(), Prompt).

parse_erl_form(Device, Prompt) ->
    parse_erl_form(Device, Prompt, 1).

parse_erl_form(Device, Prompt, Start) ->
    parse_erl_form(Device, Prompt, Start, []).

parse_erl_form(Device, Prompt, Start, Options) ->
    parsed(tokens(Device, Prompt, Start, Options), fun erl_parse:parse_form/1).

tokens(Device, Prompt, Start, Options) ->
    request(Device, {get_until, unicode, Prompt, erl_scan, tokens, [Start, Options]}).

parsed({ok, Tokens, End}, Parse) ->
    case Parse(Tokens) of
        {ok, Tree} -> {ok, Tree, End};
        {error, Error} -> {error, Error, End}
    end;
parsed(Other, _Parse) ->
    Other.

%%% The device.

columns() ->
    columns(group_leader()).

columns(Device) ->
    case request(Device, {get_geometry, columns}, error) of
        N when is_integer(N), N > 0 -> {ok, N};
        _ -> {error, enotsup}
    end.

rows() ->
    rows(group_leader()).

rows(Device) ->
    case request(Device, {get_geometry, rows}, error) of
        N when is_integer(N), N > 0 -> {ok, N};
        _ -> {error, enotsup}
    end.

getopts() ->
    getopts(group_leader()).

getopts(Device) ->
    request(Device, getopts).

setopts(Options) ->
    setopts(group_leader(), Options).

setopts(Device, Options) ->
    request(Device, {setopts, Options}).

%% What ~p takes for printable.
printable_range() -> init:printable_range().

%%% Requests.

request(Request) ->
    request(group_leader(), Request).

request(Device, Request) ->
    request(Device, Request, error).

%% The tag stands for error where no device has answered.
request(Device, _Request, Tag) when Device =:= self() ->
    {Tag, calling_self};
request(Device, Request, Tag) when is_pid(Device) ->
    Ref = monitor(process, Device, [{alias, reply_demonitor}]),
    Device ! {io_request, self(), Ref, to_wire(Request, Device)},
    receive
        {io_reply, Ref, Reply} ->
            demonitor(Ref, [flush]),
            Reply;
        {'DOWN', Ref, _, _, noproc} -> {Tag, terminated};
        {'DOWN', Ref, _, _, _} ->
            receive
                {'EXIT', Device, _} -> true
            after 1 -> true
            end,
            {Tag, terminated}
    end;
request(Device, Request, Tag) when is_atom(Device) ->
    case whereis(Device) of
        undefined when Device =:= standard_io -> request(group_leader(), Request, Tag);
        undefined -> {Tag, arguments};
        Pid -> request(Pid, Request, Tag)
    end.

requests(Requests) ->
    requests(group_leader(), Requests).

requests(Device, Requests) when is_pid(Device); is_atom(Device) ->
    request(Device, {requests, Requests}, error).

%% A request as it is sent: text as a binary, formatting left to the device.
to_wire({requests, Requests}, Device) ->
    {requests, [to_wire(R, Device) || R <- Requests]};
to_wire({write, Term}, _Device) ->
    {put_chars, unicode, io_lib, write, [Term]};
to_wire({format, Format, Args}, _Device) ->
    {put_chars, unicode, io_lib, format, [Format, Args]};
to_wire({fwrite, Format, Args}, _Device) ->
    {put_chars, unicode, io_lib, fwrite, [Format, Args]};
to_wire(nl, _Device) ->
    {put_chars, unicode, io_lib:nl()};
to_wire({put_chars, Enc, Chars} = Request, _Device) when is_list(Chars), Chars =/= "\n" ->
    try unicode:characters_to_binary(Chars, Enc) of
        Bin when is_binary(Bin) -> {put_chars, Enc, Bin};
        _ -> Request
    catch error:_ -> Request
    end;
to_wire({fread, Prompt, Format}, _Device) ->
    {get_until, unicode, Prompt, io_lib, fread, [Format]};
to_wire(Request, _Device) ->
    Request.
