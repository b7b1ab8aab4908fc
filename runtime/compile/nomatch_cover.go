package compile

import (
	"iter"
	"slices"
	"strconv"

	"ersh/parser"
	"ersh/runtime/term"
)

// earlierClauses are those that a clause is compared with. There may be
// thousands of them, of functions that are tables: a clause with a constant in its
// patterns covers only those that have it in the same place, so it is kept
// by that.
type earlierClauses struct {
	clauses []*parser.Clause
	with    map[placed][]int // indexes in clauses
	without []int
}

// placed is a constant, as text, and the way to it through tuples and heads of lists.
type placed struct{ way, constant string }

func (e *earlierClauses) add(c *parser.Clause) {
	n := len(e.clauses)
	e.clauses = append(e.clauses, c)
	if guardTruth(c.Guard) != isTrue {
		return // covers nothing
	}
	for k := range placedIn(c.Patterns) {
		if e.with == nil {
			e.with = map[placed][]int{}
		}
		e.with[k] = append(e.with[k], n)
		return
	}
	e.without = append(e.without, n)
}

// mayCover gives the clauses that may cover c, in their order.
func (e *earlierClauses) mayCover(c *parser.Clause) []*parser.Clause {
	found := slices.Clone(e.without)
	if e.with != nil {
		for k := range placedIn(c.Patterns) {
			found = append(found, e.with[k]...)
		}
		slices.Sort(found)
	}
	out := make([]*parser.Clause, len(found))
	for i, n := range found {
		out[i] = e.clauses[n]
	}
	return out
}

// placedIn gives the constants of patterns; a list of constants, which a string
// may cover, is one and has one at its head.
func placedIn(ps []parser.Expr) iter.Seq[placed] {
	return func(yield func(placed) bool) { placedInAll(ps, "", yield) }
}

func placedInAll(ps []parser.Expr, way string, yield func(placed) bool) bool {
	for i, p := range ps {
		if !placedIn1(p, way+" "+strconv.Itoa(i), yield) {
			return false
		}
	}
	return true
}

func placedIn1(p parser.Expr, way string, yield func(placed) bool) bool {
	switch p := p.(type) {
	case *parser.Var, *parser.Map:
		return true
	case *parser.Tuple:
		return placedInAll(p.Elems, way, yield)
	case *parser.Cons:
		if !placedIn1(p.Head, way+" h", yield) {
			return false
		}
	}
	t, ok := constant(p)
	return !ok || yield(placed{way, string(term.Format(t))})
}

// covers reports whether all that the patterns of ps match is also matched by
// those of general.
func (u *unreachable) covers(general, ps []parser.Expr, s *scope, g clauseGroup) bool {
	if len(general) != len(ps) {
		return false
	}
	seen := map[string]bool{}
	for i := range general {
		if !u.covers1(general[i], ps[i], s, g, seen) {
			return false
		}
	}
	return true
}

func (u *unreachable) covers1(general, p parser.Expr, s *scope, g clauseGroup, seen map[string]bool) bool {
	switch x := general.(type) {
	case *parser.Var:
		if x.Name == "_" {
			return true
		}
		fresh := !seen[x.Name] && (g.fresh || s.get(x.Name) == nil)
		seen[x.Name] = true
		return fresh
	case *parser.Tuple:
		y, ok := p.(*parser.Tuple)
		if !ok || len(x.Elems) != len(y.Elems) {
			return false
		}
		for i := range x.Elems {
			if !u.covers1(x.Elems[i], y.Elems[i], s, g, seen) {
				return false
			}
		}
		return true
	case *parser.Cons:
		y, ok := p.(*parser.Cons)
		return ok && u.covers1(x.Head, y.Head, s, g, seen) && u.covers1(x.Tail, y.Tail, s, g, seen)
	case *parser.Map:
		y, ok := p.(*parser.Map)
		return ok && u.coversPairs(x, y, s, g, seen)
	case *parser.Bin:
		y, ok := p.(*parser.Bin)
		if !ok {
			return false
		}
		a, ok1 := constant(x)
		b, ok2 := constant(y)
		return ok1 && ok2 && term.Identical(a, b)
	}
	a, ok1 := constant(general)
	b, ok2 := constant(p)
	return ok1 && ok2 && term.Identical(a, b)
}

// coversPairs reports whether a map pattern wants nothing that another does not want as well.
func (u *unreachable) coversPairs(general, p *parser.Map, s *scope, g clauseGroup, seen map[string]bool) bool {
	for _, a := range general.Pairs {
		k, ok := constant(a.Key)
		found := false
		for _, b := range p.Pairs {
			l, ok2 := constant(b.Key)
			found = found || ok && ok2 && term.Identical(k, l) && u.covers1(a.Value, b.Value, s, g, seen)
		}
		if !found {
			return false
		}
	}
	return true
}
