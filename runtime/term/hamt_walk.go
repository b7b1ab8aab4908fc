package term

import "math/bits"

// MapIter goes over the pairs of a map in its order; Start comes first.
type MapIter struct {
	flat  *Map
	at    int
	depth int // of the innermost place, -1 at the end
	// places are the nodes gone into, from the root on.
	places [hashTop/4 + 2]iterPlace
}

// iterPlace is a node with what is left to see of it.
type iterPlace struct {
	node      *hnode
	left      uint16 // slots
	leaf, kid int    // pairs and nodes seen
}

// Start puts it before m's first pair.
func (it *MapIter) Start(m *Map) {
	*it = MapIter{flat: m, depth: -1}
	if m.root != nil {
		it.flat = nil
		it.enter(m.root)
	}
}

func (it *MapIter) enter(n *hnode) {
	it.depth++
	it.places[it.depth] = iterPlace{node: n, left: n.leafMap | n.kidMap}
}

// Next gives the next pair; ok is false when there is none.
func (it *MapIter) Next() (k, v Term, ok bool) {
	if m := it.flat; m != nil {
		if it.at == len(m.keys) {
			return nil, nil, false
		}
		it.at++
		return m.keys[it.at-1], m.values[it.at-1], true
	}
	for it.depth >= 0 {
		p := &it.places[it.depth]
		n := p.node
		if n.bucket() {
			if p.leaf < len(n.leaves) {
				p.leaf++
				return n.leaves[p.leaf-1].key, n.leaves[p.leaf-1].value, true
			}
			it.depth--
			continue
		}
		if p.left == 0 {
			it.depth--
			continue
		}
		bit := p.left & -p.left
		p.left &^= bit
		if n.leafMap&bit != 0 {
			p.leaf++
			return n.leaves[p.leaf-1].key, n.leaves[p.leaf-1].value, true
		}
		p.kid++
		it.enter(n.kids[p.kid-1])
	}
	return nil, nil, false
}

// bucket reports whether n holds keys whose hashes are equal.
func (n *hnode) bucket() bool { return n.leafMap|n.kidMap == 0 }

// Nodes is how many nodes a large map has; a small one has none.
func (m *Map) Nodes() int {
	if m.root == nil {
		return 0
	}
	return m.root.count()
}

func (n *hnode) count() int {
	c := 1
	for _, k := range n.kids {
		c += k.count()
	}
	return c
}

// WithValues gives a map of m's keys with other values, which are in m's
// order; keys whose value is nil, and there are so many, are left out.
func (m *Map) WithValues(values []Term, without int) *Map {
	n := len(values) - without
	if m.root != nil && n > FlatMax {
		root, _, _ := m.root.withValues(&values)
		return &Map{root: root, count: n}
	}
	if m.root == nil && without == 0 {
		return &Map{keys: m.keys, values: values}
	}
	var b MapBuilder
	b.Grow(n)
	i := 0
	m.All(func(k, _ Term) bool {
		if v := values[i]; v != nil {
			b.Put(k, v)
		}
		i++
		return true
	})
	return b.Map()
}

// withValues makes the node of n's keys with values, which it takes from the
// front. A node that is left with one pair is not made: the pair is given
// back, to be put where the node would have gone.
func (n *hnode) withValues(values *[]Term) (node *hnode, single pair, size int) {
	out := newNode(len(n.leaves), len(n.kids))
	leaf, kid := 0, 0
	take := func(bit uint16) {
		p := &n.leaves[leaf]
		leaf++
		v := (*values)[0]
		*values = (*values)[1:]
		if v != nil {
			out.leafMap |= bit
			out.leaves = append(out.leaves, pair{p.key, v})
		}
	}
	if n.bucket() {
		for range n.leaves {
			take(0)
		}
	}
	for all := n.leafMap | n.kidMap; all != 0; all &= all - 1 {
		bit := all & -all
		if n.leafMap&bit != 0 {
			take(bit)
			continue
		}
		down, one, size := n.kids[kid].withValues(values)
		kid++
		switch size {
		case 0:
		case 1:
			out.leafMap |= bit
			out.leaves = append(out.leaves, one)
		default:
			out.kidMap |= bit
			out.kids = append(out.kids, down)
		}
	}
	if len(out.kids) == 0 && len(out.leaves) < 2 {
		if len(out.leaves) == 1 {
			return nil, out.leaves[0], 1
		}
		return nil, pair{}, 0
	}
	return out, pair{}, 2
}

// The nodes below are allocated together with their pairs: most nodes of a map
// hold two to four.
type (
	hnode2 struct {
		hnode
		a [2]pair
	}
	hnode3 struct {
		hnode
		a [3]pair
	}
	hnode4 struct {
		hnode
		a [4]pair
	}
)

// newNode makes a node with room for so many pairs and nodes.
func newNode(leaves, kids int) (n *hnode) {
	switch leaves {
	case 0:
		n = new(hnode)
	case 2:
		m := new(hnode2)
		n, m.leaves = &m.hnode, m.a[:0]
	case 3:
		m := new(hnode3)
		n, m.leaves = &m.hnode, m.a[:0]
	case 4:
		m := new(hnode4)
		n, m.leaves = &m.hnode, m.a[:0]
	default:
		n = &hnode{leaves: make([]pair, 0, leaves)}
	}
	if kids > 0 {
		n.kids = make([]*hnode, 0, kids)
	}
	return n
}

// hashOrder puts the lowest four bits of a hash on top, and so on, so that the
// order of what it gives is the order of large maps: by the hash's lowest four bits
// first.
func hashOrder(h uint64) uint64 {
	h = bits.ReverseBytes64(h)
	return h>>4&0x0F0F0F0F0F0F0F0F | h&0x0F0F0F0F0F0F0F0F<<4
}
