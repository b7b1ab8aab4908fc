package vm

import (
	"unsafe"

	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// raised is an exception under way.
type raised struct {
	class  Class
	reason term.Term
	trace  *rawTrace
}

// rawTrace is a stack trace as the instructions of try and catch pass it on;
// most are never looked at, so the term is made on demand.
type rawTrace struct {
	term.Opaque
	class Class
	top   term.Term // the frame of a Go function or of one without code, or nil
	// args and info take their place in the first frame: the arguments of
	// function_clause and error/2, the error_info of error/3.
	args, info term.Term
	frames     []*instr // in few, as a rule
	few        [traceDepth]*instr
	depth      int // how many frames it shows
	list       term.Term
	arity      bool // an interpreter's fun was called with a wrong number of arguments
	bare       bool // raised again with raw_raise, after which erl knows no line of a function that is shown with its arguments
	inside     bool // the function that failed is one that the instruction's frames are for
	twice      bool // the call is shown as where the process is and as where it returns to
}

// traceDepth is erl's default of backtrace_depth.
const traceDepth = 8

var (
	aFile           = term.A("file")
	aLine           = term.A("line")
	aModule         = term.A("module")
	aCause          = term.A("cause")
	aErrorInfo      = term.A("error_info")
	aDivide         = term.A("/")
	aNocatch        = term.A("nocatch")
	aInternalError  = term.A("internal_error")
	aFunctionClause = term.A("function_clause")
	aCaseClause     = term.A("case_clause")
	aIfClause       = term.A("if_clause")
	aTryClause      = term.A("try_clause")
	aBadmatch       = term.A("badmatch")
	aBadrecord      = term.A("badrecord")
	aBadfun         = term.A("badfun")
	aBadarity       = term.A("badarity")
	aTimeoutValue   = term.A("timeout_value")
	aErtsErrors     = term.A("erl_erts_errors")
	aStdlibErrors   = term.A("erl_stdlib_errors")
	aKernelErrors   = term.A("erl_kernel_errors")
)

// explainers says which module explains the errors of a module's functions in
// Go; the others carry no error_info.
var explainers = map[string]term.Atom{
	"erlang": aErtsErrors, "atomics": aErtsErrors, "counters": aErtsErrors, "persistent_term": aErtsErrors,
	"erts_internal": aErtsErrors, "prim_trace": aErtsErrors,
	"lists": aStdlibErrors, "maps": aStdlibErrors, "ets": aStdlibErrors, "re": aStdlibErrors,
	"string": aStdlibErrors, "unicode": aStdlibErrors, "binary": aStdlibErrors, "math": aStdlibErrors,
	"io": aStdlibErrors, "os": aKernelErrors, "code": aKernelErrors,
}

// raise begins an exception of class error at ip.
func (m *machine) raise(ip, cp *instr, reason term.Term) {
	m.exc = &raised{class: ClassError, reason: reason, trace: m.capture(ip, cp, ClassError)}
}

// raiseCall raises an error of a call of what is no such fun. Where the call
// returns to this function, erl's traces have its frame twice.
func (m *machine) raiseCall(ip, cp *instr, reason term.Term) {
	t := &rawTrace{class: ClassError}
	switch ip.op {
	case opCallFun, opCallFunS:
		t.twice = true
	case opApplyBody2:
		t.twice = ip.c == 0
	}
	t.capture(m.p, ip, cp)
	m.exc = &raised{class: ClassError, reason: reason, trace: t}
}

// capture notes where the process is.
func (m *machine) capture(ip, cp *instr, class Class) *rawTrace {
	t := &rawTrace{class: class}
	t.capture(m.p, ip, cp)
	return t
}

func (t *rawTrace) capture(p *Process, ip, cp *instr) {
	t.depth = int(p.vm.settings.traceDepth.Load())
	depth := t.depth
	if t.top != nil {
		depth--
	}
	t.frames = t.few[:0]
	add := func(ip *instr) {
		if n := len(t.frames); n < depth && ip.fn() != nil && (n == 0 || t.frames[n-1] != ip) {
			t.frames = append(t.frames, ip)
		}
	}
	if ip != nil {
		add(ip)
		if n := len(t.frames); t.twice && n > 0 && n < depth && ip.fn().mod.frames == nil {
			t.frames = append(t.frames, ip)
		}
	}
	p.walk(ip, cp, func(ret *instr, _, _ int) bool {
		add(ret.prev())
		return len(t.frames) < depth
	})
	if len(t.frames) == 0 && t.top == nil {
		// Nothing but the call that the process began with.
		t.top = term.T(aErlang, term.A("apply"), term.Small(2), term.EmptyList)
	}
}

// term is the trace as Erlang sees it.
func (t *rawTrace) term() term.Term {
	if t.list != nil {
		return t.list
	}
	var rows []term.Term
	if t.top != nil {
		rows = append(rows, t.top)
	}
	first, why := t.top == nil, beam.OnRaise
	switch {
	case !first && !t.inside:
		why = beam.OnCall
	case t.arity:
		why = beam.OnArity
	}
	forFrames(t.frames, why, func(f Frame) {
		if len(rows) >= t.depth {
			return
		}
		where := make([]term.Term, 0, 3)
		if f.Line != 0 {
			where = append(where, term.T(aFile, term.String(f.File)), term.T(aLine, term.Small(int64(f.Line))))
		}
		var arity term.Term = term.Small(int64(f.Arity))
		if first {
			first = false
			if t.args != nil {
				arity = t.args
				if t.bare {
					where = where[:0]
				}
			}
			if t.info != nil {
				where = append(where, term.T(aErrorInfo, t.info))
			}
		}
		rows = append(rows, term.T(f.Module, f.Name, arity, term.List(where...)))
	})
	t.list = term.List(rows...)
	return t.list
}

// raiseError begins the exception that a Go function returned as its error.
// exp says which function, args what it was called with; ip is nil for a
// function whose whole body is in Go.
func (m *machine) raiseError(ip, cp *instr, exp *export, args []term.Term, err error) {
	err = asException(err)
	e, ok := err.(*Exception)
	if !ok {
		e = &Exception{Class: ClassError, Reason: term.T(aInternalError, term.String(err.Error()))}
	}
	t := &rawTrace{class: e.Class}
	switch {
	case e.Trace != nil:
		t.list = e.Trace
	case e.NoFrame || exp == nil:
		t.args, t.info = e.Args, e.Info
		t.capture(m.p, ip, cp)
	default:
		var list term.Term = term.List(args...)
		if e.Args != nil {
			list = e.Args
		}
		var info term.Term = term.EmptyList
		if x, ok := explainers[exp.module.Name()]; ok && e.Class == ClassError && e.Reason != Undef.Reason && e.Reason != aFunctionClause {
			about := term.MapOf(aModule, x)
			if e.Cause != nil {
				about = about.Put(aCause, e.Cause)
			}
			info = term.List(term.T(aErrorInfo, about))
		}
		t.top = term.T(exp.module, exp.name, list, info)
		t.capture(m.p, ip, cp)
	}
	m.exc = &raised{class: e.Class, reason: e.Reason, trace: t}
}

// unwind finds the handler of the exception raised at ip and gives control to
// it; nil means there is none and the process ends.
func (m *machine) unwind(ip, cp *instr) *instr {
	p, e := m.p, m.exc
	m.exc = nil
	var found *handler
	var local []wanted // who wants to know whom control returns to
	p.walk(ip, cp, func(_ *instr, bottom, top int) bool {
		for i := top - 1; i > bottom; i-- {
			switch h := p.stk[i].(type) {
			case *handler:
				if h.frame == top-bottom {
					found = h
					p.top = unsafe.Pointer(&p.stk[top])
					return false
				}
			case *tracedCall:
				local = append(local, p.unwindTraced(h, e)...)
			}
		}
		return true
	})
	if found != nil {
		p.traceCaught(found.ip, local)
		m.x[0], m.x[1], m.x[2], m.x[3] = nil, e.class.Atom(), e.reason, e.trace
		return found.ip
	}
	switch e.class {
	case ClassExit:
		p.exitReason = e.reason
	case ClassThrow:
		p.crashed = true
		p.exitReason = term.T(term.T(aNocatch, e.reason), e.trace.term())
	default:
		p.crashed = true
		p.exitReason = term.T(e.reason, e.trace.term())
	}
	return nil
}
