%% Compiles the modules of a directory that have changed.
%%
%% An Emakefile holds terms {Modules, Options}, or Modules, that end in dots. Modules is a name, which may
%% hold wildcards, or a list of them. Without one all .erl files of the directory are taken.
-module(make).

-export([all/0, all/1, files/1, files/2]).

-record(make, {noexec, load}).

all() -> all([]).

all(Options) -> run_emake(Options, []).

files(Fs) -> files(Fs, []).

files(Fs, Options) ->
    Names = [filename:rootname(F, ".erl") || F <- Fs],
    run_emake(Options, Names).

run_emake(Options, Files) ->
    {Own, Opts} = sort_options(Options, [], []),
    case emakefile(proplists:get_value(emake, Own), Files) of
        {ok, Emake} ->
            Load = [O || O <- [netload, load], lists:member(O, Own)],
            recompile(transform(Emake, Opts, Files, []), #make{noexec = lists:member(noexec, Own), load = hd(Load ++ [no])});
        error -> error
    end.

%% sort_options tells make's own options from those of the compiler.
sort_options([O | Os], Own, Opts) when O =:= noexec; O =:= load; O =:= netload; element(1, O) =:= emake ->
    sort_options(Os, [O | Own], Opts);
sort_options([O | Os], Own, Opts) -> sort_options(Os, Own, [O | Opts]);
sort_options([], Own, Opts) -> {Own, lists:reverse(Opts)}.

%% emakefile gives the terms of the Emakefile.
emakefile(undefined, Files) ->
    case file:consult("Emakefile") of
        {ok, Emake} -> {ok, Emake};
        {error, enoent} when Files =:= [] -> {ok, filelib:wildcard("*.erl")};
        {error, enoent} -> {ok, []};
        {error, Reason} ->
            io:format("make: Trouble reading 'Emakefile':~n~tp~n", [Reason]),
            error
    end;
emakefile(Emake, _) -> {ok, Emake}.

%% transform gives the files with their options: of those named in the Emakefile, or of Files where they are given, for
%% which the options are looked up there. No files are all of them.
transform([{Mods, ModOpts} | Emake], Opts, Files, Done) -> transform(Mods, ModOpts ++ Opts, Emake, Opts, Files, Done);
transform([Mods | Emake], Opts, Files, Done) -> transform(Mods, Opts, Emake, Opts, Files, Done);
transform([], _Opts, [], Done) -> lists:reverse(Done);
transform([], Opts, Files, Done) ->
    [case lists:keyfind(F, 1, Done) of
         false -> {F, Opts};
         Known -> Known
     end || F <- Files].

transform(Mods, ModOpts, Emake, Opts, Files, Done) ->
    New = [F || F <- expand(Mods), not lists:keymember(F, 1, Done)],
    transform(Emake, Opts, Files, lists:reverse([{F, ModOpts} || F <- New], Done)).

expand(Mods) when is_list(Mods), not is_integer(hd(Mods)) -> lists:append([expand(M) || M <- Mods]);
expand(Mod) when is_atom(Mod) -> expand(atom_to_list(Mod));
expand(Mod) ->
    case lists:member($*, Mod) orelse lists:member($?, Mod) of
        true -> lists:reverse([filename:rootname(F) || F <- filelib:wildcard(Mod ++ ".erl")]);
        false -> [filename:rootname(Mod, ".erl")]
    end.

%% recompile goes through the files, up to one that can't be compiled.
recompile([{File, Opts} | Files], Make) ->
    case is_current(File, Opts) orelse compile(File, Opts, Make) of
        error -> error;
        _ -> recompile(Files, Make)
    end;
recompile([], _Make) -> up_to_date.

compile(File, _Opts, #make{noexec = true}) -> io:format("Out of date: ~ts~n", [File]);
compile(File, Opts, #make{load = Load}) ->
    io:format("Recompile: ~ts~n", [File]),
    case compile:file(File, [report_errors, report_warnings | Opts]) of
        error -> error;
        _ -> load(Load, File, Opts)
    end.

load(no, _File, _Opts) -> ok;
load(netload, File, Opts) -> c:nl(list_to_atom(filename:basename(object(File, Opts))));
load(load, File, Opts) ->
    code:purge(list_to_atom(filename:basename(File))),
    code:load_abs(object(File, Opts)).

%% object is the file of the code, without its extension.
object(File, Opts) -> filename:join(proplists:get_value(outdir, Opts, "."), filename:basename(File)).

%% is_current reports whether the code is newer than the source and the header files that it includes.
is_current(File, Opts) ->
    case filelib:last_modified(object(File, Opts) ++ code:objfile_extension()) of
        0 -> false;
        Made -> lists:all(fun(F) -> not is_newer(F, Made) end, sources(File ++ ".erl", Opts))
    end.

is_newer(File, Made) ->
    case filelib:last_modified(File) of
        0 -> true;
        Changed -> Changed > Made
    end.

sources(File, Opts) ->
    Path = [filename:dirname(File) | [Dir || {i, Dir} <- Opts]],
    case epp:parse_file(File, Path, macros(Opts)) of
        {ok, Forms} -> lists:usort([File | [F || {attribute, _, file, {F, _}} <- Forms]]);
        {error, _} -> [File]
    end.

macros(Opts) -> lists:flatmap(fun({d, M}) -> [M]; ({d, M, V}) -> [{M, V}]; (_) -> [] end, Opts).
