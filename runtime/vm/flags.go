package vm

import (
	"ersh/runtime/term"
)

// spawnFlags are settings that process_info shows and nothing else uses: how
// memory is managed is the business of Go's collector.
type spawnFlags struct {
	set                     bool
	fullsweepSet            bool
	offHeap, asyncDist      bool
	minHeap, minBinHeap     int64
	fullsweep               int64
	maxHeap                 int64
	noKill, noLog, inShared bool
	errorHandler            term.Atom
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
	badoptException = BadargCause(aBadopt)
)

func (f *spawnFlags) parseMaxHeap(v term.Term) bool {
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
		old, f.minHeap = term.MakeInt(orDefault(f.minHeap, defaultMinHeap)), n
	case aMinBinVheap:
		if !isInt || n < 0 {
			return nil, Badarg
		}
		old, f.minBinHeap = term.MakeInt(orDefault(f.minBinHeap, defaultMinBinHeap)), n
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
		return term.Small(0), nil
	default:
		return nil, badoptException
	}
	f.set = true
	p.ext().options = f
	return old, nil
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
