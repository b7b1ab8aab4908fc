%% The process that loads, starts and stops applications. A loaded
%% application's description and environment, and the masters of those that
%% run, stand in the table ac_tab, which everyone reads.
-module(application_controller).

-export([start/1, description/1, lookup/1, all/1, store/2, forget/1, format_log/1]).
-export([get_loaded/1, set_env/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2]).

-define(TABLE, ac_tab).

%% running: [{App, Type, Master}], the last one started first.
-record(s, {running = []}).

%% start takes the command line's flags, which may give applications values.
start(Flags) -> gen_server:start({local, ?MODULE}, ?MODULE, Flags, []).

lookup(Key) ->
    case ets:lookup(?TABLE, Key) of
        [{_, Value}] -> {ok, Value};
        [] -> undefined
    end.

%% all gives {Last, Value} for the keys that match a pattern whose last or only
%% wildcard is Last.
all({env, App, '_'}) -> [{K, V} || [K, V] <- ets:match(?TABLE, {{env, App, '$1'}, '$2'})];
all({Kind, '_'}) -> [{K, V} || [K, V] <- ets:match(?TABLE, {{Kind, '$1'}, '$2'})].

store(Key, Value) ->
    ets:insert(?TABLE, {Key, Value}),
    ok.

forget(Key) ->
    ets:delete(?TABLE, Key),
    ok.

%% What OTP's applications ask for here instead of in application.
get_loaded(App) ->
    case lookup({loaded, App}) of
        {ok, Keys} ->
            [Descr, Id, Vsn, Mods, MaxP, MaxT, Regs, Incs, Opts, Apps, Mod, Phases] =
                [proplists:get_value(K, Keys)
                 || K <- [description, id, vsn, modules, maxP, maxT, registered,
                          included_applications, optional_applications, applications, mod, start_phases]],
            {true, {appl, App, {appl_data, App, Regs, Phases, Mod, Mods, MaxP, MaxT},
                    Descr, Id, Vsn, Apps, Opts, Incs}};
        undefined ->
            false
    end.

set_env(App, Key, Value) -> application:set_env(App, Key, Value).

init(Flags) ->
    process_flag(trap_exit, true),
    ?TABLE = ets:new(?TABLE, [named_table, public, set, {read_concurrency, true}]),
    try
        Values = lists:append([config_file(File) || {config, Files} <- Flags, File <- named(Files)])
            ++ lists:append([flag_values(App, KVs) || {App, KVs} <- Flags]),
        store(given, Values),
        [load(Description) || Description <- own()],
        {ok, #s{running = [{stdlib, permanent, none}, {kernel, permanent, none}]}}
    catch
        throw:Text -> {stop, lists:flatten(Text)}
    end.

%% The values of a flag such as -kernel logger_level debug.
flag_values(App, [Key, Text | KVs]) when App =/= pa, App =/= pz, App =/= config ->
    case {value(Key), value(Text)} of
        {{ok, Name}, {ok, Value}} -> [{App, Name, Value} | flag_values(App, KVs)];
        {BadKey, BadValue} when App =:= kernel; App =:= stdlib ->
            Bad = case BadKey of
                      {ok, _} when BadValue =:= error -> Text;
                      _ -> Key
                  end,
            throw(io_lib:format("{bad_environment_value,~0p}", [Bad]));
        _ -> flag_values(App, KVs)
    end;
flag_values(connect_all, ["false"]) -> [{kernel, connect_all, false}];
flag_values(_, _) -> [].

value(Text) ->
    case erl_scan:string(Text ++ ".") of
        {ok, Tokens, _} ->
            case erl_parse:parse_term(Tokens) of
                {ok, Value} -> {ok, Value};
                {error, _} -> error
            end;
        {error, _, _} -> error
    end.

%% -config without a file is a file without a name.
named([]) -> [""];
named(Files) -> Files.

%% A file of -config: [{App, [{Key, Value}]}].
config_file(Name) ->
    File = case filename:extension(Name) of
               ".config" -> Name;
               _ -> Name ++ ".config"
           end,
    case file:consult(File) of
        {ok, [Apps]} when is_list(Apps) ->
            [{App, Key, Value} || {App, KVs} <- Apps, {Key, Value} <- KVs];
        {ok, _} -> config_error(File, none, "bad term");
        {error, enoent} -> config_error(File, none, "configuration file not found");
        {error, {Line, _, _} = Reason} -> config_error(File, Line, file:format_error(Reason));
        {error, Reason} -> config_error(File, none, file:format_error(Reason))
    end.

config_error(File, Line, Text) ->
    throw(io_lib:format("error in config file ~0tp (~w): ~ts",
                        [filename:join(filename:dirname(File), filename:basename(File)), Line, Text])).

%% own are the applications that the node itself is made of.
own() ->
    [{application, kernel,
      [{description, "ERTS  CXC 138 10"}, {vsn, "11.0.4"}, {registered, [kernel_sup, init, user, logger]},
       {modules, [application, application_controller, code, erl_epmd, error_handler, error_logger, file,
                  file_io_server, group, init, logger, net_adm, net_kernel, os, rpc, erpc, user]},
       {env, [{logger_level, notice}, {logger_sasl_compatible, false}, {connect_all, true},
              {shell_history_drop, []}, {shell_docs_ansi, auto}, {net_ticktime, 60},
              {net_tickintensity, 4}, {prevent_overlapping_partitions, true}]}]},
     {application, stdlib,
      [{description, "ERTS  CXC 138 10"}, {vsn, "8.1"}, {applications, [kernel]},
       {modules, [array, base64, beam_lib, binary, c, calendar, dict, digraph, epp, erl_anno, erl_eval,
                  erl_internal, erl_lint, erl_parse, erl_pp, erl_scan, ets, filelib, filename, gb_sets,
                  gb_trees, gen, gen_event, gen_server, gen_statem, io, io_lib, lists, maps, math, orddict,
                  ordsets, proc_lib, proplists, queue, rand, re, sets, shell, shell_default, string,
                  supervisor, sys, timer, unicode]}]}].

%% built_in are those whose modules the library has as well; they are loaded and
%% started by those who need them.
built_in() ->
    [{application, crypto,
      [{description, "CRYPTO"}, {vsn, "5.10"}, {applications, [kernel, stdlib]}, {modules, [crypto]},
       {env, [{fips_mode, false}, {rand_cache_size, 896}]}]},
     {application, compiler,
      [{description, "ERTS  CXC 138 10"}, {vsn, "10.0.6"}, {applications, [kernel, stdlib]},
       {modules, [beam_core_to_ssa, beam_doc, compile, sys_core_fold, v3_core]}]},
     {application, eunit,
      [{description, "EUnit"}, {vsn, "2.11"}, {applications, [kernel, stdlib]},
       {modules, [eunit, eunit_autoexport, eunit_data, eunit_proc, eunit_test, eunit_tty]}]}].

%% description reads an application's .app file from the code path.
description(App) ->
    Name = atom_to_list(App) ++ ".app",
    case code:where_is_file(Name) of
        non_existing ->
            case lists:keyfind(App, 2, built_in()) of
                {_, _, _} = Description -> {ok, Description};
                false -> {error, {file:format_error(enoent), Name}}
            end;
        File ->
            case file:consult(File) of
                {ok, [Description]} -> {ok, Description};
                {ok, _} -> {error, {bad_application, Name}};
                {error, Reason} -> {error, {file:format_error(Reason), Name}}
            end
    end.

%%% Requests.

handle_call({load, {application, App, _} = Description}, _, S) ->
    case lookup({loaded, App}) of
        {ok, _} -> {reply, {error, {already_loaded, App}}, S};
        undefined -> {reply, load(Description), S}
    end;
handle_call({is_loaded, App}, _, S) -> {reply, lookup({loaded, App}) =/= undefined, S};
handle_call({unload, App}, _, S) ->
    case {lookup({loaded, App}), lists:keymember(App, 1, S#s.running)} of
        {_, true} -> {reply, {error, {running, App}}, S};
        {undefined, false} -> {reply, {error, {not_loaded, App}}, S};
        _ ->
            ets:delete(?TABLE, {loaded, App}),
            ets:match_delete(?TABLE, {{env, App, '_'}, '_'}),
            {reply, ok, S}
    end;
handle_call({start, App, Type}, From, S) -> start(App, Type, From, S);
handle_call({stop, App}, _, S) ->
    case lists:keytake(App, 1, S#s.running) of
        {value, {App, Type, Master}, Rest} ->
            stop_master(Master),
            stopped(App, Type, stopped),
            {reply, ok, S#s{running = Rest}};
        false -> {reply, {error, {not_started, App}}, S}
    end;
handle_call(which_applications, _, S) ->
    {reply, [summary(App) || {App, _, _} <- S#s.running], S};
handle_call(loaded_applications, _, S) -> {reply, loaded(), S};
handle_call({supervisor, App}, _, S) ->
    case lists:keyfind(App, 1, S#s.running) of
        {_, _, Master} when is_pid(Master) -> {reply, application_master:supervisor(Master), S};
        _ -> {reply, undefined, S}
    end;
handle_call(info, _, S) ->
    {reply, [{loaded, loaded()}, {loading, []},
             {started, [{App, Type} || {App, Type, _} <- S#s.running]},
             {start_p_false, []},
             {running, [{App, pid_or_undefined(Master)} || {App, _, Master} <- S#s.running]},
             {starting, []}], S};
handle_call(_, _, S) -> {reply, {error, badarg}, S}.

handle_cast(_, S) -> {noreply, S}.

%% A master tells how its application's start went.
handle_info({started, Master, App, Type, From, Result}, S) ->
    case Result of
        ok ->
            gen_server:reply(From, ok),
            {noreply, S#s{running = [{App, Type, Master} | S#s.running]}};
        {error, Reason} = Error ->
            forget({master, Master}),
            stopped(App, Type, Reason),
            gen_server:reply(From, Error),
            {noreply, S}
    end;
handle_info({'EXIT', Master, Reason}, S) ->
    forget({master, Master}),
    case lists:keytake(Master, 3, S#s.running) of
        {value, {App, Type, Master}, Rest} ->
            stopped(App, Type, Reason),
            ends_node(Type, Reason) andalso init:stop(1),
            {noreply, S#s{running = Rest}};
        false -> {noreply, S}
    end;
handle_info(_, S) -> {noreply, S}.

ends_node(permanent, _) -> true;
ends_node(transient, normal) -> false;
ends_node(transient, _) -> true;
ends_node(temporary, _) -> false.

pid_or_undefined(Pid) when is_pid(Pid) -> Pid;
pid_or_undefined(_) -> undefined.

loaded() -> [summary(App) || {App, _} <- all({loaded, '_'})].

summary(App) ->
    {ok, Keys} = lookup({loaded, App}),
    {App, proplists:get_value(description, Keys), proplists:get_value(vsn, Keys)}.

%%% Loading: the keys of a description with what it leaves out; what the
%%% command line and programs have set in the environment wins.

load({application, App, Given}) ->
    Keys = [{Key, proplists:get_value(Key, Given, Default)}
            || {Key, Default} <- [{description, ""}, {id, ""}, {vsn, ""}, {modules, []},
                                  {maxP, infinity}, {maxT, infinity}, {registered, []},
                                  {included_applications, []}, {optional_applications, []},
                                  {applications, []}, {env, []}, {mod, []},
                                  {start_phases, undefined}]],
    [ets:insert_new(?TABLE, {{env, App, Key}, Value})
     || {Key, Value} <- proplists:get_value(env, Keys)],
    {ok, Values} = lookup(given),
    [store({env, App, Key}, Value) || {Name, Key, Value} <- Values, Name =:= App],
    store({loaded, App}, Keys).

%%% Starting.

start(App, Type, From, S) ->
    {ok, Keys} = lookup({loaded, App}),
    Needed = proplists:get_value(applications, Keys),
    case lists:keymember(App, 1, S#s.running) of
        true -> {reply, {error, {already_started, App}}, S};
        false ->
            case [N || N <- Needed, not lists:keymember(N, 1, S#s.running),
                       not is_missing_optional(N, Keys)] of
                [Missing | _] -> {reply, {error, {not_started, Missing}}, S};
                [] -> start_master(App, Type, proplists:get_value(mod, Keys), From, S)
            end
    end.

is_missing_optional(App, Keys) ->
    lists:member(App, proplists:get_value(optional_applications, Keys))
        andalso lookup({loaded, App}) =:= undefined.

%% A library application is only noted.
start_master(App, Type, [], _, S) ->
    {reply, ok, S#s{running = [{App, Type, none} | S#s.running]}};
start_master(App, Type, {Mod, Args}, From, S) ->
    Controller = self(),
    Tell = fun(Master, Result) -> Controller ! {started, Master, App, Type, From, Result} end,
    Master = application_master:start_link(App, Mod, Args, Tell),
    store({master, Master}, App),
    {noreply, S}.

stop_master(none) -> ok;
stop_master(Master) ->
    application_master:stop(Master),
    receive {'EXIT', Master, _} -> forget({master, Master}) end.

%% A report of a stopped application ends in an empty line.
format_log(Log) ->
    {Format, Args} = logger:format_otp_report(Log),
    {Format ++ "~n", Args}.

stopped(App, Type, Reason) ->
    logger:log(case Reason =:= stopped orelse Type =:= temporary of
                   true -> notice;
                   false -> error
               end,
               #{label => {?MODULE, exit},
                 report => [{application, App}, {exited, Reason}, {type, Type}]},
               #{pid => self(), domain => [otp], gl => group_leader(),
                 report_cb => fun ?MODULE:format_log/1,
                 error_logger => #{tag => info_report, type => std_info}}).
