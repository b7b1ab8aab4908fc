package runtime

import (
	"io/fs"
	"slices"
	"strings"

	"ersh/runtime/bif"
	"ersh/runtime/term"
)

// Expand completes the name before the cursor: a module's, or after "module:"
// one of its functions.
func (n *Node) Expand(before string) bif.Expansion {
	start := strings.LastIndexFunc(before, func(r rune) bool {
		return !(r == '_' || r == '@' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) + 1
	name := before[start:]
	var names []string
	if head, ok := strings.CutSuffix(before[:start], ":"); ok {
		names = n.exports(head[strings.LastIndexFunc(head, func(r rune) bool {
			return !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
		})+1:])
	} else if name != "" && name[0] >= 'a' && name[0] <= 'z' {
		names = n.modules()
	}
	x := bif.Expansion{Insert: name}
	for _, c := range names {
		if rest, ok := strings.CutPrefix(c, name); ok && !slices.Contains(x.Matches, rest) {
			x.Matches = append(x.Matches, rest)
		}
	}
	slices.Sort(x.Matches)
	return x
}

// exports are the functions of a module, each with its parenthesis.
func (n *Node) exports(module string) []string {
	name, ok := term.LookupAtom(module)
	if !ok {
		if _, err := fs.Stat(n.cfg.Library, module+".beam"); err != nil {
			return nil
		}
		name = term.A(module)
	}
	list, ok := n.ModuleInfo(name, "exports")
	if !ok {
		return nil
	}
	var names []string
	elems, _ := term.Slice(list)
	for _, e := range elems {
		if pair, ok := e.(*term.Tuple); ok && pair.Len() == 2 {
			if f, ok := pair.Elems[0].(term.Atom); ok {
				names = append(names, f.Name()+"(")
			}
		}
	}
	return names
}

// modules are the names of the library's and of loaded modules.
func (n *Node) modules() []string {
	var names []string
	entries, _ := fs.ReadDir(n.cfg.Library, ".")
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".beam"); ok {
			names = append(names, name+":")
		}
	}
	for _, m := range n.LoadedModules() {
		names = append(names, m.Name()+":")
	}
	return names
}
