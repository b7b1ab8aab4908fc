package compile

import (
	"ersh/parser"
	"ersh/runtime/term"
)

// assignments puts strict generators in the place of assignments in
// comprehensions: P = E is P <:- [E].
func assignments(forms []parser.Form) {
	for _, f := range forms {
		parser.Walk(f, func(n parser.Node) bool {
			c, ok := n.(*parser.Comp)
			if !ok || !c.Assign {
				return true
			}
			for i, q := range c.Qualifiers {
				if m, ok := q.(*parser.Match); ok {
					list := &parser.Cons{Anno: m.Anno, Head: m.Value, Tail: &parser.Nil{Anno: m.Anno}}
					c.Qualifiers[i] = &parser.Generator{Anno: m.Anno, Kind: parser.ListKind, Strict: true, Pattern: m.Pattern, Source: list}
				}
			}
			return true
		})
	}
}

// HasAssignments reports whether forms that were read have comprehensions with assignments.
func HasAssignments(forms []parser.Form) bool {
	found := false
	for _, f := range forms {
		parser.Walk(f, func(n parser.Node) bool {
			c, ok := n.(*parser.Comp)
			found = found || ok && c.Assign
			return !found
		})
	}
	return found
}

// AllowAssignments makes assignments of the matches among the qualifiers of
// all comprehensions, as forms have them of which the option features says so.
func AllowAssignments(forms []parser.Form, options []term.Term) {
	for _, o := range options {
		pair, ok := o.(*term.Tuple)
		if !ok || pair.Len() != 2 || pair.Elems[0] != term.Term(term.A("features")) {
			continue
		}
		list, _ := term.Slice(pair.Elems[1])
		for _, f := range list {
			if f != term.Term(term.A("compr_assign")) {
				continue
			}
			for _, form := range forms {
				parser.Walk(form, func(n parser.Node) bool {
					if c, ok := n.(*parser.Comp); ok {
						c.Assign = true
					}
					return true
				})
			}
		}
	}
}
