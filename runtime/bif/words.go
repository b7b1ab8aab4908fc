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
		todo = todo[:len(todo)-1]
		switch t := t.(type) {
		case *term.Cons:
			n += 2
			todo = append(todo, t.Tail, t.Head)
		case *term.Tuple:
			if len(t.Elems) > 0 {
				n += 1 + len(t.Elems)
			}
			todo = append(todo, t.Elems...)
		case *term.Map:
			n += 3 + 2*t.Len()
			for k, v := range t.All {
				todo = append(todo, k, v)
			}
		case *term.Fun:
			n += 3 + len(t.Env)
			todo = append(todo, t.Env...)
		case *term.Export:
			n += 2
		case *term.Big:
			n += 1 + (t.V.BitLen()+63)/64
		case term.Float:
			n += 2
		case *term.Bits:
			n += bitsWords(t)
		case *term.Ref:
			n += 3
		case *term.Pid:
			if t.Proc == nil && t.Node != term.NoNode {
				n += 4
			}
		case *term.Port:
			if t.Node != term.NoNode {
				n += 4
			}
		}
	}
	return n, n < maxWords
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
