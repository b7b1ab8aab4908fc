package vm

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"time"
)

// Erlang code makes garbage at a great rate and mostly keeps little. With Go's
// usual setting a small heap is then collected hundreds of times a second,
// and list work ran up to twice as long for it. So the collector is given
// gcHeadroom to fill between two collections, whatever the heap's size; from
// the size on where Go's own setting gives more, that one counts.
const (
	gcHeadroom = 48 << 20
	gcRoom     = 256 << 20
)

var tuneOnce sync.Once

// tuneGC has the collector's setting adjusted after each collection, unless
// GOGC says what it is to be.
func tuneGC() {
	if os.Getenv("GOGC") != "" {
		return
	}
	tuneOnce.Do(func() {
		debug.SetGCPercent(gcPercent(4 << 20))
		releaseTimer = time.AfterFunc(releaseAfter, releaseMemory)
		armGC()
	})
}

// A second after the last collection, or the start, the program is likely to
// be idle: then what it used meanwhile is collected and given back to the
// system, which takes an idle shell from 26 MB to 18 MB. Where memory is used up
// faster, the next collection puts this off.
const releaseAfter = time.Second

var (
	releaseTimer *time.Timer
	releasing    atomic.Bool
)

func releaseMemory() {
	releasing.Store(true)
	debug.FreeOSMemory()
}

// gcSentinel is garbage as soon as it is made: its finalizer runs after each
// collection.
type gcSentinel struct{ _ [16]byte }

func armGC() { runtime.SetFinalizer(new(gcSentinel), func(*gcSentinel) { afterGC() }) }

func afterGC() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	if live[0].Value.Kind() == metrics.KindUint64 {
		debug.SetGCPercent(gcPercent(live[0].Value.Uint64()))
	}
	// The collection that releaseMemory makes is no reason for another one.
	if !releasing.Swap(false) {
		releaseTimer.Reset(releaseAfter)
	}
	armGC()
}

// gcPercent is Go's setting for a heap of which live bytes are in use: twice
// the usual one for a heap of up to gcRoom/2, where collections took a third
// of the time of work on lists of a million elements; beyond gcRoom the
// usual one, so that many processes take no more memory than they must.
func gcPercent(live uint64) int {
	live = max(live, 4<<20)
	return int(max(100, min(200, gcRoom*100/live), gcHeadroom*100/live))
}
