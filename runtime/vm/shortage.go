package vm

import (
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"ersh/runtime/term"
)

// When memory runs short, the process that holds most of what grows is killed
// with a report, as otherwise the system would end the node and all its
// processes.
//
// The node's limit is four fifths of what the machine, or the control group,
// has, or what GOMEMLIMIT says; Go's collector keeps to it for as long as
// it can. After each collection (gc.go) the memory in use is compared with
// what is sustainable under the limit. Where it is more, a shortage is declared:
// each process is measured at the end of its next turn, and after a while the
// largest is killed. What grows takes turns, because it runs or because it gets
// messages; a process that does neither is not measured and not killed. The
// owner of an ETS table answers for the table's size.
//
// A function that allocates much at once asks Room before.

const (
	// liveShare is the part of the limit that may be in use after a collection.
	liveShare = 0.75
	// largeAllocation is the size from which Room looks closer.
	largeAllocation = 16 << 20
	shortageWait    = 100 * time.Millisecond
	shortageWaits   = 100
	// The largest process is to blame if it holds this part of what is in use.
	blame = 1. / 8
)

var memoryLimit = sync.OnceValue(func() int64 {
	if n := debug.SetMemoryLimit(-1); n < math.MaxInt64 {
		return n // GOMEMLIMIT
	}
	n := int64(machineMemory()) / 5 * 4
	if n <= 0 {
		return math.MaxInt64
	}
	debug.SetMemoryLimit(n)
	return n
})

// shortage is what a VM does about a lack of memory.
type shortage struct {
	// number counts shortages; it is 0 while there is none.
	number  atomic.Uint32
	mu      sync.Mutex
	last    uint32
	largest *Process // measured in this shortage
	bytes   int64
	sum     int64 // of all that were measured
	outside int64 // of what is no process's own
	// busy is a process in a function in Go that goes on from turn to turn;
	// what it has made so far can't be measured.
	busy   *Process
	victim atomic.Pointer[Process]
	// measuring counts processes whose measuring is under way.
	measuring atomic.Int32
	hooks     []func() (owner *term.Pid, bytes int64)
}

// liveBytes is what was in use after the last collection.
var liveBytes atomic.Int64

// vms are the VMs that are told of a shortage.
var vms sync.Map

// OnShortage has fn called when memory is short: it tells of the process
// that holds most memory outside its heap.
func (vm *VM) OnShortage(fn func() (owner *term.Pid, bytes int64)) {
	vm.short.hooks = append(vm.short.hooks, fn)
}

// checkMemory is called after each collection.
func checkMemory(live int64) {
	liveBytes.Store(live)
	if live < sustainable() {
		return
	}
	vms.Range(func(v, _ any) bool {
		go v.(*VM).shortage(live)
		return true
	})
}

// sustainable is how much may be in use after a collection.
func sustainable() int64 { return int64(liveShare * float64(memoryLimit())) }

// shortage finds the process to blame and kills it.
func (vm *VM) shortage(live int64) {
	s := &vm.short
	s.mu.Lock()
	if s.number.Load() != 0 {
		s.mu.Unlock()
		return // under way
	}
	s.last++
	if s.last == 0 {
		s.last = 1
	}
	s.largest, s.bytes, s.sum, s.outside, s.busy = nil, 0, 0, 0, nil
	s.number.Store(s.last)
	s.mu.Unlock()

	// Turns may take long when memory is short, as the collector takes its time
	// from those that allocate.
	var victim *Process
	for range shortageWaits {
		time.Sleep(shortageWait)
		if victim = s.toBlame(vm, live); victim != nil || liveBytes.Load() < sustainable() {
			break
		}
	}
	if victim == nil {
		s.number.Store(0)
		return
	}
	s.victim.Store(victim)
	victim.wake(nil)
	for range shortageWaits * 6 {
		time.Sleep(shortageWait)
		if s.victim.Load() == nil || victim.state.Load() == stateDead {
			break
		}
	}
	s.victim.Store(nil)
	s.mu.Lock()
	s.largest, s.busy = nil, nil
	s.mu.Unlock()
	s.number.Store(0)
	debug.FreeOSMemory()
}

// toBlame is the process that holds most, nil if none that was measured so far
// holds much.
func (s *shortage) toBlame(vm *VM, live int64) *Process {
	for s.measuring.Load() > 0 {
		time.Sleep(shortageWait / 10)
	}
	for _, fn := range s.hooks {
		if owner, bytes := fn(); owner != nil {
			s.measuredOwner(vm.lookup(owner), bytes)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if rest := live - s.sum - s.outside; s.busy != nil && rest > s.bytes {
		s.largest, s.bytes = s.busy, rest
	}
	s.bytes = min(s.bytes, live)
	if s.largest == nil || float64(s.bytes) < blame*float64(live) {
		return nil
	}
	return s.largest
}

// measured notes the size of a process, which is the caller.
func (s *shortage) measured(p *Process, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum += bytes
	if bytes > s.bytes {
		s.largest, s.bytes = p, bytes
	}
	if p.pending != nil && p.pending.step != nil {
		s.busy = p
	}
}

// measuredOwner is measured for what a process holds besides.
func (s *shortage) measuredOwner(p *Process, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.outside = bytes
	if p != nil && bytes > s.bytes {
		s.largest, s.bytes = p, bytes
	}
}

// inShortage is the end of a turn while memory is short.
func (p *Process) inShortage(number uint32) {
	s := &p.vm.short
	if s.victim.Load() == p {
		s.victim.Store(nil)
		p.kill("Process ~p was killed: out of memory, it held about ~p MB of the ~p MB that the node may use~n",
			term.MakeInt(s.bytes>>20), term.MakeInt(memoryLimit()>>20))
		return
	}
	if p.measuredIn != uint8(number) {
		s.measuring.Add(1)
		p.measuredIn = uint8(number)
		s.measured(p, p.size(0).Bytes)
		s.measuring.Add(-1)
	}
}

// kill ends the process with this turn, and reports why. The first ~p is the
// process.
func (p *Process) kill(format string, args ...term.Term) {
	if p.exiting {
		return
	}
	p.exiting, p.exitReason = true, term.Killed
	p.vm.log(p, term.ErrorAtom, format, append([]term.Term{&p.self}, args...))
}

// Room reports whether so many bytes may be allocated at once.
func Room(bytes int64) bool {
	if bytes < largeAllocation {
		return bytes >= 0
	}
	return bytes < memoryLimit()-liveBytes.Load()
}

// Room reports whether a function may allocate so many bytes at once. If it
// may not, the process is killed at the end of its turn, and what the function
// returns does not matter.
func (p *Process) Room(bytes int64) bool {
	if Room(bytes) {
		return true
	}
	p.kill("Process ~p was killed: out of memory, it asked for ~p MB where the node may use ~p MB~n",
		term.MakeInt(bytes>>20), term.MakeInt(memoryLimit()>>20))
	return false
}
