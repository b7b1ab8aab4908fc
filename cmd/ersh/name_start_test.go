//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ersh/internal/otp"
)

// TestNotStartedAsErl starts nodes whose name or cookie can't be, and compares
// what they write, where, and their exit status with erl's.
func TestNotStartedAsErl(t *testing.T) {
	release := otp.Need(t, 29)
	ownEpmd(t)
	background(t, exec.Command(ersh, "-noinput", "-sname", "taken"))
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if out, _ := exec.Command(ersh, "epmd", "-names").Output(); strings.Contains(string(out), "taken") {
			break
		}
	}
	const show = `io:format("~w ~w~n", [node(), erlang:get_cookie()]), halt().`
	long := strings.Repeat("x", 300)
	for _, c := range []struct {
		args   []string
		cookie string // the file's content
		mode   fs.FileMode
		// erl's logger has always come further before the node ends: only what
		// it ends with is the same.
		end bool
	}{
		{args: []string{"-noshell", "-name", "gandalf"}},
		{args: []string{"-name", "gandalf"}},
		{args: []string{"-noshell", "-name", "a@"}},
		{args: []string{"-noshell", "-sname", "taken"}},
		{args: []string{"-sname", "taken"}},
		{args: []string{"-noshell", "-sname", "a@b@c"}},
		{args: []string{"-noshell", "-sname", "a@b.c"}},
		{args: []string{"-noshell", "-sname", "a b"}},
		{args: []string{"-noshell", "-sname", ""}},
		{args: []string{"-noshell", "-sname", "@b"}},
		{args: []string{"-noshell", "-sname", "a%b"}},
		{args: []string{"-noshell", "-sname", "å"}},
		{args: []string{"-noshell", "-sname", "a@", "-eval", show}},
		{args: []string{"-noshell", "-sname", "d7c", "-eval", show}},
		{args: []string{"-noshell", "-sname", "d7c"}, mode: 0o444},
		{args: []string{"-noshell", "-sname", "a@b@c"}, mode: 0o440},
		{args: []string{"-noshell", "-sname", "d7c"}, mode: fs.ModeDir},
		{args: []string{"-noshell", "-sname", "d7c"}, cookie: "\n"},
		{args: []string{"-noshell", "-sname", "d7c", "-eval", show}, cookie: "two words\n"},
		{args: []string{"-noshell", "-sname", "d7c"}, cookie: "two\nlines"},
		{args: []string{"-noshell", "-sname", "d7c"}, cookie: "a\001b"},
		{args: []string{"-noshell", "-sname", "d7c"}, cookie: long, end: true},
		{args: []string{"-noshell", "-sname", "d7c", "-setcookie", long}, end: true},
		{args: []string{"-noshell", "-sname", "d7c", "-setcookie", "", "-eval", show}},
		{args: []string{"-noshell", "-sname", "d7c", "-setcookie", "c", "-eval", show}, mode: 0o444},
		{args: []string{"-noshell", "-sname", "d7c", "-setcookie", "one", "-setcookie", "two", "-eval", show}},
		{args: []string{"-noshell", "-sname", "d7c", "-setcookie", "x@y", "two", "-eval", show}},
	} {
		t.Run("", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			outside, home := release.TempDir(t)
			if os.Symlink(outside, home) == nil { // the same path for both
				t.Cleanup(func() { os.Remove(home) })
			}
			file := filepath.Join(outside, ".erlang.cookie")
			if c.mode == fs.ModeDir {
				os.Mkdir(file, 0o700)
			} else {
				if c.cookie == "" {
					c.cookie = "thecookie"
				}
				if c.mode == 0 {
					c.mode = 0o400
				}
				if err := os.WriteFile(file, []byte(c.cookie), c.mode); err != nil {
					t.Fatal(err)
				}
			}
			got := notStarted(t, exec.CommandContext(ctx, ersh, c.args...), home)
			// How far erl's logger has come when the node ends is chance; ours has written all.
			var want string
			for range 10 {
				want = notStarted(t, release.Command(ctx, "erl", c.args...), home)
				ours, theirs := ending(got), ending(want)
				if ours == theirs && (c.end || strings.HasPrefix(got, strings.TrimSuffix(want, theirs))) {
					return
				}
			}
			t.Errorf("%s %v:\n%s\nerl:\n%s", c.args, c.mode, got, want)
		})
	}
}

func ending(text string) string { return text[strings.Index(text, "--- stderr"):] }

var byShape = regexp.MustCompile(`<0\.\d+\.0>|\{line,\d+\}|(heap_size|stack_size|reductions): \d+`)
var rawDates = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}`)

// notStarted gives what a node writes and how it ends, with what differs from
// start to start by its shape.
func notStarted(t *testing.T, cmd *exec.Cmd, home string) string {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Env = append(os.Environ(), "ERL_CRASH_DUMP=/dev/null", "LC_ALL=C.UTF-8", "HOME="+home)
	cmd.Stdout, cmd.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	text := rawDates.ReplaceAllString(out.String(), "DATE")
	// So is whether a process is still heard that the end has cut short.
	text, _, _ = strings.Cut(text, "DATE Error in process")
	text = fmt.Sprintf("%s--- stderr\n%s%v", text, errs.String(), cmd.ProcessState)
	return byShape.ReplaceAllString(text, "_")
}

// TestNotStartedLaterAsErl has net_kernel:start fail, and start a node, in one that has no
// name.
func TestNotStartedLaterAsErl(t *testing.T) {
	release := otp.Need(t, 29)
	ownEpmd(t)
	family := regexp.MustCompile(`(ancestors|links|erl): ?(\[[^\]]*\]|\d+)`)
	for _, start := range []string{
		"d7late, #{}", "'a@b@c', #{name_domain => shortnames}", "'d 7', #{name_domain => shortnames}",
		"[d7late]", "[d7late, shortnames]", "d7late, #{name_domain => shortnames, hidden => true}",
	} {
		code := "R = net_kernel:start(" + start + "), timer:sleep(300), io:format(\"~p~n\", " +
			"[[R, net_kernel:get_state(), net_kernel:stop(), whereis(net_sup), whereis(auth), node()]]), halt()."
		args := []string{"-noshell", "-setcookie", "c", "-eval", code}
		run := func(cmd *exec.Cmd) string {
			text := dates.ReplaceAllString(notStarted(t, cmd, t.TempDir()), "DATE")
			return family.ReplaceAllString(text, "$1: _")
		}
		got := run(exec.CommandContext(t.Context(), ersh, args...))
		if want := run(release.Command(t.Context(), "erl", args...)); got != want {
			t.Errorf("%s:\n%s\nerl:\n%s", start, got, want)
		}
	}
}
