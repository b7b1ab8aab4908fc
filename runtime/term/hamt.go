package term

import "math/bits"

// hnode is a node of a large map: a hash trie of 16-way nodes that are never
// changed once made. Four bits of the hash, from the top, choose among the
// node's slots; a slot holds a pair (leaves) or a further node (kids). Keys of
// equal hashes meet in a node below the last bits, whose pairs are in no
// order. There is one shape for given keys: a node other than the root never
// holds just one pair.
type hnode struct {
	leafMap, kidMap uint16
	leaves          []pair
	kids            []*hnode
}

type pair struct{ key, value Term }

// hashTop is the shift of the topmost four bits; below 0 all bits are used up.
const hashTop = 60

func (n *hnode) leafIndex(bit uint16) int { return bits.OnesCount16(n.leafMap & (bit - 1)) }
func (n *hnode) kidIndex(bit uint16) int  { return bits.OnesCount16(n.kidMap & (bit - 1)) }

func (n *hnode) get(k Term) (Term, bool) {
	h := Hash(k)
	for {
		bit := uint16(1) << (h >> hashTop)
		if n.leafMap&bit != 0 {
			p := &n.leaves[n.leafIndex(bit)]
			if Identical(p.key, k) {
				return p.value, true
			}
			return nil, false
		}
		if n.kidMap&bit == 0 {
			break
		}
		n = n.kids[n.kidIndex(bit)]
		h <<= 4
	}
	if n.leafMap == 0 && n.kidMap == 0 {
		for i := range n.leaves {
			if Identical(n.leaves[i].key, k) {
				return n.leaves[i].value, true
			}
		}
	}
	return nil, false
}

func insertPair(s []pair, i int, p pair) []pair {
	out := make([]pair, len(s)+1)
	copy(out, s[:i])
	out[i] = p
	copy(out[i+1:], s[i:])
	return out
}

func removePair(s []pair, i int) []pair {
	if len(s) == 1 {
		return nil
	}
	out := make([]pair, len(s)-1)
	copy(out, s[:i])
	copy(out[i:], s[i+1:])
	return out
}

func insertKid(s []*hnode, i int, kid *hnode) []*hnode {
	out := make([]*hnode, len(s)+1)
	copy(out, s[:i])
	out[i] = kid
	copy(out[i+1:], s[i:])
	return out
}

func (n *hnode) withLeaf(i int, p pair) *hnode {
	leaves := make([]pair, len(n.leaves))
	copy(leaves, n.leaves)
	leaves[i] = p
	return &hnode{n.leafMap, n.kidMap, leaves, n.kids}
}

func (n *hnode) withKid(i int, kid *hnode) *hnode {
	kids := make([]*hnode, len(n.kids))
	copy(kids, n.kids)
	kids[i] = kid
	return &hnode{n.leafMap, n.kidMap, n.leaves, kids}
}

// put gives n with k bound to v, and whether k is new.
func (n *hnode) put(h uint64, shift int, k, v Term) (*hnode, bool) {
	if shift < 0 {
		for i := range n.leaves {
			if Identical(n.leaves[i].key, k) {
				return n.withLeaf(i, pair{k, v}), false
			}
		}
		return &hnode{leaves: insertPair(n.leaves, len(n.leaves), pair{k, v})}, true
	}
	bit := uint16(1) << (h >> shift & 15)
	switch {
	case n.kidMap&bit != 0:
		i := n.kidIndex(bit)
		kid, added := n.kids[i].put(h, shift-4, k, v)
		return n.withKid(i, kid), added
	case n.leafMap&bit == 0:
		return &hnode{n.leafMap | bit, n.kidMap, insertPair(n.leaves, n.leafIndex(bit), pair{k, v}), n.kids}, true
	}
	i := n.leafIndex(bit)
	old := n.leaves[i]
	if Identical(old.key, k) {
		return n.withLeaf(i, pair{old.key, v}), false
	}
	kid := twoPairs(Hash(old.key), old, h, pair{k, v}, shift-4)
	return &hnode{n.leafMap &^ bit, n.kidMap | bit, removePair(n.leaves, i), insertKid(n.kids, n.kidIndex(bit), kid)}, true
}

func twoPairs(h1 uint64, p1 pair, h2 uint64, p2 pair, shift int) *hnode {
	if shift < 0 {
		return &hnode{leaves: []pair{p1, p2}}
	}
	a, b := h1>>shift&15, h2>>shift&15
	switch {
	case a == b:
		return &hnode{kidMap: 1 << a, kids: []*hnode{twoPairs(h1, p1, h2, p2, shift-4)}}
	case a > b:
		p1, p2 = p2, p1
	}
	return &hnode{leafMap: 1<<a | 1<<b, leaves: []pair{p1, p2}}
}

// remove gives n without k, and whether it had k. A nil node is empty.
func (n *hnode) remove(h uint64, shift int, k Term) (*hnode, bool) {
	if shift < 0 {
		for i := range n.leaves {
			if Identical(n.leaves[i].key, k) {
				return &hnode{leaves: removePair(n.leaves, i)}, true
			}
		}
		return nil, false
	}
	bit := uint16(1) << (h >> shift & 15)
	switch {
	case n.leafMap&bit != 0:
		i := n.leafIndex(bit)
		if !Identical(n.leaves[i].key, k) {
			return nil, false
		}
		return &hnode{n.leafMap &^ bit, n.kidMap, removePair(n.leaves, i), n.kids}, true
	case n.kidMap&bit == 0:
		return nil, false
	}
	i := n.kidIndex(bit)
	kid, ok := n.kids[i].remove(h, shift-4, k)
	if !ok {
		return nil, false
	}
	if len(kid.kids) > 0 || len(kid.leaves) > 1 {
		return n.withKid(i, kid), true
	}
	// One pair is left below: it moves up.
	kids := make([]*hnode, 0, len(n.kids)-1)
	kids = append(append(kids, n.kids[:i]...), n.kids[i+1:]...)
	return &hnode{n.leafMap | bit, n.kidMap &^ bit, insertPair(n.leaves, n.leafIndex(bit), kid.leaves[0]), kids}, true
}

// walk calls yield for the pairs of n in the order of their hashes, leaving
// out those whose hash, from bit shift+3 on, is below from.
func (n *hnode) walk(shift int, from uint64, yield func(k, v Term) bool) bool {
	if shift < 0 {
		for i := range n.leaves {
			if !yield(n.leaves[i].key, n.leaves[i].value) {
				return false
			}
		}
		return true
	}
	first := from >> shift & 15
	leaf, kid := 0, 0
	for all := n.leafMap | n.kidMap; all != 0; all &= all - 1 {
		bit := all & -all
		slot := uint64(bits.TrailingZeros16(bit))
		if n.leafMap&bit != 0 {
			p := &n.leaves[leaf]
			leaf++
			if slot > first || slot == first && (from == 0 || Hash(p.key) >= from) {
				if !yield(p.key, p.value) {
					return false
				}
			}
			continue
		}
		down := n.kids[kid]
		kid++
		below := uint64(0)
		if slot == first {
			below = from
		}
		if slot >= first && !down.walk(shift-4, below, yield) {
			return false
		}
	}
	return true
}

// same compares two maps of one size. Their shapes are equal if their keys
// are.
func (n *hnode) same(o *hnode, exact bool, depth int) bool {
	if n == o {
		return true
	}
	if n.leafMap != o.leafMap || n.kidMap != o.kidMap || len(n.leaves) != len(o.leaves) {
		return false
	}
	if n.leafMap|n.kidMap == 0 {
		return n.samePairs(o, exact, depth)
	}
	for i := range n.leaves {
		if !same(n.leaves[i].key, o.leaves[i].key, true, depth) || !same(n.leaves[i].value, o.leaves[i].value, exact, depth) {
			return false
		}
	}
	for i := range n.kids {
		if !n.kids[i].same(o.kids[i], exact, depth) {
			return false
		}
	}
	return true
}

func (n *hnode) samePairs(o *hnode, exact bool, depth int) bool {
	for _, p := range n.leaves {
		found := false
		for _, q := range o.leaves {
			if same(p.key, q.key, true, depth) {
				found = same(p.value, q.value, exact, depth)
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// hashed is a pair to be put in a tree: its hash and where it is.
type hashed struct {
	hash uint64
	at   int32
}

// buildTree makes the tree of many pairs, of which the last wins among those
// of equal keys, and counts the keys. It parts the pairs by four bits at a
// time, so every node is made once and in its final size.
func buildTree(keys, values []Term) (root *hnode, count int) {
	b := treeBuilder{keys: keys, values: values}
	rows := make([]hashed, len(keys))
	for i, k := range keys {
		rows[i] = hashed{Hash(k), int32(i)}
	}
	root = b.node(rows, make([]hashed, len(rows)), hashTop)
	return root, b.count
}

type treeBuilder struct {
	keys, values []Term
	count        int
}

// node makes the node of rows, which stay in the order of their coming;
// scratch is as long as rows.
func (b *treeBuilder) node(rows, scratch []hashed, shift int) *hnode {
	if shift < 0 {
		n := &hnode{}
		for _, r := range rows {
			b.bucketPut(n, pair{b.keys[r.at], b.values[r.at]})
		}
		return n
	}
	var size [16]int
	for i := range rows {
		size[rows[i].hash>>shift&15]++
	}
	var at [16]int
	sum, single, many := 0, 0, 0
	for i, s := range size {
		at[i] = sum
		sum += s
		if s == 1 {
			single++
		} else if s > 1 {
			many++
		}
	}
	for _, r := range rows {
		slot := r.hash >> shift & 15
		scratch[at[slot]] = r
		at[slot]++
	}
	n := newNode(single, many)
	start := 0
	for slot, s := range size {
		if s == 0 {
			continue
		}
		part := scratch[start : start+s]
		if b.oneKey(part) {
			last := part[s-1].at
			n.leafMap |= 1 << slot
			n.leaves = append(n.leaves, pair{b.keys[last], b.values[last]})
			b.count++
		} else {
			n.kidMap |= 1 << slot
			n.kids = append(n.kids, b.node(part, rows[start:start+s], shift-4))
		}
		start += s
	}
	return n
}

// oneKey reports whether all rows have the same key.
func (b *treeBuilder) oneKey(rows []hashed) bool {
	for _, r := range rows[1:] {
		if r.hash != rows[0].hash || !Identical(b.keys[r.at], b.keys[rows[0].at]) {
			return false
		}
	}
	return true
}

func (b *treeBuilder) bucketPut(n *hnode, p pair) {
	for i := range n.leaves {
		if Identical(n.leaves[i].key, p.key) {
			n.leaves[i].value = p.value
			return
		}
	}
	n.leaves = append(n.leaves, p)
	b.count++
}
