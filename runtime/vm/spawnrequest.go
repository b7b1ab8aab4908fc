package vm

import "ersh/runtime/term"

// spawnWait is a spawn request to another node that has no answer yet.
type spawnWait struct {
	ref   *term.Ref
	node  term.Atom
	epoch uint64
	call  Call
	o     SpawnOptions
	// opts is the list that o was read from.
	opts term.Term
	// s is the caller of spawn/4 and kin, which waits; nil for
	// spawn_request/5.
	s *Suspension
}

var (
	aLink         = term.A("link")
	aMonitor      = term.A("monitor")
	aAlias        = term.A("alias")
	aTag          = term.A("tag")
	aPriority     = term.A("priority")
	aReply        = term.A("reply")
	aReplyTag     = term.A("reply_tag")
	aYes          = term.A("yes")
	aNo           = term.A("no")
	aErrorOnly    = term.A("error_only")
	aSuccessOnly  = term.A("success_only")
	aSpawnReply   = term.A("spawn_reply")
	aAbandoned    = term.A("abandoned")
	aBadopt       = term.A("badopt")
	aSystemLimit  = term.A("system_limit")
	aCrasher      = term.A("crasher")
	aWarning      = term.A("warning")
	aOffHeap      = term.A("off_heap")
	aOnHeap       = term.A("on_heap")
	aMinHeap      = term.A("min_heap_size")
	aMinBinVheap  = term.A("min_bin_vheap_size")
	aMaxHeap      = term.A("max_heap_size")
	aFullsweep    = term.A("fullsweep_after")
	aMsgQueueData = term.A("message_queue_data")
	aAsyncDist    = term.A("async_dist")
	aScheduler    = term.A("scheduler")
)

// ParseMonitorOptions reads the option list of erlang:monitor/3; ok is false
// for a bad one.
func ParseMonitorOptions(opts term.Term) (o MonitorOptions, ok bool) {
	list, ok := term.Slice(opts)
	for _, e := range list {
		if e == aPriority {
			o.Priority = true
			continue
		}
		t, _ := e.(*term.Tuple)
		if t == nil || len(t.Elems) != 2 {
			return o, false
		}
		switch t.Elems[0] {
		case aAlias:
			switch t.Elems[1] {
			case aExplicitUnalias, aDemonitor, aReplyDemonitor:
				o.Alias = t.Elems[1].(term.Atom)
			default:
				return o, false
			}
		case aTag:
			o.Tag = t.Elems[1]
		default:
			return o, false
		}
	}
	return o, ok
}

// ParsePriority reads an option list in which only priority is allowed.
func ParsePriority(t term.Term) (priority, ok bool) {
	list, ok := term.Slice(t)
	for _, o := range list {
		ok = ok && o == aPriority
	}
	return len(list) > 0, ok
}

// ParseSpawnOptions reads an option list of spawn_opt or, with request,
// spawn_request. proper is false for an improper list, ok for a bad option.
func ParseSpawnOptions(opts term.Term, request bool) (o SpawnOptions, proper, ok bool) {
	list, proper := term.Slice(opts)
	if !proper {
		return o, false, false
	}
	for _, e := range list {
		if !o.parse(e, request) {
			return o, true, false
		}
	}
	return o, true, true
}

func (o *SpawnOptions) parse(e term.Term, request bool) bool {
	switch e {
	case aLink:
		o.Link, o.LinkPriority = true, false
		return true
	case aMonitor:
		o.Monitor = true
		return true
	}
	t, _ := e.(*term.Tuple)
	if t == nil || len(t.Elems) != 2 {
		return false
	}
	v := t.Elems[1]
	n, isInt := term.ToInt64(v)
	f := &o.flags
	switch t.Elems[0] {
	case aMonitor:
		o.Monitor = true
		var ok bool
		o.Monitors, ok = ParseMonitorOptions(v)
		return ok
	case aLink:
		o.Link = true
		var ok bool
		o.LinkPriority, ok = ParsePriority(v)
		return ok
	case aPriority:
		prio, _ := v.(term.Atom)
		_, ok := priorities[prio]
		o.Priority = prio
		return ok && prio != (term.Atom{})
	case aReply:
		switch v {
		case aYes, aNo, aErrorOnly, aSuccessOnly:
			o.reply = v.(term.Atom)
			return request
		}
		return false
	case aReplyTag:
		o.replyTag = v
		return request
	case aMinHeap:
		f.set, f.minHeap = true, heapStep(n, 0)
		return isInt && n >= 0
	case aMinBinVheap:
		f.set, f.minBinHeap = true, binHeapStep(n)
		return isInt && n >= 0
	case aFullsweep:
		f.set, f.fullsweep, f.fullsweepSet = true, n, true
		return isInt && n >= 0
	case aScheduler:
		return isInt && n >= 0
	case aMaxHeap:
		f.set = true
		return f.parseMaxHeap(v)
	case aMsgQueueData:
		f.set, f.offHeap = true, v == aOffHeap
		return v == aOffHeap || v == aOnHeap
	case aAsyncDist:
		f.set, f.asyncDist = true, v == term.True
		return v == term.True || v == term.False
	}
	return false
}

// wants says whether a message is wanted for the outcome of a spawn_request.
func (o *SpawnOptions) wants(success bool) bool {
	switch o.reply {
	case aNo:
		return false
	case aErrorOnly:
		return !success
	case aSuccessOnly:
		return success
	}
	return true
}

// message is what that answers a spawn_request.
func (o *SpawnOptions) message(ref *term.Ref, ok bool, result term.Term) term.Term {
	var tag term.Term = aSpawnReply
	if o.replyTag != nil {
		tag = o.replyTag
	}
	if ok {
		return term.T(tag, ref, term.Ok, result)
	}
	return term.T(tag, ref, term.ErrorAtom, result)
}

// SpawnRequest is erlang:spawn_request/5: it starts a process on any node and
// does not wait; the answer comes as a message.
func (p *Process) SpawnRequest(node term.Atom, c Call, opts term.Term) (term.Term, error) {
	o, proper, ok := ParseSpawnOptions(opts, true)
	if !proper {
		return nil, Badarg
	}
	var ref *term.Ref
	if o.Monitor {
		ref = p.newMonitorRef(o.Monitors)
	} else {
		ref = p.vm.MakeRef()
	}
	if !ok {
		if o.wants(false) {
			p.messages.addTerm(o.message(ref, false, aBadopt))
		}
		return ref, nil
	}
	if node != p.vm.Node() {
		return p.requestAt(node, spawnWait{ref: ref, call: c, o: o, opts: opts})
	}
	child := p.vm.newProcess(p)
	if child == nil {
		p.tooManyProcesses()
		if o.wants(false) {
			p.messages.addTerm(o.message(ref, false, aSystemLimit))
		}
		return ref, nil
	}
	child.configure(o)
	p.relate(child, o, &ref)
	if o.wants(true) {
		// Before anything the child sends.
		p.postSignal(&Message{Body: o.message(ref, true, &child.self)}, p.here())
	}
	p.launch(child, c, o)
	return ref, nil
}

// requestAt sends the request to another node.
func (p *Process) requestAt(node term.Atom, w spawnWait) (term.Term, error) {
	w.node = node
	w.epoch = p.vm.joinNode(p, node)
	p.ext().spawning.put(p.vm.refKey(w.ref), w)
	p.addAlias(w.ref, w.o.Monitors.Alias)
	return p.finish(w.ref, p.sendForeign(node, &SpawnRequest{
		Ref: w.ref, From: &p.self, Leader: p.leader,
		Module: w.call.Module, Name: w.call.Name, Args: term.List(w.call.Args...),
		Opts: wireSpawnOptions(w.opts), Link: w.o.Link, Monit: w.o.Monitor,
	}))
}

// wireSpawnOptions leaves out what concerns the sender alone.
func wireSpawnOptions(opts term.Term) term.Term {
	list, _ := term.Slice(opts)
	var out []term.Term
	for _, e := range list {
		if t, ok := e.(*term.Tuple); ok && len(t.Elems) == 2 {
			switch t.Elems[0] {
			case aMonitor, aLink:
				e = t.Elems[0]
			case aReplyTag, aReply:
				continue
			}
		}
		out = append(out, e)
	}
	return term.List(out...)
}

// SpawnAt is spawn/4, spawn_link/4, spawn_monitor/4 and spawn_opt/5 for a node
// that is not this one: it waits for the answer. The result is the pid, with
// Monitor {Pid, Ref}. Where the process can't be started the pid is that of a
// local process that has ended with the reason.
func (p *Process) SpawnAt(node term.Atom, c Call, opts term.Term) (term.Term, error) {
	o, proper, ok := ParseSpawnOptions(opts, false)
	if !proper {
		return nil, Badarg
	}
	if !ok {
		return nil, BadargCause(aBadopt)
	}
	var ref *term.Ref
	if o.Monitor {
		ref = p.newMonitorRef(o.Monitors)
	} else {
		ref = p.vm.MakeRef()
	}
	s := p.Suspend()
	w := spawnWait{ref: ref, call: c, o: o, opts: opts, s: s}
	// A busy connection is waited for with the answer.
	_, err := p.requestAt(node, w)
	p.waitFor = s
	if _, busy := err.(*Suspension); err != nil && !busy {
		return nil, err
	}
	return nil, s
}

// handleSpawnReply takes the answer to a spawn request.
func (p *Process) handleSpawnReply(s *SpawnReply) {
	var w spawnWait
	ok := false
	if p.more != nil {
		w, ok = p.more.spawning.remove(p.vm.refKey(s.Ref))
	}
	pid, started := s.Result.(*term.Pid)
	if !ok {
		// Abandoned: a process that would be linked is not wanted.
		if started && s.Linked {
			p.vm.signal(p.here(), pid, &LinkExit{From: &p.self, To: pid, Reason: aAbandoned})
		}
		return
	}
	if !started {
		p.spawnFailed(&w, s.Result)
		return
	}
	key := p.vm.pidKey(pid)
	if s.Linked && w.o.Link {
		p.ext().links.put(key, link{pid: pid, epoch: w.epoch, priority: w.o.LinkPriority})
	}
	if s.Monit && w.o.Monitor {
		p.ext().monitors.put(p.vm.refKey(w.ref), monitor{ref: w.ref, target: pid, pid: pid,
			node: w.node, kind: aProcess, tag: w.o.Monitors.Tag, priority: w.o.Monitors.Priority, epoch: w.epoch})
	}
	switch {
	case w.s != nil && w.o.Monitor:
		w.s.Resume(term.T(pid, w.ref), nil)
	case w.s != nil:
		w.s.Resume(pid, nil)
	case w.o.wants(true):
		p.messages.addTerm(w.o.message(w.ref, true, pid))
	}
}

func (p *Process) spawnFailed(w *spawnWait, reason term.Term) {
	if w.s == nil {
		p.ext().aliases.remove(p.vm.refKey(w.ref))
		if w.o.wants(false) {
			p.messages.addTerm(w.o.message(w.ref, false, reason))
		}
		return
	}
	switch reason {
	case aBadopt:
		w.s.Resume(nil, BadargCause(aBadopt))
		return
	case aSystemLimit:
		w.s.Resume(nil, SystemLimit)
		return
	}
	p.vm.warnCannotStart(p, w)
	child := p.vm.newProcess(p)
	if child == nil {
		w.s.Resume(nil, SystemLimit)
		return
	}
	ref := w.ref
	p.relate(child, w.o, &ref)
	child.initial = initialCall{aErlang, aCrasher, 6}
	child.setExit(reason)
	p.vm.sched.enqueue(child, p.here())
	if w.o.Monitor {
		w.s.Resume(term.T(&child.self, ref), nil)
	} else {
		w.s.Resume(&child.self, nil)
	}
}

// warnCannotStart logs what erl logs for a process that can't be started.
func (vm *VM) warnCannotStart(p *Process, w *spawnWait) {
	args := []term.Term{w.call.Module, w.call.Name, term.List(w.call.Args...)}
	if n, _ := term.Length(w.opts); n == 0 {
		vm.log(p, aWarning, "** Can not start ~w:~w,~w on ~w **~n", append(args, w.node))
		return
	}
	vm.log(p, aWarning, "** Can not start ~w:~w,~w (~w) on ~w **~n", append(args, w.opts, w.node))
}

// SpawnAbandon is erlang:spawn_request_abandon/1.
func (p *Process) SpawnAbandon(ref *term.Ref) bool {
	if p.more == nil {
		return false
	}
	_, ok := p.more.spawning.remove(p.vm.refKey(ref))
	if ok {
		p.more.aliases.remove(p.vm.refKey(ref))
	}
	return ok
}

// deliverSpawn starts a process for another node.
func (vm *VM) deliverSpawn(s *SpawnRequest, w *worker) {
	if s.From == nil || s.Ref == nil || s.Module.IsZero() || s.Name.IsZero() || s.Args == nil || vm.isLocalPid(s.From) {
		return
	}
	reply := &SpawnReply{Ref: s.Ref, To: s.From}
	args, proper := term.Slice(s.Args)
	if s.Opts == nil {
		s.Opts = term.EmptyList
	}
	o, _, ok := ParseSpawnOptions(s.Opts, true)
	var p *Process
	switch {
	case !ok || !proper:
		reply.Result = aBadopt
	default:
		if p = vm.newProcess(nil); p == nil {
			reply.Result = aSystemLimit
		}
	}
	if p == nil {
		vm.sendForeign(s.From.Node, reply, nil, true)
		return
	}
	p.parent = s.From
	if s.Leader != nil {
		p.leader = s.Leader
	}
	p.configure(o)
	if o.Link || o.Monitor {
		epoch := vm.joinNode(p, s.From.Node)
		if o.Link {
			p.ext().links.put(vm.pidKey(s.From), link{pid: s.From, epoch: epoch})
		}
		if o.Monitor {
			p.ext().watchers.put(vm.refKey(s.Ref), watcher{from: s.From, ref: s.Ref, epoch: epoch})
		}
	}
	reply.Linked, reply.Monit, reply.Result = o.Link, o.Monitor, &p.self
	vm.sendForeign(s.From.Node, reply, nil, true)
	p.begin(Call{Module: s.Module, Name: s.Name, Args: args}, w)
}
