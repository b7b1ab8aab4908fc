package vm

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// The states of a process, as the scheduler sees it. Who posts a signal moves
// idle to queued (and queues the process) and running to notified; the worker
// that runs it does the rest.
const (
	stateIdle     = iota // nothing to do: in no queue
	stateQueued          // in a run queue
	stateRunning         // a worker runs it
	stateNotified        // running, and a signal has come since
	stateDead
)

// The priorities, as indices of run queues; a larger one goes first.
const (
	prioLow = iota
	prioNormal
	prioHigh
	prioMax
	numPrios
)

// lowEvery is after how many processes of normal priority one of low priority
// gets a turn.
const lowEvery = 8

// A worker gives way to other goroutines after so many turns or reductions,
// which are about a third of a millisecond and one. It is not free: Go
// starts another thread each time, to look for work, if a core is idle. After each
// sixteen turns, it took a quarter of the time of processes that exchange messages.
const (
	shareTurns      = 4096
	shareReductions = 16 * reductionsPerTurn
)

// scheduler runs processes on a fixed number of workers, each with run queues
// of its own. A process goes into the queue of the worker that woke it, so two
// that talk to each other stay together and hand over without the operating
// system; who comes from outside a worker goes into the common queue. A worker
// without work takes half of another's, and parks when there is none. Parked
// workers are woken when a queue holds more than its worker is about to take.
type scheduler struct {
	workers []*worker
	common  runQueue

	// searching counts workers that were woken and have found nothing yet.
	searching atomic.Int32
	idleCount atomic.Int32
	mu        sync.Mutex
	idle      []*worker
	stopped   atomic.Bool
	done      sync.WaitGroup
	overseer  overseer
	relieved  atomic.Int64 // reductions of reliefs that are gone
}

type worker struct {
	vm     *VM
	s      *scheduler
	index  int
	queue  runQueue
	turns  uint
	spent  atomic.Int64 // reductions of all its turns; it grows with each
	shared int64        // what spent was when this goroutine last gave way
	unpark chan struct{}
	view   workerView
	far    atomic.Pointer[Process] // see Long in relief.go
	spare  envelopes
	lent   atomic.Pointer[Courier] // who gives turns with it, see courier.go
	// exec is the interpreter's part: registers and the like.
	exec workerState
}

// runQueue is a set of queues, one a priority. A process of normal priority
// that comes to a worker whose queue is empty, as the other one of two that exchange
// messages does, takes next instead, for which no lock is needed.
type runQueue struct {
	next   atomic.Pointer[Process]
	n      atomic.Int32 // how many in the rings, to be read without the lock
	mu     sync.Mutex
	normal int // turns given to normal processes since the last low one
	rings  [numPrios]ring
}

// ring is a growing circular buffer.
type ring struct {
	buf     []*Process
	head, n int
}

func (r *ring) push(p *Process) {
	if r.n == len(r.buf) {
		buf := make([]*Process, max(16, 2*len(r.buf)))
		k := copy(buf, r.buf[r.head:])
		copy(buf[k:], r.buf[:r.head])
		r.buf, r.head = buf, 0
	}
	r.buf[(r.head+r.n)&(len(r.buf)-1)] = p
	r.n++
}

func (r *ring) pop() *Process {
	p := r.buf[r.head]
	r.buf[r.head] = nil
	r.head = (r.head + 1) & (len(r.buf) - 1)
	r.n--
	if r.n == 0 && len(r.buf) > 4096 {
		r.buf, r.head = nil, 0
	}
	return p
}

// len is how many processes are in q.
func (q *runQueue) len() int {
	n := int(q.n.Load())
	if q.next.Load() != nil {
		n++
	}
	return n
}

// put adds p and gives how many there are. Only q's own worker calls it.
func (q *runQueue) put(p *Process) int {
	if q.next.Load() != nil || q.n.Load() != 0 || p.priority.Load() != prioNormal {
		q.push(p)
		return q.len()
	}
	q.next.Store(p)
	return 1
}

// push adds p to the rings.
func (q *runQueue) push(p *Process) {
	prio := p.priority.Load()
	q.mu.Lock()
	q.rings[prio].push(p)
	q.n.Add(1)
	q.mu.Unlock()
}

func (q *runQueue) pop() *Process {
	if q.n.Load() == 0 {
		return q.takeNext()
	}
	q.mu.Lock()
	p := q.popLocked()
	q.mu.Unlock()
	return p
}

// takeNext gives what is in next: it came before all of normal priority that are in
// the rings.
func (q *runQueue) takeNext() *Process {
	if q.next.Load() == nil {
		return nil
	}
	return q.next.Swap(nil)
}

func (q *runQueue) popLocked() *Process {
	if q.rings[prioMax].n == 0 && q.rings[prioHigh].n == 0 {
		if p := q.takeNext(); p != nil {
			return p
		}
	}
	if q.n.Load() == 0 {
		return nil
	}
	prio := prioMax
	switch {
	case q.rings[prioMax].n > 0:
	case q.rings[prioHigh].n > 0:
		prio = prioHigh
	case q.rings[prioNormal].n > 0 && (q.rings[prioLow].n == 0 || q.normal < lowEvery):
		prio = prioNormal
		q.normal++
	default:
		prio = prioLow
		q.normal = 0
	}
	q.n.Add(-1)
	return q.rings[prio].pop()
}

// popHalf takes one process to run and half of the rest of q into into.
func (q *runQueue) popHalf(into *runQueue) *Process {
	if q.n.Load() == 0 {
		return q.takeNext()
	}
	var batch [64]*Process
	k := 0
	q.mu.Lock()
	first := q.popLocked()
	if first != nil {
		for k < len(batch) && k < int(q.n.Load()+1)/2 {
			batch[k] = q.popLocked()
			k++
		}
	}
	q.mu.Unlock()
	for _, p := range batch[:k] {
		into.push(p)
	}
	return first
}

func (vm *VM) startScheduler(n int) {
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	s := &vm.sched
	for i := range n {
		s.workers = append(s.workers, &worker{vm: vm, s: s, index: i, unpark: make(chan struct{}, 1)})
	}
	s.done.Add(n + 1)
	for _, w := range s.workers {
		go w.loop()
	}
	s.overseer.wake = make(chan struct{}, 1)
	go s.overseer.run(s)
}

// stop ends all workers after their present turns.
func (s *scheduler) stop() {
	s.stopped.Store(true)
	for s.wakeOne() {
	}
	s.overseer.rouse()
	s.done.Wait()
}

// wake makes p run soon. w is the worker of the caller, or nil.
func (p *Process) wake(w *worker) {
	for {
		switch s := p.state.Load(); s {
		case stateIdle:
			if p.state.CompareAndSwap(stateIdle, stateQueued) {
				p.vm.sched.enqueue(p, w)
				return
			}
		case stateRunning:
			if p.state.CompareAndSwap(stateRunning, stateNotified) {
				return
			}
		default:
			return
		}
	}
}

func (s *scheduler) enqueue(p *Process, w *worker) {
	if w == nil {
		s.common.push(p)
		s.wakeIdle()
	} else if w.queue.put(p) > 1 {
		s.wakeIdle()
	}
}

// wakeIdle wakes a parked worker unless one is looking for work already.
func (s *scheduler) wakeIdle() {
	if s.idleCount.Load() > 0 && s.searching.Load() == 0 {
		s.wakeOne()
	}
}

func (s *scheduler) wakeOne() bool {
	s.mu.Lock()
	k := len(s.idle)
	if k == 0 {
		s.mu.Unlock()
		return false
	}
	w := s.idle[k-1]
	s.idle = s.idle[:k-1]
	s.idleCount.Add(-1)
	s.searching.Add(1)
	s.mu.Unlock()
	w.unpark <- struct{}{}
	return true
}

func (w *worker) loop() {
	defer w.s.done.Done()
	for !w.s.stopped.Load() {
		w.turns++
		if w.turns%forgetTurns == 0 {
			w.exec.forget()
		}
		if w.turns%shareTurns == 0 || w.spent.Load()-w.shared >= shareReductions {
			// Goroutines outside get their share of the cores.
			w.shared = w.spent.Load()
			runtime.Gosched()
		}
		if p := w.find(); p != nil {
			w.turn(p)
		} else {
			w.park()
		}
	}
}

// find gives the next process to run, nil if there is none anywhere.
func (w *worker) find() *Process {
	if w.s.common.n.Load() > 0 && (w.turns%4 == 0 || w.queue.len() == 0) {
		if p := w.s.common.popHalf(&w.queue); p != nil {
			return p
		}
	}
	if p := w.queue.pop(); p != nil {
		return p
	}
	return w.steal()
}

func (w *worker) steal() *Process {
	n := len(w.s.workers)
	for i := 1; i < n; i++ {
		if p := w.s.workers[(w.index+i)%n].queue.popHalf(&w.queue); p != nil {
			return p
		}
	}
	return nil
}

// park waits until there is work. A queue with a single process is left to
// its own worker, which is about to take it.
func (w *worker) park() {
	w.exec.forget()
	s := w.s
	s.mu.Lock()
	s.idle = append(s.idle, w)
	s.idleCount.Add(1)
	s.mu.Unlock()
	// Work that came before this worker was on the idle list woke nobody.
	if s.stopped.Load() || s.common.n.Load() > 0 || w.othersHaveWork() {
		if s.forgetIdle(w) {
			return
		}
	}
	<-w.unpark
	wakeMonitor()
	s.overseer.rouse()
	// From here on the worker counts as searching.
	if s.stopped.Load() {
		s.searching.Add(-1)
		return
	}
	p := w.find()
	s.searching.Add(-1)
	if p != nil {
		if s.common.n.Load() > 0 || w.queue.len() > 0 {
			s.wakeIdle()
		}
		w.turn(p)
	}
}

func (w *worker) othersHaveWork() bool {
	for _, v := range w.s.workers {
		if v != w && v.queue.len() > 1 {
			return true
		}
	}
	return false
}

func (s *scheduler) forgetIdle(w *worker) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, v := range s.idle {
		if v == w {
			s.idle = append(s.idle[:i], s.idle[i+1:]...)
			s.idleCount.Add(-1)
			return true
		}
	}
	return false
}

// turn gives p a turn: its signals, then its code.
func (w *worker) turn(p *Process) {
	if p.native != nil {
		p.native.turn()
		w.charge(1)
		return
	}
	p.worker = w
	p.reds = reductionsPerTurn
	if w.exec.late.Load() {
		w.exec.late.Store(false)
	}
	for {
		p.state.Store(stateRunning)
		p.takeSignals()
		t := p.goOn()
		if w.far.Load() != nil {
			// The process has been ended meanwhile.
			w.far.Store(nil)
			p.execState = execState{}
			w.charge(reductionsPerTurn)
			return
		}
		if p.more != nil && len(p.more.requests) > 0 {
			p.answerRequests()
		}
		if n := w.vm.short.number.Load(); n != 0 && t != turnExit {
			p.inShortage(n)
		}
		if p.more != nil && p.more.options.maxHeap > 0 && t != turnExit {
			p.checkMaxHeap()
		}
		if t == turnExit || p.exiting {
			w.charge(int64(reductionsPerTurn - p.reds))
			p.terminate()
			return
		}
		if t != turnYield && p.reds > 0 && p.state.Load() == stateNotified {
			continue
		}
		n := reductionsPerTurn - p.reds + 1
		p.spent += uint64(n)
		w.charge(int64(n))
		if t == turnYield || p.reds <= 0 {
			p.state.Store(stateQueued)
			if w.queue.put(p) > 1 {
				w.s.wakeIdle()
			}
			return
		}
		if p.state.CompareAndSwap(stateRunning, stateIdle) {
			return
		}
		// A signal came at the last moment: another turn.
		p.reds = reductionsPerTurn
	}
}

// charge counts the reductions of a turn. Only the worker itself writes.
func (w *worker) charge(n int64) { w.spent.Store(w.spent.Load() + max(n, 1)) }

// RunQueues is how many processes wait for each worker; those that wait for any
// count for the first.
func (vm *VM) RunQueues() []int {
	n := make([]int, len(vm.sched.workers))
	for i, w := range vm.sched.workers {
		n[i] = int(w.queue.n.Load())
	}
	n[0] += int(vm.sched.common.n.Load())
	return n
}

// Busy is how many workers have a process.
func (vm *VM) Busy() int { return len(vm.sched.workers) - int(vm.sched.idleCount.Load()) }

// Scheduler numbers the worker that runs p, from 1.
func (p *Process) Scheduler() int {
	if p.worker == nil {
		return 1
	}
	return p.worker.index + 1
}

// Reductions is how many reductions all processes have used in ended turns.
func (vm *VM) Reductions() (n int64) {
	for _, w := range vm.sched.workers {
		n += w.spent.Load()
	}
	return n + vm.sched.relieved.Load()
}

// goOn runs p's code if there is a reason to.
func (p *Process) goOn() turn {
	if p.exiting {
		return turnExit
	}
	if p.more != nil && len(p.more.suspenders.items) > 0 {
		return turnWait
	}
	switch p.mode {
	case modeReceive:
		if p.messages.current() == nil && !p.timedOut {
			return turnWait
		}
	case modeSuspended:
		s := p.waitFor
		if s == nil || !s.done && !(s.onMessage && p.messages.n > 0) {
			return turnSuspend
		}
		p.waitFor = nil
		p.mode = modeRun
		p.resume(s.outcome())
	}
	p.mode = modeRun
	if p.tracing.Load() != nil {
		p.traceRunning(aIn)
	}
	t := p.run()
	if p.tracing.Load() != nil && t != turnExit {
		p.traceRunning(aOut)
	}
	switch t {
	case turnWait:
		p.mode = modeReceive
	case turnSuspend:
		p.mode = modeSuspended
	}
	return t
}
