package repl

import (
	"bytes"
	"fmt"
	"io"

	"github.com/chzyer/readline"
)

// cursor goes to its place after a line is painted. readline goes back there
// one character at a time, which ends elsewhere after wide characters and on
// terminals where a step back from a row's beginning leads to the row before.
type cursor struct {
	out   io.Writer
	shown []byte // what is painted next, nil if nothing is
	cells []int  // the width of each of its characters
	pos   int    // the cursor in them
}

// paint notes what readline is about to write: a line, and what stands below
// it and leads back to the line's end.
func (c *cursor) paint(shown []rune, below string, pos int) {
	c.shown = []byte(string(shown) + below)
	c.cells = c.cells[:0]
	for _, r := range shown {
		c.cells = append(c.cells, readline.Runes{}.Width(r))
	}
	c.pos = min(pos, len(shown))
}

// Write writes for readline: what it painted, and then the way to the cursor
// instead of its own.
func (c *cursor) Write(p []byte) (int, error) {
	at := -1
	if len(c.shown) > 0 {
		at = bytes.LastIndex(p, c.shown)
	}
	width := readline.GetScreenWidth()
	if at < 0 || width <= 0 {
		return c.out.Write(p)
	}
	end := at + len(c.shown)
	prompt := textWidth(string(p[:at]))
	row, column := place(prompt, c.cells[:c.pos], width)
	endRow, endColumn := place(prompt, c.cells, width)
	text := bytes.Clone(p[:end])
	if endColumn == 0 {
		text = append(text, " \r"...) // to be in the next row
	}
	if endRow > row {
		text = fmt.Appendf(text, "\x1b[%dA", endRow-row)
	}
	text = append(text, '\r')
	if column > 0 {
		text = fmt.Appendf(text, "\x1b[%dC", column)
	}
	c.shown = nil
	if _, err := c.out.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// place is where the cursor is after cells that follow a prompt.
func place(prompt int, cells []int, width int) (row, column int) {
	row, column = prompt/width, prompt%width
	for _, n := range cells {
		if column+n > width { // a wide character goes to the next row whole
			row, column = row+1, 0
		}
		column += n
		if column == width {
			row, column = row+1, 0
		}
	}
	return row, column
}
