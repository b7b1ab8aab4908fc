package bif

import (
	"context"
	"net"
	"net/netip"
	"strconv"
	"syscall"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// listener is a socket that takes connections. They stay with the operating
// system until somebody asks for one.
type listener struct {
	port *vm.Port
	l    net.Listener
	o    inetOptions
	raw  syscall.RawConn
	kick chan struct{}
	// waits are the processes in accept, in their order; ready are
	// connections whose process has gone.
	waits []*inetAccept
	ready []net.Conn
	stats inetCounters
}

type inetAccept struct {
	inetWait
	pid *term.Pid
}

// control sets what is to be set before a socket is bound.
func control(o *inetOptions) func(network, address string, c syscall.RawConn) error {
	return func(_, _ string, c syscall.RawConn) error {
		clearReuse(c)
		return setSysOptions(c, o.sys)
	}
}

func hostPort(a netip.Addr, port int) string {
	if !a.IsValid() {
		return ":" + strconv.Itoa(port)
	}
	return net.JoinHostPort(a.String(), strconv.Itoa(port))
}

// network is Go's name of a protocol with the options' family.
func (o *inetOptions) network(protocol string) string {
	switch {
	case o.family == aLocal && protocol == "tcp":
		return "unix"
	case o.family == aLocal:
		return "unixgram"
	case o.family == aInet6:
		return protocol + "6"
	}
	return protocol + "4"
}

func openListener(p *vm.Process, port int, o inetOptions) (term.Term, error) {
	lc := net.ListenConfig{Control: control(&o), KeepAlive: -1}
	lc.SetMultipathTCP(false)
	address := hostPort(o.addr, port)
	if o.family == aLocal {
		address = o.path
		if o.path == "" {
			return failure(aEinval), nil
		}
	}
	owner, m := p.Pid(), p.VM()
	return nil, p.Async(func() (term.Term, error) {
		l, err := lc.Listen(context.Background(), o.network("tcp"), address)
		if err != nil {
			return failure(inetError(err)), nil
		}
		if u, ok := l.(*net.UnixListener); ok {
			u.SetUnlinkOnClose(false)
		}
		s := &listener{l: l, o: o, kick: make(chan struct{}, 1)}
		if sc, ok := l.(syscall.Conn); ok {
			s.raw, _ = sc.SyscallConn()
		}
		s.port = m.NewPort("tcp_inet", s, owner)
		if s.port == nil {
			l.Close()
			return failure(term.A("system_limit")), nil
		}
		go s.serve()
		return term.T(term.Ok, s.port.ID()), nil
	})
}

// Output is vm.PortDriver's.
func (s *listener) Output([]byte) term.Term { return aEinval }

// Info is vm.PortDriver's.
func (s *listener) Info(term.Atom) term.Term { return nil }

// Stop is vm.PortDriver's.
func (s *listener) Stop() {
	s.l.Close()
	for _, w := range s.waits {
		w.answer(failure(aClosed))
	}
	for _, c := range s.ready {
		c.Close()
	}
	s.waits, s.ready = nil, nil
}

func (s *listener) accept(p *vm.Process, limit time.Duration) (term.Term, error) {
	w := &inetAccept{inetWait: inetWait{s: p.Suspend()}, pid: p.Pid()}
	s.waits = append(s.waits, w)
	if limit >= 0 {
		w.expire(s.port, limit, s.dropOver)
	}
	s.match()
	select {
	case s.kick <- struct{}{}:
	default:
	}
	return nil, w.s
}

func (s *listener) dropOver() {
	rest := s.waits[:0]
	for _, w := range s.waits {
		if !w.over {
			rest = append(rest, w)
		}
	}
	s.waits = rest
}

// match gives connections to those who wait.
func (s *listener) match() {
	for len(s.ready) > 0 && len(s.waits) > 0 {
		c, w := s.ready[0], s.waits[0]
		s.ready, s.waits = s.ready[1:], s.waits[1:]
		if w.over {
			s.ready = append(s.ready, c)
			continue
		}
		// Making the port takes its own lock only.
		v, _ := newStream(s.port.VM(), w.pid, c, s.o)
		w.answer(v)
	}
}

func (s *listener) serve() {
	for {
		wanted := false
		if !s.port.Do(func() { wanted = len(s.waits) > len(s.ready) }) {
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
		c, err := s.l.Accept()
		ok := s.port.Do(func() {
			if err == nil {
				s.ready = append(s.ready, c)
				s.match()
				return
			}
			if len(s.waits) > 0 {
				w := s.waits[0]
				s.waits = s.waits[1:]
				w.answer(failure(inetError(err)))
			}
		})
		if !ok && err == nil {
			c.Close()
		}
	}
}

// connect opens a stream to an address.
func connect(p *vm.Process, address string, local bool, o inetOptions, limit time.Duration) (term.Term, error) {
	d := net.Dialer{Control: control(&o), KeepAlive: -1, Timeout: max(limit, 0)}
	d.SetMultipathTCP(false)
	if local {
		o.family = aLocal
		if o.path != "" {
			d.LocalAddr = &net.UnixAddr{Name: o.path, Net: "unix"}
		}
	} else if o.addr.IsValid() || o.port != 0 {
		a := o.addr
		if !a.IsValid() {
			a = netip.IPv4Unspecified()
			if o.family == aInet6 {
				a = netip.IPv6Unspecified()
			}
		}
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(a, uint16(o.port)))
	}
	owner, m := p.Pid(), p.VM()
	return nil, p.Async(func() (term.Term, error) {
		c, err := d.Dial(o.network("tcp"), address)
		if err != nil {
			return failure(inetError(err)), nil
		}
		return newStream(m, owner, c, o)
	})
}
