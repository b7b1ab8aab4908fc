package etf

import (
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"ersh/runtime/term"
)

// Decoder says how to decode. The zero Decoder makes any term, and copies
// binaries.
type Decoder struct {
	// Safe refuses terms with atoms that don't exist yet, and external funs
	// of such atoms.
	Safe bool
	// Own lets atoms go beyond the limit: for the program's own library.
	Own bool
	// Share lets large binaries of the result refer to the input, which then
	// must not change any more.
	Share bool
	// MaxSize bounds the size of a compressed term; 0 means no bound but
	// that of the format.
	MaxSize int
	// Atoms, when not nil, resolves references to a distribution header.
	Atoms AtomReader
	// Pid, Ref and Port, when not nil, may replace a pid, a reference or a
	// port by the node's own object for it.
	Pid  func(*term.Pid) *term.Pid
	Ref  func(*term.Ref) *term.Ref
	Port func(*term.Port) *term.Port
	// Fun, when not nil, may replace a closure, whose Lambda the decoder
	// has made of what the format says of it, by one with code.
	Fun func(*term.Fun) *term.Fun
}

// Decode decodes a term with its version byte; used is how many bytes it took.
func Decode(b []byte) (t term.Term, used int, err error) {
	return new(Decoder).Decode(b)
}

// Decode decodes a term with its version byte; used is how many bytes it took.
func (d *Decoder) Decode(b []byte) (t term.Term, used int, err error) {
	if len(b) == 0 {
		return nil, 0, ErrTruncated
	}
	if b[0] != tagVersion {
		return nil, 0, ErrVersion
	}
	if len(b) > 1 && b[1] == tagCompressed {
		raw, used, err := inflate(b[2:], d.MaxSize)
		if err != nil {
			return nil, 0, err
		}
		inner := *d
		inner.Share = false
		t, n, err := inner.DecodeBare(raw)
		if err == nil && n != len(raw) {
			err = ErrMalformed
		}
		return t, used + 2, err
	}
	t, used, err = d.DecodeBare(b[1:])
	return t, used + 1, err
}

// DecodeBare decodes a term without the version byte.
func (d *Decoder) DecodeBare(b []byte) (t term.Term, used int, err error) {
	r := readers.Get().(*reader)
	r.Decoder, r.b, r.pending = d, b, 1
	if t, err = r.term(); err != nil {
		return nil, 0, err // with frames left in its stack, r is not used again
	}
	used = len(b) - len(r.b)
	if r.Decoder, r.b = nil, nil; cap(r.stack) <= maxKeep {
		readers.Put(r)
	}
	return t, used, nil
}

// readers keeps readers for later use: their stacks are larger than most terms.
var readers = sync.Pool{New: func() any {
	return &reader{stack: make([]frame, 0, 16)}
}}

// maxKeep is the largest stack that is kept.
const maxKeep = 1024

// shareMin is the size from which a binary may refer to the input: below, a
// copy is cheaper than keeping the whole input alive.
const shareMin = 512

// reader decodes one term. It keeps its own stack, so that deep terms can't
// overflow Go's.
type reader struct {
	*Decoder
	b     []byte
	stack []frame
	// pending is how many terms are still to be read. Each takes a byte at
	// least, so a count that the rest of the input can't serve is refused
	// before anything is allocated for it.
	pending int
}

// frame is a compound term in the making.
type frame struct {
	elems []term.Term // tuple elements, map keys and values, a fun's variables
	cells []term.Cons // list; the last cell's tail comes after its head
	i     int         // next to fill
	whole term.Term   // the tuple, fun, or nil: a map
}

func (r *reader) term() (term.Term, error) {
	for {
		r.pending--
		t, err := r.value()
		if err != nil {
			return nil, err
		}
		if t == nil {
			continue // a compound term was begun
		}
		for {
			if len(r.stack) == 0 {
				return t, nil
			}
			f := &r.stack[len(r.stack)-1]
			if f.cells != nil {
				if f.i < len(f.cells) {
					f.cells[f.i].Head = t
					f.i++
					break
				}
				f.cells[f.i-1].Tail = t
				t = &f.cells[0]
			} else {
				f.elems[f.i] = t
				f.i++
				if f.i < len(f.elems) {
					break
				}
				if t, err = r.finish(f); err != nil {
					return nil, err
				}
			}
			*f = frame{}
			r.stack = r.stack[:len(r.stack)-1]
		}
	}
}

func (r *reader) finish(f *frame) (term.Term, error) {
	switch w := f.whole.(type) {
	case nil:
		m, ok := makeMap(f.elems)
		if !ok {
			return nil, ErrMalformed
		}
		return m, nil
	case *term.Fun:
		return r.fun(w), nil
	default:
		return w, nil
	}
}

func (r *reader) fun(f *term.Fun) *term.Fun {
	if r.Fun != nil {
		return r.Fun(f)
	}
	return f
}

// push begins a compound term of n parts.
func (r *reader) push(n int, f frame) {
	r.pending += n
	r.stack = append(r.stack, f)
}

// fits reports whether n more terms can be in the rest of the input.
func (r *reader) fits(n int) bool { return n <= len(r.b)-r.pending }

func (r *reader) take(n int) ([]byte, error) {
	if n < 0 || n > len(r.b) {
		return nil, ErrTruncated
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b, nil
}

func (r *reader) u8() (int, error) {
	if len(r.b) < 1 {
		return 0, ErrTruncated
	}
	v := r.b[0]
	r.b = r.b[1:]
	return int(v), nil
}

func (r *reader) u16() (int, error) {
	b, err := r.take(2)
	if err != nil {
		return 0, err
	}
	return int(binary.BigEndian.Uint16(b)), nil
}

func (r *reader) u32() (uint32, error) {
	b, err := r.take(4)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(b), nil
}

// size reads a 32-bit length.
func (r *reader) size() (int, error) {
	v, err := r.u32()
	if err == nil && uint64(v) > math.MaxInt {
		err = ErrTooLarge
	}
	return int(v), err
}

// value reads a term that has no parts, or begins one that has and gives nil.
func (r *reader) value() (term.Term, error) {
	tag, err := r.u8()
	if err != nil {
		return nil, err
	}
	switch tag {
	case tagSmallInteger:
		v, err := r.u8()
		return term.Small(int64(v)), err
	case tagInteger:
		v, err := r.u32()
		return term.Small(int64(int32(v))), err
	case tagNil:
		return term.EmptyList, nil
	case tagSmallTuple:
		n, err := r.u8()
		if err != nil {
			return nil, err
		}
		return r.tuple(n)
	case tagLargeTuple:
		n, err := r.size()
		if err != nil {
			return nil, err
		}
		return r.tuple(n)
	case tagList:
		n, err := r.size()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return r.value()
		}
		if !r.fits(n + 1) {
			return nil, ErrTruncated
		}
		cells := make([]term.Cons, n)
		for i := range cells[:n-1] {
			cells[i].Tail = &cells[i+1]
		}
		r.push(n+1, frame{cells: cells})
		return nil, nil
	case tagString:
		n, err := r.u16()
		if err != nil {
			return nil, err
		}
		b, err := r.take(n)
		if err != nil {
			return nil, err
		}
		return term.ByteList(b), nil
	case tagBinary:
		n, err := r.size()
		if err != nil {
			return nil, err
		}
		b, err := r.bytes(n)
		if err != nil {
			return nil, err
		}
		return term.Binary(b), nil
	case tagMap:
		n, err := r.size()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return term.EmptyMap, nil
		}
		if n > len(r.b) || !r.fits(2*n) {
			return nil, ErrTruncated
		}
		r.push(2*n, frame{elems: make([]term.Term, 2*n)})
		return nil, nil
	case tagNewFun:
		return r.newFun()
	}
	return r.simple(tag)
}

// simple reads what is left: the tags that never have parts.
func (r *reader) simple(tag int) (term.Term, error) {
	switch tag {
	case tagAtomCacheRef, tagAtom, tagSmallAtom, tagAtomUTF8, tagSmallAtomUTF8:
		a, err := r.atomOf(tag)
		if err != nil {
			return nil, err
		}
		return a, nil
	case tagNewFloat:
		b, err := r.take(8)
		if err != nil {
			return nil, err
		}
		return finite(math.Float64frombits(binary.BigEndian.Uint64(b)))
	case tagFloat:
		return r.oldFloat()
	case tagBitBinary:
		return r.bitBinary()
	case tagSmallBig:
		n, err := r.u8()
		if err != nil {
			return nil, err
		}
		return r.big(n)
	case tagLargeBig:
		n, err := r.size()
		if err != nil {
			return nil, err
		}
		return r.big(n)
	case tagNewPid, tagPid:
		return r.pid(tag)
	case tagNewPort, tagPort, tagV4Port:
		return r.port(tag)
	case tagNewerRef, tagNewReference, tagReference:
		return r.reference(tag)
	case tagExport:
		return r.export()
	}
	return nil, ErrTag
}

func (r *reader) tuple(n int) (term.Term, error) {
	if !r.fits(n) {
		return nil, ErrTruncated
	}
	t := term.NewTuple(n)
	if n > 0 {
		r.push(n, frame{elems: t.Elems, whole: t})
		return nil, nil
	}
	return t, nil
}

func finite(f float64) (term.Term, error) {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, ErrMalformed
	}
	return term.Float(f), nil
}

// oldFloat is a float as text, filled up with zero bytes to 31.
func (r *reader) oldFloat() (term.Term, error) {
	b, err := r.take(31)
	if err != nil {
		return nil, err
	}
	s, _, _ := strings.Cut(string(b), "\x00")
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return nil, ErrMalformed
	}
	return finite(f)
}

func (r *reader) bytes(n int) ([]byte, error) {
	b, err := r.take(n)
	if err != nil {
		return nil, err
	}
	if r.Share && n >= shareMin {
		return b, nil
	}
	c := make([]byte, n)
	copy(c, b)
	return c, nil
}

func (r *reader) bitBinary() (term.Term, error) {
	n, err := r.size()
	if err != nil {
		return nil, err
	}
	last, err := r.u8()
	if err != nil {
		return nil, err
	}
	if last < 1 || last > 8 || n == 0 {
		return nil, ErrMalformed
	}
	b, err := r.bytes(n)
	if err != nil {
		return nil, err
	}
	return &term.Bits{Data: b, Len: 8*(n-1) + last}, nil
}

func (r *reader) big(n int) (term.Term, error) {
	sign, err := r.u8()
	if err != nil {
		return nil, err
	}
	b, err := r.take(n)
	if err != nil {
		return nil, err
	}
	if n <= 8 {
		var v uint64
		for i, c := range b {
			v |= uint64(c) << (8 * i)
		}
		switch {
		case sign == 0:
			return term.MakeUint(v), nil
		case v <= math.MaxInt64:
			return term.MakeInt(-int64(v)), nil
		}
	}
	be := make([]byte, n)
	for i, c := range b {
		be[n-1-i] = c
	}
	v := new(big.Int).SetBytes(be)
	if sign != 0 {
		v.Neg(v)
	}
	return term.MakeBig(v), nil
}

// atom reads any form of an atom.
func (r *reader) atom() (term.Atom, error) {
	tag, err := r.u8()
	if err != nil {
		return term.Atom{}, err
	}
	return r.atomOf(tag)
}

func (r *reader) atomOf(tag int) (term.Atom, error) {
	var n int
	var err error
	switch tag {
	case tagAtomCacheRef:
		i, err := r.u8()
		if err != nil {
			return term.Atom{}, err
		}
		if r.Atoms == nil {
			return term.Atom{}, ErrTag
		}
		a, ok := r.Atoms.CachedAtom(byte(i))
		if !ok {
			return term.Atom{}, ErrMalformed
		}
		return a, nil
	case tagAtom, tagAtomUTF8:
		n, err = r.u16()
	case tagSmallAtom, tagSmallAtomUTF8:
		n, err = r.u8()
	default:
		return term.Atom{}, ErrTag
	}
	if err != nil {
		return term.Atom{}, err
	}
	b, err := r.take(n)
	if err != nil {
		return term.Atom{}, err
	}
	intern := term.NewAtom
	if r.Own {
		intern = term.OwnAtom
	}
	return makeAtom(b, tag == tagAtom || tag == tagSmallAtom, r.Safe, intern)
}

// makeAtom interns b, which stays the caller's.
func makeAtom(b []byte, latin1, safe bool, intern func(string) (term.Atom, error)) (term.Atom, error) {
	// The atom table makes its own copy of a new name.
	name := unsafe.String(unsafe.SliceData(b), len(b))
	if latin1 {
		if len(b) > term.MaxAtomChars {
			return term.Atom{}, ErrTooLarge
		}
		name = latin1String(b)
	} else if !utf8.ValidString(name) {
		return term.Atom{}, ErrMalformed
	}
	if a, ok := term.LookupAtom(name); ok {
		return a, nil
	}
	if safe {
		return term.Atom{}, ErrUnsafe
	}
	a, err := intern(name)
	if err != nil {
		return term.Atom{}, ErrTooLarge
	}
	return a, nil
}

func latin1String(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}
