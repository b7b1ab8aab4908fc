package bif

import (
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/term"
)

// TestAtomKeys compares the order of atoms in small maps with that of a fresh
// erl. Some of its processes start side by side, so a few pairs may differ.
func TestAtomKeys(t *testing.T) {
	release := otp.Need(t, 29)
	data, err := os.ReadFile("../term/boot_atoms.txt")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(data)) {
		name, _, _ := strings.Cut(line, "\t")
		names = append(names, name)
	}
	r := rand.New(rand.NewSource(29))
	const pairs = 1000
	var code, want strings.Builder
	for i := range pairs {
		a, b := names[r.Intn(len(names))], names[r.Intn(len(names))]
		if a == b || strings.ContainsAny(a+b, `'\`) {
			continue
		}
		if i > 0 {
			code.WriteByte(',')
		}
		fmt.Fprintf(&code, "{'%s','%s'}", a, b)
		first := true
		for k := range term.MapOf(term.A(a), term.Ok, term.A(b), term.Ok).All {
			if first {
				want.WriteString(strconv.FormatBool(k == term.Term(term.A(a)))[:1])
			}
			first = false
		}
	}
	got := strings.TrimSpace(release.Eval(t, `lists:foreach(fun({A, B}) -> io:put_chars(case hd(maps:keys(#{A => 1, B => 2})) of A -> "t"; B -> "f" end) end, [`+
		strings.TrimPrefix(code.String(), ",")+`])`))
	if len(got) != want.Len() {
		t.Fatalf("%d answers for %d pairs: %s", len(got), want.Len(), got)
	}
	same := 0
	for i := range got {
		if got[i] == want.String()[i] {
			same++
		}
	}
	if same*100 < len(got)*95 {
		t.Errorf("only %d of %d pairs of atoms stand in erl's order", same, len(got))
	}
	t.Logf("%d of %d pairs as in erl", same, len(got))
}
