//go:build unix

package bif

import (
	"errors"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"

	"ersh/runtime/term"
)

// sysNumbers are the options that are one integer to the operating system.
var sysNumbers = map[string]struct {
	level, number int
	isBool        bool
}{
	"nodelay": {unix.IPPROTO_TCP, unix.TCP_NODELAY, true}, "keepalive": {unix.SOL_SOCKET, unix.SO_KEEPALIVE, true},
	"reuseaddr": {unix.SOL_SOCKET, unix.SO_REUSEADDR, true}, "reuseport": {unix.SOL_SOCKET, unix.SO_REUSEPORT, true},
	"dontroute": {unix.SOL_SOCKET, unix.SO_DONTROUTE, true}, "broadcast": {unix.SOL_SOCKET, unix.SO_BROADCAST, true},
	"sndbuf": {unix.SOL_SOCKET, unix.SO_SNDBUF, false}, "recbuf": {unix.SOL_SOCKET, unix.SO_RCVBUF, false},
	"tos": {unix.IPPROTO_IP, unix.IP_TOS, false}, "ttl": {unix.IPPROTO_IP, unix.IP_TTL, false},
	"multicast_ttl": {unix.IPPROTO_IP, unix.IP_MULTICAST_TTL, false}, "multicast_loop": {unix.IPPROTO_IP, unix.IP_MULTICAST_LOOP, true},
	"ipv6_v6only": {unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, true}, "tclass": {unix.IPPROTO_IPV6, unix.IPV6_TCLASS, false},
}

// onSocket runs fn with the file descriptor.
func onSocket(c syscall.RawConn, fn func(fd int) error) error {
	if c == nil {
		return syscall.EINVAL
	}
	var err error
	if err2 := c.Control(func(fd uintptr) { err = fn(int(fd)) }); err2 != nil {
		return err2
	}
	return err
}

// clearReuse takes back what Go sets on its own.
func clearReuse(c syscall.RawConn) {
	onSocket(c, func(fd int) error {
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_BROADCAST, 0)
		return unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 0)
	})
}

func setSysOptions(c syscall.RawConn, list []sysOption) error {
	if len(list) == 0 {
		return nil
	}
	return onSocket(c, func(fd int) error {
		for _, o := range list {
			if err := setSysOption(fd, o); err != nil {
				return err
			}
		}
		return nil
	})
}

func setSysOption(fd int, o sysOption) error {
	switch o.name {
	case "linger":
		l := unix.Linger{Linger: int32(o.value)}
		if o.on {
			l.Onoff = 1
		}
		return unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &l)
	case "raw":
		return unix.SetsockoptString(fd, o.level, o.number, string(o.raw))
	case "add_membership", "drop_membership":
		m := unix.IPMreq{}
		copy(m.Multiaddr[:], o.raw)
		copy(m.Interface[:], o.raw[4:])
		number := unix.IP_ADD_MEMBERSHIP
		if o.name == "drop_membership" {
			number = unix.IP_DROP_MEMBERSHIP
		}
		return unix.SetsockoptIPMreq(fd, unix.IPPROTO_IP, number, &m)
	case "multicast_if":
		return unix.SetsockoptInet4Addr(fd, unix.IPPROTO_IP, unix.IP_MULTICAST_IF, [4]byte(o.raw))
	}
	if x, ok := sysNumbers[o.name]; ok {
		return unix.SetsockoptInt(fd, x.level, x.number, o.value)
	}
	return setMoreSysOptions(fd, o)
}

// getSysOption is the value of an option; nil if there is none of that name.
func getSysOption(c syscall.RawConn, name string, family term.Atom) (v term.Term, err error) {
	err = onSocket(c, func(fd int) error {
		if x, ok := sysNumbers[name]; ok {
			if (x.level == unix.IPPROTO_IPV6) != (family == aInet6) && (x.level == unix.IPPROTO_IPV6 || x.level == unix.IPPROTO_IP) {
				return nil
			}
			n, err := unix.GetsockoptInt(fd, x.level, x.number)
			if v = num(n); x.isBool {
				v = term.Bool(n != 0)
			}
			return err
		}
		if name == "linger" {
			l, err := unix.GetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER)
			if err == nil {
				v = term.T(term.Bool(l.Onoff != 0), num(int(l.Linger)))
			}
			return err
		}
		v, err = getMoreSysOptions(fd, name)
		return err
	})
	return v, err
}

// writeNow writes what the operating system takes at once.
func writeNow(c syscall.RawConn, data []byte) (n int, err error) {
	if c == nil || len(data) == 0 {
		return 0, nil
	}
	err2 := c.Write(func(fd uintptr) bool {
		for {
			n, err = unix.Write(int(fd), data)
			if err != unix.EINTR {
				return true
			}
		}
	})
	switch {
	case err2 != nil:
		return 0, err2
	case errors.Is(err, unix.EAGAIN):
		return 0, nil
	}
	return max(n, 0), err
}

// inetErrnos names the errors that only sockets have.
func inetErrnos(e syscall.Errno) (string, bool) {
	switch e {
	case unix.EPROTONOSUPPORT:
		return "eprotonosupport", true
	case unix.EDESTADDRREQ:
		return "edestaddrreq", true
	case unix.ENOPROTOOPT:
		return "enoprotoopt", true
	case unix.ENOBUFS:
		return "enobufs", true
	case unix.ENETRESET:
		return "enetreset", true
	case unix.EPIPE:
		return "epipe", true
	}
	return "", false
}

// connectDatagrams has the operating system take and report only what concerns
// one peer.
func connectDatagrams(c syscall.RawConn, a netip.AddrPort) error {
	return onSocket(c, func(fd int) error {
		if a.Addr().Is4() {
			return unix.Connect(fd, &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()})
		}
		return unix.Connect(fd, &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()})
	})
}
