//go:build !unix

package repl

import (
	"io"

	"github.com/chzyer/readline"
)

// terminalInput reads what is typed.
func terminalInput() io.Reader { return readline.Stdin }
