%% Formatted input: "~d ~s" against text.
-module(io_lib_fread).

-export([fread/2, fread/3]).

%% Of a whole string: {ok, Items, Rest}, {more, RestFormat, CharsRead, Items}
%% where it ended too early, or {error, Reason}.
fread(Format, Chars) ->
    read(format(Format), Chars, 0, []).

format(Format) when is_atom(Format) -> atom_to_list(Format);
format(Format) when is_binary(Format) -> unicode:characters_to_list(Format);
format(Format) -> Format.

%% By pieces, for the io protocol: {done, Result, Rest} or {more, State}.
fread([], Chars, Format) ->
    fread({[], 0, [], format(Format)}, Chars, Format);
fread({Before, N, Items, Format}, eof, _Format) ->
    case read(Format, Before, N, Items) of
        {ok, Result, Rest} -> {done, {ok, Result}, Rest};
        {more, _, _, _} when Items =:= [], Before =:= [] -> {done, eof, eof};
        {more, _, _, _} -> {done, {error, {fread, incomplete}}, eof};
        {error, Reason} -> {done, {error, Reason}, eof}
    end;
fread({Before, N, Items, Format}, Chars, _Format) ->
    Text = Before ++ Chars,
    case lists:member($\n, Chars) of
        false ->
            {more, {Text, N, Items, Format}};
        true ->
            {Line, Rest} = line(Text, []),
            case skip(Line, 0) of
                {[], Skipped} -> {more, {Rest, N + Skipped, Items, Format}};
                _ -> read_line(Line, Rest, N, Items, Format)
            end
    end.

read_line(Line, Rest, N, Items, Format) ->
    case read(Format, Line, N, Items) of
        {ok, Result, "\n"} -> {done, {ok, Result}, Rest};
        {ok, Result, Left} -> {done, {ok, Result}, Left ++ Rest};
        {more, Format1, N1, Items1} -> {more, {Rest, N1, lists:reverse(Items1), Format1}};
        {error, Reason} -> {done, {error, Reason}, Rest}
    end.

line([$\n | Cs], Line) -> {lists:reverse(Line, [$\n]), Cs};
line([C | Cs], Line) -> line(Cs, [C | Line]).

read([$~ | Format0], Text, N, Items) ->
    {Format, Suppress, Width, Unicode} = modifiers(Format0),
    directive(Format, [$~ | Format0], Text, N, Items, Suppress, Width, Unicode);
read([C | Format], Text, N, Items) when C =:= $\s; C =:= $\t; C =:= $\r; C =:= $\n ->
    case skip(Text, N) of
        {[], N1} when Format =/= [] -> {more, Format, N1, lists:reverse(Items)};
        {Text1, N1} -> read(Format, Text1, N1, Items)
    end;
read([C | Format], [C | Text], N, Items) ->
    read(Format, Text, N + 1, Items);
read([_ | _], [_ | _], _N, _Items) ->
    {error, {fread, input}};
read([_ | _] = Format, _End, N, Items) ->
    {more, Format, N, lists:reverse(Items)};
read([], Text, _N, Items) ->
    {ok, lists:reverse(Items), Text}.

modifiers([$* | Format]) ->
    {Format1, _, Width, Unicode} = modifiers(Format),
    {Format1, true, Width, Unicode};
modifiers([C | _] = Format) when C >= $0, C =< $9 ->
    {Width, Format1} = number(Format, 0),
    {Format2, Suppress, _, Unicode} = modifiers(Format1),
    {Format2, Suppress, Width, Unicode};
modifiers([$t | Format]) ->
    {Format1, Suppress, Width, _} = modifiers(Format),
    {Format1, Suppress, Width, true};
modifiers(Format) ->
    {Format, false, none, false}.

number([C | Cs], N) when C >= $0, C =< $9 -> number(Cs, N * 10 + C - $0);
number(Cs, N) -> {N, Cs}.

directive([$~ | Format], _All, [$~ | Text], N, Items, _, _, _) ->
    read(Format, Text, N + 1, Items);
directive([$~ | _], _All, [_ | _], _N, _Items, _, _, _) ->
    {error, {fread, format}};
directive([$l | Format], _All, Text, N, Items, Suppress, _, _) ->
    found(N, Format, Text, N, Items, Suppress);
directive([_ | _], All, [], N, Items, _, _, _) ->
    more(All, N, Items);
directive([$c | Format], _All, Text, N, Items, Suppress, Width, _) ->
    Count = case Width of none -> 1; _ -> Width end,
    case lists:split(min(Count, length(Text)), Text) of
        {Chars, Rest} when length(Chars) =:= Count, Chars =/= "\n" ->
            found(Chars, Format, Rest, N + Count, Items, Suppress);
        _ -> {error, {fread, character}}
    end;
directive([C | Format], All, Text, N, Items, Suppress, Width, _)
  when C =:= $d; C =:= $u; C =:= $-; C =:= $#; C =:= $f; C =:= $s; C =:= $a ->
    {Text1, N1} = if
                      C =:= $-; C =:= $u; Width =/= none -> {Text, N};
                      true -> skip(Text, N)
                  end,
    {Field, Rest} = field(C, Text1, Width),
    case convert(C, Field, Width) of
        error when Text =:= [] -> {more, All, N, lists:reverse(Items)};
        error -> {error, {fread, error_name(C)}};
        {ok, Value} -> found(Value, Format, Rest, N1 + length(Field), Items, Suppress)
    end;
directive([], _All, _Text, _N, _Items, _, _, _) ->
    {error, {fread, format}};
directive(_, _All, _Text, _N, _Items, _, _, _) ->
    {error, {fread, format}}.

more(All, N, Items) ->
    {more, All, N, lists:reverse(Items)}.

found(_Value, Format, Text, N, Items, true) -> read(Format, Text, N, Items);
found(Value, Format, Text, N, Items, false) -> read(Format, Text, N, [Value | Items]).

skip([C | Cs], N) when C =:= $\s; C =:= $\t; C =:= $\r; C =:= $\n -> skip(Cs, N + 1);
skip(Cs, N) -> {Cs, N}.

%% The longest prefix that can be one, no longer than the width.
field(C, Text, none) -> take(C, Text, -1, []);
field($u, Text, _Base) -> take($x, Text, -1, []);
field(_C, Text, Width) when length(Text) < Width -> {[], Text};
field(_C, Text, Width) -> lists:split(Width, Text).

take(_C, Text, 0, Field) -> {lists:reverse(Field), Text};
take(C, [Ch | Text] = All, Left, Field) ->
    case belongs(C, Ch, Field) of
        true -> take(C, Text, Left - 1, [Ch | Field]);
        false -> {lists:reverse(Field), All}
    end;
take(_C, Rest, _Left, Field) -> {lists:reverse(Field), Rest}.

belongs(C, Ch, []) when (C =:= $d orelse C =:= $f), (Ch =:= $- orelse Ch =:= $+) -> true;
belongs($-, Ch, []) -> Ch =:= $- orelse Ch =:= $+;
belongs($-, _, _) -> false;
belongs($x, Ch, _) -> digit(Ch) orelse letter(Ch);
belongs(C, Ch, _) when C =:= $d; C =:= $u -> digit(Ch);
belongs($f, Ch, Field) ->
    digit(Ch) orelse Ch =:= $. orelse Ch =:= $e orelse Ch =:= $E orelse
        (Ch =:= $- orelse Ch =:= $+) andalso Field =/= [] andalso
        (hd(Field) =:= $e orelse hd(Field) =:= $E);
belongs($#, Ch, _) -> digit(Ch) orelse Ch =:= $# orelse letter(Ch) orelse Ch =:= $-;
belongs(_, Ch, _) -> not lists:member(Ch, " \t\r\n").

digit(C) -> C >= $0 andalso C =< $9.
letter(C) -> C >= $a andalso C =< $z orelse C >= $A andalso C =< $Z.

%% A width is the base of ~u. Nothing but white space is an empty string.
convert($u, Field, Base) when is_integer(Base) ->
    try {ok, list_to_integer(Field, Base)} catch error:_ -> error end;
convert($s, [], none) -> {ok, []};
convert($a, [], none) -> {ok, ''};
convert(C, Field, _Width) -> convert(C, Field).

convert($-, "-") -> {ok, -1};
convert($-, _) -> {ok, 1};
convert(C, Field) when C =:= $d; C =:= $u ->
    try {ok, list_to_integer(Field)} catch error:_ -> error end;
convert($f, Field) ->
    try {ok, list_to_float(Field)} catch error:_ -> error end;
convert($#, Field) ->
    try
        [Base, Digits] = string:split(Field, "#"),
        {ok, list_to_integer(Digits, list_to_integer(Base))}
    catch error:_ -> error
    end;
convert(_, []) -> error;
convert($s, Field) -> {ok, Field};
convert($a, Field) ->
    try {ok, list_to_atom(Field)} catch error:_ -> error end.

error_name($d) -> integer;
error_name($u) -> unsigned;
error_name($#) -> based;
error_name($f) -> float;
error_name($s) -> string;
error_name($a) -> atom;
error_name($-) -> sign_char.
