package bif

import (
	"ersh/parser"
	"ersh/runtime/compile"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var aExprs = term.A("exprs")

// erlPP is the natives of the module erl_pp: text(form, Form) and text(exprs,
// Exprs).
var erlPP = []vm.BIF{
	{Module: "erl_pp", Name: "text", Arity: 2, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		if args[0] == term.Term(aExprs) {
			es, err := compile.SourceExprsOf(args[1])
			if err != nil {
				return nil, vm.Badarg
			}
			return term.String(parser.FormatExprs(es)), nil
		}
		f, err := compile.SourceFormOf(args[1])
		if err != nil {
			return nil, vm.Badarg
		}
		return term.String(parser.FormatForm(f)), nil
	}},
}
