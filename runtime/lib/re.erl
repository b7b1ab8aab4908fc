%% Regular expressions. Compiling and matching are implemented in Go
%% (runtime/bif/re.go, runtime/re); replacing and splitting stand here.
-module(re).

-export([compile/1, compile/2, run/2, run/3, replace/3, replace/4, split/2,
         split/3, inspect/2, version/0, import/1]).

compile(_) -> erlang:nif_error(undef).
compile(_, _) -> erlang:nif_error(undef).
run(_, _) -> erlang:nif_error(undef).
run(_, _, _) -> erlang:nif_error(undef).
inspect(_, _) -> erlang:nif_error(undef).
version() -> erlang:nif_error(undef).

-define(fault(Args), erlang:error(badarg, Args, [{error_info, #{module => erl_stdlib_errors}}])).
-define(badopt(Args), erlang:error(badarg, Args, [{error_info, #{module => erl_stdlib_errors, cause => badopt}}])).

%% import takes what compile with the option export gave, here or elsewhere.
import({re_exported_pattern, _, Source, Options, _} = Exported) when is_binary(Source), is_list(Options) ->
    try compile(Source, [O || O <- Options, O =/= export]) of
        {ok, Pattern} -> Pattern;
        _ -> ?fault([Exported])
    catch
        error:badarg -> ?fault([Exported])
    end;
import(Other) -> ?fault([Other]).

%% Replacing.

replace(Subject, RE, Replacement) ->
    try replace_in(Subject, RE, Replacement, [])
    catch
        throw:badopt -> ?badopt([Subject, RE, Replacement]);
        error:badarg -> ?fault([Subject, RE, Replacement])
    end.

replace(Subject, RE, Replacement, Options) ->
    try replace_in(Subject, RE, Replacement, Options)
    catch
        throw:badopt -> ?badopt([Subject, RE, Replacement, Options]);
        error:badarg -> ?fault([Subject, RE, Replacement, Options])
    end.

replace_in(Subject, RE, Replacement, Options) ->
    {Return, Options1} = return_option(Options, iodata, []),
    lists:any(fun({capture, _}) -> true; ({capture, _, _}) -> true; (_) -> false end, Options1)
        andalso throw(badopt),
    Unicode = is_unicode(RE, Options1),
    Text = to_binary(Subject, Unicode),
    Parts = case is_function(Replacement, 2) of
                true -> Replacement;
                false -> template(to_binary(Replacement, Unicode))
            end,
    case run(Text, RE, Options1) of
        nomatch ->
            returned(Return, Text, [Text], Unicode);
        {match, Matches} ->
            All = case Matches of
                      [{_, _} | _] -> [Matches];
                      _ -> Matches
                  end,
            Pieces = pieces(All, 0, Text, Parts, Unicode),
            returned(Return, Text, Pieces, Unicode);
        {error, _} = Error ->
            error(Error)
    end.

%% The text with its matches replaced, as an improper list of binaries.
pieces([[{From, Len} | _] = Match | Rest], At, Text, Parts, Unicode) ->
    Before = binary:part(Text, At, From - At),
    New = filled(Parts, Text, Match, Unicode),
    Tail = pieces(Rest, From + Len, Text, Parts, Unicode),
    case Before of
        <<>> -> [New | Tail];
        _ -> [Before, New | Tail]
    end;
pieces([], At, Text, _, _) ->
    binary:part(Text, At, byte_size(Text) - At).

filled(Fun, Text, [Whole | Groups], Unicode) when is_function(Fun) ->
    Part = fun({-1, 0}) -> <<>>; ({F, L}) -> binary:part(Text, F, L) end,
    to_binary(Fun(Part(Whole), [Part(G) || G <- Groups]), Unicode);
filled(Parts, Text, Match, _) ->
    iolist_to_binary([case Part of
                          N when is_integer(N) -> group(N, Match, Text);
                          _ -> Part
                      end || Part <- Parts]).

group(N, Match, Text) when N < length(Match) ->
    case lists:nth(N + 1, Match) of
        {-1, 0} -> <<>>;
        {From, Len} -> binary:part(Text, From, Len)
    end;
group(_, _, _) -> <<>>.

%% & and \N stand for parts of the match, \& for a plain &.
template(Bin) -> template(Bin, <<>>).

template(<<"&", Rest/binary>>, Text) -> [Text, 0 | template(Rest)];
template(<<"\\&", Rest/binary>>, Text) -> template(Rest, <<Text/binary, "&">>);
template(<<"\\\\", Rest/binary>>, Text) -> template(Rest, <<Text/binary, "\\">>);
template(<<"\\g{", Rest/binary>>, Text) ->
    case digits(Rest, 0, 0) of
        {N, Count, <<"}", More/binary>>} when Count > 0 -> [Text, N | template(More)];
        _ -> template(Rest, <<Text/binary, "\\g{">>)
    end;
template(<<"\\g", D, Rest/binary>>, Text) when D >= $0, D =< $9 ->
    {N, _, More} = digits(<<D, Rest/binary>>, 0, 0),
    [Text, N | template(More)];
template(<<"\\", D, Rest/binary>>, Text) when D >= $0, D =< $9 ->
    {N, _, More} = digits(<<D, Rest/binary>>, 0, 0),
    [Text, N | template(More)];
template(<<"\\", C, Rest/binary>>, Text) -> template(Rest, <<Text/binary, C>>);
template(<<C, Rest/binary>>, Text) -> template(Rest, <<Text/binary, C>>);
template(<<>>, Text) -> [Text].

digits(<<D, Rest/binary>>, N, Count) when D >= $0, D =< $9 -> digits(Rest, N * 10 + D - $0, Count + 1);
digits(Rest, N, Count) -> {N, Count, Rest}.

returned(iodata, Text, [Text], _) -> Text;
returned(iodata, _, Pieces, _) -> Pieces;
returned(binary, _, Pieces, _) -> iolist_to_binary(flat(Pieces));
returned(list, _, Pieces, Unicode) -> from_binary(iolist_to_binary(flat(Pieces)), Unicode).

flat(Pieces) when is_binary(Pieces) -> [Pieces];
flat(Pieces) -> Pieces.

%% Splitting.

split(Subject, RE) ->
    try split_in(Subject, RE, [])
    catch
        throw:badopt -> ?badopt([Subject, RE]);
        error:badarg -> ?fault([Subject, RE])
    end.

split(Subject, RE, Options) ->
    try split_in(Subject, RE, Options)
    catch
        throw:badopt -> ?badopt([Subject, RE, Options]);
        error:badarg -> ?fault([Subject, RE, Options])
    end.

split_in(Subject, RE, Options) ->
    {Return, Options1} = return_option(Options, iodata, []),
    {Limit, Group, Options2} = split_options(Options1, -1, false, []),
    Unicode = is_unicode(RE, Options2),
    case to_binary(Subject, Unicode) of
        <<>> -> [];
        Text -> split_text(Text, RE, Options2, Return, Limit, Group, Unicode)
    end.

split_text(Text, RE, Options, Return, Limit, Group, Unicode) ->
    {Compiled, RunOptions} = compiled(RE, Options),
    Groups = element(2, Compiled),
    Parts = case run(Text, Compiled, [global | RunOptions]) of
                nomatch -> [[Text]];
                {match, Matches} -> cut(Matches, 0, Limit, Groups, Text)
            end,
    Flat = case Group of
               true -> Parts;
               false -> [[P] || P <- lists:append(Parts)]
           end,
    Kept = case Limit of
               0 -> trim(lists:reverse(Flat));
               _ -> Flat
           end,
    Shown = case Return of
                list -> [[from_binary(B, Unicode) || B <- Part] || Part <- Kept];
                _ -> Kept
            end,
    case Group of
        true -> Shown;
        false -> lists:append(Shown)
    end.

%% The compiled pattern, and the options that are left for run.
compiled({re_pattern, _, _, _, _} = RE, Options) -> {RE, Options};
compiled(RE, Options) ->
    IsRun = fun(O) ->
                    case O of
                        {offset, _} -> true;
                        {match_limit, _} -> true;
                        {match_limit_recursion, _} -> true;
                        _ -> lists:member(O, [notbol, noteol, notempty, notempty_atstart, report_errors])
                    end
            end,
    {RunOptions, CompileOptions} = lists:partition(IsRun, Options),
    case compile(RE, CompileOptions) of
        {ok, Compiled} -> {Compiled, RunOptions};
        {error, _} -> error(badarg)
    end.

%% The parts, each with the groups of the match behind it. An empty match
%% where the last one ended splits nothing off.
cut([[{At, 0} | _] | Rest], At, Limit, N, Text) ->
    cut(Rest, At, Limit, N, Text);
cut([[{From, Len} | Groups] | Rest], At, Limit, N, Text) when Limit =/= 1 ->
    Left = case Limit of
               L when L > 1 -> L - 1;
               L -> L
           end,
    Missing = lists:duplicate(N - length(Groups), <<>>),
    Part = [binary:part(Text, At, From - At) |
            [case G of {-1, 0} -> <<>>; {F, GL} -> binary:part(Text, F, GL) end || G <- Groups] ++ Missing],
    [Part | cut(Rest, From + Len, Left, N, Text)];
cut(_, At, _, _, Text) ->
    [[binary:part(Text, At, byte_size(Text) - At)]].

%% Takes empty parts from the end of a reversed list.
trim([Part | Rest]) ->
    case lists:all(fun(B) -> B =:= <<>> end, Part) of
        true -> trim(Rest);
        false -> lists:reverse([Part | Rest])
    end;
trim([]) -> [].

split_options([{parts, infinity} | Os], _, Group, Rest) -> split_options(Os, -1, Group, Rest);
split_options([{parts, N} | Os], _, Group, Rest) when is_integer(N), N >= 0 -> split_options(Os, N, Group, Rest);
split_options([{parts, _} | _], _, _, _) -> throw(badopt);
split_options([trim | Os], _, Group, Rest) -> split_options(Os, 0, Group, Rest);
split_options([group | Os], Limit, _, Rest) -> split_options(Os, Limit, true, Rest);
split_options([global | _], _, _, _) -> throw(badopt);
split_options([{capture, _} | _], _, _, _) -> throw(badopt);
split_options([{capture, _, _} | _], _, _, _) -> throw(badopt);
split_options([O | Os], Limit, Group, Rest) -> split_options(Os, Limit, Group, [O | Rest]);
split_options([], Limit, Group, Rest) -> {Limit, Group, lists:reverse(Rest)}.

%% What both share.

return_option([{return, How} | Os], _, Rest) when How =:= iodata; How =:= list; How =:= binary ->
    return_option(Os, How, Rest);
return_option([{return, _} | _], _, _) -> throw(badopt);
return_option([O | Os], How, Rest) -> return_option(Os, How, [O | Rest]);
return_option([], How, Rest) -> {How, lists:reverse(Rest)};
return_option(_, _, _) -> throw(badopt).

is_unicode({re_pattern, _, Unicode, _, _}, _) -> Unicode =:= 1;
is_unicode(_, Options) -> lists:member(unicode, Options).

to_binary(Text, true) ->
    case unicode:characters_to_binary(Text) of
        Bin when is_binary(Bin) -> Bin;
        _ -> error(badarg)
    end;
to_binary(Text, false) -> iolist_to_binary(Text).

from_binary(Bin, true) -> unicode:characters_to_list(Bin);
from_binary(Bin, false) -> binary_to_list(Bin).
