package vm

import (
	"sync/atomic"

	"ersh/runtime/term"
)

// spawnFlags are settings that process_info shows and nothing else uses: how
// memory is managed is the business of Go's collector.
type spawnFlags struct {
	set                      bool
	fullsweepSet, maxHeapSet bool
	saveCalls, scheduler     int64
	offHeap, asyncDist       bool
	minHeap, minBinHeap      int64
	fullsweep                int64
	maxHeap                  int64
	noKill, noLog, inShared  bool
	errorHandler             term.Atom
}

// What erl shows for a process without settings of its own.
const (
	defaultMinHeap    = 233
	defaultMinBinHeap = 46422
	defaultFullsweep  = 65535
)

var (
	aSize           = term.A("size")
	aKillOpt        = term.Kill
	aIncludeShared  = term.A("include_shared_binaries")
	aTrapExit       = term.A("trap_exit")
	aErrorHandler   = term.A("error_handler")
	aSensitive      = term.A("sensitive")
	aSaveCalls      = term.A("save_calls")
	aPrioMessages   = term.A("priority_messages")
	aAsyncDistFlag  = aAsyncDist
	aBacktraceDepth = term.A("backtrace_depth")
	badoptException = BadargCause(aBadopt)
)

func (f *spawnFlags) parseMaxHeap(v term.Term) bool {
	f.maxHeapSet = true
	if n, ok := term.ToInt64(v); ok {
		f.maxHeap = n
		return n == 0 || n >= defaultMinHeap
	}
	m, ok := v.(*term.Map)
	if !ok {
		return false
	}
	n, ok := m.Get(aSize)
	if !ok {
		return false
	}
	size, ok := term.ToInt64(n)
	if !ok || size != 0 && size < defaultMinHeap {
		return false
	}
	f.maxHeap = size
	for key, field := range map[term.Atom]*bool{aKillOpt: &f.noKill, aErrorLogger: &f.noLog} {
		if b, ok := m.Get(key); ok {
			if b != term.True && b != term.False {
				return false
			}
			*field = b == term.False
		}
	}
	if b, ok := m.Get(aIncludeShared); ok {
		if b != term.True && b != term.False {
			return false
		}
		f.inShared = b == term.True
	}
	return true
}

func (f *spawnFlags) maxHeapTerm() term.Term {
	return term.MapOf(
		aErrorLogger, term.Bool(!f.noLog), aIncludeShared, term.Bool(f.inShared),
		aKillOpt, term.Bool(!f.noKill), aSize, term.MakeInt(f.maxHeap))
}

func orDefault(n, def int64) int64 {
	if n > def {
		return n
	}
	return def
}

// A vheap is measured in the steps of a heap, and has its own least size.
func binHeapStep(n int64) int64 { return max(heapStep(n, 0), defaultMinBinHeap) }

// maxTraceDepth is how far system_flag(backtrace_depth) goes.
const maxTraceDepth = 64

// settings are the node's, for processes that are yet to be spawned and for stack traces.
type settings struct {
	// defaults are the processes' own flags; nil as long as nobody changed them.
	defaults   atomic.Pointer[spawnFlags]
	traceDepth atomic.Int32
}

// SystemFlag is erlang:system_flag/2 for what concerns processes; known is
// false of other flags.
func (vm *VM) SystemFlag(flag, v term.Term) (old term.Term, known bool, err error) {
	n, isInt := term.ToInt64(v)
	var f spawnFlags
	if d := vm.settings.defaults.Load(); d != nil {
		f = *d
	}
	if (flag == aMinHeap || flag == aMinBinVheap || flag == aFullsweep || flag == aBacktraceDepth) && (!isInt || n < 0) {
		return nil, true, Badarg
	}
	switch flag {
	case aBacktraceDepth:
		return term.Small(int64(vm.settings.traceDepth.Swap(int32(min(n, maxTraceDepth))))), true, nil
	case aMinHeap:
		old, f.minHeap = term.MakeInt(orDefault(f.minHeap, defaultMinHeap)), heapStep(n, 0)
	case aMinBinVheap:
		old = term.MakeInt(defaultMinBinHeap)
		if f.minBinHeap > 0 {
			old = term.MakeInt(f.minBinHeap)
		}
		f.minBinHeap = heapStep(n, 0)
	case aFullsweep:
		old = f.fullsweepTerm()
		f.fullsweep, f.fullsweepSet = n, true
	case aMaxHeap:
		old = f.maxHeapTerm()
		if !f.parseMaxHeap(v) {
			return nil, true, Badarg
		}
	default:
		return nil, false, nil
	}
	f.set = true
	vm.settings.defaults.Store(&f)
	return old, true, nil
}

// ProcessDefault is what system_info tells of a flag of new processes; nil of others.
func (vm *VM) ProcessDefault(flag term.Atom) term.Term {
	var f spawnFlags
	if d := vm.settings.defaults.Load(); d != nil {
		f = *d
	}
	heap, binHeap := term.MakeInt(orDefault(f.minHeap, defaultMinHeap)), term.MakeInt(defaultMinBinHeap)
	if f.minBinHeap > 0 {
		binHeap = term.MakeInt(f.minBinHeap)
	}
	switch flag {
	case aMinHeap:
		return term.T(flag, heap)
	case aMinBinVheap:
		return term.T(flag, binHeap)
	case aFullsweep:
		return term.T(flag, f.fullsweepTerm())
	case aMaxHeap:
		return f.maxHeapTerm()
	case aGarbageCollection:
		return term.List(term.T(aMaxHeap, term.MakeInt(f.maxHeap)), term.T(aMinBinVheap, binHeap),
			term.T(aMinHeap, heap), term.T(aFullsweep, f.fullsweepTerm()))
	}
	return nil
}

// inherit gives the flags that are not set in f the node's defaults.
func (f *spawnFlags) inherit(d *spawnFlags) {
	f.set = true
	if f.minHeap == 0 {
		f.minHeap = d.minHeap
	}
	if f.minBinHeap == 0 {
		f.minBinHeap = max(d.minBinHeap, defaultMinBinHeap)
	}
	if !f.fullsweepSet {
		f.fullsweep, f.fullsweepSet = d.fullsweep, d.fullsweepSet
	}
	if !f.maxHeapSet {
		f.maxHeap, f.noKill, f.noLog, f.inShared = d.maxHeap, d.noKill, d.noLog, d.inShared
	}
}

// flags gives the process's settings.
func (p *Process) flags() spawnFlags {
	if p.more == nil {
		return spawnFlags{}
	}
	return p.more.options
}

func (p *Process) priorityAtom() term.Atom {
	prio := p.priority.Load()
	for a, n := range priorities {
		if n == prio {
			return a
		}
	}
	return term.Normal
}

func (f *spawnFlags) handler() term.Atom {
	if f.errorHandler.IsZero() {
		return aErrorHandler
	}
	return f.errorHandler
}

// SetFlag is erlang:process_flag/2.
func (p *Process) SetFlag(flag, v term.Term) (old term.Term, err error) {
	isBool := v == term.True || v == term.False
	n, isInt := term.ToInt64(v)
	f := p.flags()
	switch flag {
	case aTrapExit:
		if !isBool {
			return nil, Badarg
		}
		old = term.Bool(p.trapExit)
		p.trapExit = v == term.True
		return old, nil
	case aPriority:
		a, _ := v.(term.Atom)
		prio, ok := priorities[a]
		if !ok {
			return nil, Badarg
		}
		old = p.priorityAtom()
		p.priority.Store(prio)
		return old, nil
	case aErrorHandler:
		a, ok := v.(term.Atom)
		if !ok {
			return nil, Badarg
		}
		old, f.errorHandler = f.handler(), a
	case aMinHeap:
		if !isInt || n < 0 {
			return nil, Badarg
		}
		old, f.minHeap = term.MakeInt(orDefault(f.minHeap, defaultMinHeap)), heapStep(n, 0)
	case aMinBinVheap:
		if !isInt || n < 0 {
			return nil, Badarg
		}
		old, f.minBinHeap = term.MakeInt(orDefault(f.minBinHeap, defaultMinBinHeap)), binHeapStep(n)
	case aFullsweep:
		if !isInt || n < 0 {
			return nil, Badarg
		}
		old = f.fullsweepTerm()
		f.fullsweep, f.fullsweepSet = n, true
	case aMaxHeap:
		old = f.maxHeapTerm()
		if !f.parseMaxHeap(v) {
			return nil, Badarg
		}
	case aMsgQueueData:
		if v != aOffHeap && v != aOnHeap {
			return nil, Badarg
		}
		old, f.offHeap = f.queueData(), v == aOffHeap
	case aAsyncDistFlag:
		if !isBool {
			return nil, Badarg
		}
		old, f.asyncDist = term.Bool(f.asyncDist), v == term.True
	case aSensitive:
		if !isBool {
			return nil, Badarg
		}
		old = term.Bool(p.sensitive)
		p.sensitive = v == term.True
		return old, nil
	case aSaveCalls:
		if !isInt || n < 0 || n > 10000 {
			return nil, Badarg
		}
		old, f.saveCalls = term.MakeInt(f.saveCalls), n
	case aScheduler:
		if !isInt || n < 0 || n > int64(len(p.vm.sched.workers)) {
			return nil, Badarg
		}
		old, f.scheduler = term.MakeInt(f.scheduler), n
	default:
		return nil, badoptException
	}
	f.set = true
	p.ext().options = f
	return old, nil
}

// SaveCalls is process_flag(Pid, save_calls, N).
func (p *Process) SaveCalls(pid *term.Pid, n int64) (term.Term, error) {
	return p.askOr(pid, Badarg, func(t *Process) (term.Term, error) {
		return t.SetFlag(aSaveCalls, term.MakeInt(n))
	})
}

func (f *spawnFlags) fullsweepTerm() term.Term {
	if f.fullsweepSet {
		return term.MakeInt(f.fullsweep)
	}
	return term.Small(defaultFullsweep)
}

func (f *spawnFlags) queueData() term.Atom {
	if f.offHeap {
		return aOffHeap
	}
	return aOnHeap
}

// ErrorHandler is the module that is called for undefined functions.
func (p *Process) ErrorHandler() term.Atom {
	f := p.flags()
	return f.handler()
}
