package bif

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/compile"
	"ersh/runtime/etf"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// compiler is the natives of the modules compile, epp and erl_lint. Each takes
// no process's turn: it runs beside the schedulers.
var compiler = []vm.BIF{
	{Module: "compile", Name: "source", Arity: 3, Fn: compileSource},
	{Module: "compile", Name: "code", Arity: 3, Fn: compileCode},
	{Module: "compile", Name: "assigns", Arity: 3, Fn: compileAssigns},
	{Module: "compile", Name: "excerpt", Arity: 2, Fn: compileExcerpt},
	{Module: "epp", Name: "preprocess", Arity: 3, Fn: eppPreprocess},
	{Module: "epp", Name: "encoding", Arity: 1, Fn: eppEncoding},
	{Module: "erl_lint", Name: "check", Arity: 3, Fn: lintCheck},
	{Module: "erl_lint", Name: "format_args", Arity: 1, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		text, ok := term.GoString(args[0])
		if !ok {
			return nil, vm.Badarg
		}
		kinds, problem := compile.FormatArgs([]rune(text))
		if problem != "" {
			return term.T(term.ErrorAtom, term.String(problem)), nil
		}
		return term.T(term.Ok, stringAtoms(kinds)), nil
	}},
	{Module: "erl_lint", Name: "check_exprs", Arity: 3, Fn: lintExprs},
}

// compileSource is compile:source(Path, Source, Options): {ok, Module, Beam,
// Warnings}, {error, Errors, Warnings} (see diagnosticTerm), or {transform,
// Forms} where the module asks for a parse transform. There are no Errors
// where warnings are to be treated as errors. With the option 'S' Beam is a
// listing.
func compileSource(p *vm.Process, args []term.Term) (term.Term, error) {
	return withSource(p, args, func(path string, forms []parser.Form, o frontOptions) (term.Term, error) {
		meetAtoms(forms)
		if hasTransform(forms) {
			return term.T(term.A("transform"), formList(forms)), nil
		}
		return compileForms(path, forms, o)
	})
}

// compileAssigns is compile:assigns(Path, Source, Options): whether comprehensions of the
// source may hold assignments, which its forms do not say.
func compileAssigns(p *vm.Process, args []term.Term) (term.Term, error) {
	return withSource(p, args, func(_ string, forms []parser.Form, _ frontOptions) (term.Term, error) {
		return term.Bool(compile.HasAssignments(forms)), nil
	})
}

// withSource has work done beside the scheduler on the forms of a path, its source and
// options, or is badarg.
func withSource(p *vm.Process, args []term.Term,
	work func(path string, forms []parser.Form, o frontOptions) (term.Term, error)) (term.Term, error) {
	path, ok := term.GoString(args[0])
	src, ok2 := binaryBytes(args[1])
	opts, ok3 := term.Slice(args[2])
	if !ok || !ok2 || !ok3 {
		return nil, vm.Badarg
	}
	o := readFrontOptions(opts)
	library := p.VM().LibraryFile
	return nil, p.Async(func() (term.Term, error) {
		return work(path, parser.Preprocess(src, o.epp(path, library)), o)
	})
}

// compileCode is compile:code(Path, Forms, Options); its results are those of
// source/3 without the last kind, or badarg for what are no forms.
func compileCode(p *vm.Process, args []term.Term) (term.Term, error) {
	return withForms(p, args[1], args[0], args[2], compileForms)
}

// withForms has work done beside the scheduler on a term that holds forms, with a
// file's name and options, or is badarg.
func withForms(p *vm.Process, formList, name, options term.Term,
	work func(name string, forms []parser.Form, o frontOptions) (term.Term, error)) (term.Term, error) {
	file, ok := term.GoString(name)
	opts, ok2 := term.Slice(options)
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	o := readFrontOptions(opts)
	return nil, p.Async(func() (term.Term, error) {
		forms, err := compile.FormsOf(formList)
		if err != nil {
			return nil, vm.Badarg
		}
		compile.AllowAssignments(forms, opts)
		return work(file, forms, o)
	})
}

func compileForms(path string, forms []parser.Form, o frontOptions) (term.Term, error) {
	co := compile.Options{Source: path, Options: o.given, CompileInfo: o.compileInfo(path), Callbacks: o.callbacks,
		Evaluate: Evaluate, Chunks: o.chunks}
	co.Chunks["Dbgi"] = o.debugInfo(forms)
	docs, docWarnings := compile.Docs(forms, o.sourcePath(path))
	if docs != nil {
		if b, err := etf.Encode(docs); err == nil {
			co.Chunks["Docs"] = b
		}
	}
	m, diags := compile.Forms(forms, co)
	if m != nil {
		diags = append(diags, docWarnings...)
	}
	errs, warnings := splitDiagnostics(diags, path)
	if m != nil && o.noKey != "" {
		m, errs = nil, []term.Term{term.T(term.String(path), aNone, term.A("compile"), term.A(o.noKey))}
	}
	if m == nil || len(warnings) > 0 && compile.WarningsAsErrors(forms, o.given) {
		return term.T(term.ErrorAtom, term.List(errs...), term.List(warnings...)), nil
	}
	if o.listing {
		return term.T(term.Ok, m.Name, term.Binary(beam.List(m)), term.List(warnings...)), nil
	}
	file, err := beam.Write(m)
	if err != nil {
		return nil, err
	}
	return term.T(term.Ok, m.Name, term.Binary(file), term.List(warnings...)), nil
}

// hasTransform reports whether a -compile attribute names a parse transform.
func hasTransform(forms []parser.Form) bool {
	for _, f := range forms {
		a, ok := f.(*parser.Attribute)
		if !ok || a.Name != "compile" || len(a.Args) != 1 {
			continue
		}
		found := false
		parser.Walk(a.Args[0], func(n parser.Node) bool {
			if t, ok := n.(*parser.Tuple); ok && len(t.Elems) == 2 {
				name, _ := t.Elems[0].(*parser.Atom)
				found = found || name != nil && name.Name == "parse_transform"
			}
			return !found
		})
		if found {
			return true
		}
	}
	return false
}

func formList(forms []parser.Form) term.Term {
	list := make([]term.Term, len(forms))
	for i, f := range forms {
		list[i] = compile.AbstractForm(f)
	}
	return term.List(list...)
}

// eppPreprocess is epp:preprocess(Name, Source, Options): {Forms, Tokens,
// Macros}, with a list of tokens for each form.
func eppPreprocess(p *vm.Process, args []term.Term) (term.Term, error) {
	path, ok := term.GoString(args[0])
	src, ok2 := binaryBytes(args[1])
	opts, ok3 := term.Slice(args[2])
	if !ok || !ok2 || !ok3 {
		return nil, vm.Badarg
	}
	o := readFrontOptions(opts)
	library := p.VM().LibraryFile
	return nil, p.Async(func() (term.Term, error) {
		if !o.tokens {
			return formList(parser.Preprocess(src, o.epp(path, library))), nil
		}
		read := parser.PreprocessTokens(src, o.epp(path, library))
		tokens := make([]term.Term, len(read.Tokens))
		for i, toks := range read.Tokens {
			list, err := eppTokens(toks)
			if err != nil {
				return nil, err
			}
			tokens[i] = list
		}
		macros, err := macroTerms(read.Macros())
		if err != nil {
			return nil, err
		}
		return term.T(formList(read.Forms), term.List(tokens...), macros), nil
	})
}

// eppTokens are tokens of which a few have a text.
func eppTokens(toks []parser.Token) (term.Term, error) {
	elems := make([]term.Term, len(toks))
	for i, t := range toks {
		var err error
		if elems[i], err = tokenTerm(t, t.Text != ""); err != nil {
			return nil, err
		}
	}
	return term.List(elems...), nil
}

// macroTerms are macros as {{atom, Name}, [{Arity, {Parameters, Tokens}}]}, as
// epp:macro_defs/1 gives them.
func macroTerms(macros []parser.MacroDef) (term.Term, error) {
	var elems []term.Term
	for _, m := range macros {
		name, err := term.NewAtom(m.Name)
		if err != nil {
			return nil, vm.SystemLimit
		}
		body, err := eppTokens(m.Body)
		if err != nil {
			return nil, err
		}
		var arity, params term.Term = term.A("none"), term.A("none")
		if m.Params != nil {
			arity, params = term.Small(int64(len(m.Params))), stringAtoms(m.Params)
		}
		elems = append(elems, term.T(name, arity, params, body))
	}
	return term.List(elems...), nil
}

// eppEncoding is epp:encoding(Bytes): utf8, latin1, or none.
func eppEncoding(_ *vm.Process, args []term.Term) (term.Term, error) {
	src, ok := binaryBytes(args[0])
	if !ok {
		return nil, vm.Badarg
	}
	if encoding, named := parser.SourceEncoding(src); named {
		return term.A(encoding), nil
	}
	return aNone, nil
}

// lintCheck is erl_lint:check(Forms, File, Options): {Errors, Warnings}, or
// badarg for what are no forms.
func lintCheck(p *vm.Process, args []term.Term) (term.Term, error) {
	return withForms(p, args[0], args[1], args[2], func(file string, forms []parser.Form, o frontOptions) (term.Term, error) {
		errs, warnings := compile.LintModule(forms, compile.Options{Source: file, Options: o.given, Callbacks: o.callbacks})
		es, ws := splitDiagnostics(append(errs, warnings...), file)
		return term.T(term.List(es...), term.List(ws...)), nil
	})
}

// lintExprs is erl_lint:check_exprs(Exprs, Variables, Options): {Errors, Warnings}.
func lintExprs(_ *vm.Process, args []term.Term) (term.Term, error) {
	exprs, o, ok := shellArgs([]term.Term{args[0], args[1], term.EmptyList})
	if !ok {
		return nil, vm.Badarg
	}
	errs, warnings := compile.LintExprs(exprs, o.Bound, o.Records)
	es, ws := splitDiagnostics(append(errs, warnings...), "nofile")
	return term.T(term.List(es...), term.List(ws...)), nil
}

// frontOptions are the options that matter before code is made.
type frontOptions struct {
	given    []term.Term // all but those that compile.erl adds for itself
	include  []string
	macros   []parser.Macro
	features []string
	disabled []string
	name     string // what the file is called, if not by its path
	start    parser.Pos
	latin1   bool
	tokens   bool
	listing  bool
	debug    bool
	key      *string // that debug information is encrypted with
	noKey    string  // what is wrong with the key
	// backend, when not nil, is the module that makes sense of debug
	// information, which is data.
	backend     *term.Atom
	backendData term.Term
	chunks      map[string][]byte // further ones
	exact       bool              // deterministic: nothing of the machine shows
	path        []string
	callbacks   map[string][]string
	cwd         string
}

func readFrontOptions(opts []term.Term) (o frontOptions) {
	o.start, o.chunks = parser.Pos{Line: 1, Col: 1}, map[string][]byte{}
	for _, opt := range opts {
		switch opt := opt.(type) {
		case term.Atom:
			switch opt.Name() {
			case "debug_info":
				o.debug = true
			case "encrypt_debug_info":
				o.noKey = "no_crypto_key"
			case "S":
				o.listing = true
			case "deterministic":
				o.exact = true
			case "tokens":
				o.tokens = true
				continue
			}
		case *term.Tuple:
			if opt.Len() > 0 {
				if name, ok := opt.Elems[0].(term.Atom); ok && o.pair(name.Name(), opt) {
					continue
				}
			}
		}
		o.given = append(o.given, opt)
	}
	if o.key != nil {
		o.debug, o.noKey, o.given = true, "", withKey(o.given)
	}
	return o
}

// pair takes an option that is a tuple; it reports true for what only
// compile.erl and epp.erl say.
func (o *frontOptions) pair(name string, opt *term.Tuple) (own bool) {
	switch {
	case name == "d" && (opt.Len() == 2 || opt.Len() == 3):
		macro, ok := opt.Elems[1].(term.Atom)
		if !ok {
			return false
		}
		var value term.Term = term.True
		if opt.Len() == 3 {
			value = opt.Elems[2]
		}
		toks, _, err := parser.Scan(term.Format(value), o.start, parser.ScanOptions{})
		if err == nil {
			o.macros = append(o.macros, parser.Macro{Name: macro.Name(), Body: toks})
		}
	case name == "feature" && opt.Len() == 3:
		if f, ok := opt.Elems[1].(term.Atom); ok {
			if opt.Elems[2] == term.Term(term.A("enable")) {
				o.features = append(o.features, f.Name())
			} else {
				o.disabled = append(o.disabled, f.Name())
			}
		}
	case opt.Len() != 2:
	case name == "i":
		if dir, ok := term.GoString(opt.Elems[1]); ok {
			o.include = append(o.include, dir)
		} else if dir, ok := opt.Elems[1].(term.Atom); ok {
			o.include = append(o.include, dir.Name())
		}
	case name == "debug_info":
		if pair, ok := opt.Elems[1].(*term.Tuple); ok && pair.Len() == 2 {
			if m, ok := pair.Elems[0].(term.Atom); ok {
				o.backend, o.backendData = &m, pair.Elems[1]
			}
		}
		return true
	case name == "extra_chunks":
		list, _ := term.Slice(opt.Elems[1])
		for _, c := range list {
			if pair, ok := c.(*term.Tuple); ok && pair.Len() == 2 {
				id, ok1 := binaryBytes(pair.Elems[0])
				data, ok2 := binaryBytes(pair.Elems[1])
				if ok1 && ok2 && len(id) == 4 {
					o.chunks[string(id)] = data
				}
			}
		}
		return true
	case name == "debug_info_key":
		if key, ok := debugInfoKey(opt.Elems[1]); ok {
			o.key = &key
		} else {
			o.noKey = "bad_crypto_key"
		}
	case name == "cwd":
		o.cwd, _ = term.GoString(opt.Elems[1])
	case name == "source":
		o.name, _ = term.GoString(opt.Elems[1])
	case name == "error_location":
		if opt.Elems[1] == term.Term(term.A("line")) {
			o.start.Col = 0
		}
	case name == "location":
		if pos, ok := locationOf(opt.Elems[1]); ok {
			o.start = pos
		}
		return true
	case name == "default_encoding":
		o.latin1 = opt.Elems[1] == term.Term(term.A("latin1"))
		return true
	case name == "code_path":
		dirs, _ := term.Slice(opt.Elems[1])
		for _, d := range dirs {
			if dir, ok := term.GoString(d); ok {
				o.path = append(o.path, dir)
			}
		}
		return true
	case name == "behaviours":
		o.callbacks = readCallbacks(opt.Elems[1])
		return true
	}
	return false
}

// readCallbacks reads [{Behaviour, [{Name, Arity}]}]: compile.erl's word on
// behaviours that are no part of OTP.
func readCallbacks(t term.Term) map[string][]string {
	callbacks := map[string][]string{}
	list, _ := term.Slice(t)
	for _, b := range list {
		pair, ok := b.(*term.Tuple)
		if !ok || pair.Len() != 2 {
			continue
		}
		name, ok := pair.Elems[0].(term.Atom)
		if !ok {
			continue
		}
		required := []string{}
		fs, _ := term.Slice(pair.Elems[1])
		for _, f := range fs {
			if k, ok := f.(*term.Tuple); ok && k.Len() == 2 {
				n, ok1 := k.Elems[0].(term.Atom)
				arity, ok2 := term.ToInt64(k.Elems[1])
				if ok1 && ok2 {
					required = append(required, fmt.Sprintf("%s/%d", n.Name(), arity))
				}
			}
		}
		callbacks[name.Name()] = required
	}
	return callbacks
}

// libraryRoot is where the embedded library's files appear to be.
const libraryRoot = "/ersh/lib/"

// epp says how to preprocess a file.
func (o *frontOptions) epp(source string, library func(string) ([]byte, error)) parser.EppOptions {
	name := o.name
	switch {
	case name != "":
	case o.exact:
		name = filepath.Base(source)
	default:
		name = source
	}
	return parser.EppOptions{
		Name: name, Source: source, IncludePath: o.include, Macros: o.macros,
		Features: o.features, Disabled: o.disabled, Start: o.start, Latin1: o.latin1, Getenv: os.Getenv,
		Open: func(file string) ([]byte, error) {
			if inside, ok := strings.CutPrefix(file, libraryRoot); ok {
				return library(inside)
			}
			return os.ReadFile(file)
		},
		LibDir: func(app string) (string, bool) {
			if dir := o.libDir(app); dir != "" {
				return dir, true
			}
			return strings.TrimSuffix(libraryRoot, "/"), true
		},
	}
}

// libDir looks for an application on the code path: DIR/APP-VERSION/ebin, or DIR/APP-VERSION that has no
// code.
func (o *frontOptions) libDir(app string) string {
	for _, dir := range o.path {
		dir = strings.TrimSuffix(filepath.Clean(dir), string(filepath.Separator)+"ebin")
		name := filepath.Base(dir)
		if i := strings.LastIndexByte(name, '-'); i > 0 {
			name = name[:i]
		}
		if name == app {
			return dir
		}
	}
	return ""
}

// sourcePath is where the source is, as documentation tells.
func (o *frontOptions) sourcePath(path string) string {
	if o.exact {
		return filepath.Base(path)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return filepath.ToSlash(abs)
}

// compileInfo is what module_info(compile) gives.
func (o *frontOptions) compileInfo(path string) []term.Term {
	version := term.T(term.A("version"), term.String("10.0"))
	if o.exact {
		return []term.Term{version}
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	var opts []term.Term
	for _, opt := range o.given {
		switch optionName(opt) {
		case "cwd", "outdir", "source", "verbose", "report_errors", "report_warnings", "return_errors", "return_warnings", "binary", "brief":
		default:
			opts = append(opts, opt)
		}
	}
	info := []term.Term{version, term.T(term.A("options"), term.List(opts...))}
	if path == "" {
		return info
	}
	return append(info, term.T(term.A("source"), term.String(filepath.ToSlash(abs))))
}

func optionName(opt term.Term) string {
	if t, ok := opt.(*term.Tuple); ok && t.Len() > 0 {
		opt = t.Elems[0]
	}
	name, ok := opt.(term.Atom)
	if !ok {
		return ""
	}
	return name.Name()
}

// splitDiagnostics gives errors and warnings as {File, Location, Module,
// Descriptor}.
func splitDiagnostics(diags []*compile.Diagnostic, path string) (errs, warnings []term.Term) {
	for _, d := range diags {
		file := d.File
		if file == "" || file == "nofile" {
			file = path
		}
		location := locationTerm(d.Pos)
		if d.Pos.Line == 0 {
			location = term.A("none") // an option is wrong
		}
		t := term.T(term.String(file), location, term.A(d.Module), compile.DescTerm(d.Desc))
		if d.Warning {
			warnings = append(warnings, t)
		} else {
			errs = append(errs, t)
		}
	}
	return errs, warnings
}

// compileExcerpt is compile:excerpt(Source, Location): the line of source with
// a mark at the column, as erlc shows it; empty where there is no such line.
func compileExcerpt(_ *vm.Process, args []term.Term) (term.Term, error) {
	src, ok := binaryBytes(args[0])
	pos, ok2 := locationOf(args[1])
	if !ok || !ok2 {
		return nil, vm.Badarg
	}
	return term.String(sourceExcerpt(src, pos)), nil
}

// sourceExcerpt shows a line of source and marks a column in it, as erlc does.
func sourceExcerpt(src []byte, p parser.Pos) string {
	if encoding, _ := parser.SourceEncoding(src); encoding == "latin1" {
		src = []byte(latin1String(src))
	}
	lines := bytes.Split(src, []byte{'\n'})
	if p.Line < 1 || int(p.Line) > len(lines) || int(p.Line) == len(lines) && len(lines[p.Line-1]) == 0 {
		return ""
	}
	line := strings.TrimRight(string(lines[p.Line-1]), "\r")
	if p.Col < 1 {
		return fmt.Sprintf("%% %4d| %s\n\n", p.Line, line)
	}
	indent := []rune(line)
	if int(p.Col)-1 < len(indent) {
		indent = indent[:p.Col-1]
	}
	blank := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(indent))
	return fmt.Sprintf("%% %4d| %s\n%%     | %s^\n\n", p.Line, line, blank)
}

func latin1String(b []byte) string {
	rs := make([]rune, len(b))
	for i, c := range b {
		rs[i] = rune(c)
	}
	return string(rs)
}
