%% Questions about files, and searches.
-module(filelib).

-export([compile_wildcard/1, ensure_dir/1, ensure_path/1, file_size/1, file_size/2, find_file/2, find_file/3,
         find_source/1, find_source/2, find_source/3, fold_files/5, fold_files/6, is_dir/1, is_dir/2, is_file/1, is_file/2,
         is_regular/1, is_regular/2, last_modified/1, last_modified/2, safe_relative_path/2,
         wildcard/1, wildcard/2, wildcard/3]).

type(Name) ->
    case file:read_file_info(Name) of
        {ok, Info} -> element(3, Info);
        {error, _} -> none
    end.

is_dir(Name) -> type(Name) =:= directory.
is_dir(Name, _) -> is_dir(Name).

is_file(Name) -> lists:member(type(Name), [regular, directory]).
is_file(Name, _) -> is_file(Name).

is_regular(Name) -> type(Name) =:= regular.
is_regular(Name, _) -> is_regular(Name).

file_size(Name) ->
    case file:read_file_info(Name) of
        {ok, Info} -> element(2, Info);
        {error, _} -> 0
    end.
file_size(Name, _) -> file_size(Name).

last_modified(Name) ->
    case file:read_file_info(Name) of
        {ok, Info} -> element(6, Info);
        {error, _} -> 0
    end.
last_modified(Name, _) -> last_modified(Name).

ensure_dir("/") -> ok;
ensure_dir(Name) -> ensure_path(filename:dirname(Name)).

ensure_path("/") -> ok;
ensure_path(Path) ->
    case is_dir(Path) of
        true ->
            ok;
        false ->
            Dir = filename:dirname(Path),
            case Dir =:= Path of
                true ->
                    {error, einval};
                false ->
                    case ensure_path(Dir) of
                        ok ->
                            case file:make_dir(Path) of
                                {error, eexist} = Error ->
                                    case is_dir(Path) of
                                        true -> ok;
                                        false -> Error
                                    end;
                                Other ->
                                    Other
                            end;
                        Error ->
                            Error
                    end
            end
    end.

fold_files(Dir, Regexp, Recursive, Fun, Acc) ->
    {ok, Re} = re:compile(Regexp, [unicode]),
    fold(Dir, Re, Recursive, Fun, Acc).

fold_files(Dir, Regexp, Recursive, Fun, Acc, _) ->
    fold_files(Dir, Regexp, Recursive, Fun, Acc).

fold(Dir, Re, Recursive, Fun, Acc) ->
    case file:list_dir(Dir) of
        {ok, Names} -> fold_names(Names, Dir, Re, Recursive, Fun, Acc);
        {error, _} -> Acc
    end.

fold_names([Name | T], Dir, Re, Recursive, Fun, Acc) ->
    Full = filename:join(Dir, Name),
    New = case type(Full) of
              regular ->
                  case re:run(Name, Re, [{capture, none}]) of
                      match -> Fun(Full, Acc);
                      nomatch -> Acc
                  end;
              directory when Recursive -> fold(Full, Re, Recursive, Fun, Acc);
              _ -> Acc
          end,
    fold_names(T, Dir, Re, Recursive, Fun, New);
fold_names([], _, _, _, _, Acc) ->
    Acc.

%% --- wildcards ------------------------------------------------------------

wildcard(Pattern) -> wildcard(Pattern, ".").

wildcard(Pattern, Cwd) when is_list(Pattern), is_list(Cwd); is_list(Pattern), is_binary(Cwd) ->
    match(compile_wildcard(Pattern), Cwd);
wildcard({compiled_wildcard, _} = Compiled, Cwd) ->
    match(Compiled, Cwd);
wildcard(Pattern, Mod) when is_list(Pattern), is_atom(Mod) ->
    wildcard(Pattern, ".");
wildcard(_, _) ->
    error(badarg).

wildcard(Pattern, Cwd, _Mod) -> wildcard(Pattern, Cwd).

compile_wildcard("") ->
    error({badmatch, ""});
compile_wildcard(Pattern) when is_list(Pattern) ->
    {Root, Rest} = case Pattern of
                       [$/ | T] -> {"/", T};
                       [D, $:, $/ | T] when D >= $A, D =< $Z; D >= $a, D =< $z -> {[D, $:, $/], T};
                       _ -> {"", Pattern}
                   end,
    Parts = [compile(P) || P <- split_pattern(Rest, []), P =/= "", P =/= "."],
    case Parts of
        [] when Root =:= "" -> {compiled_wildcard, {Root, [{literal, "."}]}};
        _ -> {compiled_wildcard, {Root, Parts}}
    end;
compile_wildcard(_) ->
    error(badarg).

split_pattern([$/ | T], Acc) -> [lists:reverse(Acc) | split_pattern(T, [])];
split_pattern([C | T], Acc) -> split_pattern(T, [C | Acc]);
split_pattern([], Acc) -> [lists:reverse(Acc)].

%% A part of a pattern: double_star, {literal, Name} or {match, Tokens}, the
%% tokens being characters, any, star, {one_of, Ranges} and {alt, Tokenss}.
compile("**") -> double_star;
compile(Part) ->
    case tokens(Part, []) of
        {ok, Tokens} ->
            case lists:all(fun erlang:is_integer/1, Tokens) of
                true -> {literal, Tokens};
                false -> {match, Tokens}
            end;
        error ->
            error({badpattern, missing_delimiter})
    end.

tokens([$\\, C | T], Acc) -> tokens(T, [C | Acc]);
tokens([$? | T], Acc) -> tokens(T, [any | Acc]);
tokens([$* | T], [star | _] = Acc) -> tokens(T, Acc);
tokens([$* | T], Acc) -> tokens(T, [star | Acc]);
tokens([$[ | T], Acc) ->
    case ranges(T, []) of
        {ok, Ranges, Rest} -> tokens(Rest, [{one_of, Ranges} | Acc]);
        error -> tokens(T, [$[ | Acc])
    end;
tokens([${ | T], Acc) ->
    case alternatives(T, 0, [], []) of
        {ok, Alts, Rest} ->
            case alt_tokens(Alts, []) of
                error -> error;
                Tokenss -> tokens(Rest, [{alt, Tokenss} | Acc])
            end;
        error ->
            error
    end;
tokens([C | T], Acc) -> tokens(T, [C | Acc]);
tokens([], Acc) -> {ok, lists:reverse(Acc)}.

alt_tokens([A | T], Acc) ->
    case tokens(A, []) of
        {ok, Tokens} -> alt_tokens(T, [Tokens | Acc]);
        error -> error
    end;
alt_tokens([], Acc) ->
    lists:reverse(Acc).

ranges([$] | T], [_ | _] = Acc) -> {ok, Acc, T};
ranges([A, $-, B | T], Acc) when B =/= $] -> ranges(T, [{A, B} | Acc]);
ranges([C | T], Acc) -> ranges(T, [{C, C} | Acc]);
ranges([], _) -> error.

alternatives([$\\, C | T], D, Cur, Acc) -> alternatives(T, D, [C, $\\ | Cur], Acc);
alternatives([${ | T], D, Cur, Acc) -> alternatives(T, D + 1, [${ | Cur], Acc);
alternatives([$} | T], 0, Cur, Acc) -> {ok, lists:reverse([lists:reverse(Cur) | Acc]), T};
alternatives([$} | T], D, Cur, Acc) -> alternatives(T, D - 1, [$} | Cur], Acc);
alternatives([$, | T], 0, Cur, Acc) -> alternatives(T, 0, [], [lists:reverse(Cur) | Acc]);
alternatives([C | T], D, Cur, Acc) -> alternatives(T, D, [C | Cur], Acc);
alternatives([], _, _, _) -> error.

match({compiled_wildcard, {Root, Parts}}, Cwd) ->
    Base = case Root of
               "" -> {"", Cwd};
               _ -> {Root, Root}
           end,
    lists:usort(walk(Parts, [Base])).

%% A place is its name in the result and how to reach it.
walk([], Places) ->
    [Shown || {Shown, _} <- Places, Shown =/= ""];
walk([double_star], Places) ->
    walk([], lists:append([inside(P) || P <- Places]));
walk([double_star | T], Places) ->
    walk(T, lists:usort(lists:append([below(P) || P <- Places])));
walk([{literal, Name} | T], Places) ->
    walk(T, [C || P <- Places, C <- [child(P, Name)], exists(C)]);
walk([{match, Tokens} | T], Places) ->
    walk(T, [child(P, N) || P <- Places, N <- names(P), matches(Tokens, N)]).

%% All that is inside a place.
inside(P) ->
    lists:append([[C | inside(C)] || N <- names(P), C <- [child(P, N)]]).

%% A place and all folders below it.
below(P) ->
    [P | lists:append([below(C) || N <- names(P), C <- [child(P, N)], is_dir(element(2, C))])].

names({_, Path}) ->
    case file:list_dir(Path) of
        {ok, Names} -> Names;
        {error, _} -> []
    end.

child({"", Path}, Name) -> {Name, filename:join(Path, Name)};
child({Shown, Path}, Name) -> {filename:join(Shown, Name), filename:join(Path, Name)}.

exists({_, Path}) ->
    case file:read_link_info(Path) of
        {ok, _} -> true;
        {error, _} -> false
    end.

matches([star], _) -> true;
matches([star | T], [_ | Rest] = Name) -> matches(T, Name) orelse matches([star | T], Rest);
matches([star | T], []) -> matches(T, []);
matches([any | T], [_ | Rest]) -> matches(T, Rest);
matches([{one_of, Ranges} | T], [C | Rest]) ->
    lists:any(fun({A, B}) -> C >= A andalso C =< B end, Ranges) andalso matches(T, Rest);
matches([{alt, Tokenss} | T], Name) ->
    lists:any(fun(Tokens) -> matches(Tokens ++ T, Name) end, Tokenss);
matches([C | T], [C | Rest]) -> matches(T, Rest);
matches([], []) -> true;
matches(_, _) -> false.

%% --- sources of object files ----------------------------------------------

find_file(Name, Dir) -> find_file(Name, Dir, []).

find_file(Name, Dir, []) -> find_file(Name, Dir, rules());
find_file(Name, Dir, Rules) ->
    Candidates = [Dir | [D || {From, To} <- Rules, D <- [replaced(Dir, From, To)], D =/= none]],
    first_regular([filename:join(D, Name) || D <- Candidates]).

find_source(Path) -> find_source(filename:basename(Path), filename:dirname(Path)).

find_source(Name, Dir) -> find_source(Name, Dir, []).

find_source(Name, Dir, Rules) ->
    Sources = case filename:extension(Name) of
                  ".beam" -> [".erl"];
                  "" -> [".erl"];
                  _ -> []
              end,
    Root = filename:rootname(Name),
    Finds = [find_file(Root ++ S, Dir, [{F, T} || {_, _, L} <- Rules, {F, T} <- L]) || S <- Sources],
    case [F || {ok, _} = F <- Finds] of
        [Found | _] -> Found;
        [] -> {error, not_found}
    end.

rules() -> [{"", ""}, {"ebin", "src"}, {"ebin", "esrc"}].

replaced(Dir, From, To) ->
    N = length(Dir) - length(From),
    case N >= 0 andalso lists:nthtail(N, Dir) =:= From of
        true -> lists:sublist(Dir, N) ++ To;
        false -> none
    end.

first_regular([F | T]) ->
    case is_regular(F) of
        true -> {ok, F};
        false -> first_regular(T)
    end;
first_regular([]) ->
    {error, not_found}.

%% A relative path without ".." that leads out of a folder, also not by links.
safe_relative_path(Path, Cwd) ->
    case filename:pathtype(Path) of
        relative -> safe(filename:split(Path), Cwd, [], 0);
        _ -> unsafe
    end.

safe(_, _, _, Links) when Links > 64 -> unsafe;
safe(["." | T], Cwd, Acc, Links) -> safe(T, Cwd, Acc, Links);
safe([<<".">> | T], Cwd, Acc, Links) -> safe(T, Cwd, Acc, Links);
safe([Up | T], Cwd, Acc, Links) when Up =:= ".."; Up =:= <<"..">> ->
    case Acc of
        [] -> unsafe;
        [_ | Rest] -> safe(T, Cwd, Rest, Links)
    end;
safe([Name | T], Cwd, Acc, Links) ->
    case file:read_link(filename:join([Cwd | lists:reverse([Name | Acc])])) of
        {ok, Target} ->
            case filename:pathtype(Target) of
                relative -> safe(filename:split(Target) ++ T, Cwd, Acc, Links + 1);
                _ -> unsafe
            end;
        {error, _} ->
            safe(T, Cwd, [Name | Acc], Links)
    end;
safe([], _, [], _) -> [];
safe([], _, Acc, _) -> filename:join(lists:reverse(Acc)).
