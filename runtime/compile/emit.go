package compile

import (
	"math/bits"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

func trailingZeros(w uint64) int { return bits.TrailingZeros64(w) }

// emitter writes the BEAM code of one function.
type emitter struct {
	*fn
	frame   int     // y registers of the block at hand, with those of try and catch
	top     int     // x registers used
	init    xset    // the x registers that hold values
	copies  []int32 // y register + 1 of which an x register holds a copy; 0: none
	scratch int
	lineNow int32
}

const (
	// maxFrame is how many y registers real nodes take in a frame.
	maxFrame = 1022
	// maxX is how many x registers they have; one more is their own.
	maxX = 1023
)

// finish turns the function's intermediate code into BEAM code.
func (f *fn) finish() {
	f.prune()
	f.liveness()
	f.placeFrames()
	f.color()
	e := &emitter{fn: f, scratch: f.maxX, top: f.maxX}
	fits := f.frameSizes() <= maxFrame && f.maxX <= maxX
	if fits {
		e.function()
	}
	if !fits || e.top > maxX {
		f.m.errorf(f.pos, "too many values at once in function %s/%d", f.name.name, f.name.arity)
	}
}

// prune drops the blocks that nothing leads to, and puts the block that
// reports function_clause last.
func (f *fn) prune() {
	f.blocks = append(f.blocks, f.cold...)
	work := []*block{f.blocks[0]}
	f.blocks[0].reached = true
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for i := range b.insts {
			for k := range b.insts[i].ops {
				if t := b.insts[i].ops[k].blk; t != nil {
					t = threaded(t)
					b.insts[i].ops[k].blk = t
					if !t.reached {
						t.reached = true
						work = append(work, t)
					}
				}
			}
		}
	}
	n := 0
	for _, b := range f.blocks {
		if b.reached && b != f.noClause {
			f.blocks[n] = b
			n++
		}
	}
	f.blocks = f.blocks[:n]
	if f.noClause != nil && f.noClause.reached {
		f.blocks = append(f.blocks, f.noClause)
	}
}

// threaded is where a jump to b ends up.
func threaded(b *block) *block {
	for i := 0; i < 100 && len(b.insts) == 1 && b.insts[0].op == pJump && b.handler == b.insts[0].ops[0].blk.handler; i++ {
		b = b.insts[0].ops[0].blk
	}
	return b
}

func (e *emitter) put(op beam.Op, args ...beam.Arg) {
	e.m.code = append(e.m.code, beam.Instr{Op: op, Args: args})
}

func u(n int) beam.Arg          { return beam.Arg{Kind: beam.KindU, N: int64(n)} }
func xr(n int) beam.Arg         { return beam.Arg{Kind: beam.KindX, N: int64(n)} }
func yr(n int) beam.Arg         { return beam.Arg{Kind: beam.KindY, N: int64(n)} }
func lbl(n int) beam.Arg        { return beam.Arg{Kind: beam.KindLabel, N: int64(n)} }
func atom(a term.Atom) beam.Arg { return beam.Arg{Kind: beam.KindAtom, Term: a} }

var nilArg = beam.Arg{Kind: beam.KindNil}

// move puts a value into a register, unless it is there already.
func (e *emitter) move(from, to beam.Arg) {
	if to.Kind != beam.KindX {
		e.put(beam.OpMove, from, to)
		e.defined(to)
		if from.Kind == beam.KindX {
			e.setCopy(int(from.N), int32(to.N)+1)
		}
		return
	}
	var y int32
	switch from.Kind {
	case beam.KindY:
		y = int32(from.N) + 1
		if e.copyOf(int(to.N)) == y {
			return
		}
	case beam.KindX:
		y = e.copyOf(int(from.N))
	}
	e.put(beam.OpMove, from, to)
	e.defined(to)
	e.setCopy(int(to.N), y)
}

func (e *emitter) copyOf(x int) int32 {
	if x < len(e.copies) {
		return e.copies[x]
	}
	return 0
}

func (e *emitter) setCopy(x int, y int32) {
	for x >= len(e.copies) {
		e.copies = append(e.copies, 0)
	}
	e.copies[x] = y
}

// enter begins a stretch of code where the x registers of set hold values.
func (e *emitter) enter(set xset) {
	e.init = set
	clear(e.copies)
}

// keep forgets the x registers from n on.
func (e *emitter) keep(n int) {
	e.init.below(n)
	if n < len(e.copies) {
		clear(e.copies[n:])
	}
}

// defined notes that a register has been given a value.
func (e *emitter) defined(a beam.Arg) {
	if a.Kind == beam.KindX {
		e.init.add(int(a.N))
		if int(a.N) < len(e.copies) {
			e.copies[a.N] = 0
		}
		return
	}
	for i, y := range e.copies {
		if y == int32(a.N)+1 {
			e.copies[i] = 0
		}
	}
}

func (e *emitter) line(n int32) {
	if n != 0 && n != e.lineNow {
		e.put(beam.OpLine, u(max(int(n), 0)))
		e.lineNow = n
	}
}

func (e *emitter) function() {
	m := e.m
	info := e.info
	e.put(beam.OpLabel, u(info.failLabel))
	e.put(beam.OpLine, u(int(e.infoLine)))
	e.put(beam.OpFuncInfo, atom(m.name), atom(info.name), u(len(e.args)))
	e.put(beam.OpLabel, u(info.label))
	if e.onLoad {
		e.put(beam.OpOnLoad)
	}
	for i, b := range e.blocks {
		b.num = i
		if b == e.noClause {
			b.label = info.failLabel
		} else {
			b.label = m.newLabel()
		}
	}
	for i := range e.args {
		e.init.add(i)
	}
	cur := make(bitset, (e.nreg+63)/64)
	var counts []int
	for i, b := range e.blocks {
		if b == e.noClause {
			break
		}
		if i > 0 {
			e.put(beam.OpLabel, u(b.label))
			if b.hasInitX {
				e.enter(b.initX)
			} else {
				e.enter(xset{}) // entered backwards only: nothing survives
			}
			e.lineNow = 0
		}
		if b.region != nil {
			e.frame = b.region.size
		}
		// How many x registers are live before each instruction.
		clear(cur)
		counts = counts[:0]
		for range b.insts {
			counts = append(counts, 0)
		}
		allocLive := 0
		for j := len(b.insts) - 1; j >= 0; j-- {
			b.stepBack(&b.insts[j], cur)
			counts[j] = e.liveX(cur, b.framed || j >= b.alloc)
			if j == b.alloc {
				allocLive = e.liveX(cur, false)
			}
		}
		heapUntil := -1
		framed := b.framed
		for j := range b.insts {
			in := &b.insts[j]
			if !framed && j == b.alloc {
				clear(cur)
				for k := len(b.insts) - 1; k >= j; k-- {
					b.stepBack(&b.insts[k], cur)
				}
				e.makeFrame(cur, allocLive)
				framed = true
				heapUntil = -1
			}
			if w, fu := in.heapNeed(); j >= heapUntil && w+fu > 0 {
				words, funs := 0, 0
				for heapUntil = j; heapUntil < len(b.insts); heapUntil++ {
					o := &b.insts[heapUntil]
					if o.isCall() || o.effects()&gcPoint != 0 || !framed && heapUntil == b.alloc {
						break
					}
					w, fu := o.heapNeed()
					words, funs = words+w, funs+fu
				}
				e.fill(counts[j])
				e.put(beam.OpTestHeap, heapArg(words, funs), u(counts[j]))
				e.keep(counts[j])
			}
			var next *block
			if i+1 < len(e.blocks) && e.blocks[i+1] != e.noClause { // that one stands before the code
				next = e.blocks[i+1]
			}
			e.inst(in, framed, counts[j], next)
		}
	}
}

// heapArg is the amount of heap for test_heap: a number of words, or with
// funs an allocation list.
func heapArg(words, funs int) beam.Arg {
	if funs == 0 {
		return u(words)
	}
	return beam.Arg{Kind: beam.KindAlloc, List: []beam.Arg{u(0), u(words), u(1), u(0), u(2), u(funs)}}
}

// liveX is the number of x registers up to the highest that holds a live
// value.
func (e *emitter) liveX(live bitset, framed bool) int {
	n := int32(0)
	for w, word := range live {
		for ; word != 0; word &= word - 1 {
			r := int32(w<<6 + trailingZeros(word))
			if framed && e.inY.has(r) {
				continue
			}
			n = max(n, e.xHome[r]+1)
		}
	}
	return int(n)
}

// fill gives the x registers below n that have no value one: the collector
// looks at all of them.
func (e *emitter) fill(n int) {
	for i := 0; i < n; i++ {
		if !e.init.has(i) {
			e.move(nilArg, xr(i))
		}
	}
}

// makeFrame makes the stack frame and moves into it what must survive calls.
func (e *emitter) makeFrame(live bitset, n int) {
	e.fill(n)
	e.put(beam.OpAllocate, u(e.frame), u(n))
	e.keep(n)
	set := make(bitset, (e.frame+63)/64)
	for w, word := range live {
		for ; word != 0; word &= word - 1 {
			r := int32(w<<6 + trailingZeros(word))
			if e.inY.has(r) {
				e.move(xr(int(e.xHome[r])), yr(int(e.yHome[r])))
				set.add(e.yHome[r])
			}
		}
	}
	var rest []beam.Arg
	for i := 0; i < e.frame; i++ {
		if !set.has(int32(i)) {
			rest = append(rest, yr(i))
		}
	}
	if len(rest) > 0 {
		e.put(beam.OpInitYregs, beam.Arg{Kind: beam.KindList, List: rest})
	}
}

func (e *emitter) home(r reg, framed bool) beam.Arg {
	if framed && e.inY.has(r) {
		return yr(int(e.yHome[r]))
	}
	return xr(int(e.xHome[r]))
}

func (e *emitter) tag(depth int32) beam.Arg {
	// An exception looks for its handler from y0 upwards: inner ones first.
	return yr(e.frame - 1 - int(depth))
}

func (e *emitter) value(o *opnd, framed bool) beam.Arg {
	if o.kind == oUse || o.kind == oDef {
		return e.home(o.n, framed)
	}
	return e.m.constArg(o.t)
}

type xmove struct{ from, to beam.Arg }

func same(a, b beam.Arg) bool { return a.Kind == b.Kind && a.N == b.N }

// parallel carries out moves as if all at once. Constants go last.
func (e *emitter) parallel(moves []xmove) {
	scratch := e.scratch
	for _, mv := range moves {
		if mv.to.Kind == beam.KindX {
			scratch = max(scratch, int(mv.to.N)+1)
		}
	}
	isReg := func(a beam.Arg) bool { return a.Kind == beam.KindX || a.Kind == beam.KindY }
	n := 0
	for _, mv := range moves {
		if !same(mv.from, mv.to) || !isReg(mv.from) {
			moves[n] = mv
			n++
		}
	}
	moves = moves[:n]
	for len(moves) > 0 {
		done := false
	search:
		for i, mv := range moves {
			for j, other := range moves {
				if i != j && same(other.from, mv.to) {
					continue search
				}
			}
			e.move(mv.from, mv.to)
			moves = append(moves[:i], moves[i+1:]...)
			done = true
			break
		}
		if !done {
			// A ring: step out of it through a free register.
			from := moves[0].from
			e.move(from, xr(scratch))
			for i := range moves {
				if same(moves[i].from, from) {
					moves[i].from = xr(scratch)
				}
			}
			scratch++
			e.top = max(e.top, scratch)
		}
	}
}

// leave notes which x registers have values where a block is entered.
func (e *emitter) leave(b *block) {
	if b == nil {
		return
	}
	if !b.hasInitX {
		b.initX, b.hasInitX = e.init, true
		return
	}
	for i := range b.initX {
		b.initX[i] &= e.init[i]
	}
}

func (e *emitter) inst(in *inst, framed bool, live int, next *block) {
	gc := in.effects()&gcPoint != 0
	if gc {
		e.fill(live)
	}
	e.line(in.line)
	switch in.op {
	case pCall:
		e.call(in, framed)
		return
	case pReturn:
		e.parallel([]xmove{{e.value(&in.ops[0], framed), xr(0)}})
		if framed {
			e.put(beam.OpDeallocate, u(e.frame))
		}
		e.put(beam.OpReturn)
		return
	case pJump:
		e.leave(in.ops[0].blk)
		if in.ops[0].blk != next {
			e.put(beam.OpJump, lbl(in.ops[0].blk.label))
		}
		return
	case pCatchFall:
		e.parallel([]xmove{{e.value(&in.ops[0], framed), xr(0)}})
		if in.ops[1].blk != next {
			e.put(beam.OpJump, lbl(in.ops[1].blk.label))
		}
		return
	case pUnreachable, pFuncClause:
		return
	case pTryCase:
		e.put(beam.OpTryCase, e.tag(in.ops[0].n))
		e.enter(xset{})
		e.init.add(0)
		e.init.add(1)
		e.init.add(2)
		var moves []xmove
		for i := range in.ops[1:] {
			d := e.value(&in.ops[i+1], framed)
			if e.used(in.ops[i+1].n) {
				moves = append(moves, xmove{xr(i), d})
				e.defined(d)
			}
		}
		e.parallel(moves)
		return
	case pCatchEnd:
		e.put(beam.OpCatchEnd, e.tag(in.ops[0].n))
		e.afterCall(&in.ops[1], framed)
		return
	case pLoopRec:
		e.leave(in.ops[0].blk)
		e.put(beam.OpLoopRec, lbl(in.ops[0].blk.label), xr(0))
		e.afterCall(&in.ops[1], framed)
		return
	case beam.OpTimeout:
		e.put(beam.OpTimeout)
		e.enter(xset{})
		return
	case beam.OpMove:
		from, to := e.value(&in.ops[0], framed), e.value(&in.ops[1], framed)
		if !same(from, to) || in.ops[0].kind == oConst {
			e.move(from, to)
		}
		return
	}
	args := make([]beam.Arg, 0, len(in.ops))
	var list []beam.Arg
	if gc {
		e.keep(live)
	}
	for i := range in.ops {
		o := &in.ops[i]
		var a beam.Arg
		switch o.kind {
		case oUse, oDef, oConst:
			a = e.value(o, framed)
		case oNum:
			a = u(int(o.n))
		case oFail:
			if o.blk != nil {
				a = lbl(o.blk.label)
				e.leave(o.blk)
			} else {
				a = lbl(0)
			}
		case oLive:
			a = u(live)
		case oTag:
			a = e.tag(o.n)
		case oAlloc:
			a = u(int(o.n))
		}
		if in.list >= 0 && i >= len(in.ops)-int(in.list) {
			list = append(list, a)
		} else {
			args = append(args, a)
		}
	}
	if in.list >= 0 {
		args = append(args, beam.Arg{Kind: beam.KindList, List: list})
	}
	e.put(in.op, args...)
	for i := range in.ops {
		if in.ops[i].kind == oDef {
			e.defined(e.home(in.ops[i].n, framed))
		}
	}
}

// used reports whether a register has a home at all: a result that nobody
// reads has one only by its definition.
func (e *emitter) used(r reg) bool { return e.xHome[r] >= 0 || e.yHome[r] >= 0 }

// afterCall puts the result, which has come in x0, where it belongs.
func (e *emitter) afterCall(o *opnd, framed bool) {
	e.enter(xset{})
	e.init.add(0)
	to := e.home(o.n, framed)
	if !same(to, xr(0)) {
		e.move(xr(0), to)
	}
}

func (e *emitter) call(in *inst, framed bool) {
	var moves []xmove
	var res *opnd
	n := 0
	for i := range in.ops {
		o := &in.ops[i]
		if o.kind == oDef {
			res = o
			continue
		}
		moves = append(moves, xmove{e.value(o, framed), xr(n)})
		n++
	}
	e.parallel(moves)
	c := in.call
	tail := c.tail
	var what beam.Arg
	switch c.op {
	case beam.OpCall:
		what = lbl(c.target.label)
		switch {
		case !tail:
			e.put(beam.OpCall, u(n), what)
		case framed:
			e.put(beam.OpCallLast, u(n), what, u(e.frame))
		default:
			e.put(beam.OpCallOnly, u(n), what)
		}
		tail = false
	case beam.OpCallExt:
		what = u(c.ext)
		switch {
		case !tail, framed && e.m.noReturn(c.ext):
			e.put(beam.OpCallExt, u(n), what)
		case framed:
			e.put(beam.OpCallExtLast, u(n), what, u(e.frame))
		default:
			e.put(beam.OpCallExtOnly, u(n), what)
		}
		tail = false
	case beam.OpApply:
		if tail && framed {
			e.put(beam.OpApplyLast, u(c.arity), u(e.frame))
			tail = false
		} else {
			e.put(beam.OpApply, u(c.arity))
		}
	case beam.OpSend, beam.OpBuildStacktrace, beam.OpRawRaise:
		e.put(c.op)
	default: // call_fun
		e.put(c.op, u(c.arity))
	}
	if tail {
		if framed {
			e.put(beam.OpDeallocate, u(e.frame))
		}
		e.put(beam.OpReturn)
	}
	if res != nil && !c.tail {
		e.afterCall(res, framed)
	} else {
		e.enter(xset{})
		e.init.add(0)
	}
}
