package vm

import "ersh/runtime/term"

// Signal is anything one process does to another. The same structs travel
// inside a node (in a process's inbox) and between nodes (package dist encodes
// and decodes them); fields are named as in the distribution protocol.
type Signal interface{ signal() }

type (
	// Message carries a message. On its way to a foreign node To says where:
	// a *term.Pid, a registered name (term.Atom), or an alias (*term.Ref).
	Message struct {
		From     *term.Pid // nil when unknown
		To       term.Term
		Body     term.Term
		Priority bool // of weight with an alias only
	}
	// Link asks To to link with From.
	Link struct{ From, To *term.Pid }
	// Unlink removes a link; To must answer with UnlinkAck of the same ID.
	Unlink struct {
		ID       uint64
		From, To *term.Pid
	}
	// UnlinkAck answers Unlink.
	UnlinkAck struct {
		ID       uint64
		From, To *term.Pid
	}
	// LinkExit tells To that From, which it is linked with, has ended, or
	// that linking failed.
	LinkExit struct {
		From, To *term.Pid
		Reason   term.Term
	}
	// Exit is exit(To, Reason) called by From; To is a pid or an alias.
	Exit struct {
		From     *term.Pid
		To       term.Term
		Reason   term.Term
		Priority bool // of weight with an alias only
	}
	// Monitor asks to monitor Target, a pid or a registered name.
	Monitor struct {
		From   *term.Pid
		Target term.Term
		Ref    *term.Ref
	}
	// Demonitor takes a Monitor back.
	Demonitor struct {
		From   *term.Pid
		Target term.Term
		Ref    *term.Ref
	}
	// Down tells To that the monitored From (pid or name) has ended.
	Down struct {
		From   term.Term
		To     *term.Pid
		Ref    *term.Ref
		Reason term.Term
	}
	// GroupLeader sets To's group leader.
	GroupLeader struct{ From, To, Leader *term.Pid }
	// SpawnRequest asks a node to start a process. Opts is the option list
	// as on the wire.
	SpawnRequest struct {
		Ref         *term.Ref
		From        *term.Pid
		Leader      *term.Pid
		Module      term.Atom
		Name        term.Atom
		Args        term.Term // list
		Opts        term.Term // list
		Link, Monit bool      // as found in Opts, for the sender's book-keeping
	}
	// SpawnReply answers SpawnRequest: Result is the pid or an error atom.
	SpawnReply struct {
		Ref           *term.Ref
		To            *term.Pid
		Linked, Monit bool // what was really established
		Result        term.Term
	}
)

func (*Message) signal()      {}
func (*Link) signal()         {}
func (*Unlink) signal()       {}
func (*UnlinkAck) signal()    {}
func (*LinkExit) signal()     {}
func (*Exit) signal()         {}
func (*Monitor) signal()      {}
func (*Demonitor) signal()    {}
func (*Down) signal()         {}
func (*GroupLeader) signal()  {}
func (*SpawnRequest) signal() {}
func (*SpawnReply) signal()   {}
