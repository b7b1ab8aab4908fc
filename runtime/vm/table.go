package vm

import "ersh/runtime/term"

// table maps keys to values. Small ones, nearly all, are a slice that is
// searched; larger ones get an index. Values may be changed through the
// pointers that get gives until the table changes.
type table[K comparable, V any] struct {
	items []tableItem[K, V]
	index map[K]int
}

type tableItem[K comparable, V any] struct {
	key K
	val V
}

const tableIndexFrom = 12

func (t *table[K, V]) find(k K) int {
	if t.index != nil {
		if i, ok := t.index[k]; ok {
			return i
		}
		return -1
	}
	for i := range t.items {
		if t.items[i].key == k {
			return i
		}
	}
	return -1
}

func (t *table[K, V]) get(k K) *V {
	if i := t.find(k); i >= 0 {
		return &t.items[i].val
	}
	return nil
}

func (t *table[K, V]) put(k K, v V) {
	if i := t.find(k); i >= 0 {
		t.items[i].val = v
		return
	}
	t.items = append(t.items, tableItem[K, V]{k, v})
	if t.index != nil {
		t.index[k] = len(t.items) - 1
	} else if len(t.items) > tableIndexFrom {
		t.index = make(map[K]int, 2*len(t.items))
		for i := range t.items {
			t.index[t.items[i].key] = i
		}
	}
}

// remove takes k out and gives its value.
func (t *table[K, V]) remove(k K) (v V, ok bool) {
	i := t.find(k)
	if i < 0 {
		return v, false
	}
	last := len(t.items) - 1
	v = t.items[i].val
	t.items[i] = t.items[last]
	t.items[last] = tableItem[K, V]{}
	t.items = t.items[:last]
	if t.index != nil {
		delete(t.index, k)
		if i < last {
			t.index[t.items[i].key] = i
		}
		if last == 0 {
			t.index = nil
		}
	}
	if last == 0 {
		t.items = nil
	}
	return v, true
}

// pidKey and refKey are identities as map keys. A local pid's has no node, so
// that pids made before the node got its name and after it are the same.
type pidKey struct {
	node                 term.Atom
	id, serial, creation uint32
}

type refKey struct {
	node     term.Atom
	creation uint32
	id       [5]uint32
}

func (vm *VM) pidKey(p *term.Pid) pidKey {
	if vm.isLocalPid(p) {
		return pidKey{id: p.ID, serial: p.Serial}
	}
	return pidKey{p.Node, p.ID, p.Serial, p.Creation}
}

func (vm *VM) refKey(r *term.Ref) refKey {
	if r.Node == term.NoNode || r.Node == vm.Node() {
		return refKey{id: r.ID}
	}
	return refKey{r.Node, r.Creation, r.ID}
}
