%% Match specifications from funs: ets:fun2ms/1 and dbg:fun2ms/1, as a parse
%% transform of modules and for funs typed in the shell.
%%
%% A fun's head becomes a match head, its variables '$1', '$2' and so on; guards
%% and body become terms of the match specification's language. In a module the
%% result is an expression, in which other variables stand as {const, Var}.
-module(ms_transform).

-export([parse_transform/2, parse_transform_info/0, transform_from_shell/3, format_error/1]).

%% What a translation knows: the dialect, the records, the variables of the
%% head, where it is, and the bindings of the shell.
-record(c, {dialect, records, vars = #{}, in = guard, shell = none}).

parse_transform_info() -> #{error_location => column}.

%%% Modules.

parse_transform(Forms, _Opts) ->
    put(?MODULE, {"", #{}, [], []}),
    try
        New = lists:append([form(F) || F <- Forms]),
        {_, _, Used, Warnings} = get(?MODULE),
        Result = keep_records(New, lists:usort(Used)),
        case lists:reverse(Warnings) of
            [] -> Result;
            Ws -> {warning, Result, [{File, [W]} || {File, W} <- Ws]}
        end
    catch
        throw:{?MODULE, Anno, Code} ->
            {File, _, _, _} = get(?MODULE),
            {error, [{File, [{erl_anno:location(Anno), ?MODULE, Code}]}], []}
    after
        erase(?MODULE)
    end.

%% Records that only funs named are gone from the code, but are used.
keep_records(Forms, []) -> Forms;
keep_records(Forms, Used) -> [{attribute, 0, compile, {nowarn_unused_record, [Used]}} | Forms].

form({attribute, _, file, {File, _}} = Form) ->
    put(?MODULE, setelement(1, get(?MODULE), File)),
    [Form];
form({attribute, _, record, {Name, Fields}} = Form) ->
    {_, Records, _, _} = State = get(?MODULE),
    put(?MODULE, setelement(2, State, Records#{Name => [field_default(F) || F <- Fields]})),
    [Form];
form({function, Anno, Name, Arity, Clauses}) ->
    {New, _} = copy_clauses(Clauses, []),
    [{function, Anno, Name, Arity, New}];
form(Form) -> [Form].

field_default({typed_record_field, Field, _}) -> field_default(Field);
field_default({record_field, Anno, {atom, _, Name}}) -> {Name, {atom, Anno, undefined}};
field_default({record_field, _, {atom, _, Name}, Default}) -> {Name, Default}.

%% copy goes through code with the variables seen so far.
copy({call, Anno, {remote, _, {atom, _, Module}, {atom, _, fun2ms}}, Args}, Bound)
  when Module =:= ets; Module =:= dbg ->
    case Args of
        [{'fun', FunAnno, {clauses, Clauses}}] ->
            {_, Records, _, _} = get(?MODULE),
            C = #c{dialect = Module, records = Records},
            {list(FunAnno, lists:append([clause(Clause, C, Bound) || Clause <- Clauses])), Bound};
        [_] -> fail(Anno, 1);
        _ ->
            {New, B} = copy(Args, Bound),
            {{call, Anno, {remote, Anno, {atom, Anno, Module}, {atom, Anno, fun2ms}}, New}, B}
    end;
copy({var, _, '_'} = Var, Bound) -> {Var, Bound};
copy({var, _, Name} = Var, Bound) -> {Var, ordsets:add_element(Name, Bound)};
copy({'fun', Anno, {clauses, Clauses}}, Bound) ->
    {New, _} = copy_clauses(Clauses, Bound),
    {{'fun', Anno, {clauses, New}}, Bound};
copy({named_fun, Anno, Name, Clauses}, Bound) ->
    {New, _} = copy_clauses(Clauses, ordsets:add_element(Name, Bound)),
    {{named_fun, Anno, Name, New}, Bound};
copy([{clause, _, _, _, _} | _] = Clauses, Bound) -> copy_clauses(Clauses, Bound);
copy([H0 | T0], Bound0) ->
    {H, Bound1} = copy(H0, Bound0),
    {T, Bound} = copy(T0, Bound1),
    {[H | T], Bound};
copy(Tuple, Bound0) when is_tuple(Tuple) ->
    {List, Bound} = copy(tuple_to_list(Tuple), Bound0),
    {list_to_tuple(List), Bound};
copy(Other, Bound) -> {Other, Bound}.

%% After clauses those variables are known that all of them bind.
copy_clauses(Clauses, Bound) ->
    {New, Sets} = lists:unzip([copy_clause(C, Bound) || C <- Clauses]),
    {New, ordsets:intersection(Sets)}.

copy_clause({clause, Anno, Head0, Guard0, Body0}, Bound0) ->
    {Head, Bound1} = copy(Head0, Bound0),
    {Guard, Bound2} = copy(Guard0, Bound1),
    {Body, Bound} = copy(Body0, Bound2),
    {{clause, Anno, Head, Guard, Body}, Bound}.

list(Anno, Es) -> lists:foldr(fun(E, Tail) -> {cons, Anno, E, Tail} end, {nil, Anno}, Es).

fail(Anno, Code) -> throw({?MODULE, Anno, Code}).

%%% The shell.

%% transform_from_shell gives the match specification of a fun's clauses, in
%% which the bindings give variables their values.
transform_from_shell(Dialect, Clauses, Bindings0) ->
    Bindings = case is_map(Bindings0) of
                   true -> Bindings0;
                   false -> maps:from_list(Bindings0)
               end,
    C = #c{dialect = Dialect, records = #{}, shell = Bindings},
    try lists:append([clause(Clause, C, []) || Clause <- Clauses]) of
        Specs -> [term(S) || S <- Specs]
    catch
        throw:{?MODULE, Anno, Code} ->
            {error, [{"TOP_LEVEL", [{erl_anno:location(Anno), ?MODULE, Code}]}], []}
    end.

term({const, Value}) -> Value;
term({tuple, _, Es}) -> list_to_tuple([term(E) || E <- Es]);
term({cons, _, H, T}) -> [term(H) | term(T)];
term({map, _, Pairs}) -> maps:from_list([{term(K), term(V)} || {map_field_assoc, _, K, V} <- Pairs]);
term({op, _, '++', A, B}) -> term(A) ++ term(B);
term({bin, _, _} = Bin) ->
    {value, Value, _} = erl_eval:expr(Bin, erl_eval:new_bindings()),
    Value;
term(Literal) -> erl_parse:normalise(Literal).

%%% Clauses.

%% A guard with semicolons makes a specification for each alternative.
clause({clause, Anno, Head, Guards, Body}, C0, Bound) ->
    {Pattern, Vars0} = case Head of
                           [P] -> top_head(P, Anno, C0);
                           _ -> {bad, #{}}
                       end,
    check_type(Anno, Pattern, C0),
    {MatchHead, Vars} = head(Pattern, {C0, Vars0}),
    warn_shadowed(Bound, Vars, Pattern, Head),
    Alternatives = case Guards of [] -> [[]]; _ -> Guards end,
    C = C0#c{vars = Vars},
    [{tuple, Anno, [MatchHead,
                    list(Anno, [expr(G, C#c{in = guard}) || G <- Guard]),
                    list(Anno, [expr(E, C#c{in = body}) || E <- Body])]}
     || Guard <- Alternatives].

top_head({match, _, {var, _, V}, Pattern}, _, _) -> {Pattern, #{V => '$_'}};
top_head({match, _, Pattern, {var, _, V}}, _, _) -> {Pattern, #{V => '$_'}};
top_head(Pattern, _, _) -> {Pattern, #{}}.

check_type(_, {var, _, _}, _) -> ok;
check_type(_, {Type, _, _}, #c{dialect = ets}) when Type =:= tuple -> ok;
check_type(_, {record, _, _, _}, #c{dialect = ets}) -> ok;
check_type(Anno, _, #c{dialect = ets}) -> fail(Anno, 2);
check_type(_, {nil, _}, _) -> ok;
check_type(_, {cons, _, _, _}, _) -> ok;
check_type(Anno, _, _) -> fail(Anno, 3).

%% Variables of the head that have a value outside of it.
warn_shadowed(Bound, Vars, Pattern, Head) ->
    lists:foreach(fun(V) ->
                          {File, _, _, Ws} = State = get(?MODULE),
                          Anno = place(V, [Pattern | Head]),
                          Warning = {File, {erl_anno:location(Anno), ?MODULE, {50, V}}},
                          put(?MODULE, setelement(4, State, [Warning | Ws]))
                  end, [V || V <- maps:keys(Vars), V =/= '_', ordsets:is_element(V, Bound)]).

place(V, {var, Anno, V}) -> Anno;
place(V, Tuple) when is_tuple(Tuple) -> place(V, tuple_to_list(Tuple));
place(V, [H | T]) ->
    case place(V, H) of
        none -> place(V, T);
        Anno -> Anno
    end;
place(_, _) -> none.

%%% Heads.

head({var, Anno, V}, {_, Vars}) when is_map_key(V, Vars) -> {{atom, Anno, map_get(V, Vars)}, Vars};
head({var, Anno, '_'}, {_, Vars}) -> {{atom, Anno, '_'}, Vars};
head({var, Anno, V}, {_, Vars}) ->
    N = length([x || A <- maps:values(Vars), A =/= '$_']) + 1,
    Name = list_to_atom([$$ | integer_to_list(N)]),
    {{atom, Anno, Name}, Vars#{V => Name}};
head({match, Anno, _, _}, _) -> fail(Anno, 4);
head({atom, Anno, A} = Atom, {_, Vars}) ->
    case atom_to_list(A) of
        [$$ | Digits] when Digits =/= [] ->
            case lists:all(fun(D) -> D >= $0 andalso D =< $9 end, Digits) of
                true -> fail(Anno, {10, A});
                false -> {Atom, Vars}
            end;
        _ -> {Atom, Vars}
    end;
head({tuple, Anno, Es0}, {C, Vars0}) ->
    {Es, Vars} = heads(Es0, C, Vars0),
    {{tuple, Anno, Es}, Vars};
head({cons, Anno, H0, T0}, {C, Vars0}) ->
    {[H, T], Vars} = heads([H0, T0], C, Vars0),
    {{cons, Anno, H, T}, Vars};
head({op, Anno, '++', Prefix, Tail0}, {C, Vars0}) ->
    {[Tail], Vars} = heads([Tail0], C, Vars0),
    {case Prefix of
         {string, _, Chars} -> lists:foldr(fun(Char, T) -> {cons, Anno, {integer, Anno, Char}, T} end, Tail, Chars);
         _ -> {op, Anno, '++', Prefix, Tail}
     end, Vars};
head({map, Anno, Pairs0}, {C, Vars0}) ->
    {Pairs, Vars} = lists:mapfoldl(fun({_, A, K, V0}, Vs0) ->
                                           {[V], Vs} = heads([V0], C, Vs0),
                                           {{map_field_assoc, A, K, V}, Vs}
                                   end, Vars0, Pairs0),
    {{map, Anno, Pairs}, Vars};
head({record, Anno, Name, Fields}, {C, Vars0}) ->
    Definition = definition(Anno, Name, 7, C),
    check_fields(Anno, Name, Fields, Definition, 8, 9),
    Rest = case [V || {record_field, _, {var, _, '_'}, V} <- Fields] of
               [V | _] -> V;
               [] -> {var, Anno, '_'}
           end,
    {Es, Vars} = heads([given(F, Fields, Rest) || {F, _} <- Definition], C, Vars0),
    {{tuple, Anno, [{atom, Anno, Name} | Es]}, Vars};
head({record_index, Anno, Name, {atom, _, F}}, {C, Vars}) ->
    {{integer, Anno, index(Anno, Name, F, 7, 8, C)}, Vars};
head({bin, _, Elements} = Bin, {_, Vars}) ->
    [fail(Anno, {11, V}) || {bin_element, _, {var, Anno, V}, _, _} <- Elements],
    {Bin, Vars};
head(Other, {_, Vars}) -> {Other, Vars}.

heads(Es, C, Vars0) -> lists:mapfoldl(fun(E, Vars) -> head(E, {C, Vars}) end, Vars0, Es).

given(F, Fields, Otherwise) ->
    case [V || {record_field, _, {atom, _, Name}, V} <- Fields, Name =:= F] of
        [V | _] -> V;
        [] -> Otherwise
    end.

%%% Records.

definition(Anno, Name, Code, #c{records = Records}) ->
    case Records of
        #{Name := Definition} ->
            case get(?MODULE) of
                {_, _, Used, _} = State -> put(?MODULE, setelement(3, State, [Name | Used]));
                undefined -> ok
            end,
            Definition;
        #{} -> fail(Anno, {Code, Name})
    end.

check_fields(Anno, Name, Fields, Definition, Unknown, Twice) ->
    Names = [F || {record_field, _, {atom, _, F}, _} <- Fields],
    [fail(Anno, {Unknown, Name, F}) || F <- Names, not lists:keymember(F, 1, Definition)],
    [fail(Anno, {Twice, Name, F}) || F <- Names -- lists:usort(Names)].

index(Anno, Name, F, UnknownRecord, UnknownField, C) ->
    Names = [N || {N, _} <- definition(Anno, Name, UnknownRecord, C)],
    case [I || {N, I} <- lists:zip(Names, lists:seq(2, length(Names) + 1)), N =:= F] of
        [I | _] -> I;
        [] -> fail(Anno, {UnknownField, Name, F})
    end.

%%% Guards and bodies. Codes of errors in bodies are those of guards plus 100.

code(N, #c{in = body}) -> N + 100;
code(N, _) -> N.

expr(E0, C) ->
    case erl_eval:partial_eval(E0) of
        {match, Anno, _, _} -> fail(Anno, code(16, C));
        {call, Anno, {atom, _, is_record}, [E, {atom, At, Name}]} -> record_test(Anno, E, At, Name, C);
        {call, Anno, {atom, _, record}, [E, {atom, At, Name}]} -> record_test(Anno, E, At, Name, C);
        {call, Anno, {remote, _, {atom, _, erlang}, {atom, _, is_record}}, [E, {atom, At, Name}]} ->
            record_test(Anno, E, At, Name, C);
        {call, Anno, {atom, _, object}, []} -> {atom, Anno, '$_'};
        {call, Anno, {atom, _, bindings}, []} -> {atom, Anno, '$*'};
        {call, Anno, {atom, _, F}, Args} ->
            case function(F, length(Args), C) of
                false -> fail(Anno, {code(17, C), F, length(Args)});
                Name -> operation(Anno, Name, Args, C)
            end;
        {call, Anno, {remote, _, {atom, _, M}, {atom, _, F}}, Args} ->
            N = length(Args),
            Known = M =:= erlang andalso (is_operator(F, N) orelse function(F, N, C) =/= false),
            case Known of
                true -> operation(Anno, F, Args, C);
                false -> fail(Anno, {code(22, C), M, F, N})
            end;
        {op, Anno, Op, A} -> operation(Anno, Op, [A], C);
        {op, Anno, Op, A, B} -> operation(Anno, Op, [A, B], C);
        {var, Anno, V} -> variable(Anno, V, C);
        {tuple, Anno, Es} -> {tuple, Anno, [{tuple, Anno, exprs(Es, C)}]};
        {cons, Anno, H, T} -> {cons, Anno, expr(H, C), expr(T, C)};
        {map, Anno, Pairs} ->
            {map, Anno, [{map_field_assoc, A, expr(K, C), expr(V, C)} || {_, A, K, V} <- Pairs]};
        {record, Anno, Name, Fields} ->
            Definition = definition(Anno, Name, code(20, C), C),
            check_fields(Anno, Name, Fields, Definition, code(19, C), code(21, C)),
            Rest = [V || {record_field, _, {var, _, '_'}, V} <- Fields],
            Values = [given(F, Fields, hd(Rest ++ [Default])) || {F, Default} <- Definition],
            {tuple, Anno, [{tuple, Anno, [{atom, Anno, Name} | exprs(Values, C)]}]};
        {record, Anno, Base, Name, Fields} ->
            Definition = definition(Anno, Name, code(20, C), C),
            check_fields(Anno, Name, Fields, Definition, code(19, C), code(21, C)),
            Old = expr(Base, C),
            Values = [case given(F, Fields, none) of
                          none -> {tuple, Anno, [{atom, Anno, element}, {integer, Anno, I}, Old]};
                          V -> expr(V, C)
                      end || {{F, _}, I} <- lists:zip(Definition, lists:seq(2, length(Definition) + 1))],
            {tuple, Anno, [{tuple, Anno, [{atom, Anno, Name} | Values]}]};
        {record_field, Anno, E, Name, {atom, _, F}} ->
            I = index(Anno, Name, F, code(20, C), code(19, C), C),
            {tuple, Anno, [{atom, Anno, element}, {integer, Anno, I}, expr(E, C)]};
        {record_index, Anno, Name, {atom, _, F}} ->
            {integer, Anno, index(Anno, Name, F, code(20, C), code(19, C), C)};
        {bin, Anno, Elements} -> {bin, Anno, [element_of(E, C) || E <- Elements]};
        E ->
            case element_name(element(1, E)) of
                none -> E;
                Name -> fail(element(2, E), {code(18, C), Name})
            end
    end.

exprs(Es, C) -> [expr(E, C) || E <- Es].

operation(Anno, Name, Args, C) -> {tuple, Anno, [{atom, Anno, Name} | exprs(Args, C)]}.

record_test(Anno, E, At, Name, C) ->
    Size = length(definition(At, Name, code(20, C), C)) + 1,
    {tuple, Anno, [{atom, Anno, is_record}, expr(E, C), {atom, At, Name}, {integer, Anno, Size}]}.

variable(Anno, V, #c{vars = Vars}) when is_map_key(V, Vars) -> {atom, Anno, map_get(V, Vars)};
variable(Anno, V, #c{shell = none}) -> {tuple, Anno, [{atom, Anno, const}, {var, Anno, V}]};
variable(Anno, V, C = #c{shell = Bindings}) ->
    case Bindings of
        #{V := Value} -> {tuple, Anno, [{atom, Anno, const}, {const, Value}]};
        #{} -> fail(Anno, {code(6, C) rem 100, atom_to_list(V)})
    end.

%% Variables in binaries stand for their values at once.
element_of({bin_element, A, {var, Anno, V}, Size, Types}, C) ->
    case C of
        #c{vars = #{V := _}} -> fail(Anno, {code(23, C), V});
        #c{shell = #{V := Value}} when is_integer(Value) -> {bin_element, A, {integer, Anno, Value}, Size, Types};
        #c{shell = #{V := Value}} -> {bin_element, A, {value, Anno, Value}, Size, Types};
        _ -> {bin_element, A, {var, Anno, V}, Size, Types}
    end;
element_of(Element, _) -> Element.

element_name('case') -> "case";
element_name('if') -> "if";
element_name('try') -> "try";
element_name('catch') -> "catch";
element_name('receive') -> "receive";
element_name('maybe') -> "maybe";
element_name(block) -> "begin/end block";
element_name(lc) -> "list comprehension";
element_name(bc) -> "binary comprehension";
element_name(mc) -> "map comprehension";
element_name('fun') -> "fun";
element_name(named_fun) -> "fun";
element_name(map) -> "map";
element_name(call) -> "call";
element_name(_) -> none.

%% function gives the name of a function in match specifications, false if it
%% is none of theirs.
function(F, 1, _) when F =:= is_atom; F =:= is_float; F =:= is_integer; F =:= is_list; F =:= is_number;
                       F =:= is_pid; F =:= is_port; F =:= is_reference; F =:= is_tuple; F =:= is_map;
                       F =:= is_binary; F =:= is_function -> F;
function(F, 1, _) when F =:= atom; F =:= float; F =:= integer; F =:= list; F =:= number; F =:= pid;
                       F =:= port; F =:= reference; F =:= tuple; F =:= binary ->
    list_to_atom("is_" ++ atom_to_list(F));
function(F, 1, _) when F =:= abs; F =:= hd; F =:= length; F =:= node; F =:= round; F =:= size; F =:= bit_size;
                       F =:= byte_size; F =:= tl; F =:= trunc; F =:= map_size; F =:= tuple_size -> F;
function(F, 2, _) when F =:= element; F =:= map_get; F =:= is_map_key; F =:= max; F =:= min;
                       F =:= binary_part -> F;
function(binary_part, 3, _) -> binary_part;
function(F, 0, _) when F =:= node; F =:= self; F =:= get_tcw; F =:= is_seq_trace -> F;
function(_, _, #c{in = guard}) -> false;
function(F, 0, _) when F =:= get_seq_token; F =:= return_trace; F =:= exception_trace; F =:= process_dump;
                       F =:= caller; F =:= caller_line; F =:= current_stacktrace -> F;
function(F, 1, _) when F =:= message; F =:= enable_trace; F =:= disable_trace; F =:= display; F =:= set_tcw;
                       F =:= silent -> F;
function(F, 2, _) when F =:= set_seq_token; F =:= enable_trace; F =:= disable_trace; F =:= trace -> F;
function(trace, 3, _) -> trace;
function(_, _, _) -> false.

is_operator(Op, N) ->
    erl_internal:arith_op(Op, N) orelse erl_internal:bool_op(Op, N) orelse erl_internal:comp_op(Op, N)
        orelse erl_internal:list_op(Op, N) orelse erl_internal:send_op(Op, N).

%%% Words.

format_error(1) -> "Parameter of ets/dbg:fun2ms/1 is not a literal fun";
format_error(2) -> "ets:fun2ms requires fun with single variable or tuple parameter";
format_error(3) -> "dbg:fun2ms requires fun with single variable or list parameter";
format_error(4) -> "in fun head, only matching (=) on toplevel can be translated into match_spec";
format_error(5) -> "fun with semicolon (;) in guard cannot be translated into match_spec";
format_error({6, V}) ->
    io_lib:format("the variable ~s is unbound, cannot translate into match_spec", [V]);
format_error({7, R}) -> io_lib:format("fun head contains unknown record type ~tw", [R]);
format_error({8, R, F}) ->
    io_lib:format("fun head contains reference to unknown field ~tw in record type ~tw", [F, R]);
format_error({9, R, F}) -> io_lib:format("fun head contains already defined field ~tw in record type ~tw", [F, R]);
format_error({10, A}) ->
    io_lib:format("fun head contains atom ~tw, which conflics with reserved atoms in match_spec heads", [A]);
format_error({11, V}) ->
    io_lib:format("fun head contains bit syntax matching of variable ~tw, which cannot be translated into match_spec", [V]);
format_error(16) -> "fun with guard matching ('=' in guard) is illegal as match_spec as well";
format_error(116) -> "fun with body matching ('=' in body) is illegal as match_spec";
format_error({50, V}) -> io_lib:format("variable ~p shadowed in ms_transform fun head", [V]);
format_error(Code) when element(1, Code) > 100, is_integer(element(1, Code)) -> words(setelement(1, Code, element(1, Code) - 100), "body", Code);
format_error(Code) -> words(Code, "guard", Code).

words({17, F, A}, In, _) ->
    io_lib:format("fun containing the local function call '~tw/~w' (called in ~s) cannot be translated into match_spec",
                  [F, A, In]);
words({18, Element}, In, _) ->
    io_lib:format("the language element ~s (in ~s) cannot be translated into match_spec", [Element, In]);
words({19, R, F}, In, _) ->
    io_lib:format("fun ~s contains reference to unknown field ~tw in record type ~tw", [In, F, R]);
words({20, R}, In, _) -> io_lib:format("fun ~s contains unknown record type ~tw", [In, R]);
words({21, R, F}, In, _) ->
    io_lib:format("fun ~s contains already defined field ~tw in record type ~tw", [In, F, R]);
words({22, M, F, A}, In, _) ->
    io_lib:format("fun containing the remote function call '~tw:~tw/~w' (called in ~s) cannot be translated into match_spec",
                  [M, F, A, In]);
words({23, V}, In, _) ->
    io_lib:format("bit syntax construction with variable ~tw (in ~s) cannot be translated into match_spec", [V, In]);
words({24, Op}, "guard", _) -> io_lib:format("the operator ~tw is not allowed in guards", [Op]);
words({24, Op}, In, _) -> io_lib:format("the operator ~tw is not allowed in function ~s", [Op, In]);
words(_, _, Code) -> io_lib:format("Unknown error code ~tw", [Code]).
