%% Formatted input: "~d ~s" against text.
-module(io_lib_fread).

-export([fread/2, fread/3]).

%% Of a whole string: {ok, Items, Rest}, {more, RestFormat, CharsRead, ReversedItems}
%% where it ended too early, or {error, Reason}.
fread(Format, Chars) ->
    read(format(Format), Chars, 0, []).

format(Format) when is_atom(Format) -> atom_to_list(Format);
format(Format) when is_binary(Format) -> unicode:characters_to_list(Format);
format(Format) -> Format.

%% By pieces, for the io protocol: {done, Result, Rest} or {more, State}. The state
%% is the format that is left, the line so far, the characters before it and the
%% items, both lists in reverse order. Lines are read one by one, without their ends.
fread([], Chars, Format) ->
    fread({format(Format), [], 0, []}, Chars, Format);
fread({Format, Line, N, Items}, eof, _) ->
    case read(Format, lists:reverse(Line), N, Items) of
        {ok, Result, Rest} -> {done, {ok, Result}, Rest};
        {more, _, 0, []} -> {done, eof, eof};
        {more, _, _, _} -> {done, {error, {fread, input}}, eof};
        {error, Reason} -> {done, {error, Reason}, eof}
    end;
fread({Format, [$\r | Line], N, Items}, [$\n | Chars], _) ->
    fread_line({Format, Line, N, Items}, "\r\n", Chars);
fread({Format, [$\r | Line], N, Items}, [_ | _] = Chars, _) ->
    fread_line({Format, Line, N, Items}, "\r", Chars);
fread(State, [$\n | Chars], _) -> fread_line(State, "\n", Chars);
fread({Format, Line, N, Items}, [C | Chars], _) ->
    fread({Format, [C | Line], N, Items}, Chars, Format);
fread(State, [], _) ->
    {more, State}.

fread_line({Format, Line, N, Items}, End, Chars) ->
    case read(Format, lists:reverse(Line), N, Items) of
        {ok, Result, []} -> {done, {ok, Result}, Chars};
        {ok, Result, Left} -> {done, {ok, Result}, Left ++ End ++ Chars};
        {more, Format1, N1, Items1} ->
            fread({Format1, [], N1 + length(End), Items1}, Chars, Format1);
        {error, Reason} -> {done, {error, Reason}, Chars}
    end.

read([$~ | Format0], Text, N, Items) ->
    {Format, Suppress, Width, Unicode} = modifiers(Format0),
    directive(Format, [$~ | Format0], Text, N, Items, Suppress, Width, Unicode);
read([C | Format], Text, N, Items) when C =:= $\s; C =:= $\t; C =:= $\r; C =:= $\n ->
    {Text1, N1} = skip(Text, N),
    read(Format, Text1, N1, Items);
read([C | Format], [C | Text], N, Items) ->
    read(Format, Text, N + 1, Items);
read([_ | _], [_ | _], _N, _Items) ->
    {error, {fread, input}};
read([_ | _] = Format, _End, N, Items) ->
    {more, Format, N, Items};
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
    {more, All, N, Items};
directive([$u | _], _All, _Text, _N, _Items, _, Base, _) when is_integer(Base), Base < 2;
                                                             is_integer(Base), Base > 36 ->
    {error, {fread, format}};
directive([C | Format], All, Text, N, Items, Suppress, Width, Unicode)
  when C =:= $c; C =:= $d; C =:= $u; C =:= $-; C =:= $#; C =:= $f; C =:= $s; C =:= $a ->
    {Text1, N1} = if
                      C =:= $c; C =:= $-; C =:= $u; Width =/= none -> {Text, N};
                      true -> skip(Text, N)
                  end,
    {Field, Rest} = field(C, Text1, Width, Unicode),
    case convert(C, Field, Width, Unicode) of
        {ok, []} when Rest =/= [], hd(Rest) > 255 -> {error, {fread, error_name(C)}};
        error when Text =:= [] -> {more, All, N, Items};
        error -> {error, {fread, error_name(C)}};
        {ok, Value} -> found(Value, Format, Rest, N1 + length(Field), Items, Suppress)
    end;
directive([], _All, _Text, _N, _Items, _, _, _) ->
    {error, {fread, format}};
directive(_, _All, _Text, _N, _Items, _, _, _) ->
    {error, {fread, format}}.

found(_Value, Format, Text, N, Items, true) -> read(Format, Text, N, Items);
found(Value, Format, Text, N, Items, false) -> read(Format, Text, N, [Value | Items]).

skip([C | Cs], N) when C =:= $\s; C =:= $\t; C =:= $\r; C =:= $\n -> skip(Cs, N + 1);
skip(Cs, N) -> {Cs, N}.

%% The characters of a field: as many as its width says, else the longest prefix that
%% can be one. A width is the base of ~u. What has no t takes no characters above 255.
field($c, Text, none, _) -> split(1, Text);
field($u, Text, Base, _) when is_integer(Base) -> take({base, Base}, Text, []);
field($s, Text, none, false) -> take(latin1, Text, []);
field(C, Text, none, _) -> take(C, Text, []);
field(_C, Text, Width, _) -> split(Width, Text).

split(N, Text) when length(Text) < N -> {[], Text};
split(N, Text) -> lists:split(N, Text).

take(C, [Ch | Text] = All, Field) ->
    case belongs(C, Ch, Field) of
        true -> take(C, Text, [Ch | Field]);
        false -> {lists:reverse(Field), All}
    end;
take(_C, Rest, Field) -> {lists:reverse(Field), Rest}.

belongs(C, Ch, []) when (C =:= $d orelse C =:= $f), (Ch =:= $- orelse Ch =:= $+) -> true;
belongs($-, Ch, []) -> Ch =:= $- orelse Ch =:= $+;
belongs($-, _, _) -> false;
belongs({base, Base}, Ch, _) ->
    digit(Ch) orelse letter(Ch) andalso (Ch bor 16#20) - $a + 10 < Base;
belongs(C, Ch, _) when C =:= $d; C =:= $u -> digit(Ch);
belongs($f, Ch, Field) ->
    digit(Ch) orelse Ch =:= $. orelse Ch =:= $e orelse Ch =:= $E orelse
        (Ch =:= $- orelse Ch =:= $+) andalso Field =/= [] andalso
        (hd(Field) =:= $e orelse hd(Field) =:= $E);
belongs($#, Ch, _) -> digit(Ch) orelse Ch =:= $# orelse letter(Ch) orelse Ch =:= $-;
belongs(latin1, Ch, _) when Ch > 255 -> false;
belongs(_, Ch, _) -> not lists:member(Ch, " \t\r\n").

digit(C) -> C >= $0 andalso C =< $9.
letter(C) -> C >= $a andalso C =< $z orelse C >= $A andalso C =< $Z.

%% A field of a given width has no newline in it, and blanks around it do not count.
%% Where none is given, nothing but white space is an empty string.
convert($u, Field, Base, _) when is_integer(Base) ->
    try {ok, list_to_integer(Field, Base)} catch error:_ -> error end;
convert(C, [], none, _) when C =:= $s -> {ok, []};
convert($a, [], none, _) -> {ok, ''};
convert(C, Field, Width, Unicode) ->
    case lists:member($\n, Field) orelse Field =:= [] andalso C =/= $- orelse
         not Unicode andalso lists:any(fun(Ch) -> Ch > 255 end, Field) of
        true -> error;
        false when Width =:= none; C =:= $c -> convert(C, Field);
        false when C =:= $d; C =:= $f -> convert(C, string:trim(Field, leading, " \t\r"));
        false -> convert(C, string:trim(Field, both, " \t\r"))
    end.

convert($c, Field) -> {ok, Field};
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
convert($s, Field) -> {ok, Field};
convert($a, Field) ->
    try {ok, list_to_atom(Field)} catch error:_ -> error end.

error_name($c) -> character;
error_name($d) -> integer;
error_name($u) -> unsigned;
error_name($#) -> based;
error_name($f) -> float;
error_name($s) -> string;
error_name($a) -> atom;
error_name($-) -> sign_char.
