package bif

import (
	"ersh/parser"
	"ersh/runtime/compile"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlParse is the natives of the module erl_parse.
var erlParse = []vm.BIF{
	{Module: "erl_parse", Name: "parse_exprs", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		toks, ok := tokensOf(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		charge(p, len(toks)*10)
		es, err := parser.ParseExprs(toks)
		if err != nil {
			return term.T(term.ErrorAtom, errorTerm(err)), nil
		}
		return term.T(term.Ok, compile.AbstractList(es)), nil
	}},
	{Module: "erl_parse", Name: "parse_form", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		toks, ok := tokensOf(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		charge(p, len(toks)*10)
		form, err := parser.ParseForm(toks)
		if err != nil {
			return term.T(term.ErrorAtom, errorTerm(err)), nil
		}
		return term.T(term.Ok, compile.AbstractForm(form)), nil
	}},
}
