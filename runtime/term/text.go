package term

import (
	"math"
	"math/big"
	"strconv"
)

// AppendInt appends an integer term in the given base, 2 to 36, with capital
// letters for the digits above 9. It appends nothing for other terms.
func AppendInt(b []byte, t Term, base int) []byte {
	at := len(b)
	switch t := t.(type) {
	case Int:
		b = strconv.AppendInt(b, t.Value(), base)
	case *Big:
		b = t.V.Append(b, base)
	}
	if base > 10 {
		for i, c := range b[at:] {
			if c >= 'a' {
				b[at+i] = c - 'a' + 'A'
			}
		}
	}
	return b
}

// ParseInt reads all of s as an integer in the given base, 2 to 36: an
// optional sign and digits.
func ParseInt(s []byte, base int) (Term, bool) {
	neg := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if len(s) == 0 {
		return nil, false
	}
	// What 11 digits of base 36 hold fits 57 bits.
	const short = 11
	var v int64
	for i, c := range s {
		d := digit(c)
		if d >= base {
			return nil, false
		}
		if i < short {
			v = v*int64(base) + int64(d)
		}
	}
	if len(s) <= short {
		if neg {
			v = -v
		}
		return Small(v), true
	}
	n := parseDigits(s, base)
	if neg {
		n.Neg(n)
	}
	return MakeBig(n), true
}

// chunkDigits are read by math/big, whose time grows with the square of their
// number.
const chunkDigits = 2000

// parseDigits is the value of what is known to be digits: halves are read on
// their own and put together by multiplication, which math/big does faster.
func parseDigits(s []byte, base int) *big.Int {
	// powers[i] is base to the power of chunkDigits<<i.
	var powers []*big.Int
	for chunkDigits<<len(powers) < len(s) {
		power := new(big.Int)
		if n := len(powers); n > 0 {
			power.Mul(powers[n-1], powers[n-1])
		} else {
			power.Exp(big.NewInt(int64(base)), big.NewInt(chunkDigits), nil)
		}
		powers = append(powers, power)
	}
	return joinDigits(s, base, powers)
}

func joinDigits(s []byte, base int, powers []*big.Int) *big.Int {
	if len(s) <= chunkDigits {
		n, _ := new(big.Int).SetString(string(s), base)
		return n
	}
	level := len(powers) - 1
	for chunkDigits<<level >= len(s) {
		level--
	}
	high := len(s) - chunkDigits<<level
	n := joinDigits(s[:high], base, powers[:level+1])
	n.Mul(n, powers[level])
	return n.Add(n, joinDigits(s[high:], base, powers[:level+1]))
}

// digit is the value of a digit, and 36 for what is none.
func digit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return 36
}

// ParseFloat reads all of s as a float in Erlang's notation: digits before and
// after the point, and maybe an exponent. ok is false for values too large.
func ParseFloat(s []byte) (f Float, ok bool) {
	i := 0
	sign := func() {
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		}
	}
	digits := func() bool {
		from := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i > from
	}
	sign()
	if !digits() || i == len(s) || s[i] != '.' {
		return 0, false
	}
	i++
	if !digits() {
		return 0, false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		sign()
		if !digits() {
			return 0, false
		}
	}
	if i != len(s) {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		return 0, false
	}
	return Float(v), true
}

// AppendFloatShort appends the shortest text that reads back as f, as erl
// prints floats: 0.1, 1.0e-5, 1.5e9, 1.2345678901234568e17.
func AppendFloatShort(b []byte, f float64) []byte {
	if f == 0 {
		if math.Signbit(f) {
			b = append(b, '-')
		}
		return append(b, "0.0"...)
	}
	var room [32]byte
	s := strconv.AppendFloat(room[:0], f, 'e', -1, 64)
	if s[0] == '-' {
		b = append(b, '-')
		s = s[1:]
	}
	// s is d.ddde±xx; digits gets the d's, exp what stands behind the e.
	var digits []byte
	i := 0
	for ; s[i] != 'e'; i++ {
		if s[i] != '.' {
			digits = append(digits, s[i])
		}
	}
	exp, _ := strconv.Atoi(string(s[i+1:]))
	n := len(digits)
	e := exp - (n - 1) // the exponent of the digits read as an integer
	if fixedNotation(math.Abs(f), n, exp, e) {
		return appendFixed(b, digits, exp)
	}
	b = append(b, digits[0], '.')
	if n == 1 {
		b = append(b, '0')
	} else {
		b = append(b, digits[1:]...)
	}
	b = append(b, 'e')
	return strconv.AppendInt(b, int64(exp), 10)
}

// fixedNotation says which floats erl writes without an exponent: those for
// which that is not longer, below 2^53.
func fixedNotation(f float64, n, exp, e int) bool {
	switch {
	case f >= 1<<53:
		return false
	case n == 1:
		return e >= -4 && e <= 2
	case exp >= 10:
		return e >= -(n+2) && e <= 2
	}
	return e >= -(n+2) && e <= 1
}

func appendFixed(b, digits []byte, exp int) []byte {
	n := len(digits)
	switch {
	case exp < 0:
		b = append(b, "0."...)
		for range -exp - 1 {
			b = append(b, '0')
		}
		return append(b, digits...)
	case exp >= n-1:
		b = append(b, digits...)
		for range exp - (n - 1) {
			b = append(b, '0')
		}
		return append(b, ".0"...)
	}
	b = append(b, digits[:exp+1]...)
	b = append(b, '.')
	return append(b, digits[exp+1:]...)
}

// AppendFloatDecimals appends f with a fixed number of decimals, rounding
// halves away from zero where erl's arithmetic does; compact leaves trailing
// zeros out.
func AppendFloatDecimals(b []byte, f float64, decimals int, compact bool) []byte {
	from := len(b)
	// With an integer part and decimals that a double holds exactly erl rounds
	// the scaled fraction; else it does what C's %.*f does, and then takes
	// zeros for trailing ones even where there is no point.
	const maxExact = 15
	exact := decimals <= maxExact && math.Abs(f) < 1<<53
	if exact {
		b = appendDecimals(b, f, decimals)
	} else {
		b = strconv.AppendFloat(b, f, 'f', decimals, 64)
	}
	if compact && (decimals > 0 || !exact) {
		n := len(b)
		for n > from+1 && b[n-1] == '0' && b[n-2] != '.' {
			n--
		}
		b = b[:n]
	}
	return b
}

func appendDecimals(b []byte, f float64, decimals int) []byte {
	a := math.Abs(f)
	whole := math.Floor(a)
	scale := math.Pow10(decimals)
	frac := math.Floor((a-whole)*scale + 0.5)
	if frac >= scale {
		frac = 0
		whole++
	}
	if math.Signbit(f) {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, uint64(whole), 10)
	if decimals == 0 {
		return b
	}
	b = append(b, '.')
	s := strconv.FormatUint(uint64(frac), 10)
	for range decimals - len(s) {
		b = append(b, '0')
	}
	return append(b, s...)
}
