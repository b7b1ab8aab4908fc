package compile

import (
	"slices"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// join is where the branches of an expression meet. Each branch leaves its
// value and the variables that it bound; those that all have bound stay
// visible afterwards.
type join struct {
	f    *fn
	tail bool
	mark int
	outs []branch
	// clauses are those of the expression that are chosen by patterns, reached is how many
	// of them have been lowered.
	clauses []*parser.Clause
	reached int
}

type branch struct {
	b     *block
	val   opnd
	binds []binding
}

func (f *fn) join(tail bool) *join { return &join{f: f, tail: tail, mark: len(f.env)} }

// leave ends a branch with its value; mark is where the branch's own
// variables begin.
func (j *join) leave(v opnd, mark int) {
	f := j.f
	if j.tail {
		f.end(pReturn, v)
		return
	}
	j.outs = append(j.outs, branch{f.cur, v, append([]binding(nil), f.env[mark:]...)})
	f.place(f.newBlock())
}

// finish lets the branches meet and gives the common value.
func (j *join) finish() opnd {
	f := j.f
	f.env = f.env[:j.mark]
	if j.tail || len(j.outs) == 0 {
		return cnst(term.Undefined)
	}
	end := f.newBlock()
	if len(j.outs) == 1 {
		o := j.outs[0]
		o.binds = slices.DeleteFunc(o.binds, func(b binding) bool { return !j.inAll(b.name) })
		o.b.insts = append(o.b.insts, inst{op: pJump, list: -1, ops: []opnd{failTo(end)}})
		f.env = append(f.env, o.binds...)
		f.place(end)
		return o.val
	}
	type merged struct {
		name string
		r    reg
	}
	var common []merged
	for i, b := range j.outs[0].binds {
		if lastOf(j.outs[0].binds, b.name) != i {
			continue
		}
		in := j.inAll(b.name)
		for _, o := range j.outs[1:] {
			in = in && lastOf(o.binds, b.name) >= 0
		}
		if in {
			common = append(common, merged{b.name, f.newReg()})
		}
	}
	for _, name := range j.partly(func(name string) bool {
		return slices.ContainsFunc(common, func(c merged) bool { return c.name == name })
	}) {
		common = append(common, merged{name, f.newReg()})
	}
	res := f.newReg()
	for _, o := range j.outs {
		add := func(from opnd, to reg) {
			o.b.insts = append(o.b.insts, inst{op: beam.OpMove, list: -1, ops: []opnd{from, def(to)}})
		}
		for _, c := range common {
			if i := lastOf(o.binds, c.name); i >= 0 {
				add(o.binds[i].val, c.r)
			} else {
				add(cnst(aUnbound), c.r)
			}
		}
		add(o.val, res)
		o.b.insts = append(o.b.insts, inst{op: pJump, list: -1, ops: []opnd{failTo(end)}})
	}
	for _, c := range common {
		f.bind(c.name, use(c.r))
	}
	f.place(end)
	return use(res)
}

// aUnbound is the value of a variable that another branch would have bound.
var aUnbound = term.A(" unbound")

// keptFrom is where the variables begin that outlive a try: in a line of the
// shell all that its body has bound.
func (f *fn) keptFrom(mark int) int {
	if f.m.shell != nil && f.parent == nil {
		return mark
	}
	return len(f.env)
}

// inAll reports whether all clauses as they are written have a variable in them. Where a clause
// that can't be reached has not, the variable is not bound by all, and another one beside the
// expression is not compared with it. In a line of the shell what is bound stays so.
func (j *join) inAll(name string) bool {
	if j.reached >= len(j.clauses) || j.f.m.shell != nil && j.f.parent == nil {
		return true
	}
	for _, c := range j.clauses {
		in := false
		for _, e := range slices.Concat(c.Patterns, c.Body) {
			walk(e, func(e parser.Expr) bool {
				v, ok := e.(*parser.Var)
				in = in || ok && v.Name == name
				return !in
			})
		}
		if !in {
			return false
		}
	}
	return true
}

// partly is the variables that not all branches have bound: in a line of the
// shell, what has been bound stays so.
func (j *join) partly(common func(string) bool) []string {
	if j.f.m.shell == nil || j.f.parent != nil {
		return nil
	}
	var names []string
	for _, o := range j.outs {
		for _, b := range o.binds {
			if !common(b.name) && !slices.Contains(names, b.name) {
				names = append(names, b.name)
			}
		}
	}
	return names
}

func lastOf(binds []binding, name string) int {
	for i := len(binds) - 1; i >= 0; i-- {
		if binds[i].name == name {
			return i
		}
	}
	return -1
}

// branchBody gives the function that lowers a branch's body and leaves. It
// remembers where the variables of the branch begin.
func (j *join) branchBody(es []parser.Expr, mark int) func() {
	return func() {
		if j.tail {
			j.f.tailBody(es)
			return
		}
		j.leave(j.f.body(es), mark)
	}
}

func (f *fn) control(e parser.Expr, tail bool) opnd {
	f.at(e.Position())
	switch e := e.(type) {
	case *parser.Case:
		return f.caseExpr(e, tail)
	case *parser.If:
		return f.ifExpr(e, tail)
	case *parser.Receive:
		return f.receive(e, tail)
	case *parser.Try:
		return f.try(e, tail)
	default:
		return f.maybe(e.(*parser.Maybe), tail)
	}
}

// rows makes rows of clauses with one or more patterns.
func (j *join) rows(cs []*parser.Clause) []row { return j.rowsSince(cs, len(j.f.env)) }

// rowsSince is rows of clauses that keep what has been bound since a mark.
func (j *join) rowsSince(cs []*parser.Clause, mark int) []row {
	j.clauses = append(j.clauses, cs...)
	rows := make([]row, len(cs))
	for i, c := range cs {
		body := j.branchBody(c.Body, mark)
		rows[i] = row{pats: c.Patterns, guard: c.Guard, body: func() { j.reached++; body() }}
	}
	return rows
}

func (f *fn) caseExpr(e *parser.Case, tail bool) opnd {
	if yes, no := boolClauses(e); yes != nil && f.isCond(e.Value) {
		j := f.join(tail)
		alt := f.newBlock()
		f.going(inCase, false, func() { f.cond(e.Value, alt) })
		mark := len(f.env)
		j.branchBody(yes.Body, mark)()
		f.env = f.env[:mark]
		f.place(alt)
		j.branchBody(no.Body, mark)()
		return j.finish()
	}
	v := f.within(inCase, e.Value)
	j := f.join(tail)
	bad := f.newBlock()
	f.match([]col{{val: v}}, j.rows(e.Clauses), bad)
	f.aside(bad, func() {
		f.at(e.Anno)
		f.showing(atCaseClause, func() { f.end(beam.OpCaseEnd, v) })
	})
	return j.finish()
}

// isCond reports whether cond can take the expression outside a guard.
func (f *fn) isCond(e parser.Expr) bool {
	return isBool(e) && !hasBinding(e) || f.isTest(e) && !hasBinding(e)
}

// hasBinding reports whether an expression may bind variables.
func hasBinding(e parser.Expr) bool {
	found := false
	walk(e, func(n parser.Expr) bool {
		switch n.(type) {
		case *parser.Match, *parser.Case, *parser.If, *parser.Receive, *parser.Try, *parser.Block:
			found = true
		case *parser.Fun, *parser.Comp:
			return false
		}
		return !found
	})
	return found
}

// boolClauses recognises case ... of true -> A; false -> B end, also with _
// for the second.
func boolClauses(e *parser.Case) (yes, no *parser.Clause) {
	if len(e.Clauses) != 2 {
		return nil, nil
	}
	name := func(c *parser.Clause) string {
		if len(c.Guard) > 0 {
			return ""
		}
		switch p := c.Patterns[0].(type) {
		case *parser.Atom:
			return p.Name
		case *parser.Var:
			return p.Name
		}
		return ""
	}
	a, b := name(e.Clauses[0]), name(e.Clauses[1])
	switch {
	case a == "true" && (b == "false" || b == "_"):
		return e.Clauses[0], e.Clauses[1]
	case a == "false" && (b == "true" || b == "_"):
		return e.Clauses[1], e.Clauses[0]
	}
	return nil, nil
}

func (f *fn) ifExpr(e *parser.If, tail bool) opnd {
	j := f.join(tail)
	bad := f.newBlock()
	f.match(nil, j.rows(e.Clauses), bad)
	f.aside(bad, func() {
		f.at(e.Anno)
		f.showing(atIfClause, func() { f.end(beam.OpIfEnd) })
	})
	return j.finish()
}

func (f *fn) receive(e *parser.Receive, tail bool) opnd {
	f.loops = true
	var timeout opnd
	hasAfter := e.After != nil
	if hasAfter {
		timeout = f.within(inAfterTime, e.After)
		if timeout.is(term.Infinity) {
			hasAfter = false
		}
		f.at(e.Anno)
	}
	j := f.join(tail)
	loop, none := f.newBlock(), f.newBlock()
	clearMark := func() {}
	if len(e.Clauses) > 0 {
		next := f.newBlock()
		take := f.takeMessage
		if ref, ok := f.markedRef(e); ok {
			f.op(beam.OpRecvMarkerUse, ref)
			clearMark = func() { f.op(beam.OpRecvMarkerClear, ref) }
			take = func(binds []binding) []binding {
				clearMark()
				return f.takeMessage(binds)
			}
		}
		f.jump(loop)
		f.place(loop)
		msg := f.newReg()
		f.op(pLoopRec, failTo(none), def(msg))
		rows := j.rows(e.Clauses)
		for i := range rows {
			rows[i].commit = take
		}
		f.match([]col{{val: use(msg)}}, rows, next)
		f.place(next)
		f.end(beam.OpLoopRecEnd, failTo(loop))
	} else {
		f.jump(none)
		loop = none
	}
	f.place(none)
	if !hasAfter {
		f.end(beam.OpWait, failTo(loop))
		return j.finish()
	}
	if !timeout.is(term.Small(0)) {
		f.at(e.After.Position())
		f.checkTimeout(timeout)
		f.op(beam.OpWaitTimeout, failTo(loop), timeout)
	}
	f.op(beam.OpTimeout)
	clearMark()
	mark := len(f.env)
	j.branchBody(e.AfterBody, mark)()
	return j.finish()
}

// takeMessage removes the message that a clause has accepted. Until then
// parts of it must not outlive a call, so its variables get registers of
// their own only now.
func (f *fn) takeMessage(binds []binding) []binding {
	f.op(beam.OpRemoveMessage)
	for i := range binds {
		if !binds[i].val.isConst() {
			r := f.newReg()
			f.op(beam.OpMove, binds[i].val, def(r))
			binds[i].val = use(r)
		}
	}
	return binds
}

// protect lowers body with exceptions going to handler. op is try or catch.
func (f *fn) protect(op beam.Op, handler *block, body func() opnd) opnd {
	tag := opnd{kind: oTag, n: int32(f.depth)}
	f.op(op, tag, failTo(handler))
	outer := f.handler
	f.handler = handler
	f.depth++
	f.maxTry = max(f.maxTry, f.depth)
	inside := f.newBlock()
	f.jump(inside)
	f.place(inside)
	v := body()
	f.depth--
	f.handler = outer
	return v
}

func (f *fn) catch(e *parser.Catch) opnd {
	handler := f.newBlock()
	tag := opnd{kind: oTag, n: int32(f.depth)}
	mark := len(f.env)
	before, at := f.cur, len(f.cur.insts)
	v := f.protect(beam.OpCatch, handler, func() opnd { return f.within(inCatch, e.Value) })
	f.keepCaught(mark, before, at)
	f.end(pCatchFall, v, failTo(handler))
	f.place(handler)
	r := f.newReg()
	f.op(pCatchEnd, tag, def(r))
	return use(r)
}

// keepCaught ends the scope of a catch. In a line of the shell the variables that it
// has bound outlive it; after an exception they are unbound, as they are before, at
// instruction at of the block before.
func (f *fn) keepCaught(mark int, before *block, at int) {
	binds := slices.Clone(f.env[f.keptFrom(mark):])
	f.env = f.env[:mark]
	for i, b := range binds {
		if lastOf(binds, b.name) != i {
			continue
		}
		r := f.newReg()
		before.insts = slices.Insert(before.insts, at, inst{op: beam.OpMove, list: -1, ops: []opnd{cnst(aUnbound), def(r)}})
		f.op(beam.OpMove, b.val, def(r))
		f.bind(b.name, use(r))
	}
}

func (f *fn) try(e *parser.Try, tail bool) opnd {
	if len(e.After) > 0 {
		return f.tryAfter(e, tail)
	}
	j := f.join(tail)
	handler := f.newBlock()
	tag := opnd{kind: oTag, n: int32(f.depth)}
	mark := len(f.env)
	v := f.protect(beam.OpTry, handler, func() opnd { return f.tryBody(e.Body) })
	f.op(beam.OpTryEnd, tag)
	cont := f.newBlock()
	f.jump(cont)
	f.place(cont)
	if len(e.Of) > 0 {
		bad := f.newBlock()
		f.going(inTryOf, true, func() { f.match([]col{{val: v}}, j.rowsSince(e.Of, f.keptFrom(mark)), bad) })
		f.aside(bad, func() {
			f.at(e.Anno)
			f.showing(atTryClause, func() { f.end(beam.OpTryCaseEnd, v) })
		})
	} else {
		j.leave(v, f.keptFrom(mark))
	}
	f.env = f.env[:mark]
	f.place(handler)
	f.handle(e, tag, j)
	return j.finish()
}

// handle lowers the catch clauses.
func (f *fn) handle(e *parser.Try, tag opnd, j *join) {
	class, reason, stack := f.newReg(), f.newReg(), f.newReg()
	f.op(pTryCase, tag, def(class), def(reason), def(stack))
	again := f.newBlock()
	mark := len(f.env)
	rows := make([]row, len(e.Catches))
	for i, c := range e.Catches {
		r := row{guard: c.Guard}
		pat := c.Patterns[0].(*parser.Tuple)
		r.pats = pat.Elems[:2]
		body := j.branchBody(c.Body, mark)
		r.body = body
		if v, ok := pat.Elems[2].(*parser.Var); ok && v.Name != "_" {
			r.body = func() {
				st := f.emitCall(&callInfo{op: beam.OpBuildStacktrace}, []opnd{use(stack)}, false)
				f.bind(v.Name, st)
				body()
			}
		}
		rows[i] = r
	}
	f.going(inTryCatch, true, func() { f.match([]col{{val: use(class)}, {val: use(reason)}}, rows, again) })
	f.place(again)
	f.end(beam.OpRaise, use(stack), use(reason))
}

// tryAfter lowers try ... after: the rest of the try is a protected body of
// its own, and the after part stands once for each way out.
func (f *fn) tryAfter(e *parser.Try, tail bool) opnd {
	handler := f.newBlock()
	tag := opnd{kind: oTag, n: int32(f.depth)}
	mark := len(f.env)
	v := f.protect(beam.OpTry, handler, func() opnd {
		if len(e.Of) == 0 && len(e.Catches) == 0 {
			return f.tryBody(e.Body)
		}
		inner := *e
		inner.After = nil
		if len(inner.Catches) == 0 {
			// try ... of ... after: only the body is protected against
			// nothing, the clauses follow it.
			return f.caseOf(&inner)
		}
		return f.try(&inner, false)
	})
	f.op(beam.OpTryEnd, tag)
	cont, end := f.newBlock(), f.newBlock()
	f.jump(cont)
	f.place(cont)
	kept := append([]binding(nil), f.env[f.keptFrom(mark):]...)
	f.env = f.env[:mark]
	outer := f.root.twice
	if outer == nil && f.m.shell == nil {
		f.root.twice = map[*parser.Fun]*fn{}
	}
	f.going(inTryAfter, false, func() { f.effects(e.After) })
	f.env = f.env[:mark]
	if tail {
		f.end(pReturn, v)
	} else {
		f.jump(end)
	}
	f.place(handler)
	class, reason, stack := f.newReg(), f.newReg(), f.newReg()
	f.op(pTryCase, tag, def(class), def(reason), def(stack))
	f.going(inTryAfter, false, func() { f.effects(e.After) })
	f.root.twice = outer
	f.env = append(f.env[:mark], kept...)
	if f.m.shell != nil { // the interpreter raises it again itself
		f.end(pReturn, f.emitCall(&callInfo{op: beam.OpRawRaise}, []opnd{use(class), use(reason), use(stack)}, false))
	} else {
		f.end(beam.OpRaise, use(stack), use(reason))
	}
	if !tail {
		f.place(end)
	}
	return v
}

// caseOf lowers the body and of clauses of a try without catch clauses.
func (f *fn) caseOf(e *parser.Try) opnd {
	v := f.tryBody(e.Body)
	j := f.join(false)
	bad := f.newBlock()
	f.going(inTryOf, true, func() { f.match([]col{{val: v}}, j.rows(e.Of), bad) })
	f.aside(bad, func() {
		f.at(e.Anno)
		f.showing(atTryClause, func() { f.end(beam.OpTryCaseEnd, v) })
	})
	return j.finish()
}

// tryBody lowers what a try protects.
func (f *fn) tryBody(es []parser.Expr) (v opnd) {
	f.going(inTry, false, func() { v = f.body(es) })
	return v
}

var aElseClause = term.A("else_clause")

func (f *fn) maybe(e *parser.Maybe, tail bool) opnd {
	j := f.join(tail)
	mark := len(f.env)
	failed := f.newReg()
	otherwise := f.newBlock()
	var v opnd
	below := 799
	if len(e.Else) > 0 {
		below = 802
	}
	for i, x := range e.Body {
		plain := 302
		if i == len(e.Body)-1 {
			plain = 299
		}
		m, ok := x.(*parser.MaybeMatch)
		if !ok {
			v = f.within(maybeIn(plain, below), x)
			continue
		}
		v = f.within(maybeIn(286, below), m.Value)
		f.at(m.Anno)
		bad := f.newBlock()
		f.bindMatch(v, m.Pattern, bad)
		here := f.cur
		f.place(bad)
		f.op(beam.OpMove, v, def(failed))
		f.jump(otherwise)
		next := f.newBlock()
		here.insts = append(here.insts, inst{op: pJump, list: -1, ops: []opnd{failTo(next)}})
		f.place(next)
	}
	f.env = f.env[:mark]
	j.leave(v, mark)
	f.place(otherwise)
	if len(e.Else) == 0 {
		j.leave(use(failed), mark)
		return j.finish()
	}
	bad := f.newBlock()
	f.match([]col{{val: use(failed)}}, j.rows(e.Else), bad)
	f.place(bad)
	f.at(e.Anno)
	f.showing(atElseClause, func() { f.raise(f.tuple([]opnd{cnst(aElseClause), use(failed)})) })
	return j.finish()
}
