//go:build !unix

package bif

import "time"

var programStart = time.Now()

// cpuTime has no cheap source here; the time since the start stands in.
func cpuTime() time.Duration { return time.Since(programStart) }
