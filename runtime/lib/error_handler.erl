%% What a process does about a call of a function that is not there: load the
%% module, or raise undef.
-module(error_handler).

-export([undefined_function/3, undefined_lambda/3, stub_function/3,
         breakpoint/3, raise_undef_exception/3]).

undefined_function(Mod, Name, Args) ->
    case ensure_loaded(Mod) of
        {module, Mod} ->
            case erlang:function_exported(Mod, Name, length(Args)) of
                true -> apply(Mod, Name, Args);
                false -> stub_function_of(Mod, Name, Args)
            end;
        _ -> raise_undef_exception(Mod, Name, Args)
    end.

%% A module may say itself what calls of functions it lacks mean.
stub_function_of(Mod, Name, Args) ->
    case erlang:function_exported(Mod, '$handle_undefined_function', 2) of
        true -> Mod:'$handle_undefined_function'(Name, Args);
        false -> raise_undef_exception(Mod, Name, Args)
    end.

%% A fun from another node has no code here. One typed in a shell brings its
%% source along; another one needs the same version of its module.
undefined_lambda(erl_eval, Fun, Args) ->
    shell_eval:apply_foreign(Fun, Args);
undefined_lambda(Mod, Fun, Args) ->
    case erlang:module_loaded(Mod) of
        true ->
            erlang:raise(error, {badfun, Fun}, []);
        false ->
            case code:ensure_loaded(Mod) of
                {module, Mod} -> apply(Fun, Args);
                _ -> raise(undef, Mod, Fun, Args)
            end
    end.

%% A module that is there needs no look at the code path, nor may the code
%% server's own modules ask it for themselves.
ensure_loaded(Mod) ->
    case erlang:module_loaded(Mod) of
        true -> {module, Mod};
        false when Mod =:= code; Mod =:= erlang; Mod =:= lists -> {error, nofile};
        false -> code:ensure_loaded(Mod)
    end.

stub_function(Mod, Name, Args) -> raise_undef_exception(Mod, Name, Args).

breakpoint(Mod, Name, Args) -> apply(Mod, Name, Args).

raise_undef_exception(Mod, Name, Args) -> raise(undef, Mod, Name, Args).

%% The stack shows the missing function where the caller of this handler was.
raise(Reason, Mod, Name, Args) ->
    Stack = try error(Reason)
            catch _:_:Frames -> callers(Frames)
            end,
    erlang:raise(error, Reason, [{Mod, Name, Args, []} | Stack]).

callers([{?MODULE, _, _, _} | Callers]) -> callers(Callers);
callers(Callers) -> Callers.
