package compile

import (
	"maps"
	"math/big"
	"strings"

	"ersh/parser"
	"ersh/runtime/term"
)

// What can do nothing: clauses that never match, terms that are built and
// thrown away, operations that must fail.
//
//	nomatch.go        clauses
//	nomatch_cover.go  clauses that match what an earlier one matches
//	nomatch_expr.go   expressions: what is ignored, what fails
//	nomatch_idle.go   variables that nothing reads, so that what makes their values is ignored
//	nomatch_const.go  what can be told of constants and patterns
//	nomatch_record.go records as the tuples that they are
//	nomatch_eval.go   calls of functions without effects

// Unreachable gives the warnings that erlc's later passes give for a module
// without errors.
func Unreachable(forms []parser.Form, o Options) []*Diagnostic {
	l := newLinter()
	l.options(o.Options)
	l.collect(forms)
	l.file = l.main
	u := &unreachable{l: l, apply: o.Evaluate, records: map[string]*parser.RecordDef{}}
	for _, form := range forms {
		switch form := form.(type) {
		case *parser.Attribute:
			if form.Name == "file" {
				l.fileForm(form)
			}
			if form.Name == "import" && len(form.Args) == 2 {
				if m, ok := form.Args[0].(*parser.Atom); ok {
					for _, k := range faList(form.Args[1]) {
						l.imports[k] = m.Name
					}
				}
			}
		case *parser.RecordDef:
			u.records[form.Name] = form
		case *parser.Function:
			u.consts, u.shapes = map[string]term.Term{}, map[string]parser.Expr{}
			u.idle, u.exports = map[parser.Expr]asked{}, map[parser.Expr]bool{}
			for _, c := range form.Clauses {
				idles, exports := u.idleIn(c)
				maps.Copy(u.idle, idles)
				maps.Copy(u.exports, exports)
			}
			u.clauses(form.Clauses, nil, newScope(nil), clauseGroup{at: form.Anno, function: &fa{form.Name, form.Arity}, all: true})
		}
	}
	_, warnings := l.result()
	return warnings
}

type unreachable struct {
	l *linter
	// consts are the variables of the function that are bound to constants, shapes those bound to
	// tuples and lists some parts of which are not constant.
	consts map[string]term.Term
	shapes map[string]parser.Expr
	// records are the module's, as far as their definitions stand before the function.
	records map[string]*parser.RecordDef
	// idle are the function's expressions whose values nothing reads.
	idle map[parser.Expr]asked
	// exports are the function's expressions with clauses that bind variables which are read after
	// them: the value is then asked for as far as erlc can tell.
	exports map[parser.Expr]bool
	// never: the match just looked at can't succeed.
	never bool
	// apply is Options.Evaluate.
	apply func(Pure, []term.Term) (value, reason term.Term)
}

// The passes of erlc that these warnings come from, as their descriptors name
// them.
const (
	passFold = "sys_core_fold"
	passCore = "v3_core"
	passSSA  = "beam_core_to_ssa"
)

func (u *unreachable) warn(pass, option string, a parser.Anno, d any, format string, args ...any) {
	if u.l.off[option] || a.Generated {
		return
	}
	n := len(u.l.found)
	u.l.add(true, a, d, format, args...)
	for _, x := range u.l.found[n:] {
		x.Module = pass
	}
}

func (u *unreachable) noClause(a parser.Anno) {
	u.warn(passFold, "nomatch", a, desc("nomatch", "no_clause"), "no clause will ever match")
}

// clauseGroup says what clauses belong to.
type clauseGroup struct {
	at       parser.Anno
	function *fa   // the clauses of a function
	all      bool  // it is an error if no clause matches
	fresh    bool  // the variables of the patterns are all new, as in a fun
	asked    asked // what becomes of the value
}

// clauses looks through clauses, the patterns of which are matched with value
// if that is not nil. What they bind is known in s afterwards.
func (u *unreachable) clauses(cs []*parser.Clause, value parser.Expr, s *scope, g clauseGroup) {
	cs = u.plainClauses(cs)
	always := int32(0)
	possible := value != nil && u.isTest(value) // erlc does not say so then
	var answers map[string]bool
	if possible {
		answers = map[string]bool{}
	}
	var earlier earlierClauses
	bound := map[string]*variable{}
	for _, c := range cs {
		inside := newScope(s)
		matchable := false
		look := func() { matchable = u.clause(c, value, inside, g, always, &earlier, answers) }
		if g.fresh {
			u.forget(c.Patterns, look)
		} else {
			look()
		}
		if matchable {
			possible = true
			earlier.add(c)
			if always == 0 && u.irrefutable(c, value, s, g) {
				always = c.Line
			}
		}
		for name, v := range inside.vars {
			if !g.fresh {
				u.drop(name)
			}
			if !g.fresh && g.function == nil {
				bound[name] = v
			}
		}
	}
	for name, v := range bound {
		s.set(name, v)
	}
	if !possible && g.all && len(cs) > 0 {
		u.noClause(g.at)
	}
}

// clause looks through one clause and reports whether it can match.
func (u *unreachable) clause(c *parser.Clause, value parser.Expr, s *scope, g clauseGroup, always int32, earlier *earlierClauses,
	answers map[string]bool) bool {
	outer := s.up
	disagrees := false
	if value != nil && len(c.Patterns) == 1 {
		disagrees = !u.bindConstants(c.Patterns[0], value, s)
	}
	for _, p := range c.Patterns {
		bindAll(p, s)
	}
	if !u.possible(c) {
		return true
	}
	if always != 0 {
		if g.function != nil {
			u.warn(passFold, "nomatch", c.Anno, desc("nomatch", desc("shadow", int(always), g.function.desc())),
				"this clause for %s cannot match because a previous clause at line %d always matches", g.function, always)
		} else {
			u.warn(passFold, "nomatch", c.Anno, desc("nomatch", desc("shadow", int(always))),
				"this clause cannot match because a previous clause at line %d always matches", always)
		}
		return true
	}
	for _, p := range c.Patterns {
		if !u.segmentsFit(p) {
			return false
		}
	}
	if answers != nil {
		a, isAtom := c.Patterns[0].(*parser.Atom)
		if len(answers) == 2 || isAtom && answers[a.Name] {
			u.warn(passFold, "nomatch", c.Anno, desc("nomatch", "shadow"), "this clause cannot match because a previous clause always matches")
			return false
		}
		if !mayBeAnswer(c.Patterns[0]) {
			u.warn(passFold, "nomatch", c.Anno, desc("nomatch", "clause_type"), "this clause cannot match because of different types/sizes")
			return false
		}
		if isAtom && u.guardTruth(c.Guard) == isTrue {
			answers[a.Name] = true
		}
	}
	if _, isMap := value.(*parser.Map); value != nil && !isMap && len(c.Patterns) == 1 && clash(c.Patterns[0], value) {
		if _, constant := constant(value); !constant {
			u.warn(passFold, "nomatch", c.Anno, desc("nomatch", "clause_type"), "this clause cannot match because of different types/sizes")
		}
		return false
	}
	for _, conj := range c.Guard {
		for _, e := range conj {
			u.expr(e, s, used)
		}
	}
	if disagrees || u.guardTruth(c.Guard) == isFalse {
		u.warn(passFold, "nomatch", c.Anno, desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
		return false
	}
	chosen := false // whatever stands before the clause of a constant goes without a word
	if value != nil {
		_, chosen = constant(value)
	}
	if !chosen {
		for _, old := range earlier.mayCover(c) {
			if guardTruth(old.Guard) == isTrue && u.covers(old.Patterns, c.Patterns, outer, g) {
				u.warn(passSSA, "nomatch", c.Anno, desc("nomatch", desc("shadow", int(old.Line))),
					"this clause cannot match because a previous clause at line %d matches the same pattern as this clause", old.Line)
				break
			}
		}
	}
	u.body(c.Body, s, g.asked)
	return true
}

// possible warns of patterns that contradict themselves, and reports whether there are none.
func (u *unreachable) possible(c *parser.Clause) bool {
	for _, p := range c.Patterns {
		if contradictory(p) {
			u.warn(passCore, "nomatch", c.Anno, desc("nomatch", "pattern"), "pattern cannot possibly match")
			return false
		}
	}
	return true
}

func (u *unreachable) guardTruth(g [][]parser.Expr) truth {
	guard := make([][]parser.Expr, len(g))
	for i, conj := range g {
		guard[i] = u.knownAll(conj)
	}
	return guardTruth(guard)
}

// isTest reports whether an expression gives true or false, as erlc knows.
func (u *unreachable) isTest(e parser.Expr) bool {
	switch e := e.(type) {
	case *parser.BinOp:
		return inverse[e.Op] != "" || e.Op == "and" || e.Op == "or" || e.Op == "xor"
	case *parser.UnOp:
		return e.Op == "not"
	case *parser.Call:
		k, ok := u.ofErlang(e)
		return ok && strings.HasPrefix(k.name, "is_") && guardBIFs[k] && k != (fa{"is_integer", 3}) && k != (fa{"is_map_key", 2})
	}
	return false
}

// mayBeAnswer reports whether a pattern may match true or false.
func mayBeAnswer(p parser.Expr) bool {
	switch p := p.(type) {
	case *parser.Var, *parser.Match:
		return true
	case *parser.Atom:
		return p.Name == "true" || p.Name == "false"
	}
	return false
}

// irrefutable reports whether a clause matches anything, or certainly the value.
func (u *unreachable) irrefutable(c *parser.Clause, value parser.Expr, s *scope, g clauseGroup) bool {
	if u.guardTruth(c.Guard) != isTrue {
		return false
	}
	if value != nil {
		if _, ok := constant(value); ok {
			return false // the clause is chosen before others are looked at
		}
	}
	seen := map[string]bool{}
	fresh := func(name string) bool {
		old := name != "_" && (seen[name] || !g.fresh && s.get(name) != nil)
		seen[name] = true
		return !old
	}
	for _, p := range c.Patterns {
		if !certain(p, value, fresh) {
			return false
		}
	}
	return true
}

// certain reports whether a pattern matches a value whatever its parts are.
// Fresh reports whether a variable is new.
func certain(p, value parser.Expr, fresh func(name string) bool) bool {
	switch p := p.(type) {
	case *parser.Var:
		return fresh(p.Name)
	case *parser.Tuple:
		elems := elements(value)
		if elems == nil || len(elems) != len(p.Elems) {
			return false
		}
		for i, e := range p.Elems {
			if !certain(e, elems[i], fresh) {
				return false
			}
		}
		return true
	case *parser.Cons:
		if value == nil {
			return false
		}
		head, tail, ok := headTail(value)
		return ok && certain(p.Head, head, fresh) && certain(p.Tail, tail, fresh)
	}
	if value == nil {
		return false
	}
	a, ok1 := constant(p)
	b, ok2 := constant(value)
	return ok1 && ok2 && term.Identical(a, b)
}

// segmentsFit reports whether the segments of binary patterns can match at
// all, and warns of those that cannot.
func (u *unreachable) segmentsFit(p parser.Expr) bool {
	fit := true
	walk(p, func(e parser.Expr) bool {
		b, ok := e.(*parser.Bin)
		if !ok {
			return true
		}
		for _, el := range b.Elems {
			if !u.segmentFits(el) { // the first is told
				fit = false
				break
			}
		}
		return false
	})
	return fit
}

func (u *unreachable) segmentFits(el *parser.BinElem) bool {
	t, _ := newLinter().segment(el, true)
	never := func(d any, format string, args ...any) bool {
		u.warn(passFold, "nomatch", el.Anno, desc("nomatch", d), "this clause cannot match because "+format, args...)
		return false
	}
	if el.Size != nil {
		if v, ok := constant(el.Size); ok && !term.IsInteger(v) {
			text := parser.FormatExpr(el.Size)
			return never(desc("bit_syntax_size", v), "'%s' is not a valid size for a binary segment", text)
		}
	}
	typ := t.typ
	if typ == "" {
		typ = "integer"
	}
	if s, isString := el.Value.(*parser.String); isString && typ == "integer" && el.Size == nil {
		for _, r := range s.Value {
			if r > 255 {
				return never(desc("bit_syntax_truncated", "unsigned", int(r), 8), "the value %d will not fit in an 'unsigned' binary segment of size 8", r)
			}
		}
	}
	v, ok := constant(el.Value)
	if !ok {
		return true
	}
	_, isAtom := v.(term.Atom)
	_, isFloat := v.(term.Float)
	if isAtom || isFloat && typ != "float" {
		text := parser.FormatExpr(el.Value)
		return never(desc("bit_syntax_type", v, typ), "'%s' is not of the expected type '%s'", text, typ)
	}
	if n, isInt := term.ToBig(v); isInt && n.Sign() < 0 && typ == "integer" && t.sign != "signed" {
		return never(desc("bit_syntax_unsigned", v), "the negative value %s will never match the value of an 'unsigned' binary segment", n)
	}
	if n, isInt := term.ToBig(v); isInt && typ == "integer" {
		if size, known := segmentBits(el, t.unit); known {
			sign, bits, article := "unsigned", size, "an"
			if t.sign == "signed" {
				sign, bits, article = "signed", size-1, "a"
			}
			least := new(big.Int)
			if sign == "signed" {
				least.Neg(new(big.Int).Lsh(big.NewInt(1), uint(max(bits, 0))))
			}
			if bits >= 0 && (n.Cmp(new(big.Int).Lsh(big.NewInt(1), uint(bits))) >= 0 || n.Cmp(least) < 0) {
				return never(desc("bit_syntax_truncated", sign, v, size), "the value %s will not fit in %s '%s' binary segment of size %d", n, article, sign, size)
			}
		}
	}
	return true
}

// segmentBits is the size of an integer segment, if it is known.
func segmentBits(el *parser.BinElem, unit int) (int, bool) {
	if el.Size == nil {
		return 8, true
	}
	v, ok := constant(el.Size)
	if !ok {
		return 0, false
	}
	n, ok := term.ToInt64(v)
	if !ok || n < 0 || n > 1<<16 {
		return 0, false
	}
	return int(n) * max(unit, 1), true
}

// bindAll notes the variables of a pattern as known.
func bindAll(p parser.Expr, s *scope) {
	walk(p, func(e parser.Expr) bool {
		if v, ok := e.(*parser.Var); ok && v.Name != "_" && s.get(v.Name) == nil {
			s.set(v.Name, &variable{})
		}
		return true
	})
}

func (u *unreachable) body(es []parser.Expr, s *scope, a asked) {
	for i, e := range es {
		if i+1 < len(es) {
			u.expr(e, s, ignored)
		} else {
			u.expr(e, s, a)
		}
		if _, ok := e.(*parser.Match); ok && u.never {
			u.never = false
			return // erlc drops the rest
		}
		u.never = false
	}
}
