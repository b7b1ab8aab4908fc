package bif

import (
	"slices"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// object is a tuple to be inserted, with its key.
type object struct {
	tuple *term.Tuple
	key   term.Term
}

// objects are the tuple or the list of tuples to be inserted.
func (t *etsTable) objects(arg term.Term) ([]object, error) {
	if tuple, key, ok := t.key(arg); ok {
		return []object{{tuple, key}}, nil
	}
	elems, ok := term.Slice(arg)
	if !ok {
		return nil, vm.Badarg
	}
	objs := make([]object, len(elems))
	for i, e := range elems {
		tuple, key, ok := t.key(e)
		if !ok {
			return nil, vm.Badarg
		}
		objs[i] = object{tuple, key}
	}
	return objs, nil
}

func etsInsert(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	if tuple, key, ok := t.key(args[1]); ok {
		t.put(tuple, key)
		return term.True, nil
	}
	objs, err := t.objects(args[1])
	if err != nil {
		return nil, err
	}
	for _, o := range objs {
		t.put(o.tuple, o.key)
	}
	charge(p, 10*len(objs))
	return term.True, nil
}

func etsInsertNew(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	objs, err := t.objects(args[1])
	if err != nil {
		return nil, err
	}
	for _, o := range objs {
		if len(t.store.get(o.key)) > 0 {
			return term.False, nil
		}
	}
	for _, o := range objs {
		t.put(o.tuple, o.key)
	}
	charge(p, 10*len(objs))
	return term.True, nil
}

func tuples(objs []*term.Tuple) term.Term {
	var list term.ListBuilder
	for _, o := range objs {
		list.Append(o)
	}
	return list.List(term.EmptyList)
}

func etsLookup(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsRead(p, args[0])
	if err != nil {
		return nil, err
	}
	objs := t.store.get(args[1])
	t.mu.RUnlock()
	return tuples(objs), nil
}

func etsLookupElement(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsRead(p, args[0])
	if err != nil {
		return nil, err
	}
	objs, single := t.store.get(args[1]), t.single()
	t.mu.RUnlock()
	pos, ok := smallInt(args[2], 1, 1<<24)
	switch {
	case !ok:
		return nil, vm.Badarg
	case len(objs) == 0 && len(args) == 4:
		return args[3], nil
	case len(objs) == 0:
		return nil, etsBadKey
	}
	var list term.ListBuilder
	for _, o := range objs {
		if int(pos) > len(o.Elems) {
			return nil, vm.Badarg
		}
		if single {
			return o.Elems[pos-1], nil
		}
		list.Append(o.Elems[pos-1])
	}
	return list.List(term.EmptyList), nil
}

// single reports whether the table has at most one object for a key.
func (t *etsTable) single() bool { return t.kind == aSet || t.kind == aOrderedSet }

func etsMember(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsRead(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.RUnlock()
	return term.Bool(len(t.store.get(args[1])) > 0), nil
}

func etsTake(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	objs := t.store.get(args[1])
	t.replace(args[1], objs, nil)
	return tuples(objs), nil
}

func etsDeleteKey(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	t.replace(args[1], t.store.get(args[1]), nil)
	return term.True, nil
}

func etsDeleteObject(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	obj, key, ok := t.key(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	was := t.store.get(key)
	left := slices.DeleteFunc(slices.Clone(was), func(o *term.Tuple) bool { return term.Identical(o, obj) })
	if len(left) < len(was) {
		t.replace(key, was, left)
	}
	return term.True, nil
}

func etsDeleteAll(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	n := t.size
	t.store.clear()
	t.size = 0
	return term.MakeInt(int64(n)), nil
}

// etsStep is first, last, next or prev; key is nil for the former two.
func etsStep(p *vm.Process, id, key term.Term, reverse, lookup bool) (term.Term, error) {
	t, err := etsRead(p, id)
	if err != nil {
		return nil, err
	}
	defer t.mu.RUnlock()
	next, known := t.store.after(key, reverse)
	switch {
	case !known:
		return nil, vm.Badarg
	case next == nil:
		return aEndOfTable, nil
	case lookup:
		return term.T(next, tuples(t.store.get(next))), nil
	}
	return next, nil
}

func etsFirst(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], nil, false, false)
}
func etsLast(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], nil, true, false)
}
func etsNext(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], a[1], false, false)
}
func etsPrev(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], a[1], true, false)
}
func etsFirstLookup(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], nil, false, true)
}
func etsLastLookup(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], nil, true, true)
}
func etsNextLookup(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], a[1], false, true)
}
func etsPrevLookup(p *vm.Process, a []term.Term) (term.Term, error) {
	return etsStep(p, a[0], a[1], true, true)
}

// etsSlot numbers the keys in the table's order.
func etsSlot(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsRead(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.RUnlock()
	n, ok := natural(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	var found []*term.Tuple
	var c etsCursor
	t.store.walk(&c, false, func(objs []*term.Tuple) bool {
		if n == 0 {
			found = objs
		}
		n--
		return n >= 0
	})
	switch {
	case found != nil:
		return tuples(found), nil
	case n == 0:
		return aEndOfTable, nil
	}
	return nil, vm.Badarg
}

func etsTab2list(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsRead(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.RUnlock()
	var list term.ListBuilder
	var c etsCursor
	watch, n := p.Watch(), 0
	t.store.walk(&c, false, func(objs []*term.Tuple) bool {
		for _, o := range objs {
			list.Append(o)
			n++
		}
		return !watch.Over(cellWords * n)
	})
	charge(p, t.size)
	return list.List(term.EmptyList), nil
}

// target finds the one object that update_counter and update_element change:
// that of the key, or the default, args[3].
func (t *etsTable) target(args []term.Term) (*term.Tuple, error) {
	if !t.single() {
		return nil, etsTableType
	}
	if len(args) == 4 {
		if _, ok := args[3].(*term.Tuple); !ok {
			return nil, etsDefault
		}
	}
	if objs := t.store.get(args[1]); len(objs) > 0 {
		return objs[0], nil
	}
	if len(args) < 4 {
		return nil, etsBadKey
	}
	obj, _, ok := t.key(args[3])
	if !ok {
		return nil, vm.Badarg
	}
	// The key given counts, whatever the default has in its place.
	elems := slices.Clone(obj.Elems)
	elems[t.keypos-1] = args[1]
	return term.T(elems...), nil
}

// change checks a position that is to be changed.
func (t *etsTable) change(pos term.Term, obj *term.Tuple) (int, error) {
	n, ok := smallInt(pos, 1, 1<<24)
	switch {
	case !ok:
		return 0, vm.Badarg
	case int(n) == t.keypos:
		return 0, etsKeyPos
	case int(n) > len(obj.Elems):
		return 0, etsPosition
	}
	return int(n) - 1, nil
}

func etsUpdateCounter(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	obj, err := t.target(args)
	if err != nil {
		return nil, err
	}
	ops, isList := term.Slice(args[2])
	switch op := args[2].(type) {
	case term.Int, *term.Big:
		ops = []term.Term{term.T(term.Small(int64(t.keypos+1)), op)}
	case *term.Tuple:
		ops = []term.Term{op}
	default:
		if !isList {
			return nil, vm.Badarg
		}
	}
	obj = term.T(obj.Elems...)
	var results term.ListBuilder
	var last term.Term
	for _, o := range ops {
		op, ok := o.(*term.Tuple)
		if !ok || len(op.Elems) != 2 && len(op.Elems) != 4 {
			return nil, vm.Badarg
		}
		for _, e := range op.Elems[1:] {
			if !term.IsInteger(e) {
				return nil, vm.Badarg
			}
		}
		at, err := t.change(op.Elems[0], obj)
		if err != nil {
			return nil, err
		}
		if !term.IsInteger(obj.Elems[at]) {
			return nil, vm.Badarg
		}
		v, err := term.Add(obj.Elems[at], op.Elems[1])
		if err != nil {
			return nil, vm.SystemLimit
		}
		if len(op.Elems) == 4 {
			over := term.Compare(v, op.Elems[2])
			if term.Compare(op.Elems[1], term.Small(0)) < 0 {
				over = -over
			}
			if over > 0 {
				v = op.Elems[3]
			}
		}
		obj.Elems[at] = v
		results.Append(v)
		last = v
	}
	t.replace(args[1], t.store.get(args[1]), []*term.Tuple{obj})
	if isList {
		return results.List(term.EmptyList), nil
	}
	return last, nil
}

func etsUpdateElement(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	obj, missing := t.target(args)
	switch {
	case missing == etsBadKey:
		return term.False, nil
	case missing != nil:
		return nil, missing
	}
	specs, ok := term.Slice(args[2])
	if spec, single := args[2].(*term.Tuple); single {
		specs, ok = []term.Term{spec}, true
	}
	if !ok {
		return nil, vm.Badarg
	}
	obj = term.T(obj.Elems...)
	for _, s := range specs {
		spec, ok := s.(*term.Tuple)
		if !ok || len(spec.Elems) != 2 {
			return nil, vm.Badarg
		}
		at, err := t.change(spec.Elems[0], obj)
		if err != nil {
			return nil, err
		}
		obj.Elems[at] = spec.Elems[1]
	}
	t.replace(args[1], t.store.get(args[1]), []*term.Tuple{obj})
	return term.True, nil
}
