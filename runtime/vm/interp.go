package vm

import "ersh/runtime/term"

// get is the value of an operand. Hot instructions have it inlined by kind.
func (m *machine) get(ip *instr, o opnd) term.Term {
	switch {
	case o < opndY:
		return m.x[o&(numX-1)]
	case o < opndLit:
		return m.p.stk[m.p.sp-int(o&0x3FFF)]
	}
	return ip.ext.lits[o&0x3FFF]
}

// set stores into a register.
func (m *machine) set(o opnd, v term.Term) {
	if o < opndY {
		m.x[o&(numX-1)] = v
		return
	}
	m.p.stk[m.p.sp-int(o&0x3FFF)] = v
}

// suspendAt leaves the loop; the process goes on at ip with n live x registers.
func (m *machine) suspendAt(ip, cp *instr, n int) {
	p := m.p
	p.ip, p.cp = ip, cp
	p.saved = append(p.saved[:0], m.x[:n]...)
}

// loop executes instructions. ip is the current instruction, cp the return
// address of a function without a frame.
func (m *machine) loop() turn {
	p := m.p
	x := &m.x
	ip, cp, reds := p.ip, p.cp, p.reds
	if p.pending != nil {
		var t turn
		if ip, cp, t = m.continuePending(); ip == nil {
			return t
		}
		reds = p.reds
	}
dispatch:
	for {
		switch ip.op {
		case opMoveXX:
			x[ip.b&(numX-1)] = x[ip.a&(numX-1)]
		case opMoveXY:
			p.stk[p.sp-int(ip.b)] = x[ip.a&(numX-1)]
		case opMoveYX:
			x[ip.b&(numX-1)] = p.stk[p.sp-int(ip.a)]
		case opMoveYY:
			p.stk[p.sp-int(ip.b)] = p.stk[p.sp-int(ip.a)]
		case opMoveLX:
			x[ip.b&(numX-1)] = ip.v
		case opMoveLY:
			p.stk[p.sp-int(ip.b)] = ip.v
		case opMoveXY2:
			sp := p.sp
			p.stk[sp-int(ip.b)] = x[ip.a&(numX-1)]
			p.stk[sp-int(ip.n)] = x[ip.c&(numX-1)]
		case opMoveYX2:
			sp := p.sp
			x[ip.b&(numX-1)] = p.stk[sp-int(ip.a)]
			x[uint32(ip.n)&(numX-1)] = p.stk[sp-int(ip.c)]
		case opSwapXX:
			a, b := ip.a&(numX-1), ip.b&(numX-1)
			x[a], x[b] = x[b], x[a]
		case opSwapXY:
			a, b := ip.a&(numX-1), p.sp-int(ip.b)
			x[a], p.stk[b] = p.stk[b], x[a]
		case opInitY:
			p.stk[p.sp-int(ip.a&0x3FFF)] = term.EmptyList

		case opMoveXYXXCall:
			p.stk[p.sp-int(ip.b)] = x[ip.a&(numX-1)]
			x[ip.n>>8&(numX-1)] = x[ip.c&(numX-1)]
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n&0xFF))
				goto yield
			}
			continue
		case opMoveXXCall:
			x[ip.b&(numX-1)] = x[ip.a&(numX-1)]
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n))
				goto yield
			}
			continue
		case opMoveYXCall:
			x[ip.b&(numX-1)] = p.stk[p.sp-int(ip.a)]
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n))
				goto yield
			}
			continue
		case opMoveLXCall:
			x[ip.b&(numX-1)] = ip.v
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n))
				goto yield
			}
			continue
		// Chains: see chain.go.
		case opGetListAllocCall:
			l, ok := x[ip.a&(numX-1)].(*term.Cons)
			if !ok {
				ip = ip.to
				continue
			}
			x[ip.b&(numX-1)], x[ip.c&(numX-1)] = l.Head, l.Tail
			ip = ip.next()
			fallthrough
		case opAllocCall:
			p.pushFrame(int(ip.n), cp)
			p.stk[p.sp-int(ip.b)] = x[ip.a&(numX-1)]
			ip = ip.next()
			x[ip.b&(numX-1)] = x[ip.a&(numX-1)]
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n))
				goto yield
			}
			continue
		case opAddAllocInitCall:
			if v, ok := x[ip.a&(numX-1)].(term.Int); !ok {
				if !m.guardCall(ip, cp) {
					goto guardFailed
				}
			} else if s := v.Value() + int64(ip.n); s >= term.MinSmall && s <= term.MaxSmall {
				x[ip.c&(numX-1)] = term.Small(s)
			} else if !m.guardCall(ip, cp) {
				goto guardFailed
			}
			ip = ip.next()
			fallthrough
		case opAllocInitCall:
			p.pushFrame(int(ip.n), cp)
			p.stk[p.sp-int(ip.b)] = x[ip.a&(numX-1)]
			p.stk[p.sp-int(ip.c)] = term.EmptyList
			ip = ip.next()
			x[ip.b&(numX-1)] = x[ip.a&(numX-1)]
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n))
				goto yield
			}
			continue
		case opMoveAddYICall:
			p.stk[p.sp-int(ip.b)] = x[ip.a&(numX-1)]
			ip = ip.next()
			fallthrough
		case opAddYICall:
			if v, ok := p.stk[p.sp-int(ip.a)].(term.Int); !ok {
				if !m.guardCall(ip, cp) {
					goto guardFailed
				}
			} else if s := v.Value() + int64(ip.n); s >= term.MinSmall && s <= term.MaxSmall {
				x[ip.c&(numX-1)] = term.Small(s)
			} else if !m.guardCall(ip, cp) {
				goto guardFailed
			}
			ip = ip.next()
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n))
				goto yield
			}
			continue
		case opMoveYX2ThenCall:
			sp := p.sp
			x[ip.b&(numX-1)] = p.stk[sp-int(ip.a)]
			x[uint32(ip.n)&(numX-1)] = p.stk[sp-int(ip.c)]
			ip = ip.next()
			fallthrough
		case opCall:
			cp, ip = ip.next(), ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, int(cp.prev().n))
				goto yield
			}
			continue
		case opMoveXXTail:
			x[ip.b&(numX-1)] = x[ip.a&(numX-1)]
			fallthrough
		case opCallOnly:
			n := int(ip.n)
			ip = ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, n)
				goto yield
			}
			continue
		case opCallLast:
			cp = p.stk[p.sp-int(ip.a)].(*instr)
			p.sp -= int(ip.a) + 1
			n := int(ip.n)
			ip = ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, n)
				goto yield
			}
			continue
		case opCallExt:
			n := int(ip.n)
			cp, ip = ip.next(), ip.ext.exp.addr.Load()
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, n)
				goto yield
			}
			continue
		case opCallExtOnly:
			n := int(ip.n)
			ip = ip.ext.exp.addr.Load()
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, n)
				goto yield
			}
			continue
		case opCallExtLast:
			cp = p.stk[p.sp-int(ip.a)].(*instr)
			p.sp -= int(ip.a) + 1
			n := int(ip.n)
			ip = ip.ext.exp.addr.Load()
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, n)
				goto yield
			}
			continue
		case opMoveXReturn:
			x[0] = x[ip.a&(numX-1)]
			ip, cp = cp, nil
			continue
		case opMoveLReturn:
			x[0] = ip.v
			ip, cp = cp, nil
			continue
		case opReturn:
			ip, cp = cp, nil
			continue
		case opAllocate:
			p.pushFrame(int(ip.n), cp)
			cp = nil
		case opAllocateMoveXYInit:
			p.pushFrame(int(ip.n), cp)
			cp = nil
			p.stk[p.sp-int(ip.b)] = x[ip.a&(numX-1)]
			p.stk[p.sp-int(ip.c)] = term.EmptyList
		case opAllocateMoveXY:
			p.pushFrame(int(ip.n), cp)
			cp = nil
			p.stk[p.sp-int(ip.b)] = x[ip.a&(numX-1)]
		case opDeallocate:
			cp = p.stk[p.sp-int(ip.n)].(*instr)
			p.sp -= int(ip.n) + 1
		case opPutListYXXDealloc:
			// A list that is made by recursion returns from one such
			// instruction to the next.
			for ip.op == opPutListYXXDealloc {
				x[0] = m.cons(p.stk[p.sp-int(ip.a)], x[ip.b&(numX-1)])
				bottom := p.sp - int(ip.n)
				ip = p.stk[bottom].(*instr)
				p.sp = bottom - 1
			}
			cp = nil
			continue
		case opDeallocReturn:
			bottom := p.sp - int(ip.n)
			ip, cp = p.stk[bottom].(*instr), nil
			p.sp = bottom - 1
			continue
		case opTrim:
			p.sp -= int(ip.n)
		case opJump:
			ip = ip.to
			continue

		case opIsLtXI:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok {
				if v.Value() < int64(ip.n) {
					ip = ip.next()
				} else {
					ip = ip.to
				}
				continue
			}
			if term.Compare(x[ip.a&(numX-1)], ip.v) >= 0 {
				ip = ip.to
				continue
			}
		case opIsGeXI:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok {
				if v.Value() >= int64(ip.n) {
					ip = ip.next()
				} else {
					ip = ip.to
				}
				continue
			}
			if term.Compare(x[ip.a&(numX-1)], ip.v) < 0 {
				ip = ip.to
				continue
			}
		case opIsLtIX:
			if v, ok := x[ip.b&(numX-1)].(term.Int); ok {
				if int64(ip.n) < v.Value() {
					ip = ip.next()
				} else {
					ip = ip.to
				}
				continue
			}
			if term.Compare(ip.v, x[ip.b&(numX-1)]) >= 0 {
				ip = ip.to
				continue
			}
		case opIsGeIX:
			if v, ok := x[ip.b&(numX-1)].(term.Int); ok {
				if int64(ip.n) >= v.Value() {
					ip = ip.next()
				} else {
					ip = ip.to
				}
				continue
			}
			if term.Compare(ip.v, x[ip.b&(numX-1)]) < 0 {
				ip = ip.to
				continue
			}
		case opIsLtXIReturn:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok {
				if v.Value() < int64(ip.n) {
					ip, cp = cp, nil
				} else {
					ip = ip.to
				}
				continue
			}
			if term.Compare(x[ip.a&(numX-1)], ip.v) < 0 {
				ip, cp = cp, nil
			} else {
				ip = ip.to
			}
			continue
		case opIsGeXIReturn:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok {
				if v.Value() >= int64(ip.n) {
					ip, cp = cp, nil
				} else {
					ip = ip.to
				}
				continue
			}
			if term.Compare(x[ip.a&(numX-1)], ip.v) >= 0 {
				ip, cp = cp, nil
			} else {
				ip = ip.to
			}
			continue
		case opIsLtXX:
			if !less(x[ip.a&(numX-1)], x[ip.b&(numX-1)]) {
				ip = ip.to
				continue
			}
		case opIsGeXX:
			if less(x[ip.a&(numX-1)], x[ip.b&(numX-1)]) {
				ip = ip.to
				continue
			}
		case opIsLt:
			if !less(m.get(ip, ip.a), m.get(ip, ip.b)) {
				ip = ip.to
				continue
			}
		case opIsGe:
			if less(m.get(ip, ip.a), m.get(ip, ip.b)) {
				ip = ip.to
				continue
			}
		case opIsEq:
			if !term.Equal(m.get(ip, ip.a), m.get(ip, ip.b)) {
				ip = ip.to
				continue
			}
		case opIsNe:
			if term.Equal(m.get(ip, ip.a), m.get(ip, ip.b)) {
				ip = ip.to
				continue
			}
		case opIsEqXI:
			if v, ok := x[ip.a&(numX-1)].(term.Int); !ok || v.Value() != int64(ip.n) {
				ip = ip.to
				continue
			}
		case opIsEqXA:
			if v, ok := x[ip.a&(numX-1)].(term.Atom); !ok || v != ip.v.(term.Atom) {
				ip = ip.to
				continue
			}
		case opIsNeXI:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok && v.Value() == int64(ip.n) {
				ip = ip.to
				continue
			}
		case opIsNeXA:
			if v, ok := x[ip.a&(numX-1)].(term.Atom); ok && v == ip.v.(term.Atom) {
				ip = ip.to
				continue
			}
		case opIsEqXL:
			if x[ip.a&(numX-1)] != ip.v {
				ip = ip.to
				continue
			}
		case opIsNeXL:
			if x[ip.a&(numX-1)] == ip.v {
				ip = ip.to
				continue
			}
		case opIsEqYL:
			if p.stk[p.sp-int(ip.a)] != ip.v {
				ip = ip.to
				continue
			}
		case opIsNeYL:
			if p.stk[p.sp-int(ip.a)] == ip.v {
				ip = ip.to
				continue
			}
		case opIsEqExact:
			if !term.Identical(m.get(ip, ip.a), m.get(ip, ip.b)) {
				ip = ip.to
				continue
			}
		case opIsNeExact:
			if term.Identical(m.get(ip, ip.a), m.get(ip, ip.b)) {
				ip = ip.to
				continue
			}

		case opIsNilX:
			if _, ok := x[ip.a&(numX-1)].(term.Nil); !ok {
				ip = ip.to
				continue
			}
		case opIsNonemptyListX:
			if _, ok := x[ip.a&(numX-1)].(*term.Cons); !ok {
				ip = ip.to
				continue
			}
		case opNonemptyGetListXXX:
			l, ok := x[ip.a&(numX-1)].(*term.Cons)
			if !ok {
				ip = ip.to
				continue
			}
			x[ip.b&(numX-1)], x[ip.c&(numX-1)] = l.Head, l.Tail
		case opAllocNonemptyGetListXYX:
			l, ok := x[ip.a&(numX-1)].(*term.Cons)
			if !ok {
				ip = ip.to
				continue
			}
			p.pushFrame(int(ip.n), cp)
			cp = nil
			p.stk[p.sp-int(ip.b)], x[ip.c&(numX-1)] = l.Head, l.Tail
		case opIsListX:
			switch x[ip.a&(numX-1)].(type) {
			case *term.Cons, term.Nil:
			default:
				ip = ip.to
				continue
			}
		case opIsTupleX:
			if _, ok := x[ip.a&(numX-1)].(*term.Tuple); !ok {
				ip = ip.to
				continue
			}
		case opTestArityX, opTupleX:
			if t, ok := x[ip.a&(numX-1)].(*term.Tuple); !ok || len(t.Elems) != int(ip.n) {
				ip = ip.to
				continue
			}
		case opTaggedTupleX:
			if t, ok := x[ip.a&(numX-1)].(*term.Tuple); ok && len(t.Elems) == int(ip.n) && ip.n != 0 {
				if tag, ok := t.Elems[0].(term.Atom); ok && tag == ip.v.(term.Atom) {
					break
				}
			}
			ip = ip.to
			continue
		case opIsNil, opIsNonemptyList, opIsList, opIsTuple, opTupleS, opTaggedTuple, opIsInteger, opIsFloat, opIsNumber,
			opIsAtom, opIsPid, opIsReference, opIsPort, opIsBinary, opIsBitstr, opIsBoolean, opIsMap, opIsFunction:
			if !typeTest(ip, m.get(ip, ip.a)) {
				ip = ip.to
				continue
			}
		case opSelectXI:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok {
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
			if v, ok := x[ip.a&(numX-1)].(term.Atom); ok {
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
			ip = ip.ext.table.find(m.get(ip, ip.a), ip)
			continue
		case opSelectArity:
			if t, ok := m.get(ip, ip.a).(*term.Tuple); ok {
				ip = ip.ext.table.find(term.Small(int64(len(t.Elems))), ip)
			} else {
				ip = ip.to
			}
			continue

		case opGetListXXX:
			l, ok := x[ip.a&(numX-1)].(*term.Cons)
			if !ok {
				goto badarg
			}
			x[ip.b&(numX-1)], x[ip.c&(numX-1)] = l.Head, l.Tail
		case opGetListXYX:
			l, ok := x[ip.a&(numX-1)].(*term.Cons)
			if !ok {
				goto badarg
			}
			p.stk[p.sp-int(ip.b)], x[ip.c&(numX-1)] = l.Head, l.Tail
		case opGetListXXY:
			l, ok := x[ip.a&(numX-1)].(*term.Cons)
			if !ok {
				goto badarg
			}
			x[ip.b&(numX-1)], p.stk[p.sp-int(ip.c)] = l.Head, l.Tail
		case opGetList:
			l, ok := m.get(ip, ip.a).(*term.Cons)
			if !ok {
				goto badarg
			}
			m.set(ip.b, l.Head)
			m.set(ip.c, l.Tail)
		case opGetHd:
			l, ok := m.get(ip, ip.a).(*term.Cons)
			if !ok {
				goto badarg
			}
			m.set(ip.b, l.Head)
		case opGetTl:
			l, ok := m.get(ip, ip.a).(*term.Cons)
			if !ok {
				goto badarg
			}
			m.set(ip.b, l.Tail)
		case opGetElemXX:
			t, ok := x[ip.a&(numX-1)].(*term.Tuple)
			if !ok || uint(ip.n) >= uint(len(t.Elems)) {
				goto badarg
			}
			x[ip.b&(numX-1)] = t.Elems[ip.n]
		case opGetElem2XX:
			t, ok := x[ip.a&(numX-1)].(*term.Tuple)
			if !ok || uint(ip.n)+1 >= uint(len(t.Elems)) {
				goto badarg
			}
			x[ip.b&(numX-1)], x[ip.c&(numX-1)] = t.Elems[ip.n], t.Elems[ip.n+1]
		case opGetElemXY:
			t, ok := x[ip.a&(numX-1)].(*term.Tuple)
			if !ok || uint(ip.n) >= uint(len(t.Elems)) {
				goto badarg
			}
			p.stk[p.sp-int(ip.b)] = t.Elems[ip.n]
		case opGetElemS:
			t, ok := m.get(ip, ip.a).(*term.Tuple)
			if !ok || uint(ip.n) >= uint(len(t.Elems)) {
				goto badarg
			}
			m.set(ip.b, t.Elems[ip.n])
		case opPutListXXX:
			x[ip.c&(numX-1)] = m.cons(x[ip.a&(numX-1)], x[ip.b&(numX-1)])
		case opPutListYXX:
			x[ip.c&(numX-1)] = m.cons(p.stk[p.sp-int(ip.a)], x[ip.b&(numX-1)])
		case opPutListXLX:
			x[ip.c&(numX-1)] = m.cons(x[ip.a&(numX-1)], ip.v)
		case opPutListYLX:
			x[ip.c&(numX-1)] = m.cons(p.stk[p.sp-int(ip.a)], ip.v)
		case opPutList:
			m.set(ip.c, m.cons(m.get(ip, ip.a), m.get(ip, ip.b)))
		case opPutTuple2:
			t := term.NewTuple(int(ip.n))
			for i, o := range ip.ext.args {
				t.Elems[i] = m.get(ip, o)
			}
			m.set(ip.a, t)

		case opAddXI:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok {
				if s := v.Value() + int64(ip.n); s >= term.MinSmall && s <= term.MaxSmall {
					x[ip.c&(numX-1)] = term.Small(s)
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opAddXICallOnly:
			if v, ok := x[ip.a&(numX-1)].(term.Int); ok {
				if s := v.Value() + int64(ip.n); s >= term.MinSmall && s <= term.MaxSmall {
					x[ip.c&(numX-1)] = term.Small(s)
					n := int(ip.b)
					ip = ip.to
					if reds--; reds <= 0 {
						m.suspendAt(ip, cp, n)
						goto yield
					}
					continue
				}
			}
			if !m.guardCall(ip, cp) {
				goto exception
			}
			{
				n := int(ip.b)
				ip = ip.to
				if reds--; reds <= 0 {
					m.suspendAt(ip, cp, n)
					goto yield
				}
			}
			continue
		case opAddXX:
			v, ok1 := x[ip.a&(numX-1)].(term.Int)
			w, ok2 := x[ip.b&(numX-1)].(term.Int)
			if ok1 && ok2 {
				if s := v.Value() + w.Value(); s >= term.MinSmall && s <= term.MaxSmall {
					x[ip.c&(numX-1)] = term.Small(s)
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opAddYX:
			v, ok1 := p.stk[p.sp-int(ip.a)].(term.Int)
			w, ok2 := x[ip.b&(numX-1)].(term.Int)
			if ok1 && ok2 {
				if s := v.Value() + w.Value(); s >= term.MinSmall && s <= term.MaxSmall {
					x[ip.c&(numX-1)] = term.Small(s)
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opAddYI:
			if v, ok := p.stk[p.sp-int(ip.a)].(term.Int); ok {
				if s := v.Value() + int64(ip.n); s >= term.MinSmall && s <= term.MaxSmall {
					x[ip.c&(numX-1)] = term.Small(s)
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opAddYXDealloc:
			{
				v, ok1 := p.stk[p.sp-int(ip.a)].(term.Int)
				w, ok2 := x[ip.b&(numX-1)].(term.Int)
				if s := v.Value() + w.Value(); ok1 && ok2 && s >= term.MinSmall && s <= term.MaxSmall {
					x[0] = term.Small(s)
				} else if !m.guardCall(ip, cp) {
					goto exception
				}
				bottom := p.sp - int(ip.n)
				ip, cp = p.stk[bottom].(*instr), nil
				p.sp = bottom - 1
			}
			continue
		case opSubXX:
			v, ok1 := x[ip.a&(numX-1)].(term.Int)
			w, ok2 := x[ip.b&(numX-1)].(term.Int)
			if ok1 && ok2 {
				if s := v.Value() - w.Value(); s >= term.MinSmall && s <= term.MaxSmall {
					x[ip.c&(numX-1)] = term.Small(s)
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opAdd:
			v, ok1 := m.get(ip, ip.a).(term.Int)
			w, ok2 := m.get(ip, ip.b).(term.Int)
			if ok1 && ok2 {
				if s := v.Value() + w.Value(); s >= term.MinSmall && s <= term.MaxSmall {
					m.set(ip.c, term.Small(s))
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opSub:
			v, ok1 := m.get(ip, ip.a).(term.Int)
			w, ok2 := m.get(ip, ip.b).(term.Int)
			if ok1 && ok2 {
				if s := v.Value() - w.Value(); s >= term.MinSmall && s <= term.MaxSmall {
					m.set(ip.c, term.Small(s))
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opMul:
			v, ok1 := m.get(ip, ip.a).(term.Int)
			w, ok2 := m.get(ip, ip.b).(term.Int)
			if ok1 && ok2 {
				a, b := v.Value(), w.Value()
				// Factors of 30 bits cannot leave the range.
				if uint64(a)+1<<29 < 1<<30 && uint64(b)+1<<29 < 1<<30 {
					m.set(ip.c, term.Small(a*b))
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opRem, opDiv, opBand:
			v, ok1 := m.get(ip, ip.a).(term.Int)
			w, ok2 := m.get(ip, ip.b).(term.Int)
			if ok1 && ok2 {
				// With b above 0 every quotient is a small integer.
				if a, b := v.Value(), w.Value(); ip.op == opBand {
					m.set(ip.c, term.Small(a&b))
					break
				} else if b > 0 {
					if ip.op == opRem {
						m.set(ip.c, term.Small(a%b))
					} else {
						m.set(ip.c, term.Small(a/b))
					}
					break
				}
			}
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}
		case opGuard1:
			v, err := ip.ext.guard(p, m.get(ip, ip.a), nil, nil)
			if err == nil {
				m.set(ip.c, v)
				break
			}
			if ip.to == nil {
				m.guardError(ip, cp, err)
			}
			goto guardFailed
		case opGuard2:
			v, err := ip.ext.guard(p, m.get(ip, ip.a), m.get(ip, ip.b), nil)
			if err == nil {
				m.set(ip.c, v)
				break
			}
			if ip.to == nil {
				m.guardError(ip, cp, err)
			}
			goto guardFailed
		case opGuard3:
			if !m.guardCall(ip, cp) {
				goto guardFailed
			}

		case opMoveXXYXCallFun:
			x[ip.b&(numX-1)] = x[ip.a&(numX-1)]
			ip = ip.next()
			fallthrough
		case opMoveYXCallFun:
			x[ip.b&(numX-1)] = p.stk[p.sp-int(ip.a)]
			ip = ip.next()
			fallthrough
		case opCallFun:
			n := int(ip.n)
			if f, ok := m.get(ip, ip.a).(*term.Fun); ok && f.Arity == n {
				if code, ok := f.Code.(*instr); ok {
					for i, v := range f.Env {
						x[(n+i)&(numX-1)] = v
					}
					n += len(f.Env)
					cp, ip = ip.next(), code
					if reds--; reds <= 0 {
						m.suspendAt(ip, cp, n)
						goto yield
					}
					continue
				}
			}
			{
				next := m.callee(ip, cp, m.get(ip, ip.a), n)
				if next == nil {
					goto exception
				}
				cp, ip = ip.next(), next
			}
			reds--
			continue
		case opMakeFun:
			m.set(ip.a, m.makeFun(ip))
		case opApply, opApplyLast:
			n := int(ip.n)
			next := m.applyTarget(ip, cp, x[n], x[n+1], n)
			if next == nil {
				goto exception
			}
			if ip.op == opApply {
				cp = ip.next()
			} else {
				cp = p.stk[p.sp-int(ip.a)].(*instr)
				p.sp -= int(ip.a) + 1
			}
			ip = next
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, n)
				goto yield
			}
			continue
		case opApplyBody2, opApplyBody3:
			next, n := m.applyList(ip, cp)
			if next == nil {
				goto exception
			}
			ip, cp = next, m.callFrom(ip, cp)
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, n)
				goto yield
			}
			continue
		case opBif:
			p.ip, p.cp, p.reds = ip, cp, reds-1
			{
				args := m.arguments(int(ip.n))
				v, err := ip.ext.exp.bif(p, args)
				if err == nil && !p.exiting {
					x[0] = v
					reds = p.reds
					if ip.c == 0 {
						break
					}
					ip, cp = m.returnFrom(ip, cp), nil
					continue
				}
				var t turn
				if ip, cp, t = m.bifResult(ip, cp, args, v, err); ip == nil {
					return t
				}
				reds = p.reds
			}
			continue
		case opBifBody:
			p.ip, p.cp, p.reds = ip, cp, reds-1
			{
				args := m.arguments(int(ip.n))
				v, err := ip.ext.exp.bif(p, args)
				var t turn
				if ip, cp, t = m.bifResult(ip, cp, args, v, err); ip == nil {
					return t
				}
				reds = p.reds
			}
			continue
		case opUndef:
			p.ip, p.cp, p.reds = ip, cp, reds
			next := m.undefined(ip, cp)
			if next == nil {
				goto exception
			}
			ip = next
			reds--
			continue
		case opSlow:
			next := ip.ext.call(m, ip)
			if next == nil {
				m.complete(ip, cp)
				goto exception
			}
			ip = next
			continue
		case opExit:
			p.exitReason = term.Normal
			return turnExit
		case opHibernated:
			if _, ok := p.peekMessage(); !ok || p.exiting {
				if p.exiting {
					return turnExit
				}
				m.suspendAt(ip, cp, int(ip.n))
				return turnWait
			}
			ip = ip.to
			continue

		case opFuncInfo:
			m.functionClause(ip, cp)
			goto exception
		case opTry, opCatch:
			p.stk[p.sp-int(ip.a&0x3FFF)] = ip.ext.handler
		case opTryEnd:
			p.stk[p.sp-int(ip.a&0x3FFF)] = term.EmptyList
		case opTryCase:
			p.stk[p.sp-int(ip.a&0x3FFF)] = term.EmptyList
			x[0], x[1], x[2] = x[1], x[2], x[3]
		case opCatchEnd:
			p.stk[p.sp-int(ip.a&0x3FFF)] = term.EmptyList
			if x[0] == nil {
				m.caught()
			}
		case opBadmatch:
			m.raise(ip, cp, term.T(aBadmatch, m.get(ip, ip.a)))
			goto exception
		case opCaseEnd:
			m.raise(ip, cp, term.T(aCaseClause, m.get(ip, ip.a)))
			goto exception
		case opTryCaseEnd:
			m.raise(ip, cp, term.T(aTryClause, m.get(ip, ip.a)))
			goto exception
		case opBadrecord:
			m.raise(ip, cp, term.T(aBadrecord, m.get(ip, ip.a)))
			goto exception
		case opIfEnd:
			m.raise(ip, cp, aIfClause)
			goto exception
		case opRawRaise:
			if m.rawRaise(ip, cp) {
				goto exception
			}
		case opRaise:
			m.reraise(ip, cp, m.get(ip, ip.a), m.get(ip, ip.b))
			goto exception

		case opSend:
			p.ip, p.cp, p.reds = ip, cp, reds-1
			{
				to, msg := x[0], x[1]
				err := p.sendMessage(to, msg)
				if err == nil {
					reds = p.reds
					x[0] = msg
					break
				}
				var t turn
				if ip, cp, t = m.bifResult(ip, cp, []term.Term{to, msg}, msg, err); ip == nil {
					return t
				}
				reds = p.reds
			}
			continue
		case opLoopRec:
			msg, ok := p.peekMessage()
			if p.exiting {
				return turnExit
			}
			if !ok {
				ip = ip.to
				continue
			}
			x[ip.a&(numX-1)] = msg
		case opLoopRecEnd:
			p.skipMessage()
			ip = ip.to
			if reds--; reds <= 0 {
				m.suspendAt(ip, cp, 0)
				goto yield
			}
			continue
		case opRemoveMessage:
			if p.timing {
				p.timing = false
				p.stopReceiveTimer()
			}
			p.takeMessage()
		case opTimeout:
			p.timing = false
			p.rewindMessages()
		case opWait:
			p.reds = reds
			m.suspendAt(ip.to, cp, 0)
			return turnWait
		case opWaitTimeout:
			p.reds = reds
			switch m.waitTimeout(ip, cp) {
			case waitOver:
			case waitBad:
				goto exception
			default:
				m.suspendAt(ip.to, cp, 0)
				return turnWait
			}
		default:
			panic("vm: instruction " + opName(ip))
		}
		ip = ip.next()
		continue

	badarg:
		m.raise(ip, cp, Badarg.Reason)
		goto exception
	guardFailed:
		if ip.to != nil {
			ip = ip.to
			continue
		}
	exception:
		if ip = m.unwind(); ip == nil {
			return turnExit
		}
		cp = nil
		continue
	yield:
		p.reds = reds
		if p.exiting {
			return turnExit
		}
		return turnYield
	}
}
