package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Tuples, lists' ends, and maps' keys: the functions that take a term apart.
var erlangTuple = []vm.BIF{
	erl("element", 2, element),
	erl("setelement", 3, setElement),
	erl("append_element", 2, appendElement),
	erl("insert_element", 3, insertElement),
	erl("delete_element", 2, deleteElement),
	erl("make_tuple", 2, makeTuple),
	erl("make_tuple", 3, makeTupleInit),
	erl("tuple_to_list", 1, tupleToList),
	erl("list_to_tuple", 1, listToTuple),
	erl("tuple_size", 1, tupleSize),
	erl("size", 1, size),
	erl("hd", 1, hd),
	erl("tl", 1, tl),
	erl("length", 1, length),
	erl("map_size", 1, mapSize),
	erl("map_get", 2, mapGet),
	erl("is_map_key", 2, isMapKey),
}

// maxTuple is how many elements a tuple may have.
const maxTuple = 1<<24 - 1

func element(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[1].(*term.Tuple)
	if !ok {
		return nil, vm.Badarg
	}
	i, ok := smallInt(args[0], 1, int64(t.Len()))
	if !ok {
		return nil, vm.Badarg
	}
	return t.Elems[i-1], nil
}

func setElement(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[1].(*term.Tuple)
	if !ok {
		return nil, vm.Badarg
	}
	i, ok := smallInt(args[0], 1, int64(t.Len()))
	if !ok {
		return nil, vm.Badarg
	}
	n := term.T(t.Elems...)
	n.Elems[i-1] = args[2]
	return n, nil
}

func appendElement(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[0].(*term.Tuple)
	if !ok || t.Len() >= maxTuple {
		return nil, vm.Badarg
	}
	return insert(t, t.Len(), args[1]), nil
}

func insert(t *term.Tuple, at int, v term.Term) *term.Tuple {
	n := term.NewTuple(t.Len() + 1)
	copy(n.Elems, t.Elems[:at])
	n.Elems[at] = v
	copy(n.Elems[at+1:], t.Elems[at:])
	return n
}

func insertElement(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[1].(*term.Tuple)
	if !ok || t.Len() >= maxTuple {
		return nil, vm.Badarg
	}
	i, ok := smallInt(args[0], 1, int64(t.Len())+1)
	if !ok {
		return nil, vm.Badarg
	}
	return insert(t, int(i-1), args[2]), nil
}

func deleteElement(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[1].(*term.Tuple)
	if !ok {
		return nil, vm.Badarg
	}
	i, ok := smallInt(args[0], 1, int64(t.Len()))
	if !ok {
		return nil, vm.Badarg
	}
	n := term.NewTuple(t.Len() - 1)
	copy(n.Elems, t.Elems[:i-1])
	copy(n.Elems[i-1:], t.Elems[i:])
	return n, nil
}

func makeTuple(_ *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := smallInt(args[0], 0, maxTuple)
	if !ok {
		return nil, vm.Badarg
	}
	t := term.NewTuple(int(n))
	for i := range t.Elems {
		t.Elems[i] = args[1]
	}
	return t, nil
}

func makeTupleInit(p *vm.Process, args []term.Term) (term.Term, error) {
	v, err := makeTuple(p, args)
	if err != nil {
		return nil, err
	}
	t := v.(*term.Tuple)
	init, ok := term.Slice(args[2])
	if !ok {
		return nil, vm.Badarg
	}
	for _, e := range init {
		pair, ok := e.(*term.Tuple)
		if !ok || pair.Len() != 2 {
			return nil, vm.Badarg
		}
		i, ok := smallInt(pair.Elems[0], 1, int64(t.Len()))
		if !ok {
			return nil, vm.Badarg
		}
		t.Elems[i-1] = pair.Elems[1]
	}
	return t, nil
}

func tupleToList(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[0].(*term.Tuple)
	if !ok {
		return nil, vm.Badarg
	}
	return term.List(t.Elems...), nil
}

func listToTuple(_ *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := term.Length(args[0])
	if !ok || n > maxTuple {
		return nil, vm.Badarg
	}
	t := term.NewTuple(n)
	l := args[0]
	for i := range t.Elems {
		c := l.(*term.Cons)
		t.Elems[i], l = c.Head, c.Tail
	}
	return t, nil
}

func tupleSize(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[0].(*term.Tuple)
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(int64(t.Len())), nil
}

func size(_ *vm.Process, args []term.Term) (term.Term, error) {
	switch t := args[0].(type) {
	case *term.Tuple:
		return term.MakeInt(int64(t.Len())), nil
	case *term.Bits:
		return term.MakeInt(int64(t.Len / 8)), nil
	}
	return nil, vm.Badarg
}

func hd(_ *vm.Process, args []term.Term) (term.Term, error) {
	l, ok := args[0].(*term.Cons)
	if !ok {
		return nil, vm.Badarg
	}
	return l.Head, nil
}

func tl(_ *vm.Process, args []term.Term) (term.Term, error) {
	l, ok := args[0].(*term.Cons)
	if !ok {
		return nil, vm.Badarg
	}
	return l.Tail, nil
}

func length(_ *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := term.Length(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(int64(n)), nil
}

func mapSize(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, ok := args[0].(*term.Map)
	if !ok {
		return nil, vm.Badmap(args[0])
	}
	return term.MakeInt(int64(m.Len())), nil
}

func mapGet(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, ok := args[1].(*term.Map)
	if !ok {
		return nil, vm.Badmap(args[1])
	}
	if v, ok := m.Get(args[0]); ok {
		return v, nil
	}
	return nil, vm.Badkey(args[0])
}

func isMapKey(_ *vm.Process, args []term.Term) (term.Term, error) {
	m, ok := args[1].(*term.Map)
	if !ok {
		return nil, vm.Badmap(args[1])
	}
	_, ok = m.Get(args[0])
	return term.Bool(ok), nil
}
