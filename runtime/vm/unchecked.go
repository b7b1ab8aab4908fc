package vm

import (
	"unsafe"

	"ersh/runtime/term"
)

// Registers and the stack are reached without bounds checks here, and nowhere
// else. An operand holds its register's distance in bytes, so that an access is one
// load of the operand and one of the register; with indices into slices a
// y register took nine machine instructions, an x register five.
//
// It is safe because the loader lets no other operands through: x registers
// are below numX, and verify knows the frame of each instruction and refuses
// y registers outside of it (loader_verify.go). A frame's place is checked when
// it is made. The race detector's build checks each of these pointers.

const termSize = int(unsafe.Sizeof(term.Term(nil)))

// xr is the x register at distance o; they come first in machine.
func (m *machine) xr(o opnd) *term.Term {
	return (*term.Term)(unsafe.Add(unsafe.Pointer(m), uintptr(o)))
}

// yr is the y register at distance d, which is negative, from the stack's end.
func yr(top unsafe.Pointer, d int) *term.Term {
	return (*term.Term)(unsafe.Add(top, d))
}

// What a type assertion gives, less the branch that makes the pointer nil if
// it fails: then it must not be used.

func consAt(t *term.Term) (*term.Cons, bool) {
	_, ok := (*t).(*term.Cons)
	return (*[2]*term.Cons)(unsafe.Pointer(t))[1], ok
}

func tupleAt(t *term.Term) (*term.Tuple, bool) {
	_, ok := (*t).(*term.Tuple)
	return (*[2]*term.Tuple)(unsafe.Pointer(t))[1], ok
}

func contextAt(t *term.Term) (*matchContext, bool) {
	_, ok := (*t).(*matchContext)
	return (*[2]*matchContext)(unsafe.Pointer(t))[1], ok
}

func funAt(t *term.Term) (*term.Fun, bool) {
	_, ok := (*t).(*term.Fun)
	return (*[2]*term.Fun)(unsafe.Pointer(t))[1], ok
}

// returnAt is the return address in a place of the stack, which holds nothing
// but a *instr.
func returnAt(at unsafe.Pointer) *instr {
	return (*[2]*instr)(at)[1]
}

// place is the register that a general operand names.
func (m *machine) place(top unsafe.Pointer, o opnd) *term.Term {
	if o < opndY {
		return m.xr(o)
	}
	return yr(top, -int(o&opndBits))
}

// operand is where the value of a general operand is.
func (m *machine) operand(top unsafe.Pointer, ip *instr, o opnd) *term.Term {
	if o < opndLit {
		return m.place(top, o)
	}
	return &ip.ext.lits[o&opndBits]
}

// get is the value of an operand, set stores into one, for functions that the
// interpreter's loop calls.
func (m *machine) get(ip *instr, o opnd) term.Term { return *m.operand(m.p.top, ip, o) }
func (m *machine) set(o opnd, v term.Term)         { *m.place(m.p.top, o) = v }

// depth is the number of places of the stack that are in use.
func (p *Process) depth() int {
	return (int(uintptr(p.top)) - int(uintptr(unsafe.Pointer(unsafe.SliceData(p.stk))))) / termSize
}

// setStack makes stk, of which depth places are in use, the process's stack.
// Its last place stays free, so that top always points into it.
func (p *Process) setStack(stk []term.Term, depth int) {
	p.stk, p.top, p.limit = stk, nil, 0
	if len(stk) > 0 {
		p.top = unsafe.Pointer(&stk[depth])
		p.limit = uintptr(unsafe.Pointer(&stk[len(stk)-1]))
	}
}
