%% Binaries; what is not here is in Go.
-module(binary).
-export([at/2, bin_to_list/1, bin_to_list/2, bin_to_list/3, compile_pattern/1, copy/1,
         copy/2, decode_hex/1, decode_unsigned/1, decode_unsigned/2, encode_hex/1,
         encode_hex/2, encode_unsigned/1, encode_unsigned/2, first/1, last/1, list_to_bin/1,
         longest_common_prefix/1, longest_common_suffix/1, match/2, match/3, matches/2,
         matches/3, part/2, part/3, referenced_byte_size/1, split/2, split/3, replace/3,
         replace/4, join/2]).

-define(BADARG(Args), error(badarg, Args, [{error_info, #{module => erl_stdlib_errors}}])).

replace(Subject, Pattern, By) ->
    try replaced(Subject, binary:match(Subject, Pattern), By, [])
    catch error:badarg -> ?BADARG([Subject, Pattern, By])
    end.

replace(Subject, Pattern, By, Options) when is_list(Options) ->
    try
        {Global, Insert, Match} = replace_options(Options, false, [], []),
        Found = case Global of
                    true -> binary:matches(Subject, Pattern, Match);
                    false -> binary:match(Subject, Pattern, Match)
                end,
        replaced(Subject, Found, By, Insert)
    catch error:_ -> ?BADARG([Subject, Pattern, By, Options])
    end;
replace(Subject, Pattern, By, Options) -> ?BADARG([Subject, Pattern, By, Options]).

replace_options([global | Os], _, Insert, Match) -> replace_options(Os, true, Insert, Match);
replace_options([{insert_replaced, At} | Os], Global, _, Match) when is_integer(At) ->
    replace_options(Os, Global, [At], Match);
replace_options([{insert_replaced, At} | Os], Global, _, Match) when is_list(At) ->
    replace_options(Os, Global, lists:sort(At), Match);
replace_options([{scope, _} = O | Os], Global, Insert, Match) ->
    replace_options(Os, Global, Insert, [O | Match]);
replace_options([], Global, Insert, Match) -> {Global, Insert, Match}.

replaced(Subject, nomatch, _, _) -> Subject;
replaced(Subject, {_, _} = Found, By, Insert) -> replaced(Subject, [Found], By, Insert);
replaced(Subject, Found, By, Insert) when is_binary(By); is_function(By, 1) ->
    iolist_to_binary(replaced_parts(Subject, 0, Found, By, Insert)).

replaced_parts(Subject, At, [], _, _) -> [binary:part(Subject, At, byte_size(Subject) - At)];
replaced_parts(Subject, At, [{From, Len} | Found], By, Insert) ->
    Part = binary:part(Subject, From, Len),
    New = case is_function(By) of
              true -> By(Part);
              false -> inserted(By, Insert, 0, Part)
          end,
    [binary:part(Subject, At, From - At), New | replaced_parts(Subject, From + Len, Found, By, Insert)].

%% By with what it replaces at the offsets Insert.
inserted(By, [], From, _) -> [binary:part(By, From, byte_size(By) - From)];
inserted(By, [At | Insert], From, Part) ->
    [binary:part(By, From, At - From), Part | inserted(By, Insert, At, Part)].

join([], Separator) when is_binary(Separator) -> <<>>;
join([H], Separator) when is_binary(H), is_binary(Separator) -> H;
join([H | T] = Binaries, Separator) when is_binary(Separator) ->
    try iolist_to_binary([joinable(H) | [[Separator, joinable(B)] || B <- T]])
    catch error:_ -> ?BADARG([Binaries, Separator])
    end;
join(Binaries, Separator) -> ?BADARG([Binaries, Separator]).

joinable(B) when is_binary(B) -> B.

%% In Go.

at(_, _) -> erlang:nif_error(undef).
bin_to_list(_) -> erlang:nif_error(undef).
bin_to_list(_, _) -> erlang:nif_error(undef).
bin_to_list(_, _, _) -> erlang:nif_error(undef).
compile_pattern(_) -> erlang:nif_error(undef).
copy(_) -> erlang:nif_error(undef).
copy(_, _) -> erlang:nif_error(undef).
decode_hex(_) -> erlang:nif_error(undef).
decode_unsigned(_) -> erlang:nif_error(undef).
decode_unsigned(_, _) -> erlang:nif_error(undef).
encode_hex(_) -> erlang:nif_error(undef).
encode_hex(_, _) -> erlang:nif_error(undef).
encode_unsigned(_) -> erlang:nif_error(undef).
encode_unsigned(_, _) -> erlang:nif_error(undef).
first(_) -> erlang:nif_error(undef).
last(_) -> erlang:nif_error(undef).
list_to_bin(_) -> erlang:nif_error(undef).
longest_common_prefix(_) -> erlang:nif_error(undef).
longest_common_suffix(_) -> erlang:nif_error(undef).
match(_, _) -> erlang:nif_error(undef).
match(_, _, _) -> erlang:nif_error(undef).
matches(_, _) -> erlang:nif_error(undef).
matches(_, _, _) -> erlang:nif_error(undef).
part(_, _) -> erlang:nif_error(undef).
part(_, _, _) -> erlang:nif_error(undef).
referenced_byte_size(_) -> erlang:nif_error(undef).
split(_, _) -> erlang:nif_error(undef).
split(_, _, _) -> erlang:nif_error(undef).
