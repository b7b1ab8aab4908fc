package repl

import (
	"fmt"
	"strings"

	"github.com/chzyer/readline"
)

// completeRows is how many rows of possibilities are shown.
const completeRows = 12

// complete is TAB: it inserts what is certain, or shows what is possible.
func (e *Editor) complete() (rune, bool) {
	e.mu.Lock()
	expand := e.expand
	e.mu.Unlock()
	if expand == nil || e.reply == nil {
		return 0, false
	}
	x := expand(e.text(e.line[:min(e.pos, len(e.line))]))
	if x.Insert != "" {
		e.insert = cleanPaste(x.Insert)
		return readline.CharBell, true
	}
	if len(x.Matches) > 0 {
		width := readline.GetScreenWidth()
		e.show(e.shownLine() + columns(x.Matches, width))
	}
	return 0, false
}

// shownLine is the line being typed, as it stays above possibilities.
func (e *Editor) shownLine() string {
	text := string(e.Paint(e.line, e.pos))
	shown := e.coloured() + text + "\n"
	return shown
}

// columns lays out words in columns, in the order of reading.
func columns(words []string, width int) string {
	widest := 0
	for _, w := range words {
		widest = max(widest, textWidth(w))
	}
	perRow := max(1, min(len(words), (max(width, 20)-1)/(widest+2)))
	var b strings.Builder
	for i, w := range words {
		row, last := i/perRow, i%perRow == perRow-1 || i == len(words)-1
		if row == completeRows {
			fmt.Fprintf(&b, "... and %d more\n", len(words)-i)
			break
		}
		b.WriteString(w)
		if last {
			b.WriteByte('\n')
		} else {
			b.WriteString(strings.Repeat(" ", widest+2-textWidth(w)))
		}
	}
	return b.String()
}
