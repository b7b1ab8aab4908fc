package compile

import (
	"fmt"
	"math/big"

	"ersh/parser"
	"ersh/runtime/term"
)

// expr looks through an expression.
func (u *unreachable) expr(e parser.Expr, s *scope, a asked) {
	if how, ok := u.idle[e]; ok {
		if u.folds(e) {
			return
		}
		a = how
	}
	if u.exports[e] {
		a = used
	}
	switch e := e.(type) {
	case *parser.Integer, *parser.Float, *parser.Char, *parser.String:
		u.built(e, a)
	case *parser.Cons:
		u.built(e, a)
		var rest parser.Expr = e
		for {
			c, ok := rest.(*parser.Cons)
			if !ok {
				break
			}
			u.expr(c.Head, s, a.within())
			rest = c.Tail
		}
		u.expr(rest, s, a.within())
	case *parser.Tuple:
		u.built(e, a)
		u.each(s, a.within(), e.Elems...)
	case *parser.Map:
		if e.Base != nil {
			u.expr(e.Base, s, used)
			if t, ok := constant(u.known(e.Base)); ok {
				if _, isMap := t.(*term.Map); !isMap {
					u.warn(passFold, "failed", e.Anno, desc("failed", "bad_map_update"), "map update will fail with a 'badmap' exception")
				}
			}
		}
		u.built(e, a)
		u.repeatedKeys(e)
		for _, p := range e.Pairs {
			u.values(s, p.Key, p.Value)
		}
	case *parser.Record:
		in := a.within()
		if e.Base == nil {
			u.built(e, a)
		} else {
			in = used
			u.expr(e.Base, s, used)
			if a != used && len(e.Fields) > 0 {
				u.resultIgnored("erlang", fa{"setelement", 3}, e.Fields[0].Anno)
			}
		}
		for _, f := range e.Fields {
			u.expr(f.Value, s, in)
		}
	case *parser.RecordAccess:
		u.expr(e.Base, s, used)
	case *parser.RecordIndex:
		u.built(e, a)
	case *parser.Bin:
		u.bin(e, s, a)
	case *parser.BinOp:
		u.operator(e, s, a)
	case *parser.UnOp:
		if c, ok := e.Arg.(*parser.BinOp); ok && e.Op == "not" && a == unread && inverse[c.Op] != "" {
			u.values(s, c.Left, c.Right)
			u.applied(fa{inverse[c.Op], 2}, []parser.Expr{c.Left, c.Right}, c.Anno, a)
			return
		}
		u.expr(e.Arg, s, used)
		u.applied(fa{e.Op, 1}, []parser.Expr{e.Arg}, e.Anno, a)
	case *parser.Match:
		if v, ok := e.Pattern.(*parser.Var); ok && v.Name == "_" {
			if m, ok := e.Value.(*parser.Maybe); ok && isNoMaybe(m) {
				u.built(m, ignored)
			}
		}
		u.expr(e.Value, s, used)
		u.match(e.Pattern, e.Value, e.Anno, s)
	case *parser.MaybeMatch:
		u.expr(e.Value, s, used)
		u.match(e.Pattern, e.Value, e.Anno, s)
	case *parser.Catch:
		u.expr(e.Value, s, used)
	case *parser.Call:
		u.call(e, s, a)
	case *parser.FunRemote:
		if a != used {
			u.warn(passFold, "ignored", e.Anno, desc("ignored", desc("result", desc("erlang", "make_fun", 3))),
				"the result of fun construction is ignored (suppress the warning by assigning the expression to the _ variable)")
		}
	case *parser.Fun:
		if a == part {
			a = ignored
		}
		u.built(e, a)
		if a == used {
			u.clauses(e.Clauses, nil, newScope(s), clauseGroup{at: e.Anno, all: true, fresh: true})
		}
	case *parser.Block:
		u.body(e.Body, s, a)
	case *parser.If:
		u.clauses(e.Clauses, nil, s, clauseGroup{at: e.Anno, all: true, asked: a})
	case *parser.Case:
		u.expr(e.Value, s, used)
		u.clauses(e.Clauses, u.shaped(e.Value), s, clauseGroup{at: e.Anno, all: true, asked: a})
	case *parser.Receive:
		u.clauses(e.Clauses, nil, s, clauseGroup{at: e.Anno, all: true, asked: a})
		if e.After != nil {
			u.expr(e.After, s, used)
			u.branch(func() { u.body(e.AfterBody, s, a) })
		}
	case *parser.Try:
		var value parser.Expr
		u.branch(func() {
			u.body(e.Body, s, used)
			if value = u.shaped(e.Body[len(e.Body)-1]); isVar(value) {
				value = nil
			}
		})
		u.clauses(e.Of, value, s, clauseGroup{at: e.Anno, all: true})
		if safe(e.Body) {
			for _, c := range e.Catches {
				u.possible(c)
			}
		} else {
			any := &parser.Var{Name: "_"}
			u.clauses(e.Catches, &parser.Tuple{Elems: []parser.Expr{any, any, any}}, s, clauseGroup{at: e.Anno})
		}
		u.body(e.After, s, used)
	case *parser.Maybe:
		if isNoMaybe(e) {
			u.built(e, a)
		}
		u.branch(func() { u.body(e.Body, s, a) })
		u.clauses(e.Else, nil, s, clauseGroup{at: e.ElseAnno, asked: a})
	case *parser.Comp:
		u.branch(func() { u.comprehension(e, s, a) })
	}
}

// isNoMaybe reports whether a maybe is made of a variable only.
func isNoMaybe(e *parser.Maybe) bool {
	body := e.Body
	for len(body) == 1 {
		block, ok := body[0].(*parser.Block)
		if !ok {
			return isVar(body[0])
		}
		body = block.Body
	}
	return false
}

// safe reports whether the body of a try is made of constants and variables,
// so that its handlers are dropped.
func safe(body []parser.Expr) bool {
	for _, e := range body {
		if _, ok := constant(e); !ok && !isVar(e) {
			return false
		}
	}
	return true
}

func (u *unreachable) each(s *scope, a asked, es ...parser.Expr) {
	for _, e := range es {
		u.expr(e, s, a)
	}
}

func (u *unreachable) values(s *scope, es ...parser.Expr) { u.each(s, used, es...) }

// built warns of a term that nothing uses.
func (u *unreachable) built(e parser.Expr, a asked) {
	if a == ignored || a == unread {
		u.warn(passFold, "ignored", e.Position(), desc("ignored", "useless_building"), "a term is constructed, but never used")
	}
}

// repeatedKeys warns of a literal key of which only the last value counts.
func (u *unreachable) repeatedKeys(e *parser.Map) {
	seen := map[string]bool{}
	for i := len(e.Pairs) - 1; i >= 0; i-- {
		p := e.Pairs[i]
		v, ok := constant(p.Key)
		if !ok {
			continue
		}
		text := parser.FormatExpr(p.Key)
		if seen[text] {
			shown := text
			if a, isAtom := v.(term.Atom); isAtom {
				shown = "'" + a.Name() + "'"
			} else if _, isText := p.Key.(*parser.String); !isText {
				shown = string(term.Format(v))
			}
			u.warn(passCore, "map_key_repeated", p.Key.Position(), desc("map_key_repeated", v), "key %s will be overridden in expression", shown)
		}
		seen[text] = true
	}
}

// match looks at Pattern = Value.
func (u *unreachable) match(p, value parser.Expr, at parser.Anno, s *scope) {
	for {
		m, ok := value.(*parser.Match)
		if !ok {
			break
		}
		value = m.Value
	}
	value, p = u.shaped(value), u.plain(p)
	v, isConst := constant(value)
	if contradictory(p) {
		u.warn(passCore, "nomatch", at, desc("nomatch", "pattern"), "pattern cannot possibly match")
		bindAll(p, s)
		return
	}
	agree := u.bindConstants(p, value, s)
	bindAll(p, s)
	if !agree || isConst && disagree(p, v, map[string]term.Term{}) {
		u.warn(passFold, "nomatch", at, desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
		u.noClause(at)
		return
	}
	if !u.segmentsFit(p) {
		u.noClause(at)
		u.never = true
		return
	}
	if u.isTest(value) && !mayBeAnswer(p) {
		u.warn(passFold, "nomatch", at, desc("nomatch", "clause_type"), "this clause cannot match because of different types/sizes")
		return
	}
	if clash(p, value) {
		if !isConst {
			u.warn(passFold, "nomatch", at, desc("nomatch", "clause_type"), "this clause cannot match because of different types/sizes")
		}
		u.noClause(at)
		u.never = true
	}
}

func (u *unreachable) comprehension(e *parser.Comp, s *scope, a asked) {
	inside := newScope(s)
	calls := erlangCalls(func(c *parser.Call) (string, bool) {
		k, ok := u.ofErlang(c)
		return k.name, ok
	})
	for i, q := range e.Qualifiers {
		var tests []parser.Expr // the tests that follow, which become one guard with it
		for _, q := range e.Qualifiers[i+1:] {
			if isGenerator(q) || !calls.isGuard(q) {
				break
			}
			tests = append(tests, q)
		}
		switch q := q.(type) {
		case *parser.Generator:
			u.generator(q, e, inside, tests)
		case *parser.Zip:
			for _, g := range q.Generators {
				u.generator(g, e, inside, nil)
			}
			u.filters(e, tests)
		default:
			u.expr(q, inside, used)
			isTest := calls.isGuard(q)
			if isTest && i > 0 && (isGenerator(e.Qualifiers[i-1]) || calls.isGuard(e.Qualifiers[i-1])) {
				continue
			}
			t, isConst := constant(u.known(q))
			if isTest && u.guardTruth([][]parser.Expr{append([]parser.Expr{q}, tests...)}) == isFalse {
				u.warn(passFold, "nomatch", q.Position(), desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
				u.noClause(q.Position())
			} else if !isTest && isConst && t != term.Term(term.True) {
				u.noClause(q.Position())
			}
		}
	}
	for _, t := range append([]parser.Expr{e.Template}, e.More...) {
		switch t := t.(type) {
		case *parser.MapPair:
			u.values(inside, t.Key, t.Value)
		case *parser.Integer, *parser.Float, *parser.Atom, *parser.String, *parser.Tuple, *parser.Cons, *parser.Nil:
			if e.Kind == parser.BinKind {
				u.badBinary(e.Anno)
				continue
			}
			u.expr(t, inside, a)
		default:
			if e.Kind != parser.ListKind {
				a = used
			}
			last := t
			if block, ok := t.(*parser.Block); ok {
				last = block.Body[len(block.Body)-1]
			}
			if v, ok := constant(last); ok && e.Kind == parser.BinKind {
				if _, isBits := v.(*term.Bits); !isBits {
					u.badBinary(e.Anno)
					continue
				}
			}
			u.expr(t, inside, a)
		}
	}
}

func isGenerator(q parser.Expr) bool {
	switch q.(type) {
	case *parser.Generator, *parser.Zip:
		return true
	}
	return false
}

// filters warns of a generator's guard that is false, and reports whether it is.
func (u *unreachable) filters(e *parser.Comp, tests []parser.Expr) bool {
	if len(tests) == 0 || u.guardTruth([][]parser.Expr{tests}) != isFalse {
		return false
	}
	u.warn(passFold, "nomatch", e.Anno, desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
	return true
}

// generator looks at a generator with the filters that follow it. One that takes from a list of
// one element is as good as a case.
func (u *unreachable) generator(g *parser.Generator, e *parser.Comp, s *scope, tests []parser.Expr) {
	u.expr(g.Source, s, used)
	if g.Pattern == nil {
		return
	}
	pattern := u.plain(g.Pattern)
	var value parser.Expr
	if c, ok := g.Source.(*parser.Cons); ok && g.Kind == parser.ListKind && !g.Strict {
		if _, one := c.Tail.(*parser.Nil); one {
			value = u.shaped(c.Head)
		}
	}
	never := u.guardTruth([][]parser.Expr{tests}) == isFalse
	u.dropAll(pattern)
	agree := value == nil || u.bindConstants(pattern, value, newScope(nil))
	bindAll(pattern, s)
	switch {
	case contradictory(pattern):
		u.warn(passCore, "nomatch", e.Anno, desc("nomatch", "pattern"), "pattern cannot possibly match")
	case !u.segmentsFit(pattern):
	case value != nil && clash(pattern, value):
		if _, isConst := constant(value); !isConst {
			u.warn(passFold, "nomatch", e.Anno, desc("nomatch", "clause_type"), "this clause cannot match because of different types/sizes")
		}
		u.noClause(g.Anno)
	case never:
		u.filters(e, tests)
	case !agree || u.filters(e, tests):
		if !agree {
			u.warn(passFold, "nomatch", e.Anno, desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
		}
		if value != nil {
			u.noClause(g.Anno)
		}
	}
}

func isCodePoint(n *big.Int) bool {
	if !n.IsInt64() {
		return false
	}
	c := n.Int64()
	return c >= 0 && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF)
}

func (u *unreachable) badBinary(a parser.Anno) {
	u.warn(passCore, "failed", a, desc("failed", "bad_binary"), "binary construction will fail because of a type mismatch")
}

// bin looks at the construction of a binary.
func (u *unreachable) bin(e *parser.Bin, s *scope, a asked) {
	if bad := badSegments(e); len(bad) > 0 {
		u.badBinary(e.Anno)
		return
	}
	for _, el := range e.Elems {
		if t, _ := newLinter().segment(el, false); t.utf() {
			v, _ := constant(u.known(el.Value))
			if n, isInt := term.ToBig(v); isInt && !isCodePoint(n) {
				u.warn(passFold, "failed", e.Anno, desc("failed", "bad_unicode"),
					"binary construction will fail with a 'badarg' exception (invalid Unicode code point in a utf8/utf16/utf32 segment)")
				return
			}
		}
		if el.Size != nil {
			if v, ok := constant(u.known(el.Size)); ok {
				if n, isInt := term.ToBig(v); !isInt || n.Sign() < 0 {
					u.warn(passSSA, "failed", el.Anno, desc("failed", "bad_segment_size"), "binary construction will fail because the size of a segment is invalid")
				}
			}
			u.expr(el.Size, s, used)
		}
		u.expr(el.Value, s, used)
		if reason, text := u.badSize(el); reason != nil {
			u.warn(passFold, "failed", e.Anno, desc("failed", reason), "binary construction will fail with a 'badarg' exception (%s)", text)
			return
		}
	}
	u.built(e, a)
}

// badSize tells of a segment whose constant value is of another size than it
// must be.
func (u *unreachable) badSize(el *parser.BinElem) (reason any, text string) {
	t, _ := newLinter().segment(el, false)
	size, known := int64(0), false
	if el.Size != nil {
		if v, ok := constant(u.known(el.Size)); ok {
			size, known = term.ToInt64(v)
		}
	}
	switch t.typ {
	case "float":
		_, isConst := el.Value.(*parser.Float)
		if _, literal := el.Size.(*parser.Integer); !literal {
			isConst = false
		}
		if bits := size * int64(max(t.unit, 1)); isConst && known && bits != 16 && bits != 32 && bits != 64 {
			return "bad_float_size", "invalid size for a float segment"
		}
	case "binary", "bytes", "bitstring", "bits":
		v, ok := constant(u.known(el.Value))
		b, isBits := v.(*term.Bits)
		if !ok || !isBits {
			return nil, ""
		}
		unit := int64(t.unit)
		if unit == 0 {
			unit = 1
			if t.typ == "binary" || t.typ == "bytes" {
				unit = 8
			}
		}
		if known && size*unit > int64(b.Len) {
			return "embedded_binary_size", "field size for binary/bitstring greater than actual size"
		}
		if el.Size == nil && int64(b.Len)%unit != 0 {
			return desc("embedded_unit", int(unit), b.Len), fmt.Sprintf("size %d cannot be evenly divided by unit %d", b.Len, unit)
		}
	}
	return nil, ""
}

// badSegments are the segments of which the value or size is a constant of a
// wrong type.
func badSegments(e *parser.Bin) (bad []*parser.BinElem) {
	for _, el := range e.Elems {
		t, _ := newLinter().segment(el, false)
		if el.Size != nil {
			if v, ok := constant(el.Size); ok && !term.IsInteger(v) {
				if a, isAtom := v.(term.Atom); !isAtom || a.Name() != "all" {
					bad = append(bad, el)
					continue
				}
			}
		}
		v, ok := constant(el.Value)
		if !ok {
			if isConstructor(el.Value) {
				bad = append(bad, el)
			}
			continue
		}
		_, isFloat := v.(term.Float)
		_, isBits := el.Value.(*parser.Bin)
		_, isText := el.Value.(*parser.String)
		fits := false
		switch t.typ {
		case "", "integer", "utf8", "utf16", "utf32":
			fits = term.IsInteger(v) || isText
		case "float":
			fits = term.IsInteger(v) || isFloat || isText
		default:
			fits = isBits
		}
		if !fits {
			bad = append(bad, el)
		}
	}
	return bad
}

// operator looks at a binary operator.
func (u *unreachable) operator(e *parser.BinOp, s *scope, a asked) {
	switch e.Op {
	case "andalso", "orelse":
		u.expr(e.Left, s, used)
		u.branch(func() { u.expr(e.Right, s, a) })
		return
	}
	k := fa{e.Op, 2}
	in := used
	if noEffect[k] || a == unread && builds(e) {
		in = a.within()
	}
	u.each(s, in, e.Left, e.Right)
	if a == unread && (builds(e) || u.folds(e)) {
		if _, ok := constant(e.Left); ok {
			u.built(e, a)
		} else {
			u.built(e.Left, a)
		}
		return
	}
	u.applied(k, []parser.Expr{e.Left, e.Right}, e.Anno, a)
}

func (u *unreachable) call(e *parser.Call, s *scope, a asked) {
	k, ofErlang := u.ofErlang(e)
	in := used
	if ofErlang && noEffect[k] {
		in = a.within()
	}
	switch f := e.Fun.(type) {
	case *parser.Atom:
		if f.Name == "record_info" && len(e.Args) == 2 && u.l.defined[fa{f.Name, 2}] == nil {
			u.built(e, a)
			return
		}
		u.each(s, in, e.Args...)
	case *parser.Remote:
		u.values(s, f.Module, f.Name)
		u.each(s, in, e.Args...)
		if notName(u.known(f.Module)) || notName(u.known(f.Name)) {
			u.warn(passSSA, "failed", e.Anno, desc("failed", "bad_call"), "invalid module and/or function name; this call will always fail")
			return
		}
		if !ofErlang {
			u.remote(f, e.Args, e.Anno, a)
		}
	default:
		if !isVar(e.Fun) {
			u.expr(e.Fun, s, used)
		}
		u.values(s, e.Args...)
		if u.noFun(e.Fun) {
			u.warn(passFold, "failed", e.Anno, desc("failed", "bad_call"), "invalid function call")
		}
	}
	if k == (fa{"apply", 2}) && ofErlang {
		v, isConst := constant(u.known(e.Args[0]))
		if _, isFun := v.(*term.Export); isConst && !isFun && isProperList(e.Args[1]) {
			u.warn(passFold, "failed", e.Anno, desc("failed", "bad_call"), "invalid function call")
		}
	}
	if k == (fa{"is_record", 2}) && ofErlang {
		if name, ok := e.Args[1].(*parser.Atom); ok && u.records[name.Name] != nil {
			return // a guard test of its size and tag
		}
	}
	if ofErlang {
		u.applied(k, e.Args, e.Anno, a)
	}
}

// noFun reports whether the value of an expression is known, and no fun.
func (u *unreachable) noFun(e parser.Expr) bool {
	switch x := e.(type) {
	case *parser.Var:
		if known := u.known(x); known != parser.Expr(x) {
			return u.noFun(known)
		}
	case *parser.Block:
		return u.noFun(x.Body[len(x.Body)-1])
	case *parser.Match:
		return u.noFun(x.Value) || u.noFun(x.Pattern)
	case *parser.Nil, *parser.Tuple, *parser.Cons:
		return true
	case *parser.Record:
		return x.Base == nil
	case *parser.Map, *parser.Bin:
		_, isConst := constant(x)
		return isConst
	case *parser.BinOp:
		if left, ok := constant(u.known(x.Left)); ok && (x.Op == "andalso" && left == term.Term(term.True) || x.Op == "orelse" && left == term.Term(term.False)) {
			return u.noFun(x.Right)
		}
		_, isConst := constant(x)
		return isConst
	case *parser.Call:
		if f, ok := x.Fun.(*parser.Fun); ok && f.Name == "" && len(f.Clauses) == 1 && len(x.Args) == 1 && len(f.Clauses[0].Body) == 1 {
			p, isParam := f.Clauses[0].Patterns[0].(*parser.Var)
			v, isVar := f.Clauses[0].Body[0].(*parser.Var)
			return isParam && isVar && p.Name == v.Name && u.noFun(x.Args[0])
		}
	default:
		v, isConst := constant(u.known(e))
		_, isFun := v.(*term.Export)
		return isConst && !isFun
	}
	return false
}

// isProperList reports whether an expression is a list of which all elements are given.
func isProperList(e parser.Expr) bool {
	for {
		c, ok := e.(*parser.Cons)
		if !ok {
			break
		}
		e = c.Tail
	}
	t, ok := constant(e)
	if !ok {
		return false
	}
	_, ok = term.Slice(t)
	return ok
}

// ofErlang gives the function of module erlang that a call is of.
func (u *unreachable) ofErlang(e *parser.Call) (fa, bool) {
	switch f := e.Fun.(type) {
	case *parser.Atom:
		k := fa{f.Name, len(e.Args)}
		return k, autoBIF(k) && u.l.defined[k] == nil && u.l.imports[k] == "" && !u.l.noAuto[k] && !u.l.noAutos
	case *parser.Remote:
		m, ok1 := f.Module.(*parser.Atom)
		name, ok2 := f.Name.(*parser.Atom)
		if ok1 && ok2 && m.Name == "erlang" {
			return fa{name.Name, len(e.Args)}, true
		}
	}
	return fa{}, false
}

// notName reports whether an expression can certainly not name a module or
// function.
func notName(e parser.Expr) bool {
	v, ok := constant(e)
	if !ok {
		return false
	}
	_, isAtom := v.(term.Atom)
	return !isAtom
}

// applied looks at the use of an operator or function of module erlang.
func (u *unreachable) applied(k fa, args []parser.Expr, at parser.Anno, a asked) {
	operator := !isWord(k.name) || operatorWords[k.name]
	u.failing(Pure{"erlang", k.name, k.arity}, args, at)
	if a == used {
		return
	}
	switch {
	case noEffect[k]:
		d := desc("ignored", desc("no_effect", desc("erlang", k.name, k.arity)))
		if operator {
			u.warn(passFold, "ignored", at, d, "use of operator '%s' has no effect", k.name)
		} else {
			u.warn(passFold, "ignored", at, d, "the call to %s has no effect", k)
		}
	case mayFail[k]:
		u.resultIgnored("erlang", k, at)
	}
}

func (u *unreachable) resultIgnored(module string, k fa, at parser.Anno) {
	d := desc("ignored", desc("result", desc(module, k.name, k.arity)))
	const advice = "is ignored (suppress the warning by assigning the expression to the _ variable)"
	switch {
	case module != "erlang":
		u.warn(passFold, "ignored", at, d, "the result of calling %s:%s %s", module, k, advice)
	case !isWord(k.name) || operatorWords[k.name]:
		u.warn(passFold, "ignored", at, d, "the result of evaluating operator '%s'/%d %s", k.name, k.arity, advice)
	default:
		u.warn(passFold, "ignored", at, d, "the result of calling %s %s", k, advice)
	}
}

func isWord(name string) bool { return name != "" && name[0] >= 'a' && name[0] <= 'z' }

// inverse are the operators that erlc makes of "not" and a comparison.
var inverse = map[string]string{
	"==": "/=", "/=": "==", "=:=": "=/=", "=/=": "=:=", "<": ">=", ">=": "<", ">": "=<", "=<": ">",
}

var operatorWords = map[string]bool{
	"and": true, "or": true, "xor": true, "not": true, "div": true, "rem": true,
	"band": true, "bor": true, "bxor": true, "bnot": true, "bsl": true, "bsr": true,
}
