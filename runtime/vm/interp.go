package vm

import (
	"unsafe"

	"ersh/runtime/term"
)

// loop executes instructions. ip is the current instruction, cp the return
// address of a function without a frame, top the end of the stack, reds what is left of
// the turn's reductions.
//
// What Go's compiler makes of dispatch is three machine instructions, as long as these
// four stay in registers throughout:
//
//   - No call may be made while they are alive. What calls has leave store
//     them in the process first, reads them there, and goes on at one of the labels at the end,
//     which fetch them again. That holds for p too.
//   - A write barrier needs registers of its own: no more than two pointers are
//     stored at once, where operands take others.
//   - The switch stands by itself: a for statement's next turn would be one more
//     place that registers are arranged for. With the least and the greatest opcode in it,
//     it needs no check for others.
//   - Only functions of a few operations are inlined into one as large as this.
func (m *machine) loop() turn {
	if m.p.pending != nil {
		ip, cp, t := m.continuePending()
		if ip == nil {
			return t
		}
		m.p.ip, m.p.cp = ip, cp
	}
	p := m.p
	m.limit = p.limit
	ip, cp, top, reds := p.ip, p.cp, p.top, p.reds
	live := 0
dispatch:
	switch ip.op {
	case opMoveXX:
		*m.xr(ip.b) = *m.xr(ip.a)
	case opMoveXY:
		*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
	case opMoveYX:
		*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
	case opMoveYY:
		*yr(top, int(int16(ip.b))) = *yr(top, int(int16(ip.a)))
	case opMoveLX:
		*m.xr(ip.b) = ip.v
	case opMoveLY:
		*yr(top, int(int16(ip.b))) = ip.v
	case opAllocMoveXY5:
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			frame := top
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.b))) = cp, *m.xr(ip.a)
		}
		ip = ip.next()
		fallthrough
	case opMoveXY4:
		*yr(top, int(int16(ip.b))), *yr(top, int(ip.n)) = *m.xr(ip.a), *m.xr(ip.c)
		ip = ip.next()
		fallthrough
	case opMoveXY2:
		*yr(top, int(int16(ip.b))), *yr(top, int(ip.n)) = *m.xr(ip.a), *m.xr(ip.c)
	case opMoveYX2:
		*m.xr(ip.b), *m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.a))), *yr(top, int(int16(ip.c)))
	case opSwapXX:
		a, b := m.xr(ip.a), m.xr(ip.b)
		*a, *b = *b, *a
	case opSwapXY:
		a, b := m.xr(ip.a), yr(top, int(int16(ip.b)))
		*a, *b = *b, *a
	case opInitY:
		*yr(top, int(int16(ip.a))) = term.Nil{}

	case opAddYIMoveCall: // a chain
		s := term.Pack(yr(top, int(int16(ip.a)))).Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
		ip = ip.next()
		fallthrough
	case opMoveXYXXCall:
		*yr(top, int(int16(ip.b))), *m.xr(opnd(ip.n >> 8)) = *m.xr(ip.a), *m.xr(ip.c)
		cp, ip = ip.next(), ip.to
		if reds--; reds <= 0 {
			live = int(cp.prev().n & 0xFF)
			goto yield
		}
		goto dispatch
	case opMoveXXCall:
		*m.xr(ip.b) = *m.xr(ip.a)
		cp, ip = ip.next(), ip.to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opMoveYXCall:
		*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
		cp, ip = ip.next(), ip.to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opMoveLXCall:
		*m.xr(ip.b) = ip.v
		cp, ip = ip.next(), ip.to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	// Chains: see chain.go.
	case opGetListAllocCall:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			ip = ip.to
			goto dispatch
		}
		*m.xr(ip.b), *m.xr(ip.c) = l.Head, l.Tail
		ip = ip.next()
		fallthrough
	case opAllocCall:
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			frame, move := top, ip.next()
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.b))) = cp, *m.xr(ip.a)
			*m.xr(move.b) = *m.xr(move.a)
			cp, ip = move.next(), move.to
		}
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opAddAllocCall:
		s := term.Pack(m.xr(ip.a)).Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
		ip = ip.next()
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			frame, move := top, ip.next()
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.b))) = cp, *m.xr(ip.a)
			*m.xr(move.b) = *m.xr(move.a)
			cp, ip = move.next(), move.to
		}
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opAddAllocInitCall:
		s := term.Pack(m.xr(ip.a)).Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
		ip = ip.next()
		fallthrough
	case opAllocInitCall:
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			frame, move := top, ip.next()
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.b))) = cp, *m.xr(ip.a)
			*yr(top, int(int16(ip.c))), *m.xr(move.b) = term.Nil{}, *m.xr(move.a)
			cp, ip = move.next(), move.to
		}
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opSelectLessAllocCall:
		labels := ip.ext.labels
		if d := term.Pack(m.xr(0)).From(term.Pack(&ip.v)); d < uint64(len(labels)) {
			ip = labels[d]
			goto dispatch
		}
		ip = ip.to
		fallthrough
	case opLessAllocCall:
		v := term.Pack(m.xr(0))
		s := v.Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		if n := int(ip.next().n); uintptr(top)+uintptr(n) > m.limit {
			goto growLess
		} else {
			frame := top
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.next().b))) = cp, v.Int()
		}
		s.Into(m.xr(0))
		cp, ip = ip.after(3), ip.after(2).to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opSelectLessAllocInitCall:
		labels := ip.ext.labels
		if d := term.Pack(m.xr(0)).From(term.Pack(&ip.v)); d < uint64(len(labels)) {
			ip = labels[d]
			goto dispatch
		}
		ip = ip.to
		fallthrough
	case opLessAllocInitCall:
		v := term.Pack(m.xr(0))
		s := v.Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		if n := int(ip.next().n); uintptr(top)+uintptr(n) > m.limit {
			goto growLess
		} else {
			frame := top
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.next().c))), *yr(top, int(int16(ip.next().b))) = cp, term.Nil{}, v.Int()
		}
		s.Into(m.xr(0))
		cp, ip = ip.after(3), ip.after(2).to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opKeepAddYICall:
		s := term.Pack(yr(top, int(int16(ip.next().a)))).Plus(ip.next().n)
		if !s.IsStep() {
			*yr(top, int(int16(ip.b))) = *m.xr(0)
			break
		}
		*yr(top, int(int16(ip.b))), *m.xr(0) = *m.xr(0), s.Int()
		cp, ip = ip.after(3), ip.after(2).to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opAddYIKeepCall:
		s := term.Pack(yr(top, int(int16(ip.a)))).Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		*yr(top, int(int16(ip.next().b))), *m.xr(0) = *m.xr(0), s.Int()
		cp, ip = ip.after(2), ip.next().to
		if reds--; reds <= 0 {
			live = int(cp.prev().n & 0xFF)
			goto yield
		}
		goto dispatch
	case opMoveAddYICall:
		*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
		ip = ip.next()
		fallthrough
	case opAddYICall:
		s := term.Pack(yr(top, int(int16(ip.a)))).Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
		ip = ip.next()
		cp, ip = ip.next(), ip.to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opMoveYX2ThenCall:
		*m.xr(ip.b), *m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.a))), *yr(top, int(int16(ip.c)))
		ip = ip.next()
		fallthrough
	case opCall:
		cp, ip = ip.next(), ip.to
		if reds--; reds <= 0 {
			live = int(cp.prev().n)
			goto yield
		}
		goto dispatch
	case opMoveXXTail:
		*m.xr(ip.b) = *m.xr(ip.a)
		fallthrough
	case opCallOnly:
		live, ip = int(ip.n), ip.to
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opMoveYX3CallLast:
		*m.xr(ip.b), *m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.a))), *yr(top, int(int16(ip.c)))
		ip = ip.next()
		fallthrough
	case opMoveYXCallLast:
		*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
		ip = ip.next()
		top = unsafe.Add(top, -int(ip.a))
		cp = returnAt(top)
		live, ip = int(ip.n), ip.to
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opMoveYX2CallLast:
		*m.xr(ip.b), *m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.a))), *yr(top, int(int16(ip.c)))
		ip = ip.next()
		fallthrough
	case opCallLast:
		top = unsafe.Add(top, -int(ip.a))
		cp = returnAt(top)
		live, ip = int(ip.n), ip.to
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opCallExt:
		live = int(ip.n)
		cp, ip = ip.next(), ip.ext.exp.addr.Load()
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opCallExtOnly:
		live = int(ip.n)
		ip = ip.ext.exp.addr.Load()
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opCallExtLast:
		top = unsafe.Add(top, -int(ip.a))
		cp = returnAt(top)
		live = int(ip.n)
		ip = ip.ext.exp.addr.Load()
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opMoveXReturn:
		*m.xr(0) = *m.xr(ip.a)
		ip = cp
		goto dispatch
	case opMoveLReturn:
		*m.xr(0) = ip.v
		ip = cp
		goto dispatch
	case opReturn:
		ip = cp
		goto dispatch
	case opAllocate:
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, n)
		}
	case opAllocateMoveXYInit:
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			frame := top
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.c))), *yr(top, int(int16(ip.b))) = cp, term.Nil{}, *m.xr(ip.a)
		}
	case opAllocMoveXY3:
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			frame := top
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.b))) = cp, *m.xr(ip.a)
		}
		ip = ip.next()
		*yr(top, int(int16(ip.b))), *yr(top, int(ip.n)) = *m.xr(ip.a), *m.xr(ip.c)
	case opAllocateMoveXY:
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			frame := top
			top = unsafe.Add(top, n)
			*(*term.Term)(frame), *yr(top, int(int16(ip.b))) = cp, *m.xr(ip.a)
		}
	case opDeallocate:
		top = unsafe.Add(top, -int(ip.n))
		cp = returnAt(top)
	case opPutListYXXDealloc:
		// A list that is made by recursion returns from one such
		// instruction to the next.
		for ip.op == opPutListYXXDealloc {
			if m.spare == 0 {
				goto refill
			}
			m.spare--
			c := &m.cells[m.spare%cellBlock]
			c.Head, c.Tail = *yr(top, int(int16(ip.a))), *m.xr(ip.b)
			*m.xr(0) = c
			top = unsafe.Add(top, -int(ip.n))
			ip = returnAt(top)
		}
		goto dispatch
	case opDeallocReturn:
		top = unsafe.Add(top, -int(ip.n))
		ip = returnAt(top)
		goto dispatch
	case opTrim:
		top = unsafe.Add(top, -int(ip.n))
	case opJump:
		ip = ip.to
		goto dispatch
	case opJumpBack:
		live, ip = int(ip.n), ip.to
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch

	case opIsLtXI:
		v, w := term.Pack(m.xr(ip.a)), term.Pack(&ip.v)
		if !v.Ints(w) {
			goto compare
		}
		if !v.Less(w) {
			ip = ip.to
			goto dispatch
		}
	case opIsGeXI:
		v, w := term.Pack(m.xr(ip.a)), term.Pack(&ip.v)
		if !v.Ints(w) {
			goto compare
		}
		if v.Less(w) {
			ip = ip.to
			goto dispatch
		}
	case opIsLtIX:
		v, w := term.Pack(&ip.v), term.Pack(m.xr(ip.b))
		if !v.Ints(w) {
			goto compare
		}
		if !v.Less(w) {
			ip = ip.to
			goto dispatch
		}
	case opIsGeIX:
		v, w := term.Pack(&ip.v), term.Pack(m.xr(ip.b))
		if !v.Ints(w) {
			goto compare
		}
		if v.Less(w) {
			ip = ip.to
			goto dispatch
		}
	case opIsLtXIReturn:
		v, w := term.Pack(m.xr(ip.a)), term.Pack(&ip.v)
		if !v.Ints(w) {
			goto compareReturn
		}
		if v.Less(w) {
			ip = cp
		} else {
			ip = ip.to
		}
		goto dispatch
	case opIsGeXIReturn:
		v, w := term.Pack(m.xr(ip.a)), term.Pack(&ip.v)
		if !v.Ints(w) {
			goto compareReturn
		}
		if !v.Less(w) {
			ip = cp
		} else {
			ip = ip.to
		}
		goto dispatch
	case opIsLtXX:
		v, w := term.Pack(m.xr(ip.a)), term.Pack(m.xr(ip.b))
		if !v.Ints(w) {
			goto compare
		}
		if !v.Less(w) {
			ip = ip.to
			goto dispatch
		}
	case opIsGeXX:
		v, w := term.Pack(m.xr(ip.a)), term.Pack(m.xr(ip.b))
		if !v.Ints(w) {
			goto compare
		}
		if v.Less(w) {
			ip = ip.to
			goto dispatch
		}
	case opIsLt, opIsGe, opIsEq, opIsNe, opIsEqExact, opIsNeExact, opIsNeXL, opIsEqYL, opIsNeYL:
		goto compare
	case opIsEqXI:
		if !term.Pack(m.xr(ip.a)).Is(term.Pack(&ip.v)) {
			ip = ip.to
			goto dispatch
		}
	case opIsEqXA:
		if !term.IsAtom(m.xr(ip.a), &ip.v) {
			ip = ip.to
			goto dispatch
		}
	case opIsNeXI:
		if term.Pack(m.xr(ip.a)).Is(term.Pack(&ip.v)) {
			ip = ip.to
			goto dispatch
		}
	case opIsNeXA:
		if term.IsAtom(m.xr(ip.a), &ip.v) {
			ip = ip.to
			goto dispatch
		}
	case opIsNilX:
		if _, ok := (*m.xr(ip.a)).(term.Nil); !ok {
			ip = ip.to
			goto dispatch
		}
	case opIsNonemptyListX:
		if _, ok := consAt(m.xr(ip.a)); !ok {
			ip = ip.to
			goto dispatch
		}
	case opNonemptyGetListXXX:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			ip = ip.to
			goto dispatch
		}
		*m.xr(ip.b), *m.xr(ip.c) = l.Head, l.Tail
	case opAllocNonemptyGetListXYX:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			ip = ip.to
			goto dispatch
		}
		if n := int(ip.n); uintptr(top)+uintptr(n) > m.limit {
			goto grow
		} else {
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, n)
		}
		*yr(top, int(int16(ip.b))), *m.xr(ip.c) = l.Head, l.Tail
	case opIsListX:
		switch (*m.xr(ip.a)).(type) {
		case *term.Cons, term.Nil:
		default:
			ip = ip.to
			goto dispatch
		}
	case opIsTupleX:
		if _, ok := tupleAt(m.xr(ip.a)); !ok {
			ip = ip.to
			goto dispatch
		}
	case opTestArityX, opTupleX:
		if t, ok := tupleAt(m.xr(ip.a)); !ok || len(t.Elems) != int(ip.n) {
			ip = ip.to
			goto dispatch
		}
	case opTaggedTupleX:
		if t, ok := tupleAt(m.xr(ip.a)); ok && len(t.Elems) == int(ip.n) && ip.n != 0 {
			if term.IsAtom(&t.Elems[0], &ip.v) {
				break
			}
		}
		ip = ip.to
		goto dispatch
	case opIsIntegerX:
		if _, ok := (*m.xr(ip.a)).(term.Int); !ok {
			if _, ok := (*m.xr(ip.a)).(*term.Big); !ok {
				ip = ip.to
				goto dispatch
			}
		}
	case opIsAtomX:
		if _, ok := (*m.xr(ip.a)).(term.Atom); !ok {
			ip = ip.to
			goto dispatch
		}
	case opIsMapX:
		if _, ok := (*m.xr(ip.a)).(*term.Map); !ok {
			ip = ip.to
			goto dispatch
		}
	case opIsBinaryX:
		if b, ok := (*m.xr(ip.a)).(*term.Bits); !ok || b.Len&7 != 0 {
			ip = ip.to
			goto dispatch
		}
	case opIsNil, opIsNonemptyList, opIsList, opIsTuple, opTupleS, opTaggedTuple, opIsInteger, opIsFloat, opIsNumber,
		opIsAtom, opIsPid, opIsReference, opIsPort, opIsBinary, opIsBitstr, opIsBoolean, opIsMap, opIsFunction:
		p = m.leave(ip, cp, top, reds)
		if m.typeTest(p.ip) {
			goto next
		}
		goto failed
	case opSelectXDense:
		labels := ip.ext.labels
		if d := term.Pack(m.xr(ip.a)).From(term.Pack(&ip.v)); d < uint64(len(labels)) {
			ip = labels[d]
			goto dispatch
		}
		ip = ip.to
		goto dispatch
	case opSelectXI:
		if v, ok := (*m.xr(ip.a)).(term.Int); ok {
			for i, w := range ip.ext.table.ints {
				if v == w {
					ip = ip.ext.labels[i]
					goto dispatch
				}
			}
		}
		ip = ip.to
		goto dispatch
	case opSelectXA:
		if v, ok := (*m.xr(ip.a)).(term.Atom); ok {
			for i, w := range ip.ext.table.atoms {
				if v == w {
					ip = ip.ext.labels[i]
					goto dispatch
				}
			}
		}
		ip = ip.to
		goto dispatch
	case opSelectXA2:
		a := m.xr(ip.a)
		if term.IsAtom(a, &ip.v) {
			ip = ip.ext.labels[0]
			goto dispatch
		}
		if term.IsAtom(a, &ip.ext.lits[0]) {
			ip = ip.ext.labels[1]
			goto dispatch
		}
		ip = ip.to
		goto dispatch
	case opSelectVal:
		p = m.leave(ip, cp, top, reds)
		p.ip = m.selected(p.ip)
		goto reload
	case opSelectArity:
		p = m.leave(ip, cp, top, reds)
		p.ip = m.selectedArity(p.ip)
		goto reload

	case opGetListXXX:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			goto badarg
		}
		*m.xr(ip.b), *m.xr(ip.c) = l.Head, l.Tail
	case opGetListXYX:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			goto badarg
		}
		*yr(top, int(int16(ip.b))), *m.xr(ip.c) = l.Head, l.Tail
	case opGetListXXY:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			goto badarg
		}
		*m.xr(ip.b), *yr(top, int(int16(ip.c))) = l.Head, l.Tail
	case opGetListXYY:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			goto badarg
		}
		*yr(top, int(int16(ip.b))), *yr(top, int(int16(ip.c))) = l.Head, l.Tail
	case opGetHdXX:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			goto badarg
		}
		*m.xr(ip.b) = l.Head
	case opGetTlXX:
		l, ok := consAt(m.xr(ip.a))
		if !ok {
			goto badarg
		}
		*m.xr(ip.b) = l.Tail
	case opGetList, opGetHd, opGetTl, opGetElemS:
		p = m.leave(ip, cp, top, reds)
		if !m.take(p.ip) {
			goto badargStored
		}
		goto next
	case opGetElemXX:
		t, ok := tupleAt(m.xr(ip.a))
		if !ok || uint(ip.n) >= uint(len(t.Elems)) {
			goto badarg
		}
		*m.xr(ip.b) = t.Elems[ip.n]
	case opGetElem2XX:
		t, ok := tupleAt(m.xr(ip.a))
		if !ok || uint(ip.n)+1 >= uint(len(t.Elems)) {
			goto badarg
		}
		*m.xr(ip.b), *m.xr(ip.c) = t.Elems[ip.n], t.Elems[ip.n+1]
	case opGetElemXY:
		t, ok := tupleAt(m.xr(ip.a))
		if !ok || uint(ip.n) >= uint(len(t.Elems)) {
			goto badarg
		}
		*yr(top, int(int16(ip.b))) = t.Elems[ip.n]
	case opPutListXXX:
		if m.spare == 0 {
			goto refill
		}
		m.spare--
		c := &m.cells[m.spare%cellBlock]
		c.Head, c.Tail = *m.xr(ip.a), *m.xr(ip.b)
		*m.xr(ip.c) = c
	case opPutListYXX:
		if m.spare == 0 {
			goto refill
		}
		m.spare--
		c := &m.cells[m.spare%cellBlock]
		c.Head, c.Tail = *yr(top, int(int16(ip.a))), *m.xr(ip.b)
		*m.xr(ip.c) = c
	case opPutListYYX:
		if m.spare == 0 {
			goto refill
		}
		m.spare--
		c := &m.cells[m.spare%cellBlock]
		c.Head, c.Tail = *yr(top, int(int16(ip.a))), *yr(top, int(int16(ip.b)))
		*m.xr(ip.c) = c
	case opPutListXLX:
		if m.spare == 0 {
			goto refill
		}
		m.spare--
		c := &m.cells[m.spare%cellBlock]
		c.Head, c.Tail = *m.xr(ip.a), ip.v
		*m.xr(ip.c) = c
	case opPutListYLX:
		if m.spare == 0 {
			goto refill
		}
		m.spare--
		c := &m.cells[m.spare%cellBlock]
		c.Head, c.Tail = *yr(top, int(int16(ip.a))), ip.v
		*m.xr(ip.c) = c
	case opPutList:
		if m.spare == 0 {
			goto refill
		}
		p = m.leave(ip, cp, top, reds)
		m.putList(p.ip)
		goto next
	case opPutTuple2:
		p = m.leave(ip, cp, top, reds)
		m.putTuple(p.ip)
		goto next

	case opAddXI:
		s := term.Pack(m.xr(ip.a)).Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
	case opAddToXCallOnly:
		if s := term.Pack(m.xr(ip.a)).Plus(ip.n); s.IsStep() {
			s.Into(m.xr(ip.a))
			live, ip = int(ip.b), ip.to
			if reds--; reds <= 0 {
				goto yield
			}
			goto dispatch
		}
		fallthrough
	case opAddXICallOnly:
		if s := term.Pack(m.xr(ip.a)).Plus(ip.n); s.IsStep() {
			*m.xr(ip.c) = s.Int()
			live, ip = int(ip.b), ip.to
			if reds--; reds <= 0 {
				goto yield
			}
			goto dispatch
		}
		p = m.leave(ip, cp, top, reds)
		if !m.guardCall(p.ip, p.cp) {
			goto exception
		}
		ip, cp, top, reds, live = p.ip.to, p.cp, p.top, p.reds, int(p.ip.b)
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opAddXX:
		s := term.Pack(m.xr(ip.a)).Add(term.Pack(m.xr(ip.b)))
		if !s.IsInt() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
	case opAddYX:
		s := term.Pack(yr(top, int(int16(ip.a)))).Add(term.Pack(m.xr(ip.b)))
		if !s.IsInt() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
	case opAddYI:
		s := term.Pack(yr(top, int(int16(ip.a)))).Plus(ip.n)
		if !s.IsStep() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
	case opAddYXDealloc:
		if s := term.Pack(yr(top, int(int16(ip.a)))).Add(term.Pack(m.xr(0))); s.IsInt() {
			s.Into(m.xr(0))
			top = unsafe.Add(top, -int(ip.n))
			ip = returnAt(top)
			goto dispatch
		}
		p = m.leave(ip, cp, top, reds)
		if !m.guardCall(p.ip, p.cp) {
			goto exception
		}
		p.top = unsafe.Add(p.top, -int(p.ip.n))
		p.ip = returnAt(p.top)
		goto reload
	case opSubXX:
		v, w := term.Pack(m.xr(ip.a)), term.Pack(m.xr(ip.b))
		s := v.Sub(w)
		if !v.Ints(w) || !s.IsInt() {
			goto guardCall
		}
		*m.xr(ip.c) = s.Int()
	case opRemXI:
		v, ok := (*m.xr(ip.a)).(term.Int)
		if !ok {
			goto guardCall
		}
		*m.xr(ip.c) = term.Small(v.Value() % int64(ip.n))
	case opDivXI:
		v, ok := (*m.xr(ip.a)).(term.Int)
		if !ok {
			goto guardCall
		}
		*m.xr(ip.c) = term.Small(v.Value() / int64(ip.n))
	case opBandXI:
		v, ok := (*m.xr(ip.a)).(term.Int)
		if !ok {
			goto guardCall
		}
		*m.xr(ip.c) = term.Small(v.Value() & int64(ip.n))
	case opLtXIBool:
		v, ok := (*m.xr(ip.a)).(term.Int)
		if !ok {
			goto guardCall
		}
		*m.xr(ip.c) = term.Bool(v.Value() < int64(ip.n) != (ip.b != 0))
	case opLtXIBoolReturn:
		v, ok := (*m.xr(ip.a)).(term.Int)
		if !ok {
			goto guardCall
		}
		*m.xr(ip.c) = term.Bool(v.Value() < int64(ip.n) != (ip.b != 0))
		ip = cp
		goto dispatch
	case opEqXIBool:
		v, ok := (*m.xr(ip.a)).(term.Int)
		if !ok {
			goto guardCall
		}
		*m.xr(ip.c) = term.Bool(v.Value() == int64(ip.n) != (ip.b != 0))
	case opEqXIBoolReturn:
		v, ok := (*m.xr(ip.a)).(term.Int)
		if !ok {
			goto guardCall
		}
		*m.xr(ip.c) = term.Bool(v.Value() == int64(ip.n) != (ip.b != 0))
		ip = cp
		goto dispatch
	case opAdd, opSub, opMul, opRem, opDiv, opBand:
		p = m.leave(ip, cp, top, reds)
		if m.smallOp(p.ip) {
			goto next
		}
		goto guardCallStored
	case opGuard1, opGuard2:
		p = m.leave(ip, cp, top, reds)
		if m.guard(p.ip, p.cp) {
			goto next
		}
		goto guardFailed
	case opGuard3:
		goto guardCall

	case opMoveYX2ThenCallFun:
		*m.xr(ip.b), *m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.a))), *yr(top, int(int16(ip.c)))
		ip = ip.next()
		n := int(ip.n)
		if f, ok := funAt(m.xr(ip.a)); ok && f.Arity == n {
			if code, ok := f.Code.(*instr); ok {
				for i, v := range f.Env {
					m.x[(n+i)&(numX-1)] = v
				}
				live = n + len(f.Env)
				cp, ip = ip.next(), code
				if reds--; reds <= 0 {
					goto yield
				}
				goto dispatch
			}
		}
		goto callFun
	case opMoveXXYXCallFun:
		*m.xr(ip.b) = *m.xr(ip.a)
		ip = ip.next()
		fallthrough
	case opMoveYXCallFun:
		*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
		ip = ip.next()
		fallthrough
	case opCallFun:
		n := int(ip.n)
		if f, ok := funAt(m.xr(ip.a)); ok && f.Arity == n {
			if code, ok := f.Code.(*instr); ok {
				for i, v := range f.Env {
					m.x[(n+i)&(numX-1)] = v
				}
				live = n + len(f.Env)
				cp, ip = ip.next(), code
				if reds--; reds <= 0 {
					goto yield
				}
				goto dispatch
			}
		}
		goto callFun
	case opCallFunS:
		goto callFun
	case opCallFunLast:
		p = m.leave(ip, cp, top, reds)
		{
			f := m.get(p.ip, p.ip.a)
			code := m.callee(p.ip, p.cp, f, int(p.ip.n))
			if code == nil {
				goto exception
			}
			live = max(int(p.ip.n), 3) // error_handler's arguments, at least
			if f, ok := f.(*term.Fun); ok {
				live = max(live, int(p.ip.n)+len(f.Env))
			}
			p.top = unsafe.Add(p.top, -int(p.ip.c))
			p.ip, p.cp = code, returnAt(p.top)
		}
		ip, cp, top, reds = p.ip, p.cp, p.top, p.reds
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opMakeFun:
		p = m.leave(ip, cp, top, reds)
		m.makeFun(p.ip)
		goto next
	case opApply, opApplyLast:
		n := int(ip.n)
		p = m.leave(ip, cp, top, reds)
		{
			code := m.applyTarget(p.ip, p.cp, m.x[n], m.x[n+1], n)
			if code == nil {
				goto exception
			}
			if p.ip.op == opApply {
				p.cp = p.ip.next()
			} else {
				p.top = unsafe.Add(p.top, -int(p.ip.a))
				p.cp = returnAt(p.top)
			}
			p.ip = code
		}
		ip, cp, top, reds, live = p.ip, p.cp, p.top, p.reds, n
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opApplyBody2, opApplyBody3:
		p = m.leave(ip, cp, top, reds)
		{
			code, n := m.applyList(p.ip, p.cp)
			if code == nil {
				goto exception
			}
			p.ip, p.cp = code, m.callFrom(p.ip, p.cp)
			live = n
		}
		ip, cp, top, reds = p.ip, p.cp, p.top, p.reds
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opBif, opBifBody:
		p = m.leave(ip, cp, top, reds)
		p.reds--
		{
			args := m.arguments(int(p.ip.n))
			v, err := p.ip.ext.exp.bif(p, args)
			if err == nil && !p.exiting && p.ip.op == opBif {
				m.x[0] = v
				if p.ip.c == 0 {
					goto next
				}
				p.ip = m.returnFrom(p.ip, p.cp)
				goto reload
			}
			next, cp, t := m.bifResult(p.ip, p.cp, args, v, err)
			if next == nil {
				return t
			}
			p.ip, p.cp = next, cp
		}
		goto reload
	case opUndef:
		p = m.leave(ip, cp, top, reds)
		{
			code := m.undefined(p.ip, p.cp)
			if code == nil {
				goto exception
			}
			p.ip = code
		}
		p.reds--
		goto reload
	// Bitstrings: the common cases of instructions that are Go functions
	// otherwise.
	case opBsStart:
		c, ok := contextAt(m.xr(ip.a))
		if !ok {
			goto slow
		}
		if c.owner != nil {
			// See passContexts.
			if c.owner == ip.ext.fun {
				c.pos = c.start
			} else {
				c.owner = nil
			}
		}
		*m.xr(ip.b) = c
	case opBsPass:
		c, ok := contextAt(m.xr(ip.a))
		if !ok {
			goto slow
		}
		if ip.n == 8 && (c.end-c.pos)&7 != 0 {
			ip = ip.to
			goto dispatch
		}
		c.start, c.owner = c.pos, ip.ext.fun
		*m.xr(ip.b) = c
	case opBsBytes:
		c, ok := contextAt(m.xr(ip.a))
		if !ok || c.pos&7 != 0 {
			goto slow
		}
		n := int(ip.n)
		if c.end-c.pos < n {
			ip = ip.to
			goto dispatch
		}
		v := uint64(0)
		for _, b := range c.data[c.pos>>3 : (c.pos+n)>>3] {
			v = v<<8 | uint64(b)
		}
		c.pos += n
		*m.xr(ip.b) = term.Small(int64(v))
	case opBsString:
		c, ok := contextAt(m.xr(ip.a))
		if !ok || c.pos&7 != 0 {
			goto slow
		}
		n := int(ip.n)
		if c.end-c.pos < n {
			ip = ip.to
			goto dispatch
		}
		at := c.pos >> 3
		for i, b := range ip.v.(*term.Bits).Data {
			if c.data[at+i] != b {
				ip = ip.to
				goto dispatch
			}
		}
		c.pos += n
	case opBsPosition:
		c, ok := contextAt(m.xr(ip.a))
		if !ok {
			goto slow
		}
		*m.xr(ip.b) = term.Small(int64(c.pos))
	case opBsReset:
		c, ok1 := contextAt(m.xr(ip.a))
		n, ok2 := (*m.xr(ip.b)).(term.Int)
		if !ok1 || !ok2 || uint64(n.Value()) > uint64(c.end) {
			goto slow
		}
		c.pos = int(n.Value())
	case opBsTestTail:
		c, ok := contextAt(m.xr(ip.a))
		if !ok {
			goto slow
		}
		if c.end-c.pos != int(ip.n) {
			ip = ip.to
			goto dispatch
		}
	case opBsTestUnit8:
		c, ok := contextAt(m.xr(ip.a))
		if !ok {
			goto slow
		}
		if (c.end-c.pos)&7 != 0 {
			ip = ip.to
			goto dispatch
		}
	case opBsAppend:
		p = m.leave(ip, cp, top, reds)
		if m.appendBytes(p.ip) {
			goto next
		}
		goto slowStored
	case opSlow:
		goto slow
	case opExit:
		p = m.leave(ip, cp, top, reds)
		p.exitReason = term.Normal
		return turnExit
	case opHibernated:
		p = m.leave(ip, cp, top, reds)
		if _, ok := p.peekMessage(); !ok || p.exiting {
			if p.exiting {
				return turnExit
			}
			m.suspendAt(p.ip, p.cp, int(p.ip.n))
			return turnWait
		}
		goto failed

	case opFuncInfo:
		p = m.leave(ip, cp, top, reds)
		m.functionClause(p.ip, p.cp)
		goto exception
	case opTry, opCatch:
		*yr(top, int(int16(ip.a))) = ip.ext.handler
	case opTryEnd:
		*yr(top, int(int16(ip.a))) = term.Nil{}
	case opTryCase:
		*yr(top, int(int16(ip.a))) = term.Nil{}
		m.x[0] = m.x[1]
		m.x[1] = m.x[2]
		m.x[2] = m.x[3]
	case opCatchEnd:
		*yr(top, int(int16(ip.a))) = term.Nil{}
		if m.x[0] == nil {
			m.leave(ip, cp, top, reds)
			m.caught()
			goto next
		}
	case opBadmatch, opCaseEnd, opTryCaseEnd, opBadrecord:
		p = m.leave(ip, cp, top, reds)
		m.noMatch(p.ip, p.cp)
		goto exception
	case opIfEnd:
		p = m.leave(ip, cp, top, reds)
		m.raise(p.ip, p.cp, aIfClause)
		goto exception
	case opRawRaise:
		p = m.leave(ip, cp, top, reds)
		if m.rawRaise(p.ip, p.cp) {
			goto exception
		}
		goto next
	case opRaise:
		p = m.leave(ip, cp, top, reds)
		m.reraise(p.ip, p.cp)
		goto exception

	case opSend:
		p = m.leave(ip, cp, top, reds)
		p.reds--
		{
			to, msg := m.x[0], m.x[1]
			err := p.sendMessage(to, msg)
			if err == nil {
				m.x[0] = msg
				goto next
			}
			next, cp, t := m.bifResult(p.ip, p.cp, []term.Term{to, msg}, msg, err)
			if next == nil {
				return t
			}
			p.ip, p.cp = next, cp
		}
		goto reload
	case opLoopRec:
		p = m.leave(ip, cp, top, reds)
		{
			msg, ok := p.peekMessage()
			if p.exiting {
				return turnExit
			}
			if !ok {
				goto failed
			}
			m.set(p.ip.a, msg)
		}
		goto next
	case opLoopRecEnd:
		p = m.leave(ip, cp, top, reds)
		p.skipMessage()
		ip, cp, top, reds, live = p.ip.to, p.cp, p.top, p.reds, 0
		if reds--; reds <= 0 {
			goto yield
		}
		goto dispatch
	case opRemoveMessage:
		p = m.leave(ip, cp, top, reds)
		if p.timing {
			p.timing = false
			p.stopReceiveTimer()
		}
		p.takeMessage()
		goto next
	case opTimeout:
		p = m.leave(ip, cp, top, reds)
		p.timing = false
		p.rewindMessages()
		goto next
	case opWait:
		p = m.leave(ip, cp, top, reds)
		m.suspendAt(p.ip.to, p.cp, 0)
		return turnWait
	case opWaitTimeout:
		p = m.leave(ip, cp, top, reds)
		switch m.waitTimeout(p.ip, p.cp) {
		case waitOver:
			goto next
		case waitBad:
			goto exception
		}
		m.suspendAt(p.ip.to, p.cp, 0)
		return turnWait

	case opBad, opNone:
		goto bad
	default:
		goto bad
	}
	ip = ip.next()
	goto dispatch

	// Where instructions that have stored the four go on.

next: // behind the instruction
	p = m.p
	ip, cp, top, reds = p.ip.next(), p.cp, p.top, p.reds
	goto dispatch
reload: // at p.ip, maybe with another stack
	p = m.p
	m.limit = p.limit
	ip, cp, top, reds = p.ip, p.cp, p.top, p.reds
	goto dispatch
failed: // where the instruction's test fails to
	p = m.p
	ip, cp, top, reds = p.ip.to, p.cp, p.top, p.reds
	goto dispatch
guardFailed:
	p = m.p
	if p.ip.to != nil {
		goto failed
	}
exception:
	p = m.p
	if p.ip = m.unwind(p.ip, p.cp); p.ip == nil {
		return turnExit
	}
	goto reload

	// Where instructions that have not stored them do what is rare.

badarg:
	m.leave(ip, cp, top, reds)
badargStored:
	p = m.p
	m.raise(p.ip, p.cp, Badarg.Reason)
	goto exception
guardCall: // an operator's operands are no small integers
	m.leave(ip, cp, top, reds)
guardCallStored:
	p = m.p
	if m.guardCall(p.ip, p.cp) {
		goto next
	}
	goto guardFailed
callFun: // of another kind
	reds--
	p = m.leave(ip, cp, top, reds)
	if !m.callFun(p.ip, p.cp) {
		goto exception
	}
	goto reload
compare: // a comparison's are none
	p = m.leave(ip, cp, top, reds)
	if m.holds(p.ip) {
		goto next
	}
	goto failed
compareReturn: // the same, but the function returns where it holds
	p = m.leave(ip, cp, top, reds)
	if m.holds(p.ip) {
		p.ip = p.cp
		goto reload
	}
	goto failed
slow: // a Go function
	m.leave(ip, cp, top, reds)
slowStored:
	p = m.p
	if !m.slow(p.ip, p.cp) {
		goto exception
	}
	goto reload
refill: // there is no spare list cell
	m.leave(ip, cp, top, reds)
	m.cells, m.spare = new([cellBlock]term.Cons), cellBlock
	goto reload
grow: // the stack is too small for another frame
	p = m.leave(ip, cp, top, reds)
	p.growStack(int(p.ip.n) / termSize)
	goto reload
growLess: // the same, for a chain that begins with an addition, which goes on one by one
	*m.xr(ip.c) = term.Pack(m.xr(0)).Plus(ip.n).Int()
	ip = ip.next()
	goto grow
bad: // the function is traced, or an instruction is none
	p = m.leave(ip, cp, top, reds)
	if m.breakpoint(p.ip) {
		goto reload
	}
	panic("vm: instruction " + opName(p.ip))
yield: // the turn is over, with live x registers in use
	p = m.leave(ip, cp, top, reds)
	p.saved = append(p.saved[:0], m.x[:live]...)
	if p.exiting {
		return turnExit
	}
	return turnYield
}
