package dist

import (
	"slices"
	"sync"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var (
	aNodeup        = term.A("nodeup")
	aNodedown      = term.A("nodedown")
	aNodeType      = term.A("node_type")
	aVisible       = term.A("visible")
	aHidden        = term.A("hidden")
	aAll           = term.A("all")
	aNodedownCause = term.A("nodedown_reason")
	aConnectionID  = term.A("connection_id")
)

// subscription is one way of wanting to know of nodes that come and go.
type subscription struct {
	bare   bool // {nodeup, Node} without a third element
	asMap  bool
	kind   term.Atom // visible, hidden, all; zero: visible, untold
	reason bool
	id     bool
}

// watchers are the processes that have called net_kernel:monitor_nodes. Each
// subscription counts: who subscribed twice is told twice.
type watchers struct {
	mu    sync.Mutex
	procs map[*vm.Process]*watcher
	order []*watcher
}

type watcher struct {
	proc *vm.Process
	subs []subscription
}

func (w *watchers) init() { w.procs = make(map[*vm.Process]*watcher) }

// add subscribes p.
func (w *watchers) add(p *vm.Process, s subscription) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.procs[p]
	if x == nil {
		x = &watcher{proc: p}
		w.procs[p] = x
		w.order = append(w.order, x)
	}
	// The messages of equal subscriptions come one after the other.
	at := len(x.subs)
	for i, o := range x.subs {
		if o == s {
			at = i + 1
		}
	}
	x.subs = slices.Insert(x.subs, at, s)
}

// drop takes all subscriptions of that form back.
func (w *watchers) drop(p *vm.Process, s subscription) {
	w.mu.Lock()
	defer w.mu.Unlock()
	x := w.procs[p]
	if x == nil {
		return
	}
	var rest []subscription
	for _, o := range x.subs {
		if o != s {
			rest = append(rest, o)
		}
	}
	if x.subs = rest; len(rest) == 0 {
		w.forgetLocked(p)
	}
}

// forget is called when a process ends.
func (w *watchers) forget(p *vm.Process) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.procs[p] != nil {
		w.forgetLocked(p)
	}
}

func (w *watchers) forgetLocked(p *vm.Process) {
	x := w.procs[p]
	delete(w.procs, p)
	for i, o := range w.order {
		if o == x {
			w.order = append(w.order[:i], w.order[i+1:]...)
			break
		}
	}
}

// event is a node's coming or going.
type event struct {
	up     bool
	node   term.Atom
	hidden bool
	id     uint64
	reason term.Term
}

// message is what a subscriber gets; nil if it does not want it.
func (s *subscription) message(e event) term.Term {
	tag := aNodedown
	if e.up {
		tag = aNodeup
	}
	kind := aVisible
	if e.hidden {
		kind = aHidden
	}
	if s.kind.IsZero() && e.hidden || !s.kind.IsZero() && s.kind != aAll && s.kind != kind {
		return nil
	}
	if s.bare {
		return term.T(tag, e.node)
	}
	var info []term.Term
	if s.reason && !e.up {
		info = append(info, term.T(aNodedownCause, e.reason))
	}
	if s.id {
		info = append(info, term.T(aConnectionID, term.MakeUint(e.id)))
	}
	if !s.kind.IsZero() || s.asMap {
		info = append(info, term.T(aNodeType, kind))
	}
	if !s.asMap {
		return term.T(tag, e.node, term.List(info...))
	}
	var kvs []term.Term
	for _, t := range info {
		kvs = append(kvs, t.(*term.Tuple).Elems...)
	}
	return term.T(tag, e.node, term.MapOf(kvs...))
}

func (w *watchers) tell(m *vm.VM, e event) {
	type letter struct {
		to  *term.Pid
		msg term.Term
	}
	var letters []letter
	w.mu.Lock()
	for _, x := range w.order {
		for i := range x.subs {
			if msg := x.subs[i].message(e); msg != nil {
				letters = append(letters, letter{x.proc.Pid(), msg})
			}
		}
	}
	w.mu.Unlock()
	for _, l := range letters {
		m.Send(l.to, l.msg)
	}
}

// announce tells of a connection that is up or has ended.
func (n *Network) announce(up bool, c *conn, reason term.Term) {
	n.watchers.tell(n.vm, event{up, c.peer, c.hidden, c.id, reason})
}

// announceSelf tells that the VM has become a node, or is none any more.
func (n *Network) announceSelf(up bool, node *Node) {
	name, _ := node.identity()
	if name != term.NoNode {
		n.watchers.tell(n.vm, event{up: up, node: name, reason: aKernelTerminated})
	}
}
