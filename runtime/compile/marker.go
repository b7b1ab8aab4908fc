package compile

import (
	"slices"

	"ersh/parser"
	"ersh/runtime/beam"
)

// A receive whose clauses all want a reference that the same function has made
// needs not look at the messages that were there before it: the reference's
// making leaves a mark in the mailbox, and the receive starts from there.

// makesRef reports whether an expression is a call that makes a reference.
func (f *fn) makesRef(e parser.Expr) bool {
	c, ok := e.(*parser.Call)
	if !ok {
		return false
	}
	name := ""
	switch fun := c.Fun.(type) {
	case *parser.Atom:
		if f.m.isAutoBIF(fun.Name, len(c.Args)) {
			name = fun.Name
		}
	case *parser.Remote:
		m, ok1 := fun.Module.(*parser.Atom)
		n, ok2 := fun.Name.(*parser.Atom)
		if ok1 && ok2 && m.Name == "erlang" {
			name = n.Name
		}
	}
	switch name {
	case "make_ref":
		return len(c.Args) == 0
	case "monitor":
		return len(c.Args) == 2 || len(c.Args) == 3
	case "spawn_request":
		return len(c.Args) >= 1 && len(c.Args) <= 5
	}
	return false
}

// wantedByAll is the variables that stand in every clause's pattern.
func wantedByAll(e *parser.Receive) []string {
	var names []string
	for i, c := range e.Clauses {
		var here []string
		walk(c.Patterns[0], func(x parser.Expr) bool {
			if v, ok := x.(*parser.Var); ok && v.Name != "_" {
				here = append(here, v.Name)
			}
			return true
		})
		if i == 0 {
			names = here
		} else {
			names = slices.DeleteFunc(names, func(name string) bool { return !slices.Contains(here, name) })
		}
	}
	return names
}

// findWanted collects the variables by which receives of a function choose.
func (f *fn) findWanted(cs []*parser.Clause) {
	for _, c := range cs {
		for _, x := range c.Body {
			walk(x, func(x parser.Expr) bool {
				if r, ok := x.(*parser.Receive); ok {
					for _, name := range wantedByAll(r) {
						if f.wanted == nil {
							f.wanted = map[string]bool{}
						}
						f.wanted[name] = true
					}
				}
				return true
			})
		}
	}
}

// markedRef finds the reference at whose mark a receive may start.
func (f *fn) markedRef(e *parser.Receive) (ref opnd, ok bool) {
	if len(f.marked) == 0 {
		return opnd{}, false
	}
	for _, name := range wantedByAll(e) {
		for i := len(f.env) - 1; i >= 0; i-- {
			if b := f.env[i]; b.name == name {
				if b.val.kind == oUse && slices.Contains(f.marked, b.val.n) {
					return b.val, true
				}
				break
			}
		}
	}
	return opnd{}, false
}

// callMarked is the call that makes a reference, between the instructions
// that set a mark.
func (f *fn) callMarked(call func() opnd) opnd {
	marker := f.newReg()
	f.op(beam.OpRecvMarkerReserve, def(marker))
	ref := call()
	f.op(beam.OpRecvMarkerBind, use(marker), ref)
	f.marked = append(f.marked, ref.n)
	return ref
}
