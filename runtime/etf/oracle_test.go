package etf

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// randomTerm makes a term of any type that two nodes can exchange. Small maps
// have keys whose order does not depend on a node's atom table.
func randomTerm(r *rand.Rand, depth int) term.Term {
	kinds := 17
	if depth == 0 {
		kinds = 11
	}
	small := func() []term.Term {
		ts := make([]term.Term, r.IntN(5))
		for i := range ts {
			ts[i] = randomTerm(r, depth-1)
		}
		return ts
	}
	node := term.A([]string{"a@b", "nonode@nohost", "other@host"}[r.IntN(3)])
	switch r.IntN(kinds) {
	case 0:
		return term.MakeInt(r.Int64N(1<<10) - 1<<9)
	case 1:
		return term.MakeInt(int64(r.Uint64()) >> r.IntN(64))
	case 2:
		v := new(big.Int).Lsh(big.NewInt(r.Int64()), uint(r.IntN(3000)))
		if r.IntN(2) == 0 {
			v.Neg(v)
		}
		return term.MakeBig(v)
	case 3:
		f := math.Float64frombits(r.Uint64())
		if math.IsInf(f, 0) || math.IsNaN(f) {
			f = 0
		}
		return term.Float(f)
	case 4:
		return term.A([]string{"", "a", "åäö", "日本", "true", "with space"}[r.IntN(6)])
	case 5:
		return randomBits(r)
	case 6:
		return term.EmptyList
	case 7:
		return term.ByteList(randomBits(r).Bytes())
	case 8:
		p := &term.Pid{Node: node, ID: r.Uint32N(1 << 28), Serial: r.Uint32N(1 << 13), Creation: r.Uint32()}
		if node == term.NoNode {
			p.Creation = 0
		}
		return p
	case 9:
		ref := &term.Ref{Node: term.A("a@b"), Creation: r.Uint32(), N: uint8(1 + r.IntN(5))}
		for i := range ref.N {
			ref.ID[i] = r.Uint32()
		}
		ref.ID[0] &= 1<<18 - 1
		return ref
	case 10:
		return &term.Export{Module: term.A("lists"), Name: term.A("map"), Arity: r.IntN(256)}
	case 11:
		return term.T(small()...)
	case 12:
		return term.ListTail(small(), term.EmptyList)
	case 13:
		return term.ListTail(append(small(), term.Ok), randomTerm(r, 0))
	case 14:
		var kvs []term.Term
		for i := range r.IntN(30) {
			kvs = append(kvs, term.MakeInt(int64(i)), randomTerm(r, depth-1))
		}
		return term.MapOf(kvs...)
	case 15:
		var kvs []term.Term
		for i := range 33 + r.IntN(200) {
			kvs = append(kvs, term.T(term.MakeInt(int64(i)), term.A("k")), term.Ok)
		}
		return term.MapOf(kvs...)
	}
	return &term.Port{Node: term.A("a@b"), ID: r.Uint64(), Creation: r.Uint32()}
}

func randomBits(r *rand.Rand) *term.Bits {
	b := make([]byte, r.IntN(20))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	bits := term.Binary(b)
	if n := r.IntN(bits.Len + 1); r.IntN(2) == 0 {
		return bits.Sub(n, r.IntN(bits.Len-n+1))
	}
	return bits
}

func hasLargeMap(t term.Term) bool {
	switch t := t.(type) {
	case *term.Cons:
		return hasLargeMap(t.Head) || hasLargeMap(t.Tail)
	case *term.Tuple:
		for _, e := range t.Elems {
			if hasLargeMap(e) {
				return true
			}
		}
	case *term.Map:
		if t.Len() > term.FlatMax {
			return true
		}
		for _, v := range t.All {
			if hasLargeMap(v) {
				return true
			}
		}
	}
	return false
}

// TestOracle hands terms that were encoded here to real Erlang and compares its
// encoding of what it understood, byte by byte; then it reads that again.
func TestOracle(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	rng := rand.New(rand.NewPCG(1, 2))
	const n = 3000
	terms := make([]term.Term, n)
	encoded := make([]term.Term, n)
	for i := range terms {
		terms[i] = randomTerm(rng, 4)
		b, err := Encode(terms[i])
		if err != nil {
			t.Fatal(err)
		}
		encoded[i] = term.Binary(b)
	}
	all, err := Encode(term.List(encoded...))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(outside, "in"), all, 0o666); err != nil {
		t.Fatal(err)
	}
	r.Eval(t, fmt.Sprintf(`{ok, In} = file:read_file(%q), `+
		`Out = [term_to_binary(binary_to_term(B)) || B <- binary_to_term(In)], `+
		`ok = file:write_file(%q, term_to_binary(Out))`, inside+"/in", inside+"/out"))
	out, err := os.ReadFile(filepath.Join(outside, "out"))
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := Decode(out)
	if err != nil {
		t.Fatal(err)
	}
	theirs, _ := term.Slice(list)
	for i, their := range theirs {
		b, _ := term.ToBytes(their)
		ours, _ := term.ToBytes(encoded[i])
		// The order of large maps is a node's own.
		if !bytes.Equal(b, ours) && !hasLargeMap(terms[i]) {
			t.Fatalf("%s\n erl: %x\nersh: %x", term.Format(terms[i]), b, ours)
		}
		back, used, err := Decode(b)
		if err != nil || used != len(b) || !term.Identical(back, terms[i]) {
			t.Fatalf("%s comes back as %s, %v", term.Format(terms[i]), term.Format(back), err)
		}
	}
	if len(theirs) != n {
		t.Errorf("%d of %d terms", len(theirs), n)
	}
}
