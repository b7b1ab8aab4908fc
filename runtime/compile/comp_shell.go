package compile

import (
	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// Zipped generators that are typed in the shell end and fail as those of the
// interpreter do: a binary that is too short for another element has ended,
// its rest is not shown, and all must end in the same round.

// badTyped raises the error of zipped generators: one of two, that have the
// same reason and come from different places.
func (g *fn) badTyped(gens []*parser.Generator, srcs []opnd) {
	reason := g.newReg()
	g.op(beam.OpMove, g.tuple([]opnd{cnst(aBadGenerators), g.tuple(g.shownSources(gens, srcs))}), def(reason))
	some := g.newBlock()
	g.someEnded(gens, srcs, some)
	g.showing(atBadZip, func() { g.raise(use(reason)) })
	g.place(some)
	g.showing(atZipEnd, func() { g.raise(use(reason)) })
}

// shownSources is what the shell shows of what zipped generators have left:
// maps in the place of iterators, and nothing where a binary is too short for
// another element.
func (g *fn) shownSources(gens []*parser.Generator, srcs []opnd) []opnd {
	shown := append([]opnd(nil), srcs...)
	for i, gen := range gens {
		switch gen.Kind {
		case parser.MapKind:
			shown[i] = g.callExt("maps", "from_list", []opnd{g.callExt("maps", "to_list", []opnd{srcs[i]}, false)}, false)
		case parser.BinKind:
			ended, end := g.newBlock(), g.newBlock()
			left := g.newReg()
			g.op(beam.OpMove, srcs[i], def(left))
			g.hasEnded(gen, srcs[i], end)
			g.jump(ended)
			g.place(ended)
			g.op(beam.OpMove, cnst(term.Binary(nil)), def(left))
			g.jump(end)
			g.place(end)
			shown[i] = use(left)
		}
	}
	return shown
}

// someEnded goes to some where one of zipped generators has ended and another
// has not.
func (g *fn) someEnded(gens []*parser.Generator, srcs []opnd, some *block) {
	goes, neither := g.newBlock(), g.newBlock()
	g.hasEnded(gens[0], srcs[0], goes)
	for i, gen := range gens[1:] {
		g.hasEnded(gen, srcs[i+1], some)
	}
	g.jump(neither)
	g.place(goes)
	for i, gen := range gens[1:] {
		next := g.newBlock()
		g.hasEnded(gen, srcs[i+1], next)
		g.jump(some)
		g.place(next)
	}
	g.jump(neither)
	g.place(neither)
}

// hasEnded goes to no where a zipped generator has, or may have, more to give.
func (g *fn) hasEnded(gen *parser.Generator, src opnd, no *block) {
	switch gen.Kind {
	case parser.ListKind:
		g.op(beam.OpIsNil, failTo(no), src)
	case parser.MapKind:
		g.op(beam.OpIsEqExact, failTo(no), g.callExt("maps", "next", []opnd{src}, false), cnst(aNone))
	case parser.BinKind:
		ctx := g.newReg()
		ended := g.newBlock()
		g.op(beam.OpBsStartMatch3, failTo(no), src, live, def(ctx))
		g.fields(&row{fresh: true}, binPattern(gen.Pattern), use(ctx), ended, false)
		g.jump(no)
		g.place(ended)
	}
}
