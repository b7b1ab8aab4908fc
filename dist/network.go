package dist

import (
	"errors"
	"sync"
	"sync/atomic"

	"ersh/dist/epmd"
	"ersh/runtime/bif"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// Network is what a VM has of the distribution whether it is a node or not:
// cookies, and who wants to know of other nodes.
type Network struct {
	vm       *vm.VM
	defaults Config

	mu      sync.Mutex
	node    *Node
	cookie  string // "" until it is set or read
	given   bool   // it is set, be it to ""
	cookies map[string]string
	hints   atomic.Bool // a person is told what went wrong
	options []term.Term // lists of socket options for new connections

	watchers watchers
}

// Attach gives a VM a network. Nodes that are started later have what defaults
// says where their starter says nothing else. It is to be called before any
// process runs.
func Attach(m *vm.VM, defaults Config) *Network {
	n := &Network{vm: m, defaults: defaults, cookies: make(map[string]string)}
	n.watchers.init()
	m.OnExit(n.watchers.forget)
	bif.SetNetwork(m, n.functions())
	return n
}

// ErrStarted is that the VM is a node already.
var ErrStarted = errors.New("the node is started")

// Start makes the VM a node.
func (n *Network) Start(cfg Config) error {
	n.mu.Lock()
	if n.node != nil {
		n.mu.Unlock()
		return ErrStarted
	}
	n.mu.Unlock()
	if err := n.readCookie(); err != nil {
		return err
	}
	node, err := start(n, cfg)
	if err != nil {
		return err
	}
	n.mu.Lock()
	n.node = node
	n.mu.Unlock()
	if cfg.Name != "" {
		n.announceSelf(true, node)
	}
	return nil
}

// readCookie takes the user's cookie where none has been given.
func (n *Network) readCookie() *CookieError {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cookie != "" || n.given {
		return nil
	}
	cookie, err := ReadCookie()
	if err != nil {
		return &CookieError{err}
	}
	n.cookie = cookie
	return nil
}

// Stop takes Start back; false if the VM was no node.
func (n *Network) Stop() bool {
	node := n.Node()
	if node == nil {
		return false
	}
	node.stop()
	n.mu.Lock()
	n.node = nil
	n.mu.Unlock()
	n.announceSelf(false, node)
	return true
}

// Node is the node that the VM is, nil if it is none.
func (n *Network) Node() *Node {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.node
}

// Cookie is the cookie for a node.
func (n *Network) Cookie(node string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if c, ok := n.cookies[node]; ok {
		return c
	}
	return n.cookie
}

// SetCookie sets the cookie for a node, or with node "" for all that have none
// of their own.
func (n *Network) SetCookie(node, cookie string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if node == "" {
		n.cookie, n.given = cookie, true
	} else {
		n.cookies[node] = cookie
	}
}

// Hint says whether a person sits at the node's terminal who is to be told what
// went wrong and what to do (runtime/lib/ersh_hint.erl).
func (n *Network) Hint(on bool) { n.hints.Store(on) }

// client asks port mappers.
func (n *Network) client() *epmd.Client {
	if node := n.Node(); node != nil {
		return &node.cfg.Epmd
	}
	return &n.defaults.Epmd
}

// log sends an event to the logger, in the shape of those of a system process.
func (n *Node) log(level term.Atom, format string, args ...term.Term) {
	m := n.vm
	leader := m.Whereis(term.A("init"))
	if leader == nil {
		leader = n.nobody()
	}
	pid := m.Whereis(aNetKernel)
	if pid == nil {
		pid = leader
	}
	meta := term.MapOf(
		term.A("pid"), pid, term.A("gl"), leader,
		term.A("time"), term.MakeInt(nowMicro()),
		term.A("error_logger"), term.MapOf(term.A("tag"), level, term.A("emulator"), term.True),
	)
	m.Send(term.A("logger"), term.T(term.A("log"), level, term.String(format), term.List(args...), meta))
}

func (n *Node) nobody() *term.Pid {
	node, creation := n.identity()
	return &term.Pid{Node: node, Creation: creation}
}
