%% Construction of binaries at the shell's prompt, as far as it fails: which
%% field is at fault, in the frames under which erl shows it.
-module(eval_bits).

-export([failed/1, expr_grp/3, expr_grp/4]).

%% expr_grp makes a binary of fields.
expr_grp(Fields, Bindings, _EvalFun) -> erl_eval:expr({bin, 0, Fields}, Bindings).
expr_grp(Fields, Bindings, EvalFun, _ErrorInfo) -> expr_grp(Fields, Bindings, EvalFun).

%% failed gets the fields of a binary that could not be made, each as
%% {Position, Type, Endian, InString, Unit, Value, Size}, and raises the error
%% of the first that does not fit.
-spec failed([tuple()]) -> no_return().
failed(Fields) ->
    lists:foreach(fun field/1, Fields),
    error(system_limit).

field({Position, Type, Endian, InString, Unit, Value, Size}) ->
    try build(Type, Endian, bits(Type, Value, Size, Unit), Unit, Value) of
        _ -> ok
    catch
        throw:{Operator, Args} when is_list(Args) ->
            Frame = {erlang, Operator, Args, [explained(#{module => erl_erts_errors}, Position)]},
            fail(badarg, [Frame, frame(eval_exp_field1, 9, 119)], InString);
        throw:{invalid, Bits} ->
            Info = #{cause => {1, float, invalid, Bits}, function => format_bs_fail,
                     module => erl_erts_errors},
            {M, F, A, L} = frame(eval_exp_field, 6, line(Type, Endian)),
            fail(badarg, [{M, F, A, L ++ [explained(Info, Position)]}], InString);
        throw:no_units ->
            fail(badarg, [frame(eval_exp_field, 6, 174)], InString);
        error:Reason:Stack ->
            Info = case lists:keyfind(error_info, 1, element(4, hd(Stack))) of
                       {error_info, I} -> [explained(I, Position)];
                       false -> []
                   end,
            {M, F, A, L} = frame(eval_exp_field, 6, line(Type, Endian)),
            fail(Reason, [{M, F, A, L ++ Info}], InString)
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

line(integer, _) -> 148;
line(utf8, _) -> 150;
line(utf16, _) -> 152;
line(utf32, _) -> 158;
line(float, little) -> 164;
line(float, _) -> 168;
line(binary, _) -> 177.

frame(Name, Arity, Line) -> {?MODULE, Name, Arity, [{file, "eval_bits.erl"}, {line, Line}]}.

fail(Reason, Frames, InString) ->
    Characters = [frame(F, A, 98) || InString, {F, A} <- [{'-eval_field/5-lbc$^4/2-0-', 10},
                                                          {'-eval_field/5-fun-5-', 9}]],
    Stack = Frames ++ Characters ++ [frame(create_binary, 2, 82), frame(expr_grp, 5, 73) | callers()],
    erlang:raise(error, Reason, lists:sublist(Stack, 8)).

%% The frames of whoever called failed/1.
callers() ->
    try error(here)
    catch
        error:here:Stack ->
            lists:dropwhile(fun({M, _, _, _}) -> M =:= ?MODULE orelse M =:= lists end, Stack)
    end.
