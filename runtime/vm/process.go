package vm

import "ersh/runtime/term"

// Process is one Erlang process. Its methods are for the code it runs: the
// interpreter and BIFs called with it.
type Process struct {
	vm  *VM
	pid *term.Pid
}

// VM is the machine the process belongs to.
func (p *Process) VM() *VM { return p.vm }

// Pid is the process's own pid.
func (p *Process) Pid() *term.Pid { return p.pid }
