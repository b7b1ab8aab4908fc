package compile

import (
	"math"
	"math/big"
	"slices"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// body lowers a sequence of expressions and gives the value of the last.
func (f *fn) body(es []parser.Expr) opnd {
	for _, e := range es[:len(es)-1] {
		f.going(inSequence, false, func() { f.effect(e) })
	}
	return f.expr(es[len(es)-1])
}

// effects lowers a sequence none of whose values anybody wants.
func (f *fn) effects(es []parser.Expr) {
	for _, e := range es[:len(es)-1] {
		f.going(inSequence, false, func() { f.effect(e) })
	}
	f.effect(es[len(es)-1])
}

// effect lowers an expression whose value nobody wants.
func (f *fn) effect(e parser.Expr) {
	switch e := e.(type) {
	case *parser.Comp:
		f.at(e.Anno)
		f.comprehension(e, true, false)
		return
	case *parser.Var:
		if f.m.shell == nil {
			return
		}
	}
	f.expr(e)
}

// tailBody lowers a sequence whose last value the function returns.
func (f *fn) tailBody(es []parser.Expr) {
	for _, e := range es[:len(es)-1] {
		f.going(inSequence, false, func() { f.effect(e) })
	}
	f.tail(es[len(es)-1])
}

// tail lowers an expression whose value the function returns.
func (f *fn) tail(e parser.Expr) {
	switch e := e.(type) {
	case *parser.Block:
		f.tailBody(e.Body)
	case *parser.Case, *parser.If, *parser.Receive, *parser.Try, *parser.Maybe:
		f.control(e, true)
	case *parser.Comp:
		f.at(e.Anno)
		f.end(pReturn, f.comprehension(e, false, true))
	case *parser.Call:
		f.call(e, true)
	case *parser.BinOp:
		switch {
		case e.Op == "!" || e.Op == "++" || e.Op == "--":
			f.binOp(e, true)
		case (e.Op == "andalso" || e.Op == "orelse") && !isBool(e.Right):
			f.shortCircuit(e, true)
		default:
			f.end(pReturn, f.expr(e))
		}
	default:
		f.end(pReturn, f.expr(e))
	}
}

// expr lowers an expression to its value.
func (f *fn) expr(e parser.Expr) opnd {
	f.at(e.Position())
	switch e := e.(type) {
	case *parser.Var:
		if v, ok := f.lookup(e.Name); ok {
			return v
		}
		return f.unbound(e)
	case *parser.Call:
		return f.call(e, false)
	case *parser.BinOp:
		return f.binOp(e, false)
	case *parser.UnOp:
		return f.unOp(e)
	case *parser.Match:
		return f.matchExpr(e)
	case *parser.Cons:
		return f.cons(e)
	case *parser.Tuple:
		return f.tupleExpr(e)
	case *parser.Map:
		return f.mapExpr(e)
	case *parser.Record:
		return f.recordExpr(e)
	case *parser.RecordAccess:
		return f.recordAccess(e)
	case *parser.RecordIndex:
		return cnst(term.Small(int64(f.fieldIndex(e.Name, e.Field) + 1)))
	case *parser.Bin:
		return f.binary(e)
	case *parser.Fun:
		return f.fun(e)
	case *parser.FunRef:
		return f.funRef(e)
	case *parser.FunRemote:
		return f.funRemote(e)
	case *parser.Block:
		return f.body(e.Body)
	case *parser.Catch:
		return f.catch(e)
	case *parser.Comp:
		return f.comprehension(e, false, false)
	case *parser.Case, *parser.If, *parser.Receive, *parser.Try, *parser.Maybe:
		return f.control(e, false)
	}
	if t := literal(e); t != nil {
		return cnst(t)
	}
	f.m.errorf(f.pos, "illegal expression")
	return cnst(term.Undefined)
}

// literal is the value of an atomic literal; nil for anything else.
func literal(e parser.Expr) term.Term {
	switch e := e.(type) {
	case *parser.Atom:
		if a, err := term.NewAtom(e.Name); err == nil {
			return a
		}
		return nil
	case *parser.Integer:
		return bigTerm(e.Value)
	case *parser.Float:
		return term.Float(e.Value)
	case *parser.Char:
		return term.Small(int64(e.Value))
	case *parser.String:
		return stringTerm(e.Value)
	case *parser.Nil:
		return term.EmptyList
	case *parser.Value:
		t, _ := e.Term.(term.Term)
		return t
	}
	return nil
}

func bigTerm(v *big.Int) term.Term {
	if v.IsInt64() {
		if i := v.Int64(); i >= term.MinSmall && i <= term.MaxSmall {
			return term.Small(i)
		}
	}
	return term.MakeBig(new(big.Int).Set(v))
}

func stringTerm(s []rune) term.Term {
	elems := make([]term.Term, len(s))
	for i, c := range s {
		elems[i] = term.Small(int64(c))
	}
	return term.List(elems...)
}

// exprs lowers expressions from left to right.
func (f *fn) exprs(es []parser.Expr) []opnd {
	out := make([]opnd, len(es))
	for i, e := range es {
		out[i] = f.expr(e)
	}
	return out
}

func (f *fn) cons(e *parser.Cons) opnd {
	var h hoard
	var tail parser.Expr = e
	for first := true; ; first = false {
		c, ok := tail.(*parser.Cons)
		if !ok {
			break
		}
		if first {
			h.add(f, f.within(inHead, c.Head))
		} else {
			f.going(inTail, false, func() { h.add(f, f.within(inHead, c.Head)) })
		}
		tail = c.Tail
	}
	list := f.list(h.vals, f.within(inTail, tail))
	if h.packed == nil {
		return list
	}
	return f.bare(func() opnd { return f.callExt("lists", "reverse", []opnd{*h.packed, list}, false) })
}

func (f *fn) tupleExpr(e *parser.Tuple) opnd {
	var h hoard
	for _, x := range e.Elems {
		h.add(f, f.within(inTuple, x))
	}
	if h.packed == nil {
		return f.tuple(h.vals)
	}
	h.pack(f)
	return f.bare(func() opnd {
		list := f.callExt("lists", "reverse", []opnd{*h.packed}, false)
		return f.callExt("erlang", "list_to_tuple", []opnd{list}, false)
	})
}

// hoardSize is how many values are kept in registers of their own, of which
// there are some 1,000.
const hoardSize = 256

// A hoard keeps the elements of something as they are evaluated: those that
// get too many in a list, the last one first.
type hoard struct {
	vals   []opnd
	made   int // of them, how many are not constant
	packed *opnd
}

func (h *hoard) add(f *fn, v opnd) {
	h.vals = append(h.vals, v)
	if !v.isConst() {
		h.made++
	}
	if h.made >= hoardSize && f.gfail == nil {
		h.pack(f)
	}
}

func (h *hoard) pack(f *fn) {
	list := cnst(term.EmptyList)
	if h.packed != nil {
		list = *h.packed
	}
	slices.Reverse(h.vals)
	list = f.list(h.vals, list)
	h.vals, h.made, h.packed = nil, 0, &list
}

// list builds a list of values in front of another.
func (f *fn) list(heads []opnd, tail opnd) opnd {
	for i := len(heads) - 1; i >= 0; i-- {
		if heads[i].isConst() && tail.isConst() {
			tail = cnst(&term.Cons{Head: heads[i].t, Tail: tail.t})
			continue
		}
		r := f.newReg()
		f.op(beam.OpPutList, heads[i], tail, def(r))
		tail = use(r)
	}
	return tail
}

func (f *fn) tuple(elems []opnd) opnd {
	if ts, ok := constants(elems); ok {
		return cnst(term.T(ts...))
	}
	r := f.newReg()
	f.opList(beam.OpPutTuple2, len(elems), append([]opnd{def(r)}, elems...)...)
	return use(r)
}

func constants(ops []opnd) ([]term.Term, bool) {
	for _, o := range ops {
		if !o.isConst() {
			return nil, false
		}
	}
	ts := make([]term.Term, len(ops))
	for i, o := range ops {
		ts[i] = o.t
	}
	return ts, true
}

func (f *fn) mapExpr(e *parser.Map) opnd {
	var src opnd
	if e.Base != nil {
		src = f.within(inMapBase, e.Base)
	} else {
		src = cnst(term.EmptyMap)
	}
	pairs := e.Pairs
	keys, vals := make([]opnd, 0, len(pairs)), make([]opnd, 0, len(pairs))
	allConst := e.Base == nil
	made := 0
	for i, p := range e.Pairs {
		key, value := f.mapFieldRoutes(e, p)
		k, v := f.within(key, p.Key), f.within(value, p.Value)
		keys, vals = append(keys, k), append(vals, v)
		allConst = allConst && k.isConst() && v.isConst() && !p.Exact
		if !k.isConst() || !v.isConst() {
			made++
		}
		if made >= hoardSize && e.Base == nil && f.gfail == nil {
			// A new map can be made in steps.
			f.at(e.Anno)
			src = f.putPairs(src, e.Pairs[i+1-len(keys):], keys, vals)
			keys, vals, pairs, made = nil, nil, e.Pairs[i+1:], 0
		}
	}
	if allConst {
		m := term.EmptyMap
		for i := range keys {
			m = m.Put(keys[i].t, vals[i].t)
		}
		return cnst(m)
	}
	f.at(e.Anno)
	if e.Base != nil {
		src = f.reg(src)
		bad := f.gfail
		if bad == nil {
			bad = f.newBlock()
		}
		f.op(beam.OpIsMap, failTo(bad), src)
		if f.gfail == nil {
			f.aside(bad, func() { f.badMap(src) })
		}
		if len(e.Pairs) == 0 {
			return src
		}
		if f.m.shell != nil && f.gfail == nil {
			return f.shellUpdate(e, src, keys, vals)
		}
	}
	return f.putPairs(src, pairs, keys, vals)
}

// putPairs puts pairs into a map. One instruction takes those of one kind whose
// keys are known to differ.
func (f *fn) putPairs(src opnd, pairs []*parser.MapPair, keys, vals []opnd) opnd {
	for i := 0; i < len(keys); {
		n := i + 1
		if keys[i].isConst() {
			for n < len(keys) && pairs[n].Exact == pairs[i].Exact && keys[n].isConst() && !contains(keys[i:n], keys[n].t) {
				n++
			}
		}
		// Only an exact pair can fail, and OTP 29's validator refuses another's label.
		op, bad := beam.OpPutMapAssoc, (*block)(nil)
		if pairs[i].Exact {
			op, bad = beam.OpPutMapExact, f.gfail
		}
		r := f.newReg()
		ops := []opnd{failTo(bad), src, def(r), live}
		for ; i < n; i++ {
			ops = append(ops, keys[i], vals[i])
		}
		f.add(inst{op: op, list: int32(len(ops) - 4), ops: ops, line: f.guardLine()})
		src = use(r)
	}
	return src
}

func contains(ops []opnd, t term.Term) bool {
	for _, o := range ops {
		if term.Identical(o.t, t) {
			return true
		}
	}
	return false
}

var (
	aBadmap = term.A("badmap")
	aBadarg = term.A("badarg")
)

// raise raises an error.
func (f *fn) raise(reason opnd) {
	f.callExt("erlang", "error", []opnd{reason}, true)
}

func (f *fn) guardLine() int32 {
	if f.gfail != nil {
		return 0
	}
	return f.line()
}

// callExt calls a function of another module.
func (f *fn) callExt(m, name string, args []opnd, tail bool) opnd {
	return f.emitCall(&callInfo{op: beam.OpCallExt, ext: f.m.importIndex(m, name, len(args))}, args, tail)
}

// emitCall calls what c says; a tail call ends the block.
func (f *fn) emitCall(c *callInfo, args []opnd, tail bool) opnd {
	if c.target != nil && c.target.endless && f.depth == 0 && !f.hasFrames() {
		tail = true
	}
	c.tail = tail
	if tail && f.hasFrames() && !(c.op == beam.OpCallExt && f.m.noReturn(c.ext)) {
		c.tail = false
		v := f.emitCall(c, args, false)
		f.end(pReturn, v)
		return v
	}
	if tail {
		f.add(inst{op: pCall, list: -1, ops: args, call: c, line: f.line()})
		f.place(f.newBlock())
		return cnst(term.Undefined)
	}
	r := f.newReg()
	ops := make([]opnd, 0, len(args)+1)
	ops = append(append(ops, def(r)), args...)
	f.add(inst{op: pCall, list: -1, ops: ops, call: c, line: f.line()})
	return use(r)
}

// knownCall is (fun M:F/A)(...) as a call of M:F, nil if the call is no such
// one: a function of erlang is then seen to fail in its caller, as erlc has it.
func knownCall(e *parser.Call) *parser.Call {
	fun, ok := e.Fun.(*parser.FunRemote)
	if !ok {
		return nil
	}
	_, ok1 := fun.Module.(*parser.Atom)
	_, ok2 := fun.Name.(*parser.Atom)
	n, ok3 := fun.Arity.(*parser.Integer)
	if !ok1 || !ok2 || !ok3 || !n.Value.IsInt64() || n.Value.Int64() != int64(len(e.Args)) {
		return nil
	}
	return &parser.Call{Anno: e.Anno, Fun: &parser.Remote{Anno: fun.Anno, Module: fun.Module, Name: fun.Name}, Args: e.Args}
}

// call lowers a call.
func (f *fn) call(e *parser.Call, tail bool) opnd {
	done := func(v opnd) opnd {
		if tail {
			f.end(pReturn, v)
		}
		return v
	}
	switch fun := e.Fun.(type) {
	case *parser.Atom:
		name, arity := fun.Name, len(e.Args)
		if name == "record_info" && arity == 2 && f.m.defined[fa{name, arity}] == nil {
			return done(f.recordInfo(e))
		}
		if name == "is_record" && (arity == 2 || arity == 3) && f.m.isAutoBIF(name, arity) {
			if _, _, ok := f.recordTest(e); ok {
				return done(f.boolValue(e))
			}
		}
		if f.m.isAutoBIF(name, arity) {
			return f.callErlang(e, name, e.Args, tail)
		}
		args := f.eachWithin(inLocalArgs, e.Args)
		f.at(e.Anno)
		if target := f.m.target(fa{name, arity}); target != nil {
			return f.emitCall(&callInfo{op: beam.OpCall, target: target}, args, tail)
		}
		if mod, ok := f.m.imports[fa{name, arity}]; ok {
			return f.callExt(mod, name, args, tail)
		}
		if f.m.shell != nil {
			return f.shellCall(name, args, tail)
		}
		if oldTypeTests[fa{name, arity}] { // of guards; erl_lint allows it nowhere else
			return f.callErlang(e, "is_"+name, e.Args, tail)
		}
		f.m.errorf(fun.Anno, "function %s/%d undefined", atomText(name), arity)
		return cnst(term.Undefined)
	case *parser.Remote:
		m, mok := fun.Module.(*parser.Atom)
		n, nok := fun.Name.(*parser.Atom)
		if mok && nok {
			if m.Name == "erlang" {
				if n.Name == "is_record" && len(e.Args) >= 2 {
					if _, _, ok := f.recordTest(e); ok {
						return done(f.boolValue(e))
					}
				}
				return f.callErlang(e, n.Name, e.Args, tail)
			}
			if m.Name == "maps" && n.Name == "get" && len(e.Args) == 2 && f.m.shell == nil {
				// The same function, and an instruction, as erlc has it.
				return f.callErlang(e, "map_get", e.Args, tail)
			}
			args := f.eachWithin(inRemoteArgs, e.Args)
			f.at(e.Anno)
			return f.emitCall(&callInfo{op: beam.OpCallExt, ext: f.m.importIndex(m.Name, n.Name, len(args))}, args, tail)
		}
		mv, nv := f.within(inRemoteModule, fun.Module), f.within(inRemoteName, fun.Name)
		args := f.eachWithin(inRemoteArgs, e.Args)
		f.at(e.Anno)
		f.checkCallee(mv, nv, len(args))
		return f.emitCall(&callInfo{op: beam.OpApply, arity: len(args)}, append(args, mv, nv), tail)
	}
	if r := knownCall(e); r != nil && f.m.shell == nil {
		return f.call(r, tail)
	}
	if body := bodyInPlace(e); body != nil && f.m.shell == nil {
		return f.inPlace(body, tail)
	}
	var v2 opnd
	if v, ok := e.Fun.(*parser.Var); ok && f.isSelf(v.Name, len(e.Args)) {
		args := f.eachWithin(inFunArgs, e.Args)
		f.at(e.Anno)
		f.showing(f.callFrames(), func() { v2 = f.selfCall(args, tail) })
		return v2
	}
	fv := f.within(inCallee, e.Fun)
	args := f.eachWithin(inFunArgs, e.Args)
	f.at(e.Anno)
	frames := f.callFrames()
	switch e.Fun.(type) {
	case *parser.FunRef, *parser.FunRemote:
		frames = f.foreignFrames()
	}
	f.showing(frames, func() {
		v2 = f.emitCall(&callInfo{op: beam.OpCallFun, arity: len(args)}, append(args, f.reg(fv)), tail)
	})
	return v2
}

// bodyInPlace is the body of a call of the form (fun() -> Body end)().
func bodyInPlace(e *parser.Call) []parser.Expr {
	fun, ok := e.Fun.(*parser.Fun)
	if !ok || fun.Name != "" || len(e.Args) > 0 {
		return nil
	}
	if c := fun.Clauses[0]; len(fun.Clauses) == 1 && len(c.Patterns) == 0 && len(c.Guard) == 0 {
		return c.Body
	}
	return nil
}

// inPlace lowers the body of a fun that is called where it stands; what it
// binds is its own.
func (f *fn) inPlace(body []parser.Expr, tail bool) opnd {
	if tail {
		f.tailBody(body)
		return opnd{}
	}
	mark := len(f.env)
	v := f.body(body)
	f.env = f.env[:mark]
	return v
}

// callErlang lowers a call of erlang:name: inline where there is an
// instruction for it.
func (f *fn) callErlang(e parser.Expr, name string, argExprs []parser.Expr, tail bool) opnd {
	in := inRemoteArgs
	if c, ok := e.(*parser.Call); ok {
		if _, ok := c.Fun.(*parser.Atom); ok && f.m.shell != nil && !f.m.shell.expanded {
			in = inBIFArgs
		}
	}
	args := f.eachWithin(in, argExprs)
	f.at(e.Position())
	kind := bifKinds[fa{name, len(args)}]
	if f.m.shell != nil && name == "apply" && len(args) == 2 {
		return f.shellApply(args, tail)
	}
	if name == "is_integer" && kind == kindGuardOnly && isInt(args[1]) && isInt(args[2]) && term.Compare(args[1].t, args[2].t) > 0 {
		return cnst(term.False) // OTP 29's validator knows no such range
	}
	if kind == 0 || f.gfail == nil && kind == kindGuardOnly {
		if f.marking == e && !tail {
			return f.callMarked(func() opnd { return f.callExt("erlang", name, args, false) })
		}
		return f.callExt("erlang", name, args, tail)
	}
	v := f.bif(name, kind, args)
	if tail {
		f.end(pReturn, v)
	}
	return v
}

// bif applies a BIF that has an instruction.
func (f *fn) bif(name string, kind bifKind, args []opnd) opnd {
	// OTP's loader takes some functions apart and then wants the value that
	// they look into in a register.
	if n := len(args); n > 0 && args[n-1].isConst() && (n == 1 || args[0].isConst()) {
		args[n-1] = f.reg(args[n-1])
	}
	r := f.newReg()
	i := f.m.importIndex("erlang", name, len(args))
	var ops []opnd
	var op beam.Op
	switch {
	case kind == kindGC:
		op = [...]beam.Op{beam.OpGcBif1, beam.OpGcBif2, beam.OpGcBif3}[len(args)-1]
		ops = append([]opnd{failTo(f.gfail), live, num(i)}, args...)
	case len(args) == 0:
		op = beam.OpBif0
		ops = []opnd{num(i)}
	default:
		op = [...]beam.Op{beam.OpBif1, beam.OpBif2, beam.OpBif3}[len(args)-1]
		ops = append([]opnd{failTo(f.gfail), num(i)}, args...)
	}
	f.add(inst{op: op, list: -1, ops: append(ops, def(r)), line: f.guardLine()})
	return use(r)
}

func (f *fn) binOp(e *parser.BinOp, tail bool) opnd {
	switch e.Op {
	case "andalso", "orelse":
		if isBool(e) {
			return f.boolValue(e)
		}
		return f.shortCircuit(e, tail)
	case "!":
		args := []opnd{f.within(inLeft, e.Left), f.within(inRight, e.Right)}
		f.at(e.Anno)
		if f.m.shell != nil {
			return f.callExt("erlang", "!", args, tail)
		}
		return f.emitCall(&callInfo{op: beam.OpSend}, args, tail)
	case "++", "--":
		if c, ok := e.Left.(*parser.Comp); ok && e.Op == "++" && c.Kind == parser.ListKind && f.m.shell == nil {
			return f.appended(c, e.Right, tail)
		}
		args := []opnd{f.within(inLeft, e.Left), f.within(inRight, e.Right)}
		f.at(e.Anno)
		if e.Op == "++" && args[0].isConst() {
			if elems, ok := term.Slice(args[0].t); ok {
				heads := make([]opnd, len(elems))
				for i, t := range elems {
					heads[i] = cnst(t)
				}
				v := f.list(heads, args[1])
				if tail {
					f.end(pReturn, v)
				}
				return v
			}
		}
		return f.callExt("erlang", e.Op, args, tail)
	}
	args := []opnd{f.within(inLeft, e.Left), f.within(inRight, e.Right)}
	f.at(e.Anno)
	if v, ok := foldInts(e.Op, args[0], args[1]); ok {
		return v
	}
	kind := kindGC
	if _, ok := comparisons[e.Op]; ok || e.Op == "and" || e.Op == "or" || e.Op == "xor" {
		kind = kindBIF
	}
	return f.bif(e.Op, kind, args)
}

// foldInts computes an operation on small constants.
func foldInts(op string, a, b opnd) (opnd, bool) {
	if !a.isConst() || !b.isConst() {
		return opnd{}, false
	}
	x, ok1 := a.t.(term.Int)
	y, ok2 := b.t.(term.Int)
	if !ok1 || !ok2 {
		return opnd{}, false
	}
	i, j := x.Value(), y.Value()
	if i > math.MaxInt32/2 || i < math.MinInt32/2 || j > math.MaxInt32/2 || j < math.MinInt32/2 {
		return opnd{}, false
	}
	switch op {
	case "+":
		return cnst(term.Small(i + j)), true
	case "-":
		return cnst(term.Small(i - j)), true
	case "*":
		return cnst(term.Small(i * j)), true
	}
	return opnd{}, false
}

func (f *fn) unOp(e *parser.UnOp) opnd {
	if e.Op == "not" && isBool(e.Arg) {
		return f.boolValue(e)
	}
	v := f.within(inOperand, e.Arg)
	f.at(e.Anno)
	if v.isConst() {
		switch e.Op {
		case "-":
			if n, ok := negated(v.t); ok {
				return cnst(n)
			}
		case "+":
			if _, ok := negated(v.t); ok {
				return v
			}
		}
	}
	if e.Op == "not" {
		return f.bif("not", kindBIF, []opnd{v})
	}
	return f.bif(e.Op, kindGC, []opnd{v})
}

// negated is -t of a number.
func negated(t term.Term) (term.Term, bool) {
	switch t := t.(type) {
	case term.Float:
		return -t, true
	case term.Int, *term.Big:
		b, _ := term.ToBig(t)
		return term.MakeBig(new(big.Int).Neg(b)), true
	}
	return nil, false
}

// shortCircuit lowers andalso and orelse whose left side may be anything.
func (f *fn) shortCircuit(e *parser.BinOp, tail bool) opnd {
	short, long := term.Term(term.False), term.Term(term.True)
	in, at := inAndalso, atAndalso
	if e.Op == "orelse" {
		short, long = long, short
		in, at = inOrelse, atOrelse
	}
	j := f.join(tail)
	right, other, bad := f.newBlock(), f.newBlock(), f.gfail
	if isBool(e.Left) {
		alt := right
		if e.Op == "andalso" {
			alt = other
		}
		f.going(in[0], false, func() { f.cond(e.Left, alt) })
		if e.Op == "andalso" {
			f.jump(right)
		} else {
			f.jump(other)
		}
	} else {
		v := f.reg(f.within(in[0], e.Left))
		if bad == nil {
			bad = f.newBlock()
		}
		f.end(beam.OpSelectVal, v, failTo(bad), cnst(long), failTo(right), cnst(short), failTo(other))
		f.lastList(4)
		if f.gfail == nil {
			f.aside(bad, func() {
				f.at(e.Anno)
				f.showing(at, func() { f.raise(f.tuple([]opnd{cnst(aBadarg), v})) })
			})
		}
	}
	f.place(right)
	f.keepCertain(j.mark, e.Left)
	left := append([]binding(nil), f.env[j.mark:]...)
	f.going(in[1], false, func() {
		if tail {
			f.tail(e.Right)
		} else {
			v := f.expr(e.Right)
			f.env = append(f.env[:j.mark], left...) // what the right side binds is not seen after it, nor is it in the shell
			j.leave(v, j.mark)
		}
	})
	f.place(other)
	f.env = append(f.env[:j.mark], left...)
	j.leave(cnst(short), j.mark)
	return j.finish()
}

// keepCertain drops from the variables since mark, which the condition e has bound, those that
// only a right side of an andalso or orelse in it binds.
func (f *fn) keepCertain(mark int, e parser.Expr) {
	first := e
	for {
		if b, ok := first.(*parser.BinOp); ok && (b.Op == "andalso" || b.Op == "orelse") {
			first = b.Left
		} else if u, ok := first.(*parser.UnOp); ok && u.Op == "not" {
			first = u.Arg
		} else {
			break
		}
	}
	if first == e || len(f.env) == mark {
		return
	}
	names := map[string]bool{}
	walk(first, func(e parser.Expr) bool {
		if v, ok := e.(*parser.Var); ok {
			names[v.Name] = true
		}
		return true
	})
	kept := f.env[:mark]
	for _, b := range f.env[mark:] {
		if names[b.name] {
			kept = append(kept, b)
		}
	}
	f.env = kept
}

// lastList says that the last n operands of the instruction just ended are a
// list.
func (f *fn) lastList(n int) {
	b := f.ended
	b.insts[len(b.insts)-1].list = int32(n)
}

// boolValue lowers a condition to true or false.
func (f *fn) boolValue(e parser.Expr) opnd {
	// A plain comparison has an instruction for its value.
	if b, ok := e.(*parser.BinOp); ok && comparisons[b.Op].name != "" {
		args := []opnd{f.within(inLeft, b.Left), f.within(inRight, b.Right)}
		f.at(b.Anno)
		return f.bif(b.Op, kindBIF, args)
	}
	no, end := f.newBlock(), f.newBlock()
	r := f.newReg()
	f.cond(e, no)
	f.op(beam.OpMove, cnst(term.True), def(r))
	f.jump(end)
	f.place(no)
	f.op(beam.OpMove, cnst(term.False), def(r))
	f.jump(end)
	f.place(end)
	return use(r)
}

func (f *fn) matchExpr(e *parser.Match) opnd {
	if p, ok := e.Pattern.(*parser.Var); ok && f.root.wanted[p.Name] && !f.isBound(p.Name) && f.makesRef(e.Value) {
		f.marking = e.Value
	}
	v := f.within(inMatch, e.Value)
	if p, ok := e.Pattern.(*parser.Var); ok && (p.Name == "_" || !f.isBound(p.Name)) {
		if p.Name != "_" {
			f.bind(p.Name, v)
		}
		return v
	}
	f.at(e.Anno)
	bad := f.newBlock()
	f.bindMatch(v, e.Pattern, bad)
	f.aside(bad, func() {
		f.at(e.Anno)
		f.showing(atBadmatch, func() { f.end(beam.OpBadmatch, v) })
	})
	return v
}

// bindMatch matches a value against one pattern, goes to bad if it does not
// fit, and keeps the variables bound.
func (f *fn) bindMatch(v opnd, p parser.Expr, bad *block) {
	good := f.newBlock()
	mark := len(f.env)
	var binds []binding
	f.match([]col{{val: v}}, []row{{pats: []parser.Expr{p}, body: func() {
		binds = append(binds, f.env[mark:]...)
		f.jump(good)
	}}}, bad)
	f.env = append(f.env[:mark], binds...)
	f.place(good)
}

// isBound reports whether a variable has a value here.
func (f *fn) isBound(name string) bool {
	for i := len(f.env) - 1; i >= 0; i-- {
		if f.env[i].name == name {
			return true
		}
	}
	_, ok := f.lookup(name)
	return ok
}
