%% The layout of ~p: a term becomes a tree of nodes that know their printed
%% length; the tree is then set in lines.
%%
%% A value stands on one line when it fits there. Otherwise its elements are
%% set one below the other, save that atomic elements (numbers, atoms, strings)
%% fill lines. A tagged tuple or a record indents its elements behind the tag;
%% where that leaves too little room, everything in the term indents by 4, or
%% else by 1 column.
-module(io_lib_pretty).

-export([print/1, print/2, print/3, print/4, print/5, print/6, print_bin/2]).
-export([intermediate/7, write/1, write/2]).

%% Kinds of node:
%%   text               set as it is; body: characters
%%   bin                <<1,2,3>>; body: the segments, texts
%%   list tuple map     body: elements
%%   tagged             a tuple with an atom first
%%   record             body: {NameNode, Fields}
%%   field pair         body: {Name, Value}, {Key, Value}
%% Elements are a list of nodes that may end in `dots` (cut off by the depth or
%% the number of characters) or, in a list, in a node (an improper tail).
%% cut is the number of places where something was left out.
-record(node, {kind, body, len, cut = 0}).

%% How the tree is built.
-record(how, {records, encoding, strings, order}).

%% How it is set: line length, characters a line, indentation for tags (0: behind
%% the tag), and whether too little room is an answer.
-record(page, {ll, max, tind, strict}).

-define(IS_TEXT(N), (N)#node.kind =:= text).

print(Term) ->
    print(Term, 1, 80, -1).

%% The second argument: options, or the function that knows the records.
print(Term, Options) when is_list(Options) ->
    How = how(Options),
    print(Term, option(column, Options, 1), option(line_length, Options, 80),
          option(depth, Options, -1), option(line_max_chars, Options, -1),
          option(chars_limit, Options, -1), How);
print(Term, Records) ->
    print(Term, 1, 80, -1, Records).

print(Term, Options, _Encoding) ->
    print(Term, Options).

print(Term, Col, Ll, D) ->
    print(Term, Col, Ll, D, no_fun).

print(Term, Col, Ll, D, Records) ->
    print(Term, Col, Ll, D, -1, Records).

print(Term, Col, Ll, D, Max, Records) ->
    print(Term, Col, Ll, D, Max, -1, how([{record_print_fun, Records}])).

%% The text as UTF-8, its length, and the column where it ends.
print_bin(Term, Options) ->
    Chars = print(Term, Options),
    {unicode:characters_to_binary(Chars), io_lib:chars_length(Chars),
     io_lib:indentation(Chars, 0)}.

how(Options) ->
    #how{records = option(record_print_fun, Options, no_fun),
         encoding = option(encoding, Options, utf8),
         strings = option(strings, Options, true),
         order = option(maps_order, Options, undefined)}.

option(Key, Options, Default) ->
    case lists:keyfind(Key, 1, Options) of
        {Key, Value} -> Value;
        false -> Default
    end.

print(_Term, _Col, _Ll, 0, _Max, _Limit, _How) ->
    "...";
print(_Term, _Col, _Ll, _D, _Max, 0, _How) ->
    "...";
print(Term, Col, Ll, D, Max, Limit, How) when Col =< 0 ->
    print(Term, 1, Ll, D, Max, Limit, How);
print(Atom, _Col, _Ll, _D, _Max, _Limit, #how{encoding = Enc}) when is_atom(Atom) ->
    write_atom(Atom, Enc);
print(Term, Col, Ll, D, Max0, Limit, How)
  when is_list(Term); is_tuple(Term); is_map(Term); is_bitstring(Term) ->
    Tree = limited(Term, D, Limit, How),
    Len = Tree#node.len,
    Max = if Max0 < 0 -> Len; true -> Max0 end,
    if
        Ll =:= 0; Len < Ll - Col, Len =< Max ->
            write(Tree);
        true ->
            set_page(Tree, Col, Ll, Max, [-1, 4])
    end;
print(Term, _Col, _Ll, _D, _Max, _Limit, _How) ->
    io_lib:write(Term).

%% The first indentation with room for everything, else 1.
set_page(Tree, Col, Ll, Max, [TInd | TInds]) ->
    Page = #page{ll = Ll, max = Max, tind = TInd, strict = true},
    try tagless(Tree) orelse set(Tree, Page, Col, "", 0, 0) of
        _ -> set(Tree, Page#page{strict = false}, Col, indent(Col - 1), 0, 0)
    catch throw:no_room -> set_page(Tree, Col, Ll, Max, TInds)
    end;
set_page(Tree, Col, Ll, Max, []) ->
    Page = #page{ll = Ll, max = Max, tind = 1, strict = false},
    set(Tree, Page, Col, indent(Col - 1), 0, 0).

%% Whether nothing in the tree asks for room behind its tag or name.
tagless(#node{kind = Kind, body = Nodes}) when Kind =:= list; Kind =:= tuple; Kind =:= map ->
    all_tagless(Nodes);
tagless(#node{kind = pair, body = {Key, Value}}) ->
    tagless(Key) andalso tagless(Value);
tagless(#node{kind = Kind}) ->
    Kind =:= text orelse Kind =:= bin.

all_tagless([#node{kind = text} | Nodes]) -> all_tagless(Nodes);
all_tagless([Node | Nodes]) -> tagless(Node) andalso all_tagless(Nodes);
all_tagless(Node) when is_record(Node, node) -> tagless(Node);
all_tagless(_) -> true.

%%% The tree.

limited(Term, D, Limit, How) when Limit < 0 ->
    node(Term, D, Limit, How);
limited(Term, D, Limit, How) ->
    deepen(node(Term, 1, Limit, How), Term, 1, 2, D, Limit, How).

%% The least depth at which the text reaches the limit, by doubling and then
%% halving the step.
deepen(Tree = #node{cut = Cut, len = Len}, _Term, D0, _Step, D, Limit, _How)
  when Cut =:= 0; Len > Limit; D0 =:= D ->
    Tree;
deepen(Tree, Term, D0, Step, D, Limit, How) ->
    D1 = if D < 0 -> D0 + Step; true -> min(D0 + Step, D) end,
    case node(Term, D1, Limit, How) of
        #node{len = Len, cut = Cut1} = Upper when Len > Limit, Cut1 > 0 ->
            narrow(Tree, Upper, Term, D0, D1, Limit, How);
        Tree ->
            Tree;
        Deeper ->
            deepen(Deeper, Term, D1, Step * 2, D, Limit, How)
    end.

narrow(_Lower, Upper, _Term, Low, High, _Limit, _How) when High - Low < 2 ->
    Upper;
narrow(Lower, Upper, Term, Low, High, Limit, How) ->
    Mid = (Low + High) div 2,
    case node(Term, Mid, Limit, How) of
        #node{len = Len} = Tree when Len > Limit ->
            narrow(Lower, Tree, Term, Low, Mid, Limit, How);
        Tree ->
            narrow(Tree, Upper, Term, Mid, High, Limit, How)
    end.

%% The tree for erlang's own limited writers.
intermediate(Term, D, Limit, Records, Encoding, Strings, Order) ->
    limited(Term, D, Limit, #how{records = Records, encoding = Encoding,
                                 strings = Strings, order = Order}).

text(Chars) ->
    text(Chars, 0).

text(Chars, Cut) ->
    #node{kind = text, body = Chars, len = io_lib:chars_length(Chars), cut = Cut}.

node([], _D, _T, _How) ->
    text("[]");
node({}, _D, _T, _How) ->
    text("{}");
node(Map, _D, _T, _How) when map_size(Map) =:= 0 ->
    text("#{}");
node(<<>>, _D, _T, _How) ->
    text("<<>>");
node(List, D, T, How) when is_list(List) ->
    case How#how.strings andalso printable_list(List, D, T, How#how.encoding) of
        true ->
            text(write_string(List, How#how.encoding));
        {true, Prefix} ->
            text([write_string(Prefix, How#how.encoding) | "..."], 1);
        false ->
            compound(list, list_nodes(List, D, less(T, 5), How), 2, D)
    end;
node(Fun, _D, _T, _How) when is_function(Fun) ->
    text(io_lib:write(Fun));
node(Tuple, D, T, How) when is_tuple(Tuple), is_atom(element(1, Tuple)),
                            is_function(How#how.records) ->
    case (How#how.records)(element(1, Tuple), tuple_size(Tuple) - 1) of
        no -> tuple_node(Tuple, D, T, How);
        Fields -> record_node(Tuple, Fields, D, T, How)
    end;
node(Tuple, D, T, How) when is_tuple(Tuple) ->
    tuple_node(Tuple, D, T, How);
node(Map, 1, _T, _How) when is_map(Map) ->
    text("#{...}", 1);
node(Map, D, T, How) when is_map(Map) ->
    compound(map, map_nodes(Map, D, T, How), 3, D);
node(Bits, D, T, How) when is_bitstring(Bits) ->
    bits_node(Bits, D, T, How);
node(Atom, _D, _T, How) when is_atom(Atom) ->
    text(write_atom(Atom, How#how.encoding));
node(Term, _D, _T, _How) ->
    text(io_lib:write(Term)).

%% A node of elements with Around characters before and after them.
compound(Kind, Nodes, Around, _D) ->
    {Len, Cut} = sum(Nodes, 0, 0),
    #node{kind = Kind, body = Nodes, len = Len + Around, cut = Cut}.

sum([#node{len = Len, cut = Cut}], L, C) ->
    {L + Len, C + Cut};
sum([#node{len = Len, cut = Cut} | Nodes], L, C) ->
    sum(Nodes, L + Len + 1, C + Cut);
sum(#node{len = Len, cut = Cut}, L, C) ->
    {L + Len, C + Cut};
sum(dots, L, C) ->
    {L + 3, C + 1};
sum([], L, C) ->
    {L, C}.

list_nodes([_ | _], D, T, _How) when D =:= 1; T =:= 0 ->
    dots;
list_nodes([E | Es], D, T, How) ->
    Node = node(E, D - 1, less(T, 1), How),
    [Node | list_tail(Es, D - 1, less(T, Node#node.len + 1), How)].

list_tail([], _D, _T, _How) ->
    [];
list_tail(Es, D, T, How) when is_list(Es) ->
    list_nodes(Es, D, T, How);
list_tail(_Improper, D, T, _How) when D =:= 1; T =:= 0 ->
    dots;
list_tail(Improper, D, T, How) ->
    node(Improper, D - 1, less(T, 1), How).

tuple_node(_Tuple, 1, _T, _How) ->
    text("{...}", 1);
tuple_node(Tuple, D, T, How) ->
    Nodes = tuple_nodes(tuple_to_list(Tuple), D, less(T, 5), How),
    Kind = if
               is_atom(element(1, Tuple)), tuple_size(Tuple) > 1 -> tagged;
               true -> tuple
           end,
    compound(Kind, Nodes, 2, D).

tuple_nodes([], _D, _T, _How) ->
    [];
tuple_nodes(_, D, T, _How) when D =:= 1; T =:= 0 ->
    dots;
tuple_nodes([E | Es], D, T, How) ->
    Node = node(E, D - 1, less(T, 1), How),
    [Node | tuple_nodes(Es, D - 1, less(T, Node#node.len + 1), How)].

map_nodes(Map, D, T, How) ->
    pair_nodes(io_lib:map_pairs(Map, How#how.order), D, D - 1, less(T, 3), How).

pair_nodes([], _D, _D0, _T, _How) ->
    [];
pair_nodes(_, D, _D0, T, _How) when D =:= 1; T =:= 0 ->
    dots;
pair_nodes([{K, V} | Pairs], D, D0, T, How) ->
    Key = node(K, D0, less(T, 1), How),
    Value = node(V, D0, less(T, 1 + Key#node.len + 4), How),
    Node = pair(pair, Key, Value, 4),
    [Node | pair_nodes(Pairs, D - 1, D0, less(T, Node#node.len + 1), How)].

pair(Kind, Key, Value, Between) ->
    #node{kind = Kind, body = {Key, Value},
          len = Key#node.len + Between + Value#node.len,
          cut = Key#node.cut + Value#node.cut}.

record_node(_Tuple, _Fields, 1, _T, _How) ->
    text("{...}", 1);
record_node(Tuple, Fields, D, T, How) ->
    Name = text([$# | write_atom(element(1, Tuple), How#how.encoding)]),
    Nodes = if
                D =:= 1 -> dots;
                true -> field_nodes(Fields, tl(tuple_to_list(Tuple)), D - 1,
                                    less(T, Name#node.len + 2), How)
            end,
    {Len, Cut} = sum(Nodes, 0, 0),
    #node{kind = record, body = {Name, Nodes}, len = Name#node.len + 2 + Len, cut = Cut}.

field_nodes(_, [], _D, _T, _How) ->
    [];
field_nodes(_, _, D, T, _How) when D =:= 1; T =:= 0 ->
    dots;
field_nodes([Field | Fields], [E | Es], D, T, How) ->
    Name = text(write_atom(Field, How#how.encoding)),
    Value = node(E, D - 1, less(T, Name#node.len + 3), How),
    Node = pair(field, Name, Value, 3),
    [Node | field_nodes(Fields, Es, D - 1, less(T, Node#node.len + 1), How)].

bits_node(_Bits, 1, _T, _How) ->
    text("<<...>>", 1);
bits_node(Bits, D, T, How = #how{encoding = Enc}) ->
    case How#how.strings andalso printable_bits(Bits, D, T, Enc) of
        {true, List} when is_list(List) ->
            text([$<, $<, write_string(List, Enc), $>, $>]);
        {false, List} when is_list(List) ->
            text([$<, $<, write_string(List, Enc), "/utf8>>"]);
        {true, true, Prefix} ->
            text([$<, $<, write_string(Prefix, Enc) | "...>>"], 1);
        {false, true, Prefix} ->
            text([$<, $<, write_string(Prefix, Enc) | "/utf8...>>"], 1);
        false ->
            {Segments, Cut} = segments(Bits, D, less(T, 4)),
            Len = lists:foldl(fun(S, N) -> N + length(S) + 1 end, 3, Segments),
            #node{kind = bin, body = Segments, len = Len, cut = Cut}
    end.

segments(<<>>, _D, _T) ->
    {[], 0};
segments(_, D, T) when D =:= 1; T =:= 0 ->
    {["..."], 1};
segments(<<B, Rest/bitstring>>, D, T) ->
    S = integer_to_list(B),
    {Ss, Cut} = segments(Rest, D - 1, less(T, length(S) + 1)),
    {[S | Ss], Cut};
segments(Bits, _D, _T) ->
    N = bit_size(Bits),
    <<B:N>> = Bits,
    {[integer_to_list(B) ++ ":" ++ integer_to_list(N)], 0}.

less(T, _) when T < 0 -> T;
less(T, N) when T >= N -> T - N;
less(_, _) -> 0.

write_atom(Atom, latin1) -> io_lib:write_atom_as_latin1(Atom);
write_atom(Atom, _) -> io_lib:write_atom(Atom).

write_string(List, latin1) -> io_lib:write_string_as_latin1(List);
write_string(List, _) -> io_lib:write_string(List).

%%% What is shown as a string.

printable_list(_L, 1, _T, _Enc) ->
    false;
printable_list(L, _D, T, Enc) when T < 0 ->
    case Enc of
        latin1 -> io_lib:printable_latin1_list(L);
        _ -> io_lib:printable_list(L)
    end;
printable_list(L, _D, T, Enc) ->
    case printable_prefix(L, less(T, 2), range(Enc), []) of
        all -> true;
        {prefix, Prefix} -> {true, Prefix};
        no -> false
    end.

range(latin1) -> latin1;
range(_) -> io:printable_range().

printable_prefix([], _N, _Range, _Acc) ->
    all;
printable_prefix(_, 0, _Range, Acc) ->
    {prefix, lists:reverse(Acc)};
printable_prefix([C | Cs], N, Range, Acc) ->
    case is_integer(C) andalso printable(C, Range) of
        true -> printable_prefix(Cs, N - 1, Range, [C | Acc]);
        false -> no
    end;
printable_prefix(_, _N, _Range, _Acc) ->
    no.

printable(C, latin1) -> io_lib:printable_latin1_list([C]);
printable(C, _) -> io_lib:printable_unicode_list([C]).

%% {Latin1, String} or {Latin1, true, Prefix}, or false.
printable_bits(_Bits, 1, _T, _Enc) ->
    false;
printable_bits(Bits, D, T, Enc) when is_binary(Bits) ->
    N0 = if D >= 0 -> min(4 * (D - 1), byte_size(Bits)); true -> byte_size(Bits) end,
    N = if T < 0 -> N0; true -> min(less(T, 6), N0) end,
    case Enc of
        latin1 -> printable_latin1(Bits, N, D);
        _ ->
            case printable_utf8(Bits, N, D) of
                not_utf8 -> printable_latin1(Bits, N, D);
                YesOrNo -> YesOrNo
            end
    end;
printable_bits(_Bits, _D, _T, _Enc) ->
    false.

%% At least as many characters are shown as there would be numbers.
printable_latin1(Bin, N, D) ->
    <<Prefix:N/binary, _/binary>> = Bin,
    shown(latin1_prefix(binary_to_list(Prefix), []), byte_size(Bin), true, D).

latin1_prefix([C | Cs], Acc) ->
    case io_lib:printable_latin1_list([C]) of
        true -> latin1_prefix(Cs, [C | Acc]);
        false -> lists:reverse(Acc)
    end;
latin1_prefix([], Acc) ->
    lists:reverse(Acc).

shown(List, Size, Latin1, D) ->
    case length(List) of
        Size -> {Latin1, List};
        Len when D > 0, Len >= D - 1, Len > 0 -> {Latin1, true, List};
        _ -> false
    end.

printable_utf8(Bin, N, D) ->
    case utf8_chars(Bin, N, io:printable_range(), []) of
        not_utf8 -> not_utf8;
        {List, Rest} ->
            Size = byte_size(Bin) - byte_size(Rest),
            shown(List, if Rest =:= <<>> -> length(List); true -> -1 end,
                  Size =:= length(List), D)
    end.

utf8_chars(Rest, 0, _Range, Acc) ->
    {lists:reverse(Acc), Rest};
utf8_chars(<<>>, _N, _Range, Acc) ->
    {lists:reverse(Acc), <<>>};
utf8_chars(<<C/utf8, Rest/binary>> = Bin, N, Range, Acc) ->
    case printable(C, Range) of
        true -> utf8_chars(Rest, N - 1, Range, [C | Acc]);
        false -> {lists:reverse(Acc), Bin}
    end;
utf8_chars(_, _N, _Range, _Acc) ->
    not_utf8.

%%% A tree on one line.

write(#node{kind = text, body = Chars}) ->
    Chars;
write(#node{kind = bin, body = Segments}) ->
    [$<, $<, lists:join($,, Segments), $>, $>];
write(#node{kind = list, body = Nodes}) ->
    [$[, write_nodes(Nodes, $|), $]];
write(#node{kind = map, body = Nodes}) ->
    [$#, ${, write_nodes(Nodes, $,), $}];
write(#node{kind = record, body = {Name, Nodes}}) ->
    [write(Name), ${, write_nodes(Nodes, $,), $}];
write(#node{kind = pair, body = {Key, Value}}) ->
    [write(Key), " => ", write(Value)];
write(#node{kind = field, body = {Name, Value}}) ->
    [write(Name), " = ", write(Value)];
write(#node{body = Nodes}) ->
    [${, write_nodes(Nodes, $,), $}].

write(Tree, _Encoding) ->
    write(Tree).

write_nodes(dots, _Sep) -> "...";
write_nodes([], _Sep) -> [];
write_nodes([Node | Nodes], Sep) -> [write(Node) | write_tail(Nodes, Sep)].

write_tail([], _Sep) -> [];
write_tail([Node | Nodes], Sep) -> [$,, write(Node) | write_tail(Nodes, Sep)];
write_tail(dots, Sep) -> [Sep | "..."];
write_tail(Node, _Sep) -> [$| | write(Node)].

%%% A tree set in lines.

%% The lines are set once in strict mode, just to see whether there is room,
%% and a second time for their text. Strict mode differs in two places: an
%% atomic element that is too wide ends its line, and an improper tail asks for
%% room behind the element before it though it starts a line of its own.

%% Col is the column where the node starts, Ind the white space before it, After
%% the number of closing brackets right behind it, W the characters that the
%% line has already.
set(#node{len = Len} = Node, #page{ll = Ll, max = Max}, Col, _Ind, After, W)
  when Len < Ll - Col - After, Len + W + After =< Max ->
    write(Node);
set(#node{kind = text, body = Chars}, _Page, _Col, _Ind, _After, _W) ->
    Chars;
set(#node{kind = bin, body = Segments}, #page{ll = Ll, max = Max}, Col, Ind, After, W) ->
    N = max(8, min(Ll - (Col + 2), Max - 4 - W) - After),
    [$<, $<, set_segments(Segments, N, N, indent(2, Ind)), $>, $>];
set(#node{kind = list, body = Nodes}, Page, Col, Ind, After, W) ->
    [$[, set_nodes(Nodes, Page, Col + 1, indent(1, Ind), After, $|, W + 1), $]];
set(#node{kind = map, body = Nodes}, Page, Col, Ind, After, W) ->
    [$#, ${, set_pairs(Nodes, Page, Col + 2, indent(2, Ind), After, W + 1), $}];
set(#node{kind = tuple, body = Nodes}, Page, Col, Ind, After, W) ->
    [${, set_nodes(Nodes, Page, Col + 1, indent(1, Ind), After, $,, W + 1), $}];
set(#node{kind = tagged, body = Nodes}, Page, Col, Ind, After, W) ->
    [${, set_tagged(Nodes, Page, Col, Ind, After, W + 1), $}];
set(#node{kind = record, body = {#node{body = Name, len = NLen}, Nodes}}, Page, Col, Ind,
    After, W) ->
    [Name, ${, set_fields(Nodes, NLen, Page, Col, Ind, After, W + NLen + 1), $}].

set_tagged(dots, _Page, _Col, _Ind, _After, _W) ->
    "...";
set_tagged([Tag | Nodes], Page = #page{tind = TInd}, Col, Ind, After, W) ->
    TLen = Tag#node.len,
    Behind = TLen + 2,
    TCol = Col + Behind,
    if
        TInd > 0, Behind > TInd ->
            Col1 = Col + TInd,
            room(Page, Col1),
            [write(Tag) | set_tail(Nodes, Page, Col1, TCol, indent(TInd, Ind), After,
                                   $,, W + TLen)];
        true ->
            room(Page, TCol + 1),
            [write(Tag), $, | set_nodes(Nodes, Page, TCol, indent(Behind, Ind), After,
                                        $,, W + TLen + 1)]
    end.

room(#page{strict = true, max = Max, ll = Ll}, Col) when Max + Col > Ll, Col > Ll div 2 ->
    throw(no_room);
room(_Page, _Col) ->
    ok.

set_nodes(dots, _Page, _Col, _Ind, _After, _Sep, _W) ->
    "...";
set_nodes([Node | Nodes], Page, Col, Ind, After, Sep, W) ->
    {Chars, Len} = set_node(Node, Page, Col, Ind, after_last(Nodes, After), W),
    [Chars | set_tail(Nodes, Page, Col, Col + Len, Ind, After, Sep, W + Len)].

%% Col0 is where a new line starts, Col where we are.
set_tail([], _Page, _Col0, _Col, _Ind, _After, _Sep, _W) ->
    [];
set_tail([Node | Nodes], Page, Col0, Col, Ind, After, Sep, W) ->
    After1 = after_last(Nodes, After),
    Len = Node#node.len + 1,
    case is_atomic(Node) andalso fits(Len, Page, Col, After1, W) of
        true ->
            [$,, write(Node) | set_tail(Nodes, Page, Col0, Col + Len, Ind, After, Sep, W + Len)];
        false ->
            {Chars, Len1} = set_node(Node, Page, Col0, Ind, After1, 0),
            [$,, $\n, Ind, Chars |
             set_tail(Nodes, Page, Col0, Col0 + Len1, Ind, After, Sep, Len1)]
    end;
set_tail(dots, _Page, _Col0, _Col, _Ind, _After, Sep, _W) ->
    [Sep | "..."];
set_tail(Node, Page, Col0, Col, Ind, After, Sep, W) ->
    Len = Node#node.len + 1,
    case is_atomic(Node) andalso fits(Len, Page, Col, After + 1, W) of
        true ->
            [Sep, write(Node)];
        false ->
            At = if Page#page.strict -> Col; true -> Col0 end,
            {Chars, _} = set_node(Node, Page, At, Ind, After + 1, 0),
            [Sep, $\n, Ind, Chars]
    end.

fits(Len, #page{ll = Ll, max = Max}, Col, 0, W) ->
    Len + 1 < Ll - Col andalso W + Len + 1 =< Max;
fits(Len, #page{ll = Ll, max = Max}, Col, After, W) ->
    Len < Ll - Col - After andalso W + Len + After =< Max.

is_atomic(#node{kind = text}) -> true;
is_atomic(#node{kind = Kind, body = {Name, Value}}) when Kind =:= pair; Kind =:= field ->
    ?IS_TEXT(Name) andalso ?IS_TEXT(Value);
is_atomic(_) -> false.

after_last([_ | _], _After) -> 0;
after_last(_, After) -> After + 1.

%% The text, and its length; the length is a whole line where the next element
%% has to start a line of its own.
set_node(Node = #node{kind = text, len = Len}, Page = #page{ll = Ll, max = Max}, Col, _Ind, After, W) ->
    if
        Page#page.strict, not (Len < Ll - Col - After andalso Len + W + After =< Max) ->
            {[], Ll};
        true ->
            {write(Node), Len}
    end;
set_node(Node = #node{kind = Kind, len = Len}, Page = #page{ll = Ll, max = Max}, Col, Ind, After, W)
  when Kind =:= pair; Kind =:= field ->
    if
        Len < Ll - Col - After, Len + W + After =< Max ->
            case is_atomic(Node) of
                true -> {write(Node), Len};
                false -> {write(Node), Ll}
            end;
        Kind =:= pair ->
            {set_pair(Node#node.body, Page, Col, Ind, After, W), Ll};
        true ->
            {set_field(Node#node.body, Page, Col, Ind, After, W), Ll}
    end;
set_node(Node, Page, Col, Ind, After, W) ->
    {set(Node, Page, Col, Ind, After, W), Page#page.ll}.

%% What stands before the map's first pair does not count in the second.
set_pairs([Pair | Pairs], Page, Col, Ind, After, W) ->
    {Chars, Len} = set_node(Pair, Page, Col, Ind, after_last(Pairs, After), W),
    [Chars | set_tail(Pairs, Page, Col, Col + Len, Ind, After, $,, Len)];
set_pairs(dots, _Page, _Col, _Ind, _After, _W) ->
    "...".

set_pair({Key, Value}, Page, Col, Ind, After, W) ->
    Step = case Page#page.tind of
               TInd when TInd > 0 -> TInd;
               _ -> 4
           end,
    Ind1 = indent(Step, Ind),
    [set(Key, Page, Col, Ind, After, W), " =>\n", Ind1 |
     set(Value, Page, Col + Step, Ind1, After, 0)].

set_fields(dots, _NLen, _Page, _Col, _Ind, _After, _W) ->
    "...";
set_fields([], _NLen, _Page, _Col, _Ind, _After, _W) ->
    "";
set_fields([Field | Fields], NLen, Page, Col0, Ind0, After, W0) ->
    {Col, Ind, NewLine, W} = field_place(NLen + 1, Page, Col0, Ind0, W0),
    {Chars, Len} = set_node(Field, Page, Col, Ind, after_last(Fields, After), W),
    [NewLine, Chars | set_tail(Fields, Page, Col, Col + Len, Ind, After, $,, W + Len)].

set_field({#node{body = Name, len = NLen0}, Value}, Page, Col0, Ind0, After, W0) ->
    NLen = NLen0 + 3,
    {Col, Ind, NewLine, W} = field_place(NLen, Page, Col0, Ind0, W0 + NLen),
    Sep = case NewLine of
              [] -> " = ";
              _ -> " ="
          end,
    [Name, Sep, NewLine | set(Value, Page, Col, Ind, After, W)].

%% Behind the name, or on a line of its own.
field_place(Behind, Page = #page{tind = TInd}, Col, Ind, _W) when TInd > 0, Behind > TInd ->
    room(Page, Col + TInd),
    Ind1 = indent(TInd, Ind),
    {Col + TInd, Ind1, [$\n | Ind1], 0};
field_place(Behind, Page, Col, Ind, W) ->
    room(Page, Col + Behind),
    {Col + Behind, indent(Behind, Ind), [], W}.

set_segments([S], N, _Full, Ind) when length(S) > N ->
    [$\n, Ind, S];
set_segments([S], _N, _Full, _Ind) ->
    [S];
set_segments([S | Segments], N, Full, Ind) ->
    Len = length(S) + 1,
    if
        Len > N -> [$\n, Ind, S, $, | set_segments(Segments, Full - Len, Full, Ind)];
        true -> [S, $, | set_segments(Segments, N - Len, Full, Ind)]
    end.

indent(N) ->
    indent(N, "").

%% The shape is erl's, too.
indent(1, Ind) -> [$\s | Ind];
indent(4, Ind) -> ["  ", "  " | Ind];
indent(N, Ind) when N > 0 -> [io_lib_format:filler($\s, N) | Ind];
indent(_, Ind) -> Ind.
