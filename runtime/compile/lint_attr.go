package compile

import (
	"ersh/parser"
	"ersh/runtime/term"
)

// declared checks the attributes that name functions of the module, once all
// of them are known.
func (l *linter) declared(forms []parser.Form) {
	loads := l.loadsNIF
	misplacedAt := map[*parser.Attribute]bool{}
	functionSeen := false
	for _, form := range forms {
		if _, isFunction := form.(*parser.Function); isFunction {
			functionSeen = true
		}
		if a, ok := form.(*parser.Attribute); ok && functionSeen && misplaced(a.Name) {
			misplacedAt[a] = true
		}
	}
	for _, form := range forms {
		a, ok := form.(*parser.Attribute)
		if !ok || len(a.Args) == 0 {
			continue
		}
		if a.Name == "file" {
			l.fileForm(a)
			continue
		}
		value, ok := constTerm(a.Args[0])
		if !ok {
			continue
		}
		elems := []term.Term{value}
		if list, proper := term.Slice(value); proper {
			elems = list
		}
		switch a.Name {
		case "optional_callbacks":
			if misplacedAt[a] {
				continue
			}
			once := map[fa]bool{}
			for _, k := range functions(term.List(elems...)) {
				if once[k] {
					l.error(a.Anno, desc("redefine_optional_callback", k.desc()), "optional callback %s duplicated", k)
				}
				once[k] = true
				if !l.ownCallbacks[k] {
					l.error(a.Anno, desc("undefined_callback", desc(l.mod, k.name, k.arity)), "callback %s is undefined", k)
				}
			}
		case "nifs":
			if !loads && len(elems) > 0 {
				loads = true // told once
				l.warn("no_load_nif", a.Anno, "no_load_nif", "nifs defined, but no call to erlang:load_nif/2")
			}
			for _, e := range elems {
				if len(functions(term.List(e))) == 0 {
					l.error(a.Anno, desc("invalid_fa_attribute", e), "badly formed attribute %s", string(term.Format(e)))
				}
			}
			for _, k := range functions(term.List(elems...)) {
				if l.defined[k] != nil {
					continue
				}
				if guess, arities := l.similarDefined(k); guess != "" {
					l.error(a.Anno, desc("undefined_nif", k.desc(), desc(guess, parser.DescList{arities[0]})), "nif %s undefined, did you mean %s/%d?", k, guess, arities[0])
				} else {
					l.error(a.Anno, desc("undefined_nif", k.desc()), "nif %s undefined", k)
				}
			}
		case "deprecated", "removed":
			for _, e := range elems {
				l.givenUp(a, e)
			}
		case "dialyzer":
			for _, e := range elems {
				l.dialyzer(a.Anno, e)
			}
		}
	}
	l.file = l.main
}

// givenUp checks an element of -deprecated or -removed: F, {F, A} or
// {F, A, When}, in which '_' stands for all.
func (l *linter) givenUp(a *parser.Attribute, e term.Term) {
	t, ok := e.(*term.Tuple)
	if !ok {
		if e != term.Term(term.A("module")) {
			l.invalid(a, e)
			return
		}
		if a.Name == "deprecated" {
			return
		}
		t = term.T(term.A("_"), term.A("_"))
	}
	if t.Len() < 2 || t.Len() > 3 {
		l.invalid(a, e)
		return
	}
	name, ok1 := t.Elems[0].(term.Atom)
	arity, ok2 := term.ToInt64(t.Elems[1])
	all, isAtom := t.Elems[1].(term.Atom)
	if !ok1 || !ok2 && !(isAtom && all.Name() == "_") {
		l.invalid(a, e)
		return
	}
	if t.Len() == 3 {
		_, isText := term.GoString(t.Elems[2])
		when, isWhen := t.Elems[2].(term.Atom)
		known := isWhen && (when.Name() == "next_version" || when.Name() == "next_major_release" || when.Name() == "eventually")
		if !isText && !(known && a.Name == "deprecated") {
			l.invalid(a, e)
			return
		}
	}
	k := fa{name.Name(), int(arity)}
	exported := l.exports[k] || l.exportAll && l.defined[k] != nil
	switch {
	case !ok2:
		exported := l.exportsAny(k.name)
		if a.Name == "deprecated" && !exported {
			l.error(a.Anno, desc("bad_deprecated", desc(t.Elems[0], t.Elems[1])), "deprecated function %s/'_' undefined or not exported", k.name)
		}
		if a.Name == "removed" && exported {
			shown := func(t term.Term) string {
				if t == term.Term(term.A("_")) {
					return "'_'"
				}
				return string(term.Format(t))
			}
			l.error(a.Anno, desc("bad_removed", desc(t.Elems[0], t.Elems[1])), "at least one function matching %s/%s is still exported",
				shown(t.Elems[0]), shown(t.Elems[1]))
		}
	case k.name == "_":
	case a.Name == "deprecated" && !exported:
		l.error(a.Anno, desc("bad_deprecated", k.desc()), "deprecated function %s undefined or not exported", k)
	case a.Name == "removed" && exported:
		l.error(a.Anno, desc("bad_removed", k.desc()), "removed function %s is still exported", k)
	}
}

// exportsAny reports whether a function with a name, or any if that is '_', is
// exported.
func (l *linter) exportsAny(name string) bool {
	for k := range l.exports {
		if name == "_" || name == k.name {
			return true
		}
	}
	for k := range l.defined {
		if l.exportAll && (name == "_" || name == k.name) {
			return true
		}
	}
	return false
}

func (l *linter) invalid(a *parser.Attribute, e term.Term) {
	l.error(a.Anno, desc("invalid_"+a.Name, e), "badly formed %s attribute %s", a.Name, string(term.Format(e)))
}

// dialyzerOptions are the warnings that -dialyzer may name.
var dialyzerOptions = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range []string{"no_return", "no_unused", "no_improper_lists", "no_fun_app", "no_match", "no_opaque", "no_fail_call",
		"no_contracts", "no_behaviours", "no_undefined_callbacks", "no_missing_calls", "no_extra_return", "no_missing_return",
		"no_unknown", "no_underspecs", "unmatched_returns", "error_handling", "specdiffs", "underspecs", "overspecs",
		"extra_return", "missing_return", "unknown", "overlapping_contract", "opaque_union", "no_opaque_union", "no_contracts_with_opaque"} {
		m[name] = true
	}
	return m
}()

// dialyzer checks an element of -dialyzer: Option or {Options, Functions}.
func (l *linter) dialyzer(at parser.Anno, e term.Term) {
	bad := func(t term.Term) {
		l.error(at, desc("bad_dialyzer_attribute", t), "badly formed dialyzer attribute: %s", string(term.Format(t)))
	}
	known := func(t term.Atom, more string) bool {
		if dialyzerOptions[t.Name()] || t.Name() == more {
			return true
		}
		l.error(at, desc("bad_dialyzer_option", t), "unknown dialyzer warning option: %s", string(term.Format(t)))
		return false
	}
	listed := func(t term.Term) []term.Term {
		if list, proper := term.Slice(t); proper {
			return list
		}
		return []term.Term{t}
	}
	t, isTuple := e.(*term.Tuple)
	if option, ok := e.(term.Atom); ok {
		known(option, "")
		return
	} else if !isTuple || t.Len() != 2 {
		bad(e)
		return
	}
	for _, o := range listed(t.Elems[0]) {
		option, ok := o.(term.Atom)
		if !ok {
			bad(term.T(o, t.Elems[1]))
			continue
		}
		if !known(option, "nowarn_function") {
			continue
		}
		for _, f := range listed(t.Elems[1]) {
			if ks := functions(term.List(f)); len(ks) == 0 {
				bad(term.T(o, f))
			} else if l.defined[ks[0]] == nil {
				guess, arities := l.similarDefined(ks[0])
				l.undefinedLike(ks[0], at, guess, arities)
			}
		}
	}
}

// unusedImports and missingSpecs are given only where they are asked for.
func (l *linter) unusedImports(forms []parser.Form) {
	if !l.on["unused_import"] {
		return
	}
	for _, form := range forms {
		a, ok := form.(*parser.Attribute)
		if !ok || a.Name != "import" || len(a.Args) != 2 {
			continue
		}
		for _, k := range faList(a.Args[1]) {
			if from := l.imports[k]; from != "" && !l.importUsed[k] {
				l.warn("unused_import", a.Anno, desc("unused_import", desc(k.desc(), from)), "import %s:%s is unused", parser.QuoteAtom(from), k)
			}
		}
	}
}

func (l *linter) missingSpecs(forms []parser.Form) {
	all := l.on["missing_spec_all"]
	if !all && !l.on["missing_spec"] {
		return
	}
	for _, form := range forms {
		f, ok := form.(*parser.Function)
		if !ok {
			continue
		}
		k := fa{f.Name, f.Arity}
		if _, specified := l.specs[k]; !specified && (all || l.exportAll || l.exports[k]) {
			l.warn("missing_spec", f.Anno, desc("missing_spec", k.desc()), "missing specification for function %s", k)
		}
	}
}
