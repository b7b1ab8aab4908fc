%% Source text to tokens. The scanner itself is the compiler's, in Go.
-module(erl_scan).

-export([string/1, string/2, string/3, tokens/3, tokens/4, continuation_location/1, format_error/1,
         reserved_word/1, f_reserved_word/1, category/1, column/1, line/1,
         location/1, symbol/1, text/1, end_location/1]).

string(Text) -> string(Text, 1, []).
string(Text, Location) -> string(Text, Location, []).

string(Text, Line, Options) when is_list(Text), is_integer(Line), Line >= 0 -> scan(Text, Line, Options);
string(Text, {Line, Column} = Location, Options)
  when is_list(Text), is_integer(Line), Line >= 0, is_integer(Column), Column >= 1 ->
    scan(Text, Location, Options).

scan(Text, Location, Options0) ->
    {Options, Funs} = options(Options0),
    try string_native(Text, Location, Options) of
        Result -> told(Result, Funs)
    catch
        error:badarg -> no_text(Text)
    end.

tokens(Cont, Chars, Location) -> tokens(Cont, Chars, Location, []).

%% The functions of the caller's go with the scanner's continuation.
tokens([], Chars, Line, Options) when is_integer(Line), Line >= 0 -> first_tokens(Chars, Line, Options);
tokens([], Chars, {Line, Column} = Location, Options)
  when is_integer(Line), Line >= 0, is_integer(Column), Column >= 1 ->
    first_tokens(Chars, Location, Options);
tokens(Cont, Chars, _Location, _Options) when is_reference(Cont) -> go_on(Cont, Chars, 1, [], none);
tokens({Cont, Funs}, Chars, _Location, _Options) when is_reference(Cont) -> go_on(Cont, Chars, 1, [], Funs).

first_tokens(Chars, Location, Options0) ->
    {Options, Funs} = options(Options0),
    go_on([], Chars, Location, Options, Funs).

go_on(Cont, Chars, Location, Options, Funs) ->
    try tokens_native(Cont, Chars, Location, Options) of
        {more, Next} when Funs =/= none -> {more, {Next, Funs}};
        {done, Result, Rest} -> {done, told(Result, Funs), Rest};
        More -> More
    catch
        error:badarg when is_list(Chars) -> no_text(Chars)
    end.

no_text(Text) ->
    case lists:dropwhile(fun(C) -> is_integer(C) andalso C >= 0 andalso C =< 16#10FFFF end, Text) of
        [X | _] -> error({not_character, X});
        [] -> error(badarg)
    end.

%%% Options that the scanner knows, and functions of the caller's: which words are
%%% reserved, and of which tokens the text is kept.

options([]) -> {[], none};
options(Options) when is_list(Options) ->
    Reserved = case proplists:get_value(reserved_word_fun, Options) of
                   undefined -> none;
                   R when is_function(R, 1) -> R;
                   _ -> error(badarg, [Options])
               end,
    _ = proplists:get_bool(ssa_checks, proplists:get_value(compiler_internal, Options, [])),
    Known = [return || lists:member(return, Options)]
        ++ [O || O <- [return_white_spaces, return_comments, text], proplists:get_bool(O, Options)],
    Text = lists:member(text, Known),
    case proplists:get_value(text_fun, Options) of
        _ when Text, Reserved =:= none -> {Known, none};
        _ when Text -> {Known, {Reserved, none}};
        undefined when Reserved =:= none -> {Known, none};
        undefined -> {Known, {Reserved, none}};
        Kept -> {[text | Known], {Reserved, Kept}}
    end;
options(Option) -> options([Option]).

told({ok, Tokens, End}, {Reserved, Kept}) -> {ok, [kept(reserve(T, Reserved), Kept) || T <- Tokens], End};
told(Result, _) -> Result.

kept(Token, none) -> Token;
kept(Token, Kept) ->
    Anno = element(2, Token),
    case erl_anno:text(Anno) of
        undefined -> Token;
        Text ->
            case Kept(element(1, Token), Text) of
                true -> Token;
                false -> setelement(2, Token, erl_anno:location(Anno))
            end
    end.

reserve(Token, none) -> Token;
reserve({atom, Anno, Name} = Token, Reserved) ->
    case Reserved(Name) of
        true -> {Name, Anno};
        false -> Token
    end;
reserve({Name, Anno} = Token, Reserved) ->
    case reserved_word(Name) andalso not Reserved(Name) of
        true -> {atom, Anno, Name};
        false -> Token
    end;
reserve(Token, _) -> Token.

string_native(_Text, _Location, _Options) -> erlang:nif_error(undef).
tokens_native(_Cont, _Chars, _Location, _Options) -> erlang:nif_error(undef).
continuation_location({Cont, _Funs}) -> continuation_location_native(Cont);
continuation_location(Cont) -> continuation_location_native(Cont).
continuation_location_native(_Cont) -> erlang:nif_error(undef).

reserved_word(_Word) -> erlang:nif_error(undef).
f_reserved_word(Word) -> reserved_word(Word).

format_error({unterminated, Kind, Head}) ->
    io_lib:fwrite("unterminated ~ts starting with ~ts", [kind(Kind), head(Kind, Head)]);
format_error({unterminated, char}) -> "unterminated character";
format_error({illegal, Type}) -> io_lib:fwrite("illegal ~w", [Type]);
format_error({base, Base}) -> io_lib:fwrite("illegal base '~w'", [Base]);
format_error(string_concat) ->
    "adjacent string literals without intervening white space";
format_error(indentation) -> "bad indentation in triple-quoted string";
format_error(white_space) ->
    "not white space after start of triple-quoted string";
format_error(Other) -> lists:flatten(io_lib:write(Other)).

kind(Kind) when is_atom(Kind) -> atom_to_list(Kind);
kind({string, _}) -> "triple-quoted string";
kind({sigil, Prefix, _}) -> ["triple-quoted ~", atom_to_list(Prefix), " sigil string"];
kind({sigil, Prefix, Open, Close}) -> ["~", atom_to_list(Prefix), Open, Close, " sigil string"];
kind(_) -> "string".

head(atom, Head) -> io_lib:write_string(Head, $');
head(_, Head) -> io_lib:write_string(Head).

%%% What a token is.

category({Category, _}) -> Category;
category({Category, _, _}) -> Category;
category(Token) -> error(badarg, [Token]).

symbol({Category, _}) -> Category;
symbol({_, _, Symbol}) -> Symbol;
symbol(Token) -> error(badarg, [Token]).

text(Token) -> erl_anno:text(element(2, Token)).
location(Token) -> erl_anno:location(element(2, Token)).
line(Token) -> erl_anno:line(element(2, Token)).
column(Token) -> erl_anno:column(element(2, Token)).
end_location(Token) -> erl_anno:end_location(element(2, Token)).
