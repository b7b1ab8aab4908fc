%% The code path and what is loaded from it. Modules of the embedded library
%% come after the directories of the path that were put in front of it, and
%% stick: they are not replaced by l/1 or a file that happens to have their name.
-module(code).

-export([get_chunk/2]).
-export([ensure_loaded/1, ensure_modules_loaded/1, load_file/1, load_abs/1, load_abs/2, load_binary/3,
         atomic_load/1, prepare_loading/1, finish_loading/1,
         delete/1, purge/1, soft_purge/1, is_loaded/1, all_loaded/0,
         which/1, get_object_code/1, where_is_file/1, where_is_file/2, get_mode/0,
         get_path/0, set_path/1, set_path/2, add_path/1, add_path/2, add_patha/1, add_patha/2,
         add_pathz/1, add_pathz/2, add_paths/1, add_paths/2, add_pathsa/1, add_pathsa/2,
         add_pathsz/1, add_pathsz/2, del_path/1, del_paths/1, replace_path/2, replace_path/3,
         root_dir/0, lib_dir/0, lib_dir/1, lib_dir/2, priv_dir/1, compiler_dir/0,
         objfile_extension/0, is_sticky/1, stick_mod/1, unstick_mod/1,
         stick_dir/1, unstick_dir/1, module_md5/1, module_status/0, module_status/1,
         modified_modules/0, all_available/0, is_module_version/2,
         get_doc/1, get_doc/2, get_debug_info/1, clash/0, clear_cache/0,
         coverage_support/0, get_coverage_mode/0, get_coverage_mode/1, set_coverage_mode/1,
         get_coverage/2, reset_coverage/1, start_link/0]).
-export([use_release/1, applications/1, set_file/2, forget_file/1, sticks/1, sticky/1]).
-export([natives/0, natives/1, embedded/0, embedded/1, in_dirs/2, read_code/1, is_core/1, front/1]).

-define(PATH, {?MODULE, path}).
-define(IS_CACHE(C), (C =:= cache orelse C =:= nocache)).
-define(FILES, {?MODULE, files}).
-define(STUCK, {?MODULE, stuck}).
-define(RELEASE, {?MODULE, release}).
-define(LIBRARY, "/ersh/lib").

start_link() -> code_server:start_link().

%%% Loading. Whoever loads a module finds and reads its code; the code server
%%% installs it.

ensure_loaded(Mod) when is_atom(Mod) ->
    case erlang:module_loaded(Mod) of
        true -> {module, Mod};
        false when Mod =:= erlang -> {module, Mod};
        false -> load(Mod, ensure)
    end.

load_file(Mod) when is_atom(Mod) ->
    case sticks(Mod) of
        true -> sticky(Mod);
        false -> load(Mod, load)
    end.

load(Mod, How) ->
    case get_object_code(Mod) of
        {Mod, Code, File} -> code_server:call({How, Mod, File, Code});
        %% It may wait for its on_load function, without a file.
        error when How =:= ensure -> code_server:call({ensure, Mod, none, none});
        error -> {error, nofile}
    end.

load_abs(Base) when is_list(Base) -> load_abs(Base, list_to_atom(filename:basename(Base)));
load_abs(Base) when is_atom(Base) -> load_abs(atom_to_list(Base), Base).

load_abs(Base, Mod) when is_list(Base), is_atom(Mod) ->
    File = filename:absname(Base) ++ objfile_extension(),
    case file:read_file(File) of
        {ok, Code} -> code_server:call({load, Mod, File, Code});
        {error, _} -> {error, nofile}
    end.

load_binary(Mod, File, Code) when is_atom(Mod), is_list(File) orelse is_atom(File), is_binary(Code) ->
    code_server:call({binary, Mod, File, Code}).

sticky(Mod) ->
    error_logger:error_msg("Can't load module '~tw' that resides in sticky dir\n", [Mod]),
    {error, sticky_directory}.

ensure_modules_loaded(Mods) ->
    all_atoms(Mods) orelse error(function_clause, [Mods]),
    Missing = [M || M <- Mods, not erlang:module_loaded(M)],
    {OnLoad, NoFile} = lists:partition(fun({_, Why}) -> Why =/= nofile end,
                                       [{M, Why} || M <- Missing, {error, Why} <- [ensure_loaded(M)]]),
    case OnLoad ++ lists:reverse(NoFile) of
        [] -> ok;
        Errors -> {error, Errors}
    end.

all_atoms([Mod | Mods]) when is_atom(Mod) -> all_atoms(Mods);
all_atoms(Mods) -> Mods =:= [].

function_clause(Function, Args) ->
    {current_stacktrace, [_ | Stack]} = process_info(self(), current_stacktrace),
    erlang:raise(error, function_clause, [{?MODULE, Function, Args, []} | Stack]).

%% Several modules at once, all of them or none.
atomic_load(Mods) ->
    case prepare_loading(Mods) of
        {ok, Prepared} -> finish_loading(Prepared);
        Error -> Error
    end.

prepare_loading(Mods) ->
    try find_code(Mods, []) of
        {Found, []} -> prepare(Found, [], []);
        {_, Errors} -> {error, lists:reverse(Errors)}
    catch
        throw:?MODULE -> error(function_clause, [Mods])
    end.

find_code(Mods, _) when not is_list(Mods) -> function_clause(prepare_loading, [Mods]);
find_code(Mods, Errors0) ->
    {Found, Errors, _} = lists:foldl(fun find_code_of/2, {[], Errors0, #{}}, Mods),
    {lists:reverse(Found), Errors}.

find_code_of(Item, {Found, Errors, Seen}) ->
    Mod = case Item of
              {M, File, Code} when is_atom(M), is_list(File), is_binary(Code) -> M;
              M when is_atom(M) -> M;
              _ -> throw(?MODULE)
          end,
    case Item of
        _ when is_map_key(Mod, Seen) -> {Found, [{Mod, duplicated} | Errors], Seen};
        {_, _, _} -> {[Item | Found], Errors, Seen#{Mod => true}};
        _ ->
            case get_object_code(Mod) of
                {Mod, Code1, File1} -> {[{Mod, File1, Code1} | Found], Errors, Seen#{Mod => true}};
                error -> {Found, [{Mod, nofile} | Errors], Seen#{Mod => true}}
            end
    end.

prepare([{Mod, File, Code} | Rest], Prepared, Errors) ->
    case erts_internal:prepare_loading(Mod, Code) of
        {error, Why} -> prepare(Rest, Prepared, [{Mod, Why} | Errors]);
        Ref ->
            case erlang:has_prepared_code_on_load(Ref) of
                true -> prepare(Rest, Prepared, [{Mod, on_load_not_allowed} | Errors]);
                false -> prepare(Rest, [{Mod, File, Ref} | Prepared], Errors)
            end
    end;
prepare([], Prepared, []) -> {ok, {'$prepared$', [{Mod, {Ref, File}} || {Mod, File, Ref} <- lists:reverse(Prepared)]}};
prepare([], _, Errors) -> {error, lists:reverse(Errors)}.

finish_loading({'$prepared$', Prepared}) when is_list(Prepared) ->
    code_server:call({finish, [{Mod, File, Ref} || {Mod, {Ref, File}} <- Prepared]}).

%% A module's current version becomes old, so that a call of it loads it anew.
delete(Mod) when is_atom(Mod) -> code_server:call({delete, Mod}).

%% purge kills what still runs old code.
purge(Mod) when is_atom(Mod) -> code_server:call({purge, Mod}).

soft_purge(Mod) when is_atom(Mod) -> code_server:call({soft_purge, Mod}).

%%% Modules that are not replaced: the node's own, the library's once they are
%%% loaded, and what a person made to stick.

sticks(kvs) -> false;
sticks(Mod) ->
    case stuck() of
        #{Mod := Stuck} -> Stuck;
        Stuck ->
            erlang:module_loaded(Mod) andalso
                case is_loaded(Mod) of
                    false -> false;
                    {file, preloaded} -> true;
                    {file, ?LIBRARY ++ _} -> not is_map_key(?LIBRARY, Stuck);
                    {file, File} -> is_list(File) andalso is_map_key(filename:dirname(File), Stuck)
                end
    end.

is_sticky(Mod) when is_atom(Mod) -> erlang:module_loaded(Mod) andalso sticks(Mod).

stuck() -> persistent_term:get(?STUCK, #{}).
set_stuck(Stuck) -> persistent_term:put(?STUCK, Stuck).

stick_mod(Mod) when is_atom(Mod) -> set_stuck((stuck())#{Mod => true}), true.
unstick_mod(Mod) when is_atom(Mod) -> set_stuck((stuck())#{Mod => false}), true.

stick_dir(Dir) when is_list(Dir) ->
    case is_library_dir(Dir) of
        true -> set_stuck(maps:remove(?LIBRARY, stuck())), ok;
        false ->
            case file:read_file_info(Dir) of
                {ok, Info} when element(3, Info) =:= directory ->
                    set_stuck((stuck())#{filename:absname(Dir) => true}), ok;
                _ -> error
            end
    end.

unstick_dir(Dir) when is_list(Dir) ->
    case is_library_dir(Dir) of
        true -> set_stuck((stuck())#{?LIBRARY => false}), ok;
        false ->
            case filelib:is_dir(Dir) of
                true -> set_stuck(maps:remove(filename:absname(Dir), stuck())), ok;
                false -> error
            end
    end.

is_library_dir(?LIBRARY ++ _) -> true;
is_library_dir(_) -> false.

%%% Which file a module came from. What the code server has loaded is known until
%%% it deletes it; what others have loaded it does not know, save the library.

files() -> persistent_term:get(?FILES, #{}).
set_file(Mod, File) -> persistent_term:put(?FILES, (files())#{Mod => File}).
forget_file(Mod) -> persistent_term:put(?FILES, maps:remove(Mod, files())).

is_loaded(erlang) -> {file, preloaded};
is_loaded(Mod) when is_atom(Mod) ->
    case files() of
        #{Mod := File} -> {file, File};
        #{} ->
            case erlang:module_loaded(Mod) andalso lists:member(atom_to_list(Mod), embedded()) of
                true when Mod =:= init; Mod =:= erl_prim_loader -> {file, preloaded};
                true -> {file, library_file(Mod)};
                false -> false
            end
    end.

all_loaded() ->
    Mods = lists:usort(erlang:loaded() ++ maps:keys(files())),
    [{Mod, File} || Mod <- Mods, {file, File} <- [is_loaded(Mod)]].

library_file(Mod) when is_atom(Mod) -> library_file(atom_to_list(Mod));
library_file(Name) -> ?LIBRARY ++ "/" ++ Name ++ objfile_extension().

which(Mod) when is_atom(Mod) ->
    case is_loaded(Mod) of
        {file, File} -> File;
        false ->
            case find(Mod) of
                {file, File} -> File;
                {embedded, _} -> library_file(Mod);
                false -> non_existing
            end
    end.

get_object_code(Mod) when is_atom(Mod) ->
    case find(Mod) of
        {file, File} ->
            case read_code(File) of
                {ok, Code} -> {Mod, Code, File};
                error -> error
            end;
        {embedded, Code} -> {Mod, Code, library_file(Mod)};
        false -> error
    end.

%% The chapter's own module gives way to that of a person.
find(kvs) -> find(kvs, get_path(), []);
find(Mod) ->
    {Before, After} = lists:splitwith(fun(Dir) -> Dir =/= ?LIBRARY end, get_path()),
    case is_core(Mod) of
        true -> find(Mod, [], Before ++ After);
        false -> find(Mod, Before, After)
    end.

find(Mod, Before, After) ->
    Name = atom_to_list(Mod) ++ objfile_extension(),
    case in_dirs(Before, Name) of
        false ->
            case embedded(Mod) of
                {ok, Code} -> {embedded, Code};
                error -> in_dirs(After, Name)
            end;
        Found -> Found
    end.

where_is_file(Name) when is_list(Name) -> where_is_file(get_path(), Name).

where_is_file(Dirs, Name) ->
    case in_dirs([] ++ Dirs, Name) of
        {file, File} -> File;
        false -> non_existing
    end.

%% in_dirs finds the first of the directories that has a file of that name, and
%% read_code reads it. They are natives, since loading must not need modules
%% that are yet to be loaded.
in_dirs(_Dirs, _Name) -> erlang:nif_error(undef).
read_code(_File) -> erlang:nif_error(undef).

%% natives gives the modules, or the functions of a module, that are implemented
%% in Go.
natives() -> erlang:nif_error(undef).
natives(_Mod) -> erlang:nif_error(undef).

%% embedded gives the names of the library's modules, or the code of one.
embedded() -> erlang:nif_error(undef).
embedded(_Mod) -> erlang:nif_error(undef).

%% is_core tells whether a module is one of the node's own; front says which
%% directories come before the library.
is_core(_Mod) -> erlang:nif_error(undef).
front(_Dirs) -> erlang:nif_error(undef).

%%% The path.

get_path() -> persistent_term:get(?PATH, [?LIBRARY, "."]).

put_path(Dirs) ->
    persistent_term:put(?PATH, Dirs),
    front(case lists:member(?LIBRARY, Dirs) of
              true -> lists:takewhile(fun(Dir) -> Dir =/= ?LIBRARY end, Dirs);
              false -> []
          end).

set_path(Dirs) -> set_path(Dirs, nocache).

set_path(Dirs, Cache) when ?IS_CACHE(Cache), is_list(Dirs) ->
    Path = [to_list(Dir) || Dir <- Dirs, is_name(Dir)],
    case length(Path) =:= length(Dirs) andalso lists:all(fun is_dir/1, Path) of
        true -> put_path(Path);
        false -> {error, bad_directory}
    end.

is_name(Dir) -> is_list(Dir) orelse is_atom(Dir).

is_dir(?LIBRARY) -> true;
is_dir(Dir) ->
    case file:read_file_info(Dir) of
        {ok, Info} -> element(3, Info) =:= directory;
        _ -> false
    end.

add_path(Dir) -> add_path(Dir, nocache).
add_path(Dir, Cache) when ?IS_CACHE(Cache), is_list(Dir) -> add_pathz(Dir, Cache).
add_patha(Dir) -> add_patha(Dir, nocache).
add_patha(Dir, Cache) when ?IS_CACHE(Cache), is_list(Dir) ->
    add(Dir, fun(D, Path) -> [D | lists:delete(D, Path)] end).
add_pathz(Dir) -> add_pathz(Dir, nocache).
add_pathz(Dir, Cache) when ?IS_CACHE(Cache), is_list(Dir) ->
    add(Dir, fun(D, Path) ->
                     case lists:member(D, Path) of
                         true -> Path;
                         false -> Path ++ [D]
                     end
             end).

add(Dir0, Add) ->
    Dir = without_slash(to_list(Dir0)),
    case is_dir(Dir) of
        true -> put_path(Add(Dir, get_path()));
        false -> {error, bad_directory}
    end.

without_slash("/") -> "/";
without_slash(Dir) -> string:trim(Dir, trailing, "/").

to_list(Dir) when is_atom(Dir) -> atom_to_list(Dir);
to_list(Dir) -> Dir.

add_paths(Dirs) -> add_paths(Dirs, nocache).
add_paths(Dirs, Cache) when ?IS_CACHE(Cache), is_list(Dirs) -> add_pathsz(Dirs, Cache).
add_pathsa(Dirs) -> add_pathsa(Dirs, nocache).
add_pathsa(Dirs, Cache) when ?IS_CACHE(Cache), is_list(Dirs) ->
    _ = [add_patha(D, Cache) || D <- Dirs, is_list(D)],
    ok.
add_pathsz(Dirs) -> add_pathsz(Dirs, nocache).
add_pathsz(Dirs, Cache) when ?IS_CACHE(Cache), is_list(Dirs) ->
    _ = [add_pathz(D, Cache) || D <- Dirs, is_list(D)],
    ok.

%% A directory goes by its path or by its application's name.
del_path(Name0) when is_list(Name0); is_atom(Name0) ->
    Name = without_slash(to_list(Name0)),
    Path = get_path(),
    case lists:member(Name, Path) of
        true -> put_path(lists:delete(Name, Path));
        false ->
            case [Dir || Dir <- Path, app_of(Dir) =:= Name] of
                [Dir | _] -> put_path(lists:delete(Dir, Path));
                [] -> false
            end
    end.

del_paths(Names) when is_list(Names) -> lists:foreach(fun del_path/1, Names).

replace_path(Name, Dir) -> replace_path(Name, Dir, nocache).

replace_path(Name0, Dir, Cache)
  when ?IS_CACHE(Cache), is_atom(Name0) orelse is_list(Name0), is_atom(Dir) orelse is_list(Dir) ->
    Name = to_list(Name0),
    New = without_slash(to_list(Dir)),
    case {app_of(New) =:= Name orelse filename:basename(New) =:= Name, is_dir(New)} of
        {false, _} -> {error, bad_name};
        {true, false} -> {error, bad_directory};
        {true, true} ->
            Path = get_path(),
            case [D || D <- Path, app_of(D) =:= Name] of
                [Old | _] -> put_path([case D of Old -> New; _ -> D end || D <- Path]);
                [] -> put_path(Path ++ [New])
            end
    end.

%% The application that a directory of the path belongs to: NAME-VSN/ebin.
app_of(Dir) ->
    Base = case filename:basename(Dir) of
               "ebin" -> filename:basename(filename:dirname(Dir));
               Other -> Other
           end,
    hd(string:split(Base, "-", trailing)).

%% With -otp the installed release is where erl's own would be.
root_dir() -> element(1, release()).
lib_dir() -> element(2, release()).

release() -> persistent_term:get(?RELEASE, {"/ersh", ?LIBRARY}).

lib_dir(App0) when is_atom(App0); is_list(App0) ->
    App = to_list(App0),
    case [Dir || Dir <- get_path(), app_of(Dir) =:= App] of
        [Dir | _] -> case filename:basename(Dir) of "ebin" -> filename:dirname(Dir); _ -> Dir end;
        [] when App =:= "kernel"; App =:= "stdlib"; App =:= "compiler" -> ?LIBRARY;
        [] -> {error, bad_name}
    end.

lib_dir(App, SubDir) ->
    case lib_dir(App) of
        {error, _} = Error -> Error;
        Dir -> filename:join(Dir, SubDir)
    end.

priv_dir(App) when is_atom(App); is_list(App) -> lib_dir(App, priv).

%% use_release puts the applications of an installed Erlang/OTP on the path,
%% behind the library.
use_release(Dir0) ->
    Dir = filename:absname(Dir0),
    case [Root || Root <- [filename:join([Dir, "lib", "erlang"]), Dir],
                  filelib:wildcard(filename:join(Root, "lib/*/ebin/*.app")) =/= []] of
        [Root | _] ->
            Lib = filename:join(Root, "lib"),
            persistent_term:put(?RELEASE, {Root, Lib}),
            add_pathsz(applications(Lib));
        [] -> {error, bad_directory}
    end.

%% The ebin directories of a folder of applications, of each the newest. One that has none is there
%% for its header files.
applications(Lib) ->
    Newest = lists:foldl(fun(Dir, Apps) ->
                                 newest({app_of(Dir), version_of(filename:basename(Dir)), Dir}, Apps)
                         end, #{}, filelib:wildcard(filename:join(Lib, "*"))),
    [case filelib:is_dir(filename:join(Dir, "ebin")) of true -> filename:join(Dir, "ebin"); false -> Dir end
     || {_, {_, Dir}} <- lists:sort(maps:to_list(Newest)), filelib:is_dir(Dir)].

newest({App, Version, Dir}, Apps) ->
    case Apps of
        #{App := {V, _}} when V > Version -> Apps;
        #{} -> Apps#{App => {Version, Dir}}
    end.

version_of(Base) ->
    case string:split(Base, "-", trailing) of
        [_, Version] -> [case string:to_integer(N) of {I, _} when is_integer(I) -> I; _ -> 0 end
                         || N <- string:lexemes(Version, ".")];
        [_] -> []
    end.

compiler_dir() -> ?LIBRARY.
objfile_extension() -> ".beam".
get_mode() ->
    case init:get_argument(mode) of
        {ok, Modes} when hd(hd(Modes)) =:= "embedded" -> embedded;
        _ -> interactive
    end.

%%% Comparing with what is on disk.

module_md5(Code) when not is_binary(Code) -> error(badarg, [Code]);
module_md5(Code) ->
    case beam_lib:md5(Code) of
        {ok, {_, MD5}} -> MD5;
        _ -> undefined
    end.

module_status() -> module_status([Mod || {Mod, _} <- all_loaded()]).

module_status(Mods) when is_list(Mods) -> [{Mod, module_status(Mod)} || Mod <- Mods];
module_status(Mod) ->
    case is_loaded(Mod) of
        false -> not_loaded;
        {file, preloaded} -> loaded;
        {file, ?LIBRARY ++ _} -> loaded;
        {file, File} when is_list(File), File =/= [] ->
            case file:read_file(File) of
                {ok, Code} ->
                    case module_md5(Code) =:= Mod:module_info(md5) of
                        true -> loaded;
                        false -> modified
                    end;
                {error, _} -> removed
            end;
        {file, _} -> loaded
    end.

modified_modules() -> [Mod || Mod <- maps:keys(files()), module_status(Mod) =:= modified].

all_available() ->
    Loaded = [{atom_to_list(Mod), File, true} || {Mod, File} <- all_loaded()],
    Library = [{Name, library_file(Name), false} || Name <- embedded()],
    Found = [{filename:basename(File, ".beam"), filename:absname(File), false}
             || Dir <- get_path(), Dir =/= ?LIBRARY,
                File <- filelib:wildcard(filename:join(Dir, "*.beam"))],
    lists:ukeysort(1, Loaded ++ Found ++ Library).

is_module_version(_, _) -> true.

get_doc(Mod) when is_atom(Mod) ->
    case get_object_code(Mod) of
        {Mod, Code, _} ->
            case beam_lib:chunks(Code, ["Docs"]) of
                {ok, {_, [{"Docs", Docs}]}} -> {ok, binary_to_term(Docs)};
                _ -> {error, missing}
            end;
        error -> {error, non_existing}
    end.

get_doc(Mod, Options) when is_atom(Mod), is_map_key(sources, Options) -> get_doc(Mod).

get_debug_info(Mod) when is_atom(Mod) ->
    case get_object_code(Mod) of
        {Mod, Code, _} ->
            case beam_lib:chunks(Code, [debug_info], [allow_missing_chunks]) of
                {ok, {_, [{debug_info, {debug_info_v1, Backend, Data}}]}} -> debug_info(Backend, Data);
                _ -> none
            end;
        error -> none
    end.

debug_info(erl_abstract_code, {none, _}) -> none;
debug_info(Backend, Data) -> {ok, {Backend, Data}}.

%% Files of the path that an earlier one hides.
clash() ->
    Files = [{File, filename:join(Dir, File)}
             || Dir <- get_path(), {ok, Names} <- [file:list_dir(Dir)],
                File <- Names, filename:extension(File) =:= objfile_extension()],
    N = clash(Files, #{}, 0),
    io:format("** Found ~w name clashes in code paths ~n", [N]).

clash([{Base, File} | Rest], Seen, N) ->
    case Seen of
        #{Base := First} ->
            io:format("** ~ts hides ~ts~n", [First, File]),
            clash(Rest, Seen, N + 1);
        #{} -> clash(Rest, Seen#{Base => File}, N)
    end;
clash([], _, N) -> N.

clear_cache() -> ok.

%%% Coverage by native code is not there: as where the emulator runs without
%%% its JIT.

coverage_support() -> false.
get_coverage_mode() -> error(unsupported).
get_coverage_mode(_Mod) -> error(badarg).
set_coverage_mode(_Mode) -> error(unsupported).
get_coverage(_Level, _Mod) -> error(badarg).
reset_coverage(_Mod) -> error(badarg).

%% A chunk of a module's code by its four letters.
get_chunk(Code, Id) when is_binary(Code) ->
    case beam_lib:chunks(Code, [Id], [allow_missing_chunks]) of
        {ok, {_, [{_, Data}]}} when is_binary(Data) -> Data;
        {ok, _} -> undefined;
        _ -> error(badarg, [Code, Id])
    end;
get_chunk(Code, Id) -> error(badarg, [Code, Id]).
