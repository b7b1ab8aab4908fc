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
		p.ext().aliases.put(p.vm.refKey(ref), aliasExplicit)
	case aDemonitor:
		p.ext().aliases.put(p.vm.refKey(ref), aliasDemonitor)
	case aReplyDemonitor:
		p.ext().aliases.put(p.vm.refKey(ref), aliasReply)
	}
}

// Alias is erlang:alias/1; reply says that the first message ends it.
func (p *Process) Alias(reply bool) *term.Ref {
	r := p.newPidRef()
	mode := aliasExplicit
	if reply {
		mode = aliasReply
	}
	p.ext().aliases.put(p.vm.refKey(r), mode)
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

// useAlias reports whether a message to the alias is to be taken, and ends
// those aliases that a message ends.
func (p *Process) useAlias(ref *term.Ref) bool {
	if p.more == nil {
		return false
	}
	key := p.vm.refKey(ref)
	a := p.more.aliases.get(key)
	if a == nil {
		return false
	}
	if *a == aliasReply {
		p.more.aliases.remove(key)
		p.Demonitor(ref, false)
	}
	return true
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

// AliasPid gives the pid of the process that an alias, or a reference made by
// monitoring with an alias, belongs to; nil when there is none.
func (vm *VM) AliasPid(r *term.Ref) *term.Pid {
	if p := vm.aliasProcess(r); p != nil && vm.isLocalRef(r) {
		return &p.self
	}
	return nil
}
