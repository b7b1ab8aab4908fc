package term

import "testing"

func TestPhash2(t *testing.T) {
	for _, c := range []struct {
		t    Term
		want uint32
	}{
		{&Pid{Node: NoNode, ID: 10}, 3489961716},
		{&Pid{Node: NoNode, ID: 9}, 2414445827},
		{&Ref{Node: NoNode, N: 3, ID: [5]uint32{218316, 21757953, 2291130327}}, 490658385},
		{&Ref{Node: NoNode, N: 3, ID: [5]uint32{205209, 22020098, 2934937911}}, 3383102838},
		{&Port{Node: NoNode}, 2167609773},
		{Float(3e18), 1829180412},
		{EmptyList, 3468870702},
	} {
		if got := Phash2(c.t); got != c.want {
			t.Errorf("%T %v: %d, want %d", c.t, c.t, got, c.want)
		}
	}
	minus := Float(0)
	minus = -minus
	for _, f := range []Float{0, minus} {
		if got := Phash2(f) & (1<<27 - 1); got != 20875736 {
			t.Errorf("%v: %d", f, got)
		}
	}
}

// TestHashIdentical: terms made in different ways hash alike if identical.
func TestHashIdentical(t *testing.T) {
	bin := BinaryString("hello")
	shifted := &Bits{Data: []byte{0x0F, 0xF0, 0xF0}, Off: 4, Len: 16}
	for _, c := range [][2]Term{
		{bin, BinaryString("xhello").Sub(8, 40)},
		{shifted, Binary([]byte{0xFF, 0x0F})},
		{String("abc"), List(Small('a'), Small('b'), Small('c'))},
		{&Pid{Node: NoNode, ID: 7, Proc: 1}, &Pid{Node: NoNode, ID: 7}},
	} {
		if !Identical(c[0], c[1]) || Hash(c[0]) != Hash(c[1]) {
			t.Errorf("%v %v: %v, %x %x", c[0], c[1], Identical(c[0], c[1]), Hash(c[0]), Hash(c[1]))
		}
	}
}
