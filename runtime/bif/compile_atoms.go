package bif

import (
	"ersh/parser"
	"ersh/runtime/term"
)

// meetAtoms makes the atoms of a source in the order in which they stand
// there, as erl does when it scans it: the order of the keys in small maps is that of age.
func meetAtoms(forms []parser.Form) {
	meet := func(name string) {
		// Where the table is full, whoever needs the atom will say so.
		_, _ = term.NewAtom(name)
	}
	visit := func(n parser.Node) bool {
		switch n := n.(type) {
		case *parser.Atom:
			meet(n.Name)
		case *parser.Record:
			meet(n.Name)
		case *parser.RecordIndex:
			meet(n.Name)
		case *parser.RecordAccess:
			meet(n.Name)
		case *parser.FunRef:
			meet(n.Name)
		}
		return true
	}
	for _, form := range forms {
		switch form := form.(type) {
		case *parser.Attribute:
			meet(form.Name)
			for _, e := range form.Args {
				parser.Walk(e, visit)
			}
		case *parser.RecordDef:
			meet(form.Name)
			for _, f := range form.Fields {
				meet(f.Name.Name)
				if f.Default != nil {
					parser.Walk(f.Default, visit)
				}
			}
		case *parser.Function:
			meet(form.Name)
			parser.Walk(form, visit)
		}
	}
}
