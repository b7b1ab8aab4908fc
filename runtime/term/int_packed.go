//go:build amd64 || arm64

package term

import "unsafe"

// MinSmall and MaxSmall bound the integers that an Int holds: 60 bits, the
// range that BEAM keeps unboxed too.
const (
	MinSmall = -1 << 59
	MaxSmall = 1<<59 - 1
)

// Int is a small integer.
//
// The value is packed into the bits of a pointer that no memory can have, so
// that an interface holds it without an allocation: boxing integers the way
// Go does it made a counting loop 3.5 times slower. Bits 63 and 62 of the
// pointer are 0 and 1. On amd64 and arm64 the topmost bits of a user address
// are all equal, so the pointer is never one that Go or the kernel hands out;
// Go's collector looks each pointer's arena up with a bounds check and skips
// those that have none. The pointer is never followed. int_plain.go serves
// platforms with other address layouts.
//
// The packed form is the value and a constant, so that sums and order are had
// without unpacking. The zero Int is none: its value is out of range.
type Int struct{ p unsafe.Pointer }

func (Int) isTerm() {}

const (
	smallBit  = 1 << 62             // no address has it
	rangeBit  = 1 << 60             // Ints have it, and what is just outside of their range does not
	smallTag  = smallBit | rangeBit // the packed MinSmall
	smallZero = smallTag - MinSmall // the packed 0
)

// MaxStep is the greatest constant, of either sign, that Plus takes: no address is as low.
const MaxStep = 1 << 21

// MakeInt makes an integer term.
func MakeInt(v int64) Term {
	if !IsSmall(v) {
		return newBig(v)
	}
	return Small(v)
}

// Small makes an Int of a value known to fit.
func Small(v int64) Int { return Packed(v + smallZero).Int() }

// Value is the integer.
func (i Int) Value() int64 { return int64(uint64(uintptr(i.p)) - smallZero) }

// IsSmall reports whether a number fits an Int.
func IsSmall(v int64) bool { return uint64(v-MinSmall)>>60 == 0 }

// A Packed is the data word of an interface that holds a term, for the
// interpreter, which needs no other to tell Ints and to reckon with them: an Int's
// has bit 62 set, and all other terms' are addresses, which are far below. So
// a sum that is in the range of packed Ints tells that its operands are Ints
// too. Each method is small enough for Go's compiler to put it into a large
// function.
type Packed uint64

// Pack gives the Packed of a term.
func Pack(t *Term) Packed { return (*[2]Packed)(unsafe.Pointer(t))[1] }

// IsInt reports whether w is an Int.
func (w Packed) IsInt() bool { return w>>60 == smallTag>>60 }

// Int is the Int that w is.
func (w Packed) Int() Int { return Int{*(*unsafe.Pointer)(unsafe.Pointer(&w))} }

// Into stores the Int w in the place of another Int: the type is there, and
// Go's write barrier has nothing to do where neither word is an address.
// The address is an unsafe.Pointer to the end, since Go's compiler takes it that the places of
// addresses and of numbers are never the same.
func (w Packed) Into(t *Term) { *(*Packed)(unsafe.Add(unsafe.Pointer(t), unsafe.Sizeof(w))) = w }

// IsStep is IsInt for what Plus gave.
func (w Packed) IsStep() bool { return w&rangeBit != 0 }

// Plus is w + n: no Int if w is none, or the sum is too large.
func (w Packed) Plus(n int32) Packed { return w + Packed(int64(n)) }

// Add is the sum, no Int if one of both is none, or the sum is too large.
func (w Packed) Add(v Packed) Packed { return w + v - smallZero }

// Sub is the difference of terms that are not both no Ints.
func (w Packed) Sub(v Packed) Packed { return w - v + smallZero }

// Less orders Ints.
func (w Packed) Less(v Packed) bool { return w < v }

// Ints reports whether both are Ints.
func (w Packed) Ints(v Packed) bool { return w&v&smallBit != 0 }

// Is reports whether w is the Int n.
func (w Packed) Is(n Packed) bool { return w == n }

// From is how much an Int w is more than the Int n; it is beyond any index if w
// is less or no Int.
func (w Packed) From(n Packed) uint64 { return uint64(w - n) }
