package vm

import "ersh/runtime/term"

// dictionary is a process dictionary: pairs in the order they were put. Keys
// that Go can compare, nearly all, are found by an index once there are many.
type dictionary struct {
	pairs []dictPair
	index map[term.Term]int // atoms and small integers
	dead  int               // erased pairs, whose key is nil
}

type dictPair struct{ key, value term.Term }

const dictIndexFrom = 8

func plainKey(k term.Term) bool {
	switch k.(type) {
	case term.Atom, term.Int:
		return true
	}
	return false
}

func (d *dictionary) find(k term.Term) int {
	plain := plainKey(k)
	if plain && d.index != nil {
		if i, ok := d.index[k]; ok {
			return i
		}
		return -1
	}
	for i := range d.pairs {
		key := d.pairs[i].key
		if key == k || !plain && key != nil && term.Identical(key, k) {
			return i
		}
	}
	return -1
}

func (d *dictionary) get(k term.Term) (term.Term, bool) {
	if i := d.find(k); i >= 0 {
		return d.pairs[i].value, true
	}
	return nil, false
}

func (d *dictionary) put(k, v term.Term) (old term.Term) {
	if i := d.find(k); i >= 0 {
		old = d.pairs[i].value
		d.pairs[i].value = v
		return old
	}
	d.pairs = append(d.pairs, dictPair{k, v})
	if d.index != nil {
		if plainKey(k) {
			d.index[k] = len(d.pairs) - 1
		}
	} else if len(d.pairs) > dictIndexFrom {
		d.reindex()
	}
	return nil
}

func (d *dictionary) erase(k term.Term) (old term.Term) {
	i := d.find(k)
	if i < 0 {
		return nil
	}
	old = d.pairs[i].value
	d.pairs[i] = dictPair{}
	if d.index != nil {
		delete(d.index, k)
	}
	if d.dead++; d.dead > len(d.pairs)/2 {
		live := d.pairs[:0]
		for _, p := range d.pairs {
			if p.key != nil {
				live = append(live, p)
			}
		}
		clear(d.pairs[len(live):])
		d.pairs, d.dead = live, 0
		if d.index != nil {
			d.reindex()
		}
	}
	return old
}

func (d *dictionary) reindex() {
	d.index = make(map[term.Term]int, len(d.pairs))
	for i, p := range d.pairs {
		if p.key != nil && plainKey(p.key) {
			d.index[p.key] = i
		}
	}
}

// all gives the pairs.
func (d *dictionary) all() []dictPair {
	var out []dictPair
	for _, p := range d.pairs {
		if p.key != nil {
			out = append(out, p)
		}
	}
	return out
}

// DictGet is erlang:get/1: nil when there is no such key.
func (p *Process) DictGet(k term.Term) term.Term {
	if p.more == nil {
		return nil
	}
	v, _ := p.more.dict.get(k)
	return v
}

// DictPut is erlang:put/2; nil when there was no such key.
func (p *Process) DictPut(k, v term.Term) (old term.Term) { return p.ext().dict.put(k, v) }

// DictErase is erlang:erase/1; nil when there was no such key.
func (p *Process) DictErase(k term.Term) (old term.Term) {
	if p.more == nil {
		return nil
	}
	return p.more.dict.erase(k)
}

// DictAll calls f for every pair.
func (p *Process) DictAll(f func(k, v term.Term)) {
	if p.more == nil {
		return
	}
	for _, x := range p.more.dict.all() {
		f(x.key, x.value)
	}
}

// DictClear erases everything.
func (p *Process) DictClear() {
	if p.more != nil {
		p.more.dict = dictionary{}
	}
}
