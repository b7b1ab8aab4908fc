package vm

import "ersh/runtime/term"

// monitor is a monitor that the process has set.
type monitor struct {
	ref *term.Ref
	// target is what the DOWN message names: a pid or {Name, Node}.
	target term.Term
	pid    *term.Pid // the process, where known
	node   term.Atom // of a foreign target
	kind   term.Atom // process or port
	tag    term.Term // in place of 'DOWN', if not nil
	epoch  uint64
	// priority is that of the message.
	priority bool
}

// watcher is a monitor that another process has set on this one.
type watcher struct {
	from  *term.Pid
	ref   *term.Ref
	name  term.Atom // if set by name
	epoch uint64
}

// aliasState is an alias that takes messages.
type aliasState struct {
	ends     aliasEnd
	priority bool // takes priority messages
}

// aliasEnd says when an alias ends.
type aliasEnd uint8

const (
	aliasExplicit  aliasEnd = iota // by unalias only
	aliasDemonitor                 // with its monitor
	aliasReply                     // with its monitor, or at the first message
)

// MonitorOptions are those of erlang:monitor/3.
type MonitorOptions struct {
	Alias    term.Atom // zero, explicit_unalias, demonitor, reply_demonitor
	Tag      term.Term // nil: 'DOWN'
	Priority bool
}

var (
	aProcess         = term.A("process")
	aPort            = term.A("port")
	aNoconnection    = term.A("noconnection")
	aExplicitUnalias = term.A("explicit_unalias")
	aDemonitor       = term.A("demonitor")
	aReplyDemonitor  = term.A("reply_demonitor")
)

// Monitor is erlang:monitor(process, Target, Options). The error may be a
// Suspension, whose result is the reference.
func (p *Process) Monitor(target term.Term, o MonitorOptions) (term.Term, error) {
	ref := p.newMonitorRef(o)
	m := monitor{ref: ref, target: target, kind: aProcess, tag: o.Tag, priority: o.Priority}
	var node, name term.Atom
	switch t := target.(type) {
	case *term.Pid:
		if !p.vm.isLocalPid(t) {
			node = t.Node
		}
		m.pid = t
	case term.Atom:
		name = t
		m.target = term.T(t, p.vm.Node())
	case *term.Tuple:
		var ok bool
		if name, node, ok = nameAndNode(t); !ok {
			return nil, Badarg
		}
		if node == p.vm.Node() {
			node = term.Atom{}
		} else if p.vm.Distribution() == nil {
			return nil, Badarg
		}
	default:
		return nil, Badarg
	}
	x := p.ext()
	p.addAlias(ref, o.Alias)
	key := p.vm.refKey(ref)
	if !node.IsZero() {
		m.node = node
		m.epoch = p.vm.joinNode(p, node)
		x.monitors.put(key, m)
		var wire term.Term = name
		if m.pid != nil {
			wire = m.pid
		}
		return p.finish(ref, p.sendForeign(node, &Monitor{From: &p.self, Target: wire, Ref: ref}))
	}
	if m.pid == nil {
		if t := p.vm.whereis(name); t != nil && t.port() == nil {
			m.pid = &t.self
		}
	} else if p.vm.lookup(m.pid) == p {
		return ref, nil // of itself: never fires
	}
	x.monitors.put(key, m)
	sig := &Monitor{From: &p.self, Target: m.target, Ref: ref}
	if m.pid == nil {
		p.vm.undeliverable(sig, p.here())
	} else {
		p.vm.signal(p.here(), m.pid, sig)
	}
	return ref, nil
}

// MonitorPort is erlang:monitor(port, Target, Options).
func (p *Process) MonitorPort(target term.Term, o MonitorOptions) (term.Term, error) {
	var port *Port
	switch t := target.(type) {
	case *term.Port:
		if !p.vm.IsLocalPort(t) {
			return nil, Badarg
		}
		port = p.vm.Port(t)
	case term.Atom:
		port = p.vm.Port(t)
		target = term.T(t, p.vm.Node())
	case *term.Tuple:
		name, node, ok := nameAndNode(t)
		if !ok || node != p.vm.Node() {
			return nil, Badarg
		}
		port = p.vm.Port(name)
	default:
		return nil, Badarg
	}
	ref := p.newMonitorRef(o)
	m := monitor{ref: ref, target: target, kind: aPort, tag: o.Tag, priority: o.Priority}
	p.addAlias(ref, o.Alias)
	if port == nil {
		p.ext().monitors.put(p.vm.refKey(ref), m)
		p.vm.signal(p.here(), &p.self, &Down{From: target, To: &p.self, Ref: ref, Reason: term.Noproc})
		return ref, nil
	}
	m.pid = &port.n.p.self
	p.ext().monitors.put(p.vm.refKey(ref), m)
	p.vm.signal(p.here(), m.pid, &Monitor{From: &p.self, Target: m.pid, Ref: ref})
	return ref, nil
}

// Demonitor is erlang:demonitor/2; found is false if there was no such monitor.
func (p *Process) Demonitor(ref *term.Ref, flush bool) (found bool) {
	key := p.vm.refKey(ref)
	if p.more != nil {
		var m monitor
		if m, found = p.more.monitors.remove(key); found {
			sig := &Demonitor{From: &p.self, Target: m.target, Ref: ref}
			switch {
			case !m.node.IsZero():
				if t, ok := m.target.(*term.Tuple); ok {
					sig.Target = t.Elems[0]
				}
				p.vm.sendForeign(m.node, sig, p, true)
			case m.pid != nil:
				if t := p.vm.lookup(m.pid); t != nil {
					t.postSignal(sig, p.here())
				}
			}
		}
		if a := p.more.aliases.get(key); a != nil && a.ends != aliasExplicit {
			p.more.aliases.remove(key)
		}
	}
	if flush && !found {
		p.takeSignals()
		p.removeMessages(1, func(msg term.Term) bool {
			t, ok := msg.(*term.Tuple)
			if !ok || len(t.Elems) != 5 {
				return false
			}
			r, ok := t.Elems[1].(*term.Ref)
			return ok && p.vm.refKey(r) == key
		})
	}
	return found
}

func (p *Process) handleMonitor(s *Monitor, epoch uint64) {
	w := watcher{from: s.From, ref: s.Ref, epoch: epoch}
	switch t := s.Target.(type) {
	case term.Atom:
		w.name = t
	case *term.Tuple:
		w.name, _, _ = nameAndNode(t)
	}
	if epoch != 0 {
		p.noteNode(s.From.Node)
	}
	p.ext().watchers.put(p.vm.refKey(s.Ref), w)
}

func (p *Process) handleDown(s *Down) {
	if p.more == nil {
		return
	}
	key := p.vm.refKey(s.Ref)
	m, ok := p.more.monitors.remove(key)
	if !ok {
		return
	}
	if a := p.more.aliases.get(key); a != nil && a.ends != aliasExplicit {
		p.more.aliases.remove(key)
	}
	p.addMessage(m.down(s.Reason), m.priority)
}

// down is the message of a monitor that has fired.
func (m *monitor) down(reason term.Term) term.Term {
	var tag term.Term = term.DOWN
	if m.tag != nil {
		tag = m.tag
	}
	return term.T(tag, m.ref, m.kind, m.target, reason)
}

// nameAndNode takes {Name, Node} apart.
func nameAndNode(t *term.Tuple) (name, node term.Atom, ok bool) {
	if len(t.Elems) != 2 {
		return
	}
	name, ok = t.Elems[0].(term.Atom)
	if ok {
		node, ok = t.Elems[1].(term.Atom)
	}
	return
}
