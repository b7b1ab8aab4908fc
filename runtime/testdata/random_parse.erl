%% What a program's text parses to.
-module(random_parse).
-export([exprs/1, form/1, pretty/1]).

exprs(Text) -> with_tokens(Text, fun erl_parse:parse_exprs/1).
form(Text) -> with_tokens("f() -> " ++ Text, fun erl_parse:parse_form/1).

pretty(Text) ->
    case exprs(Text) of
        {ok, Exprs} -> lists:flatten(erl_pp:exprs(Exprs));
        Error -> Error
    end.

with_tokens(Text, Parse) ->
    case erl_scan:string(Text, {1, 1}) of
        {ok, Tokens, _} -> Parse(Tokens);
        Error -> Error
    end.
