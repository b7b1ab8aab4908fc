package repl

import (
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/chzyer/readline"

	"ersh/runtime/bif"
)

// external is Ctrl-O: the command being typed, with its lines that were read
// already, is edited in the person's editor, and stands to be sent after it.
func (e *Editor) external() (rune, bool) {
	if e.reply == nil || e.menu {
		return 0, false
	}
	lines := []string{e.text(e.line)}
	if e.more {
		lines = slices.Concat(e.history.lines, lines)
	}
	e.rl.Operation.Clean()
	text, err := e.runEditor(strings.Join(lines, "\n"))
	if err != nil {
		e.show("ersh: the editor (VISUAL or EDITOR): " + err.Error() + "\n")
		return 0, false
	}
	if !e.more {
		e.edit = func([]rune, int, *[]rune) ([]rune, int) {
			line := e.kept(text)
			return line, len(line)
		}
		return readline.CharBell, true // which does nothing, before the listener edits
	}
	// The shell has the lines before; it drops them and asks anew.
	e.ahead, e.edited = nil, text
	e.history.drop()
	e.clear()
	e.show("")
	e.answer(nil, bif.ErrInterrupted)
	return 0, false
}

// kept is text as it stands in the line; a long one is kept aside.
func (e *Editor) kept(text string) []rune {
	text = cleanPaste(text)
	if utf8.RuneCountInString(text) > longPaste && len(e.pastes) <= lastPaste-runePaste {
		e.pastes = append(e.pastes, []byte(text))
		return []rune{runePaste + rune(len(e.pastes)-1)}
	}
	return []rune(text)
}

// runEditor has a person edit text in a file, with the terminal as it was
// before the shell had it. What is printed meanwhile waits.
func (e *Editor) runEditor(text string) (string, error) {
	file, err := os.CreateTemp("", "ersh-*.erl")
	if err != nil {
		return "", err
	}
	defer os.Remove(file.Name())
	_, err = file.WriteString(text)
	if err2 := file.Close(); err == nil {
		err = err2
	}
	if err != nil {
		return "", err
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt) // a Ctrl-C there is for the editor alone
	defer signal.Stop(interrupts)
	resume, err := e.keys.pause()
	if err != nil {
		return "", err
	}
	defer resume()
	e.leaveScreen()
	defer e.enterScreen()
	words := append(editorCommand(), file.Name())
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", err
	}
	edited, err := os.ReadFile(file.Name())
	if err != nil {
		return "", err
	}
	if len(edited) > maxLine {
		edited = edited[:maxLine]
	}
	return strings.TrimRight(string(edited), "\r\n"), nil
}

// editorCommand is VISUAL, EDITOR or, as in erl, nano.
func editorCommand() []string {
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if words := strings.Fields(os.Getenv(name)); len(words) > 0 {
			return words
		}
	}
	return []string{"nano"}
}
