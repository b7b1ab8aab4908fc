package bif

import (
	"slices"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// traceBIFs are the functions of tracing, those of erlang and those that module
// trace makes its sessions of: prim_trace's take a session first.
var traceBIFs = []vm.BIF{
	erl("trace", 3, onBase(traceProcesses)),
	erl("trace_pattern", 2, onBase(tracePattern)),
	erl("trace_pattern", 3, onBase(tracePattern)),
	erl("trace_info", 2, onBase(traceInfo)),
	erl("trace_delivered", 1, traceDelivered),
	primTrace("create", 2, traceCreate),
	primTrace("destroy", 1, onSession(func(p *vm.Process, s *vm.TraceSession, _ []term.Term) (term.Term, error) {
		return term.Bool(p.VM().EndTraceSession(s)), nil
	})),
	primTrace("sessions", 0, traceSessions),
	primTrace("process", 4, onSession(traceProcesses)),
	primTrace("pattern", 4, onSession(tracePattern)),
	primTrace("info", 3, onSession(traceInfo)),
}

func primTrace(name string, arity int, fn vm.Func) vm.BIF {
	return vm.BIF{Module: "prim_trace", Name: name, Arity: arity, Fn: fn}
}

type sessionFunc func(p *vm.Process, s *vm.TraceSession, args []term.Term) (term.Term, error)

func onBase(fn sessionFunc) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) { return fn(p, p.VM().BaseSession(), args) }
}

func onSession(fn sessionFunc) vm.Func {
	return func(p *vm.Process, args []term.Term) (term.Term, error) {
		s, ok := traceSession(p, args[0])
		if !ok {
			return nil, vm.Badarg
		}
		return fn(p, s, args[1:])
	}
}

// traceSession is the session that a reference or {Name, 0} stands for.
func traceSession(p *vm.Process, t term.Term) (*vm.TraceSession, bool) {
	sessions := p.VM().TraceSessions()
	switch t := t.(type) {
	case *term.Ref:
		for _, s := range sessions {
			if t.Resource == s {
				return s, true
			}
		}
	case *term.Tuple:
		if term.Identical(t, legacySession) {
			return p.VM().BaseSession(), true
		}
		for _, s := range sessions {
			if term.Identical(t, term.T(s.Name, term.Small(0))) {
				return s, true
			}
		}
	}
	return nil, false
}

var legacySession = term.T(term.A("legacy"), term.A("default"))

// traceCreate is create(Name, Tracer).
func traceCreate(p *vm.Process, args []term.Term) (term.Term, error) {
	name, ok1 := args[0].(term.Atom)
	pid, ok2 := args[1].(*term.Pid)
	if !ok1 || !ok2 || !p.VM().IsLocal(pid) {
		return nil, vm.Badarg
	}
	s := p.VM().NewTraceSession(name, pid)
	s.Ref.Resource = s
	return s.Ref, nil
}

// traceSessions lists {Ref, Name}.
func traceSessions(p *vm.Process, _ []term.Term) (term.Term, error) {
	var rows []term.Term
	for _, s := range p.VM().TraceSessions() {
		rows = append(rows, term.T(s.Ref, s.Name))
	}
	return term.List(rows...), nil
}

// traceFlags are in the order of erlang:trace_info/2.
var traceFlags = []struct {
	name term.Atom
	flag vm.TraceFlags
}{
	{term.A("running_ports"), vm.TraceRunningPorts},
	{term.A("running_procs"), vm.TraceRunningProcs},
	{term.A("ports"), vm.TracePorts},
	{term.A("silent"), vm.TraceSilent},
	{term.A("return_to"), vm.TraceReturnTo},
	{term.A("arity"), vm.TraceArity},
	{term.A("garbage_collection"), vm.TraceGC},
	{term.A("exiting"), vm.TraceExiting},
	{term.A("running"), vm.TraceRunning},
	{term.A("set_on_first_link"), vm.TraceOnFirstLink},
	{term.A("set_on_link"), vm.TraceOnLink},
	{term.A("set_on_first_spawn"), vm.TraceOnFirstSpawn},
	{term.A("procs"), vm.TraceProcs},
	{term.A("call"), vm.TraceCall},
	{term.A("set_on_spawn"), vm.TraceOnSpawn},
	{term.A("receive"), vm.TraceReceive},
	{term.A("send"), vm.TraceSend},
	{term.A("monotonic_timestamp"), vm.TraceMonotonic},
	{term.A("strict_monotonic_timestamp"), vm.TraceStrictMonotonic},
	{term.A("timestamp"), vm.TraceTimestamp},
}

const allTraceFlags = vm.TraceStrictMonotonic<<1 - 1

func flagNames(f vm.TraceFlags) term.Term {
	var names []term.Term
	for _, row := range traceFlags {
		if f&row.flag != 0 {
			names = append(names, row.name)
		}
	}
	return term.List(names...)
}

// traceFlag is the flag of a name.
func traceFlag(t term.Term) (vm.TraceFlags, bool) {
	if t == term.Term(aAll) {
		return allTraceFlags &^ vm.TraceTimestamps, true
	}
	for _, row := range traceFlags {
		if t == term.Term(row.name) {
			return row.flag, true
		}
	}
	return 0, false
}

var (
	aTracer            = term.A("tracer")
	aExisting          = term.A("existing")
	aNew               = term.A("new")
	aProcesses         = term.A("processes")
	aExistingProcesses = term.A("existing_processes")
	aNewProcesses      = term.A("new_processes")
	aPortsWord         = term.A("ports")
	aExistingPorts     = term.A("existing_ports")
	aNewPorts          = term.A("new_ports")
	badTraceFlag       = vm.BadargCause(aBadopt)
)

// traceProcesses is trace(PidPortSpec, How, FlagList).
func traceProcesses(p *vm.Process, s *vm.TraceSession, args []term.Term) (term.Term, error) {
	on, ok := boolean(args[1])
	if !ok {
		return nil, vm.Badarg
	}
	list, ok := term.Slice(args[2])
	if !ok {
		return nil, badTraceFlag
	}
	var flags vm.TraceFlags
	tracer := p.Pid()
	if s.Tracer != nil {
		tracer = s.Tracer
	}
	for _, f := range list {
		if t, ok := f.(*term.Tuple); ok && len(t.Elems) == 2 && t.Elems[0] == aTracer && s.Tracer == nil {
			if tracer, ok = t.Elems[1].(*term.Pid); !ok || !p.VM().IsLocal(tracer) {
				return nil, badTraceFlag
			}
			tracer = p.VM().LocalPid(tracer)
			continue
		}
		flag, ok := traceFlag(f)
		if !ok {
			return nil, badTraceFlag
		}
		if f == term.Term(aAll) && !on {
			flag = allTraceFlags
		}
		flags |= flag
	}
	machine := p.VM()
	switch t := args[0].(type) {
	case *term.Pid:
		found, already := false, false
		if machine.IsLocal(t) {
			found, already = machine.TraceProcess(s, t, on, flags, tracer)
		}
		if already {
			p.LogError("** can only have one tracer per process\n\n")
			return nil, vm.Badarg
		}
		if !found {
			return nil, vm.Badarg
		}
		return term.Small(1), nil
	case *term.Port:
		if machine.IsLocalPort(t) && machine.Port(t) != nil {
			return term.Small(1), nil
		}
	case term.Atom:
		switch t {
		case aAll, aProcesses:
			return term.MakeInt(int64(machine.TraceAll(s, true, true, on, flags, tracer))), nil
		case aExisting, aExistingProcesses:
			return term.MakeInt(int64(machine.TraceAll(s, true, false, on, flags, tracer))), nil
		case aNew, aNewProcesses:
			machine.TraceAll(s, false, true, on, flags, tracer)
			return term.Small(0), nil
		case aPortsWord, aExistingPorts, aNewPorts:
			return term.Small(0), nil
		}
	}
	return nil, vm.Badarg
}

var (
	aMatchSpec  = term.A("match_spec")
	aMeta       = term.A("meta")
	aCallCount  = term.A("call_count")
	aCallTime   = term.A("call_time")
	aCallMemory = term.A("call_memory")
	aPause      = term.A("pause")
	aRestart    = term.A("restart")
	aReceive    = term.A("receive")
	aSend       = term.A("send")
	badSpec     = vm.BadargCause(aMatchSpec)
)

// tracePattern is trace_pattern(MFA, MatchSpec, FlagList).
func tracePattern(p *vm.Process, s *vm.TraceSession, args []term.Term) (term.Term, error) {
	var flags []term.Term
	if len(args) == 3 {
		var ok bool
		if flags, ok = term.Slice(args[2]); !ok {
			return nil, badTraceFlag
		}
	}
	if args[0] == aSend || args[0] == aReceive {
		if len(flags) > 0 {
			if s != p.VM().BaseSession() {
				return nil, badTraceFlag
			}
			return nil, vm.Badarg
		}
		return messagePattern(s, args[0] == aReceive, args[1])
	}
	target, ok := traceTarget(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	var c vm.TracePatternChange
	for _, f := range flags {
		t, _ := f.(*term.Tuple)
		switch {
		case f == aLocal:
			c.Local = true
		case f == aGlobal:
			c.Global = true
		case f == aCallCount:
			c.Count = true
		case f == aMeta:
			c.Meta, c.MetaTracer = true, p.Pid()
		case t != nil && len(t.Elems) == 2 && t.Elems[0] == aMeta:
			pid, ok := t.Elems[1].(*term.Pid)
			if !ok || !p.VM().IsLocal(pid) {
				return nil, badTraceFlag
			}
			c.Meta, c.MetaTracer = true, p.VM().LocalPid(pid)
		default:
			return nil, badTraceFlag
		}
	}
	if s.Tracer != nil && c.Meta {
		c.MetaTracer = s.Tracer
	}
	local := c.Local || c.Meta || c.Count
	if c.Global && local {
		return nil, badTraceFlag
	}
	c.Global = !local
	switch args[1] {
	case term.False:
		c.Off = true
	case aPause, aRestart:
		if !c.Count || c.Local || c.Meta {
			return nil, badSpec
		}
		c.Pause = args[1] == aPause
	default:
		if c.Spec, ok = traceSpec(args[1]); !ok {
			return nil, badSpec
		}
	}
	return term.MakeInt(int64(p.VM().TracePattern(s, target, c))), nil
}

// messagePattern is tracePattern of send and receive.
func messagePattern(s *vm.TraceSession, receive bool, t term.Term) (term.Term, error) {
	spec, ok := traceSpec(t)
	switch {
	case t == term.Term(term.True):
		spec = nil
	case t == term.Term(term.False):
		spec = &vm.TraceSpec{Source: term.False, Run: func(*vm.TracedCall, term.Term) bool { return false }}
	case !ok:
		return nil, badSpec
	}
	s.SetMessagePattern(receive, spec)
	return term.Small(1), nil
}

// traceSpec compiles a match specification; true is the empty one.
func traceSpec(t term.Term) (*vm.TraceSpec, bool) {
	if t == term.Term(term.True) {
		t = term.EmptyList
	}
	spec, ok := compileTraceSpec(t)
	if !ok {
		return nil, false
	}
	compiled := &vm.TraceSpec{Source: t}
	if len(spec.clauses) > 0 {
		compiled.Run = func(c *vm.TracedCall, args term.Term) bool {
			_, ok := spec.run(&matchEnv{p: c.P, call: c}, args)
			return ok
		}
	}
	return compiled, true
}

// traceTarget reads {M, F, A}; on_load is none that is there.
func traceTarget(t term.Term) (target vm.TraceTarget, ok bool) {
	mfa, _ := t.(*term.Tuple)
	if mfa == nil || len(mfa.Elems) != 3 {
		return target, false
	}
	m, ok1 := mfa.Elems[0].(term.Atom)
	f, ok2 := mfa.Elems[1].(term.Atom)
	if !ok1 || !ok2 {
		return target, false
	}
	if m != aAny {
		target.Module = m
	}
	if f != aAny {
		target.Name = f
	}
	target.Arity = -1
	if mfa.Elems[2] != term.Term(aAny) {
		n, ok := smallInt(mfa.Elems[2], 0, 255)
		if !ok {
			return target, false
		}
		target.Arity = int(n)
	}
	return target, !(m == aAny && f != aAny) && !(f == aAny && target.Arity >= 0)
}

var (
	aFlags         = term.A("flags")
	aTraced        = term.A("traced")
	aMetaMatchSpec = term.A("meta_match_spec")
	functionItems  = []term.Atom{aTraced, aMatchSpec, aMeta, aMetaMatchSpec, aCallMemory, aCallTime, aCallCount}
)

// traceInfo is trace_info(PidPortFuncEvent, Item).
func traceInfo(p *vm.Process, s *vm.TraceSession, args []term.Term) (term.Term, error) {
	item, ok := args[1].(term.Atom)
	if !ok {
		return nil, badTraceFlag
	}
	switch t := args[0].(type) {
	case *term.Pid:
		if !p.VM().IsLocal(t) {
			return nil, vm.Badarg
		}
		return processTraceInfo(p.VM(), s, t, item)
	case *term.Port:
		return processTraceInfo(p.VM(), s, &term.Pid{}, item)
	case term.Atom:
		switch t {
		case aNew, aNewProcesses:
			return processTraceInfo(p.VM(), s, nil, item)
		case aNewPorts:
			if item == aFlags || item == aTracer {
				return term.T(item, term.EmptyList), nil
			}
			return nil, badTraceFlag
		case aSend, aReceive:
			if item != aMatchSpec {
				return nil, badTraceFlag
			}
			if spec := s.MessagePattern(t == aReceive); spec != nil {
				return term.T(item, spec.Source), nil
			}
			return term.T(item, term.True), nil
		case aOnLoad:
			return functionTraceInfo(vm.TraceInfo{Count: -1}, true, item)
		}
		return nil, vm.Badarg
	}
	if item != aAll && !slices.Contains(functionItems, item) {
		return nil, badTraceFlag
	}
	target, ok := traceTarget(args[0])
	if !ok || target.Arity < 0 {
		return nil, vm.Badarg
	}
	info, ok := p.VM().FunctionTraced(s, target)
	return functionTraceInfo(info, ok, item)
}

func processTraceInfo(machine *vm.VM, s *vm.TraceSession, pid *term.Pid, item term.Atom) (term.Term, error) {
	flags, tracer, ok := machine.Traced(s, pid)
	switch {
	case item != aFlags && item != aTracer:
		return nil, badTraceFlag
	case !ok:
		return term.Undefined, nil
	case item == aFlags:
		return term.T(item, flagNames(flags)), nil
	case flags == 0:
		return term.T(item, term.EmptyList), nil
	}
	return term.T(item, tracer), nil
}

func functionTraceInfo(info vm.TraceInfo, ok bool, item term.Atom) (term.Term, error) {
	source := func(spec *vm.TraceSpec, on bool) term.Term {
		if !on {
			return term.False
		}
		return spec.Source
	}
	values := map[term.Atom]term.Term{
		aTraced: term.False, aMeta: term.False, aCallMemory: term.False, aCallTime: term.False, aCallCount: term.False,
		aMatchSpec: source(info.Spec, info.Call), aMetaMatchSpec: source(info.MetaSpec, info.Meta != nil),
	}
	if info.Call {
		values[aTraced] = aGlobal
		if info.Local {
			values[aTraced] = aLocal
		}
	}
	if info.Meta != nil {
		values[aMeta] = info.Meta
	}
	if info.Count >= 0 {
		values[aCallCount] = term.MakeInt(info.Count)
	}
	switch v, known := values[item]; {
	case item != aAll && !known:
		return nil, badTraceFlag
	case !ok:
		return term.T(item, term.Undefined), nil
	case item != aAll:
		return term.T(item, v), nil
	}
	if !info.Call && info.Meta == nil && info.Count < 0 {
		return term.T(item, term.False), nil
	}
	var rows []term.Term
	for _, i := range functionItems {
		rows = append(rows, term.T(i, values[i]))
	}
	return term.T(item, term.List(rows...)), nil
}

// traceDelivered is trace_delivered(Tracee). What has happened has been told to
// the tracer's mailbox already.
func traceDelivered(p *vm.Process, args []term.Term) (term.Term, error) {
	if pid, ok := args[0].(*term.Pid); args[0] != term.Term(aAll) && (!ok || !p.VM().IsLocal(pid)) {
		return nil, vm.Badarg
	}
	ref := p.VM().MakeRef()
	p.VM().Send(p.Pid(), term.T(term.A("trace_delivered"), args[0], ref))
	return ref, nil
}
