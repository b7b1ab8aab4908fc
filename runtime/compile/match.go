package compile

import (
	"math/big"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// Pattern matching is compiled clause group by clause group: the clauses are
// rows, the values matched are columns, and the first column decides. A run of
// rows whose first pattern is a constructor becomes one test by kind and value
// (select_val, select_tuple_arity, ...) after which the rows of each outcome
// are matched on; a run of rows that take anything goes on with the next
// column. Rows keep their order, no row's code is made twice, and a part of
// a tuple is fetched only where it is first looked at.

// col is a value to match: an operand, or element idx of a tuple that is not
// fetched yet.
type col struct {
	val     opnd
	pending bool
	tuple   opnd
	idx     int
}

// row is a clause on its way.
type row struct {
	pats  []parser.Expr
	binds []bindCol
	// checks are comparisons to make, and later matches, once all columns
	// are through.
	checks []check
	guard  [][]parser.Expr
	// fresh: variables of the patterns are new ones whatever is bound outside
	// (heads of funs, generators).
	fresh bool
	// split: variables get registers of their own, so that each clause of a
	// function keeps in the frame only what it needs itself.
	split bool
	// commit is called between the guard and the body (receive).
	commit func(binds []binding) []binding
	body   func()
}

type bindCol struct {
	name string
	c    col
}

type check struct {
	c   col
	pat parser.Expr // nil: c must equal the variable's value
	to  string
	val opnd
}

// fetch gives a column's value.
func (f *fn) fetch(c *col) opnd {
	if c.pending {
		r := f.newReg()
		f.op(beam.OpGetTupleElement, c.tuple, num(c.idx), def(r))
		c.val, c.pending = use(r), false
	}
	return c.val
}

// match matches the columns against the rows and goes to no if none fits.
// Every row's body must end its block. Rows that go the same way go on in the
// same loop, so that a pattern may be long or nested deep.
func (f *fn) match(cols []col, rows []row, no *block) {
	for len(rows) > 0 {
		for i := range rows {
			f.simplify(&rows[i], cols)
		}
		if len(cols) == 0 {
			f.leaf(rows, no)
			return
		}
		kind := patKind(rows[0].pats[0])
		n := 1
		for n < len(rows) && patKind(rows[n].pats[0]) == kind {
			n++
		}
		next := no
		if n < len(rows) {
			next = f.newBlock()
		}
		if kind != kAny && cols[0].pending {
			cols = append([]col(nil), cols...)
			f.fetch(&cols[0])
		}
		switch kind {
		case kAny:
			for i := range rows[:n] {
				rows[i].pats = rows[i].pats[1:]
			}
			if n == len(rows) {
				cols = cols[1:]
				continue
			}
			f.match(cols[1:], rows[:n], next)
		case kCons:
			groups := groupRows(rows[:n])
			if n == len(rows) && len(groups) == 1 {
				cols, rows = f.matchOnly(groups[0], cols, no)
				continue
			}
			f.matchData(cols, groups, next)
		case kMap:
			f.matchMaps(cols, rows[:n], next)
		case kBin:
			f.matchBins(cols, rows[:n], next)
		}
		rows = rows[n:]
		if len(rows) > 0 {
			f.place(next)
		}
	}
}

type patClass uint8

const (
	kAny  patClass = iota
	kCons          // lists, tuples, atomic literals
	kMap
	kBin
)

func patKind(p parser.Expr) patClass {
	switch p.(type) {
	case *parser.Var:
		return kAny
	case *parser.Map:
		return kMap
	case *parser.Bin:
		return kBin
	}
	return kCons
}

var anyPattern = &parser.Var{Name: "_"}

// simplify brings a row's first pattern into one of the basic forms, noting
// variables that it binds.
func (f *fn) simplify(r *row, cols []col) {
	if len(r.pats) == 0 {
		return
	}
	for {
		switch p := r.pats[0].(type) {
		case *parser.Var:
			if p.Name != "_" {
				f.bindVar(r, p.Name, cols[0])
				r.setFirst(anyPattern)
			}
			return
		case *parser.Match:
			// P1 = P2: one of the two is matched at the end if neither is a
			// variable.
			a, b := p.Pattern, p.Value
			if v, ok := b.(*parser.Var); ok {
				a, b = v, a
			}
			if v, ok := a.(*parser.Var); ok {
				if v.Name != "_" {
					f.bindVar(r, v.Name, cols[0])
				}
			} else {
				r.checks = append(r.checks, check{c: cols[0], pat: a})
			}
			r.setFirst(b)
		case *parser.String:
			r.setFirst(stringPattern(p, &parser.Nil{Anno: p.Anno}))
			return
		case *parser.BinOp:
			q := f.opPattern(p)
			if q == nil {
				return
			}
			r.setFirst(q)
		case *parser.UnOp:
			t := constPattern(p)
			if t == nil {
				return
			}
			r.setFirst(constNode(p.Anno, t))
			return
		case *parser.Record:
			r.setFirst(f.recordPattern(p))
		case *parser.RecordIndex:
			r.setFirst(&parser.Integer{Anno: p.Anno, Value: big.NewInt(int64(f.fieldIndex(p.Name, p.Field) + 1))})
			return
		case *parser.Char:
			r.setFirst(&parser.Integer{Anno: p.Anno, Value: big.NewInt(int64(p.Value))})
			return
		default:
			return
		}
	}
}

// setFirst replaces the first pattern without touching the tree.
func (r *row) setFirst(p parser.Expr) {
	r.pats = append([]parser.Expr{p}, r.pats[1:]...)
}

// bindVar binds a variable of a pattern to a column, or has the two compared
// if it has a value already.
func (f *fn) bindVar(r *row, name string, c col) {
	for _, b := range r.binds {
		if b.name == name {
			r.checks = append(r.checks, check{c: c, to: name})
			return
		}
	}
	if !r.fresh {
		if v, ok := f.lookup(name); ok {
			r.checks = append(r.checks, check{c: c, val: v})
			return
		}
	}
	r.binds = append(r.binds, bindCol{name, c})
}

// stringPattern is the list pattern of a string in front of a tail.
func stringPattern(s *parser.String, tail parser.Expr) parser.Expr {
	for i := len(s.Value) - 1; i >= 0; i-- {
		tail = &parser.Cons{Anno: s.Anno, Head: &parser.Integer{Anno: s.Anno, Value: big.NewInt(int64(s.Value[i]))}, Tail: tail}
	}
	return tail
}

// opPattern is a pattern with an operator in a basic form: "abc" ++ T, or
// arithmetic on literals; nil if it is none.
func (f *fn) opPattern(p *parser.BinOp) parser.Expr {
	if p.Op == "++" {
		switch l := p.Left.(type) {
		case *parser.String:
			return stringPattern(l, p.Right)
		case *parser.Nil:
			return p.Right
		case *parser.Cons:
			return &parser.Cons{Anno: l.Anno, Head: l.Head, Tail: &parser.BinOp{Anno: p.Anno, Op: "++", Left: l.Tail, Right: p.Right}}
		case *parser.BinOp:
			return &parser.BinOp{Anno: p.Anno, Op: "++", Left: l.Left, Right: &parser.BinOp{Anno: p.Anno, Op: "++", Left: l.Right, Right: p.Right}}
		}
		return nil
	}
	if t := constPattern(p); t != nil {
		return constNode(p.Anno, t)
	}
	return nil
}

func constNode(a parser.Anno, t term.Term) parser.Expr {
	if x, ok := t.(term.Float); ok {
		return &parser.Float{Anno: a, Value: float64(x)}
	}
	b, _ := term.ToBig(t)
	return &parser.Integer{Anno: a, Value: b}
}

// groupRows puts rows together that begin with the same list, tuple or atomic
// pattern.
func groupRows(rows []row) []*group {
	var groups []*group
	known := map[patKey]*group{} // by keys that are equal as Go values are
	for i := range rows {
		k := keyOf(rows[i].pats[0])
		g := known[k]
		if k.kind == keyOther {
			for _, h := range groups {
				if h.key.equal(k) {
					g = h
					break
				}
			}
		}
		if g == nil {
			g = &group{key: k}
			groups = append(groups, g)
			if k.kind != keyOther {
				known[k] = g
			}
		}
		g.rows = append(g.rows, rows[i])
	}
	return groups
}

// matchOnly tests a value for the only thing that rows allow, and gives the
// columns and rows that remain.
func (f *fn) matchOnly(g *group, cols []col, no *block) ([]col, []row) {
	v := f.reg(cols[0].val)
	switch g.key.kind {
	case keyCons:
		return f.splitCons(g, v, cols, no), g.rows
	case keyTuple:
		tag := g.tag()
		if tag != nil {
			f.op(beam.OpIsTaggedTuple, failTo(no), v, num(g.key.arity), cnst(tag))
		} else {
			f.op(beam.OpIsTuple, failTo(no), v)
			f.op(beam.OpTestArity, failTo(no), v, num(g.key.arity))
		}
		return f.splitTuple(g, v, cols, tag != nil), g.rows
	case keyNil:
		f.op(beam.OpIsNil, failTo(no), v)
	default:
		f.op(beam.OpIsEqExact, failTo(no), v, cnst(g.key.t))
	}
	for i := range g.rows {
		g.rows[i].pats = g.rows[i].pats[1:]
	}
	return cols[1:], g.rows
}

// splitCons goes from a column with lists to columns of their heads and tails.
func (f *fn) splitCons(g *group, v opnd, cols []col, no *block) []col {
	f.op(beam.OpIsNonemptyList, failTo(no), v)
	h, t := f.newReg(), f.newReg()
	f.op(beam.OpGetList, v, def(h), def(t))
	// An empty tail is looked at first: it need not be kept meanwhile.
	first := len(g.rows) == 1 && isNil(g.rows[0].pats[0].(*parser.Cons).Tail)
	for i := range g.rows {
		r := &g.rows[i]
		c := r.pats[0].(*parser.Cons)
		parts := []parser.Expr{c.Head, c.Tail}
		if first {
			parts = []parser.Expr{c.Tail, c.Head}
		}
		r.pats = append(parts, r.pats[1:]...)
	}
	if first {
		return append([]col{{val: use(t)}, {val: use(h)}}, cols[1:]...)
	}
	return append([]col{{val: use(h)}, {val: use(t)}}, cols[1:]...)
}

func isNil(p parser.Expr) bool {
	_, ok := p.(*parser.Nil)
	return ok
}

// splitTuple goes from a column with tuples to columns of their elements, save
// a tag that was tested.
func (f *fn) splitTuple(g *group, v opnd, cols []col, tagged bool) []col {
	from := 0
	if tagged {
		from = 1
	}
	var parts []col
	for i := from; i < g.key.arity; i++ {
		parts = append(parts, col{pending: true, tuple: v, idx: i})
	}
	for i := range g.rows {
		r := &g.rows[i]
		t := r.pats[0].(*parser.Tuple)
		r.pats = append(append([]parser.Expr(nil), t.Elems[from:]...), r.pats[1:]...)
	}
	return append(parts, cols[1:]...)
}

// matchData matches rows that begin with lists, tuples or atomic patterns of
// several kinds or values.
func (f *fn) matchData(cols []col, groups []*group, no *block) {
	v := f.reg(cols[0].val)
	cols = append([]col{{val: v}}, cols[1:]...)
	// Kinds of values in the order of their first row; each kind's groups
	// together make one test.
	for len(groups) > 0 {
		kind := groups[0].key.kind
		var these, rest []*group
		for _, g := range groups {
			if g.key.kind == kind {
				these = append(these, g)
			} else {
				rest = append(rest, g)
			}
		}
		next := no
		if len(rest) > 0 {
			next = f.newBlock()
		}
		f.matchKind(kind, v, cols, these, next, no)
		groups = rest
		if len(rest) > 0 {
			f.place(next)
		}
	}
}

type keyKind uint8

const (
	keyCons keyKind = iota
	keyNil
	keyAtom
	keyInt
	keyTuple
	keyOther // floats, large integers: compared one by one
)

type patKey struct {
	kind  keyKind
	t     term.Term
	arity int
}

func (k patKey) equal(o patKey) bool {
	return k.kind == o.kind && k.arity == o.arity && (k.t == nil || term.Identical(k.t, o.t))
}

func keyOf(p parser.Expr) patKey {
	switch p := p.(type) {
	case *parser.Cons:
		return patKey{kind: keyCons}
	case *parser.Nil:
		return patKey{kind: keyNil}
	case *parser.Tuple:
		return patKey{kind: keyTuple, arity: len(p.Elems)}
	}
	t := literal(p)
	switch t.(type) {
	case term.Atom:
		return patKey{kind: keyAtom, t: t}
	case term.Int:
		return patKey{kind: keyInt, t: t}
	}
	return patKey{kind: keyOther, t: t}
}

type group struct {
	key  patKey
	rows []row
}

// matchKind tests v for one kind of value: not of this kind leads to next,
// of the kind but fitting no row to no.
func (f *fn) matchKind(kind keyKind, v opnd, cols []col, groups []*group, next, no *block) {
	switch kind {
	case keyCons:
		g := groups[0]
		f.match(f.splitCons(g, v, cols, next), g.rows, no)
	case keyNil:
		f.op(beam.OpIsNil, failTo(next), v)
		f.matchGroup(groups[0], cols, no)
	case keyTuple:
		if len(groups) == 1 {
			g := groups[0]
			if tag := g.tag(); tag != nil {
				f.op(beam.OpIsTaggedTuple, failTo(next), v, num(g.key.arity), cnst(tag))
				f.matchTuple(g, v, cols, no, true)
				return
			}
			f.op(beam.OpIsTuple, failTo(next), v)
			f.op(beam.OpTestArity, failTo(no), v, num(g.key.arity))
			f.matchTuple(g, v, cols, no, false)
			return
		}
		f.op(beam.OpIsTuple, failTo(next), v)
		ops := []opnd{v, failTo(no)}
		blocks := make([]*block, len(groups))
		for i, g := range groups {
			blocks[i] = f.newBlock()
			ops = append(ops, num(g.key.arity), failTo(blocks[i]))
		}
		f.end(beam.OpSelectTupleArity, ops...)
		f.lastList(2 * len(groups))
		for i, g := range groups {
			f.place(blocks[i])
			f.matchTuple(g, v, cols, no, false)
		}
	case keyAtom, keyInt:
		if len(groups) == 1 {
			f.op(beam.OpIsEqExact, failTo(next), v, cnst(groups[0].key.t))
			f.matchGroup(groups[0], cols, no)
			return
		}
		ops := []opnd{v, failTo(next)}
		blocks := make([]*block, len(groups))
		for i, g := range groups {
			blocks[i] = f.newBlock()
			ops = append(ops, cnst(g.key.t), failTo(blocks[i]))
		}
		f.end(beam.OpSelectVal, ops...)
		f.lastList(2 * len(groups))
		for i, g := range groups {
			f.place(blocks[i])
			f.matchGroup(g, cols, no)
		}
	default:
		for i, g := range groups {
			other := next
			if i < len(groups)-1 {
				other = f.newBlock()
			}
			f.op(beam.OpIsEqExact, failTo(other), v, cnst(g.key.t))
			f.matchGroup(g, cols, no)
			if i < len(groups)-1 {
				f.place(other)
			}
		}
	}
}

// tag is the atom that all rows of a tuple group have first, nil if they
// differ.
func (g *group) tag() term.Term {
	var tag term.Term
	for i := range g.rows {
		t := g.rows[i].pats[0].(*parser.Tuple)
		if len(t.Elems) == 0 {
			return nil
		}
		a, ok := t.Elems[0].(*parser.Atom)
		if !ok {
			return nil
		}
		v := literal(a)
		if tag != nil && tag != v {
			return nil
		}
		tag = v
	}
	return tag
}

// matchGroup goes on with the other columns.
func (f *fn) matchGroup(g *group, cols []col, no *block) {
	for i := range g.rows {
		g.rows[i].pats = g.rows[i].pats[1:]
	}
	f.match(cols[1:], g.rows, no)
}

func (f *fn) matchTuple(g *group, v opnd, cols []col, no *block, tagged bool) {
	f.match(f.splitTuple(g, v, cols, tagged), g.rows, no)
}

// matchMaps matches rows that all begin with a map pattern, one by one.
func (f *fn) matchMaps(cols []col, rows []row, no *block) {
	v := f.reg(cols[0].val)
	f.op(beam.OpIsMap, failTo(no), v)
	for i := range rows {
		r := rows[i]
		next := no
		if i < len(rows)-1 {
			next = f.newBlock()
		}
		m := r.pats[0].(*parser.Map)
		saved := f.gfail
		f.gfail = next
		mark := len(f.env)
		var parts []col
		pats := []parser.Expr{}
		for _, p := range m.Pairs {
			f.bindSoFar(&r)
			key := f.expr(p.Key)
			if a, ok := p.Value.(*parser.Var); ok && a.Name == "_" {
				f.opList(beam.OpHasMapFields, 1, failTo(next), v, key)
				continue
			}
			d := f.newReg()
			f.opList(beam.OpGetMapElements, 2, failTo(next), v, key, def(d))
			parts = append(parts, col{val: use(d)})
			pats = append(pats, p.Value)
		}
		f.env = f.env[:mark]
		f.gfail = saved
		r.pats = append(pats, r.pats[1:]...)
		f.match(append(parts, cols[1:]...), []row{r}, next)
		if i < len(rows)-1 {
			f.place(next)
		}
	}
}

// bindSoFar makes the variables that a row has bound visible to the sizes and
// keys in its further patterns.
func (f *fn) bindSoFar(r *row) {
	for i := range r.binds {
		b := &r.binds[i]
		f.bind(b.name, f.fetch(&b.c))
	}
}

// leaf is reached when all columns are through: what remains are
// comparisons, guards and bodies.
func (f *fn) leaf(rows []row, no *block) {
	for i := range rows {
		r := &rows[i]
		next := no
		if i < len(rows)-1 {
			next = f.newBlock()
		}
		mark := len(f.env)
		if len(r.checks) > 0 {
			f.leafChecks(r, next)
		} else {
			f.accept(r, next)
		}
		f.env = f.env[:mark]
		if len(r.checks) == 0 && len(r.guard) == 0 {
			return // what follows can't be reached
		}
		if i < len(rows)-1 {
			f.place(next)
		}
	}
}

// leafChecks makes the comparisons and later matches of a row, then accepts
// it.
func (f *fn) leafChecks(r *row, no *block) {
	var cols []col
	var pats []parser.Expr
	mark := len(f.env)
	f.bindSoFar(r)
	for i := range r.checks {
		c := &r.checks[i]
		if c.pat != nil {
			cols, pats = append(cols, c.c), append(pats, c.pat)
			continue
		}
		val := c.val
		if c.to != "" {
			val, _ = f.lookup(c.to)
		}
		f.op(beam.OpIsEqExact, failTo(no), f.fetch(&c.c), val)
	}
	f.env = f.env[:mark]
	rest := *r
	rest.checks = nil
	if len(cols) == 0 {
		f.accept(&rest, no)
		return
	}
	rest.pats = pats
	f.match(cols, []row{rest}, no)
}

// accept tests a row's guard and lowers its body. Variables that the guard
// does not look at are fetched after it.
func (f *fn) accept(r *row, no *block) {
	mark := len(f.env)
	if len(r.guard) > 0 {
		for i := range r.binds {
			b := &r.binds[i]
			if b.c.pending && !mentions(r.guard, b.name) {
				continue
			}
			f.bind(b.name, f.fetch(&b.c))
		}
		f.guard(r.guard, no)
		f.env = f.env[:mark]
	}
	if r.commit != nil {
		binds := make([]binding, len(r.binds))
		for i := range r.binds {
			binds[i] = binding{r.binds[i].name, f.fetch(&r.binds[i].c)}
		}
		f.env = append(f.env, r.commit(binds)...)
	} else {
		f.bindSoFar(r)
		if r.split {
			f.split(f.env[mark:])
		}
	}
	r.body()
	f.env = f.env[:mark]
}

// split moves variables to registers of their own.
func (f *fn) split(binds []binding) {
	for i := range binds {
		if b := &binds[i]; b.val.kind == oUse {
			r := f.newReg()
			f.op(beam.OpMove, b.val, def(r))
			b.val = use(r)
		}
	}
}

// mentions reports whether a guard names a variable.
func mentions(g [][]parser.Expr, name string) bool {
	found := false
	for _, conj := range g {
		for _, e := range conj {
			walk(e, func(n parser.Expr) bool {
				if v, ok := n.(*parser.Var); ok && v.Name == name {
					found = true
				}
				return !found
			})
		}
	}
	return found
}
