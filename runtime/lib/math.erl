% Mathematical functions, in Go.
-module(math).
-export([pi/0, tau/0, acos/1, acosh/1, asin/1, asinh/1, atan/1, atanh/1, ceil/1, cos/1, cosh/1, erf/1, erfc/1, exp/1,
         floor/1, log/1, log10/1, log2/1, sin/1, sinh/1, sqrt/1, tan/1, tanh/1,
         atan2/2, fmod/2, pow/2]).

pi() -> erlang:nif_error(undef).
tau() -> erlang:nif_error(undef).
acos(_) -> erlang:nif_error(undef).
acosh(_) -> erlang:nif_error(undef).
asin(_) -> erlang:nif_error(undef).
asinh(_) -> erlang:nif_error(undef).
atan(_) -> erlang:nif_error(undef).
atanh(_) -> erlang:nif_error(undef).
ceil(_) -> erlang:nif_error(undef).
cos(_) -> erlang:nif_error(undef).
cosh(_) -> erlang:nif_error(undef).
erf(_) -> erlang:nif_error(undef).
erfc(_) -> erlang:nif_error(undef).
exp(_) -> erlang:nif_error(undef).
floor(_) -> erlang:nif_error(undef).
log(_) -> erlang:nif_error(undef).
log10(_) -> erlang:nif_error(undef).
log2(_) -> erlang:nif_error(undef).
sin(_) -> erlang:nif_error(undef).
sinh(_) -> erlang:nif_error(undef).
sqrt(_) -> erlang:nif_error(undef).
tan(_) -> erlang:nif_error(undef).
tanh(_) -> erlang:nif_error(undef).
atan2(_, _) -> erlang:nif_error(undef).
fmod(_, _) -> erlang:nif_error(undef).
pow(_, _) -> erlang:nif_error(undef).
