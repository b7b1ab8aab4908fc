package vm

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"unsafe"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// execState is the interpreter's part of a process.
//
// The stack holds frames: a return address (a *instr), then the frame's y
// registers, y0 last. top points to the place above the last one in use, and
// limit is the address up to which it may go. An instruction knows the size of the frame it finds,
// so that the frames can be told apart (see walk). A function that has made no frame yet
// returns to cp.
type execState struct {
	ip, cp *instr
	stk    []term.Term
	top    unsafe.Pointer
	limit  uintptr
	// saved holds the live x registers while the process does not run.
	saved []term.Term
	// reds is what is left of the reductions of the turn.
	reds int
	// pending is what goes on with a BIF's call that came back without a
	// result; call the call's arguments, for the stack trace.
	pending *pendingCall
	// crashed says that exitReason is an error or an uncaught throw, which is
	// worth a report.
	crashed bool
	timing  bool // a receive's timer is running
}

// pendingCall is a call of a Go function between its start and its result.
type pendingCall struct {
	args   []term.Term
	step   *Step
	result term.Term
	err    error
	done   bool // result and err are there
}

// Frame is one row of a stack trace.
type Frame struct {
	Module, Name term.Atom
	Arity        int
	File         string
	Line         int
}

// machine is a worker's set of registers. A process has it while it runs.
type machine struct {
	x  [numX]term.Term
	p  *Process
	vm *VM
	// limit is p's, see loop.
	limit uintptr
	// exc is the exception under way, between its raising and its handler.
	exc *raised
	// cells are list cells, the last spare of them not handed out yet: one
	// allocation makes several. A block is as long as what one live cell may keep from
	// being collected.
	cells *[cellBlock]term.Cons
	spare uint
	bits  spareBits
	args  []term.Term // see arguments
	// late: the turn has taken long; see endLateTurn.
	late atomic.Bool
	fr   [numX]float64
}

type workerState = machine

const (
	firstStack = 24
	spareStack = 12 // what a stack's length is more than what is in use, at first
	keptStack  = 1 << 17
	stackStep  = 512 // what a stack's length grows by within its room
	cellBlock  = 8
	argBlock   = 16
)

// start prepares a new process's first call, M:F(Args...).
func (p *Process) start(m, f term.Atom, args []term.Term) {
	p.cp = exitCode
	p.ip = p.vm.export(m, f, len(args)).addr.Load()
	p.saved = args
}

// leave stores in the process what the interpreter's loop keeps in registers.
func (m *machine) leave(ip, cp *instr, top unsafe.Pointer, reds int) *Process {
	p := m.p
	p.ip, p.cp, p.top, p.reds = ip, cp, top, reds
	return p
}

// resume gives a suspended BIF its result. The process must not be running.
func (p *Process) resume(v term.Term, err error) {
	if p.pending == nil {
		p.pending = &pendingCall{}
	}
	p.pending.result, p.pending.err, p.pending.done = v, err, true
}

// run executes p until its turn ends.
func (p *Process) run() (t turn) {
	m := &p.worker.exec
	m.p, m.vm = p, p.vm
	defer func() {
		w := p.worker
		if r := recover(); r != nil {
			if r != leftBehind && (w.far.Load() == nil || w.comeBack(p)) {
				p.panicked(r)
			}
			t = turnExit
		}
		m.p, m.exc, m.bits = nil, nil, spareBits{}
		if w.far.Load() == nil {
			p.tidyStack(t)
		}
	}()
	if len(p.saved) > 0 { // not in a receive
		copy(m.x[:], p.saved)
		if cap(p.saved) > 16 {
			p.saved = nil
		} else {
			clear(p.saved)
			p.saved = p.saved[:0]
		}
	}
	return m.loop()
}

// suspendAt has the process go on at ip with n live x registers.
func (m *machine) suspendAt(ip, cp *instr, n int) {
	p := m.p
	p.ip, p.cp = ip, cp
	if n > 0 {
		p.saved = append(p.saved[:0], m.x[:n]...)
	}
}

// forget clears the registers that most functions use, so that they keep
// nothing from being collected. The next turn's function needs them no cleaner
// than they are, so that it is done after every forgetTurns turns, and before a worker
// parks, only.
func (m *machine) forget() { clear(m.x[:16]) }

const forgetTurns = 64

// panicked ends the process because of a defect in Go code.
func (p *Process) panicked(r any) {
	text := fmt.Sprint(r)
	if p.vm.cfg.OnPanic != nil {
		p.vm.cfg.OnPanic(text, debug.Stack())
	}
	p.exitReason = term.T(term.T(aInternalError, term.String(text)), term.EmptyList)
	p.crashed = true
}

// maxStack is how many terms a stack may hold. A recursion without end would
// otherwise take the machine's memory, and every process of the node with it.
const maxStack = 1 << 27

// growStack makes room for a frame: what the stack has beyond its length is
// taken first. A process whose stack outgrows the limit ends with its turn.
func (p *Process) growStack(frame int) {
	depth := p.depth()
	if depth+frame < cap(p.stk) {
		p.setStack(p.stk[:min(depth+frame+stackStep, cap(p.stk))], depth)
		return
	}
	n := max(firstStack, 2*cap(p.stk), depth+frame+8)
	if n > maxStack {
		p.kill("Process ~p was killed: endless recursion, its stack outgrew ~p MB~n", term.Small(maxStack*16>>20))
	}
	p.Room(16 * int64(n))
	p.moveStack(n, depth)
}

func (p *Process) moveStack(size, depth int) {
	stk := make([]term.Term, size)
	copy(stk, p.stk[:depth])
	p.setStack(stk, depth)
}

// tidyStack lets go of what frames that are gone have left, and of the stack
// itself where most of it is unused. It costs no more than the turn did: the
// stack's length is then cut to what is in use and a little more, and all beyond it
// is nil, so the length tells the next time how far the turn has gone. A
// process that goes on running keeps a stack of up to keptStack: growing it
// again for each list that is made by recursion took a fifth of the time of such
// work.
func (p *Process) tidyStack(t turn) {
	least := 256
	if t == turnYield {
		least = keptStack
	}
	used := p.depth()
	if n := cap(p.stk); n > least && used < n/8 {
		p.moveStack(max(firstStack, n/4), used)
	}
	clear(p.stk[used:])
	p.setStack(p.stk[:min(cap(p.stk), used+spareStack)], used)
}

// Hibernate, returned by a BIF as its error, drops the process's stack, waits
// for a message and then calls M:F(Args...).
type Hibernate struct {
	Module, Name term.Atom
	Args         []term.Term
}

func (*Hibernate) Error() string { return "vm: hibernate" }

// stackFrames gives the innermost calls of a process that does not run, or
// that runs the BIF which asks.
func (p *Process) stackFrames(depth int) []Frame {
	return framesOf(p.returns(depth), depth)
}

// framesOf gives the first n frames of calls that wait.
func framesOf(ips []*instr, n int) (frames []Frame) {
	forFrames(ips, beam.OnCall, func(f Frame) {
		if len(frames) < n {
			frames = append(frames, f)
		}
	})
	return frames
}

// forFrames gives the frames of instructions, the innermost first; first
// tells why the first of them is there.
func forFrames(ips []*instr, first beam.FrameKind, yield func(Frame)) {
	inner := false // the frames above are of code like an interpreter's
	var last *beam.Frame
	for i, ip := range ips {
		fn := ip.fn()
		if fn == nil {
			continue
		}
		if fn.mod.frames == nil {
			f, _ := ip.frame()
			yield(f)
			inner, last = false, nil
			continue
		}
		when := beam.OnCall
		if i == 0 {
			when = first
		}
		shown := inner
		frames := fn.mod.stands(ip.line())
		for j := range frames {
			f := &frames[j]
			if f.Kind != 0 && (f.Kind&when == 0 || inner) || last != nil && *last == *f {
				continue
			}
			last = f
			yield(Frame{Module: f.Module, Name: f.Name, Arity: f.Arity, File: f.File, Line: f.Line})
			shown = shown || f.Kind == 0 || f.Kind&beam.OnCall != 0
		}
		inner = shown
	}
}

// returns gives the current instruction and the calls that wait for it, the
// innermost first, at most n.
func (p *Process) returns(n int) []*instr {
	var ips []*instr
	add := func(ip *instr) {
		if len(ips) < n && ip.fn() != nil && (len(ips) == 0 || ips[len(ips)-1] != ip) {
			ips = append(ips, ip)
		}
	}
	if p.ip == nil {
		return nil
	}
	add(p.ip)
	p.walk(p.ip, p.cp, func(ret *instr, _, _ int) bool {
		add(ret.prev())
		return len(ips) < n
	})
	return ips
}

// walk gives the return addresses of the functions under way, the innermost
// first, and where their frames are on the stack: from the return address at bottom up to
// top, which are equal for a function without a frame. ip is the current instruction, nil
// for one of a function that has no frame.
func (p *Process) walk(ip, cp *instr, yield func(ret *instr, bottom, top int) bool) {
	top, size := p.depth(), 0
	if ip != nil {
		size = ip.frameSize()
	}
	for {
		ret, bottom := cp, top-size
		if size > 0 {
			ret = p.stk[bottom].(*instr)
		}
		if ret == nil || !yield(ret, bottom, top) || bottom == 0 {
			return
		}
		top, size = bottom, ret.prev().frameSize()
		cp = nil
	}
}

// frame says what an instruction is part of.
func (ip *instr) frame() (Frame, bool) {
	fn := ip.fn()
	if fn == nil {
		return Frame{}, false
	}
	f := Frame{Module: fn.mod.name, Name: fn.name, Arity: fn.arity}
	f.File, f.Line = fn.mod.position(ip.line())
	return f, true
}

// runsOld reports whether a process that does not run has calls under way in
// the old version of a module.
func (p *Process) runsOld(name term.Atom) bool {
	old := p.vm.oldModule(name)
	if old == nil {
		return false
	}
	in := func(ip *instr) bool {
		fn := ip.fn()
		return fn != nil && fn.mod == old
	}
	if p.ip == nil {
		return false
	}
	found := in(p.ip)
	p.walk(p.ip, p.cp, func(ret *instr, _, _ int) bool {
		found = found || in(ret.prev())
		return !found
	})
	return found
}
