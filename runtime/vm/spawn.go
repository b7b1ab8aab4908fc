package vm

import (
	"time"

	"ersh/runtime/term"
)

// SpawnOptions are those of erlang:spawn_opt/5.
type SpawnOptions struct {
	Link bool
	// LinkPriority is the priority of the message about the link's end.
	LinkPriority bool
	Monitor      bool
	Monitors     MonitorOptions // with Monitor
	Priority     term.Atom      // zero: normal
	flags        spawnFlags
	// Of spawn_request:
	replyTag term.Term
	reply    term.Atom
}

// Call is what a new process does: Fun, if not nil, or Module:Name, on Args.
type Call struct {
	Module, Name term.Atom
	Fun          term.Term
	Args         []term.Term
}

// Spawn starts a process as a child of p. With Monitor, ref is the monitor.
func (p *Process) Spawn(c Call, o SpawnOptions) (pid *term.Pid, ref *term.Ref, err error) {
	child := p.vm.newProcess(p)
	if child == nil {
		p.tooManyProcesses()
		return nil, nil, SystemLimit
	}
	child.configure(o)
	p.relate(child, o, &ref)
	p.launch(child, c, o)
	return &child.self, ref, nil
}

// loggedSpawns is how many failed spawns are logged in a second: who spawns in a
// loop must not fill the memory with what the log has to say.
const loggedSpawns = 1000

// tooManyProcesses has the log say that a process could not be.
func (p *Process) tooManyProcesses() {
	f := &p.vm.failedSpawns
	if now := time.Now().Unix(); f.second.Swap(now) != now {
		f.logged.Store(0)
	}
	if f.logged.Add(1) <= loggedSpawns {
		p.LogError("~s~n", term.String("Too many processes\n"))
	}
}

// relate sets up the link and the monitor of a new process that does not run
// yet, so both ends can be written at once.
func (p *Process) relate(child *Process, o SpawnOptions, ref **term.Ref) {
	if o.Link {
		p.ext().links.put(p.vm.pidKey(&child.self), link{pid: &child.self, priority: o.LinkPriority})
		child.ext().links.put(p.vm.pidKey(&p.self), link{pid: &p.self})
	}
	if o.Monitor {
		r := *ref
		if r == nil {
			r = p.newMonitorRef(o.Monitors)
			*ref = r
		}
		p.addAlias(r, o.Monitors.Alias)
		key := p.vm.refKey(r)
		p.ext().monitors.put(key, monitor{ref: r, target: &child.self, pid: &child.self, kind: aProcess, tag: o.Monitors.Tag, priority: o.Monitors.Priority})
		child.ext().watchers.put(key, watcher{from: &p.self, ref: r})
	}
}

// newProcess makes a process that does not run yet; nil when there are too
// many.
func (vm *VM) newProcess(parent *Process) *Process {
	p := &Process{vm: vm}
	id := vm.ident.Load()
	p.self.Node, p.self.Creation, p.self.Proc = id.name, id.creation, p
	p.priority.Store(prioNormal)
	// Nobody may queue the process before it begins.
	p.state.Store(stateQueued)
	if parent != nil {
		p.parent, p.leader = &parent.self, parent.leader
	}
	if !vm.table.add(p) {
		return nil
	}
	if p.leader == nil {
		p.leader = &p.self
	}
	if vm.trace.fresh.Load() {
		p.inheritFresh()
	}
	return p
}

func (p *Process) configure(o SpawnOptions) {
	if prio, ok := priorities[o.Priority]; ok {
		p.priority.Store(prio)
	}
	if d := p.vm.settings.defaults.Load(); d != nil {
		o.flags.inherit(d)
	}
	if o.flags.set {
		p.ext().options = o.flags
	}
}

// launch lets a new process of p's run.
func (p *Process) launch(child *Process, c Call, o SpawnOptions) {
	c = c.plain()
	if p.tracing.Load() != nil || child.tracing.Load() != nil {
		p.traceSpawn(child, c, o.Link)
	}
	child.begin(c, p.here())
}

// plain is the call of a named function.
func (c Call) plain() Call {
	if c.Fun != nil {
		return Call{Module: aErlang, Name: aApply, Args: []term.Term{c.Fun, term.List(c.Args...)}}
	}
	return c
}

// begin lets a new process run.
func (p *Process) begin(c Call, w *worker) {
	c = c.plain()
	p.initial = initialCall{c.Module, c.Name, len(c.Args)}
	p.start(c.Module, c.Name, c.Args)
	p.vm.sched.enqueue(p, w)
}

// Spawn starts a process outside any other: M:F(Args...). It gives nil when
// there are too many processes.
func (vm *VM) Spawn(m, f term.Atom, args []term.Term) *term.Pid {
	p := vm.newProcess(nil)
	if p == nil {
		return nil
	}
	p.begin(Call{Module: m, Name: f, Args: args}, nil)
	return &p.self
}

var (
	aErlang = term.A("erlang")
	aApply  = term.A("apply")
)

var priorities = map[term.Atom]uint32{
	term.A("low"): prioLow, term.Normal: prioNormal, term.A("high"): prioHigh, term.A("max"): prioMax,
}
