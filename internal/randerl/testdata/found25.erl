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

%% A number of no bits leaves nothing behind.
nothing() -> {<<1:0>>, << <<1:0, X>> || X <- [2, 3] >>, <<(id(5)):0, 7:0, 1, 2:0>>}.

%% The function called is known, and fails in its caller.
known() -> [try known(X) catch error:_:S -> [{F, A} || {?MODULE, F, A, _} <- lists:sublist(S, 2)] end || X <- [1, a]].

known(X) -> (fun erlang:abs/1)(X).

%% A variable of one clause only is not bound after the clauses, though the other can't be reached.
unreached() -> {{case id(1) of V -> {y, V}; _ -> no end, case id(2) of V -> {y, V}; _ -> no end},
    {case id(1) of W -> W; X -> {no, W = X} end, case id(2) of W -> W; _ -> no end},
    {case id(1) of 1 -> Y = 1; _ -> exit(x) end, case id(2) of Y -> {y, Y}; _ -> no end}}.

%% What the left of an andalso binds is bound after it, whatever comes of it.
left_bound() -> [{A, left(A)} || A <- [1, [2], [3, 4]]].

left(A) -> is_list(X = A) andalso length(X) > 1 andalso (_ = X), ((Y = X) =:= 1 orelse (_ = Y) =:= [2]) andalso {Y}, {X, Y}.

%% Four bytes that are no character, in erl of OTP 25, which reads the match context after it has stored them.
no_character() -> [character(B) || B <- [<<0, 97, 0, 98>>, <<97:32/little>>, <<97:24>>, <<16#110000:32/little, 1>>]].

character(<<_/utf32-little, _/bits>>) -> yes;
character(_) -> get(no).

id(X) -> X.
