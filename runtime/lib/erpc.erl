%% Calls on other nodes. A call is a process spawned there, whose exit reason
%% brings the result back; the process is monitored by the caller.
-module(erpc).

-export([call/2, call/3, call/4, call/5, cast/2, cast/4, multicall/2, multicall/3, multicall/4, multicall/5,
         multicast/2, multicast/4, send_request/2, send_request/4, send_request/6,
         receive_response/1, receive_response/2, receive_response/3, wait_response/1, wait_response/2,
         wait_response/3, check_response/2, check_response/3, reqids_new/0, reqids_size/1, reqids_add/3,
         reqids_to_list/1]).
%% Called by other nodes, and by rpc.
-export([execute_call/3, execute_call/4, execute_cast/3, call_result/4, trim_stack/4, is_arg_error/4]).

-define(MAX_TIMEOUT, 16#ffffffff).
-define(is_timeout(T), (T =:= infinity orelse (is_integer(T) andalso T >= 0 andalso T =< ?MAX_TIMEOUT))).

call(N, Fun) -> call(N, Fun, infinity).

call(N, Fun, Timeout) when is_function(Fun, 0) -> call(N, erlang, apply, [Fun, []], Timeout);
call(_, _, _) -> error({erpc, badarg}).

call(N, M, F, A) -> call(N, M, F, A, infinity).

call(N, M, F, A, infinity) when N =:= node(), is_atom(M), is_atom(F), is_list(A) ->
    %% In the caller's own process.
    try
        {return, Value} = execute_call(M, F, A),
        Value
    catch
        exit:Reason -> exit({exception, Reason});
        error:Reason:Stack ->
            case is_arg_error(Reason, M, F, A) of
                true -> error({erpc, Reason});
                false -> error({exception, Reason, trim_stack(Stack, M, F, A)})
            end
    end;
call(N, M, F, A, Timeout) when is_atom(N), is_atom(M), is_atom(F), is_list(A), ?is_timeout(Timeout) ->
    Res = make_ref(),
    ReqId = spawn_request(N, ?MODULE, execute_call, [Res, M, F, A],
                          [{reply, error_only}, monitor]),
    Outcome = receive
                  {spawn_reply, ReqId, error, Reason} -> outcome(spawn_reply, ReqId, Res, Reason);
                  {'DOWN', ReqId, process, _, Reason} -> outcome(down, ReqId, Res, Reason)
              after Timeout ->
                      outcome(timeout, ReqId, Res, undefined)
              end,
    %% Raised here, so that the stack says who called.
    case Outcome of
        {return, Value} -> Value;
        {throw, Thrown} -> throw(Thrown);
        {exit, Exit} -> exit(Exit);
        {error, Error} ->
            Error =:= {erpc, noconnection} andalso ersh_hint:unreachable(N),
            error(Error)
    end;
call(N, M, F, A, Options) when is_map(Options) ->
    case {maps:get(timeout, Options, infinity), maps:get(always_spawn, Options, false)} of
        {Timeout, false} when ?is_timeout(Timeout) -> call(N, M, F, A, Timeout);
        %% Only a call without a time limit is made without a process.
        {infinity, true} when N =:= node() -> receive_response(send_request(N, M, F, A));
        {Timeout, true} when ?is_timeout(Timeout) -> call(N, M, F, A, Timeout);
        _ -> error({erpc, badarg})
    end;
call(_, _, _, _, _) -> error({erpc, badarg}).

cast(N, Fun) -> cast(N, erlang, apply, [Fun, []]).

cast(N, M, F, A) when is_atom(N), is_atom(M), is_atom(F), is_list(A) ->
    _ = spawn_request(N, ?MODULE, execute_cast, [M, F, A], [{reply, no}]),
    ok;
cast(_, _, _, _) -> error({erpc, badarg}).

%% Several nodes.

multicall(Ns, Fun) -> multicall(Ns, Fun, infinity).

multicall(Ns, Fun, Timeout) when is_function(Fun, 0) -> multicall(Ns, erlang, apply, [Fun, []], Timeout);
multicall(_, _, _) -> error({erpc, badarg}).

multicall(Ns, M, F, A) -> multicall(Ns, M, F, A, infinity).

multicall(Ns, M, F, A, Timeout) when is_list(Ns), is_atom(M), is_atom(F), is_list(A), ?is_timeout(Timeout) ->
    all_nodes(Ns) orelse error({erpc, badarg}),
    Deadline = deadline(Timeout),
    Sent = [request(N, M, F, A) || N <- Ns],
    [answer(S, Deadline) || S <- Sent];
multicall(Ns, M, F, A, Options) when is_map(Options) ->
    case {maps:get(timeout, Options, infinity), maps:get(always_spawn, Options, false)} of
        {Timeout, Always} when ?is_timeout(Timeout), is_boolean(Always) -> multicall(Ns, M, F, A, Timeout);
        _ -> error({erpc, badarg})
    end;
multicall(_, _, _, _, _) -> error({erpc, badarg}).

all_nodes([N | Ns]) -> is_atom(N) andalso all_nodes(Ns);
all_nodes(Ns) -> Ns =:= [].

request(N, M, F, A) ->
    Res = make_ref(),
    {Res, spawn_request(N, ?MODULE, execute_call, [Res, M, F, A], [{reply, error_only}, monitor])}.

answer({Res, ReqId}, Deadline) ->
    try
        {ok, receive
                 {spawn_reply, ReqId, error, Reason} -> result(spawn_reply, ReqId, Res, Reason);
                 {'DOWN', ReqId, process, _, Reason} -> result(down, ReqId, Res, Reason)
             after left(Deadline) -> result(timeout, ReqId, Res, undefined)
             end}
    catch Class:Reason1 -> {Class, Reason1}
    end.

multicast(Ns, Fun) -> multicast(Ns, erlang, apply, [Fun, []]).

multicast(Ns, M, F, A) when is_list(Ns), is_atom(M), is_atom(F), is_list(A) ->
    all_nodes(Ns) orelse error({erpc, badarg}),
    lists:foreach(fun(N) -> cast(N, M, F, A) end, Ns);
multicast(_, _, _, _) -> error({erpc, badarg}).

%% Requests whose answers are fetched later. The reply tag holds what tells the
%% result from other messages.

send_request(N, Fun) when is_function(Fun, 0) -> send_request(N, erlang, apply, [Fun, []]);
send_request(_, _) -> error({erpc, badarg}).

send_request(N, Fun, Label, Requests) when is_function(Fun, 0), is_map(Requests) ->
    send_request(N, erlang, apply, [Fun, []], Label, Requests);
send_request(N, M, F, A) when is_atom(N), is_atom(M), is_atom(F), is_list(A) ->
    Res = make_ref(),
    ReqId = spawn_request(N, ?MODULE, execute_call, [Res, M, F, A],
                          [{reply, error_only}, monitor]),
    [Res | ReqId];
send_request(_, _, _, _) -> error({erpc, badarg}).

send_request(N, M, F, A, Label, Requests) when is_map(Requests) ->
    [Res | ReqId] = send_request(N, M, F, A),
    Requests#{ReqId => [Res | Label]};
send_request(_, _, _, _, _, _) -> error({erpc, badarg}).

receive_response([Res | ReqId] = Request) when is_reference(Res), is_reference(ReqId) ->
    receive_response(Request, infinity);
receive_response(_) -> error({erpc, badarg}).

receive_response([Res | ReqId], Limit) when is_reference(Res), is_reference(ReqId) ->
    Timeout = until(Limit),
    Timeout =:= badarg andalso error({erpc, badarg}),
    Outcome = receive
                  {spawn_reply, ReqId, error, Reason} -> outcome(spawn_reply, ReqId, Res, Reason);
                  {'DOWN', ReqId, process, _, Reason} -> outcome(down, ReqId, Res, Reason)
              after Timeout -> outcome(timeout, ReqId, Res, undefined)
              end,
    case Outcome of
        {return, Value} -> Value;
        {throw, Thrown} -> throw(Thrown);
        {exit, Exit} -> exit(Exit);
        {error, Error} -> error(Error)
    end;
receive_response(_, _) -> error({erpc, badarg}).

receive_response(Requests, Limit, Delete) when is_map(Requests), is_boolean(Delete) ->
    Timeout = until(Limit),
    Timeout =:= badarg andalso error({erpc, badarg}),
    case map_size(Requests) of
        0 -> no_request;
        _ ->
            receive
                {spawn_reply, ReqId, error, Reason} when is_map_key(ReqId, Requests) ->
                    received(labelled(spawn_reply, ReqId, Reason, Requests, Delete));
                {'DOWN', ReqId, process, _, Reason} when is_map_key(ReqId, Requests) ->
                    received(labelled(down, ReqId, Reason, Requests, Delete))
            after Timeout ->
                    maps:foreach(fun(ReqId, _) -> abandon(ReqId) end, Requests),
                    error({erpc, timeout})
            end
    end;
receive_response(_, _, _) -> error({erpc, badarg}).

received({{response, Value}, Label, Requests}) -> {Value, Label, Requests}.

wait_response([Res | ReqId] = Request) when is_reference(Res), is_reference(ReqId) -> wait_response(Request, 0);
wait_response(_) -> error({erpc, badarg}).

wait_response([Res | ReqId], Limit) when is_reference(Res), is_reference(ReqId) ->
    Timeout = until(Limit),
    Timeout =:= badarg andalso error({erpc, badarg}),
    receive
        {spawn_reply, ReqId, error, Reason} -> {response, result(spawn_reply, ReqId, Res, Reason)};
        {'DOWN', ReqId, process, _, Reason} -> {response, result(down, ReqId, Res, Reason)}
    after Timeout -> no_response
    end;
wait_response(_, _) -> error({erpc, badarg}).

wait_response(Requests, Limit, Delete) when is_map(Requests), is_boolean(Delete) ->
    Timeout = until(Limit),
    Timeout =:= badarg andalso error({erpc, badarg}),
    case map_size(Requests) of
        0 -> no_request;
        _ ->
            receive
                {spawn_reply, ReqId, error, Reason} when is_map_key(ReqId, Requests) ->
                    labelled(spawn_reply, ReqId, Reason, Requests, Delete);
                {'DOWN', ReqId, process, _, Reason} when is_map_key(ReqId, Requests) ->
                    labelled(down, ReqId, Reason, Requests, Delete)
            after Timeout -> no_response
            end
    end;
wait_response(_, _, _) -> error({erpc, badarg}).

check_response({spawn_reply, ReqId, error, Reason}, [Res | ReqId]) ->
    {response, result(spawn_reply, ReqId, Res, Reason)};
check_response({'DOWN', ReqId, process, _, Reason}, [Res | ReqId]) ->
    {response, result(down, ReqId, Res, Reason)};
check_response(_, [Res | ReqId]) when is_reference(Res), is_reference(ReqId) -> no_response;
check_response(_, _) -> error({erpc, badarg}).

check_response(_, _, Delete) when not is_boolean(Delete) -> error({erpc, badarg});
check_response(_, Requests, _) when map_size(Requests) =:= 0 -> no_request;
check_response({spawn_reply, ReqId, error, Reason}, Requests, Delete) when is_map_key(ReqId, Requests) ->
    labelled(spawn_reply, ReqId, Reason, Requests, Delete);
check_response({'DOWN', ReqId, process, _, Reason}, Requests, Delete) when is_map_key(ReqId, Requests) ->
    labelled(down, ReqId, Reason, Requests, Delete);
check_response(_, Requests, _) when is_map(Requests) -> no_response;
check_response(_, _, _) -> error({erpc, badarg}).

labelled(Type, ReqId, Reason, Requests, Delete) ->
    [Res | Label] = map_get(ReqId, Requests),
    Rest = case Delete of
               true -> maps:remove(ReqId, Requests);
               false -> Requests
           end,
    try {{response, result(Type, ReqId, Res, Reason)}, Label, Rest}
    catch Class:Why -> erlang:Class({Why, Label, Rest})
    end.

reqids_new() -> #{}.

reqids_size(Requests) when is_map(Requests) -> map_size(Requests);
reqids_size(_) -> error({erpc, badarg}).

reqids_add([Res | ReqId], Label, Requests) when is_reference(Res), is_map(Requests), not is_map_key(ReqId, Requests) ->
    Requests#{ReqId => [Res | Label]};
reqids_add(_, _, _) -> error({erpc, badarg}).

reqids_to_list(Requests) when is_map(Requests) ->
    [case Entry of
         {ReqId, [Res | Label]} -> {[Res | ReqId], Label};
         _ -> error({erpc, badarg})
     end || Entry <- maps:to_list(Requests)];
reqids_to_list(_) -> error({erpc, badarg}).

%% The other end.

execute_call(Ref, M, F, A) ->
    exit(try {Ref, return, apply(M, F, A)}
         catch
             throw:Reason -> {Ref, throw, Reason};
             exit:Reason -> {Ref, exit, Reason};
             error:Reason:Stack ->
                 case is_arg_error(Reason, M, F, A) of
                     true -> {Ref, error, {?MODULE, Reason}};
                     false -> {Ref, error, Reason, trim_stack(Stack, M, F, A)}
                 end
         end).

execute_call(M, F, A) -> {return, apply(M, F, A)}.

execute_cast(M, F, A) ->
    try apply(M, F, A)
    catch
        error:Reason:Stack ->
            case is_arg_error(Reason, M, F, A) of
                true -> exit({?MODULE, Reason});
                false -> error({exception, {Reason, trim_stack(Stack, M, F, A)}})
            end
    end.

%% A call that could not be made at all, as its arguments are no list, or are
%% too many.
is_arg_error(system_limit, _, _, A) ->
    length(A) > 255;
is_arg_error(_, _, _, _) -> false.

%% Leaves out the frames of this module and those above it.
trim_stack(Stack, M, F, A) ->
    case cut(Stack) of
        [] -> [{M, F, A, []}];
        Trimmed -> Trimmed
    end.

cut([{?MODULE, _, _, _} | _]) -> [];
cut([Frame | Rest]) -> [Frame | cut(Rest)];
cut([]) -> [].

call_result(Type, ReqId, Res, Reason) -> result(Type, ReqId, Res, Reason).

result(Type, ReqId, Res, Reason) ->
    case outcome(Type, ReqId, Res, Reason) of
        {return, Value} -> Value;
        {Class, Why} -> erlang:Class(Why)
    end.

outcome(down, _, Res, {Res, return, Value}) -> {return, Value};
outcome(down, _, Res, {Res, throw, Reason}) -> {throw, Reason};
outcome(down, _, Res, {Res, exit, Reason}) -> {exit, {exception, Reason}};
outcome(down, _, Res, {Res, error, Reason, Stack}) -> {error, {exception, Reason, Stack}};
outcome(down, _, Res, {Res, error, {?MODULE, _} = Reason}) -> {error, Reason};
outcome(down, _, _, noconnection) -> {error, {?MODULE, noconnection}};
outcome(down, _, _, Reason) -> {exit, {signal, Reason}};
outcome(spawn_reply, _, _, Reason) -> {error, {?MODULE, Reason}};
outcome(timeout, ReqId, Res, _) ->
    case abandon(ReqId) of
        true -> {error, {?MODULE, timeout}};
        %% The result has come in the meantime.
        {Type, Reason} -> outcome(Type, ReqId, Res, Reason)
    end.

abandon(ReqId) ->
    case spawn_request_abandon(ReqId) of
        true -> true;
        false ->
            case demonitor(ReqId, [info]) of
                true -> true;
                false ->
                    receive
                        {spawn_reply, ReqId, error, Reason} -> {spawn_reply, Reason};
                        {'DOWN', ReqId, process, _, Reason} -> {down, Reason}
                    after 0 -> true
                    end
            end
    end.

deadline(infinity) -> infinity;
deadline(Timeout) -> erlang:monotonic_time(millisecond) + Timeout.

left(infinity) -> infinity;
left(Deadline) -> max(0, Deadline - erlang:monotonic_time(millisecond)).

until({abs, At}) when is_integer(At) -> left(At);
until(Timeout) when ?is_timeout(Timeout) -> Timeout;
until(_) -> badarg.
