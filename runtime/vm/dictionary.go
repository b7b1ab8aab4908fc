package vm

import "ersh/runtime/term"

// dictionary is a process dictionary: pairs in the order they were put. A
// small one is searched from its beginning; a larger one has an index by hash.
type dictionary struct {
	pairs []dictPair
	// index has the last pair of each chain + 1, by the hash of the keys modulo its
	// length, a power of two; nil: none yet.
	index []int32
	dead  int // pairs that were erased
}

// dictPair is a pair; its key is nil once it was erased.
type dictPair struct {
	key, value term.Term
	hash       uint32
	next       int32 // the pair before it in the same chain + 1; 0: none
}

// dictIndexFrom is how many pairs are searched without an index.
const dictIndexFrom = 8

func (d *dictionary) find(k term.Term) int {
	if d.index == nil {
		for i := range d.pairs {
			if key := d.pairs[i].key; key != nil && term.Identical(key, k) {
				return i
			}
		}
		return -1
	}
	h := uint32(term.Hash(k))
	for i := *d.chain(h); i > 0; {
		p := &d.pairs[i-1]
		if p.hash == h && p.key != nil && term.Identical(p.key, k) {
			return int(i - 1)
		}
		i = p.next
	}
	return -1
}

func (d *dictionary) chain(hash uint32) *int32 { return &d.index[int(hash)&(len(d.index)-1)] }

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
	d.pairs = append(d.pairs, dictPair{key: k, value: v})
	if n := len(d.pairs); n > max(dictIndexFrom, len(d.index)) {
		d.reindex()
	} else if d.index != nil {
		d.enter(n - 1)
	}
	return nil
}

func (d *dictionary) erase(k term.Term) (old term.Term) {
	i := d.find(k)
	if i < 0 {
		return nil
	}
	old = d.pairs[i].value
	d.pairs[i].key, d.pairs[i].value = nil, nil
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

// reindex makes an index with places for twice as many pairs as there are.
func (d *dictionary) reindex() {
	n := 2 * dictIndexFrom
	for n < 2*len(d.pairs) {
		n *= 2
	}
	d.index = make([]int32, n)
	for i := range d.pairs {
		if d.pairs[i].key != nil {
			d.enter(i)
		}
	}
}

// enter puts a pair into the index.
func (d *dictionary) enter(i int) {
	p := &d.pairs[i]
	p.hash = uint32(term.Hash(p.key))
	c := d.chain(p.hash)
	p.next, *c = *c, int32(i+1)
}

// erl's dictionaries are hash tables that grow by linear hashing: when there are
// as many pairs as slots, there come some more slots, one by one, each of which
// takes its pairs from an older one. Both slots have theirs in the opposite order
// then. get/0 shows the last slot first, and of each slot the pairs in the order of
// their coming. So do we, as far as we know the hashes (term.SlotHash), by putting the
// pairs into such a table.
const dictSlots = 8

// all gives the pairs in the order of get/0.
func (d *dictionary) all() []dictPair {
	slots := make([][]int, dictSlots)
	half, n := dictSlots, 0 // half is the largest power of 2 up to the number of slots
	for i := range d.pairs {
		if d.pairs[i].key == nil {
			continue
		}
		h := int(term.SlotHash(d.pairs[i].key) & (1<<32 - 1))
		at := h & (2*half - 1)
		if at >= len(slots) {
			at = h & (half - 1)
		}
		slots[at] = append(slots[at], i)
		if n++; n < len(slots) {
			continue
		}
		for more := max(1, len(slots)%64/4); more > 0; more-- {
			if len(slots) == 2*half {
				half *= 2
			}
			old := slots[len(slots)-half]
			var stay, move []int
			for j := len(old) - 1; j >= 0; j-- {
				if int(term.SlotHash(d.pairs[old[j]].key))&half != 0 {
					move = append(move, old[j])
				} else {
					stay = append(stay, old[j])
				}
			}
			slots[len(slots)-half] = stay
			slots = append(slots, move)
		}
	}
	out := make([]dictPair, 0, n)
	for s := len(slots) - 1; s >= 0; s-- {
		for _, i := range slots[s] {
			out = append(out, d.pairs[i])
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
