package vm

import (
	"time"

	"ersh/runtime/term"
)

// OnExit has fn called for every process that ends, as that process, after
// its names are gone and before its links and monitors fire. It is for owners
// of resources outside the VM (ETS tables), and to be called before any
// process runs.
func (vm *VM) OnExit(fn func(p *Process)) { vm.exitHooks = append(vm.exitHooks, fn) }

// terminate ends the process with exitReason.
func (p *Process) terminate() {
	vm, w := p.vm, p.here()
	p.exiting = true
	reason := p.exitReason
	if reason == nil {
		reason = term.Normal
	}
	if p.crashed {
		vm.reportCrash(p, reason)
	}
	p.traceEvent(TraceProcs, term.ExitAtom, reason)
	p.unregister()
	p.stopReceiveTimer()
	vm.timers.dropAll(p)
	for _, fn := range vm.exitHooks {
		fn(p)
	}
	// From here on senders see that the process has ended; what came before
	// gets its answers.
	rest := p.inbox.Swap(closedInbox)
	p.state.Store(stateDead)
	vm.table.remove(p)
	x := p.more
	p.messages, p.timer, p.waitFor, p.more = mailbox{}, nil, nil, nil
	p.exitReason, p.leader = nil, nil
	if w == nil || w.far.Load() != farTaken {
		p.execState = execState{}
	}

	if x != nil {
		for i := range x.suspending.items {
			s := &x.suspending.items[i].val
			vm.resumeSuspended(w, s.pid, &p.self, s.count)
		}
		for i := range x.links.items {
			if l := &x.links.items[i].val; l.unlinking == 0 {
				vm.signal(w, l.pid, &LinkExit{From: &p.self, To: l.pid, Reason: reason})
			}
		}
		for i := range x.watchers.items {
			m := &x.watchers.items[i].val
			var from term.Term = &p.self
			if !m.name.IsZero() {
				from = m.name
			}
			vm.signal(w, m.from, &Down{From: from, To: m.from, Ref: m.ref, Reason: reason})
		}
		for i := range x.monitors.items {
			m := &x.monitors.items[i].val
			if !m.node.IsZero() {
				var target term.Term = m.pid
				if m.pid == nil {
					target = m.target.(*term.Tuple).Elems[0]
				}
				vm.sendForeign(m.node, &Demonitor{From: &p.self, Target: target, Ref: m.ref}, nil, true)
			} else if m.pid != nil {
				if t := vm.lookup(m.pid); t != nil {
					t.postSignal(&Demonitor{From: &p.self, Target: m.pid, Ref: m.ref}, w)
				}
			}
		}
		for _, r := range x.requests {
			r.s.resumeFrom(w, r.missing, r.gone)
		}
		vm.leaveNodes(p, x.nodes)
	}
	var list *envelope
	for e := rest; e != nil; {
		e, e.next, list = e.next, list, e
	}
	for e := list; e != nil; e = e.next {
		if c, ok := e.body.(*control); ok {
			vm.undeliverable(c.sig, w)
		}
	}
}

var (
	aLogger      = term.A("logger")
	aLog         = term.A("log")
	aErrorLogger = term.A("error_logger")
)

// reportCrash sends the event of a crashed process to the logger.
func (vm *VM) reportCrash(p *Process, reason term.Term) {
	if node := vm.Node(); node != term.NoNode {
		vm.log(p, term.ErrorAtom, "Error in process ~p on node ~p with exit value:~n~p~n", []term.Term{&p.self, node, reason})
		return
	}
	vm.log(p, term.ErrorAtom, "Error in process ~p with exit value:~n~p~n", []term.Term{&p.self, reason})
}

// LogError sends an error event of the VM's own to the logger.
func (p *Process) LogError(format string, args ...term.Term) {
	p.vm.log(p, term.ErrorAtom, format, args)
}

// log sends an event of the VM's own to the logger process, in the shape in
// which erl's does.
func (vm *VM) log(p *Process, level term.Atom, format string, args []term.Term) {
	logger := vm.whereis(aLogger)
	if logger == nil {
		return
	}
	var tag term.Term = level
	if level == aWarning {
		tag = term.A("warning_msg")
	}
	meta := term.MapOf(
		term.A("pid"), &p.self, term.A("gl"), p.leader,
		term.A("time"), term.MakeInt(time.Now().UnixMicro()),
		aErrorLogger, term.MapOf(term.A("emulator"), term.True, aTag, tag),
	)
	msg := term.T(aLog, level, term.String(format), term.List(args...), meta)
	logger.post(&envelope{body: msg}, p.here())
}
