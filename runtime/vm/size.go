package vm

import (
	"unsafe"

	"ersh/runtime/term"
)

// A Sizer estimates how much memory terms take, each part that several of
// them share counted once. It gives up telling shared parts after sizerSeen of
// them and counting after sizerSteps, so it takes a second or two at most.
type Sizer struct {
	// Words is the size in words as erl counts them: on the heap of a process,
	// without the contents of large binaries.
	Words int64
	// Bytes is the size in bytes as Go has it, all included.
	Bytes int64
	// Limit, when not 0, ends the count when there are more words.
	Limit int64

	steps int
	seen  map[unsafe.Pointer]struct{}
	todo  []term.Term
}

const (
	sizerSeen  = 1 << 20
	sizerSteps = 1 << 28
)

// heapBinary is the size of the largest binary that erl keeps on a heap.
const heapBinary = 64

// first reports whether p was not met before.
func (s *Sizer) first(p unsafe.Pointer) bool {
	if len(s.seen) >= sizerSeen {
		return true
	}
	if _, ok := s.seen[p]; ok {
		return false
	}
	if s.seen == nil {
		s.seen = make(map[unsafe.Pointer]struct{})
	}
	s.seen[p] = struct{}{}
	return true
}

// Full reports whether the count has come to its end.
func (s *Sizer) Full() bool { return s.steps >= sizerSteps || s.Limit > 0 && s.Words > s.Limit }

func (s *Sizer) count(words, bytes int) {
	s.Words += int64(words)
	s.Bytes += int64(bytes)
}

// Add counts a term, which may be a register's content.
func (s *Sizer) Add(t term.Term) {
	s.todo = append(s.todo, t)
	for len(s.todo) > 0 && !s.Full() {
		t := s.todo[len(s.todo)-1]
		s.todo = s.todo[:len(s.todo)-1]
		s.one(t)
	}
	clear(s.todo)
	s.todo = s.todo[:0]
}

func (s *Sizer) one(t term.Term) {
	s.steps++
	switch t := t.(type) {
	case *term.Cons:
		s.list(t)
	case *term.Tuple:
		if n := len(t.Elems); n > 0 && s.first(unsafe.Pointer(t)) {
			s.count(n+1, 24+16*n)
			s.todo = append(s.todo, t.Elems...)
		}
	case *term.Map:
		if s.first(unsafe.Pointer(t)) {
			s.count(3+2*t.Len(), 48+48*t.Len())
			for k, v := range t.All {
				s.todo = append(s.todo, k, v)
				if len(s.todo) > sizerSteps {
					return
				}
			}
		}
	case *term.Fun:
		if s.first(unsafe.Pointer(t)) {
			s.count(3+len(t.Env), 40+16*len(t.Env))
			s.todo = append(s.todo, t.Env...)
		}
	case *term.Bits:
		s.bits(t)
	case *term.Big:
		if n := (t.V.BitLen() + 63) / 64; s.first(unsafe.Pointer(t)) {
			s.count(1+n, 32+8*n)
		}
	case term.Float:
		s.count(2, 8)
	case *term.Ref:
		if s.first(unsafe.Pointer(t)) {
			s.count(3, int(unsafe.Sizeof(*t)))
		}
	case *term.Pid:
		if t.Node != term.NoNode && t.Proc == nil && s.first(unsafe.Pointer(t)) {
			s.count(4, int(unsafe.Sizeof(*t)))
		}
	case *term.Export:
		s.count(2, 48)
	}
}

// list counts the cells of a list.
func (s *Sizer) list(c *term.Cons) {
	for s.first(unsafe.Pointer(c)) {
		s.steps++
		s.count(2, 32)
		switch c.Head.(type) {
		case term.Int, term.Atom, term.Nil:
		default:
			s.todo = append(s.todo, c.Head)
		}
		next, ok := c.Tail.(*term.Cons)
		if !ok {
			s.todo = append(s.todo, c.Tail)
			return
		}
		if c = next; s.steps >= sizerSteps || s.Limit > 0 && s.Words > s.Limit {
			return
		}
	}
}

func (s *Sizer) bits(b *term.Bits) {
	if !s.first(unsafe.Pointer(b)) {
		return
	}
	bytes, words := int(unsafe.Sizeof(*b)), 6
	if n := b.ByteSize(); n <= heapBinary {
		words = 2 + (n+7)/8
	}
	if d := unsafe.SliceData(b.Data); d != nil && s.first(unsafe.Pointer(d)) {
		bytes += cap(b.Data)
	}
	s.count(words, bytes)
}

// size estimates what a process holds: its stack, registers, messages and
// dictionary, and all that they refer to. It is for the process itself and for
// use in Ask.
func (p *Process) size(limit int64) *Sizer {
	s := &Sizer{Limit: limit}
	for _, t := range p.stk[:p.depth()] {
		s.Add(t)
	}
	if p.worker != nil && p.worker.exec.p == p {
		for _, t := range p.worker.exec.x[:16] {
			s.Add(t)
		}
	}
	for _, t := range p.saved {
		s.Add(t)
	}
	if p.pending != nil {
		for _, t := range p.pending.args {
			s.Add(t)
		}
	}
	for e := p.messages.head; e != nil && !s.Full(); e = e.next {
		s.count(0, int(unsafe.Sizeof(*e)))
		s.Add(e.body)
	}
	if p.more != nil {
		for _, x := range p.more.dict.pairs {
			if x.key != nil {
				s.count(3, 64)
				s.Add(x.key)
				s.Add(x.value)
			}
		}
	}
	s.Bytes += int64(unsafe.Sizeof(*p)) + 16*int64(cap(p.stk))
	return s
}

// HeapSizes are the sizes that a heap may have, up to least or the next.
func HeapSizes(least int64) (sizes []int64) {
	for n := heapStep(0, 0); ; n = heapStep(n+1, 0) {
		if sizes = append(sizes, n); n >= least {
			return sizes
		}
	}
}

// heapStep is the size of the heap that erl would give so many words: heaps
// grow like the Fibonacci numbers first and then by a fifth.
func heapStep(words, least int64) int64 {
	size, previous := int64(233), int64(142)
	for size < max(words, least) {
		if size < 1_000_000 {
			size, previous = size+previous+1, size
		} else {
			size += size / 5
		}
	}
	return size
}
