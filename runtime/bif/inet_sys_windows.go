package bif

import (
	"net/netip"
	"syscall"

	"golang.org/x/sys/windows"

	"ersh/runtime/term"
)

// On Windows the options of the operating system are left as they are, but for
// those that Go's net has functions for.

func clearReuse(syscall.RawConn) {}

func setSysOptions(syscall.RawConn, []sysOption) error { return nil }

func getSysOption(_ syscall.RawConn, name string, _ term.Atom) (term.Term, error) {
	switch name {
	case "nodelay", "keepalive", "reuseaddr", "reuseport", "dontroute", "broadcast":
		return term.False, nil
	case "linger":
		return term.T(term.False, num(0)), nil
	case "sndbuf", "recbuf", "priority", "tos":
		return num(0), nil
	}
	return nil, nil
}

// writeNow leaves everything to the writing goroutine.
func writeNow(syscall.RawConn, []byte) (int, error) { return 0, nil }

func connectDatagrams(syscall.RawConn, netip.AddrPort) error { return nil }

var winErrnos = map[syscall.Errno]string{
	windows.WSAECONNREFUSED: "econnrefused", windows.WSAECONNRESET: "econnreset", windows.WSAECONNABORTED: "econnaborted",
	windows.WSAEADDRINUSE: "eaddrinuse", windows.WSAEADDRNOTAVAIL: "eaddrnotavail", windows.WSAENETUNREACH: "enetunreach",
	windows.WSAEHOSTUNREACH: "ehostunreach", windows.WSAETIMEDOUT: "etimedout", windows.WSAENOTCONN: "enotconn", windows.WSAEMSGSIZE: "emsgsize",
	windows.WSAEACCES: "eacces", windows.WSAEINVAL: "einval", windows.WSAEAFNOSUPPORT: "eafnosupport",
}

func inetErrnos(e syscall.Errno) (string, bool) {
	name, ok := winErrnos[e]
	return name, ok
}
