package main

import (
	"context"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
)

// asked are tables of processes that take more than a page, with what a person
// answers after each.
const asked = `L = [self() || _ <- lists:seq(1, 48)], ok.
c:i(L).
c:i([self() | L]).
q
c:i([self() | L]).
y
c:i(L ++ L).
x
yes

c:i(L ++ L).
n
c:i(L ++ L ++ L).
c
q
`

// TestPagesAsErl compares where the pages of i() end and what goes on then.
func TestPagesAsErl(t *testing.T) {
	release := otp.Need(t, 29)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	numbers := regexp.MustCompile(`[0-9]+`)
	process := regexp.MustCompile(`<N\.N\.N>.*`)
	printed := func(cmd *exec.Cmd) string {
		var lines []string
		for line := range strings.Lines(session(t, cmd, asked)) {
			line = process.ReplaceAllString(numbers.ReplaceAllString(line, "N"), "PROCESS")
			if strings.HasPrefix(line, " ") {
				line = "second line"
			}
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
		return strings.Join(lines, "\n")
	}
	want := printed(release.Command(ctx, "erl"))
	if got := printed(exec.CommandContext(ctx, ersh)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
