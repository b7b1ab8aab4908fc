package vm

import "ersh/runtime/term"

// Class is the class of an exception.
type Class uint8

// The classes.
const (
	ClassError Class = iota
	ClassExit
	ClassThrow
)

// Atom is the class as Erlang sees it.
func (c Class) Atom() term.Atom {
	switch c {
	case ClassExit:
		return term.ExitAtom
	case ClassThrow:
		return term.ThrowAtom
	}
	return term.ErrorAtom
}

// Exception is what a BIF returns to raise an Erlang exception. The
// interpreter adds the stack trace: the BIF's own frame, {M,F,Args,Info}, then
// its callers. Info is [{error_info, #{module => X}}] (and cause => Cause),
// where X explains the arguments: erl_erts_errors for erlang, atomics,
// counters, persistent_term ...; erl_stdlib_errors for lists, maps, ets, re,
// string, unicode, binary, math, io ...; erl_kernel_errors for os, code.
// Which functions carry the info is as in erl.
type Exception struct {
	Class  Class
	Reason term.Term
	// Cause, when not nil, goes into the frame's error_info map.
	Cause term.Term
	// Trace, when not nil, is the whole stack trace (erlang:raise/3).
	Trace term.Term
	// Args, when not nil, takes the place of the argument list in the BIF's
	// own frame; NoFrame leaves that frame out (erlang:error/1, exit/1,
	// throw/1).
	Args    term.Term
	NoFrame bool
	// Info, when not nil, is the error_info map of erlang:error/3.
	Info term.Term
}

func (e *Exception) Error() string { return "vm: exception" }

// Exceptions without further detail, for BIFs to return.
var (
	Badarg      = NewError(term.A("badarg"))
	Badarith    = NewError(term.A("badarith"))
	SystemLimit = NewError(term.A("system_limit"))
	Undef       = NewError(term.A("undef"))
	Notsup      = NewError(term.A("notsup"))
)

// NewError is an exception of class error.
func NewError(reason term.Term) *Exception { return &Exception{Class: ClassError, Reason: reason} }

// BadargCause is badarg with a cause for the explanation.
func BadargCause(cause term.Term) *Exception {
	return &Exception{Class: ClassError, Reason: Badarg.Reason, Cause: cause}
}

var (
	aBadmap = term.A("badmap")
	aBadkey = term.A("badkey")
)

// Badmap is {badmap, T}, Badkey {badkey, K}.
func Badmap(t term.Term) *Exception { return NewError(term.T(aBadmap, t)) }

// Badkey is {badkey, K}.
func Badkey(k term.Term) *Exception { return NewError(term.T(aBadkey, k)) }
