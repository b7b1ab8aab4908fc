%% Documentation of modules as text for the shell: the chunk's Markdown, laid
%% out in lines, with bold and underlined words where the terminal has them.
-module(shell_docs).

-export([render/2, render/3, render/4, render/5, render_type/2, render_type/3, render_type/4, render_type/5,
         render_callback/2, render_callback/3, render_callback/4, render_callback/5,
         get_doc/1, get_doc/3, get_type_doc/3, get_callback_doc/3, supported_tags/0]).

-record(docs_v1, {anno, beam_language, format, module_doc, metadata, docs}).
-define(NBSP, 16#A0).

%%% Modules, functions, types and callbacks.

render(Mod, Docs) when is_atom(Mod) -> render(Mod, Docs, #{}).

render(Mod, #docs_v1{module_doc = Doc} = D, Config) when is_atom(Mod), is_map(Config) ->
    C = config(Config),
    text([$\n, title(Mod, C), body(Doc, io_lib:format("~tw", [Mod]), D, C)]);
render(Mod, Function, Docs) -> render(Mod, Function, Docs, #{}).

render(Mod, Function, #docs_v1{} = D, Config) when is_map(Config) ->
    entries([E || {{function, F, _}, _, _, _, _} = E <- D#docs_v1.docs, F =:= Function], function_missing, Mod, D, Config);
render(Mod, Function, Arity, Docs) -> render(Mod, Function, Arity, Docs, #{}).

render(Mod, Function, Arity, D, Config) ->
    entries([E || {{function, F, A}, _, _, _, _} = E <- D#docs_v1.docs, F =:= Function, A =:= Arity],
            function_missing, Mod, D, Config).

render_type(Mod, D) -> render_type(Mod, D, #{}).
render_type(Mod, #docs_v1{} = D, Config) when is_map(Config) ->
    all(type, "These types are documented in this module:", Mod, D, Config);
render_type(Mod, Type, D) -> render_type(Mod, Type, D, #{}).
render_type(Mod, Type, #docs_v1{} = D, Config) when is_map(Config) ->
    entries([E || {{type, F, _}, _, _, _, _} = E <- D#docs_v1.docs, F =:= Type], type_missing, Mod, D, Config);
render_type(Mod, Type, Arity, D) -> render_type(Mod, Type, Arity, D, #{}).
render_type(Mod, Type, Arity, D, Config) ->
    entries([E || {{type, F, A}, _, _, _, _} = E <- D#docs_v1.docs, F =:= Type, A =:= Arity],
            type_missing, Mod, D, Config).

render_callback(Mod, D) -> render_callback(Mod, D, #{}).
render_callback(Mod, #docs_v1{} = D, Config) when is_map(Config) ->
    all(callback, "These callbacks are documented in this module:", Mod, D, Config);
render_callback(Mod, Callback, D) -> render_callback(Mod, Callback, D, #{}).
render_callback(Mod, Callback, #docs_v1{} = D, Config) when is_map(Config) ->
    entries([E || {{callback, F, _}, _, _, _, _} = E <- D#docs_v1.docs, F =:= Callback], type_missing, Mod, D, Config);
render_callback(Mod, Callback, Arity, D) -> render_callback(Mod, Callback, Arity, D, #{}).
render_callback(Mod, Callback, Arity, D, Config) ->
    entries([E || {{callback, F, A}, _, _, _, _} = E <- D#docs_v1.docs, F =:= Callback, A =:= Arity],
            type_missing, Mod, D, Config).

get_doc(Mod) ->
    {ok, #docs_v1{module_doc = Doc}} = code:get_doc(Mod),
    Doc.
get_doc(Mod, Function, Arity) -> doc(function, Mod, Function, Arity).
get_type_doc(Mod, Type, Arity) -> doc(type, Mod, Type, Arity).
get_callback_doc(Mod, Callback, Arity) -> doc(callback, Mod, Callback, Arity).

doc(Kind, Mod, Name, Arity) ->
    {ok, #docs_v1{docs = Docs}} = code:get_doc(Mod),
    [{A, S, Doc, Meta} || {{K, N, Ar}, A, S, Doc, Meta} <- Docs, K =:= Kind, N =:= Name, Ar =:= Arity].

supported_tags() ->
    [a, p, 'div', br, h1, h2, h3, h4, h5, h6, hr, i, b, em, strong, pre, code, ul, ol, li, dl, dt, dd, blockquote].

text(Chars) -> unicode:characters_to_list(Chars).

%% all shows the signatures of a module's types or callbacks.
all(Kind, Heading, Mod, D, Config) ->
    C = config(Config),
    text([title(Mod, C), $\n, Heading, $\n
          | [signature(E, C) || {{K, _, _}, _, _, _, _} = E <- D#docs_v1.docs, K =:= Kind]]).

entries([], Missing, _, _, _) -> {error, Missing};
entries(Entries, _, _, D, Config) ->
    C = config(Config),
    text([[signature(E, C), entry(E, D, C)] || E <- lists:sort(Entries)]).

entry({{_, Name, Arity}, _, _, Doc, Meta}, D, C) ->
    case {Doc, Meta} of
        {none, #{equiv := Equiv}} when is_binary(Equiv) ->
            [$\n, wrapped(["There is no documentation for ", Equiv], C)];
        _ -> body(Doc, io_lib:format("~tw/~w", [Name, Arity]), D, C)
    end.

signature({_, _, Signatures, _, Meta}, C) ->
    [[[$\n, bold([?NBSP, ?NBSP, S], C), $\n] || S <- Signatures],
     [[$\n, underlined(Heading, C), ":\n", wrapped(Text, C)]
      || {Key, Heading} <- [{since, "Since"}, {deprecated, "Deprecated"}],
         #{Key := Text} <- [Meta], is_binary(Text)]].

title(Mod, C) -> [bold(io_lib:format("\t~tw", [Mod]), C), $\n].

body(none, Name, _, C) -> [$\n, wrapped(["There is no documentation for ", Name], C)];
body(hidden, Name, _, C) ->
    [$\n, wrapped(["The documentation for ", Name, " is hidden. This probably means that it "
                   "is internal and not to be used by other applications."], C)];
body(Doc, Name, D, C) when map_size(Doc) =:= 0 -> body(none, Name, D, C);
body(#{<<"en">> := Text}, _, #docs_v1{format = <<"text/markdown">>}, C) when is_binary(Text) -> markdown(Text, C);
body(#{<<"en">> := Text}, _, _, C) when is_binary(Text) ->
    code(string:split(unicode:characters_to_list(Text), "\n", all), 2, C);
body(Doc, Name, D, C) when is_map(Doc) ->
    case maps:values(Doc) of
        [Text | _] when is_binary(Text) -> body(#{<<"en">> => Text}, Name, D, C);
        _ -> body(none, Name, D, C)
    end.

%%% How it is to look.

config(Config) ->
    Columns = case Config of
                  #{columns := N} -> N;
                  #{} ->
                      case io:columns() of
                          {ok, N} -> N;
                          _ -> 80
                      end
              end,
    Ansi = case Config of
               #{ansi := Value} -> Value;
               #{} -> proplists:get_value(terminal, io:getopts(), false) =:= true
           end,
    #{width => Columns * 4 div 5, ansi => Ansi}.

bold(Text, C) -> styled("\e[1m", Text, C).
underlined(Text, C) -> styled("\e[4m", Text, C).

styled(Code, Text, #{ansi := true}) -> [Code, Text, "\e(B\e[m"];
styled(_, Text, _) -> Text.

%%% Markdown, as far as documentation uses it.

markdown(Text, C) ->
    Lines = string:split(unicode:characters_to_list(Text), "\n", all),
    blocks([string:trim(L, trailing, "\s\t\r") || L <- Lines], 2, C).

%% blocks lays lines out with an indentation.
blocks([], _, _) -> [];
blocks([[] | Lines], N, C) -> blocks(Lines, N, C);
blocks(["```" ++ _ | Lines], N, C) -> fenced("```", Lines, N, C);
blocks(["~~~" ++ _ | Lines], N, C) -> fenced("~~~", Lines, N, C);
blocks(["    " ++ _ | _] = Lines, N, C) ->
    {Code, Rest} = lists:splitwith(fun("    " ++ _) -> true; ([]) -> true; (_) -> false end, Lines),
    [code([dedent(4, L) || L <- drop_blank(Code)], N, C) | blocks(Rest, N, C)];
blocks([">" ++ _ | _] = Lines, N, C) ->
    {Quote, Rest} = lists:splitwith(fun(">" ++ _) -> true; (_) -> false end, Lines),
    [blocks([string:trim(tl(L), leading, " ") || L <- Quote], N + 2, C) | blocks(Rest, N, C)];
blocks(["|" ++ _ | _] = Lines, N, C) ->
    {Table, Rest} = lists:splitwith(fun("|" ++ _) -> true; (_) -> false end, Lines),
    [code(Table, N, C) | blocks(Rest, N, C)];
blocks([[$# | _] = Line | Lines], N, C) ->
    case heading(Line, 0) of
        none -> paragraph([Line | Lines], N, C);
        {Level, Text} -> [$\n, heading(Level, inline(Text, C), C), $\n | blocks(Lines, N, C)]
    end;
blocks([Line | Rest] = Lines, N, C) ->
    case item(Line) of
        none ->
            case lists:member(Line, ["---", "***", "___"]) of
                true -> [$\n, indent(N), Line, $\n | blocks(Rest, N, C)];
                false -> paragraph(Lines, N, C)
            end;
        {Width, _} -> items(Lines, Width, N, C)
    end.

heading([$# | Text], Level) when Level < 6 -> heading(Text, Level + 1);
heading([$\s | Text], Level) when Level > 0 ->
    %% Attributes in braces are for other readers.
    [Plain | _] = string:split(Text, " {:"),
    {Level, string:trim(Plain)};
heading(_, _) -> none.

heading(1, Text, #{ansi := true}) -> ["\e[4m\e[1m\e[4m", Text, "\e[4m\e(B\e[m"];
heading(2, Text, C) -> bold(Text, C);
heading(1, Text, _) -> Text;
heading(_, Text, C) -> [indent(2), underlined(Text, C)].

fenced(Fence, Lines, N, C) ->
    {Code, Rest} = lists:splitwith(fun(L) -> not lists:prefix(Fence, L) end, Lines),
    [code(Code, N, C) | blocks(case Rest of [_ | R] -> R; [] -> [] end, N, C)].

code(Lines, N, _) -> [$\n | [case L of [] -> "\n"; _ -> [indent(N + 2), L, $\n] end || L <- Lines]].

drop_blank(Lines) -> lists:reverse(lists:dropwhile(fun(L) -> L =:= [] end, lists:reverse(Lines))).

dedent(N, [$\s | Line]) when N > 0 -> dedent(N - 1, Line);
dedent(_, Line) -> Line.

paragraph([First | Lines], N, C) ->
    {More, Rest} = lists:splitwith(fun(L) -> L =/= [] andalso not interrupts(L) end, Lines),
    [$\n, wrap(inline(lists:flatten(lists:join($\s, [string:trim(L) || L <- [First | More]])), C), N, C)
     | blocks(Rest, N, C)].

interrupts("```" ++ _) -> true;
interrupts(">" ++ _) -> true;
interrupts("#" ++ _ = Line) -> heading(Line, 0) =/= none;
interrupts(Line) -> item(Line) =/= none.

%% item tells where the text of a list's item begins.
item([Mark, $\s | Text]) when Mark =:= $-; Mark =:= $*; Mark =:= $+ -> {2, Text};
item([D | _] = Line) when D >= $0, D =< $9 ->
    case lists:splitwith(fun(X) -> X >= $0 andalso X =< $9 end, Line) of
        {Digits, [Dot, $\s | Text]} when Dot =:= $.; Dot =:= $) -> {length(Digits) + 2, Text};
        _ -> none
    end;
item(_) -> none.

items(Lines, Width, N, C) ->
    [First | More] = Lines,
    {_, Text} = item(First),
    {Own, Rest} = own(More, Width, []),
    [_ | Laid] = unicode:characters_to_list([blocks([Text | Own], N + 3, C)]),
    [$\n, indent(N + 1), bullet(N), $\s, lists:nthtail(N + 3, Laid) | blocks(Rest, N, C)].

%% own takes the lines of an item: those indented, and those that go on with
%% its paragraph.
own([[] | Lines], Width, Own) ->
    case lists:dropwhile(fun(L) -> L =:= [] end, Lines) of
        [[$\s | _] | _] -> own(Lines, Width, [[] | Own]);
        _ -> {lists:reverse(Own), Lines}
    end;
own([[$\s | _] = Line | Lines], Width, Own) -> own(Lines, Width, [dedent(Width, Line) | Own]);
own([Line | Lines] = All, Width, Own) ->
    case interrupts(Line) orelse Own =/= [] andalso hd(Own) =:= [] of
        true -> {lists:reverse(Own), All};
        false -> own(Lines, Width, [Line | Own])
    end;
own([], _, Own) -> {lists:reverse(Own), []}.

bullet(2) -> 16#2022;
bullet(5) -> 16#FFEE;
bullet(_) -> 16#25FC.

%%% Words.

%% inline takes the marks out of a text: words with their widths.
inline(Text, C) -> inline(Text, $\s, C).

inline([$\\, Char | Text], _, C) when Char =/= $\s -> [Char | inline(Text, Char, C)];
inline([$` | Text], _, C) ->
    {Ticks, Rest} = lists:splitwith(fun(X) -> X =:= $` end, Text),
    Fence = [$` | Ticks],
    case string:split(Rest, Fence) of
        [Code, After] ->
            Shown = [{C, X} || X <- link(string:trim(Code))],
            Shown ++ inline(After, $`, C);
        [_] -> Fence ++ inline(Rest, $`, C)
    end;
inline([$!, $[ | Text], _, C) -> [$! | inline([$[ | Text], $!, C)];
inline([$[ | Text], _, C) ->
    case string:split(Text, "]") of
        [Label, [$( | After]] ->
            case string:split(After, ")") of
                [_, Rest] -> inline(Label, $[, C) ++ inline(Rest, $), C);
                [_] -> [$[ | inline(Text, $[, C)]
            end;
        [Label, [$[ | After]] ->
            case string:split(After, "]") of
                [_, Rest] -> inline(Label, $[, C) ++ inline(Rest, $], C);
                [_] -> [$[ | inline(Text, $[, C)]
            end;
        _ -> [$[ | inline(Text, $[, C)]
    end;
inline([Mark, Mark | Text], Before, C) when Mark =:= $*; Mark =:= $_ -> emphasis([Mark, Mark], Text, Before, C);
inline([Mark | Text], Before, C) when Mark =:= $*; Mark =:= $_ -> emphasis([Mark], Text, Before, C);
inline([Char | Text], _, C) -> [Char | inline(Text, Char, C)];
inline([], _, _) -> [].

emphasis(Mark, [Next | _] = Text, Before, C) when Next =/= $\s ->
    Inside = hd(Mark) =:= $_ andalso is_word(Before),
    case string:split(Text, Mark) of
        [Word, Rest] when Word =/= [], not Inside -> inline(Word, $\s, C) ++ inline(Rest, $*, C);
        _ -> Mark ++ inline(Text, hd(Mark), C)
    end;
emphasis(Mark, Text, _, C) -> Mark ++ inline(Text, hd(Mark), C).

is_word(Char) ->
    Char >= $a andalso Char =< $z orelse Char >= $A andalso Char =< $Z orelse Char >= $0 andalso Char =< $9
        orelse Char =:= $_.

%% References say what they refer to in front.
link([Kind, $: | Name]) when Kind =:= $t; Kind =:= $c; Kind =:= $m; Kind =:= $e -> Name;
link(Code) -> Code.

wrapped(Text, C) -> wrap(unicode:characters_to_list(Text), 2, C).

%% wrap breaks words into lines.
wrap(Chars, N, #{width := Width}) ->
    Words = words(Chars, [], []),
    lines(Words, N, max(Width, N + 20), 0).

words([$\s | Chars], [], Words) -> words(Chars, [], Words);
words([$\s | Chars], Word, Words) -> words(Chars, [], [lists:reverse(Word) | Words]);
words([Char | Chars], Word, Words) -> words(Chars, [Char | Word], Words);
words([], [], Words) -> lists:reverse(Words);
words([], Word, Words) -> lists:reverse([lists:reverse(Word) | Words]).

lines([], _, _, 0) -> [];
lines([], _, _, _) -> "\n";
lines([Word | Words], N, Width, 0) -> [indent(N), shown(Word), lines(Words, N, Width, length(Word))];
lines([Word | Words] = All, N, Width, At) ->
    case At + 1 + length(Word) of
        Next when Next =< Width -> [$\s, shown(Word), lines(Words, N, Width, Next)];
        _ -> [$\n, lines(All, N, Width, 0)]
    end.

%% Characters of code are marked; runs of them are underlined.
shown([{C, _} | _] = Word) ->
    {Code, Rest} = lists:splitwith(fun is_tuple/1, Word),
    [underlined([Char || {_, Char} <- Code], C) | shown(Rest)];
shown([Char | Word]) -> [Char | shown(Word)];
shown([]) -> [].

indent(N) -> lists:duplicate(N, $\s).
