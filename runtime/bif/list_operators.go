package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// listOperators are '++' and '--'.
var listOperators = []vm.BIF{
	erl("++", 2, func(p *vm.Process, args []term.Term) (term.Term, error) {
		left := args[0]
		if left == term.EmptyList {
			return args[1], nil
		}
		var b term.ListBuilder
		n := 0
		for {
			switch l := left.(type) {
			case *term.Cons:
				b.Append(l.Head)
				n++
				left = l.Tail
				continue
			case term.Nil:
				list := b.List(args[1])
				if n < turnCells {
					charge(p, n)
					return list, nil
				}
				// Its turn is over: a recursion that appends on its way back
				// makes no call at which it could end.
				return nil, &vm.Step{Reductions: n / cellReductions, Next: func(*vm.Process) (term.Term, error) { return list, nil }}
			}
			return nil, vm.Badarg
		}
	}),
	erl("--", 2, func(p *vm.Process, args []term.Term) (term.Term, error) {
		left, ok := term.Slice(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		right, ok := term.Slice(args[1])
		if !ok {
			return nil, vm.Badarg
		}
		if len(left) == 0 || len(right) == 0 {
			return args[0], nil
		}
		charge(p, len(left)+len(right))
		return subtract(left, right), nil
	}),
}

// subtract takes the first occurrence of each element of right out of left.
// Elements are counted in a map, so that long lists take no quadratic time.
func subtract(left, right []term.Term) term.Term {
	counts := term.EmptyMap
	for _, r := range right {
		n := int64(0)
		if v, ok := counts.Get(r); ok {
			n = v.(term.Int).Value()
		}
		counts = counts.Put(r, term.Small(n+1))
	}
	var b term.ListBuilder
	for _, l := range left {
		if v, ok := counts.Get(l); ok {
			if n := v.(term.Int).Value(); n > 0 {
				counts = counts.Put(l, term.Small(n-1))
				continue
			}
		}
		b.Append(l)
	}
	return b.List(term.EmptyList)
}
