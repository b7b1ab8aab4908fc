%% What random programs have found, in the language of OTP 25: each function
%% of no arguments is called, and what comes of it compared.
-module(found25).
-compile([export_all, nowarn_export_all]).

main() ->
    [{F, catch ?MODULE:F()} || {F, 0} <- lists:sort(?MODULE:module_info(exports)), F =/= main, F =/= module_info].

%% A map is updated in a guard: what can't fail has no label.
updates() -> [update(M, X) || M <- [#{}, #{a => 0}, #{b => 0}, a], X <- [1, #{a => 1}, #{a => 1, b => 0}, #{a => 0, b => 2}]].

update(M, X) when M#{a := 1} =:= X -> exact;
update(M, X) when M#{a => 1} =:= X; X =:= 1 -> assoc;
update(M, X) when #{a => 0, b => M} =:= X; M#{a => 0, b => 2} =:= X, M#{a := 0} =:= M -> built;
update(_, _) -> no.
