%% Calls on other nodes, as they were before erpc, and upon it; and the server
%% rex, whom C nodes, casts to many nodes, and old releases ask.
-module(rpc).
-behaviour(gen_server).

-export([start/0, start_link/0, stop/0, init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2,
         code_change/3]).
-export([call/4, call/5, block_call/4, block_call/5, cast/4, async_call/4, yield/1, nb_yield/1, nb_yield/2,
         multicall/3, multicall/4, multicall/5, abcast/2, abcast/3, sbcast/2, sbcast/3, server_call/4,
         eval_everywhere/3, eval_everywhere/4, multi_server_call/2, multi_server_call/3,
         parallel_eval/1, pmap/3, pinfo/1, pinfo/2, proxy_user_flush/0]).

-define(NAME, rex).
-define(is_timeout(T), (T =:= infinity orelse (is_integer(T) andalso T >= 0 andalso T =< 16#ffffffff))).

start() -> gen_server:start({local, ?NAME}, ?MODULE, [], []).
start_link() -> gen_server:start_link({local, ?NAME}, ?MODULE, [], []).
stop() -> gen_server:call(?NAME, stop, infinity).

%% A node without a name starts its server when it asks itself for the first time.
here(Nodes) -> whereis(?NAME) =/= undefined orelse not lists:member(node(), Nodes) orelse start().

%% The callers' side.

call(N, M, F, A) -> call(N, M, F, A, infinity).

call(N, M, F, A, Timeout) ->
    try erpc:call(N, M, F, A, Timeout) of
        {'EXIT', _} = Exit -> {badrpc, Exit};
        Value -> Value
    catch Class:Reason -> rpcify_exception(Class, Reason)
    end.

rpcify_exception(throw, {'EXIT', _} = Exit) -> {badrpc, Exit};
rpcify_exception(throw, Reason) -> Reason;
rpcify_exception(exit, {exception, Reason}) -> {badrpc, {'EXIT', Reason}};
rpcify_exception(exit, {signal, Reason}) -> {badrpc, {'EXIT', Reason}};
rpcify_exception(exit, Reason) -> exit(Reason);
rpcify_exception(error, {exception, Reason, Stack}) -> {badrpc, {'EXIT', {Reason, Stack}}};
rpcify_exception(error, {erpc, noconnection}) -> {badrpc, nodedown};
rpcify_exception(error, {erpc, timeout}) -> {badrpc, timeout};
rpcify_exception(error, {erpc, notsup}) -> {badrpc, notsup};
rpcify_exception(error, {erpc, badarg}) -> error(badarg);
rpcify_exception(error, {erpc, Reason}) -> {badrpc, {'EXIT', Reason}};
rpcify_exception(error, Reason) -> error(Reason).

%% As call, but one after the other with other block_calls on the node.
block_call(N, M, F, A) -> block_call(N, M, F, A, infinity).

block_call(N, M, F, A, Timeout) when is_atom(N), is_atom(M), is_list(A), ?is_timeout(Timeout) ->
    here([N]),
    try gen_server:call({?NAME, N}, {block_call, M, F, A, group_leader()}, Timeout)
    catch
        exit:{timeout, _} -> {badrpc, timeout};
        exit:{{nodedown, _}, _} -> {badrpc, nodedown};
        exit:Reason -> {badrpc, {'EXIT', Reason}}
    end.

cast(N, M, F, A) when is_atom(N), is_atom(M), is_atom(F), is_list(A) ->
    try erpc:cast(N, M, F, A) of
        ok -> true
    catch error:{erpc, badarg} -> error(badarg)
    end;
cast(_, _, _, _) -> error(badarg).

%% The answer is for the process that called.
async_call(N, M, F, A) when is_atom(N), is_atom(M), is_atom(F), is_list(A) ->
    try erpc:send_request(N, M, F, A)
    catch error:{erpc, badarg} -> error(badarg)
    end;
async_call(_, _, _, _) -> error(badarg).

yield(Key) ->
    try erpc:receive_response(Key) of
        {'EXIT', _} = Exit -> {badrpc, Exit};
        Value -> Value
    catch Class:Reason -> rpcify_exception(Class, Reason)
    end.

nb_yield(Key) -> nb_yield(Key, 0).

nb_yield(Key, Timeout) ->
    try erpc:wait_response(Key, Timeout) of
        no_response -> timeout;
        {response, {'EXIT', _} = Exit} -> {value, {badrpc, Exit}};
        {response, Value} -> {value, Value}
    catch Class:Reason -> {value, rpcify_exception(Class, Reason)}
    end.

multicall(M, F, A) -> multicall([node() | nodes()], M, F, A, infinity).

multicall(Nodes, M, F, A) when is_list(Nodes) -> multicall(Nodes, M, F, A, infinity);
multicall(M, F, A, Timeout) -> multicall([node() | nodes()], M, F, A, Timeout).

multicall(Nodes, M, F, A, Timeout)
  when is_list(Nodes), is_atom(M), is_atom(F), is_list(A), ?is_timeout(Timeout) ->
    try erpc:multicall(Nodes, M, F, A, Timeout) of
        Results -> gather(Results, Nodes, [], [])
    catch error:{erpc, badarg} -> error(badarg)
    end;
multicall(_, _, _, _, _) -> error(badarg).

gather([], [], Results, Bad) -> {lists:reverse(Results), lists:reverse(Bad)};
gather([{ok, {'EXIT', _} = Exit} | T], [_ | Ns], Results, Bad) ->
    gather(T, Ns, [{badrpc, Exit} | Results], Bad);
gather([{ok, Value} | T], [_ | Ns], Results, Bad) -> gather(T, Ns, [Value | Results], Bad);
gather([{error, {erpc, Reason}} | T], [N | Ns], Results, Bad) when Reason =:= noconnection; Reason =:= timeout ->
    gather(T, Ns, Results, [N | Bad]);
gather([{Class, Reason} | T], [_ | Ns], Results, Bad) ->
    gather(T, Ns, [rpcify_exception(Class, Reason) | Results], Bad).

abcast(Name, Message) -> abcast([node() | nodes()], Name, Message).

abcast(Nodes, Name, Message) ->
    lists:foreach(fun(N) -> catch {Name, N} ! Message end, Nodes),
    abcast.

sbcast(Name, Message) -> sbcast([node() | nodes()], Name, Message).

sbcast(Nodes, Name, Message) when is_list(Nodes) ->
    here(Nodes),
    Asked = [{N, monitor(process, {?NAME, N})} || N <- Nodes],
    lists:foreach(fun(N) -> {?NAME, N} ! {self(), {sbcast, Name, Message}} end, Nodes),
    Answers = [{N, receive
                       {'DOWN', Ref, _, _, _} -> nodedown;
                       {?NAME, N, Answer} ->
                           demonitor(Ref, [flush]),
                           Answer
                   end} || {N, Ref} <- Asked],
    {[N || {N, A} <- Answers, A =:= N], [N || {N, A} <- Answers, A =/= N]}.

server_call(Node, Name, ReplyWrapper, Message) when is_atom(Node), is_atom(Name) ->
    Ref = monitor(process, {Name, Node}),
    {Name, Node} ! {self(), Message},
    receive
        {'DOWN', Ref, _, _, _} -> {error, nodedown};
        {ReplyWrapper, Node, Reply} ->
            demonitor(Ref, [flush]),
            Reply
    end.

eval_everywhere(M, F, A) -> eval_everywhere([node() | nodes()], M, F, A).

eval_everywhere(Nodes, M, F, A) ->
    lists:foreach(fun(N) -> cast(N, M, F, A) end, Nodes),
    abcast.

multi_server_call(Name, Message) -> multi_server_call([node() | nodes()], Name, Message).

multi_server_call(Nodes, Name, Message) when is_list(Nodes), is_atom(Name) ->
    Refs = [{N, monitor(process, {Name, N})} || N <- Nodes],
    lists:foreach(fun(N) -> {Name, N} ! {self(), Message} end, Nodes),
    Answers = [receive
                   {'DOWN', Ref, _, _, _} -> {bad, N};
                   {Name, N, Reply} ->
                       demonitor(Ref, [flush]),
                       {good, Reply}
               end || {N, Ref} <- Refs],
    {[R || {good, R} <- Answers], [N || {bad, N} <- Answers]}.

parallel_eval(Calls) ->
    Nodes = [node() | nodes()],
    Keys = spread(Calls, Nodes, Nodes),
    [yield(K) || K <- Keys].

spread([], _, _) -> [];
spread(Calls, [], Nodes) -> spread(Calls, Nodes, Nodes);
spread([{M, F, A} | Calls], [N | Rest], Nodes) -> [async_call(N, M, F, A) | spread(Calls, Rest, Nodes)].

pmap({M, F}, Args, List) ->
    check(parallel_eval([{M, F, [X | Args]} || X <- List]), []).

check([{badrpc, _} | _], _) -> exit(badrpc);
check([Result | Results], Checked) -> check(Results, [Result | Checked]);
check([], Checked) -> lists:reverse(Checked).

pinfo(Pid) when node(Pid) =:= node() -> process_info(Pid);
pinfo(Pid) -> call(node(Pid), erlang, process_info, [Pid]).

pinfo(Pid, Item) when node(Pid) =:= node() -> process_info(Pid, Item);
pinfo(Pid, Item) -> block_call(node(Pid), erlang, process_info, [Pid, Item]).

proxy_user_flush() -> ok.

%% The server.

init([]) ->
    process_flag(trap_exit, true),
    {ok, #{}}.

handle_call({call, M, F, A, Gleader}, From, State) ->
    {noreply, begin_call(M, F, A, Gleader, {reply, From}, State)};
handle_call({block_call, M, F, A, Gleader}, _, State) ->
    Own = group_leader(),
    lead(Gleader),
    Reply = execute(M, F, A),
    group_leader(Own, self()),
    {reply, Reply, State};
handle_call(stop, _, State) -> {stop, normal, stopped, State};
handle_call(_, _, State) -> {noreply, State}.

handle_cast({cast, M, F, A, Gleader}, State) ->
    spawn(fun() ->
                  lead(Gleader),
                  erpc:execute_cast(M, F, A)
          end),
    {noreply, State};
handle_cast(_, State) -> {noreply, State}.

handle_info({'DOWN', Ref, process, _, Reason}, State) ->
    case maps:take(Ref, State) of
        {To, Rest} ->
            answer(To, case Reason of
                           {Ref, Result} -> Result;
                           {result, Result} -> Result;
                           _ -> {badrpc, {'EXIT', Reason}}
                       end),
            {noreply, Rest};
        error -> {noreply, State}
    end;
handle_info({From, {call, M, F, A, Gleader}}, State) when is_pid(From) ->
    {noreply, begin_call(M, F, A, Gleader, {rex, From}, State)};
handle_info({From, {sbcast, Name, Message}}, State) when is_pid(From) ->
    pass_on(From, Name, Message, node()),
    {noreply, State};
handle_info({From, {send, Name, Message}}, State) when is_pid(From) ->
    pass_on(From, Name, Message, none),
    {noreply, State};
handle_info({From, features_request}, State) when is_pid(From) ->
    From ! {features_reply, node(), [erpc]},
    {noreply, State};
handle_info(_, State) -> {noreply, State}.

%% pass_on answers who asked, unless all went well and the answer is none.
pass_on(From, Name, Message, Answer) ->
    case catch Name ! Message of
        {'EXIT', _} -> From ! {?NAME, node(), {nonexisting_name, Name}};
        _ when Answer =:= none -> ok;
        _ -> From ! {?NAME, node(), Answer}
    end.

begin_call(M, F, A, Gleader, To, State) ->
    {_, Ref} = spawn_monitor(fun() ->
                                     lead(Gleader),
                                     exit({result, execute(M, F, A)})
                             end),
    State#{Ref => To}.

execute(M, F, A) ->
    try apply(M, F, A) of
        {'EXIT', _} = Exit -> {badrpc, Exit};
        Value -> Value
    catch
        throw:{'EXIT', _} = Exit -> {badrpc, Exit};
        throw:Value -> Value;
        exit:Reason -> {badrpc, {'EXIT', Reason}};
        error:Reason:Stack -> {badrpc, {'EXIT', {Reason, lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack)}}}
    end.

lead(Gleader) when is_pid(Gleader) -> group_leader(Gleader, self());
lead(_) -> ok.

answer({reply, From}, Result) -> gen_server:reply(From, Result);
answer({rex, Pid}, Result) -> Pid ! {?NAME, Result}.

terminate(_, _) -> ok.

code_change(_, State, _) -> {ok, State}.
