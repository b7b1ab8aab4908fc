//go:build !race

package vm

import (
	"sync/atomic"
	"unsafe"
)

// raceDetector tells of builds that report accesses which are in order on all
// processors that Go runs on.
const raceDetector = false

// relink makes an instruction that others may be executing lead to the code of
// a function instead of to its stub. Whoever reads the old address goes by the
// stub, which leads to the same place; the store is of one word and made after
// the code that it publishes, and what readers do with the address depends on
// it, so on every processor that Go runs on they see one or the other whole.
// The race detector knows no such argument, so in its builds calls go by the
// stub for good (relink_race.go).
func relink(ip, code *instr) {
	atomic.StorePointer((*unsafe.Pointer)(unsafe.Pointer(&ip.to)), unsafe.Pointer(code))
}
