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
// runs the processes of the busy one's queue until that one is through. A worker that
// is lent to a connection's reader (courier.go) keeps nobody from reading either.
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
				w.relieveReader()
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

// leftBehind is the panic of a worker whose process has been ended while it was
// at work for it in the middle of an instruction or a function.
var leftBehind = new(int)

// far runs fn, which may take long and touches nothing but the process's terms,
// as Long does; it does not return if the process has been ended meanwhile.
func (p *Process) far(fn func()) {
	w := p.worker
	if w == nil || w.far.Load() == p {
		fn()
		return
	}
	w.far.Store(p)
	fn()
	if !w.comeBack(p) {
		panic(leftBehind)
	}
}

// Identical is =:= in the course of the process's work.
func (p *Process) Identical(a, b term.Term) bool { return p.same(a, b, true) }

// Equal is == in the course of the process's work.
func (p *Process) Equal(a, b term.Term) bool { return p.same(a, b, false) }

func (p *Process) same(a, b term.Term, exact bool) bool {
	yes, sure := term.SameBriefly(a, b, exact)
	if sure {
		return yes
	}
	p.far(func() {
		if exact {
			yes = term.Identical(a, b)
		} else {
			yes = term.Equal(a, b)
		}
	})
	return yes
}

// Compare is the term order in the course of the process's work.
func (p *Process) Compare(a, b term.Term) int {
	c, sure := term.CompareBriefly(a, b)
	if sure {
		return c
	}
	p.far(func() { c = term.Compare(a, b) })
	return c
}

func (p *Process) less(a, b term.Term) bool {
	if v, ok := a.(term.Int); ok {
		if w, ok := b.(term.Int); ok {
			return v.Value() < w.Value()
		}
	}
	return p.Compare(a, b) < 0
}

// A Watch is for a function that works long for its process and can't stop in
// between, as others see what it does: it asks Over at each of its steps.
type Watch struct {
	p    *Process
	n    int
	seen *envelope
	full bool // past max_heap_size
	over bool
}

// watchSteps is how many steps go by between two looks.
const watchSteps = 1 << 10

// Watch watches p.
func (p *Process) Watch() Watch { return Watch{p: p} }

// Over reports whether the process is to end here and now, as it is killed or
// has made so many words that they are more than its max_heap_size. What the
// function returns does not matter then.
func (w *Watch) Over(words int) bool {
	if w.n++; w.n%watchSteps != 0 || w.over {
		return w.over
	}
	p := w.p
	first := p.inbox.Load()
	for e := first; e != nil && e != w.seen; e = e.next {
		if c, ok := e.body.(*control); ok {
			if x, ok := c.sig.(*Exit); ok && x.Reason == term.Kill {
				p.setExit(term.Killed)
			}
		}
	}
	w.seen = first
	if !p.exiting && !w.full && p.more != nil {
		limit := p.more.options.maxHeap
		w.full = limit > 0 && int64(words) > limit
		p.HeapRoom(int64(words))
	}
	w.over = p.exiting
	return w.over
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
	return w.queue.len() > 0 || s.common.n.Load() > 0 && s.idleCount.Load() == 0
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
