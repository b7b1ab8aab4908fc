package term_test

import (
	"fmt"
	"math/big"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ersh/runtime/etf"
	"ersh/runtime/term"
)

// erl runs Erlang code on an installed OTP, or skips the test. In is bound to
// the list of terms.
func erl(t *testing.T, in []term.Term, code string) []string {
	t.Helper()
	bin := "erl"
	if _, err := exec.LookPath(bin); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no erl on PATH")
		}
		t.Skip("no erl on PATH")
	}
	b, err := etf.Encode(term.List(in...))
	if err != nil {
		t.Fatal(err)
	}
	f := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(f, b, 0o666); err != nil {
		t.Fatal(err)
	}
	code = `{ok, Bin} = file:read_file("` + f + `"), In = binary_to_term(Bin), ` + code + ` halt().`
	out, err := exec.Command(bin, "-noshell", "-eval", code).CombinedOutput()
	if err != nil {
		t.Fatalf("erl: %v\n%s", err, out)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
}

// randomTerm makes terms of every type that travel.
func randomTerm(r *rand.Rand, depth int) term.Term {
	kinds := 16
	if depth <= 0 {
		kinds = 10
	}
	switch r.Intn(kinds) {
	case 0:
		return term.MakeInt(int64(r.Intn(20) - 5))
	case 1:
		return term.MakeInt(r.Int63() >> r.Intn(63) * int64(1-2*r.Intn(2)))
	case 2:
		v := new(big.Int).Rand(r, new(big.Int).Lsh(big.NewInt(1), uint(60+r.Intn(200))))
		if r.Intn(2) == 0 {
			v.Neg(v)
		}
		return term.MakeBig(v)
	case 3:
		return term.Float([]float64{0.5, 1, 1e300, -2.75, 3e18, r.NormFloat64()}[r.Intn(6)])
	case 4, 5:
		return term.A([]string{"a", "b", "error", "grüß", "日本", "", "a b", "Abc"}[r.Intn(8)])
	case 6:
		return term.EmptyList
	case 7:
		b := make([]byte, r.Intn(40))
		r.Read(b)
		bin := term.Binary(b)
		if len(b) > 0 && r.Intn(3) == 0 {
			return bin.Sub(0, bin.Len-r.Intn(8))
		}
		return bin
	case 8:
		return &term.Export{Module: term.A("lists"), Name: term.A([]string{"map", "foldl"}[r.Intn(2)]), Arity: 2 + r.Intn(2)}
	case 9:
		return term.String([]string{"hello world", "x", "abcd", "grüß"}[r.Intn(4)])
	case 10, 11:
		elems := make([]term.Term, r.Intn(6))
		for i := range elems {
			elems[i] = randomTerm(r, depth-1)
		}
		return term.T(elems...)
	case 12, 13:
		var b term.MapBuilder
		n := r.Intn(5)
		if r.Intn(8) == 0 {
			n = 40
		}
		for range n {
			b.Put(randomTerm(r, depth-2), randomTerm(r, depth-1))
		}
		return b.Map()
	}
	elems := make([]term.Term, 1+r.Intn(5))
	for i := range elems {
		elems[i] = randomTerm(r, depth-1)
	}
	if r.Intn(6) == 0 {
		return term.ListTail(elems, term.A("tail"))
	}
	return term.List(elems...)
}

func randomTerms(n int) []term.Term {
	r := rand.New(rand.NewSource(1))
	in := make([]term.Term, n)
	for i := range in {
		in[i] = randomTerm(r, 4)
	}
	return in
}

func TestPhash2Erl(t *testing.T) {
	in := randomTerms(5000)
	out := erl(t, in, `[io:format("~w ~0tp~n", [erlang:phash2(X, 1 bsl 32), X]) || X <- In],`)
	bad := 0
	for i, x := range in {
		var h uint32
		fmt.Sscan(out[i], &h)
		if got := term.Phash2(x); got != h {
			if bad++; bad < 10 {
				t.Errorf("%d, erl: %s", got, out[i])
			}
		}
	}
}

// TestCompareErl: the term order and =:= are erl's.
func TestCompareErl(t *testing.T) {
	in := randomTerms(4000)
	out := erl(t, in, `lists:foldl(fun(X, P) ->
		io:format("~w ~w ~w ~0tp ~0tp~n", [if P < X -> -1; P > X -> 1; true -> 0 end, P =:= X, P == X, P, X]), X end, hd(In), tl(In)),`)
	for i, x := range in[1:] {
		p := in[i]
		var c int
		var same, equal bool
		fmt.Sscan(out[i], &c, &same, &equal)
		if term.Compare(p, x) != c || term.Identical(p, x) != same || term.Equal(p, x) != equal {
			t.Errorf("%d %v %v, erl: %s", term.Compare(p, x), term.Identical(p, x), term.Equal(p, x), out[i])
		}
	}
}
