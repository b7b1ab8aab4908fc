package repl

import (
	"bytes"
	"io"
	"sync"
)

const (
	// wakeRune makes the editor look at what others want printed. It comes
	// through its input, since only there it can be interrupted.
	wakeRune = '\uE000'
	// newlineRune stands for a newline within an entry: the editor knows
	// entries of one line only.
	newlineRune = '\uE00A'
)

var (
	pasteBegin = []byte("\x1b[200~")
	pasteEnd   = []byte("\x1b[201~")
)

// keyInput is the editor's input: the terminal's bytes, with pasted text made
// one entry, and wake runes in between.
type keyInput struct {
	in io.Reader

	mu      sync.Mutex
	ready   sync.Cond
	buf     []byte
	err     error
	pasting bool
	held    []byte // the beginning of what may be a paste mark
}

func newKeyInput(in io.Reader) *keyInput {
	k := &keyInput{in: in}
	k.ready.L = &k.mu
	go k.fill()
	return k
}

// wake has the editor's input filter called with wakeRune.
func (k *keyInput) wake() {
	k.mu.Lock()
	k.buf = append(k.buf, string(wakeRune)...)
	k.ready.Signal()
	k.mu.Unlock()
}

func (k *keyInput) fill() {
	b := make([]byte, 4096)
	for {
		n, err := k.in.Read(b)
		k.mu.Lock()
		k.take(b[:n])
		k.err = err
		k.ready.Signal()
		k.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// take adds bytes to the buffer, without paste marks. Within a paste newlines
// become part of the entry and tabs blanks, so that they complete nothing.
func (k *keyInput) take(b []byte) {
	b = append(k.held, b...)
	k.held = nil
	for len(b) > 0 {
		mark := pasteBegin
		if k.pasting {
			mark = pasteEnd
		}
		i := bytes.IndexByte(b, 0x1b)
		if i < 0 {
			k.add(b)
			return
		}
		k.add(b[:i])
		b = b[i:]
		switch {
		case bytes.HasPrefix(b, mark):
			k.pasting = !k.pasting
			b = b[len(mark):]
		case len(b) > 1 && bytes.HasPrefix(mark, b):
			k.held = append([]byte(nil), b...)
			return
		default:
			k.add(b[:1])
			b = b[1:]
		}
	}
}

func (k *keyInput) add(b []byte) {
	if !k.pasting {
		k.buf = append(k.buf, b...)
		return
	}
	for _, c := range b {
		switch {
		case c == '\r' || c == '\n':
			k.buf = append(k.buf, string(newlineRune)...)
		case c == '\t':
			k.buf = append(k.buf, ' ')
		case c >= ' ' && c != 0x7f:
			k.buf = append(k.buf, c)
		}
	}
}

func (k *keyInput) Read(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for len(k.buf) == 0 {
		if k.err != nil {
			return 0, k.err
		}
		k.ready.Wait()
	}
	n := copy(p, k.buf)
	k.buf = k.buf[n:]
	return n, nil
}

func (k *keyInput) Close() error { return nil }
