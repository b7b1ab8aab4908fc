package bif

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The node about itself.
var erlangSystem = []vm.BIF{
	erl("system_info", 1, systemInfo),
	erl("system_flag", 2, systemFlag),
	erl("statistics", 1, statistics),
	erl("memory", 0, memoryAll),
	erl("memory", 1, memory),
	erl("garbage_collect", 0, garbageCollect),
	erl("garbage_collect", 1, garbageCollect),
	erl("garbage_collect", 2, garbageCollect),
	erl("bump_reductions", 1, bumpReductions),
	{Module: "erts_debug", Name: "flat_size", Arity: 1, Fn: flatSize},
	{Module: "erts_debug", Name: "size", Arity: 1, Fn: sizeOf},
}

// The release whose behaviour is ersh's reference, and what belongs to it.
const (
	otpRelease  = "29"
	ertsVersion = "17.1"
	nifVersion  = "2.18"
	etsLimit    = 8192
)

func str(s string) term.Term           { return term.String(s) }
func num[T int | int64](n T) term.Term { return term.MakeInt(int64(n)) }

// pairs makes a list of two-tuples with atoms as their first elements.
func pairs(kvs ...any) term.Term {
	var l []term.Term
	for i := 0; i < len(kvs); i += 2 {
		l = append(l, term.T(term.A(kvs[i].(string)), kvs[i+1].(term.Term)))
	}
	return term.List(l...)
}

func architecture() string {
	cpu := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}[runtime.GOARCH]
	if cpu == "" {
		cpu = runtime.GOARCH
	}
	switch runtime.GOOS {
	case "linux":
		return cpu + "-pc-linux-gnu"
	case "darwin":
		return cpu + "-apple-darwin"
	case "windows":
		return "win32"
	}
	return cpu + "-unknown-" + runtime.GOOS
}

func schedulers() int { return runtime.GOMAXPROCS(0) }

func systemVersion() string {
	n := schedulers()
	return fmt.Sprintf("Erlang/OTP %s [erts-%s] [ersh] [64-bit] [smp:%d:%d]\n", otpRelease, ertsVersion, n, n)
}

// constants of erl, by the item of system_info that asks for them.
var constants = map[term.Atom]term.Term{
	term.A("otp_release"):                      str(otpRelease),
	term.A("version"):                          str(ertsVersion),
	term.A("driver_version"):                   str("3.3"),
	term.A("nif_version"):                      str(nifVersion),
	term.A("machine"):                          str("BEAM"),
	term.A("compat_rel"):                       num(29),
	term.A("wordsize"):                         num(8),
	term.A("endian"):                           term.A("little"),
	term.A("atom_limit"):                       num(term.MaxAtoms),
	term.A("port_limit"):                       num(vm.PortLimit),
	term.A("ets_limit"):                        num(etsLimit),
	term.A("delayed_node_table_gc"):            num(60),
	term.A("dist_buf_busy_limit"):              num(1 << 20),
	term.A("dirty_io_schedulers"):              num(dirtyIO),
	term.A("thread_pool_size"):                 num(1),
	term.A("threads"):                          term.True,
	term.A("smp_support"):                      term.True,
	term.A("multi_scheduling"):                 aEnabled,
	term.A("multi_scheduling_blockers"):        term.EmptyList,
	term.A("allocator"):                        term.T(term.Undefined, term.EmptyList, term.EmptyList, term.EmptyList),
	term.A("alloc_util_allocators"):            term.EmptyList,
	term.A("allocated_areas"):                  term.EmptyList,
	term.A("check_io"):                         term.EmptyList,
	term.A("c_compiler_used"):                  term.T(term.Undefined, term.Undefined),
	term.A("dynamic_trace_probes"):             term.False,
	term.A("ets_realloc_moves"):                term.False,
	term.A("sequential_tracer"):                term.T(term.A("sequential_tracer"), term.False),
	term.A("context_reductions"):               num(4000),
	term.A("taints"):                           term.EmptyList,
	term.A("halt_flush_timeout"):               term.A("infinity"),
	term.A("hipe_architecture"):                term.Undefined,
	term.A("constant_pool_support"):            term.True,
	term.A("lock_checking"):                    term.False,
	term.A("lock_counting"):                    term.False,
	term.A("beam_jump_table"):                  term.True,
	term.A("emu_flavor"):                       term.A("emu"),
	term.A("emu_type"):                         term.A("opt"),
	term.A("build_type"):                       term.A("opt"),
	term.A("debug_compiled"):                   term.False,
	term.A("dynamic_trace"):                    aNone,
	term.A("heap_type"):                        term.A("private"),
	term.A("kernel_poll"):                      term.True,
	term.A("message_queue_data"):               term.A("on_heap"),
	term.A("modified_timing_level"):            term.Undefined,
	term.A("port_parallelism"):                 term.False,
	term.A("scheduler_bind_type"):              term.A("unbound"),
	term.A("time_correction"):                  term.True,
	term.A("time_warp_mode"):                   term.A("multi_time_warp"),
	term.A("tolerant_timeofday"):               term.A("disabled"),
	term.A("update_cpu_info"):                  term.A("unchanged"),
	term.A("async_dist"):                       term.False,
	term.A("cpu_quota"):                        term.A("unknown"),
	term.A("eager_check_io"):                   term.True,
	term.A("start_time"):                       num(int64(vm.MonotonicStart)),
	term.A("end_time"):                         num(int64(8646911283000000000)),
	term.A("dist_ctrl"):                        term.EmptyList,
	term.A("normal_multi_scheduling_blockers"): term.EmptyList,
}

// allocators are those of erl.
var allocators = []term.Term{term.A("binary_alloc"), term.A("driver_alloc"), term.A("eheap_alloc"), term.A("ets_alloc"),
	term.A("fix_alloc"), term.A("literal_alloc"), term.A("ll_alloc"), term.A("mseg_alloc"), term.A("sl_alloc"),
	term.A("std_alloc"), term.A("sys_alloc"), term.A("temp_alloc")}

// measured are the items that change, or depend on the machine.
var measured = map[term.Atom]func(p *vm.Process) term.Term{
	term.A("system_version"):               func(*vm.Process) term.Term { return str(systemVersion()) },
	term.A("system_architecture"):          func(*vm.Process) term.Term { return str(architecture()) },
	term.A("os_type"):                      func(*vm.Process) term.Term { return osType() },
	term.A("schedulers"):                   func(*vm.Process) term.Term { return num(schedulers()) },
	term.A("dirty_cpu_schedulers"):         func(*vm.Process) term.Term { return num(schedulers()) },
	term.A("logical_processors"):           func(*vm.Process) term.Term { return num(runtime.NumCPU()) },
	term.A("logical_processors_online"):    func(*vm.Process) term.Term { return num(runtime.NumCPU()) },
	term.A("logical_processors_available"): func(*vm.Process) term.Term { return num(runtime.NumCPU()) },
	term.A("scheduler_id"):                 func(p *vm.Process) term.Term { return num(p.Scheduler()) },
	term.A("schedulers_total"):             func(*vm.Process) term.Term { return num(schedulers()) },
	term.A("schedulers_state"): func(p *vm.Process) term.Term {
		return term.T(num(schedulers()), systemFlagsOf(p.VM()).get(aSchedulersOnline), num(schedulers()))
	},
	term.A("ets_count"): func(p *vm.Process) term.Term { return num(etsOf(p.VM()).count()) },
	term.A("heap_sizes"): func(*vm.Process) term.Term {
		var list term.ListBuilder
		for _, n := range vm.HeapSizes(1 << 40) {
			list.Append(num(n))
		}
		return list.List(term.EmptyList)
	},
	term.A("loaded"): func(p *vm.Process) term.Term { return term.Binary(loadedText(p.VM())) },
	term.A("procs"):  func(p *vm.Process) term.Term { return term.Binary(processText(p.VM())) },
	term.A("info"):   func(p *vm.Process) term.Term { return term.Binary(append(memoryText(), loadedText(p.VM())...)) },
	term.A("dist"): func(p *vm.Process) term.Term {
		return term.Binary(fmt.Appendf(nil, "=node:%s\n=no_distribution\n", term.Format(p.VM().Node())))
	},
	term.A("scheduler_bindings"): func(*vm.Process) term.Term {
		return term.T(slices.Repeat([]term.Term{term.A("unbound")}, schedulers())...)
	},
	term.A("process_count"): func(p *vm.Process) term.Term { return num(p.VM().ProcessCount()) },
	term.A("process_limit"): func(p *vm.Process) term.Term { return num(p.VM().ProcessLimit()) },
	term.A("port_count"):    func(p *vm.Process) term.Term { return num(len(p.VM().Ports())) },
	term.A("atom_count"):    func(*vm.Process) term.Term { return num(term.AtomCount()) },
	term.A("creation"):      func(p *vm.Process) term.Term { return num(int64(p.VM().Creation())) },
	term.A("os_system_time_source"): func(*vm.Process) term.Term {
		return pairs("function", term.A("clock_gettime"), "clock_id", term.A("CLOCK_REALTIME"), "resolution", num(1000000000),
			"parallel", term.A("yes"), "time", num(systemTime()))
	},
	term.A("os_monotonic_time_source"): func(*vm.Process) term.Term {
		return pairs("function", term.A("clock_gettime"), "clock_id", term.A("CLOCK_MONOTONIC"), "resolution", num(1000000000),
			"used_resolution", num(1000000000), "extended", term.A("no"), "parallel", term.A("yes"), "time", num(vm.Monotonic()))
	},
}

func systemInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	switch t := args[0].(type) {
	case term.Atom:
		if v, ok := constants[t]; ok {
			return v, nil
		}
		if f, ok := measured[t]; ok {
			return f(p), nil
		}
		if v := systemFlagsOf(p.VM()).get(t); v != nil {
			return v, nil
		}
		if v := p.VM().ProcessDefault(t); v != nil {
			return v, nil
		}
	case *term.Tuple:
		if t.Len() == 2 && t.Elems[0] == term.A("wordsize") && (t.Elems[1] == term.A("internal") || t.Elems[1] == term.A("external")) {
			return num(8), nil
		}
		if t.Len() != 2 {
			break
		}
		switch t.Elems[0] {
		case aCPUTopology:
			if t.Elems[1] == term.A("used") || t.Elems[1] == term.A("defined") || t.Elems[1] == term.A("detected") {
				return term.Undefined, nil
			}
		case term.A("allocator"), term.A("allocator_sizes"):
			// Go's runtime is the allocator.
			if slices.Contains(allocators, t.Elems[1]) {
				return term.False, nil
			}
		}
	}
	return nil, vm.Badarg
}

// statKey finds the VM's readings: what statistics/1 gave last, which it
// gives the difference to.
type statKey struct{}

type readings struct {
	sync.Mutex
	last map[term.Atom]int64
}

var (
	aReductions = term.A("reductions")
	aRuntime    = term.A("runtime")
	aWallClock  = term.A("wall_clock")
)

// sinceLast is {Total, SinceLastCall}.
func sinceLast(p *vm.Process, what term.Atom, total int64) term.Term {
	r := p.VM().Local(statKey{}, func() any { return &readings{last: map[term.Atom]int64{}} }).(*readings)
	r.Lock()
	defer r.Unlock()
	old := r.last[what]
	r.last[what] = total
	return term.T(num(total), num(total-old))
}

func statistics(p *vm.Process, args []term.Term) (term.Term, error) {
	a, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	switch a.Name() {
	case "reductions", "exact_reductions":
		return sinceLast(p, aReductions, p.VM().Reductions()), nil
	case "wall_clock":
		return sinceLast(p, aWallClock, (vm.Monotonic()-vm.MonotonicStart)/1e6), nil
	case "runtime":
		return sinceLast(p, aRuntime, int64(cpuTime()/time.Millisecond)), nil
	case "garbage_collection":
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return term.T(num(int64(m.NumGC)), num(int64((m.TotalAlloc-m.HeapAlloc)/8)), num(0)), nil
	case "context_switches":
		return term.T(num(0), num(0)), nil
	case "io":
		return term.T(term.T(term.A("input"), num(0)), term.T(term.A("output"), num(0))), nil
	case "run_queue", "total_run_queue_lengths", "total_run_queue_lengths_all":
		return num(sum(p.VM().RunQueues())), nil
	case "total_active_tasks", "total_active_tasks_all":
		return num(sum(p.VM().RunQueues()) + p.VM().Busy()), nil
	case "run_queue_lengths":
		return lengths(p.VM().RunQueues(), 1), nil
	case "run_queue_lengths_all":
		return lengths(p.VM().RunQueues(), 2), nil
	case "active_tasks":
		return lengths(activeTasks(p), 1), nil
	case "active_tasks_all":
		return lengths(activeTasks(p), 2), nil
	case "run_queues":
		return term.T(dirty(p.VM().RunQueues(), 2)...), nil
	case "scheduler_wall_time":
		return systemFlagsOf(p.VM()).wallTimes(0), nil
	case "scheduler_wall_time_all":
		return systemFlagsOf(p.VM()).wallTimes(dirtyIO), nil
	case "microstate_accounting":
		return microstates(), nil
	}
	return nil, vm.Badarg
}

// dirty are numbers of the schedulers, and of so many more queues which dirty
// schedulers would have.
func dirty(ns []int, more int) (out []term.Term) {
	for _, n := range append(ns, make([]int, more)...) {
		out = append(out, num(n))
	}
	return out
}

func lengths(ns []int, more int) term.Term { return term.List(dirty(ns, more)...) }

func activeTasks(p *vm.Process) []int {
	n := p.VM().RunQueues()
	n[p.Scheduler()-1]++
	return n
}

func sum(ns []int) (total int) {
	for _, n := range ns {
		total += n
	}
	return total
}

// memoryItems in the order of erlang:memory/0.
var memoryItems = []string{"total", "processes", "processes_used", "system", "atom", "atom_used", "binary", "code", "ets"}

// memoryBytes divides what Go's runtime has taken as well as it can: Go does
// not tell binaries from other terms.
func memoryBytes() map[term.Atom]int64 {
	s := []metrics.Sample{
		{Name: "/memory/classes/total:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"},
		{Name: "/memory/classes/heap/released:bytes"},
	}
	metrics.Read(s)
	total := int64(s[0].Value.Uint64() - s[2].Value.Uint64())
	heap := int64(s[1].Value.Uint64())
	const atomBytes = 64
	atoms := int64(term.AtomCount()) * atomBytes
	m := map[term.Atom]int64{}
	for i, v := range []int64{total, heap, heap, total - heap, atoms, atoms, 0, 0, 0} {
		m[term.A(memoryItems[i])] = v
	}
	return m
}

func memoryAll(_ *vm.Process, args []term.Term) (term.Term, error) {
	m := memoryBytes()
	var l []term.Term
	for _, name := range memoryItems {
		a := term.A(name)
		l = append(l, term.T(a, num(m[a])))
	}
	return term.List(l...), nil
}

// memoryText, loadedText and processText are parts of a crash dump, and what
// system_info shows as text.
func memoryText() []byte {
	b := []byte("=memory\n")
	bytes := memoryBytes()
	for _, item := range memoryItems {
		b = fmt.Appendf(b, "%s: %d\n", item, bytes[term.A(item)])
	}
	return b
}

func loadedText(m *vm.VM) (b []byte) {
	for _, name := range m.LoadedModules() {
		b = fmt.Appendf(b, "%s\n", name.Name())
	}
	return b
}

func processText(m *vm.VM) (b []byte) {
	names := make(map[uint32]string)
	for _, a := range m.Registered() {
		if pid := m.Whereis(a); pid != nil {
			names[pid.ID] = a.Name()
		}
	}
	for _, pid := range m.Processes() {
		b = fmt.Appendf(b, "=proc:%s\n", term.Format(pid))
		if name := names[pid.ID]; name != "" {
			b = fmt.Appendf(b, "Name: %s\n", name)
		}
	}
	return b
}

// memory of one item, or of a list of them.
func memory(_ *vm.Process, args []term.Term) (term.Term, error) {
	m := memoryBytes()
	if a, ok := args[0].(term.Atom); ok {
		v, ok := m[a]
		if !ok {
			return nil, vm.Badarg
		}
		return num(v), nil
	}
	items, ok := term.Slice(args[0])
	if _, isList := args[0].(*term.Cons); !ok && isList {
		return nil, errFunctionClause
	}
	if !ok {
		return nil, vm.Badarg
	}
	var l []term.Term
	for _, item := range items {
		a, _ := item.(term.Atom)
		v, ok := m[a]
		if !ok {
			return nil, vm.Badarg
		}
		l = append(l, term.T(a, num(v)))
	}
	return term.List(l...), nil
}

// garbageCollect does nothing: Go's collector owns the memory. A pid that is
// no local one is an error all the same.
func garbageCollect(p *vm.Process, args []term.Term) (term.Term, error) {
	var opts []term.Term
	if len(args) > 1 {
		var ok bool
		if opts, ok = term.Slice(args[1]); !ok {
			return nil, vm.BadargCause(aBadOption)
		}
	}
	for _, o := range opts {
		t, ok := o.(*term.Tuple)
		if !ok || t.Len() != 2 || t.Elems[0] != aAsync && t.Elems[0] != aType {
			return nil, vm.BadargCause(aBadOption)
		}
		if t.Elems[0] == aAsync {
			p.VM().Send(p.Pid(), term.T(term.A("garbage_collect"), t.Elems[1], term.True))
			return aAsync, nil
		}
	}
	if len(args) > 0 {
		pid, ok := args[0].(*term.Pid)
		if !ok || p.VM().LocalPid(pid).Proc == nil && pid.Node != p.VM().Node() {
			return nil, vm.Badarg
		}
		return term.Bool(p.VM().LocalPid(pid).Proc != nil), nil
	}
	return term.True, nil
}

var (
	aAsync     = term.A("async")
	aType      = term.A("type")
	aBadOption = term.A("bad_option")
)

func bumpReductions(p *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := natural(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	p.Bump(n)
	return term.True, nil
}
