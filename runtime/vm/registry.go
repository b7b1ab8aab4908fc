package vm

import (
	"sync"

	"ersh/runtime/term"
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

// Register gives a process a name. It is false where erlang:register/2 is a
// badarg: the name is taken, the process has one already, or does not live.
func (p *Process) Register(name term.Atom, pid *term.Pid) (term.Term, error) {
	// The target's own record of its name is its own to write.
	return p.ask(pid, term.False, func(t *Process) (term.Term, error) {
		return term.Bool(t.register(name)), nil
	}, true)
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
	return true
}

// Unregister takes a name away; false if nobody has it.
func (p *Process) Unregister(name term.Atom) (term.Term, error) {
	t := p.vm.whereis(name)
	if t == nil {
		return term.False, nil
	}
	return p.ask(&t.self, term.False, func(t *Process) (term.Term, error) {
		if t.more == nil || t.more.name != name {
			return term.False, nil
		}
		t.unregister()
		return term.True, nil
	}, true)
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
	p.more.name = term.Atom{}
}
