package dist

import (
	"context"
	"errors"
	"syscall"
	"time"
	"unicode/utf8"

	"ersh/dist/epmd"
	"ersh/runtime/bif"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// functions are what bif's module ersh_dist calls; the modules net_kernel, auth
// and erl_epmd are written upon them.
func (n *Network) functions() map[string]vm.Func {
	return map[string]vm.Func{
		"start/1":          n.bifStart,
		"stop/0":           n.bifStop,
		"connect/1":        n.bifConnect(onRequest),
		"hidden_connect/1": n.bifConnect(onHiddenRequest),
		"disconnect/1":     n.bifDisconnect,
		"cookie/1":         n.bifCookie,
		"set_cookie/2":     n.bifSetCookie,
		"monitor_nodes/2":  n.bifMonitorNodes,
		"epmd_names/1":     n.bifEpmdNames,
		"epmd_lookup/2":    n.bifEpmdLookup,
		"allow/1":          n.bifAllow,
		"info/1":           n.bifInfo,
		"set_tick/1":       n.bifSetTick,
		"hostname/1":       n.bifHostname,
		"read_cookie/0":    n.bifReadCookie,
		"explain/1":        n.bifExplain,
		"setopts/2":        n.bifSetopts,
		"getopts/2":        n.bifGetopts,
		"hints/0": func(*vm.Process, []term.Term) (term.Term, error) {
			return term.Bool(n.hints.Load()), nil
		},
	}
}

// option reads a map's entry.
func option[T term.Term](m *term.Map, key string, to func(T)) {
	if v, ok := m.Get(term.A(key)); ok {
		if t, ok := v.(T); ok {
			to(t)
		}
	}
}

// config reads the map that net_kernel gives; what it does not say is as the
// network's defaults say.
func (n *Network) config(m *term.Map) Config {
	cfg := n.defaults
	option(m, "name", func(a term.Atom) {
		if cfg.Name = a.Name(); a == term.Undefined {
			cfg.Name = ""
		}
	})
	option(m, "longnames", func(a term.Atom) {
		if cfg.Kind = ShortNames; a == term.True {
			cfg.Kind = LongNames
		}
	})
	option(m, "hidden", func(a term.Atom) { cfg.Hidden = a == term.True })
	option(m, "listen", func(a term.Atom) { cfg.NoListen = a == term.False })
	option(m, "listen_min", func(i term.Int) { cfg.ListenMin = int(i.Value()) })
	option(m, "listen_max", func(i term.Int) { cfg.ListenMax = int(i.Value()) })
	option(m, "tick", func(i term.Int) { cfg.Tick = time.Duration(i.Value()) * time.Second })
	option(m, "setup", func(i term.Int) { cfg.Setup = time.Duration(i.Value()) * time.Second })
	option(m, "intensity", func(i term.Int) { cfg.TickIntensity = int(i.Value()) })
	option(m, "port", func(i term.Int) { cfg.Port = int(i.Value()) })
	option(m, "interface", func(t *term.Cons) {
		if s, ok := term.GoString(t); ok {
			cfg.Interface = s
		}
	})
	option(m, "start_epmd", func(a term.Atom) {
		if a == term.False {
			cfg.StartEpmd = nil
		}
	})
	option(m, "visible_to", func(t *term.Cons) {
		nodes, _ := term.Slice(t)
		cfg.VisibleTo = make(map[string]bool)
		for _, e := range nodes {
			if a, ok := e.(term.Atom); ok {
				cfg.VisibleTo[a.Name()] = true
			}
		}
	})
	option(m, "connect_options", func(t *term.Cons) { cfg.ConnectOptions = t })
	option(m, "listen_options", func(t *term.Cons) { cfg.ListenOptions = t })
	option(m, "auto_connect", func(a term.Atom) {
		switch a.Name() {
		case "never":
			cfg.Auto = AutoNever
		case "once":
			cfg.Auto = AutoOnce
		}
	})
	return cfg
}

// bifStart gives ok, or {error, Kind, Text} for net_kernel to report.
func (n *Network) bifStart(p *vm.Process, args []term.Term) (term.Term, error) {
	m, ok := args[0].(*term.Map)
	if !ok {
		return nil, vm.Badarg
	}
	cfg := n.config(m)
	return nil, p.Async(func() (term.Term, error) {
		err := n.Start(cfg)
		if err == nil {
			return term.Ok, nil
		}
		kind := "register"
		var cookie *CookieError
		switch {
		case errors.As(err, &cookie):
			return term.T(term.ErrorAtom, term.A("cookie"), cookie.reason()), nil
		case errors.Is(err, ErrStarted):
			kind = "already_started"
		case errors.Is(err, ErrName), errors.Is(err, ErrLongName), errors.Is(err, ErrHostname):
			kind = "name"
		case errors.Is(err, epmd.ErrNameTaken):
			kind = "duplicate_name"
		case errors.Is(err, ErrRegister):
			return term.T(term.ErrorAtom, term.A(kind), term.String(posix(err))), nil
		}
		return term.T(term.ErrorAtom, term.A(kind), term.String(err.Error())), nil
	})
}

// posix is the name that Erlang has for an error of the network.
func posix(err error) string {
	var e syscall.Errno
	if errors.As(err, &e) {
		switch e {
		case syscall.ENOENT:
			return "enoent"
		case syscall.ENOTDIR:
			return "enotdir"
		case syscall.EROFS:
			return "erofs"
		case syscall.ECONNREFUSED:
			return "econnrefused"
		case syscall.EADDRINUSE:
			return "eaddrinuse"
		case syscall.EADDRNOTAVAIL:
			return "eaddrnotavail"
		case syscall.EACCES:
			return "eacces"
		case syscall.EHOSTUNREACH:
			return "ehostunreach"
		case syscall.ENETUNREACH:
			return "enetunreach"
		case syscall.ETIMEDOUT:
			return "etimedout"
		}
	}
	if isTimeout(err) {
		return "timeout"
	}
	return "nxdomain"
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

func (n *Network) bifStop(p *vm.Process, _ []term.Term) (term.Term, error) {
	return nil, p.Async(func() (term.Term, error) { return term.Bool(n.Stop()), nil })
}

func (n *Network) bifConnect(why cause) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		name, ok := args[0].(term.Atom)
		if !ok {
			return nil, vm.Badarg
		}
		node := n.Node()
		if node == nil {
			return term.False, nil
		}
		return nil, p.Async(func() (term.Term, error) {
			return term.Bool(node.connect(name, why)), nil
		})
	}
}

// bifExplain says why a node can't be reached; false if nothing is known.
func (n *Network) bifExplain(_ *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	node := n.Node()
	if !ok || node == nil {
		return term.False, nil
	}
	err := node.Failure(name)
	if err == nil {
		return term.False, nil
	}
	return term.BinaryString(Explain(name.Name(), err)), nil
}

func (n *Network) bifDisconnect(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	node := n.Node()
	if node == nil {
		return term.A("ignored"), nil
	}
	return nil, p.Async(func() (term.Term, error) { return term.Bool(node.Disconnect(name)), nil })
}

var aNocookie = term.A("nocookie")

// bifCookie gives the cookie for a node; for ” the node's own.
func (n *Network) bifCookie(_ *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	if n.Node() == nil {
		return aNocookie, nil
	}
	c, err := term.NewAtom(n.Cookie(name.Name()))
	if err != nil {
		return aNocookie, nil
	}
	return c, nil
}

func (n *Network) bifSetCookie(_ *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	cookie, ok2 := args[1].(term.Atom)
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	n.SetCookie(name.Name(), cookie.Name())
	return term.True, nil
}

// bifMonitorNodes subscribes: true or false, and a tuple of what is wanted.
func (n *Network) bifMonitorNodes(p *vm.Process, args []term.Term) (term.Term, error) {
	t, ok := args[1].(*term.Tuple)
	if !ok || t.Len() != 4 {
		return nil, vm.Badarg
	}
	var s subscription
	switch t.Elems[0] {
	case term.A("bare"):
		s.bare = true
	case term.A("map"):
		s.asMap = true
	}
	if kind, ok := t.Elems[1].(term.Atom); ok && kind != term.Undefined {
		s.kind = kind
	}
	s.reason, s.id = t.Elems[2] == term.True, t.Elems[3] == term.True
	if args[0] == term.True {
		n.watchers.add(p, s)
	} else {
		n.watchers.drop(p, s)
	}
	return term.Ok, nil
}

func (n *Network) bifEpmdNames(p *vm.Process, args []term.Term) (term.Term, error) {
	host, ok := term.GoString(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	c := n.client()
	return nil, p.Async(func() (term.Term, error) {
		names, err := c.Names(context.Background(), host)
		if err != nil {
			return term.T(term.ErrorAtom, addressError(err)), nil
		}
		list := make([]term.Term, len(names))
		for i, np := range names {
			list[i] = term.T(term.String(np.Name), term.Small(int64(np.Port)))
		}
		return term.T(term.Ok, term.List(list...)), nil
	})
}

// addressError: that nobody answers is what Erlang calls address.
func addressError(err error) term.Term {
	if name := posix(err); name == "nxdomain" || name == "timeout" {
		return term.A(name)
	}
	return term.A("address")
}

func (n *Network) bifEpmdLookup(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := term.GoString(args[0])
	host, ok2 := term.GoString(args[1])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	c := n.client()
	return nil, p.Async(func() (term.Term, error) {
		e, err := c.Lookup(context.Background(), host, name)
		switch {
		case err == nil:
			return term.T(term.A("port"), term.Small(int64(e.Port)), term.Small(int64(e.Highest))), nil
		case errors.Is(err, epmd.ErrUnknown):
			return term.A("noport"), nil
		}
		return term.T(term.ErrorAtom, addressError(err)), nil
	})
}

func (n *Network) bifAllow(_ *vm.Process, args []term.Term) (term.Term, error) {
	list, ok := term.Slice(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	var names []string
	for _, e := range list {
		a, ok := e.(term.Atom)
		if !ok {
			return nil, vm.Badarg
		}
		names = append(names, a.Name())
	}
	if node := n.Node(); node != nil {
		node.Allow(names)
	}
	return term.Ok, nil
}

// connection is that with a node, which a BIF is given; nil if there is none.
func (n *Network) connection(node term.Term) *conn {
	name, ok := node.(term.Atom)
	if here := n.Node(); ok && here != nil {
		return here.lookup(name)
	}
	return nil
}

// bifInfo describes the connection with a node: {State, Type, Reads, Writes,
// Address}, or false.
func (n *Network) bifInfo(_ *vm.Process, args []term.Term) (term.Term, error) {
	c := n.connection(args[0])
	if c == nil {
		return term.False, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	state, kind := term.A("pending"), term.Normal
	var address term.Term = term.Undefined
	if c.state == stateUp {
		state = term.A("up")
		_, host, _ := splitName(c.peer.Name())
		address = term.T(term.A("net_address"), bif.Endpoint(c.nc.RemoteAddr()), term.String(host), term.A("tcp"), term.A("inet"))
	}
	if c.hidden {
		kind = aHidden
	}
	return term.T(state, kind, term.Small(int64(c.reads.Load())), term.Small(int64(c.writes.Load())), address), nil
}

var (
	aNew         = term.A("new")
	noconnection = term.T(term.ErrorAtom, term.A("noconnection"))
)

// bifSetopts sets options of the socket of a connection or, with new, of those
// that are yet to be made.
func (n *Network) bifSetopts(_ *vm.Process, args []term.Term) (term.Term, error) {
	if args[0] == aNew {
		v := bif.NewNodeSocket().Set(nil, args[1])
		if v == term.Ok {
			n.mu.Lock()
			n.options = append(n.options, args[1])
			n.mu.Unlock()
		}
		return v, nil
	}
	return n.onSocket(args[0], func(c *conn) term.Term { return c.socket.Set(c.nc, args[1]) })
}

func (n *Network) bifGetopts(_ *vm.Process, args []term.Term) (term.Term, error) {
	return n.onSocket(args[0], func(c *conn) term.Term { return c.socket.Get(c.nc, args[1]) })
}

func (n *Network) onSocket(node term.Term, fn func(c *conn) term.Term) (term.Term, error) {
	c := n.connection(node)
	if c == nil {
		return noconnection, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateUp {
		return noconnection, nil
	}
	return fn(c), nil
}

// configure sets the options of a new connection's socket. Wrong ones are the
// configuration's defect; the connection can do without them.
func (n *Network) configure(c *conn, first term.Term) {
	n.mu.Lock()
	lists := append([]term.Term{first}, n.options...)
	n.mu.Unlock()
	c.socket = bif.NewNodeSocket()
	for _, l := range lists {
		if l != nil {
			c.socket.Set(c.nc, l)
		}
	}
}

func (n *Network) bifSetTick(_ *vm.Process, args []term.Term) (term.Term, error) {
	s, ok := term.ToInt64(args[0])
	if !ok || s <= 0 {
		return nil, vm.Badarg
	}
	if node := n.Node(); node != nil {
		node.tickTime.Store(int64(time.Duration(s) * time.Second))
	}
	return term.Ok, nil
}

// bifHostname gives this machine's name, long or short.
func (n *Network) bifHostname(p *vm.Process, args []term.Term) (term.Term, error) {
	kind := ShortNames
	if args[0] == term.True {
		kind = LongNames
	}
	return nil, p.Async(func() (term.Term, error) {
		host, err := Hostname(kind)
		if err != nil {
			host, err = Hostname(ShortNames)
		}
		if err != nil {
			return term.String("nohost"), nil
		}
		return term.String(host), nil
	})
}

// bifReadCookie sees to it that there is a cookie: the user's where none has been
// given. It gives ok, {too_long, Cookie} or {error, Text}.
func (n *Network) bifReadCookie(p *vm.Process, _ []term.Term) (term.Term, error) {
	return nil, p.Async(func() (term.Term, error) {
		if err := n.readCookie(); err != nil {
			return term.T(term.ErrorAtom, err.reason()), nil
		}
		if c := n.Cookie(""); utf8.RuneCountInString(c) > term.MaxAtomChars {
			return term.T(term.A("too_long"), term.String(c)), nil
		}
		return term.Ok, nil
	})
}
