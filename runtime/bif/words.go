package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// maxWords ends the count of a term's words: shared parts count each time, so
// a small term can have very many.
const maxWords = 1 << 40

// termWords is how many words a term takes in erl, shared parts counted each
// time; ok is false when it has more than maxWords.
func termWords(t term.Term) (n int, ok bool) {
	todo := []term.Term{t}
	for len(todo) > 0 && n < maxWords {
		t := todo[len(todo)-1]
		var words int
		words, todo = ownWords(t, todo[:len(todo)-1])
		n += words
	}
	return n, n < maxWords
}

// sharedWords is how many words a term takes in erl, shared parts counted
// once. The keys that maps share count for each, as do the nodes of large maps.
func sharedWords(t term.Term) (n int) {
	todo, seen := []term.Term{t}, map[term.Term]bool{}
	for len(todo) > 0 {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		switch t.(type) {
		case *term.Cons, *term.Tuple, *term.Map, *term.Fun, *term.Export, *term.Big, *term.Bits, *term.Ref, *term.Pid, *term.Port:
			if seen[t] {
				continue
			}
			seen[t] = true
		}
		var words int
		words, todo = ownWords(t, todo)
		n += words
	}
	return n
}

// ownWords is how many words a term takes without its parts, which it adds to
// parts.
func ownWords(t term.Term, parts []term.Term) (int, []term.Term) {
	switch t := t.(type) {
	case *term.Cons:
		return 2, append(parts, t.Tail, t.Head)
	case *term.Tuple:
		if len(t.Elems) == 0 {
			return 0, parts
		}
		return 1 + len(t.Elems), append(parts, t.Elems...)
	case *term.Map:
		for k, v := range t.All {
			parts = append(parts, k, v)
		}
		return mapWords(t), parts
	case *term.Fun:
		return 2 + len(t.Env), append(parts, t.Env...)
	case *term.Export, term.Float:
		return 2, parts
	case *term.Big:
		return 1 + (t.V.BitLen()+63)/64, parts
	case *term.Bits:
		return bitsWords(t), parts
	case *term.Ref:
		if t.Node != term.NoNode {
			return 3 + (int(t.N)+2)/2, parts // the count of the IDs is one more
		}
		return 3, parts
	case *term.Pid:
		if t.Proc == nil && t.Node != term.NoNode {
			return 4, parts
		}
	case *term.Port:
		if t.Node != term.NoNode {
			return 4, parts
		}
	}
	return 0, parts
}

// mapWords: a small map has its values after three words and its keys in a
// tuple, which the empty one needs not; a large one has a word for each slot
// and for the head of each node, one more in the root, and a cons for each pair.
func mapWords(m *term.Map) int {
	n := m.Len()
	switch nodes := m.Nodes(); {
	case n == 0:
		return 3
	case nodes == 0:
		return 4 + 2*n
	default:
		return 3*n + 2*nodes
	}
}

// bitsWords: a binary on the heap up to 64 bytes, a reference to one beyond.
func bitsWords(b *term.Bits) int {
	const onHeap, reference = 64, 8
	if n := b.ByteSize(); n <= onHeap {
		return 2 + (n+7)/8
	}
	return reference
}

func flatSize(_ *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := termWords(args[0])
	if !ok {
		return nil, vm.SystemLimit
	}
	return num(n), nil
}

func sizeOf(_ *vm.Process, args []term.Term) (term.Term, error) {
	return num(sharedWords(args[0])), nil
}
