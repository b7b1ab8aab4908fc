package vm

import (
	"unsafe"

	"ersh/runtime/term"
)

// Calls that the interpreter's loop leaves to functions: Go functions, funs,
// apply, functions without code.

// arguments gives the first n x registers as a slice of its own, for a Go
// function that may keep it. The slices come from small blocks: with an
// allocation for each call the work kvs took a twelfth more instructions.
func (m *machine) arguments(n int) []term.Term {
	if n > len(m.args) {
		m.args = make([]term.Term, max(n, argBlock))
	}
	args := m.args[:n:n]
	m.args = m.args[n:]
	copy(args, m.x[:n])
	m.endLateTurn()
	return args
}

// returnFrom gives where a call in tail position returns to, taking its frame
// down. c of a Go function's call and of apply says how it stands: 0 in the
// middle of a function, 1 last without a frame, 2 last with one of a registers.
func (m *machine) returnFrom(ip, cp *instr) *instr {
	if ip.c == 2 {
		m.p.top = unsafe.Add(m.p.top, -int(ip.a))
		return returnAt(m.p.top)
	}
	return cp
}

// callFrom gives the return address for a call that takes the place of ip.
func (m *machine) callFrom(ip, cp *instr) *instr {
	if ip.c == 0 && ip.op != opBifBody {
		return ip.next()
	}
	return m.returnFrom(ip, cp)
}

// bifResult goes on behind a call of a Go function that has come back with v
// and err. A nil instruction means that the process's turn is over.
func (m *machine) bifResult(ip, cp *instr, args []term.Term, v term.Term, err error) (*instr, *instr, turn) {
	p := m.p
	if p.exiting {
		return nil, nil, turnExit
	}
	switch e := err.(type) {
	case nil:
		m.x[0] = v
		switch {
		case ip.op == opBifBody:
			return cp, nil, 0
		case ip.c != 0:
			return m.returnFrom(ip, cp), nil, 0
		}
		return ip.next(), cp, 0
	case *TailCall:
		if len(e.Args) > 255 {
			err = SystemLimit
			break
		}
		copy(m.x[:], e.Args)
		return p.vm.export(e.Module, e.Name, len(e.Args)).addr.Load(), m.callFrom(ip, cp), 0
	case *TailApply:
		if len(e.Args) > 255 {
			err = SystemLimit
			break
		}
		copy(m.x[:], e.Args)
		next := m.callee(ip, cp, e.Fun, len(e.Args))
		if next == nil {
			return m.unwindTurn(ip, cp)
		}
		return next, m.callFrom(ip, cp), 0
	case *tracedBIF:
		copy(m.x[:], args)
		return e.at, m.callFrom(ip, cp), 0
	case *Step:
		p.pending = &pendingCall{args: args, step: e}
		p.ip, p.cp = ip, cp
		p.reds -= e.Reductions
		return nil, nil, turnYield
	case *Suspension:
		p.pending = &pendingCall{args: args}
		p.ip, p.cp = ip, cp
		return nil, nil, turnSuspend
	case *Hibernate:
		p.setStack(nil, 0)
		code := hibernationCode(p.vm.export(e.Module, e.Name, len(e.Args)), len(e.Args))
		copy(m.x[:], e.Args)
		return code, exitCode, 0
	}
	exp := ip.ext0(p.vm)
	here := ip
	if ip.op == opBifBody {
		here = nil
	}
	m.raiseError(here, cp, exp, args, err)
	return m.unwindTurn(ip, cp)
}

// ext0 is the function that a call of a Go function calls.
func (ip *instr) ext0(vm *VM) *export {
	if ip.ext == nil {
		return vm.export(aErlang, aSend, 2)
	}
	return ip.ext.exp
}

var aSend = term.A("send")

func (m *machine) unwindTurn(ip, cp *instr) (*instr, *instr, turn) {
	if next := m.unwind(ip, cp); next != nil {
		return next, nil, 0
	}
	return nil, nil, turnExit
}

// continuePending goes on with a call of a Go function that took more than
// one turn.
func (m *machine) continuePending() (*instr, *instr, turn) {
	p := m.p
	c := p.pending
	p.pending = nil
	v, err := c.result, c.err
	if !c.done {
		v, err = c.step.Next(p)
		if s, ok := err.(*Step); ok {
			s.Made += c.step.Made
		}
	}
	return m.bifResult(p.ip, p.cp, c.args, v, err)
}

// callFun is a call of anything as a fun; false after raising.
func (m *machine) callFun(ip, cp *instr) bool {
	code := m.callee(ip, cp, m.get(ip, ip.a), int(ip.n))
	if code == nil {
		return false
	}
	m.p.cp, m.p.ip = ip.next(), code
	return true
}

// callee prepares a call of f with n arguments in x: the fun's environment
// goes behind them. It gives the code, or nil after raising.
func (m *machine) callee(ip, cp *instr, f term.Term, n int) *instr {
	switch f := f.(type) {
	case *term.Fun:
		if f.Arity != n {
			break
		}
		code, ok := f.Code.(*instr)
		if !ok {
			if code = m.vm.lambdaCode(f.Lambda); code == nil {
				return m.undefinedLambda(ip, cp, f, n)
			}
		}
		if n+len(f.Env) > 255 {
			m.raise(ip, cp, SystemLimit.Reason)
			return nil
		}
		copy(m.x[n:], f.Env)
		return code
	case *term.Export:
		if f.Arity != n {
			break
		}
		return m.vm.export(f.Module, f.Name, n).addr.Load()
	default:
		m.raiseCall(ip, cp, term.T(aBadfun, f))
		return nil
	}
	args := append([]term.Term(nil), m.x[:n]...)
	m.raiseCall(ip, cp, term.T(aBadarity, term.T(f, term.List(args...))))
	if f, ok := f.(*term.Fun); ok {
		m.exc.trace.arity = f.Interpreted != nil
	}
	return nil
}

var (
	aUndefinedFunction = term.A("undefined_function")
	aUndefinedLambda   = term.A("undefined_lambda")
)

func (m *machine) undefinedLambda(ip, cp *instr, f *term.Fun, n int) *instr {
	h := m.vm.export(aErrorHandler, aUndefinedLambda, 3)
	if m.vm.autoload(f.Module) {
		if code := m.vm.lambdaCode(f.Lambda); code != nil {
			copy(m.x[n:], f.Env)
			return code
		}
	}
	if code := m.vm.resolve(h); code != nil {
		args := term.List(append([]term.Term(nil), m.x[:n]...)...)
		m.x[0], m.x[1], m.x[2] = f.Module, f, args
		return code
	}
	m.raise(ip, cp, term.T(aBadfun, f))
	return nil
}

// undefined is called in place of a function that has no code: its module may
// be an embedded one that is not loaded yet; else it is error_handler's turn.
func (m *machine) undefined(ip, cp *instr) *instr {
	exp := ip.ext.exp
	if code := m.vm.resolve(exp); code != nil {
		return code
	}
	args := term.List(append([]term.Term(nil), m.x[:exp.arity]...)...)
	h := m.vm.export(aErrorHandler, aUndefinedFunction, 3)
	if exp.module != aErrorHandler {
		if code := m.vm.resolve(h); code != nil {
			m.x[0], m.x[1], m.x[2] = exp.module, exp.name, args
			return code
		}
	}
	t := &rawTrace{top: term.T(exp.module, exp.name, args, term.EmptyList)}
	t.capture(m.p, nil, cp)
	m.exc = &raised{class: ClassError, reason: Undef.Reason, trace: t}
	return nil
}

// applyTarget is the code for apply of mod:name with n arguments in x.
func (m *machine) applyTarget(ip, cp *instr, mod, name term.Term, n int) *instr {
	a, ok1 := mod.(term.Atom)
	b, ok2 := name.(term.Atom)
	if !ok1 || !ok2 {
		args := append([]term.Term(nil), m.x[:n]...)
		m.applyError(ip, cp, []term.Term{mod, name, term.List(args...)})
		return nil
	}
	return m.vm.export(a, b, n).addr.Load()
}

func (m *machine) applyError(ip, cp *instr, args []term.Term) {
	m.raiseError(ip, cp, m.vm.export(aErlang, aApply, len(args)), args, Badarg)
	m.exc.trace.inside = true
}

// applyList is erlang:apply/2 and /3, whose arguments are in x. It gives the
// code and the number of live registers, or nil after raising.
func (m *machine) applyList(ip, cp *instr) (*instr, int) {
	x := &m.x
	list := x[1]
	if ip.op == opApplyBody3 {
		list = x[2]
	}
	f, name := x[0], x[1]
	n := 0
	given := [3]term.Term{x[0], x[1], x[2]}
	for l := list; ; n++ {
		c, ok := l.(*term.Cons)
		if !ok {
			if _, ok := l.(term.Nil); !ok {
				x[0], x[1], x[2] = given[0], given[1], given[2]
				m.applyError(ip, cp, append([]term.Term(nil), given[:ip.applyArity()]...))
				return nil, 0
			}
			break
		}
		if n == 255 {
			m.raiseError(ip, cp, m.vm.export(aErlang, aApply, ip.applyArity()),
				append([]term.Term(nil), given[:ip.applyArity()]...), SystemLimit)
			return nil, 0
		}
		x[n] = c.Head
		l = c.Tail
	}
	if ip.op == opApplyBody3 {
		return m.applyTarget(ip, cp, f, name, n), n
	}
	live := n
	if fun, ok := f.(*term.Fun); ok {
		live += len(fun.Env)
	}
	return m.callee(ip, cp, f, n), live
}

func (ip *instr) applyArity() int {
	if ip.op == opApplyBody3 {
		return 3
	}
	return 2
}

// Funs and their environments in one allocation.
type (
	fun1 struct {
		term.Fun
		env [1]term.Term
	}
	fun2 struct {
		term.Fun
		env [2]term.Term
	}
	fun4 struct {
		term.Fun
		env [4]term.Term
	}
)

func (m *machine) makeFun(ip *instr) {
	var f *term.Fun
	n := len(ip.ext.args)
	switch {
	case n == 1:
		g := new(fun1)
		g.Env = g.env[:]
		f = &g.Fun
	case n == 2:
		g := new(fun2)
		g.Env = g.env[:]
		f = &g.Fun
	case n <= 4:
		g := new(fun4)
		g.Env = g.env[:n:n]
		f = &g.Fun
	default:
		f = &term.Fun{Env: make([]term.Term, n)}
	}
	f.Lambda = ip.ext.lambda
	f.Creator = m.p.Pid()
	for i, o := range ip.ext.args {
		f.Env[i] = m.get(ip, o)
	}
	m.set(ip.a, f)
}
