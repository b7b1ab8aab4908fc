package bif

import (
	"bytes"
	"encoding/binary"
	"math"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Packets: how a stream of bytes is cut into messages, by erlang:decode_packet
// and by sockets. Those of HTTP are in packet_http.go.

// packetKind is a type of packet.
type packetKind uint8

const (
	packetRaw packetKind = iota
	packet1
	packet2
	packet4
	packetASN1
	packetSunRM
	packetCDR
	packetFCGI
	packetTPKT
	packetLine
	packetTLS
	packetHTTP
	packetHTTPHeader
	packetHTTPBin
	packetHTTPHeaderBin
)

var packetNames = map[term.Term]packetKind{
	term.A("raw"): packetRaw, term.Small(0): packetRaw, term.Small(1): packet1, term.Small(2): packet2, term.Small(4): packet4,
	term.A("asn1"): packetASN1, term.A("sunrm"): packetSunRM, term.A("cdr"): packetCDR, term.A("fcgi"): packetFCGI, term.A("tpkt"): packetTPKT,
	term.A("line"): packetLine, term.A("ssl_tls"): packetTLS, term.A("ssl"): packetTLS,
	term.A("http"): packetHTTP, term.A("httph"): packetHTTPHeader, term.A("http_bin"): packetHTTPBin, term.A("httph_bin"): packetHTTPHeaderBin,
}

// name is what inet:getopts shows.
func (k packetKind) name() term.Term {
	for t, v := range packetNames {
		if _, isInt := t.(term.Int); v == k && (isInt || k > packet4) && t != term.A("ssl") {
			return t
		}
	}
	return term.Small(0)
}

func (k packetKind) isHTTP() bool { return k >= packetHTTP }

// header is how many bytes a sent packet's length takes.
func (k packetKind) header() int {
	switch k {
	case packet1:
		return 1
	case packet2:
		return 2
	case packet4:
		return 4
	}
	return 0
}

// packetOptions limit packets: max is the most that the content may have, and
// line where a line is cut; 0 means no limit.
type packetOptions struct {
	max, line int
	delimiter byte
}

// packetLength gives the length of the first packet of b with its head: 0 where
// more bytes are needed to tell. ok is false for what is no such packet, or too
// long.
func packetLength(kind packetKind, b []byte, o packetOptions) (n int, ok bool) {
	head := 0
	size := 0
	switch kind {
	case packetRaw:
		return len(b), true
	case packet1, packet2, packet4:
		head = kind.header()
		if len(b) < head {
			return 0, true
		}
		for _, c := range b[:head] {
			size = size<<8 | int(c)
		}
		if size > math.MaxInt32 || size+head > math.MaxInt32 {
			return 0, false
		}
	case packetASN1:
		return asn1Length(b, o)
	case packetSunRM:
		if head = 4; len(b) < head {
			return 0, true
		}
		size = int(binary.BigEndian.Uint32(b) & math.MaxInt32)
	case packetCDR:
		if head = 12; len(b) < head {
			return 0, true
		}
		if string(b[:4]) != "GIOP" {
			return 0, false
		}
		if b[6]&1 != 0 {
			size = int(binary.LittleEndian.Uint32(b[8:]))
		} else {
			size = int(binary.BigEndian.Uint32(b[8:]))
		}
	case packetFCGI:
		if head = 8; len(b) < head {
			return 0, true
		}
		if b[0] != 1 {
			return 0, false
		}
		size = int(binary.BigEndian.Uint16(b[4:])) + int(b[6])
	case packetTPKT:
		if head = 4; len(b) < head {
			return 0, true
		}
		size = int(binary.BigEndian.Uint16(b[2:])) - head
		if b[0] != 3 || size < 0 {
			return 0, false
		}
	case packetTLS:
		if head = 5; len(b) < head {
			return 0, true
		}
		if b[0]&0x80 != 0 {
			size = (int(b[0]&0x7F)<<8 | int(b[1])) + 2 - head
		} else {
			size = int(binary.BigEndian.Uint16(b[3:]))
		}
		if size < 0 {
			return 0, false
		}
	case packetLine:
		return lineLength(b, o)
	default:
		return httpLength(kind, b, o)
	}
	if o.max > 0 && size > o.max {
		return 0, false
	}
	return head + size, true
}

// asn1Length is of a tag and a length in BER.
func asn1Length(b []byte, o packetOptions) (int, bool) {
	i := 1
	if len(b) > 0 && b[0]&0x1F == 0x1F {
		for i < len(b) && b[i]&0x80 != 0 {
			i++
		}
		i++
	}
	if len(b) <= i {
		return 0, true
	}
	size := int(b[i])
	i++
	if size&0x80 != 0 {
		n := size & 0x7F
		if n > 4 {
			return 0, false
		}
		if len(b) < i+n {
			return 0, true
		}
		size = 0
		for _, c := range b[i : i+n] {
			size = size<<8 | int(c)
		}
		i += n
	}
	if o.max > 0 && size > o.max {
		return 0, false
	}
	return i + size, true
}

func lineLength(b []byte, o packetOptions) (int, bool) {
	limit := len(b)
	if o.line > 0 {
		limit = min(limit, o.line)
	}
	if i := bytes.IndexByte(b[:limit], o.delimiter); i >= 0 {
		if o.max > 0 && i+1 > o.max {
			return 0, false
		}
		return i + 1, true
	}
	if o.max > 0 && len(b) >= o.max {
		return 0, false
	}
	if o.line > 0 && len(b) >= o.line {
		return o.line, true
	}
	return 0, true
}

// packetBody is what is delivered of a whole packet: not a head that carries no
// more than its length, nor padding.
func packetBody(kind packetKind, b []byte) []byte {
	if kind == packetFCGI {
		return b[:len(b)-int(b[6])]
	}
	return b[kind.header():]
}

// decodePacket is erlang:decode_packet/3.
func decodePacket(_ *vm.Process, args []term.Term) (term.Term, error) {
	kind, ok := packetNames[args[0]]
	b, ok1 := term.ToBytes(args[1])
	if !ok || !ok1 {
		return nil, vm.Badarg
	}
	o := packetOptions{delimiter: '\n'}
	list, ok := term.Slice(args[2])
	for _, t := range list {
		opt, isTuple := t.(*term.Tuple)
		if !isTuple || opt.Len() != 2 {
			ok = false
			break
		}
		v, isInt := smallInt(opt.Elems[1], 0, math.MaxUint32)
		name, _ := opt.Elems[0].(term.Atom)
		ok = ok && isInt
		switch {
		case !isInt:
		case name.Name() == "packet_size":
			o.max = int(v)
		case name.Name() == "line_length":
			o.line = int(v)
		case name.Name() == "line_delimiter" && v <= math.MaxUint8:
			o.delimiter = byte(v)
		default:
			ok = false
		}
	}
	if !ok {
		return nil, vm.BadargCause(aBadopt)
	}
	if kind.isHTTP() && o.line > 0 && (o.max == 0 || o.line < o.max) {
		o.max = o.line
	}
	n, ok := packetLength(kind, b, o)
	switch {
	case !ok:
		return failure(term.A("invalid")), nil
	case n == 0 && (kind != packetRaw || len(b) == 0):
		return term.T(aMore, term.Undefined), nil
	case n > len(b):
		return term.T(aMore, num(n)), nil
	}
	var packet term.Term
	switch {
	case kind.isHTTP():
		packet = httpPacket(kind, b[:n])
	case kind == packetTLS:
		packet = tlsPacket(b[:n])
	default:
		packet = term.Binary(packetBody(kind, b[:n]))
	}
	return term.T(term.Ok, packet, term.Binary(b[n:])), nil
}

var (
	aSSLTLS = term.A("ssl_tls")
)

// tlsPacket is a record; the hello of version 2 is shown as if it were one.
func tlsPacket(b []byte) term.Term {
	if b[0]&0x80 != 0 {
		body := append([]byte{1, 0, byte((len(b) - 3) >> 8), byte(len(b) - 3)}, b[3:]...)
		return term.T(aSSLTLS, term.EmptyList, num(22), term.T(num(0), num(2)), term.Binary(body))
	}
	return term.T(aSSLTLS, term.EmptyList, num(int(b[0])), term.T(num(int(b[1])), num(int(b[2]))), term.Binary(b[5:]))
}
