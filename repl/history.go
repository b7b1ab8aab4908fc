package repl

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// maxHistory is how many commands are remembered.
	maxHistory = 1000
	// maxEntry is how many characters a command may have that is remembered.
	maxEntry = 5000
)

// secrets are in commands that are not kept.
var secrets = regexp.MustCompile(`set_cookie|get_password`)

// history is the commands of this run and, if there is a file, of earlier
// ones. A command of several lines is one entry, with marks for its newlines;
// in the file an entry is a line.
type history struct {
	file    string
	entries []string
	lines   []string // of the command being typed
}

// historyFile is where commands are kept: ERSH_HISTORY names another file,
// and none if it is empty.
func historyFile() string {
	if file, ok := os.LookupEnv("ERSH_HISTORY"); ok {
		return file
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "ersh", "history")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".ersh_history")
}

// openHistory reads a file of entries; a file that can't be read is empty.
func openHistory(file string) *history {
	h := &history{file: file}
	if file == "" {
		return h
	}
	text, _ := os.ReadFile(file)
	total := 0
	for line := range bytes.Lines(text) {
		total++
		entry := string(bytes.TrimRight(line, "\r\n"))
		if entry != "" && utf8.ValidString(entry) && utf8.RuneCountInString(entry) <= maxEntry {
			h.entries = append(h.entries, entry)
		}
	}
	if n := len(h.entries); n > maxHistory {
		h.entries = slices.Clone(h.entries[n-maxHistory:])
	}
	if total > 2*maxHistory {
		h.rewrite()
	}
	return h
}

// rewrite shortens the file to what is remembered.
func (h *history) rewrite() {
	f, err := os.CreateTemp(filepath.Dir(h.file), ".ersh_history")
	if err != nil {
		return
	}
	w := bufio.NewWriter(f)
	for _, entry := range h.entries {
		w.WriteString(entry + "\n")
	}
	if w.Flush() != nil || f.Close() != nil || os.Rename(f.Name(), h.file) != nil {
		os.Remove(f.Name())
	}
}

// line adds a line to the command being typed.
func (h *history) line(line string) { h.lines = append(h.lines, line) }

// drop forgets the command being typed.
func (h *history) drop() { h.lines = nil }

// commit keeps the command that was typed; ok is false if it is not to be
// remembered.
func (h *history) commit() (entry string, ok bool) {
	text := strings.TrimSpace(strings.Join(h.lines, string(runeNewline)))
	text = strings.Trim(text, string(runeNewline))
	h.lines = nil
	if text == "" || secrets.MatchString(text) || utf8.RuneCountInString(text) > maxEntry {
		return "", false
	}
	if n := len(h.entries); n > 0 && h.entries[n-1] == text {
		return "", false
	}
	h.entries = append(h.entries, text)
	h.append(text)
	return text, true
}

// append writes an entry to the file, which only its owner may read.
func (h *history) append(entry string) {
	if h.file == "" {
		return
	}
	os.MkdirAll(filepath.Dir(h.file), 0o700)
	f, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	f.WriteString(entry + "\n")
	f.Close()
}
