package parser

import "fmt"

// FormatExpr prints an expression as erl_pp:expr/1 does.
func FormatExpr(e Expr) string {
	switch x := e.(type) {
	case *Atom:
		return QuoteAtom(x.Name)
	case *String:
		return QuoteString(x.Value)
	}
	return fmt.Sprint(termDesc(e))
}
