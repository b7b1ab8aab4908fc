// Package re matches regular expressions as PCRE2 does, with the features,
// errors and offsets that Erlang's module re shows. It imports nothing of the
// project.
//
//	parse.go    pattern -> tree of nodes
//	class.go    character classes and properties
//	compile.go  tree -> program
//	match.go    running a program: a backtracking machine with its own stack
//
// A program is a list of instructions over a subject of bytes, or of
// characters in UTF-8. Backtracking states live on a slice, not on Go's stack,
// and the number of steps is limited, so that no pattern and no subject can
// exhaust the machine.
package re

import "fmt"

// Options of a pattern.
type Options struct {
	UTF          bool // pattern and subject are UTF-8
	UCP          bool // \d \w \s and POSIX classes go by Unicode properties
	Anchored     bool
	Caseless     bool
	DollarEnd    bool // $ matches at the very end only
	DotAll       bool
	Extended     bool
	FirstLine    bool // a match must begin in the first line
	Multiline    bool
	NoAutoCap    bool
	DupNames     bool
	Ungreedy     bool
	NeverUTF     bool
	Newline      Newline
	BsrAnyCRLF   bool // \R is CR, LF or CRLF only
	NoStartOptim bool
}

// Newline is what counts as the end of a line.
type Newline uint8

// The newline conventions.
const (
	NewlineLF Newline = iota
	NewlineCR
	NewlineCRLF
	NewlineAny
	NewlineAnyCRLF
	NewlineNUL
)

// Error is what is wrong with a pattern: PCRE2's text and the offset, in bytes
// of the pattern, where it was noticed.
type Error struct {
	Text   string
	Offset int
}

func (e *Error) Error() string { return fmt.Sprintf("%s at offset %d", e.Text, e.Offset) }

// Regexp is a compiled pattern; it can be used by many goroutines at a time.
type Regexp struct {
	opts      Options
	prog      []inst
	groups    int // capturing groups, without the whole match
	names     []Name
	groupPC   []int // where each group begins, for recursion; [0] is the whole
	registers int   // loop registers
	first     int   // the first byte of any match, or -1
	anchored  bool
}

// Name is a named group.
type Name struct {
	Name  string
	Index int
}

// Groups is the number of capturing groups.
func (r *Regexp) Groups() int { return r.groups }

// Names are the named groups, sorted by name.
func (r *Regexp) Names() []Name { return r.names }

// UTF reports whether the pattern is for UTF-8 subjects.
func (r *Regexp) UTF() bool { return r.opts.UTF }

// Newline is the pattern's newline convention.
func (r *Regexp) Newline() Newline { return r.opts.Newline }

// Compile compiles a pattern.
func Compile(pattern []byte, opts Options) (*Regexp, error) {
	p := &parser{src: pattern, opts: opts, names: map[string][]int{}}
	n, err := p.parse()
	if err != nil {
		return nil, err
	}
	c := &compiler{p: p, opts: p.opts}
	return c.program(n)
}
