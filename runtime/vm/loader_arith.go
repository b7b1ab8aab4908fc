package vm

import (
	"math"

	"ersh/runtime/term"
)

// arith picks the inlined forms of operators.
func (l *loader) arith(name string, in *instr) {
	a, b := in.a, in.b
	constant := func(o opnd) (int32, bool) {
		if !o.isLit() {
			return 0, false
		}
		return smallInt32(in.ext.lits[o&opndBits])
	}
	step := func(o opnd) (int32, bool) {
		n, ok := constant(o)
		return n, ok && n >= -term.MaxStep && n <= term.MaxStep
	}
	switch name {
	case "<", ">", "=<", ">=", "=:=", "=/=", "==", "/=":
		l.relation(name, in, constant)
	case "+":
		in.op = opAdd
		n, ok := step(b)
		if !ok {
			if n, ok = step(a); ok {
				a = b
			}
		}
		if ok && a.isX() && in.c.isX() {
			in.op, in.a, in.n = opAddXI, a, n
		} else if ok && a.isY() && in.c.isX() {
			in.op, in.a, in.n = opAddYI, a.onlyY(), n
		} else if in.a.isX() && b.isX() && in.c.isX() {
			in.op = opAddXX
		} else if in.a.isY() && b.isX() && in.c.isX() {
			in.op = opAddYX
			in.a = in.a.onlyY()
		}
	case "-":
		in.op = opSub
		if n, ok := step(b); ok && a.isX() && in.c.isX() {
			in.op, in.n = opAddXI, -n
		} else if ok && a.isY() && in.c.isX() {
			in.op, in.a, in.n = opAddYI, a.onlyY(), -n
		} else if a.isX() && b.isX() && in.c.isX() {
			in.op = opSubXX
		}
	case "*":
		in.op = opMul
	case "rem":
		in.op = opRem
		if n, ok := constant(b); ok && n > 0 && a.isX() && in.c.isX() {
			in.op, in.n = opRemXI, n
		}
	case "div":
		in.op = opDiv
		if n, ok := constant(b); ok && n > 0 && a.isX() && in.c.isX() {
			in.op, in.n = opDivXI, n
		}
	case "band":
		in.op = opBand
		if n, ok := constant(b); ok && a.isX() && in.c.isX() {
			in.op, in.n = opBandXI, n
		}
	}
}

// relation picks the forms for a small integer on either side of a comparison
// whose value is wanted; what is no small integer goes the usual way.
func (l *loader) relation(name string, in *instr, constant func(opnd) (int32, bool)) {
	x := in.a
	n, ok := constant(in.b)
	if !ok {
		x = in.b
		n, ok = constant(in.a)
		name = mirrored[name]
	}
	if !ok || n == math.MaxInt32 || !x.isX() || !in.c.isX() {
		return
	}
	in.op, in.a, in.b, in.n = opLtXIBool, x, 0, n
	switch name {
	case ">=":
		in.b = 1
	case "=<":
		in.n++
	case ">":
		in.b = 1
		in.n++
	case "=:=", "==":
		in.op = opEqXIBool
	case "=/=", "/=":
		in.op, in.b = opEqXIBool, 1
	}
}

// mirrored is what a comparison is with its operands exchanged.
var mirrored = map[string]string{
	"<": ">", ">": "<", "=<": ">=", ">=": "=<", "=:=": "=:=", "=/=": "=/=", "==": "==", "/=": "/=",
}
