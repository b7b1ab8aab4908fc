package term

import (
	"errors"
	"math"
	"math/big"
	"math/bits"
)

// What arithmetic fails with, named as the reasons of Erlang's errors.
var (
	ErrBadarith    = errors.New("an error occurred when evaluating an arithmetic expression")
	ErrSystemLimit = errors.New("a system limit has been reached")
)

// MaxIntegerBits is how many bits the magnitude of an integer may have, as in
// OTP 29.
const MaxIntegerBits = 65535 * 64

func bigResult(v *big.Int) (Term, error) {
	if v.BitLen() > MaxIntegerBits {
		return nil, ErrSystemLimit
	}
	return MakeBig(v), nil
}

func floatResult(f float64) (Term, error) {
	// The exponent of Inf and NaN is all ones.
	if math.Float64bits(f)>>52&0x7FF == 0x7FF {
		return nil, ErrBadarith
	}
	return Float(f), nil
}

// ToFloat is the value of a number as a float: ErrBadarith for an integer
// outside the range of floats and for what is no number.
func ToFloat(t Term) (float64, error) {
	switch t := t.(type) {
	case Float:
		return float64(t), nil
	case Int:
		return float64(t.Value()), nil
	case *Big:
		f, _ := new(big.Float).SetInt(&t.V).Float64()
		if math.IsInf(f, 0) {
			return 0, ErrBadarith
		}
		return f, nil
	}
	return 0, ErrBadarith
}

// floats gives both operands as floats if at least one is a float and the
// other a number; mixed is false where neither is a float.
func floats(a, b Term) (x, y float64, mixed bool, err error) {
	_, fa := a.(Float)
	_, fb := b.(Float)
	if !fa && !fb {
		return 0, 0, false, nil
	}
	if x, err = ToFloat(a); err == nil {
		y, err = ToFloat(b)
	}
	return x, y, true, err
}

// integers gives both operands as big integers.
func integers(a, b Term) (x, y *big.Int, ok bool) {
	x, okX := ToBig(a)
	y, okY := ToBig(b)
	return x, y, okX && okY
}

// Add is a + b.
func Add(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			return MakeInt(x.Value() + y.Value()), nil
		}
	}
	if x, y, mixed, err := floats(a, b); err != nil {
		return nil, err
	} else if mixed {
		return floatResult(x + y)
	}
	x, y, ok := integers(a, b)
	if !ok {
		return nil, ErrBadarith
	}
	return bigResult(new(big.Int).Add(x, y))
}

// Sub is a - b.
func Sub(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			return MakeInt(x.Value() - y.Value()), nil
		}
	}
	if x, y, mixed, err := floats(a, b); err != nil {
		return nil, err
	} else if mixed {
		return floatResult(x - y)
	}
	x, y, ok := integers(a, b)
	if !ok {
		return nil, ErrBadarith
	}
	return bigResult(new(big.Int).Sub(x, y))
}

// Mul is a * b.
func Mul(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			if v, ok := mulInt64(x.Value(), y.Value()); ok {
				return MakeInt(v), nil
			}
			return MakeBig(new(big.Int).Mul(big.NewInt(x.Value()), big.NewInt(y.Value()))), nil
		}
	}
	if x, y, mixed, err := floats(a, b); err != nil {
		return nil, err
	} else if mixed {
		return floatResult(x * y)
	}
	x, y, ok := integers(a, b)
	if !ok {
		return nil, ErrBadarith
	}
	if x.BitLen()+y.BitLen() > MaxIntegerBits+1 {
		return nil, ErrSystemLimit
	}
	return bigResult(new(big.Int).Mul(x, y))
}

func mulInt64(x, y int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(x), uint64(y))
	// The unsigned product of two's complements, corrected to the signed one.
	h := int64(hi) - x>>63&y - y>>63&x
	return int64(lo), h == int64(lo)>>63
}

// Div is a / b, always a float.
func Div(a, b Term) (Term, error) {
	x, err := ToFloat(a)
	if err != nil {
		return nil, err
	}
	y, err := ToFloat(b)
	if err != nil || y == 0 {
		return nil, ErrBadarith
	}
	return floatResult(x / y)
}

// IntDiv is a div b, rounded towards zero.
func IntDiv(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			if d := y.Value(); d != 0 {
				return MakeInt(x.Value() / d), nil
			}
			return nil, ErrBadarith
		}
	}
	x, y, ok := integers(a, b)
	if !ok || y.Sign() == 0 {
		return nil, ErrBadarith
	}
	return bigResult(new(big.Int).Quo(x, y))
}

// Rem is a rem b; it has the sign of a.
func Rem(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			if d := y.Value(); d != 0 {
				return Small(x.Value() % d), nil
			}
			return nil, ErrBadarith
		}
	}
	x, y, ok := integers(a, b)
	if !ok || y.Sign() == 0 {
		return nil, ErrBadarith
	}
	return bigResult(new(big.Int).Rem(x, y))
}

// Neg is -a.
func Neg(a Term) (Term, error) {
	switch a := a.(type) {
	case Int:
		return MakeInt(-a.Value()), nil
	case Float:
		return -a, nil
	case *Big:
		return bigResult(new(big.Int).Neg(&a.V))
	}
	return nil, ErrBadarith
}

// Abs is abs(a).
func Abs(a Term) (Term, error) {
	switch a := a.(type) {
	case Int:
		if a.Value() < 0 {
			return MakeInt(-a.Value()), nil
		}
		return a, nil
	case Float:
		return Float(math.Abs(float64(a))), nil
	case *Big:
		if a.V.Sign() < 0 {
			return bigResult(new(big.Int).Neg(&a.V))
		}
		return a, nil
	}
	return nil, ErrBadarith
}

// Band is a band b.
func Band(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			return Small(x.Value() & y.Value()), nil
		}
	}
	x, y, ok := integers(a, b)
	if !ok {
		return nil, ErrBadarith
	}
	return bigResult(new(big.Int).And(x, y))
}

// Bor is a bor b.
func Bor(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			return Small(x.Value() | y.Value()), nil
		}
	}
	x, y, ok := integers(a, b)
	if !ok {
		return nil, ErrBadarith
	}
	return bigResult(new(big.Int).Or(x, y))
}

// Bxor is a bxor b.
func Bxor(a, b Term) (Term, error) {
	if x, ok := a.(Int); ok {
		if y, ok := b.(Int); ok {
			return Small(x.Value() ^ y.Value()), nil
		}
	}
	x, y, ok := integers(a, b)
	if !ok {
		return nil, ErrBadarith
	}
	return bigResult(new(big.Int).Xor(x, y))
}

// Bnot is bnot a.
func Bnot(a Term) (Term, error) {
	switch a := a.(type) {
	case Int:
		return Small(^a.Value()), nil
	case *Big:
		return bigResult(new(big.Int).Not(&a.V))
	}
	return nil, ErrBadarith
}

// Bsl is a bsl b.
func Bsl(a, b Term) (Term, error) { return shift(a, b, 1) }

// Bsr is a bsr b.
func Bsr(a, b Term) (Term, error) { return shift(a, b, -1) }

// shift shifts a left by sign*b.
func shift(a, b Term, sign int64) (Term, error) {
	if !IsInteger(a) || !IsInteger(b) {
		return nil, ErrBadarith
	}
	x, small := a.(Int)
	var n int64
	switch b := b.(type) {
	case Int:
		n = sign * b.Value()
	case *Big:
		n = sign * int64(b.V.Sign()) * math.MaxInt32
	}
	if small {
		v := x.Value()
		switch {
		case v == 0:
			return a, nil
		case n <= 0:
			return Small(v >> min(-n, 63)), nil
		case n < 63 && v<<n>>n == v:
			return MakeInt(v << n), nil
		}
	}
	v, _ := ToBig(a)
	if n <= 0 {
		// More than MaxIntegerBits is all of them.
		return bigResult(new(big.Int).Rsh(v, uint(min(-n, MaxIntegerBits+1))))
	}
	if n > MaxIntegerBits || int64(v.BitLen())+n > MaxIntegerBits {
		return nil, ErrSystemLimit
	}
	return MakeBig(new(big.Int).Lsh(v, uint(n))), nil
}

// FloatToInteger is the integer of a float without a fraction.
func FloatToInteger(f float64) Term {
	if math.Abs(f) < 1<<62 {
		return MakeInt(int64(f))
	}
	v, _ := new(big.Float).SetFloat64(f).Int(nil)
	return MakeBig(v)
}
