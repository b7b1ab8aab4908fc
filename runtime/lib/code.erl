%% The code path and what is loaded from it. Modules of the embedded library
%% come after the directories of the path that were put in front of it, and
%% stick: they are not replaced by l/1 or a file that happens to have their name.
-module(code).

-export([ensure_loaded/1, ensure_modules_loaded/1, load_file/1, load_abs/1, load_binary/3,
         delete/1, purge/1, soft_purge/1, is_loaded/1, all_loaded/0,
         which/1, get_object_code/1, where_is_file/1, get_mode/0,
         get_path/0, set_path/1, add_path/1, add_patha/1, add_pathz/1,
         add_paths/1, add_pathsa/1, add_pathsz/1, del_path/1, del_paths/1,
         root_dir/0, lib_dir/0, lib_dir/1, priv_dir/1, compiler_dir/0,
         objfile_extension/0, is_sticky/1, stick_mod/1, unstick_mod/1,
         stick_dir/1, unstick_dir/1, module_md5/1, module_status/1,
         modified_modules/0, all_available/0, is_module_native/1,
         is_module_version/2, get_doc/1, atomic_load/1, clash/0, rehash/0]).
-export([natives/0, natives/1, embedded/0, embedded/1, in_dirs/2, read_code/1]).

-define(PATH, {?MODULE, path}).
-define(FILES, {?MODULE, files}).
-define(LIBRARY, "/ersh/lib").

%%% Loading.

ensure_loaded(Mod) when is_atom(Mod) ->
    case erlang:module_loaded(Mod) of
        true -> {module, Mod};
        false when Mod =:= erlang -> {module, Mod};
        false -> load_file(Mod)
    end;
ensure_loaded(_) -> error(function_clause).

ensure_modules_loaded(Mods) ->
    case [{M, Why} || M <- Mods, {error, Why} <- [ensure_loaded(M)]] of
        [] -> ok;
        Errors -> {error, Errors}
    end.

load_file(Mod) when is_atom(Mod) ->
    case sticks(Mod) of
        true -> sticky(Mod);
        false ->
            case get_object_code(Mod) of
                {Mod, Code, File} -> load_binary(Mod, File, Code);
                error -> {error, nofile}
            end
    end.

sticky(Mod) ->
    error_logger:error_msg("Can't load module '~tw' that resides in sticky dir\n", [Mod]),
    {error, sticky_directory}.

%% A loaded module of the library sticks; one that is not yet loaded may be
%% taken from a directory in front.
%% The chapter's own module gives way to that of a person.
sticks(kvs) -> false;
sticks(Mod) -> erlang:module_loaded(Mod) andalso is_library_file(is_loaded(Mod)).

is_library_file({file, ?LIBRARY ++ _}) -> true;
is_library_file(_) -> false.

load_abs(Base) ->
    File = filename:absname(Base) ++ objfile_extension(),
    case file:read_file(File) of
        {ok, Code} -> load_binary(list_to_atom(filename:basename(Base)), File, Code);
        {error, _} -> {error, nofile}
    end.

load_binary(Mod, File, Code) when is_atom(Mod), is_binary(Code) ->
    case erlang:module_loaded(Mod) andalso sticks(Mod) andalso not is_library_file({file, File}) of
        true -> sticky(Mod);
        false ->
            case erlang:check_old_code(Mod) of
                true -> purge(Mod);
                false -> false
            end,
            case erlang:load_module(Mod, Code) of
                {module, Mod} ->
                    set_file(Mod, File),
                    {module, Mod};
                {error, _} = Error -> Error
            end
    end.

atomic_load(Mods) ->
    ensure_modules_loaded([case M of {Name, _, _} -> Name; Name -> Name end || M <- Mods]).

delete(Mod) when is_atom(Mod) ->
    try erlang:delete_module(Mod) of
        undefined -> false;
        true -> forget_file(Mod), true
    catch
        error:badarg -> false
    end.

%% purge kills what still runs old code.
purge(Mod) when is_atom(Mod) ->
    case erlang:check_old_code(Mod) of
        false -> false;
        true ->
            Killed = [begin exit(P, kill), P end
                      || P <- processes(), erlang:check_process_code(P, Mod) =:= true],
            erlang:purge_module(Mod),
            Killed =/= []
    end.

soft_purge(Mod) when is_atom(Mod) ->
    case erlang:check_old_code(Mod)
        andalso lists:any(fun(P) -> erlang:check_process_code(P, Mod) =:= true end, processes()) of
        true -> false;
        false ->
            erlang:check_old_code(Mod) andalso erlang:purge_module(Mod),
            true
    end.

%%% Which file a module came from.

files() -> persistent_term:get(?FILES, #{}).
set_file(Mod, File) -> persistent_term:put(?FILES, (files())#{Mod => File}).
forget_file(Mod) -> persistent_term:put(?FILES, maps:remove(Mod, files())).

is_loaded(Mod) when is_atom(Mod) ->
    case erlang:module_loaded(Mod) of
        false -> false;
        true ->
            case files() of
                #{Mod := File} -> {file, File};
                #{} -> {file, library_file(Mod)}
            end
    end.

all_loaded() -> [{Mod, element(2, is_loaded(Mod))} || Mod <- erlang:loaded(), is_loaded(Mod) =/= false].

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

find(Mod) ->
    {Before, After} = lists:splitwith(fun(Dir) -> Dir =/= ?LIBRARY end, get_path()),
    Name = atom_to_list(Mod) ++ objfile_extension(),
    case in_dirs(Before, Name) of
        false ->
            case embedded(Mod) of
                {ok, Code} -> {embedded, Code};
                error -> in_dirs(After, Name)
            end;
        Found -> Found
    end.

where_is_file(Name) ->
    case in_dirs(get_path(), Name) of
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

%%% The path.

get_path() -> persistent_term:get(?PATH, [".", ?LIBRARY]).

set_path(Dirs) ->
    persistent_term:put(?PATH, Dirs),
    true.

add_path(Dir) -> add_pathz(Dir).

add_patha(Dir) -> add(Dir, fun(D, Path) -> [D | lists:delete(D, Path)] end).
add_pathz(Dir) ->
    add(Dir, fun(D, Path) ->
                     case lists:member(D, Path) of
                         true -> Path;
                         false -> Path ++ [D]
                     end
             end).

add(Dir0, Add) ->
    Dir = to_list(Dir0),
    case file:read_file_info(Dir) of
        {ok, Info} when element(3, Info) =:= directory -> set_path(Add(Dir, get_path()));
        _ -> {error, bad_directory}
    end.

to_list(Dir) when is_atom(Dir) -> atom_to_list(Dir);
to_list(Dir) -> Dir.

add_paths(Dirs) -> add_pathsz(Dirs).
add_pathsa(Dirs) -> lists:foreach(fun add_patha/1, Dirs).
add_pathsz(Dirs) -> lists:foreach(fun add_pathz/1, Dirs).

del_path(Name) ->
    Dir = to_list(Name),
    case lists:member(Dir, get_path()) of
        true -> set_path(lists:delete(Dir, get_path()));
        false -> false
    end.

del_paths(Names) -> lists:foreach(fun del_path/1, Names).

root_dir() -> "/ersh".
lib_dir() -> ?LIBRARY.
lib_dir(App) when App =:= kernel; App =:= stdlib; App =:= compiler -> ?LIBRARY;
lib_dir(App) when is_atom(App) ->
    Name = atom_to_list(App),
    case [filename:dirname(Dir) || Dir <- get_path(), filename:basename(Dir) =:= "ebin",
                                   app_name(filename:basename(filename:dirname(Dir))) =:= Name] of
        [Dir | _] -> Dir;
        [] -> {error, bad_name}
    end.

app_name(Base) -> hd(string:split(Base, "-", trailing)).

priv_dir(App) ->
    case lib_dir(App) of
        {error, _} = Error -> Error;
        Dir -> filename:join(Dir, "priv")
    end.

compiler_dir() -> ?LIBRARY.
objfile_extension() -> ".beam".
get_mode() ->
    case init:get_argument(mode) of
        {ok, Modes} when hd(hd(Modes)) =:= "embedded" -> embedded;
        _ -> interactive
    end.

is_sticky(Mod) -> sticks(Mod).
stick_mod(_) -> true.
unstick_mod(Mod) -> set_file(Mod, ""), true.
stick_dir(_) -> ok.
unstick_dir(_) -> ok.

%%% Comparing with what is on disk.

module_md5(Code) ->
    case beam_lib:md5(Code) of
        {ok, {_, MD5}} -> MD5;
        _ -> undefined
    end.

module_status(Mod) ->
    case is_loaded(Mod) of
        false -> not_loaded;
        {file, ?LIBRARY ++ _} -> loaded;
        {file, File} ->
            case file:read_file(File) of
                {ok, Code} ->
                    case module_md5(Code) =:= Mod:module_info(md5) of
                        true -> loaded;
                        false -> modified
                    end;
                {error, _} -> removed
            end
    end.

modified_modules() -> [Mod || Mod <- maps:keys(files()), module_status(Mod) =:= modified].

all_available() ->
    Loaded = [{atom_to_list(Mod), File, true} || {Mod, File} <- all_loaded()],
    Library = [{Name, library_file(Name), false} || Name <- embedded()],
    Found = [{filename:basename(File, ".beam"), filename:absname(File), false}
             || Dir <- get_path(), Dir =/= ?LIBRARY,
                File <- filelib:wildcard(filename:join(Dir, "*.beam"))],
    lists:ukeysort(1, Loaded ++ Found ++ Library).

is_module_native(Mod) ->
    case is_loaded(Mod) of
        false -> undefined;
        _ -> false
    end.

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

clash() -> io:put_chars("** Found 0 name clashes in code paths \n").
rehash() -> ok.
