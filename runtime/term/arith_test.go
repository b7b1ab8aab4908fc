package term_test

import (
	"fmt"
	"math/rand"
	"testing"

	"ersh/runtime/term"
)

// TestArithErl compares all operations on numbers around the edges of the
// representations, and on random ones, with erl.
func TestArithErl(t *testing.T) {
	edges := []string{"0", "1", "-1", "2", "3", "-7", "63", "64", "-64", "576460752303423487", "576460752303423488", "-576460752303423488",
		"-576460752303423489", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "-18446744073709551616",
		"340282366920938463463374607431768211456", "4294967296", "1000000007"}
	var nums []term.Term
	for _, e := range edges {
		nums = append(nums, mustInt(e))
	}
	nums = append(nums, term.Float(0.5), term.Float(-1e300), term.Float(1e308), term.Float(3), term.A("x"))
	ops := []struct {
		name string
		fn   func(a, b term.Term) (term.Term, error)
	}{
		{"+", term.Add}, {"-", term.Sub}, {"*", term.Mul}, {"/", term.Div}, {"div", term.IntDiv}, {"rem", term.Rem},
		{"band", term.Band}, {"bor", term.Bor}, {"bxor", term.Bxor}, {"bsr", term.Bsr}, {"bsl", term.Bsl},
	}
	r := rand.New(rand.NewSource(2))
	for range 20 {
		nums = append(nums, term.MakeInt(r.Int63()>>r.Intn(63)*int64(1-2*r.Intn(2))))
	}
	var in, got []term.Term
	result := func(v term.Term, err error) term.Term {
		switch err {
		case nil:
			return v
		case term.ErrBadarith:
			return term.A("badarith")
		case term.ErrSystemLimit:
			return term.A("system_limit")
		}
		return term.A(err.Error())
	}
	for _, op := range ops {
		for _, a := range nums {
			for _, b := range nums {
				if n, ok := term.ToInt64(b); op.name == "bsl" && (!ok || n > 1000) {
					continue // the limit differs between releases
				}
				in = append(in, term.T(term.A(op.name), a, b))
				got = append(got, result(op.fn(a, b)))
			}
		}
	}
	for _, a := range nums {
		for _, op := range []struct {
			name string
			fn   func(a term.Term) (term.Term, error)
		}{{"-", term.Neg}, {"bnot", term.Bnot}} {
			in = append(in, term.T(term.A(op.name), a))
			got = append(got, result(op.fn(a)))
		}
	}
	for i := range in {
		in[i] = term.T(in[i], got[i])
	}
	out := erl(t, in, `lists:foreach(fun({T, R}) ->
		[Op | Args] = tuple_to_list(T),
		V = try apply(erlang, Op, Args) catch error:E -> E end,
		if V =:= R -> ok; true -> io:format("~w ~w, erl: ~w~n", [T, R, V]) end
		end, In), io:format("done ~w", [length(In)]),`)
	for i, line := range out {
		if line != fmt.Sprintf("done %d", len(in)) {
			t.Error(line)
		}
		if i > 10 {
			break
		}
	}
}

func mustInt(s string) term.Term {
	neg := s[0] == '-'
	var v term.Term = term.MakeInt(0)
	for _, c := range s {
		if c == '-' {
			continue
		}
		v, _ = term.Mul(v, term.MakeInt(10))
		v, _ = term.Add(v, term.MakeInt(int64(c-'0')))
	}
	if neg {
		v, _ = term.Neg(v)
	}
	return v
}

func TestShiftLimits(t *testing.T) {
	huge := mustInt("1180591620717411303424")
	one := term.MakeInt(1)
	for _, c := range []struct {
		a, b  term.Term
		left  bool
		want  term.Term
		error error
	}{
		{one, term.MakeInt(term.MaxIntegerBits - 1), true, nil, nil},
		{one, term.MakeInt(term.MaxIntegerBits), true, nil, term.ErrSystemLimit},
		{one, huge, true, nil, term.ErrSystemLimit},
		{term.MakeInt(0), huge, true, term.MakeInt(0), nil},
		{one, huge, false, term.MakeInt(0), nil},
		{term.MakeInt(-1), huge, false, term.MakeInt(-1), nil},
		{mustInt("-1180591620717411303424"), huge, false, term.MakeInt(-1), nil},
		{one, mustInt("-1180591620717411303424"), true, term.MakeInt(0), nil},
		{one, mustInt("-1180591620717411303424"), false, nil, term.ErrSystemLimit},
	} {
		f := term.Bsr
		if c.left {
			f = term.Bsl
		}
		got, err := f(c.a, c.b)
		if err != c.error || c.want != nil && !term.Identical(got, c.want) {
			t.Errorf("%v %v: %v %v", c.a, c.b, got, err)
		}
	}
}
