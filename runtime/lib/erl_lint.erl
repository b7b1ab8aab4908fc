%% Checks of forms. The checks are the compiler's, in Go, which gives
%% descriptors of what it finds; the words for them are here.
-module(erl_lint).

-export([module/1, module/2, module/3, format_error/1, exprs/2, exprs_opt/3, used_vars/2,
         is_guard_test/1, is_guard_test/2, is_guard_test/3, is_guard_expr/1, is_pattern_expr/1,
         bool_option/4, value_option/3, value_option/7,
         check_format_string/1, check_format_string/2]).
-export([behaviours/1, all/3]).

%%% Modules.

module(Forms) -> module(Forms, "nofile").
module(Forms, File) -> module(Forms, File, []).

module(Forms, File, Opts) ->
    {Errors, Warnings} = all(Forms, File, Opts),
    case Errors of
        [] -> {ok, by_file(Warnings)};
        _ -> {error, by_file(Errors), by_file(Warnings)}
    end.

%% all gives the errors and warnings with their files.
all(Forms, File, Opts) ->
    {_, Warnings} = Result = check(Forms, File, Opts),
    case behaviours(Warnings) of
        [] -> Result;
        Known -> check(Forms, File, [{behaviours, Known} | Opts])
    end.

%% behaviours tells the callbacks of behaviours that the compiler does not
%% know, as far as there are modules of them.
behaviours(Warnings) ->
    [{B, Callbacks} || {_, _, ?MODULE, {undefined_behaviour, B}} <- Warnings, is_atom(B),
                       Callbacks <- callbacks(B)].

callbacks(Behaviour) ->
    try
        Optional = try Behaviour:behaviour_info(optional_callbacks) catch _:_ -> [] end,
        [Behaviour:behaviour_info(callbacks) -- Optional]
    catch _:_ -> []
    end.

check(_Forms, _File, _Opts) -> erlang:nif_error(undef).

by_file(Diagnostics) ->
    Files = lists:usort([File || {File, _, _, _} <- Diagnostics]),
    [{File, [{Location, Mod, What} || {F, Location, Mod, What} <- Diagnostics, F =:= File]} || File <- Files].

%%% Expressions.

exprs(Exprs, Bindings) -> exprs_opt(Exprs, Bindings, []).

exprs_opt(Exprs, Bindings, Opts) ->
    Names = [case B of {Name, _} -> Name; _ -> B end || B <- Bindings],
    case check_exprs(Exprs, Names, Opts) of
        {[], Warnings} -> {ok, by_file(Warnings)};
        {Errors, Warnings} -> {error, by_file(Errors), by_file(Warnings)}
    end.

check_exprs(_Exprs, _Names, _Opts) -> erlang:nif_error(undef).

used_vars(Exprs, Bindings) ->
    Names = ordsets:from_list([case B of {Name, _} -> Name; _ -> B end || B <- Bindings]),
    Used = vars(Exprs, []),
    {{ok, 0}, [{V, {bound, used, []}} || V <- ordsets:intersection(Names, ordsets:from_list(Used))]}.

vars({var, _, Name}, Vars) -> [Name | Vars];
vars(Tuple, Vars) when is_tuple(Tuple) -> vars(tuple_to_list(Tuple), Vars);
vars([H | T], Vars) -> vars(T, vars(H, Vars));
vars(_, Vars) -> Vars.

%% is_pattern_expr tells arithmetic on literals, which may stand in patterns.
is_pattern_expr({op, _, Op, A}) -> erl_internal:arith_op(Op, 1) andalso is_pattern_expr(A);
is_pattern_expr({op, _, Op, A, B}) ->
    erl_internal:arith_op(Op, 2) andalso is_pattern_expr(A) andalso is_pattern_expr(B);
is_pattern_expr({Type, _, _}) -> lists:member(Type, [char, integer, float, string, atom]);
is_pattern_expr({nil, _}) -> true;
is_pattern_expr(_) -> false.

%%% Guards.

is_guard_test(E) -> is_guard_test(E, [], fun(_) -> false end).
is_guard_test(E, Forms) -> is_guard_test(E, Forms, fun(_) -> false end).

is_guard_test(E, _Records, Overridden) -> guard(E, Overridden).

is_guard_expr(E) -> guard(E, fun(_) -> false end).

guard({call, _, {tuple, _, [{atom, _, erlang}, {atom, _, F}]}, Args}, O) -> guard_call(F, Args, O);
guard({call, _, {remote, _, {atom, _, erlang}, {atom, _, F}}, Args}, O) ->
    N = length(Args),
    (is_record_test(F, Args) orelse erl_internal:guard_bif(F, N) orelse erl_internal:new_type_test(F, N)
     orelse erl_internal:arith_op(F, N) orelse erl_internal:bool_op(F, N) orelse erl_internal:comp_op(F, N))
        andalso guards(Args, O);
guard({call, _, {atom, _, F}, Args}, O) -> not O({F, length(Args)}) andalso guard_call(F, Args, O);
guard({op, _, Op, A}, O) ->
    (erl_internal:arith_op(Op, 1) orelse erl_internal:bool_op(Op, 1)) andalso guard(A, O);
guard({op, _, Op, A, B}, O) ->
    (Op =:= 'andalso' orelse Op =:= 'orelse' orelse erl_internal:arith_op(Op, 2)
     orelse erl_internal:bool_op(Op, 2) orelse erl_internal:comp_op(Op, 2))
        andalso guard(A, O) andalso guard(B, O);
guard({cons, _, H, T}, O) -> guard(H, O) andalso guard(T, O);
guard({tuple, _, Es}, O) -> guards(Es, O);
guard({map, _, Pairs}, O) -> pairs(Pairs, O);
guard({map, _, Base, Pairs}, O) -> guard(Base, O) andalso pairs(Pairs, O);
guard({bin, _, Elements}, O) ->
    lists:all(fun({bin_element, _, V, Size, _}) ->
                      guard(V, O) andalso (Size =:= default orelse guard(Size, O))
              end, Elements);
guard({record_index, _, _, F}, O) -> guard(F, O);
guard({record_field, _, E, _, F}, O) -> guard(E, O) andalso guard(F, O);
guard({record, _, _, Fields}, O) -> lists:all(fun({record_field, _, _, V}) -> guard(V, O) end, Fields);
guard({Type, _, _}, _) -> lists:member(Type, [var, char, integer, float, atom, string]);
guard({nil, _}, _) -> true;
guard(_, _) -> false.

guards(Es, O) -> lists:all(fun(E) -> guard(E, O) end, Es).

pairs(Pairs, O) -> lists:all(fun({_, _, K, V}) -> guard(K, O) andalso guard(V, O) end, Pairs).

guard_call(F, Args, O) ->
    N = length(Args),
    (is_record_test(F, Args) orelse erl_internal:guard_bif(F, N) orelse erl_internal:type_test(F, N))
        andalso guards(Args, O).

is_record_test(F, [_, {atom, _, _}]) -> F =:= is_record orelse F =:= record;
is_record_test(_, _) -> false.

%%% Options.

bool_option(On, Off, Default, Opts) ->
    lists:foldl(fun(Opt, _) when Opt =:= On -> true;
                   (Opt, _) when Opt =:= Off -> false;
                   (_, Value) -> Value
                end, Default, Opts).

value_option(Flag, Default, Opts) ->
    lists:foldl(fun({Opt, Value}, _) when Opt =:= Flag -> Value;
                   (_, Value) -> Value
                end, Default, Opts).

value_option(Flag, Default, On, OnValue, Off, OffValue, Opts) ->
    lists:foldl(fun({Opt, Value}, _) when Opt =:= Flag -> Value;
                   (Opt, _) when Opt =:= On -> OnValue;
                   (Opt, _) when Opt =:= Off -> OffValue;
                   (_, Value) -> Value
                end, Default, Opts).

%% check_format_string gives the types of the arguments that a format takes.
check_format_string(Format) -> check_format_string(Format, true).

check_format_string(Format, Strict) when is_atom(Format) ->
    check_format_string(atom_to_list(Format), Strict);
check_format_string(Format, _Strict) -> format_args(Format).

format_args(_Format) -> erlang:nif_error(undef).

%%% Words.

format_error(What) ->
    case words(What) of
        {Format, Args} -> io_lib:format(Format, Args);
        Text -> Text
    end.

words(undefined_module) -> "no module definition";
words(redefine_module) -> "redefining module";
words(bad_module_name) -> "the module name must be an atom";
words(pmod_unsupported) -> "parameterized modules are no longer supported";
words(non_latin1_module_unsupported) -> "module names with non-latin1 characters are not supported";
words(empty_module_name) -> "the module name must not be empty";
words(blank_module_name) -> "the module name must contain at least one visible character";
words(ctrl_chars_in_module_name) -> "the module name must not contain control characters";
words(invalid_call) -> "invalid function call";
words(invalid_record) -> "invalid record expression";
words({future_feature, Feature, Atom}) ->
    {"atom '~tp' is reserved in the experimental feature '~p'", [Atom, Feature]};
words({attribute, A}) -> {"attribute ~tw after function definitions", [A]};
words({missing_qlc_hrl, A}) -> {"qlc:q/~w called, but \"qlc.hrl\" not included", [A]};
words({redefine_import, {F, M}}) -> {"function ~ts already imported from ~tw", [fa(F), M]};
words({unused_import, {F, M}}) -> {"import ~tw:~ts is unused", [M, fa(F)]};
words({redefine_bif_import, F}) ->
    {"import directive overrides auto-imported BIF ~ts --\n"
     "use \"-compile({no_auto_import,[~ts]}).\" to resolve name clash", [fa(F), fa(F)]};
words({call_to_redefined_bif, F}) ->
    {"ambiguous call of overridden auto-imported BIF ~ts --\n"
     "use erlang:~ts or \"-compile({no_auto_import,[~ts]}).\" to resolve name clash", [fa(F), fa(F), fa(F)]};
words(disallowed_nowarn_bif_clash) ->
    "compile directive nowarn_bif_clash is no longer allowed --\n"
    "use explicit module names or -compile({no_auto_import, [F/A]})";
words({bad_inline, F}) -> {"inlined function ~ts undefined", [fa(F)]};
words({bad_inline, F, Guess}) -> {"inlined function ~ts undefined, did you mean ~ts?", [fa(F), arities(Guess)]};
words({Tag, F}) when Tag =:= bad_nowarn_unused_function; Tag =:= bad_nowarn_bif_clash;
                     Tag =:= undefined_on_load; Tag =:= undefined_function ->
    {"function ~ts undefined", [fa(F)]};
words({undefined_on_load, {_, A} = F, Guess}) when is_atom(Guess) ->
    {"function ~ts undefined, did you mean ~ts/~w?", [fa(F), Guess, A]};
words({Tag, F, Guess}) when Tag =:= bad_nowarn_unused_function; Tag =:= bad_nowarn_bif_clash;
                            Tag =:= undefined_on_load; Tag =:= undefined_function ->
    {"function ~ts undefined, did you mean ~ts?", [fa(F), arities(Guess)]};
words({undefined_nif, F}) -> {"nif ~ts undefined", [fa(F)]};
words({undefined_nif, F, Guess}) -> {"nif ~ts undefined, did you mean ~ts?", [fa(F), arities(Guess)]};
words(no_load_nif) -> "nifs defined, but no call to erlang:load_nif/2";
words(nif_inline) ->
    "inlining is enabled - local calls to NIFs may call their Erlang implementation instead";
words({Tag, MFA, Advice}) when Tag =:= deprecated; Tag =:= removed; Tag =:= unsafe ->
    {"~ts is ~s; ~ts", [subject(MFA), Tag, Advice]};
words({Tag, MFA, Advice, Release}) when Tag =:= deprecated; Tag =:= unsafe ->
    {"~ts is ~s and will be removed in ~s; ~ts", [subject(MFA), Tag, Release, Advice]};
words({deprecated_type, T, Advice}) -> {"the type ~ts is deprecated; ~ts", [type(T), Advice]};
words({deprecated_type, T, Advice, Release}) ->
    {"the type ~ts is deprecated and will be removed in ~s; ~ts", [type(T), Release, Advice]};
words({removed_type, T, Advice}) -> {"the type ~ts is removed; ~ts", [type(T), Advice]};
words({deprecated_callback, T, Advice}) -> {"the callback ~ts is deprecated; ~ts", [type(T), Advice]};
words({deprecated_callback, T, Advice, Release}) ->
    {"the callback ~ts is deprecated and will be removed in ~s; ~ts", [type(T), Release, Advice]};
words({removed_callback, T, Advice}) -> {"the callback ~ts is removed; ~ts", [type(T), Advice]};
words({unexported_function, MFA}) -> {"function ~ts is not exported", [mfa(MFA)]};
words({bad_on_load, Term}) -> {"badly formed on_load attribute: ~tw", [Term]};
words(multiple_on_loads) -> "more than one on_load attribute";
words({bad_on_load_arity, F}) -> {"function ~ts has wrong arity (must be 0)", [fa(F)]};
words({duplicated_export, F}) -> {"function ~ts already exported", [fa(F)]};
words({duplicated_export_type, F}) -> {"type ~ts already exported", [fa(F)]};
words({define_import, F}) -> {"defining imported function ~ts", [fa(F)]};
words({fun_import, F}) -> {"creating a fun from imported name ~ts is not allowed", [fa(F)]};
words({unused_function, F}) -> {"function ~ts is unused", [fa(F)]};
words({redefine_function, F}) -> {"function ~ts already defined", [fa(F)]};
words(export_all) -> "export_all flag enabled - all functions will be exported";
words({missing_spec, F}) -> {"missing specification for function ~ts", [fa(F)]};
words({bad_deprecated, F}) -> {"deprecated function ~ts undefined or not exported", [fa(F)]};
words({invalid_deprecated, D}) -> {"badly formed deprecated attribute ~tw", [D]};
words({bad_removed, {F, A}}) when F =:= '_'; A =:= '_' ->
    {"at least one function matching ~tp/~p is still exported", [F, A]};
words({bad_removed, F}) -> {"removed function ~ts is still exported", [fa(F)]};
words({invalid_removed, D}) -> {"badly formed removed attribute ~tw", [D]};
words({bad_unsafe, F}) -> {"unsafe function ~ts undefined or not exported", [fa(F)]};
words({invalid_unsafe, D}) -> {"badly formed unsafe attribute ~tw", [D]};
words({invalid_fa_attribute, D}) -> {"badly formed attribute ~tw", [D]};
%% Patterns, guards, expressions.
words(illegal_pattern) -> "illegal pattern";
words(illegal_map_assoc_in_pattern) -> "illegal pattern, did you mean to use `:=`?";
words(illegal_map_exact_in_comprehension) -> "illegal map association, did you mean to use `=>`?";
words(illegal_map_construction) -> "only association operators '=>' are allowed in map construction";
words(illegal_expr) -> "illegal expression";
words(illegal_guard_expr) -> "illegal guard expression";
words({illegal_guard_local_call, F}) -> {"call to local/imported function ~ts is illegal in guard", [fa(F)]};
words(illegal_zip_generator) -> "only generators are allowed in a zip generator.";
words(compr_assign) ->
    "matches using '=' are not allowed in comprehension qualifiers\n"
    "unless the experimental 'compr_assign' language feature is enabled.\n"
    "With 'compr_assign' enabled, a match 'P = E' will behave as a\n"
    "strict generator 'P <:- [E]'.\"";
words(match_float_zero) ->
    "matching on the float 0.0 will no longer also match -0.0 in OTP 27.\n"
    "If you specifically intend to match 0.0 alone, write +0.0 instead.";
words(match_alias_pats) ->
    "a pattern `P1=P2` where both sides are constructors\n"
    "may yield an error in a future version of Erlang/OTP.\n"
    "Note that a pattern such as `{a,B}={Y,Z} -> ...` can always be\n"
    "written in a unified form `{a=Y,B=Z} -> ...`.\n"
    ++ directive("match_alias_pats");
words(deprecated_catch) ->
    "'catch ...' is deprecated; please use 'try ... catch ... end' instead.\n"
    ++ directive("deprecated_catch");
words({obsolete_bool_op, Op, Instead}) ->
    {"~s is deprecated; use the short circuiting ~s instead.\n"
     "The ~s operator, which always evaluates both sides, could be\n"
     "removed in a future version of Erlang/OTP.\n"
     "Note that the 'and' and 'or' operators have unexpected precedence, so\n"
     "that e.g. `X > 3 or is_tuple(X)` parses as `X > (3 or is_tuple(X))`.\n~s",
     [Op, Instead, Op, directive("obsolete_bool_op")]};
words({export_var_subexpr, V, {What, Where}}) ->
    {"variable ~w exported from ~w ~s.\n"
     "Exporting bindings from subexpressions other than block expressions is\n"
     "deprecated and may yield an error in a future version of Erlang/OTP.\n"
     "Please move the binding of ~w out of the ~w.\n~s",
     [V, What, place(Where), V, What, directive("export_var_subexpr")]};
words({obsolete_guard, {F, _} = FA}) ->
    {"~ts as a type test is obsolete and will be\nremoved in OTP 30; use is_~ts instead.",
     [fa(FA), [io_lib:format("~tw", [F]), $/, io_lib:format("~w", [element(2, FA)])]]};
words({obsolete_guard_overridden, Test}) ->
    {"obsolete ~s/1 (meaning is_~s/1) is illegal when there is a\nlocal/imported function named is_~p/1",
     [Test, Test, Test]};
words(update_literal) -> "expression updates a literal";
words({too_many_arguments, N}) -> {"too many arguments (~w) -- maximum allowed is ~w", [N, 255]};
%% Variables.
words({unbound_var, V}) -> {"variable ~w is unbound", [V]};
words({unbound_var, V, Guess}) -> {"variable ~w is unbound, did you mean '~s'?", [V, Guess]};
words({unsafe_var, V, {What, Where}}) -> {"variable ~w unsafe in ~w ~s", [V, What, place(Where)]};
words({exported_var, V, {What, Where}}) -> {"variable ~w exported from ~w ~s", [V, What, place(Where)]};
words({match_underscore_var, V}) ->
    {"variable ~w is already bound. If you mean to ignore this\n"
     "value, use '_' or a different underscore-prefixed name", [V]};
words({match_underscore_var_pat, V}) ->
    {"variable ~w is bound multiple times in this pattern.\n"
     "If you mean to ignore this value, use '_' or\n"
     "a different underscore-prefixed name", [V]};
words({shadowed_var, V, In}) -> {"variable ~w shadowed in ~w", [V, In]};
words({unused_var, V}) -> {"variable ~w is unused", [V]};
words({variable_in_record_def, V}) -> {"variable ~w in record definition", [V]};
words({stacktrace_guard, V}) -> {"stacktrace variable ~w must not be used in a guard", [V]};
words({stacktrace_bound, V}) -> {"stacktrace variable ~w must not be previously bound", [V]};
%% Records.
words({undefined_record, R}) -> {"record ~tw undefined", [R]};
words({undefined_record, R, Guess}) -> {"record ~tw undefined, did you mean ~ts?", [R, Guess]};
words({undefined_native_record, R}) -> {"native record ~tw undefined", [R]};
words({redefine_record, R}) -> {"record ~tw already defined", [R]};
words({redefine_field, R, F}) -> {"field ~tw already defined in record ~ts", [F, record(R)]};
words(bad_multi_field_init) -> "'_' initializes no omitted fields";
words({undefined_field, R, F}) -> {"field ~tw undefined in record ~ts", [F, record(R)]};
words({undefined_field, R, F, Guess}) ->
    {"field ~tw undefined in record ~tw, did you mean ~ts?", [F, characters(R), Guess]};
words(illegal_record_info) -> "illegal record info";
words(native_record_illegal_record_info) -> "record_info/2 is only supported for tuple records";
words({field_name_is_variable, R, F}) -> {"field ~tw is not an atom or _ in record ~tw", [F, R]};
words({wildcard_in_update, R}) -> {"meaningless use of _ in update of record ~tw", [R]};
words({unused_record, R}) -> {"record ~tw is unused", [R]};
words({Doc, duplicate_doc_attribute, Line}) ->
    {"redefining documentation attribute (~p) previously set at line ~p", [Doc, Line]};
words({untyped_record, R}) -> {"record ~tw has field(s) without type information", [R]};
words(old_abstract_code) ->
    "abstract code generated before Erlang/OTP 19.0 and\nhaving typed record fields cannot be compiled";
%% Native records.
words({illegal_native_record_default, R, F}) ->
    {"illegal default value for field ~tw in native record ~tw", [F, R]};
words({native_record_illegal_record_index, R, F}) ->
    {"syntax #~tw.~tw is only supported for tuple records", [R, F]};
words({novalue, R, F}) -> {"field ~tw is not initialized in native record ~ts", [F, record(R)]};
words({native_record_already_exported, R}) -> {"native record ~tw already exported", [R]};
words({native_record_header, R}) -> {"record ~tw is defined in a header file", [R]};
words({redefine_imported_record, {M, R}}) -> {"record ~tw already imported from ~tw", [R, M]};
words({redefine_local_record, R}) -> {"record ~ts is already defined locally", [record(R)]};
words(bad_export_record) -> "badly formed -export_record(); expected a list of record names";
words(native_record_field_types) -> "native records do not allow special field types";
words(native_record_illegal_multi_field_init) ->
    "multi-field initialization (assigning to _) is only supported for tuple records";
words(native_record_in_guard) -> "creating a record in a guard is only supported for tuple records";
words(tuple_record_export) -> "tuple records cannot be exported; only native records can";
%% Binaries.
words({undefined_bittype, T}) -> {"bit type ~tw undefined", [T]};
words({bittype_mismatch, A, B, What}) ->
    {"conflict in ~s specification for bit field: '~p' and '~p'", [What, A, B]};
words(bittype_unit) -> "a bit unit size must not be specified unless a size is specified too";
words(illegal_bitsize) -> "illegal bit size";
words({illegal_bitsize_local_call, F}) ->
    {"call to local/imported function ~ts is illegal\nin a size expression for a binary segment", [fa(F)]};
words(non_integer_bitsize) ->
    "a size expression in a pattern evaluates to a non-integer value;\nthis pattern cannot possibly match";
words(unsized_binary_not_at_end) ->
    "a binary field without size is only allowed at the end of a binary pattern";
words(typed_literal_string) -> "a literal string in a binary pattern must not have a type or a size";
words(utf_bittype_size_or_unit) ->
    "neither size nor unit must be given for segments of type utf8/utf16/utf32";
words({bad_bitsize, Type}) -> {"bad ~s bit size", [Type]};
words(unsized_binary_in_bin_gen_pattern) ->
    "binary fields without size are not allowed in patterns of bit string generators";
%% Behaviours.
words({conflicting_behaviours, F, B, Where, First}) ->
    {"conflicting behaviours -- callback ~ts required by both '~p' and '~p' ~s", [fa(F), B, First, place(Where)]};
words({undefined_behaviour_func, F, B}) -> {"undefined callback function ~ts (behaviour '~w')", [fa(F), B]};
words({undefined_behaviour, B}) -> {"behaviour ~tw undefined", [B]};
words({undefined_behaviour_callbacks, B}) -> {"behaviour ~w callback functions are undefined", [B]};
words({ill_defined_behaviour_callbacks, B}) -> {"behaviour ~w callback functions erroneously defined", [B]};
words({ill_defined_optional_callbacks, B}) ->
    {"behaviour ~w optional callback functions erroneously defined", [B]};
words({behaviour_info, {_, F, A}}) ->
    {"cannot define callback attibute for ~tw/~w when behaviour_info is defined", [F, A]};
words({redefine_optional_callback, F}) -> {"optional callback ~ts duplicated", [fa(F)]};
words({undefined_callback, {_, F, A}}) -> {"callback ~tw/~w is undefined", [F, A]};
%% Types.
words({singleton_typevar, V}) -> {"type variable ~w is only used once (is unbound)", [V]};
words({bad_export_type, _}) -> "bad export_type declaration";
words({unused_type, {_, _} = T}) -> {"type ~ts is unused", [type(T)]};
words({undefined_type, {_, _} = T}) -> {"type ~ts undefined", [type(T)]};
words({not_exported_opaque, {_, _} = T}) -> {"opaque type ~ts is not exported", [type(T)]};
words({redefine_type, {_, _} = T}) -> {"type ~ts already defined", [type(T)]};
words({redefine_builtin_type, {_, _} = T}) -> {"local redefinition of built-in type: ~ts", [type(T)]};
words({renamed_type, Old, New}) -> {"type ~w() is now called ~w(); please use the new name instead", [Old, New]};
words({deprecated_builtin_type, {Old, A}, New, Release}) ->
    {"type ~w/~w is deprecated and will be removed in ~s; use use ~s",
     [Old, A, Release, case New of {M, N} -> io_lib:format("~w:~w/~w", [M, N, A]); N -> io_lib:format("~w/~w", [N, A]) end]};
words({type_syntax, Constr}) -> {"bad ~tw type", [Constr]};
words({redefine_spec, {_, _, _} = F}) -> {"spec for ~ts already defined", [mfa(F)]};
words({redefine_spec, F}) -> {"spec for ~ts already defined", [fa(F)]};
words({redefine_callback, F}) -> {"callback ~ts already defined", [fa(F)]};
words({bad_callback, F}) -> {"explicit module not allowed for callback ~ts", [mfa(F)]};
words({bad_module, F}) -> {"spec for function ~ts from other module", [mfa(F)]};
words({spec_fun_undefined, F}) -> {"spec for undefined function ~ts", [fa(F)]};
words({spec_fun_undefined, F, Guess}) -> {"spec for undefined function ~ts, did you mean ~ts?", [fa(F), arities(Guess)]};
words(callback_wrong_arity) -> "callback has wrong arity";
words(spec_wrong_arity) -> "spec has wrong arity";
words({bad_dialyzer_attribute, Term}) -> {"badly formed dialyzer attribute: ~tw", [Term]};
words({bad_dialyzer_option, Term}) -> {"unknown dialyzer warning option: ~tw", [Term]};
words({format_error, {Format, Args}}) -> {Format, Args};
words(Other) -> {"~tp", [Other]}.

directive(Name) ->
    "Compile directive 'nowarn_" ++ Name ++ "' can be used to suppress\nwarnings in selected modules.".

fa({F, A}) -> io_lib:format("~tw/~w", [F, A]).
mfa({M, F, A}) -> io_lib:format("~tw:~tw/~w", [M, F, A]).

subject({_, _, _} = MFA) -> mfa(MFA);
subject(Text) -> io_lib:format("~ts", [Text]).

arities({F, As}) -> io_lib:format("~ts/~ts", [F, lists:join($,, [integer_to_list(A) || A <- As])]).

%% Names of types show one _ for each parameter.
type({T, A}) -> io_lib:format("~tw(~ts)", [T, blanks(A)]);
type({M, T, A}) -> io_lib:format("~tw:~tw(~ts)", [M, T, blanks(A)]).

blanks(N) -> lists:join($,, lists:duplicate(N, $_)).

record({M, R}) -> io_lib:format("#~tw:~tw", [M, R]);
record(R) -> io_lib:format("~tw", [R]).

%% erl shows the name in one message as a list of characters.
characters({M, R}) -> [$#, characters(M), $:, characters(R)];
characters(R) -> lists:flatten(io_lib:format("~tw", [R])).

place({Line, Column}) -> io_lib:format("(line ~w, column ~w)", [Line, Column]);
place(Line) -> io_lib:format("(line ~w)", [Line]).
