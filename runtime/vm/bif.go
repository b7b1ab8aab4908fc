package vm

import "ersh/runtime/term"

// Func is an Erlang function implemented in Go. It returns a value or one of
// these errors:
//
//	*Exception    raised in the caller
//	*TailCall     goes on by calling an Erlang function in the BIF's place
//	*Suspension   the process waits, and the value comes later
//	*Step         the work goes on in the next turn: for work over large data
//
// Any other error is a defect and becomes the exception {internal_error, Text}.
// args may be kept: the interpreter does not reuse the slice.
type Func func(p *Process, args []term.Term) (term.Term, error)

// BIF is a row of the table of functions implemented in Go. A row takes the
// place of a function of that name in a loaded module (the way a NIF does), so
// a module may have some functions in Go and the rest in Erlang: its Erlang
// source exports a stub, Name(_, _) -> erlang:nif_error(undef).
type BIF struct {
	Module, Name string
	Arity        int
	Fn           Func
}

// TailCall, returned by a BIF as its error, calls M:F(Args...) in its place.
type TailCall struct {
	Module, Name term.Atom
	Args         []term.Term
}

func (*TailCall) Error() string { return "vm: tail call" }

// TailApply is a TailCall of a fun; see TailCall.
type TailApply struct {
	Fun  term.Term
	Args []term.Term
}

func (*TailApply) Error() string { return "vm: tail apply" }

// Step, returned by a BIF as its error, ends the process's turn after charging
// Reductions; Next is called when the process runs again. It may return a Step
// in its turn. Made is how many words of a result under way this step made,
// and those before it.
type Step struct {
	Reductions int
	Made       int64
	Next       func(p *Process) (term.Term, error)
}

func (*Step) Error() string { return "vm: step" }
