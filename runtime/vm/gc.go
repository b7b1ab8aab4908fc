package vm

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Erlang code makes garbage at a great rate and mostly keeps little. With Go's
// usual setting a small heap is then collected hundreds of times a second,
// and list work ran up to twice as long for it. So the collector is given
// gcHeadroom to fill between two collections, whatever the heap's size, and up to
// gcFactor times what is live as long as that is no more than the room (gcRoom); from
// the size on where Go's own setting gives more, that one counts.
const (
	gcHeadroom = 48 << 20
	gcFactor   = 4
)

// gcRoom is a sixteenth of the machine's memory, within bounds: work over lists
// and maps of a million elements keeps a few hundred MB alive, and took up to twice as
// long when its heap could only double.
var gcRoom = sync.OnceValue(func() uint64 {
	return max(256<<20, min(machineMemory()/16, 1<<30))
})

// machineMemory is how much memory the machine, or the container, has; 0
// where that is not known.
func machineMemory() (n uint64) {
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if f := strings.Fields(string(text)); len(f) > 1 && f[0] == "MemTotal:" {
			n, _ = strconv.ParseUint(f[1], 10, 64)
			n <<= 10
		}
	}
	if text, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if limit, err := strconv.ParseUint(strings.TrimSpace(string(text)), 10, 64); err == nil && limit < n {
			n = limit
		}
	}
	return n
}

var tuneOnce sync.Once

// tuneGC has the collector's setting adjusted after each collection, unless
// GOGC says what it is to be.
func tuneGC() {
	if os.Getenv("GOGC") != "" {
		return
	}
	tuneOnce.Do(func() {
		debug.SetGCPercent(gcPercent(4<<20, gcRoom()))
		releaser.start()
		armGC()
	})
}

// A program that has allocated next to nothing for a second is idle: then what
// it used before is collected and given back to the system, which takes an
// idle shell from 26 MB to 18 MB.
const (
	releaseAfter = time.Second
	idleBytes    = 1 << 20 // what an idle program may allocate meanwhile
)

var releaser memoryReleaser

type memoryReleaser struct {
	mu        sync.Mutex
	timer     *time.Timer
	allocated uint64 // as of the last look
	done      bool   // nothing to release since
}

func (r *memoryReleaser) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(releaseAfter, r.check)
}

// check releases memory if the program is idle, and looks again later if not.
func (r *memoryReleaser) check() {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	n := sample[0].Value.Uint64()
	r.mu.Lock()
	idle := n-r.allocated < idleBytes
	r.allocated, r.done = n, idle
	if !idle {
		r.timer.Reset(releaseAfter)
	}
	r.mu.Unlock()
	if idle {
		debug.FreeOSMemory()
	}
}

// collected has the releaser look again: there was a collection, and if it is
// not the releaser's own, there was work.
func (r *memoryReleaser) collected() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done {
		r.done = false
		return
	}
	r.timer.Reset(releaseAfter)
}

// gcSentinel is garbage as soon as it is made: its finalizer runs after each
// collection.
type gcSentinel struct{ _ [16]byte }

func armGC() { runtime.SetFinalizer(new(gcSentinel), func(*gcSentinel) { afterGC() }) }

func afterGC() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() == metrics.KindUint64 {
		debug.SetGCPercent(gcPercent(live[0].Value.Uint64(), gcRoom()))
		checkMemory(int64(live[0].Value.Uint64()))
	}
	releaser.collected()
	armGC()
}

// gcPercent is Go's setting for a heap of which live bytes are in use, with so
// much room. Beyond the room it is the usual one, so that many processes take no more memory
// than they must.
func gcPercent(live, room uint64) int {
	live = max(live, 4<<20)
	return int(max(100, min(gcFactor*100, room*100/live), gcHeadroom*100/live))
}
