package term

import (
	"errors"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"unicode/utf8"
	"unsafe"
)

// Atom is an interned name. Atoms with one name are one object, so == and map
// keys work on them. The zero Atom is no atom.
type Atom struct{ e *atomEntry }

type atomEntry struct {
	name  string
	index uint32
	hash  uint64
	phash uint32        // see Phash2
	age   atomic.Uint32 // see order
	tree  atomic.Uint64 // see treeHash
}

func (Atom) isTerm() {}

// Name is the atom's text in UTF-8.
func (a Atom) Name() string { return a.e.name }

// Index numbers atoms in the order of their making, from 0.
func (a Atom) Index() int { return int(a.e.index) }

// IsZero reports whether a is the zero Atom.
func (a Atom) IsZero() bool { return a.e == nil }

// IsAtom reports whether t is the atom that the interface atom holds: nothing else has
// its address.
func IsAtom(t, atom *Term) bool {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(t))[1] == (*[2]unsafe.Pointer)(unsafe.Pointer(atom))[1]
}

// MaxAtoms is the limit of the atom table, as erl's default.
const MaxAtoms = 1 << 20

// MaxAtomChars is how many characters an atom may have.
const MaxAtomChars = 255

// ErrAtomLimit says that the atom table is full, ErrAtomLength that a name has
// more than MaxAtomChars characters; both are system_limit in Erlang.
var (
	ErrAtomLimit  = errors.New("too many atoms")
	ErrAtomLength = errors.New("atom too long")
)

const atomShards = 64

var (
	atomSeed  = maphash.MakeSeed()
	atomCount atomic.Uint32
	atoms     [atomShards]struct {
		sync.RWMutex
		m map[string]*atomEntry
	}
)

// LookupAtom finds an atom that exists already.
func LookupAtom(name string) (Atom, bool) {
	s := &atoms[maphash.String(atomSeed, name)%atomShards]
	s.RLock()
	e := s.m[name]
	s.RUnlock()
	return Atom{e}, e != nil
}

// NewAtom interns a name, which must be valid UTF-8.
func NewAtom(name string) (Atom, error) { return intern(name, MaxAtoms) }

// ownAtoms is room beyond the limit for the names that the program itself
// knows: it must go on when the code that it runs has made atoms without end.
const ownAtoms = 100_000

func intern(name string, limit uint32) (Atom, error) {
	if a, ok := LookupAtom(name); ok {
		return a, nil
	}
	if len(name) > MaxAtomChars && utf8.RuneCountInString(name) > MaxAtomChars {
		return Atom{}, ErrAtomLength
	}
	h := maphash.String(atomSeed, name)
	s := &atoms[h%atomShards]
	s.Lock()
	defer s.Unlock()
	if e := s.m[name]; e != nil {
		return Atom{e}, nil
	}
	n := atomCount.Add(1)
	if n > limit {
		atomCount.Add(^uint32(0))
		return Atom{}, ErrAtomLimit
	}
	if s.m == nil {
		s.m = make(map[string]*atomEntry)
	}
	// A private copy: the caller's string may be part of a large buffer.
	name = string([]byte(name))
	e := &atomEntry{name: name, index: n - 1, hash: hashBytes(hashAtom, name), phash: atomPhash(name)}
	s.m[name] = e
	return Atom{e}, nil
}

// OwnAtom interns a name of the program's own, beyond the limit where need be.
func OwnAtom(name string) (Atom, error) { return intern(name, MaxAtoms+ownAtoms) }

// A interns a name that the program itself knows, for package variables and
// tables. It panics where NewAtom fails; never use it on outside data.
func A(name string) Atom {
	a, err := OwnAtom(name)
	if err != nil {
		panic(err)
	}
	return a
}

// AtomCount is the number of atoms made so far.
func AtomCount() int { return int(atomCount.Load()) }

// Atoms that many packages need. Others are package variables where they are
// used: var aKernel = term.A("kernel").
var (
	True      = A("true")
	False     = A("false")
	Undefined = A("undefined")
	Ok        = A("ok")
	ErrorAtom = A("error")
	ExitAtom  = A("exit")
	ThrowAtom = A("throw")
	Normal    = A("normal")
	Kill      = A("kill")
	Killed    = A("killed")
	EXIT      = A("EXIT")
	DOWN      = A("DOWN")
	Noproc    = A("noproc")
	Infinity  = A("infinity")
	// NoNode is nonode@nohost, the name of a node that is not distributed.
	NoNode = A("nonode@nohost")
)
