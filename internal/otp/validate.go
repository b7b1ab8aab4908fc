package otp

import "testing"

// Validate has every assembler listing of a folder (as programs of the
// release see it) checked by the release's own validator, as strictly as it
// can, and assembled; what it gives is complaints.
func (r Release) Validate(t testing.TB, dir string) string {
	t.Helper()
	return r.Eval(t, `
		Functions = fun Functions([{function, N, A, E} | Ts]) ->
				{Is, Rest} = lists:splitwith(fun(T) -> is_atom(T) orelse element(1, T) =/= function end, Ts),
				[{function, N, A, E, Is} | Functions(Rest)];
			Functions([]) -> [] end,
		Code = fun(M, E, Fs, L) ->
			case list_to_integer(erlang:system_info(otp_release)) >= 29 of
				true -> {M, E, [], #{}, Fs, L};
				false -> {M, E, [], Fs, L} end end,
		[begin
			{ok, [{module, M} | Ts]} = file:consult(F),
			{exports, E} = lists:keyfind(exports, 1, Ts),
			{labels, L} = lists:keyfind(labels, 1, Ts),
			Fs = Functions(lists:dropwhile(fun(T) -> element(1, T) =/= function end, Ts)),
			case beam_validator:validate(Code(M, E, Fs, L), strong) of
				ok -> ok;
				{ok, _} -> ok;
				{error, [{_, Es} | _]} -> [io:format("~s: ~s~n", [F, beam_validator:format_error(element(tuple_size(X), X))]) || X <- Es] end,
			compile:file(F, [from_asm, report_errors, binary])
		end || F <- filelib:wildcard("`+dir+`/*.S")]`)
}
