package bif

import (
	"math"
	"net/netip"
	"slices"
	"time"

	"ersh/runtime/term"
)

// inetOptions are the options of a socket. Those of the operating system are
// kept beside the others in sys: they are set when there is a socket.
type inetOptions struct {
	binary     bool
	active     activeMode
	count      int // messages left, where active is activeCount
	packet     packetKind
	packetMax  int
	delimiter  byte
	head       int // bytes delivered as a list in front
	exitClose  bool
	showReset  bool
	delaySend  bool
	deliver    term.Atom
	sendLimit  time.Duration // 0: none
	sendCloses bool
	high, low  int
	msgqHigh   int
	msgqLow    int
	buffer     int
	readMany   int

	family    term.Atom // inet, inet6 or local
	addr      netip.Addr
	path      string // of a local socket
	port      int
	fdGiven   bool
	sys       []sysOption
	reuseAddr bool
}

// activeMode says who takes what comes in.
type activeMode uint8

const (
	passive activeMode = iota
	activeAlways
	activeOnce
	activeCount
)

// sysOption is an option of the operating system's: of the level and with the
// number that sysOptions know.
type sysOption struct {
	name  string
	value int
	// of linger: on says whether; of raw: level, number and bytes.
	on            bool
	level, number int
	raw           []byte
}

var (
	aInet6 = term.A("inet6")
	aInet  = term.A("inet")
	aTerm  = term.A("term")
)

func defaultInetOptions() inetOptions {
	return inetOptions{active: activeAlways, exitClose: true, deliver: aTerm, high: 8192, low: 4096, msgqHigh: 8192, msgqLow: 4096, buffer: 9216,
		readMany: 5, family: aInet, delimiter: '\n'}
}

// inetKind says which options there are.
type inetKind uint8

const (
	kindListen inetKind = iota
	kindConnect
	kindUDP
	kindTCP   // setopts of a stream
	kindDgram // setopts of datagrams
)

func (k inetKind) udp() bool  { return k == kindUDP || k == kindDgram }
func (k inetKind) open() bool { return k <= kindUDP }

// apply takes a list of options; false if one is wrong.
func (o *inetOptions) apply(list []term.Term, kind inetKind) bool {
	for _, t := range list {
		switch t := t.(type) {
		case term.Atom:
			switch t.Name() {
			case "binary":
				o.binary = true
			case "list":
				o.binary = false
			case "inet", "inet6", "local":
				if !kind.open() {
					return false
				}
				o.family = t
			default:
				return false
			}
		case *term.Tuple:
			if t.Len() == 4 && t.Elems[0] == term.A("raw") {
				level, ok := natural(t.Elems[1])
				number, ok1 := natural(t.Elems[2])
				raw, ok2 := term.ToBytes(t.Elems[3])
				if !ok || !ok1 || !ok2 {
					return false
				}
				o.sys = append(o.sys, sysOption{name: "raw", level: level, number: number, raw: raw})
				continue
			}
			if t.Len() != 2 {
				return false
			}
			name, ok := t.Elems[0].(term.Atom)
			if !ok || !o.set(name.Name(), t.Elems[1], kind) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func (o *inetOptions) set(name string, v term.Term, kind inetKind) (ok bool) {
	n, isInt := smallInt(v, 0, math.MaxInt32)
	b, isBool := boolean(v)
	if open, known := o.setAddress(name, v, kind); known {
		return open
	}
	switch name {
	case "mode":
		o.binary = v == term.A("binary")
		return o.binary || v == term.A("list")
	case "active":
		return o.setActive(v)
	case "packet":
		k, ok := packetNames[v]
		if ok && !kind.udp() {
			o.packet = k
		}
		return ok && !kind.udp()
	case "packet_size":
		o.packetMax = int(n)
		return isInt && !kind.udp()
	case "line_delimiter":
		o.delimiter = byte(n)
		return isInt && n <= math.MaxUint8 && kind == kindTCP
	case "header":
		o.head = int(n)
		return isInt
	case "exit_on_close":
		o.exitClose = b
		return isBool && !kind.udp()
	case "show_econnreset":
		o.showReset = b
		return isBool && !kind.udp()
	case "delay_send":
		o.delaySend = b
		return isBool && !kind.udp()
	case "deliver":
		o.deliver, _ = v.(term.Atom)
		return v == aTerm || v == aPort
	case "send_timeout":
		o.sendLimit = time.Duration(n) * time.Millisecond
		if v == aInfinity {
			o.sendLimit = 0
			return !kind.udp()
		}
		return isInt && !kind.udp()
	case "send_timeout_close":
		o.sendCloses = b
		return isBool && !kind.udp()
	case "high_watermark":
		o.high = int(n)
		return isInt && !kind.udp()
	case "low_watermark":
		o.low = int(n)
		return isInt && !kind.udp()
	case "high_msgq_watermark":
		o.msgqHigh = int(n)
		return isInt && n > 0
	case "low_msgq_watermark":
		o.msgqLow = int(n)
		return isInt && n > 0
	case "buffer":
		if n > 0 {
			o.buffer = int(min(n, 64<<20))
		}
		return isInt
	case "read_packets":
		o.readMany = int(n)
		return isInt && kind.udp()
	case "debug":
		return isBool
	case "linger":
		t, ok := v.(*term.Tuple)
		if !ok || t.Len() != 2 || kind.udp() {
			return false
		}
		on, ok := boolean(t.Elems[0])
		secs, ok1 := natural(t.Elems[1])
		o.addSys(sysOption{name: name, on: on, value: secs})
		return ok && ok1
	case "recbuf":
		o.buffer = max(o.buffer, int(n))
		fallthrough
	case "sndbuf", "priority", "tos", "ttl", "tclass", "multicast_ttl":
		o.addSys(sysOption{name: name, value: int(n)})
		return isInt
	case "reuseaddr", "reuseport", "keepalive", "nodelay", "dontroute", "broadcast", "multicast_loop", "ipv6_v6only", "recvtos", "recvttl", "nopush",
		"exclusiveaddruse", "reuseport_lb":
		if kind.open() && kind != kindUDP && (name == "broadcast" || name == "dontroute") || kind.udp() && (name == "nodelay" || name == "keepalive") ||
			name == "multicast_loop" && !kind.udp() {
			return false
		}
		if name == "reuseaddr" {
			o.reuseAddr = b
		}
		value := 0
		if b {
			value = 1
		}
		o.addSys(sysOption{name: name, value: value})
		return isBool
	case "add_membership", "drop_membership":
		t, ok := v.(*term.Tuple)
		if !ok || t.Len() < 2 || !kind.udp() {
			return false
		}
		group, ok := ipAddress(t.Elems[0])
		local, ok1 := ipAddress(t.Elems[1])
		if t.Elems[1] == term.A("any") {
			local, ok1 = netip.IPv4Unspecified(), true
		}
		if !ok || !ok1 || !group.Is4() || !local.Is4() {
			return false
		}
		o.sys = append(o.sys, sysOption{name: name, raw: slices.Concat(group.AsSlice(), local.AsSlice())})
		return true
	case "multicast_if":
		a, ok := ipAddress(v)
		o.addSys(sysOption{name: name, raw: a.AsSlice()})
		return ok && a.Is4() && kind.udp()
	case "bind_to_device":
		dev, ok := term.ToBytes(v)
		o.addSys(sysOption{name: name, raw: dev})
		return ok
	}
	return false
}

// setAddress takes the options that only say how a socket is opened.
func (o *inetOptions) setAddress(name string, v term.Term, kind inetKind) (ok, known bool) {
	switch name {
	case "ip", "ifaddr", "port", "fd", "backlog", "tcp_module", "udp_module", "inet_backend", "netns":
	default:
		return false, false
	}
	if !kind.open() {
		return false, true
	}
	switch name {
	case "ip", "ifaddr":
		if m, isMap := v.(*term.Map); isMap {
			v = mapAddress(m, &o.port)
		}
		switch v {
		case term.A("any"):
			o.addr = netip.Addr{}
			return true, true
		case term.A("loopback"):
			o.addr = netip.AddrFrom4([4]byte{127, 0, 0, 1})
			if o.family == aInet6 {
				o.addr = netip.IPv6Loopback()
			}
			return true, true
		}
		if path, isLocal := localPath(v); isLocal {
			o.path, o.family = path, aLocal
			return true, true
		}
		if o.addr, ok = ipAddress(v); ok && o.addr.Is6() {
			o.family = aInet6
		}
		return ok, true
	case "port":
		o.port, ok = natural(v)
		return ok && o.port <= math.MaxUint16, true
	case "fd":
		_, o.fdGiven = natural(v)
		return o.fdGiven, true
	case "backlog":
		_, ok = natural(v)
		return ok && kind == kindListen, true
	case "netns":
		return false, true
	}
	_, ok = v.(term.Atom)
	return ok, true
}

func (o *inetOptions) setActive(v term.Term) bool {
	if n, isInt := smallInt(v, math.MinInt16, math.MaxInt16); isInt {
		if o.active != activeCount {
			o.count = 0
		}
		total := o.count + int(n)
		if total > math.MaxInt16 {
			return false
		}
		o.active, o.count = activeCount, max(total, 0)
		return true
	}
	switch v {
	case term.True:
		o.active = activeAlways
	case term.False:
		o.active = passive
	case term.A("once"):
		o.active = activeOnce
	default:
		return false
	}
	return true
}

// addSys sets an option in the place of an earlier one of that name.
func (o *inetOptions) addSys(s sysOption) {
	o.sys = slices.DeleteFunc(slices.Clone(o.sys), func(x sysOption) bool { return x.name == s.name })
	o.sys = append(o.sys, s)
}

// activeTerm is what inet:getopts shows.
func (o *inetOptions) activeTerm() term.Term {
	switch o.active {
	case activeAlways:
		return term.True
	case activeOnce:
		return term.A("once")
	case activeCount:
		return num(o.count)
	}
	return term.False
}

// get is the value of an option that is not the operating system's; nil if
// there is none of that name.
func (o *inetOptions) get(name string, kind inetKind) term.Term {
	if kind.udp() {
		switch name {
		case "read_packets":
			return num(o.readMany)
		case "packet", "packet_size", "exit_on_close", "show_econnreset", "delay_send", "send_timeout", "send_timeout_close", "high_watermark", "low_watermark":
			return nil
		}
	}
	switch name {
	case "mode":
		if o.binary {
			return term.A("binary")
		}
		return term.A("list")
	case "active":
		return o.activeTerm()
	case "packet":
		return o.packet.name()
	case "packet_size":
		return num(o.packetMax)
	case "header":
		return num(o.head)
	case "exit_on_close":
		return term.Bool(o.exitClose)
	case "show_econnreset":
		return term.Bool(o.showReset)
	case "delay_send":
		return term.Bool(o.delaySend)
	case "deliver":
		return o.deliver
	case "send_timeout":
		if o.sendLimit == 0 {
			return aInfinity
		}
		return num(int64(o.sendLimit / time.Millisecond))
	case "send_timeout_close":
		return term.Bool(o.sendCloses)
	case "high_watermark":
		return num(o.high)
	case "low_watermark":
		return num(o.low)
	case "high_msgq_watermark":
		return num(o.msgqHigh)
	case "low_msgq_watermark":
		return num(o.msgqLow)
	case "buffer":
		return num(o.buffer)
	case "debug", "exclusiveaddruse":
		return term.False
	}
	return nil
}
