package compile

import (
	"ersh/parser"
	"ersh/runtime/term"
)

// Unreachable gives the warnings of code that can do nothing: clauses that
// never match, terms that are built and thrown away, operations that must
// fail. erlc's later passes give them for a module without errors.
func Unreachable(forms []parser.Form, options []term.Term) []*Diagnostic {
	return nil
}
