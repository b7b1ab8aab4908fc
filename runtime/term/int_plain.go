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

// IsSmall reports whether a number fits an Int.
func IsSmall(v int64) bool { return v<<4>>4 == v }

// MaxStep is the greatest constant, of either sign, that Plus takes.
const MaxStep = 1 << 21

// Packed is what the interpreter reckons with, see int_packed.go: the value of
// an Int, if it is one.
type Packed struct {
	v  int64
	ok bool
}

func Pack(t *Term) Packed {
	v, ok := (*t).(Int)
	return Packed{v.v, ok}
}

func (w Packed) IsInt() bool         { return w.ok && IsSmall(w.v) }
func (w Packed) IsStep() bool        { return w.IsInt() }
func (w Packed) Int() Int            { return Int{w.v} }
func (w Packed) Into(t *Term)        { *t = w.Int() }
func (w Packed) Plus(n int32) Packed { return Packed{w.v + int64(n), w.ok} }
func (w Packed) Add(v Packed) Packed { return Packed{w.v + v.v, w.ok && v.ok} }
func (w Packed) Sub(v Packed) Packed { return Packed{w.v - v.v, w.ok && v.ok} }
func (w Packed) Less(v Packed) bool  { return w.v < v.v }
func (w Packed) Ints(v Packed) bool  { return w.ok && v.ok }
func (w Packed) Is(n Packed) bool    { return w == n }

func (w Packed) From(n Packed) uint64 {
	if !w.ok {
		return 1 << 63
	}
	return uint64(w.v - n.v)
}
