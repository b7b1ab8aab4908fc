package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestOutOfMemory types what takes more memory than the node may use: it ends
// the process, with a report, and not the node.
func TestOutOfMemory(t *testing.T) {
	for _, expr := range []string{
		"lists:seq(1, 100000000000)",
		"binary:copy(<<0>>, 1 bsl 38)",
		"iolist_to_binary(lists:duplicate(100000, binary:copy(<<0>>, 1 bsl 20)))",
		"term_to_binary(lists:duplicate(100000, binary:copy(<<0>>, 1 bsl 20)))",
		"binary_to_list(binary:copy(<<0>>, 1 bsl 26))",
		"F = fun F(X) -> self() ! lists:seq(1, 100), F(X) end, F(1)",
		"F = fun F(X) -> [lists:seq(1, 100) | F(X)] end, F(1)",
		"F = fun F(B) -> F(<<B/binary, B/binary>>) end, F(<<0>>)",
		"T = ets:new(t, []), F = fun F(N) -> ets:insert(T, {N, lists:seq(1, 100)}), F(N + 1) end, F(1)",
	} {
		t.Run("", func(t *testing.T) {
			cmd := exec.Command(ersh)
			cmd.Env = append(os.Environ(), "GOMEMLIMIT=100MiB", "GOGC=")
			// The sleep leaves the report time to be written.
			cmd.Stdin = strings.NewReader(expr + ".\ntimer:sleep(200).\nstill_here.\n")
			out, err := cmd.CombinedOutput()
			for _, want := range []string{"** exception exit: killed", "was killed: out of memory", "still_here\n"} {
				if err != nil || !strings.Contains(string(out), want) {
					t.Fatalf("%s: %v, no %q in\n%.2000s", expr, err, want, out)
				}
			}
		})
	}
}
