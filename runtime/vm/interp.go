package vm

import "ersh/runtime/term"

type execState struct{}

type workerState struct{}

func (p *Process) run() turn { panic("vm: run: room of the interpreter") }

// start prepares a new process's first call: fun, if not nil, or m:f, on args.
func (p *Process) start(m, f term.Atom, fun term.Term, args []term.Term) {}

func (p *Process) resume(v term.Term, err error) {}
