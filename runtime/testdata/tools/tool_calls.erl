%% Has the tools of a release read modules, and prints what they find.
-module(tool_calls).
-export([main/1]).

main(Dir) ->
    ok = file:set_cwd(Dir),
    code:add_patha(Dir),
    [begin
         io:format("== ~s~n", [N]),
         try lists:member(N, [debugger, dialyzer]) andalso code:which(tool(N)) =:= non_existing orelse F() of
             true -> io:format("is not installed~n");
             ok -> ok;
             V -> io:format("~tp~n", [V])
         catch
             C:R:S -> io:format("~tp~n", [{C, R, S}])
         end
     end || {N, F} <- tests()],
    ok.

tool(debugger) -> int;
tool(dialyzer) -> dialyzer.

tests() ->
    [{chunks, fun chunks/0}, {abstract, fun abstract/0}, {options, fun options/0}, {encrypted, fun encrypted/0}, {strip, fun strip/0},
     {trace, fun trace/0}, {info, fun info/0}, {docs, fun docs/0}, {xref, fun xref/0}, {cover, fun cover/0}, {debugger, fun debugger/0},
     {dialyzer, fun dialyzer/0}, {versions, fun versions/0}].

chunks() ->
    {ok, _, All} = beam_lib:all_chunks("tooled.beam"),
    Needed = ["AtU8", "Code", "StrT", "ImpT", "ExpT", "LitT", "LocT", "Attr", "CInf", "Dbgi", "Line"],
    {ok, {tooled, [{imports, Is}]}} = beam_lib:chunks("tooled.beam", [imports]),
    {ok, {tooled, [{indexed_imports, Ii}]}} = beam_lib:chunks("tooled.beam", [indexed_imports]),
    {ok, {tooled, [{atoms, As}]}} = beam_lib:chunks("tooled.beam", [atoms]),
    {ok, {tooled, [{locals, Ls}]}} = beam_lib:chunks("tooled.beam", [locals]),
    {ok, {tooled, [{labeled_locals, Ll}]}} = beam_lib:chunks("tooled.beam", [labeled_locals]),
    {ok, {tooled, [{labeled_exports, Le}]}} = beam_lib:chunks("tooled.beam", [labeled_exports]),
    {ok, {tooled, [{compile_info, Info}]}} = beam_lib:chunks("tooled.beam", [compile_info]),
    [Needed -- [Id || {Id, _} <- All],
     beam_lib:chunks("tooled.beam", [exports]), beam_lib:chunks("tooled.beam", [attributes]),
     beam_lib:chunks("tooled.beam", ["none"]), beam_lib:chunks("tooled.beam", ["none"], [allow_missing_chunks]),
     [X || X <- [{lists, reverse, 1}, {ordsets, from_list, 1}, {no_such_module, run, 1}], lists:member(X, Is)],
     length(Ii) =:= length(Is), lists:sort([A || {_, A} <- As, lists:member(A, [tooled, square, circle])]), hd(As),
     Ls, [{F, A} || {F, A, _} <- Ll], lists:sort([{F, A} || {F, A, _} <- Le]),
     lists:sort([K || {K, _} <- Info]), proplists:get_value(options, Info),
     length(beam_lib:info("tooled.beam")) > 2, element(1, beam_lib:version("tooled.beam")), beam_lib:version("tooled.beam"), element(1, beam_lib:md5("tooled.beam"))].

abstract() ->
    {ok, {_, [{abstract_code, {raw_abstract_v1, Forms}}]}} = beam_lib:chunks("tooled.beam", [abstract_code]),
    {ok, {_, [{debug_info, {debug_info_v1, Backend, Data}}]}} = beam_lib:chunks("tooled.beam", [debug_info]),
    {ok, Again} = Backend:debug_info(erlang_v1, tooled, Data, []),
    {ok, Core} = Backend:debug_info(core_v1, tooled, Data, []),
    {ok, tooled, Bin} = compile:forms(Forms, [binary]),
    io:format("~0tp~n", [Forms]),
    io:format("~ts~n", [erl_prettypr:format(erl_syntax:form_list(Forms))]),
    {Again =:= Forms, element(1, Core), is_binary(Bin)}.

options() ->
    [{F, beam_lib:chunks(F, [abstract_code]), [K || {K, _} <- info(F)], beam_lib:chunks(F, ["Dbgi"]) =/= x} || F <- ["plain/tooled.beam"]] ++
    [{"same", beam_lib:cmp("tooled.beam", "same/tooled.beam"), beam_lib:md5("tooled.beam") =:= beam_lib:md5("same/tooled.beam"),
      lists:sort([K || {K, _} <- info("same/tooled.beam")])}].

info(F) ->
    {ok, {_, [{compile_info, I}]}} = beam_lib:chunks(F, [compile_info]),
    I.

encrypted() ->
    F = "secret/tooled.beam",
    No = beam_lib:chunks(F, [abstract_code]),
    beam_lib:crypto_key_fun(fun(init) -> ok; ({debug_info, _, tooled, _}) -> "wrong key"; (_) -> ok end),
    Wrong = try beam_lib:chunks(F, [abstract_code]) of {error, beam_lib, W} -> element(1, W); {ok, _} -> ok catch _:R -> R end,
    beam_lib:clear_crypto_key_fun(),
    beam_lib:crypto_key_fun(fun(init) -> ok; ({debug_info, _, tooled, _}) -> "a key of some length"; (_) -> ok end),
    {ok, {_, [{abstract_code, Code}]}} = beam_lib:chunks(F, [abstract_code]),
    beam_lib:clear_crypto_key_fun(),
    {ok, {_, [{abstract_code, Plain}]}} = beam_lib:chunks("tooled.beam", [abstract_code]),
    {element(3, No), Wrong =/= ok, element(1, Code), [F1 || {F1, F2} <- lists:zip(element(2, Code), element(2, Plain)), F1 =/= F2]}.

strip() ->
    {ok, Whole} = file:read_file("tooled.beam"),
    {ok, {tooled, Bin}} = beam_lib:strip(Whole),
    {ok, {tooled, Docs}} = beam_lib:strip(Whole, ["Docs", "Dbgi"]),
    {ok, _, All} = beam_lib:all_chunks(Bin),
    {ok, _, With} = beam_lib:all_chunks(Docs),
    {module, tooled} = code:load_binary(tooled, "tooled.beam", Bin),
    {[Id || {Id, _} <- All, lists:member(Id, ["Dbgi", "Docs", "Attr", "CInf", "Line", "Code"])], [Id || {Id, _} <- With, Id =:= "Dbgi" orelse Id =:= "Docs"],
     tooled:area({square, 3}), beam_lib:md5(Bin) =:= beam_lib:md5("tooled.beam")}.

trace() ->
    code:purge(tooled),
    {module, tooled} = code:load_file(tooled),
    [try apply(tooled, F, As) catch C:R:S -> {C, R, [{M, N, A, filename:basename(proplists:get_value(file, L, "")), proplists:get_value(line, L)} || {M, N, A, L} <- S, M =:= tooled, hd(atom_to_list(N)) =/= $-]} end
     || {F, As} <- [{area, [{triangle, 1}]}, {area, [{square, a}]}, {fails, [[a]]}, {fails, [[1, 2]]}, {count, [[1 | 2], 0]}, {loop, [{state, 3, []}]}, {loop, [{state, x, []}]}, {calls, []}]].

info() ->
    {lists:sort([K || {K, _} <- tooled:module_info()]), lists:sort(tooled:module_info(exports)), tooled:module_info(attributes), tooled:module_info(module),
     lists:sort([K || {K, _} <- tooled:module_info(compile)]), filename:basename(proplists:get_value(source, tooled:module_info(compile))),
     filename:basename(code:which(tooled)), tooled:module_info(md5) =:= element(2, element(2, beam_lib:md5("tooled.beam"))),
     [code:module_status(tooled), code:modified_modules() -- (code:modified_modules() -- [tooled])]}.

docs() ->
    case code:get_doc(tooled) of
        {ok, Docs} ->
            {docs_v1, _, erlang, Format, Module, _, Entries} = Docs,
            io:format("~tp~n", [{Format, Module, [{E, Line, Sig, Doc, maps:with([equiv, exported], Meta)} || {E, Line, Sig, Doc, Meta} <- Entries]}]),
            [io:format("~tp~n", [V]) || V <- [c:h(tooled), c:h(tooled, area), c:h(tooled, count, 2), c:h(tooled, fails, 1), c:h(tooled, none), c:ht(tooled), c:ht(tooled, shape), c:ht(tooled, shape, 0)]],
            ok;
        E -> E
    end.

xref() ->
    {ok, _} = xref:start(s),
    xref:set_default(s, [{warnings, false}, {verbose, false}]),
    {ok, tooled} = xref:add_module(s, "tooled.beam"),
    {ok, mistyped} = xref:add_module(s, "mistyped.beam"),
    R = [xref:q(s, Q) || Q <- ["E", "XC", "LC", "X - XU", "(Lin) (tooled:area/1 -> tooled:area/1)", "closure E | mistyped : Mod"]] ++
        [xref:analyze(s, A) || A <- [undefined_function_calls, locals_not_used, exports_not_used, {use, {tooled, area, 1}}]] ++ [xref:m("tooled.beam"), xref:d(".") =/= []],
    xref:stop(s),
    R.

cover() ->
    {ok, tooled} = cover:compile_beam("tooled.beam"),
    tooled:area({circle, 1}),
    tooled:count([1, 2, 3], 0),
    catch tooled:fails([a]),
    tooled:loop({state, 2, []}),
    R = [cover:is_compiled(tooled) =/= false | [cover:analyse(tooled, A, L) || A <- [coverage, calls], L <- [module, function, clause, line]]],
    ok = cover:export("tooled.cov"),
    cover:stop(),
    code:purge(tooled),
    {module, tooled} = code:load_file(tooled),
    R.

debugger() ->
    {module, tooled} = int:i("tooled.erl"),
    ok = int:break(tooled, 25),
    ok = int:break_in(tooled, area, 1),
    P = spawn(fun() -> tooled:count([a, b], 5), tooled:area({square, 3}), exit(done) end),
    monitor(process, P),
    {ok, Meta} = attach(P, 100),
    First = broken(Meta),
    int:continue(P),
    Second = broken(Meta),
    int:step(P),
    Third = broken(Meta),
    int:delete_break(tooled, 25),
    int:continue(P),
    Fourth = broken(Meta),
    int:next(P),
    Fifth = broken(Meta),
    R = [First, Second, Third, Fourth, Fifth, [{X, proplists:get_value(line, [{line, L}])} || {{X, L}, _} <- int:all_breaks()], int:interpreted(), int:file(tooled) =/= x,
         [{tuple_size(S), element(3, S)} || S <- int:snapshot(), element(1, S) =:= P]],
    int:continue(P),
    End = receive {'DOWN', _, process, P, W} -> W after 5000 -> none end,
    int:n(tooled),
    [End | R].

attach(P, 0) -> {none, int:snapshot(), P};
attach(P, N) ->
    case [ok || {Q, _, break, _} <- int:snapshot(), Q =:= P] of
        [ok] -> int:attached(P);
        [] -> receive after 50 -> attach(P, N - 1) end
    end.

broken(Meta) ->
    receive
        {Meta, {break_at, Mod, Line, Level}} ->
            {Mod, Line, lists:sort(int:meta(Meta, bindings, nostack)), is_integer(Level), [element(2, F) || F <- int:meta(Meta, backtrace, 1), is_tuple(F)] =/= x};
        {Meta, {exit_at, _, R, _}} -> {exit, R}
    after 10000 -> timeout
    end.

dialyzer() ->
    Plt = "tooled.plt",
    Known = [no_unknown || list_to_integer(erlang:system_info(otp_release)) >= 26],
    [] = [W || W <- dialyzer:run([{analysis_type, plt_build}, {files, ["tooled.beam", "ordsets.beam"]}, {output_plt, Plt}, {from, byte_code}, {warnings, Known}])],
    {ok, Files} = dialyzer:plt_info(Plt),
    Ws = dialyzer:run([{analysis_type, succ_typings}, {files, ["mistyped.beam"]}, {from, byte_code}, {init_plt, Plt}, {warnings, Known}]),
    [length(element(2, lists:keyfind(files, 1, Files))) | lists:sort([lists:flatten(dialyzer:format_warning(W, [{filename_opt, basename}])) || W <- Ws])].

versions() ->
    {ok, {tooled, [{attributes, A}]}} = beam_lib:chunks("tooled.beam", [attributes]),
    {proplists:get_value(vsn, A), beam_lib:version("mistyped.beam") =/= beam_lib:version("ordsets.beam"), beam_lib:diff_dirs(".", "same")}.
