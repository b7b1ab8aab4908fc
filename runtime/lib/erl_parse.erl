%% Tokens to abstract format. The parser itself is the compiler's, in Go.
-module(erl_parse).

-export([parse_exprs/1, parse_form/1, parse_term/1, parse/1, format_error/1,
         abstract/1, abstract/2, normalise/1, tokens/1, tokens/2,
         anno_to_term/1, anno_from_term/1, map_anno/2, fold_anno/3, mapfold_anno/3,
         new_anno/1, first_anno/1,
         inop_prec/1, preop_prec/1, func_prec/0, max_prec/0]).

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

%% abstract gives the abstract form of a term. Lists of characters, as far as
%% the encoding has them, are strings.
abstract(Term) -> abstract(Term, 0, encoded(utf8)).

abstract(Term, Options) when is_list(Options) ->
    Anno = case lists:keyfind(location, 1, Options) of
               {_, Location} -> Location;
               false -> proplists:get_value(line, Options, 0)
           end,
    abstract(Term, erl_anno:new(Anno), encoded(proplists:get_value(encoding, Options, utf8)));
abstract(Term, Location) -> abstract(Term, erl_anno:new(Location), encoded(utf8)).

encoded(none) -> none;
encoded(latin1) -> fun(C) -> C < 256 end;
encoded(Unicode) when Unicode =:= utf8; Unicode =:= unicode; Unicode =:= utf16; Unicode =:= utf32 ->
    fun(C) -> C < 16#D800 orelse C > 16#DFFF andalso C < 16#FFFE orelse C > 16#FFFF andalso C =< 16#10FFFF end;
encoded(Fun) when is_function(Fun, 1) -> Fun;
encoded(Other) -> error({badarg, Other}).

abstract(T, A, _) when is_integer(T) -> {integer, A, T};
abstract(T, A, _) when is_float(T) -> {float, A, T};
abstract(T, A, _) when is_atom(T) -> {atom, A, T};
abstract([], A, _) -> {nil, A};
abstract(T, A, _) when is_bitstring(T) -> {bin, A, bits(T, A)};
abstract([_ | _] = T, A, Enc) -> list(T, [], A, Enc);
abstract(T, A, Enc) when is_tuple(T) -> {tuple, A, [abstract(E, A, Enc) || E <- tuple_to_list(T)]};
abstract(T, A, Enc) when is_map(T) ->
    {map, A, [{map_field_assoc, A, abstract(K, A, Enc), abstract(V, A, Enc)} || {K, V} <- maps:to_list(T)]};
abstract(T, A, _) when is_function(T) ->
    case erlang:fun_info(T, type) of
        {type, external} ->
            {module, M} = erlang:fun_info(T, module),
            {name, F} = erlang:fun_info(T, name),
            {arity, N} = erlang:fun_info(T, arity),
            {'fun', A, {function, {atom, A, M}, {atom, A, F}, {integer, A, N}}}
    end.

%% The longest end of a proper list that has only characters is a string.
list([E | T], Reversed, A, Enc) -> list(T, [E | Reversed], A, Enc);
list([], Reversed, A, Enc) ->
    {Chars, Others} = lists:splitwith(fun(E) -> is_char(E, Enc) end, Reversed),
    End = case Chars of
              [] -> {nil, A};
              _ -> {string, A, lists:reverse(Chars)}
          end,
    cons(Others, End, A, Enc);
list(Tail, Reversed, A, Enc) -> cons(Reversed, abstract(Tail, A, Enc), A, Enc).

is_char(E, Enc) -> is_integer(E) andalso E >= 0 andalso Enc =/= none andalso Enc(E).

cons([E | Reversed], End, A, Enc) -> cons(Reversed, {cons, A, abstract(E, A, Enc), End}, A, Enc);
cons([], End, _, _) -> End.

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
normalise({map, _, Pairs}) ->
    maps:from_list([{normalise(K), normalise(V)} || {map_field_assoc, _, K, V} <- Pairs]);
normalise({op, _, '+', {Type, _, N}}) when Type =:= char; Type =:= integer; Type =:= float -> N;
normalise({op, _, '-', {Type, _, N}}) when Type =:= char; Type =:= integer; Type =:= float -> -N;
normalise({'fun', _, {function, {atom, _, M}, {atom, _, F}, {integer, _, A}}}) -> fun M:F/A;
normalise(_) -> error(badarg).

literal({bin_element, _, {Type, _, _}, _, _} = E)
  when Type =:= integer; Type =:= string; Type =:= char; Type =:= float -> E;
literal({bin_element, _, {op, _, _, {Type, _, _}}, _, _} = E) when Type =:= integer; Type =:= float -> E.

tokens(Expr) -> tokens(Expr, []).
tokens(Expr, More) ->
    {ok, Tokens, _} = erl_scan:string(lists:flatten(erl_pp:expr(Expr))),
    Tokens ++ More.

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
mapfold_anno(F, Acc0, {Tag, Anno0}) when is_atom(Tag), Tag =/= clauses ->
    {Anno, Acc} = F(Anno0, Acc0),
    {{Tag, Anno}, Acc};
mapfold_anno(F, Acc0, {clauses, Clauses0}) ->
    {Clauses, Acc} = mapfold_anno(F, Acc0, Clauses0),
    {{clauses, Clauses}, Acc};
mapfold_anno(F, Acc0, Tuple) when is_tuple(Tuple), tuple_size(Tuple) >= 3, is_atom(element(1, Tuple)) ->
    case element(1, Tuple) of
        Tag when Tag =:= function, tuple_size(Tuple) =/= 5 ->
            {Parts, Acc} = mapfold_anno(F, Acc0, tl(tuple_to_list(Tuple))),
            {list_to_tuple([Tag | Parts]), Acc};
        Tag when Tag =:= attribute -> mapfold_tuple(F, Acc0, Tag, Tuple, false);
        Tag -> mapfold_tuple(F, Acc0, Tag, Tuple, not is_literal(Tag))
    end;
mapfold_anno(_, Acc, Other) -> {Other, Acc}.

mapfold_tuple(F, Acc0, Tag, Tuple, Deep) ->
    [_, Anno0 | Parts0] = tuple_to_list(Tuple),
    {Anno, Acc1} = F(Anno0, Acc0),
    {Parts, Acc} = case Deep of
                       true -> mapfold_anno(F, Acc1, Parts0);
                       false -> {Parts0, Acc1}
                   end,
    {list_to_tuple([Tag, Anno | Parts]), Acc}.

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
inop_prec('#') -> {800, 700, 800};
inop_prec(':') -> {900, 800, 900};
inop_prec('.') -> {900, 900, 1000}.

preop_prec('catch') -> {0, 100};
preop_prec(Op) when Op =:= '+'; Op =:= '-'; Op =:= 'bnot'; Op =:= 'not' -> {600, 700};
preop_prec('#') -> {700, 800}.

func_prec() -> {800, 700}.
max_prec() -> 900.
