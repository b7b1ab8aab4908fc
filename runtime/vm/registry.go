package vm

import (
	"sync"

	"ersh/runtime/term"
)

var (
	aNone     = term.A("none")
	aNotAlive = term.A("notalive")
)

// registry holds the registered names.
type registry struct {
	mu    sync.RWMutex
	names map[term.Atom]*Process
	list  []term.Atom // in order of registration
}

func (vm *VM) whereis(name term.Atom) *Process {
	vm.registry.mu.RLock()
	p := vm.registry.names[name]
	vm.registry.mu.RUnlock()
	return p
}

// Whereis gives the pid registered as name, nil if there is none.
func (vm *VM) Whereis(name term.Atom) *term.Pid {
	if p := vm.whereis(name); p != nil {
		return &p.self
	}
	return nil
}

// Registered lists the registered names.
func (vm *VM) Registered() []term.Atom {
	vm.registry.mu.RLock()
	defer vm.registry.mu.RUnlock()
	return append([]term.Atom(nil), vm.registry.list...)
}

// Register gives a process a name, as erlang:register/2. The target's own record
// of its name is its own to write, so it is asked.
func (p *Process) Register(name term.Atom, pid *term.Pid) (term.Term, error) {
	gone := BadargCause(aNotAlive)
	if !p.vm.isLocalPid(pid) || p.vm.lookup(pid) == nil {
		return nil, gone
	}
	return p.askOr(pid, gone, func(t *Process) (term.Term, error) {
		switch {
		case t.exiting:
			return nil, gone
		case t.more != nil && !t.more.name.IsZero():
			return nil, BadargCause(aRegisteredName)
		case !t.register(name):
			return nil, BadargCause(aNone) // the name is in use
		}
		return term.True, nil
	})
}

func (p *Process) register(name term.Atom) bool {
	if p.exiting || p.more != nil && !p.more.name.IsZero() {
		return false
	}
	r := &p.vm.registry
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.names[name] != nil {
		return false
	}
	if r.names == nil {
		r.names = make(map[term.Atom]*Process)
	}
	r.names[name] = p
	r.list = append(r.list, name)
	p.ext().name = name
	p.traceEvent(TraceProcs, aRegister, name)
	return true
}

// Unregister takes a name away; badarg if nobody has it.
func (p *Process) Unregister(name term.Atom) (term.Term, error) {
	t := p.vm.whereis(name)
	if t == nil {
		return nil, Badarg
	}
	return p.askOr(&t.self, Badarg, func(t *Process) (term.Term, error) {
		if t.more == nil || t.more.name != name {
			return nil, Badarg
		}
		t.unregister()
		return term.True, nil
	})
}

// unregister gives up the process's own name, if it has one.
func (p *Process) unregister() {
	if p.more == nil || p.more.name.IsZero() {
		return
	}
	r := &p.vm.registry
	r.mu.Lock()
	delete(r.names, p.more.name)
	for i, n := range r.list {
		if n == p.more.name {
			r.list = append(r.list[:i], r.list[i+1:]...)
			break
		}
	}
	r.mu.Unlock()
	p.traceEvent(TraceProcs, aUnregister, p.more.name)
	p.more.name = term.Atom{}
}
