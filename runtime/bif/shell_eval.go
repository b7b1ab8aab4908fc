package bif

import (
	"errors"
	"fmt"
	"sync"

	"ersh/parser"
	"ersh/runtime/compile"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// shellEval is the natives of the module shell_eval.
var shellEval = []vm.BIF{
	{Module: "shell_eval", Name: "check_names", Arity: 3, Fn: shellCheck},
	{Module: "shell_eval", Name: "compile", Arity: 4, Fn: shellCompile},
	{Module: "shell_eval", Name: "fun_data", Arity: 1, Fn: shellFunData},
}

// shellArgs reads expressions, names of variables and record definitions.
func shellArgs(args []term.Term) ([]parser.Expr, compile.ShellOptions, bool) {
	var o compile.ShellOptions
	exprs, err := compile.ExprsOf(args[0])
	names, ok := term.Slice(args[1])
	records, ok2 := term.Slice(args[2])
	if err != nil || !ok || !ok2 {
		return nil, o, false
	}
	for _, n := range names {
		name, ok := n.(term.Atom)
		if !ok {
			return nil, o, false
		}
		o.Bound = append(o.Bound, name.Name())
	}
	for _, t := range records {
		r, err := compile.RecordOf(t)
		if err != nil {
			return nil, o, false
		}
		o.Records = append(o.Records, r)
	}
	return exprs, o, true
}

// shellCheck is shell_eval:check_names/3: ok, or {error, {Location, Module, What}}.
func shellCheck(_ *vm.Process, args []term.Term) (term.Term, error) {
	exprs, o, ok := shellArgs(args)
	if !ok {
		return nil, vm.Badarg
	}
	for _, d := range compile.LintShell(exprs, o) {
		if !d.Warning {
			return term.T(term.ErrorAtom, shellDiagnostic(d)), nil
		}
	}
	return term.Ok, nil
}

// shellDiagnostic is {Location, Module, What}. What is erl_lint's descriptor
// with the text for it, which shell_eval:format_error/1 gives.
func shellDiagnostic(d *compile.Diagnostic) term.Term {
	return term.T(locationTerm(d.Pos), aShellEval, term.T(compile.DescTerm(d.Desc), term.String(d.Text)))
}

var (
	aShellEval = term.A("shell_eval")
	aErlEval   = term.A("erl_eval")
)

// shellCompile is shell_eval:compile/4.
func shellCompile(p *vm.Process, args []term.Term) (term.Term, error) {
	exprs, o, ok := shellArgs(args)
	if !ok {
		return nil, vm.Badarg
	}
	o.Plain = args[3] == term.False
	code, err := compile.Shell(exprs, o)
	if err != nil {
		var d *compile.Diagnostic
		switch {
		case errors.As(err, &d) && d.Module == "erl_parse": // it is only of limits that the compiler complains so
			return nil, vm.SystemLimit
		case d != nil:
			return nil, vm.NewError(term.T(locationTerm(d.Pos), term.A(d.Module), compile.DescTerm(d.Desc)))
		}
		return nil, vm.Badarg
	}
	entry, err := p.VM().LoadAnonymous(code.Module, term.A(code.Entry), code.Arity, func(i int, l *term.Lambda) {
		if i < len(code.Funs) && code.Funs[i].Fun != nil {
			dressFun(l, code.Funs[i])
		}
	})
	if err != nil {
		return nil, err
	}
	return term.T(entry, stringAtoms(code.Args)), nil
}

func stringAtoms(names []string) term.Term {
	elems := make([]term.Term, len(names))
	for i, n := range names {
		a, err := term.NewAtom(n)
		if err != nil {
			a = term.Undefined
		}
		elems[i] = a
	}
	return term.List(elems...)
}

// evalUniq is what erl's own erl_eval says of itself, and evalOldUniq the hash
// in its fun table: a fun typed here prints as one typed there does, and what
// is sent of it to a real node is a fun that the node's erl_eval can run.
var evalUniq = [16]byte{248, 37, 47, 246, 123, 244, 211, 6, 126, 138, 154, 65, 205, 61, 207, 38}

const evalOldUniq = 130099583

// shellFun is what a fun typed in the shell keeps of its source.
type shellFun struct {
	name   string
	anno   parser.Anno
	free   []string
	consts []compile.ShellConst

	// clauses gives the source as terms, made when they are asked for: of funs
	// within funs they are large.
	clauses func() term.Term
}

// dressFun makes a fun of the shell look as erl_eval's: there is one such for
// each arity, with and without a name.
func dressFun(l *term.Lambda, f compile.ShellFun) {
	s := &shellFun{name: f.Fun.Name, anno: f.Fun.Anno, free: f.Free, consts: f.Consts}
	s.clauses = sync.OnceValue(func() term.Term {
		tuple := compile.Abstract(f.Fun).(*term.Tuple)
		if s.name != "" {
			return tuple.Elems[3]
		}
		return tuple.Elems[2].(*term.Tuple).Elems[1]
	})
	index := 43 - l.Arity
	name := fmt.Sprintf("-expr/6-fun-%d-", 7+l.Arity)
	if s.name != "" {
		index = 20 - l.Arity
		name = fmt.Sprintf("-expr/6-RF/%d-%d-", l.Arity, 4+l.Arity)
	}
	l.Interpreted = s
	if index >= 0 {
		l.Module, l.Name = aErlEval, term.A(name)
		l.Index, l.OldIndex = uint32(index), uint32(index)
		l.OldUniq, l.Uniq = evalOldUniq, evalUniq
	}
}

// bindings are the variables that the fun keeps, with their values.
func (s *shellFun) bindings(f *term.Fun) term.Term {
	var pairs []term.Term
	for i, name := range s.free {
		a, err := term.NewAtom(name)
		if err != nil || name == compile.HandlerName || i >= len(f.Env) {
			continue
		}
		pairs = append(pairs, term.T(a, f.Env[i]))
	}
	for _, c := range s.consts {
		if a, err := term.NewAtom(c.Name); err == nil {
			pairs = append(pairs, term.T(a, c.Value))
		}
	}
	return term.List(pairs...)
}

// External is the fun as erl_eval keeps it, for other nodes.
func (s *shellFun) External(f *term.Fun) *term.Fun {
	l := *f.Lambda
	l.Interpreted, l.NumFree = nil, 1
	return &term.Fun{Lambda: &l, Env: []term.Term{s.env(f)}, Creator: f.Creator}
}

// env is the one free value of erl_eval's funs.
func (s *shellFun) env(f *term.Fun) term.Term {
	anno := locationTerm(s.anno.Pos)
	bindings := term.EmptyMap
	pairs, _ := term.Slice(s.bindings(f))
	for _, p := range pairs {
		pair := p.(*term.Tuple)
		bindings = bindings.Put(pair.Elems[0], pair.Elems[1])
	}
	if s.name != "" {
		return term.T(anno, bindings, aNone, aNone, term.EmptyMap, s.clauses(), term.A(s.name))
	}
	return term.T(anno, bindings, aNone, aNone, term.EmptyMap, s.clauses())
}

// shellFunData is shell_eval:fun_data/1.
func shellFunData(_ *vm.Process, args []term.Term) (term.Term, error) {
	f, ok := args[0].(*term.Fun)
	if !ok {
		return term.False, nil
	}
	s, ok := f.Interpreted.(*shellFun)
	if !ok {
		return term.False, nil
	}
	if s.name != "" {
		return term.T(term.A("named_fun_data"), s.bindings(f), term.A(s.name), s.clauses()), nil
	}
	return term.T(term.A("fun_data"), s.bindings(f), s.clauses()), nil
}
