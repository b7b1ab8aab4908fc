package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// code is the natives of the module code.
var code = []vm.BIF{
	{Module: "code", Name: "embedded", Arity: 1, Fn: func(p *vm.Process, args []term.Term) (term.Term, error) {
		name, ok := args[0].(term.Atom)
		if !ok {
			return nil, vm.Badarg
		}
		file, err := p.VM().EmbeddedCode(name)
		if err != nil {
			return term.ErrorAtom, nil
		}
		return term.T(term.Ok, term.Binary(file)), nil
	}},
}
