package vm

import (
	"fmt"
	"slices"
	"unsafe"

	"ersh/runtime/term"
)

// infoItems are the items of erlang:process_info/2.
var infoItems = map[term.Atom]func(p *Process) term.Term{
	aRegisteredName: func(p *Process) term.Term {
		if p.more == nil || p.more.name.IsZero() {
			return nil
		}
		return p.more.name
	},
	aCurrentFunction:   (*Process).currentFunction,
	aCurrentLocation:   (*Process).currentLocation,
	aCurrentStacktrace: (*Process).currentStacktrace,
	aInitialCall:       func(p *Process) term.Term { return p.initial.term() },
	aStatus:            (*Process).status,
	aMessageQueueLen:   func(p *Process) term.Term { return term.MakeInt(int64(p.queueLen())) },
	aMessages:          func(p *Process) term.Term { return p.messageList() },
	aLinks: func(p *Process) term.Term {
		var out []term.Term
		if p.more != nil {
			for i := range p.more.links.items {
				if l := &p.more.links.items[i].val; l.unlinking == 0 {
					out = append(out, p.vm.Seen(l.pid))
				}
			}
		}
		return term.List(out...)
	},
	aMonitors: func(p *Process) term.Term {
		var out []term.Term
		if p.more != nil {
			for i := range p.more.monitors.items {
				m := &p.more.monitors.items[i].val
				out = append(out, term.T(m.kind, m.target))
			}
		}
		return term.List(out...)
	},
	aMonitoredBy: func(p *Process) term.Term {
		var out []term.Term
		if p.more != nil {
			for i := range p.more.watchers.items {
				out = append(out, p.vm.Seen(p.more.watchers.items[i].val.from))
			}
		}
		return term.List(out...)
	},
	aDictionary: func(p *Process) term.Term {
		var out []term.Term
		p.DictAll(func(k, v term.Term) { out = append(out, term.T(k, v)) })
		return term.List(out...)
	},
	aTrapExit:     func(p *Process) term.Term { return term.Bool(p.trapExit) },
	aErrorHandler: func(p *Process) term.Term { return p.ErrorHandler() },
	aPriority:     func(p *Process) term.Term { return p.priorityAtom() },
	aGroupLeader:  func(p *Process) term.Term { return p.leader },
	aParent: func(p *Process) term.Term {
		if p.parent == nil {
			return term.Undefined
		}
		return p.parent
	},
	aLabel: func(p *Process) term.Term {
		if v := p.DictGet(aProcessLabel); v != nil {
			return v
		}
		return term.Undefined
	},
	aTotalHeapSize: func(p *Process) term.Term { return term.MakeInt(p.heapWords()) },
	aHeapSize:      func(p *Process) term.Term { return term.MakeInt(p.heapWords()) },
	aStackSize:     func(p *Process) term.Term { return term.MakeInt(int64(p.depth())) },
	aMemory:        func(p *Process) term.Term { return term.MakeInt(int64(unsafe.Sizeof(*p)) + 8*p.heapWords()) },
	aReductions:    func(p *Process) term.Term { return term.MakeInt(int64(p.reductions())) },
	aSuspending: func(p *Process) term.Term {
		var out []term.Term
		if p.more != nil {
			for i := range p.more.suspending.items {
				s := &p.more.suspending.items[i].val
				out = append(out, term.T(s.pid, term.MakeInt(int64(s.count)), term.Small(0)))
			}
		}
		return term.List(out...)
	},
	aGarbageCollection: func(p *Process) term.Term {
		f := p.flags()
		return term.List(
			term.T(aMaxHeap, f.maxHeapTerm()),
			term.T(aMinBinVheap, term.MakeInt(orDefault(f.minBinHeap, defaultMinBinHeap))),
			term.T(aMinHeap, term.MakeInt(orDefault(f.minHeap, defaultMinHeap))),
			term.T(aFullsweep, f.fullsweepTerm()),
			term.T(term.A("minor_gcs"), term.Small(0)))
	},
	term.A("garbage_collection_info"): func(p *Process) term.Term { return p.collectionInfo(p.heapWords()) },
	aMinHeap: func(p *Process) term.Term {
		f := p.flags()
		return term.MakeInt(orDefault(f.minHeap, defaultMinHeap))
	},
	aMinBinVheap: func(p *Process) term.Term {
		f := p.flags()
		return term.MakeInt(orDefault(f.minBinHeap, defaultMinBinHeap))
	},
	aMaxHeap:             func(p *Process) term.Term { f := p.flags(); return f.maxHeapTerm() },
	aFullsweep:           func(p *Process) term.Term { f := p.flags(); return f.fullsweepTerm() },
	aMsgQueueData:        func(p *Process) term.Term { f := p.flags(); return f.queueData() },
	aAsyncDist:           func(p *Process) term.Term { return term.Bool(p.flags().asyncDist) },
	aPrioMessages:        func(p *Process) term.Term { return term.Bool(p.takesPriority()) },
	term.A("backtrace"):  (*Process).backtrace,
	term.A("binary"):     func(p *Process) term.Term { return term.EmptyList },
	term.A("magic_ref"):  func(p *Process) term.Term { return term.EmptyList },
	term.A("catchlevel"): func(p *Process) term.Term { return term.Small(p.catchLevel()) },
	term.A("last_calls"): func(p *Process) term.Term {
		if p.flags().saveCalls > 0 {
			return term.EmptyList
		}
		return term.False
	},
	term.A("sequential_trace_token"): func(p *Process) term.Term { return term.EmptyList },
	term.A("trace"):                  func(p *Process) term.Term { return term.Small(0) },
}

// defaultInfo is what erlang:process_info/1 shows, in its order.
var defaultInfo = []term.Atom{aRegisteredName, aCurrentFunction, aInitialCall, aStatus, aMessageQueueLen,
	aLinks, aDictionary, aTrapExit, aErrorHandler, aPriority, aGroupLeader, aTotalHeapSize, aHeapSize,
	aStackSize, aReductions, aGarbageCollection, aSuspending}

var (
	aRegisteredName    = term.A("registered_name")
	aCurrentFunction   = term.A("current_function")
	aCurrentLocation   = term.A("current_location")
	aCurrentStacktrace = term.A("current_stacktrace")
	aInitialCall       = term.A("initial_call")
	aStatus            = term.A("status")
	aMessageQueueLen   = term.A("message_queue_len")
	aMessages          = term.A("messages")
	aLinks             = term.A("links")
	aMonitors          = term.A("monitors")
	aMonitoredBy       = term.A("monitored_by")
	aDictionary        = term.A("dictionary")
	aGroupLeader       = term.A("group_leader")
	aParent            = term.A("parent")
	aLabel             = term.A("label")
	aProcessLabel      = term.A("$process_label")
	aTotalHeapSize     = term.A("total_heap_size")
	aHeapSize          = term.A("heap_size")
	aStackSize         = term.A("stack_size")
	aMemory            = term.A("memory")
	aReductions        = term.A("reductions")
	aSuspending        = term.A("suspending")
	aGarbageCollection = term.A("garbage_collection")
	aRunning           = term.A("running")
	aRunnable          = term.A("runnable")
	aWaiting           = term.A("waiting")
	aSuspended         = term.A("suspended")
)

// Info is erlang:process_info/2 (one item, or a list of them) and, with items
// nil, process_info/1.
func (p *Process) Info(pid *term.Pid, items term.Term) (term.Term, error) {
	vm := p.vm
	if !vm.isLocalPid(pid) {
		return nil, Badarg
	}
	list, single := []term.Term(nil), false
	if items != nil {
		var ok bool
		if list, ok = term.Slice(items); !ok {
			list, single = []term.Term{items}, true
		}
		for _, it := range list {
			if !validInfoItem(it) {
				return nil, Badarg
			}
		}
	}
	return p.ask(pid, term.Undefined, func(t *Process) (term.Term, error) {
		if t == p {
			t.takeSignals()
			if t.exiting {
				return t.afterSignals(term.Undefined)
			}
		}
		if items == nil {
			var out []term.Term
			for _, it := range defaultInfo {
				if v := infoItems[it](t); v != nil {
					out = append(out, term.T(it, v))
				}
			}
			return term.List(out...), nil
		}
		if single {
			v := t.infoItem(items)
			if v == nil {
				return term.EmptyList, nil
			}
			return term.T(items, v), nil
		}
		var out []term.Term
		for _, it := range list {
			v := t.infoItem(it)
			if v == nil {
				v = term.EmptyList
			}
			out = append(out, term.T(it, v))
		}
		return term.List(out...), nil
	}, false)
}

func validInfoItem(it term.Term) bool {
	switch it := it.(type) {
	case term.Atom:
		return infoItems[it] != nil
	case *term.Tuple:
		return len(it.Elems) == 2 && it.Elems[0] == aDictionary
	}
	return false
}

// catchLevel counts the handlers of exceptions on the stack.
func (p *Process) catchLevel() (n int64) {
	if p.ip == nil || p.hibernates() {
		return 0
	}
	p.walk(p.ip, p.cp, func(_ *instr, bottom, top int) bool {
		for i := top - 1; i > bottom; i-- {
			if h, ok := p.stk[i].(*handler); ok && h.frame == top-bottom {
				n++
			}
		}
		return true
	})
	return n
}

func (p *Process) infoItem(it term.Term) term.Term {
	switch it := it.(type) {
	case term.Atom:
		return infoItems[it](p)
	case *term.Tuple:
		if v := p.DictGet(it.Elems[1]); v != nil {
			return v
		}
	}
	return term.Undefined
}

func (c initialCall) term() term.Term {
	if c.Module.IsZero() {
		return term.Undefined
	}
	return term.T(c.Module, c.Name, term.MakeInt(int64(c.Arity)))
}

// running reports whether p asks about itself.
func (p *Process) status() term.Term {
	switch {
	case p.more != nil && len(p.more.suspenders.items) > 0:
		return aSuspended
	case p.native != nil:
		return aWaiting
	case p.answering:
		if p.mode == modeRun || p.waitFor != nil && p.waitFor.done {
			return aRunnable
		}
		if p.waitFor != nil && p.waitFor.busy {
			return aSuspended
		}
		return aWaiting
	}
	return aRunning
}

func (p *Process) queueLen() int {
	n := p.messages.n
	if p.native != nil {
		n += len(p.native.queue)
	}
	return n
}

func (p *Process) messageList() term.Term {
	var out []term.Term
	if p.native != nil {
		out = append(out, p.native.queue...)
	}
	for e := p.messages.head; e != nil; e = e.next {
		out = append(out, e.body)
	}
	return term.List(out...)
}

// heapWords is the size of the heap that erl would have for what the process
// holds. Go's collector keeps no count by process, so it is counted at each
// call.
func (p *Process) heapWords() int64 {
	f := p.flags()
	return heapStep(p.size(0).Words+int64(p.depth()), f.minHeap)
}

// collectionInfo shows a heap of so many words as one block that was never
// collected.
func (p *Process) collectionInfo(words int64) term.Term {
	var out []term.Term
	for _, x := range []struct {
		name string
		n    int64
	}{{"old_heap_block_size", 0}, {"heap_block_size", words}, {"mbuf_size", 0}, {"recent_size", 0},
		{"stack_size", int64(p.depth())}, {"old_heap_size", 0}, {"heap_size", words},
		{"bin_vheap_size", 0}, {"bin_vheap_block_size", defaultMinBinHeap},
		{"bin_old_vheap_size", 0}, {"bin_old_vheap_block_size", defaultMinBinHeap}} {
		out = append(out, term.T(term.A(x.name), term.MakeInt(x.n)))
	}
	return term.List(out...)
}

func (p *Process) reductions() uint64 {
	if p.answering {
		return p.spent
	}
	return p.spent + uint64(max(0, reductionsPerTurn-p.reds))
}

// interpretedReceive is where a receive typed in the shell waits.
var interpretedReceive = []Frame{
	{Module: term.A("prim_eval"), Name: term.A("receive"), Arity: 2},
	{Module: term.A("erl_eval"), Name: term.A("receive_clauses"), Arity: 8, File: "erl_eval.erl", Line: 1758},
}

// hibernates reports whether the process waits in hibernate/3, which leaves no stack.
func (p *Process) hibernates() bool { return p.ip != nil && p.ip.op == opHibernated }

func (p *Process) frames(depth int) []Frame {
	if p.hibernates() {
		return []Frame{{Module: aErlang, Name: term.A("hibernate"), Arity: 3}}[:min(1, depth)]
	}
	if p.native == nil {
		f := p.stackFrames(depth)
		if p.ip != nil && p.mode != modeRun && p.status() == aWaiting {
			if fn := p.ip.fn(); fn != nil && fn.mod.frames != nil {
				f = slices.Concat(interpretedReceive, f)
				f = f[:min(len(f), depth)]
			}
		}
		if len(f) > 0 {
			return f
		}
	}
	if p.initial.Module.IsZero() {
		return nil
	}
	return []Frame{{Module: p.initial.Module, Name: p.initial.Name, Arity: p.initial.Arity}}
}

func (f *Frame) location() term.Term {
	if f.Line == 0 {
		return term.EmptyList
	}
	return term.List(term.T(term.A("file"), term.String(f.File)), term.T(term.A("line"), term.MakeInt(int64(f.Line))))
}

func (f *Frame) term() term.Term {
	return term.T(f.Module, f.Name, term.MakeInt(int64(f.Arity)), f.location())
}

func (p *Process) currentFunction() term.Term {
	f := p.frames(1)
	if len(f) == 0 {
		return term.Undefined
	}
	return term.T(f[0].Module, f[0].Name, term.MakeInt(int64(f[0].Arity)))
}

func (p *Process) currentLocation() term.Term {
	f := p.frames(1)
	if len(f) == 0 {
		return term.Undefined
	}
	return f[0].term()
}

func (p *Process) currentStacktrace() term.Term {
	var out []term.Term
	if p.hibernates() {
		return term.EmptyList
	}
	for _, f := range p.frames(int(p.vm.settings.traceDepth.Load())) {
		out = append(out, f.term())
	}
	return term.List(out...)
}

// Backtrace is erlang:process_display/2: show gets the backtrace.
func (p *Process) Backtrace(pid *term.Pid, show func(text term.Term)) (term.Term, error) {
	return p.askOr(pid, Badarg, func(t *Process) (term.Term, error) {
		show(t.backtrace())
		return term.True, nil
	})
}

func (p *Process) backtrace() term.Term {
	var b []byte
	for i, f := range p.frames(64) {
		text := fmt.Sprintf("(%s:%s/%d)\n", f.Module.Name(), f.Name.Name(), f.Arity)
		if i == 0 {
			b = append(b, "Program counter: 0x0000000000000000 "+text+"\n"...)
		} else {
			b = append(b, "0x0000000000000000 Return addr 0x0000000000000000 "+text...)
		}
	}
	b = append(b, "0x0000000000000000 Return addr 0x0000000000000000 (<terminate process normally>)\n"...)
	return term.Binary(b)
}

// takesPriority reports whether the process may get messages of priority.
func (p *Process) takesPriority() bool {
	x := p.more
	if x == nil {
		return false
	}
	for i := range x.aliases.items {
		if x.aliases.items[i].val.priority {
			return true
		}
	}
	for i := range x.links.items {
		if l := &x.links.items[i].val; l.priority && l.unlinking == 0 {
			return true
		}
	}
	for i := range x.monitors.items {
		if x.monitors.items[i].val.priority {
			return true
		}
	}
	return false
}
