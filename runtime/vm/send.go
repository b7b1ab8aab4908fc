package vm

import "ersh/runtime/term"

// sendMessage sends as erlang:send/2 does: to a pid, a registered name,
// {Name, Node} or an alias. The error is badarg, or a Suspension while the
// connection to another node is busy.
func (p *Process) sendMessage(to, msg term.Term) error {
	if pid, ok := to.(*term.Pid); ok {
		if t, ok := pid.Proc.(*Process); ok && t.vm == p.vm {
			if p.tracing.Load() != nil {
				p.traceSend(to, msg)
			}
			t.deliver(msg, p.here())
			return nil
		}
	}
	_, err := p.Send(to, msg, SendOptions{})
	return err
}

// SendResult is how erlang:send/3 went.
type SendResult uint8

// The results of Send.
const (
	Sent SendResult = iota
	SendNoConnect
	SendNoSuspend
)

// SendOptions are those of erlang:send/3.
type SendOptions struct{ Noconnect, Nosuspend, Priority bool }

// Send is erlang:send/3. A Suspension as error means that the process must
// wait for a busy connection; the message is on its way.
func (p *Process) Send(to, msg term.Term, o SendOptions) (SendResult, error) {
	vm := p.vm
	if p.tracing.Load() != nil {
		p.traceSend(to, msg)
	}
	var node term.Atom
	switch t := to.(type) {
	case *term.Pid:
		if vm.isLocalPid(t) {
			if q := vm.lookup(t); q != nil {
				q.deliver(msg, p.here())
			}
			return Sent, nil
		}
		node = t.Node
	case term.Atom:
		q := vm.whereis(t)
		if q == nil {
			return Sent, Badarg
		}
		if port := q.port(); port != nil {
			return p.sendPort(port, msg, o.Nosuspend)
		}
		q.deliver(msg, p.here())
		return Sent, nil
	case *term.Tuple:
		name, n, ok := nameAndNode(t)
		if !ok {
			return Sent, Badarg
		}
		if n == vm.Node() {
			if q := vm.whereis(name); q != nil {
				if port := q.port(); port != nil {
					return p.sendPort(port, msg, o.Nosuspend)
				}
				q.deliver(msg, p.here())
			}
			return Sent, nil
		}
		node, to = n, name
	case *term.Ref:
		if vm.isLocalRef(t) {
			if q := vm.aliasProcess(t); q != nil {
				q.postSignal(&aliasMessage{ref: t, body: msg, priority: o.Priority}, p.here())
			}
			return Sent, nil
		}
		node = t.Node
	case *term.Port:
		if !vm.IsLocalPort(t) {
			return Sent, Badarg
		}
		if port := vm.Port(t); port != nil {
			return p.sendPort(port, msg, o.Nosuspend)
		}
		return Sent, nil
	default:
		return Sent, Badarg
	}
	if d := vm.ident.Load().dist; o.Noconnect && (d == nil || !d.Connected(node)) {
		return SendNoConnect, nil
	}
	wait, _ := vm.sendForeign(node, &Message{From: &p.self, To: to, Body: msg, Priority: o.Priority}, p, o.Noconnect)
	if wait == nil {
		return Sent, nil
	}
	if o.Nosuspend {
		return SendNoSuspend, nil
	}
	return Sent, p.await(wait, msg)
}

// await suspends p until wait has returned; the result is v.
func (p *Process) await(wait func(), v term.Term) *Suspension {
	s := p.Suspend()
	s.result, s.busy = v, true
	go func() { wait(); s.Resume(nil, nil) }()
	return s
}

// sendForeign hands a signal of p over for another node, and suspends p
// while the connection is busy.
func (p *Process) sendForeign(node term.Atom, sig Signal) error {
	if wait, _ := p.vm.sendForeign(node, sig, p, false); wait != nil {
		return p.await(wait, term.True)
	}
	return nil
}

// Send sends a message from outside any process: to a pid, a registered name
// or {Name, Node}. It does not block.
func (vm *VM) Send(to, msg term.Term) {
	switch t := to.(type) {
	case *term.Pid:
		if vm.isLocalPid(t) {
			if q := vm.lookup(t); q != nil {
				q.post(&envelope{body: msg}, nil)
			}
			return
		}
		vm.sendForeign(t.Node, &Message{To: t, Body: msg}, nil, false)
	case term.Atom:
		if q := vm.whereis(t); q != nil {
			q.post(&envelope{body: msg}, nil)
		}
	case *term.Ref:
		if vm.isLocalRef(t) {
			if q := vm.aliasProcess(t); q != nil {
				q.postSignal(&aliasMessage{ref: t, body: msg}, nil)
			}
			return
		}
		vm.sendForeign(t.Node, &Message{To: t, Body: msg}, nil, false)
	case *term.Tuple:
		if name, node, ok := nameAndNode(t); ok {
			if node == vm.Node() {
				vm.Send(name, msg)
			} else {
				vm.sendForeign(node, &Message{To: name, Body: msg}, nil, false)
			}
		}
	}
}
