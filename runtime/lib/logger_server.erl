%% The process `logger`: it keeps the configuration, takes the VM's own events
%% and writes what handlers give it.
-module(logger_server).

-export([start_link/0, start/0, sync/0, config/0, change/1, dispatch/1]).

-define(KEY, {logger, config}).

%% The name under which a node takes events of processes elsewhere whose group
%% leader it has: their output appears where the call was typed.
-define(PROXY, logger_proxy).

start_link() -> started(fun erlang:spawn_link/1).

start() -> started(fun erlang:spawn/1).

%% started waits until there is the name, which others send to.
started(Spawn) ->
    From = self(),
    Ref = make_ref(),
    Pid = Spawn(fun() -> init(From, Ref) end),
    receive Ref -> {ok, Pid} end.

init(From, Ref) ->
    register(logger, self()),
    register(?PROXY, spawn_link(fun proxy/0)),
    persistent_term:put(?KEY, initial()),
    From ! Ref,
    loop().

config() ->
    persistent_term:get(?KEY, initial()).

initial() ->
    #{primary => #{level => notice, filter_default => log, filters => [], metadata => #{}},
      handlers => [{default, default_handler()}], modules => #{}}.

default_handler() ->
    #{id => default, module => logger_std_h, level => all, filter_default => stop,
      filters => [{remote_gl, {fun logger_filters:remote_gl/2, stop}},
                  {domain, {fun logger_filters:domain/2, {log, super, [otp, sasl]}}},
                  {no_domain, {fun logger_filters:domain/2, {log, undefined, []}}}],
      formatter => {logger_formatter, #{legacy_header => true, single_line => false}},
      config => logger_std_h:default_config(standard_io)}.

%% sync waits until the events that were sent before it have been handled.
sync() ->
    Ref = monitor(process, logger),
    catch logger ! {sync, self(), Ref},
    receive
        {Ref, done} -> demonitor(Ref, [flush]);
        {'DOWN', Ref, _, _, _} -> true
    after 1000 -> demonitor(Ref, [flush])
    end.

%% Asks the process for a change; the answer is ok or {error, Reason}.
change(Change) ->
    Ref = monitor(process, logger),
    logger ! {change, self(), Ref, Change},
    receive
        {Ref, Answer} ->
            demonitor(Ref, [flush]),
            Answer;
        {'DOWN', Ref, _, _, _} ->
            {error, noproc}
    end.

loop() ->
    receive
        {change, From, Ref, Change} ->
            Answer = case changed(Change, config()) of
                         {error, _} = Error -> Error;
                         Config ->
                             persistent_term:put(?KEY, Config),
                             ok
                     end,
            From ! {Ref, Answer};
        {log, Level, Format, Args, Meta} ->
            %% What the VM reports has not been held against the level yet.
            #{primary := #{level := Least}} = config(),
            logger:compare_levels(Level, Least) =:= lt orelse
                dispatch(#{level => Level, msg => {Format, Args}, meta => Meta});
        {sync, From, Ref} ->
            %% Behind what the handlers have sent here of the VM's own events.
            logger ! {synced, From, Ref};
        {synced, From, Ref} ->
            From ! {Ref, done};
        {write, Device, Chars} ->
            write(Device, Chars);
        {write, Device, Chars, Alias} ->
            write(Device, Chars),
            Alias ! {Alias, done};
        _ ->
            ok
    end,
    loop().

proxy() ->
    receive
        {log, Level, Format, Args, Meta} ->
            received(Level, {Format, Args}, Meta);
        {log, Level, Report, Meta} when is_map(Report) ->
            received(Level, {report, Report}, Meta);
        {log, Level, [Item | _] = Report, Meta} when is_tuple(Item) ->
            received(Level, {report, Report}, Meta);
        {log, Level, String, Meta} ->
            received(Level, {string, String}, Meta);
        _ ->
            ok
    end,
    proxy().

received(Level, Message, Meta) ->
    try deliver(#{level => Level, msg => Message, meta => Meta})
    catch _:_ -> ok
    end.

%% An event goes to the node of its group leader as well, if that is another
%% one, and is connected; it is dropped rather than waited for.
forward(#{level := Level, msg := Message, meta := #{gl := Leader} = Meta}) when node(Leader) =/= node() ->
    Event = case Message of
                {report, Report} -> {log, Level, Report, Meta};
                {string, String} -> {log, Level, String, Meta};
                {Format, Args} -> {log, Level, Format, Args, Meta}
            end,
    _ = erlang:send({?PROXY, node(Leader)}, Event, [noconnect, nosuspend]),
    ok;
forward(_) -> ok.

write(Device, Chars) ->
    try io:put_chars(Device, Chars)
    catch error:_ -> ok
    end.

changed({primary, New}, #{primary := #{level := OldLevel} = Old} = C) ->
    case maps:keys(maps:without(maps:keys(Old), New)) of
        [] ->
            case checked_level(maps:get(level, New, OldLevel)) of
                ok -> C#{primary := maps:merge(Old, New)};
                Error -> Error
            end;
        [Key | _] -> {error, {invalid_primary_config, {Key, maps:get(Key, New)}}}
    end;
changed(initial, _) -> initial();
changed({modules, Fun}, #{modules := Old} = C) ->
    C#{modules := Fun(Old)};
changed({add_handler, Id, Module, New}, #{handlers := Handlers} = C) ->
    case lists:keymember(Id, 1, Handlers) of
        true -> {error, {already_exist, Id}};
        false when not is_atom(Id) -> {error, {invalid_id, Id}};
        false ->
            Defaults = #{id => Id, module => Module, level => all, filter_default => log,
                         filters => [], formatter => {logger_formatter, #{}}},
            Config = maps:merge(Defaults, New),
            case checked(Module, Config) of
                ok ->
                    case added(Module, Config) of
                        {ok, Config1} -> C#{handlers := Handlers ++ [{Id, Config1}]};
                        {error, Reason} -> {error, {handler_not_added, Reason}}
                    end;
                Error -> Error
            end
    end;
changed({remove_handler, Id}, #{handlers := Handlers} = C) ->
    with_handler(Id, C, fun(Config) ->
                                Module = maps:get(module, Config),
                                optional(Module, removing_handler, [Config], ok),
                                C#{handlers := lists:keydelete(Id, 1, Handlers)}
                        end);
changed({handler, How, Id, New}, C) ->
    with_handler(Id, C, fun(#{module := Module} = Old) ->
                                Merged = maps:merge(Old, New),
                                case checked(Module, Merged) of
                                    ok -> put_changed(How, Id, Old, New, Merged, C);
                                    Error -> Error
                                end
                        end);
changed({add_filter, _, {_, Filter} = Bad}, _)
  when not is_tuple(Filter); tuple_size(Filter) =/= 2; not is_function(element(1, Filter), 2) ->
    {error, {invalid_filter, Bad}};
changed({add_filter, primary, {Id, _} = Filter}, #{primary := #{filters := Filters} = P} = C) ->
    case lists:keymember(Id, 1, Filters) of
        true -> {error, {already_exist, Id}};
        false -> C#{primary := P#{filters := Filters ++ [Filter]}}
    end;
changed({remove_filter, primary, Id}, #{primary := #{filters := Filters} = P} = C) ->
    case lists:keymember(Id, 1, Filters) of
        false -> {error, {not_found, Id}};
        true -> C#{primary := P#{filters := lists:keydelete(Id, 1, Filters)}}
    end;
changed({add_filter, Handler, {Id, _} = Filter}, C) ->
    with_handler(Handler, C,
                 fun(#{filters := Filters} = Old) ->
                         case lists:keymember(Id, 1, Filters) of
                             true -> {error, {already_exist, Id}};
                             false ->
                                 put_handler(Handler, Old#{filters := Filters ++ [Filter]}, C)
                         end
                 end);
changed({remove_filter, Handler, Id}, C) ->
    with_handler(Handler, C,
                 fun(#{filters := Filters} = Old) ->
                         case lists:keymember(Id, 1, Filters) of
                             false -> {error, {not_found, Id}};
                             true ->
                                 New = lists:keydelete(Id, 1, Filters),
                                 put_handler(Handler, Old#{filters := New}, C)
                         end
                 end).

with_handler(Id, #{handlers := Handlers}, Fun) ->
    case lists:keyfind(Id, 1, Handlers) of
        {_, Config} -> Fun(Config);
        false -> {error, {not_found, Id}}
    end.

%% The handler's own configuration is the handler's to change.
put_changed(How, Id, #{module := Module} = Old, #{config := _}, New, C) ->
    case optional(Module, changing_config, [How, Old, New], {ok, New}) of
        {ok, New1} -> put_handler(Id, New1, C);
        {error, _} = Error -> Error
    end;
put_changed(_, Id, _, _, New, C) -> put_handler(Id, New, C).

checked(Module, #{level := Level, filters := Filters, filter_default := Default, formatter := Formatter}) ->
    Log = erlang:function_exported(Module, log, 2) orelse
        code:ensure_loaded(Module) =:= {module, Module} andalso erlang:function_exported(Module, log, 2),
    if
        not Log -> {error, {invalid_handler, {function_not_exported, {Module, log, 2}}}};
        not is_list(Filters) -> {error, {invalid_filters, Filters}};
        Default =/= log, Default =/= stop -> {error, {invalid_filter_default, Default}};
        not is_tuple(Formatter); tuple_size(Formatter) =/= 2 -> {error, {invalid_formatter, Formatter}};
        true -> checked_level(Level)
    end.

checked_level(Level) ->
    case lists:member(Level, [none, emergency, alert, critical, error, warning, notice, info, debug, all]) of
        true -> ok;
        false -> {error, {invalid_level, Level}}
    end.

put_handler(Id, Config, #{handlers := Handlers} = C) ->
    C#{handlers := lists:keystore(Id, 1, Handlers, {Id, Config})}.

added(Module, Config) ->
    optional(Module, adding_handler, [Config], {ok, Config}).

optional(Module, Function, Args, Default) ->
    try apply(Module, Function, Args)
    catch
        error:undef -> Default;
        _:Reason -> {error, Reason}
    end.

%% An event through the filters to the handlers.
dispatch(Event) ->
    forward(Event),
    deliver(Event).

deliver(Event) ->
    #{primary := Primary, handlers := Handlers} = config(),
    case filtered(Event, Primary) of
        stop -> ok;
        Event1 -> lists:foreach(fun({_, Handler}) -> handle(Event1, Handler) end, Handlers)
    end.

handle(#{level := Level} = Event, #{level := Max, module := Module} = Handler) ->
    case logger:compare_levels(Level, Max) of
        lt -> ok;
        _ ->
            case filtered(Event, Handler) of
                stop -> ok;
                Event1 ->
                    try Module:log(Event1, Handler)
                    catch _:_ -> ok
                    end
            end
    end.

filtered(Event, #{filters := Filters, filter_default := Default}) ->
    filtered(Filters, Event, Default).

filtered([{_Id, {Fun, Arg}} | Filters], Event, Default) ->
    try Fun(Event, Arg) of
        stop -> stop;
        ignore -> filtered(Filters, Event, Default);
        #{} = Event1 -> filtered(Filters, Event1, log)
    catch _:_ -> filtered(Filters, Event, Default)
    end;
filtered([], Event, log) -> Event;
filtered([], _Event, stop) -> stop.
