%% Formats: "~p ~10.3f~n" and their arguments. A format is scanned into a list
%% of characters and specifications; building turns each specification into
%% text.
-module(io_lib_format).

-export([fwrite/2, fwrite/3, fwrite_bin/2, fwrite_bin/3, scan/2, unscan/1, build/1, build/2,
         build_bin/1, build_bin/2, indentation/2, fwrite_g/1, filler/2]).

-define(LINE_LENGTH, 80).

fwrite(Format, Args) ->
    build(scan(Format, Args)).

fwrite(Format, Args, Options) ->
    build(scan(Format, Args), Options).

fwrite_bin(Format, Args) ->
    build_bin(scan(Format, Args)).

fwrite_bin(Format, Args, Options) ->
    build_bin(scan(Format, Args), Options).

build_bin(Cs) ->
    to_binary(build(Cs)).

build_bin(Cs, Options) ->
    to_binary(build(Cs, Options)).

to_binary(Chars) ->
    Bin = unicode:characters_to_binary(Chars),
    true = is_binary(Bin),
    Bin.

%%% Scanning.

scan(Format, Args) when is_atom(Format) ->
    scan(atom_to_list(Format), Args);
scan(Format, Args) when is_binary(Format) ->
    scan(unicode:characters_to_list(Format), Args);
scan([$~ | Format], Args) ->
    {Spec, Format1, Args1} = spec(Format, Args),
    [Spec | scan(Format1, Args1)];
scan([C | Format], Args) ->
    [C | scan(Format, Args)];
scan([], []) ->
    [].

spec(Format0, Args0) ->
    {Adjust, Width, Format1, Args1} = width(Format0, Args0),
    {Precision, Format2, Args2} = precision(Format1, Args1),
    {Pad, Format3, Args3} = pad(Format2, Args2),
    Spec0 = #{adjust => Adjust, width => Width, precision => Precision, pad_char => Pad,
              encoding => latin1, strings => true, maps_order => undefined},
    {Spec1, [Control | Format4], Args4} = modifiers(Format3, Args3, Spec0),
    {ControlArgs, Args5} = arguments(Control, Args4),
    {Spec1#{control_char => Control, args => ControlArgs}, Format4, Args5}.

width([$- | Format0], Args0) ->
    {Width, Format, Args} = number(Format0, Args0),
    {left, Width, Format, Args};
width(Format0, Args0) ->
    case number(Format0, Args0) of
        {Width, Format, Args} when is_integer(Width), Width < 0 -> {left, -Width, Format, Args};
        {Width, Format, Args} -> {right, Width, Format, Args}
    end.

precision([$. | Format], Args) -> number(Format, Args);
precision(Format, Args) -> {none, Format, Args}.

number([$* | Format], [N | Args]) when is_integer(N) -> {N, Format, Args};
number([C | Format], Args) when C >= $0, C =< $9 -> digits([C | Format], 0, Args);
number(Format, Args) -> {none, Format, Args}.

digits([C | Format], N, Args) when C >= $0, C =< $9 -> digits(Format, N * 10 + C - $0, Args);
digits(Format, N, Args) -> {N, Format, Args}.

pad([$., $* | Format], [Pad | Args]) -> {Pad, Format, Args};
pad([$., Pad | Format], Args) -> {Pad, Format, Args};
pad(Format, Args) -> {$\s, Format, Args}.

modifiers([$t | Format], Args, Spec) ->
    modifiers(Format, Args, Spec#{encoding := unicode});
modifiers([$l | Format], Args, Spec) ->
    modifiers(Format, Args, Spec#{strings := false});
modifiers([$k | Format], Args, Spec) ->
    modifiers(Format, Args, Spec#{maps_order := ordered});
modifiers([$K | Format], [Order | Args], Spec)
  when Order =:= undefined; Order =:= ordered; Order =:= reversed; is_function(Order, 2) ->
    modifiers(Format, Args, Spec#{maps_order := Order});
modifiers(Format, Args, Spec) ->
    {Spec, Format, Args}.

arguments(C, Args) when C =:= $~; C =:= $n -> {[], Args};
arguments(C, [A1, A2 | Args]) when C =:= $W; C =:= $P; C =:= $x; C =:= $X -> {[A1, A2], Args};
arguments(C, [A | Args]) ->
    true = lists:member(C, "wpscefgbB#+i"),
    {[A], Args}.

%% The format and arguments that a scanned format stands for.
unscan(Cs) ->
    {lists:flatten(unscan_format(Cs)), unscan_args(Cs)}.

unscan_format([#{control_char := C, width := F, adjust := Adj, precision := P, pad_char := Pad,
                 encoding := Enc, strings := Strings} = Spec | Cs]) ->
    [$~, unscan_width(F, Adj), unscan_precision(P, Pad),
     case Enc of unicode -> "t"; latin1 -> "" end,
     case Strings of false -> "l"; true -> "" end,
     case maps:get(maps_order, Spec, undefined) of
         undefined -> "";
         ordered -> "k";
         _ -> "K"
     end,
     C | unscan_format(Cs)];
unscan_format([C | Cs]) ->
    [C | unscan_format(Cs)];
unscan_format([]) ->
    [].

unscan_width(none, _) -> "";
unscan_width(F, left) -> [$- | integer_to_list(F)];
unscan_width(F, right) -> integer_to_list(F).

unscan_precision(none, $\s) -> "";
unscan_precision(none, Pad) -> ["..", Pad];
unscan_precision(P, $\s) -> [$. | integer_to_list(P)];
unscan_precision(P, Pad) -> [$., integer_to_list(P), $., Pad].

unscan_args([#{args := Args, maps_order := Order} | Cs])
  when Order =/= undefined, Order =/= ordered ->
    [Order | Args] ++ unscan_args(Cs);
unscan_args([#{args := Args} | Cs]) ->
    Args ++ unscan_args(Cs);
unscan_args([_ | Cs]) ->
    unscan_args(Cs);
unscan_args([]) ->
    [].

%%% Building.

build(Cs) ->
    build(Cs, []).

build(Cs, Options) ->
    Limit = case lists:keyfind(chars_limit, 1, Options) of
                {chars_limit, L} when is_integer(L) -> L;
                false -> -1
            end,
    Small = small(Cs),
    {Printed, Others, Fixed} = survey(Small, 0, 0, 0),
    case Printed + Others of
        0 -> chars(Small);
        Count ->
            Left = if Limit < 0 -> Limit; true -> max(0, Limit - Fixed) end,
            limited(Small, Printed, Count, Left, 0)
    end.

%% The specifications whose text does not depend on the others, built: their
%% characters stand among those of the format, while others give lists in it.
small([#{control_char := C, args := As, width := F, adjust := Adj, precision := P,
         pad_char := Pad, encoding := Enc} = Spec | Cs]) ->
    case control_small(C, As, F, Adj, P, Pad, Enc) of
        not_small -> [Spec | small(Cs)];
        S -> lists:flatten(S) ++ small(Cs)
    end;
small([C | Cs]) ->
    [C | small(Cs)];
small([]) ->
    [].

chars([C | Cs]) -> [C | chars(Cs)];
chars([]) -> [].

%% How many ~p and ~P, how many others that a limit cuts, how many characters.
survey([#{control_char := C} | Cs], Ps, Os, Fixed) when C =:= $p; C =:= $P ->
    survey(Cs, Ps + 1, Os, Fixed);
survey([#{} | Cs], Ps, Os, Fixed) ->
    survey(Cs, Ps, Os + 1, Fixed);
survey([S | Cs], Ps, Os, Fixed) when is_list(S) ->
    survey(Cs, Ps, Os, Fixed + io_lib:chars_length(S));
survey([_ | Cs], Ps, Os, Fixed) ->
    survey(Cs, Ps, Os, Fixed + 1);
survey([], Ps, Os, Fixed) ->
    {Ps, Os, Fixed}.

%% Column is kept as long as a ~p is to come.
limited([#{control_char := C, args := As, width := F, adjust := Adj, precision := P,
           pad_char := Pad, encoding := Enc, strings := Strings} = Spec | Cs],
        Ps0, Count, Left, Column) ->
    Share = if Left < 0 -> Left; true -> Left div Count end,
    Order = maps:get(maps_order, Spec, undefined),
    S = control_limited(C, As, F, Adj, P, Pad, Enc, Strings, Order, Share, Column),
    Left1 = if Left < 0 -> Left; true -> max(0, Left - io_lib:chars_length(S)) end,
    Ps = if C =:= $p; C =:= $P -> Ps0 - 1; true -> Ps0 end,
    [S | limited(Cs, Ps, Count - 1, Left1, column(S, Column, Ps))];
limited([$\n | Cs], Ps, Count, Left, _Column) ->
    [$\n | limited(Cs, Ps, Count, Left, 0)];
limited([$\t | Cs], Ps, Count, Left, Column) ->
    [$\t | limited(Cs, Ps, Count, Left, ((Column + 8) div 8) * 8)];
limited([C | Cs], Ps, Count, Left, Column) when is_integer(C) ->
    [C | limited(Cs, Ps, Count, Left, Column + 1)];
limited([S | Cs], Ps, Count, Left, Column) ->
    [S | limited(Cs, Ps, Count, Left, column(S, Column, Ps))];
limited([], _Ps, _Count, _Left, _Column) ->
    [].

column(_S, Column, 0) -> Column;
column(S, Column, _) -> indentation(S, Column).

%% The column after the characters.
indentation([$\n | Cs], _I) -> indentation(Cs, 0);
indentation([$\t | Cs], I) -> indentation(Cs, ((I + 8) div 8) * 8);
indentation([C | Cs], I) when is_integer(C) -> indentation(Cs, I + 1);
indentation([C | Cs], I) -> indentation(Cs, indentation(C, I));
indentation(Bin, I) when is_binary(Bin) -> indentation(unicode:characters_to_list(Bin), I);
indentation([], I) -> I.

control_small($s, [A], F, Adj, P, Pad, latin1) when is_atom(A) ->
    string(latin1_atom(A), F, Adj, P, Pad);
control_small($s, [A], F, Adj, P, Pad, unicode) when is_atom(A) ->
    string(atom_to_list(A), F, Adj, P, Pad);
control_small($e, [A], F, Adj, P, Pad, _Enc) when is_float(A) ->
    float_e(A, F, Adj, P, Pad);
control_small($f, [A], F, Adj, P, Pad, _Enc) when is_float(A) ->
    float_f(A, F, Adj, P, Pad);
control_small($g, [A], F, Adj, P, Pad, _Enc) when is_float(A) ->
    float_g(A, F, Adj, P, Pad);
control_small($b, [A], F, Adj, P, Pad, _Enc) when is_integer(A) ->
    integer(A, F, Adj, base(P), Pad, lower);
control_small($B, [A], F, Adj, P, Pad, _Enc) when is_integer(A) ->
    integer(A, F, Adj, base(P), Pad, upper);
control_small($x, [A, Prefix], F, Adj, P, Pad, _Enc) when is_integer(A) ->
    prefixed(A, F, Adj, base(P), Pad, prefix(Prefix), lower);
control_small($X, [A, Prefix], F, Adj, P, Pad, _Enc) when is_integer(A) ->
    prefixed(A, F, Adj, base(P), Pad, prefix(Prefix), upper);
control_small($+, [A], F, Adj, P, Pad, _Enc) when is_integer(A) ->
    Base = base(P),
    prefixed(A, F, Adj, Base, Pad, [integer_to_list(Base), $#], lower);
control_small($#, [A], F, Adj, P, Pad, _Enc) when is_integer(A) ->
    Base = base(P),
    prefixed(A, F, Adj, Base, Pad, [integer_to_list(Base), $#], upper);
control_small($c, [A], F, Adj, P, Pad, unicode) when is_integer(A) ->
    char(A, F, Adj, P, Pad);
control_small($c, [A], F, Adj, P, Pad, _Enc) when is_integer(A) ->
    char(A band 255, F, Adj, P, Pad);
control_small($~, [], F, Adj, P, Pad, _Enc) ->
    char($~, F, Adj, P, Pad);
control_small($n, [], F, Adj, P, Pad, _Enc) ->
    newlines(F, Adj, P, Pad);
control_small($i, [_], _F, _Adj, _P, _Pad, _Enc) ->
    [];
control_small(C, _As, _F, _Adj, _P, _Pad, _Enc) when C =:= $s; C =:= $w; C =:= $W; C =:= $p; C =:= $P ->
    not_small.

control_limited($s, [A], F, Adj, P, Pad, Enc, _Strings, _Order, Limit, _I) ->
    S = string_chars(A, Enc),
    if
        Limit < 0 -> string(S, F, Adj, P, Pad);
        true -> limited_string(S, F, Adj, P, Pad, max(3, Limit))
    end;
control_limited($w, [A], F, Adj, P, Pad, Enc, _Strings, Order, Limit, _I) ->
    term(written(A, -1, Enc, Order, Limit), F, Adj, P, Pad);
control_limited($W, [A, Depth], F, Adj, P, Pad, Enc, _Strings, Order, Limit, _I)
  when is_integer(Depth) ->
    term(written(A, Depth, Enc, Order, Limit), F, Adj, P, Pad);
control_limited($p, [A], F, Adj, P, _Pad, Enc, Strings, Order, Limit, I) ->
    pretty(A, -1, F, Adj, P, Enc, Strings, Order, Limit, I);
control_limited($P, [A, Depth], F, Adj, P, _Pad, Enc, Strings, Order, Limit, I)
  when is_integer(Depth) ->
    pretty(A, Depth, F, Adj, P, Enc, Strings, Order, Limit, I).

written(A, Depth, Enc, Order, Limit) ->
    io_lib:write(A, [{depth, Depth}, {encoding, Enc}, {maps_order, Order}, {chars_limit, Limit}]).

pretty(A, Depth, F, right, P, Enc, Strings, Order, Limit, I) ->
    LineLength = case F of none -> ?LINE_LENGTH; _ -> F end,
    Column = case P of none -> I + 1; _ -> P end,
    io_lib_pretty:print(A, [{column, Column}, {line_length, LineLength}, {depth, Depth},
                            {encoding, Enc}, {strings, Strings}, {maps_order, Order},
                            {chars_limit, Limit}]).

%% The characters as they were given, with lists in the place of binaries.
string_chars(A, latin1) when is_binary(A) -> binary_to_list(A);
string_chars(A, unicode) when is_binary(A) -> utf8_or_latin1(A);
string_chars(A, Enc) when is_list(A) ->
    case io_lib:latin1_char_list(A) of
        true -> A;
        false -> given(A, Enc)
    end.

given([C | Cs], latin1) when is_integer(C), C >= 0, C =< 255 -> [C | given(Cs, latin1)];
given([C | Cs], unicode) when is_integer(C), C >= 0, C =< 16#10FFFF -> [C | given(Cs, unicode)];
given([A | As], Enc) when is_list(A); is_binary(A) -> [given(A, Enc) | given(As, Enc)];
given([], _Enc) -> [];
given(A, Enc) when is_binary(A) -> string_chars(A, Enc).

%% Binaries that are no UTF-8 are taken as Latin-1.
utf8_or_latin1(Bin) ->
    case unicode:characters_to_list(Bin) of
        Chars when is_list(Chars) -> Chars;
        _ -> binary_to_list(Bin)
    end.

limited_string(S, F, Adj, P, Pad, Limit) when is_integer(F), F =< Limit ->
    string(S, F, Adj, P, Pad);
limited_string(S, none, Adj, P, Pad, Limit) ->
    string(cut(S, Limit), none, Adj, P, Pad);
limited_string(S, _F, Adj, P, Pad, Limit) ->
    string(cut(S, Limit), Limit, Adj, P, Pad).

cut(S, Limit) ->
    case string:length(S) =< Limit of
        true -> S;
        false -> slice(S, Limit - 3) ++ "..."
    end.

%%% Fields.

%% A term that is too wide shows as stars.
term(T, none, _Adj, none, _Pad) -> T;
term(T, none, Adj, P, Pad) -> term(T, P, Adj, P, Pad);
term(T, F, Adj, P0, Pad) ->
    L = io_lib:chars_length(T),
    P = case P0 of none -> min(L, F); _ -> min(L, min(P0, F)) end,
    if
        L > P -> adjust(filler($*, P), filler(Pad, F - P), Adj);
        F >= P -> adjust(T, filler(Pad, F - L), Adj)
    end.

string(S, none, _Adj, none, _Pad) -> S;
string(S, F, Adj, none, Pad) -> string_field(S, F, Adj, string:length(S), Pad);
string(S, none, _Adj, P, Pad) -> string_field(S, P, left, string:length(S), Pad);
string(S, F, Adj, P, Pad) when F >= P ->
    N = string:length(S),
    if
        F > P, N > P -> adjust(slice(S, P), filler(Pad, F - P), Adj);
        F > P -> adjust([S | filler(Pad, P - N)], filler(Pad, F - P), Adj);
        true -> string_field(S, F, Adj, N, Pad)
    end.

string_field(S, F, _Adj, N, _Pad) when N > F -> slice(S, F);
string_field(S, F, Adj, N, Pad) when N < F -> adjust(S, filler(Pad, F - N), Adj);
string_field(S, _F, _Adj, _N, _Pad) -> S.

slice(S, N) -> string:slice(lists:flatten(S), 0, N).

char(C, none, _Adj, none, _Pad) -> [C];
char(C, F, _Adj, none, _Pad) -> dup(C, F);
char(C, none, _Adj, P, _Pad) -> dup(C, P);
char(C, F, Adj, P, Pad) when F >= P -> adjust(dup(C, P), dup(Pad, F - P), Adj).

newlines(none, right, _P, _Pad) -> "\n";
newlines(F, right, _P, _Pad) -> dup($\n, F).

base(none) -> 10;
base(B) when is_integer(B), B >= 2, B =< 36 -> B.

prefix(Prefix) when is_atom(Prefix) -> atom_to_list(Prefix);
prefix(Prefix) -> true = io_lib:deep_char_list(Prefix), Prefix.

integer(N, F, Adj, Base, Pad, Case) ->
    term(digits_of(N, Base, Case), F, Adj, none, Pad).

prefixed(N, F, Adj, Base, Pad, Prefix, Case) when N < 0 ->
    term([$-, Prefix | digits_of(-N, Base, Case)], F, Adj, none, Pad);
prefixed(N, F, Adj, Base, Pad, Prefix, Case) ->
    term([Prefix | digits_of(N, Base, Case)], F, Adj, none, Pad).

digits_of(N, Base, upper) -> integer_to_list(N, Base);
digits_of(N, Base, lower) -> [lower(C) || C <- integer_to_list(N, Base)].

lower(C) when C >= $A, C =< $Z -> C + 32;
lower(C) -> C.

dup(C, N) when N > 0 -> [C | dup(C, N - 1)];
dup(_, 0) -> [].

%% N times C, in the shape that erl gives it: halves that are one list.
filler(C, N) when N =< 3 -> dup(C, N);
filler(C, N) ->
    Half = filler(C, N div 2),
    case N rem 2 of
        0 -> [Half | Half];
        1 -> [C, Half | Half]
    end.

adjust(Chars, [], _) -> Chars;
adjust(Chars, Padding, left) -> [Chars | Padding];
adjust(Chars, Padding, right) -> [Padding | Chars].

%%% Floats.

%% Digits enough for the very value.
fwrite_g(Float) ->
    float_to_list(Float, [short]).

float_e(Fl, none, Adj, none, Pad) -> float_e(Fl, none, Adj, 6, Pad);
float_e(Fl, none, _Adj, P, _Pad) when P >= 2 -> scientific(Fl, P - 1);
float_e(Fl, F, Adj, none, Pad) -> term(scientific(Fl, 5), F, Adj, F, Pad);
float_e(Fl, F, Adj, P, Pad) when P >= 2 -> term(scientific(Fl, P - 1), F, Adj, F, Pad).

float_f(Fl, none, Adj, none, Pad) -> float_f(Fl, none, Adj, 6, Pad);
float_f(Fl, none, _Adj, P, _Pad) when P >= 1 -> decimal(Fl, P);
float_f(Fl, F, Adj, none, Pad) -> term(decimal(Fl, 6), F, Adj, F, Pad);
float_f(Fl, F, Adj, P, Pad) when P >= 1 -> term(decimal(Fl, P), F, Adj, F, Pad).

%% Twenty-one significant digits are computed; what is asked for is rounded from
%% those, or filled up with zeros.
digits(Fl) ->
    S = float_to_list(abs(Fl), [{scientific, 20}]),
    [[D, $. | Ds], Exponent] = string:split(S, "e"),
    {sign(Fl), list_to_integer([D | Ds]), list_to_integer(Exponent)}.

sign(Fl) ->
    case <<Fl/float>> of
        <<1:1, _:63>> -> "-";
        _ -> ""
    end.

scientific(Fl, Decimals) ->
    {Sign, N, E} = digits(Fl),
    {Mantissa, E1} = case round_shift(N, Decimals - 20) of
                         Up when length(Up) > Decimals + 1 -> {lists:droplast(Up), E + 1};
                         Same -> {Same, E}
                     end,
    [D | Ds] = zeros(Mantissa, Decimals + 1),
    [Sign, D, $., Ds, $e, if E1 < 0 -> $-; true -> $+ end, integer_to_list(abs(E1))].

decimal(Fl, P) ->
    {Sign, N, E} = digits(Fl),
    Digits = zeros(round_shift(N, E - 20 + P), P + 1),
    {Whole, Part} = lists:split(length(Digits) - P, Digits),
    [Sign, Whole, $., Part].

%% N shifted by decimal places, half away from zero.
round_shift(N, Shift) when Shift >= 0 -> integer_to_list(N * pow10(Shift));
round_shift(N, Shift) ->
    Power = pow10(-Shift),
    integer_to_list((2 * N + Power) div (2 * Power)).

zeros(Digits, Length) ->
    dup($0, max(0, Length - length(Digits))) ++ Digits.

pow10(0) -> 1;
pow10(N) -> 10 * pow10(N - 1).

float_g(Fl, F, Adj, none, Pad) ->
    float_g(Fl, F, Adj, 6, Pad);
float_g(Fl, F, Adj, P, Pad) ->
    A = abs(Fl),
    E = if
            A < 1.0e-1 -> small;
            A < 1.0e0 -> -1;
            A < 1.0e1 -> 0;
            A < 1.0e2 -> 1;
            A < 1.0e3 -> 2;
            A < 1.0e4 -> 3;
            true -> large
        end,
    if
        is_integer(E), P - 1 - E >= 1 -> float_f(Fl, F, Adj, P - 1 - E, Pad);
        P =:= 1 -> float_e(Fl, F, Adj, 2, Pad);
        true -> float_e(Fl, F, Adj, P, Pad)
    end.

%% ~s has no room for characters beyond Latin-1.
latin1_atom(A) ->
    Chars = atom_to_list(A),
    true = lists:all(fun(C) -> C =< 255 end, Chars),
    Chars.
