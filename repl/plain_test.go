package repl

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"ersh/runtime/bif"
)

func TestPlainLines(t *testing.T) {
	for _, c := range []struct {
		in   string
		keys bool
		want []string
	}{
		{"1.\n2.\n", true, []string{"1.\n", "2.\n"}},
		{"1.", true, []string{"1."}},
		{"", true, nil},
		{"a\tb\x01c\x1bd\x7fe\rf.\n", true, []string{"abce\n", "f.\n"}}, // as erl reads it
		{"a\tb\x01c\r\n", false, []string{"a\tb\x01c\r\n"}},
		{strings.Repeat("x", 200_000) + "\n", true, []string{strings.Repeat("x", 200_000) + "\n"}},
	} {
		var out bytes.Buffer
		p := NewPlain(strings.NewReader(c.in), &out, c.keys)
		var got []string
		for {
			type answer struct {
				line []byte
				err  error
			}
			ch := make(chan answer)
			p.ReadLine(bif.Reading{Prompt: []byte("1> ")}, func(line []byte, err error) { ch <- answer{line, err} })
			a := <-ch
			if errors.Is(a.err, io.EOF) {
				break
			}
			got = append(got, string(a.line))
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%.40q: %.80q, want %.80q", c.in, got, c.want)
		}
		if n := strings.Count(out.String(), "1> "); n != len(c.want)+1 {
			t.Errorf("%.40q: %d prompts", c.in, n)
		}
	}
}
