package compile

import (
	"strings"

	"ersh/parser"
)

// varState says what is known of a variable at a place.
type varState uint8

const (
	varBound  varState = iota
	varUnsafe          // has a value on some ways to here only
)

// A variable, as one scope sees it. Variables are never changed: a scope that
// learns something new holds a new one.
type variable struct {
	state varState
	what  string        // unsafe in what: case, if, try, ...
	at    parser.Pos    // where that stands
	binds []*valuePlace // where it may have got its value
	// exported is the option under which a use is to be warned of, since the
	// value comes out of what stands at that place; empty: there is nothing to warn of.
	exported string
}

// A valuePlace is a place where a variable gets its value.
type valuePlace struct {
	name string
	anno parser.Anno
	used bool
}

func (v *variable) use() {
	for _, b := range v.binds {
		b.used = true
	}
}

// A scope holds what its expressions add to the scope above.
type scope struct {
	up   *scope
	vars map[string]*variable
}

func newScope(up *scope) *scope { return &scope{up: up} }

func (s *scope) get(name string) *variable {
	for ; s != nil; s = s.up {
		if v := s.vars[name]; v != nil {
			return v
		}
	}
	return nil
}

func (s *scope) set(name string, v *variable) {
	if s.vars == nil {
		s.vars = map[string]*variable{}
	}
	s.vars[name] = v
}

// names lists all variables in sight, for "did you mean".
func (s *scope) names() []string {
	seen := map[string]bool{}
	var out []string
	for ; s != nil; s = s.up {
		for name := range s.vars {
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}

// merge takes over what expressions evaluated side by side, such as a call's
// arguments, have bound; they are the parts of what stands at a place.
func (s *scope) merge(sides []*scope, what string, at parser.Pos) {
	added, merged := map[string]bool{}, map[string]*variable{}
	for _, side := range sides {
		for name, v := range side.vars {
			added[name] = added[name] || s.get(name) == nil
			if old := merged[name]; old != nil && old != v {
				// Bound twice side by side: the two are compared.
				old.use()
				v.use()
				v = &variable{state: max(old.state, v.state), what: v.what, at: v.at, binds: append(old.binds[:len(old.binds):len(old.binds)], v.binds...)}
			}
			if what != "" && len(v.binds) > 0 && v.state == varBound && added[name] {
				v = &variable{what: what, at: at, binds: v.binds, exported: exportSubexpr}
			}
			merged[name] = v
			s.set(name, v)
		}
	}
}

// join takes over what the branches of a case have bound: a variable is safe
// if every branch has bound it.
func (s *scope) join(branches []*scope, what string, at parser.Pos) {
	all := map[string][]*variable{}
	for _, b := range branches {
		for name, v := range b.vars {
			all[name] = append(all[name], v)
		}
	}
	for name, vs := range all {
		if old := s.get(name); old != nil && old.state == varBound {
			if old.exported != "" {
				s.set(name, &variable{binds: old.binds}) // told in a branch
			}
			continue
		}
		joined := &variable{}
		if len(vs) < len(branches) {
			joined.state = varUnsafe
		}
		for _, v := range vs {
			joined.binds = append(joined.binds, v.binds...)
			if v.state == varUnsafe {
				joined.state, joined.what, joined.at = varUnsafe, v.what, v.at
			}
		}
		if joined.state == varUnsafe && joined.what == "" {
			joined.what, joined.at = what, at
		}
		if joined.state == varBound && len(joined.binds) > 0 {
			joined.what, joined.at, joined.exported = what, at, exportVars
		}
		s.set(name, joined)
	}
}

// The options of warnings of variables that are exported.
const (
	exportSubexpr = "export_var_subexpr"
	exportVars    = "export_vars"
)

// block takes over what a begin ... end has bound.
func (s *scope) block(inside *scope, at parser.Pos) {
	for name, v := range inside.vars {
		if v.state == varBound && len(v.binds) > 0 && s.get(name) == nil {
			v = &variable{what: "begin", at: at, binds: v.binds, exported: exportVars}
		}
		s.set(name, v)
	}
}

// unsafe takes over what a part has bound that may not have been run to its
// end.
func (s *scope) unsafe(part *scope, what string, at parser.Pos) {
	for name, v := range part.vars {
		if old := s.get(name); old != nil && old.state == varBound {
			continue
		}
		s.set(name, &variable{state: varUnsafe, what: what, at: at, binds: v.binds})
	}
}

// bind gives a variable its value at a place.
func (l *linter) bind(s *scope, name string, a parser.Anno) *variable {
	b := &valuePlace{name: name, anno: a}
	l.bindings = append(l.bindings, b)
	v := &variable{binds: []*valuePlace{b}}
	s.set(name, v)
	return v
}

// useVar checks a variable whose value is needed.
func (l *linter) useVar(name string, a parser.Anno, s *scope) {
	if name == "_" {
		l.error(a, desc("unbound_var", "_"), "variable '_' is unbound")
		return
	}
	v := s.get(name)
	if v == nil {
		if guess := mostSimilar(name, s.names()); guess != "" {
			l.error(a, desc("unbound_var", name, guess), "variable '%s' is unbound, did you mean '%s'?", name, guess)
		} else {
			l.error(a, desc("unbound_var", name), "variable '%s' is unbound", name)
		}
		// Told once, and bound from here on, with all that follows from the place.
		s.set(name, &variable{binds: []*valuePlace{{name: name, anno: a, used: true}}})
		return
	}
	l.usedVar(name, v, a, s)
}

// usedVar notes the use of a variable.
func (l *linter) usedVar(name string, v *variable, a parser.Anno, s *scope) {
	v.use()
	switch {
	case v.state == varUnsafe:
		l.unsafeVar(name, v, a)
	case v.exported != "" && !l.shell:
		if v.exported == exportSubexpr || l.on[exportVars] {
			l.exportedVar(name, v, a)
		}
	default:
		return
	}
	s.set(name, &variable{binds: v.binds})
}

// matchedVar notes the use of a variable in a pattern, where that of an exported one is
// told whatever the options.
func (l *linter) matchedVar(name string, v *variable, a parser.Anno, s *scope) {
	if v.exported != exportVars || l.shell {
		l.usedVar(name, v, a, s)
		return
	}
	v.use()
	l.exportedVar(name, v, a)
	s.set(name, &variable{binds: v.binds})
}

// exportedVar warns of a variable that another expression exports.
func (l *linter) exportedVar(name string, v *variable, a parser.Anno) {
	from := desc(v.what, desc(int(v.at.Line), int(v.at.Col)))
	if v.at.Col == 0 {
		from = desc(v.what, int(v.at.Line))
	}
	if v.exported == exportSubexpr {
		l.warn(exportSubexpr, a, desc("export_var_subexpr", name, from), "variable '%s' exported from %s (line %d, column %d).\n"+
			"Exporting bindings from subexpressions other than block expressions is\n"+
			"deprecated and may yield an error in a future version of Erlang/OTP.\n"+
			"Please move the binding of '%s' out of the %s.\n"+
			"Compile directive 'nowarn_export_var_subexpr' can be used to suppress\nwarnings in selected modules.",
			name, parser.QuoteAtom(v.what), v.at.Line, v.at.Col, name, parser.QuoteAtom(v.what))
	} else {
		l.add(true, a, desc("exported_var", name, from), "variable '%s' exported from '%s' (line %d, column %d)", name, v.what, v.at.Line, v.at.Col)
	}
}

func (l *linter) unsafeVar(name string, v *variable, a parser.Anno) {
	place := "column"
	if v.at.Col == 0 {
		l.error(a, desc("unsafe_var", name, desc(v.what, int(v.at.Line))), "variable '%s' unsafe in '%s' (line %d)", name, v.what, v.at.Line)
		return
	}
	l.error(a, desc("unsafe_var", name, desc(v.what, desc(int(v.at.Line), int(v.at.Col)))),
		"variable '%s' unsafe in '%s' (line %d, %s %d)", name, v.what, v.at.Line, place, v.at.Col)
}

func (l *linter) unusedVariables() {
	if !l.shell {
		for _, b := range l.bindings {
			if !b.used && !strings.HasPrefix(b.name, "_") {
				l.warn("unused_vars", b.anno, desc("unused_var", b.name), "variable '%s' is unused", b.name)
			}
		}
	}
	l.bindings = nil
}
