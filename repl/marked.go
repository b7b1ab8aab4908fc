package repl

import (
	"io"
	"os"

	"ersh/runtime/bif"
)

// A node that runs a transcript is a child process whose prompts are marked,
// so that nothing that it prints is taken for one: marksVariable in its
// environment asks for that.
const (
	marksVariable = "ERSH_PROMPT_MARKS"
	promptBegin   = '\x1e'
	promptEnd     = '\x1f'
)

// marked is a Plain terminal whose prompts are marked.
type marked struct{ *Plain }

func newMarked(in io.Reader, out io.Writer) marked {
	os.Unsetenv(marksVariable) // it is not meant for what the node starts
	return marked{NewPlain(in, out, true)}
}

// ReadLine reads a line; the prompt stands between marks.
func (t marked) ReadLine(what bif.Reading, reply func(line []byte, err error)) {
	text := append([]byte{promptBegin}, what.Prompt...)
	what.Prompt = append(text, promptEnd)
	t.Plain.ReadLine(what, reply)
}
