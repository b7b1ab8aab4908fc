package repl

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// A step of a transcript is one command and what is expected of it.
type step struct {
	file   string
	line   int      // of the command's first line
	node   string   // where it is typed: "bilbo@HOST", or "" for the shell without a name
	prompt string   // as the transcript shows it
	input  []string // the command's lines
	output []string // what is printed
	after  int      // the line after which that stands
}

var promptLine = regexp.MustCompile(`^((?:\(([^()\s]+@[^()\s]+)\))?([0-9]+)>)(?: (.*))?$`)

// steps reads a transcript: lines after a prompt are commands, what follows
// them is their output. Of a text in Markdown only the blocks marked erlang
// count.
func steps(file, text string) []step {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if !isMarkdown(file, lines) {
		return blockSteps(file, 1, lines)
	}
	var all []step
	for i := 0; i < len(lines); i++ {
		fence, lang := fenceOf(lines[i])
		if fence == "" {
			continue
		}
		begin := i + 1
		for i++; i < len(lines) && strings.TrimSpace(lines[i]) != fence; i++ {
		}
		if lang == "erlang" || lang == "erl" {
			all = append(all, blockSteps(file, begin+1, lines[begin:min(i, len(lines))])...)
		}
	}
	return all
}

func isMarkdown(file string, lines []string) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".md", ".markdown":
		return true
	}
	return slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "```erl") })
}

// fenceOf gives the fence that a line of Markdown begins a block with.
func fenceOf(line string) (fence, lang string) {
	line = strings.TrimSpace(line)
	for _, c := range []string{"`", "~"} {
		rest := strings.TrimLeft(line, c)
		if n := len(line) - len(rest); n >= 3 {
			lang, _, _ = strings.Cut(strings.TrimSpace(rest), " ")
			return line[:n], lang
		}
	}
	return "", ""
}

var continuation = regexp.MustCompile(`^\s*\.\. ?`)

// blockSteps reads the lines of one block, whose first is line first.
func blockSteps(file string, first int, lines []string) []step {
	var all []step
	for i := 0; i < len(lines); {
		m := promptLine.FindStringSubmatch(lines[i])
		if m == nil {
			if n := len(all); n > 0 {
				all[n-1].output = append(all[n-1].output, lines[i])
			}
			i++
			continue
		}
		s := step{file: file, line: first + i, node: m[2], prompt: m[1], input: []string{m[4]}}
		for i++; i < len(lines) && !complete(strings.Join(s.input, "\n")); i++ {
			if again := promptLine.FindStringSubmatch(lines[i]); again != nil {
				if again[1] != s.prompt {
					break
				}
				s.input = append(s.input, again[4])
				continue
			}
			s.input = append(s.input, continuation.ReplaceAllString(lines[i], ""))
		}
		s.after = first + i - 1
		all = append(all, s)
	}
	for i := range all {
		all[i].output = trimBlank(all[i].output)
	}
	return all
}

func trimBlank(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// complete says whether text holds a whole command: a dot ends it, outside of
// strings, quoted atoms, characters and comments.
func complete(text string) bool {
	if strings.TrimSpace(text) == "" {
		return true
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '%':
			n := strings.IndexByte(text[i:], '\n')
			if n < 0 {
				return false
			}
			i += n
		case '$':
			if i++; i < len(text) && text[i] == '\\' {
				i++
			}
		case '"', '\'':
			n := quoted(text[i:])
			if n < 0 {
				return false
			}
			i += n - 1
		case '.':
			if i+1 == len(text) || strings.IndexByte(" \t\n%", text[i+1]) >= 0 {
				return true
			}
		}
	}
	return false
}

// quoted is the length of the quoted text that text begins with, -1 if it
// does not end.
func quoted(text string) int {
	if n := len(text) - len(strings.TrimLeft(text, `"`)); n >= 3 {
		fence := text[:n]
		if end := strings.Index(text[n:], fence); end >= 0 {
			return n + end + n
		}
		return -1
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		}
	}
	return -1
}
