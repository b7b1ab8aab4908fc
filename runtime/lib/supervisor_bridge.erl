%% A process of a supervision tree that stands for a subsystem of other making:
%% it starts and stops it by its callback module, and ends when it ends.
-module(supervisor_bridge).

-behaviour(gen_server).

-export([start_link/2, start_link/3]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2, code_change/3]).
-export([format_log/1, format_log/2]).

-callback init(Args :: term()) -> {ok, Pid :: pid(), State :: term()} | ignore | {error, Error :: term()}.
-callback terminate(Reason :: term(), State :: term()) -> Ignored :: term().

-record(bridge, {module, pid, state, name}).

-spec start_link(module(), term()) -> {ok, pid()} | ignore | {error, term()}.
start_link(Module, Args) -> gen_server:start_link(?MODULE, [Module, Args, self], []).

-spec start_link(gen_server:server_name(), module(), term()) -> {ok, pid()} | ignore | {error, term()}.
start_link(Name, Module, Args) -> gen_server:start_link(Name, ?MODULE, [Module, Args, Name], []).

init([Module, Args, Name0]) ->
    process_flag(trap_exit, true),
    case Module:init(Args) of
        {ok, Pid, State} when is_pid(Pid) ->
            link(Pid),
            Name = case Name0 of
                       self -> {self(), Module};
                       _ -> Name0
                   end,
            logger:info(#{label => {supervisor, progress}, report => [{supervisor, Name}, {started, [{pid, Pid}, {mfa, {Module, init, [Args]}}]}]},
                        #{domain => [otp, sasl], report_cb => fun supervisor_bridge:format_log/2,
                          logger_formatter => #{title => "PROGRESS REPORT"},
                          error_logger => #{tag => info_report, type => progress,
                                            report_cb => fun supervisor_bridge:format_log/1}}),
            {ok, #bridge{module = Module, pid = Pid, state = State, name = Name}};
        ignore -> ignore;
        {error, Reason} -> {stop, Reason}
    end.

handle_call(which_children, _, Bridge) -> {reply, [], Bridge};
handle_call(count_children, _, Bridge) -> {reply, [], Bridge};
handle_call(_, _, Bridge) -> {reply, {error, badcall}, Bridge}.

handle_cast(_, Bridge) -> {noreply, Bridge}.

handle_info({'EXIT', Pid, Reason}, #bridge{pid = Pid} = Bridge) ->
    Reason =:= normal orelse report(child_terminated, Reason, Bridge),
    {stop, Reason, Bridge#bridge{pid = undefined}};
handle_info(_, Bridge) -> {noreply, Bridge}.

terminate(_, #bridge{pid = undefined}) -> ok;
terminate(Reason, #bridge{module = Module, state = State} = Bridge) ->
    Module:terminate(Reason, State),
    Reason =:= normal orelse Reason =:= shutdown orelse report(shutdown_error, Reason, Bridge),
    ok.

code_change(_, Bridge, _) -> {ok, Bridge}.

report(Context, Reason, #bridge{pid = Pid, module = Module, name = Name}) ->
    logger:error(#{label => {supervisor, error},
                   report => [{supervisor, Name}, {errorContext, Context}, {reason, Reason},
                              {offender, [{pid, Pid}, {mod, Module}]}]},
                 #{domain => [otp, sasl], report_cb => fun supervisor_bridge:format_log/2,
                   logger_formatter => #{title => "SUPERVISOR REPORT"},
                   error_logger => #{tag => error_report, type => supervisor_report,
                                     report_cb => fun supervisor_bridge:format_log/1}}).

format_log(Report) -> supervisor:format_log(Report).

format_log(Report, Options) -> supervisor:format_log(Report, Options).
