package dist_test

import (
	"fmt"
	"strings"
	"testing"

	"ersh/internal/otp"
)

// funCases are calls that send funs typed in a shell to the node N or get them
// from there, and what they give; HERE and THERE are the two nodes.
var funCases = []struct{ code, want string }{
	{"(fun(X, Y) -> erpc:call(N, fun() -> {X, Y, node()} end) end)(3, {a, [b]})", "{3,{a,[b]},THERE}"},
	{"(erpc:call(N, fun() -> X = 3, fun(A) -> fun(B) -> {A, B, X, node()} end end end))(1)", "fun"},
	{"((erpc:call(N, fun() -> X = 3, fun(A) -> fun(B) -> {A, B, X, node()} end end end))(1))(2)", "{1,2,3,HERE}"},
	{"erpc:call(N, fun() -> (fun F(0) -> 1; F(I) -> I * F(I - 1) end)(20) end)", "2432902008176640000"},
	{"(fun(F) -> erpc:call(N, fun() -> F(5) end) end)(fun F(0) -> 1; F(I) -> I * F(I - 1) end)", "120"},
	{"(erpc:call(N, fun() -> fun F(0) -> 1; F(I) -> I * F(I - 1) end end))(5)", "120"},
	{"(fun(S) -> spawn(N, fun() -> S ! {hello, node()} end), receive {hello, _} = M -> M after 5000 -> late end end)(self())", "{hello,THERE}"},
	{"(fun() -> Z = 7, erpc:call(N, fun() -> Z + 1 end) end)()", "8"},
	{"(fun() -> T = {t, \"x\"}, erpc:call(N, fun() -> fun() -> T end end) end)() =/= x", "true"},
	{"((fun() -> T = {t, \"x\"}, erpc:call(N, fun() -> fun() -> T end end) end)())()", `{t,"x"}`},
	{"(maps:get(k, erpc:call(N, fun() -> #{k => fun(Q) -> Q * 2 end} end)))(5)", "10"},
	{"(erpc:call(N, fun() -> fun lists:reverse/1 end))([1, 2])", "[2,1]"},
	{"erpc:call(N, fun() -> [P || P <- [1, 2, 3], P > 1] end)", "[2,3]"},
	{"erpc:call(N, fun() -> try error(boo) catch error:E -> {caught, E} end end)", "{caught,boo}"},
	{"(fun(X) -> erpc:call(N, fun() -> <<X:8, \"abc\">> end) end)(3)", "<<3,97,98,99>>"},
	{"(fun(X) -> erpc:call(N, fun() -> lists:map(fun(I) -> I + X end, [1, 2]) end) end)(3)", "[4,5]"},
	{"(fun(A, B, C, D) -> erpc:call(N, fun() -> {A, B, C, D, self() =/= D} end) end)(1.5, 1 bsl 70, #{<<1:3>> => \"s\"}, self()) =/= x", "true"},
	{"rpc:call(N, erlang, apply, [fun(A, B, C, D, E) -> {E, D, C, B, A} end, [1, 2, 3, 4, 5]])", "{5,4,3,2,1}"},
	{"rpc:call(N, erlang, apply, [fun G(A, 0) -> A; G(A, I) -> G([I | A], I - 1) end, [[], 3]])", "[1,2,3]"},
	{"(fun(K) -> rpc:call(N, lists, map, [fun(X) -> fun() -> {X, K} end end, [1, 2]]) end)(k) =/= x", "true"},
	{"[F() || F <- (fun(K) -> rpc:call(N, lists, map, [fun(X) -> fun() -> {X, K} end end, [1, 2]]) end)(k)]", "[{1,k},{2,k}]"},
	{"(fun(S) -> P = spawn(N, fun() -> receive {F, To} -> To ! F(2) end end), P ! {fun(X) -> X * 21 end, S}, receive V -> V after 5000 -> late end end)(self())", "42"},
	{"rpc:call(N, erlang, apply, [fun() -> maps:map(fun(_, V) -> V + 1 end, #{a => 1}) end, []])", "#{a => 2}"},
	{"rpc:call(N, lists, foldl, [fun(A, B) -> A + B end, 0, [1, 2, 3]])", "6"},
	{"try erpc:call(N, fun() -> error({bad, node()}) end) catch error:{exception, R, _} -> R end", "{bad,THERE}"},
}

// TestFuns has shells of this project and of OTP 25, 27 and 29 exchange funs.
func TestFuns(t *testing.T) {
	for _, v := range []int{25, 27, 29} {
		t.Run(fmt.Sprint(v), func(t *testing.T) {
			r := otp.Need(t, v)
			n := startNode(t, fmt.Sprintf("funs%d", v))
			p := r.StartPeer(t, fmt.Sprintf("funsotp%d", v), nil, "-setcookie", "secret")
			for _, c := range funCases {
				code := func(there string) string {
					return fmt.Sprintf("(fun(N) -> case %s of F when is_function(F) -> 'fun'; V -> V end end)('%s')", c.code, there)
				}
				want := strings.ReplaceAll(c.want, "fun", "'fun'")
				if got := n.text(t, code(p.Name)); got != fill(want, n.name, p.Name) {
					t.Errorf("%s, from here: %s", c.code, got)
				}
				if got := p.Eval(t, code(n.name)+"."); got != fill(want, p.Name, n.name) {
					t.Errorf("%s, from there: %s", c.code, got)
				}
			}
			if t.Failed() {
				t.Log(p.Log())
			}
		})
	}
}

// TestOwnFuns has two nodes of this project exchange funs. Neither may wait for
// what the other says of its erl_eval before it says so itself: the first case
// would be late then.
func TestOwnFuns(t *testing.T) {
	n, other := startNode(t, "funshere"), startNode(t, "funsthere")
	first := struct{ code, want string }{
		"(fun(S) -> erlang:send_after(4000, S, late), spawn(N, fun() -> S ! {hello, node()} end), receive late -> late; {hello, _} = M -> M end end)(self())", "{hello,THERE}"}
	for _, c := range append([]struct{ code, want string }{first}, funCases...) {
		want := strings.ReplaceAll(c.want, "fun", "'fun'")
		code := fmt.Sprintf("(fun(N) -> case %s of F when is_function(F) -> 'fun'; V -> V end end)('%s')", c.code, other.name)
		if got := n.text(t, code); got != fill(want, n.name, other.name) {
			t.Errorf("%s: %s", c.code, got)
		}
	}
}

func fill(want, here, there string) string {
	return strings.ReplaceAll(strings.ReplaceAll(want, "THERE", there), "HERE", here)
}
