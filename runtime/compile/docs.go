package compile

import (
	"slices"
	"strconv"
	"strings"

	"ersh/parser"
	"ersh/runtime/term"
)

// The documentation of a module, from its -doc and -moduledoc attributes, as
// EEP 48 has it.

// Docs gives the term of the chunk Docs, nil for a module without such
// attributes, and warnings. Path is the source's, absolute.
func Docs(forms []parser.Form, path string) (term.Term, []*Diagnostic) {
	d := &docs{exported: map[fa]bool{}, types: map[fa]bool{}, meta: map[string]term.Term{}, moduleDoc: docNone,
		anno: term.Small(1), format: "text/markdown", refs: map[fa][]fa{}, typeForms: map[fa]bool{}}
	for _, f := range forms {
		d.form(f)
	}
	if !d.found {
		return nil, nil
	}
	return d.chunk(path), d.warnings
}

var (
	docNone   term.Term = term.A("none")
	docHidden term.Term = term.A("hidden")
	docEn               = term.BinaryString("en")
)

type docs struct {
	found      bool
	file       string // that the attributes at hand come from
	mainFile   string
	module     string // its name and a colon
	all        bool   // export_all
	exported   map[fa]bool
	types      map[fa]bool // exported types
	typeForms  map[fa]bool
	behaviours []term.Term
	deprecated []deprecation

	anno       term.Term // of the module's documentation
	moduleAnno term.Term
	moduleDoc  term.Term
	format     string
	meta       map[string]term.Term

	// pending is what -doc attributes said of the form that follows them.
	pending pendingDoc
	specs   map[fa]*parser.Spec
	refs    map[fa][]fa // the types that a type's definition names
	entries []*docEntry

	warnings []*Diagnostic
}

type pendingDoc struct {
	text term.Term // nil: none
	anno parser.Anno
	meta map[string]term.Term
}

type docEntry struct {
	kind      string
	name      fa
	anno      parser.Anno // of the documentation, or of the form
	form      parser.Anno
	signature string
	doc       term.Term
	meta      map[string]term.Term
	function  *parser.Function
	file      string
}

type deprecation struct {
	name string
	// arity is anyArity for all.
	arity  int
	advice string
}

const anyArity = -1

func (d *docs) form(f parser.Form) {
	switch f := f.(type) {
	case *parser.Attribute:
		d.attribute(f)
	case *parser.Spec:
		if f.Kind == "callback" {
			d.add("callback", fa{f.Name, f.Arity}, f.Anno, signature(f.Name, f.Arity, specNames(f)))
			return
		}
		if d.specs == nil {
			d.specs = map[fa]*parser.Spec{}
		}
		d.specs[fa{f.Name, f.Arity}] = f
	case *parser.TypeDef:
		names := make([]string, len(f.Params))
		for i, p := range f.Params {
			names[i] = p.Name
		}
		k := fa{f.Name, len(f.Params)}
		d.typeForms[k] = true
		d.refs[k] = typeNames(f.Type)
		d.add("type", k, f.Anno, signature(f.Name, len(names), names))
	case *parser.RecordDef:
		d.pending = pendingDoc{}
	case *parser.Function:
		k := fa{f.Name, f.Arity}
		d.add("function", k, f.Anno, signature(f.Name, f.Arity, headNames(f)))
		d.entries[len(d.entries)-1].function = f
	}
}

func (d *docs) attribute(a *parser.Attribute) {
	if len(a.Args) == 0 {
		return
	}
	arg := a.Args[0]
	switch a.Name {
	case "file":
		if s, ok := arg.(*parser.String); ok {
			if d.file = string(s.Value); d.mainFile == "" {
				d.mainFile = d.file
			}
		}
	case "module":
		d.moduleAnno = annoTerm(a.Anno)
		if m, ok := arg.(*parser.Atom); ok {
			d.module = parser.QuoteAtom(m.Name) + ":"
		}
	case "export":
		for _, k := range faList(arg) {
			d.exported[k] = true
		}
	case "export_type":
		for _, k := range faList(arg) {
			d.types[k] = true
		}
	case "compile":
		d.all = d.all || hasOption(arg, "export_all")
	case "behaviour", "behavior":
		if v, ok := constTerm(arg); ok {
			d.behaviours = append(d.behaviours, v)
		}
	case "deprecated":
		if v, ok := constTerm(arg); ok {
			d.deprecations(v)
		}
	case "moduledoc":
		d.found = true
		if text, meta := docValue(arg); text != nil {
			d.moduleDoc, d.anno = docText(text), annoTerm(a.Anno)
		} else {
			d.addMeta(meta)
		}
	case "doc":
		d.found = true
		if text, meta := docValue(arg); text != nil {
			d.pending.text, d.pending.anno = text, a.Anno
			if d.file != d.mainFile {
				d.pending.anno.File = d.file
			}
		} else {
			if d.pending.meta == nil {
				d.pending.meta = map[string]term.Term{}
			}
			for k, v := range meta {
				d.pending.meta[k] = v
			}
		}
	}
}

func (d *docs) addMeta(meta map[string]term.Term) {
	for k, v := range meta {
		d.meta[k] = v
		if b, ok := term.ToBytes(v); ok && k == "format" {
			d.format = string(b)
		}
	}
}

// docValue is the text of a documentation attribute, or else its metadata.
func docValue(arg parser.Expr) (text term.Term, meta map[string]term.Term) {
	m, ok := arg.(*parser.Map)
	if !ok {
		v := ValueOf(arg)
		switch v {
		case term.False:
			v = docHidden
		case term.True:
			v = docNone
		}
		return v, nil
	}
	meta = map[string]term.Term{}
	for _, p := range m.Pairs {
		key, ok := p.Key.(*parser.Atom)
		if !ok {
			continue
		}
		switch key.Name {
		case "equiv":
			meta["equiv"] = term.BinaryString(equivText(p.Value))
		case "since", "deprecated", "format", "group":
			v := ValueOf(p.Value)
			if s, ok := term.GoString(v); ok {
				v = term.BinaryString(s)
			}
			meta[key.Name] = v
		default:
			meta[key.Name] = ValueOf(p.Value)
		}
	}
	return nil, meta
}

func equivText(e parser.Expr) string {
	if name, arity, ok := parser.NameAndArity(e); ok {
		return parser.QuoteAtom(name) + "/" + arity
	}
	if v, ok := constTerm(e); ok {
		// A form that was a term already.
		if s, isText := term.GoString(v); isText {
			return s
		}
		if b, isText := term.ToBytes(v); isText {
			return string(b)
		}
		if call, err := ExprOf(v); err == nil {
			return parser.FormatExpr(call)
		}
	}
	return parser.FormatExpr(e)
}

// docText is the documentation in the chunk's form.
func docText(text term.Term) term.Term {
	s, ok := docString(text)
	if !ok {
		return text
	}
	return term.EmptyMap.Put(docEn, term.BinaryString(s))
}

// docString is a documentation's text without the blanks around it.
func docString(text term.Term) (string, bool) {
	s, ok := term.GoString(text)
	if b, isBytes := term.ToBytes(text); isBytes {
		s, ok = string(b), true
	}
	return strings.TrimSpace(s), ok
}

// add notes a form with what -doc attributes said of it.
func (d *docs) add(kind string, k fa, a parser.Anno, sig string) {
	e := &docEntry{kind: kind, name: k, anno: a, form: a, signature: sig, doc: docNone, meta: d.pending.meta, file: d.file}
	if e.meta == nil {
		e.meta = map[string]term.Term{}
	}
	if text := d.pending.text; text != nil {
		e.anno = d.pending.anno
		if s, ok := docString(text); ok {
			if own, rest, ok := ownSignature(s, k); ok {
				e.signature, s = own, rest
			}
			if s == "" {
				e.doc = docNone
			} else {
				e.doc = term.EmptyMap.Put(docEn, term.BinaryString(s))
			}
		} else {
			e.doc = text
		}
	}
	d.pending = pendingDoc{}
	d.entries = append(d.entries, e)
}

// ownSignature takes the signature off that a text may begin with: its first
// line, if that is a call of the function with variables as arguments.
func ownSignature(text string, k fa) (sig, rest string, ok bool) {
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimSpace(line)
	if !strings.HasPrefix(line, k.name+"(") || !strings.HasSuffix(line, ")") {
		return "", "", false
	}
	es, err := parser.Exprs(line+".", parser.Pos{Line: 1, Col: 1})
	if err != nil || len(es) != 1 {
		return "", "", false
	}
	call, ok := es[0].(*parser.Call)
	if !ok || len(call.Args) != k.arity {
		return "", "", false
	}
	return line, strings.TrimSpace(rest), true
}

// headNames are the names of a function's arguments, nil unless all clauses
// have variables there, of the same names.
func headNames(f *parser.Function) []string {
	var names []string
	for i, c := range f.Clauses {
		own := make([]string, len(c.Patterns))
		for j, p := range c.Patterns {
			v, ok := p.(*parser.Var)
			if !ok {
				return nil
			}
			own[j] = strings.TrimLeft(v.Name, "_")
			if own[j] == "" {
				return nil
			}
		}
		if i > 0 && !slices.Equal(names, own) {
			return nil
		}
		names = own
	}
	return names
}

// specNames are the names that a spec of one clause gives to the arguments.
func specNames(s *parser.Spec) []string {
	if len(s.Types) != 1 {
		return nil
	}
	f, ok := s.Types[0].(*parser.FunType)
	if !ok {
		f = s.Types[0].(*parser.BoundedFunType).Fun
	}
	names := make([]string, len(f.Args))
	for i, t := range f.Args {
		switch t := t.(type) {
		case *parser.TypeAnno:
			names[i] = t.Var.Name
		case *parser.TypeVar:
			names[i] = t.Name
		default:
			return nil
		}
		if names[i] = strings.TrimLeft(names[i], "_"); names[i] == "" {
			return nil
		}
	}
	return names
}

func signature(name string, arity int, names []string) string {
	if names == nil && arity > 0 {
		return parser.QuoteAtom(name) + "/" + strconv.Itoa(arity)
	}
	return parser.QuoteAtom(name) + "(" + strings.Join(names, ", ") + ")"
}

// deprecations reads -deprecated.
func (d *docs) deprecations(v term.Term) {
	elems, ok := term.Slice(v)
	if !ok {
		elems = []term.Term{v}
	}
	for _, e := range elems {
		t, ok := e.(*term.Tuple)
		if !ok || t.Len() < 2 {
			continue
		}
		name, ok := t.Elems[0].(term.Atom)
		if !ok {
			continue
		}
		x := deprecation{name: name.Name(), arity: anyArity, advice: "see the documentation for details"}
		if n, ok := term.ToInt64(t.Elems[1]); ok {
			x.arity = int(n)
		}
		if t.Len() > 2 {
			if s, ok := term.GoString(t.Elems[2]); ok {
				x.advice = s
			} else if flag, ok := t.Elems[2].(term.Atom); ok {
				switch flag.Name() {
				case "next_version":
					x.advice = "will be removed in the next version. See the documentation for details"
				case "next_major_release":
					x.advice = "will be removed in the next major release. See the documentation for details"
				case "eventually":
					x.advice = "will be removed in a future release. See the documentation for details"
				}
			}
		}
		d.deprecated = append(d.deprecated, x)
	}
}

// typeNames are the module's own types that a type names.
func typeNames(t parser.Type) []fa {
	var names []fa
	walkTypes(t, func(c *parser.TypeCall) {
		if c.User {
			names = append(names, fa{c.Name, len(c.Args)})
		}
	})
	return names
}

func walkTypes(t parser.Type, f func(*parser.TypeCall)) {
	many := func(ts []parser.Type) {
		for _, t := range ts {
			walkTypes(t, f)
		}
	}
	switch x := t.(type) {
	case *parser.TypeAnno:
		walkTypes(x.Type, f)
	case *parser.TypeOp:
		if x.Left != nil {
			walkTypes(x.Left, f)
		}
		walkTypes(x.Right, f)
	case *parser.TypeCall:
		f(x)
		many(x.Args)
	case *parser.TypeRemote:
		many(x.Args)
	case *parser.TypeMap:
		for _, p := range x.Pairs {
			walkTypes(p.Key, f)
			walkTypes(p.Value, f)
		}
	case *parser.TypeRecord:
		for _, field := range x.Fields {
			walkTypes(field.Type, f)
		}
	case *parser.FunType:
		many(x.Args)
		walkTypes(x.Result, f)
	case *parser.BoundedFunType:
		walkTypes(x.Fun, f)
		for _, c := range x.Constraints {
			walkTypes(c.Type, f)
		}
	}
}

// shownTypes are the types that a reader can meet: those exported, and those
// that they, specs of exported functions and callbacks name.
func (d *docs) shownTypes() map[fa]bool {
	shown := map[fa]bool{}
	var visit func(k fa)
	visit = func(k fa) {
		if shown[k] || !d.typeForms[k] {
			return
		}
		shown[k] = true
		for _, r := range d.refs[k] {
			visit(r)
		}
	}
	for k := range d.types {
		visit(k)
	}
	for k, s := range d.specs {
		if d.all || d.exported[k] {
			for _, t := range s.Types {
				for _, r := range typeNames(t) {
					visit(r)
				}
			}
		}
	}
	return shown
}

func (d *docs) chunk(path string) term.Term {
	shown := d.shownTypes()
	since := d.meta["since"]
	var entries []term.Term
	for _, kind := range []string{"type", "callback", "function"} {
		for _, e := range slices.Backward(d.entries) {
			if e.kind != kind {
				continue
			}
			switch kind {
			case "type":
				if !shown[e.name] {
					continue
				}
				e.meta["exported"] = term.Bool(d.types[e.name])
				if e.doc == docHidden && !d.types[e.name] {
					d.warnings = append(d.warnings, &Diagnostic{File: e.file, Pos: e.anno.Pos, Warning: true, Module: "beam_doc",
						Desc: desc("hidden_type_used_in_exported_fun", e.name.desc()), Text: "hidden type '" + e.name.String() + "' used in exported function"})
				}
			case "function":
				if !d.all && !d.exported[e.name] {
					continue
				}
				d.functionMeta(e)
			}
			if e.meta["since"] == nil && since != nil {
				e.meta["since"] = since
			}
			e.meta["source_anno"] = annoTerm(e.form)
			entries = append(entries, term.T(term.T(term.A(e.kind), atomTerm(e.name.name), term.Small(int64(e.name.arity))),
				annoTerm(e.anno), term.List(term.BinaryString(e.signature)), e.doc, metaTerm(e.meta)))
		}
	}
	d.meta["otp_doc_vsn"] = term.T(term.Small(1), term.Small(0), term.Small(0))
	d.meta["behaviours"] = term.List(d.behaviours...)
	if d.moduleAnno != nil {
		d.meta["source_anno"] = d.moduleAnno
	}
	d.meta["source_path"] = term.String(path)
	return term.T(term.A("docs_v1"), d.anno, term.A("erlang"), term.BinaryString(d.format), d.moduleDoc,
		metaTerm(d.meta), term.List(entries...))
}

// functionMeta adds what other attributes say of a function.
func (d *docs) functionMeta(e *docEntry) {
	if headNames(e.function) == nil && e.signature == signature(e.name.name, e.name.arity, nil) {
		if s := d.specs[e.name]; s != nil {
			e.signature = signature(e.name.name, e.name.arity, specNames(s))
		}
	}
	if e.meta["deprecated"] != nil {
		return
	}
	for _, x := range d.deprecated {
		if x.name == e.name.name && (x.arity == anyArity || x.arity == e.name.arity) {
			e.meta["deprecated"] = term.BinaryString(d.module + e.name.String() + " is deprecated; " + x.advice)
		}
	}
}

func metaTerm(meta map[string]term.Term) term.Term {
	m := term.EmptyMap
	for k, v := range meta {
		m = m.Put(atomTerm(k), v)
	}
	return m
}
