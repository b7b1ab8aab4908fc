%% Text of terms: ~w's writing, characters and strings, the collectors of the
%% io protocol. Formats are in io_lib_format, ~p's layout in io_lib_pretty.
-module(io_lib).

-export([fwrite/2, fwrite/3, bfwrite/2, bfwrite/3, format/2, format/3, bformat/2, bformat/3,
         fread/2, fread/3, scan_format/2, unscan_format/1, build_text/1, build_text/2]).
-export([print/1, print/4, indentation/2, format_prompt/1, format_prompt/2]).
-export([write/1, write/2, write/3, write/5, bwrite/2, write_bin/5, map_pairs/2]).
-export([write_binary/3, write_binary_bin/4]).
-export([write_atom/1, write_atom_as_latin1/1, quote_atom/2]).
-export([write_string/1, write_string/2, bwrite_string/3, write_string_bin/3,
         write_unicode_string/1, write_latin1_string/1, write_latin1_string/2,
         write_string_as_latin1/1, write_string_as_latin1/2]).
-export([write_char/1, write_unicode_char/1, write_latin1_char/1, write_char_as_latin1/1]).
-export([char_list/1, latin1_char_list/1, deep_char_list/1, deep_latin1_char_list/1,
         deep_unicode_char_list/1]).
-export([printable_list/1, printable_latin1_list/1, printable_unicode_list/1]).
-export([collect_chars/1, collect_chars/3, collect_chars/4, collect_chars_eager/4,
         collect_line/1, collect_line/3, collect_line/4, collect_line_no_eol/4,
         get_until/1, get_until/3, get_until/4]).
-export([nl/0, chars_length/1, limit_term/2]).

-type chars() :: [char() | chars()].
-type depth() :: -1 | non_neg_integer().
-type latin1_string() :: [byte()].
-type continuation() :: term().
-type fread_error() :: atom().
-type fread_item() :: string() | atom() | integer() | float().
-type format_spec() :: map().
-type chars_limit() :: integer().
-type unicode_string() :: string().
-type unicode_binary() :: binary().
-type string_binary() :: binary().
-export_type([chars/0, depth/0, latin1_string/0, continuation/0, fread_error/0, fread_item/0,
              format_spec/0, chars_limit/0, unicode_string/0, unicode_binary/0, string_binary/0]).

%%% Formats.

fwrite(Format, Args) ->
    format(Format, Args).

fwrite(Format, Args, Options) ->
    format(Format, Args, Options).

bfwrite(Format, Args) ->
    bformat(Format, Args).

bfwrite(Format, Args, Options) ->
    bformat(Format, Args, Options).

format(Format, Args) ->
    try io_lib_format:fwrite(Format, Args)
    catch error:_ -> erlang:error(badarg, [Format, Args])
    end.

format(Format, Args, Options) ->
    try io_lib_format:fwrite(Format, Args, Options)
    catch error:_ -> erlang:error(badarg, [Format, Args])
    end.

bformat(Format, Args) ->
    try io_lib_format:fwrite_bin(Format, Args)
    catch error:_ -> erlang:error(badarg, [Format, Args])
    end.

bformat(Format, Args, Options) ->
    try io_lib_format:fwrite_bin(Format, Args, Options)
    catch error:_ -> erlang:error(badarg, [Format, Args])
    end.

scan_format(Format, Args) ->
    try io_lib_format:scan(Format, Args)
    catch error:_ -> erlang:error(badarg, [Format, Args])
    end.

unscan_format(FormatList) ->
    io_lib_format:unscan(FormatList).

build_text(FormatList) ->
    try io_lib_format:build(FormatList)
    catch error:_ -> erlang:error(badarg, [FormatList])
    end.

build_text(FormatList, Options) ->
    try io_lib_format:build(FormatList, Options)
    catch error:_ -> erlang:error(badarg, [FormatList, Options])
    end.

fread(Format, Chars) ->
    io_lib_fread:fread(Format, Chars).

fread(Continuation, Chars, Format) ->
    io_lib_fread:fread(Continuation, Chars, Format).

print(Term) ->
    io_lib_pretty:print(Term).

print(Term, Column, LineLength, Depth) ->
    io_lib_pretty:print(Term, Column, LineLength, Depth).

indentation(Chars, Current) ->
    io_lib_format:indentation(Chars, Current).

%% A prompt as the io protocol has it: text, an atom, or {format, F, As}.
format_prompt(Prompt) ->
    format_prompt(Prompt, latin1).

format_prompt({format, Format, Args}, _Encoding) ->
    try format(Format, Args)
    catch _:_ -> "???"
    end;
format_prompt(Prompt, Encoding) when is_list(Prompt); is_atom(Prompt); is_binary(Prompt) ->
    try format(prompt_format("s", Encoding), [Prompt])
    catch _:_ -> "???"
    end;
format_prompt(Prompt, Encoding) ->
    format(prompt_format("p", Encoding), [Prompt]).

prompt_format(Control, unicode) -> "~t" ++ Control;
prompt_format(Control, _) -> "~" ++ Control.

%%% Terms as ~w shows them.

write(Term) ->
    write(Term, -1, latin1, undefined, -1).

write(Term, Depth, true) ->
    print(Term, 1, 80, Depth);
write(Term, Depth, false) ->
    write(Term, Depth).

write(Term, Options) when is_list(Options) ->
    write(Term, option(depth, Options, -1),
          option(encoding, Options, latin1),
          option(maps_order, Options, undefined),
          option(chars_limit, Options, -1));
write(Term, Depth) ->
    write(Term, Depth, latin1, undefined, -1).

write(_Term, Depth, _Enc, _Order, Limit) when Depth =:= 0; Limit =:= 0 ->
    "...";
write(Term, Depth, Enc, Order, Limit) when is_integer(Depth), is_integer(Limit), Limit < 0 ->
    w(Term, Depth, Enc, Order);
write(Term, Depth, Enc, Order, Limit) when is_integer(Depth), is_integer(Limit) ->
    io_lib_pretty:write(
      io_lib_pretty:intermediate(Term, Depth, Limit, no_fun, Enc, false, Order));
write(_Term, _Depth, _Enc, _Order, _Limit) ->
    error(if_clause).

bwrite(Term, Options) when is_list(Options) ->
    unicode:characters_to_binary(write(Term, Options)).

write_bin(Term, Depth, Enc, Order, Limit) ->
    Chars = write(Term, Depth, Enc, Order, Limit),
    {unicode:characters_to_binary(Chars), chars_length(Chars)}.

option(Key, Options, Default) ->
    case lists:keyfind(Key, 1, Options) of
        {Key, Value} -> Value;
        false -> Default
    end.

w(_Term, 0, _Enc, _Order) -> "...";
w(Term, _D, _Enc, _Order) when is_integer(Term) -> integer_to_list(Term);
w(Term, _D, Enc, _Order) when is_atom(Term) ->
    case Enc of
        latin1 -> write_atom_as_latin1(Term);
        _ -> write_atom(Term)
    end;
w([], _D, _Enc, _Order) -> "[]";
w({}, _D, _Enc, _Order) -> "{}";
w([H | T], D, Enc, Order) ->
    if
        D =:= 1 -> "[...]";
        true -> [$[, [w(H, D - 1, Enc, Order) | w_tail(T, D - 1, Enc, Order)], $]]
    end;
w(Term, _D, _Enc, _Order) when is_float(Term) -> io_lib_format:fwrite_g(Term);
w(Term, _D, _Enc, _Order) when is_function(Term) -> erlang:fun_to_list(Term);
w(Term, D, Enc, Order) when is_tuple(Term) ->
    if
        D =:= 1 -> "{...}";
        true ->
            [${, [w(element(1, Term), D - 1, Enc, Order) |
                  w_tuple(Term, 2, D - 1, Enc, Order)], $}]
    end;
w(Term, D, Enc, Order) when is_map(Term) ->
    w_map(map_pairs(Term, Order), D, Enc, Order);
w(Term, D, _Enc, _Order) when is_bitstring(Term) ->
    {Chars, _} = write_binary(Term, D, -1),
    Chars;
w(Term, _D, _Enc, _Order) when is_pid(Term) -> pid_to_list(Term);
w(Term, _D, _Enc, _Order) when is_port(Term) -> port_to_list(Term);
w(Term, _D, _Enc, _Order) when is_reference(Term) -> ref_to_list(Term).

w_tail([], _D, _Enc, _Order) -> [];
w_tail(_, 1, _Enc, _Order) -> "|...";
w_tail([H | T], D, Enc, Order) ->
    [$,, w(H, D - 1, Enc, Order) | w_tail(T, D - 1, Enc, Order)];
w_tail(T, D, Enc, Order) ->
    [$|, w(T, D - 1, Enc, Order)].

w_tuple(Tuple, I, _D, _Enc, _Order) when I > tuple_size(Tuple) -> [];
w_tuple(_Tuple, _I, 1, _Enc, _Order) -> ",...";
w_tuple(Tuple, I, D, Enc, Order) ->
    [$,, w(element(I, Tuple), D - 1, Enc, Order) | w_tuple(Tuple, I + 1, D - 1, Enc, Order)].

%% A map cut off by the depth says so even where nothing is left out.
w_map([], _D, _Enc, _Order) -> "#{}";
w_map(_Pairs, 1, _Enc, _Order) -> "#{}";
w_map([{K, V} | Pairs], D, Enc, Order) ->
    D0 = D - 1,
    [$#, ${, [w_pair(K, V, D0, Enc, Order) | w_pairs(Pairs, D0, D0, Enc, Order)], $}].

w_pairs(_Pairs, 1, _D0, _Enc, _Order) -> ",...";
w_pairs([], _D, _D0, _Enc, _Order) -> [];
w_pairs([{K, V} | Pairs], D, D0, Enc, Order) ->
    [$,, w_pair(K, V, D0, Enc, Order) | w_pairs(Pairs, D - 1, D0, Enc, Order)].

w_pair(K, V, D, Enc, Order) ->
    [w(K, D, Enc, Order), " => ", w(V, D, Enc, Order)].

%% The pairs of a map in the order in which they are printed.
map_pairs(Map, undefined) ->
    maps:to_list(Map);
map_pairs(Map, Order) ->
    maps:to_list(maps:iterator(Map, Order)).

%% <<1,2,3:4>>; D bounds the number of segments, T that of characters. What was
%% left out comes back.
write_binary(Bits, D, T) when is_integer(T) ->
    {Segments, Rest} = segments(Bits, D, less(T, 4), -1),
    {[$<, $<, Segments, $>, $>], Rest}.

write_binary_bin(Bits, D, T, Acc) ->
    {Chars, Rest} = write_binary(Bits, D, T),
    {<<Acc/binary, (list_to_binary(Chars))/binary>>, Rest}.

segments(<<>>, _D, _T, _N) -> {[], <<>>};
segments(Bits, D, T, _N) when D =:= 1; T =:= 0 -> {["..."], Bits};
segments(<<B>>, _D, _T, _N) -> {[integer_to_list(B)], <<>>};
segments(<<B, Rest/bitstring>>, D, T, N) ->
    S = integer_to_list(B),
    {Ss, Left} = segments(Rest, D - 1, less(T, length(S) + 1), N),
    {[S, $, | Ss], Left};
segments(Bits, _D, _T, _N) ->
    L = bit_size(Bits),
    <<B:L>> = Bits,
    {[integer_to_list(B), $:, integer_to_list(L)], <<>>}.

less(T, _) when T < 0 -> T;
less(T, N) when T >= N -> T - N;
less(_, _) -> 0.

%%% Atoms.

write_atom(Atom) ->
    write_atom(Atom, fun write_string/2).

write_atom_as_latin1(Atom) ->
    write_atom(Atom, fun write_string_as_latin1/2).

write_atom(Atom, WriteString) ->
    Chars = atom_to_list(Atom),
    case quote_atom(Atom, Chars) of
        true -> WriteString(Chars, $');
        false -> Chars
    end.

%% Whether the atom needs quotes.
quote_atom(Atom, Chars) ->
    case Chars of
        [] -> true;
        [C | Cs] -> not (lower(C) andalso name(Cs)) orelse reserved(Atom)
    end.

lower(C) when C >= $a, C =< $z -> true;
lower(C) when C >= $ß, C =< $ÿ, C =/= $÷ -> true;
lower(_) -> false.

name([C | Cs]) when C >= $a, C =< $z -> name(Cs);
name([C | Cs]) when C >= $A, C =< $Z -> name(Cs);
name([C | Cs]) when C >= $0, C =< $9 -> name(Cs);
name([C | Cs]) when C =:= $_; C =:= $@ -> name(Cs);
name([C | Cs]) when C >= $À, C =< $ÿ, C =/= $×, C =/= $÷ -> name(Cs);
name([]) -> true;
name(_) -> false.

reserved('after') -> true;
reserved('and') -> true;
reserved('andalso') -> true;
reserved('band') -> true;
reserved('begin') -> true;
reserved('bnot') -> true;
reserved('bor') -> true;
reserved('bsl') -> true;
reserved('bsr') -> true;
reserved('bxor') -> true;
reserved('case') -> true;
reserved('catch') -> true;
reserved('cond') -> true;
reserved('div') -> true;
reserved('else') -> true;
reserved('end') -> true;
reserved('fun') -> true;
reserved('if') -> true;
reserved('let') -> true;
reserved('maybe') -> true;
reserved('not') -> true;
reserved('of') -> true;
reserved('or') -> true;
reserved('orelse') -> true;
reserved('receive') -> true;
reserved('rem') -> true;
reserved('try') -> true;
reserved('when') -> true;
reserved('xor') -> true;
reserved(_) -> false.

%%% Strings and characters.

write_string(S) ->
    write_string(S, $").

write_string([], Q) when Q =/= [] ->
    [Q, Q];
write_string(S, Q) ->
    quoted(S, Q, unicode).

write_unicode_string(S) ->
    write_string(S).

write_latin1_string(S) ->
    write_latin1_string(S, $").

write_latin1_string(S, Q) ->
    quoted(S, Q, unicode).

write_string_as_latin1(S) ->
    write_string_as_latin1(S, $").

write_string_as_latin1(S, Q) ->
    quoted(S, Q, latin1).

%% Q is the quote, [] for none.
quoted(S, [], Enc) -> escaped(S, [], Enc, []);
quoted(S, Q, Enc) ->
    case plain_quoted(S, Q) of
        false -> [Q | escaped(S, Q, Enc, [Q])];
        Quoted -> Quoted
    end.

%% The string in quotes if it is all of ASCII and needs no escapes; else false.
plain_quoted(_, _) -> erlang:nif_error(undef).

escaped([C | Cs], Q, Enc, End) when C >= $\s, C < $\d, C =/= Q, C =/= $\\ ->
    [C | escaped(Cs, Q, Enc, End)];
escaped([C | Cs], Q, Enc, End) ->
    escape(C, Q, Enc, escaped(Cs, Q, Enc, End));
escaped([], _Q, _Enc, End) ->
    End.

escape(C, C, _Enc, Tail) -> [$\\, C | Tail];
escape($\\, _Q, _Enc, Tail) -> [$\\, $\\ | Tail];
escape(C, _Q, _Enc, Tail) when C >= 160, C =< 255 -> [C | Tail];
escape(C, _Q, latin1, Tail) when is_integer(C), C > 255 -> "\\x{" ++ integer_to_list(C, 16) ++ "}" ++ Tail;
escape(C, _Q, _Enc, Tail) when is_integer(C), C > 255 -> [C | Tail];
escape($\n, _Q, _Enc, Tail) -> [$\\, $n | Tail];
escape($\r, _Q, _Enc, Tail) -> [$\\, $r | Tail];
escape($\t, _Q, _Enc, Tail) -> [$\\, $t | Tail];
escape($\v, _Q, _Enc, Tail) -> [$\\, $v | Tail];
escape($\b, _Q, _Enc, Tail) -> [$\\, $b | Tail];
escape($\f, _Q, _Enc, Tail) -> [$\\, $f | Tail];
escape($\e, _Q, _Enc, Tail) -> [$\\, $e | Tail];
escape($\d, _Q, _Enc, Tail) -> [$\\, $d | Tail];
escape(C, _Q, _Enc, Tail) when is_integer(C) ->
    [$\\, (C bsr 6) + $0, ((C bsr 3) band 7) + $0, (C band 7) + $0 | Tail].

bwrite_string(S, Q, Enc) ->
    element(1, write_string_bin(unicode:characters_to_list(S), Q, Enc)).

write_string_bin(S, Q, Enc) ->
    Chars = quoted(S, Q, case Enc of latin1 -> latin1; _ -> unicode end),
    {unicode:characters_to_binary(Chars), length(Chars)}.

write_char(C) when is_integer(C), C >= 0 -> [$$ | char_text(C, unicode)].

write_unicode_char(C) ->
    write_char(C).

write_latin1_char(C) when C =< 255 -> [$$ | char_text(C, unicode)].

write_char_as_latin1(C) -> [$$ | char_text(C, latin1)].

char_text($\s, _Enc) -> "\\s";
char_text(C, _Enc) when C > $\s, C < $\d, C =/= $\\ -> [C];
char_text(C, Enc) -> escape(C, [], Enc, []).

%% Lists of characters, flat and deep.

latin1_char_list([C | Cs]) when is_integer(C), C >= 0, C =< 255 -> latin1_char_list(after_plain(Cs));
latin1_char_list(Cs) -> Cs =:= [].

char_list([C | Cs]) when is_integer(C), C >= 0, C < 16#D800;
                         is_integer(C), C > 16#DFFF, C < 16#FFFE;
                         is_integer(C), C > 16#FFFF, C =< 16#10FFFF ->
    char_list(Cs);
char_list(Cs) ->
    Cs =:= [].

deep_latin1_char_list(Cs) -> deep(Cs, [], fun(C) -> C =< 255 end).

deep_char_list(Cs) -> deep_unicode_char_list(Cs).

deep_unicode_char_list(Cs) -> deep(Cs, [], fun(C) -> char_list([C]) end).

deep([C | Cs], More, IsChar) when is_list(C) -> deep(C, [Cs | More], IsChar);
deep([C | Cs], More, IsChar) when is_integer(C), C >= 0 -> IsChar(C) andalso deep(Cs, More, IsChar);
deep([], [Cs | More], IsChar) -> deep(Cs, More, IsChar);
deep([], [], _IsChar) -> true;
deep(_, _, _) -> false.

printable_latin1_list([C | Cs]) when is_integer(C), C >= $\s, C =< $~ -> printable_latin1_list(after_plain(Cs));
printable_latin1_list([C | Cs]) when is_integer(C), C >= 160, C =< 255 -> printable_latin1_list(Cs);
printable_latin1_list([C | Cs]) when C =:= $\n; C =:= $\r; C =:= $\t; C =:= $\v; C =:= $\b;
                                     C =:= $\f; C =:= $\e ->
    printable_latin1_list(Cs);
printable_latin1_list(Cs) ->
    Cs =:= [].

printable_unicode_list([C | Cs]) when is_integer(C), C >= $\s, C =< $~;
                                      is_integer(C), C >= 160, C < 16#D800;
                                      is_integer(C), C > 16#DFFF, C < 16#FFFE;
                                      is_integer(C), C > 16#FFFF, C =< 16#10FFFF ->
    printable_unicode_list(after_plain(Cs));
printable_unicode_list([C | Cs]) when C =:= $\n; C =:= $\r; C =:= $\t; C =:= $\v; C =:= $\b;
                                      C =:= $\f; C =:= $\e ->
    printable_unicode_list(Cs);
printable_unicode_list(Cs) ->
    Cs =:= [].

%% What follows the characters from space to ~ at the front.
after_plain(_) -> erlang:nif_error(undef).

%% What is printable depends on the flag +pc.
printable_list(L) ->
    case io:printable_range() of
        latin1 -> printable_latin1_list(L);
        unicode -> printable_unicode_list(L)
    end.

nl() ->
    "\n".

%% The number of characters of deep characters with binaries.
chars_length(S) ->
    try iolist_size(S)
    catch _:_ -> count(S, 0)
    end.

count([C | Cs], N) when is_integer(C) -> count(Cs, N + 1);
count([C | Cs], N) -> count(Cs, count(C, N));
count([], N) -> N;
count(Bin, N) when is_binary(Bin) -> N + string:length(Bin).

%% A term with everything below a depth replaced by '...'.
limit_term(Term, Depth) when is_integer(Depth) ->
    try test_limit(Term, Depth) of
        ok -> Term
    catch throw:limit -> limit(Term, Depth)
    end.

limit(_, 0) -> '...';
limit([H | T] = L, D) ->
    if
        D =:= 1 -> ['...'];
        true ->
            case printable_list(L) of
                true -> L;
                false -> [limit(H, D - 1) | limit_tail(T, D - 1)]
            end
    end;
limit(Map, D) when is_map(Map) ->
    limit_map(Map, D);
limit({}, _D) -> {};
limit(Tuple, D) when is_tuple(Tuple) ->
    if
        D =:= 1 -> {'...'};
        true -> list_to_tuple([limit(element(1, Tuple), D - 1) |
                               limit_tail(tl(tuple_to_list(Tuple)), D - 1)])
    end;
limit(<<_, _/bitstring>> = Bits, D) ->
    case is_binary(Bits) of
        true -> limit_binary(Bits, D);
        false -> limit_binary(Bits, D)
    end;
limit(Term, _D) -> Term.

limit_tail([], _D) -> [];
limit_tail(_, 1) -> ['...'];
limit_tail([H | T], D) -> [limit(H, D - 1) | limit_tail(T, D - 1)];
limit_tail(T, D) -> limit(T, D - 1).

limit_map(Map, D) ->
    limit_pairs(maps:to_list(Map), D, D - 1, []).

limit_pairs([], _D, _D0, Acc) -> maps:from_list(Acc);
limit_pairs(_, 0, _D0, Acc) -> maps:from_list(Acc);
limit_pairs([{K, V} | Pairs], D, D0, Acc) ->
    limit_pairs(Pairs, D - 1, D0, [{K, limit(V, D0)} | Acc]).

limit_binary(Bits, D) ->
    case byte_size(Bits) =< D of
        true -> Bits;
        false -> '...'
    end.

test_limit(_, 0) -> throw(limit);
test_limit([H | T] = L, D) ->
    if
        D =:= 1 -> throw(limit);
        true ->
            case printable_list(L) of
                true -> ok;
                false ->
                    test_limit(H, D - 1),
                    test_tail(T, D - 1)
            end
    end;
test_limit(Map, D) when is_map(Map) ->
    maps:size(Map) > D andalso throw(limit),
    maps:foreach(fun(_, V) -> test_limit(V, D - 1) end, Map);
test_limit({}, _D) -> ok;
test_limit(Tuple, D) when is_tuple(Tuple) ->
    if
        D =:= 1 -> throw(limit);
        true ->
            test_limit(element(1, Tuple), D - 1),
            test_tail(tl(tuple_to_list(Tuple)), D - 1)
    end;
test_limit(Bits, D) when is_bitstring(Bits) ->
    byte_size(Bits) > D andalso throw(limit),
    ok;
test_limit(_Term, _D) -> ok.

test_tail([], _D) -> ok;
test_tail(_, 1) -> throw(limit);
test_tail([H | T], D) ->
    test_limit(H, D - 1),
    test_tail(T, D - 1);
test_tail(T, D) ->
    test_limit(T, D - 1).

%%% Collectors of the io protocol: state `start` or what they gave back; the
%%% answer is {stop, Result, RestOfData} or the new state.

collect_chars(Options) ->
    {io_lib, collect_chars, Options}.

collect_chars(State, Data, N) ->
    collect_chars(State, Data, latin1, N).

collect_chars(start, eof, _Enc, _N) ->
    {stop, eof, eof};
collect_chars(start, Data, Enc, N) when is_binary(Data); is_list(Data) ->
    collect_more([], N, Data, Enc);
collect_chars({_Left, [], _}, eof, _Enc, _N) ->
    {stop, eof, eof};
collect_chars({_Left, Sofar, Kind}, eof, _Enc, _N) ->
    {stop, joined(Kind, Sofar), eof};
collect_chars({Left, Sofar, _Kind}, Data, Enc, _N) ->
    collect_more(Sofar, Left, Data, Enc).

collect_more(Sofar, N, Data, Enc) when is_binary(Data) ->
    case split_chars(Data, N, Enc) of
        {short, Missing} -> {Missing, [Data | Sofar], binary};
        At ->
            <<Taken:At/binary, Rest/binary>> = Data,
            {stop, joined(binary, [Taken | Sofar]), Rest}
    end;
collect_more(Sofar, N, Data, _Enc) ->
    Len = length(Data),
    if
        Len < N -> {N - Len, [Data | Sofar], list};
        true ->
            {Taken, Rest} = lists:split(N, Data),
            {stop, joined(list, [Taken | Sofar]), Rest}
    end.

joined(binary, Parts) -> list_to_binary(lists:reverse(Parts));
joined(list, Parts) -> lists:append(lists:reverse(Parts)).

%% The byte where the first N characters end.
split_chars(Data, N, latin1) ->
    case byte_size(Data) of
        Size when Size < N -> {short, N - Size};
        _ -> N
    end;
split_chars(Data, N, _) ->
    split_utf8(Data, N, 0).

split_utf8(_Data, 0, At) ->
    At;
split_utf8(Data, N, At) ->
    case Data of
        <<_:At/binary, C/utf8, _/binary>> -> split_utf8(Data, N - 1, At + utf8_size(C));
        <<_:At/binary, _, _/binary>> -> split_utf8(Data, N - 1, At + 1);
        _ -> {short, N}
    end.

utf8_size(C) when C < 16#80 -> 1;
utf8_size(C) when C < 16#800 -> 2;
utf8_size(C) when C < 16#10000 -> 3;
utf8_size(_) -> 4.

%% As collect_chars, but content with what is there.
collect_chars_eager(start, eof, _Enc, _N) ->
    {stop, eof, eof};
collect_chars_eager(start, Data, Enc, N) ->
    case collect_chars(start, Data, Enc, N) of
        {_Left, [], list} -> {0, [], list};
        {_Left, [<<>>], binary} -> start;
        {_Left, Parts, Kind} -> {stop, joined(Kind, Parts), empty(Kind)};
        Stop -> Stop
    end;
collect_chars_eager(State, Data, Enc, N) ->
    collect_chars(State, Data, Enc, N).

empty(binary) -> <<>>;
empty(list) -> [].

collect_line(Options) ->
    {io_lib, collect_line, Options}.

collect_line(State, Data, Args) ->
    collect_line(State, Data, latin1, Args).

%% A line with its newline; the state is what came so far, backwards.
collect_line(start, Data, Enc, Args) when is_binary(Data) ->
    collect_line({binary, []}, Data, Enc, Args);
collect_line(start, Data, Enc, Args) ->
    collect_line([], Data, Enc, Args);
collect_line({binary, []}, eof, _Enc, _) ->
    {stop, eof, eof};
collect_line({binary, Sofar}, eof, _Enc, _) ->
    {stop, joined(binary, Sofar), eof};
collect_line([], eof, _Enc, _) ->
    {stop, eof, eof};
collect_line(Sofar, eof, _Enc, _) ->
    {stop, lists:reverse(Sofar), eof};
collect_line({binary, Sofar}, Data, _Enc, _) ->
    case binary:match(Data, <<"\n">>) of
        nomatch -> {binary, [strip_cr(Data) | Sofar]};
        {At, 1} ->
            <<Line:At/binary, $\n, Rest/binary>> = Data,
            {stop, joined(binary, [line_end(Line, Sofar) | Sofar]), Rest}
    end;
collect_line(Sofar, Data, _Enc, _) ->
    list_line(Data, Sofar).

strip_cr(Data) -> Data.

line_end(Line, _Sofar) ->
    Size = byte_size(Line) - 1,
    case Line of
        <<Body:Size/binary, $\r>> when Size >= 0 -> <<Body/binary, $\n>>;
        _ -> <<Line/binary, $\n>>
    end.

list_line([$\r, $\n | Cs], Sofar) -> {stop, lists:reverse(Sofar, [$\n]), Cs};
list_line([$\n | Cs], Sofar) -> {stop, lists:reverse(Sofar, [$\n]), Cs};
list_line([C | Cs], Sofar) -> list_line(Cs, [C | Sofar]);
list_line([], Sofar) -> Sofar.

%% A line without its newline (passwords).
collect_line_no_eol(State, Data, Enc, Args) ->
    case collect_line(State, Data, Enc, Args) of
        {stop, Line, Rest} when is_list(Line) ->
            {stop, lists:droplast(Line), [$\n | Rest]};
        {stop, Line, Rest} when is_binary(Line) ->
            Size = byte_size(Line) - 1,
            <<Body:Size/binary, _>> = Line,
            {stop, Body, <<$\n, Rest/binary>>};
        Other -> Other
    end.

get_until(Options) ->
    {io_lib, get_until, Options}.

get_until(State, Data, Args) ->
    get_until(State, Data, latin1, Args).

%% A function of the caller decides: M:F(Continuation, Chars, Args...) gives
%% {done, Result, Rest} or {more, Continuation}.
get_until(start, Data, Enc, Args) ->
    get_until([], Data, Enc, Args);
get_until(Continuation, Data, Enc, {M, F, Args}) ->
    Chars = if
                is_binary(Data), Enc =:= unicode -> unicode:characters_to_list(Data, utf8);
                is_binary(Data) -> binary_to_list(Data);
                true -> Data
            end,
    case apply(M, F, [Continuation, Chars | Args]) of
        {done, Result, Rest} ->
            {stop, if
                       is_binary(Data), is_list(Result), Enc =:= unicode ->
                           unicode:characters_to_binary(Result, unicode, unicode);
                       is_binary(Data), is_list(Result) -> iolist_to_binary(Result);
                       true -> Result
                   end, Rest};
        {more, NewContinuation} ->
            NewContinuation
    end.
