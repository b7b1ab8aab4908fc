package bif

import (
	"cmp"
	"math"
	"slices"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var listsBIFs = []vm.BIF{
	{Module: "lists", Name: "member", Arity: 2, Fn: listsMember},
	{Module: "lists", Name: "reverse", Arity: 2, Fn: listsReverse},
	{Module: "lists", Name: "keyfind", Arity: 3, Fn: listsKeyfind},
	{Module: "lists", Name: "keymember", Arity: 3, Fn: listsKeymember},
	{Module: "lists", Name: "keysearch", Arity: 3, Fn: listsKeysearch},
	{Module: "lists", Name: "sorted", Arity: 1, Fn: listsSort},
	{Module: "lists", Name: "usorted", Arity: 1, Fn: listsUsort},
	{Module: "lists", Name: "keysorted", Arity: 2, Fn: listsKeysort},
	{Module: "lists", Name: "ukeysorted", Arity: 2, Fn: listsUkeysort},
}

var errFunctionClause = vm.NewError(term.A("function_clause"))

// Functions over long data stop after turnCells elements, to go on in the
// process's next turn; cellReductions elements count as one reduction.
const (
	turnCells      = 40000
	cellReductions = 10
)

// again ends the turn; next goes on.
func again(next func(p *vm.Process) (term.Term, error)) (term.Term, error) {
	return nil, &vm.Step{Reductions: turnCells / cellReductions, Next: next}
}

// againMade is again of a function that has made so many words for each
// element.
func againMade(words int, next func(p *vm.Process) (term.Term, error)) (term.Term, error) {
	return nil, &vm.Step{Reductions: turnCells / cellReductions, Made: int64(words) * turnCells, Next: next}
}

const (
	cellWords = 2
	pairWords = cellWords + 3 // a list's element that is a pair
)

// charge charges for n elements.
func charge(p *vm.Process, n int) {
	if n >= cellReductions {
		p.Bump(n / cellReductions)
	}
}

func listsMember(p *vm.Process, args []term.Term) (term.Term, error) {
	return member(p, args[0], args[1])
}

func member(p *vm.Process, x, list term.Term) (term.Term, error) {
	small, isSmall := x.(term.Int)
	immediate := false
	switch x.(type) {
	case term.Int, term.Atom, term.Nil:
		immediate = true
	}
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			if _, ok := list.(term.Nil); !ok {
				return nil, vm.Badarg
			}
			charge(p, n)
			return term.False, nil
		}
		h, isInt := c.Head.(term.Int)
		if isSmall && isInt && h == small || !isSmall && (c.Head == x || !immediate && p.Identical(c.Head, x)) {
			charge(p, n)
			return term.True, nil
		}
		list = c.Tail
	}
	return again(func(p *vm.Process) (term.Term, error) { return member(p, x, list) })
}

func listsReverse(p *vm.Process, args []term.Term) (term.Term, error) {
	return reverse(p, args[0], args[1])
}

func reverse(p *vm.Process, list, acc term.Term) (term.Term, error) {
	var cells []term.Cons
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			if _, ok := list.(term.Nil); !ok {
				return nil, vm.Badarg
			}
			charge(p, n)
			return acc, nil
		}
		if len(cells) == 0 {
			cells = make([]term.Cons, min(n+1, 15))
		}
		d := &cells[0]
		cells = cells[1:]
		d.Head, d.Tail = c.Head, acc
		acc = d
		list = c.Tail
	}
	return againMade(cellWords, func(p *vm.Process) (term.Term, error) { return reverse(p, list, acc) })
}

func listsKeyfind(p *vm.Process, args []term.Term) (term.Term, error) {
	return keyfind(p, args, args[2], func(t *term.Tuple) term.Term {
		if t == nil {
			return term.False
		}
		return t
	})
}

func listsKeymember(p *vm.Process, args []term.Term) (term.Term, error) {
	return keyfind(p, args, args[2], func(t *term.Tuple) term.Term { return term.Bool(t != nil) })
}

var aValue = term.A("value")

func listsKeysearch(p *vm.Process, args []term.Term) (term.Term, error) {
	return keyfind(p, args, args[2], func(t *term.Tuple) term.Term {
		if t == nil {
			return term.False
		}
		return term.T(aValue, t)
	})
}

// keyfind searches list for a tuple whose element args[1] is == args[0];
// result makes the value of the tuple found, or of nil.
func keyfind(p *vm.Process, args []term.Term, list term.Term, result func(*term.Tuple) term.Term) (term.Term, error) {
	key := args[0]
	at, ok := args[1].(term.Int)
	if !ok || at.Value() < 1 {
		return nil, vm.Badarg
	}
	i := int(at.Value() - 1)
	_, atom := key.(term.Atom)
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			if _, ok := list.(term.Nil); !ok {
				return nil, vm.Badarg
			}
			charge(p, n)
			return result(nil), nil
		}
		if t, ok := c.Head.(*term.Tuple); ok && i < len(t.Elems) {
			if e := t.Elems[i]; e == key || !atom && p.Equal(e, key) {
				charge(p, n)
				return result(t), nil
			}
		}
		list = c.Tail
	}
	return again(func(p *vm.Process) (term.Term, error) { return keyfind(p, args, list, result) })
}

func listsSort(p *vm.Process, args []term.Term) (term.Term, error) {
	return sortList(p, args[0], false)
}

func listsUsort(p *vm.Process, args []term.Term) (term.Term, error) {
	return sortList(p, args[0], true)
}

func sortList(p *vm.Process, list term.Term, unique bool) (term.Term, error) {
	elems, ok := term.Slice(list)
	if !ok {
		return nil, errFunctionClause
	}
	if allSmall(elems) {
		return sortSmall(p, elems, unique), nil
	}
	s := sorter{elems: elems, compare: term.Compare, unique: unique}
	return s.run(p)
}

// sortSmall sorts small integers, which need no merging of runs: a million
// take less than a tenth of a second.
func sortSmall(p *vm.Process, elems []term.Term, unique bool) term.Term {
	values := make([]int64, len(elems))
	for i, e := range elems {
		values[i] = e.(term.Int).Value()
	}
	slices.Sort(values)
	if unique {
		values = slices.Compact(values)
	}
	var list term.ListBuilder
	for _, v := range values {
		list.Append(term.Small(v))
	}
	charge(p, 2*len(elems))
	return list.List(term.EmptyList)
}

func allSmall(elems []term.Term) bool {
	for _, e := range elems {
		if _, ok := e.(term.Int); !ok {
			return false
		}
	}
	return true
}

func listsKeysort(p *vm.Process, args []term.Term) (term.Term, error) {
	return keysort(p, args, false)
}

func listsUkeysort(p *vm.Process, args []term.Term) (term.Term, error) {
	return keysort(p, args, true)
}

var (
	aElement    = term.A("element")
	aCaseClause = term.A("case_clause")
)

func keysort(p *vm.Process, args []term.Term, unique bool) (term.Term, error) {
	at, ok := args[0].(term.Int)
	if !ok || at.Value() < 1 {
		return nil, errFunctionClause
	}
	elems, ok := term.Slice(args[1])
	if !ok {
		return nil, vm.NewError(term.T(aCaseClause, args[1]))
	}
	i := int(at.Value() - 1)
	if len(elems) > 1 {
		for _, e := range elems {
			if t, ok := e.(*term.Tuple); !ok || i >= len(t.Elems) {
				// Erlang's own version takes the element and fails there.
				return nil, &vm.TailCall{Module: aErlang, Name: aElement, Args: []term.Term{at, e}}
			}
		}
	}
	if rows := smallKeys(elems, i); rows != nil {
		return keysortSmall(p, elems, rows, unique), nil
	}
	s := sorter{elems: elems, unique: unique, compare: func(a, b term.Term) int {
		x, y := a.(*term.Tuple).Elems[i], b.(*term.Tuple).Elems[i]
		if v, ok := x.(term.Int); ok {
			if w, ok := y.(term.Int); ok {
				return cmp.Compare(v.Value(), w.Value())
			}
		}
		return term.Compare(x, y)
	}}
	return s.run(p)
}

// keyRow is a key that is a small integer, and where its tuple is.
type keyRow struct {
	key int64
	at  int32
}

// smallKeys gives the elements at i of tuples if all are small integers.
func smallKeys(tuples []term.Term, i int) []keyRow {
	if len(tuples) < 2 || len(tuples) > math.MaxInt32 {
		return nil
	}
	rows := make([]keyRow, len(tuples))
	for n, t := range tuples {
		k, ok := t.(*term.Tuple).Elems[i].(term.Int)
		if !ok {
			return nil
		}
		rows[n] = keyRow{k.Value(), int32(n)}
	}
	return rows
}

// keysortSmall sorts rows, where the tuples need not be looked at, and makes
// the list of their tuples.
func keysortSmall(p *vm.Process, tuples []term.Term, rows []keyRow, unique bool) term.Term {
	slices.SortFunc(rows, func(a, b keyRow) int {
		if c := cmp.Compare(a.key, b.key); c != 0 {
			return c
		}
		return cmp.Compare(a.at, b.at)
	})
	var list term.ListBuilder
	for i, r := range rows {
		if !unique || i == 0 || rows[i-1].key != r.key {
			list.Append(tuples[r.at])
		}
	}
	charge(p, 2*len(rows))
	return list.List(term.EmptyList)
}

var aErlang = term.A("erlang")

// sorter sorts stably: runs of runLength first, then merges, with a turn for
// each run and for as many merged elements.
type sorter struct {
	elems, other []term.Term
	compare      func(a, b term.Term) int
	unique       bool // of equal elements the first stays
	sorted       int  // elements in sorted runs
	width        int  // length of the runs being merged
	merged       int  // elements merged in this pass
}

const runLength = 16384

func (s *sorter) run(p *vm.Process) (term.Term, error) {
	if s.other == nil {
		s.other = make([]term.Term, len(s.elems))
	}
	if s.width == 0 {
		end := min(s.sorted+runLength, len(s.elems))
		s.sortRun(s.elems[s.sorted:end])
		s.sorted = end
		if end < len(s.elems) {
			return again(s.run)
		}
		s.width = runLength
	}
	if s.width >= len(s.elems) {
		charge(p, len(s.elems))
		return s.result(), nil
	}
	lo := s.merged
	mid := min(lo+s.width, len(s.elems))
	hi := min(lo+2*s.width, len(s.elems))
	s.merge(s.other[lo:hi], s.elems[lo:mid], s.elems[mid:hi])
	if s.merged = hi; hi == len(s.elems) {
		s.elems, s.other = s.other, s.elems
		s.merged, s.width = 0, 2*s.width
	}
	return again(s.run)
}

// sortRun sorts a run: by insertion in blocks, then by merging them.
func (s *sorter) sortRun(run []term.Term) {
	const block = 8
	for lo := 0; lo < len(run); lo += block {
		hi := min(lo+block, len(run))
		for i := lo + 1; i < hi; i++ {
			for j := i; j > lo && s.compare(run[j-1], run[j]) > 0; j-- {
				run[j-1], run[j] = run[j], run[j-1]
			}
		}
	}
	from, to := run, s.other[:len(run)]
	for width := block; width < len(run); width *= 2 {
		for lo := 0; lo < len(run); lo += 2 * width {
			mid, hi := min(lo+width, len(run)), min(lo+2*width, len(run))
			s.merge(to[lo:hi], from[lo:mid], from[mid:hi])
		}
		from, to = to, from
	}
	copy(run, from)
}

func (s *sorter) merge(out, a, b []term.Term) {
	if len(b) > 0 && s.compare(a[len(a)-1], b[0]) <= 0 {
		copy(out[copy(out, a):], b)
		return
	}
	for len(a) > 0 && len(b) > 0 {
		if s.compare(a[0], b[0]) <= 0 {
			out[0], a = a[0], a[1:]
		} else {
			out[0], b = b[0], b[1:]
		}
		out = out[1:]
	}
	copy(out, a)
	copy(out[len(a):], b)
}

func (s *sorter) result() term.Term {
	var list term.ListBuilder
	for i, e := range s.elems {
		if !s.unique || i == 0 || s.compare(s.elems[i-1], e) != 0 {
			list.Append(e)
		}
	}
	return list.List(term.EmptyList)
}
