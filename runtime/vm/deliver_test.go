package vm

import (
	"testing"
	"time"

	"ersh/runtime/term"
)

// TestDeliverNonsense: no signal of a peer, however wrong, harms the node.
func TestDeliverNonsense(t *testing.T) {
	v := newVM(t)
	here, there := term.A("here@test"), term.A("there@test")
	v.SetDistribution(here, 1, nowhere{})
	got := make(chan term.Term, 100)
	pid := v.SpawnNative("target", func(n *Native) term.Term {
		n.Do(func(p *Process) { p.SetFlag(aTrapExit, term.True); p.register(term.A("target")) })
		got <- nil // before that an exit signal would end it
		for {
			msg, ok := n.Receive()
			if !ok {
				return nil
			}
			got <- msg
		}
	})
	<-got
	bare := &term.Pid{Node: here, ID: pid.ID, Serial: pid.Serial, Creation: 1}
	old := &term.Pid{Node: here, ID: pid.ID, Serial: pid.Serial, Creation: 7}
	far := &term.Pid{Node: there, ID: 1, Creation: 1}
	third := &term.Pid{Node: term.A("third@test"), ID: 1, Creation: 1}
	refs := []*term.Ref{nil, v.MakeRef(), {Node: there, N: 5, ID: [5]uint32{1, 2, 3, pid.ID, 0}}, {Node: here, N: 5, Creation: 1, ID: [5]uint32{1, 2, 3, pid.ID, 0}}}
	pids := []*term.Pid{nil, bare, old, far, third, pid}
	targets := []term.Term{nil, term.A("target"), term.A("nobody"), term.Small(1), bare, far, refs[3], term.T(term.A("target"), here)}
	for _, from := range pids {
		for _, to := range pids {
			for _, reason := range []term.Term{nil, term.Normal, term.A("foo")} {
				for _, s := range []Signal{nil, &Link{from, to}, &Unlink{1, from, to}, &UnlinkAck{1, from, to},
					&LinkExit{from, to, reason}, &Exit{From: from, To: to, Reason: reason}, &GroupLeader{from, to, from}} {
					v.Deliver(there, s)
				}
				for _, ref := range refs {
					v.Deliver(there, &Down{from, to, ref, reason})
					v.Deliver(there, &SpawnReply{ref, to, true, true, reason})
					if from != nil {
						v.Deliver(there, &SpawnReply{ref, to, true, true, from})
					}
					v.Deliver(there, &SpawnRequest{Ref: ref, From: from, Leader: to, Args: reason, Opts: reason})
				}
			}
		}
		for _, target := range targets {
			v.Deliver(there, &Message{From: from, To: target})
			for _, ref := range refs {
				v.Deliver(there, &Monitor{from, target, ref})
				v.Deliver(there, &Demonitor{from, target, ref})
			}
		}
	}
	v.NodeDown(there, func() {})
	v.NodeDown(term.A("third@test"), func() {})
	v.NodeDown(term.A("never@test"), func() {})
	v.Deliver(there, &Message{From: far, To: pid, Body: term.A("last")})
	for {
		select {
		case msg := <-got:
			if msg == term.Term(term.A("last")) {
				return
			}
		case <-time.After(2 * time.Minute):
			t.Fatal("the target does not answer any more")
		}
	}
}

// nowhere is a Distribution that takes everything.
type nowhere struct{}

func (nowhere) Send(term.Atom, Signal, *Process, bool) (func(), bool) { return nil, true }
func (nowhere) Connected(term.Atom) bool                              { return true }
func (nowhere) Connect(term.Atom) bool                                { return true }

// TestCrashReport: an uncaught error is told to the logger as erl tells it.
func TestCrashReport(t *testing.T) {
	v := newVM(t)
	got := make(chan term.Term, 1)
	v.SpawnNative("logger", func(n *Native) term.Term {
		n.Do(func(p *Process) { p.register(aLogger) })
		msg, _ := n.Receive()
		got <- msg
		return nil
	})
	for v.Whereis(aLogger) == nil {
		time.Sleep(time.Millisecond)
	}
	pid := v.SpawnNative("crash", func(n *Native) term.Term { panic("oops") })
	m := next(t, got)
	format, _ := term.GoString(m.Elems[2])
	if m.Len() != 5 || m.Elems[0] != aLog || m.Elems[1] != term.ErrorAtom || format != "Error in process ~p with exit value:~n~p~n" ||
		!term.Identical(m.Elems[3], term.List(pid, term.T(term.A("internal_error"), term.BinaryString("oops")))) {
		t.Errorf("got %s", term.Format(m))
	}
	meta := m.Elems[4].(*term.Map)
	for _, key := range []string{"pid", "gl", "time", "error_logger"} {
		if _, ok := meta.Get(term.A(key)); !ok {
			t.Errorf("no %s in the metadata", key)
		}
	}
}
