%% The features of the language: which there are, and which are enabled.
-module(erl_features).

-export([all/0, configurable/0, enabled/0, info/1, short/1, long/1, keywords/0, keywords/1, used/1,
         format_error/1, format_error/2]).

all() -> [compr_assign, maybe_expr].

configurable() -> [F || F <- all(), lists:member(maps:get(status, info(F)), [experimental, approved])].

%% enabled gives the features that the flags of the command line leave enabled.
enabled() ->
    Default = [F || F <- all(), maps:get(status, info(F)) =:= approved],
    lists:foldl(fun({'enable-feature', Names}, On) -> lists:usort(features(Names) ++ On);
                   ({'disable-feature', Names}, On) -> On -- features(Names);
                   (_, On) -> On
                end, Default, init:get_arguments()).

features(Names) -> lists:append([case Name of "all" -> all(); _ -> [F || F <- all(), atom_to_list(F) =:= Name] end
                                 || Name <- Names]).

info(compr_assign) ->
    #{short => "Assignment in comprehensions (EEP77)",
      description => "Implementation of '=' assignments in comprehensions proposed in EEP77.",
      type => extension, status => experimental, experimental => 29, keywords => []};
info(maybe_expr) ->
    #{short => "Value based error handling (EEP49)",
      description => "Implementation of the maybe expression proposed in EEP49 -- Value based error handling.",
      type => extension, status => approved, approved => 27, experimental => 25, keywords => ['maybe', 'else']};
info(Feature) -> erlang:error(invalid_feature, [Feature], [{error_info, #{cause => #{1 => "unknown feature"}}}]).

keywords() -> lists:append([keywords(F) || F <- enabled()]).

keywords(Feature) when Feature =:= compr_assign; Feature =:= maybe_expr -> maps:get(keywords, info(Feature));
keywords(Feature) -> erlang:error(invalid_feature, [Feature], [{error_info, #{cause => #{1 => "unknown feature"}}}]).

%% short is a line about a feature, long some more.
short(Feature) ->
    #{short := Title, status := Status} = Info = info(Feature),
    io_lib:format("~-40ts ~-12ts (~w)", [Title, Status, map_get(Status, Info)]).

long(Feature) ->
    #{short := Title, status := Status, type := Type, description := About, keywords := Keywords} = Info = info(Feature),
    Were = [S || S <- [approved, experimental], S =/= Status, is_map_key(S, Info)],
    [io_lib:format("~ts - ~ts\n  Type       ~ts\n  Status     ", [Feature, Title, Type]),
     lists:join("             ", [io_lib:format("~-12ts (~w)\n", [S, map_get(S, Info)]) || S <- [Status | Were]]),
     [io_lib:format("  Keywords   ~w\n", [Keywords]) || Keywords =/= []],
     $\n, lines(string:lexemes(About, " "), 0), $\n].

%% lines fills lines of up to 72 characters.
lines([Word | Words], 0) -> [Word | lines(Words, length(Word))];
lines([Word | Words], Column) when Column + 1 + length(Word) > 72 -> [$\n, Word | lines(Words, length(Word))];
lines([Word | Words], Column) -> [$\s, Word | lines(Words, Column + 1 + length(Word))];
lines([], _) -> [].

%% used gives the features that a loaded module, or one on the code path, was compiled with.
used(Module) ->
    case code:get_object_code(Module) of
        {Module, Code, _} ->
            case beam_lib:chunks(Code, ["Meta"], [allow_missing_chunks]) of
                {ok, {_, [{_, Meta}]}} when is_binary(Meta) ->
                    proplists:get_value(enabled_features, binary_to_term(Meta), []);
                _ -> []
            end;
        error -> not_found
    end.

format_error({invalid_features, [Feature]}) -> io_lib:format("the feature '~ts' does not exist.", [Feature]);
format_error({invalid_features, Features}) ->
    {Before, [Last]} = lists:split(length(Features) - 1, [io_lib:format("'~ts'", [F]) || F <- Features]),
    io_lib:format("the features ~ts and ~ts do not exist.", [lists:join(", ", Before), Last]).

format_error(Reason, [{_, _, _, Info} | _]) ->
    Cause = maps:get(cause, proplists:get_value(error_info, Info, #{}), #{}),
    Cause#{reason => io_lib:format("~ts: ~tp", [?MODULE, Reason])}.
