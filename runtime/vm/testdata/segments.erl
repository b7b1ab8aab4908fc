-module(segments).
-compile([export_all,nowarn_export_all]).
i(X,S)-> <<X:S>>.
b(X,S)-> <<X:S/binary>>.
bb(X,S)-> <<X:S/bitstring>>.
b8(X)-> <<1,X/binary>>.
bits(X)-> <<X/bits>>.
u(X)-> <<X:7/binary-unit:3>>.
f(X,S)-> <<X:S/float>>.
u8(X)-> <<X/utf8>>. u16(X)-> <<X/utf16>>. u32(X)-> <<X/utf32>>.
two(A,B) -> <<A:8,B/binary>>.
ap(A,B) -> <<A/binary,B:8>>.
ap2(A,S) -> <<A:S/binary,1:8>>.
results() -> [t(F) || F <- cases()].
t(F) -> try F() catch error:R:S -> [{_,_,_,I}|_] = S, {R,info(I)} end.
info([{error_info,I}|_]) -> I;
info([_|T]) -> info(T);
info([]) -> none.
cases() -> [
fun()->i(a,8) end,fun()->i(1,a) end,fun()->i(a,-1) end,fun()->i(1.0,-1) end,fun()->b(<<1>>,2) end,fun()->b(a,1) end,fun()->b(<<1>>,-1) end,fun()->b(a,-1) end, fun()->b(<<1:3>>,0) end,
 fun()->bb(<<1:3>>,4) end,fun()->b8(<<1:3>>) end,fun()->bits(a) end,fun()->u(<<1,2,3>>) end,fun()->u(<<1>>) end,fun()->f(a,64) end,fun()->f(1,63) end,fun()->f(1.0e300,32) end,fun()->f(1,-1) end,fun()->f(1 bsl 2000,64) end,
 fun()->u8(a) end,fun()->u8(16#D800) end,fun()->u8(-1) end,fun()->u16(16#110000) end,fun()->u32(a) end,fun()->u32(16#D800) end,fun()->two(a,b) end,fun()->two(a,<<1:1>>) end,fun()->ap(a,b) end,fun()->ap(<<1:1>>,b) end,fun()->ap(<<1>>,b) end,fun()->ap2(<<1>>,2) end,fun()->ap2(a,2) end,fun()->ap2(<<1>>,-2) end,fun()->i(1,1 bsl 64) end,fun()->f(1.0e10,16) end,fun()->i(<<1>>,8) end, fun()->i(1,1.0) end,fun()->u16(a) end].
