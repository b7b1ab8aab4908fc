package compile

import (
	"ersh/parser"
	"ersh/runtime/term"
)

type shellMode struct{}

func (s *shellMode) noteFun(g *fn, e *parser.Fun)                {}
func (f *fn) shellCall(name string, args []opnd, tail bool) opnd { return cnst(term.Undefined) }
func (f *fn) shellFunRef(e *parser.FunRef) opnd                  { return cnst(term.Undefined) }
func (f *fn) unbound(e *parser.Var) opnd {
	f.m.errorf(e.Anno, "variable '%s' is unbound", e.Name)
	return cnst(term.Undefined)
}
