package bif

import (
	"math"
	"math/big"
	"strconv"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Numbers: to and from text, and rounding.
var erlangNumber = []vm.BIF{
	erl("integer_to_list", 1, integerToList),
	erl("integer_to_list", 2, integerToList),
	erl("integer_to_binary", 1, integerToBinary),
	erl("integer_to_binary", 2, integerToBinary),
	erl("list_to_integer", 1, listToInteger),
	erl("list_to_integer", 2, listToInteger),
	erl("binary_to_integer", 1, binaryToInteger),
	erl("binary_to_integer", 2, binaryToInteger),
	erl("list_to_float", 1, listToFloat),
	erl("binary_to_float", 1, binaryToFloat),
	erl("float_to_list", 1, floatToList),
	erl("float_to_list", 2, floatToList),
	erl("float_to_binary", 1, floatToBinary),
	erl("float_to_binary", 2, floatToBinary),
	erl("abs", 1, abs),
	erl("float", 1, toFloat),
	erl("round", 1, round(math.Round)),
	erl("trunc", 1, round(math.Trunc)),
	erl("floor", 1, round(math.Floor)),
	erl("ceil", 1, round(math.Ceil)),
}

// base is the base that may be args' second element.
func base(args []term.Term) (int, bool) {
	if len(args) < 2 {
		return 10, true
	}
	v, ok := smallInt(args[1], 2, 36)
	return int(v), ok
}

// integerText appends the text of an integer to buf.
func integerText(buf []byte, args []term.Term) ([]byte, error) {
	b, ok := base(args)
	if !ok || !term.IsInteger(args[0]) {
		return nil, vm.Badarg
	}
	return term.AppendInt(buf, args[0], b), nil
}

// isLarge reports whether the text of an integer takes a while to make.
func isLarge(t term.Term) bool {
	b, ok := t.(*term.Big)
	return ok && b.V.BitLen() > 1<<16
}

var (
	largeToList   = vm.Long(anyToList)
	largeToBinary = vm.Long(anyToBinary)
)

func integerToList(p *vm.Process, args []term.Term) (term.Term, error) {
	if isLarge(args[0]) {
		return largeToList(p, args)
	}
	return anyToList(p, args)
}

func anyToList(_ *vm.Process, args []term.Term) (term.Term, error) {
	var buf [24]byte
	b, err := integerText(buf[:0], args)
	if err != nil {
		return nil, err
	}
	return term.ByteList(b), nil
}

func integerToBinary(p *vm.Process, args []term.Term) (term.Term, error) {
	if isLarge(args[0]) {
		return largeToBinary(p, args)
	}
	return anyToBinary(p, args)
}

func anyToBinary(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, err := integerText(nil, args)
	if err != nil {
		return nil, err
	}
	return term.Binary(b), nil
}

// maxIntegerBits bounds integers, as erl's implementation does.
const maxIntegerBits = 1 << 22

func parseInteger(text []byte, args []term.Term) (term.Term, error) {
	b, ok := base(args)
	if !ok {
		return nil, vm.Badarg
	}
	v, ok := term.ParseInt(text, b)
	if !ok {
		return nil, vm.Badarg
	}
	if n, ok := v.(*term.Big); ok && n.V.BitLen() > maxIntegerBits {
		return nil, vm.SystemLimit
	}
	return v, nil
}

// listToInteger reads a short text at once; a longer one may take a while.
func listToInteger(p *vm.Process, args []term.Term) (term.Term, error) {
	var buf [24]byte
	list := args[0]
	for n := range buf {
		c, ok := list.(*term.Cons)
		if !ok {
			if list != term.EmptyList {
				return nil, vm.Badarg
			}
			return parseInteger(buf[:n], args)
		}
		i, ok := c.Head.(term.Int)
		if !ok || i.Value() < 0 || i.Value() > math.MaxUint8 {
			return nil, vm.Badarg
		}
		buf[n] = byte(i.Value())
		list = c.Tail
	}
	return longTextToInteger(p, args)
}

var longTextToInteger = vm.Long(func(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := byteText(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return parseInteger(b, args)
})

func binaryToInteger(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, ok := term.ToBytes(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	return parseInteger(b, args)
}

func parseFloat(b []byte, ok bool) (term.Term, error) {
	if ok {
		if f, ok := term.ParseFloat(b); ok {
			return f, nil
		}
	}
	return nil, vm.Badarg
}

func listToFloat(_ *vm.Process, args []term.Term) (term.Term, error) {
	return parseFloat(byteText(args[0]))
}

func binaryToFloat(_ *vm.Process, args []term.Term) (term.Term, error) {
	return parseFloat(term.ToBytes(args[0]))
}

func floatToList(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, err := floatText(args)
	if err != nil {
		return nil, err
	}
	return term.ByteList(b), nil
}

func floatToBinary(_ *vm.Process, args []term.Term) (term.Term, error) {
	b, err := floatText(args)
	if err != nil {
		return nil, err
	}
	return term.Binary(b), nil
}

var (
	aDecimals   = term.A("decimals")
	aScientific = term.A("scientific")
	aCompact    = term.A("compact")
	aShort      = term.A("short")
)

// The largest counts of digits that float_to_list takes, and how long a text
// may get (before it is made compact).
const (
	maxDecimals   = 253
	maxScientific = 249
	maxFloatChars = 255
)

func floatText(args []term.Term) ([]byte, error) {
	f, ok := args[0].(term.Float)
	if !ok {
		return nil, vm.Badarg
	}
	v := float64(f)
	if len(args) == 1 {
		return strconv.AppendFloat(nil, v, 'e', 20, 64), nil
	}
	opts, ok := term.Slice(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	format, digits, compact := aScientific, int64(20), false
	for _, o := range opts {
		switch o := o.(type) {
		case term.Atom:
			switch o {
			case aCompact:
				compact = true
			case aShort:
				format = aShort
			default:
				return nil, vm.Badarg
			}
		case *term.Tuple:
			if o.Len() != 2 {
				return nil, vm.Badarg
			}
			limit := int64(maxDecimals)
			switch o.Elems[0] {
			case aDecimals:
				format = aDecimals
			case aScientific:
				format, limit = aScientific, maxScientific
			default:
				return nil, vm.Badarg
			}
			if digits, ok = smallInt(o.Elems[1], 0, limit); !ok {
				return nil, vm.Badarg
			}
		default:
			return nil, vm.Badarg
		}
	}
	switch format {
	case aShort:
		return term.AppendFloatShort(nil, v), nil
	case aScientific:
		b := strconv.AppendFloat(nil, v, 'e', int(digits), 64)
		if len(b) > maxFloatChars {
			return nil, vm.Badarg
		}
		return b, nil
	}
	if len(term.AppendFloatDecimals(nil, v, int(digits), false)) > maxFloatChars {
		return nil, vm.Badarg
	}
	return term.AppendFloatDecimals(nil, v, int(digits), compact), nil
}

func abs(_ *vm.Process, args []term.Term) (term.Term, error) {
	switch n := args[0].(type) {
	case term.Int:
		if v := n.Value(); v < 0 {
			return term.MakeInt(-v), nil
		}
		return n, nil
	case *term.Big:
		if n.V.Sign() < 0 {
			return term.MakeBig(new(big.Int).Neg(&n.V)), nil
		}
		return n, nil
	case term.Float:
		return term.Float(math.Abs(float64(n))), nil
	}
	return nil, vm.Badarg
}

func toFloat(_ *vm.Process, args []term.Term) (term.Term, error) {
	switch n := args[0].(type) {
	case term.Float:
		return n, nil
	case term.Int:
		return term.Float(n.Value()), nil
	case *term.Big:
		if f, _ := new(big.Float).SetInt(&n.V).Float64(); !math.IsInf(f, 0) {
			return term.Float(f), nil
		}
	}
	return nil, vm.Badarg
}

// round makes round, trunc, floor and ceil of the same function on floats.
func round(f func(float64) float64) vm.Func {
	return func(_ *vm.Process, args []term.Term) (term.Term, error) {
		switch n := args[0].(type) {
		case term.Int, *term.Big:
			return n, nil
		case term.Float:
			v := f(float64(n))
			if math.Abs(v) < 1<<62 {
				return term.MakeInt(int64(v)), nil
			}
			i, _ := big.NewFloat(v).Int(nil)
			return term.MakeBig(i), nil
		}
		return nil, vm.Badarg
	}
}
