package bif

import (
	"math"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// What the functions of lists.erl have done for them: each of these goes
// through a list as far as it is plain, and the Erlang code goes on from there,
// so that what it raises, and where, is as if it had done all.
var listsAhead = []vm.BIF{
	{Module: "erts_internal", Name: "list_sum", Arity: 1, Fn: listSum},
	{Module: "erts_internal", Name: "list_max", Arity: 1, Fn: listMax},
	{Module: "erts_internal", Name: "list_min", Arity: 1, Fn: listMin},
	{Module: "erts_internal", Name: "list_skip", Arity: 2, Fn: listSkip},
	{Module: "erts_internal", Name: "list_last", Arity: 1, Fn: listLast},
	{Module: "erts_internal", Name: "list_seq", Arity: 3, Fn: listSeq},
	{Module: "erts_internal", Name: "list_zip", Arity: 2, Fn: listZip},
	{Module: "erts_internal", Name: "list_duplicate", Arity: 2, Fn: listDuplicate},
	{Module: "erts_internal", Name: "list_flatten", Arity: 2, Fn: listFlatten},
}

// listSum gives [Sum | Rest]: the sum of the leading small integers, as long as
// it is one.
func listSum(p *vm.Process, args []term.Term) (term.Term, error) { return sumFrom(p, 0, args[0]) }

func sumFrom(p *vm.Process, sum int64, list term.Term) (term.Term, error) {
	for n := 0; n < turnCells; n++ {
		c, isCell := list.(*term.Cons)
		if isCell {
			if i, ok := c.Head.(term.Int); ok {
				if s := sum + i.Value(); s >= term.MinSmall && s <= term.MaxSmall {
					sum, list = s, c.Tail
					continue
				}
			}
		}
		charge(p, n)
		return &term.Cons{Head: term.Small(sum), Tail: list}, nil
	}
	return again(func(p *vm.Process) (term.Term, error) { return sumFrom(p, sum, list) })
}

// listMax gives [Max | Rest] of a list that is not empty; Rest is what is no list.
func listMax(p *vm.Process, args []term.Term) (term.Term, error) { return extreme(p, args[0], 1) }

// listMin is listMax for the least.
func listMin(p *vm.Process, args []term.Term) (term.Term, error) { return extreme(p, args[0], -1) }

func extreme(p *vm.Process, list term.Term, sign int) (term.Term, error) {
	c, ok := list.(*term.Cons)
	if !ok {
		return nil, vm.Badarg
	}
	best := c.Head
	list = c.Tail
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			charge(p, n)
			return &term.Cons{Head: best, Tail: list}, nil
		}
		x, isInt := c.Head.(term.Int)
		y, ok := best.(term.Int)
		switch {
		case isInt && ok:
			if d := x.Value() - y.Value(); sign > 0 && d > 0 || sign < 0 && d < 0 {
				best = c.Head
			}
		case p.Compare(c.Head, best) == sign:
			best = c.Head
		}
		list = c.Tail
	}
	return again(func(p *vm.Process) (term.Term, error) {
		return extreme(p, &term.Cons{Head: best, Tail: list}, sign)
	})
}

// listSkip leaves up to N cells of a list out: [Left | Rest], Left being how
// many could not be.
func listSkip(p *vm.Process, args []term.Term) (term.Term, error) {
	left, ok := args[0].(term.Int)
	if !ok {
		return &term.Cons{Head: args[0], Tail: args[1]}, nil
	}
	return skip(p, left.Value(), args[1])
}

func skip(p *vm.Process, left int64, list term.Term) (term.Term, error) {
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok || left <= 0 {
			charge(p, n)
			return &term.Cons{Head: term.Small(left), Tail: list}, nil
		}
		left, list = left-1, c.Tail
	}
	return again(func(p *vm.Process) (term.Term, error) { return skip(p, left, list) })
}

// listLast gives the last cell of a list, or what it ends in that is no list.
func listLast(p *vm.Process, args []term.Term) (term.Term, error) {
	list := args[0]
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			return list, nil
		}
		next, ok := c.Tail.(*term.Cons)
		if !ok {
			charge(p, n)
			if c.Tail != term.EmptyList {
				return c.Tail, nil
			}
			return c, nil
		}
		list = next
	}
	return again(func(p *vm.Process) (term.Term, error) { return listLast(p, []term.Term{list}) })
}

// listSeq gives the N numbers of which the first and the step are given, or
// false if they are not all small.
func listSeq(p *vm.Process, args []term.Term) (term.Term, error) {
	first, ok1 := args[0].(term.Int)
	step, ok2 := args[1].(term.Int)
	n, ok3 := args[2].(term.Int)
	if !ok1 || !ok2 || !ok3 {
		return term.False, nil
	}
	last, err := term.Mul(term.Small(n.Value()-1), step)
	if err == nil {
		last, err = term.Add(last, first)
	}
	if !roomForList(p, n.Value()) {
		return nil, vm.SystemLimit
	}
	if i, ok := last.(term.Int); ok && err == nil {
		return seqDown(p, i.Value(), step.Value(), n.Value(), term.EmptyList)
	}
	return term.False, nil
}

// roomForList reports whether there is room for a list of n elements.
func roomForList(p *vm.Process, n int64) bool {
	return n < largeList || p.HeapRoom(cellWords*min(n, math.MaxInt64/cellWords))
}

// largeList is the length of a list that room is asked for.
const largeList = 1 << 20

func seqDown(p *vm.Process, last, step, n int64, tail term.Term) (term.Term, error) {
	var cells []term.Cons
	for i := int64(0); i < turnCells; i++ {
		if n == 0 {
			charge(p, int(i))
			return tail, nil
		}
		if len(cells) == 0 {
			cells = make([]term.Cons, min(n, 15))
		}
		c := &cells[0]
		cells = cells[1:]
		c.Head, c.Tail = term.Small(last), tail
		tail = c
		last -= step
		n--
	}
	return againMade(cellWords, func(p *vm.Process) (term.Term, error) { return seqDown(p, last, step, n, tail) })
}

// listDuplicate is a list of N times X.
func listDuplicate(p *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := args[0].(term.Int)
	if !ok {
		return nil, vm.Badarg
	}
	if !roomForList(p, n.Value()) {
		return nil, vm.SystemLimit
	}
	return duplicate(p, n.Value(), args[1], term.EmptyList)
}

func duplicate(p *vm.Process, n int64, x, tail term.Term) (term.Term, error) {
	var cells []term.Cons
	for i := 0; i < turnCells; i++ {
		if n <= 0 {
			charge(p, i)
			return tail, nil
		}
		if len(cells) == 0 {
			cells = make([]term.Cons, min(n, 15))
		}
		c := &cells[0]
		cells = cells[1:]
		c.Head, c.Tail = x, tail
		tail = c
		n--
	}
	return againMade(cellWords, func(p *vm.Process) (term.Term, error) { return duplicate(p, n, x, tail) })
}

// listZip makes the list of pairs of two lists of one length, false of others.
func listZip(p *vm.Process, args []term.Term) (term.Term, error) {
	return zip(p, args[0], args[1], new(term.ListBuilder))
}

func zip(p *vm.Process, xs, ys term.Term, list *term.ListBuilder) (term.Term, error) {
	for n := 0; n < turnCells; n++ {
		c, ok1 := xs.(*term.Cons)
		d, ok2 := ys.(*term.Cons)
		if !ok1 || !ok2 {
			charge(p, n)
			if xs != term.EmptyList || ys != term.EmptyList {
				return term.False, nil
			}
			return list.List(term.EmptyList), nil
		}
		list.AppendPair(c.Head, d.Head)
		xs, ys = c.Tail, d.Tail
	}
	return againMade(pairWords, func(p *vm.Process) (term.Term, error) { return zip(p, xs, ys, list) })
}

// listFlatten makes a list of what is in a deep list, and a tail; false of one
// that is improper somewhere.
func listFlatten(p *vm.Process, args []term.Term) (term.Term, error) {
	return flatten(p, args[0], args[1], nil, new(term.ListBuilder))
}

// flatten goes on with list; outer are the lists that go on after it, the
// innermost last.
func flatten(p *vm.Process, list, tail term.Term, outer []term.Term, flat *term.ListBuilder) (term.Term, error) {
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			if list != term.EmptyList {
				return term.False, nil
			}
			if len(outer) == 0 {
				charge(p, n)
				return flat.List(tail), nil
			}
			list = outer[len(outer)-1]
			outer = outer[:len(outer)-1]
			continue
		}
		list = c.Tail
		switch c.Head.(type) {
		case *term.Cons:
			if list != term.EmptyList {
				outer = append(outer, list)
			}
			list = c.Head
		case term.Nil:
		default:
			flat.Append(c.Head)
		}
	}
	// A small list that holds itself many times over can make a very long one.
	if !p.HeapRoom(cellWords * turnCells) {
		return nil, vm.SystemLimit
	}
	return againMade(cellWords, func(p *vm.Process) (term.Term, error) { return flatten(p, list, tail, outer, flat) })
}
