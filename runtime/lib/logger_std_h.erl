%% The standard handler: events as text on the device `user`, in standard
%% error, or in a file. Each file has a server of its own, named
%% logger_std_h_ID, that opens it anew when it is gone and begins another one
%% when it gets too large.
-module(logger_std_h).
-behaviour(gen_server).

-export([log/2, adding_handler/1, removing_handler/1, changing_config/3, default_config/1, filesync/1]).
-export([init/1, handle_call/3, handle_cast/2, terminate/2]).

%% A file's server that is behind by so many events makes those who log wait.
-define(BEHIND, 10).

log(Event, #{formatter := {Formatter, FConfig}} = Config) ->
    Chars = unicode:characters_to_binary(Formatter:format(Event, FConfig)),
    case maps:get(config, Config, #{}) of
        #{type := file} -> write(server(maps:get(id, Config)), Chars);
        Device -> show(device(Device), Chars)
    end,
    ok.

%% A report comes before what the process that it is of, or who waits for that
%% process, prints next; but nobody waits for long, as it may be the device
%% that reports.
-define(PATIENCE, 50).

show(Device, Chars) ->
    case whereis(logger) of
        undefined -> ok;
        Logger when Logger =:= self() -> Logger ! {write, Device, Chars};
        Logger ->
            Alias = monitor(process, Logger, [{alias, reply_demonitor}]),
            Logger ! {write, Device, Chars, Alias},
            receive
                {Alias, done} -> ok;
                {'DOWN', Alias, _, _, _} -> ok
            after ?PATIENCE -> demonitor(Alias, [flush])
            end
    end.

device(#{type := standard_error}) -> standard_error;
device(#{type := {device, Device}}) -> Device;
device(_) -> user.

server(Id) -> list_to_atom(?MODULE_STRING ++ "_" ++ atom_to_list(Id)).

write(Name, Chars) ->
    Server = whereis(Name),
    case process_info(Server, message_queue_len) of
        {_, N} when N > ?BEHIND -> gen_server:call(Server, {write, Chars}, infinity);
        _ -> gen_server:cast(Server, {write, Chars})
    end.

%% filesync waits until what was logged is in the file.
filesync(Id) ->
    case logger:get_handler_config(Id) of
        {ok, #{config := #{type := Type}}} when Type =/= file -> ok;
        _ -> gen_server:call(server(Id), filesync)
    end.

adding_handler(#{id := Id} = Handler) ->
    Given = maps:get(config, Handler, #{}),
    case checked(Given) of
        {ok, #{type := file} = Config} ->
            %% Not linked: the process that asks may end.
            case gen_server:start({local, server(Id)}, ?MODULE, Config, []) of
                {ok, _} -> {ok, Handler#{config => Config}};
                {error, _} = Error -> Error
            end;
        {ok, Config} -> {ok, Handler#{config => Config}};
        Error -> Error
    end.

removing_handler(#{id := Id, config := #{type := file}}) -> gen_server:stop(server(Id));
removing_handler(_) -> ok.

%% What says where the text goes stays as it is.
changing_config(SetOrUpdate, #{config := Old} = OldHandler, #{} = NewHandler) ->
    Given = maps:get(config, NewHandler, #{}),
    {Fixed, Base} = case SetOrUpdate of
                        set -> {fixed(Old), fixed(Old)};
                        update -> {fixed(Old), Old}
                    end,
    case checked(maps:merge(Base, Given)) of
        {ok, New} ->
            case fixed(New) of
                Fixed ->
                    changed(OldHandler, New),
                    {ok, NewHandler#{config => New}};
                Other -> {error, {illegal_config_change, ?MODULE, Fixed, Other}}
            end;
        {error, {invalid_config, _, Bad}} -> {error, {invalid_config, ?MODULE, Bad}}
    end.

changed(#{id := Id, config := #{type := file}}, New) -> gen_server:call(server(Id), {config, New});
changed(_, _) -> ok.

fixed(Config) -> maps:with([type, file, modes], Config).

checked(Config0) when is_map(Config0) ->
    Config = where(Config0),
    Defaults = default_config(maps:get(type, Config)),
    Bad = maps:filter(fun(Key, Value) -> not (is_map_key(Key, Defaults) andalso valid(Key, Value)) end, Config),
    case map_size(Bad) of
        0 -> {ok, maps:merge(Defaults, Config)};
        _ -> {error, {invalid_config, ?MODULE, Bad}}
    end;
checked(Config) -> {error, {invalid_config, ?MODULE, Config}}.

%% The configuration with type, and the file's whole name.
where(#{type := {file, File}} = Config) -> file_config(File, Config);
where(#{type := {file, File, Modes}} = Config) -> file_config(File, Config#{modes => Modes});
where(#{type := file, file := File} = Config) -> file_config(File, Config);
where(#{type := _} = Config) -> Config;
where(#{file := File} = Config) -> file_config(File, Config);
where(Config) -> Config#{type => standard_io}.

file_config(File, Config) ->
    try filename:absname(File) of
        Name -> Config#{type => file, file => Name, modes => modes(maps:get(modes, Config, []))}
    catch error:_ -> Config#{type => file}
    end.

modes(Modes) when is_list(Modes) ->
    Wanted = case [M || M <- [write, append, exclusive], lists:member(M, Modes)] of
                 [] -> Modes ++ [append];
                 _ -> Modes
             end,
    Raw = [raw || not lists:member(raw, Wanted)] ++ Wanted,
    case [M || M <- Raw, M =:= delayed_write orelse is_tuple(M)] of
        [] -> [delayed_write | Raw];
        _ -> Raw
    end;
modes(Modes) -> Modes.

valid(type, Type) ->
    case Type of
        standard_io -> true;
        standard_error -> true;
        file -> true;
        {device, _} -> true;
        _ -> false
    end;
valid(file, File) -> is_list(File) orelse is_binary(File);
valid(modes, Modes) -> is_list(Modes);
valid(max_no_bytes, infinity) -> true;
valid(filesync_repeat_interval, no_repeat) -> true;
valid(Key, Value) when Key =:= compress_on_rotate; Key =:= burst_limit_enable; Key =:= overload_kill_enable ->
    is_boolean(Value);
valid(overload_kill_restart_after, infinity) -> true;
valid(Key, Value) when Key =:= file_check; Key =:= max_no_files; Key =:= overload_kill_restart_after ->
    is_integer(Value) andalso Value >= 0;
valid(_, Value) -> is_integer(Value) andalso Value > 0.

default_config(file) ->
    (common())#{type => file, file => "", modes => [], filesync_repeat_interval => 5000,
                max_no_bytes => infinity, max_no_files => 0, file_check => 0, compress_on_rotate => false};
default_config(Type) -> (common())#{type => Type, filesync_repeat_interval => no_repeat}.

common() ->
    #{burst_limit_enable => true, burst_limit_max_count => 500, burst_limit_window_time => 1000,
      drop_mode_qlen => 200, flush_qlen => 1000, sync_mode_qlen => 10, overload_kill_enable => false,
      overload_kill_mem_size => 3000000, overload_kill_qlen => 20000, overload_kill_restart_after => 5000}.

%% A file's server; its state is {Config, {Device, Size}}.

init(#{file := File} = Config) ->
    process_flag(trap_exit, true),
    case opened(Config) of
        {ok, Open} -> {ok, {Config, Open}};
        {error, Reason} -> {error, {open_failed, File, Reason}}
    end.

opened(#{file := File, modes := Modes}) ->
    _ = filelib:ensure_dir(File),
    case file:open(File, [M || M <- Modes, M =/= delayed_write, not is_tuple(M)]) of
        {ok, Device} -> {ok, {Device, filelib:file_size(File)}};
        Error -> Error
    end.

handle_call({write, Chars}, _, State) -> {reply, ok, written(Chars, State)};
handle_call({config, Config}, _, {_, Open}) -> {reply, ok, rotated({Config, Open})};
handle_call(filesync, _, State) -> {reply, ok, State}.

handle_cast({write, Chars}, State) -> {noreply, written(Chars, State)}.

terminate(_, {_, Open}) -> close(Open).

written(Chars, State0) ->
    case there(State0) of
        {Config, {Device, Size}} ->
            _ = file:write(Device, Chars),
            rotated({Config, {Device, Size + byte_size(Chars)}});
        State -> State
    end.

%% A file that was moved or deleted is opened anew.
there({#{file := File} = Config, {_, _} = Open} = State) ->
    case file:read_file_info(File) of
        {ok, _} -> State;
        _ ->
            close(Open),
            there({Config, none})
    end;
there({Config, none}) ->
    case opened(Config) of
        {ok, Open} -> {Config, Open};
        _ -> {Config, none}
    end.

close({Device, _}) -> file:close(Device);
close(none) -> ok.

rotated({#{max_no_bytes := Max, file := File, max_no_files := N} = Config, {_, Size} = Open})
  when is_integer(Max), Size > Max ->
    close(Open),
    moved(File, N, maps:get(compress_on_rotate, Config)),
    there({Config, none});
rotated(State) -> State.

%% FILE becomes FILE.0, that FILE.1, and so on; N are kept.
moved(File, 0, _) -> file:delete(File);
moved(File, N, Compress) ->
    _ = [begin
             From = old(File, I, Ext),
             case filelib:is_regular(From) of
                 true when I + 1 < N -> file:rename(From, old(File, I + 1, Ext));
                 true -> file:delete(From);
                 false -> ok
             end
         end || I <- lists:seq(N - 1, 0, -1), Ext <- ["", ".gz"]],
    case Compress andalso file:read_file(File) of
        {ok, Text} ->
            _ = file:write_file(old(File, 0, ".gz"), zlib:gzip(Text)),
            file:delete(File);
        _ -> file:rename(File, old(File, 0, ""))
    end.

old(File, I, Ext) -> unicode:characters_to_list([File, $., integer_to_list(I), Ext]).
