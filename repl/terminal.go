// Package repl is what a person sees of a shell: the terminal with its line
// editor, and transcripts run from files.
package repl

import (
	"os"

	"golang.org/x/term"

	"ersh/runtime/bif"
)

// OpenTerminal opens the terminal for a shell, or standard input and output
// where they are no terminal or nobody edits lines.
func OpenTerminal(edit bool) bif.Terminal {
	if os.Getenv(marksVariable) != "" {
		return newMarked(os.Stdin, os.Stdout)
	}
	isTerminal := term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stdout.Fd()))
	if edit && isTerminal && os.Getenv("TERM") != "dumb" {
		if e, err := NewEditor(terminalInput(), os.Stdout, historyFile()); err == nil {
			return e
		}
	}
	return NewPlain(os.Stdin, os.Stdout, edit)
}

// CloseTerminal leaves the terminal as it was found.
func CloseTerminal(t bif.Terminal) {
	if c, ok := t.(interface{ Close() }); ok {
		c.Close()
	}
}
