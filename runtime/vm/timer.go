package vm

import (
	"sync"
	"sync/atomic"
	"time"

	"ersh/runtime/term"
)

// timerService fires all timers of a VM: one heap, one goroutine that sleeps
// until the first is due.
//
// The timer of a receive is started and stopped far more often than it fires,
// so stopping it or putting it off leaves it where it is in the heap: when its
// place comes up it is dropped, or put back at its new time.
type timerService struct {
	mu     sync.Mutex
	heap   []*timer
	byRef  map[refKey]*timer
	lists  map[*Process]*timer // the send_after timers of each receiver
	wakeAt int64               // when the goroutine wakes; 0: it sleeps for good
	kick   chan struct{}
	quit   chan struct{}
}

// timer is a receive's or a send_after's.
type timer struct {
	at    int64 // place in the heap: due no earlier than this, ns since start
	index int   // in the heap; -1: not in it

	// Of a receive: proc, and when it is due (0: stopped).
	proc *Process
	due  atomic.Int64

	// Of send_after and start_timer.
	ref  *term.Ref
	to   term.Term // pid or name
	msg  term.Term
	prev *timer // list of the receiving process
	next *timer
}

func (vm *VM) startTimers() {
	t := &vm.timers
	t.kick, t.quit = make(chan struct{}, 1), make(chan struct{})
	t.byRef = make(map[refKey]*timer)
	t.lists = make(map[*Process]*timer)
	go t.loop(vm)
}

var clockStart = time.Now()

// clock is the time in ns since the program's start, never 0.
func clock() int64 { return int64(time.Since(clockStart)) + 1 }

// MonotonicStart is erlang:monotonic_time/0 at the start: a whole second, close
// to the lowest small integer.
const MonotonicStart = -576460752e9

// Monotonic is erlang:monotonic_time/0.
func Monotonic() int64 { return MonotonicStart + clock() }

func (t *timerService) loop(vm *VM) {
	sleep := time.NewTimer(time.Hour)
	defer sleep.Stop()
	var due []*timer
	var fired []int64 // when those of receives were due
	for {
		now := clock()
		due, fired = due[:0], fired[:0]
		t.mu.Lock()
		for len(t.heap) > 0 && t.heap[0].at <= now {
			x := t.heap[0]
			t.remove(x)
			if x.proc != nil {
				switch d := x.due.Load(); {
				case d == 0:
				case d > now:
					x.at = d
					t.insert(x)
				default:
					due, fired = append(due, x), append(fired, d)
				}
				continue
			}
			t.forget(vm, x)
			due, fired = append(due, x), append(fired, 0)
		}
		t.wakeAt = now + int64(time.Hour)
		if len(t.heap) > 0 {
			t.wakeAt = t.heap[0].at
		}
		wait := time.Duration(t.wakeAt - now)
		t.mu.Unlock()
		for i, x := range due {
			due[i] = nil
			if x.proc != nil {
				x.proc.postSignal(&timeoutSignal{fired[i]}, nil)
			} else {
				vm.Send(x.to, x.msg)
			}
		}
		if len(due) > 0 {
			continue
		}
		sleep.Reset(wait)
		select {
		case <-sleep.C:
		case <-t.kick:
		case <-t.quit:
			return
		}
	}
}

// add puts x into the heap, with mu held, and sees to it that the goroutine
// wakes in time.
func (t *timerService) add(x *timer) {
	t.insert(x)
	if x.at < t.wakeAt {
		t.wakeAt = x.at
		select {
		case t.kick <- struct{}{}:
		default:
		}
	}
}

func (t *timerService) insert(x *timer) {
	x.index = len(t.heap)
	t.heap = append(t.heap, x)
	t.up(x.index)
}

func (t *timerService) remove(x *timer) {
	i, last := x.index, len(t.heap)-1
	x.index = -1
	y := t.heap[last]
	t.heap[last] = nil
	t.heap = t.heap[:last]
	if i != last {
		t.heap[i], y.index = y, i
		t.up(i)
		t.down(y.index)
	}
}

func (t *timerService) up(i int) {
	x := t.heap[i]
	for i > 0 {
		up := (i - 1) / 4
		if t.heap[up].at <= x.at {
			break
		}
		t.heap[i], t.heap[up].index = t.heap[up], i
		i = up
	}
	t.heap[i], x.index = x, i
}

func (t *timerService) down(i int) {
	x := t.heap[i]
	for {
		first := 4*i + 1
		if first >= len(t.heap) {
			break
		}
		least := first
		for j := first + 1; j < min(first+4, len(t.heap)); j++ {
			if t.heap[j].at < t.heap[least].at {
				least = j
			}
		}
		if t.heap[least].at >= x.at {
			break
		}
		t.heap[i], t.heap[least].index = t.heap[least], i
		i = least
	}
	t.heap[i], x.index = x, i
}

// startReceiveTimer starts the timer of a receive that found no message, unless
// it runs already.
func (p *Process) startReceiveTimer(ms int64) {
	x := p.timer
	if x == nil {
		x = &timer{proc: p, index: -1}
		p.timer = x
	}
	if x.due.Load() != 0 {
		return
	}
	p.timedOut = false
	due := clock() + min(ms, 1<<40)*int64(time.Millisecond)
	x.due.Store(due)
	t := &p.vm.timers
	t.mu.Lock()
	switch {
	case x.index < 0:
		x.at = due
		t.add(x)
	case x.at > due:
		t.remove(x)
		x.at = due
		t.add(x)
	}
	t.mu.Unlock()
}

// stopReceiveTimer stops it.
func (p *Process) stopReceiveTimer() {
	if x := p.timer; x != nil && x.due.Load() != 0 {
		x.due.Store(0)
	}
	p.timedOut = false
}

// receiveTimedOut reports whether the timer has fired.
func (p *Process) receiveTimedOut() bool { return p.timedOut }

// forget takes a send_after timer out of the books, with mu held.
func (t *timerService) forget(vm *VM, x *timer) {
	delete(t.byRef, vm.refKey(x.ref))
	if pid, ok := x.to.(*term.Pid); ok {
		if p, ok := pid.Proc.(*Process); ok {
			if x.prev != nil {
				x.prev.next = x.next
			} else if head := t.lists[p]; head == x {
				if x.next == nil {
					delete(t.lists, p)
				} else {
					t.lists[p] = x.next
				}
			}
			if x.next != nil {
				x.next.prev = x.prev
			}
		}
	}
}

// StartTimer sends msg(ref) to a process or name at a time of Monotonic.
func (vm *VM) StartTimer(at int64, to term.Term, msg func(ref *term.Ref) term.Term) *term.Ref {
	ref := vm.MakeRef()
	x := &timer{at: at - MonotonicStart, ref: ref, to: to, msg: msg(ref), index: -1}
	t := &vm.timers
	t.mu.Lock()
	defer t.mu.Unlock()
	if pid, ok := to.(*term.Pid); ok {
		p := vm.lookup(pid)
		if p == nil {
			return ref
		}
		x.to = &p.self
		if head := t.lists[p]; head != nil {
			head.prev, x.next = x, head
		}
		t.lists[p] = x
		p.hasTimers.Store(true)
	}
	t.byRef[vm.refKey(ref)] = x
	t.add(x)
	return ref
}

// CancelTimer takes a timer back and gives the time in ns that it had left;
// ReadTimer only looks. ok is false if there is no such timer.
func (vm *VM) CancelTimer(ref *term.Ref) (left int64, ok bool) {
	t := &vm.timers
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.byRef[vm.refKey(ref)]
	if x == nil {
		return 0, false
	}
	t.remove(x)
	t.forget(vm, x)
	return max(0, x.at-clock()), true
}

// ReadTimer: see CancelTimer.
func (vm *VM) ReadTimer(ref *term.Ref) (left int64, ok bool) {
	t := &vm.timers
	t.mu.Lock()
	defer t.mu.Unlock()
	x := t.byRef[vm.refKey(ref)]
	if x == nil {
		return 0, false
	}
	return max(0, x.at-clock()), true
}

// dropAll forgets the timers of a process that ends.
func (t *timerService) dropAll(p *Process) {
	if x := p.timer; x == nil && !p.hasTimers.Load() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if x := p.timer; x != nil && x.index >= 0 {
		t.remove(x)
	}
	for x := t.lists[p]; x != nil; x = x.next {
		t.remove(x)
		delete(t.byRef, p.vm.refKey(x.ref))
	}
	delete(t.lists, p)
}
