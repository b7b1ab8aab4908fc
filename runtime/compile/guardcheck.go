package compile

import "ersh/parser"

// guardOps are the operators allowed in guards.
var guardOps = map[string]bool{
	"+": true, "-": true, "*": true, "/": true, "div": true, "rem": true, "band": true, "bor": true, "bxor": true,
	"bsl": true, "bsr": true, "bnot": true, "not": true, "and": true, "or": true, "xor": true, "andalso": true,
	"orelse": true, "==": true, "/=": true, "=:=": true, "=/=": true, "<": true, ">": true, "=<": true, ">=": true,
}

// isGuard reports whether an expression is allowed as a guard test.
func (m *mod) isGuard(e parser.Expr) bool { return erlangCalls(m.erlangCall).isGuard(e) }

// erlangCalls gives the name of the function of module erlang that a call is
// of.
type erlangCalls func(e *parser.Call) (name string, ok bool)

func (m erlangCalls) isGuard(e parser.Expr) bool {
	all := func(es ...parser.Expr) bool {
		for _, x := range es {
			if x != nil && !m.isGuard(x) {
				return false
			}
		}
		return true
	}
	switch e := e.(type) {
	case *parser.Atom, *parser.Var, *parser.Integer, *parser.Float, *parser.Char, *parser.String, *parser.Nil, *parser.RecordIndex:
		return true
	case *parser.Cons:
		var t parser.Expr = e
		for {
			c, ok := t.(*parser.Cons)
			if !ok {
				return m.isGuard(t)
			}
			if !m.isGuard(c.Head) {
				return false
			}
			t = c.Tail
		}
	case *parser.Tuple:
		return all(e.Elems...)
	case *parser.Map:
		for _, p := range e.Pairs {
			if !all(p.Key, p.Value) {
				return false
			}
		}
		return e.Base == nil || m.isGuard(e.Base)
	case *parser.Record:
		for _, f := range e.Fields {
			if !m.isGuard(f.Value) {
				return false
			}
		}
		return e.Base == nil
	case *parser.RecordAccess:
		return m.isGuard(e.Base)
	case *parser.Bin:
		for _, el := range e.Elems {
			if !m.isGuard(el.Value) || el.Size != nil && !m.isGuard(el.Size) {
				return false
			}
		}
		return true
	case *parser.BinOp:
		return guardOps[e.Op] && all(e.Left, e.Right)
	case *parser.UnOp:
		return guardOps[e.Op] && m.isGuard(e.Arg)
	case *parser.Call:
		name, ok := m(e)
		if !ok || !guardBIFs[fa{name, len(e.Args)}] && !(guardOps[name] && len(e.Args) <= 2) {
			return false
		}
		return all(e.Args...)
	}
	return false
}
