package vm

import (
	"sync"

	"ersh/runtime/term"
)

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
	// loss of a connection means for the signal (noconnection). from is nil
	// for signals of the VM's own and of processes that have ended.
	//
	// A connection that was begun and fails is reported by NodeDown, as one
	// that is lost. NodeDown for a connection comes before NodeUp of the next.
	Send(node term.Atom, sig Signal, from *Process, noconnect bool) (wait func(), ok bool)
	// Connected reports whether there is a connection, established or begun.
	Connected(node term.Atom) bool
	// Connect connects with a node, if that is not so already, and blocks
	// until it is done or has failed.
	Connect(node term.Atom) bool
}

// nodeIdent is who the node is.
type nodeIdent struct {
	name     term.Atom
	creation uint32
	dist     Distribution
}

// Node is the node's name, nonode@nohost while it is not distributed.
func (vm *VM) Node() term.Atom { return vm.ident.Load().name }

// Creation tells this life of the node from earlier ones of the same name.
func (vm *VM) Creation() uint32 { return vm.ident.Load().creation }

// Distribution is what SetDistribution set, or nil.
func (vm *VM) Distribution() Distribution { return vm.ident.Load().dist }

// SetDistribution makes the VM a node called name with the given creation; all
// pids, ports and refs made from now on carry them, and those made before are
// to be encoded with them (see External). A nil d takes it back.
func (vm *VM) SetDistribution(name term.Atom, creation uint32, d Distribution) {
	if d == nil {
		vm.ident.Store(&nodeIdent{name: term.NoNode})
		return
	}
	vm.ident.Store(&nodeIdent{name, creation, d})
}

// NodeOf gives the node of a pid, port or reference as erlang:node/1 shows it:
// those made here before the node got its name belong to it too.
func (vm *VM) NodeOf(node term.Atom, creation uint32) (term.Atom, uint32) {
	if id := vm.ident.Load(); node == term.NoNode {
		return id.name, id.creation
	}
	return node, creation
}

// nodeBooks says which processes have to do with which foreign nodes.
//
// Each loss of a connection begins a new epoch. A link or monitor remembers the
// epoch it was made in, and a nodeDownSignal ends those of its epoch and before,
// not what a process has set up over the next connection already.
type nodeBooks struct {
	mu    sync.Mutex
	nodes map[term.Atom]*nodeBook
}

type nodeBook struct {
	epoch    uint64 // from 1
	procs    map[*Process]struct{}
	watching map[*Process]int // erlang:monitor_node
	up       bool
	hidden   bool
	id       uint64 // of the connection
}

func (b *nodeBooks) get(node term.Atom) *nodeBook {
	k := b.nodes[node]
	if k == nil {
		if b.nodes == nil {
			b.nodes = make(map[term.Atom]*nodeBook)
		}
		k = &nodeBook{epoch: 1, procs: make(map[*Process]struct{})}
		b.nodes[node] = k
	}
	return k
}

// joinNode enters p, whose owner calls, into the node's book and gives the
// epoch.
func (vm *VM) joinNode(p *Process, node term.Atom) uint64 {
	epoch := vm.enterBook(p, node)
	p.noteNode(node)
	return epoch
}

func (vm *VM) enterBook(p *Process, node term.Atom) uint64 {
	vm.books.mu.Lock()
	defer vm.books.mu.Unlock()
	b := vm.books.get(node)
	b.procs[p] = struct{}{}
	return b.epoch
}

// noteNode remembers that the process is in the node's book.
func (p *Process) noteNode(node term.Atom) {
	x := p.ext()
	for _, n := range x.nodes {
		if n == node {
			return
		}
	}
	x.nodes = append(x.nodes, node)
}

// leaveNodes takes a process that has ended out of the books.
func (vm *VM) leaveNodes(p *Process, nodes []term.Atom) {
	if len(nodes) == 0 {
		return
	}
	vm.books.mu.Lock()
	defer vm.books.mu.Unlock()
	for _, n := range nodes {
		if b := vm.books.nodes[n]; b != nil {
			delete(b.procs, p)
			delete(b.watching, p)
		}
	}
}

// sendForeign hands a signal over for another node. Where that is impossible
// the sender gets what the loss of the connection would have brought.
func (vm *VM) sendForeign(node term.Atom, sig Signal, from *Process, noconnect bool) (wait func(), ok bool) {
	if d := vm.ident.Load().dist; d != nil {
		if wait, ok = d.Send(node, sig, from, noconnect); ok {
			return wait, true
		}
	}
	switch s := sig.(type) {
	case *Link:
		vm.signal(nil, s.From, &LinkExit{From: s.To, To: s.From, Reason: aNoconnection})
	case *Unlink:
		vm.signal(nil, s.From, &UnlinkAck{ID: s.ID, From: s.To, To: s.From})
	case *Monitor:
		vm.signal(nil, s.From, &Down{From: s.Target, To: s.From, Ref: s.Ref, Reason: aNoconnection})
	case *SpawnRequest:
		vm.signal(nil, s.From, &SpawnReply{Ref: s.Ref, To: s.From, Result: aNoconnection})
	}
	return nil, false
}

// Deliver takes a signal that has come from a connected node. It never blocks
// and never panics, whatever the signal says; signals of one sender are
// delivered in the order of the calls.
func (vm *VM) Deliver(from term.Atom, sig Signal) { vm.deliver(sig, nil) }

// deliver delivers for w, the worker that a Courier has, or nil.
func (vm *VM) deliver(sig Signal, w *worker) {
	switch s := sig.(type) {
	case *Message:
		if s.Body != nil {
			vm.deliverMessage(s, w)
		}
	case *Link:
		vm.deliverRelation(s.From, s.To, s, w)
	case *Unlink:
		vm.deliverTo(s.From, s.To, s, w)
	case *UnlinkAck:
		vm.deliverTo(s.From, s.To, s, w)
	case *LinkExit:
		if s.Reason != nil {
			vm.deliverTo(s.From, s.To, s, w)
		}
	case *Exit:
		if s.Reason == nil {
			return
		}
		switch to := s.To.(type) {
		case *term.Pid:
			vm.deliverTo(s.From, to, s, w)
		case *term.Ref:
			if p := vm.aliasProcess(to); p != nil && s.From != nil && !vm.isLocalPid(s.From) {
				p.postSignal(s, w)
			}
		}
	case *GroupLeader:
		if s.Leader != nil {
			vm.deliverAnswer(s.To, s, w) // the control message does not say who sent it
		}
	case *Down:
		if s.Ref != nil && s.Reason != nil {
			vm.deliverAnswer(s.To, s, w)
		}
	case *SpawnReply:
		if s.Ref != nil && s.Result != nil {
			vm.deliverAnswer(s.To, s, w)
		}
	case *Monitor:
		if s.Ref == nil || s.From == nil {
			return
		}
		switch t := s.Target.(type) {
		case *term.Pid:
			vm.deliverRelation(s.From, t, s, w)
		case term.Atom:
			if p := vm.whereis(t); p != nil {
				vm.deliverRelation(s.From, &p.self, s, w)
			} else if !vm.isLocalPid(s.From) {
				vm.undeliverable(s, w)
			}
		}
	case *Demonitor:
		if s.Ref == nil {
			return
		}
		switch t := s.Target.(type) {
		case *term.Pid:
			vm.deliverAnswer(t, s, w)
		case term.Atom:
			if p := vm.whereis(t); p != nil {
				p.postSignal(s, w)
			}
		}
	case *SpawnRequest:
		vm.deliverSpawn(s, w)
	}
}

func (vm *VM) deliverMessage(s *Message, w *worker) {
	switch t := s.To.(type) {
	case *term.Pid:
		if p := vm.lookup(t); p != nil {
			p.deliver(s.Body, w)
		}
	case term.Atom:
		if p := vm.whereis(t); p != nil {
			p.deliver(s.Body, w)
		}
	case *term.Ref:
		if p := vm.aliasProcess(t); p != nil {
			p.postSignal(&aliasMessage{ref: t, body: s.Body, priority: s.Priority}, w)
		}
	}
}

// deliverTo delivers a signal from a pid of another node to one of this.
func (vm *VM) deliverTo(from, to *term.Pid, sig Signal, w *worker) {
	if from != nil && !vm.isLocalPid(from) {
		vm.deliverAnswer(to, sig, w)
	}
}

// deliverAnswer delivers a signal to a pid of this node.
func (vm *VM) deliverAnswer(to *term.Pid, sig Signal, w *worker) {
	if to == nil || !vm.isLocalPid(to) {
		return
	}
	if p := vm.lookup(to); p == nil || !p.postSignal(sig, w) {
		vm.undeliverable(sig, w)
	}
}

// deliverRelation delivers a Link or Monitor, with the epoch that it belongs to.
func (vm *VM) deliverRelation(from, to *term.Pid, sig Signal, w *worker) {
	if from == nil || to == nil || vm.isLocalPid(from) || !vm.isLocalPid(to) {
		return
	}
	p := vm.lookup(to)
	if p == nil {
		vm.undeliverable(sig, w)
		return
	}
	epoch := vm.enterBook(p, from.Node)
	if !p.postSignal(&fromNode{epoch: epoch, sig: sig}, w) {
		vm.leaveNodes(p, []term.Atom{from.Node})
		vm.undeliverable(sig, w)
	}
}

// NodeUp and NodeDown tell the VM that a connection is established or lost.
// NodeDown sends noconnection to every link and monitor with that node, and
// {nodedown, Node} to those who asked by monitor_node.
func (vm *VM) NodeUp(node term.Atom, hidden bool, id uint64) {
	vm.books.mu.Lock()
	defer vm.books.mu.Unlock()
	b := vm.books.get(node)
	b.up, b.hidden, b.id = true, hidden, id
}

var (
	aNodedown = term.A("nodedown")
	aNotalive = term.A("notalive")
)

// NodeDown: see NodeUp. It is to be called after the last Deliver of the
// connection. forget is called in the instant in which the connection is none any
// more for anybody here: whoever has seen its end in any way, and sends then,
// must not find it again. The messages of net_kernel:monitor_nodes are not its
// business.
func (vm *VM) NodeDown(node term.Atom, forget func()) {
	vm.books.mu.Lock()
	b := vm.books.get(node)
	epoch, procs, watching := b.epoch, b.procs, b.watching
	b.up = false
	b.epoch++
	b.procs, b.watching = make(map[*Process]struct{}), nil
	forget()
	vm.books.mu.Unlock()
	for p := range procs {
		p.postSignal(&nodeDownSignal{node: node, epoch: epoch}, nil)
	}
	for p, n := range watching {
		for range n {
			p.post(&envelope{body: term.T(aNodedown, node)}, nil)
		}
	}
}

// handleNodeDown ends what the process had with a node.
func (p *Process) handleNodeDown(s *nodeDownSignal) {
	x := p.more
	if x == nil {
		return
	}
	for _, t := range append([]tableItem[pidKey, link](nil), x.links.items...) {
		l := t.val
		if t.key.node != s.node || l.epoch > s.epoch {
			continue
		}
		if l.unlinking != 0 {
			x.links.remove(t.key)
		} else {
			p.handleLinkExit(l.pid, aNoconnection)
		}
	}
	for _, t := range append([]tableItem[refKey, monitor](nil), x.monitors.items...) {
		if m := t.val; m.node == s.node && m.epoch <= s.epoch {
			p.handleDown(&Down{Ref: m.ref, Reason: aNoconnection})
		}
	}
	for _, t := range append([]tableItem[refKey, watcher](nil), x.watchers.items...) {
		if w := t.val; w.epoch != 0 && w.from.Node == s.node && w.epoch <= s.epoch {
			x.watchers.remove(t.key)
		}
	}
	for _, t := range append([]tableItem[refKey, spawnWait](nil), x.spawning.items...) {
		if w := t.val; w.node == s.node && w.epoch <= s.epoch {
			p.handleSpawnReply(&SpawnReply{Ref: w.ref, To: &p.self, Result: aNoconnection})
		}
	}
}

// MonitorNode is erlang:monitor_node/2; it connects where need be.
func (p *Process) MonitorNode(node term.Atom, on bool) (term.Term, error) {
	vm := p.vm
	d := vm.Distribution()
	if d == nil {
		return nil, NewError(aNotalive)
	}
	if node == vm.Node() {
		return term.True, nil
	}
	p.noteNode(node)
	vm.books.mu.Lock()
	b := vm.books.get(node)
	if on {
		if b.watching == nil {
			b.watching = make(map[*Process]int)
		}
		b.watching[p]++
	} else if b.watching[p] > 1 {
		b.watching[p]--
	} else {
		delete(b.watching, p)
	}
	up := b.up
	vm.books.mu.Unlock()
	if !on || up {
		return term.True, nil
	}
	failed := func() {
		vm.books.mu.Lock()
		n := b.watching[p]
		if n > 1 {
			b.watching[p]--
		} else {
			delete(b.watching, p)
		}
		vm.books.mu.Unlock()
		if n > 0 {
			p.post(&envelope{body: term.T(aNodedown, node)}, nil)
		}
	}
	return nil, p.Async(func() (term.Term, error) {
		if !d.Connect(node) {
			failed()
		}
		return term.True, nil
	})
}

// Nodes lists the connected nodes, by kind.
func (vm *VM) Nodes() (visible, hidden []term.Atom) {
	vm.books.mu.Lock()
	defer vm.books.mu.Unlock()
	for n, b := range vm.books.nodes {
		switch {
		case b.up && b.hidden:
			hidden = append(hidden, n)
		case b.up:
			visible = append(visible, n)
		}
	}
	return visible, hidden
}

// ConnectionID numbers the connection with a node; 0 if there is none.
func (vm *VM) ConnectionID(node term.Atom) uint64 {
	vm.books.mu.Lock()
	defer vm.books.mu.Unlock()
	if b := vm.books.nodes[node]; b != nil && b.up {
		return b.id
	}
	return 0
}

// KnownNodes lists the nodes that have been connected or addressed.
func (vm *VM) KnownNodes() []term.Atom {
	vm.books.mu.Lock()
	defer vm.books.mu.Unlock()
	var out []term.Atom
	for n := range vm.books.nodes {
		out = append(out, n)
	}
	return out
}
