%% Supervisors: gen_servers that start children, watch over them and start
%% them again by a strategy, until that happens too often.
-module(supervisor).
-behaviour(gen_server).

-export([start_link/2, start_link/3, start_child/2, restart_child/2, stop/1, stop/3, delete_child/2,
         terminate_child/2, which_children/1, which_child/2, count_children/1, check_childspecs/1,
         check_childspecs/2, get_childspec/2]).
-export([init/1, handle_call/3, handle_info/2, handle_cast/2, terminate/2, code_change/3]).
-export([format_log/1, format_log/2, behaviour_info/1]).

%% Children are in the order in which they were started, the last one first.
%% Of a simple_one_for_one supervisor there is one template, and dynamics maps
%% the pids of its children to their arguments.
-record(state, {name, strategy, children = [], dynamics = #{}, intensity, period, restarts = [],
                auto_shutdown = never, module, args}).

-record(child, {pid = undefined, id, mfargs, restart, significant = false, shutdown, type, modules = []}).

behaviour_info(callbacks) -> [{init, 1}];
behaviour_info(_) -> undefined.

start_link(Mod, Args) -> gen_server:start_link(?MODULE, {self, Mod, Args}, []).

start_link(SupName, Mod, Args) -> gen_server:start_link(SupName, ?MODULE, {SupName, Mod, Args}, []).

start_child(Sup, Spec) -> call(Sup, {start_child, Spec}).
restart_child(Sup, Id) -> call(Sup, {restart_child, Id}).
delete_child(Sup, Id) -> call(Sup, {delete_child, Id}).
terminate_child(Sup, Id) -> call(Sup, {terminate_child, Id}).
get_childspec(Sup, Id) -> call(Sup, {get_childspec, Id}).
which_children(Sup) -> call(Sup, which_children).
which_child(Sup, Id) -> call(Sup, {which_child, Id}).
count_children(Sup) -> call(Sup, count_children).

stop(Sup) -> gen_server:stop(Sup).
stop(Sup, Reason, Timeout) -> gen_server:stop(Sup, Reason, Timeout).

call(Sup, Request) -> gen_server:call(Sup, Request, infinity).

check_childspecs(Specs) -> check_childspecs(Specs, undefined).

check_childspecs(Specs, AutoShutdown)
  when is_list(Specs), AutoShutdown =:= undefined orelse AutoShutdown =:= never orelse
                       AutoShutdown =:= any_significant orelse AutoShutdown =:= all_significant ->
    case check_startspec(Specs, AutoShutdown) of
        {ok, _} -> ok;
        Error -> {error, Error}
    end;
check_childspecs(Specs, AutoShutdown) when is_list(Specs) ->
    {error, {badarg, AutoShutdown}};
check_childspecs(X, _) ->
    {error, {badarg, X}}.

%% The server.

init({SupName, Mod, Args}) ->
    process_flag(trap_exit, true),
    case Mod:init(Args) of
        {ok, {Flags, Specs}} ->
            case init_state(SupName, Flags, Mod, Args) of
                {ok, #state{strategy = simple_one_for_one} = State} -> init_dynamic(State, Specs);
                {ok, State} -> init_children(State, Specs);
                Error -> {stop, {supervisor_data, Error}}
            end;
        ignore -> ignore;
        Error -> {stop, {bad_return, {Mod, init, Error}}}
    end.

init_children(#state{name = Name} = State, Specs) ->
    case check_startspec(Specs, State#state.auto_shutdown) of
        {ok, Children} ->
            case start_children(Children, Name, []) of
                {ok, Started} -> {ok, State#state{children = Started}};
                {error, Started, Reason} ->
                    terminate_children(Started, Name),
                    {stop, {shutdown, Reason}}
            end;
        Error -> {stop, {start_spec, Error}}
    end.

init_dynamic(State, [Spec]) ->
    case check_startspec([Spec], State#state.auto_shutdown) of
        {ok, Children} -> {ok, State#state{children = Children}};
        Error -> {stop, {start_spec, Error}}
    end;
init_dynamic(_, Specs) -> {stop, {bad_start_spec, Specs}}.

init_state(SupName, {Strategy, Intensity, Period}, Mod, Args) ->
    init_state(SupName, #{strategy => Strategy, intensity => Intensity, period => Period}, Mod, Args);
init_state(SupName, Flags, Mod, Args) when is_map(Flags) ->
    #{strategy := Strategy, intensity := Intensity, period := Period, auto_shutdown := Auto} =
        maps:merge(#{strategy => one_for_one, intensity => 1, period => 5, auto_shutdown => never}, Flags),
    IsStrategy = lists:member(Strategy, [one_for_one, one_for_all, rest_for_one, simple_one_for_one]),
    IsAuto = lists:member(Auto, [never, any_significant, all_significant]),
    if
        not IsStrategy -> {invalid_strategy, Strategy};
        not (is_integer(Intensity) andalso Intensity >= 0) -> {invalid_intensity, Intensity};
        not (is_integer(Period) andalso Period > 0) -> {invalid_period, Period};
        not IsAuto -> {invalid_auto_shutdown, Auto};
        Strategy =:= simple_one_for_one, Auto =/= never -> {bad_combination, [{auto_shutdown, Auto}, {strategy, Strategy}]};
        true ->
            Name = case SupName of
                       self -> {self(), Mod};
                       _ -> SupName
                   end,
            {ok, #state{name = Name, strategy = Strategy, intensity = Intensity, period = Period,
                        auto_shutdown = Auto, module = Mod, args = Args}}
    end;
init_state(_, Flags, _, _) -> {invalid_type, Flags}.

%% Children to start, the first one first; those started, the last one first.
start_children([], _, Started) -> {ok, Started};
start_children([Child | Children], Name, Started) ->
    case do_start_child(Name, Child) of
        {ok, undefined} when Child#child.restart =:= temporary -> start_children(Children, Name, Started);
        {ok, Pid} -> start_children(Children, Name, [Child#child{pid = Pid} | Started]);
        {ok, Pid, _} -> start_children(Children, Name, [Child#child{pid = Pid} | Started]);
        {error, Reason} ->
            report_error(start_error, Reason, Child, Name),
            {error, Started, {failed_to_start_child, Child#child.id, Reason}}
    end.

do_start_child(Name, Child) -> do_start_child(Name, Child, Child#child.mfargs).

do_start_child(Name, Child, {M, F, Args}) ->
    case do_start_child_i(M, F, Args) of
        {ok, Pid} when is_pid(Pid) ->
            report_progress(Child#child{pid = Pid}, Name),
            {ok, Pid};
        {ok, Pid, Extra} when is_pid(Pid) ->
            report_progress(Child#child{pid = Pid}, Name),
            {ok, Pid, Extra};
        Other -> Other
    end.

do_start_child_i(M, F, Args) ->
    case catch apply(M, F, Args) of
        {ok, Pid} when is_pid(Pid) -> {ok, Pid};
        {ok, Pid, Extra} when is_pid(Pid) -> {ok, Pid, Extra};
        ignore -> {ok, undefined};
        {error, Error} -> {error, Error};
        What -> {error, What}
    end.

handle_call({start_child, Args}, _, #state{strategy = simple_one_for_one} = State) ->
    [#child{mfargs = {M, F, A}} = Template] = State#state.children,
    AllArgs = A ++ Args,
    case do_start_child(State#state.name, Template#child{mfargs = {M, F, AllArgs}}) of
        {ok, undefined} -> {reply, {ok, undefined}, State};
        {ok, Pid} -> {reply, {ok, Pid}, dynamic(Pid, AllArgs, State)};
        {ok, Pid, Extra} -> {reply, {ok, Pid, Extra}, dynamic(Pid, AllArgs, State)};
        Error -> {reply, Error, State}
    end;
handle_call({start_child, Spec}, _, State) ->
    case check_childspec(Spec, State#state.auto_shutdown) of
        {ok, Child} ->
            {Answer, State1} = handle_start_child(Child, State),
            {reply, Answer, State1};
        Error -> {reply, {error, Error}, State}
    end;
handle_call({terminate_child, Pid}, _, #state{strategy = simple_one_for_one} = State) when is_pid(Pid) ->
    case State#state.dynamics of
        #{Pid := _} ->
            [Template] = State#state.children,
            shutdown(Template#child{pid = Pid}, State#state.name),
            {reply, ok, forget(Pid, State)};
        _ ->
            case is_process_alive(Pid) of
                true -> {reply, {error, not_found}, State};
                false -> {reply, ok, State}
            end
    end;
handle_call({terminate_child, _}, _, #state{strategy = simple_one_for_one} = State) ->
    {reply, {error, simple_one_for_one}, State};
handle_call({terminate_child, Id}, _, State) ->
    case lists:keyfind(Id, #child.id, State#state.children) of
        #child{} = Child ->
            shutdown(Child, State#state.name),
            {reply, ok, case Child#child.restart of
                            temporary -> remove(Id, State);
                            _ -> replace(Child#child{pid = undefined}, State)
                        end};
        false -> {reply, {error, not_found}, State}
    end;
handle_call({get_childspec, Id}, _, State) ->
    Key = case State#state.strategy of
              simple_one_for_one -> (hd(State#state.children))#child.id;
              _ -> Id
          end,
    Found = case State of
                #state{strategy = simple_one_for_one, dynamics = Dynamics} when is_pid(Id) ->
                    is_map_key(Id, Dynamics) andalso hd(State#state.children);
                _ when is_pid(Id) -> lists:keyfind(Id, #child.pid, State#state.children);
                _ when Key =:= Id -> lists:keyfind(Id, #child.id, State#state.children);
                _ -> false
            end,
    case Found of
        #child{} = Child -> {reply, {ok, spec(Child)}, State};
        false -> {reply, {error, not_found}, State}
    end;
handle_call(which_children, _, #state{strategy = simple_one_for_one, children = [Template]} = State) ->
    #child{type = Type, modules = Mods} = Template,
    {reply, [{undefined, shown(Pid), Type, Mods} || Pid <- maps:keys(State#state.dynamics)], State};
handle_call(which_children, _, State) ->
    {reply, [{Id, shown(Pid), Type, Mods}
             || #child{pid = Pid, id = Id, type = Type, modules = Mods} <- State#state.children], State};
handle_call({which_child, _}, _, #state{strategy = simple_one_for_one} = State) ->
    {reply, {error, simple_one_for_one}, State};
handle_call({which_child, Key}, _, State) ->
    case lists:keyfind(Key, #child.id, State#state.children) of
        #child{pid = Pid, id = Id, type = Type, modules = Mods} ->
            {reply, {ok, {Id, shown(Pid), Type, Mods}}, State};
        false -> {reply, {error, not_found}, State}
    end;
handle_call(count_children, _, #state{strategy = simple_one_for_one, children = [#child{type = Type}]} = State) ->
    Pids = maps:keys(State#state.dynamics),
    Active = length([Pid || Pid <- Pids, is_pid(Pid), is_process_alive(Pid)]),
    {Sups, Workers} = case Type of
                          supervisor -> {length(Pids), 0};
                          worker -> {0, length(Pids)}
                      end,
    {reply, [{specs, 1}, {active, Active}, {supervisors, Sups}, {workers, Workers}], State};
handle_call(count_children, _, #state{children = Children} = State) ->
    Active = length([Pid || #child{pid = Pid} <- Children, is_pid(Pid), is_process_alive(Pid)]),
    Sups = length([C || #child{type = supervisor} = C <- Children]),
    {reply, [{specs, length(Children)}, {active, Active}, {supervisors, Sups},
             {workers, length(Children) - Sups}], State};
handle_call({_, _}, _, #state{strategy = simple_one_for_one} = State) ->
    {reply, {error, simple_one_for_one}, State};
handle_call({restart_child, Id}, _, State) ->
    case lists:keyfind(Id, #child.id, State#state.children) of
        #child{pid = undefined} = Child ->
            case do_start_child(State#state.name, Child) of
                {ok, Pid} -> {reply, {ok, Pid}, replace(Child#child{pid = Pid}, State)};
                {ok, Pid, Extra} -> {reply, {ok, Pid, Extra}, replace(Child#child{pid = Pid}, State)};
                Error -> {reply, Error, State}
            end;
        #child{pid = {restarting, _}} -> {reply, {error, restarting}, State};
        #child{} -> {reply, {error, running}, State};
        false -> {reply, {error, not_found}, State}
    end;
handle_call({delete_child, Id}, _, State) ->
    case lists:keyfind(Id, #child.id, State#state.children) of
        #child{pid = undefined} -> {reply, ok, remove(Id, State)};
        #child{pid = {restarting, _}} -> {reply, {error, restarting}, State};
        #child{} -> {reply, {error, running}, State};
        false -> {reply, {error, not_found}, State}
    end.

handle_start_child(#child{id = Id} = Child, #state{children = Children} = State) ->
    case lists:keyfind(Id, #child.id, Children) of
        #child{pid = undefined} -> {{error, already_present}, State};
        #child{pid = Pid} -> {{error, {already_started, Pid}}, State};
        false ->
            case do_start_child(State#state.name, Child) of
                {ok, undefined} when Child#child.restart =:= temporary -> {{ok, undefined}, State};
                {ok, Pid} ->
                    {{ok, Pid}, State#state{children = [Child#child{pid = Pid} | Children]}};
                {ok, Pid, Extra} ->
                    {{ok, Pid, Extra}, State#state{children = [Child#child{pid = Pid} | Children]}};
                {error, {already_started, _} = Reason} -> {{error, Reason}, State};
                {error, Reason} -> {{error, {Reason, Child}}, State}
            end
    end.

shown({restarting, _}) -> restarting;
shown(Pid) -> Pid.

dynamic(Pid, Args, #state{dynamics = Dynamics} = State) -> State#state{dynamics = Dynamics#{Pid => Args}}.

forget(Pid, #state{dynamics = Dynamics} = State) -> State#state{dynamics = maps:remove(Pid, Dynamics)}.

replace(#child{id = Id} = Child, #state{children = Children} = State) ->
    State#state{children = lists:keyreplace(Id, #child.id, Children, Child)}.

remove(Id, #state{children = Children} = State) ->
    State#state{children = lists:keydelete(Id, #child.id, Children)}.

handle_cast({try_again_restart, Which}, State) -> try_again(Which, State);
handle_cast(_, State) -> {noreply, State}.

handle_info({'EXIT', Pid, Reason}, State) ->
    case restart_child_exit(Pid, Reason, State) of
        {ok, State1} -> {noreply, State1};
        {shutdown, State1} -> {stop, shutdown, State1}
    end;
handle_info(Msg, State) ->
    logger:error("Supervisor received unexpected message: ~tp~n", [Msg],
                 #{domain => [otp], error_logger => #{tag => error}}),
    {noreply, State}.

terminate(_, #state{strategy = simple_one_for_one, children = [Template], name = Name} = State) ->
    Children = [Template#child{pid = Pid} || Pid <- maps:keys(State#state.dynamics), is_pid(Pid)],
    terminate_children(Children, Name);
terminate(_, State) -> terminate_children(State#state.children, State#state.name).

code_change(_, #state{module = Mod, args = Args} = State, _) ->
    case Mod:init(Args) of
        {ok, {Flags, Specs}} ->
            case init_state(State#state.name, Flags, Mod, Args) of
                {ok, New} ->
                    case check_startspec(Specs, New#state.auto_shutdown) of
                        {ok, Children} ->
                            {ok, New#state{children = with_pids(Children, State#state.children),
                                           dynamics = State#state.dynamics,
                                           restarts = State#state.restarts}};
                        Error -> {error, Error}
                    end;
                Error -> {error, Error}
            end;
        ignore -> {ok, State};
        Error -> Error
    end.

%% New specifications with the pids of the children that run; children started
%% besides stay.
with_pids(New, Old) ->
    Kept = [case lists:keyfind(C#child.id, #child.id, New) of
                false -> C;
                N -> N#child{pid = C#child.pid}
            end || C <- Old],
    Added = [N || N <- New, not lists:keymember(N#child.id, #child.id, Old)],
    lists:reverse(Added) ++ Kept.

%% A child has ended.
restart_child_exit(Pid, Reason, #state{strategy = simple_one_for_one, children = [Template]} = State) ->
    case State#state.dynamics of
        #{Pid := Args} ->
            {M, F, _} = Template#child.mfargs,
            Kept = case Template#child.restart of
                       temporary -> undefined; % it is not started again
                       _ -> Args
                   end,
            do_restart(Reason, Template#child{pid = Pid, mfargs = {M, F, Kept}}, State);
        _ -> {ok, State}
    end;
restart_child_exit(Pid, Reason, State) ->
    case lists:keyfind(Pid, #child.pid, State#state.children) of
        #child{} = Child -> do_restart(Reason, Child, State);
        false -> {ok, State}
    end.

do_restart(Reason, #child{restart = permanent} = Child, State) ->
    report_error(child_terminated, Reason, Child, State#state.name),
    restart(Child, State);
do_restart(Reason, Child, State)
  when Reason =:= normal; Reason =:= shutdown; tuple_size(Reason) =:= 2, element(1, Reason) =:= shutdown ->
    ended(Child, State);
do_restart(Reason, #child{restart = transient} = Child, State) ->
    report_error(child_terminated, Reason, Child, State#state.name),
    restart(Child, State);
do_restart(Reason, #child{restart = temporary} = Child, State) ->
    report_error(child_terminated, Reason, Child, State#state.name),
    ended(Child, State).

%% A child that is not started again.
ended(#child{pid = Pid}, #state{strategy = simple_one_for_one} = State) -> {ok, forget(Pid, State)};
ended(#child{id = Id, restart = Restart} = Child, State) ->
    State1 = case Restart of
                 temporary -> remove(Id, State);
                 _ -> replace(Child#child{pid = undefined}, State)
             end,
    Significant = Child#child.significant,
    case State1#state.auto_shutdown of
        any_significant when Significant -> {shutdown, State1};
        all_significant when Significant ->
            case [C || #child{significant = true, pid = P} = C <- State1#state.children, is_pid(P)] of
                [] -> {shutdown, State1};
                _ -> {ok, State1}
            end;
        _ -> {ok, State1}
    end.

restart(Child, State) ->
    case add_restart(State) of
        {ok, State1} ->
            case restart(State1#state.strategy, Child, State1) of
                {ok, State2} -> {ok, State2};
                {try_again, Which, State2} ->
                    gen_server:cast(self(), {try_again_restart, Which}),
                    {ok, State2}
            end;
        {terminate, State1} ->
            report_error(shutdown, reached_max_restart_intensity, Child, State#state.name),
            {shutdown, case State1#state.strategy of
                           simple_one_for_one -> forget(Child#child.pid, State1);
                           _ -> remove(Child#child.id, State1)
                       end}
    end.

restart(simple_one_for_one, #child{pid = Old, mfargs = {_, _, Args}} = Child, State0) ->
    State = forget(Old, State0),
    case do_start_child(State#state.name, Child) of
        {ok, undefined} -> {ok, State};
        {ok, Pid} -> {ok, dynamic(Pid, Args, State)};
        {ok, Pid, _} -> {ok, dynamic(Pid, Args, State)};
        {error, Reason} ->
            report_error(start_error, Reason, Child, State#state.name),
            Again = restarting(Old),
            {try_again, Again, dynamic(Again, Args, State)}
    end;
restart(one_for_one, #child{pid = Old} = Child, State) ->
    case do_start_child(State#state.name, Child) of
        {ok, Pid} -> {ok, replace(Child#child{pid = Pid}, State)};
        {ok, Pid, _} -> {ok, replace(Child#child{pid = Pid}, State)};
        {error, Reason} ->
            report_error(start_error, Reason, Child, State#state.name),
            {try_again, Child#child.id, replace(Child#child{pid = restarting(Old)}, State)}
    end;
restart(rest_for_one, #child{id = Id} = Child, State) ->
    {After, Before} = split_after(Id, State#state.children),
    restart_many(Child, terminate_children(After, State#state.name), Before, State);
restart(one_for_all, Child, State) ->
    restart_many(Child, terminate_children(State#state.children, State#state.name), [], State).

%% Children, the last one first, are started again after Before.
restart_many(Child, Stopped, Before, #state{name = Name} = State) ->
    Children = lists:reverse(Stopped),
    case start_children(Children, Name, []) of
        {ok, Started} -> {ok, State#state{children = Started ++ Before}};
        {error, Started, {failed_to_start_child, Id, _}} ->
            Old = Child#child.pid,
            Rest = [C || C <- Children, not lists:keymember(C#child.id, #child.id, Started)],
            Waiting = [case C#child.id of
                           Id -> C#child{pid = restarting(Old)};
                           _ -> C
                       end || C <- Rest],
            {try_again, Id, State#state{children = lists:reverse(Waiting) ++ Started ++ Before}}
    end.

%% The children from the last one to the one with Id, and those before it.
split_after(Id, Children) ->
    {After, [Child | Before]} = lists:splitwith(fun(C) -> C#child.id =/= Id end, Children),
    {After ++ [Child], Before}.

restarting(Pid) when is_pid(Pid) -> {restarting, Pid};
restarting({restarting, _} = Again) -> Again.

try_again({restarting, _} = Key, #state{strategy = simple_one_for_one, children = [Template]} = State) ->
    case State#state.dynamics of
        #{Key := Args} ->
            {M, F, _} = Template#child.mfargs,
            tried(restart(Template#child{pid = Key, mfargs = {M, F, Args}}, State));
        _ -> {noreply, State}
    end;
try_again(Id, State) ->
    case lists:keyfind(Id, #child.id, State#state.children) of
        #child{pid = {restarting, _}} = Child -> tried(restart(Child, State));
        _ -> {noreply, State}
    end.

tried({ok, State}) -> {noreply, State};
tried({shutdown, State}) -> {stop, shutdown, State}.

%% Whether one more restart is within intensity restarts in period seconds.
add_restart(#state{intensity = Intensity, period = Period, restarts = Restarts} = State) ->
    Now = erlang:monotonic_time(second),
    Recent = [Now | [T || T <- Restarts, T >= Now - Period]],
    State1 = State#state{restarts = Recent},
    case length(Recent) =< Intensity of
        true -> {ok, State1};
        false -> {terminate, State1}
    end.

%% Children end in reverse order; gives those that may be started again.
terminate_children(Children, Name) ->
    lists:filtermap(fun(Child) ->
                            shutdown(Child, Name),
                            case Child#child.restart of
                                temporary -> false;
                                _ -> {true, Child#child{pid = undefined}}
                            end
                    end, Children).

shutdown(#child{pid = Pid} = Child, Name) when is_pid(Pid) ->
    Ref = monitor(process, Pid),
    unlink(Pid),
    %% A child that ended just before has sent its reason.
    case receive {'EXIT', Pid, Why} -> {ended, Why} after 0 -> running end of
        {ended, _} -> ok;
        running when Child#child.shutdown =:= brutal_kill -> exit(Pid, kill);
        running -> exit(Pid, shutdown)
    end,
    Timeout = case Child#child.shutdown of
                  brutal_kill -> infinity;
                  T -> T
              end,
    Reason = receive {'DOWN', Ref, process, Pid, R} -> R
             after Timeout ->
                     exit(Pid, kill),
                     receive {'DOWN', Ref, process, Pid, R} -> R end
             end,
    case Reason of
        shutdown -> ok;
        {shutdown, _} when Child#child.restart =/= permanent -> ok;
        normal when Child#child.restart =/= permanent -> ok;
        noproc -> ok;
        killed when Child#child.shutdown =:= brutal_kill -> ok;
        _ -> report_error(shutdown_error, Reason, Child, Name)
    end;
shutdown(_, _) -> ok.

%% Child specifications.

check_startspec(Specs, Auto) -> check_startspec(Specs, Auto, []).

check_startspec([Spec | Specs], Auto, Children) ->
    case check_childspec(Spec, Auto) of
        {ok, #child{id = Id} = Child} ->
            case lists:keymember(Id, #child.id, Children) of
                true -> {duplicate_child_name, Id};
                false -> check_startspec(Specs, Auto, [Child | Children])
            end;
        Error -> Error
    end;
check_startspec([], _, Children) -> {ok, lists:reverse(Children)}.

check_childspec(Spec, Auto) when is_map(Spec) ->
    Defaults = #{restart => permanent, type => worker, significant => false},
    check_map(maps:merge(Defaults, Spec), Auto);
check_childspec({Id, Start, Restart, Shutdown, Type, Modules}, Auto) ->
    check_map(#{id => Id, start => Start, restart => Restart, significant => false,
                shutdown => Shutdown, type => Type, modules => Modules}, Auto);
check_childspec(Spec, _) -> {invalid_child_spec, Spec}.

check_map(#{id := Id, start := Start, restart := Restart, type := Type, significant := Significant} = Spec, Auto) ->
    Shutdown = maps:get(shutdown, Spec, case Type of
                                            supervisor -> infinity;
                                            _ -> 5000
                                        end),
    Modules = maps:get(modules, Spec, case Start of
                                          {M0, _, _} -> [M0];
                                          _ -> []
                                      end),
    try
        Type =:= worker orelse Type =:= supervisor orelse throw({invalid_child_type, Type}),
        case Start of
            {M, F, A} when is_atom(M), is_atom(F), is_list(A) -> ok;
            _ -> throw({invalid_mfa, Start})
        end,
        lists:member(Restart, [permanent, transient, temporary]) orelse throw({invalid_restart_type, Restart}),
        check_significant(Significant, Restart, Auto),
        case Shutdown of
            _ when is_integer(Shutdown), Shutdown > 0 -> ok;
            0 -> ok;
            infinity -> ok;
            brutal_kill -> ok;
            _ -> throw({invalid_shutdown, Shutdown})
        end,
        case Modules of
            dynamic -> ok;
            _ when is_list(Modules) ->
                [throw({invalid_module, Mod}) || Mod <- Modules, not is_atom(Mod)];
            _ -> throw({invalid_modules, Modules})
        end,
        {ok, #child{id = Id, mfargs = Start, restart = Restart, significant = Significant,
                    shutdown = Shutdown, type = Type, modules = Modules}}
    catch
        throw:Error -> Error
    end;
check_map(#{id := _}, _) -> missing_start;
check_map(_, _) -> missing_id.

check_significant(false, _, _) -> ok;
check_significant(true, permanent, _) -> throw({bad_combination, [{restart, permanent}, {significant, true}]});
check_significant(true, _, never) -> throw({bad_combination, [{auto_shutdown, never}, {significant, true}]});
check_significant(true, _, _) -> ok;
check_significant(Bad, _, _) -> throw({invalid_significant, Bad}).

spec(#child{id = Id, mfargs = Start, restart = Restart, significant = Significant, shutdown = Shutdown,
            type = Type, modules = Modules}) ->
    #{id => Id, start => Start, restart => Restart, significant => Significant, shutdown => Shutdown,
      type => Type, modules => Modules}.

%% Reports.

extract(#child{pid = Pid, id = Id, mfargs = MFArgs, restart = Restart, significant = Significant,
               shutdown = Shutdown, type = Type}) ->
    [{pid, Pid}, {id, Id}, {mfargs, MFArgs}, {restart_type, Restart}, {significant, Significant},
     {shutdown, Shutdown}, {child_type, Type}].

report_error(Error, Reason, Child, Name) ->
    log(error, #{label => {supervisor, Error},
                 report => [{supervisor, Name}, {errorContext, Error}, {reason, Reason},
                            {offender, extract(Child)}]},
        "SUPERVISOR REPORT", #{tag => error_report, type => supervisor_report}).

report_progress(Child, Name) ->
    log(debug, #{label => {supervisor, progress},
                 report => [{supervisor, Name}, {started, extract(Child)}]},
        "PROGRESS REPORT", #{tag => info_report, type => progress}).

log(Level, Report, Title, ErrorLogger) ->
    logger:log(Level, Report,
               #{pid => self(), gl => group_leader(), time => logger:timestamp(), domain => [otp, sasl],
                 report_cb => fun supervisor:format_log/2, logger_formatter => #{title => Title},
                 error_logger => ErrorLogger#{report_cb => fun supervisor:format_log/1}}).

format_log(#{report := Report}) ->
    {lists:append(["    ~tp: ~tp~n" || _ <- Report]), lists:append([[K, V] || {K, V} <- Report])}.

format_log(#{label := {_, progress}, report := [{supervisor, Name}, {started, Child}]}, #{single_line := true}) ->
    io_lib:format("Supervisor: ~0tp. Started: ~ts.", [Name, child_line(Child)]);
format_log(#{report := [{supervisor, Name}, {errorContext, Context}, {reason, Reason}, {offender, Child}]},
           #{single_line := true}) ->
    io_lib:format("Supervisor: ~0tp. Context: ~0tp. Reason: ~0tp. Offender: ~ts.",
                  [Name, Context, Reason, child_line(Child)]);
format_log(Report, _) ->
    {Format, Args} = format_log(Report),
    io_lib:format(Format, Args).

child_line(Child) ->
    lists:join(",", [io_lib:format("~w=~0tp", [Key, proplists:get_value(Key, Child)]) || Key <- [id, pid]]).
