package dist

import (
	"errors"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// The operations of control messages. Those whose names end in TT carry a
// trace token, which is read over.
const (
	opLink                = 1
	opSend                = 2
	opExit                = 3
	opUnlink              = 4
	opRegSend             = 6
	opGroupLeader         = 7
	opExit2               = 8
	opSendTT              = 12
	opExitTT              = 13
	opRegSendTT           = 16
	opExit2TT             = 18
	opMonitorP            = 19
	opDemonitorP          = 20
	opMonitorPExit        = 21
	opSendSender          = 22
	opSendSenderTT        = 23
	opPayloadExit         = 24
	opPayloadExitTT       = 25
	opPayloadExit2        = 26
	opPayloadExit2TT      = 27
	opPayloadMonitorPExit = 28
	opSpawnRequest        = 29
	opSpawnRequestTT      = 30
	opSpawnReply          = 31
	opSpawnReplyTT        = 32
	opAliasSend           = 33
	opAliasSendTT         = 34
	opUnlinkID            = 35
	opUnlinkIDAck         = 36
	opAltactSigSend       = 37
)

// The flags of opAltactSigSend and opSpawnReply.
const (
	altactPrio  = 1
	altactToken = 2
	altactAlias = 4
	altactName  = 8
	altactExit  = 16

	spawnedLink    = 1
	spawnedMonitor = 2
)

var errControl = errors.New("malformed control message")

// shape says what a control message of an operation looks like.
type shape struct {
	size    int // of the tuple
	payload bool
}

var shapes = map[int64]shape{
	opLink: {3, false}, opSend: {3, true}, opExit: {4, false}, opUnlink: {3, false},
	opRegSend: {4, true}, opGroupLeader: {3, false}, opExit2: {4, false},
	opSendTT: {4, true}, opExitTT: {5, false}, opRegSendTT: {5, true}, opExit2TT: {5, false},
	opMonitorP: {4, false}, opDemonitorP: {4, false}, opMonitorPExit: {5, false},
	opSendSender: {3, true}, opSendSenderTT: {4, true},
	opPayloadExit: {3, true}, opPayloadExitTT: {4, true},
	opPayloadExit2: {3, true}, opPayloadExit2TT: {4, true}, opPayloadMonitorPExit: {4, true},
	opSpawnRequest: {6, true}, opSpawnRequestTT: {7, true},
	opSpawnReply: {5, false}, opSpawnReplyTT: {6, false},
	opAliasSend: {3, true}, opAliasSendTT: {4, true},
	opUnlinkID: {4, false}, opUnlinkIDAck: {4, false}, opAltactSigSend: {0, true},
}

// hasPayload reports whether a control message is followed by a term.
func hasPayload(control term.Term) bool {
	t, ok := control.(*term.Tuple)
	if !ok || t.Len() == 0 {
		return false
	}
	op, _ := term.ToInt64(t.Elems[0])
	return shapes[op].payload
}

// fields reads a control message's elements one after the other.
type fields struct {
	elems []term.Term
	bad   bool
	port  bool // something concerned a port, of which there are none here
}

func (f *fields) next() term.Term {
	if len(f.elems) == 0 {
		f.bad = true
		return term.EmptyList
	}
	t := f.elems[0]
	f.elems = f.elems[1:]
	return t
}

func (f *fields) pid() *term.Pid {
	switch t := f.next().(type) {
	case *term.Pid:
		return t
	case *term.Port:
		f.port = true
	default:
		f.bad = true
	}
	return nil
}

// pidOrName is what a monitor may be on.
func (f *fields) pidOrName() term.Term {
	switch t := f.next().(type) {
	case *term.Pid:
		return t
	case term.Atom:
		return t
	case *term.Port:
		f.port = true
	default:
		f.bad = true
	}
	return nil
}

func (f *fields) atom() term.Atom {
	a, ok := f.next().(term.Atom)
	if !ok {
		f.bad = true
	}
	return a
}

func (f *fields) ref() *term.Ref {
	r, ok := f.next().(*term.Ref)
	if !ok {
		f.bad = true
	}
	return r
}

func (f *fields) int() int64 {
	v, ok := term.ToInt64(f.next())
	if !ok {
		f.bad = true
	}
	return v
}

// id is the number of an unlink operation: 1 to 2^64-1.
func (f *fields) id() uint64 {
	switch t := f.next().(type) {
	case term.Int:
		if v := t.Value(); v > 0 {
			return uint64(v)
		}
	case *term.Big:
		if t.V.IsUint64() {
			return t.V.Uint64()
		}
	}
	f.bad = true
	return 0
}

// decodeControl makes the signal of a control message of the node from; nil
// if it is one that concerns nothing that this node has. payload is nil where
// there is none.
func decodeControl(from term.Atom, control, payload term.Term) (vm.Signal, error) {
	t, ok := control.(*term.Tuple)
	if !ok || t.Len() == 0 {
		return nil, errControl
	}
	op, ok := term.ToInt64(t.Elems[0])
	sh, known := shapes[op]
	if !ok || !known || sh.payload != (payload != nil) || sh.size != 0 && sh.size != t.Len() {
		return nil, errControl
	}
	f := &fields{elems: t.Elems[1:]}
	sig := f.signal(op, payload)
	switch {
	case f.bad:
		return nil, errControl
	case f.port:
		return nil, nil
	}
	// Who sets up a relation must be a process of the node itself.
	var who *term.Pid
	switch s := sig.(type) {
	case *vm.Link:
		who = s.From
	case *vm.Monitor:
		who = s.From
	case *vm.SpawnRequest:
		who = s.From
	}
	if who != nil && who.Node != from {
		return nil, errControl
	}
	return sig, nil
}

func (f *fields) signal(op int64, payload term.Term) vm.Signal {
	switch op {
	case opLink:
		return &vm.Link{From: f.pid(), To: f.pid()}
	case opSend, opSendTT:
		f.next()
		return &vm.Message{To: f.pid(), Body: payload}
	case opSendSender, opSendSenderTT:
		return &vm.Message{From: f.pid(), To: f.pid(), Body: payload}
	case opRegSend, opRegSendTT:
		m := &vm.Message{From: f.pid(), Body: payload}
		f.next()
		m.To = f.atom()
		return m
	case opAliasSend, opAliasSendTT:
		return &vm.Message{From: f.pid(), To: f.ref(), Body: payload}
	case opAltactSigSend:
		return f.altact(payload)
	case opExit:
		return &vm.LinkExit{From: f.pid(), To: f.pid(), Reason: f.next()}
	case opExitTT:
		s := &vm.LinkExit{From: f.pid(), To: f.pid()}
		f.next()
		s.Reason = f.next()
		return s
	case opPayloadExit, opPayloadExitTT:
		return &vm.LinkExit{From: f.pid(), To: f.pid(), Reason: payload}
	case opExit2:
		return &vm.Exit{From: f.pid(), To: f.pid(), Reason: f.next()}
	case opExit2TT:
		s := &vm.Exit{From: f.pid(), To: f.pid()}
		f.next()
		s.Reason = f.next()
		return s
	case opPayloadExit2, opPayloadExit2TT:
		return &vm.Exit{From: f.pid(), To: f.pid(), Reason: payload}
	case opGroupLeader:
		return &vm.GroupLeader{Leader: f.pid(), To: f.pid()}
	case opMonitorP:
		return &vm.Monitor{From: f.pid(), Target: f.pidOrName(), Ref: f.ref()}
	case opDemonitorP:
		return &vm.Demonitor{From: f.pid(), Target: f.pidOrName(), Ref: f.ref()}
	case opMonitorPExit:
		return &vm.Down{From: f.pidOrName(), To: f.pid(), Ref: f.ref(), Reason: f.next()}
	case opPayloadMonitorPExit:
		return &vm.Down{From: f.pidOrName(), To: f.pid(), Ref: f.ref(), Reason: payload}
	case opUnlinkID:
		return &vm.Unlink{ID: f.id(), From: f.pid(), To: f.pid()}
	case opUnlinkIDAck:
		return &vm.UnlinkAck{ID: f.id(), From: f.pid(), To: f.pid()}
	case opSpawnRequest, opSpawnRequestTT:
		return f.spawnRequest(payload)
	case opSpawnReply, opSpawnReplyTT:
		s := &vm.SpawnReply{Ref: f.ref(), To: f.pid()}
		flags := f.int()
		s.Linked, s.Monit = flags&spawnedLink != 0, flags&spawnedMonitor != 0
		s.Result = f.pidOrName()
		return s
	}
	// opUnlink: of releases too old to be connected with.
	f.bad = true
	return nil
}

func (f *fields) altact(payload term.Term) vm.Signal {
	flags := f.int()
	from := f.pid()
	priority := flags&altactPrio != 0
	if flags&altactExit != 0 {
		s := &vm.Exit{From: from, Reason: payload, Priority: priority}
		if flags&altactAlias != 0 {
			s.To = f.ref()
		} else {
			s.To = f.pid()
		}
		return s
	}
	m := &vm.Message{From: from, Body: payload, Priority: priority}
	switch {
	case flags&altactAlias != 0:
		m.To = f.ref()
	case flags&altactName != 0:
		m.To = f.atom()
	default:
		m.To = f.pid()
	}
	return m
}

func (f *fields) spawnRequest(args term.Term) vm.Signal {
	s := &vm.SpawnRequest{Ref: f.ref(), From: f.pid(), Leader: f.pid(), Args: args}
	mfa, ok := f.next().(*term.Tuple)
	if !ok || mfa.Len() != 3 {
		f.bad = true
		return nil
	}
	call := fields{elems: mfa.Elems}
	s.Module, s.Name = call.atom(), call.atom()
	n, isList := term.Length(args)
	if arity := call.int(); call.bad || !isList || int64(n) != arity {
		f.bad = true
	}
	s.Opts = f.next()
	return s
}

var (
	aEmpty  = term.A("")
	aNotsup = term.A("notsup")
)

// encodeControl is the control message of a signal, and its payload if it has
// one. ok is false for what the peer can't be told.
func encodeControl(sig vm.Signal, flags Flags, nobody *term.Pid) (control *term.Tuple, payload term.Term, ok bool) {
	op := func(n int64, elems ...term.Term) *term.Tuple {
		t := term.NewTuple(len(elems) + 1)
		t.Elems[0] = term.Small(n)
		copy(t.Elems[1:], elems)
		return t
	}
	switch s := sig.(type) {
	case *vm.Message:
		from := s.From
		if from == nil {
			from = nobody
		}
		switch to := s.To.(type) {
		case *term.Pid:
			if s.From != nil && flags&FlagSendSender != 0 {
				return op(opSendSender, from, to), s.Body, true
			}
			return op(opSend, aEmpty, to), s.Body, true
		case term.Atom:
			return op(opRegSend, from, aEmpty, to), s.Body, true
		case *term.Ref:
			switch {
			case flags&FlagAltactSig != 0:
				return op(opAltactSigSend, altact(altactAlias, s.Priority), from, to), s.Body, true
			case flags&FlagAlias != 0:
				return op(opAliasSend, from, to), s.Body, true
			}
		}
		return nil, nil, false
	case *vm.Link:
		return op(opLink, s.From, s.To), nil, true
	case *vm.Unlink:
		return op(opUnlinkID, term.MakeUint(s.ID), s.From, s.To), nil, true
	case *vm.UnlinkAck:
		return op(opUnlinkIDAck, term.MakeUint(s.ID), s.From, s.To), nil, true
	case *vm.LinkExit:
		if flags&FlagExitPayload != 0 {
			return op(opPayloadExit, s.From, s.To), s.Reason, true
		}
		return op(opExit, s.From, s.To, s.Reason), nil, true
	case *vm.Exit:
		if to, ok := s.To.(*term.Ref); ok {
			if flags&FlagAltactSig == 0 {
				return nil, nil, false
			}
			return op(opAltactSigSend, altact(altactAlias|altactExit, s.Priority), s.From, to), s.Reason, true
		}
		if flags&FlagExitPayload != 0 {
			return op(opPayloadExit2, s.From, s.To), s.Reason, true
		}
		return op(opExit2, s.From, s.To, s.Reason), nil, true
	case *vm.Monitor:
		if !monitorable(s.Target, flags) {
			return nil, nil, false
		}
		return op(opMonitorP, s.From, s.Target, s.Ref), nil, true
	case *vm.Demonitor:
		if !monitorable(s.Target, flags) {
			return nil, nil, false
		}
		return op(opDemonitorP, s.From, s.Target, s.Ref), nil, true
	case *vm.Down:
		if flags&FlagDistMonitor == 0 {
			return nil, nil, false
		}
		if flags&FlagExitPayload != 0 {
			return op(opPayloadMonitorPExit, s.From, s.To, s.Ref), s.Reason, true
		}
		return op(opMonitorPExit, s.From, s.To, s.Ref, s.Reason), nil, true
	case *vm.GroupLeader:
		return op(opGroupLeader, s.Leader, s.To), nil, true
	case *vm.SpawnRequest:
		n, isList := term.Length(s.Args)
		if flags&FlagSpawn == 0 || !isList {
			return nil, nil, false
		}
		call := term.T(s.Module, s.Name, term.Small(int64(n)))
		return op(opSpawnRequest, s.Ref, s.From, s.Leader, call, s.Opts), s.Args, true
	case *vm.SpawnReply:
		var done int64
		if s.Linked {
			done |= spawnedLink
		}
		if s.Monit {
			done |= spawnedMonitor
		}
		return op(opSpawnReply, s.Ref, s.To, term.Small(done), s.Result), nil, true
	}
	return nil, nil, false
}

// altact is the flags of opAltactSigSend.
func altact(flags int64, priority bool) term.Term {
	if priority {
		flags |= altactPrio
	}
	return term.Small(flags)
}

func monitorable(target term.Term, flags Flags) bool {
	if _, name := target.(term.Atom); name && flags&FlagDistMonitorName == 0 {
		return false
	}
	return flags&FlagDistMonitor != 0
}
