package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

func ets(name string, arity int, fn vm.Func) vm.BIF {
	return vm.BIF{Module: "ets", Name: name, Arity: arity, Fn: fn}
}

var etsBIFs = []vm.BIF{
	ets("new", 2, etsNew), ets("delete", 1, etsDelete), ets("rename", 2, etsRename), ets("all", 0, etsAll),
	ets("whereis", 1, etsWhereis), ets("setopts", 2, etsSetopts), ets("give_away", 3, etsGiveAway),
	ets("safe_fixtable", 2, etsSafeFixtable), ets("info", 1, etsInfo), ets("info", 2, etsInfoItem),
	ets("insert", 2, etsInsert), ets("insert_new", 2, etsInsertNew), ets("lookup", 2, etsLookup),
	ets("lookup_element", 3, etsLookupElement), ets("lookup_element", 4, etsLookupElement),
	ets("member", 2, etsMember), ets("take", 2, etsTake), ets("delete", 2, etsDeleteKey),
	ets("delete_object", 2, etsDeleteObject), ets("internal_delete_all", 2, etsDeleteAll),
	ets("first", 1, etsFirst), ets("last", 1, etsLast), ets("next", 2, etsNext), ets("prev", 2, etsPrev),
	ets("first_lookup", 1, etsFirstLookup), ets("last_lookup", 1, etsLastLookup),
	ets("next_lookup", 2, etsNextLookup), ets("prev_lookup", 2, etsPrevLookup),
	ets("slot", 2, etsSlot),
	ets("update_counter", 3, etsUpdateCounter), ets("update_counter", 4, etsUpdateCounter),
	ets("update_element", 3, etsUpdateElement), ets("update_element", 4, etsUpdateElement),
	ets("select", 1, etsContinue), ets("select", 2, etsSelect), ets("select", 3, etsSelect),
	ets("select_reverse", 1, etsContinue), ets("select_reverse", 2, etsSelectReverse), ets("select_reverse", 3, etsSelectReverse),
	ets("match", 1, etsContinue), ets("match", 2, etsMatch), ets("match", 3, etsMatch),
	ets("match_object", 1, etsContinue), ets("match_object", 2, etsMatchObject), ets("match_object", 3, etsMatchObject),
	ets("select_count", 2, etsSelectCount),
	ets("internal_select_delete", 2, etsSelectDelete), ets("select_replace", 2, etsSelectReplace),
	ets("match_spec_compile", 1, etsSpecCompile), ets("match_spec_run_r", 3, etsSpecRun),
	ets("is_compiled_ms", 1, etsIsCompiled), ets("repair_continuation", 2, etsRepair),
}

var (
	aSet          = term.A("set")
	aOrderedSet   = term.A("ordered_set")
	aBag          = term.A("bag")
	aDuplicateBag = term.A("duplicate_bag")
	aPublic       = term.A("public")
	aProtected    = term.A("protected")
	aPrivate      = term.A("private")
	aNamedTable   = term.A("named_table")
	aKeypos       = term.A("keypos")
	aHeir         = term.A("heir")
	aReadConc     = term.A("read_concurrency")
	aWriteConc    = term.A("write_concurrency")
	aDecentral    = term.A("decentralized_counters")
	aAuto         = term.A("auto")
	aEndOfTable   = term.A("$end_of_table")
)

func isBool(t term.Term) bool { return t == term.Term(term.True) || t == term.Term(term.False) }

func etsNew(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	opts, isList := term.Slice(args[1])
	if !ok || !isList {
		return nil, vm.Badarg
	}
	t := &etsTable{
		kind: aSet, protection: aProtected, keypos: 1, name: name, owner: p.Pid(),
		readConc: term.False, writeConc: term.False, decentral: term.False, compressed: term.False,
	}
	for _, o := range opts {
		if !t.option(p, o) {
			return nil, vm.Badarg
		}
	}
	if t.kind == aOrderedSet {
		t.store = &orderedStore{}
	} else {
		t.store = newHashStore(&t.fixed)
	}
	t.id = p.VM().MakeRef()
	t.id.Resource = t
	ts := etsOf(p.VM())
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t.named {
		if ts.named[name] != nil {
			return nil, etsExists
		}
		ts.named[name] = t
	}
	ts.byID[refKey{t.id.ID[0], t.id.ID[1], t.id.ID[2]}] = t
	enlist(ts.owned, keyOf(t.owner), t)
	return t.ident(), nil
}

// option takes an option of ets:new.
func (t *etsTable) option(p *vm.Process, o term.Term) bool {
	switch o := o.(type) {
	case term.Atom:
		switch o {
		case aSet, aOrderedSet, aBag, aDuplicateBag:
			t.kind = o
		case aPublic, aProtected, aPrivate:
			t.protection = o
		case aNamedTable:
			t.named = true
		case aCompressed:
			t.compressed = term.True
		default:
			return false
		}
		return true
	case *term.Tuple:
		if len(o.Elems) < 2 {
			return false
		}
		v := o.Elems[1]
		switch o.Elems[0] {
		case aKeypos:
			pos, ok := smallInt(v, 1, 1<<24)
			t.keypos = int(pos)
			return ok && len(o.Elems) == 2
		case aHeir:
			return t.setHeir(p, o)
		case aReadConc:
			t.readConc = v
			return isBool(v)
		case aWriteConc:
			t.writeConc = v
			return isBool(v) || v == term.Term(aAuto)
		case aDecentral:
			t.decentral = v
			return isBool(v)
		}
	}
	return false
}

// setHeir takes {heir, none} or {heir, Pid, Data}.
func (t *etsTable) setHeir(p *vm.Process, o *term.Tuple) bool {
	switch {
	case len(o.Elems) == 2 && o.Elems[1] == term.Term(aNone):
		t.heir, t.heirData = nil, nil
		return true
	case len(o.Elems) == 3:
		pid, ok := o.Elems[1].(*term.Pid)
		if !ok || !p.VM().IsLocal(pid) {
			return false
		}
		t.heir, t.heirData = pid, o.Elems[2]
		return true
	}
	return false
}

func etsDelete(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	etsOf(p.VM()).drop(t)
	return term.True, nil
}

func etsRename(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[1].(term.Atom)
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	ts := etsOf(p.VM())
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if !ok || t.named && ts.named[name] != nil && name != t.name {
		return nil, vm.Badarg
	}
	if t.named {
		delete(ts.named, t.name)
		ts.named[name] = t
	}
	t.name = name
	return t.ident(), nil
}

func etsAll(p *vm.Process, _ []term.Term) (term.Term, error) {
	ts := etsOf(p.VM())
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	var list term.ListBuilder
	for _, t := range ts.byID {
		list.Append(t.ident())
	}
	return list.List(term.EmptyList), nil
}

func etsWhereis(p *vm.Process, args []term.Term) (term.Term, error) {
	if _, ok := args[0].(term.Atom); !ok {
		return nil, vm.Badarg
	}
	t, err := etsOf(p.VM()).find(args[0])
	if err != nil {
		return term.Undefined, nil
	}
	return t.id, nil
}

func etsSetopts(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	opts, ok := term.Slice(args[1])
	if _, single := args[1].(*term.Tuple); single {
		opts, ok = []term.Term{args[1]}, true
	}
	if !ok {
		return nil, vm.Badarg
	}
	for _, o := range opts {
		o, ok := o.(*term.Tuple)
		if !ok || len(o.Elems) == 0 || o.Elems[0] != term.Term(aHeir) || !t.setHeir(p, o) {
			return nil, vm.Badarg
		}
	}
	return term.True, nil
}

func etsGiveAway(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsWrite(p, args[0])
	if err != nil {
		return nil, err
	}
	defer t.mu.Unlock()
	to, ok := args[1].(*term.Pid)
	switch {
	case !ok:
		return nil, vm.Badarg
	case !samePid(t.owner, p.Pid()):
		return nil, etsNotOwner
	case samePid(t.owner, to):
		return nil, etsOwner
	case !etsAlive(p.VM(), to):
		return nil, vm.Badarg
	}
	etsOf(p.VM()).give(p.VM(), t, to, args[2])
	return term.True, nil
}

func etsSafeFixtable(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsOf(p.VM()).find(args[0])
	if err != nil {
		return nil, err
	}
	if !isBool(args[1]) {
		return nil, vm.Badarg
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.check(p, t.protection != aPrivate); err != nil {
		return nil, err
	}
	if args[1] == term.Term(term.True) {
		etsOf(p.VM()).fix(p, t)
	} else {
		etsOf(p.VM()).unfix(p, t)
	}
	return term.True, nil
}

// etsItems are what info/1 shows, in its order.
var etsItems = []string{"id", "decentralized_counters", "read_concurrency", "write_concurrency", "compressed", "memory",
	"owner", "heir", "name", "size", "node", "named_table", "type", "keypos", "protection"}

func etsInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	t, err := etsOf(p.VM()).find(args[0])
	if err != nil {
		if err == etsBadType {
			return nil, err
		}
		return term.Undefined, nil
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.deleted {
		return term.Undefined, nil
	}
	var list term.ListBuilder
	for _, name := range etsItems {
		v, _ := t.item(p, name)
		list.Append(term.T(term.A(name), v))
	}
	return list.List(term.EmptyList), nil
}

func etsInfoItem(p *vm.Process, args []term.Term) (term.Term, error) {
	item, ok := args[1].(term.Atom)
	t, err := etsOf(p.VM()).find(args[0])
	switch {
	case err == etsBadType:
		return nil, err
	case !ok:
		return nil, vm.Badarg
	case err != nil:
		return term.Undefined, nil
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.deleted {
		return term.Undefined, nil
	}
	if v, ok := t.item(p, item.Name()); ok {
		return v, nil
	}
	return nil, vm.Badarg
}

func (t *etsTable) item(p *vm.Process, name string) (term.Term, bool) {
	switch name {
	case "id":
		return t.id, true
	case "decentralized_counters":
		return t.decentral, true
	case "read_concurrency":
		return t.readConc, true
	case "write_concurrency":
		return t.writeConc, true
	case "compressed":
		return t.compressed, true
	case "memory":
		// Words, roughly: rows, cells and their values' first words.
		return term.MakeInt(int64(300 + 12*t.size)), true
	case "owner":
		return t.owner, true
	case "heir":
		if t.heir == nil {
			return aNone, true
		}
		return t.heir, true
	case "name":
		return t.name, true
	case "size":
		return term.MakeInt(int64(t.size)), true
	case "node":
		return p.VM().Node(), true
	case "named_table":
		return term.Bool(t.named), true
	case "type":
		return t.kind, true
	case "keypos":
		return term.MakeInt(int64(t.keypos)), true
	case "protection":
		return t.protection, true
	case "fixed":
		return term.Bool(t.fixed > 0), true
	case "binary":
		return term.EmptyList, true
	case "safe_fixed", "safe_fixed_monotonic_time":
		if t.fixed == 0 {
			return term.False, true
		}
		var list term.ListBuilder
		for _, f := range t.fixers {
			list.Append(term.T(f.pid, term.MakeInt(int64(f.count))))
		}
		us := t.fixedAt.UnixMicro()
		at := term.T(term.MakeInt(us/1e12), term.MakeInt(us/1e6%1e6), term.MakeInt(us%1e6))
		return term.T(at, list.List(term.EmptyList)), true
	}
	return nil, false
}
