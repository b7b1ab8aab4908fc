package compile

import (
	"fmt"
	"maps"
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
			if a != used && len(e.Fields) == 1 {
				u.resultIgnored("erlang", fa{"setelement", 3}, e.Fields[0].Anno)
			}
		}
		for _, f := range e.Fields {
			u.expr(f.Value, s, in)
		}
	case *parser.RecordAccess:
		u.expr(e.Base, s, used)
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
		u.clauses(e.Clauses, nil, newScope(s), clauseGroup{at: e.Anno, all: true, fresh: true})
	case *parser.Block:
		u.body(e.Body, s, a)
	case *parser.If:
		u.clauses(e.Clauses, nil, s, clauseGroup{at: e.Anno, all: true, asked: a})
	case *parser.Case:
		u.expr(e.Value, s, used)
		u.clauses(e.Clauses, u.known(e.Value), s, clauseGroup{at: e.Anno, all: true, asked: a})
	case *parser.Receive:
		u.clauses(e.Clauses, nil, s, clauseGroup{at: e.Anno, all: true, received: true, asked: a})
		if e.After != nil {
			u.expr(e.After, s, used)
			u.branch(func() { u.body(e.AfterBody, s, a) })
		}
	case *parser.Try:
		u.branch(func() { u.body(e.Body, s, used) })
		u.clauses(e.Of, nil, s, clauseGroup{at: e.Anno, all: true})
		if !safe(e.Body) {
			u.clauses(e.Catches, nil, s, clauseGroup{at: e.Anno, handlers: true})
		}
		u.body(e.After, s, used)
	case *parser.Maybe:
		u.branch(func() { u.body(e.Body, s, used) })
		u.clauses(e.Else, nil, s, clauseGroup{at: e.ElseAnno, handlers: true})
	case *parser.Comp:
		u.branch(func() { u.comprehension(e, s, a) })
	}
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
	value = u.known(value)
	v, isConst := constant(value)
	if x, ok := p.(*parser.Var); ok && isConst {
		if old, bound := u.consts[x.Name]; bound {
			if !term.Identical(old, v) {
				u.warn(passFold, "nomatch", at, desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
				u.noClause(at)
			}
		} else if x.Name != "_" && s.get(x.Name) == nil {
			u.consts[x.Name] = v
		}
	}
	bindAll(p, s)
	if isConst && disagree(p, v, maps.Clone(u.consts)) {
		u.warn(passFold, "nomatch", at, desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
		u.noClause(at)
		return
	}
	if !u.segmentsFit(p) {
		u.noClause(at)
		return
	}
	if clash(p, value) {
		if !isConst {
			u.warn(passFold, "nomatch", at, desc("nomatch", "clause_type"), "this clause cannot match because of different types/sizes")
		}
		u.noClause(at)
	}
}

func (u *unreachable) comprehension(e *parser.Comp, s *scope, a asked) {
	inside := newScope(s)
	generator := func(g *parser.Generator) {
		u.expr(g.Source, inside, used)
		if g.Pattern != nil {
			if contradictory(g.Pattern) {
				u.warn(passCore, "nomatch", e.Anno, desc("nomatch", "pattern"), "pattern cannot possibly match")
			} else {
				u.segmentsFit(g.Pattern)
			}
			walk(g.Pattern, func(e parser.Expr) bool {
				if v, ok := e.(*parser.Var); ok {
					delete(u.consts, v.Name)
				}
				return true
			})
			bindAll(g.Pattern, inside)
		}
	}
	for _, q := range e.Qualifiers {
		switch q := q.(type) {
		case *parser.Generator:
			generator(q)
		case *parser.Zip:
			for _, g := range q.Generators {
				generator(g)
			}
		default:
			u.expr(q, inside, used)
			if t, ok := constant(q); ok && t != term.Term(term.True) {
				u.warn(passFold, "nomatch", q.Position(), desc("nomatch", "guard"), "this clause cannot match because its guard evaluates to 'false'")
				u.noClause(q.Position())
			}
		}
	}
	for _, t := range append([]parser.Expr{e.Template}, e.More...) {
		switch t := t.(type) {
		case *parser.MapPair:
			u.values(inside, t.Key, t.Value)
		case *parser.Integer, *parser.Float, *parser.Atom, *parser.String, *parser.Tuple, *parser.Cons:
			if e.Kind == parser.BinKind {
				u.badBinary(e.Anno)
				continue
			}
			u.expr(t, inside, a)
		default:
			if e.Kind != parser.ListKind {
				a = used
			}
			u.expr(t, inside, a)
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
			if n, isInt := el.Value.(*parser.Integer); isInt && !isCodePoint(n.Value) {
				u.warn(passFold, "failed", e.Anno, desc("failed", "bad_unicode"),
					"binary construction will fail with a 'badarg' exception (invalid Unicode code point in a utf8/utf16/utf32 segment)")
				return
			}
		}
		if el.Size != nil {
			if v, ok := constant(u.known(el.Size)); ok {
				if n, isInt := term.ToBig(v); isInt && n.Sign() < 0 {
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
		v, ok := constant(el.Value)
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
	fun := e.Fun
	if v, isVar := fun.(*parser.Var); isVar {
		fun = u.known(v)
	}
	switch f := fun.(type) {
	case *parser.Atom:
		u.each(s, in, e.Args...)
	case *parser.Remote:
		u.values(s, f.Module, f.Name)
		u.each(s, in, e.Args...)
		if notName(u.known(f.Module)) || notName(u.known(f.Name)) {
			u.warn(passSSA, "failed", e.Anno, desc("failed", "bad_call"), "invalid module and/or function name; this call will always fail")
			return
		}
		if !ofErlang && a != used {
			u.remoteIgnored(f, len(e.Args), e.Anno, a)
		}
	case *parser.Integer, *parser.Float, *parser.Char, *parser.String, *parser.Nil, *parser.Tuple, *parser.Cons, *parser.Bin, *parser.Map,
		*parser.Value:
		u.warn(passFold, "failed", e.Anno, desc("failed", "bad_call"), "invalid function call")
		u.values(s, e.Args...)
	default:
		u.expr(e.Fun, s, used)
		u.values(s, e.Args...)
	}
	if ofErlang {
		u.applied(k, e.Args, e.Anno, a)
	}
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

// asErlang are functions that erlc calls by another name. Both are ignored
// where the call is written to be.
var asErlang = map[string]string{"maps:get": "map_get", "maps:is_key": "is_map_key"}

func (u *unreachable) remoteIgnored(f *parser.Remote, arity int, at parser.Anno, a asked) {
	m, ok1 := f.Module.(*parser.Atom)
	name, ok2 := f.Name.(*parser.Atom)
	if !ok1 || !ok2 {
		return
	}
	full := m.Name + ":" + name.Name
	if !pureRemote[full] {
		return
	}
	if bif := asErlang[full]; bif != "" && arity == 2 {
		u.resultIgnored("erlang", fa{bif, 2}, at)
		if a != ignored {
			return
		}
	}
	u.resultIgnored(m.Name, fa{name.Name, arity}, at)
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
	if reason := u.mustFail(k, args); reason != "" {
		d := desc("failed", desc("eval_failure", desc("erlang", k.name, k.arity), reason))
		if operator {
			u.warn(passFold, "failed", at, d, "evaluation of operator '%s'/%d will fail with a '%s' exception", k.name, k.arity, reason)
		} else {
			u.warn(passFold, "failed", at, d, "the call to %s/%d will fail with a '%s' exception", k.name, k.arity, reason)
		}
	}
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

// mustFail gives the reason for which an operation on constants fails, "" if
// it does not.
func (u *unreachable) mustFail(k fa, args []parser.Expr) string {
	vs := make([]term.Term, len(args))
	for i, a := range args {
		v, ok := constant(u.known(a))
		if !ok {
			return ""
		}
		vs[i] = v
	}
	number := func(t term.Term) bool {
		_, isFloat := t.(term.Float)
		return isFloat || term.IsInteger(t)
	}
	every := func(is func(term.Term) bool) bool {
		for _, v := range vs {
			if !is(v) {
				return false
			}
		}
		return true
	}
	zero := func(t term.Term) bool { return number(t) && term.Equal(t, term.Small(0)) }
	proper := func(t term.Term) bool { _, ok := term.Slice(t); return ok }
	boolean := func(t term.Term) bool { return t == term.Term(term.True) || t == term.Term(term.False) }
	tuple := func(t term.Term) bool { _, ok := t.(*term.Tuple); return ok }
	atom := func(t term.Term) bool { _, ok := t.(term.Atom); return ok }
	// Constants without a type of their own here are strings of bits.
	bits := func(t term.Term) bool { _, ok := t.(*term.Bits); return ok }
	fail := func(failed bool, reason string) string {
		if failed {
			return reason
		}
		return ""
	}
	switch k {
	case fa{"+", 2}, fa{"-", 2}, fa{"*", 2}, fa{"+", 1}, fa{"-", 1}:
		return fail(!every(number), "badarith")
	case fa{"/", 2}:
		return fail(!every(number) || zero(vs[1]), "badarith")
	case fa{"div", 2}, fa{"rem", 2}:
		return fail(!every(term.IsInteger) || zero(vs[1]), "badarith")
	case fa{"band", 2}, fa{"bor", 2}, fa{"bxor", 2}, fa{"bsl", 2}, fa{"bsr", 2}, fa{"bnot", 1}:
		return fail(!every(term.IsInteger), "badarith")
	case fa{"and", 2}, fa{"or", 2}, fa{"xor", 2}, fa{"not", 1}:
		return fail(!every(boolean), "badarg")
	case fa{"++", 2}:
		return fail(!proper(vs[0]), "badarg")
	case fa{"--", 2}:
		return fail(!every(proper), "badarg")
	case fa{"length", 1}:
		return fail(!proper(vs[0]), "badarg")
	case fa{"hd", 1}, fa{"tl", 1}:
		_, cons := vs[0].(*term.Cons)
		return fail(!cons, "badarg")
	case fa{"abs", 1}, fa{"round", 1}, fa{"trunc", 1}, fa{"float", 1}, fa{"floor", 1}, fa{"ceil", 1}:
		return fail(!number(vs[0]), "badarg")
	case fa{"tuple_size", 1}:
		return fail(!tuple(vs[0]), "badarg")
	case fa{"size", 1}:
		return fail(!tuple(vs[0]) && !bits(vs[0]), "badarg")
	case fa{"bit_size", 1}, fa{"byte_size", 1}:
		return fail(!bits(vs[0]), "badarg")
	case fa{"atom_to_list", 1}, fa{"atom_to_binary", 1}:
		return fail(!atom(vs[0]), "badarg")
	case fa{"element", 2}:
		n, isInt := term.ToInt64(vs[0])
		t, isTuple := vs[1].(*term.Tuple)
		return fail(!isInt || !isTuple || n < 1 || n > int64(t.Len()), "badarg")
	case fa{"setelement", 3}:
		n, isInt := term.ToInt64(vs[0])
		t, isTuple := vs[1].(*term.Tuple)
		return fail(!isInt || !isTuple || n < 1 || n > int64(t.Len()), "badarg")
	case fa{"list_to_atom", 1}, fa{"list_to_integer", 1}, fa{"list_to_float", 1}, fa{"list_to_binary", 1}, fa{"list_to_tuple", 1}:
		return fail(!proper(vs[0]), "badarg")
	case fa{"binary_to_list", 1}, fa{"binary_to_atom", 1}, fa{"binary_to_integer", 1}, fa{"binary_to_float", 1}:
		return fail(!bits(vs[0]), "badarg")
	case fa{"tuple_to_list", 1}:
		return fail(!tuple(vs[0]), "badarg")
	case fa{"integer_to_list", 1}, fa{"integer_to_binary", 1}:
		return fail(!term.IsInteger(vs[0]), "badarg")
	}
	return ""
}

// noEffect are the functions of erlang that do nothing but give a value and
// never fail; mayFail are those that may fail.
var (
	noEffect = functionSet(`/=/2 </2 =/=/2 =:=/2 =</2 ==/2 >/2 >=/2 date/0 get/0 get/1 get_cookie/0 get_keys/1 group_leader/0
		is_alive/0 is_atom/1 is_binary/1 is_bitstring/1 is_boolean/1 is_float/1 is_function/1 is_integer/1 is_list/1
		is_map/1 is_number/1 is_pid/1 is_port/1 is_record/1 is_reference/1 is_tuple/1 make_ref/0 max/2 min/2 node/0
		nodes/0 ports/0 pre_loaded/0 processes/0 registered/0 self/0 term_to_binary/1 time/0`)
	mayFail = functionSet(`*/2 +/1 +/2 ++/2 -/1 -/2 --/2 //2 abs/1 and/2 atom_to_binary/1 atom_to_binary/2 atom_to_list/1
		band/2 binary_part/2 binary_part/3 binary_to_atom/1 binary_to_atom/2 binary_to_float/1 binary_to_integer/1
		binary_to_list/1 binary_to_list/3 bit_size/1 bnot/1 bor/2 bsl/2 bsr/2 bxor/2 byte_size/1 ceil/1 div/2 element/2
		float/1 float_to_binary/1 float_to_list/1 floor/1 hd/1 integer_to_binary/1 integer_to_list/1 is_function/2
		is_integer/3 is_map_key/2 is_record/2 is_record/3 length/1 list_to_atom/1 list_to_binary/1 list_to_float/1
		list_to_integer/1 list_to_integer/2 list_to_pid/1 list_to_tuple/1 map_get/2 not/1 or/2 pid_to_list/1
		rem/2 round/1 setelement/3 size/1 split_binary/2 tl/1 trunc/1 tuple_size/1 tuple_to_list/1 xor/2`)
)

// pureRemote are functions of other modules whose result alone counts.
var pureRemote = func() map[string]bool {
	m := map[string]bool{"lists:append": true, "lists:subtract": true, "maps:get": true, "maps:is_key": true, "maps:new": true}
	for _, f := range []string{"acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "ceil", "cos", "cosh", "erf", "erfc",
		"exp", "floor", "fmod", "log", "log10", "log2", "pi", "pow", "sin", "sinh", "sqrt", "tan", "tanh"} {
		m["math:"+f] = true
	}
	return m
}()
