package repl

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/chzyer/readline"
	"github.com/fatih/color"
	"golang.org/x/term"

	"ersh/runtime/bif"
)

// Editor is the terminal of a person who types. The line editor runs in a
// goroutine of its own from start to end: while a command runs there is no
// prompt, but what is typed is kept, and Ctrl-C is seen.
//
// Everything is drawn by the editor's goroutine. Who wants something printed
// puts it into a queue and wakes the editor by a rune of its input.
type Editor struct {
	rl   *readline.Instance
	keys *keyInput
	out  *os.File

	mu      sync.Mutex
	queue   []byte // text to be printed
	printed sync.Cond
	partial string // the unfinished last line of what was printed
	prompt  string
	reply   func(line []byte, err error)
	ahead   []string // lines typed before anyone asked for one
	entry   []string // the lines of a command so far
	ended   bool

	interrupt func()
	expand    func(before string) bif.Expansion
}

var promptColor = color.New(color.FgCyan)

// NewEditor opens the terminal; in and out must be terminals.
func NewEditor(in, out *os.File) (*Editor, error) {
	e := &Editor{keys: newKeyInput(in), out: out}
	e.printed.L = &e.mu
	rl, err := readline.NewEx(&readline.Config{
		Stdin: e.keys, Stdout: out, Stderr: out,
		HistoryFile: historyFile(), HistoryLimit: 2000, DisableAutoSaveHistory: true,
		InterruptPrompt: "\n", EOFPrompt: "\n",
		Painter: newlinePainter{}, AutoComplete: completer{e},
		FuncFilterInputRune: e.filter,
	})
	if err != nil {
		return nil, err
	}
	e.rl = rl
	io.WriteString(out, "\x1b[?2004h") // pasted text comes in marks
	go e.edit()
	return e, nil
}

// historyFile is where lines are kept across runs; "" for nowhere.
func historyFile() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	dir = filepath.Join(dir, "ersh")
	if os.MkdirAll(dir, 0o700) != nil {
		return ""
	}
	return filepath.Join(dir, "history")
}

// Close leaves the terminal as it was found. The editor itself is not closed,
// since that may wait for a key.
func (e *Editor) Close() {
	e.mu.Lock()
	rest := e.queue
	e.queue = nil
	e.mu.Unlock()
	e.rl.Clean()
	e.out.Write(rest)
	io.WriteString(e.out, "\x1b[?2004l")
	e.rl.Terminal.ExitRawMode()
}

func (e *Editor) edit() {
	for {
		line, err := e.rl.Readline()
		switch {
		case errors.Is(err, readline.ErrInterrupt):
			e.interrupted()
		case err != nil:
			e.finish()
			return
		default:
			e.typed(line)
		}
	}
}

// typed takes a line to who waits for it, or keeps it.
func (e *Editor) typed(line string) {
	e.mu.Lock()
	e.partial = ""
	lines := strings.Split(line, string(newlineRune))
	e.ahead = append(e.ahead, lines...)
	e.entry = append(e.entry, lines...)
	e.deliver()
	e.mu.Unlock()
	e.keys.wake()
}

// deliver answers a waiting reader from the lines typed ahead; the lock is held.
func (e *Editor) deliver() {
	if e.reply == nil || len(e.ahead) == 0 {
		return
	}
	reply, line := e.reply, e.ahead[0]
	e.reply, e.prompt, e.ahead = nil, "", e.ahead[1:]
	go reply([]byte(line+"\n"), nil)
}

func (e *Editor) interrupted() {
	e.mu.Lock()
	reply, interrupt := e.reply, e.interrupt
	e.reply, e.prompt, e.partial, e.ahead, e.entry = nil, "", "", nil, nil
	e.mu.Unlock()
	e.keys.wake()
	switch {
	case reply != nil:
		reply(nil, bif.ErrInterrupted)
	case interrupt != nil:
		interrupt()
	}
}

func (e *Editor) finish() {
	e.mu.Lock()
	reply := e.reply
	e.ended, e.reply = true, nil
	e.printed.Broadcast()
	e.mu.Unlock()
	if reply != nil {
		reply(nil, io.EOF)
	}
}

// filter sees every rune before the editor does.
func (e *Editor) filter(r rune) (rune, bool) {
	if r == wakeRune {
		e.draw()
		return r, false
	}
	return r, true
}

// draw prints what is in the queue above the line that is being edited. Text
// that does not end in a newline stands before the prompt.
func (e *Editor) draw() {
	e.mu.Lock()
	defer e.mu.Unlock()
	text := e.queue
	e.queue = nil
	if len(text) > 0 {
		e.rl.Clean()
		all := append([]byte(e.partial), text...)
		i := bytes.LastIndexByte(all, '\n') + 1
		e.out.Write(all[:i])
		e.partial = string(all[i:])
	}
	e.rl.SetPrompt(e.partial + paintPrompt(e.prompt))
	e.printed.Broadcast()
}

func paintPrompt(prompt string) string {
	if prompt == "" || color.NoColor {
		return prompt
	}
	return promptColor.Sprint(prompt)
}

// maxQueue is how much text may wait for the editor to print it.
const maxQueue = 1 << 16

// Write has text printed above the line that is being edited.
func (e *Editor) Write(text []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.queue) > maxQueue && !e.ended {
		e.printed.Wait()
	}
	if e.ended {
		_, err := e.out.Write(text)
		return err
	}
	e.queue = append(e.queue, text...)
	e.keys.wake()
	return nil
}

// ReadLine shows a prompt. One that ends in ".. " goes on with a command, so
// that the whole command becomes one entry of the history.
func (e *Editor) ReadLine(prompt []byte, password bool, reply func([]byte, error)) {
	if password {
		go func() {
			b, err := e.rl.ReadPassword(string(prompt))
			reply(append(b, '\n'), err)
		}()
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended {
		go reply(nil, io.EOF)
		return
	}
	if !bytes.HasSuffix(prompt, []byte(".. ")) {
		e.saveEntry()
	}
	e.prompt, e.reply = string(prompt), reply
	e.deliver()
	e.keys.wake()
}

// saveEntry puts the last command into the history; the lock is held.
func (e *Editor) saveEntry() {
	entry := strings.Join(e.entry[:len(e.entry)-len(e.ahead)], string(newlineRune))
	e.entry = append([]string(nil), e.ahead...)
	if strings.TrimSpace(entry) != "" && utf8.ValidString(entry) && !strings.Contains(entry, "set_cookie") {
		e.rl.SaveHistory(entry)
	}
}

// Cancel gives up the line that is waited for.
func (e *Editor) Cancel() {
	e.mu.Lock()
	e.reply, e.prompt = nil, ""
	e.mu.Unlock()
	e.keys.wake()
}

// Interactive is true.
func (e *Editor) Interactive() bool { return true }

// IsTerminal says whether stdout or stderr is a terminal.
func (e *Editor) IsTerminal(device string) bool {
	return device == "stdout" || term.IsTerminal(int(os.Stderr.Fd()))
}

// Size is the terminal's.
func (e *Editor) Size() (columns, rows int, ok bool) {
	columns, rows, err := term.GetSize(int(e.out.Fd()))
	return columns, rows, err == nil
}

// OnInterrupt sets what Ctrl-C means while a command runs.
func (e *Editor) OnInterrupt(fn func()) {
	e.mu.Lock()
	e.interrupt = fn
	e.mu.Unlock()
}

// OnExpand sets what completes names.
func (e *Editor) OnExpand(fn func(before string) bif.Expansion) {
	e.mu.Lock()
	e.expand = fn
	e.mu.Unlock()
}

// newlinePainter shows where an entry of several lines breaks.
type newlinePainter struct{}

func (newlinePainter) Paint(line []rune, _ int) []rune {
	out := line
	for i, r := range line {
		if r == newlineRune {
			if &out[0] == &line[0] {
				out = append([]rune(nil), line...)
			}
			out[i] = '⏎'
		}
	}
	return out
}

// completer asks the node for what a name may become.
type completer struct{ e *Editor }

func (c completer) Do(line []rune, pos int) ([][]rune, int) {
	c.e.mu.Lock()
	expand := c.e.expand
	c.e.mu.Unlock()
	if expand == nil {
		return nil, 0
	}
	x := expand(string(line[:pos]))
	out := make([][]rune, len(x.Matches))
	for i, m := range x.Matches {
		out[i] = []rune(m)
	}
	return out, len([]rune(x.Insert))
}
