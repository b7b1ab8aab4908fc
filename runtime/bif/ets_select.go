package bif

import (
	"slices"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// etsCont is where a select with a limit goes on. In Erlang it is a tuple of
// the table and a reference that holds it.
type etsCont struct {
	table   *etsTable
	spec    *matchSpec
	cursor  etsCursor
	limit   int
	reverse bool
}

func etsSelect(p *vm.Process, args []term.Term) (term.Term, error) {
	return etsRun(p, args[0], args[1], args[2:], false)
}

func etsSelectReverse(p *vm.Process, args []term.Term) (term.Term, error) {
	return etsRun(p, args[0], args[1], args[2:], true)
}

// matchAs makes a match spec of a pattern for all objects and a body.
func matchAs(pattern term.Term, body term.Term) term.Term {
	return term.List(term.T(pattern, term.EmptyList, term.List(body)))
}

func etsMatch(p *vm.Process, args []term.Term) (term.Term, error) {
	return etsRun(p, args[0], matchAs(args[1], aVariables), args[2:], false)
}

func etsMatchObject(p *vm.Process, args []term.Term) (term.Term, error) {
	if len(args) == 2 && args[1] == aAny {
		return etsTab2list(p, args)
	}
	return etsRun(p, args[0], matchAs(args[1], aWhole), args[2:], false)
}

// etsRun is select with an optional limit.
func etsRun(p *vm.Process, id, specArg term.Term, limitArg []term.Term, reverse bool) (term.Term, error) {
	t, err := etsRead(p, id)
	if err != nil {
		return nil, err
	}
	defer t.mu.RUnlock()
	spec, ok := compileSpec(specArg, t.keypos)
	if !ok {
		return nil, vm.Badarg
	}
	c := &etsCont{table: t, spec: spec, reverse: reverse}
	if len(limitArg) > 0 {
		limit, ok := smallInt(limitArg[0], 1, 1<<59)
		if !ok {
			return nil, vm.Badarg
		}
		c.limit = int(limit)
	}
	return c.run(p)
}

// run takes the next results; the table is locked for reading.
func (c *etsCont) run(p *vm.Process) (term.Term, error) {
	e := &matchEnv{p: p}
	var list term.ListBuilder
	found := 0
	watch := p.Watch()
	visit := func(objs []*term.Tuple) bool {
		for _, o := range objs {
			if v, ok := c.spec.run(e, o); ok {
				list.Append(v)
				found++
			}
			if watch.Over(cellWords * found) {
				return false
			}
		}
		return c.limit == 0 || found < c.limit
	}
	done := true
	if keys, ok := c.spec.keys(); ok && c.limit == 0 {
		if c.table.kind == aOrderedSet {
			slices.SortFunc(keys, term.Compare)
			if c.reverse {
				slices.Reverse(keys)
			}
		}
		for _, k := range keys {
			visit(c.table.store.get(k))
		}
		charge(p, 10*len(keys))
	} else {
		done = c.table.store.walk(&c.cursor, c.reverse, visit)
		charge(p, 2*c.table.size)
	}
	results := list.List(term.EmptyList)
	switch {
	case c.limit == 0:
		return results, nil
	case done && found == 0:
		return aEndOfTable, nil
	case done:
		return term.T(results, aEndOfTable), nil
	}
	ref := p.VM().MakeRef()
	ref.Resource = c
	return term.T(results, term.T(c.table.ident(), ref)), nil
}

func continuation(t term.Term) (*etsCont, bool) {
	if t, ok := t.(*term.Tuple); ok && len(t.Elems) == 2 {
		if ref, ok := t.Elems[1].(*term.Ref); ok {
			c, ok := ref.Resource.(*etsCont)
			return c, ok
		}
	}
	return nil, false
}

// etsContinue is select/1 and its kin.
func etsContinue(p *vm.Process, args []term.Term) (term.Term, error) {
	if args[0] == term.Term(aEndOfTable) {
		return aEndOfTable, nil
	}
	c, ok := continuation(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	t := c.table
	t.mu.RLock()
	defer t.mu.RUnlock()
	if err := t.check(p, t.protection != aPrivate); err != nil {
		return nil, err
	}
	// A continuation may be used more than once.
	again := *c
	return again.run(p)
}

// etsRepair is repair_continuation/2: compiled match specs that have been
// abroad would need it.
func etsRepair(_ *vm.Process, args []term.Term) (term.Term, error) {
	if _, ok := continuation(args[0]); !ok && args[0] != term.Term(aEndOfTable) {
		return nil, vm.Badarg
	}
	return args[0], nil
}

// etsEach runs a match spec over all objects that it may match, with the table
// locked for writing; f gets each object and the result.
func etsEach(p *vm.Process, id, specArg term.Term, f func(t *etsTable, o *term.Tuple, v term.Term) error) error {
	t, err := etsWrite(p, id)
	if err != nil {
		return err
	}
	defer t.mu.Unlock()
	spec, ok := compileSpec(specArg, t.keypos)
	if !ok {
		return vm.Badarg
	}
	e := &matchEnv{p: p}
	type hit struct {
		o *term.Tuple
		v term.Term
	}
	var hits []hit
	watch := p.Watch()
	visit := func(objs []*term.Tuple) bool {
		for _, o := range objs {
			if v, ok := spec.run(e, o); ok {
				hits = append(hits, hit{o, v})
			}
			if watch.Over(0) {
				return false
			}
		}
		return true
	}
	if keys, ok := spec.keys(); ok {
		for _, k := range keys {
			visit(t.store.get(k))
		}
	} else {
		t.store.walk(&etsCursor{}, false, visit)
		charge(p, 2*t.size)
	}
	for _, h := range hits {
		if watch.Over(0) {
			break
		}
		if err := f(t, h.o, h.v); err != nil {
			return err
		}
	}
	return nil
}

func isTrue(t term.Term) bool { return t == term.Term(term.True) }

func etsSelectCount(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsRead(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.RUnlock()
	spec, ok := compileSpec(args[1], t.keypos)
	if !ok {
		return nil, vm.Badarg
	}
	e := &matchEnv{p: p}
	n := 0
	watch := p.Watch()
	t.store.walk(&etsCursor{}, false, func(objs []*term.Tuple) bool {
		for _, o := range objs {
			if v, ok := spec.run(e, o); ok && isTrue(v) {
				n++
			}
			if watch.Over(0) {
				return false
			}
		}
		return true
	})
	charge(p, 2*t.size)
	return term.MakeInt(int64(n)), nil
}

func etsSelectDelete(p *vm.Process, args []term.Term) (term.Term, error) {
	n := 0
	err := etsEach(p, args[0], args[1], func(t *etsTable, o *term.Tuple, v term.Term) error {
		if !isTrue(v) {
			return nil
		}
		_, key, _ := t.key(o)
		was := t.store.get(key)
		left := slices.Clone(was)
		if i := slices.Index(left, o); i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
		t.replace(key, was, left)
		n++
		return nil
	})
	if err != nil {
		return nil, err
	}
	return term.MakeInt(int64(n)), nil
}

func etsSelectReplace(p *vm.Process, args []term.Term) (term.Term, error) {
	n := 0
	err := etsEach(p, args[0], args[1], func(t *etsTable, o *term.Tuple, v term.Term) error {
		if t.kind == aBag {
			return etsTableType
		}
		_, key, _ := t.key(o)
		obj, newKey, ok := t.key(v)
		if !ok || !term.Identical(key, newKey) {
			return vm.Badarg
		}
		was := t.store.get(key)
		objs := slices.Clone(was)
		if i := slices.Index(objs, o); i >= 0 {
			objs[i] = obj
		}
		t.replace(key, was, objs)
		n++
		return nil
	})
	if err != nil {
		return nil, err
	}
	return term.MakeInt(int64(n)), nil
}

func etsSpecCompile(p *vm.Process, args []term.Term) (term.Term, error) {
	spec, ok := compileSpec(args[0], 0)
	if !ok {
		return nil, vm.Badarg
	}
	ref := p.VM().MakeRef()
	ref.Resource = spec
	return ref, nil
}

func compiledSpec(t term.Term) (*matchSpec, bool) {
	if ref, ok := t.(*term.Ref); ok {
		spec, ok := ref.Resource.(*matchSpec)
		return spec, ok
	}
	return nil, false
}

func etsIsCompiled(_ *vm.Process, args []term.Term) (term.Term, error) {
	_, ok := compiledSpec(args[0])
	return term.Bool(ok), nil
}

// etsSpecRun is match_spec_run_r(List, CompiledSpec, Acc): the results of the
// list's elements in front of Acc, the last first.
func etsSpecRun(p *vm.Process, args []term.Term) (term.Term, error) {
	spec, ok := compiledSpec(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	return specRun(p, args[0], spec, args[2])
}

func specRun(p *vm.Process, list term.Term, spec *matchSpec, acc term.Term) (term.Term, error) {
	e := &matchEnv{p: p}
	for n := 0; n < turnCells/8; n++ {
		c, ok := list.(*term.Cons)
		if !ok {
			if _, ok := list.(term.Nil); !ok {
				return nil, vm.Badarg
			}
			charge(p, 8*n)
			return acc, nil
		}
		if v, ok := spec.run(e, c.Head); ok {
			acc = &term.Cons{Head: v, Tail: acc}
		}
		list = c.Tail
	}
	return again(func(p *vm.Process) (term.Term, error) { return specRun(p, list, spec, acc) })
}
