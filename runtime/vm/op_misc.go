package vm

import (
	"fmt"
	"math"
	"math/big"

	"ersh/runtime/term"
)

func opName(ip *instr) string { return fmt.Sprintf("%d", ip.op) }

// cell makes a list cell; there is a spare one.
func (m *machine) cell(h, t term.Term) *term.Cons {
	m.spare--
	c := &m.cells[m.spare%cellBlock]
	c.Head, c.Tail = h, t
	return c
}

// holds is a comparison of any operands.
func (m *machine) holds(ip *instr) bool {
	p := m.p
	switch ip.op {
	case opIsLtXI, opIsLtXIReturn:
		return p.Compare(*m.xr(ip.a), ip.v) < 0
	case opIsGeXI, opIsGeXIReturn:
		return p.Compare(*m.xr(ip.a), ip.v) >= 0
	case opIsLtIX:
		return p.Compare(ip.v, *m.xr(ip.b)) < 0
	case opIsGeIX:
		return p.Compare(ip.v, *m.xr(ip.b)) >= 0
	case opIsNeXL:
		return *m.xr(ip.a) != ip.v
	case opIsEqYL:
		return *yr(p.top, int(int16(ip.a))) == ip.v
	case opIsNeYL:
		return *yr(p.top, int(int16(ip.a))) != ip.v
	}
	a, b := m.get(ip, ip.a), m.get(ip, ip.b)
	switch ip.op {
	case opIsEq:
		return p.Equal(a, b)
	case opIsNe:
		return !p.Equal(a, b)
	case opIsEqExact:
		return p.Identical(a, b)
	case opIsNeExact:
		return !p.Identical(a, b)
	}
	return p.less(a, b) == (ip.op == opIsLt || ip.op == opIsLtXX)
}

// take is an instruction that takes a list cell or a tuple apart; false means that it
// is none.
func (m *machine) take(ip *instr) bool {
	if ip.op == opGetElemS {
		t, ok := m.get(ip, ip.a).(*term.Tuple)
		if !ok || uint(ip.n) >= uint(len(t.Elems)) {
			return false
		}
		m.set(ip.b, t.Elems[ip.n])
		return true
	}
	l, ok := m.get(ip, ip.a).(*term.Cons)
	if !ok {
		return false
	}
	switch ip.op {
	case opGetHd:
		m.set(ip.b, l.Head)
	case opGetTl:
		m.set(ip.b, l.Tail)
	default:
		m.set(ip.b, l.Head)
		m.set(ip.c, l.Tail)
	}
	return true
}

// smallOp is an operator applied to small integers whose result is one; false
// means that it isn't.
func (m *machine) smallOp(ip *instr) bool {
	v, ok1 := m.get(ip, ip.a).(term.Int)
	w, ok2 := m.get(ip, ip.b).(term.Int)
	if !ok1 || !ok2 {
		return false
	}
	a, b := v.Value(), w.Value()
	switch ip.op {
	case opAdd:
		a += b
	case opSub:
		a -= b
	case opMul:
		// Factors of 30 bits cannot leave the range.
		if uint64(a)+1<<29 >= 1<<30 || uint64(b)+1<<29 >= 1<<30 {
			return false
		}
		a *= b
	case opBand:
		a &= b
	case opRem:
		if b <= 0 {
			return false
		}
		a %= b
	case opDiv:
		// With b above 0 every quotient is a small integer.
		if b <= 0 {
			return false
		}
		a /= b
	}
	if !term.IsSmall(a) {
		return false
	}
	m.set(ip.c, term.Small(a))
	return true
}

// slow calls the Go function that an instruction is; false after raising.
func (m *machine) slow(ip, cp *instr) bool {
	next := ip.ext.call(m, ip)
	if next == nil {
		m.complete(ip, cp)
		return false
	}
	m.p.ip = next
	return true
}

// putList is put_list with any operands; there is a spare cell.
func (m *machine) putList(ip *instr) {
	m.set(ip.c, m.cell(m.get(ip, ip.a), m.get(ip, ip.b)))
}

func (m *machine) putTuple(ip *instr) {
	t := term.NewTuple(int(ip.n))
	top, elems := m.p.top, t.Elems
	for i, o := range ip.ext.args[:len(elems)] {
		elems[i] = *m.operand(top, ip, o)
	}
	m.set(ip.a, t)
}

// noMatch raises what an instruction says that nothing matched.
func (m *machine) noMatch(ip, cp *instr) {
	what := aBadmatch
	switch ip.op {
	case opCaseEnd:
		what = aCaseClause
	case opTryCaseEnd:
		what = aTryClause
	case opBadrecord:
		what = aBadrecord
	}
	m.raise(ip, cp, term.T(what, m.get(ip, ip.a)))
}

// typeTest is a type test of any operand.
func (m *machine) typeTest(ip *instr) bool { return typeTest(ip, m.get(ip, ip.a)) }

func typeTest(ip *instr, v term.Term) bool {
	switch ip.op {
	case opIsNil:
		_, ok := v.(term.Nil)
		return ok
	case opIsNonemptyList:
		_, ok := v.(*term.Cons)
		return ok
	case opIsList:
		return term.IsList(v)
	case opIsTuple:
		_, ok := v.(*term.Tuple)
		return ok
	case opTupleS:
		t, ok := v.(*term.Tuple)
		return ok && len(t.Elems) == int(ip.n)
	case opTaggedTuple:
		t, ok := v.(*term.Tuple)
		return ok && len(t.Elems) == int(ip.n) && ip.n > 0 && t.Elems[0] == ip.v
	case opIsInteger:
		return term.IsInteger(v)
	case opIsFloat:
		_, ok := v.(term.Float)
		return ok
	case opIsNumber:
		switch v.(type) {
		case term.Int, *term.Big, term.Float:
			return true
		}
	case opIsAtom:
		_, ok := v.(term.Atom)
		return ok
	case opIsPid:
		_, ok := v.(*term.Pid)
		return ok
	case opIsReference:
		_, ok := v.(*term.Ref)
		return ok
	case opIsPort:
		_, ok := v.(*term.Port)
		return ok
	case opIsBinary:
		b, ok := v.(*term.Bits)
		return ok && b.IsBinary()
	case opIsBitstr:
		_, ok := v.(*term.Bits)
		return ok
	case opIsBoolean:
		return v == term.True || v == term.False
	case opIsMap:
		_, ok := v.(*term.Map)
		return ok
	case opIsFunction:
		switch v.(type) {
		case *term.Fun, *term.Export:
			return true
		}
	}
	return false
}

// selected is where a select_val goes on, selectedArity a select_tuple_arity.
func (m *machine) selected(ip *instr) *instr { return ip.ext.table.find(m.get(ip, ip.a), ip) }

func (m *machine) selectedArity(ip *instr) *instr {
	if t, ok := m.get(ip, ip.a).(*term.Tuple); ok {
		return ip.ext.table.find(term.Small(int64(len(t.Elems))), ip)
	}
	return ip.to
}

// selectTable finds the label for a value.
type selectTable struct {
	values []term.Term
	index  map[term.Term]int // for many simple values
	base   int64             // for many small integers close together:
	dense  []int32           // label of base + i, -1 for none
	ints   []term.Int        // few values of one kind
	atoms  []term.Atom
}

// few gives the instruction that suits the table: a run of comparisons is the
// fastest for up to eight integers or atoms.
func (t *selectTable) few() opcode {
	if len(t.values) == 0 || len(t.values) > 8 {
		return opSelectVal
	}
	for _, v := range t.values {
		switch v := v.(type) {
		case term.Int:
			t.ints = append(t.ints, v)
		case term.Atom:
			t.atoms = append(t.atoms, v)
		}
	}
	switch len(t.values) {
	case len(t.ints):
		return opSelectXI
	case len(t.atoms):
		return opSelectXA
	}
	return opSelectVal
}

func (t *selectTable) find(v term.Term, ip *instr) *instr {
	switch {
	case t.dense != nil:
		if i, ok := v.(term.Int); ok {
			if d := uint64(i.Value() - t.base); d < uint64(len(t.dense)) && t.dense[d] >= 0 {
				return ip.ext.labels[t.dense[d]]
			}
		}
	case t.index != nil:
		if simple(v) {
			if i, ok := t.index[v]; ok {
				return ip.ext.labels[i]
			}
		}
	default:
		for i, w := range t.values {
			if v == w || !simple(w) && term.Identical(v, w) {
				return ip.ext.labels[i]
			}
		}
	}
	return ip.to
}

func newSelectTable(values []term.Term) *selectTable {
	t := &selectTable{values: values}
	if len(values) <= 8 {
		return t
	}
	lo, hi, ints := int64(math.MaxInt64), int64(math.MinInt64), true
	for _, v := range values {
		if !simple(v) {
			return t
		}
		if i, ok := v.(term.Int); ok {
			lo, hi = min(lo, i.Value()), max(hi, i.Value())
		} else {
			ints = false
		}
	}
	if ints && hi-lo < int64(8*len(values)) {
		t.base, t.dense = lo, make([]int32, hi-lo+1)
		for i := range t.dense {
			t.dense[i] = -1
		}
		for i, v := range values {
			t.dense[v.(term.Int).Value()-lo] = int32(i)
		}
		return t
	}
	t.index = make(map[term.Term]int, len(values))
	for i, v := range values {
		t.index[v] = i
	}
	return t
}

// Exceptions.

// complete adds the stack trace to an exception of a slow instruction.
func (m *machine) complete(ip, cp *instr) {
	e := m.exc
	if e.trace == nil {
		e.trace = &rawTrace{class: e.class}
	}
	if len(e.trace.frames) == 0 && e.trace.list == nil {
		e.trace.capture(m.p, ip, cp)
	}
}

// throwError begins an error in a slow instruction; it gives nil for the
// instruction to return.
func (m *machine) throwError(reason term.Term) *instr {
	m.exc = &raised{class: ClassError, reason: reason}
	return nil
}

// guard runs a guard BIF of one or two arguments; false after raising or failing.
func (m *machine) guard(ip, cp *instr) bool {
	var second term.Term
	if ip.op == opGuard2 {
		second = m.get(ip, ip.b)
	}
	v, err := ip.ext.guard(m.p, m.get(ip, ip.a), second, nil)
	m.endLateTurn()
	if err == nil {
		m.set(ip.c, v)
		return true
	}
	if ip.to == nil {
		m.guardError(ip, cp, err)
	}
	return false
}

// guardCall runs a guard BIF from its ext; false after raising or failing.
func (m *machine) guardCall(ip, cp *instr) bool {
	args := m.guardArgs(ip)
	v, err := ip.ext.guard(m.p, args[0], args[1], args[2])
	m.endLateTurn()
	if err != nil {
		if ip.to == nil || ip.op == opAddXICallOnly || ip.op == opAddToXCallOnly || ip.op == opAddYXDealloc {
			m.guardError(ip, cp, err)
		}
		return false
	}
	m.set(ip.c, v)
	return true
}

// endLateTurn has the turn end with the next call if it has taken long.
func (m *machine) endLateTurn() {
	if m.late.Load() {
		m.p.reds = 0
	}
}

func (m *machine) guardArgs(ip *instr) (args [3]term.Term) {
	for i, o := range ip.ext.args {
		args[i] = m.get(ip, o)
	}
	return
}

func (m *machine) guardError(ip, cp *instr, err error) {
	args := m.guardArgs(ip)
	exp := ip.ext.exp
	if fn := ip.fn(); exp != nil && exp.module == aErlang && exp.name == aDivide && fn != nil && fn.mod.frames == nil {
		// Alone among the operators, a compiled / does not show its operands.
		exp = nil
	}
	m.raiseError(ip, cp, exp, append([]term.Term(nil), args[:len(ip.ext.args)]...), err)
}

func (m *machine) functionClause(ip, cp *instr) {
	n := ip.ext.fun.arity
	args := append([]term.Term(nil), m.x[:n]...)
	for i, v := range args {
		if c, ok := v.(*matchContext); ok && c.owner == ip.ext.fun {
			c.pos = c.start
			args[i] = c.rest()
		}
	}
	m.raise(ip, cp, aFunctionClause)
	m.exc.trace.args = term.List(args...)
}

// caught makes the value of a catch from the exception in x1 to x3.
func (m *machine) caught() {
	x := &m.x
	switch x[1] {
	case term.ThrowAtom:
		x[0] = x[2]
	case term.ErrorAtom:
		t, _ := x[3].(*rawTrace)
		var trace term.Term = term.EmptyList
		if t != nil {
			trace = t.term()
		}
		x[0] = term.T(term.EXIT, term.T(x[2], trace))
	default:
		x[0] = term.T(term.EXIT, x[2])
	}
}

// rawRaise is erlang:raise/3 with a trace from the same try; false means the
// class is none.
func (m *machine) rawRaise(ip, cp *instr) bool {
	var class Class
	switch m.x[0] {
	case term.ErrorAtom:
		class = ClassError
	case term.ExitAtom:
		class = ClassExit
	case term.ThrowAtom:
		class = ClassThrow
	default:
		m.x[0] = Badarg.Reason
		return false
	}
	t := m.again(ip, cp, class, m.x[2])
	if t.args != nil && !t.bare {
		t.bare, t.list = true, nil
	}
	m.exc = &raised{class: class, reason: m.x[1], trace: t}
	return true
}

// reraise goes on with an exception after a try that did not handle it.
func (m *machine) reraise(ip, cp *instr) {
	trace, reason := m.get(ip, ip.a), m.get(ip, ip.b)
	class := ClassError
	if t, ok := trace.(*rawTrace); ok {
		class = t.class
	}
	m.exc = &raised{class: class, reason: reason, trace: m.again(ip, cp, class, trace)}
}

func (m *machine) again(ip, cp *instr, class Class, trace term.Term) *rawTrace {
	switch t := trace.(type) {
	case *rawTrace:
		if t.class == class {
			return t
		}
		return &rawTrace{class: class, list: t.term()}
	case nil:
	default:
		if term.IsList(t) {
			return &rawTrace{class: class, list: t}
		}
	}
	return m.capture(ip, cp, class)
}

func slowBuildStacktrace(m *machine, ip *instr) *instr {
	if t, ok := m.x[0].(*rawTrace); ok {
		m.x[0] = t.term()
	}
	return ip.next()
}

// Receive.

type waitState uint8

const (
	waitMore waitState = iota
	waitOver
	waitBad
)

func (m *machine) waitTimeout(ip, cp *instr) waitState {
	p := m.p
	if p.timing {
		if p.receiveTimedOut() {
			return waitOver
		}
		return waitMore
	}
	v := m.get(ip, ip.a)
	if v == term.Infinity {
		return waitMore
	}
	ms, ok := term.ToInt64(v)
	if !ok || ms < 0 || ms > 1<<32-1 {
		m.raise(ip, cp, aTimeoutValue)
		return waitBad
	}
	if ms == 0 {
		return waitOver
	}
	p.timing = true
	p.startReceiveTimer(ms)
	return waitMore
}

func slowMarkerReserve(m *machine, ip *instr) *instr {
	m.set(ip.a, m.p.reserveMark())
	return ip.next()
}

func slowMarkerBind(m *machine, ip *instr) *instr {
	m.p.bindMark(m.get(ip, ip.a), m.get(ip, ip.b))
	return ip.next()
}

func slowMarkerClear(m *machine, ip *instr) *instr {
	m.p.clearMark(m.get(ip, ip.a))
	return ip.next()
}

func slowMarkerUse(m *machine, ip *instr) *instr {
	m.p.useMark(m.get(ip, ip.a))
	return ip.next()
}

// Registers, tuples, maps.

func slowSwap(m *machine, ip *instr) *instr {
	a, b := m.get(ip, ip.a), m.get(ip, ip.b)
	m.set(ip.a, b)
	m.set(ip.b, a)
	return ip.next()
}

func slowSetElement(m *machine, ip *instr) *instr {
	v, dst := m.get(ip, ip.ext.args[0]), ip.ext.args[1]
	t, ok := m.get(ip, dst).(*term.Tuple)
	if !ok || int(ip.n) >= len(t.Elems) {
		return m.throwError(Badarg.Reason)
	}
	// The compiler uses the instruction only on a tuple that it has just
	// copied; a corrupt module might not, and others may see the tuple.
	u := term.T(t.Elems...)
	u.Elems[ip.n] = v
	m.set(dst, u)
	return ip.next()
}

func slowUpdateRecord(m *machine, ip *instr) *instr {
	args := ip.ext.args
	t, ok := m.get(ip, args[0]).(*term.Tuple)
	if !ok || len(t.Elems) != int(ip.n) {
		return m.throwError(Badarg.Reason)
	}
	u := term.NewTuple(len(t.Elems))
	copy(u.Elems, t.Elems)
	for i := 1; i < len(args); i += 2 {
		u.Elems[args[i]-1] = m.get(ip, args[i+1])
	}
	m.set(ip.a, u)
	return ip.next()
}

func slowIsFunction2(m *machine, ip *instr) *instr {
	n, ok := m.get(ip, ip.ext.args[1]).(term.Int)
	if ok {
		switch f := m.get(ip, ip.ext.args[0]).(type) {
		case *term.Fun:
			ok = int64(f.Arity) == n.Value()
		case *term.Export:
			ok = int64(f.Arity) == n.Value()
		default:
			ok = false
		}
	}
	if !ok {
		return ip.to
	}
	return ip.next()
}

// mapArg is the map that a map instruction works on.
func (m *machine) mapArg(ip *instr) (*term.Map, bool) {
	mp, ok := m.get(ip, ip.ext.args[0]).(*term.Map)
	return mp, ok
}

func (m *machine) badmap(ip *instr) *instr {
	if ip.to != nil {
		return ip.to
	}
	return m.throwError(Badmap(m.get(ip, ip.ext.args[0])).Reason)
}

func slowPutMapAssoc(m *machine, ip *instr) *instr {
	mp, ok := m.mapArg(ip)
	if !ok {
		return m.badmap(ip)
	}
	args := ip.ext.args
	for i := 1; i < len(args); i += 2 {
		mp = mp.Put(m.get(ip, args[i]), m.get(ip, args[i+1]))
	}
	m.set(ip.a, mp)
	return ip.next()
}

func slowPutMapExact(m *machine, ip *instr) *instr {
	mp, ok := m.mapArg(ip)
	if !ok {
		return m.badmap(ip)
	}
	args := ip.ext.args
	for i := 1; i < len(args); i += 2 {
		k := m.get(ip, args[i])
		if _, ok := mp.Get(k); !ok {
			if ip.to != nil {
				return ip.to
			}
			// The first in the order of a map's keys is told.
			for i += 2; i < len(args); i += 2 {
				other := m.get(ip, args[i])
				if _, ok := mp.Get(other); !ok && term.KeyOrder(other, k) < 0 {
					k = other
				}
			}
			return m.throwError(Badkey(k).Reason)
		}
		mp = mp.Put(k, m.get(ip, args[i+1]))
	}
	m.set(ip.a, mp)
	return ip.next()
}

func slowHasMapFields(m *machine, ip *instr) *instr {
	mp, ok := m.mapArg(ip)
	if !ok {
		return ip.to
	}
	for _, o := range ip.ext.args[1:] {
		if _, ok := mp.Get(m.get(ip, o)); !ok {
			return ip.to
		}
	}
	return ip.next()
}

func slowGetMapElements(m *machine, ip *instr) *instr {
	mp, ok := m.mapArg(ip)
	if !ok {
		return ip.to
	}
	args := ip.ext.args
	for i := 1; i < len(args); i += 2 {
		v, ok := mp.Get(m.get(ip, args[i]))
		if !ok {
			return ip.to
		}
		m.set(args[i+1], v)
	}
	return ip.next()
}

// Floats.

func (m *machine) floatResult(ip *instr, dst opnd, f float64) *instr {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		if ip.to != nil {
			return ip.to
		}
		return m.throwError(Badarith.Reason)
	}
	m.fr[dst&(numX-1)] = f
	return ip.next()
}

func slowFadd(m *machine, ip *instr) *instr {
	return m.floatResult(ip, ip.c, m.fr[ip.a&(numX-1)]+m.fr[ip.b&(numX-1)])
}

func slowFsub(m *machine, ip *instr) *instr {
	return m.floatResult(ip, ip.c, m.fr[ip.a&(numX-1)]-m.fr[ip.b&(numX-1)])
}

func slowFmul(m *machine, ip *instr) *instr {
	return m.floatResult(ip, ip.c, m.fr[ip.a&(numX-1)]*m.fr[ip.b&(numX-1)])
}

func slowFdiv(m *machine, ip *instr) *instr {
	return m.floatResult(ip, ip.c, m.fr[ip.a&(numX-1)]/m.fr[ip.b&(numX-1)])
}

func slowFnegate(m *machine, ip *instr) *instr {
	return m.floatResult(ip, ip.b, -m.fr[ip.a&(numX-1)])
}

func slowFload(m *machine, ip *instr) *instr {
	f, ok := m.get(ip, ip.a).(term.Float)
	if !ok {
		return m.throwError(Badarith.Reason)
	}
	m.fr[ip.b&(numX-1)] = float64(f)
	return ip.next()
}

func slowFstore(m *machine, ip *instr) *instr {
	m.set(ip.b, term.Float(m.fr[ip.a&(numX-1)]))
	return ip.next()
}

func slowFconv(m *machine, ip *instr) *instr {
	f, ok := toFloat(m.get(ip, ip.a))
	if !ok {
		return m.throwError(Badarith.Reason)
	}
	m.fr[ip.b&(numX-1)] = f
	return ip.next()
}

// toFloat is the value of a number as a float; ok is false if it is none or
// too large.
func toFloat(v term.Term) (float64, bool) {
	switch v := v.(type) {
	case term.Float:
		return float64(v), true
	case term.Int:
		return float64(v.Value()), true
	case *term.Big:
		f, _ := new(big.Float).SetInt(&v.V).Float64()
		return f, !math.IsInf(f, 0)
	}
	return 0, false
}
