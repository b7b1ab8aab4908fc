package repl

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// Runes of the private use area stand, between the keyboard and the editor,
// for what is no character. What a person types in this range is dropped.
const (
	runeWake    = '\uE000' // there are events to handle
	runeInsert  = '\uE001' // the next piece of text is to be inserted
	runeFirst   = '\uE002' // keys that readline does not know: to the beginning,
	runeLast    = '\uE003' // to the end,
	runeClear   = '\uE004' // drop the line,
	runeBreak   = '\uE005' // go on in a new line,
	runeEditor  = '\uE006' // edit in another program
	runeNewline = '\uE00A' // a newline inside the line that is edited
	runePaste   = '\uE100' // the first of the marks that stand for a long text
	lastPaste   = '\uE8FF'
)

// bulk is how many bytes must come at once to be taken for pasted text.
const bulk = 32

// ctrlO is a key that readline does not know.
const ctrlO = 0x0f

const (
	pasteBegin = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

// keys turns the bytes of a terminal into those that readline understands:
// text that was pasted becomes one insertion, sequences of keys that readline
// does not know are translated or dropped, and so is what is no UTF-8. It is
// also the way to wake the editor, whose goroutine waits in Read.
type keys struct {
	in     io.Reader
	chunks chan []byte
	wakes  chan struct{}

	out     []byte // decoded, not yet read
	rest    []byte // the beginning of a sequence or character
	pasting bool
	paste   []byte

	mu      sync.Mutex
	inserts []string
}

// readKeys begins to read in.
func readKeys(in io.Reader) *keys {
	k := &keys{in: in, chunks: make(chan []byte), wakes: make(chan struct{}, 1)}
	go func() {
		defer close(k.chunks)
		for {
			buf := make([]byte, 4096)
			n, err := in.Read(buf)
			if n > 0 {
				k.chunks <- buf[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return k
}

// pause keeps from the terminal until resume is called, so that another program
// can read it.
func (k *keys) pause() (resume func(), err error) {
	in, ok := k.in.(interface{ pause() func() })
	if !ok {
		return nil, errors.New("no other program can have this terminal")
	}
	return in.pause(), nil
}

// wake has the editor handle its events soon.
func (k *keys) wake() {
	select {
	case k.wakes <- struct{}{}:
	default:
	}
}

// Read gives the editor its input.
func (k *keys) Read(p []byte) (int, error) {
	for len(k.out) == 0 {
		select {
		case <-k.wakes:
			k.emit(runeWake)
		case chunk, ok := <-k.chunks:
			if !ok {
				return 0, io.EOF
			}
			k.decode(chunk)
		}
	}
	n := copy(p, k.out)
	k.out = k.out[n:]
	return n, nil
}

// Close leaves the reading goroutine to the end of the program: a read of a
// terminal can't be given up.
func (k *keys) Close() error { return nil }

func (k *keys) emit(r rune) { k.out = utf8.AppendRune(k.out, r) }

func (k *keys) insert(text string) {
	if text == "" {
		return
	}
	k.mu.Lock()
	k.inserts = append(k.inserts, text)
	k.mu.Unlock()
	k.emit(runeInsert)
}

// nextInsert is the text that a runeInsert stands for.
func (k *keys) nextInsert() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.inserts) == 0 {
		return ""
	}
	text := k.inserts[0]
	k.inserts = k.inserts[1:]
	return text
}

func (k *keys) decode(chunk []byte) {
	b := append(k.rest, chunk...)
	k.rest = nil
	isBulk := len(chunk) >= bulk
	for len(b) > 0 {
		if k.pasting {
			if b = k.decodePaste(b); b == nil {
				return
			}
			continue
		}
		if b[0] == 0x1b {
			n := k.escape(b)
			if n == 0 {
				k.rest = bytes.Clone(b)
				return
			}
			b = b[n:]
			continue
		}
		if isBulk {
			if n := plainRun(b); n >= bulk {
				k.insert(cleanPaste(string(b[:n])))
				b = b[n:]
				continue
			}
		}
		if !utf8.FullRune(b) {
			k.rest = bytes.Clone(b)
			return
		}
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		switch {
		case r == '\t' && isBulk:
			k.emit(' ')
		case r == ctrlO:
			k.emit(runeEditor)
		case r >= ' ' && (r < runeWake || r > lastPaste), editing(r):
			k.emit(r)
		}
	}
}

// editing says whether a control character means something to the editor.
func editing(r rune) bool {
	return r > 0 && r < ' ' && strings.ContainsRune("\x01\x02\x03\x04\x05\x06\a\b\t\n\v\f\r\x0e\x10\x12\x13\x14\x15\x17\x19\x1a", r)
}

// plainRun is how many bytes of complete characters, tabulators included,
// begin b.
func plainRun(b []byte) int {
	n := 0
	for n < len(b) && (b[n] >= ' ' && b[n] != 0x7f || b[n] == '\t') {
		if !utf8.FullRune(b[n:]) {
			break
		}
		_, size := utf8.DecodeRune(b[n:])
		n += size
	}
	return n
}

// decodePaste takes pasted text up to its end mark and gives what follows it,
// or nil.
func (k *keys) decodePaste(b []byte) []byte {
	seen := max(0, len(k.paste)-len(pasteEnd)) // the mark may be in two pieces
	k.paste = append(k.paste, b...)
	i := bytes.Index(k.paste[seen:], []byte(pasteEnd))
	if i >= 0 {
		i += seen
	} else {
		if len(k.paste) > maxLine {
			k.paste = k.paste[:maxLine]
		}
		return nil
	}
	after := bytes.Clone(k.paste[i+len(pasteEnd):])
	text := string(k.paste[:i])
	k.pasting, k.paste = false, nil
	text = pastedPrompt.ReplaceAllString(text, "")
	k.insert(strings.TrimRight(cleanPaste(text), string(runeNewline)))
	return after
}

// pastedPrompt is the prompt of a shell that a line was copied with.
var pastedPrompt = regexp.MustCompile(`(?m)^(\([^()\s]+@[^()\s]+\))?[0-9]+> `)

// cleanPaste makes text fit for the line editor: newlines as marks, blanks for
// tabulators, and nothing that a terminal would take for a command.
func cleanPaste(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return runeNewline
		case r == '\t':
			return ' '
		case r < ' ' || r == 0x7f || r >= runeWake && r <= lastPaste:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// translations of key sequences: to readline's names of the same key, or of
// what it does elsewhere.
var translations = map[string]string{
	"[A": "[A", "[B": "[B", "[C": "[C", "[D": "[D", "[H": "[H", "[F": "[F",
	"OA": "[A", "OB": "[B", "OC": "[C", "OD": "[D", "OH": "[H", "OF": "[F",
	"[1~": "[H", "[7~": "[H", "[4~": "[F", "[8~": "[F", "[3~": "[3~",
	"[1;5C": "f", "[1;5D": "b", "[1;3C": "f", "[1;3D": "b", "[5C": "f", "[5D": "b",
	"[3;5~": "d", "b": "b", "f": "f", "d": "d", "\x7f": "\x7f", "\b": "\x7f",
}

// ownKeys are sequences that stand for runes of ours.
var ownKeys = map[string]rune{"<": runeFirst, ">": runeLast, "c": runeClear, "\r": runeBreak, "\n": runeBreak, "o": runeEditor}

// escape handles the sequence that begins b and gives its length, 0 if more
// must come to know it.
func (k *keys) escape(b []byte) int {
	n := sequenceLen(b)
	if n == 0 {
		return 0
	}
	switch seq := string(b[:n]); {
	case seq == pasteBegin:
		k.pasting = true
	default:
		if to, ok := translations[seq[1:]]; ok {
			k.out = append(append(k.out, 0x1b), to...)
		} else if r, ok := ownKeys[seq[1:]]; ok {
			k.emit(r)
		}
	}
	return n
}

// maxSequence is how long a sequence of a key may be.
const maxSequence = 32

func sequenceLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '[':
		for i := 2; i < len(b); i++ {
			if b[i] >= 0x40 && b[i] <= 0x7e || i == maxSequence {
				return i + 1
			}
		}
		return 0
	case 'O':
		if len(b) < 3 {
			return 0
		}
		return 3
	case 0x1b:
		return 1
	}
	if !utf8.FullRune(b[1:]) {
		return 0
	}
	_, n := utf8.DecodeRune(b[1:])
	return 1 + n
}
