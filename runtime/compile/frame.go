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
					case framed && !t.framed:
						t.framed, changed = true, true
					case t.framed && !framed:
						b.alloc, changed = i, true
					}
				}
			}
		}
	}
	for _, b := range f.blocks {
		if b.framed || b.alloc < len(b.insts) {
			f.hasFrame = true
		}
	}
}
