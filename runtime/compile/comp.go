package compile

import (
	"fmt"
	"slices"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// A comprehension becomes one lifted function for each of its generators. A
// list comprehension of one generator builds its list on the way back, as
// [E | Self(T)]; all others pass what they have made so far on as an
// accumulator, a list in reverse order or a binary.

// comp is a comprehension being lowered.
type comp struct {
	e      *parser.Comp
	direct bool
	// unused: nobody wants the list, and its functions are plain loops.
	unused bool
	// tail: the function returns the list.
	tail bool
}

// noAcc reports whether the functions have no accumulator.
func (c *comp) noAcc() bool { return c.direct || c.unused }

var (
	aBadGenerator  = term.A("bad_generator")
	aBadGenerators = term.A("bad_generators")
	aBadFilter     = term.A("bad_filter")
	aBadmatch      = term.A("badmatch")
	aNone          = term.A("none")
)

func (f *fn) comprehension(e *parser.Comp, unused, tail bool) opnd {
	c := &comp{e: e, unused: unused && e.Kind == parser.ListKind}
	gens := 0
	for _, q := range e.Qualifiers {
		switch q.(type) {
		case *parser.Generator, *parser.Zip:
			gens++
		}
	}
	if !c.unused && e.Kind == parser.ListKind && gens == 1 && isList(e.Qualifiers[0]) {
		c.direct = true
		c.tail = tail
	}
	mark := len(f.env)
	var acc opnd = cnst(term.EmptyList)
	if e.Kind == parser.BinKind {
		acc = cnst(term.Binary(nil))
	}
	end, res := f.newBlock(), f.newReg()
	f.going(inComp[e.Kind], false, func() {
		f.qualifiers(c, e.Qualifiers, acc, func(v opnd) {
			f.op(beam.OpMove, v, def(res))
			f.jump(end)
		})
	})
	f.env = f.env[:mark]
	f.place(end)
	f.at(e.Anno)
	switch {
	case e.Kind == parser.MapKind:
		l := f.callExt("lists", "reverse", []opnd{use(res)}, false)
		return f.callExt("maps", "from_list", []opnd{l}, false)
	case e.Kind == parser.ListKind && !c.noAcc():
		return f.callExt("lists", "reverse", []opnd{use(res)}, false)
	}
	return use(res)
}

// isList reports whether a qualifier is a generator over lists alone.
func isList(q parser.Expr) bool {
	switch q := q.(type) {
	case *parser.Generator:
		return q.Kind == parser.ListKind
	case *parser.Zip:
		for _, g := range q.Generators {
			if g.Kind != parser.ListKind {
				return false
			}
		}
		return true
	}
	return false
}

// qualifiers lowers the rest of a comprehension. done is given the
// accumulator as it is then, and ends the block; it may be called twice.
func (f *fn) qualifiers(c *comp, qs []parser.Expr, acc opnd, done func(opnd)) {
	if len(qs) == 0 {
		done(f.template(c, acc))
		return
	}
	switch q := qs[0].(type) {
	case *parser.Generator:
		done(f.generator(c, q.Anno, []*parser.Generator{q}, qs[1:], acc))
	case *parser.Zip:
		done(f.generator(c, q.Anno, q.Generators, qs[1:], acc))
	default:
		skip := f.newBlock()
		mark := len(f.env)
		f.at(q.Position())
		switch {
		case f.m.isGuard(q):
			f.guard([][]parser.Expr{{q}}, skip)
		default:
			v := f.reg(f.within(inFilter, q))
			yes, bad := f.newBlock(), f.newBlock()
			f.end(beam.OpSelectVal, v, failTo(bad), cnst(term.True), failTo(yes), cnst(term.False), failTo(skip))
			f.lastList(4)
			f.aside(bad, func() {
				f.showing(atBadFilter, func() { f.raise(f.tuple([]opnd{cnst(aBadFilter), v})) })
			})
			f.place(yes)
		}
		f.qualifiers(c, qs[1:], acc, done)
		f.env = f.env[:mark]
		f.place(skip)
		done(acc)
	}
}

// template makes the values of one round and adds them to the accumulator.
// A direct comprehension has no accumulator: its generator's function adds
// the values itself.
func (f *fn) template(c *comp, acc opnd) opnd {
	switch c.e.Kind {
	case parser.BinKind:
		e, ok := c.e.Template.(*parser.Bin)
		if !ok {
			e = &parser.Bin{Anno: c.e.Position(), Elems: []*parser.BinElem{{Value: c.e.Template, Types: []parser.BinType{{Name: "bitstring"}}}}}
		}
		const name = accName
		mark := len(f.env)
		f.bind(name, acc)
		grown := &parser.Bin{Anno: e.Anno, Elems: append([]*parser.BinElem{{Anno: e.Anno, Value: &parser.Var{Anno: e.Anno, Name: name},
			Types: []parser.BinType{{Name: "bitstring"}}}}, e.Elems...)}
		v := f.within(inTemplate[parser.BinKind], grown)
		f.env = f.env[:mark]
		return v
	}
	vals := f.templateValues(c)
	if c.unused {
		return acc
	}
	for _, v := range vals {
		acc = f.list([]opnd{v}, acc)
	}
	return acc
}

// accName is what a binary comprehension has made so far, as the first field
// of what it makes next.
const accName = " acc"

func isAcc(e parser.Expr) bool {
	v, ok := e.(*parser.Var)
	return ok && v.Name == accName
}

func (f *fn) templateValues(c *comp) []opnd {
	var vals []opnd
	in := inTemplate[c.e.Kind]
	for _, e := range append([]parser.Expr{c.e.Template}, c.e.More...) {
		if p, ok := e.(*parser.MapPair); ok {
			k, v := f.within(in, p.Key), f.within(in, p.Value)
			vals = append(vals, f.tuple([]opnd{k, v}))
			continue
		}
		vals = append(vals, f.within(in, e))
	}
	return vals
}

// generator lowers generators that go on together (one, unless zipped): calls
// a function that runs through them.
func (f *fn) generator(c *comp, pos parser.Anno, gens []*parser.Generator, rest []parser.Expr, acc opnd) opnd {
	srcs := make([]opnd, len(gens))
	for i, g := range gens {
		in := inSource[g.Kind]
		if len(gens) > 1 {
			in = inZipSource
		}
		srcs[i] = f.within(in, g.Source)
		if g.Kind == parser.MapKind {
			f.at(g.Anno)
			srcs[i] = f.iterator(srcs[i])
		}
	}
	kind := map[parser.CompKind]string{parser.ListKind: "lc", parser.BinKind: "bc", parser.MapKind: "mc"}[c.e.Kind]
	n := f.take(c.e)
	g := f.lifted(c.e.Anno)
	for range gens {
		g.args = append(g.args, g.newReg())
	}
	if !c.noAcc() {
		g.args = append(g.args, g.newReg())
	}
	g.at(pos)
	g.loop(c, gens, rest)
	k := f.root.kernels
	f.root.kernels++
	g.setName(fmt.Sprintf("%s$^%d/%d", kind, n, len(g.args)), k)
	formal := srcs
	if !c.noAcc() {
		formal = append(formal, acc)
	}
	g.seal()
	f.at(c.e.Anno)
	var v opnd
	f.showing(noRoute, func() {
		v = f.emitCall(&callInfo{op: beam.OpCall, target: g.info}, append(formal, g.captured()...), c.tail && !f.hasFrames())
	})
	return v
}

// iterator turns the source of a map generator into an iterator.
func (f *fn) iterator(src opnd) opnd {
	src = f.reg(src)
	isMap, other, end, bad := f.newBlock(), f.newBlock(), f.newBlock(), f.newBlock()
	res := f.newReg()
	f.op(beam.OpIsMap, failTo(other), src)
	f.jump(isMap)
	f.place(isMap)
	f.op(beam.OpMove, f.callExt("maps", "iterator", []opnd{src}, false), def(res))
	f.jump(end)
	f.place(other)
	ok := f.callExt("maps", "is_iterator_valid", []opnd{src}, false)
	f.op(beam.OpIsEqExact, failTo(bad), ok, cnst(term.True))
	f.op(beam.OpMove, src, def(res))
	f.jump(end)
	f.aside(bad, func() {
		f.showing(atBadMapSource, func() { f.raise(f.tuple([]opnd{cnst(aBadGenerator), src})) })
	})
	f.place(end)
	return use(res)
}

// loop is the body of a generator's function.
func (g *fn) loop(c *comp, gens []*parser.Generator, rest []parser.Expr) {
	var acc opnd
	if !c.noAcc() {
		acc = use(g.args[len(gens)])
	} else {
		acc = cnst(term.EmptyList)
	}
	end, bad := g.newBlock(), g.newBlock()
	srcs := make([]opnd, len(gens))
	for i := range gens {
		srcs[i] = use(g.args[i])
	}
	// The next element of each, or the end.
	next := make([]opnd, len(gens))
	var cols []col
	r := row{fresh: true}
	strict, open := true, true
	failed := make([]opnd, len(gens))
	// A generator over a list whose pattern is a literal is strict if it is zipped with a strict one whose
	// pattern is none.
	literal := func(gen *parser.Generator) bool { return gen.Kind == parser.ListKind && g.isLiteral(gen.Pattern) }
	withStrict := slices.ContainsFunc(gens, func(gen *parser.Generator) bool { return gen.Strict && !literal(gen) })
	var must row // what strict generators ask of an element that is left out
	var mustCols []col
	for i, gen := range gens {
		// Those before go on while this one has ended, which is right only where
		// they are binaries that may have a rest.
		other := end
		if !open {
			other = bad
		}
		open = open && gen.Kind == parser.BinKind && !gen.Strict
		strict = strict && gen.Strict
		n := len(cols)
		switch gen.Kind {
		case parser.ListKind:
			h, t := g.newReg(), g.newReg()
			g.op(beam.OpIsNonemptyList, failTo(other), srcs[i])
			g.op(beam.OpGetList, srcs[i], def(h), def(t))
			next[i], failed[i] = use(t), use(h)
			cols = append(cols, col{val: use(h)})
			r.pats = append(r.pats, gen.Pattern)
		case parser.BinKind:
			ctx, tail := g.newReg(), g.newReg()
			g.op(beam.OpBsStartMatch3, failTo(other), srcs[i], live, def(ctx))
			parts, pats, _ := g.fields(&r, binPattern(gen.Pattern), use(ctx), other, false)
			g.op(beam.OpBsGetTail, use(ctx), def(tail), live)
			next[i], failed[i] = use(tail), srcs[i]
			cols, r.pats = append(cols, parts...), append(r.pats, pats...)
		case parser.MapKind:
			n := g.callExt("maps", "next", []opnd{srcs[i]}, false)
			k, v, t := g.newReg(), g.newReg(), g.newReg()
			g.op(beam.OpIsTuple, failTo(other), n)
			g.op(beam.OpTestArity, failTo(other), n, num(3))
			g.op(beam.OpGetTupleElement, n, num(0), def(k))
			g.op(beam.OpGetTupleElement, n, num(1), def(v))
			g.op(beam.OpGetTupleElement, n, num(2), def(t))
			p := gen.Pattern.(*parser.MapPair)
			next[i] = use(t)
			failed[i] = use(k)
			cols = append(cols, col{val: use(k)}, col{val: use(v)})
			r.pats = append(r.pats, p.Key, p.Value)
		}
		if gen.Strict || withStrict && literal(gen) {
			must.pats = append(must.pats, r.pats[n:]...)
			mustCols = append(mustCols, cols[n:]...)
		}
	}
	again := func(acc opnd) {
		args := append([]opnd(nil), next...)
		if !c.noAcc() {
			args = append(args, acc)
		}
		g.bare(func() opnd { return g.selfCall(args, true) })
	}
	skip := g.newBlock()
	round := inRound[gens[0].Kind]
	badSource, unfit := atBadSource[gens[0].Kind], atStrict[gens[0].Kind]
	if len(gens) > 1 {
		round, badSource, unfit = inZipRound, atBadZip, atBadZip
	}
	r.body = func() {
		g.going(round, false, func() {
			if !c.direct {
				g.qualifiers(c, rest, acc, again)
				return
			}
			g.directBody(c, rest, next)
		})
	}
	g.match(cols, []row{r}, skip)
	g.place(skip)
	switch {
	case len(gens) > 1 && len(mustCols) > 0:
		must.fresh, must.body = true, func() { again(acc) }
		g.match(mustCols, []row{must}, bad)
	case strict:
		v := failed[0]
		if gens[0].Kind == parser.MapKind {
			v = g.tuple([]opnd{cols[0].val, cols[1].val})
		}
		g.showing(unfit, func() { g.raise(g.tuple([]opnd{cnst(aBadmatch), v})) })
	default:
		again(acc)
	}
	g.place(end)
	for i, gen := range gens {
		switch gen.Kind {
		case parser.ListKind:
			g.op(beam.OpIsNil, failTo(bad), srcs[i])
		case parser.BinKind:
			ctx := g.newReg()
			g.op(beam.OpBsStartMatch3, failTo(bad), srcs[i], live, def(ctx))
			if gen.Strict {
				g.op(beam.OpBsTestTail2, failTo(bad), use(ctx), num(0))
			}
		case parser.MapKind:
			if i > 0 {
				n := g.callExt("maps", "next", []opnd{srcs[i]}, false)
				g.op(beam.OpIsEqExact, failTo(bad), n, cnst(aNone))
			}
		}
	}
	g.end(pReturn, acc)
	g.place(bad)
	reason := g.newReg()
	switch {
	case len(gens) > 1:
		g.op(beam.OpMove, g.tuple([]opnd{cnst(aBadGenerators), g.tuple(srcs)}), def(reason))
	case gens[0].Kind == parser.BinKind && gens[0].Strict:
		notBin, go1 := g.newBlock(), g.newBlock()
		g.op(beam.OpIsBitstr, failTo(notBin), srcs[0])
		g.op(beam.OpMove, g.tuple([]opnd{cnst(aBadmatch), srcs[0]}), def(reason))
		g.jump(go1)
		g.place(notBin)
		g.op(beam.OpMove, g.tuple([]opnd{cnst(aBadGenerator), srcs[0]}), def(reason))
		g.jump(go1)
		g.place(go1)
	default:
		g.op(beam.OpMove, g.tuple([]opnd{cnst(aBadGenerator), srcs[0]}), def(reason))
	}
	g.showing(badSource, func() { g.raise(use(reason)) })
}

// directBody builds the list on the way back.
func (g *fn) directBody(c *comp, rest []parser.Expr, next []opnd) {
	if len(rest) > 0 {
		skip := g.newBlock()
		q := rest[0]
		mark := len(g.env)
		g.at(q.Position())
		if g.m.isGuard(q) {
			g.guard([][]parser.Expr{{q}}, skip)
		} else {
			v := g.reg(g.within(inFilter, q))
			yes, bad := g.newBlock(), g.newBlock()
			g.end(beam.OpSelectVal, v, failTo(bad), cnst(term.True), failTo(yes), cnst(term.False), failTo(skip))
			g.lastList(4)
			g.aside(bad, func() {
				g.showing(atBadFilter, func() { g.raise(g.tuple([]opnd{cnst(aBadFilter), v})) })
			})
			g.place(yes)
		}
		g.directBody(c, rest[1:], next)
		g.env = g.env[:mark]
		g.place(skip)
		g.bare(func() opnd { return g.selfCall(append([]opnd(nil), next...), true) })
		return
	}
	vals := g.templateValues(c)
	g.at(c.e.Anno)
	tail := g.bare(func() opnd { return g.selfCall(append([]opnd(nil), next...), false) })
	g.end(pReturn, g.list(vals, tail))
}

// isLiteral reports whether a pattern has no variables in it.
func (f *fn) isLiteral(p parser.Expr) bool {
	literal := true
	walk(p, func(e parser.Expr) bool {
		switch e := e.(type) {
		case *parser.Var, *parser.Map:
			literal = false
		case *parser.Record:
			literal = literal && f.isLiteral(f.recordPattern(e))
			return false
		}
		return literal
	})
	return literal
}

func binPattern(p parser.Expr) *parser.Bin {
	if b, ok := p.(*parser.Bin); ok {
		return b
	}
	return &parser.Bin{Anno: p.Position()}
}
