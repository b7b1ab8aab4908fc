package vm

import "ersh/runtime/term"

// execState is the interpreter's part of a process.
type execState struct {
	reds    int  // reductions left in this turn
	crashed bool // the process ends by an error or a throw
}

type workerState struct{}

func (p *Process) run() turn { panic("vm: run: room of the interpreter") }

// start prepares a new process's first call, m:f(args...).
func (p *Process) start(m, f term.Atom, args []term.Term) {}

func (p *Process) resume(v term.Term, err error) {}

// Frame is a frame of a stack trace.
type Frame struct {
	Module, Name term.Atom
	Arity        int
	File         string
	Line         int
}

func (p *Process) stackFrames(depth int) []Frame { return nil }

func (p *Process) stackSize() int { return 0 }
