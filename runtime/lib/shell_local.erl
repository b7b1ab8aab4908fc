%% The functions that are called at the prompt without a module: those typed in, the
%% shell's own commands, then user_default's and shell_default's. Tab is the shell's
%% table of definitions, Server the shell, which is asked for what it alone knows:
%%
%%   {{record, Name}, Form}   {{type, Name, Arity}, Form}
%%   {{spec, {Name, Arity}}, Form}   {{function, Name, Arity}, Form, Fun}
-module(shell_local).

-export([handler/2, define/2, records/1, function/3, values_fault/2]).
-export([restricted/2, restricted_state/0, keep_state/1]).

%% handler is for erl_eval; see local/5 and call/4.
handler(Tab, Server) ->
    {command, fun(Name, Args, Bs) -> local(Name, Args, Bs, Tab, Server) end,
     fun(Name, Args) -> local_value(Name, Args, Tab, Server) end}.

%% The handler within functions typed at the prompt: what they call may be
%% defined later.
function_handler(Tab, Server) ->
    {command, fun(_, _, _) -> no end,
     fun(Name, Args) ->
             Arity = length(Args),
             case ets:member(Tab, {function, Name, Arity}) orelse not undefined_function(Name, Arity) of
                 true -> local_value(Name, Args, Tab, Server);
                 false -> raise(undef, [{shell_default, Name, Args, []} | callers()])
             end
     end}.

undefined_function(Name, Arity) ->
    not shell_command:is_command(Name) andalso first_exporting([user_default, shell_default], Name, Arity) =:= none.

%% Commands that take their argument as written; no is for all others.
local(f, [], _, _, _) -> {value, ok, #{}};
local(f, [{tuple, _, [{atom, _, var}, {atom, _, _}]}], Bs, _, _) -> {value, ok, Bs};
local(f, [{value, _, {var, _}}], Bs, _, _) -> {value, ok, Bs};
local(f, [_], _, _, _) -> no_clause(f, 1);
local(b, [], Bs, Tab, _) ->
    list_bindings(erl_eval:bindings(Bs), Tab),
    {value, ok, Bs};
local(rd, [{atom, _, Name}, Def], Bs, Tab, _) -> {value, define_record(Name, Def, Tab), Bs};
local(rd, [{string, _, Def}], Bs, Tab, _) -> {value, define_record(Def, Tab), Bs};
local(rd, [_], _, _, _) -> no_clause(rd, 1);
local(rd, [_, _], _, _, _) -> no_clause(rd, 2);
local(_, _, _, _, _) -> no.

local_value(Name, Args, Tab, Server) when Name =:= f; Name =:= b; Name =:= rd ->
    case local(Name, [{value, 0, A} || A <- Args], #{}, Tab, Server) of
        {value, Value, _} -> Value;
        no -> call(Name, Args, Tab, Server)
    end;
local_value(Name, Args, Tab, Server) -> call(Name, Args, Tab, Server).

call(h, [], _, Server) -> shell:ask(Server, history);
call(v, [N], _, Server) when is_integer(N) -> shell:ask(Server, {value, N});
call(exit, [], _, Server) -> shell:ask(Server, exit);
call(history, [N], _, _) when is_integer(N), N >= 0 -> shell:history(N);
call(history, [_], _, _) -> no_clause(history, 1);
call(results, [N], _, _) when is_integer(N), N >= 0 -> shell:results(N);
call(results, [_], _, _) -> no_clause(results, 1);
call(catch_exception, [B], _, _) when is_boolean(B) -> shell:catch_exception(B);
call(catch_exception, [_], _, _) -> no_clause(catch_exception, 1);
call(help, [], _, _) ->
    shell_help:commands(),
    case erlang:function_exported(user_default, help, 0) of
        true -> user_default:help();
        false -> shell_default:help()
    end;
call(rf, [], Tab, _) -> forget_records('_', Tab), [];
call(rf, [Names], Tab, _) -> forget_records(Names, Tab);
call(rl, [], Tab, _) -> list_records(records(Tab));
call(rl, [Names], Tab, _) ->
    list_records([Form || N <- wanted(Names), {attribute, _, record, {Name, _}} = Form <- records(Tab), named(Name, N)]);
call(rp, [Term], Tab, _) ->
    io:put_chars([shell_print:whole(Term, Tab), $\n]);
call(rr, [File], Tab, _) -> shell_records:read(File, '_', [], Tab);
call(rr, [File, Names], Tab, _) -> shell_records:read(File, Names, [], Tab);
call(rr, [File, Names, Opts], Tab, _) -> shell_records:read(File, Names, Opts, Tab);
call(lf, [], Tab, _) -> list_functions(functions(Tab), specs(Tab));
call(lt, [], Tab, _) -> list_types([F || {{type, _, _}, F} <- ets:tab2list(Tab)]);
call(lr, [], Tab, _) ->
    io:put_chars([[erl_pp:form(F) || F <- records(Tab)], "\n"]);
call(ff, [], Tab, _) ->
    ets:match_delete(Tab, {{function, '_', '_'}, '_', '_'}),
    ets:match_delete(Tab, {{spec, '_'}, '_'}),
    ok;
call(ff, [Name, Arity], Tab, _) when is_atom(Name), is_integer(Arity) ->
    ets:delete(Tab, {function, Name, Arity}),
    ets:delete(Tab, {spec, {Name, Arity}}),
    ok;
call(ff, [_, _], _, _) -> no_clause(ff, 2);
call(tf, [], Tab, _) -> ets:match_delete(Tab, {{type, '_', '_'}, '_'}), ok;
call(tf, [Name], Tab, _) when is_atom(Name) -> ets:match_delete(Tab, {{type, Name, '_'}, '_'}), ok;
call(tf, [_], _, _) -> no_clause(tf, 1);
call(fl, [], Tab, _) -> ets:delete_all_objects(Tab), ok;
call(save_module, [Path], Tab, _) when is_list(Path) -> save_module(Path, Tab);
call(save_module, [_], _, _) -> no_clause(save_module, 1);
call(Name, Args, Tab, _) ->
    Arity = length(Args),
    case function(Name, Arity, Tab) of
        Fun when is_function(Fun) -> apply(Fun, Args);
        undefined ->
            case first_exporting([user_default, shell_default], Name, Arity) of
                {ok, Mod} -> apply(Mod, Name, Args);
                none ->
                    shell_undef(Name, Arity)
            end
    end.

%% The reason that erl_error words as an undefined shell command, in the frames
%% that it has in erl.
shell_undef(Name, Arity) ->
    %% Asked here, so that few frames of this module take the place of others.
    {current_stacktrace, Stack} = process_info(self(), current_stacktrace),
    Callers = above_handler(outside(Stack)),
    raise({shell_undef, Name, Arity, []},
          [{shell, shell_undef, 2, [{file, "shell.erl"}, {line, 1635}]},
           {erl_eval, local_func, 8, [{file, "erl_eval.erl"}, {line, 949}]} | Callers]).

%%% What a restricted shell asks its module before a function is called.

%% restricted makes of a handler that of a restricted shell.
restricted({command, F, Value}, Mod) ->
    {command, F,
     fun(Name, Args) ->
             always_allowed(Name, length(Args)) orelse local_allowed(Mod, Name, Args),
             Value(Name, Args)
     end}.

always_allowed(Name, Arity) ->
    lists:member({Name, Arity},
                 [{b, 0}, {f, 0}, {f, 1}, {h, 0}, {rd, 1}, {rd, 2}, {rf, 0}, {rf, 1}, {rl, 0}, {rl, 1}, {rp, 1},
                  {rr, 1}, {rr, 2}, {rr, 3}, {fl, 0}, {v, 1}, {exit, 0}, {history, 1}, {results, 1},
                  {catch_exception, 1}]).

local_allowed(Mod, Name, Args) ->
    try Mod:local_allowed(Name, Args, restricted_state()) of
        {false, {_, _} = State} ->
            keep_state(State),
            erlang:raise(exit, {restricted_shell_disallowed, {Name, Args}}, asked_at(1120, callers()));
        {_, {_, _} = State} -> keep_state(State);
        Other ->
            erlang:raise(exit, {restricted_shell_bad_return, Other},
                         [{Mod, local_allowed, 3, []} | asked_at(1126, callers())])
    catch
        Class:Reason:Stack ->
            Inside = lists:takewhile(fun(Frame) -> element(1, Frame) =/= ?MODULE end, Stack),
            erlang:raise(Class, Reason, lists:sublist(Inside ++ asked_at(1113, callers()), 8))
    end.

%% The frames in which erl asks.
asked_at(Line, Callers) ->
    [{shell, local_allowed, 7, [{file, "shell.erl"}, {line, Line}]},
     {erl_eval, local_func, 8, [{file, "erl_eval.erl"}, {line, 949}]} | above_handler(Callers)].

above_handler([{erl_eval, do_apply, _, _} | Callers]) -> Callers;
above_handler(Callers) -> Callers.

%% What the module notes: for the shell, and for the command.
restricted_state() -> {noted(restricted_shell_state), noted(restricted_expr_state)}.

noted(Key) ->
    case get(Key) of
        undefined -> [];
        State -> State
    end.

keep_state({ShellState, ExprState}) ->
    put(restricted_expr_state, ExprState),
    put(restricted_shell_state, ShellState).

raise(Reason, Stack) -> erlang:raise(error, Reason, lists:sublist(Stack, 8)).

%% callers are the frames of those who called this module.
callers() ->
    {current_stacktrace, Stack} = process_info(self(), current_stacktrace),
    outside(Stack).

outside(Stack) -> lists:dropwhile(fun(F) -> lists:member(element(1, F), [erlang, ?MODULE]) end, Stack).

first_exporting([Mod | Mods], Name, Arity) ->
    case code:ensure_loaded(Mod) =:= {module, Mod}
        andalso erlang:function_exported(Mod, Name, Arity) of
        true -> {ok, Mod};
        false -> first_exporting(Mods, Name, Arity)
    end;
first_exporting([], _, _) -> none.

no_clause(Name, Arity) ->
    erlang:raise(error, function_clause, [{shell, Name, Arity, []}]).

%%% Records and definitions.

%% define keeps what a definition at the prompt says. It gives the command's result
%% for the history.
define({function, A, Name, Arity, Clauses} = Form, Tab) ->
    Fun = {'fun', A, {clauses, Clauses}},
    Records = records(Tab),
    case shell_eval:check([Fun], #{}, Records) of
        ok ->
            {value, F, _} = shell_eval:expr(Fun, #{}, Records, function_handler(Tab, self()), none),
            defined({{function, Name, Arity}, Form, F}, Tab);
        {error, {_, Mod, What}} ->
            shell_print:complain("~ts: ~ts", [shell_print:location(fault_in(Form, Records)), Mod:format_error(What)]),
            none
    end;
define({attribute, _, record, {Name, _}} = Form, Tab) ->
    case record_fault(Form, []) of
        none -> defined({{record, Name}, Form}, Tab);
        Text ->
            shell_print:report("** ", exit, Text, [], Tab),
            {value, {'EXIT', Text}}
    end;
define({attribute, _, spec, {NA, _}} = Form, Tab) -> defined({{spec, NA}, Form}, Tab);
define({attribute, _, _, {Name, _, Args}} = Form, Tab) -> defined({{type, Name, length(Args)}, Form}, Tab).

%% erl checks a function as it prints it, in a call of its own: that is what the location is of.
fault_in({function, A, Name, Arity, Clauses}, Records) ->
    Text = unicode:characters_to_list(erl_pp:form({function, A, Name, Arity, called(Clauses)})),
    {ok, Tokens, _} = erl_scan:string(Text, {1, 1}),
    {ok, {function, _, _, _, Printed}} = erl_parse:parse_form(Tokens),
    {error, {{Line, Column}, _, _}} = shell_eval:check([{'fun', A, {clauses, Printed}}], #{}, Records),
    case hd(lists:nth(Line, string:split(Text, "\n", all))) of
        $\s -> {Line, Column + 4};
        _ when Line =:= 1 -> {Line, Column + 25};
        _ -> {Line, Column + 18}
    end.

%% called names the module that local functions are of.
called({call, A, {atom, _, Name} = F, Args}) ->
    case erl_internal:bif(Name, length(Args)) of
        true -> {call, A, F, called(Args)};
        false -> {call, A, {remote, A, {atom, A, shell_default}, F}, called(Args)}
    end;
called(Tuple) when is_tuple(Tuple) -> list_to_tuple(called(tuple_to_list(Tuple)));
called([H | T]) -> [called(H) | called(T)];
called(Other) -> Other.

%% function is the fun of a function that was typed in.
function(Name, Arity, Tab) ->
    case ets:lookup(Tab, {function, Name, Arity}) of
        [{_, _, Fun}] -> Fun;
        [] -> undefined
    end.

record_fault({attribute, _, record, {Name, Fields}}, Records) ->
    case twice([shell_print:field_name(F) || F <- Fields]) of
        none -> values_fault(Fields, Records);
        Field -> lists:flatten(erl_lint:format_error({redefine_field, Name, Field}))
    end.

%% values_fault is what is wrong with the values that fields have to begin with.
values_fault([{typed_record_field, Field, _} | Fields], Records) -> values_fault([Field | Fields], Records);
values_fault([{record_field, _, _, Value} | Fields], Records) ->
    case shell_eval:check([Value], #{}, Records) of
        ok -> values_fault(Fields, Records);
        {error, {_, Mod, What}} -> lists:flatten(Mod:format_error(What))
    end;
values_fault([_ | Fields], Records) -> values_fault(Fields, Records);
values_fault([], _) -> none.

%% twice is the first name that there is a second time.
twice([Name | Names]) ->
    case lists:member(Name, Names) of
        true -> Name;
        false -> twice(Names)
    end;
twice([]) -> none.

defined(Entry, Tab) ->
    ets:insert(Tab, Entry),
    io:put_chars("ok\n"),
    {value, ok}.

records(Tab) -> [Form || {{record, _}, Form} <- ets:tab2list(Tab)].

list_bindings(Bindings, Tab) ->
    lists:foreach(fun(B) -> list_binding(B, Tab) end, lists:sort(Bindings)).

list_binding({Name, Value}, Tab) ->
    case hd(atom_to_list(Name)) of
        $v -> ok;
        _ ->
            Text = case erl_eval:fun_data(Value) of
                       {fun_data, _, Clauses} ->
                           match_text(Name, {'fun', 0, {clauses, Clauses}});
                       {named_fun_data, _, FunName, Clauses} ->
                           match_text(Name, {named_fun, 0, FunName, Clauses});
                       false ->
                           Head = [binary_to_list(atom_to_binary(Name)), " = "],
                           [Head, shell_print:value(Value, length(lists:flatten(Head)) + 1, Tab)]
                   end,
            io:put_chars([Text, $\n])
    end.

match_text(Name, Fun) -> erl_pp:expr({match, 0, {var, 0, Name}, Fun}).

define_record(Name, Def, Tab) ->
    Text = lists:flatten(["-record(", io_lib:write_atom(Name), ",", erl_pp:expr(Def), ")."]),
    define_record_text(Text, Tab).

define_record(Def, Tab) -> define_record_text("-record(" ++ Def ++ ").", Tab).

define_record_text(Text, Tab) ->
    {ok, Tokens, _} = erl_scan:string(Text),
    case erl_parse:parse_form(Tokens) of
        {ok, {attribute, _, record, {Name, _}} = Form} ->
            Fault = record_fault(Form, records(Tab)),
            Fault =:= none orelse exit(Fault),
            ets:insert(Tab, {{record, Name}, Form}),
            Name;
        {error, {_, Mod, What}} ->
            exit(lists:flatten(Mod:format_error(What)))
    end.

forget_records(Names, Tab) ->
    [ets:delete(Tab, {record, Name})
     || {attribute, _, record, {Name, _}} <- records(Tab), named(Name, Names)],
    ok.

%% Several names are listed in the order in which they are asked for.
wanted(Names) when is_list(Names) -> Names;
wanted(Name) -> [Name].

named(_, '_') -> true;
named(Name, Name) -> true;
named(Name, Names) when is_list(Names) -> lists:member(Name, Names);
named(_, _) -> false.

list_records(Forms) ->
    lists:foreach(fun(Form) -> io:put_chars(erl_pp:attribute(Form)) end, Forms),
    ok.

%% functions gives the functions typed in, each after its spec.
functions(Tab) ->
    lists:append([[Spec || {_, Spec} <- ets:lookup(Tab, {spec, {Name, Arity}})] ++ [Form]
                  || {{function, Name, Arity}, Form, _} <- ets:tab2list(Tab)]).

%% Specs of functions that are not there yet come last.
list_functions([], []) -> io:put_chars("\n\n");
list_functions(Forms, Specs) ->
    io:put_chars([case F of
                      {function, _, _, _, _} -> [erl_pp:form(F), "\n"];
                      _ -> erl_pp:form(F)
                  end || F <- Forms]),
    Specs =:= []
        orelse io:put_chars([[[erl_pp:form(Spec), io_lib:fwrite("%% ~tw/~w not implemented\n", [Name, Arity])]
                              || {attribute, _, spec, {{Name, Arity}, _}} = Spec <- Specs], "\n"]),
    ok.

list_types([]) -> io:put_chars("\n");
list_types(Forms) -> io:put_chars(lists:join("\n", [[erl_pp:form(F), "\n"] || F <- Forms])).

%% specs gives those of functions that were not typed in.
specs(Tab) ->
    [Spec || {{spec, {Name, Arity}}, Spec} <- ets:tab2list(Tab), not ets:member(Tab, {function, Name, Arity})].

save_module(Path, Tab) ->
    [_, _] = string:split(filename:basename(Path), ".erl"),
    case filelib:is_regular(Path) andalso io:get_line("File exists, do you want to overwrite it? (y/N)\n") of
        false -> write_module(Path, Tab);
        [Answer | _] when Answer =:= $y; Answer =:= $Y -> write_module(Path, Tab);
        _ -> io:put_chars("Aborting save\n")
    end.

write_module(Path, Tab) ->
    Name = list_to_atom(filename:basename(Path, ".erl")),
    Types = [F || {{type, _, _}, F} <- ets:tab2list(Tab)],
    Exports = [{N, A} || {{function, N, A}, _, _} <- ets:tab2list(Tab)],
    Forms = [{attribute, 1, module, Name}, {attribute, 1, export, Exports}]
        ++ Types ++ records(Tab) ++ functions(Tab),
    Text = lists:join("\n", [erl_pp:form(F) || F <- Forms]),
    case file:write_file(Path, unicode:characters_to_binary(Text)) of
        ok -> c:c(Path);
        Error -> Error
    end.
