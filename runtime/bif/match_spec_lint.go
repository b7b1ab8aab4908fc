package bif

import (
	"fmt"
	"slices"
	"strings"

	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// specLint finds what is wrong with a match specification, in erl's words.
type specLint struct {
	trace  bool
	show   func(t term.Term) string
	vars   map[int]bool
	inBody bool
	errors []string
	depth  int
}

// specForms are the functions of match specifications for tracing; true are
// those that guards may call.
var specForms = map[string]bool{
	"message": false, "return_trace": false, "exception_trace": false, "caller": false, "caller_line": false,
	"current_stacktrace": false, "process_dump": false, "display": false, "silent": false, "enable_trace": false,
	"disable_trace": false, "trace": false, "set_tcw": false, "set_seq_token": false, "get_seq_token": false,
	"get_tcw": true, "is_seq_trace": true,
}

func (l *specLint) fail(format string, args ...any) {
	l.errors = append(l.errors, fmt.Sprintf(format, args...))
}

// lintSpec gives the errors of a match specification.
func lintSpec(p *vm.Process, spec term.Term, trace bool) []string {
	f := formatter(p.VM())
	l := &specLint{trace: trace, show: func(t term.Term) string { return string(f.Append(nil, t)) }}
	clauses, ok := term.Slice(spec)
	if !ok || len(clauses) == 0 {
		l.fail("Match programs are not in a list.")
		return l.errors
	}
	for _, c := range clauses {
		if t, ok := c.(*term.Tuple); !ok || len(t.Elems) != 3 {
			l.fail("Match program part is not a tuple of arity 3.")
			return l.errors
		}
	}
	for _, c := range clauses {
		if l.clause(c.(*term.Tuple).Elems); l.errors != nil {
			break
		}
	}
	return l.errors
}

func (l *specLint) clause(part []term.Term) {
	l.vars = make(map[int]bool)
	if !l.head(part[0]) {
		return
	}
	for i, t := range part[1:] {
		l.inBody = i == 1
		list, ok := term.Slice(t)
		switch {
		case l.inBody && !l.trace && len(list) == 0:
			l.fail("Body clause does not return anything.")
		case !ok:
			l.fail("Match expression is not a list.")
		}
		for _, e := range list {
			l.expr(e)
		}
	}
}

// head reports whether the head may be one.
func (l *specLint) head(t term.Term) bool {
	switch h := t.(type) {
	case *term.Cons:
		if _, ok := term.Slice(t); !ok && l.trace {
			l.fail("Match expression part %s is not a proper list.", l.show(t))
			return false
		}
	case *term.Tuple, term.Nil, *term.Map:
	default:
		name, isAtom := h.(term.Atom)
		if _, isVar := msVar(h); l.trace && !isVar && (!isAtom || name != aAny) {
			l.fail("Match head is invalid in this context.")
			return false
		}
	}
	c := &msCompiler{depth: maxSpecDepth}
	c.pattern(t)
	for _, n := range c.vars {
		l.vars[n] = true
	}
	return true
}

func (l *specLint) expr(t term.Term) {
	if l.depth++; l.depth > maxSpecDepth {
		return
	}
	defer func() { l.depth-- }()
	switch t := t.(type) {
	case term.Atom:
		if n, ok := msVar(t); ok && !l.vars[n] {
			l.fail("Variable $%d is unbound.", n)
		}
	case *term.Cons:
		list, ok := term.Slice(t)
		if !ok {
			l.fail("Match expression part %s is not a proper list.", l.show(t))
			return
		}
		l.exprs(list)
	case *term.Map:
		for k, v := range t.All {
			l.exprs([]term.Term{k, v})
		}
	case *term.Tuple:
		l.call(t)
	}
}

func (l *specLint) exprs(ts []term.Term) {
	for _, t := range ts {
		l.expr(t)
	}
}

func (l *specLint) call(t *term.Tuple) {
	if len(t.Elems) == 0 {
		l.fail("%s is neither a function call, nor a tuple (tuples are written {{ ... }}).", l.show(t))
		return
	}
	if inner, ok := t.Elems[0].(*term.Tuple); ok && len(t.Elems) == 1 {
		l.exprs(inner.Elems)
		return
	}
	name, ok := t.Elems[0].(term.Atom)
	if !ok {
		l.fail("%s is neither a function call, nor a tuple (tuples are written {{ ... }}).", l.show(t))
		return
	}
	n := len(t.Elems) - 1
	if name == aConst {
		if n != 1 {
			l.fail("Special form '%s' called with wrong number of arguments in %s.", name.Name(), l.show(t))
		}
		return
	}
	guard, special := specForms[name.Name()]
	switch {
	case special && !l.trace:
		l.fail("Special form '%s' used in wrong dialect.", name.Name())
		return
	case special && !l.inBody && !guard:
		l.fail("Special form '%s' called in guard context.", name.Name())
		return
	case special:
		if !slices.Contains(specArities(name.Name()), n) {
			l.fail("Special form '%s' called with wrong number of arguments in %s.", name.Name(), l.show(t))
			return
		}
	case slices.Contains(strings.Fields("andalso orelse and or"), name.Name()):
		if n == 0 {
			l.fail("Special form '%s' called without arguments in %s.", name.Name(), l.show(t))
		}
	case specFunctions()[funcKey{name.Name(), n}] == nil:
		l.fail("Function %s/%d does_not_exist.", name.Name(), n)
	}
	l.exprs(t.Elems[1:])
}

// specArities are the numbers of arguments that a function for tracing takes.
func specArities(name string) (ns []int) {
	for k := range traceActions {
		if k.name == name {
			ns = append(ns, k.arity)
		}
	}
	return ns
}
