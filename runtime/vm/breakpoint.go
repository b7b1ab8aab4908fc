package vm

import (
	"slices"
	"sync/atomic"
	"unsafe"

	"ersh/runtime/term"
)

// Call tracing changes the functions that are traced, so that others are not
// the slower for it:
//
//   - For local calls, the opcode of the function's first instruction becomes
//     opBreak. What follows from it goes on in a copy of that instruction, behind
//     which stands a jump to the second.
//   - For global calls, the address in the function's export does so: it leads to
//     an opBreak of its own first.
//   - A function in Go is replaced in its export by one that asks for a call of
//     such an opBreak in its place.
//
// Instructions are changed while others execute them: see relink.go. What is
// not traced any more is as it was.
//
// A call whose return is of interest gets a frame on the stack, below that of
// the function, which returns to traceReturn.

// breakpoint is what stands in the way of a function's calls.
type breakpoint struct {
	fn     *function
	at     *instr // opBreak
	op     opcode // what at is otherwise; for a function's first instruction
	next   *instr // where the call goes on
	native bool   // a function in Go
	watch  atomic.Pointer[[]watching]
}

// watching is what a session wants of a function's calls.
type watching struct {
	s             *TraceSession
	call          bool       // of processes with the flag call
	local         bool       // all calls, for which return_to counts
	spec          *TraceSpec // nil: all
	meta          bool       // of all processes, told to metaTracer
	metaSpec      *TraceSpec
	metaTracer    *term.Pid
	count         *atomic.Int64
	countIsPaused bool
}

func (w *watching) idle() bool { return !w.call && !w.meta && w.count == nil }

// TraceSpec is a compiled match specification. Run matches a list of arguments,
// nil always does.
type TraceSpec struct {
	Source term.Term
	Run    func(c *TracedCall, args term.Term) bool
}

// TracedCall is what the actions of a match specification work on.
type TracedCall struct {
	P       *Process
	Session *TraceSession
	Tracer  *term.Pid
	// Message is what message/1 was given, nil if it was not called.
	Message           term.Term
	Return, Exception bool
	cp                *instr
}

// message gives what is added to the event, and whether there is one at all.
func (c *TracedCall) message() (extra []term.Term, ok bool) {
	switch c.Message {
	case nil, term.True:
		return nil, true
	case term.False:
		return nil, false
	}
	return []term.Term{c.Message}, true
}

// messageEvent runs the pattern for messages.
func (spec *TraceSpec) messageEvent(p *Process, e *traced, args ...term.Term) (extra []term.Term, ok bool) {
	if spec == nil {
		return nil, true
	}
	c := &TracedCall{P: p, Session: e.s, Tracer: e.tracer}
	if spec.Run != nil && !spec.Run(c, term.List(args...)) {
		return nil, false
	}
	return c.message()
}

// Caller is the function that the traced one returns to; ok is false if there
// is none.
func (c *TracedCall) Caller() (Frame, bool) {
	for _, f := range c.Stack(1) {
		return f, true
	}
	return Frame{}, false
}

// Stack is the innermost n of the functions that wait for the traced one.
func (c *TracedCall) Stack(n int) []Frame {
	if c.cp == nil {
		return nil
	}
	var ips []*instr
	c.P.walk(nil, c.cp, func(ret *instr, _, _ int) bool {
		if ip := ret.prev(); ip.fn() != nil {
			ips = append(ips, ip)
		}
		return len(ips) < n
	})
	return framesOf(ips, n)
}

// traceReturn is where traced calls return to.
var traceReturn = &make([]instr, 4)[2]

func init() {
	code := unsafe.Slice(traceReturn.prev().prev(), 4)
	code[0] = instr{op: opModule}
	code[1] = instr{op: opBad, at: tracedFrame}
	code[2] = instr{op: opSlow, at: tracedFrame, ext: &ext{call: (*machine).tracedReturn}}
	code[3] = instr{op: opBad}
}

// tracedFrame is the size of a traced call's frame: the return address and a
// *tracedCall.
const tracedFrame = 2

// tracedCall is a call whose return is of interest. It lies in the frame below the
// call's.
type tracedCall struct {
	term.Opaque
	fn    *function
	wants []wanted
}

type wanted struct {
	traced                 // whom to tell
	local             bool // whom the call returns to
	value, exceptions bool
}

// breakpoint is what opBreak does, if ip is one or was one when it was read.
func (m *machine) breakpoint(ip *instr) bool {
	fn := ip.prev()
	if fn.op != opFuncInfo {
		return false
	}
	bp := fn.ext.fun.brk.Load()
	if bp == nil {
		return false
	}
	p := m.p
	p.ip = bp.next
	var args term.Term
	var wants []wanted
	for i, ws := 0, *bp.watch.Load(); i < len(ws); i++ {
		w := &ws[i]
		if w.count != nil && !w.countIsPaused {
			w.count.Add(1)
		}
		if w.call {
			e := p.tracing.Load().of(w.s)
			if e.flags&TraceCall != 0 {
				if args == nil {
					args = m.tracedArgs(bp.fn)
				}
				if want := m.traceCall(bp, w, e, args, w.spec, false); want.value || want.exceptions || want.local {
					wants = append(wants, want)
				}
			}
		}
		if w.meta {
			if args == nil {
				args = m.tracedArgs(bp.fn)
			}
			e := traced{s: w.s, flags: TraceCall | TraceTimestamp, tracer: w.metaTracer}
			if want := m.traceCall(bp, w, e, args, w.metaSpec, true); want.value || want.exceptions {
				want.local = false
				wants = append(wants, want)
			}
		}
	}
	if wants != nil {
		m.pushTraced(&tracedCall{fn: bp.fn, wants: wants})
	}
	return true
}

// tracedArgs is the list of arguments of the function that is called.
func (m *machine) tracedArgs(fn *function) term.Term {
	args := slices.Clone(m.x[:fn.arity])
	for i, v := range args {
		if c, ok := v.(*matchContext); ok {
			// See passContexts; nobody else may see the context.
			at := c.pos
			if c.owner != nil {
				c.pos = c.start
			}
			args[i] = c.rest()
			c.pos = at
		}
	}
	return term.List(args...)
}

// traceCall tells of a call, and gives what is wanted of its return.
func (m *machine) traceCall(bp *breakpoint, w *watching, e traced, args term.Term, spec *TraceSpec, meta bool) (want wanted) {
	p, fn := m.p, bp.fn
	if p.vm.lookup(e.tracer) == p {
		return wanted{}
	}
	c := &TracedCall{P: p, Session: w.s, Tracer: e.tracer, cp: p.cp}
	if spec != nil && spec.Run != nil {
		if !spec.Run(c, args) {
			return wanted{}
		}
		if !meta {
			// Its actions may have changed the flags.
			e = p.tracing.Load().of(w.s)
		}
	}
	if e.flags&TraceCall == 0 || e.flags&TraceSilent != 0 {
		return wanted{}
	}
	want = wanted{traced: e, value: c.Return || c.Exception, exceptions: c.Exception, local: w.local && e.flags&TraceReturnTo != 0}
	if extra, ok := c.message(); ok {
		last := args
		if e.flags&TraceArity != 0 {
			last = term.Small(int64(fn.arity))
		}
		e.send(p, append([]term.Term{aCall, term.T(fn.mod.name, fn.name, last)}, extra...)...)
	}
	return want
}

var aCall = term.A("call")

// pushTraced makes the frame of a traced call, whose function has none yet.
func (m *machine) pushTraced(c *tracedCall) {
	p := m.p
	if p.top == nil || uintptr(p.top)+uintptr(tracedFrame*termSize) > p.limit {
		p.growStack(tracedFrame)
	}
	at := p.depth()
	p.stk[at], p.stk[at+1] = p.cp, c
	p.top = unsafe.Add(p.top, tracedFrame*termSize)
	p.cp = traceReturn
}

// tracedReturn is what traceReturn does.
func (m *machine) tracedReturn(*instr) *instr {
	p := m.p
	at := p.depth() - tracedFrame
	to, c := p.stk[at].(*instr), p.stk[at+1].(*tracedCall)
	p.top = unsafe.Add(p.top, -tracedFrame*termSize)
	for i := range c.wants {
		w := &c.wants[i]
		now := p.tracing.Load().of(w.s)
		if w.value && (now.flags&TraceSilent == 0) {
			w.send(p, aReturnFrom, c.fn.mfa(), m.x[0])
		}
		if w.local && now.flags&TraceReturnTo != 0 && !(to == traceReturn && p.wantsLocal(at, w.s)) {
			w.send(p, aReturnTo, p.returnsTo(to, at))
		}
	}
	return to
}

// wantsLocal reports whether the frame that ends at a place of the stack is a
// traced call's that tells the session whom it returns to.
func (p *Process) wantsLocal(at int, s *TraceSession) bool {
	c, ok := p.stk[at-1].(*tracedCall)
	return ok && slices.ContainsFunc(c.wants, func(w wanted) bool { return w.local && w.s == s })
}

// returnsTo is the function that a return address is in, behind those of traced
// calls; the frames end at a place of the stack.
func (p *Process) returnsTo(to *instr, at int) term.Term {
	for to == traceReturn {
		at -= tracedFrame
		to = p.stk[at].(*instr)
	}
	if f := framesOf([]*instr{to.prev()}, 1); len(f) > 0 {
		return term.T(f[0].Module, f[0].Name, term.Small(int64(f[0].Arity)))
	}
	return term.Undefined
}

// traceCaught tells whom control returns to after an exception.
func (p *Process) traceCaught(at *instr, local []wanted) {
	for i := range local {
		if slices.ContainsFunc(local[:i], func(w wanted) bool { return w.s == local[i].s }) {
			continue
		}
		if f := framesOf([]*instr{at}, 1); len(f) > 0 && p.tracing.Load().of(local[i].s).flags&TraceReturnTo != 0 {
			local[i].send(p, aReturnTo, term.T(f[0].Module, f[0].Name, term.Small(int64(f[0].Arity))))
		}
	}
}

// unwindTraced tells of an exception that ends a traced call; it reports whether
// someone wants to know whom control returns to.
func (p *Process) unwindTraced(c *tracedCall, e *raised) (local []wanted) {
	for i := range c.wants {
		w := &c.wants[i]
		if w.exceptions {
			w.send(p, aExceptionFrom, c.fn.mfa(), term.T(e.class.Atom(), e.reason))
		}
		if w.local {
			local = append(local, *w)
		}
	}
	return local
}

var (
	aReturnFrom    = term.A("return_from")
	aReturnTo      = term.A("return_to")
	aExceptionFrom = term.A("exception_from")
)

func (fn *function) mfa() term.Term {
	return term.T(fn.mod.name, fn.name, term.Small(int64(fn.arity)))
}

// TraceTarget says which functions: a zero Module or Name and a negative Arity are
// any.
type TraceTarget struct {
	Module, Name term.Atom
	Arity        int
}

// TracePatternChange is what is to become of the functions. Off takes away what
// Local, Global, Meta and Count say.
type TracePatternChange struct {
	Off, Local, Global, Meta, Count bool
	Pause                           bool // with Count
	Spec                            *TraceSpec
	MetaTracer                      *term.Pid
}

// TracePattern changes what a session wants of the calls of functions, and gives
// how many functions there are.
func (vm *VM) TracePattern(s *TraceSession, t TraceTarget, c TracePatternChange) (n int) {
	vm.trace.mu.Lock()
	defer vm.trace.mu.Unlock()
	vm.traceTargets(t, func(mod *module, k funcKey, exported bool) {
		if c.change(vm, s, mod, k, exported) {
			n++
		}
	})
	return n
}

func (c *TracePatternChange) change(vm *VM, s *TraceSession, mod *module, k funcKey, exported bool) bool {
	local := c.Local || c.Meta || c.Count
	if !exported && !local {
		return false
	}
	exp := vm.lookupExport(mod.name, k.name, k.arity)
	if exp == nil && exported {
		exp = vm.export(mod.name, k.name, k.arity)
	}
	if exp != nil && exp.bif != nil {
		vm.nativeBreakpoint(exp, !c.Off).change(vm, s, c)
		return true
	}
	if exp != nil && exp.apply {
		return false
	}
	if exported && (c.Global || c.Local) {
		// The one takes the other's place.
		switch {
		case c.Global:
			vm.globalBreakpoint(exp, mod, !c.Off).change(vm, s, &TracePatternChange{Off: c.Off, Global: true, Spec: c.Spec})
			if !c.Off {
				vm.localBreakpoint(mod, k, false).change(vm, s, &TracePatternChange{Off: true, Local: true})
			}
		case !c.Off:
			vm.globalBreakpoint(exp, mod, false).change(vm, s, &TracePatternChange{Off: true, Global: true})
		}
	}
	if local {
		vm.localBreakpoint(mod, k, !c.Off).change(vm, s, c)
	}
	return true
}

// change changes what a session wants; nil stands for a function nobody wants
// anything of.
func (bp *breakpoint) change(vm *VM, s *TraceSession, c *TracePatternChange) {
	if bp == nil {
		return
	}
	var old []watching
	if ws := bp.watch.Load(); ws != nil {
		old = *ws
	}
	w := watching{s: s}
	var ws []watching
	for _, o := range old {
		if o.s == s {
			w = o
		} else {
			ws = append(ws, o)
		}
	}
	switch {
	case c.Off:
		if w.local && c.Local || !w.local && c.Global {
			w.call, w.spec = false, nil
		}
		if c.Meta {
			w.meta, w.metaSpec, w.metaTracer = false, nil, nil
		}
		if c.Count {
			w.count = nil
		}
	default:
		if c.Local || c.Global {
			w.call, w.local, w.spec = true, c.Local, c.Spec
		}
		if c.Meta {
			w.meta, w.metaSpec, w.metaTracer = true, c.Spec, c.MetaTracer
		}
		if c.Count {
			if w.countIsPaused = c.Pause; !c.Pause || w.count == nil {
				w.count = new(atomic.Int64)
			}
		}
	}
	if !w.idle() {
		ws = append(ws, w)
	}
	bp.watch.Store(&ws)
	bp.arm(vm, len(ws) > 0)
}

// arm puts the breakpoint in the way of calls, or out of it. Others may be
// executing what it changes: each store is of one word, and a reader of the old
// one makes a call that is not traced yet, or still is. The race detector knows
// no such argument, so it does not look at these stores.
//
//go:norace
func (bp *breakpoint) arm(vm *VM, on bool) {
	switch {
	case bp.native:
		exp := vm.lookupExport(bp.fn.mod.name, bp.fn.name, bp.fn.arity)
		if exp.bif = exp.own; on {
			exp.bif = func(*Process, []term.Term) (term.Term, error) { return nil, (*tracedBIF)(bp) }
		}
	case bp.op == opBreak: // an export's
		exp := vm.lookupExport(bp.fn.mod.name, bp.fn.name, bp.fn.arity)
		if on {
			exp.addr.Store(bp.at)
		} else {
			exp.addr.CompareAndSwap(bp.at, bp.next)
		}
	case on:
		bp.at.op = opBreak
	default:
		bp.at.op = bp.op
	}
}

// tracedBIF, returned by a function in Go as its error, has its breakpoint called
// in its place.
type tracedBIF breakpoint

func (*tracedBIF) Error() string { return "vm: traced" }

// newBreakpoint makes one with an opBreak of its own.
func newBreakpoint(fn *function) *breakpoint {
	fn = &function{mod: fn.mod, name: fn.name, arity: fn.arity}
	code := make([]instr, 4)
	code[0] = instr{op: opModule}
	code[1] = instr{op: opFuncInfo, ext: &ext{fun: fn}}
	code[2] = instr{op: opBreak}
	code[3] = instr{op: opBad}
	bp := &breakpoint{fn: fn, at: &code[2], op: opBreak}
	fn.brk.Store(bp)
	return bp
}

// nativeBreakpoint is that of a function in Go. Where there is none it is made, if
// create says so.
func (vm *VM) nativeBreakpoint(exp *export, create bool) *breakpoint {
	bp := vm.trace.natives[exp]
	if bp == nil && create {
		bp = newBreakpoint(&function{mod: &module{name: exp.module}, name: exp.name, arity: exp.arity})
		bp.native = true
		bp.next = stub(instr{op: opBifBody, n: int32(exp.arity),
			ext: &ext{exp: &export{module: exp.module, name: exp.name, arity: exp.arity, bif: exp.own}}})
		if vm.trace.natives == nil {
			vm.trace.natives = make(map[*export]*breakpoint)
		}
		vm.trace.natives[exp] = bp
	}
	return bp
}

// globalBreakpoint is that of an export that has code.
func (vm *VM) globalBreakpoint(exp *export, mod *module, create bool) *breakpoint {
	bp := vm.trace.globals[exp]
	if bp != nil && exp.addr.Load() == bp.at {
		return bp
	}
	if !create {
		return nil
	}
	next := vm.resolve(exp)
	if next == nil {
		return nil
	}
	if bp == nil || bp.next != next {
		// The module has been loaded anew.
		bp = newBreakpoint(&function{mod: mod, name: exp.name, arity: exp.arity})
		bp.next = next
	}
	if vm.trace.globals == nil {
		vm.trace.globals = make(map[*export]*breakpoint)
	}
	vm.trace.globals[exp] = bp
	return bp
}

// localBreakpoint is that of a function's first instruction.
func (vm *VM) localBreakpoint(mod *module, k funcKey, create bool) *breakpoint {
	entry := mod.entry(k, create)
	if entry == nil {
		return nil
	}
	fn := entry.prev().ext.fun
	bp := fn.brk.Load()
	if bp == nil && create {
		code := make([]instr, 4)
		code[0] = *entry.prev()
		code[1] = *entry
		code[1].op = unchained(entry.op)
		code[2] = instr{op: opJump, at: entry.at, to: entry.next()}
		code[3] = instr{op: opBad}
		bp = &breakpoint{fn: fn, at: entry, op: entry.op, next: &code[1]}
		bp.watch.Store(new([]watching))
		fn.brk.Store(bp)
	}
	return bp
}

// unchained is the instruction that a chain begins with.
func unchained(op opcode) opcode {
	for pair, chain := range chains {
		if chain == op {
			return pair[0]
		}
	}
	return op
}

// entry is the first instruction of a function, nil if it is not there or, in the
// library, has never been called and is not to be made.
func (mod *module) entry(k funcKey, create bool) *instr {
	if mod.lazy != nil {
		return mod.lazy.entry(k, create)
	}
	for i := range mod.code {
		if ip := &mod.code[i]; ip.op == opFuncInfo && ip.ext.fun.name == k.name && ip.ext.fun.arity == k.arity {
			return ip.next()
		}
	}
	return nil
}

// traceTargets calls f for the functions of the loaded modules that t says.
func (vm *VM) traceTargets(t TraceTarget, f func(mod *module, k funcKey, exported bool)) {
	names := vm.LoadedModules()
	for name := range vm.code.bifs {
		names = append(names, term.A(name))
	}
	slices.SortFunc(names, func(a, b term.Atom) int { return term.Compare(a, b) })
	for _, name := range slices.Compact(names) {
		if !t.Module.IsZero() && name != t.Module {
			continue
		}
		mod := vm.currentModule(name)
		var exports, all []funcKey
		if mod != nil {
			exports, all = mod.lists()
		} else {
			mod = &module{name: name}
		}
		isExported := make(map[funcKey]bool, len(exports))
		for _, k := range exports {
			isExported[k] = true
		}
		known := make(map[funcKey]bool, len(all))
		for _, k := range all {
			known[k] = true
		}
		for _, b := range vm.code.bifs[name.Name()] {
			if k := (funcKey{term.A(b.Name), b.Arity}); !known[k] {
				known[k], isExported[k] = true, true
				all = append(all, k)
			}
		}
		for _, k := range all {
			if (t.Name.IsZero() || k.name == t.Name) && (t.Arity < 0 || k.arity == t.Arity) {
				f(mod, k, isExported[k])
			}
		}
	}
}

// TraceInfo is what a session wants of a function's calls.
type TraceInfo struct {
	Call, Local bool
	Spec        *TraceSpec
	Meta        *term.Pid // nil: no meta trace
	MetaSpec    *TraceSpec
	Count       int64 // -1: not counted
}

// FunctionTraced gives what a session wants of a function's calls; ok is false
// where there is no such function.
func (vm *VM) FunctionTraced(s *TraceSession, t TraceTarget) (info TraceInfo, ok bool) {
	info.Count = -1
	vm.trace.mu.Lock()
	defer vm.trace.mu.Unlock()
	vm.traceTargets(t, func(mod *module, k funcKey, exported bool) {
		ok = true
		exp := vm.lookupExport(mod.name, k.name, k.arity)
		bps := []*breakpoint{vm.localBreakpoint(mod, k, false)}
		if exp != nil {
			bps = append(bps, vm.trace.natives[exp], vm.globalBreakpoint(exp, mod, false))
		}
		for _, bp := range bps {
			if bp == nil {
				continue
			}
			for _, w := range *bp.watch.Load() {
				if w.s != s {
					continue
				}
				if w.call {
					info.Call, info.Local, info.Spec = true, w.local, w.spec
				}
				if w.meta {
					info.Meta, info.MetaSpec = w.metaTracer, w.metaSpec
				}
				if w.count != nil {
					info.Count = w.count.Load()
				}
			}
		}
	})
	return info, ok
}
