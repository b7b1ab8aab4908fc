package vm

import "ersh/runtime/term"

// How the scheduler and the interpreter meet.
//
// The scheduler takes a process from a run queue, lets it handle its pending
// signals, and, if it is still alive, calls run, which executes instructions
// until the reductions are used up or the process can't go on. The
// interpreter calls the message functions below for its receive
// instructions. Only the goroutine that runs a process touches its state.

// turn is why run came back.
type turn uint8

const (
	turnYield   turn = iota // reductions used up: back to the run queue
	turnWait                // in a receive, no message left that was not looked at
	turnSuspend             // a Suspension is under way
	turnExit                // p.exitReason is set: the process ends
)

// reductionsPerTurn is what a process may do before others get their turn.
const reductionsPerTurn = 4000

// The interpreter's side (interp.go):
//
//	func (p *Process) run() turn
//	func (p *Process) start(entry, args)    prepares a new process's first call
//	func (p *Process) resume(v term.Term, err error)   gives a suspended BIF its result;
//	                                        run goes on from there
//
// The processes' side (mailbox.go), for the receive instructions:
//
//	func (p *Process) peekMessage() (msg term.Term, ok bool)
//	    the message under the save pointer; takes new signals in when the
//	    known messages are used up; ok false: none left. An exit signal
//	    that kills sets p.exiting, which the interpreter checks after it.
//	func (p *Process) skipMessage()          loop_rec_end: save pointer on
//	func (p *Process) takeMessage()          remove_message: drop it, save pointer to the start
//	func (p *Process) rewindMessages()       timeout: save pointer to the start
//	func (p *Process) markMessages(ref)      recv_marker_bind and kin: a receive on
//	    a fresh reference starts behind the messages that were there before it
//	func (p *Process) startReceiveTimer(ms int64), stopReceiveTimer(), receiveTimedOut() bool
//	func (p *Process) sendMessage(to, msg term.Term) error       send: to as erlang:send/2 takes it
//
// execState is the interpreter's part of a process; see interp.go.
var _ term.Term
