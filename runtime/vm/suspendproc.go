package vm

import "ersh/runtime/term"

// suspendState is how often a process has suspended another.
type suspendState struct {
	pid   *term.Pid
	count int
}

// SuspendProcess is erlang:suspend_process/2. The result is false if unless is
// set and p has suspended pid already; badarg where pid is no other process.
func (p *Process) SuspendProcess(pid *term.Pid, unless, async bool) (term.Term, error) {
	t := p.vm.lookup(pid)
	if t == nil || t == p || t.native != nil {
		return nil, Badarg
	}
	x := p.ext()
	key := p.vm.pidKey(pid)
	st := x.suspending.get(key)
	switch {
	case st == nil:
		x.suspending.put(key, suspendState{pid: &t.self, count: 1})
	case unless:
		return term.False, nil
	default:
		st.count++
	}
	by := p.vm.pidKey(&p.self)
	suspend := func(t *Process) (term.Term, error) {
		n := 0
		if c := t.ext().suspenders.get(by); c != nil {
			n = *c
		}
		t.more.suspenders.put(by, n+1)
		return term.True, nil
	}
	if async {
		t.postSignal(&tellSignal{func(t *Process) { suspend(t) }}, p.here())
		return term.True, nil
	}
	return p.ask(pid, term.True, suspend, false)
}

// ResumeProcess is erlang:resume_process/1.
func (p *Process) ResumeProcess(pid *term.Pid) error {
	key := p.vm.pidKey(pid)
	if p.more == nil {
		return Badarg
	}
	st := p.more.suspending.get(key)
	if st == nil {
		return Badarg
	}
	if st.count--; st.count == 0 {
		p.more.suspending.remove(key)
	}
	p.vm.resumeSuspended(p.here(), pid, &p.self, 1)
	return nil
}

// resumeSuspended takes n suspensions by a process back.
func (vm *VM) resumeSuspended(w *worker, pid, by *term.Pid, n int) {
	t := vm.lookup(pid)
	if t == nil {
		return
	}
	key := vm.pidKey(by)
	t.postSignal(&tellSignal{func(t *Process) {
		if t.more == nil {
			return
		}
		if c := t.more.suspenders.get(key); c != nil {
			if *c -= n; *c <= 0 {
				t.more.suspenders.remove(key)
			}
		}
	}}, w)
}
