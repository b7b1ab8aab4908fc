%% Dates and times of the Gregorian calendar, from the year 0 on.
-module(calendar).
-export([date_to_gregorian_days/1, date_to_gregorian_days/3, datetime_to_gregorian_seconds/1,
         day_of_the_week/1, day_of_the_week/3, gregorian_days_to_date/1,
         gregorian_seconds_to_datetime/1, is_leap_year/1, iso_week_number/0, iso_week_number/1,
         last_day_of_the_month/2, local_time/0, local_time_to_system_time/1,
         local_time_to_system_time/2, local_time_to_universal_time/1,
         local_time_to_universal_time/2, local_time_to_universal_time_dst/1, now_to_datetime/1,
         now_to_local_time/1, now_to_universal_time/1, rfc3339_to_system_time/1,
         rfc3339_to_system_time/2, seconds_to_daystime/1, seconds_to_time/1,
         system_time_to_local_time/2, system_time_to_universal_time/2, system_time_to_rfc3339/1,
         system_time_to_rfc3339/2, time_difference/2, time_to_seconds/1, universal_time/0,
         universal_time_to_local_time/1, universal_time_to_system_time/1,
         universal_time_to_system_time/2, valid_date/1, valid_date/3]).

-define(SECONDS_PER_DAY, 86400).
-define(SECONDS_PER_HOUR, 3600).
-define(DAYS_FROM_0_TO_1970, 719528).
-define(SECONDS_FROM_0_TO_1970, (?DAYS_FROM_0_TO_1970 * ?SECONDS_PER_DAY)).

date_to_gregorian_days({Year, Month, Day}) -> date_to_gregorian_days(Year, Month, Day).

%% Years are counted from March here, so that a leap day is a year's last, in
%% eras of 400 years; days and months past their end go on in the next.
date_to_gregorian_days(Year, Month, Day) when is_integer(Day), Day > 0 ->
    {Y, M} = if
                 Month > 2 -> {Year, Month - 3};
                 true -> {Year - 1, Month + 9}
             end,
    Era = floor_div(Y, 400),
    YearOfEra = Y - Era * 400,
    DayOfYear = (153 * M + 2) div 5 + Day - 1,
    Era * 146097 + YearOfEra * 365 + YearOfEra div 4 - YearOfEra div 100 + DayOfYear + 60.

datetime_to_gregorian_seconds({Date, Time}) ->
    ?SECONDS_PER_DAY * date_to_gregorian_days(Date) + time_to_seconds(Time).

day_of_the_week({Year, Month, Day}) -> day_of_the_week(Year, Month, Day).

day_of_the_week(Year, Month, Day) ->
    Days = date_to_gregorian_days(Year, Month, Day) + 5,
    Days - 7 * floor_div(Days, 7) + 1.

gregorian_days_to_date(Days) ->
    D = Days - 60,
    Era = floor_div(D, 146097),
    DayOfEra = D - Era * 146097,
    YearOfEra = (DayOfEra - DayOfEra div 1460 + DayOfEra div 36524 - DayOfEra div 146096) div 365,
    DayOfYear = DayOfEra - (365 * YearOfEra + YearOfEra div 4 - YearOfEra div 100),
    M = (5 * DayOfYear + 2) div 153,
    Day = DayOfYear - (153 * M + 2) div 5 + 1,
    Year = YearOfEra + Era * 400,
    case M < 10 of
        true -> {Year, M + 3, Day};
        false -> {Year + 1, M - 9, Day}
    end.

gregorian_seconds_to_datetime(Seconds) ->
    {Days, Time} = seconds_to_daystime(Seconds),
    {gregorian_days_to_date(Days), Time}.

is_leap_year(Year) when is_integer(Year) -> is_leap_year1(Year).

is_leap_year1(Year) -> Year rem 4 =:= 0 andalso (Year rem 100 =/= 0 orelse Year rem 400 =:= 0).

iso_week_number() ->
    {Date, _} = local_time(),
    iso_week_number(Date).

%% The week belongs to the year that has its Thursday.
iso_week_number({Year, _, _} = Date) ->
    Days = date_to_gregorian_days(Date),
    First = first_week(Year),
    Next = first_week(Year + 1),
    if
        Days < First -> {Year - 1, (Days - first_week(Year - 1)) div 7 + 1};
        Days >= Next -> {Year + 1, 1};
        true -> {Year, (Days - First) div 7 + 1}
    end.

%% The Monday of the first week.
first_week(Year) ->
    Days = date_to_gregorian_days(Year, 1, 1),
    case day_of_the_week(Year, 1, 1) of
        Day when Day =< 4 -> Days - Day + 1;
        Day -> Days + 8 - Day
    end.

last_day_of_the_month(Year, Month) when is_integer(Year), Year >= 0 -> last_day_of_the_month1(Year, Month).

last_day_of_the_month1(_, 4) -> 30;
last_day_of_the_month1(_, 6) -> 30;
last_day_of_the_month1(_, 9) -> 30;
last_day_of_the_month1(_, 11) -> 30;
last_day_of_the_month1(Year, 2) ->
    case is_leap_year(Year) of
        true -> 29;
        false -> 28
    end;
last_day_of_the_month1(_, M) when is_integer(M), M > 0, M < 13 -> 31.

local_time() -> erlang:localtime().

universal_time() -> erlang:universaltime().

local_time_to_universal_time(DateTime) -> erlang:localtime_to_universaltime(DateTime).

local_time_to_universal_time(DateTime, IsDst) -> erlang:localtime_to_universaltime(DateTime, IsDst).

%% All the times in universal time that a local time may be: two in the hour
%% that daylight saving repeats, none in the one that it leaves out.
local_time_to_universal_time_dst(DateTime) ->
    Back = fun(IsDst) ->
                   Universal = erlang:localtime_to_universaltime(DateTime, IsDst),
                   [Universal || erlang:universaltime_to_localtime(Universal) =:= DateTime]
           end,
    lists:usort(Back(true) ++ Back(false)).

universal_time_to_local_time(DateTime) -> erlang:universaltime_to_localtime(DateTime).

universal_time_to_system_time(DateTime) -> universal_time_to_system_time(DateTime, []).

universal_time_to_system_time(DateTime, Options) ->
    Unit = proplists:get_value(unit, Options, second),
    Seconds = datetime_to_gregorian_seconds(DateTime) - ?SECONDS_FROM_0_TO_1970,
    erlang:convert_time_unit(Seconds, second, Unit).

local_time_to_system_time(DateTime) -> local_time_to_system_time(DateTime, []).

local_time_to_system_time(DateTime, Options) ->
    case local_time_to_universal_time_dst(DateTime) of
        [Universal] -> universal_time_to_system_time(Universal, Options);
        [] -> error({ambiguous_local_time, DateTime});
        [_, _] -> error({ambiguous_local_time, DateTime})
    end.

now_to_datetime({Mega, Seconds, _}) -> system_time_to_datetime(Mega * 1000000 + Seconds).

now_to_universal_time(Now) -> now_to_datetime(Now).

now_to_local_time({Mega, Seconds, _}) ->
    erlang:universaltime_to_localtime(system_time_to_datetime(Mega * 1000000 + Seconds)).

system_time_to_datetime(Seconds) -> gregorian_seconds_to_datetime(Seconds + ?SECONDS_FROM_0_TO_1970).

system_time_to_universal_time(Time, Unit) ->
    system_time_to_datetime(erlang:convert_time_unit(Time, Unit, second)).

system_time_to_local_time(Time, Unit) ->
    erlang:universaltime_to_localtime(system_time_to_universal_time(Time, Unit)).

seconds_to_daystime(Seconds) ->
    Days = floor_div(Seconds, ?SECONDS_PER_DAY),
    {Days, seconds_to_time(Seconds - Days * ?SECONDS_PER_DAY)}.

floor_div(A, B) when A >= 0 -> A div B;
floor_div(A, B) -> -((-A + B - 1) div B).

seconds_to_time(Seconds) when is_integer(Seconds), Seconds >= 0, Seconds < ?SECONDS_PER_DAY ->
    {Seconds div ?SECONDS_PER_HOUR, Seconds rem ?SECONDS_PER_HOUR div 60, Seconds rem 60}.

time_difference({{_, _, _}, {_, _, _}} = T1, {{_, _, _}, {_, _, _}} = T2) ->
    seconds_to_daystime(datetime_to_gregorian_seconds(T2) - datetime_to_gregorian_seconds(T1)).

time_to_seconds({H, M, S})
  when is_integer(H), H >= 0, H < 24, is_integer(M), M >= 0, M < 60, is_integer(S), S >= 0, S < 60 ->
    H * ?SECONDS_PER_HOUR + M * 60 + S.

valid_date({Y, M, D}) -> valid_date(Y, M, D).

valid_date(Y, M, D) when is_integer(Y), is_integer(M), is_integer(D) -> valid_date1(Y, M, D).

valid_date1(Y, M, D) when Y >= 0, M > 0, M < 13, D > 0 -> D =< last_day_of_the_month(Y, M);
valid_date1(_, _, _) -> false.

%% RFC 3339.

rfc3339_to_system_time(Text) -> rfc3339_to_system_time(Text, []).

rfc3339_to_system_time(Bin, Options) when is_binary(Bin) ->
    rfc3339_to_system_time_list(binary_to_list(Bin), Options);
rfc3339_to_system_time(Text, Options) when is_list(Text) -> rfc3339_to_system_time_list(Text, Options).

rfc3339_to_system_time_list([Y1, Y2, Y3, Y4, $-, Mo1, Mo2, $-, D1, D2, _T,
                             H1, H2, $:, Mi1, Mi2, $:, S1, S2 | Tail], Options) ->
    Unit = proplists:get_value(unit, Options, second),
    DateTime = {{list_to_integer([Y1, Y2, Y3, Y4]), list_to_integer([Mo1, Mo2]), list_to_integer([D1, D2])},
                {list_to_integer([H1, H2]), list_to_integer([Mi1, Mi2]), list_to_integer([S1, S2])}},
    {Fraction, Zone} = fraction(Tail),
    Offset = offset_seconds(Zone),
    Seconds = datetime_to_gregorian_seconds(DateTime) - ?SECONDS_FROM_0_TO_1970 - Offset,
    Whole = erlang:convert_time_unit(Seconds, second, Unit),
    Whole + fraction_units(Fraction, Unit).

fraction([$. | Tail]) -> lists:splitwith(fun(C) -> C >= $0 andalso C =< $9 end, Tail);
fraction(Tail) -> {"", Tail}.

fraction_units("", _) -> 0;
fraction_units(Digits, Unit) ->
    Factor = erlang:convert_time_unit(1, second, Unit),
    round_half_up(list_to_integer(Digits) * Factor, pow10(length(Digits))).

round_half_up(A, B) -> (2 * A + B) div (2 * B).

pow10(0) -> 1;
pow10(N) -> 10 * pow10(N - 1).

offset_seconds([Z]) when Z =:= $Z; Z =:= $z -> 0;
offset_seconds([Sign, H1, H2, $:, M1, M2]) when Sign =:= $+; Sign =:= $- ->
    Seconds = time_to_seconds({list_to_integer([H1, H2]), list_to_integer([M1, M2]), 0}),
    case Sign of
        $+ -> Seconds;
        $- -> -Seconds
    end.

system_time_to_rfc3339(Time) -> system_time_to_rfc3339(Time, []).

system_time_to_rfc3339(Time, Options) ->
    Unit = proplists:get_value(unit, Options, second),
    Designator = proplists:get_value(time_designator, Options, $T),
    Factor = erlang:convert_time_unit(1, second, Unit),
    Seconds0 = floor_div(Time, Factor),
    Offset = proplists:get_value(offset, Options, ""),
    Adjust = rfc3339_offset(Offset, Seconds0),
    {{Y, Mo, D}, {H, Mi, S}} = system_time_to_datetime(Seconds0 + Adjust),
    Zone = case Offset of
               _ when is_list(Offset), Offset =/= "" -> Offset;
               _ -> zone(Adjust)
           end,
    Text = lists:flatten([padded(4, Y), $-, padded(2, Mo), $-, padded(2, D), Designator, padded(2, H), $:,
                          padded(2, Mi), $:, padded(2, S), fraction_text(Time - Seconds0 * Factor, Factor), Zone]),
    case proplists:get_value(return, Options, list) of
        list -> Text;
        binary -> list_to_binary(Text)
    end.

%% How many seconds local time, or the time in the zone, is ahead.
rfc3339_offset("", Seconds) ->
    Universal = system_time_to_datetime(Seconds),
    Local = erlang:universaltime_to_localtime(Universal),
    datetime_to_gregorian_seconds(Local) - datetime_to_gregorian_seconds(Universal);
rfc3339_offset(Offset, _) when is_list(Offset) -> offset_seconds(Offset);
rfc3339_offset(Offset, _) when is_integer(Offset) -> Offset.

zone(Seconds) ->
    Sign = if
               Seconds < 0 -> $-;
               true -> $+
           end,
    Minutes = abs(Seconds) div 60,
    [Sign, padded(2, Minutes div 60), $:, padded(2, Minutes rem 60)].

fraction_text(_, 1) -> "";
fraction_text(Fraction, Factor) -> [$. | padded(length(integer_to_list(Factor)) - 1, Fraction)].

padded(N, I) ->
    Digits = integer_to_list(I),
    lists:duplicate(max(0, N - length(Digits)), $0) ++ Digits.
