package repl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// child is a node run as a process of its own, with marked prompts.
type child struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	pieces chan piece
	prompt string // the prompt that it waits at; "" while it works
	ended  bool
	output strings.Builder // printed and not yet taken
}

// piece is text that a node printed, or its prompt.
type piece struct {
	text   string
	prompt bool
}

var errEnded = errors.New("the node has ended")

// startChild starts this program with arguments and waits for its first
// prompt; what it prints before that is dropped.
func startChild(args, env []string, limit time.Duration) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.Command(self, args...), pieces: make(chan piece, 64)}
	c.cmd.Env = append(append(os.Environ(), env...), marksVariable+"=1")
	if c.in, err = c.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.cmd.Stderr = c.cmd.Stdout
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	go c.read(out)
	if err := c.await(limit); err != nil {
		text := strings.TrimSpace(c.take())
		c.stop()
		return nil, fmt.Errorf("%w%s", err, indent("\n"+text))
	}
	c.take()
	return c, nil
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n    ") }

// read parts what the node prints into text and prompts.
func (c *child) read(out io.Reader) {
	defer close(c.pieces)
	buf := make([]byte, 1<<16)
	var prompt []byte
	inPrompt := false
	for {
		n, err := out.Read(buf)
		text := buf[:n]
		for len(text) > 0 {
			mark := byte(promptBegin)
			if inPrompt {
				mark = promptEnd
			}
			i := strings.IndexByte(string(text), mark)
			part := text
			if i >= 0 {
				part = text[:i]
			}
			if inPrompt {
				prompt = append(prompt, part...)
			} else if len(part) > 0 {
				c.pieces <- piece{text: string(part)}
			}
			if i < 0 {
				break
			}
			if inPrompt {
				c.pieces <- piece{text: string(prompt), prompt: true}
				prompt = nil
			}
			inPrompt = !inPrompt
			text = text[i+1:]
		}
		if err != nil {
			return
		}
	}
}

// await waits until the node is at a prompt.
func (c *child) await(limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for c.prompt == "" {
		select {
		case p, ok := <-c.pieces:
			if !c.got(p, ok) {
				return errEnded
			}
		case <-timer.C:
			return fmt.Errorf("no prompt came within %v", limit)
		}
	}
	return nil
}

func (c *child) got(p piece, ok bool) bool {
	switch {
	case !ok:
		c.ended = true
	case p.prompt:
		c.prompt = p.text
	default:
		c.output.WriteString(p.text)
	}
	return ok
}

// linger takes what a node prints at its prompt, for a time.
func (c *child) linger(limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for !c.ended {
		select {
		case p, ok := <-c.pieces:
			if !c.got(p, ok) {
				return
			}
		case <-timer.C:
			return
		}
	}
}

// send types a line.
func (c *child) send(line string) error {
	c.prompt = ""
	_, err := io.WriteString(c.in, line+"\n")
	return err
}

// slow is what a shell says of a command that takes its time, which is no part
// of what the command does.
const slow = "Command is taking a long time, type Ctrl+G, then enter 'i' to interrupt\n"

// take gives what was printed since it was last taken.
func (c *child) take() string {
	text := strings.ReplaceAll(c.output.String(), slow, "")
	c.output.Reset()
	return text
}

// stop ends the node.
func (c *child) stop() {
	c.in.Close()
	done := make(chan struct{})
	go func() {
		for range c.pieces {
		}
		c.cmd.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(2 * time.Second):
		c.cmd.Process.Kill()
		<-done
	}
}
