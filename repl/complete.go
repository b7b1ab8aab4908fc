package repl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chzyer/readline"
	"github.com/fatih/color"

	"ersh/runtime/bif"
)

// belowRows is how many rows of possibilities are shown at first, below the
// line; a second TAB shows all.
const belowRows = 7

// below is what completion shows below the line, until the next key.
type below struct {
	rows []string
	top  int  // the first row shown
	all  bool // as many as fit are shown
}

var (
	titleStyle  = color.New(color.Bold, color.Underline)
	statusStyle = color.New(color.BgCyan, color.Bold)
)

// complete is TAB: it inserts what is certain, or shows what is possible.
func (e *Editor) complete() (rune, bool) {
	e.mu.Lock()
	expand := e.expand
	e.mu.Unlock()
	if expand == nil || e.reply == nil || e.menu {
		return 0, false
	}
	x := expand(e.text(e.line[:min(e.pos, len(e.line))]))
	if x.Insert != "" {
		e.insert = cleanPaste(x.Insert)
		return readline.CharBell, true
	}
	columns, _ := e.size()
	e.below = below{rows: layOut(x.Sections, columns)}
	return 0, false
}

// key takes a key while possibilities are shown, and says whether it was for
// them; any other ends their show.
func (b *below) key(r rune) bool {
	switch {
	case r == readline.CharTab:
		b.all = true
		return true
	case len(b.rows) > belowRows && r == readline.CharPrev:
		b.top = max(0, b.top-1)
		return true
	case len(b.rows) > belowRows && r == readline.CharNext:
		b.top++
		return true
	}
	*b = below{}
	return false
}

// text shows the rows below a line that has the given number of columns, the
// prompt included, and goes back to the line's end.
func (b *below) text(length int, size func() (columns, rows int)) string {
	width, height := size()
	endRow, endColumn := length/width, length%width
	n := belowRows
	if room := max(1, height-endRow-2); b.all || n > room {
		n = room
	}
	b.top = max(0, min(b.top, len(b.rows)-n))
	shown := slices.Clone(b.rows[b.top:min(len(b.rows), b.top+n)])
	if len(shown) < len(b.rows) {
		shown = append(shown, statusStyle.Sprintf("rows %d to %d of %d", b.top+1, b.top+len(shown), len(b.rows)))
	}
	var text strings.Builder
	if endColumn == 0 && length > 0 {
		text.WriteString(" \r") // the line's end is at the beginning of the next row
	}
	for _, row := range shown {
		text.WriteString("\r\n" + row)
	}
	fmt.Fprintf(&text, "\x1b[%dA\r", len(shown))
	if endColumn > 0 {
		fmt.Fprintf(&text, "\x1b[%dC", endColumn)
	}
	return text.String()
}

// layOut makes rows of sections: each under its title, in columns of its own.
func layOut(sections []bif.Section, width int) []string {
	var rows []string
	for _, s := range sections {
		if s.Title != "" {
			rows = append(rows, titleStyle.Sprint(s.Title))
		}
		if s.Lines {
			rows = append(rows, s.Texts...)
			continue
		}
		column := 0
		for _, t := range s.Texts {
			column = max(column, textWidth(t)+4)
		}
		perRow := max(1, width/max(1, column))
		for line := range slices.Chunk(s.Texts, perRow) {
			var row strings.Builder
			for i, t := range line {
				row.WriteString(t)
				if i < len(line)-1 {
					row.WriteString(strings.Repeat(" ", column-textWidth(t)))
				}
			}
			rows = append(rows, row.String())
		}
	}
	return rows
}
