package bif

import (
	"context"
	"math"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// inetBIFs are the functions below gen_tcp, gen_udp and inet.
var inetBIFs = []vm.BIF{
	{Module: "prim_inet", Name: "listen", Arity: 2, Fn: inetListen},
	{Module: "prim_inet", Name: "connect", Arity: 4, Fn: inetConnect},
	{Module: "prim_inet", Name: "open_udp", Arity: 2, Fn: inetOpenUDP},
	{Module: "prim_inet", Name: "accept0", Arity: 2, Fn: inetAcceptOn},
	{Module: "prim_inet", Name: "send", Arity: 2, Fn: inetSend},
	{Module: "prim_inet", Name: "sendto", Arity: 4, Fn: inetSendTo},
	{Module: "prim_inet", Name: "connect_udp", Arity: 3, Fn: inetConnectUDP},
	{Module: "prim_inet", Name: "do_recv", Arity: 3, Fn: inetRecv},
	{Module: "prim_inet", Name: "unrecv", Arity: 2, Fn: inetUnrecv},
	{Module: "prim_inet", Name: "close", Arity: 1, Fn: inetClose},
	{Module: "prim_inet", Name: "do_shutdown", Arity: 2, Fn: inetShutdown},
	{Module: "prim_inet", Name: "set", Arity: 2, Fn: inetSet},
	{Module: "prim_inet", Name: "get", Arity: 2, Fn: inetGet},
	{Module: "prim_inet", Name: "address", Arity: 2, Fn: inetName},
	{Module: "prim_inet", Name: "counters", Arity: 1, Fn: inetStat},
	{Module: "prim_inet", Name: "states", Arity: 1, Fn: inetStates},
	{Module: "prim_inet", Name: "resolve", Arity: 2, Fn: inetResolve},
	{Module: "prim_inet", Name: "reverse", Arity: 1, Fn: inetReverse},
	{Module: "prim_inet", Name: "interfaces", Arity: 0, Fn: inetInterfaces},
	{Module: "prim_inet", Name: "service", Arity: 2, Fn: inetService},
	{Module: "inet", Name: "parse_address", Arity: 1, Fn: parseAddress(true, true, false)},
	{Module: "inet", Name: "parse_strict_address", Arity: 1, Fn: parseAddress(true, true, true)},
	{Module: "inet", Name: "parse_ipv4_address", Arity: 1, Fn: parseAddress(true, false, false)},
	{Module: "inet", Name: "parse_ipv4strict_address", Arity: 1, Fn: parseAddress(true, false, true)},
	{Module: "inet", Name: "parse_ipv6_address", Arity: 1, Fn: parseAddress(false, true, false)},
	{Module: "inet", Name: "parse_ipv6strict_address", Arity: 1, Fn: parseAddress(false, true, true)},
	{Module: "inet", Name: "ntoa", Arity: 1, Fn: inetNtoa},
}

// timeLimit is a timeout in milliseconds: negative for infinity.
func timeLimit(t term.Term) (time.Duration, bool) {
	if t == aInfinity {
		return -1, true
	}
	n, ok := smallInt(t, 0, math.MaxUint32)
	return time.Duration(n) * time.Millisecond, ok
}

// inetListen is listen(Port, Options): {error, badarg} where an option is wrong.
func inetListen(p *vm.Process, args []term.Term) (term.Term, error) {
	port, ok := smallInt(args[0], 0, math.MaxUint16)
	list, ok1 := term.Slice(args[1])
	o := defaultInetOptions()
	if !ok || !ok1 || !o.apply(list, kindListen) {
		return failure(vm.Badarg.Reason), nil
	}
	if o.fdGiven {
		return failure(term.A("ebadf")), nil
	}
	if o.port != 0 {
		port = int64(o.port)
	}
	return openListener(p, int(port), o)
}

// inetConnect is connect(Address, Port, Options, Timeout).
func inetConnect(p *vm.Process, args []term.Term) (term.Term, error) {
	port, ok := smallInt(args[1], 0, math.MaxUint16)
	list, ok1 := term.Slice(args[2])
	limit, ok2 := timeLimit(args[3])
	o := defaultInetOptions()
	if !ok || !ok1 || !ok2 || !o.apply(list, kindConnect) {
		return failure(vm.Badarg.Reason), nil
	}
	if limit == 0 {
		return failure(aTimeout), nil
	}
	if path, isLocal := localPath(args[0]); isLocal {
		return connect(p, path, true, o, limit)
	}
	a, ok := ipAddress(args[0])
	switch {
	case !ok:
		return failure(vm.Badarg.Reason), nil
	case a.Is6():
		o.family = aInet6
	case o.family == aInet6:
		return failure(term.A("eafnosupport")), nil
	}
	return connect(p, hostPort(a, int(port)), false, o, limit)
}

func inetOpenUDP(p *vm.Process, args []term.Term) (term.Term, error) {
	port, ok := smallInt(args[0], 0, math.MaxUint16)
	list, ok1 := term.Slice(args[1])
	o := defaultInetOptions()
	if !ok || !ok1 || !o.apply(list, kindUDP) {
		return failure(vm.Badarg.Reason), nil
	}
	if o.fdGiven {
		return failure(term.A("ebadf")), nil
	}
	return openDatagrams(p, int(port), o)
}

// onPort runs fn with a socket's port locked; gone is the result where the port
// is closed.
func onPort(p *vm.Process, t term.Term, gone term.Term, fn func(d vm.PortDriver) (term.Term, error)) (v term.Term, err error) {
	port, ok := portArg(p, t)
	if !ok {
		return gone, nil
	}
	if !port.Do(func() { v, err = fn(port.Driver()) }) && v == nil && err == nil {
		return gone, nil
	}
	return v, err
}

var (
	isClosed   = failure(aClosed)
	isEinval   = failure(aEinval)
	isEnotconn = failure(aEnotconn)
)

func inetAcceptOn(p *vm.Process, args []term.Term) (term.Term, error) {
	limit, ok := timeLimit(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	return onPort(p, args[0], isClosed, func(d vm.PortDriver) (term.Term, error) {
		if l, ok := d.(*listener); ok {
			return l.accept(p, limit)
		}
		return isEinval, nil
	})
}

func inetSend(p *vm.Process, args []term.Term) (term.Term, error) {
	data, ok := term.IOData(args[1])
	return onPort(p, args[0], isClosed, func(d vm.PortDriver) (term.Term, error) {
		if !ok {
			return isEinval, nil
		}
		switch s := d.(type) {
		case *stream:
			return s.send(p, data)
		case *datagrams:
			return s.send(nil, data), nil
		}
		return isEnotconn, nil
	})
}

func inetSendTo(p *vm.Process, args []term.Term) (term.Term, error) {
	data, ok := term.IOData(args[3])
	path, isLocal := localPath(args[1])
	a, isIP := ipAddress(args[1])
	port, ok1 := smallInt(args[2], 0, math.MaxUint16)
	return onPort(p, args[0], isClosed, func(d vm.PortDriver) (term.Term, error) {
		s, isUDP := d.(*datagrams)
		if !ok || !ok1 || !isUDP || !isIP && !isLocal {
			return isEinval, nil
		}
		return s.send(s.target(a, int(port), path), data), nil
	})
}

func inetConnectUDP(p *vm.Process, args []term.Term) (term.Term, error) {
	path, isLocal := localPath(args[1])
	a, isIP := ipAddress(args[1])
	port, ok := smallInt(args[2], 0, math.MaxUint16)
	return onPort(p, args[0], isClosed, func(d vm.PortDriver) (term.Term, error) {
		s, isUDP := d.(*datagrams)
		if !ok || !isUDP || !isIP && !isLocal {
			return isEinval, nil
		}
		s.peer = s.target(a, int(port), path)
		if isIP {
			if err := connectDatagrams(s.raw, netip.AddrPortFrom(a, uint16(port))); err != nil {
				return failure(inetError(err)), nil
			}
		}
		return term.Ok, nil
	})
}

func inetRecv(p *vm.Process, args []term.Term) (term.Term, error) {
	n, ok := natural(args[1])
	limit, ok1 := timeLimit(args[2])
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	return onPort(p, args[0], isClosed, func(d vm.PortDriver) (term.Term, error) {
		switch s := d.(type) {
		case *stream:
			return s.recv(p, n, limit)
		case *datagrams:
			return s.recv(p, limit)
		}
		return isEnotconn, nil
	})
}

func inetUnrecv(p *vm.Process, args []term.Term) (term.Term, error) {
	data, ok := term.IOData(args[1])
	return onPort(p, args[0], isClosed, func(d vm.PortDriver) (term.Term, error) {
		s, isStream := d.(*stream)
		if !ok || !isStream {
			return isEinval, nil
		}
		s.held = append(append([]byte(nil), data...), s.held...)
		s.pump()
		return term.Ok, nil
	})
}

// inetClose closes a socket for its owner and whoever is linked with it, who
// hear nothing of it.
func inetClose(p *vm.Process, args []term.Term) (term.Term, error) {
	if id, ok := args[0].(*term.Port); ok {
		p.UnlinkPort(id)
	}
	if port, ok := portArg(p, args[0]); ok {
		port.Close()
	}
	return term.Ok, nil
}

func inetShutdown(p *vm.Process, args []term.Term) (term.Term, error) {
	how, _ := natural(args[1])
	return onPort(p, args[0], isClosed, func(d vm.PortDriver) (term.Term, error) {
		if s, ok := d.(*stream); ok {
			return s.shutdown(how), nil
		}
		return isEnotconn, nil
	})
}

// inetSet sets options: all or none of those that are not the operating system's.
func inetSet(p *vm.Process, args []term.Term) (term.Term, error) {
	list, ok := term.Slice(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	return onPort(p, args[0], isEinval, func(d vm.PortDriver) (term.Term, error) {
		kind := kindTCP
		var o *inetOptions
		switch s := d.(type) {
		case *stream:
			o = &s.o
		case *listener:
			o = &s.o
		case *datagrams:
			o, kind = &s.o, kindDgram
		default:
			return isEinval, nil
		}
		changed := *o
		changed.sys = nil
		if !changed.apply(list, kind) {
			return isEinval, nil
		}
		sys := changed.sys
		was := *o
		changed.sys = was.sys
		for _, x := range sys {
			changed.addSys(x)
		}
		*o = changed
		passed := o.active == activeCount && o.count == 0
		if passed {
			o.active = passive
		}
		var err error
		switch s := d.(type) {
		case *stream:
			if len(sys) > 0 {
				err = s.applySys(changed.sys)
			}
			if passed {
				s.port.Deliver(term.T(aTCPPass, s.port.ID()))
			}
			if s.dead && o.active != passive {
				s.port.Deliver(term.T(aTCPClosed, s.port.ID()))
				s.port.Leave()
			} else if o.active != passive {
				s.pump()
				s.prompt()
			}
		case *listener:
			err = setSysOptions(s.raw, sys)
			if passed {
				s.port.Deliver(term.T(aTCPPass, s.port.ID()))
			}
		case *datagrams:
			err = setSysOptions(s.raw, sys)
			if passed {
				s.port.Deliver(term.T(aUDPPass, s.port.ID()))
			}
			s.prompt()
		}
		return done(err), nil
	})
}

// inetGet gives the values of options; those that have none are left out.
func inetGet(p *vm.Process, args []term.Term) (term.Term, error) {
	list, ok := term.Slice(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	return onPort(p, args[0], isEinval, func(d vm.PortDriver) (term.Term, error) {
		switch s := d.(type) {
		case *stream:
			return s.o.values(s.raw, list, kindTCP)
		case *listener:
			return s.o.values(s.raw, list, kindTCP)
		case *datagrams:
			return s.o.values(s.raw, list, kindDgram)
		}
		return isEinval, nil
	})
}

// values is what inet:getopts gives for a list of names.
func (o *inetOptions) values(raw syscall.RawConn, list []term.Term, kind inetKind) (term.Term, error) {
	var out []term.Term
	for _, t := range list {
		name, ok := t.(term.Atom)
		if !ok || !knownOptions[name.Name()] {
			return isEinval, nil
		}
		v := o.get(name.Name(), kind)
		if v == nil {
			var err error
			if v, err = getSysOption(raw, name.Name(), o.family); err != nil {
				return failure(inetError(err)), nil
			}
		}
		if name.Name() == "bind_to_device" && v == nil {
			v = term.Binary(nil)
		}
		if v != nil {
			out = append(out, term.T(name, v))
		}
	}
	return term.T(term.Ok, term.List(out...)), nil
}

// knownOptions are those that inet:getopts may be asked for.
var knownOptions = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range strings.Fields(`active bind_to_device broadcast buffer debug delay_send deliver dontroute exclusiveaddruse exit_on_close header
		high_msgq_watermark high_watermark ipv6_v6only keepalive linger low_msgq_watermark low_watermark mode multicast_if multicast_loop
		multicast_ttl netns nodelay nopush packet packet_size priority read_packets recbuf recvtclass recvtos recvttl reuseaddr reuseport
		reuseport_lb send_timeout send_timeout_close show_econnreset sndbuf tclass tos ttl`) {
		m[name] = true
	}
	return m
}()

// inetName is sockname (0) or peername (1).
func inetName(p *vm.Process, args []term.Term) (term.Term, error) {
	peer := args[1] == term.Term(term.Small(1))
	return onPort(p, args[0], isEinval, func(d vm.PortDriver) (term.Term, error) {
		var a net.Addr
		v6 := false
		switch s := d.(type) {
		case *stream:
			if s.dead {
				return isEnotconn, nil
			}
			a, v6 = s.conn.LocalAddr(), s.o.family == aInet6
			if peer {
				a = s.conn.RemoteAddr()
			}
		case *listener:
			if a, v6 = s.l.Addr(), s.o.family == aInet6; peer {
				return isEnotconn, nil
			}
		case *datagrams:
			if a, v6 = s.conn.LocalAddr(), s.o.family == aInet6; peer {
				if a = s.peer; a == nil {
					return isEnotconn, nil
				}
			}
		default:
			return isEinval, nil
		}
		return term.T(term.Ok, endpoint(a, v6)), nil
	})
}

// inetStat gives the counters of a socket in a fixed order.
func inetStat(p *vm.Process, args []term.Term) (term.Term, error) {
	return onPort(p, args[0], isEinval, func(d vm.PortDriver) (term.Term, error) {
		var c inetCounters
		pending := 0
		switch s := d.(type) {
		case *stream:
			c, pending = s.stats, s.pending()
		case *listener:
			c = s.stats
		case *datagrams:
			c = s.stats
		default:
			return isEinval, nil
		}
		average := func(sum, n int) int {
			if n == 0 {
				return 0
			}
			return sum / n
		}
		return pairs("recv_oct", num(c.recv.octets), "recv_cnt", num(c.recv.count), "recv_max", num(c.recv.max),
			"recv_avg", num(average(c.recv.octets, c.recv.count)), "recv_dvi", num(0),
			"send_oct", num(c.send.octets), "send_cnt", num(c.send.count), "send_max", num(c.send.max),
			"send_avg", num(average(c.send.octets, c.send.count)), "send_pend", num(pending)), nil
	})
}

// inetStates is what state a socket is in, and its kind.
func inetStates(p *vm.Process, args []term.Term) (term.Term, error) {
	return onPort(p, args[0], isEinval, func(d vm.PortDriver) (term.Term, error) {
		switch s := d.(type) {
		case *listener:
			return term.T(term.A("stream"), term.List(term.A("listen"), term.A("open"))), nil
		case *stream:
			return term.T(term.A("stream"), term.List(aConnected, term.A("open"))), nil
		case *datagrams:
			if s.peer != nil {
				return term.T(term.A("dgram"), term.List(aConnected, term.A("open"))), nil
			}
			return term.T(term.A("dgram"), term.List(term.A("open"))), nil
		}
		return isEinval, nil
	})
}

// inetResolve is resolve(Name, Family): {ok, Addresses}.
func inetResolve(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := term.GoString(args[0])
	if !ok {
		return isEinval, nil
	}
	v6 := args[1] == aInet6
	network := "ip4"
	if v6 {
		network = "ip6"
	}
	return nil, p.Async(func() (term.Term, error) {
		addrs, err := net.DefaultResolver.LookupNetIP(context.Background(), network, name)
		if err != nil || len(addrs) == 0 {
			return failure(aNxdomain), nil
		}
		var out []term.Term
		for _, a := range addrs {
			out = append(out, addressTerm(a.Unmap(), v6))
		}
		return term.T(term.Ok, term.List(out...)), nil
	})
}

func inetReverse(p *vm.Process, args []term.Term) (term.Term, error) {
	a, ok := ipAddress(args[0])
	if !ok {
		return isEinval, nil
	}
	return nil, p.Async(func() (term.Term, error) {
		names, err := net.DefaultResolver.LookupAddr(context.Background(), a.String())
		if err != nil || len(names) == 0 {
			return failure(aNxdomain), nil
		}
		return term.T(term.Ok, term.String(strings.TrimSuffix(names[0], "."))), nil
	})
}

// inetService is the port of a service by its name.
func inetService(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	protocol, ok1 := args[1].(term.Atom)
	if !ok || !ok1 {
		return isEinval, nil
	}
	port, err := net.LookupPort(protocol.Name(), name.Name())
	if err != nil {
		return isEinval, nil
	}
	return term.T(term.Ok, num(port)), nil
}

// inetInterfaces is inet:getifaddrs.
func inetInterfaces(*vm.Process, []term.Term) (term.Term, error) {
	list, err := net.Interfaces()
	if err != nil {
		return failure(posix(err)), nil
	}
	var out []term.Term
	for _, i := range list {
		var flags []term.Term
		for _, f := range []struct {
			flag net.Flags
			name string
		}{{net.FlagUp, "up"}, {net.FlagBroadcast, "broadcast"}, {net.FlagLoopback, "loopback"}, {net.FlagPointToPoint, "pointtopoint"},
			{net.FlagRunning, "running"}, {net.FlagMulticast, "multicast"}} {
			if i.Flags&f.flag != 0 {
				flags = append(flags, term.A(f.name))
			}
		}
		props := []term.Term{term.T(term.A("flags"), term.List(flags...))}
		addrs, _ := i.Addrs()
		for _, a := range addrs {
			n, ok := a.(*net.IPNet)
			if !ok {
				continue
			}
			ip, _ := netip.AddrFromSlice(n.IP)
			ip = ip.Unmap()
			mask, _ := netip.AddrFromSlice(n.Mask)
			props = append(props, term.T(term.A("addr"), addressTerm(ip, ip.Is6())), term.T(term.A("netmask"), addressTerm(mask, ip.Is6())))
			if ip.Is4() && i.Flags&net.FlagBroadcast != 0 {
				b, m := ip.As4(), mask.As4()
				for k := range b {
					b[k] |= ^m[k]
				}
				props = append(props, term.T(term.A("broadaddr"), addressTerm(netip.AddrFrom4(b), false)))
			}
		}
		hw := i.HardwareAddr
		if len(hw) == 0 && i.Flags&net.FlagLoopback != 0 {
			hw = make([]byte, 6)
		}
		if len(hw) > 0 {
			props = append(props, term.T(term.A("hwaddr"), term.ByteList(hw)))
		}
		out = append(out, term.T(term.String(i.Name), term.List(props...)))
	}
	return term.T(term.Ok, term.List(out...)), nil
}
