%% The logger's predecessor: the same events under their old names.
-module(error_logger).

-export([error_msg/1, error_msg/2, format/2, warning_msg/1, warning_msg/2, info_msg/1, info_msg/2,
         error_report/1, error_report/2, warning_report/1, warning_report/2,
         info_report/1, info_report/2, warning_map/0, get_format_depth/0, limit_term/1, tty/1]).

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

tty(_Flag) -> ok.
