package vm

import (
	"sync/atomic"

	"ersh/runtime/term"
)

// Process is one Erlang process. Its methods are for the code it runs: the
// interpreter and BIFs called with it.
//
// A process has one owner at any time: the worker that runs it (or, for a
// native one, who holds its lock). inbox, state, priority and tracing are all that
// others touch; everything else is the owner's.
type Process struct {
	inbox    atomic.Pointer[envelope]
	state    atomic.Uint32
	priority atomic.Uint32
	tracing  atomic.Pointer[tracing]
	// hasTimers: send_after timers for the process have been made.
	hasTimers atomic.Bool

	mode      mode
	trapExit  bool
	exiting   bool // ends with exitReason as soon as the owner sees it
	timedOut  bool // the receive timer has fired
	sensitive bool
	answering bool // between turns, questions of others
	// measuredIn is the shortage of memory (its last bits) in which the
	// process was measured.
	measuredIn uint8
	spent      uint64 // reductions of earlier turns

	vm     *VM
	worker *worker // who runs it now
	self   term.Pid
	leader *term.Pid
	parent *term.Pid

	messages mailbox
	// waitFor is the Suspension that mode modeSuspended waits for.
	waitFor *Suspension
	timer   *timer // of a receive with a timeout; made at first use

	initial    initialCall
	exitReason term.Term

	// native is set for a process whose body is a Go function.
	native    *Native
	more      *extras
	execState // the interpreter's part
}

// initialCall is where a process began: M:F with its arity.
type initialCall struct {
	Module, Name term.Atom
	Arity        int
}

// mode is what a process does when it is given a turn.
type mode uint8

const (
	modeRun       mode = iota // goes on
	modeReceive               // waits for a message or its timer
	modeSuspended             // waits for a Suspension's result
)

// extras holds what most processes of a large crowd never have.
type extras struct {
	links    table[pidKey, link]
	monitors table[refKey, monitor] // this process watches
	watchers table[refKey, watcher] // these watch this process
	aliases  table[refKey, aliasState]
	dict     dictionary
	name     term.Atom // registered name
	// requests are questions put off to the end of the turn, when the
	// execution state is in the struct.
	requests []*askSignal
	spawning table[refKey, spawnWait]
	// suspenders counts erlang:suspend_process calls on this process by
	// caller, suspending those of this process on others.
	suspenders table[pidKey, int]
	suspending table[pidKey, suspendState]
	// nodes are the foreign nodes in whose books the process is.
	nodes []term.Atom
	marks marks
	// lastPriority is the last of the messages of priority, which are the first
	// in the mailbox.
	lastPriority *envelope
	options      spawnFlags
	// heapCheck is the number of reductions at which the heap is measured
	// for max_heap_size.
	heapCheck uint64
}

// ext gives the process's extras, making them at first use.
func (p *Process) ext() *extras {
	if p.more == nil {
		p.more = new(extras)
	}
	return p.more
}

// VM is the machine the process belongs to.
func (p *Process) VM() *VM { return p.vm }

// Pid is the process's own pid.
func (p *Process) Pid() *term.Pid { return &p.self }

// Bump charges n reductions to the process's turn.
func (p *Process) Bump(n int) { p.reds -= n }

// ReductionsLeft is what remains of the turn; at or below 0 a BIF that has
// more to do returns a Step.
func (p *Process) ReductionsLeft() int { return p.reds }

// GroupLeader is the process's group leader.
func (p *Process) GroupLeader() *term.Pid { return p.leader }

// here is the worker that runs p, for putting those it wakes into the same
// queue; nil where no worker does (native processes).
func (p *Process) here() *worker {
	if p.native != nil {
		return nil
	}
	return p.worker
}
