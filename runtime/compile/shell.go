package compile

import (
	"errors"

	"ersh/parser"
	"ersh/runtime/beam"
	"ersh/runtime/term"
)

// ShellOptions says what a line typed at the shell can see.
type ShellOptions struct {
	// Bound are the names of the variables that have values.
	Bound []string
	// Records are the records that the shell knows.
	Records []*parser.RecordDef
	// Plain: it is evaluated outside a shell, which would show in stack traces.
	Plain bool
}

// ShellCode is a compiled line. Its entry function takes the handler of local
// functions, a fun/2 of a name and a list of arguments, the bindings, then the
// values of Args. It ends with a call of erl_eval:value/4 with the line's
// value, the bindings, the names News and their values: so no frame stands
// between the line's own and those of whoever evaluates it.
type ShellCode struct {
	Module *beam.Module
	Entry  string
	Arity  int
	Args   []string // the bound variables that it takes
	News   []string // the variables that it binds
	// Funs tells of each row of the module's fun table what erl_eval would
	// keep of the fun.
	Funs []ShellFun
}

// ShellFun is what a fun typed at the shell shows of itself: its source and
// the variables that it keeps, in the order of its free values. The handler
// of local functions, when the fun needs it, is one of them under the name
// HandlerName.
type ShellFun struct {
	Fun    *parser.Fun
	Free   []string
	Consts []ShellConst // the variables that it uses and need not keep
}

// ShellConst is a variable with its value.
type ShellConst struct {
	Name  string
	Value term.Term
}

// HandlerName is the name under which the handler of local functions stands
// among a fun's free values; no variable can have it.
const HandlerName = " local"

// Names of functions in code of the shell, as they stand in stack traces of
// erl.
const (
	shellEntry  = "expr"
	shellInside = "-inside-an-interpreted-fun-"
)

type shellMode struct {
	bound map[string]bool
	plain bool
	funs  []ShellFun
	// expanded: the expression at hand has records in it; what replaces them names
	// the modules of the BIFs that it calls, too.
	expanded bool
	// frames are those of the module's lines.
	frames [][]beam.Frame
}

func (s *shellMode) noteFun(g *fn, e *parser.Fun) {
	for len(s.funs) <= g.lambda {
		s.funs = append(s.funs, ShellFun{})
	}
	free := make([]string, len(g.captures))
	for i, c := range g.captures {
		free[i] = c.name
	}
	s.funs[g.lambda] = ShellFun{Fun: e, Free: free, Consts: g.known}
}

// Shell compiles a line typed at the shell. An error about the line is a
// *Diagnostic.
func Shell(exprs []parser.Expr, o ShellOptions) (*ShellCode, error) {
	if len(exprs) == 0 {
		return nil, errors.New("compile: nothing to evaluate")
	}
	m := newMod("erl_eval.erl")
	m.name = term.A("erl_eval")
	m.shell = &shellMode{bound: make(map[string]bool, len(o.Bound)), plain: o.Plain}
	for _, n := range o.Bound {
		m.shell.bound[n] = true
	}
	for _, r := range o.Records {
		m.records[r.Name] = r
	}
	f := m.newFn(nil, exprs[0].Position())
	f.name = fa{shellEntry, 6}
	f.info = &funcInfo{name: term.A(shellEntry), failLabel: m.newLabel(), label: m.newLabel(), exported: true}
	handler := f.newReg()
	bindings := f.newReg()
	f.args = []reg{handler, bindings}
	f.bind(HandlerName, use(handler))
	mark := len(f.env)
	f.part = true
	v := f.shellBody(exprs)
	code := &ShellCode{Entry: shellEntry}
	var names []term.Term
	var values []opnd
	for i, b := range f.env[mark:] {
		if lastOf(f.env[mark:], b.name) == i {
			code.News = append(code.News, b.name)
			values = append(values, b.val)
			names = append(names, term.A(b.name))
		}
	}
	f.showing(noRoute, func() {
		f.callExt("erl_eval", "value", []opnd{v, use(bindings), cnst(term.List(names...)),
			f.list(values, cnst(term.EmptyList))}, true)
	})
	f.seal()
	for _, c := range f.captures {
		code.Args = append(code.Args, c.name)
	}
	m.flush()
	if len(m.errs) > 0 {
		return nil, m.errs[0]
	}
	code.Arity = len(f.args)
	code.Funs = m.shell.funs
	for len(code.Funs) < len(m.lambdas) {
		code.Funs = append(code.Funs, ShellFun{})
	}
	m.code = append(append(m.code, m.lifted...), beam.Instr{Op: beam.OpIntCodeEnd})
	code.Module = &beam.Module{
		Name: m.name, Literals: m.literals, Strings: m.strings, Code: m.code, NumLabels: m.labels,
		Imports: m.extTable, Lambdas: m.lambdas, Lines: m.lines, Files: m.files, Frames: m.shell.frames,
		Attributes: term.EmptyList, CompileInfo: term.EmptyList,
		Exports: []beam.Function{{Name: f.info.name, Arity: len(f.args), Label: f.info.label}},
	}
	for _, g := range m.funcs[1:] {
		code.Module.Locals = append(code.Module.Locals, beam.Function{Name: g.name, Arity: g.arity, Label: g.label})
	}
	return code, nil
}

// shellBody lowers the expressions of a line.
func (f *fn) shellBody(es []parser.Expr) (v opnd) {
	lower := func(e parser.Expr, value bool) {
		f.m.shell.expanded = hasRecord(e)
		if value {
			v = f.expr(e)
			return
		}
		f.going(inSequence, false, func() { f.effect(e) })
	}
	for i, e := range es {
		lower(e, i == len(es)-1)
	}
	return v
}

// hasRecord reports whether there is a record, or a test of one, in an
// expression.
func hasRecord(e parser.Expr) (found bool) {
	walk(e, func(x parser.Expr) bool {
		switch x := x.(type) {
		case *parser.Record, *parser.RecordAccess, *parser.RecordIndex:
			found = true
		case *parser.Call:
			switch fun := x.Fun.(type) {
			case *parser.Atom:
				found = found || fun.Name == "is_record"
			case *parser.Remote:
				m, ok1 := fun.Module.(*parser.Atom)
				n, ok2 := fun.Name.(*parser.Atom)
				found = found || ok1 && ok2 && m.Name == "erlang" && n.Name == "is_record"
			}
		}
		return !found
	})
	return found
}

// LintShell gives the errors of a line typed at the shell, in erl_lint's
// words.
func LintShell(exprs []parser.Expr, o ShellOptions) []*Diagnostic {
	errs, _ := LintExprs(exprs, o.Bound, o.Records)
	return errs
}

// shellCall calls a function without a module's name: the handler knows what
// it is.
func (f *fn) shellCall(name string, args []opnd, tail bool) opnd {
	h, _ := f.lookup(HandlerName)
	var v opnd
	f.showing(f.localFrames(), func() {
		v = f.emitCall(&callInfo{op: beam.OpCallFun, arity: 2}, []opnd{cnst(term.A(name)), f.list(args, cnst(term.EmptyList)), h}, tail)
	})
	return v
}

// shellFunRef is fun Name/Arity of a function that only the handler knows: a
// fun that calls it.
func (f *fn) shellFunRef(e *parser.FunRef) opnd {
	c := &parser.Clause{Anno: e.Anno}
	call := &parser.Call{Anno: e.Anno, Fun: &parser.Atom{Anno: e.Anno, Name: e.Name}}
	for i := range e.Arity {
		v := &parser.Var{Anno: e.Anno, Name: argName(i)}
		c.Patterns, call.Args = append(c.Patterns, v), append(call.Args, v)
	}
	c.Body = []parser.Expr{call}
	return f.fun(&parser.Fun{Anno: e.Anno, Clauses: []*parser.Clause{c}})
}

func argName(i int) string { return " arg" + string(rune('A'+i)) }

// unbound is a variable without a value: an error, except that the shell's
// own are arguments of the line.
func (f *fn) unbound(e *parser.Var) opnd {
	f.m.errs = append(f.m.errs, &Diagnostic{File: f.m.file, Pos: e.Pos, Module: "erl_lint",
		Desc: desc("unbound_var", e.Name), Text: "variable " + quoteVar(e.Name) + " is unbound"})
	return cnst(term.Undefined)
}

func quoteVar(name string) string { return "'" + name + "'" }
