package compile

import (
	"fmt"
	"slices"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// A comprehension becomes one lifted function for each of its generators, with
// the names and numbers of arguments that erlc gives them. Lists, also those
// from which maps are made, are built on the way back: the function of the last
// generator returns [E | Self(T)], and that of each other one is called by the
// next one's when that has come to its end (chain.go). Binaries, and lists in
// the shell, pass what they have made so far on as an accumulator; the function
// of a generator calls the next one's and goes on with what it returns.

// comp is a comprehension being lowered.
type comp struct {
	e      *parser.Comp
	direct bool
	// unused: nobody wants the list, and its functions are plain loops.
	unused bool
	// tail: the function returns the list.
	tail bool
	// sameValue: all keys of a map have the same value, and only they are listed.
	sameValue bool
	// more: what comes after the list's last element.
	more opnd
	// levels are the functions of a chain, from the first generator's on.
	levels []*level
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
	c.tail = tail && e.Kind != parser.MapKind && f.m.shell == nil
	if f.m.shell == nil && e.Kind != parser.BinKind {
		c.more = cnst(term.EmptyList)
		if e.Kind == parser.ListKind {
			return f.chain(c)
		}
		if v := sameValue(e); v != nil {
			c.sameValue = true
			keys := f.chain(c)
			return f.callExt("maps", "from_keys", []opnd{keys, f.expr(v)}, false)
		}
		return f.callExt("maps", "from_list", []opnd{f.chain(c)}, false)
	}
	gens := 0
	for _, q := range e.Qualifiers {
		if isGenerator(q) {
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
		done(f.generator(c, q, []*parser.Generator{q}, qs[1:], acc))
	case *parser.Zip:
		done(f.generator(c, q, q.Generators, qs[1:], acc))
	default:
		skip := f.newBlock()
		mark := len(f.env)
		f.filter(q, skip)
		f.qualifiers(c, qs[1:], acc, done)
		f.env = f.env[:mark]
		f.place(skip)
		done(acc)
	}
}

// filter lowers a filter, which goes to skip where it is false.
func (f *fn) filter(q parser.Expr, skip *block) {
	f.at(q.Position())
	if f.m.isGuard(q) {
		f.guard([][]parser.Expr{{q}}, skip)
		return
	}
	v := f.reg(f.within(inFilter, q))
	yes, bad := f.newBlock(), f.newBlock()
	f.end(beam.OpSelectVal, v, failTo(bad), cnst(term.True), failTo(yes), cnst(term.False), failTo(skip))
	f.lastList(4)
	f.aside(bad, func() {
		f.showing(atBadFilter, func() { f.raise(f.tuple([]opnd{cnst(aBadFilter), v})) })
	})
	f.place(yes)
}

// sameValue is the value of all keys that a map comprehension makes, nil if
// it may differ from key to key or takes work to evaluate.
func sameValue(e *parser.Comp) parser.Expr {
	p, ok := e.Template.(*parser.MapPair)
	if !ok {
		return nil
	}
	for _, x := range e.More {
		a, ok1 := p.Value.(*parser.Var)
		b, ok2 := x.(*parser.MapPair).Value.(*parser.Var)
		if !ok1 || !ok2 || a.Name != b.Name {
			return nil
		}
	}
	own := map[string]bool{}
	pattern := func(p parser.Expr) {
		walk(p, func(x parser.Expr) bool {
			if v, ok := x.(*parser.Var); ok {
				own[v.Name] = true
			}
			return true
		})
	}
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *parser.Generator:
			pattern(q.Pattern)
		case *parser.Zip:
			for _, g := range q.Generators {
				pattern(g.Pattern)
			}
		default:
			pattern(q)
		}
	}
	same := true
	walk(p.Value, func(x parser.Expr) bool {
		switch x := x.(type) {
		case *parser.Var:
			same = same && !own[x.Name]
		case *parser.Cons, *parser.Tuple, *parser.MapPair, *parser.Atom, *parser.Integer, *parser.Float, *parser.Char, *parser.String, *parser.Nil:
		case *parser.Block:
			same = same && len(x.Body) == 1
		case *parser.Map:
			same = same && x.Base == nil && constantMap(x)
		default:
			same = false
		}
		return same
	})
	if !same {
		return nil
	}
	return p.Value
}

// constantMap reports whether there is no variable in a map that is made.
func constantMap(m *parser.Map) bool {
	is := true
	for _, p := range m.Pairs {
		walk(p, func(x parser.Expr) bool {
			_, v := x.(*parser.Var)
			is = is && !v
			return is
		})
	}
	return is
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
			if c.sameValue {
				vals = append(vals, f.expr(p.Key))
				continue
			}
			if f.m.shell == nil { // as erlc has it
				v := f.expr(p.Value)
				vals = append(vals, f.tuple([]opnd{f.expr(p.Key), v}))
				continue
			}
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
func (f *fn) generator(c *comp, q parser.Expr, gens []*parser.Generator, rest []parser.Expr, acc opnd) opnd {
	tail := c.tail && (c.direct || q == firstGenerator(c.e)) && !f.hasFrames()
	formal := f.sources(gens)
	g := f.beginGenerator(c, gens)
	if !c.noAcc() {
		g.args = append(g.args, g.newReg())
	}
	g.at(gens[0].Anno)
	g.loop(c, gens, rest, nil)
	f.nameGenerator(g, c, q, gens)
	g.seal()
	if !c.noAcc() {
		formal = append(formal, acc)
	}
	f.at(c.e.Anno)
	var v opnd
	f.showing(noRoute, func() {
		v = f.emitCall(&callInfo{op: beam.OpCall, target: g.info}, append(formal, g.captured()...), tail)
	})
	return v
}

func firstGenerator(e *parser.Comp) parser.Expr {
	if i := slices.IndexFunc(e.Qualifiers, isGenerator); i >= 0 {
		return e.Qualifiers[i]
	}
	return nil
}

// sources lowers what generators run through.
func (f *fn) sources(gens []*parser.Generator) []opnd {
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
	return srcs
}

// beginGenerator begins the function that runs through generators.
func (f *fn) beginGenerator(c *comp, gens []*parser.Generator) *fn {
	g := f.lifted(c.e.Anno)
	for range gens {
		g.args = append(g.args, g.newReg())
	}
	return g
}

// nameGenerator begins the name of the function that runs through generators:
// it stands for lists and maps (lc, zlc) or binaries (lbc, bzip).
func (f *fn) nameGenerator(g *fn, c *comp, q parser.Expr, gens []*parser.Generator) {
	kind, arity := "lc", len(gens)
	switch {
	case c.e.Kind == parser.BinKind && len(gens) > 1:
		kind, arity = "bzip", arity+1
	case c.e.Kind == parser.BinKind:
		kind, arity = "lbc", arity+1
	case len(gens) > 1:
		kind = "zlc"
	}
	g.named(q, fmt.Sprintf("%s$^%d/%d", kind, f.take(q), arity))
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

// loop is the body of a generator's function; lv is its level in a chain.
func (g *fn) loop(c *comp, gens []*parser.Generator, rest []parser.Expr, lv *level) {
	var acc opnd
	if lv == nil && !c.noAcc() {
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
	typed := len(gens) > 1 && g.m.shell != nil
	// A generator over a list whose pattern is a literal is strict if it is zipped with a strict one whose
	// pattern is none; not so in the shell.
	literal := func(gen *parser.Generator) bool {
		return !typed && gen.Kind == parser.ListKind && g.isLiteral(gen.Pattern)
	}
	withStrict := slices.ContainsFunc(gens, func(gen *parser.Generator) bool { return gen.Strict && !literal(gen) })
	var must row // what strict generators ask of an element that is left out
	var mustCols []col
	for i, gen := range gens {
		// Those before go on while this one has ended, which is right only where
		// they are binaries that may have a rest; never in the shell.
		other := end
		if !open {
			other = bad
		}
		open = open && gen.Kind == parser.BinKind && !gen.Strict && !typed
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
		g.at(gens[0].Anno)
		args := append([]opnd(nil), next...)
		if lv == nil && !c.noAcc() {
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
			switch {
			case lv != nil:
				lv.next = next
				g.steps(c, rest, lv, func(v opnd) { g.end(pReturn, v) })
			case c.direct:
				g.directBody(c, rest, next)
			default:
				g.qualifiers(c, rest, acc, again)
			}
		})
	}
	g.match(cols, []row{r}, skip)
	g.place(skip)
	g.at(gens[0].Anno)
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
			if typed && i > 0 {
				g.hasEnded(gen, srcs[i], bad)
				break
			}
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
	if lv != nil {
		g.endOf(c, lv)
	} else {
		g.end(pReturn, acc)
	}
	g.place(bad)
	reason := g.newReg()
	switch {
	case len(gens) > 1:
		if typed {
			g.badTyped(gens, srcs)
			return
		}
		g.at(gens[0].Source.Position())
		for i, gen := range gens {
			if gen.Kind == parser.MapKind { // as it is where erlc's functions meet it
				srcs[i] = g.callExt("maps", "next", []opnd{srcs[i]}, false)
			}
		}
		if gens[0].Kind == parser.MapKind {
			g.at(parser.Anno{Pos: parser.Pos{Line: noLine}})
		}
		g.op(beam.OpMove, g.tuple([]opnd{cnst(aBadGenerators), g.tuple(srcs)}), def(reason))
	case gens[0].Kind == parser.BinKind && gens[0].Strict:
		notBin := g.newBlock()
		g.op(beam.OpIsBitstr, failTo(notBin), srcs[0])
		g.showing(atStrictRest, func() { g.raise(g.tuple([]opnd{cnst(aBadmatch), srcs[0]})) })
		g.place(notBin)
		fallthrough
	default:
		g.at(gens[0].Source.Position())
		g.op(beam.OpMove, g.tuple([]opnd{cnst(aBadGenerator), srcs[0]}), def(reason))
	}
	g.showing(badSource, func() { g.raise(use(reason)) })
}

// directBody builds the list on the way back.
func (g *fn) directBody(c *comp, rest []parser.Expr, next []opnd) {
	if len(rest) > 0 {
		skip := g.newBlock()
		mark := len(g.env)
		g.filter(rest[0], skip)
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
