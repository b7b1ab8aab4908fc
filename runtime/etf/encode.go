package etf

import (
	"encoding/binary"
	"math"
	"math/big"
	"slices"
	"sync"
	"unicode/utf8"

	"ersh/runtime/term"
)

// Encoder says how to encode. The zero Encoder gives what term_to_binary/1
// gives.
type Encoder struct {
	// OldMinor is 2 minus the minor version: 0 writes atoms in UTF-8, 1
	// writes those that have only Latin-1 characters so, 2 also floats as
	// text.
	OldMinor int
	// Compressed is the zlib level, 0 for none.
	Compressed int
	// Deterministic orders the pairs of maps by key.
	Deterministic bool
	// Atoms, when not nil, writes the atoms.
	Atoms AtomWriter
	// Node and Creation, when Node is set, take the place of nonode@nohost
	// in pids, ports and references that were made before the node got its
	// name.
	Node     term.Atom
	Creation uint32
	// ShellFun, when not nil, makes a fun typed in a shell, as External gives
	// it, one that the receiver knows.
	ShellFun func(*term.Fun) (*term.Fun, error)
}

// Encode is term_to_binary/1: version byte and term.
func Encode(t term.Term) ([]byte, error) { return new(Encoder).Encode(t) }

// Encode encodes t with the version byte.
func (e *Encoder) Encode(t term.Term) ([]byte, error) {
	b, err := e.Append([]byte{tagVersion}, t)
	if err == nil && e.Compressed > 0 {
		b = Deflate(b, e.Compressed)
	}
	return b, err
}

// Append appends t to b, without a version byte.
func (e *Encoder) Append(b []byte, t term.Term) ([]byte, error) {
	w := newWriter(e, b, nil)
	err := w.term(t)
	b = w.b
	w.done(err)
	return b, err
}

// vectorMin is the size from which EncodeVector passes a binary on uncopied.
const vectorMin = 4096

// AppendVector is Append for what is written in several pieces: it appends t
// to the pieces vec, the last of which may grow, and large binaries are pieces
// of their own, not copied.
func (e *Encoder) AppendVector(vec [][]byte, t term.Term) ([][]byte, error) {
	var last []byte
	if n := len(vec); n > 0 {
		last, vec = vec[n-1], vec[:n-1]
	}
	w := newWriter(e, last, vec)
	w.vector = true
	err := w.term(t)
	if vec = w.vec; len(w.b) > 0 {
		vec = append(vec, w.b)
	}
	w.done(err)
	return vec, err
}

// AppendAtom appends an atom in full, as UTF-8.
func AppendAtom(b []byte, a term.Atom) []byte {
	name := a.Name()
	if len(name) <= math.MaxUint8 {
		b = append(b, tagSmallAtomUTF8, byte(len(name)))
	} else {
		b = append(b, tagAtomUTF8, byte(len(name)>>8), byte(len(name)))
	}
	return append(b, name...)
}

// writer encodes one term. As the reader, it keeps its own stack.
type writer struct {
	*Encoder
	b      []byte
	vec    [][]byte
	vector bool
	funs   int // how many of the frames are funs, whose size is filled in later
	stack  []work
}

// writers keeps writers for later use, as readers does.
var writers = sync.Pool{New: func() any {
	return &writer{stack: make([]work, 0, 16)}
}}

func newWriter(e *Encoder, b []byte, vec [][]byte) *writer {
	w := writers.Get().(*writer)
	w.Encoder, w.b, w.vec = e, b, vec
	return w
}

// done gives the writer back, unless an error has left something in its stack.
func (w *writer) done(err error) {
	if err == nil && cap(w.stack) <= maxKeep {
		*w = writer{stack: w.stack}
		writers.Put(w)
	}
}

// work is what is left of a compound term.
type work struct {
	elems []term.Term
	list  term.Term // rest of a list, or nil
	fun   int       // where to put the size of a fun, plus one
}

func (w *writer) term(t term.Term) error {
	for {
		if err := w.value(t); err != nil {
			return err
		}
		if t = w.next(); t == nil {
			return nil
		}
	}
}

// next is the next term to write, nil when all is done.
func (w *writer) next() term.Term {
	for len(w.stack) > 0 {
		f := &w.stack[len(w.stack)-1]
		if len(f.elems) > 0 {
			t := f.elems[0]
			f.elems = f.elems[1:]
			return t
		}
		switch l := f.list.(type) {
		case nil:
			if f.fun > 0 {
				w.funs--
				binary.BigEndian.PutUint32(w.b[f.fun-1:], uint32(len(w.b)-f.fun+1))
			}
			w.pop()
		case *term.Cons:
			f.list = l.Tail
			return l.Head
		case term.Nil:
			w.b = append(w.b, tagNil)
			w.pop()
		default:
			w.pop()
			return l
		}
	}
	return nil
}

func (w *writer) pop() {
	n := len(w.stack) - 1
	w.stack[n] = work{}
	w.stack = w.stack[:n]
}

func (w *writer) tag32(tag byte, n int) {
	w.b = append(w.b, tag, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
}

func (w *writer) value(t term.Term) error {
	switch t := t.(type) {
	case term.Int:
		w.integer(t.Value())
	case term.Atom:
		w.atom(t)
	case term.Nil:
		w.b = append(w.b, tagNil)
	case *term.Cons:
		w.list(t)
	case *term.Tuple:
		switch n := len(t.Elems); {
		case n <= math.MaxUint8:
			w.b = append(w.b, tagSmallTuple, byte(n))
		case n <= math.MaxUint32:
			w.tag32(tagLargeTuple, n)
		default:
			return ErrTooLarge
		}
		w.stack = append(w.stack, work{elems: t.Elems})
	case *term.Bits:
		return w.bits(t)
	case term.Float:
		w.float(float64(t))
	case *term.Big:
		return w.big(&t.V)
	case *term.Map:
		return w.pairs(t)
	case *term.Pid:
		w.pid(t)
	case *term.Ref:
		node, creation := w.node(t.Node, t.Creation)
		w.b = append(w.b, tagNewerRef, 0, t.N)
		w.atom(node)
		w.b = binary.BigEndian.AppendUint32(w.b, creation)
		for _, v := range t.ID[:t.N] {
			w.b = binary.BigEndian.AppendUint32(w.b, v)
		}
	case *term.Port:
		w.port(t)
	case *term.Export:
		w.b = append(w.b, tagExport)
		w.atom(t.Module)
		w.atom(t.Name)
		w.b = append(w.b, tagSmallInteger, byte(t.Arity))
	case *term.Fun:
		return w.fun(t)
	default:
		return ErrNoExternal
	}
	return nil
}

func (w *writer) integer(v int64) {
	switch {
	case v >= 0 && v <= math.MaxUint8:
		w.b = append(w.b, tagSmallInteger, byte(v))
	case v >= math.MinInt32 && v <= math.MaxInt32:
		w.tag32(tagInteger, int(v))
	default:
		var sign byte
		u := uint64(v)
		if v < 0 {
			sign, u = 1, -u
		}
		at := len(w.b)
		w.b = append(w.b, tagSmallBig, 0, sign)
		for ; u > 0; u >>= 8 {
			w.b = append(w.b, byte(u))
			w.b[at+1]++
		}
	}
}

func (w *writer) big(v *big.Int) error {
	n := (v.BitLen() + 7) / 8
	var sign byte
	if v.Sign() < 0 {
		sign = 1
	}
	switch {
	case n <= math.MaxUint8:
		w.b = append(w.b, tagSmallBig, byte(n), sign)
	case n <= math.MaxUint32:
		w.tag32(tagLargeBig, n)
		w.b = append(w.b, sign)
	default:
		return ErrTooLarge
	}
	at := len(w.b)
	w.b = append(w.b, make([]byte, n)...)
	v.FillBytes(w.b[at:])
	slices.Reverse(w.b[at:])
	return nil
}

func (w *writer) float(f float64) {
	if w.OldMinor < 2 {
		w.b = append(w.b, tagNewFloat)
		w.b = binary.BigEndian.AppendUint64(w.b, math.Float64bits(f))
		return
	}
	var text [31]byte
	appendE20(text[:0], f)
	w.b = append(w.b, tagFloat)
	w.b = append(w.b, text[:]...)
}

func (w *writer) atom(a term.Atom) {
	switch {
	case w.Atoms != nil:
		w.b = w.Atoms.AppendAtom(w.b, a)
	case w.OldMinor > 0:
		w.b = appendOldAtom(w.b, a)
	default:
		w.b = AppendAtom(w.b, a)
	}
}

// appendOldAtom writes Latin-1 where the name allows it.
func appendOldAtom(b []byte, a term.Atom) []byte {
	name := a.Name()
	for _, r := range name {
		if r > 0xFF {
			return AppendAtom(b, a)
		}
	}
	n := utf8.RuneCountInString(name)
	b = append(b, tagAtom, byte(n>>8), byte(n))
	for _, r := range name {
		b = append(b, byte(r))
	}
	return b
}

func (w *writer) list(l *term.Cons) {
	// One walk finds the length and whether it may be written as a string.
	n, isString := 0, true
	var t term.Term = l
	for {
		c, ok := t.(*term.Cons)
		if !ok {
			break
		}
		if isString {
			i, ok := c.Head.(term.Int)
			isString = ok && uint64(i.Value()) <= math.MaxUint8
		}
		n++
		t = c.Tail
	}
	if _, proper := t.(term.Nil); !isString || !proper || n > math.MaxUint16 {
		w.tag32(tagList, n)
		w.stack = append(w.stack, work{list: l})
		return
	}
	w.b = append(slices.Grow(w.b, n+3), tagString, byte(n>>8), byte(n))
	for range n {
		w.b = append(w.b, byte(l.Head.(term.Int).Value()))
		l, _ = l.Tail.(*term.Cons)
	}
}

func (w *writer) bits(b *term.Bits) error {
	n := b.ByteSize()
	if n > math.MaxUint32 {
		return ErrTooLarge
	}
	if last := b.Len & 7; last != 0 {
		w.tag32(tagBitBinary, n)
		w.b = append(w.b, byte(last))
	} else {
		w.tag32(tagBinary, n)
	}
	if w.vector && n >= vectorMin && w.funs == 0 {
		w.vec = append(w.vec, w.b, b.Bytes())
		w.b = nil
		return nil
	}
	at := len(w.b)
	w.b = slices.Grow(w.b, n)[:at+n]
	if b.Len&7 != 0 {
		w.b[at+n-1] = 0
	}
	term.CopyBits(w.b[at:], 0, b.Data, b.Off, b.Len)
	return nil
}

func (w *writer) pairs(m *term.Map) error {
	if m.Len() > math.MaxUint32 {
		return ErrTooLarge
	}
	w.tag32(tagMap, m.Len())
	kvs := make([]term.Term, 0, 2*m.Len())
	for k, v := range m.All {
		kvs = append(kvs, k, v)
	}
	if w.Deterministic {
		sortPairs(kvs)
	}
	w.stack = append(w.stack, work{elems: kvs})
	return nil
}

func (w *writer) node(node term.Atom, creation uint32) (term.Atom, uint32) {
	if node == term.NoNode && !w.Node.IsZero() {
		return w.Node, w.Creation
	}
	return node, creation
}

func (w *writer) pid(p *term.Pid) {
	node, creation := w.node(p.Node, p.Creation)
	if p.Proc != nil && !w.Node.IsZero() {
		// A process of this node is its own whatever name the node had when it began.
		node, creation = w.Node, w.Creation
	}
	w.b = append(w.b, tagNewPid)
	w.atom(node)
	w.b = binary.BigEndian.AppendUint32(w.b, p.ID)
	w.b = binary.BigEndian.AppendUint32(w.b, p.Serial)
	w.b = binary.BigEndian.AppendUint32(w.b, creation)
}

func (w *writer) port(p *term.Port) {
	node, creation := w.node(p.Node, p.Creation)
	w.b = append(w.b, tagV4Port)
	w.atom(node)
	w.b = binary.BigEndian.AppendUint64(w.b, p.ID)
	w.b = binary.BigEndian.AppendUint32(w.b, creation)
}

func (w *writer) fun(f *term.Fun) error {
	if x, ok := f.Interpreted.(Interpreted); ok {
		f = x.External(f)
		if w.ShellFun != nil {
			var err error
			if f, err = w.ShellFun(f); err != nil {
				return err
			}
		}
	}
	w.b = append(w.b, tagNewFun)
	at := len(w.b)
	w.b = append(w.b, 0, 0, 0, 0, byte(f.Arity))
	w.b = append(w.b, f.Uniq[:]...)
	w.b = binary.BigEndian.AppendUint32(w.b, f.Index)
	w.b = binary.BigEndian.AppendUint32(w.b, uint32(len(f.Env)))
	w.atom(f.Module)
	w.integer(int64(f.OldIndex))
	w.integer(int64(f.OldUniq))
	creator := f.Creator
	if creator == nil {
		creator = &term.Pid{Node: term.NoNode}
	}
	w.pid(creator)
	w.funs++
	w.stack = append(w.stack, work{elems: f.Env, fun: at + 1})
	return nil
}
