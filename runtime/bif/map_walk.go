package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Walks are how maps.erl goes over a map with a fun: it holds a mapWalk in a
// variable that nothing else sees, asks it for the pair it stands at, calls the
// fun, and tells it what becomes of the pair. Nothing is allocated for a pair but
// what the fun makes; the result has the shape of the map it comes from, so that no key is
// hashed again.
var mapWalks = []vm.BIF{
	{Module: "erts_internal", Name: "walk", Arity: 1, Fn: walkStart},
	{Module: "erts_internal", Name: "walk_next", Arity: 1, Fn: walkNext},
	{Module: "erts_internal", Name: "walk_key", Arity: 1, Fn: walkKey},
	{Module: "erts_internal", Name: "walk_value", Arity: 1, Fn: walkValue},
	{Module: "erts_internal", Name: "walk_keep", Arity: 1, Fn: walkKeep},
	{Module: "erts_internal", Name: "walk_drop", Arity: 1, Fn: walkDrop},
	{Module: "erts_internal", Name: "walk_put", Arity: 2, Fn: walkPut},
	{Module: "erts_internal", Name: "walk_map", Arity: 1, Fn: walkMap},
}

// mapWalk stands before the first pair of its map, then at one after another.
type mapWalk struct {
	term.Opaque
	m          *term.Map
	at         term.MapIter
	key, value term.Term
	values     []term.Term // of the pairs passed, nil for those dropped
	dropped    int
}

// next goes to the next pair; false when there is none.
func (w *mapWalk) next() (term.Term, error) {
	var ok bool
	if w.key, w.value, ok = w.at.Next(); ok {
		return term.True, nil
	}
	return term.False, nil
}

func (w *mapWalk) record(v term.Term) (term.Term, error) {
	if w.values == nil {
		w.values = make([]term.Term, 0, w.m.Len())
	}
	w.values = append(w.values, v)
	return w.next()
}

// walkStart is erts_internal:walk(Map).
func walkStart(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, err := asMap(args[0])
	if err != nil {
		return nil, err
	}
	w := &mapWalk{m: m}
	w.at.Start(m)
	return w, nil
}

// walkOf is the walk at a pair that t is.
func walkOf(t term.Term) (*mapWalk, error) {
	if w, ok := t.(*mapWalk); ok && w.key != nil {
		return w, nil
	}
	return nil, vm.Badarg
}

// walkNext is erts_internal:walk_next(Walk): whether there is a further pair, at
// which it stands then.
func walkNext(_ *vm.Process, args []term.Term) (term.Term, error) {
	w, ok := args[0].(*mapWalk)
	if !ok {
		return nil, vm.Badarg
	}
	return w.next()
}

func walkKey(_ *vm.Process, args []term.Term) (term.Term, error) {
	w, err := walkOf(args[0])
	if err != nil {
		return nil, err
	}
	return w.key, nil
}

func walkValue(_ *vm.Process, args []term.Term) (term.Term, error) {
	w, err := walkOf(args[0])
	if err != nil {
		return nil, err
	}
	return w.value, nil
}

// walkKeep is walk_next with the pair in the result.
func walkKeep(_ *vm.Process, args []term.Term) (term.Term, error) {
	w, err := walkOf(args[0])
	if err != nil {
		return nil, err
	}
	return w.record(w.value)
}

// walkDrop is walk_next without the pair in the result.
func walkDrop(_ *vm.Process, args []term.Term) (term.Term, error) {
	w, err := walkOf(args[0])
	if err != nil {
		return nil, err
	}
	w.dropped++
	return w.record(nil)
}

// walkPut is walk_next with the key and another value in the result.
func walkPut(_ *vm.Process, args []term.Term) (term.Term, error) {
	w, err := walkOf(args[0])
	if err != nil {
		return nil, err
	}
	return w.record(args[1])
}

// walkMap is erts_internal:walk_map(Walk): the result, of a walk at the end.
func walkMap(p *vm.Process, args []term.Term) (term.Term, error) {
	w, ok := args[0].(*mapWalk)
	if !ok || len(w.values) != w.m.Len() {
		return nil, vm.Badarg
	}
	charge(p, len(w.values))
	return w.m.WithValues(w.values, w.dropped), nil
}
