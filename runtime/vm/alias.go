package vm

import "ersh/runtime/term"

// References have three words; those that can be aliases have five, the last
// two being the number of the process, so that a message to an alias finds its
// process without a table.

// MakeRef makes a new reference.
func (vm *VM) MakeRef() *term.Ref {
	r := new(term.Ref)
	vm.fillRef(r)
	return r
}

func (vm *VM) fillRef(r *term.Ref) {
	n := vm.refs.Add(1)
	r.Node, r.N = term.NoNode, 3
	r.ID[0] = uint32(n & (1<<18 - 1))
	r.ID[1] = uint32(n>>18)&0x3FFF | vm.refSalt&0xFFFFC000
	r.ID[2] = uint32(n>>32) + vm.refSalt
}

func (p *Process) newPidRef() *term.Ref {
	r := p.vm.MakeRef()
	r.N = 5
	r.ID[3], r.ID[4] = p.self.ID, p.self.Serial
	return r
}

func (p *Process) newMonitorRef(o MonitorOptions) *term.Ref {
	if o.Alias.IsZero() {
		return p.vm.MakeRef()
	}
	return p.newPidRef()
}

func (p *Process) addAlias(ref *term.Ref, mode term.Atom) {
	switch mode {
	case aExplicitUnalias:
		p.ext().aliases.put(p.vm.refKey(ref), aliasState{ends: aliasExplicit})
	case aDemonitor:
		p.ext().aliases.put(p.vm.refKey(ref), aliasState{ends: aliasDemonitor})
	case aReplyDemonitor:
		p.ext().aliases.put(p.vm.refKey(ref), aliasState{ends: aliasReply})
	}
}

// Alias is erlang:alias/1; reply says that the first message ends it, priority
// that it takes priority messages.
func (p *Process) Alias(reply, priority bool) *term.Ref {
	r := p.newPidRef()
	a := aliasState{ends: aliasExplicit, priority: priority}
	if reply {
		a.ends = aliasReply
	}
	p.ext().aliases.put(p.vm.refKey(r), a)
	return r
}

// Unalias is erlang:unalias/1.
func (p *Process) Unalias(ref *term.Ref) bool {
	if p.more == nil {
		return false
	}
	_, ok := p.more.aliases.remove(p.vm.refKey(ref))
	return ok
}

// useAlias reports whether a message to the alias is to be taken, and with
// priority if it is sent so, and ends those aliases that a message ends.
func (p *Process) useAlias(ref *term.Ref) (priority, ok bool) {
	priority, ok = p.findAlias(ref)
	if !ok {
		return false, false
	}
	if key := p.vm.refKey(ref); p.more.aliases.get(key).ends == aliasReply {
		p.more.aliases.remove(key)
		p.Demonitor(ref, false)
	}
	return priority, true
}

func (p *Process) findAlias(ref *term.Ref) (priority, ok bool) {
	if p.more == nil {
		return false, false
	}
	a := p.more.aliases.get(p.vm.refKey(ref))
	if a == nil {
		return false, false
	}
	return a.priority, true
}

// LocalRef gives a reference of this node that came from outside the form that
// it has here: without the node's name, which may change.
func (vm *VM) LocalRef(r *term.Ref) *term.Ref {
	if id := vm.ident.Load(); r.Node == id.name && r.Creation == id.creation {
		local := *r
		local.Node, local.Creation = term.NoNode, 0
		return &local
	}
	return r
}

// isLocalRef reports whether this node made the reference.
func (vm *VM) isLocalRef(r *term.Ref) bool {
	return r.Node == term.NoNode || r.Node == vm.Node()
}

// aliasProcess finds the process that an alias belongs to.
func (vm *VM) aliasProcess(r *term.Ref) *Process {
	if r.N != 5 {
		return nil
	}
	if id := vm.ident.Load(); r.Node == id.name && r.Creation != id.creation {
		return nil
	}
	return vm.table.find(r.ID[3], r.ID[4])
}
