package bif

import (
	"slices"

	"ersh/runtime/term"
)

// etsRow is what a table holds under one key: one object, or several in a
// bag. objs is replaced, never changed, so that readers may keep it.
type etsRow struct {
	key  term.Term
	objs []*term.Tuple
	pos  int     // index into hashStore.rows
	next *etsRow // of the same hash
}

// etsCursor is a place in a table: before its beginning at first, then behind
// the row that was read last.
type etsCursor struct {
	pos int       // hashStore: the next row
	key term.Term // orderedStore: the last key
}

// etsStore keeps a table's rows. Tables that are fixed keep deleted keys'
// places, so that walks by next reach every key once.
type etsStore interface {
	get(key term.Term) []*term.Tuple
	// set puts objs in the place of what is there; none deletes the key.
	set(key term.Term, objs []*term.Tuple)
	// walk calls f for the rows behind c, backwards if reverse, and moves c
	// on; f returns false to stop behind its row. done says that the end
	// was reached.
	walk(c *etsCursor, reverse bool, f func(objs []*term.Tuple) bool) (done bool)
	// after is the key behind a key; known is false if key has no place.
	after(key term.Term, reverse bool) (next term.Term, known bool)
	clear()
	unfix()
}

// hashStore is the store of all tables but ordered sets: rows in the order of
// their coming, found by hash.
type hashStore struct {
	index map[uint64]*etsRow
	rows  []*etsRow // nil where one was deleted
	live  int
	fixed *int
}

func newHashStore(fixed *int) *hashStore {
	return &hashStore{index: make(map[uint64]*etsRow), fixed: fixed}
}

func (s *hashStore) find(key term.Term) *etsRow {
	for r := s.index[term.Hash(key)]; r != nil; r = r.next {
		if term.Identical(r.key, key) {
			return r
		}
	}
	return nil
}

func (s *hashStore) get(key term.Term) []*term.Tuple {
	if r := s.find(key); r != nil {
		return r.objs
	}
	return nil
}

func (s *hashStore) set(key term.Term, objs []*term.Tuple) {
	r := s.find(key)
	switch {
	case r != nil && len(objs) > 0:
		if len(r.objs) == 0 {
			s.live++
		}
		r.key, r.objs = key, objs
	case r != nil:
		if len(r.objs) > 0 {
			s.live--
		}
		r.objs = nil
		if *s.fixed == 0 {
			s.drop(r)
			s.compact()
		}
	case len(objs) > 0:
		h := term.Hash(key)
		r = &etsRow{key: key, objs: objs, pos: len(s.rows), next: s.index[h]}
		s.index[h] = r
		s.rows = append(s.rows, r)
		s.live++
	}
}

// drop takes a row out for good.
func (s *hashStore) drop(r *etsRow) {
	s.rows[r.pos] = nil
	h := term.Hash(r.key)
	first := s.index[h]
	if first == r {
		if r.next == nil {
			delete(s.index, h)
		} else {
			s.index[h] = r.next
		}
		return
	}
	for ; first.next != r; first = first.next {
	}
	first.next = r.next
}

func (s *hashStore) compact() {
	if len(s.rows) < 2*s.live+64 {
		return
	}
	n := 0
	for _, r := range s.rows {
		if r != nil {
			r.pos = n
			s.rows[n] = r
			n++
		}
	}
	clear(s.rows[n:])
	s.rows = s.rows[:n]
}

func (s *hashStore) walk(c *etsCursor, reverse bool, f func([]*term.Tuple) bool) bool {
	for c.pos < len(s.rows) {
		r := s.rows[c.pos]
		c.pos++
		if r != nil && len(r.objs) > 0 && !f(r.objs) {
			return false
		}
	}
	return true
}

func (s *hashStore) after(key term.Term, reverse bool) (term.Term, bool) {
	c := etsCursor{}
	if key != nil {
		r := s.find(key)
		if r == nil {
			return nil, false
		}
		c.pos = r.pos + 1
	}
	for ; c.pos < len(s.rows); c.pos++ {
		if r := s.rows[c.pos]; r != nil && len(r.objs) > 0 {
			return r.key, true
		}
	}
	return nil, true
}

func (s *hashStore) clear() {
	s.index, s.rows, s.live = make(map[uint64]*etsRow), nil, 0
}

func (s *hashStore) unfix() {
	for _, r := range s.rows {
		if r != nil && len(r.objs) == 0 {
			s.drop(r)
		}
	}
	s.compact()
}

// orderedStore keeps rows sorted by key, in chunks of at most maxChunk.
type orderedStore struct{ chunks [][]*etsRow }

const maxChunk = 256

// locate finds where key is, or where it would be: in chunk c at i.
func (s *orderedStore) locate(key term.Term) (c, i int, found bool) {
	// The last chunk that begins at or before key.
	c, exact := slices.BinarySearchFunc(s.chunks, key, func(chunk []*etsRow, key term.Term) int {
		return term.Compare(chunk[0].key, key)
	})
	if !exact && c > 0 {
		c--
	}
	if c == len(s.chunks) {
		return c, 0, false
	}
	i, found = slices.BinarySearchFunc(s.chunks[c], key, func(r *etsRow, key term.Term) int {
		return term.Compare(r.key, key)
	})
	return c, i, found
}

func (s *orderedStore) get(key term.Term) []*term.Tuple {
	if c, i, ok := s.locate(key); ok {
		return s.chunks[c][i].objs
	}
	return nil
}

func (s *orderedStore) set(key term.Term, objs []*term.Tuple) {
	c, i, ok := s.locate(key)
	switch {
	case ok && len(objs) > 0:
		s.chunks[c][i] = &etsRow{key: key, objs: objs}
	case ok:
		if len(s.chunks[c]) == 1 {
			s.chunks = slices.Delete(s.chunks, c, c+1)
		} else {
			s.chunks[c] = slices.Delete(s.chunks[c], i, i+1)
		}
	case len(objs) == 0:
	case c == len(s.chunks):
		s.chunks = append(s.chunks, append(make([]*etsRow, 0, 8), &etsRow{key: key, objs: objs}))
	default:
		chunk := slices.Insert(s.chunks[c], i, &etsRow{key: key, objs: objs})
		s.chunks[c] = chunk
		if len(chunk) > maxChunk {
			// Keys that come in order leave full chunks behind.
			half := maxChunk / 2
			if c == len(s.chunks)-1 && i == len(chunk)-1 {
				half = maxChunk
			}
			s.chunks = slices.Insert(s.chunks, c+1, slices.Clone(chunk[half:]))
			clear(chunk[half:])
			s.chunks[c] = chunk[:half]
		}
	}
}

// seek is the row behind key in the given direction, nil if none; a nil key
// means the beginning.
func (s *orderedStore) seek(key term.Term, reverse bool) (c, i int) {
	switch {
	case key == nil && !reverse:
		return 0, 0
	case key == nil:
		c = len(s.chunks) - 1
		if c < 0 {
			return -1, 0
		}
		return c, len(s.chunks[c]) - 1
	}
	c, i, ok := s.locate(key)
	if reverse {
		i--
	} else if ok {
		i++
	}
	return c, i
}

func (s *orderedStore) walk(cur *etsCursor, reverse bool, f func([]*term.Tuple) bool) bool {
	c, i := s.seek(cur.key, reverse)
	for c >= 0 && c < len(s.chunks) {
		chunk := s.chunks[c]
		for i >= 0 && i < len(chunk) {
			cur.key = chunk[i].key
			if !f(chunk[i].objs) {
				return false
			}
			if reverse {
				i--
			} else {
				i++
			}
		}
		if reverse {
			if c--; c >= 0 {
				i = len(s.chunks[c]) - 1
			}
		} else {
			c, i = c+1, 0
		}
	}
	return true
}

func (s *orderedStore) after(key term.Term, reverse bool) (next term.Term, known bool) {
	c := etsCursor{key: key}
	if s.walk(&c, reverse, func([]*term.Tuple) bool { return false }) {
		return nil, true
	}
	return c.key, true
}

func (s *orderedStore) clear() { s.chunks = nil }
func (s *orderedStore) unfix() {}
