package repl

import (
	"bytes"
	"testing"

	"github.com/chzyer/readline"
)

// TestEdits applies keys to lines; | is the cursor. What is expected is what
// erl's line editor shows.
func TestEdits(t *testing.T) {
	const backward, forward = readline.MetaBackward, readline.MetaForward
	for _, c := range []struct {
		line string
		keys []rune
		want string
	}{
		{"f('abc def', 'x y').|", []rune{backward}, "f('abc def', |'x y')."},
		{"f('abc def', 'x y').|", []rune{backward, backward}, "f(|'abc def', 'x y')."},
		{"|f('abc def', 'x y').", []rune{forward, forward}, "f('abc def'|, 'x y')."},
		{"foo('a b|", []rune{readline.CharCtrlW}, "foo(|"},
		{"x a'b|", []rune{readline.CharCtrlW}, "x a|"},
		{"x aéb|", []rune{readline.CharCtrlW}, "x |"},
		{"x aβb|", []rune{readline.CharCtrlW}, "x aβ|"},
		{"{foo, bar_baz}.|", []rune{readline.CharCtrlW}, "{foo, |"},
		{"{foo, bar_baz}.|", []rune{readline.MetaBackspace, readline.CharCtrlY}, "{foo, bar_baz}.|"},
		{"{foo, |xbary, baz}.", []rune{readline.MetaDelete}, "{foo, |, baz}."},
		{"|foo (bar)", []rune{forward, forward, forward}, "foo (bar)|"},
		{"foo bar| baz", []rune{readline.CharCtrlU, readline.CharLineEnd}, "| baz"},
		{"foo bar| baz", []rune{readline.CharKill, readline.CharCtrlY, readline.CharCtrlY}, "foo bar baz baz|"},
		{"abc|", []rune{readline.CharTranspose}, "acb|"},
		{"a|bc", []rune{readline.CharTranspose}, "ba|c"},
		{"|ab", []rune{readline.CharTranspose}, "|ab"},
		{"\"e\u0301|a\".", []rune{readline.CharBackspace}, "\"|a\"."},
		{"\"e\u0301|a\".", []rune{readline.CharBackward, readline.CharDelete}, "\"|a\"."},
		{"|👩‍👩‍👧x", []rune{readline.CharForward}, "👩‍👩‍👧|x"},
		{"|", []rune{readline.CharBackspace, readline.CharDelete, backward, forward, readline.CharCtrlW, readline.CharBackward}, "|"},
		{"foo| bar", []rune{runeFirst}, "|foo bar"},
		{"foo| bar", []rune{runeLast}, "foo bar|"},
		{"foo| bar", []rune{runeClear}, "|"},
		{"foo| bar", []rune{runeBreak}, "foo\uE00A| bar"},
	} {
		var cut []rune
		before, after, _ := bytes.Cut([]byte(c.line), []byte("|"))
		line := []rune(string(before) + string(after))
		pos := len([]rune(string(before)))
		for _, key := range c.keys {
			if edit := edits[key]; edit != nil {
				line, pos = edit(line, pos, &cut)
			}
		}
		if got := string(line[:pos]) + "|" + string(line[pos:]); got != c.want {
			t.Errorf("%q %q: %q, want %q", c.line, c.keys, got, c.want)
		}
	}
}

// TestPlace finds the cursor after a prompt and characters of one and two
// cells.
func TestPlace(t *testing.T) {
	for _, c := range []struct {
		prompt      int
		cells       []int
		width       int
		row, column int
	}{
		{3, nil, 20, 0, 3},
		{3, []int{1, 1}, 5, 1, 0},
		{3, []int{1, 2}, 5, 1, 2}, // a wide character goes to the next row
		{3, []int{2, 0, 1}, 5, 1, 1},
		{23, []int{1}, 10, 2, 4},
	} {
		if row, column := place(c.prompt, c.cells, c.width); row != c.row || column != c.column {
			t.Errorf("%v: row %d, column %d", c, row, column)
		}
	}
}
