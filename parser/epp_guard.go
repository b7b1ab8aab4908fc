package parser

import (
	"math/big"
	"slices"
)

// Values of the conditions of -if: what guards compare and compute there.
// Anything else than these makes the condition fail, as an error would.
type (
	atomValue  string
	floatValue float64
)

var guardTests = map[string]func(any) bool{
	"is_atom":    func(v any) bool { _, ok := v.(atomValue); return ok },
	"is_boolean": func(v any) bool { return v == atomValue("true") || v == atomValue("false") },
	"is_integer": func(v any) bool { _, ok := v.(*big.Int); return ok },
	"is_float":   func(v any) bool { _, ok := v.(floatValue); return ok },
	"is_number": func(v any) bool {
		_, f := v.(floatValue)
		_, i := v.(*big.Int)
		return f || i
	},
	"is_list":      func(any) bool { return false },
	"is_tuple":     func(any) bool { return false },
	"is_map":       func(any) bool { return false },
	"is_binary":    func(any) bool { return false },
	"is_bitstring": func(any) bool { return false },
	"is_pid":       func(any) bool { return false },
	"is_port":      func(any) bool { return false },
	"is_reference": func(any) bool { return false },
	"is_function":  func(any) bool { return false },
}

var guardFunctions = []string{
	"abs", "binary_part", "bit_size", "byte_size", "ceil", "element", "float", "floor", "hd", "is_map_key",
	"is_record", "length", "map_get", "map_size", "max", "min", "node", "round", "self", "size", "tl",
	"trunc", "tuple_size",
}

// isGuard says whether an expression may stand in a guard.
func isGuard(e Expr) bool {
	ok := true
	Walk(e, func(n Node) bool {
		switch x := n.(type) {
		case *Call:
			name, isAtom := x.Fun.(*Atom)
			if !isAtom || guardTests[name.Name] == nil && !slices.Contains(guardFunctions, name.Name) {
				ok = false
			}
		case *BinOp:
			if x.Op == "!" || x.Op == "++" || x.Op == "--" {
				ok = false
			}
		case *Fun, *FunRef, *FunRemote, *Block, *If, *Case, *Receive, *Try, *Maybe, *Comp, *Match, *Catch, *Remote:
			ok = false
		}
		return ok
	})
	return ok
}

// evalGuard computes a condition; ok is false where it would fail.
func evalGuard(e Expr) (v any, ok bool) {
	switch x := e.(type) {
	case *Atom:
		return atomValue(x.Name), true
	case *Integer:
		return x.Value, true
	case *Char:
		return big.NewInt(int64(x.Value)), true
	case *Float:
		return floatValue(x.Value), true
	case *Call:
		name, isAtom := x.Fun.(*Atom)
		if !isAtom || len(x.Args) != 1 {
			return nil, false
		}
		test := guardTests[name.Name]
		arg, argOK := evalGuard(x.Args[0])
		if test == nil {
			return nil, false
		}
		if !argOK {
			return shapeTest(name.Name, x.Args[0])
		}
		return boolValue(test(arg)), true
	case *UnOp:
		arg, ok := evalGuard(x.Arg)
		if !ok {
			return nil, false
		}
		switch a := arg.(type) {
		case atomValue:
			if x.Op == "not" && (a == "true" || a == "false") {
				return boolValue(a == "false"), true
			}
		case *big.Int:
			switch x.Op {
			case "-":
				return new(big.Int).Neg(a), true
			case "+":
				return a, true
			case "bnot":
				return new(big.Int).Not(a), true
			}
		case floatValue:
			switch x.Op {
			case "-":
				return -a, true
			case "+":
				return a, true
			}
		}
	case *BinOp:
		return evalBinary(x)
	}
	return nil, false
}

// shapeTest answers a type test on a term that is no atom or number.
func shapeTest(name string, e Expr) (any, bool) {
	kind := ""
	switch e.(type) {
	case *Cons, *Nil, *String:
		kind = "is_list"
	case *Tuple:
		kind = "is_tuple"
	case *Map:
		kind = "is_map"
	case *Bin:
		return boolValue(name == "is_binary" || name == "is_bitstring"), true
	default:
		return nil, false
	}
	return boolValue(name == kind), true
}

func boolValue(b bool) atomValue {
	if b {
		return "true"
	}
	return "false"
}

func evalBinary(x *BinOp) (any, bool) {
	l, ok := evalGuard(x.Left)
	if !ok {
		return nil, false
	}
	switch x.Op {
	case "andalso":
		if l == atomValue("false") {
			return l, true
		}
		return evalGuardIf(l == atomValue("true"), x.Right)
	case "orelse":
		if l == atomValue("true") {
			return l, true
		}
		return evalGuardIf(l == atomValue("false"), x.Right)
	}
	r, ok := evalGuard(x.Right)
	if !ok {
		return nil, false
	}
	switch x.Op {
	case "==":
		return boolValue(compareValues(l, r) == 0), true
	case "/=":
		return boolValue(compareValues(l, r) != 0), true
	case "=:=":
		return boolValue(sameKind(l, r) && compareValues(l, r) == 0), true
	case "=/=":
		return boolValue(!sameKind(l, r) || compareValues(l, r) != 0), true
	case "<":
		return boolValue(compareValues(l, r) < 0), true
	case "=<":
		return boolValue(compareValues(l, r) <= 0), true
	case ">":
		return boolValue(compareValues(l, r) > 0), true
	case ">=":
		return boolValue(compareValues(l, r) >= 0), true
	}
	if a, ok := l.(atomValue); ok {
		b, isAtom := r.(atomValue)
		lt, rt := a == "true", b == "true"
		if !isAtom || !lt && a != "false" || !rt && b != "false" {
			return nil, false
		}
		switch x.Op {
		case "and":
			return boolValue(lt && rt), true
		case "or":
			return boolValue(lt || rt), true
		case "xor":
			return boolValue(lt != rt), true
		}
		return nil, false
	}
	a, aInt := l.(*big.Int)
	b, bInt := r.(*big.Int)
	if !aInt || !bInt || x.Op == "/" {
		return evalFloat(x.Op, l, r)
	}
	return evalInteger(x.Op, a, b)
}

func evalGuardIf(ok bool, e Expr) (any, bool) {
	if !ok {
		return nil, false
	}
	return evalGuard(e)
}

// maxShift bounds the integers that a condition can make.
const maxShift = 1 << 16

func evalInteger(op string, a, b *big.Int) (any, bool) {
	if a.BitLen() > maxShift || b.BitLen() > maxShift {
		return nil, false
	}
	z := new(big.Int)
	switch op {
	case "+":
		return z.Add(a, b), true
	case "-":
		return z.Sub(a, b), true
	case "*":
		return z.Mul(a, b), true
	case "div", "rem":
		if b.Sign() == 0 {
			return nil, false
		}
		if op == "div" {
			return z.Quo(a, b), true
		}
		return z.Rem(a, b), true
	case "band":
		return z.And(a, b), true
	case "bor":
		return z.Or(a, b), true
	case "bxor":
		return z.Xor(a, b), true
	case "bsl", "bsr":
		if !b.IsInt64() || b.Int64() > maxShift || b.Int64() < -maxShift {
			return nil, false
		}
		n := b.Int64()
		if op == "bsr" {
			n = -n
		}
		if n >= 0 {
			return z.Lsh(a, uint(n)), true
		}
		return z.Rsh(a, uint(-n)), true
	}
	return nil, false
}

func evalFloat(op string, l, r any) (any, bool) {
	a, aOK := toFloat(l)
	b, bOK := toFloat(r)
	if !aOK || !bOK {
		return nil, false
	}
	switch op {
	case "+":
		return floatValue(a + b), true
	case "-":
		return floatValue(a - b), true
	case "*":
		return floatValue(a * b), true
	case "/":
		if b != 0 {
			return floatValue(a / b), true
		}
	}
	return nil, false
}

func toFloat(v any) (float64, bool) {
	switch x := v.(type) {
	case *big.Int:
		f, _ := new(big.Float).SetInt(x).Float64()
		return f, true
	case floatValue:
		return float64(x), true
	}
	return 0, false
}

func sameKind(a, b any) bool {
	_, af := a.(floatValue)
	_, bf := b.(floatValue)
	return af == bf
}

// compareValues orders values as Erlang orders terms: numbers before atoms.
func compareValues(l, r any) int {
	a, aAtom := l.(atomValue)
	b, bAtom := r.(atomValue)
	switch {
	case aAtom && bAtom:
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	case aAtom:
		return 1
	case bAtom:
		return -1
	}
	x, xInt := l.(*big.Int)
	y, yInt := r.(*big.Int)
	if xInt && yInt {
		return x.Cmp(y)
	}
	f, _ := toFloat(l)
	g, _ := toFloat(r)
	switch {
	case f < g:
		return -1
	case f > g:
		return 1
	}
	return 0
}
