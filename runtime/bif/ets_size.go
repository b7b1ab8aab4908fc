package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

const (
	// etsSample is how many objects tell the size of all.
	etsSample = 1000
	// etsRowBytes is what the store takes for an object, besides its terms.
	etsRowBytes = 150
)

// bytes estimates the memory that a table takes.
func (t *etsTable) bytes() int64 {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if t.deleted || t.size == 0 {
		return 0
	}
	var s vm.Sizer
	n := 0
	t.store.walk(new(etsCursor), false, func(objs []*term.Tuple) bool {
		for _, o := range objs {
			s.Add(o)
			n++
		}
		return n < etsSample
	})
	return int64(t.size) * (etsRowBytes + s.Bytes/int64(max(n, 1)))
}

// largest is the process whose tables take most memory.
func (ts *etsTables) largest() (owner *term.Pid, bytes int64) {
	ts.mu.RLock()
	defer ts.mu.RUnlock()
	for _, tables := range ts.owned {
		var sum int64
		var who *term.Pid
		for t := range tables {
			sum += t.bytes()
			who = t.owner
		}
		if sum > bytes {
			owner, bytes = who, sum
		}
	}
	return owner, bytes
}
