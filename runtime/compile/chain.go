package compile

import (
	"slices"

	"ersh/parser"
	"ersh/runtime/beam"
)

// level is the function of one generator, or of zipped ones, in a list
// comprehension of a module.
type level struct {
	g    *fn
	pos  parser.Anno
	up   *level // of the generator before
	next []opnd // the arguments with which g goes on, in g
	// call is where g is called for its first element, and back where it calls
	// up's function at its end: both want the free variables as arguments,
	// which are known when the whole comprehension is lowered.
	call, back selfRef
}

// chain lowers a comprehension to its list.
func (f *fn) chain(c *comp) opnd {
	mark := len(f.env)
	end, res := f.newBlock(), f.newReg()
	f.steps(c, c.e.Qualifiers, nil, func(v opnd) {
		f.op(beam.OpMove, v, def(res))
		f.jump(end)
	})
	f.env = f.env[:mark]
	f.place(end)
	f.sealChain(c)
	f.at(c.e.Anno)
	return use(res)
}

// steps lowers the rest of a comprehension in the function of the level lv,
// nil: before the first generator. leave ends the block with the list; it may be
// called twice.
func (f *fn) steps(c *comp, qs []parser.Expr, lv *level, leave func(opnd)) {
	if len(qs) == 0 {
		if c.unused {
			f.effects(append([]parser.Expr{c.e.Template}, c.e.More...))
			f.goOn(c, lv, leave)
			return
		}
		vals := f.templateValues(c)
		f.at(c.e.Anno)
		switch {
		case lv == nil:
			leave(f.list(vals, c.more))
		default:
			f.at(lv.pos)
			leave(f.list(vals, f.selfCall(append([]opnd(nil), lv.next...), false)))
		}
		return
	}
	skip := f.newBlock()
	mark := len(f.env)
	switch q := qs[0].(type) {
	case *parser.Generator:
		if e := singleton(q); e != nil {
			f.at(q.Anno)
			v := f.reg(f.expr(e))
			f.match([]col{{val: v}}, []row{{pats: []parser.Expr{q.Pattern}, fresh: true, body: func() { f.steps(c, qs[1:], lv, leave) }}}, skip)
			break
		}
		f.level(c, q, []*parser.Generator{q}, qs[1:], lv, leave)
		return
	case *parser.Zip:
		f.level(c, q, q.Generators, qs[1:], lv, leave)
		return
	default:
		f.filter(q, skip)
		f.steps(c, qs[1:], lv, leave)
	}
	f.env = f.env[:mark]
	f.place(skip)
	f.goOn(c, lv, leave)
}

// singleton is the one element of a list that a generator runs through, nil if
// it runs through anything else: no function is needed for it, as in erlc.
func singleton(g *parser.Generator) parser.Expr {
	if g.Kind != parser.ListKind || g.Strict {
		return nil
	}
	switch s := g.Source.(type) {
	case *parser.Cons:
		if _, ok := s.Tail.(*parser.Nil); ok {
			return s.Head
		}
	case *parser.String:
		if len(s.Value) == 1 {
			return &parser.Char{Anno: s.Anno, Value: s.Value[0]}
		}
	}
	return nil
}

// goOn goes on with the next element of the level, or leaves with the end of
// the list.
func (f *fn) goOn(c *comp, lv *level, leave func(opnd)) {
	if lv == nil {
		leave(c.more)
		return
	}
	f.selfCall(append([]opnd(nil), lv.next...), true)
}

// level lowers generators that go on together.
func (f *fn) level(c *comp, q parser.Expr, gens []*parser.Generator, rest []parser.Expr, up *level, leave func(opnd)) {
	g := f.beginGenerator(c, gens)
	lv := &level{g: g, pos: gens[0].Anno, up: up}
	c.levels = append(c.levels, lv)
	g.at(lv.pos)
	g.loop(c, gens, rest, lv)
	f.nameGenerator(g, c, q, gens)
	f.m.pending = append(f.m.pending, g)
	args := f.sources(gens)
	f.at(lv.pos)
	if len(gens) > 1 && slices.ContainsFunc(rest, isGenerator) {
		f.at(gens[len(gens)-1].Source.Position()) // what erlc says here
	}
	lv.call = selfRef{f.cur, len(f.cur.insts)}
	v := f.emitCall(&callInfo{op: beam.OpCall, target: g.info}, args, up != nil || c.tail)
	if up == nil && !c.tail {
		leave(v)
	}
}

// endOf is what the level's function does at the end of what it runs through.
func (g *fn) endOf(c *comp, lv *level) {
	if lv.up == nil {
		g.end(pReturn, g.keep(c.more))
		return
	}
	args := make([]opnd, len(lv.up.next))
	for i, o := range lv.up.next {
		args[i] = g.keep(o)
	}
	lv.back = selfRef{g.cur, len(g.cur.insts)}
	g.emitCall(&callInfo{op: beam.OpCall, target: lv.up.g.info}, args, true)
}

// keep makes a value of the function around a lifted one a free variable of
// it.
func (g *fn) keep(o opnd) opnd {
	if o.isConst() {
		return o
	}
	for _, c := range g.captures {
		if c.outer.n == o.n {
			return use(c.r)
		}
	}
	r := g.newReg()
	g.captures = append(g.captures, capture{" kept", o, r})
	return use(r)
}

// sealChain ends the functions of a comprehension. Each calls the one before,
// and so has the free variables of that, too.
func (f *fn) sealChain(c *comp) {
	for _, lv := range c.levels {
		g := lv.g
		if lv.up != nil {
			in := &lv.back.b.insts[lv.back.i]
			for _, x := range lv.up.g.captures {
				in.ops = append(in.ops, g.keep(use(x.r)))
			}
		}
		g.close()
		in := &lv.call.b.insts[lv.call.i]
		in.ops = append(in.ops, g.captured()...)
	}
}

// appended lowers a comprehension with ++ and another list behind it: that is
// evaluated first, and stands at the end of the one that is built.
func (f *fn) appended(e *parser.Comp, more parser.Expr, tail bool) opnd {
	c := &comp{e: e, tail: tail, more: f.expr(more)}
	v := f.chain(c)
	if tail {
		f.end(pReturn, v)
	}
	return v
}
