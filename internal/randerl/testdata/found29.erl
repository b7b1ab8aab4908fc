%% What random programs have found, in the language of OTP 29.
-module(found29).
-compile([export_all, nowarn_export_all]).

main() ->
    [{F, catch ?MODULE:F()} || {F, 0} <- lists:sort(?MODULE:module_info(exports)), F =/= main, F =/= module_info].

filters() -> [<< <<X>> || X := _ <- M, (M#{b => 1})#{a := X} >> || M <- [#{}, #{1 => 2}, #{a => 7}]].
