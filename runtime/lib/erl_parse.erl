%% Tokens to abstract format. The parser itself is the compiler's, in Go.
-module(erl_parse).

-export([parse_exprs/1, parse_form/1, parse_term/1, parse/1, format_error/1,
         abstract/1, abstract/2, normalise/1, tokens/1, tokens/2,
         anno_to_term/1, anno_from_term/1, map_anno/2, fold_anno/3, mapfold_anno/3,
         new_anno/1, first_anno/1,
         inop_prec/1, preop_prec/1, type_inop_prec/1, type_preop_prec/1, func_prec/0, max_prec/0]).

parse(Tokens) -> parse_form(Tokens).
parse_form(_Tokens) -> erlang:nif_error(undef).
parse_exprs(_Tokens) -> erlang:nif_error(undef).

parse_term(Tokens) ->
    case parse_exprs(Tokens) of
        {ok, [Expr]} ->
            try {ok, normalise(Expr)}
            catch _:_ -> {error, {erl_anno:location(first_anno(Expr)), ?MODULE, "bad term"}}
            end;
        {ok, [_, Expr | _]} ->
            {error, {erl_anno:location(first_anno(Expr)), ?MODULE, "bad term"}};
        {error, _} = Error -> Error
    end.

format_error(Message) ->
    case io_lib:deep_char_list(Message) of
        true -> Message;
        false -> io_lib:write(Message)
    end.

%% abstract gives the abstract form of a term. Lists of characters that the
%% encoding has become strings.
abstract(Term) -> abstract(Term, 0, encoding(utf8)).

abstract(Term, Options) when is_list(Options) ->
    Anno = case lists:keyfind(location, 1, Options) of
               {_, Location} -> Location;
               false -> proplists:get_value(line, Options, 0)
           end,
    abstract(Term, Anno, encoding(proplists:get_value(encoding, Options, utf8)));
abstract(Term, Location) -> abstract(Term, Location, encoding(utf8)).

encoding(none) -> fun(_) -> false end;
encoding(latin1) -> fun(C) -> C =< 255 end;
encoding(F) when is_function(F, 1) -> F;
encoding(Encoding) when Encoding =:= utf8; Encoding =:= unicode; Encoding =:= utf16; Encoding =:= utf32 ->
    fun(C) -> C < 16#D800 orelse C > 16#DFFF andalso C < 16#FFFE orelse C > 16#FFFF andalso C =< 16#10FFFF end;
encoding(Other) -> error({badarg, Other}).

abstract(T, A, _) when is_integer(T) -> {integer, A, T};
abstract(T, A, _) when is_float(T) -> {float, A, T};
abstract(T, A, _) when is_atom(T) -> {atom, A, T};
abstract([], A, _) -> {nil, A};
abstract(T, A, _) when is_bitstring(T) -> {bin, A, bits(T, A)};
abstract([_ | _] = T, A, E) -> list(T, A, E);
abstract(T, A, E) when is_tuple(T) -> {tuple, A, [abstract(X, A, E) || X <- tuple_to_list(T)]};
abstract(T, A, E) when is_map(T) ->
    {map, A, [{map_field_assoc, A, abstract(K, A, E), abstract(V, A, E)} || {K, V} <- maps:to_list(T)]};
abstract(T, A, _) when is_function(T, 0); is_function(T) ->
    case erlang:fun_info(T, type) of
        {type, external} ->
            {module, M} = erlang:fun_info(T, module),
            {name, F} = erlang:fun_info(T, name),
            {arity, N} = erlang:fun_info(T, arity),
            {'fun', A, {function, {atom, A, M}, {atom, A, F}, {integer, A, N}}};
        _ -> error(function_clause)
    end.

%% The longest tail that is made of characters is a string.
list(T, A, E) ->
    {Before, Last} = split(T, [], E),
    lists:foldl(fun(X, Tail) -> {cons, A, abstract(X, A, E), Tail} end,
                case Last of
                    [_ | _] -> {string, A, Last};
                    _ -> abstract(Last, A, E)
                end, Before).

%% split gives the elements before that tail, last first, and the tail.
split(T, Before, E) ->
    case chars(T, E) of
        all -> {Before, T};
        N -> skip(N, T, Before, E)
    end.

%% chars counts the elements up to the last that is no character.
chars(T, E) -> chars(T, E, 0, all).

chars([C | T], E, N, Last) when is_integer(C), C >= 0 ->
    case E(C) of
        true -> chars(T, E, N + 1, Last);
        false -> chars(T, E, N + 1, N + 1)
    end;
chars([_ | T], E, N, _) -> chars(T, E, N + 1, N + 1);
chars([], _, _, Last) -> Last;
chars(_, _, N, _) -> N.

skip(0, T, Before, _) -> {Before, T};
skip(N, [X | T], Before, E) -> skip(N - 1, T, [X | Before], E).

bits(<<B, Rest/bitstring>>, A) ->
    [{bin_element, A, {integer, A, B}, default, default} | bits(Rest, A)];
bits(<<>>, _) -> [];
bits(Bits, A) ->
    N = bit_size(Bits),
    <<B:N>> = Bits,
    [{bin_element, A, {integer, A, B}, {integer, A, N}, default}].

%% normalise gives the term of an abstract form made of literals.
normalise({char, _, C}) -> C;
normalise({integer, _, I}) -> I;
normalise({float, _, F}) -> F;
normalise({atom, _, A}) -> A;
normalise({string, _, S}) -> S;
normalise({nil, _}) -> [];
normalise({bin, _, Elements}) ->
    {value, Bin, _} = erl_eval:expr({bin, 0, [literal(E) || E <- Elements]}, erl_eval:new_bindings()),
    Bin;
normalise({cons, _, H, T}) -> [normalise(H) | normalise(T)];
normalise({tuple, _, Es}) -> list_to_tuple([normalise(E) || E <- Es]);
normalise({map, _, Pairs} = Map) ->
    maps:from_list(lists:map(fun({map_field_assoc, _, K, V}) -> {normalise(K), normalise(V)};
                                (_) -> error({badarg, Map})
                             end, Pairs));
normalise({op, _, '+', {Type, _, N}}) when Type =:= char; Type =:= integer; Type =:= float -> N;
normalise({op, _, '-', {Type, _, N}}) when Type =:= char; Type =:= integer; Type =:= float -> -N;
normalise({'fun', _, {function, {atom, _, M}, {atom, _, F}, {integer, _, A}}}) -> fun M:F/A;
normalise(Abstr) -> error({badarg, Abstr}).

literal({bin_element, _, {Type, _, _}, _, _} = E)
  when Type =:= integer; Type =:= string; Type =:= char; Type =:= float -> E;
literal({bin_element, _, {op, _, _, {Type, _, _}}, _, _} = E) when Type =:= integer; Type =:= float -> E.

%% tokens gives the tokens of an abstract form made of literals.
tokens(Abstr) -> tokens(Abstr, []).

tokens({Kind, A, Value}, More) when Kind =:= char; Kind =:= integer; Kind =:= float; Kind =:= atom;
                                    Kind =:= var; Kind =:= string ->
    [{Kind, A, Value} | More];
tokens({nil, A}, More) -> [{'[', A}, {']', A} | More];
tokens({cons, A, Head, Tail}, More) -> [{'[', A} | tokens(Head, tail_tokens(Tail, More))];
tokens({map, A, []}, More) -> [{'#', A}, {'{', A}, {'}', A} | More];
tokens({map, A, [Pair | Pairs]}, More) -> [{'#', A}, {'{', A} | pair_tokens(Pair, Pairs, More)];
tokens({tuple, A, []}, More) -> [{'{', A}, {'}', A} | More];
tokens({tuple, A, [E | Es]}, More) -> [{'{', A} | tokens(E, element_tokens(Es, element(2, E), More))].

pair_tokens({map_field_assoc, A, Key, Value}, Pairs, More) ->
    After = case Pairs of
                [] -> [{'}', A} | More];
                [Next | Rest] -> [{',', A} | pair_tokens(Next, Rest, More)]
            end,
    tokens(Key, [{'=>', A} | tokens(Value, After)]).

tail_tokens({cons, A, Head, Tail}, More) -> [{',', A} | tokens(Head, tail_tokens(Tail, More))];
tail_tokens({nil, A}, More) -> [{']', A} | More];
tail_tokens(Other, More) ->
    A = element(2, Other),
    [{'|', A} | tokens(Other, [{']', A} | More])].

element_tokens([E | Es], A, More) -> [{',', A} | tokens(E, element_tokens(Es, element(2, E), More))];
element_tokens([], A, More) -> [{'}', A} | More].

%%% Annotations within abstract forms.

anno_to_term(Abstr) -> map_anno(fun erl_anno:to_term/1, Abstr).
anno_from_term(Term) -> map_anno(fun erl_anno:from_term/1, Term).
new_anno(Term) -> map_anno(fun erl_anno:new/1, Term).

map_anno(F, Abstr) ->
    {Result, _} = mapfold_anno(fun(A, Acc) -> {F(A), Acc} end, ok, Abstr),
    Result.

fold_anno(F, Acc0, Abstr) ->
    {_, Acc} = mapfold_anno(fun(A, Acc) -> {A, F(A, Acc)} end, Acc0, Abstr),
    Acc.

mapfold_anno(F, Acc0, Forms) when is_list(Forms) ->
    lists:mapfoldl(fun(Form, Acc) -> mapfold_anno(F, Acc, Form) end, Acc0, Forms);
mapfold_anno(_, Acc, {Tag, _} = Form) when Tag =:= error; Tag =:= warning; Tag =:= eof -> {Form, Acc};
mapfold_anno(F, Acc0, {clauses, Clauses0}) ->
    {Clauses, Acc} = mapfold_anno(F, Acc0, Clauses0),
    {{clauses, Clauses}, Acc};
mapfold_anno(F, Acc0, {Tag, Anno0}) when is_atom(Tag) ->
    {Anno, Acc} = F(Anno0, Acc0),
    {{Tag, Anno}, Acc};
mapfold_anno(F, Acc0, {function, _, _} = Function) -> parts(F, Acc0, Function, 1);
mapfold_anno(F, Acc0, {function, _, _, _} = Function) -> parts(F, Acc0, Function, 1);
mapfold_anno(F, Acc0, {typed_record_field, _, _} = Field) -> parts(F, Acc0, Field, 1);
mapfold_anno(F, Acc0, {record_field, Anno0, Expr0, Name, Field}) ->
    %% As in OTP, the field's name keeps its annotation.
    {Anno, Acc1} = F(Anno0, Acc0),
    {Expr, Acc} = mapfold_anno(F, Acc1, Expr0),
    {{record_field, Anno, Expr, Name, Field}, Acc};
mapfold_anno(F, Acc0, {attribute, Anno0, Name, Value0}) ->
    {Anno, Acc1} = F(Anno0, Acc0),
    {Value, Acc} = attribute_value(F, Acc1, Name, Value0),
    {{attribute, Anno, Name, Value}, Acc};
mapfold_anno(F, Acc0, Tuple) when is_tuple(Tuple), tuple_size(Tuple) >= 3, is_atom(element(1, Tuple)) ->
    {Anno, Acc1} = F(element(2, Tuple), Acc0),
    Node = setelement(2, Tuple, Anno),
    case is_literal(element(1, Tuple)) of
        true -> {Node, Acc1};
        false -> parts(F, Acc1, Node, 2)
    end;
mapfold_anno(_, Acc, Other) -> {Other, Acc}.

%% parts goes into what follows the first elements of a tuple.
parts(F, Acc0, Tuple, Skip) ->
    {First, Rest0} = lists:split(Skip, tuple_to_list(Tuple)),
    {Rest, Acc} = mapfold_anno(F, Acc0, Rest0),
    {list_to_tuple(First ++ Rest), Acc}.

%% Of attributes only records, types and specs have annotations inside.
attribute_value(F, Acc0, Kind, {Name, Types0})
  when Kind =:= record; Kind =:= spec; Kind =:= callback ->
    {Types, Acc} = mapfold_anno(F, Acc0, Types0),
    {{Name, Types}, Acc};
attribute_value(F, Acc0, Kind, {Name, Type0, Params0})
  when Kind =:= type; Kind =:= opaque; Kind =:= nominal ->
    {Type, Acc1} = mapfold_anno(F, Acc0, Type0),
    {Params, Acc} = mapfold_anno(F, Acc1, Params0),
    {{Name, Type, Params}, Acc};
attribute_value(_, Acc, _, Value) -> {Value, Acc}.

is_literal(Tag) ->
    lists:member(Tag, [atom, var, integer, float, char, string]).

first_anno(Abstr) ->
    fold_anno(fun(A, none) -> A;
                 (A, B) -> case erl_anno:location(A) < erl_anno:location(B) of true -> A; false -> B end
              end, none, Abstr).

%%% Operator precedence: left operand, operator, right operand.

inop_prec('=') -> {150, 100, 100};
inop_prec('!') -> {150, 100, 100};
inop_prec('orelse') -> {160, 150, 150};
inop_prec('andalso') -> {200, 160, 160};
inop_prec(Op) when Op =:= '=='; Op =:= '/='; Op =:= '=<'; Op =:= '<'; Op =:= '>=';
                   Op =:= '>'; Op =:= '=:='; Op =:= '=/=' -> {300, 200, 300};
inop_prec('++') -> {400, 300, 300};
inop_prec('--') -> {400, 300, 300};
inop_prec(Op) when Op =:= '+'; Op =:= '-'; Op =:= 'bor'; Op =:= 'bxor'; Op =:= 'bsl';
                   Op =:= 'bsr'; Op =:= 'or'; Op =:= 'xor' -> {400, 400, 500};
inop_prec(Op) when Op =:= '*'; Op =:= '/'; Op =:= 'div'; Op =:= 'rem'; Op =:= 'band';
                   Op =:= 'and' -> {500, 500, 600};
inop_prec('#') -> {750, 700, 750};
inop_prec(':') -> {900, 800, 900};
inop_prec('.') -> {900, 900, 1000}.

preop_prec('catch') -> {0, 100};
preop_prec(Op) when Op =:= '+'; Op =:= '-'; Op =:= 'bnot'; Op =:= 'not' -> {600, 700};
preop_prec('#') -> {700, 800}.

type_inop_prec('=') -> {150, 100, 100};
type_inop_prec('::') -> {150, 150, 160};
type_inop_prec('|') -> {180, 170, 170};
type_inop_prec('..') -> {300, 200, 300};
type_inop_prec(Op) when Op =:= '+'; Op =:= '-'; Op =:= 'bor'; Op =:= 'bxor'; Op =:= 'bsl'; Op =:= 'bsr' ->
    {400, 400, 500};
type_inop_prec(Op) when Op =:= '*'; Op =:= '/'; Op =:= 'div'; Op =:= 'rem'; Op =:= 'band' -> {500, 500, 600};
type_inop_prec('#') -> {800, 700, 800}.

type_preop_prec(Op) when Op =:= '+'; Op =:= '-'; Op =:= 'bnot' -> {600, 700};
type_preop_prec('#') -> {700, 800}.

func_prec() -> {800, 700}.
max_prec() -> 900.
