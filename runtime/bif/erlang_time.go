package bif

import (
	"math/big"
	"sync/atomic"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Clocks, calendars and unique numbers.
var erlangTime = []vm.BIF{
	erl("system_time", 0, clock(systemTime)),
	erl("system_time", 1, clock(systemTime)),
	erl("monotonic_time", 0, clock(vm.Monotonic)),
	erl("monotonic_time", 1, clock(vm.Monotonic)),
	erl("time_offset", 0, clock(timeOffset)),
	erl("time_offset", 1, clock(timeOffset)),
	erl("convert_time_unit", 3, convertTimeUnit),
	erl("timestamp", 0, timestamp),
	erl("now", 0, now),
	erl("date", 0, date),
	erl("time", 0, timeOfDay),
	erl("localtime", 0, localtime),
	erl("universaltime", 0, universaltime),
	erl("universaltime_to_localtime", 1, universaltimeToLocaltime),
	erl("localtime_to_universaltime", 1, localtimeToUniversaltime),
	erl("localtime_to_universaltime", 2, localtimeToUniversaltime),
	erl("universaltime_to_posixtime", 1, universaltimeToPosixtime),
	erl("posixtime_to_universaltime", 1, posixtimeToUniversaltime),
	erl("unique_integer", 0, uniqueInteger),
	erl("unique_integer", 1, uniqueInteger),
}

func systemTime() int64 { return time.Now().UnixNano() }

// offset is system time minus monotonic time, which never changes here.
var offset = systemTime() - vm.Monotonic()

func timeOffset() int64 { return offset }

// timeUnits are the parts of a second; the second spelling of each is an old
// one.
var timeUnits = map[term.Atom]int64{
	term.A("second"):        1,
	term.A("millisecond"):   1e3,
	term.A("microsecond"):   1e6,
	term.A("nanosecond"):    1e9,
	term.A("native"):        1e9,
	term.A("perf_counter"):  1e9,
	term.A("seconds"):       1,
	term.A("milli_seconds"): 1e3,
	term.A("micro_seconds"): 1e6,
	term.A("nano_seconds"):  1e9,
}

// timeUnit is how many of a unit a second has.
func timeUnit(t term.Term) (int64, bool) {
	if a, ok := t.(term.Atom); ok {
		v, ok := timeUnits[a]
		return v, ok
	}
	v, ok := smallInt(t, 1, term.MaxSmall)
	return v, ok
}

// clock makes a function that gives a time of nanoseconds in the unit asked
// for.
func clock(read func() int64) vm.Func {
	return func(_ *vm.Process, args []term.Term) (term.Term, error) {
		ns := read()
		if len(args) == 0 {
			return term.MakeInt(ns), nil
		}
		unit, ok := timeUnit(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		return convert(big.NewInt(ns), 1e9, unit), nil
	}
}

// convert goes from one unit to another, rounding down.
func convert(v *big.Int, from, to int64) term.Term {
	if v.IsInt64() && from%to == 0 {
		// The usual case: to a coarser unit.
		n, by := v.Int64(), from/to
		q := n / by
		if n%by < 0 {
			q--
		}
		return term.MakeInt(q)
	}
	n := new(big.Int).Mul(v, big.NewInt(to))
	// With a positive divisor Div rounds down.
	return term.MakeBig(n.Div(n, big.NewInt(from)))
}

func convertTimeUnit(_ *vm.Process, args []term.Term) (term.Term, error) {
	v, ok := term.ToBig(args[0])
	from, ok1 := timeUnit(args[1])
	to, ok2 := timeUnit(args[2])
	if !ok || !ok1 || !ok2 {
		return nil, vm.Badarg
	}
	return convert(v, from, to), nil
}

func megaSeconds(us int64) term.Term {
	return term.T(term.MakeInt(us/1e12), term.MakeInt(us/1e6%1e6), term.MakeInt(us%1e6))
}

func timestamp(_ *vm.Process, args []term.Term) (term.Term, error) {
	return megaSeconds(systemTime() / 1e3), nil
}

var lastNow atomic.Int64

// now gives each value once.
func now(_ *vm.Process, args []term.Term) (term.Term, error) {
	for {
		last := lastNow.Load()
		us := max(systemTime()/1e3, last+1)
		if lastNow.CompareAndSwap(last, us) {
			return megaSeconds(us), nil
		}
	}
}

func ints(vs ...int) *term.Tuple {
	t := term.NewTuple(len(vs))
	for i, v := range vs {
		t.Elems[i] = term.MakeInt(int64(v))
	}
	return t
}

func dateOf(t time.Time) *term.Tuple {
	y, m, d := t.Date()
	return ints(y, int(m), d)
}

func timeOf(t time.Time) *term.Tuple { return ints(t.Hour(), t.Minute(), t.Second()) }

func dateTime(t time.Time) *term.Tuple { return term.T(dateOf(t), timeOf(t)) }

func date(_ *vm.Process, args []term.Term) (term.Term, error)      { return dateOf(time.Now()), nil }
func timeOfDay(_ *vm.Process, args []term.Term) (term.Term, error) { return timeOf(time.Now()), nil }
func localtime(_ *vm.Process, args []term.Term) (term.Term, error) {
	return dateTime(time.Now()), nil
}
func universaltime(_ *vm.Process, args []term.Term) (term.Term, error) {
	return dateTime(time.Now().UTC()), nil
}

// toInts gives the integers of a tuple of n.
func toInts(t term.Term, n int) ([]int, bool) {
	tuple, ok := t.(*term.Tuple)
	if !ok || tuple.Len() != n {
		return nil, false
	}
	vs := make([]int, n)
	for i, e := range tuple.Elems {
		v, ok := smallInt(e, -1<<31, 1<<31-1)
		if !ok {
			return nil, false
		}
		vs[i] = int(v)
	}
	return vs, true
}

// toTime reads {{Y,M,D},{H,Min,S}}, which must exist in the calendar.
func toTime(t term.Term, loc *time.Location) (time.Time, bool) {
	tuple, ok := t.(*term.Tuple)
	if !ok || tuple.Len() != 2 {
		return time.Time{}, false
	}
	d, ok := toInts(tuple.Elems[0], 3)
	h, ok1 := toInts(tuple.Elems[1], 3)
	if !ok || !ok1 || d[0] < 0 || h[0] < 0 || h[0] > 23 || h[1] < 0 || h[1] > 59 || h[2] < 0 || h[2] > 59 {
		return time.Time{}, false
	}
	day := time.Date(d[0], time.Month(d[1]), d[2], 0, 0, 0, 0, time.UTC)
	if y, m, n := day.Date(); y != d[0] || int(m) != d[1] || n != d[2] {
		return time.Time{}, false
	}
	return time.Date(d[0], time.Month(d[1]), d[2], h[0], h[1], h[2], 0, loc), true
}

func universaltimeToLocaltime(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := toTime(args[0], time.UTC)
	if !ok {
		return nil, vm.Badarg
	}
	return dateTime(t.Local()), nil
}

func localtimeToUniversaltime(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := toTime(args[0], time.Local)
	if !ok {
		return nil, vm.Badarg
	}
	if len(args) == 2 && args[1] != term.Undefined {
		dst, ok := boolean(args[1])
		if !ok {
			return nil, vm.Badarg
		}
		// An hour that the clock shows twice, or the caller's opinion of it.
		if dst && !t.IsDST() {
			t = t.Add(-time.Hour)
		} else if !dst && t.IsDST() {
			t = t.Add(time.Hour)
		}
	}
	return dateTime(t.UTC()), nil
}

func universaltimeToPosixtime(_ *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := toTime(args[0], time.UTC)
	if !ok {
		return nil, vm.Badarg
	}
	return term.MakeInt(t.Unix()), nil
}

// maxPosixTime is the last second of the year 9999, far beyond which Go's
// calendar ends.
const maxPosixTime = 253402300799

func posixtimeToUniversaltime(_ *vm.Process, args []term.Term) (term.Term, error) {
	v, ok := smallInt(args[0], -maxPosixTime, maxPosixTime)
	if !ok {
		return nil, vm.Badarg
	}
	return dateTime(time.Unix(v, 0).UTC()), nil
}

var (
	aMonotonic = term.A("monotonic")
	aPositive  = term.A("positive")

	uniqueCount, monotonicCount atomic.Int64
)

func uniqueInteger(_ *vm.Process, args []term.Term) (term.Term, error) {
	monotonic, positive := false, false
	if len(args) == 1 {
		opts, ok := term.Slice(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		for _, o := range opts {
			switch o {
			case aMonotonic:
				monotonic = true
			case aPositive:
				positive = true
			default:
				return nil, vm.Badarg
			}
		}
	}
	count := &uniqueCount
	if monotonic {
		count = &monotonicCount
	}
	n := count.Add(1)
	if positive {
		return term.MakeInt(n), nil
	}
	return term.MakeInt(term.MinSmall + n - 1), nil
}
