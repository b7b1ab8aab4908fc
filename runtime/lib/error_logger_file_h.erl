%% The handler of error_logger that writes events to a file.
-module(error_logger_file_h).
-behaviour(gen_event).

-export([init/1, handle_event/2, handle_call/2, handle_info/2, terminate/2, code_change/3]).

init(File) ->
    case file:open(File, [write, {encoding, utf8}]) of
        {ok, Device} -> {ok, {Device, File}};
        Error -> Error
    end.

handle_event({_, Leader, _}, State) when node(Leader) =/= node() -> {ok, State};
handle_event({Tag, _, {_, A, B}}, {Device, _} = State) ->
    case text(Tag, A, B) of
        none -> ok;
        {Title, Text} ->
            io:format(Device, "~n=~ts==== ~ts ===~n~ts", [Title, now_text(), Text])
    end,
    {ok, State};
handle_event(_, State) -> {ok, State}.

handle_call(filename, {_, File} = State) -> {ok, File, State};
handle_call(_, State) -> {ok, {error, bad_query}, State}.

handle_info(_, State) -> {ok, State}.

terminate(_, {Device, _}) -> file:close(Device).

code_change(_, State, _) -> {ok, State}.

text(error, Format, Args) -> {"ERROR REPORT", format(Format, Args)};
text(warning_msg, Format, Args) -> {"WARNING REPORT", format(Format, Args)};
text(info_msg, Format, Args) -> {"INFO REPORT", format(Format, Args)};
text(error_report, std_error, Report) -> {"ERROR REPORT", report(Report)};
text(warning_report, std_warning, Report) -> {"WARNING REPORT", report(Report)};
text(info_report, std_info, Report) -> {"INFO REPORT", report(Report)};
text(_, _, _) -> none.

format(Format, Args) ->
    try io_lib:format(Format, Args)
    catch error:_ -> io_lib:format("ERROR: ~tp - ~tp~n", [Format, Args])
    end.

report(Report) ->
    {Format, Args} = logger:format_report(Report),
    [io_lib:format(Format, Args), $\n].

now_text() ->
    {{Y, Mo, D}, {H, Mi, S}} = calendar:local_time(),
    Month = element(Mo, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}),
    io_lib:format("~w-~s-~w::~2..0w:~2..0w:~2..0w", [D, Month, Y, H, Mi, S]).
