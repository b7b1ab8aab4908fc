package bif

import (
	"ersh/runtime/term"
	"ersh/runtime/vm"
)

// erlangNode holds the functions of module erlang about this node and others.
var erlangNode = processRows(map[string]vm.Func{
	"node/0":         func(p *vm.Process, _ []term.Term) (term.Term, error) { return p.VM().Node(), nil },
	"node/1":         nodeOf,
	"nodes/0":        nodes,
	"nodes/1":        nodesOf,
	"is_alive/0":     isAlive,
	"monitor_node/2": monitorNode,
	"monitor_node/3": monitorNode,
})

func nodeOf(p *vm.Process, args []term.Term) (term.Term, error) {
	var node term.Atom
	switch t := args[0].(type) {
	case *term.Pid:
		node = t.Node
	case *term.Port:
		node = t.Node
	case *term.Ref:
		node = t.Node
	default:
		return nil, vm.Badarg
	}
	node, _ = p.VM().NodeOf(node, 0)
	return node, nil
}

func isAlive(p *vm.Process, _ []term.Term) (term.Term, error) {
	return term.Bool(p.VM().Distribution() != nil), nil
}

func nodes(p *vm.Process, _ []term.Term) (term.Term, error) {
	visible, _ := p.VM().Nodes()
	return nodeList(visible), nil
}

func nodeList(list []term.Atom) term.Term {
	out := make([]term.Term, len(list))
	for i, n := range list {
		out[i] = n
	}
	return term.List(out...)
}

var (
	aVisible   = term.A("visible")
	aHidden    = term.A("hidden")
	aConnected = term.A("connected")
	aThis      = term.A("this")
	aKnown     = term.A("known")
)

// nodes/1 with one kind or a list of them.
func nodesOf(p *vm.Process, args []term.Term) (term.Term, error) {
	kinds, ok := term.Slice(args[0])
	if !ok {
		kinds = []term.Term{args[0]}
	}
	visible, hidden := p.VM().Nodes()
	var out []term.Atom
	seen := make(map[term.Atom]bool)
	add := func(list ...term.Atom) {
		for _, n := range list {
			if !seen[n] {
				seen[n] = true
				out = append(out, n)
			}
		}
	}
	for _, k := range kinds {
		switch k {
		case aVisible:
			add(visible...)
		case aHidden:
			add(hidden...)
		case aConnected:
			add(visible...)
			add(hidden...)
		case aThis:
			add(p.VM().Node())
		case aKnown:
			add(term.NoNode)
			add(visible...)
			add(hidden...)
			add(p.VM().KnownNodes()...)
			add(p.VM().Node())
		default:
			return nil, vm.Badarg
		}
	}
	return nodeList(out), nil
}

func monitorNode(p *vm.Process, args []term.Term) (term.Term, error) {
	node, ok := args[0].(term.Atom)
	on := args[1] == term.True
	if !ok || !on && args[1] != term.False {
		return nil, vm.Badarg
	}
	if len(args) == 3 {
		if _, ok := term.Length(args[2]); !ok {
			return nil, vm.BadargCause(aBadopt)
		}
	}
	return p.MonitorNode(node, on)
}
