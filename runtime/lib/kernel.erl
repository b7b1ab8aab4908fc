%% The supervisor under which OTP's own applications (disk_log, which mnesia
%% needs) start what belongs to the node. It is there where an installed OTP is used.
-module(kernel).
-behaviour(supervisor).

-export([start_safe_supervisor/0, init/1]).

%% It does not end with the process that starts the node.
start_safe_supervisor() ->
    {ok, Pid} = supervisor:start_link({local, kernel_safe_sup}, ?MODULE, safe),
    unlink(Pid).

init(safe) ->
    {ok, {#{strategy => one_for_one, intensity => 4, period => 3600}, []}}.
