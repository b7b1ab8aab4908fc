%% Compiling source files and forms. The compiler is in Go; this module reads
%% options, writes files and reports.
-module(compile).

-export([file/1, file/2, forms/1, forms/2, noenv_file/2, noenv_forms/2,
         format_error/1, env_compiler_options/0, output_generated/1, noenv_output_generated/1]).
-export([source/3]).

-define(DEFAULT, [verbose, report_errors, report_warnings]).

file(File) -> file(File, ?DEFAULT).
file(File, Opts) when is_list(Opts) -> do_file(File, Opts ++ env_compiler_options());
file(File, Opt) -> file(File, [Opt | ?DEFAULT]).

noenv_file(File, Opts) when is_list(Opts) -> do_file(File, Opts);
noenv_file(File, Opt) -> noenv_file(File, [Opt | ?DEFAULT]).

env_compiler_options() -> [].
output_generated(Opts) -> not lists:member(binary, Opts).
noenv_output_generated(Opts) -> output_generated(Opts).

do_file(File0, Opts0) ->
    File = source_name(File0),
    Opts = expand(Opts0),
    case file:read_file(File) of
        {ok, Source} -> report(compile_source(File, Source, Opts), File, Opts);
        {error, Reason} ->
            Text = file:format_error(Reason),
            report({error, [{File, none, ?MODULE, {open, Reason}, Text, ""}], []}, File, Opts)
    end.

source_name(File) when is_atom(File) -> source_name(atom_to_list(File));
source_name(File) ->
    case filename:extension(File) of
        ".erl" -> File;
        _ -> File ++ ".erl"
    end.

expand(Opts) ->
    lists:append([case Opt of
                      report -> [report_errors, report_warnings];
                      return -> [return_errors, return_warnings];
                      _ -> [Opt]
                  end || Opt <- Opts]).

report({ok, Mod, Beam, Warnings}, File, Opts) ->
    print(in_order(Warnings), "Warning: ", lists:member(report_warnings, Opts)),
    output(Mod, Beam, Warnings, File, Opts);
report({error, Errors, Warnings}, _, Opts) ->
    Print = lists:member(report_warnings, Opts),
    print(Errors, "", lists:member(report_errors, Opts)),
    case Errors =:= [] orelse lists:member(warnings_as_errors, Opts) of
        true ->
            Print andalso Errors =:= [] andalso
                io:put_chars("compile: warnings being treated as errors\n"),
            print(in_order(Warnings), "", Print);
        false -> print(in_order(Warnings), "Warning: ", Print)
    end,
    failed(Errors, Warnings, Opts).

%% Warnings are printed in the order of their places and texts.
in_order(Warnings) ->
    lists:sort(fun({F1, L1, _, _, T1, _}, {F2, L2, _, _, T2, _}) -> {F1, L1, T1} =< {F2, L2, T2} end,
               Warnings).

failed(Errors, Warnings, Opts) ->
    case lists:member(return_errors, Opts) of
        true -> {error, infos(Errors), infos(Warnings)};
        false -> error
    end.

infos(Diagnostics) ->
    Files = lists:usort([element(1, D) || D <- Diagnostics]),
    [{File, [{Location, Mod, Desc} || {F, Location, Mod, Desc, _, _} <- Diagnostics, F =:= File]}
     || File <- Files].

print(_, _, false) -> ok;
print(Diagnostics, Prefix, true) ->
    lists:foreach(fun({File, Location, _, _, Text, Excerpt}) ->
                          io:put_chars([File, $:, place(Location), $\s, Prefix, Text, $\n, Excerpt])
                  end, Diagnostics).

place(none) -> "";
place({Line, Column}) -> io_lib:fwrite("~w:~w:", [Line, Column]);
place(Line) -> io_lib:fwrite("~w:", [Line]).

output(Mod, Beam, Warnings, File, Opts) ->
    case lists:member(binary, Opts) of
        true -> ok(Mod, [Beam], Warnings, Opts);
        false ->
            Base = filename:basename(File, ".erl"),
            case atom_to_list(Mod) =:= Base of
                true ->
                    Out = filename:join(proplists:get_value(outdir, Opts, "."), Base ++ ".beam"),
                    case file:write_file(Out, Beam) of
                        ok -> ok(Mod, [], Warnings, Opts);
                        {error, Reason} ->
                            io:put_chars([Out, ": error writing file: ", file:format_error(Reason), $\n]),
                            error
                    end;
                false ->
                    io:fwrite("~ts: Module name '~ts' does not match file name '~ts'~n",
                              [filename:join(proplists:get_value(outdir, Opts, "."), Base ++ ".beam"),
                               Mod, Base]),
                    error
            end
    end.

ok(Mod, Code, Warnings, Opts) ->
    case lists:member(return_warnings, Opts) of
        true -> list_to_tuple([ok, Mod] ++ Code ++ [infos(Warnings)]);
        false -> list_to_tuple([ok, Mod] ++ Code)
    end.

forms(Forms) -> forms(Forms, ?DEFAULT).
forms(Forms, Opts) when is_list(Opts) ->
    Text = unicode:characters_to_binary([erl_pp:form(F) || F <- Forms, element(1, F) =/= eof]),
    File = proplists:get_value(source, Opts, "nofile"),
    report(compile_source(File, Text, expand(Opts)), File, [binary | expand(Opts)]);
forms(Forms, Opt) -> forms(Forms, [Opt | ?DEFAULT]).

noenv_forms(Forms, Opts) -> forms(Forms, Opts).

format_error({open, Reason}) -> file:format_error(Reason);
format_error(Reason) -> io_lib:fwrite("~tp", [Reason]).

%% Behaviours that the compiler does not know may be modules at hand: those
%% tell their callbacks themselves.
compile_source(File, Source, Opts) ->
    Result = source(File, Source, Opts),
    Warnings = element(tuple_size(Result), Result),
    case lists:append([callbacks(B) || {_, _, erl_lint, {undefined_behaviour, B}, _, _} <- Warnings, is_atom(B)]) of
        [] -> Result;
        Known -> source(File, Source, [{behaviours, Known} | Opts])
    end.

callbacks(Behaviour) ->
    try [{Behaviour, Behaviour:behaviour_info(callbacks) -- Behaviour:behaviour_info(optional_callbacks)}]
    catch _:_ -> [] end.

%% source compiles the text of a module.
source(_File, _Source, _Opts) -> erlang:nif_error(undef).
