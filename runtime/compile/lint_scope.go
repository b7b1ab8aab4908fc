package compile

import (
	"maps"
	"slices"
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
//
// Two things are known of a variable that expressions have named one after the other: what it is for those
// that follow, which the last of them says, and what it is when the whole is left, which
// the first of them says. They differ where a variable was told: it is bound for what follows, and what it was before
// for those who come after a case, say, that it is told in.
type scope struct {
	up   *scope
	vars named // what they are for those that follow
	left named // what they are outside, where that is something else
}

// named are the variables that an expression names, save those that were bound before it.
type named map[string]*variable

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
		s.vars = named{}
	}
	if old := s.vars[name]; old != nil && s.left[name] == nil && old.differs(v) {
		if s.left == nil {
			s.left = named{}
		}
		s.left[name] = old
	}
	s.vars[name] = v
}

func (s *scope) setAll(vs named) {
	for name, v := range vs {
		s.set(name, v)
	}
}

// result gives what the expressions of a scope are for those outside.
func (s *scope) result() named {
	if s.left == nil {
		return s.vars
	}
	out := named{}
	for name, v := range s.vars {
		if first := s.left[name]; first != nil {
			v = first.with(v)
		}
		out[name] = v
	}
	return out
}

func (v *variable) differs(w *variable) bool {
	return v.state != w.state || v.exported != w.exported || v.what != w.what || v.at != w.at || len(v.binds) != len(w.binds)
}

// with gives a variable that may have got its value where another one did, too.
func (v *variable) with(w *variable) *variable {
	var more []*valuePlace
	for _, b := range w.binds {
		if !slices.Contains(v.binds, b) {
			more = append(more, b)
		}
	}
	if more == nil {
		return v
	}
	both := *v
	both.binds = append(slices.Clone(v.binds), more...)
	return &both
}

// used reports whether no place that gave the variable its value is left unused.
func (v *variable) used() bool {
	for _, b := range v.binds {
		if !b.used {
			return false
		}
	}
	return true
}

// beside gives what is known of a variable that two expressions name, neither of which sees the other:
// the worse of the two, and it is used if either uses it.
func (v *variable) beside(w *variable) *variable {
	if v == w {
		return v
	}
	v.shareUse(w)
	switch {
	case v.state == varUnsafe:
	case w.state == varUnsafe, v.exported == "":
		v, w = w, v
	}
	return v.with(w)
}

// shareUse makes two variables of one name used if either is.
func (v *variable) shareUse(w *variable) {
	if v.used() || w.used() {
		v.use()
		w.use()
	}
}

func (vs named) shareUse(ws named) {
	for name, v := range vs {
		if w := ws[name]; w != nil {
			v.shareUse(w)
		}
	}
}

// exportedToo gives those that are exported and used, which a fun or a comprehension names whatever stands in it.
func (vs named) exportedToo() named {
	out := named{}
	for name, v := range vs {
		if v.exported != "" && v.used() {
			out[name] = v
		}
	}
	return out
}

// beside puts what two expressions name together, neither of which sees what the other does.
func (vs named) beside(ws named) named {
	if len(vs) == 0 {
		return ws
	}
	if len(ws) == 0 {
		return vs
	}
	out := maps.Clone(vs)
	for name, w := range ws {
		if v := out[name]; v != nil {
			w = v.beside(w)
		}
		out[name] = w
	}
	return out
}

// unsafe gives what a part names when it may not have been run to its end: what is new after s is unsafe.
func (vs named) unsafe(s *scope, what string, at parser.Pos) named {
	if len(vs) == 0 {
		return vs
	}
	out := named{}
	for name, v := range vs {
		if s.get(name) == nil {
			v = &variable{state: varUnsafe, what: what, at: at, binds: v.binds}
		}
		out[name] = v
	}
	return out
}

// unsure gives the variables in sight of which it is not plain that they have values.
func (s *scope) unsure() named {
	out := named{}
	for up := s; up != nil; up = up.up {
		for name, v := range up.vars {
			if (v.state == varUnsafe || v.exported != "") && s.get(name) == v {
				out[name] = v
			}
		}
	}
	return out
}

// uses are the places that were used before something looked at the variables that are unsafe.
type uses struct {
	vars   named
	places map[*valuePlace]bool
}

func usesOf(vs named) uses {
	u := uses{named{}, map[*valuePlace]bool{}}
	for name, v := range vs {
		if v.state != varUnsafe {
			continue
		}
		u.vars[name] = v
		for _, b := range v.binds {
			u.places[b] = b.used
		}
	}
	return u
}

// restore takes back the uses of variables that are unsafe as before, those in told excepted.
func (u uses) restore(told named) {
	for name, v := range u.vars {
		if told[name] == nil {
			for _, b := range v.binds {
				b.used = u.places[b]
			}
		}
	}
}

// unfinished makes variables unsafe that were not so, since what binds them may not have been run to its end.
func (vs named) unfinished(what string, at parser.Pos) named {
	for name, v := range vs {
		if v.state == varBound {
			vs[name] = &variable{state: varUnsafe, what: what, at: at, binds: v.binds}
		}
	}
	return vs
}

// fresh gives those that are new after s.
func (vs named) fresh(s *scope) named {
	out := named{}
	for name, v := range vs {
		if s.get(name) == nil {
			out[name] = v
		}
	}
	return out
}

// exported gives what an expression names when what is new after s comes out of what stands at a place.
func (vs named) exported(s *scope, option, what string, at parser.Pos) named {
	if len(vs) == 0 {
		return vs
	}
	out := named{}
	for name, v := range vs {
		if v.state == varBound && s.get(name) == nil {
			v = &variable{what: what, at: at, binds: v.binds, exported: option}
		}
		out[name] = v
	}
	return out
}

// old gives what a part names that is known in s, and bound: what leaves a fun or a comprehension.
func (vs named) old(s *scope) named {
	var out named
	for name, v := range vs {
		if v.state == varBound && s.get(name) != nil {
			if out == nil {
				out = named{}
			}
			out[name] = v
		}
	}
	return out
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

// join puts together what the branches of a case name: a new variable is
// exported if every branch has bound it, and unsafe otherwise.
func (s *scope) join(branches []named, what string, at parser.Pos) named {
	all := map[string][]*variable{}
	for _, b := range branches {
		for name, v := range b {
			all[name] = append(all[name], v)
		}
	}
	out := named{}
	for name, vs := range all {
		old := s.get(name)
		joined := &variable{what: what, at: at, exported: exportVars}
		unsafe := 0
		for _, v := range vs {
			joined = joined.with(v)
			if old != nil {
				v.use()
			}
			if v.state == varUnsafe {
				unsafe++
			}
		}
		switch {
		case old != nil && old.exported != "" && !slices.ContainsFunc(vs, func(v *variable) bool { return v.exported == "" }):
			joined = old // told in no branch
		case old != nil:
			joined = &variable{binds: joined.binds}
		case unsafe == 1 && len(vs) == len(branches):
			for _, v := range vs {
				if v.state == varUnsafe {
					joined = &variable{state: varUnsafe, what: v.what, at: v.at, binds: joined.binds}
				}
			}
		case unsafe > 0, len(vs) < len(branches):
			joined = &variable{state: varUnsafe, what: what, at: at, binds: joined.binds}
		}
		out[name] = joined
	}
	return out
}

// The options of warnings of variables that are exported.
const (
	exportSubexpr = "export_var_subexpr"
	exportVars    = "export_vars"
)

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
		s.set(name, &variable{})
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
	case v.exported == "":
		return
	case !l.shell && (v.exported == exportSubexpr || l.on[exportVars]):
		l.exportedVar(name, v, a)
	default:
		s.set(name, v)
		return
	}
	s.set(name, &variable{binds: v.binds})
}

// matchedVar notes the use of a variable in a pattern, where that of an exported one is
// told whatever the options, and gives what the pattern makes of it.
func (l *linter) matchedVar(name string, v *variable, a parser.Anno) *variable {
	v.use()
	switch {
	case v.state == varUnsafe:
		l.unsafeVar(name, v, a)
	case v.exported == "":
		return nil
	case !l.shell:
		l.exportedVar(name, v, a)
	}
	return &variable{binds: v.binds}
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
