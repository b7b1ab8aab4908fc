package bif

import (
	"os"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangProcess holds the functions of module erlang about processes, their
// relations and their messages.
var erlangProcess = processRows(map[string]vm.Func{
	"self/0":                  self,
	"spawn/1":                 spawnFun(spawnPlain),
	"spawn/2":                 spawnFunAt(spawnPlain),
	"spawn/3":                 spawnCall(spawnPlain),
	"spawn/4":                 spawnCallAt(spawnPlain),
	"spawn_link/1":            spawnFun(spawnLinked),
	"spawn_link/2":            spawnFunAt(spawnLinked),
	"spawn_link/3":            spawnCall(spawnLinked),
	"spawn_link/4":            spawnCallAt(spawnLinked),
	"spawn_monitor/1":         spawnFun(spawnMonitored),
	"spawn_monitor/2":         spawnFunAt(spawnMonitored),
	"spawn_monitor/3":         spawnCall(spawnMonitored),
	"spawn_monitor/4":         spawnCallAt(spawnMonitored),
	"spawn_opt/2":             spawnFun(nil),
	"spawn_opt/3":             spawnFunAt(nil),
	"spawn_opt/4":             spawnCall(nil),
	"spawn_opt/5":             spawnCallAt(nil),
	"spawn_request/1":         spawnRequestFun,
	"spawn_request/2":         spawnRequest2,
	"spawn_request/3":         spawnRequest3,
	"spawn_request/4":         spawnRequest4,
	"spawn_request/5":         spawnRequest5,
	"spawn_request_abandon/1": spawnAbandon,

	"send/2": send,
	"!/2":    send,
	"send/3": sendOptions,

	"send_nosuspend/2": sendNosuspend,
	"send_nosuspend/3": sendNosuspend,

	"link/1":        link,
	"link/2":        link,
	"unlink/1":      unlink,
	"monitor/2":     monitor,
	"monitor/3":     monitor,
	"demonitor/1":   demonitor,
	"demonitor/2":   demonitor,
	"alias/0":       alias,
	"alias/1":       alias,
	"unalias/1":     unalias,
	"exit/2":        exitSignal,
	"exit/3":        exitSignal,
	"exit_signal/2": exitSignal,

	"register/2":   register,
	"unregister/1": unregister,
	"whereis/1":    whereis,
	"registered/0": registered,

	"process_flag/2":     processFlag,
	"process_flag/3":     processFlagOf,
	"process_info/1":     processInfo,
	"process_info/2":     processInfo,
	"processes/0":        processes,
	"is_process_alive/1": isProcessAlive,
	"group_leader/0":     groupLeader,
	"group_leader/2":     setGroupLeader,
	"suspend_process/1":  suspendProcess,
	"suspend_process/2":  suspendProcess,
	"resume_process/1":   resumeProcess,
	"hibernate/0":        hibernate,
	"hibernate/3":        hibernateCall,
	"yield/0":            yield,
	"make_ref/0":         func(p *vm.Process, _ []term.Term) (term.Term, error) { return p.VM().MakeRef(), nil },
	"halt/0":             halt,
	"halt/1":             halt,
	"halt/2":             halt,
	"processes_iterator/0": func(p *vm.Process, _ []term.Term) (term.Term, error) {
		return processes(p, nil)
	},
	"processes_next/1": processesNext,

	"get/0":      getAll,
	"get/1":      get,
	"put/2":      put,
	"erase/0":    eraseAll,
	"erase/1":    erase,
	"get_keys/0": getKeys,
	"get_keys/1": getKeysOf,
})

// processRows makes table rows of module erlang from "name/arity".
func processRows(fns map[string]vm.Func) []vm.BIF {
	rows := make([]vm.BIF, 0, len(fns))
	for key, fn := range fns {
		i := len(key) - 2
		rows = append(rows, vm.BIF{Module: "erlang", Name: key[:i], Arity: int(key[i+1] - '0'), Fn: fn})
	}
	return rows
}

func self(p *vm.Process, _ []term.Term) (term.Term, error) { return p.Pid(), nil }

var (
	aLink         = term.A("link")
	aMonitor      = term.A("monitor")
	aFlush        = term.A("flush")
	aInfo         = term.A("info")
	aBadtype      = term.A("badtype")
	aProcess      = term.A("process")
	aPort         = term.A("port")
	aTimeOffset   = term.A("time_offset")
	aClockService = term.A("clock_service")
	aPriority     = term.A("priority")

	spawnPlain     term.Term = term.EmptyList
	spawnLinked    term.Term = term.List(aLink)
	spawnMonitored term.Term = term.List(aMonitor)
)

// The spawn functions. opts is nil where the last argument is the option list.

func spawnFun(opts term.Term) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		if !isFun(args[0]) {
			return nil, vm.Badarg
		}
		return spawnAt(p, p.VM().Node(), vm.Call{Fun: args[0]}, opts, args)
	}
}

func spawnFunAt(opts term.Term) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		node, ok := args[0].(term.Atom)
		if !ok || !isFun(args[1]) {
			return nil, vm.Badarg
		}
		return spawnAt(p, node, vm.Call{Fun: args[1]}, opts, args)
	}
}

func spawnCall(opts term.Term) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		c, ok := callOf(args)
		if !ok {
			return nil, vm.Badarg
		}
		return spawnAt(p, p.VM().Node(), c, opts, args)
	}
}

func spawnCallAt(opts term.Term) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		node, ok := args[0].(term.Atom)
		if !ok {
			return nil, vm.Badarg
		}
		c, ok := callOf(args[1:])
		if !ok {
			return nil, vm.Badarg
		}
		return spawnAt(p, node, c, opts, args)
	}
}

func callOf(args []term.Term) (c vm.Call, ok bool) {
	m, ok1 := args[0].(term.Atom)
	f, ok2 := args[1].(term.Atom)
	list, ok3 := term.Slice(args[2])
	return vm.Call{Module: m, Name: f, Args: list}, ok1 && ok2 && ok3
}

// remote is the call as another node gets it: funs go through apply.
func remote(c vm.Call) vm.Call {
	if c.Fun == nil {
		return c
	}
	return vm.Call{Module: term.A("erlang"), Name: term.A("apply"), Args: []term.Term{c.Fun, term.List(c.Args...)}}
}

func spawnAt(p *vm.Process, node term.Atom, c vm.Call, opts term.Term, args []term.Term) (term.Term, error) {
	if opts == nil {
		opts = args[len(args)-1]
	}
	if node != p.VM().Node() {
		return p.SpawnAt(node, remote(c), opts)
	}
	o, proper, ok := vm.ParseSpawnOptions(opts, false)
	if !proper {
		return nil, vm.Badarg
	}
	if !ok {
		return nil, vm.BadargCause(aBadopt)
	}
	pid, ref, err := p.Spawn(c, o)
	if err != nil {
		return nil, err
	}
	if ref != nil {
		return term.T(pid, ref), nil
	}
	return pid, nil
}

func spawnRequest(p *vm.Process, node term.Atom, c vm.Call, opts term.Term) (term.Term, error) {
	if node != p.VM().Node() {
		c = remote(c)
	}
	return p.SpawnRequest(node, c, opts)
}

func spawnRequestFun(p *vm.Process, args []term.Term) (term.Term, error) {
	if !isFun(args[0]) {
		return nil, vm.Badarg
	}
	return spawnRequest(p, p.VM().Node(), vm.Call{Fun: args[0]}, term.EmptyList)
}

// spawn_request(Fun, Opts) and (Node, Fun).
func spawnRequest2(p *vm.Process, args []term.Term) (term.Term, error) {
	if node, ok := args[0].(term.Atom); ok {
		if !isFun(args[1]) {
			return nil, vm.Badarg
		}
		return spawnRequest(p, node, vm.Call{Fun: args[1]}, term.EmptyList)
	}
	if !isFun(args[0]) {
		return nil, vm.Badarg
	}
	return spawnRequest(p, p.VM().Node(), vm.Call{Fun: args[0]}, args[1])
}

// spawn_request(Node, Fun, Opts) and (M, F, Args).
func spawnRequest3(p *vm.Process, args []term.Term) (term.Term, error) {
	node, ok := args[0].(term.Atom)
	if ok && isFun(args[1]) {
		return spawnRequest(p, node, vm.Call{Fun: args[1]}, args[2])
	}
	c, ok := callOf(args)
	if !ok {
		return nil, vm.Badarg
	}
	return spawnRequest(p, p.VM().Node(), c, term.EmptyList)
}

// spawn_request(Node, M, F, Args) and (M, F, Args, Opts).
func spawnRequest4(p *vm.Process, args []term.Term) (term.Term, error) {
	if c, ok := callOf(args[:3]); ok {
		return spawnRequest(p, p.VM().Node(), c, args[3])
	}
	node, ok := args[0].(term.Atom)
	c, ok2 := callOf(args[1:])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	return spawnRequest(p, node, c, term.EmptyList)
}

func spawnRequest5(p *vm.Process, args []term.Term) (term.Term, error) {
	node, ok := args[0].(term.Atom)
	c, ok2 := callOf(args[1:4])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	return spawnRequest(p, node, c, args[4])
}

func spawnAbandon(p *vm.Process, args []term.Term) (term.Term, error) {
	ref, ok := args[0].(*term.Ref)
	if !ok {
		return nil, vm.Badarg
	}
	return term.Bool(p.SpawnAbandon(ref)), nil
}

func send(p *vm.Process, args []term.Term) (term.Term, error) {
	if _, err := p.Send(args[0], args[1], vm.SendOptions{}); err != nil {
		return nil, err
	}
	return args[1], nil
}

var (
	aNoconnect = term.A("noconnect")
	aNosuspend = term.A("nosuspend")
)

func sendOptions(p *vm.Process, args []term.Term) (term.Term, error) {
	opts, ok := term.Slice(args[2])
	if !ok {
		return nil, vm.BadargCause(aBadopt)
	}
	var options vm.SendOptions
	for _, o := range opts {
		switch o {
		case aNoconnect:
			options.Noconnect = true
		case aNosuspend:
			options.Nosuspend = true
		case aPriority:
			options.Priority = true
		default:
			return nil, vm.BadargCause(aBadopt)
		}
	}
	r, err := p.Send(args[0], args[1], options)
	if s, busy := err.(*vm.Suspension); busy {
		return nil, s.Giving(term.Ok)
	}
	if err != nil {
		return nil, err
	}
	switch r {
	case vm.SendNoConnect:
		return aNoconnect, nil
	case vm.SendNoSuspend:
		return aNosuspend, nil
	}
	return term.Ok, nil
}

// send_nosuspend/2,3 are send/3 with that option, and say whether the message
// was sent.
func sendNosuspend(p *vm.Process, args []term.Term) (term.Term, error) {
	var opts term.Term = term.EmptyList
	if len(args) == 3 {
		opts = args[2]
	}
	r, err := sendOptions(p, []term.Term{args[0], args[1], &term.Cons{Head: aNosuspend, Tail: opts}})
	if err != nil {
		return nil, err
	}
	return term.Bool(r == term.Ok), nil
}

func link(p *vm.Process, args []term.Term) (term.Term, error) {
	priority := false
	if len(args) == 2 {
		var ok bool
		if priority, ok = vm.ParsePriority(args[1]); !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	var err error = vm.Badarg
	switch to := args[0].(type) {
	case *term.Pid:
		err = p.Link(to, priority)
	case *term.Port:
		err = p.LinkPort(to, priority)
	}
	if err != nil {
		return nil, err
	}
	return term.True, nil
}

func unlink(p *vm.Process, args []term.Term) (term.Term, error) {
	switch pid := args[0].(type) {
	case *term.Pid:
		p.Unlink(pid)
	case *term.Port:
		if err := p.UnlinkPort(pid); err != nil {
			return nil, err
		}
	default:
		return nil, vm.Badarg
	}
	return term.True, nil
}

func monitor(p *vm.Process, args []term.Term) (term.Term, error) {
	var o vm.MonitorOptions
	if len(args) == 3 {
		var ok bool
		if o, ok = vm.ParseMonitorOptions(args[2]); !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	switch args[0] {
	case aProcess:
		return p.Monitor(args[1], o)
	case aPort:
		return p.MonitorPort(args[1], o)
	case aTimeOffset:
		if args[1] != aClockService {
			return nil, vm.Badarg
		}
		// The offset never changes.
		return p.VM().MakeRef(), nil
	}
	return nil, vm.BadargCause(aBadtype)
}

func demonitor(p *vm.Process, args []term.Term) (term.Term, error) {
	ref, ok := args[0].(*term.Ref)
	if !ok {
		return nil, vm.Badarg
	}
	flush, info := false, false
	if len(args) == 2 {
		opts, ok := term.Slice(args[1])
		for _, o := range opts {
			switch o {
			case aFlush:
				flush = true
			case aInfo:
				info = true
			default:
				ok = false
			}
		}
		if !ok {
			return nil, vm.Badarg
		}
	}
	found := p.Demonitor(ref, flush)
	return term.Bool(found || !info), nil
}

var (
	aReply           = term.A("reply")
	aExplicitUnalias = term.A("explicit_unalias")
)

func alias(p *vm.Process, args []term.Term) (term.Term, error) {
	reply, priority := false, false
	if len(args) == 1 {
		opts, ok := term.Slice(args[0])
		for _, o := range opts {
			switch o {
			case aReply:
				reply = true
			case aPriority:
				priority = true
			case aExplicitUnalias:
			default:
				ok = false
			}
		}
		if !ok {
			return nil, vm.Badarg
		}
	}
	return p.Alias(reply, priority), nil
}

func unalias(p *vm.Process, args []term.Term) (term.Term, error) {
	ref, ok := args[0].(*term.Ref)
	if !ok {
		return nil, vm.Badarg
	}
	return term.Bool(p.Unalias(ref)), nil
}

func exitSignal(p *vm.Process, args []term.Term) (term.Term, error) {
	priority := false
	if len(args) == 3 {
		var ok bool
		if priority, ok = vm.ParsePriority(args[2]); !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	return p.SendExit(args[0], args[1], priority)
}

func register(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	pid, ok2 := args[1].(*term.Pid)
	port, ok3 := args[1].(*term.Port)
	if !ok || !ok2 && !ok3 || name == term.Undefined {
		return nil, vm.BadargCause(aNone)
	}
	if ok3 {
		return p.RegisterPort(name, port)
	}
	return p.Register(name, pid)
}

func unregister(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	return p.Unregister(name)
}

func whereis(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok := args[0].(term.Atom)
	if !ok {
		return nil, vm.Badarg
	}
	if pid := p.VM().Whereis(name); pid != nil {
		return p.VM().Seen(pid), nil
	}
	return term.Undefined, nil
}

func registered(p *vm.Process, _ []term.Term) (term.Term, error) {
	var out []term.Term
	for _, n := range p.VM().Registered() {
		out = append(out, n)
	}
	return term.List(out...), nil
}

func processFlag(p *vm.Process, args []term.Term) (term.Term, error) {
	return p.SetFlag(args[0], args[1])
}

var aSaveCalls = term.A("save_calls")

func processFlagOf(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	if !ok || !p.VM().IsLocal(pid) {
		return nil, vm.Badarg
	}
	if args[1] != aSaveCalls {
		return nil, vm.BadargCause(aBadopt)
	}
	n, ok := smallInt(args[2], 0, maxSavedCalls)
	if !ok {
		return nil, vm.Badarg
	}
	return p.SaveCalls(pid, n)
}

const maxSavedCalls = 10000

func processInfo(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	if !ok {
		return nil, vm.Badarg
	}
	if len(args) == 1 {
		return p.Info(pid, nil)
	}
	return p.Info(pid, args[1])
}

func processes(p *vm.Process, _ []term.Term) (term.Term, error) {
	pids := p.VM().Processes()
	p.Bump(len(pids) / 8)
	out := make([]term.Term, len(pids))
	for i, pid := range pids {
		out[i] = pid
	}
	return term.List(out...), nil
}

// processesNext: an iterator is the list of those that remain.
func processesNext(_ *vm.Process, args []term.Term) (term.Term, error) {
	switch l := args[0].(type) {
	case *term.Cons:
		return term.T(l.Head, l.Tail), nil
	case term.Nil:
		return aNone, nil
	}
	return nil, vm.Badarg
}

func isProcessAlive(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	if !ok || !p.VM().IsLocal(pid) {
		return nil, vm.Badarg
	}
	return p.IsAlive(pid)
}

func groupLeader(p *vm.Process, _ []term.Term) (term.Term, error) { return p.GroupLeader(), nil }

func setGroupLeader(p *vm.Process, args []term.Term) (term.Term, error) {
	leader, ok := args[0].(*term.Pid)
	pid, ok2 := args[1].(*term.Pid)
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	return p.SetGroupLeader(leader, pid)
}

var (
	aUnlessSuspending = term.A("unless_suspending")
	aAsynchronous     = term.A("asynchronous")
)

func suspendProcess(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	if !ok {
		return nil, vm.Badarg
	}
	unless, async := false, false
	var reply term.Term
	if len(args) == 2 {
		opts, ok := term.Slice(args[1])
		for _, o := range opts {
			t, _ := o.(*term.Tuple)
			switch {
			case o == aUnlessSuspending:
				unless = true
			case o == aAsynchronous:
				async = true
			case t != nil && t.Len() == 2 && t.Elems[0] == aAsynchronous:
				async, reply = true, t.Elems[1]
			default:
				ok = false
			}
		}
		if !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	v, err := p.SuspendProcess(pid, unless, async)
	if reply != nil && err == nil {
		p.Send(p.Pid(), term.T(reply, aSuspended), vm.SendOptions{})
	}
	return v, err
}

var aSuspended = term.A("suspended")

func resumeProcess(p *vm.Process, args []term.Term) (term.Term, error) {
	pid, ok := args[0].(*term.Pid)
	if !ok {
		return nil, vm.Badarg
	}
	if err := p.ResumeProcess(pid); err != nil {
		return nil, err
	}
	return term.True, nil
}

func hibernate(p *vm.Process, _ []term.Term) (term.Term, error) { return nil, p.AwaitMessage() }

func hibernateCall(_ *vm.Process, args []term.Term) (term.Term, error) {
	c, ok := callOf(args)
	if !ok {
		return nil, vm.Badarg
	}
	return nil, &vm.Hibernate{Module: c.Module, Name: c.Name, Args: c.Args}
}

func yield(p *vm.Process, _ []term.Term) (term.Term, error) {
	return nil, &vm.Step{Next: func(*vm.Process) (term.Term, error) { return term.True, nil }}
}

// halt ends the program with a status, or as by a crash.
func halt(p *vm.Process, args []term.Term) (term.Term, error) {
	status := 0
	var slogan string
	if len(args) > 0 {
		switch s := args[0].(type) {
		case term.Int:
			if s.Value() < 0 {
				return nil, vm.Badarg
			}
			status = int(s.Value() & 0xFF)
		case term.Atom:
			if s != term.A("abort") {
				return nil, vm.Badarg
			}
			status = 134
		default:
			text, ok := term.GoString(s)
			if !ok {
				return nil, vm.Badarg
			}
			slogan, status = text, 1
		}
	}
	if len(args) == 2 {
		opts, ok := term.Slice(args[1])
		for _, o := range opts {
			t, _ := o.(*term.Tuple)
			if t == nil || t.Len() != 2 {
				return nil, vm.BadargCause(aBadopt)
			}
		}
		if !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	// The program ends under the process, which never runs again.
	return nil, p.Async(func() (term.Term, error) {
		p.VM().Halt(status, func() {
			if slogan != "" {
				crashDump(os.Stderr, p.VM(), slogan)
			}
		})
		return term.True, nil
	})
}

func getAll(p *vm.Process, _ []term.Term) (term.Term, error) {
	var out []term.Term
	p.DictAll(func(k, v term.Term) { out = append(out, term.T(k, v)) })
	return term.List(out...), nil
}

func get(p *vm.Process, args []term.Term) (term.Term, error) { return orUndefined(p.DictGet(args[0])) }

func put(p *vm.Process, args []term.Term) (term.Term, error) {
	return orUndefined(p.DictPut(args[0], args[1]))
}

func erase(p *vm.Process, args []term.Term) (term.Term, error) {
	return orUndefined(p.DictErase(args[0]))
}

func orUndefined(t term.Term) (term.Term, error) {
	if t == nil {
		return term.Undefined, nil
	}
	return t, nil
}

func eraseAll(p *vm.Process, _ []term.Term) (term.Term, error) {
	all, err := getAll(p, nil)
	p.DictClear()
	return all, err
}

func getKeys(p *vm.Process, _ []term.Term) (term.Term, error) {
	var out []term.Term
	p.DictAll(func(k, _ term.Term) { out = append(out, k) })
	return term.List(out...), nil
}

func getKeysOf(p *vm.Process, args []term.Term) (term.Term, error) {
	var out []term.Term
	p.DictAll(func(k, v term.Term) {
		if term.Identical(v, args[0]) {
			out = append(out, k)
		}
	})
	return term.List(out...), nil
}
