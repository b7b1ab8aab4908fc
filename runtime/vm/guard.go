package vm

import (
	"math"

	"ersh/runtime/term"
)

// guardFunc is a guard BIF or operator as the instructions bif and gc_bif
// call it: up to three arguments, no list of them to allocate.
type guardFunc func(p *Process, a, b, c term.Term) (term.Term, error)

type guardKey struct {
	name  string
	arity int
}

// guards are the functions of module erlang that are allowed in guards. Those
// that are missing here go through the table of functions in Go.
var guards map[guardKey]guardFunc

func init() {
	one := func(name string, f func(a term.Term) (term.Term, error)) {
		guards[guardKey{name, 1}] = func(_ *Process, a, _, _ term.Term) (term.Term, error) { return f(a) }
	}
	two := func(name string, f func(a, b term.Term) (term.Term, error)) {
		guards[guardKey{name, 2}] = func(_ *Process, a, b, _ term.Term) (term.Term, error) { return f(a, b) }
	}
	test := func(name string, f func(a term.Term) bool) {
		one(name, func(a term.Term) (term.Term, error) { return term.Bool(f(a)), nil })
	}
	relation := func(name string, f func(p *Process, a, b term.Term) bool) {
		guards[guardKey{name, 2}] = func(p *Process, a, b, _ term.Term) (term.Term, error) { return term.Bool(f(p, a, b)), nil }
	}
	guards = map[guardKey]guardFunc{
		{"self", 0}: func(p *Process, _, _, _ term.Term) (term.Term, error) { return p.Pid(), nil },
		// No guard, but the compilers call it by the same instruction.
		{"get", 1}: func(p *Process, key, _, _ term.Term) (term.Term, error) {
			if v := p.DictGet(key); v != nil {
				return v, nil
			}
			return term.Undefined, nil
		},
	}
	two("+", term.Add)
	two("-", term.Sub)
	two("*", term.Mul)
	two("/", term.Div)
	two("div", term.IntDiv)
	two("rem", term.Rem)
	two("band", term.Band)
	two("bor", term.Bor)
	two("bxor", term.Bxor)
	two("bsl", term.Bsl)
	two("bsr", term.Bsr)
	one("bnot", term.Bnot)
	one("-", term.Neg)
	one("abs", func(a term.Term) (term.Term, error) {
		v, err := term.Abs(a)
		if err == term.ErrBadarith {
			err = Badarg
		}
		return v, err
	})
	one("+", func(a term.Term) (term.Term, error) {
		switch a.(type) {
		case term.Int, *term.Big, term.Float:
			return a, nil
		}
		return nil, Badarith
	})

	relation("==", (*Process).Equal)
	relation("/=", func(p *Process, a, b term.Term) bool { return !p.Equal(a, b) })
	relation("=:=", (*Process).Identical)
	relation("=/=", func(p *Process, a, b term.Term) bool { return !p.Identical(a, b) })
	relation("<", (*Process).less)
	relation(">", func(p *Process, a, b term.Term) bool { return p.less(b, a) })
	relation("=<", func(p *Process, a, b term.Term) bool { return !p.less(b, a) })
	relation(">=", func(p *Process, a, b term.Term) bool { return !p.less(a, b) })
	guards[guardKey{"min", 2}] = func(p *Process, a, b, _ term.Term) (term.Term, error) {
		if p.less(b, a) {
			return b, nil
		}
		return a, nil
	}
	guards[guardKey{"max", 2}] = func(p *Process, a, b, _ term.Term) (term.Term, error) {
		if p.less(a, b) {
			return b, nil
		}
		return a, nil
	}
	logic := func(name string, f func(a, b bool) bool) {
		two(name, func(a, b term.Term) (term.Term, error) {
			if a != term.True && a != term.False || b != term.True && b != term.False {
				return nil, Badarg
			}
			return term.Bool(f(a == term.True, b == term.True)), nil
		})
	}
	logic("and", func(a, b bool) bool { return a && b })
	logic("or", func(a, b bool) bool { return a || b })
	logic("xor", func(a, b bool) bool { return a != b })
	one("not", func(a term.Term) (term.Term, error) {
		switch a {
		case term.True:
			return term.False, nil
		case term.False:
			return term.True, nil
		}
		return nil, Badarg
	})

	for op, name := range map[opcode]string{
		opIsInteger: "is_integer", opIsFloat: "is_float", opIsNumber: "is_number", opIsAtom: "is_atom",
		opIsPid: "is_pid", opIsReference: "is_reference", opIsPort: "is_port", opIsBinary: "is_binary",
		opIsBitstr: "is_bitstring", opIsBoolean: "is_boolean", opIsList: "is_list", opIsTuple: "is_tuple",
		opIsMap: "is_map", opIsFunction: "is_function",
	} {
		in := &instr{op: op}
		test(name, func(a term.Term) bool { return typeTest(in, a) })
	}
	two("is_function", func(a, b term.Term) (term.Term, error) {
		n, ok := b.(term.Int)
		if big, isBig := b.(*term.Big); isBig && big.V.Sign() > 0 {
			return term.False, nil
		}
		if !ok || n.Value() < 0 {
			return nil, Badarg
		}
		switch f := a.(type) {
		case *term.Fun:
			return term.Bool(int64(f.Arity) == n.Value()), nil
		case *term.Export:
			return term.Bool(int64(f.Arity) == n.Value()), nil
		}
		return term.False, nil
	})
	guards[guardKey{"is_integer", 3}] = func(p *Process, a, b, c term.Term) (term.Term, error) {
		if !term.IsInteger(b) || !term.IsInteger(c) {
			return nil, Badarg
		}
		return term.Bool(term.IsInteger(a) && !p.less(a, b) && !p.less(c, a)), nil
	}

	one("hd", func(a term.Term) (term.Term, error) {
		if l, ok := a.(*term.Cons); ok {
			return l.Head, nil
		}
		return nil, Badarg
	})
	one("tl", func(a term.Term) (term.Term, error) {
		if l, ok := a.(*term.Cons); ok {
			return l.Tail, nil
		}
		return nil, Badarg
	})
	guards[guardKey{"length", 1}] = func(p *Process, a, _, _ term.Term) (term.Term, error) {
		n, ok := term.Length(a)
		if !ok {
			return nil, Badarg
		}
		p.Bump(n / 64)
		return term.Small(int64(n)), nil
	}
	one("tuple_size", func(a term.Term) (term.Term, error) {
		if t, ok := a.(*term.Tuple); ok {
			return term.Small(int64(len(t.Elems))), nil
		}
		return nil, Badarg
	})
	two("element", func(a, b term.Term) (term.Term, error) {
		i, ok1 := a.(term.Int)
		t, ok2 := b.(*term.Tuple)
		if !ok1 || !ok2 || i.Value() < 1 || i.Value() > int64(len(t.Elems)) {
			return nil, Badarg
		}
		return t.Elems[i.Value()-1], nil
	})
	one("map_size", func(a term.Term) (term.Term, error) {
		if m, ok := a.(*term.Map); ok {
			return term.Small(int64(m.Len())), nil
		}
		return nil, Badmap(a)
	})
	two("map_get", func(a, b term.Term) (term.Term, error) {
		m, ok := b.(*term.Map)
		if !ok {
			return nil, Badmap(b)
		}
		if v, ok := m.Get(a); ok {
			return v, nil
		}
		return nil, Badkey(a)
	})
	two("is_map_key", func(a, b term.Term) (term.Term, error) {
		m, ok := b.(*term.Map)
		if !ok {
			return nil, Badmap(b)
		}
		_, ok = m.Get(a)
		return term.Bool(ok), nil
	})
	one("byte_size", func(a term.Term) (term.Term, error) {
		if b, ok := bitsOf(a); ok {
			return term.Small(int64(b.ByteSize())), nil
		}
		return nil, Badarg
	})
	one("bit_size", func(a term.Term) (term.Term, error) {
		if b, ok := bitsOf(a); ok {
			return term.Small(int64(b.Len)), nil
		}
		return nil, Badarg
	})
	one("size", func(a term.Term) (term.Term, error) {
		if t, ok := a.(*term.Tuple); ok {
			return term.Small(int64(len(t.Elems))), nil
		}
		if b, ok := bitsOf(a); ok {
			return term.Small(int64(b.Len / 8)), nil
		}
		return nil, Badarg
	})
	part := func(_ *Process, a, b, c term.Term) (term.Term, error) {
		bin, ok := bitsOf(a)
		pos, ok1 := b.(term.Int)
		n, ok2 := c.(term.Int)
		if !ok || !bin.IsBinary() || !ok1 || !ok2 {
			return nil, Badarg
		}
		i, k := pos.Value(), n.Value()
		if k < 0 {
			i, k = i+k, -k
		}
		if size := int64(bin.Len / 8); i < 0 || i > size || k > size-i {
			return nil, Badarg
		}
		return bin.Sub(int(8*i), int(8*k)), nil
	}
	guards[guardKey{"binary_part", 3}] = part
	two("binary_part", func(a, b term.Term) (term.Term, error) {
		t, ok := b.(*term.Tuple)
		if !ok || len(t.Elems) != 2 {
			return nil, Badarg
		}
		return part(nil, a, t.Elems[0], t.Elems[1])
	})

	one("float", func(a term.Term) (term.Term, error) {
		f, ok := toFloat(a)
		if !ok {
			return nil, Badarg
		}
		return term.Float(f), nil
	})
	rounding := func(name string, f func(float64) float64) {
		one(name, func(a term.Term) (term.Term, error) {
			switch a := a.(type) {
			case term.Float:
				return term.FloatToInteger(f(float64(a))), nil
			case term.Int, *term.Big:
				return a, nil
			}
			return nil, Badarg
		})
	}
	rounding("round", math.Round)
	rounding("trunc", math.Trunc)
	rounding("floor", math.Floor)
	rounding("ceil", math.Ceil)
}

// bitsOf is a bitstring's value; a match context counts as the bitstring that
// is left to match.
func bitsOf(t term.Term) (*term.Bits, bool) {
	switch b := t.(type) {
	case *term.Bits:
		return b, true
	case *matchContext:
		return b.rest(), true
	}
	return nil, false
}
