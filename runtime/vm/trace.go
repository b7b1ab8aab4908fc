package vm

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ersh/runtime/term"
)

// Tracing. A session has its own trace flags for processes and its own patterns
// for functions (breakpoint.go); erlang:trace/3 and its kin work on the base
// session. What a process is traced for is one pointer in it, nil as a rule,
// which is all that an untraced process pays; whoever sets flags replaces the
// whole under the tracer's lock, so that they count at once, whatever the process
// is doing.

// TraceFlags are the flags of erlang:trace/3.
type TraceFlags uint32

// The flags. Of several kinds of timestamps the first is given.
const (
	TraceSend TraceFlags = 1 << iota
	TraceReceive
	TraceProcs
	TraceCall
	TraceReturnTo
	TraceRunning
	TraceArity
	TraceSilent
	TraceGC
	TracePorts
	TraceExiting
	TraceRunningProcs
	TraceRunningPorts
	TraceOnSpawn
	TraceOnFirstSpawn
	TraceOnLink
	TraceOnFirstLink
	TraceTimestamp
	TraceMonotonic
	TraceStrictMonotonic
	TraceTimestamps = TraceTimestamp | TraceMonotonic | TraceStrictMonotonic
)

// TraceSession is a set of flags, patterns and, but for the base session, the
// tracer of them all.
type TraceSession struct {
	Name   term.Atom
	Tracer *term.Pid // nil in the base session, where each process has its own
	Ref    *term.Ref
	// send and receive are the patterns for messages: nil is true.
	send, receive atomic.Pointer[TraceSpec]
	// fresh is what new processes are traced for.
	fresh traced
	over  bool
}

// traced is what a session traces a process for.
type traced struct {
	s      *TraceSession
	flags  TraceFlags
	tracer *term.Pid
}

// tracing is all that a process is traced for. It is never changed.
type tracing struct{ by []traced }

func (t *tracing) of(s *TraceSession) traced {
	if t != nil {
		for _, e := range t.by {
			if e.s == s {
				return e
			}
		}
	}
	return traced{s: s}
}

// tracer is the VM's book of sessions.
type tracer struct {
	mu       sync.Mutex
	base     TraceSession
	sessions []*TraceSession
	fresh    atomic.Bool // some session traces new processes
	globals  map[*export]*breakpoint
	natives  map[*export]*breakpoint
	strict   atomic.Int64
}

// BaseSession is the session of erlang:trace/3 and its kin.
func (vm *VM) BaseSession() *TraceSession { return &vm.trace.base }

// NewTraceSession makes a session.
func (vm *VM) NewTraceSession(name term.Atom, tracer *term.Pid) *TraceSession {
	s := &TraceSession{Name: name, Tracer: tracer, Ref: vm.MakeRef()}
	vm.trace.mu.Lock()
	defer vm.trace.mu.Unlock()
	vm.trace.sessions = append(vm.trace.sessions, s)
	return s
}

// TraceSessions lists the sessions but for the base one, the newest first.
func (vm *VM) TraceSessions() []*TraceSession {
	vm.trace.mu.Lock()
	defer vm.trace.mu.Unlock()
	all := slices.Clone(vm.trace.sessions)
	slices.Reverse(all)
	return all
}

// EndTraceSession ends a session; false if it has ended.
func (vm *VM) EndTraceSession(s *TraceSession) bool {
	t := &vm.trace
	t.mu.Lock()
	i := slices.Index(t.sessions, s)
	if i < 0 {
		t.mu.Unlock()
		return false
	}
	t.sessions = slices.Delete(t.sessions, i, i+1)
	s.over, s.fresh = true, traced{}
	t.noteFresh()
	vm.table.all(func(p *Process) { p.setTraced(traced{s: s}) })
	t.mu.Unlock()
	vm.TracePattern(s, TraceTarget{Arity: -1}, TracePatternChange{Off: true, Local: true, Global: true, Meta: true, Count: true})
	return true
}

func (t *tracer) noteFresh() {
	on := t.base.fresh.flags != 0
	for _, s := range t.sessions {
		on = on || s.fresh.flags != 0
	}
	t.fresh.Store(on)
}

// setTraced replaces what a session traces p for; the lock is held.
func (p *Process) setTraced(e traced) {
	var by []traced
	if t := p.tracing.Load(); t != nil {
		for _, o := range t.by {
			if o.s != e.s {
				by = append(by, o)
			}
		}
	}
	if e.flags != 0 {
		by = append(by, e)
	}
	if by == nil {
		p.tracing.Store(nil)
		return
	}
	p.tracing.Store(&tracing{by})
}

// TraceProcess sets or clears flags of one process; already is true, and nothing
// done, where another traces it in the session.
func (vm *VM) TraceProcess(s *TraceSession, pid *term.Pid, on bool, flags TraceFlags, tracer *term.Pid) (found, already bool) {
	p := vm.lookup(pid)
	if p == nil {
		return false, false
	}
	vm.trace.mu.Lock()
	defer vm.trace.mu.Unlock()
	return true, !p.trace(s, on, flags, tracer)
}

func (p *Process) trace(s *TraceSession, on bool, flags TraceFlags, tracer *term.Pid) bool {
	e := p.tracing.Load().of(s)
	if e.flags != 0 && on && e.tracer != tracer && p.vm.lookup(e.tracer) != nil {
		return false
	}
	if e.flags = e.flags.with(on, flags); on {
		e.tracer = tracer
	}
	p.setTraced(e)
	return true
}

// with is f after flags are set or cleared.
func (f TraceFlags) with(on bool, flags TraceFlags) TraceFlags {
	if !on {
		return f &^ flags
	}
	return f | flags
}

// TraceAll sets or clears flags of the processes there are, of those to come,
// or of both, and gives the number of the former.
func (vm *VM) TraceAll(s *TraceSession, existing, fresh, on bool, flags TraceFlags, tracer *term.Pid) (n int) {
	t := &vm.trace
	t.mu.Lock()
	defer t.mu.Unlock()
	if fresh {
		s.fresh.s = s
		if s.fresh.flags = s.fresh.flags.with(on, flags); on {
			s.fresh.tracer = tracer
		}
		t.noteFresh()
	}
	if existing {
		vm.table.all(func(p *Process) {
			if p.state.Load() != stateDead && p.port() == nil && p.trace(s, on, flags, tracer) {
				n++
			}
		})
	}
	return n
}

// Traced gives what a session traces a process for, or, with pid nil, what
// processes to come; ok is false where there is no such process.
func (vm *VM) Traced(s *TraceSession, pid *term.Pid) (flags TraceFlags, tracer *term.Pid, ok bool) {
	if pid == nil {
		vm.trace.mu.Lock()
		defer vm.trace.mu.Unlock()
		return s.fresh.flags, s.fresh.tracer, true
	}
	p := vm.lookup(pid)
	if p == nil {
		return 0, nil, false
	}
	e := p.tracing.Load().of(s)
	return e.flags, e.tracer, true
}

// ChangeTrace is what the actions of match specifications do to the flags of
// the process itself.
func (p *Process) ChangeTrace(s *TraceSession, off, on TraceFlags, tracer *term.Pid) {
	p.vm.trace.mu.Lock()
	defer p.vm.trace.mu.Unlock()
	e := p.tracing.Load().of(s)
	if e.flags == 0 && e.tracer == nil {
		e.tracer = tracer
	}
	e.flags = (e.flags &^ off).with(true, on)
	p.setTraced(e)
}

// SetMessagePattern sets the pattern of the messages sent or received; nil is true.
func (s *TraceSession) SetMessagePattern(receive bool, spec *TraceSpec) {
	if receive {
		s.receive.Store(spec)
		return
	}
	s.send.Store(spec)
}

// MessagePattern is what SetMessagePattern has set.
func (s *TraceSession) MessagePattern(receive bool) *TraceSpec {
	if receive {
		return s.receive.Load()
	}
	return s.send.Load()
}

// Events.

var (
	aTrace        = term.A("trace")
	aTraceTS      = term.A("trace_ts")
	aReceive      = term.A("receive")
	aTimeoutAtom  = term.A("timeout")
	aSendNobody   = term.A("send_to_non_existing_process")
	aSpawn        = term.A("spawn")
	aSpawned      = term.A("spawned")
	aRegister     = term.A("register")
	aUnregister   = term.A("unregister")
	aUnlink       = term.A("unlink")
	aGettingLink  = term.A("getting_linked")
	aGettingUnlnk = term.A("getting_unlinked")
	aIn           = term.A("in")
	aOut          = term.A("out")
)

// send tells the tracer of an event of p. A tracer that is gone traces no more,
// and none is told of itself.
func (e *traced) send(p *Process, event ...term.Term) {
	vm := p.vm
	to := vm.lookup(e.tracer)
	if to == nil {
		vm.trace.mu.Lock()
		if now := p.tracing.Load().of(e.s); now.tracer == e.tracer {
			p.setTraced(traced{s: e.s})
		}
		vm.trace.mu.Unlock()
		return
	}
	if to != p {
		to.deliver(traceMessage(vm, e.flags, p, event), p.here())
	}
}

func traceMessage(vm *VM, flags TraceFlags, p *Process, event []term.Term) term.Term {
	elems := make([]term.Term, 0, len(event)+3)
	elems = append(append(elems, aTrace, &p.self), event...)
	if flags&TraceTimestamps != 0 {
		elems[0] = aTraceTS
		elems = append(elems, vm.traceTime(flags))
	}
	return term.T(elems...)
}

func (vm *VM) traceTime(flags TraceFlags) term.Term {
	switch {
	case flags&TraceTimestamp != 0:
		us := time.Now().UnixMicro()
		return term.T(term.MakeInt(us/1e12), term.MakeInt(us/1e6%1e6), term.MakeInt(us%1e6))
	case flags&TraceStrictMonotonic != 0:
		return term.T(term.MakeInt(MonotonicStart+clock()), term.MakeInt(vm.trace.strict.Add(1)))
	}
	return term.MakeInt(MonotonicStart + clock())
}

// traceEvent tells of an event of p, if it is traced for such.
func (p *Process) traceEvent(flag TraceFlags, event ...term.Term) {
	t := p.tracing.Load()
	if t == nil {
		return
	}
	for i := range t.by {
		if e := &t.by[i]; e.flags&flag != 0 {
			e.send(p, event...)
		}
	}
}

// traceSend tells of a message that p is about to send.
func (p *Process) traceSend(to, msg term.Term) {
	t := p.tracing.Load()
	for i := range t.by {
		e := &t.by[i]
		if e.flags&TraceSend == 0 {
			continue
		}
		what := aSend
		if pid, ok := to.(*term.Pid); ok && p.vm.isLocalPid(pid) && p.vm.lookup(pid) == nil {
			what = aSendNobody
		}
		if extra, ok := e.s.send.Load().messageEvent(p, e, to, msg); ok {
			e.send(p, append([]term.Term{what, msg, to}, extra...)...)
		}
	}
}

// traceReceive tells of a message that has come into p's mailbox.
func (p *Process) traceReceive(msg term.Term) {
	t := p.tracing.Load()
	if t == nil {
		return
	}
	for i := range t.by {
		e := &t.by[i]
		if e.flags&TraceReceive == 0 {
			continue
		}
		if extra, ok := e.s.receive.Load().messageEvent(p, e, p.vm.Node(), term.Undefined, msg); ok {
			e.send(p, append([]term.Term{aReceive, msg}, extra...)...)
		}
	}
}

// traceSpawn has a new process inherit flags, and tells of it. The child does
// not run yet.
func (p *Process) traceSpawn(child *Process, c Call, link bool) {
	mfa := term.T(c.Module, c.Name, term.List(c.Args...))
	p.traceEvent(TraceProcs, aSpawn, &child.self, mfa)
	const inherit = TraceOnSpawn | TraceOnFirstSpawn
	if t := p.tracing.Load(); t != nil {
		p.vm.trace.mu.Lock()
		for _, e := range p.tracing.Load().list() {
			if e.flags&inherit == 0 && !(link && e.flags&(TraceOnLink|TraceOnFirstLink) != 0) {
				continue
			}
			heir := e
			if e.flags&TraceOnSpawn == 0 && e.flags&TraceOnFirstSpawn != 0 {
				heir.flags &^= TraceOnFirstSpawn
			}
			e.flags &^= TraceOnFirstSpawn
			if link {
				if e.flags&TraceOnLink == 0 {
					heir.flags &^= TraceOnFirstLink
				}
				e.flags &^= TraceOnFirstLink
			}
			p.setTraced(e)
			child.setTraced(heir)
		}
		p.vm.trace.mu.Unlock()
	}
	child.traceEvent(TraceProcs, aSpawned, &p.self, mfa)
	if link {
		p.traceEvent(TraceProcs, aLink, &child.self)
		child.traceEvent(TraceProcs, aGettingLink, &p.self)
	}
}

func (t *tracing) list() []traced {
	if t == nil {
		return nil
	}
	return t.by
}

// traceLink has the process that p links with inherit flags, and tells of it.
func (p *Process) traceLink(pid *term.Pid) {
	p.traceEvent(TraceProcs, aLink, pid)
	q := p.vm.lookup(pid)
	if q == nil || !p.vm.isLocalPid(pid) {
		return
	}
	p.vm.trace.mu.Lock()
	defer p.vm.trace.mu.Unlock()
	for _, e := range p.tracing.Load().list() {
		if e.flags&(TraceOnLink|TraceOnFirstLink) == 0 {
			continue
		}
		heir := e
		if e.flags&TraceOnLink == 0 {
			heir.flags &^= TraceOnFirstLink
		}
		e.flags &^= TraceOnFirstLink
		p.setTraced(e)
		if q.tracing.Load().of(e.s).flags == 0 {
			q.setTraced(heir)
		}
	}
}

// inheritFresh has a new process be traced for what all new ones are.
func (p *Process) inheritFresh() {
	t := &p.vm.trace
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range append([]*TraceSession{&t.base}, t.sessions...) {
		if s.fresh.flags != 0 {
			p.setTraced(s.fresh)
		}
	}
}

// traceRunning tells that p begins or ends a turn.
func (p *Process) traceRunning(what term.Atom) {
	var where term.Term = term.Small(0)
	if f := p.stackFrames(1); len(f) > 0 {
		where = term.T(f[0].Module, f[0].Name, term.Small(int64(f[0].Arity)))
	}
	p.traceEvent(TraceRunning|TraceRunningProcs, what, where)
}
