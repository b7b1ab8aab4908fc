%% File names: strings, atoms, binaries, or lists of strings and atoms. The
%% result is a binary when an argument is one.
-module(filename).

-export([absname/1, absname/2, absname_join/2, append/2, basedir/2, basedir/3, basename/1, basename/2, dirname/1,
         extension/1, flatten/1, join/1, join/2, nativename/1, pathtype/1, rootname/1, rootname/2, split/1, validate/1]).

%% --- strings and binaries -------------------------------------------------

%% Runs a function of a string on a name, and gives a name of the same kind.
as(Name, Fun) when is_binary(Name) -> to_binary(Fun(to_list(Name)));
as(Name, Fun) -> Fun(flatten(Name)).

to_list(Bin) ->
    case unicode:characters_to_list(Bin) of
        L when is_list(L) -> L;
        _ -> [{raw, B} || B <- binary_to_list(Bin)]
    end.

%% Names that are no UTF-8 pass through as single bytes.
to_binary([{raw, _} | _] = L) -> list_to_binary([raw_byte(C) || C <- L]);
to_binary(L) ->
    case [C || {raw, _} = C <- L] of
        [] -> unicode:characters_to_binary(L);
        _ -> list_to_binary([raw_byte(C) || C <- L])
    end.

raw_byte({raw, B}) -> B;
raw_byte(C) -> C.

%% The characters of a name that mean something, raw or not.
is_sep($/) -> true;
is_sep({raw, $/}) -> true;
is_sep($\\) -> windows();
is_sep(_) -> false.

is_dot($.) -> true;
is_dot({raw, $.}) -> true;
is_dot(_) -> false.

windows() -> element(1, os:type()) =:= win32.

flatten(Bin) when is_binary(Bin) -> Bin;
flatten(Name) -> do_flatten(Name, []).

do_flatten([H | T], Tail) when is_atom(H) -> atom_to_list(H) ++ do_flatten(T, Tail);
do_flatten([H | T], Tail) when is_list(H) -> do_flatten(H, do_flatten(T, Tail));
do_flatten([H | T], Tail) -> [H | do_flatten(T, Tail)];
do_flatten([], Tail) -> Tail;
do_flatten(Atom, Tail) when is_atom(Atom) -> atom_to_list(Atom) ++ do_flatten(Tail, []).

%% --- joining and splitting ------------------------------------------------

join([Name]) when is_list(Name); is_binary(Name); is_atom(Name) -> as(Name, fun(N) -> trim(N) end);
join([A, B | T]) -> join([join(A, B) | T]).

join(A, B) when is_binary(A), is_list(B); is_binary(A), is_atom(B) -> join(A, to_binary(flatten(B)));
join(A, B) when is_binary(B), is_list(A); is_binary(B), is_atom(A) -> join(to_binary(flatten(A)), B);
join(A, B) when is_binary(A), is_binary(B) -> to_binary(join_lists(to_list(A), to_list(B)));
join(A, B) when (is_list(A) orelse is_atom(A)) andalso (is_list(B) orelse is_atom(B)) ->
    join_lists(flatten(A), flatten(B)).

join_lists(A, "") ->
    trim(A);
join_lists(A, B) ->
    case pathtype(B) of
        relative -> trim(A ++ [$/ | B]);
        _ -> trim(B)
    end.

%% One separator for several, and for "/./", and none at the end but the root's.
trim([C | T]) when C =:= $/ -> lists:reverse(trim(T, [$/]));
trim(L) -> lists:reverse(trim(drive(L), [])).

trim([$., $/ | T], [$/ | _] = Acc) ->
    trim(T, Acc);
trim([C | T], Acc) ->
    case is_sep(C) of
        true ->
            case Acc of
                [$/ | _] -> trim(T, Acc);
                _ -> trim(T, [$/ | Acc])
            end;
        false ->
            trim(T, [C | Acc])
    end;
trim([], [$/, _ | _] = Acc) ->
    case windows() andalso Acc of
        [$/, $:, _] -> Acc;
        _ -> tl(Acc)
    end;
trim([], Acc) ->
    Acc.

drive([C, $: | T] = L) when C >= $A, C =< $Z ->
    case windows() of
        true -> [C + 32, $: | T];
        false -> L
    end;
drive(L) ->
    L.

append(Dir, Name) when is_binary(Dir), is_binary(Name) -> <<Dir/binary, "/", Name/binary>>;
append(Dir, Name) when is_binary(Dir) -> append(Dir, to_binary(flatten(Name)));
append(Dir, Name) when is_binary(Name) -> append(to_binary(flatten(Dir)), Name);
append(Dir, Name) -> Dir ++ [$/ | Name].

split(Name) when is_binary(Name) -> [to_binary(P) || P <- split_list(to_list(Name))];
split(Name) -> split_list(flatten(Name)).

split_list(L) ->
    case root(drive(L)) of
        {"", Rest} -> parts(Rest);
        {Root, Rest} -> [Root | parts(Rest)]
    end.

%% The part of a name that says where it begins.
root([A, $:, S | T] = L) ->
    case windows() andalso is_sep(S) of
        true -> {[A, $:, $/], T};
        false -> root_slash(L)
    end;
root(L) ->
    root_slash(L).

root_slash([C | T] = L) ->
    case is_sep(C) of
        true -> {"/", T};
        false -> {"", L}
    end;
root_slash([]) ->
    {"", []}.

parts(L) -> [P || P <- parts(L, []), P =/= []].

parts([C | T], Acc) ->
    case is_sep(C) of
        true -> [lists:reverse(Acc) | parts(T, [])];
        false -> parts(T, [C | Acc])
    end;
parts([], Acc) ->
    [lists:reverse(Acc)].

pathtype(Name) when is_list(Name); is_binary(Name); is_atom(Name) ->
    L = case flatten(Name) of
            B when is_binary(B) -> to_list(B);
            F -> F
        end,
    case windows() of
        true -> windows_type(L);
        false -> unix_type(L)
    end.

unix_type([C | _]) when C =:= $/; C =:= {raw, $/} -> absolute;
unix_type(_) -> relative.

windows_type([_, $: | T]) ->
    case T of
        [C | _] when C =:= $/; C =:= $\\ -> absolute;
        _ -> volumerelative
    end;
windows_type([A, B | _]) when (A =:= $/ orelse A =:= $\\), (B =:= $/ orelse B =:= $\\) -> absolute;
windows_type([C | _]) when C =:= $/; C =:= $\\ -> volumerelative;
windows_type(_) -> relative.

absname(Name) ->
    {ok, Cwd} = file:get_cwd(),
    absname(Name, Cwd).

absname(Name, Dir) when is_binary(Dir), not is_binary(Name) -> absname(to_binary(flatten(Name)), Dir);
absname(Name, Dir) ->
    case pathtype(Name) of
        relative -> absname_join(Dir, Name);
        absolute when is_binary(Name) -> join([Name]);
        absolute -> join([flatten(Name)]);
        volumerelative -> join([Dir, Name])
    end.

absname_join(Dir, Name) -> join(Dir, Name).

nativename(Name) ->
    Joined = join([Name]),
    case windows() of
        true when is_binary(Joined) -> binary:replace(Joined, <<"/">>, <<"\\">>, [global]);
        true -> [case C of $/ -> $\\; _ -> C end || C <- Joined];
        false -> Joined
    end.

%% --- parts of names -------------------------------------------------------

basename(Name) -> as(Name, fun base/1).

%% A single separator at the end does not count.
base(L) -> base(L, []).

base([C], Acc) ->
    case is_sep(C) of
        true -> lists:reverse(Acc);
        false -> lists:reverse(Acc, [C])
    end;
base([C | T], Acc) ->
    case is_sep(C) of
        true -> base(T, []);
        false -> base(T, [C | Acc])
    end;
base([], Acc) ->
    lists:reverse(Acc).

basename(Name, Ext) when is_binary(Ext), not is_binary(Name) -> basename(to_binary(flatten(Name)), Ext);
basename(Name, Ext) ->
    Suffix = case Ext of
                 _ when is_binary(Ext) -> to_list(Ext);
                 _ -> flatten(Ext)
             end,
    as(Name, fun(L) -> strip(base(L), Suffix) end).

strip(L, Suffix) ->
    N = length(L) - length(Suffix),
    case N >= 0 andalso lists:nthtail(N, L) =:= Suffix of
        true -> lists:sublist(L, N);
        false -> L
    end.

dirname(Name) -> as(Name, fun dir/1).

dir(L) ->
    case last_sep(L, 1, 0) of
        0 -> ".";
        N ->
            case drop_seps(lists:reverse(lists:sublist(L, N))) of
                [] -> "/";
                Rev -> lists:reverse(Rev)
            end
    end.

last_sep([C | T], I, N) ->
    case is_sep(C) of
        true -> last_sep(T, I + 1, I);
        false -> last_sep(T, I + 1, N)
    end;
last_sep([], _, N) ->
    N.

drop_seps([C | T] = L) ->
    case is_sep(C) of
        true -> drop_seps(T);
        false -> L
    end;
drop_seps([]) ->
    [].

extension(Name) -> as(Name, fun(L) -> element(2, cut(L, 1, 0, start)) end).

rootname(Name) -> as(Name, fun(L) -> element(1, cut(L, 1, 0, inside)) end).

%% Splits a name before the last dot of its last part. A dot that the part
%% begins with does not count, but for one that begins a name that rootname/1
%% is asked for.
cut(L, I, Dot, Before) ->
    cut(L, L, I, Dot, Before).

cut(All, [C | T], I, Dot, Before) ->
    case is_sep(C) of
        true ->
            cut(All, T, I + 1, 0, start);
        false ->
            case is_dot(C) of
                true when Before =:= inside -> cut(All, T, I + 1, I, inside);
                _ -> cut(All, T, I + 1, Dot, inside)
            end
    end;
cut(All, [], _, 0, _) ->
    {All, ""};
cut(All, [], _, Dot, _) ->
    lists:split(Dot - 1, All).

rootname(Name, Ext) when is_binary(Ext), not is_binary(Name) -> rootname(to_binary(flatten(Name)), Ext);
rootname(Name, Ext) ->
    Suffix = case Ext of
                 _ when is_binary(Ext) -> to_list(Ext);
                 _ -> flatten(Ext)
             end,
    as(Name, fun(L) -> strip(L, Suffix) end).

validate(Name) when is_list(Name); is_binary(Name); is_atom(Name) ->
    try flatten(Name) of
        <<>> -> false;
        B when is_binary(B) -> binary:match(B, <<0>>) =:= nomatch;
        [] -> false;
        L -> lists:all(fun(C) -> is_integer(C) andalso C > 0 andalso C =< 16#10FFFF end, L)
    catch
        error:_ -> false
    end.

%% --- where programs keep their files --------------------------------------

basedir(Type, Application) -> basedir(Type, Application, #{}).

basedir(Type, Application, Opts) ->
    Os = maps:get(os, Opts, case os:type() of
                                {win32, _} -> windows;
                                {_, darwin} -> darwin;
                                _ -> linux
                            end),
    Name = flatten(Application),
    Tail = [N || N <- [maps:get(author, Opts, "") || Os =:= windows] ++ [Name, maps:get(version, Opts, "")], N =/= ""],
    Home = os:getenv("HOME", "/"),
    Add = fun(Dir) -> join([Dir | Tail]) end,
    Env = fun(Var, Default) -> Add(os:getenv(Var, join([Home | Default]))) end,
    case {Type, Os} of
        {user_data, linux} -> Env("XDG_DATA_HOME", [".local", "share"]);
        {user_config, linux} -> Env("XDG_CONFIG_HOME", [".config"]);
        {user_cache, linux} -> Env("XDG_CACHE_HOME", [".cache"]);
        {user_log, linux} -> join(Env("XDG_CACHE_HOME", [".cache"]), "log");
        {site_data, linux} ->
            [Add(D) || D <- string:lexemes(os:getenv("XDG_DATA_DIRS", "/usr/local/share/:/usr/share/"), ":")];
        {site_config, linux} ->
            [Add(D) || D <- string:lexemes(os:getenv("XDG_CONFIG_DIRS", "/etc/xdg/"), ":")];
        {user_data, darwin} -> Add(join([Home, "Library", "Application Support"]));
        {user_config, darwin} -> Add(join([Home, "Library", "Application Support"]));
        {user_cache, darwin} -> Add(join([Home, "Library", "Caches"]));
        {user_log, darwin} -> Add(join([Home, "Library", "Logs"]));
        {site_data, darwin} -> [Add("/Library/Application Support")];
        {site_config, darwin} -> [Add("/Library/Application Support")];
        {user_cache, windows} -> join(Add(os:getenv("LOCALAPPDATA", Home)), "Cache");
        {user_log, windows} -> join(Add(os:getenv("LOCALAPPDATA", Home)), "Logs");
        {user_data, windows} -> Add(os:getenv("APPDATA", Home));
        {user_config, windows} -> Add(os:getenv("APPDATA", Home));
        {site_data, windows} -> [Add(os:getenv("PROGRAMDATA", Home))];
        {site_config, windows} -> [Add(os:getenv("PROGRAMDATA", Home))]
    end.
