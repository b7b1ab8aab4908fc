%% The types of a bit syntax field and their defaults.
-module(erl_bits).

-export([system_bitdefault/0, system_bittypes/0, set_bit_type/2, as_list/1]).

%% What a field's type is as erl keeps it: this tuple is a record of a header
%% that tools include.
-define(BITTYPE(Type, Unit, Sign, Endian), {bittype, Type, Unit, Sign, Endian}).

as_list(?BITTYPE(Type, Unit, Sign, Endian)) -> [Type, {unit, Unit}, Sign, Endian];
as_list(Other) -> error({badrecord, Other}).

%% Erl keeps no defaults of its own by these names, and says so.
system_bitdefault() -> no_system_bitdefault.

system_bittypes() -> no_system_types.

%% set_bit_type gives {ok, Size, Type} with all that is left out filled in, or
%% {error, Reason}.
set_bit_type(Size, default) -> set_bit_type(Size, []);
set_bit_type(Size, Types) ->
    try
        ?BITTYPE(Type, Unit, Sign, Endian) = lists:foldl(fun given/2, ?BITTYPE(none, none, none, none), Types),
        completed(Size, default(Type, integer), Unit, default(Sign, unsigned), default(Endian, big))
    catch
        throw:Error -> {error, Error}
    end.

given({unit, N}, ?BITTYPE(T, U, S, E)) -> ?BITTYPE(T, same("unit", U, N), S, E);
given(Sign, ?BITTYPE(T, U, S, E)) when Sign =:= signed; Sign =:= unsigned ->
    ?BITTYPE(T, U, same("sign", S, Sign), E);
given(End, ?BITTYPE(T, U, S, E)) when End =:= big; End =:= little; End =:= native ->
    ?BITTYPE(T, U, S, same("endianness", E, End));
given(Type, ?BITTYPE(T, U, S, E)) ->
    case Type of
        bytes -> ?BITTYPE(same("type", T, binary), same("unit", U, 8), S, E);
        _ when Type =:= bits; Type =:= bitstring -> ?BITTYPE(same("type", T, binary), same("unit", U, 1), S, E);
        _ when Type =:= integer; Type =:= float; Type =:= binary;
               Type =:= utf8; Type =:= utf16; Type =:= utf32 ->
            ?BITTYPE(same("type", T, Type), U, S, E);
        _ -> throw({undefined_bittype, Type})
    end.

same(_, none, Value) -> Value;
same(_, Value, Value) -> Value;
same(What, Old, New) -> throw({bittype_mismatch, New, Old, What}).

completed({atom, _, default}, Type, Unit, Sign, Endian) -> completed(default, Type, Unit, Sign, Endian);
completed(default, binary, Unit, Sign, Endian) -> {ok, all, ?BITTYPE(binary, default(Unit, 8), Sign, Endian)};
completed(Size, binary, Unit, Sign, Endian) -> {ok, Size, ?BITTYPE(binary, default(Unit, 8), Sign, Endian)};
completed(Size, Utf, Unit, Sign, Endian) when Utf =:= utf8; Utf =:= utf16; Utf =:= utf32 ->
    case {Size, Unit} of
        {_, none} when Size =:= default; Size =:= undefined -> {ok, undefined, ?BITTYPE(Utf, undefined, Sign, Endian)};
        _ -> throw(utf_bittype_size_or_unit)
    end;
completed(default, integer, none, Sign, Endian) -> {ok, 8, ?BITTYPE(integer, 1, Sign, Endian)};
completed(default, float, none, Sign, Endian) -> {ok, 64, ?BITTYPE(float, 1, Sign, Endian)};
completed(default, _, _, _, _) -> throw(bittype_unit);
completed(Size, Type, Unit, Sign, Endian) -> {ok, Size, ?BITTYPE(Type, default(Unit, 1), Sign, Endian)}.

default(none, Default) -> Default;
default(Value, _) -> Value.
