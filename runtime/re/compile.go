package re

import (
	"slices"
	"unicode/utf8"
)

type op uint8

const (
	opChar      op = iota // one byte a, or rune in UTF
	opFold                // a character in any case
	opAny                 // any but a newline
	opAll                 // any
	opByte                // \C
	opClass               // set
	opSplit               // try x, then y
	opJump                // x
	opSave                // capture slot n
	opKeep                // \K
	opAssert              // n: kind
	opNewline             // \R
	opGrapheme            // \X
	opBackref             // set of groups; fold
	opLook                // lookaround: body at pc+1 up to opDone, goes on at x; n: 0 ahead, 1 negative, 2 behind, 3 both
	opAtomic              // body at pc+1 up to opDone, goes on at x
	opDone                // end of a lookaround's or atomic group's body
	opCall                // recursion into group n, goes on at pc+1
	opGroupEnd            // end of group n: returns from a recursion into it
	opCond                // n: condKind; x: the no branch
	opLoopStart           // remembers the position in register n
	opLoopCheck           // fails if nothing was taken since
	opRun                 // greedy repeat of a one-character item: body at pc+1, min a, max b, goes on at x
	opVerb                // n
	opMatch
)

type inst struct {
	op   op
	n    int
	x, y int
	a, b int
	r    rune
	fold bool
	set  *class
	refs []int
	min  int // lookbehind: the shortest and
	max  int // the longest text it can match, in characters
}

// maxProgram limits what repeats can blow a pattern up to.
const maxProgram = 1 << 16

type compiler struct {
	p    *parser
	opts Options
	prog []inst
	regs int
	pc0  []int
}

func (c *compiler) emit(i inst) int {
	if len(c.prog) >= maxProgram {
		panic(&Error{"regular expression is too large", len(c.p.src)})
	}
	c.prog = append(c.prog, i)
	return len(c.prog) - 1
}

func (c *compiler) program(n node) (r *Regexp, err error) {
	defer func() {
		if x := recover(); x != nil {
			e, ok := x.(*Error)
			if !ok {
				panic(x)
			}
			err = e
		}
	}()
	c.pc0 = make([]int, c.p.groups+1)
	c.gen(n)
	c.emit(inst{op: opGroupEnd, n: 0})
	c.emit(inst{op: opMatch})
	r = &Regexp{opts: c.opts, prog: c.prog, groups: c.p.groups, groupPC: c.pc0, registers: c.regs, first: -1}
	for name, ix := range c.p.names {
		for _, i := range ix {
			r.names = append(r.names, Name{name, i})
		}
	}
	slices.SortFunc(r.names, func(a, b Name) int {
		if a.Name != b.Name {
			if a.Name < b.Name {
				return -1
			}
			return 1
		}
		return a.Index - b.Index
	})
	r.anchored = c.opts.Anchored || startsAnchored(n)
	if b, ok := firstByte(n, c.opts.UTF); ok {
		r.first = int(b)
	}
	return r, nil
}

func startsAnchored(n node) bool {
	switch n := n.(type) {
	case nSeq:
		return len(n) > 0 && startsAnchored(n[0])
	case *nGroup:
		return startsAnchored(n.body)
	case nAlt:
		for _, x := range n {
			if !startsAnchored(x) {
				return false
			}
		}
		return true
	case *nAssert:
		return n.kind == assertBegin || n.kind == assertStart
	}
	return false
}

// firstByte gives the byte that every match begins with, where that is plain.
func firstByte(n node, utf bool) (byte, bool) {
	switch n := n.(type) {
	case *nChar:
		if n.fold && otherCase(n.r, utf) != n.r {
			return 0, false
		}
		if utf {
			return utf8.AppendRune(nil, n.r)[0], true
		}
		return byte(n.r), true
	case nSeq:
		if len(n) > 0 {
			return firstByte(n[0], utf)
		}
	case *nGroup:
		return firstByte(n.body, utf)
	case *nRepeat:
		if n.min > 0 {
			return firstByte(n.body, utf)
		}
	}
	return 0, false
}

func (c *compiler) gen(n node) {
	switch n := n.(type) {
	case nil:
	case nSeq:
		for _, x := range n {
			c.gen(x)
		}
	case nAlt:
		var ends []int
		for i, x := range n {
			if i == len(n)-1 {
				c.gen(x)
				break
			}
			split := c.emit(inst{op: opSplit})
			c.prog[split].x = len(c.prog)
			c.gen(x)
			ends = append(ends, c.emit(inst{op: opJump}))
			c.prog[split].y = len(c.prog)
		}
		for _, e := range ends {
			c.prog[e].x = len(c.prog)
		}
	case *nChar:
		if n.fold && otherCase(n.r, c.opts.UTF) != n.r {
			c.emit(inst{op: opFold, r: n.r})
		} else {
			c.emit(inst{op: opChar, r: n.r})
		}
	case *nAny:
		if n.all {
			c.emit(inst{op: opAll})
		} else {
			c.emit(inst{op: opAny})
		}
	case *nNotNL:
		c.emit(inst{op: opAny})
	case *nByte:
		c.emit(inst{op: opByte})
	case *nClass:
		c.emit(inst{op: opClass, set: n.set})
	case *nNewline:
		c.emit(inst{op: opNewline})
	case *nGrapheme:
		c.emit(inst{op: opGrapheme})
	case *nKeep:
		c.emit(inst{op: opKeep})
	case *nAssert:
		c.emit(inst{op: opAssert, n: int(n.kind)})
	case *nGroup:
		if n.index == 0 {
			c.gen(n.body)
			return
		}
		if c.pc0[n.index] == 0 {
			c.pc0[n.index] = len(c.prog)
		}
		c.emit(inst{op: opSave, n: 2 * n.index})
		c.gen(n.body)
		c.emit(inst{op: opSave, n: 2*n.index + 1})
		c.emit(inst{op: opGroupEnd, n: n.index})
	case *nAtomic:
		c.enclosed(inst{op: opAtomic}, n.body)
	case *nLook:
		c.look(n)
	case *nBackref:
		c.emit(inst{op: opBackref, refs: n.indexes, fold: n.fold})
	case *nCall:
		c.emit(inst{op: opCall, n: n.index})
	case *nVerb:
		c.emit(inst{op: opVerb, n: int(n.kind)})
	case *nCond:
		c.cond(n)
	case *nRepeat:
		c.repeat(n)
	}
}

func (c *compiler) enclosed(i inst, body node) {
	pc := c.emit(i)
	c.gen(body)
	c.emit(inst{op: opDone})
	c.prog[pc].x = len(c.prog)
}

func (c *compiler) look(n *nLook) {
	i := inst{op: opLook}
	if n.negative {
		i.n |= 1
	}
	if n.behind {
		i.n |= 2
		i.min, i.max, _ = width(n.body, c.p, 0)
	}
	c.enclosed(i, n.body)
}

func (c *compiler) cond(n *nCond) {
	if n.kind == condDefine {
		jump := c.emit(inst{op: opJump})
		c.gen(n.yes)
		c.prog[jump].x = len(c.prog)
		return
	}
	pc := c.emit(inst{op: opCond, n: int(n.kind), refs: n.indexes})
	if n.look != nil {
		c.look(n.look)
	}
	c.gen(n.yes)
	end := c.emit(inst{op: opJump})
	c.prog[pc].x = len(c.prog)
	c.gen(n.no)
	c.prog[end].x = len(c.prog)
}

// single reports whether an item always takes exactly one character.
func single(n node) bool {
	switch n := n.(type) {
	case *nChar, *nAny, *nClass, *nNotNL, *nByte:
		return true
	case *nGroup:
		return n.index == 0 && single(n.body)
	case nSeq:
		return len(n) == 1 && single(n[0])
	}
	return false
}

func (c *compiler) repeat(n *nRepeat) {
	if n.max == 0 {
		// Never run, but a recursion may go there.
		jump := c.emit(inst{op: opJump})
		c.gen(n.body)
		c.prog[jump].x = len(c.prog)
		return
	}
	if single(n.body) && !n.lazy {
		pc := c.emit(inst{op: opRun, a: n.min, b: n.max})
		c.gen(n.body)
		c.prog[pc].x = len(c.prog)
		return
	}
	for range n.min {
		c.gen(n.body)
	}
	split := func() int { return c.emit(inst{op: opSplit}) }
	aim := func(pc, body, out int) {
		if n.lazy {
			body, out = out, body
		}
		c.prog[pc].x, c.prog[pc].y = body, out
	}
	if n.max < 0 {
		reg := c.regs
		c.regs++
		top := split()
		body := len(c.prog)
		c.emit(inst{op: opLoopStart, n: reg})
		c.gen(n.body)
		c.emit(inst{op: opLoopCheck, n: reg})
		c.emit(inst{op: opJump, x: top})
		aim(top, body, len(c.prog))
		return
	}
	var splits []int
	for range n.max - n.min {
		splits = append(splits, split())
		c.gen(n.body)
	}
	for _, pc := range splits {
		aim(pc, pc+1, len(c.prog))
	}
}

// width gives the least and greatest number of characters that a node can
// match; ok is false if there is no limit.
func width(n node, p *parser, depth int) (lo, hi int, ok bool) {
	if depth > maxNesting {
		return 0, 0, false
	}
	switch n := n.(type) {
	case nSeq:
		for _, x := range n {
			l, h, ok := width(x, p, depth+1)
			if !ok {
				return 0, 0, false
			}
			lo, hi = lo+l, hi+h
		}
		return lo, hi, true
	case nAlt:
		lo = -1
		for _, x := range n {
			l, h, ok := width(x, p, depth+1)
			if !ok {
				return 0, 0, false
			}
			if lo < 0 || l < lo {
				lo = l
			}
			hi = max(hi, h)
		}
		return lo, hi, true
	case *nChar, *nAny, *nClass, *nNotNL, *nByte:
		return 1, 1, true
	case *nNewline:
		return 1, 2, true
	case *nGroup:
		return width(n.body, p, depth+1)
	case *nAtomic:
		return width(n.body, p, depth+1)
	case *nRepeat:
		l, h, ok := width(n.body, p, depth+1)
		if !ok || n.max < 0 && h > 0 {
			return 0, 0, false
		}
		return l * n.min, h * max(n.max, 0), true
	case *nCond:
		l1, h1, ok1 := width(n.yes, p, depth+1)
		l2, h2, ok2 := width(n.no, p, depth+1)
		return min(l1, l2), max(h1, h2), ok1 && ok2
	case *nGrapheme, *nBackref, *nCall:
		return 0, 0, false
	}
	return 0, 0, true
}

// maxBehind is how far a lookbehind of varying length may reach back.
const maxBehind = 255

// behind checks a lookbehind: its text must have a limit.
func (p *parser) behind(n *nLook, open int) node {
	lo, hi, ok := width(n.body, p, 0)
	if !ok {
		p.fail(open, "length of lookbehind assertion is not limited")
	}
	if hi > maxBehind && lo != hi {
		p.fail(open, "branch too long in variable-length lookbehind assertion")
	}
	return n
}
