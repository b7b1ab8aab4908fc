package vm

import (
	"sync/atomic"

	"ersh/runtime/term"
)

const (
	// courierLoad is how many signals a courier delivers before it gives its
	// worker back: what comes in masses is better run beside the reading.
	courierLoad = 4
	// courierTurns is how many turns a courier gives at once.
	courierTurns = 4
)

// Courier delivers what one connection brings. A signal that comes alone finds
// the workers parked, most of the time; instead of waking one, which costs more
// than all the rest of a message's way, the courier borrows one that is idle
// and has the receiver take its turn here, before it goes back to reading.
//
// A turn may take long when it is in a function in Go. The overseer sees that
// (relief.go), and has another goroutine go on with the reading.
//
// Only the goroutine that reads the connection uses a Courier. It calls Rest
// before it may block, and End when it reads no more.
type Courier struct {
	vm      *VM
	w       *worker // borrowed
	signals int     // delivered since the last Rest
	relieve func()
	// resting is whether the reader gives turns, and may be relieved.
	resting atomic.Bool
}

// NewCourier makes one for a connection. When Rest takes too long, relieve is
// called in a goroutine of its own, and does what was to be done after it.
func (vm *VM) NewCourier(relieve func()) *Courier { return &Courier{vm: vm, relieve: relieve} }

// Deliver is as VM.Deliver.
func (c *Courier) Deliver(from term.Atom, sig Signal) {
	c.signals++
	if c.signals == 1 {
		c.w = c.vm.sched.borrow()
	} else if c.signals > courierLoad && c.w != nil {
		c.w.giveBack()
		c.w = nil
	}
	c.vm.deliver(sig, c.w)
}

// Rest gives turns to those that got something. They are few, and each ends
// when its reductions are used up: what is left to do is left to the worker's own
// goroutine. It gives false when the caller has been relieved meanwhile: nothing
// of the connection is the caller's any more then.
func (c *Courier) Rest() bool {
	c.signals = 0
	w := c.w
	if w == nil {
		return true
	}
	c.w = nil
	c.resting.Store(true)
	w.lent.Store(c)
	for range courierTurns {
		p := w.queue.pop()
		if p == nil {
			break
		}
		w.turn(p)
	}
	w.lent.Store(nil)
	w.giveBack()
	return c.resting.CompareAndSwap(true, false)
}

// End gives the worker back: what has been delivered is left to its own
// goroutine.
func (c *Courier) End() {
	if c.w != nil {
		c.w.giveBack()
		c.w = nil
	}
}

// relieveReader has another goroutine read in the place of the one that w is
// lent to, and that is in a long turn.
func (w *worker) relieveReader() {
	c := w.lent.Load()
	if c == nil || !c.resting.CompareAndSwap(true, false) {
		return
	}
	// Who is back from the turn by now, and is reading again, has another
	// courier: this one is done with.
	go c.relieve()
}

// Quiet reports whether no worker has anything to do.
func (vm *VM) Quiet() bool { return int(vm.sched.idleCount.Load()) == len(vm.sched.workers) }

// borrow takes a worker that is parked, nil if there is none. Until giveBack
// it belongs to the caller.
func (s *scheduler) borrow() *worker {
	if s.idleCount.Load() == 0 || s.stopped.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	k := len(s.idle)
	if k == 0 {
		return nil
	}
	w := s.idle[k-1]
	s.idle = s.idle[:k-1]
	s.idleCount.Add(-1)
	s.overseer.rouse()
	return w
}

// giveBack parks a borrowed worker again, or has it go on if there is work.
func (w *worker) giveBack() {
	w.exec.forget()
	s := w.s
	if w.queue.len() == 0 {
		s.mu.Lock()
		s.idle = append(s.idle, w)
		s.idleCount.Add(1)
		s.mu.Unlock()
		// As in park.
		if !s.stopped.Load() && s.common.n.Load() == 0 && !w.othersHaveWork() || !s.forgetIdle(w) {
			return
		}
	}
	s.searching.Add(1)
	w.unpark <- struct{}{}
}
