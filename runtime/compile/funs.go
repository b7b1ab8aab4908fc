package compile

import (
	"fmt"
	"sort"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

var aFunctionClause = term.A("function_clause")

// newFn begins a function; parent is the one it is lifted out of.
func (m *mod) newFn(parent *fn, pos parser.Anno) *fn {
	f := &fn{m: m, parent: parent, file: m.file}
	if parent != nil {
		f.root, f.file = parent.root, parent.file
	} else {
		f.root, f.lifts, f.funs = f, lifts{}, map[*parser.Fun][]*fn{}
	}
	f.at(pos)
	f.infoLine = f.line()
	f.place(f.newBlock())
	return f
}

// clauses lowers a function's clauses, the patterns of which are matched
// against its arguments.
func (f *fn) clauses(cs []*parser.Clause, fresh bool) {
	cols := make([]col, len(cs[0].Patterns))
	for i := range cols {
		f.args = append(f.args, f.newReg())
		cols[i] = col{val: use(f.args[i])}
	}
	rows := make([]row, len(cs))
	for i, c := range cs {
		rows[i] = row{pats: c.Patterns, guard: c.Guard, fresh: fresh, split: len(cs) > 1, body: func() { f.tailBody(c.Body) }}
	}
	if f.root == f && f.m.shell == nil {
		f.findWanted(cs)
		f.number(cs)
	}
	f.noClause = f.newBlock()
	if f.m.shell == nil {
		f.match(cols, rows, f.noClause)
		return
	}
	// A shell's fun shows its own arguments only, not the values it keeps.
	bad := f.newBlock()
	f.match(cols, rows, bad)
	f.aside(bad, func() {
		args := make([]opnd, len(cols))
		for i := range cols {
			args[i] = cols[i].val
		}
		at := atFunClause
		if f.self != "" {
			at = atNamedFun
		}
		f.showing(at, func() {
			f.callExt("erlang", "error", []opnd{cnst(aFunctionClause), f.list(args, cnst(term.EmptyList))}, true)
		})
	})
}

// seal ends the lowering: the values of free variables become arguments
// after the others, ordered by name, and calls of the function by itself get
// them too.
func (f *fn) seal() {
	f.close()
	f.m.pending = append(f.m.pending, f)
}

func (f *fn) close() {
	sort.SliceStable(f.captures, func(i, j int) bool { return f.captures[i].name < f.captures[j].name })
	formal := len(f.args)
	extra := make([]opnd, len(f.captures))
	for i, c := range f.captures {
		f.args = append(f.args, c.r)
		extra[i] = use(c.r)
	}
	f.info.arity = formal + len(extra)
	for _, s := range f.selfRefs {
		in := &s.b.insts[s.i]
		in.ops = append(in.ops, extra...)
		if in.list >= 0 {
			in.list += int32(len(extra))
		}
	}
	if f.noClause == nil {
		f.noClause = f.newBlock()
	}
	ops := make([]opnd, len(f.args))
	for i, a := range f.args {
		ops[i] = use(a)
	}
	f.noClause.insts = []inst{{op: pFuncClause, list: -1, ops: ops}}
}

// captured is the operands of a lifted function's free variables where it is
// made or called.
func (f *fn) captured() []opnd {
	ops := make([]opnd, len(f.captures))
	for i, c := range f.captures {
		ops[i] = c.outer
	}
	return ops
}

// lifted begins a function that is lifted out of f.
func (f *fn) lifted(pos parser.Anno) *fn {
	g := f.m.newFn(f, pos)
	g.info = &funcInfo{failLabel: f.m.newLabel(), label: f.m.newLabel()}
	g.name = f.root.name
	return g
}

func (f *fn) setName(name string) {
	if f.m.shell != nil {
		f.info.name = term.A(shellInside)
		return
	}
	a, err := term.NewAtom(fmt.Sprintf("-%s/%d-%s-", f.root.name.name, f.root.name.arity, name))
	if err != nil {
		f.m.errorf(f.pos, "illegal atom")
		a = term.Undefined
	}
	f.info.name = a
	if f.isFun {
		f.m.lambdas[f.lambda].Name = a
	}
}

// named is what the name of a generator's or a named fun's function begins
// with; the rest comes at the end of the function around it.
func (g *fn) named(e parser.Expr, kind string) {
	if g.m.shell != nil {
		g.setName(kind)
		return
	}
	g.kind = kind
	g.root.lifts[e] = append(g.root.lifts[e], g)
}

// mayRefuse reports whether there are arguments for which the function has no
// clause.
func (f *fn) mayRefuse() bool {
	for _, bs := range [][]*block{f.blocks, f.cold} {
		for _, b := range bs {
			for i := range b.insts {
				for _, o := range b.insts[i].ops {
					if o.blk == f.noClause {
						return true
					}
				}
			}
		}
	}
	return false
}

// refuse has another function, of this name and with the first n arguments
// only, say that no clause matches.
func (f *fn) refuse(name string, n int) {
	a, err := term.NewAtom(name)
	if err != nil {
		return // the function's own will do
	}
	g := f.m.newFn(f, f.pos)
	g.infoLine = f.infoLine
	g.info = &funcInfo{name: a, arity: n, failLabel: f.m.newLabel(), label: f.m.newLabel()}
	args := make([]opnd, n)
	for i := range args {
		g.args = append(g.args, g.newReg())
		args[i] = use(f.args[i])
	}
	g.noClause = g.newBlock()
	g.jump(g.noClause)
	g.close()
	f.m.refusals = append(f.m.refusals, g)
	f.noClause.insts = []inst{{op: pCall, list: -1, ops: args, call: &callInfo{op: beam.OpCall, target: g.info, tail: true}}}
	f.blocks, f.noClause = append(f.blocks, f.noClause), nil
}

// fun lowers a fun expression.
func (f *fn) fun(e *parser.Fun) opnd {
	if made := f.root.twice[e]; made != nil && !callsItself(e.Clauses, e.Name) {
		// The same code in the same place: one function for both, which has one name.
		free := make([]opnd, len(made.captures))
		for i, c := range made.captures {
			free[i], _ = f.lookup(c.name)
		}
		return f.makeFun(made.lambda, free)
	}
	g := f.lifted(e.Anno)
	g.self = e.Name
	g.lambda, g.isFun = len(f.m.lambdas), true
	f.m.lambdas = append(f.m.lambdas, beam.Lambda{})
	g.clauses(e.Clauses, true)
	n := f.take(e)
	if e.Name != "" && callsItself(e.Clauses, e.Name) {
		g.named(e, fmt.Sprintf("%s/%d", e.Name, len(e.Clauses[0].Patterns)))
	} else {
		g.setName(fmt.Sprintf("fun-%d", n))
	}
	g.seal()
	f.m.lambdas[g.lambda] = beam.Lambda{Name: g.info.name, Arity: len(g.args), Label: g.info.label, Index: g.lambda, NumFree: len(g.captures)}
	switch {
	case f.m.shell != nil:
		f.m.shell.noteFun(g, e)
	default:
		f.root.funs[e] = append(f.root.funs[e], g)
		if f.root.twice != nil {
			f.root.twice[e] = g
		}
	}
	f.at(e.Anno)
	return f.makeFun(g.lambda, g.captured())
}

// callsItself reports whether the name of a fun stands in its clauses: if it does not, it is as good as none.
func callsItself(cs []*parser.Clause, name string) (found bool) {
	walk(&parser.Fun{Clauses: cs}, func(x parser.Expr) bool {
		v, ok := x.(*parser.Var)
		found = found || ok && v.Name == name
		return !found
	})
	return found
}

func (f *fn) makeFun(lambda int, free []opnd) opnd {
	r := f.newReg()
	f.opList(beam.OpMakeFun3, len(free), append([]opnd{num(lambda), def(r)}, free...)...)
	return use(r)
}

// isSelf reports whether a call of a variable calls the named fun that it
// stands in.
func (f *fn) isSelf(name string, arity int) bool {
	if f.self != name || f.self == "" || arity != f.formal() {
		return false
	}
	for _, b := range f.env {
		if b.name == name {
			return false
		}
	}
	return true
}

// formal is the number of the function's arguments while it is lowered.
func (f *fn) formal() int { return len(f.args) }

// selfFun is the named fun that the code stands in, as a value.
func (f *fn) selfFun() opnd {
	v := f.makeFun(f.lambda, nil)
	f.selfRefs = append(f.selfRefs, selfRef{f.cur, len(f.cur.insts) - 1})
	return v
}

// selfCall calls the lifted function that the code stands in.
func (f *fn) selfCall(args []opnd, tail bool) opnd {
	b := f.cur
	f.selfRefs = append(f.selfRefs, selfRef{b, len(b.insts)})
	return f.emitCall(&callInfo{op: beam.OpCall, target: f.info}, args, tail)
}

func (f *fn) funRef(e *parser.FunRef) opnd {
	k := fa{e.Name, e.Arity}
	if target := f.m.target(k); target != nil {
		i, ok := f.m.funRefs[k]
		if !ok {
			i = len(f.m.lambdas)
			f.m.funRefs[k] = i
			f.m.lambdas = append(f.m.lambdas, beam.Lambda{Name: target.name, Arity: e.Arity, Label: target.label, Index: i})
		}
		return f.makeFun(i, nil)
	}
	mod := "erlang"
	if m, ok := f.m.imports[k]; ok {
		mod = m
	} else if f.m.shell != nil && !f.m.isAutoBIF(e.Name, e.Arity) {
		return f.shellFunRef(e)
	}
	return cnst(&term.Export{Module: term.A(mod), Name: term.A(e.Name), Arity: e.Arity})
}

func (f *fn) funRemote(e *parser.FunRemote) opnd {
	args := f.exprs([]parser.Expr{e.Module, e.Name, e.Arity})
	f.at(e.Anno)
	if ts, ok := constants(args); ok {
		m, ok1 := ts[0].(term.Atom)
		n, ok2 := ts[1].(term.Atom)
		a, ok3 := ts[2].(term.Int)
		if ok1 && ok2 && ok3 && a.Value() >= 0 && a.Value() <= 255 {
			return cnst(&term.Export{Module: m, Name: n, Arity: int(a.Value())})
		}
	}
	var v opnd
	f.showing(atMakeFun, func() { v = f.callExt("erlang", "make_fun", args, false) })
	return v
}
