// Package compile turns a syntax tree into a BEAM module: checked, expanded,
// and compiled to the generic instructions that OTP 25 to 29 load.
//
//	diagnostic.go            what is wrong with a module, as erlc prints it
//	abstract.go              syntax tree <-> abstract format
//	module.go, ir.go         the module and the intermediate code of a function
//	expr.go, control.go,     lowering: tree -> intermediate code
//	match.go, guard.go, ...
//	liveness.go, frame.go,   intermediate code -> BEAM code
//	color.go, emit.go
//	shell.go                 a line typed at the shell
package compile

import (
	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
	"slices"
)

// Options says how a module is compiled.
type Options struct {
	// Source is the name of the source file as stack traces show it.
	Source string
	// Options are compile options in Erlang's terms, as they stand in
	// module_info(compile), in addition to those of -compile attributes.
	Options []term.Term
	// CompileInfo is what module_info(compile) gives; nil: nothing.
	CompileInfo []term.Term
	// Callbacks are the required callbacks of behaviours that are no part of OTP.
	Callbacks map[string][]string
	// Evaluate calls a function that has no effects, for warnings of what must fail and of
	// clauses that can't match. It gives its value, the reason for which it fails, or nothing.
	// Nil: nothing is evaluated.
	Evaluate func(k Pure, args []term.Term) (value, reason term.Term)
	// Chunks are further chunks, such as Dbgi.
	Chunks map[string][]byte
}

var (
	aVsn    = term.A("vsn")
	aOnLoad = term.A("on_load")
)

// Forms checks and compiles the forms of a module. The diagnostics are its
// errors, then its warnings; the module is nil if there are errors.
func Forms(forms []parser.Form, o Options) (*beam.Module, []*Diagnostic) {
	if o.Source == "" {
		o.Source = "nofile"
	}
	errs, warnings := LintModule(forms, o)
	if len(errs) > 0 {
		return nil, append(errs, warnings...)
	}
	m, errs := generate(forms, o)
	if m == nil {
		return nil, append(errs, warnings...)
	}
	warnings = append(warnings, Unreachable(forms, o)...)
	sortDiagnostics(warnings)
	return m, warnings
}

// generate makes the code of a module that has passed Lint. What is still
// wrong are limits of the code format.
func generate(forms []parser.Form, o Options) (*beam.Module, []*Diagnostic) {
	m := newMod(o.Source)
	var funcs []*parser.Function
	var attrs []term.Term
	if f := behaviourInfo(forms); f != nil {
		m.callbacks = f
		forms = append(forms[:len(forms):len(forms)], f)
		m.exports[fa{f.Name, f.Arity}] = true
	}
	for _, t := range o.Options {
		m.option(t)
	}
	var onLoad *fa
	for _, form := range forms {
		switch form := form.(type) {
		case *parser.Attribute:
			attrs = append(attrs, m.attribute(form, &onLoad)...)
		case *parser.RecordDef:
			m.records[form.Name] = form
		case *parser.Function:
			funcs = append(funcs, form)
		case *parser.ErrorForm:
			m.errs = append(m.errs, &Diagnostic{File: form.File, Pos: form.Err.Pos, Module: form.Err.Module, Desc: form.Err.Desc, Text: form.Err.Text})
		}
	}
	if len(m.errs) > 0 {
		return nil, m.errs
	}
	for _, x := range funcs {
		info, err := m.newFunc(x.Name, x.Arity)
		if err != nil {
			m.errorf(x.Anno, "illegal atom")
			continue
		}
		k := fa{x.Name, x.Arity}
		info.exported = m.all || m.exports[k]
		m.defined[k] = info
	}
	for k := range endless(funcs, m.isAutoBIF, o) {
		if info := m.defined[k]; info != nil {
			info.endless = true
		}
	}
	for _, form := range forms {
		switch form := form.(type) {
		case *parser.Attribute:
			if form.Name == "file" {
				m.fileAttribute(form)
			}
		case *parser.Function:
			m.function(form)
		}
	}
	if len(m.errs) > 0 {
		return nil, m.errs
	}
	return m.finish(attrs, onLoad, o), nil
}

// function compiles one function of the module with what is lifted out of it.
func (m *mod) function(x *parser.Function) {
	f := m.newFn(nil, x.Anno)
	f.name = fa{x.Name, x.Arity}
	f.info = m.defined[f.name]
	if onLoad := m.onLoad; onLoad != nil && *onLoad == f.name {
		f.onLoad = true
	}
	f.clauses(x.Clauses, false)
	f.seal()
	f.nameLifted(x.Clauses)
	if x == m.callbacks {
		f.refuse("-inlined-"+x.Name+"/1-", x.Arity)
	}
	m.flush()
}

// flush writes the functions that have been lowered: the module's own one
// first, then those lifted out of it.
func (m *mod) flush() {
	if len(m.errs) > 0 {
		m.pending = nil
		return
	}
	own := m.code
	var lifted []beam.Instr
	for i := len(m.pending) - 1; i >= 0; i-- {
		f := m.pending[i]
		m.funcs = append(m.funcs, f.info)
		if f.parent == nil {
			m.code = own
			f.finish()
			own = m.code
		} else {
			m.code = lifted
			f.finish()
			lifted = m.code
		}
	}
	m.code = own
	m.lifted = append(lifted, m.lifted...)
	m.pending = nil
}

// numberFuns numbers the funs as erlc does, in the order in which the code
// makes them, which shows in their names. Funs that nothing makes go: OTP's
// loader does not expect them.
func (m *mod) numberFuns() {
	place := map[int64]int{}
	var rows []beam.Lambda
	for i := range m.code {
		in := &m.code[i]
		if in.Op != beam.OpMakeFun3 {
			continue
		}
		n, ok := place[in.Args[0].N]
		if !ok {
			n = len(rows)
			place[in.Args[0].N] = n
			row := m.lambdas[in.Args[0].N]
			row.Index = n
			rows = append(rows, row)
		}
		in.Args[0] = u(n)
	}
	m.lambdas = rows
}

// finish puts the module together.
func (m *mod) finish(attrs []term.Term, onLoad *fa, o Options) *beam.Module {
	m.moduleInfo(0)
	m.moduleInfo(1)
	m.code = append(m.code, m.lifted...)
	for _, f := range m.refusals {
		m.funcs = append(m.funcs, f.info)
		f.finish()
	}
	m.code = append(m.code, beam.Instr{Op: beam.OpIntCodeEnd})
	m.numberFuns()
	b := &beam.Module{
		Name: m.name, Literals: m.literals, Strings: m.strings, Code: m.code, NumLabels: m.labels,
		Imports: m.extTable, Lambdas: m.lambdas, Lines: m.lines, Files: m.files,
		CompileInfo: term.List(o.CompileInfo...), Chunks: o.Chunks,
	}
	for _, f := range m.funcs {
		row := beam.Function{Name: f.name, Arity: f.arity, Label: f.label}
		if f.exported {
			b.Exports = append(b.Exports, row)
		} else {
			b.Locals = append(b.Locals, row)
		}
	}
	// As erlc does, from which loaders take the order of what is exported.
	slices.Reverse(b.Exports)
	slices.Reverse(b.Locals)
	b.Attributes = term.List(attrs...)
	if !hasKey(attrs, aVsn) {
		// The checksum does not cover the attributes.
		if _, err := beam.Write(b); err == nil {
			v := term.MakeBig(bigFromBytes(b.MD5[:]))
			b.Attributes = term.List(append([]term.Term{term.T(aVsn, term.List(v))}, attrs...)...)
		}
	}
	return b
}

func hasKey(props []term.Term, key term.Atom) bool {
	for _, p := range props {
		if t, ok := p.(*term.Tuple); ok && t.Len() == 2 && t.Elems[0] == term.Term(key) {
			return true
		}
	}
	return false
}

// moduleInfoFunc gives module_info/0 or /1, which the module's functions may call.
func (m *mod) moduleInfoFunc(arity int) *funcInfo {
	k := fa{"module_info", arity}
	if m.defined[k] == nil {
		m.defined[k] = &funcInfo{name: term.A(k.name), arity: arity, failLabel: m.newLabel(), label: m.newLabel(), exported: true}
	}
	return m.defined[k]
}

// target gives the function of the module that a local call means, nil if there
// is none.
func (m *mod) target(k fa) *funcInfo {
	if m.shell == nil && k.name == "module_info" && k.arity < 2 {
		return m.moduleInfoFunc(k.arity)
	}
	return m.defined[k]
}

// moduleInfo makes module_info/0 or /1.
func (m *mod) moduleInfo(arity int) {
	f := m.moduleInfoFunc(arity)
	m.funcs = append(m.funcs, f)
	put := func(op beam.Op, args ...beam.Arg) { m.code = append(m.code, beam.Instr{Op: op, Args: args}) }
	put(beam.OpLabel, u(f.failLabel))
	put(beam.OpLine, u(0))
	put(beam.OpFuncInfo, atom(m.name), atom(f.name), u(arity))
	put(beam.OpLabel, u(f.label))
	if arity == 1 {
		put(beam.OpMove, xr(0), xr(1))
	}
	put(beam.OpMove, atom(m.name), xr(0))
	put(beam.OpCallExtOnly, u(arity+1), u(m.importIndex("erlang", "get_module_info", arity+1)))
}
