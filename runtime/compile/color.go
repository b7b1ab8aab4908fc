package compile

import "ersh/runtime/beam"

// color gives every virtual register its home: an x register where it lives
// outside the frame or between calls, a y register where it must survive one.
// A register that survives calls but is born before the frame is made has
// both: the y home takes over when the frame is made.
//
// Registers that are live at the same time in the same kind of home must
// differ; they are coloured greedily in the order of their making, preferring
// the register that a move or a call wants.
func (f *fn) color() {
	n := f.nreg
	f.xHome, f.yHome = make([]int32, n), make([]int32, n)
	for i := range f.xHome {
		f.xHome[i], f.yHome[i] = -1, -1
	}
	xAdj, yAdj := make([][]int32, n), make([][]int32, n)
	needX, needY := make(bitset, (n+63)/64), make(bitset, (n+63)/64)
	hint := make([]int32, n)   // wanted x register + 1
	friend := make([]int32, n) // wanted neighbour's register + 1
	edge := func(a, b int32, y bool) {
		if a == b {
			return
		}
		if y {
			yAdj[a], yAdj[b] = append(yAdj[a], b), append(yAdj[b], a)
		} else {
			xAdj[a], xAdj[b] = append(xAdj[a], b), append(xAdj[b], a)
		}
	}
	home := func(r int32, framed bool) bool { // true: y
		y := framed && f.inY.has(r)
		if y {
			needY.add(r)
		} else {
			needX.add(r)
		}
		return y
	}
	cur := make(bitset, (n+63)/64)
	each := func(s bitset, g func(int32)) {
		for w, bits := range s {
			for ; bits != 0; bits &= bits - 1 {
				g(int32(w<<6 + trailingZeros(bits)))
			}
		}
	}
	for i := len(f.blocks) - 1; i >= 0; i-- {
		b := f.blocks[i]
		clear(cur)
		for j := len(b.insts) - 1; j >= 0; j-- {
			in := &b.insts[j]
			framed := b.framed || j >= b.alloc
			b.endLive(in, cur)
			defs, uses := 0, 0
			for k := range in.ops {
				switch in.ops[k].kind {
				case oDef:
					defs++
				case oUse:
					uses++
				}
			}
			if defs > 0 {
				var skip int32 = -1
				if in.op == beam.OpMove && in.ops[0].kind == oUse {
					skip = in.ops[0].n
				}
				for k := range in.ops {
					o := &in.ops[k]
					if o.kind != oDef {
						continue
					}
					dy := home(o.n, framed)
					each(cur, func(v int32) {
						if v != skip && home(v, framed) == dy {
							edge(o.n, v, dy)
						}
					})
					// Several results come one after the other: none may
					// take the place of another or of what is still read.
					// OTP 25 also reads the match context after it has
					// stored four bytes that are no character.
					if utf32 := in.op == beam.OpBsGetUtf32; utf32 || defs > 1 {
						for m := range in.ops {
							p := &in.ops[m]
							if m != k && (p.kind == oDef || p.kind == oUse && (utf32 || in.op == beam.OpGetMapElements)) && home(p.n, framed) == dy {
								edge(o.n, p.n, dy)
							}
						}
					}
				}
			}
			f.hints(in, hint, friend)
			b.stepBack(in, cur)
			for k := range in.ops {
				if in.ops[k].kind == oUse {
					home(in.ops[k].n, framed)
				}
			}
			if !b.framed && j == b.alloc {
				// All that survives moves into the frame here.
				var ys []int32
				each(cur, func(v int32) {
					needX.add(v)
					if f.inY.has(v) {
						needY.add(v)
						ys = append(ys, v)
					}
				})
				for a := range ys {
					for c := a + 1; c < len(ys); c++ {
						edge(ys[a], ys[c], true)
					}
				}
			}
		}
	}
	for i, a := range f.args {
		needX.add(a)
		f.xHome[a] = int32(i)
		for j := range f.args[:i] {
			edge(a, f.args[j], false)
		}
	}
	// An argument that nobody uses still occupies its register at entry, but
	// whatever is made later may take it.
	f.maxX = len(f.args)
	var taken []int32
	pick := func(r int32, adj [][]int32, homes []int32, want int32) int32 {
		taken = taken[:0]
		for _, v := range adj[r] {
			if c := homes[v]; c >= 0 {
				for int(c) >= len(taken) {
					taken = append(taken, 0)
				}
				taken[c] = 1
			}
		}
		if want >= 0 && (int(want) >= len(taken) || taken[want] == 0) {
			return want
		}
		for c := range taken {
			if taken[c] == 0 {
				return int32(c)
			}
		}
		return int32(len(taken))
	}
	for r := int32(0); r < int32(n); r++ {
		if needX.has(r) && f.xHome[r] < 0 {
			want := hint[r] - 1
			if p := friend[r] - 1; want < 0 && p >= 0 {
				want = f.xHome[p]
				if want < 0 {
					want = hint[p] - 1
				}
			}
			f.xHome[r] = pick(r, xAdj, f.xHome, want)
			f.maxX = max(f.maxX, int(f.xHome[r])+1)
		}
		if needY.has(r) {
			want := int32(-1)
			if p := friend[r] - 1; p >= 0 {
				want = f.yHome[p]
			}
			f.yHome[r] = pick(r, yAdj, f.yHome, want)
		}
	}
}

// hints notes which registers an instruction would like its operands in.
func (f *fn) hints(in *inst, hint, friend []int32) {
	switch in.op {
	case beam.OpMove:
		if in.ops[0].kind == oUse {
			s, d := in.ops[0].n, in.ops[1].n
			friend[s], friend[d] = d+1, s+1
			if hint[s] == 0 && hint[d] != 0 {
				hint[s] = hint[d]
			}
		}
	case pCall:
		x := int32(1)
		for _, o := range in.ops {
			switch o.kind {
			case oDef:
				hint[o.n] = 1
				continue
			case oUse:
				hint[o.n] = x
			}
			x++
		}
	case pReturn:
		if in.ops[0].kind == oUse {
			hint[in.ops[0].n] = 1
		}
	case pTryCase:
		for i, o := range in.ops[1:] {
			hint[o.n] = int32(i) + 1
		}
	case pCatchEnd, pLoopRec:
		hint[in.ops[1].n] = 1
	}
}
