package main

import (
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// TestLimits types what goes to a limit, and sees that the shell is there
// afterwards with its bindings.
func TestLimits(t *testing.T) {
	for _, c := range []struct {
		name, args, input string
		want              []string // parts of the output, in this order
	}{
		{"no process can be started", "+P 1024",
			"X = 1.\n[spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, 5000)].\nX + 1.\n1 / 0.\nX + 2.\n",
			[]string{"1> 1\n2> ", "** exception error: a system limit has been reached\n", "3> ", "2\n", "4> ", "** exception error: ", "5> ", "3\n", "6> ", "*** Terminating"}},
		{"a failed spawn is logged", "+P 1024", "[spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, 5000)].\n",
			[]string{"===\nToo many processes\n\n"}},
		{"a pattern nested deep", "", strings.Repeat("[", 20_000) + "X" + strings.Repeat("]", 20_000) + " = " +
			strings.Repeat("[", 20_000) + "1" + strings.Repeat("]", 20_000) + ", ok.\nX.\n", []string{"ok\n2> 1\n"}},
		{"a long string in a pattern", "", "\"" + strings.Repeat("x", 20_000) + "\" ++ T = \"" + strings.Repeat("x", 20_001) + "\", ok.\nT.\n",
			[]string{"ok\n2> \"x\"\n"}},
		{"a case of many clauses", "", "case 19999 of " + manyClauses(20_000) + " end.\n", []string{"19999\n2> "}},
		{"a command that takes long", "", "timer:sleep(5500).\nok2.\n",
			[]string{"1> Command is taking a long time, type Ctrl+G, then enter 'i' to interrupt\nok\n2> ok2\n"}},
		{"a chain of operators", "", "X = 1.\n1" + strings.Repeat("+1", 300_000) + ".\nX.\n",
			[]string{"2> * 1:400002: expression nested too deeply\n2> 1\n"}},
		{"more variables than registers", "", "X = 1.\nbegin " + manyVariables(1500) + " self() ! x, " + manySums(1500) + " end.\nX.\n",
			[]string{"2> ** exception error: a system limit has been reached\n3> 1\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command(ersh, strings.Fields(c.args)...)
			cmd.Stdin = strings.NewReader(c.input)
			out, err := cmd.CombinedOutput()
			rest := string(out)
			for _, w := range c.want {
				_, after, ok := strings.Cut(rest, w)
				if !ok || err != nil {
					t.Fatalf("%v: no %q in\n%.2000s", err, w, out)
				}
				rest = after
			}
		})
	}
}

func manyVariables(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("V" + strconv.Itoa(i) + " = X + 1, ")
	}
	return b.String()
}

func manyClauses(n int) string {
	clauses := make([]string, n)
	for i := range clauses {
		clauses[i] = strconv.Itoa(i) + " -> " + strconv.Itoa(i)
	}
	return strings.Join(clauses, "; ")
}

func manySums(n int) string {
	var b strings.Builder
	b.WriteString("0")
	for i := range n {
		b.WriteString(" + V" + strconv.Itoa(i))
	}
	return b.String()
}
