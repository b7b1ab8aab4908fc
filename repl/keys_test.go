package repl

import (
	"strings"
	"testing"
)

// TestKeys feeds a terminal's bytes, in the pieces given, and compares what
// the editor reads; {text} is an insertion.
func TestKeys(t *testing.T) {
	long := strings.Repeat("x", 40)
	for _, c := range []struct {
		name string
		in   []string
		want string
	}{
		{"typed", []string{"ab\r"}, "ab\r"},
		{"paste of lines", []string{"\x1b[200~a\n\tb.\x1b[201~\r"}, "{a⏎ b.}\r"},
		{"paste in pieces", []string{"\x1b[20", "0~a\r\nb\x1b[2", "01~c"}, "{a⏎b}c"},
		{"paste ends in newlines", []string{"\x1b[200~a.\n\n\x1b[201~"}, "{a.}"},
		{"paste of nothing", []string{"\x1b[200~\x1b[201~x"}, "x"},
		{"paste of commands to the terminal", []string{"\x1b[200~a\x1b[2Jb\x07\x1b[201~"}, "{a[2Jb}"},
		{"cursor keys", []string{"\x1b[A\x1bb\x1bOC\x1b[1;5D\x1b[3~"}, "\x1b[A\x1bb\x1b[C\x1bb\x1b[3~"},
		{"unknown sequence", []string{"a\x1b[24;5~b\x1bqc\x1b[" + strings.Repeat("9", 31) + "d"}, "abcd"},
		{"sequence in pieces", []string{"\x1b", "[", "A"}, "\x1b[A"},
		{"character in pieces", []string{"\xc3", "\xa9"}, "é"},
		{"no UTF-8", []string{"a\xffb"}, "a\uFFFDb"},
		{"control characters", []string{"a\x00\x16\x1c\x1db"}, "ab"},
		{"keys that readline does not know", []string{"\x0f\x1bo\x1b<\x1bc"}, "\uE006\uE006\uE002\uE004"},
		{"the editor's own runes", []string{"a\uE000\uE001\uE00A\uE100b"}, "ab"},
		{"much at once", []string{long + "\r1+1.\r"}, "{" + long + "}\r1+1.\r"},
		{"much at once, tab", []string{long + "\ty\r"}, "{" + long + " y}\r"},
	} {
		k := &keys{}
		for _, s := range c.in {
			k.decode([]byte(s))
		}
		var got strings.Builder
		for _, r := range string(k.out) {
			if r == runeInsert {
				got.WriteString("{" + strings.ReplaceAll(k.nextInsert(), string(runeNewline), "⏎") + "}")
				continue
			}
			got.WriteRune(r)
		}
		if got.String() != c.want {
			t.Errorf("%s: %q, want %q", c.name, got.String(), c.want)
		}
	}
}
