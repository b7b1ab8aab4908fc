package vm

import (
	"sync/atomic"

	"ersh/runtime/term"
)

// processTable finds processes by number. It is an array of slots, in chunks
// made at first use; a process number's slot is its low bits, and numbers whose
// slot is taken are passed over. Reading takes no lock.
type processTable struct {
	limit  int
	mask   uint64
	chunks []atomic.Pointer[processChunk]
	count  atomic.Int64
	next   atomic.Uint64
}

const chunkBits = 10

type processChunk [1 << chunkBits]atomic.Pointer[Process]

// pidBits is how many bits of the running number are a pid's ID; the rest is
// its Serial.
const pidBits = 28

const defaultMaxProcesses = 1048576

// secondPid is the number after init's. erl gives the numbers between to the
// processes of its emulator, so that a pid of the shell has two digits, which
// decides where a line that shows it is broken.
const secondPid = 63

func (t *processTable) init(limit int) {
	if limit <= 0 {
		limit = defaultMaxProcesses
	}
	size := 1 << chunkBits
	for size < limit && size < 1<<27 {
		size <<= 1
	}
	t.limit = min(limit, size)
	t.mask = uint64(size - 1)
	t.chunks = make([]atomic.Pointer[processChunk], size>>chunkBits)
}

func (t *processTable) slot(n uint64) *atomic.Pointer[Process] {
	i := n & t.mask
	c := &t.chunks[i>>chunkBits]
	chunk := c.Load()
	if chunk == nil {
		chunk = new(processChunk)
		if !c.CompareAndSwap(nil, chunk) {
			chunk = c.Load()
		}
	}
	return &chunk[i&(1<<chunkBits-1)]
}

// add gives p its number and enters it; false when the table is full.
func (t *processTable) add(p *Process) bool {
	if t.count.Add(1) > int64(t.limit) {
		t.count.Add(-1)
		return false
	}
	for {
		n := t.next.Add(1) - 1
		if n == 0 {
			t.next.CompareAndSwap(1, secondPid)
		}
		p.self.ID = uint32(n & (1<<pidBits - 1))
		p.self.Serial = uint32(n >> pidBits)
		if t.slot(n).CompareAndSwap(nil, p) {
			return true
		}
	}
}

func (t *processTable) remove(p *Process) {
	if t.slot(uint64(p.self.ID)).CompareAndSwap(p, nil) {
		t.count.Add(-1)
	}
}

func (t *processTable) find(id, serial uint32) *Process {
	i := uint64(id) & t.mask
	chunk := t.chunks[i>>chunkBits].Load()
	if chunk == nil {
		return nil
	}
	p := chunk[i&(1<<chunkBits-1)].Load()
	if p == nil || p.self.ID != id || p.self.Serial != serial {
		return nil
	}
	return p
}

// all calls f for every process in the order of the slots.
func (t *processTable) all(f func(p *Process)) {
	for i := range t.chunks {
		if chunk := t.chunks[i].Load(); chunk != nil {
			for j := range chunk {
				if p := chunk[j].Load(); p != nil {
					f(p)
				}
			}
		}
	}
}

func (vm *VM) isLocalPid(pid *term.Pid) bool {
	return pid.Proc != nil || pid.Node == term.NoNode || pid.Node == vm.Node()
}

// IsLocal reports whether the pid is one of this node's, alive or not.
func (vm *VM) IsLocal(pid *term.Pid) bool { return vm.isLocalPid(pid) }

// lookup finds the process of a local pid; nil when there is none.
func (vm *VM) lookup(pid *term.Pid) *Process {
	if pid.Proc != nil {
		if p, ok := pid.Proc.(*Process); ok && p.vm == vm && p.state.Load() != stateDead {
			return p
		}
		return nil
	}
	id := vm.ident.Load()
	if pid.Node == id.name && pid.Creation != id.creation && pid.Node != term.NoNode {
		return nil // an earlier life of this node
	}
	if pid.Node != id.name && pid.Node != term.NoNode {
		return nil
	}
	return vm.table.find(pid.ID, pid.Serial)
}

// LocalPid gives the VM's own pid object for a pid of this node that came
// from outside, so that sends to it need no lookup; a pid without a live
// process is given back as it is.
func (vm *VM) LocalPid(pid *term.Pid) *term.Pid {
	if pid.Proc == nil {
		if p := vm.lookup(pid); p != nil {
			return &p.self
		}
	}
	return pid
}

// FindPid gives the pid of number <0.ID.Serial>, and whether it is alive.
func (vm *VM) FindPid(id, serial uint32) (*term.Pid, bool) {
	if p := vm.table.find(id, serial); p != nil {
		return &p.self, true
	}
	ident := vm.ident.Load()
	return &term.Pid{Node: ident.name, Creation: ident.creation, ID: id, Serial: serial}, false
}

// Processes lists the pids of the processes that are alive.
func (vm *VM) Processes() []*term.Pid {
	var pids []*term.Pid
	vm.table.all(func(p *Process) {
		if p.state.Load() != stateDead {
			pids = append(pids, &p.self)
		}
	})
	return pids
}

// ProcessCount is how many processes there are, ProcessLimit how many there
// may be.
func (vm *VM) ProcessCount() int { return int(vm.table.count.Load()) }

// ProcessLimit: see ProcessCount.
func (vm *VM) ProcessLimit() int { return vm.table.limit }

// IsAlive is erlang:is_process_alive/1: the answer comes after every signal that
// p has sent the process before.
func (p *Process) IsAlive(pid *term.Pid) (term.Term, error) {
	t := p.vm.lookup(pid)
	switch {
	case t == nil:
		return term.False, nil
	case t == p, t.inbox.Load() == nil && t.state.Load() == stateIdle:
		return term.True, nil
	}
	return p.ask(pid, term.False, func(t *Process) (term.Term, error) { return term.Bool(!t.exiting), nil }, true)
}

// SetGroupLeader is erlang:group_leader/2.
func (p *Process) SetGroupLeader(leader, pid *term.Pid) (term.Term, error) {
	switch {
	case !p.vm.isLocalPid(pid):
		return p.finish(term.True, p.sendForeign(pid.Node, &GroupLeader{From: &p.self, To: pid, Leader: leader}))
	case p.vm.lookup(pid) == p:
		p.leader = leader
		return term.True, nil
	}
	return p.askOr(pid, Badarg, func(t *Process) (term.Term, error) {
		t.leader = leader
		return term.True, nil
	})
}
