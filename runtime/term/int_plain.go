//go:build !amd64 && !arm64

package term

// MinSmall and MaxSmall bound the integers that an Int holds.
const (
	MinSmall = -1 << 59
	MaxSmall = 1<<59 - 1
)

// Int is a small integer. This is the portable form; int_packed.go has the
// one without allocations.
type Int struct{ v int64 }

func (Int) isTerm() {}

// MakeInt makes an integer term.
func MakeInt(v int64) Term {
	if uint64(v)+1<<59 >= 1<<60 {
		return newBig(v)
	}
	return Int{v}
}

// Small makes an Int of a value known to fit.
func Small(v int64) Int { return Int{v} }

// Value is the integer.
func (i Int) Value() int64 { return i.v }
