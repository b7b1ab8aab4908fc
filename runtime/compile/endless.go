package compile

import "ersh/parser"

// Functions that never return: they raise, whatever happens, or call one that
// does. Nothing that follows a call of one is reached, so it is made a call in
// tail position, as erlc's type analysis does: the caller does not show in the
// stack trace then.

// endless finds the functions that never return. All are taken for such until
// a way through one is found.
func endless(funcs []*parser.Function, isBIF func(name string, arity int) bool, o Options) map[fa]bool {
	e := &ways{never: map[fa]bool{}, isBIF: isBIF, u: &unreachable{l: newLinter(), apply: o.Evaluate}}
	for _, f := range funcs {
		e.never[fa{f.Name, f.Arity}] = true
	}
	for changed := true; changed; {
		changed = false
		for _, f := range funcs {
			k := fa{f.Name, f.Arity}
			if e.never[k] && e.anyClause(f.Clauses) {
				delete(e.never, k)
				changed = true
			}
		}
	}
	return e.never
}

// ways tells whether there is a way through an expression.
type ways struct {
	never map[fa]bool
	isBIF func(name string, arity int) bool
	u     *unreachable
}

func (w *ways) anyClause(cs []*parser.Clause) bool {
	for _, c := range cs {
		if w.all(c.Body...) {
			return true
		}
	}
	return false
}

func (w *ways) all(es ...parser.Expr) bool {
	for _, e := range es {
		if e != nil && !w.through(e) {
			return false
		}
	}
	return true
}

func (w *ways) through(e parser.Expr) bool {
	switch e := e.(type) {
	case *parser.Cons:
		for {
			if !w.through(e.Head) {
				return false
			}
			next, ok := e.Tail.(*parser.Cons)
			if !ok {
				return w.through(e.Tail)
			}
			e = next
		}
	case *parser.Tuple:
		return w.all(e.Elems...)
	case *parser.Map:
		for _, p := range e.Pairs {
			if !w.all(p.Key, p.Value) {
				return false
			}
		}
		return w.all(e.Base)
	case *parser.Record:
		for _, f := range e.Fields {
			if !w.through(f.Value) {
				return false
			}
		}
		return w.all(e.Base)
	case *parser.RecordAccess:
		return w.through(e.Base)
	case *parser.Bin:
		for _, el := range e.Elems {
			if !w.all(el.Value, el.Size) {
				return false
			}
		}
	case *parser.BinOp:
		if e.Op == "andalso" || e.Op == "orelse" {
			return w.through(e.Left)
		}
		return w.all(e.Left, e.Right) && !w.fails(fa{e.Op, 2}, e.Left, e.Right)
	case *parser.UnOp:
		return w.through(e.Arg) && !w.fails(fa{e.Op, 1}, e.Arg)
	case *parser.Match:
		return w.through(e.Value) && !clash(e.Pattern, e.Value)
	case *parser.MaybeMatch:
		return w.through(e.Value)
	case *parser.Call:
		return w.call(e)
	case *parser.Block:
		return w.all(e.Body...)
	case *parser.If:
		return w.anyClause(e.Clauses)
	case *parser.Case:
		if !w.through(e.Value) {
			return false
		}
		for _, c := range e.Clauses {
			if !clash(c.Patterns[0], e.Value) && w.all(c.Body...) {
				return true
			}
		}
		return false
	case *parser.Receive:
		return w.anyClause(e.Clauses) || e.After != nil && w.through(e.After) && w.all(e.AfterBody...)
	case *parser.Try:
		done := w.all(e.Body...) && (len(e.Of) == 0 || w.anyClause(e.Of))
		return (done || w.anyClause(e.Catches)) && w.all(e.After...)
	}
	return true
}

func (w *ways) call(e *parser.Call) bool {
	if !w.all(e.Args...) {
		return false
	}
	k := fa{"", len(e.Args)}
	switch f := e.Fun.(type) {
	case *parser.Atom:
		k.name = f.Name
		if w.never[k] {
			return false
		}
		if !w.isBIF(k.name, k.arity) {
			return true
		}
	case *parser.Remote:
		m, ok1 := f.Module.(*parser.Atom)
		n, ok2 := f.Name.(*parser.Atom)
		if !ok1 || !ok2 || m.Name != "erlang" {
			return w.all(f.Module, f.Name)
		}
		k.name = n.Name
	default:
		return w.through(e.Fun)
	}
	return !neverReturns(k) && !w.fails(k, e.Args...)
}

// fails reports whether an operation on constants is certain to fail.
func (w *ways) fails(k fa, args ...parser.Expr) bool {
	_, reason := w.u.evaluate(Pure{"erlang", k.name, k.arity}, w.u.knownAll(args))
	return reason != nil
}

// neverReturns reports whether a function of module erlang never returns.
func neverReturns(k fa) bool {
	switch k.name {
	case "error":
		return k.arity == 1 || k.arity == 2
	case "exit", "throw":
		return k.arity == 1
	}
	return false
}
