package vm

import (
	"unsafe"

	"ersh/runtime/term"
)

// loop executes instructions. ip is the current instruction, cp the return
// address of a function without a frame, top the end of the stack.
//
// No call may be made while the three are alive: then the compiler keeps them
// in registers throughout, and dispatch costs a third less. So what calls
// stores them in the process first, and goes on at one of the labels at the end,
// which fetch them again.
func (m *machine) loop() turn {
	p := m.p
	if p.pending != nil {
		ip, cp, t := m.continuePending()
		if ip == nil {
			return t
		}
		p.ip, p.cp = ip, cp
	}
	ip, cp, top := p.ip, p.cp, p.top
	live := 0
dispatch:
	for {
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
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			ip = ip.next()
			fallthrough
		case opMoveXY4:
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			*yr(top, int(ip.n)) = *m.xr(ip.c)
			ip = ip.next()
			fallthrough
		case opMoveXY2:
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			*yr(top, int(ip.n)) = *m.xr(ip.c)
		case opMoveYX2:
			*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
			*m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.c)))
		case opSwapXX:
			a, b := m.xr(ip.a), m.xr(ip.b)
			*a, *b = *b, *a
		case opSwapXY:
			a, b := m.xr(ip.a), yr(top, int(int16(ip.b)))
			*a, *b = *b, *a
		case opInitY:
			*yr(top, int(int16(ip.a))) = term.Nil{}

		case opAddYIMoveCall: // a chain
			v, ok := (*yr(top, int(int16(ip.a)))).(term.Int)
			if !ok {
				goto guardCall
			}
			s := v.Value() + int64(ip.n)
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
			ip = ip.next()
			fallthrough
		case opMoveXYXXCall:
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			*m.xr(opnd(ip.n >> 8)) = *m.xr(ip.c)
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n & 0xFF)
				goto yield
			}
			continue
		case opMoveXXCall:
			*m.xr(ip.b) = *m.xr(ip.a)
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		case opMoveYXCall:
			*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		case opMoveLXCall:
			*m.xr(ip.b) = ip.v
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		// Chains: see chain.go.
		case opGetListAllocCall:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				ip = ip.to
				continue
			}
			*m.xr(ip.b), *m.xr(ip.c) = l.Head, l.Tail
			ip = ip.next()
			fallthrough
		case opAllocCall:
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			ip = ip.next()
			*m.xr(ip.b) = *m.xr(ip.a)
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		case opAddAllocCall:
			v, ok := (*m.xr(ip.a)).(term.Int)
			if !ok {
				goto guardCall
			}
			s := v.Value() + int64(ip.n)
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
			ip = ip.next()
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			ip = ip.next()
			*m.xr(ip.b) = *m.xr(ip.a)
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		case opAddAllocInitCall:
			v, ok := (*m.xr(ip.a)).(term.Int)
			if !ok {
				goto guardCall
			}
			s := v.Value() + int64(ip.n)
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
			ip = ip.next()
			fallthrough
		case opAllocInitCall:
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			*yr(top, int(int16(ip.c))) = term.Nil{}
			ip = ip.next()
			*m.xr(ip.b) = *m.xr(ip.a)
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		case opMoveAddYICall:
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			ip = ip.next()
			fallthrough
		case opAddYICall:
			v, ok := (*yr(top, int(int16(ip.a)))).(term.Int)
			if !ok {
				goto guardCall
			}
			s := v.Value() + int64(ip.n)
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
			ip = ip.next()
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		case opMoveYX2ThenCall:
			*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
			*m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.c)))
			ip = ip.next()
			fallthrough
		case opCall:
			cp, ip = ip.next(), ip.to
			if p.reds--; p.reds <= 0 {
				live = int(cp.prev().n)
				goto yield
			}
			continue
		case opMoveXXTail:
			*m.xr(ip.b) = *m.xr(ip.a)
			fallthrough
		case opCallOnly:
			live, ip = int(ip.n), ip.to
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opMoveYX3CallLast:
			*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
			*m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.c)))
			ip = ip.next()
			fallthrough
		case opMoveYXCallLast:
			*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
			ip = ip.next()
			top = unsafe.Add(top, -int(ip.a))
			cp = returnAt(top)
			live, ip = int(ip.n), ip.to
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opMoveYX2CallLast:
			*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
			*m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.c)))
			ip = ip.next()
			fallthrough
		case opCallLast:
			top = unsafe.Add(top, -int(ip.a))
			cp = returnAt(top)
			live, ip = int(ip.n), ip.to
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opCallExt:
			live = int(ip.n)
			cp, ip = ip.next(), ip.ext.exp.addr.Load()
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opCallExtOnly:
			live = int(ip.n)
			ip = ip.ext.exp.addr.Load()
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opCallExtLast:
			top = unsafe.Add(top, -int(ip.a))
			cp = returnAt(top)
			live = int(ip.n)
			ip = ip.ext.exp.addr.Load()
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opMoveXReturn:
			*m.xr(0) = *m.xr(ip.a)
			ip = cp
			continue
		case opMoveLReturn:
			*m.xr(0) = ip.v
			ip = cp
			continue
		case opReturn:
			ip = cp
			continue
		case opAllocate:
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
		case opAllocateMoveXYInit:
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			*yr(top, int(int16(ip.c))) = term.Nil{}
		case opAllocMoveXY3:
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			ip = ip.next()
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
			*yr(top, int(ip.n)) = *m.xr(ip.c)
		case opAllocateMoveXY:
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))) = *m.xr(ip.a)
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
			continue
		case opDeallocReturn:
			top = unsafe.Add(top, -int(ip.n))
			ip = returnAt(top)
			continue
		case opTrim:
			top = unsafe.Add(top, -int(ip.n))
		case opJump:
			ip = ip.to
			continue
		case opJumpBack:
			live, ip = int(ip.n), ip.to
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue

		case opIsLtXI:
			v, ok := (*m.xr(ip.a)).(term.Int)
			if !ok {
				goto compare
			}
			if v.Value() >= int64(ip.n) {
				ip = ip.to
				continue
			}
		case opIsGeXI:
			v, ok := (*m.xr(ip.a)).(term.Int)
			if !ok {
				goto compare
			}
			if v.Value() < int64(ip.n) {
				ip = ip.to
				continue
			}
		case opIsLtIX:
			v, ok := (*m.xr(ip.b)).(term.Int)
			if !ok {
				goto compare
			}
			if int64(ip.n) >= v.Value() {
				ip = ip.to
				continue
			}
		case opIsGeIX:
			v, ok := (*m.xr(ip.b)).(term.Int)
			if !ok {
				goto compare
			}
			if int64(ip.n) < v.Value() {
				ip = ip.to
				continue
			}
		case opIsLtXIReturn:
			v, ok := (*m.xr(ip.a)).(term.Int)
			if !ok {
				goto compareReturn
			}
			if v.Value() < int64(ip.n) {
				ip = cp
			} else {
				ip = ip.to
			}
			continue
		case opIsGeXIReturn:
			v, ok := (*m.xr(ip.a)).(term.Int)
			if !ok {
				goto compareReturn
			}
			if v.Value() >= int64(ip.n) {
				ip = cp
			} else {
				ip = ip.to
			}
			continue
		case opIsLtXX:
			v, ok1 := (*m.xr(ip.a)).(term.Int)
			w, ok2 := (*m.xr(ip.b)).(term.Int)
			if !ok1 || !ok2 {
				goto compare
			}
			if v.Value() >= w.Value() {
				ip = ip.to
				continue
			}
		case opIsGeXX:
			v, ok1 := (*m.xr(ip.a)).(term.Int)
			w, ok2 := (*m.xr(ip.b)).(term.Int)
			if !ok1 || !ok2 {
				goto compare
			}
			if v.Value() < w.Value() {
				ip = ip.to
				continue
			}
		case opIsLt, opIsGe, opIsEq, opIsNe, opIsEqExact, opIsNeExact, opIsNeXL, opIsEqYL, opIsNeYL:
			goto compare
		case opIsEqXI:
			if v, ok := (*m.xr(ip.a)).(term.Int); !ok || v.Value() != int64(ip.n) {
				ip = ip.to
				continue
			}
		case opIsEqXA:
			if v, ok := (*m.xr(ip.a)).(term.Atom); !ok || v != ip.v.(term.Atom) {
				ip = ip.to
				continue
			}
		case opIsNeXI:
			if v, ok := (*m.xr(ip.a)).(term.Int); ok && v.Value() == int64(ip.n) {
				ip = ip.to
				continue
			}
		case opIsNeXA:
			if v, ok := (*m.xr(ip.a)).(term.Atom); ok && v == ip.v.(term.Atom) {
				ip = ip.to
				continue
			}
		case opIsNilX:
			if _, ok := (*m.xr(ip.a)).(term.Nil); !ok {
				ip = ip.to
				continue
			}
		case opIsNonemptyListX:
			if _, ok := (*m.xr(ip.a)).(*term.Cons); !ok {
				ip = ip.to
				continue
			}
		case opNonemptyGetListXXX:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				ip = ip.to
				continue
			}
			*m.xr(ip.b), *m.xr(ip.c) = l.Head, l.Tail
		case opAllocNonemptyGetListXYX:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				ip = ip.to
				continue
			}
			if uintptr(top)+uintptr(ip.n) > p.limit {
				goto grow
			}
			*(*term.Term)(top) = cp
			top = unsafe.Add(top, int(ip.n))
			*yr(top, int(int16(ip.b))), *m.xr(ip.c) = l.Head, l.Tail
		case opIsListX:
			switch (*m.xr(ip.a)).(type) {
			case *term.Cons, term.Nil:
			default:
				ip = ip.to
				continue
			}
		case opIsTupleX:
			if _, ok := (*m.xr(ip.a)).(*term.Tuple); !ok {
				ip = ip.to
				continue
			}
		case opTestArityX, opTupleX:
			if t, ok := (*m.xr(ip.a)).(*term.Tuple); !ok || len(t.Elems) != int(ip.n) {
				ip = ip.to
				continue
			}
		case opTaggedTupleX:
			if t, ok := (*m.xr(ip.a)).(*term.Tuple); ok && len(t.Elems) == int(ip.n) && ip.n != 0 {
				if tag, ok := t.Elems[0].(term.Atom); ok && tag == ip.v.(term.Atom) {
					break
				}
			}
			ip = ip.to
			continue
		case opIsIntegerX:
			if _, ok := (*m.xr(ip.a)).(term.Int); !ok {
				if _, ok := (*m.xr(ip.a)).(*term.Big); !ok {
					ip = ip.to
					continue
				}
			}
		case opIsAtomX:
			if _, ok := (*m.xr(ip.a)).(term.Atom); !ok {
				ip = ip.to
				continue
			}
		case opIsMapX:
			if _, ok := (*m.xr(ip.a)).(*term.Map); !ok {
				ip = ip.to
				continue
			}
		case opIsBinaryX:
			if b, ok := (*m.xr(ip.a)).(*term.Bits); !ok || b.Len&7 != 0 {
				ip = ip.to
				continue
			}
		case opIsNil, opIsNonemptyList, opIsList, opIsTuple, opTupleS, opTaggedTuple, opIsInteger, opIsFloat, opIsNumber,
			opIsAtom, opIsPid, opIsReference, opIsPort, opIsBinary, opIsBitstr, opIsBoolean, opIsMap, opIsFunction:
			p.ip, p.cp, p.top = ip, cp, top
			if m.typeTest(ip) {
				goto next
			}
			goto failed
		case opSelectXDense:
			if v, ok := (*m.xr(ip.a)).(term.Int); ok {
				labels := ip.ext.labels
				if d := uint64(v.Value() - int64(ip.n)); d < uint64(len(labels)) {
					ip = labels[d]
					continue
				}
			}
			ip = ip.to
			continue
		case opSelectXI:
			if v, ok := (*m.xr(ip.a)).(term.Int); ok {
				for i, w := range ip.ext.table.ints {
					if v == w {
						ip = ip.ext.labels[i]
						continue dispatch
					}
				}
			}
			ip = ip.to
			continue
		case opSelectXA:
			if v, ok := (*m.xr(ip.a)).(term.Atom); ok {
				for i, w := range ip.ext.table.atoms {
					if v == w {
						ip = ip.ext.labels[i]
						continue dispatch
					}
				}
			}
			ip = ip.to
			continue
		case opSelectVal:
			p.ip, p.cp, p.top = ip, cp, top
			p.ip = m.selected(ip)
			goto reload
		case opSelectArity:
			p.ip, p.cp, p.top = ip, cp, top
			p.ip = m.selectedArity(ip)
			goto reload

		case opGetListXXX:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				goto badarg
			}
			*m.xr(ip.b), *m.xr(ip.c) = l.Head, l.Tail
		case opGetListXYX:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				goto badarg
			}
			*yr(top, int(int16(ip.b))), *m.xr(ip.c) = l.Head, l.Tail
		case opGetListXXY:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				goto badarg
			}
			*m.xr(ip.b), *yr(top, int(int16(ip.c))) = l.Head, l.Tail
		case opGetListXYY:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				goto badarg
			}
			*yr(top, int(int16(ip.b))), *yr(top, int(int16(ip.c))) = l.Head, l.Tail
		case opGetHdXX:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				goto badarg
			}
			*m.xr(ip.b) = l.Head
		case opGetTlXX:
			l, ok := (*m.xr(ip.a)).(*term.Cons)
			if !ok {
				goto badarg
			}
			*m.xr(ip.b) = l.Tail
		case opGetList, opGetHd, opGetTl, opGetElemS:
			p.ip, p.cp, p.top = ip, cp, top
			if !m.take(ip) {
				goto badargStored
			}
			goto next
		case opGetElemXX:
			t, ok := (*m.xr(ip.a)).(*term.Tuple)
			if !ok || uint(ip.n) >= uint(len(t.Elems)) {
				goto badarg
			}
			*m.xr(ip.b) = t.Elems[ip.n]
		case opGetElem2XX:
			t, ok := (*m.xr(ip.a)).(*term.Tuple)
			if !ok || uint(ip.n)+1 >= uint(len(t.Elems)) {
				goto badarg
			}
			*m.xr(ip.b), *m.xr(ip.c) = t.Elems[ip.n], t.Elems[ip.n+1]
		case opGetElemXY:
			t, ok := (*m.xr(ip.a)).(*term.Tuple)
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
			p.ip, p.cp, p.top = ip, cp, top
			m.putList(ip)
			goto next
		case opPutTuple2:
			p.ip, p.cp, p.top = ip, cp, top
			m.putTuple(ip)
			goto next

		case opAddXI:
			v, ok := (*m.xr(ip.a)).(term.Int)
			if !ok {
				goto guardCall
			}
			s := v.Value() + int64(ip.n)
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
		case opAddXICallOnly:
			if v, ok := (*m.xr(ip.a)).(term.Int); ok {
				if s := v.Value() + int64(ip.n); term.IsSmall(s) {
					*m.xr(ip.c) = term.Small(s)
					live, ip = int(ip.b), ip.to
					if p.reds--; p.reds <= 0 {
						goto yield
					}
					continue
				}
			}
			p.ip, p.cp, p.top = ip, cp, top
			if !m.guardCall(ip, cp) {
				goto exception
			}
			ip, cp, top, live = p.ip.to, p.cp, p.top, int(p.ip.b)
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opAddXX:
			v, ok1 := (*m.xr(ip.a)).(term.Int)
			w, ok2 := (*m.xr(ip.b)).(term.Int)
			if !ok1 || !ok2 {
				goto guardCall
			}
			s := v.Value() + w.Value()
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
		case opAddYX:
			v, ok1 := (*yr(top, int(int16(ip.a)))).(term.Int)
			w, ok2 := (*m.xr(ip.b)).(term.Int)
			if !ok1 || !ok2 {
				goto guardCall
			}
			s := v.Value() + w.Value()
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
		case opAddYI:
			v, ok := (*yr(top, int(int16(ip.a)))).(term.Int)
			if !ok {
				goto guardCall
			}
			s := v.Value() + int64(ip.n)
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
		case opAddYXDealloc:
			v, ok1 := (*yr(top, int(int16(ip.a)))).(term.Int)
			w, ok2 := (*m.xr(ip.b)).(term.Int)
			if ok1 && ok2 {
				if s := v.Value() + w.Value(); term.IsSmall(s) {
					*m.xr(0) = term.Small(s)
					top = unsafe.Add(top, -int(ip.n))
					ip = returnAt(top)
					continue
				}
			}
			p.ip, p.cp, p.top = ip, cp, top
			if !m.guardCall(ip, cp) {
				goto exception
			}
			p.top = unsafe.Add(p.top, -int(p.ip.n))
			p.ip = returnAt(p.top)
			goto reload
		case opSubXX:
			v, ok1 := (*m.xr(ip.a)).(term.Int)
			w, ok2 := (*m.xr(ip.b)).(term.Int)
			if !ok1 || !ok2 {
				goto guardCall
			}
			s := v.Value() - w.Value()
			if !term.IsSmall(s) {
				goto guardCall
			}
			*m.xr(ip.c) = term.Small(s)
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
			continue
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
			continue
		case opAdd, opSub, opMul, opRem, opDiv, opBand:
			p.ip, p.cp, p.top = ip, cp, top
			if m.smallOp(ip) {
				goto next
			}
			goto guardCallStored
		case opGuard1, opGuard2:
			p.ip, p.cp, p.top = ip, cp, top
			if m.guard(ip, cp) {
				goto next
			}
			goto guardFailed
		case opGuard3:
			goto guardCall

		case opMoveYX2ThenCallFun:
			*m.xr(ip.b) = *yr(top, int(int16(ip.a)))
			*m.xr(opnd(ip.n)) = *yr(top, int(int16(ip.c)))
			ip = ip.next()
			n := int(ip.n)
			if f, ok := (*m.xr(ip.a)).(*term.Fun); ok && f.Arity == n {
				if code, ok := f.Code.(*instr); ok {
					for i, v := range f.Env {
						m.x[(n+i)&(numX-1)] = v
					}
					live = n + len(f.Env)
					cp, ip = ip.next(), code
					if p.reds--; p.reds <= 0 {
						goto yield
					}
					continue
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
			if f, ok := (*m.xr(ip.a)).(*term.Fun); ok && f.Arity == n {
				if code, ok := f.Code.(*instr); ok {
					for i, v := range f.Env {
						m.x[(n+i)&(numX-1)] = v
					}
					live = n + len(f.Env)
					cp, ip = ip.next(), code
					if p.reds--; p.reds <= 0 {
						goto yield
					}
					continue
				}
			}
			goto callFun
		case opCallFunS:
			goto callFun
		case opCallFunLast:
			p.ip, p.cp, p.top = ip, cp, top
			{
				f := m.get(ip, ip.a)
				code := m.callee(ip, cp, f, int(ip.n))
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
			ip, cp, top = p.ip, p.cp, p.top
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opMakeFun:
			p.ip, p.cp, p.top = ip, cp, top
			m.makeFun(ip)
			goto next
		case opApply, opApplyLast:
			n := int(ip.n)
			p.ip, p.cp, p.top = ip, cp, top
			{
				code := m.applyTarget(ip, cp, m.x[n], m.x[n+1], n)
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
			ip, cp, top, live = p.ip, p.cp, p.top, n
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opApplyBody2, opApplyBody3:
			p.ip, p.cp, p.top = ip, cp, top
			{
				code, n := m.applyList(ip, cp)
				if code == nil {
					goto exception
				}
				p.ip, p.cp = code, m.callFrom(p.ip, p.cp)
				live = n
			}
			ip, cp, top = p.ip, p.cp, p.top
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opBif, opBifBody:
			p.ip, p.cp, p.top = ip, cp, top
			p.reds--
			{
				args := m.arguments(int(ip.n))
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
			p.ip, p.cp, p.top = ip, cp, top
			{
				code := m.undefined(ip, cp)
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
			c, ok := (*m.xr(ip.a)).(*matchContext)
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
			c, ok := (*m.xr(ip.a)).(*matchContext)
			if !ok {
				goto slow
			}
			if ip.n == 8 && (c.end-c.pos)&7 != 0 {
				ip = ip.to
				continue
			}
			c.start, c.owner = c.pos, ip.ext.fun
			*m.xr(ip.b) = c
		case opBsBytes:
			c, ok := (*m.xr(ip.a)).(*matchContext)
			if !ok || c.pos&7 != 0 {
				goto slow
			}
			n := int(ip.n)
			if c.end-c.pos < n {
				ip = ip.to
				continue
			}
			v := uint64(0)
			for _, b := range c.data[c.pos>>3 : (c.pos+n)>>3] {
				v = v<<8 | uint64(b)
			}
			c.pos += n
			*m.xr(ip.b) = term.Small(int64(v))
		case opBsString:
			c, ok := (*m.xr(ip.a)).(*matchContext)
			if !ok || c.pos&7 != 0 {
				goto slow
			}
			n := int(ip.n)
			if c.end-c.pos < n {
				ip = ip.to
				continue
			}
			at := c.pos >> 3
			for i, b := range ip.v.(*term.Bits).Data {
				if c.data[at+i] != b {
					ip = ip.to
					continue dispatch
				}
			}
			c.pos += n
		case opBsPosition:
			c, ok := (*m.xr(ip.a)).(*matchContext)
			if !ok {
				goto slow
			}
			*m.xr(ip.b) = term.Small(int64(c.pos))
		case opBsReset:
			c, ok1 := (*m.xr(ip.a)).(*matchContext)
			n, ok2 := (*m.xr(ip.b)).(term.Int)
			if !ok1 || !ok2 || uint64(n.Value()) > uint64(c.end) {
				goto slow
			}
			c.pos = int(n.Value())
		case opBsTestTail:
			c, ok := (*m.xr(ip.a)).(*matchContext)
			if !ok {
				goto slow
			}
			if c.end-c.pos != int(ip.n) {
				ip = ip.to
				continue
			}
		case opBsTestUnit8:
			c, ok := (*m.xr(ip.a)).(*matchContext)
			if !ok {
				goto slow
			}
			if (c.end-c.pos)&7 != 0 {
				ip = ip.to
				continue
			}
		case opBsAppend:
			p.ip, p.cp, p.top = ip, cp, top
			if m.appendBytes(ip) {
				goto next
			}
			goto slowStored
		case opSlow:
			goto slow
		case opExit:
			p.ip, p.cp, p.top = ip, cp, top
			p.exitReason = term.Normal
			return turnExit
		case opHibernated:
			p.ip, p.cp, p.top = ip, cp, top
			if _, ok := p.peekMessage(); !ok || p.exiting {
				if p.exiting {
					return turnExit
				}
				m.suspendAt(p.ip, p.cp, int(p.ip.n))
				return turnWait
			}
			goto failed

		case opFuncInfo:
			p.ip, p.cp, p.top = ip, cp, top
			m.functionClause(ip, cp)
			goto exception
		case opTry, opCatch:
			*yr(top, int(int16(ip.a))) = ip.ext.handler
		case opTryEnd:
			*yr(top, int(int16(ip.a))) = term.Nil{}
		case opTryCase:
			*yr(top, int(int16(ip.a))) = term.Nil{}
			m.x[0], m.x[1], m.x[2] = m.x[1], m.x[2], m.x[3]
		case opCatchEnd:
			*yr(top, int(int16(ip.a))) = term.Nil{}
			if m.x[0] == nil {
				p.ip, p.cp, p.top = ip, cp, top
				m.caught()
				goto next
			}
		case opBadmatch, opCaseEnd, opTryCaseEnd, opBadrecord:
			p.ip, p.cp, p.top = ip, cp, top
			m.noMatch(ip, cp)
			goto exception
		case opIfEnd:
			p.ip, p.cp, p.top = ip, cp, top
			m.raise(ip, cp, aIfClause)
			goto exception
		case opRawRaise:
			p.ip, p.cp, p.top = ip, cp, top
			if m.rawRaise(ip, cp) {
				goto exception
			}
			goto next
		case opRaise:
			p.ip, p.cp, p.top = ip, cp, top
			m.reraise(ip, cp)
			goto exception

		case opSend:
			p.ip, p.cp, p.top = ip, cp, top
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
			p.ip, p.cp, p.top = ip, cp, top
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
			p.ip, p.cp, p.top = ip, cp, top
			p.skipMessage()
			ip, cp, top, live = p.ip.to, p.cp, p.top, 0
			if p.reds--; p.reds <= 0 {
				goto yield
			}
			continue
		case opRemoveMessage:
			p.ip, p.cp, p.top = ip, cp, top
			if p.timing {
				p.timing = false
				p.stopReceiveTimer()
			}
			p.takeMessage()
			goto next
		case opTimeout:
			p.ip, p.cp, p.top = ip, cp, top
			p.timing = false
			p.rewindMessages()
			goto next
		case opWait:
			p.ip, p.cp, p.top = ip, cp, top
			m.suspendAt(ip.to, cp, 0)
			return turnWait
		case opWaitTimeout:
			p.ip, p.cp, p.top = ip, cp, top
			switch m.waitTimeout(ip, cp) {
			case waitOver:
				goto next
			case waitBad:
				goto exception
			}
			m.suspendAt(p.ip.to, p.cp, 0)
			return turnWait

		default:
			p.ip, p.cp, p.top = ip, cp, top
			panic("vm: instruction " + opName(ip))
		}
		ip = ip.next()
		continue

		// Where instructions that have stored the three go on.

	next: // behind the instruction
		ip, cp, top = p.ip.next(), p.cp, p.top
		continue
	reload: // at p.ip
		ip, cp, top = p.ip, p.cp, p.top
		continue
	failed: // where the instruction's test fails to
		ip, cp, top = p.ip.to, p.cp, p.top
		continue
	guardFailed:
		if p.ip.to != nil {
			goto failed
		}
	exception:
		if p.ip = m.unwind(p.ip, p.cp); p.ip == nil {
			return turnExit
		}
		goto reload

		// Where instructions that have not stored them do what is rare.

	badarg:
		p.ip, p.cp, p.top = ip, cp, top
	badargStored:
		m.raise(p.ip, p.cp, Badarg.Reason)
		goto exception
	guardCall: // an operator's operands are no small integers
		p.ip, p.cp, p.top = ip, cp, top
	guardCallStored:
		if m.guardCall(p.ip, p.cp) {
			goto next
		}
		goto guardFailed
	callFun: // of another kind
		p.reds--
		p.ip, p.cp, p.top = ip, cp, top
		if !m.callFun(ip, cp) {
			goto exception
		}
		goto reload
	compare: // a comparison's are none
		p.ip, p.cp, p.top = ip, cp, top
		if m.holds(ip) {
			goto next
		}
		goto failed
	compareReturn: // the same, but the function returns where it holds
		p.ip, p.cp, p.top = ip, cp, top
		if m.holds(ip) {
			p.ip = p.cp
			goto reload
		}
		goto failed
	slow: // a Go function
		p.ip, p.cp, p.top = ip, cp, top
	slowStored:
		if !m.slow(p.ip, p.cp) {
			goto exception
		}
		goto reload
	refill: // there is no spare list cell
		p.ip, p.cp, p.top = ip, cp, top
		m.cells, m.spare = new([cellBlock]term.Cons), cellBlock
		goto reload
	grow: // the stack is too small for another frame
		p.ip, p.cp, p.top = ip, cp, top
		p.growStack(int(ip.n) / termSize)
		goto reload
	yield: // the turn is over, with live x registers in use
		p.ip, p.cp, p.top = ip, cp, top
		p.saved = append(p.saved[:0], m.x[:live]...)
		if p.exiting {
			return turnExit
		}
		return turnYield
	}
}
