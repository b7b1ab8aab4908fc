// Package etf reads and writes Erlang's external term format: what
// term_to_binary gives, what .beam files keep literals in, and what nodes send
// each other.
//
// Whatever comes from outside is checked: no input makes the decoder panic,
// recurse deeply, or allocate more than a small multiple of the input's length
// (and, for compressed terms, of the size that zlib can reach from it).
package etf

import (
	"errors"

	"ersh/runtime/term"
)

// The tags of the format.
const (
	tagVersion       = 131
	tagRecord        = 67
	tagNewFloat      = 70
	tagBitBinary     = 77
	tagCompressed    = 80
	tagAtomCacheRef  = 82
	tagNewPid        = 88
	tagNewPort       = 89
	tagNewerRef      = 90
	tagSmallInteger  = 97
	tagInteger       = 98
	tagFloat         = 99
	tagAtom          = 100
	tagReference     = 101
	tagPort          = 102
	tagPid           = 103
	tagSmallTuple    = 104
	tagLargeTuple    = 105
	tagNil           = 106
	tagString        = 107
	tagList          = 108
	tagBinary        = 109
	tagSmallBig      = 110
	tagLargeBig      = 111
	tagNewFun        = 112
	tagExport        = 113
	tagNewReference  = 114
	tagSmallAtom     = 115
	tagMap           = 116
	tagAtomUTF8      = 118
	tagSmallAtomUTF8 = 119
	tagV4Port        = 120
)

// The reasons why bytes are no term. Decode wraps none of them.
var (
	ErrTruncated = errors.New("etf: truncated term")
	ErrMalformed = errors.New("etf: malformed term")
	ErrTag       = errors.New("etf: unknown tag")
	ErrVersion   = errors.New("etf: not the version 131")
	ErrUnsafe    = errors.New("etf: unknown atom in a safe term")
	ErrTooLarge  = errors.New("etf: term too large")
	// ErrNoExternal is what encoding gives for values that exist inside one
	// node only.
	ErrNoExternal = errors.New("etf: term has no external form")
)

// AtomReader is the receiving side of a connection's atom cache.
type AtomReader interface {
	// CachedAtom gives the atom that the distribution header lists at index.
	CachedAtom(index byte) (a term.Atom, ok bool)
}

// AtomWriter is the sending side of a connection's atom cache.
type AtomWriter interface {
	// AppendAtom appends an atom to b, tag included: a reference to the
	// distribution header, or the atom in full as the function AppendAtom
	// writes it.
	AppendAtom(b []byte, a term.Atom) []byte
}

// Interpreted is what Lambda.Interpreted of a fun typed in the shell may
// implement: External is that fun as other nodes are to see it.
type Interpreted interface {
	External(f *term.Fun) *term.Fun
}
