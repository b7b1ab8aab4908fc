package vm

import (
	"testing"

	"ersh/runtime/term"
)

// TestChain: a chain changes nothing but its first instruction's opcode, and
// longer chains are built from shorter ones.
func TestChain(t *testing.T) {
	code := []instr{{op: opModule}, {op: opNonemptyGetListXXX, a: 1}, {op: opAllocateMoveXY, n: 2}, {op: opMoveXXCall, b: 3},
		{op: opMoveXY}, {op: opAddYI}, {op: opCall}, {op: opMoveXY}, {op: opReturn}}
	chain(code)
	want := []opcode{opModule, opGetListAllocCall, opAllocCall, opMoveXXCall, opMoveAddYICall, opAddYICall, opCall, opMoveXY, opReturn}
	for i := range code {
		if code[i].op != want[i] {
			t.Errorf("instruction %d: opcode %d, want %d", i, code[i].op, want[i])
		}
	}
	if code[1].a != 1 || code[2].n != 2 || code[3].b != 3 {
		t.Error("operands have changed")
	}
}

// TestChainOfNumber: a number goes straight to the first argument only where
// the register it is made in is lost with the call, and the old one is x0.
func TestChainOfNumber(t *testing.T) {
	const x0, x1, x2 = opnd(0), opnd(1 * termSize), opnd(2 * termSize)
	for _, c := range []struct {
		add, alloc, call instr
		want             opcode
	}{
		{instr{op: opAddXI, a: x0, c: x1}, instr{op: opAllocateMoveXY, a: x0}, instr{op: opMoveXXCall, a: x1, b: x0, n: 1}, opLessAllocCall},
		{instr{op: opAddXI, a: x0, c: x1}, instr{op: opAllocateMoveXYInit, a: x0}, instr{op: opMoveXXCall, a: x1, b: x0, n: 1}, opLessAllocInitCall},
		{instr{op: opAddXI, a: x0, c: x1}, instr{op: opAllocateMoveXY, a: x0}, instr{op: opMoveXXCall, a: x1, b: x0, n: 2}, opAddAllocCall},
		{instr{op: opAddXI, a: x0, c: x2}, instr{op: opAllocateMoveXY, a: x1}, instr{op: opMoveXXCall, a: x2, b: x0, n: 1}, opAddAllocCall},
		{instr{op: opAddXI, a: x1, c: x2}, instr{op: opAllocateMoveXY, a: x0}, instr{op: opMoveXXCall, a: x2, b: x0, n: 1}, opAddAllocCall},
		{instr{op: opAddXI, a: x0, c: x2}, instr{op: opAllocateMoveXY, a: x0}, instr{op: opMoveXXCall, a: x1, b: x0, n: 1}, opAddAllocCall},
	} {
		code := []instr{{op: opModule}, c.add, c.alloc, c.call, {op: opReturn}}
		chain(code)
		if code[1].op != c.want {
			t.Errorf("%v: opcode %d, want %d", c, code[1].op, c.want)
		}
	}
	keep := []instr{{op: opModule}, {op: opMoveXY, a: x0, b: 8}, {op: opAddYI, a: 8, c: x0}, {op: opCall}, {op: opReturn}}
	if chain(keep); keep[1].op != opMoveAddYICall {
		t.Errorf("what is kept is added to: opcode %d", keep[1].op)
	}
}

func TestSelectFew(t *testing.T) {
	for _, c := range []struct {
		values string
		want   opcode
	}{
		{"ii", opSelectXI}, {"aaa", opSelectXA}, {"ia", opSelectVal}, {"iiiiiiii", opSelectXI}, {"iiiiiiiii", opSelectVal},
		{"", opSelectVal}, {"if", opSelectVal},
	} {
		table := &selectTable{}
		for i, k := range c.values {
			switch k {
			case 'i':
				table.values = append(table.values, term.Small(int64(i)))
			case 'a':
				table.values = append(table.values, term.A("a"+string(rune('0'+i))))
			case 'f':
				table.values = append(table.values, term.Float(i))
			}
		}
		if got := table.few(); got != c.want {
			t.Errorf("%s: opcode %d, want %d", c.values, got, c.want)
		}
	}
}

// TestSpareBits: a block serves one buffer only, and what it hands out are
// values of their own.
func TestSpareBits(t *testing.T) {
	var s spareBits
	one, other := term.Binary([]byte("abcdef")), term.Binary([]byte("xyz"))
	var rests []*term.Bits
	for i := range 6 {
		c := s.context(one)
		c.pos = 8 * i
		rests = append(rests, s.tail(c))
	}
	for i, r := range rests {
		if got := string(r.Bytes()); got != "abcdef"[i:] {
			t.Errorf("rest %d is %q", i, got)
		}
	}
	if len(s.tails) == 0 {
		t.Error("no spare bitstrings after six of one buffer")
	}
	c := s.context(other)
	if len(s.tails) != 0 || len(s.ctxs) != 0 {
		t.Error("a block is used for another buffer")
	}
	c.pos = c.end
	if r := s.tail(c); r.Len != 0 || len(r.Bytes()) != 0 {
		t.Errorf("the rest at the end is %v", r)
	}
}
