package compile

import (
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// The intermediate code of one function: blocks of BEAM instructions whose
// registers are virtual. A test in the middle of a block may leave it for
// another block; the last instruction of a block never falls through.
//
// Which virtual register becomes an x and which a y register, where the stack
// frame is made, and where calls put their arguments is settled afterwards:
// liveness.go, frame.go, color.go, emit.go, in this order.

// reg is a virtual register.
type reg = int32

// Pseudo instructions stand above all BEAM instructions.
const (
	// pCall: ops = [def] args...; call says what is called. Arguments go to
	// x0, x1, ..., the result comes in x0, and no other x register survives.
	pCall        beam.Op = 220 + iota
	pReturn              // ops = value
	pJump                // ops = target
	pFuncClause          // ops = the function's arguments, untouched: no clause matches
	pTryCase             // ops = tag, def class, def reason, def stack
	pCatchFall           // ops = value, target: goes to the pCatchEnd with the value
	pCatchEnd            // ops = tag, def
	pLoopRec             // ops = fail, def: like a call, all else must be in y registers
	pUnreachable         // ends a block that can't be left
)

type opndKind uint8

const (
	oUse   opndKind = iota // virtual register n is read
	oDef                   // virtual register n is written
	oConst                 // the constant t
	oNum                   // plain number n
	oFail                  // block blk; nil: raise an exception
	oLive                  // number of x registers that hold values
	oTag                   // the y register of try or catch number n (nesting depth)
	oAlloc                 // heap words n, for test_heap and bs_create_bin
)

// opnd is an operand.
type opnd struct {
	kind opndKind
	n    int32
	t    term.Term
	blk  *block
}

func use(r reg) opnd               { return opnd{kind: oUse, n: r} }
func def(r reg) opnd               { return opnd{kind: oDef, n: r} }
func cnst(t term.Term) opnd        { return opnd{kind: oConst, t: t} }
func num(n int) opnd               { return opnd{kind: oNum, n: int32(n)} }
func failTo(b *block) opnd         { return opnd{kind: oFail, blk: b} }
func (o opnd) isConst() bool       { return o.kind == oConst }
func (o opnd) is(t term.Term) bool { return o.kind == oConst && o.t == t }

var live = opnd{kind: oLive}

// callInfo is what a pCall calls.
type callInfo struct {
	op     beam.Op   // the instruction when a return address is needed
	target *funcInfo // OpCall
	ext    int       // OpCallExt: import index
	arity  int       // as the instruction says it
	tail   bool
}

// inst is one instruction. The last `list` operands form its list operand;
// list < 0 means that it has none.
type inst struct {
	op   beam.Op
	list int32
	line int32 // index into the Line table; 0: none
	ops  []opnd
	call *callInfo
}

// block is a run of instructions that is entered at its beginning only.
type block struct {
	insts   []inst
	handler *block // where an exception goes, nil: out of the function
	placed  bool

	// filled in by the later passes
	num      int
	label    int
	liveIn   bitset
	framed   bool // a frame exists on entry
	alloc    int  // the instruction before which the frame is made; len(insts): none
	region   *region
	entryOf  *block // makes the frame for this block, which is entered from elsewhere with one
	reached  bool
	initX    xset
	hasInitX bool
}

// bitset is a set of virtual registers.
type bitset []uint64

func (s bitset) has(i int32) bool { return s[i>>6]&(1<<(uint(i)&63)) != 0 }
func (s bitset) add(i int32)      { s[i>>6] |= 1 << (uint(i) & 63) }
func (s bitset) del(i int32)      { s[i>>6] &^= 1 << (uint(i) & 63) }
func (s bitset) or(t bitset) (changed bool) {
	for i, w := range t {
		if n := s[i] | w; n != s[i] {
			s[i], changed = n, true
		}
	}
	return changed
}

// xset is a set of x registers.
type xset [16]uint64

func (s *xset) has(i int) bool { return s[i>>6]&(1<<(uint(i)&63)) != 0 }
func (s *xset) add(i int)      { s[i>>6] |= 1 << (uint(i) & 63) }
func (s *xset) below(n int) {
	for i := range s {
		switch {
		case n >= 64*(i+1):
		case n <= 64*i:
			s[i] = 0
		default:
			s[i] &= 1<<(uint(n)&63) - 1
		}
	}
}

// effects says how a plain instruction behaves beyond its operands.
type effects uint8

const (
	pure    effects = 1 << iota // may go if its result is not used
	gcPoint                     // collects garbage: needs Live and initialised y registers
)

func (in *inst) effects() effects {
	switch in.op {
	case beam.OpMove, beam.OpGetTupleElement, beam.OpGetHd, beam.OpGetTl, beam.OpGetList,
		beam.OpPutList, beam.OpPutTuple2, beam.OpMakeFun3:
		return pure
	case beam.OpGcBif1, beam.OpGcBif2, beam.OpGcBif3, beam.OpPutMapAssoc, beam.OpPutMapExact,
		beam.OpBsCreateBin, beam.OpBsGetInteger2, beam.OpBsGetFloat2, beam.OpBsGetBinary2,
		beam.OpBsStartMatch3, beam.OpBsGetTail, beam.OpBsGetPosition, beam.OpBsGetUtf8,
		beam.OpBsGetUtf16, beam.OpBsGetUtf32, beam.OpUpdateRecord,
		beam.OpBsSkipUtf8, beam.OpBsSkipUtf16, beam.OpBsSkipUtf32:
		return gcPoint
	}
	return 0
}

// heapNeed is how many words an instruction takes that relies on a test_heap
// before it, and how many funs.
func (in *inst) heapNeed() (words, funs int) {
	switch in.op {
	case beam.OpPutList:
		return 2, 0
	case beam.OpPutTuple2:
		return int(in.list) + 1, 0
	case beam.OpMakeFun3:
		return int(in.list), 1
	}
	return 0, 0
}

// isCall reports whether all x registers lose their values.
func (in *inst) isCall() bool {
	switch in.op {
	case pCall:
		return !in.call.tail
	case pTryCase, pCatchEnd, pLoopRec, beam.OpWait, beam.OpWaitTimeout, beam.OpLoopRecEnd, beam.OpTimeout:
		return true
	}
	return false
}

// needsFrame reports whether an instruction needs the stack frame.
func (in *inst) needsFrame() bool {
	if in.op == pCall && in.call.tail {
		return in.call.op == beam.OpApply || in.call.op == beam.OpCallFun || in.call.op == beam.OpSend
	}
	return in.isCall() || in.op == beam.OpTry || in.op == beam.OpCatch || in.op == beam.OpRecvMarkerReserve
}
