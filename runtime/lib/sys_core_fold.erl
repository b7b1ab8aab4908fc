%% Words for what erlc's folding of constants finds; the compiler names this
%% module in its warnings.
-module(sys_core_fold).

-export([format_error/1]).

format_error({nomatch, {shadow, Line, {F, A}}}) ->
    io_lib:format("this clause for ~ts/~B cannot match because a previous clause at line ~p always matches", [F, A, Line]);
format_error({nomatch, {shadow, Line}}) ->
    io_lib:format("this clause cannot match because a previous clause at line ~p always matches", [Line]);
format_error({nomatch, shadow}) -> "this clause cannot match because a previous clause always matches";
format_error({nomatch, no_clause}) -> "no clause will ever match";
format_error({nomatch, guard}) -> "this clause cannot match because its guard evaluates to 'false'";
format_error({nomatch, clause_type}) -> "this clause cannot match because of different types/sizes";
format_error({nomatch, {bit_syntax_truncated, Sign, Value, Size}}) ->
    io_lib:format("this clause cannot match because the value ~p will not fit in ~s '~s' binary segment of size ~p",
                  [Value, case Sign of signed -> "a"; _ -> "an" end, Sign, Size]);
format_error({nomatch, {bit_syntax_unsigned, Value}}) ->
    io_lib:format("this clause cannot match because the negative value ~p will never match "
                  "the value of an 'unsigned' binary segment", [Value]);
format_error({nomatch, {bit_syntax_size, Size}}) ->
    io_lib:format("this clause cannot match because '~p' is not a valid size for a binary segment", [Size]);
format_error({nomatch, {bit_syntax_type, Value, Type}}) ->
    io_lib:format("this clause cannot match because '~p' is not of the expected type '~p'", [Value, Type]);
format_error({nomatch, {bit_syntax_unicode, Value}}) ->
    io_lib:format("this clause cannot match because the value ~p is not a valid Unicode code point", [Value]);
format_error({ignored, useless_building}) -> "a term is constructed, but never used";
format_error({ignored, {result, MFA}}) ->
    ["the result of ",
     case MFA of
         {erlang, make_fun, 3} -> "fun construction";
         {erlang, F, A} ->
             case operator(F, A) of
                 true -> ["evaluating operator ", function(MFA)];
                 false -> ["calling ", function(MFA)]
             end;
         _ -> ["calling ", function(MFA)]
     end,
     " is ignored (suppress the warning by assigning the expression to the _ variable)"];
format_error({ignored, {no_effect, {erlang, F, A} = MFA}}) ->
    case erl_internal:comp_op(F, A) of
        true -> io_lib:format("use of operator ~p has no effect", [F]);
        false ->
            case operator(F, A) of
                true -> io_lib:format("the call to erlang:~p/~p has no effect", [F, A]);
                false -> ["the call to ", function(MFA), " has no effect"]
            end
    end;
format_error({failed, {eval_failure, {_, F, A} = MFA, Reason}}) ->
    [case element(1, MFA) =:= erlang andalso operator(F, A) of
         true -> ["evaluation of operator ", function(MFA)];
         false -> ["the call to ", function(MFA)]
     end,
     io_lib:format(" will fail with a '~p' exception", [Reason])];
format_error({failed, bad_call}) -> "invalid function call";
format_error({failed, bad_unicode}) ->
    "binary construction will fail with a 'badarg' exception "
    "(invalid Unicode code point in a utf8/utf16/utf32 segment)";
format_error({failed, bad_float_size}) ->
    "binary construction will fail with a 'badarg' exception (invalid size for a float segment)";
format_error({failed, embedded_binary_size}) ->
    "binary construction will fail with a 'badarg' exception "
    "(field size for binary/bitstring greater than actual size)";
format_error({failed, {embedded_unit, Unit, Size}}) ->
    io_lib:format("binary construction will fail with a 'badarg' exception "
                  "(size ~p cannot be evenly divided by unit ~p)", [Size, Unit]);
format_error({failed, bad_record_update}) -> "record update will fail with a 'badrecord' exception";
format_error({failed, bad_map_update}) -> "map update will fail with a 'badmap' exception".

operator(F, A) ->
    erl_internal:arith_op(F, A) orelse erl_internal:bool_op(F, A) orelse erl_internal:comp_op(F, A)
        orelse erl_internal:list_op(F, A) orelse erl_internal:send_op(F, A).

function({erlang, F, A}) -> io_lib:format("~p/~p", [F, A]);
function({M, F, A}) -> io_lib:format("~p:~p/~p", [M, F, A]).
