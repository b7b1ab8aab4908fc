package vm

import "ersh/runtime/term"

// Native is a process whose body is a Go function: the terminal, a socket,
// an embedder's own. It has a pid, a mailbox, links, monitors, can be
// registered and killed as any other.
type Native struct {
	p *Process
}

// Process is the native's process, to be used for sending, linking and so on
// from its own goroutine only.
func (n *Native) Process() *Process { return n.p }

// SpawnNative starts body in a goroutine of its own; the process ends with the
// reason that body returns (nil: normal). When the process is killed or gets
// an exit signal, Receive returns ok false and body is expected to return.
func (vm *VM) SpawnNative(name string, body func(n *Native) (reason term.Term)) *term.Pid {
	panic("vm: SpawnNative: room of processes")
}

// Receive waits for the next message; ok is false once the process has ended.
func (n *Native) Receive() (msg term.Term, ok bool) {
	panic("vm: Receive: room of processes")
}

// Done is closed when the process has ended, for use in a select.
func (n *Native) Done() <-chan struct{} { panic("vm: Done: room of processes") }

// Send sends a message from outside any process: to a pid, a registered name
// or {Name, Node}. It does not block.
func (vm *VM) Send(to, msg term.Term) { panic("vm: Send: room of processes") }
