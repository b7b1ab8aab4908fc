%% Trace sessions, each with trace flags, patterns and a tracer of its own.
-module(trace).

-export([session_create/3, session_destroy/1, session_info/1, process/4, port/4, function/4, send/3, recv/3,
         info/3, delivered/2, system/3]).

%% A session is {Reference, {Name, N}}; {Name, N} refers to it as well. That of
%% erlang:trace/3 and its kin is {legacy, default}.

session_create(Name, Tracer0, Options) ->
    Tracer = case is_atom(Tracer0) andalso whereis(Tracer0) of
                 Pid when is_pid(Pid) -> Pid;
                 _ -> Tracer0
             end,
    case [{1, <<"not an atom">>} || not is_atom(Name)]
        ++ [{2, <<"invalid tracer">>} || not is_pid(Tracer) orelse node(Tracer) =/= node()]
        ++ [{3, case is_list(Options) of
                    true -> <<"invalid option in list">>;
                    false -> <<"not a list">>
                end} || Options =/= []]
    of
        [] -> {prim_trace:create(Name, Tracer), {Name, 0}};
        Blamed -> bad(session_create, [Name, Tracer0, Options], Blamed)
    end.

session_destroy({Ref, {_, _}}) when is_reference(Ref) ->
    try prim_trace:destroy(Ref)
    catch error:badarg -> false
    end;
session_destroy(Session) -> bad(session_destroy, [Session], [{1, <<"invalid trace session">>}]).

session_info(all) -> sessions() ++ [{legacy, default}];
session_info(Pid) when is_pid(Pid), node(Pid) =:= node() ->
    try [S || S <- session_info(all), uses(S, Pid)]
    catch throw:undefined -> undefined
    end;
session_info(Tracee) ->
    try [S || S <- session_info(all), uses(S, Tracee)]
    catch error:badarg -> bad(session_info, [Tracee], [{1, <<"not a valid tracee specification">>}])
    end.

sessions() -> [{Name, 0} || {_, Name} <- prim_trace:sessions()].

uses(Session, Tracee) ->
    case prim_trace:info(Session, Tracee, item(Tracee)) of
        undefined -> throw(undefined);
        {flags, Flags} -> Flags =/= [];
        {match_spec, Spec} -> Spec =/= false;
        {all, What} -> What =/= false andalso What =/= undefined
    end.

item(Tracee) when is_tuple(Tracee); Tracee =:= on_load -> all;
item(Tracee) when Tracee =:= send; Tracee =:= 'receive' -> match_spec;
item(_) -> flags.

process(Session, Procs, How, Flags) ->
    done(fun(S) -> prim_trace:process(S, Procs, How, Flags) end, process, [Session, Procs, How, Flags]).

port(Session, Ports, How, Flags) ->
    All = case Ports of
              all -> ports;
              existing -> existing_ports;
              new -> new_ports;
              Port -> Port
          end,
    done(fun(S) -> prim_trace:process(S, All, How, Flags) end, port, [Session, Ports, How, Flags]).

function(Session, MFA, Spec, Options) ->
    done(fun(S) -> prim_trace:pattern(S, MFA, Spec, Options) end, function, [Session, MFA, Spec, Options]).

send(Session, Spec, Options) ->
    done(fun(S) -> prim_trace:pattern(S, send, Spec, Options) end, send, [Session, Spec, Options]).

recv(Session, Spec, Options) ->
    done(fun(S) -> prim_trace:pattern(S, 'receive', Spec, Options) end, recv, [Session, Spec, Options]).

info(Session, Tracee, Item) ->
    done(fun(S) -> prim_trace:info(S, Tracee, Item) end, info, [Session, Tracee, Item]).

delivered(Session, Tracee) -> done(fun(_) -> erlang:trace_delivered(Tracee) end, delivered, [Session, Tracee]).

%% Nothing tells of long schedules, large heaps and the like here.
system(Session, Event, Value) -> done(fun(_) -> ok end, system, [Session, Event, Value]).

done(Fun, Function, [Session | _] = Args) ->
    S = case Session of
            {Ref, {_, _}} when is_reference(Ref) -> Ref;
            _ -> Session
        end,
    try
        _ = prim_trace:info(S, new, flags),
        Fun(S)
    catch
        error:badarg:Stack ->
            case hd(Stack) of
                {prim_trace, info, [_, new, flags], _} -> bad(Function, Args, [{1, <<"invalid trace session">>}]);
                {_, _, _, Info} -> bad(Function, Args, blamed(Function, Args, cause(Info)))
            end
    end.

cause([{error_info, #{cause := Cause}} | _]) -> Cause;
cause(_) -> none.

blamed(info, _, badopt) -> [{3, <<"invalid trace item">>}];
blamed(info, _, _) -> [{2, <<"not a valid tracee specification">>}];
blamed(F, [_, _, How, _], none) when (F =:= process orelse F =:= port), not is_boolean(How) ->
    [{3, <<"not a boolean ('true' or 'false')">>}];
blamed(process, _, none) -> [{2, <<"invalid process spec">>}];
blamed(port, _, none) -> [{2, <<"invalid port spec">>}];
blamed(function, _, none) -> [{2, <<"invalid MFA specification">>}];
blamed(function, _, match_spec) -> [{3, <<"invalid match specification">>}];
blamed(_, _, match_spec) -> [{2, <<"invalid match specification">>}];
blamed(delivered, _, _) -> [{2, <<"not a valid tracee specification">>}];
blamed(_, Args, _) ->
    case lists:last(Args) of
        Options when is_list(Options) -> [{length(Args), <<"invalid option in list">>}];
        _ -> [{length(Args), <<"not a list">>}]
    end.

%% bad raises an error as of a function of this module.
bad(Function, Args, Blamed) ->
    {current_stacktrace, Stack} = process_info(self(), current_stacktrace),
    Callers = lists:dropwhile(fun(Frame) -> element(1, Frame) =:= ?MODULE end, Stack),
    Info = [{error_info, #{module => erl_kernel_errors, cause => {blamed, Blamed}}}],
    erlang:raise(error, badarg, [{?MODULE, Function, Args, Info} | Callers]).
