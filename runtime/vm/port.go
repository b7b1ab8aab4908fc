package vm

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ersh/runtime/term"
)

// A Port stands for something outside the node: a program, a socket. To other
// processes it is one of their kind: it is linked with its owner, can be
// monitored, has a name, ends with a reason. So inside it is a native process
// whose pid nobody sees (Seen gives the port in its place), and whose driver
// takes what is sent to it.
//
// A caller does its own work at a port, under the port's lock: what it has
// sent before is handled first, so that everything keeps the order of signals,
// and no scheduler is in between. What comes from outside is brought by the
// driver's goroutines, under the same lock.
type Port struct {
	n      *Native
	id     *term.Port
	name   string
	driver PortDriver
	owner  *term.Pid
	data   term.Term // see SetData

	input, output atomic.Int64
	// busy is closed when the port takes data again; nil while it does.
	busy    chan struct{}
	waiting []*portWait
	// closing is whom to tell that the port is closed, as it asked for.
	closing *term.Pid
	done    chan struct{}
}

// PortDriver is what a port stands for. Its methods are called with the port
// locked and must not block.
type PortDriver interface {
	// Output takes what was sent by port_command or {Pid, {command, Data}}.
	// An error is the reason for which the port ends.
	Output(data []byte) (reason term.Term)
	// Stop is called when the port has ended. What Output took is still to be
	// delivered.
	Stop()
	// Info is an item of port_info that only the driver knows: os_pid,
	// queue_size. nil means that there is none such.
	Info(item term.Atom) term.Term
}

// portWait is a caller who waits until the port is not busy.
type portWait struct {
	s    *Suspension
	then func() (term.Term, error)
}

// ports are the ports of a VM.
type ports struct {
	mu   sync.RWMutex
	open map[uint64]*Port
	last uint64
}

// firstPort is the number of the first port: erl has opened some for itself.
const firstPort = 3

// PortLimit is how many ports there may be at once.
const PortLimit = 65536

// portSerial marks the pids inside ports, which no process has: a number made
// of 28 bits of ID and its serial has none as high.
const portSerial = 1 << 31

// OpenPort makes a port that owner, whose call this is, is linked with. It
// gives nil when there are too many.
func (owner *Process) OpenPort(name string, driver PortDriver) *Port {
	port := owner.vm.newPort(name, driver, &owner.self)
	if port == nil {
		return nil
	}
	p := port.n.p
	owner.ext().links.put(owner.vm.pidKey(&p.self), link{pid: &p.self})
	p.ext().links.put(owner.vm.pidKey(&owner.self), link{pid: &owner.self})
	return port
}

func (vm *VM) newPort(name string, driver PortDriver, owner *term.Pid) *Port {
	id := vm.ident.Load()
	vm.ports.mu.Lock()
	defer vm.ports.mu.Unlock()
	if len(vm.ports.open) >= PortLimit {
		return nil
	}
	if vm.ports.open == nil {
		vm.ports.open, vm.ports.last = make(map[uint64]*Port), firstPort-1
	}
	vm.ports.last++
	p := &Process{vm: vm}
	port := &Port{
		n: &Native{ready: make(chan struct{}, 1), done: make(chan struct{}), p: p}, name: name, driver: driver, owner: owner,
		id: &term.Port{Node: id.name, Creation: id.creation, ID: vm.ports.last},
	}
	port.done = port.n.done
	port.n.port = port
	p.native = port.n
	p.self = *vm.portPid(port.id)
	p.self.Proc = p
	p.leader = &p.self
	p.state.Store(stateIdle)
	vm.ports.open[port.id.ID] = port
	return port
}

// portPid is the pid inside a port.
func (vm *VM) portPid(id *term.Port) *term.Pid {
	return &term.Pid{Node: id.Node, Creation: id.Creation, ID: uint32(id.ID & (1<<pidBits - 1)), Serial: portSerial | uint32(id.ID>>pidBits)}
}

// port gives a process's port, if it is inside one.
func (p *Process) port() *Port {
	if p.native != nil {
		return p.native.port
	}
	return nil
}

// Seen is a pid as processes see it: the port's where it is inside a port.
func (vm *VM) Seen(pid *term.Pid) term.Term {
	if p, ok := pid.Proc.(*Process); ok && p.port() != nil {
		return p.port().id
	}
	if pid.Serial >= portSerial {
		return &term.Port{Node: pid.Node, Creation: pid.Creation, ID: uint64(pid.Serial&^portSerial)<<pidBits | uint64(pid.ID)}
	}
	return pid
}

// IsLocalPort reports whether the port is one of this node's, open or not.
func (vm *VM) IsLocalPort(id *term.Port) bool {
	ident := vm.ident.Load()
	return id.Node == term.NoNode || id.Node == ident.name && id.Creation == ident.creation
}

// LocalPort gives the port's own term for one that came from outside.
func (vm *VM) LocalPort(id *term.Port) *term.Port {
	if port := vm.Port(id); port != nil {
		return port.id
	}
	return id
}

// Port finds an open port by its term or registered name; nil if there is none.
func (vm *VM) Port(t term.Term) *Port {
	switch t := t.(type) {
	case *term.Port:
		if !vm.IsLocalPort(t) {
			return nil
		}
		vm.ports.mu.RLock()
		defer vm.ports.mu.RUnlock()
		return vm.ports.open[t.ID]
	case term.Atom:
		if p := vm.whereis(t); p != nil {
			return p.port()
		}
	}
	return nil
}

// Ports lists the open ports.
func (vm *VM) Ports() []*term.Port {
	vm.ports.mu.RLock()
	defer vm.ports.mu.RUnlock()
	list := make([]*term.Port, 0, len(vm.ports.open))
	for _, p := range vm.ports.open {
		list = append(list, p.id)
	}
	slices.SortFunc(list, func(a, b *term.Port) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// ID is the port's term.
func (port *Port) ID() *term.Port { return port.id }

// Driver is what the port was opened with.
func (port *Port) Driver() PortDriver { return port.driver }

// VM is the machine that the port belongs to.
func (port *Port) VM() *VM { return port.n.p.vm }

// Done is closed when the port has ended.
func (port *Port) Done() <-chan struct{} { return port.done }

// Do runs fn with the port locked, after what came before; false, and fn is not
// run, if the port has ended.
func (port *Port) Do(fn func()) bool {
	port.n.mu.Lock()
	defer port.n.mu.Unlock()
	if !port.n.settle() {
		return false
	}
	fn()
	port.n.settle()
	return true
}

// settle handles the signals of a port, which the caller has locked, and ends
// it if it is to end; false if it has ended.
func (n *Native) settle() bool {
	if n.ended {
		return false
	}
	p := n.p
	for p.inbox.Load() != nil && !p.exiting {
		p.takeSignals()
		list := p.messages.head
		p.messages = mailbox{}
		for e := list; e != nil && !p.exiting; e = e.next {
			n.port.message(e.body)
		}
	}
	if !p.exiting {
		return true
	}
	n.end()
	n.port.ended()
	return false
}

// ended tells those who have to do with the port.
func (port *Port) ended() {
	vm := port.VM()
	vm.ports.mu.Lock()
	delete(vm.ports.open, port.id.ID)
	vm.ports.mu.Unlock()
	if port.busy != nil {
		close(port.busy)
		port.busy = nil
	}
	for _, w := range port.waiting {
		w.s.Resume(nil, Badarg)
	}
	port.waiting = nil
	if port.closing != nil && port.closing != closedByCall {
		vm.Send(port.closing, term.T(port.id, aClosed))
	}
	port.driver.Stop()
}

// closedByCall is in Port.closing when nobody is to be told.
var closedByCall = new(term.Pid)

var (
	aClosed    = term.A("closed")
	aClose     = term.A("close")
	aCommand   = term.A("command")
	aConnect   = term.A("connect")
	aConnected = term.A("connected")
	aBadsig    = term.A("badsig")
)

// Exit ends the port with a reason; the port is locked.
func (port *Port) Exit(reason term.Term) { port.n.p.setExit(reason) }

// Owner is the process that gets what comes in; the port is locked.
func (port *Port) Owner() *term.Pid { return port.owner }

// Deliver sends a message to the owner; the port is locked.
func (port *Port) Deliver(msg term.Term) { port.VM().Send(port.owner, msg) }

// CountInput and CountOutput add to the bytes that port_info shows.
func (port *Port) CountInput(n int) { port.input.Add(int64(n)) }

// CountOutput: see CountInput.
func (port *Port) CountOutput(n int) { port.output.Add(int64(n)) }

// SetBusy says that the port takes no more data for now, or takes it again;
// the port is locked.
func (port *Port) SetBusy(busy bool) {
	switch {
	case busy && port.busy == nil:
		port.busy = make(chan struct{})
	case !busy && port.busy != nil:
		close(port.busy)
		port.busy = nil
		for len(port.waiting) > 0 && port.busy == nil && !port.n.p.exiting {
			w := port.waiting[0]
			port.waiting = port.waiting[1:]
			w.s.Resume(w.then())
		}
	}
}

// message takes what was sent to the port. What is none of the three requests,
// or not from the owner, is the owner's fault; false if it had a value that can't
// be put out.
func (port *Port) message(msg term.Term) (value bool) {
	value = true
	if t, ok := msg.(*term.Tuple); ok && t.Len() == 2 {
		from, ok := t.Elems[0].(*term.Pid)
		if ok && port.VM().pidKey(from) == port.VM().pidKey(port.owner) {
			if t.Elems[1] == aClose {
				port.closing = from
				port.Exit(term.Normal)
				return value
			}
			if req, ok := t.Elems[1].(*term.Tuple); ok && req.Len() == 2 {
				if port.request(from, req.Elems[0], req.Elems[1]) {
					return value
				}
				value = req.Elems[0] != aCommand
			}
		}
	}
	port.n.p.vm.signal(nil, port.owner, &Exit{From: &port.n.p.self, To: port.owner, Reason: aBadsig})
	return value
}

func (port *Port) request(from *term.Pid, what, arg term.Term) bool {
	switch what {
	case aCommand:
		data, ok := term.IOData(arg)
		if !ok {
			return false
		}
		port.write(data)
		return true
	case aConnect:
		pid, ok := arg.(*term.Pid)
		if !ok {
			return false
		}
		port.connect(pid)
		port.VM().Send(from, term.T(port.id, aConnected))
		return true
	}
	return false
}

func (port *Port) write(data []byte) {
	port.output.Add(int64(len(data)))
	if reason := port.driver.Output(data); reason != nil {
		port.Exit(reason)
	}
}

// connect makes pid the owner. The former one stays linked.
func (port *Port) connect(pid *term.Pid) {
	port.owner = pid
	if port.VM().lookup(pid) != nil {
		port.n.p.trapExit = true // an owner who ends just now is no error of the caller's
		port.n.p.Link(pid, false)
		port.n.p.trapExit = false
	}
}

// brokenBy says what the port does about the end of a process that it is linked
// with: it goes on if that was not its owner and ended normally. An owner who
// has ended before it could be linked with has ended normally.
func (port *Port) brokenBy(from *term.Pid, reason term.Term) {
	if reason == term.Noproc {
		reason = term.Normal
	}
	if reason != term.Normal || port.VM().pidKey(from) == port.VM().pidKey(port.owner) {
		port.Exit(reason)
	}
}

// Send sends a message to the port, for p, and suspends p while the port is busy.
func (p *Process) sendPort(port *Port, msg term.Term, nosuspend bool) (SendResult, error) {
	var busy chan struct{}
	refused, value := false, true
	port.Do(func() {
		if busy = port.busy; busy != nil && nosuspend {
			refused = true
			return
		}
		value = port.message(msg)
		busy = port.busy
	})
	if !value {
		port.BadValue(p)
	}
	switch {
	case refused:
		return SendNoSuspend, nil
	case busy == nil || nosuspend:
		return Sent, nil
	}
	return Sent, p.await(func() { <-busy }, msg)
}

// BadValue reports that p wanted something put out that is no iodata.
func (port *Port) BadValue(p *Process) {
	p.LogError("Bad value on output port '~s'~n~n", term.String(port.name))
}

// Command is erlang:port_command/3.
func (port *Port) Command(p *Process, data []byte, nosuspend bool) (v term.Term, err error) {
	send := func() (term.Term, error) {
		port.write(data)
		return term.True, nil
	}
	ok := port.Do(func() {
		switch {
		case port.busy == nil:
			v, err = send()
		case nosuspend:
			v = term.False
		default:
			s := p.Suspend()
			port.waiting = append(port.waiting, &portWait{s, send})
			err = s
		}
	})
	if !ok {
		return nil, Badarg
	}
	return v, err
}

// Close is erlang:port_close/1.
func (port *Port) Close() bool {
	return port.Do(func() {
		port.closing = closedByCall
		port.Exit(term.Normal)
	})
}

// Connect is erlang:port_connect/2.
func (port *Port) Connect(pid *term.Pid) bool {
	if port.VM().lookup(pid) == nil {
		return false
	}
	return port.Do(func() { port.connect(pid) })
}

// SetData is erlang:port_set_data/2, Data port_get_data/1.
func (port *Port) SetData(v term.Term) bool { return port.Do(func() { port.data = v }) }

// Data: see SetData.
func (port *Port) Data() (v term.Term, ok bool) {
	v = term.Undefined
	ok = port.Do(func() {
		if port.data != nil {
			v = port.data
		}
	})
	return v, ok
}

// portInfo are the items of erlang:port_info/2 that ports of all kinds have.
var portInfo = map[term.Atom]func(port *Port) term.Term{
	aRegisteredName: func(port *Port) term.Term {
		if x := port.n.p.more; x != nil && !x.name.IsZero() {
			return x.name
		}
		return nil
	},
	term.A("name"):        func(port *Port) term.Term { return term.String(port.name) },
	aLinks:                func(port *Port) term.Term { return infoItems[aLinks](port.n.p) },
	term.A("id"):          func(port *Port) term.Term { return term.MakeInt(int64(port.id.ID) << 3) },
	aConnected:            func(port *Port) term.Term { return port.owner },
	term.A("input"):       func(port *Port) term.Term { return term.MakeInt(port.input.Load()) },
	term.A("output"):      func(port *Port) term.Term { return term.MakeInt(port.output.Load()) },
	aMonitors:             func(port *Port) term.Term { return term.EmptyList },
	aMonitoredBy:          func(port *Port) term.Term { return infoItems[aMonitoredBy](port.n.p) },
	aMemory:               func(port *Port) term.Term { return term.Small(48) },
	term.A("parallelism"): func(port *Port) term.Term { return term.False },
	term.A("locking"):     func(port *Port) term.Term { return term.A("port_level") },
	aOSPid:                func(port *Port) term.Term { return orUndefined(port.driver.Info(aOSPid)) },
	aQueueSize: func(port *Port) term.Term {
		if v := port.driver.Info(aQueueSize); v != nil {
			return v
		}
		return term.Small(0)
	},
}

var (
	aOSPid     = term.A("os_pid")
	aQueueSize = term.A("queue_size")
)

func orUndefined(v term.Term) term.Term {
	if v == nil {
		return term.Undefined
	}
	return v
}

// portInfoItems are what port_info/1 shows, in its order.
var portInfoItems = []term.Atom{aRegisteredName, term.A("name"), aLinks, term.A("id"), aConnected, term.A("input"), term.A("output"), aOSPid}

// Info is erlang:port_info/1 and, with an item, port_info/2.
func (port *Port) Info(item term.Term) (v term.Term, err error) {
	ok := port.Do(func() {
		if item == nil {
			var out []term.Term
			for _, it := range portInfoItems {
				if v := portInfo[it](port); v != nil {
					out = append(out, term.T(it, v))
				}
			}
			v = term.List(out...)
			return
		}
		a, _ := item.(term.Atom)
		get := portInfo[a]
		if get == nil {
			err = Badarg
			return
		}
		if v = get(port); v == nil {
			v = term.EmptyList
			return
		}
		v = term.T(a, v)
	})
	if !ok {
		return term.Undefined, nil
	}
	return v, err
}

// LinkPort is erlang:link/1 of a port.
func (p *Process) LinkPort(id *term.Port, priority bool) error {
	if !p.vm.IsLocalPort(id) {
		return Badarg
	}
	if port := p.vm.Port(id); port != nil {
		return p.Link(&port.n.p.self, priority)
	}
	if !p.trapExit {
		return NewError(term.Noproc)
	}
	p.vm.Send(&p.self, term.T(term.EXIT, id, term.Noproc))
	return nil
}

// UnlinkPort is erlang:unlink/1 of a port.
func (p *Process) UnlinkPort(id *term.Port) error {
	if !p.vm.IsLocalPort(id) {
		return Badarg
	}
	p.Unlink(p.vm.portPid(id))
	return nil
}

// RegisterPort gives a port a name, as erlang:register/2.
func (p *Process) RegisterPort(name term.Atom, id *term.Port) (term.Term, error) {
	port := p.vm.Port(id)
	if port == nil {
		return nil, BadargCause(aNotAlive)
	}
	return p.Register(name, &port.n.p.self)
}

// exitPort is erlang:exit/2 to a port: a normal exit signal ends it too.
func (p *Process) exitPort(id *term.Port, reason term.Term) (term.Term, error) {
	if !p.vm.IsLocalPort(id) {
		return nil, Badarg
	}
	if port := p.vm.Port(id); port != nil {
		if reason == term.Kill {
			reason = term.Killed
		}
		port.Do(func() { port.Exit(reason) })
	}
	return p.afterPort()
}

// afterPort ends a BIF whose work at a port may have sent signals to p itself.
func (p *Process) afterPort() (term.Term, error) {
	p.takeSignals()
	return p.afterSignals(term.True)
}

// The owner of a port may be slower than what comes in. A driver's goroutine
// that reads calls Breathe, without the lock, from time to time: it returns when
// the owner has fewer messages waiting than limits allow, or the port has ended.
const (
	backlogMessages = 1 << 16
	backlogBytes    = 64 << 20
)

// Breathe waits until the owner has caught up; size is what a message takes on
// average.
func (port *Port) Breathe(size int) {
	limit := max(64, min(backlogMessages, backlogBytes/max(size, 1)))
	for wait := time.Millisecond; ; wait = min(2*wait, 100*time.Millisecond) {
		var owner *Process
		if !port.Do(func() { owner = port.VM().lookup(port.owner) }) || owner == nil {
			return
		}
		answer := make(chan int, 1)
		if !owner.postSignal(&tellSignal{func(t *Process) { answer <- t.queueLen() }}, nil) {
			return
		}
		select {
		case n := <-answer:
			if n < limit {
				return
			}
		case <-time.After(time.Second):
			continue // busy, or gone meanwhile
		case <-port.done:
			return
		}
		select {
		case <-time.After(wait):
		case <-port.done:
			return
		}
	}
}

// NewPort makes a port for a process that is not the caller: it links itself
// with the process, and ends if there is none any more. It gives nil when there
// are too many ports.
func (vm *VM) NewPort(name string, driver PortDriver, owner *term.Pid) *Port {
	port := vm.newPort(name, driver, owner)
	if port != nil {
		port.Do(func() {
			if port.connect(owner); vm.lookup(owner) == nil {
				port.Exit(term.Normal)
			}
		})
	}
	return port
}

// Leave ends the port without a word to those who are linked with it; the port
// is locked.
func (port *Port) Leave() {
	p := port.n.p
	if p.more != nil {
		for _, l := range slices.Clone(p.more.links.items) {
			p.Unlink(l.val.pid)
		}
	}
	port.Exit(term.Normal)
}
