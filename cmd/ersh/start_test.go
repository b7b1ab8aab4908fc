//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"ersh/internal/otp"
)

// TestStartAsErl starts nodes with what makes a start fail or end, and compares
// all that they write and their exit status with erl's.
func TestStartAsErl(t *testing.T) {
	release := otp.Need(t, 29)
	for _, c := range []struct {
		args   []string
		signal syscall.Signal // sent once the node has written "ready"
	}{
		{args: []string{"-s", "nosuch"}},
		{args: []string{"-run", "nosuch", "f", "a", "b"}},
		{args: []string{"-s", "lists", "nosuch"}},
		{args: []string{"-run", "lists", "nosuch", "a"}},
		{args: []string{"-eval", "1 +."}},
		{args: []string{"-eval", "X = , halt()."}},
		{args: []string{"-eval", `"abc, halt().`}},
		{args: []string{"-eval", "exit(foo)."}},
		{args: []string{"-eval", "halt(3)."}},
		{args: []string{"-eval", "halt(256)."}},
		{args: []string{"-eval", `halt("a slogan").`}},
		{args: []string{"-eval", "init:stop(4)."}},
		{args: []string{"-eval", `init:stop("a slogan").`}},
		{args: []string{"-eval", `logger:notice("a notice"), init:stop().`}},
		{args: []string{"-eval", "erlang:display({a@b, \"text\", #{a => b}}), halt()."}},
		{args: []string{"-eval", `F = fun() -> receive after infinity -> ok end end, P = spawn(F), erlang:display([is_reference(monitor(process, P, [priority])),
			link(P, [priority]), unlink(P), is_tuple(spawn_opt(F, [{monitor, [priority]}])), is_pid(spawn_opt(F, [{link, [priority]}])),
			exit(make_ref(), x), [element(1, element(2, catch G())) || G <- [fun() -> link(P, [x]) end, fun() -> spawn_opt(F, [{link, [x]}]) end]]]), halt().`}},
		{[]string{"-eval", `io:put_chars("ready\n").`}, syscall.SIGTERM},
		{[]string{"-eval", `io:put_chars("ready\n").`}, syscall.SIGUSR1},
		{[]string{"-eval", `io:put_chars("ready\n").`}, syscall.SIGQUIT},
		{[]string{"-eval", `io:put_chars("ready\n").`}, syscall.SIGHUP},
	} {
		t.Run("", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			args := append([]string{"-noshell"}, c.args...)
			want := outcome(t, release.Command(ctx, "erl", args...), c.signal)
			if got := outcome(t, exec.CommandContext(ctx, ersh, args...), c.signal); got != want {
				t.Errorf("%s %v:\n%s\nerl:\n%s", c.args, c.signal, got, want)
			}
		})
	}
}

// outcome runs a node and gives its output and how it ended.
func outcome(t *testing.T, cmd *exec.Cmd, sig syscall.Signal) string {
	out := new(readyBuffer)
	out.ready = func() {
		// What follows the evaluation at a start is soon over.
		time.AfterFunc(time.Second, func() { cmd.Process.Signal(sig) })
	}
	if sig == 0 {
		out.ready = func() {}
	}
	cmd.Env = append(os.Environ(), "ERL_CRASH_DUMP=/dev/null", "LC_ALL=C.UTF-8")
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return dates.ReplaceAllString(out.text.String(), "DATE") + fmt.Sprint(cmd.ProcessState)
}

var dates = regexp.MustCompile(`\d+-[A-Z][a-z]{2}-\d{4}::[0-9:.]+`)

// readyBuffer calls ready when the line "ready" was written.
type readyBuffer struct {
	text  bytes.Buffer // not embedded: its ReadFrom would go past Write
	ready func()
}

func (b *readyBuffer) Write(p []byte) (int, error) {
	n, err := b.text.Write(p)
	if b.ready != nil && strings.Contains(b.text.String(), "ready\n") {
		b.ready()
		b.ready = nil
	}
	return n, err
}
