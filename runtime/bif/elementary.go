package bif

import "math"

// The functions of Erlang's math are those of the C library, which are rounded
// correctly save once in some thousand calls; Go's are off by the last bit in a
// quarter of them, and that bit is printed. So values are computed with twice the
// bits and rounded then. Where a result is next to the limits of a float, Go's
// functions serve.

// double is the unevaluated sum of two floats, of which lo is at most half a unit
// in the last place of hi.
type double struct{ hi, lo float64 }

var (
	halfPi = [...]float64{1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33, 5.562271104316826e-50}
	ln2    = [...]float64{0.6931471805599453, 2.3190468138462996e-17, 5.707708438416212e-34}
)

func twoSum(a, b float64) double {
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

// fastSum is twoSum for |a| >= |b|.
func fastSum(a, b float64) double {
	s := a + b
	return double{s, b - (s - a)}
}

func twoProduct(a, b float64) double {
	p := a * b
	return double{p, math.FMA(a, b, -p)}
}

func (a double) add(b double) double {
	s, t := twoSum(a.hi, b.hi), twoSum(a.lo, b.lo)
	s = fastSum(s.hi, s.lo+t.hi)
	return fastSum(s.hi, s.lo+t.lo)
}

func (a double) addFloat(b float64) double { return a.add(double{b, 0}) }

func (a double) neg() double { return double{-a.hi, -a.lo} }

func (a double) sub(b double) double { return a.add(b.neg()) }

func (a double) mul(b double) double {
	p := twoProduct(a.hi, b.hi)
	return fastSum(p.hi, p.lo+(a.hi*b.lo+a.lo*b.hi))
}

func (a double) times(f float64) double {
	p := twoProduct(a.hi, f)
	return fastSum(p.hi, p.lo+a.lo*f)
}

// scale is times for powers of two.
func (a double) scale(f float64) double { return double{a.hi * f, a.lo * f} }

func (a double) div(b double) double {
	q := a.hi / b.hi
	r := a.sub(b.times(q))
	q2 := r.hi / b.hi
	r = r.sub(b.times(q2))
	return fastSum(q, q2).addFloat(r.hi / b.hi)
}

func (a double) sqrt() double {
	if a.hi <= 0 {
		return double{}
	}
	x := math.Sqrt(a.hi)
	return double{x, 0}.addFloat(a.sub(twoProduct(x, x)).hi / (2 * x))
}

// inverseFactorials holds 1/n!.
var inverseFactorials = func() (f [32]double) {
	f[0] = double{1, 0}
	for n := 1; n < len(f); n++ {
		f[n] = f[n-1].div(double{float64(n), 0})
	}
	return f
}()

// expm1Parts gives m and k such that exp(a) is 1+m times two to the k.
func expm1Parts(a double) (m double, k int) {
	n := math.Round(a.hi / ln2[0])
	r := a
	for _, part := range ln2 {
		r = r.sub(twoProduct(n, part))
	}
	// exp(r)-1 of a 512th of r is that of r after it was squared nine times.
	r = r.scale(1.0 / 512)
	p := inverseFactorials[9]
	for i := 8; i >= 1; i-- {
		p = p.mul(r).add(inverseFactorials[i])
	}
	p = p.mul(r)
	for range 9 {
		p = p.scale(2).add(p.mul(p))
	}
	return p, int(n)
}

func expDouble(a double) double {
	m, k := expm1Parts(a)
	return m.addFloat(1).scale(math.Ldexp(1, k))
}

// expFloat is the exponential of a, which may be as large as a float can be.
func expFloat(a double) float64 {
	m, k := expm1Parts(a)
	return math.Ldexp(m.addFloat(1).hi, k)
}

func expm1Double(a double) double {
	m, k := expm1Parts(a)
	two := math.Ldexp(1, k)
	return m.scale(two).addFloat(two - 1)
}

// logDouble is the logarithm of a > 0, whose own float is y at first.
func logDouble(a double) double {
	if t := a.addFloat(-1); math.Abs(t.hi) < 1.0/1024 {
		// t - t^2/2 + t^3/3 - ...
		sum := double{}
		for n := 12; n >= 1; n-- {
			c := double{1, 0}.div(double{float64(n), 0})
			if n%2 == 0 {
				c = c.neg()
			}
			sum = sum.mul(t).add(c)
		}
		return sum.mul(t)
	}
	fraction, k := math.Frexp(a.hi)
	m := a.scale(math.Ldexp(1, -k))
	y := math.Log(fraction)
	t := m.mul(expDouble(double{-y, 0})).addFloat(-1)
	// log(1+t) where t is about 1e-16
	rest := t.sub(t.mul(t).scale(0.5))
	sum := double{y, 0}.add(rest)
	for i := len(ln2) - 1; i >= 0; i-- {
		sum = sum.add(twoProduct(float64(k), ln2[i]))
	}
	return sum
}

// sinCos gives both for |x| up to 2^20.
func sinCos(x float64) (sin, cos double) {
	n := math.Round(x / halfPi[0])
	r := double{x, 0}
	for _, part := range halfPi {
		r = r.sub(twoProduct(n, part))
	}
	s, c := sinCosSmall(r)
	switch int64(n) & 3 {
	case 0:
		return s, c
	case 1:
		return c, s.neg()
	case 2:
		return s.neg(), c.neg()
	}
	return c.neg(), s
}

// sinCosSmall is sinCos for |r| up to pi/4.
func sinCosSmall(r double) (sin, cos double) {
	square := r.mul(r).neg()
	sin, cos = inverseFactorials[29], inverseFactorials[28]
	for n := 27; n >= 1; n -= 2 {
		sin = sin.mul(square).add(inverseFactorials[n])
		cos = cos.mul(square).add(inverseFactorials[n-1])
	}
	return sin.mul(r), cos
}

// sinhCosh gives both for |x| up to 700.
func sinhCosh(x float64) (sinh, cosh double) {
	if math.Abs(x) < 1 {
		square := twoProduct(x, x)
		sinh, cosh = inverseFactorials[29], inverseFactorials[28]
		for n := 27; n >= 1; n -= 2 {
			sinh = sinh.mul(square).add(inverseFactorials[n])
			cosh = cosh.mul(square).add(inverseFactorials[n-1])
		}
		return sinh.times(x), cosh
	}
	e := expDouble(double{x, 0})
	inverse := double{1, 0}.div(e)
	return e.sub(inverse).scale(0.5), e.add(inverse).scale(0.5)
}

// angle is the arc tangent of y/x, by the quadrant of both.
func angle(y, x double) double {
	a := math.Atan2(y.hi, x.hi)
	s, c := sinCos(a)
	// The tangent of what a lacks, which is as good as that itself.
	rest := y.mul(c).sub(x.mul(s)).div(x.mul(c).add(y.mul(s)))
	return double{a, 0}.add(rest)
}

// within says that |x| is in a range in which nothing over- or underflows.
func within(x, least, most float64) bool {
	a := math.Abs(x)
	return a >= least && a <= most
}

func exactSin(x float64) float64 {
	if !within(x, 1e-8, 1<<20) {
		return math.Sin(x)
	}
	s, _ := sinCos(x)
	return s.hi
}

func exactCos(x float64) float64 {
	if !within(x, 1e-8, 1<<20) {
		return math.Cos(x)
	}
	_, c := sinCos(x)
	return c.hi
}

func exactTan(x float64) float64 {
	if !within(x, 1e-8, 1<<20) {
		return math.Tan(x)
	}
	s, c := sinCos(x)
	return s.div(c).hi
}

func exactAsin(x float64) float64 {
	if !within(x, 1e-8, 1) {
		return math.Asin(x)
	}
	return angle(double{x, 0}, twoSum(1, -x).mul(twoSum(1, x)).sqrt()).hi
}

func exactAcos(x float64) float64 {
	if !within(x, 1e-8, 1) || x == 1 {
		return math.Acos(x)
	}
	return angle(twoSum(1, -x).mul(twoSum(1, x)).sqrt(), double{x, 0}).hi
}

func exactAtan(x float64) float64 {
	if !within(x, 1e-8, 1e15) {
		return math.Atan(x)
	}
	return angle(double{x, 0}, double{1, 0}).hi
}

func exactAtan2(y, x float64) float64 {
	if !within(x, 1e-100, 1e100) || !within(y, 1e-100, 1e100) || !within(y/x, 1e-15, 1e15) {
		return math.Atan2(y, x)
	}
	return angle(double{y, 0}, double{x, 0}).hi
}

// The hyperbolic functions and the logarithm to base 10 are not rounded correctly
// in the C library: they are computed with floats from an exponential or a
// logarithm that is. The conversions keep Go from fusing operations.

func expMinus1(x float64) float64 {
	if !within(x, 1e-8, 700) {
		return math.Expm1(x)
	}
	return expm1Double(double{x, 0}).hi
}

func libSinh(x float64) float64 {
	a := math.Abs(x)
	half := math.Copysign(0.5, x)
	switch {
	case a < 1e-8 || a > 700 || math.IsNaN(x):
		return math.Sinh(x)
	case a >= 22:
		return half * exactExp(a)
	}
	t := expMinus1(a)
	if a < 1 {
		return half * (float64(2*t) - float64(t*t)/(t+1))
	}
	return half * (t + t/(t+1))
}

func libCosh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case a < 1e-8 || a > 700 || math.IsNaN(x):
		return math.Cosh(x)
	case a < 0.5*math.Ln2:
		t := expMinus1(a)
		w := 1 + t
		return 1 + float64(t*t)/(w+w)
	case a < 22:
		t := exactExp(a)
		return float64(0.5*t) + 0.5/t
	}
	return 0.5 * exactExp(a)
}

func libTanh(x float64) float64 {
	a := math.Abs(x)
	switch {
	case a < 1e-8 || a >= 22 || math.IsNaN(x):
		return math.Tanh(x)
	case a >= 1:
		return math.Copysign(1-2/(expMinus1(2*a)+2), x)
	}
	t := expMinus1(-2 * a)
	return math.Copysign(-t/(t+2), x)
}

func libLog10(x float64) float64 {
	if !within(x, 1e-300, 1e300) || x < 0 {
		return math.Log10(x)
	}
	fraction, exponent := math.Frexp(x)
	// x is m times two to the k, where m is from 1 to 2, or from 1/2 to 1 if k would be negative.
	m, k := 2*fraction, exponent-1
	if k < 0 {
		m, k = fraction, exponent
	}
	const (
		perLn10 = 4.34294481903251816668e-01
		log2Hi  = 3.01029995663611771306e-01 // the bits of log10(2) that times k are exact
		log2Lo  = 3.69423907715893078616e-13
	)
	y := float64(k)
	z := float64(y*log2Lo) + float64(perLn10*exactLog(m))
	return z + float64(y*log2Hi)
}

func exactAsinh(x float64) float64 {
	if !within(x, 1e-8, 1e15) {
		return math.Asinh(x)
	}
	y := math.Asinh(x)
	s, c := sinhCosh(y)
	return double{y, 0}.add(double{x, 0}.sub(s).div(c)).hi
}

func exactAcosh(x float64) float64 {
	if x <= 1 || x > 1e15 {
		return math.Acosh(x)
	}
	y := math.Acosh(x)
	s, c := sinhCosh(y)
	return double{y, 0}.add(double{x, 0}.sub(c).div(s)).hi
}

func exactAtanh(x float64) float64 {
	switch {
	case !within(x, 1e-8, 1) || math.Abs(x) == 1:
		return math.Atanh(x)
	case math.Abs(x) > 0.5:
		return logDouble(twoSum(1, x).div(twoSum(1, -x))).scale(0.5).hi
	}
	y := math.Atanh(x)
	s, c := sinhCosh(y)
	rest := double{x, 0}.sub(s.div(c)).div(twoSum(1, -x).mul(twoSum(1, x)))
	return double{y, 0}.add(rest).hi
}

func exactExp(x float64) float64 {
	if !within(x, 1e-8, 710) || x < -700 {
		return math.Exp(x)
	}
	return expFloat(double{x, 0})
}

func exactLog(x float64) float64 {
	if !within(x, 1e-300, 1e300) || x < 0 {
		return math.Log(x)
	}
	return logDouble(double{x, 0}).hi
}

func exactLog2(x float64) float64 {
	if !within(x, 1e-300, 1e300) || x < 0 {
		return math.Log2(x)
	}
	return logDouble(double{x, 0}).div(double{ln2[0], ln2[1]}).hi
}

func exactPow(x, y float64) float64 {
	if !within(x, 1e-300, 1e300) || !within(y, 1e-8, 1e15) || x < 0 && y != math.Trunc(y) {
		return math.Pow(x, y)
	}
	exponent := logDouble(double{math.Abs(x), 0}).times(y)
	if exponent.hi < -700 || exponent.hi > 710 {
		return math.Pow(x, y)
	}
	p := expFloat(exponent)
	if x < 0 && math.Mod(y, 2) != 0 {
		return -p
	}
	return p
}
