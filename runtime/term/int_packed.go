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
type Int struct{ p unsafe.Pointer }

func (Int) isTerm() {}

const (
	smallMask = 1<<60 - 1
	smallTag  = 1 << 62
)

// MakeInt makes an integer term.
func MakeInt(v int64) Term {
	if uint64(v)+1<<59 >= 1<<60 {
		return newBig(v)
	}
	return Small(v)
}

// Small makes an Int of a value known to fit.
func Small(v int64) Int {
	u := uint64(v)&smallMask | smallTag
	return Int{*(*unsafe.Pointer)(unsafe.Pointer(&u))}
}

// Value is the integer.
func (i Int) Value() int64 { return int64(uintptr(i.p)<<4) >> 4 }
