%% Events as text: the header of old, or a template.
-module(logger_formatter).

-export([format/2, check_config/1]).

format(#{level := Level, msg := Message, meta := Meta}, Config) ->
    Legacy = maps:get(legacy_header, Config, false),
    Single = maps:get(single_line, Config, not Legacy),
    Template = maps:get(template, Config, template(Legacy, Single)),
    [part(P, Level, Message, Meta, Config#{single_line => Single}) || P <- Template].

template(true, _) -> [[logger_formatter, header], "\n", msg, "\n"];
template(false, true) -> [time, " ", level, ": ", msg, "\n"];
template(false, false) -> [time, " ", level, ":\n", msg, "\n"].

part(level, Level, _, _, _) -> atom_to_list(Level);
part(msg, _, Message, Meta, Config) -> message(Message, Meta, Config);
part([logger_formatter, header], Level, Message, Meta, _) -> header(title(Level, Message, Meta), Meta);
part(time, _, _, Meta, Config) ->
    calendar:system_time_to_rfc3339(maps:get(time, Meta),
                                    [{unit, microsecond},
                                     {offset, maps:get(time_offset, Config, "")},
                                     {time_designator, maps:get(time_designator, Config, $T)}]);
part({Key, Then, Else}, Level, Message, Meta, Config) ->
    Parts = case value(Key, Meta) of
                {ok, _} -> Then;
                error -> Else
            end,
    [part(P, Level, Message, Meta, Config) || P <- Parts];
part(Text, _, _, _, _) when is_list(Text), Text =:= [] -> "";
part([C | _] = Text, _, _, _, _) when is_integer(C) -> Text;
part(Text, _, _, _, _) when is_binary(Text) -> Text;
part(Key, _, _, Meta, _) ->
    case value(Key, Meta) of
        {ok, Value} -> text(Value);
        error -> ""
    end.

value([Key], Meta) -> value(Key, Meta);
value([Key | Keys], Meta) ->
    case Meta of
        #{Key := #{} = Inner} -> value(Keys, Inner);
        _ -> error
    end;
value(Key, Meta) -> maps:find(Key, Meta).

text({M, F, A}) when is_atom(M), is_atom(F), is_integer(A) ->
    io_lib:format("~tw:~tw/~w", [M, F, A]);
text(Value) when is_atom(Value) -> atom_to_list(Value);
text(Value) when is_integer(Value) -> integer_to_list(Value);
text(Value) ->
    case io_lib:printable_unicode_list(Value) of
        true -> Value;
        false -> io_lib:format("~tp", [Value])
    end.

%% =ERROR REPORT==== 23-Nov-2026::02:06:12.691913 ===
header(Title, Meta) ->
    Time = maps:get(time, Meta, 0),
    {{Y, Mo, D}, {H, Mi, S}} = calendar:system_time_to_local_time(Time, microsecond),
    Month = element(Mo, {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
                         "Nov", "Dec"}),
    io_lib:format("=~ts==== ~w-~s-~4..0w::~2..0w:~2..0w:~2..0w.~6..0w ===",
                  [Title, D, Month, Y, H, Mi, S, Time rem 1000000]).

title(_, {report, #{label := {_, progress}}}, _) -> "PROGRESS REPORT";
title(_, {report, #{label := {proc_lib, crash}}}, _) -> "CRASH REPORT";
title(_, {report, #{label := {supervisor, What}}}, _)
  when What =:= start_error; What =:= child_terminated; What =:= shutdown_error;
       What =:= shutdown ->
    "SUPERVISOR REPORT";
title(_, _, #{error_logger := #{tag := Tag}}) when Tag =:= info_msg; Tag =:= info_report ->
    "INFO REPORT";
title(Level, _, _) -> string:uppercase(atom_to_list(Level)) ++ " REPORT".

message(Message, Meta, Config) ->
    Limits = #{depth => maps:get(depth, Config, unlimited),
               chars_limit => maps:get(chars_limit, Config, unlimited),
               single_line => maps:get(single_line, Config)},
    Text = case Message of
               {string, S} -> string_text(S);
               {report, Report} -> report(Report, Meta, Config, Limits);
               {Format, Args} -> formatted(Format, Args, Config)
           end,
    case maps:get(single_line, Config) of
        true ->
            Lines = string:split(string:trim(Text), "\n", all),
            lists:join(", ", [string:trim(Line, leading) || Line <- Lines]);
        false -> Text
    end.

string_text(S) ->
    try unicode:characters_to_list(S) of
        Chars when is_list(Chars) -> Chars;
        _ -> io_lib:format("~tp", [S])
    catch error:_ -> io_lib:format("~tp", [S])
    end.

report(Report, Meta, Config, Limits) ->
    Callback = maps:get(report_cb, Config,
                        maps:get(report_cb, Meta, fun logger:format_otp_report/1)),
    try
        if
            is_function(Callback, 2) -> unicode:characters_to_list(Callback(Report, Limits));
            true ->
                {Format, Args} = Callback(Report),
                formatted(Format, Args, Config)
        end
    catch C:R ->
            formatted("REPORT_CB CRASH: ~tp; Reason: ~tp", [Report, {C, R}], Config)
    end.

formatted(Format, Args, #{single_line := Single}) ->
    try io_lib:format(if Single -> single_line(Format); true -> Format end, Args)
    catch error:_ -> io_lib:format("FORMAT ERROR: ~tp - ~tp", [Format, Args])
    end.

%% ~p without line breaks.
single_line(Format) ->
    Chars = if
                is_binary(Format) -> unicode:characters_to_list(Format);
                is_atom(Format) -> atom_to_list(Format);
                true -> Format
            end,
    no_width(Chars).

no_width([$~, $p | Cs]) -> "~0p" ++ no_width(Cs);
no_width([$~, $t, $p | Cs]) -> "~0tp" ++ no_width(Cs);
no_width([$~, C | Cs]) -> [$~, C | no_width(Cs)];
no_width([C | Cs]) -> [C | no_width(Cs)];
no_width([]) -> [].

check_config(Config) when is_map(Config) ->
    ok;
check_config(Config) ->
    {error, {invalid_formatter_config, ?MODULE, Config}}.
