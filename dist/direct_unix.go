//go:build unix

package dist

import (
	"io"
	"net"
	"syscall"
)

// directWriter writes to a connection without ever waiting.
type directWriter struct {
	conn syscall.RawConn
	buf  []byte
	n    int
	try  func(fd uintptr) bool
}

func newDirectWriter(nc net.Conn) *directWriter {
	conn := rawConn(nc)
	if conn == nil {
		return nil
	}
	d := &directWriter{conn: conn}
	d.try = func(fd uintptr) bool {
		d.n, _ = rawWrite(fd, d.buf)
		return true
	}
	return d
}

func rawConn(nc net.Conn) syscall.RawConn {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return nil
	}
	conn, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	return conn
}

// write writes what of b can be written at once, and gives how much that is.
// Errors are for the next ordinary write to find.
func (d *directWriter) write(b []byte) int {
	if d == nil {
		return 0
	}
	d.buf, d.n = b, 0
	err := d.conn.Write(d.try)
	d.buf = nil
	if err != nil {
		return 0
	}
	return max(d.n, 0)
}

// directSource reads from a connection; large reads go the usual way.
type directSource struct {
	nc   net.Conn
	conn syscall.RawConn
	a, b []byte
	n    int
	err  error
	try  func(fd uintptr) bool
	keen keenness
}

func newSource(nc net.Conn, quiet func() bool) source {
	conn := rawConn(nc)
	if conn == nil {
		return plainSource{nc}
	}
	d := &directSource{nc: nc, conn: conn, keen: newKeenness()}
	d.try = func(fd uintptr) bool {
		return d.read(fd) || d.keen.wait(quiet, func() bool { return d.read(fd) })
	}
	return d
}

// read reads what there is; false if there is nothing yet.
func (d *directSource) read(fd uintptr) bool {
	for {
		if len(d.b) == 0 {
			d.n, d.err = rawRead(fd, d.a)
		} else {
			d.n, d.err = rawReadBoth(fd, d.a, d.b)
		}
		if d.err != syscall.EINTR {
			return d.err != syscall.EAGAIN
		}
	}
}

func (d *directSource) Read(b []byte) (int, error) { return d.readBoth(b, nil) }

func (d *directSource) readBoth(a, b []byte) (int, error) {
	if len(a) == 0 || len(a) > readBuffer {
		return d.nc.Read(a)
	}
	d.a, d.b = a, b
	err := d.conn.Read(d.try)
	d.a, d.b = nil, nil
	switch {
	case err != nil:
		return 0, err
	case d.err != nil:
		return 0, d.err
	case d.n == 0:
		return 0, io.EOF
	}
	return d.n, nil
}
