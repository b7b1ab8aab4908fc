package vm

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
//	type execState struct     its part of a process, embedded; zeroed at the end
//	type workerState struct   its part of a worker, p.worker.exec (registers ...)
//	func (p *Process) run() turn
//	    p.reds is the turn's reductions left, to be written back before run
//	    returns and around BIF calls, which may change it (Bump). For turnExit
//	    it sets exitReason, and crashed for an uncaught error or throw
//	func (p *Process) start(m, f term.Atom, args []term.Term)
//	    prepares a new process's first call; it runs in the spawner's turn
//	func (p *Process) resume(v term.Term, err error)
//	    gives a suspended BIF its result, before run, which goes on from there
//
// The processes' side (mailbox.go, send.go, timer.go), for the instructions:
//
//	func (p *Process) peekMessage() (msg term.Term, ok bool)
//	    the message under the save pointer; takes new signals in when the
//	    known messages are used up; ok false: none left, and an exit signal may
//	    have set p.exiting: then return turnExit
//	func (p *Process) skipMessage()          loop_rec_end: save pointer on
//	func (p *Process) takeMessage()          remove_message: drop it, save pointer to the
//	                                         start, receive timer stopped
//	func (p *Process) rewindMessages()       timeout: save pointer to the start
//	func (p *Process) reserveMark() term.Term, bindMark(id, ref), clearMark(ref), useMark(ref)
//	                                         recv_marker_*
//	func (p *Process) startReceiveTimer(ms int64)   wait_timeout, before returning turnWait;
//	                                         no effect while it runs already
//	func (p *Process) receiveTimedOut() bool the timer has fired: go on at timeout
//	func (p *Process) stopReceiveTimer()     timeout
//	func (p *Process) sendMessage(to, msg term.Term) error
//	    to as erlang:send/2 takes it; the error is badarg or a Suspension whose
//	    result is msg
//
// After turnWait the process runs again when there is a message after the save
// pointer, or the timer has fired.
