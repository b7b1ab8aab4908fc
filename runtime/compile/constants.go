package compile

import (
	"math/big"

	"ersh/parser"
	"ersh/runtime/term"
)

// constPattern is the value of a number in a pattern, which may be arithmetic
// on literals; nil if the expression is anything else.
func constPattern(e parser.Expr) term.Term {
	switch e := e.(type) {
	case *parser.Integer:
		return bigTerm(e.Value)
	case *parser.Char:
		return term.Small(int64(e.Value))
	case *parser.Float:
		return term.Float(e.Value)
	case *parser.UnOp:
		v := constPattern(e.Arg)
		if v == nil {
			return nil
		}
		switch e.Op {
		case "+":
			return v
		case "-":
			if n, ok := negated(v); ok {
				return n
			}
		case "bnot":
			if b, ok := term.ToBig(v); ok {
				return term.MakeBig(new(big.Int).Not(b))
			}
		}
	case *parser.BinOp:
		a, b := constPattern(e.Left), constPattern(e.Right)
		if a == nil || b == nil {
			return nil
		}
		x, ok1 := term.ToBig(a)
		y, ok2 := term.ToBig(b)
		if ok1 && ok2 {
			return constInts(e.Op, x, y)
		}
		fx, ok1 := toFloat(a)
		fy, ok2 := toFloat(b)
		if !ok1 || !ok2 {
			return nil
		}
		switch e.Op {
		case "+":
			return term.Float(fx + fy)
		case "-":
			return term.Float(fx - fy)
		case "*":
			return term.Float(fx * fy)
		}
	}
	return nil
}

func toFloat(t term.Term) (float64, bool) {
	if f, ok := t.(term.Float); ok {
		return float64(f), true
	}
	if b, ok := term.ToBig(t); ok {
		f, _ := new(big.Float).SetInt(b).Float64()
		return f, true
	}
	return 0, false
}

func constInts(op string, x, y *big.Int) term.Term {
	z := new(big.Int)
	switch op {
	case "+":
		z.Add(x, y)
	case "-":
		z.Sub(x, y)
	case "*":
		z.Mul(x, y)
	case "div", "rem":
		if y.Sign() == 0 {
			return nil
		}
		if op == "div" {
			z.Quo(x, y)
		} else {
			z.Rem(x, y)
		}
	case "band":
		z.And(x, y)
	case "bor":
		z.Or(x, y)
	case "bxor":
		z.Xor(x, y)
	case "bsl", "bsr":
		if !y.IsInt64() || y.Int64() < 0 || y.Int64() > 4096 {
			return nil
		}
		if op == "bsl" {
			z.Lsh(x, uint(y.Int64()))
		} else {
			z.Rsh(x, uint(y.Int64()))
		}
	default:
		return nil
	}
	return term.MakeBig(z)
}
