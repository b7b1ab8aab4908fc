%% What the code server of OTP reads files with; here, the module file's natives.
-module(erl_prim_loader).

-export([start/0, get_file/1, get_path/0, set_path/1, list_dir/1, read_file/1, read_file_info/1, read_link_info/1,
         get_cwd/0, get_cwd/1, is_basename/1]).

start() -> {ok, whereis(init)}.

get_path() -> {ok, code:get_path()}.

set_path(Path) when is_list(Path) -> ok.

%% Finds a file on the code path, and gives what is in it and its full name.
get_file(File) ->
    case filename:pathtype(File) of
        relative -> get_file(code:get_path(), File);
        _ -> with_name(file:read_file(File), File)
    end.

get_file([Dir | T], File) ->
    Full = filename:join(Dir, File),
    case with_name(file:read_file(Full), Full) of
        error -> get_file(T, File);
        Found -> Found
    end;
get_file([], _) ->
    error.

with_name({ok, Bin}, Name) -> {ok, Bin, filename:absname(Name)};
with_name({error, _}, _) -> error.

read_file(File) -> or_error(file:read_file(File)).
list_dir(Dir) -> or_error(file:list_dir(Dir)).
read_file_info(File) -> or_error(file:read_file_info(File)).
read_link_info(File) -> or_error(file:read_link_info(File)).

or_error({ok, _} = Ok) -> Ok;
or_error({error, _}) -> error.

get_cwd() -> file:get_cwd().
get_cwd(Drive) -> file:get_cwd(Drive).

is_basename(Name) -> filename:basename(Name) =:= Name.
