%% The logger's predecessor: the same events under their old names. Once a
%% handler in its style is added, the logger has a handler error_logger, which
%% passes events on to the event manager of that name.
-module(error_logger).

-export([error_msg/1, error_msg/2, format/2, warning_msg/1, warning_msg/2, info_msg/1, info_msg/2,
         error_report/1, error_report/2, warning_report/1, warning_report/2,
         info_report/1, info_report/2, warning_map/0, get_format_depth/0, limit_term/1, tty/1]).
-export([add_report_handler/1, add_report_handler/2, delete_report_handler/1, which_report_handlers/0,
         logfile/1, start/0, start_link/0, stop/0]).
-export([log/2, adding_handler/1, removing_handler/1]).

error_msg(Format) -> error_msg(Format, []).
error_msg(Format, Args) -> message(error, error, Format, Args).

format(Format, Args) -> error_msg(Format, Args).

warning_msg(Format) -> warning_msg(Format, []).
warning_msg(Format, Args) -> message(warning, warning_msg, Format, Args).

info_msg(Format) -> info_msg(Format, []).
info_msg(Format, Args) -> message(notice, info_msg, Format, Args).

error_report(Report) -> error_report(std_error, Report).
error_report(Type, Report) -> report(error, error_report, Type, std_error, Report).

warning_report(Report) -> warning_report(std_warning, Report).
warning_report(Type, Report) -> report(warning, warning_report, Type, std_warning, Report).

info_report(Report) -> info_report(std_info, Report).
info_report(Type, Report) -> report(notice, info_report, Type, std_info, Report).

message(Level, Tag, Format, Args) ->
    logger:log(Level, fun(_) -> checked(Format, Args) end, [],
               #{error_logger => #{tag => Tag}}).

checked(Format, Args) ->
    try io_lib:format(Format, Args) of
        _ -> {Format, Args}
    catch error:_ -> {"ERROR: ~tp - ~tp", [Format, Args]}
    end.

%% Reports of a type of one's own are for handlers of one's own.
report(Level, Tag, Type, Standard, Report) ->
    Meta = #{error_logger => #{tag => Tag, type => Type}},
    Domain = if
                 Type =:= Standard -> #{};
                 true -> #{domain => [error_logger, Type]}
             end,
    logger:log(Level, #{label => {error_logger, Tag}, report => Report},
               maps:merge(Meta, Domain)).

warning_map() -> warning.

get_format_depth() -> unlimited.

limit_term(Term) -> Term.

tty(false) ->
    _ = logger:add_handler_filter(default, error_logger_tty_false, {fun(_, _) -> stop end, ok}),
    ok;
tty(true) ->
    _ = logger:remove_handler_filter(default, error_logger_tty_false),
    ok.

%%% Handlers.

start() -> started(gen_event:start({local, ?MODULE})).
start_link() -> started(gen_event:start_link({local, ?MODULE})).

started({ok, Pid}) ->
    _ = logger:add_handler(?MODULE, ?MODULE, #{level => info, filter_default => log, filters => []}),
    {ok, Pid};
started({error, {already_started, Pid}}) -> {ok, Pid}.

stop() ->
    _ = logger:remove_handler(?MODULE),
    gen_event:stop(?MODULE).

add_report_handler(Module) -> add_report_handler(Module, []).

add_report_handler(Module, Args) when is_atom(Module) ->
    {ok, _} = start(),
    gen_event:add_handler(?MODULE, Module, Args).

delete_report_handler(Module) ->
    case whereis(?MODULE) of
        undefined -> ok;
        _ ->
            Answer = gen_event:delete_handler(?MODULE, Module, []),
            [] =:= which_report_handlers() andalso stop(),
            Answer
    end.

which_report_handlers() ->
    case whereis(?MODULE) of
        undefined -> [];
        _ -> gen_event:which_handlers(?MODULE)
    end.

logfile({open, File}) ->
    case lists:member(error_logger_file_h, which_report_handlers()) of
        true -> {error, allready_have_logfile};
        false -> add_report_handler(error_logger_file_h, File)
    end;
logfile(close) ->
    case lists:member(error_logger_file_h, which_report_handlers()) of
        true -> closed(delete_report_handler(error_logger_file_h));
        false -> {error, module_not_found}
    end;
logfile(filename) ->
    case lists:member(error_logger_file_h, which_report_handlers()) of
        true -> gen_event:call(?MODULE, error_logger_file_h, filename);
        false -> {error, no_log_file}
    end.

closed({error, _} = Error) -> Error;
closed(_) -> ok.

%%% The logger's handler.

adding_handler(Config) -> {ok, Config}.
removing_handler(_) -> ok.

log(#{level := Level, msg := Message, meta := #{error_logger := #{tag := Tag} = Old} = Meta}, _) ->
    Pid = maps:get(pid, Meta, self()),
    Leader = maps:get(gl, Meta, group_leader()),
    notify(event(Level, Tag, Old, Pid, Message), Leader, Old);
log(_, _) -> ok.

notify({Tag, Data}, Leader, Old) ->
    From = case Old of
               #{emulator := true} -> setelement(1, Data, emulator);
               _ -> Data
           end,
    gen_event:notify(?MODULE, {Tag, Leader, From}).

event(_, Tag, Old, Pid, {report, #{label := {error_logger, _}, report := Report}}) ->
    {Tag, {Pid, maps:get(type, Old, standard(Tag)), Report}};
event(_, Tag, #{type := Type}, Pid, {report, Report}) -> {Tag, {Pid, Type, reported(Report)}};
event(_, Tag, #{report_cb := Format}, Pid, {report, Report}) ->
    {Text, Args} = Format(Report),
    {Tag, {Pid, Text, Args}};
event(_, Tag, _, Pid, {report, Report}) ->
    {Text, Args} = logger:format_otp_report(Report),
    {Tag, {Pid, Text, Args}};
event(_, Tag, _, Pid, {string, Text}) -> {Tag, {Pid, "~ts", [Text]}};
event(_, Tag, _, Pid, {Format, Args}) -> {Tag, {Pid, Format, Args}}.

reported(#{report := Report}) -> Report;
reported(Report) -> Report.

standard(error_report) -> std_error;
standard(warning_report) -> std_warning;
standard(_) -> std_info.
