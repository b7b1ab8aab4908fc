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
