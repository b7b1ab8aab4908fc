package bif

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ersh/internal/otp"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// wire joins two VMs as nodes, without any encoding: pids lose what only their
// own VM may see.
type wire struct {
	node  term.Atom
	other *vm.VM
	self  term.Atom
	// creation is self's.
	creation uint32
	cut      *atomic.Bool
}

func (w *wire) Send(node term.Atom, sig vm.Signal, _ *vm.Process, _ bool) (func(), bool) {
	if node != w.node || w.cut.Load() {
		return nil, false
	}
	w.other.Deliver(w.self, w.foreign(sig))
	return nil, true
}

func (w *wire) Connected(node term.Atom) bool { return node == w.node && !w.cut.Load() }
func (w *wire) Connect(node term.Atom) bool   { return w.Connected(node) }

// foreign is a signal as the other VM would decode it.
func (w *wire) foreign(sig vm.Signal) vm.Signal {
	pid := func(p *term.Pid) *term.Pid {
		if p == nil {
			return nil
		}
		return w.foreignTerm(p).(*term.Pid)
	}
	in := func(t term.Term) term.Term { return w.foreignTerm(t) }
	switch s := sig.(type) {
	case *vm.Message:
		return &vm.Message{From: pid(s.From), To: in(s.To), Body: in(s.Body), Priority: s.Priority}
	case *vm.Link:
		return &vm.Link{From: pid(s.From), To: pid(s.To)}
	case *vm.Unlink:
		return &vm.Unlink{ID: s.ID, From: pid(s.From), To: pid(s.To)}
	case *vm.UnlinkAck:
		return &vm.UnlinkAck{ID: s.ID, From: pid(s.From), To: pid(s.To)}
	case *vm.LinkExit:
		return &vm.LinkExit{From: pid(s.From), To: pid(s.To), Reason: in(s.Reason)}
	case *vm.Exit:
		return &vm.Exit{From: pid(s.From), To: in(s.To), Reason: in(s.Reason), Priority: s.Priority}
	case *vm.Monitor:
		return &vm.Monitor{From: pid(s.From), Target: in(s.Target), Ref: s.Ref}
	case *vm.Demonitor:
		return &vm.Demonitor{From: pid(s.From), Target: in(s.Target), Ref: s.Ref}
	case *vm.Down:
		return &vm.Down{From: in(s.From), To: pid(s.To), Ref: s.Ref, Reason: in(s.Reason)}
	case *vm.GroupLeader:
		return &vm.GroupLeader{From: pid(s.From), To: pid(s.To), Leader: pid(s.Leader)}
	case *vm.SpawnRequest:
		c := *s
		c.From, c.Leader, c.Args = pid(s.From), pid(s.Leader), in(s.Args)
		return &c
	case *vm.SpawnReply:
		c := *s
		c.To, c.Result = pid(s.To), in(s.Result)
		return &c
	}
	return sig
}

func (w *wire) foreignTerm(t term.Term) term.Term {
	switch x := t.(type) {
	case *term.Pid:
		c := *x
		c.Proc = nil
		return w.other.LocalPid(&c)
	case *term.Ref:
		c := *x
		if c.Node == term.NoNode {
			c.Node, c.Creation = w.self, w.creation
		}
		return w.other.LocalRef(&c)
	case *term.Tuple:
		out := term.NewTuple(len(x.Elems))
		for i, e := range x.Elems {
			out.Elems[i] = w.foreignTerm(e)
		}
		return out
	case *term.Cons:
		return &term.Cons{Head: w.foreignTerm(x.Head), Tail: w.foreignTerm(x.Tail)}
	case *term.Fun:
		c := *x
		c.Env = nil
		for _, e := range x.Env {
			c.Env = append(c.Env, w.foreignTerm(e))
		}
		return &c
	}
	return t
}

// TestDistributedProcesses is the processes' side of distribution between two
// VMs.
func TestDistributedProcesses(t *testing.T) {
	outside, _ := compileErl(t, otp.Need(t, 29), "distprocs")
	path := filepath.Join(outside, "distprocs.beam")
	a, b := vmWith(t, path), vmWith(t, path)
	na, nb := term.A("a@test"), term.A("b@test")
	var cut atomic.Bool
	a.SetDistribution(na, 5, &wire{nb, b, na, 5, &cut})
	b.SetDistribution(nb, 6, &wire{na, a, nb, 6, &cut})
	a.NodeUp(nb, false, 1)
	b.NodeUp(na, false, 1)
	a.SpawnNative("go", func(n *vm.Native) term.Term {
		n.Do(func(p *vm.Process) { p.Register(term.A("go"), p.Pid()) })
		if _, ok := n.Receive(); ok {
			cut.Store(true)
			a.NodeDown(nb, func() {})
			b.NodeDown(na, func() {})
		}
		return nil
	})
	for _, line := range strings.Split(strings.TrimSpace(`
spawn            {hello,true}
spawn_fun        true
spawn_link       bye
spawn_monitor    bye
spawn_opt        bye
spawn_request    bye
spawn_bad        badopt
link             why
link_back        why
link_dead        noproc
unlink           none
unlink_link      why
monitor          why
monitor_dead     noproc
monitor_name     {true,why}
monitor_noname   noproc
demonitor        none
exit             because
kill             killed
alias            {one,none}
monitor_alias    {hi,none}
group_leader     true
set_leader       true
order            {true,done}
nosuch           {true,noconnection}
nosuch_monitor   noconnection
nosuch_request   noconnection
monitor_node     {nodedown,none@nowhere}
nodes            {true,a@test,true,true}
down             {noconnection,noconnection,nodedown,none}`), "\n") {
		name, want, _ := strings.Cut(line, " ")
		got := term.Format(ask(t, a, 2*time.Minute, "distprocs", "one", term.A(name), nb))
		if got != strings.TrimSpace(want) {
			t.Errorf("%s: got %s, want %s", name, got, strings.TrimSpace(want))
		}
	}
	time.Sleep(20 * time.Millisecond)
	if n := b.ProcessCount(); n > 12 {
		t.Errorf("%d processes are left on the other node", n)
	}
}
