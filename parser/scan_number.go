package parser

import (
	"math"
	"math/big"
	"strconv"
	"strings"
)

// digits takes digits of a base with single underscores between them. A
// trailing underscore is not taken.
func digits(src string, off, base int) int {
	end := off
	for i := off; i < len(src); i++ {
		if digitValue(src[i]) < base {
			end = i + 1
		} else if src[i] != '_' || end != i || i == off {
			break
		}
	}
	return end
}

// digitValue is the value of a digit or letter, large for anything else.
func digitValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'z':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10
	}
	return math.MaxInt
}

func (s *scanner) nameByteAt(off int) bool { return off < len(s.src) && nameByte(s.src[off]) }

func (s *scanner) isByte(off int, c byte) bool { return off < len(s.src) && s.src[off] == c }

func (s *scanner) number(toks *[]Token) scanResult {
	end := digits(s.src, s.off, 10)
	if s.digitsAtEnd(end) || s.isByte(end, '.') && s.atEnd(end+1) {
		return scanMore
	}
	switch {
	case s.isByte(end, '#'):
		return s.based(toks, end)
	case s.isByte(end, '.') && s.nameByteAt(end+1):
		return s.float(toks, end+1, 10, s.off, false)
	case s.nameByteAt(end) || tooLarge(end-s.off, 10):
		return s.fail(s.off, end, []any{"illegal", "integer"})
	}
	return s.emit(toks, KindInteger, plain(s.src[s.off:end]), end)
}

// maxIntegerBits is how many bits an integer of erl may have: 65,535 words.
const maxIntegerBits = 65535 * 64

// tooLarge reports whether so many digits of a base make no integer. To convert
// them takes longer than there is patience for.
func tooLarge(digits, base int) bool {
	return float64(digits-1)*math.Log2(float64(base)) > maxIntegerBits
}

// plain drops underscores and leading zeros.
func plain(digits string) string {
	if strings.IndexByte(digits, '_') >= 0 {
		digits = strings.ReplaceAll(digits, "_", "")
	}
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return digits
}

// based takes an integer or a float in a base; hash is the offset of the '#'.
func (s *scanner) based(toks *[]Token, hash int) scanResult {
	text := plain(s.src[s.off:hash])
	base, err := strconv.Atoi(text)
	if err != nil || base < 2 || base > 36 {
		return s.fail(s.off, hash, []any{"base", (Token{Value: text}).Int()})
	}
	end := digits(s.src, hash+1, base)
	if s.digitsAtEnd(end) || s.isByte(end, '.') && s.atEnd(end+1) {
		return scanMore
	}
	switch {
	case end > hash+1 && s.isByte(end, '.') && s.nameByteAt(end+1):
		return s.float(toks, end+1, base, hash+1, true)
	case end == hash+1 || s.nameByteAt(end) || tooLarge(end-hash-1, base):
		return s.fail(s.off, end, []any{"illegal", "integer"})
	}
	i, ok := new(big.Int).SetString(plain(s.src[hash+1:end]), base)
	if !ok {
		return s.fail(s.off, end, []any{"illegal", "integer"})
	}
	return s.emit(toks, KindInteger, i.String(), end)
}

// float takes the fraction that begins at frac and an exponent; the digits of
// the whole begin at from. An exponent in a base begins with "#e".
func (s *scanner) float(toks *[]Token, frac, base, from int, based bool) scanResult {
	end := digits(s.src, frac, base)
	if s.digitsAtEnd(end) {
		return scanMore
	}
	if end == frac { // the dot is not the number's
		return s.fail(s.off, frac-1, []any{"illegal", "float"})
	}
	mantissa := s.src[from:end]
	illegal := false
	exp := ""
	mark := end
	if based && s.isByte(end, '#') {
		mark = end + 1
		if s.atEnd(mark) {
			return scanMore
		}
	}
	if (!based || mark > end) && (s.isByte(mark, 'e') || s.isByte(mark, 'E')) {
		from := mark + 1
		if s.isByte(from, '+') || s.isByte(from, '-') {
			from++
		}
		stop := digits(s.src, from, 10)
		if s.digitsAtEnd(stop) {
			return scanMore
		}
		illegal = stop == from
		exp = s.src[mark+1 : stop]
		end = stop
	}
	if illegal || s.nameByteAt(end) {
		return s.fail(s.off, end, []any{"illegal", "float"})
	}
	var f float64
	var ok bool
	if based {
		f, ok = basedFloat(plain(mantissa), plain(exp), base)
	} else {
		text := plain(mantissa)
		if exp != "" {
			text += "e" + plain(exp)
		}
		var err error
		f, err = strconv.ParseFloat(text, 64)
		ok = err == nil || f == 0
	}
	if !ok || math.IsInf(f, 0) {
		return s.fail(s.off, end, []any{"illegal", "float"})
	}
	return s.emit(toks, KindFloat, strconv.FormatFloat(f, 'g', -1, 64), end)
}

// basedFloat computes mantissa times base to the exponent, in floating point
// as erl_scan does, so that the last digit comes out the same.
func basedFloat(mantissa, exp string, base int) (float64, bool) {
	whole, fraction, _ := strings.Cut(mantissa, ".")
	num, ok := new(big.Int).SetString(whole+fraction, base)
	if !ok {
		return 0, false
	}
	e := 0
	if exp != "" {
		var err error
		if e, err = strconv.Atoi(exp); err != nil {
			return 0, strings.HasPrefix(exp, "-")
		}
	}
	f, _ := new(big.Float).SetInt(num).Float64()
	f *= math.Pow(float64(base), float64(e-len(fraction)))
	return f, !math.IsInf(f, 0) && !math.IsNaN(f)
}
