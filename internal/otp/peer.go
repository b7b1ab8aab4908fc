package otp

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Peer is a node of a release that a test drives by expressions.
type Peer struct {
	Name string // with its host
	cmd  *exec.Cmd
	in   io.WriteCloser
	mu   sync.Mutex
	out  *bufio.Reader
	log  *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// The peer reads expressions, one a line, and answers each with a line that
// begins with the marker; everything else that it writes is its log.
const (
	marker = "\x01"
	driver = `
Loop = fun(Loop, Bs) ->
  case io:get_line("") of
    eof -> halt();
    Line ->
      {V, Bs1} = try
        {ok, Ts, _} = erl_scan:string(Line),
        {ok, Es} = erl_parse:parse_exprs(Ts),
        {value, X, B} = erl_eval:exprs(Es, Bs),
        {X, B}
      catch C:R -> {{'EXCEPTION', C, R}, Bs} end,
      io:put_chars(["\n\x01", lists:flatten(io_lib:format("~0tp", [V])), "\n"]),
      Loop(Loop, Bs1)
  end end, Loop(Loop, erl_eval:new_bindings())`
)

// StartPeer starts a node called name, with env and args besides its own. The
// node ends with the test.
func (r Release) StartPeer(t testing.TB, name string, env []string, args ...string) *Peer {
	t.Helper()
	line := append([]string{"-noshell", "-sname", name, "-eval", strings.ReplaceAll(driver, "\n", " ") + "."}, args...)
	p := &Peer{log: new(lockedBuffer)}
	p.cmd = r.Command(t.Context(), "erl", line...)
	p.cmd.Env = append(append(os.Environ(), "LC_ALL=C.UTF-8"), env...)
	p.cmd.Stderr = p.log
	var err error
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewReaderSize(out, 1<<20)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.in.Close()
		p.Kill()
	})
	p.Name = p.Eval(t, "node().")
	p.Name = strings.Trim(p.Name, "'")
	if !strings.HasPrefix(p.Name, name+"@") {
		t.Fatalf("the peer is node %s", p.Name)
	}
	return p
}

// Kill ends the node at once.
func (p *Peer) Kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

// Log is what the node has written besides its answers.
func (p *Peer) Log() string { return p.log.String() }

// Eval evaluates expressions, which end in a full stop and stand on one line,
// and gives the value in text. Variables keep their values.
func (p *Peer) Eval(t testing.TB, code string) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, err := fmt.Fprintln(p.in, code); err != nil {
		t.Fatalf("%s: %v\n%s", code, err, p.Log())
	}
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		for {
			line, err := p.out.ReadString('\n')
			if err != nil {
				done <- result{"", err}
				return
			}
			if text, ok := strings.CutPrefix(line, marker); ok {
				done <- result{strings.TrimSuffix(text, "\n"), nil}
				return
			}
			io.WriteString(p.log, line)
		}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			t.Fatalf("%s: %v\n%s", code, r.err, p.Log())
		}
		return r.text
	case <-time.After(30 * time.Second):
		t.Fatalf("%s: no answer\n%s", code, p.Log())
	}
	return ""
}

// Signal sends the node's process a signal of the operating system.
func (p *Peer) Signal(s os.Signal) { p.cmd.Process.Signal(s) }
