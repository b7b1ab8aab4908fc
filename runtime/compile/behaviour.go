package compile

import (
	"math/big"

	"ersh/parser"
)

// behaviourInfo makes the function behaviour_info/1 of a module that defines
// callbacks; nil if it defines none, or has the function itself.
func behaviourInfo(forms []parser.Form) *parser.Function {
	var callbacks, optional []fa
	at := parser.At(0, 0)
	for _, form := range forms {
		switch form := form.(type) {
		case *parser.Spec:
			if form.Kind == "callback" {
				callbacks = append(callbacks, fa{form.Name, form.Arity})
			}
		case *parser.Attribute:
			if form.Name == "optional_callbacks" && len(form.Args) == 1 {
				optional = append(optional, faList(form.Args[0])...)
			}
		case *parser.Function:
			if form.Name == "behaviour_info" && form.Arity == 1 {
				return nil
			}
		}
	}
	if callbacks == nil {
		return nil
	}
	list := func(fs []fa) parser.Expr {
		var e parser.Expr = &parser.Nil{Anno: at}
		for i := len(fs) - 1; i >= 0; i-- {
			pair := &parser.Tuple{Anno: at, Elems: []parser.Expr{
				&parser.Atom{Anno: at, Name: fs[i].name}, &parser.Integer{Anno: at, Value: big.NewInt(int64(fs[i].arity))}}}
			e = &parser.Cons{Anno: at, Head: pair, Tail: e}
		}
		return e
	}
	clause := func(name string, fs []fa) *parser.Clause {
		return &parser.Clause{Anno: at, Patterns: []parser.Expr{&parser.Atom{Anno: at, Name: name}}, Body: []parser.Expr{list(fs)}}
	}
	return &parser.Function{Anno: at, Name: "behaviour_info", Arity: 1,
		Clauses: []*parser.Clause{clause("callbacks", callbacks), clause("optional_callbacks", optional)}}
}
