package compile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ersh/parser"
	"ersh/runtime/term"
)

// The checks that erlc makes before it compiles, with its words.
//
//	lint.go         a module's functions, exports, imports, options
//	lint_scope.go   what is known of variables at a place
//	lint_expr.go    variables, expressions
//	lint_pattern.go patterns
//	lint_guard.go   guards
//	lint_attr.go    attributes that name functions
//	lint_bits.go    segments of binaries
//	lint_record.go  records
//	lint_types.go   types and specs
//	lint_call.go    calls: undefined, ambiguous; behaviours
//	lint_format.go  format strings
//	obsolete.go     deprecated and removed functions
//	jaro.go         "did you mean"

// Lint checks the forms of a module. Errors and warnings come in the order of
// their places, errors of reading before all others; warnings are those that the options, and -compile attributes,
// leave switched on.
func Lint(forms []parser.Form, options []term.Term) (errors, warnings []*Diagnostic) {
	return LintModule(forms, Options{Options: options})
}

// LintModule checks the forms of a module with what else is known of it.
func LintModule(forms []parser.Form, o Options) (errors, warnings []*Diagnostic) {
	l := newLinter()
	l.options(o.Options)
	l.required = o.Callbacks
	assignments(forms)
	l.module(forms)
	return l.result()
}

// WarningsAsErrors reports whether the options, or the -compile attributes of
// a module, ask for code without warnings.
func WarningsAsErrors(forms []parser.Form, options []term.Term) bool {
	for _, o := range options {
		if o == term.Term(term.A("warnings_as_errors")) {
			return true
		}
	}
	for _, form := range forms {
		if a, ok := form.(*parser.Attribute); ok && a.Name == "compile" && len(a.Args) == 1 && hasOption(a.Args[0], "warnings_as_errors") {
			return true
		}
	}
	return false
}

// LintExprs checks a line typed at the shell: bound names the variables that
// have values, records the records known. Functions that are not defined are
// no error there.
func LintExprs(exprs []parser.Expr, bound []string, records []*parser.RecordDef) (errors, warnings []*Diagnostic) {
	l := newLinter()
	l.shell = true
	for _, r := range records {
		l.records[r.Name] = &recordInfo{def: r}
	}
	s := newScope(nil)
	for _, name := range bound {
		s.set(name, &variable{state: varBound})
	}
	for _, e := range exprs {
		own := newScope(s)
		l.expr(e, own)
		// The shell evaluates one expression after the other: what one may
		// have bound is known when the next begins.
		for name, v := range own.result() {
			if v.state == varUnsafe {
				v = &variable{binds: v.binds}
			}
			s.set(name, v)
		}
	}
	return l.result()
}

type linter struct {
	file  string
	main  string // the module's own file: unused things are told of it only
	shell bool
	found []*Diagnostic

	mod       string
	named     bool             // the place of the -module attribute is past
	nameless  bool             // and something else stood there
	docs      map[string]int32 // where the documentation of the next form, and of the module, began
	exports   map[fa]bool
	exportAll bool
	imports   map[fa]string
	defined   map[fa]*parser.Function
	noAuto    map[fa]bool
	noAutos   bool
	calls     map[fa][]fa // who calls whom, for functions that are unused
	roots     []fa
	undefined []placedCall
	remotes   []placedCall // functions of the module reached for with its name
	callbacks []behaviour
	onLoad    *fa
	current   fa

	records   map[string]*recordInfo
	types     map[fa]*typeInfo
	specs     map[fa]parser.Anno
	typeCalls []typeCall
	bindings  []*valuePlace // of the function at hand

	off  map[string]bool // warnings switched off, by the option's name
	on   map[string]bool
	keep map[fa]bool // functions that are not to be reported as unused
	// keepRecords are the records that are not to be reported as unused.
	keepRecords map[string]bool

	exportedTypes map[fa]bool
	typeForms     map[fa]bool // all types that the module defines
	recordForms   map[string]bool
	unknownUsed   map[string]bool // records that types name before they are defined, or that never are
	ownCallbacks  map[fa]bool
	importUsed    map[fa]bool
	notObsolete   map[string]bool // of {nowarn_deprecated_function, Fs}
	notRemoved    map[string]bool // of {nowarn_removed, Fs}
	loadsNIF      bool
	binGenerator  bool // in the pattern of a bit string generator

	// required are the callbacks, as name/arity, of behaviours that are no part of OTP.
	required map[string][]string
}

type placedCall struct {
	fa
	pos  parser.Anno
	file string
}

type behaviour struct {
	name string
	pos  parser.Anno
	file string
}

func newLinter() *linter {
	return &linter{
		exports: map[fa]bool{}, imports: map[fa]string{},
		defined: map[fa]*parser.Function{}, noAuto: map[fa]bool{}, calls: map[fa][]fa{},
		records: map[string]*recordInfo{}, types: map[fa]*typeInfo{}, specs: map[fa]parser.Anno{},
		off: map[string]bool{}, on: map[string]bool{}, keep: map[fa]bool{}, keepRecords: map[string]bool{},
		exportedTypes: map[fa]bool{}, typeForms: map[fa]bool{}, recordForms: map[string]bool{}, unknownUsed: map[string]bool{}, ownCallbacks: map[fa]bool{}, importUsed: map[fa]bool{},
		notObsolete: map[string]bool{}, notRemoved: map[string]bool{}, docs: map[string]int32{},
	}
}

// result gives what was found in the order of its places, save that the errors of a line
// typed at the shell, which tells of the first alone, come as they were found.
func (l *linter) result() (errors, warnings []*Diagnostic) {
	if !l.shell {
		sortDiagnostics(l.found)
	}
	var unread []*Diagnostic // what could not be read comes before what is wrong with the rest
	for _, d := range l.found {
		switch {
		case d.Warning:
			warnings = append(warnings, d)
		case d.Module != "erl_lint":
			unread = append(unread, d)
		default:
			errors = append(errors, d)
		}
	}
	if l.shell {
		sortDiagnostics(warnings)
	}
	return append(unread, errors...), warnings
}

// sortDiagnostics puts diagnostics into the order of their places, and those of one place
// into that of their descriptors.
func sortDiagnostics(ds []*Diagnostic) {
	slices.SortStableFunc(ds, func(a, b *Diagnostic) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		if a.Pos.Line != b.Pos.Line {
			return int(a.Pos.Line) - int(b.Pos.Line)
		}
		if a.Pos.Col != b.Pos.Col {
			return int(a.Pos.Col) - int(b.Pos.Col)
		}
		if a.Module != b.Module {
			return strings.Compare(a.Module, b.Module)
		}
		return term.Compare(DescTerm(a.Desc), DescTerm(b.Desc))
	})
}

func (l *linter) add(warning bool, a parser.Anno, desc any, format string, args ...any) {
	if warning && a.Generated {
		return
	}
	file := l.file
	if a.File != "" {
		file = a.File
	}
	l.found = append(l.found, &Diagnostic{File: file, Pos: a.Pos, Warning: warning, Module: "erl_lint", Desc: desc, Text: fmt.Sprintf(format, args...)})
}

func (l *linter) error(a parser.Anno, desc any, format string, args ...any) {
	l.add(false, a, desc, format, args...)
}

// warn gives a warning unless the option of that name is switched off.
func (l *linter) warn(option string, a parser.Anno, desc any, format string, args ...any) {
	if !l.off[option] {
		l.add(true, a, desc, format, args...)
	}
}

func desc(elems ...any) []any { return elems }

func (k fa) desc() any      { return desc(k.name, k.arity) }
func (k fa) String() string { return parser.QuoteAtom(k.name) + "/" + strconv.Itoa(k.arity) }

// options takes compile options: export_all, nowarn_X, {nowarn_X, Fs},
// {no_auto_import, Fs}, and lists of these.
func (l *linter) options(opts []term.Term) {
	for _, o := range opts {
		switch o := o.(type) {
		case term.Atom:
			l.option(o.Name(), nil)
		case *term.Tuple:
			if o.Len() != 2 {
				continue
			}
			if name, ok := o.Elems[0].(term.Atom); ok {
				elems, proper := term.Slice(o.Elems[1])
				if !proper {
					elems = []term.Term{o.Elems[1]}
				}
				fs := []fa{}
				if name.Name() == "nowarn_unused_record" {
					for _, e := range elems {
						names, _ := term.Slice(e) // ms_transform gives a list in the list
						for _, n := range append(names, e) {
							if r, ok := n.(term.Atom); ok {
								l.keepRecords[r.Name()] = true
							}
						}
					}
				}
				switch name.Name() {
				case "nowarn_deprecated_function":
					keepObsolete(l.notObsolete, elems)
				case "nowarn_removed":
					keepObsolete(l.notRemoved, elems)
				}
				for _, e := range elems {
					if t, ok := e.(*term.Tuple); ok && t.Len() == 2 {
						f, isAtom := t.Elems[0].(term.Atom)
						n, isInt := term.ToInt64(t.Elems[1])
						if isAtom && isInt {
							fs = append(fs, fa{f.Name(), int(n)})
						}
					}
				}
				l.option(name.Name(), fs)
			}
		}
	}
}

// keepObsolete takes the functions and modules not to be warned of: {M, F, A} or M.
func keepObsolete(keep map[string]bool, elems []term.Term) {
	for _, e := range elems {
		if m, ok := e.(term.Atom); ok {
			keep[m.Name()] = true
			continue
		}
		t, ok := e.(*term.Tuple)
		if !ok || t.Len() != 3 {
			continue
		}
		m, ok1 := t.Elems[0].(term.Atom)
		f, ok2 := t.Elems[1].(term.Atom)
		n, ok3 := term.ToInt64(t.Elems[2])
		if ok1 && ok2 && ok3 {
			keep[m.Name()+":"+f.Name()+"/"+itoa(int(n))] = true
		}
	}
}

func (l *linter) option(name string, fs []fa) {
	switch name {
	case "export_all":
		l.exportAll = true
		return
	case "no_auto_import":
		if fs == nil {
			l.noAutos = true
		}
		for _, f := range fs {
			l.noAuto[f] = true
		}
		return
	case "nowarn_unused_function":
		if fs != nil {
			for _, f := range fs {
				l.keep[f] = true
			}
			return
		}
	}
	if option, ok := strings.CutPrefix(name, "nowarn_"); ok && fs == nil {
		l.off[option] = true
	}
	if option, ok := strings.CutPrefix(name, "warn_"); ok && fs == nil {
		l.on[option] = true
		delete(l.off, option)
	}
}

// module checks all forms. What is defined anywhere in the module is
// collected first.
func (l *linter) module(forms []parser.Form) {
	l.collect(forms)
	l.file = l.main
	functions := false
	for _, form := range forms {
		l.moduleFirst(form)
		if _, attribute := form.(*parser.Attribute); !attribute {
			delete(l.docs, "doc")
		}
		switch form := form.(type) {
		case *parser.Attribute:
			if form.Name == "file" {
				l.fileForm(form)
				continue
			}
			if functions && misplaced(form.Name) {
				l.error(form.Anno, desc("attribute", form.Name), "attribute %s after function definitions", parser.QuoteAtom(form.Name))
				continue
			}
			l.attribute(form)
		case *parser.RecordDef:
			l.recordDef(form)
		case *parser.TypeDef:
			l.typeDef(form)
		case *parser.Spec:
			if functions && form.Kind == "callback" {
				l.error(form.Anno, desc("attribute", "callback"), "attribute callback after function definitions")
				continue
			}
			l.spec(form)
		case *parser.Function:
			functions = true
			l.function(form)
		case *parser.ErrorForm:
			file := form.Err.File
			if file == "" {
				file = l.file
			}
			l.found = append(l.found, &Diagnostic{File: file, Pos: form.Err.Pos, Module: form.Err.Module, Desc: form.Err.Desc, Text: form.Err.Text})
		case *parser.WarningForm:
			l.found = append(l.found, &Diagnostic{File: l.file, Pos: form.Err.Pos, Warning: true, Module: form.Err.Module, Desc: form.Err.Desc, Text: form.Err.Text})
		}
	}
	l.file = l.main
	l.declared(forms)
	l.unusedImports(forms)
	l.missingSpecs(forms)
	l.checkFunctions(forms)
	l.checkSpecs()
	l.checkTypes()
	l.checkRecords()
	l.checkBehaviours()
	l.checkRemotes()
}

// moduleFirst reports the first form, be it the end, when it should be the module's name and is not.
func (l *linter) moduleFirst(form parser.Form) {
	if l.named {
		return
	}
	switch form := form.(type) {
	case *parser.ErrorForm, *parser.WarningForm:
		return
	case *parser.Attribute:
		if form.Name == "file" || form.Name == "compile" {
			return
		}
		if form.Name == "module" {
			l.named = true
			return
		}
		l.error(form.Anno, "undefined_module", "no module definition")
	default:
		l.error(form.Position(), "undefined_module", "no module definition")
	}
	l.named, l.nameless = true, true
}

// misplaced reports whether an attribute must stand before all functions.
func misplaced(name string) bool {
	switch name {
	case "compile", "file", "dialyzer", "doc", "feature", "moduledoc":
		return false
	}
	return true
}

func (l *linter) fileForm(a *parser.Attribute) {
	if len(a.Args) > 0 {
		if s, ok := a.Args[0].(*parser.String); ok {
			l.file = string(s.Value)
			if l.main == "" {
				l.main = l.file
			}
		}
	}
}

func (l *linter) collect(forms []parser.Form) {
	for _, form := range forms {
		switch form := form.(type) {
		case *parser.Attribute:
			switch form.Name {
			case "file":
				l.fileForm(form)
			case "export":
				for _, arg := range form.Args {
					for _, k := range faList(arg) {
						l.exports[k] = true
					}
				}
			case "compile":
				for _, arg := range form.Args {
					if t, ok := constTerm(arg); ok {
						opts, proper := term.Slice(t)
						if !proper {
							opts = []term.Term{t}
						}
						l.options(opts)
					}
				}
			}
		case *parser.RecordDef:
			l.recordForms[form.Name] = true
		case *parser.TypeDef:
			l.typeForms[fa{form.Name, len(form.Params)}] = true
		case *parser.Function:
			k := fa{form.Name, form.Arity}
			if l.defined[k] == nil {
				l.defined[k] = form
			}
		}
	}
}

// faList gives the functions of a list [f/1, g/2].
func faList(e parser.Expr) []fa {
	var out []fa
	for {
		c, ok := e.(*parser.Cons)
		if !ok {
			return out
		}
		if k, ok := nameArity(c.Head); ok {
			out = append(out, k)
		}
		e = c.Tail
	}
}

// isFAList reports whether an expression is a list of names with arities.
func isFAList(e parser.Expr) bool {
	for {
		switch c := e.(type) {
		case *parser.Nil:
			return true
		case *parser.Cons:
			if _, ok := nameArity(c.Head); !ok {
				return false
			}
			e = c.Tail
		default:
			return false
		}
	}
}

func nameArity(e parser.Expr) (fa, bool) {
	op, ok := e.(*parser.BinOp)
	if !ok || op.Op != "/" {
		if t, ok := e.(*parser.Tuple); ok && len(t.Elems) == 2 {
			return nameArity(&parser.BinOp{Op: "/", Left: t.Elems[0], Right: t.Elems[1]})
		}
		return fa{}, false
	}
	name, isAtom := op.Left.(*parser.Atom)
	arity, isInt := op.Right.(*parser.Integer)
	if !isAtom || !isInt || !arity.Value.IsInt64() {
		return fa{}, false
	}
	return fa{name.Name, int(arity.Value.Int64())}, true
}

func (l *linter) attribute(a *parser.Attribute) {
	switch a.Name {
	case "module":
		if l.nameless {
			return
		}
		if l.mod != "" {
			l.error(a.Anno, "redefine_module", "redefining module")
			return
		}
		if len(a.Args) > 0 {
			if m, ok := a.Args[0].(*parser.Atom); ok {
				l.mod = m.Name
			}
		}
	case "export":
		l.export(a)
	case "import":
		l.importForm(a)
	case "export_type":
		for _, arg := range a.Args {
			if !isFAList(arg) {
				value, _ := constTerm(arg)
				l.error(a.Anno, desc("bad_export_type", value), "bad export_type declaration")
				continue
			}
			for _, k := range faList(arg) {
				l.exportType(k, a.Anno)
			}
		}
	case "behaviour", "behavior":
		if len(a.Args) == 0 {
			return
		}
		if m, ok := a.Args[0].(*parser.Atom); ok {
			l.callbacks = append(l.callbacks, behaviour{m.Name, a.Anno, l.file})
		} else if v, ok := constTerm(a.Args[0]); ok {
			l.error(a.Anno, "bad_module_name", "the module name must be an atom")
			l.warn("undefined_behaviour", a.Anno, desc("undefined_behaviour", v), "behaviour %s undefined", string(term.Format(v)))
		}
	case "doc", "moduledoc":
		if len(a.Args) > 0 {
			l.docForm(a)
		}
	case "on_load":
		if len(a.Args) > 0 {
			l.onLoadForm(a)
		}
	case "compile":
		for _, arg := range a.Args {
			l.inlineOption(arg, a.Anno)
			if hasOption(arg, "nowarn_bif_clash") {
				l.error(a.Anno, "disallowed_nowarn_bif_clash", "compile directive nowarn_bif_clash is no longer allowed --\nuse explicit module names or -compile({no_auto_import, [F/A]})")
			}
			if hasOption(arg, "export_all") {
				l.warn("export_all", a.Anno, "export_all", "export_all flag enabled - all functions will be exported")
			}
		}
	}
}

// docForm reports the second text of one form's documentation.
func (l *linter) docForm(a *parser.Attribute) {
	if _, meta := a.Args[0].(*parser.Map); meta {
		return
	}
	before := l.docs[a.Name]
	if before != 0 {
		l.error(a.Anno, desc(a.Name, "duplicate_doc_attribute", int(before)),
			"redefining documentation attribute (%s) previously set at line %d", a.Name, before)
	}
	l.docs[a.Name] = a.Line
}

func (l *linter) onLoadForm(a *parser.Attribute) {
	k, ok := nameArity(a.Args[0])
	switch {
	case !ok:
		if v, isConst := constTerm(a.Args[0]); isConst {
			l.error(a.Anno, desc("bad_on_load", v), "badly formed on_load attribute: %s", string(term.Format(v)))
		}
		return
	case k.arity != 0:
		l.roots = append(l.roots, k)
		l.error(a.Anno, desc("bad_on_load_arity", k.desc()), "function %s has wrong arity (must be 0)", k)
		return
	case l.onLoad != nil:
		l.error(a.Anno, "multiple_on_loads", "more than one on_load attribute")
		return
	}
	l.onLoad = &k
	l.roots = append(l.roots, k)
	if l.defined[k] != nil {
		return
	}
	if guess := l.similarName(k); guess != "" {
		l.error(a.Anno, desc("undefined_on_load", k.desc(), guess), "function %s undefined, did you mean %s/%d?", k, guess, k.arity)
	} else {
		l.error(a.Anno, desc("undefined_on_load", k.desc()), "function %s undefined", k)
	}
}

// hasOption reports whether an option stands in a compile attribute.
func hasOption(arg parser.Expr, name string) bool {
	switch e := arg.(type) {
	case *parser.Atom:
		return e.Name == name
	case *parser.Cons:
		return hasOption(e.Head, name) || hasOption(e.Tail, name)
	}
	return false
}

// inlineOption checks {inline, [F/A]} and {nowarn_unused_function, [F/A]}.
func (l *linter) inlineOption(arg parser.Expr, at parser.Anno) {
	if c, ok := arg.(*parser.Cons); ok {
		l.inlineOption(c.Head, at)
		l.inlineOption(c.Tail, at)
		return
	}
	t, ok := arg.(*parser.Tuple)
	if !ok || len(t.Elems) != 2 {
		return
	}
	if name, ok := t.Elems[0].(*parser.Atom); ok && name.Name == "inline" {
		l.functionsExist("bad_inline", "inlined function", t.Elems[1], at)
	} else if ok && name.Name == "nowarn_unused_function" {
		l.functionsExist("bad_nowarn_unused_function", "function", t.Elems[1], at)
	} else if ok && name.Name == "nowarn_unused_record" {
		l.recordsExist(t.Elems[1], at)
	}
}

// recordsExist checks the records that an option names: one or a list.
func (l *linter) recordsExist(e parser.Expr, at parser.Anno) {
	v, ok := constTerm(e)
	if !ok {
		return
	}
	names, proper := term.Slice(v)
	if !proper {
		names = []term.Term{v}
	}
	for _, name := range names {
		if inner, ok := term.Slice(name); ok && len(inner) > 0 { // ms_transform gives a list in the list
			continue
		}
		if a, isAtom := name.(term.Atom); !isAtom || !l.recordForms[a.Name()] {
			l.error(at, desc("undefined_record", name), "record %s undefined", string(term.Format(name)))
		}
	}
}

// functionsExist checks the functions that an option names: one or a list.
func (l *linter) functionsExist(tag, what string, e parser.Expr, at parser.Anno) {
	names := faList(e)
	if k, ok := nameArity(e); ok {
		names = []fa{k}
	}
	for _, k := range names {
		if l.defined[k] != nil {
			continue
		}
		if guess, arities := l.similarDefined(k); guess != "" && len(arities) > 0 {
			list := parser.DescList{}
			for _, n := range arities {
				list = append(list, n)
			}
			l.error(at, desc(tag, k.desc(), desc(guess, list)), "%s %s undefined, did you mean %s/%d?", what, k, guess, arities[0])
		} else {
			l.error(at, desc(tag, k.desc()), "%s %s undefined", what, k)
		}
	}
}

func (l *linter) export(a *parser.Attribute) {
	seen := map[fa]bool{}
	for _, arg := range a.Args {
		for _, k := range faList(arg) {
			if seen[k] || slices.Contains(l.roots, k) {
				l.warn("duplicated_export", a.Anno, desc("duplicated_export", k.desc()), "function %s already exported", k)
			}
			if !seen[k] && l.defined[k] == nil && k.name != "module_info" {
				l.undefinedFunction(k, a.Anno)
			}
			seen[k] = true
		}
	}
	for k := range seen {
		l.roots = append(l.roots, k)
	}
}

func (l *linter) importForm(a *parser.Attribute) {
	if len(a.Args) < 2 {
		return
	}
	m, ok := a.Args[0].(*parser.Atom)
	if !ok {
		return
	}
	for _, k := range faList(a.Args[1]) {
		if from, dup := l.imports[k]; dup && from != m.Name {
			l.error(a.Anno, desc("redefine_import", desc(k.desc(), from)), "function %s already imported from %s", k, parser.QuoteAtom(from))
			continue
		}
		if autoBIF(k) && !l.noAuto[k] && !l.noAutos {
			l.warn("redefine_bif_import", a.Anno, desc("redefine_bif_import", k.desc()),
				"import directive overrides auto-imported BIF %s --\nuse \"-compile({no_auto_import,[%s]}).\" to resolve name clash", k, k)
		}
		l.imports[k] = m.Name
	}
}

func (l *linter) function(f *parser.Function) {
	k := fa{f.Name, f.Arity}
	if l.defined[k] != f {
		l.error(f.Anno, desc("redefine_function", k.desc()), "function %s already defined", k)
	}
	if l.imports[k] != "" {
		l.error(f.Anno, desc("define_import", k.desc()), "defining imported function %s", k)
	}
	if k == (fa{"module_info", 0}) || k == (fa{"module_info", 1}) {
		l.error(f.Anno, desc("redefine_function", k.desc()), "function %s already defined", k)
		return
	}
	l.current = k
	l.bindings = nil
	for _, c := range f.Clauses {
		l.clause(c, newScope(nil))
	}
	l.unusedVariables()
}

func (l *linter) undefinedFunction(k fa, a parser.Anno) {
	name, arities := l.similarFunction(k)
	l.undefinedLike(k, a, name, arities)
}

// undefinedLike reports a function that is not there, and which one was probably meant.
func (l *linter) undefinedLike(k fa, a parser.Anno, name string, arities []int) {
	if name == "" {
		l.error(a, desc("undefined_function", k.desc()), "function %s undefined", k)
		return
	}
	var texts []string
	list := parser.DescList{}
	for _, n := range arities {
		texts = append(texts, strconv.Itoa(n))
		list = append(list, n)
	}
	l.error(a, desc("undefined_function", k.desc(), desc(name, list)), "function %s undefined, did you mean %s/%s?",
		k, name, strings.Join(texts, ","))
}

// similarFunction finds the function that was probably meant: one of the same
// name, or one of the same arity with a similar name.
func (l *linter) similarFunction(k fa) (string, []int) {
	var arities []int
	var names []string
	for d := range l.defined {
		if d.name == k.name {
			arities = append(arities, d.arity)
		} else if d.arity == k.arity {
			names = append(names, d.name)
		}
	}
	if arities != nil {
		slices.Sort(arities)
		return k.name, arities
	}
	switch k.arity { // what each module has
	case 0, 1:
		names = append(names, "module_info")
	case 2:
		names = append(names, "record_info")
	}
	if guess := mostSimilar(k.name, names); guess != "" {
		return guess, []int{k.arity}
	}
	return "", nil
}

// similarDefined is similarFunction among those that the module defines.
func (l *linter) similarDefined(k fa) (string, []int) {
	name, arities := l.similarFunction(k)
	if name == k.name {
		return name, arities
	}
	if name = l.similarName(k); name != "" {
		return name, []int{k.arity}
	}
	return "", nil
}

// similarName finds a function of the module of the same arity and a similar name.
func (l *linter) similarName(k fa) string {
	var names []string
	for d := range l.defined {
		if d.arity == k.arity && d.name != k.name {
			names = append(names, d.name)
		}
	}
	return mostSimilar(k.name, names)
}

// checkFunctions reports calls of undefined functions, and functions that
// nothing exported leads to.
func (l *linter) checkFunctions(forms []parser.Form) {
	for _, c := range l.undefined {
		l.file = c.file
		l.undefinedFunction(c.fa, c.pos)
	}
	l.file = l.main
	if l.exportAll || l.off["unused_function"] {
		return
	}
	used := map[fa]bool{}
	var reach func(k fa)
	reach = func(k fa) {
		if used[k] {
			return
		}
		used[k] = true
		for _, callee := range l.calls[k] {
			reach(callee)
		}
	}
	for _, k := range l.roots {
		reach(k)
	}
	for k := range l.keep {
		reach(k)
	}
	for _, k := range l.calls[fa{}] { // from defaults of records
		reach(k)
	}
	file := l.main
	for _, form := range forms {
		switch form := form.(type) {
		case *parser.Attribute:
			if form.Name == "file" {
				l.fileForm(form)
				file = l.file
			}
		case *parser.Function:
			k := fa{form.Name, form.Arity}
			if !used[k] {
				l.file = file
				l.warn("unused_function", form.Anno, desc("unused_function", k.desc()), "function %s is unused", k)
			}
		}
	}
	l.file = l.main
}
