package compile

// placeFrames decides where the stack frame is made: as late as possible, so
// that clauses without calls run without one, but so that all ways into a
// block agree. Once made, the frame stays until the function returns.
func (f *fn) placeFrames() {
	for _, b := range f.blocks {
		b.alloc = len(b.insts)
		for i := range b.insts {
			if b.insts[i].needsFrame() {
				b.alloc = i
				break
			}
		}
	}
	entries := map[*block]*block{} // into a framed block, from code without a frame
	for changed := true; changed; {
		changed = false
		for _, b := range f.blocks {
			if b.framed {
				b.alloc = 0
			}
			for i := range b.insts {
				in := &b.insts[i]
				for k := range in.ops {
					t := in.ops[k].blk
					if t == nil {
						continue
					}
					framed := b.framed || i >= b.alloc
					switch {
					case t.entryOf != nil:
						if framed { // since it was sent there
							in.ops[k].blk = t.entryOf
						}
					case framed && !t.framed:
						t.framed, changed = true, true
					case t.framed && !framed && in.op == pJump:
						b.alloc, changed = i, true
					case t.framed && !framed:
						// The other ways from here go on without one.
						e := entries[t]
						if e == nil {
							e = &block{insts: []inst{{op: pJump, list: -1, ops: []opnd{failTo(t)}}}, liveIn: t.liveIn, reached: true, entryOf: t}
							entries[t] = e
						}
						in.ops[k].blk = e
					}
				}
			}
		}
	}
	if len(entries) > 0 {
		blocks := make([]*block, 0, len(f.blocks)+len(entries))
		for _, b := range f.blocks {
			if e := entries[b]; e != nil {
				blocks = append(blocks, e)
			}
			blocks = append(blocks, b)
		}
		f.blocks = blocks
	}
	f.regions()
}

// region is a set of blocks that run with the same stack frame.
type region struct {
	up    *region // the region that it has become part of
	size  int     // y registers, with those of try and catch
	tries int
}

func (r *region) root() *region {
	for r.up != nil {
		r = r.up
	}
	return r
}

// regions finds the blocks that share a frame: those that lead to each other
// once it is made.
func (f *fn) regions() {
	for _, b := range f.blocks {
		if b.framed || b.alloc < len(b.insts) {
			b.region = &region{}
		}
	}
	for _, b := range f.blocks {
		for i := range b.insts {
			if !b.framed && i < b.alloc {
				continue
			}
			for k := range b.insts[i].ops {
				t := b.insts[i].ops[k].blk
				if t == nil || t.region == nil {
					continue
				}
				if p, q := b.region.root(), t.region.root(); p != q {
					q.up = p
				}
			}
		}
	}
	for _, b := range f.blocks {
		if b.region != nil {
			b.region = b.region.root()
		}
	}
}

// frameSizes computes how large each region's frame is, once the registers
// have their homes.
func (f *fn) frameSizes() (largest int) {
	for _, b := range f.blocks {
		r := b.region
		if r == nil {
			continue
		}
		for i := range b.insts {
			if !b.framed && i < b.alloc {
				continue
			}
			for k := range b.insts[i].ops {
				switch o := &b.insts[i].ops[k]; o.kind {
				case oTag:
					r.tries = max(r.tries, int(o.n)+1)
				case oUse, oDef:
					if f.inY.has(o.n) {
						r.size = max(r.size, int(f.yHome[o.n])+1)
					}
				}
			}
		}
	}
	seen := map[*region]bool{}
	for _, b := range f.blocks {
		if r := b.region; r != nil && !seen[r] {
			seen[r] = true
			r.size += r.tries
			largest = max(largest, r.size)
		}
	}
	return largest
}
