package compile

import "ersh/runtime/beam"

// liveness computes which virtual registers are live on entry to each block,
// drops instructions whose results nobody uses, and finds the registers
// that must survive calls.
func (f *fn) liveness() {
	w := (f.nreg + 63) / 64
	store := make(bitset, w*(len(f.blocks)+1))
	for i, b := range f.blocks {
		b.liveIn = store[w*i : w*i+w]
	}
	cur := store[w*len(f.blocks):]
	for changed := true; changed; {
		changed = false
		for i := len(f.blocks) - 1; i >= 0; i-- {
			b := f.blocks[i]
			clear(cur)
			for j := len(b.insts) - 1; j >= 0; j-- {
				b.stepBack(&b.insts[j], cur)
			}
			if b.handler != nil {
				cur.or(b.handler.liveIn)
			}
			if b.liveIn.or(cur) && f.loops {
				changed = true
			}
		}
	}
	f.inY = make(bitset, w)
	for i := len(f.blocks) - 1; i >= 0; i-- {
		b := f.blocks[i]
		clear(cur)
		for j := len(b.insts) - 1; j >= 0; j-- {
			in := &b.insts[j]
			if in.isUseless(cur) {
				in.op = 0
				continue
			}
			if in.isCall() {
				// What is live after it, save what it makes, survives it.
				b.endLive(in, cur)
				for _, o := range in.ops {
					if o.kind == oDef {
						cur.del(o.n)
					}
				}
				f.inY.or(cur)
			}
			b.stepBack(in, cur)
		}
		if b.handler != nil {
			f.inY.or(b.handler.liveIn)
		}
		n := 0
		for j := range b.insts {
			if b.insts[j].op != 0 {
				b.insts[n] = b.insts[j]
				n++
			}
		}
		b.insts = b.insts[:n]
	}
}

// isUseless reports whether an instruction without effects makes only values
// that are not live after it. A get_list of which one half is used becomes
// get_hd or get_tl.
func (in *inst) isUseless(after bitset) bool {
	if in.effects()&pure == 0 {
		return false
	}
	if in.op == beam.OpGetList {
		hd, tl := after.has(in.ops[1].n), after.has(in.ops[2].n)
		switch {
		case hd && !tl:
			in.op, in.ops = beam.OpGetHd, in.ops[:2]
		case tl && !hd:
			in.op, in.ops = beam.OpGetTl, []opnd{in.ops[0], in.ops[2]}
		}
		return !hd && !tl
	}
	for _, o := range in.ops {
		if o.kind == oDef && after.has(o.n) {
			return false
		}
	}
	return true
}

// endLive adds to live what the blocks need that in may go to.
func (b *block) endLive(in *inst, live bitset) {
	for i := range in.ops {
		if in.ops[i].kind == oFail && in.ops[i].blk != nil {
			live.or(in.ops[i].blk.liveIn)
		}
	}
	if b.handler != nil {
		live.or(b.handler.liveIn)
	}
}

// stepBack turns what is live after in into what is live before it.
func (b *block) stepBack(in *inst, live bitset) {
	if in.op == 0 || in.isUseless(live) {
		return
	}
	for i := range in.ops {
		if in.ops[i].kind == oDef {
			live.del(in.ops[i].n)
		}
	}
	b.endLive(in, live)
	for i := range in.ops {
		if in.ops[i].kind == oUse {
			live.add(in.ops[i].n)
		}
	}
}
