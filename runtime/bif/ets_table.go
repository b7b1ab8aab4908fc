package bif

import (
	"sync"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// etsTable is a table. mu guards all that can change but the name and the
// owner, which the registry's lock guards.
type etsTable struct {
	mu         sync.RWMutex
	id         *term.Ref
	kind       term.Atom // set, ordered_set, bag, duplicate_bag
	protection term.Atom
	keypos     int // from 1
	readConc   term.Term
	writeConc  term.Term
	decentral  term.Term
	compressed term.Term
	named      bool

	name     term.Atom
	owner    *term.Pid
	heir     *term.Pid // nil: none
	heirData term.Term

	store   etsStore
	size    int // objects
	fixed   int
	fixedAt time.Time
	fixers  map[pidKey]*etsFixer
	deleted bool
}

type etsFixer struct {
	pid   *term.Pid
	count int
}

type pidKey struct{ id, serial uint32 }

func keyOf(pid *term.Pid) pidKey { return pidKey{pid.ID, pid.Serial} }

type refKey struct{ a, b, c uint32 }

// etsTables are the tables of a VM.
type etsTables struct {
	mu     sync.RWMutex
	named  map[term.Atom]*etsTable
	byID   map[refKey]*etsTable
	owned  map[pidKey]map[*etsTable]bool // by owner
	fixing map[pidKey]map[*etsTable]bool // by who has fixed them
}

type etsLocal struct{}

func etsOf(m *vm.VM) *etsTables {
	return m.Local(etsLocal{}, func() any {
		return &etsTables{
			named: make(map[term.Atom]*etsTable), byID: make(map[refKey]*etsTable),
			owned: make(map[pidKey]map[*etsTable]bool), fixing: make(map[pidKey]map[*etsTable]bool),
		}
	}).(*etsTables)
}

// count is the number of tables.
func (ts *etsTables) count() int {
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	return len(ts.byID)
}

// Setup prepares a VM whose functions are Table's: it must be called before
// any process runs.
func Setup(m *vm.VM) {
	m.OnExit(func(p *vm.Process) { etsOf(m).ownerExit(p) })
	m.OnShortage(func() (*term.Pid, int64) { return etsOf(m).largest() })
}

// What explains badarg for tables.
var (
	etsNoTable   = vm.BadargCause(term.A("id"))
	etsNoAccess  = vm.BadargCause(term.A("access"))
	etsBadType   = vm.BadargCause(term.A("type"))
	etsBadKey    = vm.BadargCause(term.A("badkey"))
	etsKeyPos    = vm.BadargCause(term.A("keypos"))
	etsPosition  = vm.BadargCause(term.A("position"))
	etsTableType = vm.BadargCause(term.A("table_type"))
	etsExists    = vm.BadargCause(term.A("already_exists"))
	etsOwner     = vm.BadargCause(term.A("owner"))
	etsDefault   = vm.BadargCause(term.A("default"))
	etsNotOwner  = vm.BadargCause(term.A("not_owner"))
)

// find is the table that an identifier names, nil if none.
func (ts *etsTables) find(id term.Term) (*etsTable, error) {
	switch id := id.(type) {
	case term.Atom:
		ts.mu.RLock()
		t := ts.named[id]
		ts.mu.RUnlock()
		if t == nil {
			return nil, etsNoTable
		}
		return t, nil
	case *term.Ref:
		if t, ok := id.Resource.(*etsTable); ok {
			return t, nil
		}
		ts.mu.RLock()
		t := ts.byID[refKey{id.ID[0], id.ID[1], id.ID[2]}]
		ts.mu.RUnlock()
		if t == nil {
			return nil, etsBadType // a reference that never was a table's
		}
		return t, nil
	}
	return nil, etsBadType
}

// etsRead finds a table and locks it for reading; the caller unlocks it.
func etsRead(p *vm.Process, id term.Term) (*etsTable, error) {
	t, err := etsOf(p.VM()).find(id)
	if err != nil {
		return nil, err
	}
	t.mu.RLock()
	if err := t.check(p, t.protection != aPrivate); err != nil {
		t.mu.RUnlock()
		return nil, err
	}
	return t, nil
}

// etsWrite finds a table and locks it for writing; the caller unlocks it.
func etsWrite(p *vm.Process, id term.Term) (*etsTable, error) {
	t, err := etsOf(p.VM()).find(id)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	if err := t.check(p, t.protection == aPublic); err != nil {
		t.mu.Unlock()
		return nil, err
	}
	return t, nil
}

func (t *etsTable) check(p *vm.Process, allowed bool) error {
	switch {
	case t.deleted:
		return etsNoTable
	case !allowed && !samePid(t.owner, p.Pid()):
		return etsNoAccess
	}
	return nil
}

func samePid(a, b *term.Pid) bool {
	return a == b || a != nil && b != nil && a.ID == b.ID && a.Serial == b.Serial && a.Node == b.Node
}

// ident is how Erlang names the table: by its name if it has been named so.
func (t *etsTable) ident() term.Term {
	if t.named {
		return t.name
	}
	return t.id
}

// key is an object's key; ok is false if the object is too small.
func (t *etsTable) key(obj term.Term) (tuple *term.Tuple, key term.Term, ok bool) {
	tuple, ok = obj.(*term.Tuple)
	if !ok || t.keypos > len(tuple.Elems) {
		return nil, nil, false
	}
	return tuple, tuple.Elems[t.keypos-1], true
}

// replace puts objs in the place of the present objects of key.
func (t *etsTable) replace(key term.Term, was, objs []*term.Tuple) {
	t.store.set(key, objs)
	t.size += len(objs) - len(was)
}

// put inserts an object.
func (t *etsTable) put(obj *term.Tuple, key term.Term) {
	was := t.store.get(key)
	switch t.kind {
	case aBag:
		for _, o := range was {
			if term.Identical(o, obj) {
				return
			}
		}
		fallthrough
	case aDuplicateBag:
		// Readers keep their shorter slices; only the newest is extended.
		t.replace(key, was, append(was, obj))
	default:
		t.replace(key, was, []*term.Tuple{obj})
	}
}

func (ts *etsTables) remove(t *etsTable) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t.named && ts.named[t.name] == t {
		delete(ts.named, t.name)
	}
	delete(ts.byID, refKey{t.id.ID[0], t.id.ID[1], t.id.ID[2]})
	unlist(ts.owned, keyOf(t.owner), t)
	for k := range t.fixers {
		unlist(ts.fixing, k, t)
	}
}

func enlist(m map[pidKey]map[*etsTable]bool, k pidKey, t *etsTable) {
	if m[k] == nil {
		m[k] = make(map[*etsTable]bool)
	}
	m[k][t] = true
}

func unlist(m map[pidKey]map[*etsTable]bool, k pidKey, t *etsTable) {
	delete(m[k], t)
	if len(m[k]) == 0 {
		delete(m, k)
	}
}

// drop deletes a table that is locked for writing.
func (ts *etsTables) drop(t *etsTable) {
	t.deleted = true
	ts.remove(t)
	t.store.clear()
	t.size = 0
}

var aTransfer = term.A("ETS-TRANSFER")

// give makes another process the owner and tells it so. t is locked.
func (ts *etsTables) give(m *vm.VM, t *etsTable, to *term.Pid, data term.Term) {
	from := t.owner
	ts.mu.Lock()
	unlist(ts.owned, keyOf(from), t)
	enlist(ts.owned, keyOf(to), t)
	t.owner = to
	ts.mu.Unlock()
	m.Send(to, term.T(aTransfer, t.ident(), from, data))
}

// ownerExit ends what a process that ends has of tables.
func (ts *etsTables) ownerExit(p *vm.Process) {
	k := keyOf(p.Pid())
	ts.mu.RLock()
	if len(ts.owned[k]) == 0 && len(ts.fixing[k]) == 0 {
		ts.mu.RUnlock()
		return
	}
	var owned, fixing []*etsTable
	for t := range ts.owned[k] {
		owned = append(owned, t)
	}
	for t := range ts.fixing[k] {
		fixing = append(fixing, t)
	}
	ts.mu.RUnlock()
	for _, t := range fixing {
		t.mu.Lock()
		ts.unfixAll(t, k)
		t.mu.Unlock()
	}
	for _, t := range owned {
		t.mu.Lock()
		if !t.deleted && samePid(t.owner, p.Pid()) {
			heir := t.heir
			if heir != nil && !samePid(heir, p.Pid()) && etsAlive(p.VM(), heir) {
				ts.give(p.VM(), t, heir, t.heirData)
			} else {
				ts.drop(t)
			}
		}
		t.mu.Unlock()
	}
}

func etsAlive(m *vm.VM, pid *term.Pid) bool {
	if !m.IsLocal(pid) {
		return false
	}
	_, alive := m.FindPid(pid.ID, pid.Serial)
	return alive
}

// fix keeps deleted keys' places for p until it unfixes as often.
func (ts *etsTables) fix(p *vm.Process, t *etsTable) {
	k := keyOf(p.Pid())
	if t.fixers == nil {
		t.fixers = make(map[pidKey]*etsFixer)
	}
	f := t.fixers[k]
	if f == nil {
		f = &etsFixer{pid: p.Pid()}
		t.fixers[k] = f
		ts.mu.Lock()
		enlist(ts.fixing, k, t)
		ts.mu.Unlock()
	}
	if t.fixed == 0 {
		t.fixedAt = time.Now()
	}
	f.count++
	t.fixed++
}

func (ts *etsTables) unfix(p *vm.Process, t *etsTable) {
	k := keyOf(p.Pid())
	f := t.fixers[k]
	if f == nil {
		return
	}
	if f.count > 1 {
		f.count--
		t.fixed--
		return
	}
	ts.unfixAll(t, k)
}

func (ts *etsTables) unfixAll(t *etsTable, k pidKey) {
	f := t.fixers[k]
	if f == nil {
		return
	}
	delete(t.fixers, k)
	ts.mu.Lock()
	unlist(ts.fixing, k, t)
	ts.mu.Unlock()
	if t.fixed -= f.count; t.fixed == 0 && !t.deleted {
		t.store.unfix()
	}
}
