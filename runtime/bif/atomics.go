package bif

import (
	"math"
	"math/big"
	"sync/atomic"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The modules atomics and counters: arrays of 64-bit integers.
var atomics = []vm.BIF{
	{Module: "atomics", Name: "new", Arity: 2, Fn: atomicsNew},
	{Module: "atomics", Name: "get", Arity: 2, Fn: atomicsGet},
	{Module: "atomics", Name: "put", Arity: 3, Fn: atomicsOp(func(w *atomic.Uint64, v uint64) uint64 { w.Store(v); return 0 }, false)},
	{Module: "atomics", Name: "add", Arity: 3, Fn: atomicsOp(addGet, false)},
	{Module: "atomics", Name: "add_get", Arity: 3, Fn: atomicsOp(addGet, true)},
	{Module: "atomics", Name: "sub", Arity: 3, Fn: atomicsOp(subGet, false)},
	{Module: "atomics", Name: "sub_get", Arity: 3, Fn: atomicsOp(subGet, true)},
	{Module: "atomics", Name: "exchange", Arity: 3, Fn: atomicsOp(func(w *atomic.Uint64, v uint64) uint64 { return w.Swap(v) }, true)},
	{Module: "atomics", Name: "compare_exchange", Arity: 4, Fn: atomicsCompareExchange},
	{Module: "atomics", Name: "info", Arity: 1, Fn: atomicsInfo},
	{Module: "counters", Name: "new", Arity: 2, Fn: countersNew},
	{Module: "counters", Name: "get", Arity: 2, Fn: onCounter(atomicsGet)},
	{Module: "counters", Name: "put", Arity: 3, Fn: onCounter(atomicsOp(func(w *atomic.Uint64, v uint64) uint64 { w.Store(v); return 0 }, false))},
	{Module: "counters", Name: "add", Arity: 3, Fn: onCounter(atomicsOp(addGet, false))},
	{Module: "counters", Name: "sub", Arity: 3, Fn: onCounter(atomicsOp(subGet, false))},
	{Module: "counters", Name: "info", Arity: 1, Fn: onCounter(atomicsInfo)},
}

// atomicArray is what the magic reference stands for.
type atomicArray struct {
	words  []atomic.Uint64
	signed bool
}

var (
	aSigned           = term.A("signed")
	aAtomics          = term.A("atomics")
	aWriteConcurrency = term.A("write_concurrency")
	aSize             = term.A("size")
	aMax              = term.A("max")
	aMin              = term.A("min")
	aMemory           = term.A("memory")
)

// maxAtomics bounds an array: 2 GB.
const maxAtomics = 1 << 28

func newAtomics(p *vm.Process, size term.Term, signed bool) (*term.Ref, error) {
	n, ok := smallInt(size, 1, math.MaxInt64)
	if !ok {
		return nil, vm.Badarg
	}
	if n > maxAtomics {
		return nil, vm.SystemLimit
	}
	if !p.Room(8 * n) {
		return nil, vm.SystemLimit
	}
	r := p.VM().MakeRef()
	r.Resource = &atomicArray{make([]atomic.Uint64, n), signed}
	return r, nil
}

func atomicsNew(p *vm.Process, args []term.Term) (term.Term, error) {
	opts, ok := term.Slice(args[1])
	if !ok {
		return nil, vm.BadargCause(aBadopt)
	}
	signed := true
	for _, o := range opts {
		t, ok := o.(*term.Tuple)
		if !ok || t.Len() != 2 || t.Elems[0] != aSigned {
			return nil, vm.BadargCause(aBadopt)
		}
		if signed, ok = boolean(t.Elems[1]); !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	r, err := newAtomics(p, args[0], signed)
	if err != nil {
		return nil, err
	}
	return r, nil
}

// word finds an array's element by the reference and the index.
func word(args []term.Term) (a *atomicArray, w *atomic.Uint64, ok bool) {
	r, ok := args[0].(*term.Ref)
	if !ok {
		return nil, nil, false
	}
	if a, ok = r.Resource.(*atomicArray); !ok {
		return nil, nil, false
	}
	i, ok := smallInt(args[1], 1, int64(len(a.words)))
	if !ok {
		return nil, nil, false
	}
	return a, &a.words[i-1], true
}

// value is a word as an integer, bits an integer as a word.
func (a *atomicArray) value(w uint64) term.Term {
	if a.signed {
		return term.MakeInt(int64(w))
	}
	return term.MakeUint(w)
}

func (a *atomicArray) bits(t term.Term) (uint64, bool) {
	if a.signed {
		v, ok := term.ToInt64(t)
		return uint64(v), ok
	}
	return term.ToUint64(t)
}

// increment is an amount to add: of either sign, up to 64 bits.
func (a *atomicArray) increment(t term.Term) (uint64, bool) {
	if v, ok := term.ToInt64(t); ok {
		return uint64(v), true
	}
	return term.ToUint64(t)
}

func atomicsGet(_ *vm.Process, args []term.Term) (term.Term, error) {
	a, w, ok := word(args)
	if !ok {
		return nil, vm.Badarg
	}
	return a.value(w.Load()), nil
}

func addGet(w *atomic.Uint64, v uint64) uint64 { return w.Add(v) }
func subGet(w *atomic.Uint64, v uint64) uint64 { return w.Add(-v) }

// atomicsOp makes a function of array, index and operand; result says whether
// it gives op's value or ok.
func atomicsOp(op func(w *atomic.Uint64, v uint64) uint64, result bool) vm.Func {
	return func(_ *vm.Process, args []term.Term) (term.Term, error) {
		a, w, ok := word(args)
		if !ok {
			return nil, vm.Badarg
		}
		v, ok := a.bits(args[2])
		if !ok {
			if v, ok = a.increment(args[2]); !ok || a.signed {
				return nil, vm.Badarg
			}
		}
		n := op(w, v)
		if !result {
			return term.Ok, nil
		}
		return a.value(n), nil
	}
}

func atomicsCompareExchange(_ *vm.Process, args []term.Term) (term.Term, error) {
	a, w, ok := word(args)
	if !ok {
		return nil, vm.Badarg
	}
	expected, ok := a.bits(args[2])
	desired, ok1 := a.bits(args[3])
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	for {
		if w.CompareAndSwap(expected, desired) {
			return term.Ok, nil
		}
		if v := w.Load(); v != expected {
			return a.value(v), nil
		}
	}
}

func atomicsInfo(_ *vm.Process, args []term.Term) (term.Term, error) {
	r, ok := args[0].(*term.Ref)
	if !ok {
		return nil, vm.Badarg
	}
	a, ok := r.Resource.(*atomicArray)
	if !ok {
		return nil, vm.Badarg
	}
	lo, hi := term.MakeInt(math.MinInt64), term.MakeInt(math.MaxInt64)
	if !a.signed {
		lo, hi = term.MakeInt(0), term.MakeBig(new(big.Int).SetUint64(math.MaxUint64))
	}
	const header = 40
	return term.MapOf(aSize, term.MakeInt(int64(len(a.words))), aMax, hi, aMin, lo,
		aMemory, term.MakeInt(header+8*int64(len(a.words)))), nil
}

// A counter is {atomics | write_concurrency, Ref}.
func countersNew(p *vm.Process, args []term.Term) (term.Term, error) {
	kind := aAtomics
	opts, ok := term.Slice(args[1])
	if !ok {
		return nil, vm.BadargCause(aBadopt)
	}
	for _, o := range opts {
		if o != aAtomics && o != aWriteConcurrency {
			return nil, vm.BadargCause(aBadopt)
		}
		kind = o.(term.Atom)
	}
	r, err := newAtomics(p, args[0], true)
	if err != nil {
		return nil, err
	}
	return term.T(kind, r), nil
}

// onCounter makes a counters function of one on the array inside.
func onCounter(fn vm.Func) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		t, ok := args[0].(*term.Tuple)
		if !ok || t.Len() != 2 || t.Elems[0] != aAtomics && t.Elems[0] != aWriteConcurrency {
			return nil, vm.Badarg
		}
		inner := append([]term.Term{t.Elems[1]}, args[1:]...)
		return fn(p, inner)
	}
}
