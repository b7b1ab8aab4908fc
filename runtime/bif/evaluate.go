package bif

import (
	"slices"
	"sync"

	"ersh/runtime/compile"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var pureFunctions = sync.OnceValue(func() map[compile.Pure]vm.Func {
	fns := map[compile.Pure]vm.Func{}
	for _, b := range slices.Concat(erlangConvert, erlangNumber, erlangIdentifier, erlangBinary, erlangTuple, erlangType,
		erlangOperator, listOperators, listsBIFs, mapsBIFs, mathBIFs) {
		k := compile.Pure{Module: b.Module, Name: b.Name, Arity: b.Arity}
		if k.Known() {
			fns[k] = b.Fn
		}
	}
	// These two are in Erlang.
	fns[compile.Pure{Module: "lists", Name: "append", Arity: 2}] = fns[compile.Pure{Module: "erlang", Name: "++", Arity: 2}]
	fns[compile.Pure{Module: "lists", Name: "subtract", Arity: 2}] = fns[compile.Pure{Module: "erlang", Name: "--", Arity: 2}]
	return fns
})

// Evaluate is a call of a function that has no effects, as the compiler makes
// them for its warnings: the value, or the reason for which the call fails;
// neither if the function is not one of those that the compiler evaluates.
func Evaluate(k compile.Pure, args []term.Term) (value, reason term.Term) {
	fn := pureFunctions()[k]
	if fn == nil {
		return nil, nil
	}
	p := new(vm.Process)
	value, err := fn(p, args)
	for {
		step, ok := err.(*vm.Step)
		if !ok {
			break
		}
		value, err = step.Next(p)
	}
	if err == nil {
		return value, nil
	}
	if x, ok := err.(*vm.Exception); ok && x.Class == vm.ClassError {
		return nil, x.Reason
	}
	return nil, nil
}
