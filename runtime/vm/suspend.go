package vm

import "ersh/runtime/term"

// Suspension takes a process off the schedulers while it waits for something
// outside: a file, a socket, a busy connection. A BIF makes one with
// p.Suspend, hands it to whoever does the work, and returns it as its error.
// The process stays killable meanwhile; a result that comes after its death
// is dropped.
type Suspension struct {
	p *Process
	// done, value and err belong to the process's owner.
	done  bool
	value term.Term
	err   error
	// result, when not nil, takes the place of a nil value.
	result term.Term
	// onMessage: a message in the mailbox ends it.
	onMessage bool
	// busy: a connection's queue is full.
	busy bool
}

func (*Suspension) Error() string { return "vm: suspended" }

// Suspend begins a suspension of p, which must be the calling BIF's process.
// A process has one at a time: a later one takes the place of one that was
// never returned.
func (p *Process) Suspend() *Suspension {
	s := &Suspension{p: p}
	p.waitFor = s
	return s
}

// Resume ends the suspension: the BIF's call returns v, or raises err, which
// may be any error that a Func returns. It may be called from any goroutine,
// also before the BIF has returned; only the first call counts.
func (s *Suspension) Resume(v term.Term, err error) {
	s.resumeFrom(nil, v, err)
}

func (s *Suspension) resumeFrom(w *worker, v term.Term, err error) {
	s.p.postSignal(&resumeSignal{s: s, v: v, err: err}, w)
}

// AwaitMessage suspends p until there is a message in its mailbox; the result is ok.
func (p *Process) AwaitMessage() *Suspension {
	s := p.Suspend()
	s.onMessage, s.result = true, term.Ok
	return s
}

// Giving sets the result of a suspension that brings none of its own; it is
// for the BIF that returns s.
func (s *Suspension) Giving(v term.Term) *Suspension {
	s.result = v
	return s
}

// outcome is what the BIF's call gives, once done.
func (s *Suspension) outcome() (term.Term, error) {
	if s.value == nil && s.err == nil {
		return s.result, nil
	}
	return s.value, s.err
}

// Async runs fn in a goroutine of its own and suspends p until it is done.
//
//	return nil, p.Async(func() (term.Term, error) { ... })
func (p *Process) Async(fn func() (term.Term, error)) *Suspension {
	s := p.Suspend()
	go func() { s.Resume(fn()) }()
	return s
}
