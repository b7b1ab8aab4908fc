%% Compiling source files and forms. The compiler is in Go; this module reads
%% options, runs parse transforms, writes files and reports.
%%
%% A file goes to the compiler as text where nobody wants to see its forms;
%% otherwise its forms come back as terms, go through the transforms, and to
%% the compiler again.
-module(compile).

-export([file/1, file/2, forms/1, forms/2, noenv_file/2, noenv_forms/2, compile/3,
         format_error/1, env_compiler_options/0, output_generated/1, noenv_output_generated/1,
         iofile/1, options/0]).
-export([source/3, code/3, assigns/3]).

-define(DEFAULT, [verbose, report_errors, report_warnings]).

%% What one compilation knows. Name is the source file, or what stands for it;
%% source is its text, if it has one.
-record(job, {name, base, dir = "", source = none, opts = [], mode = file, warnings = []}).

file(File) -> file(File, ?DEFAULT).
file(File, Opts) when is_list(Opts) -> do_file(File, Opts ++ env_compiler_options());
file(File, Opt) -> file(File, [Opt | ?DEFAULT]).

noenv_file(File, Opts) when is_list(Opts) -> do_file(File, Opts);
noenv_file(File, Opt) -> noenv_file(File, [Opt | ?DEFAULT]).

forms(Forms) -> forms(Forms, ?DEFAULT).
forms(Forms, Opts) when is_list(Opts) -> do_forms(Forms, Opts ++ env_compiler_options());
forms(Forms, Opt) -> forms(Forms, [Opt | ?DEFAULT]).

noenv_forms(Forms, Opts) when is_list(Opts) -> do_forms(Forms, Opts);
noenv_forms(Forms, Opt) -> noenv_forms(Forms, [Opt | ?DEFAULT]).

output_generated(Opts) -> noenv_output_generated(Opts ++ env_compiler_options()).

noenv_output_generated(Opts) ->
    not lists:any(fun(O) ->
                          lists:member(O, [binary, 'P', 'E', 'S', dpp, dexp, makedep, strong_validation])
                  end, Opts).

options() -> io:put_chars("'P' - Generate .P source listing file\n"
                          "'E' - Generate .E source listing file\n"
                          "'S' - Generate .S file\n"
                          "dpp - Generate .pp file\n").

iofile(File) when is_atom(File) -> iofile(atom_to_list(File));
iofile(File) -> {filename:dirname(File), filename:basename(File, ".erl")}.

%% env_compiler_options gives the options of the environment.
env_compiler_options() ->
    case os:getenv("ERL_COMPILER_OPTIONS") of
        false -> [];
        Text ->
            case erl_scan:string(Text) of
                {ok, Tokens, _} ->
                    case erl_parse:parse_term(Tokens ++ [{dot, 1}]) of
                        {ok, List} when is_list(List) -> List;
                        {ok, Term} -> [Term];
                        {error, _} -> bad_env()
                    end;
                _ -> bad_env()
            end
    end.

bad_env() ->
    io:put_chars("Ignoring bad term in ERL_COMPILER_OPTIONS\n"),
    [].

%% compile is erlc's way in: Input without its extension, Output likewise.
compile(Input, Output, Opts) ->
    case do_file(Input, [report_errors, report_warnings, {outdir, filename:dirname(Output)} | Opts]) of
        Result when element(1, Result) =:= ok -> ok;
        _ -> error
    end.

%%% Files and forms.

do_file(File0, Opts0) ->
    File = source_name(File0),
    Opts = expand(Opts0),
    {_, Base} = iofile(File),
    Job = #job{name = File, base = Base, dir = proplists:get_value(outdir, Opts, ""), opts = Opts},
    case file:read_file(File) of
        {ok, Source} -> compile_source(Job#job{source = Source});
        {error, Reason} -> failed([{File, none, ?MODULE, {epp, Reason}}], [], Job)
    end.

source_name(File) when is_atom(File) -> source_name(atom_to_list(File));
source_name(File) ->
    filename:flatten(case filename:extension(File) of
                         ".erl" -> File;
                         _ -> File ++ ".erl"
                     end).

do_forms(Forms, Opts0) ->
    Opts = [binary | expand(Opts0)],
    Name = proplists:get_value(source, Opts, ""),
    transform(Forms, #job{name = Name, base = Name, opts = Opts, mode = forms}).

expand(Opts) ->
    lists:append([case Opt of
                      report -> [report_errors, report_warnings];
                      return -> [return_errors, return_warnings];
                      _ -> [Opt]
                  end || Opt <- Opts]).

compile_source(Job = #job{opts = Opts}) ->
    case lists:any(fun wants_forms/1, Opts) of
        true -> transform(epp:forms(Job#job.name, Job#job.source, native_options(Job)), features(Job));
        false -> compiled(fun(More) -> source(Job#job.name, Job#job.source, More ++ native_options(Job)) end, Job)
    end.

wants_forms({parse_transform, _}) -> true;
wants_forms({core_transform, _}) -> true;
wants_forms({makedep_output, _}) -> true;
wants_forms(Opt) ->
    lists:member(Opt, ['P', 'E', dpp, dexp, dabstr, to_pp, to_exp, basic_validation, makedep, makedep_side_effect,
                       to_core, dcore]).

%% features notes the features that change what forms mean.
features(Job = #job{source = none}) -> Job;
features(Job = #job{name = Name, source = Source, opts = Opts}) ->
    Mentioned = binary:match(Source, ~"compr_assign") =/= nomatch orelse lists:keymember(compr_assign, 2, Opts),
    case Mentioned andalso assigns(Name, Source, native_options(Job)) of
        true -> Job#job{opts = [{features, [compr_assign]} | Opts]};
        false -> Job
    end.

native_options(#job{opts = Opts}) -> Opts ++ [{code_path, code:get_path()}].

%%% Parse transforms.

transform(Forms, Job) ->
    try lists:flatmap(fun form_transforms/1, Forms) of
        Own ->
            Given = [M || {parse_transform, M} <- Job#job.opts],
            Transforms = Given ++ [M || {transform, M} <- Own],
            Rest = [F || {form, F} <- Own],
            foldl_transform(Transforms, Rest, Job)
    catch
        error:Reason:Stack -> crash(transform_module, Reason, Stack, Job)
    end.

%% form_transforms takes the transforms out of -compile attributes.
form_transforms({attribute, Anno, compile, Opts}) when is_list(Opts) ->
    case [O || O <- Opts, not is_transform(O)] of
        Opts -> [{form, {attribute, Anno, compile, Opts}}];
        [] -> [{transform, M} || {_, M} <- Opts];
        Rest -> [{transform, M} || {parse_transform, M} <- Opts] ++ [{form, {attribute, Anno, compile, Rest}}]
    end;
form_transforms({attribute, _, compile, {parse_transform, M}}) -> [{transform, M}];
form_transforms(Form) -> [{form, Form}].

is_transform({parse_transform, _}) -> true;
is_transform(_) -> false.

foldl_transform([], Forms, Job) -> listing(Forms, Job);
foldl_transform([T | Ts], Forms0, Job) ->
    case code:ensure_loaded(T) =:= {module, T} andalso erlang:function_exported(T, parse_transform, 2) of
        false -> failed([{Job#job.name, none, ?MODULE, {undef_parse_transform, T}}], [], Job);
        true ->
            Forms = locations(T, Forms0),
            try T:parse_transform(Forms, transform_options(Job)) of
                {error, Es, Ws} -> failed(flat(Es), Job#job.warnings ++ flat(Ws), Job);
                {warning, New, Ws} -> foldl_transform(Ts, New, Job#job{warnings = Job#job.warnings ++ flat(Ws)});
                New -> foldl_transform(Ts, New, Job)
            catch
                Class:Reason:Stack ->
                    Why = {Class, Reason, Stack},
                    failed([{Job#job.name, none, ?MODULE, {parse_transform, T, Why}}], Job#job.warnings, Job)
            end
    end.

transform_options(#job{opts = Opts}) -> [{features, [maybe_expr]} | Opts].

%% locations takes columns out for a transform that can't bear them.
locations(T, Forms) ->
    Info = try T:parse_transform_info() catch error:undef -> #{} end,
    case Info of
        #{error_location := line} ->
            Line = fun(Anno) -> erl_anno:set_location(erl_anno:line(Anno), Anno) end,
            [case F of
                 {Kind, {{L, _}, M, What}} when Kind =:= error; Kind =:= warning -> {Kind, {L, M, What}};
                 {eof, {L, _}} -> {eof, L};
                 {Kind, {_, _, _}} when Kind =:= error; Kind =:= warning -> F;
                 _ -> erl_parse:map_anno(Line, F)
             end || F <- Forms];
        _ -> Forms
    end.

flat(ByFile) -> [{File, Location, Mod, What} || {File, Infos} <- ByFile, {Location, Mod, What} <- Infos].

%%% Listings, then code.

listing(Forms, Job = #job{opts = Opts}) ->
    Has = fun(Opt) -> lists:member(Opt, Opts) end,
    Core = [O || O <- Opts, lists:member(O, [to_core, dcore, clint, from_core]) orelse is_core_transform(O)],
    Side = Has(makedep_side_effect),
    Side andalso makedep(Forms, Job, false),
    case Has(makedep) orelse lists:keymember(makedep_output, 1, Opts) andalso not Side of
        _ when Core =/= [] -> failed([{Job#job.name, none, ?MODULE, {no_core, hd(Core)}}], [], Job);
        true -> makedep(Forms, Job, Has(binary));
        false ->
            case Has(dpp) of
                true -> written("pp", Forms, terms(Forms), Job);
                false ->
                    case [O || O <- ['P', to_pp, dabstr, basic_validation, dexp, 'E', to_exp], Has(O)] of
                        [] -> compiled(fun(More) -> code(Job#job.name, Forms, More ++ native_options(Job)) end, Job);
                        [First | _] -> checked(Forms, First, Job)
                    end
            end
    end.

is_core_transform({core_transform, _}) -> true;
is_core_transform(_) -> false.

%% checked makes a listing of forms that are right. Only the checks of erl_lint are made.
checked(Forms, Listing, Job = #job{name = Name, opts = Opts, warnings = Before}) ->
    {Errors, Warnings} = erl_lint:all(Forms, Name, native_options(Job)),
    Done = Job#job{warnings = Warnings ++ Before},
    Werror = lists:member(warnings_as_errors, Opts) andalso Done#job.warnings =/= [],
    case Errors of
        [] when Werror -> failed([], Done#job.warnings, Job);
        [] -> listed(Listing, Forms, Done);
        _ -> failed(Errors, Done#job.warnings, Job)
    end.

listed('P', Forms, Job) -> written("P", Forms, source_text(Forms), Job);
listed(to_pp, Forms, Job) -> made("P", Forms, Job);
listed(dabstr, Forms, Job) -> written("abstr", Forms, terms(Forms), Job);
listed(basic_validation, _, Job) -> ok([], [], Job);
listed(Listing, Forms, Job) ->
    Expanded = erl_expand_records:module(Forms, Job#job.opts),
    case Listing of
        dexp -> written("expand", Expanded, terms(Expanded), Job);
        'E' -> written("E", Expanded, source_text(Expanded), Job);
        to_exp -> made("abstr", Expanded, Job)
    end.

source_text(Forms) -> [[erl_pp:form(F), $\n] || F <- Forms].

terms(Forms) -> [io_lib:format("~tp.~n", [F]) || F <- Forms].

%% made is written, but for the file where the forms are asked for.
made(Extension, Forms, Job = #job{opts = Opts}) ->
    case lists:member(binary, Opts) of
        true -> ok([], [Forms], Job);
        false -> written(Extension, Forms, terms(Forms), Job)
    end.

%% written gives the text to a file, and the forms to who asked for a binary.
written(Extension, Forms, Text, Job = #job{opts = Opts}) ->
    File = out(Job#job.base ++ [$. | Extension], Job),
    case file:write_file(File, unicode:characters_to_binary(Text)) of
        ok -> ok([], [Forms || lists:member(binary, Opts)], Job);
        {error, Reason} -> failed([{File, none, ?MODULE, {write_error, Reason}}], [], Job)
    end.

compiled(Compile, Job) ->
    try compiled_with(Compile) of
        {transform, New} -> transform(New, features(Job));
        {ok, Mod, Code, Warnings} ->
            output(Mod, Code, Job#job{warnings = Warnings ++ Job#job.warnings});
        {error, Errors, Warnings} -> failed(Errors, Job#job.warnings ++ Warnings, Job)
    catch
        error:Reason:Stack -> crash(lint_module, Reason, Stack, Job)
    end.

%% Behaviours that the compiler does not know may be modules at hand.
compiled_with(Compile) ->
    case Compile([]) of
        {transform, _} = Result -> Result;
        Result ->
            case erl_lint:behaviours(element(tuple_size(Result), Result)) of
                [] -> Result;
                Known -> Compile([{behaviours, Known}])
            end
    end.

crash(Pass, Reason, Stack, Job) ->
    failed([{Job#job.name, none, ?MODULE, {crash, Pass, Reason, Stack}}], Job#job.warnings, Job).

output(Mod, Code, Job = #job{opts = Opts, base = Base}) ->
    Werror = lists:member(warnings_as_errors, Opts) andalso Job#job.warnings =/= [],
    Listing = lists:member('S', Opts),
    Checked = lists:member(strong_validation, Opts),
    case lists:member(binary, Opts) of
        _ when Werror -> failed([], Job#job.warnings, Job);
        _ when Checked -> ok(Mod, [], Job);
        true when Listing -> ok(Mod, [assembly(Code)], Job);
        true -> ok(Mod, [Code], Job);
        false when Listing -> save(Base ++ ".S", Mod, Code, Job);
        false ->
            case lists:member(no_error_module_mismatch, Opts) orelse atom_to_list(Mod) of
                Name when Name =:= true; Name =:= Base -> save(Base ++ ".beam", Mod, Code, Job);
                _ ->
                    File = out(Base ++ ".beam", Job),
                    failed([{File, none, ?MODULE, {module_name, Mod, Base}}], Job#job.warnings, Job)
            end
    end.

%% A listing as a term: {Module, Exports, Attributes, Annotation, Functions, Labels}.
assembly(Text) ->
    [{module, Mod}, {exports, Exports}, {attributes, Attributes}, {labels, Labels} | Code] =
        listed(unicode:characters_to_list(Text)),
    {Mod, Exports, Attributes, #{records => []}, functions(Code), Labels}.

listed(Text) ->
    case erl_scan:tokens([], Text, 1) of
        {done, {ok, Tokens, _}, Rest} ->
            {ok, Term} = erl_parse:parse_term(Tokens),
            [Term | listed(Rest)];
        {more, _} -> [] % but white space
    end.

functions([{function, Name, Arity, Entry} | Code]) ->
    {Instructions, Rest} = lists:splitwith(fun(I) -> not is_tuple(I) orelse element(1, I) =/= function end, Code),
    [{function, Name, Arity, Entry, Instructions} | functions(Rest)];
functions([]) -> [].

save(Name, Mod, Code, Job) ->
    File = out(Name, Job),
    New = lists:droplast(File) ++ "#",
    case file:write_file(New, Code) of
        ok ->
            case file:rename(New, File) of
                ok -> ok(Mod, [], Job);
                {error, Reason} ->
                    file:delete(New),
                    failed([{File, none, ?MODULE, {rename, New, File, Reason}}], Job#job.warnings, Job)
            end;
        {error, Reason} -> failed([{New, none, ?MODULE, {write_error, Reason}}], Job#job.warnings, Job)
    end.

out(Name, #job{dir = ""}) -> Name;
out(Name, #job{dir = Dir}) -> filename:join(Dir, Name).

%%% Rules for make(1).

makedep(Forms, Job = #job{opts = Opts}, Binary) ->
    Beam = out(Job#job.base ++ ".beam", Job),
    Target = case {lists:keyfind(makedep_target, 1, Opts), lists:member(makedep_quote_target, Opts)} of
                 {false, _} -> below(proplists:get_value(cwd, Opts, ""), Beam);
                 {{_, T}, true} -> quote(T);
                 {{_, T}, false} -> T
             end,
    Included = [File || {attribute, _, file, {File, 1}} <- Forms, File =/= Job#job.name],
    Missing = case lists:member(makedep_add_missing, Opts) of
                  true -> [File || {error, {_, epp, {include, file, File}}} <- Forms];
                  false -> []
              end,
    Headers = unique(Included ++ Missing, []),
    Phony = case lists:member(makedep_phony, Opts) of
                true -> [["\n", H, ":\n"] || H <- Headers];
                false -> []
            end,
    Text = unicode:characters_to_binary([lines(Target ++ ":", [Job#job.name | Headers]), $\n, Phony]),
    case proplists:get_value(makedep_output, Opts) of
        _ when Binary -> ok([], [Text], Job);
        undefined ->
            File = out(Job#job.base ++ ".Pbeam", Job),
            wrote(file:write_file(File, Text), File, Job);
        standard_io -> io:put_chars(Text), ok([], [], Job);
        File when is_list(File) -> wrote(file:write_file(File, Text), File, Job);
        Device -> io:put_chars(Device, Text), ok([], [], Job)
    end.

below(Dir, File) ->
    case string:prefix(File, Dir ++ "/") of
        nomatch -> File;
        Name -> Name
    end.

wrote(ok, _, Job) -> ok([], [], Job);
wrote({error, Reason}, File, Job) -> failed([{File, none, ?MODULE, {write_error, Reason}}], [], Job).

unique([F | Fs], Seen) ->
    case lists:member(F, Seen) of
        true -> unique(Fs, Seen);
        false -> [F | unique(Fs, [F | Seen])]
    end;
unique([], _) -> [].

lines(Line, [File | Files]) ->
    case length(Line) + 1 + length(File) > 76 of
        true -> [Line, " \\\n" | lines(" " ++ " " ++ File, Files)];
        false -> lines(Line ++ " " ++ File, Files)
    end;
lines(Line, []) -> Line.

quote(Target) ->
    lists:flatmap(fun($$) -> "$$"; (C) -> [C] end, Target).

%%% Results and messages.

ok(Mod, Code, Job = #job{opts = Opts, warnings = Warnings}) ->
    print(in_order(Warnings), "Warning: ", report_warnings, Job),
    case lists:member(return_warnings, Opts) of
        true -> list_to_tuple([ok, Mod] ++ Code ++ [infos(Warnings)]);
        false -> list_to_tuple([ok, Mod] ++ Code)
    end.

failed(Errors, Warnings, Job = #job{opts = Opts}) ->
    print(Errors, "", report_errors, Job),
    case lists:member(warnings_as_errors, Opts) of
        true ->
            Errors =:= [] andalso lists:member(report_warnings, Opts) andalso
                io:put_chars("compile: warnings being treated as errors\n"),
            print(in_order(Warnings), "", case lists:member(report_errors, Opts) of
                                              true -> report_errors;
                                              false -> report_warnings
                                          end, Job);
        false -> print(in_order(Warnings), "Warning: ", report_warnings, Job)
    end,
    case lists:member(return_errors, Opts) of
        true -> {error, infos(Errors), infos(Warnings)};
        false -> error
    end.

%% Warnings are printed in the order of their places and texts.
in_order(Warnings) -> lists:sort(fun before/2, Warnings).

before({F1, L, M1, D1}, {F1, L, M2, D2}) -> text(M1, D1) =< text(M2, D2);
before({F1, L1, _, _}, {F2, L2, _, _}) -> {F1, L1} =< {F2, L2}.

%% What could not be read stands apart from what is wrong with the rest.
infos(Diagnostics) ->
    {Unread, Rest} = lists:partition(fun({_, _, Mod, _}) -> lists:member(Mod, [epp, erl_parse, erl_scan]) end,
                                     Diagnostics),
    by_file(Unread) ++ by_file(Rest).

by_file(Diagnostics) ->
    Files = lists:usort([element(1, D) || D <- Diagnostics]),
    [{File, [{Location, Mod, Desc} || {F, Location, Mod, Desc} <- Diagnostics, F =:= File]} || File <- Files].

print([], _, _, _) -> ok;
print(Diagnostics, Prefix, Option, Job = #job{opts = Opts}) ->
    case lists:member(Option, Opts) of
        true ->
            Brief = lists:member(brief, Opts),
            Files = maps:from_list([{F, case Brief of true -> none; false -> lines_of(F, Job) end}
                                    || {F, _, _, _} <- Diagnostics]),
            lists:foreach(fun({File, Location, Mod, Desc}) ->
                                  io:put_chars([File, $:, place(Location), $\s, Prefix, text(Mod, Desc), $\n,
                                                shown(map_get(File, Files), Location)])
                          end, Diagnostics);
        false -> ok
    end.

lines_of(File, #job{name = File, source = Source}) when is_binary(Source) -> Source;
lines_of(File, _) ->
    case file:read_file(File) of
        {ok, Source} -> Source;
        {error, _} -> none
    end.

shown(none, _) -> "";
shown(_, none) -> "";
shown(Source, Location) -> excerpt(Source, Location).

text(Mod, Desc) ->
    try lists:flatten(Mod:format_error(Desc))
    catch _:_ -> lists:flatten(io_lib:format("~tp", [Desc]))
    end.

place(none) -> "";
place({Line, Column}) -> io_lib:fwrite("~w:~w:", [Line, Column]);
place(Line) -> io_lib:fwrite("~w:", [Line]).

format_error({open, Reason}) -> io_lib:format("open error '~ts'", [file:format_error(Reason)]);
format_error({epp, Reason}) when is_atom(Reason) -> file:format_error(Reason);
format_error(write_error) -> "error writing file";
format_error({write_error, Reason}) -> io_lib:format("error writing file: ~ts", [file:format_error(Reason)]);
format_error({rename, From, To, Reason}) ->
    io_lib:format("failed to rename ~ts to ~ts: ~ts", [From, To, file:format_error(Reason)]);
format_error({obsolete_option, O}) -> io_lib:format("the ~p option is no longer supported", [O]);
format_error({undef_parse_transform, M}) -> io_lib:format("undefined parse transform '~ts'", [M]);
format_error({parse_transform, M, {Class, Reason, Stack}}) ->
    ["error in parse transform '", atom_to_list(M), "':\n", exception(Class, Reason, Stack)];
format_error({module_name, Mod, File}) ->
    io_lib:format("Module name '~ts' does not match file name '~ts'", [Mod, File]);
format_error({crash, Pass, Reason, Stack}) ->
    [io_lib:format("internal error in pass ~p:\n", [Pass]), exception(error, Reason, Stack)];
format_error({no_core, Opt}) ->
    io_lib:format("~tw: there is no Core Erlang in ersh; use an installed Erlang/OTP", [Opt]);
format_error(bad_crypto_key) -> "invalid crypto key.";
format_error(no_crypto) -> "this system is not configured with crypto support.".

exception(Class, Reason, Stack) ->
    erl_error:format_exception(Class, Reason, Stack, #{column => 1, stack_trim_fun => fun(_, _, _) -> false end}).

assigns(_File, _Source, _Opts) -> erlang:nif_error(undef).

%% source compiles the text of a module, code its forms.
source(_File, _Source, _Opts) -> erlang:nif_error(undef).
code(_File, _Forms, _Opts) -> erlang:nif_error(undef).

%% excerpt shows a line of a source file and marks a place in it.
excerpt(_Source, _Location) -> erlang:nif_error(undef).
