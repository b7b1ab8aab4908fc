package vm

import (
	"math"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// fuse makes one instruction of in and the one emitted last, where there is a
// fused form, and reports whether it did. Nothing jumps to in: the barrier
// sees to that.
func (l *loader) fuse(in *instr, label int) bool {
	i := len(l.code) - 1
	p := &l.code[i]
	same := l.to[i] == label // both fail to the same place
	switch in.op {
	case opReturn:
		switch {
		case p.op == opMoveXX && p.b == 0:
			p.op = opMoveXReturn
		case p.op == opMoveLX && p.b == 0:
			p.op = opMoveLReturn
		case p.op == opDeallocate:
			p.op = opDeallocReturn
			l.fuseDealloc()
		case p.op == opIsLtXI:
			p.op = opIsLtXIReturn
		case p.op == opIsGeXI:
			p.op = opIsGeXIReturn
		default:
			return false
		}
		return true
	case opMoveXX, opMoveXY, opMoveYX, opMoveYY, opMoveLX, opMoveLY:
		return l.fuseMove(p, in)
	case opInitY:
		if p.op != opAllocateMoveXY {
			return false
		}
		p.op, p.c = opAllocateMoveXYInit, in.a
		return true
	case opCall:
		switch {
		case p.op == opMoveXX && i > l.barrier && l.code[i-1].op == opMoveXY && p.b < 1<<12:
			// The second move's destination and the arity share n.
			l.code[i-1] = instr{op: opMoveXYXXCall, a: l.code[i-1].a, b: l.code[i-1].b, c: p.a,
				n: int32(p.b)<<8 | in.n, at: in.at}
			l.to[i-1] = label
			l.code, l.to = l.code[:i], l.to[:i]
			return true
		case p.op == opMoveXX:
			p.op = opMoveXXCall
		case p.op == opMoveYX:
			p.op = opMoveYXCall
		case p.op == opMoveLX:
			p.op = opMoveLXCall
		default:
			return false
		}
		p.n, p.at, l.to[i] = in.n, in.at, label
		return true
	case opCallOnly:
		switch {
		case p.op == opMoveXX:
			p.op, p.n = opMoveXXTail, in.n
		case p.op == opAddXI && l.to[i] == 0 && p.a == p.c:
			p.op, p.b = opAddToXCallOnly, opnd(in.n)
		case p.op == opAddXI && l.to[i] == 0:
			p.op, p.b = opAddXICallOnly, opnd(in.n)
		default:
			return false
		}
		l.to[i] = label
		return true
	case opGetListXXX:
		if p.op == opIsNonemptyListX && p.a == in.a {
			p.op, p.b, p.c = opNonemptyGetListXXX, in.b, in.c
			return true
		}
	case opGetListXYX:
		if i > l.barrier && p.op == opAllocate && l.code[i-1].op == opIsNonemptyListX && l.code[i-1].a == in.a {
			q := &l.code[i-1]
			q.op, q.b, q.c, q.n = opAllocNonemptyGetListXYX, in.b, in.c, p.n
			l.code, l.to = l.code[:i], l.to[:i]
			return true
		}
	case opTestArityX:
		if p.op == opIsTupleX && p.a == in.a && same {
			p.op, p.n = opTupleX, in.n
			return true
		}
	case opTaggedTupleX:
		if p.op == opIsTupleX && p.a == in.a && same {
			p.op, p.n, p.v = opTaggedTupleX, in.n, in.v
			return true
		}
	case opGetElemXX:
		// The first element's register must not be the tuple's own.
		if p.op == opGetElemXX && p.a == in.a && p.b != in.a && p.n+1 == in.n {
			p.op, p.c = opGetElem2XX, in.b
			return true
		}
	}
	return false
}

// fuseMove joins two moves, the second of which must not read what the first
// writes.
func (l *loader) fuseMove(p, in *instr) bool {
	switch {
	case p.op == opAllocate && in.op == opMoveXY:
		p.op, p.a, p.b = opAllocateMoveXY, in.a, in.b
	case p.op == opMoveXY && in.op == opMoveXY:
		p.op, p.c, p.n = opMoveXY2, in.a, int32(int16(in.b))
	case p.op == opMoveYX && in.op == opMoveYX:
		p.op, p.c, p.n = opMoveYX2, in.a, int32(in.b)
	default:
		return false
	}
	return true
}

// fuseDealloc: [y | x] or y + x is the result of a function with a frame, or that
// of a fun, which is called in the place of the function.
func (l *loader) fuseDealloc() {
	i := len(l.code) - 1
	if i <= l.barrier || l.code[i-1].c != 0 {
		return
	}
	q := &l.code[i-1]
	switch {
	case q.op == opPutListYXX:
		q.op = opPutListYXXDealloc
	case q.op == opAddYX && q.b == 0 && l.to[i-1] == 0:
		q.op = opAddYXDealloc
	case q.op == opCallFun || q.op == opCallFunS:
		q.op, q.c = opCallFunLast, opnd(l.code[i].n)
		l.code, l.to = l.code[:i], l.to[:i]
		return
	default:
		return
	}
	q.n = l.code[i].n
	l.code, l.to = l.code[:i], l.to[:i]
}

func (l *loader) selectVal(a []beam.Arg) {
	e := &ext{}
	src := l.src(a[0], &e.lits)
	list := l.list(a[2])
	if len(list)%2 != 0 {
		l.fail("odd list")
		return
	}
	var values []term.Term
	var labels []int
	for i := 0; i < len(list); i += 2 {
		v, ok := l.literal(untyped(list[i]))
		if !ok {
			l.fail("no literal")
			return
		}
		values, labels = append(values, v), append(labels, l.target(list[i+1]))
	}
	fail := l.target(a[1])
	in := instr{op: opSelectVal, a: src, ext: e}
	if base, dense, ok := denseLabels(values, labels, fail); ok && src.isX() {
		in.op, in.v, labels = opSelectXDense, term.Small(int64(base)), dense
	} else {
		e.table = newSelectTable(values)
		if src.isX() {
			if in.op = e.table.few(); in.op == opSelectXA && len(values) == 2 {
				in.op, in.v, e.lits = opSelectXA2, values[0], values[1:]
			}
		}
	}
	l.lists = append(l.lists, labelList{e, labels})
	l.emit(in, fail)
}

// denseLabels spreads the labels for small integers close together so that the
// value gives the index; those between are fail.
func denseLabels(values []term.Term, labels []int, fail int) (base int32, dense []int, ok bool) {
	lo, hi := int32(math.MaxInt32), int32(math.MinInt32)
	for _, v := range values {
		n, ok := smallInt32(v)
		if !ok {
			return 0, nil, false
		}
		lo, hi = min(lo, n), max(hi, n)
	}
	if len(values) == 0 || int64(hi)-int64(lo) >= int64(4*len(values)+4) {
		return 0, nil, false
	}
	dense = make([]int, int(hi-lo)+1)
	for i := range dense {
		dense[i] = fail
	}
	for i := len(values) - 1; i >= 0; i-- {
		n, _ := smallInt32(values[i])
		dense[n-lo] = labels[i]
	}
	return lo, dense, true
}

func (l *loader) selectArity(a []beam.Arg) {
	e := &ext{}
	src := l.src(a[0], &e.lits)
	list := l.list(a[2])
	if len(list)%2 != 0 {
		l.fail("odd list")
		return
	}
	var values []term.Term
	var labels []int
	for i := 0; i < len(list); i += 2 {
		values = append(values, term.Small(int64(l.num(list[i]))))
		labels = append(labels, l.target(list[i+1]))
	}
	e.table = newSelectTable(values)
	l.lists = append(l.lists, labelList{e, labels})
	l.emit(instr{op: opSelectArity, a: src, ext: e}, l.target(a[1]))
}
