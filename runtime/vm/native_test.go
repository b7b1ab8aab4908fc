package vm

import (
	"testing"
	"time"

	"ersh/runtime/term"
)

// newVM makes a VM without code: for native processes.
func newVM(t *testing.T) *VM {
	v := New(Config{})
	t.Cleanup(v.Stop)
	return v
}

// watch starts a native that traps exits, links with and monitors pid, and
// hands all its messages over.
func watch(v *VM, pid *term.Pid) <-chan term.Term {
	out, ready := make(chan term.Term, 10), make(chan bool)
	v.SpawnNative("watch", func(n *Native) term.Term {
		n.Do(func(p *Process) {
			p.SetFlag(aTrapExit, term.True)
			p.Link(pid, false)
			p.Monitor(pid, MonitorOptions{})
		})
		close(ready)
		for {
			msg, ok := n.Receive()
			if !ok {
				return nil
			}
			out <- msg
		}
	})
	<-ready
	return out
}

func next(t *testing.T, c <-chan term.Term) *term.Tuple {
	t.Helper()
	select {
	case msg := <-c:
		return msg.(*term.Tuple)
	case <-time.After(2 * time.Minute):
		t.Fatal("no message")
	}
	return nil
}

// expectEnd checks the EXIT and DOWN messages of a watched process.
func expectEnd(t *testing.T, c <-chan term.Term, reason term.Term) {
	t.Helper()
	for range 2 {
		m := next(t, c)
		if got := m.Elems[m.Len()-1]; !term.Identical(got, reason) {
			t.Errorf("%s: reason %s, want %s", term.Format(m.Elems[0]), term.Format(got), term.Format(reason))
		}
	}
}

func TestNativeEnds(t *testing.T) {
	foo := term.A("foo")
	for _, c := range []struct {
		name   string
		body   func(n *Native) term.Term
		reason term.Term
	}{
		{"returns nil", func(n *Native) term.Term { n.Receive(); return nil }, term.Normal},
		{"returns a reason", func(n *Native) term.Term { n.Receive(); return foo }, foo},
		{"panics", func(n *Native) term.Term { n.Receive(); panic("oops") }, term.T(term.A("internal_error"), term.BinaryString("oops"))},
	} {
		v := newVM(t)
		pid := v.SpawnNative("test", c.body)
		w := watch(v, pid)
		v.Send(pid, foo)
		t.Run(c.name, func(t *testing.T) { expectEnd(t, w, c.reason) })
	}
}

func TestNativeKilled(t *testing.T) {
	v := newVM(t)
	returned := make(chan bool, 1)
	pid := v.SpawnNative("test", func(n *Native) term.Term {
		<-n.Done()
		if _, ok := n.Receive(); ok || n.Do(func(*Process) {}) {
			t.Error("the ended process goes on")
		}
		returned <- true
		return nil
	})
	w := watch(v, pid)
	v.SpawnNative("killer", func(n *Native) term.Term {
		n.Do(func(p *Process) { p.SendExit(pid, term.Kill, false) })
		return nil
	})
	expectEnd(t, w, term.Killed)
	select {
	case <-returned:
	case <-time.After(2 * time.Minute):
		t.Error("the body has not returned")
	}
	if v.IsLocal(pid) && v.lookup(pid) != nil {
		t.Error("the process is still found")
	}
}

func TestNativeOrder(t *testing.T) {
	v := newVM(t)
	const n = 10000
	done := make(chan bool, 1)
	pid := v.SpawnNative("sink", func(nat *Native) term.Term {
		for i := range n {
			if msg, ok := nat.Receive(); !ok || msg != term.Term(term.Small(int64(i))) {
				t.Errorf("message %d is %v", i, msg)
				break
			}
		}
		done <- true
		return nil
	})
	for i := range n {
		v.Send(pid, term.Small(int64(i)))
	}
	<-done
}

func TestProcessLimit(t *testing.T) {
	v := New(Config{MaxProcesses: 10})
	t.Cleanup(v.Stop)
	quit := make(chan bool)
	var pids []*term.Pid
	for range 10 {
		pids = append(pids, v.SpawnNative("test", func(n *Native) term.Term { <-quit; return nil }))
	}
	if v.SpawnNative("one too many", func(n *Native) term.Term { return nil }) != nil {
		t.Error("no limit")
	}
	if pids[9] == nil || v.ProcessCount() != 10 {
		t.Errorf("%d processes", v.ProcessCount())
	}
	close(quit)
	for v.ProcessCount() > 0 {
		time.Sleep(time.Millisecond)
	}
	if pid := v.SpawnNative("again", func(n *Native) term.Term { return nil }); pid == nil || pid.ID <= pids[9].ID {
		t.Error("numbers are not increasing")
	}
}

func TestTable(t *testing.T) {
	var x table[int, int]
	for i := range 100 {
		x.put(i, -i)
	}
	for i := 0; i < 100; i += 2 {
		if v, ok := x.remove(i); !ok || v != -i {
			t.Errorf("remove %d: %d %v", i, v, ok)
		}
	}
	for i := range 100 {
		if v := x.get(i); (v != nil) != (i%2 == 1) || v != nil && *v != -i {
			t.Errorf("get %d", i)
		}
	}
	if len(x.items) != 50 || len(x.index) != 50 {
		t.Errorf("%d items, %d in the index", len(x.items), len(x.index))
	}
}
