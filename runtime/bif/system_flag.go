package bif

import (
	"math"
	"sync"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// systemFlags are the settings of erlang:system_flag/2 that are kept for those
// who ask; what concerns processes is the VM's (vm.VM.SystemFlag).
type systemFlags struct {
	sync.Mutex
	values map[term.Atom]term.Term
	// wallTime is when scheduler_wall_time was switched on, and the processor
	// time at that moment; on counts by how many.
	wallOn        int
	wallAt, cpuAt int64
}

type flagKey struct{}

func systemFlagsOf(m *vm.VM) *systemFlags {
	return m.Local(flagKey{}, func() any {
		n := num(schedulers())
		return &systemFlags{values: map[term.Atom]term.Term{
			aSchedulersOnline: n, aDirtyOnline: n, aMicrostate: term.False, aSystemLogger: systemLogger(m),
			aTraceWord: num(0), aOutstanding: num(4), aTimeOffset: aVolatile, aCPUTopology: term.Undefined,
			aMultiScheduling: aEnabled, aDistBuf: num(1 << 20),
		}}
	}).(*systemFlags)
}

var (
	aSchedulersOnline = term.A("schedulers_online")
	aDirtyOnline      = term.A("dirty_cpu_schedulers_online")
	aMicrostate       = term.A("microstate_accounting")
	aSystemLogger     = term.A("system_logger")
	aLogger           = term.A("logger")
	aTraceWord        = term.A("trace_control_word")
	aOutstanding      = term.A("outstanding_system_requests_limit")
	aVolatile         = term.A("volatile")
	aCPUTopology      = term.A("cpu_topology")
	aMultiScheduling  = term.A("multi_scheduling")
	aEnabled          = term.A("enabled")
	aDistBuf          = term.A("dist_buf_busy_limit")
	aWallTime         = term.A("scheduler_wall_time")
	aBindType         = term.A("scheduler_bind_type")
)

// systemLogger is who gets the node's own log events at first.
func systemLogger(m *vm.VM) term.Term {
	if pid := m.Whereis(aLogger); pid != nil {
		return pid
	}
	return term.Undefined
}

// get is the value of a flag; the lock is not held.
func (f *systemFlags) get(flag term.Atom) term.Term {
	f.Lock()
	defer f.Unlock()
	return f.values[flag]
}

func systemFlag(p *vm.Process, args []term.Term) (term.Term, error) {
	flag, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	v := args[1]
	if old, known, err := p.VM().SystemFlag(flag, v); known {
		return old, err
	}
	f := systemFlagsOf(p.VM())
	f.Lock()
	defer f.Unlock()
	new := v
	within := func(lo, hi int64) bool { _, ok := smallInt(v, lo, hi); return ok }
	switch flag {
	case aSchedulersOnline, aDirtyOnline:
		ok = within(1, int64(schedulers()))
	case aMicrostate:
		if v == term.A("reset") {
			new = f.values[flag]
		} else {
			ok = isBool(v)
		}
	case aSystemLogger:
		_, isPid := v.(*term.Pid)
		ok = isPid || v == aLogger || v == term.Undefined
	case aTraceWord:
		ok = within(0, math.MaxUint32)
	case aOutstanding:
		ok = within(1, 1<<27-1)
	case aTimeOffset:
		ok, new = v == term.A("finalize"), aVolatile
	case aCPUTopology, aBindType:
		if flag == aBindType || v != term.Undefined {
			ok = false
		}
	case aMultiScheduling:
		states := map[term.Term]term.Atom{
			term.A("block"): term.A("blocked"), term.A("block_normal"): term.A("blocked_normal"),
			term.A("unblock"): aEnabled, term.A("unblock_normal"): aEnabled,
		}
		state, known := states[v]
		if !known {
			return nil, vm.Badarg
		}
		return state, nil
	case aWallTime:
		if !isBool(v) {
			return nil, vm.Badarg
		}
		return term.Bool(f.wallTime(v == term.True)), nil
	case term.A("erts_alloc"):
		t, isTuple := v.(*term.Tuple)
		if !isTuple || t.Len() != 3 {
			return nil, vm.Badarg
		}
		return term.A("notsup"), nil
	case term.A("scheduling_statistics"):
		return term.True, nil
	default:
		ok = false
	}
	if !ok {
		return nil, vm.Badarg
	}
	old := f.values[flag]
	f.values[flag] = new
	return old, nil
}

// wallTime counts those who want scheduler_wall_time; the caller has the lock.
func (f *systemFlags) wallTime(on bool) (was bool) {
	was = f.wallOn > 0
	switch {
	case on:
		if f.wallOn++; f.wallOn == 1 {
			f.wallAt, f.cpuAt = vm.Monotonic(), int64(cpuTime())
		}
	case was:
		f.wallOn--
	}
	return was
}

// wallTimes is statistics(scheduler_wall_time): the node's processor time is
// taken as spread evenly.
func (f *systemFlags) wallTimes(more int) term.Term {
	f.Lock()
	defer f.Unlock()
	if f.wallOn == 0 {
		return term.Undefined
	}
	n := schedulers()
	total := vm.Monotonic() - f.wallAt
	active := min((int64(cpuTime())-f.cpuAt)/int64(n), total)
	var list []term.Term
	for i := 1; i <= 2*n+more; i++ {
		if i > n {
			active = 0
		}
		list = append(list, term.T(num(i), num(active), num(total)))
	}
	return term.List(list...)
}

// microstates is statistics(microstate_accounting): ersh's threads are not told apart
// by what they do.
func microstates() term.Term {
	counters := term.EmptyMap
	for _, s := range []string{"emulator", "port", "aux", "check_io", "gc", "other", "sleep"} {
		counters = counters.Put(term.A(s), num(0))
	}
	n := schedulers()
	var list []term.Term
	for _, kind := range []struct {
		name  string
		count int
	}{{"async", 1}, {"aux", 1}, {"poll", 1}, {"dirty_io_scheduler", dirtyIO}, {"dirty_cpu_scheduler", n}, {"scheduler", n}} {
		for i := range kind.count {
			list = append(list, term.MapOf(aCounters, counters, aID, num(i), aType, term.A(kind.name)))
		}
	}
	return term.List(list...)
}

const dirtyIO = 10

var (
	aCounters = term.A("counters")
	aID       = term.A("id")
)
