package bif

import (
	"net"
	"syscall"

	"ersh/runtime/term"
)

// NodeSocket is what net_kernel:setopts/2 and getopts/2 know of the socket of a
// connection with another node: it has the options of any socket, of which
// those that would break the connection can't be changed.
type NodeSocket struct{ o inetOptions }

// NewNodeSocket gives the options as they are when two nodes connect.
func NewNodeSocket() *NodeSocket {
	s := &NodeSocket{defaultInetOptions()}
	s.o.binary, s.o.packet, s.o.deliver = true, packet4, aPort
	return s
}

var aBadopts = term.A("badopts")

// Set sets options: ok or {error, Reason}. Without a connection they are
// checked.
func (s *NodeSocket) Set(nc net.Conn, opts term.Term) term.Term {
	list, ok := term.Slice(opts)
	if !ok {
		return isEinval
	}
	var bad []term.Term
	for _, e := range list {
		if t, ok := e.(*term.Tuple); ok && t.Len() == 2 {
			switch name, _ := t.Elems[0].(term.Atom); name {
			case term.A("active"), term.A("deliver"), term.A("packet"):
				bad = append(bad, e)
			}
		}
	}
	if bad != nil {
		return failure(term.T(aBadopts, term.List(bad...)))
	}
	changed := s.o
	changed.sys = nil
	if !changed.apply(list, kindTCP) {
		return isEinval
	}
	if nc != nil {
		if err := setSysOptions(nodeConn(nc), changed.sys); err != nil {
			return failure(inetError(err))
		}
	}
	s.o = changed
	return term.Ok
}

// Get gives the values of options: {ok, Options} or {error, einval}.
func (s *NodeSocket) Get(nc net.Conn, names term.Term) term.Term {
	list, ok := term.Slice(names)
	if !ok {
		return isEinval
	}
	v, _ := s.o.values(nodeConn(nc), list, kindTCP)
	return v
}

func nodeConn(nc net.Conn) syscall.RawConn {
	if c, ok := nc.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

// Endpoint is {Address, Port}.
func Endpoint(a net.Addr) term.Term {
	tcp, ok := a.(*net.TCPAddr)
	return endpoint(a, ok && tcp.IP.To4() == nil)
}
