package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var mapsBIFs = []vm.BIF{
	{Module: "maps", Name: "get", Arity: 2, Fn: mapsGet},
	{Module: "maps", Name: "find", Arity: 2, Fn: mapsFind},
	{Module: "maps", Name: "is_key", Arity: 2, Fn: mapsIsKey},
	{Module: "maps", Name: "put", Arity: 3, Fn: mapsPut},
	{Module: "maps", Name: "update", Arity: 3, Fn: mapsUpdate},
	{Module: "maps", Name: "remove", Arity: 2, Fn: mapsRemove},
	{Module: "maps", Name: "take", Arity: 2, Fn: mapsTake},
	{Module: "maps", Name: "merge", Arity: 2, Fn: mapsMerge},
	{Module: "maps", Name: "keys", Arity: 1, Fn: mapsKeys},
	{Module: "maps", Name: "values", Arity: 1, Fn: mapsValues},
	{Module: "erts_internal", Name: "map_to_list", Arity: 1, Fn: mapsToList},
	{Module: "maps", Name: "from_list", Arity: 1, Fn: mapsFromList},
	{Module: "maps", Name: "from_keys", Arity: 2, Fn: mapsFromKeys},
	{Module: "erts_internal", Name: "map_next", Arity: 3, Fn: mapNext},
	{Module: "erts_internal", Name: "mc_iterator", Arity: 1, Fn: mcIterator},
	{Module: "erts_internal", Name: "mc_refill", Arity: 1, Fn: mcRefill},
	{Module: "erts_internal", Name: "cmp_term", Arity: 2, Fn: cmpTerm},
}

func asMap(t term.Term) (*term.Map, error) {
	if m, ok := t.(*term.Map); ok {
		return m, nil
	}
	return nil, vm.Badmap(t)
}

func mapsGet(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[1])
	if err != nil {
		return nil, err
	}
	if v, ok := m.Get(args[0]); ok {
		return v, nil
	}
	return nil, vm.Badkey(args[0])
}

func mapsFind(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[1])
	if err != nil {
		return nil, err
	}
	if v, ok := m.Get(args[0]); ok {
		return term.T(term.Ok, v), nil
	}
	return term.ErrorAtom, nil
}

func mapsIsKey(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[1])
	if err != nil {
		return nil, err
	}
	_, ok := m.Get(args[0])
	return term.Bool(ok), nil
}

func mapsPut(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[2])
	if err != nil {
		return nil, err
	}
	return m.Put(args[0], args[1]), nil
}

func mapsUpdate(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[2])
	if err != nil {
		return nil, err
	}
	if _, ok := m.Get(args[0]); !ok {
		return nil, vm.Badkey(args[0])
	}
	return m.Put(args[0], args[1]), nil
}

func mapsRemove(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[1])
	if err != nil {
		return nil, err
	}
	return m.Remove(args[0]), nil
}

func mapsTake(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[1])
	if err != nil {
		return nil, err
	}
	v, ok := m.Get(args[0])
	if !ok {
		return term.ErrorAtom, nil
	}
	return term.T(v, m.Remove(args[0])), nil
}

func mapsMerge(p *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[0])
	if err != nil {
		return nil, err
	}
	n, err := asMap(args[1])
	if err != nil {
		return nil, err
	}
	switch {
	case n.Len() == 0, m == n:
		return m, nil
	case m.Len() == 0:
		return n, nil
	}
	if n.Len() < m.Len()/8 {
		for k, v := range n.All {
			m = m.Put(k, v)
		}
		charge(p, n.Len()*4)
		return m, nil
	}
	if m.Len() < n.Len()/8 {
		for k, v := range m.All {
			if _, ok := n.Get(k); !ok {
				n = n.Put(k, v)
			}
		}
		charge(p, m.Len()*4)
		return n, nil
	}
	var b term.MapBuilder
	b.Grow(m.Len() + n.Len())
	for k, v := range m.All {
		b.Put(k, v)
	}
	for k, v := range n.All {
		b.Put(k, v)
	}
	charge(p, 4*(m.Len()+n.Len()))
	return b.Map(), nil
}

// mapList makes a list with an element for each pair, which add adds.
func mapList(p *vm.Process, t term.Term, add func(b *term.ListBuilder, k, v term.Term)) (term.Term, error) {
	m, err := asMap(t)
	if err != nil {
		return nil, err
	}
	it := new(term.MapIter)
	it.Start(m)
	return mapListFrom(p, it, new(term.ListBuilder), add)
}

func mapListFrom(p *vm.Process, it *term.MapIter, list *term.ListBuilder, add func(b *term.ListBuilder, k, v term.Term)) (term.Term, error) {
	for n := range turnCells {
		k, v, ok := it.Next()
		if !ok {
			charge(p, n)
			return list.List(term.EmptyList), nil
		}
		add(list, k, v)
	}
	return againMade(cellWords, func(p *vm.Process) (term.Term, error) { return mapListFrom(p, it, list, add) })
}

func mapsKeys(p *vm.Process, args []term.Term) (term.Term, error) {
	return mapList(p, args[0], func(b *term.ListBuilder, k, v term.Term) { b.Append(k) })
}

func mapsValues(p *vm.Process, args []term.Term) (term.Term, error) {
	return mapList(p, args[0], func(b *term.ListBuilder, k, v term.Term) { b.Append(v) })
}

func mapsToList(p *vm.Process, args []term.Term) (term.Term, error) {
	return mapList(p, args[0], (*term.ListBuilder).AppendPair)
}

func mapsFromList(p *vm.Process, args []term.Term) (term.Term, error) {
	return fromList(p, args[0], builderFor(args[0]), func(b *term.MapBuilder, e term.Term) bool {
		t, ok := e.(*term.Tuple)
		if !ok || len(t.Elems) != 2 {
			return false
		}
		b.Put(t.Elems[0], t.Elems[1])
		return true
	})
}

func mapsFromKeys(p *vm.Process, args []term.Term) (term.Term, error) {
	v := args[1]
	return fromList(p, args[0], builderFor(args[0]), func(b *term.MapBuilder, k term.Term) bool {
		b.Put(k, v)
		return true
	})
}

// builderFor is a builder with room for a list's elements.
func builderFor(list term.Term) *term.MapBuilder {
	b := new(term.MapBuilder)
	if n, ok := term.Length(list); ok {
		b.Grow(n)
	}
	return b
}

func fromList(p *vm.Process, list term.Term, b *term.MapBuilder, put func(*term.MapBuilder, term.Term) bool) (term.Term, error) {
	for n := 0; n < turnCells; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			if _, ok := list.(term.Nil); !ok {
				return nil, vm.Badarg
			}
			charge(p, 4*n)
			return b.Map(), nil
		}
		if !put(b, c.Head) {
			return nil, vm.Badarg
		}
		list = c.Tail
	}
	return againMade(2, func(p *vm.Process) (term.Term, error) { return fromList(p, list, b, put) })
}

var aIterator = term.A("iterator")

// cmpTerm is erts_internal:cmp_term/2: how two keys of maps are ordered.
func cmpTerm(_ *vm.Process, args []term.Term) (term.Term, error) {
	return term.Small(int64(term.CompareExact(args[0], args[1]))), nil
}

// mapChunk is how many pairs map_next takes at once.
const mapChunk = 32

// mapNext is erts_internal:map_next(Position, Map, Wanted): the pairs of a map
// from a position on, 0 for the first. Wanted is the atom iterator for nested
// {K, V, Next}, where the last Next is [Position | Map] or none; or a list, which
// the pairs are put in front of, with the next position and the map before
// them unless they are the last.
func mapNext(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, ok := args[1].(*term.Map)
	cursor, natural := term.ToUint64(args[0])
	if !ok || !natural {
		return nil, vm.Badarg
	}
	var pairs [][2]term.Term
	cursor = m.From(cursor, mapChunk, func(k, v term.Term) { pairs = append(pairs, [2]term.Term{k, v}) })
	if args[2] == term.Term(aIterator) {
		next := term.Term(aNone)
		if cursor != 0 {
			next = &term.Cons{Head: term.MakeUint(cursor), Tail: m}
		}
		for i := len(pairs) - 1; i >= 0; i-- {
			next = term.T(pairs[i][0], pairs[i][1], next)
		}
		return next, nil
	}
	acc := args[2]
	for i := len(pairs) - 1; i >= 0; i-- {
		acc = &term.Cons{Head: term.T(pairs[i][0], pairs[i][1]), Tail: acc}
	}
	if cursor == 0 {
		return acc, nil
	}
	return term.ListTail([]term.Term{term.MakeUint(cursor), m}, acc), nil
}

// mcIterator is erts_internal:mc_iterator(Source), by which comprehensions of
// OTP 28 and later begin: the first pairs of a map or an iterator as nested
// {K, V, Next}, and [] of anything else.
func mcIterator(p *vm.Process, args []term.Term) (term.Term, error) {
	switch src := args[0].(type) {
	case *term.Map:
		return mapNext(p, []term.Term{term.Small(0), src, aIterator})
	case *term.Cons:
		if first, err := mcRefill(p, args); err == nil {
			return first, nil
		}
		return term.EmptyList, nil
	}
	for it := args[0]; it != term.Term(aNone); {
		switch next := it.(type) {
		case *term.Tuple:
			if len(next.Elems) != 3 {
				return term.EmptyList, nil
			}
			it = next.Elems[2]
		case *term.Cons:
			if _, err := mcRefill(p, []term.Term{next}); err != nil {
				return term.EmptyList, nil
			}
			return args[0], nil
		default:
			return term.EmptyList, nil
		}
	}
	return args[0], nil
}

// mcRefill is erts_internal:mc_refill([Where | Map]): the pairs from there on.
// Where is a position, or the keys in the order wanted.
func mcRefill(p *vm.Process, args []term.Term) (term.Term, error) {
	c, ok := args[0].(*term.Cons)
	if !ok {
		return nil, vm.Badarg
	}
	m, ok := c.Tail.(*term.Map)
	if !ok {
		return nil, vm.Badarg
	}
	var keys []term.Term
	rest := c.Head
	for k, isCons := rest.(*term.Cons); isCons; k, isCons = rest.(*term.Cons) {
		keys, rest = append(keys, k.Head), k.Tail
	}
	if rest != term.EmptyList {
		return mapNext(p, []term.Term{c.Head, m, aIterator})
	}
	next := term.Term(aNone)
	for i := len(keys) - 1; i >= 0; i-- {
		v, ok := m.Get(keys[i])
		if !ok {
			return nil, vm.Badarg
		}
		next = term.T(keys[i], v, next)
	}
	return next, nil
}
