//go:build unix

package dist

import (
	"net"
	"syscall"
)

// direct writes to a connection without ever waiting.
type direct struct {
	raw syscall.RawConn
	buf []byte
	n   int
	try func(fd uintptr) bool
}

func newDirect(nc net.Conn) *direct {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	d := &direct{raw: raw}
	d.try = func(fd uintptr) bool {
		d.n, _ = syscall.Write(int(fd), d.buf)
		return true
	}
	return d
}

// write writes what of b can be written at once, and gives how much that is.
// Errors are for the next ordinary write to find.
func (d *direct) write(b []byte) int {
	if d == nil {
		return 0
	}
	d.buf, d.n = b, 0
	err := d.raw.Write(d.try)
	d.buf = nil
	if err != nil {
		return 0
	}
	return max(d.n, 0)
}
