package bif

import (
	"context"
	"net"
	"net/netip"
	"syscall"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// datagrams is a socket of UDP, or a local one of datagrams. As a stream it is
// read only while somebody wants what comes.
type datagrams struct {
	port  *vm.Port
	conn  net.PacketConn
	raw   syscall.RawConn
	o     inetOptions
	kick  chan struct{}
	waits *inetWait
	peer  net.Addr // see gen_udp:connect
	stats inetCounters
}

var (
	aUDP      = term.A("udp")
	aUDPError = term.A("udp_error")
	aUDPPass  = term.A("udp_passive")
	aUnspec   = term.A("unspec")
)

func openDatagrams(p *vm.Process, port int, o inetOptions) (term.Term, error) {
	lc := net.ListenConfig{Control: control(&o)}
	address := hostPort(o.addr, port)
	if o.family == aLocal {
		address = o.path
	}
	owner, m := p.Pid(), p.VM()
	return nil, p.Async(func() (term.Term, error) {
		c, err := lc.ListenPacket(context.Background(), o.network("udp"), address)
		if err != nil {
			return failure(inetError(err)), nil
		}
		s := &datagrams{conn: c, o: o, kick: make(chan struct{}, 1)}
		if sc, ok := c.(syscall.Conn); ok {
			s.raw, _ = sc.SyscallConn()
		}
		s.port = m.NewPort("udp_inet", s, owner)
		if s.port == nil {
			c.Close()
			return failure(term.A("system_limit")), nil
		}
		go s.read()
		return term.T(term.Ok, s.port.ID()), nil
	})
}

// Output is vm.PortDriver's.
func (s *datagrams) Output([]byte) term.Term { return aEinval }

// Info is vm.PortDriver's.
func (s *datagrams) Info(term.Atom) term.Term { return nil }

// Stop is vm.PortDriver's.
func (s *datagrams) Stop() {
	s.conn.Close()
	if s.waits != nil {
		s.waits.answer(failure(aClosed))
		s.waits = nil
	}
}

func (s *datagrams) prompt() {
	select {
	case s.kick <- struct{}{}:
	default:
	}
}

func (s *datagrams) recv(p *vm.Process, limit time.Duration) (term.Term, error) {
	switch {
	case s.waits != nil:
		return failure(aEalready), nil
	case s.o.active != passive:
		return failure(aEinval), nil
	}
	w := &inetWait{s: p.Suspend()}
	s.waits = w
	if limit >= 0 {
		w.expire(s.port, limit, func() {
			if s.waits == w {
				s.waits = nil
			}
		})
	}
	s.prompt()
	return nil, w.s
}

// datagramMax is the longest datagram.
const datagramMax = 1 << 16

func (s *datagrams) read() {
	buf := make([]byte, datagramMax)
	messages, bytes := 0, 0
	// What came for a reader who has gone.
	var held []byte
	var from net.Addr
	var failed error
	holding := false
	for {
		wanted := false
		if !s.port.Do(func() { wanted = s.waits != nil || s.o.active != passive }) {
			return
		}
		if !wanted {
			select {
			case <-s.kick:
			case <-s.port.Done():
				return
			}
			continue
		}
		if !holding {
			n, a, err := s.conn.ReadFrom(buf)
			held, from, failed, holding = append([]byte(nil), buf[:n]...), a, err, true
		}
		ok := s.port.Do(func() {
			if s.waits == nil && s.o.active == passive {
				return
			}
			holding = false
			s.input(held, from, failed)
		})
		if !ok {
			return
		}
		if messages, bytes = messages+1, bytes+len(held); messages >= 256 {
			s.port.Breathe(bytes / messages)
			messages, bytes = 0, 0
		}
	}
}

func (s *datagrams) input(b []byte, from net.Addr, err error) {
	if err != nil {
		reason := inetError(err)
		if s.waits != nil {
			w := s.waits
			s.waits = nil
			w.answer(failure(reason))
		} else {
			s.port.Deliver(term.T(aUDPError, s.port.ID(), reason))
		}
		return
	}
	s.stats.received(len(b))
	s.port.CountInput(len(b))
	addr, port := s.source(from)
	data := s.o.data(b)
	if w := s.waits; w != nil {
		s.waits = nil
		w.answer(term.T(term.Ok, term.T(addr, port, data)))
		return
	}
	s.port.Deliver(term.T(aUDP, s.port.ID(), addr, port, data))
	s.o.delivered(func() { s.port.Deliver(term.T(aUDPPass, s.port.ID())) })
}

// source is a sender's address as messages show it.
func (s *datagrams) source(from net.Addr) (addr, port term.Term) {
	switch a := from.(type) {
	case *net.UDPAddr:
		ap := a.AddrPort()
		return addressTerm(ap.Addr(), s.o.family == aInet6), num(int(ap.Port()))
	case *net.UnixAddr:
		if a != nil && a.Name != "" && a.Name[0] != '@' {
			return term.T(aLocal, term.BinaryString(a.Name)), num(0)
		}
	}
	return term.T(aUnspec, term.Binary(nil)), num(0)
}

// send sends a datagram to an address, or to the one that it is connected with.
func (s *datagrams) send(to net.Addr, data []byte) term.Term {
	if to == nil {
		to = s.peer
	}
	if to == nil {
		return failure(aEinval)
	}
	if _, err := s.conn.WriteTo(data, to); err != nil {
		return failure(inetError(err))
	}
	s.stats.sent(len(data))
	s.port.CountOutput(len(data))
	return term.Ok
}

// target is where a datagram goes: an address and a port, or a local path.
func (s *datagrams) target(a netip.Addr, port int, path string) net.Addr {
	if s.o.family == aLocal {
		return &net.UnixAddr{Name: path, Net: "unixgram"}
	}
	return net.UDPAddrFromAddrPort(netip.AddrPortFrom(a, uint16(port)))
}
