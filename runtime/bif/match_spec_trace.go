package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// A match specification for tracing matches a list of arguments. Its body is
// there for its actions: functions of what is traced.

// compileTraceSpec is compileSpec for tracing.
func compileTraceSpec(t term.Term) (*matchSpec, bool) { return compileSpecOf(t, 0, true) }

// traceAction is a function that only match specifications for tracing have.
type traceAction func(c *vm.TracedCall, args []term.Term) (term.Term, bool)

// action compiles a call of one, if it is such.
func (c *msCompiler) action(name string, args []msExpr) (msExpr, bool) {
	fn := traceActions[funcKey{name, len(args)}]
	if !c.trace || fn == nil || !c.body && !traceConditions[name] {
		return nil, false
	}
	return func(e *matchEnv) (term.Term, bool) {
		vs, ok := evalAll(e, args)
		if !ok {
			return nil, false
		}
		return fn(e.call, vs)
	}, true
}

// traceConditions may stand in guards.
var traceConditions = map[string]bool{"get_tcw": true, "is_seq_trace": true}

var traceActions map[funcKey]traceAction

func init() {
	traceActions = map[funcKey]traceAction{
		{"message", 1}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			c.Message = args[0]
			return term.True, true
		},
		{"return_trace", 0}: func(c *vm.TracedCall, _ []term.Term) (term.Term, bool) {
			c.Return = true
			return term.True, true
		},
		{"exception_trace", 0}: func(c *vm.TracedCall, _ []term.Term) (term.Term, bool) {
			c.Exception = true
			return term.True, true
		},
		{"caller", 0}: func(c *vm.TracedCall, _ []term.Term) (term.Term, bool) {
			f, ok := c.Caller()
			if !ok {
				return term.Undefined, true
			}
			return term.T(f.Module, f.Name, term.Small(int64(f.Arity))), true
		},
		{"caller_line", 0}: func(c *vm.TracedCall, _ []term.Term) (term.Term, bool) {
			f, ok := c.Caller()
			if !ok {
				return term.Undefined, true
			}
			var where term.Term = term.Undefined
			if f.Line != 0 {
				where = term.T(term.String(f.File), term.Small(int64(f.Line)))
			}
			return term.T(f.Module, f.Name, term.Small(int64(f.Arity)), where), true
		},
		{"current_stacktrace", 0}: func(c *vm.TracedCall, _ []term.Term) (term.Term, bool) { return traceStack(c, 8), true },
		{"current_stacktrace", 1}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			n, ok := natural(args[0])
			return traceStack(c, n), ok
		},
		{"process_dump", 0}: func(c *vm.TracedCall, _ []term.Term) (term.Term, bool) {
			var text term.Term
			_, err := c.P.Backtrace(c.P.Pid(), func(t term.Term) { text = t })
			return text, err == nil
		},
		{"display", 1}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			v, err := display(c.P, args)
			return v, err == nil
		},
		{"silent", 1}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			switch args[0] {
			case term.True:
				c.P.ChangeTrace(c.Session, 0, vm.TraceSilent, c.Tracer)
			case term.False:
				c.P.ChangeTrace(c.Session, vm.TraceSilent, 0, c.Tracer)
			}
			return term.True, true
		},
		{"enable_trace", 1}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			return changeTrace(c, c.P.Pid(), nil, args[:1])
		},
		{"enable_trace", 2}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			return changeTrace(c, args[0], nil, args[1:])
		},
		{"disable_trace", 1}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			return changeTrace(c, c.P.Pid(), args[:1], nil)
		},
		{"disable_trace", 2}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			return changeTrace(c, args[0], args[1:], nil)
		},
		{"trace", 2}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			return changeTraceLists(c, c.P.Pid(), args[0], args[1])
		},
		{"trace", 3}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			return changeTraceLists(c, args[0], args[1], args[2])
		},
		{"get_tcw", 0}: func(c *vm.TracedCall, _ []term.Term) (term.Term, bool) {
			return systemFlagsOf(c.P.VM()).get(aTraceWord), true
		},
		{"set_tcw", 1}: func(c *vm.TracedCall, args []term.Term) (term.Term, bool) {
			v, err := systemFlag(c.P, []term.Term{aTraceWord, args[0]})
			return v, err == nil
		},
	}
}

func traceStack(c *vm.TracedCall, n int) term.Term {
	var rows []term.Term
	for _, f := range c.Stack(n) {
		rows = append(rows, frameTerm(f))
	}
	return term.List(rows...)
}

func frameTerm(f vm.Frame) term.Term {
	var where []term.Term
	if f.Line != 0 {
		where = append(where, term.T(term.A("file"), term.String(f.File)), term.T(term.A("line"), term.Small(int64(f.Line))))
	}
	return term.T(f.Module, f.Name, term.Small(int64(f.Arity)), term.List(where...))
}

func changeTraceLists(c *vm.TracedCall, pid, off, on term.Term) (term.Term, bool) {
	offs, ok1 := term.Slice(off)
	ons, ok2 := term.Slice(on)
	if !ok1 || !ok2 {
		return term.False, true
	}
	return changeTrace(c, pid, offs, ons)
}

// changeTrace clears and sets flags of a process; what is none changes nothing.
func changeTrace(c *vm.TracedCall, who term.Term, off, on []term.Term) (term.Term, bool) {
	var flags [2]vm.TraceFlags
	tracer := c.Tracer
	for i, list := range [][]term.Term{off, on} {
		for _, f := range list {
			if t, ok := f.(*term.Tuple); ok && i == 1 && len(t.Elems) == 2 && t.Elems[0] == aTracer {
				if pid, ok := t.Elems[1].(*term.Pid); ok && c.P.VM().IsLocal(pid) {
					tracer = c.P.VM().LocalPid(pid)
					continue
				}
			}
			flag, ok := traceFlag(f)
			if !ok {
				return term.False, true
			}
			flags[i] |= flag
		}
	}
	if name, ok := who.(term.Atom); ok {
		if pid := c.P.VM().Whereis(name); pid != nil {
			who = pid
		}
	}
	pid, ok := who.(*term.Pid)
	if !ok || !c.P.VM().IsLocal(pid) {
		return term.False, true
	}
	if pid == c.P.Pid() {
		c.P.ChangeTrace(c.Session, flags[0], flags[1], tracer)
		return term.True, true
	}
	c.P.VM().TraceProcess(c.Session, pid, false, flags[0], nil)
	if flags[1] != 0 {
		_, already := c.P.VM().TraceProcess(c.Session, pid, true, flags[1], tracer)
		return term.Bool(!already), true
	}
	return term.True, true
}

// traceSpecTest is match_spec_test(Arguments, Spec, trace).
func traceSpecTest(p *vm.Process, args, source term.Term) (term.Term, error) {
	spec, ok := traceSpec(source)
	if !ok {
		return nil, vm.Badarg
	}
	c := &vm.TracedCall{P: p, Session: &vm.TraceSession{}, Tracer: p.Pid()}
	var result term.Term = term.True
	if spec.Run != nil && !spec.Run(c, args) {
		result = term.False
	} else if c.Message != nil {
		result = c.Message
	}
	var flags []term.Term
	if c.Return {
		flags = append(flags, term.A("return_trace"))
	}
	if c.Exception {
		flags = append(flags, term.A("exception_trace"))
	}
	return term.T(term.Ok, result, term.List(flags...), term.EmptyList), nil
}
