package repl

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/term"

	"ersh/runtime/bif"
)

// maxLine is how long a line of input may be.
const maxLine = 64 << 20

// Plain is the terminal of a shell whose input is no terminal: prompts are
// printed as they are, lines are read as they come.
type Plain struct {
	out io.Writer

	// keys says that input is what a person would have typed at a shell.
	keys bool

	mu      sync.Mutex
	in      *bufio.Reader
	typed   []byte // lines that were read with the last one
	pending bool
	waiting func(line []byte, err error)
}

// NewPlain makes a Plain that reads in and writes out. With keys, control
// characters are the keys that they stand for, which type nothing, as in the
// input of erl's shell.
func NewPlain(in io.Reader, out io.Writer, keys bool) *Plain {
	return &Plain{out: out, keys: keys, in: bufio.NewReaderSize(in, 1<<16)}
}

// Write writes text.
func (t *Plain) Write(text []byte) error {
	_, err := t.out.Write(text)
	return err
}

// ReadLine reads a line, unless one that was given up is still being read:
// then that line is the answer.
func (t *Plain) ReadLine(what bif.Reading, reply func(line []byte, err error)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.out.Write(what.Prompt)
	t.waiting = reply
	if !t.pending {
		t.pending = true
		go t.read()
	}
}

func (t *Plain) read() {
	line, err := t.nextLine()
	t.mu.Lock()
	reply := t.waiting
	t.waiting, t.pending = nil, false
	t.mu.Unlock()
	if reply != nil {
		reply(line, err)
	}
}

func (t *Plain) nextLine() ([]byte, error) {
	if !t.keys {
		return readLine(t.in)
	}
	for len(t.typed) == 0 {
		line, err := readLine(t.in)
		if err != nil {
			return nil, err
		}
		t.typed = typeKeys(line)
	}
	line := t.typed
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i+1]
	}
	t.typed = t.typed[len(line):]
	return line, nil
}

// typeKeys drops what types nothing, escape with the key after it included;
// a carriage return is the enter key.
func typeKeys(line []byte) []byte {
	clean := true
	for _, c := range line {
		if c < ' ' && c != '\n' || c == 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return line
	}
	out := make([]byte, 0, len(line))
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\r':
			out = append(out, '\n')
		case c == 0x1b:
			i++
		case c >= ' ' && c != 0x7f || c == '\n':
			out = append(out, c)
		}
	}
	return out
}

// readLine reads up to a newline, or what there is before the end of input.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull) && len(line) < maxLine:
			continue
		case err == nil || len(line) > 0:
			return line, nil
		}
		return nil, io.EOF
	}
}

// Cancel gives up the line that is waited for.
func (t *Plain) Cancel() {
	t.mu.Lock()
	t.waiting = nil
	t.mu.Unlock()
}

// Interactive is false.
func (t *Plain) Interactive() bool { return false }

// IsTerminal says whether stdout or stderr is a terminal.
func (t *Plain) IsTerminal(device string) bool {
	f := os.Stdout
	if device == "stderr" {
		f = os.Stderr
	}
	return term.IsTerminal(int(f.Fd()))
}

// Size is unknown.
func (t *Plain) Size() (int, int, bool) { return 0, 0, false }

// OnInterrupt is of no use: an interrupt ends the program.
func (t *Plain) OnInterrupt(func()) {}

// OnExpand is of no use: nothing is edited.
func (t *Plain) OnExpand(func(string) bif.Expansion) {}

// OnSwitch is of no use: there are no keys.
func (t *Plain) OnSwitch(func()) {}

// LeaveMenu has no menu to leave.
func (t *Plain) LeaveMenu() {}
