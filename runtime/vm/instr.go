package vm

import (
	"sync/atomic"
	"unsafe"

	"ersh/runtime/term"
)

// instr is one internal instruction. A module's instructions stand in one
// array, so that the next one is found without a lookup, and a *instr is all
// that the interpreter needs to go on somewhere: return addresses are *instr
// on the stack, where Go's collector sees them and keeps the code alive.
type instr struct {
	term.Opaque
	op      opcode
	a, b, c opnd
	n       int32     // a small constant, a tuple size, a frame's size in bytes ...
	at      uint32    // index into the module's lines (0: none), and the frame
	to      *instr    // failure label, jump or call target
	v       term.Term // a literal
	ext     *ext      // what rarer instructions need
}

const instrSize = unsafe.Sizeof(instr{})

// next is the instruction behind ip. The loader ends every array with an
// instruction that never falls through.
func (ip *instr) next() *instr {
	return (*instr)(unsafe.Add(unsafe.Pointer(ip), instrSize))
}

// after is the instruction n instructions further on.
func (ip *instr) after(n int) *instr {
	return (*instr)(unsafe.Add(unsafe.Pointer(ip), n*int(instrSize)))
}

// prev is the instruction before ip. The loader begins every array with
// opModule, where backward searches stop.
func (ip *instr) prev() *instr {
	return (*instr)(unsafe.Add(unsafe.Pointer(ip), -int(instrSize)))
}

// frameBits are the bits of at that hold the frame.
const frameBits = 10

// frameSize is how many places of the stack the current function's frame takes when
// ip begins: the y registers and the return address, 0 before a frame is made.
func (ip *instr) frameSize() int { return int(ip.at & (1<<frameBits - 1)) }

// line is the index of the instruction's line.
func (ip *instr) line() uint32 { return ip.at >> frameBits }

// fn is the function that an instruction is part of, nil for the VM's own
// stubs that are none.
func (ip *instr) fn() *function {
	for {
		switch ip.op {
		case opFuncInfo:
			return ip.ext.fun
		case opModule:
			return nil
		}
		ip = ip.prev()
	}
}

// opnd is an operand: an x register, a y register or a literal of the
// instruction's ext. For registers it holds a distance in bytes, see unchecked.go: that
// of an x register from the first one, that of a y register down from the stack's
// end. An instruction that takes y registers only in some place has the
// latter's negative there.
type opnd uint16

const (
	opndY    opnd = 0x4000
	opndLit  opnd = 0x8000
	opndBits opnd = 0x3FFF
)

func xOpnd(n int) opnd { return opnd(n * termSize) }
func yOpnd(n int) opnd { return opndY | opnd((n+1)*termSize) }

// onlyY is the operand of an instruction that takes a y register only.
func (o opnd) onlyY() opnd { return -(o & opndBits) }

// maxLits is how many literals an instruction can have.
const maxLits = int(opndBits) + 1

func (o opnd) isX() bool   { return o < opndY }
func (o opnd) isY() bool   { return o >= opndY && o < opndLit }
func (o opnd) isLit() bool { return o >= opndLit }

// numX is how many x registers and float registers there are.
const numX = 1024

// ext is the part of an instruction that the common ones have no need of.
type ext struct {
	call    func(m *machine, ip *instr) *instr // opSlow: nil means an exception in m.exc
	args    []opnd
	lits    []term.Term
	labels  []*instr
	table   *selectTable
	exp     *export
	fun     *function
	lambda  *term.Lambda
	guard   guardFunc
	segs    []segment
	matches []matchCmd
	handler *handler
}

// handler is what an armed try or catch leaves in its y register.
type handler struct {
	term.Opaque
	ip    *instr
	frame int // the frame of the function that it is in
}

// function is a function of a loaded module.
type function struct {
	mod   *module
	name  term.Atom
	arity int
	brk   atomic.Pointer[breakpoint]
}
