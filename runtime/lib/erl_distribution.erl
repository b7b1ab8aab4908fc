%% The supervisor of a node that is started later, by net_kernel:start.
-module(erl_distribution).
-behaviour(supervisor).

-export([start/1, start_link/1, stop/0, init/1]).

%% start/1 is for any process: it is not linked with what it starts.
start(Options) ->
    {Pid, Ref} = spawn_monitor(
                   fun() ->
                           process_flag(trap_exit, true),
                           Result = start_link(Options),
                           [unlink(Sup) || {ok, Sup} <- [Result]],
                           exit({started, Result})
                   end),
    receive
        {'DOWN', Ref, process, Pid, {started, {error, Reason}}} ->
            {error, {Reason, {child, undefined, net_sup_dynamic, {?MODULE, start_link, [Options]},
                              permanent, false, 1000, supervisor, [?MODULE]}}};
        {'DOWN', Ref, process, Pid, {started, Result}} -> Result
    end.

start_link(Options) -> supervisor:start_link({local, net_sup}, ?MODULE, Options).

stop() -> gen_server:stop(net_sup, shutdown, infinity).

init(Options) ->
    {ok, {#{strategy => one_for_all, intensity => 0, period => 1},
          [#{id => Id, start => {Id, start_link, Arguments}, shutdown => 2000}
           || {Id, Arguments} <- [{erl_epmd, []}, {auth, []}, {net_kernel, [Options]}]]}}.
