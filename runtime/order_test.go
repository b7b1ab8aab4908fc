package runtime_test

import (
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"

	"ersh/internal/otp"
	"ersh/runtime/bif"
)

// TestAtomOrder: maps, large ones too, have atoms as keys in the order that they have in OTP 29.
func TestAtomOrder(t *testing.T) {
	r := otp.Need(t, 29)
	text, err := os.ReadFile("term/boot_atoms.txt")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for line := range strings.Lines(string(text)) {
		var n int
		name, number, _ := strings.Cut(line, "\t")
		fmt.Sscan(number, &n)
		// Those that every node makes in the same order.
		if n < 3270 {
			names = append(names, name)
		}
	}
	rnd := rand.New(rand.NewSource(1))
	var code strings.Builder
	code.WriteString("io:setopts([{encoding, unicode}]), F = fun(L) -> io:format(\"~tp~n\", [maps:keys(maps:from_keys(L, 1))]) end")
	for range 30 {
		n := 1 + rnd.Intn(80)
		code.WriteString(", F([1, x")
		for range n {
			fmt.Fprintf(&code, ", %s", "'"+strings.ReplaceAll(names[rnd.Intn(len(names))], "'", "\\'")+"'")
		}
		code.WriteString("])")
	}
	compareLines(t, evalOn(t, code.String()), r.Eval(t, code.String()))
}

// TestDictionaryOrder: get/0 shows integers and atoms in the order of OTP 29.
func TestDictionaryOrder(t *testing.T) {
	r := otp.Need(t, 29)
	rnd := rand.New(rand.NewSource(2))
	var code strings.Builder
	code.WriteString("F = fun(Ks) -> erase(), [put(K, x) || K <- Ks], io:format(\"~w~n\", [[K || {K, _} <- get()]]) end")
	names := strings.Fields("ok error true false undefined name value list x y node pid state timeout normal 'EXIT' ''")
	for _, n := range []int{0, 1, 2, 3, 5, 7, 8, 9, 10, 12, 14, 17, 20, 26, 30, 33, 40, 55, 70, 100, 150, 300} {
		for _, factor := range []int{1, 8, 37, 1 << 20} {
			code.WriteString(", F([")
			for i := range n {
				fmt.Fprintf(&code, "%d, ", factor*(i-3))
			}
			rnd.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
			code.WriteString(strings.Join(names[:1+rnd.Intn(len(names))], ", ") + "])")
		}
	}
	compareLines(t, evalOn(t, code.String()), r.Eval(t, code.String()))
}

// TestProcessItems compares process_info, process_flag, system_flag, system_info,
// statistics and memory with OTP 29: what they take, and what results look like.
func TestProcessItems(t *testing.T) {
	r := otp.Need(t, 29)
	outside, inside := r.TempDir(t)
	install(t, r, outside, inside, "testdata/process_items.erl")
	want := r.Eval(t, fmt.Sprintf(`code:add_patha(%q), process_items:main()`, inside))
	got := evalOn(t, `process_items:main()`, bif.Flag{Name: "pa", Values: []string{outside}})
	compareLines(t, got, want)
}
