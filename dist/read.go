package dist

import (
	"encoding/binary"
	"errors"
	"io"

	"ersh/runtime/vm"
)

const (
	// readBuffer holds small frames; larger ones are read to where they stay.
	readBuffer = 64 << 10
	// readAhead is how much is read into the buffer where the next frame is
	// probably one that is not to stay there.
	readAhead = 256
)

// frameReader reads a connection: into a buffer, and past it.
type frameReader struct {
	src   source
	buf   []byte
	r, w  int // what is in buf and has not been taken
	reads func()
}

// source is a connection as it is read.
type source interface {
	io.Reader
	// readBoth fills a and then b as far as one system call does.
	readBoth(a, b []byte) (int, error)
}

// plainSource is one without that call.
type plainSource struct{ io.Reader }

func (s plainSource) readBoth(a, _ []byte) (int, error) { return s.Read(a) }

func (f *frameReader) buffered() int { return f.w - f.r }

// peek gives the next n bytes, which must fit into the buffer, and leaves them
// there. It reads at most ahead bytes more.
func (f *frameReader) peek(n, ahead int) ([]byte, error) {
	if f.w-f.r < n && f.r > 0 {
		f.w = copy(f.buf, f.buf[f.r:f.w])
		f.r = 0
	}
	for f.w-f.r < n {
		end := min(len(f.buf), f.r+n+ahead)
		k, err := f.src.Read(f.buf[f.w:end])
		f.reads()
		if f.w += k; k == 0 && err != nil {
			return nil, err
		}
	}
	return f.buf[f.r : f.r+n], nil
}

func (f *frameReader) skip(n int) {
	if f.r += n; f.r == f.w {
		f.r, f.w = 0, 0
	}
}

// readInto fills b, past the buffer, and reads a little of what comes behind
// into the buffer.
func (f *frameReader) readInto(b []byte) error {
	n := copy(b, f.buf[f.r:f.w])
	f.skip(n)
	for n < len(b) {
		k, err := f.src.readBoth(b[n:], f.buf[:readAhead])
		f.reads()
		if k == 0 && err != nil {
			return err
		}
		if n += k; n > len(b) {
			f.w = n - len(b)
		}
	}
	return nil
}

// hasFrame says whether the next frame can be had without reading.
func (f *frameReader) hasFrame() bool {
	n := f.buffered()
	return n >= 4 && uint32(n-4) >= binary.BigEndian.Uint32(f.buf[f.r:])
}

// reader is what reading a connection goes on from.
type reader struct {
	in      *inbox
	frames  *frameReader
	courier *vm.Courier
}

func (c *conn) newReader() *reader {
	r := &reader{
		in:     newInbox(c.peer, c.flags, c.node.vm.LocalPid, c.node.vm.LocalRef),
		frames: &frameReader{src: newSource(c.nc, c.node.vm.Quiet), buf: make([]byte, readBuffer), reads: func() { c.reads.Add(1) }},
	}
	c.newCourier(r)
	return r
}

// newCourier gives the reader a courier, and one after the other to those that
// go on in its place when the turns that it gives take long.
func (c *conn) newCourier(r *reader) {
	r.courier = c.node.vm.NewCourier(func() {
		c.newCourier(r)
		c.run(r)
	})
}

// read delivers what comes. It gives nil when the peer has closed the
// connection, or it was closed here, an error for what no node sends, and
// errRelieved when another goroutine goes on in its place.
func (c *conn) read(r *reader) error {
	courier := r.courier
	in, fr := r.in, r.frames
	for {
		if !fr.hasFrame() {
			if !courier.Rest() {
				return errRelieved
			}
			c.release()
		}
		ahead := readBuffer
		if len(in.partial) > 0 {
			ahead = readAhead
		}
		head, err := fr.peek(4, ahead)
		if err != nil {
			return nil
		}
		n := int(binary.BigEndian.Uint32(head))
		fr.skip(4)
		if n == 0 {
			continue
		}
		sig, err := readFrame(in, fr, n)
		if err != nil {
			courier.End()
			if errors.Is(err, errEnd) {
				return nil
			}
			return err
		}
		if sig != nil {
			courier.Deliver(c.peer, sig)
		}
	}
}

// errRelieved: somebody else reads.
var errRelieved = errors.New("relieved")

// errEnd: the connection has ended.
var errEnd = errors.New("end of connection")

func readFrame(in *inbox, fr *frameReader, n int) (vm.Signal, error) {
	if n > maxFrame {
		return nil, errTooLarge
	}
	if n <= readBuffer/4 {
		b, err := fr.peek(n, readBuffer)
		if err != nil {
			return nil, errEnd
		}
		sig, err := in.frame(b, false)
		fr.skip(n)
		return sig, err
	}
	// A fragment is read to where the message is put together.
	head, err := fr.peek(fragmentHead, readAhead)
	if err != nil {
		return nil, errEnd
	}
	if head[0] == tagVersion && head[1] == headerContinuing && in.cached {
		n -= fragmentHead
		p, last, err := in.nextFragment(head[2:], n)
		if err != nil {
			return nil, err
		}
		fr.skip(fragmentHead)
		if p.data, err = appendFrom(p.data, fr, n); err != nil {
			return nil, err
		}
		if last {
			return in.whole(p)
		}
		return nil, nil
	}
	b, err := appendFrom(nil, fr, n)
	if err != nil {
		return nil, err
	}
	return in.frame(b, true)
}

// appendFrom appends n bytes to b. Room is made for what comes, not for what is
// claimed.
func appendFrom(b []byte, fr *frameReader, n int) ([]byte, error) {
	const step = 1 << 20
	for n > 0 {
		k := min(n, max(step, len(b)))
		b = grow(b, k)
		at := len(b)
		b = b[:at+k]
		if fr.readInto(b[at:]) != nil {
			return nil, errEnd
		}
		n -= k
	}
	return b, nil
}
