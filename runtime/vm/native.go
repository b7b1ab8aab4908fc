package vm

import (
	"fmt"
	"sync"

	"ersh/runtime/term"
)

// Native is a process whose body is a Go function: the terminal, a socket,
// an embedder's own. It has a pid, a mailbox, links, monitors, can be
// registered and killed as any other.
//
// Its signals are handled by the schedulers, like every process's; its body
// runs beside them, and takes the process's lock for what concerns its state.
type Native struct {
	mu    sync.Mutex // owns p
	p     *Process
	queue []term.Term
	ended bool
	ready chan struct{} // holds one token while queue may be non-empty
	done  chan struct{}
	port  *Port // whose inside this is, if it is a port's
}

// Pid is the native's pid.
func (n *Native) Pid() *term.Pid { return &n.p.self }

// Process is the native's process, for sending from the body's own goroutine
// only. Everything else goes through Do.
func (n *Native) Process() *Process { return n.p }

// Do runs fn as the process: fn may link, monitor, set flags and so on. ok is
// false, and fn is not run, once the process has ended.
func (n *Native) Do(fn func(p *Process)) (ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ended {
		return false
	}
	fn(n.p)
	if n.p.exiting {
		// The signals that fn handled end the process: in its next turn.
		n.p.wake(nil)
	}
	return true
}

// SpawnNative starts body in a goroutine of its own; the process ends with the
// reason that body returns (nil: normal). When the process is killed or gets
// an exit signal, Receive returns ok false and body is expected to return.
// name is what process_info shows as the function it runs. It gives nil when
// there are too many processes.
func (vm *VM) SpawnNative(name string, body func(n *Native) (reason term.Term)) *term.Pid {
	n := &Native{ready: make(chan struct{}, 1), done: make(chan struct{})}
	p := vm.newProcess(nil)
	if p == nil {
		return nil
	}
	n.p = p
	p.native = n
	fn, err := term.NewAtom(name)
	if err != nil {
		fn = aNative
	}
	p.initial = initialCall{aErsh, fn, 0}
	p.state.Store(stateIdle)
	p.wake(nil)
	go func() {
		reason, crashed := n.call(body)
		p.postSignal(&tellSignal{func(p *Process) { p.crashed = crashed; p.setExit(reason) }}, nil)
	}()
	return &p.self
}

var (
	aErsh   = term.A("ersh")
	aNative = term.A("native")
)

// call runs body; a panic in it is the process's crash.
func (n *Native) call(body func(n *Native) term.Term) (reason term.Term, crashed bool) {
	defer func() {
		if x := recover(); x != nil {
			crashed = true
			reason = term.T(term.A("internal_error"), term.BinaryString(fmt.Sprint(x)))
		}
	}()
	if reason = body(n); reason == nil {
		reason = term.Normal
	}
	return reason, false
}

// turn handles the native's signals and hands the messages to the body.
func (n *Native) turn() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.ended {
		return // by who works at a port
	}
	p := n.p
	for {
		p.state.Store(stateRunning)
		if n.port != nil && !n.settle() {
			return
		}
		p.takeSignals()
		for e := p.messages.head; e != nil; e = e.next {
			n.queue = append(n.queue, e.body)
		}
		p.messages = mailbox{}
		if p.more != nil && len(p.more.requests) > 0 {
			p.answerRequests()
		}
		if p.exiting {
			n.end()
			return
		}
		if len(n.queue) > 0 {
			select {
			case n.ready <- struct{}{}:
			default:
			}
		}
		if p.state.CompareAndSwap(stateRunning, stateIdle) {
			return
		}
	}
}

func (n *Native) end() {
	n.ended = true
	n.queue = nil
	n.p.terminate()
	close(n.done)
}

// Receive waits for the next message; ok is false once the process has ended.
func (n *Native) Receive() (msg term.Term, ok bool) {
	for {
		if msg, ok = n.TryReceive(); ok {
			return msg, true
		}
		select {
		case <-n.ready:
		case <-n.done:
			return nil, false
		}
	}
}

// TryReceive gives the next message if there is one.
func (n *Native) TryReceive() (msg term.Term, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.queue) == 0 {
		return nil, false
	}
	msg = n.queue[0]
	n.queue[0] = nil
	if n.queue = n.queue[1:]; len(n.queue) == 0 {
		n.queue = nil
	} else {
		select {
		case n.ready <- struct{}{}:
		default:
		}
	}
	return msg, true
}

// Ready gets a value when there may be messages for TryReceive, for use in a
// select.
func (n *Native) Ready() <-chan struct{} { return n.ready }

// Done is closed when the process has ended, for use in a select.
func (n *Native) Done() <-chan struct{} { return n.done }
