%% Log events: who may log what, and where events go. The configuration is a
%% persistent term, changed by the process `logger` alone (logger_server).
-module(logger).

-export([emergency/1, emergency/2, emergency/3, alert/1, alert/2, alert/3,
         critical/1, critical/2, critical/3, error/1, error/2, error/3,
         warning/1, warning/2, warning/3, notice/1, notice/2, notice/3,
         info/1, info/2, info/3, debug/1, debug/2, debug/3]).
-export([log/2, log/3, log/4, allow/2, macro_log/3, macro_log/4, macro_log/5, timestamp/0]).
-export([format_report/1, format_otp_report/1, compare_levels/2]).
-export([add_primary_filter/2, remove_primary_filter/1, add_handler_filter/3,
         remove_handler_filter/2, add_handler/3, add_handlers/1, remove_handler/1,
         set_primary_config/1, set_primary_config/2, update_primary_config/1,
         get_primary_config/0, set_handler_config/2, set_handler_config/3,
         update_handler_config/2, update_handler_config/3, get_handler_config/0,
         get_handler_config/1, get_handler_ids/0, update_formatter_config/2,
         update_formatter_config/3, get_config/0]).
-export([set_module_level/2, unset_module_level/0, unset_module_level/1, get_module_level/0,
         get_module_level/1, set_application_level/2, unset_application_level/1]).
-export([set_process_metadata/1, update_process_metadata/1, get_process_metadata/0,
         unset_process_metadata/0]).
-export([i/0, i/1, get_proxy_config/0, reconfigure/0, add_default_metadata/1, filter_stacktrace/2]).

%%% Events.

emergency(X) -> log(emergency, X).
emergency(X, Y) -> log(emergency, X, Y).
emergency(X, Y, Meta) -> log(emergency, X, Y, Meta).
alert(X) -> log(alert, X).
alert(X, Y) -> log(alert, X, Y).
alert(X, Y, Meta) -> log(alert, X, Y, Meta).
critical(X) -> log(critical, X).
critical(X, Y) -> log(critical, X, Y).
critical(X, Y, Meta) -> log(critical, X, Y, Meta).
error(X) -> log(error, X).
error(X, Y) -> log(error, X, Y).
error(X, Y, Meta) -> log(error, X, Y, Meta).
warning(X) -> log(warning, X).
warning(X, Y) -> log(warning, X, Y).
warning(X, Y, Meta) -> log(warning, X, Y, Meta).
notice(X) -> log(notice, X).
notice(X, Y) -> log(notice, X, Y).
notice(X, Y, Meta) -> log(notice, X, Y, Meta).
info(X) -> log(info, X).
info(X, Y) -> log(info, X, Y).
info(X, Y, Meta) -> log(info, X, Y, Meta).
debug(X) -> log(debug, X).
debug(X, Y) -> log(debug, X, Y).
debug(X, Y, Meta) -> log(debug, X, Y, Meta).

log(Level, X) ->
    log_event(Level, message(X), #{}).

log(Level, X, Meta) when is_map(Meta), not is_function(X) ->
    log_event(Level, message(X), Meta);
log(Level, Format, Args) ->
    log_event(Level, message(Format, Args), #{}).

log(Level, X, Y, Meta) ->
    log_event(Level, message(X, Y), Meta).

message(Text) when is_binary(Text) -> {string, Text};
message([C | _] = Text) when is_integer(C); is_binary(C) -> {string, Text};
message([]) -> {string, ""};
message([L | _] = Text) when is_list(L) -> {string, Text};
message(Report) when is_map(Report); is_list(Report) -> {report, Report};
message(Other) -> {string, Other}.

message(Fun, Args) when is_function(Fun, 1) -> {function, Fun, Args};
message(Format, Args) -> {Format, Args}.

macro_log(Location, Level, X) ->
    macro_log(Location, Level, X, #{}).

macro_log(Location, Level, X, Meta) when is_map(Meta) ->
    log_event(Level, message(X), maps:merge(Location, Meta));
macro_log(Location, Level, Format, Args) ->
    macro_log(Location, Level, Format, Args, #{}).

macro_log(Location, Level, Format, Args, Meta) ->
    log_event(Level, message(Format, Args), maps:merge(Location, Meta)).

timestamp() ->
    os:system_time(microsecond).

%% The caller filters and formats: only text goes to the process that writes.
log_event(Level, Message, Meta) ->
    case allow(Level, maps:get(mfa, Meta, none)) of
        true ->
            Defaults = maps:merge(#{pid => self(), gl => group_leader(), time => timestamp()},
                                  proc_meta()),
            logger_server:dispatch(#{level => Level, msg => evaluated(Message),
                                     meta => maps:merge(Defaults, Meta)});
        false ->
            ok
    end.

evaluated({function, Fun, Args}) ->
    try Fun(Args) of
        {Format, As} when is_list(As) -> {Format, As};
        Other -> message(Other)
    catch C:R -> {"LAZY_FUN CRASH: ~tp; Reason: ~tp", [{Fun, Args}, {C, R}]}
    end;
evaluated(Message) ->
    Message.

proc_meta() ->
    case get_process_metadata() of
        undefined -> #{};
        Meta -> Meta
    end.

allow(Level, {M, _, _}) -> allow(Level, M);
allow(Level, Module) ->
    #{primary := #{level := Primary}, modules := Modules} = logger_server:config(),
    level(Level) =< level(maps:get(Module, Modules, Primary)).

level(none) -> -1;
level(emergency) -> 0;
level(alert) -> 1;
level(critical) -> 2;
level(error) -> 3;
level(warning) -> 4;
level(notice) -> 5;
level(info) -> 6;
level(debug) -> 7;
level(all) -> 10.

compare_levels(A, B) ->
    case {level(A), level(B)} of
        {L, L} -> eq;
        {L1, L2} when L1 < L2 -> gt;
        _ -> lt
    end.

%%% Reports.

format_otp_report(#{label := _, report := Report}) -> format_report(Report);
format_otp_report(Report) -> format_report(Report).

format_report(Report) when is_map(Report) -> format_report(maps:to_list(Report));
format_report(Report) when is_list(Report) ->
    case lists:flatten(Report) of
        [] -> {"~tp", [[]]};
        Flat ->
            case io_lib:printable_unicode_list(Flat) of
                true -> {"~ts", [Report]};
                false -> format_lines(Report, [], [])
            end
    end;
format_report(Report) -> {"~tp", [Report]}.

format_lines([{Key, Data} | Rest], Format, Args) ->
    format_lines(Rest, ["    ~tp: " ++ data_format(Data) | Format],
                 [Data, Key | Args]);
format_lines([Data | Rest], Format, Args) ->
    format_lines(Rest, ["    " ++ data_format(Data) | Format], [Data | Args]);
format_lines([], Format, Args) ->
    {lists:append(lists:join("\n", lists:reverse(Format))), lists:reverse(Args)};
format_lines(Improper, Format, Args) ->
    format_lines([Improper], Format, Args).

data_format([_ | _] = Data) ->
    case io_lib:printable_unicode_list(Data) of
        true -> "~ts";
        false -> "~tp"
    end;
data_format(_) -> "~tp".

%%% Configuration.

get_config() ->
    #{primary => get_primary_config(), handlers => get_handler_config(),
      proxy => get_proxy_config(), module_levels => get_module_level()}.

%% How events of other nodes are taken; the numbers are erl's, and not used.
get_proxy_config() ->
    #{burst_limit_enable => false, burst_limit_max_count => 500, burst_limit_window_time => 1000,
      drop_mode_qlen => 1000, flush_qlen => 5000, overload_kill_enable => false,
      overload_kill_mem_size => 3000000, overload_kill_qlen => 20000, overload_kill_restart_after => 5000,
      sync_mode_qlen => 500}.

reconfigure() -> logger_server:change(initial).

get_primary_config() -> maps:get(primary, logger_server:config()).

set_primary_config(Key, Value) -> logger_server:change({primary, #{Key => Value}}).

set_primary_config(Config) when is_map(Config) -> logger_server:change({primary, Config}).

update_primary_config(Config) -> logger_server:change({primary, Config}).

get_handler_config() -> [C || {_, C} <- lists:sort(maps:get(handlers, logger_server:config()))].

get_handler_config(Id) ->
    case lists:keyfind(Id, 1, maps:get(handlers, logger_server:config())) of
        {_, Config} -> {ok, Config};
        false -> {error, {not_found, Id}}
    end.

get_handler_ids() -> lists:sort([Id || {Id, _} <- maps:get(handlers, logger_server:config())]).

set_handler_config(Id, Key, Value) -> set_handler_config(Id, #{Key => Value}).

set_handler_config(Id, Config) -> logger_server:change({handler, set, Id, Config}).

update_handler_config(Id, Key, Value) -> update_handler_config(Id, #{Key => Value}).

update_handler_config(Id, Config) -> logger_server:change({handler, update, Id, Config}).

update_formatter_config(Id, Key, Value) -> update_formatter_config(Id, #{Key => Value}).

update_formatter_config(Id, Config) ->
    case get_handler_config(Id) of
        {ok, #{formatter := {M, Old}}} ->
            set_handler_config(Id, formatter, {M, maps:merge(Old, Config)});
        Error -> Error
    end.

add_handler(Id, Module, Config) -> logger_server:change({add_handler, Id, Module, Config}).

%% add_handlers adds the handlers that an application's environment names under
%% logger, or a list of the same kind.
add_handlers(App) when is_atom(App) -> add_handlers(application:get_env(App, logger, []));
add_handlers(Entries) ->
    case [Entry || Entry <- Entries, not is_handler(Entry)] of
        [] -> added(Entries);
        Others -> bad_config(Others)
    end.

is_handler({handler, _, _, _}) -> true;
is_handler(_) -> false.

added([]) -> ok;
added([{handler, Id, Module, Config} | Entries]) ->
    case add_handler(Id, Module, Config) of
        ok -> added(Entries);
        {error, Reason} -> bad_config(Reason)
    end.

bad_config(Reason) ->
    error("Invalid logger handler config: ~tp", [Reason]),
    {error, {bad_config, {handler, Reason}}}.

remove_handler(Id) -> logger_server:change({remove_handler, Id}).

add_primary_filter(Id, Filter) -> logger_server:change({add_filter, primary, {Id, Filter}}).

remove_primary_filter(Id) -> logger_server:change({remove_filter, primary, Id}).

add_handler_filter(Handler, Id, Filter) ->
    logger_server:change({add_filter, Handler, {Id, Filter}}).

remove_handler_filter(Handler, Id) -> logger_server:change({remove_filter, Handler, Id}).

set_module_level(Modules, Level) when is_list(Modules) ->
    logger_server:change({modules, fun(Old) ->
                                           lists:foldl(fun(M, Acc) -> Acc#{M => Level} end,
                                                       Old, Modules)
                                   end});
set_module_level(Module, Level) -> set_module_level([Module], Level).

unset_module_level() -> logger_server:change({modules, fun(_) -> #{} end}).

unset_module_level(Modules) when is_list(Modules) ->
    logger_server:change({modules, fun(Old) -> maps:without(Modules, Old) end});
unset_module_level(Module) -> unset_module_level([Module]).

get_module_level() -> lists:sort(maps:to_list(maps:get(modules, logger_server:config()))).

get_module_level(Modules) when is_list(Modules) ->
    [{M, L} || {M, L} <- get_module_level(), lists:member(M, Modules)];
get_module_level(Module) -> get_module_level([Module]).

set_application_level(App, Level) ->
    case application:get_key(App, modules) of
        {ok, Modules} -> set_module_level(Modules, Level);
        undefined -> {error, {not_loaded, App}}
    end.

unset_application_level(App) ->
    case application:get_key(App, modules) of
        {ok, Modules} -> unset_module_level(Modules);
        undefined -> {error, {not_loaded, App}}
    end.

%%% What a process adds to its events.

set_process_metadata(Meta) when is_map(Meta) ->
    put('$logger_metadata$', Meta),
    ok.

update_process_metadata(Meta) ->
    set_process_metadata(maps:merge(proc_meta(), Meta)).

get_process_metadata() -> get('$logger_metadata$').

unset_process_metadata() ->
    erase('$logger_metadata$'),
    ok.

%% Where and when an event happened, for those who make events themselves.
add_default_metadata(Meta) ->
    maps:merge(#{pid => self(), gl => group_leader(), time => timestamp()}, Meta).

%% The calls up to the first one of a module.
filter_stacktrace(Module, Stack) -> lists:takewhile(fun(Frame) -> element(1, Frame) =/= Module end, Stack).

%%% The configuration on the screen.

i() ->
    i(primary),
    i(handlers),
    show_proxy(),
    i(modules).

i(primary) ->
    #{level := Level, filter_default := Default, filters := Filters} = get_primary_config(),
    io:format("Primary configuration: ~n    Level: ~p~n    Filter Default: ~p~n    Filters: ~n", [Level, Default]),
    show_filters("        ", Filters);
i(handlers) ->
    io:format("Handler configuration: ~n"),
    lists:foreach(fun show_handler/1, get_handler_config());
i(proxy) -> show_proxy();
i(modules) ->
    io:format("Level set per module: ~n"),
    case get_module_level() of
        [] -> io:format("    (none)~n");
        Levels -> lists:foreach(fun({M, L}) -> io:format("    Module: ~p~n        Level: ~p~n", [M, L]) end,
                                lists:sort(Levels))
    end;
i(Id) ->
    case get_handler_config(Id) of
        {ok, Config} ->
            io:format("Handler configuration: ~n"),
            show_handler(Config);
        Error -> Error
    end.

show_proxy() ->
    io:format("Proxy configuration: ~n"),
    show_items("    ", maps:to_list(get_proxy_config())).

show_handler(#{id := Id, module := Module, level := Level, formatter := {Formatter, FConfig},
               filter_default := Default, filters := Filters} = Handler) ->
    io:format("    Id: ~p~n        Module: ~p~n        Level:  ~p~n        Formatter:~n            Module: ~p~n"
              "            Config:~n", [Id, Module, Level, Formatter]),
    case FConfig of
        #{} when map_size(FConfig) =:= 0 -> io:format("                []~n");
        #{} -> show_items("                ", maps:to_list(FConfig));
        _ -> io:format("                ~p~n", [FConfig])
    end,
    io:format("        Filter Default: ~p~n        Filters:~n", [Default]),
    show_filters("            ", Filters),
    case Handler of
        #{config := #{} = Config} ->
            io:format("        Handler Config:~n"),
            show_items("            ", maps:to_list(Config));
        #{config := Config} -> io:format("        Handler Config: ~p~n", [Config]);
        _ -> ok
    end,
    case maps:to_list(maps:without([id, module, level, formatter, filter_default, filters, config], Handler)) of
        [] -> ok;
        Custom ->
            io:format("        Custom Config:~n"),
            show_items("            ", Custom)
    end.

show_filters(Indent, []) -> io:format("~ts(none)~n", [Indent]);
show_filters(Indent, Filters) ->
    lists:foreach(fun({Id, {Fun, Arg}}) ->
                          io:format("~tsId: ~p~n~ts    Fun: ~p~n~ts    Arg: ~p~n",
                                    [Indent, Id, Indent, Fun, Indent, Arg])
                  end, Filters).

show_items(Indent, Items) ->
    lists:foreach(fun({Key, Value}) -> io:format("~ts~p: ~p~n", [Indent, Key, Value]) end, lists:sort(Items)).
