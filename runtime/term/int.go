package term

import "math/big"

// Big is an integer outside the range of Int. V must not be changed.
type Big struct{ V big.Int }

func (*Big) isTerm() {}

func newBig(v int64) *Big {
	b := new(Big)
	b.V.SetInt64(v)
	return b
}

// MakeUint makes an integer term.
func MakeUint(v uint64) Term {
	if v <= MaxSmall {
		return Small(int64(v))
	}
	b := new(Big)
	b.V.SetUint64(v)
	return b
}

// MakeBig makes an integer term of v, which the caller gives away.
func MakeBig(v *big.Int) Term {
	if v.IsInt64() {
		if i := v.Int64(); i >= MinSmall && i <= MaxSmall {
			return Small(i)
		}
	}
	b := new(Big)
	b.V = *v
	return b
}

// IsInteger reports whether t is an integer.
func IsInteger(t Term) bool {
	switch t.(type) {
	case Int, *Big:
		return true
	}
	return false
}

// ToInt64 gives an integer term's value if it is an integer that fits.
func ToInt64(t Term) (int64, bool) {
	switch t := t.(type) {
	case Int:
		return t.Value(), true
	case *Big:
		if t.V.IsInt64() {
			return t.V.Int64(), true
		}
	}
	return 0, false
}

// ToUint64 gives an integer term's value if it is an integer that fits.
func ToUint64(t Term) (uint64, bool) {
	switch t := t.(type) {
	case Int:
		v := t.Value()
		return uint64(v), v >= 0
	case *Big:
		if t.V.IsUint64() {
			return t.V.Uint64(), true
		}
	}
	return 0, false
}

// ToBig gives the value of an integer term. The result must not be changed.
func ToBig(t Term) (*big.Int, bool) {
	switch t := t.(type) {
	case Int:
		return big.NewInt(t.Value()), true
	case *Big:
		return &t.V, true
	}
	return nil, false
}
