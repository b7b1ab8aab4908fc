package vm

import "ersh/runtime/term"

// Distribution is what carries signals to other nodes; package dist
// implements it. A VM without one is not distributed: every foreign node is
// then unreachable.
type Distribution interface {
	// Send hands a signal over for a foreign node, connecting first where
	// that is allowed (noconnect false). Signals of one sender to one node
	// keep their order. When the connection's queue is over its limit Send
	// still takes the signal and returns busy: from must then not run until
	// the returned function, which blocks, has returned. ok is false if there
	// is no connection and none could be begun; the VM then does what the
	// loss of a connection means for the signal (noconnection).
	Send(node term.Atom, sig Signal, from *Process, noconnect bool) (wait func(), ok bool)
	// Connected reports whether there is an established connection.
	Connected(node term.Atom) bool
}

// SetDistribution makes the VM a node called name with the given creation; all
// pids, ports and refs made from now on carry them. A nil d takes it back.
func (vm *VM) SetDistribution(name term.Atom, creation uint32, d Distribution) {
	panic("vm: SetDistribution: room of processes")
}

// Deliver takes a signal that has come from a connected node. It never blocks
// and never panics, whatever the signal says; signals of one sender are
// delivered in the order of the calls.
func (vm *VM) Deliver(from term.Atom, sig Signal) {
	panic("vm: Deliver: room of processes")
}

// NodeUp and NodeDown tell the VM that a connection is established or lost.
// NodeDown sends noconnection to every link and monitor with that node, and
// {nodedown, Node} to those who asked by monitor_node.
func (vm *VM) NodeUp(node term.Atom, hidden bool) { panic("vm: NodeUp: room of processes") }

// NodeDown: see NodeUp. reason is the atom or term that
// net_kernel:monitor_nodes reports as nodedown_reason.
func (vm *VM) NodeDown(node term.Atom, reason term.Term) {
	panic("vm: NodeDown: room of processes")
}
