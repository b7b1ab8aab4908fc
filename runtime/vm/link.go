package vm

import "ersh/runtime/term"

// link is one end of a link. While unlinking is not 0 the link is gone for
// this process, and what the other end sends about it is ignored until its
// UnlinkAck of that number has come.
type link struct {
	pid       *term.Pid
	unlinking uint64
	epoch     uint64
	priority  bool // of the message about its end
}

// Link links p with pid, as erlang:link/2. It may return a Suspension.
func (p *Process) Link(pid *term.Pid, priority bool) error {
	vm := p.vm
	key := vm.pidKey(pid)
	if key == vm.pidKey(&p.self) {
		return nil
	}
	x := p.ext()
	if l := x.links.get(key); l != nil && l.unlinking == 0 {
		l.priority = priority
		return nil
	}
	if vm.isLocalPid(pid) {
		t := vm.lookup(pid)
		if t == nil && !p.trapExit {
			return NewError(term.Noproc)
		}
		x.links.put(key, link{pid: pid, priority: priority})
		p.traceLink(pid)
		vm.signal(p.here(), pid, &Link{From: &p.self, To: pid})
		return nil
	}
	epoch := vm.joinNode(p, pid.Node)
	x.links.put(key, link{pid: pid, epoch: epoch, priority: priority})
	p.traceLink(pid)
	return p.sendForeign(pid.Node, &Link{From: &p.self, To: pid})
}

// Unlink takes the link with pid away, as erlang:unlink/1.
func (p *Process) Unlink(pid *term.Pid) {
	if p.more == nil {
		return
	}
	l := p.more.links.get(p.vm.pidKey(pid))
	if l == nil || l.unlinking != 0 {
		return
	}
	l.unlinking = p.vm.unlinkID.Add(1)
	p.traceEvent(TraceProcs, aUnlink, pid)
	p.vm.signal(p.here(), pid, &Unlink{ID: l.unlinking, From: &p.self, To: pid})
}

func (p *Process) handleLink(s *Link, epoch uint64) {
	key := p.vm.pidKey(s.From)
	x := p.ext()
	if x.links.get(key) != nil {
		return // there already, or an unlink of ours is on its way
	}
	if epoch != 0 {
		p.noteNode(s.From.Node)
	}
	x.links.put(key, link{pid: s.From, epoch: epoch})
	p.traceEvent(TraceProcs, aGettingLink, s.From)
}

func (p *Process) handleUnlink(s *Unlink) {
	if p.more != nil {
		key := p.vm.pidKey(s.From)
		if l := p.more.links.get(key); l != nil && l.unlinking == 0 {
			p.more.links.remove(key)
			p.traceEvent(TraceProcs, aGettingUnlnk, s.From)
		}
	}
	p.vm.signal(p.here(), s.From, &UnlinkAck{ID: s.ID, From: &p.self, To: s.From})
}

func (p *Process) handleUnlinkAck(s *UnlinkAck) {
	if p.more == nil {
		return
	}
	key := p.vm.pidKey(s.From)
	if l := p.more.links.get(key); l != nil && l.unlinking == s.ID {
		p.more.links.remove(key)
	}
}

func (p *Process) handleLinkExit(from *term.Pid, reason term.Term) {
	if p.more == nil {
		return
	}
	key := p.vm.pidKey(from)
	l := p.more.links.get(key)
	if l == nil {
		return
	}
	gone, priority := l.unlinking != 0, l.priority
	p.more.links.remove(key)
	if gone {
		return
	}
	p.traceEvent(TraceProcs, aGettingUnlnk, from)
	if port := p.port(); port != nil {
		port.brokenBy(from, reason)
		return
	}
	switch {
	case p.trapExit:
		p.addMessage(term.T(term.EXIT, p.vm.Seen(from), reason), priority)
	case reason != term.Normal:
		p.setExit(reason)
	}
}

func (p *Process) handleExit(s *Exit) {
	priority := false
	if ref, ok := s.To.(*term.Ref); ok {
		if priority, ok = p.findAlias(ref); !ok {
			return
		}
	}
	switch {
	case s.Reason == term.Kill:
		p.setExit(term.Killed)
	case p.trapExit:
		p.addMessage(term.T(term.EXIT, p.vm.Seen(s.From), s.Reason), priority && s.Priority)
	case s.Reason != term.Normal || s.From == &p.self:
		p.setExit(s.Reason)
	}
}

func (p *Process) setExit(reason term.Term) {
	if !p.exiting {
		p.exiting, p.exitReason = true, reason
	}
}

// SendExit is erlang:exit/3. An exit signal to the process itself takes
// effect at once: the result is then an error that ends the turn.
func (p *Process) SendExit(to term.Term, reason term.Term, priority bool) (term.Term, error) {
	sig := &Exit{From: &p.self, To: to, Reason: reason, Priority: priority}
	var t *Process
	switch to := to.(type) {
	case *term.Pid:
		if !p.vm.isLocalPid(to) {
			return p.finish(term.True, p.sendForeign(to.Node, sig))
		}
		t = p.vm.lookup(to)
	case *term.Ref:
		if !p.vm.isLocalRef(to) {
			return p.finish(term.True, p.sendForeign(to.Node, sig))
		}
		t = p.vm.aliasProcess(to)
	case *term.Port:
		return p.exitPort(to, reason)
	default:
		return nil, Badarg
	}
	if t == nil {
		return term.True, nil
	}
	if t != p {
		t.postSignal(sig, p.here())
		return term.True, nil
	}
	p.takeSignals()
	if !p.exiting {
		p.handle(sig)
	}
	return p.afterSignals(term.True)
}

// afterSignals ends a BIF that has handled signals to its own process.
func (p *Process) afterSignals(v term.Term) (term.Term, error) {
	if p.exiting {
		return nil, &Step{Next: func(*Process) (term.Term, error) { return v, nil }}
	}
	return v, nil
}

// finish gives v as a BIF's result once err, which may be a Suspension for a
// busy connection, is over.
func (p *Process) finish(v term.Term, err error) (term.Term, error) {
	if s, ok := err.(*Suspension); ok {
		s.result = v
		return nil, s
	}
	if err != nil {
		return nil, err
	}
	return v, nil
}
