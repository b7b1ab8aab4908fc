package compile

import (
	"fmt"

	"ersh/parser"
)

// Diagnostic is an error or warning about a place in the source.
type Diagnostic struct {
	File    string
	Pos     parser.Pos
	Warning bool
	// Module and Desc are the error descriptor: Module:format_error(Desc)
	// gives Text. Desc is built as parser.Error's.
	Module string
	Desc   any
	Text   string
}

func (d *Diagnostic) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", d.File, d.Pos.Line, d.Pos.Col, d.Text)
}

// errorf notes an error found while lowering. erl_parse:format_error/1 takes
// texts as they are.
func (m *mod) errorf(a parser.Anno, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	m.errs = append(m.errs, &Diagnostic{File: m.file, Pos: a.Pos, Module: "erl_parse", Desc: parser.Chars(text), Text: text})
}

func atomText(name string) string { return parser.QuoteAtom(name) }
