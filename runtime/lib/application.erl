%% Applications: what programs ask of the process application_controller, and
%% their environment, which is read from its table.
-module(application).

-export([ensure_all_started/1, ensure_all_started/2, ensure_all_started/3,
         ensure_started/1, ensure_started/2, start/1, start/2, stop/1,
         load/1, load/2, unload/1, start_boot/1, start_boot/2,
         which_applications/0, which_applications/1, loaded_applications/0, info/0,
         get_env/1, get_env/2, get_env/3, get_all_env/0, get_all_env/1,
         set_env/1, set_env/2, set_env/3, set_env/4, unset_env/2, unset_env/3,
         get_key/1, get_key/2, get_all_key/0, get_all_key/1,
         get_application/0, get_application/1, get_supervisor/1,
         permit/2, takeover/2, start_type/0]).

-define(is_type(T), T =:= temporary; T =:= transient; T =:= permanent).

%%% Starting and stopping.

start(App) -> start(App, temporary).
start(App, Type) when ?is_type(Type) ->
    case load(App) of
        ok -> call({start, name(App), Type});
        {error, {already_loaded, _}} -> call({start, name(App), Type});
        {error, _} = Error -> Error
    end;
start(_, Type) -> {error, {invalid_restart_type, Type}}.

start_boot(App) -> start(App).
start_boot(App, Type) -> start(App, Type).

stop(App) -> call({stop, App}).

ensure_started(App) -> ensure_started(App, temporary).
ensure_started(App, Type) ->
    case start(App, Type) of
        ok -> ok;
        {error, {already_started, App}} -> ok;
        {error, _} = Error -> Error
    end.

ensure_all_started(Apps) -> ensure_all_started(Apps, temporary).
ensure_all_started(Apps, Type) -> ensure_all_started(Apps, Type, serial).
ensure_all_started(App, Type, Mode) when is_atom(App) -> ensure_all_started([App], Type, Mode);
ensure_all_started(Apps, Type, _Mode) when is_list(Apps) ->
    case all_started(Apps, Type, []) of
        {ok, Started} -> {ok, lists:reverse(Started)};
        {error, What, Started} ->
            lists:foreach(fun stop/1, Started),
            {error, What}
    end.

all_started([App | Apps], Type, Started) ->
    case start(App, Type) of
        ok -> all_started(Apps, Type, [App | Started]);
        {error, {already_started, App}} -> all_started(Apps, Type, Started);
        {error, {not_started, Needed}} -> all_started([Needed, App | Apps], Type, Started);
        {error, Reason} ->
            case optional(App, Apps) of
                true -> all_started(Apps, Type, Started);
                false -> {error, {App, Reason}, Started}
            end
    end;
all_started([], _, Started) -> {ok, Started}.

%% An optional application that is not there is done without.
optional(App, [Parent | _]) ->
    case get_key(Parent, optional_applications) of
        {ok, Optional} -> lists:member(App, Optional);
        undefined -> false
    end;
optional(_, []) -> false.

load(App) -> load(App, []).
load(App, _Distributed) when is_atom(App) -> load_file(App, call({is_loaded, App}));
load({application, Name, Keys} = App, _) when is_atom(Name), is_list(Keys) -> call({load, App});
load({application, Name, Keys}, _) when is_atom(Name) -> {error, {invalid_options, Keys}};
load({application, Name, _}, _) -> {error, {invalid_name, Name}};
load(App, _) -> {error, {bad_application, App}}.

load_file(App, true) -> {error, {already_loaded, App}};
load_file(App, false) ->
    case application_controller:description(App) of
        {ok, {application, App, Keys} = Description} when is_list(Keys) -> call({load, Description});
        {ok, Other} -> {error, {bad_application, Other}};
        {error, _} = Error -> Error
    end.

unload(App) -> call({unload, App}).

name({application, Name, _}) -> Name;
name(Name) -> Name.

which_applications() -> call(which_applications).
which_applications(_Timeout) -> which_applications().
loaded_applications() -> call(loaded_applications).
info() -> call(info).

permit(App, Permission) when is_boolean(Permission) ->
    case call({is_loaded, App}) of
        true -> ok;
        false -> {error, {not_loaded, App}}
    end.

takeover(App, _) -> {error, {not_running_distributed, App}}.
start_type() -> undefined.

call(Request) -> gen_server:call(application_controller, Request, infinity).

%%% The environment.

get_env(Key) ->
    case get_application() of
        {ok, App} -> get_env(App, Key);
        undefined -> undefined
    end.

get_env(App, Key) -> application_controller:lookup({env, App, Key}).

get_env(App, Key, Default) ->
    case get_env(App, Key) of
        {ok, Value} -> Value;
        undefined -> Default
    end.

get_all_env() ->
    case get_application() of
        {ok, App} -> get_all_env(App);
        undefined -> []
    end.
get_all_env(App) -> application_controller:all({env, App, '_'}).

set_env(Config) -> set_env(Config, []).
set_env(Config, _Opts) when is_list(Config) ->
    [set_env(App, Key, Value) || {App, Values} <- Config, {Key, Value} <- Values],
    ok.
set_env(App, Key, Value) -> application_controller:store({env, App, Key}, Value).
set_env(App, Key, Value, _Opts) -> set_env(App, Key, Value).

unset_env(App, Key) -> application_controller:forget({env, App, Key}).
unset_env(App, Key, _Opts) -> unset_env(App, Key).

%%% What .app files say.

get_key(Key) ->
    case get_application() of
        {ok, App} -> get_key(App, Key);
        undefined -> undefined
    end.

get_key(App, Key) ->
    case get_all_key(App) of
        {ok, Keys} ->
            case lists:keyfind(Key, 1, Keys) of
                {_, Value} -> {ok, Value};
                false -> undefined
            end;
        undefined -> undefined
    end.

get_all_key() ->
    case get_application() of
        {ok, App} -> get_all_key(App);
        undefined -> []
    end.

get_all_key(App) ->
    case application_controller:lookup({loaded, App}) of
        {ok, Keys} -> {ok, lists:keyreplace(env, 1, Keys, {env, get_all_env(App)})};
        undefined -> undefined
    end.

get_application() -> get_application(group_leader()).

get_application(Pid) when is_pid(Pid), node(Pid) =:= node() ->
    case application_controller:lookup({master, Pid}) of
        {ok, App} -> {ok, App};
        undefined ->
            case process_info(Pid, group_leader) of
                {group_leader, Leader} -> application_controller:lookup({master, Leader});
                undefined -> undefined
            end
    end;
get_application(Pid) when is_pid(Pid) -> undefined;
get_application(Module) when is_atom(Module) ->
    case [App || {App, Keys} <- application_controller:all({loaded, '_'}),
                 lists:member(Module, proplists:get_value(modules, Keys))] of
        [App | _] -> {ok, App};
        [] -> undefined
    end.

get_supervisor(App) when is_atom(App) -> call({supervisor, App}).
