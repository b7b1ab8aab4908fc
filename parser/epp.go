package parser

import (
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of the preprocessor. Erlang limits only the first.
const (
	maxIncludeDepth = 8
	maxFormTokens   = 2_000_000 // a form's tokens after macros are expanded
)

// EppOptions says how to preprocess.
type EppOptions struct {
	// Name is the file's name, for -file attributes and ?FILE.
	Name string
	// Source is the path to look for includes beside; Name where empty.
	Source string
	// Open reads a file that is included; nil: there are none.
	Open func(path string) ([]byte, error)
	// IncludePath are further directories to look for includes in.
	IncludePath []string
	// LibDir gives an application's directory, for include_lib.
	LibDir func(app string) (string, bool)
	// Getenv gives the variables that paths may begin with.
	Getenv func(name string) string
	// Macros are defined before the text is read.
	Macros []Macro
	// Features are the features enabled from outside, Disabled those disabled.
	Features, Disabled []string
	// Start is the position of the file's first character, 1:1 where zero. A
	// column of 0 leaves columns out everywhere.
	Start Pos
	// Latin1 says that a file which names no encoding is in Latin-1.
	Latin1 bool
}

// Preprocessed is a file that has been read whole.
type Preprocessed struct {
	Forms []Form
	// Tokens are those of each form after macros were expanded; none for what
	// could not be read that far.
	Tokens [][]Token
	macros map[string]map[int]*macro
	module string
}

// Macro is a macro without arguments.
type Macro struct {
	Name string
	Body []Token
}

// noArgs is the arity of a macro without an argument list.
const noArgs = -1

type macro struct {
	params []string
	body   []Token
	uses   []macroUse
	// predefined macros cannot be redefined, only undefined.
	predefined bool
}

type macroUse struct {
	name  string
	arity int
}

// source is a file being read.
type source struct {
	scan *FormScanner
	path string // where it is
	name string // what ?FILE says
	// -file changes the name, and how far ahead of the text lines are counted.
	firstName string
	ahead     int32
	// conds are the conditions open in this file, innermost last.
	conds []cond
}

// cond is a condition: the directive that opened its present part, whether
// that part is skipped, and whether any part has been taken.
type cond struct {
	directive string
	skip      bool
	done      bool
	elsed     bool
}

type epp struct {
	opts     EppOptions
	files    []*source
	macros   map[string]map[int]*macro
	module   string
	features map[string]bool
	prefix   bool // features may still be changed
	forms    []Form
	tokens   [][]Token
	keep     bool // the tokens of forms are wanted
}

// Preprocess reads the forms of a file, as epp:parse_file/2 does: forms that
// are wrong come as ErrorForms in their places, and an EOF is the last.
func Preprocess(src []byte, opts EppOptions) []Form { return preprocess(src, opts, false).Forms }

// PreprocessTokens reads the forms of a file and keeps their tokens and the
// macros that are defined at its end.
func PreprocessTokens(src []byte, opts EppOptions) *Preprocessed { return preprocess(src, opts, true) }

func preprocess(src []byte, opts EppOptions, keep bool) *Preprocessed {
	e := &epp{opts: opts, macros: map[string]map[int]*macro{}, features: map[string]bool{"maybe_expr": true}, prefix: true, keep: keep}
	if e.opts.Source == "" {
		e.opts.Source = opts.Name
	}
	if e.opts.Start == (Pos{}) {
		e.opts.Start = Pos{1, 1}
	}
	for _, name := range []string{"FILE", "LINE", "MODULE", "MODULE_STRING", "BASE_MODULE", "BASE_MODULE_STRING",
		"MACHINE", "BEAM", "OTP_RELEASE", "FUNCTION_NAME", "FUNCTION_ARITY"} {
		e.macros[name] = map[int]*macro{noArgs: {predefined: true}}
	}
	for _, name := range []string{"FEATURE_AVAILABLE", "FEATURE_ENABLED"} {
		e.macros[name] = map[int]*macro{1: {predefined: true}}
	}
	start := Anno{Pos: e.opts.Start}
	redefined := ""
	for _, m := range opts.Macros {
		if old := e.macros[m.Name]; old != nil {
			for _, o := range old {
				if o.predefined {
					redefined = m.Name
				}
			}
		}
		e.macros[m.Name] = map[int]*macro{noArgs: {body: m.Body, uses: macroUses(m.Body)}}
	}
	for _, f := range named(opts.Features) {
		e.features[f] = true
	}
	for _, f := range named(opts.Disabled) {
		delete(e.features, f)
	}
	e.enter(src, e.opts.Source, opts.Name)
	e.files[0].scan.s.line = e.opts.Start.Line
	e.fileAttribute(start, opts.Name, e.opts.Start.Line)
	if redefined != "" {
		e.fail(start.Pos, []any{"redefine_predef", redefined})
	}
	for len(e.files) > 0 {
		e.step()
	}
	return &Preprocessed{Forms: e.forms, Tokens: e.tokens, macros: e.macros, module: e.module}
}

func (e *epp) top() *source { return e.files[len(e.files)-1] }

func (e *epp) emit(f Form, toks ...Token) {
	e.forms = append(e.forms, f)
	if e.keep {
		e.tokens = append(e.tokens, toks)
	}
}

func (e *epp) fail(p Pos, desc any) {
	e.failWith(&Error{Pos: p, Module: "epp", Desc: desc, Text: eppErrorText(desc)})
}

func (e *epp) failWith(err *Error) { e.emit(&ErrorForm{Anno: Anno{Pos: err.Pos}, Err: err}) }

// bad reports a directive whose form is wrong.
func (e *epp) bad(p Pos, directive string) { e.fail(p, []any{"bad", directive}) }

func (e *epp) reserved(w string) bool {
	if (w == "maybe" || w == "else") && !e.features["maybe_expr"] {
		return false
	}
	return ReservedWord(w)
}

func (e *epp) enter(src []byte, file, name string) {
	scan := NewFormScanner(Pos{1, min(e.opts.Start.Col, 1)}, ScanOptions{Reserved: e.reserved, QuotedKeywords: true})
	scan.Feed(decodeSource(src, e.opts.Latin1))
	scan.Close()
	e.files = append(e.files, &source{scan: scan, path: file, name: name, firstName: name})
}

func (e *epp) fileAttribute(a Anno, name string, line int32) {
	number := Token{Kind: KindInteger, Value: itoa(int(line)), Pos: a.Pos}
	toks := []Token{{Kind: KindMinus}, {Kind: KindAtom, Value: "file"}, {Kind: KindLParen}, {Kind: KindString, Value: name},
		{Kind: KindComma}, number, {Kind: KindRParen}, {Kind: KindDot}}
	for i := range toks {
		toks[i].Pos = a.Pos
	}
	e.emit(&Attribute{Anno: a, Name: "file", Args: []Expr{&String{a, []rune(name)}, &Integer{a, number.Int()}}}, toks...)
}

// skipping says whether the present part of the file is not to be read.
func (s *source) skipping() bool {
	for _, c := range s.conds {
		if c.skip {
			return true
		}
	}
	return false
}

// step reads one form of the file on top.
func (e *epp) step() {
	src := e.top()
	toks, status, err := src.scan.Next()
	switch status {
	case ScanFailed:
		if !src.skipping() {
			e.failWith(err)
		}
		return
	case ScanEOF:
		e.leave()
		return
	}
	if len(toks) >= 2 && toks[0].Kind == KindMinus {
		if d, ok := conditional(toks[1]); ok {
			e.condition(src, d, toks)
			return
		}
	}
	if src.skipping() {
		return
	}
	if len(toks) >= 2 && toks[0].Kind == KindMinus && toks[1].Kind == KindAtom && e.directive(toks) {
		return
	}
	e.form(toks)
}

// form expands and parses a form that is no directive.
func (e *epp) form(toks []Token) {
	toks, err := e.expand(toks)
	if err != nil {
		e.failWith(err)
		return
	}
	if len(toks) >= 2 && toks[0].Kind == KindMinus && toks[1].Kind == KindAtom && toks[1].Value == "module" {
		e.setModule(toks)
	} else {
		e.prefix = false
	}
	f, err := ParseForm(toks)
	if err != nil {
		e.failWith(err)
		return
	}
	if e.features["compr_assign"] {
		Walk(f, func(n Node) bool {
			if c, ok := n.(*Comp); ok {
				c.Assign = true
			}
			return true
		})
	}
	if a, ok := f.(*Attribute); ok && (a.Name == "doc" || a.Name == "moduledoc") {
		if file, ok := a.Args[0].(*Tuple); ok {
			e.docFile(a, string(file.Elems[1].(*String).Value), toks)
			return
		}
	}
	e.emit(f, toks...)
}

// docFile puts the text of the file that a documentation attribute names in
// its place, between attributes that say which file that is.
func (e *epp) docFile(a *Attribute, name string, toks []Token) {
	doc := func(p Pos, text string) {
		e.emit(&Attribute{Anno: Anno{Pos: p}, Name: a.Name, Args: []Expr{&String{Anno{Pos: p}, []rune(text)}}},
			Token{Kind: KindMinus, Pos: p}, Token{Kind: KindAtom, Pos: p, Value: a.Name},
			Token{Kind: KindString, Pos: p, Value: text}, Token{Kind: KindDot, Pos: p})
	}
	data, file, ok := e.find(name)
	if !ok {
		desc := []any{a.Name, "file", Chars(name)}
		e.emit(&WarningForm{Anno: a.Anno, Err: &Error{Pos: a.Pos, Module: "epp", Desc: desc, Text: eppErrorText(desc)}})
		doc(a.Pos, "")
		return
	}
	start := Pos{1, min(e.opts.Start.Col, 1)}
	e.fileAttribute(Anno{Pos: start}, strings.TrimPrefix(file, "./"), 1)
	doc(start, decodeSource(data, false))
	end := lastTokenPos(toks)
	e.fileAttribute(Anno{Pos: end}, e.top().name, end.Line)
}

func (e *epp) setModule(toks []Token) {
	rest := toks[2:]
	if len(rest) > 0 && rest[0].Kind == KindLParen {
		rest = rest[1:]
	}
	if len(rest) > 0 && rest[0].Kind == KindAtom {
		e.module = rest[0].Value
	}
}

// leave ends the file on top.
func (e *epp) leave() {
	src := e.top()
	end := src.scan.Pos()
	if n := len(src.conds); n > 0 {
		e.fail(end, []any{"illegal", Chars("unterminated"), src.conds[n-1].directive})
	}
	e.files = e.files[:len(e.files)-1]
	if len(e.files) == 0 {
		e.emit(&EOF{Anno{Pos: end}})
		return
	}
	back := e.top()
	p := back.scan.Pos()
	a := Anno{Pos: Pos{p.Line - back.ahead, p.Col}}
	e.fileAttribute(a, back.firstName, a.Line)
	if back.name != back.firstName {
		a.Generated = true
		e.fileAttribute(a, back.name, p.Line)
	}
}

// directive handles a directive; it reports false for any other attribute.
func (e *epp) directive(toks []Token) bool {
	at := toks[1].Pos
	rest := toks[2:]
	switch toks[1].Value {
	case "define":
		e.define(rest)
	case "undef":
		e.undef(rest)
	case "include", "include_lib":
		rest, err := e.expand(joinStrings(rest)) // only strings written so are one
		if err != nil {
			e.failWith(err)
			return true
		}
		e.include(toks[1].Value, rest)
	case "error", "warning":
		e.message(at, toks[1].Value, rest)
	case "file":
		rest, err := e.expand(rest)
		if err != nil {
			e.failWith(err)
			return true
		}
		e.file(toks[1], rest)
	case "feature":
		e.feature(at, rest)
	default:
		return false
	}
	return true
}

// want matches tokens one by one: a Kind is a token of that kind; the first
// that does not match is where a malformed directive is reported.
func want(toks []Token, kinds ...Kind) (Pos, bool) {
	for i, k := range kinds {
		if i >= len(toks) {
			return lastTokenPos(toks), false
		}
		if toks[i].Kind != k {
			return toks[i].Pos, false
		}
	}
	return Pos{}, true
}

func lastTokenPos(toks []Token) Pos {
	if len(toks) == 0 {
		return Pos{}
	}
	return toks[len(toks)-1].Pos
}

func isMacroName(t Token) bool { return t.Kind == KindAtom || t.Kind == KindVar }

// define handles -define; rest is what follows the word.
func (e *epp) define(rest []Token) {
	if p, ok := want(rest, KindLParen); !ok {
		e.bad(p, "define")
		return
	}
	if len(rest) < 2 || !isMacroName(rest[1]) {
		e.bad(lastOf(rest, 1), "define")
		return
	}
	name := rest[1]
	m := &macro{}
	arity := noArgs
	body := rest[2:]
	if len(body) > 0 && body[0].Kind == KindLParen {
		var ok bool
		if m.params, body, ok = e.params(body[1:]); !ok {
			return
		}
		arity = len(m.params)
	}
	if len(body) == 0 || body[0].Kind != KindComma {
		e.bad(lastOf(body, 0), "define")
		return
	}
	body = body[1:]
	n := len(body)
	if n < 2 || body[n-1].Kind != KindDot || body[n-2].Kind != KindRParen {
		e.fail(lastTokenPos(rest), "missing_parenthesis")
		return
	}
	m.body = body[:n-2]
	m.uses = macroUses(m.body)
	if old := e.macros[name.Value]; old != nil {
		for _, o := range old {
			if o.predefined {
				e.fail(name.Pos, []any{"redefine_predef", name.Value})
				return
			}
		}
		if old[arity] != nil {
			e.fail(name.Pos, []any{"redefine", name.Value})
			return
		}
		old[arity] = m
		return
	}
	e.macros[name.Value] = map[int]*macro{arity: m}
}

func lastOf(toks []Token, i int) Pos {
	if i < len(toks) {
		return toks[i].Pos
	}
	return lastTokenPos(toks)
}

// params reads a macro's parameters up to the closing bracket.
func (e *epp) params(toks []Token) ([]string, []Token, bool) {
	params := []string{}
	if len(toks) > 0 && toks[0].Kind == KindRParen {
		return params, toks[1:], true
	}
	for {
		if len(toks) < 2 || toks[0].Kind != KindVar {
			e.bad(lastOf(toks, 0), "define")
			return nil, nil, false
		}
		for _, p := range params {
			if p == toks[0].Value {
				e.fail(toks[0].Pos, []any{"duplicated_argument", toks[0].Value})
				return nil, nil, false
			}
		}
		params = append(params, toks[0].Value)
		switch toks[1].Kind {
		case KindRParen:
			return params, toks[2:], true
		case KindComma:
			toks = toks[2:]
		default:
			e.bad(toks[1].Pos, "define")
			return nil, nil, false
		}
	}
}

func (e *epp) undef(rest []Token) {
	name, p, ok := macroNameArg(rest)
	if !ok {
		e.bad(p, "undef")
		return
	}
	delete(e.macros, name)
}

// macroNameArg matches (Name) and the dot.
func macroNameArg(rest []Token) (string, Pos, bool) {
	if p, ok := want(rest, KindLParen); !ok {
		return "", p, false
	}
	if len(rest) < 2 || !isMacroName(rest[1]) {
		return "", lastOf(rest, 1), false
	}
	if p, ok := want(rest[2:], KindRParen, KindDot); !ok {
		return "", p, false
	}
	return rest[1].Value, Pos{}, true
}

// message handles -error and -warning.
func (e *epp) message(at Pos, kind string, rest []Token) {
	n := len(rest)
	if n < 4 || rest[0].Kind != KindLParen || rest[n-2].Kind != KindRParen {
		e.bad(at, kind)
		return
	}
	inner := append(append([]Token(nil), rest[1:n-2]...), rest[n-1])
	term, err := ParseTerm(inner)
	if err != nil {
		e.bad(at, kind)
		return
	}
	desc := []any{kind, termDesc(term)}
	text := "-" + kind + "(" + formatTerm(term) + ")."
	err = &Error{Pos: at, Module: "epp", Desc: desc, Text: text}
	if kind == "error" {
		e.failWith(err)
		return
	}
	e.emit(&WarningForm{Anno: Anno{Pos: at}, Err: err})
}

// include handles -include and -include_lib.
func (e *epp) include(kind string, rest []Token) {
	p, ok := want(rest, KindLParen, KindString, KindRParen, KindDot)
	if !ok {
		e.bad(p, kind)
		return
	}
	t := rest[1]
	if len(e.files) > maxIncludeDepth {
		e.fail(t.Pos, []any{"depth", Chars("include")})
		return
	}
	name := e.expandVar(t.Value)
	data, file, ok := e.find(name)
	if !ok && kind == "include_lib" && e.opts.LibDir != nil && e.opts.Open != nil {
		app, below, _ := strings.Cut(name, "/")
		if dir, found := e.opts.LibDir(app); found {
			file = path.Join(dir, below)
			var err error
			data, err = e.opts.Open(file)
			ok = err == nil
		}
	}
	if !ok {
		what := "file"
		if kind == "include_lib" {
			what = "lib"
		}
		e.fail(t.Pos, []any{"include", what, Chars(t.Value)})
		return
	}
	e.enter(data, file, file)
	e.fileAttribute(Anno{Pos: Pos{1, min(e.opts.Start.Col, 1)}}, file, 1)
}

// expandVar replaces a variable of the environment that a path begins with.
func (e *epp) expandVar(name string) string {
	if !strings.HasPrefix(name, "$") || e.opts.Getenv == nil {
		return name
	}
	v, rest, _ := strings.Cut(name[1:], "/")
	if dir := e.opts.Getenv(v); dir != "" {
		return path.Join(dir, rest)
	}
	return name
}

// find looks for an included file beside the including one and on the path.
func (e *epp) find(name string) ([]byte, string, bool) {
	if e.opts.Open == nil {
		return nil, "", false
	}
	if path.IsAbs(name) {
		data, err := e.opts.Open(name)
		return data, name, err == nil
	}
	dirs := append([]string{path.Dir(e.top().path), path.Dir(e.opts.Source)}, e.opts.IncludePath...)
	for _, dir := range dirs {
		file := path.Join(dir, name)
		if data, err := e.opts.Open(file); err == nil {
			return data, file, true
		}
	}
	return nil, "", false
}

// joinStrings makes one token of strings that stand side by side.
func joinStrings(toks []Token) []Token {
	var out []Token
	for _, t := range toks {
		if last := len(out) - 1; t.Kind == KindString && last >= 0 && out[last].Kind == KindString {
			out[last].Value += t.Value
		} else {
			out = append(out, t)
		}
	}
	return out
}

// file handles -file: the lines that follow are counted from the given one.
func (e *epp) file(word Token, rest []Token) {
	rest = joinStrings(rest)
	p, ok := want(rest, KindLParen, KindString, KindComma, KindInteger, KindRParen, KindDot)
	if !ok {
		e.bad(p, "file")
		return
	}
	line := rest[3].Int()
	if !line.IsInt64() || line.Int64() < 0 || line.Int64() > 1<<30 {
		e.bad(rest[3].Pos, "file")
		return
	}
	src := e.top()
	src.name = rest[1].Value
	a := word.Anno()
	a.Generated = true
	e.fileAttribute(a, src.name, int32(line.Int64()))
	src.ahead += int32(line.Int64()) - word.Pos.Line
	src.scan.s.line += int32(line.Int64()) - word.Pos.Line
}

// features29 are the features that can be enabled.
var features29 = []string{"maybe_expr", "compr_assign"}

// named gives the features of which the names, or that of all, stand in a list.
func named(names []string) []string {
	if slices.Contains(names, "all") {
		return features29
	}
	return names
}

func (e *epp) feature(at Pos, rest []Token) {
	_, ok := want(rest, KindLParen, KindAtom, KindComma, KindAtom, KindRParen, KindDot)
	if !ok || rest[3].Value != "enable" && rest[3].Value != "disable" {
		e.bad(lastOf(rest, 0), "feature")
		return
	}
	name := rest[1].Value
	switch known := name == features29[0] || name == features29[1]; {
	case !e.prefix:
		e.fail(at, "ftr_after_prefix")
	case !known:
		e.failWith(&Error{Pos: at, Module: "erl_features", Desc: []any{"invalid_features", DescList{name}},
			Text: "the feature '" + name + "' does not exist."})
	case rest[3].Value == "enable":
		e.features[name] = true
	default:
		delete(e.features, name)
	}
}

// decodeSource reads source text in the encoding that a comment in its first
// two lines names; UTF-8 otherwise. Bytes that are no UTF-8 stay as they are,
// for the scanner to report.
func decodeSource(src []byte, latin1 bool) string {
	if encoding, named := SourceEncoding(src); named {
		latin1 = encoding == "latin1"
	}
	if !latin1 {
		return string(src)
	}
	buf := make([]byte, 0, len(src)+len(src)/8)
	for _, c := range src {
		buf = utf8.AppendRune(buf, rune(c))
	}
	return string(buf)
}

// SourceEncoding is the encoding that a comment in the first two lines of a
// source file names, utf8 or latin1.
func SourceEncoding(src []byte) (encoding string, named bool) {
	head := string(src[:min(len(src), 4096)])
	lines := strings.SplitN(head, "\n", 3)
	for _, line := range lines[:min(len(lines), 2)] {
		line = strings.TrimLeft(line, " \t")
		if !strings.HasPrefix(line, "%") {
			continue
		}
		_, after, _ := strings.Cut(line, "coding")
		if after = strings.TrimLeft(after, " \t"); after != "" && (after[0] == ':' || after[0] == '=') {
			name := strings.ToLower(strings.TrimLeft(after[1:], " \t"))
			switch {
			case strings.HasPrefix(name, "latin-1"):
				return "latin1", true
			case strings.HasPrefix(name, "utf-8"):
				return "utf8", true
			}
		}
	}
	return "utf8", false
}
