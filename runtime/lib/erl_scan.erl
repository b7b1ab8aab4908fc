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

%% Words may be reserved by a function of the caller's.
scan(Text, Location, Options) ->
    case is_list(Options) andalso lists:keyfind(reserved_word_fun, 1, Options) of
        {_, Reserved} -> reserve(string_native(Text, Location, Options), Reserved);
        false -> string_native(Text, Location, Options)
    end.

reserve({ok, Tokens, End}, Reserved) -> {ok, [reserve_token(T, Reserved) || T <- Tokens], End};
reserve(Error, _) -> Error.

reserve_token({atom, Anno, Name} = Token, Reserved) ->
    case Reserved(Name) of
        true -> {Name, Anno};
        false -> Token
    end;
reserve_token({Name, Anno} = Token, Reserved) ->
    case reserved_word(Name) andalso not Reserved(Name) of
        true -> {atom, Anno, Name};
        false -> Token
    end;
reserve_token(Token, _) -> Token.

string_native(_Text, _Location, _Options) -> erlang:nif_error(undef).

tokens(Cont, Chars, Location) -> tokens(Cont, Chars, Location, []).
tokens(_Cont, _Chars, _Location, _Options) -> erlang:nif_error(undef).
continuation_location(_Cont) -> erlang:nif_error(undef).

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
format_error(Other) -> io_lib:write(Other).

kind(Kind) when is_atom(Kind) -> atom_to_list(Kind);
kind({string, _}) -> "triple-quoted string";
kind({sigil, Prefix, _}) -> ["triple-quoted ~", atom_to_list(Prefix), " sigil string"];
kind({sigil, Prefix, Open, Close}) -> ["~", atom_to_list(Prefix), Open, Close, " sigil string"];
kind(_) -> "string".

head(atom, Head) -> io_lib:write_string(Head, $');
head(_, Head) -> io_lib:write_string(Head).

%%% What a token is.

category({Category, _}) -> Category;
category({Category, _, _}) -> Category.

symbol({Category, _}) -> Category;
symbol({_, _, Symbol}) -> Symbol.

text(Token) -> erl_anno:text(element(2, Token)).
location(Token) -> erl_anno:location(element(2, Token)).
line(Token) -> erl_anno:line(element(2, Token)).
column(Token) -> erl_anno:column(element(2, Token)).
end_location(Token) -> erl_anno:end_location(element(2, Token)).
