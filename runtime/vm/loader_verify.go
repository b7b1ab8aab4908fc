package vm

import (
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// The interpreter reaches y registers and return addresses on a process's
// stack without looking whether they are there. So the loader follows every
// path through a module first and finds the size of the frame at each
// instruction: y registers are used inside of it only, and what takes a frame
// down takes down the one that is there.
//
// A compiler may let paths with different frames meet where an exception is
// raised. Such code is checked for each of the frames, and translated as often, so
// that the stack can be walked knowing the size of every frame.

// place is a generic instruction together with the frame it finds: y registers
// and the return address, 0 for no frame.
type place struct{ at, frame int }

type verifier struct {
	code   []beam.Instr
	at     []int   // label, less loader.first -> instruction, -1: nowhere
	frames []int16 // the frame with which an instruction was found first, or unreached
	others map[place]bool
	work   []place
}

const (
	unreached = -1
	// numY is how many y registers a frame may have.
	numY = 1022
)

// emptied gives v for other code, with the room that its slices have.
func (v *verifier) emptied() verifier {
	return verifier{at: v.at[:0], frames: v.frames[:0], work: v.work[:0]}
}

// verify checks the frames.
func (l *loader) verify(code []beam.Instr) {
	v := &l.verifier
	v.code = code
	for range l.labels {
		v.at = append(v.at, -1)
	}
	for range code {
		v.frames = append(v.frames, unreached)
	}
	for i := range code {
		in := &code[i]
		l.op = in.Op
		if n := in.Op.Arity(); n != len(in.Args) {
			l.fail("%d operands", len(in.Args))
			return
		}
		if in.Op != beam.OpLabel {
			continue
		}
		// The reader gives a label's own number as a plain one.
		n := in.Args[0].N
		at := n - int64(l.first)
		if n <= 0 || at < 0 || at >= int64(len(v.at)) {
			l.fail("label %d", n)
			return
		}
		if v.at[at] >= 0 {
			l.fail("label %d twice", n)
			return
		}
		v.at[at] = i
	}
	for i := range code {
		if op := code[i].Op; op == beam.OpFuncInfo || op == beam.OpOnLoad {
			l.flow(place{i + 1, 0})
		}
	}
	for len(v.work) > 0 && l.err == nil {
		p := v.work[len(v.work)-1]
		v.work = v.work[:len(v.work)-1]
		in := &code[p.at]
		l.op = in.Op
		next, falls := l.effect(in, p.frame)
		switch in.Op {
		case beam.OpFuncInfo:
		case beam.OpCall, beam.OpCallOnly, beam.OpCallLast:
			if l.lazy == nil || l.inside(l.label(in.Args[1])) {
				l.jump(in.Args[1], 0)
			}
		default:
			l.operands(in.Args, p.frame)
		}
		if falls {
			l.flow(place{p.at + 1, next})
		}
	}
}

// flow says that control may come to a place.
func (l *loader) flow(p place) {
	v := &l.verifier
	switch {
	case p.at >= len(v.frames):
		l.fail("the end of the code can be reached")
		return
	case v.frames[p.at] == int16(p.frame) || v.others[p]:
		return
	case v.frames[p.at] == unreached:
		v.frames[p.at] = int16(p.frame)
	case len(v.others) > len(v.frames)+1000:
		l.fail("too many frames meet")
		return
	default:
		if v.others == nil {
			v.others = make(map[place]bool)
		}
		v.others[p] = true
	}
	v.work = append(v.work, p)
}

func (l *loader) jump(a beam.Arg, frame int) {
	if n := l.label(a); l.inside(n) {
		l.flow(place{l.verifier.at[n-l.first], frame})
	} else {
		l.fail("label %d is nowhere", a.N)
	}
}

// inside reports whether a label is somewhere in the code being loaded.
func (l *loader) inside(label int) bool {
	at, i := l.verifier.at, label-l.first
	return label > 0 && i >= 0 && i < len(at) && at[i] >= 0
}

// operands looks at the registers and follows the labels among the operands.
func (l *loader) operands(args []beam.Arg, frame int) {
	for i := range args {
		switch a := &args[i]; a.Kind {
		case beam.KindY:
			if a.N < 0 || a.N >= int64(frame)-1 {
				l.fail("y%d of a frame of %d", a.N, frame)
			}
		case beam.KindLabel:
			if a.N != 0 {
				l.jump(*a, frame)
			}
		case beam.KindList, beam.KindTyped:
			l.operands(a.List, frame)
		}
	}
}

// effect gives the frame behind an instruction that finds the given one, and
// whether control may come there.
func (l *loader) effect(in *beam.Instr, frame int) (next int, falls bool) {
	need := func(want int) {
		if frame != want {
			l.fail("a frame of %d, not %d", frame, want)
		}
	}
	size := func(a beam.Arg) int {
		n := l.num(a)
		if n > numY {
			l.fail("frame of %d", n)
			return 0
		}
		return n + 1
	}
	switch a := in.Args; in.Op {
	case beam.OpOnLoad:
		need(0)
	case beam.OpAllocate, beam.OpAllocateZero, beam.OpAllocateHeap, beam.OpAllocateHeapZero:
		need(0)
		return size(a[0]), true
	case beam.OpDeallocate:
		need(size(a[0]))
		return 0, true
	case beam.OpTrim:
		if frame -= l.num(a[0]); frame < 1 {
			l.fail("trim %d", l.num(a[0]))
			return 0, false
		}
	case beam.OpCallLast:
		need(size(a[2]))
		return 0, false
	case beam.OpCallExtLast:
		if !l.noReturn(a[1]) {
			need(size(a[2]))
		}
		return 0, false
	case beam.OpApplyLast:
		need(size(a[1]))
		return 0, false
	case beam.OpCallOnly, beam.OpReturn:
		need(0)
		return 0, false
	case beam.OpCallExtOnly:
		if !l.noReturn(a[1]) {
			need(0)
		}
		return 0, false
	case beam.OpCall, beam.OpCallExt, beam.OpCallFun, beam.OpCallFun2, beam.OpApply:
		if in.Op == beam.OpCallExt && l.noReturn(a[1]) {
			return 0, false
		}
		if frame == 0 {
			l.fail("a call without a frame")
		}
	case beam.OpFuncInfo, beam.OpIntCodeEnd, beam.OpJump, beam.OpSelectVal, beam.OpSelectTupleArity, beam.OpBadmatch,
		beam.OpCaseEnd, beam.OpTryCaseEnd, beam.OpBadrecord, beam.OpIfEnd, beam.OpRaise, beam.OpWait, beam.OpLoopRecEnd,
		beam.OpIsAnyNativeRecord, beam.OpIsNativeRecord, beam.OpIsRecordAccessible:
		return 0, false
	}
	return frame, true
}

// noReturn: compilers put anything behind a call of a function that never
// returns, and need not give it the right frame to take down. The loader puts a
// stop there.
func (l *loader) noReturn(a beam.Arg) bool {
	imp := l.imported(a)
	return imp.Module == aErlang && noReturns[funcKey{imp.Name, imp.Arity}]
}

var noReturns = map[funcKey]bool{
	{term.A("error"), 1}: true, {term.A("error"), 2}: true, {term.A("error"), 3}: true, {term.A("exit"), 1}: true,
	{term.A("throw"), 1}: true, {term.A("nif_error"), 1}: true, {term.A("nif_error"), 2}: true,
}

// places makes internal instructions of all the places.
func (l *loader) places(code []beam.Instr) {
	v := &l.verifier
	frame, falls := unreached, false
	for i := range code {
		if l.err != nil {
			return
		}
		l.here = place{i, frame}
		if code[i].Op == beam.OpLabel {
			first := int(v.frames[i])
			if falls && frame != first {
				l.emit(instr{op: opJump}, l.labelAt(l.here))
			}
			l.here.frame = first
			l.placeLabel(int(code[i].Args[0].N))
			frame, falls = first, first != unreached
			continue
		}
		if !falls {
			// Nothing comes here, unless a function begins without a label.
			if frame = unreached; i > 0 && code[i-1].Op == beam.OpFuncInfo {
				frame = 0
			}
			l.here.frame = frame
		}
		l.one(&code[i])
		if falls = frame != unreached; falls {
			frame, falls = l.effect(&code[i], frame)
		}
	}
	// What is reached with another frame as well, and the loops: each of those
	// adds to them.
	l.copying = true
	for i := 0; i < len(l.copies) && l.err == nil; i++ {
		c := l.copies[i]
		if !c.back && l.copyAt[i] >= 0 {
			continue // part of another copy
		}
		l.here, l.line = place{len(code), c.frame}, 0
		l.barrier = len(l.code)
		if l.fn = c.fn; l.fn != nil {
			l.emit(instr{op: opFuncInfo, ext: &ext{fun: l.fn}}, 0)
		}
		l.barrier = len(l.code)
		if c.back {
			l.copyAt[i] = len(l.code)
			// Nobody knows which x registers are in use.
			l.emit(instr{op: opJumpBack, n: int32(max(l.maxX+1, 256))}, l.labelAt(c.place))
			continue
		}
		frame, falls := c.frame, true
		for j := c.at; falls && l.err == nil; j++ {
			if code[j].Op == beam.OpLabel {
				n := l.labelAt(place{j, frame})
				if n < firstCopy || l.copyAt[n-firstCopy] >= 0 {
					l.emit(instr{op: opJump}, n)
					break
				}
				l.copyAt[n-firstCopy] = len(l.code)
				l.barrier = len(l.code)
				continue
			}
			l.here = place{j, frame}
			l.one(&code[j])
			frame, falls = l.effect(&code[j], frame)
		}
	}
}

// one translates an instruction other than a label.
func (l *loader) one(in *beam.Instr) {
	l.op = in.Op
	l.instr(in.Op, in.Args)
	if in.Op == beam.OpCallExt && l.noReturn(in.Args[1]) {
		l.emit(instr{op: opBad}, 0)
	}
}

// A codeCopy is code at the end of the module: a place reached with
// another frame, or a jump backwards.
type codeCopy struct {
	copyKey
	fn *function
}

// firstCopy is the label of the first copy; a module's own are below.
const firstCopy = 1 << 25

type copyKey struct {
	place
	back bool
}

// labelAt is the label of a place, which is where a label is.
func (l *loader) labelAt(p place) int {
	if int(l.verifier.frames[p.at]) == p.frame {
		return int(l.verifier.code[p.at].Args[0].N)
	}
	return l.copyOf(p, false)
}

func (l *loader) copyOf(p place, back bool) int {
	key := copyKey{p, back}
	if l.copied[key] == 0 {
		if l.copied == nil {
			l.copied = make(map[copyKey]int)
		}
		l.copied[key] = firstCopy + len(l.copies)
		l.copies = append(l.copies, codeCopy{key, l.fn})
		l.copyAt = append(l.copyAt, -1)
	}
	return l.copied[key]
}

// jumpTo is the label that an instruction here jumps to. A jump backwards takes a
// way on which it costs a reduction: compilers make loops of calls, but a corrupt module may
// have any, and must not keep a worker for itself.
func (l *loader) jumpTo(label int) int {
	if label == 0 || l.here.frame == unreached {
		return label
	}
	if !l.inside(label) {
		l.fail("label %d is nowhere", label)
		return label
	}
	p := place{l.verifier.at[label-l.first], l.here.frame}
	if p.at <= l.here.at {
		switch l.op {
		case beam.OpLoopRecEnd, beam.OpWait, beam.OpWaitTimeout:
		default:
			return l.copyOf(p, true)
		}
	}
	return l.labelAt(p)
}
