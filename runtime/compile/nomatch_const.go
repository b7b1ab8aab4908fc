package compile

import (
	"maps"
	"math/big"

	"ersh/parser"
	"ersh/runtime/term"
)

// constant is the value of an expression that is one. Unlike constTerm it
// takes A/B for a division.
func constant(e parser.Expr) (term.Term, bool) {
	switch e := e.(type) {
	case *parser.BinOp, *parser.UnOp:
		t := constPattern(e)
		return t, t != nil
	case *parser.FunRemote:
		return nil, false
	case *parser.Value:
		t, ok := e.Term.(term.Term)
		return t, ok
	case *parser.Bin:
		if t, ok := constTerm(e); ok {
			return t, true
		}
		return constBits(e)
	}
	return constTerm(e)
}

// constBits is the value of a bitstring of constant integers and bitstrings that need not
// be whole bytes.
func constBits(e *parser.Bin) (term.Term, bool) {
	all, n := new(big.Int), 0
	add := func(v *big.Int, size int) {
		all.Lsh(all, uint(size))
		all.Or(all, new(big.Int).And(v, new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(size)), big.NewInt(1))))
		n += size
	}
	for _, el := range e.Elems {
		v, ok := constant(el.Value)
		t, _ := newLinter().segment(el, false)
		if !ok {
			return nil, false
		}
		if b, isBits := v.(*term.Bits); isBits && el.Size == nil && (t.typ == "bits" || t.typ == "bitstring") {
			x := new(big.Int).SetBytes(b.Bytes())
			add(x.Rsh(x, uint(-b.Len)&7), b.Len)
			continue
		}
		size, known := segmentBits(el, t.unit)
		i, isInt := term.ToBig(v)
		if !isInt || !known || t.typ != "" && t.typ != "integer" || t.endian == "little" || n+size > 1<<16 {
			return nil, false
		}
		add(i, size)
	}
	pad := -n & 7
	bytes := all.Lsh(all, uint(pad)).FillBytes(make([]byte, (n+pad)/8))
	return &term.Bits{Data: bytes, Len: n}, true
}

// known puts constants in the place of the variables that are bound to them, and of
// operators and calls that erlc evaluates.
func (u *unreachable) known(e parser.Expr) parser.Expr {
	switch x := e.(type) {
	case *parser.Var:
		if t, ok := u.consts[x.Name]; ok {
			return &parser.Value{Anno: x.Anno, Term: t}
		}
	case *parser.Match:
		return u.known(x.Value)
	case *parser.Record:
		if t := u.asTuple(x, false); t != nil {
			return u.known(t)
		}
	case *parser.RecordAccess:
		if v := u.field(x); v != nil {
			return u.known(v)
		}
	case *parser.Block:
		return u.known(x.Body[len(x.Body)-1])
	case *parser.BinOp:
		y := *x
		y.Left, y.Right = u.known(x.Left), u.known(x.Right)
		return u.evaluated(&y, Pure{"erlang", x.Op, 2}, y.Left, y.Right)
	case *parser.UnOp:
		y := *x
		y.Arg = u.known(x.Arg)
		return u.evaluated(&y, Pure{"erlang", x.Op, 1}, y.Arg)
	case *parser.Tuple:
		y := *x
		y.Elems = u.knownAll(x.Elems)
		return &y
	case *parser.Cons:
		y := *x
		y.Head, y.Tail = u.known(x.Head), u.known(x.Tail)
		return &y
	case *parser.Call:
		y := *x
		y.Args = u.knownAll(x.Args)
		if k, ok := u.ofErlang(&y); ok {
			return u.evaluated(&y, Pure{"erlang", k.name, k.arity}, y.Args...)
		}
		if f, ok := y.Fun.(*parser.Remote); ok {
			if k, _, ok := pureCall(f, len(y.Args)); ok {
				return u.evaluated(&y, k, y.Args...)
			}
		}
		return &y
	}
	return e
}

// shaped is known, with what is known of a variable that is bound to a tuple or a list.
func (u *unreachable) shaped(e parser.Expr) parser.Expr {
	e = u.known(e)
	if v, ok := e.(*parser.Var); ok {
		if shape := u.shapes[v.Name]; shape != nil {
			return shape
		}
	}
	return e
}

// drop forgets what a variable is bound to.
func (u *unreachable) drop(name string) {
	delete(u.consts, name)
	delete(u.shapes, name)
}

// evaluated is the value of the call e if it has one, or e.
func (u *unreachable) evaluated(e parser.Expr, k Pure, args ...parser.Expr) parser.Expr {
	if v, _ := u.evaluate(k, args); v != nil {
		return &parser.Value{Anno: e.Position(), Term: v}
	}
	return e
}

func (u *unreachable) knownAll(es []parser.Expr) []parser.Expr {
	out := make([]parser.Expr, len(es))
	for i, e := range es {
		out[i] = u.known(e)
	}
	return out
}

// branch runs f, after which the constants are those known before.
func (u *unreachable) branch(f func()) {
	consts, shapes := maps.Clone(u.consts), maps.Clone(u.shapes)
	f()
	u.consts, u.shapes = consts, shapes
}

// forget runs f with patterns' variables, which are new, not known.
func (u *unreachable) forget(patterns []parser.Expr, f func()) {
	u.branch(func() {
		u.dropAll(patterns...)
		f()
	})
}

func (u *unreachable) dropAll(patterns ...parser.Expr) {
	for _, p := range patterns {
		walk(p, func(e parser.Expr) bool {
			if v, ok := e.(*parser.Var); ok {
				u.drop(v.Name)
			}
			return true
		})
	}
}

// bindConstants notes the variables that a pattern binds to constants, being matched with value,
// and reports whether those that were bound before agree.
func (u *unreachable) bindConstants(p, value parser.Expr, s *scope) bool {
	switch x := p.(type) {
	case *parser.Var:
		t, ok := constant(value)
		if x.Name == "_" {
			return true
		}
		if !ok {
			if s.get(x.Name) == nil && (isConstructor(value) || u.isTest(value)) {
				u.shapes[x.Name] = value
			}
			return true
		}
		if old, known := u.consts[x.Name]; known {
			return term.Identical(old, t)
		}
		if s.get(x.Name) == nil {
			u.consts[x.Name] = t
		}
	case *parser.Match:
		return u.bindConstants(x.Pattern, value, s) && u.bindConstants(x.Value, value, s)
	case *parser.Tuple:
		elems := elements(value)
		if len(elems) != len(x.Elems) {
			return true
		}
		for i, e := range x.Elems {
			if !u.bindConstants(e, elems[i], s) {
				return false
			}
		}
	case *parser.Cons:
		if head, tail, ok := headTail(value); ok {
			return u.bindConstants(x.Head, head, s) && u.bindConstants(x.Tail, tail, s)
		}
	}
	return true
}

// elements are those of a tuple, nil of anything else.
func elements(e parser.Expr) []parser.Expr {
	switch e := e.(type) {
	case *parser.Tuple:
		return e.Elems
	case *parser.Value:
		if t, ok := e.Term.(*term.Tuple); ok {
			out := make([]parser.Expr, len(t.Elems))
			for i, x := range t.Elems {
				out[i] = &parser.Value{Anno: e.Anno, Term: x}
			}
			return out
		}
	}
	return nil
}

// headTail are the parts of a list that is not empty.
func headTail(e parser.Expr) (head, tail parser.Expr, ok bool) {
	if t, isConst := constant(e); isConst {
		c, ok := t.(*term.Cons)
		if !ok {
			return nil, nil, false
		}
		return &parser.Value{Anno: e.Position(), Term: c.Head}, &parser.Value{Anno: e.Position(), Term: c.Tail}, true
	}
	if c, ok := e.(*parser.Cons); ok {
		return c.Head, c.Tail, true
	}
	return nil, nil, false
}

// disagree reports whether a variable that a pattern has twice would be bound to
// different parts of a term.
func disagree(p parser.Expr, t term.Term, seen map[string]term.Term) bool {
	switch p := p.(type) {
	case *parser.Var:
		if old, ok := seen[p.Name]; ok && p.Name != "_" {
			return !term.Identical(old, t)
		}
		seen[p.Name] = t
	case *parser.Tuple:
		if v, ok := t.(*term.Tuple); ok && v.Len() == len(p.Elems) {
			for i, e := range p.Elems {
				if disagree(e, v.Elems[i], seen) {
					return true
				}
			}
		}
	case *parser.Cons:
		if v, ok := t.(*term.Cons); ok {
			return disagree(p.Head, v.Head, seen) || disagree(p.Tail, v.Tail, seen)
		}
	}
	return false
}

// clash reports whether a pattern certainly does not match what an
// expression, or another pattern, makes.
func clash(p, v parser.Expr) bool {
	p, v = spelledOut(p), spelledOut(v)
	switch m := p.(type) {
	case *parser.Match:
		return clash(m.Pattern, v) || clash(m.Value, v)
	case *parser.Var:
		return false
	}
	if _, ok := v.(*parser.Var); ok {
		return false
	}
	if m, ok := v.(*parser.Match); ok {
		return clash(p, m.Pattern) || clash(p, m.Value)
	}
	pm, ok1 := p.(*parser.Map)
	vm, ok2 := v.(*parser.Map)
	if ok1 && ok2 {
		return clashPairs(pm, vm)
	}
	if t, ok := constant(v); ok {
		return clashTerm(p, t)
	}
	if t, ok := constant(p); ok {
		if _, isMap := p.(*parser.Map); !isMap {
			return clashTerm(v, t) && isConstructor(v)
		}
	}
	switch p := p.(type) {
	case *parser.Tuple:
		switch v := v.(type) {
		case *parser.Tuple:
			if len(p.Elems) != len(v.Elems) {
				return true
			}
			for i := range p.Elems {
				if clash(p.Elems[i], v.Elems[i]) {
					return true
				}
			}
		case *parser.Cons, *parser.Map:
			return true
		}
	case *parser.Cons:
		switch v := v.(type) {
		case *parser.Cons:
			return clash(p.Head, v.Head) || clash(p.Tail, v.Tail)
		case *parser.Tuple, *parser.Map:
			return true
		}
	case *parser.Map:
		switch v.(type) {
		case *parser.Tuple, *parser.Cons:
			return true
		}
	}
	return false
}

// clashPairs reports whether two map patterns want different values of one
// key.
func clashPairs(p, v *parser.Map) bool {
	for _, a := range p.Pairs {
		k, ok := constant(a.Key)
		if !ok || !a.Exact {
			continue
		}
		for _, b := range v.Pairs {
			if l, ok := constant(b.Key); ok && b.Exact && term.Identical(k, l) && clash(a.Value, b.Value) {
				return true
			}
		}
	}
	return false
}

// spelledOut gives a pattern "ab" ++ P as the list that it is.
func spelledOut(e parser.Expr) parser.Expr {
	op, ok := e.(*parser.BinOp)
	if !ok || op.Op != "++" {
		return e
	}
	text, ok := op.Left.(*parser.String)
	if !ok {
		return e
	}
	out := op.Right
	for i := len(text.Value) - 1; i >= 0; i-- {
		out = &parser.Cons{Anno: op.Anno, Head: &parser.Char{Anno: op.Anno, Value: text.Value[i]}, Tail: out}
	}
	return out
}

func isConstructor(e parser.Expr) bool {
	switch e.(type) {
	case *parser.Tuple, *parser.Cons:
		return true
	}
	return false
}

// clashTerm reports whether a pattern certainly does not match a term.
func clashTerm(p parser.Expr, t term.Term) bool {
	switch p := p.(type) {
	case *parser.Match:
		return clashTerm(p.Pattern, t) || clashTerm(p.Value, t)
	case *parser.Tuple:
		v, ok := t.(*term.Tuple)
		if !ok || v.Len() != len(p.Elems) {
			return true
		}
		for i, e := range p.Elems {
			if clashTerm(e, v.Elems[i]) {
				return true
			}
		}
		return false
	case *parser.Cons:
		v, ok := t.(*term.Cons)
		return !ok || clashTerm(p.Head, v.Head) || clashTerm(p.Tail, v.Tail)
	case *parser.Map:
		_, ok := t.(*term.Map)
		return !ok
	case *parser.Bin:
		switch t.(type) {
		case term.Atom, *term.Tuple, *term.Cons, term.Nil, *term.Map:
			return true
		}
		return false
	case *parser.Atom, *parser.Integer, *parser.Float, *parser.Char, *parser.String, *parser.Nil, *parser.UnOp:
		v, ok := constant(p)
		return ok && !term.Identical(v, t)
	}
	return false
}

// contradictory reports whether a pattern holds a P1 = P2 that nothing
// matches.
func contradictory(p parser.Expr) bool {
	found := false
	walk(p, func(e parser.Expr) bool {
		switch e := e.(type) {
		case *parser.Match:
			found = found || clash(e.Pattern, e.Value)
		case *parser.Bin:
			for _, el := range e.Elems {
				found = found || isAll(el.Size)
			}
		}
		return !found
	})
	return found
}

// truth is what can be told of a guard.
type truth uint8

const (
	unknown truth = iota
	isTrue
	isFalse
)

func guardTruth(g [][]parser.Expr) truth {
	if len(g) == 0 {
		return isTrue
	}
	// A guard is told in one piece or not at all: erlc takes it apart otherwise.
	all := isFalse
	for _, conj := range g {
		t := isTrue
		for _, e := range conj {
			switch exprTruth(e) {
			case isFalse:
				t = isFalse
			case unknown:
				return unknown
			}
		}
		if t == isTrue {
			all = isTrue
		}
	}
	return all
}

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

// exprTruth is the value of a guard test; a constant that is not true fails.
func exprTruth(e parser.Expr) truth {
	switch e := e.(type) {
	case *parser.BinOp:
		l, r := exprTruth(e.Left), exprTruth(e.Right)
		switch e.Op {
		case "and", "andalso":
			switch {
			case l == isFalse || r == isFalse && (l != unknown || e.Op == "and"):
				return isFalse
			case l == isTrue && r == isTrue:
				return isTrue
			}
			return unknown
		case "or", "orelse":
			switch {
			case l == isTrue && (r != unknown || e.Op == "orelse"):
				return isTrue
			case l == isFalse && r == isFalse:
				return isFalse
			}
			return unknown
		}
		for _, side := range []parser.Expr{e.Left, e.Right} {
			if b, isBin := side.(*parser.Bin); isBin && len(badSegments(b)) > 0 {
				return isFalse
			}
		}
		a, ok1 := constant(e.Left)
		b, ok2 := constant(e.Right)
		if ok1 && ok2 {
			switch e.Op {
			case "==":
				return truthOf(term.Equal(a, b))
			case "/=":
				return truthOf(!term.Equal(a, b))
			case "=:=":
				return truthOf(term.Identical(a, b))
			case "=/=":
				return truthOf(!term.Identical(a, b))
			case "<":
				return truthOf(term.Compare(a, b) < 0)
			case "=<":
				return truthOf(term.Compare(a, b) <= 0)
			case ">":
				return truthOf(term.Compare(a, b) > 0)
			case ">=":
				return truthOf(term.Compare(a, b) >= 0)
			}
		}
		return unknown
	case *parser.UnOp:
		if e.Op == "not" {
			a, isAtom := e.Arg.(*parser.Atom)
			switch {
			case isAtom && a.Name == "true":
				return isFalse
			case isAtom && a.Name == "false":
				return isTrue
			}
			return unknown
		}
	case *parser.Call:
		return testTruth(e)
	case *parser.Bin:
		if len(badSegments(e)) > 0 {
			return isFalse
		}
		return unknown
	}
	if t, ok := constant(e); ok {
		return truthOf(t == term.Term(term.True))
	}
	return unknown
}

// testTruth is the value of a type test of a constant.
func testTruth(e *parser.Call) truth {
	name, ok := e.Fun.(*parser.Atom)
	if !ok || len(e.Args) != 1 {
		return unknown
	}
	t, ok := constant(e.Args[0])
	if !ok {
		return unknown
	}
	_, isAtom := t.(term.Atom)
	_, isTuple := t.(*term.Tuple)
	_, isFloat := t.(term.Float)
	_, isMap := t.(*term.Map)
	switch name.Name {
	case "is_atom":
		return truthOf(isAtom)
	case "is_tuple":
		return truthOf(isTuple)
	case "is_integer":
		return truthOf(term.IsInteger(t))
	case "is_float":
		return truthOf(isFloat)
	case "is_number":
		return truthOf(isFloat || term.IsInteger(t))
	case "is_list":
		return truthOf(term.IsList(t))
	case "is_map":
		return truthOf(isMap)
	case "is_pid", "is_port", "is_reference", "is_function":
		return isFalse
	}
	return unknown
}
