package bif

import (
	"ersh/parser"
	"ersh/runtime/compile"
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

var (
	aExprs = term.A("exprs")
	aGuard = term.A("guard")
)

// printFormat reads {Width, Indent, Column, Encoding, QuoteAtomTypes}.
func printFormat(t term.Term) (f parser.PrintFormat, col int, ok bool) {
	tuple, isTuple := t.(*term.Tuple)
	if !isTuple || tuple.Len() != 5 {
		return f, 0, false
	}
	var n [3]int
	for i := range n {
		v, isInt := tuple.Elems[i].(term.Int)
		if !isInt || v.Value() < 0 || v.Value() > 1<<20 {
			return f, 0, false
		}
		n[i] = int(v.Value())
	}
	f = parser.PrintFormat{Width: n[0], Indent: n[1],
		Unicode: tuple.Elems[3] == term.Term(aUnicode), Latin1: tuple.Elems[3] == term.Term(aLatin1),
		QuoteAtomTypes: tuple.Elems[4] == term.True}
	return f, n[2], true
}

// erlPP is the natives of the module erl_pp: text(form, Form, Format),
// text(exprs, Exprs, Format), text(guard, Guard, Format) and text(Precedence, Expr, Format).
var erlPP = []vm.BIF{
	{Module: "erl_pp", Name: "text", Arity: 3, Fn: func(_ *vm.Process, args []term.Term) (term.Term, error) {
		format, col, ok := printFormat(args[2])
		if !ok {
			return nil, vm.Badarg
		}
		if prec, isInt := args[0].(term.Int); isInt {
			e, err := compile.SourceExprOf(args[1])
			if err != nil {
				return nil, vm.Badarg
			}
			return term.String(format.Expr(e, int(prec.Value()), col)), nil
		}
		if args[0] == term.Term(aGuard) {
			guard, err := compile.SourceGuardOf(args[1])
			if err != nil {
				return nil, vm.Badarg
			}
			return term.String(format.Guard(guard)), nil
		}
		if args[0] == term.Term(aExprs) {
			es, err := compile.SourceExprsOf(args[1])
			if err != nil {
				return nil, vm.Badarg
			}
			return term.String(format.Exprs(es, col)), nil
		}
		f, err := compile.SourceFormOf(args[1])
		if err != nil {
			return nil, vm.Badarg
		}
		return term.String(format.Form(f)), nil
	}},
}
