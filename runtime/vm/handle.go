package vm

import "ersh/runtime/term"

// The signals that only travel inside a node.
type (
	// aliasMessage is a message sent to an alias of the process.
	aliasMessage struct {
		ref      *term.Ref
		body     term.Term
		priority bool
	}
	// askSignal has the process answer a question: see Process.Ask.
	askSignal struct {
		s       *Suspension
		missing term.Term
		gone    error // instead of missing, if not nil
		fn      func(t *Process) (term.Term, error)
		// now: answered in the signal's place; otherwise at the end of the
		// turn, when the execution state is in the struct.
		now bool
	}
	// tellSignal runs fn as the process.
	tellSignal struct{ fn func(t *Process) }
	// resumeSignal brings the result of a Suspension.
	resumeSignal struct {
		s   *Suspension
		v   term.Term
		err error
	}
	// timeoutSignal says that the receive timer due at that time has fired.
	timeoutSignal struct{ due int64 }
	// nodeDownSignal: the connection with node is lost. It concerns what was
	// set up in epochs up to epoch.
	nodeDownSignal struct {
		node  term.Atom
		epoch uint64
	}
	// fromNode is a signal from a foreign node that sets up a relation, in
	// the given epoch of the connection with it.
	fromNode struct {
		epoch uint64
		sig   Signal
	}
)

func (*aliasMessage) signal()   {}
func (*askSignal) signal()      {}
func (*tellSignal) signal()     {}
func (*resumeSignal) signal()   {}
func (*timeoutSignal) signal()  {}
func (*nodeDownSignal) signal() {}
func (*fromNode) signal()       {}

// handle does what a signal says; the process is its owner's.
func (p *Process) handle(sig Signal) {
	switch s := sig.(type) {
	case *Message:
		p.addMessage(s.Body, false)
	case *aliasMessage:
		if priority, ok := p.useAlias(s.ref); ok {
			p.addMessage(s.body, priority && s.priority)
		}
	case *Link:
		p.handleLink(s, 0)
	case *Unlink:
		p.handleUnlink(s)
	case *UnlinkAck:
		p.handleUnlinkAck(s)
	case *LinkExit:
		p.handleLinkExit(s.From, s.Reason)
	case *Exit:
		p.handleExit(s)
	case *Monitor:
		p.handleMonitor(s, 0)
	case *Demonitor:
		if p.more != nil {
			p.more.watchers.remove(p.vm.refKey(s.Ref))
		}
	case *Down:
		p.handleDown(s)
	case *GroupLeader:
		p.leader = s.Leader
	case *SpawnReply:
		p.handleSpawnReply(s)
	case *fromNode:
		switch s2 := s.sig.(type) {
		case *Link:
			p.handleLink(s2, s.epoch)
		case *Monitor:
			p.handleMonitor(s2, s.epoch)
		}
	case *askSignal:
		if s.now {
			v, err := s.fn(p)
			s.s.resumeFrom(p.here(), v, err)
		} else {
			p.ext().requests = append(p.ext().requests, s)
		}
	case *tellSignal:
		s.fn(p)
	case *resumeSignal:
		if !s.s.done {
			s.s.done, s.s.value, s.s.err = true, s.v, s.err
		}
	case *timeoutSignal:
		if p.timer != nil && p.timer.due.Load() == s.due {
			p.timedOut = true
		}
	case *nodeDownSignal:
		p.handleNodeDown(s)
	}
}

// undeliverable answers a signal for a process that has ended, where its
// sender waits for an answer.
func (vm *VM) undeliverable(sig Signal, w *worker) {
	switch s := sig.(type) {
	case *Link:
		vm.signal(w, s.From, &LinkExit{From: s.To, To: s.From, Reason: term.Noproc})
	case *Unlink:
		vm.signal(w, s.From, &UnlinkAck{ID: s.ID, From: s.To, To: s.From})
	case *Monitor:
		vm.signal(w, s.From, &Down{From: s.Target, To: s.From, Ref: s.Ref, Reason: term.Noproc})
	case *fromNode:
		vm.undeliverable(s.sig, w)
	case *askSignal:
		s.s.resumeFrom(w, s.missing, s.gone)
	case *SpawnReply:
		// The process that was to be linked has lost its parent.
		if pid, ok := s.Result.(*term.Pid); ok && s.Linked {
			vm.signal(w, pid, &LinkExit{From: s.To, To: pid, Reason: term.Noproc})
		}
	}
}

// signal sends sig to the process of a pid, here or on another node.
func (vm *VM) signal(w *worker, to *term.Pid, sig Signal) {
	if vm.isLocalPid(to) {
		if p := vm.lookup(to); p == nil || !p.postSignal(sig, w) {
			vm.undeliverable(sig, w)
		}
		return
	}
	vm.sendForeign(to.Node, sig, nil, false)
}

// Ask has target answer a question about itself: fn runs as target, between
// two of its turns, after every signal that p sent it before. The caller
// returns the result of Ask as its own; where there is no such process it is
// missing.
func (p *Process) Ask(target *term.Pid, missing term.Term, fn func(t *Process) (term.Term, error)) (term.Term, error) {
	return p.ask(target, missing, fn, false)
}

// askOr is Ask, answered in the signal's place, with an error where there is no
// such process.
func (p *Process) askOr(target *term.Pid, gone error, fn func(t *Process) (term.Term, error)) (term.Term, error) {
	return p.question(target, &askSignal{gone: gone, fn: fn, now: true})
}

func (p *Process) ask(target *term.Pid, missing term.Term, fn func(t *Process) (term.Term, error), now bool) (term.Term, error) {
	return p.question(target, &askSignal{missing: missing, fn: fn, now: now})
}

func (p *Process) question(target *term.Pid, a *askSignal) (term.Term, error) {
	t := p.vm.lookup(target)
	if t == p {
		return a.fn(p)
	}
	if t == nil {
		return a.missing, a.gone
	}
	a.s = p.Suspend()
	if !t.postSignal(a, p.here()) {
		p.waitFor = nil
		return a.missing, a.gone
	}
	return nil, a.s
}

// answerRequests answers the questions put off to the end of the turn.
func (p *Process) answerRequests() {
	p.answering = true
	defer func() { p.answering = false }()
	for len(p.more.requests) > 0 && !p.exiting {
		r := p.more.requests[0]
		p.more.requests = p.more.requests[1:]
		v, err := r.fn(p)
		r.s.resumeFrom(p.here(), v, err)
	}
}
