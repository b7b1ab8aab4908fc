package bif

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// A match spec is a list of {Head, Guards, Body}. It is compiled to Go
// closures once for each call that uses it.
type matchSpec struct{ clauses []msClause }

type msClause struct {
	head   msPattern
	vars   []int // the variables' numbers; their index is the variable's place
	guards []msExpr
	body   []msExpr
	key    term.Term // the head's key if it is known, see keyed
}

// matchEnv is what a clause runs with.
type matchEnv struct {
	p    *vm.Process
	call *vm.TracedCall // for tracing
	obj  term.Term
	vars []term.Term
	nums []int
}

// msPattern matches a term; it may bind variables.
type msPattern func(e *matchEnv, t term.Term) bool

// msExpr gives a value; ok is false where Erlang would raise an exception.
type msExpr func(e *matchEnv) (v term.Term, ok bool)

var (
	aAny       = term.A("_")
	aWhole     = term.A("$_")
	aVariables = term.A("$$")
	aConst     = term.A("const")
	aAndalso   = term.A("andalso")
	aOrelse    = term.A("orelse")
	aExit      = term.EXIT
)

// msVar gives the number of a match variable, '$0' and so on.
func msVar(t term.Term) (int, bool) {
	a, ok := t.(term.Atom)
	if !ok {
		return 0, false
	}
	digits, ok := strings.CutPrefix(a.Name(), "$")
	if !ok || digits == "" || len(digits) > 8 || digits[0] == '0' && len(digits) > 1 {
		return 0, false
	}
	n, err := strconv.Atoi(digits)
	return n, err == nil && digits[0] != '-' && digits[0] != '+'
}

// compileSpec compiles a match spec; ok is false if it is none. keypos is the
// table's key position, from 1, or 0.
func compileSpec(t term.Term, keypos int) (*matchSpec, bool) { return compileSpecOf(t, keypos, false) }

func compileSpecOf(t term.Term, keypos int, trace bool) (*matchSpec, bool) {
	clauses, ok := term.Slice(t)
	if !ok {
		return nil, false
	}
	spec := new(matchSpec)
	for _, c := range clauses {
		t, ok := c.(*term.Tuple)
		if !ok || len(t.Elems) != 3 {
			return nil, false
		}
		guards, ok1 := term.Slice(t.Elems[1])
		body, ok2 := term.Slice(t.Elems[2])
		if !ok1 || !ok2 || len(body) == 0 && !trace {
			return nil, false
		}
		c := msCompiler{depth: maxSpecDepth, trace: trace}
		clause := msClause{head: c.pattern(t.Elems[0])}
		for _, g := range guards {
			clause.guards = append(clause.guards, c.expr(g))
		}
		c.body = true
		for _, b := range body {
			clause.body = append(clause.body, c.expr(b))
		}
		if c.failed {
			return nil, false
		}
		clause.vars = c.vars
		if head, ok := t.Elems[0].(*term.Tuple); ok && keypos > 0 && keypos <= len(head.Elems) {
			if key := head.Elems[keypos-1]; ground(key, maxSpecDepth) {
				clause.key = key
			}
		}
		spec.clauses = append(spec.clauses, clause)
	}
	return spec, true
}

// maxSpecDepth bounds how deeply a match spec may be nested.
const maxSpecDepth = 1000

// ground reports whether a pattern matches what is identical to it and nothing
// else.
func ground(t term.Term, depth int) bool {
	if depth == 0 {
		return false
	}
	for {
		switch x := t.(type) {
		case term.Atom:
			_, isVar := msVar(x)
			return !isVar && x != aAny
		case *term.Cons:
			if !ground(x.Head, depth-1) {
				return false
			}
			t = x.Tail
			continue
		case *term.Tuple:
			for _, e := range x.Elems {
				if !ground(e, depth-1) {
					return false
				}
			}
			return true
		case *term.Map:
			return false
		}
		return true
	}
}

type msCompiler struct {
	vars   []int
	failed bool
	depth  int
	trace  bool // for tracing
	body   bool // in a body
}

func (c *msCompiler) pattern(t term.Term) msPattern {
	if c.depth--; c.depth < 0 {
		c.failed = true
	}
	defer func() { c.depth++ }()
	if c.failed {
		return nil
	}
	if t == term.Term(aAny) {
		return func(*matchEnv, term.Term) bool { return true }
	}
	if n, ok := msVar(t); ok {
		at := slices.Index(c.vars, n)
		if at < 0 {
			at = len(c.vars)
			c.vars = append(c.vars, n)
		}
		return func(e *matchEnv, t term.Term) bool {
			if e.vars[at] == nil {
				e.vars[at] = t
				return true
			}
			return term.Identical(e.vars[at], t)
		}
	}
	if ground(t, maxSpecDepth) {
		return func(_ *matchEnv, u term.Term) bool { return term.Identical(t, u) }
	}
	switch t := t.(type) {
	case *term.Tuple:
		elems := make([]msPattern, len(t.Elems))
		for i, e := range t.Elems {
			elems[i] = c.pattern(e)
		}
		return func(e *matchEnv, u term.Term) bool {
			tuple, ok := u.(*term.Tuple)
			if !ok || len(tuple.Elems) != len(elems) {
				return false
			}
			for i, p := range elems {
				if !p(e, tuple.Elems[i]) {
					return false
				}
			}
			return true
		}
	case *term.Cons:
		var elems []msPattern
		var rest term.Term = t
		for l, ok := rest.(*term.Cons); ok; l, ok = rest.(*term.Cons) {
			elems = append(elems, c.pattern(l.Head))
			rest = l.Tail
		}
		tail := c.pattern(rest)
		return func(e *matchEnv, u term.Term) bool {
			for _, p := range elems {
				l, ok := u.(*term.Cons)
				if !ok || !p(e, l.Head) {
					return false
				}
				u = l.Tail
			}
			return tail(e, u)
		}
	case *term.Map:
		// A map in a head matches maps that have these keys.
		var keys []term.Term
		var values []msPattern
		for k, v := range t.All {
			if !ground(k, maxSpecDepth) {
				c.failed = true
			}
			keys = append(keys, k)
			values = append(values, c.pattern(v))
		}
		return func(e *matchEnv, u term.Term) bool {
			m, ok := u.(*term.Map)
			if !ok {
				return false
			}
			for i, k := range keys {
				v, ok := m.Get(k)
				if !ok || !values[i](e, v) {
					return false
				}
			}
			return true
		}
	}
	c.failed = true
	return nil
}

func constant(t term.Term) msExpr { return func(*matchEnv) (term.Term, bool) { return t, true } }

func (c *msCompiler) expr(t term.Term) msExpr {
	if c.depth--; c.depth < 0 {
		c.failed = true
	}
	defer func() { c.depth++ }()
	if c.failed {
		return nil
	}
	switch t := t.(type) {
	case term.Atom:
		switch t {
		case aWhole:
			return func(e *matchEnv) (term.Term, bool) { return e.obj, true }
		case aVariables:
			return func(e *matchEnv) (term.Term, bool) { return e.all(), true }
		}
		n, ok := msVar(t)
		if !ok {
			return constant(t)
		}
		at := slices.Index(c.vars, n)
		if at < 0 {
			c.failed = true
			return nil
		}
		return func(e *matchEnv) (term.Term, bool) { return e.vars[at], true }
	case *term.Cons:
		var elems []msExpr
		var rest term.Term = t
		for l, ok := rest.(*term.Cons); ok; l, ok = rest.(*term.Cons) {
			elems = append(elems, c.expr(l.Head))
			rest = l.Tail
		}
		tail := c.expr(rest)
		return func(e *matchEnv) (term.Term, bool) {
			vs, ok := evalAll(e, elems)
			if !ok {
				return nil, false
			}
			end, ok := tail(e)
			return term.ListTail(vs, end), ok
		}
	case *term.Map:
		var keys, values []msExpr
		for k, v := range t.All {
			keys = append(keys, c.expr(k))
			values = append(values, c.expr(v))
		}
		return func(e *matchEnv) (term.Term, bool) {
			var b term.MapBuilder
			for i := range keys {
				k, ok1 := keys[i](e)
				v, ok2 := values[i](e)
				if !ok1 || !ok2 {
					return nil, false
				}
				b.Put(k, v)
			}
			return b.Map(), true
		}
	case *term.Tuple:
		return c.call(t)
	}
	return constant(t)
}

// call compiles a tuple: {{...}} makes a tuple, {const, X} is X, all others
// are calls.
func (c *msCompiler) call(t *term.Tuple) msExpr {
	if len(t.Elems) == 0 {
		c.failed = true
		return nil
	}
	if inner, ok := t.Elems[0].(*term.Tuple); ok && len(t.Elems) == 1 {
		elems := c.exprs(inner.Elems)
		return func(e *matchEnv) (term.Term, bool) {
			vs, ok := evalAll(e, elems)
			return term.T(vs...), ok
		}
	}
	name, ok := t.Elems[0].(term.Atom)
	if !ok {
		c.failed = true
		return nil
	}
	if name == aConst && len(t.Elems) == 2 {
		return constant(t.Elems[1])
	}
	args := c.exprs(t.Elems[1:])
	switch {
	case name == aAndalso && len(args) > 0:
		return shortcut(args, term.False)
	case name == aOrelse && len(args) > 0:
		return shortcut(args, term.True)
	case (name.Name() == "and" || name.Name() == "or") && len(args) != 2 && len(args) > 0:
		return c.fold(name.Name(), args)
	}
	if action, ok := c.action(name.Name(), args); ok {
		return action
	}
	fn := specFunctions()[funcKey{name.Name(), len(args)}]
	if fn == nil {
		c.failed = true
		return nil
	}
	return apply(fn, args)
}

func apply(fn vm.Func, args []msExpr) msExpr {
	return func(e *matchEnv) (term.Term, bool) {
		vs, ok := evalAll(e, args)
		if !ok {
			return nil, false
		}
		v, err := fn(e.p, vs)
		return v, err == nil
	}
}

// fold is 'and' or 'or' of any number of operands.
func (c *msCompiler) fold(name string, args []msExpr) msExpr {
	fn := specFunctions()[funcKey{name, 2}]
	expr := args[0]
	for _, a := range args[1:] {
		expr = apply(fn, []msExpr{expr, a})
	}
	return expr
}

// shortcut is andalso or orelse: stop is the value that decides.
func shortcut(args []msExpr, stop term.Atom) msExpr {
	return func(e *matchEnv) (term.Term, bool) {
		var v term.Term
		for _, a := range args {
			var ok bool
			if v, ok = a(e); !ok {
				return nil, false
			}
			if v == term.Term(stop) {
				return v, true
			}
			if v != term.Term(term.True) && v != term.Term(term.False) {
				return nil, false
			}
		}
		return v, true
	}
}

func (c *msCompiler) exprs(ts []term.Term) []msExpr {
	exprs := make([]msExpr, len(ts))
	for i, t := range ts {
		exprs[i] = c.expr(t)
	}
	return exprs
}

func evalAll(e *matchEnv, exprs []msExpr) ([]term.Term, bool) {
	vs := make([]term.Term, len(exprs))
	for i, x := range exprs {
		var ok bool
		if vs[i], ok = x(e); !ok {
			return nil, false
		}
	}
	return vs, true
}

// all is '$$': the variables in the order of their numbers.
func (e *matchEnv) all() term.Term {
	order := make([]int, len(e.nums))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return e.nums[a] - e.nums[b] })
	vs := make([]term.Term, len(order))
	for i, at := range order {
		vs[i] = e.vars[at]
	}
	return term.List(vs...)
}

type funcKey struct {
	name  string
	arity int
}

// specFunctions are the functions that guards and bodies may call: those of
// module erlang that guards allow.
var specFunctions func() map[funcKey]vm.Func

// Table lists the functions that use this, so it is set when they are.
func init() { specFunctions = sync.OnceValue(makeSpecFunctions) }

func makeSpecFunctions() map[funcKey]vm.Func {
	names := strings.Fields(`is_atom/1 is_float/1 is_integer/1 is_list/1 is_number/1 is_pid/1 is_port/1 is_reference/1
		is_tuple/1 is_map/1 is_map_key/2 is_binary/1 is_bitstring/1 is_boolean/1 is_function/1 is_function/2 is_record/2 is_record/3
		and/2 or/2 xor/2 not/1 abs/1 element/2 hd/1 length/1 node/0 node/1 round/1 size/1 byte_size/1 bit_size/1 tl/1 trunc/1
		ceil/1 floor/1 float/1 map_get/2 map_size/1 tuple_size/1 binary_part/2 binary_part/3 min/2 max/2 self/0
		+/1 -/1 +/2 -/2 */2 //2 div/2 rem/2 band/2 bor/2 bxor/2 bnot/1 bsl/2 bsr/2
		>/2 >=/2 </2 =</2 =:=/2 ==/2 =/=/2 /=/2`)
	allowed := make(map[funcKey]bool)
	for _, n := range names {
		i := strings.LastIndexByte(n, '/')
		arity, _ := strconv.Atoi(n[i+1:])
		allowed[funcKey{n[:i], arity}] = true
	}
	fns := make(map[funcKey]vm.Func)
	for _, b := range Table() {
		if k := (funcKey{b.Name, b.Arity}); b.Module == "erlang" && allowed[k] {
			fns[k] = b.Fn
		}
	}
	compare := func(name string, f func(a, b term.Term) bool) {
		fns[funcKey{name, 2}] = func(_ *vm.Process, args []term.Term) (term.Term, error) {
			return term.Bool(f(args[0], args[1])), nil
		}
	}
	compare(">", func(a, b term.Term) bool { return term.Compare(a, b) > 0 })
	compare(">=", func(a, b term.Term) bool { return term.Compare(a, b) >= 0 })
	compare("<", func(a, b term.Term) bool { return term.Compare(a, b) < 0 })
	compare("=<", func(a, b term.Term) bool { return term.Compare(a, b) <= 0 })
	compare("=:=", term.Identical)
	compare("=/=", func(a, b term.Term) bool { return !term.Identical(a, b) })
	compare("==", term.Equal)
	compare("/=", func(a, b term.Term) bool { return !term.Equal(a, b) })
	return fns
}

// run gives the result of the first clause that matches t. An exception in the
// body is the atom 'EXIT'.
func (s *matchSpec) run(e *matchEnv, t term.Term) (term.Term, bool) {
	for i := range s.clauses {
		c := &s.clauses[i]
		if cap(e.vars) < len(c.vars) {
			e.vars = make([]term.Term, len(c.vars))
		}
		e.vars = e.vars[:len(c.vars)]
		clear(e.vars)
		e.obj, e.nums = t, c.vars
		if !c.head(e, t) || !c.allowed(e) {
			continue
		}
		var v term.Term
		for _, b := range c.body {
			var ok bool
			if v, ok = b(e); !ok {
				if e.call != nil {
					continue // the actions behind it are done all the same
				}
				return aExit, true
			}
		}
		return v, true
	}
	return nil, false
}

func (c *msClause) allowed(e *matchEnv) bool {
	for _, g := range c.guards {
		if v, ok := g(e); !ok || v != term.Term(term.True) {
			return false
		}
	}
	return true
}

// keys are the keys that the spec can match only, if all clauses name one.
func (s *matchSpec) keys() ([]term.Term, bool) {
	var keys []term.Term
	for i := range s.clauses {
		k := s.clauses[i].key
		if k == nil {
			return nil, false
		}
		if !slices.ContainsFunc(keys, func(t term.Term) bool { return term.Equal(t, k) }) {
			keys = append(keys, k)
		}
	}
	return keys, true
}
