package vm

import "ersh/runtime/term"

// Suspension takes a process off the schedulers while it waits for something
// outside: a file, a socket, a busy connection. A BIF makes one with
// p.Suspend, hands it to whoever does the work, and returns it as its error.
// The process stays killable meanwhile; a result that comes after its death
// is dropped.
type Suspension struct {
	p *Process
	// further fields: scheduler room
}

func (*Suspension) Error() string { return "vm: suspended" }

// Suspend begins a suspension of p, which must be the calling BIF's process.
func (p *Process) Suspend() *Suspension { return &Suspension{p: p} }

// Resume ends the suspension: the BIF's call returns v, or raises err, which
// may be any error that a Func returns. It may be called from any goroutine,
// also before the BIF has returned; only the first call counts.
func (s *Suspension) Resume(v term.Term, err error) { panic("vm: Resume: room of processes") }

// Async runs fn in a goroutine of its own and suspends p until it is done.
//
//	return nil, p.Async(func() (term.Term, error) { ... })
func (p *Process) Async(fn func() (term.Term, error)) *Suspension {
	s := p.Suspend()
	go func() { s.Resume(fn()) }()
	return s
}
