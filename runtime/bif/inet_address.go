package bif

import (
	"math"
	"net"
	"net/netip"
	"strings"

	"ersh/runtime/term"
)

// Addresses: tuples of four bytes or eight words, {local, Path}, and maps.

func ipAddress(t term.Term) (a netip.Addr, ok bool) {
	tup, ok := t.(*term.Tuple)
	if !ok {
		return a, false
	}
	switch tup.Len() {
	case 4:
		var b [4]byte
		for i, e := range tup.Elems {
			v, ok := smallInt(e, 0, math.MaxUint8)
			if !ok {
				return a, false
			}
			b[i] = byte(v)
		}
		return netip.AddrFrom4(b), true
	case 8:
		var b [16]byte
		for i, e := range tup.Elems {
			v, ok := smallInt(e, 0, math.MaxUint16)
			if !ok {
				return a, false
			}
			b[2*i], b[2*i+1] = byte(v>>8), byte(v)
		}
		return netip.AddrFrom16(b), true
	}
	return a, false
}

// addressTerm is an address as a tuple, of eight words if v6 is set.
func addressTerm(a netip.Addr, v6 bool) term.Term {
	if a.Is4In6() && !v6 {
		a = a.Unmap()
	}
	if a.Is4() && !v6 {
		b := a.As4()
		return ints(int(b[0]), int(b[1]), int(b[2]), int(b[3]))
	}
	b := a.As16()
	w := make([]int, 8)
	for i := range w {
		w[i] = int(b[2*i])<<8 | int(b[2*i+1])
	}
	return ints(w...)
}

// localPath is the path of {local, Path}.
func localPath(t term.Term) (string, bool) {
	tup, ok := t.(*term.Tuple)
	if !ok || tup.Len() != 2 || tup.Elems[0] != aLocal {
		return "", false
	}
	return fileName(tup.Elems[1])
}

// mapAddress is the address in a socket address as a map; port gets its port.
func mapAddress(m *term.Map, port *int) term.Term {
	if v, ok := m.Get(aPort); ok {
		if n, ok := natural(v); ok {
			*port = n
		}
	}
	if family, _ := m.Get(term.A("family")); family == aLocal {
		path, _ := m.Get(term.A("path"))
		return term.T(aLocal, path)
	}
	addr, _ := m.Get(term.A("addr"))
	return addr
}

// endpoint is what sockname and peername show of an address.
func endpoint(a net.Addr, v6 bool) term.Term {
	var ap netip.AddrPort
	switch a := a.(type) {
	case *net.TCPAddr:
		ap = a.AddrPort()
	case *net.UDPAddr:
		ap = a.AddrPort()
	case *net.UnixAddr:
		name := ""
		// Go writes @ for an address that is no path.
		if a != nil && !strings.HasPrefix(a.Name, "@") {
			name = a.Name
		}
		return term.T(aLocal, term.BinaryString(name))
	}
	return term.T(addressTerm(ap.Addr(), v6), num(int(ap.Port())))
}
