package dist

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"ersh/runtime/bif"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

const (
	// busyLimit is how many bytes may wait to be written before senders wait.
	busyLimit = 1 << 20
	// pendingLimit is how many signals may wait for a connection to be
	// established before their senders wait.
	pendingLimit = 1024
	// hardLimit ends a connection whose peer reads so slowly that even what
	// nobody waits for has filled the queue.
	hardLimit = 1 << 30
	// flushPause is how long there must have been nothing to write for a
	// signal to be taken for a single one.
	flushPause = 20 * time.Microsecond
)

type connState uint8

const (
	statePending connState = iota
	stateUp
	stateClosed
)

// conn is the connection with one node, from the first signal for it on.
type conn struct {
	node *Node
	peer term.Atom

	// established is closed when the connection is up or has failed.
	established chan struct{}
	// left is closed when the node has forgotten it, closed when all are told.
	left, closed chan struct{}
	// before is closed of the connection before this one with the same node,
	// whose end is told before this one's beginning; nil: there is none.
	before <-chan struct{}

	mu      sync.Mutex
	state   connState
	ok      bool // was or is up
	pending []vm.Signal
	asking  bool     // askEvaluator is at work, and all else is pending
	attempt *attempt // who is establishing it
	nc      net.Conn
	socket  *bif.NodeSocket
	direct  *directWriter
	// lastFlush is when the outbox was last found empty.
	lastFlush time.Time
	// held says that the outbox waits for release.
	held   bool
	hidden bool
	id     uint64
	flags  Flags
	out    *outbox
	wake   chan struct{}
	room   chan struct{} // closed when senders may go on; nil: nobody waits
	reason term.Term     // why it ended
	reads  atomic.Uint32
	writes atomic.Uint32
}

// attempt is one way to establish a connection, by calling or by being called.
type attempt struct {
	outgoing bool
	hidden   bool // asked for as a hidden connection
}

func newConn(n *Node, peer term.Atom, a *attempt) *conn {
	return &conn{
		node: n, peer: peer, attempt: a,
		established: make(chan struct{}), left: make(chan struct{}), closed: make(chan struct{}),
		wake: make(chan struct{}, 1),
	}
}

// send queues a signal; ok is false if the connection has ended.
func (c *conn) send(sig vm.Signal) (wait func(), ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state == statePending || c.state == stateUp && c.asking:
		c.pending = append(c.pending, sig)
		if len(c.pending) > pendingLimit {
			return c.waitForRoom(), true
		}
		return nil, true
	case c.state == stateUp:
		idle := c.out.size == 0 || c.held
		c.encode(sig)
		if _, ok := sig.(*vm.SpawnReply); ok && idle {
			c.held = true
		} else if idle && c.out.size > 0 {
			c.flush()
		}
		if c.out.size > busyLimit {
			if c.out.size > hardLimit {
				c.nc.Close()
			}
			return c.waitForRoom(), true
		}
		return nil, true
	}
	return nil, false
}

// encode puts a signal into the outbox. One that has no external form is
// dropped, as there is nothing else to be done with it; a request that the
// peer can't serve is answered.
func (c *conn) encode(sig vm.Signal) {
	switch err := c.out.add(sig); {
	case err == errUnknownEvaluator:
		c.pending, c.asking = append(c.pending, sig), true
		go c.askEvaluator()
	case err != nil:
		if s, ok := sig.(*vm.SpawnRequest); ok {
			go c.node.vm.Deliver(c.peer, &vm.SpawnReply{Ref: s.Ref, To: s.From, Result: aNotsup})
		}
	}
}

// drain encodes what has waited for the connection to be ready.
func (c *conn) drain() {
	sigs := c.pending
	c.pending = nil
	for i, sig := range sigs {
		if c.encode(sig); c.asking {
			c.pending = append(c.pending, sigs[i+1:]...)
			break
		}
	}
	if c.out.size <= busyLimit && !c.asking {
		c.giveRoom()
	}
	if c.out.size > 0 {
		c.kick()
	}
}

// flush gets what has been put into the empty outbox on its way. A signal that
// comes alone is written here, as it would lose time by waking the writer;
// those that come one after the other are left to the writer, which takes many
// at once.
func (c *conn) flush() {
	c.held = false
	now := time.Now()
	alone := now.Sub(c.lastFlush) > flushPause
	c.lastFlush = now
	if alone && len(c.out.pieces) == 0 {
		n := c.direct.write(c.out.tail)
		if c.out.drop(n); c.out.size == 0 {
			c.writes.Add(1)
			return
		}
	}
	c.kick()
}

// release writes the answers to spawn requests, which are held back: a process
// spawned by a remote call ends at once, and its result goes with the answer.
func (c *conn) release() {
	c.mu.Lock()
	if c.held && c.state == stateUp {
		c.flush()
	}
	c.mu.Unlock()
}

func (c *conn) kick() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// waitForRoom gives the function that waits until the queue is short again.
func (c *conn) waitForRoom() func() {
	if c.room == nil {
		c.room = make(chan struct{})
	}
	room := c.room
	return func() { <-room }
}

func (c *conn) giveRoom() {
	if c.room != nil {
		close(c.room)
		c.room = nil
	}
}

// up makes the connection one over nc, for the attempt a. It gives false if the
// attempt has been overtaken.
func (c *conn) up(a *attempt, nc net.Conn, p peer) bool {
	me, creation := c.node.identity()
	c.mu.Lock()
	if c.state != statePending || c.attempt != a {
		c.mu.Unlock()
		return false
	}
	c.state, c.ok = stateUp, true
	// A connection is a hidden one when either node is hidden.
	c.nc, c.flags, c.hidden = nc, p.flags, p.hidden || c.node.cfg.Hidden || a.hidden
	options := c.node.cfg.ListenOptions
	if a.outgoing {
		options = c.node.cfg.ConnectOptions
	}
	c.node.net.configure(c, options)
	c.direct = newDirectWriter(nc)
	c.id = c.node.connID.Add(1)
	c.out = newOutbox(p.flags, me, creation)
	c.drain()
	c.mu.Unlock()
	if c.before != nil {
		<-c.before
	}
	c.node.vm.NodeUp(c.peer, c.hidden, c.id)
	c.node.net.announce(true, c, nil)
	close(c.established)
	go c.write()
	go c.run(c.newReader())
	return true
}

// fail gives up a connection that the attempt a has not established.
func (c *conn) fail(a *attempt, reason term.Term) {
	c.mu.Lock()
	if c.state != statePending || c.attempt != a {
		c.mu.Unlock()
		return
	}
	c.state, c.reason, c.pending = stateClosed, reason, nil
	c.giveRoom()
	c.mu.Unlock()
	c.end(reason)
	close(c.established)
}

// close ends a connection that is up; reason is what nodedown tells.
func (c *conn) close(reason term.Term) {
	c.mu.Lock()
	if c.state == stateUp && c.reason == nil {
		c.reason = reason
		c.nc.Close()
	}
	c.mu.Unlock()
}

// run reads until the connection ends, and then clears up, unless it is
// relieved on the way.
func (c *conn) run(r *reader) {
	err := c.read(r)
	if errors.Is(err, errRelieved) {
		return
	}
	c.mu.Lock()
	c.state, c.pending = stateClosed, nil
	switch {
	case c.reason != nil:
	case err != nil:
		c.reason = aKilled
	default:
		c.reason = aConnectionClosed
	}
	reason := c.reason
	c.giveRoom()
	c.kick()
	c.mu.Unlock()
	c.nc.Close()
	c.end(reason)
	if err != nil {
		c.node.logBadData(c.peer, err)
	}
}

// end tells the VM and whoever wants to know that a connection, or the attempt
// to make one, has ended.
func (c *conn) end(reason term.Term) {
	c.node.vm.NodeDown(c.peer, func() { c.node.remove(c) })
	close(c.left)
	if c.before != nil {
		<-c.before
	}
	if c.ok {
		c.node.net.announce(false, c, reason)
	}
	close(c.closed)
	c.node.forget(c)
}

// write writes the outbox, all that is in it at once.
func (c *conn) write() {
	for range c.wake {
		c.mu.Lock()
		for c.state == stateUp && c.out.size > 0 {
			c.held = false
			pieces, tail := c.out.take()
			taken := c.out.size
			c.mu.Unlock()
			var err error
			if len(pieces) == 0 {
				_, err = c.nc.Write(tail)
			} else {
				bufs := net.Buffers(pieces)
				if len(tail) > 0 {
					bufs = append(bufs, tail)
				}
				_, err = bufs.WriteTo(c.nc)
			}
			c.writes.Add(1)
			c.mu.Lock()
			c.out.size -= taken
			c.out.written(tail)
			if err != nil {
				// The reader sees it too, and clears up.
				c.nc.Close()
				c.mu.Unlock()
				return
			}
			if c.out.size <= busyLimit/2 {
				c.giveRoom()
			}
		}
		done := c.state == stateClosed
		c.mu.Unlock()
		if done {
			return
		}
	}
}

// tick sends a sign of life if nothing else has been written.
func (c *conn) tick() {
	c.mu.Lock()
	if c.state == stateUp && c.out.size == 0 {
		c.out.tick()
		c.kick()
	}
	c.mu.Unlock()
}
