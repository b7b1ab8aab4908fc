package vm

import (
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ersh/runtime/term"
)

// A function in Go may take long: a regular expression that backtracks, the
// hash of a gigabyte. Its process can't be put off, but the others need not wait:
// the overseer sees that a worker has been in one turn
// for reliefAfter, and if no worker is free it starts another, a relief, which
// runs the processes of the busy one's queue until that one is through.
const (
	watchEvery  = 10 * time.Millisecond
	reliefAfter = 2 // looks
	reliefMax   = 8 // at once
)

// overseer is the goroutine that looks after the workers of one scheduler. It
// sleeps as long as they do.
type overseer struct {
	asleep  atomic.Bool
	wake    chan struct{}
	mu      sync.Mutex
	reliefs []*worker // at work; they are overseen too
}

// rouse wakes the overseer; a worker that is unparked calls it.
func (t *overseer) rouse() {
	if t.asleep.Load() && t.asleep.CompareAndSwap(true, false) {
		t.wake <- struct{}{}
	}
}

// run looks at the workers until the scheduler stops.
func (t *overseer) run(s *scheduler) {
	defer s.done.Done()
	idle := 0
	for !s.stopped.Load() {
		time.Sleep(watchEvery)
		if int(s.idleCount.Load()) < len(s.workers) {
			idle = 0
			t.mu.Lock()
			all := slices.Concat(s.workers, t.reliefs)
			t.mu.Unlock()
			for _, w := range all {
				if !w.view.look(w) {
					continue
				}
				w.exec.late.Store(true)
				if s.needsHelp(w) {
					s.help(w)
				}
				if p := w.far.Load(); p != nil && p.inbox.Load() != nil && w.far.CompareAndSwap(p, farTaken) {
					go p.recall(w)
				}
			}
			continue
		}
		// A second without work: nothing to oversee until there is some.
		if idle++; idle < int(time.Second/watchEvery) {
			continue
		}
		t.asleep.Store(true)
		if int(s.idleCount.Load()) < len(s.workers) || s.stopped.Load() {
			if t.asleep.CompareAndSwap(true, false) {
				continue
			}
		}
		<-t.wake
	}
}

// Long wraps a function that may take long over large arguments and touches
// nothing else (it may Bump, and return Steps, for which the same holds), so that the
// process can be ended meanwhile: the worker says whom it is far away for, and
// the overseer may take that process out of its hands to handle its signals.
func Long(fn Func) Func {
	return func(p *Process, args []term.Term) (term.Term, error) {
		return longStep(p, func(p *Process) (term.Term, error) { return fn(p, args) })
	}
}

func longStep(p *Process, fn func(*Process) (term.Term, error)) (term.Term, error) {
	w := p.worker
	if w == nil {
		return fn(p)
	}
	w.far.Store(p)
	v, err := fn(p)
	w.comeBack(p)
	if s, ok := err.(*Step); ok {
		next := s.Next
		s.Next = func(p *Process) (term.Term, error) { return longStep(p, next) }
	}
	return v, err
}

// What stands in worker.far while the overseer has the process, and after the
// process has ended.
var farTaken, farGone = new(Process), new(Process)

// comeBack ends what w was far away for; false when p has ended meanwhile.
func (w *worker) comeBack(p *Process) bool {
	for !w.far.CompareAndSwap(p, nil) {
		if w.far.CompareAndSwap(farGone, farGone) {
			return false
		}
		runtime.Gosched()
	}
	return true
}

// recall handles the signals of p, which belongs to the caller until it gives it
// back or has ended it.
func (p *Process) recall(w *worker) {
	p.takeSignals()
	if !p.exiting {
		w.far.Store(p)
		return
	}
	p.terminate()
	w.far.Store(farGone)
}

// workerView is what the overseer, and nobody else, remembers of a worker.
type workerView struct {
	spent int64
	looks int
}

// look reports whether w is in the same turn as it was some looks ago.
func (v *workerView) look(w *worker) bool {
	if n := w.spent.Load(); n != v.spent {
		v.spent, v.looks = n, 0
		return false
	}
	v.looks++
	return v.looks >= reliefAfter
}

// needsHelp reports whether processes wait behind w's present one.
func (s *scheduler) needsHelp(w *worker) bool {
	return w.queue.n.Load() > 0 || s.common.n.Load() > 0 && s.idleCount.Load() == 0
}

// help gives w's queue away: to a worker that is parked, or to a relief.
func (s *scheduler) help(w *worker) {
	if s.isIdle(w) {
		return
	}
	for p := w.queue.pop(); p != nil; p = w.queue.pop() {
		s.common.push(p)
	}
	if s.wakeOne() {
		return
	}
	s.overseer.mu.Lock()
	defer s.overseer.mu.Unlock()
	if len(s.overseer.reliefs) < reliefMax {
		r := &worker{vm: w.vm, s: s, index: w.index}
		s.overseer.reliefs = append(s.overseer.reliefs, r)
		s.done.Add(1)
		go s.relieve(w, r)
	}
}

func (s *scheduler) isIdle(w *worker) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.idle, w)
}

// relieve runs processes by r in w's place until w's turn is over.
func (s *scheduler) relieve(w, r *worker) {
	defer s.done.Done()
	spent := w.spent.Load()
	for w.spent.Load() == spent && !s.stopped.Load() {
		p := w.queue.pop()
		if p == nil {
			p = r.find()
		}
		if p == nil {
			if s.isIdle(w) {
				break
			}
			time.Sleep(time.Millisecond)
			continue
		}
		r.turn(p)
	}
	for p := r.queue.pop(); p != nil; p = r.queue.pop() {
		s.common.push(p)
	}
	s.overseer.mu.Lock()
	s.overseer.reliefs = slices.DeleteFunc(s.overseer.reliefs, func(v *worker) bool { return v == r })
	s.overseer.mu.Unlock()
	s.relieved.Add(r.spent.Load())
	s.wakeIdle()
}
