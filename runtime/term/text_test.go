package term

import (
	"math"
	"math/big"
	"strconv"
	"testing"
)

func TestAppendFloatShort(t *testing.T) {
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0.0"}, {math.Copysign(0, -1), "-0.0"}, {0.1, "0.1"}, {1e10, "1.0e10"}, {1e-5, "1.0e-5"}, {0.0001, "0.0001"},
		{123456789012345680.0, "1.2345678901234568e17"}, {1e22, "1.0e22"}, {1e5, "1.0e5"}, {100, "100.0"}, {1000, "1.0e3"},
		{123456, "123456.0"}, {99999, "99999.0"}, {1.5e9, "1.5e9"}, {1234567890, "1234567890.0"}, {12300, "1.23e4"}, {1230, "1230.0"},
		{12345678900, "12345678900.0"}, {9007199254740991, "9007199254740991.0"}, {9007199254740992, "9.007199254740992e15"},
		{5e-324, "5.0e-324"}, {-0.00123, "-0.00123"}, {1.23e-4, "1.23e-4"}, {math.MaxFloat64, "1.7976931348623157e308"},
	} {
		if got := string(AppendFloatShort(nil, c.f)); got != c.want {
			t.Errorf("%v: %s, want %s", c.f, got, c.want)
		}
	}
}

func TestAppendFloatDecimals(t *testing.T) {
	for _, c := range []struct {
		f       float64
		n       int
		compact bool
		want    string
	}{
		{0.1, 4, false, "0.1000"}, {0.1, 4, true, "0.1"}, {1, 0, false, "1"}, {2.5, 0, false, "3"}, {0.5, 0, true, "1"},
		{1e22, 1, false, "10000000000000000000000.0"}, {math.Copysign(0, -1), 2, true, "-0.0"}, {100, 10, true, "100.0"},
		{0.999, 2, false, "1.00"}, {-1.005, 2, false, "-1.00"}, {0.05, 1, false, "0.1"},
	} {
		if got := string(AppendFloatDecimals(nil, c.f, c.n, c.compact)); got != c.want {
			t.Errorf("%v, %d: %s, want %s", c.f, c.n, got, c.want)
		}
	}
}

func TestParseFloat(t *testing.T) {
	for _, c := range []struct {
		s    string
		want float64
	}{{"1.0", 1}, {"1.0e5", 1e5}, {"+1.0", 1}, {"-1.0E-3", -0.001}, {"1.0e-400", 0}} {
		if got, ok := ParseFloat([]byte(c.s)); !ok || float64(got) != c.want {
			t.Error(c.s, got, ok)
		}
	}
	for _, s := range []string{"", "1", "1e5", "1.", "1.e1", ".5", "1.0e400", " 1.0", "1.0 ", "1.0e", "0x1.0p1", "1_0.0", "inf"} {
		if got, ok := ParseFloat([]byte(s)); ok {
			t.Error(s, got)
		}
	}
}

func TestIntText(t *testing.T) {
	for _, c := range []struct {
		s    string
		base int
		want string
	}{
		{"12", 10, "12"}, {"+12", 10, "12"}, {"-007", 10, "-7"}, {"zz", 36, "1295"}, {"-FF", 16, "-255"},
		{"123456789012345678901234567890", 10, "123456789012345678901234567890"}, {"-576460752303423488", 10, "-576460752303423488"},
		{"00000000000000000000000012", 10, "12"},
	} {
		v, ok := ParseInt([]byte(c.s), c.base)
		if !ok || string(AppendInt(nil, v, 10)) != c.want {
			t.Error(c.s, v, ok)
		}
		if again, _ := ParseInt(AppendInt(nil, v, c.base), c.base); !Identical(v, again) {
			t.Error(c.s, again)
		}
	}
	for _, s := range []string{"", "-", "1a", "1_0", "0x10", " 1", "1 ", "12345678901234567890123456789x"} {
		if v, ok := ParseInt([]byte(s), 10); ok {
			t.Error(s, v)
		}
	}
}

func TestParseIntOfManyDigits(t *testing.T) {
	for _, base := range []int{2, 10, 36} {
		for _, n := range []int{chunkDigits - 1, chunkDigits, chunkDigits + 1, 2 * chunkDigits, 4*chunkDigits + 1, 7*chunkDigits - 3} {
			for _, lead := range []string{"1", "0"} {
				text := []byte("-" + lead)
				for i := 1; i < n; i++ {
					text = strconv.AppendInt(text, int64(i*i%7%base), 10)
				}
				want, _ := new(big.Int).SetString(string(text), base)
				if got, ok := ParseInt(text, base); !ok || !Identical(got, MakeBig(want)) {
					t.Errorf("base %d, %d digits after %s", base, n, lead)
				}
			}
		}
	}
}
