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

// compiler is the natives of the module compile.
var compiler = []vm.BIF{
	{Module: "compile", Name: "source", Arity: 3, Fn: compileSource},
}

// compileSource is compile:source(Path, Source, Options): {ok, Module, Beam,
// Warnings} or {error, Errors, Warnings}; see diagnosticTerm. There are no
// Errors where warnings are to be treated as errors.
func compileSource(p *vm.Process, args []term.Term) (term.Term, error) {
	path, ok := term.GoString(args[0])
	src, ok2 := binaryBytes(args[1])
	opts, ok3 := term.Slice(args[2])
	if !ok || !ok2 || !ok3 {
		return nil, vm.Badarg
	}
	// Compiling takes no process's turn: it runs beside the schedulers.
	return nil, p.Async(func() (term.Term, error) { return compileText(path, src, opts) })
}

func compileText(path string, src []byte, opts []term.Term) (term.Term, error) {
	opts, callbacks := behaviourOption(opts)
	o := readCompileOptions(opts)
	forms := parser.Preprocess(src, parser.EppOptions{
		Name: path, Source: path, Open: os.ReadFile, IncludePath: o.include,
		Getenv: os.Getenv, Macros: o.macros,
	})
	co := compile.Options{Source: path, Options: opts, CompileInfo: compileInfo(path, opts), Callbacks: callbacks}
	if o.debugInfo {
		co.Chunks = map[string][]byte{"Dbgi": debugInfo(forms, opts)}
	}
	m, diags := compile.Forms(forms, co)
	var errs, warnings []term.Term
	for _, d := range diags {
		t := diagnosticTerm(d, path, src)
		if d.Warning {
			warnings = append(warnings, t)
		} else {
			errs = append(errs, t)
		}
	}
	if m == nil || len(warnings) > 0 && compile.WarningsAsErrors(forms, opts) {
		return term.T(term.ErrorAtom, term.List(errs...), term.List(warnings...)), nil
	}
	file, err := beam.Write(m)
	if err != nil {
		return nil, err
	}
	return term.T(term.Ok, m.Name, term.Binary(file), term.List(warnings...)), nil
}

// behaviourOption takes {behaviours, [{Behaviour, [{Name, Arity}]}]} out of
// the options: compile.erl's word on behaviours that are no part of OTP.
func behaviourOption(opts []term.Term) (rest []term.Term, callbacks map[string][]string) {
	for _, opt := range opts {
		t, ok := opt.(*term.Tuple)
		if !ok || t.Len() != 2 || t.Elems[0] != term.Term(term.A("behaviours")) {
			rest = append(rest, opt)
			continue
		}
		callbacks = map[string][]string{}
		list, _ := term.Slice(t.Elems[1])
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
	}
	return rest, callbacks
}

// compileOptions are the options that matter before code is made.
type compileOptions struct {
	include   []string
	macros    []parser.Macro
	debugInfo bool
}

func readCompileOptions(opts []term.Term) (o compileOptions) {
	for _, opt := range opts {
		switch opt := opt.(type) {
		case term.Atom:
			o.debugInfo = o.debugInfo || opt.Name() == "debug_info"
		case *term.Tuple:
			name, _ := opt.Elems[0].(term.Atom)
			switch {
			case name.IsZero():
			case name.Name() == "i" && opt.Len() == 2:
				if dir, ok := term.GoString(opt.Elems[1]); ok {
					o.include = append(o.include, dir)
				}
			case name.Name() == "d" && (opt.Len() == 2 || opt.Len() == 3):
				macro, ok := opt.Elems[1].(term.Atom)
				if !ok {
					continue
				}
				var value term.Term = term.True
				if opt.Len() == 3 {
					value = opt.Elems[2]
				}
				toks, _, err := parser.Scan(term.Format(value), parser.Pos{Line: 1, Col: 1}, parser.ScanOptions{})
				if err == nil {
					o.macros = append(o.macros, parser.Macro{Name: macro.Name(), Body: toks})
				}
			}
		}
	}
	return o
}

func compileInfo(path string, opts []term.Term) []term.Term {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	return []term.Term{
		term.T(term.A("version"), term.String("10.0")),
		term.T(term.A("options"), term.List(opts...)),
		term.T(term.A("source"), term.String(filepath.ToSlash(abs))),
	}
}

// debugInfo is the chunk Dbgi: {debug_info_v1, erl_abstract_code, {Forms, Opts}}.
func debugInfo(forms []parser.Form, opts []term.Term) []byte {
	list := make([]term.Term, len(forms))
	for i, f := range forms {
		list[i] = compile.AbstractForm(f)
	}
	t := term.T(term.A("debug_info_v1"), term.A("erl_abstract_code"),
		term.T(term.List(list...), term.List(opts...)))
	b, err := etf.Encode(t)
	if err != nil {
		return nil
	}
	return b
}

// diagnosticTerm is {File, Location, Module, Descriptor, Text, Excerpt}.
func diagnosticTerm(d *compile.Diagnostic, path string, src []byte) term.Term {
	file := d.File
	if file == "" || file == "nofile" {
		file = path
	}
	excerpt := ""
	if file == path {
		excerpt = sourceExcerpt(src, d.Pos)
	}
	module := d.Module
	if module == "" {
		module = "erl_parse"
	}
	return term.T(term.String(file), locationTerm(d.Pos), term.A(module), descTerm(d.Desc),
		term.String(d.Text), term.String(excerpt))
}

// sourceExcerpt shows a line of source and marks a column in it, as erlc does.
func sourceExcerpt(src []byte, p parser.Pos) string {
	lines := bytes.Split(src, []byte{'\n'})
	if p.Line < 1 || int(p.Line) > len(lines) || p.Col < 1 {
		return ""
	}
	line := strings.TrimRight(string(lines[p.Line-1]), "\r")
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
