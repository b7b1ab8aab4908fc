package bif

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Sockets as ports. A stream has two goroutines, one that reads and one that
// writes. It is read only while somebody wants what comes: the socket is active,
// or a process waits in recv; so a peer that sends what nobody takes fills no
// memory. Writing goes to the operating system at once where that takes it; what
// is left waits for the writing goroutine, and callers of send wait while more
// than the high watermark does.
//
// All fields but conn are the port's: they are touched with the port locked.
type stream struct {
	port *vm.Port
	conn net.Conn
	raw  syscall.RawConn
	o    inetOptions
	kick chan struct{} // wakes the reader

	held   []byte       // read and not delivered
	waits  *inetWait    // the recv under way
	inBody bool         // of HTTP: the first line has been read
	end    error        // reading has ended with this
	dead   bool         // the peer has closed, and that has been told
	told   bool         // a send has been told that, too
	stats  inetCounters // see inet:getstat
	spoilt bool         // a packet could not be read

	out     [][]byte
	queued  int
	senders []*inetWait
	wake    sync.Cond // of the writer; its lock is outMu
	outMu   sync.Mutex
	stopped bool // also under outMu
	writing bool // also under outMu
	crowded bool // under outMu: senders wait
	shut    bool // no more may be sent
	linger0 bool
}

// inetWait is a process that waits for something at a socket.
type inetWait struct {
	s     *vm.Suspension
	want  int // bytes, of recv
	data  []byte
	timer *time.Timer
	over  bool
}

func (w *inetWait) answer(v term.Term) {
	if w.over {
		return
	}
	w.over = true
	if w.timer != nil {
		w.timer.Stop()
	}
	w.s.Resume(v, nil)
}

// expire has w answered with a timeout, unless it is before. What is there
// already is found even without any time.
func (w *inetWait) expire(port *vm.Port, limit time.Duration, then func()) {
	w.timer = time.AfterFunc(max(limit, 10*time.Millisecond), func() {
		port.Do(func() {
			if !w.over {
				w.answer(failure(aTimeout))
				then()
			}
		})
	})
}

// inetCounters are what inet:getstat shows.
type inetCounters struct {
	recv, send struct{ octets, count, max int }
}

func (c *inetCounters) received(n int) {
	c.recv.octets += n
	c.recv.count++
	c.recv.max = max(c.recv.max, n)
}

func (c *inetCounters) sent(n int) {
	c.send.octets += n
	c.send.count++
	c.send.max = max(c.send.max, n)
}

var (
	aClosed    = term.A("closed")
	aEnotconn  = term.A("enotconn")
	aEalready  = term.A("ealready")
	aEmsgsize  = term.A("emsgsize")
	aTCP       = term.A("tcp")
	aTCPClosed = term.A("tcp_closed")
	aTCPError  = term.A("tcp_error")
	aTCPPass   = term.A("tcp_passive")
	aHTTP      = term.A("http")
	aNxdomain  = term.A("nxdomain")
	aInfinity  = term.A("infinity")
)

// inetError is the reason for an error of a socket.
func inetError(err error) term.Atom {
	var errno syscall.Errno
	var dns *net.DNSError
	switch {
	case errors.As(err, &errno):
		if errno == syscall.EAFNOSUPPORT {
			return term.A("eafnosupport")
		}
		if name, ok := inetErrnos(errno); ok {
			return term.A(name)
		}
		return posix(err)
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return aTimeout
	case errors.As(err, &dns):
		return aNxdomain
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.EOF):
		return aClosed
	}
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return aTimeout
	}
	return aEinval
}

// lineMax is where a line without an end is cut, and the longest line of HTTP.
const lineMax = 64 << 10

// lastWrites is how long a closed socket tries to write a piece of what is left.
const lastWrites = 30 * time.Second

// newStream makes a port of a connection, for owner.
func newStream(m *vm.VM, owner *term.Pid, conn net.Conn, o inetOptions) (term.Term, error) {
	s := &stream{conn: conn, o: o, kick: make(chan struct{}, 1)}
	s.wake.L = &s.outMu
	if sc, ok := conn.(syscall.Conn); ok {
		s.raw, _ = sc.SyscallConn()
	}
	s.applySys(o.sys)
	s.port = m.NewPort("tcp_inet", s, owner)
	if s.port == nil {
		conn.Close()
		return failure(term.A("system_limit")), nil
	}
	go s.read()
	go s.write()
	return term.T(term.Ok, s.port.ID()), nil
}

func (s *stream) applySys(list []sysOption) error {
	if t, ok := s.conn.(*net.TCPConn); ok {
		nodelay := false
		for _, x := range list {
			nodelay = nodelay || x.name == "nodelay" && x.value != 0
			if x.name == "linger" {
				s.linger0 = x.on && x.value == 0
			}
		}
		t.SetNoDelay(nodelay)
	}
	return setSysOptions(s.raw, list)
}

// Output is vm.PortDriver's: data is sent by gen_tcp:send alone.
func (s *stream) Output([]byte) term.Term { return aEinval }

// Info is vm.PortDriver's.
func (s *stream) Info(item term.Atom) term.Term {
	if item.Name() == "queue_size" {
		return num(s.pending())
	}
	return nil
}

func (s *stream) pending() int {
	s.outMu.Lock()
	defer s.outMu.Unlock()
	return s.queued
}

// Stop is vm.PortDriver's. What is queued is still written.
func (s *stream) Stop() {
	s.outMu.Lock()
	s.stopped = true
	rest := s.queued > 0
	s.wake.Signal()
	s.outMu.Unlock()
	if t, ok := s.conn.(*net.TCPConn); ok && s.linger0 {
		t.SetLinger(0)
		rest = false
	}
	if !rest {
		s.conn.Close()
	} else {
		// The reader is let go; the writer closes, soon if nobody reads.
		s.conn.SetReadDeadline(time.Now())
		s.conn.SetWriteDeadline(time.Now().Add(lastWrites))
	}
	if s.waits != nil {
		s.waits.answer(failure(aClosed))
		s.waits = nil
	}
	for _, w := range s.senders {
		w.answer(failure(aClosed))
	}
	s.senders = nil
}

// wants reports how many bytes are to be read, 0 if nobody wants any.
func (s *stream) wants() int {
	if s.end != nil || s.dead || s.waits == nil && s.o.active == passive {
		return 0
	}
	if s.waits != nil && s.o.packet == packetRaw && s.waits.want > 0 {
		// No more than what was asked for.
		return min(max(s.waits.want-len(s.held), 1), pipeChunk)
	}
	if s.o.packet == packetRaw && s.waits != nil {
		return min(max(s.o.buffer, 1), pipeChunk)
	}
	return min(max(s.o.buffer, 1460), pipeChunk)
}

func (s *stream) read() {
	buf := make([]byte, 1460)
	messages, bytes := 0, 0
	for {
		want := 0
		if !s.port.Do(func() { want = s.wants() }) {
			return
		}
		if want == 0 {
			select {
			case <-s.kick:
			case <-s.port.Done():
				return
			}
			continue
		}
		if want > len(buf) {
			buf = make([]byte, want)
		}
		n, err := s.conn.Read(buf[:want])
		if !s.port.Do(func() { messages += s.input(buf[:n], err) }) {
			return
		}
		if n == len(buf) && len(buf) < pipeChunk {
			// Much comes: larger pieces.
			buf = make([]byte, min(2*len(buf), pipeChunk))
		}
		if bytes += n; messages >= 256 || bytes >= 1<<20 {
			if messages > 0 {
				s.port.Breathe(bytes / messages)
			}
			messages, bytes = 0, 0
		}
	}
}

// input takes what was read; it gives the number of messages it made.
func (s *stream) input(b []byte, err error) int {
	if len(b) > 0 {
		s.stats.received(len(b))
		s.port.CountInput(len(b))
		s.held = append(s.held, b...)
	}
	if err != nil {
		s.end = err
	}
	return s.pump()
}

// pump delivers what can be delivered.
func (s *stream) pump() (messages int) {
	for s.waits != nil || s.o.active != passive {
		packet, ok := s.next()
		if !ok {
			s.spoilt = true
			s.ended(aEmsgsize)
			return messages
		}
		if packet == nil {
			break
		}
		messages++
		s.deliver(packet)
	}
	if s.end != nil && !s.dead && (s.waits != nil || s.o.active != passive) {
		s.ended(term.Atom{})
	}
	return messages
}

// next takes the next packet out of what is held; nil if it isn't whole.
func (s *stream) next() (packet term.Term, ok bool) {
	if len(s.held) == 0 {
		return nil, true
	}
	kind := s.o.packet
	if kind == packetRaw {
		n := len(s.held)
		if s.waits != nil && s.waits.want > 0 {
			if n < s.waits.want {
				return nil, true
			}
			n = s.waits.want
		}
		return s.data(s.take(n)), true
	}
	if s.inBody && kind == packetHTTP {
		kind = packetHTTPHeader
	} else if s.inBody && kind == packetHTTPBin {
		kind = packetHTTPHeaderBin
	}
	o := packetOptions{max: s.o.packetMax, delimiter: s.o.delimiter}
	switch {
	case kind == packetLine:
		o.line = lineMax
	case kind.isHTTP() && o.max == 0:
		o.max = lineMax
	}
	n, ok := packetLength(kind, s.held, o)
	if !ok {
		return nil, false
	}
	if n == 0 || n > len(s.held) {
		return nil, true
	}
	b := s.take(n)
	switch {
	case kind.isHTTP():
		packet = httpPacket(kind, b)
		if s.o.packet == packetHTTP || s.o.packet == packetHTTPBin {
			s.httpState(packet)
		}
		return packet, true
	case kind == packetTLS:
		return tlsPacket(b), true
	}
	return s.data(packetBody(kind, b)), true
}

// httpState: headers come after the first line, up to the empty one.
func (s *stream) httpState(packet term.Term) {
	if packet == aHTTPEoh {
		s.inBody = false
	} else if t, ok := packet.(*term.Tuple); ok && (t.Elems[0] == aHTTPRequest || t.Elems[0] == aHTTPResponse) {
		s.inBody = true
	}
}

// take takes the first n bytes; they are the caller's.
func (s *stream) take(n int) []byte {
	b := s.held[:n:n]
	if n == len(s.held) {
		s.held = nil
	} else {
		s.held = s.held[n:]
	}
	return b
}

func (s *stream) data(b []byte) term.Term { return s.o.data(b) }

// data is bytes as the options want them.
func (o *inetOptions) data(b []byte) term.Term {
	if !o.binary {
		return term.ByteList(b)
	}
	if o.head > 0 {
		n := min(o.head, len(b))
		elems := make([]term.Term, n)
		for i := range elems {
			elems[i] = num(int(b[i]))
		}
		return term.ListTail(elems, term.Binary(b[n:]))
	}
	return term.Binary(b)
}

func (s *stream) deliver(packet term.Term) {
	if w := s.waits; w != nil {
		s.waits = nil
		w.answer(term.T(term.Ok, packet))
		return
	}
	tag := aTCP
	if s.o.packet.isHTTP() {
		tag = aHTTP
	}
	s.port.Deliver(term.T(tag, s.port.ID(), packet))
	s.o.delivered(func() { s.port.Deliver(term.T(aTCPPass, s.port.ID())) })
}

// delivered counts a message of a socket that is active for some.
func (o *inetOptions) delivered(becomesPassive func()) {
	switch o.active {
	case activeOnce:
		o.active = passive
	case activeCount:
		if o.count--; o.count == 0 {
			o.active = passive
			becomesPassive()
		}
	}
}

// ended tells that no more will come: for reason, or as end says.
func (s *stream) ended(reason term.Atom) {
	if reason.IsZero() {
		if reason = inetError(s.end); reason == aClosed {
			reason = term.Atom{}
		}
	}
	reset := errors.Is(s.end, syscall.ECONNRESET) && !s.spoilt
	if reset && !s.o.showReset {
		reason = term.Atom{}
	}
	if w := s.waits; w != nil {
		s.waits = nil
		if reason.IsZero() {
			reason = aClosed
		}
		w.answer(failure(reason))
		s.dead = s.o.exitClose || s.spoilt
		if s.dead {
			s.hangUp()
		}
		return
	}
	if !reason.IsZero() {
		s.port.Deliver(term.T(aTCPError, s.port.ID(), reason))
	}
	s.port.Deliver(term.T(aTCPClosed, s.port.ID()))
	if s.o.exitClose || s.spoilt {
		s.port.Leave()
		return
	}
	s.o.active = passive
}

// hangUp closes the connection of a socket that goes on as one that has none.
func (s *stream) hangUp() {
	s.shut = true
	s.held = nil
	s.conn.Close()
	for _, w := range s.senders {
		w.answer(failure(aClosed))
	}
	s.senders = nil
}

func (s *stream) prompt() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

// recvMax is the most that recv may ask for.
const recvMax = 64 << 20

func (s *stream) recv(p *vm.Process, n int, limit time.Duration) (v term.Term, err error) {
	switch {
	case s.waits != nil:
		return failure(aEalready), nil
	case s.dead:
		return failure(aEnotconn), nil
	case s.o.active != passive:
		return failure(aEinval), nil
	case n > 0 && s.o.packet != packetRaw:
		return failure(aEinval), nil
	case n > recvMax:
		return failure(term.A("enomem")), nil
	}
	w := &inetWait{s: p.Suspend(), want: n}
	s.waits = w
	if limit >= 0 {
		w.expire(s.port, limit, func() {
			if s.waits == w {
				s.waits = nil
			}
		})
	}
	s.pump()
	s.prompt()
	return nil, w.s
}

// send sends data, which is no longer the caller's.
func (s *stream) send(p *vm.Process, data []byte) (term.Term, error) {
	if s.dead && !s.told {
		s.told = true
		return failure(aClosed), nil
	}
	if s.dead {
		return failure(aEnotconn), nil
	}
	if s.shut {
		return failure(aClosed), nil
	}
	if n := s.o.packet.header(); n > 0 {
		head := make([]byte, n, n+len(data))
		for i, v := n-1, len(data); i >= 0; i-- {
			head[i] = byte(v)
			v >>= 8
		}
		data = append(head, data...)
	}
	if s.pending() >= max(s.o.high, 1) {
		w := &inetWait{s: p.Suspend(), data: data}
		s.senders = append(s.senders, w)
		s.outMu.Lock()
		s.crowded = true
		s.outMu.Unlock()
		if s.o.sendLimit > 0 {
			w.expire(s.port, s.o.sendLimit, func() {
				if s.o.sendCloses {
					s.port.Leave()
				}
			})
		}
		return nil, w.s
	}
	if err := s.put(data); err != nil {
		return failure(s.broken(err)), nil
	}
	return term.Ok, nil
}

// put writes data, or as much of it as is taken at once, and queues the rest.
func (s *stream) put(data []byte) error {
	s.stats.sent(len(data))
	s.port.CountOutput(len(data))
	s.outMu.Lock()
	defer s.outMu.Unlock()
	if len(s.out) == 0 && !s.writing {
		n, err := writeNow(s.raw, data)
		if err != nil {
			return err
		}
		data = data[n:]
	}
	if len(data) > 0 {
		s.out = append(s.out, data)
		s.queued += len(data)
		s.wake.Signal()
	}
	return nil
}

// broken is what a send that failed gives; the connection is of no more use.
func (s *stream) broken(err error) term.Atom {
	reason := aClosed
	if errors.Is(err, syscall.ECONNRESET) && s.o.showReset {
		reason = inetError(err)
	}
	s.shut = true
	for _, w := range s.senders {
		w.answer(failure(reason))
	}
	s.senders = nil
	if s.o.active != passive && !s.dead && s.end == nil {
		// The reader will find out what is left to read, and the end.
		s.prompt()
	}
	return reason
}

// write writes what is queued until the port has ended and nothing is left.
func (s *stream) write() {
	defer s.conn.Close()
	for {
		s.outMu.Lock()
		for len(s.out) == 0 && !s.stopped {
			s.wake.Wait()
		}
		if len(s.out) == 0 {
			s.outMu.Unlock()
			return
		}
		data := s.out[0]
		s.out[0] = nil
		s.out = s.out[1:]
		s.writing = true
		s.outMu.Unlock()
		for len(data) > 0 {
			n, err := s.conn.Write(data[:min(len(data), pipeChunk)])
			data = data[n:]
			s.outMu.Lock()
			s.queued -= n
			release := s.crowded
			if s.stopped {
				s.conn.SetWriteDeadline(time.Now().Add(lastWrites))
			}
			if err != nil {
				s.out, s.queued = nil, 0
			}
			s.writing = err == nil && len(data) > 0
			s.outMu.Unlock()
			if err != nil {
				s.port.Do(func() { s.broken(err) })
				return
			}
			if release {
				s.port.Do(s.release)
			}
		}
	}
}

// release lets senders go on who waited, once little is queued.
func (s *stream) release() {
	defer func() {
		s.outMu.Lock()
		s.crowded = len(s.senders) > 0
		s.outMu.Unlock()
	}()
	if s.pending() > s.o.low {
		return
	}
	for len(s.senders) > 0 && s.pending() < max(s.o.high, 1) {
		w := s.senders[0]
		s.senders = s.senders[1:]
		if w.over {
			continue
		}
		if err := s.put(w.data); err != nil {
			w.answer(failure(s.broken(err)))
			return
		}
		w.answer(term.Ok)
	}
}

// shutdown is gen_tcp:shutdown; how is 0 for reading, 1 writing, 2 both.
func (s *stream) shutdown(how int) term.Term {
	if s.dead {
		return failure(aEnotconn)
	}
	c, ok := s.conn.(interface {
		CloseRead() error
		CloseWrite() error
	})
	if !ok {
		return failure(aEinval)
	}
	if how != 0 {
		if s.pending() > 0 {
			go func() {
				for s.pending() > 0 {
					time.Sleep(time.Millisecond)
				}
				c.CloseWrite()
			}()
		} else if err := c.CloseWrite(); err != nil {
			return failure(inetError(err))
		}
		s.shut = true
	}
	if how != 1 {
		if err := c.CloseRead(); err != nil {
			return failure(inetError(err))
		}
	}
	return term.Ok
}
