%% Construction of binaries from the abstract format, and at the shell's prompt,
%% as far as it fails: which field is at fault, in the frames under which erl
%% shows it.
-module(eval_bits).

-export([expr_grp/3, expr_grp/4, match_bits/6, match_bits/7, failed/1]).

%% expr_grp makes the binary of the fields of a bin expression. Eval evaluates
%% what is in them.
expr_grp(Fields, Bindings, Eval) -> expr_grp(Fields, Bindings, Eval, []).

expr_grp(Fields, Bindings0, Eval, _) ->
    {Parts, Bindings} = lists:mapfoldl(fun(F, Bs) -> constructed(F, Bs, Eval) end, Bindings0, Fields),
    {value, list_to_bitstring(Parts), Bindings}.

constructed({bin_element, _, {string, _, Chars}, Size0, Types}, Bindings0, Eval) ->
    {Size, Bindings} = size(Size0, Types, Bindings0, Eval),
    {[part(C, Size, Types) || C <- Chars], Bindings};
constructed({bin_element, _, Expr, Size0, Types}, Bindings0, Eval) ->
    {value, Value, Bindings1} = Eval(Expr, Bindings0),
    {Size, Bindings} = size(Size0, Types, Bindings1, Eval),
    {part(Value, Size, Types), Bindings}.

size(default, _, Bindings, _) -> {default, Bindings};
size({atom, _, all}, _, Bindings, _) -> {all, Bindings};
size(Expr, _, Bindings0, Eval) ->
    {value, Size, Bindings} = Eval(Expr, Bindings0),
    {Size, Bindings}.

part(Value, Size0, Types0) ->
    {ok, Size, BitType} = erl_bits:set_bit_type(Size0, Types0),
    [Type, {unit, Unit}, _, Endian] = erl_bits:as_list(BitType),
    case {Type, Endian} of
        {integer, little} -> <<Value:(Size * Unit)/little>>;
        {integer, native} -> <<Value:(Size * Unit)/native>>;
        {float, little} -> <<Value:(Size * Unit)/float-little>>;
        {float, native} -> <<Value:(Size * Unit)/float-native>>;
        {utf16, little} -> <<Value/utf16-little>>;
        {utf32, little} -> <<Value/utf32-little>>;
        _ -> build(Type, Endian, bits(Type, Value, Size, Unit), Unit, Value)
    end.

%% match_bits matches a binary with the fields of a bin pattern. Sizes are
%% evaluated by Eval in the bindings Sizes, patterns matched by Match in
%% Bindings; what a variable is bound to counts in both.
match_bits(Fields, Bin, Bindings, Sizes, Match, Eval) ->
    match_bits(Fields, Bin, Bindings, Sizes, Match, Eval, []).

match_bits(Fields, Bin, Bindings, Sizes, Match, Eval, _) when is_bitstring(Bin) ->
    match_fields(Fields, Bin, Bindings, Sizes, Match, Eval);
match_bits(_, _, _, _, _, _, _) -> nomatch.

match_fields([{bin_element, L, {string, SL, Chars}, Size, Types} | Fields], Bin, Bindings, Sizes, Match, Eval) ->
    match_fields([{bin_element, L, {integer, SL, C}, Size, Types} || C <- Chars] ++ Fields,
                 Bin, Bindings, Sizes, Match, Eval);
match_fields([{bin_element, _, Pattern, Size0, Types} | Fields], Bin, Bindings0, Sizes, Match, Eval) ->
    {Size, _} = size(Size0, Types, Sizes, Eval),
    {ok, Bits, Type} = erl_bits:set_bit_type(Size, Types),
    try taken(erl_bits:as_list(Type), Bits, Bin) of
        {Value, Rest} ->
            case Match(match, {Pattern, Value, Bindings0}) of
                {match, Bindings} ->
                    match_fields(Fields, Rest, Bindings, bound(Pattern, Value, Sizes, Match), Match, Eval);
                nomatch -> nomatch
            end
    catch
        error:{badmatch, _} -> nomatch
    end;
match_fields([], <<>>, Bindings, _, _, _) -> {match, Bindings};
match_fields([], _, _, _, _, _) -> nomatch.

bound({var, _, Name}, Value, Sizes, Match) when Name =/= '_' -> Match(add_binding, {Name, Value, Sizes});
bound(_, _, Sizes, _) -> Sizes.

%% taken takes a value off a binary.
taken([binary, {unit, Unit}, _, _], all, Bin) ->
    0 = bit_size(Bin) rem Unit,
    {Bin, <<>>};
taken([binary, {unit, Unit}, _, _], Size, Bin) ->
    Bits = Size * Unit,
    <<Value:Bits/bits, Rest/bits>> = Bin,
    {Value, Rest};
taken([integer, {unit, Unit}, Sign, Endian], Size, Bin) ->
    Bits = Size * Unit,
    <<Value:Bits/bits, Rest/bits>> = Bin,
    {integer(Sign, Endian, Bits, Value), Rest};
taken([float, {unit, Unit}, _, Endian], Size, Bin) ->
    Bits = Size * Unit,
    case {little(Endian), Bin} of
        {true, <<Value:Bits/float-little, Rest/bits>>} -> {Value, Rest};
        {false, <<Value:Bits/float, Rest/bits>>} -> {Value, Rest};
        _ -> error({badmatch, Bin})
    end;
taken([utf8, _, _, _], _, Bin) ->
    <<Value/utf8, Rest/bits>> = Bin,
    {Value, Rest};
taken([utf16, _, _, Endian], _, Bin) ->
    case {little(Endian), Bin} of
        {true, <<Value/utf16-little, Rest/bits>>} -> {Value, Rest};
        {false, <<Value/utf16, Rest/bits>>} -> {Value, Rest};
        _ -> error({badmatch, Bin})
    end;
taken([utf32, _, _, Endian], _, Bin) ->
    case {little(Endian), Bin} of
        {true, <<Value/utf32-little, Rest/bits>>} -> {Value, Rest};
        {false, <<Value/utf32, Rest/bits>>} -> {Value, Rest};
        _ -> error({badmatch, Bin})
    end.

integer(Sign, Endian, Bits, Value) ->
    case {Sign, little(Endian)} of
        {signed, true} -> <<I:Bits/signed-little>> = Value, I;
        {signed, false} -> <<I:Bits/signed>> = Value, I;
        {unsigned, true} -> <<I:Bits/little>> = Value, I;
        {unsigned, false} -> <<I:Bits>> = Value, I
    end.

little(little) -> true;
little(native) -> <<1:16/native>> =:= <<1:16/little>>;
little(big) -> false.

%% failed gets the fields of a binary that could not be made, each as
%% {Position, Type, {Sign, Endian}, InString, Unit, Value, Size}, and raises the error
%% of the first that does not fit.
-spec failed([tuple()]) -> no_return().
failed(Fields) ->
    lists:foreach(fun field/1, Fields),
    error(system_limit).

field({Position, Type, Flags, InString, Unit, Value, Size}) ->
    try build(Type, Flags, bits(Type, Value, Size, Unit), Unit, Value) of
        _ -> ok
    catch
        throw:{Operator, Args} when is_list(Args) ->
            Frame = {erlang, Operator, Args, [explained(#{module => erl_erts_errors}, Position)]},
            fail(badarg, [Frame, frame(eval_exp_field1, 9, 119)], InString, 7);
        throw:{invalid, Bits} ->
            Info = #{cause => {1, float, invalid, Bits}, function => format_bs_fail,
                     module => erl_erts_errors},
            {M, F, A, L} = frame(eval_exp_field, 6, line(Type, Flags)),
            fail(badarg, [{M, F, A, L ++ [explained(Info, Position)]}], InString, 8);
        throw:no_units ->
            fail(badarg, [frame(eval_exp_field, 6, 174)], InString, 8);
        error:Reason:Stack ->
            Info = case lists:keyfind(error_info, 1, element(4, hd(Stack))) of
                       {error_info, I} -> [explained(I, Position)];
                       false -> []
                   end,
            {M, F, A, L} = frame(eval_exp_field, 6, line(Type, Flags)),
            fail(Reason, [{M, F, A, L ++ Info}], InString, 8)
    end.

explained(Info, Position) -> {error_info, Info#{override_segment_position => Position}}.

%% The size in bits; none is a field that has its own.
bits(Type, _, _, _) when Type =:= utf8; Type =:= utf16; Type =:= utf32 -> none;
bits(_, Value, all, _) when is_bitstring(Value) -> all;
bits(_, Value, all, _) -> throw({bit_size, [Value]});
bits(_, _, Size, Unit) when is_integer(Size) -> Size * Unit;
bits(_, _, Size, Unit) -> throw({'*', [Size, Unit]}).

build(integer, _, Bits, _, Value) -> <<Value:Bits>>;
build(float, _, Bits, _, _) when Bits =/= 16, Bits =/= 32, Bits =/= 64, Bits >= 0, Bits < 1 bsl 60 ->
    throw({invalid, Bits});
build(float, _, Bits, _, Value) -> <<Value:Bits/float>>;
build(utf8, _, _, _, Value) -> <<Value/utf8>>;
build(utf16, _, _, _, Value) -> <<Value/utf16>>;
build(utf32, _, _, _, Value) -> <<Value/utf32>>;
build(binary, _, all, Unit, Value) when bit_size(Value) rem Unit =/= 0 -> throw(no_units);
build(binary, _, all, _, Value) -> Value;
build(binary, _, Bits, _, Value) -> <<Value:Bits/bits>>.

line(integer, {signed, little}) -> 138;
line(integer, {unsigned, little}) -> 140;
line(integer, {signed, native}) -> 142;
line(integer, {unsigned, native}) -> 144;
line(integer, {signed, big}) -> 146;
line(integer, {unsigned, big}) -> 148;
line(utf8, _) -> 150;
line(utf16, {_, big}) -> 152;
line(utf16, {_, little}) -> 154;
line(utf16, {_, native}) -> 156;
line(utf32, {_, big}) -> 158;
line(utf32, {_, little}) -> 160;
line(utf32, {_, native}) -> 162;
line(float, {_, little}) -> 164;
line(float, {_, native}) -> 166;
line(float, {_, big}) -> 168;
line(binary, _) -> 177.

frame(Name, Arity, Line) -> {?MODULE, Name, Arity, [{file, "eval_bits.erl"}, {line, Line}]}.

%% erl has a frame less to show where an operator fails.
fail(Reason, Frames, InString, Depth) ->
    Characters = [frame(F, A, 98) || InString, {F, A} <- [{'-eval_field/5-lbc$^4/2-0-', 10},
                                                          {'-eval_field/5-fun-5-', 9}]],
    Stack = Frames ++ Characters ++ [frame(create_binary, 2, 82), frame(expr_grp, 5, 73) | callers()],
    erlang:raise(error, Reason, lists:sublist(Stack, Depth)).

%% The frames of whoever called failed/1.
callers() ->
    try error(here)
    catch
        error:here:Stack ->
            lists:dropwhile(fun({M, _, _, _}) -> M =:= ?MODULE orelse M =:= lists end, Stack)
    end.
