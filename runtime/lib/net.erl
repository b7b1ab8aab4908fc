%% Old names of functions of net_adm and rpc.
-module(net).
-export([broadcast/3, call/4, cast/4, ping/1, sleep/1]).

broadcast(M, F, Args) -> rpc:eval_everywhere(M, F, Args).

call(Node, M, F, Args) -> rpc:call(Node, M, F, Args).

cast(Node, M, F, Args) -> rpc:cast(Node, M, F, Args).

ping(Node) -> net_adm:ping(Node).

sleep(T) -> receive after T -> ok end.
