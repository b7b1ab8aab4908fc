package dist

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"ersh/dist/epmd"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Config says what kind of node a node is.
type Config struct {
	// Name is the node's name, with or without a host. An empty Name makes a
	// node that is named by the first it connects with.
	Name   string
	Kind   NameKind
	Hidden bool
	// VisibleTo, when not nil, are the only nodes to which a node that is not
	// hidden shows itself as a visible one.
	VisibleTo map[string]bool
	// NoListen makes a node that only calls others.
	NoListen bool
	// ListenMin and ListenMax bound the port; 0 means any.
	ListenMin, ListenMax int
	// Port, if not 0, is where this node listens, and where all others do:
	// port mappers are not asked.
	Port int
	// Interface is the address to listen at; empty means all.
	Interface string
	// Setup bounds each step of establishing a connection, Tick is after how
	// long a silent node is taken for gone; 0 means 7 s and 60 s.
	Setup, Tick time.Duration
	// TickIntensity is how many times in that time a sign of life is due; 0
	// means 4.
	TickIntensity int
	// ConnectOptions and ListenOptions are lists of options as net_kernel:setopts has
	// them, for the sockets of connections that this node and others begin.
	ConnectOptions, ListenOptions term.Term
	// Auto says whether signals for nodes that are not connected connect.
	Auto AutoConnect
	// Epmd asks the port mappers; StartEpmd, if not nil, starts one when
	// this host has none.
	Epmd      epmd.Client
	StartEpmd func() error
}

// AutoConnect is the kernel parameter dist_auto_connect.
type AutoConnect uint8

// Connect whenever a signal is to be sent, never, or only with nodes that there
// has been no connection with.
const (
	AutoAlways AutoConnect = iota
	AutoNever
	AutoOnce
)

const (
	defaultSetup = 7 * time.Second
	defaultTick  = 60 * time.Second
	defaultTicks = 4
	// maxAccepting bounds the handshakes of callers under way at once.
	maxAccepting = 256
)

var (
	aConnectionClosed = term.A("connection_closed")
	aSetupFailed      = term.A("connection_setup_failed")
	aKilled           = term.A("killed")
	aDisconnect       = term.A("disconnect")
	aTickTimeout      = term.A("net_tick_timeout")
	aKernelTerminated = term.A("net_kernel_terminated")
	aReplaced         = term.A("connection_replaced")
)

// Node is this VM as a node of a cluster. It implements vm.Distribution.
type Node struct {
	net   *Network
	vm    *vm.VM
	cfg   Config
	flags Flags
	host  string

	listener net.Listener
	quit     chan struct{}
	connID   atomic.Uint64
	tickTime atomic.Int64 // time.Duration
	setup    atomic.Int64

	mu       sync.Mutex
	name     string
	creation uint32
	conns    map[term.Atom]*conn
	// fast is conns for readers without the lock.
	fast sync.Map
	// leaving are those that are in conns no more and whose end is being told.
	leaving map[term.Atom]*conn
	once    map[term.Atom]bool // there has been a connection with them
	closed  bool
	// allowed, when not nil, are the only nodes to connect with.
	allowed map[string]bool
	// failures remembers why connecting with a node failed last.
	failures map[term.Atom]error
}

// identity is the node's name, as an atom, and creation.
func (n *Node) identity() (term.Atom, uint32) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.name == "" {
		return term.NoNode, 0
	}
	return term.A(n.name), n.creation
}

// start makes the VM a node.
func start(net_ *Network, cfg Config) (*Node, error) {
	n := &Node{net: net_, vm: net_.vm, cfg: cfg, quit: make(chan struct{}),
		conns: make(map[term.Atom]*conn), leaving: make(map[term.Atom]*conn), once: make(map[term.Atom]bool),
		failures: make(map[term.Atom]error)}
	n.flags = supported
	// Who does not listen is hidden.
	if cfg.NoListen {
		n.cfg.Hidden = true
	}
	if !n.cfg.Hidden {
		n.flags |= FlagPublished
	}
	n.setup.Store(int64(orDefault(cfg.Setup, defaultSetup)))
	n.tickTime.Store(int64(orDefault(cfg.Tick, defaultTick)))
	if cfg.Name == "" {
		host, err := Hostname(cfg.Kind)
		if err != nil {
			return nil, err
		}
		n.host = host
		n.flags |= FlagNameMe
		n.vm.SetDistribution(term.NoNode, 0, n)
		go n.tickLoop()
		return n, nil
	}
	name, err := FullName(cfg.Name, cfg.Kind)
	if err != nil {
		return nil, err
	}
	n.name = name
	_, n.host, _ = splitName(name)
	if cfg.NoListen {
		n.creation = newCreation()
	} else if err := n.listen(); err != nil {
		return nil, err
	}
	n.vm.SetDistribution(term.A(name), n.creation, n)
	if n.listener != nil {
		go n.acceptLoop()
	}
	go n.tickLoop()
	return n, nil
}

func orDefault(d, fallback time.Duration) time.Duration {
	if d <= 0 {
		return fallback
	}
	return d
}

// ErrRegister is that the port mapper can't be asked to enter the node.
var ErrRegister = errors.New("register/listen error")

// listen opens the node's port and enters it at the port mapper.
func (n *Node) listen() error {
	lo, hi := n.cfg.ListenMin, max(n.cfg.ListenMax, n.cfg.ListenMin)
	if n.cfg.Port != 0 {
		lo, hi = n.cfg.Port, n.cfg.Port
	}
	var err error
	listen := net.ListenConfig{KeepAlive: -1}
	for port := lo; port <= hi; port++ {
		if n.listener, err = listen.Listen(context.Background(), "tcp", net.JoinHostPort(n.cfg.Interface, strconv.Itoa(port))); err == nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRegister, err)
	}
	entry := n.entry()
	reg, creation, err := n.cfg.Epmd.Register(context.Background(), entry)
	if err != nil && !errors.Is(err, epmd.ErrNameTaken) && n.cfg.StartEpmd != nil {
		if err = n.cfg.StartEpmd(); err == nil {
			reg, creation, err = n.cfg.Epmd.Register(context.Background(), entry)
		}
	}
	if err != nil {
		if n.cfg.Port != 0 && !errors.Is(err, epmd.ErrNameTaken) {
			n.creation = newCreation()
			return nil
		}
		n.listener.Close()
		if errors.Is(err, epmd.ErrNameTaken) {
			return err
		}
		return fmt.Errorf("%w: %w", ErrRegister, err)
	}
	n.creation = creation
	go n.keepRegistered(reg, entry)
	return nil
}

func (n *Node) entry() epmd.Entry {
	alive, _, _ := splitName(n.name)
	e := epmd.Entry{Name: alive, Type: epmd.TypeNormal, Highest: 6, Lowest: 6}
	if n.cfg.Hidden {
		e.Type = epmd.TypeHidden
	}
	if a, ok := n.listener.Addr().(*net.TCPAddr); ok {
		e.Port = uint16(a.Port)
	}
	return e
}

// keepRegistered enters the node again whenever the port mapper has gone and
// come back.
func (n *Node) keepRegistered(reg net.Conn, entry epmd.Entry) {
	for {
		gone := make(chan struct{})
		go func() {
			var b [1]byte
			for {
				if _, err := reg.Read(b[:]); err != nil {
					close(gone)
					return
				}
			}
		}()
		select {
		case <-gone:
			reg.Close()
		case <-n.quit:
			reg.Close()
			return
		}
		for again := true; again; {
			select {
			case <-time.After(2 * time.Second):
			case <-n.quit:
				return
			}
			c, _, err := n.cfg.Epmd.Register(context.Background(), entry)
			if err == nil {
				reg, again = c, false
			}
		}
	}
}

// stop ends all connections; the VM is no node any more.
func (n *Node) stop() {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return
	}
	n.closed = true
	conns := maps.Clone(n.conns)
	n.mu.Unlock()
	close(n.quit)
	if n.listener != nil {
		n.listener.Close()
	}
	for _, c := range conns {
		c.mu.Lock()
		a := c.attempt
		c.mu.Unlock()
		c.close(aKernelTerminated)
		c.fail(a, aKernelTerminated)
		<-c.closed
	}
	n.vm.SetDistribution(term.NoNode, 0, nil)
}

func (n *Node) lookup(node term.Atom) *conn {
	c, _ := n.fast.Load(node)
	cc, _ := c.(*conn)
	return cc
}

func (n *Node) remove(c *conn) {
	n.mu.Lock()
	if n.conns[c.peer] == c {
		delete(n.conns, c.peer)
		n.fast.Delete(c.peer)
		n.leaving[c.peer] = c
	}
	n.mu.Unlock()
}

// forget is remove's second half, when all have been told.
func (n *Node) forget(c *conn) {
	n.mu.Lock()
	if n.leaving[c.peer] == c {
		delete(n.leaving, c.peer)
	}
	n.mu.Unlock()
}

// put makes c the connection with its peer; the caller holds the lock.
func (n *Node) put(c *conn) {
	if last := n.leaving[c.peer]; last != nil {
		c.before = last.closed
	}
	n.conns[c.peer] = c
	n.fast.Store(c.peer, c)
}

// Send implements vm.Distribution.
func (n *Node) Send(node term.Atom, sig vm.Signal, from *vm.Process, noconnect bool) (wait func(), ok bool) {
	c := n.lookup(node)
	if c == nil {
		if noconnect || !connects(sig) {
			return nil, false
		}
		if c = n.begin(node, forSignal); c == nil {
			return nil, false
		}
	}
	if wait, ok = c.send(sig); ok || noconnect || !bare(sig) {
		return wait, ok
	}
	// The connection has ended a moment ago: on to the next.
	<-c.left
	return n.Send(node, sig, from, noconnect)
}

// bare reports whether nothing here hangs upon a signal: one that sets up a link
// or the like belongs to the connection that it was made over.
func bare(sig vm.Signal) bool {
	switch sig.(type) {
	case *vm.Message, *vm.Exit, *vm.GroupLeader:
		return true
	}
	return false
}

// connects reports whether a signal is worth a connection: not if it is about
// something that the loss of the last one has ended.
func connects(sig vm.Signal) bool {
	switch sig.(type) {
	case *vm.Message, *vm.Link, *vm.Monitor, *vm.SpawnRequest, *vm.Exit, *vm.GroupLeader:
		return true
	}
	return false
}

// Connected implements vm.Distribution.
func (n *Node) Connected(node term.Atom) bool {
	c := n.lookup(node)
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state != stateClosed
}

// Connect implements vm.Distribution.
func (n *Node) Connect(node term.Atom) bool { return n.connect(node, forSignal) }

func (n *Node) connect(node term.Atom, why cause) bool {
	c := n.lookup(node)
	if c == nil {
		if c = n.begin(node, why); c == nil {
			return false
		}
	}
	<-c.established
	select {
	case <-c.left:
	default:
		return true
	}
	if !c.ok {
		return false
	}
	// It has ended since it was found.
	return n.connect(node, why)
}

// cause is why a connection is begun.
type cause uint8

const (
	forSignal       cause = iota // there is something to send
	onRequest                    // somebody asks for it
	onHiddenRequest              // as a hidden one
)

// begin begins to connect with a node, unless a connection is there or under
// way. It gives nil where that is not allowed.
func (n *Node) begin(node term.Atom, why cause) *conn {
	c, report := n.beginOrReport(node, why)
	if report != nil {
		report()
	}
	return c
}

// beginOrReport is begin, with what the log is to be told once the lock is free.
func (n *Node) beginOrReport(node term.Atom, why cause) (c *conn, report func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed || node.Name() == n.name || node == term.NoNode {
		return nil, nil
	}
	if c := n.conns[node]; c != nil {
		return c, nil
	}
	alive, host, ok := splitName(node.Name())
	if !ok {
		n.failures[node] = &HandshakeError{StepLookup, ErrName}
		if why == forSignal {
			return nil, nil
		}
		return nil, func() { n.log(term.ErrorAtom, "~n** Cannot get connection id for node ~w~n", node) }
	}
	if why == forSignal && (n.cfg.Auto == AutoNever || n.cfg.Auto == AutoOnce && n.once[node]) {
		return nil, nil
	}
	if n.allowed != nil && !n.allowed[node.Name()] && !n.allowed[host] {
		n.failures[node] = &HandshakeError{StepName, ErrNotAllowed}
		return nil, func() { n.log(term.ErrorAtom, "** Connection attempt with disallowed node ~w ** ~n", node) }
	}
	a := &attempt{outgoing: true, hidden: why == onHiddenRequest || n.conceals(node.Name())}
	c = newConn(n, node, a)
	n.put(c)
	n.once[node] = true
	go n.call(c, a, alive, host)
	return c, nil
}

var (
	errNeedsLong  = errors.New("running to use fully qualified hostnames")
	errNeedsShort = errors.New("NOT running to use fully qualified hostnames")
)

// checkHost holds to the rule that nodes with short names and nodes with long
// names don't connect.
func (n *Node) checkHost(host string) error {
	dotted := strings.ContainsAny(host, ".:")
	switch {
	case n.cfg.Kind == ShortNames && dotted:
		return errNeedsShort
	case n.cfg.Kind == LongNames && !dotted && host != n.host:
		return errNeedsLong
	}
	return nil
}

// conceals reports whether this node is a hidden one to another.
func (n *Node) conceals(node string) bool { return n.cfg.VisibleTo != nil && !n.cfg.VisibleTo[node] }

// call establishes a connection by calling the other node.
func (n *Node) call(c *conn, a *attempt, alive, host string) {
	nc, p, err := n.dial(c, a, alive, host)
	if err == nil {
		if n.adopt(p); c.up(a, nc, p) {
			n.failed(c.peer, nil)
			return
		}
		nc.Close()
		return
	}
	if errors.Is(err, ErrNok) {
		// The other is calling at the same time: its call is waited for.
		select {
		case <-c.established:
			return
		case <-time.After(time.Duration(n.setup.Load())):
		case <-n.quit:
		}
	}
	n.failed(c.peer, err)
	c.fail(a, aSetupFailed)
}

func (n *Node) failed(node term.Atom, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err == nil {
		delete(n.failures, node)
		return
	}
	if len(n.failures) > 1024 {
		clear(n.failures)
	}
	n.failures[node] = err
}

// Failure is why connecting with a node failed last; nil if it did not.
func (n *Node) Failure(node term.Atom) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.failures[node]
}

func (n *Node) dial(c *conn, a *attempt, alive, host string) (net.Conn, peer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Duration(n.setup.Load()))
	defer cancel()
	if err := n.checkHost(host); err != nil {
		// As erl does, the log is told if there is such a host.
		if _, unknown := net.DefaultResolver.LookupHost(ctx, host); unknown == nil {
			n.log(term.ErrorAtom, "** System "+err.Error()+" **~n** Hostname ~ts is illegal **~n", term.String(host))
		}
		return nil, peer{}, &HandshakeError{StepLookup, err}
	}
	port := n.cfg.Port
	if port == 0 {
		client := n.cfg.Epmd
		client.Timeout = time.Duration(n.setup.Load())
		e, err := client.Lookup(ctx, host, alive)
		if err != nil {
			return nil, peer{}, &HandshakeError{StepLookup, err}
		}
		port = int(e.Port)
	}
	d := net.Dialer{Timeout: time.Duration(n.setup.Load()), KeepAlive: -1} // there are ticks
	nc, err := d.DialContext(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return nil, peer{}, &HandshakeError{StepDial, err}
	}
	h := n.handshake(nc)
	if a.hidden {
		h.me.flags &^= FlagPublished
	}
	p, err := h.initiate(c.peer.Name(), func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.state == statePending && c.attempt == a
	})
	if err != nil {
		nc.Close()
	}
	return nc, p, err
}

func (n *Node) handshake(nc net.Conn) *handshake {
	n.mu.Lock()
	defer n.mu.Unlock()
	me := self{name: n.name, flags: n.flags, creation: n.creation}
	if n.name == "" {
		me.name = n.host
	} else {
		me.flags &^= FlagNameMe
	}
	return &handshake{c: nc, me: me, cookie: n.net.Cookie, timeout: time.Duration(n.setup.Load())}
}

// adopt takes the name that a peer has given this node.
func (n *Node) adopt(p peer) {
	n.mu.Lock()
	fresh := p.named != "" && n.name == ""
	if fresh {
		n.name, n.creation = p.named, p.namedCreation
	}
	n.mu.Unlock()
	if fresh {
		if a, err := term.NewAtom(p.named); err == nil {
			n.vm.SetDistribution(a, p.namedCreation, n)
		}
	}
}

func (n *Node) acceptLoop() {
	slots := make(chan struct{}, maxAccepting)
	for {
		nc, err := n.listener.Accept()
		if err != nil {
			select {
			case <-n.quit:
				return
			case <-time.After(10 * time.Millisecond): // out of file descriptors, say
			}
			continue
		}
		select {
		case slots <- struct{}{}:
			go func() {
				defer func() { <-slots }()
				n.answer(nc)
			}()
		default:
			nc.Close()
		}
	}
}

// answer establishes a connection with a node that has called.
func (n *Node) answer(nc net.Conn) {
	a := &attempt{}
	var c, old *conn
	h := n.handshake(nc)
	p, err := h.accept(func(name string) verdict {
		var v verdict
		if n.conceals(name) {
			a.hidden = true
			h.me.flags &^= FlagPublished
		}
		c, old, v = n.decide(name, a)
		return v
	}, n.giveName)
	if err == nil && old != nil {
		// The caller has lost the connection that is still thought to be
		// there: it proved who it is, so the old one ends.
		old.close(aReplaced)
		<-old.closed
		if c, old, _ = n.decide(p.name, a); old != nil {
			c, err = nil, ErrAlive
		}
	}
	if err == nil && c == nil {
		err = ErrNok
	}
	if err == nil {
		err = h.acknowledge(&p)
	}
	if err == nil && c.up(a, nc, p) {
		return
	}
	nc.Close()
	n.logRefusal(p, err)
	if c != nil {
		n.failed(c.peer, err)
		c.fail(a, aSetupFailed)
	}
}

// decide says what is to be answered to a node that calls. The connection given
// is the one to establish; old is one that the caller may replace.
func (n *Node) decide(name string, a *attempt) (c, old *conn, v verdict) {
	node, err := term.NewAtom(name)
	if err != nil {
		return nil, nil, verdictNotAllowed
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	_, host, ok := splitName(name)
	if !ok || n.closed || name == n.name || n.allowed != nil && !n.allowed[name] && !n.allowed[host] {
		return nil, nil, verdictNotAllowed
	}
	c = n.conns[node]
	if c == nil {
		c = newConn(n, node, a)
		n.put(c)
		n.once[node] = true
		return c, nil, verdictOK
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state != statePending:
		return nil, c, verdictAlive
	case c.attempt.outgoing && name > n.name:
		c.attempt = a
		return c, nil, verdictSimultaneous
	}
	return nil, nil, verdictNok
}

// giveName makes a name for a node that has none.
func (n *Node) giveName(host string) (string, uint32) {
	alive := strings.ToUpper(strconv.FormatUint(rand.Uint64()|1<<63, 36))
	return alive + "@" + host, newCreation()
}

// newCreation makes a creation without the help of a port mapper; the small
// ones are those of the past's.
func newCreation() uint32 { return rand.Uint32()&0x7FFFFFFF | 8 }

// Disconnect ends the connection with a node; false if there is none.
func (n *Node) Disconnect(node term.Atom) bool {
	c := n.lookup(node)
	if c == nil {
		return false
	}
	c.mu.Lock()
	up, a := c.state == stateUp, c.attempt
	c.mu.Unlock()
	if up {
		c.close(aDisconnect)
	} else {
		c.fail(a, aDisconnect)
	}
	<-c.closed
	return up
}

// Allow restricts the nodes to connect with to those of the list and of earlier
// calls.
func (n *Node) Allow(nodes []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.allowed == nil {
		n.allowed = make(map[string]bool)
	}
	for _, name := range nodes {
		n.allowed[name] = true
	}
}

// ticks is how many signs of life are due in the tick time.
func (n *Node) ticks() int {
	if n.cfg.TickIntensity > 0 {
		return n.cfg.TickIntensity
	}
	return defaultTicks
}

// tickLoop sends signs of life, and ends the connections of those that give
// none.
func (n *Node) tickLoop() {
	type watch struct {
		reads, writes uint32
		silent        int
	}
	seen := make(map[*conn]*watch)
	for {
		select {
		case <-n.quit:
			return
		case <-time.After(time.Duration(n.tickTime.Load() / int64(n.ticks()))):
		}
		n.mu.Lock()
		conns := maps.Clone(n.conns)
		n.mu.Unlock()
		now := make(map[*conn]*watch, len(conns))
		for _, c := range conns {
			w := seen[c]
			if w == nil {
				w = &watch{reads: c.reads.Load(), writes: c.writes.Load()}
				now[c] = w
				continue
			}
			now[c] = w
			if r := c.reads.Load(); r != w.reads {
				w.reads, w.silent = r, 0
			} else if w.silent++; w.silent >= n.ticks() {
				c.silence()
				continue
			}
			if wr := c.writes.Load(); wr == w.writes {
				c.tick()
			} else {
				w.writes = wr
			}
		}
		seen = now
	}
}

// silence ends a connection whose peer gives no sign of life.
func (c *conn) silence() {
	c.mu.Lock()
	up := c.state == stateUp
	c.mu.Unlock()
	if up {
		c.node.log(term.ErrorAtom, "** Node ~p not responding **~n** Removing (timedout) connection **~n", c.peer)
		c.close(aTickTimeout)
	}
}
